"""tokens and figures -> the tab's HTML, and JSON for view.js. No torch, no gradio.

The HTML holds what is the same for every visitor; a visitor's text only ever travels as JSON, and view.js
writes it with `textContent`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from typing import Any

from components.lesson import lesson_bar, lesson_button
from components.markup import Html, tag
from components.sections import section_names
from components.tokens.compute import Analysis, Decoded, Description, MenuEntry, Unlearned, as_bytes, language_of
from components.tokens.laboratory import Section
from components.tokens.presets import Preset, Step
from tokenizer_indic.measuring import Figures
from tokenizer_indic.normalizing import Change
from tokenizer_indic.scripts import INVISIBLE, LANGUAGES
from tokenizer_indic.tokenizer import Token

Json = dict[str, Any]

FEWER_THAN = 5_000  # entries: the assignment
MARK = 3.2  # bytes, and by our own measure characters, per token
ENOUGH = 50  # tokens: a ratio of fewer says little about a tokenizer

HERE = Path(__file__).parent
SHARED = HERE.parent
SCRIPTS = (  # one function, in this order
    HERE / "view.js",
    HERE / "chips.js",
    HERE / "card.js",
    HERE / "frame.js",
    SHARED / "lesson.js",
    HERE / "address.js",
)
STYLES = (SHARED / "sections.css", HERE / "view.css", HERE / "laboratory.css")
FIRST = ("tokens", "Tokens")  # the section that is there when the page comes up


# -- an answer -------------------------------------------------------------------------------------


def answer_json(analysis: Analysis) -> Json:
    """Everything view.js draws of one answer, short enough to be sent with every keystroke."""
    return {
        "language": analysis.language,
        "direction": analysis.direction,
        "tokenizer": analysis.tokenizer,
        "tokens": list(chips(analysis.tokens)),
        "figures": figures_json(analysis.figures),
        "breaks": _counted(analysis.line_breaks, "line break") if analysis.line_breaks else "",
        "checks": checks_json(analysis.figures, analysis.tokenizer),
        "notes": list(notes(analysis)),
        "made": made_by(analysis),
    }


def chips(tokens: Sequence[Token]) -> Iterator[list[int | str]]:
    """[id, text], and [id, text, piece] where the vocabulary's piece is not that text.

    So it is where NFC rewrote the text, and where a character is split: then the first token carries it and the
    others have an empty text: [240, "😀", "<0xF0><0x9F>"], [152, "", "<0x98>"], [128, "", "<0x80>"].
    """
    for token in tokens:
        if token.bytes == token.text.encode():
            yield [token.id, token.text]
        else:
            yield [token.id, token.text, label(token.bytes)]


@lru_cache(maxsize=10_000)
def label(data: bytes) -> str:
    """b'\\xf0\\x9f' -> '<0xF0><0x9F>'; whole characters read as they are."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return as_bytes(data)


def notes(analysis: Analysis) -> Iterator[str]:
    """What a student should know before they wonder, a sentence each."""
    if analysis.unlearned:
        yield _not_learned(analysis.unlearned, analysis.tokenizer)
    if analysis.changes:
        yield _rewritten(analysis.changes)


def _not_learned(unlearned: Unlearned, tokenizer: str) -> str:
    code = language_of(tokenizer)
    name = f"The {LANGUAGES[code].english} tokenizer" if code in LANGUAGES else "This tokenizer"
    sentence = f"{name} has not learned {unlearned.script or 'these characters'}:"
    sentence += f" each {'letter' if unlearned.script else 'one'} falls back to its bytes."
    return sentence + (f" Choose {LANGUAGES[unlearned.advice].english} in the menu." if unlearned.advice else "")


def _rewritten(changes: Sequence[Change]) -> str:
    """'NFC rewrote 1 place: U+0958 DEVANAGARI LETTER QA became U+0915 U+093C.'"""
    first = changes[0]
    after = " ".join(name.split()[0] for name in first.names_after)
    places = _counted(len(changes), "place") + (", first" if len(changes) > 1 else "")
    return f"NFC rewrote {places}: {', '.join(first.names_before)} became {after}."


