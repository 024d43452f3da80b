"""What the model is given before the first step: words, frequencies, places, and heads that look at the neighbours.

A small BERT that starts from random numbers learns how frequent tokens are, and then nothing for thousands of steps:
attention does not find the word beside the mask, since 256 random vectors of places have to agree on what 'beside'
means. So the model starts with

- first vectors of tokens that know their neighbours (vectors.py), and the logarithm of their frequency as output bias;
- places as sinusoids (Vaswani et al. 2017, section 3.5) in dimensions of their own, where a step to the side is a
  rotation that is the same everywhere;
- in the lower layers, queries that are rotated by one, two … places: head 0 begins by looking one token back, head 1
  one ahead, and so on; others look over a stretch of text, and have numbers left to learn what to look for there.
  Values and outputs begin large enough that what is found is passed on.

All of it is only a start (mimetic initialisation: Trockman and Kolter 2023, arXiv 2305.09828): every number is trained.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import BertForMaskedLM

PLACE_SHARE = 8  # one dimension in eight tells places
LOUDNESS = 1.5  # of a dimension of places, beside one of words
# How a head looks: the gain of its queries and keys of places, and the share of the waves that it sees, slow first.
SHARP, SOFT, WIDE = (0.85, 1.0), (0.7, 1.0), (0.8, 0.25)  # one place; those beside it too; a stretch of text
LOOKS = (  # how many places away each head of the lower layers looks, and how
    ((-1, SHARP), (1, SHARP), (-1, SHARP), (1, SHARP), (-2, SHARP), (2, SHARP), (-5, WIDE), (5, WIDE)),
    ((-1, SOFT), (1, SOFT), (-3, SOFT), (3, SOFT), (-5, WIDE), (5, WIDE), (-9, WIDE), (9, WIDE)),
    ((-2, SOFT), (2, SOFT), (-4, WIDE), (4, WIDE), (-8, WIDE), (8, WIDE), (-12, WIDE), (12, WIDE)),
)
SPREAD = 0.03  # standard deviation of the embeddings


def start(model: BertForMaskedLM, found: np.ndarray, frequencies: np.ndarray) -> None:
    """`found`: vocabulary x width, strongest dimensions first; `frequencies`: vocabulary, sums to one."""
    config = model.config
    width = config.hidden_size
    places = place_dimensions(width)
    table = torch.from_numpy(found).clone()
    table[:, width - places :] = 0
    table *= SPREAD / table[:, : width - places].std()
    waves = torch.zeros(config.max_position_embeddings, width)
    waves[:, width - places :] = sinusoids(config.max_position_embeddings, places) * (SPREAD * LOUDNESS * 2**0.5)
    embeddings = model.bert.embeddings
    layers: Any = model.bert.encoder.layer
    with torch.no_grad():
        embeddings.word_embeddings.weight.copy_(table)
        embeddings.position_embeddings.weight.copy_(waves)
        embeddings.token_type_embeddings.weight.zero_()
        model.cls.predictions.bias.copy_(torch.from_numpy(np.log(frequencies + 1e-7)))
        for number, layer in enumerate(layers):
            attention = layer.attention
            for matrix in (attention.self.value.weight, attention.output.dense.weight):
                matrix.normal_(0, width**-0.5)
            if number < len(LOOKS):
                look(attention.self, LOOKS[number], places)


def grow(small: BertForMaskedLM, large: BertForMaskedLM) -> None:
    """`large` becomes `small` with more layers, which change nothing yet: what they add to the states is zero.

    Their queries and keys look around as `start` has them. Net2Net (Chen et al. 2016, arXiv 1511.05641) calls this a
    function-preserving transformation. Exact where the last layer norm of `small` only normalises (first_layer.py).
    """
    start(large, small.bert.embeddings.word_embeddings.weight.detach().numpy(), np.ones(large.config.vocab_size))
    layers: Any = large.bert.encoder.layer
    with torch.no_grad():
        for layer in layers[small.config.num_hidden_layers :]:
            for dense in (layer.attention.output.dense, layer.output.dense):
                dense.weight.zero_()
                dense.bias.zero_()
    missing, unexpected = large.load_state_dict(small.state_dict(), strict=False)
    if unexpected or any(".layer." not in name for name in missing):
        raise ValueError(f"The smaller model does not fit: {[*unexpected, *missing][:3]}")


def place_dimensions(width: int) -> int:
    """256 -> 32; an even number."""
    return max(2, width // PLACE_SHARE // 2 * 2)


def frequencies_of_waves(count: int) -> Tensor:
    """Radians per place, from slow to fast; uneven, so that no two places of a row look alike."""
    even = (torch.arange(count) + 0.5) / count
    return torch.pi * even**1.3


def sinusoids(length: int, dimensions: int) -> Tensor:
    """length x dimensions: cosines, then sines."""
    angles = torch.arange(length)[:, None] * frequencies_of_waves(dimensions // 2)[None]
    return torch.cat([angles.cos(), angles.sin()], 1)


def rotation(dimensions: int, by: int) -> Tensor:
    """dimensions x dimensions: sinusoids(…)[place] @ rotation.T is sinusoids(…)[place + by]."""
    angles = frequencies_of_waves(dimensions // 2) * by
    cosines, sines = angles.cos().diag(), angles.sin().diag()
    return torch.cat([torch.cat([cosines, -sines], 1), torch.cat([sines, cosines], 1)], 0)


def look(attention: Any, looks: Sequence[tuple[int, tuple[float, float]]], dimensions: int) -> None:
    """The first `dimensions` numbers of each head's query and key tell the place looked for, and the own one: by all
    waves, or by the slow ones, with which a stretch of text is found and no single place."""
    query, key = attention.query.weight, attention.key.weight  # heads * size x width
    heads, size = attention.num_attention_heads, attention.attention_head_size
    used = min(dimensions, size) // 2 * 2
    if used < dimensions:
        return  # heads too narrow to hold the waves; they stay as they were
    for head in range(heads):
        away, (gain, share) = looks[head % len(looks)]
        seen = torch.arange(dimensions // 2) < share * dimensions / 2
        seen = torch.cat([seen, seen]).nonzero()[:, 0]
        rows = head * size + seen
        query[rows], key[rows] = 0, 0
        query[rows, -dimensions:] = gain * rotation(dimensions, away)[seen]
        key[rows, -dimensions:] = gain * torch.eye(dimensions)[seen]
