"""model -> what it knows of grammar: python -m training.agreement MODEL_FOLDER […] [--counted FOLDER] [--json]

Sentences with one masked word, the right word and a wrong one, in twins:

    वह लड़की स्कूल जा [MASK] है।    रही must be more probable than रहा
    वह लड़का स्कूल जा [MASK] है।    and here रहा than रही

Twins share all but the cue (लड़की, लड़का), which stands at least one word away from the mask. So the mask has the same
neighbours in both, and whoever counts neighbours, or always prefers one of the two words, gets one twin right and the
other wrong: exactly half. (Subject and verb: Linzen et al. 2016, arXiv 1611.01368; with a masked model: Goldberg 2019,
arXiv 1901.05287.) Malayalam verbs agree with nothing, so it has no twins.

P(word) is the product of its pieces' probabilities, all of them masked at once: [CLS] sentence [SEP], the space before
the mask inside the masked word, as in training. The two words of a twin have the same number of pieces.

    training/agreement.json     the twins, and sentences that ask for a fact (भारत की राजधानी [MASK] है।)

The facts get no mark: the page and the card show what the model says, good or bad. No model is trained by any of this;
drills (drills.py) have none of its nouns.
"""

import argparse
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tokenizer_indic import Tokenizer
from tokenizer_indic.splitting import split
from training import texts

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BertForMaskedLM

FILE = Path(__file__).with_suffix(".json")
MASK = "[MASK]"
BATCH = 64  # rows


# -- what is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """A sentence with one [MASK], and two words of which only one may stand there."""

    language: str
    kind: str  # 'subject–verb', 'object–verb', …
    sentence: str
    cue: str  # what decides
    right: str
    wrong: str
    distance: int  # words between the cue and the mask
    twin: int  # two pairs share each number


@dataclass(frozen=True)
class Question:
    """A sentence whose [MASK] a well-read person fills with any of the answers. There are as many masks as the first
    answer has pieces."""

    language: str
    sentence: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """A sentence around its mask. 'जा [MASK] है।' -> left 'जा', space ' ', right ' है।': the space is the word's."""

    left: str
    space: str
    right: str

    def row(self, made: Tokenizer, masks: int) -> list[int]:
        """The ids that the model sees: [CLS] left [MASK]… right [SEP]."""
        special = made.special_tokens
        middle = [special[MASK]] * masks
        return [special["[CLS]"], *made.encode(self.left), *middle, *made.encode(self.right), special["[SEP]"]]

    def neighbours(self) -> tuple[str | None, str | None]:
        """The pieces of the split pattern on both sides, ' जा' and ' है'; None at the sentence's edge."""
        left, right = split(self.left), split(self.right)
        return left[-1] if left else None, right[0] if right else None


def gap(sentence: str) -> Gap:
    """Cut at the mask. Raises ValueError unless there is exactly one."""
    left, right = sentence.split(MASK)
    return Gap(left.removesuffix(" "), " " if left.endswith(" ") else "", right)


def read(file: Path = FILE) -> tuple[list[Pair], list[Question]]:
    """The pairs, twins next to each other, and the questions."""
    data = json.loads(file.read_text(encoding="utf-8"))
    pairs = [pair for number, twin in enumerate(data["twins"]) for pair in _pairs(number, **twin)]
    questions = [Question(each["language"], each["sentence"], tuple(each["answers"])) for each in data["knowledge"]]
    return pairs, questions


def _pairs(number: int, language: str, kind: str, frame: str, right: dict[str, str]) -> Iterator[Pair]:
    """`right` says which word each cue asks for: the other cue's is wrong."""
    for (cue, word), other in zip(right.items(), reversed(right.values()), strict=True):
        yield Pair(language, kind, frame.replace("{cue}", cue), cue, word, other, distance(frame), number)


def distance(frame: str) -> int:
    """'वह {cue} स्कूल जा [MASK] है।' -> 2: the words between the cue and the mask, whichever comes first."""
    _, between, _ = re.split(r"\{cue\}|\[MASK\]", frame)
    return sum(any(map(str.isalpha, piece)) for piece in split(between))


# -- what the models say ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A pair, and the probability of each word at the mask."""

    pair: Pair
    right: float
    wrong: float

    @property
    def credit(self) -> float:
        """1 if the right word is the more probable, 0 if the wrong one is; a tie is half."""
        return 0.5 if self.right == self.wrong else float(self.right > self.wrong)


