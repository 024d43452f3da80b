"""one picture, labels, templates -> which label? No gradio, no HTML.

The classes are whatever is typed in: each label is put into each template, and the mean of those captions' vectors is
the label's (Radford et al. 2021, section 3.1.4). A label more changes all probabilities and no cosine.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.caption_image import encoding
from components.caption_image.compute import check_pictures, choose_model, read_lines, softmax
from components.caption_image.store import Picture
from components.errors import PathshalaError

LABELS = 24
TEMPLATES = 6
PLACE = "{}"


@dataclass(frozen=True)
class ZeroShot:
    """What a model makes of one picture and some labels."""

    picture: str
    labels: tuple[str, ...]
    templates: tuple[str, ...]
    cosine: np.ndarray  # labels: with the mean of the templates
    each: np.ndarray  # labels x templates: with every template alone
    probability: np.ndarray  # labels: the softmax, or for SigLIP the sigmoid
    before: np.ndarray  # labels: the same without the last label; NaN for the last
    scale: float
    bias: float
    sigmoid: bool
    model: str
    device: str
    reason: str
    milliseconds: float


def zero_shot(picture: Picture, labels: Sequence[str], templates: Sequence[str], model: str = "") -> ZeroShot:
    """Raises PathshalaError."""
    check_pictures([picture])
    names = read_lines(labels, "label", LABELS)
    frames = read_templates(templates)
    entry = choose_model(model, names)
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    seen = encoding.embed_pictures(entry, [picture]).vectors[0]  # space
    captions = [frame.replace(PLACE, name) for name in names for frame in frames]
    vectors = encoding.embed_captions(entry, captions)[0].vectors.reshape(len(names), len(frames), -1)
    cosine = average(vectors) @ seen
    logits = head.scale * cosine + head.bias
    probability = _shares(logits, head.sigmoid)
    before = np.full(len(names), np.nan)
    if len(names) > 1:
        before[:-1] = _shares(logits[:-1], head.sigmoid)
    return ZeroShot(
        picture=picture.name,
        labels=tuple(names),
        templates=tuple(frames),
        cosine=cosine,
        each=vectors @ seen,
        probability=probability,
        before=before,
        scale=head.scale,
        bias=head.bias,
        sigmoid=head.sigmoid,
        model=entry.id,
        device=head.device,
        reason=head.reason,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def average(vectors: np.ndarray) -> np.ndarray:
    """labels x templates x space -> labels x space, of length 1 again."""
    mean = vectors.mean(1)
    return np.asarray(mean / np.linalg.norm(mean, axis=-1, keepdims=True))


def _shares(logits: np.ndarray, sigmoid: bool) -> np.ndarray:
    wide = logits.astype(np.float64)
    return np.asarray(1 / (1 + np.exp(-wide))) if sigmoid else softmax(wide, axis=0)


def read_templates(templates: Sequence[str]) -> list[str]:
    """Each needs {} once, where the label goes. Raises PathshalaError."""
    frames = read_lines(templates, "template", TEMPLATES)
    for frame in frames:
        if frame.count(PLACE) != 1:
            raise PathshalaError(f"“{frame}” needs {PLACE} once: there the label goes, as in “a photo of a {PLACE}”.")
    return frames
