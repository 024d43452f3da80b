"""Surprise of words: against passes of the model made one by one, and on any text."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import catalogue, models
from components.errors import PathshalaError
from components.masked_word import surprise as module
from components.masked_word.compute import TEXT_LIMIT
from components.masked_word.presets import TWINS, Twin
from components.masked_word.surprise import UNITS, Part, Surprise, surprise
from tests import small_models

torch = pytest.importorskip("torch")

IDS = [*(id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks), "pathshala-bert"]
TEXT = "The unbelievable children play."

pytestmark = pytest.mark.usefixtures("no_hub", "with_counts")


@pytest.mark.parametrize("id", IDS)
def test_each_word_as_worked_out_by_itself(id: str) -> None:
    [found] = surprise([TEXT], id)
    assert "".join(part.text for part in found.parts) == TEXT
    assert [part.text for part in found.parts if part.word] == ["The", "unbelievable", "children", "play"]
    assert [part.text for part in found.parts if part.bits is not None][-1] == "."
    assert len(found.measured) == 4
    loaded = models.load(id, "masked_word")
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    encoded = tokenizer(TEXT, return_offsets_mapping=True)
    start = TEXT.index("unbelievable")
    places = [
        place
        for place, (one, end) in enumerate(encoded["offset_mapping"])
        if one < start + len("unbelievable") and end > start and one != end
    ]
    bits = 0.0
    for size, place in enumerate(places):
        row = list(encoded["input_ids"])
        for hidden in places[size:]:
            row[hidden] = tokenizer.mask_token_id
        with torch.inference_mode():
            logs = loaded.model(input_ids=torch.tensor([row])).logits[0, place].double().log_softmax(-1)
        bits -= float(logs[encoded["input_ids"][place]]) / math.log(2)
    [word] = [part for part in found.parts if part.text == "unbelievable"]
    assert word.bits == pytest.approx(bits, rel=1e-4)


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    [whole] = surprise([TEXT], "pathshala-bert")
    monkeypatch.setattr(module, "AT_ONCE", 1)
    [one_by_one] = surprise([TEXT], "pathshala-bert")
    assert [part.bits for part in whole.parts] == pytest.approx([part.bits for part in one_by_one.parts], abs=1e-4)


def test_a_gap_stays_a_gap_and_is_not_counted() -> None:
    for sign in ("[MASK]", "<mask>", "[mask]"):
        [found] = surprise([f"The {sign} children play."], "pathshala-bert")
        assert len(found.measured) == 3
        [counted] = surprise([f"The {sign} children play."], "pathshala-counted")
        assert len(counted.parts) > 3
        assert not any(sign in part.text and part.bits is not None for part in counted.parts)


def test_figures_by_hand() -> None:
    parts = (Part("a", 2.0, True), Part(" ", None, False), Part("b", 4.0, True), Part(".", 9.0, False))
    found = Surprise(parts, "", None, True, "cpu", 1.0)
    assert found.bits == 6.0
    assert found.perplexity == pytest.approx(8.0)
    assert Surprise((Part("a", 2000.0, True),), "", None, True, "cpu", 1.0).perplexity == math.inf
    assert Surprise((), "", None, True, "cpu", 1.0).perplexity == 1.0


def test_counted_neighbours_are_surprised_as_they_count() -> None:
    [found] = surprise(["लड़का स्कूल जाता है।"], "pathshala-counted")
    assert "".join(part.text for part in found.parts) == "लड़का स्कूल जाता है।"
    counted = models.load("pathshala-counted", "masked_word").model
    [word] = [part for part in found.parts if part.text == "जाता"]
    assert word.bits == pytest.approx(-math.log2(counted.probability("hi", " स्कूल", " जाता", " है")), rel=1e-6)
    [unknown] = surprise(["लड़का क्षत्रज्ञष जाता है।"], "pathshala-counted")
    assert [part.bits for part in unknown.parts if part.text == "क्षत्रज्ञष"] == [None]


def test_bad_input_gets_a_sentence() -> None:
    for text, why in (
        (" ", "no sentence yet"),
        ("x" * (TEXT_LIMIT + 1), "leave out 1"),
        ("a \ud800", "half of one"),
        ("a " * (UNITS + 1), f"the limit is {UNITS}"),
        ("a [SEP] b", "writes for itself"),
    ):
        with pytest.raises(PathshalaError, match=why):
            surprise([text], "pathshala-bert")


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_measured_or_refused(text: str) -> None:
    for id in ("pathshala-bert", "pathshala-counted"):
        try:
            [found] = surprise([text], id)
        except PathshalaError:
            continue
        assert "".join(part.text for part in found.parts).replace("<mask>", "[MASK]") == text.replace(
            "<mask>", "[MASK]"
        )
        assert all(part.bits is None or part.bits >= 0 for part in found.parts)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.label)
def test_twins_differ_in_one_word(twin: Twin) -> None:
    one, other = (text.split() for text in (twin.text, twin.other))
    assert sum(here != there for here, there in zip(one, other, strict=True)) == 1
