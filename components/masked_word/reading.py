"""rows of ids -> what a model says at some of their places. Requests that come at once travel together.

    logits(loaded, [[2, 17, 4, 3]], [[2]])  ->  1 place x vocabulary

A model reads for one thread at a time. Whoever comes meanwhile waits in a line, and the next to read takes the whole
line along: thirty students who press at once need a few passes, not thirty, and none waits for others to come. Rows
that are the same are read once. torch is imported inside functions.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from components.loading import Loaded

TOKENS = 4096  # that are read at once, padding included
NUMBERS = 2**25  # that the head gives at once: places x vocabulary

Row = tuple[int, ...]


@dataclass(eq=False)
class Request:
    """What one thread asks, and its answer."""

    rows: list[Row]
    places: list[Sequence[int]]  # of each row
    logits: Any = None  # all places x vocabulary, on the CPU
    error: Exception | None = None

    @property
    def answered(self) -> bool:
        return self.logits is not None or self.error is not None


@dataclass(eq=False)
class Line:
    """Those who wait for one model."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    waiting: list[Request] = field(default_factory=list)
    reading: bool = False


_lines: "WeakKeyDictionary[Any, Line]" = WeakKeyDictionary()
_new_line = threading.Lock()


def _after_fork() -> None:
    """In a new process nobody reads and nobody waits: those threads were not copied along."""
    global _new_line
    _new_line = threading.Lock()
    _lines.clear()


if hasattr(os, "register_at_fork"):  # ZeroGPU answers in forked processes
    os.register_at_fork(after_in_child=_after_fork)


def logits(loaded: Loaded, rows: Sequence[Sequence[int]], places: Sequence[Sequence[int]]) -> Any:
    """What the softmax is given at `places` of each row: all places, row by row, x vocabulary; float32, on the CPU.

    Rows may differ in length; none of them is padded already.
    """
    request = Request([tuple(row) for row in rows], list(places))
    line = _line(loaded)
    with line.changed:
        line.waiting.append(request)
        while line.reading and not request.answered:
            line.changed.wait()
        together, line.waiting = ([], line.waiting) if request.answered else (line.waiting, [])
        line.reading = line.reading or bool(together)
    if together:
        try:
            _answer(loaded, together)
        finally:
            for each in together:
                if not each.answered:  # Ctrl-C, while this thread read for others
                    each.error = RuntimeError("the reading was interrupted")
            with line.changed:
                line.reading = False
                line.changed.notify_all()
    if request.error is not None:
        raise request.error
    return request.logits


def _line(loaded: Loaded) -> Line:
    with _new_line:
        return _lines.setdefault(loaded.model, Line())


def _answer(loaded: Loaded, requests: Sequence[Request]) -> None:
    """All of them together; if that fails, each by itself, so that nobody gets another's error."""
    try:
        _read(loaded, requests)
    except Exception:
        for request in requests:
            try:
                _read(loaded, [request])
            except Exception as error:
                request.error = error


def _read(loaded: Loaded, requests: Sequence[Request]) -> None:
    import torch

    asked: dict[Row, dict[int, int]] = {}  # row -> place -> where its logits are
    for request in requests:
        for row, places in zip(request.rows, request.places, strict=True):
            asked.setdefault(row, {}).update(dict.fromkeys(places, 0))
    found, size = [], 0
    with torch.inference_mode():
        for batch in batches(sorted(asked, key=len)):
            chosen = [(number, place) for number, row in enumerate(batch) for place in asked[row]]
            for here, (number, place) in enumerate(chosen, size):
                asked[batch[number]][place] = here
            size += len(chosen)
            found.append(_read_batch(loaded, batch, chosen))
        together = torch.cat(found) if len(found) > 1 else found[0]
        for request in requests:
            where = [
                asked[row][place] for row, places in zip(request.rows, request.places, strict=True) for place in places
            ]
            request.logits = together if where == list(range(size)) else together[where]


def batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows, the shortest first, in batches of at most TOKENS, none padded to more than twice its length."""
    batch: list[Row] = []
    for row in rows:
        if batch and ((len(batch) + 1) * len(row) > TOKENS or len(row) > 2 * len(batch[0])):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _read_batch(loaded: Loaded, rows: Sequence[Row], chosen: Sequence[tuple[int, int]]) -> Any:
    """One pass over the rows; the head, the largest part of the work, at the chosen places only."""
    import torch

    most = max(map(len, rows))
    padding = loaded.tokenizer.pad_token_id or 0  # type: ignore[union-attr]  # never looked at
    ids = torch.tensor([[*row, *[padding] * (most - len(row))] for row in rows], device=loaded.device)
    seen = torch.tensor([[1] * len(row) + [0] * (most - len(row)) for row in rows], device=loaded.device)
    states = loaded.encoder(input_ids=ids, attention_mask=seen).last_hidden_state
    numbers, places = (torch.tensor(each, device=loaded.device) for each in zip(*chosen, strict=True))
    here = states[numbers, places]
    at_once = max(1, NUMBERS // int(loaded.model.config.vocab_size))
    parts = [loaded.apply_head(some).float().cpu() for some in here.split(at_once)]
    return torch.cat(parts) if len(parts) > 1 else parts[0]
