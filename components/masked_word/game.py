"""A sentence -> one step of masked-word training, as a game. No gradio, no HTML; torch comes with the model.

    play("वह लड़की हर दिन स्कूल जाती है।", seed=1)  ->  what was hidden, what the model says of it, and the loss

Of the words (and signs), 15% are drawn; of these 80% become [MASK], 10% another token, and 10% stay as they are (Devlin
et al. 2019, arXiv 1810.04805, section 3.1). The loss is the mean of −ln P over the tokens of the drawn words, and of no
others. Words are drawn whole, as in BERT's later release, or piece by piece, as in its first.

The draw belongs to the seed: the same sentence, share and seed are the same draw for everybody, and a larger share
draws the words of a smaller one and more.
"""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from components import learned, models
from components.catalogue import Entry
from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word import reading
from components.masked_word.compute import GUESSED, Candidate, choose_model, piece_text, pieces_as_words
from components.masked_word.surprise import check, tokens_of
from tokenizer_indic.scripts import LANGUAGES, guess_language

SHARE = 0.15  # of the tokens
SHARES = (0.05, 0.5)  # the least and the most that can be asked
SEEDS = 2**32
SEED = 2  # to begin with: of the first passage it hides, swaps and keeps words
MASKED, SWAPPED = 0.8, 0.1  # of the drawn words; the others stay

Fate = Literal["masked", "swapped", "kept"]


@dataclass(frozen=True)
class Token:
    """A token whose guess counts."""

    text: str  # as the sentence has it
    seen: str  # as the model saw it
    share: float  # P(the true token)
    guess: Candidate  # the likeliest
    right: bool  # is that the true one?

    @property
    def loss(self) -> float:
        """−ln P, in nats."""
        return -math.log(self.share) if self.share > 0 else math.inf


@dataclass(frozen=True)
class Drawn:
    """A word or sign, or a piece, that was drawn, and what was done to it."""

    fate: Fate
    tokens: tuple[Token, ...]

    @property
    def seen(self) -> str:
        """What stands in its place."""
        return "".join(token.seen for token in self.tokens)


@dataclass(frozen=True)
class Part:
    """A stretch of the sentence. Joined, the parts are the sentence."""

    text: str
    unit: bool  # could be drawn; otherwise a space, or a gap that was there before
    drawn: int | None = None  # which of the drawn ones


@dataclass(frozen=True)
class Game:
    """A sentence, what was drawn of it, and what the model makes of that."""

    parts: tuple[Part, ...]
    drawn: tuple[Drawn, ...]
    tokens: int  # of the sentence, without the model's own signs
    vocabulary: int
    model: str
    language: str | None
    device: str
    milliseconds: float

    @property
    def losses(self) -> list[float]:
        """Of each token that counts, nats."""
        return [token.loss for each in self.drawn for token in each.tokens]

    @property
    def loss(self) -> float:
        """Their mean."""
        return math.fsum(self.losses) / len(self.losses)


def play(
    text: str, model: str = "", language: str = "", *, seed: int = SEED, share: float = SHARE, whole: bool = True
) -> Game:
    """One draw. A [MASK] that is in the text stays hidden and does not count. Raises PathshalaError."""
    known = _check(text, language, seed, share)
    return _play(_entry(model, known), text, known, seed, share, whole)


def play_early(
    text: str, language: str = "", *, seed: int = SEED, share: float = SHARE, whole: bool = True
) -> list[tuple[int, float]]:
    """The loss of the same draw in the embedded model's early states: steps and nats, the last state's steps as 0."""
    known = _check(text, language, seed, share)
    return [(steps, _play(_entry(id, known), text, known, seed, share, whole).loss) for id, steps in learned.early()]


def _check(text: str, language: str, seed: object, share: object) -> str | None:
    check(text)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < SEEDS:
        raise PathshalaError(f"The seed must be a whole number from 0 to {SEEDS - 1:,}.")
    if not isinstance(share, float) or not SHARES[0] <= share <= SHARES[1]:
        raise PathshalaError(f"The share of hidden words must be from {SHARES[0]:.0%} to {SHARES[1]:.0%}.")
    return language if language in LANGUAGES else guess_language(text, GUESSED)


def _entry(model: str, language: str | None) -> Entry:
    import torch  # noqa: F401  # while it is being imported in the background it is only half there: waits for the rest

    entry = choose_model(model, language)
    if entry.architecture == "counted":
        raise PathshalaError(f"“{entry.id}” counts: it was never trained with hidden words. Choose another model.")
    return entry


