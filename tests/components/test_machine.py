"""What the machine has, and what fits."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from components import catalogue, hub_cache, machine
from components.errors import PathshalaError

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.mark.parametrize(("setting", "size"), [("2.5", 2_500_000_000), ("0.25", 250_000_000)])
def test_the_budget_is_a_setting(setting: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", setting)
    assert machine.budget() == size


@pytest.mark.parametrize("setting", ["lots", "-1", "0", "nan", "inf"])
def test_a_setting_that_makes_no_sense_is_ignored(
    setting: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = machine.budget()
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", setting)
    assert machine.budget() == expected
    assert setting in caplog.text


@pytest.mark.parametrize("version", [1, 2])
def test_a_container_s_limit_counts(version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of the group around ours holds, too; what is only a copy of files can be given back."""
    names = ("memory.max", "memory.current", "inactive_file")
    if version == 1:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    limit, usage, inactive = names
    root = tmp_path if version == 2 else tmp_path / "memory"
    inside = root / "school" / "class"
    inside.mkdir(parents=True)
    (inside / limit).write_text("max\n" if version == 2 else f"{(1 << 63) - 4096}\n", encoding="ascii")
    (inside / usage).write_text("5\n", encoding="ascii")
    (inside.parent / limit).write_text("3000000000\n", encoding="ascii")
    (inside.parent / usage).write_text("2900000000\n", encoding="ascii")
    (inside.parent / "memory.stat").write_text(f"anon 1\n{inactive} 100000000\n", encoding="ascii")
    mine = tmp_path / "cgroup"
    mine.write_text("4:memory:/school/class\n" if version == 1 else "0::/school/class\n", encoding="ascii")
    monkeypatch.setattr(machine, "GROUPS", tmp_path)
    monkeypatch.setattr(machine, "GROUP_OF_PROCESS", mine)
    assert machine.machine_memory() == 3_000_000_000
    assert machine.free_memory() == 200_000_000
    mine.write_text("0::/\n", encoding="ascii")
    assert machine.machine_memory() > 0


def test_other_models_leave_before_a_full_machine_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalogue.get("albert-base-v2")
    free = [machine.RESERVE]
    monkeypatch.setattr(machine, "free_memory", lambda: free[0])
    asked: list[int] = []

    def drop() -> bool:
        asked.append(free[0])
        free[0] += 30_000_000
        return len(asked) < 3

    machine.check_free(entry, drop)  # it needs 45 MB, and two that leave give 60
    assert len(asked) == 2
    free[0] = machine.RESERVE
    with pytest.raises(PathshalaError, match=r"too full for “albert-base-v2”: it needs 45 MB"):
        machine.check_free(entry, lambda: False)


def test_a_drive_that_is_gone_has_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: object) -> Any:
        raise FileNotFoundError(path)

    monkeypatch.setattr(shutil, "disk_usage", gone)
    assert hub_cache.free_space(Path("/mnt/gone/cache")) == 0


def test_a_cache_that_nobody_may_read_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", closed)
    assert hub_cache.snapshot(catalogue.get("bert-base-uncased")) is None
    assert hub_cache.snapshot(catalogue.get("google/electra-small-generator")) is None
