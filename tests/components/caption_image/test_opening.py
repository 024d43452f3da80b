"""Files of visitors: real ones of every kind, damaged ones, and those made to fill the memory."""

import base64
import io
import json
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile, ImageOps

from components.caption_image import opening, walking
from components.caption_image.opening import LARGEST, Opened, data_url, open_bytes, open_file, thumbnail
from components.errors import PathshalaError

ROOT = Path(__file__).parents[3]
LOSSLESS = ["PNG", "GIF", "BMP", "TIFF"]
FORMATS = [*LOSSLESS, "JPEG", "WEBP", *(["AVIF"] if "AVIF" in walking.FORMATS else [])]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@cache
def slope() -> Image.Image:
    """40 x 30: red grows to the right, green downwards, so every turn of it looks different."""
    down, right = np.mgrid[0:30, 0:40]
    return Image.fromarray(np.dstack([right * 6, down * 8, right * 0 + 77]).astype(np.uint8))


def levels() -> np.ndarray:
    """16 x 16: every value from 0 to 255 once."""
    return np.arange(256).reshape(16, 16)


def pixels(opened: Opened) -> np.ndarray:
    """height x width x RGB"""
    assert opened.image.mode == "RGB"
    return np.asarray(opened.image).astype(int)


def refusal(data: bytes, name: str = "") -> str:
    with pytest.raises(PathshalaError) as raised:
        open_bytes(data, name)
    return str(raised.value)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def png(size: tuple[int, int], bits: int, colours: int, rows: bytes, *before: bytes, after: bytes = b"") -> bytes:
    """A PNG chunk by chunk; `colours` is 0 for grey, 2 for RGB."""
    head = struct.pack(">IIBBBBB", *size, bits, colours, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *before, chunk(b"IDAT", zlib.compress(rows, 1)), after, chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def dot(*before: bytes, after: bytes = b"") -> bytes:
    return png((10, 10), 8, 0, bytes(110), *before, after=after)


def tiff(entries: list[tuple[int, int, int, int]], data: bytes = b"") -> bytes:
    """A TIFF of one directory; `data` begins at 10 + 12 * entries + 4."""
    lines = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + lines + bytes(4) + data


# -- shown right ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_shows_the_picture(kind: str) -> None:
    opened = open_bytes(encoded(slope(), kind), "no format in this.name")
    assert (opened.width, opened.height, opened.notes) == (40, 30, ())
    assert np.abs(pixels(opened) - np.asarray(slope())).mean() < 4


def test_the_same_pixels_have_one_key() -> None:
    keys = {open_bytes(encoded(slope(), kind)).key for kind in ("PNG", "BMP", "TIFF")}
    assert len(keys) == 1
    assert open_bytes(encoded(slope().transpose(Image.Transpose.ROTATE_180), "PNG")).key not in keys
    flat = Image.new("RGB", (4, 9))
    assert open_bytes(encoded(flat, "PNG")).key != open_bytes(encoded(flat.resize((9, 4)), "PNG")).key


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_reduced_as_a_good_filter_does(kind: str) -> None:
    large = slope().resize((5000, 3000), Image.Resampling.BICUBIC)
    opened = open_bytes(encoded(large, kind))
    assert opened.image.size == (LARGEST, 614)
    assert (opened.width, opened.height, opened.notes) == (5000, 3000, ("reduced from 5,000 × 3,000",))
    assert np.abs(pixels(opened) - np.asarray(large.resize((LARGEST, 614), Image.Resampling.LANCZOS))).max() < 8


def test_the_longest_strips_and_the_smallest_pictures() -> None:
    assert open_bytes(encoded(Image.new("RGB", (10_000, 500), "red"), "PNG")).image.size == (LARGEST, 51)
    assert "10,000 × 10 pixels, a strip 1,000 times" in refusal(encoded(Image.new("1", (10_000, 10)), "PNG"))
    one = open_bytes(encoded(Image.new("RGB", (1, 1), (9, 80, 200)), "PNG"))
    assert (one.width, one.height, one.notes) == (1, 1, ("enlarged from 1 × 1",))
    assert (pixels(one) == (9, 80, 200)).all()
    assert min(open_bytes(encoded(Image.new("RGB", (30, 3)), "PNG")).image.size) >= opening.SMALLEST


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", *FORMATS[6:]])
def test_of_an_animation_the_first_frame_is_shown(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "lime")]
    opened = open_bytes(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert opened.notes == (f"first of 3 {'pages' if kind == 'TIFF' else 'frames'}",)
    assert np.abs(pixels(opened) - (255, 0, 0)).max() < 8


def test_of_a_phones_two_pictures_the_first_is_shown() -> None:
    opened = open_bytes(encoded(slope(), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))]))
    assert opened.notes == ()
    assert np.abs(pixels(opened) - np.asarray(slope())).mean() < 4


