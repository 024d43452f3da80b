"""tokens and figures -> the tab's HTML, and JSON for view.js. No torch, no gradio.

The HTML holds what is the same for every visitor; a visitor's text only ever travels as JSON, and view.js
writes it with `textContent`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components.markup import Html, tag
from components.tokens.compute import Analysis, Decoded, Description, MenuEntry
from components.tokens.presets import Preset
from tokenizer_indic.measuring import Figures
from tokenizer_indic.scripts import INVISIBLE
from tokenizer_indic.tokenizer import Token

Json = dict[str, Any]

FEWER_THAN = 5_000  # entries: the assignment
MARK = 3.2  # bytes, and by our own measure characters, per token

SCRIPT = Path(__file__).with_name("view.js")
STYLE = Path(__file__).with_name("view.css")


# -- an answer -------------------------------------------------------------------------------------


def answer_json(analysis: Analysis) -> Json:
    """Everything view.js draws of one answer, short enough to be sent with every keystroke."""
    return {
        "language": analysis.language,
        "direction": analysis.direction,
        "tokenizer": analysis.tokenizer,
        "tokens": list(chips(analysis.tokens)),
        "figures": figures_json(analysis.figures),
        "checks": checks_json(analysis.figures),
        "made": made_by(analysis),
    }


def chips(tokens: Sequence[Token]) -> Iterator[list[int | str]]:
    """[id, text] for a token of whole characters; [id, text, label] for each token of a split character.

    Of such a group the first carries the character, the others have an empty text:
    [240, "😀", "<F0><9F>"], [152, "", "<98>"], [128, "", "<80>"].
    """
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if not token.text or (following is not None and not following.text):
            yield [token.id, token.text, label(token.bytes)]
        else:
            yield [token.id, token.text]


def label(data: bytes) -> str:
    """b'\\xf0\\x9f' -> '<F0><9F>'; whole characters read as they are."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(f"<{byte:02X}>" for byte in data)


def figures_json(figures: Figures) -> list[str]:
    """The numbers in the order of FIGURES, written as a class reads them."""
    return [_written(getattr(figures, field)) for field, _ in FIGURES]


def _written(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else _ratio(number)


FIGURES = (
    ("tokens", "tokens"),
    ("words", "words"),
    ("aksharas", "aksharas"),
    ("characters", "characters"),
    ("bytes", "bytes"),
    ("bytes_per_token", "bytes per token"),
    ("characters_per_token", "characters per token"),
    ("aksharas_per_token", "aksharas per token"),
    ("tokens_per_word", "tokens per word"),
)
EXPLANATIONS = {
    "tokens": "How many pieces the tokenizer cut the text into. Line breaks are left out of every count.",
    "words": "Runs of anything but spaces.",
    "aksharas": "Orthographic syllables: क्षि is one akshara of four code points.",
    "characters": "Unicode code points: a vowel sign counts as one.",
    "bytes": "In UTF-8: one for an English letter, two for an Urdu one, three for a Devanagari one.",
    "bytes_per_token": "The course's compression ratio. It flatters scripts of three bytes a character.",
    "characters_per_token": "The same ratio in characters, which compares languages better.",
    "aksharas_per_token": "The same ratio in aksharas.",
    "tokens_per_word": "Fertility: 1 would be a token for every word.",
}


def checks_json(figures: Figures) -> list[Json]:
    """The assignment's three checks: does the tokenizer pass, and with which number?"""
    return [
        {
            "passed": figures.vocabulary < FEWER_THAN,
            "number": f"{figures.vocabulary:,}",
            "rule": f"entries, fewer than {FEWER_THAN:,}",
        },
        {
            "passed": figures.bytes_per_token >= MARK,
            "number": _ratio(figures.bytes_per_token),
            "rule": f"bytes per token, {MARK} or more",
        },
        {
            "passed": figures.characters_per_token >= MARK,
            "number": _ratio(figures.characters_per_token),
            "rule": f"characters per token, {MARK} or more",
        },
    ]


def _ratio(ratio: float) -> str:
    """3.1459 -> '3.15', but 3.1999 -> '3.19': rounded up it would read like a mark that was reached."""
    rounded = f"{ratio:.2f}"
    return f"{MARK - 0.01:.2f}" if ratio < MARK <= float(rounded) else rounded


def made_by(analysis: Analysis) -> str:
    """Which tokenizer, where, how fast: 'Tokenizer hi · 4,999 entries · cpu · 0.4 ms'"""
    entries = f"{analysis.figures.vocabulary:,} entries"
    facts = [f"Tokenizer {analysis.tokenizer}", entries, analysis.device, f"{analysis.milliseconds:.1f} ms"]
    return " · ".join(facts + ["line breaks are not counted"] * ("\n" in analysis.text))


# -- one entry -------------------------------------------------------------------------------------

KINDS = {
    "byte": "byte",
    "part": "part of a character",
    "character": "character",
    "merge": "merge",
    "special": "special token",
}


def description_json(description: Description) -> Json:
    """The card of one entry."""
    return {
        "id": description.id,
        "label": label(description.bytes),
        "kind": KINDS[description.kind],
        "rank": rank_of(description),
        "bytes": f"{len(description.bytes)} in UTF-8",
        "points": [list(point) for point in description.code_points]
        or [["", description.bytes.hex(" ").upper(), "no whole character"]],
        "parents": [[parent.id, label(parent.bytes)] for parent in description.parents],
    }


def rank_of(description: Description) -> str:
    """'1,204 of 4,743': the earlier it was merged, the more common it was in the training text."""
    if description.rank is None:
        return "from the start"
    return f"{description.rank + 1:,} of {description.merges:,}"


def decoded_json(decoded: Decoded) -> Json:
    """The text of some ids, with a remark when not all of their bytes are characters."""
    remark = "" if decoded.whole else "Bytes in angle brackets are no whole character."
    return {"text": decoded.text, "count": f"{len(decoded.ids):,} ids", "remark": remark}


# -- what never changes ----------------------------------------------------------------------------


def menu_json(menu: Sequence[MenuEntry], presets: Sequence[Preset], limit: int) -> Json:
    """What view.js needs to know beside the answers."""
    return {
        "menu": {entry.code: asdict(entry) for entry in menu},
        "presets": [asdict(preset) for preset in presets],
        "invisible": INVISIBLE,
        "limit": limit,
    }


def page(menu: Sequence[MenuEntry], presets: Sequence[Preset], limit: int) -> Html:
    """The tab before any answer: controls on the left, the answer's places on the right."""
    return tag(
        "div",
        tag("div", _input(menu, presets, limit), _decoder(), class_="left"),
        tag("div", _figures(), _checks(), _chips(), _card(), _ids(), _copies(), class_="right"),
        class_="tokens",
    )


def _input(menu: Sequence[MenuEntry], presets: Sequence[Preset], limit: int) -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Language", for_="tokens-language"),
            tag("select", *map(_option, menu), id="tokens-language", class_="language"),
            tag("p", class_="why-language"),
            class_="row",
        ),
        tag(
            "label",
            "Your text",
            tag("span", f"0 / {limit:,}", class_="count"),
            for_="tokens-text",
            class_="label",
        ),
        tag(
            "textarea",
            id="tokens-text",
            class_="text",
            dir="auto",
            rows=4,
            spellcheck="false",
            autocapitalize="off",
            placeholder="Write or paste something: in any language",
            aria_describedby="tokens-says",
        ),
        tag("p", id="tokens-says", class_="says", role="status", aria_live="polite"),
        tag("div", *(_preset(number, preset) for number, preset in enumerate(presets)), class_="presets"),
        tag("div", *(_sample(entry) for entry in menu if entry.sample), class_="presets samples"),
        class_="input",
        aria_label="Input",
    )


