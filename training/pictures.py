"""emoji, shapes, scenes -> pictures of 96 x 96 pixels, drawn in ever other ways.

place(layers, backgrounds)      emoji at any place, size and angle, one to three a picture: a batch at a time, in torch
backgrounds(…)                  plain, shaded, clouded, striped; and two kinds that training never sees (UNSEEN)
draw_shapes(…)                  circles, squares, triangles, stars, hearts; one, several, or two beside each other
disturb(…)                      brightness, contrast, colours, noise
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn

SIDE = 96  # pixels of a picture
KINDS = ("plain", "shaded", "clouded", "striped")
UNSEEN = ("checked", "halves")
ANGLE = 20.0  # degrees to either side; an arrow that is turned further points elsewhere


@dataclass(frozen=True)
class Layer:
    """One emoji in one picture. Places and sizes are shares of the picture's side, from its middle: -0.5 … 0.5."""

    picture: int  # of the batch
    emoji: int
    x: float
    y: float
    size: float
    angle: float  # degrees


def lay(picture: int, numbers: Sequence[int], dice: random.Random) -> list[Layer]:
    """One emoji large, two beside or above each other, or three in a row or a triangle, none cut off by much."""
    count = len(numbers)
    if count == 1:
        size = dice.uniform(0.45, 1.0)
        room = (1 - size) / 2 + 0.03
        places = [(dice.uniform(-room, room), dice.uniform(-room, room))]
    else:
        size = dice.uniform(0.36, 0.5) if count == 2 else dice.uniform(0.26, 0.32)
        places = _places(count, size, dice)
    return [
        Layer(picture, number, x, y, size * dice.uniform(0.9, 1.0), dice.uniform(-ANGLE, ANGLE))
        for number, (x, y) in zip(numbers, places, strict=True)
    ]


def _places(count: int, size: float, dice: random.Random) -> list[tuple[float, float]]:
    apart = size * 1.04
    if count == 2:
        row = [(-apart / 2, 0.0), (apart / 2, 0.0)]
    else:
        row = dice.choice(
            [[(-apart, 0.0), (0.0, 0.0), (apart, 0.0)], [(0.0, -apart / 2), (-apart / 2, apart / 2), (apart / 2,) * 2]]
        )
    if dice.random() < 0.5:
        row = [(y, x) for x, y in row]
    room = max(0.0, 0.5 - apart * count / 2)
    move = dice.uniform(-room, room), dice.uniform(-room, room)
    found = [(x + move[0], y + move[1]) for x, y in row]
    dice.shuffle(found)
    return found


def place(pictures: Tensor, layers: Sequence[Layer], behind: Tensor) -> Tensor:
    """emoji x 4 x 72 x 72 (uint8), and backgrounds (pictures x 3 x 96 x 96, 0 … 1) -> the pictures."""
    chosen = pictures[[each.emoji for each in layers]].float() / 255
    chosen[:, :3] *= chosen[:, 3:]  # colours count as much as they cover
    size = torch.tensor([each.size for each in layers])
    turn = torch.tensor([math.radians(each.angle) for each in layers])
    x, y = (2 * torch.tensor([getattr(each, axis) for each in layers]) for axis in "xy")
    cos, sin = turn.cos() / size, turn.sin() / size
    where = torch.stack([cos, sin, -cos * x - sin * y, -sin, cos, sin * x - cos * y], 1).view(-1, 2, 3)
    drawn = torch.empty(len(layers), 4, SIDE, SIDE)
    small = size < 0.5  # drawn from a picture of half the size, or lines would fall between the pixels
    for part, source in ((~small, chosen), (small, nn.functional.avg_pool2d(chosen, 2))):
        if part.any():
            grid = nn.functional.affine_grid(where[part], [int(part.sum()), 4, SIDE, SIDE], align_corners=False)
            drawn[part] = nn.functional.grid_sample(source[part], grid, align_corners=False)
    result = behind.clone()
    for number, each in enumerate(layers):
        result[each.picture] = drawn[number, :3] + (1 - drawn[number, 3:]) * result[each.picture]
    return result


# -- backgrounds ------------------------------------------------------------------------------------------------------


def backgrounds(count: int, dice: np.random.Generator, kinds: Sequence[str] = KINDS) -> Tensor:
    """count x 3 x 96 x 96, 0 … 1; most are light, as pages are."""
    one, other = _colours(count, dice), _colours(count, dice)
    kind = dice.choice(len(kinds), size=count, p=_shares(kinds))
    mix = np.stack([_MIXES[kinds[each]](dice) for each in kind])[:, None]  # count x 1 x 96 x 96
    one, other, mix = (each.astype(np.float32) for each in (one, other, mix))
    return torch.from_numpy(one + (other - one) * mix)


def _shares(kinds: Sequence[str]) -> np.ndarray:
    weights = np.array([2.0 if each == "plain" else 1.0 for each in kinds])
    return np.asarray(weights / weights.sum())


def _colours(count: int, dice: np.random.Generator) -> np.ndarray:
    """count x 3 x 1 x 1: nearly white, pale, or any."""
    fate = dice.random((count, 1))
    any_colour = dice.random((count, 3))
    pale = 1 - 0.35 * any_colour
    white = 1 - 0.06 * any_colour
    return np.where(fate < 0.4, white, np.where(fate < 0.75, pale, any_colour))[..., None, None]


_ACROSS, _DOWN = np.meshgrid(*[np.linspace(-1, 1, SIDE, dtype=np.float32)] * 2)


