"""corpora -> pathshala-bert: python -m training.bert --output FOLDER [--minutes N] [--finish]

A small BERT (transformers' own class) learns to fill in masked words of sixteen languages. The rate stays constant
after a warm-up, so training can go on in as many stretches as there is time: run the same command again and it resumes,
to the very batch. `--finish` lets the rate fall to zero over the last stretch, when the model becomes its best.

It starts from a first layer that was trained alone, at a fraction of the work (`--start`, first_layer.py), which itself
starts from vectors that know each token's neighbours (vectors.py) and from heads that look at them (start.py). The
matrices of the layers learn by Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon), all else by AdamW.
EXPERIMENTS.md says what each of these gave. On a Linux CPU this environment made it 18% faster, since memory is kept
from step to step:

    GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592

    FOLDER/state.pt             everything that resuming needs
    FOLDER/texts/, vectors.npy  the packed texts and the first vectors, so that the next stretch starts at once
    FOLDER/log.jsonl            loss, accuracy and held-out accuracy over the steps
    FOLDER/step-N/              the model as it was after N steps, both stages counted, for the class to look at
    FOLDER/model/               the model, as transformers loads it

Masking (Devlin et al. 2019, arXiv 1810.04805; whole words as in their later release): each token of a chosen word
becomes [MASK] (80%), another token (10%) or stays (10%), drawn anew each time; the loss counts those tokens only.
30% of the words are chosen at first, which teaches more in the same time (EXPERIMENTS.md; Wettig et al. 2023, arXiv
2202.08005), and 15% in the last third of the stretch in which the rate falls.
"""

import argparse
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertConfig, BertForMaskedLM

from training import forms, losses, runs, texts, vectors
from training.start import grow, start
from training.texts import Rows

HERE = Path(__file__).resolve().parents[1]
RATES = (
    "rate",
    "matrix_rate",
    "inherited",
    "choice",
    "temperature",
    "dropout",
    "masked_before",
)  # of a Plan, as options
LAST = 1 / 3  # of the stretch in which the rate falls: few words masked, the exact loss

# What is drawn so much more, or less, than its size says. "en+" is the text in `extra`: encyclopedias, of which there
# is a lot, and which do not speak as people do.
FAVOUR = (("hi", 2.0), ("en", 3.0), ("en+", 0.5), ("ml", 0.8), ("ml+", 0.2))


@dataclass(frozen=True)
class Plan:
    """All that decides the result, beside the texts. Sizes are in tokens, rates per step."""

    layers: int = 4
    width: int = 256
    heads: int = 8
    length: int = 64
    positions: int = 256  # longest input later on; rows are put at a random offset, so that all are learned
    batch: int = 64  # rows
    rate: float = 1e-3  # of AdamW: tables and vectors
    matrix_rate: float = 2e-3  # of Muon: the matrices of the layers
    warm_up: int = 200  # steps
    weight_decay: float = 0.01  # of the matrices
    dropout: float = 0.1
    masked: float = 0.15  # of the words
    masked_before: float = 0.3  # … until near the end, see LAST
    partly: float = 0.3  # of the masked words show their first pieces
    inherited: float = 0.2  # of the rates, for what the first layer has learned alone; 0: it is frozen
    counted: float = 0.0  # of the words of the first stage are what counting guesses there, see crossed.py
    choice: float = 0.0  # what the loss for the choice between forms of a word counts, see forms.py
    temperature: float = 2.0  # of the choice of languages, see texts.shares
    favour: tuple[tuple[str, float], ...] = FAVOUR
    seed: int = 1
    keep: tuple[int, ...] = (100, 1_000, 10_000)  # steps, those of the first layer included, whose model is kept


@dataclass
class Progress:
    """Where training is."""

    step: int = 0
    before: int = 0  # steps of the first layer alone
    begun: bool = False  # with a model that had learned something already
    tokens: int = 0
    seconds: float = 0.0
    drawn: dict[str, int] = field(default_factory=dict)  # rows taken of each language


# -- the model --------------------------------------------------------------------------------------------------------


def new_model(plan: Plan) -> BertForMaskedLM:
    """BERT with the `indic` vocabulary, from scratch; input and output embeddings are one table.

    Plain attention: on rows of 64 tokens it is faster than torch's own fused kernel for CPUs.
    """
    made = texts.tokenizer()
    special = made.special_tokens
    config = BertConfig(
        vocab_size=len(made),
        hidden_size=plan.width,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        intermediate_size=4 * plan.width,
        max_position_embeddings=plan.positions,
        hidden_dropout_prob=plan.dropout,
        attention_probs_dropout_prob=plan.dropout,
        pad_token_id=special["[PAD]"],
    )
    model = BertForMaskedLM(config)
    model.set_attn_implementation("eager")
    return model


