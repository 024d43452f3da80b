"""What was observed explains what the model returned, for every architecture; a head of two tokens worked by hand."""

import math
import threading
from typing import Any

import numpy as np
import pytest

from components import catalogue, models
from components.attention import observing
from components.attention.observing import Layer, observe
from tests import small_models

pytestmark = pytest.mark.usefixtures("no_hub")

IDS = [*(id for id in small_models.IDS if "attention" in catalogue.get(id).tasks), "pathshala-bert"]
TEXT = "वह लड़की स्कूल जा रही है। The rain stops."


def inputs_of(loaded: models.Loaded) -> Any:
    assert loaded.tokenizer is not None
    return loaded.tokenizer(TEXT, return_tensors="pt").to(loaded.device)


def hooks_of(model: Any) -> list[Any]:
    """Those of observing.py: transformers has some of its own, which stay."""
    hooks = [
        hook
        for module in model.modules()
        for hook in (*module._forward_hooks.values(), *module._forward_pre_hooks.values())
    ]
    return [hook for hook in hooks if isinstance(getattr(hook, "__self__", None), observing._Watch)]


@pytest.mark.parametrize("id", IDS)
def test_queries_and_keys_explain_the_weights(id: str) -> None:
    loaded = models.load(id, "attention")
    layers, returned = observe(loaded.encoder, **inputs_of(loaded))
    assert len(layers) == len(returned.attentions) == loaded.model.config.num_hidden_layers
    for layer, theirs in zip(layers, returned.attentions, strict=True):
        assert np.array_equal(layer.weights, theirs[0].float().numpy())
        assert layer.computed() == pytest.approx(layer.weights, abs=1e-5)
        assert layer.weights.sum(-1) == pytest.approx(1, abs=1e-5)
        heads, tokens, _ = layer.weights.shape
        assert layer.values.shape[:2] == layer.queries.shape[:2] == layer.keys.shape[:2] == (heads, tokens)


@pytest.mark.parametrize("id", IDS)
def test_the_model_is_left_as_it_was(id: str) -> None:
    loaded = models.load(id, "attention")
    observe(loaded.encoder, **inputs_of(loaded))
    assert not hooks_of(loaded.model)


def test_hooks_go_when_the_pass_fails() -> None:
    loaded = models.load("pathshala-bert", "attention")
    with pytest.raises(IndexError):
        observe(loaded.encoder, input_ids=inputs_of(loaded)["input_ids"] + 10**6)
    assert not hooks_of(loaded.model)


def test_gpt2_sees_nothing_that_comes_later() -> None:
    loaded = models.load("gpt2", "attention")
    layers, _ = observe(loaded.encoder, **inputs_of(loaded))
    size = layers[0].visible.shape[0]
    assert np.array_equal(layers[0].visible, np.tril(np.ones((size, size), dtype=bool)))
    assert not np.triu(layers[0].weights, 1).any()


def test_two_visitors_on_one_model_see_their_own() -> None:
    loaded = models.load("pathshala-bert", "attention")
    alone = {word: observe(loaded.encoder, **_of(loaded, word))[0] for word in ("नदी", "the rain stops here")}
    found: dict[str, list[list[Layer]]] = {word: [] for word in alone}

    def visit(word: str) -> None:
        for _ in range(8):
            found[word].append(observe(loaded.encoder, **_of(loaded, word))[0])

    threads = [threading.Thread(target=visit, args=(word,)) for word in alone]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for word, seen in found.items():
        assert len(seen) == 8
        for layers in seen:
            assert len(layers) == len(alone[word])
            for one, other in zip(layers, alone[word], strict=True):
                assert one.queries == pytest.approx(other.queries, abs=1e-5)


def _of(loaded: models.Loaded, text: str) -> Any:
    assert loaded.tokenizer is not None
    return loaded.tokenizer(text, return_tensors="pt").to(loaded.device)


def test_a_model_of_another_kind_is_refused() -> None:
    from torch import nn

    with pytest.raises(TypeError, match="Linear has no attention module"):
        observe(nn.Linear(2, 2))


# -- a head worked by hand ------------------------------------------------------------------------------------------


def test_a_head_of_two_tokens() -> None:
    """q1·k1 = 2, q1·k2 = 0, divided by √4: scores 1 and 0, weights e/(e+1) and 1/(e+1)."""
    queries = np.array([[[1.0, 1, 0, 0], [0, 0, 0, 0]]], dtype=np.float32)
    keys = np.array([[[1.0, 1, 0, 0], [0, 0, 5, 5]]], dtype=np.float32)
    layer = Layer(queries, keys, keys, np.ones((2, 2), dtype=bool), np.zeros((1, 2, 2)), 4**-0.5)
    assert layer.scores[0].tolist() == [[1, 0], [0, 0]]
    share = math.e / (math.e + 1)
    assert layer.computed()[0] == pytest.approx(np.array([[share, 1 - share], [0.5, 0.5]]))


def test_what_is_not_visible_gets_nothing() -> None:
    assert observing.softmax(np.array([[0.0, -np.inf], [-np.inf, -np.inf]])).tolist() == [[1, 0], [0, 0]]
