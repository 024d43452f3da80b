"""The README keeps its promises: the map is the tree, the front matter is a Space's, each dependency has its reason."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
WHOLE = ("pictures/", "tests/", "tokenizer_indic/pretrained/", "embedded/")  # folders that the map names as one


def mapped() -> set[str]:
    """The paths of the map: folders end in "/", what lies in them is indented by two more."""
    block = README.split("## The map\n")[1].split("\n## ")[0]
    paths: set[str] = set()
    folders: list[str] = []
    for line in block.splitlines():
        if not line.strip():
            continue
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip()) - 4) // 2
        path = "".join(folders[:depth]) + name
        folders[depth:] = [name] if name.endswith("/") else []
        paths.add(path)
    return paths


def tracked() -> set[str]:
    """The files of the repository, folders that the map names as one under their name."""
    try:
        run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        files = run.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of files to compare with")
    return {next((folder for folder in WHOLE if file.startswith(folder)), file) for file in files}


def test_the_map_is_the_tree() -> None:
    names = mapped()
    files = {path for path in names if not path.endswith("/") or path in WHOLE}
    assert files == tracked()
    folders = {path for path in names if path.endswith("/")} - set(WHOLE)
    assert folders == {f"{folder}/" for file in files for folder in parents(file)}


def parents(file: str) -> list[str]:
    """'a/b/c.py' -> ['a', 'a/b'], less folders that are only part of a path in the map, such as .ci/run"""
    found = [str(parent) for parent in Path(file).parents if str(parent) != "."]
    return [folder for folder in found if not folder.startswith(".ci") and f"{folder}/" not in WHOLE]


def test_the_front_matter_is_a_spaces() -> None:
    _, front, _ = README.split("---\n", 2)
    facts = dict(line.split(": ", 1) for line in front.splitlines() if ": " in line and not line.startswith(" "))
    assert facts["sdk"] == "gradio"
    assert facts["app_file"] == "app.py"
    assert facts["license"] == "apache-2.0"
    assert facts["python_version"] == '"3.12"'
    assert len(facts["short_description"]) <= 60
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    major_minor = ".".join(facts["sdk_version"].split(".")[:2])
    assert f"gradio>={major_minor}," in requirements


def test_every_dependency_has_its_reason() -> None:
    reasons = README.split("## Why each dependency is there")[1]
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            if not line.startswith("-r"):
                package = re.split(r"[<>=\[]", line)[0]
                assert re.search(rf"\b{package}\b", reasons), package


def test_the_two_commands_are_there() -> None:
    assert "pip install -r requirements.txt && python app.py" in README
    assert "pip install -r requirements-dev.txt && python -m pytest" in README


def test_pictures_that_are_shown_exist() -> None:
    for target in re.findall(r"\]\(((?!http)[^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_example_answer_is_what_comes() -> None:
    """The ids and the ratio that the page promises for its example sentence."""
    from tokenizer_indic import load
    from tokenizer_indic.measuring import measure

    hindi, text = load("hi"), "भारत एक देश है।"
    first = hindi.tokens(text)[0]
    promised = re.search(r"'id': (\d+), 'text': '(.+?)', 'start': (\d), 'end': (\d)", README)
    assert promised is not None
    assert promised.groups() == (str(first.id), first.text, str(first.start), str(first.end))
    assert f"'bytes_per_token': {measure(hindi, text).bytes_per_token:.1f}" in README
