"""counts of pieces -> characters and merges, or lines -> characters and entries (growing.py) -> Tokenizer.

A worked example, Wikipedia's (the pieces are one string, the base its letters):

    aaabdaaabac   aa occurs 4 times (aaa holds it twice)   Z = aa    ZabdZabac
    ZabdZabac     Za and ab occur twice, Za comes first    Y = Za    YbdYbac
    YbdYbac       Yb occurs twice                          X = Yb    XdXac

The pair that occurs most often is merged; of several the one whose first occurrence in the corpus is leftmost. Only
whole characters are merged: bytes and prefixes of characters outside the vocabulary never are.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, get_args

import numpy as np
import regex

from .counting import Recipe, count_lines
from .errors import CorpusTooSmallError, TrainingError, TrainingStoppedError
from .growing import LEAST, learn_entries
from .memory import no_garbage_collection
from .scripts import LANGUAGES, SCRIPTS
from .segmenting import BROKEN, TOKEN
from .tokenizer import Segmentation, Tokenizer

LARGEST = 100_000  # entries
DEAREST = 4  # tokens, of an end inside an akshara
RAREST_PAIR = 2  # a pair must occur this often to be merged
COVERAGE = 0.9995  # of the corpus's characters are entries of their own; the rest is spelled in bytes

JOINERS = "\u200c\u200d"  # ZWNJ, ZWJ

Pair = tuple[int, int]
Progress = Callable[[str, int, int], object]  # stage, done, of how many (0: unknown)
Newest = Callable[[list[str]], object]  # the texts of the latest merges, in their order


def train(
    lines: Iterable[str],
    *,
    language: str,
    vocabulary: int,
    name: str | None = None,
    pattern_name: str = "indic",
    segmentation: Segmentation = "merges",
    broken_cost: float | None = None,
    normalization: str | None = "NFC",
    special_tokens: Sequence[str] = (),
    characters: Iterable[str] | None = None,
    facts: dict[str, Any] | None = None,
    allow_smaller: bool = False,
    progress: Progress | None = None,
    newest: Newest | None = None,
    stop: Callable[[], bool] | None = None,
) -> Tokenizer:
    """A tokenizer of exactly `vocabulary` entries, everything counted, from lines of text (without their line feeds).

    `characters`: the characters that become entries; by default those of the corpus, see `choose_characters`.
    `segmentation`: "merges" is byte-pair encoding inside the pieces of the pattern; "fewest" grows and prunes entries,
    across spaces too, for the fewest tokens (growing.py), and knows no pattern.
    `broken_cost`, with "fewest": what an end of a token inside an akshara costs while learning, in tokens, from 0 to 4;
    0.25 if left out. More breaks fewer aksharas, and takes a few more tokens.
    `progress` is called with ("counting", 0, 0) and then ("merging", done, of how many), or "growing" and "pruning".
    `newest`, with "merges": is called with the texts of the merges since its last call, just before such a "merging".
    `stop` is asked now and then; when it says yes TrainingStoppedError is raised.
    Raises CorpusTooSmallError, which says how far it got, when no pair occurs twice any more, unless `allow_smaller`.
    Raises TrainingError for sizes that cannot be, and for a pattern with "fewest".
    """
    check_settings(vocabulary, segmentation, pattern_name, broken_cost)
    if isinstance(lines, str):
        raise TrainingError("Training takes lines of text, not one text: give it text.split('\\n').")
    if progress:
        progress("counting", 0, 0)
    counted = count_lines(_stoppable(lines, stop), Recipe(pattern_name, normalization, segmentation == "fewest"))
    return train_from_counts(
        counted.pieces,
        counted.lines,
        language=language,
        vocabulary=vocabulary,
        name=name,
        pattern_name=pattern_name,
        segmentation=segmentation,
        broken_cost=broken_cost,
        normalization=normalization,
        special_tokens=special_tokens,
        characters=characters,
        facts=facts,
        allow_smaller=allow_smaller,
        progress=progress,
        newest=newest,
        stop=stop,
    )


def check_settings(
    vocabulary: int, segmentation: str = "merges", pattern_name: str = "indic", broken_cost: float | None = None
) -> None:
    """Raises TrainingError for what cannot be, so that it is told before any text is read."""
    if not isinstance(vocabulary, int) or not 0 < vocabulary <= LARGEST:
        raise TrainingError(f"A vocabulary has 1 to {LARGEST:,} entries, a whole number; {vocabulary} were asked for.")
    if segmentation not in get_args(Segmentation):
        raise TrainingError(f"segmentation is 'merges' or 'fewest', not {str(segmentation)[:40]!r}.")
    if segmentation == "fewest" and pattern_name != "indic":
        raise TrainingError("The segmentation with the fewest tokens knows no split pattern: leave the pattern out.")
    if segmentation == "merges" and broken_cost is not None:
        raise TrainingError("Merges have no price for broken aksharas: it goes with the fewest tokens.")
    if broken_cost is not None and not (isinstance(broken_cost, (int, float)) and 0 <= broken_cost <= DEAREST):
        raise TrainingError(f"An end inside an akshara costs 0 to {DEAREST} tokens, not {broken_cost}.")


def train_from_counts(
    counts: dict[str, int],
    lines: Iterable[str] = (),
    *,
    language: str,
    vocabulary: int,
    name: str | None = None,
    pattern_name: str = "indic",
    segmentation: Segmentation = "merges",
    broken_cost: float | None = None,
    normalization: str | None = "NFC",
    special_tokens: Sequence[str] = (),
    characters: Iterable[str] | None = None,
    facts: dict[str, Any] | None = None,
    allow_smaller: bool = False,
    progress: Progress | None = None,
    newest: Newest | None = None,
    stop: Callable[[], bool] | None = None,
) -> Tokenizer:
    """The same from counts of pieces (`counting.count`), whose order breaks ties.

    `lines`: with "fewest", the lines or a sample of them, normalised (`Counted.lines`).
    """
    check_settings(vocabulary, segmentation, pattern_name, broken_cost)
    if not counts:
        raise CorpusTooSmallError("The corpus is empty: there is nothing to learn from.", reached=0)
    base = _base(counts, language, characters, segmentation)
    wanted = _room(vocabulary, base, special_tokens)
    merges: list[Pair] = []
    entries: list[str] = []
    if segmentation == "fewest":
        every = [*map(chr, range(128)), *base.characters]
        broken = BROKEN if broken_cost is None else round(TOKEN * broken_cost)
        entries = learn_entries(lines, every, wanted, words=counts, broken=broken, progress=progress, stop=stop)
    else:
        merges = learn_merges(counts, base, wanted, progress=progress, newest=newest, stop=stop)
    reached = vocabulary - wanted + len(merges) + len(entries)
    _check_reached(reached, vocabulary, LEAST if segmentation == "fewest" else RAREST_PAIR, allow_smaller)
    return Tokenizer(
        name=name or language,
        language=language,
        pattern_name=pattern_name,
        normalization=normalization,
        characters=base.characters,
        merges=merges,
        entries=entries,
        segmentation=segmentation,
        special_tokens=special_tokens,
        training=facts,
    )


def _base(
    counts: dict[str, int], language: str, characters: Iterable[str] | None, segmentation: Segmentation
) -> Tokenizer:
    """Bytes and characters."""
    scripts = LANGUAGES[language].scripts[:1] if language in LANGUAGES else ()
    chosen = choose_characters(counts, scripts) if characters is None else list(characters)
    return Tokenizer(name="base", language=language, normalization=None, characters=chosen, segmentation=segmentation)


def _room(vocabulary: int, base: Tokenizer, special_tokens: Sequence[str]) -> int:
    """How many entries are left to learn. Raises TrainingError if none can be."""
    wanted = vocabulary - len(base) - len(special_tokens)
    if wanted < 0:
        raise TrainingError(
            f"{vocabulary:,} entries are too few: 256 bytes, {len(base) - 256} for the corpus's characters and"
            f" {len(special_tokens)} special tokens already make {vocabulary - wanted:,}."
        )
    return wanted


def _check_reached(reached: int, vocabulary: int, rarest: int, allow_smaller: bool) -> None:
    if reached < vocabulary and not allow_smaller:
        raise CorpusTooSmallError(
            f"The corpus is too small for {vocabulary:,} entries: after {reached:,} no pair of neighbours occurs"
            f" {rarest} times. Ask for at most {reached:,}, or give it more text.",
            reached,
        )


def choose_characters(counts: dict[str, int], scripts: Collection[str] = ()) -> list[str]:
    """The characters that become entries, in order of their code points: the most common ones that together make up
    COVERAGE of the text, and every letter and digit of `scripts` (codes as in SCRIPTS) that occurs at all, with the
    joiners, which belong to their spelling.

    ASCII is there already, as bytes.
    """
    points, weights = _points(counts)
    totals = np.bincount(points, weights, minlength=0x80)
    totals[ord(BARRIER)] = 0
    wanted = COVERAGE * totals.sum() - totals[:0x80].sum()
    totals[:0x80] = 0
    common_first = np.argsort(-totals, kind="stable")
    covered = np.cumsum(totals[common_first])
    enough = int(np.searchsorted(covered, wanted)) + 1 if wanted > 0 else 0
    chosen = {chr(point) for point in common_first[:enough] if totals[point]}
    if scripts:
        own = "".join(SCRIPTS[code].letters + SCRIPTS[code].digits for code in scripts)
        occurring = "".join(map(chr, np.flatnonzero(totals)))
        chosen |= set(regex.findall(f"[{own}]", occurring)) | set(JOINERS)
    return sorted(chosen)


def learn_merges(
    counts: dict[str, int],
    base: Tokenizer,
    wanted: int,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    newest: Newest | None = None,
) -> list[Pair]:
    """The `wanted` most useful merges over the base's entries, or as many as there are.

    All pieces lie one after the other in a flat array of ids, a barrier (-1) after each, so a position is also an
    order: that of the corpus's first occurrences. Once both sides of a pair exist its occurrences can only vanish: its
    count only falls and its leftmost occurrence only moves right. So a heap is enough whose entries are checked when
    they come up.
    """
    with no_garbage_collection():
        return _learn_merges(counts, base, wanted, _Report(base, wanted, progress, newest), stop)


class _Report:
    """Tells of the merges that have been made since it was last called."""

    def __init__(self, base: Tokenizer, wanted: int, progress: Progress | None, newest: Newest | None) -> None:
        self.wanted, self.progress, self.newest = wanted, progress, newest
        self._texts = [entry.text or "" for entry in base] if newest else []  # of all entries that were told
        self._base = len(base)

    def __call__(self, merges: list[Pair]) -> None:
        if self.newest:
            texts, told = self._texts, len(self._texts)
            for left, right in merges[told - self._base :]:
                texts.append(texts[left] + texts[right])
            self.newest(texts[told:])
        if self.progress:
            self.progress("merging", len(merges), self.wanted)


def _learn_merges(
    counts: dict[str, int],
    base: Tokenizer,
    wanted: int,
    report: _Report,
    stop: Callable[[], bool] | None,
) -> list[Pair]:
    ids, weights = _flatten(counts, base)
    places, totals = _all_pairs(ids, weights)
    size = len(ids)
    after = list(range(1, size + 1))
    before = list(range(-1, size - 1))
    heap = [(-total, places[pair][0], pair) for pair, total in totals.items()]
    heapq.heapify(heap)
    weigh = weights.__getitem__
    merges: list[Pair] = []
    new = len(base)
    while heap and len(merges) < wanted:
        # 1. The best pair whose count and leftmost occurrence are still true.
        negative, leftmost, pair = heap[0]
        left, right = pair
        count = totals[pair]
        if count < RAREST_PAIR:
            heapq.heappop(heap)
            continue
        if -negative != count or ids[leftmost] != left or ids[after[leftmost]] != right:
            leftmost = next(at for at in places[pair] if ids[at] == left and ids[after[at]] == right)
            heapq.heapreplace(heap, (-count, leftmost, pair))
            continue
        heapq.heappop(heap)
        # 2. Merge it everywhere, left to right; remember who stands before and behind.
        ahead: dict[int, list[int]] = defaultdict(list)
        behind: dict[int, list[int]] = defaultdict(list)
        for at in places.pop(pair):
            following = after[at]
            if ids[at] != left or ids[following] != right:
                continue
            previous, next_ = before[at], after[following]
            ids[at], ids[following] = new, -2
            after[at], before[next_] = next_, at
            ahead[ids[previous]].append(previous)
            behind[ids[next_]].append(at)
        # 3. Each neighbour has lost a pair with a side and won one with the new entry.
        won = [((one, new), (one, left), where) for one, where in ahead.items() if one >= 0]
        won += [((new, one), (right, one), where) for one, where in behind.items() if one >= 0]
        sums = [sum(map(weigh, where)) for _, _, where in won]
        del totals[pair]
        for (made, _, where), total in zip(won, sums, strict=True):
            if total >= RAREST_PAIR:
                totals[made], places[made] = total, where
        for (_, lost, _), total in zip(won, sums, strict=True):
            if lost in totals:
                totals[lost] -= total
        for made, _, where in won:
            if totals.get(made, 0) >= RAREST_PAIR:
                heapq.heappush(heap, (-totals[made], where[0], made))
        merges.append(pair)
        new += 1
        if len(merges) % 64 == 0:
            report(merges)
            if stop and stop():
                raise TrainingStoppedError(f"Training was stopped after {len(merges):,} of {wanted:,} merges.")
    report(merges)
    return merges


BARRIER = "\0"  # stands between pieces; a NUL in the text is one too, and takes part in no merge


def _points(counts: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pieces -> the code points of all, a barrier before, between and after them, and the count at each place."""
    text = BARRIER + BARRIER.join(counts) + BARRIER
    lengths = np.fromiter(map(len, counts), dtype=np.int64, count=len(counts))
    weights = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32), np.r_[0, np.repeat(weights, lengths + 1)]


