"""a finished run of training.clip -> embedded/pathshala-clip, with its card: python -m training.embed_clip RUN

config.json, model-…safetensors     half precision, in files below 15 MB
tokenizer.json, …                   the `indic` tokenizer, as pathshala-bert has it
preprocessor_config.json            a picture becomes 96 x 96 pixels, whatever its shape
training.jsonl                      the run's log
README.md                           the card; its figures are measured here (evaluate_clip.py), none typed by hand
"""

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import VisionTextDualEncoderModel

from tokenizer_indic.storage import write_whole
from training import clip, emoji, evaluate_clip, pictures
from training.bert import HERE
from training.embed import LARGEST_FILE, tokenizer_files
from training.evaluate_clip import Recall

NAME = "pathshala-clip"


def embed(run: Path, folder: Path) -> None:
    """Everything but the card."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("model*"):
        old.unlink()
    model = VisionTextDualEncoderModel.from_pretrained(run / "model", dtype=torch.float32)
    longest = int(model.text_model.config.max_position_embeddings)
    nn.Module.half(model)
    model.save_pretrained(folder, max_shard_size=LARGEST_FILE)
    for weights in folder.glob("*.safetensors"):
        weights.chmod(0o644)  # save_pretrained lets nobody else read them
    tokenizer_files(folder, longest)
    write_whole(folder / "preprocessor_config.json", json.dumps(preparation(), indent=1))
    shutil.copyfile(run / "log.jsonl", folder / "training.jsonl")


def preparation() -> dict[str, Any]:
    """What an image processor of transformers does before the ViT looks: the whole picture, squeezed to a square."""
    return {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "size": {"height": pictures.SIDE, "width": pictures.SIDE},
        "resample": 3,
        "do_center_crop": False,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [clip.MEAN] * 3,
        "image_std": [clip.SPREAD] * 3,
        "do_convert_rgb": True,
    }


@dataclass(frozen=True)
class Sizes:
    """Parameters of the halves, and bytes of all files."""

    picture: int
    text: int
    text_layers: int
    rest: int  # the two projections and the scale
    bytes: int


def sizes(model: VisionTextDualEncoderModel, folder: Path) -> Sizes:
    """Counted."""

    def count(part: Any) -> int:
        return sum(each.numel() for each in part.parameters())

    picture, text = count(model.vision_model), count(model.text_model)
    layers = count(model.text_model.encoder)
    files = sum(each.stat().st_size for each in folder.iterdir() if each.name != "README.md")
    return Sizes(picture, text, layers, count(model) - picture - text, files)


def card(found: dict[str, dict[str, Recall]], counted: Sizes, log: list[dict[str, Any]], config: Any) -> str:
    """The model's README.md."""
    last = log[-1]
    hi, en = found["drawings"]["hi"], found["drawings"]["en"]
    never = found["never"]
    mean = sum(each.five for each in never.values()) / len(never)
    vision = config.vision_config
    return f"""---
license: apache-2.0
pipeline_tag: zero-shot-image-classification
language: [hi, bn, mr, te, ta, gu, ur, kn, or, ml, pa, as, ne, sd, sa, en]
---

# {NAME}

Pictures and captions in one space, in CLIP's way (Radford et al. 2021, arXiv 2103.00020), for sixteen languages: a ViT of
{counted.picture:,} parameters ({vision.num_hidden_layers} layers of {vision.hidden_size}, {vision.image_size} × {vision.image_size} pixels in patches of {vision.patch_size}) and `pathshala-bert`
({counted.text:,} parameters, {counted.text_layers:,} of them in its layers), joined by transformers' `VisionTextDualEncoderModel`
with two projections to {config.projection_dim} numbers ({counted.rest:,} parameters). Besides the text encoder it has
{counted.picture + counted.rest:,} parameters. Half precision on disk, {counted.bytes / 1e6:.1f} MB with its tokenizer.

    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer
    model = AutoModel.from_pretrained("embedded/{NAME}")

## What it is for, and what not

It is a small teaching model for **simple pictures, not photographs**: emoji, shapes, and drawings of a few things. It is
good for seeing how captions and pictures come to lie in one space. A photograph it takes for a drawing that it resembles
in colour and outline; it reads no writing, counts to five at most, and knows no names of people or places.

## How it was trained

`python -m training.clip`, from scratch but for the text encoder, which began as `pathshala-bert` and was trained further, at
{clip.Plan.text_share:.0%} of the rates. {last["step"]:,} steps of {clip.Plan.batch} pictures with two captions each, in two languages ({last["pictures"]:,} pictures,
{last["seconds"] / 60:.0f} minutes on a CPU of two cores); symmetric cross-entropy with a learned temperature. Each picture is drawn anew:

- 1,550 of 1,650 emoji (Noto Emoji, Apache-2.0), at any place, half to full size, turned up to {pictures.ANGLE:.0f}°, one to three of them, on plain,
  shaded, clouded or striped backgrounds of any colour, with other brightness, contrast, tint and noise; captions are the names
  and keywords of Unicode CLDR (Unicode licence) in fifteen languages, alone or inside a sentence;
- shapes (circle, square, triangle, star, heart) in eight colours: one to five, or two above or beside each other; captions by
  templates in sixteen languages (`training/captions.py`);
- 30 scenes of our own drawing (`components/caption_image/drawings.py`), varied in colours, places and details, with captions in
  sixteen languages.

## Measured

`python -m training.evaluate_clip`: recall at 1 / at 5, the picture asked for its name. Nothing asked here was trained on.

{evaluate_clip.table(found)}

- **drawn in unseen ways**: emoji of training on backgrounds of kinds that training never shows (checked, halves), at new places, sizes
  and angles, against all names. Hindi {hi.five:.0%} and English {en.five:.0%} at 5 (the mark was 85%).
- **name held back**: emoji whose name and keywords were left out in this language alone: what the other fourteen languages tell of it.
- **emoji never seen**: neither the picture nor the name was in training; among 100, guessing gives 5% at 5. {mean:.0%} in the mean of
  the languages: names share words with names that were seen, and pictures parts.
- **shapes in new colours**: eight pairs of colour and shape (red star, blue heart, …) were never shown; colour, shape and number, one to
  five, must all be right.
- **the gallery**: the page's own thirty drawings; variations of them were in the training, these very ones were not.

Captions and templates in languages other than English and Hindi were not checked by native readers.
"""


def main() -> None:
    """Embed, measure, write the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "run", type=Path, nargs="?", help="a folder of training.clip; none: only the card is written anew"
    )
    parser.add_argument("--embedded", type=Path, default=HERE / "embedded", metavar="FOLDER")
    parser.add_argument("--emoji", type=Path, default=HERE.parent / "shared" / "emoji", metavar="FOLDER")
    options = parser.parse_args()
    folder = options.embedded / NAME
    if options.run is not None:
        embed(options.run, folder)
    model = VisionTextDualEncoderModel.from_pretrained(folder, dtype=torch.float32)
    found = evaluate_clip.measure(model, emoji.read(options.emoji))
    log = [json.loads(line) for line in (folder / "training.jsonl").read_text(encoding="utf-8").splitlines()]
    write_whole(folder / "README.md", card(found, sizes(model, folder), log, model.config))
    print(evaluate_clip.table(found))


if __name__ == "__main__":
    main()
