"""The page of the benchmarks says what was measured, and the benchmark runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import report, tokenizer
from benchmarks.peers import CONTENDERS, FEWEST, LEARNED, MERGES, TIMED
from tests.texts import CORPUS

RESULTS = json.loads(report.RESULTS.read_text(encoding="utf-8"))


def test_the_page_is_made_of_the_results() -> None:
    assert report.page(RESULTS) == report.PAGE.read_text(encoding="utf-8")


def test_all_sections_and_contenders_were_measured() -> None:
    assert set(report.SECTIONS) == set(RESULTS)
    for rows in [*RESULTS["languages"]["results"].values(), *RESULTS["sizes"]["results"].values()]:
        assert set(rows) == {each.name for each in LEARNED}
    for key in ("speed", "speed, 2 threads"):
        for table in RESULTS[key]["results"].values():
            assert set(table["rows"]) == {each.name for each in TIMED}


def test_ratios_are_ours_over_the_best() -> None:
    rows = {FEWEST: {"tokens": 90}, "a": {"tokens": 120}, "b": {"tokens": 100}}
    assert report.ratio(rows, ["a", "b"]) == 0.9
    assert report.rate({"characters": 10, "tokens": 4}) == 2.5


def test_our_tokens_in_the_results_are_those_of_the_shipped_tokenizers() -> None:
    """They have one entry less to learn, for their special token: at most a thousandth apart."""
    from tokenizer_indic import load

    for code, rows in RESULTS["languages"]["results"].items():
        for contender, name in ((MERGES, code), (FEWEST, f"{code}-fewest")):
            held_out = load(name).training["figures"]["heldout"][code]
            assert held_out["tokens"] == pytest.approx(rows[contender]["tokens"], rel=0.001)


def corpora(folder: Path) -> Path:
    for part in ("train", "heldout"):
        for code in ("hi", "te"):
            path = folder / part / f"{code}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(CORPUS * 4), encoding="utf-8")
    return folder


def test_the_benchmark_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ours, one of each peer, on a few sentences; every section."""
    few = [each for each in CONTENDERS if each.name in (MERGES, FEWEST, "HF BPE, bytes, indic pattern")]
    monkeypatch.setattr(tokenizer, "CONTENDERS", few)
    monkeypatch.setattr(tokenizer, "LEARNED", few)
    monkeypatch.setattr(tokenizer, "TIMED", few)
    monkeypatch.setattr(report, "TIMED", few)
    monkeypatch.setattr(report, "LEARNED", few)
    monkeypatch.setattr(report, "PEERS", ["HF BPE, bytes, indic pattern"])
    monkeypatch.setattr(report, "INSIDE_WORDS", ["HF BPE, bytes, indic pattern"])
    monkeypatch.setattr(tokenizer, "LANGUAGES", ("hi",))
    monkeypatch.setattr(tokenizer, "SIZES", (500,))
    monkeypatch.setattr(tokenizer, "PRICED", ("hi",))
    monkeypatch.setattr(tokenizer, "PRICES", (0.0, 1.0))
    monkeypatch.setattr(tokenizer, "SPEED", {"Hindi": ["hi"], "mixed": ["hi", "te"]})
    out = tmp_path / "results.json"
    arguments = ["tokenizer", "--corpora", str(corpora(tmp_path)), "--rounds", "1", "--json", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    tokenizer.main()
    assert set(json.loads(out.read_text())) == set(tokenizer.SECTIONS)
    printed = capsys.readouterr().out
    for title in ("## Characters per token, 4,999 entries", "## Speed, one core", "random bytes"):
        assert title in printed


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    for arguments, word in ((["nonsense"], "no section"), (["--corpora", str(tmp_path)], "train")):
        command = [sys.executable, "-m", "benchmarks.tokenizer", *arguments]
        made = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
        assert made.returncode == 2
        assert word in made.stderr
