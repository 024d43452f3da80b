"""id, task -> a model that is ready to run. The only from_pretrained in the app; no gradio, no HTML.

    with use("pathshala-bert", "attention") as loaded:
        loaded.model(**loaded.tokenizer("नमस्ते", return_tensors="pt").to(loaded.device), output_attentions=True)

What a tab asks:

    menu(task)              what is ready, what can be downloaded, what not, and why
    default(task, "hi")     the best model that is there at once
    run(compute, id, task)  compute(loaded, …) where it belongs: on ZeroGPU a large model gets the Space's GPU
    downloads.start(entry)  a download to watch and to cancel; `use` starts or joins one by itself
    warm_up()               torch and the embedded model in the background, once the page is up

A model is loaded once, by the first who wants it; the others wait for it. Models that nobody uses leave, the one unused
for longest first, when all together exceed a budget: PATHSHALA_MODEL_MEMORY in GB, otherwise half of the machine's (or
the GPU's) memory. PATHSHALA_ANY_MODEL=1 lets any id of the hub be typed, save on a Space.

No program of a stranger runs here: remote code is never trusted, safetensors are preferred, and a pickle is read by
torch's weights-only reader alone, which refuses whatever is no tensor.

    python -m components.models                 what there is, cached or not
    python -m components.models download ID
    python -m components.models compare [ID]    the same question on the CPU and on the GPU
"""

import argparse
import gc
import json
import logging
import math
import os
import pickle
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar
from zipfile import is_zipfile

from components import catalogue, device, downloads
from components.catalogue import EMBEDDED, Entry, Task
from components.errors import PathshalaError

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds to wait for models that others use, when memory is short
RESERVE = 500_000_000  # bytes of the machine's memory that stay free for everything else
COMPACT = "model.int8.safetensors"


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


# -- the way in -------------------------------------------------------------------------------------------------------


@contextmanager
def use(id: str, task: Task) -> Iterator[Loaded]:
    """The model for as long as the block lasts; it is not taken out of memory meanwhile.

    Downloads it first if it is not here yet, together with whoever wants it too. Raises PathshalaError for an unknown
    id, a model that cannot do the task, and whatever hinders the download or the loading; if the memory is exhausted
    inside the block, too.
    """
    entry = find(id, task)
    folder = prepare(entry)
    where = _place(entry)
    key = (entry.id, str(folder), _role(entry), where.name)

    def make() -> tuple[Loaded, int]:
        loaded = _moved(_shelf.taken(key[:3]), where) or _load(entry, task, folder, where)
        return loaded, loaded.bytes

    with _shelf.use(key, memory_needed(entry, where.name, folder), make) as loaded:
        try:
            yield replace(loaded, task=task)
        except Exception as error:
            if not _is_out_of_memory(error):
                raise
            raise PathshalaError(_out_of_memory(entry, "the answer did not fit")) from error


def _place(entry: Entry) -> device.Device:
    if entry.architecture == "counted":  # and torch is not even imported
        return device.Device("cpu", "counting needs no GPU")
    return device.pick_device(entry.embedded)


def load(id: str, task: Task) -> Loaded:
    """`use` without the promise that it stays in memory."""
    with use(id, task) as loaded:
        return loaded


def run(compute: Callable[Concatenate[Loaded, P], R], id: str, task: Task, *args: P.args, **kwargs: P.kwargs) -> R:
    """compute(loaded, …) on the device the model belongs to; `compute` is a function of a module, not a lambda.

    On a ZeroGPU Space a hub model answers in the process that has the GPU, so that what goes in and comes out is
    pickled: a tensor in the result is a TypeError there. When the GPU is refused, a PathshalaError says so.
    """
    entry = find(id, task)
    if entry.embedded or not device.on_zero_gpu():
        with use(id, task) as loaded:
            return compute(loaded, *args, **kwargs)
    with use(id, task):  # in memory before the GPU's seconds are counted
        try:
            answer = _on_gpu(compute, id, task, args, kwargs)
        except Exception as error:
            log.warning("the Space's GPU refused", exc_info=True)
            raise PathshalaError(
                "The Space's GPU did not take this: its free minutes may be used up for today."
                f" {downloads.way_out(entry)}".strip()
            ) from error
    if isinstance(answer, _Refusal):
        raise PathshalaError(answer.said)
    return pickle.loads(answer)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Refusal:
    """A PathshalaError on its way out of the GPU's process, where exceptions lose their words."""

    said: str


