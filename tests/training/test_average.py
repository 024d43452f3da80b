"""The mean of models."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from training import average, bert  # noqa: E402

PLAN = bert.Plan(layers=1, width=32, heads=2, positions=64)


def model(seed: int, plan: bert.Plan = PLAN) -> Any:
    torch.manual_seed(seed)
    return bert.new_model(plan)


def test_each_weight_is_the_mean() -> None:
    one, other = model(1), model(2)
    made = average.mean([one, other, other])
    for name, value in made.state_dict().items():
        assert torch.allclose(value, (one.state_dict()[name] + 2 * other.state_dict()[name]) / 3, atol=1e-6)
    again = average.mean([one]).state_dict()
    assert all(torch.equal(again[name], value) for name, value in one.state_dict().items())


def test_the_output_stays_the_input_table() -> None:
    made = average.mean([model(1), model(2)])
    assert made.cls.predictions.decoder.weight is made.bert.embeddings.word_embeddings.weight


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in shape"):
        average.mean([model(1), model(2, replace(PLAN, layers=2))])


def test_the_layers_above_the_first_have_shares_of_their_own() -> None:
    plan = replace(PLAN, layers=2)
    one, other = model(1, plan), model(2, plan)
    made = average.mean([one, other], [3, 1], [0, 2]).state_dict()
    for name, value in made.items():
        first, second = one.state_dict()[name], other.state_dict()[name]
        wanted = second if ".layer.1." in name else (3 * first + second) / 4
        assert torch.allclose(value, wanted, atol=1e-6), name
    with pytest.raises(ValueError, match="as many shares"):
        average.mean([one, other], [1.0])


def test_a_first_layer_is_grown(tmp_path: Path) -> None:
    for name, layers in (("small", 1), ("large", 2)):
        bert.save_model(model(1, replace(PLAN, layers=layers)), tmp_path / name)
    small, large = average.read([tmp_path / "small", tmp_path / "large"])
    assert small.config.num_hidden_layers == large.config.num_hidden_layers == 2
    assert not small.bert.encoder.layer[1].output.dense.weight.any()


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = []
    for seed in (1, 2):
        folders.append(str(tmp_path / str(seed)))
        bert.save_model(model(seed), Path(folders[-1]))
    monkeypatch.setattr("sys.argv", ["average", *folders, "--output", str(tmp_path / "mean")])
    average.main()
    made = bert.BertForMaskedLM.from_pretrained(tmp_path / "mean", dtype=torch.float32).state_dict()
    name = "bert.embeddings.word_embeddings.weight"
    true = (model(1).state_dict()[name] + model(2).state_dict()[name]) / 2
    assert torch.allclose(made[name], true, atol=1e-4)
