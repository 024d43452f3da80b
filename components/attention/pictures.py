"""An Attention -> the pictures of its weights: one head or all together, by pieces, aksharas or words. Only numpy.

Options are applied in one order, so that what is said of the rows holds: special tokens are hidden (what is left of a
row is divided by its sum), pieces are merged (sums over keys, means over queries), then heads are put together. Rollout
is worked out over the whole model first, and hidden and merged afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from components.attention import merging
from components.attention.compute import Attention, Token
from components.errors import PathshalaError

Level = Literal["pieces", "aksharas", "words"]
Over = Literal["heads", "mean", "maximum", "rollout"]

LEVELS: tuple[Level, ...] = get_args(Level)
OVERS: tuple[Over, ...] = get_args(Over)
THUMBNAIL = 16  # cells a side, at most


@dataclass(frozen=True)
class Unit:
    """One row and column of a picture."""

    tokens: tuple[int, ...]
    label: str
    special: bool
    sentence: int  # 0 or 1; -1 for special tokens


def units(attention: Attention, level: Level, special: bool = True) -> list[Unit]:
    """The rows of a picture. Special tokens stay where there is nothing else."""
    tokens = attention.tokens
    groups: Sequence[tuple[int, ...]] = {
        "pieces": [(number,) for number in range(len(tokens))],
        "aksharas": attention.aksharas,
        "words": attention.words,
    }[level]
    found = [
        Unit(group, _label(tokens, group), tokens[group[0]].special, tokens[group[0]].sentence) for group in groups
    ]
    typed = [unit for unit in found if not unit.special]
    return found if special or not typed else typed


def _label(tokens: Sequence[Token], group: Sequence[int]) -> str:
    """Of one piece its text, with "2/3" where several stand for the same characters; of several all their text."""
    first = tokens[group[0]]
    if len(group) == 1 and first.part[1] > 1:
        return f"{first.text} {first.part[0]}/{first.part[1]}"
    label, end = first.text, first.end
    for each in group[1:]:
        token = tokens[each]  # some tokenizers give a lone space the place of the letter behind it
        label += token.text[max(0, end - token.start) :]
        end = max(end, token.end)
    return label


def picture(
    attention: Attention, layer: int, over: Over = "heads", level: Level = "pieces", special: bool = True
) -> np.ndarray:
    """heads x units x units for `over="heads"`, else 1 x units x units. Rows sum to one; those of "maximum" to one or
    more; a row stays zero that looked at hidden tokens only.

    Raises PathshalaError for a layer that the model has not.
    """
    check_layer(attention, layer)
    if over == "rollout":
        weights = merging.rollout(attention.weights)[layer][None]
    else:
        weights = attention.layers[layer].weights
    shown = _shown(attention, weights, level, special)
    if over == "mean":
        return merging.mean_of_heads(shown)[None]
    return merging.maximum_of_heads(shown)[None] if over == "maximum" else shown


def _shown(attention: Attention, weights: np.ndarray, level: Level, special: bool) -> np.ndarray:
    rows = units(attention, level, special)
    kept = sorted(token for unit in rows for token in unit.tokens)
    if len(kept) < len(attention.tokens):
        weights = merging.without(weights, [n for n in range(len(attention.tokens)) if n not in set(kept)])
    if level == "pieces":
        return weights
    places = {token: place for place, token in enumerate(kept)}
    return merging.merge(weights, [[places[token] for token in unit.tokens] for unit in rows])


def thumbnails(attention: Attention) -> np.ndarray:
    """layers x heads x cells x cells, at most THUMBNAIL cells a side: the mean of the weights that fall into a cell."""
    weights = attention.weights
    size = weights.shape[-1]
    if size <= THUMBNAIL:
        return weights
    edges = np.arange(THUMBNAIL) * size // THUMBNAIL
    counts = np.diff(np.append(edges, size))
    sums = np.add.reduceat(np.add.reduceat(weights, edges, axis=-2), edges, axis=-1)
    return np.asarray(sums / (counts[:, None] * counts[None, :]))


def check_layer(attention: Attention, layer: int) -> None:
    """A whole number from 0."""
    _check("layer", layer, len(attention.layers), attention.model)


def check_head(attention: Attention, head: int) -> None:
    """A whole number from 0."""
    _check("head", head, attention.layers[0].weights.shape[0], attention.model)


def _check(what: str, number: object, count: int, model: str) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < count:
        raise PathshalaError(f"“{model}” has {count} {what}s: {what} must be a whole number from 0 to {count - 1}.")
