"""The logits of a masked word under a temperature; a student beside its teacher. torch is imported inside functions.

    p_T(piece) = exp(z / T) / Σ exp(z / T)                                                  softmax with temperature

Distillation (Hinton, Vinyals and Dean 2015, arXiv 1503.02531) teaches a student the teacher's p at T > 1:

    soft-target loss = T² · −Σ p_T ln q_T = T² · (KL(p_T || q_T) + entropy of p_T)

T² keeps the size of its gradients, which shrink with 1 / T². Only KL depends on the student.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components import models
from components.catalogue import Entry
from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word.beside import same_vocabulary
from components.masked_word.compute import GUESSED, choose_model, encode, mask_logits, pieces_as_words, read
from tokenizer_indic.scripts import LANGUAGES, guess_language

STUDENTS = (  # teacher, and the student that was distilled from it
    ("pathshala-bert", "pathshala-bert-student"),
    ("bert-base-multilingual-cased", "distilbert-base-multilingual-cased"),
    ("bert-base-uncased", "distilbert-base-uncased"),
)
EARLY = ("pathshala-bert",)  # teachers whose early states are beside their student, too
TEMPERATURES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 20.0)


@dataclass(frozen=True)
class Heated:
    """A piece under each of the temperatures."""

    word: str
    joins: bool
    logits: tuple[float, ...]  # one a model
    shares: tuple[tuple[float, ...], ...]  # models x temperatures


@dataclass(frozen=True)
class Distilled:
    """What the second model's soft targets cost it, in natural logarithms, one number a temperature."""

    kl: tuple[float, ...]  # KL(first || second) at T
    entropy: tuple[float, ...]  # of the first at T
    loss: tuple[float, ...]  # T² · (kl + entropy)


@dataclass(frozen=True)
class Temperature:
    """One mask after the other."""

    models: tuple[str, ...]  # one, or teacher and student
    blanks: tuple[tuple[Heated, ...], ...]
    distilled: tuple[Distilled, ...]  # of each mask; empty for one model
    language: str | None
    note: str = ""  # why there is one model only


def pair_of(entry: Entry) -> tuple[tuple[str, ...], str]:
    """Teacher and student, or the model alone and why."""
    for teacher, student in STUDENTS:
        early = teacher in EARLY and entry.id.startswith(f"{teacher}-early/")
        if early or entry.id in (teacher, student):
            kind, other = ("teacher", teacher) if entry.id == student else ("student", student)
            beside = models.find(other, "masked_word")
            if not beside.embedded and not models.is_ready(beside):
                return (entry.id,), f"Its {kind}, {other}, is not on this machine: fetch it in the list of models."
            if not same_vocabulary(entry.id, other):
                return (
                    entry.id,
                ), f"Its {kind}, {other}, has another vocabulary here, so that they cannot be compared."
            return ((other, entry.id) if kind == "teacher" else (entry.id, other)), ""
    return (entry.id,), "A student stands beside its teacher; of this model there is neither in the list."


def temperature(text: str, model: str = "", top_k: int = 8, language: str = "") -> Temperature:
    """The pieces that `model` finds likeliest. A model that was distilled, or that another was distilled from, stands
    beside the other one, the teacher first, if both are here. Raises PathshalaError.
    """
    parts = read(text)
    known = language if language in LANGUAGES else guess_language(" ".join(parts), GUESSED)
    import torch  # noqa: F401  # as in compute.predict

    entry = choose_model(model, known)
    if entry.architecture == "counted":
        raise PathshalaError(f"“{entry.id}” counts: it has no logits. Choose another model.")
    ids, note = pair_of(entry)
    logits = [models.run(_logits, id, "masked_word", parts) for id in ids]  # models x masks x vocabulary
    shares = [[[heated(row, T) for T in TEMPERATURES] for row in rows] for rows in logits]
    blanks, distilled = [], []
    for number, part in enumerate(parts[:-1]):
        first = logits[0][number]
        best = [int(id) for id in np.argsort(-first, kind="stable")[:top_k]]
        named = models.run(_named, ids[0], "masked_word", part, best)
        blanks.append(
            tuple(
                Heated(
                    word,
                    joins,
                    tuple(float(each[number][id]) for each in logits),
                    tuple(tuple(float(at[id]) for at in each[number]) for each in shares),
                )
                for id, (word, joins) in zip(best, named, strict=True)
            )
        )
        if len(ids) > 1:
            distilled.append(distil(shares[0][number], shares[1][number]))
    return Temperature(ids, tuple(blanks), tuple(distilled), known, note)


def heated(logits: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(logits / temperature), in double precision."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max())
    return np.asarray(powers / powers.sum())


def distil(first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> Distilled:
    """Of two distributions at each of the temperatures."""
    least = np.finfo(np.float64).tiny
    entropies = [float(-(p * np.log(np.maximum(p, least))).sum()) for p in first]
    crosses = [float(-(p * np.log(np.maximum(q, least))).sum()) for p, q in zip(first, second, strict=True)]
    return Distilled(
        tuple(max(0.0, cross - entropy) for cross, entropy in zip(crosses, entropies, strict=True)),
        tuple(entropies),
        tuple(T * T * cross for T, cross in zip(TEMPERATURES, crosses, strict=True)),
    )


def _logits(loaded: Loaded, parts: tuple[str, ...]) -> list[np.ndarray]:
    return [np.asarray(row, np.float64) for row in mask_logits(loaded, encode(loaded, parts)).cpu().numpy()]


def _named(loaded: Loaded, part: str, ids: list[int]) -> list[tuple[str, bool]]:
    return [(each.word, each.joins) for each in pieces_as_words(loaded.tokenizer, part, ids, [0.0] * len(ids))]
