"""The wiring of the section: what can be chosen, two ways to look at it, and what is learned right here."""

from pathlib import Path

from components.errors import PathshalaError
from components.tokens.beside import compute, python, view
from components.tokens.beside.compute import Lesson
from components.tokens.beside.here import USUAL_ENTRIES
from components.tokens.laboratory import Json, Section


def states(_asked: Json) -> Json:
    """What is on this machine, and why not."""
    return view.states_json(compute.states())


def fetch(asked: Json) -> Json:
    """{id} -> its state; it is fetched while the page goes on."""
    id = str(asked["id"])
    return view.states_json({id: compute.fetch(id)})


def compare(asked: Json) -> Json:
    """{text, contestants, lesson, entries, language} -> the pieces and figures of each."""
    lesson = _lesson(asked)
    made = compute.compare(str(asked["text"]), _ids(asked), lesson, str(asked.get("language", "")))
    return view.comparison_json(made, lesson)


def tax(asked: Json) -> Json:
    """{contestants, lesson, entries, language} -> what each asks for each sentence."""
    lesson = _lesson(asked)
    return view.tax_json(compute.tax(_ids(asked), lesson), lesson)


def sample(asked: Json) -> Json:
    """{language} -> the text that they learn from when nobody gave one."""
    return {"text": compute.usual_lesson(str(asked["language"]))}


def program(asked: Json) -> Json:
    """{view, text, contestants, lesson, entries, language} -> the code that does the same."""
    ids, lesson = _ids(asked), _lesson(asked)
    if asked["view"] == "tax":
        return {"code": python.taxing(ids, lesson)}
    return {"code": python.comparing(str(asked["text"]), ids, lesson)}


def _ids(asked: Json) -> list[str]:
    given = asked["contestants"]
    if not isinstance(given, list) or len(given) > 3 * compute.MOST:
        raise PathshalaError(f"At most {compute.MOST} tokenizers fit side by side.")
    return [str(id) for id in given]


def _lesson(asked: Json) -> Lesson:
    text = str(asked.get("lesson") or "") or compute.usual_lesson(str(asked.get("language", "")))
    return Lesson(text, _whole(asked.get("entries")))


def _whole(given: object) -> int:
    """The number of entries as it came: a number, or what stands in its box."""
    try:
        return int(str(given)) if given is not None else USUAL_ENTRIES
    except ValueError:
        raise PathshalaError(f"A number of entries is a whole number, not “{str(given)[:20]}”.") from None


SECTION = Section(
    id="beside",
    name="Side by side",
    uses_text=True,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("columns.js", "tax.js", "touching.js", "section.js"),
    questions={"states": states, "fetch": fetch, "compare": compare, "tax": tax, "sample": sample, "program": program},
)
