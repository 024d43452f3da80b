"""An id that a teacher typed -> an entry, from what the hub says of it. Off unless PATHSHALA_ANY_MODEL is 1.

Only the list of files and config.json are fetched here, and they are a stranger's: each is checked before it is used.
What is refused is refused before its weights come.
"""

import json
import logging
import os
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from components import catalogue, downloads, hub_cache
from components.catalogue import Entry, Task
from components.errors import PathshalaError
from components.machine import check_machine

log = logging.getLogger(__name__)

LARGEST_CONFIG = 1_000_000  # bytes

_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_DECODERS = (
    *("bloom", "falcon", "gemma", "gemma2", "gpt_neo", "gpt_neox", "gpt2", "gptj", "llama"),
    *("mistral", "olmo", "olmo2", "opt", "phi", "phi3", "qwen2", "qwen3", "smollm3", "stablelm"),
)
# They fill in masks, but have no weight for each pair of tokens, or want more than a text.
_UNUSUAL = (
    *("bart", "big_bird", "fnet", "funnel", "layoutlm", "longformer", "luke", "mbart", "modernvbert", "mra", "mvp"),
    *("nystromformer", "perceiver", "reformer", "tapas", "ultravbert", "yoso"),
)
_PICTURES = ("clip", "siglip", "vision-text-dual-encoder")
_MASKED_HEADS = ("ForMaskedLM", "BertForPreTraining")  # Roberta…, AlbertForPreTraining end so as well

_known: dict[str, Entry] = {}


def any_model_allowed() -> bool:
    """PATHSHALA_ANY_MODEL=1 on a private machine; on a Space never."""
    wanted = os.environ.get("PATHSHALA_ANY_MODEL", "").lower() in ("1", "true", "yes", "on")
    return wanted and "SPACE_ID" not in os.environ


def check_id(id: str) -> None:
    """Raises PathshalaError for what cannot be an id; what can be one is also a harmless name of a folder."""
    if not isinstance(id, str) or len(id) > 96 or not _ID.fullmatch(id) or "--" in id or ".." in id:
        raise PathshalaError(f"“{str(id)[:80]}” is no id of a model: ids look like google/muril-base-cased.")


def inspect(id: str) -> Entry:
    """An entry for an id that is not in the catalogue; its weights are not fetched yet.

    Raises PathshalaError if it is no id, is not there, brings a program of its own, is of a kind that no tab knows,
    has no weights we would open, or is too large.
    """
    check_id(id)
    if id in _known:
        return _known[id]
    asked = Entry(id, (), "", "", (), "")
    try:
        entry = _inspect_cached(asked) or _inspect_remote(asked)
    except Exception as error:
        log.info("asking the hub about %s failed", id, exc_info=True)
        said = downloads.explain(error, asked, downloads.Progress(id, "failed", 0, 0, None, None, None))
        near = [] if isinstance(error, PathshalaError) else catalogue.nearest(id)
        raise PathshalaError(f"{said} Did you mean {near[0]}?" if near else said) from error
    _known[id] = entry
    return entry


def _inspect_cached(asked: Entry) -> Entry | None:
    """Without a network, if it was downloaded before."""
    folder = hub_cache.snapshot(asked)
    if folder is None:
        return None
    sizes = {file.name: file.stat().st_size for file in folder.iterdir() if file.is_file()}
    return describe(asked.id, folder.name, read_config(folder / "config.json", asked.id), sizes)


def _inspect_remote(asked: Entry) -> Entry:
    from huggingface_hub import hf_hub_download

    commit, sizes = downloads.ask_hub(asked.id, hub_cache.commit_of(asked))
    if not 0 < sizes.get("config.json", 0) <= LARGEST_CONFIG:
        raise PathshalaError(f"“{asked.id}” has no config.json on the hub, so this page cannot tell what it is.")
    downloads.plain_transfers()
    file = hf_hub_download(
        asked.id, "config.json", revision=commit, cache_dir=hub_cache.cache_folder(), endpoint=downloads.endpoint()
    )
    return describe(asked.id, commit, read_config(Path(file), asked.id), sizes)


def read_config(file: Path, id: str) -> dict[str, Any]:
    """Raises PathshalaError if it is no JSON object of a reasonable size."""
    try:
        config = json.loads(file.read_text(encoding="utf-8")) if file.stat().st_size <= LARGEST_CONFIG else None
    except (OSError, ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise PathshalaError(f"The config.json of “{id}” cannot be read, so this page cannot tell what it is.")
    return config


def describe(id: str, commit: str, config: Mapping[str, Any], sizes: Mapping[str, int]) -> Entry:
    """What its configuration and its list of files (name -> bytes) say -> an entry. Raises PathshalaError if we
    cannot, or will not, load it."""
    kind = str(config.get("model_type", ""))[:80]
    tasks = _tasks_of(kind, config)
    if config.get("auto_map") and kind not in _known_kinds():
        raise PathshalaError(f"“{id}” brings a program of its own to be run; this page does not run it.")
    if not tasks:
        raise PathshalaError(
            f"“{id}” is of the kind “{kind or 'unknown'}”, with which this page can show neither attention, nor masked"
            " words, nor captions of pictures."
        )
    if "quantization_config" in config:
        raise PathshalaError(f"The weights of “{id}” are stored in a shortened form that this page does not read.")
    files = catalogue.PICTURE_FILES if "caption_image" in tasks else catalogue.TEXT_FILES
    chosen = downloads.choose(sizes, files)
    weights = [name for name in chosen if name.endswith((".safetensors", ".bin"))]
    stored = sum(sizes[name] for name in weights)
    if not stored:
        raise PathshalaError(
            f"“{id}” has no weights in a format that this page opens (safetensors, or a plain pickle)."
        )
    half = str(config.get("dtype", config.get("torch_dtype", ""))).endswith("16")
    entry = Entry(
        id=id,
        tasks=tasks,
        architecture=kind,
        licence="see its page on the hub",
        languages=(),
        why="Typed in by hand.",
        parameters=stored // (2 if half else 4),
        download=sum(sizes[name] for name in chosen),
        weights="safetensors" if weights[-1].endswith(".safetensors") else "pickle",
        revision=commit,
        files=files,
    )
    check_machine(entry)
    return entry


def _tasks_of(kind: str, config: Mapping[str, Any]) -> tuple[Task, ...]:
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES as MASKED

    said = config.get("architectures")
    heads = [head for head in said if isinstance(head, str)] if isinstance(said, list) else []
    if kind in _PICTURES:
        return catalogue.PICTURES
    masked = kind in MASKED and kind not in _UNUSUAL
    if config.get("is_encoder_decoder") or not (masked or kind in _DECODERS):
        return ()
    return catalogue.TEXT if masked and any(head.endswith(_MASKED_HEADS) for head in heads) else catalogue.ATTENTION


def _known_kinds() -> set[str]:
    return set(import_module("transformers.models.auto.configuration_auto").CONFIG_MAPPING_NAMES)
