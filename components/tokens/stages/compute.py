"""A text and a ready-made tokenizer -> what each of its four stages makes of it. No gradio, no HTML, no torch.

    मैं घर में ─normaliser─► म घर म ─pre-tokeniser─► म | घर | म ─model─► म घर म ─post-processor─► [CLS] म घर म [SEP]

Every place is counted in code points of the text as given: that is how a piece finds what it was made of.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import regex

from components.errors import PathshalaError
from components.tokens.compute import check_text, direction_of, name_of, readable
from components.tokens.stages.ready import WORDPIECE, Json, Ready, get
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.exporting import byte_letters
from tokenizer_indic.scripts import LANGUAGES

LIMIT = 500  # characters that are looked at; a longer text is cut there, and the page says so
SECOND_LIMIT = 200  # characters of a second sentence
PAIRS = 8  # groups of words that are held together


@dataclass(frozen=True)
class Edit:
    """A stretch of a text that a step dropped or changed: [start, end) of the text before this step."""

    start: int
    end: int
    before: str
    after: str

    @property
    def kind(self) -> str:
        return "changed" if self.after else "dropped"


@dataclass(frozen=True)
class Component:
    """One part of a stage, as the file names it: ("BertNormalizer", (("lowercase", "true"), …))."""

    kind: str
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """A part of the normaliser, applied to what the one before it left."""

    component: Component
    after: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of the normalised text with what it was made of: [start, end) of the text as given."""

    start: int
    end: int
    text: str
    reads: str  # the same in characters, where the text is letters that stand for bytes
    special: bool = False  # a special token that somebody typed


@dataclass(frozen=True)
class Cut:
    """A part of the pre-tokeniser, and the pieces after it."""

    component: Component
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Token:
    """What the model or the post-processor gives. `piece` is the number of the piece that it is a part of."""

    start: int
    end: int
    text: str
    reads: str
    id: int
    type_id: int = 0
    piece: int | None = None
    added: bool = False  # by the post-processor
    unknown: bool = False
    second: bool = False  # of the second sentence


@dataclass(frozen=True)
class Same:
    """Words that the normaliser may make the same. `forms` are what they become, in the same order."""

    words: tuple[str, ...]
    forms: tuple[str, ...]

    @property
    def lost(self) -> bool:
        """Nobody can tell all of them apart any more."""
        return len(set(self.forms)) < len(set(self.words))


@dataclass(frozen=True)
class Stages:
    """A text on its way to ids."""

    ready: Ready
    text: str  # at most LIMIT characters
    left_out: int  # characters beyond
    second: str  # the second sentence, or ""
    language: str  # as it was asked for
    direction: str  # "ltr" or "rtl"
    edits: tuple[Edit, ...]  # of the normaliser as a whole
    steps: tuple[Step, ...]
    normalized: tuple[Piece, ...]  # what it left, special tokens between
    cuts: tuple[Cut, ...]
    pieces: tuple[Piece, ...]
    model: Component
    tokens: tuple[Token, ...]  # the model's
    post: tuple[Component, ...]
    final: tuple[Token, ...]  # the post-processor's
    decoded: str
    here: tuple[Same, ...]  # of this text
    pairs: tuple[Same, ...]  # of this language


def stages(text: str, name: str, language: str = "", second: str = "") -> Stages:
    """Raises PathshalaError for a text that cannot be shown, or a tokenizer that is not there, or gives up."""
    check_text(text)
    if second:
        check_text(second)
    ready = get(name)
    with _panics_told():
        return _stages(text, ready, language, second)


