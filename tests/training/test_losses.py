"""The loss and its gradient against torch's own, to the precision of bfloat16, in which the products are taken."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import losses  # noqa: E402

SIZE = 50


@pytest.fixture
def values() -> list[torch.Tensor]:
    """States, table and bias."""
    torch.manual_seed(1)
    return [each.bfloat16().float() for each in (torch.randn(70, 16), torch.randn(SIZE, 16), torch.randn(SIZE))]


def leaves(values: list[torch.Tensor]) -> list[torch.Tensor]:
    return [each.clone().requires_grad_() for each in values]


def decoder_of(table: torch.Tensor, bias: torch.Tensor) -> torch.nn.Linear:
    made = torch.nn.Linear(table.shape[1], table.shape[0])
    made.weight, made.bias = torch.nn.Parameter(table.clone()), torch.nn.Parameter(bias.clone())
    return made


@pytest.mark.parametrize("correction", [None, torch.zeros(SIZE)])
def test_the_loss_and_its_gradient_are_cross_entropys(
    values: list[torch.Tensor], correction: torch.Tensor | None
) -> None:
    true = torch.randint(0, SIZE, (70,))
    ours, theirs = leaves(values), leaves(values)
    logits = theirs[0] @ theirs[1].t() + theirs[2]
    wanted = torch.nn.functional.cross_entropy(logits, true)
    wanted.backward()
    loss, right = losses.CrossEntropy.apply(*ours, true, correction)
    loss.backward()
    assert loss.item() == pytest.approx(wanted.item(), rel=0.01)
    assert right.item() == pytest.approx((logits.argmax(-1) == true).float().mean().item(), abs=0.03)
    for one, other in zip(ours, theirs, strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.nn.functional.cosine_similarity(one.grad.flatten(), other.grad.flatten(), 0) > 0.999


def test_a_sample_that_holds_everything_gives_the_exact_loss(values: list[torch.Tensor]) -> None:
    decoder = decoder_of(values[1], values[2])
    true = torch.randint(0, SIZE, (70,))
    even = torch.full((SIZE,), 1 / SIZE)
    exact, _ = losses.exact_loss(decoder, values[0], true)
    sampled, _ = losses.sampled_loss(decoder, values[0], true, even, torch.Generator().manual_seed(0), more=5_000)
    assert sampled.item() == pytest.approx(exact.item(), rel=1e-3)


def test_a_sampled_loss_is_near_the_exact_one(values: list[torch.Tensor]) -> None:
    """Many draws of half of the vocabulary: their mean is near the exact loss."""
    decoder = decoder_of(values[1] / 4, values[2])
    true = torch.randint(0, SIZE, (12,), generator=torch.Generator().manual_seed(0))
    even = torch.full((SIZE,), 1 / SIZE)
    exact, _ = losses.exact_loss(decoder, values[0][:12], true)
    found = [
        losses.sampled_loss(decoder, values[0][:12], true, even, torch.Generator().manual_seed(seed), more=12)[0].item()
        for seed in range(200)
    ]
    assert np.mean(found) == pytest.approx(exact.item(), rel=0.1)


def test_the_correction_makes_the_sample_stand_for_all() -> None:
    """The expected sum over corrected candidates is the sum over the whole vocabulary."""
    torch.manual_seed(0)
    size = 400
    frequencies = torch.distributions.Dirichlet(torch.full((size,), 0.3)).sample()
    scores = torch.randn(size).exp()
    sums = []
    for seed in range(400):
        numbers = torch.Generator().manual_seed(seed)
        true = torch.multinomial(frequencies, 100, replacement=True, generator=numbers)
        chosen, correction, places = losses.candidates(true, frequencies, 60, numbers)
        assert torch.equal(chosen[places], true)
        sums.append(float((scores[chosen] * correction.exp()).sum()))
    assert np.mean(sums) == pytest.approx(float(scores.sum()), rel=0.05)
