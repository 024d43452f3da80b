"""pictures and captions -> unit vectors of a model; each is encoded once and remembered by its content.

torch is imported inside functions; what leaves is numpy. The model of a hub runs where models.run puts it.

    embed_pictures(entry, pictures)    pictures x space
    embed_captions(entry, captions)    captions x space, what each costs in tokens, and where it was cut
    head(entry)                        the scale and the bias of the logits, and whether they go into a softmax
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from components import models
from components.caption_image.store import Picture
from components.catalogue import Entry, Task
from components.errors import PathshalaError
from components.loading import Loaded

TASK: Task = "caption_image"
AT_ONCE = 32  # pictures or captions in one run
REMEMBERED = 20_000  # vectors of each kind; of 512 numbers 40 MB
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class Caption:
    """What the text encoder made of one caption."""

    vector: np.ndarray  # space
    tokens: int  # special ones included, padding not
    read: str  # as much of it as was read: all, or what stands before the cut


@dataclass(frozen=True)
class Head:
    """What becomes of a cosine: logit = scale * cosine + bias."""

    scale: float
    bias: float
    sigmoid: bool  # SigLIP: each pair by itself; otherwise a softmax over a row or column
    longest: int  # tokens of a caption, the special ones included
    device: str
    reason: str


class Memory(Generic[K, V]):
    """The values of the keys used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


_pictures: Memory[tuple[str, str], np.ndarray] = Memory(REMEMBERED)
_captions: Memory[tuple[str, str], Caption] = Memory(REMEMBERED)
_heads: Memory[str, Head] = Memory(64)


@dataclass(frozen=True)
class Encoded:
    """Vectors of what was asked, and how many of them were worked out now."""

    vectors: np.ndarray  # asked x space, of length 1
    new: int
    milliseconds: float  # of the model


def embed_pictures(
    entry: Entry, pictures: Sequence[Picture], told: Callable[[int, int], object] = lambda done, all: None
) -> Encoded:
    """`told(done, all)` hears how far it is, once a run. Raises PathshalaError."""
    started = time.perf_counter()
    missing = {each.name: each for each in pictures if _pictures.get((entry.id, each.name)) is None}
    waiting = list(missing.values())
    fresh: dict[str, np.ndarray] = {}
    for first in range(0, len(waiting), AT_ONCE):
        part = waiting[first : first + AT_ONCE]
        vectors = models.run(look_at, entry.id, TASK, [each.image for each in part])
        for each, vector in zip(part, vectors, strict=True):
            fresh[each.name] = vector
            _pictures.put((entry.id, each.name), vector)
        told(first + len(part), len(waiting))
    found = [fresh.get(each.name, _pictures.get((entry.id, each.name))) for each in pictures]
    return Encoded(_stacked(found), len(waiting), (time.perf_counter() - started) * 1000)


def embed_captions(entry: Entry, captions: Sequence[str]) -> tuple[Encoded, list[Caption]]:
    """As `embed_pictures`, of captions."""
    started = time.perf_counter()
    waiting = list(dict.fromkeys(each for each in captions if _captions.get((entry.id, each)) is None))
    fresh: dict[str, Caption] = {}
    for first in range(0, len(waiting), AT_ONCE):
        some = waiting[first : first + AT_ONCE]
        for caption, read in zip(some, models.run(read_captions, entry.id, TASK, some), strict=True):
            fresh[caption] = read
            _captions.put((entry.id, caption), read)
    known = (fresh.get(each) or _captions.get((entry.id, each)) for each in captions)
    found = [each for each in known if each is not None]
    vectors = _stacked([each.vector for each in found])
    return Encoded(vectors, len(waiting), (time.perf_counter() - started) * 1000), found


def _stacked(vectors: Sequence[np.ndarray | None]) -> np.ndarray:
    there = [each for each in vectors if each is not None]
    return np.stack(there) if there else np.zeros((0, 1), np.float32)


def head(entry: Entry) -> Head:
    """Raises PathshalaError for a model that has none."""
    known = _heads.get(entry.id)
    if known is None:
        known = models.run(read_head, entry.id, TASK)
        _heads.put(entry.id, known)
    return known


# -- on the model's device --------------------------------------------------------------------------------------------


def read_head(loaded: Loaded) -> Head:
    """Scale, bias and limits of a loaded model."""
    check(loaded)
    bias = getattr(loaded.model, "logit_bias", None)
    return Head(
        scale=float(loaded.model.logit_scale.float().exp()),
        bias=0.0 if bias is None else float(bias),
        sigmoid=bias is not None,
        longest=longest(loaded),
        device=loaded.device,
        reason=loaded.reason,
    )


def check(loaded: Loaded) -> None:
    """Raises PathshalaError for a model that cannot look at pictures."""
    able = hasattr(loaded.model, "get_image_features") and hasattr(loaded.model, "get_text_features")
    if not able or not hasattr(loaded.model, "logit_scale") or loaded.images is None:
        raise PathshalaError(
            f"“{loaded.entry.id}” has no encoder for pictures beside one for captions, or no scale to compare them"
            " with: choose a model of CLIP's or SigLIP's kind."
        )


def look_at(loaded: Loaded, images: Sequence[Any]) -> np.ndarray:
    """RGB pictures -> pictures x space, unit length."""
    import torch

    check(loaded)
    assert loaded.images is not None
    pixels = loaded.images(images=list(images), return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        given = pixels.to(loaded.device, loaded.model.logit_scale.dtype)
        return unit(loaded.model.get_image_features(pixel_values=given))


def read_captions(loaded: Loaded, captions: Sequence[str]) -> list[Caption]:
    """One run, padded as the model was trained: SigLIP to its full length, others to the longest."""
    import torch

    check(loaded)
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    most = longest(loaded)
    whole = tokenizer(list(captions))["input_ids"]
    padding = "max_length" if pads_fully(loaded) else True
    given = tokenizer(list(captions), padding=padding, truncation=True, max_length=most, return_tensors="pt")
    with torch.inference_mode():
        vectors = unit(loaded.model.get_text_features(**given.to(loaded.device)))
    return [
        Caption(vector, min(len(ids), most), caption if len(ids) <= most else _read_part(tokenizer, caption, most))
        for caption, ids, vector in zip(captions, whole, vectors, strict=True)
    ]


def _read_part(tokenizer: Any, caption: str, most: int) -> str:
    """The beginning of a caption that fits: the longest one, found by halving."""
    low, high = 0, len(caption)
    while low < high:
        middle = (low + high + 1) // 2
        if len(tokenizer(caption[:middle])["input_ids"]) <= most:
            low = middle
        else:
            high = middle - 1
    return caption[:low]


def longest(loaded: Loaded) -> int:
    """Tokens that the text encoder takes."""
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    config = getattr(loaded.model.config, "text_config", loaded.model.config)
    text = getattr(loaded.model, "text_model", None)
    config = getattr(text, "config", config) if loaded.entry.architecture == "clip-multilingual" else config
    positions = int(config.max_position_embeddings)
    return min(positions, int(tokenizer.model_max_length))


def pads_fully(loaded: Loaded) -> bool:
    """SigLIP saw captions of its full length only."""
    return str(loaded.model.config.model_type).startswith("siglip")


def unit(features: Any) -> np.ndarray:
    """rows x space -> the same in single precision, of length 1."""
    import torch

    found = getattr(features, "pooler_output", features)
    return np.asarray(torch.nn.functional.normalize(found.float(), dim=-1).cpu().numpy())
