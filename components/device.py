"""Where models run. No gradio; torch is imported only when somebody asks.

On a ZeroGPU Space a function that needs the GPU carries `gpu`, and runs in a process of its own; elsewhere
`gpu` leaves it as it is. A ZeroGPU Space in which no function carries the decorator is reported to fail at
start, so `report_device` carries it and is bound to an event, although the tokenizers need no GPU.
"""

import os
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 5  # of the visitor's quota a call may use; an anonymous visitor has two minutes a day

_lent: ContextVar[bool] = ContextVar("lent", default=False)  # inside a function that ZeroGPU gave the GPU to


@dataclass(frozen=True)
class Device:
    """Where a model runs, and why there, in words for the page."""

    name: str  # as torch writes it: "cuda", "mps", "cpu"
    reason: str


def on_zero_gpu() -> bool:
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def has_gpu() -> bool:
    """Inside a function that carries `gpu`, or anywhere but on ZeroGPU, where a GPU is there only for such a call."""
    return _lent.get() or not on_zero_gpu()


def gpu(function: Callable[P, R]) -> Callable[P, R]:
    """`spaces.GPU` with a short duration on a ZeroGPU Space, the identity everywhere else."""
    if not on_zero_gpu():
        return function
    import spaces

    @wraps(function)
    def with_gpu(*args: P.args, **kwargs: P.kwargs) -> R:
        before = _lent.set(True)
        try:
            return function(*args, **kwargs)
        finally:
            _lent.reset(before)

    decorated: Callable[P, R] = spaces.GPU(with_gpu, duration=SECONDS)
    return decorated


def pick_device(embedded: bool = False) -> Device:
    """cuda, else mps, else cpu, and why. On ZeroGPU `embedded` models stay on the CPU: one class shares one quota."""
    if on_zero_gpu() and embedded:
        return Device("cpu", "small models leave the Space's GPU to the large ones")
    if not has_gpu():
        return Device("cpu", "the Space lends its GPU only while a large model answers")
    try:
        import torch
    except ImportError:
        return Device("cpu", "torch is not installed")
    if torch.cuda.is_available():
        return Device("cuda", torch.cuda.get_device_name())
    if torch.backends.mps.is_available():
        return Device("mps", "Apple's GPU")
    return Device("cpu", "torch finds no GPU")


@gpu
def report_device() -> dict[str, str]:
    """{"device": "cpu", "reason": "torch finds no GPU"}: what a model would run on at this moment."""
    device = pick_device()
    return {"device": device.name, "reason": device.reason}
