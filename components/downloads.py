"""hub id -> the files of one commit in the hub's own cache. No torch; huggingface_hub is imported only when asked.

    start(entry)  ->  Download          one for all who ask for the same model; it runs in a thread of its own
    Download.progress()  ->  Progress   bytes done and in all, rate, seconds left: plain data, for any who watch
    Download.cancel()                   the last watcher who cancels ends it

Exactly the needed files are fetched, of exactly one commit: the catalogue's, or, where it names none, the one that the
first download found. That one is noted in `refs/pathshala` beside the files, and is used from then on. What was broken
off leaves no half file: a file gets its name when it is whole, and the part is deleted.

The cache is components.hub_cache's; the hub is where `HF_ENDPOINT` says, which is read at each call.
"""

import logging
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from components import catalogue
from components.catalogue import EMBEDDED, Entry
from components.errors import PathshalaError
from components.hub_cache import PIN, cache_folder, commit_of, free_space, is_commit, repository_folder, snapshot, sweep

log = logging.getLogger(__name__)

Stage = Literal["asking", "downloading", "ready", "failed", "cancelled"]

EMBEDDED_FOLDER = Path(__file__).resolve().parents[1] / "embedded"
PIECE = 256 * 1024  # bytes between two looks at the progress and at a cancel
SPARE = 200_000_000  # bytes that stay free on the disk
WINDOW = 5.0  # seconds over which the rate is taken
PROBE = 4.0  # seconds to wait for the hub's answer when asking whether it is there


@dataclass(frozen=True)
class File:
    """One file to fetch."""

    repository: str
    commit: str
    name: str
    size: int  # bytes


@dataclass(frozen=True)
class Plan:
    """What a download will fetch; `commits` are those of all repositories taking part."""

    files: tuple[File, ...]  # that are not in the cache yet; weights last
    commits: Mapping[str, str]  # repository -> 40 hex digits

    @property
    def total(self) -> int:
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Progress:
    """How far a download is. `rate` in bytes a second over the last seconds; `None` where not known yet."""

    id: str
    stage: Stage
    done: int  # bytes
    total: int  # bytes; 0 until the hub has answered
    rate: float | None
    seconds_left: float | None
    error: str | None  # a sentence for the visitor

    @property
    def over(self) -> bool:
        return self.stage in ("ready", "failed", "cancelled")


# -- where the hub is -------------------------------------------------------------------------------------------------


def endpoint() -> str:
    """Where the hub is."""
    if asked := os.environ.get("HF_ENDPOINT"):
        return asked.rstrip("/")
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def is_offline() -> bool:
    """Somebody asked the hub's libraries to keep off the network."""
    asked = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return asked.upper() in ("1", "ON", "YES", "TRUE")


# -- what to fetch ----------------------------------------------------------------------------------------------------


def choose(sizes: Mapping[str, int], files: tuple[str, ...]) -> list[str]:
    """The names to fetch, weights last: safetensors if there are some, one file rather than shards, one tokenizer.

    {"model.safetensors": 9, "pytorch_model.bin": 9, "config.json": 1} -> ["config.json", "model.safetensors"]
    """
    allowed = [name for name in sizes if any(_matches(name, pattern) for pattern in files)]
    if catalogue.TOKENIZER in allowed:
        allowed = [name for name in allowed if name not in catalogue.OLDER_TOKENIZERS]
    chosen = [name for name in allowed if not _is_weights(name)]
    for folder in dict.fromkeys(name.rpartition("/")[0] for name in allowed if _is_weights(name)):
        inside = [name for name in allowed if _is_weights(name) and name.rpartition("/")[0] == folder]
        chosen += _one_format(inside)
    return sorted(chosen, key=lambda name: (_is_weights(name), sizes[name], name))


def _matches(name: str, pattern: str) -> bool:
    """ "*" stands for letters, digits, "-" and "." only: a name from the hub leads nowhere else."""
    return name.count("/") == pattern.count("/") and fnmatchcase(name, pattern) and not re.search(r"[^\w./-]", name)


def _is_weights(name: str) -> bool:
    last = name.rpartition("/")[2]
    return any(_matches(last, pattern) for pattern in (*catalogue.SAFETENSORS, *catalogue.PICKLES))


