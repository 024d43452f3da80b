"""Where models run. No gradio; torch is imported only when somebody asks.

On a ZeroGPU Space a function that needs the GPU carries `gpu`, and runs in a process of its own; elsewhere
`gpu` leaves it as it is. A ZeroGPU Space in which no function carries the decorator is reported to fail at
start, so `report_device` carries it and is bound to an event, although the tokenizers need no GPU.
"""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 5  # of the visitor's quota a call may use; an anonymous visitor has two minutes a day


def on_zero_gpu() -> bool:
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def gpu(function: Callable[P, R]) -> Callable[P, R]:
    """`spaces.GPU` with a short duration on a ZeroGPU Space, the identity everywhere else."""
    if not on_zero_gpu():
        return function
    import spaces

    decorated: Callable[P, R] = spaces.GPU(function, duration=SECONDS)
    return decorated


@gpu
def report_device() -> dict[str, str]:
    """{"device": "cpu", "reason": "torch finds no GPU"}: what a model would run on at this moment."""
    try:
        import torch
    except ImportError:
        return {"device": "cpu", "reason": "torch is not installed"}
    if torch.cuda.is_available():
        return {"device": "cuda", "reason": torch.cuda.get_device_name()}
    if torch.backends.mps.is_available():
        return {"device": "mps", "reason": "Apple's GPU"}
    return {"device": "cpu", "reason": "torch finds no GPU"}
