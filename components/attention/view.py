"""attentions -> JSON for the tab's scripts. No torch, no gradio; the HTML is in page.py.

A visitor's text only ever travels as JSON, and the scripts write it with `textContent`. A picture travels at one byte a
weight, relative to the strongest weight of its head; the numbers of a row, in full, when they are pointed at.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from components.attention import heads, masks, pictures, positions
from components.attention.compute import TOKEN_LIMIT, Attention
from components.attention.meanings import Compared
from components.attention.orders import Order
from components.attention.presets import Pair, Preset, Step
from components.attention.qkv import Inside
from tokenizer_indic.scripts import LANGUAGES

Json = dict[str, Any]

# -- an answer --------------------------------------------------------------------------------------------------------


def answer_json(attention: Attention) -> Json:
    """What there is to look at: rows at every level, layers, heads. No weights yet."""
    return {
        "units": {
            level: [
                {"label": unit.label, "tokens": unit.tokens, "special": unit.special, "sentence": unit.sentence}
                for unit in pictures.units(attention, level)
            ]
            for level in pictures.LEVELS
        },
        "layers": len(attention.layers),
        "heads": int(attention.layers[0].weights.shape[0]),
        "size": int(attention.layers[0].queries.shape[-1]),
        "causal": attention.causal,
        "filling": attention.filling,
        "language": attention.language or "",
        "model": attention.model,
        "made": made_by(attention),
        "reason": attention.reason,
        "notes": list(notes(attention)),
        "cut": any(attention.left_out),
    }


def notes(attention: Attention) -> Iterator[str]:
    """What a student should know before they wonder, a sentence each."""
    for left_out in filter(None, attention.left_out):
        yield (
            f"{len(attention.tokens)} of at most {attention.limit} tokens are shown."
            f" Left out from the end: “{_short(left_out)}” ({len(left_out):,} characters)."
        )
    if attention.alone:
        yield (
            f"{attention.model} reads one text at a time: only the first sentence is shown."
            " “Two meanings” and “Compare” read both, one after the other."
        )
    if attention.filling:
        yield "No token looks at [PAD]: its column is 0. What its own row says is used by nobody."
    if attention.causal:
        yield f"{attention.model} reads from the first token to the last: the grey triangle is what no token may see."
    if attention.language and not attention.covered:
        name = LANGUAGES[attention.language].english
        yield f"{attention.model} was not trained on {name}: its heads may do nothing sensible here."
    if any(token.part[1] > 1 for token in attention.tokens):
        yield "“क 1/3” is the first of three pieces that stand for one character: this model cuts it into bytes."


def _short(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


def made_by(attention: Attention) -> str:
    """Where and how fast: 'cpu · 12 ms'"""
    milliseconds = attention.milliseconds
    return f"{attention.device} · {milliseconds:.{1 if milliseconds < 10 else 0}f} ms"


def picture_json(weights: np.ndarray) -> Json:
    """pictures x rows x columns -> one byte a weight in `data`, as shares of `tops`, the strongest of each picture."""
    tops = weights.max((1, 2))
    shares = weights / np.where(tops > 0, tops, 1)[:, None, None]
    data = np.rint(shares * 255).astype(np.uint8).tobytes()
    return {
        "count": weights.shape[0],
        "size": weights.shape[1],
        "tops": tops.astype(float).tolist(),
        "data": base64.b64encode(data).decode("ascii"),
    }


def row_json(row: np.ndarray) -> Json:
    """One row of a picture in full."""
    return {"weights": row.astype(float).tolist(), "sum": float(row.astype(float).sum())}


def table_json(weights: np.ndarray) -> Json:
    """One picture in full: rows x columns."""
    return {"weights": weights.astype(float).tolist()}


def heads_json(attention: Attention) -> Json:
    """Thumbnails of all heads in one picture after the other, and what each head does."""
    small = pictures.thumbnails(attention)
    layers, count, size, _ = small.shape
    word_of = {token: number for number, group in enumerate(attention.words) for token in group}
    special = [token.special for token in attention.tokens]
    words = [-1 if special[token] else word_of[token] for token in range(len(special))]
    found = heads.describe(attention.weights, special, words)
    return {
        "thumbnails": picture_json(small.reshape(layers * count, size, size)),
        "heads": [{"layer": each.layer, "head": each.head, "kind": each.kind, "shares": each.shares} for each in found],
    }


def inside_json(found: Inside) -> Json:
    """The steps of one query in one head; numbers as the model has them, in single precision."""
    return {
        "query": _list(found.query),
        "keys": [_list(row) for row in found.keys],
        "values": [_list(row) for row in found.values],
        "products": _list(found.products),
        "scaling": found.scaling,
        "scores": _list(found.scores),
        "visible": found.visible.tolist(),
        "computed": _list(found.computed),
        "returned": _list(found.returned),
        "result": _list(found.result),
        "difference": found.difference,
        "shapes": found.shapes,
    }


def masks_json(scores: np.ndarray, kind: masks.Kind, boundary: int) -> Json:
    """One head's scores under a mask in full, and its weights as a picture: at most 256 x 256 of each, only what is
    looked at. `loudest`: of the scores under no mask."""
    hidden, weights = masks.masked(scores, masks.visible(kind, len(scores), boundary))
    return {
        "scores": [[None if np.isneginf(each) else float(f"{each:.7g}") for each in row] for row in hidden.tolist()],
        "loudest": float(np.abs(scores).max()),
        "weights": picture_json(weights[None]),
    }


def compared_json(found: Compared) -> Json:
    """Cosines layer by layer; None where a sentence has no other words."""
    return {
        "cosines": found.cosines,
        "usual": [None if np.isnan(each) else each for each in found.usual],
        "near": [[{"word": word, "cosine": cosine} for word, cosine in each] for each in found.near],
    }


def orders_json(found: Sequence[Order]) -> Json:
    """Each word with both cosines."""
    return {"words": [asdict(each) for each in found]}


PLACES = 64  # rows of the tables of places
WIDTH = 64  # numbers a place, for those that are no model's own
SHOWN_WIDTH = 256  # and of the model's own
ALIBI_HEADS = 8


def places_json(table: np.ndarray | None) -> Json:
    """Each way to tell places: a table to look at, and what it says of a distance. `table`: the model's own, if any, of
    which the first numbers are shown."""
    made = positions.sinusoids(PLACES, WIDTH)
    rates = np.arange(0, WIDTH, 2) / WIDTH
    turned = np.cos(np.arange(PLACES)[:, None] * 10_000.0 ** -np.repeat(rates, 2))
    distances = -np.abs(np.arange(PLACES)[:, None] - np.arange(PLACES)[None, :]) * 2.0**-1
    ways = {
        "sinusoids": (made, [("cosine of two places", positions.by_distance(made))]),
        "rope": (turned, [("what is left of q · k", positions.rope_by_distance(PLACES, WIDTH))]),
        "alibi": (
            distances,
            [
                (f"head {head + 1}", row)
                for head, row in enumerate(positions.alibi_by_distance(PLACES, ALIBI_HEADS))
                if head in (0, 2, 4)
            ],
        ),
    }
    if table is not None:
        ways["learned"] = (table[:, :SHOWN_WIDTH], [("cosine of two places", positions.by_distance(table))])
    return {
        "ways": {
            name: {
                "table": [[float(f"{each:.4g}") for each in row] for row in shown.tolist()],
                "lines": [{"name": line, "values": values.tolist()} for line, values in lines],
            }
            for name, (shown, lines) in ways.items()
        }
    }


def inputs_json(attention: Attention) -> Json:
    """What goes into the first layer: a strip for each token and kind, and what comes out of adding and norming."""
    return {
        "rows": {kind: numbers_json(rows) for kind, rows in attention.inputs.items()},
        "sum": numbers_json(attention.states[0]),
        "width": int(attention.states.shape[-1]),
    }


def numbers_json(rows: np.ndarray) -> Json:
    """rows x size, in full: single precision, the lowest byte first, in base64."""
    return {"size": int(rows.shape[-1]), "data": base64.b64encode(rows.astype("<f4").tobytes()).decode("ascii")}


def _list(numbers: np.ndarray) -> list[float]:
    return [float(f"{number:.7g}") for number in numbers.tolist()]


# -- what never changes -----------------------------------------------------------------------------------------------


def known_json(
    presets: Sequence[Preset],
    meanings: Sequence[Pair],
    orders: tuple[str, str],
    lesson: Sequence[Step],
    text_limit: int,
    early: Sequence[tuple[str, int]],
    alone: int,
) -> Json:
    """What the scripts need to know beside the answers. `early`: the embedded model's ids and steps, the last state at
    the end; `alone`: the steps in which its first layer learned alone."""
    return {
        "meanings": [asdict(pair) for pair in meanings],
        "orders": list(orders),
        "lesson": [asdict(step) for step in lesson],
        "examples": [asdict(preset) for preset in presets],
        "limit": text_limit,
        "tokens": TOKEN_LIMIT,
        "kinds": heads.KINDS | {"mixed": "no clear habit in this sentence"},
        "early": [{"id": id, "steps": steps, "alone": 0 < steps <= alone} for id, steps in early],
    }
