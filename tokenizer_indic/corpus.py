"""files, or a dataset -> parts that can be read by themselves, in any process, on any machine that sees the files.

    a.txt, a.jsonl         cut every SIZE bytes; a line belongs to the part in which it begins
    a.txt.gz, a.jsonl.zst  one part each, unpacked as they are read
    a.parquet              a part for each of its row groups
    a Hugging Face dataset a part for each of its shards, streamed

Text comes out line by line, in constant memory. Of JSON lines, parquet and datasets one column is read. zstd, parquet
and datasets need `pip install tokenizer-indic[data]`.
"""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

from .errors import TextError, TokenizerError, TrainingError, extra
from .normalizing import check_text
from .streaming import read_parts

SIZE = 16 << 20  # bytes of a part
ROWS = 1024  # of parquet, at a time
EVERY = 256  # lines after which it is told how far reading is

Kind = Literal["text", "json", "parquet", "dataset"]
Report = Callable[[int], object]  # called with what was read so far, in the unit of Part.size

_KINDS: dict[str, Kind] = {".jsonl": "json", ".ndjson": "json", ".parquet": "parquet"}
_PACKED = (".gz", ".zst")


@dataclass(frozen=True)
class Part:
    """Where some lines of a corpus are."""

    path: str  # of the file, or the dataset's name
    kind: Kind
    size: int  # bytes in the file; rows of a dataset, 0 if it does not say
    start: int = 0  # byte, row group or shard
    stop: int | None = None  # byte behind the last one in which a line may begin; of how many shards
    column: str = "text"
    subset: str | None = None  # of a dataset
    split: str = "train"

    @property
    def packing(self) -> str:
        """ ".gz", ".zst", or nothing."""
        ending = Path(self.path).suffix.lower()
        return ending if ending in _PACKED and self.kind != "dataset" else ""


def parts_of(paths: Iterable[str | Path], *, column: str = "text", size: int = SIZE) -> list[Part]:
    """The parts of some files, in their order. Their endings say what they are; any other ending is text.

    Raises FileNotFoundError; TrainingError if one is no ordinary file; TextError if a parquet file is none.
    """
    parts: list[Part] = []
    for path in map(Path, paths):
        whole = path.stat().st_size
        if not path.is_file():
            raise TrainingError(f"{path} is no ordinary file: training reads its text twice, so save it first.")
        bare = path.with_suffix("") if path.suffix.lower() in _PACKED else path
        kind = _KINDS.get(bare.suffix.lower(), "text")
        part = Part(str(path), kind, whole, column=column)
        if kind == "parquet":
            parts += _row_groups(part)
        elif part.packing or whole <= size:
            parts.append(part)
        else:
            starts = range(0, whole, size)
            parts += [replace(part, start=at, stop=at + size, size=min(size, whole - at)) for at in starts]
    return parts


