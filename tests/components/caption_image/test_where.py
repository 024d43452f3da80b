"""Occlusion, gradient x attention, words left out, and the check: on small real models of every kind."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from components import models
from components.caption_image import encoding, store, view, where
from components.caption_image.encoding import Memory
from components.caption_image.store import Picture
from components.errors import PathshalaError

torch = pytest.importorskip("torch")

OURS = "pathshala-clip"
CLIP = "openai/clip-vit-base-patch32"
SIGLIP = "google/siglip2-base-patch16-224"
JOINED = "sentence-transformers/clip-ViT-B-32-multilingual-v1"
ALL = (OURS, CLIP, SIGLIP, JOINED)
CAPTION = "a girl hugging a dog"

pytestmark = pytest.mark.usefixtures("no_hub", "nothing_known")


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, names in ((encoding, ("_pictures", "_captions", "_heads")), (where, ("_covered", "_captions"))):
        for name in names:
            monkeypatch.setattr(module, name, Memory(1000))


@pytest.fixture
def picture() -> Picture:
    return store.sample("girl-hugging-dog")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions that visited a model."""
    visits: list[str] = []
    run = models.run

    def told(compute: Any, *args: Any, **kwargs: Any) -> Any:
        visits.append(compute.__name__)
        return run(compute, *args, **kwargs)

    monkeypatch.setattr(models, "run", told)
    return visits


def features(loaded: models.Loaded, caption: str, pixels: Any) -> tuple[Any, Any]:
    """By transformers itself: the picture's and the caption's vector, of any length."""
    tokenizer: Any = loaded.tokenizer
    padding = "max_length" if encoding.pads_fully(loaded) else True
    ids = tokenizer([caption], padding=padding, truncation=True, max_length=64, return_tensors="pt")
    told = loaded.model.get_text_features(**ids).pooler_output
    return loaded.model.get_image_features(pixel_values=pixels).pooler_output, told


def cosine(loaded: models.Loaded, caption: str, pixels: Any) -> float:
    with torch.no_grad():
        return float(torch.nn.functional.cosine_similarity(*features(loaded, caption, pixels)))


def pixels_of(loaded: models.Loaded, picture: Picture) -> Any:
    processor: Any = loaded.images
    return processor(images=picture.image, return_tensors="pt")["pixel_values"]


# -- words


def test_a_word_costs_what_the_cosine_loses(picture: Picture) -> None:
    for id in ALL:
        loaded = models.load(id, "caption_image")
        found = where.look(picture, f"  {CAPTION} ", id)
        pixels = pixels_of(loaded, picture)
        assert found.words == ("a", "girl", "hugging", "a", "dog")
        whole = cosine(loaded, CAPTION, pixels)
        assert found.cosine == pytest.approx(whole, abs=1e-5)
        without = [cosine(loaded, each, pixels) for each in where.leave_each_out(found.words)]
        assert found.costs == pytest.approx(whole - np.array(without), abs=1e-5)


def test_leave_each_out() -> None:
    assert where.leave_each_out(("a", "red", "dog")) == ["red dog", "a dog", "a red"]
    assert where.leave_each_out(("कुत्ता",)) == []


def test_a_caption_of_one_word(picture: Picture) -> None:
    found = where.look(picture, "कुत्ता", OURS)
    assert found.words == ("कुत्ता",)
    assert found.costs.shape == (0,)
    assert view.where_json(found)["costs"] == []


# -- occlusion


@pytest.mark.parametrize("square", where.SQUARES)
def test_on_a_plain_picture_nothing_can_be_covered(square: str) -> None:
    plain = Picture("file:plain", Image.new("RGB", (40, 40), (120, 60, 200)), 40, 40)
    for row in range(0, where.GRID, where.ROWS):
        assert where.cover(plain, "a dog", row, square, OURS).costs == pytest.approx(0, abs=1e-6)


