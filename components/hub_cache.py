"""entry -> where the hub's own cache holds its files on this machine, and whether they are whole. No network, no torch.

    models--google--muril-base-cased/
      blobs/5f2c…            the files, each called by its content
      snapshots/COMMIT/      links to them, under the names that they have on the hub
      refs/pathshala         the commit of a model that the catalogue does not pin: the one found by the first download

The cache is where `HF_HUB_CACHE` or `HF_HOME` say, which is read at each call.
"""

import hashlib
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from components import catalogue
from components.catalogue import Entry
from components.weights import weight_files

log = logging.getLogger(__name__)

PIN = "pathshala"  # the name of that ref
STALE = 3_600.0  # seconds after which a part that nobody writes to was left by a process that died


# -- folders ----------------------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Where the hub's files lie on this machine."""
    if asked := os.environ.get("HF_HUB_CACHE"):
        return Path(asked).expanduser()
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def repository_folder(id: str) -> Path:
    """google/muril-base-cased -> …/models--google--muril-base-cased"""
    return cache_folder() / "--".join(["models", *id.split("/")])


def free_space(folder: Path) -> int:
    """Bytes that are free where the folder is or will be; 0 if that is nowhere, such as on a drive that was removed."""
    for each in (folder, *folder.parents):
        try:
            return shutil.disk_usage(each).free
        except OSError:
            continue
    return 0


def sweep(folder: Path) -> None:
    """Delete parts that a process left behind when it was killed; a part that is being written is younger."""
    for part in folder.glob("blobs/*.incomplete"):
        try:
            if time.time() - part.stat().st_mtime > STALE:
                part.unlink()
        except OSError:  # somebody else was faster
            log.info("could not delete %s", part, exc_info=True)


# -- is a model here? -------------------------------------------------------------------------------------------------


def commit_of(entry: Entry, repository: str | None = None) -> str | None:
    """The pinned commit, or the one that the cache knows; `None` where nothing was downloaded yet."""
    if entry.revision:
        return entry.revision
    for ref in (PIN, "main"):
        file = repository_folder(repository or entry.id) / "refs" / ref
        if file.is_file():
            commit = file.read_text(encoding="ascii", errors="replace").strip()
            if is_commit(commit):
                return commit
    return None


def is_commit(text: str) -> bool:
    """Forty hex digits, and so a harmless name of a folder."""
    return re.fullmatch(r"[0-9a-f]{40}", text) is not None


def snapshot(entry: Entry) -> Path | None:
    """The folder with the entry's files if they are all in the cache, those of the entries it needs included."""
    for need in entry.needs:
        if snapshot(catalogue.get(need)) is None:
            return None
    for folder in _snapshots(entry):
        if is_complete(folder, entry):
            return folder
    return None


def _snapshots(entry: Entry) -> Iterator[Path]:
    """Where the entry's files lie, or would lie, under each of its names."""
    for id in (entry.id, *entry.aliases):
        try:
            commit = commit_of(entry, id)
        except OSError:  # a cache of somebody else
            log.info("the cache of %s cannot be read", id, exc_info=True)
        else:
            if commit:
                yield repository_folder(id) / "snapshots" / commit


def is_complete(folder: Path, entry: Entry) -> bool:
    """A configuration, a tokenizer, all of the weights, and how to prepare pictures if it takes some."""

    def there(name: str) -> bool:
        try:
            return (folder / name).is_file()  # a link into the void is no file
        except OSError:  # nor is what nobody lets us see
            return False

    if not there("config.json"):
        return False
    if not (there(catalogue.TOKENIZER) or any(map(there, catalogue.OLDER_TOKENIZERS))):
        return False
    if "preprocessor_config.json" in entry.files and not there("preprocessor_config.json"):
        return False
    dense = "2_Dense/model.safetensors" in entry.files
    if dense and not (there("2_Dense/model.safetensors") or there("2_Dense/pytorch_model.bin")):
        return False
    return bool(weight_files(folder))


# -- is it whole? -----------------------------------------------------------------------------------------------------


def matches_name(file: Path) -> bool | None:
    """Is the content what the hub's cache called it? `None` if the name says nothing.

    A file of a snapshot is a link to a blob, and a blob is called by its content: sha256 of large files, git's sha1 of
    small ones (of the word blob, the size, and a zero byte before the content). Where there are no links, as often on
    Windows, the content has no such name.
    """
    if not file.is_symlink():
        return None
    name = Path(os.readlink(file)).name
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
        return None
    with file.open("rb") as stream:
        if len(name) == 64:
            return hashlib.file_digest(stream, "sha256").hexdigest() == name
        content = stream.read()
    as_git = b"blob %d\0" % len(content) + content
    return name in (hashlib.sha1(as_git).hexdigest(), hashlib.sha1(content).hexdigest())  # some mirrors leave git out


def remove_damaged(entry: Entry) -> list[str]:
    """Deletes the files that are not what the hub sent, and those of which nobody can say; their names."""
    removed: list[str] = []
    for each in (entry, *map(catalogue.get, entry.needs)):
        for folder in _snapshots(each):
            for file in sorted(folder.rglob("*")):
                if file.is_dir() or (file.is_file() and matches_name(file)):
                    continue
                if file.is_symlink():
                    (folder.parents[1] / "blobs" / Path(os.readlink(file)).name).unlink(missing_ok=True)
                file.unlink()
                removed.append(file.name)
    return removed
