"""one meaning in many languages -> the rank that the right picture gets in each, for each model. No gradio, no HTML.

    rank 1: of all pictures the right one lies nearest to the caption. Guessing gives (pictures + 1) / 2 in the mean.

The captions are those of samples.py; the pictures are all samples, so the right one is known.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components import models
from components.caption_image import encoding, store
from components.caption_image.compute import choose_model
from components.caption_image.samples import SAMPLES, Sample
from components.errors import PathshalaError
from tokenizer_indic.scripts import LANGUAGES

TWELVE = ("en", "hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "ml", "pa", "or")
SIXTEEN = (*TWELVE, "as", "ne", "sd", "sa")
MODELS = 6  # beside each other


@dataclass(frozen=True)
class OfModel:
    """What one model makes of a meaning in each language."""

    model: str
    ranks: tuple[int, ...]  # of each language: of the right picture, from 1
    nearest: tuple[str, ...]  # of each language: the name of the picture that lies nearest
    cosine: tuple[float, ...]  # of each language: with the right picture
    tokens: tuple[int, ...]  # of each language
    first: tuple[float, ...]  # of each language: share of all samples whose own picture is the nearest
    covered: tuple[bool, ...]  # does the model's card name the language?
    device: str
    milliseconds: float


@dataclass(frozen=True)
class Languages:
    """A meaning, in each language, against all pictures, for each model."""

    sample: str
    languages: tuple[str, ...]  # codes
    captions: tuple[str, ...]
    pictures: tuple[str, ...]  # names
    models: tuple[OfModel, ...]

    @property
    def chance(self) -> float:
        """The mean rank of guessing."""
        return (len(self.pictures) + 1) / 2


def compare(sample: str, ids: Sequence[str] = (), languages: Sequence[str] = TWELVE) -> Languages:
    """`sample` is the id of a drawing; `ids` are models, or none for all that are here. Raises PathshalaError."""
    meaning = next((each for each in SAMPLES if each.id == sample), None)
    if meaning is None:
        raise PathshalaError(f"There is no drawing “{str(sample)[:40]}”.")
    codes = [code for code in languages if code in LANGUAGES]
    chosen = list(ids) or [choice.entry.id for choice in models.menu(encoding.TASK).ready]
    found = [of_model(meaning, id, codes) for id in chosen[:MODELS]]
    return Languages(
        sample=sample,
        languages=tuple(codes),
        captions=tuple(dict(meaning.captions)[code] for code in codes),
        pictures=tuple(f"sample:{each.id}" for each in SAMPLES),
        models=tuple(found),
    )


def of_model(meaning: Sample, id: str, codes: Sequence[str]) -> OfModel:
    """All captions of all samples are encoded once; then every meaning is there at once."""
    entry = choose_model(id, [dict(meaning.captions)["en"]])
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    pictures = store.find([f"sample:{each.id}" for each in SAMPLES])
    seen = encoding.embed_pictures(entry, pictures).vectors
    lines = [dict(each.captions)[code] for code in codes for each in SAMPLES]
    encoded, told = encoding.embed_captions(entry, lines)
    cosine = encoded.vectors.reshape(len(codes), len(SAMPLES), -1) @ seen.T  # languages x captions x pictures
    here = SAMPLES.index(meaning)
    right = np.diagonal(cosine, axis1=1, axis2=2)  # languages x captions
    ranks = 1 + (cosine > right[:, :, None]).sum(2)  # languages x captions
    return OfModel(
        model=entry.id,
        ranks=tuple(int(each) for each in ranks[:, here]),
        nearest=tuple(pictures[each].name for each in cosine[:, here].argmax(1)),
        cosine=tuple(float(each) for each in right[:, here]),
        tokens=tuple(told[place * len(SAMPLES) + here].tokens for place in range(len(codes))),
        first=tuple(float(each) for each in (ranks == 1).mean(1)),
        covered=tuple(entry.covers(code) for code in codes),
        device=head.device,
        milliseconds=(time.perf_counter() - started) * 1000,
    )