def token_shares(rows: dict[str, Rows], plan: Plan) -> np.ndarray:
    """vocabulary: how often each token is met in training; special tokens are never asked for, so they have none."""
    made = texts.tokenizer()
    chances = np.zeros(len(made))
    for share, each in zip(language_shares(rows, plan), rows.values(), strict=True):
        chances += share * np.bincount(each.ids.ravel(), minlength=len(made)) / each.ids.size
    chances[list(made.special_tokens.values())] = 0.0
    return np.asarray(chances / chances.sum())


def masked_states(model: BertForMaskedLM, seen: Tensor, chosen: Tensor, offset: int = 0) -> Tensor:
    """What the output table is multiplied with, of the chosen places only (places x width).

    `offset` moves all rows to later positions. [PAD] is seen like any token: only the last row of a language, and
    ends of rows too short for the next word, have any.
    """
    positions = torch.arange(offset, offset + seen.shape[1], device=seen.device)[None]
    hidden = model.bert(seen, position_ids=positions).last_hidden_state
    return model.cls.predictions.transform(hidden[chosen])  # type: ignore[no-any-return]


def masked_logits(model: BertForMaskedLM, seen: Tensor, chosen: Tensor, offset: int = 0) -> Tensor:
    """Logits of the chosen places only (places x vocabulary): the output layer is the largest part of the work."""
    return model.cls.predictions.decoder(masked_states(model, seen, chosen, offset))  # type: ignore[no-any-return]


# -- batches ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """Rows of text, the offset of their positions, and the numbers to mask them with."""

    rows: Rows
    offset: int
    numbers: torch.Generator
    places: tuple[tuple[str, int, int], ...]  # of each row: its language, its number, how often it was drawn before


@dataclass(frozen=True)
class Masked:
    """A batch as the model sees it and as it was (rows x length), and the places that count."""

    seen: Tensor
    true: Tensor
    chosen: Tensor


def mask(rows: Rows, share: float, random_numbers: torch.Generator, partly: float = 0.0) -> Masked:
    """Words become [MASK], other tokens, or stay: whole words, or (`partly`) all but their first pieces."""
    special = texts.tokenizer().special_tokens
    true = torch.from_numpy(rows.ids.astype(np.int64))
    words = torch.from_numpy(rows.words.astype(np.int64))
    draws = torch.rand(4, len(true), 256, generator=random_numbers)
    chosen = (draws[0].gather(1, words) < share) & (words > 0)
    place, size = places_in_words(words)
    shown = (draws[2].gather(1, words) < partly) & (place < (draws[3].gather(1, words) * size).long())
    chosen &= ~shown
    fate = draws[1].gather(1, words)
    others = torch.randint(256, min(special.values()), true.shape, generator=random_numbers)
    seen = torch.where(chosen & (fate < 0.8), special["[MASK]"], true)
    seen = torch.where(chosen & (fate >= 0.9), others, seen)
    return Masked(seen, true, chosen)


def places_in_words(words: Tensor) -> tuple[Tensor, Tensor]:
    """Of each token: which of its word's it is, from 0, and how many the word has. `words` as in texts.Rows."""
    here = torch.arange(words.shape[1]).expand_as(words)
    first = torch.full((len(words), 256), words.shape[1]).scatter_reduce(1, words, here, "amin")
    sizes = torch.zeros(len(words), 256, dtype=torch.long).scatter_add(1, words, torch.ones_like(words))
    return here - first.gather(1, words), sizes.gather(1, words)


def language_shares(rows: dict[str, Rows], plan: Plan) -> np.ndarray:
    """How often each language is drawn; sums to one."""
    drawn = texts.shares([each.ids.size for each in rows.values()], plan.temperature)
    drawn = drawn * [dict(plan.favour).get(code, 1.0) for code in rows]
    return np.asarray(drawn / drawn.sum())


