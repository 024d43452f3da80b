"""What the model is given: places whose step is a rotation, heads that look where they are told, frequencies."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import bert, start  # noqa: E402

PLAN = bert.Plan(layers=3, width=128, heads=4, positions=96)


@pytest.fixture(scope="module")
def model() -> bert.BertForMaskedLM:
    torch.manual_seed(0)
    made = bert.new_model(PLAN)
    numbers = np.random.default_rng(0)
    size = made.config.vocab_size
    found = numbers.normal(size=(size, PLAN.width)).astype(np.float32)
    start.start(made, found, numbers.dirichlet(np.ones(size)))
    made.train(False)
    return made


def test_a_step_is_the_same_rotation_everywhere() -> None:
    waves = start.sinusoids(40, 16)
    for by in (-3, 1, 2):
        turned = waves @ start.rotation(16, by).T
        assert torch.allclose(turned[5:35], waves[5 + by : 35 + by], atol=1e-4)


def test_no_two_places_of_a_row_look_alike() -> None:
    waves = torch.nn.functional.normalize(start.sinusoids(256, 32), dim=1)
    alike = waves @ waves.T - 2 * torch.eye(256)
    for away in range(1, 64):
        assert alike.diagonal(away).max() < 0.75, away


@pytest.mark.parametrize("offset", [0, 30])
def test_each_head_of_the_lowest_layer_looks_where_it_should(model: bert.BertForMaskedLM, offset: int) -> None:
    ids = torch.randint(256, 20_000, (2, 48), generator=torch.Generator().manual_seed(1))
    positions = torch.arange(offset, offset + 48)[None]
    with torch.inference_mode():
        weights = model.bert(ids, position_ids=positions, output_attentions=True).attentions[0]
    for head, (away, how) in enumerate(start.LOOKS[0][: PLAN.heads]):
        there = weights[:, head].diagonal(away, dim1=-2, dim2=-1)[:, 4:-4]
        itself = weights[:, head].diagonal(0, dim1=-2, dim2=-1)
        if how == start.SHARP:
            assert there.mean() > 0.3
            assert there.mean() > 10 * itself.mean()
        else:  # a stretch around that place
            beside = [weights[:, head].diagonal(away + more, dim1=-2, dim2=-1)[:, 9:-9].mean() for more in (-2, 0, 2)]
            assert min(beside) > 1.5 * itself.mean()
            assert max(beside) < 0.5


def test_the_bias_is_the_logarithm_of_the_frequency(model: bert.BertForMaskedLM) -> None:
    expected = np.random.default_rng(0)
    expected.normal(size=(model.config.vocab_size, PLAN.width))
    shares = expected.dirichlet(np.ones(model.config.vocab_size))
    bias = model.cls.predictions.bias.detach().numpy()
    assert np.allclose(bias, np.log(shares + 1e-7), atol=1e-4)


def test_words_and_places_have_dimensions_of_their_own(model: bert.BertForMaskedLM) -> None:
    embeddings = model.bert.embeddings
    places = start.place_dimensions(PLAN.width)
    assert places == 16
    assert not embeddings.word_embeddings.weight[:, -places:].any()
    assert not embeddings.position_embeddings.weight[:, :-places].any()


def test_heads_too_narrow_for_the_waves_stay_random() -> None:
    made = bert.new_model(bert.Plan(layers=1, width=32, heads=16, positions=16))
    query = made.bert.encoder.layer[0].attention.self
    before = query.query.weight.clone()
    start.look(query, ((-1, (1.0, 1.0)), (1, (1.0, 1.0))), 4)
    assert torch.equal(before, query.query.weight)
