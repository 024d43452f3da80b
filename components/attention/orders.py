"""Two orders of the same words -> how like a model's vectors of each word are, with places and without.

Without places every token is told that it stands at the first one. Attention is then blind to order: the cat that
chases and the cat that is chased have equal vectors (Vaswani et al. 2017, arXiv 1706.03762, section 3.5, say why places
are added). Only for models that add a table of places to their input, as BERT does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components import models
from components.attention.compute import Attention, check, fit, masks_of, without_padding
from components.attention.meanings import words_of
from components.attention.pictures import units
from components.attention.positions import alikeness
from components.errors import PathshalaError
from components.masked_word.compute import choose_model
from components.models import Loaded

ADDED = ("bert", "electra", "albert", "distilbert")  # places are looked up by `position_ids`, from 0


@dataclass(frozen=True)
class Order:
    """A word that stands in both sentences, and the cosine of its two vectors at the last layer."""

    word: str
    places: tuple[int, int]  # which word it is in each sentence, from 0
    with_places: float
    without_places: float


def compare_orders(first: Attention, second: Attention, one: str, other: str) -> list[Order]:
    """Of each word that both sentences have, in the order of the first; the n-th one with the n-th one."""
    found = []
    without = [without_places(first.model, text) for text in (one, other)]
    tables = []
    labels = []
    for attention, states in zip((first, second), without, strict=True):
        rows = units(attention, "words", special=False)
        groups, names = [unit.tokens for unit in rows], [unit.label for unit in rows]
        labels.append(names)
        tables.append([words_of(each, groups, names) for each in (attention.states, states)])
    free = list(range(len(labels[1])))
    for place, name in enumerate(labels[0]):
        match = next((each for each in free if labels[1][each].casefold() == name.casefold()), None)
        if match is None:
            continue
        free.remove(match)
        cosines = [
            float(alikeness(np.stack([tables[0][kind][place].vectors[-1], tables[1][kind][match].vectors[-1]]))[0, 1])
            for kind in (0, 1)
        ]
        found.append(Order(name, (place, match), *cosines))
    return found


def without_places(model: str, text: str) -> np.ndarray:
    """layers + 1 x tokens x width: the states of a sentence when every token stands at the first place."""
    check(text, "")
    entry = choose_model(model, None, "attention")
    return models.run(_states, entry.id, "attention", text)


def _states(loaded: Loaded, text: str) -> np.ndarray:
    import torch

    if loaded.entry.architecture not in ADDED:
        raise PathshalaError(
            f"“{loaded.entry.id}” does not add places to its input, or counts them in its own way: choose a BERT."
        )
    [typed], _ = without_padding([text])
    _, encoded = fit(loaded, [masks_of(loaded, typed)], 256)
    inputs: dict[str, Any] = encoded.inputs(loaded.device)
    inputs["position_ids"] = torch.zeros_like(inputs["input_ids"])
    with torch.inference_mode():
        returned = loaded.encoder(**inputs, output_hidden_states=True)
    return np.stack([each[0].float().cpu().numpy() for each in returned.hidden_states])
