"""The command line: `python -m tokenizer_indic …`, or `tokenizer-indic …` once installed. Parses, calls, prints."""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, NoReturn

from .corpus import Part, dataset_parts, parts_of, read_all
from .counting import Mapper, Memory, Recipe, count
from .errors import TokenizerError, TrainingError
from .exporting import FORMATS, export
from .measuring import Figures, as_facts, measure_lines
from .scripts import LANGUAGES
from .splitting import PATTERNS, pattern
from .storage import check_place, load, save, shipped
from .streaming import decode_ids, encode_file, read_lines
from .tokenizer import Tokenizer
from .training import check_settings, train_from_counts
from .workers import cluster, processes

LARGE = 32 << 20  # bytes of a file that several processes are started for
MEASURED = 20_000_000  # characters of a corpus, from its beginning, that the figures are of

EXAMPLES = """examples:
  echo "भारत एक देश है।" | tokenizer-indic encode --tokenizer hi
  echo "भारत एक देश है।" | tokenizer-indic encode --tokenizer hi --pieces
  tokenizer-indic train news.txt stories.txt --language hi --vocabulary 4999 --output my.json
  tokenizer-indic train --dataset wikimedia/wikipedia --subset 20231101.hi --language hi --vocabulary 9999 \\
      --output wikipedia.json
  tokenizer-indic measure --tokenizer my.json other.txt
  tokenizer-indic export --tokenizer my.json --to huggingface folder/
"""


