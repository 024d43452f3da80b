"""A model's folder -> its tensors, without running anything. torch and safetensors are imported inside functions.

Safetensors hold numbers and nothing else. A pickle may hold a program, so it is read by torch's weights-only reader
alone, which builds tensors and plain containers and refuses the rest. COMPACT, eight bits a number, is our own.
"""

import json
import logging
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from components.catalogue import PICKLES, SAFETENSORS

log = logging.getLogger(__name__)

COMPACT = "model.int8.safetensors"
LONGEST_HEADER = 100_000_000  # bytes: the format's own limit


def weight_files(folder: Path) -> list[Path]:
    """The files with a model's weights, safetensors if there are some: a single one, else those that an index names.

    Empty if one is missing, or if the index is damaged or names a file that lies elsewhere.
    """
    for single, index, _ in (SAFETENSORS, PICKLES):
        if (folder / single).is_file():
            return [folder / single]
        if (folder / index).is_file():
            files = [folder / name for name in _shards(folder / index)]
            return files if all(file.is_file() for file in files) else []
    return []


def _shards(index: Path) -> list[str]:
    """{"weight_map": {"a": "model-1.safetensors", …}} -> the names, each once."""
    try:
        names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    plain = all(isinstance(name, str) and re.fullmatch(r"\w[\w.-]*", name) for name in names)  # no way out of here
    return sorted(names) if plain else []


def read_tensors(folder: Path) -> dict[str, Any]:
    """name -> tensor. Raises pickle.UnpicklingError for a pickle that holds anything but tensors and containers."""
    import torch
    from safetensors.torch import load_file

    found: dict[str, Any] = {}
    for file in weight_files(folder):
        if file.suffix == ".safetensors":
            found |= load_file(file)
        else:
            # mmap: pages of the file itself, which older pickles, not being zip files, do not allow
            found |= torch.load(file, map_location="cpu", weights_only=True, mmap=is_zipfile(file))
    return found


def safetensors_header(file: Path) -> dict[str, Any]:
    """name -> {"dtype", "shape", "data_offsets"}: eight bytes of length, then JSON (the format's own description).

    Raises ValueError if it is none.
    """
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > LONGEST_HEADER:
            raise ValueError(f"{file} does not begin as a safetensors file does")
        header: dict[str, Any] = json.loads(stream.read(length))
    return header


def parameters_in(folder: Path) -> int:
    """Counted from the headers of safetensors files; of pickles, counts and damaged files guessed by their size."""
    files = [folder / COMPACT] if (folder / COMPACT).is_file() else weight_files(folder)
    headers = [file for file in files if file.suffix == ".safetensors"]
    try:
        if headers:
            return sum(_numbers_in(safetensors_header(file)) for file in headers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        log.info("%s is damaged", folder, exc_info=True)
    return sum(file.stat().st_size for file in files or folder.glob("*.npz")) // 4


def _numbers_in(header: Mapping[str, Any]) -> int:
    tensors = (each for name, each in header.items() if name != "__metadata__" and not name.endswith(".scale"))
    return sum(math.prod(each["shape"]) for each in tensors)


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
