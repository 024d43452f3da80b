"""What view.js is sent, from predictions typed by hand."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from components import model_menu
from components.markup import template
from components.masked_word import page as html
from components.masked_word import tab, view
from components.masked_word.beside import Apart, Beside, Measured, Row
from components.masked_word.compute import MASK_LIMIT, TEXT_LIMIT, Blank, Candidate, Prediction
from components.masked_word.layers import Layers
from components.masked_word.presets import CONTRASTS, LESSON, PASSAGES, PRESETS, SAMPLES, TWINS
from components.masked_word.surprise import Part, Surprise
from components.masked_word.temperature import TEMPERATURES

FOUND = Prediction(
    parts=("वह लड़की स्कूल जा", " है।"),
    asked=("वह लड़की स्कूल जा ", " है।"),
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
    return template(html.page(PRESETS, SAMPLES, TWINS, PASSAGES, CONTRASTS, limits, model_menu.page("masked_word")))


def script() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in html.SCRIPTS)


def test_the_page_is_a_template_without_anything_to_fill_in() -> None:
    assert page().count("data-example") == len(PRESETS) + len(SAMPLES)


def test_every_id_and_reference_of_the_page_has_its_partner() -> None:
    ids = re.findall(r' id="([^"]+)"', page())
    assert len(ids) == len(set(ids))
    for references in re.findall(r' (?:for|aria-describedby|aria-controls)="([^"]+)"', page()):
        assert set(references.split()) <= set(ids)


def test_every_class_that_the_script_looks_for_is_there() -> None:
    classes = {name for names in re.findall(r' class="([^"]+)"', page()) for name in names.split()}
    for name in re.findall(r'find\("\.([\w-]+)"\)', script()):
        assert name in classes, name


def test_every_field_of_an_answer_is_known_to_the_script() -> None:
    answer = view.answer_json(FOUND)
    blank = answer["blanks"][0]
    for key in (*answer, *blank, *blank["rows"][0]):
        assert re.search(rf"\b{key}\b", script()), key


def test_every_section_has_its_panel_and_its_function() -> None:
    sections = [id for id, _ in html.SECTIONS]
    assert re.findall(r'data-panel="([^"]+)"', page()) == sections
    drawn = re.search(r"const DRAW = \{(.*?)\};", script(), re.DOTALL)
    assert drawn is not None
    assert re.findall(r"(\w+): \(\) =>", drawn[1]) == sections


HERE = replace(FOUND, blanks=(Blank((Candidate("रही", " रही", 0.5, False, 7),), 0.5, None),), whole=True)


def test_the_lesson_goes_through_every_section() -> None:
    assert {step.section for step in LESSON} == {id for id, _ in html.SECTIONS}
    assert all(not step.temperature or step.temperature in TEMPERATURES for step in LESSON)


def test_models_beside_each_other() -> None:
    rows = (Row("रही", False, (None, 0.5)), Row("ना", True, (0.25, 0.0)))
    found = view.beside_json(Beside((FOUND, HERE), (rows,)))
    [blank] = found["blanks"]
    assert blank["rows"][0] == {
        "word": "रही",
        "joins": False,
        "shares": [None, {"share": 0.5, "percent": "50.0%", "bits": "1.0"}],
    }
    assert blank["rows"][1]["shares"][1] == {"share": 0.0, "percent": "0%", "bits": "∞"}
    assert [each["percent"] for each in blank["rests"]] == ["75.0%", "50.0%"]
    assert found["whole"]


def test_how_far_two_models_are_apart_in_words() -> None:
    assert view.agreements([Apart(1, 2, None)] * 2)[1].startswith("Hidden word 2: 1 of the first 2")
    assert view.agreement(Apart(3, 10, None)) == "3 of the first 10 guesses are the same."
    assert view.agreement(Apart(3, 10, 0.256)).endswith("KL(first ‖ second) = 0.26 bits, over all pieces.")
    found = view.compared_json(
        Beside((FOUND, HERE), ((),)),
        [Apart(1, 1, None)],
        [Measured(None, 2_500_000, 0.44), Measured(9_459_904, 38_000_000, 12.6)],
    )
    one, two = found["models"]
    assert (one["parameters"], one["milliseconds"]) == ("none: it counts", "0.4 ms on cpu")
    assert (two["parameters"], two["milliseconds"], two["size"]) == ("9,459,904", "13 ms on cpu", "38 MB")


def sentence(*bits: float | None) -> Surprise:
    parts = tuple(Part(f"w{number}", each, True) for number, each in enumerate(bits))
    return Surprise(parts, "pathshala-bert", "en", True, "cpu", 3.0)


def test_surprise_in_words() -> None:
    found = view.surprised_json([sentence(2.0, 4.0, None), sentence(2.0, 1.0)])
    first, second = found["sentences"]
    assert first["sum"] == "6.0 bits in 2 words · pseudo-perplexity 8"
    assert second["sum"] == "3.0 bits in 2 words · pseudo-perplexity 3"
    assert [part["written"] for part in first["parts"]] == ["2.0", "4.0", ""]
    assert first["parts"][0]["percent"] == "25.0%"
    assert found["verdict"] == "The first sentence surprises the model more, by 3.0 bits."
    assert view.verdict([sentence(1.0), sentence(1.0)]) == "Both surprise the model just as much."
    assert view.verdict([sentence(1.0)]) == view.verdict([sentence(1.0), sentence(None)]) == ""
    assert view.summary(sentence(None)).startswith("There is no word")
    assert view.summary(sentence(5000.0)).endswith("over a billion")


def test_layers_say_whether_the_first_one_was_taught_alone() -> None:
    found = Layers(((Row("रही", False, (0.1, 0.2)),),), 1, "pathshala-bert", "hi")
    assert view.layers_json(found, 0)["names"] == ["input", "layer 1"]
    assert "10,988 steps" in view.layers_json(found, 10_988)["note"]
    assert "only ever" in view.layers_json(found, 0)["note"]


def test_every_question_of_the_scripts_has_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(tab.gr, "HTML", lambda **options: given.update(options))
    monkeypatch.setattr(tab.gr.events, "api", lambda *_, **__: None)
    tab.build()
    functions = {function.__name__ for function in given["server_functions"]}
    asked = set(re.findall(r'serve\("(\w+)"', script()))
    assert "heat" in asked
    assert asked <= functions


def test_no_markup_is_ever_written_from_text() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script())


def test_when_the_answer_appears() -> None:
    def found(*blanks: list[tuple[str, tuple[float, ...]]]) -> Layers:
        rows = tuple(tuple(Row(word, False, shares) for word, shares in blank) for blank in blanks)
        return Layers(rows, len(blanks[0][0][1]) - 1, "pathshala-bert", "hi")

    late = [("रही", (0.1, 0.2, 0.6)), ("रहा", (0.3, 0.4, 0.2))]
    early = [("है", (0.1, 0.5, 0.6)), ("था", (0.2, 0.2, 0.2))]
    at_once = [("है", (0.3, 0.5, 0.6)), ("था", (0.2, 0.2, 0.2))]
    lost_between = [("है", (0.9, 0.1, 0.6)), ("था", (0.0, 0.2, 0.2))]
    assert view.appearance(found(late)) == "“रही” leads from layer 2 on."
    assert view.appearance(found(early)) == "“है” leads from layer 1 on."
    assert view.appearance(found(at_once)) == "“है” leads from the beginning, before any layer."
    assert view.appearance(found(lost_between)) == "“है” leads from layer 2 on."
    both = view.appearance(found(late, early))
    assert both.startswith("Hidden word 1: “रही”")
    assert "Hidden word 2: “है” leads from layer 1 on." in both
