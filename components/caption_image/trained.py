"""a batch of pairs -> the table of its logits, and the loss that the model was trained with. No gradio, no HTML.

Picture i belongs to caption i: right pairs are the diagonal of an n x n table of logits z = scale * cosine (+ bias).

    CLIP     every row and every column is a choice among n (Radford et al. 2021, arXiv 2103.00020, figure 3):

             loss = (mean of -ln softmax(row i)[i] + mean of -ln softmax(column i)[i]) / 2

    SigLIP   every cell is a question by itself, with y = 1 on the diagonal and -1 elsewhere
             (Zhai et al. 2023, arXiv 2303.15343, section 3.2):

             loss = sum of -ln sigmoid(y z) / n

losses.js has the same formulas, for the slider.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.caption_image import encoding
from components.caption_image.compute import check_pictures, choose_model, read_lines
from components.caption_image.store import Picture
from components.errors import PathshalaError

LEAST = 2  # pairs: with one there is nothing to tell apart


@dataclass(frozen=True)
class Loss:
    """What a table of logits costs, in natural logarithms."""

    rows: np.ndarray  # n: of each picture, among the captions
    columns: np.ndarray  # n: of each caption, among the pictures
    loss: float
    guessing: float  # the loss of the best guess that looks at neither picture nor caption


@dataclass(frozen=True)
class Batch:
    """Pairs, and what a model makes of them."""

    pictures: tuple[str, ...]  # names
    captions: tuple[str, ...]  # of the same pairs
    cosine: np.ndarray  # pictures x captions
    scale: float
    bias: float
    sigmoid: bool  # the model was trained with SigLIP's loss
    found: Loss
    model: str
    device: str
    reason: str
    milliseconds: float


def trained(pictures: Sequence[Picture], captions: Sequence[str], model: str = "") -> Batch:
    """Picture i and caption i are a pair. Raises PathshalaError."""
    check_pictures(pictures)
    if len(captions) != len(pictures):
        raise PathshalaError(
            f"There are {len(pictures)} pictures and {len(captions)} captions: each picture needs one of its own."
        )
    if len(pictures) < LEAST:
        raise PathshalaError("One pair alone has nothing to be told apart from: bring a second one.")
    empty = next((number for number, each in enumerate(captions, 1) if not str(each).strip()), 0)
    if empty:
        raise PathshalaError(f"Picture {empty} has no caption: write one.")
    lines = read_lines(captions)
    entry = choose_model(model, lines)
    head = encoding.head(entry)  # loads the model, which is not counted
    started = time.perf_counter()
    seen = encoding.embed_pictures(entry, pictures).vectors
    read = encoding.embed_captions(entry, lines)[0].vectors
    cosine = seen @ read.T  # pictures x captions
    found = sigmoid_loss(cosine, head.scale, head.bias) if head.sigmoid else contrastive_loss(cosine, head.scale)
    return Batch(
        pictures=tuple(each.name for each in pictures),
        captions=tuple(lines),
        cosine=cosine,
        scale=head.scale,
        bias=head.bias,
        sigmoid=head.sigmoid,
        found=found,
        model=entry.id,
        device=head.device,
        reason=head.reason,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def contrastive_loss(cosine: np.ndarray, scale: float) -> Loss:
    """CLIP's, of n x n cosines; `scale` is 1 / temperature.

    >>> round(contrastive_loss(np.eye(2), 1.0).loss, 4)  # -ln(e / (e + 1))
    0.3133
    """
    logits = scale * _square(cosine)
    rows = _log_sum(logits, axis=1) - np.diagonal(logits)
    columns = _log_sum(logits, axis=0) - np.diagonal(logits)
    return Loss(rows, columns, float((rows.mean() + columns.mean()) / 2), math.log(len(logits)))


def sigmoid_loss(cosine: np.ndarray, scale: float, bias: float) -> Loss:
    """SigLIP's, of n x n cosines. The sum of the rows is the sum of the columns: n times the loss.

    Guessing: every cell is said to be right with the probability 1 / n, which is how many are.
    """
    logits = scale * _square(cosine) + bias
    n = len(logits)
    signs = 2 * np.eye(n) - 1
    cells = np.logaddexp(0, -signs * logits)  # -ln sigmoid(y z), n x n
    guessing = math.log(n) - (n - 1) * math.log1p(-1 / n)
    return Loss(cells.sum(1), cells.sum(0), float(cells.sum() / n), guessing)


def _square(cosine: np.ndarray) -> np.ndarray:
    table = np.asarray(cosine, np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < LEAST:
        raise ValueError(f"a table of {LEAST} x {LEAST} cosines or more is needed, not {table.shape}")
    return table


def _log_sum(logits: np.ndarray, axis: int) -> np.ndarray:
    """ln of the sum of the powers along the axis; the largest one is taken out, or e^1000 would overflow."""
    most = logits.max(axis, keepdims=True)
    return np.asarray(np.log(np.exp(logits - most).sum(axis)) + most.squeeze(axis))
