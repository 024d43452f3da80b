"""One text in five units: the rows tile the same bytes, and say what they are."""

import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens.letters.compute import LIMIT, Ladder, Unit, ladder, visible
from components.tokens.letters.view import ladder_json, python
from tests.texts import SCRIPT_STRINGS
from tokenizer_indic import Tokenizer, load
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.measuring import measure

ROOT = Path(__file__).parents[4]
INDIAN = st.text(
    st.sampled_from("कषिन्दी\u093c\u0958\u200c\u200d\u00a0 ம்களతెಕ್کتاب\u0653।a1\n\t😀\u09c7\u09be\uabed"),
    min_size=1,
    max_size=60,
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def rows(made: Ladder) -> dict[str, tuple[Unit, ...]]:
    return {name: getattr(made, name) for name in ("tokens", "aksharas", "graphemes", "points", "bytes")}


def assert_aligned(made: Ladder) -> None:
    data = made.text.encode()
    for name, row in rows(made).items():
        assert (row[0].start, row[-1].end) == (0, len(data)), name
        assert all(one.end == other.start for one, other in pairwise(row)), name
        assert all(unit.start < unit.end for unit in row), name
    assert bytes(int(unit.shown, 16) for unit in made.bytes) == data
    borders = {unit.start for unit in made.points} | {len(data)}
    for name in ("aksharas", "graphemes"):
        assert {end for unit in rows(made)[name] for end in (unit.start, unit.end)} <= borders


@pytest.mark.parametrize("tokenizer", ["hi", "ta", "ur", "indic", "hi-fewest"])
@given(text=st.one_of(INDIAN, ANY))
def test_every_row_tiles_the_same_bytes(tokenizer: str, text: str) -> None:
    made = ladder(text, tokenizer)
    assert_aligned(made)
    assert made.text == load_once(tokenizer).normalize(text)
    assert [unit.id for unit in made.tokens] == load_once(tokenizer).encode(text)
    assert all(unit.shown for row in rows(made).values() for unit in row)
    assert ladder_json(made)["rows"]["points"][0][2] == made.points[0].shown


@cache
def load_once(name: str) -> Tokenizer:
    return load(name)


@pytest.mark.parametrize("text", SCRIPT_STRINGS.values(), ids=SCRIPT_STRINGS)
def test_the_strings_of_the_scripts(text: str) -> None:
    made = ladder(text, "indic")
    assert_aligned(made)
    assert [unit.end - unit.start for unit in made.aksharas] == [len(each.encode()) for each in aksharas(made.text)]


def test_kshi_is_one_akshara_of_four_code_points_and_twelve_bytes() -> None:
    made = ladder("क्षि", "hi")
    assert [len(row) for row in rows(made).values()][1:] == [1, 1, 4, 12]
    assert [unit.shown for unit in made.points] == ["क", "◌्", "ष", "◌ि"]
    assert made.points[1].name == "U+094D DEVANAGARI SIGN VIRAMA, number 2,381"
    assert [unit.shown for unit in made.bytes[:3]] == ["E0", "A4", "95"]


def test_what_cannot_be_seen_is_seen() -> None:
    made = ladder("क्\u200dष क्\u200cष\u00a0।", "hi")
    shown = [unit.shown for unit in made.points]
    assert {"ZWJ", "ZWNJ", "NBSP", "·"} <= set(shown)
    assert [unit.shown for unit in made.points if unit.invisible] == ["ZWJ", "·", "ZWNJ", "NBSP"]


def test_what_nfc_changed_is_told() -> None:
    made = ladder("\u0958लम", "hi")
    assert [(change.before, change.after) for change in made.changes] == [("\u0958", "\u0915\u093c")]
    assert made.text == "\u0915\u093cलम"
    assert not ladder("कलम", "hi").changes


def test_broken_tokens_are_those_that_the_figures_count() -> None:
    text = "बच्चे स्कूल में किताब पढ़ रहे हैं। विद्यार्थी कंप्यूटर"
    made = ladder(text, "hi")
    assert made.broken == round(measure(load("hi"), text).broken_aksharas * len(made.tokens)) > 0


def test_a_long_text_is_cut_between_two_aksharas_and_it_says_so() -> None:
    made = ladder("क्षि" * LIMIT, "hi")
    assert len(made.text) <= LIMIT
    assert len(made.text) % 4 == 0
    assert made.left_out == 4 * LIMIT - len(made.text)
    assert "left out" in ladder_json(made)["says"]


@pytest.mark.parametrize(("text", "tokenizer"), [("", "hi"), ("क", "xx"), ("\ud800", "hi"), ("क" * 20_001, "hi")])
def test_bad_input_gets_a_sentence(text: str, tokenizer: str) -> None:
    with pytest.raises(PathshalaError, match=r"[A-Z].{20,}"):
        ladder(text, tokenizer)


@given(text=ANY)
def test_visible_shows_something(text: str) -> None:
    assert visible(text).strip()
    assert all(visible(character, alone=True).strip() for character in text)


@pytest.mark.parametrize(("text", "tokenizer"), [("क्षि \"'\\ हिन्दी", "hi"), ("தமிழ்\n", "ta"), ("اردو ۱۲", "ur-fewest")])
def test_the_python_runs_and_counts_the_same(text: str, tokenizer: str) -> None:
    made = ladder(text, tokenizer)
    run = subprocess.run(
        [sys.executable, "-c", python(made)], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    counts = [int(line.split()[0]) for line in run.stdout.splitlines()[:5]]
    assert counts == [len(row) for row in rows(made).values()]
