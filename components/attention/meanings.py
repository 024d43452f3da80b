"""One word in two sentences -> how like its vectors are at each layer, and who stands near them. Only numpy.

A word's vector at a layer is the mean of its tokens' states. Beside the cosine of the two stands the mean cosine of
words that are not the same, at that layer: in many models all vectors point into one cone (Ethayarajh 2019, arXiv
1909.00512), so that 0.9 may be nothing special.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.attention.positions import alikeness


@dataclass(frozen=True)
class Compared:
    """One number a layer, the embeddings first."""

    cosines: list[float]  # of the two occurrences
    usual: list[float]  # mean of all pairs of other words, one of each sentence
    near: tuple[list[tuple[str, float]], list[tuple[str, float]]]  # at the last layer: of each occurrence, the nearest


@dataclass(frozen=True)
class Word:
    """A word of a sentence and its vectors, layers x width."""

    text: str
    vectors: np.ndarray


def words_of(states: np.ndarray, groups: Sequence[Sequence[int]], labels: Sequence[str]) -> list[Word]:
    """`states`: layers x tokens x width."""
    return [
        Word(label, states[:, list(group)].mean(1).astype(float)) for group, label in zip(groups, labels, strict=True)
    ]


def compare(first: Sequence[Word], second: Sequence[Word], one: int, other: int, nearest: int = 4) -> Compared:
    """`one` and `other`: the word's number in each sentence. Raises IndexError for a word that is not there."""
    here, there = first[one], second[other]
    layers = len(here.vectors)
    cosines, usual = [], []
    for layer in range(layers):
        alike = alikeness(np.stack([word.vectors[layer] for word in (*first, *second)]))
        across = alike[: len(first), len(first) :]
        cosines.append(float(across[one, other]))
        others = [
            across[row, column]
            for row, mine in enumerate(first)
            for column, theirs in enumerate(second)
            if mine.text.casefold() != theirs.text.casefold()
        ]
        usual.append(float(np.mean(others)) if others else float("nan"))
    return Compared(
        cosines,
        usual,
        (_nearest(here, first, second, one, None, nearest), _nearest(there, first, second, None, other, nearest)),
    )


def _nearest(
    word: Word, first: Sequence[Word], second: Sequence[Word], one: int | None, other: int | None, count: int
) -> list[tuple[str, float]]:
    """Of all words of both sentences but the word itself, by cosine at the last layer."""
    all_words = [
        *((each, n != one) for n, each in enumerate(first)),
        *((each, n != other) for n, each in enumerate(second)),
    ]
    table = np.stack([word.vectors[-1], *(each.vectors[-1] for each, _ in all_words)])
    alike = alikeness(table)[0, 1:]
    ranked = sorted(
        ((each.text, float(cosine)) for (each, counts), cosine in zip(all_words, alike, strict=True) if counts),
        key=lambda pair: -pair[1],
    )
    return ranked[:count]