@device.gpu
def _on_gpu(
    compute: Callable[..., Any], id: str, task: Task, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bytes | _Refusal:
    try:
        with use(id, task) as loaded:
            return without_tensors(compute(loaded, *args, **kwargs))
    except PathshalaError as error:
        return _Refusal(str(error))


def without_tensors(result: object) -> bytes:
    """The pickled result. Raises TypeError for a tensor: one on the GPU cannot leave its process."""
    import io

    import torch

    class Pickler(pickle.Pickler):
        def reducer_override(self, each: Any) -> Any:
            if isinstance(each, torch.Tensor):
                raise TypeError("compute must return numbers, strings and numpy arrays, but returned a tensor")
            return NotImplemented

    stream = io.BytesIO()
    Pickler(stream).dump(result)
    return stream.getvalue()


def find(id: str, task: Task) -> Entry:
    """The entry of an id, of the catalogue or, where that is allowed, of the hub. Raises PathshalaError."""
    try:
        entry = catalogue.get(id)
    except PathshalaError:
        if not any_model_allowed():
            raise
        entry = inspect(id)
    catalogue.check_task(entry, task)
    return entry


def prepare(entry: Entry) -> Path:
    """The folder with the model's files, after a download if need be. Raises PathshalaError."""
    if entry.embedded:
        folder = downloads.embedded_folder(entry)
        if folder is None:
            raise PathshalaError(f"This copy of the page was made without “{entry.id}”. {downloads.way_out(entry)}")
        return folder
    folder = downloads.snapshot(entry)
    if folder is None:
        check_machine(entry)
        downloads.start(entry).wait()
        folder = downloads.snapshot(entry)
    if folder is None:
        raise PathshalaError(f"The files of “{entry.id}” were removed while it was being loaded. Try again.")
    return folder


def default(task: Task, language: str | None = None) -> Entry:
    """The best model that is here at once and covers the language: one of the hub's in the cache, else our own.

    Of our own, one that covers another language is better than none. Raises PathshalaError if there is none at all.
    """
    found = [entry for entry in catalogue.for_task(task) if is_ready(entry)]
    for entry in found:
        fits = memory_needed(entry) <= budget() and not missing_library(entry)
        if entry.covers(language) and not entry.exhibit and fits:
            return entry
    for entry in sorted(found, key=lambda entry: entry.exhibit):
        if entry.embedded:
            return entry
    raise PathshalaError("There is no model for this on this machine: download one from the list.")


def is_ready(entry: Entry) -> bool:
    """Its files are all on this machine."""
    return (downloads.embedded_folder(entry) if entry.embedded else downloads.snapshot(entry)) is not None


# -- the menu ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One line of the menu. `size` is what would be fetched, in bytes; `note` says why it cannot be had here."""

    entry: Entry
    size: int = 0
    note: str = ""


@dataclass(frozen=True)
class Menu:
    """What there is for a task, in order of preference."""

    ready: tuple[Choice, ...]
    to_download: tuple[Choice, ...]
    unreachable: tuple[Choice, ...]


def menu(task: Task) -> Menu:
    """Asks no network: whether the hub is there is what `downloads.probe` found out last."""
    ready: list[Choice] = []
    to_download: list[Choice] = []
    unreachable: list[Choice] = []
    for entry in catalogue.for_task(task):
        if is_ready(entry):
            ready.append(Choice(entry))
        elif not entry.embedded:
            size = download_size(entry)
            note = hindrance(entry, size)
            (unreachable if note else to_download).append(Choice(entry, size, note))
    return Menu(tuple(ready), tuple(to_download), tuple(unreachable))


def download_size(entry: Entry) -> int:
    """Bytes that a download would fetch, the entries it needs included."""
    needs = [catalogue.get(need) for need in entry.needs]
    return entry.download + sum(need.download for need in needs if downloads.snapshot(need) is None)


def hindrance(entry: Entry, size: int) -> str:
    """Why the model cannot be downloaded here, or "" if nothing is known to hinder it."""
    reach = downloads.reach()
    if reach.there is False:
        return reach.reason
    if library := missing_library(entry):
        return f"it needs {library}, which is not installed on this machine"
    if (need := memory_needed(entry)) > (room := budget()):
        return f"it needs {downloads.readable_size(need)} of memory, and {downloads.readable_size(room)} are set aside"
    if size + downloads.SPARE > (free := downloads.free_space(downloads.cache_folder())):
        return f"it needs {downloads.readable_size(size)} of disk, and {downloads.readable_size(free)} are free"
    return ""


def missing_library(entry: Entry) -> str:
    """What pip would have to install for it, or ""."""
    missing = next((name for name in entry.libraries if not _is_installed(name)), "")
    return missing.removeprefix("google.")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


# -- memory -----------------------------------------------------------------------------------------------------------


def budget() -> int:
    """Bytes that all models together may take: PATHSHALA_MODEL_MEMORY in GB, else half of what the device has."""
    if asked := os.environ.get("PATHSHALA_MODEL_MEMORY"):
        try:
            size = float(asked)
        except ValueError:
            size = math.nan
        if size > 0 and math.isfinite(size):
            return int(size * 1e9)
        log.warning("PATHSHALA_MODEL_MEMORY is %r, which is no number of GB; taking half of the memory", asked)
    torch = sys.modules.get("torch")
    if torch is not None and device.has_gpu() and torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[1]) // 2
    return machine_memory() // 2


def machine_memory() -> int:
    """Bytes this process may use at most: the machine's, or less if a container allows less."""
    limits = [value for file in _cgroup_files("memory.max", "memory.limit_in_bytes") if (value := _number(file))]
    try:
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # Windows
        limits.append(8_000_000_000)
    return min(limits)


