"""text -> the segmentation with the fewest tokens, for any list of entries. No merges, no bytes, no files.

    entries  र ा म आ य ' ' राम आया ' आया'      राम आया  ->  राम| आया, since no other way needs fewer than two

For each place in the text: the cheapest way to it, out of the cheapest ways to earlier places and the entries that end
here; of equally cheap ones that whose last entry is longest. A shortest path, so the time grows with the length alone.
Which entries end at a place an automaton knows without looking back (Aho and Corasick 1975, doi 10.1145/360825.360855).

Many texts go side by side, one step of numpy for a place in all of them; one that is much longer goes alone. Where
numba is installed, a process that has been given COMPILED_FROM characters at once goes through compiled.py from then
on, several times faster and on all cores. All give the same, and so does Hugging Face's Unigram model with minus the
cost as an entry's score.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .aksharas import iterate_aksharas

TOKEN, BROKEN = 16, 4  # costs: of a token, and of each of its ends that lies inside an akshara
UNKNOWN = -1  # stands for one character that is in no entry
WIDEST = 2048  # texts side by side
NARROWEST = 64  # fewer are faster one by one
CELLS = 1 << 21  # of a table: texts side by side, times the characters of the longest
COMPILED_FROM = 2_000_000  # characters: loading the compiled path takes as long as they do without it
A_THREADS = 250_000  # characters that are worth a thread of their own

_FAR = 1 << 60


def cost_of(entry: str, broken: int = BROKEN) -> int:
    """TOKEN, and `broken` more for each end inside an akshara, between consonants: 'कि' -> 16, 'ि' -> 20, '्' -> 24"""
    borders = {start for start, _ in iterate_aksharas(f"क{entry}क")}
    return TOKEN + broken * ((1 not in borders) + (1 + len(entry) not in borders))


@dataclass(frozen=True)
class Automaton:
    """States are the beginnings of entries, 0 the empty one. Classes are the characters of entries, 0 any other."""

    classes: np.ndarray  # code point -> class
    after: np.ndarray  # states x classes -> state
    longest: np.ndarray  # state -> the longest entry that ends here, or UNKNOWN
    shorter: np.ndarray  # entry -> the longest other entry that it ends with, or UNKNOWN


class Segmenter:
    """Segments texts into `entries`, so that the sum of their costs is least; equal costs mean the fewest tokens.

    `costs`: whole numbers above 0, one an entry; 1 each if left out. A character that is in no entry costs nothing, as
    there is no choice about it. Raises ValueError if an entry is empty, there twice, or holds a character that is no
    entry by itself.
    """

    def __init__(self, entries: Sequence[str], costs: Sequence[int] | None = None) -> None:
        self.entries = tuple(entries)
        self.costs = np.ones(len(entries), np.int64) if costs is None else np.array(costs, np.int64)
        _check(self.entries, self.costs)
        self.lengths = np.fromiter(map(len, entries), np.int64, len(entries))
        self.automaton = _automaton(self.entries)
        self._cut = _cut_of(self.entries)
        self._newline_ends = not any("\n" in entry for entry in self.entries if len(entry) > 1)

    def segment(self, text: str) -> list[int]:
        """The numbers of the entries that spell `text`, UNKNOWN for each character that is in none."""
        return self.segment_all([text])[0].tolist()  # type: ignore[no-any-return]

    def segment_all(self, texts: Iterable[str]) -> list[np.ndarray]:
        """The same for many texts, several times faster than one by one."""
        flat, begins, ends = self.segment_flat(list(texts))
        return [flat[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]

    def segment_flat(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The entries of all texts, and where those of each begin and end; what lies between is of no text."""
        compiled = is_compiled(texts)
        if self._newline_ends:  # all can be cut as one text, which saves half of the time where texts are short
            joined = "\n".join(texts)
            flat = self._compiled(joined) if compiled else self._segment_parts(self._cut.findall(joined))
            places = np.cumsum(np.append(self.lengths, 1)[flat])  # the last is UNKNOWN's
            sizes = np.fromiter(map(len, texts), np.int64, len(texts))
            behind = np.cumsum(sizes + 1) - 1  # characters up to the end of each
            begins, ends = (np.searchsorted(places, each, side="right") for each in (behind - sizes, behind))
            return flat, begins, ends
        if compiled:
            found = [self._shortest_path(text) for text in texts]
        else:
            found = [self._segment_parts(self._cut.findall(text)) for text in texts]
        ends = np.cumsum(np.fromiter(map(len, found), np.int64, len(found)))
        return np.concatenate([*found, _NOTHING]), np.r_[0, ends[:-1]][: len(ends)], ends

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """longest, shorter, lengths, costs: plain Python is faster with lists."""
        known = self.automaton
        return known.longest.tolist(), known.shorter.tolist(), self.lengths.tolist(), self.costs.tolist()

    # -- compiled -----------------------------------------------------------------------------------------------------

    def _compiled(self, text: str) -> np.ndarray:
        """The entries of a text in which no entry goes on behind a line feed, on all cores."""
        parts = _cut_lines(text, max(A_THREADS, len(text) // _cores() + 1))
        if len(parts) == 1:
            return self._shortest_path(text)
        with ThreadPoolExecutor(_cores()) as pool:
            return np.concatenate(list(pool.map(self._shortest_path, parts)))

    def _shortest_path(self, text: str) -> np.ndarray:
        from .compiled import shortest_path

        return shortest_path(_points(text), *self._narrow)  # type: ignore[no-any-return]

    @cached_property
    def _narrow(self) -> tuple[Any, ...]:
        """The tables in as few bytes as will hold them, since they should fit a processor's cache; and the ring."""
        known = self.automaton
        after = known.after.astype(np.uint16) if len(known.after) < 1 << 16 else known.after
        lists = (each.astype(np.int32) for each in (known.longest, known.shorter, self.lengths, self.costs))
        return known.classes, after, *lists, 1 << int(self.lengths.max(initial=1)).bit_length()

    # -- parts of texts -----------------------------------------------------------------------------------------------

    def _segment_parts(self, texts: list[str]) -> np.ndarray:
        """The entries of all, one text after the other."""
        order = np.argsort(-np.fromiter(map(len, texts), np.int64, len(texts)), kind="stable")
        counts = np.zeros(len(texts), np.int64)
        found = []
        for first, last in _blocks([len(texts[number]) for number in order.tolist()]):
            numbers = order[first:last]
            if last - first == 1:
                rows = np.array(self._alone(texts[int(numbers[0])]), np.int64)
                counts[numbers] = len(rows)
            else:
                rows, starts = self._side_by_side([texts[number] for number in numbers.tolist()])
                counts[numbers] = np.diff(starts)
            found.append((numbers, rows))
        starts = np.cumsum(counts) - counts
        flat = np.empty(int(counts.sum()), np.int64)
        for numbers, rows in found:
            own = counts[numbers]
            flat[np.arange(len(rows)) + np.repeat(starts[numbers] - (np.cumsum(own) - own), own)] = rows
        return flat

    def _alone(self, text: str) -> list[int]:
        """One text, in plain Python."""
        longest, shorter, lengths, costs = self._lists
        after = self.automaton.after
        best, chosen = [0], [UNKNOWN]  # cost of the cheapest way to a place, and the last entry of that way
        state = 0
        for place, symbol in enumerate(self.automaton.classes[_points(text)].tolist(), 1):
            state = after.item(state, symbol)
            entry, least, pick = longest[state], _FAR, UNKNOWN
            while entry >= 0:
                if (cost := best[place - lengths[entry]] + costs[entry]) < least:
                    least, pick = cost, entry
                entry = shorter[entry]
            best.append(least if pick >= 0 else best[-1])
            chosen.append(pick)
        found, place = [], len(text)
        while place:
            found.append(entry := chosen[place])
            place -= lengths[entry] if entry >= 0 else 1
        return found[::-1]

    def _side_by_side(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Texts, the longest first -> the entries of all, one text after the other, and where each begins."""
        wide, sizes = len(texts), np.fromiter(map(len, texts), np.int64, len(texts))
        symbols = self._symbols(texts, sizes)  # places x texts
        ongoing = np.searchsorted(-sizes, -np.arange(len(symbols)), side="left").tolist()  # texts that reach this place
        known, steps = self.automaton, self.lengths * wide
        after, classes = known.after.reshape(-1), known.after.shape[1]
        best = np.zeros((len(symbols) + 1) * wide, np.int64)  # as in `_alone`, (places + 1) x texts
        chosen = np.full((len(symbols) + 1) * wide, UNKNOWN, np.int64)
        state = np.zeros(wide, np.int64)
        for place, (count, symbol) in enumerate(zip(ongoing, symbols, strict=True), 1):
            state = after.take(state[:count] * classes + symbol[:count])
            pick = known.longest.take(state)
            here = np.arange(place * wide, place * wide + count)
            least = best.take(here - steps.take(pick), mode="clip") + self.costs.take(pick)  # UNKNOWN takes nonsense
            if (none := pick < 0).any():
                least[none] = best[here[none] - wide]
            open_, other = np.arange(count), known.shorter.take(pick)
            other[none] = UNKNOWN
            while len(open_ := open_[keep := other >= 0]):
                other = other[keep]
                cost = best.take(here.take(open_) - steps.take(other)) + self.costs.take(other)
                better = cost < least.take(open_)
                least[open_[better]], pick[open_[better]] = cost[better], other[better]
                other = known.shorter.take(other)
            best[place * wide : place * wide + count] = least
            chosen[place * wide : place * wide + count] = pick
        return self._backwards(chosen, sizes)

    def _symbols(self, texts: Sequence[str], sizes: np.ndarray) -> np.ndarray:
        """Classes of the characters, places x texts; 0 behind the end of a text."""
        table = np.zeros((len(texts), int(sizes[0])), self.automaton.classes.dtype)
        table[np.arange(table.shape[1]) < sizes[:, None]] = self.automaton.classes[_points("".join(texts))]
        return np.ascontiguousarray(table.T)

    def _backwards(self, chosen: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The entries of every text, from its end to its beginning, all texts at once."""
        wide, left, open_ = len(sizes), sizes.copy(), np.flatnonzero(sizes)
        lengths = np.append(self.lengths, 1)  # the last is UNKNOWN's
        rounds = []
        while len(open_):
            entries = chosen.take(left[open_] * wide + open_)
            rounds.append((open_, entries))
            left[open_] -= lengths[entries]
            open_ = open_[left[open_] > 0]
        counts = np.zeros(wide, np.int64)
        for of, _ in rounds:
            counts[of] += 1
        starts = np.r_[0, np.cumsum(counts)]
        rows = np.empty(int(starts[-1]), np.int64)
        for number, (of, entries) in enumerate(rounds, 1):
            rows[starts[of + 1] - number] = entries
        return rows, starts


def is_compiled(texts: Sequence[str]) -> bool:
    """Is the compiled path there, or worth loading for these texts?"""
    if f"{__package__}.compiled" not in sys.modules and sum(map(len, texts)) < COMPILED_FROM:
        return False
    try:
        from . import compiled  # noqa: F401
    except ImportError:  # no numba, or none that fits
        return False
    return True


def _cut_lines(text: str, size: int) -> list[str]:
    """The text in parts of about `size` characters, each but the last with a line feed at its end."""
    parts, start = [], 0
    while (end := text.find("\n", start + size)) >= 0:
        parts.append(text[start : end + 1])
        start = end + 1
    return [*parts, text[start:]]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# -- building ---------------------------------------------------------------------------------------------------------


def _check(entries: Sequence[str], costs: np.ndarray) -> None:
    characters = {entry for entry in entries if len(entry) == 1}
    if len(set(entries)) < len(entries) or "" in entries:
        raise ValueError("An entry is empty or there twice.")
    if missing := set("".join(entries)) - characters:
        raise ValueError(f"{min(missing)!r} is part of an entry, but no entry by itself.")
    if len(costs) != len(entries) or (len(costs) and costs.min() < 1):
        raise ValueError("Every entry has a cost of at least 1.")


def _automaton(entries: Sequence[str]) -> Automaton:
    characters = sorted(entry for entry in entries if len(entry) == 1)
    classes = np.zeros(0x110000, np.int16 if len(characters) < 1 << 15 else np.int32)
    classes[[ord(each) for each in characters]] = np.arange(1, len(characters) + 1)
    # 1. The trie of the entries: of each state how deep it is, the state before, and the class that leads here.
    depths, parents, by = [0], [0], [0]
    children: dict[tuple[int, int], int] = {}
    ends = []
    for entry in entries:
        state = 0
        for symbol in classes[_points(entry)].tolist():
            if (state, symbol) not in children:
                children[state, symbol] = len(depths)
                depths.append(depths[state] + 1)
                parents.append(state)
                by.append(symbol)
            state = children[state, symbol]
        ends.append(state)
    # 2. Level by level: where there is no child, a state goes on as its longest ending that is a state too.
    depth, parent, symbol_of = np.array(depths), np.array(parents), np.array(by)
    after = np.zeros((len(depths), len(characters) + 1), np.int32)
    own = np.full(len(depths), UNKNOWN, np.int64)
    own[ends] = np.arange(len(entries))
    longest, ending = own.copy(), np.zeros(len(depths), np.int64)
    for level in range(int(depth.max()) + 1):
        states = np.flatnonzero(depth == level)
        if level > 1:
            ending[states] = after[ending[parent[states]], symbol_of[states]]
        if level > 0:
            after[states] = after[ending[states]]
            longest[states] = np.where(own[states] >= 0, own[states], longest[ending[states]])
        below = np.flatnonzero(depth == level + 1)
        after[parent[below], symbol_of[below]] = below
    return Automaton(classes, after, longest, longest[ending[ends]])


def _cut_of(entries: Sequence[str]) -> "re.Pattern[str]":
    """Cuts a text behind every character behind which no entry goes on: at the ends of sentences, mostly."""
    inside = set("".join(entry[:-1] for entry in entries))
    last = {entry[-1] for entry in entries} - inside
    ends = re.escape("".join(sorted(last | ({"\n"} - inside))))
    return re.compile(f"[^{ends}]*[{ends}]|[^{ends}]+" if ends else "(?s:.+)")


def _blocks(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Sizes, the largest first -> which go together: like sizes, so that little is empty; few, and each goes alone."""
    first = 0
    while first < len(sizes):
        last = min(len(sizes), first + min(WIDEST, max(NARROWEST, CELLS // max(1, sizes[first]))))
        near = first + NARROWEST - 1
        if near >= len(sizes) or 2 * sizes[near] < sizes[first]:
            last = first + 1
        yield first, last
        first = last


def _points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


_NOTHING = np.empty(0, np.int64)
