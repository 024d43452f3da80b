"""The list of models as JSON, and who waits for which download, on a small hub."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components import catalogue, downloads, model_menu, models
from components.downloads import Progress, Reach
from components.errors import PathshalaError
from components.markup import template
from components.model_menu import AWAY, Waiting
from components.models import Choice, Menu
from tests.small_models import SmallHub

BERT = catalogue.get("bert-base-uncased")
MURIL = catalogue.get("google/muril-base-cased")
OURS = catalogue.get("pathshala-counted")
REACHED = Reach(True, "the hub answers")


# -- what is shown -------------------------------------------------------------------------------------------------


def test_groups_in_order_and_only_those_that_have_a_model() -> None:
    menu = Menu((Choice(OURS),), (Choice(BERT, 441_000_000),), (Choice(MURIL, 957_000_000, "the disk is full"),))
    shown = model_menu.menu_json(menu, False, REACHED)
    assert [group["name"] for group in shown["groups"]] == ["Ready now", "To download", "Not to be had here"]
    assert [group["lines"][0]["size"] for group in shown["groups"]] == ["", "441 MB", ""]
    assert [group["lines"][0]["note"] for group in shown["groups"]] == ["", "", "the disk is full"]
    assert (shown["any"], shown["again"]) == (False, False)
    only = model_menu.menu_json(replace(menu, ready=(), unreachable=()), True, REACHED)
    assert ([group["kind"] for group in only["groups"]], only["any"]) == (["to_download"], True)
    assert json.loads(json.dumps(shown)) == shown


def test_a_reason_that_all_share_is_said_once() -> None:
    one, other = Choice(BERT, 1, "no network"), Choice(MURIL, 1, "no network")
    [group] = model_menu.menu_json(Menu((), (), (one, other)), False, REACHED)["groups"]
    assert (group["reason"], [line["note"] for line in group["lines"]]) == ("no network", ["", ""])
    [group] = model_menu.menu_json(Menu((), (), (one, replace(other, note="no room"))), False, REACHED)["groups"]
    assert (group["reason"], [line["note"] for line in group["lines"]]) == ("", ["no network", "no room"])


def test_asking_the_hub_again_is_offered_when_it_may_help(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Reach(False, "the hub cannot be reached")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    assert model_menu.menu_json(Menu((), (), ()), False, lost)["again"] is True
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert model_menu.menu_json(Menu((), (), ()), False, lost)["again"] is False


def test_a_line_holds_what_a_teacher_asks() -> None:
    line = model_menu.line_json(Choice(MURIL, 957_000_000), "to_download")
    assert line["facts"] == ["237.8 M parameters", "17 languages", "apache-2.0"]
    assert (line["why"], line["running"]) == (MURIL.why, "")
    assert {"Assamese", "Urdu", "Kashmiri"} <= set(line["languages"].split(", "))
    assert model_menu.line_json(Choice(BERT), "ready")["facts"][1] == "English"
    assert model_menu.line_json(Choice(OURS), "ready")["facts"][0] == "counts, no parameters"
    assert model_menu.languages_of(replace(BERT, languages=())) == "languages not known"


def test_our_own_models_are_counted_from_their_files(no_hub: None) -> None:
    entry = catalogue.get("pathshala-bert")
    folder = downloads.embedded_folder(entry)
    assert folder is not None
    assert model_menu.parameters_of(entry) == f"{models.parameters_in(folder) / 1e6:.1f} M parameters"


def progress(**values: Any) -> Progress:
    return replace(Progress("a/b", "downloading", 540_000_000, 953_000_000, 12e6, 34.4, None), **values)


def test_a_download_in_words() -> None:
    shown = model_menu.progress_json(progress())
    assert shown["words"] == "540 MB of 953 MB · 12 MB/s · 34 s left"
    assert shown["share"] == pytest.approx(540 / 953)
    assert model_menu.words_of(progress(rate=None, seconds_left=None)) == "540 MB of 953 MB"
    asking = model_menu.progress_json(progress(stage="asking", done=0, total=0))
    assert (asking["share"], asking["words"]) == (None, "asking the hub …")
    assert model_menu.progress_json(progress(stage="failed", error="No."))["failure"] == "No."


def test_time_left() -> None:
    assert [model_menu.duration(seconds) for seconds in (0.4, 34, 89, 200, 5_399, 9_000)] == (
        ["0 s", "34 s", "89 s", "3 min", "90 min", "2.5 h"]
    )


def test_the_html_is_the_same_for_every_visitor_and_ids_differ_by_task() -> None:
    one, other = (template(model_menu.page(task)) for task in ("masked_word", "attention"))
    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', other))


def test_every_field_is_known_to_the_script_and_no_markup_is_written_from_text() -> None:
    script = model_menu.SCRIPT.read_text(encoding="utf-8")
    menu = model_menu.menu_json(Menu((Choice(BERT),), (), ()), False, REACHED)
    for key in (*menu, *menu["groups"][0], *menu["groups"][0]["lines"][0], *model_menu.progress_json(progress())):
        assert re.search(rf"\b{key}\b", script), key
    for function in model_menu.functions("masked_word"):
        assert f'"{function.__name__}"' in script
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)


# -- what the browser asks -----------------------------------------------------------------------------------------

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """ask("fetch_model", id=…, visitor=…) as the page does; an empty cache, and a small hub."""
    monkeypatch.setattr(model_menu, "_waiting", Waiting())
    by_name = {function.__name__: function for function in model_menu.functions("masked_word")}
    return lambda name, **asked: by_name[name](asked)


def until(ask: Ask, stage: str, visitor: str, id: str = BERT.id) -> dict[str, Any]:
    """Look until the download is there."""
    while True:
        seen = ask("watch_model", id=id, visitor=visitor)
        if seen["stage"] == stage:
            return seen
        assert seen["stage"] in ("asking", "downloading"), seen
        threading.Event().wait(0.01)


def test_the_list_of_this_machine(ask: Ask) -> None:
    groups = {
        group["kind"]: [line["id"] for line in group["lines"]] for group in ask("list_models", again=False)["groups"]
    }
    assert "pathshala-bert" in groups["ready"]
    assert BERT.id in groups["to_download"]
    assert "gpt2" not in {id for ids in groups.values() for id in ids}


def test_a_model_is_fetched_and_then_ready(ask: Ask) -> None:
    ask("fetch_model", id=BERT.id, visitor="a")
    seen = until(ask, "ready", "a")
    assert (seen["share"], seen["failure"]) == (1.0, "")
    assert models.is_ready(BERT)
    assert ask("fetch_model", id=BERT.id, visitor="a")["stage"] == "ready"
    [ready] = [group for group in ask("list_models", again=False)["groups"] if group["kind"] == "ready"]
    assert BERT.id in [line["id"] for line in ready["lines"]]


def test_two_visitors_see_one_download_and_it_ends_with_the_last(ask: Ask, hub: SmallHub, cache: Path) -> None:
    hub.hold = threading.Event()
    ask("fetch_model", id=BERT.id, visitor="a")
    ask("fetch_model", id=BERT.id, visitor="b")
    hub.holding.wait(30)
    one, other = (until(ask, "downloading", visitor) for visitor in ("a", "b"))
    assert one["id"] == other["id"] == BERT.id
    running = downloads.running(BERT.id)
    assert running is not None
    assert running.watchers == 2
    assert ask("leave_model", id=BERT.id, visitor="a")["stage"] == "downloading"
    assert ask("leave_model", id=BERT.id, visitor="a")["stage"] == "downloading"  # who has left cannot leave again
    [to_download] = [each for each in ask("list_models", again=False)["groups"] if each["kind"] == "to_download"]
    [line] = [each for each in to_download["lines"] if each["id"] == BERT.id]
    assert re.match(r"\d+ kB of \d+ kB", line["running"])
    assert ask("leave_model", id=BERT.id, visitor="b")["stage"] == "cancelled"
    hub.hold.set()
    for thread in threading.enumerate():
        if thread.name == f"download {BERT.id}":
            thread.join(30)
    assert not models.is_ready(BERT)
    assert not list(cache.rglob("*.incomplete"))


def test_a_visitor_who_asks_twice_counts_once(ask: Ask, hub: SmallHub) -> None:
    hub.hold = threading.Event()
    for _ in range(3):
        ask("fetch_model", id=BERT.id, visitor="a")
    assert ask("leave_model", id=BERT.id, visitor="a")["stage"] == "cancelled"


def test_who_went_away_does_not_keep_a_download_alive(hub: SmallHub, cache: Path) -> None:
    hub.hold = threading.Event()
    now = [0.0]
    waiting = Waiting(clock=lambda: now[0])
    waiting.join(BERT, "gone")
    now[0] = AWAY / 2
    waiting.join(BERT, "here")
    waiting.look(BERT.id, "here")
    now[0] = AWAY + 1
    assert waiting.leave(BERT.id, "here").stage == "cancelled"
    waiting.join(BERT, "gone")
    now[0] += AWAY / 2
    waiting.look(BERT.id, "gone")  # still there after all
    now[0] += AWAY / 2 + 1
    waiting.join(BERT, "here")
    assert not waiting.leave(BERT.id, "here").over
    assert waiting.leave(BERT.id, "gone").stage == "cancelled"


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("bert-base-uncase", "Did you mean “bert-base-uncased”"),
        ("gpt2", "cannot fill in a masked word"),
        ("albert-base-v2", "albert-base-v2"),  # the small hub does not have it
    ],
)
def test_a_failure_is_a_sentence(ask: Ask, id: str, says: str) -> None:
    answer = ask("fetch_model", id=id, visitor="a")
    said = answer.get("error") or until(ask, "failed", "a", id)["failure"]
    assert says in said


def test_questions_about_nothing_are_answered(ask: Ask) -> None:
    for name in ("watch_model", "leave_model"):
        assert "is not being downloaded" in ask(name, id="x", visitor="a")["error"]
    for function in model_menu.functions("masked_word"):
        for data in (None, {}, [], "x", {"id": None}):
            assert isinstance(function(data)["error"], str)  # type: ignore[arg-type]


def test_looking_at_a_download_of_somebody_else(ask: Ask, hub: SmallHub) -> None:
    hub.hold = threading.Event()
    download = downloads.start(BERT)
    assert ask("watch_model", id=BERT.id, visitor="a")["stage"] in ("asking", "downloading")
    download.cancel()
    with pytest.raises(PathshalaError, match="cancelled"):
        download.wait(30)
