"""Aksharas: a table of what readers see, and what must hold for any text."""

import random

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tokenizer_indic.aksharas import aksharas, iterate_aksharas
from tokenizer_indic.scripts import SCRIPTS
from tokenizer_indic.unicode_tables import UNICODE_VERSION


def characters(codes: str) -> str:
    """ "0915 094D" -> "क्" """
    return "".join(chr(int(code, 16)) for code in codes.split())


# Code points in hex; a bar stands where the text is cut.
TABLE = {
    # Conjuncts, in every script that has them
    "Devanagari kshi": "0915 094D 0937 093F",
    "Devanagari kshi with ZWJ": "0915 094D 200D 0937",
    "Devanagari ksha with ZWNJ": "0915 094D 200C | 0937",
    "Hindi": "0939 093F | 0928 094D 0926 0940",
    "Devanagari three consonants": "0938 094D 0924 094D 0930 0940",
    "Bengali": "0995 09CD 09B7",
    "Gurmukhi pra": "0A2A 0A4D 0A30",
    "Gujarati": "0A95 0ACD 0AB7",
    "Odia": "0B15 0B4D 0B37",
    "Telugu": "0C15 0C4D 0C37",
    "Kannada ksha": "0C95 0CCD 0CB7",
    "Malayalam": "0D15 0D4D 0D37",
    "Meetei apun iyek": "ABC0 ABED ABC0",
    "Meetei virama": "AAE2 AAF6 AAE3",
    # Joiners
    "ZWNJ inside a word": "0938 093E | 092B 094D 091F 094D 200C | 0935 0947 | 0930",
    "Marathi eyelash ra": "0926 | 0930 094D 200D 092F 093E",
    "Marathi eyelash ra, by the letter rra": "0931 094D 092F 093E",
    "Marathi eyelash ra at the end": "0930 094D 200D",
    "Bengali ra with ya-phalaa": "09B0 200D 09CD 09AF 09BE",
    "Bengali ra with ya-phalaa, by ZWNJ": "09B0 200C 09CD 09AF 09BE | 09AC",
    "Kannada ra without reph": "0CB0 200D 0CCD 0CAF",
    # Virama at the end, and after a vowel sign
    "word-final virama": "0905 | 0930 094D 0925 093E | 0924 094D",
    "word-final virama, space": "0915 094D | 0020 | 0937",
    "Malayalam half u": "0D05 | 0D24 0D41 0D4D | 0D15",
    "virama after a vowel sign": "091F 093F 094D | 0935 | 091F | 0930",
    "two viramas": "0915 094D 094D 0937",
    # Nukta, before and after the virama, composed or not
    "nukta": "0921 093C 093E",
    "nukta, precomposed": "095C 093E",
    "nukta before virama": "0915 093C 094D 0937",
    "nukta after virama, before NFC": "0915 094D 093C 0937",
    # Vowels, signs, accents
    "independent vowel with anusvara": "0906 0902 | 0916",
    "Bengali a with ya-phalaa": "0985 09CD 09AF 09BE | 09AA",
    "ra above vocalic r": "0928 0948 | 0930 094D 090B | 0924 094D 092F",
    "Bengali ra above vocalic r": "09A8 09C8 | 09B0 09CD 098B | 09A4",
    "consonant, virama, other vowel": "0D38 0D4D | 0D0A | 0D26 0D4D",
    "two-part vowel, decomposed": "0B95 0BC6 0BBE",
    "Vedic accent": "0905 | 0917 094D 0928 093F 0951",
    "Vedic accent of another script": "0C95 0CBE 0951",
    "Vedic tone marks": "0915 1CD0 | 0915 1CE1",
    "combining digits above": "0915 A8E0 | 0916 0903 A8E1",
    "accents on a digit": "0967 0951 0952",
    "avagraha": "0938 094B | 093D | 0939 | 092E 094D",
    "om": "0950 | 0928",
    "Gurmukhi addak and tippi": "0A2A 0A71 | 0A15 0A70",
    "Gurmukhi vowel bearer": "0A73 0A41",
    # Tamil
    "Tamil ksha": "0B95 0BCD 0BB7",
    "Tamil kshmi": "0BB2 | 0B95 0BCD 0BB7 0BCD | 0BAE 0BBF",
    "Tamil shri with sa": "0BB8 0BCD 0BB0 0BC0",
    "Tamil shri with sha": "0BB6 0BCD 0BB0 0BC0",
    "Tamil sra is no shri": "0BB8 0BCD | 0BB0 0BBF",
    "Tamil makkal": "0BAE | 0B95 0BCD | 0B95 | 0BB3 0BCD",
    "Tamil ksha with ZWNJ": "0B95 0BCD 200C | 0BB7",
    "Tamil aytham": "0B83 | 0BAA",
    # Malayalam
    "chillu": "0D05 | 0D35 | 0D7B",
    "chillu by ZWJ": "0D05 | 0D35 | 0D28 0D4D 200D",
    "chillu by ZWJ ends": "0D28 0D4D 200D | 0D31",
    "chillu ends": "0D7B | 0D31",
    "chillu, virama, consonant": "0D7B 0D4D 0D31",
    "chillu by ZWJ, virama, consonant": "0D28 0D4D 200D 0D4D 0D31 0D46",
    "chillu by ZWJ after a conjunct": "0D15 0D4D 0D15 0D4D 200D | 0D15",
    "dot reph": "0D4E 0D15",
    "no chillu of ta: ZWJ joins": "0D24 0D4D 200D 0D24",
    # Others
    "khanda ta": "0989 | 09CE | 09B8 | 09AC",
    "khanda ta with ra": "09AD | 09B0 09CD 09CE | 09B8 | 09A8 09BE",
    "Assamese": "09F0 09BE | 099C 09CD 09AF",
    "Assamese ra joins": "09A7 | 09F0 09CD 09AE",
    "Kannada jihvamuliya": "0C85 | 0CA4 | 0CF1 0C95",
    "Meetei lonsum": "ABC2 ABE3 | ABDF",
    "Ol Chiki": "1C65 | 1C5F | 1C71 | 1C5B | 1C5F | 1C72",
    "Ol Chiki modifier": "1C5A 1C78 | 1C5B 1C79 1C7B",
    "Ol Chiki modifier first": "1C78 | 1C5A",
    "danda": "0939 0948 | 0964 | 0965",
    # Marks that nothing carries
    "stray mark first": "093F | 0915",
    "stray mark after a space": "0020 | 093F | 0915",
    "stray mark after a Latin letter": "0041 | 093F",
    "stray virama": "094D | 0915",
    "stray marks in a row": "0020 | 093F 0902 | 0020",
    "stray mark after an emoji": "1F600 | 093F",
    "marks shown on a dotted circle, a no-break space": "25CC 093F | 00A0 093E",
    # Arabic script, and all the rest: extended grapheme clusters
    "Arabic letters with marks": "0628 064E | 0631 0651 0650",
    "Urdu with Latin": "0627 | 0631 | 062F | 0648 | 0020 | 0041 | 0049 | 0020 | 06F1 | 06F2",
    "Arabic number sign": "0600 0661 | 0662",
    "family": "1F468 200D 1F469 200D 1F467",
    "skin tone": "1F44D 1F3FD | 1F44D",
    "flags": "1F1EE 1F1F3 | 1F1EE 1F1F3 | 1F1EE",
    "heart with variation selector": "2764 FE0F | 0061",
    "Hangul syllables": "D55C | AE00",
    "Hangul jamo": "1112 1161 11AB | 1100 1173 11AF",
    "Hangul syllable and jamo": "AC00 11A8 | AC01 11A8 | AC01 | 1161",
    "line ends": "000D 000A | 000A | 000D | 0061",
    "romanised": "0072 0325 | 006D 0310",
    "Sinhala": "0D9A 0DCA | 0DBB 0DD3",
    "Myanmar stack": "1000 1039 1001",
    "Thai": "0E01 0E33 | 0E01 0E34",
    "control": "0000 | 0301 | 0061",
    "prepended sign alone": "0600 | 000A",
}


