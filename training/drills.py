"""grammar -> drills: sentences in which one word has to agree with another: python -m training.drills [--language hi]

School teaches agreement with drills, and so does grammar.py. A frame is a sentence with one form for each class of the
noun that decides:

    {n} {a} {v} [रहा|रही|रहे|रही] [है|है|हैं|हैं]।     m, f, mp, fp: रहा after a masculine, रही after a feminine

    training/drills.json    of each language its nouns by class, frames, what may stand between, and other words

Nouns come from two places: a few dozen that are written there, and all that the training text tells the gender of,
since a word of one form stands before them (का/अपना or की/अपनी in Hindi, …चा or …ची in Marathi): nobody lists these.

What is measured must not be drilled: no noun that decides in agreement.json is in any drill, neither as the noun that
decides nor elsewhere. Pronouns are, since there are only so many (`closed`). A tenth of the nouns of each class is kept
back as well (`held_back`), so that a run can be judged on nouns it was never drilled with, without looking at
agreement.json.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tokenizer_indic import Tokenizer
from training import agreement, texts

FILE = Path(__file__).with_suffix(".json")
HERE = Path(__file__).resolve().parents[1]
SEEN = 6  # times that a noun must stand behind a word that tells its gender
SURE = 0.95  # share of these that must agree
HAND = 0.4  # how often a noun is one of those that are written down, where others are counted
BETWEEN = 0.65  # how often there is something in the place of an {a}
KEPT_BACK = 0.1  # of the nouns
FEW = 10  # of which none are kept back
MASKED = 0.8  # of the words that agree; one at least
TRIES = 3  # for each drill that is wanted
COUNT = 40_000  # drills of a language, to train with
FORMS = re.compile(r"\[([^\]]*\|[^\]]*)\]")
SLOT = re.compile(r"\{(\w)\}")
WORD = re.compile(r"\w(?:\w|(?![\u0964\u0965])[\u0900-\u0d7f])*")


@dataclass(frozen=True)
class Drill:
    """'रानी आज जा रही है।' with the sentences of the other classes, word by word: the words that differ must agree."""

    language: str
    noun: str
    words: tuple[str, ...]  # pieces of the split pattern, ' रही' with its space
    others: tuple[tuple[str, ...], ...]  # of each word, the other forms that it has here

    @property
    def sentence(self) -> str:
        return "".join(self.words)


# -- the words --------------------------------------------------------------------------------------------------------


def read(file: Path = FILE) -> dict[str, Any]:
    """The grammar of each language."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def measured_sentences() -> set[str]:
    """The sentences of agreement.json, right and wrong."""
    pairs, _ = agreement.read()
    return {pair.sentence.replace(agreement.MASK, word) for pair in pairs for word in (pair.right, pair.wrong)}


def measured(language: str) -> set[str]:
    """The words that decide in agreement.json, word by word."""
    pairs, _ = agreement.read()
    return {word for pair in pairs if pair.language == language for word in pair.cue.split()}


def counted_nouns(lines: Iterable[str], genitive: Mapping[str, Any], barred: set[str]) -> dict[str, list[str]]:
    """m, f, … -> the nouns of that class, by the word before them, and the plurals that the text has of them.

    `genitive["before"]` says which words tell a class (-चा: words that end so), `genitive["endings"]` which endings no
    noun of a class has, `genitive["plurals"]` of a class that of the plurals, and by what an ending is replaced;
    `genitive["except"]` what is no noun. None of these is among the `barred`.
    """
    tells = {word: name for name, words in genitive["before"].items() for word in words}
    suffixes = {word[1:]: name for word, name in tells.items() if word.startswith("-")}
    seen: dict[str, Counter[str]] = {}
    words: Counter[str] = Counter()
    for line in lines:
        found = WORD.findall(line)
        words.update(found)
        for before, word in pairwise(found):
            name = tells.get(before) or next((suffixes[end] for end in suffixes if before.endswith(end)), None)
            if name:
                seen.setdefault(word, Counter())[name] += 1
    nouns: dict[str, list[str]] = {}
    no_nouns = {*barred, *genitive["except"], *tells}
    for word, counts in sorted(seen.items()):
        name, times = counts.most_common(1)[0]
        wrong = tuple(genitive["endings"].get(name, ())) or "\0"
        sure = times >= SEEN and times >= SURE * counts.total()
        if sure and len(word) > 2 and word not in no_nouns and not word.endswith(wrong):
            nouns.setdefault(name, []).append(word)
    for name, (plural, endings) in genitive.get("plurals", {}).items():
        many = {
            word.removesuffix(ending) + other
            for word in nouns.get(name, ())
            for ending, other in endings
            if word.endswith(ending)
        }
        nouns[plural] = sorted(word for word in many if words[word] >= SEEN and word not in no_nouns)
    return nouns


