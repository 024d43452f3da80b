"""Shapes in unit coordinates -> a smooth picture. Pillow and numpy only; it knows no scene.

    >>> canvas = Canvas(72)
    >>> with canvas.placed(0.5, 0.5, 0.4, turn=45):  # what follows is centred, 0.4 as large, turned by 45 degrees
    ...     canvas.rectangle(-0.5, -0.5, 0.5, 0.5, "#e4572e")
    >>> canvas.picture().size
    (72, 72)

(0, 0) is the upper left corner and (1, 1) the lower right one; angles are in degrees, clockwise, from the right.
Colours are "#rrggbb", or "#rrggbbaa" for what shines through. Pillow draws hard edges, so we draw a larger picture and
reduce it. Lettering and clipping are left out: no scene needs them.
"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

Point = tuple[float, float]
Points = NDArray[np.float64]  # points x 2

_STEPS = 8  # points that a smooth curve gets between two given ones


class Canvas:
    """A square picture in the making, `size` pixels wide, drawn `fineness` times larger and then reduced."""

    def __init__(self, size: int, fineness: int = 3, *, mirrored: bool = False) -> None:
        self._size = size
        self._pixels = size * fineness
        self._image = Image.new("RGB", (self._pixels, self._pixels), "white")
        self._draw = ImageDraw.Draw(self._image, "RGBA")  # "RGBA" on an RGB picture lets colours shine through
        self._matrix = np.diag([-self._pixels if mirrored else self._pixels, self._pixels]).astype(float)
        self._origin = np.array([self._pixels if mirrored else 0, 0], float)

    def picture(self) -> Image.Image:
        """What was drawn so far -> an RGB picture of size x size pixels."""
        return self._image.resize((self._size, self._size), Image.Resampling.LANCZOS)

    @contextmanager
    def placed(
        self, x: float, y: float, scale: float = 1, turn: float = 0, *, mirrored: bool = False
    ) -> Iterator[None]:
        """Inside the block (0, 0) lies at (x, y), and everything is mirrored (left to right), turned and scaled."""
        matrix, origin = self._matrix, self._origin
        cosine, sine = scale * cos(radians(turn)), scale * sin(radians(turn))
        side = -1 if mirrored else 1
        self._origin = np.array([x, y]) @ matrix + origin
        self._matrix = np.array([[side * cosine, side * sine], [-sine, cosine]]) @ matrix
        try:
            yield
        finally:
            self._matrix, self._origin = matrix, origin

    # --- areas ---

    def fade(self, top: str, bottom: str) -> None:
        """Fills the whole picture, from one colour at the top to another at the bottom."""
        rows = np.linspace(ImageColor.getrgb(top), ImageColor.getrgb(bottom), self._pixels)
        column = Image.fromarray(rows.round().astype(np.uint8)[:, None, :])
        self._image.paste(column.resize(self._image.size, Image.Resampling.NEAREST))

    def polygon(self, points: Sequence[Point] | Points, colour: str) -> None:
        """Fills the area between the corners."""
        placed = np.asarray(points, float) @ self._matrix + self._origin
        self._draw.polygon(placed.ravel().tolist(), fill=colour)

    def blob(self, points: Sequence[Point], colour: str) -> None:
        """Fills a soft shape whose edge runs through all the points."""
        self.polygon(_smooth_ring(tuple(points)), colour)

    def ellipse(self, x: float, y: float, across: float, down: float, colour: str, turn: float = 0) -> None:
        """Fills an ellipse with these two radii."""
        self.polygon(_ellipse(x, y, across, down, 0, 360, turn), colour)

    def circle(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fills a circle."""
        self.polygon(_ellipse(x, y, radius, radius, 0, 360), colour)

    def segment(
        self, x: float, y: float, across: float, down: float, start: float, end: float, colour: str, turn: float = 0
    ) -> None:
        """Fills what a straight cut leaves of an ellipse: from 0 to 180 degrees its lower half."""
        self.polygon(_ellipse(x, y, across, down, start, end, turn), colour)

    def rectangle(self, left: float, top: float, right: float, bottom: float, colour: str, radius: float = 0) -> None:
        """Fills a rectangle, with round corners if they have a radius."""
        corners = ((right, bottom, 0), (left, bottom, 90), (left, top, 180), (right, top, 270))
        if not radius:
            self.polygon([(x, y) for x, y, _ in corners], colour)
            return
        inner_x, inner_y = (left + radius, right - radius), (top + radius, bottom - radius)
        arcs = [
            _ellipse(float(np.clip(x, *inner_x)), float(np.clip(y, *inner_y)), radius, radius, start, start + 90)
            for x, y, start in corners
        ]
        self.polygon(np.concatenate(arcs), colour)

    def glow(self, x: float, y: float, radius: float, colour: str) -> None:
        """Light that gets weaker outwards; `colour` is "#rrggbb"."""
        for step in range(20, 0, -1):
            self.circle(x, y, radius * step / 20, colour + "0b")

    # --- lines, all with round ends ---

    def line(self, points: Sequence[Point], width: float, colour: str) -> None:
        """Straight from point to point."""
        for start, end in itertools.pairwise(points):
            self.polygon(_stroke((start, end), width, width), colour)

    def curve(self, points: Sequence[Point], width: float, colour: str, end: float | None = None) -> None:
        """Smoothly through all the points; `end` is the width at the last one, if it differs."""
        self.polygon(_smooth_stroke(tuple(points), width, width if end is None else end), colour)

    def arc(
        self, x: float, y: float, across: float, down: float, start: float, end: float, width: float, colour: str
    ) -> None:
        """Along an ellipse, from one angle to another."""
        self.polygon(_arc_stroke(x, y, across, down, start, end, width), colour)

    def ring(self, x: float, y: float, radius: float, width: float, colour: str) -> None:
        """Once around a circle."""
        outer, inner = (_ellipse(x, y, far, far, 0, 360) for far in (radius + width / 2, radius - width / 2))
        self.polygon(np.concatenate([outer, inner[::-1]]), colour)


