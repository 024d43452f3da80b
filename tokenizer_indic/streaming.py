"""files -> parts of lines, in constant memory: what reads a file of any size goes through here.

Lines end at \\n only; \\r is text. A line longer than a part is cut where every pattern of this library begins a piece
anyway: at a single space between two words.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

import regex

from .errors import TextError, UnknownIdError
from .tokenizer import Tokenizer

PART = 1 << 20  # bytes read at a time; a run without a single space may make a part longer

Report = Callable[[int], object]  # called with the bytes read so far

_CUT = regex.compile(r"(?<=\S) (?=\S)", regex.REVERSE)  # REVERSE: the last one first


def read_parts(file: BinaryIO, cut_long_lines: bool = True, report: Report | None = None) -> Iterator[tuple[str, bool]]:
    """A UTF-8 file -> (text, does the line end here?), line by line. The last part's flag is False without a last \\n.

    Raises TextError for other encodings, with the position of the first byte that fits no character.
    """
    held, position = b"", 0
    while data := file.readline(PART):
        position += len(data)
        if report:
            report(position)
        data = held + data
        if data.endswith(b"\n"):
            held = b""
            yield _decode(data[:-1], position - len(data)), True
            continue
        held = data
        if cut_long_lines and (cut := _last_cut(held)):
            yield _decode(held[:cut], position - len(held)), False
            held = held[cut:]
    if held:
        yield _decode(held, position - len(held)), False


def _last_cut(data: bytes) -> int | None:
    """The position of the last single space between two words, looked for near the end."""
    near = max(0, len(data) - 4096)
    text = data[near:].decode("utf-8", errors="ignore")
    match = _CUT.search(text)
    return len(data) - len(text[match.start() :].encode()) - _loose_end(data) if match else None


def _loose_end(data: bytes) -> int:
    """Bytes at the end that only begin a character: 0 to 3."""
    for length in range(1, min(4, len(data)) + 1):
        byte = data[-length]
        if byte & 0xC0 != 0x80:
            needed = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
            return length if needed > length else 0
    return 0


def _decode(data: bytes, offset: int) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextError(
            f"This is not UTF-8 text: byte 0x{data[error.start]:02X} at position {offset + error.start}"
            " fits no character."
        ) from error


def read_lines(file: BinaryIO, report: Report | None = None) -> Iterator[str]:
    """The texts alone, to learn from or to measure; very long lines come in parts. A byte order mark is dropped."""
    for number, (text, _) in enumerate(read_parts(file, report=report)):
        yield text.removeprefix("\ufeff") if number == 0 else text


def encode_file(tokenizer: Tokenizer, file: BinaryIO) -> Iterator[tuple[list[int], bool]]:
    """Ids part by part, and whether the line ends with them."""
    for text, ends in read_parts(file, tokenizer.pattern.cuts_at_spaces):
        yield tokenizer.encode(text), ends


def decode_ids(tokenizer: Tokenizer, file: BinaryIO) -> Iterator[bytes]:
    """Lines of ids -> the bytes of the text, line feeds as they were. Raises UnknownIdError."""
    number, held = 1, b""
    while data := file.readline(PART):
        ends = data.endswith(b"\n")
        data = held + data.removesuffix(b"\n")
        # An id may go on in the next part, so what follows the last space waits for it.
        whole, held = (data, b"") if ends else _before_last_space(data)
        yield tokenizer.decode_bytes(_ids(whole, number))
        if ends:
            yield b"\n"
            number += 1
    yield tokenizer.decode_bytes(_ids(held, number))


def _before_last_space(data: bytes) -> tuple[bytes, bytes]:
    whole, _, held = data.rpartition(b" ")
    return whole, held


def _ids(line: bytes, number: int) -> list[int]:
    try:
        return [int(word) for word in line.split()]
    except ValueError:
        wrong = next(word for word in line.split() if not word.isdigit())
        raise UnknownIdError(
            f"Line {number} holds {wrong.decode('utf-8', 'replace')!r}, which is no id: a line is ids"
            " with spaces between."
        ) from None
