"""corpora -> embedded/pathshala-wordpiece: python -m training.wordpiece [--corpora FOLDER] [--output FOLDER]

    FOLDER/train/<language>.txt     to learn from, one sentence or paragraph a line
    FOLDER/heldout/<language>.txt   to measure on
    ─► cased/, uncased/             tokenizer.json and tokenizer_config.json, as BERT's are built
    ─► collisions.json              words of the texts that become the same without marks and capitals
    ─► README.md, the card

Two tokenizers without a model, to look into: a BERT's four stages with a normaliser that keeps the marks, and with the
one of bert-base-uncased, which drops them. Running it again gives the same bytes. The texts are not part of this
repository; the card names their sources.

Hugging Face's trainer numbers letters in the order of a hash table, which differs from run to run, and breaks ties by
these numbers. So pairs are counted and merged here, by its rule: the most frequent pair first, of equals the first in
the order of the letters. (Google's own way of choosing pieces was never published.)
"""

import argparse
import heapq
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from tokenizer_indic.scripts import LANGUAGES, dominant_script
from training.tokenizers import INDIC_BALANCE, SOURCES, TOGETHER, lines, write_if_changed

HERE = Path(__file__).resolve().parents[1]
OUTPUT = HERE / "embedded" / "pathshala-wordpiece"

VOCABULARY = 12_000  # entries
PREFIX = "##"  # stands before a piece that does not begin a word
LONGEST = 100  # characters: a longer word is [UNK], as in BERT
RARE = 20  # weighted sightings below which a letter is left to [UNK]
CLS, SEP = 101, 102  # where they are in every BERT of Google's
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# Google left 99 places free between [PAD] and [UNK], for words that somebody adds later.
FIRST = ("[PAD]", *(f"[unused{number}]" for number in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]")
KINDS = {"cased": False, "uncased": True}  # folder -> does it lower-case, and strip marks?
SHOWN = 24  # groups of a language in collisions.json
MEMBERS = 4  # words of a group there
SEEN = 3  # times each of them was seen at least
UNFIT = ("रप",)  # for a classroom


# -- words ------------------------------------------------------------------------------------------------------------


def normalizer(lower: bool) -> Any:
    """BERT's, as bert-base-cased and bert-base-uncased have it."""
    return normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=lower, lowercase=lower)


def count_words(texts: Iterable[str], lower: bool) -> Counter[str]:
    """["Err, फूल"] -> {"err": 1, ",": 1, "फल": 1} with `lower`: BERT's normaliser, then its pre-tokeniser."""
    change, cut = normalizer(lower), pre_tokenizers.BertPreTokenizer()
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word for word, _ in cut.pre_tokenize_str(change.normalize_str(text)))
    return counts


def times_of(sizes: Mapping[str, int]) -> dict[str, int]:
    """characters of each language -> how often each is counted, so that its weight is the square root of its size.

    {"hi": 900, "sa": 100} -> {"hi": 1, "sa": 3}
    """
    largest = max(sizes.values())
    return {code: round((largest / size) ** (1 - INDIC_BALANCE)) for code, size in sizes.items()}


def weighted(by_language: Mapping[str, Counter[str]]) -> Counter[str]:
    """The words of all languages, small ones counted several times."""
    sizes = {code: sum(len(word) * count for word, count in counts.items()) for code, counts in by_language.items()}
    times = times_of(sizes)
    together: Counter[str] = Counter()
    for code, counts in by_language.items():
        together.update({word: count * times[code] for word, count in counts.items()})
    return together


# -- words -> pieces --------------------------------------------------------------------------------------------------


def letters_of(counts: Mapping[str, int], rare: int = RARE) -> set[str]:
    """The letters that are seen often enough to be in the vocabulary."""
    seen: Counter[str] = Counter()
    for word, count in counts.items():
        for letter in word:
            seen[letter] += count
    return {letter for letter, count in seen.items() if count >= rare}


