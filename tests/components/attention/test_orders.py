"""Places taken away: the model cannot tell two orders apart, whatever its weights."""

import pytest

from components.attention.compute import attend
from components.attention.orders import compare_orders, without_places
from components.errors import PathshalaError

pytestmark = pytest.mark.usefixtures("no_hub")

ONE, OTHER = "the cat chases the dog", "the dog chases the cat"


@pytest.mark.parametrize("id", ["pathshala-bert", "distilbert-base-uncased", "albert-base-v2", "bert-base-uncased"])
def test_without_places_two_orders_are_one_bag(id: str) -> None:
    found = compare_orders(attend(ONE, model=id), attend(OTHER, model=id), ONE, OTHER)
    assert [each.word for each in found] == ONE.split()
    assert [each.places for each in found] == [(0, 0), (1, 4), (2, 2), (3, 3), (4, 1)]
    assert all(each.without_places == pytest.approx(1, abs=1e-5) for each in found)
    assert min(each.with_places for each in found) < 1 - 1e-6


def test_states_have_the_size_of_the_usual_ones() -> None:
    found = attend(ONE, model="pathshala-bert")
    assert without_places("pathshala-bert", ONE).shape == found.states.shape


@pytest.mark.parametrize("id", ["gpt2", "roberta-base", "jhu-clsp/mmBERT-small"])
def test_models_that_tell_places_in_another_way_say_so(id: str) -> None:
    with pytest.raises(PathshalaError, match="choose a BERT"):
        without_places(id, ONE)


def test_no_word_in_both() -> None:
    assert compare_orders(attend("rain"), attend("snow"), "rain", "snow") == []
