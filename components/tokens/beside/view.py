"""what each tokenizer made of a text, and what a sentence costs -> HTML, and JSON for view.js. No gradio, no torch."""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from components.markup import Html, join, tag
from components.tokens.beside.compute import (
    DEAREST,
    MOST,
    MOST_TAXED,
    Comparison,
    Lesson,
    Result,
    Tariff,
    Tax,
)
from components.tokens.beside.contestants import EACH, FROM_HUB, GROUPS, OPENAI, PLAIN, TRAINED, Contestant, get, title
from components.tokens.beside.cutting import Piece
from components.tokens.beside.here import ENTRIES, TEXT_LEAST, TEXT_MOST, USUAL_ENTRIES
from components.tokens.beside.reaching import State
from components.tokens.laboratory import Json
from tokenizer_indic import shipped
from tokenizer_indic.scripts import INVISIBLE

DRAWN = 600  # characters of a text that are drawn
OF_PAGE = (  # what they stand for is known to the page: what is chosen there, and the visitor's own
    Contestant("tab", "this tab's", "ours", "The tokenizer that is chosen beside the text box"),
    Contestant(
        "fewest", "its fewest", "ours", "The same language's, with the fewest tokens of all ways to spell a text"
    ),
    Contestant("own", "yours", "ours", "The tokenizer that you trained or loaded"),
)
LEARN_LIMITS = f"{TEXT_LEAST} to {TEXT_MOST:,} characters, at most 1,000 of them without a space; one sentence a line"
FIRST = "Point at a token, tap it, or walk with the arrow keys: the same letters light up in every column."
UNREVIEWED = (
    "The sentences were written for this page, with words found in published text, and not yet reviewed by native"
    " speakers. “Each its own” takes for each language the shipped tokenizer that serves it, for English the one of all"
    " languages. “English only” has learned"
    " from this project's own prose and seen no Indian letter: a small stand-in for tokenizers made for English."
)
FIRST_TAX = "Click or tap a language, or walk with the arrow keys, to read its sentence."


# -- the panel --------------------------------------------------------------------------------------------------------


def panel() -> Html:
    """The section before any answer."""
    return join(
        tag(
            "div",
            tag("h2", "Side by side"),
            _toggle(),
            tag("p", "one text, many tokenizers", class_="beside-sub"),
            class_="heading",
        ),
        tag("div", *_choosers(), class_="choosers"),
        tag(
            "div",
            _price(),
            tag("p", id="beside-says", class_="beside-says", role="status", aria_live="polite"),
            tag("button", "Fetch it", type="button", class_="fetch", hidden=True),
            class_="beside-line",
        ),
        tag(
            "div",
            tag("div", class_="beside-picture", role="group", aria_label="Tokens in columns"),
            class_="frame beside-frame",
        ),
        tag("p", FIRST, class_="told", aria_live="polite"),
        tag("div", tag("div", class_="beside-table"), class_="frame beside-figures"),
        tag("p", UNREVIEWED, class_="hint unreviewed", hidden=True),
        _lesson(),
    )


def _toggle() -> Html:
    return tag(
        "div",
        tag("button", "Compare", type="button", data_view="compare", aria_pressed="true"),
        tag("button", "Token tax", type="button", data_view="tax", aria_pressed="false"),
        class_="choice",
        role="group",
        aria_label="What to look at",
    )


def _choosers() -> Iterable[Html]:
    """A row of switches for each group; in the first also a menu of all that are shipped."""
    rows = {"ours": OF_PAGE, "openai": OPENAI, "hub": FROM_HUB, "here": TRAINED, "plain": PLAIN}
    for group, name in GROUPS.items():
        contestants = (get(EACH), *rows[group]) if group == "ours" else rows[group]
        yield tag(
            "div",
            tag("span", name, class_="group-name"),
            tag(
                "div",
                tag("div", *map(_switch, contestants), class_="switches", role="toolbar", aria_label=name),
                class_="frame",
            ),
            _menu() if group == "ours" else None,
            class_=f"group {group}",
        )


def _switch(contestant: Contestant) -> Html:
    return tag(
        "button",
        contestant.name,
        type="button",
        data_id=contestant.id,
        aria_pressed="false",
        aria_describedby="beside-says",
    )


