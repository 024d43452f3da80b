"""A language -> lines to try training on, all of them written for this project. No gradio, no HTML, no torch.

    >>> sample("hi")[:2]
    ('केलों का गुच्छा और घर पर बारिश', 'ऊपर नारंगी वृत्त, नीचे हरा वृत्त')

They are captions of drawn pictures, made from tables: a small world of a few dozen words, said in some thousand ways.
So a tokenizer learns it by heart, and its figures are far better than those of ordinary text, which is why the page
says so. English has this project's own documents instead, which are ordinary text. Always the same, in the same order.
"""

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, permutations, product
from pathlib import Path

from components.caption_image.samples import SAMPLES
from components.caption_image.templates import TEMPLATES
from components.errors import PathshalaError
from tokenizer_indic import train
from tokenizer_indic.scripts import LANGUAGES
from training.captions import COLOURS, COUNTS, SHAPES, join, on_ground, placed, shape

ROOT = Path(__file__).parents[3]
MANY = 32_000  # entries, more than any sample gives
DOCUMENTS = ("README.md", "tokenizer_indic/README.md", "benchmarks/README.md", "training/EXPERIMENTS.md")
PLACED = 5  # one in so many of the captions that say where two shapes are


def languages() -> tuple[str, ...]:
    """The languages that have a sample: ('hi', 'bn', …, 'en')"""
    return tuple(code for code in LANGUAGES if code in TEMPLATES)


@lru_cache(maxsize=4)
def sample(language: str) -> tuple[str, ...]:
    """Lines of a language, each once. Raises PathshalaError for a language without a sample."""
    if language not in languages():
        raise PathshalaError(f"There is no sample for “{language[:40]}”. There are: {', '.join(languages())}.")
    if language == "en":
        return tuple(_documents())
    lines = list(dict.fromkeys(_captions(language)))
    random.Random(0).shuffle(lines)  # or the held-out tenth would always be of the same kind
    return tuple(lines)


@lru_cache(maxsize=32)
def most(language: str) -> int:
    """The entries that can be learned from what is not held out of a sample, by merges under `indic`."""
    lines = [line for number, line in enumerate(sample(language), 1) if number % 10]
    return len(train(lines, language=language, vocabulary=MANY, allow_smaller=True))


def _documents() -> Iterator[str]:
    for name in DOCUMENTS:
        yield from filter(None, (ROOT / name).read_text(encoding="utf-8").split("\n"))


def _captions(language: str) -> Iterator[str]:
    """What is drawn, alone, in a sentence, on a ground, in twos; shapes, some of them, and where two of them are."""
    names = [dict(each.captions)[language] for each in SAMPLES]
    yield LANGUAGES[language].sample
    yield from (each.format(name) for each in ("{}", *TEMPLATES[language]) for name in names)
    yield from (on_ground(name, colour, language) for name, colour in product(names, COLOURS))
    yield from (join(pair, language) for pair in combinations(names, 2))
    things = list(product(COLOURS, SHAPES))
    yield from (shape(*thing, language, count) for thing, count in product(things, COUNTS))
    for first, second in list(permutations(things, 2))[::PLACED]:
        yield placed(first, second, "above", language)
        yield placed(first, second, "left", language)
