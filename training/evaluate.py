"""models -> how well they fill in masked words: python -m training.evaluate MODEL_FOLDER … [--counted FOLDER]

On `heldout/<language>.txt`, text that no model has learned from. A word is a piece of the split pattern with at least
one letter: which mark or which digits stand somewhere says little about a language. Words of more than 16 pieces (links
and the like) are left out, here as in training.

1. The sample. Of each language `--words` words are drawn, of Hindi and English four times as many, the same ones each
   time and for every model.
2. The row. Each word is masked alone, in its line: [CLS] line [SEP], 64 pieces at most; of a longer line the words
   nearest to the mask on both sides, and then [SEP] only where the line's end is among them, as in training.
3. Pieces: with the whole word masked, so that a model of pieces is told how many there are, is the true one first, or
   among the first five, in its place?
4. The probability of a word, P(word), multiplies those of its pieces, from the left, with the pieces before it shown
   and those after it still masked (Kauf and Ivanova 2023, arXiv 2305.10588, "within-word left to right"). Over all
   sequences of that many pieces it sums to one. Pseudo-perplexity per word is exp of the mean of -ln P(word).
5. Whole words: the guesses are the sequences with the largest P, as found by a beam of five: right at top 1 if the
   first is the word, at top 5 if one of the five is.

Nobody is told that a letter is in it: where the commonest piece is the full stop, frequency at top 1 is always wrong.

The counted models (`components/counted.py`: the frequency of words, and both neighbours) answer the very same
questions, twice: not told the number of pieces, and told it, which leaves only words of that length. The better of the
two is the mark. For pieces they are always told: the probability of a piece in its place is the sum over the words that
have it there. For the perplexity what they hold back for words never seen is spread over all sequences of pieces: by
how many pieces the rarest words have, and how frequent each piece is in those; one more sighting of every piece makes
none impossible.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from components.counted import FIRST, UNKNOWN, Counted, Neighbours, load
from tokenizer_indic import Tokenizer
from tokenizer_indic.splitting import splitter
from training import texts

if TYPE_CHECKING:
    from transformers import BertForMaskedLM

HERE = Path(__file__).resolve().parents[1]

LENGTH = 64  # pieces of a row, [CLS] and [SEP] included
LONGEST = LENGTH // 4  # pieces of a word
BEST = 5  # guesses that count
WORDS = 2_000  # drawn of each language: they tell ±.009
MARKED = {"hi": 4, "en": 4}  # so many times more in the languages in which a model is to be better than counting
TOKENS = 2_048  # of a batch


@dataclass(frozen=True)
class Question:
    """One masked word. `left` and `right` are the words beside it; None is the edge of the line."""

    left: str | None
    word: str
    right: str | None
    row: tuple[int, ...]  # ids with the word still shown
    start: int  # of the word in the row
    pieces: tuple[int, ...]  # of the word


@dataclass(frozen=True)
class Scores:
    """Of one language and one model; all but the first two and the last are shares of 1."""

    words: int
    pieces: int
    word_top_1: float
    word_top_5: float
    piece_top_1: float
    piece_top_5: float
    perplexity: float  # per word


# -- the questions ----------------------------------------------------------------------------------------------------


def draw(lines: Iterable[str], code: str, words: int, seed: int = 1, length: int = LENGTH) -> list[Question]:
    """A sample of the words of some lines, in their order; all of them if there are no more than that."""
    made = texts.tokenizer()
    split = splitter(made.pattern)
    parts = [split(made.normalize(line)) for line in lines]
    places = [
        (line, place)
        for line, found in enumerate(parts)
        for place, word in enumerate(found)
        if any(map(str.isalpha, word)) and len(made.encode(word)) <= length // 4
    ]
    if len(places) > words:
        chosen = np.random.default_rng([seed, *code.encode()]).choice(len(places), words, replace=False)
        places = [places[each] for each in sorted(chosen)]
    return [_question(made, parts[line], place, length) for line, place in places]


def _question(made: Tokenizer, words: Sequence[str], place: int, length: int) -> Question:
    """The row around one word: words are added on the side that has fewer pieces, while they fit."""
    special = made.special_tokens
    ids = [made.encode(word) for word in words]
    ids = [each if len(each) <= length // 4 else [] for each in ids]  # training leaves these out too
    end = [special["[SEP]"]]
    left: list[int] = []
    right: list[int] = []
    before, after = place - 1, place + 1
    room = length - 1 - len(ids[place])
    while before >= 0 or after <= len(ids):
        on_the_left = before >= 0 and (after > len(ids) or len(left) <= len(right))
        more = ids[before] if on_the_left else ids[after] if after < len(ids) else end
        if len(left) + len(right) + len(more) > room:
            if on_the_left:
                before = -1
            else:
                after = len(ids) + 1
        elif on_the_left:
            left, before = more + left, before - 1
        else:
            right, after = right + more, after + 1
    return Question(
        left=words[place - 1] if place else None,
        word=words[place],
        right=words[place + 1] if place + 1 < len(words) else None,
        row=(special["[CLS]"], *left, *ids[place], *right),
        start=1 + len(left),
        pieces=tuple(ids[place]),
    )


def draw_all(corpora: Path, words: int = WORDS, seed: int = 1) -> dict[str, list[Question]]:
    """The questions of every language that has held-out text; of Hindi and English four times as many."""
    files = {code: corpora / "heldout" / f"{code}.txt" for code in texts.LANGUAGES}
    found = {
        code: draw(texts.read([file]), code, words * MARKED.get(code, 1), seed)
        for code, file in files.items()
        if file.is_file()
    }
    if not found:
        raise SystemExit(f"There is no text in {corpora}: it should hold heldout/<language>.txt.")
    return found


# -- models of pieces -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pass:
    """One row as the model sees it: the question's word begins with the pieces `shown`, its others are masked."""

    number: int  # of the question
    question: Question
    shown: tuple[int, ...]

    @property
    def places(self) -> range:
        """Where the model is asked: at all the masks if none of the word is shown, else at the first one."""
        start, end = self.question.start + len(self.shown), self.question.start + len(self.question.pieces)
        return range(start, start + 1 if self.shown else end)

    def seen(self, mask: int) -> list[int]:
        """The ids of the row."""
        start, end = self.question.start, self.question.start + len(self.question.pieces)
        masks = end - start - len(self.shown)
        return [*self.question.row[:start], *self.shown, *[mask] * masks, *self.question.row[end:]]