def _play(entry: Entry, text: str, language: str | None, seed: int, share: float, whole: bool) -> Game:
    return models.run(look, entry.id, "masked_word", text, language, seed, share, whole)


# -- the draw ---------------------------------------------------------------------------------------------------------


def draw(sizes: Sequence[int], seed: int, share: float = SHARE) -> dict[int, Fate]:
    """Which units of so many tokens are drawn, and what is done to each: at most `share` of the tokens, at least one
    unit. A unit that would be too much is passed over."""
    dice = random.Random(seed)
    fates = [dice.random() for _ in sizes]
    order = dice.sample(range(len(sizes)), len(sizes))
    most, taken = round(share * sum(sizes)), 0
    drawn: list[int] = []
    for unit in order:
        if taken + sizes[unit] <= most:
            drawn.append(unit)
            taken += sizes[unit]
    return {unit: _fate(fates[unit]) for unit in sorted(drawn or order[:1])}


def _fate(number: float) -> Fate:
    """0 … 1 -> what is done."""
    return "masked" if number < MASKED else "swapped" if number < MASKED + SWAPPED else "kept"


def others(loaded: Loaded, seed: int, place: int, count: int) -> list[int]:
    """So many random ids, none of them special, for the unit that begins at `place`."""
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    special = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    dice = random.Random(f"{seed} {place}")
    found: list[int] = []
    while len(found) < count:
        id = dice.randrange(len(tokenizer))
        if id not in special:
            found.append(id)
    return found


# -- what the model makes of it ---------------------------------------------------------------------------------------


def look(loaded: Loaded, text: str, language: str | None, seed: int, share: float, whole: bool) -> Game:
    """One pass over the sentence as it is after the draw."""
    started = time.perf_counter()
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    text, ids, spans, words = tokens_of(loaded, text)
    units = words if whole else [[place] for word in words for place in word]
    if not units:
        raise PathshalaError("There is no word in this sentence that could be hidden.")
    fates = draw([len(unit) for unit in units], seed, share)
    seen = list(ids)
    for number, fate in fates.items():
        unit = units[number]
        if fate != "kept":
            put = [tokenizer.mask_token_id] * len(unit)
            for place, id in zip(
                unit, put if fate == "masked" else others(loaded, seed, unit[0], len(unit)), strict=True
            ):
                seen[place] = id
    places = [place for number in fates for place in units[number]]
    shares = reading.logits(loaded, [seen], [places]).softmax(-1)
    best = shares.max(-1)
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
    tokens = {}
    for row, place in enumerate(places):
        start, end = spans[place] or (0, 0)
        [guess] = pieces_as_words(tokenizer, text[:start], [int(best.indices[row])], [float(best.values[row])])
        masked = seen[place] == tokenizer.mask_token_id
        as_seen = tokenizer.mask_token if masked else piece_text(tokenizer, [seen[place]], anchor)
        shown = text[start:end] if seen[place] == ids[place] else as_seen.strip() or as_seen
        tokens[place] = Token(text[start:end], shown, float(shares[row, ids[place]]), guess, guess.id == ids[place])
    drawn = tuple(Drawn(fate, tuple(tokens[place] for place in units[number])) for number, fate in fates.items())
    return Game(
        parts=_parts(text, [_span(spans, unit) for unit in units], list(fates)),
        drawn=drawn,
        tokens=sum(map(len, units)),
        vocabulary=int(loaded.model.config.vocab_size),
        model=loaded.entry.id,
        language=language,
        device=loaded.device,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _span(spans: Sequence[tuple[int, int] | None], unit: Sequence[int]) -> tuple[int, int]:
    inside = [span for place in unit if (span := spans[place]) is not None]
    return min(start for start, _ in inside), max(end for _, end in inside)


def _parts(text: str, units: Sequence[tuple[int, int]], drawn: Sequence[int]) -> tuple[Part, ...]:
    """All of the text: units, and what lies between. Pieces of bytes may share a character: the first has it."""
    parts: list[Part] = []
    here = 0
    for number, (start, end) in enumerate(units):
        start = max(start, here)
        if start > here:
            parts.append(Part(text[here:start], False))
        here = max(here, end)
        if start < here or number in drawn:
            parts.append(Part(text[start:here], True, drawn.index(number) if number in drawn else None))
    if here < len(text):
        parts.append(Part(text[here:], False))
    return tuple(parts)
