"""Contestants that come from elsewhere: is one on this machine, why not, and fetching it in the background.

    state("o200k_base")      State(ready=False, reason="not on this machine yet …", fetchable=True, fetching=False)
    fetch("o200k_base")      starts, and returns at once; ask `state` again
    load("o200k_base")       the Cutter of one that is ready

Nothing here waits for a network: `load` only reads what `state` found on the disk. The hub's tokenizers are read
without transformers and without their models.
"""

import hashlib
import json
import logging
import os
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from components import catalogue, downloads, hub_cache
from components.catalogue import Entry
from components.errors import PathshalaError
from components.tokens.beside.contestants import HUB, get
from components.tokens.beside.cutting import Cutter, of_huggingface, of_tiktoken

log = logging.getLogger(__name__)

PATIENCE = 90.0  # seconds until a fetch without an end counts as failed
ANSWER = 6.0  # seconds until a server that says nothing is not there


@dataclass(frozen=True)
class State:
    """`reason` says why it is not ready, for the visitor."""

    ready: bool
    reason: str = ""
    fetchable: bool = False
    fetching: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """A file that tiktoken fetches: where from, the sha256 of its content, its size in bytes."""

    url: str
    sha256: str
    size: int


_AT = "https://openaipublic.blob.core.windows.net"
VOCABULARIES = {  # as tiktoken_ext.openai_public names them; a test compares
    "gpt2": (
        Vocabulary(
            f"{_AT}/gpt-2/encodings/main/vocab.bpe",
            "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
            456_318,
        ),
        Vocabulary(
            f"{_AT}/gpt-2/encodings/main/encoder.json",
            "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
            1_042_301,
        ),
    ),
    "cl100k_base": (
        Vocabulary(
            f"{_AT}/encodings/cl100k_base.tiktoken",
            "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
            1_681_126,
        ),
    ),
    "o200k_base": (
        Vocabulary(
            f"{_AT}/encodings/o200k_base.tiktoken",
            "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
            3_613_922,
        ),
    ),
}

TOKENIZER_FILES = (catalogue.TOKENIZER, "vocab.txt")  # those that are read here, the first that is there


# -- is it here? ------------------------------------------------------------------------------------------------------


def state(id: str) -> State:
    """Of one of OpenAI's or of the hub's; all others are always ready."""
    if id not in VOCABULARIES and not id.startswith(HUB):
        return State(ready=True)
    if _is_here(id):
        return State(ready=True)
    known = _fetches.get(id)
    if known is not None and not known.over and time.monotonic() - known.started < PATIENCE:
        return State(False, "It is being fetched …", fetching=True)
    if known is not None:
        return State(False, known.error or f"No answer within {PATIENCE:.0f} seconds.", fetchable=True)
    return State(False, f"Not on this machine yet ({_size(id)}).", fetchable=True)


def _size(id: str) -> str:
    if id in VOCABULARIES:
        return f"{downloads.readable_size(sum(each.size for each in VOCABULARIES[id]))} from OpenAI's server"
    return "its vocabulary alone, without the model, some MB from the Hugging Face hub"


def _is_here(id: str) -> bool:
    if id in VOCABULARIES:
        return all(_is_cached(each) for each in VOCABULARIES[id])
    return _tokenizer_file(_entry(id)) is not None


def _entry(id: str) -> Entry:
    return catalogue.get(get(id).id.removeprefix(HUB))


