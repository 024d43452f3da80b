"""Entries grown and pruned: worked by hand, deterministic, whole aksharas, never across the end of a sentence."""

import random
from itertools import pairwise

import pytest

from tests.texts import ALL
from tokenizer_indic import growing
from tokenizer_indic.errors import TrainingStoppedError
from tokenizer_indic.growing import learn_entries, sentences
from tokenizer_indic.segmenting import Segmenter, cost_of

WORDS = ["भारत", "के", "लोग", "पानी", "पीते", "हैं", "में", "क्षेत्र", "नहीं", "किताब", "पढ़ते"]
CHARACTERS = sorted(set("".join(WORDS) + " ।"))


def corpus(count: int = 400) -> list[str]:
    dice = random.Random(3)
    return [" ".join(dice.choices(WORDS, range(1, len(WORDS) + 1), k=6)) + "।" for _ in range(count)]


def tokens(entries: list[str], lines: list[str]) -> int:
    made = Segmenter([*CHARACTERS, *entries])
    return sum(map(len, made.segment_all(lines)))


@pytest.mark.parametrize(
    ("entry", "cost"),
    [("कि", 16), ("ि", 20), ("क्", 20), ("्", 24), ("क्षि", 16), (" है", 16), ("க்", 16), ("ீ", 20), ("न्", 20), ("a", 16)],
)
def test_an_end_inside_an_akshara_costs_a_quarter_of_a_token(entry: str, cost: int) -> None:
    assert cost_of(entry) == cost


def test_a_sentence_ends_at_its_mark_and_at_a_full_stop_before_a_space() -> None:
    assert sentences("राम आया। सीता?! 3.5 है. और") == ["राम आया।", " सीता?!", " 3.5 है.", " और"]
    assert sentences("") == []


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_sentences_put_together_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_what_saves_most_is_learned() -> None:
    """Eight lines of nine letters: an entry for all nine saves 8 x 8 tokens, one for a half 16 x 3."""
    assert learn_entries(["aaab aaab"] * 8, "ab ", 1) == ["aaab aaab"]


def test_fewer_tokens_with_more_entries_and_none_that_only_was_a_step() -> None:
    lines = corpus()
    counts = [tokens(learn_entries(lines, CHARACTERS, wanted), lines) for wanted in (10, 20, 40, 80)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0] / 2
    entries = learn_entries(lines, CHARACTERS, 40)
    made = Segmenter(every := [*CHARACTERS, *entries], [cost_of(each) for each in every])
    used = {made.entries[each] for found in made.segment_all(lines) for each in found}
    assert len(set(entries) - used) <= 2  # what the last round needed in the place of those that left


def test_entries_are_deterministic_of_known_characters_and_within_sentences() -> None:
    lines = [f"{line} {line}" for line in corpus()]
    entries = learn_entries(lines, [each for each in CHARACTERS if each != "ढ"], 60)
    assert entries == learn_entries(iter(lines), [each for each in CHARACTERS if each != "ढ"], 60)
    assert len(entries) == len(set(entries)) == 60
    assert all(len(entry) > 1 and "ढ" not in entry for entry in entries)
    assert not [entry for entry in entries if "।" in entry[:-1]]
    assert any("।" in entry for entry in entries)
    assert any(" " in entry[1:-1] for entry in entries)  # across words


def test_the_most_used_come_first() -> None:
    lines = corpus()
    entries = learn_entries(lines, CHARACTERS, 30)
    made = Segmenter([*CHARACTERS, *entries], [cost_of(each) for each in [*CHARACTERS, *entries]])
    words = {f" {word}" for word in WORDS} | set(WORDS)
    found = [made.entries[each] for row in made.segment_all([*map(str, lines), *sorted(words)]) for each in row]
    uses = [found.count(entry) for entry in entries]
    assert all(one >= other - 2 for one, other in pairwise(uses))  # the words that weigh once more


def test_a_corpus_that_is_too_small_gives_what_there_is() -> None:
    assert learn_entries(["कि"] * 3, ["क", "ि"], 5) == []
    assert learn_entries([], ["क"], 5) == []
    assert learn_entries(["कि कि कि कि"], ["क", "ि", " "], 0) == []


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    told: list[tuple[str, int, int]] = []
    learn_entries(corpus(), CHARACTERS, 30, progress=lambda *each: told.append(each))
    assert [stage for stage, _, _ in told] == sorted(stage for stage, _, _ in told)
    assert {stage for stage, _, _ in told} == {"growing", "pruning"}
    assert all(0 < done <= of for _, done, of in told)
    assert told[-1][1] == told[-1][2]
    with pytest.raises(TrainingStoppedError, match="while growing"):
        learn_entries(corpus(), CHARACTERS, 30, stop=lambda: True)


def test_a_round_adds_no_more_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "SMALLEST_ROUND", 3)
    monkeypatch.setattr(growing, "MORE", 1)
    assert len(learn_entries(corpus(), CHARACTERS, 10)) == 10
