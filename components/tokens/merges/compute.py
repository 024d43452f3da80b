"""text -> every merge of byte-pair encoding on it, with the pairs that were counted before each. No gradio, no HTML.

    >>> course = learn("aaabdaaabac")
    >>> [(course.entries[merge.pair.left], course.entries[merge.pair.right], merge.length) for merge in course.merges]
    [(b'a', b'a', 9), (b'aa', b'a', 7), (b'aaa', b'b', 5)]

The rule is that of `tokenizer_indic.training`: the pair that occurs most often is merged, of several the one found
first, until none occurs twice. At a tie another of the tied pairs may be taken: Wikipedia takes ab in the second merge,
`learn("aaabdaaabac", choices={2: 2})`.

Counted is every place where a pair stands; replaced are, left to right, those that share no token. So in aaa the pair
aa is counted twice and replaced once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from components.errors import PathshalaError
from components.tokens.compute import check_text, direction_of
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.normalizing import Change, changes, normalize
from tokenizer_indic.splitting import split

LIMIT = 2_000  # characters of a text
MOST = 500  # merges that are made
RANKED = 8  # pairs that are shown of those that were counted
RAREST = 2  # a pair must occur this often to be merged

STARTS: dict[str, Callable[[str], list[str]]] = {"characters": list, "aksharas": aksharas}  # and "bytes"
BYTES = "bytes"
WHOLE, WORDS = "whole", "words"

Pieces = list[list[int]]  # ids; no merge reaches from one piece into the next
Counts = Counter[tuple[int, int]]  # in the order in which the pairs are first found


@dataclass(frozen=True)
class Pair:
    """Two neighbours, as ids, and at how many places they stand beside each other."""

    left: int
    right: int
    count: int


@dataclass(frozen=True)
class Ranking:
    """The RANKED most frequent pairs of a sequence; of equally frequent ones, the first found stands first."""

    pairs: tuple[Pair, ...]
    different: int  # pairs in all
    tied: int  # how many occur as often as the first


@dataclass(frozen=True)
class Merge:
    """A pair that became an entry."""

    pair: Pair
    tied: int  # how many pairs occurred as often, itself included
    place: int  # among them, from 1 on; 1 is the first found
    replaced: int  # places
    length: int  # of the sequence afterwards, in tokens


@dataclass(frozen=True)
class Course:
    """All merges of a text. Entry number `base + n` is made by `merges[n]`; `rankings[n]` stands before that merge."""

    text: str  # in NFC
    start: str  # "characters", "bytes" or "aksharas"
    within: str  # "whole" or "words"
    direction: str  # of the text: "ltr" or "rtl"
    entries: tuple[bytes, ...]  # first the units of the text, as they are found, then one for each merge
    base: int  # how many of them are units of the text
    pieces: tuple[tuple[int, ...], ...]  # ids of the units, before any merge
    merges: tuple[Merge, ...]
    rankings: tuple[Ranking, ...]  # one more than merges
    finished: bool  # False: there could be more than MOST merges
    changes: tuple[Change, ...]  # what NFC rewrote


def learn(
    text: str, start: str = "characters", within: str = WHOLE, choices: Mapping[int, int] | None = None
) -> Course:
    """The merges of a text of at most LIMIT characters, at most MOST.

    `start`: what the first tokens are. `within`: WHOLE lets merges reach over the whole text, WORDS keeps them inside
    the pieces of the pattern `indic`. `choices`: merge number, from 1 on -> which of the tied pairs to take, in the
    order in which they are found, from 1 on. Raises PathshalaError for what cannot be.
    """
    _check(text, start, within)
    normal = normalize(text)
    units = [_units(piece, start) for piece in (split(normal) if within == WORDS else [normal])]
    entries = list(dict.fromkeys(chain.from_iterable(units)))
    ids = {unit: id for id, unit in enumerate(entries)}
    pieces = [[ids[unit] for unit in piece] for piece in units]
    merges, rankings = _merge_all(pieces, entries, choices or {})
    return Course(
        text=normal,
        start=start,
        within=within,
        direction=direction_of(normal, ""),
        entries=tuple(entries),
        base=len(ids),
        pieces=tuple(tuple(ids[unit] for unit in piece) for piece in units),
        merges=tuple(merges),
        rankings=tuple(rankings),
        finished=_best_count(rankings[-1]) < RAREST,
        changes=tuple(changes(text)),
    )


def _check(text: str, start: str, within: str) -> None:
    if isinstance(text, str) and len(text) > LIMIT:
        raise PathshalaError(
            f"This text has {len(text):,} characters and the limit is {LIMIT:,}: leave out {len(text) - LIMIT:,}."
        )
    check_text(text)
    if "\0" in text:
        place = text.index("\0") + 1
        raise PathshalaError(f"Character {place:,} is a NUL (U+0000), which ends a text for many programs: delete it.")
    if start not in (*STARTS, BYTES):
        raise PathshalaError(f"The first tokens are characters, bytes or aksharas, not “{start[:40]}”.")
    if within not in (WHOLE, WORDS):
        raise PathshalaError(f"Merges reach over the whole text or stay inside words, not “{within[:40]}”.")


def _units(piece: str, start: str) -> list[bytes]:
    """("हि", "characters") -> [b'\\xe0\\xa4\\xb9', b'\\xe0\\xa4\\xbf']"""
    if start == BYTES:
        return [bytes([byte]) for byte in piece.encode()]
    return [unit.encode() for unit in STARTS[start](piece)]


def _merge_all(pieces: Pieces, entries: list[bytes], choices: Mapping[int, int]) -> tuple[list[Merge], list[Ranking]]:
    """Merges inside `pieces` and appends to `entries` as it goes."""
    counts = count_pairs(pieces)
    merges: list[Merge] = []
    rankings = [rank(counts)]
    while _best_count(rankings[-1]) >= RAREST and len(merges) < MOST:
        pair, place = _choose(rankings[-1], len(merges) + 1, choices)
        before = sum(map(len, pieces))
        pieces[:] = (replace(piece, pair, len(entries)) for piece in pieces)
        length = sum(map(len, pieces))
        entries.append(entries[pair.left] + entries[pair.right])
        merges.append(Merge(pair, rankings[-1].tied, place, before - length, length))
        rankings.append(rank(count_pairs(pieces)))
    if choices and max(choices) > len(merges):
        raise PathshalaError(f"There is no merge {max(choices)}: after {len(merges)} no pair occurs twice.")
    return merges, rankings


def count_pairs(pieces: Sequence[Sequence[int]]) -> Counts:
    """[[1, 2, 3, 1, 2]] -> {(1, 2): 2, (2, 3): 1, (3, 1): 1}"""
    return Counter(chain.from_iterable(map(pairwise, pieces)))


def rank(counts: Counts) -> Ranking:
    """{(1, 2): 2, (2, 3): 1, (3, 1): 1} -> (1, 2) first, no other tied with it"""
    best = max(counts.values(), default=0)
    pairs = tuple(Pair(left, right, count) for (left, right), count in counts.most_common(RANKED))
    return Ranking(pairs, len(counts), sum(count == best for count in counts.values()))


def _best_count(ranking: Ranking) -> int:
    return ranking.pairs[0].count if ranking.pairs else 0


def _choose(ranking: Ranking, number: int, choices: Mapping[int, int]) -> tuple[Pair, int]:
    """The pair that is taken in merge `number`, and its place among the tied."""
    place = choices.get(number, 1)
    if not 1 <= place <= min(ranking.tied, RANKED):
        raise PathshalaError(
            f"In merge {number} there is no choice number {place}: {ranking.tied} pairs occur most often,"
            f" {_best_count(ranking)} times."
            if ranking.tied > 1
            else f"In merge {number} there is nothing to choose: one pair occurs more often than all others."
        )
    return ranking.pairs[place - 1], place


def replace(piece: Sequence[int], pair: Pair, new: int) -> list[int]:
    """Left to right: [a, a, a, b] with aa -> Z becomes [Z, a, b]."""
    merged: list[int] = []
    place = 0
    while place < len(piece):
        if piece[place] == pair.left and place + 1 < len(piece) and piece[place + 1] == pair.right:
            merged.append(new)
            place += 2
        else:
            merged.append(piece[place])
            place += 1
    return merged


def read_choices(written: str) -> dict[int, int]:
    """'2:2 7:3' -> {2: 2, 7: 3}, as a link has them. Raises PathshalaError for anything else."""
    if len(written) > 10 * MOST:
        raise PathshalaError("This link chooses in more merges than there can be.")
    choices = {}
    for each in written.split():
        number, _, place = each.partition(":")
        if not (_is_number(number) and _is_number(place)):
            raise PathshalaError(f"“{each[:40]}” is no choice among tied pairs: 2:3 is the third of them in merge 2.")
        choices[int(number)] = int(place)
    return choices


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 9 and int(written) > 0