def _counted(number: int, thing: str) -> str:
    """(1, "id") -> '1 id', (2, "id") -> '2 ids'"""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def figures_json(figures: Figures) -> list[str]:
    """The numbers in the order of FIGURES, written as a class reads them; a ratio of nothing is –."""
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
    "tokens": "How many pieces the text was cut into. Line breaks are left out of every count.",
    "words": "Runs of anything but spaces.",
    "aksharas": "Orthographic syllables: क्षि is one, of four code points. A space or a sign counts as one too.",
    "characters": "Unicode code points: a vowel sign counts as one.",
    "bytes": "In UTF-8: one for an English letter, two for an Urdu one, three for a Devanagari one.",
    "bytes_per_token": "The course's compression ratio. It flatters scripts of three bytes a character.",
    "characters_per_token": "The same ratio in characters, which compares languages better.",
    "aksharas_per_token": "The same ratio in aksharas, spaces and signs counted as one each.",
    "tokens_per_word": "Fertility: 1 would be a token for every word.",
}
EXPLAIN = "Tap or point at a number to read what it counts."


def checks_json(figures: Figures, tokenizer: str) -> list[Json]:
    """The assignment's three checks: "passed", "failed" or "neutral", with which number, and the verdict in words."""
    entries = _check(figures.vocabulary < FEWER_THAN, f"{figures.vocabulary:,}", f"entries, fewer than {FEWER_THAN:,}")
    if language_of(tokenizer) not in LANGUAGES:
        entries |= {"state": "neutral", "verdict": "not meant for the one of all languages"}
    return [
        entries,
        _ratio_check(figures, figures.bytes_per_token, "bytes"),
        _ratio_check(figures, figures.characters_per_token, "characters"),
    ]


def _check(passed: bool, number: str, rule: str) -> Json:
    state, verdict = ("passed", "passed") if passed else ("failed", "not passed")
    return {"state": state, "verdict": verdict, "number": number, "rule": rule}


def _ratio_check(figures: Figures, ratio: float, unit: str) -> Json:
    check = _check(ratio >= MARK, _ratio(ratio), f"{unit} per token, ≥ {MARK}")
    if figures.tokens < ENOUGH:
        short = f"too short to judge: {_counted(figures.tokens, 'token')}" if figures.tokens else ""
        check |= {"state": "neutral", "verdict": short}
    return check


def _ratio(ratio: float) -> str:
    """3.1459 -> '3.15', but 3.1999 -> '3.19': rounded up it would read like a mark that was reached. Of nothing: –."""
    if not ratio:
        return "–"
    rounded = f"{ratio:.2f}"
    return f"{MARK - 0.01:.2f}" if ratio < MARK <= float(rounded) else rounded


def made_by(analysis: Analysis) -> str:
    """Which tokenizer, where, how fast: 'Tokenizer hi · 4,999 entries · cpu · 0.4 ms'"""
    entries = f"{analysis.figures.vocabulary:,} entries"
    return f"Tokenizer {analysis.name} · {entries} · {analysis.device} · {analysis.milliseconds:.1f} ms"


# -- one entry -------------------------------------------------------------------------------------

KINDS = {
    "byte": "byte",
    "part": "part of a character",
    "character": "character",
    "merge": "merge",
    "entry": "entry",
    "special": "special token",
}


def description_json(description: Description) -> Json:
    """The card of one entry."""
    return {
        "id": description.id,
        "label": label(description.bytes),
        "kind": KINDS[description.kind],
        "rank": rank_of(description),
        "bytes": _counted(len(description.bytes), "byte"),
        "points": [list(point) for point in description.code_points]
        or [["", description.bytes.hex(" ").upper(), "no whole character"]],
        "made": _made(description),
        "parents": [[part.id, label(part.bytes)] for part in description.parents or description.instead],
    }


def _made(description: Description) -> str:
    """What stands before the parts of an entry."""
    if description.instead:
        return "in the place of"
    return "made of" if description.parents else "made of nothing smaller"


def rank_of(description: Description) -> str:
    """'the 1,204th of 4,743 merges': the earlier it was merged, the more common it was in the training text."""
    if description.rank is None:
        return "there from the start"
    if description.kind == "entry":
        return f"the {ordinal(description.rank + 1)} most used of {description.ranks:,}"
    return f"the {ordinal(description.rank + 1)} of {description.ranks:,} merges"


