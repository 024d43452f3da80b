"""Two occurrences of a word: cosines by hand, neighbours, and what a model makes of a real pair."""

import numpy as np
import pytest

from components.attention import pictures
from components.attention.compute import Attention, attend
from components.attention.meanings import Word, compare, words_of


def word(text: str, *vectors: tuple[float, float]) -> Word:
    return Word(text, np.array(vectors))


def test_cosines_and_neighbours_by_hand() -> None:
    first = [word("bank", (1, 0), (1, 0)), word("money", (0, 1), (1, 0.1))]
    second = [word("bank", (1, 0), (0, 1)), word("river", (1, 1), (0, 2))]
    found = compare(first, second, 0, 0)
    assert found.cosines == pytest.approx([1, 0])
    assert found.usual[0] == pytest.approx(np.mean([1 / 2**0.5, 0, 1 / 2**0.5]))
    assert found.near[0][0][0] == "money"
    assert found.near[1][0][0] == "river"
    assert len(found.near[0]) == 3


def test_two_sentences_of_one_word_have_no_usual_pair() -> None:
    found = compare([word("a", (1, 0))], [word("A", (1, 0))], 0, 0)
    assert found.cosines == pytest.approx([1])
    assert np.isnan(found.usual[0])


def words(found: Attention) -> list[Word]:
    units = pictures.units(found, "words", special=False)
    return words_of(found.states, [unit.tokens for unit in units], [unit.label for unit in units])


@pytest.mark.usefixtures("no_hub")
@pytest.mark.parametrize("id", ["pathshala-bert", "gpt2", "albert-base-v2", "jhu-clsp/mmBERT-small"])
def test_the_same_word_begins_alike_and_is_told_apart_by_its_sentence(id: str) -> None:
    one, other = attend("सोना महँगा है", model=id), attend("रात को सोना अच्छा है", model=id)
    found = compare(words(one), words(other), 0, 2)
    assert len(found.cosines) == len(one.layers) + 1
    assert found.cosines[-1] < 1 - 1e-6
    with pytest.raises(IndexError):
        compare(words(one), words(other), 0, 99)
