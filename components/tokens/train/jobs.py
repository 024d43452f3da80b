"""Uploads and trainings of all visitors, each known by a secret name. No gradio, no HTML, no torch.

    an upload    pieces of a file ─► its text, kept for half an hour
    a training   waiting ─► running, in a process of its own (worker.py) ─► done, failed or stopped

At most RUNNING trainings run at once, the others wait in the order in which they came, at most OPEN of one visitor. One
that nobody has asked about for a while was left by its visitor, and is ended. What a training made is kept for half an
hour, then forgotten; the visitor's browser has the tokenizer. A training has its own copy of its text, so that it needs
no upload any more, and a page whose upload was forgotten sends it again.
"""

import atexit
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from components.errors import PathshalaError
from components.tokens.train.compute import Settings
from components.tokens.train.reading import LIMIT, Read, read

ROOT = Path(__file__).parents[3]
RUNNING = max(2, min(4, os.cpu_count() or 1))  # trainings at once
WAITING = 30  # trainings in the queue
OPEN = 3  # trainings of one visitor that wait or run
UPLOADS = 200  # texts in memory
KEPT = 96_000_000  # bytes of memory for all of them; one of LIMIT bytes takes 7 to 40 million, by its widest character
BROKEN_OFF = 60.0  # seconds without a piece, after which the rest of an upload is not expected
FORGOTTEN = 30 * 60.0  # seconds after which an upload, or what was learned, is forgotten
LEFT = 150.0  # seconds without a question; a browser asks at least once a minute for a page that is hidden
LONGEST = 15 * 60.0  # seconds of one training
IDLE = 10 * 60.0  # seconds that a process waits for work
BETWEEN = 5.0  # seconds between two looks at what was left
NEWEST = 40  # merges that are kept to be shown

Message = dict[str, Any]


class Lost(PathshalaError):
    """An upload or a training that is not, or no longer, known."""


# -- uploads ----------------------------------------------------------------------------------------------------------


@dataclass
class _Upload:
    data: bytearray = field(default_factory=bytearray)
    text: Read | None = None
    touched: float = 0.0

    @property
    def size(self) -> int:
        return len(self.data) + (sys.getsizeof(self.text.text) if self.text else 0)