@dataclass(frozen=True)
class Filler:
    """What a model puts into the gap, its leading space included: without one it sticks to the word before."""

    text: str
    probability: float


@dataclass(frozen=True)
class Answered:
    """A question, and the best fillers, the most probable first."""

    question: Question
    fillers: tuple[Filler, ...]


def load_model(folder: Path) -> "BertForMaskedLM":
    """The model of a folder, in single precision, ready to be asked."""
    from transformers import AutoModelForMaskedLM

    model: BertForMaskedLM = AutoModelForMaskedLM.from_pretrained(folder).float()
    model.train(False)
    return model


def masked_log_probabilities(model: "BertForMaskedLM", rows: Sequence[list[int]]) -> list["Tensor"]:
    """Of each row: its masks x vocabulary, natural logarithms."""
    import torch

    from training.bert import masked_logits

    mask = texts.tokenizer().special_tokens[MASK]
    found: list[Tensor] = [torch.empty(0)] * len(rows)
    by_length: dict[int, list[int]] = {}
    for number, row in enumerate(rows):  # nothing is padded: training has no [PAD] in its sentences
        by_length.setdefault(len(row), []).append(number)
    for numbers in by_length.values():
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            with torch.inference_mode():
                seen = torch.tensor([rows[number] for number in some], device=model.device)
                chosen = seen == mask
                logs = masked_logits(model, seen, chosen).float().log_softmax(-1).cpu()
            for number, each in zip(some, torch.split(logs, chosen.sum(1).tolist()), strict=True):
                found[number] = each  # the masks come row by row
    return found


def judge(model: "BertForMaskedLM", pairs: Sequence[Pair]) -> list[Judged]:
    """Both words of each pair, each with as many masks as it has pieces."""
    made = texts.tokenizer()
    rows: list[list[int]] = []
    words: list[list[int]] = []
    for pair in pairs:
        around = gap(pair.sentence)
        for word in (pair.right, pair.wrong):
            words.append(made.encode(around.space + word))
            rows.append(around.row(made, len(words[-1])))
    logs = masked_log_probabilities(model, rows)
    chances = [math.exp(each[range(len(word)), word].sum()) for each, word in zip(logs, words, strict=True)]
    return [Judged(*each) for each in zip(pairs, chances[::2], chances[1::2], strict=True)]


def answer(model: "BertForMaskedLM", questions: Sequence[Question], top: int = 5) -> list[Answered]:
    """The best fillers of as many pieces as the first answer has, each place by itself.

    The best `top` combinations never need more than the best `top` pieces of each place.
    """
    made = texts.tokenizer()
    gaps = [gap(question.sentence) for question in questions]
    masks = [len(made.encode(each.space + q.answers[0])) for each, q in zip(gaps, questions, strict=True)]
    rows = [each.row(made, count) for each, count in zip(gaps, masks, strict=True)]
    answered = []
    for question, logs in zip(questions, masked_log_probabilities(model, rows), strict=True):
        best = logs.topk(top)  # masks x top
        places = [
            list(zip(*each, strict=True)) for each in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]
        found = [(math.fsum(log for log, _ in each), [id for _, id in each]) for each in product(*places)]
        found.sort(key=lambda each: -each[0])
        fillers = tuple(Filler(made.decode(ids), math.exp(log)) for log, ids in found[:top])
        answered.append(Answered(question, fillers))
    return answered


class Counted(Protocol):
    """What is asked of components.counted: words with their leading space, None for the sentence's edge."""

    def probability(self, language: str, left: str | None, word: str, right: str | None) -> float: ...

    def predict(self, language: str, left: str | None, right: str | None, top_k: int) -> list[tuple[str, float]]: ...


def judge_counted(counted: Counted, pairs: Sequence[Pair]) -> list[Judged]:
    """The same of the counted model, which sees the two neighbours alone."""
    judged = []
    for pair in pairs:
        around = gap(pair.sentence)
        left, right = around.neighbours()
        chances = (
            counted.probability(pair.language, left, around.space + word, right) for word in (pair.right, pair.wrong)
        )
        judged.append(Judged(pair, *chances))
    return judged


