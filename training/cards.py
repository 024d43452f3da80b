"""figures -> the cards of the embedded models: python -m training.cards

Measures pathshala-bert and its student beside the counted model (evaluate.py, agreement.py), and writes
`embedded/pathshala-bert/README.md`, `-student/README.md` and `-early/README.md`. Everything else in the cards is read
from the models' own files (`training.jsonl`, `config.json`), so that no number in them is typed by hand.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.counted import load as load_counted
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.storage import write_whole
from training import agreement, drills, evaluate, grammar, texts
from training.agreement import Answered, Share
from training.bert import HERE
from training.evaluate import Scores

FIRST, AGAIN, DRILLED = "the first layer", "the first layer, a second time", "drills"
FIRST_MACHINE = (
    "AMD EPYC (2 virtual cores with avx512_bf16), torch 2.13, no GPU"  # of all that came before the first drill
)
TEACHER, STUDENT, EARLY, COUNTED = (
    "pathshala-bert",
    "pathshala-bert-student",
    "pathshala-bert-early",
    "pathshala-counted",
)


@dataclass(frozen=True)
class Sizes:
    """Of one model folder."""

    parameters: int
    layers: int  # parameters in the layers, embeddings and output left out
    bytes: int  # of all its files


@dataclass(frozen=True)
class Measured:
    """All that the cards say in numbers."""

    scores: dict[str, dict[str, Scores]]  # column -> language -> scores
    agreement: dict[str, list[Share]]  # column -> shares
    answers: dict[str, list[Answered]]
    sizes: dict[str, Sizes]
    logs: dict[str, list[dict[str, Any]]]
    kept_back: dict[str, float]  # column -> share of right forms in Hindi drills with nouns that were never drilled


def measure(embedded: Path, corpora: Path, words: int) -> Measured:
    """Ten minutes on two cores."""
    questions = {code: list(found) for code, found in evaluate.draw_all(corpora, words).items()}
    counted = load_counted(embedded / COUNTED)
    pairs, facts = agreement.read()
    scores: dict[str, dict[str, Scores]] = {}
    for name, neighbours in (("frequency", False), ("counted neighbours", True)):
        found = evaluate.measure_counted(counted, questions, neighbours)
        scores[name] = {code: each.mark for code, each in found.items()}
    shares = {"counted neighbours": agreement.shares(agreement.judge_counted(counted, pairs))}
    answers: dict[str, list[Answered]] = {}
    sizes, logs, kept_back = {}, {}, {}
    exercises = drills.read_rows(corpora, grammar.JUDGED, held_back=True)["hi"]
    for name in (TEACHER, STUDENT):
        folder = embedded / name
        model = agreement.load_model(folder)
        scores[name] = evaluate.measure_model(model, questions, "cpu")
        shares[name] = agreement.shares(agreement.judge(model, pairs))
        answers[name] = agreement.answer(model, facts)
        kept_back[name] = grammar.right_drills(model, exercises, "cpu")
        sizes[name] = Sizes(
            sum(each.numel() for each in model.parameters()),
            sum(each.numel() for each in model.bert.encoder.parameters()),
            sum(file.stat().st_size for file in folder.iterdir()),
        )
        logs[name] = read_log(folder / "training.jsonl")
    logs[FIRST] = read_log(embedded / TEACHER / "first_layer.jsonl")
    logs[AGAIN] = read_log(embedded / TEACHER / "first_layer_again.jsonl")
    logs[DRILLED] = read_log(embedded / TEACHER / "drills.jsonl")
    return Measured(scores, shares, answers, sizes, logs, kept_back)


def read_log(file: Path) -> list[dict[str, Any]]:
    """The lines of one stage's log."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


# -- pieces of the cards ----------------------------------------------------------------------------------------------


def front_matter(licence: str = "apache-2.0") -> str:
    """What the hub reads."""
    languages = "\n".join(f"- {code}" for code in texts.LANGUAGES)
    return f"---\nlicense: {licence}\npipeline_tag: fill-mask\nlanguage:\n{languages}\n---\n"


