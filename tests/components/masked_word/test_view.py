"""What view.js is sent, from predictions typed by hand."""

import json
import re
from dataclasses import replace

import pytest

from components import model_menu
from components.markup import template
from components.masked_word import view
from components.masked_word.compute import MASK_LIMIT, TEXT_LIMIT, Blank, Candidate, Prediction
from components.masked_word.presets import PRESETS, SAMPLES

FOUND = Prediction(
    parts=("वह लड़की स्कूल जा", " है।"),
    blanks=(Blank((Candidate("रही", " रही", 0.5, False, 7), Candidate("ना", "ना", 0.0042, True, 8)), 0.4958, 23_998),),
    language="hi",
    model="pathshala-bert",
    covered=True,
    unknown=0,
    counted=False,
    whole=False,
    device="cpu",
    reason="torch finds no GPU",
    milliseconds=12.34,
)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (1.0, "100%"),
        (0.99999, "> 99.9%"),
        (0.413, "41.3%"),
        (0.0099, "0.99%"),
        (0.00999, "1.0%"),
        (0.0042, "0.42%"),
        (0.00001, "< 0.01%"),
        (0.0, "0%"),
    ],
)
def test_shares_as_a_class_reads_them(share: float, written: str) -> None:
    assert view.percent(share) == written


def test_a_row_for_each_guess_and_one_for_everything_else() -> None:
    [blank] = view.answer_json(FOUND)["blanks"]
    assert blank["rows"] == [
        {"word": "रही", "fill": " रही", "joins": False, "share": 0.5, "percent": "50.0%", "bits": "1.0", "pieces": []},
        {"word": "ना", "fill": "ना", "joins": True, "share": 0.0042, "percent": "0.42%", "bits": "7.9", "pieces": []},
        {"word": "", "fill": "", "joins": False, "share": 0.4958, "percent": "49.6%", "bits": ""},
    ]
    assert blank["others"] == "23,998 other pieces"


def test_whole_words_say_how_many_pieces_they_have() -> None:
    word = Candidate("जाती", " जाती", 0.25, False, None, ("जा", "ती"))
    found = replace(FOUND, whole=True, blanks=(Blank((word,), 0.75, None, ((1, 0.6), (2, 0.4))),))
    [blank] = view.answer_json(found)["blanks"]
    assert blank["rows"][0]["pieces"] == ["जा", "ती"]
    assert blank["lengths"] == [[1, "60.0%"], [2, "40.0%"]]
    assert blank["others"] == "all other words, and what is no word"


def test_nothing_is_a_surprise_without_end() -> None:
    assert view.row_json(Candidate("क", "क", 0.0, False, 1))["bits"] == "∞"


def test_an_answer_says_who_made_it() -> None:
    answer = view.answer_json(FOUND)
    assert (answer["model"], answer["made"], answer["reason"]) == ("pathshala-bert", "cpu · 12 ms", FOUND.reason)
    assert view.made_by(replace(FOUND, milliseconds=1.26)) == "cpu · 1.3 ms"
    assert json.loads(json.dumps(answer)) == answer


def test_notes_say_what_a_student_would_wonder_about() -> None:
    assert list(view.notes(FOUND)) == []
    assert list(view.notes(replace(FOUND, covered=False, language="ta"))) == [
        "pathshala-bert was not trained on Tamil: what it says here means little."
    ]
    [one], [two] = (list(view.notes(replace(FOUND, unknown=number))) for number in (1, 2))
    assert "a part of this sentence" in one
    assert "2 parts of this sentence" in two
    assert "counted" in next(view.notes(replace(FOUND, counted=True)))
    assert list(view.notes(replace(FOUND, covered=False, language=None))) == []


def page() -> str:
    limits = TEXT_LIMIT, MASK_LIMIT
    return template(view.page(PRESETS, SAMPLES, limits, model_menu.page("masked_word")))


def test_the_page_is_a_template_without_anything_to_fill_in() -> None:
    assert page().count("data-example") == len(PRESETS) + len(SAMPLES)


def test_every_id_and_reference_of_the_page_has_its_partner() -> None:
    ids = re.findall(r' id="([^"]+)"', page())
    assert len(ids) == len(set(ids))
    for references in re.findall(r' (?:for|aria-describedby|aria-controls)="([^"]+)"', page()):
        assert set(references.split()) <= set(ids)


def test_every_class_that_the_script_looks_for_is_there() -> None:
    classes = {name for names in re.findall(r' class="([^"]+)"', page()) for name in names.split()}
    for name in re.findall(r'find\("\.([\w-]+)"\)', view.script()):
        assert name in classes, name


def test_every_field_of_an_answer_is_known_to_the_script() -> None:
    answer = view.answer_json(FOUND)
    blank = answer["blanks"][0]
    for key in (*answer, *blank, *blank["rows"][0]):
        assert re.search(rf"\b{key}\b", view.script()), key


def test_no_markup_is_ever_written_from_text() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", view.script())
