"""How a model knows where a word stands: four ways, as tables of places and as functions of distance. Only numpy.

sinusoids    Vaswani et al. 2017, arXiv 1706.03762, section 3.5
learned      a table of the model (BERT)
rope         queries and keys are rotated by their place: Su et al. 2021, arXiv 2104.09864
alibi        a penalty that grows with the distance: Press et al. 2022, arXiv 2108.12409
"""

import numpy as np


def sinusoids(places: int, width: int) -> np.ndarray:
    """places x width: even dimensions are sines, odd ones cosines, from fast to slow."""
    rates = 10_000.0 ** (-np.arange(0, width, 2) / width)
    angles = np.arange(places)[:, None] * rates
    table = np.zeros((places, width))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, : width // 2])
    return table


def alikeness(table: np.ndarray) -> np.ndarray:
    """places x places: cosines between the rows of a table."""
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    directions = table / np.where(lengths > 0, lengths, 1)
    return np.asarray(directions @ directions.T)


def by_distance(table: np.ndarray) -> np.ndarray:
    """The mean cosine of two places that are 0, 1, 2 … apart."""
    alike = alikeness(table)
    return np.array([np.diagonal(alike, distance).mean() for distance in range(len(table))])


def rope_by_distance(places: int, width: int, base: float = 10_000.0) -> np.ndarray:
    """What is left of q·k for equal q and k (all ones) that are 0, 1, 2 … places apart, as a share of q·k at 0."""
    rates = base ** (-np.arange(0, width, 2) / width)
    return np.asarray(np.cos(np.arange(places)[:, None] * rates).mean(1))


def alibi_by_distance(places: int, heads: int) -> np.ndarray:
    """heads x places: what is added to the score of a key that is 0, 1, 2 … places away.

    Slopes as in the paper for a power of two: 2^(-8/heads), 2^(-16/heads) …
    """
    slopes = 2.0 ** (-8 * np.arange(1, heads + 1) / heads)
    return np.asarray(-slopes[:, None] * np.arange(places))
