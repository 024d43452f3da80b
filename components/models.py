"""id, task -> a model that is ready to run: the way in for tabs, and a command line. No gradio, no HTML.

    with use("pathshala-bert", "attention") as loaded:
        loaded.model(**loaded.tokenizer("नमस्ते", return_tensors="pt").to(loaded.device), output_attentions=True)

What a tab asks:

    menu(task)              what is ready, what can be downloaded, what not, and why
    default(task, "hi")     the best model that is there at once
    run(compute, id, task)  compute(loaded, …) where it belongs: on ZeroGPU a large model gets the Space's GPU
    downloads.start(entry)  a download to watch and to cancel; `use` starts or joins one by itself
    warm_up()               torch and the embedded model in the background, once the page is up

A model is loaded once, by the first who wants it; the others wait for it (components.shelf, with the memory that
components.machine sets aside). PATHSHALA_ANY_MODEL=1 lets any id of the hub be typed, save on a Space.

    python -m components.models                 what there is, cached or not
    python -m components.models download ID
    python -m components.models repair ID       fetch again the files that are damaged
    python -m components.models compare [ID]    the same question on the CPU and on the GPU
"""

import argparse
import logging
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from components import any_model, catalogue, comparing, device, downloads, hub_cache, loading
from components.any_model import any_model_allowed
from components.catalogue import EMBEDDED, Entry, Task
from components.errors import PathshalaError
from components.loading import Loaded
from components.machine import (
    budget,
    check_machine,
    hindrance,
    is_out_of_memory,
    memory_needed,
    missing_library,
    no_memory,
)
from components.shelf import Shelf
from components.weights import parameters_in

__all__ = [  # what tabs use, whichever file it comes from
    "Choice",
    "Loaded",
    "Menu",
    "any_model_allowed",
    "check_machine",
    "default",
    "download_size",
    "find",
    "is_ready",
    "load",
    "menu",
    "parameters_in",
    "run",
    "use",
    "warm_up",
]

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

_shelf: Shelf[Loaded] = Shelf(budget)

if hasattr(os, "register_at_fork"):  # ZeroGPU answers in forked processes
    os.register_at_fork(after_in_child=lambda: _shelf.after_fork())


# -- the way in -------------------------------------------------------------------------------------------------------


@contextmanager
def use(id: str, task: Task) -> Iterator[Loaded]:
    """The model for as long as the block lasts; it is not taken out of memory meanwhile.

    Downloads it first if it is not here yet, together with whoever wants it too. Raises PathshalaError for an unknown
    id, a model that cannot do the task, and whatever hinders the download or the loading; if the memory is exhausted
    inside the block, too.
    """
    entry = find(id, task)
    folder = prepare(entry)
    where = _place(entry)
    key = (entry.id, str(folder), loading.role(entry), where.name)

    def make(elsewhere: Loaded | None) -> tuple[Loaded, int]:
        if elsewhere is not None:
            loaded = loading.moved(elsewhere, where)
        else:
            loaded = loading.load(entry, task, folder, where, _shelf.drop_unused)
        return loaded, loaded.bytes

    with _shelf.use(key, memory_needed(entry, where.name, folder), make) as loaded:
        try:
            yield replace(loaded, task=task)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            raise PathshalaError(no_memory(entry, "the answer did not fit")) from error


def _place(entry: Entry) -> device.Device:
    if entry.architecture == "counted":  # and torch is not even imported
        return device.Device("cpu", "counting needs no GPU")
    return device.pick_device(entry.embedded)


def load(id: str, task: Task) -> Loaded:
    """`use` without the promise that it stays in memory."""
    with use(id, task) as loaded:
        return loaded


def run(compute: Callable[Concatenate[Loaded, P], R], id: str, task: Task, *args: P.args, **kwargs: P.kwargs) -> R:
    """compute(loaded, …) on the device the model belongs to; `compute` is a function of a module, not a lambda.

    On a ZeroGPU Space a hub model answers in the process that has the GPU, so that what goes in and comes out is
    pickled: a tensor in the result is a TypeError there. When the GPU is refused, a PathshalaError says so.
    """
    entry = find(id, task)
    if entry.embedded or not device.on_zero_gpu():
        with use(id, task) as loaded:
            return compute(loaded, *args, **kwargs)
    with use(id, task):  # in memory before the GPU's seconds are counted
        try:
            answer = _on_gpu(compute, id, task, args, kwargs)
        except Exception as error:
            log.warning("the Space's GPU refused", exc_info=True)
            raise PathshalaError(
                "The Space's GPU did not take this: its free minutes may be used up for today."
                f" {downloads.way_out(entry)}".strip()
            ) from error
    if isinstance(answer, _Failure):
        if answer.for_visitor:
            raise PathshalaError(answer.said)
        raise RuntimeError(f"in the process that has the GPU:\n{answer.said}")
    return pickle.loads(answer)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Failure:
    """An error on its way out of the GPU's process, where exceptions lose their words: its sentence, or traceback."""

    said: str
    for_visitor: bool