def marks(measured: Measured, column: str) -> str:
    """Whole words, top 1, as a multiple of the counted model's."""
    rows = [["", "language", "counted", column, "times"], ["---", "---", "---:", "---:", "---:"]]
    for code, scores in measured.scores[column].items():
        counted = measured.scores["counted neighbours"][code].word_top_1
        own = scores.word_top_1
        rows.append([code, LANGUAGE_NAMES[code], f"{counted:.3f}", f"{own:.3f}", f"{own / max(counted, 1e-9):.2f}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def agreements(measured: Measured) -> str:
    """Pairs right, a row for each language."""
    columns = list(measured.agreement)
    rows = [["", "pairs", *columns], ["---", "---:", *("---:" for _ in columns)]]
    by_column = {
        name: {each.language: each for each in found if each.kind == "all"}
        for name, found in measured.agreement.items()
    }
    for code, first in by_column[columns[0]].items():
        cells = [by_column[name][code] for name in columns]
        rows.append([code, str(first.pairs), *(f"{each.right:.0%} ({each.both:.0%})" for each in cells)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def said(answers: Sequence[Answered]) -> str:
    """Sentences that ask for facts, with what the model really says."""
    lines = []
    for each in answers:
        fillers = ", ".join(f"{filler.text.strip()} {filler.probability:.2f}" for filler in each.fillers[:3])
        lines.append(f"- {each.question.sentence} → {fillers} (a reader says: {' or '.join(each.question.answers)})")
    return "\n".join(lines)


def mean_top_5(measured: Measured, column: str) -> float:
    """Of all languages."""
    found = measured.scores[column].values()
    return sum(each.word_top_5 for each in found) / len(found)


def run_of(log: list[dict[str, Any]]) -> str:
    """'12,000 steps, 49 million tokens, 190 minutes'."""
    last = log[-1]
    return f"{last['step']:,} steps, {last['tokens'] / 1e6:.0f} million tokens, {last['seconds'] / 60:.0f} minutes"


LANGUAGE_NAMES = {code: LANGUAGES[code].english for code in texts.LANGUAGES}

SOURCES = """| source | licence | languages |
| --- | --- | --- |
| Common Voice sentence collections (Mozilla), 2021 | CC0-1.0 | as bn en hi ml mr ne or pa ta te ur |
| Pratham Books StoryWeaver (global-asp/pb-source) | CC-BY-4.0, some public domain | as bn en gu hi kn ml mr or pa sa ta te |
| NTREX-128 news translations (Microsoft) | CC-BY-SA-4.0 | bn gu hi kn ml mr ne pa sd ta te ur |
| TICO-19 health translations | CC0-1.0 | bn hi mr ne ta ur |
| Malayalam Wikipedia, 2019, through the SMC corpus | CC-BY-SA-3.0 | ml |
| English Wikipedia paragraphs, about 2020 | CC-BY-SA-3.0 | en |"""

LIMITS = """It is a small teaching model. It is good for seeing what attention looks like, what a masked word's candidates are, and
how both come about; it is not for use in a product. It knows little of the world (below), it never saw a row longer than 64
tokens at once, and of Sanskrit, Sindhi, Assamese and Gujarati it read less than a megabyte. Its text is news, health,
encyclopedia and children's stories: what it fills in for he and she, for a place or a profession, follows those texts, their
prejudices and their age included, and says nothing about people."""


# -- the cards --------------------------------------------------------------------------------------------------------


def teacher_card(measured: Measured, machine: str) -> str:
    """embedded/pathshala-bert/README.md"""
    sizes = measured.sizes[TEACHER]
    return f"""{front_matter()}
# pathshala-bert

A BERT of {sizes.parameters:,} parameters ({sizes.layers:,} in its layers, the rest in the embeddings, which are the
output too) for sixteen languages, trained from scratch on the tokenizer `indic` of Transformer Pathshala, to be looked
into. Half precision on disk, {sizes.bytes / 1e6:.1f} MB with its tokenizer.

    from transformers import pipeline
    pipeline("fill-mask", "embedded/pathshala-bert")("वह लड़की स्कूल जा [MASK] है।")

## What it is for, and what not

{LIMITS}

The heads of its first layer look at neighbours and over stretches of text, each in its own way. Those above it look broadly,
a few of them at single words since it was drilled in agreement (`training/EXPERIMENTS.md`).

The second segment never occurred in training; its vector is the first one's, so that pairs of sentences do no harm.

## On text it never saw

Masked words of held-out text, the same ones for every column, {sample_size(measured):,} at most of a language; top 1 / top 5.
"frequency" always names the commonest words; "counted neighbours" is `pathshala-counted`, which sees one word to each side.
`python -m training.evaluate` says how all this is measured.

{evaluate.table(measured.scores)}

Whole words at top 1, as a multiple of what counting reaches:

{marks(measured, TEACHER)}

## What counting cannot do

Pairs of sentences that differ far from the mask, so that the words beside it are the same (वह लड़की स्कूल जा [MASK] है: रही
above रहा; with लड़का the reverse). The share of pairs in which the right word is the likelier one, and in brackets the
share of twins of which both are right. Counting gets exactly half, and no twin whole.

{agreements(measured)}

It was drilled in this: `training/drills.py` makes sentences in thirteen languages in which one word has to agree with another,
and `training/grammar.py` has the model choose between the forms. No noun that decides in the pairs above is in any drill, so
that रही after लड़की is what it knows of लड़की from text; pronouns (I, we, அவன்) are in both, since there are only so many, so
pairs that turn on them say less. Of other nouns that were kept out of the drills it gets {measured.kept_back[TEACHER]:.0%} of the
forms right in Hindi, which has up to four to choose from. In running text, where the words beside the mask mostly settle the
form, drills changed nothing (`training/EXPERIMENTS.md`).

## What it says when asked for facts

True output, good or bad: up to three fillers with their probabilities.

{said(measured.answers[TEACHER])}

## How it was made

    python -m training.first_layer --output FIRST --minutes 72 --dropout 0.2              # one layer, every word masked at once
    python -m training.bert --start FIRST --output RUN --minutes 66 --finish --dropout 0.15       # all layers; the rate falls to zero
    python -m training.first_layer --output FIRST --minutes 32 --dropout 0.2 --finish             # the first goes on
    python -m training.average FIRST/model RUN/model --shares 0.7 0.3 --upper-shares 0.3 0.7 --output TEACHER/model
    python -m training.grammar --start TEACHER/model --output RUN2 --minutes 44           # what agrees with what
    python -m training.average RUN2/model TEACHER/model --shares 0.8 0.2 --output RUN3/model
    python -m training.grammar --start RUN3/model --teacher TEACHER/model --output DRILLED --minutes 12
    python -m training.first_layer --start TEACHER/model --output AGAIN --minutes 30 --finish --counted 0.6 \\
        --dropout 0.15 --rate 1e-3 --matrix-rate 1.5e-3 --favour ml=1.2                  # guesses of counting among the words
    python -m training.average AGAIN/model DRILLED/model --shares 0.6 0.4 --upper-shares 0 1 --output RUN4/model
    python -m training.grammar --start RUN4/model --teacher AGAIN/model --output LAST --minutes 16
    python -m training.distil --teacher LAST/model --output STUDENT --minutes 5 --rate 3e-4 --matrix-rate 6e-4 --drills 32
    python -m training.embed --first FIRST --teacher TEACHER --again AGAIN --drilled LAST --student STUDENT
    python -m training.cards --machine …

(For TEACHER, `log.jsonl` is RUN's, for LAST those of RUN2, of DRILLED and its own.) The first layer alone: {run_of(measured.logs[FIRST])}, the first half hour of it with
dropout at 0.1; all layers: {run_of(measured.logs[TEACHER])}, in two stretches, the second one from a mean and with Hindi
drawn more; RUN/model stands for the mean of these two, of an older run of 50 minutes from the same first layer, and of that
layer (1 : 2 : 1 : 1). All this on {FIRST_MACHINE}. Drills: {run_of(measured.logs[DRILLED])} on {machine}, in
three stretches; in the first one nothing held what the teacher says on drills. The first layer a second time, on the same
machine: {run_of(measured.logs[AGAIN])}, with what counting guesses in the place of some words (`training/crossed.py`); its seed was 11 and its warm-up 50 steps,
which are 1 and 200 in the command.
Whole words masked (80% [MASK], 10% another token, 10% unchanged), drawn anew each time: 30% of the words at first, 15% in the
last third. Languages are drawn by the square root of their size, Hindi and everyday English more, encyclopedias less.
`first_layer.jsonl`, `training.jsonl`, `first_layer_again.jsonl` and `drills.jsonl` have the course of it; `training/EXPERIMENTS.md` in the repository what was tried.
`pathshala-bert-early/` are this model after fewer steps.

{SOURCES}

The weights are Apache-2.0.
"""


def student_card(measured: Measured, machine: str) -> str:
    """embedded/pathshala-bert-student/README.md"""
    teacher, sizes = measured.sizes[TEACHER], measured.sizes[STUDENT]
    kept = mean_top_5(measured, STUDENT) / mean_top_5(measured, TEACHER)
    columns = {name: measured.scores[name] for name in ("counted neighbours", TEACHER, STUDENT)}
    return f"""{front_matter()}
# pathshala-bert-student

Distilled from `pathshala-bert`, with one of its four layers: {sizes.layers:,} parameters in the encoder of
{teacher.layers:,} ({sizes.layers / teacher.layers:.0%}), {sizes.parameters:,} of {teacher.parameters:,} in all
({sizes.parameters / teacher.parameters:.0%}), since both have embeddings of the same size. {sizes.bytes / 1e6:.1f} MB on disk.

It keeps {kept:.1%} of its teacher's accuracy (whole words, top 5, mean of all languages).

## How it learned

It began as a copy of its teacher's first layer. For every masked token it then saw two answers, the word that was
there and what its teacher thought possible there, in texts and in drills (`training/drills.py`), and the rate fell to zero:

    loss = 0.8 · T² · KL(teacher at T ‖ student at T) + 0.2 · (-ln student(true token) at T = 1),   T = 2

"at T" are the logits divided by T before the softmax: zebra and horse, not only cow. T² gives the softened term the weight
that its gradients lose. Hinton et al. 2015, arXiv 1503.02531. {run_of(measured.logs[STUDENT])} on {machine}.
`python -m training.distil` does it again.

## Beside its teacher, on text neither saw

{evaluate.table(columns)}

{agreements(measured)}

What it is for and what not, sources and licences: as its teacher's card says. The weights are Apache-2.0.
"""


def early_card(first: int) -> str:
    """embedded/pathshala-bert-early/README.md; `first`: the steps of the first layer alone."""
    return f"""# pathshala-bert-early

`pathshala-bert` as it was after so many steps of masked training, for a class to watch it learn: one folder each, eight bits a
number (int8 with one half-precision scale a row; `components/weights.py` reads it). The model did not begin at random: it
was given vectors that know each token's neighbours, and heads in its lower layers that look back and ahead, at one place or
over a stretch of text. Until step {first:,} its first layer learned alone, while the others passed on what they got
(`training/EXPERIMENTS.md`).

{LIMITS}
"""


def sample_size(measured: Measured) -> int:
    """Words drawn of the language with the most text."""
    return max(each.words for each in measured.scores["frequency"].values())


def main() -> None:
    """Measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedded", type=Path, default=HERE / "embedded", metavar="FOLDER")
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--words", type=int, default=evaluate.WORDS)
    parser.add_argument("--machine", required=True, help="what drills and student were trained on, in words")
    options = parser.parse_args()
    measured = measure(options.embedded, options.corpora, options.words)
    write_whole(options.embedded / TEACHER / "README.md", teacher_card(measured, options.machine))
    write_whole(options.embedded / STUDENT / "README.md", student_card(measured, options.machine))
    write_whole(options.embedded / EARLY / "README.md", early_card(measured.logs[FIRST][-1]["step"]))


if __name__ == "__main__":
    main()
