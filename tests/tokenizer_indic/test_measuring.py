"""The figures: small texts counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import ALL
from tokenizer_indic import Tokenizer, load
from tokenizer_indic.measuring import measure, measure_lines

BYTES_ONLY = Tokenizer(name="bytes", language="hi")
LETTERS = Tokenizer(name="letters", language="hi", characters="किताब")
HINDI = load("hi")


def test_bytes_are_the_worst_case() -> None:
    figures = measure(BYTES_ONLY, "किताब का")
    assert (figures.tokens, figures.bytes, figures.characters) == (22, 22, 8)
    assert (figures.aksharas, figures.words) == (5, 2)  # कि ता ब ␣ का
    assert figures.bytes_per_token == 1.0
    assert figures.characters_per_token == pytest.approx(8 / 22)
    assert figures.aksharas_per_token == pytest.approx(5 / 22)
    assert figures.tokens_per_word == 11.0
    assert figures.broken_aksharas == pytest.approx(21 / 22)  # all but the space
    assert figures.vocabulary == 256
    assert figures.round_trip is True


def test_letters_break_the_aksharas_that_have_two() -> None:
    figures = measure(LETTERS, "किताब")
    assert figures.tokens == 5
    assert figures.broken_aksharas == pytest.approx(4 / 5)  # क ि त ा, not ब


def test_line_breaks_are_in_no_count() -> None:
    one, other = measure(LETTERS, "कि\nता\n"), measure(LETTERS, "किता")
    assert (one.tokens, one.bytes, one.characters, one.aksharas) == (4, 12, 4, 2)
    assert (other.tokens, other.bytes, other.characters, other.aksharas) == (4, 12, 4, 2)
    assert one.words == 2


def test_sizes_are_those_of_the_text_as_given() -> None:
    figures = measure(HINDI, "\u0958")  # NFC makes it two characters of six bytes
    assert (figures.bytes, figures.characters, figures.aksharas, figures.round_trip) == (3, 1, 1, True)


def test_an_empty_text_has_ratios_of_nothing() -> None:
    figures = measure(HINDI, "")
    assert figures.tokens == figures.aksharas == 0
    assert figures.bytes_per_token == figures.tokens_per_word == figures.broken_aksharas == 0.0


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_every_awkward_text_is_measured(text: str) -> None:
    figures = measure(HINDI, text)
    assert figures.round_trip
    assert figures.tokens == sum(len(HINDI.encode(line)) for line in text.split("\n"))
    assert 0 <= figures.broken_aksharas <= 1


def test_what_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Tokenizer(name="broken", language="hi")
    monkeypatch.setattr(made, "decode", lambda ids: "something else")
    assert measure(made, "राम").round_trip is False


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_lines_are_measured_as_the_text_is(text: str) -> None:
    assert measure(HINDI, text) == measure_lines(HINDI, iter(text.split("\n")))
