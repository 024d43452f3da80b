"""text <-> ids: the Tokenizer, rebuilt whole from its characters and merges.

The vocabulary is laid out in the order in which it is merged, so an id is also a merge rank:

    0 … 255                the bytes
    256 …                  each character of the language, built from its bytes: first the byte prefixes it needs
                           (E0 A4), then the character (E0 A4 95 = क)
    …                      ordinary merges, each of two earlier entries: 'क' + 'ा' = 'का'
    the last ones          special tokens, which text never becomes unless the caller allows it

Encoding is plain BPE: inside each piece of the split pattern, the pair with the lowest rank is merged, leftmost first,
until none is left (Sennrich et al. 2016, arXiv 1508.07909). A merge's parents are always older than itself, and so "the
pair with the lowest rank" is "the pair whose concatenation has the lowest rank": Hugging Face's BPE (pairs) and
tiktoken (concatenations) both give these very ids.

A tokenizer with segmentation "fewest" has `entries` (growing.py) in the place of merges, no byte prefixes, and no split
pattern: its ids are those of the cheapest way to spell the text, nearly always the one with the fewest tokens
(segmenting.py). What no entry holds is spelled in bytes in both.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, Literal

import numpy as np
import regex

from .errors import StorageError, TextError, TokenizerError, UnknownIdError
from .memory import no_garbage_collection
from .merging import LONG, Table, merge, merge_many, table_of
from .normalizing import align, check_text, normalize, normalize_all
from .segmenting import UNKNOWN, Segmenter, cost_of, is_compiled
from .splitting import Pattern, pattern, splitter, words

Allowed = Collection[str] | Literal["all"]  # special tokens that a text may become
Kind = Literal["byte", "part", "character", "merge", "entry", "special"]
Segmentation = Literal["merges", "fewest"]

REMEMBERED_WORDS = 200_000  # words whose ids are kept; then the memory starts afresh
LONGEST_WORD = 128  # characters of a word that is remembered
LINES_AT_ONCE = 1024
LONGEST_SPECIAL = 1000  # characters of a special token


@dataclass(frozen=True)
class Token:
    """One token of a text. `text` is the slice `start:end` of the text as given, in code points.

    Of a character that is split over several tokens (or that NFC changed) the first carries it; the rest are empty.
    """

    id: int
    text: str
    start: int
    end: int
    bytes: bytes


@dataclass(frozen=True)
class Entry:
    """One entry of the vocabulary. `text` is None when its bytes are only part of a character."""

    id: int
    bytes: bytes
    text: str | None
    kind: Kind
    rank: int | None  # of the merge that made it, 0 first; None for bytes and special tokens
    parents: tuple[int, int] | None


class Tokenizer:
    """A trained byte-complete tokenizer. It never changes once it is made, so threads may share one.

    `characters`: the characters that are entries of their own, in id order.
    `merges`: pairs of ids, in rank order, each making the next id.
    `entries`: in the place of merges, if segmentation is "fewest": texts of two and more characters, in id order.
    `special_tokens`: strings that become ids after the merges; in a text they are plain text unless allowed.
    `training`: facts about how it was made, as stored in its file.
    """

    def __init__(
        self,
        *,
        name: str,
        language: str,
        pattern_name: str = "indic",
        normalization: str | None = "NFC",
        characters: Iterable[str] = (),
        merges: Iterable[tuple[int, int]] = (),
        entries: Iterable[str] = (),
        segmentation: Segmentation = "merges",
        special_tokens: Sequence[str] = (),
        training: dict[str, Any] | None = None,
    ) -> None:
        if segmentation not in ("merges", "fewest"):
            raise TokenizerError(f"segmentation is 'merges' or 'fewest', not {str(segmentation)[:40]!r}.")
        self.segmentation = segmentation
        for label, value in (("name", name), ("language", language)):
            if not isinstance(value, str) or not _LABEL.fullmatch(value):
                raise StorageError(f"A tokenizer's {label} is a short line of text, not {str(value)[:40]!r}.")
        self.name = name
        self.language = language
        self.pattern: Pattern = pattern(pattern_name)
        self.pattern_name = pattern_name
        if normalization not in ("NFC", None):
            raise TokenizerError(f"normalization is 'NFC' or None, not {normalization!r}.")
        self.normalization = normalization
        self.characters = tuple(characters)
        self.training = dict(training or {})
        self._bytes: list[bytes] = [bytes([value]) for value in range(256)]
        self._pairs: dict[tuple[int, int], int] = {}
        self._parents: list[tuple[int, int] | None] = [None] * 256
        self._build_characters()
        self._base = len(self._bytes)
        for left, right in merges:
            self._add_merge(left, right)
        self.entries = tuple(entries)
        for entry in self.entries:
            self._add_entry(entry)
        self._rank_end = len(self._bytes)
        self._build_special(special_tokens)
        self._text_ids = {text: id for piece, id in self._ids.items() if (text := _text(piece)) is not None}
        self._words = _Words(self)

    # -- building -----------------------------------------------------------------------------------------------------

    def _build_characters(self) -> None:
        """Merges of bytes into the characters, shared prefixes first: E0 + A4, then E0A4 + 95."""
        self._ids = {piece: id for id, piece in enumerate(self._bytes)}
        self._parts = set(range(0x80, 0x100))  # entries that are no whole characters
        for number, character in enumerate(self.characters):
            if not isinstance(character, str) or len(character) != 1 or "\ud800" <= character <= "\udfff":
                raise StorageError(f"Character {number} of the vocabulary is {character!r}, not one character.")
            encoded = character.encode()
            if encoded in self._ids:
                raise StorageError(f"Character {number} of the vocabulary, {character!r}, is there already.")
            if self.segmentation == "fewest":
                self._append_bytes(encoded)
                continue
            for end in range(2, len(encoded) + 1):
                if encoded[:end] not in self._ids:
                    if end < len(encoded):
                        self._parts.add(len(self._bytes))
                    self._append(self._ids[encoded[: end - 1]], encoded[end - 1])
        self._character_ids: dict[str, list[int]] = _Characters(self._pairs)

    def _add_merge(self, left: int, right: int) -> None:
        if self.segmentation == "fewest":
            raise StorageError("A tokenizer with the fewest tokens has entries, no merges.")
        number, known = len(self._bytes) - self._base, len(self._bytes)
        if not (0 <= left < known and 0 <= right < known):
            raise StorageError(f"Merge {number} names an entry that comes later or not at all.")
        if left in self._parts or right in self._parts:
            raise StorageError(f"Merge {number} joins what is no whole character.")
        if self._bytes[left] + self._bytes[right] in self._ids:
            raise StorageError(f"Merge {number} makes an entry that is there already.")
        self._append(left, right)

    def _add_entry(self, entry: str) -> None:
        number = len(self._bytes) - self._base
        if self.segmentation == "merges":
            raise StorageError("A tokenizer that merges has merges, no entries.")
        if not isinstance(entry, str) or len(entry) < 2:
            raise StorageError(f"Entry {number} is {str(entry)[:40]!r}, no text of two and more characters.")
        known = self._ids
        if unknown := next((each for each in entry if not each.isascii() and _utf8(each) not in known), None):
            raise StorageError(f"Entry {number}, {entry[:40]!r}, holds {unknown!r}, which is no entry by itself.")
        if entry.encode() in known:
            raise StorageError(f"Entry {number}, {entry[:40]!r}, is there already.")
        self._append_bytes(entry.encode())

    def _append(self, left: int, right: int) -> None:
        self._pairs[left, right] = len(self._bytes)
        self._append_bytes(self._bytes[left] + self._bytes[right], (left, right))

    def _append_bytes(self, piece: bytes, parents: tuple[int, int] | None = None) -> None:
        self._ids[piece] = len(self._bytes)
        self._parents.append(parents)
        self._bytes.append(piece)

    def _build_special(self, special_tokens: Sequence[str]) -> None:
        self.special_tokens: dict[str, int] = {}
        for text in special_tokens:
            if not isinstance(text, str) or not text or text in self.special_tokens:
                raise StorageError(f"Special token {text!r} is empty, not a string, or there twice.")
            if len(text) > LONGEST_SPECIAL:
                raise StorageError(f"Special token {text[:20]!r}… has over {LONGEST_SPECIAL:,} characters.")
            check_text(text)
            if normalize(text, self.normalization) != text or text.encode() in self._ids:
                raise StorageError(f"Special token {text!r} is an ordinary entry too, or not in NFC: choose another.")
            self.special_tokens[text] = len(self._bytes)
            self._bytes.append(text.encode())
            self._parents.append(None)

    # -- text to ids --------------------------------------------------------------------------------------------------

    def encode(self, text: str, allowed_special: Allowed = ()) -> list[int]:
        """The ids of `text`, normalised first. Special tokens are text, save those in `allowed_special` ("all": each).

        Raises TextError for a lone surrogate, which no UTF-8 text can hold.
        """
        check_text(text)
        ids: list[int] = []
        for part, special in self._parts_of(text, allowed_special):
            if special is not None:
                ids.append(special)
            else:
                ids += self._encode_ordinary(part)
        return ids

    def encode_batch(self, texts: Iterable[str], allowed_special: Allowed = ()) -> list[list[int]]:
        """`encode` of each, several times faster where many are segmented, or their new words merged, together."""
        texts = list(texts)
        if self._allowed(allowed_special) or not _are_texts(texts):
            return [self.encode(text, allowed_special) for text in texts]
        if self.segmentation == "fewest":
            return self._fewest.encode_all(normalize_all(texts, self.normalization))
        if not is_compiled(texts):
            return list(map(self._encode_ordinary, texts))
        with no_garbage_collection():
            return self._encode_compiled(texts)

    def _encode_compiled(self, texts: list[str]) -> list[list[int]]:
        """Word by word, all new words merged at once."""
        known = self._words
        cut = [words(text, self.pattern) for text in texts]
        rows = [list(map(known.get, found)) if found is not None else [] for found in cut]
        lacking = [number for number, row in enumerate(rows) if None in row]
        known.learn(chain.from_iterable(cut[number] or () for number in lacking))
        for number in lacking:
            rows[number] = list(map(known.__getitem__, cut[number] or ()))
        return [
            self._encode_blocks(text) if found is None else list(chain.from_iterable(row))  # type: ignore[arg-type]
            for text, found, row in zip(texts, cut, rows, strict=True)
        ]

    @cached_property
    def _fewest(self) -> "_Fewest":
        return _Fewest(self.characters, self.entries)

    def normalize(self, text: str) -> str:
        """The text that is really encoded: its NFC form, or itself where normalising is off. Raises TextError."""
        check_text(text)
        return normalize(text, self.normalization)

    def _parts_of(self, text: str, allowed_special: Allowed) -> list[tuple[str, int | None]]:
        """The text as given, cut at allowed special tokens: [("राम ", None), ("[MASK]", 23999)]"""
        allowed = self._allowed(allowed_special)
        if not allowed:
            return [(text, None)]
        return [
            (part, self.special_tokens[part] if part in allowed else None)
            for part in _special_pattern(allowed).split(text)
            if part
        ]

    def _allowed(self, allowed_special: Allowed) -> tuple[str, ...]:
        if allowed_special == "all":
            return tuple(self.special_tokens)
        if isinstance(allowed_special, str):
            allowed_special = (allowed_special,)
        if unknown := [text for text in allowed_special if text not in self.special_tokens]:
            raise TokenizerError(f"{unknown[0]!r} is no special token of {self.name!r}.")
        return tuple(allowed_special)

    def _encode_ordinary(self, text: str) -> list[int]:
        """Word by word with a memory where the text allows it, else piece by piece; or all of it at once."""
        if self.segmentation == "fewest":
            return self._fewest.encode_all([self.normalize(text)])[0]
        if (found := words(text, self.pattern)) is None:
            return self._encode_blocks(text)
        return list(chain.from_iterable(map(self._words.__getitem__, found)))

    def _encode_blocks(self, text: str) -> list[int]:
        """Some line cannot be cut into words: find it by dividing, and let that line alone go piece by piece."""
        if "\n" not in text or not self.pattern.cuts_at_newlines:
            return self._encode_pieces(text)
        lines = text.split("\n")
        size = max(1, len(lines) // 16)
        ids: list[int] = []
        for start in range(0, len(lines), size):
            ids += self._encode_ordinary("\n".join(lines[start : start + size]))
            ids.append(10)
        return ids[:-1]

    def _encode_pieces(self, text: str) -> list[int]:
        pieces = splitter(self.pattern)(self.normalize(text))
        return list(chain.from_iterable(map(self._encode_piece, pieces)))

    def _encode_piece(self, piece: str) -> list[int]:
        if (whole := self._text_ids.get(piece)) is not None:
            return [whole]
        ids = list(chain.from_iterable(map(self._character_ids.__getitem__, piece)))
        return merge(ids, self._pairs)

    def _encode_all_pieces(self, pieces: set[str]) -> dict[str, list[int]]:
        """`_encode_piece` of each, those of characters that are entries in machine code."""
        known = {piece: [id] for piece in pieces if (id := self._text_ids.get(piece)) is not None}
        others = [piece for piece in pieces - known.keys() if len(piece) <= LONG]
        points = np.frombuffer("".join(others).encode("utf-32-le"), np.uint32)
        ids = self._points_ids.take(points, mode="clip")
        starts = np.cumsum([0, *map(len, others)])
        spelled = np.searchsorted(starts, np.flatnonzero(ids < 0), side="right") - 1  # with bytes, which stay in Python
        ids[ids < 0] = 0
        known |= zip(others, merge_many(ids, starts, self._table), strict=True)
        slow = {*map(others.__getitem__, spelled.tolist()), *(piece for piece in pieces if len(piece) > LONG)}
        return known | {piece: self._encode_piece(piece) for piece in slow}

    @cached_property
    def _points_ids(self) -> np.ndarray:
        """Code point -> the id of its character, or -1."""
        table = np.full(0x110000, -1, np.int64)
        table[:128] = range(128)
        for character in self.characters:
            table[ord(character)] = self._ids[character.encode()]
        return table

    @cached_property
    def _table(self) -> Table:
        return table_of(self._pairs)

    def tokens(self, text: str, allowed_special: Allowed = ()) -> list[Token]:
        """The tokens with their places in `text` as given; the places tile it."""
        check_text(text)
        tokens: list[Token] = []
        start = 0
        for part, special in self._parts_of(text, allowed_special):
            if special is not None:
                tokens.append(Token(special, part, start, start + len(part), self._bytes[special]))
            else:
                tokens += self._tokens_of(part, start)
            start += len(part)
        return tokens

    def _tokens_of(self, text: str, begin: int) -> list[Token]:
        """The tokens of a text that begins at `begin` and holds no special tokens."""
        pieces = self.pieces(ids := self._encode_ordinary(text))
        normal, position = align(text) if self.normalization else (text, None)
        character_ends = np.cumsum(_utf8_lengths(normal))  # bytes
        token_ends = np.cumsum([len(piece) for piece in pieces], dtype=np.int64)  # bytes
        # A boundary strictly inside a character moves to the character's end.
        ends = (np.searchsorted(character_ends, token_ends, side="left") + 1).tolist()
        if position:
            ends = [position[end] for end in ends]
        return [
            Token(id, text[start:end], begin + start, begin + end, piece)
            for id, piece, start, end in zip(ids, pieces, [0, *ends], ends, strict=False)
        ]

    def encode_lines(self, lines: Iterable[str]) -> Iterator[list[int]]:
        """The ids of each line, some at a time: a file of any size passes through in constant memory."""
        lines = iter(lines)
        while batch := list(islice(lines, LINES_AT_ONCE)):
            yield from self.encode_batch(batch)

    # -- ids to text --------------------------------------------------------------------------------------------------

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`. Bytes that form no UTF-8 (ids put together by hand can) become U+FFFD.

        Raises UnknownIdError, which names the id and its place.
        """
        return self.decode_bytes(ids).decode("utf-8", errors="replace")

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """The same as bytes, with nothing replaced."""
        return b"".join(self.pieces(ids))

    def pieces(self, ids: Iterable[int]) -> list[bytes]:
        """The bytes of each id. Raises UnknownIdError."""
        ids = list(ids)
        try:
            if not ids or min(ids) >= 0:
                return list(map(self._bytes.__getitem__, ids))
        except (IndexError, TypeError):
            pass
        for place, id in enumerate(ids):
            self._check_id(id, f" (at place {place})")
        raise AssertionError("every id is known")

    def _check_id(self, id: int, where: str = "") -> None:
        if not isinstance(id, (int, np.integer)):
            raise UnknownIdError(f"An id is a whole number, not {id!r}{where}.")
        if not 0 <= id < len(self):
            raise UnknownIdError(f"There is no id {id}{where}: {self.name!r} has ids 0 to {len(self) - 1}.")

    # -- the vocabulary -----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Entries, everything counted: bytes, prefixes, characters, merges and special tokens."""
        return len(self._bytes)

    def __contains__(self, piece: object) -> bool:
        """Is this str (or bytes) one entry? `' भारत' in tokenizer`"""
        return piece in self._text_ids or piece in self.special_tokens or piece in self._ids

    def __iter__(self) -> Iterator[Entry]:
        """The entries in id order."""
        return map(self.entry, range(len(self)))

    def __repr__(self) -> str:
        how = "fewest tokens" if self.segmentation == "fewest" else f"pattern {self.pattern_name!r}"
        return f"<Tokenizer {self.name!r}: {len(self):,} entries, {self.language!r}, {how}>"

    def id(self, piece: str | bytes) -> int | None:
        """The id of this piece, or None. A special token wins over an entry that is spelled alike."""
        if isinstance(piece, bytes):
            return self._ids.get(piece)
        return self.special_tokens.get(piece, self._text_ids.get(piece))

    def instead_of(self, id: int) -> list[int]:
        """The ids that would spell this entry if it were not there: what it saves, with the fewest tokens.

        Of an entry of one character, and where tokens are merged, none. Raises UnknownIdError.
        """
        self._check_id(id)
        if self._kind(id) != "entry":
            return []
        text = self._bytes[id].decode()
        cost = self._fewest.cost
        ways = ([*self.encode(text[:cut]), *self.encode(text[cut:])] for cut in range(1, len(text)))
        return min(ways, key=lambda ids: (sum(map(cost, ids)), len(ids)))

    def entry(self, id: int) -> Entry:
        """What is known of one id. Raises UnknownIdError."""
        self._check_id(id)
        piece, parents = self._bytes[id], self._parents[id]
        rank = id - 256 if parents else None
        return Entry(int(id), piece, _text(piece), self._kind(id), rank, parents)

    def _kind(self, id: int) -> Kind:
        if id >= self._rank_end:
            return "special"
        if id < 256:
            return "byte"
        if id >= self._base:
            return "entry" if self.segmentation == "fewest" else "merge"
        return "part" if id in self._parts else "character"

    @property
    def cuts_at_spaces(self) -> bool:
        """Does a token always begin at a single space between two words, so that text may be cut there?"""
        return self.segmentation == "merges" and self.pattern.cuts_at_spaces

    def with_training(self, facts: dict[str, Any]) -> "Tokenizer":
        """The same tokenizer with other facts about its training."""
        other = copy(self)
        other.training = dict(facts)
        return other

    @property
    def merges(self) -> list[tuple[int, int]]:
        """The ordinary merges in rank order, as pairs of ids (those that build characters are not among them)."""
        return [parents for parents in self._parents[self._base : self._rank_end] if parents]

    @property
    def all_merges(self) -> list[tuple[int, int]]:
        """Every merge in rank order, those that build characters first."""
        return list(self._pairs)


