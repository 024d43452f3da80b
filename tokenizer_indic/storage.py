"""Tokenizer <-> one JSON file.

    {"format": "tokenizer_indic", "version": 1, "name": "hi", "language": "hi", "pattern": "indic",
     "normalization": "NFC", "special_tokens": ["<|endoftext|>"], "training": {…},
     "characters": "ँंः…", "merges": [["क", "ा"], …]}

A merge is written as the text of its two sides, so the file can be read, searched and compared by eye. A tokenizer that
segments with the fewest tokens is of version 2: "segmentation" is "fewest", and "entries", a list of texts, stands for
"merges". Everything else (bytes, prefixes, ids, ranks) is rebuilt on load. A file is written whole or not at all; one
that is foreign, broken, oversized or hostile is refused with the reason.
"""

import json
import os
import tempfile
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

from .errors import StorageError, TokenizerError
from .normalizing import check_text
from .tokenizer import Tokenizer

FORMAT = "tokenizer_indic"
VERSIONS = {1: "merges", 2: "fewest"}  # and how each segments
LARGEST_FILE = 8 << 20  # bytes; the largest shipped one has half a MiB
LARGEST_VOCABULARY = 200_000  # characters, merges and special tokens, each
LONGEST_ENTRY = 4096  # characters: a chain of doubling merges would otherwise fill the memory

_PRETRAINED = resources.files(__package__) / "pretrained"


@lru_cache(maxsize=1)
def _shipped() -> tuple[str, ...]:
    names = (file.name for file in _PRETRAINED.iterdir() if file.name.endswith(".json"))
    return tuple(sorted(name.removesuffix(".json") for name in names))


def shipped() -> list[str]:
    """The names of the tokenizers in this package: ['as', 'bn', …]"""
    return list(_shipped())


