"""Vectors and logits, beside transformers' own; what is encoded once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from components import catalogue, models
from components.caption_image import compute, encoding, store
from components.caption_image.compute import similarity
from components.caption_image.store import Picture
from components.errors import PathshalaError
from components.loading import Loaded
from tests import small_models

pytestmark = pytest.mark.usefixtures("no_hub", "forgotten")

IDS = [*(id for id in small_models.IDS if "caption_image" in catalogue.get(id).tasks), "pathshala-clip"]
CAPTIONS = ("a dog", "कुत्ता", "ரயில் ஓடுகிறது", "ریل گاڑی", "🐘")
ONE_CALL = [
    id for id in IDS if "clip-ViT" not in id
]  # the multilingual CLIP is two models, which transformers never joins


def theirs(loaded: Loaded, pictures: Sequence[Picture], captions: Sequence[str]) -> np.ndarray:
    """pictures x captions: the logits of transformers' own forward pass."""
    padding: Any = "max_length" if "siglip" in loaded.entry.architecture else True
    length = {"max_length": 64} if "siglip" in loaded.entry.architecture else {}
    assert loaded.tokenizer is not None
    assert loaded.images is not None
    inputs = loaded.tokenizer(list(captions), padding=padding, truncation=True, return_tensors="pt", **length)
    pixels = loaded.images(images=[each.image for each in pictures], return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        return np.asarray(loaded.model(**inputs, pixel_values=pixels).logits_per_image)


@pytest.mark.parametrize("id", ONE_CALL)
def test_logits_are_those_of_transformers(id: str, three: list[Picture]) -> None:
    found = similarity(three, CAPTIONS, id)
    with models.use(id, "caption_image") as loaded:
        assert found.logits == pytest.approx(theirs(loaded, three, CAPTIONS), rel=1e-5, abs=1e-5)
    assert found.sigmoid == ("siglip" in id)


@pytest.mark.parametrize("id", IDS)
def test_vectors_have_length_one_and_do_not_depend_on_the_company(id: str, three: list[Picture]) -> None:
    entry = models.find(id, "caption_image")
    together = encoding.embed_pictures(entry, three).vectors
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    captions, told = encoding.embed_captions(entry, CAPTIONS)
    assert np.linalg.norm(captions.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert all(each.tokens >= 2 for each in told)
    with models.use(id, "caption_image") as loaded:
        alone = [encoding.look_at(loaded, [each.image])[0] for each in three]
        read = [encoding.read_captions(loaded, [each])[0].vector for each in CAPTIONS]
    assert together == pytest.approx(np.stack(alone), abs=1e-5)
    assert captions.vectors == pytest.approx(np.stack(read), abs=1e-5)


def test_each_picture_and_caption_is_encoded_once(three: list[Picture], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = models.run
    monkeypatch.setattr(models, "run", lambda what, *given: asked.append(what.__name__) or run(what, *given))
    assert similarity(three, CAPTIONS[:2], "pathshala-clip").new == (3, 2)
    asked.clear()
    changed = similarity(three, [CAPTIONS[0], "a cat"], "pathshala-clip")
    assert (changed.new, asked) == ((0, 1), ["read_captions"])
    asked.clear()
    assert similarity(three[::-1], [CAPTIONS[0], "a cat"], "pathshala-clip").new == (0, 0)
    assert asked == []
    assert similarity(three, CAPTIONS[:2], "openai/clip-vit-base-patch32").new == (3, 2)


def test_the_same_picture_or_caption_twice(three: list[Picture]) -> None:
    found = similarity([three[0], three[0]], ["a dog", "a dog"], "pathshala-clip")
    assert found.new == (1, 1)
    assert len(np.unique(found.cosine.round(6))) == 1


def test_progress_is_told_for_each_run() -> None:
    pictures = [Picture(f"file:{n}", store.sample("dog").image, 1, 1) for n in range(70)]
    heard: list[tuple[int, int]] = []
    encoding.embed_pictures(models.find("pathshala-clip", "caption_image"), pictures, lambda *far: heard.append(far))
    assert heard == [(32, 70), (64, 70), (70, 70)]


@pytest.mark.parametrize("id", IDS)
def test_a_caption_too_long_says_where_it_was_cut(id: str, three: list[Picture]) -> None:
    words = " ".join(f"{n} कुत्ते" for n in range(36))
    long = [words[: compute.CAPTION_LIMIT], "a dog"]
    found = similarity(three[:1], long, id)
    with models.use(id, "caption_image") as loaded:
        most = encoding.longest(loaded)
    assert found.tokens[0] <= most
    assert found.read[1] == "a dog"
    if found.read[0] != long[0]:
        assert long[0].startswith(found.read[0])
        assert found.tokens[0] == most
    else:
        assert id == "pathshala-clip"


def test_a_model_without_an_encoder_for_pictures_says_so() -> None:
    entry = catalogue.get("pathshala-clip")
    bare = Loaded(entry, "caption_image", torch.nn.Linear(1, 1), None, None, "cpu", "float32", "", 0)
    with pytest.raises(PathshalaError, match="no encoder for pictures"):
        encoding.check(bare)
    with pytest.raises(PathshalaError, match="knows nothing of pictures"):
        similarity([store.sample("dog")], ["a dog"], "pathshala-bert")


def test_the_memory_forgets_what_was_used_longest_ago() -> None:
    memory = encoding.Memory[str, int](2)
    for number, key in enumerate("abac"):
        memory.put(key, number)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (2, None, 3)
