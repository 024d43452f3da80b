"""Pictures by name: drawings, emoji, and what a visitor brought."""

from io import BytesIO

import pytest
from PIL import Image

from components.caption_image import opening, store
from components.caption_image.store import Gone
from components.errors import PathshalaError


def bring(colour: tuple[int, int, int], side: int = 40, most: int = 1024) -> store.Picture:
    content = BytesIO()
    Image.new("RGB", (side, side), colour).save(content, "PNG")
    return store.keep(opening.open_bytes(content.getvalue(), "x.png"), most)


def test_the_same_pixels_have_the_same_name() -> None:
    red, again, blue = bring((255, 0, 0)), bring((255, 0, 0)), bring((0, 0, 255))
    assert red.name == again.name != blue.name
    assert [each.name for each in store.find([red.name, "sample:dog", blue.name])] == [
        red.name,
        "sample:dog",
        blue.name,
    ]


def test_a_smaller_copy_is_another_picture() -> None:
    large, small = bring((9, 9, 9), 400), bring((9, 9, 9), 400, 100)
    assert large.name != small.name
    assert (large.image.size, small.image.size) == ((400, 400), (100, 100))
    assert (small.width, small.height) == (400, 400)


def test_what_has_left_the_memory_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 3 * 40 * 40)
    first, second = bring((1, 2, 3)), bring((3, 2, 1))
    with pytest.raises(Gone) as gone:
        store.find(["sample:dog", first.name, second.name])
    assert gone.value.names == (first.name,)
    assert store.find([second.name])[0].name == second.name


@pytest.mark.parametrize(
    "name", ["sample:wolf", "sample:../../etc/passwd", "/etc/passwd", "", "emoji:", "emoji:abc", "x:y"]
)
def test_names_that_nobody_knows(name: str) -> None:
    with pytest.raises(PathshalaError):
        store.find([name])


@pytest.mark.skipif(store.emoji_font() is None, reason="no font of coloured emoji on this machine")
def test_emoji_are_drawn_by_the_font() -> None:
    elephant, tiger, family = (store.emoji(each) for each in ("🐘", "🐯", "👨‍👩‍👧"))
    assert elephant.image.size == (store.SIDE, store.SIDE)
    assert elephant.image.getpixel((2, 2)) == (255, 255, 255)
    assert len({each.image.tobytes() for each in (elephant, tiger, family)}) == 3
    assert len(elephant.image.getcolors(1 << 20)) > 20
    for sign in ("a", "क", "12", "\U0001f9ff\U0001f9ff\U0001f9ff\U0001f9ff", "\ue000"):
        with pytest.raises(PathshalaError):
            store.emoji(sign)


def test_without_a_font_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "emoji_font", lambda: None)
    store.emoji.cache_clear()
    with pytest.raises(PathshalaError, match="fonts-noto-color-emoji"):
        store.emoji("🐘")
    store.emoji.cache_clear()
