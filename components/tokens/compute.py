"""text -> tokens and figures. No gradio, no HTML, no torch."""

import codecs
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from components.errors import PathshalaError
from components.tokens.own import OWN
from components.tokens.own import find as find_tokenizer
from tokenizer_indic import languages, shipped
from tokenizer_indic.measuring import Figures, measure
from tokenizer_indic.normalizing import Change, changes
from tokenizer_indic.scripts import LANGUAGES, SCRIPTS, Language, dominant_script, guess_language, script_of
from tokenizer_indic.tokenizer import Token

TEXT_LIMIT = 20_000  # characters
ID_LIMIT = 20_000  # ids that are turned into text at once
BYTE_LIMIT = 1_000_000  # … and the bytes that they may stand for
LISTED = 100  # code points of an entry that are named
EVERY_LANGUAGE = "indic"  # the tokenizer of the languages that have none of their own
FEWEST = "-fewest"  # behind a language's code: its tokenizer with the fewest tokens


@dataclass(frozen=True)
class Analysis:
    """A text and what a tokenizer made of it."""

    text: str
    language: str  # a code of the menu
    direction: str  # of the text: "ltr" or "rtl"
    tokenizer: str  # the name that answered, as `find_tokenizer` takes it
    name: str  # what a visitor calls it
    tokens: tuple[Token, ...]  # in reading order; their places tile the text
    figures: Figures
    line_breaks: int  # tokens that the figures leave out
    changes: tuple[Change, ...]  # what NFC rewrote before the text was cut
    unlearned: "Unlearned | None"
    device: str
    milliseconds: float


@dataclass(frozen=True)
class Unlearned:
    """Most of a text fell back to bytes, because its script was not in the training text."""

    script: str | None  # its English name, or None for characters that no script here has
    advice: str | None  # the code of a menu entry whose tokenizer has learned it


@dataclass(frozen=True)
class Description:
    """One entry of a vocabulary, with what a curious student asks about it."""

    id: int
    text: str | None  # None when the bytes are only a part of a character
    bytes: bytes
    kind: str  # "byte", "part", "character", "merge", "entry" or "special"
    rank: int | None  # of a merge, or among the entries that were chosen, the most used first
    ranks: int  # how many there are
    code_points: tuple[tuple[str, str, str], ...]  # ("U+0915", "E0 A4 95", "DEVANAGARI LETTER KA")
    parents: tuple["Description", ...]  # two, or none; theirs are left out
    instead: tuple["Description", ...]  # of an entry that was chosen: what would be in its place


@dataclass(frozen=True)
class Decoded:
    """Ids and the text they stand for; a byte that is no whole character reads <0xF0>."""

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
    fewest: str  # the one with the fewest tokens; "" if there is none
    sample: str
    reviewed: bool  # was every word of the sample found in published text?


# -- the menu --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def menu() -> tuple[MenuEntry, ...]:
    """The languages that have their own tokenizer, then those that `indic` serves, then `indic` itself."""
    entries = [_menu_entry(language) for language in languages()]
    entries.sort(key=lambda entry: entry.tokenizer == EVERY_LANGUAGE)
    return (*entries, MenuEntry(EVERY_LANGUAGE, "सभी", "All languages together", "ltr", EVERY_LANGUAGE, "", "", True))


def _menu_entry(language: Language) -> MenuEntry:
    return MenuEntry(
        code=language.code,
        name=language.name,
        english=language.english,
        direction=language.direction,
        tokenizer=tokenizer_for(language.code),
        fewest=name if (name := f"{language.code}{FEWEST}") in shipped() else "",
        sample=language.sample,
        reviewed=language.reviewed,
    )


def tokenizer_for(language: str, segmentation: str = "merges") -> str:
    """The tokenizer that serves a language: hi -> hi, or hi-fewest; mai -> indic, since it alone knows it.

    A visitor's own serves itself: own:3f2a -> own:3f2a.
    """
    if language.startswith(OWN):
        return language
    if segmentation == "fewest" and f"{language}{FEWEST}" in shipped():
        return f"{language}{FEWEST}"
    return language if language in shipped() else EVERY_LANGUAGE


