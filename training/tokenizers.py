"""Makes every shipped tokenizer again, byte for byte the same: python -m training.tokenizers --corpora DIRECTORY

    DIRECTORY/train/<language>.txt      to learn from, one sentence or paragraph a line
    DIRECTORY/heldout/<language>.txt    to measure on
    ─► tokenizer_indic/pretrained/<language>.json, <language>-fewest.json, indic.json and README.md, the card

The texts are not part of this repository; the card names their sources. Files are written only if they change.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizer_indic.counting import Counted, Recipe, add_counts, count_lines
from tokenizer_indic.measuring import as_facts, measure_lines
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.storage import dumps, write_whole
from tokenizer_indic.streaming import read_lines
from tokenizer_indic.tokenizer import Tokenizer
from tokenizer_indic.training import choose_characters, train_from_counts

HERE = Path(__file__).resolve().parents[1]
PRETRAINED = HERE / "tokenizer_indic" / "pretrained"

LARGEST = 4_999  # entries of a language's tokenizer: the course asks for fewer than 5,000
INDIC = 24_000  # entries of the one for all
INDIC_BALANCE = 0.5  # a language's weight is its size to this power, so that small ones are heard
# What an end inside an akshara costs while the entries for the fewest tokens are chosen, where the usual quarter of a
# token leaves more than a tenth of the tokens broken.
BROKEN_COST = {"mr": 1.0, "te": 0.75, "gu": 0.75}
LANGUAGE_SPECIALS = ("<|endoftext|>",)
INDIC_SPECIALS = ("<|endoftext|>", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

SHIPPED = ["hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "or", "ml", "pa", "as", "ne", "sd", "sa"]
TOGETHER = [*SHIPPED, "en"]

COMMON_VOICE = {"name": "Common Voice sentence collections (Mozilla), 2021", "licence": "CC0-1.0"}
STORYWEAVER = {
    "name": "Pratham Books StoryWeaver stories (global-asp/pb-source)",
    "licence": "CC-BY-4.0, some public domain",
}
NTREX = {"name": "NTREX-128 news translations (Microsoft), lines 1 to 950", "licence": "CC-BY-SA-4.0"}
TICO = {"name": "TICO-19 health translations, the first 65%", "licence": "CC0-1.0"}
WIKIPEDIA_ML = {
    "name": "Malayalam Wikipedia, 2019, through the SMC corpus, a sample",
    "licence": "CC-BY-SA-3.0",
}
SOURCES = [
    (COMMON_VOICE, "as bn en hi ml mr ne or pa ta te ur"),
    (STORYWEAVER, "as bn en gu hi kn ml mr or pa sa ta te"),
    (NTREX, "bn gu hi kn ml mr ne pa sd ta te ur"),
    (TICO, "bn hi mr ne ta ur"),
    (WIKIPEDIA_ML, "ml"),
]


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="DIRECTORY")
    parser.add_argument("--output", type=Path, default=PRETRAINED, metavar="DIRECTORY")
    options = parser.parse_args()
    make_all(options.corpora, options.output)


def make_all(corpora: Path, output: Path) -> None:
    """Every tokenizer and the card."""
    rows: list[dict[str, Any]] = []
    fewest_rows: list[dict[str, Any]] = []
    all_counts: dict[str, dict[str, int]] = {}
    for code in TOGETHER:
        counted = count(code, corpora)
        all_counts[code] = counted.pieces
        if code in SHIPPED:
            rows.append(write(one_language(code, counted, corpora), output))
            fewest_rows.append(write(fewest(code, counted, corpora), output))
    indic = write(all_languages(all_counts, corpora), output)
    write_if_changed(output / "README.md", card(rows, fewest_rows, indic))


def count(code: str, corpora: Path) -> Counted:
    """What there is to learn from in a language."""
    return count_lines(lines(corpora / "train" / f"{code}.txt"), Recipe(sampled=True))


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file."""
    with path.open("rb") as file:
        yield from read_lines(file)