def tiktoken_folder() -> Path:
    """Where tiktoken keeps what it fetched; an empty setting turns its cache off, and then nothing is ever here."""
    usual = os.path.join(tempfile.gettempdir(), "data-gym-cache")
    return Path(os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR", usual)) or os.devnull)


def _is_cached(vocabulary: Vocabulary) -> bool:
    """There, and whole: else tiktoken would fetch it again while somebody waits."""
    file = tiktoken_folder() / hashlib.sha1(vocabulary.url.encode()).hexdigest()
    try:
        found = file.stat()
    except OSError:
        return False
    return _sha256(file, found.st_size, found.st_mtime_ns) == vocabulary.sha256


@lru_cache(maxsize=32)
def _sha256(file: Path, _size: int, _changed: int) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _tokenizer_file(entry: Entry) -> Path | None:
    """In the hub's cache, under any of the model's names, with or without its weights; one that is damaged counts as
    none."""
    for id in (entry.id, *entry.aliases):
        try:
            commit = hub_cache.commit_of(entry, id)
            folder = hub_cache.repository_folder(id) / "snapshots" / str(commit)
            for name in TOKENIZER_FILES:
                if commit and (folder / name).is_file() and hub_cache.matches_name(folder / name) is not False:
                    return folder / name
        except OSError:
            log.info("the cache of %s cannot be read", id, exc_info=True)
    return None


# -- reading it -------------------------------------------------------------------------------------------------------


def load(id: str) -> Cutter:
    """Of one that is ready. Raises PathshalaError with the reason for one that is not."""
    found = state(id)
    if not found.ready:
        raise PathshalaError(found.reason)
    if id in VOCABULARIES:
        return _load_tiktoken(id)
    file = _tokenizer_file(_entry(id))
    assert file is not None
    return _load_hub(file)


@lru_cache(maxsize=4)
def _load_tiktoken(id: str) -> Cutter:
    import tiktoken

    return of_tiktoken(tiktoken.get_encoding(id))


@lru_cache(maxsize=6)
def _load_hub(file: Path) -> Cutter:
    from tokenizers import BertWordPieceTokenizer, Tokenizer

    try:
        if file.name == catalogue.TOKENIZER:
            return of_huggingface(Tokenizer.from_file(str(file)))
        lowercase, accents = _settings(file.parent)
        made = BertWordPieceTokenizer(str(file), lowercase=lowercase, strip_accents=accents)
        return of_huggingface(Tokenizer.from_str(made.to_str()))
    except Exception as error:  # of Rust: any kind
        log.warning("%s cannot be read", file, exc_info=True)
        raise PathshalaError("Its file on this machine cannot be read: it may be damaged.") from error


def _settings(folder: Path) -> tuple[bool, bool | None]:
    """Of a BERT whose vocabulary is vocab.txt: are letters made small, are accents dropped (None: if small)?"""
    file = folder / "tokenizer_config.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return bool(known.get("do_lower_case", True)), known.get("strip_accents")


def hub_file(id: str) -> tuple[str, bool, bool | None]:
    """The name of the hub's file that is here, and its settings. Raises PathshalaError if there is none."""
    file = _tokenizer_file(_entry(id))
    if file is None:
        raise PathshalaError(state(id).reason)
    return file.name, *_settings(file.parent)


# -- fetching it ------------------------------------------------------------------------------------------------------


@dataclass
class _Fetch:
    started: float
    over: bool = False
    error: str = ""


_fetches: dict[str, _Fetch] = {}
_lock = threading.Lock()


def fetch(id: str) -> State:
    """Starts to fetch it, unless somebody has; returns at once."""
    with _lock:
        now = state(id)
        if now.ready or now.fetching:
            return now
        fetching = _fetches[id] = _Fetch(time.monotonic())
    threading.Thread(target=_run, args=(id, fetching), name=f"fetch {id}", daemon=True).start()
    return state(id)


def _run(id: str, fetching: _Fetch) -> None:
    try:
        if id in VOCABULARIES:
            _fetch_tiktoken(id)
        else:
            _fetch_hub(_entry(id))
        if not _is_here(id):
            fetching.error = "What came is not what was expected, so it is not used."
    except Exception as error:
        log.info("fetching %s failed", id, exc_info=True)
        fetching.error = _reason(id, error)
    finally:
        fetching.over = True


def _fetch_tiktoken(id: str) -> None:
    """tiktoken itself waits for ever for a server that says nothing, so it is asked first whether it is there."""
    import requests
    import tiktoken

    requests.head(VOCABULARIES[id][0].url, timeout=ANSWER)
    tiktoken.get_encoding(id)


def _fetch_hub(entry: Entry) -> None:
    """The tokenizer's files alone, of the commit that the catalogue names."""
    from huggingface_hub import hf_hub_download

    downloads.plain_transfers()
    commit = hub_cache.commit_of(entry)
    _, sizes = downloads.ask_hub(entry.id, commit)
    wanted = next((name for name in TOKENIZER_FILES if name in sizes), None)
    if wanted is None:
        raise PathshalaError(f"“{entry.id}” has no tokenizer on the hub that this page can read.")
    for name in (wanted, "tokenizer_config.json"):
        if name in sizes:
            hf_hub_download(
                entry.id,
                name,
                revision=commit or "main",
                cache_dir=hub_cache.cache_folder(),
                endpoint=downloads.endpoint(),
            )


def _reason(id: str, error: Exception) -> str:
    """What went wrong, as a sentence."""
    if id.startswith(HUB):
        entry = _entry(id)
        nothing = downloads.Progress(entry.id, "failed", 0, 0, None, None, None)
        return downloads.explain(error, entry, nothing).removesuffix(downloads.way_out(entry)).strip()
    if isinstance(error, OSError):  # what requests raises, and a disk that is full
        if error.errno is not None:
            return (
                "This machine does not let the page write into tiktoken's folder; TIKTOKEN_CACHE_DIR can name another."
            )
        return "OpenAI's server cannot be reached from this machine."
    return f"It could not be fetched ({type(error).__name__})."
