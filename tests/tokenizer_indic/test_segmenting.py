"""The segmentation with the fewest tokens: by hand, against a slow search, and against Hugging Face's Unigram."""

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tokenizer_indic import segmenting
from tokenizer_indic.segmenting import UNKNOWN, Segmenter

LETTERS = "कि्ष a।"
ENTRIES = st.lists(st.text(LETTERS, min_size=2, max_size=5), max_size=12, unique=True)
TEXTS = st.lists(st.text(LETTERS + "€\n", max_size=12), max_size=6)


@pytest.fixture(autouse=True, scope="module", params=["plain", "compiled"])
def either_path(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test here runs on both paths."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segmenting, "is_compiled", lambda texts: request.param == "compiled")
        yield request.param


def pieces(made: Segmenter, text: str) -> list[str]:
    """As strings, characters that are in no entry included."""
    found, place = [], 0
    for entry in made.segment(text):
        length = 1 if entry == UNKNOWN else len(made.entries[entry])
        assert entry == UNKNOWN or text.startswith(made.entries[entry], place)
        found.append(text[place : place + length])
        place += length
    assert place == len(text)
    return found


def slowly(entries: Sequence[str], costs: dict[str, int], text: str) -> list[str]:
    """Every way to each place, the cheapest kept, of equal ones that with the longest last entry."""
    ways: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(text) + 1):
        last = [entry for entry in entries if text[:end].endswith(entry)]
        tried = [(ways[end - len(entry)][0] + costs[entry], -len(entry), entry) for entry in last]
        if tried:
            cost, _, entry = min(tried)
            ways.append((cost, [*ways[end - len(entry)][1], entry]))
        else:
            ways.append((ways[-1][0], [*ways[-1][1], text[end - 1]]))
    return ways[-1][1]


def with_characters(longer: Sequence[str]) -> list[str]:
    return [*LETTERS, *longer]


def test_the_fewest_tokens_by_hand() -> None:
    """From the left the longest entry would give आया| ह|ै: three."""
    made = Segmenter([*"आया हैगी", "आया ", " है", "आया"])
    assert pieces(made, "आया है") == ["आया", " है"]


def test_of_equally_cheap_ways_the_last_entry_is_the_longest() -> None:
    made = Segmenter([*"abcd", "ab", "bc", "abc", "bcd", "cd"])
    assert pieces(made, "abcd") == ["a", "bcd"]
    assert pieces(made, "abcdab") == ["a", "bcd", "ab"]


def test_a_cost_may_outweigh_a_token() -> None:
    entries = [*"कि्ष", "कि", "क्", "्षि", "क्षि"]
    assert pieces(Segmenter([*entries, "िक"]), "किक") == ["क", "िक"]
    assert pieces(Segmenter([*entries, "िक"], [16] * 8 + [17]), "किक") == ["कि", "क"]


def test_what_is_in_no_entry_is_told_character_by_character() -> None:
    made = Segmenter([*"कमल", "कमल"])
    assert made.segment("€€कमल€") == [UNKNOWN, UNKNOWN, 3, UNKNOWN]
    assert made.segment("") == []
    assert Segmenter([]).segment("क\nल") == [UNKNOWN] * 3


@given(ENTRIES, TEXTS, st.randoms(use_true_random=False))
@example(["क ", " ।"], ["क ।क", "।।"], random.Random(0))
def test_it_gives_what_a_slow_search_gives(longer: list[str], texts: list[str], dice: random.Random) -> None:
    entries = with_characters(longer)
    costs = [dice.choice((1, 2, 3)) for _ in entries]
    made = Segmenter(entries, costs)
    for text in texts:
        assert pieces(made, text) == slowly(entries, dict(zip(entries, costs, strict=True)), text)


@given(ENTRIES, st.lists(st.text(LETTERS + "€", max_size=40), min_size=2, max_size=8))
def test_side_by_side_is_as_alone(longer: list[str], texts: list[str]) -> None:
    made = Segmenter(with_characters(longer))
    texts = sorted((text for text in texts if text), key=len, reverse=True) or ["क"]
    rows, starts = made._side_by_side(texts)
    assert [rows[start:end].tolist() for start, end in pairwise(starts)] == [made._alone(text) for text in texts]


def test_unknown_characters_at_the_very_beginning_of_many_texts() -> None:
    """Nothing is looked up before the beginning of a text, however long the last entry is."""
    made = Segmenter(["a", "a" * 50])
    assert [each.tolist() for each in made.segment_all(["€a", *["€"] * 70, "aa"])] == [[-1, 0], *[[-1]] * 70, [0, 0]]


