"""The first stage: one layer learns from every word of every row at once.

    python -m training.first_layer --output FOLDER --minutes N [--start MODEL] [--counted SHARE]

Masked training takes its lessons from 15% of the words, since a masked word must not be seen by the others, and through
them by itself. With one layer there are no others: a place reads the plain embeddings of its neighbours and nothing
that they have read. So every word can be masked in turn, for itself, in one pass over the row:

    place i asks as [MASK]; it sees the tokens of other words as they are, those of its own word as [MASK]
    (of some words, as in bert.py, the earlier ones as they are)

This is exactly what a BERT of one layer would answer to each of those masked rows, at a fraction of the work. The
output is compared with a sample of the vocabulary (losses.py).

It starts from nothing (start.py), or goes on from the first layer of a model. In the place of some words, `--counted`,
it learns what counting guesses there that has not read them (crossed.py): a lesson that cannot be learned by heart. Of
languages with much text it is a quarter of that share.

Then `python -m training.bert --start FOLDER` adds layers that change nothing until they have learned something
(start.grow), and goes on with masked training of the whole.

    FOLDER/state.pt, log.jsonl, texts/, vectors.npy      as in bert.py
    FOLDER/step-N/     the model after N steps, grown to all its layers, of which only the first has learned
"""

import argparse
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertForMaskedLM

from training import bert, crossed, losses, runs, texts
from training.bert import HERE, Batches, Drawn, Plan, Progress
from training.start import grow, start
from training.texts import Rows

TRUSTED = {"hi": 0.25, "en": 0.25, "ml": 0.25}  # much text: so much of the share of counted guesses
HIDDEN = 0.5  # of the neighbours are [MASK] at most: a share drawn for each row, so that no context comes twice


def states(
    model: BertForMaskedLM, seen: Tensor, words: Tensor, offset: int = 0, partly: Tensor | None = None
) -> Tensor:
    """What every place answers when its own word alone is masked (rows x length x width), before the output table.

    `words` as in texts.Rows; where `partly` (rows x length), a place sees the earlier pieces of its own word. Only the
    first layer is asked.
    """
    count, length = seen.shape
    positions = torch.arange(offset, offset + length, device=seen.device)[None]
    masks = torch.full_like(positions, texts.tokenizer().special_tokens["[MASK]"])
    plain = model.bert.embeddings(seen, position_ids=positions)
    asking = model.bert.embeddings(masks, position_ids=positions)  # 1 x length x width
    layer: Any = model.bert.encoder.layer[0]
    attention = layer.attention.self
    heads, size = attention.num_attention_heads, attention.attention_head_size

    def split(states: Tensor) -> Tensor:
        return states.view(len(states), length, heads, size).transpose(1, 2)

    query = split(attention.query(asking)) * size**-0.5
    own = ((words[:, :, None] == words[:, None, :]) & (words > 0)[:, :, None])[:, None]  # rows x 1 x queries x keys
    if partly is not None:
        earlier = torch.ones(length, length, dtype=torch.bool, device=seen.device).tril(-1)
        own = own & ~(partly[:, None, :, None] & earlier)
    scores = torch.where(
        own,
        query @ split(attention.key(asking)).transpose(-1, -2),
        query @ split(attention.key(plain)).transpose(-1, -2),
    )
    weights = scores.softmax(-1)
    read = weights.masked_fill(own, 0) @ split(attention.value(plain))
    read = read + weights.masked_fill(~own, 0) @ split(attention.value(asking))
    read = read.transpose(1, 2).reshape(count, length, heads * size)
    after = layer.attention.output(read, asking)
    return layer.output(layer.intermediate(after), after)  # type: ignore[no-any-return]


def trained_parts(model: BertForMaskedLM) -> None:
    """The last layer norm stays as it is, so that the layers added later find what they leave unchanged."""
    layer: Any = model.bert.encoder.layer[0]
    for each in layer.output.LayerNorm.parameters():
        each.requires_grad_(False)


def told(ids: Tensor, drawn: Drawn, guessed: Mapping[str, np.ndarray], counted: float) -> Tensor:
    """What is to be learned at each place (rows x length): the piece that stands there, or in a share of the places
    one that counting guesses (crossed.guesses), another one each time that the row is drawn. Guesses are as frequent as
    pieces are in the text, so that the sample of losses.py needs no other correction."""
    none = np.full(ids.shape[1], -1, dtype=np.int16)
    guess = torch.from_numpy(
        np.stack(
            [
                guessed[code][row, :, times % crossed.DRAWS] if code in guessed else none
                for code, row, times in drawn.places
            ]
        ).astype(np.int64)
    )
    shares = torch.tensor([[counted * TRUSTED.get(code, 1.0)] for code, _, _ in drawn.places])
    return torch.where((guess >= 0) & (torch.rand(ids.shape, generator=drawn.numbers) < shares), guess, ids)