class Grammar:
    """The drills of one language, and how one is drawn."""

    def __init__(self, language: str, rules: Mapping[str, Any], lines: Iterable[str] = (), held_back: bool = False):
        """`lines`: text to count nouns in. `held_back`: only the nouns that are else kept back, for judging a run."""
        self.language = language
        barred = measured(language) - set(rules.get("closed", ()))

        def free(found: Iterable[str]) -> list[str]:
            return [each for each in found if not barred & set(WORD.findall(each))]

        self.adjuncts = free(rules["adjuncts"])
        self.slots = {name: free(words) for name, words in rules["slots"].items()}
        self.oblique: dict[str, str] = rules.get("oblique", {})
        self.weights: dict[str, float] = rules.get("weights", {})  # how often a class is drawn, as in text
        self.frames = [
            (number, frame) for number, group in enumerate(rules["groups"]) for frame in free(group["frames"])
        ]
        counted = counted_nouns(lines, rules["genitive"], barred) if "genitive" in rules else {}

        def kept(words: Sequence[str]) -> list[str]:
            found = free(words)
            return found if len(found) < FEW else [each for each in found if (_share(each) < KEPT_BACK) == held_back]

        self.nouns = [
            {name: (kept(words), kept(counted.get(name, [])) if not number else []) for name, words in each.items()}
            for number, each in enumerate(group["classes"] for group in rules["groups"])
        ]
        first = self.nouns[0]
        self.between = [word for hand, more in first.values() for word in (*hand, *more)]
        self.classes = {word: name for name, both in first.items() for words in both for word in words}
        self.unchanged = set(rules.get("unchanged", ()))

    def draw(self, dice: random.Random) -> Drill | None:
        """One drill; None where no form could be wrong."""
        number, frame = dice.choice(self.frames)
        nouns = self.nouns[number]
        place = dice.choices(range(len(nouns)), [self.weights.get(name, 1.0) for name in nouns])[0]
        hand, more = nouns[list(nouns)[place]]
        if not hand and not more:
            return None
        noun = dice.choice(more if more and (not hand or dice.random() > HAND) else hand)
        frame = self._filled(frame, noun, dice)
        sentences = [texts.splitter_of()(_chosen(frame, each)) for each in range(len(nouns))]
        right = sentences[place]
        if any(len(each) != len(right) for each in sentences):
            return None
        others = tuple(tuple(sorted({each[at] for each in sentences} - {word})) for at, word in enumerate(right))
        return Drill(self.language, noun, tuple(right), others) if any(others) else None

    def _filled(self, frame: str, noun: str, dice: random.Random) -> str:
        def word(found: re.Match[str]) -> str:
            name = found[1]
            if name == "n":
                return noun
            if name == "a":
                return dice.choice(self.adjuncts) if dice.random() < BETWEEN else ""
            if name == "x":
                other = dice.choice(self.between)
                bends = self.classes[other] == "m" and other not in self.unchanged
                return other[:-1] + self.oblique.get(other[-1], other[-1]) if bends else other
            return dice.choice(self.slots[name])

        while SLOT.search(frame):
            frame = SLOT.sub(word, frame)
        frame = re.sub(r" +", " ", frame).strip().replace(" ।", "।").replace(" .", ".")
        return frame[:1].upper() + frame[1:]


def _chosen(frame: str, place: int) -> str:
    return FORMS.sub(lambda found: found[1].split("|")[place], frame)


def _share(word: str) -> float:
    """Between 0 and 1, the same for a word each time and for all that begin like it: its plural is one of these."""
    return random.Random(word[:3]).random()


def drills(grammar: Grammar, count: int, seed: int = 1) -> Iterator[Drill]:
    """So many different ones, or as many as there are."""
    dice, barred, found = random.Random(f"{seed} {grammar.language}"), measured_sentences(), 0
    for _ in range(count * TRIES):
        if found == count:
            return
        drill = grammar.draw(dice)
        if drill and drill.sentence not in barred:
            barred.add(drill.sentence)
            found += 1
            yield drill