def free_memory() -> int | None:
    """Bytes that are free at the moment, `None` where the system does not say (not Linux)."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    for limit, usage in zip(
        _cgroup_files("memory.max", "memory.limit_in_bytes"),
        _cgroup_files("memory.current", "memory.usage_in_bytes"),
        strict=False,
    ):
        if (most := _number(limit)) and (now := _number(usage)):
            found.append(max(0, most - now + _inactive(usage.with_name("memory.stat"))))
    return min(found) if found else None


def _inactive(statistics: Path) -> int:
    """Bytes that count as used but are only copies of files."""
    for line in statistics.read_text(encoding="ascii").splitlines() if statistics.is_file() else ():
        name, _, value = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file"):
            return int(value)
    return 0


def _cgroup_files(second: str, first: str) -> list[Path]:
    """The files of that name for this process's own group and for the root, in version 2 and version 1 of cgroups."""
    root = Path("/sys/fs/cgroup")
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    folders: list[Path] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            folders += [root / path.lstrip("/") / second, root / second]
        elif "memory" in controllers.split(","):
            folders += [root / "memory" / path.lstrip("/") / first, root / "memory" / first]
    return [file for file in dict.fromkeys(folders) if file.is_file()]


def _number(file: Path) -> int | None:
    """The number in it; "max", and the enormous number that version 1 writes instead, are none."""
    try:
        value = file.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(value) if value.isdigit() and int(value) < 1 << 60 else None


def memory_needed(entry: Entry, where: str = "cpu", folder: Path | None = None) -> int:
    """Bytes in memory: four a parameter on the CPU, half of that on a GPU; parts that it needs included."""
    count = entry.parameters
    if count is None:
        folder = folder or (downloads.embedded_folder(entry) if entry.embedded else downloads.snapshot(entry))
        count = parameters_in(folder) if folder else entry.download // 4
    count += sum(catalogue.get(need).parameters or 0 for need in entry.needs)
    return count * (4 if where == "cpu" or entry.architecture in FULL_PRECISION else 2)


def parameters_in(folder: Path) -> int:
    """Counted from the heads of its safetensors files, without reading the weights; for pickles by their size."""
    files = [*folder.glob("model*.safetensors")]
    if not files:
        return sum(file.stat().st_size for file in folder.rglob("*") if file.suffix in (".bin", ".npz")) // 4
    return sum(
        math.prod(each["shape"])
        for file in files
        for name, each in safetensors_header(file).items()
        if name != "__metadata__" and not name.endswith(".scale")
    )


