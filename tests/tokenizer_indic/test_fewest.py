"""Tokenizers with the fewest tokens: what every tokenizer promises, the same ids in `tokenizers`, fewer tokens."""

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import ALL, CORPUS
from tokenizer_indic import Tokenizer, load, train
from tokenizer_indic.__main__ import main
from tokenizer_indic.errors import (
    CorpusTooSmallError,
    ExportError,
    StorageError,
    TokenizerError,
    TrainingError,
    UnknownIdError,
)
from tokenizer_indic.exporting import export, to_huggingface, to_tiktoken
from tokenizer_indic.measuring import measure_lines
from tokenizer_indic.storage import dumps, loads, save
from tokenizer_indic.streaming import decode_ids, encode_file

LINES = [line for line in CORPUS for _ in range(5)]
SPECIAL = ("<|endoftext|>", "[MASK]")
TEXTS = st.text(st.one_of(st.sampled_from("".join(CORPUS)), st.characters(exclude_categories=["Cs"])), max_size=60)


def learn(lines: Iterable[str]) -> Tokenizer:
    return train(
        lines,
        language="hi",
        vocabulary=700,
        segmentation="fewest",
        special_tokens=SPECIAL,
        name="few",
        allow_smaller=True,
    )


@pytest.fixture(scope="module")
def made() -> Tokenizer:
    return learn(LINES)


@pytest.fixture(scope="module")
def theirs(made: Tokenizer) -> Any:
    tokenizers = pytest.importorskip("tokenizers")
    return tokenizers.Tokenizer.from_str(json.dumps(to_huggingface(made)))


# -- what every tokenizer promises ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_every_text_comes_back_and_its_tokens_tile_it(made: Tokenizer, text: str) -> None:
    ids = made.encode(text)
    assert made.decode(ids) == made.normalize(text)
    tokens = made.tokens(text)
    assert [token.id for token in tokens] == ids
    assert "".join(token.text for token in tokens) == text
    assert [token.start for token in tokens[1:]] == [token.end for token in tokens[:-1]]


@given(text=TEXTS)
def test_any_text_comes_back(made: Tokenizer, text: str) -> None:
    assert made.decode(made.encode(text)) == made.normalize(text)
    assert "".join(token.text for token in made.tokens(text)) == text


@given(texts=st.lists(TEXTS, max_size=5))
def test_a_batch_gives_what_each_gives(made: Tokenizer, texts: list[str]) -> None:
    assert made.encode_batch(texts) == [made.encode(text) for text in texts] == list(made.encode_lines(texts))


def test_bytes_for_what_it_does_not_know(made: Tokenizer) -> None:
    assert made.encode("\u4e2d") == list("\u4e2d".encode())
    assert made.encode("a") == [ord("a")]
    assert made.encode("\0\x7f") == [0, 0x7F]


def test_special_tokens_only_where_allowed(made: Tokenizer) -> None:
    mask = made.special_tokens["[MASK]"]
    assert mask == len(made) - 1
    assert mask not in made.encode("राम [MASK]")
    assert made.encode("राम [MASK]", "all").count(mask) == 1
    assert made.encode_batch(["[MASK]", "क"], "all")[0] == [mask]
    assert made.decode(made.encode("राम [MASK] है", "all")) == "राम [MASK] है"


def test_its_vocabulary_is_bytes_characters_entries_and_specials(made: Tokenizer) -> None:
    kinds = [entry.kind for entry in made]
    assert kinds == sorted(kinds, key=["byte", "character", "entry", "special"].index)
    assert kinds.count("entry") == len(made.entries) > 100
    assert made.merges == []
    longest = max(made.entries, key=len)
    assert " " in longest[1:]
    assert longest in made
    assert made.entry(made.id(longest) or 0).parents is None
    assert made.decode(made.encode(longest)) == longest


def test_fewer_tokens_than_merges() -> None:
    few, more = (
        train(LINES, language="hi", vocabulary=500, segmentation=how)  # type: ignore[arg-type]
        for how in ("fewest", "merges")
    )
    assert len(few) == len(more) == 500
    assert measure_lines(few, CORPUS).tokens < 0.9 * measure_lines(more, CORPUS).tokens