def spell(word: str) -> list[str]:
    """'फल' -> ['फ', '##ल']"""
    return [letter if place == 0 else PREFIX + letter for place, letter in enumerate(word)]


def learn_pieces(counts: Mapping[str, int], size: int, rare: int = RARE) -> list[str]:
    """Counts of words -> `size` pieces: the letters, then what was merged, the most frequent pair first.

    {"hug": 2, "pug": 1}, 5 pieces and rare letters too -> ['h', 'p', '##g', '##u', '##ug']
    """
    letters = letters_of(counts, rare)
    spelled = [(spell(word), count) for word, count in sorted(counts.items()) if letters.issuperset(word)]
    pieces = dict.fromkeys(sorted({piece for word, _ in spelled for piece in word}, key=_letters_first))
    pairs = Pairs(spelled)
    while len(pieces) < size and (best := pairs.most_frequent()):
        pieces.setdefault(joined(*best))
        pairs.merge(best)
    return list(islice(pieces, size))


Pair = tuple[str, str]


class Pairs:
    """Counts of neighbours, in which words they stand, and a heap that may still hold what is out of date."""

    def __init__(self, words: list[tuple[list[str], int]]) -> None:
        self._words = words
        self._counts: Counter[Pair] = Counter()
        self._where: dict[Pair, set[int]] = {}
        for number in range(len(words)):
            self._count(number, 1)
        self._heap = [(-count, pair) for pair, count in self._counts.items()]
        heapq.heapify(self._heap)

    def most_frequent(self) -> Pair | None:
        """Of equals the first in the order of the letters; None when no pair is there twice."""
        while self._heap:
            count, pair = self._heap[0]
            if self._counts[pair] == -count:
                return pair if -count > 1 else None
            heapq.heappop(self._heap)
        return None

    def merge(self, best: Pair) -> None:
        """Put the pair together in every word that holds it."""
        changed: set[Pair] = set()
        for number in self._where.pop(best):
            changed |= self._count(number, -1)
            merge(self._words[number][0], best)
            changed |= self._count(number, 1)
        for pair in changed:
            if self._counts[pair] > 0:
                heapq.heappush(self._heap, (-self._counts[pair], pair))

    def _count(self, number: int, sign: int) -> set[Pair]:
        word, count = self._words[number]
        found = set(pairwise(word))
        for pair in pairwise(word):
            self._counts[pair] += sign * count
        if sign > 0:
            for pair in found:
                self._where.setdefault(pair, set()).add(number)
        return found


def _letters_first(piece: str) -> tuple[bool, str]:
    """What begins a word stands before what goes on in one."""
    return piece.startswith(PREFIX), piece


def joined(left: str, right: str) -> str:
    """('फ', '##ल') -> 'फल'; ('##u', '##g') -> '##ug'"""
    return left + right.removeprefix(PREFIX)


def merge(word: list[str], pair: tuple[str, str]) -> None:
    """['h', '##u', '##g'] and ('##u', '##g') -> ['h', '##ug'], in place."""
    place = 0
    while place < len(word) - 1:
        if (word[place], word[place + 1]) == pair:
            word[place : place + 2] = [joined(*pair)]
        place += 1


def build(pieces: Sequence[str], lower: bool) -> Tokenizer:
    """The four stages: BERT's normaliser, its pre-tokeniser, WordPiece, [CLS] … [SEP]."""
    vocabulary = {piece: id for id, piece in enumerate(dict.fromkeys((*FIRST, *pieces)))}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=LONGEST))
    made.add_special_tokens(list(SPECIAL))
    made.normalizer = normalizer(lower)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    made.decoder = decoders.WordPiece(prefix=PREFIX)
    return made


