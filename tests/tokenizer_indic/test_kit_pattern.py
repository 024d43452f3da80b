"""A split pattern in JavaScript: what is written, and what is refused. Whether it cuts alike, test_kit_browser asks."""

import sys
import unicodedata
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tokenizer_indic import javascript
from tokenizer_indic.errors import ExportError
from tokenizer_indic.javascript import alternatives_of, in_javascript, least_length, unassigned
from tokenizer_indic.splitting import PATTERNS


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (r"\p{N}+", r"[@{n}]+"),
        (r"a++b", r"(?=(?<a1>a+))\k<a1>b"),
        (r"(?>ab|a)c*?", r"(?=(?<a1>ab|a))\k<a1>c*?"),
        (r"(ab){,2}c", r"(?:ab){0,2}c"),
        (r"[^\s\P{L}\]\-x]", r"[^@{space}@{^l}\u005D\u002Dx]"),
        (r"[]a-c]", r"[\u005Da-c]"),
        (r"\u0939|\x41|\t|👍", r"\u0939|A|\u0009|\u{1F44D}"),
        (r"(?i:s)", r"(?:[\u0053\u0073\u017F])"),
        (r"\pL", r"[@{l}]"),
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
            r"\pa",  # to `regex` a p and an a
            r"\p{M|}",
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
    meanings = {"s": r"\p{S}", "space": r"\s", "^space": r"\S", "digit": r"\d", "word": r"\w", "^l": r"\P{L}"}
    inside = in_javascript("".join(meanings.values()) + r"\P{^N}").classes
    assert sorted(inside) == sorted([*meanings, "n"])
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))
    for name, meant in [*meanings.items(), ("n", r"\p{N}")]:
        assert spelled(inside[name]).findall(everything) == regex.findall(meant, everything)


def test_a_class_is_spelled_out_once_however_its_name_is_written() -> None:
    spellings = ["M", "m", " M_", "M-", *("M" + " " * count for count in range(1, 300))]
    made = in_javascript("|".join(rf"\p{{{name}}}" for name in spellings))
    assert list(made.classes) == ["m"]
    assert sorted(in_javascript(r"\p{nv=-1/2}\p{nv=1/2}").classes) == ["nv=-1/2", "nv=1/2"]


def test_too_many_classes_are_refused_before_any_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "_members", lambda _: ((97, 97),))
    many = [rf"\p{{Block={name}}}" for name in "ABCDEFGHIJKLMNOPQRSTUVWX"]
    assert len(in_javascript("|".join(many)).classes) == javascript.CLASSES
    monkeypatch.setattr(javascript, "_members", None)
    with pytest.raises(ExportError, match=r"25 different classes .* limit is 24"):
        in_javascript("|".join([*many, r"\s"]))
    assert least_length("|".join([*many, r"\s"])) == 1


def test_so_are_too_many_letters_of_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "_members", lambda _: ((97, 97),))
    letters = "".join(map(chr, range(0x410, 0x410 + javascript.ANY_CASE)))
    assert in_javascript(f"(?i:{letters * 9})").source
    with pytest.raises(ExportError, match="more than 40 different letters"):
        in_javascript(f"(?i:{letters}ẞ)")


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
