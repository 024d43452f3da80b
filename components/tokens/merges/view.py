"""merges -> JSON for view.js, the panel's HTML, and the same merges as a Python program. No gradio, no torch."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from components.markup import Html, join, tag
from components.tokens.merges.compute import BYTES, LIMIT, MOST, RANKED, WHOLE, WORDS, Course, Ranking
from components.tokens.merges.presets import PRESETS, Preset

Json = dict[str, Any]

STARTS = (
    ("characters", "characters", "Unicode code points: a vowel sign is one"),
    (BYTES, "bytes", "UTF-8, as GPT-2 begins: three for a Devanagari letter"),
    ("aksharas", "aksharas", "Orthographic syllables: क्षि is one"),
)
WITHIN = (
    (WHOLE, "anywhere", "Over the whole text, as on Wikipedia"),
    (WORDS, "inside words", "A pattern cuts the text first, each word with the space before it"),
)
SPEEDS = ((0.5, "every 2 seconds"), (1, "1 a second"), (2, "2 a second"), (5, "5 a second"), (20, "20 a second"))


# -- an answer --------------------------------------------------------------------------------------------------------


def course_json(course: Course, choices: dict[int, int]) -> Json:
    """Everything that the section draws, at every step; pairs are [left, right, count]."""
    return {
        "direction": course.direction,
        "start": course.start,
        "within": course.within,
        "entries": [label(entry) for entry in course.entries],
        "base": course.base,
        "pieces": course.pieces,
        "merges": [
            [merge.pair.left, merge.pair.right, merge.pair.count, merge.tied, merge.place, merge.replaced, merge.length]
            for merge in course.merges
        ],
        "rankings": [_ranking_json(ranking) for ranking in course.rankings],
        "finished": course.finished,
        "notes": list(notes(course)),
        "code": program(course, choices),
    }


def _ranking_json(ranking: Ranking) -> Json:
    pairs = [[pair.left, pair.right, pair.count] for pair in ranking.pairs]
    return {"pairs": pairs, "different": ranking.different, "tied": ranking.tied}


def label(entry: bytes) -> str:
    """'न'.encode() + b'\\xe0\\xa4' -> 'न‹E0A4›': bytes that are no whole character are told in hexadecimal digits."""
    try:
        return entry.decode()
    except UnicodeDecodeError as broken:
        part = entry[broken.start : broken.end].hex().upper()
        return f"{entry[: broken.start].decode()}‹{part}›{label(entry[broken.end :])}"


def notes(course: Course) -> Iterator[str]:
    """What a student should know before they wonder, a sentence each."""
    if course.changes:
        first = course.changes[0]
        after = " ".join(name.split()[0] for name in first.names_after)
        places = "1 place" if len(course.changes) == 1 else f"{len(course.changes):,} places, first"
        yield f"Before the merges NFC rewrote {places}: {', '.join(first.names_before)} became {after}."
    if not course.merges:
        yield "No pair occurs twice in this text: there is nothing to merge."
    if not course.finished:
        yield f"The first {MOST} merges are made here; more pairs occur twice."
    if course.start == BYTES:
        yield "Counted as vocabulary are the bytes of this text; a tokenizer for every text begins with all 256."


# -- the same in Python -----------------------------------------------------------------------------------------------

PROGRAM = """\
# pip install -r requirements.txt (in a clone of Transformer Pathshala)
from collections import Counter
from itertools import chain, pairwise

{imports}

text = normalize({text})
pieces = [{units} for piece in {pieces}]
entries = len(set(chain.from_iterable(pieces)))
choices = {choices}  # merge -> which of the tied pairs, where it is not the one found first
print(f"{{sum(map(len, pieces))}} tokens, {{entries}} entries")
for number in range(1, {merges} + 1):
    counts = Counter(chain.from_iterable(map(pairwise, pieces)))
    most = max(counts.values())
    tied = [pair for pair, count in counts.items() if count == most]
    left, right = tied[choices.get(number, 1) - 1]
    for piece in pieces:
        for place in range(len(piece)):  # from left to right; the piece becomes shorter on the way
            if piece[place : place + 2] == [left, right]:
                piece[place : place + 2] = [left + right]
    tokens = sum(map(len, pieces))
    print(f"{{number}}. {{left!r}} + {{right!r}}: {{most}} times; {{tokens}} tokens, {{entries + number}} entries")
