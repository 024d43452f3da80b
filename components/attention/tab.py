"""The wiring of the Attention tab: one component, the questions that its scripts ask, one endpoint."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr

from components import learned, model_menu
from components.attention import compute, masks, meanings, orders, page, pictures, qkv, view
from components.attention.compute import Attention
from components.attention.presets import LESSON, MEANINGS, OPENING, ORDERS, PRESETS
from components.markup import template
from components.ui import LATE, address_of, for_endpoint, for_page, read_script


def build() -> None:
    """The tab opens with an example, which its script asks for once it is on the screen: no model is loaded before."""
    plotly = plotly_script()
    gr.set_static_paths([plotly, *page.SCRIPTS])
    gr.HTML(
        html_template=template(page.page(PRESETS, MEANINGS, compute.TEXT_LIMIT, model_menu.page("attention"))),
        css_template=page.style(),
        js_on_load=read_script(LATE),
        apply_default_css=False,
        server_functions=[
            *(attend, picture, row, table, all_heads, inside),
            *(mask, places, order, meaning, beside, goes_in),
            *model_menu.functions("attention"),
        ],
        known=view.known_json(PRESETS, MEANINGS, ORDERS, LESSON, compute.TEXT_LIMIT, learned.early(), learned.alone()),
        plotly=address_of(plotly),
        scripts=[address_of(path) for path in page.SCRIPTS],
        opening=PRESETS.index(OPENING),
        elem_id="pathshala-attention",
    )
    gr.events.api(attention, api_name="attention")


def plotly_script() -> Path:
    """Plotly for browsers, as its Python package brings it; the package itself is not imported."""
    found = find_spec("plotly")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "package_data" / "plotly.min.js"


def _asked(asked: dict[str, Any]) -> Attention:
    """The forward pass that a question is about; made again only where it was forgotten."""
    return compute.attend(*(str(asked[name]) for name in ("text", "second", "model", "language")))


def _picture(asked: dict[str, Any], found: Attention) -> Any:
    over, level, special = asked["over"], asked["level"], bool(asked["special"])
    if over not in pictures.OVERS or level not in pictures.LEVELS:
        raise ValueError(f"{over}, {level}")
    return pictures.picture(found, min(int(asked["layer"]), len(found.layers) - 1), over, level, special)


@for_page
def attend(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, second, model, language, layer, over, level, special} -> what there is to see, and the first picture."""
    found = _asked(asked)
    return view.answer_json(found) | {"picture": view.picture_json(_picture(asked, found))}


@for_page
def picture(asked: dict[str, Any]) -> dict[str, Any]:
    """The same question, later: another layer, or other options."""
    return view.picture_json(_picture(asked, _asked(asked)))


@for_page
def row(asked: dict[str, Any]) -> dict[str, Any]:
    """… and {head, row} -> the numbers of one row."""
    return view.row_json(_picture(asked, _asked(asked))[int(asked["head"])][int(asked["row"])])


@for_page
def table(asked: dict[str, Any]) -> dict[str, Any]:
    """… and {head} -> all numbers of one picture."""
    return view.table_json(_picture(asked, _asked(asked))[int(asked["head"])])


@for_page
def all_heads(asked: dict[str, Any]) -> dict[str, Any]:
    """Every head, small."""
    return view.heads_json(_asked(asked))


@for_page
def inside(asked: dict[str, Any]) -> dict[str, Any]:
    """{…, layer, head, token} -> the arithmetic of one query."""
    found = _asked(asked)
    layer, head, token = (int(asked[name]) for name in ("layer", "head", "token"))
    pictures.check_layer(found, layer)
    pictures.check_head(found, head)
    if not 0 <= token < len(found.tokens):
        raise ValueError(token)
    return view.inside_json(qkv.inside(found.layers[layer], head, token))


@for_page
def mask(asked: dict[str, Any]) -> dict[str, Any]:
    """{…, layer, head, kind, boundary} -> the head's scores and weights under another mask."""
    found = _asked(asked)
    layer, head, kind = int(asked["layer"]), int(asked["head"]), asked["kind"]
    pictures.check_layer(found, layer)
    pictures.check_head(found, head)
    if kind not in masks.KINDS:
        raise ValueError(kind)
    return view.masks_json(found.layers[layer].scores[head], kind, int(asked["boundary"]))


@for_page
def places(asked: dict[str, Any]) -> dict[str, Any]:
    """The ways to tell places, the model's own table among them if it has one."""
    return view.places_json(compute.places(str(asked["model"])))


@for_page
def order(asked: dict[str, Any]) -> dict[str, Any]:
    """{one, other, model} -> each word in two orders, with places and without."""
    one, other, model = str(asked["one"]), str(asked["other"]), str(asked["model"])
    first, second = compute.attend(one, model=model), compute.attend(other, model=model)
    return view.orders_json(orders.compare_orders(first, second, one, other))


@for_page
def meaning(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, second, model, language, one, other} -> one word in two sentences; without `one` the words of both."""
    found = [
        compute.attend(str(asked[name]), "", str(asked["model"]), str(asked["language"])) for name in ("text", "second")
    ]
    words = []
    for each in found:
        rows = pictures.units(each, "words", special=False)
        words.append(meanings.words_of(each.states, [row.tokens for row in rows], [row.label for row in rows]))
    labels = [[word.text for word in sentence] for sentence in words]
    if asked.get("one") is None:
        return {"words": labels}
    one, other = int(asked["one"]), int(asked["other"])
    if not (0 <= one < len(words[0]) and 0 <= other < len(words[1])):
        raise ValueError(f"{one}, {other}")
    return {"words": labels} | view.compared_json(meanings.compare(words[0], words[1], one, other))


@for_page
def beside(asked: dict[str, Any]) -> dict[str, Any]:
    """{…, head, other: {text, model}} -> two pictures, each with the names of its rows and the layer that it is of."""
    other = asked["other"]
    pair = [
        compute.attend(str(text), "", str(model), str(asked["language"]))
        for text, model in ((asked["text"], asked["model"]), (other["text"], other["model"]))
    ]
    sides = []
    for found in pair:
        chosen = _picture(asked, found)
        head = min(int(asked["head"]), len(chosen) - 1)
        sides.append(
            {
                "labels": [unit.label for unit in pictures.units(found, asked["level"], bool(asked["special"]))],
                "model": found.model,
                "layer": min(int(asked["layer"]), len(found.layers) - 1),
                "head": head,
                "picture": view.picture_json(chosen[head : head + 1]),
            }
        )
    return {"sides": sides}


@for_page
def goes_in(asked: dict[str, Any]) -> dict[str, Any]:
    """What goes into the first layer."""
    return view.inputs_json(_asked(asked))


@for_endpoint
def attention(text: str, model: str = "", layer: int = 0, head: int = 0) -> dict[str, Any]:
    """The weights of one head of a text: rows are queries, columns keys. `model` is an id, or "" for the best here."""
    found = compute.attend(text, model=str(model or ""))
    pictures.check_layer(found, layer)
    pictures.check_head(found, head)
    return {
        "tokens": [token.text for token in found.tokens],
        "weights": found.layers[layer].weights[head].astype(float).tolist(),
        "model": found.model,
        "device": found.device,
        "milliseconds": found.milliseconds,
    }
