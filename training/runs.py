"""What every run of training has: a device, a stretch of time, optimizers, a state that is kept, a log.

FOLDER/state.pt     everything that resuming needs: the plan, weights, optimizers, progress
FOLDER/log.jsonl    one line of facts at a time
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Groups = Mapping[float, list[nn.Parameter]]  # share of the rate -> parameters
STATE, LOG = "state.pt", "log.jsonl"


def pick_device() -> str:
    """cuda, else mps, else cpu."""
    return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"


def stretch(minutes: float | None, steps: int | None) -> Iterator[float]:
    """The share of this stretch that is still to come, once a step: 1.0 … 0.0."""
    start, number = time.perf_counter(), 0
    while True:
        by_time = 1 - (time.perf_counter() - start) / (60 * minutes) if minutes else 1.0
        by_steps = 1 - number / steps if steps else 1.0
        left = min(by_time, by_steps)
        if left <= 0 or not (minutes or steps):
            return
        yield left
        number += 1


# -- optimizers and their rates ---------------------------------------------------------------------------------------


def optimizers(
    matrices: Groups, others: Groups, matrix_rate: float, rate: float, weight_decay: float
) -> list[torch.optim.Optimizer]:
    """Muon for matrices (Jordan et al. 2024, kellerjordan.github.io/posts/muon), AdamW without decay for all else."""
    muon = torch.optim.Muon(
        [{"params": each, "lr": matrix_rate * share} for share, each in matrices.items()],
        lr=matrix_rate,
        weight_decay=weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    adam = torch.optim.AdamW(
        [{"params": each, "lr": rate * share} for share, each in others.items()],
        lr=rate,
        betas=(0.9, 0.98),
        eps=1e-6,
        weight_decay=0.0,
        fused=True,
    )
    return [muon, adam]


def full_rates(optimizers: Sequence[torch.optim.Optimizer]) -> list[list[float]]:
    """Of each optimizer and group. Ask before a state is loaded, which brings the rates of the step it was kept at."""
    return [[group["lr"] for group in each.param_groups] for each in optimizers]


def set_rates(optimizers: Sequence[torch.optim.Optimizer], full: list[list[float]], share: float) -> None:
    """Every rate becomes this share of the full one."""
    for optimizer, rates in zip(optimizers, full, strict=True):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * share


def step(optimizers: Sequence[torch.optim.Optimizer], parameters: Sequence[nn.Parameter]) -> None:
    """Gradients clipped to a norm of one, a step of each optimizer, gradients gone."""
    nn.utils.clip_grad_norm_(parameters, 1.0)
    for each in optimizers:
        each.step()
        each.zero_grad(set_to_none=True)


# -- what is kept -----------------------------------------------------------------------------------------------------


def load_state(
    folder: Path, plan: "DataclassInstance", model: nn.Module, optimizers: Sequence[torch.optim.Optimizer], device: str
) -> dict[str, Any]:
    """Weights and optimizers as the last stretch left them, and its progress; {} if there was none.

    Raises SystemExit if the state is another plan's.
    """
    file = folder / STATE
    if not file.is_file():
        return {}
    state = torch.load(file, map_location=device, weights_only=True)
    if state["plan"] != json.dumps(asdict(plan)):
        raise SystemExit(f"{folder} holds a run of another plan: give another folder, or the same plan.")
    model.load_state_dict(state["model"])
    for optimizer, kept in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(kept)
    return dict(state["progress"])


def keep_state(
    folder: Path,
    plan: "DataclassInstance",
    model: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    progress: "DataclassInstance",
) -> None:
    """Written beside its place and moved there: a run that is cut off loses nothing."""
    state: dict[str, Any] = {
        "plan": json.dumps(asdict(plan)),
        "model": model.state_dict(),
        "optimizers": [each.state_dict() for each in optimizers],
        "progress": asdict(progress),
    }
    part = folder / f"{STATE}.part"
    torch.save(state, part)
    part.replace(folder / STATE)


def note(folder: Path, facts: Mapping[str, Any]) -> None:
    """One more line of the log."""
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(facts) + "\n")
