"""Our tokenizers beside their peers on the same text, in one run: python -m benchmarks.tokenizer [SECTION …]

    languages   tokens on other text than was learned from, every language
    sizes       the same for vocabularies of several sizes, in Hindi
    aksharas    tokens against broken aksharas: what an end inside an akshara costs while entries are chosen
    speed       learning and encoding: Hindi, Tamil, Urdu, and four languages mixed
    growth      seconds for hard texts of four sizes: does the time grow with the length alone?

Each contender (peers.py) works in a process of its own, on as many cores as are stated, in turns over several rounds;
times are medians. "new": encoding one half of the text after the other half, which warms whatever memory there is;
"again": the same lines once more. Memory is the process's peak above what it held before training.

--json FILE keeps the results, section by section; `python -m benchmarks.report` makes README.md and the charts of them.
"""

import argparse
import contextlib
import importlib
import importlib.metadata
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from benchmarks.peers import BY_NAME, CONTENDERS, FEWEST, LEARNED, MERGES, TIMED, Task

VOCABULARY = 4_999
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000)
LANGUAGES = ("hi", "bn", "mr", "te", "ta", "ur", "kn", "ml", "pa", "ne", "gu", "or", "as")
SPEED = {"Hindi": ["hi"], "Tamil": ["ta"], "Urdu": ["ur"], "mixed": ["hi", "ta", "ur", "en"]}
LENGTHS = (125_000, 250_000, 500_000, 1_000_000)  # characters
CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
SECTIONS = ("languages", "sizes", "aksharas", "speed", "growth")
PRICES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)  # tokens
PRICED = ("hi", "mr", "te", "kn")


# -- one contender in a process of its own ----------------------------------------------------------------------------


def tokens(name: str, task: Task, heldout: str) -> dict[str, Any]:
    """What a contender needs for text that it did not learn from."""
    contender = BY_NAME[name]
    made = contender.train(task)
    encode = contender.encoder(made, 1)
    lines = read(heldout)
    row: dict[str, Any] = {"tokens": sum(map(len, encode(lines))), "characters": sum(map(len, lines))}
    if contender.ours:
        from tokenizer_indic.measuring import measure_lines

        row["broken"] = round(measure_lines(made, lines).broken_aksharas, 4)
    return row


def speed(name: str, task: Task, threads: int) -> dict[str, Any]:
    """Seconds, MiB and MB/s of one contender."""
    contender = BY_NAME[name]
    lines = read(task.path)
    half = len(lines) // 2
    megabytes = sum(len(line.encode()) for line in lines[half:]) / 1e6
    importlib.import_module("tokenizer_indic.training")
    if contender.package:
        importlib.import_module(contender.package)
    before = peak()
    made, seconds = timed(lambda: contender.train(task))
    memory = peak() - before
    encode = contender.encoder(made, threads)
    encode(lines[:half])
    _, new = timed(lambda: encode(lines[half:]))
    _, again = timed(lambda: encode(lines[half:]))
    return {
        "train_seconds": seconds,
        "train_mib": memory,
        "new_mb_per_second": megabytes / new,
        "again_mb_per_second": megabytes / again,
    }


def growth(name: str, task: Task) -> dict[str, list[float]]:
    """Seconds to encode hard texts of LENGTHS; each once, in a fresh tokenizer."""
    contender = BY_NAME[name]
    if contender.package:
        importlib.import_module(contender.package)
    made = contender.train(task)
    results: dict[str, list[float]] = {}
    for what, text_of in HARD.items():
        results[what] = []
        for length in LENGTHS:
            text = text_of(length)
            encode = contender.encoder(made, 1)
            results[what].append(min(timed(lambda: encode([text]))[1] for _ in range(3)))  # noqa: B023
    return results


def random_text(length: int) -> str:
    return random.Random(5).randbytes(length).decode("latin-1")


