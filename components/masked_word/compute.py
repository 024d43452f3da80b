"""A sentence with masks -> what a model would put there. No gradio, no HTML; torch is imported inside functions.

    predict("वह लड़की स्कूल जा [MASK] है।")  ->  Prediction: रही 41%, रहा 22%, …

All masks of a sentence are guessed in one forward pass, each by itself: of two masks neither knows what the other
becomes. A guess is one piece of the model's vocabulary (of a counted model, one word), or a whole word of one to four
pieces (words.py).
"""

import math
import re
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from components import catalogue, downloads, models
from components.catalogue import Entry, Task
from components.errors import PathshalaError
from components.masked_word import reading, words
from components.models import Loaded
from components.tokens.compute import readable
from tokenizer_indic.exporting import byte_letters
from tokenizer_indic.scripts import LANGUAGES, guess_language

TEXT_LIMIT = 600  # characters: with it every view still fits in a link
MASK_LIMIT = 8
TOP_K = 5  # candidates, unless asked otherwise
TOP_K_LIMIT = 100
MASK = "[MASK]"
EITHER_MASK = re.compile(r"\[MASK\]|<mask>", re.IGNORECASE)

GUESSED = catalogue.get("pathshala-bert").languages  # a text may be in one of these


@dataclass(frozen=True)
class Candidate:
    """One guess. `fill` stands in the sentence for the mask and for the spaces before it: " रही"."""

    word: str  # fill as it is read, without the space
    fill: str
    probability: float
    joins: bool  # it continues the word before it, as "ing" in "go[MASK]"
    id: int | None  # of the piece; None where whole words were counted
    pieces: tuple[str, ...] = ()  # of a whole word, as text

    @property
    def bits(self) -> float:
        """How surprised the model would be: log2(1/p) (Shannon 1948)."""
        return -math.log2(self.probability) if self.probability > 0 else math.inf


@dataclass(frozen=True)
class Blank:
    """One mask and the guesses for it, likeliest first."""

    candidates: tuple[Candidate, ...]
    rest: float  # the probability of everything else together
    others: int | None  # how many pieces or words that is; None where whole words are guessed: nobody has counted them
    lengths: tuple[tuple[int, float], ...] = ()  # of whole words: how many pieces, and the share of those


@dataclass(frozen=True)
class Prediction:
    """A sentence cut at its masks, and what a model would put there."""

    parts: tuple[str, ...]  # one more than blanks; the spaces before a mask belong to its fill
    asked: tuple[str, ...]  # the same as they were written
    blanks: tuple[Blank, ...]
    language: str | None  # a code, or None where nobody could guess it
    model: str
    covered: bool  # does the model know this language?
    unknown: int  # tokens of the sentence that the model reads as "unknown word"
    counted: bool  # guesses are whole words that were counted, not pieces
    whole: bool  # guesses are whole words of one to four pieces
    device: str
    reason: str  # why there
    milliseconds: float  # the model and the choice of the best, without loading

    @property
    def sentence(self) -> str:
        """With the likeliest guess in every place."""
        return fill_in(self.parts, [blank.candidates[0].fill for blank in self.blanks])


def fill_in(parts: Sequence[str], fills: Sequence[str]) -> str:
    """(["जा", " है"], [" रही"]) -> "जा रही है" """
    return "".join(text for pair in zip(parts, (*fills, ""), strict=True) for text in pair)


def predict(text: str, model: str = "", top_k: int = TOP_K, language: str = "", *, whole: bool = False) -> Prediction:
    """What `model` ("" for the best one that is here) would put at the masks of `text`: pieces, or whole words.

    Raises PathshalaError.
    """
    parts = read(text)
    check_top_k(top_k)
    known = language if language in LANGUAGES else guess_language(" ".join(parts), GUESSED)
    import torch  # noqa: F401  # while it is being imported in the background it is only half there: waits for the rest

    entry = choose_model(model, known)
    return models.run(guess, entry.id, "masked_word", parts, top_k, known, whole)


# -- what was asked -------------------------------------------------------------------------------------------------


