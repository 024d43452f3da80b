"""Forms of a word: found in a vocabulary by their endings and vectors, and the loss for the choice between them."""

import math
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from training import forms, texts  # noqa: E402

STEMS = ["रह", "कर", "चल", "देख", "सुन"]
WORDS = [f" {stem}{ending}" for stem in STEMS for ending in ("ता", "ती")] + [" घर", None, " dog", " करते"]


def alike(count: int) -> np.ndarray:
    """All vectors the same."""
    return np.ones((count, 4), np.float32)


def others(found: Any, id: int) -> list[int]:
    return [each for each in found[id].tolist() if each >= 0]


def test_endings_that_part_five_stems_are_forms() -> None:
    found = forms.forms(WORDS, alike(len(WORDS)))
    for first in range(0, 10, 2):
        assert others(found, first) == [first, first + 1]
        assert others(found, first + 1) == [first + 1, first]
    for id in range(10, len(WORDS)):
        assert others(found, id) == []  # ते parts one stem only


def test_four_stems_are_too_few() -> None:
    assert not (forms.forms(WORDS[:8], alike(8)) >= 0).any()


def test_forms_stand_beside_the_same_words() -> None:
    vectors = alike(len(WORDS))
    vectors[1] = -1
    found = forms.forms(WORDS, vectors)
    assert others(found, 0) == others(found, 1) == []
    assert others(found, 2) == [2, 3]


def test_the_likest_come_first_and_no_more_than_most() -> None:
    endings = [chr(ord("a") + number) for number in range(forms.MOST + 3)]
    words = [f" {stem}{ending}" for stem in ("ba", "be", "bi", "bo", "bu") for ending in endings]
    vectors = np.random.default_rng(0).normal(size=(len(words), 3)).astype(np.float32) * 0.1 + 1
    found = forms.forms(words, vectors)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for id in range(len(words)):
        near = others(found, id)
        assert near[0] == id
        assert len(near) == 1 + forms.MOST
        cosines = [float(units[id] @ units[other]) for other in near[1:]]
        assert cosines == sorted(cosines, reverse=True)


def test_entries_that_are_whole_words() -> None:
    made = texts.tokenizer()
    spelled = forms.spelled(made)
    assert len(spelled) == len(made)
    for word in (" रहा", " school", " என்"):
        (id,) = made.encode(word)
        assert spelled[id] == word
    for text in ("।", " 1", "[MASK]"):
        assert spelled[made.encode(text)[0]] is None


def test_what_a_form_counts() -> None:
    known = torch.tensor([[0, 1], [1, 0], [-1, -1]])
    shares = [0.1, 0.4, 0.5]
    even = forms.weights(known, shares, 0.0)
    assert even.tolist() == pytest.approx([1, 1, 0])
    found = forms.weights(known, shares, 0.5)
    assert float(found[0] / found[1]) == pytest.approx(2)  # (0.5 / 0.1) ** .5 / (0.5 / 0.4) ** .5
    assert float(found[0]) * 0.1 + float(found[1]) * 0.4 == pytest.approx(0.5)  # 1 on the mean


def test_the_loss_by_hand() -> None:
    decoder = torch.nn.Linear(1, 3)
    with torch.no_grad():
        decoder.weight[:] = torch.tensor([[1.0], [2.0], [50.0]])
        decoder.bias[:] = torch.tensor([0.0, 0.5, 0.0])
    known = torch.tensor([[0, 1], [1, 0], [-1, -1]])
    states = torch.tensor([[1.0], [1.0], [1.0]])
    loss = forms.choice_loss(decoder, states, torch.tensor([0, 1, 2]), known, torch.tensor([2.0, 1.0, 0.0]))
    first, second = 1.0, 2.5
    total = math.exp(first) + math.exp(second)
    wanted = (2 * -math.log(math.exp(first) / total) - math.log(math.exp(second) / total)) / 2
    assert float(loss.detach()) == pytest.approx(wanted, rel=1e-5)  # the third has no other form: it is not asked


def test_nothing_to_choose() -> None:
    states = torch.ones(2, 1, requires_grad=True)
    loss = forms.choice_loss(
        torch.nn.Linear(1, 3), states, torch.tensor([2, 2]), torch.full((3, 2), -1), torch.zeros(3)
    )
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert not states.grad.any()


@given(st.lists(st.one_of(st.none(), st.text(max_size=6).map(lambda text: " " + text)), max_size=40))
def test_any_vocabulary(words: list[str | None]) -> None:
    words = [word if word is None or forms._scripts(word) else None for word in words]
    found = forms.forms(words, alike(len(words)))
    assert found.shape == (len(words), 1 + forms.MOST)
    for id in range(len(words)):
        near = others(found, id)
        assert len(set(near)) == len(near)
        assert not near or near[0] == id
