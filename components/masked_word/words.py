"""One mask -> whole words of one to four pieces, decoded jointly. No gradio; torch is imported inside functions.

A word of n pieces stands in the place of n masks. Its probability multiplies those of its pieces, from the left, each
with the pieces before it in their places and those after it still masked (Kauf and Ivanova 2023, arXiv 2305.10588,
"within-word left to right"), among the pieces that make one word: the first begins it, the others go on in it.

    P(word | n) = P(piece 1 | n masks) · P(piece 2 | piece 1, n - 1 masks) · …        over all words of n pieces, 1

How many pieces the word has is a guess of its own. Where n masks are one word the model expects the 2nd to the nth to
go on in it, and the words beside the gap, masked in turn, are guessed well:

    P(n) ~ P(2nd goes on) · … · P(nth goes on) · √(P(word before) · P(word behind)),   each given n masks
    P(word) = P(n) · P(word | n),   n = 1 … 4

So words of one piece and of four stand in one list. A beam keeps the likeliest beginnings; what it never looked at is a
part of what remains outside the list.
"""

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np

from components.errors import PathshalaError
from components.loading import Loaded
from components.masked_word import reading
from tokenizer_indic.exporting import byte_letters
from tokenizer_indic.scripts import script_of

LENGTHS = (1, 2, 3, 4)  # pieces of a word
BEAM = 12  # beginnings of each length that are followed


@dataclass(frozen=True)
class Word:
    """One guess: its pieces, P(word), and P(word | so many masks)."""

    pieces: tuple[int, ...]
    probability: float
    given_length: float


@dataclass(frozen=True)
class Words:
    """The guesses of one mask, likeliest first, and the share of each length."""

    words: tuple[Word, ...]
    lengths: dict[int, float]


# -- pieces of a vocabulary -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kinds:
    """Which pieces can stand where in a word, a row of the vocabulary each."""

    starts: np.ndarray  # begins a word, after a space
    opens: np.ndarray  # begins one at the beginning of a text or behind a sign
    continues: np.ndarray  # goes on in one
    special: np.ndarray  # [CLS] and the like: no guess at all


_kinds: "WeakKeyDictionary[Any, Kinds]" = WeakKeyDictionary()


def kinds(tokenizer: Any, size: int) -> Kinds:
    """Of the first `size` ids. In WordPiece ##x goes on; elsewhere what has no mark of a space (Ġ, ▁) before it."""
    known = _kinds.get(tokenizer)
    if known is not None and len(known.starts) == size:
        return known
    pieces = tokenizer.convert_ids_to_tokens(range(min(size, len(tokenizer))))
    wordpiece = any(each and each.startswith("##") for each in pieces)
    letters = {letter: byte for byte, letter in enumerate(byte_letters())}
    spelled = not wordpiece and any(each and each.startswith("Ġ") for each in pieces)
    found = np.zeros((4, size), bool)
    special = set(tokenizer.all_special_ids) | set(tokenizer.added_tokens_decoder)
    for id, piece in enumerate(pieces):
        if id in special or not piece:
            found[3, id] = True
            continue
        marked = piece.startswith("##") if wordpiece else piece[0] in "Ġ▁"
        rest = piece[2:] if wordpiece and marked else piece[1:] if marked else piece
        within = _within_a_word(rest, letters if spelled else None) or rest == "" != piece  # a space by itself
        found[0, id] = marked != wordpiece and within
        found[1, id] = found[0, id] or (within and not wordpiece)
        found[2, id] = marked == wordpiece and within
    found[3, len(pieces) :] = True
    made = Kinds(*found)
    _kinds[tokenizer] = made
    return made


def _within_a_word(piece: str, letters: dict[str, int] | None) -> bool:
    """Letters, marks and joiners alone? `letters`: of a vocabulary of bytes, in which a character may be cut."""
    if letters is not None:
        piece = bytes(letters[each] for each in piece if each in letters).decode("utf-8", "ignore") if piece else ""
        return all(map(_of_a_word, piece))
    return bool(piece) and not piece.startswith("<0x") and all(map(_of_a_word, piece))


