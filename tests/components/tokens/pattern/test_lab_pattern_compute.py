"""text -> pieces under five patterns, the floor under the fertility, and what becomes of a bad pattern."""

import json
import sys
import threading

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens.pattern import compute, matching, tab, view
from components.tokens.pattern.compute import ORDER, compare, measured, ready_row, sample, windows
from tests.texts import ALL, SCRIPT_STRINGS
from tokenizer_indic import load
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import PATTERNS, pattern, split

SHORT_INDIC = "\n".join(view.STARTERS[0][2])


def row(name: str, text: str) -> compute.Row:
    return ready_row(name, text, "नमस्ते", (0, len(text)))


def own(rules: str, text: str = "हिन्दी में", language: str = "hi") -> compute.Row:
    made = compare(text, language, rules)
    assert made.own is not None, made.refused
    return made.own


# -- the four ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ORDER)
@pytest.mark.parametrize("text", [text for text in ALL.values() if text], ids=[name for name in ALL if ALL[name]])
def test_a_row_has_the_library_s_pieces_and_the_rule_that_took_each(name: str, text: str) -> None:
    made = row(name, text)
    assert [piece.text for piece in made.pieces] == split(text, name)
    assert all(piece.taker >= 0 for piece in made.pieces)


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_on_any_text_every_piece_has_its_rule(text: str) -> None:
    for name in ORDER:
        made = row(name, text)
        assert "".join(piece.text for piece in made.pieces) == text
        for piece in made.pieces:
            assert regex.match(made.rules[piece.taker].regex, piece.text) is not None or piece.text.isspace()
        assert made.text.torn <= made.text.broken <= made.text.pieces


def test_by_hand() -> None:
    hindi = row("gpt2", "हिन्दी")
    assert [piece.text for piece in hindi.pieces] == ["ह", "ि", "न", "्", "द", "ी"]
    assert [hindi.rules[piece.taker].name for piece in hindi.pieces] == ["letters", "the rest"] * 3
    assert (hindi.text.pieces, hindi.text.torn, hindi.text.broken, hindi.text.fertility) == (6, 3, 4, 6.0)
    assert row("gpt4", "हिन्दी").text.pieces == 4
    assert row("o200k", "हिन्दी").text.torn == row("indic", "हिन्दी").text.torn == 0


def test_a_joiner_that_is_cut_off_counts_as_torn_and_a_conjunct_as_broken() -> None:
    assert [(piece.text, piece.torn) for piece in row("o200k", "क्‍ष").pieces] == [("क्", 0), ("\u200dष", 1)]
    assert [(piece.text, piece.torn) for piece in row("gpt4", SCRIPT_STRINGS["ZWNJ inside a word"]).pieces][-1][1] == 1
    assert [(piece.torn, piece.broken) for piece in row("gpt2", "क्ष").pieces] == [(0, False), (1, True), (0, True)]


def test_a_mark_that_nothing_carries_is_not_torn() -> None:
    assert row("gpt2", SCRIPT_STRINGS["stray mark"]).text.torn == 0
    assert row("gpt2", "क ि").text.torn == 0


def test_line_feeds_are_not_counted() -> None:
    assert measured("एक\nदो", [(0, 2), (2, 3), (3, 5)]).pieces == 2
    assert row("indic", "\n").text.fertility == 0.0


@pytest.mark.parametrize("code", ["hi", "ta", "ur"])
def test_no_tokenizer_of_ours_is_below_the_floor(code: str) -> None:
    text = sample(code).text
    tokenizer = load(code)
    normal = tokenizer.normalize(text)
    floor = row("indic", normal).text
    assert len(tokenizer.encode(normal)) >= floor.pieces
    assert floor.fertility < row("gpt4", normal).text.fertility < 1.0 + row("gpt2", normal).text.fertility


# -- what is cut ------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.text(min_size=1)
    | st.lists(st.sampled_from(["एक ", "है। ", "\n", "تھا۔ ", "x" * 90, "? "]), min_size=1).map("".join)
)
def test_windows_tile_the_text(text: str) -> None:
    spans = windows(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= compute.LONG + compute.SHORT for start, end in spans)


