"""A name -> a ready-made tokenizer of the `tokenizers` library, with the parts that its file names.

    uncased, cased            embedded/pathshala-wordpiece: BERT's four stages, at once and with no network
    pathshala-bert            the tokenizer of our own BERT
    page:hi, page:own:3f2a…   a tokenizer of this page, as it is exported to tokenizer.json
    hub:gpt2                  one of the catalogue's, from the hub's cache on this machine

No gradio, no HTML; transformers is imported only for a repository without a tokenizer.json, and huggingface_hub only
when somebody asks for a download.
"""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from components import catalogue, downloads, hub_cache, loading
from components.catalogue import Entry
from components.errors import PathshalaError
from components.machine import lacks, missing_library
from components.tokens.own import find
from tokenizer_indic import Tokenizer, shipped
from tokenizer_indic.errors import ExportError
from tokenizer_indic.exporting import to_huggingface

Json = dict[str, Any]
Place = Literal["here", "away"]

WORDPIECE = Path(__file__).resolve().parents[3] / "embedded" / "pathshala-wordpiece"
KINDS = ("uncased", "cased")
BERT = "pathshala-bert"
PAGE = "page:"
HUB = "hub:"
OLDER = ("vocab.txt", "spiece.model", "sentencepiece.bpe.model")  # what transformers can make a tokenizer.json of
FILES = (*catalogue.CONFIGURATION, catalogue.TOKENIZER, *catalogue.OLDER_TOKENIZERS)  # of a tokenizer without a model
LARGEST = 120_000_000  # bytes of a tokenizer that is fetched


@dataclass(frozen=True)
class Ready:
    """A tokenizer that can be run, and what its tokenizer.json says of its stages."""

    name: str
    backend: Any  # tokenizers.Tokenizer; nobody changes it
    parts: Json  # normalizer, pre_tokenizer, post_processor, model (without vocabulary and merges), added_tokens
    size: int  # entries
    source: str  # Python that makes the same in a clone of the repository: an expression


@dataclass(frozen=True)
class Choice:
    """A line of the list of tokenizers."""

    name: str
    label: str
    place: Place
    why: str  # what it shows, or why it is not there


# -- the list ---------------------------------------------------------------------------------------------------------


OURS = (
    Choice("uncased", "BERT-style, uncased (ours)", "here", "It lower-cases and drops every mark of category Mn."),
    Choice("cased", "BERT-style, cased (ours)", "here", "It keeps marks and capitals, and drops joiners all the same."),
)


def choices() -> tuple[Choice, ...]:
    """Ours, then those of the catalogue that are on this machine, then the others with the reason."""
    embedded = Choice(BERT, "pathshala-bert (ours)", "here", "Byte-level BPE with [CLS] and [SEP].")
    hub = [_choice(entry) for entry in catalogue.HUB if _has_own_tokenizer(entry)]
    return (*OURS, *([embedded] if _bert_file() else []), *sorted(hub, key=lambda each: each.place == "away"))


def _choice(entry: Entry) -> Choice:
    name = HUB + entry.id
    if tokenizer_file(entry):
        return Choice(name, entry.id, "here", entry.why)
    reason = "It is not on this machine yet. Its tokenizer can be fetched without the model"
    reason += ", or with it in the Masked word tab." if "masked_word" in entry.tasks else "."
    return Choice(name, entry.id, "away", reason)


def _has_own_tokenizer(entry: Entry) -> bool:
    """The multilingual CLIP has that of multilingual DistilBERT."""
    return entry.architecture != "clip-multilingual"


def _bert_file() -> Path | None:
    file = downloads.EMBEDDED_FOLDER / BERT / catalogue.TOKENIZER
    return file if file.is_file() else None


def tokenizer_file(entry: Entry) -> Path | None:
    """tokenizer.json, or the older file of it, in this machine's cache; of the model nothing need be there."""
    for folder in _snapshots(entry):
        for name in (catalogue.TOKENIZER, *OLDER):
            try:
                if (folder / name).is_file():
                    return folder / name
            except OSError:  # a cache of somebody else
                continue
    return None


