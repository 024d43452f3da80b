"""A visitor's file -> a picture that models can take, or one sentence that says why not. No torch, no gradio, no HTML.

Each file is first walked through (walking.py): its size, frames, orientation and colour profile are read before any
pixel is, and Pillow gets the file without what its pixels do not need. Left out on purpose: frames after the first,
embedded previews, text, and formats that another program would have to draw (PDF, EPS, SVG).
"""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageFile, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from components.caption_image.walking import PROFILE_LIMIT, Cut, Found, Refused, check_size, orientation, read
from components.errors import PathshalaError

BYTES_LIMIT = 20_000_000  # the page states it next to the input

LARGEST = 1024  # pixels of the longer side of what is given on
SMALLEST = 4  # and of the shorter: a height of 1 or 3 pixels may be taken for colour channels
STRIP = 1 << 20  # pixels that are converted at a time

_one_at_a_time = threading.Lock()  # a picture at the limit takes up to 200 MB while it is decoded


@dataclass(frozen=True)
class Opened:
    """A picture as every model can take it."""

    image: Image.Image  # RGB, upright, the longer side at most LARGEST pixels
    key: str  # the same for the same pixels, whatever file they came in
    width: int  # as it was, upright
    height: int
    notes: tuple[str, ...]  # what was done to it, for the visitor: "first of 12 frames"


# -- opening -------------------------------------------------------------------------------------------------------


def open_file(path: Path | str, folder: Path) -> Opened:
    """The picture in a file of `folder`; what lies elsewhere is refused, also by way of a link or of "..".

    Raises PathshalaError.
    """
    try:
        real = Path(path).resolve()
        if not real.is_relative_to(folder.resolve()):
            raise PathshalaError("Only pictures that were sent to this page can be opened: choose yours again.")
        if not real.is_file():
            raise FileNotFoundError(real)
        size = real.stat().st_size
        with real.open("rb") as file:
            data = file.read(BYTES_LIMIT + 1)
    except (OSError, ValueError, RuntimeError) as error:  # a zero in its name, a link to itself
        raise PathshalaError("The picture is not on this machine any more: choose it again.") from error
    return _open(data, Path(path).name, max(size, len(data)))


def open_bytes(data: bytes, name: str = "") -> Opened:
    """The picture in `data`; `name` is what a sentence to the visitor calls it, and says nothing of its format.

    Raises PathshalaError, and nothing else.
    """
    return _open(data, name, len(data))


def _open(data: bytes, name: str, size: int) -> Opened:
    try:
        if size > BYTES_LIMIT:
            limit = f"the limit is {BYTES_LIMIT / 1e6:.0f} MB"
            raise Refused(f"has {size / 1e6:.1f} MB and {limit}: save it smaller, or take a screenshot of it")
        found = read(data)
        check_size(found.width, found.height, found.kind)
        return _finished(found)
    except Refused as error:
        raise PathshalaError(f"{_called(name)} {error}.") from error
    except Exception as error:  # Pillow and the libraries below it raise whatever comes
        if isinstance(error, Cut) or "truncated" in str(error):
            reason = "ends too early, as if its download broke off: fetch or send it again"
        else:
            reason = "could not be read as a picture, it may be damaged: open it elsewhere and save it again"
        raise PathshalaError(f"{_called(name)} {reason}.") from error


def _called(name: str) -> str:
    """A visitor's file name, "C:\\photos\\cow.png" -> "“cow.png”"; one line of at most 60 characters."""
    name = "".join(letter for letter in re.split(r"[/\\]", name)[-1] if letter.isprintable()).strip()
    if not name:
        return "This file"
    return f"“{name if len(name) <= 60 else name[:40] + '…' + name[-19:]}”"


def _finished(found: Found) -> Opened:
    """Decoded, on white, reduced, in sRGB and upright, with a note for each of these that changed something."""
    with _one_at_a_time:
        image, found, notes = _decode(found)
    image, converted = _to_srgb(image, found.profile)
    if converted:
        notes.append(converted)
    width, height = found.width, found.height
    if found.orientation in TURNS:
        image = image.transpose(TURNS[found.orientation])
        notes.append("turned as the camera noted")
        width, height = (height, width) if found.orientation >= 5 else (width, height)
    if max(width, height) > max(image.size):
        notes.append(f"reduced from {width:,} × {height:,}")
    if min(image.size) < SMALLEST:
        image = image.resize((image.width * SMALLEST, image.height * SMALLEST), Image.Resampling.NEAREST)
        notes.append(f"enlarged from {width:,} × {height:,}")
    key = hashlib.sha256(f"{image.width} {image.height} ".encode() + image.tobytes()).hexdigest()
    return Opened(image, key, width, height, tuple(notes))


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # of EXIF, to upright


# -- pixels --------------------------------------------------------------------------------------------------------


def _decode(found: Found) -> tuple[Image.Image, Found, list[str]]:
    """The first frame as RGB, L or CMYK, the longer side at most LARGEST; what only Pillow knew; the notes so far."""
    with found.opener(BytesIO(found.data)) as image:
        if image.size != (found.width, found.height):
            check_size(*image.size, found.kind)
        found = _with_what_pillow_knew(found, image)
        notes = _notes(found, image)
        share = min(1.0, 2 * LARGEST / max(image.size))
        image.draft(None, (max(1, int(image.width * share)), max(1, int(image.height * share))))  # JPEG alone heeds it
        image.load()
        small, clear = _reduced(image, found)
    return small, found, [*notes, "transparency is shown on white"] if clear else notes


