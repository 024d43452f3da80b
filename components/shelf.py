"""Things that were loaded, each once, within a budget of memory; those in use stay. No torch, and no models either.

    shelf = Shelf(budget)
    with shelf.use(("gpt2", "cpu"), size, make) as thing: ...

The first who asks makes a thing, and whoever asks meanwhile waits and shares it, or its error. When there is no room,
the thing unused for longest leaves; when all are in use, the newcomer waits up to PATIENCE seconds for one of them.
"""

import gc
import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from components.downloads import readable_size
from components.errors import PathshalaError

T = TypeVar("T")

Key = tuple[str, ...]  # a name first, the device last

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds to wait for things that others use


@dataclass(eq=False)
class Slot(Generic[T]):
    """A place on the shelf; `thing` is None while it is being made."""

    thing: T | None = None
    size: int = 0  # bytes
    users: int = 1  # whoever makes it
    error: Exception | None = field(default=None, repr=False)


class Shelf(Generic[T]):
    """Any number of threads may ask at once."""

    def __init__(self, budget: Callable[[], int]) -> None:
        self.budget = budget
        self._changed = threading.Condition()
        self._slots: OrderedDict[Key, Slot[T]] = OrderedDict()  # unused for longest first

    @contextmanager
    def use(self, key: Key, size: int, make: Callable[[T | None], tuple[T, int]]) -> Iterator[T]:
        """The thing of that key for as long as the block lasts.

        `size` is a guess in bytes; `make` gives the thing and its true size. It is handed the same thing from another
        device, if there is one that nobody uses: that one then is the maker's, and no longer on the shelf.
        """
        slot = self._take(key, size, make)
        try:
            assert slot.thing is not None
            yield slot.thing
        finally:
            with self._changed:
                slot.users -= 1
                self._changed.notify_all()

    def _take(self, key: Key, size: int, make: Callable[[T | None], tuple[T, int]]) -> Slot[T]:
        with self._changed:
            while slot := self._slots.get(key):
                if slot.thing is not None:
                    slot.users += 1
                    self._slots.move_to_end(key)
                    return slot
                self._changed.wait()
                if slot.error is not None:
                    raise slot.error
            elsewhere = self._take_from_elsewhere(key)
            slot = self._slots[key] = Slot()
        try:
            self._make_room(slot, size)
            thing, true_size = make(elsewhere)
        except BaseException as error:
            with self._changed:
                slot.error = error if isinstance(error, Exception) else None  # Ctrl-C is for one thread only
                del self._slots[key]
                self._changed.notify_all()
            raise
        with self._changed:
            slot.thing, slot.size = thing, true_size
            self._changed.notify_all()
        self._keep_to_the_budget()
        return slot

    def _take_from_elsewhere(self, key: Key) -> T | None:
        for other, slot in self._slots.items():
            if other[:-1] == key[:-1] and slot.thing is not None and not slot.users:
                del self._slots[other]
                return slot.thing
        return None

    def _make_room(self, slot: Slot[T], size: int) -> None:
        end, dropped = time.monotonic() + PATIENCE, False
        with self._changed:
            while self._total() + size > self.budget():
                if self._drop_one():
                    dropped = True
                    continue
                left = end - time.monotonic()
                if size > self.budget() or left <= 0:
                    raise PathshalaError(
                        f"There is no memory for another model: it needs {readable_size(size)}, this page may use"
                        f" {readable_size(self.budget())}, and what is loaded is in use. Take the model that is"
                        " shown, or try again in a minute."
                    )
                self._changed.wait(left)
            slot.size = size
        if dropped:
            give_back_memory()

    def _keep_to_the_budget(self) -> None:
        """The guess may have been too low."""
        with self._changed:
            dropped = False
            while self._total() > self.budget() and self._drop_one():
                dropped = True
        if dropped:
            give_back_memory()

    def _total(self) -> int:
        return sum(slot.size for slot in self._slots.values())

    def _drop_one(self) -> bool:
        for key, slot in self._slots.items():
            if slot.thing is not None and not slot.users:
                del self._slots[key]
                slot.thing = None
                log.info("%s left the memory", key[0])
                return True
        return False

    def drop_unused(self) -> bool:
        """Lets go of the thing unused for longest; was there one?"""
        with self._changed:
            dropped = self._drop_one()
        if dropped:
            give_back_memory()
        return dropped

    def clear(self) -> None:
        """Lets go of everything that nobody uses."""
        while self.drop_unused():
            pass

    def names(self) -> list[str]:
        """The first part of every key, the one unused for longest first."""
        with self._changed:
            return [key[0] for key, slot in self._slots.items() if slot.thing is not None]

    def after_fork(self) -> None:
        """In a new process: a lock may be held, and a thing in the making, by a thread that was not copied along."""
        self._changed = threading.Condition()
        self._slots = OrderedDict((key, slot) for key, slot in self._slots.items() if slot.thing is not None)
        for slot in self._slots.values():
            slot.users = 0


def give_back_memory() -> None:
    """After letting go, and outside of any lock: modules hold each other in circles, and searching them takes time."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
