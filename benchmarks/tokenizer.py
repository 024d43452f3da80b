"""Our tokenizer beside its peers on the same text, in one run: python -m benchmarks.tokenizer

Each contender trains and encodes in a process of its own, in turns over several rounds. The table shows medians, and
ratios to ours within each round, since machines are noisy. "new text": encoding one half of the training file after the
other half, which warms whatever memory there is; "again": the same lines once more. Memory is the process's peak above
what it held before training.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

VOCABULARY = 4_999
CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"

Encoder = Callable[[list[str]], list[list[int]]]


# -- the contenders: train(path) -> something, load(it) -> an encoder of many lines ------------------------------------


def ours_train(path: str) -> Any:
    from tokenizer_indic import train
    from tokenizer_indic.streaming import read_lines

    with open(path, "rb") as file:
        return train(read_lines(file), language="hi", vocabulary=VOCABULARY, allow_smaller=True)


def ours_fewest_train(path: str) -> Any:
    from tokenizer_indic import train
    from tokenizer_indic.streaming import read_lines

    with open(path, "rb") as file:
        lines = read_lines(file)
        return train(lines, language="hi", vocabulary=VOCABULARY, segmentation="fewest", allow_smaller=True)


def ours_encoder(made: Any) -> Encoder:
    return made.encode_batch  # type: ignore[no-any-return]


def hf_train(path: str, pre_tokenizer: Any, alphabet: list[str], **model: Any) -> Any:
    from tokenizers import Tokenizer, models, normalizers, trainers

    made = Tokenizer(models.BPE(**model))
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizer
    made.train([path], trainers.BpeTrainer(vocab_size=VOCABULARY, show_progress=False, initial_alphabet=alphabet))
    return made


def hf_gpt2_train(path: str) -> Any:
    from tokenizers import pre_tokenizers

    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return hf_train(path, byte_level, pre_tokenizers.ByteLevel.alphabet())


def hf_indic_train(path: str) -> Any:
    from tokenizers import pre_tokenizers

    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    steps = pre_tokenizers.Sequence([indic_split(), byte_level])
    return hf_train(path, steps, pre_tokenizers.ByteLevel.alphabet())


def hf_characters_train(path: str) -> Any:
    """Its fastest: merges of characters, without the bytes that would make every text come back."""
    return hf_train(path, indic_split(), [])


def indic_split() -> Any:
    from tokenizers import Regex, pre_tokenizers

    from tokenizer_indic.splitting import PATTERNS

    return pre_tokenizers.Split(Regex(PATTERNS["indic"].regex), "isolated")


def hf_encoder(made: Any) -> Encoder:
    return lambda lines: [encoded.ids for encoded in made.encode_batch(lines)]


def ours_in_hf_encoder(made: Any) -> Encoder:
    import tokenizers

    from tokenizer_indic.exporting import to_huggingface

    return hf_encoder(tokenizers.Tokenizer.from_str(json.dumps(to_huggingface(made))))


def ours_in_tiktoken_encoder(made: Any) -> Encoder:
    import tiktoken

    from tokenizer_indic.exporting import to_tiktoken

    encoding = tiktoken.Encoding(**to_tiktoken(made))
    return lambda lines: encoding.encode_ordinary_batch(lines, num_threads=os.cpu_count() or 1)


def sentencepiece_train(path: str, model_type: str) -> Any:
    import sentencepiece

    with tempfile.TemporaryDirectory() as directory:
        prefix = f"{directory}/made"
        sentencepiece.SentencePieceTrainer.train(
            input=path,
            model_prefix=prefix,
            vocab_size=VOCABULARY,
            model_type=model_type,
            byte_fallback=True,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            minloglevel=2,
        )
        return Path(f"{prefix}.model").read_bytes()


def sentencepiece_encoder(made: Any) -> Encoder:
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=made)
    return lambda lines: processor.encode(lines, num_threads=os.cpu_count() or 1)


CONTENDERS: dict[str, tuple[Callable[[str], Any], Callable[[Any], Encoder]]] = {
    "ours, indic": (ours_train, ours_encoder),
    "ours, fewest tokens": (ours_fewest_train, ours_encoder),
    "ours, fewest tokens, in HF tokenizers": (ours_fewest_train, ours_in_hf_encoder),
    "ours in HF tokenizers": (ours_train, ours_in_hf_encoder),
    "ours in tiktoken": (ours_train, ours_in_tiktoken_encoder),
    "HF BPE, bytes, GPT-2's pattern": (hf_gpt2_train, hf_encoder),
    "HF BPE, bytes, indic pattern": (hf_indic_train, hf_encoder),
    "HF BPE, characters, indic pattern": (hf_characters_train, hf_encoder),
    "SentencePiece BPE": (lambda path: sentencepiece_train(path, "bpe"), sentencepiece_encoder),
    "SentencePiece Unigram": (lambda path: sentencepiece_train(path, "unigram"), sentencepiece_encoder),
}
OURS = "ours, indic"
NO_TRAINER = {  # our vocabularies, run by their engines
    "ours in HF tokenizers",
    "ours in tiktoken",
    "ours, fewest tokens, in HF tokenizers",
}
LOSSY = {"HF BPE, characters, indic pattern"}  # unknown characters vanish: not a fair count of tokens


# -- one contender in a process of its own ----------------------------------------------------------------------------


def run_one(name: str, train: Path, heldout: Path) -> dict[str, Any]:
    """Seconds, MiB and tokens of one contender."""
    train_it, encoder_of = CONTENDERS[name]
    lines = train.read_text(encoding="utf-8").split("\n")
    half = len(lines) // 2
    megabytes = sum(len(line.encode()) for line in lines[half:]) / 1e6
    warm_imports(name)
    before = peak()
    made, seconds = timed(lambda: train_it(str(train)))
    memory = peak() - before
    encode = encoder_of(made)
    encode(lines[:half])
    _, new = timed(lambda: encode(lines[half:]))
    _, again = timed(lambda: encode(lines[half:]))
    held = heldout.read_text(encoding="utf-8").split("\n")
    return {
        "train_seconds": seconds,
        "train_mib": memory,
        "new_mb_per_second": megabytes / new,
        "again_mb_per_second": megabytes / again,
        "tokens": sum(map(len, encode(held))),
        "bytes": sum(len(line.encode()) for line in held),
        "characters": sum(map(len, held)),
        "words": sum(len(line.split()) for line in held),
    }


def warm_imports(name: str) -> None:
    """Imports are not what is timed."""
    import numpy  # noqa: F401

    import tokenizer_indic.training  # noqa: F401

    if "HF" in name:
        import tokenizers  # noqa: F401
    if "Sentence" in name:
        import sentencepiece  # noqa: F401


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def peak() -> float:
    """The most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- all of them in turns ---------------------------------------------------------------------------------------------


