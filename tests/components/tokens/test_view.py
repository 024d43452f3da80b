"""What view.js is sent, from tokens typed by hand."""

import json
import re
from dataclasses import asdict, fields

from components.markup import template
from components.tokens import compute, view
from components.tokens.presets import PRESETS
from tokenizer_indic.measuring import Figures
from tokenizer_indic.tokenizer import Token

FIGURES = Figures(
    vocabulary=4999,
    tokens=1234,
    bytes=4000,
    characters=3000,
    aksharas=2000,
    words=800,
    bytes_per_token=3.2415,
    characters_per_token=2.43,
    aksharas_per_token=1.62,
    tokens_per_word=1.54,
    broken_aksharas=0.1,
    round_trip=True,
)


def test_a_token_is_its_id_and_its_text() -> None:
    tokens = [Token(300, "भा", 0, 2, "भा".encode()), Token(10, "\n", 2, 3, b"\n")]
    assert list(view.chips(tokens)) == [[300, "भा"], [10, "\n"]]


def test_a_split_character_is_sent_once_and_its_parts_as_bytes() -> None:
    tokens = [
        Token(9, "a", 0, 1, b"a"),
        Token(240, "😀", 1, 2, b"\xf0\x9f"),
        Token(152, "", 2, 2, b"\x98"),
        Token(128, "", 2, 2, b"\x80"),
        Token(9, "a", 2, 3, b"a"),
    ]
    assert list(view.chips(tokens)) == [
        [9, "a"],
        [240, "😀", "<F0><9F>"],
        [152, "", "<98>"],
        [128, "", "<80>"],
        [9, "a"],
    ]


def test_figures_are_written_as_a_class_reads_them() -> None:
    assert view.figures_json(FIGURES) == [
        "1,234",
        "800",
        "2,000",
        "3,000",
        "4,000",
        "3.24",
        "2.43",
        "1.62",
        "1.54",
    ]
    assert {field for field, _ in view.FIGURES} <= {field.name for field in fields(Figures)}
    assert {field for field, _ in view.FIGURES} == set(view.EXPLANATIONS)


def test_the_assignments_three_checks() -> None:
    assert [check["passed"] for check in view.checks_json(FIGURES)] == [True, True, False]
    five_thousand = Figures(**asdict(FIGURES) | {"vocabulary": 5000, "bytes_per_token": 3.199})
    assert [check["passed"] for check in view.checks_json(five_thousand)] == [False, False, False]


def test_a_ratio_that_rounds_up_to_the_mark_has_not_reached_it() -> None:
    nearly = Figures(**asdict(FIGURES) | {"bytes_per_token": 3.1999})
    check = view.checks_json(nearly)[1]
    assert not check["passed"]
    assert check["number"] == "3.19"


def test_ranks_count_from_one_for_people() -> None:
    card = compute.Description(300, "क", "क".encode(), "character", 0, 4743, (("U+0915", "E0 A4 95", "KA"),), ())
    assert view.description_json(card)["rank"] == "1 of 4,743"
    byte = compute.Description(240, None, b"\xf0", "byte", None, 4743, (), ())
    written = view.description_json(byte)
    assert (written["label"], written["rank"]) == ("<F0>", "from the start")
    assert written["points"] == [["", "F0", "no whole character"]]


def test_an_answer_says_who_made_it() -> None:
    written = view.answer_json(compute.analyse("भारत", "hi"))
    assert re.fullmatch(r"Tokenizer hi · 4,999 entries · cpu · \d+\.\d ms", written["made"])
    assert json.loads(json.dumps(written)) == written


def test_the_page_is_a_template_without_anything_to_fill_in() -> None:
    page = template(view.page(compute.menu(), PRESETS, compute.TEXT_LIMIT))
    assert page.count("<option") == len(compute.menu())
    assert page.count("data-preset") == len(PRESETS)
    assert "&lt;|endoftext|&gt;" in page


def test_every_field_of_an_answer_is_known_to_the_script() -> None:
    script = view.SCRIPT.read_text(encoding="utf-8")
    for key in view.answer_json(compute.analyse("a", "en")):
        assert re.search(rf"\.{key}\b", script), key


def test_no_markup_is_ever_written_from_text() -> None:
    script = view.SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)
