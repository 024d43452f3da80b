"""Drilling a trained model: what the teacher's answers become, that it learns to agree, and that it resumes."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import bert, drills, forms, grammar, texts  # noqa: E402

PLAN = bert.Plan(
    layers=2, width=32, heads=2, length=32, positions=48, batch=8, warm_up=3,
    rate=2e-2, matrix_rate=2e-2, inherited=1.0, dropout=0.0,
)  # fmt: skip
NOUNS = {"m": ["राजा"], "f": ["रानी"]}
RULES = {"adjuncts": ["आज"], "slots": {}, "groups": [{"classes": NOUNS, "frames": ["{n} {a} जा [रहा|रही] है।"]}]}


def rows_of(rules: dict[str, object], count: int = 20) -> list[drills.Row]:
    found = (drills.row(texts.tokenizer(), each) for each in drills.drills(drills.Grammar("hi", rules), count))
    return [each for each in found if each]


def test_the_teacher_says_which_word_and_the_text_which_form() -> None:
    known = torch.tensor([[0, 1, 2], [1, 0, 2], [2, 0, 1], [-1, -1, -1], [-1, -1, -1]])
    taught = torch.tensor([[1.0, 2.0, 0.5, 0.0, 3.0], [1.0, 2.0, 0.5, 0.0, 3.0]])
    before = taught.clone().softmax(-1)
    after = grammar.settled(taught.clone(), known[[2, 4]]).softmax(-1)
    assert after[0, 2].item() == pytest.approx(before[0, :3].sum().item(), rel=1e-3)  # all forms of the true word
    assert after[0, :2].max().item() < 1e-3
    assert after[0, 3:].tolist() == pytest.approx(before[0, 3:].tolist(), rel=1e-3)
    assert torch.allclose(after[1], before[1])  # a word of one form: as the teacher said it


def test_nothing_has_several_forms() -> None:
    taught = torch.randn(2, 3)
    none = torch.full((3, 2), -1)
    assert torch.equal(grammar.settled(taught.clone(), none[:2]), taught)


def test_it_learns_to_agree_and_resumes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    teacher = bert.new_model(PLAN)
    rows = {"hi": texts.pack(texts.tokenizer(), ["वह आज घर पर है।"] * 40, 32)}
    drilled = {"hi": rows_of(RULES)}
    assert len(drilled["hi"]) == 4  # each noun with and without आज
    vectors = np.random.default_rng(0).normal(size=(len(texts.tokenizer()), 8)).astype(np.float32)
    shares = grammar.Shares(soft=0.1, drill=10.0, rows=16)
    before = grammar.right_drills(teacher, drilled["hi"], "cpu")
    assert before == pytest.approx(0.5, abs=0.3)
    for _ in range(2):
        progress = grammar.train(
            teacher, teacher, PLAN, shares, rows, rows, drilled, drilled, tmp_path,
            vectors=vectors, steps=50, measure_every=25, device="cpu",
        )  # fmt: skip
    assert progress.step == 100
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["step"] == 100
    assert lines[-1]["kept_back"]["hi"] == 1.0
    assert lines[-1]["drill"] < 0.9 * lines[0]["drill"]
    model = bert.BertForMaskedLM.from_pretrained(tmp_path / "model").float()
    assert grammar.right_drills(model, drilled["hi"], "cpu") == 1.0


def test_forms_in_text_are_counted_only_where_a_word_has_several() -> None:
    torch.manual_seed(0)
    model = bert.new_model(PLAN)
    rows = texts.pack(texts.tokenizer(), ["वह आज घर पर है।"] * 200, 32)
    none = torch.full((len(texts.tokenizer()), 1 + forms.MOST), -1)
    assert grammar.right_forms(model, rows, none, PLAN, "cpu") == 0.0
    (house,) = texts.tokenizer().encode(" घर")
    some = none.clone()
    some[house, :2] = torch.tensor([house, 300])
    with torch.no_grad():
        model.cls.predictions.decoder.bias[house] = 50.0
    assert grammar.right_forms(model, rows, some, PLAN, "cpu") == 1.0


def test_drills_are_read_by_language(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    found = drills.read_rows(tmp_path, 20, {"hi": 2.0})
    assert set(found) == set(drills.read())
    assert len(found["hi"]) > len(found["en"]) > 0
