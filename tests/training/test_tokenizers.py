"""The shipped tokenizers can be made again, byte for byte."""

from pathlib import Path
from typing import Any

import pytest

from tests.texts import CORPUS
from tokenizer_indic import load
from tokenizer_indic.storage import dumps
from training import tokenizers

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not part of the repository")
@pytest.mark.parametrize("code", ["sa", "sd", "as"])
def test_made_again_it_is_the_shipped_file(code: str) -> None:
    """The three smallest; `python -m training.tokenizers` leaves all files as they are."""
    counted = tokenizers.count(code, CORPORA)
    for made in (tokenizers.one_language(code, counted, CORPORA), tokenizers.fewest(code, counted, CORPORA)):
        assert dumps(made) == (tokenizers.PRETRAINED / f"{made.name}.json").read_text(encoding="utf-8")


def test_the_card_is_the_one_that_the_script_writes() -> None:
    def row(name: str) -> dict[str, Any]:
        return {"tokenizer": load(name), "figures": load(name).training["figures"]}

    rows = [row(code) for code in tokenizers.SHIPPED]
    few = [row(f"{code}-fewest") for code in tokenizers.SHIPPED]
    assert tokenizers.card(rows, few, row("indic")) == (tokenizers.PRETRAINED / "README.md").read_text(encoding="utf-8")


def test_the_whole_way_on_a_small_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two languages with a few sentences each: files, card, and the same bytes the second time."""
    for part in ("train", "heldout"):
        for code in ("hi", "en"):
            path = tmp_path / "corpora" / part / f"{code}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(CORPUS) + "\n", encoding="utf-8")
    monkeypatch.setattr(tokenizers, "SHIPPED", ["hi"])
    monkeypatch.setattr(tokenizers, "TOGETHER", ["hi", "en"])
    monkeypatch.setattr(tokenizers, "INDIC", 480)
    out = tmp_path / "out"
    written = []
    for _ in range(2):
        tokenizers.make_all(tmp_path / "corpora", out)
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {"hi.json", "hi-fewest.json", "indic.json", "README.md"}
    card = written[0]["README.md"].decode()
    assert "| hi | Hindi |" in card
    assert "480 entries" in card


def test_each_source_has_a_licence_and_each_language_a_source() -> None:
    assert all(source["name"] and source["licence"] for source, _ in tokenizers.SOURCES)
    assert all(tokenizers.sources_of([code]) for code in tokenizers.TOGETHER)
