"""Sentences as the models get them: tokens, words, aksharas, what does not fit, and what is refused."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components import catalogue, models
from components.attention import compute
from components.attention.compute import TEXT_LIMIT, TOKEN_LIMIT, attend
from components.errors import PathshalaError
from tests import small_models

pytestmark = pytest.mark.usefixtures("no_hub")

IDS = [*(id for id in small_models.IDS if "attention" in catalogue.get(id).tasks), "pathshala-bert"]
TEXTS = ("वह लड़की स्कूल जा रही है।", "क्षि राष्ट्र", "اردو میں AI ۱۲", "don't  stop!", "👨‍👩‍👧 x", "a")


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_token_is_a_slice_and_in_one_group(id: str, text: str) -> None:
    found = attend(text, model=id)
    size = len(found.tokens)
    assert found.weights.shape[2:] == (size, size)
    assert found.weights.sum(-1) == pytest.approx(1, abs=1e-4)
    for token in found.tokens:
        if not token.special:
            assert token.text == text[token.start : token.end] or token.start == token.end
    for groups in (found.words, found.aksharas):
        assert [each for group in groups for each in group] == list(range(size))
    assert len(found.words) <= len(found.aksharas)
    assert found.model == id
    assert found.left_out == ("", "")


def test_words_of_a_sentence() -> None:
    found = attend("बिल्ली ने दूध पिया।", model="pathshala-bert")
    words = ["".join(found.tokens[each].text for each in group) for group in found.words]
    assert words == ["[CLS]", "बिल्ली", "ने", "दूध", "पिया", "।", "[SEP]"]


ONE_TEXT = {"gpt2", "jhu-clsp/mmBERT-small"}  # the small stand-in of the second knows no pairs


@pytest.mark.parametrize("id", [id for id in IDS if id not in ONE_TEXT])
def test_a_pair_of_sentences(id: str) -> None:
    found = attend("The rain stops.", "The sun shines.", model=id)
    sentences = [token.sentence for token in found.tokens if not token.special]
    assert set(sentences) == {0, 1}
    assert sentences == sorted(sentences)


def test_gpt2_reads_one_text_and_nothing_that_comes_later() -> None:
    found = attend("The rain stops.", model="gpt2")
    assert found.causal
    assert not attend("The rain stops.", model="pathshala-bert").causal
    pair = attend("The rain stops.", "The sun shines.", model="gpt2")
    assert pair.alone
    assert [token.text for token in pair.tokens] == [token.text for token in found.tokens]
    assert not attend("The rain stops.", "The sun shines.", model="pathshala-bert").alone


@pytest.mark.parametrize("id", ["pathshala-bert", "roberta-base", "gpt2"])
def test_what_does_not_fit_is_named(id: str) -> None:
    text = " ".join(f"{number} drops" for number in range(200))
    found = attend(text, model=id)
    assert len(found.tokens) <= found.limit <= TOKEN_LIMIT
    assert found.left_out[0]
    assert text.endswith(found.left_out[0])


def test_of_a_pair_the_longer_one_is_shortened() -> None:
    found = attend("rain " * 300, "The sun shines.", model="pathshala-bert")
    assert found.left_out[0]
    assert not found.left_out[1]


def test_a_mask_is_a_word_of_its_own() -> None:
    for id in ("pathshala-bert", "xlm-roberta-base"):
        for mask in ("[MASK]", "<mask>"):
            found = attend(f"वह {mask} है।", model=id)
            masked = [token for token in found.tokens if token.text in ("[MASK]", "<mask>")]
            assert len(masked) == 1
            assert (masked[0].start, masked[0].end) == (3, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is no text yet"),
        (" \n", "There is no text yet"),
        ("a" * (TEXT_LIMIT + 5), "leave out 5"),
        ("\ud800", "lone surrogate"),
        ("[SEP] x", "is a sign that"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(PathshalaError, match=message):
        attend(text, model="pathshala-bert")


def test_a_model_that_is_not_here_is_not_downloaded() -> None:
    with pytest.raises(PathshalaError, match="is not on this machine yet"):
        attend("a", model="l3cube-pune/hindi-bert-v2")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_at_all(text: str) -> None:
    for id in ("pathshala-bert", "bert-base-uncased", "gpt2"):
        try:
            found = attend(text, model=id)
        except PathshalaError:
            continue
        assert found.weights.shape[-1] == len(found.tokens)
        assert np.isfinite(found.weights).all()


def test_akshara_spans_tile_the_text() -> None:
    for text in TEXTS:
        spans = compute._akshara_spans(text)
        assert "".join(text[start:end] for start, end in spans) == text


def test_it_says_who_answered() -> None:
    found = attend("नमस्ते", model="pathshala-bert")
    assert (found.device, found.language, found.covered) == ("cpu", "hi", True)
    assert found.milliseconds > 0
    assert models.is_ready(catalogue.get(found.model))


@pytest.mark.parametrize("id", [id for id in IDS if id != "gpt2"])
@pytest.mark.parametrize("sign", ["[PAD]", "<pad>", "[pad]"])
def test_filling_is_seen_by_nobody_and_changes_nothing(id: str, sign: str) -> None:
    plain = attend("You are welcome", model=id)
    found = attend(f"You are welcome {sign} {sign}{sign}", model=id)
    size = len(plain.tokens)
    assert found.filling == 3
    assert len(found.tokens) == size + 3
    assert [token.text for token in found.tokens[:size]] == [token.text for token in plain.tokens]
    assert len({token.text for token in found.tokens[size:]}) == 1
    assert all(token.special for token in found.tokens[size:])
    assert found.weights[:, :, :, size:].max() == 0
    assert found.weights.sum(-1) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(found.weights[:, :, :size, :size], plain.weights, atol=1e-4)
    np.testing.assert_allclose(found.states[:, :size], plain.states, atol=1e-3)
    for layer in found.layers:
        np.testing.assert_allclose(layer.computed(), layer.weights, atol=1e-4)


def test_filling_stands_behind_the_second_sentence() -> None:
    found = attend("The rain stops.", "The sun shines. [PAD]", model="pathshala-bert")
    assert found.filling == 1
    assert [token.sentence for token in found.tokens][-2:] == [-1, -1]
    assert found.tokens[-2].text == "[SEP]"
    assert found.tokens[-1].text == "[PAD]"


@pytest.mark.parametrize(
    ("text", "model", "words"),
    [
        ("You [PAD] are welcome", "pathshala-bert", "fills up the end"),
        ("[PAD]", "pathshala-bert", "only filling"),
        ("You are welcome [PAD]", "gpt2", "no sign for filling"),
    ],
)
def test_filling_that_cannot_be(text: str, model: str, words: str) -> None:
    with pytest.raises(PathshalaError, match=words):
        attend(text, model=model)


def test_more_filling_than_fits() -> None:
    found = attend("You are welcome" + "[PAD]" * 300, model="pathshala-bert")
    assert len(found.tokens) <= TOKEN_LIMIT
    assert found.filling == found.limit // 2
