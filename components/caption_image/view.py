"""what compute found -> JSON for the tab's scripts, which write it with `textContent`. No torch, no gradio."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from components.caption_image.compute import Similarity
from components.caption_image.languages import SIXTEEN, Languages, OfModel
from components.caption_image.opening import data_url, thumbnail
from components.caption_image.presets import LABELS, LESSON, QUERIES, Preset
from components.caption_image.samples import SAMPLES
from components.caption_image.search import Found
from components.caption_image.space import Map
from components.caption_image.store import Picture
from components.caption_image.templates import TEMPLATES
from components.caption_image.trained import Batch
from components.caption_image.where import GRID, ROWS, Covered, Look
from components.caption_image.zero_shot import ZeroShot
from tokenizer_indic.scripts import LANGUAGES

Json = dict[str, Any]

THUMB = 192  # pixels of what the page shows
DIGITS = 6  # of what the page is told


def picture_json(picture: Picture) -> Json:
    """One of the tray: its name, a small picture of it, and what was done to it."""
    url = data_url(thumbnail(picture.image, THUMB))
    return {"name": picture.name, "url": url, "title": title(picture.name), "notes": list(picture.notes)}


def title(name: str) -> str:
    """ "sample:rain-house" -> "rain house"; the emoji itself; "your picture" """
    kind, _, what = name.partition(":")
    return {"sample": what.replace("-", " "), "emoji": what}.get(kind, "your picture")


def numbers(table: np.ndarray) -> list[Any]:
    """Rounded, as nested lists; NaN becomes null."""
    rounded = np.round(table.astype(np.float64), DIGITS).astype(object)
    rounded[table != table] = None
    return list(rounded.tolist())


def table_json(found: Similarity) -> Json:
    """Everything that table.js draws."""
    return {
        "pictures": list(found.pictures),
        "captions": list(found.captions),
        "cosine": numbers(found.cosine),
        "given_image": numbers(found.captions_given_image),
        "given_caption": numbers(found.images_given_caption),
        "pairs": numbers(found.pairs) if found.sigmoid else None,
        "best_caption": list(found.best_caption),
        "best_picture": list(found.best_picture),
        "tokens": list(found.tokens),
        "scale": found.scale,
        "bias": found.bias,
        "new": list(found.new),
        "notes": [*cut_notes(found), *own_notes(found)],
        **made(found),
    }


def made(found: Similarity | ZeroShot | Found | Look | Batch | Map) -> Json:
    """Which model, where, how fast."""
    words = f"{found.device.upper()} · {milliseconds(found.milliseconds)}"
    return {"model": found.model, "made": words, "reason": found.reason}


def milliseconds(value: float) -> str:
    """3.14 -> "3.1 ms"; 1234.5 -> "1,234 ms" """
    return f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def own_notes(found: Similarity) -> Iterator[str]:
    """What the embedded model is for, as soon as a visitor brings a picture."""
    if found.model == "pathshala-clip" and any(name.startswith("file:") for name in found.pictures):
        yield (
            "pathshala-clip is for simple pictures, such as drawings and emoji, not for photographs: those are for CLIP"
            " or SigLIP, in the list of models."
        )


def cut_notes(found: Similarity) -> Iterator[str]:
    """Of each caption that was too long for the model: where it was cut."""
    for number, (caption, read) in enumerate(zip(found.captions, found.read, strict=True), 1):
        if read != caption:
            end = read[-24:]
            yield f"Caption {number} is too long for {found.model}: it was read up to “…{end}”."


def zero_shot_json(found: ZeroShot) -> Json:
    """Everything that zero_shot.js draws."""
    return {
        "picture": found.picture,
        "labels": list(found.labels),
        "templates": list(found.templates),
        "cosine": numbers(found.cosine),
        "each": numbers(found.each),
        "probability": numbers(found.probability),
        "before": numbers(found.before),
        "sigmoid": found.sigmoid,
        "scale": found.scale,
        "bias": found.bias,
        **made(found),
    }


def found_json(found: Found) -> Json:
    """Everything that search.js draws."""
    return {"pictures": list(found.pictures), "cosine": numbers(found.cosine), "new": found.new, **made(found)}


def languages_json(found: Languages) -> Json:
    """Everything that languages.js draws."""
    names = [LANGUAGES[code].name for code in found.languages]
    return {
        "sample": found.sample,
        "languages": [
            {"code": code, "name": name, "english": LANGUAGES[code].english, "caption": caption}
            for code, name, caption in zip(found.languages, names, found.captions, strict=True)
        ],
        "pictures": list(found.pictures),
        "chance": found.chance,
        "models": [_of_model_json(each) for each in found.models],
    }


def _of_model_json(found: OfModel) -> Json:
    return {
        "model": found.model,
        "made": f"{found.device.upper()} · {milliseconds(found.milliseconds)}",
        "ranks": list(found.ranks),
        "nearest": list(found.nearest),
        "cosine": [round(each, DIGITS) for each in found.cosine],
        "tokens": list(found.tokens),
        "first": [round(each, DIGITS) for each in found.first],
        "covered": list(found.covered),
    }


def batch_json(found: Batch) -> Json:
    """Everything that trained.js draws. The cosines are not rounded: a scale of 100 would show it."""
    loss = found.found
    return {
        "pictures": list(found.pictures),
        "captions": list(found.captions),
        "cosine": found.cosine.astype(np.float64).tolist(),
        "scale": found.scale,
        "bias": found.bias,
        "sigmoid": found.sigmoid,
        "found": {
            "rows": loss.rows.tolist(),
            "columns": loss.columns.tolist(),
            "loss": loss.loss,
            "guessing": loss.guessing,
        },
        **made(found),
    }


def where_json(found: Look) -> Json:
    """Everything that where.js draws before the first row of the occlusion; the relevance as a share of the largest."""
    most = 0.0 if found.relevance is None else float(found.relevance.max())
    cut = f"The caption is too long for {found.model}: it was read up to “…{found.read[-24:]}”."
    return {
        "picture": found.picture,
        "caption": found.caption,
        "words": list(found.words),
        "costs": numbers(found.costs),
        "cosine": round(found.cosine, DIGITS),
        "relevance": None if found.relevance is None else numbers(found.relevance / (most or 1.0)),
        "lacking": found.lacking,
        "seen": _png(found.seen),
        "note": "" if found.read == found.caption else cut,
        "rows": GRID,
        "columns": GRID,
        "step": ROWS,
        **made(found),
    }


def _png(pixels: np.ndarray) -> str:
    """height x width x 3 -> a URL; small pictures, so without loss."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return data_url(file.getvalue(), "png")


