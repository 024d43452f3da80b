"""Every kind of file gives the same lines, whole or in parts, here or in a dataset's shape."""

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import ALL, CORPUS
from tokenizer_indic import streaming
from tokenizer_indic.corpus import Part, dataset_parts, parts_of, read, read_all
from tokenizer_indic.errors import MissingPackageError, TextError, TrainingError, extra

LINES = [*CORPUS, "", *(line for text in ALL.values() for line in text.split("\n"))]


def write_parquet(path: Path, lines: list[str], rows: int = 7, column: str = "text") -> Path:
    import pyarrow
    import pyarrow.parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = [str(number) for number in range(len(lines))]
    pyarrow.parquet.write_table(pyarrow.table({"id": numbers, column: lines}), path, row_group_size=rows)
    return path


def write(path: Path, lines: list[str]) -> Path:
    text = "\n".join(lines)
    if ".jsonl" in path.name or path.suffix == ".ndjson":
        text = "".join(
            json.dumps({"id": 1, "text": line}, ensure_ascii=number % 2 == 0) + "\n"
            for number, line in enumerate(lines)
        )
    data = text.encode()
    if path.suffix.lower() == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".zst":
        import zstandard

        # Two frames, as parallel compressors write them.
        half = len(data) // 2
        data = zstandard.compress(data[:half]) + zstandard.compress(data[half:])
    if path.suffix == ".parquet":
        return write_parquet(path, lines)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a",
        "a.jsonl",
        "a.ndjson",
        "a.txt.gz",
        "a.txt.zst",
        "a.jsonl.gz",
        "a.jsonl.zst",
        "a.parquet",
        "A.TXT.GZ",
    ],
)
def test_every_kind_of_file_gives_the_same_lines(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, LINES)
    parts = parts_of([path], size=500)
    assert list(read_all(parts)) == LINES
    assert len(parts) > 3 or path.suffix.lower() in (".gz", ".zst")
    assert [list(read(part)) for part in reversed(parts)][::-1] == [list(read(part)) for part in parts]


@given(
    st.lists(st.text(alphabet="aक \r", max_size=30), min_size=1, max_size=12),
    st.integers(1, 40),
    st.booleans(),
    st.booleans(),
)
def test_parts_of_any_size_hold_every_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], size: int, ended: bool, marked: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.txt"
    data = ("\ufeff" if marked else "").encode() + "\n".join(lines).encode() + b"\n" * ended
    path.write_bytes(data)
    expected = lines if ended or lines[-1] or (marked and len(lines) == 1) else lines[:-1]
    assert list(read_all(parts_of([path], size=size))) == expected


def test_a_line_of_many_parts_is_read_once_and_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PART", 64)
    path = tmp_path / "long.txt"
    line = "राम आया और गया " * 300
    path.write_text(f"{line}\nअंत", encoding="utf-8")
    parts = parts_of([path], size=100)
    found = list(read_all(parts))
    assert "".join(found) == f"{line}अंत"
    assert max(map(len, found)) < 100


def test_how_far_reading_is_never_goes_back_and_ends_with_the_whole(tmp_path: Path) -> None:
    for name in ("a.txt", "a.txt.gz", "a.txt.zst", "a.parquet"):
        parts = parts_of([write(tmp_path / name, LINES * 40)], size=3000)
        told: list[int] = []
        list(read_all(parts, told.append))
        assert told == sorted(told)
        assert told
        assert told[-1] <= sum(part.size for part in parts)


# -- a dataset --------------------------------------------------------------------------------------------------------

CARD = """---
configs:
- config_name: 20231101.hi
  data_files:
  - split: train
    path: 20231101.hi/train-*
---
"""


@pytest.fixture
def wikipedia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the shape of wikimedia/wikipedia: three shards of one language."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = tmp_path / "wikipedia"
    for number in range(3):
        name = f"train-0000{number}-of-00003.parquet"
        write_parquet(folder / "20231101.hi" / name, LINES[number::3])
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    return folder


def test_a_dataset_is_read_shard_by_shard(wikipedia: Path) -> None:
    parts = dataset_parts(str(wikipedia), subset="20231101.hi")
    assert [(part.start, part.stop) for part in parts] == [(0, 3), (1, 3), (2, 3)]
    assert list(read_all(parts)) == [line for number in range(3) for line in LINES[number::3]]


def test_what_a_dataset_lacks_is_said(wikipedia: Path) -> None:
    with pytest.raises(TrainingError, match="no column 'body'; it has id, text"):
        dataset_parts(str(wikipedia), subset="20231101.hi", column="body")
    with pytest.raises(TrainingError, match="cannot be read"):
        dataset_parts(str(wikipedia), subset="20231101.xx")
    with pytest.raises(TrainingError, match="cannot be read"):
        dataset_parts(str(wikipedia / "nowhere"))