# -- as rows ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A drill as ids: [CLS] sentence [SEP]. Of each place that tells two forms apart, the ids there: the true one
    first; and the places of each word that agrees, which are masked together."""

    ids: tuple[int, ...]
    words: tuple[tuple[int, ...], ...]
    choices: Mapping[int, tuple[int, ...]]


def row(made: Tokenizer, drill: Drill) -> Row | None:
    """None where all forms have different numbers of pieces, which no single pass can compare."""
    ids, words, choices = [made.special_tokens["[CLS]"]], [], {}
    for word, others in zip(drill.words, drill.others, strict=True):
        own = made.encode(word)
        same = [each for each in map(made.encode, others) if len(each) == len(own)]
        if same:
            words.append(tuple(range(len(ids), len(ids) + len(own))))
            for at, id in enumerate(own):
                if rest := {each[at] for each in same} - {id}:
                    choices[len(ids) + at] = (id, *sorted(rest))
        ids += own
    return Row((*ids, made.special_tokens["[SEP]"]), tuple(words), choices) if choices else None


def read_rows(
    corpora: Path, count: int, favour: Mapping[str, float] | None = None, held_back: bool = False
) -> dict[str, list[Row]]:
    """Drills of every language that has a grammar, as rows: `count` of the most favoured one, fewer of others."""
    made = texts.tokenizer()
    grammars = read()
    times = {code: (favour or {}).get(code, 1.0) for code in grammars}
    found = {}
    for code, rules in grammars.items():
        grammar = Grammar(code, rules, texts.read([corpora / "train" / f"{code}.txt"]), held_back)
        number = round(count * times[code] / max(times.values()))
        rows = (row(made, each) for each in drills(grammar, number))
        found[code] = [each for each in rows if each]
    return found


@dataclass(frozen=True)
class Lesson:
    """A batch of rows of one length."""

    seen: Tensor  # rows x length
    chosen: Tensor  # rows x length: the places whose form is asked for
    sets: Tensor  # places x forms: ids, the true one first; -1: no more


class Drills:
    """All rows by their length, so that none is filled up; what is drawn at a step depends on seed and step alone."""

    def __init__(self, rows: Iterable[Row], seed: int = 1) -> None:
        self.seed = seed
        self.rows: dict[int, list[Row]] = {}
        for each in rows:
            self.rows.setdefault(len(each.ids), []).append(each)
        self.sizes = [len(each) for each in self.rows.values()]

    def at(self, step: int, count: int) -> Lesson:
        """So many rows."""
        dice = random.Random(self.seed * 1_000_003 + step)
        length = dice.choices(list(self.rows), self.sizes)[0]
        return lesson(dice.choices(self.rows[length], k=count), dice)

    def plain(self, step: int, count: int) -> Lesson:
        """So many rows, in each of which any one piece is masked; nothing is asked about forms."""
        dice = random.Random(-1 - self.seed * 1_000_003 - step)
        length = dice.choices(list(self.rows), self.sizes)[0]
        seen = torch.tensor([each.ids for each in dice.choices(self.rows[length], k=count)])
        chosen = torch.zeros(seen.shape, dtype=torch.bool)
        chosen[range(count), [dice.randrange(1, length - 1) for _ in range(count)]] = True
        seen[chosen] = texts.tokenizer().special_tokens["[MASK]"]
        return Lesson(seen, chosen, torch.full((count, 1), -1))


def lesson(rows: Sequence[Row], dice: random.Random | None = None) -> Lesson:
    """Each word that agrees is masked, most times (`dice`), or always."""
    mask = texts.tokenizer().special_tokens["[MASK]"]
    seen = torch.tensor([each.ids for each in rows])
    chosen = torch.zeros(seen.shape, dtype=torch.bool)
    found: list[tuple[int, ...]] = []
    for number, each in enumerate(rows):
        hidden = [word for word in each.words if dice is None or dice.random() < MASKED]
        hidden = hidden or [(dice or random).choice(each.words)]
        asked = sorted(place for word in hidden for place in word)
        seen[number, asked] = mask
        for place in asked:
            if place in each.choices:
                chosen[number, place] = True
                found.append(each.choices[place])
    most = max(map(len, found), default=1)
    sets = torch.tensor([[*each, *[-1] * (most - len(each))] for each in found]).reshape(len(found), most)
    return Lesson(seen, chosen, sets)


def form_logits(decoder: nn.Linear, states: Tensor, sets: Tensor) -> Tensor:
    """places x width, places x forms (ids, -1: none) -> the logits of these forms; -inf for none."""
    ids = sets.clamp_min(0)
    logits = torch.einsum("pw,pfw->pf", states.float(), decoder.weight[ids].float()) + decoder.bias[ids]
    return logits.masked_fill(sets < 0, -torch.inf)


def form_loss(decoder: nn.Linear, states: Tensor, sets: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of -ln of the true form's share among the forms, and how often it is the first."""
    logits = form_logits(decoder, states, sets)
    return -logits.log_softmax(-1)[:, 0].mean(), (logits.argmax(-1) == 0).float().mean()


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, draw, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", choices=list(read()), help="this one alone")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    options = parser.parse_args(arguments)
    for language, rules in read().items():
        if options.language in (None, language):
            grammar = Grammar(language, rules, texts.read([options.corpora / "train" / f"{language}.txt"]))
            sizes = [{name: [len(each) for each in both] for name, both in nouns.items()} for nouns in grammar.nouns]
            print(f"{language}: nouns written down and counted, by class: {sizes}")
            for drill in drills(grammar, options.count):
                print(
                    "".join(
                        f"{word}({'/'.join(map(str.strip, others))})" if others else word
                        for word, others in zip(drill.words, drill.others, strict=True)
                    )
                )


if __name__ == "__main__":
    main()
