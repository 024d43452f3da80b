"""The sections of the Tokens tab beside the first: what each is, and how the page comes by it. No gradio, no torch.

A section is a folder with compute.py, view.py, view.js, view.css, and in tab.py its `SECTION`. Nothing of it reaches
the page before it is opened: then the page asks for its panel, and fetches its script and style.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import PathshalaError
from components.markup import Html

Json = dict[str, Any]

HERE = Path(__file__).parent
SHARED = HERE.parent
PRELUDE = (
    SHARED / "page.js",
    SHARED / "asking.js",
    SHARED / "snapshot.js",
    HERE / "laboratory.js",
)  # before each script
STYLE = SHARED / "page.css"  # before each style


@dataclass(frozen=True)
class Section:
    """`id` is its name in the address (`?section=merges`), `name` the one on its button.

    `uses_text`: the tab's own text box and menu stay beside it; otherwise it has the whole width.
    `questions`: what its script may ask: name -> a function from JSON to JSON, which raises PathshalaError.
    """

    id: str
    name: str
    uses_text: bool
    panel: Callable[[], Html]
    known: Callable[[], Json]
    folder: Path
    questions: Mapping[str, Callable[[Json], Json]]
    parts: tuple[str, ...] = ()  # scripts that go on where view.js ends, in this order

    @property
    def scripts(self) -> tuple[Path, ...]:
        """Its own; PRELUDE stands before them."""
        return tuple(self.folder / name for name in ("view.js", *self.parts))

    @property
    def styles(self) -> tuple[Path, ...]:
        return STYLE, self.folder / "view.css"


def find(sections: Sequence[Section], id: str) -> Section:
    """Raises PathshalaError for an unknown id."""
    for section in sections:
        if section.id == id:
            return section
    raise PathshalaError(f"There is no section “{id[:40]}”. There are: {', '.join(each.id for each in sections)}.")


def answer(sections: Sequence[Section], asked: Json) -> Json:
    """{section, question, asked} -> what that section answers."""
    section = find(sections, str(asked["section"]))
    name = str(asked["question"])
    if name not in section.questions:
        raise PathshalaError(f"The section “{section.id}” answers no question “{name[:40]}”.")
    given = asked["asked"]
    if not isinstance(given, dict):
        raise TypeError("a question comes as an object")
    return section.questions[name](given)
