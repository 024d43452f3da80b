"""The tables: what belongs to which script, how each language looks, and guessing one from a text."""

import re
import unicodedata
from pathlib import Path

import pytest
import regex

from tokenizer_indic.scripts import (
    INVISIBLE,
    LANGUAGES,
    SCRIPTS,
    UnknownLanguage,
    dominant_script,
    guess_language,
    language,
    languages,
    script_of,
)

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
needs_corpora = pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not on this machine")
PLANE = [chr(point) for point in range(0x10000) if not 0xD800 <= point <= 0xDFFF]


def members(ranges: str) -> set[str]:
    return set(regex.findall(f"[{ranges}]", "".join(PLANE)))


# --- scripts ---


def test_no_character_is_in_two_scripts_nor_a_letter_and_a_digit():
    classes = [(code, members(ranges)) for code, s in SCRIPTS.items() for ranges in (s.letters, s.digits)]
    for index, (code, characters) in enumerate(classes):
        for other_code, others in classes[:index]:
            assert not characters & others, (code, other_code)


@pytest.mark.parametrize("code", SCRIPTS)
def test_letters_are_letters_and_marks_and_digits_are_numbers(code):
    words_of_one_sign = {"\u06fd", "\u06fe"}  # Sindhi's "and" and "in", symbols by category
    known = {c for c in members(SCRIPTS[code].letters) if unicodedata.category(c) != "Cn"}
    assert {unicodedata.category(c)[0] for c in known - words_of_one_sign} <= {"L", "M"}
    known = {c for c in members(SCRIPTS[code].digits) if unicodedata.category(c) != "Cn"}
    assert known
    assert {unicodedata.category(c)[0] for c in known} == {"N"}


@pytest.mark.parametrize(
    ("code", "letters", "digits"),
    [
        ("Deva", "कि्ऽॐ\u0951\u1cd0\ua8e0\ua8ff\u02bc", "०९"),
        ("Beng", "কৰৱৎ\u09bc", "০৯\u09f4"),
        ("Guru", "ਕੱੰ", "੦"),
        ("Gujr", "કૐ", "૦"),
        ("Orya", "କୱ", "୦\u0b72"),
        ("Taml", "கஃ்", "௦\u0bf0\u0bf1\u0bf2"),
        ("Telu", "కౘ", "౦\u0c78"),
        ("Knda", "ಕೱ", "೦"),
        ("Mlym", "കൻ\u0d4e", "൦\u0d58\u0d70"),
        ("Arab", "اپٹڈڑںےہیڪڳڻ۽۾ٲۆؠـ\u064e\u0670\ufdf2\ufefb\u0751\u08a0", "٠٩۰۹"),
        ("Olck", "ᱚᱸᱽ", "᱐"),
        ("Mtei", "ꯀꯛ\uabed\uaae0\uaaf6", "꯰"),
        ("Latn", "azÉñāəṃṛ\u0325\u0310", "09"),
    ],
)
def test_characters_in_their_script(code, letters, digits):
    assert set(letters) <= members(SCRIPTS[code].letters)
    assert set(digits) <= members(SCRIPTS[code].digits)
    for character in letters + digits.replace("09", ""):
        assert script_of(character) == code


@pytest.mark.parametrize("character", list("।॥॰۔،᱾᱿꯫₹ .-09😀한я\u200d\u200c\ud800"))
def test_characters_of_no_script(character):
    assert script_of(character) is None


def test_direction():
    assert [code for code, script in SCRIPTS.items() if script.direction == "rtl"] == ["Arab"]


@pytest.mark.parametrize("code", SCRIPTS)
def test_rust_and_oniguruma_read_the_classes_alike(code):
    tiktoken = pytest.importorskip("tiktoken")
    tokenizers = pytest.importorskip("tokenizers")
    for ranges in (SCRIPTS[code].letters, SCRIPTS[code].digits):
        found = members(ranges)
        one_byte_each = {bytes([byte]): byte for byte in range(256)}
        rust = tiktoken.Encoding("test", pat_str=f"[{ranges}]", mergeable_ranks=one_byte_each, special_tokens={})
        assert set(rust.decode(rust.encode("".join(PLANE)))) == found
        split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(f"[{ranges}]"), "removed")
        assert {c for piece, _ in split.pre_tokenize_str("".join(PLANE)) for c in piece} == set(PLANE) - found


# --- languages ---


