"""A pattern that somebody typed, tried in a process of its own: it may be as slow, as large or as broken as it likes.

    {"rules": ["a+", "b"], "texts": ["aabx"], "start": 0, "end": 4}
    -> {"spans": [[[0, 2], [2, 3], [3, 4]]], "takers": [0, 1, -1], "left_over": 1}

`texts` are cut by the rules together, as alternatives. `takers` are of the pieces of the first text that begin from
`start` to before `end`: the number of the rule that took the piece, LEFT_OVER, or UNKNOWN. `left_over` counts the
characters of all texts that no rule takes.

Run as a script it reads one such question and writes one answer, or why there is none: {"wrong": "syntax", "message":
…, "line": 0, "place": 5}, {"wrong": "empty", "text": 0, "place": 3}, {"wrong": "slow"}, {"wrong": "memory"}.

Compiling can take all the memory there is (`a` in twenty pairs of brackets, each with a plus), and nothing in the
interpreter can stop it: so this file is started with limits that the system keeps, and imports nothing of ours, to be
quick.
"""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import regex

LEFT_OVER = -1  # no rule takes this text
UNKNOWN = -2  # the rule does not do alone what it does among the others: flags, references, groups over several rules
LIMITED = {"memory": "RLIMIT_AS", "processor": "RLIMIT_CPU"}  # what the question gives -> what the system calls it

Span = tuple[int, int]


class EmptyMatch(Exception):
    """A rule took nothing at all: place in the text."""


def cut(compiled: Any, text: str, seconds: float) -> tuple[list[Span], int]:
    """The pieces as spans that tile the text, whatever no rule takes among them; and how many characters that is.

    Raises TimeoutError, EmptyMatch.
    """
    until = time.process_time() + seconds
    spans: list[Span] = []
    end = taken = 0
    for match in compiled.finditer(text, timeout=seconds):
        start, stop = match.span()
        if start == stop:
            raise EmptyMatch(start)
        if time.process_time() > until:
            raise TimeoutError
        spans += [(end, start), (start, stop)]
        end = stop
        taken += stop - start
    return [span for span in (*spans, (end, len(text))) if span[0] < span[1]], len(text) - taken


def takers(rules: Sequence[Any], text: str, spans: Sequence[Span], seconds: float) -> list[int]:
    """Which rule took each piece: the first that matches where it begins. Raises TimeoutError."""
    until = time.process_time() + seconds
    found = []
    for span in spans:
        if (left := until - time.process_time()) <= 0:
            raise TimeoutError
        found.append(_taker(rules, text, span, left))
    return found


def _taker(rules: Sequence[Any], text: str, span: Span, seconds: float) -> int:
    for number, rule in enumerate(rules):
        if match := rule.match(text, span[0], timeout=seconds):
            return number if match.span() == span else UNKNOWN
    return LEFT_OVER


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """One question, as the module's first lines show it. `seconds` is for all texts together."""
    until = time.process_time() + asked["seconds"]
    texts = asked["texts"]
    number = 0
    try:
        compiled = regex.compile("|".join(asked["rules"]))
        spans, left_over = [], 0
        for number, text in enumerate(texts):  # noqa: B007 - told below
            found, left = cut(compiled, text, max(0.001, until - time.process_time()))
            spans.append(found)
            left_over += left
        shown = [span for span in spans[0] if asked["start"] <= span[0] < asked["end"]]
        return {"spans": spans, "takers": _takers(asked["rules"], texts[0], shown, until), "left_over": left_over}
    except EmptyMatch as empty:
        return {"wrong": "empty", "text": number, "place": empty.args[0]}
    except TimeoutError:
        return {"wrong": "slow"}
    except regex.error as error:
        return _syntax(asked["rules"], error)
    except (RecursionError, OverflowError):
        return {"wrong": "syntax", "message": "too many brackets inside one another", "line": None, "place": None}
    except MemoryError:
        return {"wrong": "memory"}


def _syntax(rules: Sequence[str], error: Any) -> dict[str, Any]:
    """The first rule that is wrong alone tells the place better: what it leaves open swallows all the rules below."""
    for number, rule in enumerate(rules):
        try:
            regex.compile(rule)
        except regex.error as alone:
            return {"wrong": "syntax", "message": alone.msg, "line": number, "place": alone.pos}
    return {"wrong": "syntax", "message": error.msg, "line": None, "place": None}


def _takers(rules: Sequence[str], text: str, spans: Sequence[Span], until: float) -> list[int]:
    try:
        alone = [regex.compile(rule) for rule in rules]
    except regex.error:  # a group that begins in one rule and ends in another
        return [UNKNOWN] * len(spans)
    return takers(alone, text, spans, max(0.001, until - time.process_time()))


def _limit(asked: dict[str, Any]) -> None:
    """Memory in bytes, processor time in seconds; Windows knows neither, and there the starter's clock must do."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        for name, limit in LIMITED.items():
            resource.setrlimit(getattr(resource, limit), (asked[name], asked[name]))


if __name__ == "__main__":
    question = json.loads(sys.stdin.buffer.read())
    _limit(question)
    json.dump(answer(question), sys.stdout)
