"""One process, several, and a cluster give the same bytes; also when a worker dies."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.texts import ALL, CORPUS
from tokenizer_indic import Tokenizer, load, streaming, workers
from tokenizer_indic import __main__ as command
from tokenizer_indic.corpus import Part, parts_of
from tokenizer_indic.counting import Counted, Mapper, Recipe, count, count_lines
from tokenizer_indic.errors import TextError, TrainingError
from tokenizer_indic.streaming import encode_file
from tokenizer_indic.training import train_from_counts
from tokenizer_indic.workers import cluster, encoding, processes

RECIPE = Recipe(sampled=True)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Part]:
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("\n".join([*CORPUS, *ALL.values()] * 3), encoding="utf-8")
    return parts_of([path], size=1500)


def made(counted: Counted) -> tuple[Any, Any]:
    """What is learned with either segmentation."""
    merges = train_from_counts(counted.pieces, language="hi", vocabulary=540)
    fewest = train_from_counts(
        counted.pieces, counted.lines, language="hi", vocabulary=540, segmentation="fewest", allow_smaller=True
    )
    assert merges.merges
    assert fewest.entries
    return merges.merges, fewest.entries


def same(found: Counted, expected: Counted) -> None:
    assert found == expected
    assert list(found.pieces.items()) == list(expected.pieces.items())  # in the same order
    assert made(found) == made(expected)


def test_several_processes_count_the_same(parts: list[Part]) -> None:
    with processes(2) as mapper:
        same(count(parts, RECIPE, mapper=mapper), count(parts, RECIPE))
    with processes(1) as mapper:
        assert mapper is map


@dataclass(frozen=True)
class DiesOnce:
    """Counts; but the first process that comes to the fourth part ends itself, as the system would end it."""

    trace: str

    def __call__(self, part: Part) -> Counted:
        if part.start == 4500 and not Path(self.trace).exists():
            Path(self.trace).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if part.start == 4500 and self.trace.endswith("always"):
            os.kill(os.getpid(), signal.SIGKILL)
        from tokenizer_indic.corpus import read

        return count_lines(read(part), RECIPE)


def with_job(mapper: Mapper, job: Callable[[Part], Counted]) -> Mapper:
    """The mapper with another job than counting's own."""
    return lambda _, parts: mapper(job, parts)


def test_a_process_that_dies_is_replaced(parts: list[Part], tmp_path: Path) -> None:
    with processes(2) as mapper:
        found = count(parts, RECIPE, mapper=with_job(mapper, DiesOnce(str(tmp_path / "once"))))
    assert (tmp_path / "once").exists()
    same(found, count(parts, RECIPE))


def test_a_part_that_kills_every_process_is_named(parts: list[Part], tmp_path: Path) -> None:
    with processes(2) as mapper, pytest.raises(TrainingError, match=r"corpus.txt was ended from outside, 3 times"):
        count(parts, RECIPE, mapper=with_job(mapper, DiesOnce(str(tmp_path / "always"))))


