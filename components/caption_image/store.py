"""the name of a picture -> the picture. No torch, no gradio, no HTML.

A picture has one of three kinds of name, and the same name always means the same pixels:

    sample:dog          drawn by drawings.py
    emoji:🐶            drawn by the machine's font of coloured emoji, if it has one
    file:3f2a…          what a visitor brought, by its content; kept in memory only, the least recently used one leaves

A page that names a file which has left is told so (`Gone`), and sends it again: the browser still has it.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import regex
from PIL import Image, ImageDraw, ImageFont, ImageOps

from components.caption_image import drawings
from components.caption_image.opening import Opened
from components.errors import PathshalaError

SIDE = 288  # pixels of what is drawn here
KEPT = 512_000_000  # bytes of pixels that visitors brought
EMOJI_FONTS = (
    Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
    Path("/usr/share/fonts/noto/NotoColorEmoji.ttf"),
    Path("/usr/share/fonts/google-noto-emoji/NotoColorEmoji.ttf"),
    Path("/System/Library/Fonts/Apple Color Emoji.ttc"),
    Path("C:/Windows/Fonts/seguiemj.ttf"),
)
IS_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
EMOJI_SIZES = (109, 136, 160, 128)  # pixels in which these fonts hold their pictures; each has one


class Gone(PathshalaError):
    """Pictures that left the memory since the page named them; `names` says which."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("Some of the pictures are no longer in this page's memory: add them again.")
        self.names = tuple(names)


@dataclass(frozen=True)
class Picture:
    """`name` is also what it is remembered by when it has been encoded."""

    name: str
    image: Image.Image  # RGB
    width: int  # as it was
    height: int
    notes: tuple[str, ...] = ()


_files: OrderedDict[str, Opened] = OrderedDict()
_lock = threading.Lock()


def keep(opened: Opened, side: int = 1024) -> Picture:
    """A visitor's picture, under the name of its content, its longer side at most `side` pixels."""
    name = f"file:{opened.key}"
    if max(opened.image.size) > side:
        name = f"{name}-{side}"
        opened = replace(opened, image=ImageOps.contain(opened.image, (side, side), Image.Resampling.LANCZOS))
    with _lock:
        _files[name] = opened
        _files.move_to_end(name)
        while len(_files) > 1 and sum(map(_bytes, _files.values())) > KEPT:
            _files.popitem(last=False)
    return _of_file(name, opened)


def _bytes(opened: Opened) -> int:
    return 3 * opened.image.width * opened.image.height


def _of_file(name: str, opened: Opened) -> Picture:
    return Picture(name, opened.image, opened.width, opened.height, opened.notes)


def find(names: Sequence[str]) -> list[Picture]:
    """All of them. Raises Gone, with all names that have left, and PathshalaError for a name nobody knows."""
    found: list[Picture] = []
    gone = []
    for name in names:
        kind, _, what = str(name).partition(":")
        if kind == "sample":
            found.append(sample(what))
        elif kind == "emoji":
            found.append(emoji(what))
        elif kind == "file":
            with _lock:
                opened = _files.get(name)
                if opened is not None:
                    _files.move_to_end(name)
            if opened is None:
                gone.append(name)
            else:
                found.append(_of_file(name, opened))
        else:
            raise PathshalaError(f"There is no picture “{str(name)[:40]}”.")
    if gone:
        raise Gone(gone)
    return found


@lru_cache(maxsize=len(drawings.IDS))
def sample(id: str) -> Picture:
    """One of our own drawings. Raises PathshalaError for an unknown id."""
    if id not in drawings.IDS:
        raise PathshalaError(f"There is no drawing “{id[:40]}”. There are: {', '.join(drawings.IDS)}.")
    return Picture(f"sample:{id}", drawings.draw(id, SIDE), SIDE, SIDE)


# -- emoji ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def emoji(sign: str) -> Picture:
    """A sign as the font draws it, on white. Raises PathshalaError if there is no font, or no such sign in it."""
    sign = sign.strip()
    if len(sign) > 16 or not IS_EMOJI.search(sign):
        raise PathshalaError("Type one emoji, such as 🐘 or 🥭.")
    font = emoji_font()
    if font is None:
        raise PathshalaError(
            "This machine has no font with coloured emoji (fonts-noto-color-emoji on Debian and Ubuntu):"
            " choose a sample or a file instead."
        )
    size = round(font.size)
    image = Image.new("RGBA", (3 * size, 3 * size))
    ImageDraw.Draw(image).text((size, size), sign, font=font, embedded_color=True)
    box = image.getbbox()
    if box is None or box[2] - box[0] > 1.6 * size or not _is_coloured(image.crop(box)):
        raise PathshalaError(f"“{sign}” is no emoji that this machine's font can draw as one picture.")
    cut = image.crop(box)
    side = round(1.25 * max(cut.size))
    white = Image.new("RGBA", (side, side), "white")
    white.alpha_composite(cut, ((side - cut.width) // 2, (side - cut.height) // 2))
    drawn = white.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return Picture(f"emoji:{sign}", drawn, SIDE, SIDE)


def _is_coloured(image: Image.Image) -> bool:
    """Letters, and the box for a missing sign, are drawn in black alone."""
    colours = image.getcolors(maxcolors=image.width * image.height) or []
    return any(max(pixel[:3]) > 24 and pixel[3] > 128 for _, pixel in colours if isinstance(pixel, tuple))


@lru_cache(maxsize=1)
def emoji_font() -> ImageFont.FreeTypeFont | None:
    """The machine's font of coloured emoji, in the size that it has."""
    for file in EMOJI_FONTS:
        for size in EMOJI_SIZES:
            if file.is_file():
                try:
                    return ImageFont.truetype(str(file), size)
                except OSError:
                    continue
    return None
