"""Cross-entropy of masked tokens: exact, and by a sample of the vocabulary.

The output table is the largest part of a small model's work. While it trains, the truth is compared with the tokens of
the batch and a random sample, weighted by how likely each was to be among them (sampled softmax: Jean et al. 2015,
arXiv 1412.2007, section 3), instead of all 24,000; over its last stretch with all of them.
"""

from typing import Any

import torch
from torch import Tensor

MORE = 768  # tokens drawn from the whole vocabulary, each as likely, beside those of the batch


class CrossEntropy(torch.autograd.Function):
    """Mean of -ln softmax(states @ table.T + bias)[true], and the share of first guesses that are right.

    `correction` (one a token, or None) is added to the logits of all tokens but the true one. The gradient is worked
    out in the forward pass, in place and a few rows at a time, so that no table of places x vocabulary is ever held in
    full precision: (softmax - true) / places.
    """

    @staticmethod
    def forward(
        ctx: Any,
        states: Tensor,
        table: Tensor,
        bias: Tensor,
        true: Tensor,
        correction: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        places = len(true)
        narrow, wide = states.to(torch.bfloat16), table.to(torch.bfloat16)
        logits = torch.addmm(bias.to(torch.bfloat16), narrow, wide.t())
        loss = right = torch.zeros((), device=states.device)
        at_once = places if states.is_cuda else 64
        for first in range(0, places, at_once):
            part, answer = logits[first : first + at_once].float(), true[first : first + at_once, None]
            right = right + (part.argmax(-1, keepdim=True) == answer).sum()
            if correction is not None:
                part += correction
                part.scatter_add_(1, answer, -correction[answer])
            part -= part.amax(-1, keepdim=True)
            exact = part.gather(1, answer)
            total = part.exp_().sum(-1, keepdim=True)
            part /= total
            loss = loss + (total.log() - exact).sum()
            part.scatter_add_(1, answer, torch.full_like(exact, -1.0))
            logits[first : first + at_once] = part / places
        learns = ctx.needs_input_grad[1]  # a frozen table needs no gradient, which is half of the work
        ctx.save_for_backward(
            logits @ wide,
            logits.t() @ narrow if learns else None,
            (torch.ones_like(narrow[:, :1]).t() @ logits)[0] if learns else None,
        )
        right = right / places
        ctx.mark_non_differentiable(right)
        return loss / places, right

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, Tensor | None, Tensor | None, None, None]:
        states, table, bias = ctx.saved_tensors
        return (
            states.float() * gradients[0],
            None if table is None else table.float() * gradients[0],
            None if bias is None else bias.float() * gradients[0],
            None,
            None,
        )


def exact_loss(decoder: Any, states: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
    """Of places (places x width) under the whole output table: the loss, and the share of right first guesses."""
    return CrossEntropy.apply(states.float(), decoder.weight, decoder.bias, true)  # type: ignore[no-any-return, no-untyped-call]


def sampled_loss(
    decoder: Any,
    states: Tensor,
    true: Tensor,
    frequencies: Tensor,
    numbers: torch.Generator,
    more: int = MORE,
) -> tuple[Tensor, Tensor]:
    """The same under a sample; first guesses are those among the sample. `frequencies`: vocabulary, sums to one."""
    chosen, correction, places = candidates(true.cpu(), frequencies, more, numbers)
    device = states.device
    return CrossEntropy.apply(  # type: ignore[no-any-return, no-untyped-call]
        states.float(),
        decoder.weight[chosen.to(device)],
        decoder.bias[chosen.to(device)],
        places.to(device),
        correction.to(device),
    )


def candidates(true: Tensor, frequencies: Tensor, more: int, numbers: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """The tokens to compare with; for each its correction, -ln of its chance to be among them; and the places of the
    true ones in that list. The true token is certain to be there, so its own correction does not count."""
    size = len(frequencies)
    drawn = torch.randint(0, size, (more,), generator=numbers)
    chosen, places = torch.unique(torch.cat([true, drawn]), return_inverse=True)
    absent = (len(true) * torch.log1p(-frequencies[chosen].clamp(max=0.5))).exp() * (1 - 1 / size) ** more
    return chosen, -torch.log1p(-absent), places[: len(true)]