# -- colours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "PA", "RGBA", "CMYK", "LAB"])
def test_every_mode_that_tiff_can_hold(mode: str) -> None:
    plain = slope()
    if mode == "LAB":
        ends = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(plain, *ends, outputMode="LAB")
    else:
        image = plain.convert(mode)
    assert image is not None
    opened = open_bytes(encoded(image, "TIFF"))
    assert opened.notes == (("CMYK colours converted",) if mode == "CMYK" else ())
    assert np.abs(pixels(opened) - np.asarray(image.convert("RGB"))).max() < 12


@pytest.mark.parametrize("packing", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_every_packing_of_tiff(packing: str) -> None:
    opened = open_bytes(encoded(slope(), "TIFF", compression=packing))
    assert np.abs(pixels(opened) - np.asarray(slope())).mean() < 4


def clear(mode: str) -> Image.Image:
    """Black, transparent in the upper half."""
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 8, 4))
    return image.convert(mode)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(clear("RGBA"), "PNG"), id="RGBA"),
        pytest.param(encoded(clear("LA"), "PNG"), id="LA"),
        pytest.param(encoded(clear("RGBA"), "WEBP", lossless=True), id="WebP"),
        pytest.param(encoded(clear("RGBA"), "GIF"), id="GIF"),
        pytest.param(encoded(clear("RGBA"), "TIFF"), id="TIFF"),
        pytest.param(encoded(clear("RGBA").quantize(), "PNG"), id="palette"),
        pytest.param(encoded(clear("RGBA").quantize(), "PNG", transparency=bytes([0, 255])), id="palette with bytes"),
        pytest.param(encoded(clear("RGBA").getchannel("A"), "PNG", transparency=0), id="one grey"),
        pytest.param(
            png((2, 2), 16, 0, b"\0\1\0\1\0" + b"\0" * 5, chunk(b"tRNS", struct.pack(">H", 256))), id="one of 16 bits"
        ),
    ],
)
def test_what_is_transparent_is_white(data: bytes) -> None:
    opened = open_bytes(data)
    assert opened.notes[-1:] == ("enlarged from 2 × 2",) or opened.notes == ("transparency is shown on white",)
    assert "transparency is shown on white" in opened.notes
    assert (pixels(opened)[0, 0] == 255).all()


def test_half_transparent_is_half_white_and_opaque_has_no_note() -> None:
    opened = open_bytes(encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "PNG"))
    assert np.abs(pixels(opened)[0, 0] - (255, 127, 127)).max() <= 1
    assert open_bytes(encoded(slope().convert("RGBA"), "PNG")).notes == ()


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_keep_their_order(kind: str) -> None:
    opened = open_bytes(encoded(Image.fromarray((levels() * 257).astype(np.uint16)), kind))
    assert opened.notes == ("16 bits reduced to 8",)
    assert (pixels(opened)[..., 0] == levels()).all()


def test_16_bits_of_rgb() -> None:
    rows = b"".join(b"\0" + (row * 257).astype(">u2").repeat(3).tobytes() for row in levels())
    opened = open_bytes(png((16, 16), 16, 2, rows))
    assert opened.notes == ("16 bits reduced to 8",)
    assert (pixels(opened)[..., 1] == levels()).all()


def test_16_bits_where_0_is_white() -> None:
    values = (levels() * 257).astype("<u2").tobytes()
    sizes = [(256, 3, 1, 16), (257, 3, 1, 16), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 0)]
    data = tiff([*sizes, (273, 4, 1, 122), (277, 3, 1, 1), (278, 3, 1, 16), (279, 4, 1, 512)], values)
    assert (pixels(open_bytes(data))[..., 2] == 255 - levels()).all()


@pytest.mark.parametrize("kind", [np.float32, np.int32])
def test_values_without_a_white_are_stretched(kind: type) -> None:
    opened = open_bytes(encoded(Image.fromarray((levels() * 1000 - 5000).astype(kind)), "TIFF"))
    assert opened.notes == ("its smallest value is shown black and its largest white",)
    assert (pixels(opened)[..., 0] == levels()).all()


