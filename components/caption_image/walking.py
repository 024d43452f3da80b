"""bytes -> what a picture's file is: format, size, frames, orientation, colour profile, before any pixel is decoded.

Its first bytes tell the format; then each part of the file is walked through, and what its pixels do not need is left
out, since a comment, a camera's note or a claimed size may cost more memory than the picture. What is no picture, or
none that the page reads, is refused with the reason. Nothing here decodes.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from PIL import ImageFile, features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

FORMATS = ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", *(["AVIF"] if features.check("avif") else []))
PIXELS_LIMIT = 40_000_000
HUNGRY = {"WebP": 11_000_000, "AVIF": 13_000_000, "progressive JPEG": 25_000_000}  # their decoders hold several copies
LONGEST_SIDE = 20_000
LONGEST_STRIP = 20  # times as long as it is wide: a model looks at a square of about 224 × 224 pixels

PROFILE_LIMIT = 4_000_000  # bytes of an ICC profile; a printer's has about one million
PARTS_LIMIT = 150_000  # parts that a file may consist of: a GIF of 20 MB has about 80,000
SCANS_LIMIT = 100  # times that a progressive JPEG may go over its pixels; encoders write about ten


class Refused(Exception):
    """The rest of a sentence that begins with the file: "is empty"."""


class Cut(Exception):
    """The file ends before its pixels do."""


@dataclass(frozen=True)
class Found:
    """What the walk through a file tells, before any pixel is decoded."""

    opener: type[ImageFile.ImageFile]
    data: bytes  # the file, with no more than its pixels need
    width: int  # as stored, not yet turned
    height: int
    kind: str = ""  # where it matters, as in HUNGRY
    frames: int = 0  # or pages, where the file counts them
    bits: int = 8  # per channel
    negative: bool = False  # more is darker, in 16 bits and more (Pillow turns 8 bits itself)
    orientation: int = 1  # as EXIF counts them, 1 to 8
    profile: bytes = b""  # ICC


def check_size(width: int, height: int, kind: str) -> None:
    """Raises Refused for what is too large, or so narrow that a model would see a small piece of it."""
    if min(width, height) < 1:
        raise ValueError("no pixels")
    size, longest = f"{width:,} × {height:,} pixels", max(width, height)
    if width * height > (limit := HUNGRY.get(kind, PIXELS_LIMIT)):
        counted = f"{width * height / 1e6:,.1f} megapixels ({width:,} × {height:,})"
        limited = f"the limit{f' of {kind}' if kind else ''} is {limit / 1e6:.0f}"
        raise Refused(f"has {counted} and {limited}: save it smaller, or take a screenshot of it")
    if longest > LONGEST_SIDE:
        raise Refused(f"has {size} and the limit of a side is {LONGEST_SIDE:,}: save it smaller, or crop it")
    if (times := longest / min(width, height)) > LONGEST_STRIP:
        strip = f"a strip {times:,.0f} times as long as it is wide, and the limit is {LONGEST_STRIP}"
        raise Refused(f"has {size}, {strip}: models look at a square, so crop it nearer to one")


def read(data: bytes) -> Found:
    """Raises Refused with the name of what is no picture, or none that this page reads."""
    if not data:
        raise Refused("is empty: choose it again")
    for beginning, reader in READERS.items():
        if re.match(beginning, data, re.DOTALL):
            try:
                return reader(data)
            except (struct.error, IndexError) as error:
                raise Cut from error
    for beginning, reason in FOREIGN.items():
        if re.match(beginning, data[:4096], re.DOTALL | re.IGNORECASE):
            raise Refused(reason)
    raise Refused(f"is no picture that this page reads: choose a {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")


T = TypeVar("T")


def _few(parts: Iterable[T]) -> Iterator[T]:
    """Walking through more parts than a file has in practice would take long."""
    for number, part in enumerate(parts):
        if number == PARTS_LIMIT:
            raise ValueError("too many parts")
        yield part


def _png(data: bytes) -> Found:
    """https://www.w3.org/TR/png-3: chunks of length, name, content and check sum."""
    kept: dict[bytes, list[bytes]] = {b"IHDR": [], b"PLTE": [], b"tRNS": [], b"IDAT": []}
    frames, exif, profile = 0, b"", b""
    for name, body, checked in _few(_chunks(data)):
        if name in kept:
            if not checked:
                raise ValueError("a check sum is wrong")
            kept[name].append(body)
        elif name == b"fcTL":
            frames += 1
        elif name == b"eXIf":
            exif = body
        elif name == b"iCCP":
            profile = body.partition(b"\0")[2][1:]
    if not kept[b"IDAT"]:
        raise Cut
    width, height, bits = struct.unpack_from(">IIB", kept[b"IHDR"][0])
    kept[b"IDAT"] = [b"".join(kept[b"IDAT"])]
    plain = [data[:8], *(_chunk(name, body) for name, bodies in kept.items() for body in bodies), _chunk(b"IEND", b"")]
    return Found(
        PngImageFile,
        b"".join(plain),
        width,
        height,
        frames=frames,
        bits=bits,
        orientation=orientation(exif),
        profile=_inflated(profile),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Name, content, and whether the check sum is right, up to the end or to where the file breaks off."""
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        past = at + 12 + length
        if past > len(data) and name == b"IDAT":
            raise Cut
        if past > len(data) or name == b"IEND":
            return
        body = data[at + 8 : past - 4]
        yield name, body, data[past - 4 : past] == struct.pack(">I", zlib.crc32(name + body))
        at = past


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def _inflated(packed: bytes) -> bytes:
    """A colour profile, of at most PROFILE_LIMIT bytes; none where it is broken."""
    try:
        return zlib.decompressobj().decompress(packed, PROFILE_LIMIT)
    except zlib.error:
        return b""


def _jpeg(data: bytes) -> Found:
    """ITU-T T.81, B.1.1: segments of marker, length and content; the pixels follow the first SOS."""
    kept, exif, profile = [data[:2]], b"", dict[int, bytes]()
    width = height = start = scans = 0
    end = len(data)
    for marker, at, past in _few(_segments(data)):
        body = data[at + 4 : past]
        if marker == SOS:
            start, scans = start or at, scans + 1
        elif marker == EOI:
            end = past
        elif marker == APP1 and body.startswith(b"Exif\0\0"):
            exif = exif or body
        elif marker == APP2 and body.startswith(b"ICC_PROFILE\0"):
            profile[body[12]] = body[14:]
        elif marker not in NOTES and not start:
            kept.append(data[at:past])
            if marker in SOF:
                height, width = struct.unpack_from(">HH", body, 1)
    if not start:
        raise Cut
    if scans > SCANS_LIMIT:
        raise ValueError("more scans than an encoder writes")
    return Found(
        JpegImageFile,
        b"".join([*kept, data[start:end]]),
        width,
        height,
        "progressive JPEG" if scans > 1 else "",
        orientation=orientation(exif),
        profile=b"".join(profile[number] for number in sorted(profile)),
    )


SOS, EOI, APP1, APP2, APP14, COM = 0xDA, 0xD9, 0xE1, 0xE2, 0xEE, 0xFE
NOTES = {*range(APP1, 0xF0), COM} - {APP14}  # the last says how colours are stored
SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")  # not what stands among pixels: FF 00 and the restarts D0 to D7


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, beginning and end of each segment, up to the end of the first picture."""
    past = 2
    while found := MARKER.search(data, past):
        at, marker = found.start(), data[found.start() + 1]
        past = at + 2 + (0 if marker == EOI else struct.unpack_from(">H", data, at + 2)[0])
        if past > len(data):
            raise Cut
        yield marker, at, past
        if marker == EOI:
            return


def _gif(data: bytes) -> Found:
    """https://www.w3.org/Graphics/GIF/spec-gif89a.txt: blocks that begin with "!", pictures that begin with ","."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    head, control, first, frames = data[: 13 + _colours(flags)], b"", 0, 0
    for kind, at, past in _few(_blocks(data, len(head))):
        if kind == b",":
            frames += 1
        if not first and kind == b"!" and data[at + 1] == 0xF9:  # what is transparent
            control = data[at:past]
        elif not first and kind == b",":
            first = at
            left, top, wide, high = struct.unpack_from("<HHHH", data, at + 1)
            width, height = max(width, left + wide), max(height, top + high)
    if not first:
        raise Cut
    return Found(GifImageFile, head + control + data[first:], width, height, frames=frames)


def _colours(flags: int) -> int:
    """The bytes of a palette, by the flags before it."""
    return 6 << (flags & 7) if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and end of each block, as far as the file goes.

    A block's content comes in pieces that begin with their length, up to a length of 0.
    """
    pieces = 0
    while (kind := data[at : at + 1]) in (b"!", b",", b"\0") and at + 11 < len(data):
        past = at + {b"!": 2, b",": 11 + _colours(data[at + 9]), b"\0": 0}[kind]
        while past < len(data) and data[past]:
            past, pieces = past + 1 + data[past], pieces + 1
            if pieces > PARTS_LIMIT:
                raise ValueError("too many parts")
        yield kind, at, past + 1
        at = past + 1


def _webp(data: bytes) -> Found:
    """https://developers.google.com/speed/webp/docs/riff_container and, for VP8, RFC 6386, 9.1"""
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise Cut
    if data[12:16] == b"VP8X":
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    elif data[12:16] == b"VP8L":
        sizes = int.from_bytes(data[21:25], "little")
        width, height = 1 + (sizes & 0x3FFF), 1 + (sizes >> 14 & 0x3FFF)
    else:
        width, height = (each & 0x3FFF for each in struct.unpack_from("<HH", data, 26))
    return Found(WebPImageFile, data, width, height, "WebP")


def _bmp(data: bytes) -> Found:
    """https://learn.microsoft.com/windows/win32/gdi/bitmap-header-types; a height below 0 is stored from the top."""
    if struct.unpack_from("<I", data, 14)[0] == 12:
        return Found(BmpImageFile, data, *struct.unpack_from("<HH", data, 18))
    width, height, _planes, _bits, packing = struct.unpack_from("<iiHHI", data, 18)
    if packing in (1, 2):  # Pillow unpacks them pixel by pixel in Python
        raise Refused("is a BMP packed by run lengths, which this page does not read: save it as PNG")
    return Found(BmpImageFile, data, width, abs(height))


def _tiff(data: bytes) -> Found:
    """TIFF 6.0, 2: a directory says where all else lies. What pixels do not need is taken out of it."""
    tags = _Directory.of(data)
    width, height, samples, bits = tags.first(256, 0), tags.first(257, 0), tags.first(277, 1), tags.first(258, 1)
    check_size(width, height, "")
    if (packing := tags.first(259, 1)) not in PACKINGS:
        raise Refused(f"is packed in a way (TIFF {packing}) that this page does not read: save it as PNG")
    if width * height * samples * bits > 32 * PIXELS_LIMIT:
        size = f"{width:,} × {height:,} pixels of {samples * bits} bits"
        raise Refused(f"has {size}, too many to unpack: save it as PNG")
    wide, high = tags.first(322, width), tags.first(323, min(tags.first(278, height), height))
    if not (0 < wide <= max(width, 1024) and 0 < high <= max(height, 1024)):
        raise ValueError("strips or tiles of another size")
    return Found(
        TiffImageFile,
        _less(tags, -(-width // wide) * -(-height // high) * samples),
        width,
        height,
        frames=_pages(tags),
        bits=bits,
        negative=tags.first(262, 1) == 0,
        orientation=tags.first(274, 1),
        profile=tags.content(34675),
    )


PACKINGS = {1, 2, 3, 4, 5, 7, 8, 32773, 32946}  # none, fax, LZW, JPEG, deflate, PackBits
PIECES = dict.fromkeys([273, 279, 324, 325], 1)  # tags with a number for each strip or tile
NEEDED = (
    PIECES
    | dict.fromkeys([256, 257, 259, 262, 266, 277, 278, 284, 292, 293, 317, 322, 323, 531], 1)
    | {258: 16, 338: 16, 339: 16, 530: 2, 320: 3 << 16, 347: 1 << 16}
)  # and the others that pixels need, with how many numbers each may have
NUMBERS = {1: "B", 3: "H", 4: "I", 7: "B"}  # the kinds of numbers in these, as struct writes them


class _Entry(NamedTuple):
    """One line of a directory."""

    place: int  # in the file
    tag: int
    kind: int
    number: int


@dataclass(frozen=True)
class _Directory:
    """The first directory of a TIFF, or of EXIF, which is written as one."""

    data: bytes
    order: str  # of the bytes, as struct writes it
    start: int
    entries: dict[int, _Entry]  # by tag

    @classmethod
    def of(cls, data: bytes) -> "_Directory":
        order = {b"II": "<", b"MM": ">"}[data[:2]]
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        places = range(start + 2, start + 2 + 12 * count, 12)
        entries = (_Entry(place, *struct.unpack_from(f"{order}HHI4x", data, place)) for place in places)
        return cls(data, order, start, {entry.tag: entry for entry in entries})

    def content(self, tag: int) -> bytes:
        """It lies in the entry itself where it fits. Raises Cut where it lies outside the file."""
        if tag not in self.entries:
            return b""
        place, _tag, kind, number = self.entries[tag]
        length = number * struct.calcsize(NUMBERS.get(kind, "B"))
        start = place + 8 if length <= 4 else struct.unpack_from(f"{self.order}I", self.data, place + 8)[0]
        if start + length > len(self.data):
            raise Cut
        return self.data[start : start + length]

    def first(self, tag: int, default: int) -> int:
        """The first number of a tag."""
        if tag not in self.entries:
            return default
        number: int = struct.unpack_from(self.order + NUMBERS.get(self.entries[tag].kind, "B"), self.content(tag))[0]
        return number


def _less(tags: _Directory, pieces: int) -> bytes:
    """The file, with nothing in its directory but what the pixels need, and no directory after it."""
    kept = [tags.entries[tag] for tag in sorted(NEEDED.keys() & tags.entries.keys())]
    for entry in kept:
        most = max(NEEDED[entry.tag], pieces if entry.tag in PIECES else 1)
        if entry.kind not in NUMBERS or not 0 < entry.number <= most:
            raise ValueError("what does not belong there")
        tags.content(entry.tag)
    directory = b"".join(tags.data[entry.place : entry.place + 12] for entry in kept)
    directory = struct.pack(f"{tags.order}H", len(kept)) + directory + bytes(4)
    return tags.data[: tags.start] + directory + tags.data[tags.start + len(directory) :]


def _pages(tags: _Directory) -> int:
    """How many directories follow each other."""
    at, seen = tags.start, set[int]()
    while at and at not in seen and len(seen) < PARTS_LIMIT and at + 2 <= len(tags.data):
        seen.add(at)
        past = at + 2 + 12 * struct.unpack_from(f"{tags.order}H", tags.data, at)[0]
        at = struct.unpack_from(f"{tags.order}I", tags.data, past)[0] if past + 4 <= len(tags.data) else 0
    return len(seen)


def orientation(exif: bytes) -> int:
    """EXIF 2.32, 4.6.4: 1 to 8, and 1 where it says nothing that can be read."""
    try:
        return _Directory.of(exif.removeprefix(b"Exif\0\0")).first(274, 1)
    except (struct.error, KeyError, Cut):
        return 1


def _avif(data: bytes) -> Found:
    """ISO 14496-12, 4.2 and ISO 23008-12, 6.5.3: boxes in boxes; `ispe` are the sizes of what lies in it.

    The pixels may be more than these say: libavif scales them, and stops at 16,384 × 16,384 by itself.
    """
    plain, sizes = bytearray(data), list[tuple[int, int]]()
    for kind, at, past in _few(_boxes(data)):
        if kind in (b"meta", b"moov"):
            plain[at:past] = data[at:past].replace(b"Exif", b"none")  # turning is said by `irot` and `imir`
            sizes += [struct.unpack(">II", each) for each in re.findall(rb"ispe.{4}(.{8})", data[at:past], re.DOTALL)]
    if not sizes:
        raise Cut
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Found(AvifImageFile, bytes(plain), width, height, "AVIF")


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and end of each box of the file."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        past = at + size if size else len(data)
        if past > len(data):
            raise Cut
        yield kind, at, past
        at = max(past, at + 8)


READERS: Mapping[bytes, Callable[[bytes], Found]] = {
    rb"\x89PNG\r\n\x1a\n": _png,
    rb"\xff\xd8\xff": _jpeg,
    rb"GIF8[79]a": _gif,
    rb"RIFF....WEBP": _webp,
    rb"BM.{10}\0\0": _bmp,
    rb"II\*\0|MM\0\*": _tiff,
} | ({rb"....ftyp(avi[fs]|(mif1|msf1)....(....){,9}?avif)": _avif} if "AVIF" in FORMATS else {})

FOREIGN = {
    rb"....ftyp(hei|hev|mif1|msf1)": "is a HEIC picture, as iPhones take them: save or send it as JPEG",
    rb"....ftypavi": "is an AVIF picture, which this machine cannot read: save it as PNG or JPEG",
    rb"....ftypcrx": "is a camera's raw file: save it as JPEG in the camera's program",
    rb"....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]": "is a film: send a screenshot of it",
    rb"\xff\x0a|\0\0\0\x0cJXL ": "is a JPEG XL picture, which this page does not read: save it as JPEG",
    rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51": "is a JPEG 2000 picture, which this page does not read: save it as JPEG",
    rb"II\+\0|MM\0\+": "is a BigTIFF, which this page does not read: save it as PNG",
    rb"\0\0[\x01\x02]\0": "is an icon, which this page does not read: save it as PNG",
    rb"8BPS|gimp xcf": "is a file of a drawing program: save the picture as PNG there",
    rb"%PDF": "is a PDF, not a picture: send a screenshot of the page",
    rb"%!PS|\xc5\xd0\xd3\xc6": "is a PostScript file of a drawing program: save it as PNG there",
    rb"PK\x03\x04": "is a ZIP file or a document, not a picture: take the picture out of it",
    rb"[^a-z]*<(svg|\?xml.*<svg|!doctype svg|!--.*<svg)": "is an SVG, a drawing program's file: save it as PNG there",
    rb"[^a-z]*<(!doctype html|html|head|body)": "is a web page, not a picture: save the picture itself",
}
