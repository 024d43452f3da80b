"""attentions -> the tab's HTML, and JSON for its scripts. No torch, no gradio.

The HTML holds what is the same for every visitor; a visitor's text only ever travels as JSON, and the scripts write it
with `textContent`. A picture travels at one byte a weight, relative to the strongest weight of its head; the numbers of
a row, in full, when they are pointed at.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from components.attention import heads, masks, pictures, positions
from components.attention.compute import TOKEN_LIMIT, Attention
from components.attention.meanings import Compared
from components.attention.orders import Order
from components.attention.presets import Pair, Preset, Step
from components.attention.qkv import Inside
from components.markup import Html, tag
from tokenizer_indic.scripts import LANGUAGES

Json = dict[str, Any]

HERE = Path(__file__).parent
SHARED = HERE.parent
SCRIPTS = (  # one function, in this order; the page fetches them when the tab is opened
    SHARED / "page.js",
    SHARED / "model_menu.js",
    HERE / "plot.js",
    HERE / "heatmap.js",
    HERE / "inside.js",
    HERE / "heads.js",
    HERE / "lines.js",
    HERE / "masks.js",
    HERE / "positions.js",
    HERE / "meanings.js",
    HERE / "compare.js",
    HERE / "inputs.js",
    HERE / "lesson.js",
    HERE / "view.js",
)
STYLES = (SHARED / "page.css", SHARED / "model_menu.css", HERE / "view.css")

SECTIONS = (
    ("heatmap", "Heatmap"),
    ("inside", "Inside a head"),
    ("heads", "All heads"),
    ("lines", "Lines"),
    ("meanings", "Two meanings"),
    ("masks", "Masks"),
    ("positions", "Where am I?"),
    ("compare", "Compare"),
    ("inputs", "What goes in"),
)


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
        "language": attention.language or "",
        "model": attention.model,
        "made": made_by(attention),
        "reason": attention.reason,
        "notes": list(notes(attention)),
    }


def notes(attention: Attention) -> Iterator[str]:
    """What a student should know before they wonder, a sentence each."""
    for left_out in filter(None, attention.left_out):
        yield (
            f"{len(attention.tokens)} of at most {attention.limit} tokens are shown."
            f" Left out from the end: “{_short(left_out)}” ({len(left_out):,} characters)."
        )
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
    """One head's scores and weights under a mask, in full: at most 256 x 256 of each, only what is looked at."""
    hidden, weights = masks.masked(scores, masks.visible(kind, len(scores), boundary))
    return {
        "scores": [[None if np.isneginf(each) else float(f"{each:.4g}") for each in row] for row in hidden.tolist()],
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
ALIBI_HEADS = 8


def places_json(table: np.ndarray | None) -> Json:
    """Each way to tell places: a table to look at, and what it says of a distance. `table`: the model's own, if any."""
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
        ways["learned"] = (table, [("cosine of two places", positions.by_distance(table))])
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
        "rows": {kind: [_list(row) for row in rows] for kind, rows in attention.inputs.items()},
        "sum": [_list(row) for row in attention.states[0]],
        "width": int(attention.states.shape[-1]),
    }


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
) -> Json:
    """What the scripts need to know beside the answers. `early`: the embedded model's ids and steps, the last first."""
    return {
        "meanings": [asdict(pair) for pair in meanings],
        "orders": list(orders),
        "lesson": [asdict(step) for step in lesson],
        "examples": [asdict(preset) for preset in presets],
        "limit": text_limit,
        "tokens": TOKEN_LIMIT,
        "kinds": heads.KINDS | {"mixed": "no clear habit in this sentence"},
        "early": [{"id": id, "steps": steps} for id, steps in early],
    }


