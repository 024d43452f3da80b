"""A scene's name, and perhaps a seed -> a picture of our own. Pillow and numpy only; no torch, no gradio.

    >>> draw("dog").size                                # the dog of the gallery
    (288, 288)
    >>> draw("dog", size=96, seed=7) == draw("dog", size=96, seed=8)  # two other dogs, elsewhere, in other colours
    False

Things (a dog, a tree, a house) are drawn around (0, 0), about 1 wide and 1 high, and stand at y = 0.5; scenes place
them. What may differ from picture to picture is asked of a Variety. SCENES, at the end, is the list of all.
"""

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import cos, radians, sin
from random import Random
from typing import TypeAlias, TypeVar

from PIL import Image, ImageColor

from components.caption_image.canvas import Canvas, Point, smooth

T = TypeVar("T")

DARK = "#3a2f2b"
WHITE = "#ffffff"
SHADOW = "#00000026"


class UnknownDrawing(ValueError):
    """No scene has this name; the message names the nearest ones."""


def draw(id: str, size: int = 288, seed: int | None = None) -> Image.Image:
    """A scene's id -> an RGB picture of size x size pixels. Without a seed it is the picture of the gallery.

    With a seed the scene varies: colours, background, place, size, turn, mirrored or not, and the small things around.
    The same id, size and seed give the same pixels. Raises UnknownDrawing, a ValueError.
    """
    if id not in SCENES:
        near = difflib.get_close_matches(id, IDS, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(IDS)}."
        raise UnknownDrawing(f"There is no drawing {id!r}. {hint}")
    variety = Variety(id, seed)
    canvas = Canvas(size, 3 if size > 128 or seed is None else 2, mirrored=variety.chance(0.5))
    SCENES[id](canvas, variety)
    return canvas.picture()


class Variety:
    """What may differ between two pictures of a scene. Without a seed every answer is the usual one."""

    def __init__(self, id: str, seed: int | None) -> None:
        self.varied = seed is not None
        self._random = Random(f"{id} {seed}")

    def chance(self, probability: float) -> bool:
        """True as often as this; usually False."""
        return self.varied and self._random.random() < probability

    def between(self, usual: float, low: float, high: float) -> float:
        """A number from low to high."""
        return self._random.uniform(low, high) if self.varied else usual

    def one_of(self, *options: T) -> T:
        """One of them; usually the first."""
        return self._random.choice(options) if self.varied else options[0]

    def colour(self, *options: str) -> str:
        """One of them, a little lighter or darker, a little more of this or that; usually the first as it is."""
        if not self.varied:
            return options[0]
        light = self._random.uniform(-22, 22)
        shifted = (part + light + self._random.uniform(-14, 14) for part in _parts(self._random.choice(options)))
        return _joined(*shifted)

    def scattered(self, count: int) -> list[Point]:
        """So many places between (0, 0) and (1, 1), loosely even; without a seed always the same ones."""
        ways = [(i * 0.618 + self._random.uniform(0, 0.35)) % 1 for i in range(count)]
        return [((i + self._random.uniform(0.15, 0.85)) / count, way) for i, way in enumerate(ways)]

    @contextmanager
    def placed(
        self, canvas: Canvas, x: float = 0.5, y: float = 0.5, size: float = 0.8, turn: float = 12
    ) -> Iterator[None]:
        """Inside the block (0, 0) is about here and 1 about this long; turned by up to `turn` degrees."""
        size *= self.between(1, 0.7, 1.2)
        spare = max(0.05, 0.5 - size / 2)
        x, y = x + self.between(0, -spare, spare), y + self.between(0, -spare, spare) * 0.7
        with canvas.placed(x, y, size, self.between(0, -turn, turn)):
            yield


# --- colours ---


def shade(colour: str, by: float) -> str:
    """A colour -> a darker one, down to black at -1, or a lighter one, up to white at 1."""
    goal = 255 if by > 0 else 0
    return _joined(*(part + (goal - part) * abs(by) for part in _parts(colour)))


def _parts(colour: str) -> tuple[int, ...]:
    return ImageColor.getrgb(colour)[:3]


def _joined(*parts: float) -> str:
    return "#" + "".join(f"{round(min(max(part, 0), 255)):02x}" for part in parts)


# --- backgrounds: they fill the picture ---


def meadow(c: Canvas, v: Variety) -> None:
    """Sky over grass."""
    sky = v.colour("#a9ddf5", "#8fd0f0", "#c4e8f5", "#b5d9ff")
    grass = v.colour("#8ecb6b", "#7cc06a", "#a6d36f", "#9fc66a")
    c.fade(sky, shade(sky, 0.6))
    height = v.between(0.7, 0.55, 0.8)
    c.blob([(-0.3, height), (0.25, height - 0.06), (0.75, height + 0.03), (1.3, height - 0.04), *_below], grass)
    c.blob(
        [(-0.3, height + 0.16), (0.3, height + 0.15), (0.8, height + 0.07), (1.3, height + 0.1), *_below],
        shade(grass, -0.08),
    )


def dusk(c: Canvas, v: Variety) -> None:
    """An evening sky over dark grass."""
    sky = v.colour("#f7a072", "#e58c8a", "#c98bb9", "#f2b56b")
    c.fade(shade(sky, -0.2), shade(sky, 0.5))
    height = v.between(0.72, 0.6, 0.8)
    ground = v.colour("#6b7f5a", "#7a6a58", "#5d6f63")
    c.blob([(-0.3, height), (0.3, height + 0.04), (0.8, height - 0.03), (1.3, height), *_below], ground)


def moonlight(c: Canvas, v: Variety) -> None:
    """A dark blue sky over a dark ground."""
    c.fade(v.colour("#27336b", "#1f2a52", "#2d2a5e"), v.colour("#54639c", "#4a5a86"))
    c.rectangle(0, v.between(0.72, 0.62, 0.8), 1, 1, v.colour("#2f4a4a", "#3b4560"))


def room(c: Canvas, v: Variety) -> None:
    """A wall over a floor."""
    wall = v.colour("#fbe6c8", "#e4eef5", "#f6dcd6", "#dff0e2", "#ece4f4")
    floor = v.colour("#d9a773", "#c98f62", "#b9a08a", "#cfd3da", "#b5694f")
    height = v.between(0.72, 0.6, 0.8)
    c.fade(shade(wall, 0.25), wall)
    c.rectangle(0, height, 1, 1, floor)
    c.rectangle(0, height, 1, height + 0.025, shade(floor, -0.15))


def sky(c: Canvas, v: Variety) -> None:
    """Blue, with clouds."""
    blue = v.colour("#7cc6ee", "#8fd0f0", "#6fb7e8", "#a5d8f3")
    c.fade(blue, shade(blue, 0.65))
    for x, y in v.scattered(int(v.between(3, 0, 5))):
        cloud(c, 0.05 + x * 0.9, 0.1 + y * 0.8, 0.16 + 0.1 * y)


def sand(c: Canvas, v: Variety) -> None:
    """A pale sky over dry ground."""
    c.fade(v.colour("#cfe8f3", "#fbe3c0", "#e6edf2"), v.colour("#fdf4e0", "#f8efe4"))
    height = v.between(0.7, 0.6, 0.8)
    ground = v.colour("#e3c08c", "#d9b27c", "#cfa77a")
    c.blob([(-0.3, height), (0.3, height - 0.03), (0.8, height + 0.02), (1.3, height), *_below], ground)


_below = ((1.3, 1.4), (-0.3, 1.4))

_PASTELS = ("#fde9cf", "#d9eef7", "#e3f2d8", "#f8dfe4", "#e9e2f6", "#fff6d6", "#d5efe8", "#f1f1ee")

Part: TypeAlias = Callable[[Canvas, Variety], None]


def backdrop(c: Canvas, v: Variety, *choices: Part | str) -> None:
    """Fills the picture with one of these: a background from above, or a plain colour."""
    chosen = v.one_of(*choices)
    if not isinstance(chosen, str):
        chosen(c, v)
        return
    plain = v.colour(chosen, *_PASTELS)
    c.fade(shade(plain, 0.35), shade(plain, -0.06))


# --- in the sky ---


def cloud(c: Canvas, x: float, y: float, size: float, colour: str = "#ffffffdd") -> None:
    """Around (x, y), `size` wide."""
    edge = [(-0.45, 0.14), (-0.5, 0.03), (-0.36, -0.07), (-0.24, -0.06), (-0.12, -0.22), (0.08, -0.24), (0.2, -0.1)]
    edge += [(0.36, -0.12), (0.5, 0.02), (0.45, 0.14), (0.2, 0.17), (-0.2, 0.17)]
    with c.placed(x, y, size):
        c.blob(edge, colour)


def sun(c: Canvas, x: float, y: float, radius: float, colour: str = "#ffcc33") -> None:
    """A disc with rays."""
    c.glow(x, y, radius * 2.4, "#fff3b0")
    for angle in range(0, 360, 30):
        right, down = cos(radians(angle)), sin(radians(angle))
        start, end = radius * 1.25, radius * (1.75 if angle % 60 else 1.55)
        c.line([(x + right * start, y + down * start), (x + right * end, y + down * end)], radius * 0.17, colour)
    c.circle(x, y, radius, colour)
    c.circle(x, y, radius * 0.8, shade(colour, 0.2))


def rain(c: Canvas, v: Variety, count: int, colour: str = "#5b8fc7") -> None:
    """Drops all over the picture."""
    lean, length = v.between(-0.015, -0.03, 0.03), v.between(0.055, 0.04, 0.07)
    for x, y in v.scattered(count):
        c.line([(x, y), (x + lean, y + length)], 0.009, colour)
        c.circle(x + lean, y + length, 0.009, colour)