def smooth(points: Sequence[Point]) -> list[Point]:
    """A few points -> many, on a smooth curve through them, to build a polygon with."""
    return [(float(x), float(y)) for x, y in _smooth_path(tuple(points))]


# --- shapes as points; they do not depend on the canvas, so each is computed once ---


@lru_cache(maxsize=4096)
def _ellipse(x: float, y: float, across: float, down: float, start: float, end: float, turn: float = 0) -> Points:
    count = max(6, round(abs(end - start) / 360 * 64))
    angles = np.radians(np.linspace(start, end, count + 1))
    right, low = across * np.cos(angles), down * np.sin(angles)
    cosine, sine = cos(radians(turn)), sin(radians(turn))
    return np.stack([x + right * cosine - low * sine, y + right * sine + low * cosine], axis=1)


@lru_cache(maxsize=4096)
def _smooth_ring(points: tuple[Point, ...]) -> Points:
    return _catmull_rom(np.array([points[-1], *points, points[0], points[1]]))


@lru_cache(maxsize=4096)
def _smooth_path(points: tuple[Point, ...]) -> Points:
    curve = _catmull_rom(np.array([points[0], *points, points[-1]]))
    return np.concatenate([curve, np.array([points[-1]])])


def _catmull_rom(points: Points) -> Points:
    """Points -> a curve through all but the first and the last (Catmull and Rom, 1974, tension 1/2)."""
    t = np.arange(_STEPS)[:, None, None] / _STEPS
    before, start, end, after = points[:-3], points[1:-2], points[2:-1], points[3:]
    curve = (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    ) / 2  # steps x pieces x 2
    joined: Points = np.swapaxes(curve, 0, 1).reshape(-1, 2)
    return joined


@lru_cache(maxsize=4096)
def _smooth_stroke(points: tuple[Point, ...], width: float, end: float) -> Points:
    return _outline(_smooth_path(points), width, end)


@lru_cache(maxsize=4096)
def _arc_stroke(x: float, y: float, across: float, down: float, start: float, end: float, width: float) -> Points:
    return _outline(_ellipse(x, y, across, down, start, end), width, width)


@lru_cache(maxsize=4096)
def _stroke(points: tuple[Point, ...], width: float, end: float) -> Points:
    return _outline(np.array(points, float), width, end)


def _outline(path: Points, width: float, end: float) -> Points:
    """A path and its width at both ends -> the edge of the stroke: along one side, around the tip, and back."""
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * np.linspace(width, end, len(path))[:, None] / 2
    tip, tail = (_half_round(path[at], across[at]) for at in (-1, 0))
    return np.concatenate([path + across, tip, (path - across)[::-1], 2 * path[0] - tail])


def _half_round(centre: Points, across: Points) -> Points:
    """From centre + across, around the front, to centre - across."""
    angles = np.radians(np.linspace(0, -180, 9))[:, None]
    front = np.array([across[1], -across[0]])
    edge: Points = centre + np.cos(angles) * across - np.sin(angles) * front
    return edge
