"""The steps of one head, worked by hand, and against the model's own output."""

import math
from typing import Any

import numpy as np
import pytest

from components import models
from components.attention.observing import Layer, observe
from components.attention.qkv import inside


def test_two_tokens_by_hand() -> None:
    queries = np.array([[[1.0, 1, 0, 0], [0, 0, 0, 0]]])
    keys = np.array([[[1.0, 1, 0, 0], [0, 0, 5, 5]]])
    values = np.array([[[8.0, 0, 0, 0], [0, 8, 0, 0]]])
    share = math.e / (math.e + 1)
    weights = np.array([[[share, 1 - share], [0.5, 0.5]]])
    layer = Layer(queries, keys, values, np.ones((2, 2), dtype=bool), weights, 0.5)
    found = inside(layer, 0, 0)
    assert found.products.tolist() == [2, 0]
    assert found.scores.tolist() == [1, 0]
    assert found.computed == pytest.approx([share, 1 - share])
    assert found.result == pytest.approx([8 * share, 8 * (1 - share), 0, 0])
    assert found.difference < 1e-12
    assert found.shapes["keys"] == "1 × 1 × 2 × 4"


def test_a_causal_mask_leaves_the_first_token_to_itself() -> None:
    ones = np.ones((1, 3, 2))
    layer = Layer(ones, ones, ones, np.tri(3, dtype=bool), np.tri(3)[None] / [[[1], [2], [3]]], 1.0)
    assert inside(layer, 0, 0).computed.tolist() == [1, 0, 0]
    assert inside(layer, 0, 2).computed == pytest.approx([1 / 3] * 3)
    assert inside(layer, 0, 1).difference < 1e-12


@pytest.mark.usefixtures("no_hub")
@pytest.mark.parametrize("id", ["pathshala-bert", "jhu-clsp/mmBERT-small", "gpt2", "albert-base-v2"])
def test_what_is_shown_is_what_the_model_did(id: str) -> None:
    loaded = models.load(id, "attention")
    assert loaded.tokenizer is not None
    inputs: Any = loaded.tokenizer("The rain stops.", return_tensors="pt")
    layers, _ = observe(loaded.encoder, **inputs)
    for layer in layers:
        for head in range(layer.weights.shape[0]):
            found = inside(layer, head, layer.weights.shape[1] - 1)
            assert found.computed == pytest.approx(found.returned, abs=1e-5)
            assert found.difference < 1e-5
