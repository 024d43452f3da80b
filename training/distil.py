"""pathshala-bert -> pathshala-bert-student: python -m training.distil --teacher FOLDER --output FOLDER --minutes N

The student has one layer (or --layers) and begins as a copy of its teacher's first (or of some, the first and the last
among them), with the teacher's embeddings and output. Then it learns from the same masked texts, from two answers at
once: the word that was there, and all that the teacher thinks possible there (Hinton et al. 2015, arXiv 1503.02531):

    loss = soft T² KL(teacher at T ‖ student at T) + (1 - soft) (-ln student(true token) at T = 1)

A teacher that was drilled in agreement (grammar.py) hands that on too: `--drills 32` puts so many drills beside the
texts of each step.

T² since the gradients of the softened term shrink by as much. The rate falls to zero over the stretch; there is one
stretch, and it resumes to the very batch if it is cut off.

    OUTPUT/state.pt, log.jsonl, texts/      as in bert.py
    OUTPUT/model/                           the student, as transformers loads it
"""

import argparse
import json
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertForMaskedLM

from training import bert, drills, runs
from training.bert import HERE, Batches, Plan, Progress
from training.drills import Drills
from training.texts import Rows


@dataclass(frozen=True)
class Lesson:
    """What the student is told to heed."""

    temperature: float = 2.0  # T
    soft: float = 0.8  # weight of the softened targets; the true token has the rest
    layers: int = 1
    drills: int = 0  # a step


def new_student(teacher: BertForMaskedLM, lesson: Lesson) -> BertForMaskedLM:
    """The teacher with fewer layers, see kept_layers."""
    taken = kept_layers(teacher.config.num_hidden_layers, lesson.layers)
    config = type(teacher.config)(**{**teacher.config.to_dict(), "num_hidden_layers": lesson.layers})
    student = BertForMaskedLM(config)
    student.set_attn_implementation("eager")
    for name, to in student.named_parameters():
        with torch.no_grad():
            to.copy_(teacher.get_parameter(layer_name(name, taken)))
    return student


def kept_layers(of: int, keep: int) -> list[int]:
    """(4, 2) -> [0, 3]: evenly spread from the first, which knows the neighbours, to the last."""
    return [round(number * (of - 1) / max(1, keep - 1)) for number in range(keep)]


def layer_name(name: str, taken: list[int]) -> str:
    """'bert.encoder.layer.1.output…' -> 'bert.encoder.layer.3.output…' for taken = [0, 3]."""
    head, mark, tail = name.partition("encoder.layer.")
    if not mark:
        return name
    number, rest = tail.split(".", 1)
    return f"{head}{mark}{taken[int(number)]}.{rest}"


class Distillation(torch.autograd.Function):
    """The loss above, from states (places x width) and the output table; as bert.CrossEntropy, a few rows at a time.

    Gradient by the student's logits: soft T (student at T - teacher at T) + (1 - soft) (student - true), over places.
    Gives the loss, its two terms, and the share of first guesses that are right.
    """

    @staticmethod
    def forward(
        ctx: Any, states: Tensor, table: Tensor, bias: Tensor, taught: Tensor, true: Tensor, lesson: Lesson
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        places, t = len(true), lesson.temperature
        narrow, wide = states.to(torch.bfloat16), table.to(torch.bfloat16)
        logits = torch.addmm(bias.to(torch.bfloat16), narrow, wide.t())
        soft = hard = right = torch.zeros((), device=states.device)
        at_once = places if states.is_cuda else 64
        for first in range(0, places, at_once):
            part, answer = logits[first : first + at_once].float(), true[first : first + at_once, None]
            right = right + (part.argmax(-1, keepdim=True) == answer).sum()
            plain = torch.log_softmax(part, -1)
            hard = hard - plain.gather(1, answer).sum()
            mine, theirs = torch.log_softmax(part / t, -1), torch.log_softmax(taught[first : first + at_once] / t, -1)
            wanted = theirs.exp()
            soft = soft + t * t * (wanted * (theirs - mine)).sum()
            slope = plain.exp_().scatter_add_(1, answer, -torch.ones_like(answer, dtype=plain.dtype))
            slope = slope.mul_(1 - lesson.soft).add_(mine.exp_().sub_(wanted), alpha=lesson.soft * t)
            logits[first : first + at_once] = slope / places
        ctx.save_for_backward(logits @ wide, logits.t() @ narrow, (torch.ones_like(narrow[:, :1]).t() @ logits)[0])
        soft, hard, right = soft / places, hard / places, right / places
        ctx.mark_non_differentiable(soft, hard, right)
        return lesson.soft * soft + (1 - lesson.soft) * hard, soft, hard, right

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, Tensor, Tensor, None, None, None]:
        states, table, bias = ctx.saved_tensors
        return (
            states.float() * gradients[0],
            table.float() * gradients[0],
            bias.float() * gradients[0],
            None,
            None,
            None,
        )


def on(device: str, asked: tuple[Tensor, Tensor, int]) -> tuple[Tensor, Tensor, int]:
    """What is seen, which places are asked for, the offset: on a device."""
    seen, chosen, offset = asked
    return seen.to(device), chosen.to(device), offset


