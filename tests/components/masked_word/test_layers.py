"""What the head makes of each layer: on small real models of every architecture."""

import pytest

from components import catalogue, models
from components.errors import PathshalaError
from components.masked_word import compute
from components.masked_word.layers import by_layer, layer_shares
from tests import small_models

torch = pytest.importorskip("torch")

IDS = [*(id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks), "pathshala-bert"]
TEXT = "the children [MASK] to [MASK]."

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.mark.parametrize("id", IDS)
def test_the_last_layer_is_what_the_model_says(id: str) -> None:
    loaded = models.load(id, "masked_word")
    inputs = compute.encode(loaded, compute.read(TEXT))
    shares = layer_shares(loaded, inputs)
    assert shares.shape[0] == loaded.model.config.num_hidden_layers + 1
    assert shares.shape[1] == 2
    assert torch.allclose(shares.sum(-1), torch.ones(shares.shape[:2]), atol=1e-4)
    with torch.inference_mode():
        whole = loaded.model(**inputs).logits[0].softmax(-1)
    masked = inputs["input_ids"][0] == loaded.tokenizer.mask_token_id  # type: ignore[union-attr]
    assert torch.allclose(shares[-1], whole[masked], atol=1e-5)


@pytest.mark.parametrize("id", ["bert-base-uncased", "pathshala-bert"])
def test_a_layer_is_what_a_model_with_so_many_layers_would_say(id: str) -> None:
    loaded = models.load(id, "masked_word")
    inputs = compute.encode(loaded, compute.read(TEXT))
    shares = layer_shares(loaded, inputs)
    layers = loaded.encoder.encoder.layer
    kept = list(layers)
    masked = inputs["input_ids"][0] == loaded.tokenizer.mask_token_id  # type: ignore[union-attr]
    try:
        loaded.encoder.encoder.layer = torch.nn.ModuleList(kept[:1])
        with torch.inference_mode():
            shorter = loaded.model(**inputs).logits[0, masked].softmax(-1)
    finally:
        loaded.encoder.encoder.layer = layers
    assert torch.allclose(shares[1], shorter, atol=1e-5)


@pytest.mark.parametrize("id", IDS)
def test_rows_are_among_the_first_after_some_layer(id: str) -> None:
    found = by_layer(TEXT, id, 2)
    assert len(found.blanks) == 2
    for rows in found.blanks:
        assert 2 <= len(rows) <= 2 * (found.layers + 1)
        last = [row.shares[-1] or 0.0 for row in rows]
        assert last == sorted(last, reverse=True)
        assert all(len(row.shares) == found.layers + 1 for row in rows)


def test_counting_has_no_layers() -> None:
    with pytest.raises(PathshalaError, match="it has no layers"):
        by_layer(TEXT, "pathshala-counted")
