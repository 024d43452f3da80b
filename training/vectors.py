"""rows of token ids -> a first vector for every token, from what stands beside it. No gradient, a minute or two.

Tokens that have the same neighbours get like vectors: ' गया' lies beside ' था' before training has begun. Masked
training otherwise spends thousands of steps at the frequency of words, finding this out.

Positive pointwise mutual information of a token with those before and, apart, those after it (up to three places away,
nearer ones counting more), and its best approximation of rank `width`: Levy and Goldberg 2014, "Neural word embedding
as implicit matrix factorization", with contexts smoothed by the power 0.75 (Levy et al. 2015).
The randomised factorisation is Halko et al. 2011 (arXiv 0909.4061), algorithm 4.4.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import torch
from torch import Tensor

from training.texts import Rows

NEAR = ((1, 1.0), (2, 1 / 2), (3, 1 / 3))  # places away, and what a meeting there counts


def vectors(rows: Mapping[str, Rows], size: int, width: int, without: Iterable[int], seed: int) -> np.ndarray:
    """size x width, float32, of mean length 1; tokens that never occur (and `without`) get short random ones.

    Holds three tables of size x size: 7 GB for 24,000 tokens.
    """
    meetings = count(rows, size)
    skipped = torch.tensor(sorted(without), dtype=torch.long)
    meetings[skipped] = 0
    meetings[:, skipped] = 0
    numbers = torch.Generator().manual_seed(seed)
    before = information(meetings.t().clone())
    after = information(meetings)
    left, strengths = factors(before, after, width, numbers)
    found = left * strengths.sqrt()
    found -= found.mean(0)
    lengths = found.norm(dim=1, keepdim=True)
    known = lengths[(before.sum(1) + after.sum(1)) > 0]
    usual = float(known.median()) if len(known) else 1.0
    found = found / lengths.clamp_min(0.3 * usual)
    unknown = (before.sum(1) + after.sum(1)) == 0
    found[unknown] = 0.3 * torch.randn(int(unknown.sum()), width, generator=numbers) / width**0.5
    return np.asarray(found.numpy(), dtype=np.float32)


def count(rows: Mapping[str, Rows], size: int) -> Tensor:
    """size x size: how often the column's token comes after the row's, nearer places counting more."""
    table = torch.zeros(size * size)
    for each in rows.values():
        ids = torch.from_numpy(each.ids.astype(np.int64))
        for places, weight in NEAR:
            pairs = ids[:, :-places].reshape(-1) * size + ids[:, places:].reshape(-1)
            place, times = torch.unique(pairs, return_counts=True)
            table[place] += times * weight
    return table.view(size, size)


def information(table: Tensor) -> Tensor:
    """Counts -> max(0, ln p(row, column) / p(row) p(column)^0.75), in place."""
    row = table.sum(1, keepdim=True).clamp_min(1e-9)
    column = table.sum(0, keepdim=True).clamp_min(1e-9) ** 0.75
    return table.div_(row).div_(column / column.sum()).log_().clamp_(min=0)


def factors(before: Tensor, after: Tensor, width: int, numbers: torch.Generator) -> tuple[Tensor, Tensor]:
    """The `width` strongest left singular vectors of [before, after] (size x 2 size), and their strengths."""
    size = len(before)
    width = min(width, size)
    spare = min(32, size - width)
    drawn = torch.randn(2 * size, width + spare, generator=numbers)
    image = before @ drawn[:size] + after @ drawn[size:]
    for _ in range(3):
        image = torch.linalg.qr(image)[0]
        back = torch.linalg.qr(torch.cat([before.t() @ image, after.t() @ image]))[0]
        image = before @ back[:size] + after @ back[size:]
    base = torch.linalg.qr(image)[0]
    small = torch.cat([base.t() @ before, base.t() @ after], 1)
    left, strengths, _ = torch.linalg.svd(small, full_matrices=False)
    return (base @ left)[:, :width], strengths[:width]
