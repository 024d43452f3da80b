"""How the embedded model learned: its early states, and the logs of its training. No gradio, no torch.

`first_layer.jsonl` is of the steps in which the first layer learned alone, `training.jsonl` of those after, with all
layers; both lie in the model's folder.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components import catalogue, downloads, models

EMBEDDED = "pathshala-bert"


@dataclass(frozen=True)
class Noted:
    """A line of the log."""

    step: int  # counted from the very first
    alone: bool  # the first layer learned alone
    loss: float  # of masked tokens of the training text, natural logarithm
    held_out: dict[str, float]  # language -> the share of masked tokens of unseen text that the first guess got right


def early() -> list[tuple[str, int]]:
    """What of the embedded model's early states is here: ids and steps, from the first; 0 is the last state."""
    entries = [entry for entry in catalogue.ENTRIES if entry.id.startswith(f"{EMBEDDED}-early/")]
    ids = [entry.id for entry in entries if models.is_ready(entry)]
    steps = sorted((int(id.rsplit("/", 1)[1]), id) for id in ids)
    return [*((id, count) for count, id in steps), (EMBEDDED, 0)]


def alone() -> int:
    """The steps in which the first layer learned alone."""
    return max((each.step for each in curve() if each.alone), default=0)


def curve() -> list[Noted]:
    """All that was noted, from the first step to the last; nothing where the model has no log."""
    folder = downloads.embedded_folder(catalogue.get(EMBEDDED))
    if folder is None:
        return []
    first = list(_read(folder / "first_layer.jsonl", 0, True))
    return [*first, *_read(folder / "training.jsonl", first[-1].step if first else 0, False)]


def _read(log: Path, before: int, alone: bool) -> Iterator[Noted]:
    if log.is_file():
        for line in log.read_text(encoding="utf-8").splitlines():
            facts = json.loads(line)
            yield Noted(before + facts["step"], alone, facts["loss"], facts["held_out"])