def answer_counted(counted: Counted, questions: Sequence[Question], top: int = 5) -> list[Answered]:
    """Its best words, of any number of pieces."""
    answered = []
    for question in questions:
        left, right = gap(question.sentence).neighbours()
        found = counted.predict(question.language, left, right, top)
        answered.append(Answered(question, tuple(Filler(*each) for each in found)))
    return answered


# -- the report -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """How much of one kind in one language is right ('all': of every kind, of every language)."""

    language: str
    kind: str
    pairs: int
    right: float  # share of the pairs; half by counting neighbours
    both: float  # share of the twins of which both are right; none by counting neighbours
    distance: float  # mean number of words between cue and mask


@dataclass(frozen=True)
class Report:
    """All that one model was asked."""

    model: str
    judged: tuple[Judged, ...]
    answered: tuple[Answered, ...]


def share(language: str, kind: str, judged: Sequence[Judged]) -> Share:
    """Of some judged pairs, twins whole."""
    twins: dict[int, list[float]] = {}
    for each in judged:
        twins.setdefault(each.pair.twin, []).append(each.credit)
    return Share(
        language,
        kind,
        len(judged),
        sum(each.credit for each in judged) / len(judged),
        sum(min(credits) == 1 for credits in twins.values()) / len(twins),
        sum(each.pair.distance for each in judged) / len(judged),
    )


def shares(judged: Sequence[Judged]) -> list[Share]:
    """Each language with all its kinds, then each of them, and all languages at the end."""
    found = []
    for language in texts.LANGUAGES:
        if own := [each for each in judged if each.pair.language == language]:
            found.append(share(language, "all", own))
            kinds = dict.fromkeys(each.pair.kind for each in own)
            if len(kinds) > 1:
                found += [share(language, kind, [e for e in own if e.pair.kind == kind]) for kind in kinds]
    return [*found, share("all", "all", judged)] if judged else found


def as_facts(report: Report) -> dict[str, Any]:
    """The report for JSON: probabilities, shares between 0 and 1."""
    return {"model": report.model, "shares": [asdict(each) for each in shares(report.judged)]} | {
        name: [asdict(each) for each in getattr(report, name)] for name in ("judged", "answered")
    }


def as_text(report: Report) -> str:
    """The report for people: a Markdown table, then every pair that is wrong, then the questions. ‿ sticks to what
    is before it."""
    lines = [f"## {report.model}", ""]
    lines += [
        "| language | kind | pairs | right | both twins | words between |",
        "| --- | --- | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {each.language} | {each.kind} | {each.pairs} | {each.right:.0%} | {each.both:.0%} | {each.distance:.1f} |"
        for each in shares(report.judged)
    ]
    lines += ["", "Wrong:", ""]
    for each in report.judged:
        if each.credit < 1:
            pair = each.pair
            lines.append(f"- {pair.sentence} {pair.wrong} {each.wrong:.2g}, {pair.right} {each.right:.2g}")
    lines += ["", "Asked for facts (expected: what it says, probability):", ""]
    for answered in report.answered:
        said = ", ".join(f"{_shown(filler.text)} {filler.probability:.2g}" for filler in answered.fillers)
        lines.append(f"- {answered.question.sentence} ({' or '.join(answered.question.answers)}): {said}")
    return "\n".join(lines)


def _shown(text: str) -> str:
    return text[1:] if text.startswith(" ") else f"‿{text}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path, metavar="MODEL_FOLDER")
    parser.add_argument("--counted", type=Path, metavar="FOLDER", help="ask the counted model of this folder as well")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    options = parser.parse_args(arguments)
    if not options.models and not options.counted:
        parser.error("say which: a MODEL_FOLDER or --counted FOLDER")
    for folder in options.models:
        if not (folder / "config.json").is_file():
            parser.error(f"{folder} holds no model: there is no config.json in it")
    pairs, questions = read()
    reports = []
    for folder in options.models:
        model = load_model(folder)
        reports.append(Report(str(folder), tuple(judge(model, pairs)), tuple(answer(model, questions))))
    if options.counted:
        from components import counted

        counts = counted.load(options.counted)
        judged, answered = judge_counted(counts, pairs), answer_counted(counts, questions)
        reports.append(Report(str(options.counted), tuple(judged), tuple(answered)))
    if options.json:
        print(json.dumps({"reports": [as_facts(each) for each in reports]}, ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(map(as_text, reports)))


if __name__ == "__main__":
    main()
