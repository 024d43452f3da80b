"""lines -> the entries with which their language needs the fewest tokens. No ids, no bytes, no files.

    grow     Segment everything with the fewest tokens, count neighbours, and let the pairs that would save most become
             entries; again and again, until there are some times as many as wanted.
    prune    Count how often each entry is used. What it saves: its uses, times what the cheapest other spelling would
             cost more. Those that save least leave, a few at a time, until as many are left as wanted.

So entries that only served as steps to longer ones go, and their places are used again. Nothing is joined across the
end of a sentence; across spaces, much is. Three choices make the entries fit text that was not learned from:

    A token that begins or ends inside an akshara costs a quarter more. Whole aksharas recur in other words. (Learning
    with a higher price, `broken`, breaks fewer and takes a few more tokens; texts are segmented with the quarter.)
    Each different word counts once more than it occurs, so that rare words, of which new text brings others, weigh.
    A pair must occur LEAST times.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np

from .counting import count_pieces
from .errors import TrainingStoppedError
from .segmenting import BROKEN, TOKEN, UNKNOWN, Segmenter, cost_of
from .splitting import SENTENCE_ENDS, pattern

LEAST = 4  # times that a pair occurs
LONGEST = 32  # characters of an entry
MORE = 3  # times as many entries as wanted, before the first leave
GROWTH, SHRINKAGE = 1.35, 0.85  # of a round
SMALLEST_ROUND = 200  # entries

Progress = Callable[[str, int, int], object]  # stage, done, of how many

_ENDS = f"{SENTENCE_ENDS}?!"
_SENTENCE = re.compile(rf"(?<=[{_ENDS}])(?![{_ENDS}])|(?<=\.)(?=\s)")


def sentences(line: str) -> list[str]:
    """'राम आया। सीता?' -> ['राम आया।', ' सीता?']; a full stop ends one if a space follows."""
    return [each for each in _SENTENCE.split(line) if each]


def learn_entries(
    lines: Iterable[str],
    characters: Sequence[str],
    wanted: int,
    *,
    words: Iterable[str] | None = None,
    broken: int = BROKEN,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[str]:
    """At most `wanted` entries of two and more characters, the most used first; all consist of `characters`.

    `words`: the different pieces of the pattern `indic` that weigh once more; by default those of the lines.
    `broken`: what an end inside an akshara costs more, in sixteenths of a token, while entries are chosen.
    Fewer entries, if no more pairs occur LEAST times. `progress` is called with "growing" and "pruning"; `stop` is
    asked each round, and when it says yes TrainingStoppedError is raised.
    """
    texts = list(chain.from_iterable(map(sentences, lines)))
    words = count_pieces(texts, pattern("indic"), None) if words is None else words
    corpus = _Corpus([*texts, *(word for word in words if len(word) > 2)], characters, broken)
    most = MORE * wanted + SMALLEST_ROUND if wanted else 0
    while len(corpus.entries) < most and corpus.grow(most):
        _tell(progress, stop, "growing", len(corpus.entries), most)
    grown = len(corpus.entries)
    while len(corpus.entries) > wanted:
        corpus.prune(max(wanted, int(SHRINKAGE * len(corpus.entries))))
        _tell(progress, stop, "pruning", grown - len(corpus.entries), grown - wanted)
    return corpus.by_use()


def _tell(progress: Progress | None, stop: Callable[[], bool] | None, stage: str, done: int, of: int) -> None:
    if progress:
        progress(stage, done, of)
    if stop and stop():
        raise TrainingStoppedError(f"Training was stopped while {stage}, after {done:,} of {of:,}.")


class _Corpus:
    """Texts, and the entries so far (of two and more characters)."""

    def __init__(self, texts: list[str], characters: Sequence[str], broken: int) -> None:
        self.texts, self.characters, self.broken = texts, list(characters), broken
        self.entries: list[str] = []
        self._costs: dict[str, int] = {}

    def grow(self, most: int) -> bool:
        """More entries, up to `most` in all; False if there are no more to be had."""
        rows, made = self._segment()
        inside = rows != UNKNOWN
        if "\n" in self.characters:  # between two texts
            inside &= rows != self.characters.index("\n")
        joined = np.r_[False, inside[1:] & inside[:-1]]  # does this entry go on what stands before it?
        at = np.flatnonzero(joined[1:])
        pairs, counts = np.unique(rows[at] * len(made.entries) + rows[at + 1], return_counts=True)
        pairs, counts = pairs[counts >= LEAST], counts[counts >= LEAST]
        left, right = np.divmod(pairs, len(made.entries))
        saves = counts * (made.costs[left] + made.costs[right] - TOKEN)
        room = min(most - len(self.entries), max(SMALLEST_ROUND, int((GROWTH - 1) * len(self.entries))))
        known = set(self.entries)
        before = len(known)
        for each in np.argsort(-saves, kind="stable").tolist():
            entry = made.entries[left[each]] + made.entries[right[each]]
            if len(entry) <= LONGEST and entry not in known:
                known.add(entry)
                self.entries.append(entry)
                if len(known) == before + room:
                    break
        return len(known) > before

    def prune(self, left: int) -> None:
        """The `left` entries that save most stay."""
        rows, made = self._segment()
        first = len(self.characters)
        uses = np.bincount(rows[rows != UNKNOWN], minlength=len(made.entries))[first:]
        gone: np.ndarray = np.empty(0, np.int64)
        for _ in range(2):  # an entry may lean on one that leaves as well
            saves = uses * (_other_costs(made, first, gone + first) - made.costs[first:])
            order = np.argsort(-saves, kind="stable")
            gone = order[left:]
        self.entries = [self.entries[each] for each in sorted(order[:left].tolist())]

    def by_use(self) -> list[str]:
        """The entries, the most used first."""
        rows, made = self._segment()
        uses = np.bincount(rows[rows != UNKNOWN], minlength=len(made.entries))[len(self.characters) :]
        return [self.entries[each] for each in np.argsort(-uses, kind="stable").tolist()]

    def _segment(self) -> tuple[np.ndarray, Segmenter]:
        """Entries of all texts, one text after the other, a line feed between; and what segmented them."""
        entries = [*self.characters, *self.entries]
        made = Segmenter(entries, [self._cost(entry) for entry in entries])
        return made.segment_flat(self.texts)[0], made

    def _cost(self, entry: str) -> int:
        if entry not in self._costs:
            self._costs[entry] = cost_of(entry, self.broken)
        return self._costs[entry]


def _other_costs(made: Segmenter, first: int, gone: np.ndarray) -> np.ndarray:
    """Of each entry from number `first` on: the cost of its cheapest spelling by others that are not `gone`."""
    known = made.automaton
    longest, shorter, after = known.longest.tolist(), known.shorter.tolist(), known.after
    lengths, costs = made.lengths.tolist(), made.costs.tolist()
    left_out = set(gone.tolist())
    found = []
    for number in range(first, len(made.entries)):
        points = np.frombuffer(made.entries[number].encode("utf-32-le"), np.uint32)
        best, state = [0], 0
        for place, symbol in enumerate(known.classes[points].tolist(), 1):
            state = after.item(state, symbol)
            entry, ways = longest[state], []
            while entry >= 0:
                if entry != number and entry not in left_out:
                    ways.append(best[place - lengths[entry]] + costs[entry])
                entry = shorter[entry]
            best.append(min(ways))
        found.append(best[-1])
    return np.array(found, np.int64)