def _menu() -> Html:
    options = (tag("option", title(name), value=name) for name in shipped())
    return tag(
        "select", tag("option", "+ another …", value=""), *options, class_="shipped", aria_label="Add a shipped one"
    )


def _price() -> Html:
    return tag(
        "div",
        tag("label", "Price per million tokens", for_="beside-price"),
        tag("input", id="beside-price", type="number", min=0, max=DEAREST, step="any", inputmode="decimal"),
        tag("span", "→ the cost of a million such sentences", class_="hint"),
        class_="price",
        hidden=True,
    )


def _lesson() -> Html:
    """What those that are trained right here learn from."""
    return tag(
        "details",
        tag("summary", "Trained right here: on what?", tag("span", class_="learn-told")),
        tag(
            "div",
            tag("label", "Text to learn from", for_="beside-lesson"),
            tag("span", LEARN_LIMITS, class_="count learn-count"),
            class_="label",
        ),
        tag(
            "textarea",
            id="beside-lesson",
            rows=4,
            dir="auto",
            spellcheck="false",
            aria_describedby="beside-learn-says",
        ),
        tag(
            "div",
            tag("label", "Entries", for_="beside-entries"),
            tag(
                "input",
                id="beside-entries",
                type="number",
                min=ENTRIES[0],
                max=ENTRIES[1],
                step=1,
                value=USUAL_ENTRIES,
                inputmode="numeric",
            ),
            tag("span", f"{ENTRIES[0]} to {ENTRIES[1]:,}", class_="hint"),
            tag("button", "Train all of them on it", type="button", class_="train-here"),
            tag("button", "The text in the box", type="button", class_="take-text"),
            tag("button", "This project's words", type="button", class_="take-sample"),
            class_="learn-row",
        ),
        tag("p", id="beside-learn-says", class_="learn-says hint", role="status", aria_live="polite"),
        class_="trained-here",
    )


def known() -> Json:
    """What view.js needs beside the answers."""
    contestants = (*OF_PAGE, get(EACH), *OPENAI, *FROM_HUB, *TRAINED, *PLAIN)
    return {
        "contestants": {each.id: asdict(each) for each in contestants},
        "shipped": {name: title(name) for name in shipped()},
        "most": {"compare": MOST, "tax": MOST_TAXED},
        "entries": [*ENTRIES, USUAL_ENTRIES],
        "lesson": [TEXT_LEAST, TEXT_MOST],
        "dearest": DEAREST,
        "figures": FIGURES,
        "note": NOTE,
        "first": {"compare": FIRST, "tax": FIRST_TAX},
    }


def states_json(states: dict[str, State]) -> Json:
    """{id: {ready, reason, fetchable, fetching}}"""
    return {id: asdict(state) for id, state in states.items()}


# -- side by side -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """What stands together in the picture: a token, several tokens that share a character, or what was left out."""

    pieces: tuple[Piece, ...]

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        return self.pieces[-1].end


def units(pieces: Iterable[Piece]) -> list[Unit]:
    """Pieces, those that begin inside another one with that one: क in three bytes is one unit of three tokens."""
    found: list[list[Piece]] = []
    for piece in pieces:
        if piece.joined and found:
            found[-1].append(piece)
        else:
            found.append([piece])
    return [Unit(tuple(each)) for each in found]


def comparison_json(made: Comparison, lesson: Lesson) -> Json:
    """{direction, cut_short, results: [{…, units: [[start, end, shown, kind, [[id, label], …]], …]}], lesson}"""
    return {
        "direction": made.direction,
        "cut_short": DRAWN if len(made.text) > DRAWN else 0,
        "results": [_result(made, result) for result in made.results],
        "lesson": lesson_json(lesson, made.text),
    }


def _result(made: Comparison, result: Result) -> Json:
    best = result.id in made.best
    return {
        "id": result.id,
        "name": result.name,
        "error": result.error,
        "tokens": result.tokens,
        "entries": result.entries,
        "best": best,
        "lost": result.lost,
        "figures": _figures(result),
        "units": [_unit(made.text, each) for each in units(result.pieces) if each.start < DRAWN],
    }