def test_a_window_is_a_sentence_and_the_space_goes_with_the_next_word() -> None:
    one, two = "बच्चे स्कूल में किताब पढ़ रहे हैं।", " भारत के विद्यार्थी हिन्दी में सीखते हैं।"
    assert windows(one + two) == [(0, len(one)), (len(one), len(one + two))]
    assert windows("Egg. egg I have an Egg egg. EGG?") == [(0, 32)]
    assert compare(one + two, "hi", sentence=1).rows[0].pieces[0].text == " भ"
    assert compare(one + two, "hi", sentence=99).sentence == 1


@pytest.mark.parametrize("code", [*LANGUAGES, "indic", "no such language"])
def test_every_language_has_a_sample_and_its_source(code: str) -> None:
    given_ = sample(code)
    assert given_.source
    for name in ORDER:
        assert row(name, given_.text).text.fertility > 0
    assert row("indic", given_.text).text.broken == 0


def test_the_floor_of_the_sample() -> None:
    """Measured once; a change of a pattern or of the sample shows here."""
    floors = {name: round(row(name, sample("hi").text).text.fertility, 2) for name in ORDER}
    assert floors == {"gpt2": 3.56, "gpt4": 2.62, "o200k": 1.09, "indic": 1.1}


# -- the student's own ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [SHORT_INDIC, r"\p{L}+", "a|\\S+\n(?s:.)", "[ ]?\\S+\n\\s", r"\X"])
def test_an_own_pattern_cuts_as_the_library_does(rules: str) -> None:
    text = " ".join(SCRIPT_STRINGS.values())[:130]
    made = own(rules, text)
    written = compute.joined(compute.rules_of(rules))
    expected = split(text, written)
    assert [piece.text for piece in made.pieces] == expected[: len(made.pieces)]
    assert made.text.pieces == len(expected)


def test_the_short_indic_cuts_like_indic_in_one_script() -> None:
    for code in ("hi", "ta", "ur", "te"):
        text = LANGUAGES[code].sample + " 12345, “" + LANGUAGES[code].name + "”!"
        assert [piece.text for piece in own(SHORT_INDIC, text).pieces] == split(text)


def test_each_piece_tells_its_line() -> None:
    made = own("\\p{L}+\n\\p{M}+", "हिन्दी में")
    assert [(piece.text, piece.taker) for piece in made.pieces][:2] == [("ह", 0), ("ि", 1)]
    assert [piece.taker for piece in made.pieces if piece.text == " "] == [matching.LEFT_OVER]
    assert made.left_over > 0
    assert own(SHORT_INDIC).left_over == 0


def test_rules_that_do_not_stand_alone_tell_no_line() -> None:
    assert {piece.taker for piece in own("(.\n\\s)").pieces} == {matching.UNKNOWN}


def test_a_name_is_a_pattern_here() -> None:
    assert own("gpt2", "gpt2 में").pieces[0].text == "gpt2"
    assert split("gpt2", compute.joined(("gpt2",))) == ["gpt2"]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("[\\p{L}+\n\\s", r"not a regular expression: .* \(line 1, at its end\)"),
        ("a\n(?<x", r"\(line 2, "),
        ("*", r"\(line 1, character 1\)"),
        ("(" * 900 + "a" + ")" * 900, "too many brackets"),
        ("\\p{L}*", "takes nothing at all .* before “िन्दी में” in the text"),
        (r"\p{L}+|(?=,)", "takes nothing at all .* in the sample"),
        (r"(?:.|..)+(?<=[#@])", "too slow"),
        (r"(?R)", "MiB of memory"),
        ("(?:" * 40 + "a" + "+)" * 40, "MiB of memory"),
        ("a{100000000}", "MiB of memory"),
        ("a" * 2001, "2,001 characters and the limit is 2,000"),
        ("a\n" * 41, "41 rules and the limit is 40"),
        ("\ud800", "half a character"),
    ],
    ids=lambda value: value[:12].encode("ascii", "replace").decode().replace("\n", " "),
)
def test_a_bad_pattern_is_refused_with_the_reason(rules: str, sentence: str) -> None:
    if "memory" in sentence and sys.platform != "linux":
        pytest.skip("only here the system keeps the limit")
    made = compare("हिन्दी में", "hi", rules)
    assert made.own is None
    assert regex.search(sentence, made.refused), made.refused
    assert [each.name for each in made.rows] == list(ORDER)  # the others are there all the same


def test_the_limits_are_those_of_the_question() -> None:
    asked = {"rules": [r"(?:.|..)+(?<=[#@])"], "texts": ["ab" * 20], "start": 0, "end": 1, "seconds": 0.02}
    assert matching.answer(asked) == {"wrong": "slow"}
    assert matching.answer({**asked, "rules": ["ab"]})["spans"][0][:2] == [(0, 2), (2, 4)]


