"""The shipped tokenizers can be made again, byte for byte."""

from pathlib import Path

import pytest

from tests.texts import CORPUS
from tokenizer_indic import load
from tokenizer_indic.counting import count_pieces
from tokenizer_indic.splitting import pattern
from tokenizer_indic.storage import dumps
from training import tokenizers

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not part of the repository")
@pytest.mark.parametrize("code", ["sa", "sd", "as"])
def test_made_again_it_is_the_shipped_file(code: str) -> None:
    """The three smallest; `python -m training.tokenizers` leaves all sixteen files as they are."""
    counts = count_pieces(tokenizers.lines(CORPORA / "train" / f"{code}.txt"), pattern("indic"))
    made = tokenizers.one_language(code, counts, CORPORA)
    assert dumps(made) == (tokenizers.PRETRAINED / f"{code}.json").read_text(encoding="utf-8")


def test_the_card_is_the_one_that_the_script_writes() -> None:
    names = [*tokenizers.SHIPPED, "indic"]
    rows = [{"tokenizer": made, "figures": made.training["figures"]} for made in map(load, names)]
    assert tokenizers.card(rows) == (tokenizers.PRETRAINED / "README.md").read_text(encoding="utf-8")


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
    assert set(written[0]) == {"hi.json", "indic.json", "README.md"}
    card = written[0]["README.md"].decode()
    assert "| hi | Hindi |" in card
    assert "480 entries" in card


def test_each_source_has_a_licence_and_each_language_a_source() -> None:
    assert all(source["name"] and source["licence"] for source, _ in tokenizers.SOURCES)
    assert all(tokenizers.sources_of([code]) for code in tokenizers.TOGETHER)
