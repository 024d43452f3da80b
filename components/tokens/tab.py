"""The wiring of the Tokens tab: one component, the questions that its scripts ask, one endpoint."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

import gradio as gr

from components.markup import template
from components.tokens import compute, own, view
from components.tokens import laboratory as lab
from components.tokens.beside.tab import SECTION as BESIDE
from components.tokens.handin.tab import SECTION as HANDIN
from components.tokens.letters.tab import SECTION as LETTERS
from components.tokens.merges.tab import SECTION as MERGES
from components.tokens.pattern.tab import SECTION as PATTERN
from components.tokens.presets import LESSON, OPENING_LANGUAGE, OPENING_TEXT, PRESETS
from components.tokens.stages.tab import SECTION as STAGES
from components.tokens.train.tab import SECTION as TRAIN
from components.tokens.vocabulary.tab import SECTION as VOCABULARY
from components.ui import address_of, for_endpoint, for_page

SECTIONS = (LETTERS, MERGES, PATTERN, TRAIN, BESIDE, VOCABULARY, STAGES, HANDIN)


def build() -> None:
    """The tab opens with an example that is worked already: the answer travels with the page."""
    menu = compute.menu()
    gr.set_static_paths([path for section in SECTIONS for path in (*lab.PRELUDE, *section.scripts, *section.styles)])
    gr.HTML(
        html_template=template(view.page(menu, PRESETS, compute.TEXT_LIMIT, SECTIONS)),
        css_template=view.style(),
        js_on_load=view.script(),
        apply_default_css=False,
        server_functions=[answer, describe, decode, open_section, laboratory, keep_own],
        known=view.menu_json(menu, PRESETS, compute.TEXT_LIMIT, SECTIONS, LESSON),
        opening_text=OPENING_TEXT,
        opening=view.answer_json(compute.analyse(OPENING_TEXT, OPENING_LANGUAGE)),
        elem_id="pathshala-tokens",
    )
    gr.events.api(tokenize, api_name="tokenize")


def for_own(function: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A visitor's tokenizer that has left the memory: {"gone": True}, and the page sends it again."""

    @wraps(function)
    def translated(asked: dict[str, Any]) -> dict[str, Any]:
        try:
            return function(asked)
        except own.Gone as gone:
            return {"error": str(gone), "gone": True}

    return for_page(translated)


@for_page
def open_section(asked: dict[str, Any]) -> dict[str, Any]:
    """{section} -> its panel, and where its script and style are."""
    section = lab.find(SECTIONS, str(asked["section"]))
    return {
        "html": str(section.panel()),
        "known": section.known(),
        "prelude": [address_of(path) for path in lab.PRELUDE],
        "scripts": [address_of(path) for path in section.scripts],
        "styles": [address_of(path) for path in section.styles],
    }


@for_own
def laboratory(asked: dict[str, Any]) -> dict[str, Any]:
    """{section, question, asked} -> what that section answers."""
    return lab.answer(SECTIONS, asked)


@for_page
def keep_own(asked: dict[str, Any]) -> dict[str, Any]:
    """{json: the text of a tokenizer's file} -> its name here, and what it is."""
    kept = own.keep(asked["json"])
    made = kept.tokenizer
    return {"key": kept.key, "name": made.name, "entries": len(made), "language": made.language}


@for_own
def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, language, chosen, segmentation} -> the tokens.

    Unless it was chosen, `language` is only what holds without evidence.
    """
    text, language = str(asked["text"]), str(asked["language"])
    compute.check_text(text)
    if not asked["chosen"]:
        language = compute.choose_language(text, language)
    return view.answer_json(compute.analyse(text, language, str(asked.get("segmentation", "merges"))))


@for_own
def describe(asked: dict[str, Any]) -> dict[str, Any]:
    """{tokenizer, id} -> the card of one entry."""
    return view.description_json(compute.describe(str(asked["tokenizer"]), int(asked["id"])))


@for_own
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