def measure_model(
    model: "BertForMaskedLM",
    questions: Mapping[str, Sequence[Question]],
    device: str = "cpu",
    report: Callable[[int], object] | None = None,
) -> dict[str, Scores]:
    """Scores by language. The model is moved to `device` and stays there; `report` is told of rows as they are done."""
    import torch

    torch.nn.Module.to(model, device)
    model.train(False)
    return {code: _measure_rows(model, each, device, report or (lambda rows: None)) for code, each in questions.items()}


def rows_of(questions: Mapping[str, Sequence[Question]]) -> int:
    """How many rows a model reads for these questions: one for each piece of each word."""
    return sum(len(each.pieces) for asked in questions.values() for each in asked)


def _measure_rows(
    model: "BertForMaskedLM", questions: Sequence[Question], device: str, report: Callable[[int], object]
) -> Scores:
    import torch

    from training.bert import masked_logits

    special = texts.tokenizer().special_tokens
    word_ranks = [BEST] * len(questions)
    piece_ranks: list[int] = []
    losses = np.zeros(len(questions))
    beams: dict[int, Beam] = {number: [(0.0, ())] for number in range(len(questions))}
    for size in range(max((len(each.pieces) for each in questions), default=0)):
        tops: dict[int, dict[tuple[int, ...], tuple[list[float], list[int]]]] = {}
        for batch in _batches(_passes(questions, beams, size)):
            seen = torch.tensor([each.seen(special["[MASK]"]) for each in batch])
            chosen = torch.zeros(seen.shape, dtype=torch.bool)
            for row, each in enumerate(batch):
                chosen[row, each.places.start : each.places.stop] = True
            true = torch.tensor([each.question.row[place] for each in batch for place in each.places], device=device)
            with torch.inference_mode():
                logits = masked_logits(model, seen.to(device), chosen.to(device)).float()  # places x vocabulary
                own = logits.gather(1, true[:, None])
                whole = logits.logsumexp(1, keepdim=True)
                own_logs = (own - whole)[:, 0].double().cpu().numpy()
                ranks = (logits > own).sum(1).cpu().numpy()
                best = logits.topk(BEST)
                logs = (best.values - whole).double().cpu().tolist()  # places x 5
                ids = best.indices.cpu().tolist()

            place = 0
            for each in batch:
                here = slice(place, place + len(each.places))
                place = here.stop
                tops.setdefault(each.number, {})[each.shown] = logs[here.start], ids[here.start]
                if each.shown == each.question.pieces[:size]:
                    losses[each.number] -= own_logs[here.start]
                    report(1)
                if not each.shown:
                    piece_ranks += ranks[here].tolist()
        for number, beam in list(beams.items()):
            beams[number] = longer(beam, tops[number])
            pieces = questions[number].pieces
            sequences = [each for _, each in beams[number]]
            if pieces in sequences:
                word_ranks[number] = sequences.index(pieces)
            if len(pieces) == size + 1 or pieces[: size + 1] not in sequences:
                del beams[number]  # the word is whole, or will not be found any more
    return _scores(word_ranks, piece_ranks, losses)


