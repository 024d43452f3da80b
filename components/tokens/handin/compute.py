"""the name of a tokenizer -> what would be handed in: figures, requirements, files. No gradio, no HTML."""

from dataclasses import dataclass
from functools import lru_cache

from components.errors import PathshalaError
from components.tokens.compute import menu
from components.tokens.own import find
from tokenizer_indic import Tokenizer
from tokenizer_indic.errors import ExportError, TokenizerError
from tokenizer_indic.exporting import kit_files, kit_zip
from tokenizer_indic.handin import (
    FEWER_THAN,
    MARK,
    Check,
    Upload,
    checks,
    compared,
    figures_of,
    language_of,
    uploads,
)
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import split

LIMIT = 50_000  # entries of a tokenizer that is packed here
PREVIEW = 6_000  # characters of a file that are shown


@dataclass(frozen=True)
class File:
    """A file of the kit; `beginning` is all of it, or its first PREVIEW characters."""

    path: str
    size: int  # bytes
    beginning: str
    whole: bool


@dataclass(frozen=True)
class Kit:
    """All that the section shows of one tokenizer."""

    tokenizer: str  # the name under which it was asked for
    name: str
    language: str  # "Hindi"
    native: str  # "हिन्दी"; "" for a language in no table
    direction: str  # "ltr" or "rtl"
    entries: int
    ratios: tuple[tuple[str, float], ...]  # UTF-8 bytes a token: ("in-sample", 8.45), ("held-out", 8.47)
    checks: tuple[Check, Check, Check]
    pattern: str  # "indic, unchanged"
    pieces: tuple[str, ...]  # a sample sentence as the pattern cuts it; with the fewest tokens, its tokens
    files: tuple[File, ...]
    uploads: tuple[Upload, Upload]
    zipped: int  # bytes


def kit(name: str) -> Kit:
    """Raises PathshalaError for a tokenizer that nobody knows, was never measured, or is far too large."""
    return _packed(name, _fit(name))[0]


def zipped(name: str) -> tuple[str, bytes]:
    """The name of the zip file, and the zip. Raises PathshalaError."""
    made, content = _packed(name, _fit(name))
    return f"{made.uploads[0].name.partition('/')[2]}-kit.zip", content


def _fit(name: str) -> Tokenizer:
    tokenizer = find(name)
    if len(tokenizer) > LIMIT:
        raise PathshalaError(
            f"This tokenizer has {len(tokenizer):,} entries and the limit here is {LIMIT:,};"
            f" the assignment asks for fewer than {FEWER_THAN:,}."
        )
    return tokenizer


@lru_cache(maxsize=16)
def _packed(name: str, tokenizer: Tokenizer) -> tuple[Kit, bytes]:
    try:
        figures_of(tokenizer)
    except ExportError as error:
        raise PathshalaError(
            f"“{tokenizer.name}” carries no measured figures in its own language, so its README would have to invent"
            " them. “Train your own” measures what it trains, and so does the command `tokenizer-indic train`."
        ) from error
    try:
        files = kit_files(tokenizer)
        content = kit_zip(tokenizer)
        return _kit(name, tokenizer, files, len(content)), content
    except (ExportError, TokenizerError) as error:
        raise PathshalaError(str(error)) from error


def _kit(name: str, tokenizer: Tokenizer, files: dict[str, str], size: int) -> Kit:
    known = LANGUAGES.get(tokenizer.language)
    parts = {"training text (in-sample)": "in-sample", "held-out text": "held-out"}
    return Kit(
        tokenizer=name,
        name=tokenizer.name,
        language=language_of(tokenizer),
        native=known.name if known else "",
        direction=known.direction if known else "ltr",
        entries=len(tokenizer),
        ratios=tuple((parts[part], float(row["bytes_per_token"])) for part, row in figures_of(tokenizer)),
        checks=checks(tokenizer),
        pattern=compared(tokenizer).title.replace("`", ""),
        pieces=_pieces(tokenizer, known.sample if known else "नमस्ते"),
        files=tuple(_file(path, text) for path, text in files.items()),
        uploads=uploads(tokenizer),
        zipped=size,
    )


def _pieces(tokenizer: Tokenizer, text: str) -> tuple[str, ...]:
    if tokenizer.segmentation == "fewest":
        return tuple(token.text for token in tokenizer.tokens(text) if token.text)
    return tuple(split(tokenizer.normalize(text), tokenizer.pattern))


def _file(path: str, text: str) -> File:
    return File(path, len(text.encode()), text[:PREVIEW], len(text) <= PREVIEW)


def examples() -> tuple[tuple[str, str], ...]:
    """Shipped tokenizers that carry their figures: (("hi", "हिन्दी · Hindi"), …, ("hi-fewest", …))"""
    rows = [each for each in menu() if each.tokenizer == each.code and each.code in LANGUAGES]
    merged = [(each.tokenizer, f"{each.name} · {each.english}") for each in rows]
    fewest = [(each.fewest, f"{each.name} · {each.english}, fewest tokens") for each in rows if each.fewest]
    return (*merged, *fewest)


__all__ = ["FEWER_THAN", "LIMIT", "MARK", "PREVIEW", "File", "Kit", "examples", "kit", "zipped"]