def safetensors_header(file: Path) -> dict[str, Any]:
    """name -> {"dtype", "shape", "data_offsets"}: eight bytes of length, then JSON (the format's own description)."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        header: dict[str, Any] = json.loads(stream.read(length))
    return header


def check_machine(entry: Entry) -> None:
    """Before a download: raises PathshalaError if the model could never be loaded here."""
    if library := missing_library(entry):
        raise PathshalaError(lacks(entry, library))
    need, room = memory_needed(entry), budget()
    if need > room:
        raise PathshalaError(too_large(entry, need, room))


def too_large(entry: Entry, need: int, room: int) -> str:
    """It would never fit."""
    return (
        f"“{entry.id}” needs {downloads.readable_size(need)} of memory and this page may use"
        f" {downloads.readable_size(room)}. {downloads.way_out(entry)}"
    ).strip()


class Shelf:
    """What was loaded, each thing once, within a budget; things in use stay.

    Any number of threads may ask at once: one makes a thing, the others wait for it and share it, or its error.
    """

    def __init__(self, budget: Callable[[], int]) -> None:
        self.budget = budget
        self._changed = threading.Condition()
        self._slots: OrderedDict[tuple[str, ...], _Slot] = OrderedDict()  # unused for longest first

    @contextmanager
    def use(self, key: tuple[str, ...], size: int, make: Callable[[], tuple[Loaded, int]]) -> Iterator[Loaded]:
        """The thing of that key; `make` gives it and its true size, where `size` was a guess."""
        slot = self._take(key, size, make)
        try:
            assert slot.thing is not None
            yield slot.thing
        finally:
            with self._changed:
                slot.users -= 1
                self._changed.notify_all()

    def _take(self, key: tuple[str, ...], size: int, make: Callable[[], tuple[Loaded, int]]) -> "_Slot":
        with self._changed:
            while slot := self._slots.get(key):
                if slot.thing is not None:
                    slot.users += 1
                    self._slots.move_to_end(key)
                    return slot
                self._changed.wait()
                if slot.error is not None:
                    raise slot.error
            slot = self._slots[key] = _Slot()
        try:
            with self._changed:
                self._make_room(size)
                slot.size = size
            thing, true_size = make()
        except BaseException as error:
            with self._changed:
                slot.error = error
                del self._slots[key]
                self._changed.notify_all()
            raise
        with self._changed:
            slot.thing, slot.size = thing, true_size
            while self._total() > self.budget() and self._drop_one():
                pass
            self._changed.notify_all()
        return slot

    def _make_room(self, size: int) -> None:
        end = time.monotonic() + PATIENCE
        while self._total() + size > self.budget():
            if self._drop_one():
                continue
            left = end - time.monotonic()
            if size > self.budget() or left <= 0:
                raise PathshalaError(
                    f"There is no memory for another model: it needs {downloads.readable_size(size)}, this page may use"
                    f" {downloads.readable_size(self.budget())}, and what is loaded is in use. Take the model that is"
                    " shown, or try again in a minute."
                )
            self._changed.wait(left)

    def _total(self) -> int:
        return sum(slot.size for slot in self._slots.values())

    def _drop_one(self) -> bool:
        for key, slot in self._slots.items():
            if slot.thing is not None and not slot.users:
                del self._slots[key]
                slot.thing = None
                gc.collect()  # modules hold each other in circles
                _give_back_gpu_memory()
                log.info("%s left the memory", key[0])
                return True
        return False

    def taken(self, start: tuple[str, ...]) -> Loaded | None:
        """Takes out a thing whose key begins so, if nobody uses it."""
        with self._changed:
            for key, slot in self._slots.items():
                if key[: len(start)] == start and slot.thing is not None and not slot.users:
                    del self._slots[key]
                    return slot.thing
        return None

    def names(self) -> list[str]:
        """The first part of every key, the one unused for longest first."""
        with self._changed:
            return [key[0] for key, slot in self._slots.items() if slot.thing is not None]

    def clear(self) -> None:
        """Everything that nobody uses."""
        with self._changed:
            while self._drop_one():
                pass

    def after_fork(self) -> None:
        """In a new process: a lock may be held, and a load under way, by a thread that was not copied along."""
        self._changed = threading.Condition()
        self._slots = OrderedDict((key, slot) for key, slot in self._slots.items() if slot.thing is not None)
        for slot in self._slots.values():
            slot.users = 0


def _give_back_gpu_memory() -> None:
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


@dataclass(eq=False)
class _Slot:
    thing: Loaded | None = None
    size: int = 0
    users: int = 1  # whoever makes it
    error: BaseException | None = field(default=None, repr=False)


_shelf = Shelf(budget)
_loading = threading.Lock()  # from_pretrained changes things in torch that all threads share


def _after_fork() -> None:
    global _loading
    _loading = threading.Lock()
    _shelf.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


# -- loading ----------------------------------------------------------------------------------------------------------

# Its activations leave the range of half precision, and its own bfloat16 has too few digits to compare with a CPU.
FULL_PRECISION = ("modernbert",)

Role = Literal["counted", "pictures", "masked", "encoder"]


def _role(entry: Entry) -> Role:
    """Which class loads it. A model for attention and masks is loaded once for both."""
    if entry.architecture == "counted":
        return "counted"
    if "caption_image" in entry.tasks:
        return "pictures"
    return "masked" if "masked_word" in entry.tasks else "encoder"


def _load(entry: Entry, task: Task, folder: Path, where: device.Device) -> Loaded:
    """From a folder, never from the network. Raises PathshalaError with what is the matter, for the visitor."""
    if library := missing_library(entry):
        raise PathshalaError(lacks(entry, library))
    try:
        with _loading:
            _check_free(entry, where.name)
            return _LOADERS[_role(entry)](entry, task, folder, where)
    except PathshalaError:
        raise
    except Exception as error:
        log.warning("loading %s failed", entry.id, exc_info=True)
        raise PathshalaError(explain(error, entry)) from error


def _check_free(entry: Entry, where: str) -> None:
    """A process that takes more memory than there is gets killed, without a word to the visitor."""
    free, need = free_memory(), memory_needed(entry, "cpu")
    if where == "cpu" and free is not None and need + RESERVE > free:
        raise PathshalaError(_out_of_memory(entry, f"it needs {downloads.readable_size(need)}"))


def _load_counted(entry: Entry, task: Task, folder: Path, where: device.Device) -> Loaded:
    counted = import_module("components.counted").load(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Loaded(entry, task, counted, None, None, where.name, "counts", where.reason, size)


def _load_text(entry: Entry, task: Task, folder: Path, where: device.Device) -> Loaded:
    transformers = _transformers()
    auto = transformers.AutoModelForMaskedLM if _role(entry) == "masked" else transformers.AutoModel
    model = _from_compact(auto, folder) if (folder / COMPACT).is_file() else _from_pretrained(auto, folder, entry)
    return _placed(entry, task, model, _tokenizer(folder, entry), None, where)


def _load_pictures(entry: Entry, task: Task, folder: Path, where: device.Device) -> Loaded:
    transformers = _transformers()
    if entry.architecture == "clip-multilingual":
        eyes_entry = catalogue.get(entry.needs[0])
        eyes_folder = prepare(eyes_entry)
        model = join(
            _from_pretrained(transformers.DistilBertModel, folder, entry),
            read_tensors(folder / "2_Dense")["linear.weight"],
            _from_pretrained(transformers.CLIPModel, eyes_folder, eyes_entry),
        )
        return _placed(entry, task, model, _tokenizer(folder, entry), _image_processor(eyes_folder), where)
    model = _from_pretrained(transformers.AutoModel, folder, entry)
    return _placed(entry, task, model, _tokenizer(folder, entry), _image_processor(folder), where)


_LOADERS: dict[Role, Callable[[Entry, Task, Path, device.Device], Loaded]] = {
    "counted": _load_counted,
    "pictures": _load_pictures,
    "masked": _load_text,
    "encoder": _load_text,
}


def _transformers() -> Any:
    """The library, without its reports of weights that a checkpoint has and we do not need."""
    transformers: Any = import_module("transformers")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return transformers


def _from_pretrained(auto: Any, folder: Path, entry: Entry) -> Any:
    """In single precision on the CPU: half precision would change torch's default type for all threads meanwhile.

    transformers (5.23) drops its argument `weights_only` on the way to a .bin file and relies on its own default, so
    pickles are read here, and it gets the tensors; from a folder it reads safetensors only.
    """
    import torch

    options: dict[str, Any] = {"dtype": torch.float32, "attn_implementation": "eager", "output_loading_info": True}
    closed = {"local_files_only": True, "trust_remote_code": False}
    if any(folder.glob("model*.safetensors")):
        model, report = auto.from_pretrained(str(folder), use_safetensors=True, **closed, **options)
    else:
        config = _transformers().AutoConfig.from_pretrained(str(folder), **closed)
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


def _tokenizer(folder: Path, entry: Entry) -> Any:
    """SigLIP 2 was trained on small letters; its files name a tokenizer that keeps capitals."""
    transformers = _transformers()
    kind = transformers.Siglip2Tokenizer if entry.architecture == "siglip2" else transformers.AutoTokenizer
    return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)


def _image_processor(folder: Path) -> Any:
    """The one on PIL: the same numbers everywhere, and torchvision is not needed."""
    kind = _transformers().AutoImageProcessor
    return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, backend="pil")


def _placed(entry: Entry, task: Task, model: Any, tokenizer: Any, images: Any | None, where: device.Device) -> Loaded:
    """On its device, in its precision, for looking at only."""
    model.train(False)
    model.requires_grad_(False)
    loaded = Loaded(entry, task, model, tokenizer, images, "cpu", "float32", "", 0)
    return _on(loaded, where)


def _on(loaded: Loaded, where: device.Device) -> Loaded:
    """Half precision on a GPU, single on the CPU."""
    import torch

    half = where.name != "cpu" and loaded.entry.architecture not in FULL_PRECISION
    dtype = torch.float16 if half else torch.float32
    loaded.model.to(where.name, dtype)
    tensors = {each.data_ptr(): each for each in (*loaded.model.parameters(), *loaded.model.buffers())}
    size = sum(each.numel() * each.element_size() for each in tensors.values())
    name = str(dtype).removeprefix("torch.")
    return replace(loaded, device=where.name, dtype=name, reason=where.reason, bytes=size)


def _moved(loaded: Loaded | None, where: device.Device) -> Loaded | None:
    """In the process that ZeroGPU gave the GPU to, the model is already in memory, on the CPU."""
    if loaded is None or loaded.device == where.name or loaded.entry.architecture == "counted":
        return loaded
    return _on(loaded, where)


def read_tensors(folder: Path) -> dict[str, Any]:
    """name -> tensor, of a folder's weights: safetensors, or pickles by torch's weights-only reader, which builds
    tensors and plain containers and raises UnpicklingError for anything else."""
    import torch
    from safetensors.torch import load_file

    found: dict[str, Any] = {}
    for file in sorted(folder.glob("model*.safetensors")):
        found |= load_file(file)
    if not found:
        for file in sorted(folder.glob("pytorch_model*.bin")):
            # mmap: pages of the file itself, which older pickles, not being zip files, do not allow
            found |= torch.load(file, map_location="cpu", weights_only=True, mmap=is_zipfile(file))
    return found


def join(text: Any, dense: Any, eyes: Any) -> Any:
    """The multilingual CLIP of sentence-transformers, without that library (Reimers and Gurevych 2020, arXiv
    2004.09813): DistilBERT's outputs, averaged over the text's tokens, times `dense` (512 x 768), lie where the
    original CLIP's text vectors lay; pictures and the logit scale are the original CLIP's.

    The result has CLIP's `get_text_features` and `get_image_features`, whose answers carry `pooler_output`
    (captions or pictures x 512), and `logit_scale`.
    """
    import torch
    from torch import nn

    transformers = _transformers()
    pooled = transformers.modeling_outputs.BaseModelOutputWithPooling

    class Joined(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.text_model = text
            self.text_projection = nn.Linear(dense.shape[1], dense.shape[0], bias=False)
            self.text_projection.weight = nn.Parameter(dense.float())
            self.vision_model = eyes.vision_model
            self.visual_projection = eyes.visual_projection
            self.logit_scale = eyes.logit_scale
            self.config = eyes.config

        def get_text_features(self, input_ids: Any, attention_mask: Any = None, **options: Any) -> Any:
            mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
            seen = self.text_model(input_ids=input_ids, attention_mask=mask, **options)
            weights = mask[..., None].to(seen.last_hidden_state.dtype)  # captions x tokens x 1
            mean = (seen.last_hidden_state * weights).sum(1) / weights.sum(1).clamp(min=1)  # captions x 768
            return pooled(
                last_hidden_state=seen.last_hidden_state,
                pooler_output=self.text_projection(mean),
                attentions=seen.attentions,
            )

        def get_image_features(self, pixel_values: Any, **options: Any) -> Any:
            seen = self.vision_model(pixel_values=pixel_values, **options)
            return pooled(
                last_hidden_state=seen.last_hidden_state,
                pooler_output=self.visual_projection(seen.pooler_output),
                attentions=seen.attentions,
            )

    return Joined()


# -- models kept in eight bits ----------------------------------------------------------------------------------------


def compact(state: Mapping[str, Any]) -> dict[str, Any]:
    """A model's tensors -> what COMPACT holds, about a quarter of the size: whoever trains writes early models so.

    Every matrix becomes int8 with one half-precision scale a row, `NAME.scale`, so that the row's largest number is
    127; the other tensors are kept in half precision.
    """
    import torch

    kept: dict[str, Any] = {}
    for name, tensor in state.items():
        if tensor.ndim != 2:
            kept[name] = tensor.half() if tensor.is_floating_point() else tensor
            continue
        scale = (tensor.float().abs().amax(dim=1) / 127).clamp(min=1e-7).half()  # rows
        rows = torch.round(tensor.float() / scale.float()[:, None]).clamp(-127, 127)
        kept[name], kept[f"{name}.scale"] = rows.to(torch.int8), scale
    return kept


def expand(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The way back, in single precision: each number is off by at most half its row's scale."""
    import torch

    return {
        name: tensor.float() * kept[f"{name}.scale"].float()[:, None]
        if tensor.dtype == torch.int8
        else tensor.float()
        if tensor.is_floating_point()
        else tensor
        for name, tensor in kept.items()
        if not name.endswith(".scale")
    }


