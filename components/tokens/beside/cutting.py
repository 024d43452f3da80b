"""text -> pieces whose places tile it, whichever library cuts. No library is imported before it is asked.

    of_ours(load("hi")).cut("हिन्दी")          one piece, (0, 6)
    of_bytes().cut("हि")                       six pieces: ह carries (0, 1), its other bytes are empty and `joined`

A library tells of its tokens in bytes (tiktoken, byte-level BPE) or in places of the text (WordPiece, SentencePiece).
Both become the same pieces: of a character that is split over several tokens the first carries it and the rest are
empty; what a tokenizer leaves out is a piece without an id. So the texts of the pieces, put together, are the text as
given, whatever became of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from tokenizer_indic import Tokenizer
from tokenizer_indic.exporting import byte_letters


@dataclass(frozen=True)
class Piece:
    """One token, the slice start:end of the text as given, in code points; without an id, what was left out.

    `label` is what the vocabulary holds: "##ने", "▁बच्चे", or "E0 A4" of bytes that are no whole character. `joined`
    begins inside what the piece before it began. `unknown` stands for something that the vocabulary cannot spell.
    """

    id: int | None
    label: str
    start: int
    end: int
    joined: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class Cut:
    """`decoded` is what the tokenizer gives back for its ids."""

    pieces: tuple[Piece, ...]
    decoded: str


@dataclass(frozen=True)
class Cutter:
    """A tokenizer that is ready: its number of entries, and a function from a text to its pieces."""

    entries: int
    cut: Callable[[str], Cut]


# -- to pieces --------------------------------------------------------------------------------------------------------


def tile_bytes(text: str, ids: Sequence[int], chunks: Sequence[bytes]) -> list[Piece]:
    """The pieces of tokens whose bytes, put together, are those of the text: ("हि", [7, 8], [E0 A4, B9 E0 A4 BF]) ->
    the first carries ह, the second ि, and is joined."""
    character_at = {}  # the place in bytes at which a character begins -> its place in the text
    for place, at in enumerate(accumulate((len(each.encode()) for each in text), initial=0)):
        character_at[at] = place
    pieces = []
    at = start = 0
    for id, chunk in zip(ids, chunks, strict=True):
        inside = at not in character_at
        at += len(chunk)
        end = next(character_at[later] for later in range(at, at + 4) if later in character_at)  # behind the character
        pieces.append(Piece(id, written(chunk), start, end, joined=inside))
        start = end
    return pieces


def written(chunk: bytes) -> str:
    """b'\\xe0\\xa4' -> 'E0 A4', and text as it is."""
    try:
        return chunk.decode()
    except UnicodeDecodeError:
        return chunk.hex(" ").upper()


@dataclass(frozen=True)
class Span:
    """A token as a library places it: [start, end) of the text, in code points."""

    id: int
    label: str
    start: int
    end: int
    unknown: bool = False


def tile_spans(text: str, spans: Iterable[Span], lossless: bool) -> list[Piece]:
    """The pieces of such tokens. Gaps between them were left out or, if the text comes back whole, belong to the
    token that follows: some libraries trim the space off a token's place."""
    pieces: list[Piece] = []
    done = 0
    for span in spans:
        start, end = max(span.start, done), max(span.end, done)
        if start > done and not lossless:
            pieces.append(Piece(None, text[done:start], done, start))
        elif start > done:
            start = done
        joined = bool(pieces) and end == start and not span.unknown
        pieces.append(Piece(span.id, span.label, start, end, joined, span.unknown))
        done = end
    if done < len(text) and lossless and pieces:
        pieces[-1] = replace(pieces[-1], end=len(text))
    elif done < len(text):
        pieces.append(Piece(None, text[done:], done, len(text)))
    return pieces


# -- one maker a library ----------------------------------------------------------------------------------------------


