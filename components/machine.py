"""What this machine has, and whether a model fits: memory, disk, libraries. Neither torch nor the network is asked for.

budget()            bytes that all models together may take
memory_needed(e)    bytes that one of them takes
hindrance(e, size)  why it cannot be had here, in words for the menu, or ""
check_machine(e)    the same as an error, before a download
"""

import logging
import math
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from components import catalogue, device, downloads, hub_cache
from components.catalogue import FULL_PRECISION, Entry
from components.downloads import readable_size
from components.errors import PathshalaError
from components.weights import parameters_in

log = logging.getLogger(__name__)

RESERVE = 500_000_000  # bytes of the machine's memory that stay free for everything else
UNKNOWN_MACHINE = 8_000_000_000  # bytes, where the system does not say (Windows)
GROUPS = Path("/sys/fs/cgroup")
GROUP_OF_PROCESS = Path("/proc/self/cgroup")


# -- what there is ----------------------------------------------------------------------------------------------------


def budget() -> int:
    """Bytes that all models together may take: PATHSHALA_MODEL_MEMORY in GB, else half of what the device has."""
    asked = os.environ.get("PATHSHALA_MODEL_MEMORY")
    if asked and (size := _gigabytes(asked)):
        return size
    torch = sys.modules.get("torch")
    if torch is not None and device.has_gpu() and torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[1]) // 2
    return machine_memory() // 2


@cache  # a menu asks once a model, and one warning is enough
def _gigabytes(setting: str) -> int | None:
    try:
        size = float(setting)
    except ValueError:
        size = math.nan
    if size > 0 and math.isfinite(size):
        return int(size * 1e9)
    log.warning("PATHSHALA_MODEL_MEMORY is %r, which is no number of GB; taking half of the memory", setting)
    return None


def machine_memory() -> int:
    """Bytes this process may use at most: the machine's, or less if a container allows less."""
    limits = [most for most, _ in _groups()]
    try:
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        limits.append(UNKNOWN_MACHINE)
    return min(limits)


def free_memory() -> int | None:
    """Bytes that are free at the moment, `None` where the system does not say (not Linux)."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    found += [max(0, most - used) for most, used in _groups() if used is not None]
    return min(found) if found else None


def _groups() -> list[tuple[int, int | None]]:
    """(limit, used) in bytes, of each control group around this process that has a limit; versions 1 and 2."""
    try:
        lines = GROUP_OF_PROCESS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found: list[tuple[int, int | None]] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            found += _limits(GROUPS, path, "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            found += _limits(GROUPS / "memory", path, *names)
    return found


def _limits(root: Path, path: str, limit: str, usage: str, inactive: str) -> list[tuple[int, int | None]]:
    """A limit of a group holds for the groups inside it, so all those above count, too."""
    inside = root / path.lstrip("/")
    found: list[tuple[int, int | None]] = []
    for folder in (inside, *inside.parents):
        if (most := _number(folder / limit)) is not None:
            used = _number(folder / usage)
            found.append((most, None if used is None else used - _statistic(folder / "memory.stat", inactive)))
        if folder == root:
            break
    return found


def _number(file: Path) -> int | None:
    """The number in it; "max", and the enormous number that version 1 writes instead, are none."""
    try:
        value = file.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(value) if value.isdigit() and int(value) < 1 << 60 else None


def _statistic(file: Path, name: str) -> int:
    """Bytes that count as used but are only copies of files."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name} ")), 0)


# -- what a model needs -----------------------------------------------------------------------------------------------


def memory_needed(entry: Entry, where: str = "cpu", folder: Path | None = None) -> int:
    """Bytes in memory: four a parameter on the CPU, half of that on a GPU; parts that it needs included."""
    count = entry.parameters
    if count is None:
        folder = folder or (downloads.embedded_folder(entry) if entry.embedded else hub_cache.snapshot(entry))
        count = parameters_in(folder) if folder else entry.download // 4
    count += sum(catalogue.get(need).parameters or 0 for need in entry.needs)
    return count * (4 if where == "cpu" or entry.architecture in FULL_PRECISION else 2)


def missing_library(entry: Entry) -> str:
    """What pip would have to install for it, or ""."""
    missing = next((name for name in entry.libraries if not _is_installed(name)), "")
    return missing.removeprefix("google.")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


def hindrance(entry: Entry, size: int) -> str:
    """Why the model cannot be downloaded here, or "" if nothing is known to hinder it; `size` in bytes."""
    reach = downloads.reach()
    if reach.there is False:
        return reach.reason
    if library := missing_library(entry):
        return f"it needs {library}, which is not installed on this machine"
    if (need := memory_needed(entry)) > (room := budget()):
        return f"it needs {readable_size(need)} of memory, and {readable_size(room)} are set aside"
    if size + downloads.SPARE > (free := hub_cache.free_space(hub_cache.cache_folder())):
        return f"it needs {readable_size(size)} of disk, and {readable_size(free)} are free"
    return ""


def check_machine(entry: Entry) -> None:
    """Before a download: raises PathshalaError if the model could never be loaded here."""
    if library := missing_library(entry):
        raise PathshalaError(lacks(entry, library))
    need, room = memory_needed(entry), budget()
    if need > room:
        raise PathshalaError(
            f"“{entry.id}” needs {readable_size(need)} of memory and this page may use {readable_size(room)}."
            f" {downloads.way_out(entry)}".strip()
        )


def check_free(entry: Entry, drop_unused: Callable[[], bool]) -> None:
    """Before loading: a process that takes more memory than there is gets killed, without a word to the visitor.

    Each model comes through the machine's memory, also on its way to a GPU. As long as there is too little free,
    `drop_unused` lets go of another model; it says whether there was one. Raises PathshalaError.
    """
    need = memory_needed(entry)
    while (free := free_memory()) is not None and need + RESERVE > free:
        if not drop_unused():
            raise PathshalaError(no_memory(entry, f"it needs {readable_size(need)}"))


# -- what to say ------------------------------------------------------------------------------------------------------


def lacks(entry: Entry, library: str) -> str:
    """A library is not installed."""
    needs = f"“{entry.id}” needs {library or 'a library'}, which is not installed on this machine."
    return f"{needs} {downloads.way_out(entry)}".strip()


def is_out_of_memory(error: BaseException) -> bool:
    """Python's, CUDA's (torch.OutOfMemoryError), and the RuntimeErrors of torch's allocators on mps and the CPU."""
    names = {each.__name__ for each in type(error).__mro__}
    return bool(names & {"MemoryError", "OutOfMemoryError"}) or (
        "RuntimeError" in names and ("out of memory" in str(error) or "can't allocate memory" in str(error))
    )


def no_memory(entry: Entry, detail: str) -> str:
    """The memory is full, for the moment."""
    return (
        f"The memory of this machine is too full for “{entry.id}”: {detail}. Try again later, or take a smaller"
        f" model. {downloads.way_out(entry)}"
    ).strip()
