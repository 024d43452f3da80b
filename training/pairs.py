"""step -> a batch of pictures with two captions each: emoji, shapes, and the scenes of the gallery.

Each picture has two captions, in two languages; equal keys say that two pictures show the same thing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from components.caption_image import drawings, samples
from components.caption_image.templates import TEMPLATES
from training import captions, emoji, pictures, texts

DANDA = ("hi", "bn", "as", "or", "pa", "ne", "sa")  # languages that end a sentence with ।


@dataclass(frozen=True)
class Mixture:
    """How many pictures a batch has, and the shares of those that are not emoji."""

    size: int
    shapes: float
    scenes: float
    seed: int


@dataclass(frozen=True)
class Batch:
    """Pictures (batch x 3 x 96 x 96, 0 … 1), two captions of each, and what they show: equal keys, equal things."""

    pixels: Tensor
    captions: tuple[list[str], list[str]]
    keys: list[str]


# -- captions ---------------------------------------------------------------------------------------------------------


def call_emoji(each: emoji.Emoji, language: str, dice: random.Random) -> str:
    """Its name, or one to three of its keywords; often inside a sentence, as visitors will write."""
    words = each.keywords[language]
    if words and dice.random() < 0.15:
        return ", ".join(dice.sample(words, min(len(words), dice.randint(1, 3))))
    name = each.names[language]
    return dice.choice(TEMPLATES[language]).format(name) if dice.random() < 0.25 else name


def written(caption: str, language: str, dice: random.Random) -> str:
    """As people write: a capital letter, a full stop, or neither."""
    if language == "en" and dice.random() < 0.15:
        caption = caption[:1].upper() + caption[1:]
    if dice.random() < 0.1:
        caption += "۔" if language == "ur" else "।" if language in DANDA else "."
    return caption


def two_languages(known: Sequence[str], dice: random.Random) -> tuple[str, str]:
    """Hindi and English three times as often as another."""
    weights = [3.0 if code in ("hi", "en") else 1.0 for code in known]
    first = dice.choices(known, weights)[0]
    rest = [code for code in known if code != first] or [first]
    return first, dice.choices(rest, [3.0 if code in ("hi", "en") else 1.0 for code in rest])[0]


# -- shapes -----------------------------------------------------------------------------------------------------------


def is_new_pair(colour: str, shape: str) -> bool:
    """Is this colour of this shape held back from training?"""
    return (colour, shape) in NEW_PAIRS


NEW_PAIRS = frozenset(
    {
        ("red", "star"),
        ("blue", "heart"),
        ("green", "circle"),
        ("yellow", "triangle"),
        ("orange", "square"),
        ("purple", "star"),
        ("black", "heart"),
        ("white", "triangle"),
    }
)


def draw_shape(dice: random.Random, new: bool = False) -> tuple[np.ndarray, dict[str, str], str]:
    """One picture of shapes, what it is called in each language, and its key. `new`: of pairs held back."""
    pairs = [(colour, shape) for colour in captions.COLOURS for shape in captions.SHAPES]
    pairs = [pair for pair in pairs if is_new_pair(*pair) == new]
    how: Literal["count", "above", "left"] = dice.choice(("count", "above", "left"))
    first = dice.choice(pairs)
    if how == "count":
        count = dice.choice(captions.COUNTS) if dice.random() < 0.7 else 1
        places, size = pictures.spread(count, dice)
        things = [first] * count
        called = {code: captions.shape(*first, code, count) for code in texts.LANGUAGES}
    else:
        second = dice.choice([pair for pair in pairs if pair != first])
        size = dice.uniform(0.28, 0.42)
        aside = dice.uniform(-0.12, 0.12)
        along = [(0.27, 0.5 + aside), (0.73, 0.5 - aside)]
        places = [(y, x) for x, y in along] if how == "above" else along
        things = [first, second]
        called = {code: captions.placed(first, second, how, code) for code in texts.LANGUAGES}
    others = [colour for colour in pictures.COLOURS if all(colour != thing for thing, _ in things)]
    pale = [colour for colour in ("white", "black", "yellow") if colour in others]
    behind = dice.choice(pale) if pale and dice.random() < 0.6 else dice.choice(others)
    drawn = pictures.draw_shapes(things, places, size, behind, dice.getrandbits(32))
    if how == "count" and dice.random() < 0.25:
        called = {code: captions.on_ground(each, behind, code) for code, each in called.items()}
    return drawn, called, called["en"]


# -- scenes -----------------------------------------------------------------------------------------------------------

ALTERNATIVES = 160  # of each scene, drawn once before training


@cache
def scenes(count: int = ALTERNATIVES, first_seed: int = 0) -> np.ndarray:
    """scenes x count x 3 x 96 x 96, uint8; seeds from `first_seed` on, so that others are left for measuring."""
    seeds = range(first_seed, first_seed + count)
    drawn = [[drawings.draw(id, pictures.SIDE, seed) for seed in seeds] for id in tqdm(drawings.IDS, "scenes")]
    return np.array(drawn, dtype=np.uint8).transpose(0, 1, 4, 2, 3)


SIGNS = {  # what can be seen in each, as emoji: their names and keywords are words for it, in fifteen languages
    "dog": "🐕 🐶",
    "cat": "🐈 🐱",
    "girl-hugging-dog": "👧 🐕 🤗 ❤",
    "boy-kite": "👦 🪁",
    "kite": "🪁",
    "train": "🚆 🚂",
    "mango": "🥭",
    "bananas": "🍌",
    "rain-house": "🌧 🏠",
    "house": "🏠 🏡 ☀",
    "cow-tree": "🐄 🐮 🌳",
    "tree": "🌳",
    "elephant": "🐘",
    "peacock": "🦚",
    "fish": "🐟 🐠",
    "bird": "🐦",
    "boat": "⛵ 🛶",
    "bus": "🚌",
    "auto-rickshaw": "🛺",
    "bicycle": "🚲",
    "cricket": "🏏",
    "book": "📖",
    "tea": "☕ 🍵",
    "lamp": "🪔",
    "night": "🌃 🌙 ⭐",
    "mountains": "🏔 ⛰ ☀",
    "flower": "🌼 🌸",
    "umbrella": "☔ 🌧 ☂",
    "butterfly": "🦋",
    "clock": "🕰",
}


def words_for_scene(scene: str, language: str, sheet: emoji.Sheet, dice: random.Random) -> str:
    """One or two names or keywords of what can be seen; empty if training may tell none of them in this language."""
    told = [each for sign in SIGNS[scene].split() if (each := sheet.by_sign.get(sign)) and language in emoji.told(each)]
    chosen = dice.sample(told, min(len(told), dice.randint(1, 2)))
    return ", ".join(dice.choice([each.names[language], *each.keywords[language]]) for each in chosen)


# -- batches ----------------------------------------------------------------------------------------------------------


def batch_at(step: int, sheet: emoji.Sheet, drawn: Tensor, mixture: Mixture) -> Batch:
    """What is drawn at a step depends on the seed and the step alone. `drawn`: the sheet's pictures as a tensor."""
    dice = random.Random(f"{mixture.seed} {step}")
    numbers = np.random.default_rng([mixture.seed, step])
    shapes, views = round(mixture.shapes * mixture.size), round(mixture.scenes * mixture.size)
    ours = mixture.size - shapes - views
    layers: list[pictures.Layer] = []
    first: list[str] = []
    second: list[str] = []
    keys: list[str] = []
    for place, number in enumerate(emoji.draw_numbers(sheet, ours, dice)):
        each = [sheet.emoji[number]]
        all_numbers = [number]
        for _ in range(dice.choices((0, 1, 2), (0.82, 0.14, 0.04))[0]):
            all_numbers.append(dice.choice(sheet.seen))
            each.append(sheet.emoji[all_numbers[-1]])
        layers += pictures.lay(place, all_numbers, dice)
        known = [code for code in emoji.LANGUAGES if all(code in emoji.told(one) for one in each)]
        for code, column in zip(two_languages(known, dice), (first, second), strict=True):
            called = [call_emoji(one, code, dice) for one in each]
            column.append(written(captions.join(called, code) if len(called) > 1 else called[0], code, dice))
        keys.append(" ".join(sorted(one.sign for one in each)))
    pixels = [pictures.place(drawn, layers, pictures.backgrounds(ours, numbers))]
    plain: list[np.ndarray] = []
    for _ in range(shapes):
        picture, called_in, key = draw_shape(dice)
        plain.append(picture)
        for code, column in zip(two_languages(list(called_in), dice), (first, second), strict=True):
            column.append(written(called_in[code], code, dice))
        keys.append(key)
    for _ in range(views):
        scene = dice.randrange(len(drawings.IDS))
        plain.append(scenes(ALTERNATIVES)[scene, dice.randrange(ALTERNATIVES)])
        sample = samples.SAMPLES[scene]
        for code, column in zip(two_languages(list(dict(sample.captions)), dice), (first, second), strict=True):
            words = words_for_scene(sample.id, code, sheet, dice) if dice.random() < 0.3 else ""
            column.append(written(words or dict(sample.captions)[code], code, dice))
        keys.append(drawings.IDS[scene])
    if plain:
        pixels.append(torch.from_numpy(np.stack(plain)).float() / 255)
    noise = torch.Generator().manual_seed(mixture.seed * 1_000_003 + step)
    return Batch(pictures.disturb(torch.cat(pixels), noise), (first, second), keys)
