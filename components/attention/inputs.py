"""What goes into the first layer: a vector for each token, one for its place, one for its segment. No gradio, no HTML.

Watched by hooks on the model's embedding tables, like observing.py, so that they are the very numbers of the pass.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

TABLES = {  # what a model's module calls its tables
    "token": ("word_embeddings", "tok_embeddings", "wte"),
    "position": ("position_embeddings", "wpe"),
    "segment": ("token_type_embeddings",),
}


@contextmanager
def watched(encoder: Any) -> Iterator[dict[str, np.ndarray]]:
    """While it is open: the first lookup of each kind, tokens x width, in single precision.

    Kinds that the model has no table for (RoPE has no places, GPT-2 no segments) are not there.
    """
    found: dict[str, np.ndarray] = {}
    thread = threading.get_ident()

    def keeper(kind: str) -> Any:
        def keep(_module: Any, _given: Any, result: Any) -> None:
            if threading.get_ident() == thread and kind not in found:
                rows = result.detach().float().cpu().numpy()
                found[kind] = np.array(rows.reshape(-1, rows.shape[-1]))

        return keep

    kind_of = {name: kind for kind, names in TABLES.items() for name in names}
    handles = [
        module.register_forward_hook(keeper(kind_of[last]))
        for name, module in encoder.named_modules()
        if (last := name.rsplit(".", 1)[-1]) in kind_of
    ]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()
