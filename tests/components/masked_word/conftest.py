"""The app with small models and a small hub of its own, and a browser page that must have no errors."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests import small_models
from tests.conftest import _free_port, _wait_for
from tests.small_models import SmallHub

ROOT = Path(__file__).parents[3]
OURS = ROOT / "embedded"
ON_THE_HUB = ("bert-base-uncased", "roberta-base", "distilbert-base-uncased", "albert-base-v2", "xlm-roberta-base")

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
    """Where the app answers, the hub that it asks, and its cache."""

    address: str
    hub: SmallHub
    cache: Path


@pytest.fixture(scope="session")
def app(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, on a private machine with nothing in its cache."""
    cache = tmp_path_factory.mktemp("empty-cache")
    log = tmp_path_factory.mktemp("masked-app") / "log.txt"
    port = _free_port()
    repositories = small_models.build_cache(tmp_path_factory.mktemp("hub"), ON_THE_HUB)
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
            yield App(url, hub, cache)
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def visit(browser: Any, app: App) -> Iterator[Any]:
    """visit("I [MASK] a dog", model="…", phone=True) -> a page with its first answer; nothing may go wrong on it."""
    contexts = []
    problems: list[str] = []

    def open_page(text: str = "", model: str = "", phone: bool = False, dark: bool = False, more: str = "") -> Any:
        context = browser.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 720},
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        query = f"?tab=masked-word{more}"
        query += f"&text={quote(text)}" if text else ""
        query += f"&model={quote(model)}" if model else ""
        page.goto(app.address + query)
        page.wait_for_selector("button.row")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