def _flatten(counts: dict[str, int], base: Tokenizer) -> tuple[list[int], list[int]]:
    """Pieces -> one array of ids and the count at each place.

    A barrier is -1, and so is a character that is no entry, since its bytes take part in no merge.
    """
    points, weights = _points(counts)
    table = np.full(0x110000, -1, dtype=np.int64)
    table[1:128] = np.arange(1, 128)
    for character in base.characters:
        table[ord(character)] = base.encode(character)[0]
    return table[points].tolist(), weights.tolist()


def _all_pairs(ids: list[int], weights: list[int]) -> tuple[dict[Pair, list[int]], dict[Pair, int]]:
    """Each pair of neighbours that is common enough -> its places, left to right, and its count."""
    row, weight = np.array(ids, dtype=np.int64), np.array(weights, dtype=np.int64)
    at = np.flatnonzero((row[:-1] >= 0) & (row[1:] >= 0))
    keys = (row[at] << 32) | row[at + 1]
    order = np.argsort(keys, kind="stable")
    at, keys = at[order], keys[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    places: dict[Pair, list[int]] = {}
    totals: dict[Pair, int] = {}
    if not len(keys):
        return places, totals
    all_places, ends = at.tolist(), np.r_[starts[1:], len(keys)].tolist()
    sums = np.add.reduceat(weight[at], starts).tolist()
    for key, total, start, end in zip(keys[starts].tolist(), sums, starts.tolist(), ends, strict=True):
        if total >= RAREST_PAIR:
            pair = (key >> 32, key & 0xFFFFFFFF)
            places[pair], totals[pair] = all_places[start:end], total
    return places, totals


def _stoppable(lines: Iterable[str], stop: Callable[[], bool] | None) -> Iterable[str]:
    for number, line in enumerate(lines):
        if stop and number % 1024 == 0 and stop():
            raise TrainingStoppedError("Training was stopped while counting.")
        if not isinstance(line, str):
            raise TrainingError(f"Training takes lines of text; line {number + 1} is {type(line).__name__}.")
        yield line
