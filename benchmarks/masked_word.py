"""Whole words on this machine: python -m benchmarks.masked_word [--words N] [--model FOLDER_OR_ID]

Held-out words of two to four pieces (../shared/corpora/heldout, or --corpora), each masked alone in its line. How often
is the word among the first ten

    joint        by the beam of components/masked_word/words.py, told the number of pieces
    not told     the same, which has to guess how many pieces there are
    one by one   by the product of the masks, each filled without knowing the others, told the number of pieces

All three choose from the same pieces: a beginning first, then what goes on in a word.
"""

import argparse
import heapq
import itertools
import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks.tokenizer import machine
from components import models
from components.loading import Loaded
from components.masked_word import words
from training import evaluate
from training.bert import HERE
from training.evaluate import Question

LANGUAGES = ("hi", "ta", "te")
FIRST = 10


def one_by_one(asker: words.Asker, length: int) -> list[tuple[int, ...]]:
    """The ten sequences with the largest product of the masks' own probabilities."""
    logs = asker.read([asker.row(length)], [[asker.place + number for number in range(length)]])
    tops = [
        words.among(row, asker.continues if number else asker.begins).topk(FIRST) for number, row in enumerate(logs)
    ]
    columns = [list(zip(top.values.tolist(), top.indices.tolist(), strict=True)) for top in tops]
    best = heapq.nlargest(FIRST, itertools.product(*columns), key=lambda each: sum(log for log, _ in each))
    return [tuple(id for _, id in each) for each in best]


def hits(loaded: Loaded, question: Question) -> tuple[bool, bool, bool]:
    """joint, not told, one by one"""
    assert loaded.tokenizer is not None
    length = len(question.pieces)
    ids = [*question.row[: question.start], loaded.tokenizer.mask_token_id, *question.row[question.start + length :]]
    stands: words.Standing = "apart" if question.left is not None else "first"

    def among(found: Sequence[tuple[int, ...]]) -> bool:
        return question.pieces in found

    told = words.guess_words(loaded, ids, question.start, stands, count=FIRST, lengths=[length])
    untold = words.guess_words(loaded, ids, question.start, stands, count=FIRST)
    asker = words.Asker(loaded, ids, question.start, stands)
    return (
        among([each.pieces for each in told.words]),
        among([each.pieces for each in untold.words]),
        among(one_by_one(asker, length)),
    )


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--words", type=int, default=500, help="of two to four pieces, of each language")
    parser.add_argument("--model", default="pathshala-bert", help="an embedded model's id")
    options = parser.parse_args()
    questions = evaluate.draw_all(options.corpora, 20 * options.words)
    loaded = models.load(options.model, "masked_word")
    print(machine())
    print("| | words | joint | not told | one by one | joint / one by one |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    total = [0, 0, 0, 0]
    began = time.perf_counter()
    for code in LANGUAGES:
        asked = [each for each in questions[code] if 2 <= len(each.pieces) <= max(words.LENGTHS)][: options.words]
        found = [hits(loaded, each) for each in tqdm(asked, desc=code, unit=" words", leave=False)]
        sums = [sum(each) for each in zip(*found, strict=True)]
        for number, value in enumerate((len(asked), *sums)):
            total[number] += value
        print(line(code, len(asked), sums), flush=True)
    print(line("all", total[0], total[1:]))
    print(f"{1000 * (time.perf_counter() - began) / total[0]:.0f} ms a word for all three.")


def line(name: str, count: int, sums: Sequence[int]) -> str:
    """One row of the table."""
    shares = " | ".join(f"{each / count:.3f}" for each in sums)
    return f"| {name} | {count:,} | {shares} | {sums[0] / max(1, sums[2]):.2f} |"


if __name__ == "__main__":
    main()