@lru_cache(maxsize=1)
def guessed() -> tuple[str, ...]:
    """The languages that a text may pick: those with a tokenizer of their own, or alone in their script.

    Maithili, Dogri, Konkani, Bodo and Kashmiri are only ever chosen: how well they are told apart is not known.
    """
    alone = Counter(language.scripts[0] for language in languages())
    return tuple(
        language.code
        for language in languages()
        if language.code in shipped() or alone[language.scripts[0]] == 1 or language.code == "en"
    )


# Letters that, of the languages guessed among, only this one writes: one of them is evidence enough.
OWN_LETTERS = {
    "mr": "ळऱ",
    "bn": "র",
    "as": "ৰৱ",
    "ur": "ںےڑڈٹ",
    "sd": "ٻڀٺٽٿڃڄڇڌڍڏڊڙڦڪڳڱڻ۽۾",
}
FEW = 12  # different words: in more of them no single one decides


def choose_language(text: str, settled: str) -> str:
    """The language that `text` is written in, by its script, letters and words; without evidence, `settled`.

    `settled` is what somebody last chose. It holds for a text of its script until there is evidence for another
    language; a text of another script without evidence gets the first language of that script.
    """
    script = dominant_script(text)
    codes = list(guessed())
    at_home = settled in LANGUAGES and script in (None, LANGUAGES[settled].scripts[0])
    if at_home:
        codes = [settled, *codes]
    guess = guess_language(text, among=codes)
    fallback = settled if at_home else _first_of(script, codes)
    return guess if guess and _is_evident(text, guess, fallback, codes) else fallback


def _first_of(script: str | None, codes: list[str]) -> str:
    """The first language that is mainly written in a script; without a script, the first of all."""
    return next((code for code in codes if LANGUAGES[code].scripts[0] == script), codes[0])


def _is_evident(text: str, guess: str, fallback: str, codes: list[str]) -> bool:
    """One word can belong to many languages: the guess has to hold without any one of the words."""
    if guess == fallback or not set(OWN_LETTERS.get(guess, "")).isdisjoint(text):
        return True
    words = text.split()
    different = set(words)
    if len(different) > FEW:
        return True
    codes = [fallback, *codes]
    return all(guess_language(" ".join(w for w in words if w != left_out), codes) == guess for left_out in different)


# -- text to tokens --------------------------------------------------------------------------------


def analyse(text: str, language: str, segmentation: str = "merges") -> Analysis:
    """The tokens and figures of `text` by the tokenizer of `language`. Raises PathshalaError."""
    if not language.startswith(OWN) and language not in {entry.code for entry in menu()}:
        raise PathshalaError(f"There is no language “{language[:40]}” in the menu.")
    name = tokenizer_for(language, segmentation)
    find_tokenizer(name)  # so that loading is not part of the time
    started = time.perf_counter()
    tokens, figures = tokenize(text, name)
    milliseconds = (time.perf_counter() - started) * 1000
    return Analysis(
        text=text,
        language=language,
        direction=direction_of(text, language),
        tokenizer=name,
        name=find_tokenizer(name).name if name.startswith(OWN) else name,
        tokens=tokens,
        figures=figures,
        line_breaks=len(tokens) - figures.tokens,
        changes=tuple(changes(text)) if find_tokenizer(name).normalization else (),
        unlearned=what_was_not_learned(tokens, name),
        device="cpu",
        milliseconds=milliseconds,
    )


def tokenize(text: str, name: str) -> tuple[tuple[Token, ...], Figures]:
    """The tokens and figures of `text` by the shipped tokenizer `name`. Raises PathshalaError."""
    check_text(text)
    tokenizer = find_tokenizer(name)
    return tuple(tokenizer.tokens(text)), measure(tokenizer, text)


def what_was_not_learned(tokens: Sequence[Token], name: str) -> Unlearned | None:
    """Tamil by the Hindi tokenizer -> Unlearned("Tamil", "ta"). None where most tokens are more than bytes."""
    bytewise = [token for token in tokens if _is_a_byte(token)]
    if len(bytewise) * 2 <= len(tokens):
        return None
    characters = "".join(token.text for token in bytewise)
    script = dominant_script(characters)
    if script is None or sum(script_of(c) == script for c in characters) * 2 < len(characters):
        return Unlearned(None, None) if any(not c.isascii() for c in characters) else None
    if script in scripts_of(name):
        return None
    at_home = (code for code in guessed() if LANGUAGES[code].scripts[0] == script)
    advice = next((code for code in at_home if script in scripts_of(tokenizer_for(code))), None)
    return Unlearned(SCRIPTS[script].name, advice)


