"""The wiring of the section: one question."""

from pathlib import Path

from components.tokens.laboratory import Json, Section
from components.tokens.pattern import compute, view


def cut(asked: Json) -> Json:
    """{text, language, own, sentence} -> the five rows; a pattern that is refused comes with its reason."""
    text, language, own = (str(asked.get(name, "")) for name in ("text", "language", "own"))
    return view.comparison_json(compute.compare(text, language, own, int(asked.get("sentence", 0))), own)


SECTION = Section(
    id="pattern",
    name="The pattern",
    uses_text=True,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("touching.js",),
    questions={"cut": cut},
)