@contextmanager
def _panics_told() -> Iterator[None]:
    """What stops the library's Rust arrives as a BaseException, which nothing else would turn into an answer.

    Oniguruma stops after ten million ways to match: (?:a|aa)+b tries them all on a line of a's.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library does not export the class
            raise
        if "retry-limit" in str(error):
            raise PathshalaError(
                "This tokenizer's split pattern has too many ways to match this text: the library `tokenizers` gives up"
                " after ten million. Leave out a repetition inside a repetition, or try a shorter text."
            ) from error
        raise PathshalaError(
            "The library `tokenizers` gave up on this text with this tokenizer. Try another text, or another tokenizer."
        ) from error


def _stages(text: str, ready: Ready, language: str, second: str) -> Stages:
    given, second = beginning(text, LIMIT), beginning(second, SECOND_LIMIT)
    segments = list(cut_out_special(ready, given))
    pieces = tuple(_pieces(ready, segments))
    tokens = model_tokens(ready, given)
    final = final_tokens(ready, given, second)
    here = tuple(same_here(ready, given))
    return Stages(
        ready=ready,
        text=given,
        left_out=len(text) - len(given),
        second=second,
        language=language,
        direction=direction_of(given, language),
        edits=tuple(normalizer_edits(ready, segments)),
        steps=tuple(normalizer_steps(ready, "".join(each.text for each in segments if not each.special))),
        normalized=tuple(_normalized(ready, segments)),
        cuts=tuple(pre_tokenizer_cuts(ready, segments)),
        pieces=pieces,
        model=component(ready.parts["model"]),
        tokens=tokens,
        post=tuple(map(component, flat(ready.parts["post_processor"], "processors"))),
        final=final,
        decoded=ready.backend.decode([token.id for token in final if not token.second], skip_special_tokens=True),
        here=here,
        pairs=tuple(each for each in same_in_language(ready, language) if not _is_among(each, here)),
    )


def beginning(text: str, limit: int) -> str:
    """At most `limit` characters, cut between two aksharas where that is possible."""
    if len(text) <= limit:
        return text
    ends = [end for end in accumulate(map(len, aksharas(text[: limit + 50]))) if end <= limit]
    return text[: ends[-1] if ends else limit]


# -- the parts, as the file names them --------------------------------------------------------------------------------

INSIDE = ("normalizers", "pretokenizers", "processors")
BERT_FLAGS = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")  # in the order of their work


def flat(part: Json | None, inside: str) -> list[Json]:
    """A part of the file -> the parts that are in it, those of a Sequence one after the other; none -> []."""
    if part is None:
        return []
    if part["type"] == "Sequence":
        return [each for child in part[inside] for each in flat(child, inside)]
    return [part]


def component(part: Json) -> Component:
    """{"type": "NFC"} -> Component("NFC", ())"""
    if part["type"] == "TemplateProcessing":
        return Component(part["type"], tuple((key, template(part[key])) for key in ("single", "pair")))
    settings = ((key, _setting(value)) for key, value in part.items() if key != "type" and value is not None)
    return Component(str(part["type"]), tuple((key, said) for key, said in settings if said))


def template(parts: Sequence[Json]) -> str:
    """[{"SpecialToken": {"id": "[CLS]", …}}, {"Sequence": {"id": "A", …}}] -> '[CLS] A'"""
    return " ".join(str(next(iter(each.values()))["id"]) for each in parts)


def _setting(value: Any) -> str:
    """true -> 'true', {"Regex": "x"} -> 'x', tables -> '', long texts shortened."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | str):
        said = str(value)
        return said if len(said) <= 60 else f"{said[:57]}…"
    return ""


def bert_steps(part: Json) -> Iterator[tuple[Component, Json]]:
    """A BertNormalizer -> its four, each alone."""
    lower = bool(part["lowercase"])
    wanted = dict(part) | {"strip_accents": lower if part["strip_accents"] is None else part["strip_accents"]}
    for flag in BERT_FLAGS:
        alone = {"type": "BertNormalizer"} | {each: each == flag and bool(wanted[each]) for each in BERT_FLAGS}
        yield Component(flag, (("BertNormalizer", str(bool(wanted[flag])).lower()),)), alone


EMPTY: Json = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": None,
    "pre_tokenizer": None,
    "post_processor": None,
    "decoder": None,
    "model": {"type": "BPE", "vocab": {}, "merges": []},
}


