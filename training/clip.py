"""emoji, shapes, scenes with captions -> pathshala-clip: python -m training.clip --output FOLDER --minutes N [--finish]

A small ViT and the embedded BERT learn to put a picture and what it is called at the same place, in CLIP's way
(Radford et al. 2021, arXiv 2103.00020): in a batch of pairs, the symmetric cross-entropy of the table of cosines, times
a learned temperature. transformers' own `VisionTextDualEncoderModel`; the text encoder is trained further.

Pictures are drawn anew at each step (pairs.py); each has two captions, in two languages, and the loss is the mean of
both. Pairs of a batch that show the same thing (two red circles), or are called the same (two kinds of "fruit"), are
not told apart: their places in the table are left out. Nothing is dropped out: no picture is drawn twice.

As training.bert: the same command again resumes, and `--finish` lets the rate fall to zero over the last stretch.
`--start embedded/pathshala-clip` goes on from the model that is there, and counts its steps and minutes too.

    FOLDER/state.pt     everything that resuming needs
    FOLDER/log.jsonl    loss, and recall of pictures drawn in ways that training never sees
    FOLDER/model/       the model, as transformers loads it
"""

import argparse
import json
import math
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertModel, CLIPVisionConfig, CLIPVisionModel, VisionTextDualEncoderModel
from transformers.models.vision_text_dual_encoder import VisionTextDualEncoderConfig

from training import emoji, pictures, runs, texts
from training.bert import HERE
from training.pairs import Batch, Mixture, batch_at

LONGEST = 40  # tokens of a caption in training
MEAN, SPREAD = 0.5, 0.25  # of a pixel: what the model sees is (pixel - MEAN) / SPREAD
LOG_SCALE_MOST = math.log(100)  # as CLIP's
SIZES = ("layers", "width", "heads", "patch", "batch", "warm_up", "seed")  # of a Plan, as options
SHARES = ("rate", "matrix_rate", "text_share", "shapes", "scenes")


@dataclass(frozen=True)
class Plan:
    """All that decides the result, beside the pictures."""

    layers: int = 6
    width: int = 256
    heads: int = 4
    patch: int = 12  # pixels
    space: int = 256  # numbers of a picture's or caption's vector
    batch: int = 256
    rate: float = 1e-3  # of AdamW: tables and vectors
    matrix_rate: float = 2e-3  # of Muon: the matrices of the layers
    text_share: float = 0.3  # of the rates, for the text encoder, which has learned something already
    warm_up: int = 200  # steps
    weight_decay: float = 0.02
    shapes: float = 0.14  # of the pictures
    scenes: float = 0.1
    seed: int = 1

    @property
    def mixture(self) -> Mixture:
        return Mixture(self.batch, self.shapes, self.scenes, self.seed)


@dataclass
class Progress:
    """Where training is."""

    step: int = 0
    pictures: int = 0
    seconds: float = 0.0
    begun: int = 0  # the step at which this run began, with optimizers that know nothing yet


def earlier(folder: Path, output: Path) -> Progress:
    """How far a finished model had come, by the log beside it, with which this run's log then begins."""
    log = folder / "training.jsonl"
    if not log.is_file():
        return Progress()
    (output / runs.LOG).write_text(text := log.read_text(encoding="utf-8"), encoding="utf-8")
    last = json.loads(text.splitlines()[-1])
    return Progress(last["step"], last["pictures"], last["seconds"], begun=last["step"])


def finished_model(folder: Path) -> VisionTextDualEncoderModel:
    """A model to train further; its sizes are its own."""
    return undropped(
        VisionTextDualEncoderModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    )


def undropped(model: VisionTextDualEncoderModel) -> VisionTextDualEncoderModel:
    """BERT's dropout off, in the modules and in the configuration that is kept."""
    for each in model.modules():
        if isinstance(each, nn.Dropout):
            each.p = 0.0
    text: Any = model.config.text_config
    text.hidden_dropout_prob = text.attention_probs_dropout_prob = 0.0
    return model