def distil(
    teacher: BertForMaskedLM,
    plan: Plan,
    lesson: Lesson,
    rows: dict[str, Rows],
    held_out: dict[str, Rows],
    output: Path,
    *,
    minutes: float | None = None,
    steps: int | None = None,
    exercises: Drills | None = None,
    measure_every: int = 500,
    device: str | None = None,
) -> Progress:
    """One stretch. `plan` must have the teacher's sizes; its layers become the lesson's. `exercises`: what the lesson's
    drills are drawn from."""
    device = device or runs.pick_device()
    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    random.seed(plan.seed)
    nn.Module.to(teacher, device)
    teacher.train(False)
    student = new_student(teacher, lesson)
    nn.Module.to(student, device)
    plan = replace(plan, layers=lesson.layers, keep=())
    optimizers = bert.optimizers_of(student, plan)
    rates = runs.full_rates(optimizers)
    progress = Progress(**runs.load_state(output, plan, student, optimizers, device))
    batches = Batches(rows, plan, progress.drawn)
    began, before = time.perf_counter(), progress.seconds
    smooth: dict[str, float] = {}
    with tqdm(initial=progress.step, unit=" steps", disable=None) as bar:
        for left in runs.stretch(minutes, steps):
            batch, offset = batches.at(progress.step)
            torch.manual_seed(plan.seed * 1_000_003 + progress.step)  # of dropout
            runs.set_rates(optimizers, rates, bert.rate_at(plan, progress.step, left))
            asked = [(batch.seen, batch.chosen, offset)]
            if exercises and lesson.drills:
                exercise = exercises.at(progress.step, lesson.drills)
                asked.append((exercise.seen, exercise.chosen, 0))
            with torch.autocast(device, torch.bfloat16, enabled=device != "mps"):
                with torch.no_grad():
                    taught = torch.cat([bert.masked_logits(teacher, *on(device, each)) for each in asked])
                states = torch.cat([bert.masked_states(student, *on(device, each)) for each in asked])
            out = student.cls.predictions.decoder
            text = batch.true[batch.chosen].to(device)
            true = torch.cat([text, taught[len(text) :].argmax(-1)])  # a drill's word is what the teacher says first
            losses = Distillation.apply(states.float(), out.weight, out.bias, taught.float(), true, lesson)  # type: ignore[no-untyped-call]
            losses[0].backward()
            runs.step(optimizers, list(student.parameters()))

            progress.step += 1
            progress.tokens += batch.seen.numel()
            progress.seconds = before + time.perf_counter() - began
            bar.update()
            if progress.step % 20 == 0 or not smooth:
                for name, value in zip(("loss", "soft", "hard", "right"), losses, strict=True):
                    number = float(value.detach())
                    smooth[name] = number if name not in smooth else 0.9 * smooth[name] + 0.1 * number
                bar.set_postfix({name: f"{value:.3f}" for name, value in smooth.items()})
            if progress.step % measure_every == 0:
                bert.note(output, progress, smooth, bert.accuracy(student, held_out, plan, device))
                runs.keep_state(output, plan, student, optimizers, replace(progress, drawn=dict(batches.drawn)))
    progress.drawn = dict(batches.drawn)
    bert.note(output, progress, smooth, bert.accuracy(student, held_out, plan, device))
    runs.keep_state(output, plan, student, optimizers, progress)
    bert.save_model(student, output / "model")
    return progress


def main() -> None:
    """Parse, read, distil."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, metavar="FOLDER", help="a model folder")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--layers", type=int, default=Lesson.layers)
    parser.add_argument("--temperature", type=float, default=Lesson.temperature, help="T")
    parser.add_argument("--soft", type=float, default=Lesson.soft, help="weight of the teacher's answer")
    parser.add_argument("--drills", type=int, default=Lesson.drills, help="in a step, beside the texts")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--matrix-rate", type=float, default=2e-3)
    options = parser.parse_args()
    if not (options.minutes or options.steps):
        parser.error("say how long: --minutes or --steps")
    teacher = BertForMaskedLM.from_pretrained(options.teacher, dtype=torch.float32, attn_implementation="eager")
    size = teacher.config
    plan = Plan(
        layers=size.num_hidden_layers,
        width=size.hidden_size,
        heads=size.num_attention_heads,
        positions=size.max_position_embeddings,
        rate=options.rate,
        matrix_rate=options.matrix_rate,
        warm_up=50,
    )
    lesson = Lesson(options.temperature, options.soft, options.layers, options.drills)
    drilled = drills.read_rows(options.corpora, drills.COUNT, dict(plan.favour)) if lesson.drills else {}
    cache = options.output / "texts"
    rows = bert.read_rows(options.corpora, "train", plan.length, cache)
    held_out = bert.read_rows(options.corpora, "heldout", plan.length, cache)
    progress = distil(
        teacher,
        plan,
        lesson,
        rows,
        held_out,
        options.output,
        minutes=options.minutes,
        steps=options.steps,
        exercises=Drills(row for each in drilled.values() for row in each) if drilled else None,
    )
    last = json.loads((options.output / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    print(f"{progress.step:,} steps, {progress.seconds / 60:.0f} minutes on {runs.pick_device()}: {last}")


if __name__ == "__main__":
    main()