def style() -> str:
    """The style of this tab, behind what it shares with others."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def page(presets: Sequence[Preset], meanings: Sequence[Pair], limit: int, model_menu: Html) -> Html:
    """The tab before any answer: controls on the left, the sections on the right. `limit` is that of characters."""
    sections = (
        _heatmap(),
        _inside(),
        _heads(),
        _lines(),
        _meanings(meanings),
        _masks(),
        _positions(),
        _compare(),
        _inputs(),
    )
    return tag(
        "div",
        tag("div", _input(presets, limit, model_menu), class_="left"),
        tag("div", _sections(), _lesson(), _pickers(), *sections, _copies(), class_="right"),
        class_="page attention",
    )


def _input(presets: Sequence[Preset], limit: int, model_menu: Html) -> Html:
    return tag(
        "section",
        model_menu,
        tag(
            "div",
            tag("label", "Your sentence", for_="attention-text"),
            tag("span", f"0 / {limit} characters", id="attention-count", class_="count"),
            class_="label",
        ),
        _box("attention-text", "text", "Write a sentence", 2),
        tag("label", "A second sentence, if you like", for_="attention-second"),
        _box("attention-second", "second", "compared as A and B, as BERT learned it", 1),
        tag("p", id="attention-says", class_="says", role="status", aria_live="polite"),
        tag("p", class_="why", aria_live="polite"),
        tag(
            "div",
            tag(
                "div",
                *(
                    tag("button", each.label, type="button", title=each.why, lang=each.language, data_example=number)
                    for number, each in enumerate(presets)
                ),
                class_="presets",
                role="toolbar",
                aria_label="Examples",
            ),
            class_="frame",
        ),
        tag("button", "Guided lesson", type="button", class_="lesson-begin", aria_pressed="false"),
        class_="input",
        aria_label="Input",
    )


def _box(id: str, name: str, placeholder: str, rows: int) -> Html:
    return tag(
        "textarea",
        id=id,
        class_=name,
        dir="auto",
        rows=rows,
        spellcheck="false",
        autocapitalize="off",
        placeholder=placeholder,
        aria_describedby="attention-count attention-says",
    )


def _sections() -> Html:
    buttons = (
        tag(
            "button",
            name,
            type="button",
            role="tab",
            data_section=id,
            aria_selected="false",
            aria_controls=f"attention-{id}",
        )
        for id, name in SECTIONS
    )
    return tag("div", tag("div", *buttons, class_="sections", role="tablist", aria_label="Sections"), class_="frame")


def _lesson() -> Html:
    """The guided lesson: closed until somebody begins it."""
    return tag(
        "section",
        tag("p", class_="lesson-title"),
        tag("p", class_="lesson-says", aria_live="polite"),
        tag(
            "div",
            tag("button", "‹ Back", type="button", class_="lesson-back"),
            tag("button", "Next ›", type="button", class_="lesson-next"),
            tag("button", "Leave", type="button", class_="lesson-leave"),
            class_="lesson-steps",
        ),
        class_="lesson",
        aria_label="Guided lesson",
        hidden=True,
    )


def _pickers() -> Html:
    """Which layer and head: for all sections that look at one head."""
    return tag("div", _slider("layer", "Layer"), _slider("head", "Head"), class_="pickers")


def _slider(name: str, label: str) -> Html:
    return tag(
        "div",
        tag("label", label, for_=f"attention-{name}"),
        tag("button", "‹", type="button", data_step=f"{name} -1", aria_label=f"{label} before"),
        tag("input", id=f"attention-{name}", type="range", min=1, max=1, value=1, data_pick=name),
        tag("button", "›", type="button", data_step=f"{name} 1", aria_label=f"Next {name}"),
        tag("output", "", for_=f"attention-{name}", data_shows=name),
        class_="slider",
    )


def _choice(name: str, label: str, options: Sequence[tuple[str, str, str]]) -> Html:
    """Buttons of which one is pressed: (value, words, title)."""
    buttons = (
        tag("button", words, type="button", data_set=f"{name} {value}", title=title, aria_pressed="false")
        for value, words, title in options
    )
    return tag("div", tag("span", label), *buttons, class_="choice", role="group", aria_label=label)


OVER = (
    ("heads", "one head", "The head that is chosen"),
    ("mean", "mean", "The mean of all heads of the layer; rows sum to one"),
    ("maximum", "max", "The strongest look of any head of the layer; rows sum to one or more"),
    (
        "rollout",
        "rollout",
        "What of each input reaches a place up to this layer (Abnar and Zuidema 2020): mean of the heads, half of each"
        " layer passed by, layers multiplied",
    ),
)
LEVEL = (
    ("pieces", "pieces", "The tokens as the model got them"),
    ("aksharas", "aksharas", "Pieces of one akshara together: sums over keys, means over queries"),
    ("words", "words", "Pieces of one word together: sums over keys, means over queries"),
)
SPECIAL = "Special tokens: shown as the model sees them, or left out, and the rest of each row divided by its sum"
SCALE = (
    ("picture", "own", "The darkest colour is the strongest weight of this picture"),
    ("one", "0–1", "The darkest colour is 1: pictures can be compared"),
)


def _heatmap() -> Html:
    return tag(
        "section",
        tag(
            "div",
            _choice("over", "Heads", OVER),
            _choice("level", "By", LEVEL),
            tag(
                "div",
                tag("button", "[CLS] [SEP]", type="button", data_toggle="special", title=SPECIAL, aria_pressed="true"),
                class_="choice",
            ),
            _choice("scale", "Colours", SCALE),
            class_="choices",
        ),
        tag(
            "div",
            tag("div", class_="plot", tabindex="0", role="img", aria_label="Heatmap: queries down, keys across"),
            tag("p", "Loading the picture …", class_="waiting"),
            class_="plotted",
        ),
        tag("p", class_="readout", aria_live="off"),
        tag("p", class_="looks", role="toolbar", aria_label="What the chosen row looks at"),
        id="attention-heatmap",
        class_="panel",
        role="tabpanel",
        data_panel="heatmap",
    )


def _inside() -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("button", "‹ Back", type="button", class_="back"),
            tag("p", class_="step"),
            tag("button", "Next ›", type="button", class_="next"),
            class_="steps",
        ),
        tag("p", class_="formula"),
        tag("p", class_="query", role="toolbar", aria_label="The word that asks"),
        tag("div", tag("div", class_="table"), class_="frame"),
        tag("p", class_="checked", aria_live="polite"),
        tag(
            "div",
            tag("label", "The same head while it learned", for_="attention-early"),
            tag("input", id="attention-early", type="range", min=0, max=0, value=0),
            tag("output", "", for_="attention-early", class_="early-shows"),
            class_="early",
            hidden=True,
        ),
        id="attention-inside",
        class_="panel",
        role="tabpanel",
        data_panel="inside",
        hidden=True,
    )


def _heads() -> Html:
    kinds = (
        tag("option", f"those that {words.replace('looks', 'look')}", value=kind) for kind, words in heads.KINDS.items()
    )
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Order", for_="attention-order"),
            tag("select", tag("option", "as in the model", value=""), *kinds, id="attention-order"),
            tag("p", class_="kind"),
            class_="order",
        ),
        tag("div", class_="grid", role="listbox", aria_label="All heads"),
        id="attention-heads",
        class_="panel",
        role="tabpanel",
        data_panel="heads",
        hidden=True,
    )


BETWEEN = (("all", "all"), ("a-a", "A→A"), ("a-b", "A→B"), ("b-a", "B→A"), ("b-b", "B→B"))


def _lines() -> Html:
    between = (
        tag("button", words, type="button", data_between=value, aria_pressed="false") for value, words in BETWEEN
    )
    return tag(
        "section",
        tag(
            "div",
            tag("div", class_="head-chips", role="toolbar", aria_label="Heads whose lines are drawn"),
            tag("button", "all heads", type="button", class_="all-heads"),
            _choice("level", "By", LEVEL),
            tag(
                "div", *between, class_="choice between", role="group", aria_label="Between the sentences", hidden=True
            ),
            class_="choices",
        ),
        tag("p", "Click a word on the side that asks. Weights under 2% have no line.", class_="hint"),
        tag(
            "div",
            tag("div", class_="asking", role="toolbar", aria_label="Words that ask"),
            tag("canvas", class_="wires", role="img", aria_label="Lines"),
            tag("div", class_="looked-at"),
            class_="stage",
        ),
        id="attention-lines",
        class_="panel",
        role="tabpanel",
        data_panel="lines",
        hidden=True,
    )


def _panel(id: str, *children: Html) -> Html:
    return tag("section", *children, id=f"attention-{id}", class_="panel", role="tabpanel", data_panel=id, hidden=True)


def _meanings(pairs: Sequence[Pair]) -> Html:
    buttons = (
        tag("button", pair.label, type="button", title=pair.why, lang=pair.language, data_meaning=number)
        for number, pair in enumerate(pairs)
    )
    return _panel(
        "meanings",
        tag("div", *buttons, class_="presets", role="toolbar", aria_label="Words with two meanings"),
        tag("p", class_="meaning-hint hint"),
        tag("p", class_="first-words query", role="toolbar", aria_label="Words of the first sentence"),
        tag("p", class_="second-words query", role="toolbar", aria_label="Words of the second sentence"),
        tag(
            "div", class_="meaning-plot small-plot", role="img", aria_label="Cosine of the two vectors, layer by layer"
        ),
        tag("div", class_="near"),
    )


KINDS = (
    ("bidirectional", "bidirectional", "Everybody sees everybody, as in BERT"),
    ("causal", "causal", "Nobody sees what comes later, as in GPT"),
    ("prefix", "prefix", "The first tokens see one another, later ones what came before"),
    ("padding", "padding", "Nobody sees the filling behind a short text"),
)


def _masks() -> Html:
    return _panel(
        "masks",
        tag(
            "div",
            _choice("mask", "Mask", KINDS),
            tag(
                "div",
                tag("label", "Boundary", for_="attention-boundary"),
                tag("input", id="attention-boundary", type="range", min=0, max=1, value=1),
                tag("output", "", for_="attention-boundary", class_="boundary-shows"),
                class_="slider boundary",
            ),
            class_="choices",
        ),
        tag("p", class_="mask-words hint"),
        tag(
            "div",
            tag("div", tag("h3", "Scores q·k / √d"), tag("div", class_="score-plot half-plot"), class_="half"),
            tag("div", tag("h3", "After the softmax"), tag("div", class_="weight-plot half-plot"), class_="half"),
            class_="halves",
        ),
        tag("p", class_="mask-readout readout"),
    )


WAYS = (
    ("sinusoids", "sinusoids", "Sine and cosine waves of many lengths (Vaswani et al. 2017)"),
    ("learned", "learned", "The model's own table of places"),
    ("rope", "RoPE", "Queries and keys turned by their place (Su et al. 2021)"),
    ("alibi", "ALiBi", "A penalty that grows with the distance (Press et al. 2022)"),
)


def _positions() -> Html:
    return _panel(
        "positions",
        _choice("way", "Places by", WAYS),
        tag("p", class_="way-words hint"),
        tag(
            "div",
            tag("div", tag("h3", "The table"), tag("div", class_="table-plot half-plot"), class_="half"),
            tag("div", tag("h3", "By distance"), tag("div", class_="distance-plot half-plot"), class_="half"),
            class_="halves",
        ),
        tag("h3", "Take the places away"),
        tag(
            "div",
            tag("input", type="text", class_="order-one", aria_label="The words in one order", dir="auto"),
            tag("input", type="text", class_="order-two", aria_label="The same words in another order", dir="auto"),
            class_="halves",
        ),
        tag("div", class_="orders"),
    )


def _compare() -> Html:
    return _panel(
        "compare",
        tag(
            "div",
            tag("label", "Beside", for_="attention-beside"),
            tag("select", tag("option", "the second sentence", value=""), id="attention-beside"),
            tag("p", class_="compare-words"),
            class_="order",
        ),
        tag(
            "div",
            tag("div", tag("h3", "First"), tag("div", class_="one-plot half-plot"), class_="half"),
            tag("div", tag("h3", "Second"), tag("div", class_="other-plot half-plot"), class_="half"),
            tag(
                "div", tag("h3", "Difference"), tag("div", class_="difference-plot half-plot"), class_="half difference"
            ),
            class_="halves thirds",
        ),
        tag("p", class_="compare-readout readout"),
    )


def _inputs() -> Html:
    return _panel(
        "inputs",
        tag("p", class_="inputs-words hint"),
        tag("div", tag("div", class_="inputs-table table"), class_="frame"),
    )


COPIES = (
    ("png", "Save PNG"),
    ("svg", "Save SVG"),
    ("csv", "Save CSV"),
    ("html", "Save HTML"),
    ("python", "Copy as Python"),
    ("link", "Copy link"),
)


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    notes_list = tag("ul", class_="notes", aria_live="polite")
    return tag("div", notes_list, tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies"))
