"""Pictures of weights: what the rows are called, what is merged and hidden, and that rows still sum to one."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from components.attention import pictures
from components.attention.compute import Attention, attend
from components.attention.pictures import LEVELS, OVERS, THUMBNAIL, picture, thumbnails, units
from components.errors import PathshalaError

pytestmark = pytest.mark.usefixtures("no_hub")

TEXT = "बिल्ली ने दूध पिया क्योंकि वह भूखी थी।"
WORDS = ["बिल्ली", "ने", "दूध", "पिया", "क्योंकि", "वह", "भूखी", "थी", "।"]


@pytest.fixture
def cat() -> Attention:
    return attend(TEXT, model="pathshala-bert")


def test_rows_are_named_after_what_stands_there(cat: Attention) -> None:
    assert [unit.label for unit in units(cat, "words")] == ["[CLS]", *WORDS, "[SEP]"]
    assert [unit.label for unit in units(cat, "words", special=False)] == WORDS
    assert "".join(unit.label for unit in units(cat, "pieces", special=False)) == "".join(WORDS)
    assert "".join(unit.label for unit in units(cat, "aksharas", special=False)) == "".join(WORDS)


def test_bytes_of_one_character_are_counted() -> None:
    found = attend("𑀓", model="gpt2")
    labels = [unit.label for unit in units(found, "pieces")]
    assert len(labels) > 1
    assert labels[0] == f"𑀓 1/{len(labels)}"
    assert [unit.label for unit in units(found, "words")] == ["𑀓"]


def test_without_options_they_are_the_models_own_numbers(cat: Attention) -> None:
    for layer, each in enumerate(cat.layers):
        assert np.array_equal(picture(cat, layer), each.weights)


@pytest.mark.parametrize("model", ["pathshala-bert", "gpt2", "jhu-clsp/mmBERT-small", "albert-base-v2"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("special", [True, False])
def test_rows_sum_to_one(model: str, level: pictures.Level, special: bool) -> None:
    found = attend(TEXT, model=model)
    count = len(units(found, level, special))
    for over in OVERS:
        made = picture(found, 0, over, level, special)
        assert made.shape == (found.layers[0].weights.shape[0] if over == "heads" else 1, count, count)
        sums = made.sum(-1)
        if over == "maximum":
            assert (sums > 1 - 1e-4).all()
        else:
            assert sums == pytest.approx(1, abs=1e-4)


def test_the_mean_of_merged_heads_is_the_merged_mean(cat: Attention) -> None:
    by_head = picture(cat, 1, "heads", "words")
    assert picture(cat, 1, "mean", "words")[0] == pytest.approx(by_head.mean(0), abs=1e-6)
    assert picture(cat, 1, "maximum", "words")[0] == pytest.approx(by_head.max(0), abs=1e-6)


def test_hidden_tokens_leave_the_shares_of_the_others(cat: Attention) -> None:
    whole = cat.layers[0].weights[:, 1:-1, 1:-1]
    left = picture(cat, 0, special=False)
    assert left == pytest.approx(whole / whole.sum(-1, keepdims=True), abs=1e-5)


def test_thumbnails_are_small_and_mean_the_same() -> None:
    short = attend("my dog", model="pathshala-bert")
    assert len(short.tokens) <= THUMBNAIL
    assert np.array_equal(thumbnails(short), short.weights)
    long = attend("rain " * 60, model="pathshala-bert")
    small = thumbnails(long)
    assert small.shape == (*long.weights.shape[:2], THUMBNAIL, THUMBNAIL)
    size = len(long.tokens)
    first, second = size // THUMBNAIL, 2 * size // THUMBNAIL
    assert small[0, 0, 0, 1] == pytest.approx(long.weights[0, 0, :first, first:second].mean(), abs=1e-6)


@pytest.mark.parametrize("layer", [-1, 99, 1.0, True, "0", None])
def test_a_layer_that_is_not_there(cat: Attention, layer: object) -> None:
    with pytest.raises(PathshalaError, match=r"has \d+ layers: layer must be a whole number from 0 to"):
        picture(cat, layer)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=40), level=st.sampled_from(LEVELS), special=st.booleans())
def test_any_text_that_is_read_has_a_picture(text: str, level: pictures.Level, special: bool) -> None:
    try:
        found = attend(text, model="pathshala-bert")
    except PathshalaError:
        assume(False)
    made = picture(found, 0, "heads", level, special)
    assert made.shape[1] == len(units(found, level, special)) > 0
    assert made.sum(-1) == pytest.approx(1, abs=1e-3)