def load(name_or_path: str | os.PathLike[str]) -> Tokenizer:
    """A shipped tokenizer by its name (`load("hi")`), or one from a file. Raises StorageError with the reason."""
    if isinstance(name_or_path, str) and name_or_path in _shipped():
        return loads((_PRETRAINED / f"{name_or_path}.json").read_text(encoding="utf-8"))
    path = Path(name_or_path)
    try:
        if not path.is_file():
            shown, names = _short(str(name_or_path)), ", ".join(_shipped())
            raise StorageError(f"There is no tokenizer {shown}: neither a shipped one ({names}) nor a file.")
        if path.stat().st_size > LARGEST_FILE:
            raise StorageError(f"{path.name} is larger than {LARGEST_FILE >> 20} MiB, the limit for a tokenizer file.")
        return loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise StorageError(f"{path.name} is no tokenizer file: it is not UTF-8 text.") from error
    except OSError as error:
        raise StorageError(f"{_short(path.name)} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a NUL in the path; TokenizerError is one too
        if isinstance(error, TokenizerError):
            raise
        raise StorageError(f"{_short(str(name_or_path))} is no path: {error}.") from error


def _short(text: str) -> str:
    """For an error message: 'hi' -> "'hi'", and never more than a line of it."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def loads(text: str) -> Tokenizer:
    """A tokenizer from the text of its file. Raises StorageError with the reason."""
    data = _parse(text)
    training = data.get("training", {})
    if not isinstance(training, dict):
        raise StorageError("The tokenizer file is broken: 'training' is not an object.")
    for key in ("characters", "merges", "entries", "special_tokens"):
        if isinstance(data.get(key), (str, list)) and len(data[key]) > LARGEST_VOCABULARY:
            raise StorageError(f"The tokenizer file is refused: more than {LARGEST_VOCABULARY:,} {key}.")
    try:
        base = Tokenizer(
            name=_string(data, "name"),
            language=_string(data, "language"),
            pattern_name=_string(data, "pattern"),
            normalization=data.get("normalization"),
            characters=_string(data, "characters"),
        )
        return Tokenizer(
            name=base.name,
            language=base.language,
            pattern_name=base.pattern_name,
            normalization=base.normalization,
            characters=base.characters,
            **_learned(data, base),
            special_tokens=_strings(data, "special_tokens"),
            training=training,
        )
    except StorageError:
        raise
    except (TokenizerError, UnicodeEncodeError) as error:
        raise StorageError(f"The tokenizer file is broken: {error}") from error


def _parse(text: str) -> dict[str, Any]:
    if len(text) > LARGEST_FILE:
        raise StorageError(f"The tokenizer file is larger than {LARGEST_FILE >> 20} MiB.")
    try:
        data = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number)
        text.encode()
        check_text(json.dumps(data, ensure_ascii=False) if "\\u" in text else "")  # surrogates hide in escapes
    except (ValueError, RecursionError) as error:
        raise StorageError(f"The tokenizer file is no valid JSON text ({error}).") from error
    if not isinstance(data, dict):
        raise StorageError("The tokenizer file holds no object at its top.")
    if data.get("format") != FORMAT:
        raise StorageError(f"This JSON file is not of this library{_foreign(data)}: its 'format' is not {FORMAT!r}.")
    if type(data.get("version")) is not int or data["version"] not in VERSIONS:
        raise StorageError(
            f"The tokenizer file is of version {data.get('version')!r}; this library reads versions 1 and 2."
        )
    if data.get("segmentation", "merges") != VERSIONS[data["version"]]:
        raise StorageError(f"The tokenizer file is broken: 'segmentation' does not fit version {data['version']}.")
    return cast(dict[str, Any], data)


def _no_number(name: str) -> None:
    """NaN and Infinity, which Python writes and JSON does not know."""
    raise ValueError(f"{name} is no number")


def _foreign(data: dict[str, Any]) -> str:
    if "model" in data and "pre_tokenizer" in data:
        return " (it looks like Hugging Face's tokenizer.json)"
    if "tokenizer_class" in data:
        return " (it looks like Hugging Face's tokenizer_config.json)"
    return ""


def _string(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or (not value and key != "characters"):
        raise StorageError(f"The tokenizer file is broken: {key!r} is missing or not a text.")
    return value


def _strings(data: dict[str, Any], key: str) -> list[str]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise StorageError(f"The tokenizer file is broken: {key!r} is not a list of texts.")
    return value


def _learned(data: dict[str, Any], base: Tokenizer) -> dict[str, Any]:
    """Merges, or entries and the segmentation that goes with them: arguments of a Tokenizer."""
    if data["version"] == 1:
        return {"merges": _merges(data, base)}
    if "entries" not in data:
        raise StorageError("The tokenizer file is broken: 'entries' is missing.")
    entries = _strings(data, "entries")
    if long := next((entry for entry in entries if len(entry) > LONGEST_ENTRY), None):
        raise StorageError(
            f"The tokenizer file is refused: the entry {long[:20]!r}… has over {LONGEST_ENTRY} characters."
        )
    return {"entries": entries, "segmentation": "fewest"}


def _merges(data: dict[str, Any], base: Tokenizer) -> list[tuple[int, int]]:
    """[["क", "ा"], …] -> [(291, 330), …], each side an entry that is there already, each result a new one."""
    rows = data.get("merges")
    if not isinstance(rows, list):
        raise StorageError("The tokenizer file is broken: 'merges' is missing or not a list.")
    ids = {entry.text: entry.id for entry in base if entry.text is not None}
    merges = []
    for number, row in enumerate(rows):
        if not (isinstance(row, list) and len(row) == 2 and all(isinstance(side, str) for side in row)):
            raise StorageError(f"The tokenizer file is broken: merge {number} is not two texts.")
        left, right = row
        for side in row:
            if side not in ids:
                raise StorageError(
                    f"The tokenizer file is broken: merge {number} joins {side!r}, which is no entry yet."
                )
        if left + right in ids:
            raise StorageError(f"The tokenizer file is broken: merge {number} makes {left + right!r} a second time.")
        if len(left + right) > LONGEST_ENTRY:
            raise StorageError(
                f"The tokenizer file is refused: merge {number} makes a piece of over {LONGEST_ENTRY} characters."
            )
        merges.append((ids[left], ids[right]))
        ids[left + right] = len(base) + number
    return merges


def dumps(tokenizer: Tokenizer) -> str:
    """The text of a tokenizer's file: one merge or entry a line, the same bytes for the same tokenizer."""
    fewest = tokenizer.segmentation == "fewest"
    head = {
        "format": FORMAT,
        "version": 2 if fewest else 1,
        **({"segmentation": "fewest"} if fewest else {}),
        "name": tokenizer.name,
        "language": tokenizer.language,
        "pattern": tokenizer.pattern_name,
        "normalization": tokenizer.normalization,
        "special_tokens": list(tokenizer.special_tokens),
        "training": tokenizer.training,
        "characters": "".join(tokenizer.characters),
    }
    learned: list[Any] = [
        [tokenizer.entry(left).text, tokenizer.entry(right).text] for left, right in tokenizer.merges
    ] or list(tokenizer.entries)
    rows = ",\n".join(json.dumps(each, ensure_ascii=False) for each in learned)
    named = "entries" if fewest else "merges"
    return json.dumps(head, ensure_ascii=False, indent=1)[:-2] + f',\n "{named}": [\n{rows}\n]}}\n'


def save(tokenizer: Tokenizer, path: str | os.PathLike[str]) -> Path:
    """Write the file whole or not at all: beside its place first, then moved there. Raises StorageError."""
    return write_whole(Path(path), dumps(tokenizer))


def write_whole(path: Path, text: str) -> Path:
    """UTF-8 text -> a file that is never seen half written."""
    path = check_place(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def check_place(path: Path) -> Path:
    """The place that a link leads to, with its folder made. Raises StorageError where no file can be written."""
    try:
        path = Path(os.path.realpath(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise StorageError(f"{path} cannot be written: it is no ordinary file.")
        if not os.access(path.parent, os.W_OK):
            raise StorageError(f"{path} cannot be written: its folder may not be changed.")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
