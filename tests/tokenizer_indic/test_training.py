"""counts -> merges: a merge worked by hand, and the fast way against the obvious one."""

import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texts import CORPUS
from tokenizer_indic import Tokenizer, train
from tokenizer_indic.counting import add_counts, count_pieces
from tokenizer_indic.errors import CorpusTooSmallError, TextError, TrainingError, TrainingStoppedError
from tokenizer_indic.splitting import PATTERNS, pattern
from tokenizer_indic.training import RAREST_PAIR, choose_characters, learn_merges, train_from_counts


def base_of(characters: str = "") -> Tokenizer:
    return Tokenizer(name="base", language="hi", normalization=None, characters=characters)


def spelled(base: Tokenizer, merges: list[tuple[int, int]]) -> list[str]:
    made = Tokenizer(name="t", language="hi", normalization=None, characters=base.characters, merges=merges)
    return [made.entry(len(base) + number).text or "" for number in range(len(merges))]


def test_the_example_of_wikipedia() -> None:
    """aaabdaaabac: Z = aa (4 times, aaa holds it twice); then Za and ab tie, and Za is found first; then Zab and d?"""
    base = base_of()
    merges = learn_merges({"aaabdaaabac": 1}, base, 3)
    assert spelled(base, merges) == ["aa", "aaa", "aaab"]
    made = Tokenizer(name="w", language="en", merges=merges)
    assert [made.entry(id).text for id in made.encode("aaabdaaabac")] == ["aaab", "d", "aaab", "a", "c"]  # XdXac


def test_an_indian_example_by_hand() -> None:
    """हिंदी हिंदी हिम: ह+ि occurs three times; then हि+ं twice, before the equally common ं+द."""
    counts = count_pieces(["हिंदी", "हिंदी", "हिम"], pattern("indic"))
    assert counts == {"हिंदी": 2, "हिम": 1}
    base = base_of("हिंदीम")
    assert spelled(base, learn_merges(counts, base, 3)) == ["हि", "हिं", "हिंद"]


def merges_the_obvious_way(counts: dict[str, int], base: Tokenizer, wanted: int) -> list[tuple[int, int]]:
    """Count everything again after each merge; of equals take the pair that is found first."""
    rows = []
    for piece, count in counts.items():
        ids = [base.encode(character) for character in piece]
        rows.append(([one[0] if len(one) == 1 else -1 for one in ids], count))
    merges: list[tuple[int, int]] = []
    while len(merges) < wanted:
        totals: Counter[tuple[int, int]] = Counter()
        for row, count in rows:
            for pair in pairwise(row):
                if min(pair) >= 0:
                    totals[pair] += count
        if not totals or max(totals.values()) < RAREST_PAIR:
            break
        best = max(totals, key=lambda pair: totals[pair])  # the first of equals: Counter keeps the order
        new = len(base) + len(merges)
        merges.append(best)
        rows = [(merged(row, best, new), count) for row, count in rows]
    return merges


def merged(row: list[int], pair: tuple[int, int], new: int) -> list[int]:
    result: list[int] = []
    at = 0
    while at < len(row):
        if tuple(row[at : at + 2]) == pair:
            result.append(new)
            at += 2
        else:
            result.append(row[at])
            at += 1
    return result


def test_the_fast_way_is_the_obvious_way() -> None:
    counts = count_pieces(CORPUS, pattern("indic"))
    base = base_of("".join(choose_characters(counts)))
    assert learn_merges(counts, base, 400) == merges_the_obvious_way(counts, base, 400)


@settings(max_examples=300)
@given(st.dictionaries(st.text(alphabet="abcकिé", min_size=1, max_size=9), st.integers(1, 5), max_size=8))
def test_the_fast_way_is_the_obvious_way_on_any_counts(counts: dict[str, int]) -> None:
    base = base_of("िक")
    assert learn_merges(counts, base, 40) == merges_the_obvious_way(counts, base, 40)


def test_the_size_is_what_was_asked_for() -> None:
    made = train(CORPUS, language="hi", vocabulary=500, special_tokens=["<|endoftext|>"])
    assert len(made) == 500
    assert made.special_tokens == {"<|endoftext|>": 499}


def test_every_merge_is_whole_characters() -> None:
    made = train([*CORPUS, "𑀅𑀓𑀅𑀓 𑀅𑀓𑀅𑀓"], language="hi", vocabulary=600, allow_smaller=True)
    assert all(made.entry(id).text is not None for pair in made.merges for id in pair)
    assert {entry.kind for entry in made if entry.text is None} <= {"byte", "part"}


def test_the_same_corpus_gives_the_same_merges() -> None:
    first, second = (train(CORPUS, language="hi", vocabulary=450) for _ in range(2))
    assert first.merges == second.merges
    assert first.characters == second.characters


def test_order_of_the_corpus_breaks_ties() -> None:
    one = train(["कख", "गघ"] * 2, language="hi", vocabulary=262, characters="कखगघ")
    other = train(["गघ", "कख"] * 2, language="hi", vocabulary=262, characters="कखगघ")
    assert one.entry(len(one) - 1).text == "कख"
    assert other.entry(len(other) - 1).text == "गघ"


