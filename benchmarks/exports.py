"""Are the exported tokenizers' ids equal to ours, line for line? python -m benchmarks.exports [FOLDER]

Every shipped tokenizer against `tokenizers` and `tiktoken`, on every line of FOLDER/<language>.txt, special tokens
included; `indic` on all languages. Exit status 1 if one line differs.
"""

import argparse
import json
import sys
from pathlib import Path

import tiktoken
import tokenizers

from tokenizer_indic import Tokenizer, load, shipped
from tokenizer_indic.exporting import to_huggingface, to_tiktoken

HELD_OUT = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "heldout"


def differences(tokenizer: Tokenizer, lines: list[str]) -> tuple[int, int]:
    """How many lines `tokenizers` and `tiktoken` encode differently."""
    lines = [f"{line} {special}{line}" for line in lines for special in ("", *tokenizer.special_tokens)]
    ours = tokenizer.encode_batch(lines, allowed_special="all")
    huggingface = tokenizers.Tokenizer.from_str(json.dumps(to_huggingface(tokenizer)))
    theirs = [encoded.ids for encoded in huggingface.encode_batch(lines)]
    if tokenizer.segmentation == "fewest":  # which tiktoken cannot express
        return sum(one != other for one, other in zip(ours, theirs, strict=True)), 0
    encoding = tiktoken.Encoding(**to_tiktoken(tokenizer))
    normal = [tokenizer.normalize(line) for line in lines]
    also = encoding.encode_batch(normal, allowed_special="all")
    pairs = zip(ours, theirs, also, strict=True)
    unequal = [(one != other, one != third) for one, other, third in pairs]
    return sum(first for first, _ in unequal), sum(second for _, second in unequal)


def main() -> None:
    """Check all, print a line for each (unequal in tokenizers, in tiktoken), and exit with 1 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=HELD_OUT, metavar="FOLDER")
    folder = parser.parse_args().folder
    texts = {path.stem: path.read_text(encoding="utf-8").split("\n") for path in sorted(folder.glob("*.txt"))}
    if not texts:
        parser.error(f"there are no .txt files in {folder}")
    failed = False
    for name in shipped():
        for language in texts if name == "indic" else [name.removesuffix("-fewest")]:
            if language in texts:
                lines = texts[language]
                huggingface, by_tiktoken = differences(load(name), lines)
                failed = failed or bool(huggingface or by_tiktoken)
                print(f"{name:<10} on {language}: {len(lines):>5} lines, unequal {huggingface} and {by_tiktoken}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
