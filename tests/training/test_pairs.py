"""Batches of pictures and captions: what is held back stays out, and a step always draws the same."""

import random
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from components.caption_image import drawings, samples  # noqa: E402
from components.caption_image.templates import TEMPLATES  # noqa: E402
from tests.training.test_emoji import WORDS, name_of, write_folder  # noqa: E402
from training import captions, emoji, pairs, pictures, texts  # noqa: E402

MIXTURE = pairs.Mixture(size=12, shapes=0.17, scenes=0.08, seed=5)  # nine emoji, two of shapes, one scene
HELD_BACK = {name_of(sign, code) for sign in WORDS for code in emoji.LANGUAGES if emoji.is_held_back(sign, code)}
Asked = tuple[list[captions.Shape], list[tuple[float, float]], float, str]  # things, places, size, ground
NEVER = ("🏠", "📚", "🌳")


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> emoji.Sheet:
    return emoji.read(write_folder(tmp_path_factory.mktemp("emoji") / "folder"))


@pytest.fixture(scope="module")
def drawn(sheet: emoji.Sheet) -> torch.Tensor:
    return torch.from_numpy(sheet.pictures)


@pytest.fixture(scope="module")
def two_of_each() -> np.ndarray:
    return pairs.scenes(2)


@pytest.fixture
def few_scenes(two_of_each: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pictures of each scene instead of 160."""
    monkeypatch.setattr(pairs, "ALTERNATIVES", 2)
    monkeypatch.setattr(pairs, "scenes", lambda *_: two_of_each)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What draw_shapes was asked for; nothing is drawn."""
    asked: list[Asked] = []

    def note(
        things: list[captions.Shape], places: list[tuple[float, float]], size: float, behind: str, seed: int
    ) -> np.ndarray:
        asked.append((things, places, size, behind))
        return np.zeros((3, 96, 96), np.uint8)

    monkeypatch.setattr(pictures, "draw_shapes", note)
    return asked


def all_captions(batch: pairs.Batch) -> list[str]:
    return [*batch.captions[0], *batch.captions[1]]


# -- batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_has_emoji_then_shapes_then_scenes(
    sheet: emoji.Sheet, drawn: torch.Tensor, two_of_each: np.ndarray, few_scenes: None
) -> None:
    batch = pairs.batch_at(3, sheet, drawn, MIXTURE)
    assert batch.pixels.shape == (12, 3, 96, 96)
    assert batch.pixels.dtype == torch.float32
    assert 0 <= batch.pixels.min() <= batch.pixels.max() <= 1
    assert len(batch.keys) == len(batch.captions[0]) == len(batch.captions[1]) == 12
    assert all(set(key.split()) <= set(WORDS) for key in batch.keys[:9])
    assert all(any(shape in key for shape in captions.SHAPES) for key in batch.keys[9:11])
    scene = drawings.IDS.index(batch.keys[11])
    near = [(batch.pixels[11] - torch.from_numpy(each) / 255).abs().mean() for each in two_of_each[scene]]
    assert min(near) < 0.15
    called = {caption for _, caption in samples.SAMPLES[scene].captions}
    words = {word for sign in pairs.SIGNS[batch.keys[11]].split() for word in WORDS.get(sign, "").split()}
    for column in batch.captions:
        found = re.sub("[.।۔]$", "", column[11].lower())
        assert found in {each.lower() for each in called} or any(word in found for word in words)


def test_a_batch_follows_from_the_seed_and_the_step_alone(
    sheet: emoji.Sheet, drawn: torch.Tensor, few_scenes: None
) -> None:
    later = pairs.batch_at(8, sheet, drawn, MIXTURE)
    random.seed(1)
    torch.manual_seed(1)
    np.random.seed(1)
    pairs.batch_at(2, sheet, drawn, MIXTURE)
    again = pairs.batch_at(8, sheet, drawn, MIXTURE)
    assert torch.equal(later.pixels, again.pixels)
    assert (later.captions, later.keys) == (again.captions, again.keys)
    other_seed = pairs.Mixture(MIXTURE.size, MIXTURE.shapes, MIXTURE.scenes, seed=6)
    for other in (pairs.batch_at(9, sheet, drawn, MIXTURE), pairs.batch_at(8, sheet, drawn, other_seed)):
        assert other.captions != later.captions
        assert not torch.equal(other.pixels, later.pixels)


