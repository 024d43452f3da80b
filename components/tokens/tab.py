"""The wiring of the Tokens tab: one component, the three questions that its script asks, one endpoint."""

from dataclasses import asdict
from typing import Any

import gradio as gr

from components.markup import template
from components.tokens import compute, view
from components.tokens.presets import OPENING_LANGUAGE, OPENING_TEXT, PRESETS
from components.ui import for_endpoint, for_page


def build() -> None:
    """The tab opens with an example that is worked already: the answer travels with the page."""
    menu = compute.menu()
    gr.HTML(
        html_template=template(view.page(menu, PRESETS, compute.TEXT_LIMIT)),
        css_template=view.STYLE.read_text(encoding="utf-8"),
        js_on_load=view.script(),
        apply_default_css=False,
        server_functions=[answer, describe, decode],
        known=view.menu_json(menu, PRESETS, compute.TEXT_LIMIT),
        opening_text=OPENING_TEXT,
        opening=view.answer_json(compute.analyse(OPENING_TEXT, OPENING_LANGUAGE)),
        elem_id="pathshala-tokens",
    )
    gr.events.api(tokenize, api_name="tokenize")


@for_page
def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, language, chosen, segmentation} -> the tokens.

    Unless it was chosen, `language` is only what holds without evidence.
    """
    text, language = str(asked["text"]), str(asked["language"])
    compute.check_text(text)
    if not asked["chosen"]:
        language = compute.choose_language(text, language)
    return view.answer_json(compute.analyse(text, language, str(asked.get("segmentation", "merges"))))


@for_page
def describe(asked: dict[str, Any]) -> dict[str, Any]:
    """{tokenizer, id} -> the card of one entry."""
    return view.description_json(compute.describe(str(asked["tokenizer"]), int(asked["id"])))


@for_page
def decode(asked: dict[str, Any]) -> dict[str, Any]:
    """{tokenizer, ids} -> their text; `ids` is as the visitor pasted it."""
    return view.decoded_json(compute.read_ids(str(asked["ids"]), str(asked["tokenizer"])))


@for_endpoint
def tokenize(text: str, tokenizer: str = "hi") -> dict[str, Any]:
    """The tokens of a text and its figures. `tokenizer` is a shipped name: hi, hi-fewest, bn, … or indic."""
    tokens, figures = compute.tokenize(text, str(tokenizer))
    return {
        "tokens": [{"id": each.id, "text": each.text, "start": each.start, "end": each.end} for each in tokens],
        "figures": asdict(figures),
    }
