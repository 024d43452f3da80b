"""What travels to the page: one byte a weight, rows in full, notes that are sentences, HTML that is escaped."""

import base64
import json

import numpy as np
import pytest

from components.attention import page, pictures, view
from components.attention.compute import TEXT_LIMIT, attend
from components.attention.presets import LESSON, MEANINGS, OPENING, PRESETS
from components.attention.qkv import inside
from components.markup import tag, template

SENTENCE = "बिल्ली ने दूध पिया क्योंकि वह भूखी थी।"


def test_a_byte_is_a_share_of_the_strongest_weight() -> None:
    weights = np.array([[[0.5, 0.25], [0.125, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
    made = view.picture_json(weights)
    data = np.frombuffer(base64.b64decode(made["data"]), dtype=np.uint8).reshape(2, 2, 2)
    assert made["tops"] == [0.5, 0.0]
    assert data.tolist() == [[[255, 128], [64, 0]], [[0, 0], [0, 0]]]


def test_a_layer_of_twelve_heads_and_64_tokens_is_under_100_kb() -> None:
    weights = np.random.default_rng(0).random((12, 64, 64))
    made = view.picture_json(weights)
    assert len(json.dumps(made)) < 100_000
    data = np.frombuffer(base64.b64decode(made["data"]), dtype=np.uint8).reshape(weights.shape)
    tops = np.array(made["tops"])[:, None, None]
    assert np.abs(data / 255 * tops - weights).max() <= tops.max() / 510 + 1e-9


def test_a_row_in_full_adds_up() -> None:
    row = np.array([0.1, 0.2, 0.7], dtype=np.float32)
    made = view.row_json(row)
    assert made["weights"] == [float(each) for each in row]
    assert made["sum"] == pytest.approx(1)


@pytest.mark.usefixtures("no_hub")
def test_an_answer_says_what_there_is() -> None:
    found = attend(SENTENCE, model="pathshala-bert")
    made = view.answer_json(found)
    assert made["layers"] == len(found.layers)
    assert made["heads"] == found.weights.shape[1]
    assert [unit["label"] for unit in made["units"]["words"]][6] == "वह"
    assert made["notes"] == []
    assert "data" not in json.dumps(made)
    gallery = view.heads_json(found)
    assert len(gallery["heads"]) == gallery["thumbnails"]["count"] == made["layers"] * made["heads"]
    assert gallery["thumbnails"]["size"] <= pictures.THUMBNAIL
    assert json.loads(json.dumps(view.inside_json(inside(found.layers[0], 0, 3))))["shapes"]


@pytest.mark.usefixtures("no_hub")
def test_notes_on_what_would_be_wondered_at() -> None:
    long = view.answer_json(attend("rain falls " * 150, model="pathshala-bert"))["notes"]
    assert "of at most" in long[0]
    assert "Left out from the end" in long[0]
    causal = view.answer_json(attend("𑀓 rain", model="gpt2"))["notes"]
    assert any("no token may see" in note for note in causal)
    assert any("bytes" in note for note in causal)


def test_the_page_has_nothing_that_gradio_would_fill_in() -> None:
    html = template(page.page(PRESETS, MEANINGS, TEXT_LIMIT, tag("div")))
    for id, _ in page.SECTIONS:
        assert f'data-section="{id}"' in html
        assert f'data-panel="{id}"' in html
    scripts = "".join(path.read_text(encoding="utf-8") for path in page.SCRIPTS)
    for name in ("let language", "function drawHeatmap", "function drawInside", "function drawHeads", "drawLines"):
        assert name in scripts
    assert OPENING in PRESETS


def test_the_lesson_goes_through_every_section() -> None:
    sections = [id for id, _ in page.SECTIONS]
    visited = [step.section for step in LESSON]
    assert set(visited) == set(sections)
    for step in LESSON:
        assert len(step.says) < 260
        assert not step.word or step.word in step.text.split()


@pytest.mark.usefixtures("no_hub")
def test_examples_of_two_meanings_point_at_one_word() -> None:
    for pair in MEANINGS:
        words = []
        for sentence, place in zip((pair.first, pair.second), pair.places, strict=True):
            units = pictures.units(attend(sentence, model="pathshala-bert"), "words", special=False)
            words.append(units[place].label)
        assert words == [pair.label, pair.label]


def test_every_example_shows_a_row_that_is_there() -> None:
    for preset in PRESETS:
        assert preset.why.strip()
        if preset.word:
            assert preset.word in preset.text.split()


def test_numbers_travel_in_full() -> None:
    rows = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    found = view.numbers_json(rows)
    back = np.frombuffer(base64.b64decode(found["data"]), "<f4").reshape(-1, found["size"])
    assert np.array_equal(back, rows)
