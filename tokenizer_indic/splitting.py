"""text -> pieces, inside which BPE merges and across which it never does.

    >>> split("हिन्दी में 2024।", "indic")
    ['हिन्दी', ' में', ' 2024', '।']
    >>> split("हिन्दी", "gpt2")
    ['ह', 'ि', 'न', '्', 'द', 'ी']

The pattern decides more than the vocabulary does: a mark that is torn from its letter here can never be merged back.
The three OpenAI patterns are given as tiktoken publishes them (`tiktoken_ext/openai_public.py`), so that they can be
compared; `indic` is this library's own. All four mean the same to Python's `regex` and Rust's `fancy-regex` (tiktoken),
and, with one interval rewritten, to Oniguruma (Hugging Face `tokenizers`): a tokenizer can leave with its pattern.
The scripts of India are spelled out as ranges; `\\p{L}`, `\\p{M}` and `\\p{N}` follow the engine's Unicode version.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import takewhile
from typing import Any, cast

import regex

from .errors import PatternError
from .scripts import SCRIPTS

SENTENCE_ENDS = "।॥۔᱾᱿꯫"  # danda, double danda, Urdu's stop, Ol Chiki's mucaad and double mucaad, Meetei's cheikhei
OWN_SECONDS = 5  # a pattern of your own may take this long on one text
LONGEST_PATTERN = 50_000  # characters of a pattern of your own
LARGEST_PATTERN = 100_000  # its parts, each as often as its repetitions write it out: some tens of megabytes
LONGEST_NUMBER = 4  # digits a piece, so that a year is whole; longer numbers are cut from the left


@dataclass(frozen=True)
class Rule:
    """One alternative of a pattern: its name, its regular expression, and why it is there."""

    name: str
    regex: str
    reason: str


@dataclass(frozen=True)
class Pattern:
    """A split pattern: rules tried in order at each place, the first that matches takes the piece.

    `cuts_at_spaces`: a single space between two non-spaces always begins a piece, so words can be split one by one and
    remembered. `cuts_at_newlines`: so does every line feed, on both sides. Neither is assumed of a pattern of your own.
    """

    name: str
    rules: tuple[Rule, ...]
    cuts_at_spaces: bool = False
    cuts_at_newlines: bool = False

    @property
    def regex(self) -> str:
        """The whole pattern as one string, for `regex`, `fancy-regex` and Oniguruma."""
        return "|".join(rule.regex for rule in self.rules)

    @cached_property
    def compiled(self) -> "re.Pattern[str]":
        """The same, ready to run. Raises PatternError if it is no regular expression."""
        try:
            return cast("re.Pattern[str]", regex.compile(self.regex))
        except (regex.error, RecursionError, OverflowError, MemoryError) as error:
            raise PatternError(f"The split pattern is not a regular expression: {error}.") from error


# Marks of every script and the joiners never begin a piece of their own after a letter.
_HOLD = r"\p{M}\u200C\u200D"


def _words() -> str:
    """One alternative a script: its letters, then letters and marks, an apostrophe only between two letters."""
    per_script = (
        rf"[{script.letters}][{script.letters}{_HOLD}]*(?:['\u2019][{script.letters}][{script.letters}{_HOLD}]*)*"
        for script in SCRIPTS.values()
    )
    return " ?(?:" + "|".join(per_script) + ")"


def _other_words() -> str:
    listed = "".join(script.letters for script in SCRIPTS.values())
    return rf" ?(?:(?![{listed}])[\p{{L}}{_HOLD}])+"


def _numbers() -> str:
    runs = [f"[{script.digits}]{{1,{LONGEST_NUMBER}}}" for script in SCRIPTS.values() if script.digits]
    listed = "".join(script.digits for script in SCRIPTS.values())
    runs.append(rf"(?:(?![{listed}])\p{{N}}){{1,{LONGEST_NUMBER}}}")
    return " ?(?:" + "|".join(runs) + rf")[{_HOLD}]*"


def _indic() -> Pattern:
    return Pattern(
        "indic",
        (
            Rule(
                "words of one script",
                _words(),
                "Marks, virama, nukta, ZWJ and ZWNJ stay with their letters, or हि would split. A change of script is"
                " a boundary, so 'WhatsApp' and 'पर' never merge. The leading space belongs to the word: 'है' inside a"
                " sentence costs one token, not two. An apostrophe between two letters of one script is inside the"
                " word: English don't, Assamese ক'লে.",
            ),
            Rule(
                "words of other scripts",
                _other_words(),
                "Letters of any script that is not in the table, with their marks, so that no text is left out.",
            ),
            Rule(
                "sentence ends",
                f" ?[{SENTENCE_ENDS}]",
                "Danda, double danda, ۔ and ᱾ end a sentence. Each stands alone (with the space before it, if there is"
                " one), so that the end of a sentence never hides inside another token.",
            ),
            Rule(
                "numbers",
                _numbers(),
                f"Digits of one script in runs of at most {LONGEST_NUMBER}: a year stays whole, and the vocabulary does"
                " not fill with telephone numbers."
                " Digits of two scripts are different characters and never share a piece.",
            ),
            Rule(
                "punctuation and symbols",
                rf" ?[^\s\p{{L}}\p{{N}}{_HOLD}{SENTENCE_ENDS}][^\s\p{{L}}\p{{N}}{SENTENCE_ENDS}]*",
                "Whatever is left: punctuation, currency, emoji with their joiners and variation selectors.",
            ),
            Rule("line breaks", r"[\r\n]", "Each line break is a piece, so lines can be tokenized one by one."),
            Rule(
                "spaces",
                r"[^\S\r\n]+(?!\S)|[^\S\r\n]+",
                "A run of spaces is one piece, less the last one, which belongs to the word that follows: Python's"
                " indentation costs one token a line.",
            ),
        ),
        cuts_at_spaces=True,
        cuts_at_newlines=True,
    )


def _gpt2() -> Pattern:
    return Pattern(
        "gpt2",
        (
            Rule("English endings", r"'(?:[sdmt]|ll|ve|re)", "'s, 't, 're … in lower case only."),
            Rule("letters", r" ?\p{L}++", "Letters without marks: every matra and virama is torn off."),
            Rule("numbers", r" ?\p{N}++", "Digits in runs of any length."),
            Rule("the rest", r" ?[^\s\p{L}\p{N}]++", "Punctuation, and with it the torn-off marks."),
            Rule("spaces", r"\s++$|\s+(?!\S)|\s", "A run of spaces, less the one before a word."),
        ),
        cuts_at_spaces=True,
    )


def _gpt4() -> Pattern:
    return Pattern(
        "gpt4",
        (
            Rule("English endings", r"'(?i:[sdmt]|ll|ve|re)", "'s, 'T, 'Re … in any case."),
            Rule(
                "letters",
                r"[^\r\n\p{L}\p{N}]?+\p{L}++",
                "Letters without marks, after at most one other character: a mark begins the next piece.",
            ),
            Rule("numbers", r"\p{N}{1,3}+", "Digits in runs of at most three."),
            Rule("the rest", r" ?[^\s\p{L}\p{N}]++[\r\n]*+", "Punctuation, with the line breaks after it."),
            Rule("spaces", r"\s++$|\s*[\r\n]|\s+(?!\S)|\s", "Runs of spaces and line breaks."),
        ),
        cuts_at_spaces=True,
    )


def _o200k() -> Pattern:
    endings = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    before = r"[^\r\n\p{L}\p{N}]?"
    return Pattern(
        "o200k",
        (
            Rule(
                "words that end in lower case",
                before + r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + endings,
                "Letters with their marks; a joiner still cuts.",
            ),
            Rule(
                "words in capitals",
                before + r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + endings,
                "The same for capitals first.",
            ),
            Rule("numbers", r"\p{N}{1,3}", "Digits in runs of at most three."),
            Rule(
                "the rest",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                "Punctuation, with line breaks and slashes after it.",
            ),
            Rule("line breaks", r"\s*[\r\n]+", "Line breaks with the spaces before them."),
            Rule("spaces", r"\s+(?!\S)|\s+", "A run of spaces, less the one before a word."),
        ),
        cuts_at_spaces=True,
    )


PATTERNS: dict[str, Pattern] = {pattern.name: pattern for pattern in (_indic(), _gpt2(), _gpt4(), _o200k())}


def pattern(name_or_regex: str) -> Pattern:
    """`indic`, `gpt2`, `gpt4`, `o200k`, or a regular expression of your own (a string that could not be a name).

    Raises PatternError for an unknown name and for what `regex` cannot compile.
    """
    if name_or_regex in PATTERNS:
        return PATTERNS[name_or_regex]
    if name_or_regex.isidentifier():
        raise PatternError(f"There is no split pattern named {name_or_regex!r}; there are {', '.join(PATTERNS)}.")
    if len(name_or_regex) > LONGEST_PATTERN:
        raise PatternError(f"A split pattern has at most {LONGEST_PATTERN:,} characters.")
    if _parts(name_or_regex) > LARGEST_PATTERN:
        raise PatternError(
            "The split pattern repeats repetitions, and would need too much memory:"
            " (?:a{1000}){1000} alone is a million parts."
        )
    own = Pattern("own", (Rule("own", name_or_regex, "Yours."),))
    own.compiled  # noqa: B018 - raises here rather than later
    return own


_PART = regex.compile(
    r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*+\]|\(\??|\)|(?:[+*?]|\{\d*,?\d*\})[+?]?|.", regex.DOTALL
)
_UNUSUAL = regex.compile(r"\(\?(?:#|[A-Za-z0-9-]*[xV])")  # comments, and flags under which brackets mean other things


def _parts(written: str) -> int:
    """a{9} -> 10, (?:a+){9} -> 40: `regex` writes a repetition out, as often as it must match and once more.

    Roughly, and rather too many, so that a few characters cannot take all the memory there is.
    """
    sizes, last, product = [0], 0, 1
    for part in _PART.findall(written):
        if part[0] == "(":
            sizes.append(0)
            last = 0
        elif part == ")" and len(sizes) > 1:
            last = sizes.pop() + 1
            sizes[-1] += last
        elif part[0] in "+*?" or (part[0] == "{" and len(part) > 2):
            more = _least(part)
            product *= more + 1
            sizes[-1] += last * more
            last += last * more
        else:
            last = 1
            sizes[-1] += 1
    return product * len(written) if _UNUSUAL.search(written) else sum(sizes)


def _least(quantifier: str) -> int:
    """'+' -> 1, '{2,3}?' -> 2, '{,3}' -> 0"""
    if quantifier[0] != "{":
        return int(quantifier[0] == "+")
    return int("".join(takewhile(str.isdecimal, quantifier[1:12])) or 0)


def split(text: str, by: str | Pattern = "indic") -> list[str]:
    """text -> pieces that tile it: `"".join(split(text)) == text`; what a pattern of yours leaves out is a piece too.

    Raises PatternError where a pattern of your own takes longer than OWN_SECONDS.
    """
    return splitter(pattern(by) if isinstance(by, str) else by)(text)


def splitter(by: Pattern) -> Callable[[str], list[str]]:
    """`split` by a pattern that is known to be good, for many texts."""
    if by.name in PATTERNS:
        return by.compiled.findall  # these four leave nothing out
    return partial(_split_by_own, by)


def _split_by_own(by: Pattern, text: str) -> list[str]:
    pieces: list[str] = []
    end = 0
    try:
        # concurrent: a slow pattern holds up nobody but its own thread
        for match in cast(Any, by.compiled).finditer(text, timeout=OWN_SECONDS, concurrent=True):
            pieces += text[end : match.start()], match.group()
            end = match.end()
    except TimeoutError as error:
        raise PatternError(f"The split pattern takes more than {OWN_SECONDS} seconds on this text.") from error
    except (MemoryError, RecursionError) as error:
        raise PatternError("The split pattern calls itself without end on this text.") from error
    return [piece for piece in (*pieces, text[end:]) if piece]


# White space that some rule may join to its neighbours: all but the space and the line feed. (As in str.isspace, where
# four control characters more are white than in \s; too many is safe.) Here `re` is ten times faster than `regex`.
_OTHER_SPACE = re.compile("[" + "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c not in " \n") + "]")
_MARK = "\0"


def words(text: str, by: Pattern) -> list[str] | None:
    """'a bc\\nd' -> ['a', ' bc', '\\n', 'd'], where each word can be split by itself; None where the text forbids it.

    A tab or the like does, and a run of spaces that would be one piece. NFC never joins anything
    across these cuts either, so words can be normalised one by one.
    """
    if not by.cuts_at_spaces or _MARK in text or _OTHER_SPACE.search(text):
        return None
    if "   " in text or "  \n" in text or text.endswith("  "):
        return None
    text = text.replace(" ", _MARK + " ")
    if "\n" in text:
        if not by.cuts_at_newlines:
            return None
        text = text.replace("\n", _MARK + "\n" + _MARK)
    return text.split(_MARK)


_SENTENCE = regex.compile(
    # up to and with a stop, the quotes and brackets that close on it, and the spaces after it; or a whole line
    rf"[^\n]*?(?:[{SENTENCE_ENDS}]+|[.?!\u061F\u2026]+(?=[\"'\u2019\u201D)\]]*(?:\s|$)))[\"'\u2019\u201D)\]]*[^\S\n]*\n?|[^\n]+\n?|\n"
)


def sentences(text: str) -> list[str]:
    """ "वह आई। तुम? Yes." -> ['वह आई। ', 'तुम? ', 'Yes.']: tiles the text; a line break ends a sentence too.

    A full stop counts only before a space or the end, so 3.14 and AI4Bharat.org stay whole; abbreviations do not.
    """
    return list(_SENTENCE.findall(text))