def _snapshots(entry: Entry) -> Iterator[Path]:
    for id in (entry.id, *entry.aliases):
        try:
            commit = hub_cache.commit_of(entry, id)
        except OSError:
            continue
        if commit:
            yield hub_cache.repository_folder(id) / "snapshots" / commit


# -- loading ----------------------------------------------------------------------------------------------------------


def get(name: str) -> Ready:
    """Raises PathshalaError for an unknown name, or one that is not on this machine; Gone for an own one that left."""
    if name in KINDS:
        return _from_file(name, WORDPIECE / name / catalogue.TOKENIZER)
    if name == BERT and (file := _bert_file()):
        return _from_file(name, file)
    if name.startswith(PAGE):
        return _of_page(name)
    if name.startswith(HUB):
        return _of_hub(name)
    raise PathshalaError(f"There is no tokenizer “{name[:40]}” in this list: choose one of it.")


@lru_cache(maxsize=4)
def _from_file(name: str, file: Path) -> Ready:
    from tokenizers import Tokenizer as Backend

    if not file.is_file():
        raise PathshalaError(f"This copy of the page lacks the tokenizer “{name}”: its files are not there.")
    shown = f"embedded/{file.parent.relative_to(file.parents[2] if name in KINDS else file.parents[1])}/{file.name}"
    return _ready(name, Backend.from_file(str(file)), f"Tokenizer.from_file({shown!r})")


def _of_page(name: str) -> Ready:
    """A tokenizer of tokenizer_indic, as it is exported."""
    own = name.removeprefix(PAGE)
    given = repr(own) if own in shipped() else '"my-tokenizer.json"'
    source = f"Tokenizer.from_str(json.dumps(to_huggingface(load({given}))))"
    return _exported(name, find(own), source)


@lru_cache(maxsize=8)
def _exported(name: str, tokenizer: Tokenizer, source: str) -> Ready:
    from tokenizers import Tokenizer as Backend

    try:
        content = to_huggingface(tokenizer)
    except ExportError as error:
        raise PathshalaError(f"This tokenizer has no form that the library `tokenizers` reads: {error}") from error
    try:
        backend = Backend.from_str(json.dumps(content))
    except Exception as error:  # the library has one class for whatever is wrong in a file
        raise PathshalaError(
            "The library `tokenizers` cannot run this tokenizer: its split pattern is one that the library's engine,"
            f" Oniguruma, does not read ({_reason(error)}). Write the pattern without that."
        ) from error
    return _ready(name, backend, source)


def _reason(error: Exception) -> str:
    """'Oniguruma error: too big number for repeat range at line 1 column 355' -> 'too big number for repeat range'"""
    said = str(error).removeprefix("Oniguruma error: ")
    return re.sub(r" at line \d+ column \d+$", "", said)[:100]


def _of_hub(name: str) -> Ready:
    entry = catalogue.get(name.removeprefix(HUB))
    file = tokenizer_file(entry)
    if file is None:
        raise PathshalaError(f"“{entry.id}” is not on this machine yet. Fetch its tokenizer, or choose another one.")
    return _from_cache(name, file, entry)


@lru_cache(maxsize=4)
def _from_cache(name: str, file: Path, entry: Entry) -> Ready:
    """From the hub's cache; a repository without tokenizer.json is converted by transformers."""
    from tokenizers import Tokenizer as Backend

    if hub_cache.matches_name(file) is False:
        raise PathshalaError(loading.damaged(entry))
    source = f"Tokenizer.from_pretrained({entry.id!r}, revision={file.parent.name!r})"
    if file.name == catalogue.TOKENIZER:
        try:
            return _ready(name, Backend.from_file(str(file)), source)
        except Exception as error:  # the library has one class for whatever is wrong in a file
            raise PathshalaError(loading.damaged(entry)) from error
    backend = _convert(entry, file.parent)
    source = f"AutoTokenizer.from_pretrained({entry.id!r}, revision={file.parent.name!r}).backend_tokenizer"
    return _ready(name, Backend.from_str(backend.to_str()), source)


