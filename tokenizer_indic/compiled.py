"""The shortest path of segmenting.py, compiled: the same steps, place by place, in machine code. Needs numba.

The first use on a machine compiles for a second or two and keeps the result beside this file (or where NUMBA_CACHE_DIR
says); later processes load it in a few tenths of a second. So segmenting.py asks for it only where there is much text.
"""

import numpy as np
from numba import njit

_FAR = 1 << 60


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


try:
    shortest_path = njit(cache=True, nogil=True)(shortest_path)
except RuntimeError:  # there is no place where anything can be kept
    shortest_path = njit(nogil=True)(shortest_path)
