"""The contract of the command line, run as a user runs it."""

import gzip
import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.texts import ALL, CORPUS
from tests.tokenizer_indic.test_corpus import CARD as DATASET_CARD
from tests.tokenizer_indic.test_corpus import write_parquet
from tokenizer_indic import __main__ as command
from tokenizer_indic import counting, load, train
from tokenizer_indic.streaming import decode_ids, encode_file, read_lines, read_parts


def run(*arguments: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """In a process of its own, with an encoding that is not UTF-8."""
    environment = {"PYTHONIOENCODING": "latin-1", "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [sys.executable, "-m", "tokenizer_indic", *arguments], input=input, capture_output=True, env=environment
    )


def refused(*arguments: str, input: bytes = b"") -> str:
    """Exit status 2 and one line on standard error."""
    result = run(*arguments, input=input)
    assert result.returncode == 2
    message = result.stderr.decode()
    assert message.count("\n") == 1
    assert "Traceback" not in message
    return message


EVERYTHING = "\n".join(text for text in ALL.values())


@pytest.mark.parametrize("data", [EVERYTHING, EVERYTHING + "\n", "", "\n", "\n\n", "a", "\r\n\r", " \n  \n"])
def test_decode_reverses_encode_byte_for_byte(data: str) -> None:
    encoded = run("encode", "--tokenizer", "hi", input=data.encode())
    assert encoded.returncode == 0, encoded.stderr
    assert encoded.stdout.count(b"\n") == data.count("\n")
    decoded = run("decode", "--tokenizer", "hi", input=encoded.stdout)
    assert decoded.stdout == unicodedata.normalize("NFC", data).encode()


def test_encode_gives_one_line_of_ids_per_line(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("भारत एक देश है।\n\nनमस्ते", encoding="utf-8")
    lines = run("encode", "--tokenizer", "hi", str(file)).stdout.decode().split("\n")
    hindi = load("hi")
    assert [[int(id) for id in line.split()] for line in lines] == [
        hindi.encode("भारत एक देश है।"),
        [],
        hindi.encode("नमस्ते"),
    ]


def test_pieces() -> None:
    shown = run("encode", "--tokenizer", "hi", "--pieces", input="भारत में 👍\n".encode()).stdout.decode()
    assert shown == "भारत ▁में ▁ <0xF0> <0x9F> <0x91> <0x8D>\n"


def test_input_that_is_not_utf8_is_refused_with_the_position() -> None:
    assert "byte 0xFF at position 7" in refused("encode", "--tokenizer", "hi", input=b"\xe0\xa4\x95\na\nb\xff")


def test_train_measure_export(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("\n".join(CORPUS), encoding="utf-8")
    made = tmp_path / "mine.json"
    result = run("train", str(text), "--language", "hi", "--vocabulary", "450", "--output", str(made))
    assert result.returncode == 0, result.stderr
    assert "450 entries" in result.stdout.decode()
    assert len(load(made)) == 450
    assert load(made).name == "mine"

    figures = json.loads(run("measure", "--tokenizer", str(made), str(text), "--json").stdout)
    assert list(figures) == [
        "vocabulary",
        "tokens",
        "bytes",
        "characters",
        "aksharas",
        "words",
        "bytes_per_token",
        "characters_per_token",
        "aksharas_per_token",
        "tokens_per_word",
        "broken_aksharas",
        "round_trip",
    ]
    assert figures["vocabulary"] == 450
    assert figures["round_trip"] is True
    assert figures["characters"] == sum(map(len, CORPUS))
    table = run("measure", "--tokenizer", str(made), str(text)).stdout.decode()
    assert "bytes per token" in table

    result = run("export", "--tokenizer", str(made), "--to", "huggingface", str(tmp_path / "out"))
    assert result.returncode == 0
    assert (tmp_path / "out" / "tokenizer.json").is_file()


def test_mistakes_are_told_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("राम राम", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    out = str(tmp_path / "x.json")
    assert "no tokenizer 'xx'" in refused("encode", "--tokenizer", "xx")
    assert "no file" in refused("encode", "--tokenizer", "hi", str(tmp_path / "none.txt"))
    assert "no file" in refused("train", "none.txt", "--language", "hi", "--vocabulary", "300", "--output", out)
    assert "too small" in refused("train", str(text), "--language", "hi", "--vocabulary", "300", "--output", out)
    assert "position 3" in refused(
        "train", str(tmp_path / "latin.txt"), "--language", "en", "--vocabulary", "300", "--output", out
    )
    assert "'many'" in refused("train", str(text), "--language", "hi", "--vocabulary", "many", "--output", out)
    assert "invalid choice" in refused("train", str(text), "--language", "zz", "--vocabulary", "300", "--output", out)
    assert "cannot give the same ids" in refused("export", "--tokenizer", "hi", "--to", "sentencepiece", str(tmp_path))
    assert "required" in refused("encode")
    assert "required" in refused()
    assert "'क'" in refused("decode", "--tokenizer", "hi", input="12 क".encode())
    assert "no id 9999" in refused("decode", "--tokenizer", "hi", input=b"1 9999")
    assert not Path(out).exists()


def test_every_option_of_train_is_heard(tmp_path: Path) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "x.json"
    text.write_text("\n".join(CORPUS), encoding="utf-8")
    result = run(
        *("train", str(text), "--language", "ta", "--vocabulary", "5,000", "--allow-smaller", "--no-normalization"),
        *("--special", "<a>", "--special", "<b>", "--pattern", "gpt2", "--name", "mine", "--quiet"),
        *("--heldout", str(text), "--output", str(out)),
    )
    assert result.returncode == 0, result.stderr
    assert b"held-out" in result.stdout
    made = load(out)
    assert (made.name, made.language, made.pattern_name, made.normalization) == ("mine", "ta", "gpt2", None)
    assert list(made.special_tokens) == ["<a>", "<b>"]
    assert 300 < len(made) < 5000
    figures = made.training["figures"]
    assert figures["train"]["ta"] == figures["heldout"]["ta"]
    assert figures["train"]["ta"]["characters"] == sum(map(len, CORPUS))


def test_what_cannot_work_is_told_before_the_work(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("\n".join(CORPUS), encoding="utf-8")
    rest = ["--language", "hi", "--vocabulary", "99999", "--output"]  # too many: training would say so first
    assert "no ordinary file" in refused("train", str(text), *rest, str(tmp_path))
    assert "no ordinary file" in refused("train", "/dev/stdin", *rest, str(tmp_path / "x.json"), input=b"a a")
    assert "above 0" in refused("train", str(text), "--language", "hi", "--vocabulary", "-5", "--output", "x")


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    text = tmp_path / "long.txt"
    text.write_text("राम\n" * 200_000, encoding="utf-8")
    command = f"{sys.executable} -m tokenizer_indic encode --tokenizer hi {text} | head -n 1"
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run(["sh", "-c", command], capture_output=True, env=environment)
    assert result.stderr == b""
    assert result.stdout.count(b"\n") == 1


@pytest.mark.parametrize("wrong", [b"1_0", b"+5", b"9" * 5000, b"9" * 2_000_000, b"1 \xff"])
def test_what_is_no_id_is_named_in_one_line(wrong: bytes) -> None:
    message = refused("decode", "--tokenizer", "hi", input=b"1\n" + wrong)
    assert "Line 2" in message
    assert len(message) < 200


def test_help_reads_well() -> None:
    shown = run("--help").stdout.decode()
    for name in ("train", "encode", "decode", "measure", "export", "examples:"):
        assert name in shown
    assert "one line of ids per line" in run("encode", "--help").stdout.decode()


def test_the_bar_shows_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    bar = command._Bar(quiet=False)
    bar("merging", 50, 100)
    bar.close()
    assert terminal.getvalue() == "\rmerging  [###############               ]  50%\n"
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    bar = command._Bar(quiet=True)
    bar("merging", 50, 100)
    bar.close()
    assert terminal.getvalue() == ""


def test_the_bar_shows_rate_and_what_is_left_while_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    clock = iter([0.0, 0.0, 10.0, 10.0, 40.0, 40.0])
    monkeypatch.setattr(command.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    bar = command._Bar(quiet=False)
    bar("counting", 0, 100_000_000)
    bar("counting", 20_000_000, 100_000_000)
    assert terminal.getvalue().endswith("]  20%  2.0 MB/s, 0:40 left")
    rows = command._Bar(quiet=False, bytes_=False)
    rows("counting", 0, 0)
    monkeypatch.setattr(command.time, "monotonic", lambda: 50.0)
    rows("counting", 3000, 0)
    assert terminal.getvalue().endswith("0%  3,000 rows, 300 rows/s")


@pytest.mark.parametrize("segmentation", ["merges", "fewest"])
def test_a_corpus_in_several_kinds_of_files_is_one_text(tmp_path: Path, segmentation: str) -> None:
    """Whole as text; half as gz and half as JSON lines, with counts that are kept: the same tokenizer."""
    whole, packed, table = tmp_path / "whole.txt", tmp_path / "a.txt.gz", tmp_path / "b.jsonl"
    lines = CORPUS * 4
    whole.write_text("\n".join(lines), encoding="utf-8")
    packed.write_bytes(gzip.compress("\n".join(lines[:9]).encode()))
    table.write_text("\n".join(json.dumps({"body": line}) for line in lines[9:]), encoding="utf-8")
    made = []
    for files in ([whole], [packed, table], [packed, table]):
        out = tmp_path / f"{len(made)}.json"
        settings = ["--language", "hi", "--vocabulary", "520", "--name", "x", "--segmentation", segmentation]
        settings += ["--allow-smaller", "--column", "body", "--resume", str(tmp_path / "counts"), "--output", str(out)]
        assert command.main(["train", *map(str, files), *settings]) == 0
        tokenizer = load(out)
        made.append((tokenizer.merges, tokenizer.entries))
        assert tokenizer.training["sources"] == [{"name": file.name} for file in files]
    assert made[0] == made[1] == made[2]
    assert len(list((tmp_path / "counts").iterdir())) == 3


def test_a_corpus_that_is_a_dataset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = tmp_path / "texts"
    for number in range(2):
        write_parquet(folder / "20231101.hi" / f"train-{number}.parquet", CORPUS * 3)
    (folder / "README.md").write_text(DATASET_CARD, encoding="utf-8")
    out = tmp_path / "made.json"
    arguments = ["train", "--dataset", str(folder), "--language", "hi", "--vocabulary", "450", "--output", str(out)]
    assert command.main([*arguments, "--subset", "20231101.hi", "--processes", "1"]) == 0
    assert load(out).merges == train(CORPUS * 6, language="hi", vocabulary=450).merges
    assert "450 entries" in capsys.readouterr().out
    for more, message in (
        (["--subset", "20231101.ta"], "cannot be read"),
        (["--subset", "20231101.hi", str(folder)], "files or a dataset, not both"),
        (["--subset", "20231101.hi", "--column", "body"], "no column 'body'"),
    ):
        assert command.main([*arguments, *more]) == 2
        assert message in capsys.readouterr().err


def test_a_sample_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "SAMPLE", 400)
    text = tmp_path / "text.txt"
    text.write_text("\n".join(CORPUS * 6), encoding="utf-8")
    settings = ["--language", "hi", "--vocabulary", "500", "--output", str(tmp_path / "x.json"), "--allow-smaller"]
    assert command.main(["train", str(text), *settings, "--segmentation", "fewest"]) == 0
    assert "a sample of the lines, " in capsys.readouterr().out


def test_stopping_by_hand_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    text = tmp_path / "text.txt"
    text.write_text("राम", encoding="utf-8")
    monkeypatch.setattr(command, "count", stopped)
    out = tmp_path / "x.json"
    arguments = ["train", str(text), "--language", "hi", "--vocabulary", "300", "--output", str(out)]
    assert command.main(arguments) == 130
    assert "stopped" in capsys.readouterr().err
    assert not out.exists()


# -- streaming --------------------------------------------------------------------------------------------------------


def test_a_run_without_a_space_is_refused_when_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    from tokenizer_indic.errors import TextError

    monkeypatch.setattr("tokenizer_indic.streaming.PART", 16)
    monkeypatch.setattr("tokenizer_indic.streaming.LONGEST_RUN", 100)
    assert list(read_parts(io.BytesIO(b"ab " * 200)))
    with pytest.raises(TextError, match="no space between two words"):
        list(read_parts(io.BytesIO(b"ab " + b"x" * 200)))


def test_ids_may_stand_apart_by_tabs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenizer_indic.streaming.PART", 8)
    hindi = load("hi")
    written = "\t".join(map(str, hindi.encode("भारत एक देश है।"))).encode()
    assert b"".join(decode_ids(hindi, io.BytesIO(written))).decode() == "भारत एक देश है।"


@pytest.mark.parametrize("junk", [b"\xff\xff", b"\xe0\xa4", b"\xc3("])
@pytest.mark.parametrize("before", [0, 5, 9, 13, 14, 15, 16, 17, 40])
def test_the_position_is_right_wherever_parts_end(junk: bytes, before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from tokenizer_indic.errors import TextError

    monkeypatch.setattr("tokenizer_indic.streaming.PART", 16)
    data = ("क ख " * 20).encode()[: 4 * before] + junk + b" a b c" * 9
    with pytest.raises(UnicodeDecodeError) as truth:
        data.decode()
    with pytest.raises(TextError, match=f"position {truth.value.start} "):
        list(read_parts(io.BytesIO(data)))


@pytest.mark.parametrize("part", [7, 16, 64])
@pytest.mark.parametrize("text", [EVERYTHING, "क ख " * 50, "क" * 100, "एक दो\n" * 20, "👍 👍 " * 9])
def test_any_size_of_part_gives_the_same(part: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read in parts of some bytes: the ids do not show where."""
    monkeypatch.setattr("tokenizer_indic.streaming.PART", part)
    hindi = load("hi")
    data = text.encode()
    assert "".join(piece + "\n" * ends for piece, ends in read_parts(io.BytesIO(data))) == text
    lines: list[list[int]] = [[]]
    for ids, ends in encode_file(hindi, io.BytesIO(data)):
        lines[-1] += ids
        if ends:
            lines.append([])
    assert lines == [hindi.encode(line) for line in text.split("\n")]
    written = "\n".join(" ".join(map(str, line)) for line in lines).encode()
    assert b"".join(decode_ids(hindi, io.BytesIO(written))).decode() == unicodedata.normalize("NFC", text)


def test_a_byte_order_mark_is_dropped_for_learning_and_kept_for_encoding() -> None:
    data = "\ufeffक\nख".encode()
    assert list(read_lines(io.BytesIO(data))) == ["क", "ख"]
    assert [text for text, _ in read_parts(io.BytesIO(data))] == ["\ufeffक", "ख"]


def test_the_position_of_a_wrong_byte_counts_from_the_start_of_the_file() -> None:
    from tokenizer_indic.errors import TextError

    with pytest.raises(TextError, match="position 10"):
        list(read_parts(io.BytesIO("क ख\nab".encode() + b"\xc3(")))
