"""A folder of emoji is read as it stands, and what training must never be told is always the same."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from training import emoji

# Made up: "सेब-ta" is what the apple is called in Tamil. The word of none is part of another's.
WORDS = {
    "🍎": "सेब",
    "🐕": "कुत्ता",
    "🌧": "बारिश",
    "🏠": "मकान",
    "⭐": "तारा",
    "🚲": "साइकिल",
    "📚": "किताब",
    "🎈": "गुब्बारा",
    "🌳": "पेड़",
    "🐟": "मछली",
    "☕": "चाय",
    "🔑": "चाबी",
}


def name_of(sign: str, language: str) -> str:
    """("🍎", "ta") -> "सेब-ta"; its keywords are "सेब-ta १" and so on."""
    return f"{WORDS[sign]}-{language}"


def write_folder(folder: Path) -> Path:
    """A dozen emoji: discs of different colours on nothing, each with a band that is half transparent."""
    (folder / "png").mkdir(parents=True)
    found = {}
    for number, sign in enumerate(WORDS):
        file = f"emoji_u{ord(sign):x}.png"
        image = Image.new("RGBA", (emoji.SIDE, emoji.SIDE), (0, 0, 0, 0))
        pen = ImageDraw.Draw(image)
        pen.ellipse((8, 4, 67, 63), fill=(20 * number, 255 - 20 * number, 40 + 90 * (number % 3), 255))
        pen.rectangle((20, 50, 50, 71), fill=(200, 30, 10 * number, 128))
        image.save(folder / "png" / file)
        facts: dict[str, object] = {"png": file}
        for code in emoji.LANGUAGES:
            name = name_of(sign, code)
            facts[code] = {"name": name, "keywords": [f"{name} १", f"{name} २", name, f"{name} ३"]}
        found[sign] = facts
    (folder / "annotations.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> emoji.Sheet:
    return emoji.read(write_folder(tmp_path_factory.mktemp("emoji") / "folder"))


def many(count: int) -> emoji.Sheet:
    """So many emoji of which nothing is known."""
    signs = [chr(0x1F000 + number) for number in range(count)]
    return emoji.Sheet(tuple(emoji.Emoji(sign, {}, {}) for sign in signs), np.zeros((1, 4, 1, 1), np.uint8))


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_in_its_order(sheet: emoji.Sheet) -> None:
    assert [each.sign for each in sheet.emoji] == list(WORDS)
    assert sheet.pictures.shape == (12, 4, 72, 72)
    assert sheet.pictures.dtype == np.uint8
    for number, each in enumerate(sheet.emoji):
        assert list(each.names) == list(emoji.LANGUAGES)
        assert each.names["hi"] == name_of(each.sign, "hi")
        assert sheet.pictures[number, :, 20, 36].tolist() == [
            20 * number,
            255 - 20 * number,
            40 + 90 * (number % 3),
            255,
        ]
        assert sheet.pictures[number, 3, 0, 0] == 0


def test_a_name_is_not_its_own_keyword(sheet: emoji.Sheet) -> None:
    assert sheet.emoji[0].keywords["ta"] == ("सेब-ta १", "सेब-ta २", "सेब-ta ३")


def test_words_are_composed_and_pictures_brought_to_one_size(tmp_path: Path) -> None:
    """ড় is one code point or two, in NFC always two. A language may be missing, a picture small."""
    (tmp_path / "png").mkdir()
    Image.new("RGB", (36, 36), (10, 200, 30)).save(tmp_path / "png" / "one.png")
    one, two = "বাড\N{BENGALI SIGN NUKTA}ি", "বা\N{BENGALI LETTER RRA}ি"
    facts = {"🏠": {"png": "one.png", "bn": {"name": two, "keywords": [one, "ঘর"]}}}
    (tmp_path / "annotations.json").write_text(json.dumps(facts), encoding="utf-8")
    read = emoji.read(tmp_path)
    assert read.emoji[0].names == {"bn": one}
    assert read.emoji[0].keywords == {"bn": ("ঘর",)}
    assert read.pictures.shape == (1, 4, 72, 72)
    assert (read.pictures[0].transpose(1, 2, 0) == (10, 200, 30, 255)).all()


def test_a_folder_without_emoji_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"There are no emoji in .*annotations\.json"):
        emoji.read(tmp_path)


# -- what is held back ------------------------------------------------------------------------------------------------


def test_every_emoji_is_either_seen_or_never_seen(sheet: emoji.Sheet) -> None:
    assert not set(sheet.never) & set(sheet.seen)
    assert sorted(sheet.never + sheet.seen) == list(range(12))
    assert [sheet.emoji[number].sign for number in sheet.never] == ["🏠", "📚", "🌳"]  # and so in every process
    assert len(many(1000).never) == emoji.NEVER
    assert many(1000).never == many(1000).never


def test_one_name_in_twenty_is_held_back_and_always_the_same() -> None:
    held_back = {
        (sign, code) for sign in ("🍎", "🐕", "🌧", "⭐") for code in emoji.LANGUAGES if emoji.is_held_back(sign, code)
    }
    assert held_back == {("🍎", "gu"), ("🍎", "kn"), ("🐕", "kn"), ("🐕", "pa"), ("🌧", "hi")}
    signs = [chr(0x1F300 + number) for number in range(400)]
    share = np.mean([emoji.is_held_back(sign, code) for sign in signs for code in emoji.LANGUAGES])
    assert share == pytest.approx(emoji.HELD_BACK, abs=0.01)


def test_training_is_told_all_but_what_is_held_back(sheet: emoji.Sheet) -> None:
    apple = sheet.emoji[0]
    assert set(emoji.LANGUAGES) - set(emoji.told(apple)) == {"gu", "kn"}
    assert emoji.told(emoji.Emoji("🍎", {"hi": "सेब", "kn": "ಸೇಬು"}, {})) == ("hi",)  # only of what there is


# -- drawing numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_numbers_differ_and_are_of_those_that_may_be_seen(sheet: emoji.Sheet, alike: float) -> None:
    dice = random.Random(1)
    for _ in range(100):
        numbers = emoji.draw_numbers(sheet, 6, dice, alike=alike, window=4)
        assert len(set(numbers)) == 6
        assert set(numbers) <= set(sheet.seen)
    assert sorted(emoji.draw_numbers(sheet, 50, dice, alike=alike)) == list(sheet.seen)  # there are no more


def test_neighbours_come_together_or_do_not() -> None:
    """Of 48 out of 900, hardly two stand side by side by chance; in windows of 24, nearly all do."""
    some = many(1000)
    place = {number: place for place, number in enumerate(some.seen)}

    def beside(alike: float) -> float:
        drawn = [
            sorted(place[n] for n in emoji.draw_numbers(some, 48, random.Random(seed), alike)) for seed in range(9)
        ]
        return float(np.mean(np.diff(drawn, axis=1) == 1))

    assert beside(0.0) < 0.15
    assert beside(1.0) > 0.9
