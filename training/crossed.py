"""rows of text -> what counting says of each of their words, with the part of the text left out that the word is in.

A small model reads a language of a megabyte again and again until it knows it by heart: it names 27% of the Assamese
pieces it has read and 10% of others, where counting neighbours names 14%. What counting says in place of some words is
a lesson that cannot be learned by heart, since it is what somebody says who has not read them ("cross-fitting"). The
text is cut into eight parts; the words of each are guessed from counts of the other seven (first_layer.py, --counted).

Counted are pieces x between the last piece l of the word before theirs and the first piece r of the word behind it, for
each number of pieces of a word and place in it by itself; with absolute discounting D (Ney, Essen and Kneser 1994):

    P(x | l, r) = (c(l x r) - D)+ / c(l · r) + rest · P(x | l) P(x | r) / P(x), summed to one
    P(x | l)    = (c(l x) - D)+ / c(l ·)     + rest · P(x)              and the same to the right
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit

from training import texts
from training.texts import Rows

PARTS = 8
DRAWS = 8  # of each place: one for each time that the text is read
MOST = 400  # pieces remembered beside one neighbour
D = 0.75
BASE = 0.05  # sightings that every piece has had
LONG = 4  # pieces of a word; longer ones count as that long


@dataclass(frozen=True)
class Asked:
    """One entry for each piece of a word, in the order of the text."""

    piece: np.ndarray
    left: np.ndarray  # the last piece of the word before; -1: not in this row
    right: np.ndarray  # the first one of the word behind
    kind: np.ndarray  # how many pieces the word has, and which of them this is
    part: np.ndarray  # of the text, 0 to PARTS - 1


def asked(rows: Rows) -> Asked:
    """All pieces of words."""
    special = texts.tokenizer().special_tokens
    ids, words = rows.ids.astype(np.int64), rows.words.astype(np.int64)
    count, length = ids.shape
    places = np.broadcast_to(np.arange(length), ids.shape)
    edge = np.ones((count, 1), dtype=bool)
    changes = words[:, 1:] != words[:, :-1]
    start = np.maximum.accumulate(np.where(np.hstack([edge, changes]), places, 0), 1)
    end = np.where(np.hstack([changes, edge]), places, length - 1)
    end = np.minimum.accumulate(end[:, ::-1], 1)[:, ::-1]

    def beside(place: np.ndarray) -> np.ndarray:
        found = np.take_along_axis(ids, place.clip(0, length - 1), 1)
        unknown = (place < 0) | (place >= length) | (found == special["[CLS]"]) | (found == special["[PAD]"])
        return np.where(unknown, -1, found)

    kind = np.minimum(end - start, LONG - 1) * LONG + np.minimum(places - start, LONG - 1)
    part = np.broadcast_to(np.arange(count)[:, None] * PARTS // max(1, count), ids.shape)
    return Asked(*(each[words > 0] for each in (ids, beside(start - 1), beside(end + 1), kind, part)))


class Table(NamedTuple):
    """What stood beside each key, the commonest first, counted in each part of the text."""

    keys: np.ndarray  # of each place
    ends: np.ndarray  # of each key: where its pieces end
    pieces: np.ndarray
    counts: np.ndarray  # pieces x PARTS
    totals: np.ndarray  # keys x PARTS, of all pieces


def table(keys: np.ndarray, found: Asked, size: int) -> Table:
    """`keys`: one for each place; `size`: of the vocabulary."""
    different, key = np.unique(keys, return_inverse=True)
    pairs, pair = np.unique(key * size + found.piece, return_inverse=True)
    counts = np.bincount(pair * PARTS + found.part, minlength=len(pairs) * PARTS).reshape(-1, PARTS)
    totals = np.bincount(key * PARTS + found.part, minlength=len(different) * PARTS).reshape(-1, PARTS)
    order = np.lexsort((-counts.sum(1), pairs // size))
    owner = pairs[order] // size
    kept = np.arange(len(order)) - np.searchsorted(owner, owner) < MOST
    order, owner = order[kept], owner[kept]
    ends = np.searchsorted(owner, np.arange(len(different)), side="right")
    return Table(key, ends, pairs[order] % size, counts[order], totals)


def guesses(rows: Rows, seed: int = 1) -> np.ndarray:
    """rows x length x DRAWS, int16: pieces drawn as P says; -1 where no word stands, or where a piece was drawn that
    stood beside neither neighbour. The same seed gives the same draws."""
    size = len(texts.tokenizer())
    found = asked(rows)
    kinds = LONG * LONG
    base = np.zeros((PARTS, kinds, size))
    np.add.at(base, (found.part, found.kind, found.piece), 1)
    base = base.sum(0, keepdims=True) - base + BASE
    base /= base.sum(-1, keepdims=True)
    left, right = found.left + 1, found.right + 1
    dice = np.random.default_rng(seed)
    drawn = np.full((*rows.ids.shape, DRAWS), -1, dtype=np.int16)
    drawn[rows.words > 0] = _draw(
        found.part,
        base,
        found.kind,
        np.stack([left > 0, right > 0], 1),
        table(left * kinds + found.kind, found, size),
        table(right * kinds + found.kind, found, size),
        table((left * (size + 1) + right) * kinds + found.kind, found, size),
        np.sort(dice.random((len(found.piece), DRAWS)), 1),
    )
    return dice.permuted(drawn, axis=2)


def read(rows: Mapping[str, Rows], cache: Path) -> dict[str, np.ndarray]:
    """`guesses` of each language's own text (not of what `extra` adds), kept in `cache` for next time."""
    found = {}
    for code, each in rows.items():
        if not code.endswith("+"):
            file = cache / f"guesses-{code}-{each.ids.shape[1]}.npy"
            if not file.is_file():
                file.parent.mkdir(parents=True, exist_ok=True)
                np.save(file, guesses(each))
            found[code] = np.load(file)
    return found


