"""text -> counts of pieces. What grows with the corpus happens here; training only ever sees the counts.

    >>> count_pieces(["राम राम", "राम आया"], pattern("indic"))
    {'राम': 2, ' राम': 1, ' आया': 1}

The order is that of first occurrence in the corpus, which is what ties between merges are broken by.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from .normalizing import check_text, normalize
from .splitting import Pattern, splitter, words

BATCH = 256  # lines that are counted at a time


def count_pieces(lines: Iterable[str], by: Pattern, normalization: str | None = "NFC") -> dict[str, int]:
    """How often each piece of `by` occurs in `lines`, which come without their line feeds.

    Where the pattern cuts at spaces, words are counted first and each different word is split once: the same counts,
    several times faster.
    """
    found: Counter[str] = Counter()
    for batch in _batches(lines, BATCH if by.cuts_at_newlines else 1):
        found.update(_words(batch, by))
    del found["\n"]
    for word in found:
        check_text(word)
    pieces: dict[str, int] = {}
    split = splitter(by)
    for word, count in found.items():
        for piece in split(normalize(word, normalization)):
            pieces[piece] = pieces.get(piece, 0) + count
    return pieces


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    lines = iter(lines)
    while batch := list(islice(lines, size)):
        yield batch


def _words(batch: list[str], by: Pattern) -> Iterable[str]:
    """The words of some lines; a line that cannot be cut into words stays whole."""
    if (found := words("\n".join(batch), by)) is not None:
        return found
    return batch if len(batch) == 1 else chain.from_iterable(_words([line], by) for line in batch)


def add_counts(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Counts of several parts of a corpus, in its order -> counts of the whole."""
    total: dict[str, int] = {}
    for part in counts:
        for piece, count in part.items():
            total[piece] = total.get(piece, 0) + count
    return total