def new_model(plan: Plan, text: Path) -> VisionTextDualEncoderModel:
    """A ViT from scratch beside the embedded BERT.

    Plain attention: torch's fused kernel for CPUs is several times slower backwards on rows this short.
    """
    vision = CLIPVisionConfig(
        hidden_size=plan.width,
        intermediate_size=4 * plan.width,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        image_size=pictures.SIDE,
        patch_size=plan.patch,
        hidden_act="gelu",
        projection_dim=plan.space,
    )
    vision._attn_implementation = "eager"
    reads = BertModel.from_pretrained(text, dtype=torch.float32, attn_implementation="eager")
    config = VisionTextDualEncoderConfig.from_vision_text_configs(vision, reads.config, projection_dim=plan.space)
    return undropped(VisionTextDualEncoderModel(config, CLIPVisionModel(vision), reads))


# -- captions as the model takes them ----------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def ids_of(caption: str) -> tuple[int, ...]:
    """[CLS] … [SEP], cut at LONGEST."""
    made = texts.tokenizer()
    special = made.special_tokens
    return (special["[CLS]"], *made.encode(caption)[: LONGEST - 2], special["[SEP]"])


def read_captions(found: Sequence[str]) -> dict[str, Tensor]:
    """What BERT takes: captions x tokens, padded."""
    rows = [ids_of(each) for each in found]
    length = max(map(len, rows))
    padding = texts.tokenizer().special_tokens["[PAD]"]
    ids = torch.tensor([[*row, *[padding] * (length - len(row))] for row in rows])
    return {"input_ids": ids, "attention_mask": (ids != padding).long()}


# -- training ---------------------------------------------------------------------------------------------------------


def encode_pictures(model: VisionTextDualEncoderModel, pixels: Tensor) -> Tensor:
    """pictures x 3 x 96 x 96, 0 … 1 -> unit vectors (pictures x space)."""
    device = next(model.parameters()).device
    found = model.get_image_features(pixel_values=(pixels.to(device) - MEAN) / SPREAD)
    return nn.functional.normalize(found.pooler_output.float(), dim=-1)


def encode_captions(model: VisionTextDualEncoderModel, found: Sequence[str], at_once: int = 128) -> Tensor:
    """Unit vectors (captions x space); captions of like length are read together, so that little is padding."""
    device = next(model.parameters()).device
    order = sorted(range(len(found)), key=lambda each: len(ids_of(found[each])))
    parts = []
    for first in range(0, len(order), at_once):
        inputs = read_captions([found[each] for each in order[first : first + at_once]])
        given = {name: each.to(device) for name, each in inputs.items()}
        parts.append(model.get_text_features(**given).pooler_output.float())
    return nn.functional.normalize(torch.cat(parts)[torch.tensor(order).argsort()], dim=-1)


def symmetric_loss(images: Tensor, captions_: Tensor, scale: Tensor, same: Tensor) -> Tensor:
    """Mean of the cross-entropies of rows and columns (Radford et al. 2021, figure 3).

    `same` (pictures x captions): pairs outside the diagonal that show the same thing, which nobody could tell apart.
    """
    logits = (scale * images @ captions_.t()).masked_fill(same, -torch.inf)
    truth = torch.arange(len(logits), device=logits.device)
    return (nn.functional.cross_entropy(logits, truth) + nn.functional.cross_entropy(logits.t(), truth)) / 2


def same_things(keys: Sequence[str], called: Sequence[str]) -> Tensor:
    """pictures x pictures: equal keys or equal captions, the diagonal left out."""
    same = torch.zeros(len(keys), len(keys), dtype=torch.bool)
    for each in (keys, called):
        numbers = {key: number for number, key in enumerate(dict.fromkeys(each))}
        found = torch.tensor([numbers[key] for key in each])
        same |= found[:, None] == found[None]
    return same.fill_diagonal_(False)