@pytest.mark.parametrize("name", TABLE)
def test_table(name):
    parts = [characters(part) for part in TABLE[name].split("|")]
    assert aksharas("".join(parts)) == parts


@pytest.mark.parametrize(
    ("word", "count"),
    [("नमस्ते", 3), ("संस्कृत", 3), ("മലയാളം", 4), ("ಕನ್ನಡ", 3), ("తెలుగు", 3), ("ਪੰਜਾਬੀ", 3), ("ଓଡ଼ିଆ", 3), ("ગુજરાતી", 4)],
)
def test_words(word, count):
    assert len(aksharas(word)) == count


def test_spans():
    assert list(iterate_aksharas("क्षिति")) == [(0, 4), (4, 6)]
    assert aksharas("") == []


def test_the_unicode_version_is_pinned():
    assert UNICODE_VERSION == "17.0.0"


# --- any text ---

INDIC = "".join(
    chr(point)
    for first, last in [(0x900, 0xD7F), (0xA8E0, 0xA8FF), (0x1C50, 0x1CFF), (0xAAE0, 0xAAF6), (0xABC0, 0xABFF)]
    for point in range(first, last + 1)
)
JOINERS = "\u200c\u200d"
any_text = st.text(alphabet=st.characters(exclude_categories=[]))  # with lone surrogates
indic_text = st.text(alphabet=st.sampled_from(INDIC + JOINERS * 40 + "\u094d\u09cd\u0d4d\u0bcd" * 40 + " a\r\n।"))


