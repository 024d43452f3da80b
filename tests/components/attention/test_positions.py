"""Places as sinusoids, rotations and penalties, against the papers' formulas."""

import math

import numpy as np
import pytest

from components.attention import positions


def test_sinusoids_as_in_the_paper() -> None:
    table = positions.sinusoids(10, 6)
    for place in range(10):
        for pair in range(3):
            angle = place / 10_000 ** (2 * pair / 6)
            assert table[place, 2 * pair] == pytest.approx(math.sin(angle))
            assert table[place, 2 * pair + 1] == pytest.approx(math.cos(angle))
    assert positions.sinusoids(4, 5).shape == (4, 5)


def test_sinusoids_are_alike_by_distance_alone() -> None:
    alike = positions.alikeness(positions.sinusoids(30, 64))
    for distance in (1, 5, 20):
        along = np.diagonal(alike, distance)
        assert np.ptp(along) < 1e-9
    found = positions.by_distance(positions.sinusoids(30, 64))
    assert found[0] == pytest.approx(1)
    assert found[1] > found[5]


def test_a_row_of_zeros_is_like_nothing() -> None:
    table = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert positions.alikeness(table).tolist() == [[0, 0], [0, 1]]


def test_rope_falls_with_distance() -> None:
    found = positions.rope_by_distance(60, 64)
    assert found[0] == 1
    assert found[1] == pytest.approx(np.mean([math.cos(10_000 ** (-2 * i / 64)) for i in range(32)]))
    assert found[40:].max() < found[1]


def test_alibi_slopes_of_eight_heads() -> None:
    found = positions.alibi_by_distance(3, 8)
    assert found[:, 0].tolist() == [0] * 8
    assert found[:, 1] == pytest.approx([-(2.0**-each) for each in range(1, 9)])
    assert found[:, 2] == pytest.approx(2 * found[:, 1])
