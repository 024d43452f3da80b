"""weights -> what each head does: looks back, ahead, at itself, at [SEP], within the word, broadly. Only numpy.

The kinds are those that Clark et al. 2019 (arXiv 1906.04341, section 3) found in BERT. Each is a share between 0 and 1,
computed from one sentence: another sentence may tell another story, and none of it says why the head looks there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

KINDS = {
    "previous": "looks at the token before",
    "next": "looks at the token after",
    "itself": "looks at itself",
    "special": "looks at special tokens such as [CLS] and [SEP]",
    "word": "looks at other pieces of the same word",
    "broad": "looks at many tokens alike",
}
CLEAR = 0.4  # of the weight; a kind with a smaller share is not named
EVEN = 0.85  # of the entropy that equal weights would have


@dataclass(frozen=True)
class Head:
    """What one head does. `shares`: of each kind, the part of its weight that goes there (for "broad", how even it is:
    its entropy over that of equal weights)."""

    layer: int
    head: int
    shares: dict[str, float]

    @property
    def kind(self) -> str:
        """Where most of the weight goes, if that is clear; else "broad" if it goes everywhere alike, or "mixed"."""
        best = max(self.shares.keys() - {"broad"}, key=lambda kind: self.shares[kind])
        if self.shares[best] >= CLEAR:
            return best
        return "broad" if self.shares["broad"] >= EVEN else "mixed"


def describe(weights: np.ndarray, special: Sequence[bool], words: Sequence[int]) -> list[Head]:
    """layers x heads x queries x keys -> one Head for each. `words`: the number of each token's word, -1 for none.

    Means over the queries that are no special tokens (over all where there are no others).
    """
    layers, heads, size, _ = weights.shape
    is_special = np.asarray(special, dtype=bool)
    asked = np.flatnonzero(~is_special) if not is_special.all() else np.arange(size)
    kinds = masks_of(is_special, np.asarray(words))
    found = []
    for layer in range(layers):
        for head in range(heads):
            rows = weights[layer, head].astype(float)
            shares = {kind: float(np.where(mask, rows, 0).sum(-1)[asked].mean()) for kind, mask in kinds.items()}
            shares["broad"] = float(evenness(rows)[asked].mean())
            found.append(Head(layer, head, shares))
    return found


def masks_of(special: np.ndarray, words: np.ndarray) -> dict[str, np.ndarray]:
    """queries x keys, bool, of each kind that is a place to look at."""
    size = len(special)
    same = (words[:, None] == words[None, :]) & (words >= 0)[:, None]
    return {
        "previous": np.eye(size, k=-1, dtype=bool),
        "next": np.eye(size, k=1, dtype=bool),
        "itself": np.eye(size, dtype=bool),
        "special": np.broadcast_to(special, (size, size)),
        "word": same & ~np.eye(size, dtype=bool),
    }


def evenness(rows: np.ndarray) -> np.ndarray:
    """queries x keys -> queries: entropy over that of equal weights, ln(keys); 1 looks everywhere alike. Where nothing
    later is seen, only what came before counts."""
    size = rows.shape[-1]
    keys = np.maximum(np.full(size, size) if np.triu(rows, 1).any() else np.arange(1, size + 1), 2)
    logs = np.log(np.where(rows > 0, rows, 1))
    return np.asarray(-(rows * logs).sum(-1) / np.log(keys))


def sorted_by(heads: Sequence[Head], kind: str) -> list[Head]:
    """Those that do it most come first."""
    return sorted(heads, key=lambda head: -head.shares[kind])
