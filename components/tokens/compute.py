"""text -> tokens and figures. No gradio, no HTML, no torch."""

import re
import time
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from components.errors import PathshalaError
from tokenizer_indic import Tokenizer, languages, load, shipped
from tokenizer_indic.measuring import Figures, measure
from tokenizer_indic.scripts import LANGUAGES, SCRIPTS, Language, dominant_script, guess_language
from tokenizer_indic.tokenizer import Token

TEXT_LIMIT = 20_000  # characters
ID_LIMIT = 20_000  # ids that are turned into text at once
EVERY_LANGUAGE = "indic"  # the tokenizer of the languages that have none of their own


@dataclass(frozen=True)
class Analysis:
    """A text and what a tokenizer made of it."""

    text: str
    language: str  # a code of the menu
    direction: str  # of the text: "ltr" or "rtl"
    tokenizer: str  # the shipped name that answered
    tokens: tuple[Token, ...]  # in reading order; their places tile the text
    figures: Figures
    device: str
    milliseconds: float


@dataclass(frozen=True)
class Description:
    """One entry of a vocabulary, with what a curious student asks about it."""

    id: int
    text: str | None  # None when the bytes are only a part of a character
    bytes: bytes
    kind: str  # "byte", "part", "character", "merge" or "special"
    rank: int | None
    merges: int  # how many ranks there are
    code_points: tuple[tuple[str, str, str], ...]  # ("U+0915", "E0 A4 95", "DEVANAGARI LETTER KA")
    parents: tuple["Description", ...]  # two, or none; theirs are left out


@dataclass(frozen=True)
class Decoded:
    """Ids and the text they stand for; a byte that is no whole character reads <F0>."""

    ids: tuple[int, ...]
    text: str
    whole: bool  # False when some bytes made no character


@dataclass(frozen=True)
class MenuEntry:
    """A line of the language menu: `code` is a language, or "indic" for the tokenizer of them all."""

    code: str
    name: str
    english: str
    direction: str
    tokenizer: str
    sample: str
    reviewed: bool  # was every word of the sample found in published text?


# -- the menu --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def menu() -> tuple[MenuEntry, ...]:
    """The languages that have their own tokenizer, then those that `indic` serves, then `indic` itself."""
    entries = [_menu_entry(language) for language in languages()]
    entries.sort(key=lambda entry: entry.tokenizer == EVERY_LANGUAGE)
    return (*entries, MenuEntry(EVERY_LANGUAGE, "सभी", "All languages together", "ltr", EVERY_LANGUAGE, "", True))


def _menu_entry(language: Language) -> MenuEntry:
    return MenuEntry(
        code=language.code,
        name=language.name,
        english=language.english,
        direction=language.direction,
        tokenizer=tokenizer_for(language.code),
        sample=language.sample,
        reviewed=language.reviewed,
    )


def tokenizer_for(language: str) -> str:
    """The shipped tokenizer that serves a language: hi -> hi, mai -> indic."""
    return language if language in shipped() else EVERY_LANGUAGE


def choose_language(text: str, current: str) -> str:
    """The language that `text` looks most like by its script, letters and words; of equals, `current`."""
    codes = [entry.code for entry in menu() if entry.code in LANGUAGES]
    known = [current] if current in codes else []
    return guess_language(text, among=[*known, *codes]) or (known or codes)[0]


# -- text to tokens --------------------------------------------------------------------------------


def analyse(text: str, language: str) -> Analysis:
    """The tokens and figures of `text` by the tokenizer of `language`. Raises PathshalaError."""
    if language not in {entry.code for entry in menu()}:
        raise PathshalaError(f"There is no language “{language[:40]}” in the menu.")
    name = tokenizer_for(language)
    find_tokenizer(name)  # so that loading is not part of the time
    started = time.perf_counter()
    tokens, figures = tokenize(text, name)
    milliseconds = (time.perf_counter() - started) * 1000
    return Analysis(text, language, direction_of(text, language), name, tokens, figures, "cpu", milliseconds)


def tokenize(text: str, name: str) -> tuple[tuple[Token, ...], Figures]:
    """The tokens and figures of `text` by the shipped tokenizer `name`. Raises PathshalaError."""
    check_text(text)
    tokenizer = find_tokenizer(name)
    return tuple(tokenizer.tokens(text)), measure(tokenizer, text)


