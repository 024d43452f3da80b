"""corpora -> embedded/pathshala-counted: python -m training.counted [--corpora FOLDER] [--output FOLDER] [--compare]

    FOLDER/train/<language>.txt, FOLDER/extra/<language>.txt     one sentence or paragraph a line
    FOLDER/heldout/<language>.txt                                to measure on
    ─► <language>.npz, model.json and README.md, the card

Counts words, pairs and triples of words, and leaves out what costs little (see `Rule`); the formula is in
`components/counted.py`. Running it again gives the same bytes. `--compare` writes nothing: it holds back a tenth of
`train` and prints how many words each way of guessing from counts gets right there.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from components.counted import (
    EDGE,
    FIRST,
    UNKNOWN,
    Counted,
    Counts,
    Discounts,
    Neighbours,
    load,
    pieces,
    write_about,
    write_counts,
)
from tokenizer_indic.normalizing import normalize
from tokenizer_indic.scripts import LANGUAGES
from training import evaluate, texts
from training.evaluate import CountedScores, Question
from training.tokenizers import SOURCES

HERE = Path(__file__).resolve().parents[1]
OUTPUT = HERE / "embedded" / "pathshala-counted"

LARGEST = 65_534  # words a language, so that two bytes name one, the edge and the unknown word included


@dataclass(frozen=True)
class Rule:
    """What is counted in a language, and what of it is stored.

    `weight`: what a sighting in `train` counts; one in `extra` counts 1. `words`, `pairs`, `triples`: the smallest
    count that is kept.
    """

    weight: int = 1
    words: int = 1
    pairs: int = 1
    triples: int = 2


# Words and pairs seen once are most of the file, and worth it where there is little text: without them Tamil guesses a
# tenth to a fifth fewer words right. Triples seen once are nine in ten of all triples, for .003 of the words in Hindi.
# English: `extra` is all Wikipedia, and without a weight it drowns the everyday sentences of `train`.
RULES = {"ml": Rule(words=3), "en": Rule(weight=4, words=5, pairs=4, triples=5)}
USUAL = Rule()

SHOWN = ("hi", "ta", "ur", "en")  # languages in which the card compares the ways of guessing

EXTRA_SOURCES = [
    ("English Wikipedia paragraphs, about 2020 (through Vibhas-hs-edu/WikiTasks)", "CC-BY-SA-3.0", "en"),
    ("Malayalam Wikipedia, 2019 (SMC corpus), more paragraphs", "CC-BY-SA-3.0", "ml"),
]


@dataclass(frozen=True)
class Numbered:
    """The texts of one language as numbers. A line is closed by -1, and one stands before the first."""

    words: tuple[str, ...]
    train: np.ndarray
    extra: np.ndarray


def number_words(train: Iterable[str], extra: Iterable[str]) -> Numbered:
    """Lines -> numbers of their words, by first appearance."""
    split = pieces()
    numbers: dict[str, int] = {}
    found = []
    for lines in (train, extra):
        stream = [np.array([-1], dtype=np.int32)]
        for line in lines:
            ids = [numbers.setdefault(word, len(numbers)) for word in split(normalize(line))]
            stream.append(np.array([*ids, -1], dtype=np.int32))
        found.append(np.concatenate(stream))
    return Numbered(tuple(numbers), *found)


def count(text: Numbered, rule: Rule) -> tuple[Counts, Discounts]:
    """Numbers -> counts, pruned, and the discounts, which are estimated before anything is left out."""
    streams = ((text.train, rule.weight), (text.extra, 1))
    seen = _add([(stream[stream >= 0], weight) for stream, weight in streams], len(text.words))
    order = sorted(np.flatnonzero(seen >= rule.words).tolist(), key=lambda each: (-int(seen[each]), text.words[each]))
    order = order[:LARGEST]
    size = len(order) + FIRST
    number_of = np.full(len(text.words) + 1, UNKNOWN, dtype=np.int64)
    number_of[order] = np.arange(FIRST, size)
    number_of[-1] = EDGE  # a line's end is -1
    numbered = [(number_of[stream], weight) for stream, weight in streams]

    counts = _add([(stream[1:], weight) for stream, weight in numbered], size)
    pairs, pair_counts = _unique([(stream[:-1] * size + stream[1:], weight) for stream, weight in numbered])
    inner = [(stream, weight, stream[1:-1] != EDGE) for stream, weight in numbered]
    gaps, gap_totals = _unique([((s[:-2] * size + s[2:])[inside], weight) for s, weight, inside in inner])
    triples, triple_counts = _unique(
        [(((s[:-2] * size + s[2:]) * size + s[1:-1])[inside], weight) for s, weight, inside in inner]
    )
    discounts = Discounts(_discounts(pair_counts, rule.weight), _discounts(triple_counts, rule.weight), rule.weight)

    kinds = np.bincount(pairs % size, minlength=size)
    pairs, pair_counts = (each[pair_counts >= rule.pairs] for each in (pairs, pair_counts))
    triples, triple_counts = (each[triple_counts >= rule.triples] for each in (triples, triple_counts))
    kept_gaps = np.isin(gaps, triples // size)
    gaps, gap_totals = gaps[kept_gaps], gap_totals[kept_gaps]
    return Counts(
        words=tuple(text.words[each] for each in order),
        counts=counts,
        kinds=kinds,
        pair_ends=np.searchsorted(pairs // size, np.arange(size), side="right"),
        pair_rights=pairs % size,
        pair_counts=pair_counts,
        gap_ends=np.searchsorted(gaps // size, np.arange(size), side="right"),
        gap_rights=gaps % size,
        gap_totals=gap_totals,
        triple_ends=np.searchsorted(triples // size, gaps, side="right"),
        triple_middles=triples % size,
        triple_counts=triple_counts,
    ), discounts


def _add(streams: Sequence[tuple[np.ndarray, int]], size: int) -> np.ndarray:
    return np.asarray(sum(weight * np.bincount(stream, minlength=size) for stream, weight in streams))


def _unique(streams: Sequence[tuple[np.ndarray, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Keys, sorted, and their weighted counts."""
    each = [(*np.unique(keys, return_counts=True), weight) for keys, weight in streams]
    keys, place = np.unique(np.concatenate([keys for keys, _, _ in each]), return_inverse=True)
    weighted = np.concatenate([counts * weight for _, counts, weight in each])
    return keys, np.bincount(place, weighted, minlength=len(keys)).astype(np.int64)