def test_a_covered_place_by_hand(picture: Picture) -> None:
    for id in ALL:
        loaded = models.load(id, "caption_image")
        pixels = pixels_of(loaded, picture)
        found = where.cover(picture, CAPTION, 4, "medium", id)
        assert found.costs.shape == (where.ROWS, where.GRID)
        hidden = pixels.clone()
        side = pixels.shape[-1]  # 32: the cell (5, 2) has its middle at 14.67, 6.67, the square is 8 wide
        assert side == 32
        hidden[0, :, 11:19, 3:11] = pixels.mean((2, 3)).T[:, :, None]
        fall = cosine(loaded, CAPTION, pixels) - cosine(loaded, CAPTION, hidden)
        assert found.costs[1, 2] == pytest.approx(fall, abs=1e-5)


def test_every_pixel_gets_covered_and_the_square_stays_inside() -> None:
    for side in where.SQUARES.values():
        spans = [where.span(place, 96, side) for place in range(where.GRID)]
        assert set().union(*(range(each.start, each.stop) for each in spans)) == set(range(96))
        assert spans[6].stop - spans[6].start == pytest.approx(96 * side, abs=1)


def test_another_caption_asks_the_picture_encoder_nothing(picture: Picture, counted: list[str]) -> None:
    one = where.cover(picture, "a dog", 0, "small", OURS)
    two = where.cover(picture, "a train", 0, "small", OURS)
    assert counted.count("encode_covered") == 1
    assert not np.allclose(one.costs, two.costs)


# -- gradient x attention


def chefer(loaded: models.Loaded, caption: str, pixels: Any) -> np.ndarray:
    """Another way: hooks on the softmax, retained gradients, one product of matrices."""
    kept: list[Any] = []
    softmax = torch.nn.functional.softmax

    def keeping(*args: Any, **kwargs: Any) -> Any:
        found = softmax(*args, **kwargs)
        if found.requires_grad and found.dim() >= 3:
            found.retain_grad()
            kept.append(found)
        return found

    torch.nn.functional.softmax = keeping
    try:
        seen, told = features(loaded, caption, pixels.clone().requires_grad_())
    finally:
        torch.nn.functional.softmax = softmax
    torch.nn.functional.cosine_similarity(seen, told.detach()).backward()
    bars = [
        (each.grad.reshape(-1, *each.shape[-2:]) * each.reshape(-1, *each.shape[-2:])).clamp(min=0) for each in kept
    ]
    product = torch.eye(kept[0].shape[-1])
    for bar in bars:
        mean = bar.mean(0)
        product = (torch.eye(len(mean)) + mean) @ product if mean.shape[0] == mean.shape[1] else mean @ product
    row = product[0].detach().numpy()
    return np.asarray(row if len(product) == 1 else row[1:]).reshape(4, 4)


@pytest.mark.parametrize("id", ALL)
def test_relevance_is_the_product_over_the_layers(id: str, picture: Picture) -> None:
    found = where.look(picture, CAPTION, id)
    loaded = models.load(id, "caption_image")
    assert found.relevance is not None
    assert found.lacking == ""
    assert found.relevance.shape == (4, 4)
    assert (found.relevance >= 0).all()
    assert found.relevance.max() > 0
    expected = chefer(loaded, CAPTION, pixels_of(loaded, picture))
    assert found.relevance == pytest.approx(expected, rel=1e-3, abs=1e-8)
    assert all(each.grad is None and not each.requires_grad for each in loaded.model.parameters())