def ordinal(number: int) -> str:
    """1 -> '1st', 12 -> '12th', 4_665 -> '4,665th'"""
    teen = 10 <= number % 100 <= 20
    return f"{number:,}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def decoded_json(decoded: Decoded) -> Json:
    """The text of some ids, with a remark when not all of their bytes are characters."""
    remark = "" if decoded.whole else "Bytes in angle brackets are no whole character."
    return {"text": decoded.text, "count": _counted(len(decoded.ids), "id"), "remark": remark}


# -- what never changes ----------------------------------------------------------------------------


def menu_json(
    menu: Sequence[MenuEntry],
    presets: Sequence[Preset],
    limit: int,
    sections: Sequence[Section] = (),
    lesson: Sequence[Step] = (),
) -> Json:
    """What view.js needs to know beside the answers."""
    return {
        "sections": [{"id": FIRST[0], "text": True}, *({"id": each.id, "text": each.uses_text} for each in sections)],
        "lesson": [asdict(step) for step in lesson],
        "menu": {entry.code: asdict(entry) for entry in menu},
        "presets": [asdict(preset) for preset in presets],
        "invisible": INVISIBLE,
        "limit": limit,
    }


def script() -> str:
    """view.js and its parts: the body of the one function that gr.HTML calls."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


def style() -> str:
    """What is there from the beginning; a section brings its own."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def page(menu: Sequence[MenuEntry], presets: Sequence[Preset], limit: int, sections: Sequence[Section] = ()) -> Html:
    """The tab before any answer: controls on the left, the answer's places on the right, above them the sections."""
    return tag(
        "div",
        tag(
            "div",
            section_names("tokens", [FIRST, *((each.id, each.name) for each in sections)]),
            lesson_button(),
            lesson_bar(),
            class_="ways",
        ),
        tag("div", _input(menu, presets, limit), _decoder(), class_="left"),
        tag("div", _figures(), _checks(), _chips(), _card(), _ids(), _copies(), class_="right", id="tokens-tokens"),
        _laboratory(),
        class_="tokens",
    )


TAKES = (
    ("png", "Save PNG"),
    ("svg", "Save SVG"),
    ("csv", "Save CSV"),
    ("python", "Copy as Python"),
    ("link", "Copy link"),
)


def _laboratory() -> Html:
    """Where the panels of the other sections come to stand."""
    takes = (tag("button", words, type="button", data_take=what) for what, words in TAKES)
    return tag(
        "div",
        tag("p", class_="laboratory-says", role="status", aria_live="polite"),
        tag("div", *takes, tag("span", class_="taken", role="status"), class_="takes", hidden=True),
        class_="laboratory",
        hidden=True,
    )


def _scrolling(box: Html) -> Html:
    """A box in a frame on which card.js shows that there is more to scroll to."""
    return tag("div", box, class_="frame")


def _input(menu: Sequence[MenuEntry], presets: Sequence[Preset], limit: int) -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Language", for_="tokens-language"),
            tag("select", *map(_option, menu), id="tokens-language", class_="language"),
            tag(
                "select",
                *(tag("option", name, value=value, title=why) for value, name, why in SEGMENTATIONS),
                class_="segmentation",
                aria_label="How the text is cut",
                aria_describedby="tokens-why-language",
            ),
            tag("p", id="tokens-why-language", class_="why-language"),
            class_="row",
        ),
        tag("details", tag("summary", "How is it cut?"), *starmap(_how, HOW.items()), class_="how"),
        tag(
            "div",
            tag("label", "Your text", for_="tokens-text"),
            tag("span", f"0 / {limit:,} characters", id="tokens-count", class_="count"),
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
            aria_describedby="tokens-count tokens-says",
        ),
        tag("p", id="tokens-says", class_="says", role="status", aria_live="polite"),
        tag("ul", class_="notes", aria_live="polite"),
        tag("p", class_="why", aria_live="polite"),
        _examples("Examples", *(_preset(number, preset) for number, preset in enumerate(presets))),
        _examples("A sentence in each language", *(_sample(entry) for entry in menu if entry.sample), more=" samples"),
        class_="input",
        aria_label="Input",
    )


def _how(segmentation: str, steps: Sequence[str]) -> Html:
    return tag("ol", *(tag("li", step) for step in steps), data_how=segmentation)


