"""Temperature and distillation: the class's numbers, and small real models against torch."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import catalogue, models
from components.errors import PathshalaError
from components.masked_word import compute
from components.masked_word import temperature as module
from components.masked_word.page import LOGITS
from components.masked_word.temperature import STUDENTS, TEMPERATURES, distil, heated, pair_of, temperature

torch = pytest.importorskip("torch")

TEXT = "the children [MASK] to [MASK]."

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.mark.parametrize(
    ("T", "wanted"),
    [
        (1.0, [0.0128, 0.0347, 0.2562, 0.6964]),
        (2.0, [0.0689, 0.1136, 0.3087, 0.5089]),
        (10.0, [0.2021, 0.2234, 0.2729, 0.3016]),
    ],
)
def test_the_numbers_of_the_class(T: float, wanted: list[float]) -> None:
    assert sorted(logit for _, logit in LOGITS) == [-2, -1, 1, 2]
    assert heated(np.array([-2, -1, 1, 2]), T).tolist() == pytest.approx(wanted, abs=5e-5)
    assert T in TEMPERATURES


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20), st.sampled_from(TEMPERATURES))
def test_shares_add_up_and_keep_the_order(logits: list[float], T: float) -> None:
    shares = heated(np.array(logits), T)
    assert float(shares.sum()) == pytest.approx(1)
    assert shares[int(np.argmax(logits))] == shares.max()


def test_the_loss_is_that_of_torch() -> None:
    numbers = np.random.default_rng(0)
    one, other = numbers.normal(size=50), numbers.normal(size=50)
    found = distil([heated(one, T) for T in TEMPERATURES], [heated(other, T) for T in TEMPERATURES])
    for place, T in enumerate(TEMPERATURES):
        soft = (torch.tensor(one) / T).softmax(-1)
        logs = (torch.tensor(other) / T).log_softmax(-1)
        divergence = torch.nn.functional.kl_div(logs, soft, reduction="sum")
        assert found.kl[place] == pytest.approx(float(divergence), rel=1e-6)
        assert found.loss[place] == pytest.approx(T * T * float(-(soft * logs).sum()), rel=1e-6)
        assert found.loss[place] == pytest.approx(T * T * (found.kl[place] + found.entropy[place]), rel=1e-6)


def test_a_model_under_temperatures() -> None:
    found = temperature(TEXT, "bert-base-uncased", top_k=5)
    loaded = models.load("bert-base-uncased", "masked_word")
    inputs = compute.encode(loaded, compute.read(TEXT))
    with torch.inference_mode():
        logits = loaded.model(**inputs).logits[0]
    masked = logits[inputs["input_ids"][0] == loaded.tokenizer.mask_token_id]  # type: ignore[union-attr]
    assert found.models == ("bert-base-uncased",)
    assert found.distilled == ()
    for row, rows in zip(masked, found.blanks, strict=True):
        best = row.topk(5)
        assert [each.logits[0] for each in rows] == pytest.approx(best.values.tolist(), abs=1e-4)
        for place, T in enumerate(TEMPERATURES):
            wanted = (row.double() / T).softmax(-1)[best.indices]
            assert [each.shares[0][place] for each in rows] == pytest.approx(wanted.tolist(), rel=1e-3)


@pytest.mark.parametrize(("teacher", "student"), STUDENTS)
def test_the_student_stands_beside_its_teacher(teacher: str, student: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "same_vocabulary", lambda *_: True)  # stand-ins need not have the same
    monkeypatch.setattr(models, "is_ready", lambda _: True)
    for asked in (teacher, student):
        assert pair_of(catalogue.get(asked)) == ((teacher, student), "")


def test_teacher_and_student_under_temperatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "same_vocabulary", lambda *_: True)
    found = temperature(TEXT, "pathshala-bert-student")
    assert found.models == ("pathshala-bert", "pathshala-bert-student")
    assert len(found.distilled) == 2
    assert all(math.isfinite(loss) for each in found.distilled for loss in each.loss)


def test_why_a_model_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, note = pair_of(catalogue.get("roberta-base"))
    assert ids == ("roberta-base",)
    assert "neither" in note
    monkeypatch.setattr(models, "is_ready", lambda _: False)
    ids, note = pair_of(catalogue.get("bert-base-uncased"))
    assert ids == ("bert-base-uncased",)
    assert "distilbert-base-uncased, is not on this machine" in note
    monkeypatch.setattr(module, "same_vocabulary", lambda *_: False)
    assert "another vocabulary" in pair_of(catalogue.get("pathshala-bert"))[1]


def test_counting_has_no_logits() -> None:
    with pytest.raises(PathshalaError, match="it has no logits"):
        temperature(TEXT, "pathshala-counted")
