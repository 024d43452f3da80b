"""One sentence and several models, or the other way round -> guesses, matched by word. torch inside functions.

    beside("वह स्कूल जा [MASK] है।", ["pathshala-bert-early/100", "pathshala-bert"])

    word     after 100 steps   the model
    रहा            2%             41%
    है             9%              1%

Every model says how likely it finds every word that is among the first of any of them: a model's silence is not a zero.
"""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components import models
from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word import scoring
from components.masked_word.compute import (
    GUESSED,
    Blank,
    Prediction,
    check_top_k,
    choose_model,
    encode,
    guess,
    mask_shares,
    read,
)
from components.masked_word.scoring import Unsaid
from tokenizer_indic.scripts import LANGUAGES, guess_language


@dataclass(frozen=True)
class Row:
    """A word, and what each model says of it; None: the model has no probability for it."""

    word: str
    joins: bool  # it continues the word before the mask
    shares: tuple[float | None, ...]  # one a model


@dataclass(frozen=True)
class Beside:
    """What several models say of one sentence. Rows of a mask: the likeliest of the last model first."""

    predictions: tuple[Prediction, ...]  # one a model
    blanks: tuple[tuple[Row, ...], ...]  # rows of each mask


def beside(text: str, ids: Sequence[str], top_k: int, language: str = "", *, whole: bool = True) -> Beside:
    """Models by their ids ("" for the best that is here), the last one leading. Raises PathshalaError."""
    return _beside([(text, id) for id in ids], top_k, language, whole)


def contrast(texts: Sequence[str], id: str, top_k: int, language: str = "", *, whole: bool = True) -> Beside:
    """Several sentences with as many masks each, one model: a column each. Raises PathshalaError."""
    if len({len(read(text)) for text in texts}) > 1:
        raise PathshalaError("Hide as many words in the second sentence as in the first.")
    return _beside([(text, id) for text in texts], top_k, language, whole)


def _beside(asked: Sequence[tuple[str, str]], top_k: int, language: str, whole: bool) -> Beside:
    """Sentences and ids of models, a column each."""
    check_top_k(top_k)
    sentences = [read(text) for text, _ in asked]
    known = (
        language if language in LANGUAGES else guess_language(" ".join(" ".join(each) for each in sentences), GUESSED)
    )
    import torch  # noqa: F401  # as in compute.predict

    entries = [choose_model(id, known) for _, id in asked]
    found = [
        models.run(guess, entry.id, "masked_word", parts, top_k, known, whole)
        for entry, parts in zip(entries, sentences, strict=True)
    ]
    keys = [_keys(found, number) for number in range(len(sentences[0]) - 1)]
    columns = []
    for prediction, parts in zip(found, sentences, strict=True):
        listed = [_listed(blank) for blank in prediction.blanks]
        missing = [[each for each in of if each not in known_here] for of, known_here in zip(keys, listed, strict=True)]
        if any(missing):
            looked_up = models.run(scoring.look_up, prediction.model, "masked_word", parts, missing, known, whole)
            for here, of, shares in zip(listed, missing, looked_up, strict=True):
                here |= {each: share for each, share in zip(of, shares, strict=True) if not isinstance(share, Unsaid)}
        columns.append(listed)
    blanks = []
    for number, of in enumerate(keys):
        rows = [Row(word, joins, tuple(column[number].get((joins, word)) for column in columns)) for joins, word in of]
        rows.sort(key=lambda row: [-(share or 0.0) for share in reversed(row.shares)])
        blanks.append(tuple(rows))
    return Beside(tuple(found), tuple(blanks))


def _listed(blank: Blank) -> dict[tuple[bool, str], float]:
    """What a model listed; of two pieces that read the same, the likelier one."""
    found: dict[tuple[bool, str], float] = {}
    for each in blank.candidates:
        found.setdefault((each.joins, each.word), each.probability)
    return found


# -- two models -------------------------------------------------------------------------------------------------------

