"""one picture, one caption -> which places and which words make their cosine. No gradio; torch inside functions.

    look(picture, caption)           what each word costs when it is left out, and gradient x attention of each patch
    cover(picture, caption, row)     occlusion: what the cosine loses under a grey square, for some rows of its places

Occlusion (Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2) asks nothing of a model but its answers. Gradient x
attention (Chefer et al. 2021, arXiv 2103.15679, equations 5 and 6) needs its attention weights.

Both can be had of a copy of the model with shuffled weights, which has learned nothing: a map that stays as it was
shows the picture or the method, and not what the model has learned (Adebayo et al. 2018, arXiv 1810.03292).
"""

import copy
import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from components import downloads, models
from components.caption_image import encoding
from components.caption_image.compute import choose_model, read_lines
from components.caption_image.encoding import AT_ONCE, TASK, Memory
from components.caption_image.store import Picture
from components.catalogue import Entry
from components.errors import PathshalaError
from components.loading import Loaded

GRID = 12  # places of the square, down and across
ROWS = 2  # of places, in one question: 24 pictures
SQUARES = {"small": 1 / 6, "medium": 1 / 4, "large": 2 / 5}  # side of the square, of the picture's side
SHUFFLED_BYTES = 500_000_000  # weights that are copied to be shuffled, at most
SEED = 3
SCALE = 1024.0  # of the gradients, which half precision would round to zero


@dataclass(frozen=True)
class Look:
    """A picture and a caption, and what of them matters. A cost is cosine(whole) - cosine(without)."""

    picture: str  # its name
    caption: str
    read: str  # as much of it as the model takes
    words: tuple[str, ...]
    costs: np.ndarray  # words; empty if there is only one
    cosine: float
    relevance: np.ndarray | None  # rows x columns of patches, none below 0
    lacking: str  # why there is no relevance
    seen: np.ndarray  # height x width x 3, uint8: the picture as the model gets it
    shuffled: bool
    model: str
    device: str
    reason: str
    milliseconds: float


@dataclass(frozen=True)
class Covered:
    """Some rows of places where the square lay."""

    row: int  # the first of them
    costs: np.ndarray  # rows x GRID: cosine(whole) - cosine(covered)
    cosine: float
    milliseconds: float


_covered: Memory[tuple[str, str, str, int, bool], np.ndarray] = Memory(2000)  # 25 vectors each; of 512 numbers 100 MB
_captions: Memory[tuple[str, str], np.ndarray] = Memory(1000)  # of models with shuffled weights


