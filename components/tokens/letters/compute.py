"""text -> the same text in five units, aligned: bytes, code points, grapheme clusters, aksharas, tokens.

    हि      bytes E0 A4 B9 E0 A4 BF, code points U+0939 U+093F, one grapheme cluster, one akshara, one token
            each unit is a span of bytes: the token (0, 6), the akshara (0, 6), ह (0, 3), ि (3, 6), E0 (0, 1) …

Everything is told of the text that is encoded, its NFC form; what NFC changed stands beside it. No gradio, no HTML.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import regex

from components.tokens.compute import check_text, direction_of, name_of
from components.tokens.own import find
from tokenizer_indic import Tokenizer
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.normalizing import Change, changes
from tokenizer_indic.scripts import INVISIBLE

LIMIT = 200  # characters that are drawn; a longer text is cut there, and the page says so
WHITE = {" ": "·", "\t": "⇥", "\n": "↵", "\r": "␍", "\u00a0": "NBSP", "\u3000": "IDSP"}


@dataclass(frozen=True)
class Unit:
    """A span of bytes, half open: [start, end). `name` is what is told of it when it is touched."""

    start: int
    end: int
    shown: str
    name: str
    id: int | None = None  # of a token
    broken: bool = False  # a token that begins or ends inside an akshara
    invisible: bool = False


@dataclass(frozen=True)
class Ladder:
    """One text in five units. Each row tiles the same bytes: a unit's relatives are those whose spans meet its own."""

    text: str  # what is encoded: the NFC form, at most LIMIT characters
    direction: str  # "ltr" or "rtl"
    tokenizer: str
    tokens: tuple[Unit, ...]
    aksharas: tuple[Unit, ...]
    graphemes: tuple[Unit, ...]
    points: tuple[Unit, ...]
    bytes: tuple[Unit, ...]
    changes: tuple[Change, ...]
    left_out: int  # characters beyond LIMIT

    @property
    def broken(self) -> int:
        """Tokens that begin or end inside an akshara."""
        return sum(token.broken for token in self.tokens)


def ladder(text: str, tokenizer: str, language: str = "") -> Ladder:
    """Raises PathshalaError for a text that cannot be drawn, or an unknown tokenizer."""
    check_text(text)
    made = find(tokenizer)
    given = _beginning(text)
    normal = made.normalize(given)
    units = aksharas(normal)
    borders = set(_borders(units))
    return Ladder(
        text=normal,
        direction=direction_of(normal, language),
        tokenizer=tokenizer,
        tokens=_tokens(made, normal, borders),
        aksharas=_units(units),
        graphemes=_units(regex.findall(r"\X", normal)),
        points=_points(normal),
        bytes=tuple(Unit(n, n + 1, f"{b:02X}", f"byte {b} = {b:#04x}") for n, b in enumerate(normal.encode())),
        changes=tuple(changes(given)) if made.normalization else (),
        left_out=len(text) - len(given),
    )


def _beginning(text: str) -> str:
    """At most LIMIT characters, cut between two aksharas where that is possible."""
    if len(text) <= LIMIT:
        return text
    ends = [end for end in accumulate(map(len, aksharas(text[: LIMIT + 50]))) if end <= LIMIT]
    return text[: ends[-1] if ends else LIMIT]


def _borders(parts: Iterable[str]) -> list[int]:
    """The byte positions between the parts, both ends among them: ["हि", "न"] -> [0, 6, 9]"""
    return list(accumulate((len(part.encode()) for part in parts), initial=0))


def _units(parts: Sequence[str]) -> tuple[Unit, ...]:
    spans = pairwise(_borders(parts))
    return tuple(
        Unit(start, end, visible(part), _counted(part)) for part, (start, end) in zip(parts, spans, strict=True)
    )


def _counted(part: str) -> str:
    """'क्षि' -> '4 code points, 12 bytes'"""
    points, size = len(part), len(part.encode())
    return f"{points} code point{'' if points == 1 else 's'}, {size} byte{'' if size == 1 else 's'}"


def _tokens(tokenizer: Tokenizer, normal: str, borders: set[int]) -> tuple[Unit, ...]:
    ids = tokenizer.encode(normal)
    pieces = list(tokenizer.pieces(ids))
    spans = pairwise(accumulate(map(len, pieces), initial=0))
    return tuple(
        Unit(start, end, *_label(id, piece), id=id, broken=not {start, end} <= borders)
        for id, piece, (start, end) in zip(ids, pieces, spans, strict=True)
    )


def _label(id: int, piece: bytes) -> tuple[str, str]:
    """What is shown of a token, and told: its text, or the bytes of what is no whole character."""
    try:
        return visible(piece.decode()), f"id {id}"
    except UnicodeDecodeError:
        return piece.hex(" ").upper(), f"id {id}, bytes of a character that is no entry"


def _points(normal: str) -> tuple[Unit, ...]:
    spans = pairwise(_borders(normal))
    return tuple(
        Unit(
            start,
            end,
            visible(c, alone=True),
            f"U+{ord(c):04X} {name_of(c)}, number {ord(c):,}",
            invisible=is_invisible(c),
        )
        for c, (start, end) in zip(normal, spans, strict=True)
    )


def is_invisible(character: str) -> bool:
    """Joiners, spaces, directional marks, controls: what takes no ink."""
    return character in INVISIBLE or unicodedata.category(character)[0] in "ZC"


def visible(text: str, *, alone: bool = False) -> str:
    """' हम' -> '·हम'. A character that is drawn `alone` shows what it is: 'ि' -> '◌ि', a joiner -> 'ZWJ'.

    Inside a longer unit joiners stay as they are: they shape the letters around them.
    """
    if all(map(is_invisible, text)):
        return "".join(map(_named, text))
    if alone:
        return f"◌{text}" if unicodedata.category(text)[0] == "M" else text
    return "".join(WHITE.get(character, character) for character in text)


def _named(character: str) -> str:
    return WHITE.get(character) or INVISIBLE.get(character) or f"U+{ord(character):04X}"
