"""The wiring of the Masked word tab: one component, the questions that its scripts ask, one endpoint."""

from typing import Any

import gradio as gr

from components import learned as learning
from components import model_menu
from components.markup import template
from components.masked_word import beside, compute, game, page, scoring, view
from components.masked_word.layers import by_layer
from components.masked_word.presets import CONTRASTS, LESSON, OPENING, PASSAGES, PRESETS, SAMPLES, TWINS
from components.masked_word.surprise import surprise
from components.masked_word.temperature import temperature
from components.ui import LATE, address_of, for_endpoint, for_page, read_script

AT_ONCE = 32  # requests of the endpoint that run together: reading.py reads for all of them at once


def build() -> None:
    """The tab opens with an example, which its script asks for once it is on the screen: no model is loaded before."""
    limits = compute.TEXT_LIMIT, compute.MASK_LIMIT
    gr.set_static_paths([*page.SCRIPTS])
    gr.HTML(
        html_template=template(
            page.page(PRESETS, SAMPLES, TWINS, PASSAGES, CONTRASTS, limits, model_menu.page("masked_word"))
        ),
        css_template=page.style(),
        js_on_load=read_script(LATE),
        apply_default_css=False,
        server_functions=[
            answer,
            score,
            learned,
            compare,
            contrast,
            heat,
            layers,
            surprised,
            play,
            play_early,
            *model_menu.functions("masked_word"),
        ],
        known=view.known_json(
            PRESETS,
            SAMPLES,
            limits,
            learning.early(),
            learning.curve(),
            page.PAIRS[0][:2],
            TWINS,
            PASSAGES,
            CONTRASTS,
            LESSON,
        ),
        scripts=[address_of(path) for path in page.SCRIPTS],
        opening=PRESETS.index(OPENING),
        elem_id="pathshala-masked-word",
    )
    gr.events.api(predict_masked, api_name="predict_masked", concurrency_limit=AT_ONCE)


def _asked(asked: dict[str, Any]) -> tuple[str, str, str, bool]:
    """text, model, language, whole. `model` and `language` may be "": then page and text choose."""
    return str(asked["text"]), str(asked["model"]), str(asked["language"]), bool(asked["whole"])


@for_page
def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, model, language, whole} -> the guesses."""
    text, model, language, whole = _asked(asked)
    return view.answer_json(compute.predict(text, model, view.SHOWN, language, whole=whole))


@for_page
def score(asked: dict[str, Any]) -> dict[str, Any]:
    """… and {word} -> the probability of that word at each mask."""
    text, model, language, whole = _asked(asked)
    found = scoring.score(text, str(asked["word"])[: view.OWN_LIMIT], model, language, whole=whole)
    return {"rows": [view.row_json(each) for each in found]}


@for_page
def learned(asked: dict[str, Any]) -> dict[str, Any]:
    """The guesses of the embedded model at each step that was kept."""
    text, _, language, whole = _asked(asked)
    ids = [id for id, _ in learning.early()]
    return view.beside_json(beside.beside(text, ids, view.BESIDE, language, whole=whole))


@for_page
def compare(asked: dict[str, Any]) -> dict[str, Any]:
    """… and {models: two ids} -> the guesses of both, and what the two are."""
    text, _, language, whole = _asked(asked)
    one, other = (str(each) for each in asked["models"])
    found = beside.beside(text, [one, other], view.SHOWN, language, whole=whole)
    return view.compared_json(found, beside.apart(*found.predictions), beside.measure(found.predictions))


@for_page
def contrast(asked: dict[str, Any]) -> dict[str, Any]:
    """… and {texts: two sentences} -> the guesses for both."""
    _, model, language, whole = _asked(asked)
    one, other = (str(each) for each in asked["texts"])
    return view.beside_json(beside.contrast([one, other], model, view.SHOWN, language, whole=whole))


@for_page
def heat(asked: dict[str, Any]) -> dict[str, Any]:
    """The logits of the model, and of the student where it has the same vocabulary, under temperatures."""
    text, model, language, _ = _asked(asked)
    return view.heat_json(temperature(text, model, language=language))


@for_page
def layers(asked: dict[str, Any]) -> dict[str, Any]:
    """What the head makes of each layer's states."""
    text, model, language, _ = _asked(asked)
    found = by_layer(text, model, view.EACH_LAYER, language)
    return view.layers_json(found, learning.alone() if found.model == learning.EMBEDDED else 0)


@for_page
def surprised(asked: dict[str, Any]) -> dict[str, Any]:
    """{texts: one or two, model, language} -> how much each word surprises the model."""
    texts = [str(each) for each in asked["texts"]][:2]
    return view.surprised_json(surprise(texts, str(asked["model"]), str(asked["language"])))


def _draw(asked: dict[str, Any]) -> dict[str, Any]:
    seed, share = asked["seed"], asked["share"]
    whole_number = isinstance(seed, int) or (isinstance(seed, float) and seed.is_integer())
    return {"seed": int(seed) if whole_number else -1, "share": float(share), "whole": bool(asked["whole"])}


@for_page
def play(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, model, language, seed, share, whole} -> what was hidden, and what the model makes of it."""
    text, model, language, _ = _asked(asked)
    return view.game_json(game.play(text, model, language, **_draw(asked)))


@for_page
def play_early(asked: dict[str, Any]) -> dict[str, Any]:
    """The loss of the same draw in the embedded model's early states."""
    text, _, language, _ = _asked(asked)
    return view.early_json(game.play_early(text, language, **_draw(asked)))


@for_endpoint
def predict_masked(text: str, model: str = "", top_k: int = compute.TOP_K, whole: bool = True) -> dict[str, Any]:
    """The likeliest words for each [MASK] or <mask> of a text. `model` is an id, or "" for the best that is here.

    `whole`: words of one to four pieces; otherwise single pieces.
    """
    found = compute.predict(text, str(model or ""), top_k, whole=bool(whole))
    masks = [
        {"candidates": [{"word": each.word, "probability": each.probability} for each in blank.candidates]}
        for blank in found.blanks
    ]
    return {
        "masks": masks,
        "sentence": found.sentence,
        "model": found.model,
        "device": found.device,
        "milliseconds": found.milliseconds,
    }
