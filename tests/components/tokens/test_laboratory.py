"""The frame of the laboratory: which sections there are, what they answer, and the visitor's own tokenizer."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens import compute, laboratory, own, tab
from components.tokens.letters.tab import SECTION as LETTERS
from components.tokens.presets import LESSON
from tokenizer_indic import TokenizerError, load, train
from tokenizer_indic.storage import dumps

TEXT = ["नमस्ते दुनिया, यह एक छोटा पाठ है", "दुनिया में नमस्ते कहना एक अच्छी बात है"]


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    own._own.clear()


def file_of(name: str = "mine", vocabulary: int = 300) -> str:
    return dumps(train(TEXT, language="hi", vocabulary=vocabulary, name=name))


def test_the_sections_and_the_lesson_name_each_other() -> None:
    ids = [section.id for section in tab.SECTIONS]
    assert len(set(ids)) == len(ids)
    assert {step.section for step in LESSON} <= {"tokens", *ids}
    for section in tab.SECTIONS:
        assert all(path.is_file() for path in (*section.scripts, *section.styles))
        json.dumps(section.known())


def test_a_panel_has_ids_of_its_own_and_labels_for_what_is_typed_into() -> None:
    found = [id for section in tab.SECTIONS for id in re.findall(r'\bid="([^"]+)"', str(section.panel()))]
    assert len(found) == len(set(found))
    for section in tab.SECTIONS:
        html = str(section.panel())
        labelled = set(re.findall(r'\bfor="([^"]+)"', html))
        for written in re.findall(r"<(?:input|textarea|select)\b[^>]*>", html):
            if " hidden" in written:
                continue
            id = re.search(r'\bid="([^"]+)"', written)
            assert "aria-label" in written or (id and id[1] in labelled), written


def test_what_is_asked_goes_to_the_section() -> None:
    asked = {"section": "letters", "question": "ladder", "asked": {"text": "क", "tokenizer": "hi"}}
    assert tab.laboratory(asked)["rows"]["bytes"] == [
        [0, 1, "E0", "byte 224 = 0xe0", ""],
        [1, 2, "A4", "byte 164 = 0xa4", ""],
        [2, 3, "95", "byte 149 = 0x95", ""],
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"section": "no", "question": "ladder", "asked": {}},
        {"section": "letters", "question": "no", "asked": {}},
        {"section": "letters", "question": "ladder", "asked": []},
        {"section": "letters", "question": "ladder", "asked": {}},
        {},
    ],
)
def test_another_question_gets_a_sentence(asked: dict[str, object]) -> None:
    assert tab.laboratory(asked)["error"].endswith((".", "it."))


def test_a_section_brings_its_panel_and_the_addresses_of_its_files() -> None:
    opened = tab.open_section({"section": "letters"})
    assert 'class="ladder"' in opened["html"]
    assert [file.split("?")[0].rsplit("/", 1)[-1] for file in opened["scripts"]] == [
        path.name for path in LETTERS.scripts
    ]
    assert laboratory.STYLE.name in opened["styles"][0]


def test_a_tokenizer_of_ones_own_answers_like_a_shipped_one() -> None:
    text = file_of()
    kept = tab.keep_own({"json": text})
    assert (kept["name"], kept["entries"], kept["language"]) == ("mine", 300, "hi")
    assert kept["key"] == tab.keep_own({"json": text})["key"] != tab.keep_own({"json": file_of("other")})["key"]
    asked = {"text": TEXT[0], "language": kept["key"], "chosen": True}
    answered = tab.answer(asked)
    assert [token[0] for token in answered["tokens"]] == own.find(kept["key"]).encode(TEXT[0])
    assert answered["made"].startswith("Tokenizer mine · 300 entries")
    assert answered["checks"][0]["state"] == "passed"
    assert tab.describe({"tokenizer": kept["key"], "id": 299})["label"]
    assert tab.decode({"tokenizer": kept["key"], "ids": "298 299"})["text"]


def test_one_that_has_left_the_memory_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "KEPT", 2)
    keys = [tab.keep_own({"json": file_of(name)})["key"] for name in ("a", "b", "c")]
    gone = tab.answer({"text": "क", "language": keys[0], "chosen": True})
    assert gone["gone"] is True
    assert "no longer" in gone["error"]
    assert "tokens" in tab.answer({"text": "क", "language": keys[2], "chosen": True})
    asked = {"text": "क", "tokenizer": keys[0], "language": "hi"}
    assert tab.laboratory({"section": "letters", "question": "ladder", "asked": asked})["gone"] is True


def test_many_large_ones_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = file_of("a"), file_of("b")
    monkeypatch.setattr(own, "KEPT_TEXT", len(first) + len(second) - 1)
    keys = [own.keep(text).key for text in (first, second)]
    assert own.find(keys[1]).name == "b"
    with pytest.raises(own.Gone):
        own.find(keys[0])


@pytest.mark.parametrize("text", ["", " ", "{}", "[1]", "no json", '{"format": "tokenizer_indic", "version": 99}', 7])
def test_what_is_no_tokenizers_file_gets_a_sentence(text: object) -> None:
    with pytest.raises((PathshalaError, TokenizerError), match=r"[A-Za-z].{15,}\."):
        own.keep(text)  # type: ignore[arg-type]
    assert "error" in tab.keep_own({"json": text})


@pytest.mark.parametrize("name", ["../hi", "hi.json", "/etc/passwd", "", "own", "HI"])
def test_a_visitors_string_is_no_path(name: str) -> None:
    with pytest.raises(PathshalaError, match="There is no tokenizer"):
        own.find(name)


def test_shipped_ones_are_found_under_their_names() -> None:
    assert own.find("hi").encode("नमस्ते") == load("hi").encode("नमस्ते")
    assert own.find("hi") is own.find("hi") is compute.find_tokenizer("hi")


# -- what comes from elsewhere -----------------------------------------------------------------------------------------


def hostile(**changed: object) -> str:
    return json.dumps(json.loads(file_of()) | changed)


@pytest.mark.parametrize(
    "text",
    [
        hostile(special_tokens=["z" * 2000]),
        hostile(training={"figures": {"train": {"hi": {"bytes_per_token": float("inf")}}}}),
        hostile(training={"a": [{}] * 100_000}),
        hostile(name="n" * 5_000_000),
    ],
    ids=["a special token without end", "no number", "more facts than a tokenizer", "too large"],
)
def test_a_hostile_file_is_refused(text: str) -> None:
    assert re.search(r"\w{3}.*\.$", tab.keep_own({"json": text})["error"])


def test_figures_beyond_measure_are_none() -> None:
    figures = {"bytes_per_token": 10**400, "characters_per_token": 3.0, "tokens": 10**400}
    key = tab.keep_own({"json": hostile(training={"figures": {"train": {"hi": figures}}})})["key"]
    for section, question in (("handin", "kit"), ("train", "about")):
        asked = {"section": section, "question": question, "asked": {"tokenizer": key}}
        answered = tab.laboratory(asked)
        json.dumps(answered)
        assert "inf" not in json.dumps(answered).lower().split()


@pytest.mark.parametrize(
    "value", [float("inf"), float("nan"), 10**400, "\ud800", None, [], {}, True, -1, "x" * 100_000]
)
def test_any_value_gets_an_answer_that_can_be_sent(value: object) -> None:
    for function, asked in (
        (tab.describe, {"tokenizer": "hi", "id": value}),
        (tab.describe, {"tokenizer": value, "id": 300}),
        (tab.decode, {"tokenizer": "hi", "ids": value}),
        (tab.open_section, {"section": value}),
        (tab.laboratory, {"section": value, "question": "ladder", "asked": {}}),
        (tab.laboratory, {"section": "letters", "question": value, "asked": {}}),
        (tab.laboratory, {"section": "letters", "question": "ladder", "asked": value}),
        (tab.laboratory, {"section": "letters", "question": "ladder", "asked": {"text": value, "tokenizer": value}}),
        (tab.keep_own, {"json": value}),
        (tab.answer, {"text": value, "language": value, "chosen": value}),
    ):
        json.dumps(function(asked), ensure_ascii=False).encode()


@pytest.mark.parametrize("section", [section.id for section in tab.SECTIONS])
@pytest.mark.parametrize("value", [float("inf"), float("nan"), "\ud800", None, [], -1, "", "x" * 1000])
def test_every_question_answers_any_value(section: str, value: object) -> None:
    names = (
        "text",
        "tokenizer",
        "language",
        "own",
        "sentence",
        "start",
        "entries",
        "pattern",
        "job",
        "have",
        "key",
        "at",
    )
    names += (
        "view",
        "query",
        "kind",
        "unit",
        "bar",
        "least",
        "id",
        "entry",
        "other",
        "part",
        "within",
        "choices",
        "data",
    )
    names += ("contestants", "lesson", "name", "size", "sample", "second", "segmentation", "json", "price", "script")
    for question in next(each for each in tab.SECTIONS if each.id == section).questions:
        asked = {"section": section, "question": question, "asked": dict.fromkeys(names, value)}
        json.dumps(tab.laboratory(asked), ensure_ascii=False).encode()


def test_ids_stand_for_a_text_of_limited_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "BYTE_LIMIT", 100)
    with pytest.raises(PathshalaError, match="stand for 102 bytes of text and the limit is 100"):
        compute.read_ids(" ".join(["65"] * 102), "hi")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xe0\xa4\x95\xf0", "क<0xF0>"),
        (b"\xf0\x9f\xf0", "<0xF0><0x9F><0xF0>"),
        (b"a\xffb", "a<0xFF>b"),
        (b"\xe0\xa4", "<0xE0><0xA4>"),
    ],
)
def test_bytes_that_are_no_character_show_themselves(data: bytes, text: str) -> None:
    assert compute.readable(data) == (text, False)


@given(data=st.binary(max_size=60))
def test_any_bytes_are_readable(data: bytes) -> None:
    shown, whole = compute.readable(data)
    assert "\ufffd" not in shown or "\ufffd".encode() in data
    assert whole == (shown.encode() == data)
    spelled = re.sub(rb"<0x([0-9A-F]{2})>", lambda found: bytes([int(found[1], 16)]), shown.encode())
    assert whole or b"<0x" in data or spelled == data
