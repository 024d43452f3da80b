"""The pictures of the gallery: what varies and what does not; their captions: complete, in NFC, in the right script."""

import hashlib
import subprocess
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from components.caption_image.canvas import Canvas
from components.caption_image.drawings import IDS, UnknownDrawing, draw
from components.caption_image.samples import LANGUAGES, SAMPLES, UnknownCaption, caption
from tokenizer_indic.scripts import language, script_of

ROOT = Path(__file__).parent.parent.parent.parent


def _difference(first: str, second: str, *, seeds: tuple[int | None, int | None] = (None, None)) -> float:
    """The mean difference of two pictures' channel values, 0 to 255."""
    one, other = (np.asarray(draw(id, 72, seed), float) for id, seed in zip((first, second), seeds, strict=True))
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("id", IDS)
def test_every_scene_is_drawn_in_every_size(id: str) -> None:
    for size in (72, 288):
        picture = draw(id, size)
        assert (picture.mode, picture.size) == ("RGB", (size, size))
        assert len(picture.getcolors(size * size) or []) > 100  # something is on it, with smooth edges


@pytest.mark.parametrize("id", IDS)
def test_a_seed_decides_every_pixel(id: str) -> None:
    assert draw(id, 48, 3).tobytes() == draw(id, 48, 3).tobytes()
    pictures = [draw(id, 48, seed).tobytes() for seed in (None, *range(5))]
    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize("id", IDS)
def test_a_seed_changes_much(id: str) -> None:
    assert _difference(id, id, seeds=(1, 2)) > 10


def test_a_seed_means_the_same_scene_in_every_size() -> None:
    large = draw("bus", 288, 5).resize((72, 72))
    assert np.abs(np.asarray(large, float) - np.asarray(draw("bus", 72, 5), float)).mean() < 5


def test_no_two_pictures_of_the_gallery_are_alike() -> None:
    assert len({hashlib.sha256(draw(id, 72).tobytes()).digest() for id in IDS}) == len(IDS) == 30
    assert min(_difference(first, second) for first, second in pairwise(IDS)) > 10


def test_an_unknown_scene_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownDrawing, match=r"'elefant'. Did you mean elephant\?"):
        draw("elefant")
    with pytest.raises(ValueError, match="There are: dog, cat"):
        draw("quark")


def test_importing_the_drawings_loads_no_torch_and_no_gradio() -> None:
    code = "import sys, components.caption_image.drawings; print({'torch', 'gradio'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# --- the kit ---


def test_a_circle_covers_its_area() -> None:
    canvas = Canvas(200)
    canvas.circle(0.5, 0.5, 0.4, "#000000")
    covered = 1 - np.asarray(canvas.picture().convert("L"), float).mean() / 255
    assert covered == pytest.approx(np.pi * 0.4**2, rel=0.02)


def test_a_ring_is_empty_inside_and_closed() -> None:
    canvas = Canvas(200)
    canvas.ring(0.5, 0.5, 0.4, 0.1, "#000000")
    pixels = np.asarray(canvas.picture().convert("L"), float)
    assert pixels[100, 100] == 255
    angles = np.radians(np.arange(360))
    assert pixels[(100 + 80 * np.sin(angles)).astype(int), (100 + 80 * np.cos(angles)).astype(int)].max() == 0


def test_places_nest_and_end_with_their_block() -> None:
    canvas = Canvas(100)
    with canvas.placed(0.5, 0.5, 0.5, turn=90), canvas.placed(0.5, 0, 1):  # right, turned by 90 degrees: below
        canvas.circle(0, 0, 0.2, "#000000")
    canvas.circle(0, 0, 0.1, "#ff0000")
    picture = canvas.picture()
    assert picture.getpixel((50, 75)) == (0, 0, 0)
    assert picture.getpixel((2, 2)) == (255, 0, 0)
    assert picture.getpixel((75, 50)) == (255, 255, 255)


def test_a_mirrored_canvas_swaps_left_and_right() -> None:
    canvas = Canvas(100, mirrored=True)
    canvas.rectangle(0, 0, 0.5, 1, "#000000")
    picture = canvas.picture()
    assert (picture.getpixel((25, 50)), picture.getpixel((75, 50))) == ((255, 255, 255), (0, 0, 0))


# --- captions ---


def test_every_drawing_has_a_sample() -> None:
    assert tuple(sample.id for sample in SAMPLES) == IDS


@pytest.mark.parametrize("code", LANGUAGES)
def test_captions_are_complete_and_each_belongs_to_one_picture(code: str) -> None:
    captions = [caption(id, code) for id in IDS]
    assert len(set(captions)) == len(captions)
    assert all(text == unicodedata.normalize("NFC", text).strip() != "" for text in captions)


@pytest.mark.parametrize("code", LANGUAGES)
def test_captions_are_in_the_script_of_their_language(code: str) -> None:
    letters = {script_of(character) for id in IDS for character in caption(id, code)}
    assert letters - {None} == {language(code).scripts[0]}


def test_sixteen_languages() -> None:
    assert len(LANGUAGES) == 16
    assert all(tuple(code for code, _ in sample.captions) == LANGUAGES for sample in SAMPLES)


def test_bengali_and_assamese_keep_their_own_ra() -> None:
    assert all("র" not in caption(id, "as") and "ৰ" not in caption(id, "bn") for id in IDS)


def test_an_unknown_caption_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownCaption, match=r"'elefant'. Did you mean elephant\?"):
        caption("elefant", "hi")
    with pytest.raises(UnknownCaption, match="no captions in 'xx'"):
        caption("dog", "xx")
