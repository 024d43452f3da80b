"""pictures, captions -> the table of their cosines, and what a softmax or a sigmoid makes of it. No gradio, no HTML.

>>> found = similarity([sample("dog"), sample("train")], ["कुत्ता", "a train"])
>>> found.cosine.shape, found.best_caption
((2, 2), (0, 1))
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components import catalogue, downloads, models
from components.caption_image import encoding
from components.caption_image.store import Picture
from components.catalogue import Entry
from components.errors import PathshalaError
from tokenizer_indic.scripts import guess_language

PICTURES = 12  # at most, beside each other
CAPTIONS = 24
CAPTION_LIMIT = 300  # characters
LANGUAGES = catalogue.get("pathshala-clip").languages  # captions may be in one of these


@dataclass(frozen=True)
class Similarity:
    """What a model makes of pictures and captions."""

    pictures: tuple[str, ...]  # names
    captions: tuple[str, ...]
    cosine: np.ndarray  # pictures x captions, float32
    scale: float
    bias: float
    sigmoid: bool  # the model was trained with SigLIP's loss
    tokens: tuple[int, ...]  # of each caption
    read: tuple[str, ...]  # as much of each caption as the model takes
    new: tuple[int, int]  # pictures and captions that had to be encoded now
    model: str
    device: str
    reason: str  # why there
    milliseconds: float

    @cached_property
    def logits(self) -> np.ndarray:
        """pictures x captions: scale * cosine + bias, as transformers' logits_per_image."""
        return np.asarray(self.scale * self.cosine + self.bias)

    @cached_property
    def captions_given_image(self) -> np.ndarray:
        """Softmax along each row (pictures x captions): of these captions, which belongs to the picture?"""
        return softmax(self.logits, axis=1)

    @cached_property
    def images_given_caption(self) -> np.ndarray:
        """Softmax along each column (pictures x captions): of these pictures, which belongs to the caption?"""
        return softmax(self.logits, axis=0)

    @cached_property
    def pairs(self) -> np.ndarray:
        """Sigmoid of each logit (Zhai et al. 2023, arXiv 2303.15343, equation 1): does this pair belong together?"""
        return np.asarray(1 / (1 + np.exp(-self.logits.astype(np.float64))))

    @property
    def best_caption(self) -> tuple[int, ...]:
        """Of each picture."""
        return tuple(int(each) for each in self.cosine.argmax(1))

    @property
    def best_picture(self) -> tuple[int, ...]:
        """Of each caption."""
        return tuple(int(each) for each in self.cosine.argmax(0))


def softmax(logits: np.ndarray, axis: int) -> np.ndarray:
    """Sums to one along the axis; worked out in double precision."""
    powers = np.exp((logits - logits.max(axis, keepdims=True)).astype(np.float64))
    return np.asarray(powers / powers.sum(axis, keepdims=True))


def similarity(pictures: Sequence[Picture], captions: Sequence[str], model: str = "") -> Similarity:
    """Each picture against each caption. `model` is an id, or "" for the best that is here. Raises PathshalaError."""
    lines = read_lines(captions)
    check_pictures(pictures)
    entry = choose_model(model, lines)
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    seen = encoding.embed_pictures(entry, pictures)
    read, told = encoding.embed_captions(entry, lines)
    cosine = seen.vectors @ read.vectors.T  # pictures x captions
    return Similarity(
        pictures=tuple(each.name for each in pictures),
        captions=tuple(lines),
        cosine=cosine,
        scale=head.scale,
        bias=head.bias,
        sigmoid=head.sigmoid,
        tokens=tuple(each.tokens for each in told),
        read=tuple(each.read for each in told),
        new=(seen.new, read.new),
        model=entry.id,
        device=head.device,
        reason=head.reason,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


# -- what was asked ---------------------------------------------------------------------------------------------------


def read_lines(captions: Sequence[str], what: str = "caption", most: int = CAPTIONS) -> list[str]:
    """Without the spaces around them and without empty ones. Raises PathshalaError; every limit before any work."""
    if isinstance(captions, str) or not all(isinstance(each, str) for each in captions):
        raise PathshalaError(f"The {what}s must be a list of strings.")
    lines = [each.strip() for each in captions if each.strip()]
    if not lines:
        raise PathshalaError(f"There is no {what} yet: write one a line, in any language.")
    if len(lines) > most:
        raise PathshalaError(f"There are {len(lines)} {what}s and the limit is {most}: leave out {len(lines) - most}.")
    for number, line in enumerate(lines, 1):
        if len(line) > CAPTION_LIMIT:
            raise PathshalaError(
                f"{what.capitalize()} {number} has {len(line):,} characters and the limit is {CAPTION_LIMIT}:"
                f" leave out {len(line) - CAPTION_LIMIT:,}."
            )
        if any("\ud800" <= character <= "\udfff" for character in line):
            raise PathshalaError(f"{what.capitalize()} {number} has half a character in it: paste it again.")
    return lines


def check_pictures(pictures: Sequence[Picture], most: int = PICTURES) -> None:
    """Raises PathshalaError."""
    if not pictures:
        raise PathshalaError("There is no picture yet: choose a sample, or bring one of your own.")
    if len(pictures) > most:
        raise PathshalaError(
            f"There are {len(pictures)} pictures and the limit is {most}: leave out {len(pictures) - most}."
        )


def choose_model(model: str, captions: Sequence[str]) -> Entry:
    """A model by its id, or the best one here that reads the captions' language. Nothing is downloaded."""
    if not model:
        return models.default(encoding.TASK, guess_language(" ".join(captions), LANGUAGES))
    entry = models.find(str(model), encoding.TASK)
    if not entry.embedded and not models.is_ready(entry):
        size = downloads.readable_size(models.download_size(entry))
        raise PathshalaError(
            f"“{entry.id}” is not on this machine yet: choose it in the list of models to download it ({size})."
        )
    return entry
