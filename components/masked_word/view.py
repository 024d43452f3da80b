"""predictions -> the tab's HTML, and JSON for view.js. No torch, no gradio.

The HTML holds what is the same for every visitor; a visitor's text only ever travels as JSON, and view.js
writes it with `textContent`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components.markup import Html, tag
from components.masked_word.compute import MASK, Blank, Candidate, Prediction
from components.masked_word.presets import Preset
from tokenizer_indic.scripts import LANGUAGES

Json = dict[str, Any]

SHOWN = 10  # candidates
OWN_LIMIT = 60  # characters of a word that somebody guesses

HERE = Path(__file__).parent
SHARED = HERE.parent
SCRIPTS = (  # one function, in this order
    SHARED / "page.js",
    SHARED / "model_menu.js",
    SHARED / "asking.js",
    HERE / "view.js",
)
STYLES = (SHARED / "page.css", SHARED / "model_menu.css", HERE / "view.css")


# -- an answer -------------------------------------------------------------------------------------


def answer_json(prediction: Prediction) -> Json:
    """Everything view.js draws of one answer."""
    return {
        "blanks": [blank_json(blank, prediction.counted) for blank in prediction.blanks],
        "whole": prediction.whole,
        "counted": prediction.counted,
        "language": prediction.language or "",
        "model": prediction.model,
        "made": made_by(prediction),
        "reason": prediction.reason,
        "notes": list(notes(prediction)),
    }


def blank_json(blank: Blank, counted: bool) -> Json:
    """The rows of one mask; the last one, without a word, is everything that is not listed."""
    kind = "words, and all never seen" if counted else "pieces"
    others = "all other words, and what is no word" if blank.others is None else f"{blank.others:,} other {kind}"
    rest = {"word": "", "fill": "", "joins": False, "share": blank.rest, "percent": percent(blank.rest), "bits": ""}
    lengths = [[length, percent(share)] for length, share in blank.lengths]
    return {"rows": [*map(row_json, blank.candidates), rest], "others": others, "lengths": lengths}


def row_json(candidate: Candidate) -> Json:
    """One bar."""
    return {
        "word": candidate.word,
        "fill": candidate.fill,
        "joins": candidate.joins,
        "share": candidate.probability,
        "percent": percent(candidate.probability),
        "bits": bits(candidate.bits),
        "pieces": list(candidate.pieces),
    }


def percent(share: float) -> str:
    """0.413 -> '41.3%', 0.0042 -> '0.42%', 0.00001 -> '< 0.01%', 0.99999 -> '> 99.9%': neither 0 nor 1 is claimed."""
    if share < 0.0001:
        return "< 0.01%" if share else "0%"
    if share >= 0.9995:
        return "> 99.9%" if share < 1 else "100%"
    return f"{share:.2%}" if share < 0.00995 else f"{share:.1%}"


def bits(surprise: float) -> str:
    """1.2778 -> '1.3'; nothing at all would be a surprise without end."""
    return f"{surprise:.1f}" if math.isfinite(surprise) else "∞"


def notes(prediction: Prediction) -> Iterator[str]:
    """What a student should know before they wonder, a sentence each."""
    if prediction.language and not prediction.covered:
        name = LANGUAGES[prediction.language].english
        yield f"{prediction.model} was not trained on {name}: what it says here means little."
    if prediction.unknown:
        words = "a part of this sentence" if prediction.unknown == 1 else f"{prediction.unknown} parts of this sentence"
        yield f"{prediction.model} has no piece for {words} and reads “unknown” there."
    if prediction.counted:
        yield "It counted: only the words just before and after a blank matter to it."


def made_by(prediction: Prediction) -> str:
    """Where and how fast: 'cpu · 12 ms'"""
    milliseconds = prediction.milliseconds
    return f"{prediction.device} · {milliseconds:.{1 if milliseconds < 10 else 0}f} ms"


# -- what never changes ----------------------------------------------------------------------------


def known_json(presets: Sequence[Preset], samples: Sequence[Preset], text_limit: int, mask_limit: int) -> Json:
    """What view.js needs to know beside the answers."""
    return {
        "examples": [asdict(preset) for preset in (*presets, *samples)],
        "mask": MASK,
        "limit": text_limit,
        "masks": mask_limit,
    }


def script() -> str:
    """view.js and what it shares with other tabs: the body of the one function that gr.HTML calls."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