ROUNDS = 5  # of the two in turns, for their times
LONGEST = 1.5  # seconds that measuring may take


@dataclass(frozen=True)
class Apart:
    """How far two models are apart at one mask."""

    shared: int  # words that are among the first `of` of both
    of: int
    kl: float | None  # bits, KL(first || second) over all pieces; None where the vocabularies differ


@dataclass(frozen=True)
class Measured:
    """What a model costs."""

    parameters: int | None  # None for what only counts
    bytes: int  # in memory
    milliseconds: float  # of one forward pass and the choice of the best pieces, the median


def apart(one: Prediction, other: Prediction) -> list[Apart]:
    """The two at each mask. The vocabularies are one where both have the same tokenizer's entries."""
    shares = [_piece_shares(each) for each in (one, other)]
    found = []
    for number, (here, there) in enumerate(zip(one.blanks, other.blanks, strict=True)):
        first = [{(each.joins, each.word) for each in blank.candidates} for blank in (here, there)]
        distance = None
        if shares[0] is not None and shares[1] is not None and same_vocabulary(one.model, other.model):
            distance = divergence(shares[0][number], shares[1][number])
        found.append(Apart(len(first[0] & first[1]), min(map(len, first)), distance))
    return found


def divergence(one: np.ndarray, other: np.ndarray) -> float:
    """KL(one || other) in bits (Kullback and Leibler 1951): how much longer a code made for `other` is for `one`."""
    here = one > 0
    ratio = np.log2(one[here]) - np.log2(np.maximum(other[here], np.finfo(np.float64).tiny))
    return max(0.0, float((one[here] * ratio).sum()))


def _piece_shares(prediction: Prediction) -> list[np.ndarray] | None:
    """The probability of every piece at each mask, in double precision; None for what only counts."""
    if prediction.counted:
        return None
    found = models.run(_shares, prediction.model, "masked_word", prediction.asked)
    return [np.asarray(each, np.float64) / float(np.asarray(each, np.float64).sum()) for each in found]


def _shares(loaded: Loaded, parts: tuple[str, ...]) -> list[np.ndarray]:
    return list(mask_shares(loaded, encode(loaded, parts)).cpu().numpy())


def same_vocabulary(one: str, other: str) -> bool:
    """Do both write with the same pieces, numbered alike?"""
    tokenizers = [models.load(id, "masked_word").tokenizer for id in (one, other)]
    if None in tokenizers or len(tokenizers[0]) != len(tokenizers[1]):  # type: ignore[arg-type]
        return False
    return bool(one == other or tokenizers[0].get_vocab() == tokenizers[1].get_vocab())  # type: ignore[union-attr]


def measure(predictions: Sequence[Prediction]) -> list[Measured]:
    """Parameters and size, and the time of one answer in single pieces, the models taking turns."""
    times: list[list[float]] = [[] for _ in predictions]
    began = time.perf_counter()
    for number in range(ROUNDS + 1):
        for each, own in zip(predictions, times, strict=True):
            again = models.run(guess, each.model, "masked_word", each.asked, 5, each.language, False)
            if number:  # the first one warms up
                own.append(again.milliseconds)
        if number and time.perf_counter() - began > LONGEST:
            break
    return [_measured(each.model, statistics.median(own)) for each, own in zip(predictions, times, strict=True)]


def _measured(id: str, milliseconds: float) -> Measured:
    loaded = models.load(id, "masked_word")
    parameters = None if loaded.tokenizer is None else sum(each.numel() for each in loaded.model.parameters())
    return Measured(parameters, loaded.bytes, milliseconds)


def _keys(found: Sequence[Prediction], number: int) -> list[tuple[bool, str]]:
    """The words that are among the first of any model, at one mask."""
    listed = (candidate for each in found for candidate in each.blanks[number].candidates)
    return list(dict.fromkeys((candidate.joins, candidate.word) for candidate in listed))