def _from_compact(auto: Any, folder: Path) -> Any:
    from safetensors.torch import load_file

    config = _transformers().AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    model = auto.from_config(config, attn_implementation="eager")
    missing, unexpected = model.load_state_dict(expand(load_file(folder / COMPACT)), strict=False)
    tied = set(getattr(model, "all_tied_weights_keys", None) or {})
    if unexpected or set(missing) - tied:
        raise PathshalaError(f"{folder.name} holds the weights of another model.")
    model.tie_weights()
    return model


# -- what to say when it fails ----------------------------------------------------------------------------------------


def explain(error: BaseException, entry: Entry) -> str:
    """What went wrong while loading -> a sentence or two for the visitor."""
    names = {each.__name__ for each in type(error).__mro__}
    said = str(error)
    if _is_out_of_memory(error):
        return _out_of_memory(entry, "it did not fit")
    if isinstance(error, pickle.UnpicklingError) or "weights_only" in said or "Weights only load" in said:
        text = f"The weights of “{entry.id}” hold more than numbers, perhaps a program, so they were not opened."
    elif isinstance(error, ImportError):
        missing = re.search(r"No module named '?(\w+)|requires? the (\w+)|(sentencepiece|protobuf|tiktoken)", said)
        return lacks(entry, next((part for part in missing.groups() if part), "") if missing else "")
    elif "SafetensorError" in names or isinstance(error, (EOFError, json.JSONDecodeError)):
        text = f"The files of “{entry.id}” on this machine are damaged: delete its folder and download it again."
    else:
        text = f"“{entry.id}” could not be loaded ({type(error).__name__})."
    return f"{text} {downloads.way_out(entry)}".strip()