class _Fewest:
    """Normal text -> the ids of the cheapest way to spell it."""

    def __init__(self, characters: Sequence[str], entries: Sequence[str]) -> None:
        spelled = [*map(chr, range(128)), *characters, *entries]
        self._segmenter = Segmenter(spelled, [cost_of(each) for each in spelled])
        self._ids = np.arange(len(spelled))
        self._ids[128:] += 128  # behind the bytes

    def cost(self, id: int) -> int:
        """Of one token, in sixteenths; a byte that is no character costs nothing, as there is no choice about it."""
        return int(self._segmenter.costs[id if id < 128 else id - 128]) if id < 128 or id >= 256 else 0

    def encode_all(self, texts: list[str]) -> list[list[int]]:
        """The ids of each."""
        flat, begins, ends = self._segmenter.segment_flat(texts)
        ids = self._ids[flat].tolist()
        with no_garbage_collection():
            found = [ids[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
        unknown = np.searchsorted(ends, np.flatnonzero(flat == UNKNOWN), side="right")
        for number in dict.fromkeys(unknown.tolist()):
            found[number] = self._with_bytes(texts[number], flat[begins[number] : ends[number]])
        return found

    def _with_bytes(self, text: str, found: np.ndarray) -> list[int]:
        ids: list[int] = []
        place = 0
        for entry in found.tolist():
            if entry == UNKNOWN:
                ids += text[place].encode()
                place += 1
            else:
                ids.append(int(self._ids[entry]))
                place += len(self._segmenter.entries[entry])
        return ids


class _Words(dict[str, tuple[int, ...]]):
    """A word, with the space before it if there is one -> its ids; filled as words come by, emptied when full."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._split = splitter(tokenizer.pattern)
        self._normalization = tokenizer.normalization
        self._encode_piece = tokenizer._encode_piece
        self._encode_pieces = tokenizer._encode_all_pieces

    def __missing__(self, word: str) -> tuple[int, ...]:
        pieces = self._split(normalize(word, self._normalization))
        ids = tuple(chain.from_iterable(map(self._encode_piece, pieces)))
        if len(self) >= REMEMBERED_WORDS:
            self.clear()
        if len(word) < LONGEST_WORD:
            self[word] = ids
        return ids

    def learn(self, found: Iterable[str]) -> None:
        """The new ones among some words, all merged at once in machine code."""
        new = [word for word in set(found) - self.keys() if len(word) < LONGEST_WORD]
        if len(self) + len(new) > REMEMBERED_WORDS:
            self.clear()
            new = new[:REMEMBERED_WORDS]
        pieces = list(map(self._split, normalize_all(new, self._normalization)))
        ids = self._encode_pieces(set(chain.from_iterable(pieces)))
        for word, own in zip(new, pieces, strict=True):
            self[word] = tuple(chain.from_iterable(map(ids.__getitem__, own)))


class _Characters(dict[str, list[int]]):
    """character -> its ids before ordinary merges: one if it is an entry, else prefixes and bytes."""

    def __init__(self, pairs: dict[tuple[int, int], int]) -> None:
        super().__init__()
        self._pairs = pairs

    def __missing__(self, character: str) -> list[int]:
        ids = merge(list(character.encode()), self._pairs)
        if len(self) < REMEMBERED_WORDS:
            self[character] = ids
        return ids


def _are_texts(texts: list[str]) -> bool:
    """Asked of all at once; if one is none, it will say so of itself."""
    try:
        check_text("\n".join(texts))
    except (TypeError, TextError):
        return False
    return True


def _text(piece: bytes) -> str | None:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return None


def _utf8(character: str) -> bytes:
    return character.encode("utf-8", "surrogatepass")


def _utf8_lengths(text: str) -> np.ndarray:
    """UTF-8 bytes of each character: 'aक' -> [1, 3]"""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    return 1 + (points > 0x7F).astype(np.int64) + (points > 0x7FF) + (points > 0xFFFF)


_LABEL = regex.compile(r"[^\p{C}\p{Z}\"\\](?:[^\p{C}\p{Zl}\p{Zp}\"\\]{0,98}[^\p{C}\p{Z}\"\\])?")


@lru_cache(maxsize=32)
def _special_pattern(allowed: tuple[str, ...]) -> "regex.Pattern[str]":
    longest_first = sorted(allowed, key=len, reverse=True)
    return regex.compile("(" + "|".join(map(regex.escape, longest_first)) + ")")
