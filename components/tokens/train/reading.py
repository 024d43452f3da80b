"""bytes of a file -> its text, or a sentence that says what the file is instead. No gradio, no HTML, no torch.

    b"\\xe0\\xa4\\x95"         UTF-8: क
    b"\\xff\\xfe\\x15\\x09"      UTF-16, by its byte order mark: क, and the page says that it was converted
    b"\\x15\\x09 \\x00"          UTF-16 without a mark: read as UTF-8 it would be control characters
    b"PK\\x03\\x04…"           a zip archive, which is what a .docx is: save it as plain text

What cannot be told: text in an old font such as Kruti Dev is plain ASCII, and looks Indian in that font alone.
"""

import unicodedata
from dataclasses import dataclass

from components.errors import PathshalaError
from tokenizer_indic.scripts import LANGUAGES, SCRIPTS, dominant_script, script_of

LIMIT = 10_000_000  # bytes
LOOKED_AT = 100_000  # bytes or characters, from the beginning, where all would take long
MOJIBAKE = ("à¤", "à¥", "à®", "à°", "à¦", "Ø§", "Ù„", "â€")  # UTF-8 of क, े, க, క, ক, ا, ل, “ read as Windows-1252

KINDS = (  # how a file begins, and what it is
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive, as .docx, .odt and .epub files are"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"{\\rtf", "a document in rich text (RTF)"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"7z\xbc\xaf", "compressed (7z)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PAR1", "a Parquet table"),
)
MARKS = (  # byte order marks; the longer ones first
    (b"\xff\xfe\x00\x00", "utf-32-le", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
USUAL = (
    "Cf",
    "Mn",
    "Mc",
    "Nd",
    "Pd",
    "Pf",
    "Pi",
    "Po",
    "Zs",
)  # categories: joiners, marks, digits, punctuation, spaces
AS_UTF8 = "Open it in the program that made it, save it as plain text in UTF-8 (Unicode), and upload that."


@dataclass(frozen=True)
class Read:
    """A text, without \\r at the ends of its lines, and what a visitor should know of it: "" for plain UTF-8.

    `encoding`: with which Python opens the file: "utf-8-sig", which takes UTF-8 with and without a mark, or another.
    """

    text: str
    remark: str
    encoding: str


def read(data: bytes, language: str = "") -> Read:
    """Raises PathshalaError for an empty or too large file, and for what is no text or in an unknown encoding."""
    if len(data) > LIMIT:
        raise PathshalaError(f"This has {len(data):,} bytes, and the limit is {LIMIT:,} (10 MB): take a part of it.")
    text, remark, encoding = _decode(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise PathshalaError("There is no text yet: paste some, upload a file, or take a sample.")
    return Read(text, " ".join(filter(None, (remark, *_remarks(text, language)))), encoding)


def _decode(data: bytes) -> tuple[str, str, str]:
    """Text, remark, encoding."""
    for begins, kind in KINDS:
        if data.startswith(begins):
            raise PathshalaError(f"This file is {kind}, not plain text. {AS_UTF8}")
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            text = _decode_as(data[len(mark) :], codec, name)
            return text, f"The file was in {name}; it was converted.", codec[:6]  # utf-16 reads the mark itself
    if codec := _unmarked_utf16(data):
        remark = "The file was in UTF-16 without a byte order mark, by the look of its bytes; it was converted."
        return _decode_as(data, codec, "UTF-16"), remark, codec
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PathshalaError(_not_utf8(data, error.start)) from error
    if _is_binary(text):
        raise PathshalaError(f"This file is no text: it is full of control characters. {AS_UTF8}")
    return text, "", "utf-8-sig"


def _decode_as(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1:,} does not fit"
        raise PathshalaError(f"This file begins like {name}, but {where}. {AS_UTF8}") from error


def _unmarked_utf16(data: bytes) -> str:
    """'utf-16-le', 'utf-16-be', or '': UTF-16 if that gives letters, and reading it as UTF-8 would not give text."""
    part = data[:LOOKED_AT]
    if len(data) % 2 or len(data) < 4 or _is_utf8_text(data):
        return ""
    codecs = ("utf-16-le", "utf-16-be")
    return next((codec for codec in codecs if _is_text(part.decode(codec, "replace"))), "")


def _is_utf8_text(data: bytes) -> bool:
    try:
        return not _is_binary(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _is_text(text: str) -> bool:
    """Nearly all of it ASCII, letters of India's scripts, spaces, joiners and punctuation."""
    part = text[:2000]
    return sum(map(_is_usual, part)) * 50 >= len(part) * 49 and dominant_script(part) is not None


def _is_usual(character: str) -> bool:
    if character.isascii():
        return character.isprintable() or character in "\t\n\r"
    return script_of(character) not in (None, "Latn") or unicodedata.category(character) in USUAL


def _is_binary(text: str) -> bool:
    """More than one character in a hundred is a control character, or a NUL is among them."""
    part = text[:LOOKED_AT]
    controls = sum(character < " " and character not in "\t\n\r\f" for character in part)
    return "\0" in part or controls * 100 > len(part)


def _not_utf8(data: bytes, at: int) -> str:
    """Where it fails, and which encoding it may be."""
    line = data.count(b"\n", 0, at) + 1
    if len(data) - at < 4 and data[at] >= 0xC2 and all(0x80 <= byte < 0xC0 for byte in data[at + 1 :]):
        return f"The file ends in the middle of a character (line {line:,}): it is cut off. Upload all of it."
    where = f"This is not UTF-8: byte 0x{data[at]:02X} in line {line:,} fits no character."
    return f"{where} {_guess(data[:LOOKED_AT])} {AS_UTF8}"


def _guess(part: bytes) -> str:
    high = [byte for byte in part if byte >= 0x80]
    if sum(0xA1 <= byte <= 0xFA for byte in high) * 20 >= len(high) * 19 and len(high) * 3 >= len(part):
        return "More than a third of it is in the place where ISCII and other old encodings have Indian letters."
    if any(0x80 <= byte < 0xA0 for byte in high):
        return "It looks like Windows-1252, as Western Windows programs write."
    return "It looks like Latin-1 (ISO 8859-1), as Western programs write."


def _remarks(text: str, language: str) -> list[str]:
    part = text[:LOOKED_AT]
    remarks = []
    if sum(map(part.count, MOJIBAKE)) * 40 > len(part):
        remarks.append(
            "This looks like UTF-8 that was once read as Windows-1252 and saved again (à¤• in the place of क):"
            " get the text anew from where it came."
        )
    script, wanted = dominant_script(part), LANGUAGES[language].scripts if language in LANGUAGES else ()
    if wanted and script and script not in wanted:
        remarks.append(f"Most of its letters are {SCRIPTS[script].name}, and {LANGUAGES[language].english} was chosen.")
        if script == "Latn":
            remarks.append("Text in an old font such as Kruti Dev is Latin letters too: convert it to Unicode first.")
    return remarks