def one_language(code: str, counted: Counted, corpora: Path) -> Tokenizer:
    """LARGEST entries by merges, or as many as a small corpus gives."""
    made = train_from_counts(
        counted.pieces, language=code, vocabulary=LARGEST, special_tokens=LANGUAGE_SPECIALS, allow_smaller=True
    )
    return with_figures(code, made, corpora)


def fewest(code: str, counted: Counted, corpora: Path) -> Tokenizer:
    """The same for the fewest tokens."""
    made = train_from_counts(
        counted.pieces,
        counted.lines,
        language=code,
        name=f"{code}-fewest",
        vocabulary=LARGEST,
        segmentation="fewest",
        broken_cost=BROKEN_COST.get(code),
        special_tokens=LANGUAGE_SPECIALS,
        allow_smaller=True,
    )
    return with_figures(code, made, corpora)


def with_figures(code: str, made: Tokenizer, corpora: Path) -> Tokenizer:
    """With its sources and what it needs for their texts."""
    figures = {part: {code: measured(made, corpora / part / f"{code}.txt")} for part in ("train", "heldout")}
    return with_facts(made, sources_of([code]), figures)


def all_languages(all_counts: dict[str, dict[str, int]], corpora: Path) -> Tokenizer:
    """One vocabulary for all: each language's counts are multiplied so that its weight is its size to INDIC_BALANCE."""
    sizes = {code: sum(len(piece) * count for piece, count in counts.items()) for code, counts in all_counts.items()}
    largest = max(sizes.values())
    times = {code: round((largest / size) ** (1 - INDIC_BALANCE)) for code, size in sizes.items()}
    weighted = add_counts(
        {piece: count * times[code] for piece, count in counts.items()} for code, counts in all_counts.items()
    )
    scripts = {LANGUAGES[code].scripts[0] for code in TOGETHER}
    made = train_from_counts(
        weighted,
        language="mul",
        name="indic",
        vocabulary=INDIC,
        special_tokens=INDIC_SPECIALS,
        characters=choose_characters(weighted, sorted(scripts)),
    )
    figures = {
        part: {code: measured(made, corpora / part / f"{code}.txt") for code in TOGETHER}
        for part in ("train", "heldout")
    }
    return with_facts(made, sources_of(TOGETHER), figures, balance={code: times[code] for code in TOGETHER})


def sources_of(codes: list[str]) -> list[dict[str, str]]:
    """The texts that these languages' corpora were made of."""
    return [source for source, languages in SOURCES if set(codes) & set(languages.split())]


def measured(tokenizer: Tokenizer, path: Path) -> dict[str, Any]:
    """The figures on one file."""
    return as_facts(measure_lines(tokenizer, lines(path)))


def with_facts(made: Tokenizer, sources: list[dict[str, str]], figures: dict[str, Any], **more: Any) -> Tokenizer:
    """The same tokenizer with what is known of its training."""
    return made.with_training({"sources": sources, "date": "texts of 2019 to 2021", **more, "figures": figures})


def write(tokenizer: Tokenizer, directory: Path) -> dict[str, Any]:
    """The JSON file; what the card says of it."""
    write_if_changed(directory / f"{tokenizer.name}.json", dumps(tokenizer))
    held_out = tokenizer.training["figures"]["heldout"]
    shown = ", ".join(f"{code} {row['characters_per_token']:.2f}" for code, row in held_out.items())
    print(
        f"{tokenizer.name:<10}{len(tokenizer):>7,} entries, characters per token on held-out text: {shown}",
        flush=True,
    )
    return {"tokenizer": tokenizer, "figures": tokenizer.training["figures"]}


def write_if_changed(path: Path, text: str) -> None:
    """Leave a file alone that says the same already."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text)


# -- the card ---------------------------------------------------------------------------------------------------------

CARD = """# The shipped tokenizers

`load("hi")` and its siblings: byte-complete BPE with the split pattern `indic`, one JSON file each. `load("hi-fewest")`
and its siblings: entries chosen for how many tokens they save, across spaces too; every text is spelled with as few of
them as can be. Made by `python -m training.tokenizers` from the texts below; running it again gives the same bytes.
This page is written by it.