# -- what becomes the same --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """What the uncased normaliser does to the words of one language.

    `groups`: what they become, and the words that become it with how often each was seen, the most frequent first.
    """

    words: int  # with a letter, as they stand in the texts
    changed: int  # of these, words that it changes in more than capitals
    confused: int  # of these, words that become the same as another, more frequent word
    groups: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


def find_lost(code: str, counts: Mapping[str, int], shown: int = SHOWN) -> Lost:
    """Counts of words by the cased normaliser -> who cannot be told apart any more.

    "hi", {"मैं": 5, "में": 9, "घर": 2} -> 16 words, 14 changed, 5 confused, (("म", (("में", 9), ("मैं", 5))),)
    """
    after = normalizer(True).normalize_str
    words = {word: count for word, count in counts.items() if dominant_script(word) in LANGUAGES[code].scripts}
    groups: dict[str, list[tuple[str, int]]] = {}
    for word, count in words.items():
        groups.setdefault(after(word), []).append((word, count))
    met = [(key, told) for key, group in groups.items() if len(told := _not_only_capitalised(group)) > 1]
    met.sort(key=lambda each: (-each[1][1][1], each[0]))  # by the second most frequent: then both are real words
    return Lost(
        words=sum(words.values()),
        changed=sum(count for key, group in groups.items() for word, count in group if word.lower() != key),
        confused=sum(count for _, group in met for _, count in group[1:]),
        groups=tuple((key, _frequent(group)) for key, group in met if group[1][1] >= SEEN and key not in UNFIT)[:shown],
    )


def _not_only_capitalised(group: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The and the are one word; US and us, मैं and में are two. The most frequent first."""
    small = {word for word, _ in group if word.islower()}
    kept = [(word, count) for word, count in group if not (word.istitle() and word.lower() in small)]
    return sorted(kept, key=lambda each: (-each[1], each[0]))