print(" ".join(str(token) for token in chain.from_iterable(pieces)))
"""
UNITS = {
    "characters": "list(piece)",
    BYTES: "[bytes([byte]) for byte in piece.encode()]",
    "aksharas": "aksharas(piece)",
}
STEP = "\0"  # in a program: where the number of merges belongs


def program(course: Course, choices: dict[int, int]) -> list[str]:
    """A Python program that prints these merges, cut in two where the number of merges belongs."""
    imports = ["from tokenizer_indic.normalizing import normalize"]
    if course.start == "aksharas":
        imports.insert(0, "from tokenizer_indic.aksharas import aksharas")
    if course.within == WORDS:
        imports.append("from tokenizer_indic.splitting import split")
    written = PROGRAM.format(
        imports="\n".join(imports),
        text=json.dumps(course.text, ensure_ascii=False),
        units=UNITS[course.start],
        pieces="split(text)" if course.within == WORDS else "[text]",
        choices=choices,
        merges=STEP,
    )
    return written.split(STEP)


# -- what never changes -----------------------------------------------------------------------------------------------


def known() -> Json:
    """What view.js needs to know beside the answers."""
    return {"limit": LIMIT, "presets": [asdict(preset) for preset in PRESETS]}


def panel() -> Html:
    """The section before any answer."""
    return join(
        tag("div", _text(), tag("div", _examples(PRESETS), _choices(), _why(), class_="set-up"), class_="given"),
        _controls(),
        tag("p", class_="merges-says", role="status", aria_live="polite"),
        tag("div", _sequence(), _ranking(), _numbers(), class_="stage"),
        tag("div", class_="sheet", aria_hidden="true"),
    )


def _text() -> Html:
    return tag(
        "div",
        tag(
            "div",
            tag("label", "The class's text", for_="merges-text"),
            tag("span", f"0 / {LIMIT:,} characters", id="merges-count", class_="count"),
            class_="label",
        ),
        tag(
            "textarea",
            id="merges-text",
            dir="auto",
            rows=2,
            spellcheck="false",
            autocapitalize="off",
            placeholder="Write something in which letters stand together again and again",
            aria_describedby="merges-count",
        ),
        class_="own-text",
    )


def _examples(presets: Sequence[Preset]) -> Html:
    buttons = (
        tag("button", each.label, type="button", title=each.why, lang=each.language, data_preset=number)
        for number, each in enumerate(presets)
    )
    return tag(
        "div", tag("div", *buttons, class_="presets", role="toolbar", aria_label="Examples"), class_="frame examples"
    )


def _why() -> Html:
    """What to look for in an example, and what is to be known of a text."""
    return tag("p", class_="why", aria_live="polite")


def _choices() -> Html:
    return tag("div", _choice("start", "First tokens", STARTS), _choice("within", "Merge", WITHIN), class_="choices")


def _choice(name: str, label: str, values: Sequence[tuple[str, str, str]]) -> Html:
    buttons = (
        tag("button", words, type="button", title=why, aria_pressed="false", **{f"data_{name}": value})
        for value, words, why in values
    )
    return tag("div", tag("span", label), *buttons, class_=f"choice {name}", role="group", aria_label=label)


def _controls() -> Html:
    """Back, Step, Play, a speed, and a slider and a box to jump with; the arrow keys step wherever the focus is."""
    buttons = (
        tag("button", words, type="button", class_=name, aria_keyshortcuts=keys)
        for name, words, keys in (("back", "‹ Back", "ArrowLeft"), ("forward", "Step ›", "ArrowRight"))
    )
    return tag(
        "div",
        *buttons,
        tag("button", "▶ Play", type="button", class_="play", aria_pressed="false"),
        tag(
            "select",
            *(tag("option", words, value=str(speed), selected=speed == 1) for speed, words in SPEEDS),
            class_="speed",
            aria_label="Merges, when played",
        ),
        tag("label", "Merge", for_="merges-jump"),
        tag("input", id="merges-jump", type="number", min=0, max=0, value=0, inputmode="numeric"),
        tag("span", "of 0", class_="of"),
        tag("input", id="merges-slider", type="range", min=0, max=0, value=0, aria_label="Jump to merge"),
        class_="controls",
        role="group",
        aria_label="Merge by merge",
    )


def _sequence() -> Html:
    return tag(
        "div",
        tag("div", tag("div", class_="sequence"), class_="frame"),
        tag("p", class_="letters"),
        tag("div", tag("div", class_="merges-made", role="toolbar", aria_label="Merges so far"), class_="frame"),
        class_="the-sequence",
    )


def _ranking() -> Html:
    rows = (tag("li", tag("button", type="button", data_row=number)) for number in range(RANKED))
    return tag(
        "div",
        tag(
            "div",
            tag("h2", "Which pair merges next?"),
            tag(
                "button",
                "The class guesses first",
                type="button",
                class_="class-first",
                aria_pressed="false",
                title="Covers the counts until the class has chosen a pair",
            ),
            class_="heading",
        ),
        tag("p", class_="ranking-says", role="status", aria_live="polite"),
        tag("ol", *rows, class_="ranking"),
        tag(
            "div",
            tag("p", class_="different hint"),
            tag("button", "Take this pair instead", type="button", class_="instead", disabled=True),
            class_="below",
        ),
        class_="the-ranking",
    )


def _numbers() -> Html:
    numbers = (
        tag("div", tag("dt", name), tag("dd", "–", data_number=id), class_=id)
        for id, name in (("length", "tokens"), ("vocabulary", "entries"), ("shorter", "shorter"))
    )
    return tag(
        "div",
        tag("figure", tag("dl", *numbers, class_="merges-numbers"), tag("div", class_="chart"), class_="the-chart"),
        tag(
            "figure",
            tag("figcaption", class_="tree-name"),
            tag("div", tag("div", class_="tree"), class_="frame"),
            class_="the-tree",
        ),
        class_="merges-figures",
    )
