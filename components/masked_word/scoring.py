"""Words of somebody's own -> how likely a model finds them at each mask. No gradio; torch is imported inside functions.

    score("वह लड़की स्कूल जा [MASK] है।", "रही")  ->  Candidate: रही 41%

The same number as compute.predict gives, also for a word that is not among its candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components import models
from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word import words
from components.masked_word.compute import (
    EITHER_MASK,
    GUESSED,
    MASK,
    Candidate,
    choose_model,
    counted_language,
    encode,
    mask_shares,
    read,
)
from tokenizer_indic.scripts import LANGUAGES, guess_language

Asked = tuple[bool, str]  # does it join the word before the mask? and the word, without spaces around it


@dataclass(frozen=True)
class Unsaid:
    """Why a model has no probability for a word: a sentence."""

    why: str


def score(text: str, word: str, model: str = "", language: str = "", *, whole: bool = True) -> tuple[Candidate, ...]:
    """How likely `word` is at each mask of `text`, as `predict` would say. Raises PathshalaError."""
    parts = read(text)
    if not isinstance(word, str) or not word.strip() or EITHER_MASK.search(word):
        raise PathshalaError("There is no word yet: write one.")
    word = word.strip()
    known = language if language in LANGUAGES else guess_language(" ".join(parts), GUESSED)
    import torch  # noqa: F401  # as in compute.predict

    entry = choose_model(model, known)
    asked = [[(False, word)]] * (len(parts) - 1)
    found = []
    for [share] in models.run(look_up, entry.id, "masked_word", parts, asked, known, whole):
        if isinstance(share, Unsaid):
            raise PathshalaError(share.why)
        found.append(Candidate(word, word, share, False, None))
    return tuple(found)


def look_up(
    loaded: Loaded,
    parts: tuple[str, ...],
    several: Sequence[Sequence[Asked]],
    language: str | None,
    whole: bool,
) -> list[list[float | Unsaid]]:
    """The probability of each of several words at each mask (`several`: masks x words).

    Without `whole`, or where it joins the word before the mask, a word must be one piece. Raises PathshalaError where
    the sentence itself cannot be read.
    """
    tokenizer = loaded.tokenizer
    if tokenizer is None:
        return _look_up_counted(loaded, parts, several, language)
    inputs = encode(loaded, parts)
    ids = inputs["input_ids"][0].tolist()
    places = [place for place, id in enumerate(ids) if id == tokenizer.mask_token_id]
    shares = None if whole else mask_shares(loaded, inputs)
    found: list[list[float | Unsaid]] = []
    for number, (place, part, asked) in enumerate(zip(places, parts[:-1], several, strict=True)):
        spelled = [spell(tokenizer, "a" if joins else part, word) for joins, word in asked]
        problems = [
            _problem(loaded, word, pieces, whole and not joins, len(ids))
            for (joins, word), pieces in zip(asked, spelled, strict=True)
        ]
        fine = [pieces for pieces, problem in zip(spelled, problems, strict=True) if not problem]
        if shares is None:
            scored = words.score_words(loaded, ids, place, fine, words.standing(part)) if fine else []
            values = iter([each.probability for each in scored])
        else:
            values = iter([float(shares[number, pieces[0]]) for pieces in fine])
        found.append([Unsaid(problem) if problem else next(values) for problem in problems])
    return found


def _problem(loaded: Loaded, word: str, pieces: Sequence[int], whole: bool, length: int) -> str:
    """Why the model cannot say how likely this word is, or ""."""
    unknown = loaded.tokenizer.unk_token_id  # type: ignore[union-attr]
    if unknown is not None and unknown in pieces:
        return f"“{loaded.entry.id}” does not know “{word}”: a part of it is not in its vocabulary."
    if not pieces:
        return f"“{loaded.entry.id}” reads nothing in “{word}”."
    if not whole and len(pieces) != 1:
        return f"“{word}” is {len(pieces)} pieces for “{loaded.entry.id}”: guess whole words instead."
    if len(pieces) > loaded.longest - length + 1:
        return f"“{loaded.entry.id}” cannot read a sentence with so long a word."
    return ""


def spell(tokenizer: Any, part: str, word: str) -> list[int]:
    """The pieces of a word that stands behind the text `part`."""
    stands = words.standing(part)
    alone = list(tokenizer(word, add_special_tokens=False)["input_ids"])
    if stands == "first":
        return alone
    before = tokenizer("a", add_special_tokens=False)["input_ids"]
    both = tokenizer("a " + word if stands == "apart" else "a" + word, add_special_tokens=False)["input_ids"]
    return list(both[len(before) :]) if both[: len(before)] == before else alone


def _look_up_counted(
    loaded: Loaded, parts: tuple[str, ...], several: Sequence[Sequence[Asked]], language: str | None
) -> list[list[float | Unsaid]]:
    """The same of the counted model."""
    language = counted_language(loaded.model, parts, language)
    filled = loaded.model.fill(MASK.join(parts), language, len(loaded.model.language(language).words))
    found: list[list[float | Unsaid]] = []
    for each, asked in zip(filled.guesses, several, strict=True):
        counted: dict[str, float] = {}
        for text, share in each.candidates:
            counted.setdefault(text.strip(), share)
        found.append(
            [counted.get(word, Unsaid(f"“{loaded.entry.id}” has never counted “{word}”.")) for _, word in asked]
        )
    return found
