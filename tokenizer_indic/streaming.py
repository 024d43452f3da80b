"""files -> parts of lines, in constant memory: what reads a file of any size goes through here.

Lines end at \\n only; \\r is text. A line longer than a part is cut where every pattern of this library begins a piece
anyway: at a single space between two words. LONGEST_RUN without one is refused.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import regex

from .errors import TextError, UnknownIdError
from .tokenizer import Tokenizer
from .workers import encoding

PART = 1 << 20  # bytes read at a time; a run without a single space may make a part longer
LONGEST_RUN = 64 << 20  # bytes
LONGEST_ID = 20  # digits
BATCH = 2_000_000  # characters that are encoded at once, in each process

Report = Callable[[int], object]  # called with the bytes read so far

_CUT = regex.compile(r"(?<=\S) (?=\S)", regex.REVERSE)  # REVERSE: the last one first


def read_parts(
    file: BinaryIO, cut_long_lines: bool = True, report: Report | None = None, position: int = 0
) -> Iterator[tuple[str, bool]]:
    """A UTF-8 file -> (text, does the line end here?), line by line. The last part's flag is False without a last \\n.

    `position`: of the file's next byte, from which `report` and errors count on.

    Raises TextError for other encodings, with the position of the first byte that fits no character, and for a run of
    LONGEST_RUN bytes without a space between two words.
    """
    held: list[bytes] = []  # of a line that goes on
    while data := file.readline(PART):
        position += len(data)
        if report:
            report(position)
        ends = data.endswith(b"\n")
        cut = _last_cut(data) if cut_long_lines and not ends and len(data) == PART else None
        if not ends and cut is None:
            held.append(data)
            if sum(map(len, held)) > LONGEST_RUN:
                what = "There is no space between two words in" if cut_long_lines else "A line is longer than"
                raise TextError(f"{what} {LONGEST_RUN >> 20} MiB of text before {position}.")
            continue
        kept = len(data) - 1 if ends else cut
        whole = b"".join((*held, data[:kept]))
        yield _decode(whole, position - len(data) + (kept or 0) - len(whole)), ends
        held = [] if ends else [data[kept:]]
    if held:
        whole = b"".join(held)
        yield _decode(whole, position - len(whole)), False


def _last_cut(data: bytes) -> int | None:
    """The position of the last single space between two words; bytes that fit no character are no reason to stop."""
    text = data.decode("utf-8", errors="surrogateescape")
    match = _CUT.search(text)
    return len(data) - len(text[match.start() :].encode("utf-8", errors="surrogateescape")) if match else None


def _decode(data: bytes, offset: int) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextError(
            f"This is not UTF-8 text: byte 0x{data[error.start]:02X} at position {offset + error.start}"
            " fits no character."
        ) from error


def read_lines(file: BinaryIO) -> Iterator[str]:
    """The texts alone, to learn from or to measure; very long lines come in parts. A byte order mark is dropped."""
    for number, (text, _) in enumerate(read_parts(file)):
        yield text.removeprefix("\ufeff") if number == 0 else text


def encode_file(tokenizer: Tokenizer, file: BinaryIO, processes: int = 1) -> Iterator[tuple[list[int], bool]]:
    """Ids part by part, and whether the line ends with them.

    Many lines of a file are encoded at once, over `processes`; those of a pipe one by one, as they come.
    """
    parts = read_parts(file, tokenizer.cuts_at_spaces)
    if not file.seekable():
        yield from ((tokenizer.encode(text), ends) for text, ends in parts)
        return
    with encoding(tokenizer, processes) as encode_batch:
        for batch in _batches(parts, BATCH * processes):
            texts, ends = zip(*batch, strict=True)
            yield from zip(encode_batch(texts), ends, strict=True)


def _batches(parts: Iterable[tuple[str, bool]], size: int) -> Iterator[list[tuple[str, bool]]]:
    """About `size` characters at a time."""
    batch, held = [], 0
    for part in parts:
        batch.append(part)
        if (held := held + len(part[0])) >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def decode_ids(tokenizer: Tokenizer, file: BinaryIO) -> Iterator[bytes]:
    """Lines of ids -> the bytes of the text, line feeds as they were. Raises UnknownIdError, which names the line."""
    number, held = 1, b""
    while data := file.readline(PART):
        ends = data.endswith(b"\n")
        data = held + data
        # An id may go on in the next part, so what follows the last white space waits for it.
        begin = len(data) if ends else max(data.rfind(white) for white in (b" ", b"\t", b"\r")) + 1
        yield _bytes_of(tokenizer, data[:begin], number)
        held = data[begin:]
        if len(held) > LONGEST_ID:
            _bytes_of(tokenizer, held, number)
        if ends:
            yield b"\n"
            number += 1
    yield _bytes_of(tokenizer, held, number)


def _bytes_of(tokenizer: Tokenizer, line: bytes, number: int) -> bytes:
    words = line.split()
    if wrong := next((word for word in words if not word.isdigit() or len(word) > LONGEST_ID), None):
        raise UnknownIdError(
            f"Line {number} holds {wrong[:40].decode('utf-8', 'replace')!r}, which is no id: a line is ids with"
            " spaces between."
        )
    try:
        return tokenizer.decode_bytes(map(int, words))
    except UnknownIdError as error:
        raise UnknownIdError(f"Line {number}: {error}") from error