Beam = list[tuple[float, tuple[int, ...]]]  # how words may begin: the logarithm of P so far, and the pieces


def longer(
    beam: Beam, tops: Mapping[tuple[int, ...], tuple[Sequence[float], Sequence[int]]], count: int = BEST
) -> Beam:
    """The best beginnings of one more piece, best first. `tops`: of each beginning, the logarithms of the probabilities
    of the pieces that may follow it, falling, and these pieces."""
    more = [(total + log, (*pieces, piece)) for total, pieces in beam for log, piece in zip(*tops[pieces], strict=True)]
    return sorted(more, key=lambda each: -each[0])[:count]


def _passes(questions: Sequence[Question], beams: Mapping[int, Beam], size: int) -> list[Pass]:
    """The rows to read for the next piece after `size` of them: the true beginning of each word, and its beam."""
    return [
        Pass(number, each, shown)
        for number, each in enumerate(questions)
        if len(each.pieces) > size
        for shown in dict.fromkeys([each.pieces[:size], *(begun for _, begun in beams.get(number, []))])
    ]


def _batches(passes: list[Pass]) -> Iterator[list[Pass]]:
    """All passes, in batches of rows of one length: nothing is padded, so padding can change no figure."""
    batch: list[Pass] = []
    for each in sorted(passes, key=lambda each: len(each.question.row)):
        length = len(each.question.row)
        if batch and (length != len(batch[0].question.row) or length * (len(batch) + 1) > TOKENS):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


# -- counted models ---------------------------------------------------------------------------------------------------