def lacks(entry: Entry, library: str) -> str:
    """A library is not installed."""
    needs = f"“{entry.id}” needs {library or 'a library'}, which is not installed on this machine."
    return f"{needs} {downloads.way_out(entry)}".strip()


def _is_out_of_memory(error: BaseException) -> bool:
    """Python's, CUDA's (torch.OutOfMemoryError), and the RuntimeErrors of torch's allocators on mps and the CPU."""
    names = {each.__name__ for each in type(error).__mro__}
    return bool(names & {"MemoryError", "OutOfMemoryError"}) or (
        "RuntimeError" in names and ("out of memory" in str(error) or "can't allocate memory" in str(error))
    )


def _out_of_memory(entry: Entry, detail: str) -> str:
    return (
        f"The memory of this machine is too full for “{entry.id}”: {detail}. Try again later, or take a smaller"
        f" model. {downloads.way_out(entry)}"
    ).strip()


# -- any model of the hub, on one's own machine -----------------------------------------------------------------------

_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_DECODERS = (
    *("bloom", "falcon", "gemma", "gemma2", "gpt_neo", "gpt_neox", "gpt2", "gptj", "llama"),
    *("mistral", "olmo", "olmo2", "opt", "phi", "phi3", "qwen2", "qwen3", "smollm3", "stablelm"),
)
_PICTURES = ("clip", "siglip", "vision-text-dual-encoder")
_MASKED_HEADS = ("ForMaskedLM", "BertForPreTraining")  # Roberta…, AlbertForPreTraining end so as well

_others: dict[str, Entry] = {}


def any_model_allowed() -> bool:
    """PATHSHALA_ANY_MODEL=1 on a private machine; on a Space never."""
    wanted = os.environ.get("PATHSHALA_ANY_MODEL", "").lower() in ("1", "true", "yes", "on")
    return wanted and "SPACE_ID" not in os.environ


