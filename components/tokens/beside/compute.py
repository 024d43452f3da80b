"""text, contestants -> the pieces that each makes of it and their figures; twelve sentences -> what each costs.

    compare("हिन्दी भाषा", ["hi", "bytes"]).results[0].tokens     2
    tax(["bytes"]).tariffs[0].tokens["hi"]                       222

One contestant that cannot answer does not spoil the others: its result says why. No gradio, no HTML, no torch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from components.errors import PathshalaError
from components.tokens import own
from components.tokens.beside import here, reaching
from components.tokens.beside.contestants import EACH, FROM_HUB, HERE, OPENAI, get
from components.tokens.beside.cutting import Cut, Cutter, Piece, of_bytes, of_characters, of_ours
from components.tokens.beside.sentences import SENTENCES
from components.tokens.compute import check_text, direction_of, tokenizer_for
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.errors import TokenizerError
from tokenizer_indic.normalizing import normalize
from tokenizer_indic.scripts import LANGUAGES

MOST = 6  # side by side
MOST_TAXED = 4
DEAREST = 1_000_000  # a price for a million tokens
BASE = "en"  # the language that the others are compared with


@dataclass(frozen=True)
class Lesson:
    """What those that are trained right here learn from, and how many entries they get."""

    text: str
    entries: int = here.USUAL_ENTRIES


@dataclass(frozen=True)
class Result:
    """What one contestant makes of a text. Everything is counted, line breaks too.

    `given_back`: "as given", "in NFC", or "" when decoding gives another text; then `lost` says what became of it.
    `error` says why there is no answer at all; all numbers are 0 then. A ratio of nothing is 0.0.
    """

    id: str
    name: str
    pieces: tuple[Piece, ...] = ()
    entries: int = 0
    tokens: int = 0
    unknown: int = 0  # tokens that stand for something that cannot be spelled
    characters_per_token: float = 0.0  # code points of the text as given
    tokens_per_word: float = 0.0  # words are runs of non-spaces
    broken_aksharas: float = 0.0  # the share of tokens that begin or end inside an akshara
    given_back: str = ""
    lost: str = ""
    error: str = ""


@dataclass(frozen=True)
class Comparison:
    """`best` are the ids with the fewest tokens among those that give the text back."""

    text: str
    direction: str
    results: tuple[Result, ...]
    best: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """One sentence of the token tax, and its size."""

    language: str
    name: str  # the language's own
    english: str
    direction: str
    text: str
    characters: int
    bytes: int
    words: int


@dataclass(frozen=True)
class Tariff:
    """What one contestant asks for each sentence: language -> tokens. `lossy` are the languages of whose sentence more
    than the spaces does not come back, and why: few tokens are no bargain there."""

    id: str
    name: str
    tokens: dict[str, int]
    lossy: dict[str, str]
    error: str = ""

    def against_base(self, language: str) -> float:
        """How many times what the same costs in English."""
        return self.tokens[language] / self.tokens[BASE]


@dataclass(frozen=True)
class Tax:
    """The sentences, English first, and what each contestant asks for them."""

    sentences: tuple[Sentence, ...]
    tariffs: tuple[Tariff, ...]


# -- finding a contestant ---------------------------------------------------------------------------------------------


def find(id: str, lesson: Lesson) -> Cutter:
    """A contestant that is ready. Raises PathshalaError with the reason where it is not; own.Gone for a visitor's."""
    contestant = get(id)
    if contestant.group == "ours":
        return of_ours(own.find(id))
    if contestant.group == "plain":
        return of_bytes() if id == "bytes" else of_characters()
    if contestant.group == "here":
        return _trained(id.removeprefix(HERE), lesson)
    return reaching.load(id)


def _trained(kind: str, lesson: Lesson) -> Cutter:
    if kind == "english":
        return here.train("gpt2", here.english(), here.ENGLISH_ENTRIES)
    return here.train(kind, lesson.text, lesson.entries)


def check_contestants(ids: Sequence[str], most: int) -> None:
    """Before any work. Raises PathshalaError."""
    if not ids:
        raise PathshalaError("Choose a tokenizer: one or more.")
    if len(ids) > most:
        raise PathshalaError(f"At most {most} fit side by side; these are {len(ids)}.")
    for id in ids:
        get(id)


def states() -> dict[str, reaching.State]:
    """Of all that may be missing: OpenAI's and the hub's."""
    return {each.id: reaching.state(each.id) for each in (*OPENAI, *FROM_HUB)}


def fetch(id: str) -> reaching.State:
    """Starts to fetch one of those. Raises PathshalaError for what is not to be fetched."""
    if get(id).group not in ("openai", "hub"):
        raise PathshalaError(f"“{id[:40]}” is there already.")
    return reaching.fetch(id)


# -- side by side -----------------------------------------------------------------------------------------------------