def of_ours(tokenizer: Tokenizer) -> Cutter:
    """This project's: its tokens know their places already."""

    def cut(text: str) -> Cut:
        tokens = tokenizer.tokens(text)
        pieces = tuple(
            Piece(each.id, written(each.bytes), each.start, each.end, bool(place) and _goes_on(each.bytes, each.text))
            for place, each in enumerate(tokens)
        )
        return Cut(pieces, tokenizer.decode([each.id for each in tokens]))

    return Cutter(len(tokenizer), cut)


def _goes_on(chunk: bytes, text: str) -> bool:
    """Does a token begin inside the character before it? UTF-8 marks such bytes; an empty text is what NFC joined."""
    return not text or chunk[0] & 0xC0 == 0x80


def of_tiktoken(encoding: Any) -> Cutter:
    """A tiktoken.Encoding; special tokens that somebody typed are text."""

    def cut(text: str) -> Cut:
        ids = encoding.encode_ordinary(text)
        pieces = tile_bytes(text, ids, encoding.decode_tokens_bytes(ids))
        return Cut(tuple(pieces), encoding.decode(ids))

    return Cutter(encoding.n_vocab, cut)


def of_huggingface(tokenizer: Any) -> Cutter:
    """A tokenizers.Tokenizer, without [CLS] and [SEP]; special tokens that somebody typed are text."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    unknown = _unknown_id(tokenizer)
    byte_of = {letter: byte for byte, letter in enumerate(byte_letters())}
    byte_level = type(tokenizer.decoder).__name__ == "ByteLevel"

    def cut(text: str) -> Cut:
        found = tokenizer.encode(text, add_special_tokens=False)
        decoded = tokenizer.decode(found.ids, skip_special_tokens=False)
        if byte_level and all(letter in byte_of for token in found.tokens for letter in token):
            chunks = [bytes(byte_of[letter] for letter in token) for token in found.tokens]
            if b"".join(chunks) == text.encode():
                return Cut(tuple(tile_bytes(text, found.ids, chunks)), decoded)
        rows = zip(found.ids, found.tokens, found.offsets, strict=True)
        spans = (Span(id, label, start, end, id == unknown) for id, label, (start, end) in rows)
        return Cut(tuple(tile_spans(text, spans, decoded == text)), decoded)

    return Cutter(tokenizer.get_vocab_size(), cut)


def _unknown_id(tokenizer: Any) -> int | None:
    """The id that stands for what cannot be spelled, if there is one."""
    named = getattr(tokenizer.model, "unk_token", None)
    names = [named] if named else ["<unk>", "[UNK]"]
    return next((id for name in names if (id := tokenizer.token_to_id(name)) is not None), None)


def of_sentencepiece(processor: Any) -> Cutter:
    """A SentencePieceProcessor that was trained as components.tokens.beside.here does it: nothing is normalised, and
    what has no piece falls back to bytes. So its pieces, read from left to right, spell the text, a space as ▁."""
    entries = range(processor.vocab_size())
    labels = [processor.id_to_piece(id) for id in entries]
    byte_of = {id: int(labels[id][3:5], 16) for id in entries if processor.is_byte(id)}

    def cut(text: str) -> Cut:
        ids = processor.encode(text)
        spans = []
        at = 0  # in the text
        for id in ids:
            byte = byte_of.get(id)
            size = len(labels[id]) if byte is None else int(byte & 0xC0 != 0x80)  # a first byte carries its character
            spans.append(Span(id, labels[id] if byte is None else f"{byte:02X}", at, at + size))
            at += size
        return Cut(tuple(tile_spans(text, spans, lossless=True)), processor.decode(ids))

    return Cutter(len(entries), cut)


def of_bytes() -> Cutter:
    """UTF-8."""

    def cut(text: str) -> Cut:
        data = text.encode()
        return Cut(tuple(tile_bytes(text, data, [bytes([each]) for each in data])), text)

    return Cutter(256, cut)


CODE_POINTS = 0x110000 - 0x800  # without the surrogates


def of_characters() -> Cutter:
    """Unicode's code points."""

    def cut(text: str) -> Cut:
        return Cut(tuple(Piece(ord(each), each, at, at + 1) for at, each in enumerate(text)), text)

    return Cutter(CODE_POINTS, cut)
