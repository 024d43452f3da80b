"""A machine with small real models and no hub (`no_hub`), or with an empty cache and a small hub (`cache`, `hub`).

And the app with such models and a hub of its own (`app`), and a browser that opens its tabs (`open_tab`).
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from components import any_model, downloads, machine, models
from components.shelf import Shelf
from tests import small_models
from tests.conftest import _free_port, _wait_for
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


# -- the app ----------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
OURS = ROOT / "embedded"
FOR_THE_APP = (
    "bert-base-uncased",
    "gpt2",
    "roberta-base",
    "distilbert-base-uncased",
    "albert-base-v2",
    "xlm-roberta-base",
)

RUN = """
import sys
from pathlib import Path
from components import downloads
downloads.EMBEDDED_FOLDER = Path(sys.argv[1])
import app
from components.ui import launch_options
app.demo.launch(**launch_options(app.TABS))
"""


@pytest.fixture(scope="session")
def small_with_counts(small_embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small stand-ins, and beside them our own counted model."""
    folder = tmp_path_factory.mktemp("embedded-and-counts")
    for each in (*small_embedded.iterdir(), OURS / "pathshala-counted"):
        (folder / each.name).symlink_to(each, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def embedded(small_with_counts: Path) -> Path:
    """Our own models where this copy has them, else small stand-ins."""
    return OURS if (OURS / "pathshala-bert").is_dir() else small_with_counts


@dataclass(frozen=True)
class App:
    """Where the app answers, the hub that it asks, its cache, and the folder of its embedded models."""

    address: str
    hub: SmallHub
    cache: Path
    embedded: Path


@pytest.fixture(scope="session")
def app(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, on a private machine with nothing in its cache."""
    cache = tmp_path_factory.mktemp("empty-cache")
    log = tmp_path_factory.mktemp("app") / "log.txt"
    port = _free_port()
    repositories = small_models.build_cache(tmp_path_factory.mktemp("hub"), FOR_THE_APP)
    with small_models.serving(SmallHub(repositories)) as hub, log.open("w", encoding="utf-8") as output:
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_OFFLINE")} | {
            "GRADIO_SERVER_PORT": str(port),
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "HF_HUB_CACHE": str(cache),
            "HF_ENDPOINT": hub.url,
            "PATHSHALA_ANY_MODEL": "1",
        }
        command = [sys.executable, "-c", RUN, str(embedded)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}/"
            _wait_for(url, process, log)
            yield App(url, hub, cache, embedded)
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def open_tab(browser: Any, app: App) -> Iterator[Any]:
    """open_tab("attention", ".plot", text="…", phone=True) -> the tab's page once there is such an element on it.

    Nothing may go wrong on it: an error in the browser's console fails the test.
    """
    contexts = []
    problems: list[str] = []

    def open_page(tab: str, until: str, phone: bool = False, dark: bool = False, **asked: str) -> Any:
        context = browser.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 720},
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        query = "".join(f"&{name}={quote(value)}" for name, value in asked.items() if value)
        page.goto(f"{app.address}?tab={tab}{query}")
        page.wait_for_selector(until)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
