"""The two tokenizers of BERT's kind: the merging by hand, the shipped files, and the whole way on a small corpus."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from tests.texts import CORPUS
from training import wordpiece
from training.wordpiece import CLS, SEP, find_lost, learn_pieces

SHIPPED = Path(__file__).parents[2] / "embedded" / "pathshala-wordpiece"


def test_merging_worked_by_hand() -> None:
    assert learn_pieces({"hug": 2, "pug": 1}, 5, rare=1) == ["h", "p", "##g", "##u", "##ug"]
    assert learn_pieces({"hug": 2, "pug": 1}, 99, rare=1)[-2:] == ["##ug", "hug"]
    assert learn_pieces({}, 10) == []


def test_rare_letters_are_left_out() -> None:
    assert learn_pieces({"aa": 9, "ab": 1}, 9, rare=2) == ["a", "##a", "aa"]


def test_who_is_taken_for_whom() -> None:
    lost = find_lost("hi", {"मैं": 5, "में": 9, "घर": 2, "फल": 3, "फूल": 3, "x": 7})
    assert (lost.words, lost.changed, lost.confused) == (22, 17, 8)
    assert lost.groups == (("म", (("में", 9), ("मैं", 5))), ("फल", (("फल", 3), ("फूल", 3))))


def test_a_capital_at_the_beginning_of_a_sentence_is_no_other_word() -> None:
    lost = find_lost("en", {"the": 9, "The": 5, "us": 8, "US": 4})
    assert lost.groups == (("us", (("us", 8), ("US", 4))),)


@pytest.mark.parametrize("kind", ["cased", "uncased"])
def test_the_shipped_ones(kind: str) -> None:
    file = SHIPPED / kind / "tokenizer.json"
    assert file.stat().st_size < 600_000
    made = Tokenizer.from_file(str(file))
    assert made.get_vocab_size() == wordpiece.VOCABULARY
    assert [made.token_to_id(name) for name in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")] == [
        0,
        100,
        CLS,
        SEP,
        103,
    ]
    assert made.encode("फूल").tokens[1:-1] == (["फल"] if kind == "uncased" else ["फ", "##ूल"])


def test_transformers_reads_them_the_same() -> None:
    transformers = pytest.importorskip("transformers")
    for kind in ("cased", "uncased"):
        read = transformers.AutoTokenizer.from_pretrained(str(SHIPPED / kind))
        made = Tokenizer.from_file(str(SHIPPED / kind / "tokenizer.json"))
        for text in ("मैं घर में हूँ।", "To err is human", "தமிழ்", "اُردو"):
            assert read(text)["input_ids"] == made.encode(text).ids


def test_the_whole_way_on_a_small_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two languages with a few sentences each: the same bytes the second time."""
    monkeypatch.setattr(wordpiece, "TOGETHER", ["hi", "en"])
    for part in ("train", "heldout"):
        for code in ("hi", "en"):
            path = tmp_path / "corpora" / part / f"{code}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([*CORPUS, "मैं घर में हूँ।"] * 4) + "\n", encoding="utf-8")
    written = []
    for _ in range(2):
        wordpiece.make_all(tmp_path / "corpora", tmp_path / "out", size=600, rare=2)
        written.append({path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()})
    assert written[0] == written[1]
    assert set(written[0]) == {"tokenizer.json", "tokenizer_config.json", "collisions.json", "README.md"}
    assert "| hi | Hindi |" in written[0]["README.md"].decode()
    assert set(json.loads(written[0]["collisions.json"])) == {"hi", "en"}
