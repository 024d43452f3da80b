"""Byte-pair encoding by hand: Wikipedia's example both ways, and the same merges as the library makes."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens.merges import compute
from components.tokens.merges.compute import Course, Pair, learn, read_choices
from components.tokens.merges.presets import PRESETS, Preset
from tests.texts import AWKWARD, SCRIPT_STRINGS
from tokenizer_indic import Tokenizer, train
from tokenizer_indic.normalizing import normalize
from tokenizer_indic.splitting import split
from tokenizer_indic.training import learn_merges

ALPHABET = "aab \nक\u093f\u094dकतா்\u0645\u0627\u06cc१,😀"
texts = st.text(ALPHABET, min_size=1, max_size=60) | st.sampled_from(
    [text for text in (SCRIPT_STRINGS | AWKWARD).values() if text and "\0" not in text]
)


def merged(course: Course) -> list[tuple[str, str]]:
    """The pairs as texts."""
    return [tuple(course.entries[id].decode() for id in (m.pair.left, m.pair.right)) for m in course.merges]


def replayed(course: Course) -> list[list[list[int]]]:
    """The pieces after 0, 1, 2 … merges."""
    states = [[list(piece) for piece in course.pieces]]
    for number, merge in enumerate(course.merges):
        states.append([compute.replace(piece, merge.pair, course.base + number) for piece in states[-1]])
    return states


def spelled(course: Course, state: list[list[int]]) -> list[str]:
    return [course.entries[id].decode() for piece in state for id in piece]


# -- worked by hand ---------------------------------------------------------------------------------------------------


def test_wikipedia_s_example_by_the_rule() -> None:
    course = learn("aaabdaaabac")
    assert merged(course) == [("a", "a"), ("aa", "a"), ("aaa", "b")]
    assert [merge.pair.count for merge in course.merges] == [4, 2, 2]
    assert [merge.tied for merge in course.merges] == [1, 2, 1]
    assert [merge.length for merge in course.merges] == [9, 7, 5]
    assert spelled(course, replayed(course)[-1]) == ["aaab", "d", "aaab", "a", "c"]  # XdXac
    assert course.finished


def test_wikipedia_s_example_as_wikipedia_does_it() -> None:
    course = learn("aaabdaaabac", choices={2: 2})
    assert merged(course) == [("a", "a"), ("a", "b"), ("aa", "ab")]
    assert [merge.place for merge in course.merges] == [1, 2, 1]
    assert [merge.length for merge in course.merges] == [9, 7, 5]
    assert spelled(course, replayed(course)[-1]) == ["aaab", "d", "aaab", "a", "c"]


def test_in_aaa_the_pair_is_counted_twice_and_replaced_once() -> None:
    (merge,) = learn("aaa").merges
    assert (merge.pair.count, merge.replaced, merge.length) == (2, 1, 2)


def test_the_ending_of_the_paper_s_words_comes_first() -> None:
    """Sennrich, Haddow and Birch (arXiv 1508.07909): es, then est, nine times each."""
    course = learn("low " * 5 + "lower " * 2 + "newest " * 6 + "widest " * 3, within="words")
    assert merged(course)[:4] == [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w")]
    assert [merge.pair.count for merge in course.merges[:4]] == [9, 9, 7, 7]


def test_inside_words_nothing_reaches_over_a_space() -> None:
    assert ("a", " ") in merged(learn("a a a a"))
    assert merged(learn("a a a a", within="words")) == [(" ", "a")]


def test_bytes_of_devanagari_begin_with_e0_a4() -> None:
    course = learn("नमस्ते", "bytes")
    first = course.merges[0].pair
    assert course.entries[first.left] + course.entries[first.right] == b"\xe0\xa4"


def test_aksharas_stay_whole() -> None:
    course = learn("क्षि क्षि क्षि", "aksharas")
    assert [course.entries[id].decode() for id in course.pieces[0]] == ["क्षि", " ", "क्षि", " ", "क्षि"]


def test_nfc_comes_first_and_is_told() -> None:
    course = learn("\u0958\u0958")
    assert course.text == "\u0915\u093c\u0915\u093c"
    assert course.changes[0].names_before[0] == "U+0958 DEVANAGARI LETTER QA"
    assert merged(course) == [("\u0915", "\u093c")]


def test_urdu_is_read_from_the_right() -> None:
    assert learn("کرتا کرتی").direction == "rtl"
    assert learn("करता करती").direction == "ltr"


# -- the library's merges ---------------------------------------------------------------------------------------------


def library(text: str, within: str) -> list[tuple[str, str]]:
    """The merges of tokenizer_indic.training on the same pieces, all characters being entries."""
    pieces = split(text) if within == "words" else [text]
    characters = sorted({character for character in text if not character.isascii()})
    base = Tokenizer(name="base", language="hi", normalization=None, characters=characters)
    pairs = learn_merges(dict(Counter(pieces)), base, compute.MOST)
    known = [entry.bytes for entry in base]
    for left, right in pairs:
        known.append(known[left] + known[right])
    return [(known[left].decode(), known[right].decode()) for left, right in pairs]


@given(texts, st.sampled_from(["whole", "words"]))
@settings(deadline=None, max_examples=150)
def test_the_merges_are_those_of_the_library(text: str, within: str) -> None:
    assert merged(learn(text, within=within)) == library(normalize(text), within)


@pytest.mark.parametrize("preset", [each for each in PRESETS if each.start == "characters" and each.within == "words"])
def test_a_trained_tokenizer_has_the_same_merges(preset: Preset) -> None:
    text = preset.text
    characters = {character for character in text if not character.isascii()}
    made = train([text], language="hi", vocabulary=2_000, characters=characters, allow_smaller=True)
    entries = [entry.text for entry in made if entry.kind == "merge"]
    course = learn(text, within="words")
    assert entries == [entry.decode() for entry in course.entries[course.base :]]


@given(texts)
@settings(deadline=None, max_examples=60)
def test_bytes_merge_as_letters_do(text: str) -> None:
    letters = "".join(chr(0x100 + byte) for byte in normalize(text).encode())
    assert learn(text, "bytes").merges == learn(letters).merges


# -- whatever the text ------------------------------------------------------------------------------------------------


@given(texts, st.sampled_from(["characters", "bytes", "aksharas"]), st.sampled_from(["whole", "words"]))
@settings(deadline=None, max_examples=150)
def test_every_step_spells_the_text_and_counts_it(text: str, start: str, within: str) -> None:
    course = learn(text, start, within)
    states = replayed(course)
    for number, state in enumerate(states):
        assert b"".join(course.entries[id] for piece in state for id in piece) == normalize(text).encode()
        if number:
            assert sum(map(len, state)) == course.merges[number - 1].length
            assert sum(map(len, states[number - 1])) - sum(map(len, state)) == course.merges[number - 1].replaced
        counts = compute.count_pairs(state)
        ranking = course.rankings[number]
        assert ranking.different == len(counts)
        assert all(counts[pair.left, pair.right] == pair.count for pair in ranking.pairs)
        assert [pair.count for pair in ranking.pairs] == sorted(counts.values(), reverse=True)[: compute.RANKED]
    assert len(course.entries) == course.base + len(course.merges)
    assert len(course.rankings) == len(course.merges) + 1
    assert len(set(course.entries)) == len(course.entries)
    assert course.finished


def test_equally_frequent_pairs_stand_as_they_are_found() -> None:
    ranking = compute.rank(compute.count_pairs([[3, 1, 2, 3, 1, 2]]))
    assert ranking.pairs == (Pair(3, 1, 2), Pair(1, 2, 2), Pair(2, 3, 1))
    assert ranking.tied == 2


def test_the_longest_text_is_fast_and_stops_in_time() -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + compute.LIMIT // 2)))
    course = learn(letters * 2, "bytes")
    assert len(course.merges) == compute.MOST
    assert not course.finished


# -- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"text": ""}, "no text yet"),
        ({"text": "a" * 2_001}, "leave out 1"),
        ({"text": "a\0b"}, "NUL"),
        ({"text": "a\ud800"}, "surrogate"),
        ({"text": "aa", "start": "words"}, "“words”"),
        ({"text": "aa", "within": "lines"}, "“lines”"),
        ({"text": "aaa", "choices": {1: 2}}, "nothing to choose"),
        ({"text": "aaabdaaabac", "choices": {2: 3}}, "no choice number 3"),
        ({"text": "aaa", "choices": {7: 1}}, "no merge 7"),
    ],
)
def test_what_cannot_be_is_told(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(PathshalaError, match=sentence):
        learn(**asked)  # type: ignore[arg-type]


def test_choices_of_a_link() -> None:
    assert read_choices("") == {}
    assert read_choices("2:2 7:3") == {2: 2, 7: 3}


@given(st.text(max_size=20) | st.from_regex(r"[0-9: ]{0,20}", fullmatch=True))
def test_any_other_choice_is_refused_with_a_sentence(written: str) -> None:
    try:
        choices = read_choices(written)
    except PathshalaError:
        return
    assert all(number > 0 and place > 0 for number, place in choices.items())
