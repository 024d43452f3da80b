"""A vocabulary as a whole: lengths, scripts, topics; and two vocabularies beside each other. No gradio, no HTML."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from components.errors import PathshalaError
from components.tokens.vocabulary.compute import SHOWN, Vocabulary, vocabulary
from tokenizer_indic import Entry
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.scripts import LANGUAGES, SCRIPTS, dominant_script

UNITS = ("characters", "aksharas", "bytes")
BARS = 16  # of a histogram; the last one holds all that is longer
BYTES_PER_BAR = 3  # as many as a letter of most Indian scripts has
NO_SCRIPT = "none"  # signs, digits and spaces
PARTS = "parts"  # bytes that are no whole character
LEAST = (2, 3, 4, 5)  # aksharas of a word that may be a topic
WORDS = 90  # of a list of topics
ALPHABETS = ("Arab", "Latn", "Olck")  # every letter is an akshara there: words need twice as many
EXAMPLES = 8  # of each part of a comparison
COMPARED = ("shared", "one", "other")


@dataclass(frozen=True)
class Bar:
    """Entries of `first` to `last` units; `last` is None where the bar holds all that is longer."""

    first: int
    last: int | None
    count: int


@dataclass(frozen=True)
class Lengths:
    """How long entries are."""

    unit: str
    bars: tuple[Bar, ...]
    left_out: int  # entries that have no length in this unit: parts of characters
    mean: float
    chosen: int  # a place in `bars`
    entries: tuple[Entry, ...]  # of that bar, the first SHOWN
    total: int


@dataclass(frozen=True)
class Scripts:
    """How many entries each script has, most first; an entry of two scripts counts for the one of most letters."""

    counts: tuple[tuple[str, int], ...]  # code of a script, NO_SCRIPT or PARTS
    chosen: str
    entries: tuple[Entry, ...]  # of that one, the first SHOWN
    total: int


@dataclass(frozen=True)
class Topics:
    """The long words that were learned first: what the corpus talked about."""

    scripts: tuple[tuple[str, int], ...]  # in which there are such words, and how many
    script: str  # "" where there are none
    least: int
    letters: bool  # in letters, since the script is an alphabet
    words: tuple[tuple[Entry, int], ...]  # with how many longer entries go on from it
    total: int
    ranks: int


@dataclass(frozen=True)
class Comparison:
    """Which entries two vocabularies share. Bytes, parts of characters and special tokens are left out."""

    one: str
    other: str
    counts: dict[str, int]  # by the names in COMPARED
    examples: dict[str, tuple[Entry, ...]]  # the first EXAMPLES of each
    part: str
    rows: tuple[tuple[Entry, Entry | None], ...]  # of that part: the entry, and its like in the other vocabulary
    total: int


# -- lengths ---------------------------------------------------------------------------------------


def lengths(name: str, unit: str, chosen: int = -1) -> Lengths:
    """The histogram of lengths, the space before a word counted too; `chosen` picks a bar, -1 the last. Raises
    PathshalaError."""
    if unit not in UNITS:
        raise PathshalaError(f"Lengths are counted in {', '.join(UNITS)}, not in “{unit[:40]}”.")
    known = vocabulary(name)
    measured = _measured(known, unit)
    width = BYTES_PER_BAR if unit == "bytes" else 1
    bins: list[list[Entry]] = [[] for _ in range(BARS)]
    for entry, length in measured:
        bins[min((length - 1) // width, BARS - 1)].append(entry)
    while len(bins) > 1 and not bins[-1]:
        bins.pop()
    longest = max((length for _, length in measured), default=1)
    place = max(0, min(chosen, len(bins) - 1)) if chosen >= 0 else len(bins) - 1
    return Lengths(
        unit=unit,
        bars=tuple(
            Bar(number * width + 1, None if (number + 1) * width < longest and number == BARS - 1 else last, len(each))
            for number, each in enumerate(bins)
            for last in [(number + 1) * width]
        ),
        left_out=sum(entry.kind != "special" for entry in known.entries) - len(measured),
        mean=sum(length for _, length in measured) / max(1, len(measured)),
        chosen=place,
        entries=tuple(bins[place][:SHOWN]),
        total=len(bins[place]),
    )


def _measured(known: Vocabulary, unit: str) -> list[tuple[Entry, int]]:
    """Each entry with its length; special tokens are not learned and have none."""
    return [
        (entry, length) for entry in known.entries if entry.kind != "special" and (length := length_of(entry, unit))
    ]


def length_of(entry: Entry, unit: str) -> int:
    """' हिन्दी' -> 7 characters, 3 aksharas, 19 bytes; 0 where there is no text to count in."""
    if unit == "bytes":
        return len(entry.bytes)
    if entry.text is None:
        return 0
    return len(entry.text) if unit == "characters" else len(aksharas(entry.text))


# -- scripts ---------------------------------------------------------------------------------------


def scripts(name: str, chosen: str = "") -> Scripts:
    """Entries by script. `chosen` is a code; "" is the one with the most entries."""
    known = vocabulary(name)
    counts = Counter(_scripts_of(name))
    ordered = tuple(sorted(counts.items(), key=lambda pair: (pair[0] in (NO_SCRIPT, PARTS), -pair[1], pair[0])))
    chosen = chosen if chosen in counts else ordered[0][0]
    members = [entry for entry, script in zip(known.entries, _scripts_of(name), strict=True) if script == chosen]
    return Scripts(ordered, chosen, tuple(members[:SHOWN]), len(members))


@lru_cache(maxsize=12)
def _scripts_of(name: str) -> tuple[str, ...]:
    return tuple(map(script_of_entry, vocabulary(name).entries))


def script_of_entry(entry: Entry) -> str:
    """' भारत' -> 'Deva', '।' -> 'none', the byte E0 -> 'parts'"""
    if entry.text is None:
        return PARTS
    return dominant_script(entry.text) or NO_SCRIPT


# -- topics ----------------------------------------------------------------------------------------

_LETTERS = re.compile("[" + "".join(script.letters for script in SCRIPTS.values()) + "\u200c\u200d]+")


def topics(name: str, script: str = "", least: int = 3) -> Topics:
    """The earliest words of at least so many aksharas: function words are short, so what is left are topics.

    `topics("hi").words[0]` -> (' सरकार', …). A script that has none gives way to the one with the most.
    """
    least = max(LEAST[0], min(least, LEAST[-1]))
    known = vocabulary(name)
    words = _words(name, least)
    counts = Counter(code for code, _ in words).most_common()
    script = script if script in dict(counts) else _main_script(known, counts)
    mine = [entry for code, entry in words if code == script]
    texts = _texts(name)
    return Topics(
        scripts=tuple(counts),
        script=script,
        least=2 * least if script in ALPHABETS else least,
        letters=script in ALPHABETS,
        words=tuple((entry, going_on(texts, entry.text or "")) for entry in mine[:WORDS]),
        total=len(mine),
        ranks=known.ranks,
    )


def _main_script(known: Vocabulary, counts: list[tuple[str, int]]) -> str:
    """The script of the tokenizer's language where it has words, else the one with the most."""
    language = LANGUAGES.get(known.tokenizer.language)
    if language and language.scripts[0] in dict(counts):
        return language.scripts[0]
    return counts[0][0] if counts else ""


