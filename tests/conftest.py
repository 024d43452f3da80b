"""The real app in a process of its own, and a browser to look at it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import small_models

ROOT = Path(__file__).parent.parent
STARTING = 90  # seconds until an app that does not answer is given up


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `python app.py` answers."""
    log = tmp_path_factory.mktemp("app") / "log.txt"
    port = _free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    with log.open("w", encoding="utf-8") as output:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait_for(url, app, log)
        yield url
    finally:
        app.terminate()
        app.wait()


def _wait_for(url: str, app: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and app.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the app did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def small_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's cache with a small real model of every architecture of the catalogue."""
    return small_models.build_cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def small_embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small stand-ins for the embedded models, in a folder laid out like `embedded/`."""
    return small_models.build_embedded(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium. Without one the test is skipped, or fails if PATHSHALA_REQUIRE_BROWSER is 1."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _no_browser("playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        try:
            chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        except Exception as error:
            _no_browser(f"Chromium did not start: {error}")
        yield chromium
        chromium.close()


def _no_browser(reason: str) -> None:
    if os.environ.get("PATHSHALA_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


# A slow machine is no failure: no test asserts a time, and hypothesis must not either.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
