"""The four stages: against the library's own answers, on every script, for ready-made tokenizers of every kind."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import catalogue, hub_cache
from components.errors import PathshalaError
from components.tokens.own import Gone, keep
from components.tokens.stages import compute, ready, tab
from components.tokens.stages.compute import Edit, Stages, stages
from tests.texts import AWKWARD, SCRIPT_STRINGS
from tokenizer_indic import train
from tokenizer_indic.storage import dumps

NAMES = ("uncased", "cased", "page:hi", "page:ta-fewest", "page:indic")
TEXTS = [*SCRIPT_STRINGS.values(), *filter(None, AWKWARD.values())]
anything = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from([*TEXTS, " ", "मैं ", "É", "[SEP]", "中", "##"]), min_size=1, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
)


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    """The text with every change made."""
    made, at = "", 0
    for edit in edits:
        assert text[edit.start : edit.end] == edit.before
        made, at = made + text[at : edit.start] + edit.after, edit.end
    return made + text[at:]


# -- the exhibit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("फूल", "फल"),
        ("मैं", "म"),
        ("में", "म"),
        ("हिन्दी", "हिनदी"),
        ("தமிழ்", "தமிழ"),
        ("آم اُن", "ام ان"),
        ("Café", "cafe"),
        ("साफ्ट्\u200cवेयर", "साफटवयर"),
    ],
)
def test_what_uncased_does_to_indian_text(text: str, after: str) -> None:
    made = stages(text, "uncased")
    assert "".join(each.text for each in made.normalized) == after
    assert made.decoded == after
    assert not compute.comes_back(text, made.decoded)


def test_cased_keeps_marks_and_drops_joiners() -> None:
    assert stages("फूल हिन्दी", "cased").edits == ()
    made = stages("साफ्ट्\u200cवेयर", "cased")
    assert [edit.before for edit in made.edits] == ["\u200c"]


def test_the_ids_that_every_bert_has() -> None:
    made = stages("To err is human, to forgive divine", "uncased")
    assert (made.final[0].text, made.final[0].id) == ("[CLS]", 101)
    assert (made.final[-1].text, made.final[-1].id) == ("[SEP]", 102)
    assert any(token.text.startswith("##") for token in made.tokens)
    assert [token.text for token in made.final if not token.added] == [token.text for token in made.tokens]


def test_words_of_the_text_that_become_the_same() -> None:
    here = stages("मैं घर में हूँ, फूल और फल", "uncased", "hi").here
    assert [(each.words, each.lost) for each in here] == [(("मैं", "में"), True), (("फूल", "फल"), True)]
    assert stages("मैं घर में हूँ", "cased", "hi").here == ()


def test_the_words_of_each_language_are_the_same_by_uncased_and_not_by_ours() -> None:
    for code in compute.collisions():
        lost, kept = (stages("a", name, code).pairs for name in ("uncased", "page:indic"))
        assert lost
        assert all(each.lost for each in lost)
        assert not any(each.lost for each in kept)
    assert compute.pairs_language("mai") == "hi"
    assert compute.pairs_language("indic") == "hi"


# -- each stage is what the library says ------------------------------------------------------------------------------


@given(text=anything, name=st.sampled_from(NAMES))
def test_the_stages_are_those_of_the_library(text: str, name: str) -> None:
    made = stages(text, name)
    backend = ready.get(name).backend
    assert made.text == text[: compute.LIMIT] or len(text) > compute.LIMIT
    assert [token.id for token in made.final] == backend.encode(made.text).ids
    if any(piece.special for piece in made.pieces):
        return
    normal = backend.normalizer.normalize_str(made.text)
    assert "".join(each.text for each in made.normalized) == normal
    assert applied(made.text, made.edits) == normal
    assert not made.steps or made.steps[-1].after == normal
    whole = backend.pre_tokenizer
    expected = [piece for piece, _ in whole.pre_tokenize_str(normal)] if whole else [normal] if normal else []
    assert [piece.text for piece in made.pieces] == expected
    assert not made.cuts or made.cuts[-1].pieces == made.pieces
    tokens = [token.value for piece in expected for token in backend.model.tokenize(piece)]
    assert [token.text for token in made.tokens] == tokens


@given(text=anything, name=st.sampled_from(NAMES))
def test_each_step_changes_what_the_one_before_left(text: str, name: str) -> None:
    made = stages(text, name)
    before = "".join(each.text for each in compute.cut_out_special(made.ready, made.text) if not each.special)
    for step in made.steps:
        assert applied(before, step.edits) == step.after
        before = step.after


@given(text=anything, name=st.sampled_from(NAMES))
def test_a_token_lies_in_its_piece_and_a_piece_in_the_text(text: str, name: str) -> None:
    made = stages(text, name)
    for piece in made.pieces:
        assert 0 <= piece.start <= piece.end <= len(made.text)
    for token in made.tokens:
        assert token.piece is not None
        piece = made.pieces[token.piece]
        assert piece.start <= token.start <= token.end <= piece.end


def test_a_byte_level_token_reads_as_characters() -> None:
    made = stages("मैं 😀", "page:hi")
    assert [piece.reads for piece in made.pieces] == ["मैं", " 😀"]
    assert "".join(token.reads for token in made.tokens) == "मैं <0xF0><0x9F><0x98><0x80>"


def test_a_visitors_own_tokenizer() -> None:
    made = train(["मैं घर में हूँ", "फूल और फल"] * 9, language="hi", vocabulary=320, allow_smaller=True)
    answer = tab.stages({"text": "फूल", "tokenizer": f"page:{keep(dumps(made)).key}"})
    assert [token[4] for token in answer["final"]] == made.encode("फूल")
    assert 'load("my-tokenizer.json")' in answer["python"]


def with_pattern(pattern: str) -> str:
    """The name of a visitor's tokenizer with a split pattern of its own."""
    made = train(["मैं घर में हूँ"] * 9, language="hi", vocabulary=300, pattern_name=pattern, allow_smaller=True)
    return f"page:{keep(dumps(made)).key}"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\p{sc=Deva}+|.", r"does not read \(invalid character property name"),
        (r"a{1,200000}|.", r"does not read \(too big number for repeat range\)"),
    ],
)
def test_a_pattern_that_the_library_does_not_read(pattern: str, words: str) -> None:
    with pytest.raises(PathshalaError, match=words):
        stages("a", with_pattern(pattern))


