"""Each thing once, within a budget, those in use stay."""

import threading
from typing import Any

import pytest

from components import catalogue, shelf
from components.errors import PathshalaError
from components.models import Loaded
from components.shelf import Shelf, Slot
from tests.small_models import together


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings need no collecting."""
    monkeypatch.setattr(shelf, "give_back_memory", lambda: None)


def put(things: Shelf[Any], name: str, size: int, made: list[str] | None = None) -> Any:
    """`things.use` of a thing that is no model."""

    def make(_elsewhere: object) -> tuple[Loaded, int]:
        if made is not None:
            made.append(name)
        return Loaded(catalogue.get("gpt2"), "attention", name, None, None, "cpu", "float32", "", size), size

    return things.use((name, "cpu"), size, make)


def test_what_was_unused_for_longest_leaves_first() -> None:
    things, made = Shelf(lambda: 100), list[str]()
    for name in ("a", "b", "c", "a"):
        with put(things, name, 30, made):
            pass
    assert things.names() == ["b", "c", "a"]
    with put(things, "d", 30, made):
        pass
    assert things.names() == ["c", "a", "d"]
    assert made == ["a", "b", "c", "d"]


def test_what_is_in_use_stays() -> None:
    things = Shelf(lambda: 100)
    with put(things, "a", 60) as a:
        with put(things, "b", 30):
            pass
        with put(things, "c", 40):  # b leaves, although a is older
            assert things.names() == ["a", "c"]
        assert a.model == "a"
    with put(things, "d", 90):
        assert things.names() == ["d"]


def test_who_finds_all_in_use_waits_until_something_is_free() -> None:
    things, waits = Shelf(lambda: 100), threading.Event()

    def later() -> None:
        waits.set()
        with put(things, "b", 80) as b:
            assert b.model == "b"

    thread = threading.Thread(target=later)
    with put(things, "a", 80):
        thread.start()
        waits.wait(30)
        assert things.names() == ["a"]
    thread.join(30)
    assert things.names() == ["b"]


def test_two_that_do_not_fit_together_do_not_wait_for_each_other_for_ever() -> None:
    import itertools

    things, names = Shelf(lambda: 100), itertools.cycle("abcd")

    def visit() -> str:
        name = next(names)
        with put(things, name, 60) as thing:
            return str(thing.model)

    assert sorted(together(8, visit)) == sorted("abcd" * 2)


def test_no_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "PATIENCE", 0.05)
    things = Shelf(lambda: 100_000_000)
    with pytest.raises(PathshalaError, match=r"needs 101 MB.*100 MB"), put(things, "a", 101_000_000):
        pass
    with put(things, "b", 90_000_000), pytest.raises(PathshalaError, match="in use"), put(things, "c", 20_000_000):
        pass
    assert things.names() == ["b"]


def test_a_fork_finds_the_shelf_unlocked_and_nobody_loading() -> None:
    things = Shelf(lambda: 100)
    with put(things, "a", 10):
        pass
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with put(things, "a", 10), things._changed:
            things._slots["loading", "cpu"] = Slot()
            held.set()
            go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    old = things._changed
    things.after_fork()  # as in the child, where `hold` does not go on
    with put(things, "a", 10) as a, put(things, "loading", 10) as loaded:
        assert (a.model, loaded.model) == ("a", "loading")
    with put(things, "big", 100):  # a's user was not copied along
        assert things.names() == ["big"]
    things._changed, new = old, things._changed
    go.set()
    thread.join(30)
    things._changed = new


def test_nobody_waits_while_memory_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searching all of torch for circles takes a good part of a second."""
    things, seen = Shelf[Any](lambda: 100), list[list[str]]()

    def look() -> None:
        other = threading.Thread(target=lambda: seen.append(things.names()), daemon=True)
        other.start()
        other.join(10)

    monkeypatch.setattr(shelf, "give_back_memory", look)
    for name in "abc":
        with put(things, name, 60):
            pass
    assert seen == [[], []]


def test_the_same_thing_on_another_device_is_handed_over_before_room_is_made() -> None:
    things = Shelf[str](lambda: 100)

    def make(elsewhere: str | None) -> tuple[str, int]:
        return f"made of {elsewhere}", 40

    with things.use(("a", "cpu"), 40, make), things.use(("a", "cuda"), 40, make) as other:
        assert other == "made of None"  # the first is in use
    things.clear()
    for name in "ab":
        with things.use((name, "cpu"), 40, make):
            pass
    with things.use(("a", "cuda"), 60, make) as other:  # b may stay: a's memory is given back first
        assert other == "made of made of None"
    assert things.names() == ["b", "a"]


def test_a_ctrl_c_is_for_one_thread_only() -> None:
    """Whoever waits for the same thing makes it."""
    things, making, waiting = Shelf[str](lambda: 100), threading.Event(), threading.Event()
    found: list[str] = []

    def stopped(_elsewhere: object) -> tuple[str, int]:
        making.set()
        waiting.wait(30)
        raise KeyboardInterrupt

    def wait() -> None:
        making.wait(30)
        threading.Timer(0.05, waiting.set).start()
        with things.use(("a", "cpu"), 1, lambda _elsewhere: ("made", 1)) as thing:
            found.append(thing)

    thread = threading.Thread(target=wait)
    thread.start()
    with pytest.raises(KeyboardInterrupt), things.use(("a", "cpu"), 1, stopped):
        pass
    thread.join(30)
    assert found == ["made"]


def test_more_memory_than_was_guessed_makes_others_leave() -> None:
    things = Shelf[str](lambda: 100)
    with things.use(("a", "cpu"), 50, lambda _elsewhere: ("a", 50)):
        pass
    with things.use(("b", "cpu"), 10, lambda _elsewhere: ("b", 90)):
        assert things.names() == ["b"]