def _discounts(counts: np.ndarray, weight: int) -> tuple[float, float, float]:
    """Chen and Goodman's three, equation 26, from how many things were seen once, twice, three and four times."""
    once, twice, thrice, four = (max(int((-(-counts // weight) == each).sum()), 1) for each in (1, 2, 3, 4))
    share = once / (once + 2 * twice)
    found = (1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice, 3 - 4 * share * four / thrice)
    one, two, three = (round(min(max(value, 0.05), top), 4) for value, top in zip(found, (0.95, 1.9, 2.8), strict=True))
    return one, two, three


# -- the whole folder -------------------------------------------------------------------------------------------------


def read(corpora: Path, code: str) -> Numbered:
    """All there is to learn from in one language."""
    return number_words(*(texts.read([corpora / part / f"{code}.txt"]) for part in ("train", "extra")))


def available(corpora: Path) -> list[str]:
    """The languages that have text."""
    found = [code for code in texts.LANGUAGES if (corpora / "train" / f"{code}.txt").is_file()]
    if not found:
        raise SystemExit(f"There is no text in {corpora}: it should hold train/<language>.txt.")
    return found


def make(corpora: Path, output: Path) -> None:
    """Count one language after the other, measure, write the card."""
    codes = available(corpora)
    output.mkdir(parents=True, exist_ok=True)
    discounts: dict[str, Discounts] = {}
    read_words: dict[str, int] = {}
    for code in (bar := tqdm(codes, unit=" languages", disable=None)):
        bar.set_postfix_str(code)
        text = read(corpora, code)
        counts, discounts[code] = count(text, RULES.get(code, USUAL))
        read_words[code] = int((text.train >= 0).sum() + (text.extra >= 0).sum())
        write_counts(output / f"{code}.npz", counts)
    rules = {code: asdict(RULES.get(code, USUAL)) for code in codes}
    write_about(output, discounts, {"pattern": "indic", "words_read": read_words, "rules": rules})

    counted = load(output)
    questions = evaluate.draw_all(corpora)
    shown = [code for code in SHOWN if code in codes] or codes[:1]
    tried = {code: compare(corpora, code) for code in tqdm(shown, unit=" compared", disable=None)}
    (output / "README.md").write_text(card(counted, questions, tried), encoding="utf-8")


# -- what was tried ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """How one way of guessing did: shares of the words right at top 1 and top 5, and the perplexity per word, in which
    all words that were never counted are one."""

    name: str
    top_1: float
    top_5: float
    perplexity: float


FREQUENCY = "word frequency"
FIXED = "weighted sum of the four plain shares, weights by EM"
BY_COUNTS = "the same, other weights for frequent and rare neighbours"
MEAN = "discounted, mean of both sides"
PRODUCT = "discounted, product of both sides (step 3)"
ALL = "and triples (step 4)"
STORED = "the same, of what is stored"


def compare(corpora: Path, code: str, words: int = 4_000) -> list[Tried]:
    """Learn from nine tenths of `train` and all of `extra`, guess words of the tenth that was held back."""
    lines = list(texts.read([corpora / "train" / f"{code}.txt"]))
    block = [
        number * 100 // len(lines) for number in range(len(lines))
    ]  # hundredths of the file; ten of them held back
    kept = [line for line, each in zip(lines, block, strict=True) if each % 10 != 5]
    held_back = [line for line, each in zip(lines, block, strict=True) if each % 10 == 5]
    text = number_words(kept, texts.read([corpora / "extra" / f"{code}.txt"]))
    rule = RULES.get(code, USUAL)
    questions = evaluate.draw(held_back, code, words)

    whole = Rule(rule.weight, min(rule.words, 2), 1, 1)  # nothing pruned but what is too rare to name
    counts, discounts = count(text, whole)
    model, plain = Neighbours(counts, discounts), PlainShares(counts)
    fixed = plain.learn(model, questions[1::2], by_counts=False)
    by_counts = plain.learn(model, questions[1::2], by_counts=True)
    stored = Neighbours(*count(text, rule))
    ways: dict[str, tuple[Neighbours, Callable[[Question], np.ndarray]]] = {
        FREQUENCY: (model, lambda each: model.frequencies()),
        FIXED: (model, lambda each: plain.weighted(model, each, fixed, by_counts=False)),
        BY_COUNTS: (model, lambda each: plain.weighted(model, each, by_counts, by_counts=True)),
        MEAN: (model, lambda each: mean_of_sides(model, each)),
        PRODUCT: (model, lambda each: model.between(model.number(each.left), model.number(each.right))),
        ALL: (model, lambda each: model.distribution(each.left, each.right)),
        STORED: (stored, lambda each: stored.distribution(each.left, each.right)),
    }
    return [try_one(name, way, known, questions[::2]) for name, (known, way) in ways.items()]


def try_one(
    name: str, way: Callable[[Question], np.ndarray], model: Neighbours, questions: Sequence[Question]
) -> Tried:
    """`way` gives V shares for a question."""
    ranks, losses = [], []
    for each in questions:
        share, number = way(each), model.find(each.word)
        losses.append(-np.log(max(share[number], 1e-300)))
        known = share[FIRST:]
        ranks.append(evaluate.BEST if number == UNKNOWN else evaluate.rank(known, number - FIRST))
    right = np.array(ranks)
    return Tried(name, float((right < 1).mean()), float((right < evaluate.BEST).mean()), float(np.exp(np.mean(losses))))


def mean_of_sides(model: Neighbours, question: Question) -> np.ndarray:
    """P(w|l) and P(w|r), the second from the first by Bayes with the same base: P(r|w) P(w), summed to one."""
    after = model.after(model.number(question.left))
    before = model.before(model.number(question.right)) * model.frequencies()
    after[EDGE] = 0
    return np.asarray((after / after.sum() + before / before.sum()) / 2)


class PlainShares:
    """Jelinek and Mercer's way (1980): word frequency, c(l w) / c(l), c(w r) / c(r) and c(l w r) / c(l · r), nothing
    discounted, added with weights that sum to one. EM finds the weights on other held-back words."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        lefts = np.repeat(np.arange(len(counts.counts)), np.diff(counts.pair_ends, prepend=0))
        order = np.argsort(counts.pair_rights, kind="stable")
        self._lefts, self._left_counts = lefts[order], counts.pair_counts[order]
        self._right_ends = np.searchsorted(counts.pair_rights[order], np.arange(len(counts.counts)), side="right")

    def shares(self, model: Neighbours, question: Question) -> np.ndarray:
        """4 x V; a row of zeros where a neighbour was never seen."""
        counts = self.counts
        left, right = model.number(question.left), model.number(question.right)
        found = np.zeros((4, len(counts.counts)))
        found[0] = model.frequencies()
        row = _row(counts.pair_ends, left)
        found[1, counts.pair_rights[row]] = counts.pair_counts[row]
        row = _row(self._right_ends, right)
        found[2, self._lefts[row]] = self._left_counts[row]
        gaps = _row(counts.gap_ends, left)
        place = gaps.start + int(np.searchsorted(counts.gap_rights[gaps], right))
        if place < gaps.stop and counts.gap_rights[place] == right:
            row = _row(counts.triple_ends, place)
            found[3, counts.triple_middles[row]] = counts.triple_counts[row]
        found[1:, EDGE] = 0
        return np.asarray(found / np.maximum(found.sum(1, keepdims=True), 1))

    def group(self, model: Neighbours, question: Question, by_counts: bool) -> tuple[int, ...]:
        """Questions that share their weights: by the powers of eight of how often each neighbour was seen."""
        if not by_counts:
            return ()
        seen = [int(self.counts.counts[model.number(each)]) for each in (question.left, question.right)]
        gap = self.shares(model, question)[3].any()
        return (*(min(each.bit_length() // 3, 4) for each in seen), int(gap))

    def learn(
        self, model: Neighbours, questions: Sequence[Question], by_counts: bool
    ) -> dict[tuple[int, ...], np.ndarray]:
        """EM (Dempster et al. 1977): a weight is the mean of what its share contributes to the true words."""
        true: dict[tuple[int, ...], list[np.ndarray]] = {}
        for each in questions:
            group = self.group(model, each, by_counts)
            true.setdefault(group, []).append(self.shares(model, each)[:, model.find(each.word)].copy())
        return {group: _expectation_maximisation(np.array(found)) for group, found in true.items() if len(found) > 20}

    def weighted(
        self, model: Neighbours, question: Question, weights: dict[tuple[int, ...], np.ndarray], by_counts: bool
    ) -> np.ndarray:
        """V shares. Weights of neighbours that were never learned are equal ones."""
        own = weights.get(self.group(model, question, by_counts), np.full(4, 0.25))
        return np.asarray(own @ self.shares(model, question))


def _row(ends: np.ndarray, number: int) -> slice:
    return slice(int(ends[number - 1]) if number else 0, int(ends[number]))


def _expectation_maximisation(shares: np.ndarray, rounds: int = 50) -> np.ndarray:
    """Words x 4 -> 4 weights that sum to one."""
    weights = np.full(shares.shape[1], 1 / shares.shape[1])
    for _ in range(rounds):
        part = shares * weights + 1e-300
        weights = (part / part.sum(1, keepdims=True)).mean(0)
    return np.asarray(weights)


# -- the card ---------------------------------------------------------------------------------------------------------

CARD = """# pathshala-counted

A masked word, guessed from its two neighbours by counting alone: no network, no gradients, no torch. A small teaching
model, and the mark that the embedded BERT has to beat. `components/counted.py` has the formula (interpolated Kneser-Ney
from both sides, multiplied, and triples of words) and reads these files; `python -m training.counted` writes them, the
same bytes each time, and this page. Plain numpy arrays, no pickle; {size:.1f} MB in {languages} languages.

    from components.counted import load
    load().predict("hi", " जा", " है")       # {example}
    load().fill("वह लड़की स्कूल जा [MASK] है।")

## What it can do, and what it can't

It knows what stands between two words in the texts below, and so it finds particles, auxiliaries and the middle of
common phrases. It sees one word to each side and nothing else: 'वह लड़की स्कूल जा [MASK] है' and 'वह लड़का स्कूल जा [MASK] है'
are the same to it, and the capital of India is whatever stood between ' राजधानी' and ' है'. A word that it never read it
can't name; in languages with little text that is every third word or more. It repeats the habits of its texts, unfair
ones and misspelled ones too.

## How it was counted

| | language | words read | words known | pairs | triples | MB |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
{sizes}

{rules}

## What was tried

A tenth of `train` was held back (every tenth hundredth of each file), and of its words with a letter 4,000 were drawn:
every second one to learn the weights of the sums on, the others to measure. Shares of the words that were right, top
1 / top 5, not told the number of pieces; and the perplexity per word, where all words that were never counted are one
word (so the last line, which names fewer English words, can have the lower one).

{tried}

## On text it never saw

`heldout`, with the words and definitions of `python -m training.evaluate` (in its first lines): {words:,} words a
language, or all if there are fewer, each with at least one letter. The counted models answer twice, not told how many
pieces the word has in the `indic` tokenizer, and told it, since a BERT that sees [MASK] [MASK] is told it too. The
better of the two is the mark. Where the commonest piece is a full stop, frequency is always wrong at top 1.

Whole words right, top 1 / top 5

{told}

With the mark, and the frequency of words beside it:

{table}

One standard error is .005 where .05 are right and .010 where .25 are. Perplexities per word compare within a language,
not across: a word of Kannada or Malayalam often says what takes Hindi three.

## What it was counted from

| source | licence | languages |
| --- | --- | --- |
{sources}

The texts themselves are not included; what is stored are words and how often two or three of them stood together.
"""


def card(counted: Counted, questions: Mapping[str, Sequence[Question]], tried: dict[str, list[Tried]]) -> str:
    """The Markdown page."""
    both = evaluate.measure_counted(counted, questions)
    frequency = evaluate.measure_counted(counted, questions, neighbours=False)
    columns = {"frequency": frequency, "counted": both}
    marks = {name: {code: each.mark for code, each in found.items()} for name, found in columns.items()}
    sources = [*((source["name"], source["licence"], codes) for source, codes in SOURCES), *EXTRA_SOURCES]
    sizes = {code: (counted.folder / f"{code}.npz").stat().st_size for code in counted.languages}
    some = counted.languages[0]
    left, right = (" जा", " है") if some == "hi" else (None, None)
    return CARD.format(
        size=sum(sizes.values()) / 1e6,
        languages=len(sizes),
        example=", ".join(f"{word!r} {chance:.2f}" for word, chance in counted.predict(some, left, right, 3)),
        sizes="\n".join(_size_row(counted, code, size) for code, size in sizes.items()),
        rules=_rules_in_words(counted),
        tried=_tried_table(tried),
        words=evaluate.WORDS,
        told=_told_table(frequency, both),
        table=evaluate.table(marks),
        sources="\n".join(f"| {name} | {licence} | {codes} |" for name, licence, codes in sources),
    )


def _size_row(counted: Counted, code: str, size: int) -> str:
    model = counted.language(code)
    numbers = (counted.about["words_read"][code], len(model.words), model.pairs, model.triples)
    return f"| {code} | {LANGUAGES[code].english} | {' | '.join(f'{each:,}' for each in numbers)} | {size / 1e6:.2f} |"


def _rules_in_words(counted: Counted) -> str:
    """One sentence for all languages with the same rule."""
    rules = {code: Rule(**rule) for code, rule in counted.about["rules"].items()}
    lines = []
    for rule, times in Counter(rules.values()).items():
        codes = ", ".join(code for code, each in rules.items() if each == rule) if times < len(rules) else "All"
        weight = f" A sighting in `train` counts {rule.weight}, one in `extra` 1." if rule.weight > 1 else ""
        lines.append(
            f"- {codes}: words are kept from a count of {rule.words} on, pairs from {rule.pairs}, triples from"
            f" {rule.triples}.{weight}"
        )
    return "\n".join(lines)


def _tried_table(tried: dict[str, list[Tried]]) -> str:
    """A row for each way, a column for each language."""
    names = [each.name for each in next(iter(tried.values()))]
    rows = [f"| | {' | '.join(tried)} |", "| --- |" + " ---: |" * len(tried)]
    for place, name in enumerate(names):
        found = (each[place] for each in tried.values())
        cells = (f"{evaluate.written((way.top_1, way.top_5))}, {way.perplexity:,.0f}" for way in found)
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _told_table(frequency: dict[str, CountedScores], both: dict[str, CountedScores]) -> str:
    rows = ["| | words | frequency | frequency, told | counted | counted, told |", "| --- |" + " ---: |" * 5]
    for code, each in both.items():
        scores = (frequency[code].untold, frequency[code].told, each.untold, each.told)
        cells = (evaluate.written((score.word_top_1, score.word_top_5)) for score in scores)
        rows.append(f"| {code} | {each.told.words:,} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Count and write, or compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FOLDER")
    parser.add_argument(
        "--compare", nargs="*", metavar="LANGUAGE", help="print what was tried, in these languages or all"
    )
    options = parser.parse_args()
    if options.compare is None:
        make(options.corpora, options.output)
    else:
        codes = options.compare or available(options.corpora)
        print(_tried_table({code: compare(options.corpora, code) for code in tqdm(codes, disable=None)}))


if __name__ == "__main__":
    main()
