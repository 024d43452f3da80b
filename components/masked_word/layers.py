"""A masked word as each layer would guess it: the model's own head on every layer's states. torch inside functions.

The head was only ever taught with the states of the last layer; on those of earlier ones it shows what is there already
in the form in which the answer is given ("logit lens": nostalgebraist 2020; Geva et al. 2022, arXiv 2203.14680).
"""

from dataclasses import dataclass
from typing import Any

from components import models
from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word.beside import Row
from components.masked_word.compute import GUESSED, check_top_k, choose_model, encode, pieces_as_words, read
from tokenizer_indic.scripts import LANGUAGES, guess_language


@dataclass(frozen=True)
class Layers:
    """The likeliest pieces after each layer, those of the last one first; column 0 is the input, before any layer."""

    blanks: tuple[tuple[Row, ...], ...]  # rows of each mask, one share a layer
    layers: int
    model: str
    language: str | None


def by_layer(text: str, model: str = "", top_k: int = 3, language: str = "") -> Layers:
    """Single pieces that are among the first `top_k` after any layer. Raises PathshalaError."""
    parts = read(text)
    check_top_k(top_k)
    known = language if language in LANGUAGES else guess_language(" ".join(parts), GUESSED)
    import torch  # noqa: F401  # as in compute.predict

    entry = choose_model(model, known)
    if entry.architecture == "counted":
        raise PathshalaError(f"“{entry.id}” counts: it has no layers. Choose another model.")
    blanks = models.run(look_into, entry.id, "masked_word", parts, top_k)
    return Layers(blanks, len(blanks[0][0].shares) - 1, entry.id, known)


def look_into(loaded: Loaded, parts: tuple[str, ...], top_k: int) -> tuple[tuple[Row, ...], ...]:
    """One forward pass; the head is used at the masks only, once a layer."""
    inputs = encode(loaded, parts)
    shares = layer_shares(loaded, inputs)  # layers x masks x vocabulary
    blanks = []
    for number, part in enumerate(parts[:-1]):
        here = shares[:, number]
        ids = list(dict.fromkeys(here.topk(min(top_k, here.shape[1])).indices.flip(0).flatten().tolist()))
        named = pieces_as_words(loaded.tokenizer, part, ids, here[-1, ids].tolist())
        rows = [Row(each.word, each.joins, tuple(here[:, id].tolist())) for id, each in zip(ids, named, strict=True)]
        rows.sort(key=lambda row: -(row.shares[-1] or 0.0))
        blanks.append(tuple(rows))
    return tuple(blanks)


def layer_shares(loaded: Loaded, inputs: Any) -> Any:
    """The probability of every piece at each mask, after each layer and before the first (layers + 1 x masks x
    vocabulary). The last is what the model itself says."""
    import torch

    masked = inputs["input_ids"][0] == loaded.tokenizer.mask_token_id  # type: ignore[union-attr]
    with torch.inference_mode():
        found = loaded.encoder(**inputs, output_hidden_states=True)
        states = [each[0, masked] for each in found.hidden_states]
        norm = getattr(loaded.encoder, "final_norm", None)  # ModernBERT's, which its head expects
        if norm is not None:
            states = [norm(each) for each in states[:-1]] + states[-1:]
        states[-1] = found.last_hidden_state[0, masked]
        width = states[-1].shape[-1]
        project = getattr(loaded.encoder, "embeddings_project", None) or getattr(
            getattr(loaded.encoder, "encoder", None), "embedding_hidden_mapping_in", None
        )  # ELECTRA's and ALBERT's, whose tables are narrower than their layers
        states = [each if each.shape[-1] == width or project is None else project(each) for each in states]
        return torch.stack([loaded.apply_head(each).float().softmax(-1) for each in states]).cpu()
