"""ids, ranked pairs -> ids with every pair merged that can be: the heart of encoding.

`pairs` maps two neighbouring ids to the id that replaces them. Ids grow with rank, so the id is the rank.
"""

import heapq
from itertools import pairwise

import numpy as np

Pairs = dict[tuple[int, int], int]

LONG = 128  # ids; beyond it a heap finds the next merge


def merge(ids: list[int], pairs: Pairs) -> list[int]:
    """Merge the lowest-ranked pair, leftmost first, until none is left. May change `ids`.

    >>> merge([1, 2, 3], {(2, 3): 7, (1, 7): 9})
    [9]
    """
    return merge_all(ids, pairs) if len(ids) <= LONG else merge_long(ids, pairs)


def merge_all(ids: list[int], pairs: Pairs) -> list[int]:
    """The same by looking at all pairs each time: quadratic, and the fastest for short pieces."""
    get, none = pairs.get, 1 << 60
    ranks = [get(pair, none) for pair in pairwise(ids)]
    while ranks:
        merged = min(ranks)
        if merged == none:
            break
        at = ranks.index(merged)
        ids[at : at + 2] = [merged]
        del ranks[at]
        if at:
            ranks[at - 1] = get((ids[at - 1], merged), none)
        if at < len(ranks):
            ranks[at] = get((merged, ids[at + 1]), none)
    return ids


def merge_long(ids: list[int], pairs: Pairs) -> list[int]:
    """The same result by a heap of candidates over a linked list: n log n, for pieces of any length."""
    get, size = pairs.get, len(ids)
    after = list(range(1, size + 1))
    before = list(range(-1, size - 1))
    heap = [(merged, at) for at, pair in enumerate(pairwise(ids)) if (merged := get(pair, -1)) >= 0]
    heapq.heapify(heap)
    while heap:
        merged, at = heapq.heappop(heap)
        following = after[at]
        if ids[at] < 0 or following >= size or get((ids[at], ids[following])) != merged:
            continue  # one of the two has been merged elsewhere since
        ids[at], ids[following] = merged, -1
        after[at] = behind = after[following]
        if behind < size:
            before[behind] = at
            if (rank := get((merged, ids[behind]), -1)) >= 0:
                heapq.heappush(heap, (rank, at))
        ahead = before[at]
        if ahead >= 0 and (rank := get((ids[ahead], merged), -1)) >= 0:
            heapq.heappush(heap, (rank, ahead))
    return [id for id in ids if id >= 0]


# -- compiled ---------------------------------------------------------------------------------------------------------

Table = tuple[np.ndarray, np.ndarray]


def table_of(pairs: Pairs) -> Table:
    """Pairs as a hash table of two arrays (open addressing, a power of two long, at most a quarter full)."""
    size = 4 << len(pairs).bit_length()
    keys, values = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    for (left, right), merged in pairs.items():
        at = (left * 2654435761 + right * 2246822519) & (size - 1)
        while keys[at] >= 0:
            at = (at + 1) & (size - 1)
        keys[at], values[at] = (left << 32) | right, merged
    return keys, values


def merge_many(ids: np.ndarray, starts: np.ndarray, table: Table) -> list[list[int]]:
    """`merge` of each piece, `ids[starts[n]:starts[n + 1]]`, in machine code, which needs numba. May change `ids`."""
    from .compiled import merge_pieces

    sizes = merge_pieces(ids, starts, *table).tolist()
    flat, begins = ids.tolist(), starts.tolist()
    return [flat[begin : begin + size] for begin, size in zip(begins, sizes, strict=False)]
