"""The map: principal components against numpy's covariance, the gap closed, the links of small real models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.caption_image import compute, samples, space, store
from components.caption_image.samples import SAMPLES
from components.caption_image.space import OWN, close_gap, gap, principal
from components.caption_image.store import Picture
from components.errors import PathshalaError

CLIP = "openai/clip-vit-base-patch32"


def test_the_axes_are_those_of_the_covariance() -> None:
    vectors = np.random.default_rng(1).normal(size=(40, 6)) * [5, 3, 1, 1, 0.5, 0.1] + 7
    places, shares = principal(vectors)
    values, axes = np.linalg.eigh(np.cov(vectors.T, bias=True))  # ascending
    by_hand = (vectors - vectors.mean(0)) @ axes[:, [-1, -2]]
    for column in (0, 1):
        sign = np.sign(places[0, column] * by_hand[0, column])
        assert places[:, column] == pytest.approx(sign * by_hand[:, column])
        assert shares[column] == pytest.approx(values[-1 - column] / values.sum())
    assert places.var(0) == pytest.approx(values[[-1, -2]])


def test_a_line_by_hand() -> None:
    """Points on a line have all their variance on the first axis."""
    places, shares = principal(np.array([[0.0, 0, 3], [3, 0, 7], [6, 0, 11]]))
    assert places == pytest.approx(np.array([[-5, 0], [0, 0], [5, 0]]), abs=1e-9)
    assert shares == pytest.approx((1, 0))


def test_points_that_are_one() -> None:
    places, shares = principal(np.ones((4, 3)))
    assert (places == 0).all()
    assert shares == (0, 0)
    assert principal(np.ones((1, 3)))[0].shape == (1, 2)


def test_the_same_map_again() -> None:
    """Also of the vectors turned around: an axis keeps its direction."""
    vectors = np.random.default_rng(2).normal(size=(9, 4))
    assert principal(vectors)[0] == pytest.approx(principal(vectors.copy())[0])
    axes = np.linalg.lstsq(vectors - vectors.mean(0), principal(vectors)[0], rcond=None)[0].T
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in axes)


@given(st.integers(0, 1000))
def test_a_closed_gap_is_none(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    pictures, captions = numbers.normal(size=(7, 5)) + 3, numbers.normal(size=(11, 5)) - 2
    assert gap(pictures, captions) > 1
    assert gap(*close_gap(pictures, captions)) == pytest.approx(0, abs=1e-9)
    inside = np.linalg.norm(pictures[0] - pictures[1])
    moved = close_gap(pictures, captions)[0]
    assert np.linalg.norm(moved[0] - moved[1]) == pytest.approx(inside)


# -- a model ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_hub")
def test_links_and_nearest(three: list[Picture]) -> None:
    found = space.project(["ta", "en"], three, ["a red square", ""], model=CLIP)
    all_samples = len(SAMPLES)
    assert len(found.pictures) == all_samples + 1  # the dog and the train of the tray are samples
    assert found.pictures[-1] == "file:red"
    assert found.captions[-1] == "a red square"
    assert found.languages == ("en",) * all_samples + ("ta",) * all_samples + (OWN,)
    for caption, language, of in zip(found.captions, found.languages, found.of, strict=True):
        if language != OWN:
            assert samples.caption(found.pictures[of].removeprefix("sample:"), language) == caption
    assert found.of[-1] == -1
    assert found.own[-1] is None

    table = compute.similarity(three, ["a dog", "a red square"], CLIP).cosine
    here = found.captions.index("a dog")
    assert found.own[here] == pytest.approx(table[0, 0], abs=1e-5)
    everything = store.find([f"sample:{each.id}" for each in SAMPLES[:12]])
    some = compute.similarity(everything, ["a dog"], CLIP).cosine[:, 0]
    assert found.cosine[here] >= some.max() - 1e-6
    assert all(own is None or own <= best + 1e-9 for own, best in zip(found.own, found.cosine, strict=True))


@pytest.mark.usefixtures("no_hub")
def test_the_gap_of_a_model(forgotten: None) -> None:
    wide = space.project(["hi"], model=CLIP)
    closed = space.project(["hi"], closed=True, model=CLIP)
    assert wide.gap == wide.gap_before == closed.gap_before > 0
    assert closed.gap == pytest.approx(0, abs=1e-9)
    means = wide.places_of_pictures.mean(0) - wide.places_of_captions.mean(0)
    assert np.linalg.norm(means) <= wide.gap + 1e-9  # a map can only shorten
    assert closed.places_of_pictures.mean(0) == pytest.approx(np.zeros(2), abs=1e-9)
    assert 0 < wide.shares[1] <= wide.shares[0] <= 1
    assert wide.nearest == closed.nearest


@pytest.mark.usefixtures("no_hub")
def test_what_is_no_map(three: list[Picture]) -> None:
    with pytest.raises(PathshalaError, match="Choose a language"):
        space.project([], three, ["  "])
    with pytest.raises(PathshalaError, match="Choose a language"):
        space.project(["xx"])
    with pytest.raises(PathshalaError, match="limit is 24"):
        space.project(["hi"], three, ["a"] * 25)
    with pytest.raises(PathshalaError, match="limit is 12"):
        space.project(["hi"], three * 5)