@device.gpu
def _on_gpu(
    compute: Callable[..., Any], id: str, task: Task, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bytes | _Failure:
    try:
        with use(id, task) as loaded:
            return without_tensors(compute(loaded, *args, **kwargs))
    except PathshalaError as error:
        return _Failure(str(error), for_visitor=True)
    except Exception:
        return _Failure(traceback.format_exc(), for_visitor=False)


def without_tensors(result: object) -> bytes:
    """The pickled result. Raises TypeError for a tensor: one on the GPU cannot leave its process."""
    import io

    import torch

    class Pickler(pickle.Pickler):
        def reducer_override(self, each: Any) -> Any:
            if isinstance(each, torch.Tensor):
                raise TypeError("compute must return numbers, strings and numpy arrays, but returned a tensor")
            return NotImplemented

    stream = io.BytesIO()
    Pickler(stream).dump(result)
    return stream.getvalue()


def find(id: str, task: Task) -> Entry:
    """The entry of an id, of the catalogue or, where that is allowed, of the hub. Raises PathshalaError."""
    entry = _entry_of(id)
    catalogue.check_task(entry, task)
    return entry


def _entry_of(id: str) -> Entry:
    try:
        return catalogue.get(id)
    except PathshalaError:
        if not any_model_allowed():
            raise
    return any_model.inspect(id)


def prepare(entry: Entry) -> Path:
    """The folder with the model's files, after a download if need be. Raises PathshalaError."""
    if entry.embedded:
        folder = downloads.embedded_folder(entry)
        if folder is None:
            raise PathshalaError(
                f"This copy of the page was made without “{entry.id}”. {downloads.way_out(entry)}".strip()
            )
        return folder
    folder = hub_cache.snapshot(entry)
    if folder is None:
        check_machine(entry)
        downloads.start(entry).wait()
        folder = hub_cache.snapshot(entry)
    if folder is None:
        raise PathshalaError(f"The files of “{entry.id}” were removed while it was being loaded. Try again.")
    return folder


def default(task: Task, language: str | None = None) -> Entry:
    """The best model that is here at once and covers the language: one of the hub's in the cache, else our own.

    Of our own, one that covers another language is better than none. Raises PathshalaError if there is none at all.
    """
    found = [entry for entry in catalogue.for_task(task) if is_ready(entry)]
    for entry in found:
        fits = memory_needed(entry) <= budget() and not missing_library(entry)
        if entry.covers(language) and not entry.exhibit and fits:
            return entry
    for entry in sorted(found, key=lambda entry: entry.exhibit):
        if entry.embedded:
            return entry
    raise PathshalaError("There is no model for this on this machine: download one from the list.")


def is_ready(entry: Entry) -> bool:
    """Its files are all on this machine."""
    return (downloads.embedded_folder(entry) if entry.embedded else hub_cache.snapshot(entry)) is not None


# -- the menu ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One line of the menu. `size` is what would be fetched, in bytes; `note` says why it cannot be had here."""

    entry: Entry
    size: int = 0
    note: str = ""


@dataclass(frozen=True)
class Menu:
    """What there is for a task, in order of preference."""

    ready: tuple[Choice, ...]
    to_download: tuple[Choice, ...]
    unreachable: tuple[Choice, ...]


def menu(task: Task) -> Menu:
    """Asks no network: whether the hub is there is what `downloads.probe` found out last."""
    ready: list[Choice] = []
    to_download: list[Choice] = []
    unreachable: list[Choice] = []
    for entry in catalogue.for_task(task):
        if is_ready(entry):
            ready.append(Choice(entry))
        elif not entry.embedded:
            size = download_size(entry)
            note = hindrance(entry, size)
            (unreachable if note else to_download).append(Choice(entry, size, note))
    return Menu(tuple(ready), tuple(to_download), tuple(unreachable))


def download_size(entry: Entry) -> int:
    """Bytes that a download would fetch, the entries it needs included."""
    needs = [catalogue.get(need) for need in entry.needs]
    return entry.download + sum(need.download for need in needs if hub_cache.snapshot(need) is None)


# -- in the background ------------------------------------------------------------------------------------------------

_warming: threading.Thread | None = None
_warming_lock = threading.Lock()


def warm_up(task: Task = "masked_word") -> threading.Thread:
    """Import torch, load the embedded model of the task, ask whether the hub is there: once, in the background.

    To be called when the page is up, so that the first answer does not wait for these. Call `join` to wait for it.
    """
    global _warming
    with _warming_lock:
        if _warming is None:
            _warming = threading.Thread(target=_warm, args=(task,), name="warm up", daemon=True)
            _warming.start()
        return _warming


def _warm(task: Task) -> None:
    try:
        entry = next((entry for entry in EMBEDDED if task in entry.tasks and is_ready(entry)), None)
        if entry is not None:
            load(entry.id, task)
        else:
            loading.library()
    except Exception:  # whoever asks for the model is told; here nobody listens
        log.warning("warming up failed", exc_info=True)
    downloads.probe()


# -- command line -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """list, download, repair or compare."""
    parser = argparse.ArgumentParser(
        prog="python -m components.models",
        description="Models of the catalogue: what there is, what is here, fetch one, compare the CPU with the GPU.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("list", help="all models, and whether they are on this machine (this is the default)")
    commands.add_parser("download", help="fetch one into the hub's cache").add_argument("id")
    commands.add_parser("repair", help="fetch again the files of one that are damaged").add_argument("id")
    commands.add_parser("compare", help="the same question on the CPU and on the GPU").add_argument("id", nargs="?")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "download":
            _download(_entry_of(asked.id))
        elif asked.command == "repair":
            _repair(asked.id)
        elif asked.command == "compare":
            _compare(_entry_of(asked.id) if asked.id else default("attention", "en"))
        else:
            _list()
    except PathshalaError as error:
        raise SystemExit(str(error)) from error


def _list() -> None:
    """In the groups of the menu; no line is longer than a narrow terminal."""
    groups: dict[str, list[str]] = {"Ready now": [], "To download": [], "Not to be had here": []}
    for entry in catalogue.ENTRIES:
        if is_ready(entry):
            groups["Ready now"] += _lines(entry, "in the repository" if entry.embedded else "cached")
        elif not entry.embedded:
            note = hindrance(entry, download_size(entry))
            groups["Not to be had here" if note else "To download"] += _lines(entry, note)
    for name, lines in groups.items():
        if lines:
            print(f"{name}:", *lines, "", sep="\n")
    print(f"memory for models: {downloads.readable_size(budget())}\ncache: {hub_cache.cache_folder()}")


def _lines(entry: Entry, note: str) -> list[str]:
    """
    openai/clip-vit-base-patch32                         151.3 M  607 MB
        caption_image; none stated (the code is MIT); pickle
    """
    folder = downloads.embedded_folder(entry)
    parameters = entry.parameters or (parameters_in(folder) if folder else 0)
    count = "" if entry.architecture == "counted" else f"{parameters / 1e6:.1f} M"
    size = downloads.readable_size(entry.download) if entry.download else ""
    facts = "; ".join((", ".join(entry.tasks), entry.licence, entry.weights))
    return [f"{entry.id:<52} {count:>8} {size:>7}".rstrip(), *(f"    {each}" for each in (facts, note) if each)]


def _repair(id: str) -> None:
    try:
        entry = catalogue.get(id)
    except PathshalaError:
        if not any_model_allowed():
            raise
        any_model.check_id(id)
        entry = Entry(id, (), "", "", (), "")  # its configuration may be what is damaged
    for name in hub_cache.remove_damaged(entry):
        print(f"{name} was damaged, or could not be checked")
    _download(_entry_of(id))


def _download(entry: Entry) -> None:
    if (folder := hub_cache.snapshot(entry)) is not None:
        print(f"{entry.id} is here already, in {folder}")
        return
    download = downloads.start(entry)
    try:
        while not download.wait(0.5):
            print(f"\r{_bar(download.progress())}", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        download.cancel()
        raise SystemExit("\ncancelled; nothing half is left") from None
    print(f"\r{_bar(download.progress())}", file=sys.stderr)
    print(f"{entry.id} is in {hub_cache.snapshot(entry)}")


def _bar(progress: downloads.Progress) -> str:
    """ "540 of 953 MB, 57%, 12 MB/s, 34 s left" """
    share = progress.done / progress.total if progress.total else 0.0
    rate = f", {downloads.readable_size(progress.rate)}/s" if progress.rate else ""
    left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left is not None else ""
    sizes = f"{downloads.readable_size(progress.done)} of {downloads.readable_size(progress.total)}"
    return f"{sizes}, {share:.0%}{rate}{left}".ljust(70)


def _compare(entry: Entry) -> None:
    where = device.pick_device()
    if where.name == "cpu":
        print(f"Nothing to compare for {entry.id}: {where.reason}.")
        return
    found = comparing.compare(entry, prepare(entry))
    print(f"{found.id} on {found.gpu} ({found.dtype})\nand on the CPU (float32), greatest differences:")
    print(f"  attention weights        {found.attention:.2e}")
    print(f"  probabilities or cosines {found.probability:.2e}")


if __name__ == "__main__":
    main()
