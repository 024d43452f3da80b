"""Unpacked in an empty folder, the Gradio Space installs and runs: what a student does on the last evening."""

import io
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from tests.conftest import _free_port, _wait_for
from tests.texts import ALL
from tokenizer_indic import load
from tokenizer_indic.exporting import kit_zip

HINDI = load("hi")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    with zipfile.ZipFile(io.BytesIO(kit_zip(HINDI))) as archive:
        archive.extractall(folder)
    return folder / "gradio"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of a new environment, which finds what is installed here, so that nothing has to be fetched."""
    place = tmp_path_factory.mktemp("venv") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    base = {"base": str(place), "platbase": str(place)}
    own = Path(sysconfig.get_path("purelib", "venv", base))
    (own / "outer.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return str(Path(sysconfig.get_path("scripts", "venv", base)) / "python")


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | more


def test_its_requirements_install(space: Path, python: str) -> None:
    command = [python, "-m", "pip", "install", "--no-index", "-r", "requirements.txt"]
    run = subprocess.run(command, cwd=space, capture_output=True, text=True, env=environment())
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("Requirement already satisfied: gradio<7") == 1
    assert "Requirement already satisfied: tokenizers<" in run.stdout


@pytest.fixture(scope="module")
def client(space: Path, python: str) -> Iterator[Client]:
    port = _free_port()
    log = space.parent / "log.txt"
    names = environment(GRADIO_SERVER_PORT=str(port), GRADIO_SERVER_NAME="127.0.0.1", GRADIO_ANALYTICS_ENABLED="False")
    with log.open("w", encoding="utf-8") as output:
        app = subprocess.Popen([python, "app.py"], cwd=space, env=names, stdout=output, stderr=output)
    try:
        address = f"http://127.0.0.1:{port}/"
        _wait_for(address, app, log)
        yield Client(address, verbose=False)
    finally:
        app.terminate()
        app.wait()


def test_it_runs_and_gives_our_ids(client: Client) -> None:
    for text in ("भारत एक देश है। 👍 <|endoftext|>", *list(ALL.values())[:12], ALL["special"], ALL["Chinese"]):
        chips, says = client.predict(text, api_name="/tokenize")
        assert [int(chip["class_or_confidence"]) for chip in chips] == HINDI.encode(text)
        assert "UTF-8 bytes per token" in says
    assert client.predict("", api_name="/tokenize")[1] == "Write something above."


def test_its_limits_are_answered_with_a_sentence(client: Client) -> None:
    with pytest.raises(Exception, match="At most 20,000 characters"):
        client.predict("क" * 20_001, api_name="/tokenize")
    assert client.predict("क", api_name="/tokenize")[0]


def test_one_function_carries_the_decorator(space: Path) -> None:
    """As on a ZeroGPU Space, where `spaces` is there and refuses to start without such a function."""
    code = (
        "import sys, types\n"
        "marked = []\n"
        "sys.modules['spaces'] = types.SimpleNamespace(GPU=lambda function: marked.append(function) or function)\n"
        "sys.modules['tokenizer_indic'] = None\n"
        "import app\n"
        "print([each.__name__ for each in marked])\n"
        "try: app.tokenize('\\ud800')\n"
        "except app.gr.Error as error: print(error.message)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=space, capture_output=True, text=True, env=environment())
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0] == "['device']"
    assert "half of a surrogate pair" in run.stdout
