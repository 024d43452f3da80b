"""The table of cosines, the softmaxes, zero-shot, search, languages: with small random models."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.caption_image import languages, search, store, zero_shot
from components.caption_image.compute import CAPTION_LIMIT, CAPTIONS, PICTURES, read_lines, similarity, softmax
from components.caption_image.samples import SAMPLES
from components.caption_image.search import Query
from components.caption_image.store import Picture
from components.errors import PathshalaError

pytestmark = pytest.mark.usefixtures("no_hub", "forgotten")

OURS, SIGLIP = "pathshala-clip", "google/siglip2-base-patch16-224"


def test_rows_columns_and_pairs(three: list[Picture]) -> None:
    found = similarity(three, ["a dog", "एक रेल", "red"], OURS)
    assert found.cosine.shape == (3, 3)
    assert found.captions_given_image.sum(1) == pytest.approx(1)
    assert found.images_given_caption.sum(0) == pytest.approx(1)
    assert found.logits == pytest.approx(found.scale * found.cosine)
    assert found.best_caption == tuple(found.captions_given_image.argmax(1))
    assert found.best_picture == tuple(found.images_given_caption.argmax(0))
    siglip = similarity(three, ["a dog"], SIGLIP)
    assert siglip.pairs == pytest.approx(1 / (1 + np.exp(-(siglip.scale * siglip.cosine + siglip.bias))))


def test_a_softmax_by_hand() -> None:
    assert softmax(np.array([[0.0, np.log(3.0)]]), axis=1) == pytest.approx(np.array([[0.25, 0.75]]))
    assert softmax(np.array([[1000.0], [1000.0]]), axis=0) == pytest.approx(np.array([[0.5], [0.5]]))


@pytest.mark.parametrize(
    ("pictures", "captions", "sentence"),
    [
        (1, [], "There is no caption yet"),
        (1, ["  ", ""], "There is no caption yet"),
        (0, ["a"], "There is no picture yet"),
        (PICTURES + 1, ["a"], f"There are {PICTURES + 1} pictures and the limit is {PICTURES}: leave out 1."),
        (1, ["a"] * (CAPTIONS + 2), f"There are {CAPTIONS + 2} captions and the limit is {CAPTIONS}: leave out 2."),
        (1, ["a", "क" * (CAPTION_LIMIT + 1)], f"Caption 2 has {CAPTION_LIMIT + 1} characters"),
        (1, ["a\ud800b"], "half a character"),
        (1, "a dog", "must be a list of strings"),
        (1, [7], "must be a list of strings"),
    ],
)
def test_what_cannot_be_compared_is_said(pictures: int, captions: list[str], sentence: str) -> None:
    with pytest.raises(PathshalaError, match=sentence):
        similarity([store.sample("dog")] * pictures, captions, OURS)


@pytest.mark.parametrize("model", ["nonsense", "gpt2", "openai/clip-vit-large-patch14"])
def test_a_model_that_cannot_be_had_is_said(model: str) -> None:
    with pytest.raises(PathshalaError):
        similarity([store.sample("dog")], ["a dog"], model)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_captions_give_a_table_or_a_sentence(captions: list[str]) -> None:
    try:
        found = similarity([store.sample("dog")], captions, OURS)
    except PathshalaError:
        assert not [each for each in captions if each.strip()] or any(
            "\ud800" <= c <= "\udfff" for c in "".join(captions)
        )
        return
    assert np.isfinite(found.cosine).all()
    assert list(found.captions) == read_lines(captions)


# -- zero-shot --------------------------------------------------------------------------------------------------------


def test_the_mean_of_the_templates_and_the_softmax_of_labels() -> None:
    dog = store.sample("dog")
    found = zero_shot.zero_shot(dog, ["dog", "cat", "cow"], ["a photo of a {}", "{}"], OURS)
    table = similarity([dog], ["a photo of a cat", "cat"], OURS).cosine[0]
    assert found.each[1] == pytest.approx(table, abs=1e-6)
    assert found.probability.sum() == pytest.approx(1)
    assert found.before[:2].sum() == pytest.approx(1)
    assert np.isnan(found.before[2])
    one = zero_shot.zero_shot(dog, ["dog"], ["{}"], OURS)
    assert one.cosine == pytest.approx(similarity([dog], ["dog"], OURS).cosine[0], abs=1e-6)
    assert one.probability == pytest.approx(1)


def test_a_distractor_moves_the_softmax_and_no_cosine() -> None:
    dog = store.sample("dog")
    before = zero_shot.zero_shot(dog, ["dog", "cat"], ["{}"], OURS)
    after = zero_shot.zero_shot(dog, ["dog", "cat", "wolf"], ["{}"], OURS)
    assert after.cosine[:2] == pytest.approx(before.cosine)
    assert (after.probability[:2] < before.probability).all()
    assert after.before[:2] == pytest.approx(before.probability)
    sigmoid = zero_shot.zero_shot(dog, ["dog", "cat", "wolf"], ["{}"], SIGLIP)
    assert sigmoid.before[:2] == pytest.approx(sigmoid.probability[:2])


@pytest.mark.parametrize(
    ("labels", "templates", "sentence"),
    [
        ([], ["{}"], "There is no label yet"),
        (["dog"], [], "There is no template yet"),
        (["dog"], ["a photo"], "needs {} once"),
        (["dog"], ["{} and {}"], "needs {} once"),
        (["dog"], ["{}"] * 7, "the limit is 6"),
        (["dog"] * 25, ["{}"], "the limit is 24"),
    ],
)
def test_labels_and_templates_that_are_refused(labels: list[str], templates: list[str], sentence: str) -> None:
    with pytest.raises(PathshalaError, match=sentence):
        zero_shot.zero_shot(store.sample("dog"), labels, templates, OURS)


# -- search -----------------------------------------------------------------------------------------------------------


def test_the_gallery_comes_in_the_order_of_its_cosines() -> None:
    gallery = [store.sample(each.id) for each in SAMPLES]
    found = search.search(gallery, Query("वर्षा"), model=OURS)
    table = similarity(gallery[:PICTURES], ["वर्षा"], OURS)
    cosines = dict(zip(found.pictures, found.cosine, strict=True))
    assert sorted(found.cosine, reverse=True) == list(found.cosine)
    assert [cosines[each] for each in table.pictures] == pytest.approx(list(table.cosine[:, 0]), abs=1e-6)


def test_a_picture_finds_itself_and_minus_turns_the_order_round() -> None:
    gallery = [store.sample(each.id) for each in SAMPLES]
    found = search.search(gallery, Query(picture=gallery[3]), model=OURS)
    assert (found.pictures[0], found.new) == (gallery[3].name, 30)
    assert found.cosine[0] == pytest.approx(1)
    plus = search.search(gallery, Query("a dog"), Query("a girl"), model=OURS)
    minus = search.search(gallery, Query("a dog"), Query("a girl"), -1, model=OURS)
    assert (plus.new, minus.new) == (0, 0)
    assert plus.pictures != minus.pictures
    with pytest.raises(PathshalaError, match="nothing is left"):
        search.search(gallery, Query("a dog"), Query("a dog"), -1, model=OURS)


def test_queries_that_are_refused() -> None:
    dog = store.sample("dog")
    for query, sentence in ((Query(" "), "There is no query yet"), (Query("क" * 301), "the limit is 300")):
        with pytest.raises(PathshalaError, match=sentence):
            search.search([dog], query, model=OURS)
    with pytest.raises(PathshalaError, match="limit is 500"):
        search.search([dog] * 501, Query("a dog"), model=OURS)


# -- languages --------------------------------------------------------------------------------------------------------


def test_ranks_are_those_of_the_table() -> None:
    found = languages.compare("train", [OURS, SIGLIP])
    assert [each.model for each in found.models] == [OURS, SIGLIP]
    assert found.chance == 15.5
    pictures = [store.sample(each.id) for each in SAMPLES]
    for each in found.models:
        order = search.search(pictures, Query(found.captions[1]), model=each.model).pictures
        assert order.index("sample:train") + 1 == each.ranks[1]
        assert order[0] == each.nearest[1]
        assert each.tokens[1] == similarity(pictures[:1], [found.captions[1]], each.model).tokens[0]
    assert found.models[0].covered == (True,) * 12
    assert not found.models[1].covered[found.languages.index("or")]


def test_all_models_that_are_here_and_no_unknown_meaning() -> None:
    ready = [each.model for each in languages.compare("dog").models]
    assert OURS in ready
    assert "openai/clip-vit-base-patch32" in ready
    with pytest.raises(PathshalaError, match="There is no drawing “wolf”"):
        languages.compare("wolf")
