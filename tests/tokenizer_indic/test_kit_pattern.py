"""A split pattern in JavaScript: what is written, and what is refused. Whether it cuts alike, test_kit_browser asks."""

import sys
import unicodedata
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tokenizer_indic.errors import ExportError
from tokenizer_indic.javascript import alternatives_of, in_javascript, unassigned
from tokenizer_indic.splitting import PATTERNS


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (r"\p{N}+", r"[@{N}]+"),
        (r"a++b", r"(?=(?<a1>a+))\k<a1>b"),
        (r"(?>ab|a)c*?", r"(?=(?<a1>ab|a))\k<a1>c*?"),
        (r"(ab){,2}c", r"(?:ab){0,2}c"),
        (r"[^\s\P{L}\]\-x]", r"[^@{s}@{^L}\u005D\u002Dx]"),
        (r"[]a-c]", r"[\u005Da-c]"),
        (r"\u0939|\x41|\t|👍", r"\u0939|A|\u0009|\u{1F44D}"),
        (r"(?i:s)", r"(?:[\u0053\u0073\u017F])"),
        (r"\pL", r"[@{L}]"),
        (r"a$|.", r"a(?=\u000A?(?![^]))|[^\u000A]"),
    ],
)
def test_what_is_written(pattern: str, source: str) -> None:
    assert in_javascript(pattern).source == source


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"a*", r"|a", r"(?=a)", r"^a", r"\ba", r"(a)\1", r"(?<=a)b", r"(?<n>a)"),
        *(
            r"(?:a*)+b",
            r"[[:alpha:]]",
            r"(?i)a",
            r"(?:foo){e<=1}",
            r"\Xa",
            r"a{",
            r"(?=a)*b",
            "(?:" * 900 + "a" + ")" * 900,
        ),
    ],
)
def test_what_might_mean_something_else_is_refused(pattern: str) -> None:
    with pytest.raises(ExportError, match="JavaScript"):
        in_javascript(pattern)


def spelled(inside: str) -> Any:
    """The inside of a class for JavaScript, as Python reads it: `\\u{1F468}` is `\\U0001F468` there."""
    return regex.compile("[" + regex.sub(r"\\u\{(\w+)\}", lambda m: f"\\U{int(m[1], 16):08X}", inside) + "]")


def test_a_class_is_what_pythons_engine_says() -> None:
    inside = in_javascript(r"\s\p{M}\P{L}").classes
    assert sorted(inside) == ["M", "^L", "s"]
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))
    for name, meant in (("s", r"\s"), ("M", r"\p{M}"), ("^L", r"\P{L}")):
        assert spelled(inside[name]).findall(everything) == regex.findall(meant, everything)


def test_what_this_python_does_not_know_is_listed() -> None:
    unknown = spelled(unassigned())
    for point in (0x41, 0x939, 0x378, 0x530, 0x10FFFD, 0x2FFFE, 0x1F468):
        assert bool(unknown.match(chr(point))) == (unicodedata.category(chr(point)) == "Cn")


def test_the_alternatives_of_a_pattern() -> None:
    assert alternatives_of(r"a|(?:b|c)|[|)]\||[]|]|") == ["a", "(?:b|c)", r"[|)]\|", "[]|]", ""]
    for each in PATTERNS.values():
        parts = [part for rule in each.rules for part in alternatives_of(rule.regex)]
        assert alternatives_of(each.regex) == parts


@given(st.text(st.sampled_from(r"ab|()[]\^-{}*+?:=!pLsx1, "), max_size=14))
def test_any_pattern_is_translated_or_refused_with_a_sentence(pattern: str) -> None:
    assert "|".join(alternatives_of(pattern)) == pattern
    try:
        regex.compile(pattern)
    except Exception:
        return
    try:
        said = in_javascript(pattern).source
    except ExportError as error:
        said = str(error)
    assert said
