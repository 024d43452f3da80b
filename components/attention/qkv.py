"""One head, one word -> the arithmetic of its attention, step by step. Only numpy.

    query · keys ─► ÷ √d ─► mask ─► softmax ─► weights · values ─► what the word gets from this head

Vaswani et al. 2017, arXiv 1706.03762, equation 1: softmax(QKᵀ/√d_k)·V, for one row of Q.
"""

from dataclasses import dataclass

import numpy as np

from components.attention.observing import Layer, softmax


@dataclass(frozen=True)
class Inside:
    """All numbers of one query in one head. `size` is d_k, the width of a head."""

    query: np.ndarray  # size
    keys: np.ndarray  # tokens x size
    values: np.ndarray  # tokens x size
    products: np.ndarray  # tokens: q·k
    scaling: float  # mostly 1/√size
    scores: np.ndarray  # tokens: products times scaling
    visible: np.ndarray  # tokens, bool: what the mask lets through
    computed: np.ndarray  # tokens: softmax of the visible scores
    returned: np.ndarray  # tokens: the weights as the model returned them
    result: np.ndarray  # size: the values, each times its weight, summed
    difference: float  # the greatest |computed - returned| of all queries of this head

    @property
    def shapes(self) -> dict[str, str]:
        """The shape of each step, in batch x heads x tokens x width, as the model has it for this one word."""
        tokens, size = self.keys.shape
        return {
            "query": f"1 × 1 × 1 × {size}",
            "keys": f"1 × 1 × {tokens} × {size}",
            "values": f"1 × 1 × {tokens} × {size}",
            "scores": f"1 × 1 × 1 × {tokens}",
            "weights": f"1 × 1 × 1 × {tokens}",
            "result": f"1 × 1 × 1 × {size}",
        }


def inside(layer: Layer, head: int, token: int) -> Inside:
    """The steps of `token` (as query) in `head`, both from 0."""
    query, keys, values = layer.queries[head, token], layer.keys[head], layer.values[head]
    products = keys @ query
    scores = products * layer.scaling
    visible = layer.visible[token]
    computed = softmax(np.where(visible, scores, -np.inf))
    return Inside(
        query=query,
        keys=keys,
        values=values,
        products=products,
        scaling=layer.scaling,
        scores=scores,
        visible=visible,
        computed=computed,
        returned=layer.weights[head, token],
        result=computed @ values,
        difference=float(np.abs(layer.computed()[head] - layer.weights[head]).max()),
    )