class Batches:
    """Endless batches: each row's language is drawn by `texts.shares`, each language's rows come in an order of their
    own that changes every time round. What is drawn at a step depends on the seed and the step alone."""

    def __init__(self, rows: dict[str, Rows], plan: Plan, drawn: dict[str, int]) -> None:
        self.rows = rows
        self.plan = plan
        self.drawn = {code: drawn.get(code, 0) for code in rows}
        self.chances = language_shares(rows, plan)
        self._orders: dict[tuple[str, int], np.ndarray] = {}

    def rows_at(self, step: int) -> Drawn:
        """The rows of one step."""
        dice = np.random.default_rng([self.plan.seed, step])
        codes = dice.choice(list(self.rows), size=self.plan.batch, p=self.chances)
        places = tuple((code, *self._next(code)) for code in map(str, codes))
        taken = Rows(
            np.stack([self.rows[code].ids[place] for code, place, _ in places]),
            np.stack([self.rows[code].words[place] for code, place, _ in places]),
        )
        numbers = torch.Generator().manual_seed(self.plan.seed * 1_000_003 + step)
        offset = int(dice.integers(0, self.plan.positions - self.plan.length + 1)) if dice.random() < 0.5 else 0
        return Drawn(taken, offset, numbers, places)

    def at(self, step: int, share: float | None = None) -> tuple[Masked, int]:
        """The batch of one step, with that share of its words masked (else `plan.masked`), and the offset of its
        positions."""
        drawn = self.rows_at(step)
        share = self.plan.masked if share is None else share
        return mask(drawn.rows, share, drawn.numbers, self.plan.partly), drawn.offset

    def _next(self, code: str) -> tuple[int, int]:
        """The number of the next row of a language, and how often it was drawn before."""
        number = self.drawn[code]
        self.drawn[code] = number + 1
        size = len(self.rows[code].ids)
        key = (code, number // size)
        if key not in self._orders:
            self._orders = {each: order for each, order in self._orders.items() if each[0] != code}
            seed = [self.plan.seed, number // size, *code.encode()]
            self._orders[key] = np.random.default_rng(seed).permutation(size)
        return int(self._orders[key][number % size]), number // size


def read_rows(corpora: Path, part: str, length: int, cache: Path) -> dict[str, Rows]:
    """The packed text of every language that there is, as `hi`; what `extra` adds to `train`, as `hi+`. Kept in `cache`
    for next time."""
    made = texts.tokenizer()
    found: dict[str, Rows] = {}
    for code, folder, more in [(code, part, "") for code in texts.LANGUAGES] + (
        [(code, "extra", "+") for code in texts.LANGUAGES] if part == "train" else []
    ):
        file = cache / f"{folder}-{code}-{length}.npz"
        if not file.is_file():
            packed = texts.pack(made, texts.read([corpora / folder / f"{code}.txt"]), length)
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, ids=packed.ids, words=packed.words)
        with np.load(file) as saved:
            if len(saved["ids"]):
                found[code + more] = Rows(saved["ids"], saved["words"])
    if not found:
        raise SystemExit(f"There is no text in {corpora}: it should hold {part}/<language>.txt.")
    return found


# -- training ---------------------------------------------------------------------------------------------------------


def optimizers_of(model: nn.Module, plan: Plan, inherited: bool = False) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for embeddings, biases and layer norms, which are not decayed.

    Places learn at a tenth of the rate: every row of text pushes at all of them. What the first layer has learned alone
    (`inherited`) goes on at `plan.inherited` of the rate: new layers would undo it otherwise.
    """
    if inherited and not plan.inherited:
        for name, each in model.named_parameters():
            each.requires_grad_(not is_inherited(name))
    matrices: dict[float, list[nn.Parameter]] = {}
    others: dict[float, list[nn.Parameter]] = {}
    for name, each in model.named_parameters():
        if not each.requires_grad:
            continue
        old = inherited and is_inherited(name)
        share = (plan.inherited if old else 1.0) * (0.1 if "position_embeddings" in name else 1.0)
        kind = matrices if each.ndim == 2 and "embeddings" not in name else others
        kind.setdefault(share, []).append(each)
    return runs.optimizers(matrices, others, plan.matrix_rate, plan.rate, plan.weight_decay)


def is_inherited(name: str) -> bool:
    """Is this parameter one of the first layer alone: embeddings, the first layer, the output?"""
    return "encoder.layer" not in name or "encoder.layer.0." in name


class Choice:
    """The loss for the choice between forms (forms.py), times `plan.choice`; nothing where that is 0. `vectors`:
    vocabulary x width, which tell words that are found beside the same others; `rows`: the text to count in."""

    def __init__(self, plan: Plan, vectors: np.ndarray | None, rows: dict[str, Rows]) -> None:
        self.share = plan.choice
        if self.share and vectors is not None:
            self.known = forms.forms(forms.spelled(texts.tokenizer()), vectors)
            self.beside = forms.Beside((each.ids for each in rows.values()), self.known)

    def __call__(self, decoder: nn.Linear, states: Tensor, ids: Tensor, chosen: Tensor) -> Tensor | float:
        """`ids`: rows x length, as they were; `chosen`: whose `states` these are. Both on the CPU."""
        if not self.share:
            return 0.0
        before, behind = (each[chosen] for each in forms.neighbours(ids))
        return self.share * forms.choice_loss(decoder, states, ids[chosen], self.known, before, behind, self.beside)


def rate_at(plan: Plan, step: int, left: float | None) -> float:
    """The share of the full rate: rising over `warm_up` steps, then one; with `left` (the share of the stretch to
    come) falling to zero."""
    rate = min(1.0, (step + 1) / plan.warm_up)
    return rate if left is None else rate * max(0.0, left)


@torch.no_grad()
def accuracy(model: BertForMaskedLM, rows: dict[str, Rows], plan: Plan, device: str) -> dict[str, float]:
    """Of each language: the share of masked tokens that the model's first guess gets right, on the first 128 rows."""
    model.train(False)
    found = {}
    for code, each in rows.items():
        numbers = torch.Generator().manual_seed(0)
        batch = mask(Rows(each.ids[:128], each.words[:128]), plan.masked, numbers)
        with torch.autocast(device, torch.bfloat16, enabled=device != "mps"):
            logits = masked_logits(model, batch.seen.to(device), batch.chosen.to(device))
        right = logits.argmax(-1).cpu() == batch.true[batch.chosen]
        found[code] = float(right.float().mean()) if len(right) else 0.0
    model.train()
    return found


def train(
    plan: Plan,
    rows: dict[str, Rows],
    held_out: dict[str, Rows],
    output: Path,
    *,
    begin: Path | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    finish: bool = False,
    measure_every: int = 1_000,
    device: str | None = None,
) -> Progress:
    """One stretch of training, until the minutes or the steps of this stretch are over.

    The first stretch begins with what first_layer.py left in the folder `begin`, or with a whole model in it, or from
    nothing.
    """
    device = device or runs.pick_device()
    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    random.seed(plan.seed)
    model = new_model(plan)
    nn.Module.to(model, device)
    inherited = begin is not None or was_begun(output)
    optimizers = optimizers_of(model, plan, inherited)
    rates = runs.full_rates(optimizers)
    progress = Progress(**runs.load_state(output, plan, model, optimizers, device))
    if progress.step == 0:
        progress.begun = begin is not None
        if begin is None:
            start(model, first_vectors(output, rows, plan), token_shares(rows, plan))
        elif (begin / "config.json").is_file():
            model.load_state_dict(BertForMaskedLM.from_pretrained(begin, dtype=torch.float32).state_dict())
        else:
            nn.Module.cpu(model)
            small, progress.before = first_layer_of(begin, plan)
            grow(small, model)
            nn.Module.to(model, device)
    batches = Batches(rows, plan, progress.drawn)
    shares = token_shares(rows, plan)
    frequencies = torch.from_numpy(shares).float()
    choice = Choice(plan, first_vectors(output, rows, plan, begin) if plan.choice else None, rows)
    began, before, first = time.perf_counter(), progress.seconds, progress.step
    smooth: dict[str, float] = {}
    with tqdm(initial=progress.step, unit=" steps") as bar:
        for left in runs.stretch(minutes, steps):
            last = finish and left < LAST
            batch, offset = batches.at(progress.step, plan.masked if last else plan.masked_before)
            torch.manual_seed(plan.seed * 1_000_003 + progress.step)  # of dropout
            runs.set_rates(optimizers, rates, rate_at(plan, progress.step, left if finish else None))
            with torch.autocast(device, torch.bfloat16, enabled=device != "mps"):
                states = masked_states(model, batch.seen.to(device), batch.chosen.to(device), offset)
            true, out = batch.true[batch.chosen].to(device), model.cls.predictions.decoder
            if last:
                loss, right = losses.exact_loss(out, states, true)
            else:
                numbers = torch.Generator().manual_seed(plan.seed * 1_000_003 + progress.step)
                loss, right = losses.sampled_loss(out, states, true, frequencies, numbers)
            (loss + choice(out, states, batch.true, batch.chosen)).backward()  # type: ignore[no-untyped-call]
            runs.step(optimizers, list(model.parameters()))

            progress.step += 1
            progress.tokens += batch.seen.numel()
            progress.seconds = before + time.perf_counter() - began
            bar.update()
            if progress.step % 20 == 0 or progress.step == first + 1:
                for name, value in (("loss", float(loss.detach())), ("right", float(right))):
                    smooth[name] = value if name not in smooth else 0.9 * smooth[name] + 0.1 * value
                bar.set_postfix({name: f"{value:.3f}" for name, value in smooth.items()})
            if progress.before + progress.step in plan.keep:
                save_model(model, output / f"step-{progress.before + progress.step}")
            if progress.step % measure_every == 0:
                note(output, progress, smooth, accuracy(model, held_out, plan, device))
                runs.keep_state(output, plan, model, optimizers, replace(progress, drawn=dict(batches.drawn)))
    progress.drawn = dict(batches.drawn)
    note(output, progress, smooth, accuracy(model, held_out, plan, device))
    runs.keep_state(output, plan, model, optimizers, progress)
    save_model(model, output / "model")
    return progress


# -- what is kept -----------------------------------------------------------------------------------------------------


def first_vectors(output: Path, rows: dict[str, Rows], plan: Plan, begin: Path | None = None) -> np.ndarray:
    """Worked out once, kept in FOLDER/vectors.npy; taken from the run that this one begins with, if it has them."""
    file = output / "vectors.npy"
    if begin is not None and not file.is_file() and (begin / "vectors.npy").is_file():
        file = begin / "vectors.npy"
    if not file.is_file():
        made = texts.tokenizer()
        found = vectors.vectors(rows, len(made), plan.width, made.special_tokens.values(), plan.seed)
        np.save(file, found)
    return np.asarray(np.load(file))


def first_layer_of(folder: Path, plan: Plan) -> tuple[BertForMaskedLM, int]:
    """The model of one layer that first_layer.py trained, and its steps."""
    if not (folder / "state.pt").is_file():
        raise SystemExit(f"{folder} holds no run of training.first_layer.")
    state = torch.load(folder / "state.pt", map_location="cpu", weights_only=True)
    small = new_model(replace(plan, layers=1))
    small.load_state_dict(state["model"])
    return small, int(state["progress"]["step"])


def was_begun(output: Path) -> bool:
    """Did this run begin with what had learned something already?"""
    file = output / "state.pt"
    return file.is_file() and bool(torch.load(file, weights_only=True, mmap=True)["progress"]["begun"])


def save_model(model: BertForMaskedLM, folder: Path) -> None:
    """Half precision, as transformers loads it."""
    copy = BertForMaskedLM(model.config)
    copy.load_state_dict(model.state_dict())
    nn.Module.half(copy)
    copy.save_pretrained(folder)


def note(output: Path, progress: Progress, smooth: dict[str, float], held_out: dict[str, float]) -> None:
    """One more line of the log."""
    facts: dict[str, Any] = {"step": progress.step, "tokens": progress.tokens, "seconds": round(progress.seconds)}
    facts |= {**smooth, "held_out": {code: round(value, 4) for code, value in held_out.items()}}
    runs.note(output, facts)


def favour(text: str) -> tuple[str, float]:
    """'ml=1.2' -> ('ml', 1.2), for argparse."""
    code, _, times = text.partition("=")
    try:
        return code, float(times)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} should be like ml=1.2: a language, and how often.") from None


