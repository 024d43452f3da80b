"""pathshala-clip -> how often it finds the right name: python -m training.evaluate_clip [MODEL_FOLDER]

Asked in each language, with pictures of fresh seeds (nothing here was ever trained on):

    drawings    every emoji of training, drawn on backgrounds of kinds that training never sees, against all names
    held back   pictures of emoji whose name and keywords training was not told in this language, against all names
    never       emoji of which training saw neither picture nor name, among themselves
    shapes      shapes in colours that training never showed together, against all captions of that form
    samples     the drawings of the gallery, as the page shows them, against each other's captions

Of the last, and of shapes, other pictures of the same things were in the training; of samples, other variations.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import VisionTextDualEncoderModel

from components.caption_image import drawings, samples
from training import captions, clip, emoji, pairs, pictures, texts
from training.bert import HERE

SHAPES = 300  # pictures of shapes


@dataclass(frozen=True)
class Recall:
    """Shares of pictures whose own name is the nearest, or among the nearest five."""

    first: float
    five: float
    asked: int
    among: int  # names

    @property
    def chance(self) -> float:
        """Recall at 5 of guessing."""
        return min(1.0, 5 / self.among)


def recall(images: Tensor, names: Tensor, truth: Sequence[int]) -> Recall:
    """Unit vectors; `truth`: of each picture the number of its name."""
    if not len(truth):
        return Recall(0.0, 0.0, 0, len(names))
    ranks = clip.ranks(images, names, truth)
    return Recall(float((ranks < 1).float().mean()), float((ranks < 5).float().mean()), len(truth), len(names))


def measure(model: VisionTextDualEncoderModel, sheet: emoji.Sheet) -> dict[str, dict[str, Recall]]:
    """kind -> language -> recall; some minutes on two cores."""
    seen = list(sheet.seen)
    images = clip.vectors_of_pictures(model, clip.unseen_drawings(sheet, seen, seed=1))
    new = clip.vectors_of_pictures(model, clip.unseen_drawings(sheet, sheet.never, seed=1))
    found: dict[str, dict[str, Recall]] = {kind: {} for kind in ("drawings", "held back", "never", "shapes", "samples")}
    for code in emoji.LANGUAGES:
        named = [number for number, each in enumerate(sheet.emoji) if code in each.names]  # Odia lacks a few
        places = {number: place for place, number in enumerate(named)}
        names = clip.vectors_of_captions(model, [sheet.emoji[number].names[code] for number in named])
        asked = [(row, number) for row, number in enumerate(seen) if number in places]
        for kind, held in (("drawings", False), ("held back", True)):
            these = [each for each in asked if emoji.is_held_back(sheet.emoji[each[1]].sign, code) == held]
            rows, truth = [row for row, _ in these], [places[number] for _, number in these]
            found[kind][code] = recall(images[rows], names, truth)
        never = [(row, places[number]) for row, number in enumerate(sheet.never) if number in places]
        found["never"][code] = recall(new[[row for row, _ in never]], names[[at for _, at in never]], range(len(never)))
    found["shapes"] = measure_shapes(model)
    found["samples"] = measure_samples(model)
    return found


def measure_shapes(model: VisionTextDualEncoderModel) -> dict[str, Recall]:
    """One to five shapes of one colour: colour, shape and number must be right, the pair of colour and shape is new."""
    dice = random.Random("shapes")
    drawn = []
    truth = []
    every = [(c, s, n) for c in captions.COLOURS for s in captions.SHAPES for n in captions.COUNTS]
    for seed in range(SHAPES):
        colour, shape = dice.choice(sorted(pairs.NEW_PAIRS))
        count = dice.choice(captions.COUNTS)
        places, size = pictures.spread(count, dice)
        behind = dice.choice([each for each in ("white", "black", "yellow") if each != colour])
        drawn.append(pictures.draw_shapes([(colour, shape)] * count, places, size, behind, 10_000 + seed))
        truth.append(every.index((colour, shape, count)))
    images = clip.vectors_of_pictures(model, torch.from_numpy(np.stack(drawn)).float() / 255)
    return {
        code: recall(
            images, clip.vectors_of_captions(model, [captions.shape(c, s, code, n) for c, s, n in every]), truth
        )
        for code in texts.LANGUAGES
    }


def measure_samples(model: VisionTextDualEncoderModel) -> dict[str, Recall]:
    """The thirty pictures as the page draws them."""
    drawn = [np.asarray(drawings.draw(each, pictures.SIDE)).transpose(2, 0, 1) for each in drawings.IDS]
    images = clip.vectors_of_pictures(model, torch.from_numpy(np.stack(drawn)).float() / 255)
    return {
        code: recall(
            images,
            clip.vectors_of_captions(model, [dict(each.captions)[code] for each in samples.SAMPLES]),
            range(len(drawn)),
        )
        for code in texts.LANGUAGES
    }


KINDS = {
    "drawings": "drawn in unseen ways",
    "held back": "name held back",
    "never": "emoji never seen",
    "shapes": "shapes in new colours",
    "samples": "the gallery",
}


def table(found: dict[str, dict[str, Recall]]) -> str:
    """Markdown: a row a language, recall at 1 / at 5."""
    first = {kind: next(iter(of.values())) for kind, of in found.items()}
    lines = [
        "| | " + " | ".join(KINDS[kind] for kind in found) + " |",
        "| --- |" + " ---: |" * len(found),
        "| among | " + " | ".join(f"{each.among:,}" for each in first.values()) + " |",
        "| guessing | " + " | ".join(f"{1 / each.among:.3f} / {each.chance:.3f}" for each in first.values()) + " |",
    ]
    for code in texts.LANGUAGES:
        cells = (of.get(code) for of in found.values())
        lines.append(
            f"| {code} | " + " | ".join(f"{c.first:.2f} / {c.five:.2f}" if c and c.asked else "–" for c in cells) + " |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "model", type=Path, nargs="?", default=HERE / "embedded" / "pathshala-clip", metavar="MODEL_FOLDER"
    )
    parser.add_argument("--emoji", type=Path, default=HERE.parent / "shared" / "emoji", metavar="FOLDER")
    parser.add_argument("--json", action="store_true", help="print one object with all figures")
    options = parser.parse_args()
    model = VisionTextDualEncoderModel.from_pretrained(options.model, dtype=torch.float32)
    found = measure(model, emoji.read(options.emoji))
    if options.json:
        print(json.dumps({kind: {code: asdict(each) for code, each in of.items()} for kind, of in found.items()}))
    else:
        print(table(found))


if __name__ == "__main__":
    main()