class Spelled:
    """The words of a counted model as pieces, and how words that it never saw are spelled."""

    def __init__(self, model: Neighbours, made: Tokenizer) -> None:
        ids = [made.encode(word) for word in model.words]
        self.lengths = np.array([0, 0, *map(len, ids)])  # V; 0 for the edge and the unknown word
        widest = max(LONGEST, int(self.lengths.max()))
        self.pieces = np.zeros((len(self.lengths), widest), dtype=np.int64)  # V x pieces
        for number, each in enumerate(ids, FIRST):
            self.pieces[number, : len(each)] = each
        rarest = FIRST + np.flatnonzero(model.times == min(model.times, default=0))
        lengths = self.lengths[rarest]
        self._of_length = np.bincount(lengths, minlength=LONGEST + 1)
        self._words = len(rarest)
        used = self.pieces[rarest][np.arange(self.pieces.shape[1]) < lengths[:, None]]
        counts = np.bincount(used, minlength=len(made)) + 1.0
        self.piece_shares = counts / counts.sum()  # vocabulary

    def share_of_length(self, length: int) -> float:
        """How many of the words never seen have so many pieces: as of the rarest words, with 2 to the power -length
        more of them, so that no length is impossible and all together are one."""
        return float((self._of_length[length] + 0.5**length) / (self._words + 1))

    def probability(self, pieces: Sequence[int]) -> float:
        """Of these pieces among all sequences of as many."""
        return float(np.prod(self.piece_shares[list(pieces)]))


@dataclass(frozen=True)
class CountedScores:
    """One counted model: told nothing but the neighbours, and told how many pieces the word has."""

    untold: Scores
    told: Scores

    @property
    def mark(self) -> Scores:
        """The better of the two in each figure: what a model of pieces has to beat."""
        told, untold = self.told, self.untold
        return Scores(
            told.words,
            told.pieces,
            max(told.word_top_1, untold.word_top_1),
            max(told.word_top_5, untold.word_top_5),
            told.piece_top_1,
            told.piece_top_5,
            min(told.perplexity, untold.perplexity),
        )


def measure_counted(
    counted: Counted, questions: Mapping[str, Sequence[Question]], neighbours: bool = True
) -> dict[str, CountedScores]:
    """The counted model of both neighbours, or without them the frequency of words."""
    made = texts.tokenizer()
    return {code: _measure_language(counted.language(code), made, each, neighbours) for code, each in questions.items()}


def _measure_language(
    model: Neighbours, made: Tokenizer, questions: Sequence[Question], neighbours: bool
) -> CountedScores:
    spelled = Spelled(model, made)
    ranks, told_ranks, piece_ranks = [], [], []
    losses, told_losses = [], []
    for each in questions:
        share = model.distribution(each.left, each.right) if neighbours else model.frequencies()
        length = len(each.pieces)
        fits = np.flatnonzero(spelled.lengths == length)
        spelling = spelled.probability(each.pieces)
        unseen = share[UNKNOWN] * spelled.share_of_length(length)

        number = model.find(each.word)
        own = share[number] if number != UNKNOWN else 0.0
        all_told = share[fits].sum() + unseen
        losses.append(-np.log(own + unseen * spelling))
        told_losses.append(-np.log((own + unseen * spelling) / all_told))
        if number == UNKNOWN:
            ranks.append(BEST)
            told_ranks.append(BEST)
        else:
            ranks.append(rank(share[FIRST:], number - FIRST))
            told_ranks.append(rank(share[fits], int(np.searchsorted(fits, number))))
        for place, piece in enumerate(each.pieces):
            shares = np.bincount(spelled.pieces[fits, place], share[fits], minlength=len(made))
            piece_ranks.append(rank(shares + unseen * spelled.piece_shares, piece))
    return CountedScores(
        _scores(ranks, piece_ranks, losses),
        _scores(told_ranks, piece_ranks, told_losses),
    )


def rank(shares: np.ndarray, place: int) -> int:
    """How many come before this one; of equals the one with the lower number, which is more frequent, comes first."""
    return int((shares > shares[place]).sum() + (shares[:place] == shares[place]).sum())


def _scores(word_ranks: Sequence[int], piece_ranks: Sequence[int], losses: "Sequence[float] | np.ndarray") -> Scores:
    """Ranks count from 0; a loss is -ln P(word)."""

    def within(ranks: Sequence[int], best: int) -> float:
        return float((np.array(ranks) < best).mean()) if len(ranks) else 0.0

    return Scores(
        len(word_ranks),
        len(piece_ranks),
        within(word_ranks, 1),
        within(word_ranks, BEST),
        within(piece_ranks, 1),
        within(piece_ranks, BEST),
        float(np.exp(np.mean(losses))) if len(losses) else 0.0,
    )


