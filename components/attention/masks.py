"""The same scores under four masks: who may look where, and what the softmax makes of it. Only numpy.

    bidirectional    everybody sees everybody (BERT)
    causal           nobody sees what comes later (GPT)
    prefix           the first tokens see one another, all later ones see what came before (UniLM, T5's prefix LM)
    padding          nobody sees the filling behind a short text

Raffel et al. 2020, arXiv 1910.10683, figure 4.
"""

from typing import Literal, get_args

import numpy as np

from components.attention.observing import softmax

Kind = Literal["bidirectional", "causal", "prefix", "padding"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def visible(kind: Kind, size: int, boundary: int = 0) -> np.ndarray:
    """queries x keys, bool. `boundary`: how many tokens are the prefix, or are text and not padding."""
    if kind == "bidirectional":
        return np.ones((size, size), dtype=bool)
    if kind == "padding":
        return np.broadcast_to(np.arange(size) < max(1, boundary), (size, size)).copy()
    seen = np.tri(size, dtype=bool)
    if kind == "prefix":
        seen[:, :boundary] = True
    return seen


def masked(scores: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores with -inf where nothing may be seen, and their softmax over the keys; both … x queries x keys."""
    hidden = np.where(seen, scores, -np.inf)
    return hidden, softmax(hidden)