def favoured(
    given: Iterable[tuple[str, float]], base: Mapping[str, float] = MappingProxyType({})
) -> tuple[tuple[str, float], ...]:
    """What --favour gives, over `base`, over FAVOUR: as a Plan has it."""
    return tuple((dict(FAVOUR) | dict(base) | dict(given)).items())


def main() -> None:
    """Parse, read, train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument(
        "--start", type=Path, metavar="FOLDER", help="a run of training.first_layer, or a model's folder, to go on from"
    )
    parser.add_argument("--minutes", type=float, help="how long this stretch may take")
    parser.add_argument("--steps", type=int, help="how many steps this stretch has")
    parser.add_argument("--finish", action="store_true", help="let the rate fall to zero over this stretch")
    for name in ("layers", "width", "heads", "length", "batch", "warm_up"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Plan, name))
    parser.add_argument(
        "--favour", type=favour, nargs="*", default=[], metavar="CODE=TIMES", help="draw it so much more"
    )
    for name in RATES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(Plan, name))
    options = parser.parse_args()
    if not (options.minutes or options.steps):
        parser.error("say how long: --minutes or --steps")
    sizes = ("layers", "width", "heads", "length", "batch", "warm_up")
    plan = Plan(**{name: getattr(options, name) for name in (*sizes, *RATES)}, favour=favoured(options.favour))
    cache = options.output / "texts"
    rows = read_rows(options.corpora, "train", plan.length, cache)
    held_out = read_rows(options.corpora, "heldout", plan.length, cache)
    progress = train(
        plan,
        rows,
        held_out,
        options.output,
        begin=options.start,
        minutes=options.minutes,
        steps=options.steps,
        finish=options.finish,
    )
    minutes = progress.seconds / 60
    print(f"{progress.step:,} steps, {progress.tokens:,} tokens, {minutes:.0f} minutes on {runs.pick_device()}")


if __name__ == "__main__":
    main()