def train(
    plan: Plan,
    rows: dict[str, Rows],
    held_out: dict[str, Rows],
    output: Path,
    *,
    begin: BertForMaskedLM | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    finish: bool = False,
    measure_every: int = 500,
    device: str | None = None,
) -> Progress:
    """One stretch, as bert.train. The first one begins with the first layer of the model `begin`, if there is one."""
    device = device or runs.pick_device()
    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    random.seed(plan.seed)
    whole, plan = plan, replace(plan, layers=1)
    model = bert.new_model(plan)
    nn.Module.to(model, device)
    trained_parts(model)
    optimizers = bert.optimizers_of(model, plan)
    rates = runs.full_rates(optimizers)
    progress = Progress(**runs.load_state(output, plan, model, optimizers, device))
    shares = bert.token_shares(rows, plan)
    if progress.step == 0 and begin is not None:
        with torch.no_grad():
            for name, each in model.named_parameters():
                each.copy_(begin.get_parameter(name))
    elif progress.step == 0:
        start(model, bert.first_vectors(output, rows, plan), shares)
    guessed = crossed.read(rows, output / "texts") if plan.counted else {}
    frequencies = torch.from_numpy(shares).float()
    choice = bert.Choice(plan, bert.first_vectors(output, rows, plan) if plan.choice else None, rows)
    batches = Batches(rows, plan, progress.drawn)
    mask = texts.tokenizer().special_tokens["[MASK]"]
    began, before = time.perf_counter(), progress.seconds
    smooth: dict[str, float] = {}
    with tqdm(initial=progress.step, unit=" steps") as bar:
        for left in runs.stretch(minutes, steps):
            drawn = batches.rows_at(progress.step)
            taken, numbers = drawn.rows, drawn.numbers
            torch.manual_seed(plan.seed * 1_000_003 + progress.step)  # of dropout
            runs.set_rates(optimizers, rates, bert.rate_at(plan, progress.step, left if finish else None))
            ids, words = torch.from_numpy(taken.ids.astype(np.int64)), torch.from_numpy(taken.words.astype(np.int64))
            hidden = torch.rand(ids.shape, generator=numbers) < HIDDEN * torch.rand(len(ids), 1, generator=numbers)
            seen = ids.masked_fill(hidden & (words > 0), mask)
            partly = torch.rand(len(ids), 256, generator=numbers).gather(1, words) < plan.partly
            asked = (words > 0).to(device)
            with torch.autocast(device, torch.bfloat16, enabled=device != "mps"):
                found = states(model, seen.to(device), words.to(device), drawn.offset, partly.to(device))[asked]
                moved = model.cls.predictions.transform(found)
            true = torch.where(partly, ids, told(ids, drawn, guessed, plan.counted))[words > 0]
            loss, right = losses.sampled_loss(model.cls.predictions.decoder, moved, true, frequencies, numbers)
            whole_loss = loss + choice(model.cls.predictions.decoder, moved, ids, words > 0)
            whole_loss.backward()  # type: ignore[no-untyped-call]
            runs.step(optimizers, [each for each in model.parameters() if each.requires_grad])

            progress.step += 1
            progress.tokens += ids.numel()
            progress.seconds = before + time.perf_counter() - began
            bar.update()
            if progress.step % 20 == 0 or not smooth:
                for name, value in (("loss", float(loss.detach())), ("right", float(right))):
                    smooth[name] = value if name not in smooth else 0.9 * smooth[name] + 0.1 * value
                bar.set_postfix({name: f"{value:.3f}" for name, value in smooth.items()})
            if progress.step in plan.keep:
                large = bert.new_model(whole)
                grow(model, large)
                bert.save_model(large, output / f"step-{progress.step}")
            if progress.step % measure_every == 0:
                bert.note(output, progress, smooth, bert.accuracy(model, held_out, plan, device))
                runs.keep_state(output, plan, model, optimizers, replace(progress, drawn=dict(batches.drawn)))
    progress.drawn = dict(batches.drawn)
    bert.note(output, progress, smooth, bert.accuracy(model, held_out, plan, device))
    runs.keep_state(output, plan, model, optimizers, progress)
    bert.save_model(model, output / "model")
    return progress


def main() -> None:
    """Parse, read, train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--start", type=Path, metavar="MODEL", help="a model's folder, whose first layer goes on")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--finish", action="store_true", help="let the rate fall to zero over this stretch")
    parser.add_argument("--batch", type=int, default=128, help="rows a step")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--matrix-rate", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--choice", type=float, default=Plan.choice)
    parser.add_argument(
        "--favour", type=bert.favour, nargs="*", default=[], metavar="CODE=TIMES", help="draw it so much more"
    )
    parser.add_argument("--counted", type=float, default=Plan.counted, help="share of words that counting guesses")
    options = parser.parse_args()
    if not (options.minutes or options.steps):
        parser.error("say how long: --minutes or --steps")
    plan = Plan(
        batch=options.batch,
        rate=options.rate,
        matrix_rate=options.matrix_rate,
        dropout=options.dropout,
        choice=options.choice,
        counted=options.counted,
        favour=bert.favoured(options.favour),
    )
    cache = options.output / "texts"
    rows = bert.read_rows(options.corpora, "train", plan.length, cache)
    held_out = bert.read_rows(options.corpora, "heldout", plan.length, cache)
    progress = train(
        plan,
        rows,
        held_out,
        options.output,
        begin=BertForMaskedLM.from_pretrained(options.start, dtype=torch.float32) if options.start else None,
        minutes=options.minutes,
        steps=options.steps,
        finish=options.finish,
    )
    print(f"{progress.step:,} steps, {progress.tokens:,} tokens, {progress.seconds / 60:.0f} minutes")


if __name__ == "__main__":
    main()