def _is_a_byte(token: Token) -> bool:
    """A single letter of ASCII, or a part of a longer character; spaces, signs and digits are bytes anywhere."""
    if token.bytes.isascii():
        return len(token.bytes) == 1 and token.bytes.isalpha()
    return not _is_utf8(token)


def _is_utf8(token: Token) -> bool:
    try:
        token.bytes.decode()
    except UnicodeDecodeError:
        return False
    return True


def scripts_of(name: str) -> set[str]:
    """The scripts that a shipped tokenizer was trained on: hi -> Deva; indic -> those of all the others, and Latin."""
    if (code := language_of(name)) in LANGUAGES:
        return {LANGUAGES[code].scripts[0]}
    return {"Latn"} | {LANGUAGES[code].scripts[0] for code in shipped() if code in LANGUAGES}


def language_of(name: str) -> str:
    """hi -> hi, hi-fewest -> hi, indic -> indic; of a visitor's own, the language that it was trained for"""
    return find_tokenizer(name).language if name.startswith(OWN) else name.removesuffix(FEWEST)


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


# -- one entry -------------------------------------------------------------------------------------


def describe(name: str, id: int, *, parents: bool = True) -> Description:
    """What is known of one id. Raises PathshalaError for an unknown name, UnknownIdError for an id."""
    tokenizer = find_tokenizer(name)
    entry = tokenizer.entry(id)
    first = 256 + len(tokenizer.characters)  # of the entries
    instead = tokenizer.instead_of(id) if parents and len(entry.text or "") <= LISTED else []
    return Description(
        id=entry.id,
        text=entry.text,
        bytes=entry.bytes,
        kind=entry.kind,
        rank=id - first if entry.kind == "entry" else entry.rank,
        ranks=len(tokenizer.entries) or len(tokenizer) - 256 - len(tokenizer.special_tokens),
        code_points=tuple(
            (f"U+{ord(c):04X}", c.encode().hex(" ").upper(), name_of(c)) for c in (entry.text or "")[:LISTED]
        ),
        parents=tuple(describe(name, parent, parents=False) for parent in entry.parents or () if parents),
        instead=tuple(describe(name, other, parents=False) for other in instead),
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
    pieces = [tokenizer.entry(id).bytes for id in ids]
    if (size := sum(map(len, pieces))) > BYTE_LIMIT:
        raise PathshalaError(f"These ids stand for {size:,} bytes of text and the limit is {BYTE_LIMIT:,}.")
    text, whole = readable(b"".join(pieces))
    return Decoded(ids, text, whole)


def parse_ids(written: str) -> tuple[int, ...]:
    """'[12, 7]' -> (12, 7). Anything but digits may stand between ids, save letters, signs and points."""
    words = [word for word in re.split(r"[\s,;:|/\[\](){}<>\"'“”]+", written) if word]
    if not words:
        raise PathshalaError("There are no ids yet: paste some, such as 12, 7, 300.")
    if len(words) > ID_LIMIT:
        raise PathshalaError(f"These are {len(words):,} ids and the limit is {ID_LIMIT:,}.")
    for word in words:
        if re.fullmatch(r"\d{10,}", word):
            raise PathshalaError(f"{word[:12]}… is too large to be an id: vocabularies have some thousand entries.")
        if not re.fullmatch(r"\d{1,9}", word):
            raise PathshalaError(f"“{word[:40]}” is no id: ids are whole numbers from 0 on, such as 12, 7, 300.")
    return tuple(map(int, words))


def readable(data: bytes) -> tuple[str, bool]:
    """b'\\xe0\\xa4\\x95\\xf0' -> ('क<0xF0>', False): bytes that are no character show themselves, never as �."""
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode(errors=SHOWN), False


SHOWN = "pathshala.shown"  # what `bytes.decode` does with bytes that are no character


def _show(broken: UnicodeError) -> tuple[str, int]:
    assert isinstance(broken, UnicodeDecodeError)
    return as_bytes(broken.object[broken.start : broken.end]), broken.end


codecs.register_error(SHOWN, _show)


def as_bytes(data: bytes) -> str:
    """b'\\xf0\\x9f' -> '<0xF0><0x9F>', as the command line writes them."""
    return "".join(f"<0x{byte:02X}>" for byte in data)
