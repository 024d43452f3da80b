"""The wiring of the section: one question."""

from pathlib import Path

from components.tokens.laboratory import Json, Section
from components.tokens.letters import compute, view


def ladder(asked: Json) -> Json:
    """{text, tokenizer, language} -> the five rows."""
    made = compute.ladder(str(asked["text"]), str(asked["tokenizer"]), str(asked.get("language", "")))
    return view.ladder_json(made)


SECTION = Section(
    id="letters",
    name="Letters to numbers",
    uses_text=True,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    questions={"ladder": ladder},
)