def test_all_scheduled_languages_and_english():
    expected = "as bn brx doi gu hi kn ks kok mai ml mni mr ne or pa sa sat sd ta te ur en"
    assert set(LANGUAGES) == set(expected.split())
    assert languages() == list(LANGUAGES.values())
    assert (languages()[0].code, languages()[-1].code) == ("hi", "en")


@pytest.mark.parametrize("each", languages(), ids=lambda each: each.code)
def test_names_and_samples(each):
    assert all(code in SCRIPTS for code in each.scripts)
    assert each.direction == SCRIPTS[each.scripts[0]].direction
    assert unicodedata.is_normalized("NFC", each.name + each.sample)
    assert dominant_script(each.name) == dominant_script(each.sample) == each.scripts[0]
    assert each.english.isascii()
    assert guess_language(each.sample, LANGUAGES) == each.code


@needs_corpora
@pytest.mark.parametrize("each", [each for each in languages() if each.reviewed], ids=lambda each: each.code)
def test_every_word_of_a_reviewed_sample_is_in_published_text(each):
    def words(text):
        return set(re.split(r"[\s।.,!?:;()*'\"‘’“”۔–—-]+", text.casefold()))

    assert words(each.sample) <= words((CORPORA / "train" / f"{each.code}.txt").read_text(encoding="utf-8"))


def test_language_by_code():
    assert language("hi").name == "हिन्दी"
    assert language("ks").scripts == ("Arab", "Deva")


@pytest.mark.parametrize(
    ("wrong", "hint"), [("Hindi", "hi (Hindi)"), ("தமிழ", "ta (Tamil)"), ("mal", "ml"), ("xx!", "Known: hi, bn")]
)
def test_an_unknown_language_names_the_nearest(wrong, hint):
    with pytest.raises(UnknownLanguage, match=re.escape(hint)):
        language(wrong)
    assert issubclass(UnknownLanguage, ValueError)


# --- which script, which language ---


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("नमस्ते world", "Deva"),
        ("AI का", "Latn"),  # two each: the first
        ("اردو AI ۱۲", "Arab"),
        ("123 ०१२ ।", None),
        ("", None),
        ("한국어", None),
    ],
)
def test_dominant_script(text, script):
    assert dominant_script(text) == script


@pytest.mark.parametrize(
    ("text", "among", "code"),
    [
        ("मला शाळा आवडते", ["hi", "mr"], "mr"),
        ("मुझे स्कूल पसंद है", ["mr", "hi"], "hi"),
        ("मलाई विद्यालय मन पर्छ", ["hi", "mr", "ne"], "ne"),
        ("बालकः पठति", ["hi", "sa"], "sa"),
        ("মোৰ ঘৰ", ["bn", "as"], "as"),
        ("আমার বাড়ি", ["as", "bn"], "bn"),
        ("ڪتاب ۾", ["ur", "sd"], "sd"),
        ("کتاب میں", ["sd", "ur"], "ur"),
        ("कमल", ["mr", "hi"], "mr"),  # nothing to tell by: the first
        ("कमल", ["ks", "ta"], "ks"),  # Kashmiri is sometimes in Devanagari
        ("कमल", ["ks", "hi"], "hi"),
        ("தமிழ்", ["hi", "ml"], None),
        ("123", ["hi"], None),
        ("कमल", ["??", "hi"], "hi"),
    ],
)
def test_guess_language(text, among, code):
    assert guess_language(text, among) == code


@needs_corpora
def test_the_guess_is_right_as_often_as_its_docstring_says():
    files = sorted((CORPORA / "heldout").glob("*.txt"))
    among = [file.stem for file in files]
    right = [
        guess_language(line, among) == file.stem
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    assert sum(right) / len(right) == pytest.approx(0.987, abs=0.002)


# --- what cannot be seen ---


def test_invisible_characters():
    expected = {"\u200d": "ZWJ", "\u200c": "ZWNJ", "\u00a0": "NBSP", "\ufeff": "BOM", "\u00ad": "SHY"}
    expected |= {"\u200e": "LRM", "\u200f": "RLM", "\u2060": "WJ", "\ufe0f": "VS16", "\ufe0e": "VS15"}
    assert expected.items() <= INVISIBLE.items()
    assert all(len(character) == 1 and 2 <= len(label) <= 5 for character, label in INVISIBLE.items())
    assert not {" ", "\n", "\t", "\r"} & INVISIBLE.keys()


def test_every_space_and_format_character_of_general_use_is_listed():
    in_general_use = map(chr, [*range(0x2000, 0x2070), 0xA0, 0xAD, 0x3000, 0xFEFF])
    assert all(c in INVISIBLE for c in in_general_use if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cf"))
