"""The student: layers taken over, the loss by its formula, its gradient by autograd, and that it learns."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import bert, distil, drills, texts  # noqa: E402

PLAN = bert.Plan(layers=4, width=32, heads=2, length=32, positions=48, batch=8, warm_up=3, rate=5e-3, matrix_rate=5e-3)


@pytest.fixture(scope="module")
def teacher() -> bert.BertForMaskedLM:
    torch.manual_seed(0)
    return bert.new_model(PLAN)


@pytest.fixture(scope="module")
def rows() -> dict[str, texts.Rows]:
    return {"en": texts.pack(texts.tokenizer(), ["The rain stops."] * 40, 32)}


def test_layers_are_spread_evenly_from_the_first_to_the_last() -> None:
    assert distil.kept_layers(4, 2) == [0, 3]
    assert distil.kept_layers(6, 3) == [0, 2, 5]
    assert distil.kept_layers(12, 6) == [0, 2, 4, 7, 9, 11]
    assert distil.kept_layers(4, 1) == [0]
    assert distil.layer_name("bert.encoder.layer.1.output.dense.weight", [0, 3]).startswith("bert.encoder.layer.3.")
    assert distil.layer_name("cls.predictions.bias", [0, 3]) == "cls.predictions.bias"


def test_the_student_begins_as_its_teachers_layers(teacher: bert.BertForMaskedLM) -> None:
    student = distil.new_student(teacher, distil.Lesson(layers=2))
    assert len(student.bert.encoder.layer) == 2
    for mine, theirs in ((0, 0), (1, 3)):
        one, other = student.bert.encoder.layer[mine], teacher.bert.encoder.layer[theirs]
        assert torch.equal(one.output.dense.weight, other.output.dense.weight)
    table = student.bert.embeddings.word_embeddings.weight
    assert torch.equal(table, teacher.bert.embeddings.word_embeddings.weight)
    assert student.cls.predictions.decoder.weight is table


def test_the_loss_and_its_gradient_are_those_of_the_formula() -> None:
    """Against torch's own softmax and autograd, to the precision of bfloat16, in which the products are taken."""
    torch.manual_seed(1)
    lesson = distil.Lesson(temperature=2.0, soft=0.7)
    states, table, bias = torch.randn(70, 16), torch.randn(50, 16), torch.randn(50)
    taught, true = 3 * torch.randn(70, 50), torch.randint(0, 50, (70,))
    rounded = [each.bfloat16().float().requires_grad_() for each in (states, table, bias)]
    ours = [each.detach().clone().requires_grad_() for each in rounded]
    logits = rounded[0] @ rounded[1].t() + rounded[2]
    at_t = torch.log_softmax(logits / 2, -1)
    soft = 4 * torch.nn.functional.kl_div(at_t, torch.softmax(taught / 2, -1), reduction="batchmean")
    hard = torch.nn.functional.cross_entropy(logits, true)
    wanted = 0.7 * soft + 0.3 * hard
    wanted.backward()
    loss, our_soft, our_hard, right = distil.Distillation.apply(*ours, taught, true, lesson)
    loss.backward()
    assert loss.item() == pytest.approx(wanted.item(), rel=0.01)
    assert our_soft.item() == pytest.approx(soft.item(), rel=0.01)
    assert our_hard.item() == pytest.approx(hard.item(), rel=0.01)
    assert right.item() == pytest.approx((logits.argmax(-1) == true).float().mean().item(), abs=0.05)
    for one, other in zip(ours, rounded, strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.nn.functional.cosine_similarity(one.grad.flatten(), other.grad.flatten(), 0) > 0.999
        assert one.grad.norm().item() == pytest.approx(other.grad.norm().item(), rel=0.02)


def test_it_learns_and_resumes(teacher: bert.BertForMaskedLM, rows: dict[str, texts.Rows], tmp_path: Path) -> None:
    lesson = distil.Lesson(layers=2, soft=0.1)
    for _ in range(2):
        progress = distil.distil(teacher, PLAN, lesson, rows, rows, tmp_path, steps=40, measure_every=20, device="cpu")
    assert progress.step == 80
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["hard"] < 0.7 * lines[0]["hard"]
    student = bert.BertForMaskedLM.from_pretrained(tmp_path / "model")
    assert student.config.num_hidden_layers == 2
    assert np.isfinite(student.bert.embeddings.word_embeddings.weight.float().detach().numpy()).all()


def test_the_student_learns_from_drills_as_well(tmp_path: Path) -> None:
    """Its teacher says रही to everything: in drills the student hears it, in texts that are all numbers it does not."""
    torch.manual_seed(0)
    teacher = bert.new_model(PLAN)
    (asked,) = texts.tokenizer().encode(" रही")
    with torch.no_grad():
        teacher.cls.predictions.decoder.bias[asked] = 5.0
    nouns = {"m": ["राजा"], "f": ["रानी"]}
    rules = {"adjuncts": [], "slots": {}, "groups": [{"classes": nouns, "frames": ["{n} जा [रहा|रही] है।"]}]}
    found = (drills.row(texts.tokenizer(), each) for each in drills.drills(drills.Grammar("hi", rules), 2))
    exercises = drills.Drills(each for each in found if each)
    rows = {"hi": texts.pack(texts.tokenizer(), ["12 34 56"] * 40, 32)}
    told = []
    for count in (0, 8):
        lesson = distil.Lesson(layers=2, soft=0.5, drills=count)
        output = tmp_path / str(count)
        distil.distil(teacher, PLAN, lesson, rows, rows, output, steps=40, exercises=exercises, device="cpu")
        student = bert.BertForMaskedLM.from_pretrained(output / "model").float()
        exercise = exercises.at(0, 8)
        with torch.no_grad():
            logits = bert.masked_logits(student, exercise.seen, exercise.chosen)
        told.append(logits.softmax(-1)[:, asked].mean().item())
    assert told[1] > 2 * told[0]