def test_siglips_pooling_layer_is_the_models_own() -> None:
    loaded = models.load(SIGLIP, "caption_image")
    head = loaded.model.vision_model.head
    states = torch.randn(1, 16, head.probe.shape[-1], generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        pooled, attention = where.pool(head, states)
        assert torch.allclose(pooled, head(states), atol=1e-5)
    assert torch.allclose(attention.sum(-1), torch.ones(attention.shape[:-1]))


def test_without_attention_occlusion_is_left(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = models.load(OURS, "caption_image")
    kind = type(loaded.model)
    whole = kind.get_image_features

    def silent(self: Any, pixel_values: Any, **_: Any) -> Any:
        return whole(self, pixel_values)

    monkeypatch.setattr(kind, "get_image_features", silent)
    found = where.look(picture, CAPTION, OURS)
    assert found.relevance is None
    assert "Occlusion needs none" in found.lacking
    assert len(found.costs) == 5
    assert where.cover(picture, CAPTION, 0, model=OURS).costs.any()
    assert view.where_json(found)["relevance"] is None


# -- the check


@pytest.mark.parametrize("id", [OURS, SIGLIP, JOINED])
def test_shuffling_leaves_the_shared_model_alone(id: str, picture: Picture) -> None:
    loaded = models.load(id, "caption_image")
    before = {name: each.clone() for name, each in loaded.model.state_dict().items()}
    plain, other = where.look(picture, CAPTION, id), where.look(picture, CAPTION, id, shuffled=True)
    where.cover(picture, CAPTION, 2, model=id, shuffled=True)
    assert all(torch.equal(each, before[name]) for name, each in loaded.model.state_dict().items())
    assert other.shuffled
    assert plain.cosine != pytest.approx(other.cosine, abs=1e-4)
    assert plain.relevance is not None
    assert other.relevance is not None
    assert not np.allclose(plain.relevance, other.relevance)
    assert where.look(picture, CAPTION, id).cosine == pytest.approx(plain.cosine)


def test_a_shuffled_copy_has_the_same_numbers_in_another_order() -> None:
    loaded = models.load(OURS, "caption_image")
    one, two = (where.shuffled_copy(loaded).model.state_dict() for _ in range(2))
    moved = 0
    for name, each in loaded.model.state_dict().items():
        assert torch.equal(one[name], two[name])
        assert torch.equal(one[name].flatten().sort().values, each.flatten().sort().values)
        moved += not torch.equal(one[name], each)
        if each.dim() < 2:
            assert torch.equal(one[name], each)
    assert moved > 10


def test_shuffled_rows_belong_to_the_shuffled_model(picture: Picture, counted: list[str]) -> None:
    looked = where.look(picture, CAPTION, OURS, shuffled=True)
    covered = where.cover(picture, CAPTION, 0, model=OURS, shuffled=True)
    assert covered.cosine == pytest.approx(looked.cosine, abs=1e-5)
    assert "read_shuffled" not in counted  # look() has left the caption's vector
    fresh = where.cover(picture, "a train", 0, model=OURS, shuffled=True)
    assert counted[-1] == "read_shuffled"
    assert fresh.cosine == pytest.approx(where.look(picture, "a train", OURS, shuffled=True).cosine, abs=1e-5)


def test_a_large_model_is_not_copied(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "SHUFFLED_BYTES", 1000)
    with pytest.raises(PathshalaError, match="needs a copy of “pathshala-clip”"):
        where.look(picture, CAPTION, OURS, shuffled=True)
    assert where.look(picture, CAPTION, OURS).words


# -- what was asked, what is shown


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"square": "huge"}, "There is no square “huge”: choose small, medium, large."),
        ({"row": 1}, "The rows are asked 2 at a time"),
        ({"row": 12}, "The rows are asked 2 at a time"),
        ({"row": -2}, "The rows are asked 2 at a time"),
        ({"caption": " "}, "There is no caption yet"),
        ({"caption": "a" * 400}, "the limit is 300"),
    ],
)
def test_what_is_refused(picture: Picture, counted: list[str], asked: dict[str, Any], sentence: str) -> None:
    given: dict[str, Any] = {"caption": CAPTION, "row": 0, "model": OURS} | asked
    with pytest.raises(PathshalaError, match=sentence):
        where.cover(picture, **given)
    assert counted == []


def test_what_the_model_sees_is_the_middle_of_a_wide_picture() -> None:
    wide = Image.new("RGB", (96, 32), (255, 0, 0))
    wide.paste((0, 0, 255), (32, 0, 64, 32))
    seen = where.look(Picture("file:wide", wide, 96, 32), "a dog", CLIP).seen
    assert seen.shape == (32, 32, 3)
    assert seen.reshape(-1, 3) == pytest.approx(np.tile([0, 0, 255], (1024, 1)), abs=1)


def test_what_the_page_gets(picture: Picture) -> None:
    answer = view.where_json(where.look(picture, CAPTION, OURS))
    assert max(map(max, answer["relevance"])) == 1
    assert answer["seen"].startswith("data:image/png;base64,")
    assert (answer["rows"], answer["columns"], answer["step"]) == (where.GRID, where.GRID, where.ROWS)
    part = view.covered_json(where.cover(picture, CAPTION, 2, model=OURS))
    assert part["row"] == 2
    assert np.shape(part["costs"]) == (where.ROWS, where.GRID)