@njit
def _elsewhere(
    table: Table, place: int, part: int, shares: np.ndarray, is_met: np.ndarray, met: np.ndarray, many: int
) -> tuple[float, int]:
    """Adds to `shares` (vocabulary) what stood beside a place's key in other parts, discounted. Gives what is left of
    one, and how many pieces stand in `met` now."""
    key = table.keys[place]
    total = table.totals[key].sum() - table.totals[key, part]
    rest = 1.0
    for entry in range(table.ends[key - 1] if key else 0, table.ends[key]):
        count = table.counts[entry].sum() - table.counts[entry, part]
        if count:
            piece = table.pieces[entry]
            shares[piece] += (count - D) / total
            rest -= (count - D) / total
            if not is_met[piece]:
                is_met[piece] = True
                met[many] = piece
                many += 1
    return rest, many


@njit
def _draw(
    parts: np.ndarray,
    base: np.ndarray,
    kinds: np.ndarray,
    known: np.ndarray,
    left: Table,
    right: Table,
    between: Table,
    draws: np.ndarray,
) -> np.ndarray:
    """places x DRAWS: pieces, or -1. `draws` rise from 0 to 1."""
    drawn = np.full(draws.shape, -1, np.int16)
    lefts, rights, directly = np.zeros((3, base.shape[2]))
    is_met = np.zeros(base.shape[2], np.bool_)
    met = np.zeros(3 * MOST, np.int64)
    mass = np.zeros(3 * MOST)
    for place in range(len(parts)):
        part, frequent = parts[place], base[parts[place], kinds[place]]
        many, rest_left, rest_right, rest = 0, 1.0, 1.0, 1.0
        if known[place, 0]:
            rest_left, many = _elsewhere(left, place, part, lefts, is_met, met, many)
        if known[place, 1]:
            rest_right, many = _elsewhere(right, place, part, rights, is_met, met, many)
        if known[place, 0] and known[place, 1]:
            rest, many = _elsewhere(between, place, part, directly, is_met, met, many)
        product = 0.0
        covered = 0.0
        for number, piece in enumerate(met[:many]):
            own = frequent[piece]
            mass[number] = (lefts[piece] + rest_left * own) * (rights[piece] + rest_right * own) / own
            product += mass[number]
            covered += own
        product += rest_left * rest_right * max(0.0, 1.0 - covered)
        total = 0.0
        next_draw = 0
        for number, piece in enumerate(met[:many]):
            total += directly[piece] + rest * mass[number] / product
            while next_draw < draws.shape[1] and draws[place, next_draw] < total:
                drawn[place, next_draw] = piece
                next_draw += 1
            lefts[piece] = rights[piece] = directly[piece] = 0.0
            is_met[piece] = False
    return drawn
