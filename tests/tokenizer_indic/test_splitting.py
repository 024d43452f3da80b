"""text -> pieces: each rule of `indic`, and the other three against tiktoken."""

import threading

import pytest
import regex
import tiktoken
import tiktoken_ext.openai_public as openai_public
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import ALL, SCRIPT_STRINGS
from tokenizer_indic.errors import PatternError
from tokenizer_indic.splitting import PATTERNS, pattern, sentences, split, words


@pytest.mark.parametrize("by", PATTERNS)
@pytest.mark.parametrize("name", ALL)
def test_pieces_tile_the_text(by: str, name: str) -> None:
    assert "".join(split(ALL[name], by)) == ALL[name]


@given(st.text())
def test_pieces_tile_any_text(text: str) -> None:
    for by in PATTERNS:
        assert "".join(split(text, by)) == text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        # marks, virama, nukta and joiners stay with their letters
        ("हिन्दी किताबें", ["हिन्दी", " किताबें"]),
        ("क़ि", ["क़ि"]),
        (SCRIPT_STRINGS["conjunct with ZWJ"], [SCRIPT_STRINGS["conjunct with ZWJ"]]),
        (SCRIPT_STRINGS["conjunct with ZWNJ"], [SCRIPT_STRINGS["conjunct with ZWNJ"]]),
        (SCRIPT_STRINGS["ZWNJ inside a word"], [SCRIPT_STRINGS["ZWNJ inside a word"]]),
        (SCRIPT_STRINGS["stray mark"], [SCRIPT_STRINGS["stray mark"]]),
        (SCRIPT_STRINGS["Vedic accents"], [SCRIPT_STRINGS["Vedic accents"]]),
        # sentence ends stand alone
        ("है।", ["है", "।"]),
        ("है ।", ["है", " ।"]),
        ("।।", ["।", "।"]),
        ("॥१॥", ["॥", "१", "॥"]),
        ("ہے۔”", ["ہے", "۔", "”"]),
        ("ᱮᱫᱟ᱾", ["ᱮᱫᱟ", "᱾"]),
        # digits of one script, at most four a piece
        ("1275 67734", ["1275", " 6773", "4"]),
        ("१९४७", ["१९४७"]),
        ("12१२", ["12", "१२"]),
        ("۴٤", ["۴٤"]),
        ("௰௧", ["௰௧"]),
        ("½²", ["½²"]),
        # a change of script is a boundary
        ("WhatsAppपर", ["WhatsApp", "पर"]),
        ("கhaख", ["க", "ha", "ख"]),
        ("Яक", ["Я", "क"]),
        ("اردو AI ۱۲", ["اردو", " AI", " ۱۲"]),
        # the leading space belongs to the word
        (" एक दो", [" एक", " दो"]),
        # apostrophes inside a word, not around it
        ("I don't", ["I", " don't"]),
        ("ক'লে", ["ক'লে"]),
        ("'एक'", ["'", "एक", "'"]),
        ("it’s", ["it’s"]),
        ("MWP'च्या", ["MWP", "'", "च्या"]),
        # punctuation, emoji, spaces, line breaks
        ("(एक),", ["(", "एक", "),"]),
        ("👨‍👩‍👧!", ["👨‍👩‍👧!"]),
        ("1️⃣", ["1️⃣"]),
        ("if x:\n    y", ["if", " x", ":", "\n", "   ", " y"]),
        ("a  \r\n", ["a", "  ", "\r", "\n"]),
    ],
)
def test_indic_rules(text: str, pieces: list[str]) -> None:
    assert split(text) == pieces


def test_no_mark_is_torn_from_its_letter_by_indic_and_by_gpt2_all_are() -> None:
    assert split("हि") == ["हि"]
    assert split("हि", "gpt2") == ["ह", "ि"]
    assert split("हि", "gpt4") == ["ह", "ि"]
    assert split("हि", "o200k") == ["हि"]
    assert len(split(SCRIPT_STRINGS["conjunct with ZWJ"], "o200k")) == 2  # the joiner still cuts


def tiktoken_pieces(pat_str: str, text: str) -> list[str]:
    """The pieces that tiktoken's engine finds. It shows tokens only, so each piece of ours becomes a token in turn."""
    ranks = {bytes([byte]): byte for byte in range(256)}
    pieces, rest = [], text
    for piece in split(text, pat_str):
        ranks_of_piece = dict(ranks)
        data = piece.encode()
        for end in range(2, len(data) + 1):
            ranks_of_piece.setdefault(data[:end], len(ranks_of_piece))
        encoding = tiktoken.Encoding("t", pat_str=pat_str, mergeable_ranks=ranks_of_piece, special_tokens={})
        first = encoding.decode_single_token_bytes(encoding.encode_ordinary(rest)[0])
        pieces.append(first.decode(errors="replace"))
        rest = rest[len(piece) :]
    return pieces


