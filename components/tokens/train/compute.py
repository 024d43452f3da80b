"""lines -> a tokenizer, and how good it is on text that it has not seen. No gradio, no HTML, no torch.

    lines ─ every tenth is held out ─► learn from nine tenths ─► judge on the tenth, and on what it learned from

Everything here runs in a process of its own (worker.py), so that a long training stops no other visitor's page.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import regex

from components.errors import PathshalaError
from components.tokens.train.samples import sample
from tokenizer_indic import Tokenizer
from tokenizer_indic.growing import sentences
from tokenizer_indic.measuring import Figures, as_facts, measure_lines
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import pattern
from tokenizer_indic.training import Newest, Progress, check_settings, train

LEAST, MOST = 256, 32_000  # entries
EVERY = 10  # one line in so many is held out
POINTS = 10  # of the curve
SHOWN = 24  # longest, and most frequent, tokens
CUT = 60  # characters of a token that are shown


@dataclass(frozen=True)
class Settings:
    """What a visitor chose. `pattern_name` is a name or an expression; "fewest" knows none."""

    language: str
    entries: int
    pattern_name: str = "indic"
    segmentation: str = "merges"


@dataclass(frozen=True)
class Held:
    """A text in two parts. `unit`: what was counted, "line", or "sentence" of a text with few lines."""

    learned: tuple[str, ...]
    heldout: tuple[str, ...]  # every tenth; none of a text with fewer than ten
    unit: str


@dataclass(frozen=True)
class InSample:
    """Of the text that was learned from: counts, and the two ratios."""

    tokens: int
    bytes: int
    characters: int

    @property
    def bytes_per_token(self) -> float:
        return self.bytes / self.tokens if self.tokens else 0.0

    @property
    def characters_per_token(self) -> float:
        return self.characters / self.tokens if self.tokens else 0.0


@dataclass(frozen=True)
class Point:
    """A tokenizer of so many entries, on the held-out text (or, where there is none, on what was learned from)."""

    entries: int
    bytes_per_token: float
    characters_per_token: float


def check(settings: Settings) -> None:
    """Raises PathshalaError, TrainingError or PatternError for what cannot be, before any text is read."""
    if settings.language not in LANGUAGES:
        raise PathshalaError(f"There is no language “{settings.language[:40]}” in the menu.")
    if not LEAST <= settings.entries <= MOST:
        raise PathshalaError(f"A tokenizer here has {LEAST} to {MOST:,} entries, not {settings.entries:,}.")
    if settings.segmentation == "merges":
        pattern(settings.pattern_name)
    elif settings.pattern_name != "indic":
        raise PathshalaError("Superwords reach across spaces: no pattern cuts the text then. Choose “indic”.")
    check_settings(settings.entries, settings.segmentation, settings.pattern_name)


def hold_out(text: str) -> Held:
    """Lines 10, 20, 30 … are held out; empty ones don't count. A text with fewer than ten lines is cut at sentences.

    >>> hold_out("a\\n\\nb\\n" * 10).heldout
    ('b', 'b')
    """
    units, unit = [line for line in text.split("\n") if line.strip()], "line"
    if len(units) < EVERY:
        units, unit = [part for line in units for part in sentences(line) if part.strip()], "sentence"
    return Held(tuple(each for n, each in enumerate(units, 1) if n % EVERY), tuple(units[EVERY - 1 :: EVERY]), unit)


def text_of(language: str) -> str:
    """The shipped sample, as one text."""
    return "\n".join(sample(language))


def learn(held: Held, settings: Settings, progress: Progress | None = None, newest: Newest | None = None) -> Tokenizer:
    """Raises CorpusTooSmallError, which says how far it got, and TrainingError."""
    return train(
        held.learned,
        language=settings.language,
        vocabulary=settings.entries,
        name=f"my-{settings.language}",
        pattern_name=settings.pattern_name,
        segmentation="fewest" if settings.segmentation == "fewest" else "merges",
        progress=progress,
        newest=newest,
    )


# -- judging ----------------------------------------------------------------------------------------------------------


def on_heldout(tokenizer: Tokenizer, held: Held) -> Figures | None:
    """None where nothing was held out."""
    return measure_lines(tokenizer, held.heldout) if held.heldout else None


WORD = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+")


def unseen(held: Held) -> tuple[int, int]:
    """Words of the held-out tenth that never occur in the rest, and all of its words, each as often as it stands there.

    >>> unseen(Held(("राम घर",), ("राम वन",), "line"))
    (1, 2)
    """
    known = {word for line in held.learned for word in WORD.findall(line)}
    words = [word for line in held.heldout for word in WORD.findall(line)]
    return sum(word not in known for word in words), len(words)


def on_learned(tokenizer: Tokenizer, held: Held) -> tuple[InSample, Counter[int]]:
    """The ratios on all of the text that was learned from, and how often each id occurs in it."""
    uses = Counter(chain.from_iterable(tokenizer.encode_batch(held.learned)))
    size = sum(len(line.encode()) for line in held.learned)
    return InSample(uses.total(), size, sum(map(len, held.learned))), uses


def facts(settings: Settings, source: str, held: Held, learned: InSample, heldout: Figures | None) -> dict[str, object]:
    """What is stored with the tokenizer: where it comes from, and the figures that a hand-in tells."""
    figures: dict[str, object] = {
        "train": {
            settings.language: {
                "tokens": learned.tokens,
                "bytes": learned.bytes,
                "characters": learned.characters,
                "bytes_per_token": round(learned.bytes_per_token, 4),
                "characters_per_token": round(learned.characters_per_token, 4),
            }
        }
    }
    if heldout:
        figures["heldout"] = {settings.language: as_facts(heldout)}
    how = f"{held.unit}s 10, 20, 30 … were held out" if heldout else "nothing was held out"
    return {"sources": [{"name": f"{source} ({how})"}], "figures": figures}


def longest(tokenizer: Tokenizer) -> list[str]:
    """The longest entries, in characters; of equals the earlier learned first."""
    texts = [entry.text for entry in tokenizer if entry.kind in ("merge", "entry") and entry.text]
    return [_cut(text) for text in sorted(texts, key=len, reverse=True)[:SHOWN]]


def frequent(tokenizer: Tokenizer, uses: Counter[int]) -> list[tuple[str, int]]:
    """The most used entries of two and more characters, and how often each was used; spaces and signs left out."""
    found = ((tokenizer.entry(id).text or "", count) for id, count in uses.most_common())
    words = ((text, count) for text, count in found if len(text.strip()) > 1 and any(map(str.isalpha, text)))
    return [(_cut(text), count) for (text, count), _ in zip(words, range(SHOWN), strict=False)]


def _cut(text: str) -> str:
    return text if len(text) <= CUT else text[: CUT - 1] + "…"


def curve(tokenizer: Tokenizer, held: Held) -> Iterator[Point]:
    """The same tokenizer with fewer entries, from none learned to all of them.

    Merges: the first n of a larger vocabulary are what would have been learned for n. With the fewest tokens the n most
    used entries are kept; learning anew for n would choose slightly better ones.
    """
    lines = held.heldout or held.learned
    size, characters = sum(len(line.encode()) for line in lines), sum(map(len, lines))
    for learned in _sizes(len(tokenizer.merges) or len(tokenizer.entries), len(tokenizer)):
        tokens = sum(map(len, _smaller(tokenizer, learned).encode_batch(lines)))
        base = len(tokenizer) - (len(tokenizer.merges) or len(tokenizer.entries))
        yield Point(base + learned, size / tokens if tokens else 0.0, characters / tokens if tokens else 0.0)


def _sizes(learned: int, entries: int) -> list[int]:
    """At most POINTS numbers of learned entries, closer together where they are few: (4, 260) -> [0, 1, 2, 3, 4]"""
    base = entries - learned
    ratios = [(entries / base) ** (step / (POINTS - 1)) for step in range(POINTS)]
    return sorted({min(learned, round(base * ratio) - base) for ratio in ratios} | {learned})


def _smaller(tokenizer: Tokenizer, learned: int) -> Tokenizer:
    return Tokenizer(
        name=tokenizer.name,
        language=tokenizer.language,
        pattern_name=tokenizer.pattern_name,
        normalization=tokenizer.normalization,
        characters=tokenizer.characters,
        merges=tokenizer.merges[:learned],
        entries=tokenizer.entries[:learned],
        segmentation=tokenizer.segmentation,
    )
