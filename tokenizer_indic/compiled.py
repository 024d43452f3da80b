"""The inner loops of segmenting.py and merging.py, compiled: the same steps in machine code. Needs numba.

The first use on a machine compiles for a second or two and keeps the result beside this file (or where NUMBA_CACHE_DIR
says); later processes load it in a few tenths of a second. So it is asked for only where there is much text; whoever
imports this module has it from the first text on.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

NONE = 1 << 40  # stands for "this pair is not merged"; above every id
_FAR = 1 << 60


def _compile(function: Callable[..., Any]) -> Any:
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no place where anything can be kept
        return njit(nogil=True)(function)


@_compile
def shortest_path(
    points: np.ndarray,
    classes: np.ndarray,
    after: np.ndarray,
    longest: np.ndarray,
    shorter: np.ndarray,
    lengths: np.ndarray,
    costs: np.ndarray,
    ring: int,
) -> np.ndarray:
    """Code points -> the entries that spell them, -1 for each that is in none. Arrays as in `Automaton`.

    `ring`: a power of two above the length of the longest entry; further back no cost is asked for.
    """
    size, last = len(points), ring - 1
    best = np.zeros(ring, np.int64)
    chosen = np.empty(size + 1, np.int32)
    state = 0
    for place in range(1, size + 1):
        state = after[state, classes[points[place - 1]]]
        entry, least, pick = longest[state], _FAR, -1
        while entry >= 0:
            cost = best[(place - lengths[entry]) & last] + costs[entry]
            if cost < least:
                least, pick = cost, entry
            entry = shorter[entry]
        best[place & last] = least if pick >= 0 else best[(place - 1) & last]
        chosen[place] = pick
    backwards = np.empty(size, np.int32)
    count, place = 0, size
    while place > 0:
        pick = chosen[place]
        backwards[count] = pick
        count += 1
        place -= lengths[pick] if pick >= 0 else 1
    return backwards[:count][::-1].astype(np.int64)


@_compile
def find_pair(keys: np.ndarray, values: np.ndarray, left: int, right: int) -> int:
    """What the pair is merged to, or NONE. `keys`, `values`: a hash table, see `merging.table_of`."""
    last = len(keys) - 1
    key = (left << 32) | right
    at = (left * 2654435761 + right * 2246822519) & last
    while keys[at] != key:
        if keys[at] < 0:
            return NONE
        at = (at + 1) & last
    return values[at]  # type: ignore[no-any-return]


@_compile
def merge_pieces(ids: np.ndarray, starts: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Merges the ids of each piece, `ids[starts[n]:starts[n + 1]]`, in place; how many each has left."""
    sizes = np.diff(starts)
    ranks = np.empty(1 + sizes.max(), np.int64) if len(sizes) else np.empty(1, np.int64)
    for piece in range(len(sizes)):
        begin, count = starts[piece], sizes[piece]
        for at in range(count - 1):
            ranks[at] = find_pair(keys, values, ids[begin + at], ids[begin + at + 1])
        while count > 1:
            at = 0
            for other in range(1, count - 1):
                if ranks[other] < ranks[at]:
                    at = other
            merged = ranks[at]
            if merged == NONE:
                break
            ids[begin + at] = merged
            for other in range(at + 1, count - 1):
                ids[begin + other] = ids[begin + other + 1]
                ranks[other - 1] = ranks[other]
            count -= 1
            if at > 0:
                ranks[at - 1] = find_pair(keys, values, ids[begin + at - 1], merged)
            if at < count - 1:
                ranks[at] = find_pair(keys, values, merged, ids[begin + at + 1])
        sizes[piece] = count
    return sizes
