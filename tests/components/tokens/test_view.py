"""What view.js is sent, from tokens typed by hand."""

import json
import re
from dataclasses import asdict, fields

from components.markup import template
from components.tokens import compute, view
from components.tokens.laboratory import PRELUDE
from components.tokens.presets import PRESETS
from components.tokens.tab import SECTIONS
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
        [240, "😀", "<0xF0><0x9F>"],
        [152, "", "<0x98>"],
        [128, "", "<0x80>"],
        [9, "a"],
    ]


def test_where_nfc_rewrote_the_text_the_vocabularys_piece_goes_with_it() -> None:
    token = Token(700, "\u0958", 0, 1, "क\u093c".encode())
    assert list(view.chips([token])) == [[700, "\u0958", "क\u093c"]]


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


def states(figures: Figures, tokenizer: str = "hi") -> list[str]:
    return [check["state"] for check in view.checks_json(figures, tokenizer)]


def changed(**values: float) -> Figures:
    return Figures(**asdict(FIGURES) | values)


def test_the_assignments_three_checks() -> None:
    assert states(FIGURES) == ["passed", "passed", "failed"]
    assert states(changed(vocabulary=5000, bytes_per_token=3.199)) == ["failed", "failed", "failed"]


def test_the_tokenizer_of_all_languages_is_not_meant_to_be_small() -> None:
    first = view.checks_json(changed(vocabulary=24_000), "indic")[0]
    assert (first["state"], first["verdict"]) == ("neutral", "not meant for the one of all languages")


def test_a_short_text_is_not_judged() -> None:
    check = view.checks_json(changed(tokens=49), "hi")[2]
    assert (check["state"], check["number"]) == ("neutral", "2.43")
    assert check["verdict"] == "too short to judge: 49 tokens"
    assert states(changed(tokens=50)) == ["passed", "passed", "failed"]


def test_a_ratio_of_nothing_is_a_dash() -> None:
    written = view.answer_json(compute.analyse("\n\n", "hi"))
    assert written["figures"][-4:] == ["–"] * 4
    assert written["breaks"] == "2 line breaks"
    assert [(check["number"], check["verdict"]) for check in written["checks"][1:]] == [("–", "")] * 2


def test_a_ratio_that_rounds_up_to_the_mark_has_not_reached_it() -> None:
    check = view.checks_json(changed(bytes_per_token=3.1999), "hi")[1]
    assert (check["state"], check["number"]) == ("failed", "3.19")


def test_notes_say_what_a_student_would_wonder_about() -> None:
    assert list(view.notes(compute.analyse("ᱜᱤᱫᱽᱨᱟᱹ", "sat"))) == [
        "This tokenizer has not learned Ol Chiki: each letter falls back to its bytes."
    ]
    assert list(view.notes(compute.analyse("நான்", "hi"))) == [
        "The Hindi tokenizer has not learned Tamil: each letter falls back to its bytes. Choose Tamil in the menu."
    ]
    assert list(view.notes(compute.analyse("\u0958लम", "hi"))) == [
        "NFC rewrote 1 place: U+0958 DEVANAGARI LETTER QA became U+0915 U+093C."
    ]
    [note] = view.notes(compute.analyse("\u0958 \u0958", "hi"))
    assert note.startswith("NFC rewrote 2 places, first: U+0958")
    assert list(view.notes(compute.analyse("भारत", "hi"))) == []


def test_one_is_not_written_in_the_plural() -> None:
    assert view.decoded_json(compute.read_ids("300", "hi"))["count"] == "1 id"
    assert view.decoded_json(compute.read_ids("300 301", "hi"))["count"] == "2 ids"


def test_ordinals() -> None:
    assert [view.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112, 4665)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "4,665th"]
    )


def test_ranks_count_from_one_for_people() -> None:
    card = compute.Description(300, "क", "क".encode(), "character", 0, 4743, (("U+0915", "E0 A4 95", "KA"),), (), ())
    assert view.description_json(card)["rank"] == "the 1st of 4,743 merges"
    byte = compute.Description(240, None, b"\xf0", "byte", None, 4743, (), (), ())
    written = view.description_json(byte)
    assert (written["label"], written["rank"]) == ("<0xF0>", "there from the start")
    assert written["points"] == [["", "F0", "no whole character"]]
    assert (written["made"], written["parents"]) == ("made of nothing smaller", [])


def test_an_entry_stands_in_the_place_of_others() -> None:
    points = (("U+0915", "E0 A4 95", "KA"), ("U+093F", "E0 A4 BF", "I"))
    one, other = (
        compute.Description(id, c, c.encode(), "character", None, 9, (), (), ()) for id, c in ((300, "क"), (301, "ि"))
    )
    card = compute.Description(400, "कि", "कि".encode(), "entry", 2, 4660, points, (), (one, other))
    written = view.description_json(card)
    assert (written["rank"], written["made"]) == ("the 3rd most used of 4,660", "in the place of")
    assert written["parents"] == [[300, "क"], [301, "ि"]]


def test_an_answer_says_who_made_it() -> None:
    written = view.answer_json(compute.analyse("भारत", "hi"))
    assert re.fullmatch(r"Tokenizer hi · 4,999 entries · cpu · \d+\.\d ms", written["made"])
    assert json.loads(json.dumps(written)) == written


def test_the_page_is_a_template_without_anything_to_fill_in() -> None:
    page = template(view.page(compute.menu(), PRESETS, compute.TEXT_LIMIT))
    assert page.count("<option") == len(compute.menu()) + len(view.SEGMENTATIONS)
    assert page.count("data-preset") == len(PRESETS)
    assert "&lt;|endoftext|&gt;" in page


def test_every_field_of_an_answer_is_known_to_the_script() -> None:
    script = view.script()
    for key in view.answer_json(compute.analyse("a", "en")):
        assert re.search(rf"\.{key}\b", script), key


def test_no_markup_is_ever_written_from_text() -> None:
    scripts = [*PRELUDE, *(path for section in SECTIONS for path in section.scripts)]
    sections = "".join(path.read_text(encoding="utf-8") for path in scripts)
    script = view.script() + sections
    assert script.count("createContextualFragment(answer.html)") == script.count("createContextualFragment") == 1
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)
