"""NFC: what it changes, where, and how positions come back."""

import random
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenizer_indic import normalizing
from tokenizer_indic.normalizing import Change, align, changes, normalize, normalize_all, segments


def characters(codes: str) -> str:
    """ "0915 093C" -> "क़" """
    return "".join(chr(int(code, 16)) for code in codes.split())


@pytest.mark.parametrize(
    ("given_codes", "normal_codes"),
    [
        ("0958", "0915 093C"),  # qa is taken apart,
        ("0928 093C", "0929"),  # nna is composed,
        ("09DC", "09A1 09BC"),  # rra is taken apart
        ("0915 094D 093C", "0915 093C 094D"),  # nukta before virama
        ("0915 093E 093C", "0915 093E 093C"),  # a vowel sign is in the way
        ("0B95 0BC6 0BBE", "0B95 0BCA"),  # two-part vowels
        ("0C95 0CC6 0CC2", "0C95 0CCA"),
        ("09C7 09BE", "09CB"),
        ("0C95 0CC6 0CC2 0CD5", "0C95 0CCB"),  # three parts
        ("0627 0653", "0622"),  # Urdu
        ("064A 0654", "0626"),
        ("1112 1161 11AB", "D55C"),  # Hangul
        ("0340", "0300"),
        ("212B", "00C5"),
    ],
)
def test_what_nfc_changes(given_codes, normal_codes):
    text, normal = characters(given_codes), characters(normal_codes)
    assert normalize(text) == align(text)[0] == normal
    assert normalize(text, None) == text


@pytest.mark.parametrize(
    "codes",
    [
        "0905 093E",  # look-alikes of 0906
        "0B92 0BB3",  # and of 0B94
        "0D7B",  # chillu
        "0D28 0D4D 200D",  # chillu by ZWJ
        "0915 094D 0937",
        "0915 094D 200D 0937",
        "0915 094D 200C 0937",
        "064A",  # never unified with 06CC,
        "06CC",
        "0647",  # nor these three
        "06C1",
        "06BE",
        "FDF2",  # presentation forms: NFC, never NFKC
        "FEFB",
        "00B2",
        "093F 0915",
    ],
)
def test_what_nfc_leaves(codes):
    text = characters(codes)
    assert normalize(text) == text
    assert changes(text) == []
    assert align(text) == (text, None)
    assert align(text)[0] is text


def test_only_nfc():
    with pytest.raises(ValueError, match="NFKC"):
        normalize("ﷲ", "NFKC")


def test_a_change_is_named():
    name = "DEVANAGARI"
    assert changes("क\u0958ा") == [
        Change(
            start=1,
            end=2,
            before="\u0958",
            after="\u0915\u093c",
            names_before=(f"U+0958 {name} LETTER QA",),
            names_after=(f"U+0915 {name} LETTER KA", f"U+093C {name} SIGN NUKTA"),
        )
    ]


def test_changed_runs_are_as_short_as_can_be():
    assert [(c.start, c.end) for c in changes(characters("0915 094D 093C 0937"))] == [(1, 3)]  # ka stays
    assert [(c.start, c.end) for c in changes("\u0958\u0958")] == [(0, 1), (1, 2)]
    assert [(c.start, c.end) for c in changes("e\u0301 ई e\u0301")] == [(0, 2), (5, 7)]


def test_align_moves_boundaries_inside_a_run_to_its_end():
    assert align("x\u0958y") == ("x\u0915\u093cy", [0, 1, 2, 2, 3])  # one character became two
    assert align("xে\u09bey") == ("x\u09cby", [0, 1, 3, 4])  # two became one
    assert align(characters("0915 094D 093C")) == (characters("0915 093C 094D"), [0, 1, 3, 3])


@pytest.mark.parametrize(
    ("codes", "lengths"),
    [
        ("0958 093F", [1, 1]),
        ("0928 093C 094D 0928", [3, 1]),
        ("0B95 0BC6 0BBE", [1, 2]),
        ("1100 1161 11A8 1100", [3, 1]),
        ("AC00 11A8", [2]),
        ("093C 0915", [1, 1]),
    ],
)
def test_segments(codes, lengths):
    assert [len(segment) for segment in segments(characters(codes))] == lengths


# --- any text ---