def _option(entry: MenuEntry) -> Html:
    name = entry.name if entry.name == entry.english else f"{entry.name} · {entry.english}"
    return tag("option", name, value=entry.code)


def _examples(name: str, *buttons: Html, more: str = "") -> Html:
    return _scrolling(tag("div", *buttons, class_=f"presets{more}", role="toolbar", aria_label=name))


def _preset(number: int, preset: Preset) -> Html:
    return tag("button", preset.label, type="button", title=preset.why, data_preset=number)


def _sample(entry: MenuEntry) -> Html:
    title = f"A sentence in {entry.english}" + ("" if entry.reviewed else " (not reviewed)")
    return tag("button", entry.name, type="button", title=title, lang=entry.code, data_sample=entry.code)


def _figures() -> Html:
    figures = (
        tag(
            "div",
            tag(
                "dt",
                tag(
                    "button", name, type="button", data_explain=EXPLANATIONS[field], aria_describedby="tokens-explains"
                ),
                tag("span", class_="breaks", role="note") if field == "tokens" else None,
            ),
            tag("dd", "–", data_figure=field),
            class_="ratio" if "_per_" in field else "number",
        )
        for field, name in FIGURES
    )
    return tag(
        "section",
        tag("dl", *figures, class_="figures"),
        tag("p", EXPLAIN, id="tokens-explains", class_="explains", aria_live="polite"),
        class_="measured",
        aria_label="Figures",
    )


def _checks() -> Html:
    return tag(
        "section",
        tag("h2", "The assignment, on this text", id="tokens-assignment"),
        tag("ul", class_="checks", aria_labelledby="tokens-assignment"),
        class_="assignment",
    )


def _chips() -> Html:
    return tag(
        "section",
        tag("div", tag("h2", "Tokens"), tag("p", class_="made"), class_="heading"),
        _scrolling(tag("div", class_="chips", role="listbox", aria_label="Tokens in reading order", tabindex="-1")),
        class_="panel pieces",
    )


def _ids() -> Html:
    return tag(
        "section",
        tag("div", tag("h2", "Ids"), tag("p", "what the model gets to see"), class_="heading"),
        _scrolling(tag("div", class_="ids", role="listbox", aria_label="Ids in reading order", tabindex="-1")),
        class_="panel numbers",
    )


SEGMENTATIONS = (
    ("merges", "merges", "Byte-pair encoding inside words, as GPT's tokenizers do it"),
    ("fewest", "fewest", "Entries across spaces too, and of all ways to spell a text the one with the fewest"),
)

HOW = {
    "merges": (
        "A pattern cuts the text into words, each with the space before it. No token reaches across.",
        "In a word every character is a token first. Of all pairs of neighbours the one that was learned earliest is"
        " merged into one token; again and again, until no pair is in the vocabulary.",
        "Learned so: the pair that occurs most in the training text is merged everywhere and becomes the next entry.",
    ),
    "fewest": (
        "No pattern: an entry may hold spaces (·रहे·हैं।), but never goes on behind the end of a sentence.",
        "For each place in the text, from left to right: with how few tokens can it be spelled up to here? With those"
        " of an earlier place and one entry that fits between. At the end, the way back is the answer.",
        "An end inside an akshara counts as a quarter of a token more, so of like ways the one with whole aksharas"
        " wins.",
        "Learned so: neighbours are joined until there are three times too many entries; those whose absence costs"
        " fewest tokens leave, a few at a time. A token's card says what would be in its place.",
    ),
}

COPIES = (("ids", "Copy ids"), ("pieces", "Copy pieces"), ("python", "Copy as Python"), ("link", "Copy link"))


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    return tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies")


def _card() -> Html:
    return tag("section", class_="card", aria_label="One token", aria_live="polite")


def _decoder() -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Ids to text", for_="tokens-ids"),
            tag("span", id="tokens-whose", class_="whose"),
            class_="label",
        ),
        tag(
            "textarea",
            id="tokens-ids",
            class_="pasted",
            rows=1,
            spellcheck="false",
            placeholder="Paste ids: 293, 650, 312",
            aria_describedby="tokens-whose",
        ),
        tag("output", class_="decoded", for_="tokens-ids", dir="auto"),
        tag("p", class_="decoded-says", role="status"),
        class_="panel decoder",
    )