def test_what_is_wrong_with_a_text_is_said_by_every_worker(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes(b"good\n" * 20 + b"caf\xe9\n" + b"good\n" * 20)
    with processes(2) as mapper, pytest.raises(TextError, match="position 103 "):
        count(parts_of([path], size=30), RECIPE, mapper=mapper)


# -- a cluster --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    """Two workers, each a process."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local:
        yield local


def test_a_cluster_counts_the_same_also_when_a_worker_dies(parts: list[Part], scheduler: Any) -> None:
    expected = count(parts, RECIPE)
    with cluster(scheduler.scheduler_address) as mapper:
        same(count(parts, RECIPE, mapper=mapper), expected)
    before = {worker.pid for worker in scheduler.workers.values()}

    def kills(job: Callable[[Part], Counted], parts: Sequence[Part]) -> Iterator[Counted]:
        with cluster(scheduler.scheduler_address) as mapper:
            for number, counted in enumerate(mapper(job, parts)):
                if number == 2:  # most parts are still to be counted
                    os.kill(min(before), signal.SIGKILL)
                yield counted

    same(count(parts, RECIPE, mapper=kills), expected)
    assert before - {worker.pid for worker in scheduler.workers.values()} == {min(before)}  # a new one came for it


def test_the_command_line_counts_on_a_cluster_too(parts: list[Part], scheduler: Any, tmp_path: Path) -> None:
    settings = [parts[0].path, "--language", "hi", "--vocabulary", "540", "--name", "x", "--output"]
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    assert command.main(["train", *settings, str(one), "--processes", "1"]) == 0
    address = scheduler.scheduler_address
    assert command.main(["train", *settings, str(other), "--scheduler", address]) == 0
    assert one.read_bytes() == other.read_bytes()


def test_no_scheduler_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.5)
    with (
        pytest.raises(TrainingError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        cluster("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.parametrize("address", ["", "nonsense", "foo://x:1", "tcp://127.0.0.1:abc", "tcp://a b:1"])
def test_what_is_no_address_is_said_at_once(address: str) -> None:
    with pytest.raises(TrainingError, match="is no address of a Dask scheduler"), cluster(address):
        pass


ALONE = """
import asyncio, distributed, sys

sys.modules["tokenizer_indic"] = None  # as if it were not installed

async def main():
    async with distributed.Scheduler(port=0, dashboard=False, host="127.0.0.1") as scheduler:
        print(scheduler.address, flush=True)
        if {workers}:
            async with distributed.Worker(scheduler.address):
                print("there", flush=True)
                await asyncio.sleep(60)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_cluster_without_workers_or_without_this_library_is_told() -> None:
    """A scheduler of its own, started where the library is not to be found."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    for working, message in ((False, "has no workers yet"), (True, "need this library too: import of")):
        command_line = [sys.executable, "-I", "-c", ALONE.format(workers=working)]
        with subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True, env=environment, cwd="/") as running:
            assert running.stdout is not None
            address = running.stdout.readline().strip()
            if working:
                assert running.stdout.readline() == "there\n"
            try:
                with pytest.raises(TrainingError, match=message), cluster(address):
                    pass
            finally:
                running.kill()


# -- encoding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hi", "hi-fewest"])
def test_several_processes_encode_the_same(name: str, tmp_path: Path, capfdbinary: Any) -> None:
    texts = ["", *CORPUS, *ALL.values(), ""]
    tokenizer = load(name)
    expected = tokenizer.encode_batch(texts)
    with encoding(tokenizer, 3) as encode_batch:
        assert encode_batch(texts) == expected
        assert encode_batch([]) == []
        assert encode_batch(["", ""]) == [[], []]
        with pytest.raises(TextError, match="surrogate"):
            encode_batch(["a", "\ud800"])
    path = tmp_path / "text.txt"
    path.write_bytes("\n".join(texts).encode())
    written = []
    for number in ("1", "2"):
        assert command.main(["encode", "--tokenizer", name, str(path), "--processes", number]) == 0
        written.append(capfdbinary.readouterr().out)
    assert written[0] == written[1]
    assert written[0].count(b"\n") == "\n".join(texts).count("\n")


def test_a_pipe_is_answered_line_by_line(hindi: Tokenizer) -> None:
    """Somebody who types into it sees each line's ids before the next."""
    reading, writing = os.pipe()
    with open(reading, "rb") as file, open(writing, "wb", buffering=0) as typed:
        found = encode_file(hindi, file)
        for line in ("राम आया", "सीता आई"):
            typed.write(f"{line}\n".encode())
            assert next(found) == (hindi.encode(line), True)


def test_a_file_is_encoded_in_batches(monkeypatch: pytest.MonkeyPatch, hindi: Tokenizer) -> None:
    monkeypatch.setattr(streaming, "BATCH", 20)
    text = "\n".join(CORPUS)
    found = list(encode_file(hindi, io.BytesIO(text.encode())))
    assert [ids for ids, _ in found] == hindi.encode_batch(CORPUS)
    assert [ends for _, ends in found] == [True] * (len(CORPUS) - 1) + [False]