def test_over_many_steps_nothing_held_back_is_shown_or_told(
    sheet: emoji.Sheet, drawn: torch.Tensor, few_scenes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Emoji never seen, names held back, pairs of colour and shape, backgrounds: 150 steps, with all that is drawn."""
    numbers: set[int] = set()
    things: set[tuple[str, str]] = set()

    def place(_: torch.Tensor, layers: list[pictures.Layer], behind: torch.Tensor) -> torch.Tensor:
        numbers.update(each.emoji for each in layers)
        assert {each.picture for each in layers} == set(range(len(behind)))
        return behind

    def draw_shapes(asked: list[tuple[str, str]], *_: object) -> np.ndarray:
        things.update(asked)
        return np.zeros((3, 96, 96), np.uint8)

    def backgrounds(count: int, _: np.random.Generator, *kinds: object) -> torch.Tensor:
        assert not kinds  # those of training
        return torch.zeros(count, 3, 96, 96)

    monkeypatch.setattr(pictures, "place", place)
    monkeypatch.setattr(pictures, "draw_shapes", draw_shapes)
    monkeypatch.setattr(pictures, "disturb", lambda pixels, _: pixels)
    monkeypatch.setattr(pictures, "backgrounds", backgrounds)
    found: list[str] = []
    keys: set[str] = set()
    for step in range(150):
        batch = pairs.batch_at(step, sheet, drawn, MIXTURE)
        found += all_captions(batch)
        keys.update(batch.keys)
    assert len(HELD_BACK) > 5
    told = {name_of(sign, code) for sign in WORDS if sign not in NEVER for code in emoji.LANGUAGES} - HELD_BACK
    assert all(any(name in caption for caption in found) for name in told)  # all else is told …
    assert not [caption for caption in found for name in HELD_BACK if name in caption]
    assert not [caption for caption in found for sign in NEVER if f"{WORDS[sign]}-" in caption]
    assert numbers == set(sheet.seen)  # … and shown
    assert not [key for key in keys for sign in NEVER if sign in key]
    assert len(things) == 40 - len(pairs.NEW_PAIRS)
    assert not things & pairs.NEW_PAIRS


def test_captions_name_all_that_is_in_the_picture_in_one_language_each(
    sheet: emoji.Sheet, drawn: torch.Tensor, few_scenes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "place", lambda *_: torch.zeros(9, 3, 96, 96))
    monkeypatch.setattr(pictures, "backgrounds", lambda *_: None)
    monkeypatch.setattr(pictures, "disturb", lambda pixels, _: pixels)
    together = 0
    for step in range(40):
        batch = pairs.batch_at(step, sheet, drawn, MIXTURE)
        for key, *both in list(zip(batch.keys, *batch.captions, strict=True))[:9]:
            signs = key.split()
            together += len(signs) > 1
            languages = [set(re.findall(r"-([a-z]{2})\b", caption)) for caption in both]
            assert [len(each) for each in languages] == [1, 1]
            assert languages[0] != languages[1]
            for caption, (code,) in zip(both, languages, strict=True):
                assert all(name_of(sign, code) in caption for sign in signs)
    assert 0.1 < together / (9 * 40) < 0.3


def test_every_picture_is_called_by_its_own_scenes_captions() -> None:
    """A batch takes picture and captions by the same number."""
    assert [each.id for each in samples.SAMPLES] == list(drawings.IDS)


def test_scenes_begin_where_they_are_told_to(two_of_each: np.ndarray) -> None:
    assert two_of_each.shape == (len(drawings.IDS), 2, 3, 96, 96)
    dog = drawings.IDS.index("dog")
    wanted = np.asarray(drawings.draw("dog", 96, 1)).transpose(2, 0, 1)
    assert np.array_equal(two_of_each[dog, 1], wanted)
    assert np.array_equal(pairs.scenes(1, first_seed=1)[dog, 0], wanted)


# -- captions ---------------------------------------------------------------------------------------------------------


def test_an_emoji_is_called_by_its_name_its_keywords_or_in_a_sentence() -> None:
    each = emoji.Emoji("🐕", {"hi": "कुत्ता", "ne": "कुकुर"}, {"hi": ("पालतू", "जानवर", "डॉग"), "ne": ("जनावर",)})
    dice = random.Random(2)
    found = [pairs.call_emoji(each, "hi", dice) for _ in range(1000)]
    keywords = [called for called in found if "कुत्ता" not in called]
    for called in keywords:
        words = called.split(", ")
        assert 1 <= len(words) == len(set(words)) <= 3
        assert set(words) <= set(each.keywords["hi"])
    assert len(keywords) / 1000 == pytest.approx(0.15, abs=0.04)
    sentences = {template.format("कुत्ता") for template in TEMPLATES["hi"]}
    assert set(found) - set(keywords) == {"कुत्ता", *sentences}
    one_keyword = {pairs.call_emoji(each, "ne", dice) for _ in range(300)}
    assert one_keyword == {"कुकुर", "जनावर", *(template.format("कुकुर") for template in TEMPLATES["ne"])}
    without = emoji.Emoji("🐕", {"ne": "कुकुर"}, {"ne": ()})
    assert "कुकुर" in pairs.call_emoji(without, "ne", dice)


def test_words_for_a_scene_are_those_of_its_emoji_that_training_may_tell(sheet: emoji.Sheet) -> None:
    """🐕 is on this sheet, 🐶 is not; 🏠 is one of those never seen."""
    dice = random.Random(9)
    code = next(each for each in emoji.LANGUAGES if not emoji.is_held_back("🐕", each))
    found = {pairs.words_for_scene("dog", code, sheet, dice) for _ in range(200)}
    dog = name_of("🐕", code)
    assert found == {dog, f"{dog} १", f"{dog} २", f"{dog} ३"}
    assert all(pairs.words_for_scene("house", code, sheet, dice) == "" for _ in range(20))
    rain = {each for code in emoji.LANGUAGES for each in [pairs.words_for_scene("rain-house", code, sheet, dice)]}
    assert not any(name_of("🏠", code) in each for each in rain for code in emoji.LANGUAGES)
    for sign in WORDS:
        for code in emoji.LANGUAGES:
            if emoji.is_held_back(sign, code):
                told = [pairs.words_for_scene(scene, code, sheet, dice) for scene in pairs.SIGNS for _ in range(5)]
                assert not any(name_of(sign, code) in each for each in told)


def test_every_scene_has_signs_of_one_code_point_each() -> None:
    assert list(pairs.SIGNS) == list(drawings.IDS)
    assert all(len(sign) == 1 for signs in pairs.SIGNS.values() for sign in signs.split())


@pytest.mark.parametrize(("language", "stop"), [("hi", "।"), ("bn", "।"), ("ta", "."), ("ur", "۔"), ("en", ".")])
def test_captions_end_as_their_language_does_or_without_a_stop(language: str, stop: str) -> None:
    dice = random.Random(3)
    found = [pairs.written("a dog", language, dice) for _ in range(600)]
    wanted = {"a dog", f"a dog{stop}"} | ({"A dog", f"A dog{stop}"} if language == "en" else set())
    assert set(found) == wanted
    assert np.mean([each.endswith(stop) for each in found]) == pytest.approx(0.1, abs=0.04)


def test_hindi_and_english_are_drawn_three_times_as_often() -> None:
    dice = random.Random(4)
    found = [pairs.two_languages(emoji.LANGUAGES, dice) for _ in range(4000)]
    assert all(first != second for first, second in found)
    first = [each for each, _ in found]
    assert first.count("en") / first.count("ta") == pytest.approx(3, rel=0.3)
    assert first.count("hi") / 4000 == pytest.approx(3 / 19, abs=0.03)
    assert pairs.two_languages(("ta",), dice) == ("ta", "ta")


# -- shapes -----------------------------------------------------------------------------------------------------------


def test_a_new_pair_is_drawn_only_when_asked_for(undrawn: list[Asked]) -> None:
    for new in (False, True):
        undrawn.clear()
        dice = random.Random(5)
        for _ in range(300):
            pairs.draw_shape(dice, new)
        things = {thing for each in undrawn for thing in each[0]}
        assert len(things) == (8 if new else 32)
        assert (things <= pairs.NEW_PAIRS) == new
        assert bool(things & pairs.NEW_PAIRS) == new
    colours, shapes = ({pair[part] for pair in pairs.NEW_PAIRS} for part in (0, 1))
    assert colours <= set(captions.COLOURS)
    assert shapes <= set(captions.SHAPES)


def test_captions_of_shapes_tell_what_is_drawn(undrawn: list[Asked]) -> None:
    dice = random.Random(6)
    seen = set()
    for _ in range(400):
        _, called, key = pairs.draw_shape(dice)
        things, places, size, behind = undrawn[-1]
        assert set(called) == set(texts.LANGUAGES)
        assert key == called["en"]
        assert behind not in {colour for colour, _ in things}
        assert all(size / 2 <= part <= 1 - size / 2 for place in places for part in place)
        if len(set(things)) == 1:
            counted = captions.shape(*things[0], "en", len(things))
            on_ground = captions.on_ground(counted, behind, "en")
            assert key in (counted, on_ground)
            seen.add("on ground" if key == on_ground else len(things))
        else:
            how = "above" if " above " in key else "left"
            assert key == captions.placed(*things, how, "en")
            axis = 1 if how == "above" else 0
            assert places[0][axis] + size < places[1][axis] + 0.1 * size  # hardly beside each other in that direction
            seen.add(how)
    assert seen == {1, 2, 3, 4, 5, "on ground", "above", "left"}


def test_shapes_are_the_same_pixels_for_the_same_dice() -> None:
    one, other = (pairs.draw_shape(random.Random(7)) for _ in range(2))
    assert np.array_equal(one[0], other[0])
    assert one[1:] == other[1:]
    assert one[0].shape == (3, 96, 96)
    assert one[0].dtype == np.uint8
