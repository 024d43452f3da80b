"""The losses of a batch: worked by hand, against torch, against the page's own script; a batch of small real models."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.caption_image import compute, store, trained, view
from components.caption_image.store import Picture
from components.caption_image.trained import contrastive_loss, sigmoid_loss
from components.errors import PathshalaError

torch = pytest.importorskip("torch")

CLIP, SIGLIP = "openai/clip-vit-base-patch32", "google/siglip2-base-patch16-224"
SCRIPT = Path(trained.__file__).with_name("losses.js")


def random_cosines(n: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(2, n, 4))
    pictures, captions = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(pictures @ captions.T)


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_two_pairs_by_hand() -> None:
    """Logits ln 3, 0; ln 2, ln 2: the shares of the diagonal are 3/4 and 1/2 in rows, 3/5 and 2/3 in columns."""
    found = contrastive_loss(np.log([[3, 1], [2, 2]]), 1)
    assert found.rows == pytest.approx([math.log(4 / 3), math.log(2)])
    assert found.columns == pytest.approx([math.log(5 / 3), math.log(3 / 2)])
    assert found.loss == pytest.approx((math.log(8 / 3) + math.log(5 / 2)) / 4)
    assert found.guessing == pytest.approx(math.log(2))


def test_three_pairs_by_hand() -> None:
    """The scale 2 squares the powers: 4 1 1, 1 9 4, 4 1 16."""
    found = contrastive_loss(np.log([[2, 1, 1], [1, 3, 2], [2, 1, 4]]), 2)
    assert found.rows == pytest.approx(np.log([6 / 4, 14 / 9, 21 / 16]))
    assert found.columns == pytest.approx(np.log([9 / 4, 11 / 9, 21 / 16]))
    assert found.guessing == pytest.approx(math.log(3))


def test_siglip_by_hand() -> None:
    """Logits ln 3, 0; ln 2, ln 2, the bias included: yes 3/4 and 2/3, no 1/2 and 1/3."""
    found = sigmoid_loss(np.log([[3, 1], [2, 2]]) - 0.5, 1, 0.5)
    assert found.rows == pytest.approx([math.log(4 / 3) + math.log(2), math.log(3) + math.log(3 / 2)])
    assert found.columns == pytest.approx([math.log(4 / 3) + math.log(3), math.log(2) + math.log(3 / 2)])
    assert found.loss == pytest.approx(math.log(4 / 3 * 2 * 3 * 3 / 2) / 2)


def test_equal_cosines_are_guessing() -> None:
    assert contrastive_loss(np.full((5, 5), 0.3), 100).loss == pytest.approx(math.log(5))
    knows_the_share = sigmoid_loss(np.zeros((5, 5)), 10, -math.log(4))  # sigmoid(-ln 4) = 1/5
    assert knows_the_share.loss == pytest.approx(knows_the_share.guessing)


def test_the_best_and_the_worst_table() -> None:
    """Nothing overflows, at any scale."""
    assert contrastive_loss(np.eye(4), 1e4).loss == 0
    assert contrastive_loss(-np.eye(4), 1e4).loss == pytest.approx(1e4 + math.log(3))
    assert sigmoid_loss(2 * np.eye(4) - 1, 1e4, 0).loss == 0
    assert sigmoid_loss(1 - 2 * np.eye(4), 1e4, 0).loss == pytest.approx(4e4)


@pytest.mark.parametrize("table", [np.ones((1, 1)), np.ones((2, 3)), np.ones(4)])
def test_no_table_of_pairs(table: np.ndarray) -> None:
    with pytest.raises(ValueError, match="2 x 2"):
        contrastive_loss(table, 1)


# -- against others ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 12])
@pytest.mark.parametrize("scale", [1, 14.3, 100])
def test_torch_says_the_same(n: int, scale: float) -> None:
    cosine = random_cosines(n)
    found = contrastive_loss(cosine, scale)
    logits, right = torch.tensor(scale * cosine), torch.arange(n)
    entropy = torch.nn.functional.cross_entropy
    assert found.rows == pytest.approx(entropy(logits, right, reduction="none").numpy())
    assert found.columns == pytest.approx(entropy(logits.T, right, reduction="none").numpy())
    assert found.loss == pytest.approx(float(entropy(logits, right) + entropy(logits.T, right)) / 2)

    pairs = sigmoid_loss(cosine, scale, -10)
    direct = -torch.nn.functional.logsigmoid((2 * torch.eye(n) - 1) * (logits - 10)).sum() / n
    assert pairs.loss == pytest.approx(float(direct))
    assert pairs.rows.sum() == pytest.approx(n * pairs.loss)
    assert pairs.columns.sum() == pytest.approx(n * pairs.loss)


@pytest.mark.parametrize("scale", [1, 7.5, 100])
def test_the_slider_says_the_same(browser: Any, scale: float) -> None:
    page = browser.new_page()
    cosine = random_cosines(6)
    call = f"([cosine, scale, bias]) => {{ {SCRIPT.read_text(encoding='utf-8')} "
    call += "const logits = logitsOf(cosine, scale, bias); return [contrastiveLoss(logits), sigmoidLoss(logits)]; }"
    for bias in (0, -12.5):
        told = page.evaluate(call, [cosine.tolist(), scale, bias])
        for heard, found in zip(
            told, (contrastive_loss(cosine, scale), sigmoid_loss(cosine, scale, bias)), strict=True
        ):
            assert heard["rows"] == pytest.approx(found.rows, rel=1e-9)
            assert heard["columns"] == pytest.approx(found.columns, rel=1e-9)
            assert heard["loss"] == pytest.approx(found.loss, rel=1e-9)
            assert heard["guessing"] == pytest.approx(found.guessing)
    page.close()


def test_shuffled_pairs_are_all_wrong(browser: Any) -> None:
    page = browser.new_page()
    script = SCRIPT.read_text(encoding="utf-8")
    orders = page.evaluate(f"() => {{ {script} return [2, 3, 12].flatMap((n) => [cycle(n), cycle(n), cycle(n)]); }}")
    for order in orders:
        assert sorted(order) == list(range(len(order)))
        assert all(place != other for place, other in enumerate(order))
    page.close()


# -- a model ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_hub")
def test_a_batch_of_clip(three: list[Picture]) -> None:
    captions = ["a dog", "ரயில்", "लाल"]
    found = trained.trained(three, captions, CLIP)
    table = compute.similarity(three, captions, CLIP)
    assert not found.sigmoid
    assert found.cosine == pytest.approx(table.cosine)
    right = np.diagonal(table.captions_given_image), np.diagonal(table.images_given_caption)
    assert found.found.rows == pytest.approx(-np.log(right[0]), rel=1e-5)
    assert found.found.columns == pytest.approx(-np.log(right[1]), rel=1e-5)
    told = view.batch_json(found)
    assert told["found"]["loss"] == contrastive_loss(np.array(told["cosine"]), told["scale"]).loss


@pytest.mark.usefixtures("no_hub")
def test_a_batch_of_siglip(three: list[Picture]) -> None:
    captions = ["a dog", "a train", "red"]
    found = trained.trained(three, captions, SIGLIP)
    table = compute.similarity(three, captions, SIGLIP)
    assert found.sigmoid
    right = np.where(np.eye(3) > 0, table.pairs, 1 - table.pairs)
    assert found.found.loss == pytest.approx(-np.log(right).sum() / 3, rel=1e-4)


@pytest.mark.usefixtures("no_hub")
@pytest.mark.parametrize(
    ("captions", "words"),
    [
        (["a dog", "a train"], "3 pictures and 2 captions"),
        (["a dog", "a train", "red", "blue"], "3 pictures and 4 captions"),
        (["a dog", "  ", "red"], "Picture 2 has no caption"),
        (["a dog", "x" * 301, "red"], "limit is 300"),
    ],
)
def test_what_is_no_batch(three: list[Picture], captions: list[str], words: str) -> None:
    with pytest.raises(PathshalaError, match=words):
        trained.trained(three, captions)


@pytest.mark.usefixtures("no_hub")
def test_too_few_and_too_many() -> None:
    dog = store.sample("dog")
    with pytest.raises(PathshalaError, match="no picture yet"):
        trained.trained([], [])
    with pytest.raises(PathshalaError, match="One pair alone"):
        trained.trained([dog], ["a dog"])
    with pytest.raises(PathshalaError, match="limit is 12"):
        trained.trained([dog] * 13, ["a dog"] * 13)