def _with_what_pillow_knew(found: Found, image: ImageFile.ImageFile) -> Found:
    """WebP and AVIF say their frames, orientation and profile once their library has opened them."""
    if found.kind not in ("WebP", "AVIF"):
        return found
    turned = orientation(image.info.get("exif") or b"")
    profile = image.info.get("icc_profile") or b""
    frames = getattr(image, "n_frames", 1)
    width, height = image.size
    return replace(found, width=width, height=height, frames=frames, orientation=turned, profile=profile)


def _notes(found: Found, image: Image.Image) -> list[str]:
    notes = []
    if found.frames > 1:
        notes.append(f"first of {found.frames:,} {'pages' if found.opener is TiffImageFile else 'frames'}")
    if 8 < found.bits <= 16:
        notes.append(f"{found.bits} bits reduced to 8")
    if image.mode == "CMYK":
        notes.append("CMYK colours converted")
    if image.mode in ("I", "F"):
        notes.append("its smallest value is shown black and its largest white")
    return notes


def _reduced(image: Image.Image, found: Found) -> tuple[Image.Image, bool]:
    """The same with a longer side of at most LARGEST, strip by strip, and whether something was transparent.

    So a picture is never in memory twice: only its strips are converted, and each is reduced at once.
    """
    factor = max(1, max(image.size) // (2 * LARGEST))
    black, white = _range(image, found)
    pasted, clear = None, False
    for top, strip in _strips(image, factor):
        strip, seen = _on_white(strip) if black == white else _grey(strip, black, white)
        strip, clear = strip.reduce(factor), clear or seen
        if pasted is None:
            pasted = Image.new(strip.mode, (strip.width, -(-image.height // factor)))
        pasted.paste(strip, (0, top // factor))
    assert pasted is not None
    if max(pasted.size) > LARGEST:
        share = LARGEST / max(image.size)
        size = max(1, round(image.width * share)), max(1, round(image.height * share))
        pasted = pasted.resize(size, Image.Resampling.LANCZOS)
    return pasted, clear


def _strips(image: Image.Image, factor: int) -> Iterator[tuple[int, Image.Image]]:
    """Strips of about STRIP pixels and a multiple of `factor` rows, each with its first row."""
    rows = max(1, STRIP // image.width // factor) * factor
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(image.height, top + rows)))


def _on_white(strip: Image.Image) -> tuple[Image.Image, bool]:
    """Any mode of 8 bits -> RGB, L or CMYK, and whether something was transparent."""
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        clear = strip.getchannel("A").getextrema() != (255, 255)
        return Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip).convert("RGB"), clear
    if strip.mode in ("L", "CMYK"):
        return strip, False
    return strip.convert("L" if strip.mode == "1" else "RGB"), False


def _range(image: Image.Image, found: Found) -> tuple[float, float]:
    """The values shown black and white; 0 and 0 where there are 8 bits already.

    16 bits mean 0 to 65,535, whatever occurs. In whole numbers of 32 bits and in floats nothing says what is white, so
    they are stretched.
    """
    black, white = 0.0, 0.0
    if image.mode.startswith("I;16"):
        black, white = 0.0, float((1 << found.bits) - 1)
    elif image.mode in ("I", "F"):
        ends = [end for _top, strip in _strips(image, 1) for end in _ends(strip)]
        black, white = min(ends, default=0.0), max(ends, default=0.0)
        white = white if white > black else black + 1
    return (white, black) if found.negative else (black, white)


def _ends(strip: Image.Image) -> tuple[float, ...]:
    """Smallest and largest, or nothing where no value is a number."""
    values = np.asarray(strip)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else ()


def _grey(strip: Image.Image, black: float, white: float) -> tuple[Image.Image, bool]:
    """Values from `black` to `white` -> 0 to 255; what is no number is black. And whether something was transparent."""
    values = np.asarray(strip)  # height x width
    with np.errstate(invalid="ignore"):
        shares = np.clip((values.astype(np.float64) - black) / (white - black), 0, 1)
    clear = values == strip.info.get("transparency", np.nan)  # PNG may name one value as transparent
    shares = np.where(clear, 1, np.nan_to_num(shares))
    return Image.fromarray((shares * 255 + 0.5).astype(np.uint8)), bool(clear.any())


def _to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, str]:
    """RGB in the colours of screens, and a note if that shows. A profile that is broken or does not fit is ignored."""
    plain = image.convert("RGB")
    if not 0 < len(profile) < PROFILE_LIMIT:
        return plain, ""
    try:
        converted = ImageCms.profileToProfile(image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return plain, ""
    if converted is None or image.mode == "CMYK":
        return converted or plain, ""
    shows = np.abs(np.asarray(converted, dtype=np.int16) - np.asarray(plain)).max() > 4
    return converted, "colours converted to sRGB" if shows else ""


# -- for the page --------------------------------------------------------------------------------------------------


def thumbnail(image: Image.Image, side: int) -> bytes:
    """JPEG of an RGB picture, the longer side at most `side` pixels; a smaller picture keeps its size."""
    assert side >= 1
    if max(image.size) > side:
        image = ImageOps.contain(image, (side, side), Image.Resampling.LANCZOS)
    file = BytesIO()
    image.save(file, "JPEG", quality=85, subsampling=0)  # colours at full resolution: drawings and letters stay clean
    return file.getvalue()


def data_url(data: bytes, kind: str = "jpeg") -> str:
    """b"…" -> "data:image/jpeg;base64,…", for an <img>"""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