def dataset_parts(name: str, *, subset: str | None = None, split: str = "train", column: str = "text") -> list[Part]:
    """The shards of a dataset of the Hugging Face hub, or of a local folder that has the shape of one.

    Raises TrainingError if it cannot be reached, or has no such subset, split or column.
    """
    found = _dataset(name, subset, split)
    if found.column_names and column not in found.column_names:
        raise TrainingError(f"{name} has no column {column!r}; it has {', '.join(found.column_names)}.")
    shards = max(1, found.num_shards)
    info = (found.info.splits or {}).get(split)
    rows = (info.num_examples or 0) if info else 0
    sizes = [rows * (number + 1) // shards - rows * number // shards for number in range(shards)]
    return [Part(name, "dataset", sizes[number], number, shards, column, subset, split) for number in range(shards)]


def read(part: Part, report: Report | None = None) -> Iterator[str]:
    """The lines of a part, without their line feeds; very long ones in pieces (streaming.py).

    Raises TextError, which names the file, for what is no text and for damaged files.
    """
    try:
        yield from _READERS[part.kind](part, report)
    except TextError as error:
        raise error if part.path in str(error) else TextError(f"{part.path}: {error}") from error


def read_all(parts: Sequence[Part], report: Report | None = None) -> Iterator[str]:
    """The lines of all, in order."""
    before = 0
    for part in parts:
        yield from read(part, None if report is None else lambda done, before=before: report(before + done))  # type: ignore[misc]
        before += part.size


# -- files of text ----------------------------------------------------------------------------------------------------


def _lines(part: Part, report: Report | None) -> Iterator[str]:
    with _opened(part) as (file, begin):
        at_start = begin == 0
        for text in _until(part, file, begin, report, cut_long_lines=True):
            yield text.removeprefix("\ufeff") if at_start else text
            at_start = False


def _json_texts(part: Part, report: Report | None) -> Iterator[str]:
    with _opened(part) as (file, begin):
        for line in _until(part, file, begin, report, cut_long_lines=False):
            if line.strip():
                yield from _text_of(line.removeprefix("\ufeff"), part).split("\n")


def _text_of(line: str, part: Part) -> str:
    try:
        text = json.loads(line)[part.column]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        shown = f"{line[:60]}…" if len(line) > 60 else line
        raise TextError(f"{part.path}: a line is no JSON object with {part.column!r}: {shown}") from error
    if not isinstance(text, str):
        raise TextError(f"{part.path}: {part.column!r} holds {str(text)[:60]!r}, which is no text.")
    check_text(text)
    return text


def _until(part: Part, file: BinaryIO, begin: int, report: Report | None, *, cut_long_lines: bool) -> Iterator[str]:
    """The lines that begin before the part's stop."""
    place = begin

    def note(position: int) -> None:
        nonlocal place
        place = position

    try:
        for number, (text, ends) in enumerate(read_parts(file, cut_long_lines, note, begin)):
            yield text
            if report and number % EVERY == 0:
                report(min(part.size, (_packed_place(file) if part.packing else place) - part.start))
            if ends and part.stop is not None and place >= part.stop:
                return
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TextError(f"{part.path} is damaged, or no {part.packing} file: {error}.") from error


@contextmanager
def _opened(part: Part) -> Iterator[tuple[BinaryIO, int]]:
    """The file, at the first line that begins in the part, and where that is."""
    with open(part.path, "rb") as raw:
        if part.packing == ".gz":
            with gzip.GzipFile(fileobj=raw) as file:
                yield _Packed(file, raw), 0
        elif part.packing == ".zst":
            yield _Packed(_Zstd(raw, part.path), raw), 0
        else:
            yield raw, _seek(raw, part)


def _seek(file: BinaryIO, part: Part) -> int:
    """Behind the line that goes on from the part before; the part's end if no line begins in it."""
    if part.start == 0:
        return 0
    file.seek(part.start - 1)
    end = part.start + part.size
    while (place := file.tell()) < end and (line := file.readline(min(1 << 20, end - place))):
        if line.endswith(b"\n") and file.tell() < end:
            return file.tell()
    return file.seek(0, io.SEEK_END)


class _Zstd(io.RawIOBase):
    """A .zst file, of one frame or many, unpacked. The package's own reader takes a file that was cut off for whole."""

    def __init__(self, raw: BinaryIO, path: str) -> None:
        self._zstandard = extra("zstandard")
        self._raw, self._path = raw, path
        self._frame: Any = None  # None: between two frames
        self._packed, self._ready = b"", b""

    def readable(self) -> bool:
        return True

    def readinto(self, place: Any) -> int:
        while not self._ready:
            self._packed = self._packed or self._raw.read(1 << 17)
            if not self._packed:
                if self._frame is not None:
                    raise TextError(f"{self._path} is damaged, or no .zst file: it ends too early.")
                return 0
            self._unpack()
        count = min(len(place), len(self._ready))
        place[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _unpack(self) -> None:
        self._frame = self._frame or self._zstandard.ZstdDecompressor().decompressobj()
        try:
            self._ready = self._frame.decompress(self._packed)
        except self._zstandard.ZstdError as error:
            raise TextError(f"{self._path} is damaged, or no .zst file: {error}.") from error
        self._packed = self._frame.unused_data if self._frame.eof else b""
        if self._frame.eof:
            self._frame = None


class _Packed(io.BufferedReader):
    """Lines of a stream that is unpacked while it is read; knows how far that is in the packed file."""

    def __init__(self, stream: Any, raw: BinaryIO) -> None:
        super().__init__(stream, 1 << 20)
        self.packed = raw


def _packed_place(file: BinaryIO) -> int:
    return file.packed.tell() if isinstance(file, _Packed) else 0


# -- tables -----------------------------------------------------------------------------------------------------------


def _row_groups(part: Part) -> list[Part]:
    parquet = extra("pyarrow.parquet")
    try:
        with parquet.ParquetFile(part.path) as file:
            names = file.schema_arrow.names
            sizes = [file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups)]
    except (extra("pyarrow").ArrowException, OSError) as error:
        raise TextError(f"{part.path} is no parquet file: {error}") from error
    if part.column not in names:
        raise TrainingError(f"{part.path} has no column {part.column!r}; it has {', '.join(names)}.")
    return [replace(part, start=number, size=size) for number, size in enumerate(sizes)]


def _rows_of_parquet(part: Part, report: Report | None) -> Iterator[str]:
    with _foreign(part), extra("pyarrow.parquet").ParquetFile(part.path) as file:
        rows, done = file.metadata.row_group(part.start).num_rows, 0
        for batch in file.iter_batches(ROWS, row_groups=[part.start], columns=[part.column]):
            for text in batch.column(0).to_pylist():
                yield from _cell(text, part)
            done += batch.num_rows
            if report:
                report(part.size * done // rows)


def _rows_of_dataset(part: Part, report: Report | None) -> Iterator[str]:
    shard = _dataset(part.path, part.subset, part.split).shard(part.stop, part.start)
    with _foreign(part):
        for number, row in enumerate(shard, 1):
            yield from _cell(row.get(part.column), part)
            if report and number % EVERY == 0:
                report(min(number, part.size) if part.size else number)


@contextmanager
def _foreign(part: Part) -> Iterator[None]:
    """What other libraries raise about a file: there is no common ancestor."""
    try:
        yield
    except TokenizerError:
        raise
    except Exception as error:
        raise TextError(f"{part.path} cannot be read: {' '.join(str(error).split())[:300]}") from error


def _cell(text: object, part: Part) -> list[str]:
    if text is None:
        return []
    if not isinstance(text, str):
        raise TextError(f"{part.path}: {part.column!r} holds {str(text)[:60]!r}, which is no text.")
    check_text(text)
    return text.split("\n")


_READERS: dict[Kind, Callable[[Part, Report | None], Iterator[str]]] = {
    "text": _lines,
    "json": _json_texts,
    "parquet": _rows_of_parquet,
    "dataset": _rows_of_dataset,
}


def _dataset(name: str, subset: str | None, split: str) -> Any:
    datasets = extra("datasets")
    try:
        return datasets.load_dataset(name, subset, split=split, streaming=True)
    except Exception as error:  # of the network, of the hub, of the dataset's files: there is no common one
        raise TrainingError(f"The dataset {name} cannot be read: {' '.join(str(error).split())[:300]}") from error