def _of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "\u200c\u200d'’-"


def is_word(text: str) -> bool:
    """Can this be one word: letters of one script, no vowel sign upon a vowel sign, no dash or apostrophe at its end?

    A single sign may stand there as well: the model's pieces have them.
    """
    text = text.strip()
    if len(text) <= 1:
        return bool(text)
    scripts = {script_of(each) for each in text if unicodedata.category(each)[0] == "L"}
    signs = ["VOWEL SIGN" in unicodedata.name(each, "") for each in text]
    doubled = any(one and other for one, other in itertools.pairwise(signs))
    return len(scripts) <= 1 and not doubled and text[-1] not in "'’-"


# -- the beam ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begun:
    """A row whose word has its first pieces; the others of its `length` are masked."""

    length: int
    pieces: tuple[int, ...]
    log: float


Standing = Literal["first", "apart", "joined"]


def standing(before: str) -> Standing:
    """How a mask stands behind this text: at the beginning or behind a sign, after a space, or close to a word."""
    if before.strip() and before[-1].isspace():
        return "apart"
    return "joined" if before and _of_a_word(before[-1]) else "first"


def guess_words(
    loaded: Loaded,
    ids: Sequence[int],
    place: int,
    stands: Standing = "apart",
    *,
    count: int = 10,
    lengths: Sequence[int] = LENGTHS,
) -> Words:
    """The likeliest words of so many pieces for the mask at `place` of a row of `ids`.

    Other masks of the row stay as they are.
    """
    asker = Asker(loaded, list(ids), place, stands)
    rows, shares = asker.first([each for each in lengths if each <= max(1, asker.room)])
    found: list[Begun] = []
    begun: list[Begun] = []
    for length, row in rows.items():
        (found if length == 1 else begun).extend(
            _best([Begun(length, (), 0.0)], row[None], count if length == 1 else BEAM)
        )
    while begun:
        least = _least(found, shares, count)
        begun = [each for each in begun if np.exp(each.log) * shares[each.length] > least]
        if not begun:
            break
        logs = asker.next(begun)
        more: list[Begun] = []
        for length in sorted({each.length for each in begun}):
            here = [number for number, each in enumerate(begun) if each.length == length]
            last = length == len(begun[here[0]].pieces) + 1
            more += _best([begun[number] for number in here], logs[here], count if last else BEAM)
        found += [each for each in more if len(each.pieces) == each.length]
        begun = [each for each in more if len(each.pieces) < each.length]
    words = [
        Word(each.pieces, float(np.exp(each.log) * shares[each.length]), float(np.exp(each.log))) for each in found
    ]
    words.sort(key=lambda each: -each.probability)
    return Words(tuple(words[:count]), shares)


def _best(begun: Sequence[Begun], logs: Any, count: int) -> list[Begun]:
    """The likeliest with one more piece, of beginnings of one length; `logs`: beginnings x vocabulary."""
    best = logs.topk(min(count, logs.shape[1]))
    more = [
        Begun(each.length, (*each.pieces, id), each.log + log)
        for each, row, ids in zip(begun, best.values.tolist(), best.indices.tolist(), strict=True)
        for log, id in zip(row, ids, strict=True)
        if log > -np.inf
    ]
    return sorted(more, key=lambda each: -each.log)[:count]


def score_words(
    loaded: Loaded, ids: Sequence[int], place: int, several: Sequence[Sequence[int]], stands: Standing = "apart"
) -> list[Word]:
    """P(word) of given words (their pieces) at the mask, as in guess_words; those of more than four pieces are more
    lengths to choose from. One pass for the first pieces, one for all others. Raises PathshalaError where so many
    pieces do not fit."""
    asker = Asker(loaded, list(ids), place, stands)
    longest = max(map(len, several), default=1)
    if longest > asker.room:
        raise PathshalaError(f"“{loaded.entry.id}” cannot read a sentence with so long a word.")
    rows, shares = asker.first(sorted({*(each for each in LENGTHS if each <= asker.room), *map(len, several)}))
    logs = [float(rows[len(pieces)][pieces[0]]) for pieces in several]
    begun = [
        (number, Begun(len(pieces), tuple(pieces[:size]), 0.0))
        for number, pieces in enumerate(several)
        for size in range(1, len(pieces))
    ]
    if begun:
        for (number, each), row in zip(begun, asker.next([each for _, each in begun]), strict=True):
            logs[number] += float(row[several[number][len(each.pieces)]])
    return [
        Word(tuple(pieces), float(np.exp(log) * shares[len(pieces)]), float(np.exp(log)))
        for pieces, log in zip(several, logs, strict=True)
    ]