def test_what_is_no_number_is_black() -> None:
    values = levels().astype(np.float32)
    values[3, 3], values[4, 4], values[5, 5] = np.nan, np.inf, -1
    shown = pixels(open_bytes(encoded(Image.fromarray(values), "TIFF")))[..., 0]
    assert (shown[3, 3], shown[4, 4], shown[5, 5], shown[15, 15]) == (0, 255, 0, 255)
    for same in (np.nan, 5):
        assert (pixels(open_bytes(encoded(Image.fromarray(np.full((8, 8), same, np.float32)), "TIFF"))) == 0).all()


def test_cmyk_and_ycck() -> None:
    inks = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    opened = open_bytes(inks)
    assert opened.notes == ("CMYK colours converted",)
    assert np.abs(pixels(opened) - (255, 0, 0)).max() < 8
    # YCCK is CMYK whose inks are stored as the Y, Cb and Cr of what they leave; the Adobe segment says so by a 2.
    # Like Adobe, Pillow stores each ink as 255 less itself.
    left = np.asarray(Image.new("RGB", (1, 1), "cyan").convert("YCbCr"))[0, 0]
    stored = encoded(Image.new("CMYK", (16, 16), (*(255 - int(each) for each in left), 0)), "JPEG", quality=95)
    place = stored.index(b"Adobe") + 11
    ycck = stored[:place] + b"\2" + stored[place + 1 :]
    assert np.abs(pixels(open_bytes(ycck)) - (255, 0, 0)).max() < 8


def profile(*order: int) -> bytes:
    """An ICC profile of sRGB's primaries in another order, with a gamma of 2.2 (ICC.1:2001-04, 6)."""
    primaries = [(0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)]

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(each * 65536) for each in values))

    text = b"text\0\0\0\0none\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"swap\0" + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
    tags = {b"cprt": text, b"desc": described, b"wtpt": xyz((0.9642, 1.0, 0.8249))}
    tags |= {name + b"TRC": curve for name in (b"r", b"g", b"b")}
    tags |= {name + b"XYZ": xyz(primaries[each]) for name, each in zip((b"r", b"g", b"b"), order, strict=True)}
    at, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(
        ">I4sI4s4s4s12x4s28x3i", at + len(body), b"", 0x2100000, b"mntr", b"RGB ", b"XYZ ", b"acsp", *D50
    )
    return head.ljust(128, b"\0") + table + body


D50 = (63190, 65536, 54061)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", *FORMATS[6:]])
def test_a_colour_profile_is_heeded(kind: str) -> None:
    red = Image.new("RGB", (16, 16), "red")
    opened = open_bytes(encoded(red, kind, icc_profile=profile(1, 2, 0)))
    assert opened.notes == ("colours converted to sRGB",)
    assert np.abs(pixels(opened) - (0, 255, 0)).max() < 16
    assert open_bytes(encoded(red, kind, icc_profile=profile(0, 1, 2))).notes == ()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("broken", [b"no profile", profile(1, 2, 0)[:200], profile(1, 2, 0)[:-80]])
def test_a_profile_that_is_broken_or_does_not_fit_is_ignored(mode: str, broken: bytes) -> None:
    image = slope().convert(mode)
    with_it, without = (open_bytes(encoded(image, "JPEG", icc_profile=each)) for each in (broken, b""))
    assert with_it == Opened(with_it.image, without.key, 40, 30, without.notes)


# -- turned --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", *FORMATS[6:]])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(slope(), kind, exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
    opened = open_bytes(data)
    assert opened.notes == (("turned as the camera noted",) if orientation > 1 else ())
    assert (opened.width, opened.height) == upright.size == opened.image.size
    assert np.abs(pixels(opened) - np.asarray(upright.convert("RGB"))).max() <= 1


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\0",
        b"MM\0*\xff\xff\xff\xff\0\1",
        b"no EXIF",
        b"II*\0\x08\0\0\0\xff\xff\x12\1\3\0\1\0\0\0\6\0\0\0",  # of 65,535 entries one is there
        b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x09\0\0\0\0\0\0\0",  # orientation 9
        b"II*\0\x08\0\0\0\1\0\x12\1\3\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",
    ],
)
def test_a_broken_note_of_the_camera_is_ignored(exif: bytes) -> None:
    for kind in ("JPEG", "WEBP"):
        data = encoded(slope(), kind, exif=b"Exif\0\0" + exif)
        assert open_bytes(data) == Opened(open_bytes(data).image, open_bytes(encoded(slope(), kind)).key, 40, 30, ())
    assert open_bytes(dot(chunk(b"eXIf", exif))).notes == ()


