"""The wiring of the section: two questions."""

from pathlib import Path

from components.tokens.handin import compute, view
from components.tokens.laboratory import Json, Section


def kit(asked: Json) -> Json:
    """{tokenizer} -> the figures, the requirements and the files."""
    return view.kit_json(compute.kit(str(asked["tokenizer"])))


def zipped(asked: Json) -> Json:
    """{tokenizer} -> the zip."""
    return view.zip_json(*compute.zipped(str(asked["tokenizer"])))


SECTION = Section(
    id="handin",
    name="Hand it in",
    uses_text=False,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("files.js",),
    questions={"kit": kit, "zip": zipped},
)