def _one_format(names: list[str]) -> list[str]:
    """Of the weights in one folder: the best single file, else an index with its shards."""
    for kind in (catalogue.SAFETENSORS, catalogue.PICKLES):
        single, index, shards = kind
        by_last = {name.rpartition("/")[2]: name for name in names}
        if single in by_last:
            return [by_last[single]]
        if index in by_last:
            return [by_last[index], *(name for last, name in by_last.items() if _matches(last, shards))]
    return []


def plan(entry: Entry) -> Plan:
    """Ask the hub for the files of the commit and their sizes. Raises what huggingface_hub raises."""
    files: list[File] = []
    commits: dict[str, str] = {}
    for each in (entry, *map(catalogue.get, entry.needs)):
        commit, sizes = ask_hub(each.id, commit_of(each))
        commits[each.id] = commit
        folder = repository_folder(each.id) / "snapshots" / commit
        names = [] if snapshot(each) else choose(sizes, each.files)
        files += [File(each.id, commit, name, sizes[name]) for name in names if not (folder / name).is_file()]
    return Plan(tuple(files), commits)


def ask_hub(id: str, commit: str | None) -> tuple[str, dict[str, int]]:
    """id, commit or None -> the commit (of the main branch), and every file's size in bytes."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import OfflineModeIsEnabled

    if is_offline():
        raise OfflineModeIsEnabled(f"{id} was not asked for")
    info = HfApi(endpoint=endpoint()).model_info(id, revision=commit, files_metadata=True, timeout=15)
    if not info.sha or not is_commit(info.sha):
        raise PathshalaError(f"The hub does not say which version of “{id}” it has, so it was not downloaded.")
    return info.sha, {file.rfilename: max(0, file.size or 0) for file in info.siblings or ()}


# -- the download -----------------------------------------------------------------------------------------------------


class Cancelled(Exception):
    """Thrown into the library's loop over the network's pieces; never seen outside this module."""


class Download:
    """One model on its way, watched by as many as like. Made by `start`."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.watchers = 1
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._stop = threading.Event()
        self._now = Progress(entry.id, "asking", 0, 0, None, None, None)
        self._seen: deque[tuple[float, int]] = deque()  # (time, bytes done) of the last WINDOW seconds

    def progress(self) -> Progress:
        """How far it is at this moment."""
        with self._lock:
            now = self._now
            if now.stage != "downloading" or not self._seen:
                return now
            (first, had), (last, has) = self._seen[0], self._seen[-1]
            span = max(time.monotonic() - first, last - first)
        if span < 0.2:
            return now
        rate = max(0.0, (has - had) / span)
        return replace(now, rate=rate, seconds_left=(now.total - now.done) / rate if rate else None)

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is over, or `timeout` seconds; is it? Raises PathshalaError if it failed or was cancelled."""
        over = self._over.wait(timeout)
        if over and (error := self.progress().error):
            raise PathshalaError(error)
        return over

    def cancel(self) -> None:
        """This watcher no longer wants it. When nobody does, it ends; who still waits is told so.

        What is over stays as it ended: a cancel that comes too late finds the model ready.
        """
        with _lock:  # so that nobody joins a download that ends at this moment
            self.watchers -= 1
            if self.watchers > 0:
                return
            self._stop.set()
            self._end("cancelled", f"The download of “{self.entry.id}” was cancelled. {way_out(self.entry)}".strip())

    # -- what the thread does

    def _run(self) -> None:
        try:
            todo = plan(self.entry)
            self._check(todo)
            with self._lock:
                self._now = replace(self._now, stage="downloading", total=todo.total)
                self._seen.append((time.monotonic(), 0))
            for file in todo.files:
                self._fetch(file)
            for id, commit in todo.commits.items():
                note_commit(id, commit)
            if snapshot(self.entry) is None:
                raise PathshalaError(
                    f"“{self.entry.id}” has no files on the hub that this page can load. {way_out(self.entry)}"
                )
            self._end("ready", None)
        except Cancelled:
            log.info("the download of %s was cancelled", self.entry.id)
        except Exception as error:
            said = explain(error, self.entry, self.progress())
            log.warning("the download of %s failed: %s", self.entry.id, said, exc_info=is_unknown(error))
            self._end("failed", said)

    def _check(self, todo: Plan) -> None:
        if self._stop.is_set():
            raise Cancelled
        free = free_space(cache_folder())
        if todo.total + SPARE > free:
            raise PathshalaError(no_space(self.entry, todo.total, free))
        for id in todo.commits:
            sweep(repository_folder(id))

    def _fetch(self, file: File) -> None:
        from huggingface_hub import hf_hub_download

        before = self.progress().done
        plain_transfers()
        hf_hub_download(
            file.repository,
            file.name,
            revision=file.commit,
            cache_dir=cache_folder(),
            endpoint=endpoint(),
            tqdm_class=self._meter,  # type: ignore[call-overload]
        )
        self._count(before + file.size - self.progress().done)  # a file of another repository may have been there

    def _meter(self, **_options: Any) -> "_Meter":
        return _Meter(self._count)

    def _count(self, size: float | None) -> None:
        if self._stop.is_set():
            raise Cancelled
        with self._lock:
            self._now = replace(self._now, done=self._now.done + int(size or 0))
            if self._now.done > self._now.total + SPARE // 2:  # a list that says little, and files that never end
                raise PathshalaError(f"The hub sends more of “{self.entry.id}” than it said, so it was stopped.")
            now = time.monotonic()
            self._seen.append((now, self._now.done))
            while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
                self._seen.popleft()

    def _end(self, stage: Stage, error: str | None) -> None:
        """The first end counts: a failure after a cancel is none."""
        with self._lock:
            if self._now.over:
                return
            self._now = replace(self._now, stage=stage, error=error)
        self._over.set()


class _Meter:
    """What huggingface_hub takes for its progress bar."""

    def __init__(self, count: Callable[[float | None], None]) -> None:
        self.update = count

    def __enter__(self) -> "_Meter":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing was opened."""