# -- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"BMW is a car, and this is a text of some length.", "is no picture that this page reads: choose a PNG, JPEG"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html><body></body></html>", "is a web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG, a drawing program's file: save it as PNG"),
        (b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg>', "is an SVG"),
        (b"%PDF-1.7", "is a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10", "PostScript"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is a HEIC picture, as iPhones take them: save or send it as JPEG"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "is a film"),
        (b"PK\3\4" + bytes(40), "is a ZIP file or a document"),
        (b"8BPS\0\1", "drawing program"),
        (b"\0\0\1\0\1\0", "icon"),
        (b"II+\0\x08\0\0\0", "BigTIFF"),
        (b"\xff\x0a" + bytes(20), "JPEG XL"),
        (encoded(slope(), "JPEG2000"), "JPEG 2000"),
        (encoded(slope(), "PPM"), "is no picture that this page reads"),
        (b"\x89PNG\r\n\x1a\n", "ends too early"),
        (b"GIF89a", "ends too early"),
        (b"\xff\xd8\xff\xd9", "ends too early"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "ends too early"),
        (encoded(slope(), "TIFF", compression="lzma"), "is packed in a way (TIFF 34925) that this page does not read"),
        (dot().replace(b"IDAT", b"IDAT\0", 1), "could not be read as a picture, it may be damaged"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, says: str) -> None:
    assert refusal(data).startswith("This file ")
    assert says in refusal(data)


def test_the_sentence_begins_with_the_name() -> None:
    assert refusal(b"", "cow.png").startswith("“cow.png” is empty")
    assert refusal(b"", "C:\\photos/\ncow\u202e.png").startswith("“cow.png” is empty")
    assert refusal(b"", "गाय" * 100 + ".heic").startswith("“" + "गाय" * 13 + "ग…")
    assert len(refusal(b"", "x" * 10_000)) < 100
    assert refusal(b"", "photos/").startswith("This file")


def test_limits_are_said_with_the_number() -> None:
    assert "has 20.1 MB and the limit is 20 MB" in refusal(bytes(20_100_000))
    assert "has 40.4 megapixels (20,200 × 2,000) and the limit is 40:" in refusal(png((20_200, 2_000), 1, 0, b""))
    assert "20,001 × 1,500 pixels and the limit of a side is 20,000" in refusal(png((20_001, 1_500), 1, 0, b""))
    assert "the limit of WebP is 11" in refusal(encoded(Image.new("1", (4000, 4000)), "WEBP", method=0))
    assert open_bytes(encoded(Image.new("1", (20_000, 1_000)), "PNG")).width == 20_000


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_breaks_off_is_refused(kind: str) -> None:
    data = encoded(slope(), kind)
    said = [refusal(data[:length]) for length in range(20, len(data) - 20, max(1, len(data) // 40))]
    assert sum("ends too early" in each for each in said) >= 0.9 * len(said)


def test_the_last_bytes_of_a_jpeg_matter() -> None:
    large = encoded(slope().resize((3000, 2000)), "JPEG")
    assert "ends too early" in refusal(large[: len(large) // 2])
    assert "ends too early" in refusal(large[: -len(large) // 10])


def test_a_changed_byte_among_the_pixels_of_a_png_is_noticed() -> None:
    data = bytearray(encoded(slope(), "PNG"))
    data[data.index(b"IDAT") + 20] ^= 1
    assert "may be damaged" in refusal(bytes(data))


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow raises what nobody foresaw."""

    def load(_image: object) -> None:
        raise RecursionError

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)


@pytest.mark.usefixtures("quiet")
def test_whatever_pillow_raises_becomes_a_sentence() -> None:
    assert "could not be read as a picture, it may be damaged" in refusal(encoded(slope(), "PNG"))


# -- files ---------------------------------------------------------------------------------------------------------


def test_only_files_of_the_folder_are_opened(tmp_path: Path) -> None:
    folder, outside = tmp_path / "uploads", tmp_path / "secret.png"
    (folder / "one").mkdir(parents=True)
    cow = folder / "one" / "cow.png"
    for path in (cow, outside):
        path.write_bytes(encoded(slope(), "PNG"))
    (folder / "link.png").symlink_to(outside)
    (folder / "inner.png").symlink_to(cow)
    (tmp_path / "way").symlink_to(folder)
    key = open_bytes(cow.read_bytes()).key
    inside: list[Path | str] = [
        cow,
        str(cow),
        folder / "inner.png",
        tmp_path / "way" / "one" / ".." / "one" / "cow.png",
    ]
    for asked in inside:
        assert open_file(asked, folder).key == open_file(asked, tmp_path / "way").key == key
    outer: list[Path | str] = [
        outside,
        folder / ".." / "secret.png",
        folder / "link.png",
        "/etc/passwd",
        "",
        tmp_path / "no",
    ]
    for asked in outer:
        with pytest.raises(PathshalaError, match="Only pictures that were sent to this page"):
            open_file(asked, folder)


def test_what_is_no_file_any_more(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name in ("gone.png", "", "a\0b", "x" * 5000, "circle"):
        with pytest.raises(PathshalaError, match="not on this machine any more"):
            open_file(tmp_path / name, tmp_path)


def test_a_file_says_its_name_and_its_whole_size(tmp_path: Path) -> None:
    with (tmp_path / "film.png").open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(PathshalaError, match=r"“film.png” has 3000.0 MB and the limit is 20 MB"):
        open_file(tmp_path / "film.png", tmp_path)


# -- made to fill the memory, or to take for ever ------------------------------------------------------------------


def greedy() -> dict[str, tuple[bytes, str]]:
    """Files of at most 20 MB, and what is said or noted of each."""
    big = zlib.compress(bytes(100_000_000), 1)
    texts = [chunk(b"iTXt", b"%d\0\1\0\0\0" % each + big) for each in range(40)]
    profiles = [chunk(b"iCCP", b"name\0\0" + big)] * 40
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 10, 10, 0, 0, 1, 10, 0, 0))
    lines = b"".join(struct.pack("<HHII", 1000 + each, 1, 9_000_000, 8) for each in range(2000))
    exif = struct.pack("<2sHIH", b"II", 42, 8, 2000) + lines + bytes(10_000_000)
    parts = [b"\xff\xe1\xff\xffExif\0\0" + exif[at : at + 65527] for at in range(0, len(exif) - 65527, 65527)]
    small = encoded(slope(), "JPEG")
    slow = encoded(Image.new("L", (2000, 2000)), "JPEG", progressive=True)
    scan = slow[slow.rindex(b"\xff\xda") : -2]
    gif = encoded(Image.new("P", (10, 10)), "GIF")
    first = gif.index(b",", 13 + 3 * 2 ** ((gif[10] & 7) + 1))
    webp = bytearray(encoded(Image.new("RGBA", (10, 10)), "WEBP", lossless=True, exif=b"x"))
    webp[24:30] = b"\xfe\xff\0" * 2
    grey = [(258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 200), (277, 3, 1, 1), (279, 4, 1, 10_000)]
    hundred = [(256, 4, 1, 100), (257, 4, 1, 100), *grey, (278, 4, 1, 100)]
    fax = [(256, 4, 1, 6000), (257, 4, 1, 6000), (258, 3, 1, 1), *grey[1:3], (273, 4, 1_000_000, 4_600_000)]
    head = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 100, 0, 0, 54, 40, 90_000, 90_000, 1, 24, 0, 0, 0, 0, 0, 0)
    found = {
        "PNG of 30,000 × 30,000": (png((30_000, 30_000), 1, 0, bytes(30_000 * 3751)), "900.0 megapixels"),
        "PNG with texts": (dot(*texts[:40]), ""),
        "PNG with profiles": (dot(*profiles), ""),
        "PNG with a note": (dot(chunk(b"eXIf", exif)), ""),
        "PNG of tiny chunks": (dot(chunk(b"tEXt", b"") * 1_000_000), "may be damaged"),
        "APNG": (dot(chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), frame, after=frame * 20_000), "20,001 frames"),
        "JPEG with a note": (small[:2] + b"".join(parts) + small[2:], ""),
        "JPEG of tiny segments": (small[:2] + b"\xff\xfe\0\2" * 2_000_000 + small[2:], "may be damaged"),
        "JPEG of many scans": (slow[:-2] + scan * (10_000_000 // len(scan)) + b"\xff\xd9", "may be damaged"),
        "GIF of 65,535 × 65,535": (gif[:6] + b"\xff" * 4 + gif[10:], "4,294.8 megapixels"),
        "GIF of a large frame": (gif[: first + 5] + b"\xff" * 4 + gif[first + 9 :], "4,294.8 megapixels"),
        "GIF of many frames": (gif[:-1] + gif[first:-1] * 100_000 + b";", "first of 100,001 frames"),
        "GIF with a comment": (gif[:first] + b"!\xfe" + (b"\xff" + bytes(255)) * 70_000 + b"\0" + gif[first:], ""),
        "GIF of tiny pieces": (gif[:first] + b"!\xfe" + b"\1x" * 5_000_000 + b"\0" + gif[first:], "may be damaged"),
        "WebP of 65,535 × 65,535": (bytes(webp), "4,294.8 megapixels"),
        "TIFF of 30,000 × 30,000": (tiff([(256, 4, 1, 30_000), (257, 4, 1, 30_000), *grey], bytes(999)), "900.0 mega"),
        "TIFF of large values": (
            tiff([*hundred, *((30_000 + each, 1, 9_000_000, 200) for each in range(2000))], bytes(9_999_999)),
            "",
        ),
        "TIFF of many strips": (tiff([*fax, (278, 4, 1, 5999), *grey[4:]], bytes(9_000_000)), "may be damaged"),
        "TIFF of a large tile": (
            tiff([*hundred, (322, 4, 1, 60_000), (323, 4, 1, 60_000), (324, 4, 1, 200)], bytes(999)),
            "may be damaged",
        ),
        "BMP of 90,000 × 90,000": (head, "8,100.0 megapixels"),
        "JPEG at the limit": (encoded(Image.new("L", (6300, 6300)), "JPEG"), "reduced from 6,300 × 6,300"),
        "WebP at the limit": (
            encoded(Image.new("RGBA", (3300, 3300)), "WEBP", lossless=True, method=0),
            "transparency is shown on white reduced from 3,300 × 3,300",
        ),
        "progressive JPEG at the limit": (
            encoded(Image.new("RGB", (4990, 4990)), "JPEG", progressive=True, subsampling=0),
            "reduced from 4,990 × 4,990",
        ),
        "PNG at the limit": (png((6300, 6300), 8, 2, bytes(6300 * 18901)), "reduced from 6,300 × 6,300"),
    }
    if "AVIF" in FORMATS:
        empty = b"II*\0\x08\0\0\0".ljust(1_000_000, b"\0")
        avif = encoded(slope(), "AVIF", exif=b"Exif\0\0" + empty)
        place = avif.index(b"ispe") + 8
        lines = b"".join(struct.pack("<HHII", 1000 + each, 1, 900_000, 8) for each in range(2000))
        full = (empty[:8] + struct.pack("<H", 2000) + lines).ljust(1_000_000, b"\0")
        found["AVIF with a note"] = (avif.replace(empty, full), "")
        found["AVIF of 30,000 × 30,000"] = (
            avif[:place] + struct.pack(">II", 30_000, 30_000) + avif[place + 8 :],
            "900.0",
        )
    return found


CHILD = """
import json, re, sys, time, tracemalloc
from pathlib import Path
from components.caption_image.opening import open_bytes
from components.errors import PathshalaError

def most():  # bytes of memory that this process has had, at most; its parent's do not count, as in getrusage
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

folder, = map(Path, sys.argv[1:])
open_bytes((folder / "warm").read_bytes())
for path in sorted(folder.iterdir()):
    data, before, begin = path.read_bytes(), most(), time.monotonic()
    try:
        said = " ".join(open_bytes(data).notes)
    except PathshalaError as error:
        said = str(error)
    print(json.dumps([path.name, said, time.monotonic() - begin, most() - before]), flush=True)
print(json.dumps(["all", "", 0, most()]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read where Linux tells it")
def test_no_file_takes_much_memory_or_time(tmp_path: Path) -> None:
    files = greedy()
    (tmp_path / "warm").write_bytes(encoded(slope(), "TIFF", icc_profile=profile(0, 1, 2)))
    for name, (data, _says) in files.items():
        assert len(data) < opening.BYTES_LIMIT
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-W", "always", "-c", CHILD, str(tmp_path)]
    child = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=100, check=True)
    assert "Warning" not in child.stderr
    told = {name: (said, seconds, grown) for name, said, seconds, grown in map(json.loads, child.stdout.splitlines())}
    for name, (_data, says) in files.items():
        said, seconds, grown = told[name]
        assert says in said, name
        assert bool(said) == bool(says), name
        assert seconds < 5, name
        assert grown < 200_000_000, name
    assert told["all"][2] < 350_000_000


def test_pillow_is_left_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, len(warnings.filters)
    for kind in FORMATS:
        open_bytes(encoded(slope(), kind))
    assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, len(warnings.filters)) == before
    assert before[1] is False


# -- anything ------------------------------------------------------------------------------------------------------


@cache
def seeds() -> list[bytes]:
    exif, icc = b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0", profile(1, 2, 0)
    small = slope().resize((13, 9))
    found = [encoded(small, kind, exif=exif, icc_profile=icc) for kind in ("PNG", "JPEG", "WEBP", "TIFF", *FORMATS[6:])]
    found += [encoded(small, kind) for kind in ("GIF", "BMP")]
    found += [encoded(small, "TIFF", compression=each) for each in ("tiff_lzw", "jpeg", "packbits")]
    found += [encoded(small.convert("1"), "TIFF", compression="group4"), encoded(small.convert("F"), "TIFF")]
    found += [encoded(small.convert("CMYK"), "JPEG", progressive=True), encoded(small.convert("LA"), "PNG")]
    frames = [Image.new("P", (9, 9), each) for each in range(3)]
    found += [encoded(frames[0], each, save_all=True, append_images=frames[1:]) for each in ("GIF", "PNG", "WEBP")]
    return found


def opened_or_refused(data: bytes) -> None:
    opened, said = None, ""
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        try:
            opened = open_bytes(data)
        except PathshalaError as error:
            said = str(error)
    assert not leaked
    if opened is None:
        assert said.startswith("This file ")
        assert said.endswith(".")
    else:
        assert opened.image.mode == "RGB"
        assert opening.SMALLEST <= min(opened.image.size) <= max(opened.image.size) <= LARGEST


BEGINNINGS = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8", b"BM", b"II*\0", b"MM\0*"]


@given(st.sampled_from([*BEGINNINGS, b"\0\0\0\x18ftypavif", b"<svg"]), st.binary(max_size=300))
def test_any_bytes_are_opened_or_refused(beginning: bytes, rest: bytes) -> None:
    opened_or_refused(beginning + rest)


CHANGES: list[Callable[[bytes, int, bytes], bytes]] = [
    lambda data, at, new: data[:at] + new + data[at + len(new) :],
    lambda data, at, new: data[:at] + new + data[at:],
    lambda data, at, new: data[:at] + data[at + len(new) :],
    lambda data, at, new: data[:at],
]


def with_right_sums(data: bytes) -> bytes:
    """What was changed in a PNG, under new check sums, so that it is read."""
    at, parts = 8, [data[:8]]
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        parts.append(chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join(parts)


@settings(max_examples=300)
@given(st.data())
def test_changed_files_are_opened_or_refused(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(seeds()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file)) | st.integers(0, min(60, len(file))))
        file = data.draw(st.sampled_from(CHANGES))(file, at, data.draw(st.binary(min_size=1, max_size=4)))
    opened_or_refused(file)
    if file.startswith(b"\x89PNG"):
        opened_or_refused(with_right_sums(file))


# -- for the page --------------------------------------------------------------------------------------------------


def test_a_thumbnail_is_small_and_never_larger_than_the_picture() -> None:
    for size, side, expected in (((400, 300), 96, (96, 72)), ((40, 30), 96, (40, 30)), ((1000, 50), 96, (96, 5))):
        data = thumbnail(slope().resize(size), side)
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("JPEG", expected)
    with Image.open(io.BytesIO(thumbnail(slope(), 96))) as image:
        assert np.abs(np.asarray(image).astype(int) - np.asarray(slope())).mean() < 4


def test_a_data_url_holds_the_bytes() -> None:
    url = data_url(b"\xff\xd8\0", "jpeg")
    assert url == "data:image/jpeg;base64,/9gA"
    assert base64.b64decode(url.split(",")[1]) == b"\xff\xd8\0"
    assert data_url(b"", "png") == "data:image/png;base64,"
