"""What the Tokens tab knows, without a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens import compute
from components.tokens.presets import OPENING_LANGUAGE, OPENING_TEXT, PRESETS
from tokenizer_indic import load, shipped
from tokenizer_indic.errors import UnknownIdError
from tokenizer_indic.scripts import LANGUAGES


def test_the_menu_has_every_language_once_and_the_tokenizer_of_all() -> None:
    codes = [entry.code for entry in compute.menu()]
    assert sorted(codes) == sorted([*LANGUAGES, "indic"])
    assert {entry.tokenizer for entry in compute.menu()} | {entry.fewest for entry in compute.menu()} == {
        "",
        *shipped(),
    }


def test_every_language_with_merges_of_its_own_has_the_fewest_tokens_too() -> None:
    for entry in compute.menu():
        own = entry.tokenizer == entry.code != "indic"
        assert entry.fewest == (f"{entry.code}-fewest" if own else "")
        assert compute.tokenizer_for(entry.code, "fewest") == (entry.fewest or "indic")


@pytest.mark.parametrize("code", ["hi", "ur"])
def test_the_fewest_are_fewer(code: str) -> None:
    text = LANGUAGES[code].sample
    merges, fewest = compute.analyse(text, code), compute.analyse(text, code, "fewest")
    assert fewest.tokenizer == f"{code}-fewest"
    assert fewest.figures.tokens < merges.figures.tokens
    assert "".join(token.text for token in fewest.tokens) == text
    assert fewest.unlearned is None


def test_what_the_fewest_have_not_learned_is_said_as_with_merges() -> None:
    found = compute.analyse("வணக்கம் தமிழ்", "hi", "fewest")
    assert found.unlearned == compute.Unlearned("Tamil", "ta")


def test_a_language_without_a_tokenizer_of_its_own_is_served_by_indic() -> None:
    assert compute.tokenizer_for("ta") == "ta"
    assert compute.tokenizer_for("mai") == "indic"
    assert compute.analyse("गाम में", "mai").tokenizer == "indic"


@pytest.mark.parametrize("code", [code for code, language in LANGUAGES.items() if language.reviewed])
def test_a_sample_picks_its_own_language_or_keeps_it(code: str) -> None:
    assert compute.choose_language(LANGUAGES[code].sample, settled=code) == code


@pytest.mark.parametrize(
    ("text", "settled", "chosen"),
    [
        ("தமிழ்", "hi", "ta"),
        ("नमस्ते", "mr", "mr"),  # the same script: nothing speaks against Marathi
        ("मला शाळा आवडते आणि", "hi", "mr"),
        ("اردو میں", "hi", "ur"),
        ("1234 !?", "te", "te"),
        ("1234", "nonsense", "hi"),
        ("hello", "hi", "en"),
        ("ᱥᱟᱱᱛᱟᱲᱤ", "hi", "sat"),
        ("ꯃꯤꯇꯩꯂꯣꯟ", "ta", "mni"),
        ("আমি", "hi", "bn"),  # the script's first
        ("মোৰ", "hi", "as"),  # ৰ is Assamese alone
        ("سنڌي", "hi", "sd"),
        ("अछि", "hi", "hi"),  # Maithili is only ever chosen
        ("अछि", "mai", "mai"),
    ],
)
def test_the_script_of_the_text_picks_the_language(text: str, settled: str, chosen: str) -> None:
    assert compute.choose_language(text, settled) == chosen


HINDI = (
    "आज मौसम अच्छा है",
    "नमस्ते",
    "जय हिन्द",
    "हम",
    "मेरा नाम राम है और मैं स्कूल जाता हूँ",
    "रात को बारिश हुई",  # Marathi words end in ात
    "न जाने क्यों",  # न is a Sanskrit word as well
    "हिन्दी या अंग्रेज़ी",  # and या a Marathi one
    "पहले वाले को दो",
    OPENING_TEXT,
)


@pytest.mark.parametrize("text", HINDI)
def test_a_sentence_that_is_being_typed_does_not_change_its_language(text: str) -> None:
    for end in range(1, len(text) + 1):
        assert compute.choose_language(text[:end], "hi") == "hi", text[:end]


def test_one_word_is_no_evidence_for_another_language_but_two_are() -> None:
    assert compute.choose_language("आहे", "hi") == "hi"
    assert compute.choose_language("आहे आणि", "hi") == "mr"


@pytest.mark.parametrize(
    ("text", "language", "script", "advice"),
    [
        ("நான் பள்ளியில்", "hi", "Tamil", "ta"),
        ("ᱜᱤᱫᱽᱨᱟᱹ ᱠᱚ", "sat", "Ol Chiki", None),
        ("The children read", "hi", "Latin", "en"),
        ("🎉🎉", "hi", None, None),
        ("漢字", "indic", None, None),
    ],
)
def test_what_falls_back_to_bytes_is_named(text: str, language: str, script: str | None, advice: str | None) -> None:
    assert compute.analyse(text, language).unlearned == compute.Unlearned(script, advice)


@pytest.mark.parametrize("text", [OPENING_TEXT, "12 345 !?", "a", "बधाई 🎉", " ", "aaabdaaabac"])
def test_a_tokenizer_that_knows_its_text_is_not_blamed(text: str) -> None:
    assert compute.analyse(text, compute.choose_language(text, "hi")).unlearned is None


@given(st.text(alphabet="अकx \n\r\t.", min_size=1))
def test_line_breaks_are_the_tokens_that_the_figures_leave_out(text: str) -> None:
    assert compute.analyse(text, "hi").line_breaks == text.count("\n")


def test_what_nfc_rewrote_is_told() -> None:
    assert [change.before for change in compute.analyse("\u0958लम", "hi").changes] == ["\u0958"]
    assert compute.analyse("क\u093cलम", "hi").changes == ()


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_tokens_tile_any_text(text: str) -> None:
    tokens, figures = compute.tokenize(text, "hi")
    assert "".join(token.text for token in tokens) == text
    assert figures.round_trip


@pytest.mark.parametrize(("text", "direction"), [("اردو AI", "rtl"), ("नमस्ते اردو", "ltr")])
def test_most_letters_decide_the_direction(text: str, direction: str) -> None:
    assert compute.direction_of(text, "hi") == direction


def test_without_letters_the_language_decides_the_direction() -> None:
    assert compute.direction_of("12", "ur") == "rtl"
    assert compute.direction_of("12", "indic") == "ltr"


def test_the_opening_example_has_an_answer() -> None:
    analysis = compute.analyse(OPENING_TEXT, OPENING_LANGUAGE)
    assert analysis.tokenizer == "hi"
    assert analysis.figures.round_trip
    assert analysis.milliseconds > 0
    assert analysis.figures.tokens >= 50  # enough for a verdict
    assert analysis.figures.characters_per_token >= 3.2
    assert not analysis.changes


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.label)
def test_every_example_has_an_answer_in_its_language(preset: object) -> None:
    text, language = preset.text, preset.language  # type: ignore[attr-defined]
    assert compute.analyse(text, language).tokens


def test_a_special_token_that_was_typed_is_only_text() -> None:
    tokens, _ = compute.tokenize("<|endoftext|>", "indic")
    assert len(tokens) > 1
    assert not {token.id for token in tokens} & set(load("indic").special_tokens.values())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no text yet"),
        ("x" * 20_001, "leave out 1"),
        ("ab\ud83d", "Character 3 is only half of a character"),
    ],
)
def test_text_beyond_the_limits_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PathshalaError, match=sentence):
        compute.analyse(text, "hi")


def test_unknown_names_get_a_sentence() -> None:
    with pytest.raises(PathshalaError, match="There is no language “xx”"):
        compute.analyse("a", "xx")
    with pytest.raises(PathshalaError, match="There are: as, as-fewest, bn"):
        compute.find_tokenizer("./hi.json")


def test_an_entry_is_described_down_to_its_bytes() -> None:
    tokenizer = load("hi")
    word = compute.describe("hi", tokenizer.encode("भारत")[0])
    assert word.rank is not None
    assert word.rank < word.ranks
    assert len(word.code_points) == len(word.text or "")
    assert word.code_points[0] == ("U+092D", "E0 A4 AD", "DEVANAGARI LETTER BHA")
    assert b"".join(parent.bytes for parent in word.parents) == word.bytes
    byte = compute.describe("hi", 0xF0)
    assert (byte.kind, byte.text, byte.rank, byte.parents) == ("byte", None, None, ())
    assert compute.describe("hi", 10).code_points == (("U+000A", "0A", "LINE FEED"),)


def test_an_entry_that_was_chosen_is_described_by_what_it_saves() -> None:
    tokenizer = load("hi-fewest")
    number = tokenizer.id(" भारत")
    assert number is not None
    word = compute.describe("hi-fewest", number)
    assert (word.kind, word.parents, word.ranks) == ("entry", (), len(tokenizer.entries))
    assert tokenizer.entries[word.rank or 0] == " भारत"
    assert len(word.instead) > 1
    assert b"".join(part.bytes for part in word.instead) == word.bytes
    assert not any(part.instead for part in word.instead)
    assert compute.describe("hi-fewest", 0x41).instead == ()


@pytest.mark.parametrize("written", ["12 7 300", "[12, 7, 300]", "12,7;300", "(12)\n7\t| 300", '["12", "7", "300"]'])
def test_ids_may_be_separated_by_anything(written: str) -> None:
    assert compute.parse_ids(written) == (12, 7, 300)


@pytest.mark.parametrize("written", ["", "  ,", "twelve", "-1", "1.5", "1e5", "9" * 5000])
def test_what_is_no_id_gets_a_sentence(written: str) -> None:
    with pytest.raises(PathshalaError):
        compute.parse_ids(written)


def test_an_enormous_id_is_called_too_large() -> None:
    with pytest.raises(PathshalaError, match="too large"):
        compute.parse_ids("1, " + "9" * 5000)


def test_ids_become_the_text_they_came_from() -> None:
    text = "भारत 🎉"
    ids = str(load("hi").encode(text))
    assert compute.read_ids(ids, "hi") == compute.Decoded(tuple(load("hi").encode(text)), text, True)


def test_an_unknown_id_is_named() -> None:
    with pytest.raises(UnknownIdError, match="99999"):
        compute.read_ids("1 99999", "hi")


@given(st.binary())
def test_bytes_never_read_as_a_replacement_character(data: bytes) -> None:
    text, whole = compute.readable(data)
    assert "\ufffd" not in text or "\ufffd".encode() in data
    assert not whole or text.encode() == data


def test_bytes_that_are_no_character_show_themselves() -> None:
    assert compute.readable("क".encode() + b"\xf0\x9f") == ("क<0xF0><0x9F>", False)
