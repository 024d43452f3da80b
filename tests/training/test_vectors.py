"""First vectors: tokens with the same neighbours lie together, without any training."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import vectors  # noqa: E402
from training.texts import Rows  # noqa: E402

CATS, DOGS, EAT, SLEEP, FISH, BONES, NEVER = range(7)


def rows() -> dict[str, Rows]:
    """'cats eat fish', 'dogs eat bones', 'cats sleep' …: the animals share what comes after them."""
    dice = np.random.default_rng(0)
    lines = [
        [dice.choice([CATS, DOGS]), EAT, dice.choice([FISH, BONES]), dice.choice([CATS, DOGS]), SLEEP, SLEEP]
        for _ in range(300)
    ]
    ids = np.array(lines, dtype=np.uint16)
    return {"en": Rows(ids, np.ones_like(ids, dtype=np.uint8))}


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_count_by_hand() -> None:
    ids = np.array([[0, 1, 0]], dtype=np.uint16)
    table = vectors.count({"en": Rows(ids, ids.astype(np.uint8))}, 2)
    assert table.tolist() == [[0.5, 1.0], [1.0, 0.0]]  # 0…0 two places apart, 0 1 and 1 0 beside each other


def test_information_by_hand() -> None:
    """p(1 after 0) = 1, p(1) = 1/2: ln 2 when contexts are as frequent as each other."""
    table = vectors.information(torch.tensor([[0.0, 3.0], [3.0, 0.0]]))
    assert table.tolist() == [[0.0, pytest.approx(np.log(2))], [pytest.approx(np.log(2)), 0.0]]


def test_factors_are_those_of_a_full_decomposition() -> None:
    numbers = torch.Generator().manual_seed(0)
    before, after = torch.rand(2, 40, 40, generator=numbers)
    left, strengths = vectors.factors(before, after, 5, numbers)
    true_left, true_strengths, _ = torch.linalg.svd(torch.cat([before, after], 1))
    assert torch.allclose(strengths[:1], true_strengths[:1], rtol=1e-4)
    assert torch.allclose(strengths, true_strengths[:5], rtol=0.02)
    assert abs(float(left[:, 0] @ true_left[:, 0])) == pytest.approx(1.0, abs=1e-3)


def test_tokens_with_the_same_neighbours_are_alike() -> None:
    found = vectors.vectors(rows(), 7, 4, without=[], seed=1)
    assert found.shape == (7, 4)
    assert cosine(found[CATS], found[DOGS]) > 0.8 > cosine(found[CATS], found[EAT])
    assert cosine(found[FISH], found[BONES]) > 0.8 > cosine(found[FISH], found[SLEEP])
    assert np.isfinite(found).all()
    assert np.linalg.norm(found[NEVER]) < np.linalg.norm(found[CATS])


def test_it_is_the_same_every_time_and_leaves_out_what_it_is_told() -> None:
    one, other = (vectors.vectors(rows(), 7, 4, without=[SLEEP], seed=1) for _ in range(2))
    assert np.array_equal(one, other)
    assert np.linalg.norm(one[SLEEP]) < np.linalg.norm(one[CATS])