HARD: dict[str, Callable[[int], str]] = {
    "a line without spaces": lambda length: ("भारतएकदेशहैजिसकीराजधानीदिल्लीहै" * (length // 30 + 1))[:length],
    "one character": lambda length: "क" * length,
    "random bytes": random_text,
}


def read(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").split("\n")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def peak() -> float:
    """The most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


JOBS: dict[str, Callable[..., Any]] = {"tokens": tokens, "speed": speed, "growth": growth}


def apart(job: str, threads: int, *arguments: Any) -> Any:
    """The result of a job in a fresh process on `threads` cores."""
    call = json.dumps({"job": job, "arguments": arguments}, default=lambda task: vars(task), ensure_ascii=False)
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.tokenizer", "--job", call, "--threads", str(threads)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    return json.loads(run.stdout)


def do(call: str, threads: int) -> Any:
    """What `apart` asks for, in the process that it made."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    wish = json.loads(call)
    name, task, *rest = wish["arguments"]
    return JOBS[wish["job"]](name, Task(**task), *rest)


# -- the sections -----------------------------------------------------------------------------------------------------


def all_languages(corpora: Path, threads: int, rounds: int) -> dict[str, Any]:
    """language -> contender -> tokens, characters"""
    return {code: {each.name: row for each, row in learned(corpora, code, VOCABULARY, threads)} for code in LANGUAGES}


def all_sizes(corpora: Path, threads: int, rounds: int) -> dict[str, Any]:
    """entries -> contender -> tokens, characters; Hindi"""
    return {str(size): {each.name: row for each, row in learned(corpora, "hi", size, threads)} for size in SIZES}


def learned(corpora: Path, code: str, vocabulary: int, threads: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    for each in LEARNED:
        say(f"{code}, {vocabulary:,} entries: {each.name}")
        task = Task(str(corpora / "train" / f"{code}.txt"), code, vocabulary)
        yield each, apart("tokens", threads, each.name, task, str(corpora / "heldout" / f"{code}.txt"))


def all_prices(corpora: Path, threads: int, rounds: int) -> dict[str, Any]:
    """language -> price -> tokens, characters, share of broken aksharas"""
    results: dict[str, Any] = {code: {} for code in PRICED}
    for code in PRICED:
        for price in PRICES:
            say(f"{code}: an end inside an akshara costs {price:g} tokens")
            task = Task(str(corpora / "train" / f"{code}.txt"), code, VOCABULARY, price)
            heldout = str(corpora / "heldout" / f"{code}.txt")
            results[code][f"{price:g}"] = apart("tokens", threads, FEWEST, task, heldout)
    return results


def all_speeds(corpora: Path, threads: int, rounds: int) -> dict[str, Any]:
    """text -> contender -> medians, and ratios to ours within each round"""
    results = {}
    for text, codes in SPEED.items():
        found: dict[str, list[dict[str, Any]]] = {each.name: [] for each in TIMED}
        with mixed(corpora, codes) as path:
            size = Path(path).stat().st_size
            for number in range(rounds):
                for each in TIMED:
                    say(f"{text}, round {number + 1} of {rounds}: {each.name}")
                    task = Task(path, codes[0] if len(codes) == 1 else "mul", VOCABULARY)
                    found[each.name].append(apart("speed", threads, each.name, task, threads))
        results[text] = {"bytes": size, "rows": {name: medians(rows, found) for name, rows in found.items()}}
    return results


def medians(rows: list[dict[str, Any]], found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    made = {key: round(float(statistics.median(row[key] for row in rows)), 4) for key in rows[0]}
    for ours in (MERGES, FEWEST):
        ratios = [
            row["new_mb_per_second"] / our["new_mb_per_second"] for row, our in zip(rows, found[ours], strict=True)
        ]
        made[f"new, times {ours}"] = round(statistics.median(ratios), 3)
    return made


@contextlib.contextmanager
def mixed(corpora: Path, codes: Sequence[str]) -> Iterator[str]:
    """One language's file; or the lines of several in turn, as far as the shortest goes four times."""
    paths = [corpora / "train" / f"{code}.txt" for code in codes]
    if len(paths) == 1:
        yield str(paths[0])
        return
    texts = [read(str(path)) for path in paths]
    most = 4 * min(map(len, texts))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "mixed.txt"
        turns = zip_longest(*(text[:most] for text in texts))
        path.write_text("\n".join(line for turn in turns for line in turn if line), encoding="utf-8")
        yield str(path)


def all_growth(corpora: Path, threads: int, rounds: int) -> dict[str, Any]:
    """contender -> text -> seconds at each of LENGTHS"""
    task = Task(str(corpora / "train" / "te.txt"), "te", VOCABULARY)
    results = {}
    for each in CONTENDERS:
        if each.ours:
            say(f"growth: {each.name}")
            results[each.name] = apart("growth", 1, each.name, task)
    return {"lengths": list(LENGTHS), "seconds": results}


WORK = {
    "languages": all_languages,
    "sizes": all_sizes,
    "aksharas": all_prices,
    "speed": all_speeds,
    "growth": all_growth,
}


def say(text: str) -> None:
    print(f"\r{text:<78}", end="", file=sys.stderr, flush=True)


# -- the machine ------------------------------------------------------------------------------------------------------


def machine() -> str:
    """What it ran on, with which versions."""
    packages = ("tokenizers", "sentencepiece", "tiktoken", "regex", "numpy", "numba")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return f"{cpu()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(": ", 1)[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> None:
    """Parse, compare, print; keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all if left out")
    parser.add_argument("--corpora", type=Path, default=CORPORA, metavar="DIRECTORY")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="cores of each contender (default: 1)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add the results to this file")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        print(json.dumps(do(options.job, options.threads)))
        return
    if wrong := set(options.sections) - set(SECTIONS):
        parser.error(f"there is no section {min(wrong)!r}; there are {', '.join(SECTIONS)}")
    if not (options.corpora / "train" / "hi.txt").is_file():
        parser.error(f"there is no {options.corpora / 'train' / 'hi.txt'}: name a folder with train/ and heldout/")
    from benchmarks.report import tables

    results: dict[str, Any] = {}
    if options.json and options.json.exists():
        results = json.loads(options.json.read_text(encoding="utf-8"))
    for section in options.sections or SECTIONS:
        found = WORK[section](options.corpora, options.threads, options.rounds)
        say("")
        key = f"speed, {options.threads} threads" if section == "speed" and options.threads > 1 else section
        results[key] = {"machine": machine(), "threads": options.threads, "vocabulary": VOCABULARY, "results": found}
        if options.json:
            text = json.dumps(results, ensure_ascii=False, indent=1)
            options.json.write_text(text + "\n", encoding="utf-8")
        print("\r" + tables({key: results[key]}))


if __name__ == "__main__":
    main()