@lru_cache(maxsize=64)
def _made(role: str, part: str) -> Any:
    """The library's object of one part, from its JSON."""
    from tokenizers import Tokenizer

    return getattr(Tokenizer.from_str(json.dumps(EMPTY | {role: json.loads(part)})), role)


def made(role: str, part: Json) -> Any:
    """("normalizer", {"type": "NFC"}) -> tokenizers.normalizers.NFC()"""
    return _made(role, json.dumps(part))


# -- before the first stage: special tokens that somebody typed -------------------------------------------------------


def cut_out_special(ready: Ready, text: str) -> Iterator[Piece]:
    """The library looks for its special tokens before anything else: "a[SEP]b" -> a, [SEP], b."""
    contents = {each["id"]: each["content"] for each in ready.parts["added_tokens"]}
    encoding = ready.backend.encode(text, add_special_tokens=False)
    at = 0
    for id, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        if id in contents and start >= at and text[start:end].strip() == contents[id]:
            if start > at:
                yield Piece(at, start, text[at:start], text[at:start])
            yield Piece(start, end, contents[id], contents[id], special=True)
            at = end
    if at < len(text):
        yield Piece(at, len(text), text[at:], text[at:])


# -- the normaliser ---------------------------------------------------------------------------------------------------


def aligned(text: str, normalizer: Any) -> list[tuple[str, int, int]]:
    """Each character after the normaliser, and the stretch of the text before it that it was made of.

    ("फूल", uncased BERT's) -> [("फ", 0, 1), ("ल", 2, 3)]
    """
    from tokenizers import PreTokenizedString

    whole = PreTokenizedString(text)
    if normalizer is not None:
        whole.normalize(lambda content: normalizer.normalize(content))
    whole.split(lambda _, content: [content[at : at + 1] for at in range(len(content.normalized))])
    return [(piece, start, end) for piece, (start, end), _ in whole.get_splits("original", "char")]


def find_edits(text: str, characters: Sequence[tuple[str, int, int]]) -> Iterator[Edit]:
    """What became of a text: "फूल", [("फ", 0, 1), ("ल", 2, 3)] -> Edit(1, 2, "ू", "")"""
    at = 0
    for start, end, after in _blocks(characters):
        if start > at:
            yield Edit(at, start, text[at:start], "")
        if text[start:end] != after:
            yield Edit(start, end, text[start:end], after)
        at = end
    if at < len(text):
        yield Edit(at, len(text), text[at:], "")


def _blocks(characters: Sequence[tuple[str, int, int]]) -> Iterator[tuple[int, int, str]]:
    """Characters that were made of the same stretch, together; stretches in order."""
    start, end, after = 0, 0, ""
    for character, first, last in characters:
        if after and first >= end:
            yield start, end, after
            start, end, after = first, last, character
        elif after:
            end, after = max(end, last), after + character
        else:
            start, end, after = first, last, character
    if after:
        yield start, end, after


def normalizer_edits(ready: Ready, segments: Sequence[Piece]) -> Iterator[Edit]:
    """Of the whole text, places as in the text."""
    for segment in segments:
        if not segment.special:
            for edit in find_edits(segment.text, aligned(segment.text, ready.backend.normalizer)):
                yield Edit(segment.start + edit.start, segment.start + edit.end, edit.before, edit.after)


def normalizer_steps(ready: Ready, text: str) -> Iterator[Step]:
    """Each part of the normaliser on what the one before left."""
    for part in flat(ready.parts["normalizer"], "normalizers"):
        alone = list(bert_steps(part)) if part["type"] == "BertNormalizer" else [(component(part), part)]
        for named, each in alone:
            characters = aligned(text, made("normalizer", each))
            edits = tuple(find_edits(text, characters))
            text = "".join(character for character, _, _ in characters)
            yield Step(named, text, edits)


