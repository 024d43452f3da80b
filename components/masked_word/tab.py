"""The wiring of the Masked word tab: one component, the question that its script asks, one endpoint."""

from typing import Any

import gradio as gr

from components import model_menu
from components.markup import template
from components.masked_word import compute, view
from components.masked_word.presets import OPENING, PRESETS, SAMPLES
from components.ui import for_endpoint, for_page


def build() -> None:
    """The tab opens with an example, which its script asks for once it is on the screen: no model is loaded before."""
    limits = compute.TEXT_LIMIT, compute.MASK_LIMIT
    gr.HTML(
        html_template=template(view.page(PRESETS, SAMPLES, limits, model_menu.page("masked_word"))),
        css_template=view.style(),
        js_on_load=view.script(),
        apply_default_css=False,
        server_functions=[answer, score, *model_menu.functions("masked_word")],
        known=view.known_json(PRESETS, SAMPLES, *limits),
        opening=PRESETS.index(OPENING),
        elem_id="pathshala-masked-word",
    )
    gr.events.api(predict_masked, api_name="predict_masked")


@for_page
def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, model, language, whole} -> the guesses. `model` and `language` may be "": then page and text choose."""
    text, model, language = (str(asked[key]) for key in ("text", "model", "language"))
    return view.answer_json(compute.predict(text, model, view.SHOWN, language, whole=bool(asked["whole"])))


@for_page
def score(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, model, language, whole, word} -> the probability of that word at each mask."""
    text, model, language, word = (str(asked[key]) for key in ("text", "model", "language", "word"))
    found = compute.score(text, word[: view.OWN_LIMIT], model, language, whole=bool(asked["whole"]))
    return {"rows": [view.row_json(each) for each in found]}


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