def look(picture: Picture, caption: str, model: str = "", shuffled: bool = False) -> Look:
    """Raises PathshalaError; where only the relevance cannot be had, `lacking` says why."""
    line = read_lines([caption], most=1)[0]
    entry = choose_model(model, [line])
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    words = tuple(line.split())
    found = models.run(glance, entry.id, TASK, picture.image, [line, *leave_each_out(words)], shuffled)
    if shuffled:
        _captions.put((entry.id, line), found.captions[0])
    cosines = found.captions @ found.picture
    return Look(
        picture=picture.name,
        caption=line,
        read=found.read,
        words=words,
        costs=cosines[0] - cosines[1:],
        cosine=float(cosines[0]),
        relevance=found.relevance,
        lacking=found.lacking,
        seen=found.seen,
        shuffled=shuffled,
        model=entry.id,
        device=head.device,
        reason=head.reason,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def leave_each_out(words: tuple[str, ...]) -> list[str]:
    """("a", "red", "dog") -> ["red dog", "a dog", "a red"]; of a single word nothing would be left: []"""
    if len(words) < 2:
        return []
    return [" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))]


def cover(
    picture: Picture, caption: str, row: int, square: str = "medium", model: str = "", shuffled: bool = False
) -> Covered:
    """ROWS rows of places from `row` on. Their vectors are remembered: another caption costs a product. Raises
    PathshalaError."""
    line = read_lines([caption], most=1)[0]
    if square not in SQUARES:
        raise PathshalaError(f"There is no square “{str(square)[:20]}”: choose {', '.join(SQUARES)}.")
    if row not in range(0, GRID, ROWS):
        raise PathshalaError(f"The rows are asked {ROWS} at a time, from 0 to {GRID - ROWS}.")
    entry = choose_model(model, [line])
    started = time.perf_counter()
    key = (entry.id, picture.name, square, row, shuffled)
    vectors = _covered.get(key)
    if vectors is None:
        vectors = models.run(encode_covered, entry.id, TASK, picture.image, SQUARES[square], row, shuffled)
        _covered.put(key, vectors)
    cosines = vectors @ _caption(entry, line, shuffled)
    return Covered(
        row=row,
        costs=(cosines[0] - cosines[1:]).reshape(-1, GRID),
        cosine=float(cosines[0]),
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _caption(entry: Entry, caption: str, shuffled: bool) -> np.ndarray:
    """space, of length 1"""
    if not shuffled:
        return np.asarray(encoding.embed_captions(entry, [caption])[0].vectors[0])
    known = _captions.get((entry.id, caption))
    if known is None:
        known = models.run(read_shuffled, entry.id, TASK, caption)
        _captions.put((entry.id, caption), known)
    return known


# -- on the model's device --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Glance:
    """What one visit to the model gives."""

    picture: np.ndarray  # space
    captions: np.ndarray  # captions x space
    read: str  # of the first caption
    relevance: np.ndarray | None
    lacking: str
    seen: np.ndarray


def glance(loaded: Loaded, image: Any, captions: list[str], shuffled: bool) -> Glance:
    """The vectors of a picture and of captions, and the relevance of the picture's patches for the first caption."""
    loaded = shuffled_copy(loaded) if shuffled else loaded
    pixels = prepare(loaded, image)
    parts = [captions[first : first + AT_ONCE] for first in range(0, len(captions), AT_ONCE)]
    told = [each for part in parts for each in encoding.read_captions(loaded, part)]
    relevance, lacking = None, ""
    try:
        relevance = gradient_times_attention(loaded, pixels, told[0].vector)
    except PathshalaError as error:
        lacking = str(error)
    return Glance(
        picture=encode(loaded, pixels)[0],
        captions=np.stack([each.vector for each in told]),
        read=told[0].read,
        relevance=relevance,
        lacking=lacking,
        seen=as_seen(loaded, pixels),
    )


def read_shuffled(loaded: Loaded, caption: str) -> np.ndarray:
    """space: a caption's vector, by the model with shuffled weights"""
    return encoding.read_captions(shuffled_copy(loaded), [caption])[0].vector


def prepare(loaded: Loaded, image: Any) -> Any:
    """An RGB picture -> 1 x 3 x height x width, cut and scaled as the model wants it. Raises PathshalaError."""
    encoding.check(loaded)
    assert loaded.images is not None
    pixels = loaded.images(images=[image], return_tensors="pt")["pixel_values"]
    if pixels.dim() != 4:
        raise PathshalaError(f"“{loaded.entry.id}” gets its pictures in pieces, so that no square can lie on them.")
    return pixels.to(loaded.device, loaded.model.logit_scale.dtype)


def as_seen(loaded: Loaded, pixels: Any) -> np.ndarray:
    """1 x 3 x height x width as the model gets it -> height x width x 3, uint8."""
    mean, spread = (np.array(getattr(loaded.images, name, None) or other) for name, other in _NORMALIZED)
    if not getattr(loaded.images, "do_normalize", True):
        mean, spread = np.zeros(3), np.ones(3)
    shown = pixels[0].float().cpu().numpy().transpose(1, 2, 0) * spread + mean
    return np.asarray((shown * 255).round().clip(0, 255).astype(np.uint8))


_NORMALIZED = (("image_mean", [0.5] * 3), ("image_std", [0.5] * 3))


def encode(loaded: Loaded, pixels: Any) -> np.ndarray:
    """pictures x 3 x height x width -> pictures x space, of length 1."""
    import torch

    with torch.inference_mode():
        parts = [encoding.unit(loaded.model.get_image_features(pixel_values=part)) for part in pixels.split(AT_ONCE)]
    return np.concatenate(parts)


# -- occlusion


def encode_covered(loaded: Loaded, image: Any, side: float, row: int, shuffled: bool) -> np.ndarray:
    """The whole picture first, then with the square at each place of ROWS rows (1 + ROWS * GRID x space).

    The square has the picture's mean colour. It lies on what the model gets, after cutting and scaling, so that a
    place on the map is a place that the model has seen.
    """
    loaded = shuffled_copy(loaded) if shuffled else loaded
    pixels = prepare(loaded, image)
    grey = pixels.float().mean((2, 3), keepdim=True).to(pixels.dtype)[0]  # 3 x 1 x 1
    places = [(down, across) for down in range(row, row + ROWS) for across in range(GRID)]
    covered = pixels.repeat(1 + len(places), 1, 1, 1)
    for each, (down, across) in zip(covered[1:], places, strict=True):
        each[:, span(down, each.shape[1], side), span(across, each.shape[2], side)] = grey
    return encode(loaded, covered)


def span(place: int, pixels: int, side: float) -> slice:
    """Pixels under the square, whose middle lies in the middle of the cell; at an edge a part of it hangs over.

    >>> span(0, 96, 1 / 4), span(6, 96, 1 / 4)
    (slice(0, 16, None), slice(40, 64, None))
    """
    middle = (place + 0.5) * pixels / GRID
    half = side * pixels / 2
    return slice(max(0, round(middle - half)), min(pixels, round(middle + half)))


# -- gradient x attention


def gradient_times_attention(loaded: Loaded, pixels: Any, caption: np.ndarray) -> np.ndarray:
    """How much attention to each patch adds to the cosine (rows x columns of patches). Raises PathshalaError.

    From the first layer to the last R <- R + A R, where A is the mean over heads of relu(gradient * attention) and R
    begins as the identity. Then the row of the class token; SigLIP has none, and there the attention of the layer that
    pools is multiplied by R in the same way.
    """
    import torch

    with torch.enable_grad():
        given = pixels.detach().clone().requires_grad_()  # the weights want no gradient, so the pixels must
        found = loaded.model.get_image_features(pixel_values=given, output_attentions=True)
        attentions = [each for each in getattr(found, "attentions", None) or () if each is not None]
        side = _side_of_map(loaded, attentions)
        features, pooling = found.pooler_output, None
        head = getattr(getattr(loaded.model, "vision_model", None), "head", None)
        if hasattr(head, "probe"):
            features, pooling = pool(head, found.last_hidden_state)
            features = getattr(loaded.model, "visual_projection", torch.nn.Identity())(features)
        told = torch.as_tensor(caption, device=features.device)
        cosine = torch.nn.functional.cosine_similarity(features.float(), told[None]).sum()
        layers = [*attentions, *([] if pooling is None else [pooling])]
        gradients = torch.autograd.grad(cosine * SCALE, layers)
    # heads x queries x keys -> queries x keys
    steps = [(a[0].float() * g[0].float() / SCALE).relu().mean(0) for a, g in zip(layers, gradients, strict=True)]
    relevance = torch.eye(attentions[0].shape[-1], device=features.device)
    for step in steps[: len(attentions)]:
        relevance = relevance + step @ relevance
    if pooling is not None:
        row = (steps[-1] @ relevance)[0]
    else:
        row = relevance[0, 1:] if side * side < len(relevance) else relevance.mean(0)
    return np.asarray(row.detach().reshape(side, side).cpu().numpy())


def _side_of_map(loaded: Loaded, attentions: list[Any]) -> int:
    """Patches down and across, if every layer attends from each patch to each, with or without a class token before
    them. Raises PathshalaError."""
    sizes = {tuple(each.shape[-2:]) for each in attentions}
    if len(sizes) == 1 and attentions[0].dim() == 4:
        queries, keys = sizes.pop()
        for patches in (keys - 1, keys):
            side = math.isqrt(patches)
            if queries == keys and side > 1 and side * side == patches:
                return side
    raise PathshalaError(
        f"“{loaded.entry.id}” gives no attention from each patch of the picture to each, so gradient × attention cannot"
        " be worked out. Occlusion needs none."
    )


def pool(head: Any, states: Any) -> tuple[Any, Any]:
    """SigLIP's pooling layer, which keeps its attention to itself: features (1 x width), attention (1 x heads x 1 x
    patches)."""
    from torch.nn.functional import linear

    inner = head.attention
    weights, biases = inner.in_proj_weight.chunk(3), inner.in_proj_bias.chunk(3)
    query, key, value = (
        linear(given, weight, bias).reshape(1, given.shape[1], inner.num_heads, -1).transpose(1, 2)
        for given, weight, bias in zip((head.probe, states, states), weights, biases, strict=True)
    )
    attention = (query @ key.mT / math.sqrt(query.shape[-1])).softmax(-1)
    pooled = inner.out_proj((attention @ value).transpose(1, 2).flatten(2))
    return (pooled + head.mlp(head.layernorm(pooled)))[:, 0], attention


# -- the check


def shuffled_copy(loaded: Loaded) -> Loaded:
    """A copy whose weight matrices hold the same numbers in a random order, always the same one; the shared model stays
    as it is. Raises PathshalaError where a copy would need too much memory."""
    import torch

    if loaded.bytes > SHUFFLED_BYTES:
        raise PathshalaError(
            f"The check with shuffled weights needs a copy of “{loaded.entry.id}”, whose weights are"
            f" {downloads.readable_size(loaded.bytes)}; the limit is {downloads.readable_size(SHUFFLED_BYTES)}."
        )
    model = copy.deepcopy(loaded.model)
    dice = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for each in model.parameters():
            if each.dim() > 1:  # biases, norms and the scale stay
                order = torch.randperm(each.numel(), generator=dice).to(each.device)
                each.copy_(each.flatten()[order].view_as(each))
    return replace(loaded, model=model)
