"""The wiring of the section: which tokenizers there are, the four stages, and a tokenizer that is fetched."""

from pathlib import Path

from components.tokens.laboratory import Json, Section
from components.tokens.stages import compute, ready, view


def choices(asked: Json) -> Json:
    """{} -> the list of tokenizers."""
    return view.choices_json(ready.choices())


def stages(asked: Json) -> Json:
    """{text, tokenizer, language, second} -> the text after each stage."""
    text, name = str(asked["text"]), str(asked["tokenizer"])
    made = compute.stages(text, name, str(asked.get("language", "")), str(asked.get("second", "")))
    return view.stages_json(made)


def fetch(asked: Json) -> Json:
    """{tokenizer} -> its download has begun."""
    return view.fetched_json(ready.fetch(str(asked["tokenizer"])))


def progress(asked: Json) -> Json:
    """{tokenizer} -> how far it is."""
    return view.fetched_json(ready.progress(str(asked["tokenizer"])))


SECTION = Section(
    id="stages",
    name="Stages",
    uses_text=True,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("bands.js", "touching.js", "losses.js"),
    questions={"choices": choices, "stages": stages, "fetch": fetch, "progress": progress},
)
