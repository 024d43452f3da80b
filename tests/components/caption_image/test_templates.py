"""Every language has its sentences, and each takes one name."""

import unicodedata

import pytest

from components.caption_image.templates import TEMPLATES
from tokenizer_indic.scripts import LANGUAGES, script_of

CODES = ["hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "or", "ml", "pa", "as", "ne", "sd", "sa", "en"]


def test_the_sixteen_languages() -> None:
    assert sorted(TEMPLATES) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_one_name_goes_into_each(code: str) -> None:
    templates = TEMPLATES[code]
    assert 4 <= len(templates) == len(set(templates)) <= 5
    for template in templates:
        assert template.count("{}") == template.count("{") == template.count("}") == 1
        assert template == template.strip() == unicodedata.normalize("NFC", template)
        assert {script_of(each) for each in template} - {None} == {LANGUAGES[code].scripts[0]}


@pytest.mark.parametrize("code", CODES)
def test_nothing_grows_onto_the_name(code: str) -> None:
    """A case ending would: ಚಿತ್ರದಲ್ಲಿ {} takes any name, {}ಯ ಚಿತ್ರ only one that ends in ಿ or ೆ."""
    for template in TEMPLATES[code]:
        assert "{}" in template.split(" ")


def test_examples() -> None:
    assert TEMPLATES["en"][0].format("dog") == "a photo of a dog"
    assert TEMPLATES["hi"][0].format("कुत्ता") == "तस्वीर में कुत्ता"
    assert TEMPLATES["ta"][0].format("நாய்") == "படத்தில் நாய்"