def test_a_pattern_with_which_the_library_gives_up() -> None:
    name = with_pattern(r"(?:a|aa)+b|[^b]|b")
    with pytest.raises(PathshalaError, match="too many ways to match"):
        stages("a" * 36, name)
    with pytest.raises(PathshalaError, match="too many ways to match"):
        stages("ab", name, second="a" * 36)
    assert stages("aab", name).decoded == "aab"  # and goes on with the next text


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit, ZeroDivisionError])
def test_only_a_panic_of_the_library_is_told(monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]) -> None:
    def stop(*_: object) -> None:
        raise kind

    monkeypatch.setattr(compute, "model_tokens", stop)
    with pytest.raises(kind):
        stages("a", "uncased")


def test_another_panic_of_the_library_has_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise type("PanicException", (BaseException,), {})("index out of bounds")

    monkeypatch.setattr(compute, "model_tokens", stop)
    with pytest.raises(PathshalaError, match="gave up on this text"):
        stages("a", "uncased")


def test_a_special_token_that_is_typed_comes_before_all_stages() -> None:
    made = stages("a[SEP]b", "uncased")
    assert [(piece.text, piece.special) for piece in made.pieces] == [("a", False), ("[SEP]", True), ("b", False)]
    assert [token.id for token in made.tokens][1] == 102
    assert "takes [SEP] for a special token" in tab.stages({"text": "a[SEP]b", "tokenizer": "uncased"})["says"]


def test_an_unknown_word_is_not_taken_for_a_typed_token() -> None:
    made = stages("中", "uncased")
    assert [(token.text, token.unknown) for token in made.tokens] == [("[UNK]", True)]
    assert not made.pieces[0].special


def test_a_second_sentence_has_another_type() -> None:
    made = stages("मेरा घर", "cased", second="हाँ")
    assert [token.type_id for token in made.final if token.second] == [1] * sum(token.second for token in made.final)
    assert [token.text for token in made.final].count("[SEP]") == 2
    assert made.decoded == "मेरा घर"


def test_the_four_of_berts_normaliser_are_its_flags() -> None:
    made = stages("É 中\u200d", "uncased")
    assert [step.component.kind for step in made.steps] == list(compute.BERT_FLAGS)
    assert [step.after for step in made.steps] == ["É 中", "É  中 ", "E  中 ", "e  中 "]


# -- ready-made ones of the catalogue ---------------------------------------------------------------------------------


SENTENCEPIECE_ALONE = "google/siglip-base-patch16-256-multilingual"


def test_sentencepiece_alone_has_no_stages(no_hub: None) -> None:
    with pytest.raises(PathshalaError, match="no stages"):
        stages("a", f"hub:{SENTENCEPIECE_ALONE}")


def hub_names() -> list[str]:
    from tests.small_models import IDS

    return [f"hub:{id}" for id in IDS if "clip-ViT" not in id and id != SENTENCEPIECE_ALONE]


@pytest.mark.parametrize("name", hub_names())
def test_every_kind_of_the_catalogue(no_hub: None, name: str) -> None:
    """tokenizer.json, vocab.txt and spiece.model; BPE, WordPiece, Unigram."""
    listed = {choice.name: choice for choice in ready.choices()}
    assert listed[name].place == "here"
    for text in ("फूल और फल Café", "اردو AI ۱۲", "தமிழ்", "साफ्ट्\u200cवेयर 👨\u200d👩\u200d👧", " a  b "):
        made = stages(text, name, "hi", second="और")
        assert made.final
        assert not made.steps or made.steps[-1].after == "".join(each.text for each in made.normalized)
        answer = tab.stages({"text": text, "tokenizer": name, "language": "hi"})
        assert len(answer["stages"]) == 4
        assert "no words for" not in str(answer["stages"])