def compare(train: Path, heldout: Path, rounds: int) -> list[dict[str, Any]]:
    """One row a contender, medians over the rounds."""
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    for number in range(rounds):
        for name in CONTENDERS:
            print(f"\rround {number + 1} of {rounds}: {name:<40}", end="", file=sys.stderr, flush=True)
            command = [sys.executable, "-m", "benchmarks.tokenizer", "--one", name]
            command += ["--train", str(train), "--heldout", str(heldout)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            results[name].append(json.loads(output))
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return [row(name, results) for name in CONTENDERS]


def row(name: str, results: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    mine, ours = results[name], results[OURS]

    def median(key: str) -> float:
        return float(statistics.median(one[key] for one in mine))

    def ratio(key: str) -> float:
        return float(statistics.median(one[key] / our[key] for one, our in zip(mine, ours, strict=True)))

    first = mine[0]
    return {
        "name": name,
        "tokens": first["tokens"],
        "bytes_per_token": first["bytes"] / first["tokens"],
        "characters_per_token": first["characters"] / first["tokens"],
        "tokens_per_word": first["tokens"] / first["words"],
        "lossless": name not in LOSSY,
        "train_seconds": None if name in NO_TRAINER else median("train_seconds"),
        "train_ratio": None if name in NO_TRAINER else ratio("train_seconds"),
        "train_mib": None if name in NO_TRAINER else median("train_mib"),
        "new_mb_per_second": median("new_mb_per_second"),
        "new_ratio": ratio("new_mb_per_second"),
        "again_mb_per_second": median("again_mb_per_second"),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| | tokens | B/token | char/token | tokens/word | train s | × ours | MiB | new MB/s | × ours | again MB/s |",
        "| --- " * 11 + "|",
    ]
    for one in rows:
        tokens = f"{one['tokens']:,}" + ("" if one["lossless"] else " (lossy)")
        training = ["–"] * 3
        if one["train_seconds"] is not None:
            training = [f"{one['train_seconds']:.2f}", f"{one['train_ratio']:.2f}", f"{one['train_mib']:.0f}"]
        cells = [
            one["name"],
            tokens,
            f"{one['bytes_per_token']:.2f}",
            f"{one['characters_per_token']:.3f}",
            f"{one['tokens_per_word']:.3f}",
            *training,
            f"{one['new_mb_per_second']:.1f}",
            f"{one['new_ratio']:.2f}",
            f"{one['again_mb_per_second']:.1f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def machine() -> str:
    """What it ran on, with which versions."""
    packages = ("tokenizers", "sentencepiece", "tiktoken", "regex", "numpy")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return f"{cpu()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(": ", 1)[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> None:
    """Parse, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, default=CORPORA / "train" / "hi.txt", metavar="FILE")
    parser.add_argument("--heldout", type=Path, default=CORPORA / "heldout" / "hi.txt", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    for path in (options.train, options.heldout):
        if not path.is_file():
            parser.error(f"there is no {path}: name two text files of one language with --train and --heldout")
    if options.one:
        print(json.dumps(run_one(options.one, options.train, options.heldout)))
        return
    rows = compare(options.train, options.heldout, options.rounds)
    if options.json:
        print(json.dumps({"machine": machine(), "vocabulary": VOCABULARY, "rows": rows}, indent=1))
        return
    print(f"{options.train.name}, {options.train.stat().st_size / 1e6:.1f} MB, {VOCABULARY:,} entries; tokens on")
    print(f"{options.heldout.name}, {options.heldout.stat().st_size / 1e3:.0f} kB. {machine()}.")
    print("Ours and SentencePiece train on one core, Hugging Face on all; ours encodes on one, the others on all.\n")
    print(table(rows))


if __name__ == "__main__":
    main()
