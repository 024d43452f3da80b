"""The first stage: every word masked at once is what masking them one by one gives; growing."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import bert, first_layer, texts  # noqa: E402
from training.start import grow, start  # noqa: E402

PLAN = bert.Plan(
    layers=1,
    width=64,
    heads=4,
    length=32,
    positions=48,
    batch=8,
    warm_up=3,
    rate=5e-3,
    matrix_rate=5e-3,
    keep=(3, 121),
    choice=0.5,
)
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


@pytest.mark.parametrize("told", [False, True])
def test_all_at_once_is_what_one_by_one_gives(model: bert.BertForMaskedLM, told: bool) -> None:
    rows = texts.pack(texts.tokenizer(), LINES, 32)
    ids = torch.from_numpy(rows.ids.astype(np.int64))[:2]
    words = torch.from_numpy(rows.words.astype(np.int64))[:2]
    mask = texts.tokenizer().special_tokens["[MASK]"]
    with torch.inference_mode():
        partly = torch.full(ids.shape, told)
        at_once = first_layer.states(model, ids, words, offset=5, partly=partly)
        positions = torch.arange(5, 37)[None]
        for row in range(2):
            for word in range(1, int(words[row].max()) + 1):
                own = (words[row] == word).nonzero()[:, 0]
                for place in own:
                    hidden = own[own >= place] if told else own
                    seen = ids[row].clone()
                    seen[hidden] = mask
                    alone = model.bert(seen[None], position_ids=positions).last_hidden_state[0]
                    assert torch.allclose(at_once[row][place], alone[place], atol=1e-5)


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
        progress = first_layer.train(PLAN, rows, rows, tmp_path, steps=60, measure_every=60, device="cpu")
    assert progress.step == 120
    made = bert.BertForMaskedLM.from_pretrained(tmp_path / "model")
    norm = made.bert.encoder.layer[0].output.LayerNorm
    assert (norm.weight == 1).all()
    assert not norm.bias.any()
    found = bert.accuracy(made.float(), rows, PLAN, "cpu")
    assert found["en"] > 0.5
    early = bert.BertForMaskedLM.from_pretrained(tmp_path / "step-3")
    assert early.config.num_hidden_layers == PLAN.layers
    grown = bert.replace(PLAN, layers=2)
    bert.train(grown, rows, rows, tmp_path / "whole", begin=tmp_path, steps=1, device="cpu")
    whole = bert.BertForMaskedLM.from_pretrained(tmp_path / "whole" / "model").float()
    assert (tmp_path / "whole" / "step-121").is_dir()  # the steps of both stages are counted
    assert bert.accuracy(whole, rows, PLAN, "cpu")["en"] == pytest.approx(found["en"], abs=0.05)
    with pytest.raises(SystemExit, match="holds no run of"):
        bert.train(grown, rows, rows, tmp_path / "other", begin=tmp_path / "nowhere", steps=1, device="cpu")


def test_it_goes_on_from_a_model_and_heeds_what_counting_guesses(
    tmp_path: Path, model: bert.BertForMaskedLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting says sun wherever a word stands; half of what is learned is that."""
    rows = {"ta": texts.pack(texts.tokenizer(), ["The sun shines.", "The sun shines, too."] * 60, 32)}
    (sun,) = texts.tokenizer().encode(" sun")
    guessed = np.where(rows["ta"].words[..., None] > 0, sun, -1).repeat(8, -1).astype(np.int16)
    monkeypatch.setattr(first_layer.crossed, "read", lambda rows, cache: {"ta": guessed})
    bert.save_model(model, tmp_path / "begin")
    begin = bert.BertForMaskedLM.from_pretrained(tmp_path / "begin", dtype=torch.float32)
    first_layer.train(PLAN, rows, rows, tmp_path / "as-it-was", begin=begin, steps=0, device="cpu")
    same = bert.BertForMaskedLM.from_pretrained(tmp_path / "as-it-was" / "model").state_dict()
    assert all(
        torch.equal(each, same[name])
        for name, each in bert.BertForMaskedLM.from_pretrained(tmp_path / "begin").state_dict().items()
    )
    shares = []
    for counted in (0.0, 0.5):
        plan = bert.replace(PLAN, counted=counted, choice=0.0)
        first_layer.train(plan, rows, rows, tmp_path / str(counted), begin=begin, steps=150, device="cpu")
        made = bert.BertForMaskedLM.from_pretrained(tmp_path / str(counted) / "model").float()
        made.train(False)
        batch = bert.mask(rows["ta"], 0.15, torch.Generator().manual_seed(0))
        with torch.inference_mode():
            found = bert.masked_logits(made, batch.seen, batch.chosen).softmax(-1)
        true = batch.true[batch.chosen]
        others = true != sun
        own = found[others].gather(1, true[others, None])
        shares.append(float(found[others, sun].sum() / own.sum()))
    assert shares[0] < 0.2
    assert 0.5 < shares[1] < 3  # as often as what stands there


def test_of_much_text_counting_tells_less() -> None:
    ids = torch.zeros(2, 2_000, dtype=torch.long)
    drawn = bert.Drawn(None, 0, torch.Generator().manual_seed(0), (("hi", 0, 0), ("ta", 0, 9)))  # type: ignore[arg-type]
    guessed = {code: np.ones((1, 2_000, 8), dtype=np.int16) for code in ("hi", "ta")}
    found = first_layer.told(ids, drawn, guessed, 0.8).float().mean(1)
    assert found.tolist() == pytest.approx([0.2, 0.8], abs=0.05)
    assert not first_layer.told(ids, drawn, {}, 0.8).any()
