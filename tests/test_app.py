"""The entry: what importing it costs, and what a Space needs."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import gradio

import app
from components import device, ui

ROOT = Path(__file__).parent.parent

# A process in which every connection to another machine, and every look-up of a name, is an error.
NO_NETWORK = """
import socket
def refuse(*arguments, **options):
    raise AssertionError(f"network: {arguments}")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""


def _python(code: str, **environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_importing_the_app_reaches_no_network_and_loads_no_torch() -> None:
    out = _python(NO_NETWORK + "import app, sys; print(app.demo.is_running, 'torch' in sys.modules)")
    assert out.split() == ["False", "False"]


def test_one_function_bound_to_an_event_carries_the_decorator_of_zero_gpu(tmp_path: Path) -> None:
    """`spaces` is played by a stand-in, since the real one wants a GPU server."""
    (tmp_path / "spaces.py").write_text(
        "def GPU(function, duration):\n    function.seconds = duration\n    return function\n",
        encoding="utf-8",
    )
    code = "import app; print([f.fn.seconds for f in app.demo.fns.values() if hasattr(f.fn, 'seconds')])"
    out = _python(code, SPACES_ZERO_GPU="true", PYTHONPATH=str(tmp_path))
    assert out.strip() == f"[{device.SECONDS}]"


def test_elsewhere_the_decorator_is_the_identity() -> None:
    def function() -> None: ...

    assert device.gpu(function) is function


def test_the_report_names_a_device_and_the_reason() -> None:
    report = device.report_device()
    assert report["device"] in ("cpu", "cuda", "mps")
    assert report["reason"]


def test_no_font_comes_from_another_host() -> None:
    assert ui.theme()._stylesheets == []


def test_a_second_tab_is_one_more_line() -> None:
    page = ui.build_page((*app.TABS, ui.Tab("other", "Other", lambda: None)))
    assert {block.label for block in page.blocks.values() if isinstance(block, gradio.Tab)} == {
        *(tab.title for tab in app.TABS),
        "Other",
    }


def test_what_launch_is_told_is_what_it_knows() -> None:
    assert set(ui.launch_options()) <= set(inspect.signature(gradio.Blocks.launch).parameters)