@pytest.mark.parametrize(("name", "theirs"), [("gpt2", "gpt2"), ("gpt4", "cl100k_base"), ("o200k", "o200k_base")])
def test_the_pattern_is_the_published_one(name: str, theirs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for download in ("load_tiktoken_bpe", "data_gym_to_mergeable_bpe_ranks"):
        monkeypatch.setattr(openai_public, download, lambda *_, **__: {})
    assert PATTERNS[name].regex == getattr(openai_public, theirs)()["pat_str"]


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_tiktoken_cuts_where_we_cut(name: str, text: str) -> None:
    assert tiktoken_pieces(PATTERNS[name].regex, text) == split(text, name)


@pytest.mark.parametrize("name", PATTERNS)
def test_word_by_word_is_the_same_as_at_once(name: str) -> None:
    for text in ALL.values():
        check_words(text, name)


@given(st.text(alphabet=st.sampled_from("aकि्'’1१ \n\t।.,\u200d\u00a0\u2028É")))
def test_word_by_word_is_the_same_as_at_once_on_any_text(text: str) -> None:
    for name in PATTERNS:
        check_words(text, name)


def check_words(text: str, name: str) -> None:
    found = words(text, PATTERNS[name])
    if found is not None:
        assert "".join(found) == text
        assert [piece for word in found for piece in split(word, name)] == split(text, name)


def test_a_pattern_of_your_own() -> None:
    assert split("क1 2", r"\d") == ["क", "1", " ", "2"]
    assert "".join(split("aab", "a*?")) == "aab"  # a pattern that matches nothing loses nothing


@pytest.mark.parametrize("wrong", ["[", "(?<x", "*"])
def test_a_broken_pattern_is_refused(wrong: str) -> None:
    with pytest.raises(PatternError, match="not a regular expression"):
        pattern(wrong)


@pytest.mark.parametrize(
    "large", ["a{1000000}", "(?:a{1000}){1000}", "(?:" * 40 + "a" + "+)" * 40, "(?x)" + "(a+)" * 20]
)
def test_a_pattern_that_would_take_all_the_memory_is_refused(large: str) -> None:
    with pytest.raises(PatternError, match="too much memory"):
        pattern(large)


@pytest.mark.parametrize(
    "honest", [r"[ ]?[\p{L}\p{M}]+|\p{N}{1,4}|[+*?({]{2,}|\s+", r"(?:(?:a+b)+c){3,9}", "(?x) a+ # )\n |b"]
)
def test_an_honest_pattern_is_not_too_large(honest: str) -> None:
    assert "".join(split("aab 12 +*", honest)) == "aab 12 +*"


def test_the_library_s_own_patterns_are_not_too_large() -> None:
    for each in PATTERNS.values():
        assert pattern(each.regex).regex == each.regex


def test_a_slow_pattern_holds_up_no_other_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenizer_indic.splitting.OWN_SECONDS", 0.5)
    done = threading.Event()
    turns = []

    def others() -> None:
        while not done.wait(0.001):
            turns.append(1)

    other = threading.Thread(target=others)
    other.start()
    try:
        with pytest.raises(PatternError, match="takes more than"):
            split("a" * 50 + "b", r"(?:a|aa)+$")
    finally:
        done.set()
        other.join()
    assert len(turns) > 10


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(PatternError, match="indic, gpt2, gpt4, o200k"):
        pattern("gpt5")


def test_a_pattern_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenizer_indic.splitting.OWN_SECONDS", 0.2)
    with pytest.raises(PatternError, match="takes more than"):
        split("a" * 50 + "b", r"(?:a|aa)+$")


@given(st.text())
def test_sentences_tile(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_sentences() -> None:
    assert sentences("वह आई। तुम? Yes.") == ["वह आई। ", "तुम? ", "Yes."]
    assert sentences("3.14 है। ہے۔ ᱮᱫᱟ᱾") == ["3.14 है। ", "ہے۔ ", "ᱮᱫᱟ᱾"]
    assert sentences("एक\nदो") == ["एक\n", "दो"]


def test_every_rule_says_why() -> None:
    for each in PATTERNS.values():
        for rule in each.rules:
            assert rule.name
            assert rule.reason
            regex.compile(rule.regex)
