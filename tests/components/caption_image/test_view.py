"""What the scripts are told, from numbers typed by hand."""

import json
from dataclasses import replace

import numpy as np

from components.caption_image import view
from components.caption_image.compute import Similarity
from components.caption_image.languages import TWELVE
from components.caption_image.presets import LABELS, LESSON, PRESETS
from components.caption_image.samples import SAMPLES
from components.caption_image.templates import TEMPLATES

FOUND = Similarity(
    pictures=("sample:dog", "emoji:🐘"),
    captions=("a dog", "हाथी", "x" * 200),
    cosine=np.array([[0.5, 0.1, 0.0], [0.1, 0.6, 0.0]], np.float32),
    scale=10.0,
    bias=0.0,
    sigmoid=False,
    tokens=(4, 3, 40),
    read=("a dog", "हाथी", "x" * 100),
    new=(2, 3),
    model="pathshala-clip",
    device="cpu",
    reason="no GPU",
    milliseconds=12.34,
)


def test_a_table_as_json() -> None:
    told = view.table_json(FOUND)
    json.dumps(told)
    assert (told["best_caption"], told["best_picture"]) == ([0, 1], [0, 1, 0])
    assert np.sum(told["given_image"], 1).round(4).tolist() == [1, 1]
    assert np.sum(told["given_caption"], 0).round(4).tolist() == [1, 1, 1]
    assert told["pairs"] is None
    assert told["made"] == "CPU · 12 ms"
    assert told["notes"] == ["Caption 3 is too long for pathshala-clip: it was read up to “…" + "x" * 24 + "”."]


def test_the_embedded_model_says_what_it_is_for_once_a_visitor_brings_a_picture() -> None:
    assert not list(view.own_notes(FOUND))
    (said,) = view.own_notes(replace(FOUND, pictures=("sample:dog", "file:3f")))
    assert "not for photographs" in said
    assert not list(view.own_notes(replace(FOUND, pictures=("file:3f",), model="openai/clip-vit-base-patch32")))


def test_what_is_no_number_becomes_null() -> None:
    assert view.numbers(np.array([1.23456789, np.nan])) == [1.234568, None]


def test_titles() -> None:
    assert [view.title(each) for each in ("sample:rain-house", "emoji:🐘", "file:3f")] == [
        "rain house",
        "🐘",
        "your picture",
    ]


def test_presets_name_what_there_is() -> None:
    ids = {f"sample:{each.id}" for each in SAMPLES}
    for preset in PRESETS:
        assert all(each in ids or each.startswith("emoji:") for each in preset.pictures)
        assert 1 <= len(preset.captions) <= 24
    assert all(each.picture in ids and each.language in TEMPLATES for each in LABELS)
    assert all(not step.meaning or f"sample:{step.meaning}" in ids for step in LESSON)
    assert len(SAMPLES) >= 24
    assert all(set(TWELVE) <= {code for code, _ in each.captions} for each in SAMPLES)