# -- the command ------------------------------------------------------------------------------------------------------

WHOLE, PIECES, PERPLEXITY = (
    "Whole words right, top 1 / top 5",
    "Pieces right, top 1 / top 5",
    "Pseudo-perplexity a word",
)


def table(columns: dict[str, dict[str, Scores]], markdown: bool = True) -> str:
    """Three tables, a row for each language and one for their mean, a column for each model."""
    shown: dict[str, Callable[[Scores], tuple[float, ...]]] = {
        WHOLE: lambda scores: (scores.word_top_1, scores.word_top_5),
        PIECES: lambda scores: (scores.piece_top_1, scores.piece_top_5),
        PERPLEXITY: lambda scores: (scores.perplexity,),
    }
    codes = list(next(iter(columns.values())))
    parts = []
    for title, figures in shown.items():
        rows = [["", "words" if title == WHOLE else "pieces" if title == PIECES else "words", *columns]]
        for code in codes:
            first = next(iter(columns.values()))[code]
            size = first.pieces if title == PIECES else first.words
            rows.append([code, f"{size:,}", *(written(figures(each[code])) for each in columns.values())])
        if title != PERPLEXITY:
            means = [
                tuple(float(np.mean(each)) for each in zip(*(figures(found[code]) for code in codes), strict=True))
                for found in columns.values()
            ]
            rows.append(["mean", "", *map(written, means)])
        parts.append(f"{title}\n\n{_as_markdown(rows) if markdown else _as_columns(rows)}")
    return "\n\n".join(parts)


def written(figures: tuple[float, ...]) -> str:
    """(0.2475, 0.429) -> '.248 / .429'; a perplexity has no decimals."""
    if len(figures) == 1:
        return f"{figures[0]:,.0f}"
    return " / ".join(f"{each:.3f}".removeprefix("0") for each in figures)


def _as_markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _as_columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="*", metavar="MODEL_FOLDER", help="as transformers loads it")
    parser.add_argument("--counted", type=Path, metavar="FOLDER", help="measure this counted model, and frequency, too")
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument(
        "--words",
        type=int,
        default=WORDS,
        help="how many are drawn of each language, of Hindi and English four times as many",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", help="cpu, cuda or mps; the best there is if not given")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print one object with all figures")
    how.add_argument("--markdown", action="store_true", help="print tables for a card")
    options = parser.parse_args()
    if not (options.models or options.counted):
        parser.error("name a model's folder, or --counted FOLDER")
    questions = draw_all(options.corpora, options.words, options.seed)

    columns: dict[str, dict[str, Scores]] = {}
    facts: dict[str, Any] = {"words": options.words, "seed": options.seed}
    if options.counted:
        counted = load(options.counted)
        for name, neighbours in (("frequency", False), ("counted", True)):
            found = measure_counted(counted, questions, neighbours)
            columns[name] = {code: each.mark for code, each in found.items()}
            facts[name] = {code: asdict(each) for code, each in found.items()}
    for folder in options.models:
        scores = _measure_folder(folder, questions, options.device)
        columns[str(folder)] = scores
        facts.setdefault("models", {})[str(folder)] = {code: asdict(each) for code, each in scores.items()}
    print(json.dumps(facts, indent=1) if options.json else table(columns, options.markdown))


def _measure_folder(folder: Path, questions: Mapping[str, Sequence[Question]], device: str | None) -> dict[str, Scores]:
    from transformers import AutoModelForMaskedLM

    from training.runs import pick_device

    model = AutoModelForMaskedLM.from_pretrained(folder).float()
    with tqdm(total=rows_of(questions), unit=" rows", desc=folder.name, disable=None) as bar:
        return measure_model(model, questions, device or pick_device(), bar.update)


if __name__ == "__main__":
    main()