class Uploads:
    """Texts on their way, and those that are there."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._known: dict[str, _Upload] = {}
        self._lock = threading.Lock()
        self._clock = clock

    def add(self, key: str, at: int, piece: bytes) -> str:
        """Puts a piece at its place, which is where the last one ended; "" begins. Gives the secret name.

        Raises Lost for an unknown name or a gap, PathshalaError above the limit.
        """
        if at + len(piece) > LIMIT:
            raise PathshalaError(f"At most {LIMIT // 1_000_000} MB of text, please: take a part of it.")
        with self._lock:
            if not key:
                key = secrets.token_urlsafe(16)
                self._known[key] = _Upload()
            upload = self._find(key)
            if at > len(upload.data) or upload.text:
                raise Lost("A piece of this upload is missing: send it again.")
            upload.data[at:] = piece
            self._make_room(key)
            return key

    def finish(self, key: str, language: str) -> Read:
        """The text, once all of it is there. Raises Lost, and PathshalaError for what is no text."""
        with self._lock:
            upload = self._find(key)
            if upload.text:
                return upload.text
            data = bytes(upload.data)
        try:
            text = read(data, language)
        except PathshalaError:
            with self._lock:
                self._known.pop(key, None)
            raise
        with self._lock:
            upload.text, upload.data = text, bytearray()
            self._make_room(key)
        return text

    def text(self, key: str) -> Read:
        """Raises Lost."""
        with self._lock:
            if (found := self._find(key).text) is None:
                raise Lost("This upload is not complete: send it again.")
            return found

    def _find(self, key: str) -> _Upload:
        if key not in self._known:
            raise Lost("Your text is no longer in this page's memory: it is sent again.")
        self._known[key].touched = self._clock()
        return self._known[key]

    def _make_room(self, key: str) -> None:
        """Forgets what is old, and what is too much; never `key`, which has just come.

        Of too many, the incomplete and the small ones go first: whoever sends a thousand of one byte forgets their own.
        Of too much, those that were broken off go first, then those that were used least lately.
        """
        now = self._clock()
        others = {name: upload for name, upload in self._known.items() if name != key}

        def forget(name: str) -> None:
            del others[name], self._known[name]

        for name in [name for name, upload in others.items() if now - upload.touched > FORGOTTEN]:
            forget(name)
        while len(self._known) > UPLOADS:
            forget(min(others, key=lambda name: (others[name].text is not None, others[name].size)))
        while others and sum(upload.size for upload in self._known.values()) > KEPT:
            forget(min(others, key=lambda name: (not _is_broken_off(others[name], now), others[name].touched)))


def _is_broken_off(upload: _Upload, now: float) -> bool:
    return upload.text is None and now - upload.touched > BROKEN_OFF


# -- trainings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """What a visitor may know of a training. `before`: how many trainings are served first, while it waits."""

    state: str  # "waiting", "running", "done", "failed", "stopped"
    before: int
    stage: str
    done: int
    of: int
    newest: tuple[str, ...]
    learned: Message | None  # the worker's messages of these names, once they came
    measured: Message | None
    judged: Message | None
    drawn: Message | None
    problem: Message | None
    settings: Settings
    source: str


@dataclass
class _Job:
    settings: Settings
    source: str
    text: bytes
    visitor: str = ""
    state: str = "waiting"
    progress: Message = field(default_factory=lambda: {"stage": "starting", "done": 0, "of": 0})
    newest: list[str] = field(default_factory=list)
    told: dict[str, Message] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    asked: float = 0.0
    began: float = 0.0

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "stopped")


class Workshop:
    """All trainings. One lock for everything: what is done under it takes no time."""

    def __init__(self, running: int = RUNNING, clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs: dict[str, _Job] = {}
        self._queue: list[str] = []
        self._running: set[str] = set()
        self._most = running
        self._changed = threading.Condition()
        self._spare: subprocess.Popen[bytes] | None = None
        self._spare_since = 0.0
        self._watch: threading.Thread | None = None
        self._clock = clock
        atexit.register(self.close)

    def warm(self) -> None:
        """A process that waits for work, so that the next training begins at once."""
        with self._changed:
            self._look_after()
            self._spare_since = self._clock()
            if self._spare is None or self._spare.poll() is not None:
                self._spare = _start()

    def start(self, settings: Settings, source: str, text: str, visitor: str = "") -> str:
        """Puts a training at the end of the queue; its secret name. All that come without a visitor are one's.

        Raises PathshalaError when the queue is full, or this visitor has OPEN trainings in it or running.
        """
        with self._changed:
            if sum(job.visitor == visitor and not job.over for job in self._jobs.values()) >= OPEN:
                raise PathshalaError(TOO_MANY)
            if len(self._queue) >= WAITING:
                raise PathshalaError(f"{WAITING} trainings are waiting already: try again in a minute.")
            self._look_after()
            key = secrets.token_urlsafe(16)
            self._jobs[key] = _Job(settings, source, text.encode("utf-8", "replace"), visitor, asked=self._clock())
            self._queue.append(key)
            self._next()
        return key

    def look(self, key: str, have: int = 0, wait: float = 0.0) -> State:
        """How far it is; with `wait`, in so many seconds or once it has more than `have` results. Raises Lost."""
        with self._changed:
            job = self._find(key)
            self._changed.wait_for(lambda: job.over or len(job.told) > have or job.state == "waiting", wait)
            return State(
                state=job.state,
                before=self._queue.index(key) if key in self._queue else 0,
                stage=job.progress["stage"],
                done=job.progress["done"],
                of=job.progress["of"],
                newest=tuple(job.newest),
                learned=job.told.get("learned"),
                measured=job.told.get("measured"),
                judged=job.told.get("judged"),
                drawn=job.told.get("drawn"),
                problem=job.told.get("problem"),
                settings=job.settings,
                source=job.source,
            )

    def cancel(self, key: str) -> None:
        """Ends a training, its process too; one that is over stays as it is. Raises Lost."""
        with self._changed:
            job = self._find(key)
            if not job.over:
                self._end(key, "stopped")

    def close(self) -> None:
        """Ends everything."""
        with self._changed:
            for key, job in self._jobs.items():
                if not job.over:
                    self._end(key, "stopped", go_on=False)
            _kill(self._spare)
            self._spare = None

    # Everything below is called with the lock held, save _run, which takes it.

    def _find(self, key: str) -> _Job:
        if key not in self._jobs:
            raise Lost("This training is no longer in the page's memory: start it again.")
        self._jobs[key].asked = self._clock()
        return self._jobs[key]

    def _next(self) -> None:
        while self._queue and len(self._running) < self._most:
            key = self._queue.pop(0)
            job = self._jobs[key]
            job.state, job.began = "running", self._clock()
            job.process = self._take_process()
            self._running.add(key)
            threading.Thread(target=self._run, args=(key, job, job.process), daemon=True).start()
        self._changed.notify_all()

    def _take_process(self) -> "subprocess.Popen[bytes]":
        spare, self._spare = self._spare, None
        return spare if spare is not None and spare.poll() is None else _start()

    def _end(self, key: str, state: str, *, go_on: bool = True, **problem: Any) -> None:
        job = self._jobs[key]
        job.state, job.text = state, b""
        if problem:
            job.told["problem"] = problem
        if key in self._queue:
            self._queue.remove(key)
        self._running.discard(key)
        _kill(job.process)
        job.process = None
        if go_on:
            self._next()

    def _run(self, key: str, job: _Job, process: "subprocess.Popen[bytes]") -> None:
        """Sends the text, and takes the messages until there are no more."""
        assert process.stdin is not None
        assert process.stdout is not None
        head = {"settings": asdict(job.settings), "source": job.source, "bytes": len(job.text)}
        try:
            process.stdin.write(json.dumps(head).encode() + b"\n" + job.text)
            process.stdin.close()
        except OSError:
            pass  # it has ended; what follows says so
        for line in process.stdout:
            try:
                message = json.loads(line)
            except ValueError:  # cut off: the process was ended in the middle of a line
                _kill(process)
                break
            with self._changed:
                if job.over:
                    break
                self._take(job, message)
        process.stdout.close()
        process.wait()
        with self._changed:
            if job.over:
                return
            if "problem" in job.told:
                self._end(key, "failed")
            elif "drawn" in job.told:
                self._end(key, "done")
                self.warm()  # who has learned once tries again
            else:
                self._end(key, "failed", sentence=ENDED, reached=None)

    def _take(self, job: _Job, message: Message) -> None:
        if message["is"] == "progress":
            job.progress = message
            job.newest = [*job.newest, *message["newest"]][-NEWEST:]
            return
        job.told[message["is"]] = message
        self._changed.notify_all()

    # -- housekeeping -------------------------------------------------------------------------------------------------

    def _look_after(self) -> None:
        if self._watch is None:
            self._watch = threading.Thread(target=self._watch_over, daemon=True)
            self._watch.start()

    def _watch_over(self) -> None:
        while True:
            time.sleep(BETWEEN)
            self.tidy()

    def tidy(self) -> None:
        """Ends what was left or takes too long, and forgets what is old."""
        with self._changed:
            self._tidy(self._clock())

    def _tidy(self, now: float) -> None:
        for key, job in list(self._jobs.items()):
            if not job.over and now - job.asked > LEFT:
                self._end(key, "stopped")
            elif job.state == "running" and now - job.began > LONGEST:
                self._end(key, "failed", sentence=TOO_LONG, reached=None)
            elif job.over and now - job.asked > FORGOTTEN:
                del self._jobs[key]
        if self._spare is not None and now - self._spare_since > IDLE:
            _kill(self._spare)
            self._spare = None


ENDED = "The process that learned was ended from outside, by too little memory perhaps: try a part of the text."
TOO_MANY = (
    f"{OPEN} of your trainings are waiting or running already: cancel one, then start this one."
    f" One whose page was closed ends by itself after {LEFT / 60:.1f} minutes."
)
TOO_LONG = f"This training took more than {LONGEST / 60:.0f} minutes and was ended: try less text or another pattern."


def _start() -> "subprocess.Popen[bytes]":
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", "components.tokens.train.worker"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _kill(process: "subprocess.Popen[bytes] | None") -> None:
    if process is not None and process.poll() is None:
        process.kill()
        threading.Thread(target=process.wait, daemon=True).start()  # so that nothing of it is left


uploads = Uploads()
workshop = Workshop()