def test_training_again_gives_the_same_bytes(made: Tokenizer) -> None:
    assert dumps(learn(iter(LINES))) == dumps(made)


# -- files ------------------------------------------------------------------------------------------------------------


def test_it_comes_back_from_its_file(made: Tokenizer, tmp_path: Path) -> None:
    again = load(save(made, tmp_path / "few.json"))
    assert (again.segmentation, again.entries, again.characters) == ("fewest", made.entries, made.characters)
    for text in ALL.values():
        assert again.encode(text) == made.encode(text)
    assert json.loads(dumps(made))["version"] == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"segmentation": "merges"}, "does not fit version 2"),
        ({"version": 1}, "does not fit version 1"),
        ({"version": 3}, "reads versions 1 and 2"),
        ({"entries": None}, "'entries' is not a list"),
        ({"entries": ["राम", "राम"]}, "is there already"),
        ({"entries": ["र"]}, "no text of two and more characters"),
        ({"entries": ["र\u4e2d"]}, "is no entry by itself"),
        ({"entries": ["रा" * 3000]}, "over 4096 characters"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(made: Tokenizer, change: dict[str, Any], says: str) -> None:
    with pytest.raises(StorageError, match=says):
        loads(json.dumps(json.loads(dumps(made)) | change))


def test_a_file_without_its_entries_is_refused(made: Tokenizer) -> None:
    data = json.loads(dumps(made))
    del data["entries"]
    with pytest.raises(StorageError, match="'entries' is missing"):
        loads(json.dumps(data))


def test_merges_and_entries_do_not_mix() -> None:
    with pytest.raises(StorageError, match="no merges"):
        Tokenizer(name="x", language="hi", characters="रा", merges=[(256, 257)], segmentation="fewest")
    with pytest.raises(StorageError, match="no entries"):
        Tokenizer(name="x", language="hi", characters="रा", entries=["रा"])
    with pytest.raises(TokenizerError, match="'merges' or 'fewest'"):
        Tokenizer(name="x", language="hi", segmentation="best")  # type: ignore[arg-type]


def test_a_long_line_is_never_cut_at_a_space(made: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token may lie across it."""
    monkeypatch.setattr("tokenizer_indic.streaming.PART", 64)
    text = " ".join(LINES[:40])
    ids = [id for part, _ in encode_file(made, io.BytesIO(text.encode())) for id in part]
    assert ids == made.encode(text)
    back = b"".join(decode_ids(made, io.BytesIO(" ".join(map(str, ids)).encode())))
    assert back.decode() == made.normalize(text)


# -- too little -------------------------------------------------------------------------------------------------------


def test_what_cannot_be_learned_is_told() -> None:
    with pytest.raises(CorpusTooSmallError, match="occurs 4 times"):
        train(["राम"] * 3, language="hi", vocabulary=300, segmentation="fewest")
    with pytest.raises(TrainingError, match="too few"):
        train(LINES, language="hi", vocabulary=260, segmentation="fewest")
    with pytest.raises(TrainingError, match="knows no split pattern"):
        train(LINES, language="hi", vocabulary=600, segmentation="fewest", pattern_name="gpt2")
    with pytest.raises(TrainingError, match="'merges' or 'fewest', not 'best'"):
        train(LINES, language="hi", vocabulary=600, segmentation="best")  # type: ignore[arg-type]
    with pytest.raises(CorpusTooSmallError, match="empty"):
        train([], language="hi", vocabulary=300, segmentation="fewest")


# -- elsewhere --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_hugging_face_gives_the_same_ids(made: Tokenizer, theirs: Any, text: str) -> None:
    assert theirs.encode(text).ids == made.encode(text, "all")
    assert theirs.decode(made.encode(text)) == made.normalize(text)


@given(text=TEXTS)
def test_hugging_face_gives_the_same_ids_for_any_text(made: Tokenizer, theirs: Any, text: str) -> None:
    assert theirs.encode(text).ids == made.encode(text, "all")


def test_what_looks_like_a_byte_is_text(made: Tokenizer, theirs: Any) -> None:
    assert theirs.encode("<0x80>").ids == made.encode("<0x80>") == list(b"<0x80>")


def test_a_token_that_looks_like_a_byte_is_refused(tmp_path: Path) -> None:
    odd = Tokenizer(name="x", language="hi", entries=["<0x80>"], segmentation="fewest")
    with pytest.raises(ExportError, match="would come back as one"):
        export(odd, "huggingface", tmp_path)


def test_formats_that_cannot_express_it_are_refused_with_the_reason(made: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="tiktoken merges by rank"):
        to_tiktoken(made)
    assert not list(tmp_path.iterdir())


def test_auto_tokenizer_loads_it(made: Tokenizer, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    export(made, "huggingface", tmp_path)
    loaded = transformers.AutoTokenizer.from_pretrained(tmp_path)
    for text in CORPUS:
        assert loaded(text)["input_ids"] == made.encode(text)
        assert loaded.decode(made.encode(text)) == made.normalize(text)


# -- the command line -------------------------------------------------------------------------------------------------


def test_the_command_line_trains_measures_and_encodes_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, file = tmp_path / "hi.txt", tmp_path / "hi.json"
    text.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    asked = ["--language", "hi", "--vocabulary", "600", "--segmentation", "fewest", "--output", str(file)]
    assert main(["train", str(text), *asked, "--allow-smaller"]) == 0
    assert "learned" in capsys.readouterr().out
    assert main(["measure", "--tokenizer", str(file), str(text), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["round_trip"] is True
    assert main(["encode", "--tokenizer", str(file), str(text)]) == 0
    ids = [list(map(int, line.split())) for line in capsys.readouterr().out.splitlines()]
    assert sum(map(len, ids)) == figures["tokens"]
    assert load(file).decode(ids[0]) == load(file).normalize(LINES[0])


def test_what_an_entry_stands_in_the_place_of(made: Tokenizer) -> None:
    for entry in made:
        instead = made.instead_of(entry.id)
        assert bool(instead) is (entry.kind == "entry")
        if instead:
            assert made.decode_bytes(instead) == entry.bytes
            assert entry.id not in instead
            assert len(instead) > 1
    assert load("hi").instead_of(900) == []  # merges have parents
    with pytest.raises(UnknownIdError):
        made.instead_of(len(made))


def test_it_is_the_cheapest_other_way() -> None:
    """Without 'कखग' it is क + खग, or कख + ग; of कखगघ the dearest is three long."""
    few = Tokenizer(
        name="x", language="hi", characters="कखगघ", entries=["कख", "खग", "कखग", "कखगघ"], segmentation="fewest"
    )
    spelled = [[few.entry(id).text for id in few.instead_of(few.id(entry) or 0)] for entry in few.entries]
    assert spelled == [["क", "ख"], ["ख", "ग"], ["क", "खग"], ["कखग", "घ"]]


@pytest.mark.parametrize("cost", [-1, 5, float("nan")])
def test_a_price_for_broken_aksharas_within_reason(cost: float) -> None:
    with pytest.raises(TrainingError, match="costs 0 to 4 tokens"):
        train(CORPUS, language="hi", vocabulary=600, segmentation="fewest", broken_cost=cost)
    with pytest.raises(TrainingError, match="goes with the fewest tokens"):
        train(CORPUS, language="hi", vocabulary=600, broken_cost=0.25)


def test_a_higher_price_breaks_fewer_aksharas() -> None:
    shares = []
    for cost in (0, 0.25, 2):
        few = train(LINES, language="hi", vocabulary=620, segmentation="fewest", broken_cost=cost, allow_smaller=True)
        shares.append(measure_lines(few, LINES).broken_aksharas)
    assert shares[0] > shares[2]
    assert shares == sorted(shares, reverse=True)
