"""Merging, hiding and rolling out, worked by hand and for any weights at all."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.attention import merging

THREE = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])


@st.composite
def weights(draw: st.DrawFn, heads: int = 2) -> np.ndarray:
    """heads x tokens x tokens; rows sum to one."""
    size = draw(st.integers(1, 8))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = numbers.random((heads, size, size)) + 1e-3
    return np.asarray(rows / rows.sum(-1, keepdims=True))


def test_the_sum_over_keys_and_the_mean_over_queries() -> None:
    merged = merging.merge(THREE, [[0, 1], [2]])
    assert merged == pytest.approx(np.array([[(0.8 + 0.7) / 2, (0.2 + 0.3) / 2], [0.4, 0.6]]))


def test_what_is_hidden_leaves_its_share_to_the_rest() -> None:
    left = merging.without(THREE, [0])
    assert left == pytest.approx(np.array([[0.6 / 0.9, 0.3 / 0.9], [0.25, 0.75]]))


def test_a_row_that_looked_only_at_what_is_hidden_is_empty() -> None:
    assert not merging.without(np.array([[1.0, 0.0], [1.0, 0.0]]), [0]).any()


@given(weights(), st.data())
def test_rows_still_sum_to_one(each: np.ndarray, data: st.DataObject) -> None:
    size = each.shape[-1]
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, size - 1)), max_size=size)))
    groups = [list(part) for part in np.split(np.arange(size), cuts) if len(part)]
    hidden = data.draw(st.sets(st.integers(0, size - 1), max_size=size - 1))
    for found in (
        merging.merge(each, groups),
        merging.without(each, sorted(hidden)),
        merging.mean_of_heads(each),
        merging.rollout(each[None]),
        merging.rollout(np.stack([each, each[::-1]])),
    ):
        assert found.sum(-1) == pytest.approx(np.ones(found.shape[:-1]))
    assert (merging.maximum_of_heads(each).sum(-1) > 1 - 1e-9).all()


@given(weights())
def test_every_token_alone_changes_nothing(each: np.ndarray) -> None:
    assert merging.merge(each, [[number] for number in range(each.shape[-1])]) == pytest.approx(each)
    assert merging.without(each, []) == pytest.approx(each)


def test_rollout_of_two_layers_by_hand() -> None:
    first, second = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 1.0]])
    reached = merging.rollout(np.stack([first[None], second[None]]))
    assert reached[0] == pytest.approx(np.array([[1, 0], [0.5, 0.5]]))
    assert reached[1] == pytest.approx(np.array([[0.75, 0.25], [0.5, 0.5]]))


def test_groups() -> None:
    assert merging.groups_of([None, (0, 2), (2, 5), (6, 8), None], [(0, 5), (6, 8)]) == [[0], [1, 2], [3], [4]]
    # One piece reaches over two words: they are one group.
    assert merging.groups_of([(0, 2), (2, 7), (7, 9)], [(0, 4), (5, 9)]) == [[0, 1, 2]]
    # Bytes of one letter all stand in the same place.
    assert merging.groups_of([(0, 1), (0, 1), (1, 2)], [(0, 1), (1, 2)]) == [[0, 1], [2]]
    assert merging.groups_of([(0, 1), (1, 2)], []) == [[0], [1]]
    assert merging.groups_of([], []) == []


@given(st.lists(st.integers(1, 4), max_size=12), st.lists(st.integers(1, 4), max_size=12))
def test_every_token_is_in_one_group_and_no_unit_in_two(pieces: list[int], lengths: list[int]) -> None:
    def spans(sizes: list[int]) -> list[tuple[int, int]]:
        ends = np.cumsum([0, *sizes]).tolist()
        return list(pairwise(ends))

    tokens, units = spans(pieces), spans(lengths)
    groups = merging.groups_of(tokens, units)
    assert [each for group in groups for each in group] == list(range(len(tokens)))
    for start, end in units:
        touching = {
            number
            for number, group in enumerate(groups)
            if any(tokens[each][0] < end and start < tokens[each][1] for each in group)
        }
        assert len(touching) <= 1