@given(any_text | indic_text)
def test_aksharas_tile_the_text(text):
    assert "".join(aksharas(text)) == text
    ends = [0]
    for start, end in iterate_aksharas(text):
        assert start == ends[-1] < end
        ends.append(end)
    assert ends[-1] == len(text)


@given(indic_text, indic_text)
def test_a_line_end_is_always_a_boundary(left, right):
    assert aksharas(left + "\n" + right) == [*aksharas(left), "\n", *aksharas(right)] or left.endswith("\r")


syllable = st.from_regex(r"(क्|ष्|र्|त्\u200d|क़्){0,3}[कखगतनपमयरलवसह]़?[ािीुूेैोौ]?[ंँः]?|[अआइईउऊएऐओऔ][ंँ]?", fullmatch=True)


@given(st.lists(syllable))
def test_syllables_put_together_come_apart_again(syllables):
    assert aksharas("".join(syllables)) == syllables


OTHERS = [
    *"ab 1é,\r\n\u0301\u200d\u200c\u00ad\u0600\u06ddبےم\u064e\u0651яЖ\u05d0\u05b8\u0e01\u0e33\u0e34中ー",
    *"😀👍🏽❤\ufe0f🇮🇳👩🎓\u1100\u1161\u11a8가각\u0d9a\u0dca\u0dbb\u0dcf\u1000\u102d\u103a\u1780\u17b6",
]


def test_outside_the_indic_scripts_they_are_extended_grapheme_clusters():
    """As the regex module's `\\X`, on characters that no recent version of Unicode changed."""
    chooser = random.Random(7)
    for _ in range(5_000):
        text = "".join(chooser.choices(OTHERS, k=chooser.randint(1, 10)))
        assert aksharas(text) == regex.findall(r"\X", text), ascii(text)


@pytest.mark.parametrize("code", ["Arab", "Latn"])
def test_arabic_and_latin_are_extended_grapheme_clusters(code):
    letters = regex.findall(f"[{SCRIPTS[code].letters}]", "".join(map(chr, range(0x600, 0x700)))) or list("aṛéñ")
    text = "".join(letters)
    assert aksharas(text) == regex.findall(r"\X", text)


@pytest.mark.parametrize(
    "unit",
    [
        "क",
        "्",
        "क्",
        "र्",
        "\u200d",
        "\u0d4e",
        "ೱ",
        "க்",
        "ஸ்",
        "ന്\u200d",
        "ന്\u200d്",
        "র\u200c",
        "😀\u200d",
        "🇮",
        "ᄀ",
        "က္",
        "\u0600",
        "\r",
        "a",
        "\u0301",
        "\ud800",
    ],
)
def test_long_runs_end(unit):
    """Quadratic time would take hours."""
    assert sum(end - start for start, end in iterate_aksharas(unit * 200_000)) == len(unit) * 200_000
