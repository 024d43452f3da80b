"""text -> NFC, and what that changed where.

Unicode can write one and the same letter in several ways, which look alike and are different to a
computer. NFC picks one of them. It is not always the shorter one:

    >>> normalize("\\u0928\\u093c"), normalize("\\u0958")  # na + nukta is composed, qa is taken apart
    ('\\u0929', '\\u0915\\u093c')
    >>> changes("\\u0958")[0].names_before
    ('U+0958 DEVANAGARI LETTER QA',)

NFC alone, never NFKC, which would turn ﷲ into four letters and ² into 2. It leaves look-alikes apart
that Unicode does not call equal: अा and आ, Malayalam's two ways to write a chillu.

Source: Unicode Standard Annex #15, "Unicode Normalization Forms". The data is that of Python's
`unicodedata`; Unicode promises that the NFC of assigned characters never changes, so a newer Python
differs only for newer characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from .errors import TextError


@dataclass(frozen=True)
class Change:
    """One run that NFC rewrites: `text[start:end] == before` becomes `after`."""

    start: int  # code points of the text as given
    end: int
    before: str
    after: str
    names_before: tuple[str, ...]  # "U+0958 DEVANAGARI LETTER QA", one for each character
    names_after: tuple[str, ...]


def normalize(text: str, form: str | None = "NFC") -> str:
    """The NFC form of the text; with `form` None the text itself. Linear in the length, whatever the text."""
    if form not in ("NFC", None):
        raise ValueError(f"The normal form is 'NFC' or None, not {form!r}.")
    if form is None or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _tables().long_run.sub(_in_canonical_order, text))


def normalize_all(texts: Sequence[str], form: str | None = "NFC") -> list[str]:
    """`normalize` of each. Whether there is anything to do is asked of all characters at once, twice as fast."""
    if form != "NFC" or not texts:
        return [normalize(text, form) for text in texts]
    found = list(texts)
    sizes = np.fromiter(map(len, found), np.int64, len(found))
    places = _suspicious(np.frombuffer("\n".join(found).encode("utf-32-le", "surrogatepass"), np.uint32))
    for number in np.unique(np.searchsorted(np.cumsum(sizes + 1), places, side="right")).tolist():
        found[number] = normalize(found[number])
    return found


def _suspicious(points: np.ndarray) -> np.ndarray:
    """Places of code points that NFC may change, or that stand in an order that it may change (UAX #15, section 9)."""
    known = _tables()
    roles = known.roles.take(points)
    before, here = roles[:-1], roles[1:]
    suspects = roles & _REWRITTEN > 0
    suspects[1:] |= (here & _SECOND > 0) & (before & _BEFORE > 0)
    marks = np.flatnonzero(here & before & _MARK)
    suspects[marks + 1] |= known.orders.take(points[marks]) > known.orders.take(points[marks + 1])
    return np.flatnonzero(suspects)


def check_text(text: str) -> None:
    """Raises TextError for what is no text: not a str, or holding half of a surrogate pair, which no UTF-8 file can."""
    if not isinstance(text, str):
        raise TextError(f"A text is a str, not {type(text).__name__}.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TextError(
            f"Character {error.start} is U+{ord(text[error.start]):04X}, half of a surrogate pair,"
            " which no UTF-8 text can hold."
        ) from error


def changes(text: str) -> list[Change]:
    """What `normalize` would change, in order; replacing each `before` by its `after` gives the NFC form."""
    if unicodedata.is_normalized("NFC", text):
        return []
    return [
        Change(start, end, text[start:end], after, _names(text[start:end]), _names(after))
        for start, end, after in _changed_runs(text)
    ]


def align(text: str) -> tuple[str, list[int] | None]:
    """The NFC form, and for each of its indices (and its length) the index in the text as given.

        >>> align("x\\u0958y")  # qa becomes two characters; the boundary between them moves to the end of qa
        ('xक़y', [0, 1, 2, 2, 3])

    A boundary strictly inside a changed run moves to the run's end, so slices of the text as given
    still tile it, and the first character of a run carries all of it. None in place of the list says
    that nothing changed.
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    position: list[int] = []
    done = 0  # how far in the text as given
    for start, end, after in _changed_runs(text):
        pieces += (text[done:start], after)
        position += range(done, start + 1)  # up to and with the start of the run
        position += [end] * (len(after) - 1)
        done = end
    pieces.append(text[done:])
    position += range(done, len(text) + 1)
    return "".join(pieces), position


def segments(text: str) -> list[str]:
    """The text cut wherever NFC cannot reach across: "क़ि" is qa and the vowel sign, two segments.

    The NFC form of the whole is the NFC forms of the segments, put together. A segment begins at a
    character whose decomposition begins with a starter (combining class 0) that is never the second
    half of a composition.
    """
    return _tables().segment.findall(text)


# --- inside ---


def _changed_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, replacement) of each segment that changes, less what it begins and ends with unchanged."""
    for match in _tables().may_change.finditer(text):
        before = match[0]
        after = normalize(before)
        if after == before:
            continue
        shorter = min(len(before), len(after))
        head = 0
        while head < shorter - 1 and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < shorter - 1 - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        yield match.start() + head, match.end() - tail, after[head : len(after) - tail]


def _names(text: str) -> tuple[str, ...]:
    return tuple(f"U+{ord(c):04X} {unicodedata.name(c, '(no name)')}" for c in text)


# What a character may be for `_suspicious`: its NFC is another one; a mark with a combining class; it composes with
# something before it; something behind it may compose with it, or with what stands before it.
_REWRITTEN, _MARK, _SECOND, _BEFORE = 1, 2, 4, 8


@dataclass(frozen=True)
class _Tables:
    segment: re.Pattern[str]
    may_change: re.Pattern[str]  # segments of several characters, or of one that is itself rewritten
    long_run: re.Pattern[str]  # of marks that normalization sorts
    roles: np.ndarray  # code point -> sum of _REWRITTEN, _MARK, _SECOND, _BEFORE
    orders: np.ndarray  # code point -> combining class


# All characters that have a canonical decomposition or a combining class are in here, and it is a tenth
# of Unicode. A test walks through all of Unicode to see that none is missed.
_WHERE_TO_LOOK = (
    range(0x00C0, 0x3400),
    range(0xA000, 0xAC00),
    range(0xF900, 0xFE30),
    range(0x10000, 0x12000),
    range(0x16000, 0x17000),
    range(0x1B000, 0x1F000),
    range(0x2F800, 0x2FA20),
)


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    """Made on first need, in some milliseconds, from the same `unicodedata` that does the normalizing."""
    marks, firsts, seconds, rewritten = set(), set(), set(), set()
    for character in map(chr, chain.from_iterable(_WHERE_TO_LOOK)):
        if unicodedata.combining(character):
            marks.add(character)
        decomposition = unicodedata.decomposition(character)
        if decomposition and decomposition[0] != "<":
            excluded = not unicodedata.is_normalized("NFC", character)
            if excluded:
                rewritten.add(character)
            parts = [chr(int(part, 16)) for part in decomposition.split()]
            firsts.add(character)  # a mark behind it may move in front of its own
            if len(parts) == 2:
                firsts |= set() if excluded else {parts[0]}
                seconds.add(parts[1])
            if unicodedata.combining(parts[0]):  # Tibetan's 0F73, a class-0 character made of two marks
                marks.add(character)
    seconds |= set(map(chr, chain(range(0x1161, 0x1176), range(0x11A8, 0x11C3))))  # Hangul jamo: vowels, finals
    firsts |= set(map(chr, chain(range(0x1100, 0x1113), range(0xAC00, 0xD7A4))))  # and what they follow
    roles, orders = np.zeros(0x110000, np.uint8), np.zeros(0x110000, np.uint8)
    for role, members in ((_REWRITTEN, rewritten), (_MARK, marks), (_SECOND, seconds), (_BEFORE, firsts | marks)):
        roles[_code_points(members)] |= role
    orders[_code_points(marks)] = list(map(unicodedata.combining, marks))
    joins = _character_class(marks | seconds)
    return _Tables(
        segment=re.compile(f"(?s:.){joins}*"),
        may_change=re.compile(f"(?s:.){joins}+|{_character_class(rewritten)}"),
        long_run=re.compile(f"{_character_class(marks)}{{32,}}"),
        roles=roles,
        orders=orders,
    )


def _code_points(characters: Iterable[str]) -> list[int]:
    return list(map(ord, characters))


def _character_class(characters: Iterable[str]) -> str:
    """{"a", "b", "c", "x"} -> "[a-cx]", written with escapes"""
    ranges: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"


def _in_canonical_order(run: re.Match[str]) -> str:
    """Sorts marks by combining class, as normalization would.

    Python sorts them by insertion, quadratic in the length of a run: 80,000 marks would take it five seconds.
    """
    taken_apart = chain.from_iterable(unicodedata.normalize("NFD", mark) for mark in run[0])
    return "".join(sorted(taken_apart, key=unicodedata.combining))