def _normalized(ready: Ready, segments: Sequence[Piece]) -> Iterator[Piece]:
    """The text after the normaliser in runs without spaces, for drawing: a space stands at the end of its run."""
    for segment in segments:
        if segment.special:
            yield segment
            continue
        run: list[tuple[str, int, int]] = []
        for character in aligned(segment.text, ready.backend.normalizer):
            run.append(character)
            if character[0].isspace() or character[0] == "▁":
                yield _run(run, segment.start)
                run = []
        if run:
            yield _run(run, segment.start)


def _run(run: list[tuple[str, int, int]], at: int) -> Piece:
    text = "".join(character for character, _, _ in run)
    return Piece(at + run[0][1], at + run[-1][2], text, text)


# -- the pre-tokeniser ------------------------------------------------------------------------------------------------


def is_byte_level(ready: Ready) -> bool:
    """Are its pieces written in letters that stand for bytes?"""
    parts = flat(ready.parts["pre_tokenizer"], "pretokenizers") + flat(ready.parts["normalizer"], "normalizers")
    return any(part["type"] == "ByteLevel" for part in parts)


@lru_cache(maxsize=1)
def _bytes_of() -> dict[str, int]:
    return {letter: byte for byte, letter in enumerate(byte_letters())}


def reads(text: str) -> str:
    """Letters that stand for bytes -> the characters: 'à¤¹' -> 'ह', 'Ġa' -> ' a'; half a character -> '<0xE0>'."""
    table = _bytes_of()
    if any(letter not in table for letter in text):
        return text
    return readable(bytes(table[letter] for letter in text))[0]


def pre_tokenizer_cuts(ready: Ready, segments: Sequence[Piece]) -> Iterator[Cut]:
    """The pieces after each part of the pre-tokeniser."""
    parts = flat(ready.parts["pre_tokenizer"], "pretokenizers")
    for number, part in enumerate(parts, 1):
        first = [made("pre_tokenizer", each) for each in parts[:number]]
        byte_level = any(each["type"] == "ByteLevel" for each in parts[:number])
        yield Cut(component(part), tuple(_cut(ready, segments, first, byte_level)))


def _pieces(ready: Ready, segments: Sequence[Piece]) -> Iterator[Piece]:
    whole = ready.backend.pre_tokenizer
    return _cut(ready, segments, [] if whole is None else [whole], is_byte_level(ready))


def _cut(ready: Ready, segments: Sequence[Piece], parts: Sequence[Any], byte_level: bool) -> Iterator[Piece]:
    from tokenizers import PreTokenizedString

    normalizer = ready.backend.normalizer
    for segment in segments:
        if segment.special:
            yield segment
            continue
        whole = PreTokenizedString(segment.text)
        if normalizer is not None:
            whole.normalize(lambda content: normalizer.normalize(content))
        for part in parts:
            part.pre_tokenize(whole)
        for text, (start, end), _ in whole.get_splits("original", "char"):
            yield Piece(segment.start + start, segment.start + end, text, reads(text) if byte_level else text)


# -- model and post-processor -----------------------------------------------------------------------------------------


def model_tokens(ready: Ready, text: str) -> tuple[Token, ...]:
    """What the model makes of the pieces; nothing is added."""
    encoding = ready.backend.encode(text, add_special_tokens=False)
    return tuple(_tokens(ready, encoding))


def final_tokens(ready: Ready, text: str, second: str) -> tuple[Token, ...]:
    """With what the post-processor adds; with a second sentence, both."""
    encoding = ready.backend.encode(text, second) if second else ready.backend.encode(text)
    return tuple(_tokens(ready, encoding))