TRICKY = characters(
    "0915 0958 0928 0929 093C 094D 093E 093F 0951 0952 09C7 09BE 09D7 09DC 0B92 0BC6 0BBE 0BD7 0CC6 0CC2 0CD5 0CCA "
    "0D46 0D3E 0627 0653 0654 0655 064A 06C1 0061 0065 0041 030A 0301 0323 0304 0340 0344 0F71 0F72 0F73 0F80 00E9 "
    "1E69 212B FB1F 1100 1161 11A8 11A7 AC00 AC01 0DD9 0DCF 0DCA 1025 102E 11099 110BA 1D15E 1D165 200D 0020 D800"
)
any_text = st.text(alphabet=st.characters(exclude_categories=[])) | st.text(alphabet=st.sampled_from(TRICKY))


@given(any_text)
def test_normalize_is_nfc(text):
    assert normalize(text) == unicodedata.normalize("NFC", text)


@given(st.lists(any_text, max_size=5))
def test_many_texts_normalize_as_each_does(texts):
    assert normalize_all(texts) == [unicodedata.normalize("NFC", text) for text in texts]
    assert normalize_all(texts, None) == texts


def test_every_pair_that_nfc_changes_is_seen():
    """All characters that compose or are marks, in pairs, with and without a mark between, each a text of its own."""
    tables = normalizing._tables()
    special = [chr(point) for point in np.flatnonzero(tables.roles) if point < 0xAC00 or point > 0xD7A3]
    dice = random.Random(11)
    pairs = ["".join(dice.choices(special, k=dice.choice((2, 3)))) for _ in range(200_000)]
    for character in map(chr, range(0xC0, 0x2000)):
        parts = unicodedata.normalize("NFD", character)
        pairs += [parts, "\u0323".join(parts), f"{character}\u0301", f"{character}\u0323"]
    assert normalize_all(pairs) == [unicodedata.normalize("NFC", pair) for pair in pairs]


def test_text_that_is_normal_already_is_not_looked_at_closer(monkeypatch):
    monkeypatch.setattr(normalizing, "normalize", None)  # calling it would fail
    texts = ["हिन्दी में पढ़ना", "বাংলা ভাষা", "தமிழ் மொழி", "اردو زبان", "ਪੰਜਾਬੀ", "മലയാളം", "ಕನ್ನಡ", "తెలుగు"]
    assert normalize_all(texts) == texts


@given(any_text)
def test_segments_normalize_one_by_one(text):
    assert "".join(segments(text)) == text
    assert "".join(normalize(segment) for segment in segments(text)) == normalize(text)


@given(any_text)
def test_changes_applied_give_nfc(text):
    done, result = 0, ""
    for change in changes(text):
        assert done <= change.start < change.end
        assert change.before == text[change.start : change.end] != change.after
        result += text[done : change.start] + change.after
        done = change.end
    assert result + text[done:] == normalize(text)


@given(any_text)
def test_alignment_tiles_the_text_as_given(text):
    normal, position = align(text)
    assert normal == normalize(text)
    if position is None:
        assert normal == text
        return
    assert len(position) == len(normal) + 1
    assert (position[0], position[-1]) == (0, len(text))
    slices = [text[a:b] for a, b in pairwise(position)]
    assert "".join(slices) == text  # so the positions never go back
    for index, piece in enumerate(slices):  # what was not changed is still itself
        if piece and not any(c.start <= position[index] < c.end for c in changes(text)):
            assert piece == normal[index]


# --- the tables ---


def test_the_tables_miss_no_character_of_unicode():
    tables = normalizing._tables()
    looked_at = {point for each in normalizing._WHERE_TO_LOOK for point in each}
    for point in range(0x110000):
        character = chr(point)
        decomposition = unicodedata.decomposition(character)
        if unicodedata.combining(character) or (decomposition and decomposition[0] != "<"):
            assert point in looked_at, hex(point)
        if unicodedata.normalize("NFC", character) != character:
            assert tables.may_change.fullmatch(character), hex(point)


@pytest.mark.parametrize(
    "text", ["a" + "\u0301\u0323" * 100_000, "\u0f73" * 100_000, "\u0958" * 100_000, "\u094d" * 100_000 + "\u0958"]
)
def test_long_runs_end(text):
    """Python's own normalization is quadratic in a run of marks out of order: half a minute for the first."""
    normal, position = align(text)
    assert position is not None
    assert len(position) == len(normal) + 1
    assert len(changes(text)) > 0