def _along(dice: np.random.Generator) -> np.ndarray:
    turn = dice.uniform(0, 2 * np.pi)
    return np.asarray(_ACROSS * np.float32(np.cos(turn)) + _DOWN * np.float32(np.sin(turn)))


def _clouds(dice: np.random.Generator) -> np.ndarray:
    coarse = Image.fromarray(dice.random((5, 5)).astype(np.float32))
    return np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC)).clip(0, 1)


def _checks(dice: np.random.Generator) -> np.ndarray:
    many = dice.uniform(2, 6)
    return np.asarray((_ACROSS * many // 1 + _DOWN * many // 1) % 2 * dice.uniform(0.3, 0.8))


_MIXES: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "plain": lambda _: np.zeros((SIDE, SIDE), np.float32),
    "shaded": lambda dice: np.clip(_along(dice) / 2 + 0.5, 0, 1),
    "clouded": _clouds,
    "striped": lambda dice: (np.sin(_along(dice) * dice.uniform(6, 30)) > 0) * dice.uniform(0.2, 0.7),
    "checked": _checks,
    "halves": lambda dice: (_along(dice) > dice.uniform(-0.4, 0.4)) * 1.0,
}


def disturb(pictures: Tensor, dice: torch.Generator) -> Tensor:
    """Brightness, contrast, strength of colours, a trace of another tint, noise; each picture in its own way."""
    draws = torch.rand(4, len(pictures), 1, 1, 1, generator=dice)
    tint = 1 + 0.12 * (torch.rand(len(pictures), 3, 1, 1, generator=dice) - 0.5)
    grey = pictures.mean(1, keepdim=True)
    middle = pictures.mean((1, 2, 3), keepdim=True)
    found = grey + (pictures - grey) * (0.7 + 0.6 * draws[0])
    found = (found - middle) * (0.75 + 0.4 * draws[1]) + middle
    found = found * tint + 0.2 * (draws[2] - 0.5)
    noise = torch.randn(pictures.shape, generator=dice) * 0.04 * draws[3].square()
    return (found + noise).clamp(0, 1)


# -- shapes -----------------------------------------------------------------------------------------------------------

COLOURS = {
    "red": (214, 40, 40),
    "blue": (40, 90, 214),
    "green": (44, 150, 66),
    "yellow": (245, 210, 40),
    "black": (24, 24, 28),
    "white": (250, 250, 250),
    "orange": (245, 130, 32),
    "purple": (130, 60, 170),
}


def near(colour: str, dice: random.Random) -> tuple[int, int, int]:
    """A shade that still has this name."""
    red, green, blue = (min(255, max(0, round(each + dice.gauss(0, 9)))) for each in COLOURS[colour])
    return red, green, blue


def draw_shapes(
    things: Sequence[tuple[str, str]], places: Sequence[tuple[float, float]], size: float, behind: str, seed: int
) -> np.ndarray:
    """(colour, shape) of each, its middle (shares of the side), their size -> 3 x 96 x 96, uint8."""
    dice = random.Random(seed)
    large = 3 * SIDE
    image = Image.new("RGB", (large, large), near(behind, dice))
    pen = ImageDraw.Draw(image)
    for (colour, shape), (x, y) in zip(things, places, strict=True):
        turn = dice.uniform(-12, 12)
        corners = [
            ((x + size / 2 * across) * large, (y + size / 2 * down) * large)
            for across, down in _turned(OUTLINES[shape], turn)
        ]
        pen.polygon(corners, fill=near(colour, dice))
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX)).transpose(2, 0, 1)


def _turned(outline: Sequence[tuple[float, float]], degrees: float) -> list[tuple[float, float]]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x * cos - y * sin, x * sin + y * cos) for x, y in outline]


def _round(points: int) -> list[tuple[float, float]]:
    return [(math.cos(2 * math.pi * each / points), math.sin(2 * math.pi * each / points)) for each in range(points)]


def _star() -> list[tuple[float, float]]:
    angles = [math.pi * each / 5 - math.pi / 2 for each in range(10)]
    return [
        (length * math.cos(angle), length * math.sin(angle))
        for angle, length in zip(angles, [1.0, 0.42] * 5, strict=True)
    ]


def _heart() -> list[tuple[float, float]]:
    angles = [2 * math.pi * each / 60 for each in range(60)]
    return [
        (
            0.94 * math.sin(a) ** 3,
            -0.94 * (13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a)) / 16,
        )
        for a in angles
    ]


OUTLINES = {  # from -1 to 1, y downwards
    "circle": _round(48),
    "square": [(-0.82, -0.82), (0.82, -0.82), (0.82, 0.82), (-0.82, 0.82)],
    "triangle": [(0.0, -0.87), (0.87, 0.69), (-0.87, 0.69)],
    "star": _star(),
    "heart": _heart(),
}


def spread(count: int, dice: random.Random) -> tuple[list[tuple[float, float]], float]:
    """Places for so many shapes that do not touch, and their size."""
    if count == 1:
        size = dice.uniform(0.35, 0.8)
        room = (1 - size) / 2
        return [(0.5 + dice.uniform(-room, room), 0.5 + dice.uniform(-room, room))], size
    cells = 2 if count <= 4 else 3
    cell = 1 / cells
    size = cell * dice.uniform(0.6, 0.85)
    room = (cell - size) / 2
    chosen = dice.sample([(row, column) for row in range(cells) for column in range(cells)], count)
    return [
        ((column + 0.5) * cell + dice.uniform(-room, room), (row + 0.5) * cell + dice.uniform(-room, room))
        for row, column in chosen
    ], size
