"""vocabulary -> the forms of a word that are in it, and a loss for the choice between them.

Of a masked word most is settled by the words beside it; which of its forms it has, रहा or रही, is settled by a word
further away. In the loss of all words this choice is a small part, and the commoner form wins. So it gets a loss of its
own: of the forms of the true word, which one?

Nobody lists the forms. Two entries are forms of a word if the endings in which they differ (ा and ी) part many other
entries of their script as well, and if they are found beside the same words (vectors.py):

    रहा रही रहे    बड़ा बड़ी बड़े    लिया ली    था थी थे    go goes going
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tokenizer_indic.scripts import script_of

ENDING = 4  # code points in which two forms may differ, at most
STEMS = 5  # that a pair of endings must part
NEAR = 0.3  # cosine of the vectors of two forms, at least
MOST = 6  # other forms of a word
BALANCE = 0.5  # 0: a form counts as often as it is met; 1: all forms of a word count the same


def forms(words: Sequence[str | None], vectors: np.ndarray) -> Tensor:
    """words x (1 + MOST), int64: each word's own id, then those of its other forms, the likest first; -1: no more.

    `words`: what each id spells, with its leading space; None for what is no word.
    """
    pairs = _pairs(words)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.maximum(length, 1e-9)
    found = torch.full((len(words), 1 + MOST), -1)
    for id, others in pairs.items():
        near = sorted(((float(units[id] @ units[other]), other) for other in others), reverse=True)
        kept = [other for cosine, other in near if cosine >= NEAR][:MOST]
        if kept:
            found[id, : 1 + len(kept)] = torch.tensor([id, *kept])
    return found


def spelled(made: Any) -> list[str | None]:
    """What the entries of a tokenizer spell that are whole words: a space, then letters and marks of one script."""
    special = set(made.special_tokens.values())
    return [None if id in special else _word(made.decode([id])) for id in range(len(made))]


def _word(text: str) -> str | None:
    whole = text[:1] == " " and len(text) > 1 and "\ufffd" not in text and " " not in text[1:]
    return text if whole and len(_scripts(text)) == 1 else None


def _scripts(text: str) -> set[str]:
    return {script for each in text if (script := script_of(each))}


def _pairs(words: Sequence[str | None]) -> dict[int, set[int]]:
    """id -> ids that differ from it by a pair of endings that parts at least STEMS stems of the script."""
    begun: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for id, word in enumerate(words):
        if word:
            script = _scripts(word).pop()
            for cut in range(max(2, len(word) - ENDING), len(word) + 1):
                begun[script, word[:cut]].append((word[cut:], id))
    parted: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for (script, _), endings in begun.items():
        for (one, first), (other, second) in combinations(sorted(endings), 2):
            if one[:1] != other[:1]:  # the stem is all that they share
                parted[script, one, other].append((first, second))
    found: dict[int, set[int]] = defaultdict(set)
    for each in parted.values():
        if len(each) >= STEMS:
            for first, second in each:
                found[first].add(second)
                found[second].add(first)
    return found


def weights(known: Tensor, shares: Sequence[float] | np.ndarray, balance: float = BALANCE) -> Tensor:
    """vocabulary: what the choice counts where a token is the true one: (share of all forms / own share) ** balance,
    so that a rare form counts more; 1 on the mean over the text."""
    share = torch.as_tensor(shares, dtype=torch.float32)
    has = known[:, 0] >= 0
    sets = torch.where(known >= 0, share[known.clamp_min(0)], 0.0)
    found = torch.where(has, (sets.sum(1) / share.clamp_min(1e-9)) ** balance, 0.0).clamp_max(20.0)
    mean = (found * share).sum() / (share * has).sum().clamp_min(1e-9)
    return found / mean.clamp_min(1e-9)


def choice_loss(decoder: nn.Linear, states: Tensor, true: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy of the true form among the forms of its word, the mean over the places whose word has several.

    `states`: places x width, before the output table; `true`: places; `known` as of `forms`, `weight` as of `weights`.
    """
    several = known[true, 0] >= 0
    if not several.any():
        return states.sum() * 0.0
    states, true = states[several].float(), true[several]
    sets = known[true]
    ids = sets.clamp_min(0)
    logits = torch.einsum("pw,pfw->pf", states, decoder.weight[ids]) + decoder.bias[ids]
    logits = logits.masked_fill(sets < 0, -torch.inf)
    return -(logits.log_softmax(-1)[:, 0] * weight[true]).mean()
