"""pathshala-clip on its way to embedded/: what transformers' Auto classes make of the folder, and its card."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer, BertConfig, BertModel  # noqa: E402

from training import clip, embed_clip, evaluate_clip, pictures, texts  # noqa: E402
from training.evaluate_clip import Recall  # noqa: E402

PLAN = clip.Plan(layers=1, width=32, heads=2, space=16)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run, embedded."""
    torch.manual_seed(0)
    run = tmp_path_factory.mktemp("run")
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(texts.tokenizer()), max_position_embeddings=48, **sizes)
    BertModel(config).save_pretrained(run / "text")
    clip.new_model(PLAN, run / "text").save_pretrained(run / "model")
    log = {"step": 7, "pictures": 1792, "seconds": 60.0, "loss": 5.0}
    (run / "log.jsonl").write_text(json.dumps(log) + "\n", encoding="utf-8")
    made = tmp_path_factory.mktemp("embedded") / "pathshala-clip"
    embed_clip.embed(run, made)
    return made


def test_the_auto_classes_load_it_and_give_what_training_gave(folder: Path) -> None:
    model = AutoModel.from_pretrained(folder, dtype=torch.float32)
    tokenizer, processor = (
        AutoTokenizer.from_pretrained(folder),
        AutoImageProcessor.from_pretrained(folder, backend="pil"),
    )
    assert type(model).__name__ == "VisionTextDualEncoderModel"
    assert tokenizer.model_max_length == 48
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (96, 96, 3), dtype=np.uint8))
    pixels = processor(images=[image], return_tensors="pt")["pixel_values"]
    plain = torch.from_numpy(np.asarray(image).transpose(2, 0, 1).copy()).float()[None] / 255
    assert pixels.numpy() == pytest.approx(((plain - clip.MEAN) / clip.SPREAD).numpy(), abs=1e-5)
    captions = ["a dog", "गाय पेड़ के नीचे", "ஒரு ரயில்"]
    inputs = tokenizer(captions, padding=True, return_tensors="pt")
    theirs = model(**inputs, pixel_values=pixels).logits_per_image
    model.train(False)
    theirs = model(**inputs, pixel_values=pixels).logits_per_image
    ours = clip.vectors_of_pictures(model, plain) @ clip.vectors_of_captions(model, captions).t()
    assert (model.logit_scale.exp() * ours).detach().numpy() == pytest.approx(theirs.detach().numpy(), abs=1e-3)


@pytest.mark.parametrize("size", [(300, 40), (20, 20), (40, 300)])
def test_a_picture_of_any_shape_is_seen_whole(folder: Path, size: tuple[int, int]) -> None:
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, size[0] // 4, size[1]))
    pixels = processor(images=[image], return_tensors="pt")["pixel_values"][0]
    assert tuple(pixels.shape) == (3, pictures.SIDE, pictures.SIDE)
    assert pixels[2, :, 5].mean() > 1.5 > -1.5 > pixels[2, :, -5].mean()  # blue at the left, none at the right


def test_no_file_is_too_large_for_a_plain_repository_and_weights_take_two_bytes(folder: Path) -> None:
    assert max(each.stat().st_size for each in folder.iterdir()) < 15_000_000
    model = AutoModel.from_pretrained(folder)
    assert {each.dtype for each in model.parameters()} == {torch.float16}
    counted = embed_clip.sizes(model, folder)
    assert counted.picture + counted.text + counted.rest == sum(each.numel() for each in model.parameters())
    assert counted.rest == 2 * 32 * 16 + 1


def test_the_card_says_what_was_measured(folder: Path) -> None:
    found = {kind: {code: Recall(0.25, 0.5, 10, 1650) for code in ("hi", "en", "ta")} for kind in evaluate_clip.KINDS}
    found["drawings"]["hi"] = Recall(0.41, 0.87, 10, 1650)
    model = AutoModel.from_pretrained(folder)
    log = [json.loads(line) for line in (folder / "training.jsonl").read_text(encoding="utf-8").splitlines()]
    card = embed_clip.card(found, embed_clip.sizes(model, folder), log, model.config)
    for words in ("0.41 / 0.87", "Hindi 87% and English 50%", "7 steps", "1,792 pictures", "not photographs"):
        assert words in card
    assert "| sa | – | – | – | – | – |" in card


def test_recall_by_hand() -> None:
    """Two pictures, three names: the first picture's own is nearest, the second's is second."""
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    names = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    found = evaluate_clip.recall(images, names, [0, 1])
    assert (found.first, found.five, found.asked, found.among) == (0.5, 1.0, 2, 3)
    assert Recall(0.0, 0.0, 1, 100).chance == 0.05
    assert evaluate_clip.recall(images, names, []).asked == 0