def optimizers_of(model: nn.Module, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for tables, biases, layer norms and the projections."""
    matrices: dict[float, list[nn.Parameter]] = {}
    others: dict[float, list[nn.Parameter]] = {}
    for name, each in model.named_parameters():
        share = plan.text_share if name.startswith("text_model") else 1.0
        in_layers = each.ndim == 2 and ".layer" in name
        (matrices if in_layers else others).setdefault(share, []).append(each)
    return runs.optimizers(matrices, others, plan.matrix_rate, plan.rate, plan.weight_decay)


def train(
    plan: Plan,
    sheet: emoji.Sheet,
    output: Path,
    text: Path,
    *,
    begin: Path | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    finish: bool = False,
    measure_every: int = 500,
) -> Progress:
    """One stretch, from where the last one ended; the first one from scratch, or from a finished model (`begin`)."""
    torch.manual_seed(plan.seed)
    device = runs.pick_device()
    model = new_model(plan, text) if begin is None else finished_model(begin)
    nn.Module.to(model, device)
    optimizers = optimizers_of(model, plan)
    rates = runs.full_rates(optimizers)
    output.mkdir(parents=True, exist_ok=True)
    progress = Progress(**runs.load_state(output, plan, model, optimizers, device))
    if begin is not None and progress.step == 0:
        progress = earlier(begin, output)
    smooth = 0.0
    with tqdm(unit=" steps", mininterval=2.0) as bar, Artist(sheet, plan.mixture, ahead=device != "cpu") as artist:
        for left in runs.stretch(minutes, steps):
            began = time.perf_counter()
            torch.manual_seed(plan.seed * 1_000_003 + progress.step)  # dropout, whenever the run was resumed
            batch = artist.draw(progress.step)
            rising = min(1.0, (progress.step - progress.begun + 1) / plan.warm_up)
            runs.set_rates(optimizers, rates, rising * (left if finish else 1.0))
            model.train()
            with torch.autocast(device, torch.bfloat16, enabled=device != "mps"):
                images = encode_pictures(model, batch.pixels)
                both = encode_captions(model, [*batch.captions[0], *batch.captions[1]])
            scale = model.logit_scale.exp()
            one, other = (
                symmetric_loss(images, each, scale, same_things(batch.keys, called).to(device))
                for each, called in zip(both.chunk(2), batch.captions, strict=True)
            )
            loss = (one + other) / 2
            loss.backward()  # type: ignore[no-untyped-call]
            runs.step(optimizers, list(model.parameters()))
            with torch.no_grad():
                model.logit_scale.clamp_(max=LOG_SCALE_MOST)
            progress.step += 1
            progress.pictures += plan.batch
            progress.seconds += time.perf_counter() - began
            now = float(loss.detach())
            smooth = 0.95 * smooth + 0.05 * now if smooth else now
            bar.update()
            bar.set_postfix(loss=f"{smooth:.3f}", scale=f"{float(scale.detach()):.0f}", refresh=False)
            if progress.step % measure_every == 0:
                note(output, progress, smooth, recall(model, sheet))
                runs.keep_state(output, plan, model, optimizers, progress)
    note(output, progress, smooth, recall(model, sheet))
    runs.keep_state(output, plan, model, optimizers, progress)
    model.cpu().save_pretrained(output / "model")
    return progress


class Artist:
    """Draws batches: `ahead`, the next one while a GPU computes; a CPU computes nothing else while it draws.

    (Beside a step on the same two cores drawing costs half a second, in its turn a sixth of one.)
    """

    def __init__(self, sheet: emoji.Sheet, mixture: Mixture, ahead: bool) -> None:
        self._pool = ThreadPoolExecutor(1) if ahead else None
        self._next: tuple[int, Future[Batch]] | None = None
        self._sheet, self._mixture = sheet, mixture
        self._drawn = torch.from_numpy(sheet.pictures)

    def _draw(self, step: int) -> Batch:
        return batch_at(step, self._sheet, self._drawn, self._mixture)

    def draw(self, step: int) -> Batch:
        """The batch of this step."""
        if self._pool is None:
            return self._draw(step)
        batch = self._next[1].result() if self._next and self._next[0] == step else self._draw(step)
        self._next = step + 1, self._pool.submit(self._draw, step + 1)
        return batch

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


# -- measuring while it trains ----------------------------------------------------------------------------------------


def unseen_drawings(sheet: emoji.Sheet, numbers: Sequence[int], seed: int = 0) -> Tensor:
    """One picture of each emoji, on backgrounds of the kinds that training never sees."""
    dice, colours = random.Random(f"unseen {seed}"), np.random.default_rng([99, seed])
    drawn = torch.from_numpy(sheet.pictures)
    found = []
    for first in range(0, len(numbers), 256):
        part = numbers[first : first + 256]
        layers = [layer for place, number in enumerate(part) for layer in pictures.lay(place, [number], dice)]
        found.append(pictures.place(drawn, layers, pictures.backgrounds(len(part), colours, pictures.UNSEEN)))
    noise = torch.Generator().manual_seed(77_777 + seed)
    return pictures.disturb(torch.cat(found), noise)


@torch.no_grad()
def vectors_of_pictures(model: VisionTextDualEncoderModel, pixels: Tensor) -> Tensor:
    """In batches, without training."""
    model.train(False)
    return torch.cat([encode_pictures(model, part) for part in torch.split(pixels, 256)])


@torch.no_grad()
def vectors_of_captions(model: VisionTextDualEncoderModel, found: Sequence[str]) -> Tensor:
    """Without training."""
    model.train(False)
    return encode_captions(model, found)


def ranks(images: Tensor, names: Tensor, truth: Sequence[int]) -> Tensor:
    """How many names lie nearer to each picture than its own (pictures): 0 is the first place."""
    cosines = images @ names.t()
    right = cosines.gather(1, torch.tensor(truth, device=cosines.device)[:, None])
    return (cosines > right).sum(1)


def recall(model: VisionTextDualEncoderModel, sheet: emoji.Sheet, most: int = 400) -> dict[str, float]:
    """Recall at 5 of pictures drawn in unseen ways against all names, and of emoji never seen among themselves."""
    numbers = random.Random("measure").sample(sheet.seen, min(most, len(sheet.seen)))
    images = vectors_of_pictures(model, unseen_drawings(sheet, numbers))
    new = vectors_of_pictures(model, unseen_drawings(sheet, sheet.never))
    found = {}
    for code in ("hi", "en", "ta"):
        names = vectors_of_captions(model, [each.names[code] for each in sheet.emoji])
        found[f"{code}@1"] = float((ranks(images, names, numbers) < 1).float().mean())
        found[f"{code}@5"] = float((ranks(images, names, numbers) < 5).float().mean())
        among = ranks(new, names[list(sheet.never)], range(len(sheet.never)))
        found[f"{code} new@5"] = float((among < 5).float().mean())
    return found


def note(output: Path, progress: Progress, loss: float, found: dict[str, float]) -> None:
    """One more line of the log."""
    facts = {"step": progress.step, "pictures": progress.pictures, "seconds": progress.seconds, "loss": round(loss, 4)}
    runs.note(output, facts | {name: round(value, 4) for name, value in found.items()})


def main() -> None:
    """Parse, read, train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--emoji", type=Path, default=HERE.parent / "shared" / "emoji", metavar="FOLDER")
    parser.add_argument("--text", type=Path, default=HERE / "embedded" / "pathshala-bert", help="the text encoder")
    parser.add_argument("--start", type=Path, metavar="FOLDER", help="a finished model to go on from")
    parser.add_argument("--minutes", type=float, help="how long this stretch may take")
    parser.add_argument("--steps", type=int, help="how many steps this stretch has")
    parser.add_argument("--finish", action="store_true", help="let the rate fall to zero over this stretch")
    for name in SIZES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Plan, name))
    for name in SHARES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(Plan, name))
    options = parser.parse_args()
    if not (options.minutes or options.steps):
        parser.error("say how long: --minutes or --steps")
    plan = Plan(**{name: getattr(options, name) for name in (*SIZES, *SHARES)})
    progress = train(
        plan,
        emoji.read(options.emoji),
        options.output,
        options.text,
        begin=options.start,
        minutes=options.minutes,
        steps=options.steps,
        finish=options.finish,
    )
    minutes = progress.seconds / 60
    print(f"{progress.step:,} steps, {progress.pictures:,} pictures, {minutes:.0f} minutes on {runs.pick_device()}")


if __name__ == "__main__":
    main()