# -- what is none -----------------------------------------------------------------------------------------------------


def test_damaged_and_foreign_files_are_named(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt.gz", LINES).read_bytes()
    packed = write(tmp_path / "good.txt.zst", LINES).read_bytes()
    cases: dict[str, tuple[bytes, str]] = {
        "cut.txt.gz": (good[: len(good) // 2], r"cut.txt.gz is damaged, or no .gz file"),
        "no.txt.gz": (b"plain text", r"no.txt.gz is damaged, or no .gz file"),
        "no.txt.zst": (b"plain text that is long enough", r"no.txt.zst is damaged, or no .zst file"),
        "cut.txt.zst": (packed[: len(packed) // 2], r"cut.txt.zst is damaged, or no .zst file: it ends too early"),
        "no.jsonl": (b'{"text": 1}\n', "holds '1', which is no text"),
        "deep.jsonl": (b"[" * 200_000 + b"\n", "a line is no JSON object with 'text'"),
        "half.jsonl": (b'{"text": "a\\ud800b"}\n', r"half.jsonl: Character 1 is U\+D800"),
        "bad.jsonl": (b'{"text": "a"}\n{"text": \n', "a line is no JSON object with 'text'"),
        "list.jsonl": (b'["text"]\n', "a line is no JSON object with 'text'"),
        "no.parquet": (b"plain text", "is no parquet file"),
        "latin.txt": (b"caf\xe9 au lait", r"latin.txt: .*byte 0xE9 at position 3"),
    }
    for name, (data, message) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(TextError, match=message):
            list(read_all(parts_of([tmp_path / name])))


def test_what_is_wrong_inside_a_table_is_said(tmp_path: Path) -> None:
    """Bytes that are no text in a column of text; a footer that is whole, and data that is not; a damaged dataset."""
    import pyarrow
    import pyarrow.parquet

    raw = pyarrow.array([b"ok", b"\xff\xfe"], pyarrow.binary())
    strings = pyarrow.Array.from_buffers(pyarrow.string(), 2, raw.buffers())
    pyarrow.parquet.write_table(pyarrow.table({"text": strings}), tmp_path / "strings.parquet")
    broken = write_parquet(tmp_path / "broken" / "a.parquet", LINES * 50, rows=5000)
    data = bytearray(broken.read_bytes())
    footer = int.from_bytes(data[-8:-4], "little") + 8
    data[4:-footer] = random.Random(1).randbytes(len(data) - footer - 4)
    broken.write_bytes(data)
    (tmp_path / "lines").mkdir()
    (tmp_path / "lines" / "a.jsonl").write_text('{"text": "a b"}\nno json\n')
    for parts in (
        parts_of([tmp_path / "strings.parquet"]),
        parts_of([broken]),
        dataset_parts(str(tmp_path / "lines")),
    ):
        with pytest.raises(TextError, match=r"cannot be read: .+"):
            list(read_all(parts))


def test_a_line_that_has_to_be_whole_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PART", 64)
    monkeypatch.setattr(streaming, "LONGEST_RUN", 1 << 10)
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps({"text": "राम आया " * 300}))
    with pytest.raises(TextError, match=r"long.jsonl: A line is longer than"):
        list(read_all(parts_of([path])))


def test_the_position_of_a_wrong_byte_is_that_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"good\n" * 20 + b"caf\xe9\n" + b"good\n" * 20)
    with pytest.raises(TextError, match="position 103 "):
        list(read_all(parts_of([path], size=30)))


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", LINES, column="body")
    with pytest.raises(TrainingError, match="no column 'text'; it has id, body"):
        parts_of([path])
    assert list(read_all(parts_of([path], column="body"))) == LINES


def test_empty_cells_and_empty_files_are_nothing(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", ["राम", None, ""])  # type: ignore[list-item]
    assert list(read_all(parts_of([path]))) == ["राम", ""]
    for name in ("e.txt", "e.txt.gz", "e.jsonl", "e.parquet"):
        assert list(read_all(parts_of([write(tmp_path / name, [])]))) == []


def test_only_files_are_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        parts_of([tmp_path / "nowhere.txt"])
    with pytest.raises(TrainingError, match="no ordinary file"):
        parts_of([tmp_path])


def test_a_missing_package_is_named() -> None:
    with pytest.raises(MissingPackageError, match="This needs no_such_package: pip install no_such_package"):
        extra("no_such_package.part")


def test_a_part_says_how_it_is_packed() -> None:
    assert Part("a.txt.GZ", "text", 1).packing == ".gz"
    assert Part("name.zst", "dataset", 1).packing == ""