_lock = threading.Lock()
_running: dict[str, Download] = {}


def start(entry: Entry) -> Download:
    """The download of this model that is under way, or a new one. Embedded models need none: PathshalaError."""
    if entry.embedded:
        raise PathshalaError(f"“{entry.id}” comes with this page: there is nothing to download.")
    with _lock:
        running = _running.get(entry.id)
        if running is not None and not running.progress().over:
            running.watchers += 1
            return running
        download = _running[entry.id] = Download(entry)
    try:
        threading.Thread(target=download._run, name=f"download {entry.id}", daemon=True).start()
    except RuntimeError as error:  # the system gives no more threads
        download._end("failed", explain(error, entry, download.progress()))
    return download


def running(id: str) -> Download | None:
    """The latest download of this model since the page was started, if there was one."""
    with _lock:
        return _running.get(id)


def plain_transfers() -> None:
    """Small pieces over plain HTTPS, in this process: the hub's Xet library cannot be stopped in the middle of a file,
    and pieces of 10 MB make a slow classroom line look dead for minutes."""
    from huggingface_hub import constants

    constants.DOWNLOAD_CHUNK_SIZE = PIECE
    constants.HF_HUB_DISABLE_XET = True


def note_commit(id: str, commit: str) -> None:
    """Pin what the catalogue does not pin."""
    if any(entry.id == id and entry.revision for entry in catalogue.ENTRIES):
        return
    file = repository_folder(id) / "refs" / PIN
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{PIN}.part")
    part.write_text(commit, encoding="ascii")
    part.replace(file)


# -- is the hub there? ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """`there` is None as long as nobody has tried."""

    there: bool | None
    reason: str


_reach = Reach(None, "not tried yet")


def reach() -> Reach:
    """What was found out last, without asking anybody: a menu must not wait for a network."""
    if is_offline():
        return Reach(False, "HF_HUB_OFFLINE is set on this machine")
    return _reach


def probe() -> Reach:
    """Ask the hub whether it is there; at most a few seconds."""
    global _reach
    if is_offline():
        return reach()
    from huggingface_hub import get_session

    try:
        get_session().head(f"{endpoint()}/api/models/{EMBEDDED[0].id}", timeout=PROBE)  # any answer will do
    except Exception as error:
        log.info("the hub did not answer", exc_info=True)
        if "TransportError" not in _names(error):
            log.warning("asking the hub failed in an unknown way", exc_info=True)
        _reach = Reach(False, "the Hugging Face hub cannot be reached from this machine")
    else:
        _reach = Reach(True, "the Hugging Face hub answers")
    return _reach


# -- what to say ------------------------------------------------------------------------------------------------------


def way_out(entry: Entry) -> str:
    """An embedded model, another one, that does all that this one does: "Choose pathshala-bert: it needs no …" """
    for each in EMBEDDED:
        if each.id != entry.id and set(entry.tasks) <= set(each.tasks) and embedded_folder(each) is not None:
            return f"Choose {each.id}: it needs no download."
    return ""