def test_what_was_too_slow_once_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, tried = r"(?:.|..)+(?<=[#%])", []
    real = compute._in_a_process
    monkeypatch.setattr(compute, "_in_a_process", lambda question: tried.append(question) or real(question))
    monkeypatch.setattr(compute, "SECONDS", 0.1)
    assert [compare("हिन्दी में", "hi", rules).refused[:18] for _ in range(2)] == ["Refused: too slow."] * 2
    assert len(tried) == 1


def test_a_crowd_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "_queue", threading.BoundedSemaphore(1))
    compute._queue.acquire()
    assert compare("हिन्दी", "hi", r"\X").refused.startswith("Too many patterns")


@settings(deadline=None, max_examples=25)
@given(st.text("ab|*+?()[]\\pLN{}^$ क्\n", max_size=12), st.text("abक् ि\u200d\n", min_size=1, max_size=20))
def test_whatever_is_typed_is_cut_like_the_library_or_refused(rules: str, text: str) -> None:
    made = compare(text, "hi", rules)
    if made.own:
        cut = split(text, pattern(compute.joined(compute.rules_of(rules))))
        assert [piece.text for piece in made.own.pieces] == cut[: len(made.own.pieces)]
    else:
        assert made.refused or not rules.strip("\n")


@pytest.mark.parametrize("text", ["", "x" * 20_001, "\ud800"])
def test_a_text_that_cannot_be_cut_is_refused(text: str) -> None:
    with pytest.raises(PathshalaError):
        compare(text, "hi")


# -- the page's side --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_answer_is_json(name: str) -> None:
    if ALL[name]:
        answer = tab.cut({"text": ALL[name], "language": "hi"})
        assert json.loads(json.dumps(answer))["sentence"] == 0


def test_marks_are_shown_on_a_dotted_circle_and_joiners_by_name() -> None:
    first = tab.cut({"text": "हि क्‍ष", "language": "hi"})["rows"][0]["pieces"]
    assert [piece[1:3] for piece in first] == [["", "ह"], ["◌ि", ""], ["", "·क"], ["◌् ZWJ", ""], ["", "ष"]]


@pytest.mark.parametrize(("name", "why", "rules"), view.STARTERS, ids=[name for name, _, _ in view.STARTERS])
def test_the_patterns_to_start_from_do_what_they_say(name: str, why: str, rules: tuple[str, ...]) -> None:
    made = compare(LANGUAGES["hi"].sample, "hi", "\n".join(rules))
    assert bool(made.refused) == (name in ("broken", "slow"))
    if made.own:
        assert made.own.left_over == 0
        assert (made.own.text.torn > 0) == (name == "GPT-2's")
    if name == "GPT-2's":
        assert made.own is not None
        assert made.own.text == made.rows[0].text


def test_signs_of_a_rule() -> None:
    assert view.signs(r"\p{L}+") == [[r"\p{L}", "a letter (no matra, no virama)"], ["+", "one or more"]]
    assert [sign for sign, _ in view.signs(r"[ ]?\p{N}{1,3}+")] == [r"\p{N}", "?", "{1,3}"]
    assert view.signs(r"\+") == []
    for each in PATTERNS.values():
        for rule in each.rules:
            assert all(sign in rule.regex and meaning for sign, meaning in view.signs(rule.regex))


@pytest.mark.parametrize("rules", ["", SHORT_INDIC, 'a"b\\\\', "'\n\u200d"])
def test_the_python_runs_and_prints_what_the_page_shows(rules: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = "हिन्दी में “क्‍ष”।\nاردو"
    made = compare(text, "hi", rules)
    answer = tab.cut({"text": text, "language": "hi", "own": rules})
    exec(answer["python"], {})
    printed = capsys.readouterr().out
    for each in (*made.rows, *([made.own] if made.own else [])):
        assert f"pieces: {each.text.pieces} torn marks: {each.text.torn}\n" in printed
        assert f"text {each.text.fertility:.2f}, sample {each.sample.fertility:.2f}\n" in printed


def test_the_panel_names_its_limits() -> None:
    html = view.panel()
    assert f"{compute.PATTERN_LIMIT:,} characters" in html
    assert f"{compute.RULES_LIMIT} rules" in html
    json.dumps(view.known())
