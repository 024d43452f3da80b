"""What would be handed in, of shipped and of visitors' tokenizers; and what the page is told of it."""

import base64
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens import own
from components.tokens.handin import compute, tab, view
from tests.texts import CORPUS
from tokenizer_indic import load, train
from tokenizer_indic.exporting import kit_zip
from tokenizer_indic.measuring import as_facts, measure_lines
from tokenizer_indic.storage import dumps


def kept(pattern: str = "indic", *, measured: bool = True, vocabulary: int = 450) -> str:
    made = train(CORPUS, language="hi", name="mine", vocabulary=vocabulary, pattern_name=pattern, allow_smaller=True)
    if measured:
        made = made.with_training({"figures": {"train": {"hi": as_facts(measure_lines(made, CORPUS))}}})
    return own.keep(dumps(made)).key


@pytest.mark.parametrize("name", [name for name, _ in compute.examples()])
def test_every_example_has_a_kit(name: str) -> None:
    kit = compute.kit(name)
    assert [each.holds for each in kit.checks] == [True, True, not name.endswith("-fewest")]
    assert [part for part, _ in kit.ratios] == ["in-sample", "held-out"]
    assert {each.path for each in kit.files} >= {"HANDIN.md", "gradio/app.py", "static/index.html"}
    json.dumps(view.kit_json(kit))


def test_the_zip_is_the_librarys() -> None:
    name, content = compute.zipped("ta")
    assert name == "tamil-tokenizer-kit.zip"
    assert content == kit_zip(load("ta"))
    answer = tab.SECTION.questions["zip"]({"tokenizer": "ta"})
    assert base64.b64decode(answer["zip"]) == content
    assert compute.kit("ta").zipped == len(content)


def test_the_files_that_are_shown_are_those_of_the_zip() -> None:
    kit = compute.kit("ur")
    with zipfile.ZipFile(io.BytesIO(compute.zipped("ur")[1])) as archive:
        for file in kit.files:
            text = archive.read(file.path).decode()
            assert (file.size, file.whole) == (len(text.encode()), len(text) <= compute.PREVIEW)
            assert text.startswith(file.beginning)
        assert archive.namelist() == [file.path for file in kit.files]


def test_a_visitors_own() -> None:
    kit = compute.kit(kept(r"\p{L}+|\p{M}|\s|[^\s\p{L}\p{M}]+"))
    assert [part for part, _ in kit.ratios] == ["in-sample"]
    assert [each.holds for each in kit.checks] == [True, False, False]
    assert kit.pattern == "my own"
    assert "".join(kit.pieces) == "बच्चे स्कूल में किताब पढ़ रहे हैं।"
    assert 'load("my-tokenizer.json")' in view.python(kit)


def test_one_that_was_never_measured_is_told_what_to_do() -> None:
    with pytest.raises(PathshalaError, match="“mine” carries no measured figures"):
        compute.kit(kept(measured=False))


def test_one_that_has_left_the_memory_is_asked_for_again() -> None:
    with pytest.raises(own.Gone):
        compute.kit("own:nobody")


def test_one_that_is_far_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "LIMIT", 449)
    with pytest.raises(PathshalaError, match="450 entries and the limit here is 449"):
        compute.kit(kept())


def test_a_pattern_that_no_format_can_express_is_refused_with_the_reason() -> None:
    with pytest.raises(PathshalaError, match="something else to Hugging Face"):
        compute.kit(kept(r"\b\w+|\W+"))


@given(st.text(max_size=30))
def test_any_name_is_known_or_refused(name: str) -> None:
    if name not in dict(compute.examples()):
        with pytest.raises(PathshalaError):
            compute.kit(name)


def test_the_snippet_runs_as_copied(tmp_path: Path) -> None:
    (tmp_path / "snippet.py").write_text(view.python(compute.kit("hi")), encoding="utf-8")
    root = Path(__file__).parents[4]
    code = f"import runpy, sys; sys.path.insert(0, {str(root)!r}); runpy.run_path('snippet.py')"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("holds: ") == 3
    assert (tmp_path / "my-kit" / "static" / "index.html").is_file()


def test_the_panel_is_the_same_for_everybody() -> None:
    panel = view.panel()
    assert str(view.panel()) == str(panel)
    assert "50,000 entries" in panel
    json.dumps(view.known())
