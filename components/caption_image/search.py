"""a gallery and one or two queries -> the gallery in order. No gradio, no HTML.

A query is a text or a picture of the gallery; two of them are added or subtracted as vectors: "a dog" − "a girl". The
order is that of the cosine with the result. Nothing is learned about the gallery: its pictures are encoded once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from components.caption_image import encoding
from components.caption_image.compute import check_pictures, choose_model, read_lines
from components.caption_image.store import Picture
from components.catalogue import Entry
from components.errors import PathshalaError

GALLERY = 500  # pictures
TEXT_LIMIT = 300  # characters of a query


@dataclass(frozen=True)
class Query:
    """A text, or a picture."""

    text: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Found:
    """The gallery, the nearest first."""

    pictures: tuple[str, ...]  # names
    cosine: np.ndarray  # pictures
    new: int  # pictures that had to be encoded now
    model: str
    device: str
    reason: str
    milliseconds: float


def search(
    gallery: Sequence[Picture], query: Query, other: Query | None = None, sign: Literal[1, -1] = 1, model: str = ""
) -> Found:
    """Raises PathshalaError."""
    check_pictures(gallery, GALLERY)
    queries = [query] if other is None else [query, other]
    texts = [read_lines([each.text], "query", 1)[0] for each in queries if each.picture is None]
    entry = choose_model(model, texts or ["a"])
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    seen = encoding.embed_pictures(entry, gallery)
    vectors = [_vector(entry, each) for each in queries]
    wanted = vectors[0] if other is None else vectors[0] + sign * vectors[1]
    length = float(np.linalg.norm(wanted))
    if length < 1e-3:
        raise PathshalaError("The two queries are the same, and nothing is left of their difference.")
    cosine = seen.vectors @ (wanted / length)
    order = np.argsort(-cosine, kind="stable")
    return Found(
        pictures=tuple(gallery[each].name for each in order),
        cosine=cosine[order],
        new=seen.new,
        model=entry.id,
        device=head.device,
        reason=head.reason,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _vector(entry: Entry, query: Query) -> np.ndarray:
    """Of length 1 (space)."""
    if query.picture is not None:
        return np.asarray(encoding.embed_pictures(entry, [query.picture]).vectors[0])
    return np.asarray(encoding.embed_captions(entry, [query.text.strip()])[0].vectors[0])
