"""The hand-in kit: what its files say, and that they say it of every tokenizer."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenizer_indic import Tokenizer, load
from tokenizer_indic.__main__ import main
from tokenizer_indic.errors import ExportError
from tokenizer_indic.exporting import export, kit_files, kit_zip
from tokenizer_indic.handin import QUESTIONS, checks, compared
from tokenizer_indic.splitting import PATTERNS

HINDI = load("hi")
RATIOS = {"bytes_per_token": 4.0, "characters_per_token": 2.0}


def measured(tokenizer: Tokenizer, **ratios: float) -> Tokenizer:
    return tokenizer.with_training({"figures": {"train": {tokenizer.language: RATIOS | ratios}}})


def with_pattern(pattern: str) -> Tokenizer:
    return measured(Tokenizer(name="mine", language="hi", pattern_name=pattern))


def readme(tokenizer: Tokenizer) -> str:
    return kit_files(tokenizer)["gradio/README.md"]


# -- the files --------------------------------------------------------------------------------------------------------

SHARED = {"README.md", "tokenizer.json", "tokenizer_indic.json"}
GRADIO = SHARED | {"app.py", "about.json", "requirements.txt"}
STATIC = SHARED | {"index.html", "style.css", "page.js", "tokenizer.js", "data.js"}


@pytest.mark.parametrize("name", ["hi", "hi-fewest", "ur", "ta"])
def test_both_spaces_and_how_to_upload_them(name: str) -> None:
    files = kit_files(load(name))
    assert set(files) == {"HANDIN.md", *(f"gradio/{each}" for each in GRADIO), *(f"static/{each}" for each in STATIC)}
    assert json.loads(files["static/tokenizer_indic.json"])["name"] == name
    for folder in ("gradio", "static"):
        assert sum(f" {folder} . --type space" in line for line in files["HANDIN.md"].splitlines()) == 1


def test_the_folder_the_zip_and_the_command_line_give_the_same(tmp_path: Path) -> None:
    files = {path: text.encode() for path, text in kit_files(HINDI).items()}
    export(HINDI, "kit", tmp_path / "one")
    assert main(["export", "--tokenizer", "hi", "--to", "kit", str(tmp_path / "two")]) == 0
    with zipfile.ZipFile(io.BytesIO(kit_zip(HINDI))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    for folder in ("one", "two"):
        found = {path.relative_to(tmp_path / folder).as_posix(): path for path in (tmp_path / folder).rglob("*.*")}
        assert {name: path.read_bytes() for name, path in found.items()} == files


def test_the_zip_is_the_same_each_time() -> None:
    assert kit_zip(load("ta")) == kit_zip(load("ta"))


def test_the_package_brings_what_the_kit_is_made_of() -> None:
    folder = Path(__file__).parents[2] / "tokenizer_indic" / "kit"
    packaged = {path.name for path in folder.glob("*.*")}
    assert packaged >= {"app.py", "index.html", "tokenizer.js", "page.js", "style.css", "requirements.txt"}


# -- the README -------------------------------------------------------------------------------------------------------


def test_the_papers_state_what_was_measured() -> None:
    text = readme(HINDI)
    front, _ = text[4:].split("\n---\n")[0:2]
    assert 'title: "Hindi tokenizer"' in front
    assert "sdk: gradio" in front
    assert 'python_version: "3.12"' in front
    assert "**4,999 entries**" in text
    for words, part in (("training text (in-sample)", "train"), ("held-out text", "heldout")):
        row = HINDI.training["figures"][part]["hi"]
        assert f"| {words} | {row['tokens']:,} | {row['bytes_per_token']:.2f} |" in text
    assert text.count("- [x]") == 3
    assert all(rule.reason in text for rule in PATTERNS["indic"].rules)
    assert all(source["name"] in text for source in HINDI.training["sources"])
    assert "sdk: static" in kit_files(HINDI)["static/README.md"]


def test_the_students_reasons_are_left_to_the_student() -> None:
    end = readme(HINDI).split("## In my own words\n")[1]
    assert [line[3:] for line in end.splitlines() if line] == list(QUESTIONS)


def test_without_held_out_text_the_readme_says_so() -> None:
    made = measured(HINDI)
    assert "Nothing was measured on held-out text." in readme(made)
    assert "in-sample" in checks(made)[1].found
    assert "Nothing was measured" not in readme(HINDI)


def test_the_three_requirements() -> None:
    assert [each.holds for each in checks(HINDI)] == [True, True, True]
    large = Tokenizer(name="large", language="hi", special_tokens=[f"<{number}>" for number in range(4744)])
    assert [each.holds for each in checks(measured(large, bytes_per_token=3.19))] == [False, False, True]
    assert checks(measured(HINDI, bytes_per_token=3.2))[1].holds
    assert "DOES NOT HOLD: fewer than 5,000 entries" in kit_files(measured(large))["HANDIN.md"]


@pytest.mark.parametrize(
    ("pattern", "holds", "found"),
    [
        ("indic", True, "made for the scripts of India"),
        ("gpt2", False, "`gpt2`, which was not made for it"),
        (PATTERNS["o200k"].regex, False, "`o200k`"),
        (r"[\p{L}\p{M}\u200C\u200D]+|\s|[^\s\p{L}\p{M}]+", True, "which cuts no akshara"),
        (r"\p{L}+|\p{M}|\s|[^\s\p{L}\p{M}]+", False, "which cuts च्चे into च | ् | च | े"),
    ],
)
def test_a_pattern_made_for_the_language(pattern: str, holds: bool, found: str) -> None:
    check = checks(with_pattern(pattern))[2]
    assert (check.holds, found in check.found) == (holds, True)


def test_the_fewest_tokens_are_no_pattern() -> None:
    made = load("hi-fewest")
    assert [each.holds for each in checks(made)] == [True, True, False]
    assert "no pattern and no merges" in checks(made)[2].found
    assert "## The split pattern: none" in readme(made)


def test_what_the_student_changed_is_told_rule_by_rule() -> None:
    rules = PATTERNS["indic"].rules
    own = "|".join([*(rule.regex for rule in rules if rule.name != "numbers"), r"\p{N}", "`+"])
    facts = compared(with_pattern(own))
    assert facts.title == "my own; 6 of its 8 rules are as in `indic`"
    assert facts.rules == (*(rule for rule in rules if rule.name != "numbers"), r"\p{N}", "`+")
    assert [rule.name for rule in facts.missing] == ["numbers"]
    text = readme(with_pattern(own))
    assert "1. **words of one script** (as in `indic`): Marks" in text
    assert r"7. **my own**: ` \p{N} `" in text
    assert "8. **my own**: `` `+ ``" in text
    assert "not among them as they are there: **numbers**" in text


def test_a_pattern_like_no_other_is_ones_own() -> None:
    assert compared(with_pattern(r"\w+|\W+")).title == "my own"
    assert compared(with_pattern("indic")).title == "`indic`, unchanged"


# -- a file may say anything ------------------------------------------------------------------------------------------


def test_what_a_file_says_never_becomes_code() -> None:
    odd = "x: {y} # ' </script> ${z}"
    made = Tokenizer(name="n", language=odd).with_training({"figures": {"train": {odd: RATIOS}}, "sources": 5})
    files = kit_files(made)
    assert files["gradio/app.py"] == kit_files(HINDI)["gradio/app.py"]
    assert json.loads(files["gradio/about.json"])["title"] == f"{odd} tokenizer"
    assert files["gradio/README.md"].splitlines()[1] == "title: " + json.dumps(f"{odd} tokenizer")
    data = files["static/data.js"].split("globalThis.KIT = ")[1].removesuffix(";\n")
    assert json.loads(data)["about"]["title"] == f"{odd} tokenizer"


@pytest.mark.parametrize(
    "facts",
    [{"figures": []}, {"figures": {"train": {"hi": {"bytes_per_token": "x"}}}}, {"figures": {"train": {"hi": None}}}],
)
def test_odd_facts_are_no_figures(facts: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no measured figures"):
        export(HINDI.with_training(facts), "kit", tmp_path)


def test_a_kit_for_what_was_never_measured_is_refused(small: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="carries no measured figures"):
        export(small, "kit", tmp_path)
    assert not list(tmp_path.iterdir())


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "licence", "x"]), inner),
    max_leaves=6,
)


@given(sources=ANYTHING, date=ANYTHING)
def test_whatever_the_training_facts_are_there_is_a_readme(sources: Any, date: Any) -> None:
    facts = {"figures": {"train": {"hi": RATIOS}}, "sources": sources, "date": date}
    assert readme(Tokenizer(name="n", language="hi").with_training(facts)).startswith("---\ntitle:")


@pytest.mark.parametrize("own", [r"(\p{L})\1|.", r"[[:alpha:]]+|.", r"\p{L}*|.", r"(?=a)+b|."])
def test_what_other_engines_might_read_differently_is_refused(own: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="Hugging Face's engine"):
        export(with_pattern(own), "kit", tmp_path)
    assert not list(tmp_path.iterdir())