def embedded_folder(entry: Entry) -> Path | None:
    """Where an embedded model lies, if this copy of the repository has it."""
    if entry.folder is None:
        return None
    folder = EMBEDDED_FOLDER / entry.folder
    return folder if (folder / "config.json").is_file() or (folder / "model.json").is_file() else None


def readable_size(size: float) -> str:
    """1_124_665_000 -> "1.1 GB"; 54_700_000 -> "55 MB"; decimal units, as the hub shows them."""
    if size >= 999_500_000:
        return f"{size / 1e9:.1f} GB"
    if size >= 999_500:
        return f"{size / 1e6:.0f} MB"
    return f"{size / 1e3:.0f} kB"


def no_network(id: str) -> str:
    """The hub cannot be reached."""
    reason = " (HF_HUB_OFFLINE is set)" if is_offline() else ""
    return (
        f"“{id}” is not on this machine yet, and the Hugging Face hub cannot be reached from here{reason}."
        " Try again when there is a network."
    )


def no_space(entry: Entry, need: int, free: int) -> str:
    """Checked before the first byte."""
    return (
        f"“{entry.id}” needs {readable_size(need)} and this machine's disk has only {readable_size(free)} free."
        f" Make room, or take a smaller model. {way_out(entry)}".strip()
    )


def explain(error: BaseException, entry: Entry, progress: Progress) -> str:
    """What went wrong with a download -> a sentence or two for the visitor, ending with the way out."""
    said = str(error) if isinstance(error, PathshalaError) else cause_of(error, entry, progress)
    said = said or f"“{entry.id}” could not be downloaded ({type(error).__name__})."
    out = way_out(entry)
    return said if out in said else f"{said} {out}"


def is_unknown(error: BaseException) -> bool:
    """Nobody thought of this one: the log wants its lines."""
    nobody = Progress("", "failed", 0, 0, None, None, None)
    return not isinstance(error, PathshalaError) and not cause_of(error, EMBEDDED[0], nobody)


def cause_of(error: BaseException, entry: Entry, progress: Progress) -> str:
    """The sentence of a known cause, or ""."""
    import errno

    causes = list(_causes(error))
    names = {name for cause in causes for name in _names(cause)}
    status = next((code for cause in causes if (code := _status(cause))), 0)
    if any(isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT) for cause in causes):
        return f"The disk of this machine became full while “{entry.id}” was downloaded; nothing half was kept."
    closed = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG)
    if any(isinstance(cause, OSError) and cause.errno in closed for cause in causes):
        return (
            "This machine does not let the page write into its folder of models; the setting HF_HUB_CACHE can name"
            " another."
        )
    if "GatedRepoError" in names or status == 403:
        return (
            f"“{entry.id}” is given only to people who have accepted its conditions: do so on"
            f" https://huggingface.co/{entry.id}, then set HF_TOKEN on this machine."
        )
    if "RevisionNotFoundError" in names:
        return f"The hub no longer has the version of “{entry.id}” that this page was tested with."
    if "EntryNotFoundError" in names and "LocalEntryNotFoundError" not in names:
        return f"“{entry.id}” lacks a file on the hub that it needs, so it cannot be loaded."
    if "RepositoryNotFoundError" in names or status in (401, 404):
        return f"There is no model “{entry.id}” on the hub, or it is private."
    if "HFValidationError" in names:
        return f"“{entry.id}” is no id of a model: ids look like google/muril-base-cased."
    if status == 429:
        return "The hub is asked too often from this address. Wait some minutes and try again."
    if status >= 500:
        return f"The hub has trouble at the moment (it answers {status}). Try again later."
    cut = any("Consistency check failed" in str(cause) for cause in causes)
    if cut or names & {
        "TransportError",
        "LocalEntryNotFoundError",
        "OfflineModeIsEnabled",
        "ConnectionError",
        "TimeoutError",
    }:
        if not progress.done:
            return no_network(entry.id)
        return (
            f"The connection broke off after {readable_size(progress.done)} of {readable_size(progress.total)}"
            f" of “{entry.id}”; nothing half was kept. Try again."
        )
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those it came from."""
    while error is not None:
        yield error
        error = error.__cause__


def _names(error: BaseException) -> set[str]:
    """The names of its class and of those above: the HTTP library below huggingface_hub changed its name once."""
    return {each.__name__ for each in type(error).__mro__}


def _status(error: BaseException) -> int:
    return int(getattr(getattr(error, "response", None), "status_code", 0) or 0)
