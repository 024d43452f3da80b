"""entry, folder, device -> a model that is ready to run. The only from_pretrained in the app; nothing is fetched here.

No program of a stranger runs: remote code is never trusted, safetensors are preferred, and pickles are read by
components.weights. The tokenizer's and configuration's files are compared with what the hub called them, so that a
file that was cut off does not quietly become a smaller vocabulary.
"""

import copy
import json
import logging
import os
import pickle
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from components import catalogue, downloads, hub_cache
from components.catalogue import FULL_PRECISION, Entry, Task
from components.device import Device
from components.errors import PathshalaError
from components.joined_clip import join
from components.machine import check_free, is_out_of_memory, lacks, missing_library, no_memory
from components.weights import COMPACT, expand, read_tensors, weight_files

log = logging.getLogger(__name__)

Role = Literal["counted", "pictures", "masked", "encoder"]


@dataclass(frozen=True)
class Loaded:
    """A model in memory. Its parameters want no gradient, and dropout is off; run it under `torch.inference_mode()`.

    `model` is transformers' own class with its masked-word head if it has one (`encoder` is it without), `Joined` for
    the multilingual CLIP, components.counted's for counted models. Attention is always the eager one, which returns
    its weights.
    """

    entry: Entry
    task: Task
    model: Any
    tokenizer: Any | None  # transformers'; None for counted models
    images: Any | None  # transformers' image processor, for models that take pictures
    device: str  # as torch writes it
    dtype: str  # "float32", "float16"
    reason: str  # why this device
    bytes: int  # of parameters and buffers

    @property
    def encoder(self) -> Any:
        """The model without the head that predicts words: enough for attention, and for 200,000 words a good deal
        faster."""
        return getattr(self.model, "base_model", self.model)

    @property
    def mask_token(self) -> str | None:
        """ "[MASK]" or "<mask>", if it can fill in masks."""
        if self.tokenizer is None:
            return "[MASK]" if "masked_word" in self.entry.tasks else None
        return self.tokenizer.mask_token if "masked_word" in self.entry.tasks else None

    @property
    def longest(self) -> int:
        """How many tokens the model takes, the special ones included."""
        assert self.tokenizer is not None
        positions = self.model.config.max_position_embeddings
        table = getattr(getattr(self.encoder, "embeddings", None), "position_embeddings", None)
        padding = getattr(table, "padding_idx", None)  # RoBERTa numbers its places from here on
        return int(min(positions - (0 if padding is None else padding + 1), self.tokenizer.model_max_length))

    def apply_head(self, states: Any) -> Any:
        """states (places x width) -> logits (places x vocabulary), by the model's own head.

        Each architecture names the layers of its head differently. So a copy of the model (the same weights) gets,
        instead of its encoder, one that answers with the states that are there already.
        """
        from torch import nn
        from transformers.modeling_outputs import BaseModelOutput

        class Known(nn.Module):
            def forward(self, *_inputs: Any, **_options: Any) -> Any:
                return BaseModelOutput(last_hidden_state=states[None])

        head = copy.copy(self.model)
        head.__dict__["_modules"] = {**self.model._modules, self.model.base_model_prefix: Known()}
        return head(input_ids=None).logits[0]


def role(entry: Entry) -> Role:
    """Which class loads it. A model for attention and masks is loaded once for both."""
    if entry.architecture == "counted":
        return "counted"
    if "caption_image" in entry.tasks:
        return "pictures"
    return "masked" if "masked_word" in entry.tasks else "encoder"


_one_at_a_time = threading.Lock()  # from_pretrained changes things in torch that all threads share


def _after_fork() -> None:
    global _one_at_a_time
    _one_at_a_time = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def load(
    entry: Entry, task: Task, folder: Path, where: Device, drop_unused: Callable[[], bool] = lambda: False
) -> Loaded:
    """From a folder, never from the network. Raises PathshalaError with what is the matter, for the visitor.

    `drop_unused` lets go of another model when memory is short; it says whether there was one.
    """
    if library := missing_library(entry):
        raise PathshalaError(lacks(entry, library))
    try:
        with _one_at_a_time:
            check_free(entry, drop_unused)
            _check_undamaged(entry, folder)
            return _LOADERS[role(entry)](entry, task, folder, where)
    except PathshalaError:
        raise
    except Exception as error:
        log.warning("loading %s failed: %r", entry.id, error, exc_info=not _is_damage(error))
        raise PathshalaError(explain(error, entry)) from error