def style() -> str:
    """The style of this tab, behind what it shares with others."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def page(presets: Sequence[Preset], samples: Sequence[Preset], limits: tuple[int, int], model_menu: Html) -> Html:
    """The tab before any answer: controls on the left, the sentence and the guesses on the right.

    `limits` are those of characters and of masks.
    """
    return tag(
        "div",
        tag("div", _input(presets, samples, limits, model_menu), class_="left"),
        tag("div", _sentence(), _guesses(), _copies(), class_="right"),
        class_="page masked",
    )


def _input(presets: Sequence[Preset], samples: Sequence[Preset], limits: tuple[int, int], model_menu: Html) -> Html:
    characters, masks = limits
    return tag(
        "section",
        model_menu,
        tag(
            "div",
            tag("label", "Your sentence", for_="masked-text"),
            tag("span", f"0 / {characters} characters, 0 / {masks} hidden", id="masked-count", class_="count"),
            class_="label",
        ),
        tag(
            "textarea",
            id="masked-text",
            class_="text",
            dir="auto",
            rows=3,
            spellcheck="false",
            autocapitalize="off",
            placeholder=f"Write a sentence, and {MASK} in the place of a word",
            aria_describedby="masked-count masked-says",
        ),
        tag("p", id="masked-says", class_="says", role="status", aria_live="polite"),
        tag("p", class_="why", aria_live="polite"),
        _examples("Examples", presets, 0),
        _examples("A sentence in each language", samples, len(presets), more=" samples"),
        class_="input",
        aria_label="Input",
    )


def _examples(name: str, presets: Sequence[Preset], first: int, more: str = "") -> Html:
    buttons = (
        tag("button", each.label, type="button", title=each.why, lang=each.language, data_example=number)
        for number, each in enumerate(presets, first)
    )
    return tag(
        "div",
        tag("div", *buttons, class_=f"presets{more}", role="toolbar", aria_label=name),
        class_="frame",
    )


def _sentence() -> Html:
    return tag(
        "section",
        tag(
            "div", tag("h2", "The sentence"), tag("p", "click a word to hide it, or to bring it back"), class_="heading"
        ),
        tag("p", class_="sentence", role="toolbar", aria_label="Words of the sentence"),
        class_="panel",
    )


def _guesses() -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("h2", "Guesses"),
            tag("p", class_="made"),
            _whole(),
            _class_first(),
            tag("p", "surprise = log₂(1 / probability), in bits", class_="formula"),
            class_="heading",
        ),
        _class_guesses(),
        tag("div", class_="blanks"),
        tag("p", class_="method"),
        tag("ul", class_="notes", aria_live="polite"),
        class_="panel guesses",
        aria_label="Guesses",
    )


def _whole() -> Html:
    buttons = (
        tag("button", name, type="button", title=why, data_whole=value, aria_pressed=value == "true")
        for value, name, why in (
            ("true", "words", "Whole words of one to four pieces"),
            ("false", "pieces", "The model's own pieces, one for each mask"),
        )
    )
    return tag("div", tag("span", "Guess"), *buttons, class_="choice", role="group", aria_label="What is guessed")


def _class_first() -> Html:
    """Covers the model's guesses until somebody uncovers them."""
    why = "Covers the model's guesses; the class writes its own, and each gets its probability"
    return tag(
        "button", "The class guesses first", type="button", class_="class-first", aria_pressed="false", title=why
    )


def _class_guesses() -> Html:
    """What the class guesses."""
    return tag(
        "div",
        tag(
            "form",
            tag("label", "Which word?", for_="masked-own"),
            tag("input", id="masked-own", type="text", autocomplete="off", maxlength=OWN_LIMIT, dir="auto"),
            tag("button", "Add", type="submit"),
            tag("button", "Uncover", type="button", class_="uncover"),
            class_="own",
            hidden=True,
        ),
        tag("ul", class_="own-words", aria_live="polite"),
        class_="class",
    )


COPIES = (("sentence", "Copy sentence"), ("table", "Copy table"), ("link", "Copy link"))


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    return tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies")