def test_a_corpus_too_small_says_how_far_it_got() -> None:
    with pytest.raises(CorpusTooSmallError, match=r"too small for 5,000 entries: after [\d,]+ no pair") as caught:
        train(CORPUS, language="hi", vocabulary=5000)
    smaller = train(CORPUS, language="hi", vocabulary=5000, allow_smaller=True)
    assert len(smaller) == caught.value.reached < 5000


def test_an_empty_corpus() -> None:
    with pytest.raises(CorpusTooSmallError, match="empty"):
        train([], language="hi", vocabulary=300)


@pytest.mark.parametrize("size", [0, -1, 100_001])
def test_sizes_that_cannot_be(size: int) -> None:
    with pytest.raises(TrainingError, match="1 to 100,000"):
        train(CORPUS, language="hi", vocabulary=size)


def test_one_long_string_is_no_list_of_lines() -> None:
    with pytest.raises(TrainingError, match="not one text"):
        train("राम राम", language="hi", vocabulary=300)


def test_the_order_of_hashes_changes_nothing(tmp_path: Path) -> None:
    """Sets and dicts of strings are ordered otherwise in another process: the file is the same."""
    text = tmp_path / "text.txt"
    text.write_text("\n".join(CORPUS), encoding="utf-8")
    files = []
    for seed in ("0", "1", "777"):
        out = tmp_path / seed / "same.json"
        command = [sys.executable, "-m", "tokenizer_indic", "train", str(text), "--language", "hi"]
        command += ["--vocabulary", "450", "--output", str(out)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run(command, env=environment, check=True, capture_output=True)
        files.append(out.read_bytes())
    assert files[0] == files[1] == files[2]


def test_too_few_entries_for_the_characters() -> None:
    with pytest.raises(TrainingError, match="too few: 256 bytes"):
        train(CORPUS, language="hi", vocabulary=260)


def test_it_stops_on_request() -> None:
    with pytest.raises(TrainingStoppedError, match="while counting"):
        train(CORPUS, language="hi", vocabulary=500, stop=lambda: True)
    answers = iter([False, True])
    with pytest.raises(TrainingStoppedError, match="after 64 of"):
        train(CORPUS, language="hi", vocabulary=500, stop=lambda: next(answers))


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[str, int, int]] = []
    train(CORPUS, language="hi", vocabulary=500, progress=lambda *step: seen.append(step))
    assert seen[0][0] == "counting"
    assert seen[-1][0] == "merging"
    assert seen[-1][1] == seen[-1][2] > 0


def test_the_newest_merges_are_all_merges() -> None:
    seen: list[str] = []
    steps: list[int] = []
    made = train(
        CORPUS,
        language="hi",
        vocabulary=500,
        newest=seen.extend,
        progress=lambda stage, done, of: steps.append(len(seen)) if stage == "merging" else None,
    )
    first = len(made) - len(made.merges)
    assert seen == [made.entry(id).text for id in range(first, len(made))]
    assert steps[:2] == [64, 128]  # told before the progress that counts them


def test_a_lone_surrogate_in_the_corpus_is_refused() -> None:
    with pytest.raises(TextError, match="surrogate"):
        train(["एक \ud800"], language="hi", vocabulary=300)


def test_letters_of_the_script_are_entries_however_rare() -> None:
    counts = {"क" * 100: 1000, "ॐ": 1, "你": 1}
    assert choose_characters(counts, ["Deva"]) == ["क", "ॐ", "\u200c", "\u200d"]  # and the joiners
    assert choose_characters(counts) == ["क"]


def test_what_are_no_settings_is_said() -> None:
    with pytest.raises(TrainingError, match="line 2 is int"):
        train(["राम", 2], language="hi", vocabulary=300)  # type: ignore[list-item]
    with pytest.raises(TrainingError, match="a whole number"):
        train(CORPUS, language="hi", vocabulary=300.5)  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match="costs 0 to 4 tokens, not x"):
        train(CORPUS, language="hi", vocabulary=300, segmentation="fewest", broken_cost="x")  # type: ignore[arg-type]


# -- counting ---------------------------------------------------------------------------------------------------------


def test_counts_in_order_of_first_occurrence() -> None:
    counts = count_pieces(["राम राम", "राम आया।"], pattern("indic"))
    assert list(counts.items()) == [("राम", 2), (" राम", 1), (" आया", 1), ("।", 1)]


@given(st.lists(st.text(alphabet="aक ि।\t1'"), max_size=6))
def test_counting_words_is_counting_pieces(lines: list[str]) -> None:
    for by in PATTERNS.values():
        expected = Counter(piece for line in lines for piece in by.compiled.findall(line))
        assert count_pieces(lines, by, None) == expected


def test_counts_of_parts_add_up() -> None:
    whole = count_pieces(CORPUS, pattern("indic"))
    parts = [count_pieces(CORPUS[:7], pattern("indic")), count_pieces(CORPUS[7:], pattern("indic"))]
    assert list(add_counts(parts).items()) == list(whole.items())


def test_training_from_counts_is_training() -> None:
    counts = count_pieces(CORPUS, pattern("indic"))
    made = train_from_counts(counts, language="hi", vocabulary=450)
    assert made.merges == train(CORPUS, language="hi", vocabulary=450).merges