def _convert(entry: Entry, folder: Path) -> Any:
    if library := missing_library(entry):
        raise PathshalaError(lacks(entry, library))
    try:
        read = loading.tokenizer_of(folder, entry)
    except Exception as error:
        raise PathshalaError(loading.explain(error, entry)) from error
    if not hasattr(read, "backend_tokenizer"):
        raise PathshalaError(
            f"“{entry.id}” has SentencePiece's own file, which does normaliser, cut and model in one: it has no stages"
            " to look into. Choose another one."
        )
    return read.backend_tokenizer


def _ready(name: str, backend: Any, source: str) -> Ready:
    """Some files ask for a fixed length: the stages are shown without."""
    backend.no_truncation()
    backend.no_padding()
    parts = json.loads(backend.to_str())
    parts["model"] = {key: value for key, value in parts["model"].items() if key not in ("vocab", "merges")}
    return Ready(name, backend, parts, backend.get_vocab_size(), source)


# -- fetching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fetched:
    """How far a tokenizer is on its way. `error` is a sentence for the visitor."""

    name: str
    over: bool
    done: int  # bytes
    total: int  # bytes; 0 until the hub has answered
    error: str = ""


_fetching: dict[str, Fetched] = {}
_lock = threading.Lock()


def fetch(name: str) -> Fetched:
    """Begin to fetch the tokenizer's files, and nothing of the model; one download for all who ask.

    Raises PathshalaError for a tokenizer that is not on the hub.
    """
    if not name.startswith(HUB):
        raise PathshalaError(f"The tokenizer “{name[:40]}” needs no download.")
    entry = catalogue.get(name.removeprefix(HUB))
    with _lock:
        now = _fetching.get(name)
        if now and not now.over:
            return now
        begun = _fetching[name] = Fetched(name, False, 0, 0)
    threading.Thread(target=_fetch, args=(name, entry), name=f"tokenizer {entry.id}", daemon=True).start()
    return begun


def progress(name: str) -> Fetched:
    """How far it is; a tokenizer that nobody fetches is over with nothing done."""
    with _lock:
        return _fetching.get(name, Fetched(name, True, 0, 0))


def _fetch(name: str, entry: Entry) -> None:
    done = total = 0
    try:
        commit, sizes = downloads.ask_hub(entry.id, hub_cache.commit_of(entry))
        names = downloads.choose(sizes, FILES)
        total = sum(sizes[each] for each in names)
        _check(entry, names, total)
        for each in names:
            _note(Fetched(name, False, done, total))
            _download(entry, commit, each)
            done += sizes[each]
        if entry.revision is None:
            downloads.note_commit(entry.id, commit)
        _note(Fetched(name, True, done, total))
    except Exception as error:
        stage = downloads.Progress(entry.id, "failed", done, total, None, None, None)
        said = str(error) if isinstance(error, PathshalaError) else downloads.cause_of(error, entry, stage)
        _note(Fetched(name, True, done, total, said or f"“{entry.id}” could not be fetched ({type(error).__name__})."))


def _check(entry: Entry, names: list[str], total: int) -> None:
    if not {catalogue.TOKENIZER, *OLDER} & set(names):
        raise PathshalaError(f"“{entry.id}” has no tokenizer on the hub that this page can load.")
    if total > LARGEST:
        raise PathshalaError(f"The tokenizer of “{entry.id}” is too large ({downloads.readable_size(total)}).")
    free = hub_cache.free_space(hub_cache.cache_folder())
    if total + downloads.SPARE > free:
        raise PathshalaError(downloads.no_space(entry, total, free))


def _download(entry: Entry, commit: str, name: str) -> None:
    from huggingface_hub import hf_hub_download

    downloads.plain_transfers()
    hf_hub_download(entry.id, name, revision=commit, cache_dir=hub_cache.cache_folder(), endpoint=downloads.endpoint())


def _note(now: Fetched) -> None:
    with _lock:
        _fetching[now.name] = now
