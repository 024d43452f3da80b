"""The list of models that all model tabs share: what there is for a task, and the download of one. No torch.

A tab puts `page(task)` into its HTML, model_menu.css and model_menu.js beside its own style and script, and
`functions(task)` among its server functions. Its script makes `modelMenu({ choose })` and is told what was chosen.

What the browser asks, each answered with JSON and with {"error": "a sentence"} when it cannot be done:

    list_models    the groups: ready now, to download, not to be had here
    fetch_model    {id, visitor}: start the download, or join the one under way
    watch_model    {id, visitor}: how far it is; asked twice a second while one runs
    leave_model    {id, visitor}: this visitor no longer waits for it
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from components import downloads, models
from components.catalogue import Entry, Task
from components.downloads import Download, Progress, readable_size
from components.errors import PathshalaError
from components.markup import Html, tag
from components.models import Choice, Menu
from tokenizer_indic.scripts import LANGUAGES

Json = dict[str, Any]

HERE = Path(__file__).parent
SCRIPT, STYLE = HERE / "model_menu.js", HERE / "model_menu.css"

FEW = 3  # languages that are named; of more the number is given
AWAY = 90.0  # seconds without a question after which a visitor has gone: a hidden page asks once a minute


# -- what is shown ----------------------------------------------------------------------------------------------------

GROUPS = (
    ("ready", "Ready now"),
    ("to_download", "To download"),
    ("unreachable", "Not to be had here"),
)


def menu_json(menu: Menu, any_model: bool, reach: downloads.Reach) -> Json:
    """The groups that have a model in them; `again` when asking the hub once more may help."""
    groups = [_group_json(name, kind, getattr(menu, kind)) for kind, name in GROUPS if getattr(menu, kind)]
    again = reach.there is False and not downloads.is_offline()
    return {"groups": groups, "any": any_model, "again": again}


def _group_json(name: str, kind: str, choices: Sequence[Choice]) -> Json:
    """A reason that holds for all of a group stands above it, once."""
    reasons = {choice.note for choice in choices}
    shared = next(iter(reasons)) if len(choices) > 1 and len(reasons) == 1 else ""
    lines = [line_json(replace(choice, note="") if shared else choice, kind) for choice in choices]
    return {"name": name, "kind": kind, "reason": shared, "lines": lines}


def line_json(choice: Choice, kind: str) -> Json:
    """One model: the facts in a few words each."""
    entry = choice.entry
    running = downloads.running(entry.id)
    progress = running.progress() if running else None
    return {
        "id": entry.id,
        "facts": [parameters_of(entry), languages_of(entry), entry.licence],
        "languages": ", ".join(map(name_of, entry.languages)),
        "why": entry.why,
        "size": readable_size(choice.size) if kind == "to_download" else "",
        "note": choice.note,
        "running": words_of(progress) if progress and not progress.over else "",
    }


def parameters_of(entry: Entry) -> str:
    """ "237.8 M parameters"; of our own models counted from their files."""
    if entry.architecture == "counted":
        return "counts, no parameters"
    count = entry.parameters
    if count is None:
        folder = downloads.embedded_folder(entry)
        count = models.parameters_in(folder) if folder else 0
    return f"{count / 1e6:.1f} M parameters"


def languages_of(entry: Entry) -> str:
    """ "Hindi", "English", "17 languages"; nothing is known of a model that was typed in."""
    if not entry.languages:
        return "languages not known"
    if len(entry.languages) <= FEW:
        return ", ".join(map(name_of, entry.languages))
    return f"{len(entry.languages)} languages"


def name_of(code: str) -> str:
    """hi -> Hindi; the code itself where the tokenizer library has no name for it."""
    return LANGUAGES[code].english if code in LANGUAGES else code


def progress_json(progress: Progress) -> Json:
    """How far a download is: `share` is None until the hub has said how much it is."""
    return {
        "id": progress.id,
        "stage": progress.stage,
        "share": progress.done / progress.total if progress.total else None,
        "words": words_of(progress),
        "failure": progress.error or "",
    }


def words_of(progress: Progress) -> str:
    """ "540 MB of 953 MB · 12 MB/s · 34 s left" """
    if progress.stage == "asking":
        return "asking the hub …"
    words = [f"{readable_size(progress.done)} of {readable_size(progress.total)}"]
    if progress.rate:
        words.append(f"{readable_size(progress.rate)}/s")
    if progress.seconds_left is not None:
        words.append(f"{duration(progress.seconds_left)} left")
    return " · ".join(words)


def duration(seconds: float) -> str:
    """34 -> '34 s', 200 -> '3 min', 9000 -> '2.5 h'"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"