def _check_undamaged(entry: Entry, folder: Path) -> None:
    """Weights say themselves when they are cut off; a vocabulary does not."""
    weights = set(weight_files(folder))
    files = [file for file in folder.iterdir() if file.is_file() and file not in weights]
    if bad := [file.name for file in files if hub_cache.matches_name(file) is False]:
        log.warning("%s: %s is not what the hub sent", entry.id, ", ".join(bad))
        raise PathshalaError(damaged(entry))


# -- one loader a role ------------------------------------------------------------------------------------------------


def _load_counted(entry: Entry, task: Task, folder: Path, where: Device) -> Loaded:
    counted = import_module("components.counted").load(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Loaded(entry, task, counted, None, None, where.name, "counts", where.reason, size)


def _load_text(entry: Entry, task: Task, folder: Path, where: Device) -> Loaded:
    transformers = library()
    auto = transformers.AutoModelForMaskedLM if role(entry) == "masked" else transformers.AutoModel
    model = _from_compact(auto, folder) if (folder / COMPACT).is_file() else _from_pretrained(auto, folder, entry)
    return _placed(entry, task, model, tokenizer_of(folder, entry), None, where)


def _load_pictures(entry: Entry, task: Task, folder: Path, where: Device) -> Loaded:
    transformers = library()
    if entry.architecture == "clip-multilingual":
        eyes_entry = catalogue.get(entry.needs[0])
        eyes_folder = hub_cache.snapshot(eyes_entry)
        if eyes_folder is None:
            raise PathshalaError(damaged(entry))
        _check_undamaged(eyes_entry, eyes_folder)
        model = join(
            _from_pretrained(transformers.DistilBertModel, folder, entry),
            read_tensors(folder / "2_Dense")["linear.weight"],
            _from_pretrained(transformers.CLIPModel, eyes_folder, eyes_entry),
        )
        return _placed(entry, task, model, tokenizer_of(folder, entry), _image_processor(eyes_folder), where)
    model = _from_pretrained(transformers.AutoModel, folder, entry)
    return _placed(entry, task, model, tokenizer_of(folder, entry), _image_processor(folder), where)


_LOADERS: dict[Role, Callable[[Entry, Task, Path, Device], Loaded]] = {
    "counted": _load_counted,
    "pictures": _load_pictures,
    "masked": _load_text,
    "encoder": _load_text,
}


# -- transformers -----------------------------------------------------------------------------------------------------


def library() -> Any:
    """transformers, without its reports of weights that a checkpoint has and we do not need."""
    transformers: Any = import_module("transformers")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return transformers


def _from_pretrained(auto: Any, folder: Path, entry: Entry) -> Any:
    """In single precision on the CPU: half precision would change torch's default type for all threads meanwhile.

    transformers (5.23) drops its argument `weights_only` on the way to a .bin file and relies on its own default, so
    pickles are read by us, and it gets the tensors; from a folder it reads safetensors only.
    """
    import torch

    options: dict[str, Any] = {"dtype": torch.float32, "attn_implementation": "eager", "output_loading_info": True}
    closed = {"local_files_only": True, "trust_remote_code": False}
    files = weight_files(folder)
    if not files:
        raise PathshalaError(damaged(entry))
    if files[0].suffix == ".safetensors":
        model, report = auto.from_pretrained(str(folder), use_safetensors=True, **closed, **options)
    else:
        config = library().AutoConfig.from_pretrained(str(folder), **closed)
        kind = auto._model_mapping[type(config)] if hasattr(auto, "_model_mapping") else auto
        model, report = kind.from_pretrained(None, config=config, state_dict=read_tensors(folder), **options)
        model.name_or_path = str(folder)
    _check_whole(entry, report["missing_keys"])
    return model


def _check_whole(entry: Entry, missing: Sequence[str]) -> None:
    """transformers fills weights that a file lacks with random numbers; we don't show those as a model's opinion.

    The pooler (a layer over the first token) is left out by many and used by none of our tabs.
    """
    lacking = sorted(name for name in missing if "pooler" not in name and not name.endswith("position_ids"))
    if lacking:
        raise PathshalaError(
            f"The files of “{entry.id}” lack the weights of {len(lacking)} layers that are needed here"
            f" ({lacking[0]} …), so its answers would be noise. {downloads.way_out(entry)}".strip()
        )


def _from_compact(auto: Any, folder: Path) -> Any:
    from safetensors.torch import load_file

    config = library().AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    model = auto.from_config(config, attn_implementation="eager")
    missing, unexpected = model.load_state_dict(expand(load_file(folder / COMPACT)), strict=False)
    tied = set(getattr(model, "all_tied_weights_keys", None) or {})
    if unexpected or set(missing) - tied:
        raise PathshalaError(f"{folder.name} holds the weights of another model.")
    model.tie_weights()
    return model


def tokenizer_of(folder: Path, entry: Entry) -> Any:
    """SigLIP 2 was trained on small letters; its files name a tokenizer that keeps capitals."""
    kind = library().Siglip2Tokenizer if entry.architecture == "siglip2" else library().AutoTokenizer
    return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)


