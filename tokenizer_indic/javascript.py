r"""A split pattern -> the same in JavaScript, for a page that tokenizes in the browser. No tokenizer, no files.

    >>> in_javascript(r" ?\p{N}++|.").source
    ' ?(?=(?<a1>[@{n}]+))\\k<a1>|[^\\u000A]'

Two things differ there. JavaScript has no possessive quantifiers and no atomic groups: `X++` becomes a look-ahead and
a reference to what it captured, which nothing can backtrack into either. And its \s, \w and \p{L} are those of the
browser's Unicode version: each such class becomes the name `@{l}` inside brackets, and `classes` spells out what
Python's `regex` means by it, so that every browser cuts where Python cuts. What is not known to mean the same
is refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

from .errors import ExportError

_BLOCKS = (range(0xD800), range(0xE000, 0x110000))  # all code points but surrogates, which no text holds
CLASSES = 24  # different classes in a pattern; each costs a walk through all code points, a tenth of a second
ANY_CASE = 40  # the same for letters and brackets inside (?i:…)


@dataclass(frozen=True)
class Expression:
    """`source` is for `new RegExp(source, "gu")`, once each `@{name}` in it is replaced by `classes[name]`."""

    source: str
    classes: dict[str, str]  # name -> the inside of a character class


@lru_cache(maxsize=32)
def in_javascript(pattern: str) -> Expression:
    """Raises ExportError for what JavaScript might cut elsewhere, an empty match among it, and for too many classes."""
    reader = _Reader(pattern)
    source, least = reader.whole()
    if least == 0:
        raise ExportError("The split pattern can match nothing at all, which JavaScript goes on from in its own way.")
    if len(reader.names) > CLASSES:
        raise ExportError(
            f"The split pattern has {len(reader.names):,} different classes like \\p{{L}} or \\s. Each is spelled out"
            f" for JavaScript, and the limit is {CLASSES}: write it with fewer."
        )
    return Expression(source, {name: _inside(name) for name in sorted(reader.names)})


def least_length(pattern: str) -> int | None:
    """Characters that a match has at least; None where this module cannot tell.

    >>> least_length("a*|bc"), least_length("(?:a|bc)d")
    (0, 2)
    """
    try:
        return _Reader(pattern).whole()[1]
    except ExportError:
        return None


@lru_cache(maxsize=8)
def without_word_classes(pattern: str) -> str:
    r"""\w and \W spelled out as Python's engine means them; Hugging Face's engine counts joiners among them."""
    found, inside, at = "", False, 0
    while at < len(pattern):
        if not inside and pattern[at] == "[":
            end = at + len(re.compile(r"\[\^?\]?").match(pattern, at)[0])  # type: ignore[index]
            found, at, inside = found + pattern[at:end], end, True
            continue
        inside = inside and pattern[at] != "]"
        end = at + (2 if pattern[at] == "\\" else 1)
        part = pattern[at:end]
        if part in (r"\w", r"\W"):
            members = _inside("word" if part == r"\w" else "^word").replace(r"\u{", r"\x{")
            part = members if inside else f"[{members}]"
        found, at = found + part, end
    return found


@lru_cache(maxsize=1)
def unassigned() -> str:
    """The inside of a character class: what this Python's Unicode version does not know, and so never normalises."""
    ranges: list[tuple[int, int]] = []
    for block in _BLOCKS:
        for point in block:
            if unicodedata.category(chr(point)) == "Cn":
                joins = ranges and ranges[-1][1] == point - 1
                ranges[-1:] = [(ranges[-1][0], point)] if joins else [*ranges[-1:], (point, point)]
    return _written(ranges)


def alternatives_of(pattern: str) -> list[str]:
    r"""A pattern cut at the | of its top level: r"a|(?:b|c)|[|]\|" -> ['a', '(?:b|c)', r'[|]\|']"""
    found, start, depth, at = [], 0, 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "[":
            at = _class_end(pattern, at)
            continue
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            found.append(pattern[start:at])
            start = at + 1
        at += 2 if letter == "\\" else 1
    return [*found, pattern[start:]]


