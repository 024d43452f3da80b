"""the five rows -> the section's HTML, and JSON for view.js. No gradio, no torch."""

from components.markup import Html, join, tag
from components.tokens.laboratory import Json
from components.tokens.letters.compute import LIMIT, Ladder, Unit
from tokenizer_indic.normalizing import Change

ROWS = (
    ("tokens", "tokens", "What the model gets: entries of the vocabulary. A red one cuts an akshara."),
    ("aksharas", "aksharas", "What a reader sees as one letter: consonants joined by virama, with all their signs."),
    ("graphemes", "grapheme clusters", "What Unicode takes for one character (UAX #29): often an akshara, not always."),
    ("points", "code points", "What Unicode numbers: a vowel sign and a virama have numbers of their own."),
    ("bytes", "bytes", "How UTF-8 writes them: one to four bytes a code point. 256 kinds, so every text has some."),
)
FIRST = "Point at a unit, tap it, or walk with the arrow keys: what belongs together lights up."


def panel() -> Html:
    """The section before any answer."""
    rows = (
        tag(
            "li",
            tag("button", tag("b", "–", data_count=id), f" {name}", type="button", data_row=id, data_explain=why),
            class_=f"row-{id}",
        )
        for id, name, why in ROWS
    )
    return join(
        tag(
            "div",
            tag("h2", "From letters to numbers"),
            tag("p", f"the same text in five units, at most {LIMIT} characters of it"),
            class_="heading",
        ),
        tag("ul", *rows, class_="units-of-text", aria_label="Units"),
        tag("p", class_="letters-says", role="status", aria_live="polite"),
        tag("p", FIRST, class_="told", aria_live="polite"),
        tag("div", class_="nfc", hidden=True),
        tag("div", tag("div", class_="ladder", role="grid", aria_label="The text in five units"), class_="frame"),
    )


def known() -> Json:
    """What view.js needs beside the answers."""
    return {"rows": [[id, name] for id, name, _ in ROWS], "first": FIRST}


def ladder_json(ladder: Ladder) -> Json:
    """{rows: {tokens: [[start, end, shown, name, marked]…], …}, counts, says, changes, python}"""
    rows = {id: list(map(_unit, getattr(ladder, id))) for id, _, _ in ROWS}
    return {
        "direction": ladder.direction,
        "rows": rows,
        "says": _says(ladder),
        "changes": list(map(_change, ladder.changes)),
        "breaks": [unit.start for unit in ladder.points if unit.shown in "·↵" or unit.shown == "⇥"],
        "python": python(ladder),
    }


def _unit(unit: Unit) -> list[object]:
    mark = "broken" if unit.broken else "invisible" if unit.invisible else ""
    return [unit.start, unit.end, unit.shown, unit.name, mark]


def _says(ladder: Ladder) -> str:
    """'Of 14 tokens 3 begin or end inside an akshara.'"""
    count, broken = len(ladder.tokens), ladder.broken
    said = f"Of {count} token{'s' if count != 1 else ''} {broken or 'none'}"
    said += " begins or ends" if broken == 1 else " begin or end"
    said += " inside an akshara."
    if ladder.direction == "rtl":
        said += " Drawn from right to left in the order in which it is stored, Latin letters and numbers, too."
    if ladder.left_out:
        said += f" Drawn are the first {LIMIT} characters; {ladder.left_out:,} more are left out."
    return said


def _change(change: Change) -> Json:
    """NFC's work, as a before and an after: the text, and its code points."""
    return {
        "before": change.before,
        "after": change.after,
        "names_before": list(change.names_before),
        "names_after": list(change.names_after),
    }


def python(ladder: Ladder) -> str:
    """The same five counts, and the units, without this page."""
    given = '"my-tokenizer.json"' if ladder.tokenizer.startswith("own:") else repr(ladder.tokenizer)
    return f"""import regex

from tokenizer_indic import load
from tokenizer_indic.aksharas import aksharas

tokenizer = load({given})  # a shipped name, or the path of a tokenizer's file
text = tokenizer.normalize({ladder.text!r})
ids = tokenizer.encode(text)
units = {{
    "tokens": [piece.decode(errors="backslashreplace") for piece in tokenizer.pieces(ids)],
    "aksharas": aksharas(text),
    "grapheme clusters": regex.findall(r"\\X", text),
    "code points": [f"U+{{ord(character):04X}}" for character in text],
    "bytes": [f"{{byte:02X}}" for byte in text.encode()],
}}
for name, parts in units.items():
    print(len(parts), name, parts)
print(ids)
"""
