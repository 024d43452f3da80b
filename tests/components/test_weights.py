"""Tensors from files, and nothing but tensors."""

import io
import json
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from components import catalogue, machine, models, weights
from tests.small_models import Bomb

pytestmark = pytest.mark.usefixtures("no_hub")


def test_eight_bits_are_off_by_half_a_scale_at_most() -> None:
    import torch

    state = {"weight": torch.randn(40, 30), "bias": torch.randn(40), "steps": torch.tensor(7)}
    kept = weights.compact(state)
    back = weights.expand(kept)
    assert kept["weight"].dtype == torch.int8
    assert set(back) == set(state)
    room = kept["weight.scale"].float()[:, None] * 0.5 + 1e-6
    assert bool(((back["weight"] - state["weight"]).abs() <= room + state["weight"].abs() * 2e-3).all())
    assert torch.allclose(back["bias"], state["bias"], rtol=1e-3)
    assert back["steps"] == 7


def test_parameters_are_counted_without_reading_weights(small_embedded: Path) -> None:
    whole = models.load("pathshala-bert", "masked_word").model
    count = sum(each.numel() for each in {*whole.parameters()})
    assert weights.parameters_in(small_embedded / "pathshala-bert") == count
    assert weights.parameters_in(small_embedded / "pathshala-bert-early" / "100") == count
    assert machine.memory_needed(catalogue.get("pathshala-bert")) == 4 * count


def test_a_damaged_file_is_counted_by_its_size(tmp_path: Path) -> None:
    for content in (b"", b"\0" * 40, b"\xff" * 40, b"\x02\0\0\0\0\0\0\0[]" + b"1" * 30):
        (tmp_path / "model.safetensors").write_bytes(content)
        assert weights.parameters_in(tmp_path) == (len(content) // 4 if content[:1] else 0)


# -- pickles ----------------------------------------------------------------------------------------------------------


def as_zip(bomb: Bomb, file: Path) -> None:
    import torch

    torch.save({"weight": torch.zeros(2), "bomb": bomb}, file)


def before_zip(bomb: Bomb, file: Path) -> None:
    import torch

    torch.save({"bomb": bomb}, file, _use_new_zipfile_serialization=False)


def plain(bomb: Bomb, file: Path) -> None:
    file.write_bytes(pickle.dumps({"bomb": bomb}, protocol=2))


def in_a_pickle(bomb: Bomb, file: Path) -> None:
    """Harmless outside; whoever opens what is inside runs it."""
    import torch

    inner = io.BytesIO()
    torch.save(bomb, inner)
    torch.save({"weight": inner.getvalue(), "bomb": bomb}, file)


def in_a_tar(bomb: Bomb, file: Path) -> None:
    """torch's oldest format: several pickles in one archive."""
    content = pickle.dumps(bomb)
    with tarfile.open(file, "w") as archive:
        for name in ("pickle", "storages", "tensors"):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def behind_a_zip(bomb: Bomb, file: Path) -> None:
    """It begins as a pickle and ends as a zip file."""
    import torch

    tail = io.BytesIO()
    torch.save({"weight": torch.zeros(2)}, tail)
    file.write_bytes(pickle.dumps(bomb) + tail.getvalue())


@pytest.mark.parametrize("pack", [as_zip, before_zip, plain, in_a_pickle, in_a_tar, behind_a_zip])
def test_no_kind_of_pickle_runs_a_program(pack: Callable[[Bomb, Path], None], tmp_path: Path) -> None:
    target = tmp_path / "the program ran"
    pack(Bomb(str(target)), tmp_path / "pytorch_model.bin")
    with pytest.raises((pickle.UnpicklingError, RuntimeError)):
        weights.read_tensors(tmp_path)
    assert not target.exists()


# -- several files ----------------------------------------------------------------------------------------------------


def test_shards_are_those_that_the_index_names(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    for number in (1, 2):
        save_file({f"layer.{number}": torch.full((number,), number)}, tmp_path / f"model-{number}-of-2.safetensors")
    save_file({"stray": torch.zeros(1)}, tmp_path / "model-3-of-2.safetensors")
    names = {f"layer.{number}": f"model-{number}-of-2.safetensors" for number in (1, 2)}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}), encoding="utf-8")
    assert set(weights.read_tensors(tmp_path)) == {"layer.1", "layer.2"}
    assert weights.parameters_in(tmp_path) == 3
    (tmp_path / "model-2-of-2.safetensors").unlink()
    assert weights.weight_files(tmp_path) == []


@pytest.mark.parametrize(
    "index",
    [
        "",
        "{",
        "[]",
        '{"weight_map": 7}',
        '{"weight_map": {"a": 7}}',
        '{"weight_map": {"a": "../outside.safetensors"}}',
        '{"weight_map": {"a": "/etc/passwd"}}',
        '{"weight_map": {"a": "..\\\\outside.safetensors"}}',
        '{"weight_map": {"a": ".."}}',
    ],
)
def test_an_index_that_is_damaged_or_leads_elsewhere_names_nothing(index: str, tmp_path: Path) -> None:
    (tmp_path / "outside.safetensors").write_bytes(b"not ours")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors.index.json").write_text(index, encoding="utf-8")
    assert weights.weight_files(folder) == []