def check_text(text: str) -> None:
    """Every limit before any work."""
    if not isinstance(text, str):
        raise PathshalaError("The text must be a string.")
    if not text:
        raise PathshalaError("There is no text yet: write or paste a sentence in any language.")
    if len(text) > TEXT_LIMIT:
        raise PathshalaError(
            f"This text has {len(text):,} characters and the limit is {TEXT_LIMIT:,}:"
            f" leave out {len(text) - TEXT_LIMIT:,}."
        )
    for position, character in enumerate(text):
        if "\ud800" <= character <= "\udfff":
            raise PathshalaError(
                f"Character {position + 1:,} is only half of a character (a lone surrogate,"
                f" U+{ord(character):04X}), which cannot be written as UTF-8: delete it and paste it again."
            )


def direction_of(text: str, language: str) -> str:
    """That of most letters, "ltr" or "rtl"; a text without letters follows its language."""
    script = dominant_script(text)
    if script is not None:
        return SCRIPTS[script].direction
    return LANGUAGES[language].direction if language in LANGUAGES else "ltr"


@lru_cache(maxsize=32)
def find_tokenizer(name: str) -> Tokenizer:
    """A shipped tokenizer, kept once it is loaded. A visitor's string is never taken for a path."""
    if name not in shipped():
        raise PathshalaError(f"There is no tokenizer “{str(name)[:40]}”. There are: {', '.join(shipped())}.")
    return load(name)


# -- one entry -------------------------------------------------------------------------------------


def describe(name: str, id: int, *, parents: bool = True) -> Description:
    """What is known of one id. Raises PathshalaError for an unknown name, UnknownIdError for an id."""
    tokenizer = find_tokenizer(name)
    entry = tokenizer.entry(id)
    return Description(
        id=entry.id,
        text=entry.text,
        bytes=entry.bytes,
        kind=entry.kind,
        rank=entry.rank,
        merges=len(tokenizer) - 256 - len(tokenizer.special_tokens),
        code_points=tuple((f"U+{ord(c):04X}", c.encode().hex(" ").upper(), name_of(c)) for c in entry.text or ""),
        parents=tuple(describe(name, parent, parents=False) for parent in entry.parents or () if parents),
    )


CONTROL_NAMES = {
    "\0": "NULL",
    "\t": "TAB",
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
}


def name_of(character: str) -> str:
    """The Unicode name of a character; control characters have none of their own."""
    return unicodedata.name(character, CONTROL_NAMES.get(character, "control or unassigned character"))


# -- ids to text -----------------------------------------------------------------------------------


def read_ids(written: str, name: str) -> Decoded:
    """'[12, 7]' or '12 7' -> the text of these ids. Raises PathshalaError for what is no list of ids."""
    tokenizer = find_tokenizer(name)
    ids = parse_ids(written)
    data = b"".join(tokenizer.entry(id).bytes for id in ids)
    text, whole = readable(data)
    return Decoded(ids, text, whole)


def parse_ids(written: str) -> tuple[int, ...]:
    """'[12, 7]' -> (12, 7). Anything but digits may stand between ids, save letters, signs and points."""
    words = [word for word in re.split(r"[\s,;:|/\[\](){}<>\"'“”]+", written) if word]
    if not words:
        raise PathshalaError("There are no ids yet: paste some, such as 12, 7, 300.")
    if len(words) > ID_LIMIT:
        raise PathshalaError(f"These are {len(words):,} ids and the limit is {ID_LIMIT:,}.")
    for word in words:
        if not re.fullmatch(r"\d{1,9}", word):
            raise PathshalaError(f"“{word[:40]}” is no id: ids are whole numbers from 0 on, such as 12, 7, 300.")
    return tuple(map(int, words))


def readable(data: bytes) -> tuple[str, bool]:
    """b'\\xe0\\xa4\\x95\\xf0' -> ('क<F0>', False): bytes that are no character show themselves, never as �."""
    text = ""
    whole = True
    while True:
        try:
            return text + data.decode(), whole
        except UnicodeDecodeError as broken:
            whole = False
            text += data[: broken.start].decode() + "".join(f"<{byte:02X}>" for byte in data[broken.start : broken.end])
            data = data[broken.end :]
