"""Four masks, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.attention.masks import KINDS, Kind, masked, visible


def test_who_sees_whom() -> None:
    assert visible("bidirectional", 3).all()
    assert visible("causal", 3).astype(int).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert visible("prefix", 3, 2).astype(int).tolist() == [[1, 1, 0], [1, 1, 0], [1, 1, 1]]
    assert visible("padding", 3, 2).astype(int).tolist() == [[1, 1, 0]] * 3


def test_a_prefix_of_nothing_is_causal_and_of_everything_is_bidirectional() -> None:
    assert np.array_equal(visible("prefix", 5, 0), visible("causal", 5))
    assert np.array_equal(visible("prefix", 5, 5), visible("bidirectional", 5))


def test_what_is_hidden_gets_nothing_and_the_rest_its_share() -> None:
    scores = np.log(np.array([[1.0, 1.0, 2.0], [1.0, 3.0, 4.0], [2.0, 1.0, 1.0]]))
    hidden, weights = masked(scores, visible("causal", 3))
    assert weights == pytest.approx(np.array([[1, 0, 0], [0.25, 0.75, 0], [0.5, 0.25, 0.25]]))
    assert np.isneginf(hidden[0, 1:]).all()


@given(size=st.integers(1, 12), boundary=st.integers(0, 12), kind=st.sampled_from(KINDS))
def test_every_row_sums_to_one(size: int, boundary: int, kind: Kind) -> None:
    seen = visible(kind, size, min(boundary, size))
    _, weights = masked(np.random.default_rng(size).normal(size=(2, size, size)), seen)
    assert weights.sum(-1) == pytest.approx(1)
    assert not weights[:, ~seen].any()