def _tokens(ready: Ready, encoding: Any) -> Iterator[Token]:
    byte_level = is_byte_level(ready)
    unknown = _unknown_id(ready)
    columns = (
        encoding.tokens,
        encoding.ids,
        encoding.type_ids,
        encoding.offsets,
        encoding.word_ids,
        encoding.sequence_ids,
    )
    for text, id, type_id, (start, end), word, sequence in zip(*columns, strict=True):
        yield Token(
            start=start,
            end=end,
            text=text,
            reads=reads(text) if byte_level else text,
            id=id,
            type_id=type_id,
            piece=word if sequence == 0 else None,
            added=sequence is None,
            unknown=id == unknown,
            second=sequence == 1,
        )


def _unknown_id(ready: Ready) -> int | None:
    """Of [UNK] or <unk>; Unigram models name it by its id. A model that falls back to bytes never gives it."""
    model = ready.parts["model"]
    if model.get("byte_fallback"):
        return None
    if isinstance(model.get("unk_id"), int):
        return int(model["unk_id"])
    return ready.backend.token_to_id(model["unk_token"]) if model.get("unk_token") else None


# -- what is lost -----------------------------------------------------------------------------------------------------

WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200C\u200D]+")


FIRST_PAIRS = {"hi": (("फूल", "फल"), ("मैं", "में"))}  # those that everybody knows


def same(ready: Ready, words: Sequence[str]) -> Same:
    """Words, and what the normaliser makes of each."""
    normalizer = ready.backend.normalizer
    forms = words if normalizer is None else [normalizer.normalize_str(word) for word in words]
    return Same(tuple(words), tuple(forms))


def same_here(ready: Ready, text: str) -> Iterator[Same]:
    """Different words of the text that become the same: "मैं घर में" -> Same(("मैं", "में"), ("म", "म"))"""
    groups: dict[str, list[str]] = {}
    words = list(dict.fromkeys(WORD.findall(text)))
    for word, form in zip(words, same(ready, words).forms, strict=True):
        groups.setdefault(form, []).append(word)
    for group in groups.values():
        if len(group) > 1:
            yield same(ready, group)


def _is_among(one: Same, others: Sequence[Same]) -> bool:
    return any(set(one.words) <= set(each.words) for each in others)


def comes_back(text: str, decoded: str) -> bool:
    """Is every character there again, spaces aside?"""
    return "".join(text.split()) == "".join(decoded.split())


@dataclass(frozen=True)
class Known:
    """What was counted in our texts of one language: the words that an uncased BERT cannot tell apart."""

    changed: float  # the share of all words that it changes in more than capitals
    confused: float  # the share that then look like another, more frequent word
    groups: tuple[tuple[str, ...], ...]  # the most frequent first


@lru_cache(maxsize=1)
def collisions() -> dict[str, Known]:
    """Language -> what was counted. Made by training/wordpiece.py."""
    content = json.loads((WORDPIECE / "collisions.json").read_text(encoding="utf-8"))
    return {
        code: Known(
            changed=each["changed"] / each["words"],
            confused=each["confused"] / each["words"],
            groups=tuple(tuple(word for word, _ in group) for _, group in each["groups"]),
        )
        for code, each in content.items()
    }


def same_in_language(ready: Ready, language: str, count: int = PAIRS) -> Iterator[Same]:
    """The words of a language that an uncased BERT takes for one another: does this tokenizer, too?"""
    known = FIRST_PAIRS.get(language, ())
    for group in (*known, *collisions()[pairs_language(language)].groups[:count]):
        if group in known or not any(set(each) <= set(group) for each in known):
            yield same(ready, group)


def pairs_language(language: str) -> str:
    """The language itself, or the first one that we have words of in its script: mai -> hi; indic -> hi."""
    if language in collisions():
        return language
    script = LANGUAGES[language].scripts[0] if language in LANGUAGES else ""
    return next((code for code in collisions() if LANGUAGES[code].scripts[0] == script), "hi")


# -- code points ------------------------------------------------------------------------------------------------------


def points(text: str) -> tuple[tuple[str, str], ...]:
    """'ू' -> (("U+0942", "DEVANAGARI VOWEL SIGN UU"),)"""
    return tuple((f"U+{ord(character):04X}", name_of(character)) for character in text)