def inspect(id: str) -> Entry:
    """An entry for an id that is not in the catalogue, from what the hub says of it; its weights are not fetched yet.

    Raises PathshalaError if it is no id, is not there, brings a program of its own, is of a kind that no tab knows,
    has no weights we would open, or is too large.
    """
    if not isinstance(id, str) or len(id) > 96 or not _ID.fullmatch(id) or "--" in id or ".." in id:
        raise PathshalaError(f"“{str(id)[:80]}” is no id of a model: ids look like google/muril-base-cased.")
    if id in _others:
        return _others[id]
    asked = Entry(id, (), "", "", (), "")
    try:
        entry = _inspect_cached(asked) or _inspect_remote(asked)
    except PathshalaError:
        raise
    except Exception as error:
        log.info("asking the hub about %s failed", id, exc_info=True)
        progress = downloads.Progress(id, "failed", 0, 0, None, None, None)
        hint = f" Did you mean {near[0]}?" if (near := catalogue.nearest(id)) else ""
        raise PathshalaError(downloads.explain(error, asked, progress) + hint) from error
    _others[id] = entry
    return entry


def _inspect_cached(asked: Entry) -> Entry | None:
    """Without a network, if it was downloaded before."""
    commit = downloads.commit_of(asked)
    folder = downloads.repository_folder(asked.id) / "snapshots" / (commit or "")
    if not commit or not downloads.is_complete(folder, asked):
        return None
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return describe(asked.id, commit, config, {file.name: file.stat().st_size for file in folder.iterdir()})


def _inspect_remote(asked: Entry) -> Entry:
    from huggingface_hub import hf_hub_download

    commit, sizes = downloads.ask_hub(asked.id, downloads.commit_of(asked))
    if not 0 < sizes.get("config.json", 0) < 1_000_000:
        raise PathshalaError(f"“{asked.id}” has no config.json on the hub, so this page cannot tell what it is.")
    downloads.plain_transfers()
    file = hf_hub_download(
        asked.id, "config.json", revision=commit, cache_dir=downloads.cache_folder(), endpoint=downloads.endpoint()
    )
    return describe(asked.id, commit, json.loads(Path(file).read_text(encoding="utf-8")), sizes)


def describe(id: str, commit: str, config: Mapping[str, Any], sizes: Mapping[str, int]) -> Entry:
    """What its configuration and its list of files say -> an entry. Raises PathshalaError if we cannot or will not."""
    kind = str(config.get("model_type", ""))
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
    if not weights:
        raise PathshalaError(
            f"“{id}” has no weights in a format that this page opens (safetensors, or a plain pickle)."
        )
    stored = sum(sizes[name] for name in weights)
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

    heads = tuple(map(str, config.get("architectures") or ()))
    if kind in _PICTURES:
        return catalogue.PICTURES
    if config.get("is_encoder_decoder") or not (kind in MASKED or kind in _DECODERS):
        return ()
    return catalogue.TEXT if kind in MASKED and any(head.endswith(_MASKED_HEADS) for head in heads) else ("attention",)


def _known_kinds() -> set[str]:
    return set(import_module("transformers.models.auto.configuration_auto").CONFIG_MAPPING_NAMES)


# -- in the background ------------------------------------------------------------------------------------------------

_warming: threading.Thread | None = None
_warming_lock = threading.Lock()


def warm_up(task: Task = "masked_word") -> threading.Thread:
    """Import torch, load the embedded model of the task, ask whether the hub is there: once, in the background.

    To be called when the page is up, so that the first answer does not wait for these. Call `join` to wait for it.
    """
    global _warming
    with _warming_lock:
        if _warming is None:
            _warming = threading.Thread(target=_warm, args=(task,), name="warm up", daemon=True)
            _warming.start()
        return _warming


def _warm(task: Task) -> None:
    try:
        entry = next((entry for entry in EMBEDDED if task in entry.tasks and is_ready(entry)), None)
        if entry is not None:
            load(entry.id, task)
        else:
            _transformers()
    except Exception:  # whoever asks for the model is told; here nobody listens
        log.warning("warming up failed", exc_info=True)
    downloads.probe()


# -- the same on two devices ------------------------------------------------------------------------------------------

SAMPLE = "The children go to school every day."


@dataclass(frozen=True)
class Comparison:
    """The greatest differences of what visitors see, between the CPU and the GPU."""

    id: str
    gpu: str
    dtype: str  # on the GPU
    attention: float  # of any weight, each between 0 and 1
    probability: float  # of any word (or, for pictures, cosine)


def compare(id: str, task: Task) -> Comparison:
    """The same forward pass on the CPU in single precision and on the GPU as visitors get it. Needs a GPU."""
    entry = find(id, task)
    if entry.architecture == "counted":
        raise PathshalaError(f"“{entry.id}” only counts: it runs on the CPU alone.")
    folder = prepare(entry)
    where = device.pick_device()
    if where.name == "cpu":
        raise PathshalaError(f"There is no GPU to compare with: {where.reason}.")
    ours = answers(_load(entry, task, folder, device.Device("cpu", "to compare")))
    theirs = answers(_load(entry, task, folder, where))
    loaded_as = "float32" if entry.architecture in FULL_PRECISION else "float16"
    differences = [max(abs(a - b) for a, b in zip(x, y, strict=True)) for x, y in zip(ours, theirs, strict=True)]
    return Comparison(entry.id, where.reason, loaded_as, *differences)