def _option(entry: MenuEntry) -> Html:
    name = entry.name if entry.name == entry.english else f"{entry.name} · {entry.english}"
    return tag("option", name, value=entry.code)


def _preset(number: int, preset: Preset) -> Html:
    return tag("button", preset.label, type="button", title=preset.why, data_preset=number)


def _sample(entry: MenuEntry) -> Html:
    title = f"A sentence in {entry.english}" + ("" if entry.reviewed else " (not reviewed)")
    return tag("button", entry.name, type="button", title=title, lang=entry.code, data_sample=entry.code)


def _figures() -> Html:
    return tag(
        "dl",
        *(
            tag(
                "div",
                tag("dt", name),
                tag("dd", "–", data_figure=field),
                title=EXPLANATIONS[field],
                class_="ratio" if "_per_" in field else "number",
            )
            for field, name in FIGURES
        ),
        class_="figures",
    )


def _checks() -> Html:
    return tag("ul", class_="checks", aria_label="The assignment")


def _chips() -> Html:
    return tag(
        "section",
        tag("div", tag("h2", "Tokens"), tag("p", class_="made"), class_="heading"),
        tag("div", class_="chips", role="listbox", aria_label="Tokens in reading order", tabindex="-1"),
        class_="panel",
    )


def _ids() -> Html:
    return tag(
        "section",
        tag("div", tag("h2", "Ids"), tag("p", "what the model gets to see"), class_="heading"),
        tag("div", class_="ids", role="listbox", aria_label="Ids in reading order", tabindex="-1"),
        class_="panel",
    )


COPIES = (("ids", "Copy ids"), ("pieces", "Copy pieces"), ("python", "Copy as Python"), ("link", "Copy link"))


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    return tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies")


def _card() -> Html:
    return tag("section", class_="card", aria_label="One token")


def _decoder() -> Html:
    return tag(
        "section",
        tag("label", "Ids to text", for_="tokens-ids", class_="label"),
        tag(
            "textarea",
            id="tokens-ids",
            class_="pasted",
            rows=1,
            spellcheck="false",
            placeholder="Paste ids: 293, 650, 312",
        ),
        tag("output", class_="decoded", for_="tokens-ids", dir="auto"),
        tag("p", class_="decoded-says", role="status"),
        class_="panel decoder",
    )
