"""a model's forward pass -> what its heads computed: q, k, v, mask and weights of every layer. No gradio, no HTML.

    observe(encoder, input_ids=…)  ->  one Layer for each layer, in the order in which they ran

Transformers returns the weights (eager attention) but not the vectors that they came from. Hooks on the attention
modules watch them: on the linear layers that make query, key and value, and on what goes into and comes out of the
module. They are removed when the pass is over, and look away from passes of other threads on the same model.

It knows the modules of BERT, RoBERTa, XLM-R, ELECTRA and ALBERT (which runs one layer again and again), DistilBERT,
ModernBERT (which rotates queries and keys, RoPE: Su et al. 2021, arXiv 2104.09864) and GPT-2.
"""

import inspect
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PROJECTIONS = (  # the names of the linear layers in an attention module; one alone makes all three, side by side
    ("query", "key", "value"),
    ("q_lin", "k_lin", "v_lin"),
    ("Wqkv",),
    ("c_attn",),
)


@dataclass(frozen=True)
class Layer:
    """One layer of one sequence, in single precision."""

    queries: np.ndarray  # heads x tokens x size; where the model rotates them (RoPE), after that
    keys: np.ndarray  # heads x tokens x size; the same
    values: np.ndarray  # heads x tokens x size
    visible: np.ndarray  # tokens x tokens, bool: may this query see this key?
    weights: np.ndarray  # heads x queries x keys, as the model returned them
    scaling: float  # what the scores q·k are multiplied with, mostly 1/√size

    @property
    def scores(self) -> np.ndarray:
        """heads x queries x keys: q·k times `scaling`, before mask and softmax."""
        return np.asarray(np.einsum("hqs,hks->hqk", self.queries, self.keys) * self.scaling)

    def computed(self) -> np.ndarray:
        """heads x queries x keys: the weights, worked out again from queries, keys and mask."""
        return softmax(np.where(self.visible, self.scores, -np.inf))


def softmax(scores: np.ndarray) -> np.ndarray:
    """Rows sum to one; a key with the score -inf gets nothing. A row that may see nothing stays zero."""
    best = scores.max(-1, keepdims=True)
    shares = np.exp(scores - np.where(np.isfinite(best), best, 0))
    total = shares.sum(-1, keepdims=True)
    return np.asarray(shares / np.where(total > 0, total, 1))


def observe(encoder: Any, **inputs: Any) -> tuple[list[Layer], Any]:
    """Runs one sequence (a batch of one) through the model. What it computed in each layer, and what it returned, the
    states between the layers among it.

    Raises TypeError for a model whose attention is built in a way not known here.
    """
    import torch

    watched = [_Watch(module, names) for module in encoder.modules() if (names := _projections(module))]
    if not watched:
        raise TypeError(f"{type(encoder).__name__} has no attention module of a known kind")
    handles = [handle for watch in watched for handle in watch.start()]
    order: list[_Call] = []
    for watch in watched:
        watch.calls = order
    try:
        with torch.inference_mode():
            returned = encoder(**inputs, output_attentions=True, output_hidden_states=True)
    finally:
        for handle in handles:
            handle.remove()
    return [_layer(call) for call in order], returned


def _projections(module: Any) -> tuple[str, ...]:
    children = dict(module.named_children())
    return next((names for names in PROJECTIONS if all(name in children for name in names)), ())


@dataclass
class _Call:
    """One run of one attention module."""

    module: Any
    given: dict[str, Any]
    made: list[Any] = field(default_factory=list)  # what the projections gave
    weights: Any = None


class _Watch:
    """The hooks of one attention module."""

    def __init__(self, module: Any, names: tuple[str, ...]) -> None:
        self.module = module
        self.projections = [getattr(module, name) for name in names]
        self.calls: list[_Call] = []
        self._thread = threading.get_ident()
        self._parameters = inspect.signature(module.forward)

    def start(self) -> list[Any]:
        """The handles that remove the hooks."""
        return [
            self.module.register_forward_pre_hook(self._enter, with_kwargs=True),
            *(each.register_forward_hook(self._projected) for each in self.projections),
            self.module.register_forward_hook(self._leave),
        ]

    def _enter(self, module: Any, args: Any, kwargs: Any) -> None:
        if threading.get_ident() == self._thread:
            given = self._parameters.bind(*args, **kwargs).arguments
            self.calls.append(_Call(module, dict(given)))

    def _projected(self, _module: Any, _given: Any, result: Any) -> None:
        if threading.get_ident() == self._thread:
            self.calls[-1].made.append(result)

    def _leave(self, _module: Any, _given: Any, result: Any) -> None:
        if threading.get_ident() == self._thread:
            self.calls[-1].weights = result[1]


def _layer(call: _Call) -> Layer:
    weights = call.weights[0]  # heads x queries x keys
    heads, tokens = weights.shape[0], weights.shape[1]
    made = call.made
    if len(made) == 1:  # one layer made all three
        made = made[0].chunk(3, dim=-1)
    query, key, value = (each.reshape(tokens, heads, -1).transpose(0, 1) for each in made)
    rotation = call.given.get("position_embeddings")
    if rotation is not None:
        query, key = rotate(query, *rotation), rotate(key, *rotation)
    size = query.shape[-1]
    return Layer(
        _numbers(query),
        _numbers(key),
        _numbers(value),
        _visible(call.given.get("attention_mask"), tokens),
        _numbers(weights),
        float(getattr(call.module, "scaling", None) or size**-0.5),
    )


def rotate(vectors: Any, cosines: Any, sines: Any) -> Any:
    """RoPE: heads x tokens x size, turned by the angle of each place; the first half of a vector pairs with the second.

    Su et al. 2021, arXiv 2104.09864, equation 34, in the order of GPT-NeoX, as transformers has it.
    """
    import torch

    first, second = vectors.float().chunk(2, dim=-1)
    turned = torch.cat([-second, first], -1)
    return vectors.float() * cosines[0].float() + turned * sines[0].float()


def _numbers(tensor: Any) -> np.ndarray:
    return np.asarray(tensor.detach().float().cpu().numpy(), dtype=np.float32)


def _visible(mask: Any, tokens: int) -> np.ndarray:
    """1 x 1 x (queries or 1) x keys, added to the scores or boolean -> queries x keys, bool."""
    if mask is None:
        return np.ones((tokens, tokens), dtype=bool)
    rows = mask[0, 0]
    seen = rows.cpu().numpy() if str(rows.dtype) == "torch.bool" else (rows > -1e4).cpu().numpy()
    return np.broadcast_to(seen, (tokens, tokens)).copy()