def answers(loaded: Loaded) -> tuple[list[float], list[float]]:
    """Attention weights, and probabilities of words (0.0 where it predicts none; for pictures, cosines), flat."""
    import torch

    assert loaded.tokenizer is not None
    with torch.inference_mode():
        text = loaded.tokenizer(SAMPLE, return_tensors="pt").to(loaded.device)
        if "caption_image" in loaded.entry.tasks:
            from PIL import Image

            picture = Image.effect_mandelbrot((224, 224), (-2, -1.5, 1, 1.5), 50).convert("RGB")
            pixels = loaded.images(picture, return_tensors="pt")["pixel_values"]  # type: ignore[misc]
            dtype = next(loaded.model.parameters()).dtype
            seen = loaded.model.get_image_features(pixels.to(loaded.device, dtype), output_attentions=True)
            said = loaded.model.get_text_features(text["input_ids"])
            cosine = torch.nn.functional.cosine_similarity(
                seen.pooler_output.float().cpu(), said.pooler_output.float().cpu()
            )
            return seen.attentions[-1].float().cpu().flatten().tolist(), cosine.tolist()
        given = loaded.model(**text, output_attentions=True)
        attention = torch.cat([layer.float().cpu().flatten() for layer in given.attentions]).tolist()
        logits = given.logits if "masked_word" in loaded.entry.tasks else None
        return attention, [0.0] if logits is None else logits.float().softmax(-1).cpu().flatten().tolist()


# -- command line -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """list, download or compare."""
    parser = argparse.ArgumentParser(
        prog="python -m components.models",
        description="Models of the catalogue: what there is, what is here, fetch one, compare the CPU with the GPU.",
    )
    commands = parser.add_subparsers(dest="command", metavar="list | download ID | compare [ID]")
    commands.add_parser("list", help="all models, and whether they are on this machine (this is the default)")
    commands.add_parser("download", help="fetch one into the hub's cache").add_argument("id")
    commands.add_parser("compare", help="the same question on the CPU and on the GPU").add_argument("id", nargs="?")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "download":
            _download(asked.id)
        elif asked.command == "compare":
            _compare(asked.id)
        else:
            _list()
    except PathshalaError as error:
        raise SystemExit(str(error)) from error


def _list() -> None:
    rows = [("model", "for", "parameters", "size", "licence", "weights", "here")]
    for entry in catalogue.ENTRIES:
        folder = downloads.embedded_folder(entry) if entry.embedded else downloads.snapshot(entry)
        if entry.embedded and folder is None:
            continue
        parameters = entry.parameters or (parameters_in(folder) if folder else 0)
        here = "in the repository" if entry.embedded else "cached" if folder else "to download"
        size = downloads.readable_size(entry.download) if entry.download else "–"
        count = f"{parameters / 1e6:.1f} M"
        rows.append((entry.id, ", ".join(entry.tasks), count, size, entry.licence, entry.weights, here))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"\ncache: {downloads.cache_folder()}; memory for models: {downloads.readable_size(budget())}")


def _download(id: str) -> None:
    try:
        entry = catalogue.get(id)
    except PathshalaError:
        if not any_model_allowed():
            raise
        entry = inspect(id)
    if downloads.snapshot(entry) is not None:
        print(f"{entry.id} is here already, in {downloads.snapshot(entry)}")
        return
    download = downloads.start(entry)
    try:
        while not download.wait(0.5):
            print(f"\r{_bar(download.progress())}", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        download.cancel()
        raise SystemExit("\ncancelled; nothing half is left") from None
    print(f"\r{_bar(download.progress())}", file=sys.stderr)
    print(f"{entry.id} is in {downloads.snapshot(entry)}")


def _bar(progress: downloads.Progress) -> str:
    """ "540 of 953 MB, 57%, 12 MB/s, 34 s left" """
    share = progress.done / progress.total if progress.total else 0.0
    rate = f", {downloads.readable_size(progress.rate)}/s" if progress.rate else ""
    left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left is not None else ""
    sizes = f"{downloads.readable_size(progress.done)} of {downloads.readable_size(progress.total)}"
    return f"{sizes}, {share:.0%}{rate}{left}".ljust(70)


def _compare(id: str | None) -> None:
    entry = catalogue.get(id) if id else default("attention", "en")
    where = device.pick_device()
    if where.name == "cpu":
        print(f"Nothing to compare for {entry.id}: {where.reason}.")
        return
    found = compare(entry.id, entry.tasks[0])
    print(f"{found.id} on {found.gpu} ({found.dtype}) and on the CPU (float32), greatest differences:")
    print(f"  attention weights        {found.attention:.2e}")
    print(f"  probabilities or cosines {found.probability:.2e}")


if __name__ == "__main__":
    main()