def _class_end(pattern: str, at: int) -> int:
    """Behind the ] of the class that begins here; as the first member ] is itself."""
    match = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL).match(pattern, at)
    return match.end() if match else len(pattern)


# -- reading ----------------------------------------------------------------------------------------------------------

_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})([?+]?)")
# As `regex` reads them: with other signs in its name, or another letter behind it, \p is a p.
_SET = re.compile(r"\\(?:([pP])(?:\{(\^?)([A-Za-z0-9 &_.:=/-]+)\}|([CLMNPSZ]))|([sSdDwW]))")
_SHORT = {"s": "space", "d": "digit", "w": "word"}  # \s is \p{Space}; a name of its own, since \p{S} are the symbols
_CODE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class _Reader:
    """Reads a pattern once, from left to right. Each method gives JavaScript and the least length of a match."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.names: set[str] = set()  # classes that have to be spelled out
        self.captures = 0
        self.any_case = False  # inside (?i:…)
        self.spelled: set[str] = set()  # what stood there

    def whole(self) -> tuple[str, int]:
        """Raises ExportError."""
        try:
            read = self.alternatives()
        except RecursionError:
            raise _refused("(" * 20) from None
        if self.at < len(self.pattern):
            raise _refused(")")
        return read

    def _takes(self, text: str) -> bool:
        found = self.pattern.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def alternatives(self) -> tuple[str, int]:
        ways = [self._sequence()]
        while self._takes("|"):
            ways.append(self._sequence())
        return "|".join(source for source, _ in ways), min(least for _, least in ways)

    def _sequence(self) -> tuple[str, int]:
        source, least = "", 0
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            begin = self.at
            one = self._quantified(*self._atom(), looks=self.pattern.startswith(("(?=", "(?!", "$"), begin))
            source, least = source + one[0], least + one[1]
        return source, least

    def _quantified(self, source: str, least: int, looks: bool) -> tuple[str, int]:
        """What stands here, as often as the quantifier behind it says."""
        found = _QUANTIFIER.match(self.pattern, self.at)
        if not found:
            return source, least
        sign, low, comma, high, manner = found.groups()
        if sign:
            low, comma, high = {"*": ("0", ",", ""), "+": ("1", ",", ""), "?": ("0", ",", "1")}[sign]
        elif not (low or comma):
            raise _refused(found[0])
        low, written = low or "0", sign or f"{{{low or 0}{comma}{high}}}"
        if looks or (least == 0 and sign != "?"):  # a repetition of nothing ends differently there
            raise _refused(found[0])
        self.at = found.end()
        if self.pattern[self.at : self.at + 1] in {"*", "+", "?", "{"}:
            raise _refused(self.pattern[self.at])
        repeated = f"{source}{written}{'?' if manner == '?' else ''}"
        return self._atomic(repeated) if manner == "+" else repeated, least * int(low)

    def _atomic(self, source: str) -> str:
        self.captures += 1
        return f"(?=(?<a{self.captures}>{source}))\\k<a{self.captures}>"

    def _atom(self) -> tuple[str, int]:
        begin = self.at
        if self._takes("("):
            return self._group()
        if self._takes("["):
            return self._class(begin), 1
        if self._takes("."):
            return "[^\\u000A]", 1
        if self._takes("$"):
            return "(?=\\u000A?(?![^]))", 0  # Python's $ stands before a last line feed, too
        if self.pattern[begin] in "^*+?{":
            raise _refused(self.pattern[begin])
        if (member := self._named_set()) is not None:
            return f"[{member}]", 1
        letter = self._letter()
        return (self._ignoring_case(begin) if self.any_case else _escaped(letter)), 1

    def _group(self) -> tuple[str, int]:
        head = next((head for head in ("?:", "?=", "?!", "?>", "?i:") if self._takes(head)), "")
        if not head and self.pattern.startswith("?", self.at):
            raise _refused(f"({self.pattern[self.at : self.at + 2]}")
        before, self.any_case = self.any_case, self.any_case or head == "?i:"
        source, least = self.alternatives()
        self.any_case = before
        if not self._takes(")"):
            raise _refused("(")
        if head in ("?=", "?!"):
            return f"({head}{source})", 0
        return (self._atomic(source) if head == "?>" else f"(?:{source})"), least

    def _class(self, begin: int) -> str:
        """[^\\s\\p{L}] -> [^@{space}@{l}]"""
        members = "[^" if self._takes("^") else "["
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern) or self.pattern.startswith(("[:", "[."), self.at):
                raise _refused("[")
            first = False
            if (named := self._named_set()) is not None:
                members += named
                continue
            low = self._letter()
            members += _escaped(low)
            if self.pattern.startswith("-", self.at) and not self.pattern.startswith("-]", self.at):
                self.at += 1
                if _SET.match(self.pattern, self.at):
                    raise _refused("-")
                members += f"-{_escaped(self._letter())}"
        self.at += 1
        return self._ignoring_case(begin) if self.any_case else f"{members}]"

    def _named_set(self) -> str | None:
        """\\p{L} -> '@{l}', \\P{L} -> '@{^l}', \\S -> '@{^space}'"""
        found = _SET.match(self.pattern, self.at)
        if not found:
            return None
        self.at = found.end()
        kind, not_these, braced, short, other = found.groups()
        name = _SHORT[other.lower()] if other else _canonical(braced or short)
        if (other or kind).isupper() != bool(not_these):
            name = f"^{name}"
        self.names.add(name)
        return f"@{{{name}}}"

    def _letter(self) -> str:
        """One character, perhaps written with a backslash."""
        if found := _CODE.match(self.pattern, self.at):
            self.at = found.end()
            return chr(int(found[1] or found[2], 16))
        letter = self.pattern[self.at]
        self.at += 1
        if letter != "\\":
            return letter
        letter = self.pattern[self.at : self.at + 1]
        self.at += 1
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if not letter or letter == "_" or letter.isalnum():
            raise _refused(f"\\{letter}")
        return letter

    def _ignoring_case(self, begin: int) -> str:
        """What stands between here and there matches whatever Python's engine says it does: s, S and ſ."""
        written = self.pattern[begin : self.at]
        self.spelled.add(written)
        if len(self.spelled) > ANY_CASE:
            raise ExportError(
                f"The split pattern has more than {ANY_CASE} different letters and classes inside (?i:…). Each is"
                " spelled out for JavaScript: write it with fewer."
            )
        return f"[{_written(_members(f'(?i:{written})'))}]"