def star(c: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """Five-pointed."""
    corners = [(angle, radius if i % 2 == 0 else radius * 0.42) for i, angle in enumerate(range(-90, 270, 36))]
    c.polygon([(x + far * cos(radians(angle)), y + far * sin(radians(angle))) for angle, far in corners], colour)


def shadow(c: Canvas, across: float, y: float = 0.48) -> None:
    """On the ground below a thing."""
    c.ellipse(0, y, across, across * 0.16, SHADOW)


# --- animals ---


def round_eye(c: Canvas, x: float, y: float, radius: float) -> None:
    """Dark, with a glint."""
    c.circle(x, y, radius, "#2b2320")
    c.circle(x - radius * 0.3, y - radius * 0.35, radius * 0.36, WHITE)


def dog(c: Canvas, v: Variety) -> None:
    """Sitting, seen from the front: hanging ears, tongue, collar."""
    coat = v.colour("#d4924f", "#b5703c", "#f0e2cc", "#5b4636", "#e8c083", "#8c8378")
    light, ear = shade(coat, 0.55), shade(coat, -0.38)
    shadow(c, 0.32)
    c.curve([(0.14, 0.4), (0.3, 0.36), (0.38, 0.22), (0.36, 0.08)], 0.085, coat, 0.05)
    for side in (-1, 1):
        c.ellipse(side * 0.17, 0.36, 0.12, 0.13, shade(coat, -0.1), side * 15)
    c.blob([(-0.12, -0.08), (0.12, -0.08), (0.19, 0.2), (0.17, 0.45), (-0.17, 0.45), (-0.19, 0.2)], coat)
    c.blob([(-0.08, 0.02), (0.08, 0.02), (0.1, 0.18), (0.0, 0.32), (-0.1, 0.18)], light)
    for side in (-1, 1):
        c.line([(side * 0.08, 0.24), (side * 0.085, 0.44)], 0.095, shade(coat, 0.08))
        c.ellipse(side * 0.09, 0.455, 0.07, 0.04, light)
        c.ellipse(side * 0.21, 0.46, 0.07, 0.035, light)
    collar = v.colour("#d63a3a", "#2f6fd0", "#2a9d5c", "#8e3fb0")
    c.curve([(-0.13, -0.01), (0, 0.045), (0.13, -0.01)], 0.045, collar)
    c.circle(0, 0.075, 0.03, "#f6c945")
    _dog_head(c, coat, light, ear)


def _dog_head(c: Canvas, coat: str, light: str, ear: str) -> None:
    c.blob([
        (-0.16, -0.4), (0, -0.43), (0.16, -0.4), (0.21, -0.22), (0.14, -0.06), (0, -0.01), (-0.14, -0.06),
        (-0.21, -0.22)
    ], coat)  # fmt: skip
    c.blob([(-0.03, -0.42), (0.03, -0.42), (0.045, -0.25), (-0.045, -0.25)], light)
    for side in (-1, 1):
        edge = [(0.11, -0.41), (0.22, -0.41), (0.31, -0.26), (0.3, -0.08), (0.23, -0.06), (0.19, -0.2)]
        c.blob([(side * x, y) for x, y in edge], ear)
        round_eye(c, side * 0.085, -0.235, 0.03)
    c.blob([(-0.04, -0.06), (0.04, -0.06), (0.04, 0.02), (0, 0.045), (-0.04, 0.02)], "#f07f8a")
    c.ellipse(0, -0.115, 0.125, 0.085, light)
    c.curve([(-0.07, -0.085), (-0.03, -0.06), (0, -0.09), (0.03, -0.06), (0.07, -0.085)], 0.014, DARK)
    c.ellipse(0, -0.155, 0.05, 0.036, "#2b2320")
    c.ellipse(-0.015, -0.17, 0.014, 0.008, "#ffffff88")


def cat(c: Canvas, v: Variety) -> None:
    """Sitting, seen from the front: pointed ears, whiskers, stripes, a long tail."""
    coat = v.colour("#f0a04b", "#9a9a9f", "#4a4548", "#f5efe6", "#c98d5b")
    light, dark = shade(coat, 0.65), shade(coat, -0.3)
    shadow(c, 0.3)
    c.curve([(0.1, 0.42), (0.3, 0.43), (0.4, 0.28), (0.32, 0.1), (0.38, -0.02)], 0.07, coat, 0.055)
    c.curve([(0.325, 0.08), (0.34, 0.03), (0.38, -0.02)], 0.066, dark, 0.055)
    c.blob([(-0.1, -0.05), (0.1, -0.05), (0.19, 0.2), (0.2, 0.42), (0, 0.48), (-0.2, 0.42), (-0.19, 0.2)], coat)
    c.blob([(-0.07, 0), (0.07, 0), (0.09, 0.2), (0, 0.34), (-0.09, 0.2)], light)
    for side in (-1, 1):
        for y in (0.2, 0.28):
            c.curve([(side * 0.18, y), (side * 0.13, y + 0.01)], 0.022, dark)
        c.line([(side * 0.055, 0.3), (side * 0.055, 0.43)], 0.08, shade(coat, 0.12))
        c.ellipse(side * 0.065, 0.45, 0.065, 0.037, light)
    _cat_head(c, v, coat, light, dark)


def _cat_head(c: Canvas, v: Variety, coat: str, light: str, dark: str) -> None:
    for side in (-1, 1):
        c.polygon([(side * x, y) for x, y in ((0.04, -0.33), (0.2, -0.5), (0.25, -0.2))], coat)
        c.polygon([(side * x, y) for x, y in ((0.1, -0.34), (0.185, -0.44), (0.21, -0.27))], "#f2a7a7")
    c.blob([
        (0, -0.37), (0.17, -0.33), (0.26, -0.17), (0.18, -0.04), (0, 0), (-0.18, -0.04), (-0.26, -0.17),
        (-0.17, -0.33)
    ], coat)  # fmt: skip
    for x, low in ((-0.06, -0.29), (0, -0.26), (0.06, -0.29)):
        c.line([(x, -0.345), (x * 0.8, low)], 0.026, dark)
    eye = v.colour("#8fd14f", "#f2c230", "#5aa9e6")
    for side in (-1, 1):
        c.ellipse(side * 0.1, -0.19, 0.046, 0.05, eye)
        c.ellipse(side * 0.1, -0.19, 0.018, 0.044, "#221d1b")
        c.circle(side * 0.1 - 0.014, -0.21, 0.012, WHITE)
        c.ellipse(side * 0.045, -0.085, 0.062, 0.046, light)
        for y in (-0.11, -0.085, -0.06):
            c.line([(side * 0.11, (y - 0.085) / 2), (side * 0.32, y * 2 + 0.07)], 0.009, shade(coat, -0.62))
    c.polygon([(-0.03, -0.125), (0.03, -0.125), (0, -0.09)], "#e5737f")
    c.curve([(-0.05, -0.065), (-0.02, -0.055), (0, -0.085), (0.02, -0.055), (0.05, -0.065)], 0.012, DARK)


def cow(c: Canvas, v: Variety) -> None:
    """From the side, looking left: horns, hump, patches, a bell."""
    coat = v.colour("#fbf6ee", "#c98a56", "#e9dcc6", "#8a5a3c")
    patch = v.one_of(v.colour("#6b4a3a", "#2f2a2a", "#a8683c"), shade(coat, -0.18))
    shadow(c, 0.42)
    c.curve([(0.38, -0.1), (0.45, 0), (0.43, 0.2)], 0.03, shade(coat, -0.2))
    c.ellipse(0.43, 0.24, 0.03, 0.06, DARK)
    _legs(c, (-0.1, 0.33), 0.2, 0.075, shade(coat, -0.18), DARK)
    c.ellipse(0.2, 0.2, 0.1, 0.07, "#f4b6b0")
    c.blob([
        (-0.24, -0.12), (-0.12, -0.22), (-0.02, -0.15), (0.3, -0.15), (0.41, -0.06), (0.4, 0.12), (0.2, 0.2),
        (-0.1, 0.21), (-0.24, 0.14), (-0.3, 0)
    ], coat)  # fmt: skip
    _legs(c, (-0.18, 0.26), 0.14, 0.085, coat, DARK)
    c.blob([(0, -0.14), (0.14, -0.15), (0.16, -0.03), (0.06, 0.04), (-0.04, -0.03)], patch)
    c.blob([(0.26, -0.12), (0.39, -0.08), (0.4, 0.06), (0.31, 0.08), (0.25, 0)], patch)
    _cow_head(c, coat, patch)


def _cow_head(c: Canvas, coat: str, patch: str) -> None:
    c.blob([(-0.2, -0.2), (-0.12, 0), (-0.24, 0.12), (-0.33, -0.06)], coat)
    for side in (-1, 1):
        with c.placed(-0.33, -0.22):
            c.curve([(side * 0.06, -0.08), (side * 0.15, -0.13), (side * 0.13, -0.24)], 0.06, "#d9c39a", 0.015)
            c.ellipse(side * 0.16, -0.03, 0.07, 0.035, patch, side * 15)
    c.blob(
        [(-0.43, -0.33), (-0.33, -0.36), (-0.23, -0.33), (-0.22, -0.2), (-0.27, -0.02), (-0.39, -0.02), (-0.44, -0.2)],
        coat,
    )
    c.blob([(-0.29, -0.34), (-0.23, -0.31), (-0.22, -0.2), (-0.28, -0.17)], patch)
    c.ellipse(-0.33, -0.03, 0.1, 0.07, "#f4b6b0")
    for side in (-1, 1):
        c.ellipse(-0.33 + side * 0.04, -0.04, 0.014, 0.018, "#a5645f")
        round_eye(c, -0.33 + side * 0.06, -0.2, 0.022)
    c.curve([(-0.27, 0.08), (-0.22, 0.11), (-0.15, 0.08)], 0.025, "#c0392b")
    c.circle(-0.23, 0.14, 0.035, "#f2b632")


def _legs(c: Canvas, xs: tuple[float, ...], top: float, width: float, colour: str, hoof: str) -> None:
    for x in xs:
        c.rectangle(x - width / 2, top - 0.08, x + width / 2, 0.48, colour, 0.025)
        c.rectangle(x - width / 2, 0.43, x + width / 2, 0.48, hoof, 0.02)


def elephant(c: Canvas, v: Variety) -> None:
    """From the side, looking left: big ear, trunk, tusk."""
    skin = v.colour("#98a3b3", "#8a8f99", "#a8a29a", "#7f93a8")
    dark, light = shade(skin, -0.16), shade(skin, 0.14)
    shadow(c, 0.42)
    c.curve([(0.4, -0.02), (0.46, 0.08), (0.44, 0.2)], 0.025, dark)
    c.ellipse(0.44, 0.22, 0.022, 0.04, shade(skin, -0.5))
    for x in (-0.02, 0.25):
        c.rectangle(x - 0.06, 0.1, x + 0.06, 0.48, dark, 0.04)
    c.blob(
        [(-0.22, -0.2), (0, -0.3), (0.24, -0.28), (0.41, -0.1), (0.42, 0.12), (0.3, 0.25), (0, 0.26), (-0.2, 0.2)], skin
    )
    for x in (-0.12, 0.34):
        c.rectangle(x - 0.075, 0.1, x + 0.075, 0.48, skin, 0.045)
        for toe in (-0.045, 0, 0.045):
            c.segment(x + toe, 0.48, 0.02, 0.025, 180, 360, "#efe8dc")
    if v.chance(0.4):
        _blanket(c, v)
    _elephant_head(c, skin, dark, light)


def _blanket(c: Canvas, v: Variety) -> None:
    cloth = v.colour("#c0392b", "#7b3fa0", "#1f7a5c", "#e08a1e")
    c.blob([(-0.02, -0.31), (0.22, -0.3), (0.26, -0.1), (0.25, 0.08), (0.1, 0.1), (-0.03, 0.08)], "#f2c230")
    c.blob([(0, -0.31), (0.2, -0.3), (0.23, -0.1), (0.22, 0.04), (0.1, 0.06), (0, 0.04)], cloth)


def _elephant_head(c: Canvas, skin: str, dark: str, light: str) -> None:
    trunk: list[Point] = [(-0.33, -0.12), (-0.41, 0.02), (-0.41, 0.2), (-0.37, 0.33), (-0.43, 0.42), (-0.5, 0.37)]
    c.curve(trunk, 0.17, skin, 0.06)
    for x, y, across in ((-0.41, 0.09, 0.05), (-0.407, 0.16, 0.045), (-0.395, 0.23, 0.04)):
        c.curve([(x - across, y + 0.01), (x, y + 0.02), (x + across, y)], 0.012, dark)
    c.curve([(-0.28, 0.05), (-0.33, 0.13), (-0.45, 0.12)], 0.05, "#fff9ec", 0.018)
    c.blob(
        [(-0.36, -0.27), (-0.24, -0.33), (-0.12, -0.25), (-0.08, -0.08), (-0.18, 0.07), (-0.32, 0.07), (-0.4, -0.08)],
        skin,
    )
    c.blob([
        (-0.2, -0.28), (-0.06, -0.34), (0.08, -0.26), (0.11, -0.08), (0.02, 0.1), (-0.09, 0.12), (-0.17, -0.02),
        (-0.22, -0.15)
    ], dark)  # fmt: skip
    c.blob(
        [(-0.15, -0.23), (-0.05, -0.28), (0.05, -0.22), (0.07, -0.08), (0, 0.05), (-0.07, 0.06), (-0.13, -0.04)],
        shade("#d9a9a4", -0.05),
    )
    round_eye(c, -0.3, -0.13, 0.026)
    c.curve([(-0.34, -0.18), (-0.3, -0.195), (-0.26, -0.18)], 0.013, dark)
    c.ellipse(-0.29, -0.25, 0.04, 0.02, light, -15)


def peacock(c: Canvas, v: Variety) -> None:
    """From the front, its tail spread."""
    green = v.colour("#2f9e6e", "#3aa655", "#1f8f8a")
    eye = v.colour("#2a4fd0", "#3a2fb0", "#1f6fd0")
    c.segment(0, 0.3, 0.38, 0.5, 186, 354, shade(green, -0.3))
    c.segment(0, 0.3, 0.34, 0.38, 180, 360, shade(green, -0.12))
    for reach, step, start in ((0.55, 16, -80), (0.4, 20, -80), (0.26, 32, -64)):
        for angle in range(start, 91, step):
            with c.placed(0, 0.3, 1, angle):
                _feather(c, reach, green, eye)
    shadow(c, 0.16)
    for side in (-1, 1):
        c.line([(side * 0.04, 0.36), (side * 0.05, 0.46), (side * 0.1, 0.475)], 0.02, "#c98a3a")
    blue = v.colour("#1f5fc4", "#2149b0", "#1577b8")
    c.blob([
        (-0.045, -0.12), (0.045, -0.12), (0.06, 0.03), (0.15, 0.2), (0.11, 0.36), (0, 0.42), (-0.11, 0.36),
        (-0.15, 0.2), (-0.06, 0.03)
    ], blue)  # fmt: skip
    c.blob([(-0.05, 0.16), (0.05, 0.16), (0.08, 0.26), (0, 0.37), (-0.08, 0.26)], shade(blue, 0.25))
    c.circle(0, -0.15, 0.085, blue)
    for angle in (-28, 0, 28):
        with c.placed(0, -0.2, 1, angle):
            c.line([(0, 0), (0, -0.12)], 0.012, "#123a7a")
            c.circle(0, -0.13, 0.024, "#5fd0d8")
    for side in (-1, 1):
        c.ellipse(side * 0.038, -0.16, 0.03, 0.034, WHITE)
        c.circle(side * 0.036, -0.158, 0.018, "#1b1b24")
    c.polygon([(-0.026, -0.125), (0.026, -0.125), (0, -0.065)], "#f2b632")


def _feather(c: Canvas, reach: float, green: str, eye: str) -> None:
    c.line([(0, 0), (0, -reach)], 0.016, shade(green, 0.25))
    c.ellipse(0, -reach, 0.062, 0.082, shade(green, 0.3))
    c.ellipse(0, -reach - 0.005, 0.044, 0.056, "#e8b93c")
    c.ellipse(0, -reach - 0.005, 0.03, 0.036, "#3cc0c9")
    c.ellipse(0, -reach + 0.003, 0.018, 0.022, eye)


def fish(c: Canvas, v: Variety) -> None:
    """From the side, swimming to the left."""
    scales = v.colour("#f58a2c", "#e5484d", "#f2c230", "#3d7fd6", "#8e5bc4", "#c7d0d8")
    fin, light = shade(scales, -0.22), shade(scales, 0.45)
    c.blob([(0.22, 0), (0.46, -0.24), (0.41, 0), (0.46, 0.24)], fin)
    c.blob([(-0.12, -0.2), (0.02, -0.36), (0.2, -0.3), (0.16, -0.12)], fin)
    c.blob([(-0.05, 0.2), (0.08, 0.33), (0.14, 0.16)], fin)
    c.blob([
        (-0.46, 0.02), (-0.3, -0.19), (-0.05, -0.25), (0.18, -0.15), (0.32, -0.02), (0.32, 0.03), (0.18, 0.16),
        (-0.05, 0.24), (-0.3, 0.19)
    ], scales)  # fmt: skip
    c.blob([(-0.42, 0.08), (-0.2, 0.12), (0.1, 0.1), (0.24, 0.08), (0.1, 0.19), (-0.05, 0.225), (-0.28, 0.185)], light)
    for x, high in ((-0.14, 0.18), (0.02, 0.16), (0.16, 0.1)):
        c.curve([(x, -high), (x + 0.04, 0), (x, high * 0.8)], 0.04, v.one_of(WHITE, fin))
    c.blob([(-0.12, 0.03), (0.03, 0.08), (0.02, 0.16), (-0.08, 0.13)], fin)
    c.circle(-0.3, -0.05, 0.06, WHITE)
    round_eye(c, -0.31, -0.05, 0.036)
    c.curve([(-0.45, 0.05), (-0.41, 0.075), (-0.37, 0.07)], 0.016, shade(scales, -0.5))


def bird(c: Canvas, v: Variety) -> None:
    """On a branch, looking left."""
    coat = v.colour("#3d8fe0", "#e5533d", "#f2c230", "#4bae4f", "#8a6a50")
    bark = v.colour("#8a5a3c", "#6f4a35")
    c.curve([(-0.62, 0.32), (-0.2, 0.24), (0.2, 0.28), (0.62, 0.16)], 0.06, bark, 0.045)
    c.curve([(0.2, 0.28), (0.32, 0.36), (0.45, 0.38)], 0.03, bark, 0.015)
    green = v.colour("#5fb04f", "#3f9a5a", "#8fbf3f")
    for x, y, turn in ((-0.42, 0.27, -50), (-0.3, 0.26, 55), (0.44, 0.38, 15), (0.36, 0.24, -50), (0.32, 0.36, 75)):
        leaf(c, x, y, v.between(0.16, 0.12, 0.2), turn, green)
    c.polygon([(0.15, 0.06), (0.46, 0.22), (0.4, 0.3), (0.08, 0.18)], shade(coat, -0.35))
    c.blob([
        (-0.22, -0.28), (-0.04, -0.34), (0.1, -0.2), (0.24, 0.08), (0.12, 0.22), (-0.08, 0.24), (-0.24, 0.08),
        (-0.28, -0.14)
    ], coat)  # fmt: skip
    c.blob([(-0.24, -0.02), (-0.12, 0.02), (-0.02, 0.14), (-0.02, 0.22), (-0.1, 0.22), (-0.22, 0.1)], shade(coat, 0.65))
    c.blob([(-0.02, -0.1), (0.12, -0.06), (0.3, 0.14), (0.14, 0.16), (0, 0.08)], shade(coat, -0.2))
    c.curve([(0.06, 0.03), (0.14, 0.09), (0.22, 0.11)], 0.014, shade(coat, -0.4))
    c.polygon([(-0.26, -0.2), (-0.41, -0.12), (-0.26, -0.08)], "#f59d2a")
    c.circle(-0.15, -0.17, 0.05, WHITE)
    round_eye(c, -0.16, -0.17, 0.033)
    for x in (-0.06, 0.04):
        c.line([(x, 0.21), (x - 0.01, 0.27)], 0.018, "#d98324")
        c.line([(x - 0.04, 0.265), (x + 0.02, 0.265)], 0.018, "#d98324")


def butterfly(c: Canvas, v: Variety) -> None:
    """From above, its wings open."""
    wing = v.colour("#f58a2c", "#3d8fe0", "#e05a9a", "#f2c230", "#8e5bc4")
    edge, spot = shade(wing, -0.55), shade(wing, 0.6)
    for side in (-1, 1):
        with c.placed(0, 0, 1, mirrored=side < 0):
            c.blob([(0.02, -0.06), (0.16, -0.34), (0.4, -0.42), (0.46, -0.22), (0.36, 0), (0.03, 0.06)], edge)
            c.blob([(0.02, 0), (0.3, 0.02), (0.38, 0.18), (0.3, 0.36), (0.16, 0.34), (0.02, 0.12)], edge)
            c.blob([(0.05, -0.06), (0.18, -0.28), (0.36, -0.35), (0.39, -0.2), (0.3, -0.03), (0.05, 0.03)], wing)
            c.blob(
                [(0.05, 0.05), (0.26, 0.06), (0.32, 0.17), (0.27, 0.29), (0.17, 0.28), (0.05, 0.12)], shade(wing, 0.2)
            )
            c.circle(0.28, -0.2, 0.06, spot)
            c.circle(0.17, -0.11, 0.04, spot)
            c.circle(0.24, 0.17, 0.05, spot)
            c.circle(0.24, 0.17, 0.025, edge)
            c.curve([(0.01, -0.2), (0.06, -0.34), (0.14, -0.4)], 0.016, DARK)
            c.circle(0.145, -0.4, 0.022, DARK)
    c.curve([(0, -0.16), (0, 0), (0, 0.26)], 0.075, DARK, 0.03)
    c.circle(0, -0.19, 0.052, DARK)


# --- people ---

_HAIR = "#2b211f"


def open_eyes(c: Canvas) -> None:
    """Of a child, looking at us."""
    for side in (-1, 1):
        round_eye(c, side * 0.058, -0.27, 0.02)


def smiling_eyes(c: Canvas) -> None:
    """Of a child, closed with joy."""
    for side in (-1, 1):
        c.curve([(side * 0.085, -0.262), (side * 0.06, -0.283), (side * 0.035, -0.262)], 0.014, _HAIR)


def _face(c: Canvas, skin: str, eyes: Callable[[Canvas], None]) -> None:
    for side in (-1, 1):
        c.circle(side * 0.14, -0.26, 0.03, shade(skin, -0.08))
    c.line([(0, -0.16), (0, -0.09)], 0.07, shade(skin, -0.12))
    c.ellipse(0, -0.27, 0.14, 0.145, skin)
    eyes(c)
    for side in (-1, 1):
        c.circle(side * 0.09, -0.225, 0.025, "#e8756a66")
    c.curve([(-0.04, -0.205), (0, -0.185), (0.04, -0.205)], 0.014, "#8f3b32")


def _skin(v: Variety) -> str:
    return v.colour("#c98e62", "#a86f48", "#dca87c", "#8a5a3a")


def _limb(c: Canvas, points: list[Point], sleeve: str, skin: str) -> None:
    """An arm, its sleeve down to the middle."""
    c.curve(points, 0.062, skin, 0.052)
    c.circle(*points[-1], 0.036, skin)
    c.curve([points[0], points[1]], 0.078, sleeve, 0.072)


def girl(c: Canvas, skin: str, frock: str, ribbon: str, eyes: Callable[[Canvas], None]) -> None:
    """Without her arms, which depend on what she does: two plaits, a frock."""
    for side in (-1, 1):
        c.curve([(side * 0.12, -0.25), (side * 0.19, -0.16), (side * 0.18, 0)], 0.075, _HAIR, 0.045)
        c.circle(side * 0.182, -0.06, 0.034, ribbon)
        c.line([(side * 0.06, 0.2), (side * 0.065, 0.44)], 0.065, skin)
        c.ellipse(side * 0.08, 0.465, 0.062, 0.034, shade(ribbon, -0.3))
    c.circle(0, -0.29, 0.175, _HAIR)
    c.blob([
        (-0.09, -0.11), (0.09, -0.11), (0.13, 0.08), (0.22, 0.27), (0.1, 0.31), (-0.1, 0.31), (-0.22, 0.27),
        (-0.13, 0.08)
    ], frock)  # fmt: skip
    c.curve([(-0.2, 0.25), (0, 0.29), (0.2, 0.25)], 0.025, shade(frock, 0.5))
    _face(c, skin, eyes)
    c.segment(0, -0.31, 0.147, 0.13, 180, 360, _HAIR)
    c.blob([(-0.147, -0.31), (-0.02, -0.38), (-0.03, -0.31), (-0.13, -0.26)], _HAIR)
    c.blob([(0.147, -0.31), (-0.02, -0.38), (0.03, -0.31), (0.13, -0.26)], _HAIR)


def boy(c: Canvas, skin: str, shirt: str, shorts: str, eyes: Callable[[Canvas], None]) -> None:
    """Without his arms: short hair, shirt, shorts."""
    for side in (-1, 1):
        c.line([(side * 0.065, 0.25), (side * 0.075, 0.44)], 0.068, skin)
        c.ellipse(side * 0.09, 0.465, 0.065, 0.034, "#5b4636")
        c.line([(side * 0.055, 0.15), (side * 0.068, 0.27)], 0.12, shorts)
    c.blob([(-0.1, -0.11), (0.1, -0.11), (0.13, 0.05), (0.12, 0.19), (0, 0.2), (-0.12, 0.19), (-0.13, 0.05)], shirt)
    c.line([(-0.115, 0.07), (0.115, 0.07)], 0.035, shade(shirt, 0.5))
    c.circle(0, -0.3, 0.155, _HAIR)
    _face(c, skin, eyes)
    c.blob([
        (-0.15, -0.29), (-0.13, -0.41), (0.02, -0.46), (0.14, -0.4), (0.15, -0.29), (0.1, -0.34), (-0.02, -0.33),
        (-0.11, -0.35)
    ], _HAIR)  # fmt: skip


# --- plants and fruit ---


def leaf(c: Canvas, x: float, y: float, length: float, turn: float, colour: str) -> None:
    """From (x, y) to the right, turned by so many degrees."""
    with c.placed(x, y, length, turn):
        c.blob([(0, 0), (0.3, -0.2), (0.7, -0.17), (1, 0), (0.7, 0.17), (0.3, 0.2)], colour)
        c.line([(0.05, 0), (0.85, 0)], 0.05, shade(colour, -0.22))


def tree(c: Canvas, v: Variety) -> None:
    """A round crown, sometimes with fruit."""
    crown = v.colour("#5fae4e", "#4a9a55", "#86b83f", "#3f8a5f")
    bark = v.colour("#8a5a3c", "#6f4a35", "#9a7350")
    shadow(c, 0.3)
    c.polygon(smooth([(-0.13, 0.5), (-0.06, 0.38), (-0.05, 0)]) + smooth([(0.05, 0), (0.06, 0.38), (0.13, 0.5)]), bark)
    c.line([(0.02, 0.2), (0.14, 0.08)], 0.045, bark)
    for x, y, radius in ((-0.24, 0, 0.17), (0.24, 0, 0.17), (-0.2, -0.2, 0.19), (0.2, -0.2, 0.19), (0, -0.31, 0.19)):
        c.circle(x, y, radius, shade(crown, -0.14))
    c.circle(0, -0.08, 0.25, shade(crown, -0.14))
    for x, y, radius in ((-0.18, -0.06, 0.15), (0.15, -0.1, 0.16), (-0.06, -0.27, 0.17)):
        c.circle(x, y, radius, crown)
    for x, y, radius in ((-0.2, -0.12, 0.07), (0.1, -0.17, 0.08), (-0.08, -0.34, 0.08)):
        c.circle(x, y, radius, shade(crown, 0.1))
    if v.one_of(True, False):
        fruit = v.colour("#e5484d", "#f2b632", "#f58a2c")
        for x, y in v.scattered(7):
            c.circle(x * 0.56 - 0.28, y * 0.4 - 0.35, 0.033, fruit)


def mango(c: Canvas, v: Variety) -> None:
    """Hanging from its stalk, with two leaves."""
    skin = v.colour("#f9b32f", "#f4c542", "#a8c24a", "#f59d2a")
    blush = v.colour("#ef6a3a", "#e8873a", "#d9563a", "#8fbf3f")
    c.curve([(0.02, -0.5), (0.06, -0.42), (0.05, -0.3)], 0.035, "#7a5230")
    edge: list[Point] = [(0.04, -0.33), (0.22, -0.3), (0.35, -0.1), (0.33, 0.16), (0.16, 0.38), (-0.1, 0.45)]
    edge += [(-0.28, 0.38), (-0.33, 0.24), (-0.3, 0.06), (-0.22, -0.16), (-0.1, -0.3)]
    c.blob(edge, skin)
    c.blob([(0.06, -0.31), (0.22, -0.28), (0.34, -0.1), (0.32, 0.14), (0.2, 0.3), (0.22, 0.02), (0.12, -0.18)], blush)
    c.blob([(-0.2, -0.08), (-0.14, -0.12), (-0.18, 0.08), (-0.25, 0.24), (-0.29, 0.2), (-0.27, 0.06)], shade(skin, 0.5))
    green = v.colour("#4fa046", "#3f8a4a", "#7fae3a")
    leaf(c, 0.05, -0.4, 0.42, -8, green)
    leaf(c, 0.04, -0.4, 0.4, 165, shade(green, -0.12))


def bananas(c: Canvas, v: Variety) -> None:
    """A bunch of four, hanging from one stalk."""
    peel = v.colour("#fbd33b", "#f4c430", "#dfd24a", "#b8cc4a")
    for turn, tint in ((-47, -0.2), (-27, -0.1), (-7, -0.02), (14, 0.06)):
        with c.placed(-0.12, -0.36, 0.96, turn):
            _banana(c, shade(peel, tint))
    c.blob([(-0.19, -0.3), (-0.18, -0.47), (-0.08, -0.49), (-0.02, -0.32), (-0.1, -0.26)], shade(peel, -0.35))
    c.ellipse(-0.13, -0.475, 0.055, 0.028, "#6b4a2a", -8)


def _banana(c: Canvas, peel: str) -> None:
    """From (0, 0) downwards, bent to the left."""
    outer: list[Point] = [(-0.04, 0), (-0.17, 0.18), (-0.2, 0.42), (-0.09, 0.66), (0.06, 0.79)]
    inner: list[Point] = [(0.1, 0.77), (0.06, 0.62), (0.0, 0.44), (0.0, 0.22), (0.04, 0.02)]
    ridge: list[Point] = [(0, 0.02), (-0.1, 0.2), (-0.12, 0.42), (-0.03, 0.64), (0.08, 0.78)]
    c.polygon(smooth(outer) + smooth(inner), peel)
    c.polygon(smooth(outer) + smooth(ridge[::-1]), shade(peel, -0.12))
    c.curve([(-0.07, 0.22), (-0.08, 0.42), (0.0, 0.62)], 0.028, shade(peel, 0.4), 0.015)
    c.blob([(0.03, 0.74), (0.08, 0.72), (0.12, 0.8), (0.07, 0.83)], "#6b4a2a")


def potted_flower(c: Canvas, v: Variety) -> None:
    """A flower with round petals in a clay pot."""
    yellow, brown = "#f6c233", "#7a4a2a"
    petal, middle = v.one_of(
        ("#ef5b7b", yellow), ("#f58a2c", brown), ("#9a5bd0", yellow), ("#f7f3ee", yellow), ("#f2c230", brown)
    )
    petal = v.colour(petal)
    pot = v.colour("#cf6f43", "#b5573a", "#3f7fb5", "#d9a441")
    green = v.colour("#4fa046", "#3f8a4a", "#7fae3a")
    shadow(c, 0.26)
    c.curve([(0, 0.2), (0.02, 0), (0, -0.2)], 0.035, green)
    leaf(c, 0.01, 0.12, 0.28, -35, green)
    leaf(c, 0.01, 0.06, 0.28, 212, shade(green, -0.1))
    count = v.one_of(8, 6, 10, 5)
    for i in range(count):
        with c.placed(0, -0.24, 1, i * 360 / count):
            c.ellipse(0.15, 0, 0.11, 0.45 / count + 0.01, shade(petal, 0 if i % 2 else -0.1))
    c.circle(0, -0.24, 0.085, middle)
    c.circle(-0.015, -0.255, 0.045, shade(middle, 0.3))
    c.polygon([(-0.19, 0.2), (0.19, 0.2), (0.13, 0.49), (-0.13, 0.49)], pot)
    c.polygon([(0.06, 0.2), (0.19, 0.2), (0.13, 0.49), (0.05, 0.49)], shade(pot, -0.14))
    c.rectangle(-0.22, 0.15, 0.22, 0.24, shade(pot, 0.12), 0.025)


# --- on wheels and on water ---


def wheel(c: Canvas, x: float, y: float, radius: float) -> None:
    """With a tyre."""
    c.circle(x, y, radius, "#332f33")
    c.circle(x, y, radius * 0.58, "#c9ccd2")
    c.circle(x, y, radius * 0.22, "#6b6b73")


def bus(c: Canvas, v: Variety) -> None:
    """From the side, driving left."""
    paint = v.colour("#e5484d", "#2f7fd6", "#f2b632", "#3a9d5d", "#f58a2c")
    glass = "#cdeaf7"
    shadow(c, 0.5, 0.31)
    c.rectangle(-0.49, -0.27, 0.49, 0.24, paint, 0.07)
    c.rectangle(-0.44, -0.3, 0.44, -0.24, shade(paint, -0.2), 0.025)
    c.rectangle(-0.49, 0.06, 0.49, 0.12, v.one_of("#fff3d6", shade(paint, 0.7), "#f6c945"))
    c.rectangle(-0.46, -0.2, -0.37, 0.02, glass, 0.02)
    c.rectangle(-0.33, -0.18, -0.22, 0.22, shade(paint, -0.25), 0.02)
    c.rectangle(-0.31, -0.16, -0.24, 0.1, glass, 0.015)
    for x in (-0.17, 0.0, 0.17, 0.34):
        c.rectangle(x, -0.19, x + 0.12, 0, glass, 0.02)
        c.polygon([(x + 0.02, 0), (x + 0.07, -0.19), (x + 0.1, -0.19), (x + 0.05, 0)], "#ffffff88")
    c.rectangle(-0.49, 0.2, 0.49, 0.245, "#4a4650", 0.02)
    c.circle(-0.455, 0.155, 0.03, "#ffe38a")
    c.rectangle(0.46, 0.13, 0.49, 0.19, "#a31621", 0.01)
    for x in (-0.14, 0.3):
        c.segment(x, 0.23, 0.12, 0.12, 180, 360, shade(paint, -0.35))
        wheel(c, x, 0.23, 0.095)


def auto_rickshaw(c: Canvas, v: Variety) -> None:
    """Three wheels, a yellow hood, open at the side; driving left."""
    hood = v.colour("#f9c22e", "#f4b41a", "#ffd447")
    body = v.colour("#2f9e57", "#3a3a40", "#1f8a4c", "#f4b41a")
    shadow(c, 0.46, 0.44)
    c.polygon([(-0.24, -0.3), (0.36, -0.3), (0.38, 0.16), (-0.3, 0.2)], "#4a4048")
    c.rectangle(0.1, -0.08, 0.34, 0.1, "#8a3b3b", 0.04)
    c.rectangle(-0.12, 0.04, 0.06, 0.12, "#8a3b3b", 0.03)
    c.blob([(-0.1, -0.1), (0.02, -0.1), (0.05, 0.06), (-0.12, 0.06)], "#c9a66b")
    c.line([(-0.06, -0.05), (-0.2, 0.0)], 0.04, "#c9a66b")
    c.circle(-0.04, -0.16, 0.062, "#2b211f")
    c.ellipse(-0.055, -0.145, 0.052, 0.055, "#b57a50")
    c.polygon([(-0.2, -0.3), (-0.13, -0.3), (-0.25, 0.04), (-0.36, 0.04)], "#cdeaf7")
    c.polygon([*smooth([(-0.34, 0.02), (-0.44, 0.1), (-0.46, 0.24)]), (-0.3, 0.3), (-0.22, 0.26), (-0.22, 0.02)], body)
    c.rectangle(-0.3, 0.16, 0.2, 0.28, body, 0.03)
    c.blob([(0.06, 0.1), (0.12, 0.06), (0.38, 0.04), (0.46, 0.12), (0.46, 0.28), (0.36, 0.31), (0.1, 0.29)], body)
    c.line([(-0.21, -0.3), (-0.36, 0.02)], 0.03, shade(body, -0.2))
    c.line([(0.09, -0.28), (0.08, 0.1)], 0.026, shade(hood, -0.15))
    c.blob([
        (-0.27, -0.29), (-0.2, -0.38), (0.05, -0.41), (0.3, -0.39), (0.42, -0.28), (0.45, 0.06), (0.34, 0.07),
        (0.31, -0.22), (0.2, -0.27), (-0.1, -0.27)
    ], hood)  # fmt: skip
    c.line([(-0.28, 0.2), (0.44, 0.2)], 0.035, hood)
    c.circle(-0.44, 0.12, 0.035, "#fff3c4")
    c.line([(-0.2, -0.02), (-0.28, -0.06)], 0.022, "#2b2628")
    c.segment(-0.32, 0.33, 0.13, 0.13, 190, 350, shade(body, -0.25))
    wheel(c, -0.32, 0.34, 0.1)
    wheel(c, 0.27, 0.34, 0.1)


def bicycle(c: Canvas, v: Variety) -> None:
    """From the side, going left."""
    paint = v.colour("#d63a3a", "#2f7fd6", "#2b2b30", "#3a9d5d", "#f58a2c")
    metal = "#4a4a52"
    front, back, pedal, seat = (-0.28, 0.2), (0.28, 0.2), (0.03, 0.2), (0.11, -0.12)
    shadow(c, 0.46, 0.42)
    for x, y in (front, back):
        for angle in range(0, 180, 30):
            right, down = 0.19 * cos(radians(angle)), 0.19 * sin(radians(angle))
            c.line([(x - right, y - down), (x + right, y + down)], 0.007, "#9a9aa2")
        c.ring(x, y, 0.2, 0.034, "#2b2b30")
        c.circle(x, y, 0.03, metal)
    neck = (-0.19, -0.11)
    c.line([back, pedal, neck, seat, pedal], 0.034, paint)
    c.line([seat, back], 0.028, paint)
    c.line([front, (-0.2, -0.14), (-0.175, -0.25)], 0.034, paint)
    c.curve([(-0.09, -0.24), (-0.18, -0.27), (-0.27, -0.25), (-0.27, -0.18)], 0.03, metal)
    c.line([seat, (0.125, -0.19)], 0.03, metal)
    c.blob([(0.03, -0.2), (0.12, -0.22), (0.23, -0.23), (0.24, -0.18), (0.12, -0.17)], "#5b3a29")
    c.ring(*pedal, 0.05, 0.02, metal)
    c.line([(-0.02, 0.29), pedal, (0.08, 0.11)], 0.02, metal)
    c.line([(-0.06, 0.295), (0.02, 0.295)], 0.028, metal)


def train(c: Canvas, v: Variety) -> None:
    """An engine with smoke and a coach, going left."""
    paint = v.colour("#d63a3a", "#2f7fd6", "#2f8a57", "#3d3d48")
    coach = v.colour("#3d7fc4", "#c9803a", "#8a3b3b", "#4aa06a")
    for x, y, radius in ((-0.3, -0.36, 0.05), (-0.22, -0.44, 0.07), (-0.1, -0.47, 0.085)):
        c.circle(x, y, radius, "#ffffffcc")
    _coach(c, coach)
    c.rectangle(-0.4, -0.1, -0.1, 0.16, paint, 0.06)
    c.rectangle(-0.42, 0.1, 0.08, 0.2, shade(paint, -0.35), 0.02)
    c.rectangle(-0.14, -0.24, 0.08, 0.16, paint, 0.02)
    c.rectangle(-0.18, -0.3, 0.12, -0.23, shade(paint, -0.35), 0.03)
    c.rectangle(-0.1, -0.17, 0.04, -0.01, "#cdeaf7", 0.02)
    c.polygon([(-0.35, -0.28), (-0.23, -0.28), (-0.26, -0.08), (-0.32, -0.08)], "#3a363c")
    c.segment(-0.2, -0.09, 0.04, 0.06, 180, 360, "#f2c230")
    for x in (-0.33, -0.2):
        c.rectangle(x, -0.1, x + 0.03, 0.16, "#f2c230")
    c.circle(-0.41, 0.0, 0.045, "#ffe38a")
    c.polygon([(-0.42, 0.14), (-0.42, 0.26), (-0.5, 0.26)], "#4a4650")
    for x, radius in ((-0.33, 0.075), (-0.18, 0.075), (-0.02, 0.095), (0.21, 0.065), (0.41, 0.065)):
        wheel(c, x, 0.285 - radius, radius)
    c.line([(-0.33, 0.21), (-0.02, 0.19)], 0.022, "#d9d9de")


def _coach(c: Canvas, paint: str) -> None:
    c.line([(0.06, 0.16), (0.16, 0.16)], 0.03, "#3a363c")
    c.rectangle(0.13, -0.18, 0.49, 0.2, paint, 0.03)
    c.rectangle(0.11, -0.22, 0.5, -0.15, shade(paint, -0.3), 0.03)
    c.rectangle(0.13, 0.06, 0.49, 0.1, "#fff3d6")
    for x in (0.16, 0.27, 0.38):
        c.rectangle(x, -0.11, x + 0.08, 0.02, "#fff1b8", 0.015)


def boat(c: Canvas, v: Variety) -> None:
    """Of wood, with a sail."""
    wood = v.colour("#9a5b34", "#7a4a30", "#b5703c", "#c0392b", "#3d6fb0")
    sail = v.colour("#fff6e6", "#f58a2c", "#e5484d", "#f2c230")
    c.line([(0.02, -0.46), (0.02, 0.2)], 0.03, "#6b4a2a")
    c.polygon(
        [*smooth([(-0.02, -0.42), (-0.2, -0.18), (-0.3, 0.08)]), *smooth([(-0.3, 0.08), (-0.1, 0.04), (-0.02, 0.08)])],
        sail,
    )
    c.polygon(
        [*smooth([(0.05, -0.4), (0.22, -0.16), (0.34, 0.08)]), *smooth([(0.34, 0.08), (0.2, 0.04), (0.05, 0.08)])],
        shade(sail, -0.12),
    )
    c.polygon([(0.02, -0.5), (0.14, -0.46), (0.02, -0.42)], v.colour("#e5484d", "#2f7fd6", "#3a9d5d"))
    hull = smooth([(-0.48, 0.1), (-0.2, 0.19), (0.2, 0.19), (0.48, 0.1)])
    hull += smooth([(0.48, 0.1), (0.38, 0.3), (0.22, 0.38), (-0.22, 0.38), (-0.38, 0.3), (-0.48, 0.1)])
    c.polygon(hull, wood)
    c.curve([(-0.46, 0.12), (-0.2, 0.2), (0.2, 0.2), (0.46, 0.12)], 0.035, shade(wood, 0.3))
    c.curve([(-0.4, 0.25), (-0.2, 0.29), (0.2, 0.29), (0.4, 0.25)], 0.018, shade(wood, -0.25))


# --- things ---


def house(c: Canvas, v: Variety) -> None:
    """A gable with a door and two windows."""
    wall = v.colour("#fff1d8", "#f7d9c4", "#dcecf5", "#f6e08a", "#f3b8a8")
    roof = v.colour("#c8553d", "#a8452f", "#4a6fa5", "#7a4a3a", "#4f7a54")
    door = v.colour("#8a5a3c", "#2f7f6a", "#3d6fb0", "#a33b3b")
    shadow(c, 0.48, 0.47)
    c.polygon([(-0.36, -0.08), (0, -0.4), (0.36, -0.08), (0.36, 0.46), (-0.36, 0.46)], wall)
    c.rectangle(-0.36, 0.41, 0.36, 0.46, shade(wall, -0.2))
    c.polygon([(-0.47, -0.02), (0, -0.46), (0.47, -0.02), (0.47, 0.06), (0, -0.34), (-0.47, 0.06)], roof)
    c.polygon([(-0.47, 0.03), (0, -0.38), (0.47, 0.03), (0.47, 0.06), (0, -0.34), (-0.47, 0.06)], shade(roof, -0.2))
    c.circle(0, -0.15, 0.07, shade(door, 0.2))
    c.circle(0, -0.15, 0.05, "#bfe3f2")
    c.rectangle(-0.09, 0.12, 0.09, 0.46, shade(door, -0.25), 0.02)
    c.rectangle(-0.07, 0.14, 0.07, 0.46, door)
    c.circle(0.045, 0.3, 0.014, "#f2c230")
    for x in (-0.235, 0.235):
        c.rectangle(x - 0.085, 0.1, x + 0.085, 0.28, shade(door, -0.1), 0.012)
        c.rectangle(x - 0.065, 0.12, x + 0.065, 0.26, "#bfe3f2")
        c.line([(x, 0.12), (x, 0.26)], 0.016, shade(door, -0.1))
        c.line([(x - 0.065, 0.19), (x + 0.065, 0.19)], 0.016, shade(door, -0.1))


def kite(c: Canvas, v: Variety) -> None:
    """A diamond with a tail of bows."""
    paper = v.colour("#e5484d", "#f58a2c", "#8e5bc4", "#2f9e6e", "#e05a9a")
    other = v.colour("#f9c22e", "#3d9be0", "#f7f3ee", "#8fd14f")
    tail: list[Point] = [(0, 0.22), (0.1, 0.32), (-0.04, 0.4), (0.08, 0.5)]
    c.curve(tail, 0.014, "#5b4a4a")
    for x, y in tail[1:]:
        for side in (-1, 1):
            c.polygon(
                [(x, y), (x + side * 0.065, y - 0.035), (x + side * 0.065, y + 0.035)], other if y < 0.4 else paper
            )
    top, right, low, left = (0, -0.48), (0.3, -0.12), (0, 0.24), (-0.3, -0.12)
    c.polygon([top, right, low, left], paper)
    c.polygon([top, right, (0, -0.12)], other)
    c.polygon([low, left, (0, -0.12)], other)
    c.line([top, low], 0.016, "#5b4a4a")
    c.curve([left, (0, -0.17), right], 0.016, "#5b4a4a")


def cricket_bat(c: Canvas, v: Variety) -> None:
    """Upright, the handle above."""
    wood = v.colour("#e9c48a", "#dcb070", "#f0d6a6")
    grip = v.colour("#d63a3a", "#2f6fd0", "#2b2b30", "#2f9e57")
    c.rectangle(-0.032, -0.5, 0.032, -0.12, grip, 0.025)
    for y in (-0.44, -0.37, -0.3, -0.23):
        c.line([(-0.028, y + 0.012), (0.028, y - 0.012)], 0.012, shade(grip, 0.45))
    c.blob([
        (-0.035, -0.19), (0.035, -0.19), (0.095, -0.1), (0.105, 0.1), (0.105, 0.42), (0.06, 0.49), (-0.06, 0.49),
        (-0.105, 0.42), (-0.105, 0.1), (-0.095, -0.1)
    ], wood)  # fmt: skip
    c.polygon(
        [(0.0, -0.16), (0.03, -0.17), (0.095, -0.08), (0.103, 0.42), (0.06, 0.48), (0.0, 0.48)], shade(wood, -0.1)
    )
    c.line([(-0.085, 0.0), (0.085, 0.0)], 0.05, grip)


def cricket_ball(c: Canvas, v: Variety) -> None:
    """Of leather, with a seam."""
    leather = v.colour("#c62f2f", "#b3262b", "#d9483a", "#f4f1ea")
    c.circle(0, 0, 0.5, leather)
    c.segment(0, 0, 0.5, 0.5, 20, 150, shade(leather, -0.2))
    c.circle(0, -0.02, 0.44, leather)
    for bend in (-0.1, 0.1):
        c.curve([(bend - 0.1, -0.46), (bend + 0.06, 0), (bend - 0.1, 0.46)], 0.045, "#fbe6d2")
    for y in (-0.3, -0.15, 0, 0.15, 0.3):
        c.line([(-0.14, y), (0.2, y)], 0.03, "#fbe6d2")
    c.ellipse(-0.24, -0.24, 0.08, 0.05, "#ffffff66", -40)


def book(c: Canvas, v: Variety) -> None:
    """Open, seen from above: lines on one page, a small picture on the other."""
    cover = v.colour("#c0392b", "#2f6fb0", "#2f8a57", "#7b3fa0", "#d98324")
    shadow(c, 0.5, 0.36)
    c.polygon([(-0.49, -0.24), (0.49, -0.24), (0.49, 0.33), (0.03, 0.36), (-0.03, 0.36), (-0.49, 0.33)], cover)
    for side in (-1, 1):
        with c.placed(0, 0, 1, mirrored=side < 0):
            page = smooth([(0, -0.22), (0.12, -0.3), (0.3, -0.3), (0.45, -0.26)])
            c.polygon([*page, *reversed([(x, y + 0.56) for x, y in page])], "#e9dfc8")
            c.polygon([*page, *reversed([(x, y + 0.53) for x, y in page])], "#fffaf0")
            c.polygon([(0, -0.22), (0.06, -0.265), (0.06, 0.27), (0, 0.31)], "#00000018")
    for i in range(6):
        y = -0.18 + i * 0.075
        c.curve([(-0.39, y - 0.01), (-0.25, y - 0.035), (-0.1, y)], 0.017, "#8a8a92")
    picture = v.colour("#7cc6ee", "#f7c59f", "#b8dfa8")
    c.polygon([(0.1, -0.22), (0.38, -0.23), (0.38, 0), (0.1, 0.02)], picture)
    c.circle(0.31, -0.16, 0.035, "#ffcc33")
    c.polygon(
        [(0.1, 0.02), (0.1, -0.05), (0.18, -0.13), (0.26, -0.05), (0.32, -0.09), (0.38, -0.03), (0.38, 0)], "#5fae4e"
    )
    for y in (0.09, 0.16):
        c.curve([(0.1, y), (0.25, y - 0.035), (0.39, y - 0.01)], 0.017, "#8a8a92")
    c.line([(0, -0.2), (0, 0.33)], 0.012, "#c9bda3")


def tea(c: Canvas, v: Variety) -> None:
    """A cup on its saucer, steaming."""
    china = v.colour("#f7f4ee", "#e5533d", "#4a90c4", "#f2b632", "#5fae8a")
    trim = v.colour("#d9694a", "#2f6fb0", "#fff6e6", "#3a9d5d")
    shadow(c, 0.46, 0.44)
    c.ellipse(0, 0.4, 0.44, 0.075, shade(china, -0.18))
    c.ellipse(0, 0.385, 0.44, 0.07, shade(china, 0.1))
    c.ellipse(0, 0.39, 0.24, 0.035, shade(china, -0.2))
    c.arc(0.3, 0.1, 0.13, 0.12, -100, 110, 0.06, shade(china, -0.06))
    c.polygon(
        [
            (-0.32, -0.06),
            *smooth([(-0.32, -0.06), (-0.28, 0.2), (-0.16, 0.38)]),
            (0.16, 0.38),
            *reversed(smooth([(0.32, -0.06), (0.28, 0.2), (0.16, 0.38)])),
        ],
        china,
    )
    c.polygon(
        [*smooth([(0.32, -0.06), (0.28, 0.2), (0.16, 0.38)]), (0.06, 0.38), (0.18, 0.2), (0.22, -0.02)],
        shade(china, -0.1),
    )
    c.curve([(-0.29, 0.13), (0, 0.2), (0.29, 0.13)], 0.045, trim)
    c.ellipse(0, -0.06, 0.32, 0.085, shade(china, -0.08))
    c.ellipse(0, -0.05, 0.285, 0.065, v.colour("#b5703c", "#c98a4f", "#8a4f2a"))
    c.ellipse(-0.06, -0.065, 0.1, 0.018, "#ffffff44")
    for x in (-0.15, 0, 0.15):
        rise = v.between(0, -0.06, 0.06)
        c.curve(
            [(x, -0.16), (x - 0.05, -0.24 + rise / 2), (x + 0.05, -0.34 + rise), (x, -0.46 + rise)],
            0.045,
            "#ffffffdd",
            0.02,
        )


def lamp(c: Canvas, v: Variety) -> None:
    """A diya of clay with a flame."""
    clay = v.colour("#c9622f", "#b5502a", "#d98344", "#a34a3a")
    c.glow(-0.04, -0.16, 0.5, "#ffc861")
    c.ellipse(0, 0.08, 0.44, 0.12, shade(clay, -0.35))
    c.ellipse(0.02, 0.1, 0.36, 0.075, "#e8b04a")
    c.curve([(-0.03, -0.03), (0.02, 0.06), (0.12, 0.12)], 0.03, "#fff1d6")
    flame: list[Point] = [(-0.04, -0.46), (0.06, -0.24), (0.075, -0.1), (-0.03, 0.01), (-0.13, -0.1), (-0.11, -0.25)]
    for shrink, colour in ((1, "#f58a1f"), (0.72, "#ffc52e"), (0.42, "#fff3b8")):
        c.blob([(-0.03 + (x + 0.03) * shrink, 0.01 + y * shrink) for x, y in flame], colour)
    bowl = smooth([(-0.47, 0.06), (-0.2, 0.18), (0.2, 0.18), (0.45, 0.06)])
    bowl += smooth([(0.45, 0.06), (0.36, 0.3), (0.17, 0.43), (-0.17, 0.43), (-0.36, 0.3), (-0.47, 0.06)])
    c.polygon(bowl, clay)
    c.curve([(-0.45, 0.08), (-0.2, 0.19), (0.2, 0.19), (0.43, 0.08)], 0.035, shade(clay, 0.3))
    dot = v.colour("#fff3d6", "#f6c945", "#8fd8d2")
    for x, y in ((-0.26, 0.27), (-0.13, 0.305), (0, 0.315), (0.13, 0.305), (0.26, 0.27)):
        c.circle(x, y, 0.026, dot)
    c.ellipse(0, 0.44, 0.19, 0.035, shade(clay, -0.25))


def umbrella(c: Canvas, v: Variety) -> None:
    """Open, with a bent handle."""
    cloth = v.colour("#e5484d", "#2f6fd0", "#f2b632", "#8e5bc4", "#2b2b30")
    other = v.one_of(shade(cloth, 0.55), shade(cloth, -0.15), "#fff3d6")
    c.line([(0, -0.42), (0, 0.36)], 0.034, "#6b4a2a")
    c.arc(0.075, 0.36, 0.075, 0.09, 0, 180, 0.038, "#6b4a2a")
    c.line([(0, -0.48), (0, -0.4)], 0.024, "#4a3a30")
    for reach, colour in ((0.48, cloth), (0.29, other), (0.1, cloth)):
        c.segment(0, 0, reach, 0.43, 179, 361, colour)
    for x, across in ((-0.385, 0.095), (-0.195, 0.095), (0, 0.1), (0.195, 0.095), (0.385, 0.095)):
        c.segment(x, 0, across, 0.055, -8, 188, other if 0.1 < abs(x) < 0.3 else cloth)
    c.ellipse(-0.2, -0.27, 0.07, 0.03, "#ffffff44", -42)


def clock(c: Canvas, v: Variety) -> None:
    """Round, on the wall."""
    rim = v.colour("#d6533f", "#2f6fb0", "#3a9d7a", "#5b4636", "#f2b632", "#2b2b30")
    c.circle(0.02, 0.03, 0.46, SHADOW)
    c.circle(0, 0, 0.46, rim)
    c.circle(0, 0, 0.38, v.colour("#fffdf7", "#fff3d6", "#eef5fa"))
    for hour in range(12):
        right, down = cos(radians(hour * 30)), sin(radians(hour * 30))
        start, width = (0.27, 0.035) if hour % 3 == 0 else (0.31, 0.018)
        c.line([(right * start, down * start), (right * 0.34, down * 0.34)], width, DARK)
    minutes = int(v.between(10, 0, 59))
    hours = int(v.between(10, 0, 11)) + minutes / 60
    for angle, length, width in ((hours * 30, 0.18, 0.045), (minutes * 6, 0.28, 0.032)):
        right, down = sin(radians(angle)), -cos(radians(angle))
        c.line([(-right * 0.04, -down * 0.04), (right * length, down * length)], width, DARK)
    c.circle(0, 0, 0.035, rim)


# --- scenes ---


def alone(thing: Part, *backgrounds: Part | str, y: float = 0.5, size: float = 0.8, turn: float = 12) -> Part:
    """A scene of one thing, before one of these backgrounds."""

    def scene(c: Canvas, v: Variety) -> None:
        backdrop(c, v, *backgrounds)
        with v.placed(c, 0.5, y, size, turn):
            thing(c, v)

    return scene


def girl_hugging_dog(c: Canvas, v: Variety) -> None:
    """She stands beside it, her arm around its neck."""
    backdrop(c, v, meadow, room, dusk, "#fde9cf")
    skin, frock = _skin(v), v.colour("#ef5b8a", "#f2b632", "#7b5bd0", "#3aa6a0", "#e5484d")
    with v.placed(c, 0.5, 0.53, 0.92):
        with c.placed(-0.16, -0.02, 0.98, 9):
            girl(c, skin, frock, v.colour("#d63a3a", "#2f6fd0", "#f2b632"), smiling_eyes)
        with c.placed(0.17, 0.12, 0.74, -8):
            dog(c, v)
        _limb(c, [(-0.24, -0.1), (-0.22, 0.1), (-0.06, 0.22), (0.1, 0.25)], frock, skin)
        _limb(c, [(-0.07, -0.07), (0.0, 0.1), (0.12, 0.16), (0.28, 0.14)], frock, skin)


def boy_kite(c: Canvas, v: Variety) -> None:
    """He holds the string; the kite is high up."""
    backdrop(c, v, meadow, sand, dusk)
    skin, shirt = _skin(v), v.colour("#3d8fe0", "#f58a2c", "#5fae4e", "#e5484d", "#f2c230")
    with v.placed(c, 0.5, 0.52, 0.9):
        c.curve([(-0.05, -0.04), (0.06, -0.1), (0.22, -0.22)], 0.01, "#ffffff")
        with c.placed(0.26, -0.26, 0.46, 24):
            kite(c, v)
        with c.placed(-0.24, 0.13, 0.7):
            boy(c, skin, shirt, v.colour("#3a4a6b", "#6b4a3a", "#4a4a4a"), open_eyes)
            _limb(c, [(0.1, -0.07), (0.2, -0.12), (0.28, -0.25)], shirt, skin)
            _limb(c, [(-0.1, -0.07), (-0.17, 0.03), (-0.15, 0.13)], shirt, skin)


def kite_in_sky(c: Canvas, v: Variety) -> None:
    """A large kite on its string, among clouds."""
    backdrop(c, v, sky, sky, dusk, "#bfe3f7")
    with v.placed(c, 0.52, 0.47, 0.78), c.placed(0, 0, 1, 20):
        c.curve([(0, -0.1), (-0.3, 0.4), (-0.7, 0.8), (-1.2, 1)], 0.01, "#ffffff")
        kite(c, v)


def train_on_rails(c: Canvas, v: Variety) -> None:
    """A train on its rails through the country."""
    backdrop(c, v, meadow, sand, dusk)
    with v.placed(c, 0.5, 0.52, 0.92, 5):
        for x in range(-10, 11):
            c.line([(x * 0.1, 0.31), (x * 0.1 - 0.02, 0.35)], 0.03, "#7a5a42")
        c.line([(-1.2, 0.3), (1.2, 0.3)], 0.022, "#6b6b73")
        c.line([(-1.2, 0.35), (1.2, 0.35)], 0.016, "#8a8a92")
        train(c, v)


def rain_house(c: Canvas, v: Variety) -> None:
    """Dark clouds, drops, and a house."""
    grey = v.colour("#8fa3b8", "#7f8fa0", "#9fb0bf", "#6f8399")
    c.fade(shade(grey, -0.1), shade(grey, 0.45))
    c.blob([(-0.3, 0.78), (0.3, 0.74), (0.8, 0.79), (1.3, 0.75), *_below], v.colour("#6f9a62", "#7f8f6a", "#5f8a70"))
    with v.placed(c, 0.5, 0.6, 0.62, 5):
        house(c, v)
        c.ellipse(-0.34, 0.52, 0.17, 0.03, "#b9d6ea")
        c.ellipse(0.36, 0.55, 0.2, 0.035, "#b9d6ea")
    rain(c, v, int(v.between(46, 30, 60)), v.colour("#4a7fb8", "#5f93c4", "#e6f1fa"))
    for x, y, size, dark in ((0.5, 0.14, 0.5, 0.25), (0.2, 0.17, 0.44, 0.4), (0.8, 0.16, 0.46, 0.45)):
        cloud(c, x + v.between(0, -0.06, 0.06), y, size, shade(grey, -dark))


def house_sun(c: Canvas, v: Variety) -> None:
    """A house on the grass, the sun above."""
    backdrop(c, v, meadow, sand, meadow)
    sun(c, v.between(0.83, 0.75, 0.88), v.between(0.17, 0.12, 0.22), v.between(0.085, 0.07, 0.11))
    cloud(c, v.between(0.2, 0.1, 0.4), v.between(0.16, 0.08, 0.25), 0.26)
    with v.placed(c, 0.47, 0.58, 0.68, 5):
        c.polygon([(-0.06, 0.46), (0.06, 0.46), (0.2, 0.9), (-0.16, 0.9)], "#e9d3a8")
        house(c, v)
        for x, radius in ((-0.42, 0.09), (0.41, 0.08), (0.5, 0.06)):
            c.circle(x, 0.44, radius, "#5a9f4a")


def cow_tree(c: Canvas, v: Variety) -> None:
    """A cow in the shade of a tree."""
    backdrop(c, v, meadow, sand, dusk)
    with v.placed(c, 0.5, 0.53, 0.92, 6):
        with c.placed(0.13, -0.05, 0.94):
            tree(c, v)
        with c.placed(-0.15, 0.17, 0.66):
            cow(c, v)


def fish_in_water(c: Canvas, v: Variety) -> None:
    """A fish among bubbles and water plants."""
    water = v.colour("#4fb3d9", "#3d9bd0", "#57c2c9", "#2f7fb5")
    c.fade(shade(water, 0.35), shade(water, -0.25))
    c.blob([(-0.3, 0.88), (0.3, 0.9), (0.7, 0.86), (1.3, 0.9), *_below], v.colour("#e3cf9a", "#d3b98a", "#c9c2a0"))
    plant = v.colour("#2f9a6a", "#4aa04a", "#1f7a6a")
    for x, y in v.scattered(int(v.between(5, 2, 7))):
        lean = 0.02 if y < 0.5 else -0.02
        tip = 0.62 + y * 0.14
        stem = [(x, 0.96), (x + lean, (1.92 + tip) / 3), (x - lean, (0.96 + tip * 2) / 3), (x + lean, tip)]
        c.curve(stem, 0.035, plant, 0.01)
        for (right, low), turn in zip(stem[1:3], (-40, 220), strict=True):
            leaf(c, right, low, 0.08, turn, shade(plant, 0.12))
    with v.placed(c, 0.52, 0.48, 0.76):
        fish(c, v)
    for x, y in v.scattered(int(v.between(7, 3, 12))):
        radius = 0.012 + 0.02 * ((x + y) % 0.5)
        c.circle(x, y * 0.6 + 0.04, radius, "#ffffff77")
        c.circle(x - radius * 0.3, y * 0.6 + 0.04 - radius * 0.3, radius * 0.35, WHITE)


def boat_on_river(c: Canvas, v: Variety) -> None:
    """A boat; the far bank behind, waves in front."""
    backdrop(c, v, sky, sky, dusk)
    bank = v.colour("#7fb86a", "#6f9f5f", "#b5a86a")
    c.blob([(-0.3, 0.56), (0.1, 0.47), (0.45, 0.53), (0.8, 0.46), (1.3, 0.54), *_below], bank)
    water = v.colour("#4aa3d6", "#3d8fc4", "#57b8c4", "#6f9fb5")
    c.rectangle(0, 0.58, 1, 1, water)
    for x, y in v.scattered(int(v.between(12, 8, 16))):
        left, low = x * 1.1 - 0.1, 0.62 + y * 0.36
        c.curve(
            [(left, low), (left + 0.035, low - 0.015), (left + 0.07, low), (left + 0.105, low - 0.015)],
            0.011,
            shade(water, 0.5),
        )
    with v.placed(c, 0.5, 0.5, 0.74, 8):
        c.ellipse(0, 0.36, 0.46, 0.06, shade(water, -0.18))
        boat(c, v)


def road(c: Canvas, v: Variety) -> None:
    """Sky, a strip of green, and a road."""
    backdrop(c, v, meadow, dusk, sand)
    height = v.between(0.7, 0.66, 0.74)
    asphalt = v.colour("#6f7078", "#5b5d66", "#85807c")
    c.rectangle(0, height, 1, height + 0.24, asphalt)
    c.rectangle(0, height, 1, height + 0.02, shade(asphalt, 0.4))
    for i in range(5):
        left = i * 0.25 - v.between(0.05, 0, 0.2)
        c.rectangle(left, height + 0.135, left + 0.13, height + 0.16, "#f6f0dc")


def cricket(c: Canvas, v: Variety) -> None:
    """A bat leaning, and its ball."""
    backdrop(c, v, meadow, sand, "#d5efe8", room)
    with v.placed(c, 0.5, 0.5, 0.86):
        c.ellipse(0.02, 0.45, 0.36, 0.045, SHADOW)
        with c.placed(-0.06, 0, 1, 24):
            cricket_bat(c, v)
        with c.placed(0.24, 0.31, 0.27):
            cricket_ball(c, v)


def diya(c: Canvas, v: Variety) -> None:
    """A burning oil lamp in the dark."""
    dark = v.colour("#4a2a5e", "#2f2a5e", "#5e2a3a", "#3a2a22", "#1f3a4a")
    c.fade(shade(dark, -0.25), shade(dark, 0.12))
    c.rectangle(0, 0.76, 1, 1, shade(dark, -0.3))
    for x, y in v.scattered(int(v.between(9, 0, 14))):
        c.circle(x, y * 0.55 + 0.03, 0.008 + 0.01 * y, "#ffd98a88")
    with v.placed(c, 0.5, 0.54, 0.76):
        c.ellipse(0, 0.46, 0.36, 0.05, "#00000044")
        lamp(c, v)


def night(c: Canvas, v: Variety) -> None:
    """A crescent moon and stars over dark hills."""
    dark = v.colour("#1f2a5e", "#16224a", "#2d2560", "#173a5e")
    c.fade(shade(dark, -0.2), shade(dark, 0.28))
    for x, y in v.scattered(int(v.between(16, 10, 24))):
        if (x * 7 + y * 5) % 1 < 0.5:
            star(c, x, y * 0.68 + 0.04, 0.02 + 0.016 * y, "#fff1b8")
        else:
            c.circle(x, y * 0.68 + 0.04, 0.008, "#fffbe6")
    with v.placed(c, 0.56, 0.36, 0.44, 20):
        moon(c, v)
    c.blob([(-0.3, 0.84), (0.2, 0.74), (0.55, 0.84), (1.3, 0.78), *_below], shade(dark, -0.35))
    c.blob([(-0.3, 0.88), (0.4, 0.9), (0.8, 0.8), (1.3, 0.88), *_below], shade(dark, -0.55))


def moon(c: Canvas, v: Variety) -> None:
    """A crescent, open to the right."""
    light = v.colour("#ffe9a3", "#fff6d6", "#ffd97a")
    c.glow(-0.05, 0, 0.7, "#fff1b8")
    tip = 50
    back = [(0.45 * cos(radians(a)), 0.45 * sin(radians(a))) for a in range(tip, 361 - tip, 5)]
    bend = 0.45 * sin(radians(tip))  # the inner arc is half an ellipse between the tips
    front = [(0.45 * cos(radians(tip)) - 0.36 * sin(radians(a)), -bend * cos(radians(a))) for a in range(0, 181, 5)]
    c.polygon([*back, *front], light)


def mountains(c: Canvas, v: Variety) -> None:
    """Three peaks with snow, the sun behind them, firs in front."""
    air = v.colour("#8fd0f0", "#fbc490", "#b5d9ff", "#f2b0a0")
    c.fade(air, shade(air, 0.7))
    sun(c, v.between(0.7, 0.2, 0.8), v.between(0.24, 0.14, 0.28), v.between(0.09, 0.07, 0.11))
    rock = v.colour("#7f8fb0", "#8a7f8f", "#6f8fa0", "#8f7a6a")
    for x, y, size in ((0.84, 0.62, 0.62), (0.2, 0.62, 0.7), (0.52, 0.58, 0.95)):
        with c.placed(x + v.between(0, -0.08, 0.08), y, size * v.between(1, 0.85, 1.15)):
            _peak(c, shade(rock, 0.25 if size < 0.9 else 0))
    grass = v.colour("#7fb86a", "#6fa86f", "#9fb56a")
    c.blob([(-0.3, 0.8), (0.25, 0.74), (0.7, 0.82), (1.3, 0.76), *_below], grass)
    for x, y in v.scattered(int(v.between(6, 0, 9))):
        with c.placed(x, 0.82 + y * 0.1, 0.14 + 0.06 * y):
            _fir(c, shade(grass, -0.4))


def _peak(c: Canvas, rock: str) -> None:
    c.polygon([(-0.5, 0.4), (0, -0.42), (0.5, 0.4)], rock)
    c.polygon([(0, -0.42), (0.5, 0.4), (0.1, 0.4), (0.04, 0)], shade(rock, -0.15))
    c.polygon(
        [(0, -0.42), (0.18, -0.125), (0.1, -0.17), (0.05, -0.08), (-0.02, -0.17), (-0.09, -0.09), (-0.18, -0.125)],
        "#ffffff",
    )
    c.polygon([(0, -0.42), (0.18, -0.125), (0.1, -0.17), (0.05, -0.08), (0.03, -0.2)], "#dfe9f2")


def _fir(c: Canvas, green: str) -> None:
    c.rectangle(-0.06, 0.3, 0.06, 0.5, "#6f4a35")
    for top, low, across in ((-0.1, 0.36, 0.34), (-0.32, 0.1, 0.27), (-0.5, -0.14, 0.19)):
        c.polygon([(0, top), (across, low), (-across, low)], green)


def umbrella_in_rain(c: Canvas, v: Variety) -> None:
    """An umbrella, drops around it, a puddle below."""
    grey = v.colour("#a9bccb", "#93a8ba", "#b8c0d0", "#8fa8a8")
    c.fade(shade(grey, -0.12), shade(grey, 0.5))
    c.rectangle(0, 0.86, 1, 1, v.colour("#8a949f", "#7f9a8a", "#9a8f85"))
    c.ellipse(v.between(0.5, 0.35, 0.65), 0.93, 0.3, 0.035, "#c6dcec")
    rain(c, v, int(v.between(44, 30, 60)), v.colour("#4a7fb8", "#3d6fa8", "#f0f7fc"))
    with v.placed(c, 0.5, 0.52, 0.78):
        umbrella(c, v)


SCENES: dict[str, Part] = {
    "dog": alone(dog, "#d5ecf7", room, meadow, sand, dusk, y=0.52, size=0.86),
    "cat": alone(cat, "#f9dfe3", room, meadow, moonlight, y=0.52, size=0.86),
    "girl-hugging-dog": girl_hugging_dog,
    "boy-kite": boy_kite,
    "kite": kite_in_sky,
    "train": train_on_rails,
    "mango": alone(mango, "#e3f2d8", room, meadow, "#fff6d6", y=0.52),
    "bananas": alone(bananas, "#dff0f5", room, "#f8dfe4", meadow, y=0.52, size=0.84),
    "rain-house": rain_house,
    "house": house_sun,
    "cow-tree": cow_tree,
    "tree": alone(tree, meadow, sand, dusk, "#d9eef7", y=0.48, size=0.88, turn=7),
    "elephant": alone(elephant, sand, meadow, "#fde9cf", dusk, y=0.54, size=0.86),
    "peacock": alone(peacock, "#fdeecb", meadow, sand, dusk, y=0.52, size=0.8),
    "fish": fish_in_water,
    "bird": alone(bird, sky, "#fff6d6", meadow, dusk, y=0.5, size=0.86),
    "boat": boat_on_river,
    "bus": alone(bus, road, y=0.55, size=0.86, turn=5),
    "auto-rickshaw": alone(auto_rickshaw, road, road, "#fde9cf", y=0.5, size=0.82, turn=5),
    "bicycle": alone(bicycle, "#fde9cf", road, meadow, sand, "#d5efe8", y=0.48, size=0.92),
    "cricket": cricket,
    "book": alone(book, "#dcebf7", room, "#f8dfe4", "#e3f2d8", y=0.5, size=0.86),
    "tea": alone(tea, "#e8b48a", room, "#d5efe8", moonlight, y=0.53, size=0.76),
    "lamp": diya,
    "night": night,
    "mountains": mountains,
    "flower": alone(potted_flower, room, "#d9eef7", meadow, "#fff6d6", y=0.52, size=0.86),
    "umbrella": umbrella_in_rain,
    "butterfly": alone(butterfly, "#e6f4d7", meadow, sky, "#fff6d6", y=0.5, size=0.82),
    "clock": alone(clock, "#d5efe8", room, "#fde9cf", "#e9e2f6", y=0.5, size=0.76),
}

IDS: tuple[str, ...] = tuple(SCENES)
