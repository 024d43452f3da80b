"""The wiring of the section: one question, which answers all steps at once."""

from pathlib import Path
from typing import Any

from components.tokens.laboratory import Section
from components.tokens.merges import compute, view


def merges(asked: dict[str, Any]) -> dict[str, Any]:
    """{text, start, within, choices} -> every merge of the text."""
    choices = compute.read_choices(str(asked.get("choices", "")))
    start, within = str(asked.get("start", "characters")), str(asked.get("within", compute.WHOLE))
    return view.course_json(compute.learn(str(asked["text"]), start, within, choices), choices)


SECTION = Section(
    id="merges",
    name="Merge by merge",
    uses_text=False,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("sequence.js", "guessing.js", "numbers.js", "taking.js"),
    questions={"merges": merges},
)