def _refused(what: str) -> ExportError:
    return ExportError(f"The split pattern holds {what!r} in a place where JavaScript might read it differently.")


# -- classes ----------------------------------------------------------------------------------------------------------


def _canonical(name: str) -> str:
    """`regex` reads 'Lu', 'l_u' and 'L u ' alike -> 'lu'; a number keeps its sign: 'nv=-1/2'."""
    name = name.casefold()
    return name if any(map(str.isdigit, name)) else re.sub("[ _-]", "", name)


def _inside(name: str) -> str:
    """'^l' -> what \\P{L} matches, as the inside of a class; 'space' -> what \\s does."""
    return _written(_members(f"\\P{{{name[1:]}}}" if name[0] == "^" else f"\\p{{{name}}}"))


@lru_cache(maxsize=64)
def _members(one: str) -> tuple[tuple[int, int], ...]:
    """The code points that an expression for one character matches: "[a-c]" -> ((97, 99),)"""
    runs = regex.compile(f"(?:{one})+")
    return tuple(
        (block.start + found.start(), block.start + found.end() - 1)
        for block in _BLOCKS
        for found in runs.finditer("".join(map(chr, block)))
    )


def _written(ranges: "tuple[tuple[int, int], ...] | list[tuple[int, int]]") -> str:
    return "".join(_escape(low) if low == high else f"{_escape(low)}-{_escape(high)}" for low, high in ranges)


def _escaped(letter: str) -> str:
    return letter if letter.isascii() and (letter.isalnum() or letter == " ") else _escape(ord(letter))


def _escape(point: int) -> str:
    return f"\\u{point:04X}" if point < 0x10000 else f"\\u{{{point:X}}}"
