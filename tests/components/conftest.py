"""A machine with small real models and no hub (`no_hub`), or with an empty cache and a small hub (`cache`, `hub`)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import any_model, downloads, machine, models
from components.shelf import Shelf
from tests import small_models
from tests.small_models import SmallHub

SETTINGS = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "PATHSHALA_MODEL_MEMORY", "PATHSHALA_ANY_MODEL", "SPACE_ID")


@pytest.fixture
def fresh(small_embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings, an empty memory, nothing asked yet; small stand-ins for the embedded models."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", small_embedded)
    monkeypatch.setattr(downloads, "_running", {})
    monkeypatch.setattr(downloads, "_reach", downloads.Reach(None, "not tried yet"))
    monkeypatch.setattr(models, "_shelf", Shelf(machine.budget))
    monkeypatch.setattr(models, "_warming", None)
    monkeypatch.setattr(any_model, "_known", {})


@pytest.fixture
def no_hub(fresh: None, small_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with the small cache, and nobody listens at port 9."""
    monkeypatch.setenv("HF_HUB_CACHE", str(small_cache))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


ON_THE_HUB = (
    "bert-base-uncased",
    "google/muril-base-cased",
    "google/electra-small-generator",
    "openai/clip-vit-base-patch32",
    "sentence-transformers/clip-ViT-B-32-multilingual-v1",
)


@pytest.fixture(scope="session")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the hub has: models, and beside their files much that nobody needs."""
    folder = small_models.build_cache(tmp_path_factory.mktemp("hub"), ON_THE_HUB)
    for snapshot in folder.glob("models--*/snapshots/*"):
        for name in ("README.md", "tf_model.h5", "flax_model.msgpack", "onnx/model.onnx", "onnx/config.json"):
            (snapshot / name).parent.mkdir(exist_ok=True)
            (snapshot / name).write_bytes(b"not needed")
    bert = next(folder.glob("models--bert-base-uncased/snapshots/*"))
    (bert / "pytorch_model.bin").write_bytes(b"there are safetensors")
    (bert / "vocab.txt").write_bytes(b"there is a tokenizer.json")
    return folder


@pytest.fixture
def hub(repositories: Path) -> Iterator[SmallHub]:
    """Answers at `hub.url`, on this machine alone."""
    with small_models.serving(SmallHub(repositories)) as hub:
        yield hub


@pytest.fixture
def cache(fresh: None, hub: SmallHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache on the visitor's side; downloads end with the test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HF_HUB_CACHE", str(folder))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setattr(downloads, "PIECE", 1024)
    yield folder
    if hub.hold is not None:
        hub.hold.set()
    for thread in threading.enumerate():
        if thread.name.startswith("download "):
            thread.join(30)
