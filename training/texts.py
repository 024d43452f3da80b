"""corpora -> packed rows of token ids, with the word that each token belongs to.

    [CLS] sentence [SEP] sentence [SEP] …    cut into rows of one length, each row of one language

A word is a piece of the split pattern: what BPE never merges across, so ' विद्यार्थियों' is one word of several tokens.
Masking takes or leaves a word whole, or the model would only learn to complete words that it has half seen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tokenizer_indic import Tokenizer, load
from tokenizer_indic.splitting import splitter
from tokenizer_indic.streaming import read_lines

LANGUAGES = ("hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "or", "ml", "pa", "as", "ne", "sd", "sa", "en")


@dataclass(frozen=True)
class Rows:
    """The text of one language, packed."""

    ids: np.ndarray  # rows x length, uint16
    words: np.ndarray  # rows x length, uint8: the number of each token's word in its row; 0 for [CLS], [SEP], [PAD]


@cache
def tokenizer() -> Tokenizer:
    """The tokenizer that the embedded models share."""
    return load("indic")


@cache
def splitter_of() -> Callable[[str], list[str]]:
    """The split pattern of that tokenizer: a text -> its words."""
    return splitter(tokenizer().pattern)


def read(paths: Iterable[Path]) -> Iterable[str]:
    """The lines of several files; a file that is not there has none."""
    for path in paths:
        if path.is_file():
            with path.open("rb") as file:
                yield from filter(None, read_lines(file))


def encode_words(made: Tokenizer, line: str) -> list[list[int]]:
    """'भारत में' -> [[…], […]]: the ids of each word."""
    return [made.encode(piece) for piece in splitter(made.pattern)(made.normalize(line))]


def pack(made: Tokenizer, lines: Iterable[str], length: int) -> Rows:
    """Lines one after the other, each closed by [SEP], cut into rows that begin with [CLS]; a cut word is left out."""
    special = made.special_tokens
    all_ids: list[list[int]] = []
    all_words: list[list[int]] = []
    ids, words, number = [special["[CLS]"]], [0], 0

    def close() -> None:
        nonlocal ids, words, number
        if number:
            short = length - len(ids)
            all_ids.append(ids + [special["[PAD]"]] * short)
            all_words.append(words + [0] * short)
        ids, words, number = [special["[CLS]"]], [0], 0

    for line in lines:
        for word in encode_words(made, line):
            if len(word) > length // 4:
                continue  # a URL or the like
            if len(ids) + len(word) + 1 > length or number == 255:
                close()
            number += 1
            ids += word
            words += [number] * len(word)
        ids.append(special["[SEP]"])
        words.append(0)
        if len(ids) > length - 4:
            close()
    close()
    return Rows(np.array(all_ids, dtype=np.uint16), np.array(all_words, dtype=np.uint8))


def shares(sizes: Sequence[int], temperature: float) -> np.ndarray:
    """How often each language is drawn: sizes to the power 1/temperature, summing to one."""
    weights = np.array(sizes, dtype=float) ** (1 / temperature)
    return np.asarray(weights / weights.sum())