def _frequent(group: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((word, count) for word, count in group[:MEMBERS] if count >= SEEN)


# -- the files --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What one tokenizer needs for the held-out text of a language."""

    words: int  # runs of anything but spaces
    tokens: int
    unknown: int  # of these, [UNK]
    back: int  # lines that decoding gives back, spaces and small or capital letters aside
    lines: int


def measure(made: Tokenizer, texts: Iterable[str]) -> Figures:
    """Tokens without [CLS] and [SEP]."""
    held = [text for text in texts if text.strip()]
    encodings = made.encode_batch(held, add_special_tokens=False)
    unknown = FIRST.index("[UNK]")
    return Figures(
        words=sum(len(text.split()) for text in held),
        tokens=sum(len(each.ids) for each in encodings),
        unknown=sum(each.ids.count(unknown) for each in encodings),
        back=sum(_letters(made.decode(each.ids)) == _letters(text) for text, each in zip(held, encodings, strict=True)),
        lines=len(held),
    )


def _letters(text: str) -> str:
    return "".join(text.lower().split())


def make_all(corpora: Path, output: Path, size: int = VOCABULARY, rare: int = RARE) -> None:
    """Both tokenizers, what becomes the same, and the card."""
    figures: dict[str, dict[str, Figures]] = {}
    sizes: dict[str, int] = {}
    lost: dict[str, Lost] = {}
    for kind, lower in KINDS.items():
        counts = {code: count_words(lines(corpora / "train" / f"{code}.txt"), lower) for code in TOGETHER}
        made = build(learn_pieces(weighted(counts), size - len(FIRST), rare), lower)
        figures[kind] = {code: measure(made, lines(corpora / "heldout" / f"{code}.txt")) for code in TOGETHER}
        sizes[kind] = made.get_vocab_size()
        if not lower:
            lost = {code: find_lost(code, found) for code, found in counts.items()}
        write(made, lower, output / kind)
    write_if_changed(output / "collisions.json", dumps({code: asdict(each) for code, each in lost.items()}))
    write_if_changed(output / "README.md", card(figures, sizes, lost))


def write(made: Tokenizer, lower: bool, folder: Path) -> None:
    """As `tokenizers` and transformers' AutoTokenizer read it."""
    config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": lower,
        "strip_accents": lower,
        "model_max_length": 512,
        **{f"{name[1:-1].lower()}_token": name for name in SPECIAL},
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_if_changed(folder / "tokenizer.json", dumps(json.loads(made.to_str())))
    write_if_changed(folder / "tokenizer_config.json", dumps(config))


def dumps(content: Any) -> str:
    """One entry a line, Indian scripts as they are."""
    return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


CARD = """# pathshala-wordpiece

Two small tokenizers of BERT's kind, without a model, to be looked into: normaliser, pre-tokeniser, WordPiece,
post-processor. `cased` keeps marks and capitals; `uncased` has the normaliser of bert-base-uncased, which lower-cases,
decomposes, and drops every mark of category Mn. {sizes};
[CLS] is {cls} and [SEP] {sep} as in Google's BERTs, and 99 places before them are free as they are there.

    from tokenizers import Tokenizer
    Tokenizer.from_file("embedded/pathshala-wordpiece/uncased/tokenizer.json").encode("फूल").tokens     # [CLS] फल [SEP]

## What they are for, and what not

For seeing what the stages of a BERT's tokenizer do, in sixteen languages, with no network. `uncased` is an exhibit: for
Indian languages nobody should train a model on it. Neither is a tokenizer to build on: even `cased` drops the joiners
ZWJ and ZWNJ and marks of direction (many lines in Sindhi, Malayalam and Telugu do not come back for that alone), spaces
are not kept, and a word with a letter that the texts hold fewer than {rare} times is [UNK]. The tokenizers of
`tokenizer_indic` lose nothing.

## What uncased does to Indian words

Of the words of the training texts: how many it changes in more than capitals, and how many then look like another,
more frequent word, and cannot be told from it any more. `collisions.json` has the most frequent of them.

| | language | words | changed | taken for another | such as |
| --- | --- | ---: | ---: | ---: | --- |
{lost}

## On text they never saw

Tokens per word, [UNK] among the tokens, and lines of which decoding gives back every character (spaces, and small or
capital letters, aside).

| | language | cased: tok/word | unknown | lines back | uncased: tok/word | unknown | lines back |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
{figures}

## How they were made

`python -m training.wordpiece`; running it again gives the same bytes, this page included. Words are counted after
each normaliser, a small language's several times over, so that its weight is the square root of its size. Pieces are
merged as Hugging Face's WordPiece trainer does it, the most frequent pair first; Google's way was never published.

{sources}

The vocabularies are derived from these texts; the texts themselves are not included. The files are Apache-2.0.
"""


def card(figures: dict[str, dict[str, Figures]], sizes: dict[str, int], lost: dict[str, Lost]) -> str:
    """The Markdown page of both."""
    return CARD.format(
        sizes=" and ".join(f"{size:,} entries ({kind})" for kind, size in sizes.items()),
        cls=CLS,
        sep=SEP,
        rare=RARE,
        lost="\n".join(_lost_row(code, each) for code, each in lost.items()),
        figures="\n".join(_figures_row(code, *(figures[kind][code] for kind in KINDS)) for code in lost),
        sources="\n".join(
            ["| source | licence | languages |", "| --- | --- | --- |"]
            + [f"| {source['name']} | {source['licence']} | {languages} |" for source, languages in SOURCES]
        ),
    )


def _lost_row(code: str, lost: Lost) -> str:
    such = "; ".join(f"{', '.join(word for word, _ in group)} → {key}" for key, group in lost.groups[:3])
    shares = (f"{number / max(1, lost.words):.1%}" for number in (lost.changed, lost.confused))
    return f"| {' | '.join([code, LANGUAGES[code].english, f'{lost.words:,}', *shares, such])} |"


def _figures_row(code: str, *both: Figures) -> str:
    cells = [code, LANGUAGES[code].english]
    for each in both:
        cells += [f"{each.tokens / max(1, each.words):.2f}", f"{each.unknown / max(1, each.tokens):.1%}"]
        cells += [f"{each.back / max(1, each.lines):.0%}"]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Count, merge, write: two minutes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FOLDER")
    options = parser.parse_args()
    make_all(options.corpora, options.output)


if __name__ == "__main__":
    main()
