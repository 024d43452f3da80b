"""The first stage: every word masked at once is what masking them one by one gives; the sampled loss; growing."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import bert, first_layer, texts  # noqa: E402
from training.start import grow, start  # noqa: E402

PLAN = bert.Plan(layers=1, width=64, heads=4, length=32, positions=48, batch=8, warm_up=3, rate=5e-3, matrix_rate=5e-3)
LINES = ["वह लड़की विश्वविद्यालय जा रही है।", "The rain stops, and the unbelievable happens."] * 3


@pytest.fixture(autouse=True)
def _short_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(*_: object) -> np.ndarray:
        return np.random.default_rng(0).normal(size=(len(texts.tokenizer()), PLAN.width)).astype(np.float32)

    monkeypatch.setattr(bert.vectors, "vectors", drawn)


@pytest.fixture
def model() -> bert.BertForMaskedLM:
    torch.manual_seed(0)
    made = bert.new_model(PLAN)
    size = made.config.vocab_size
    found = np.random.default_rng(0).normal(size=(size, PLAN.width)).astype(np.float32)
    start(made, found, np.full(size, 1 / size))
    made.train(False)
    return made


def test_all_at_once_is_what_one_by_one_gives(model: bert.BertForMaskedLM) -> None:
    rows = texts.pack(texts.tokenizer(), LINES, 32)
    ids = torch.from_numpy(rows.ids.astype(np.int64))[:2]
    words = torch.from_numpy(rows.words.astype(np.int64))[:2]
    mask = texts.tokenizer().special_tokens["[MASK]"]
    with torch.inference_mode():
        at_once = first_layer.states(model, ids, words, offset=5)
        positions = torch.arange(5, 37)[None]
        for row in range(2):
            for word in range(1, int(words[row].max()) + 1):
                own = words[row] == word
                seen = ids[row].masked_fill(own, mask)[None]
                alone = model.bert(seen, position_ids=positions).last_hidden_state[0]
                assert torch.allclose(at_once[row][own], alone[own], atol=1e-5)


def test_the_sampled_loss_is_the_whole_one_when_all_are_candidates() -> None:
    torch.manual_seed(0)
    start_values = [each.bfloat16().float() for each in (torch.randn(40, 8), torch.randn(30, 8), torch.randn(30))]
    true = torch.randint(0, 30, (40,))
    ours, theirs = ([each.clone().requires_grad_() for each in start_values] for _ in range(2))
    wanted = torch.nn.functional.cross_entropy(theirs[0] @ theirs[1].t() + theirs[2], true)
    wanted.backward()
    loss, _ = first_layer.CorrectedCrossEntropy.apply(*ours, torch.zeros(30), true)
    loss.backward()
    assert loss.item() == pytest.approx(wanted.item(), rel=0.01)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.nn.functional.cosine_similarity(one.grad.flatten(), other.grad.flatten(), 0) > 0.999


def test_the_correction_makes_the_sample_stand_for_all() -> None:
    """The expected sum over corrected candidates is the sum over the whole vocabulary."""
    torch.manual_seed(0)
    size = 400
    frequencies = torch.distributions.Dirichlet(torch.full((size,), 0.3)).sample()
    scores = torch.randn(size).exp()
    sample = first_layer.Sample(more=60)
    sums = []
    for seed in range(400):
        numbers = torch.Generator().manual_seed(seed)
        true = torch.multinomial(frequencies, 100, replacement=True, generator=numbers)
        chosen, correction, places = first_layer.candidates(true, frequencies, sample, numbers)
        assert torch.equal(chosen[places], true)
        sums.append(float((scores[chosen] * correction.exp()).sum()))
    assert np.mean(sums) == pytest.approx(float(scores.sum()), rel=0.05)


def test_grown_layers_change_nothing(model: bert.BertForMaskedLM) -> None:
    large = bert.new_model(bert.replace(PLAN, layers=3))
    grow(model, large)
    large.train(False)
    ids = torch.randint(256, 20_000, (2, 32), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        one = model.bert(ids).last_hidden_state
        three = large.bert(ids).last_hidden_state
    assert torch.allclose(one, three, atol=1e-4)
    assert len(large.bert.encoder.layer) == 3
    assert large.bert.encoder.layer[2].attention.self.query.weight.any()


def test_a_model_of_another_width_cannot_grow(model: bert.BertForMaskedLM) -> None:
    with pytest.raises((ValueError, RuntimeError)):
        grow(model, bert.new_model(bert.replace(PLAN, layers=2, width=32)))


def test_it_learns_resumes_and_leaves_its_last_norm_alone(tmp_path: Path) -> None:
    rows = {"en": texts.pack(texts.tokenizer(), ["The rain stops.", "The sun shines."] * 60, 32)}
    for _ in range(2):
        progress = first_layer.train(
            PLAN, first_layer.Sample(more=64), rows, rows, tmp_path, steps=60, measure_every=60, device="cpu"
        )
    assert progress.step == 120
    made = bert.BertForMaskedLM.from_pretrained(tmp_path / "model")
    norm = made.bert.encoder.layer[0].output.LayerNorm
    assert (norm.weight == 1).all()
    assert not norm.bias.any()
    found = bert.accuracy(made.float(), rows, PLAN, "cpu")
    assert found["en"] > 0.5
    grown = bert.replace(PLAN, layers=2)
    bert.train(grown, rows, rows, tmp_path / "whole", begin=tmp_path, steps=1, device="cpu")
    whole = bert.BertForMaskedLM.from_pretrained(tmp_path / "whole" / "model").float()
    assert bert.accuracy(whole, rows, PLAN, "cpu")["en"] == pytest.approx(found["en"], abs=0.05)
    with pytest.raises(SystemExit, match="holds no run of"):
        bert.train(grown, rows, rows, tmp_path / "other", begin=tmp_path / "nowhere", steps=1, device="cpu")