NOTE = (
    "★ fewest tokens of those that give the text back. Everything is counted, line breaks too; words are what stands"
    " between spaces. More entries make fewer tokens: compare like with like."
)
FIGURES = ("tokens", "characters a token", "tokens a word", "cut aksharas", "entries", "gives the text back")


def _figures(result: Result) -> list[str]:
    """In the order of FIGURES."""
    if result.error:
        return []
    back = {"as given": "yes", "in NFC": "yes, in NFC", "": f"no: {result.lost}"}[result.given_back]
    return [
        f"{result.tokens:,}",
        f"{result.characters_per_token:.2f}",
        f"{result.tokens_per_word:.2f}",
        f"{100 * result.broken_aksharas:.0f}%",
        f"{result.entries:,}",
        back,
    ]


def _unit(text: str, unit: Unit) -> list[object]:
    first = unit.pieces[0]
    kind = "dropped" if first.id is None else "unknown" if first.unknown else ""
    shown = shaped(text, unit.start, unit.end) or visible(first.label)
    return [unit.start, unit.end, shown, kind, [[piece.id, visible(piece.label)] for piece in unit.pieces]]


WHITE = {" ": "·", "\t": "⇥", "\n": "↵", "\r": "␍", "\u00a0": "⍽"}


def visible(text: str) -> str:
    """' हम' -> '·हम'; a text of nothing but invisible characters tells their names: 'ZWJ'."""
    if text and all(each in INVISIBLE or unicodedata.category(each)[0] in "ZC" for each in text):
        return "".join(WHITE.get(each) or INVISIBLE.get(each) or f"U+{ord(each):04X}" for each in text)
    return "".join(WHITE.get(each, each) for each in text)


RIGHT_JOINING = frozenset("اآأإٱدڈذرڑزژوۆۇۈۋےۓةۃءؤۀە")  # they never join the letter after them
JOINER = "\u200d"


def shaped(text: str, start: int, end: int) -> str:
    """The slice as it is shown; a cut inside an Arabic word leaves its letters the shapes that they have there."""
    if start == end:
        return ""
    before, after = _letter_before(text, start), _letter_after(text, end)
    first, last = _letter_after(text, start), _letter_before(text, end)
    shown = visible(text[start:end])
    if _joins(before, first):
        shown = JOINER + shown
    return shown + JOINER if _joins(last, after) else shown


def _joins(left: str, right: str) -> bool:
    return _is_arabic(left) and _is_arabic(right) and left not in RIGHT_JOINING and right != "ء"


def _is_arabic(letter: str) -> bool:
    return "\u0620" <= letter <= "\u06ff" and unicodedata.category(letter) in ("Lo", "Lm")


def _letter_before(text: str, place: int) -> str:
    """The character that ends there, marks left aside; "" at the beginning."""
    while place and unicodedata.category(text[place - 1]) == "Mn":
        place -= 1
    return text[place - 1 : place]


def _letter_after(text: str, place: int) -> str:
    while place < len(text) and unicodedata.category(text[place]) == "Mn":
        place += 1
    return text[place : place + 1]


def lesson_json(lesson: Lesson, text: str = "") -> Json:
    """How much it is, and whether the text that is compared was learned from."""
    seen = any(line.strip() and line.strip() in lesson.text for line in text.split("\n"))
    return {"characters": len(lesson.text), "entries": lesson.entries, "seen": seen}


# -- the token tax ----------------------------------------------------------------------------------------------------


def tax_json(made: Tax, lesson: Lesson) -> Json:
    """{sentences: [{language, name, …}], tariffs: [{id, name, error, costs: [[tokens, times English, lost], …]}]}"""
    return {
        "sentences": [asdict(sentence) for sentence in made.sentences],
        "tariffs": [_tariff(made, tariff) for tariff in made.tariffs],
        "lesson": lesson_json(lesson),
    }


def _tariff(made: Tax, tariff: Tariff) -> Json:
    codes = [sentence.language for sentence in made.sentences]
    costs = [
        [tariff.tokens[code], round(tariff.against_base(code), 4), tariff.lossy.get(code, "")]
        for code in codes
        if code in tariff.tokens
    ]
    return {"id": tariff.id, "name": tariff.name, "error": tariff.error, "costs": costs}