def read(text: str) -> tuple[str, ...]:
    """ "जा [MASK] है" or "जा <mask> है" -> ("जा ", " है"). Raises PathshalaError; every limit before any work."""
    if not isinstance(text, str):
        raise PathshalaError("The text must be a string.")
    if not text.strip():
        raise PathshalaError(f"There is no text yet: write a sentence with {MASK} in the place of a word.")
    if len(text) > TEXT_LIMIT:
        raise PathshalaError(
            f"This text has {len(text):,} characters and the limit is {TEXT_LIMIT}:"
            f" leave out {len(text) - TEXT_LIMIT:,}."
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PathshalaError("A character of this text is only half of one (a lone surrogate): paste it again.")
    parts = tuple(EITHER_MASK.split(text))
    masks = len(parts) - 1
    if not masks:
        raise PathshalaError(f"No word is hidden: put {MASK} in the place of one, or click it in the sentence.")
    if masks > MASK_LIMIT:
        raise PathshalaError(
            f"{masks} words are hidden and the limit is {MASK_LIMIT}: bring back {masks - MASK_LIMIT}."
        )
    return parts


def check_top_k(top_k: object) -> None:
    """How many candidates."""
    if not isinstance(top_k, int) or isinstance(top_k, bool) or not 1 <= top_k <= TOP_K_LIMIT:
        raise PathshalaError(f"top_k must be a whole number from 1 to {TOP_K_LIMIT}.")


def choose_model(model: str, language: str | None, task: Task = "masked_word") -> Entry:
    """A model by its id, or the best one here for the language. Nothing is downloaded: PathshalaError instead."""
    if not model:
        return models.default(task, language)
    entry = models.find(model, task)
    if not entry.embedded and not models.is_ready(entry):
        size = downloads.readable_size(models.download_size(entry))
        raise PathshalaError(
            f"“{entry.id}” is not on this machine yet: choose it in the list of models to download it ({size})."
        )
    return entry


# -- the guess ------------------------------------------------------------------------------------------------------


def guess(loaded: Loaded, parts: tuple[str, ...], top_k: int, language: str | None, whole: bool = False) -> Prediction:
    """What one loaded model makes of a sentence cut at its masks."""
    unknown = 0
    if loaded.tokenizer is None:
        language = counted_language(loaded.model, parts, language)
        started = time.perf_counter()
        blanks = count_neighbours(loaded, parts, top_k, language)
    else:
        started = time.perf_counter()
        inputs = encode(loaded, parts)
        unknown = int((inputs["input_ids"] == loaded.tokenizer.unk_token_id).sum())
        blanks = (fill_words if whole else fill_masks)(loaded, inputs, parts, top_k)
    milliseconds = (time.perf_counter() - started) * 1000
    entry = loaded.entry
    return Prediction(
        parts=(*(part.rstrip(" ") for part in parts[:-1]), parts[-1]),
        asked=parts,
        blanks=blanks,
        language=language,
        model=entry.id,
        covered=not entry.languages or entry.covers(language),
        unknown=unknown,
        counted=loaded.tokenizer is None,
        whole=whole or loaded.tokenizer is None,
        device=loaded.device,
        reason=loaded.reason,
        milliseconds=milliseconds,
    )


def counted_language(counted: Any, parts: tuple[str, ...], language: str | None) -> str:
    """The language in which a counted model guesses, whose counts are read now."""
    code = language if language in counted.languages else guess_language(" ".join(parts), counted.languages)
    code = code or counted.languages[0]
    counted.language(code)
    return str(code)


def count_neighbours(loaded: Loaded, parts: tuple[str, ...], top_k: int, language: str) -> tuple[Blank, ...]:
    """The guesses of the counted model, whose words carry the space before them."""
    filled = loaded.model.fill(MASK.join(parts), language, top_k)
    words = len(loaded.model.language(language).words)
    blanks = []
    for part, each in zip(parts, filled.guesses, strict=False):
        found = [_candidate(part, text, text, True, share, None) for text, share in each.candidates]
        blanks.append(_blank(found, words))
    return tuple(blanks)


def encode(loaded: Loaded, parts: tuple[str, ...]) -> Any:
    """The sentence as the model takes it, with its own mask. Raises PathshalaError for a text it cannot take."""
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    if loaded.mask_token is None:
        raise PathshalaError(f"“{loaded.entry.id}” has no mask: it was not trained to guess hidden words.")
    for sign in tokenizer.all_special_tokens:
        if any(sign in part for part in parts):
            raise PathshalaError(f"{sign} is a sign that “{loaded.entry.id}” writes for itself: leave it out.")
    inputs = tokenizer(loaded.mask_token.join(parts), return_tensors="pt")
    length, most = inputs["input_ids"].shape[1], loaded.longest
    if length > most:
        raise PathshalaError(
            f"“{loaded.entry.id}” reads at most {most} tokens at once, and this sentence is {length}: shorten it, or"
            " choose another model."
        )
    return inputs.to(loaded.device)


def fill_masks(loaded: Loaded, inputs: Any, parts: tuple[str, ...], top_k: int) -> tuple[Blank, ...]:
    """One forward pass; the output layer, the largest part of the work, is used at the masked places only."""
    tokenizer = loaded.tokenizer
    shares = mask_shares(loaded, inputs)
    best = shares.topk(min(top_k, shares.shape[1]))
    values, ids = best.values.tolist(), best.indices.tolist()  # masks x top_k
    size = shares.shape[1]
    return tuple(
        _blank(pieces_as_words(tokenizer, part, row, scores), size)
        for part, row, scores in zip(parts[:-1], ids, values, strict=True)
    )


def mask_shares(loaded: Loaded, inputs: Any) -> Any:
    """The probability of every piece at each mask (masks x vocabulary)."""
    return mask_logits(loaded, inputs).softmax(-1)


def mask_logits(loaded: Loaded, inputs: Any) -> Any:
    """What the softmax is given at each mask (masks x vocabulary), in single precision."""
    ids = inputs["input_ids"][0].tolist()
    mask = loaded.tokenizer.mask_token_id  # type: ignore[union-attr]
    return reading.logits(loaded, [ids], [[place for place, id in enumerate(ids) if id == mask]])


def fill_words(loaded: Loaded, inputs: Any, parts: tuple[str, ...], top_k: int) -> tuple[Blank, ...]:
    """Whole words of one to four pieces for each mask, by a beam; the other masks stay masked."""
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    ids = inputs["input_ids"][0].tolist()
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
    swallows = tokenizer.added_tokens_decoder[tokenizer.mask_token_id].lstrip
    places = [place for place, id in enumerate(ids) if id == tokenizer.mask_token_id]
    return tuple(
        _blank_of_words(loaded, ids, place, part, anchor, swallows, top_k)
        for place, part in zip(places, parts[:-1], strict=True)
    )


def _blank_of_words(
    loaded: Loaded, ids: list[int], place: int, part: str, anchor: Sequence[int], swallows: bool, top_k: int
) -> Blank:
    """One mask. The same word, spelled with other pieces, is one word: its probabilities are added up."""
    stands = words.standing(part)
    found = words.guess_words(loaded, ids, place, stands, count=3 * top_k)
    made: dict[str, Candidate] = {}
    for each in found.words:
        text = piece_text(loaded.tokenizer, each.pieces, anchor)
        if "�" in text or not words.is_word(text):
            continue  # a character was cut, or pieces stand together that no word has
        names = loaded.tokenizer.convert_ids_to_tokens(each.pieces)  # type: ignore[union-attr]
        pieces = tuple(_pieces_of(loaded.tokenizer, each.pieces, anchor))
        id = each.pieces[0] if len(each.pieces) == 1 else None
        one = _candidate(part, names[0], text, swallows, each.probability, id)
        known = made.get(one.fill)
        if known is None:
            made[one.fill] = replace(one, pieces=pieces)
        else:
            made[one.fill] = replace(known, probability=known.probability + one.probability)
    best = sorted(made.values(), key=lambda each: -each.probability)[:top_k]
    rest = max(0.0, 1.0 - sum(each.probability for each in best))
    return Blank(tuple(best), rest, None, tuple(found.lengths.items()))


def _pieces_of(tokenizer: Any, ids: Sequence[int], anchor: Sequence[int]) -> list[str]:
    """Each piece of a word as text."""
    return [piece_text(tokenizer, [id], anchor).strip() for id in ids]


# -- pieces as text -------------------------------------------------------------------------------------------------


def pieces_as_words(tokenizer: Any, part: str, ids: Sequence[int], shares: Sequence[float]) -> list[Candidate]:
    """The candidates of one mask; `part` is the text before it."""
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
    swallows = tokenizer.added_tokens_decoder[tokenizer.mask_token_id].lstrip
    return [
        _candidate(part, piece, piece_text(tokenizer, [id], anchor), swallows, share, id)
        for id, share, piece in zip(ids, shares, tokenizer.convert_ids_to_tokens(ids), strict=True)
    ]


def piece_text(tokenizer: Any, ids: Sequence[int], anchor: Sequence[int]) -> str:
    """The text of pieces behind a word: " रही", or "ing" for one that continues the word.

    Only behind something else does a tokenizer tell whether a space comes before: `anchor` are the ids of some word.
    Bytes of a single piece that are no whole character read <0xE0>.
    """
    alone = tokenizer.decode(anchor, clean_up_tokenization_spaces=False)
    both: str = tokenizer.decode([*anchor, *ids], clean_up_tokenization_spaces=False)
    text = both.removeprefix(alone)
    if "�" not in text or len(ids) != 1:
        return text
    piece: str = tokenizer.convert_ids_to_tokens(ids[0])
    bytes_of = {letter: byte for byte, letter in enumerate(byte_letters())}
    if piece.startswith("<0x") or not all(letter in bytes_of for letter in piece):
        return piece
    return readable(bytes(bytes_of[letter] for letter in piece))[0]


def _candidate(part: str, piece: str, text: str, swallows: bool, share: float, id: int | None) -> Candidate:
    """How a piece stands behind the text before its mask.

    A mask that `swallows` the space before it stands for " रही", with the space; other masks leave the space to the
    text, and of their pieces only those like ##ing stand close to the word before.
    """
    typed = part[len(part.rstrip(" ")) :]
    if swallows:
        fill = text if part.strip() and not part.endswith("\n") else text.lstrip(" ")
    else:
        fill = text if piece.startswith("##") else typed + text.lstrip(" ")
    joins = _is_of_a_word(part.rstrip(" ")[-1:]) and _is_of_a_word(fill[:1])
    return Candidate(fill.strip() or fill, fill, share, joins, id)


def _is_of_a_word(character: str) -> bool:
    """A letter, a mark, a digit or a joiner."""
    return bool(character) and (unicodedata.category(character)[0] in "LMN" or character in "\u200c\u200d")


def _blank(candidates: list[Candidate], size: int) -> Blank:
    rest = max(0.0, 1.0 - sum(each.probability for each in candidates))
    return Blank(tuple(candidates), rest, size - len(candidates))