def page(task: Task) -> Html:
    """The button, the bar of a download and the list, which is empty until it is opened."""
    list_id = f"models-{task}"
    return tag(
        "div",
        tag(
            "button",
            tag("span", "Model", class_="models-label"),
            tag("span", class_="models-name"),
            tag("span", class_="models-made"),
            type="button",
            class_="models-button",
            aria_haspopup="dialog",
            aria_expanded="false",
            aria_controls=list_id,
        ),
        tag(
            "div",
            tag("p", class_="models-what"),
            tag("button", "Cancel", type="button", class_="models-cancel"),
            tag("progress", max=1, aria_label="Download"),
            tag("p", class_="models-words"),
            class_="models-bar",
            hidden=True,
        ),
        tag("p", class_="models-says", role="status"),
        tag(
            "div",
            tag("div", class_="models-groups", role="listbox", aria_label="Models"),
            tag("button", "Is the hub there now? Ask again", type="button", class_="models-again", hidden=True),
            tag(
                "form",
                tag("label", "Any model of the hub, by its id", for_=f"{list_id}-any"),
                tag(
                    "input",
                    id=f"{list_id}-any",
                    type="text",
                    placeholder="organisation/name",
                    spellcheck="false",
                    autocapitalize="off",
                    autocomplete="off",
                ),
                tag("button", "Use it", type="submit"),
                class_="models-any",
                hidden=True,
            ),
            id=list_id,
            class_="models-list",
            role="dialog",
            aria_label="Choose a model",
            hidden=True,
        ),
        class_="models",
    )


# -- who waits for which download -------------------------------------------------------------------------------------


class Waiting:
    """Each visitor counts once for a download, and no longer when they went away without a word."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[Download, dict[str, float]]] = {}  # id -> its download, visitor -> last question

    def join(self, entry: Entry, visitor: str) -> Download:
        """The download of this model, under way or new, with this visitor among those who wait."""
        with self._lock:
            download, seen = self._seen.get(entry.id, (None, {}))
            if download is None or download.progress().over or visitor not in seen:
                joined = downloads.start(entry)
                seen = seen if joined is download else {}
                download = joined
            seen[visitor] = self._clock()
            self._seen[entry.id] = download, seen
            return download

    def look(self, id: str, visitor: str) -> Progress:
        """How far it is. Raises PathshalaError where nothing was started."""
        with self._lock:
            download, seen = self._seen.get(id, (downloads.running(id), {}))
            if visitor in seen:
                seen[visitor] = self._clock()
        if download is None:
            raise PathshalaError(f"“{id[:80]}” is not being downloaded: choose it in the list once more.")
        return download.progress()

    def leave(self, id: str, visitor: str) -> Progress:
        """The visitor waits no longer, nor does anybody who is gone; the download ends with the last of them."""
        with self._lock:
            download, seen = self._seen.get(id, (None, {}))
            gone = {each for each, last in seen.items() if self._clock() - last > AWAY or each == visitor}
            for each in gone:
                del seen[each]
        if download is None:
            raise PathshalaError(f"“{id[:80]}” is not being downloaded.")
        for _ in gone:
            download.cancel()
        return download.progress()


_waiting = Waiting()


# -- what the browser asks --------------------------------------------------------------------------------------------


def functions(task: Task) -> list[Callable[[Json], Json]]:
    """The server functions of a tab. Gradio is imported only here."""
    from components.ui import for_page

    @for_page
    def list_models(asked: Json) -> Json:
        if asked["again"]:
            downloads.probe()
        return menu_json(models.menu(task), models.any_model_allowed(), downloads.reach())

    @for_page
    def fetch_model(asked: Json) -> Json:
        entry = models.find(str(asked["id"]).strip(), task)
        if models.is_ready(entry):
            return progress_json(Progress(entry.id, "ready", 0, 0, None, None, None))
        models.check_machine(entry)
        return progress_json(_waiting.join(entry, str(asked["visitor"])).progress())

    @for_page
    def watch_model(asked: Json) -> Json:
        return progress_json(_waiting.look(str(asked["id"]), str(asked["visitor"])))

    @for_page
    def leave_model(asked: Json) -> Json:
        return progress_json(_waiting.leave(str(asked["id"]), str(asked["visitor"])))

    return [list_models, fetch_model, watch_model, leave_model]
