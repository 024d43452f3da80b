"""What heads do: made-up heads that do exactly one thing."""

import numpy as np
import pytest

from components.attention import heads

SIZE = 6  # [CLS] a b ##c d [SEP]
SPECIAL = [True, False, False, False, False, True]
WORDS = [-1, 0, 1, 1, 2, -1]


def describe(rows: np.ndarray) -> heads.Head:
    return heads.describe(rows[None, None], SPECIAL, WORDS)[0]


def test_each_kind_is_found() -> None:
    eye = np.eye(SIZE)
    rows = {
        "previous": np.roll(eye, -1, 1),
        "next": np.roll(eye, 1, 1),
        "itself": eye,
        "special": np.tile(eye[-1], (SIZE, 1)),
        "broad": np.full((SIZE, SIZE), 1 / SIZE),
    }
    for kind, each in rows.items():
        found = describe(each)
        assert found.kind == kind
        assert found.shares[kind] == pytest.approx(1, abs=1e-9)
        assert set(found.shares) == set(heads.KINDS)


def test_pieces_of_a_word_that_look_at_each_other() -> None:
    rows = np.eye(SIZE)[[0, 1, 3, 2, 4, 5]]
    assert describe(rows).shares["word"] == pytest.approx(0.5)  # b and ##c, of four tokens


def test_a_head_that_does_nothing_clearly_is_mixed() -> None:
    rows = np.roll(np.eye(SIZE), -1, 1) * 0.35 + np.eye(SIZE) * 0.35 + np.roll(np.eye(SIZE), 1, 1) * 0.3
    assert describe(rows).kind == "mixed"


def test_most_of_the_weight_on_one_place_is_not_called_even() -> None:
    """11 tokens: the rest of the weight is spread over so many that its entropy alone looks even."""
    rows = np.full((11, 11), 0.04) + np.eye(11, k=-1) * 0.56
    rows /= rows.sum(-1, keepdims=True)
    found = heads.describe(rows[None, None], [False] * 11, list(range(11)))[0]
    assert found.shares["broad"] > found.shares["previous"]
    assert found.kind == "previous"


def test_keys_that_a_mask_hides_do_not_make_a_head_less_even() -> None:
    rows = np.tril(np.ones((SIZE, SIZE)))
    rows /= rows.sum(-1, keepdims=True)
    assert heads.evenness(rows)[1:] == pytest.approx(1)


def test_shares_are_between_nothing_and_all() -> None:
    rows = np.random.default_rng(0).dirichlet(np.full(SIZE, 0.2), size=(3, 4, SIZE))
    for found in heads.describe(rows, SPECIAL, WORDS):
        assert all(0 <= share <= 1 + 1e-9 for share in found.shares.values())
    ordered = heads.sorted_by(heads.describe(rows, SPECIAL, WORDS), "next")
    assert [each.shares["next"] for each in ordered] == sorted((each.shares["next"] for each in ordered), reverse=True)


def test_one_token_alone() -> None:
    found = heads.describe(np.ones((1, 1, 1, 1)), [False], [0])[0]
    assert found.shares["itself"] == 1
    assert found.shares["broad"] == 0