def covered_json(found: Covered) -> Json:
    """Some rows of the occlusion."""
    return {"row": found.row, "costs": numbers(found.costs)}


def map_json(found: Map) -> Json:
    """Everything that space.js draws."""
    return {
        "pictures": list(found.pictures),
        "captions": list(found.captions),
        "languages": list(found.languages),
        "of": list(found.of),
        "places_of_pictures": numbers(found.places_of_pictures),
        "places_of_captions": numbers(found.places_of_captions),
        "shares": list(found.shares),
        "gap": found.gap,
        "gap_before": found.gap_before,
        "closed": found.closed,
        "nearest": list(found.nearest),
        "cosine": list(found.cosine),
        "own": list(found.own),
        **made(found),
    }


def known_json(presets: Sequence[Preset], limits: dict[str, int], samples: Sequence[str]) -> Json:
    """What the scripts know from the start."""
    return {
        "examples": [asdict(each) for each in presets],
        "limits": limits,
        "samples": [{"name": f"sample:{id}", "title": title(f"sample:{id}")} for id in samples],
        "called": {f"sample:{each.id}": dict(each.captions) for each in SAMPLES},
        "languages": {code: LANGUAGES[code].name for code in SIXTEEN},
        "labels": [asdict(each) for each in LABELS],
        "queries": list(QUERIES),
        "lesson": [asdict(each) for each in LESSON],
        "templates": [
            {"code": code, "name": LANGUAGES[code].name, "templates": list(frames)}
            for code, frames in TEMPLATES.items()
        ],
    }
