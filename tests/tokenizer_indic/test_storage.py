"""One JSON file: the same tokenizer comes back; foreign, broken, oversized and hostile files are refused."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.texts import ALL
from tokenizer_indic import Tokenizer, load, save, shipped
from tokenizer_indic.errors import StorageError
from tokenizer_indic.storage import dumps, loads


def test_save_and_load(small: Tokenizer, tmp_path: Path) -> None:
    path = save(small, tmp_path / "deep" / "small.json")
    again = load(path)
    assert dumps(again) == dumps(small) == path.read_text(encoding="utf-8")
    assert list(again) == list(small)
    assert again.special_tokens == small.special_tokens
    for text in ALL.values():
        assert again.encode(text) == small.encode(text)


def test_a_path_may_be_a_string(small: Tokenizer, tmp_path: Path) -> None:
    save(small, str(tmp_path / "small.json"))
    assert load(str(tmp_path / "small.json")).name == "small"


def test_nothing_half_written_stays(small: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(small, tmp_path / "small.json")
    before = path.read_text(encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        save(Tokenizer(name="other", language="hi"), path)
    assert path.read_text(encoding="utf-8") == before
    assert [each.name for each in tmp_path.iterdir()] == ["small.json"]


def test_a_place_that_cannot_be_written(small: Tokenizer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        save(small, tmp_path / "file" / "small.json")


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(StorageError, match=r"no tokenizer 'xx'.*as, as-fewest.*indic"):
        load("xx")


def good() -> dict[str, Any]:
    return json.loads(dumps(load("sa")))


def changed(**changes: Any) -> str:
    return json.dumps({**good(), **changes}, ensure_ascii=False)


def without(key: str) -> str:
    return json.dumps({name: value for name, value in good().items() if name != key}, ensure_ascii=False)


BROKEN = {
    "empty": ("", "no valid JSON"),
    "cut short": (changed()[:-20], "no valid JSON"),
    "no object": ("[]", "no object"),
    "a number of a million digits": ("9" * 1_000_000, "no valid JSON|no object"),
    "a hundred thousand brackets": ("[" * 100_000, "no valid JSON"),
    "another JSON": ('{"a": 1}', "not of this library"),
    "Hugging Face's": ('{"model": {}, "pre_tokenizer": {}}', "Hugging Face's tokenizer.json"),
    "a later version": (changed(version=2), "version 2"),
    "no version": (without("version"), "version None"),
    "no name": (without("name"), "'name' is missing"),
    "name of a number": (changed(name=5), "'name' is missing or not a text"),
    "no characters": (without("characters"), "'characters' is missing"),
    "a character twice": (changed(characters="कक"), "is there already"),
    "a surrogate": (json.dumps({**good(), "characters": "\ud800"}), "half of a surrogate pair"),
    "no merges": (without("merges"), "'merges' is missing"),
    "merges of another kind": (changed(merges={"a": 1}), "'merges' is missing or not a list"),
    "a merge of three": (changed(merges=[["a", "b", "c"]]), "not two texts"),
    "a merge of numbers": (changed(merges=[[1, 2]]), "not two texts"),
    "a merge of the unknown": (changed(merges=[["ab", "c"]]), "'ab', which is no entry yet"),
    "a merge twice": (changed(merges=[["a", "b"], ["a", "b"]]), "a second time"),
    "an unknown pattern": (changed(pattern="gpt9"), "no split pattern named 'gpt9'"),
    "a broken pattern": (changed(pattern="(["), "not a regular expression"),
    "another normal form": (changed(normalization="NFKC"), "NFKC"),
    "special tokens twice": (changed(special_tokens=["<x>", "<x>"]), "there twice"),
    "special tokens of numbers": (changed(special_tokens=[1]), "not a list of texts"),
    "a special token that is an entry": (changed(special_tokens=["a"]), "an ordinary entry too"),
    "a special token that NFC changes": (changed(special_tokens=["\u0958"]), "not in NFC"),
    "special tokens without end": (changed(special_tokens=[f"<{n}>" for n in range(200_001)]), "more than 200,000"),
    "all of Unicode": (changed(characters="".join(map(chr, range(0x10000, 0x10FFFF)))), "more than 200,000"),
    "a name of two lines": (changed(name="a\nb"), "short line of text"),
    "a language that is code": (changed(language='x"""\nprint(1)'), "short line of text"),
    "a surrogate in the name": (json.dumps({**good(), "name": "\ud800"}), "half of a surrogate pair"),
    "a surrogate in the facts": (json.dumps({**good(), "training": {"a": ["\ud800"]}}), "half of a surrogate pair"),
    "a true version": (changed(version=True), "version True"),
    "a pattern of a megabyte": (changed(pattern="a|" * 500_000), "at most 50,000 characters"),
    "training of a list": (changed(training=[]), "'training' is not an object"),
    "a chain of doubling": (
        changed(merges=[["a" * 2**n, "a" * 2**n] for n in range(14)]),
        "makes a piece of over 4096 characters",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    text, reason = BROKEN[name]
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match=reason):
        load(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(StorageError, match="not UTF-8"):
        load(tmp_path / "x.json")


def test_an_oversized_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(StorageError, match="larger than 8 MiB"):
        load(path)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    with pytest.raises(StorageError) as caught:
        load(name)
    assert len(str(caught.value)) < 400


def test_a_link_is_followed_and_a_pipe_is_left_alone(small: Tokenizer, tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to("real.json")
    save(small, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert load(tmp_path / "real.json").name == "small"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StorageError, match="no ordinary file"):
        save(small, tmp_path / "pipe")


def test_others_may_read_the_file(small: Tokenizer, tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        assert save(small, tmp_path / "small.json").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(mask)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="neither a shipped one"):
        load(tmp_path)


def test_a_byte_order_mark_is_no_fault(small: Tokenizer) -> None:
    assert loads("\ufeff" + dumps(small)).name == "small"


@pytest.mark.parametrize("name", shipped())
def test_shipped_files_are_as_this_version_writes_them(name: str) -> None:
    file = Path(__file__).parents[2] / "tokenizer_indic" / "pretrained" / f"{name}.json"
    assert dumps(load(name)) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", shipped())
def test_shipped_files_say_where_they_come_from(name: str) -> None:
    tokenizer = load(name)
    assert all(source["name"] and source["licence"] for source in tokenizer.training["sources"])
    held_out = tokenizer.training["figures"]["heldout"]
    assert all(row["round_trip"] for row in held_out.values())
    if name == "indic":
        assert len(tokenizer) == 24_000
    else:
        assert len(tokenizer) < 5_000
        assert tokenizer.language == name.removesuffix("-fewest")
        assert (tokenizer.segmentation == "fewest") is name.endswith("-fewest")