def _least(found: Sequence[Begun], shares: dict[int, float], count: int) -> float:
    """What a word must have to be in the list: a longer beginning is never likelier than it is now."""
    falling = sorted((float(np.exp(each.log) * shares[each.length]) for each in found), reverse=True)
    return falling[count - 1] if len(falling) >= count else 0.0


class Asker:
    """One row with one gap, read with gaps of several lengths."""

    def __init__(self, loaded: Loaded, ids: list[int], place: int, stands: Standing) -> None:
        import torch

        self.loaded, self.ids, self.place = loaded, ids, place
        tokenizer = loaded.tokenizer
        assert tokenizer is not None
        self.mask = tokenizer.mask_token_id
        known = kinds(tokenizer, int(loaded.model.config.vocab_size))
        begins = {"first": known.opens, "apart": known.starts, "joined": known.continues}[stands]
        self.any, self.begins, self.continues = map(torch.from_numpy, (~known.special, begins, known.continues))
        self.room = loaded.longest - len(ids) + 1  # masks that fit

    def row(self, length: int, pieces: Sequence[int] = ()) -> list[int]:
        """The gap with its first pieces; the rest of its `length` masked."""
        gap = [*pieces, *[self.mask] * (length - len(pieces))]
        return [*self.ids[: self.place], *gap, *self.ids[self.place + 1 :]]

    def first(self, lengths: Sequence[int]) -> tuple[dict[int, Any], dict[int, float]]:
        """Of each length the log-probabilities of first pieces (vocabulary), and its share: one pass."""
        rows = [self.row(each) for each in lengths]
        places = [[self.place + number for number in range(each)] for each in lengths]
        sides = [side for side in (self.place - 1, self.place + 1) if self.ids[side] not in self.signs()]
        for side in sides:
            for length in lengths:
                row, where = self.row(length), side if side < self.place else side + length - 1
                row[where] = self.mask
                rows.append(row)
                places.append([where])
        logs = self.read(rows, places)  # one for each place
        first, fits, here = {}, np.zeros(len(lengths)), 0
        for number, length in enumerate(lengths):
            first[length] = among(logs[here], self.any if length == 1 else self.begins)
            fits[number] = float(logs[here + 1 : here + length, self.continues].logsumexp(1).sum())
            here += length
        for side in sides:
            fits += logs[here : here + len(lengths), self.ids[side]].double().numpy() / 2
            here += len(lengths)
        shares = np.exp(fits - fits.max())
        return first, dict(zip(lengths, (shares / shares.sum()).tolist(), strict=True))

    def next(self, begun: Sequence[Begun]) -> Any:
        """Log-probabilities of each one's next piece."""
        rows = [self.row(each.length, each.pieces) for each in begun]
        return among(self.read(rows, [[self.place + len(each.pieces)] for each in begun]), self.continues)

    def signs(self) -> set[int]:
        """Special tokens, masks among them: they say nothing about a length."""
        return set(self.loaded.tokenizer.all_special_ids)  # type: ignore[union-attr]

    def read(self, rows: Sequence[list[int]], places: Sequence[Sequence[int]]) -> Any:
        """Log-probabilities at places of each row (all places x vocabulary), on the CPU."""
        return reading.logits(self.loaded, rows, places).log_softmax(-1)


def among(logs: Any, allowed: Any) -> Any:
    """Log-probabilities among the allowed pieces alone, -inf for all others."""
    left = logs.masked_fill(~allowed, -np.inf)
    return left - left.logsumexp(-1, keepdim=True)
