"""A sentence -> how much each word surprises a model that sees all the others. torch is imported inside functions.

    surprise(["लड़का जाता है।", "लड़का जाती है।"])  ->  each word with its bits, the sum, pseudo-perplexity

Every word is hidden in turn. A word of several pieces is read from the left: each piece with those before it in their
places and those after it hidden ("within-word left to right": Kauf and Ivanova 2023, arXiv 2305.10588), so that a piece
is never told by the rest of its own word. Its bits add up:

    bits(word) = Σ −log₂ P(piece | all other words, the word's earlier pieces)
    pseudo-perplexity = 2 ^ (mean of bits over the words)           (Salazar et al. 2020, arXiv 1910.14659, by words)

All hidden words of a sentence travel in batches.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from components import models
from components.attention.merging import groups_of
from components.counted import UNKNOWN
from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word import reading
from components.masked_word.compute import EITHER_MASK, GUESSED, TEXT_LIMIT, choose_model, counted_language
from tokenizer_indic.normalizing import normalize
from tokenizer_indic.scripts import LANGUAGES, guess_language
from tokenizer_indic.splitting import split

WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+(?:['’][\p{L}\p{M}]+)*|(?!\s)\X")  # or a single sign
AT_ONCE = 64  # pieces that are asked for at once, a row of the vocabulary each
UNITS = 80  # words and signs of a sentence


@dataclass(frozen=True)
class Part:
    """A stretch of the sentence: a word or sign with its surprise, or what was not asked for."""

    text: str
    bits: float | None  # None for spaces, masks, and words that a counted model never met
    word: bool  # letters or digits, not a sign alone


@dataclass(frozen=True)
class Surprise:
    """A sentence in parts, which joined are the sentence."""

    parts: tuple[Part, ...]
    model: str
    language: str | None
    covered: bool  # does the model know this language?
    device: str
    milliseconds: float

    @property
    def measured(self) -> list[float]:
        """The bits of each word; signs are coloured but do not count."""
        return [part.bits for part in self.parts if part.bits is not None and part.word]

    @property
    def bits(self) -> float:
        """Of all words together."""
        return math.fsum(self.measured)

    @property
    def perplexity(self) -> float:
        """Among how many equally likely words the model would have to choose, on the mean."""
        try:
            return 2.0 ** (self.bits / len(self.measured)) if self.measured else 1.0
        except OverflowError:
            return math.inf


def surprise(texts: Sequence[str], model: str = "", language: str = "") -> list[Surprise]:
    """Of each sentence. A [MASK] in one stays hidden and is not counted. Raises PathshalaError."""
    for text in texts:
        check(text)
    known = language if language in LANGUAGES else guess_language(" ".join(texts), GUESSED)
    import torch  # noqa: F401  # while it is being imported in the background it is only half there: waits for the rest

    entry = choose_model(model, known)
    return [models.run(look, entry.id, "masked_word", text, known) for text in texts]


def check(text: object) -> None:
    """Is this a sentence? Raises PathshalaError."""
    if not isinstance(text, str):
        raise PathshalaError("The text must be a string.")
    if not text.strip():
        raise PathshalaError("There is no sentence yet: write one.")
    if len(text) > TEXT_LIMIT:
        raise PathshalaError(
            f"This text has {len(text):,} characters and the limit is {TEXT_LIMIT}:"
            f" leave out {len(text) - TEXT_LIMIT:,}."
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PathshalaError("A character of this text is only half of one (a lone surrogate): paste it again.")
    units = sum(1 for _ in WORD.finditer(EITHER_MASK.sub(" ", text)))
    if units > UNITS:
        raise PathshalaError(f"This text has {units} words and signs and the limit is {UNITS}: shorten it.")


def look(loaded: Loaded, text: str, language: str | None) -> Surprise:
    """What one loaded model makes of one sentence."""
    if loaded.tokenizer is None:
        language = counted_language(loaded.model, (text,), language)
        started = time.perf_counter()
        parts = _count(loaded, text, language)
    else:
        started = time.perf_counter()
        parts = _read(loaded, text)
    milliseconds = (time.perf_counter() - started) * 1000
    entry = loaded.entry
    covered = not entry.languages or entry.covers(language)
    return Surprise(parts, entry.id, language, covered, loaded.device, milliseconds)


# -- a model ----------------------------------------------------------------------------------------------------------


Span = tuple[int, int]


def tokens_of(loaded: Loaded, text: str) -> tuple[str, list[int], list[Span | None], list[list[int]]]:
    """The text with the model's own mask, its ids, where each token stands in it (None for the model's own signs and
    for masks), and the tokens of each word or sign. Raises PathshalaError for a text that it cannot take."""
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    if loaded.mask_token is None:
        raise PathshalaError(f"“{loaded.entry.id}” has no mask: it was not trained to guess hidden words.")
    text = EITHER_MASK.sub(loaded.mask_token, text)
    for sign in tokenizer.all_special_tokens:
        if sign != loaded.mask_token and sign in text:
            raise PathshalaError(f"{sign} is a sign that “{loaded.entry.id}” writes for itself: leave it out.")
    encoded = tokenizer(text, return_offsets_mapping=True)
    ids = list(encoded["input_ids"])
    if len(ids) > loaded.longest:
        raise PathshalaError(
            f"“{loaded.entry.id}” reads at most {loaded.longest} tokens at once, and this sentence is {len(ids)}:"
            " shorten it, or choose another model."
        )
    spans = [
        None if sentence is None or id == tokenizer.mask_token_id else _trimmed(text, start, end)
        for sentence, id, (start, end) in zip(encoded.sequence_ids(0), ids, encoded["offset_mapping"], strict=True)
    ]
    groups = groups_of(spans, [match.span() for match in WORD.finditer(text)])
    return text, ids, spans, [group for group in groups if spans[group[0]] is not None]


def _read(loaded: Loaded, text: str) -> tuple[Part, ...]:
    text, ids, spans, words = tokens_of(loaded, text)
    found = []
    for group, bits in zip(words, word_bits(loaded, ids, words), strict=True):
        inside = [span for place in group if (span := spans[place]) is not None]
        found.append((min(start for start, _ in inside), max(end for _, end in inside), bits))
    return _parts(text, found)


def word_bits(loaded: Loaded, ids: Sequence[int], words: Sequence[Sequence[int]]) -> list[float]:
    """The surprise of each word, places of a row of `ids`: bits, the sum over its pieces."""
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    rows, asked = [], []
    for number, places in enumerate(words):
        for size, place in enumerate(places):
            row = list(ids)
            for hidden in places[size:]:
                row[hidden] = tokenizer.mask_token_id
            rows.append(row)
            asked.append((number, place))
    found = [0.0] * len(words)
    for start in range(0, len(rows), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        logits = reading.logits(loaded, rows[start : start + AT_ONCE], [[place] for _, place in some])
        logs = logits.log_softmax(-1)[range(len(some)), [ids[place] for _, place in some]].double().tolist()
        for (number, _), log in zip(some, logs, strict=True):
            found[number] -= log / math.log(2)
    return [max(0.0, each) for each in found]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Without the spaces around a piece; None for nothing but spaces."""
    inside = text[start:end]
    if not inside.strip():
        return None
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def _parts(text: str, found: Sequence[tuple[int, int, float | None]]) -> tuple[Part, ...]:
    """All of the text: what was measured, and what lies between."""
    parts: list[Part] = []
    here = 0
    for start, end, bits in found:
        start = max(start, here)
        if start > here:
            parts.append(Part(text[here:start], None, False))
        if end > start:
            parts.append(Part(text[start:end], bits, any(map(str.isalnum, text[start:end]))))
        here = max(here, end)
    if here < len(text):
        parts.append(Part(text[here:], None, False))
    return tuple(parts)


# -- counted neighbours -----------------------------------------------------------------------------------------------


def _count(loaded: Loaded, text: str, language: str) -> tuple[Part, ...]:
    known = loaded.model.language(language)
    found: list[tuple[int, int, float | None]] = []
    pieces: list[tuple[str, int]] = []  # and where each starts; a mask is one, and never counted
    here = 0
    for part in regex.splititer(f"({EITHER_MASK.pattern})", text, flags=regex.IGNORECASE):
        for piece in [part] if EITHER_MASK.fullmatch(part) else split(part) if part else []:
            pieces.append((piece, here))
            here += len(piece)
    for number, (piece, start) in enumerate(pieces):
        span = _trimmed(text, start, start + len(piece))
        if span is None or EITHER_MASK.fullmatch(piece):
            continue
        left = normalize(pieces[number - 1][0]) if number else None
        right = normalize(pieces[number + 1][0]) if number + 1 < len(pieces) else None
        word = known.find(normalize(piece))
        share = float(known.distribution(left, right)[word])
        found.append((*span, None if word == UNKNOWN or share <= 0 else -math.log2(share)))
    return _parts(text, found)
