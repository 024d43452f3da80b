"""Several models, one sentence: on small real models, beside what each says alone."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import learned, models
from components.errors import PathshalaError
from components.masked_word import beside as module
from components.masked_word import compute, scoring
from components.masked_word.beside import apart, beside, contrast, divergence, measure
from components.masked_word.compute import predict
from components.masked_word.presets import CONTRASTS, Twin
from components.masked_word.scoring import Unsaid

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.usefixtures("no_hub", "with_counts")

TEXT = "the children go to [MASK]."
PAIR = ("pathshala-bert", "pathshala-bert-student")


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("ids", [PAIR, ("bert-base-uncased", "roberta-base"), ("pathshala-counted", "pathshala-bert")])
def test_every_model_is_asked_for_the_words_of_the_others(ids: tuple[str, str], whole: bool) -> None:
    found = beside(TEXT, ids, 4, whole=whole)
    assert [each.model for each in found.predictions] == list(ids)
    [rows] = found.blanks
    for column, id in enumerate(ids):
        alone = predict(TEXT, id, 4, whole=whole).blanks[0].candidates
        listed: dict[tuple[bool, str], float] = {}
        for each in alone:
            listed.setdefault((each.joins, each.word), each.probability)
        for row in rows:
            share = row.shares[column]
            if (row.joins, row.word) in listed:
                assert share == pytest.approx(listed[row.joins, row.word], rel=1e-4)
        assert {(row.joins, row.word) for row in rows} >= set(listed)
    last = [row.shares[-1] or 0.0 for row in rows]
    assert last == sorted(last, reverse=True)


def test_words_that_are_not_listed_have_the_probability_that_they_would_have() -> None:
    found = beside(TEXT, PAIR, 3, whole=False)
    loaded = models.load(PAIR[0], "masked_word")
    parts = compute.read(TEXT)
    shares = compute.mask_shares(loaded, compute.encode(loaded, parts))[0]
    for row in found.blanks[0]:
        if row.shares[0] is not None and not row.joins:
            pieces = scoring.spell(loaded.tokenizer, parts[0], row.word)
            assert len(pieces) == 1
            assert row.shares[0] == pytest.approx(float(shares[pieces[0]]), rel=1e-4)


def test_the_early_states_of_the_embedded_model() -> None:
    ids = [id for id, _ in learned.early()]
    assert ids[-1] == "pathshala-bert"
    assert len(ids) == 4
    found = beside("वह लड़की [MASK] जा [MASK] है।", ids, 3)
    assert len(found.blanks) == 2
    assert all(len(row.shares) == 4 for rows in found.blanks for row in rows)


def test_a_model_that_is_not_here_and_a_sentence_without_a_gap() -> None:
    with pytest.raises(PathshalaError, match="not on this machine yet"):
        beside(TEXT, ["pathshala-bert", "l3cube-pune/hindi-bert-v2"], 3)
    with pytest.raises(PathshalaError, match="No word is hidden"):
        beside("no gap", PAIR, 3)


def test_what_cannot_be_said_is_no_zero() -> None:
    loaded = models.load("bert-base-uncased", "masked_word")
    parts = compute.read(TEXT)
    asked = [[(False, "漢字"), (False, "school"), (True, "schoolchildrens"), (False, " ")]]
    [found] = scoring.look_up(loaded, parts, asked, "en", True)
    assert isinstance(found[0], Unsaid)
    assert isinstance(found[1], float)
    assert isinstance(found[2], Unsaid)
    assert isinstance(found[3], Unsaid)


def test_one_word_changed() -> None:
    texts = ["The boys go to [MASK].", "The children go to [MASK]."]
    found = contrast(texts, "pathshala-bert", 4)
    [rows] = found.blanks
    for column, text in enumerate(texts):
        listed: dict[tuple[bool, str], float] = {}
        for each in predict(text, "pathshala-bert", 4, whole=True).blanks[0].candidates:
            listed.setdefault((each.joins, each.word), each.probability)
        for row in rows:
            if (row.joins, row.word) in listed:
                assert row.shares[column] == pytest.approx(listed[row.joins, row.word], rel=1e-4)
        assert {(row.joins, row.word) for row in rows} >= set(listed)
    with pytest.raises(PathshalaError, match="as many words"):
        contrast([TEXT, "[MASK] and [MASK]"], "pathshala-bert", 4)


@pytest.mark.parametrize("twin", CONTRASTS, ids=lambda twin: twin.label)
def test_contrasts_differ_in_one_word(twin: Twin) -> None:
    one, other = (text.split() for text in (twin.text, twin.other))
    assert sum(here != there for here, there in zip(one, other, strict=True)) == 1
    assert len(compute.read(twin.text)) == len(compute.read(twin.other)) == 2


# -- two models -------------------------------------------------------------------------------------------------------


def test_a_model_beside_itself_is_not_apart() -> None:
    found = beside(TEXT, ("pathshala-bert", "pathshala-bert"), 5)
    [one] = apart(*found.predictions)
    assert (one.shared, one.of) == (5, 5)
    assert one.kl == pytest.approx(0.0, abs=1e-9)


def test_kl_over_all_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the small model and the same one with another bias."""
    loaded = models.load("pathshala-bert", "masked_word")
    parts = compute.read(TEXT)
    here = compute.mask_shares(loaded, compute.encode(loaded, parts))[0].double()
    found = beside(TEXT, ("pathshala-bert", "pathshala-bert"), 5)
    bias = torch.linspace(-2, 2, len(here), dtype=torch.float64)
    there = (here.log() + bias).softmax(-1)
    answers = iter([[here.numpy()], [there.numpy()]])
    monkeypatch.setattr(module, "_piece_shares", lambda _: next(answers))
    [one] = apart(*found.predictions)
    assert one.kl == pytest.approx(float((here * (here / there).log2()).sum()), rel=1e-6)
    assert one.kl > 0.1


def test_kl_only_between_equal_vocabularies() -> None:
    other = beside(TEXT, ("pathshala-bert", "bert-base-uncased"), 5)
    assert apart(*other.predictions)[0].kl is None
    counted = beside(TEXT, ("pathshala-counted", "pathshala-bert"), 5)
    assert apart(*counted.predictions)[0].kl is None


def test_the_divergence_by_hand() -> None:
    one, other = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.5, 0.25])
    assert divergence(one, other) == pytest.approx(0.5)
    assert divergence(other, one) > 100  # what `one` holds impossible


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=9), st.randoms())
def test_the_divergence_is_never_negative(shares: list[float], numbers: random.Random) -> None:
    one = np.array(shares) / sum(shares)
    other = one.copy()
    numbers.shuffle(other)
    assert divergence(one, other) >= 0


def test_what_two_models_cost() -> None:
    found = beside(TEXT, ("pathshala-counted", "pathshala-bert"), 5)
    counted, read = measure(found.predictions)
    assert counted.parameters is None
    loaded = models.load("pathshala-bert", "masked_word")
    assert read.parameters == sum(each.numel() for each in loaded.model.parameters())
    assert read.bytes == loaded.bytes
    assert counted.milliseconds > 0 < read.milliseconds