Fewer than 5,000 entries each, everything counted (256 bytes, byte prefixes, characters, merges, one special token). The
corpora of Sindhi and Sanskrit are so small that no pair of neighbours occurs twice any more before that.

## On text they never saw

Held out: other lines of the same sources, none of them in the training text. B/tok is UTF-8 bytes per token, the
course's compression ratio (its mark is 3.2); char/tok, aks/tok: code points and aksharas per token; tok/word:
fertility; broken: tokens that begin or end inside an akshara. "in-sample" is char/tok on the training text itself.
Counts and files are the same on every machine.

| | language | entries | tokens | B/tok | char/tok | in-sample | aks/tok | tok/word | broken | comes back |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{rows}

## The fewest tokens

The same corpora, as many entries, no merges and no split pattern (`growing.py`, `segmenting.py`). What an end inside an
akshara cost while entries were chosen, in tokens: 0.25; {dearer}, so that none but
Sanskrit, whose corpus is the smallest, breaks more than a tenth of its tokens.

| | language | entries | tokens | by merges | B/tok | char/tok | in-sample | aks/tok | tok/word | broken | comes back |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{fewest_rows}

## `indic`, one for all and English

{indic_entries:,} entries, special tokens {specials}. Each language's counts were multiplied ({balance}) so
that its weight is the square root of its size. Held-out figures:

| | language | tokens | B/tok | char/tok | in-sample | aks/tok | tok/word | broken | comes back |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{indic_rows}

## What they learned from

| source | licence | languages |
| --- | --- | --- |
{sources}

The vocabularies are derived from these texts; the texts themselves are not included. What a tokenizer finds short is
what these texts talk about: news, health, children's stories, and sentences written to be read aloud.
Spelling mistakes of the sources are in the vocabularies too.
"""


def card(rows: list[dict[str, Any]], fewest_rows: list[dict[str, Any]], indic_row: dict[str, Any]) -> str:
    """The Markdown page of all of them."""
    indic = indic_row["tokenizer"]
    balance = ", ".join(f"{code} ×{times}" for code, times in indic.training["balance"].items())
    pairs = zip(rows, fewest_rows, strict=True)
    return CARD.format(
        rows="\n".join(_row(row["tokenizer"].name, row["figures"], len(row["tokenizer"])) for row in rows),
        fewest_rows="\n".join(_beside(merges, few) for merges, few in pairs),
        dearer=", ".join(f"{LANGUAGES[code].english} {cost:g}" for code, cost in BROKEN_COST.items()),
        indic_rows="\n".join(_row(code, indic_row["figures"]) for code in TOGETHER),
        indic_entries=len(indic),
        specials=", ".join(f"`{token}`" for token in indic.special_tokens),
        balance=balance,
        sources="\n".join(f"| {s['name']} | {s['licence']} | {languages} |" for s, languages in SOURCES),
    )


def _beside(merges: dict[str, Any], few: dict[str, Any]) -> str:
    """A row with one more cell: its tokens over those that merges need."""
    code = merges["tokenizer"].language
    share = few["figures"]["heldout"][code]["tokens"] / merges["figures"]["heldout"][code]["tokens"]
    cells = _row(code, few["figures"], len(few["tokenizer"])).split(" | ")
    return " | ".join([*cells[:4], f"×{share:.3f}", *cells[4:]])


def _row(code: str, figures: dict[str, Any], entries: int | None = None) -> str:
    held, seen = figures["heldout"][code], figures["train"][code]
    cells = [
        code,
        LANGUAGES[code].english,
        *([f"{entries:,}"] if entries else []),
        f"{held['tokens']:,}",
        f"{held['bytes_per_token']:.2f}",
        f"{held['characters_per_token']:.2f}",
        f"{seen['characters_per_token']:.2f}",
        f"{held['aksharas_per_token']:.2f}",
        f"{held['tokens_per_word']:.2f}",
        f"{held['broken_aksharas']:.1%}",
        "yes" if held["round_trip"] and seen["round_trip"] else "NO",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
