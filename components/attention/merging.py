"""weights -> weights that are easier to read: without special tokens, by words, over heads, over layers. Only numpy.

All functions take and give arrays whose last two axes are queries x keys. Each says whether its rows still sum to one.
"""

from collections.abc import Sequence

import numpy as np


def without(weights: np.ndarray, hidden: Sequence[int]) -> np.ndarray:
    """Rows and columns of `hidden` are left out; the rest of each row is divided by its sum, so that rows sum to one.

    A row that looked at nothing else stays zero.
    """
    kept = np.setdiff1d(np.arange(weights.shape[-1]), np.asarray(hidden, dtype=int))
    left = weights[..., kept[:, None], kept]
    total = left.sum(-1, keepdims=True)
    return np.asarray(left / np.where(total > 0, total, 1))


def merge(weights: np.ndarray, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """… x tokens x tokens -> … x groups x groups: the sum over a group's keys, the mean over its queries.

    What is given to a word is given to all its pieces together; what a word gives is the mean of what they give. Rows
    that summed to one do so still (Clark et al. 2019, arXiv 1906.04341, section 4.1).
    """
    joins = np.zeros((len(groups), weights.shape[-1]), dtype=weights.dtype)
    for number, group in enumerate(groups):
        joins[number, list(group)] = 1
    means = joins / joins.sum(1, keepdims=True)
    return np.asarray(means @ weights @ joins.T)


def mean_of_heads(weights: np.ndarray) -> np.ndarray:
    """heads x queries x keys -> queries x keys. Rows sum to one."""
    return np.asarray(weights.mean(0))


def maximum_of_heads(weights: np.ndarray) -> np.ndarray:
    """heads x queries x keys -> queries x keys: the strongest look of any head. Rows sum to one or more."""
    return np.asarray(weights.max(0))


def rollout(weights: np.ndarray) -> np.ndarray:
    """layers x heads x queries x keys -> layers x queries x keys: what of each input reaches a place, up to each layer.

    Mean of the heads; half of each layer passes by the attention (the residual connection); the layers are multiplied.
    Abnar and Zuidema 2020, arXiv 2005.00928, section 3. Rows sum to one.
    """
    by_layer = 0.5 * weights.mean(1) + 0.5 * np.eye(weights.shape[-1])
    reached = [by_layer[0]]
    for layer in by_layer[1:]:
        reached.append(layer @ reached[-1])
    return np.stack(reached)


def groups_of(spans: Sequence[tuple[int, int] | None], units: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Tokens that share a unit, a word or an akshara, form one group; the rest stand alone. In the order of the text.

    >>> groups_of([None, (0, 2), (2, 5), (6, 8), None], [(0, 5), (6, 8)])
    [[0], [1, 2], [3], [4]]

    `spans`: where each token stands in the text, None for special ones; `units`: where the words or aksharas stand.
    """
    groups: list[list[int]] = []
    ends = -1  # of the last unit that the open group reaches into
    for number, span in enumerate(spans):
        touched = [unit for unit in units if span is not None and unit[0] < span[1] and span[0] < unit[1]]
        if groups and touched and touched[0][0] < ends:
            groups[-1].append(number)
        else:
            groups.append([number])
            ends = -1
        ends = max([ends, *(unit[1] for unit in touched)])
    return groups
