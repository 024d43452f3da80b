"""a trained model + drills -> one that agrees: python -m training.grammar --start FOLDER --output RUN --minutes N

Masked training alone leaves a small model with a soft idea of agreement: it knows who is meant, and lets the form win
that is commoner (EXPERIMENTS.md, "The choice between forms"). Here it goes on with two lessons at once:

1. Text as before, with the model that it began as for a teacher, so that no word is forgotten:
   (1 - soft) (-ln p(true)) + soft KL(teacher ‖ model), as in distil.py at T = 1. The teacher says which word, the text
   which of its forms: what the teacher gives to the forms of the true word (forms.py) all goes to the true one.
2. Drills (drills.py): which form agrees? And what else could stand there, or in the place of any other word, is what
   the teacher says: nothing else holds the other words, and the drilled forms would spread to where they don't belong.
   Both times --drill.

What the model knows of words, in its embeddings, its first layer and its output, goes on at a small part of the rate
(--inherited): a model that may change them learns the drilled nouns by heart instead of asking what it knows of them.

The rate falls to zero over the stretch; there is one stretch, and it resumes to the very batch if it is cut off.

    RUN/state.pt, log.jsonl, texts/, vectors.npy    as in bert.py
    RUN/model/                                      the model, as transformers loads it

The log tells of each language how many drills are right with nouns that are in no drill (`kept_back`), and how many
forms of masked words of held-out text (`forms`). agreement.json is not looked at.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertForMaskedLM

from training import bert, distil, drills, forms, runs, texts
from training.bert import HERE, Batches, Plan, Progress
from training.drills import Drills, Row
from training.texts import Rows

JUDGED = 400  # of nouns that are kept back
ANCHOR = distil.Lesson(1.0, 1.0)  # the teacher's answers alone
FAVOUR = {"hi": 5.0, "en": 4.0}  # of texts and drills: so many times as many


@dataclass(frozen=True)
class Shares:
    """What each lesson counts, and how much of it there is."""

    soft: float = 0.8  # of the loss on text, from the teacher
    drill: float = 0.5
    rows: int = 96  # drills a step


def settled(taught: Tensor, sets: Tensor) -> Tensor:
    """The teacher's logits (places x vocabulary), what they give to the forms of a word all on the true one.

    `sets`: places x forms, ids, the true one first; -1: no more, or none at all.
    """
    several = sets[:, 0] >= 0
    if not several.any():
        return taught
    ids, there = sets[several].clamp_min(0), sets[several] >= 0
    own = taught[several]
    logits = own.gather(1, ids).masked_fill(~there, -torch.inf)
    least = own.amin(1, keepdim=True) - 10
    own.scatter_(1, torch.where(there, ids, ids[:, :1]), least.expand_as(ids))
    own[torch.arange(len(own)), ids[:, 0]] = logits.logsumexp(1)
    taught[several] = own
    return taught


@torch.no_grad()
def right_drills(model: BertForMaskedLM, rows: list[Row], device: str) -> float:
    """The share of places whose true form is the likest of the forms, all that agrees masked."""
    model.train(False)
    by_length: dict[int, list[Row]] = {}
    for each in rows:
        by_length.setdefault(len(each.ids), []).append(each)
    right = places = 0.0
    for some in by_length.values():
        lesson = drills.lesson(some)
        states = bert.masked_states(model, lesson.seen.to(device), lesson.chosen.to(device))
        logits = drills.form_logits(model.cls.predictions.decoder, states, lesson.sets.to(device))
        right += float((logits.argmax(-1) == 0).sum())
        places += len(logits)
    model.train()
    return right / max(1, places)


@torch.no_grad()
def right_forms(model: BertForMaskedLM, rows: Rows, known: Tensor, plan: Plan, device: str) -> float:
    """Of the masked words of text that have several forms: how often the true one is the likest of them."""
    model.train(False)
    right = places = 0
    for first in range(0, min(len(rows.ids), 512), 64):
        numbers = torch.Generator().manual_seed(first)
        batch = bert.mask(Rows(rows.ids[first : first + 64], rows.words[first : first + 64]), plan.masked, numbers)
        true = batch.true[batch.chosen]
        sets = known[true]
        several = sets[:, 0] >= 0
        states = bert.masked_states(model, batch.seen.to(device), batch.chosen.to(device))
        logits = drills.form_logits(model.cls.predictions.decoder, states[several.to(device)], sets[several].to(device))
        right += int((logits.argmax(-1) == 0).sum())
        places += len(logits)
    model.train()
    return right / max(1, places)


def train(
    start: BertForMaskedLM,
    teacher: BertForMaskedLM,
    plan: Plan,
    shares: Shares,
    rows: dict[str, Rows],
    held_out: dict[str, Rows],
    drilled: dict[str, list[Row]],
    kept_back: dict[str, list[Row]],
    output: Path,
    *,
    vectors: np.ndarray,
    minutes: float | None = None,
    steps: int | None = None,
    measure_every: int = 500,
    device: str | None = None,
) -> Progress:
    """One stretch. `plan` must have the sizes of `start`; `vectors` (vocabulary x width) find the forms of words."""
    device = device or runs.pick_device()
    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    random.seed(plan.seed)
    nn.Module.to(teacher, device)
    teacher.train(False)
    model = bert.new_model(plan)
    model.load_state_dict(start.state_dict())
    nn.Module.to(model, device)
    optimizers = bert.optimizers_of(model, plan, inherited=True)
    rates = runs.full_rates(optimizers)
    progress = Progress(**runs.load_state(output, plan, model, optimizers, device))
    batches = Batches(rows, plan, progress.drawn)
    known = forms.forms(forms.spelled(texts.tokenizer()), vectors)
    exercises = Drills((row for each in drilled.values() for row in each), plan.seed)
    lesson = distil.Lesson(1.0, shares.soft, plan.layers)
    began, before = time.perf_counter(), progress.seconds
    smooth: dict[str, float] = {}

    def tell() -> None:
        facts: dict[str, Any] = {"step": progress.step, "tokens": progress.tokens, "seconds": round(progress.seconds)}
        facts |= smooth
        facts["held_out"] = bert.accuracy(model, held_out, plan, device)
        facts["forms"] = {code: right_forms(model, held_out[code], known, plan, device) for code in kept_back}
        facts["kept_back"] = {code: right_drills(model, each, device) for code, each in kept_back.items()}
        runs.note(output, facts)

    with tqdm(initial=progress.step, unit=" steps", disable=None) as bar:
        for left in runs.stretch(minutes, steps):
            batch, offset = batches.at(progress.step)
            exercise, plain = exercises.at(progress.step, shares.rows), exercises.plain(progress.step, shares.rows)
            drilled_places = [(each.seen, each.chosen, 0) for each in (exercise, plain)]
            torch.manual_seed(plan.seed * 1_000_003 + progress.step)  # of dropout
            runs.set_rates(optimizers, rates, bert.rate_at(plan, progress.step, left))
            seen, chosen = batch.seen.to(device), batch.chosen.to(device)
            true = batch.true[batch.chosen].to(device)
            with torch.autocast(device, torch.bfloat16, enabled=device != "mps"):
                with torch.no_grad():
                    taught = bert.masked_logits(teacher, seen, chosen, offset)
                    told = torch.cat([bert.masked_logits(teacher, *distil.on(device, each)) for each in drilled_places])
                states = bert.masked_states(model, seen, chosen, offset)
                answers = [bert.masked_states(model, *distil.on(device, each)) for each in drilled_places]
            out = model.cls.predictions.decoder
            taught = settled(taught.float(), known.to(device)[true])
            sets = exercise.sets.to(device)
            told = torch.cat([settled(told[: len(sets)].float(), sets), told[len(sets) :].float()])
            text, soft, hard, right = distil.Distillation.apply(
                states.float(), out.weight, out.bias, taught, true, lesson
            )  # type: ignore[no-untyped-call]
            drill, agreeing = drills.form_loss(out, answers[0], sets)
            both = torch.cat(answers).float()
            anchor = distil.Distillation.apply(both, out.weight, out.bias, told, told.argmax(-1), ANCHOR)[0]  # type: ignore[no-untyped-call]
            (text + shares.drill * (drill + anchor)).backward()
            runs.step(optimizers, list(model.parameters()))

            progress.step += 1
            progress.tokens += batch.seen.numel() + exercise.seen.numel() + plain.seen.numel()
            progress.seconds = before + time.perf_counter() - began
            bar.update()
            if progress.step % 20 == 0 or not smooth:
                shown = {
                    "soft": soft,
                    "hard": hard,
                    "right": right,
                    "drill": drill,
                    "anchor": anchor,
                    "agreeing": agreeing,
                }
                for name, value in shown.items():
                    number = float(value.detach())
                    smooth[name] = number if name not in smooth else 0.9 * smooth[name] + 0.1 * number
                bar.set_postfix({name: f"{value:.3f}" for name, value in smooth.items()})
            if progress.step % measure_every == 0:
                tell()
                runs.keep_state(output, plan, model, optimizers, replace(progress, drawn=dict(batches.drawn)))
    progress.drawn = dict(batches.drawn)
    tell()
    runs.keep_state(output, plan, model, optimizers, progress)
    bert.save_model(model, output / "model")
    return progress


def main() -> None:
    """Parse, read, train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, metavar="FOLDER", help="a model folder")
    parser.add_argument("--teacher", type=Path, metavar="FOLDER", help="another one, whose words are to be kept")
    parser.add_argument("--output", type=Path, required=True, metavar="RUN")
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument(
        "--favour", type=bert.favour, nargs="*", default=[], metavar="CODE=TIMES", help="draw it so much more"
    )
    parser.add_argument("--soft", type=float, default=Shares.soft)
    parser.add_argument("--drill", type=float, default=Shares.drill)
    parser.add_argument("--rows", type=int, default=Shares.rows, help="drills a step")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--matrix-rate", type=float, default=2e-3)
    parser.add_argument("--inherited", type=float, default=0.03)
    parser.add_argument("--dropout", type=float, default=0.1)
    options = parser.parse_args()
    if not (options.minutes or options.steps):
        parser.error("say how long: --minutes or --steps")
    start, teacher = (
        BertForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
        for folder in (options.start, options.teacher or options.start)
    )
    size = start.config
    favour = bert.favoured(options.favour, FAVOUR)
    plan = Plan(
        layers=size.num_hidden_layers,
        width=size.hidden_size,
        heads=size.num_attention_heads,
        positions=size.max_position_embeddings,
        rate=options.rate,
        matrix_rate=options.matrix_rate,
        inherited=options.inherited,
        dropout=options.dropout,
        warm_up=100,
        favour=favour,
        keep=(),
    )
    cache = options.output / "texts"
    rows = bert.read_rows(options.corpora, "train", plan.length, cache)
    held_out = bert.read_rows(options.corpora, "heldout", plan.length, cache)
    progress = train(
        start,
        teacher,
        plan,
        Shares(options.soft, options.drill, options.rows),
        rows,
        held_out,
        drills.read_rows(options.corpora, drills.COUNT, dict(favour)),
        drills.read_rows(options.corpora, JUDGED, held_back=True),
        options.output,
        vectors=bert.first_vectors(options.output, rows, plan),
        minutes=options.minutes,
        steps=options.steps,
    )
    last = json.loads((options.output / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    print(f"{progress.step:,} steps, {progress.seconds / 60:.0f} minutes on {runs.pick_device()}: {last}")


if __name__ == "__main__":
    main()