def test_what_is_not_here_says_so(no_hub: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    away = [choice for choice in ready.choices() if choice.place == "away"]
    assert len(away) == len([choice for choice in ready.choices() if choice.name.startswith("hub:")])
    with pytest.raises(PathshalaError, match="not on this machine yet"):
        stages("a", "hub:gpt2")


def test_a_damaged_file_says_so(no_hub: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.small_models import build_cache

    build_cache(tmp_path, ["gpt2"])
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    file = ready.tokenizer_file(catalogue.get("gpt2"))
    assert file is not None
    file.resolve().write_text("{", encoding="utf-8")
    with pytest.raises(PathshalaError, match="damaged"):
        stages("a", "hub:gpt2")


def until_over(name: str) -> Any:
    end = time.monotonic() + 60
    while not (now := tab.progress({"tokenizer": name}))["over"] and time.monotonic() < end:
        time.sleep(0.02)
    return now


@pytest.mark.parametrize("id", ["bert-base-uncased", "google/electra-small-generator"])
def test_a_tokenizer_is_fetched_without_its_model(cache: Path, hub: Any, id: str) -> None:
    name = f"hub:{id}"
    assert not tab.fetch({"tokenizer": name})["failed"]
    assert until_over(name) == {"over": True, "failed": False, "says": ""}
    assert stages("फूल", name).final
    entry = catalogue.get(id)
    assert hub_cache.snapshot(entry) is None
    assert not any("safetensors" in asked or ".bin" in asked for asked in hub.asked if asked.startswith("GET"))


def test_a_download_that_fails_says_why(cache: Path, hub: Any) -> None:
    hub.trouble = 503
    tab.fetch({"tokenizer": "hub:google/muril-base-cased"})
    now = until_over("hub:google/muril-base-cased")
    assert now["failed"]
    assert re.search("trouble|reached", now["says"])
    with pytest.raises(PathshalaError, match="needs no download"):
        tab.fetch({"tokenizer": "uncased"})
    with pytest.raises(PathshalaError, match="no model"):
        tab.fetch({"tokenizer": "hub:../../etc"})


# -- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["", "x", "hub:x", "page:x", "page:../hi", "hub:/etc/passwd", "own:1", "cased/../uncased"]
)
def test_a_name_nobody_knows(name: str) -> None:
    with pytest.raises(PathshalaError):
        stages("a", name)


def test_bad_texts() -> None:
    with pytest.raises(PathshalaError, match="no text"):
        stages("", "uncased")
    with pytest.raises(PathshalaError, match="surrogate"):
        stages("a\ud800", "uncased")
    with pytest.raises(PathshalaError, match="surrogate"):
        stages("a", "uncased", second="\ud800")
    with pytest.raises(Gone):
        stages("a", "page:own:0123")


def test_a_long_text_is_cut_between_aksharas() -> None:
    made: Stages = stages("क्षि" * 300, "uncased")
    assert made.text == "क्षि" * 125
    assert made.left_out == 700
    assert (
        "Shown are the first 500 characters; 700 more"
        in tab.stages({"text": "क्षि" * 300, "tokenizer": "cased"})["says"]
    )


# -- what leaves the section ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_code_runs_and_prints_what_is_shown(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'मैं "घर" में\\ हूँ'
    answer = tab.stages({"text": text, "tokenizer": name, "second": "और"})
    exec(compile(answer["python"], "copied", "exec"), {})
    printed = capsys.readouterr().out
    made = stages(text, name, second="और")
    assert f"4 post-processor: {[(token.text, token.id, token.type_id) for token in made.final]}" in printed
    assert f"3 model: {[(token.text, token.id) for token in made.tokens]}" in printed


@given(text=anything, name=st.sampled_from(NAMES))
def test_the_answer_is_json_and_its_runs_are_the_text(text: str, name: str) -> None:
    import json

    answer = tab.stages({"text": text, "tokenizer": name, "language": "hi"})
    json.dumps(answer)
    made = stages(text, name)
    for start, end, runs in answer["text"]:
        assert 0 <= start < end <= len(made.text)
        assert runs
    words = "".join("".join(run for run, kind in runs if kind != "tag") for _, _, runs in answer["text"])
    assert len(answer["text"]) <= len(made.text)
    assert all(word in words for word in made.text.split() if word.isalnum())


def test_a_dropped_joiner_shows_its_name() -> None:
    runs = tab.stages({"text": "क्\u200dष फूल", "tokenizer": "cased"})["text"]
    assert runs == [[0, 4, [["क्\u200dष", "dropped"], ["ZWJ", "tag"]]], [5, 8, [["फूल", ""]]]]
