"""Tokenizer, text -> figures: how short, how fertile, how often an akshara is cut."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from typing import Any

from .aksharas import aksharas
from .tokenizer import Tokenizer


@dataclass(frozen=True)
class Figures:
    """What a tokenizer makes of a text. Line feeds are left out of every count; bytes and characters are those of the
    text as given, aksharas those of what is encoded, its NFC form.

    vocabulary          entries of the tokenizer, everything counted
    tokens              ids that `encode` gives, line by line
    bytes               of the text in UTF-8
    characters          code points
    aksharas            units of `aksharas`, which tile the text: orthographic syllables; outside India's scripts, and
                        for spaces and signs, grapheme clusters
    words               runs of non-spaces
    bytes_per_token     the course's compression ratio: UTF-8 bytes before, tokens after. It flatters scripts of three
                        bytes a character (Devanagari) over those of two (Urdu) and one (English)
    characters_per_token, aksharas_per_token   the same in units that compare better
    tokens_per_word     fertility (Rust et al. 2021, arXiv 2012.15613)
    broken_aksharas     the share of tokens that begin or end inside an akshara, 0 to 1
    round_trip          does decoding give back the normalised form of every line?

    A ratio of nothing is 0.0.
    """

    vocabulary: int
    tokens: int
    bytes: int
    characters: int
    aksharas: int
    words: int
    bytes_per_token: float
    characters_per_token: float
    aksharas_per_token: float
    tokens_per_word: float
    broken_aksharas: float
    round_trip: bool


def measure(tokenizer: Tokenizer, text: str) -> Figures:
    """The figures of a text. Raises TextError for a lone surrogate."""
    return measure_lines(tokenizer, text.split("\n"))


def measure_lines(tokenizer: Tokenizer, lines: Iterable[str]) -> Figures:
    """The figures of many lines (without their line feeds), in constant memory."""
    tokens = byte_count = characters = akshara_count = words = broken = 0
    round_trip = True
    for line in lines:
        ids = tokenizer.encode(line)
        normal = tokenizer.normalize(line)
        tokens += len(ids)
        byte_count += len(line.encode())
        characters += len(line)
        words += len(line.split())
        borders = _akshara_borders(normal)
        akshara_count += len(borders) - 1
        broken += _broken(tokenizer, ids, borders)
        round_trip = round_trip and tokenizer.decode(ids) == normal
    return Figures(
        vocabulary=len(tokenizer),
        tokens=tokens,
        bytes=byte_count,
        characters=characters,
        aksharas=akshara_count,
        words=words,
        bytes_per_token=_ratio(byte_count, tokens),
        characters_per_token=_ratio(characters, tokens),
        aksharas_per_token=_ratio(akshara_count, tokens),
        tokens_per_word=_ratio(tokens, words),
        broken_aksharas=_ratio(broken, tokens),
        round_trip=round_trip,
    )


def as_facts(figures: Figures) -> dict[str, Any]:
    """The figures as they are stored with a tokenizer: ratios to four places, without the vocabulary's size."""
    facts = asdict(figures)
    del facts["vocabulary"]
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in facts.items()}


def _akshara_borders(text: str) -> set[int]:
    """The byte positions at which an akshara begins or ends; {0} for an empty text."""
    sizes = (len(akshara.encode()) for akshara in aksharas(text))
    return set(accumulate(sizes, initial=0))


def _broken(tokenizer: Tokenizer, ids: list[int], borders: set[int]) -> int:
    """How many of the tokens begin or end off the borders."""
    ends = accumulate(map(len, tokenizer.pieces(ids)), initial=0)
    return sum(not (begins and stops) for begins, stops in pairwise(end in borders for end in ends))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
