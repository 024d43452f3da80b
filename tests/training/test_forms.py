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


KNOWN = torch.tensor([[0, 1], [1, 0], [-1, -1], [-1, -1], [-1, -1]])  # two forms, and three other tokens


def counted(*rows: tuple[int, ...]) -> forms.Beside:
    return forms.Beside([np.array(rows)], KNOWN)


def test_what_the_words_beside_it_tell() -> None:
    beside = counted(*[(2, 0, 3)] * 30, *[(2, 1, 3)] * 10, *[(4, 1, 4)] * 20)
    assert beside.met.tolist()[:2] == [30, 30]

    def odds(before: int, behind: int) -> float:
        [(one, other)] = beside.logs(torch.tensor([before]), torch.tensor([behind]), KNOWN[:1]).tolist()
        return one - other

    expected = 2 * math.log((30 + forms.DOUBT / 2) / (10 + forms.DOUBT / 2))  # both forms are as common
    assert odds(2, 3) == pytest.approx(expected, rel=1e-5)
    assert odds(3, 2) == pytest.approx(0, abs=1e-6)  # never seen there
    assert odds(4, 4) < -2


def test_a_form_that_is_not_there_has_no_chance_and_no_number() -> None:
    known = torch.tensor([[0, 1, -1], [1, 0, -1], [-1, -1, -1]])
    beside = forms.Beside([np.array([[2, 0, 2], [2, 1, 2]])], known)
    assert beside.logs(torch.tensor([2]), torch.tensor([2]), known[:1])[0, 2] == 0
    empty = forms.Beside([np.array([[2, 2, 2]])], known)
    assert torch.isfinite(empty.logs(torch.tensor([2]), torch.tensor([2]), known[:1])).all()


def test_the_tokens_beside_each() -> None:
    before, behind = forms.neighbours(torch.tensor([[5, 6, 7], [8, 9, 4]]))
    assert before.tolist() == [[0, 5, 6], [0, 8, 9]]
    assert behind.tolist() == [[6, 7, 0], [9, 4, 0]]


def test_the_loss_by_hand() -> None:
    decoder = torch.nn.Linear(1, 5)
    with torch.no_grad():
        decoder.weight[:] = torch.tensor([[1.0], [2.0], [50.0], [0.0], [0.0]])
        decoder.bias[:] = torch.tensor([0.0, 0.5, 0.0, 0.0, 0.0])
    beside = counted(*[(2, 0, 3)] * 30, *[(2, 1, 3)] * 10)
    true, before, behind = torch.tensor([0, 1, 2]), torch.tensor([2, 3, 0]), torch.tensor([3, 2, 0])
    loss = forms.choice_loss(decoder, torch.ones(3, 1), true, KNOWN, before, behind, beside)
    told = beside.logs(before[:2], behind[:2], KNOWN[:2])
    first = math.exp(1.0 + told[0, 0]) / (math.exp(1.0 + told[0, 0]) + math.exp(2.5 + told[0, 1]))
    second = math.exp(2.5 + told[1, 0]) / (math.exp(2.5 + told[1, 0]) + math.exp(1.0 + told[1, 1]))
    wanted = -(math.log(first) + math.log(second)) / 2
    assert float(loss.detach()) == pytest.approx(wanted, rel=1e-5)  # the third has no other form: it is not asked


def test_nothing_to_choose() -> None:
    states = torch.ones(2, 1, requires_grad=True)
    ids = torch.tensor([2, 2])
    loss = forms.choice_loss(torch.nn.Linear(1, 5), states, ids, KNOWN, ids, ids, counted((2, 0, 3)))
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
