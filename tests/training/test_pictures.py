"""Pictures drawn for training: emoji where they should be, shapes in their colours, backgrounds held back."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

torch = pytest.importorskip("torch")

from training import pictures  # noqa: E402
from training.pictures import SIDE, Layer  # noqa: E402

NEAR = 2 / 255  # what Pillow rounds


def disc(colour: tuple[int, int, int], alpha: int = 255) -> Image.Image:
    """A disc with a dark corner beside it, so that it differs from its mirror images; the rest is transparent."""
    image = Image.new("RGBA", (72, 72), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 16, 50, 56), fill=(*colour, alpha))
    pen.rectangle((40, 0, 71, 11), fill=(20, 30, 40, 128))
    return image


EMOJI = [disc((220, 30, 60)), disc((30, 60, 220)), disc((10, 200, 90), 100)]
SHEET = torch.from_numpy(np.stack([np.asarray(each).transpose(2, 0, 1) for each in EMOJI]))


def ground(count: int = 1) -> torch.Tensor:
    return torch.rand(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(5))


def pasted(behind: torch.Tensor, image: Image.Image, left: int, top: int, side: int) -> torch.Tensor:
    """The same by Pillow: 3 x 96 x 96."""
    canvas = Image.fromarray((behind * 255).round().byte().permute(1, 2, 0).numpy()).convert("RGBA")
    layer = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
    layer.paste(image.resize((side, side), Image.Resampling.BOX), (left, top))
    canvas.alpha_composite(layer)
    return torch.from_numpy(np.array(canvas.convert("RGB"))).permute(2, 0, 1).float() / 255


def layer(emoji: int, left: int, top: int, side: int, picture: int = 0) -> Layer:
    """Given in pixels, which hit those of the emoji if the side is 72 or 36."""
    return Layer(picture, emoji, (left + side / 2) / SIDE - 0.5, (top + side / 2) / SIDE - 0.5, side / SIDE, 0.0)


# -- placing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "top", "side"), [(12, 12, 72), (3, 20, 72), (0, 60, 36), (41, 7, 36), (-9, 70, 36)])
def test_an_emoji_stands_where_pillow_would_paste_it(left: int, top: int, side: int) -> None:
    """Whole pixels, no turn; smaller than half the side it is drawn from means of 2 x 2; it may be cut off."""
    behind = ground()
    drawn = pictures.place(SHEET, [layer(0, left, top, side)], behind)
    assert drawn.shape == (1, 3, SIDE, SIDE)
    assert torch.allclose(drawn[0], pasted(behind[0], EMOJI[0], left, top, side), atol=NEAR)


def test_transparent_parts_show_the_background() -> None:
    behind = ground()
    kept = behind.clone()
    drawn = pictures.place(SHEET, [layer(2, 12, 12, 72)], behind)
    clear = torch.from_numpy(np.asarray(EMOJI[2])[..., 3] == 0)
    inside = (slice(12, 84), slice(12, 84))
    assert torch.allclose(drawn[0][:, *inside][:, clear], behind[0][:, *inside][:, clear], atol=1e-5)
    middle = drawn[0, :, 12 + 36, 12 + 30]
    share = 100 / 255
    wanted = torch.tensor([10, 200, 90]) / 255 * share + behind[0, :, 48, 42] * (1 - share)
    assert torch.allclose(middle, wanted, atol=1e-4)
    assert torch.equal(behind, kept)  # what was given is not drawn upon


def test_later_layers_cover_earlier_ones_and_each_its_own_picture() -> None:
    behind = ground(3)
    layers = [layer(0, 0, 0, 72, picture=2), layer(1, 20, 4, 36, picture=0), layer(1, 20, 20, 36, picture=2)]
    drawn = pictures.place(SHEET, layers, behind)
    assert torch.equal(drawn[1], behind[1])
    assert torch.allclose(drawn[0], pasted(behind[0], EMOJI[1], 20, 4, 36), atol=NEAR)
    below = pasted(behind[2], EMOJI[0], 0, 0, 72)
    assert torch.allclose(drawn[2], pasted(below, EMOJI[1], 20, 20, 36), atol=2 * NEAR)
    other_way = pictures.place(SHEET, [layers[2], layers[1], layers[0]], behind)
    assert not torch.allclose(drawn[2], other_way[2], atol=0.2)


def test_a_turn_turns_around_the_emojis_own_middle() -> None:
    behind = torch.ones(1, 3, SIDE, SIDE)
    upright = layer(0, 3, 20, 72)
    turned = pictures.place(SHEET, [replace(upright, angle=180.0)], behind)
    straight = pictures.place(SHEET, [upright], behind)
    box = (slice(20, 92), slice(3, 75))
    assert torch.allclose(turned[0][:, *box], straight[0][:, *box].flip(1, 2), atol=1e-3)
    back = pictures.place(SHEET, [replace(upright, angle=360.0)], behind)
    assert torch.allclose(back, straight, atol=1e-3)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_emoji_are_laid_side_by_side_and_hardly_turned(count: int) -> None:
    dice = random.Random(4)
    for _ in range(300):
        found = pictures.lay(7, list(range(count)), dice)
        assert [each.emoji for each in found] == list(range(count))
        assert {each.picture for each in found} == {7}
        for each in found:
            assert 0.23 < each.size <= 1.0
            assert abs(each.angle) <= pictures.ANGLE
            assert max(abs(each.x), abs(each.y)) <= 0.5  # the middle can always be seen
            assert max(abs(each.x), abs(each.y)) + each.size / 2 < 0.55
        for one, other in itertools.combinations(found, 2):
            assert max(abs(one.x - other.x), abs(one.y - other.y)) > (one.size + other.size) / 2


# -- backgrounds ------------------------------------------------------------------------------------------------------


def test_backgrounds_held_back_are_never_drawn_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def spied(kind: str) -> None:
        original = pictures._MIXES[kind]

        def mix(dice: np.random.Generator) -> np.ndarray:
            drawn.append(kind)
            return original(dice)

        monkeypatch.setitem(pictures._MIXES, kind, mix)

    for kind in (*pictures.KINDS, *pictures.UNSEEN):
        spied(kind)
    pictures.backgrounds(300, np.random.default_rng(1))
    assert set(drawn) == set(pictures.KINDS)
    assert not set(drawn) & set(pictures.UNSEEN)
    drawn.clear()
    pictures.backgrounds(40, np.random.default_rng(1), pictures.UNSEEN)
    assert set(drawn) == set(pictures.UNSEEN)


@pytest.mark.parametrize("kind", ["plain", "shaded", "striped", "checked", "halves"])
def test_a_background_lies_between_two_colours(kind: str) -> None:
    found = pictures.backgrounds(16, np.random.default_rng(2), (kind,))
    assert found.shape == (16, 3, SIDE, SIDE)
    assert found.dtype == torch.float32
    assert found.min() >= -1e-6
    assert found.max() <= 1 + 1e-6
    shades = [len(each.flatten(1).unique(dim=1).t()) for each in found]
    if kind == "plain":
        assert set(shades) == {1}
    elif kind == "shaded":
        assert max(shades) > 50
    else:
        assert max(shades) == 2


def test_backgrounds_follow_the_dice_alone() -> None:
    first, again, other = (pictures.backgrounds(20, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.mean() > 0.6  # most are light


# -- disturbing -------------------------------------------------------------------------------------------------------


def test_pictures_are_disturbed_each_in_its_own_way() -> None:
    given = ground().expand(6, -1, -1, -1).contiguous()
    kept = given.clone()
    found, again = (pictures.disturb(given, torch.Generator().manual_seed(3)) for _ in range(2))
    assert found.shape == given.shape
    assert found.min() >= 0
    assert found.max() <= 1
    assert torch.equal(found, again)
    assert torch.equal(given, kept)
    for one, other in itertools.combinations(found, 2):
        assert not torch.allclose(one, other, atol=0.02)
    assert (found - given).abs().mean() < 0.2  # and can still be recognised


def test_black_and_white_stay_in_range() -> None:
    for value in (0.0, 1.0):
        found = pictures.disturb(torch.full((8, 3, SIDE, SIDE), value), torch.Generator().manual_seed(1))
        assert 0 <= found.min() <= found.max() <= 1


# -- shapes -----------------------------------------------------------------------------------------------------------


def colour_of(pixel: np.ndarray) -> str:
    """The nearest of the colours that have a name."""
    return min(
        pictures.COLOURS,
        key=lambda name: float(np.square(np.subtract(pictures.COLOURS[name], pixel, dtype=float)).sum()),
    )


def test_a_shade_still_has_its_colours_name() -> None:
    dice = random.Random(6)
    for colour in pictures.COLOURS:
        shades = [pictures.near(colour, dice) for _ in range(50)]
        assert {colour_of(np.array(each)) for each in shades} == {colour}
        assert len(set(shades)) > 20
        assert all(0 <= part <= 255 for shade in shades for part in shade)


@pytest.mark.parametrize("shape", list(pictures.OUTLINES))
def test_a_shape_has_its_colour_in_the_middle_and_the_backgrounds_around(shape: str) -> None:
    for seed, colour in enumerate(pictures.COLOURS):
        behind = "black" if colour != "black" else "white"
        found = pictures.draw_shapes([(colour, shape)], [(0.25, 0.625)], 0.4, behind, seed)
        assert found.shape == (3, SIDE, SIDE)
        assert found.dtype == np.uint8
        assert colour_of(found[:, 60, 24]) == colour  # y, x
        assert {colour_of(found[:, y, x]) for y, x in ((2, 2), (2, 93), (93, 2), (93, 93), (24, 60))} == {behind}


def test_two_things_stand_at_their_places() -> None:
    found = pictures.draw_shapes([("red", "star"), ("blue", "circle")], [(0.27, 0.5), (0.73, 0.4)], 0.3, "white", 1)
    assert colour_of(found[:, 48, 26]) == "red"
    assert colour_of(found[:, 38, 70]) == "blue"
    again = pictures.draw_shapes([("red", "star"), ("blue", "circle")], [(0.27, 0.5), (0.73, 0.4)], 0.3, "white", 1)
    assert np.array_equal(found, again)


@pytest.mark.parametrize(("shape", "area"), [("circle", np.pi), ("square", 1.64**2), ("triangle", 1.74 * 1.56 / 2)])
def test_shapes_have_their_area(shape: str, area: float) -> None:
    """Outlines reach from -1 to 1, and a shape of size 0.6 is 0.3 of that: π · 0.3² of the picture is the disc."""
    found = pictures.draw_shapes([("black", shape)], [(0.5, 0.5)], 0.6, "white", 2)
    assert (found.mean(0) < 128).mean() == pytest.approx(area * 0.3**2, rel=0.03)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9])
def test_places_of_shapes_never_overlap_and_lie_inside(count: int) -> None:
    dice = random.Random(8)
    for _ in range(200):
        places, size = pictures.spread(count, dice)
        assert len(places) == count
        for x, y in places:
            assert size / 2 <= x + 1e-9
            assert size / 2 <= y + 1e-9
            assert max(x, y) + size / 2 <= 1 + 1e-9
        for (x, y), (other_x, other_y) in itertools.combinations(places, 2):
            assert max(abs(x - other_x), abs(y - other_y)) >= size - 1e-9