def _image_processor(folder: Path) -> Any:
    """The one on PIL: the same numbers everywhere, and torchvision is not needed."""
    kind = library().AutoImageProcessor
    return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, backend="pil")


# -- on its device ----------------------------------------------------------------------------------------------------


def _placed(entry: Entry, task: Task, model: Any, tokenizer: Any, images: Any | None, where: Device) -> Loaded:
    """On its device, in its precision, for looking at only."""
    model.train(False)
    model.requires_grad_(False)
    return _on(Loaded(entry, task, model, tokenizer, images, "cpu", "float32", "", 0), where)


def _on(loaded: Loaded, where: Device) -> Loaded:
    """Half precision on a GPU, single on the CPU."""
    import torch

    half = where.name != "cpu" and loaded.entry.architecture not in FULL_PRECISION
    dtype = torch.float16 if half else torch.float32
    loaded.model.to(where.name, dtype)
    tensors = {each.data_ptr(): each for each in (*loaded.model.parameters(), *loaded.model.buffers())}
    size = sum(each.numel() * each.element_size() for each in tensors.values())
    name = str(dtype).removeprefix("torch.")
    return replace(loaded, device=where.name, dtype=name, reason=where.reason, bytes=size)


def moved(loaded: Loaded, where: Device) -> Loaded:
    """On another device: a process that ZeroGPU gave the GPU to finds it in memory already. Raises PathshalaError."""
    if loaded.device == where.name or loaded.entry.architecture == "counted":
        return loaded
    try:
        return _on(loaded, where)
    except Exception as error:
        log.warning("moving %s to %s failed", loaded.entry.id, where.name, exc_info=True)
        raise PathshalaError(explain(error, loaded.entry)) from error


# -- what to say when it fails ----------------------------------------------------------------------------------------


def explain(error: BaseException, entry: Entry) -> str:
    """What went wrong while loading -> a sentence or two for the visitor."""
    said = str(error)
    if is_out_of_memory(error):
        return no_memory(entry, "it did not fit")
    if isinstance(error, ImportError):
        missing = re.search(r"No module named '?(\w+)|requires? the (\w+)|(sentencepiece|protobuf|tiktoken)", said)
        return lacks(entry, next((part for part in missing.groups() if part), "") if missing else "")
    if isinstance(error, pickle.UnpicklingError) and _PROGRAM.search(said):
        text = f"The weights of “{entry.id}” hold more than numbers, perhaps a program, so they were not opened."
        return f"{text} {downloads.way_out(entry)}".strip()
    if _is_damage(error):
        return damaged(entry)
    text = f"“{entry.id}” could not be loaded: this page cannot read its files ({type(error).__name__})."
    return f"{text} {downloads.way_out(entry)}".strip()


# What torch's weights-only reader says of a pickle that names a function or a class.
_PROGRAM = re.compile(r"(?i)\bGLOBAL\b|allowlisted|persistent")


def _is_damage(error: BaseException) -> bool:
    """safetensors', pickle's, torch's and transformers' ways to say that a file ends too early or begins wrongly."""
    if isinstance(error, PermissionError):
        return False
    if isinstance(error, (EOFError, json.JSONDecodeError, UnicodeDecodeError, pickle.UnpicklingError, OSError)):
        return True
    names = {each.__name__ for each in type(error).__mro__}
    words = ("PytorchStreamReader", "storage has wrong byte size", "unexpected pos", "file in archive")
    return "SafetensorError" in names or any(word in str(error) for word in words)


def damaged(entry: Entry) -> str:
    """The files are not what they were."""
    if entry.embedded:
        text = f"The files of “{entry.id}” in this copy of the page are damaged: fetch the page anew."
    else:
        text = (
            f"The files of “{entry.id}” on this machine are damaged. Whoever runs this page can fetch them again:"
            f" python -m components.models repair {entry.id}."
        )
    return f"{text} {downloads.way_out(entry)}".strip()