class _Parser(argparse.ArgumentParser):
    """Errors on one line, exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (--help shows what can be said)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 2 for a user's mistake, which is told in one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        if not all((sys.stdin, sys.stdout, sys.stderr)):
            return 2  # a closed stream: there is nowhere to say so
        options.run(options)
    except TokenizerError as error:
        print(f"tokenizer-indic: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(f"tokenizer-indic: there is no file {error.filename!r}.", file=sys.stderr)
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()  # the reader has seen enough, `head` for one
            return 0
        print(f"tokenizer-indic: {error.filename or 'input or output'}: {error.strerror or error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ntokenizer-indic: stopped.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tokenizer-indic",
        description="Train, use, measure and export tokenizers for the languages of India.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = _add(commands, "train", "learn a tokenizer from text files (UTF-8, one sentence or paragraph a line)")
    command.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="text, .jsonl or .parquet; text and .jsonl also .gz or .zst"
    )
    command.add_argument(
        "--language", required=True, choices=LANGUAGES, metavar="CODE", help=f"one of {', '.join(LANGUAGES)}"
    )
    command.add_argument("--vocabulary", required=True, type=_count, metavar="N", help="entries, everything counted")
    command.add_argument("--output", required=True, type=Path, metavar="FILE", help="the JSON file to write")
    command.add_argument(
        "--pattern", default="indic", help=f"split pattern: {', '.join(PATTERNS)}, or a regular expression"
    )
    command.add_argument(
        "--segmentation",
        choices=("merges", "fewest"),
        default="merges",
        help="merges: byte-pair encoding inside the pieces of the pattern; fewest: the fewest tokens, across spaces",
    )
    command.add_argument(
        "--broken-cost",
        type=float,
        metavar="TOKENS",
        help="with fewest: what a token's end inside an akshara costs while learning, 0 to 4 (default: 0.25)",
    )
    command.add_argument("--name", help="the tokenizer's name (default: that of the output file)")
    command.add_argument(
        "--special", action="append", default=[], metavar="TOKEN", help="a special token; may be repeated"
    )
    command.add_argument("--no-normalization", action="store_true", help="do not bring text to NFC")
    command.add_argument("--allow-smaller", action="store_true", help="accept fewer entries if the text gives no more")
    command.add_argument("--heldout", type=Path, metavar="FILE", help="also measure on this file")
    large = command.add_argument_group("large corpora")
    large.add_argument("--dataset", metavar="NAME", help="a Hugging Face dataset in the place of files, streamed")
    large.add_argument("--subset", metavar="NAME", help="of the dataset, as in 20231101.hi")
    large.add_argument("--split", default="train", metavar="NAME", help="of the dataset (default: train)")
    large.add_argument(
        "--column", default="text", metavar="NAME", help="what to read of .jsonl, .parquet and datasets (default: text)"
    )
    large.add_argument("--processes", type=_count, metavar="N", help="that count (default: one for each core)")
    large.add_argument("--scheduler", metavar="ADDRESS", help="count on this Dask cluster, which sees the same files")
    large.add_argument(
        "--resume", type=Path, metavar="FOLDER", help="keep finished counts here, and go on with those that are there"
    )
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.set_defaults(run=_train)

    command = _add(commands, "encode", "text -> one line of ids per line")
    _tokenizer_option(command)
    command.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: standard input")
    command.add_argument(
        "--processes", type=_count, metavar="N", help="that encode a file (default: one for each core, if it is large)"
    )
    command.add_argument("--pieces", action="store_true", help="show the pieces instead: ▁ is a space, <0xE0> a byte")
    command.set_defaults(run=_encode)

    command = _add(commands, "decode", "lines of ids -> the text, byte for byte (in its NFC form)")
    _tokenizer_option(command)
    command.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: standard input")
    command.set_defaults(run=_decode)

    command = _add(commands, "measure", "compression, fertility and broken aksharas on a text file")
    _tokenizer_option(command)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    command.set_defaults(run=_measure)

    command = _add(commands, "export", "write files that other libraries load, with equal ids")
    _tokenizer_option(command)
    command.add_argument("--to", required=True, choices=FORMATS, help="the format")
    command.add_argument("directory", type=Path, metavar="DIRECTORY")
    command.set_defaults(run=_export)
    return parser


def _add(commands: "argparse._SubParsersAction[_Parser]", name: str, does: str) -> _Parser:
    """A command whose one line in the list is also the first of its own help."""
    return commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")


def _tokenizer_option(command: argparse.ArgumentParser) -> None:
    names = ", ".join(shipped())
    command.add_argument(
        "--tokenizer",
        required=True,
        metavar="NAME",
        help=f"a shipped one ({names}) or the path of a JSON file",
    )


def _count(text: str) -> int:
    try:
        if (number := int(text.replace(",", ""))) > 0:
            return number
        raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0") from None


# -- the commands -----------------------------------------------------------------------------------------------------


def _train(options: argparse.Namespace) -> None:
    # What would fail after minutes of work is told before. The text is read twice: to learn, and to measure.
    check_settings(options.vocabulary, options.segmentation, options.pattern, options.broken_cost)
    pattern(options.pattern)
    parts = _corpus(options)
    heldout = parts_of([options.heldout], column=options.column) if options.heldout else []
    check_place(options.output)
    bar = _Bar(options.quiet, bytes_=not options.dataset)
    normalization = None if options.no_normalization else "NFC"
    try:
        with _mapper(options, parts) as mapper:
            counted = count(
                parts,
                Recipe(options.pattern, normalization, sampled=options.segmentation == "fewest"),
                mapper=mapper,
                memory=Memory(options.resume) if options.resume else None,
                progress=bar,
            )
        tokenizer = train_from_counts(
            counted.pieces,
            counted.lines,
            language=options.language,
            vocabulary=options.vocabulary,
            name=options.name or options.output.stem,
            pattern_name=options.pattern,
            segmentation=options.segmentation,
            broken_cost=options.broken_cost,
            normalization=normalization,
            special_tokens=options.special,
            allow_smaller=options.allow_smaller,
            progress=bar,
        )
        figures = {
            part: {options.language: as_facts(measure_lines(tokenizer, _beginning(texts, bar)))}
            for part, texts in (("train", parts), ("heldout", heldout))
            if texts
        }
    finally:
        bar.close()
    sources = [{"name": name} for name in dict.fromkeys(Path(part.path).name for part in parts)]
    save(tokenizer.with_training({"sources": sources, "figures": figures}), options.output)
    learned = f"{len(tokenizer.merges):,} of them merges" if tokenizer.merges else f"{len(tokenizer.entries):,} learned"
    print(f"{options.output}: {len(tokenizer):,} entries, {learned}.")
    if counted.is_sample:
        share = sum(map(len, counted.lines)) / counted.characters
        print(f"Learned from all words and a sample of the lines, {share:.1%} of {counted.characters:,} characters.")
    for part, rows in figures.items():
        row = rows[options.language]
        print(
            f"On the {'training' if part == 'train' else 'held-out'} text:"
            f" {row['bytes_per_token']:.2f} bytes and {row['characters_per_token']:.2f} characters per token."
        )


def _corpus(options: argparse.Namespace) -> list[Part]:
    if options.dataset and options.files:
        raise TrainingError("Training takes files or a dataset, not both.")
    if options.dataset:
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it tells of every try to reach the hub
        return dataset_parts(options.dataset, subset=options.subset, split=options.split, column=options.column)
    if not options.files:
        raise TrainingError("There is nothing to learn from: name files, or a --dataset.")
    if options.subset:
        raise TrainingError("--subset is of a --dataset, and none is named.")
    for path in options.files:
        path.open("rb").close()
    return parts_of(options.files, column=options.column)


def _mapper(options: argparse.Namespace, parts: Sequence[Part]) -> AbstractContextManager[Mapper]:
    if options.scheduler is not None:
        return cluster(options.scheduler)
    return processes(min(len(parts), options.processes or os.cpu_count() or 1))


def _beginning(parts: Sequence[Part], bar: "_Bar") -> Iterator[str]:
    """Lines, until they are as many characters as are measured."""
    whole = sum(part.size for part in parts)
    left = MEASURED
    for line in read_all(parts, lambda done: bar("measuring", done, whole)):
        yield line
        if (left := left - len(line)) < 0:
            break


def _encode(options: argparse.Namespace) -> None:
    tokenizer = load(options.tokenizer)
    show = (lambda id: piece_name(tokenizer, id)) if options.pieces else str
    with _input(options.file) as file:
        write, between = sys.stdout.write, ""
        size = options.file.stat().st_size if options.file else 0
        several = options.processes or (os.cpu_count() or 1 if size > LARGE else 1)
        for ids, ends in encode_file(tokenizer, file, several):
            if ids:
                write(between + " ".join(map(show, ids)))
                between = " "
            if ends:
                write("\n")
                between = ""
    sys.stdout.flush()


def piece_name(tokenizer: Tokenizer, id: int) -> str:
    """' भारत' -> '▁भारत', a byte that is no character -> '<0xE0>': for reading; the ids are what can be decoded."""
    entry = tokenizer.entry(id)
    if entry.text is None:
        return "".join(f"<0x{byte:02X}>" for byte in entry.bytes)
    return entry.text.replace(" ", "▁")


def _decode(options: argparse.Namespace) -> None:
    tokenizer = load(options.tokenizer)
    with _input(options.file) as file:
        for data in decode_ids(tokenizer, file):
            sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _measure(options: argparse.Namespace) -> None:
    tokenizer = load(options.tokenizer)
    with options.file.open("rb") as file:
        figures = measure_lines(tokenizer, read_lines(file))
    print(json.dumps(asdict(figures)) if options.json else table(figures))


def table(figures: Figures) -> str:
    """The figures as two columns."""
    rows = []
    for name, value in asdict(figures).items():
        shown = (
            ("yes" if value else "no") if isinstance(value, bool) else f"{value:,}" if isinstance(value, int) else ""
        )
        if isinstance(value, float):
            shown = f"{value:.1%}" if name == "broken_aksharas" else f"{value:.3f}"
        rows.append(f"{name.replace('_', ' '):<22}{shown:>12}")
    return "\n".join(rows)


def _export(options: argparse.Namespace) -> None:
    for path in export(load(options.tokenizer), options.to, options.directory):
        print(path)


@contextmanager
def _input(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        yield sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


class _Bar:
    """A progress bar on standard error, when that is a terminal; while it counts, with the rate and what remains."""

    WIDTH = 30

    def __init__(self, quiet: bool, *, bytes_: bool = True) -> None:
        self._shown = sys.stderr.isatty() and not quiet
        self._bytes = bytes_  # is what is counted bytes, or rows?
        self._last = ""
        self._began: dict[str, tuple[float, int]] = {}  # of each stage: when, and where

    def __call__(self, stage: str, done: int, whole: int) -> None:
        if not self._shown:
            return
        share = min(1.0, done / whole) if whole else 0.0
        filled = int(share * self.WIDTH)
        line = f"\r{stage:<9}[{'#' * filled}{' ' * (self.WIDTH - filled)}] {share:4.0%}"
        if stage == "counting":
            line += self._pace(stage, done, whole)
        if line != self._last:
            gap = " " * max(0, len(self._last) - len(line))
            self._last = line
            print(line + gap, end="", file=sys.stderr, flush=True)

    def _pace(self, stage: str, done: int, whole: int) -> str:
        """'  4.2 MB/s, 3:05 left'"""
        began, first = self._began.setdefault(stage, (time.monotonic(), done))
        seconds = time.monotonic() - began
        if seconds < 1 or done == first:
            return ""
        rate = (done - first) / seconds
        shown = f"{rate / 1e6:.1f} MB/s" if self._bytes else f"{rate:,.0f} rows/s"
        left = round(max(0, whole - done) / rate)
        return f"  {shown}, {left // 60}:{left % 60:02} left" if whole else f"  {done:,} rows, {shown}"

    def close(self) -> None:
        if self._last:
            print(file=sys.stderr)


def run() -> NoReturn:
    """The console command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n")
    sys.exit(main())


if __name__ == "__main__":
    run()