def compare(text: str, ids: Sequence[str], lesson: Lesson, language: str = "") -> Comparison:
    """Raises PathshalaError for a text or a choice that cannot be compared, own.Gone for a visitor's tokenizer that
    left the memory."""
    check_text(text)
    ids = list(dict.fromkeys(ids))
    check_contestants(ids, MOST)
    if EACH in ids:
        raise PathshalaError("“Each its own” is for the token tax: here the text has one language.")
    results = tuple(_result(text, id, lesson) for id in ids)
    return Comparison(text, direction_of(text, language), results, best(results))


def best(results: Iterable[Result]) -> tuple[str, ...]:
    """The ids with the fewest tokens among those that give the text back; of a draw all."""
    honest = [each for each in results if each.given_back]
    fewest = min((each.tokens for each in honest), default=0)
    return tuple(each.id for each in honest if each.tokens == fewest)


def _result(text: str, id: str, lesson: Lesson) -> Result:
    name = get(id).name
    try:
        cutter = find(id, lesson)
        made = cutter.cut(text)
    except own.Gone:
        raise  # the page sends it again
    except (PathshalaError, TokenizerError) as error:
        return Result(id, name, error=str(error))
    tokens = [piece for piece in made.pieces if piece.id is not None]
    given_back, lost = judge(text, made)
    return Result(
        id=id,
        name=name,
        pieces=made.pieces,
        entries=cutter.entries,
        tokens=len(tokens),
        unknown=sum(piece.unknown for piece in tokens),
        characters_per_token=_ratio(len(text), len(tokens)),
        tokens_per_word=_ratio(len(tokens), len(text.split())),
        broken_aksharas=_ratio(_broken(text, made.pieces), len(tokens)),
        given_back=given_back,
        lost=lost,
    )


NO_SPACES = "the spaces are lost"


def judge(text: str, made: Cut) -> tuple[str, str]:
    """(how the text comes back, what was lost): ("as given", ""), ("in NFC", ""), or ("", "3 [UNK]: …")"""
    normal = normalize(text)
    if made.decoded == text:
        return "as given", ""
    if made.decoded == normal:
        return "in NFC", ""
    unknown = sum(piece.unknown for piece in made.pieces)
    if unknown:
        return "", f"{unknown} × unknown: what stood there is lost"
    if "".join(made.decoded.split()) in ("".join(text.split()), "".join(normal.split())):
        return "", NO_SPACES
    return "", "characters are changed or dropped"


def _broken(text: str, pieces: Sequence[Piece]) -> int:
    """Tokens that begin or end inside an akshara."""
    borders = set(accumulate(map(len, aksharas(text)), initial=0))
    joined = [piece.joined for piece in pieces[1:]] + [False]  # is the next one's beginning inside this one?
    return sum(
        piece.joined or goes_on or piece.start not in borders or piece.end not in borders
        for piece, goes_on in zip(pieces, joined, strict=True)
        if piece.id is not None
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


# -- the token tax ----------------------------------------------------------------------------------------------------


def sentences() -> tuple[Sentence, ...]:
    """The same meaning twelve times; English, with which the others are compared, first."""
    return tuple(
        Sentence(
            language=code,
            name=LANGUAGES[code].name,
            english=LANGUAGES[code].english,
            direction=LANGUAGES[code].direction,
            text=text,
            characters=len(text),
            bytes=len(text.encode()),
            words=len(text.split()),
        )
        for code, text in SENTENCES.items()
    )


def tax(ids: Sequence[str], lesson: Lesson) -> Tax:
    """Raises PathshalaError for a choice that cannot be compared, own.Gone as above."""
    ids = list(dict.fromkeys(ids))
    check_contestants(ids, MOST_TAXED)
    return Tax(sentences(), tuple(_tariff(id, lesson) for id in ids))


def _tariff(id: str, lesson: Lesson) -> Tariff:
    name = get(id).name
    try:
        cutters = _each(lesson) if id == EACH else dict.fromkeys(SENTENCES, find(id, lesson))
        made = {code: cutters[code].cut(text) for code, text in SENTENCES.items()}
    except own.Gone:
        raise
    except (PathshalaError, TokenizerError) as error:
        return Tariff(id, name, {}, {}, str(error))
    tokens = {code: sum(piece.id is not None for piece in cut.pieces) for code, cut in made.items()}
    lost = {code: judge(SENTENCES[code], cut)[1] for code, cut in made.items()}
    return Tariff(id, name, tokens, {code: why for code, why in lost.items() if why not in ("", NO_SPACES)})


def _each(lesson: Lesson) -> dict[str, Cutter]:
    """For each language the shipped tokenizer that serves it."""
    return {code: find(tokenizer_for(code), lesson) for code in SENTENCES}


# -- what those right here learn from ---------------------------------------------------------------------------------


def usual_lesson(language: str) -> str:
    """What this project wrote in that language, or Hindi's where it wrote too little."""
    found = here.sample(language)
    return found if len(found) >= here.TEXT_LEAST else here.sample("hi")