def test_many_texts_come_back_in_their_order() -> None:
    """Of all lengths, some empty, one of them so long that it goes alone, more than go side by side."""
    dice = random.Random(1)
    made = Segmenter(with_characters(["कि", "क्ष", "षि", " क", "क्षि ", "a।"]))
    texts = ["".join(dice.choices(LETTERS + "€\n", k=dice.randrange(40))) for _ in range(3000)]
    texts.insert(77, "".join(dice.choices("कि्ष ", k=5000)))
    found = made.segment_all(texts)
    for text, each in zip(texts, found, strict=True):
        assert each.tolist() == made._alone(text)


@pytest.mark.parametrize("sizes", [[], [0], [5], [9] * 70, [10**6, *[100] * 300], [10**7] * 100, [3] * 10_000])
def test_blocks_hold_like_sizes_and_are_not_too_large(sizes: list[int]) -> None:
    found = list(segmenting._blocks(sizes))
    assert [each for first, last in found for each in range(first, last)] == list(range(len(sizes)))
    for first, last in found:
        assert last - first == 1 or last - first <= segmenting.WIDEST
        if last - first > segmenting.NARROWEST:
            assert (last - first) * sizes[first] <= segmenting.CELLS


def test_a_text_is_cut_only_where_no_entry_goes_on() -> None:
    made = Segmenter([*"कम। ", "।।", "म।", "क "])
    assert made._cut.findall("कम।। क\nम") == ["कम।। ", "क\n", "म"]  # behind ' ', not behind '।'
    for text in ("कम।। क\nम", "।।।", "म।म।।क क "):
        assert "".join(made._cut.findall(text)) == text
        assert made.segment(text) == made._alone(text)


@pytest.mark.parametrize(
    ("entries", "costs", "says"),
    [
        (["क", "क"], None, "twice"),
        (["क", ""], None, "empty"),
        (["क", "कि"], None, "'ि' is part of an entry"),
        (["क"], [0], "at least 1"),
        (["क"], [1, 1], "at least 1"),
    ],
)
def test_entries_that_cannot_be_segmented_into_are_refused(
    entries: list[str], costs: list[int] | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Segmenter(entries, costs)


@given(ENTRIES, st.lists(st.text(LETTERS, max_size=30), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_hugging_faces_unigram_gives_the_same_with_minus_the_cost_as_score(
    longer: list[str], texts: list[str], dice: random.Random
) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    entries = with_characters(longer)
    costs = [dice.choice((16, 20, 24)) for _ in entries]
    theirs = tokenizers.Tokenizer(
        tokenizers.models.Unigram(
            [("<unk>", -1000.0), *((each, -cost / 16) for each, cost in zip(entries, costs, strict=True))], 0
        )
    )
    made = Segmenter(entries, costs)
    for text in texts:
        assert [each - 1 for each in theirs.encode(text).ids] == made.segment(text)


def test_time_grows_with_the_length_alone() -> None:
    """Entries of one letter's runs: every place has as many entries as there are, whatever stands before it."""
    made = Segmenter(["a", *("a" * length for length in range(2, 40))])
    found = made.segment_all(["a" * 100_000])[0]
    assert len(found) == -(-100_000 // 39)
    assert np.bincount(made.lengths[found])[39] == 100_000 // 39


# -- the compiled path ------------------------------------------------------------------------------------------------


@given(ENTRIES, TEXTS, st.integers(1, 9))
def test_texts_on_several_cores_are_as_on_one(longer: list[str], texts: list[str], size: int) -> None:
    made = Segmenter(with_characters(longer))
    expected = [each.tolist() for each in made.segment_all(texts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segmenting, "is_compiled", lambda texts: True)
        patch.setattr(segmenting, "_cores", lambda: 2)
        patch.setattr(segmenting, "A_THREADS", size)
        assert [each.tolist() for each in made.segment_all(texts)] == expected


@given(st.text("a\nक", max_size=40), st.integers(1, 9))
def test_a_text_is_cut_for_the_cores_behind_line_feeds(text: str, size: int) -> None:
    parts = segmenting._cut_lines(text, size)
    assert "".join(parts) == text
    assert all(part.endswith("\n") and len(part) > size for part in parts[:-1])


COMES = """
import sys
if {absent}:
    sys.modules["numba"] = None  # as if it were not installed
from tokenizer_indic import segmenting
made = segmenting.Segmenter(["a", "b", "ab"])
def loaded():
    return "tokenizer_indic.compiled" in sys.modules
before = made.segment_all(["aab"] * 10)
assert not loaded()
segmenting.COMPILED_FROM = 30
after = made.segment_all(["aab"] * 10)
assert loaded() is not {absent}
assert [each.tolist() for each in before] == [each.tolist() for each in after] == [[0, 2]] * 10
"""


@pytest.mark.parametrize("absent", [False, True])
def test_numba_is_asked_for_where_there_is_much_text_and_need_not_be_there(absent: bool) -> None:
    subprocess.run([sys.executable, "-c", COMES.format(absent=absent)], check=True)
