"""pictures and captions -> their places on a map of two axes, and the gap between the two kinds. No gradio, no HTML.

    vectors ─► less their mean ─► SVD ─► the two directions of largest variance                  principal components

The map keeps a part of the variance only, and says how much; the nearest picture and the cosines are those of the
whole space. In it pictures and captions lie apart, each kind in a narrow cone of its own: the modality gap (Liang et
al. 2022, arXiv 2203.02053), the distance between the two means. `close_gap` takes each kind's own mean away.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.caption_image import encoding, store
from components.caption_image.compute import CAPTIONS, PICTURES, check_pictures, choose_model, read_lines
from components.caption_image.languages import SIXTEEN
from components.caption_image.samples import SAMPLES
from components.caption_image.store import Picture
from components.errors import PathshalaError

OWN = ""  # the language of a caption that the class wrote


@dataclass(frozen=True)
class Map:
    """Places of pictures and captions, and what the whole space says of them."""

    pictures: tuple[str, ...]  # names
    captions: tuple[str, ...]
    languages: tuple[str, ...]  # of each caption; OWN for the class's
    of: tuple[int, ...]  # of each caption: the place of its picture, or -1
    places_of_pictures: np.ndarray  # pictures x 2
    places_of_captions: np.ndarray  # captions x 2
    shares: tuple[float, float]  # of the variance, along each axis
    gap: float  # distance of the two means, of the vectors as they are on the map
    gap_before: float  # of the unit vectors
    closed: bool
    nearest: tuple[int, ...]  # of each caption: the picture with the largest cosine
    cosine: tuple[float, ...]  # of each caption: with that picture
    own: tuple[float | None, ...]  # of each caption: with its own picture
    model: str
    device: str
    reason: str
    milliseconds: float


def project(
    languages: Sequence[str],
    pictures: Sequence[Picture] = (),
    captions: Sequence[str] = (),
    closed: bool = False,
    model: str = "",
) -> Map:
    """All samples with their captions in these languages; the class's pictures and captions. Raises PathshalaError."""
    codes = [code for code in SIXTEEN if code in languages]
    own = read_lines(captions, most=CAPTIONS) if any(each.strip() for each in captions) else []
    if not codes and not own:
        raise PathshalaError("Choose a language, or write a caption.")
    if pictures:
        check_pictures(pictures, PICTURES)
    ids = [each.id for each in SAMPLES]
    names = {f"sample:{id}" for id in ids}
    shown = [*store.find([f"sample:{id}" for id in ids]), *(each for each in pictures if each.name not in names)]
    lines = [(called[code], code, place) for code in codes for place, called in enumerate(_called())]
    lines += [(caption, OWN, -1) for caption in own]
    texts = [caption for caption, _, _ in lines]
    entry = choose_model(model, own or texts)
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    seen = encoding.embed_pictures(entry, shown).vectors.astype(np.float64)
    read = encoding.embed_captions(entry, texts)[0].vectors.astype(np.float64)
    drawn = close_gap(seen, read) if closed else (seen, read)
    places, shares = principal(np.concatenate(drawn))
    cosine = read @ seen.T  # captions x pictures
    return Map(
        pictures=tuple(each.name for each in shown),
        captions=tuple(texts),
        languages=tuple(code for _, code, _ in lines),
        of=tuple(place for _, _, place in lines),
        places_of_pictures=places[: len(seen)],
        places_of_captions=places[len(seen) :],
        shares=shares,
        gap=gap(*drawn),
        gap_before=gap(seen, read),
        closed=closed,
        nearest=tuple(int(each) for each in cosine.argmax(1)),
        cosine=tuple(float(each) for each in cosine.max(1)),
        own=tuple(None if place < 0 else float(row[place]) for row, (_, _, place) in zip(cosine, lines, strict=True)),
        model=entry.id,
        device=head.device,
        reason=head.reason,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _called() -> list[dict[str, str]]:
    """Of each sample, language -> caption."""
    return [dict(each.captions) for each in SAMPLES]


def principal(vectors: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """points x space -> points x 2, and the share of the variance along each of the two axes.

    An axis may point either way: here its largest number is positive, so that a map comes out the same again.
    """
    centred = vectors - vectors.mean(0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    first = np.zeros((2, vectors.shape[1]))
    first[: len(axes)] = axes[:2]
    turns = np.sign(first[[0, 1], np.abs(first).argmax(1)])
    variance = np.zeros(2)
    variance[: len(lengths)] = lengths[:2] ** 2
    total = float((lengths**2).sum()) or 1.0
    return np.asarray(centred @ (first * turns[:, None]).T), (float(variance[0]) / total, float(variance[1]) / total)


def gap(pictures: np.ndarray, captions: np.ndarray) -> float:
    """The distance between the means of the two kinds (Liang et al. 2022, section 2.2)."""
    return float(np.linalg.norm(pictures.mean(0) - captions.mean(0)))


def close_gap(pictures: np.ndarray, captions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each kind less its own mean: then both means are zero, and the vectors are no longer of length 1."""
    return pictures - pictures.mean(0), captions - captions.mean(0)