@lru_cache(maxsize=12)
def _words(name: str, least: int) -> tuple[tuple[str, Entry], ...]:
    """(script, entry) of each entry that begins with a space and holds letters alone, long enough to be a topic."""
    found = []
    for entry, script in zip(vocabulary(name).entries, _scripts_of(name), strict=True):
        text = entry.text or ""
        if not text.startswith(" ") or entry.rank is None or not _LETTERS.fullmatch(text, 1):
            continue
        if len(aksharas(text[1:])) >= (2 * least if script in ALPHABETS else least):
            found.append((script, entry))
    return tuple(found)


@lru_cache(maxsize=12)
def _texts(name: str) -> tuple[str, ...]:
    return tuple(sorted(entry.text for entry in vocabulary(name).entries if entry.text))


def going_on(texts: tuple[str, ...], beginning: str) -> int:
    """How many of the sorted texts go on from this one: of ' भारत' and ' भारतीय', one goes on from ' भारत'."""
    first = bisect_right(texts, beginning)
    last = bisect_right(texts, beginning + "\U0010ffff")
    return last - first


# -- two vocabularies ------------------------------------------------------------------------------

Rows = list[tuple[Entry, Entry | None]]


def compare(one: str, other: str, part: str = "shared") -> Comparison:
    """The entries of two vocabularies: in both, in one alone; `part` picks those to list. Raises PathshalaError."""
    if part not in COMPARED:
        raise PathshalaError(f"A comparison has the parts {', '.join(COMPARED)}, not “{part[:40]}”.")
    first, second = _by_text(one), _by_text(other)
    parts: dict[str, Rows] = {
        "shared": [(entry, second[text]) for text, entry in first.items() if text in second],
        "one": [(entry, None) for text, entry in first.items() if text not in second],
        "other": [(entry, None) for text, entry in second.items() if text not in first],
    }
    return Comparison(
        one=one,
        other=other,
        counts={name: len(rows) for name, rows in parts.items()},
        examples={name: tuple(entry for entry, _ in _telling(rows)) for name, rows in parts.items()},
        part=part,
        rows=tuple(sorted(parts[part], key=_is_character)[:SHOWN]),
        total=len(parts[part]),
    )


def _is_character(row: tuple[Entry, Entry | None]) -> bool:
    """Characters come last: they tell of scripts, not of texts."""
    return row[0].kind == "character"


def _telling(rows: Rows) -> Rows:
    """The earliest that are more than a character, while there are such."""
    longer = [row for row in rows if len(row[0].text or "") > 2]
    return (longer or rows)[:EXAMPLES]


def _by_text(name: str) -> dict[str, Entry]:
    """Text -> entry, in id order, of all that was learned and can be read."""
    entries = vocabulary(name).entries
    return {each.text: each for each in entries if each.text and each.kind not in ("byte", "special")}
