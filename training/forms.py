"""vocabulary -> the forms of a word that are in it, and a loss for the choice between them.

Of a masked word most is settled by the words beside it; which of its forms it has, रहा or रही, is settled by a word
further away. In the loss of all words this choice is a small part, and the form that is commoner beside these words
wins. So it gets a loss of its own: of the forms of the true word, which one? What the two tokens beside it tell is
counted (`Beside`) and added to the model's logits before the softmax, so that only what the rest of the sentence tells
is left to learn (a product of experts: Clark, Yatskar and Zettlemoyer 2019, arXiv 1909.03683).

Nobody lists the forms. Two entries are forms of a word if the endings in which they differ (ा and ी) part many other
entries of their script as well, and if they are found beside the same words (vectors.py):

    रहा रही रहे    बड़ा बड़ी बड़े    लिया ली    था थी थे    go goes going
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
DOUBT = 5.0  # occurrences that a count must outweigh before it is believed


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


class Beside:
    """How often each form stands behind the token before it, and before the token behind it."""

    def __init__(self, rows: Iterable[np.ndarray], known: Tensor) -> None:
        """`rows`: ids of a text, arrays of rows x length; `known` as of `forms`."""
        self.size = len(known)
        formed = (known[:, 0] >= 0).numpy()
        before, behind = [], []
        for ids in rows:
            here, middle = ids.astype(np.int64), ids[:, 1:-1].astype(np.int64)
            kept = formed[middle]
            before.append(here[:, :-2][kept] * self.size + middle[kept])
            behind.append(here[:, 2:][kept] * self.size + middle[kept])
        self.before = np.unique(np.concatenate(before), return_counts=True)
        self.behind = np.unique(np.concatenate(behind), return_counts=True)
        self.met = np.bincount(self.before[0] % self.size, self.before[1], minlength=self.size)

    def logs(self, before: Tensor, behind: Tensor, sets: Tensor) -> Tensor:
        """places x forms: log P(form | the two tokens beside it), up to a constant of each place.

        P(form | before) · P(form | behind) / P(form), each doubted towards P(form) where there was little to count.
        `before`, `behind`: places; `sets`: places x forms, -1 for none.
        """
        ids, there = sets.clamp_min(0).numpy(), (sets >= 0).numpy()
        met = (self.met[ids] + 1.0) * there
        share = np.where(there, met / met.sum(1, keepdims=True), 1.0)
        logs = -np.log(share)
        for counted, beside in ((self.before, before), (self.behind, behind)):
            seen = self._count(*counted, beside.numpy()[:, None] * self.size + ids) * there
            logs += np.log((seen + DOUBT * share) / (seen.sum(1, keepdims=True) + DOUBT))
        return torch.from_numpy(np.where(there, logs, 0.0)).float()

    @staticmethod
    def _count(keys: np.ndarray, counts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        if not len(keys):
            return np.zeros(wanted.shape)
        where = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
        return np.where(keys[where] == wanted, counts[where], 0)


def choice_loss(
    decoder: nn.Linear, states: Tensor, true: Tensor, known: Tensor, before: Tensor, behind: Tensor, beside: Beside
) -> Tensor:
    """Cross-entropy of the true form among the forms of its word, the mean over the places whose word has several.

    `states`: places x width, before the output table; `true`, `before` and `behind`, on the CPU: the token of each
    place and those beside it; `known` as of `forms`.
    """
    several = known[true, 0] >= 0
    if not several.any():
        return states.sum() * 0.0
    sets = known[true[several]]
    told = beside.logs(before[several], behind[several], sets)
    states = states[several.to(states.device)].float()
    ids, told, there = (each.to(states.device) for each in (sets.clamp_min(0), told, sets >= 0))
    logits = torch.einsum("pw,pfw->pf", states, decoder.weight[ids]) + decoder.bias[ids] + told
    return -logits.masked_fill(~there, -torch.inf).log_softmax(-1)[:, 0].mean()


def neighbours(ids: Tensor) -> tuple[Tensor, Tensor]:
    """rows x length -> the token before each, and the one behind it; 0 at the edges of a row."""
    return nn.functional.pad(ids, (1, 0))[:, :-1], nn.functional.pad(ids, (0, 1))[:, 1:]
