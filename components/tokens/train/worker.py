"""One training, in a process of its own: `python -m components.tokens.train.worker`, started by jobs.py alone.

    stdin    a line of JSON: {"settings": {…}, "source": "hi.txt", "bytes": n}, then n bytes of UTF-8 text
    stdout   lines of JSON, each a message:
             {"is": "progress", "stage": "merging", "done": 64, "of": 4743, "newest": ["का", …]}
             {"is": "learned", "entries": 4999, "seconds": 0.5, "unit": "line", "units": [90, 10]}
             {"is": "measured", "heldout": {…} or null}
             {"is": "judged", "json": "…", "learned": {…}, "longest": […], "frequent": […]}
             {"is": "drawn", "curve": [[entries, bytes per token, characters per token], …],
              "unseen": [words of the held-out tenth that the rest never has, all of its words]}   the last one
             {"is": "problem", "sentence": "…", "reached": 912 or null}                         or this

Whoever started it ends it to cancel. When that one is dead, it ends by itself, in the middle of a pattern that takes
hours too. It gives way to the page, which is another process and wants little. It waits for its text with everything
imported, so that one that was started early begins at once.
"""

import contextlib
import json
import os
import sys
import threading
import time
from dataclasses import asdict, astuple
from typing import Any

from components.errors import PathshalaError
from components.tokens.train import compute
from components.tokens.train.compute import Settings
from tokenizer_indic.errors import CorpusTooSmallError, TokenizerError
from tokenizer_indic.storage import dumps

MEMORY = 3 << 30  # bytes of addresses; 10 MB of text need about a third of that
PROCESSOR = 20 * 60  # seconds; jobs.py ends a training sooner, if it lives
NICE = 10  # of 19: how far it gives way
BETWEEN = 0.5  # seconds between two looks whether the parent lives


def main() -> None:
    """Read, learn, judge, tell."""
    _limit()
    _give_way()
    if os.name == "posix":  # on Windows a parent's number stays, and may be another's later
        threading.Thread(target=_end_without, args=(os.getppid(),), daemon=True).start()
    line = sys.stdin.buffer.readline()
    if not line:
        return  # nobody needed it
    asked = json.loads(line)
    text = sys.stdin.buffer.read(asked["bytes"]).decode("utf-8")
    try:
        work(text, Settings(**asked["settings"]), asked["source"])
    except CorpusTooSmallError as error:
        tell("problem", sentence=str(error), reached=error.reached)
    except (TokenizerError, PathshalaError) as error:
        tell("problem", sentence=str(error), reached=None)
    except MemoryError:
        tell("problem", sentence="This takes more memory than one training may: take a part of the text.", reached=None)


def work(text: str, settings: Settings, source: str) -> None:
    """The quick figures first: what a class waits for is there as soon as the training is over."""
    began = time.perf_counter()
    held = compute.hold_out(text)
    report = _Report()
    tokenizer = compute.learn(held, settings, progress=report.progress, newest=report.newest)
    seconds = time.perf_counter() - began
    units = (len(held.learned), len(held.heldout))
    tell("learned", entries=len(tokenizer), seconds=seconds, unit=held.unit, units=units)
    heldout = compute.on_heldout(tokenizer, held)
    tell("measured", heldout=asdict(heldout) if heldout else None)
    learned, uses = compute.on_learned(tokenizer, held)
    made = tokenizer.with_training(compute.facts(settings, source, held, learned, heldout))
    tell(
        "judged",
        json=dumps(made),
        learned=asdict(learned),
        longest=compute.longest(made),
        frequent=compute.frequent(made, uses),
    )
    tell("drawn", curve=[astuple(point) for point in compute.curve(made, held)], unseen=compute.unseen(held))


class _Report:
    """Joins the two things that training tells: how far it is, and the newest merges."""

    def __init__(self) -> None:
        self._newest: list[str] = []

    def newest(self, texts: list[str]) -> None:
        self._newest = texts

    def progress(self, stage: str, done: int, of: int) -> None:
        tell("progress", stage=stage, done=done, of=of, newest=self._newest[-compute.SHOWN :])
        self._newest = []


def tell(what: str, **facts: Any) -> None:
    """One message."""
    sys.stdout.buffer.write(json.dumps({"is": what, **facts}).encode() + b"\n")
    sys.stdout.buffer.flush()


def _limit() -> None:
    """Memory and processor time, where the system knows limits; Windows doesn't, and macOS not of memory."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _give_way() -> None:
    """On a machine with nothing else to do this costs nothing."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def _end_without(parent: int) -> None:
    """Ends the process once its parent is another one. A pattern at work lets other threads run."""
    while os.getppid() == parent:
        time.sleep(BETWEEN)
    os._exit(1)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
