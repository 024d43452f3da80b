"""Token, place and segment: what the first layer is given, of every architecture."""

import numpy as np
import pytest

from components import models
from components.attention.compute import attend
from components.attention.inputs import watched

pytestmark = pytest.mark.usefixtures("no_hub")

HAVE = {
    "pathshala-bert": {"token", "position", "segment"},
    "distilbert-base-uncased": {"token", "position"},
    "roberta-base": {"token", "position", "segment"},
    "albert-base-v2": {"token", "position", "segment"},
    "jhu-clsp/mmBERT-small": {"token"},
    "gpt2": {"token", "position"},
}


@pytest.mark.parametrize("id", HAVE)
def test_what_each_architecture_adds(id: str) -> None:
    found = attend("my dog is cute", model=id)
    assert set(found.inputs) == HAVE[id]
    for rows in found.inputs.values():
        assert len(rows) == len(found.tokens)


def test_they_are_the_rows_of_the_tables() -> None:
    found = attend("my dog is cute", "he likes playing", model="pathshala-bert")
    embeddings = models.load("pathshala-bert", "attention").encoder.embeddings
    places = embeddings.position_embeddings.weight.detach().numpy()
    segments = embeddings.token_type_embeddings.weight.detach().numpy()
    assert np.array_equal(found.inputs["position"], places[: len(found.tokens)])
    second = [token.sentence for token in found.tokens].index(1)
    assert np.array_equal(found.inputs["segment"][0], segments[0])
    assert np.array_equal(found.inputs["segment"][second], segments[1])


def test_nothing_is_left_on_the_model() -> None:
    encoder = models.load("pathshala-bert", "attention").encoder
    before = [len(module._forward_hooks) for module in encoder.modules()]
    with pytest.raises(RuntimeError), watched(encoder):
        raise RuntimeError
    assert [len(module._forward_hooks) for module in encoder.modules()] == before
