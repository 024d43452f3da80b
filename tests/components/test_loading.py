"""Loading, on small real models of every architecture; nothing here may use a network."""

import json
import pickle
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from components import catalogue, comparing, device, downloads, hub_cache, loading, machine, models, weights
from components.errors import PathshalaError
from tests import small_models
from tests.small_models import Bomb, copy_of

pytestmark = pytest.mark.usefixtures("no_hub")

TEXT_IDS = [id for id in small_models.IDS if "attention" in catalogue.get(id).tasks]
MASKED_IDS = [id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks]
PICTURE_IDS = [id for id in small_models.IDS if "caption_image" in catalogue.get(id).tasks]


@pytest.mark.parametrize("id", [*TEXT_IDS, "pathshala-bert", "pathshala-bert-student", "pathshala-bert-early/100"])
def test_attention_comes_out_and_its_rows_sum_to_one(id: str) -> None:
    import torch

    with models.use(id, "attention") as loaded, torch.inference_mode():
        assert loaded.tokenizer is not None
        text = loaded.tokenizer("The children go to school.", return_tensors="pt").to(loaded.device)
        layers = loaded.encoder(**text, output_attentions=True).attentions
        tokens = text["input_ids"].shape[1]
    assert len(layers) == small_models.LAYERS
    for layer in layers:
        assert layer.shape == (1, small_models.HEADS, tokens, tokens)
        assert torch.allclose(layer.sum(-1).cpu().float(), torch.ones(1, small_models.HEADS, tokens), atol=1e-3)
        assert layer.std() > 0.003  # not all the same


@pytest.mark.parametrize("id", [*MASKED_IDS, "pathshala-bert", "pathshala-bert-early/10000"])
def test_a_masked_word_is_given_probabilities(id: str) -> None:
    import torch

    with models.use(id, "masked_word") as loaded, torch.inference_mode():
        tokenizer = loaded.tokenizer
        assert tokenizer is not None
        assert loaded.mask_token in ("[MASK]", "<mask>")
        text = tokenizer(f"The {loaded.mask_token} go to school.", return_tensors="pt").to(loaded.device)
        places = (text["input_ids"][0] == tokenizer.mask_token_id).nonzero()
        assert len(places) == 1
        chances = loaded.model(**text).logits[0, places[0, 0]].float().softmax(-1)
    assert chances.shape == (loaded.model.config.vocab_size,)
    assert len(tokenizer) == loaded.model.config.vocab_size
    assert chances.sum().item() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("id", [*PICTURE_IDS, "pathshala-clip"])
def test_pictures_and_captions_meet_in_one_space(id: str) -> None:
    import torch
    from PIL import Image

    with models.use(id, "caption_image") as loaded, torch.inference_mode():
        assert loaded.tokenizer is not None
        assert loaded.images is not None
        pictures = loaded.images(
            [Image.new("RGB", (50, 40), colour) for colour in ("red", "blue")], return_tensors="pt"
        )
        dtype = next(loaded.model.parameters()).dtype
        seen = loaded.model.get_image_features(pictures["pixel_values"].to(loaded.device, dtype)).pooler_output
        captions = ["a red picture", "blue", "green"]
        text = loaded.tokenizer(captions, padding="max_length", max_length=40, truncation=True, return_tensors="pt")
        said = loaded.model.get_text_features(text["input_ids"].to(loaded.device)).pooler_output
    assert seen.shape[0] == 2
    assert said.shape[0] == 3
    assert seen.shape[1] == said.shape[1]
    assert not torch.allclose(seen[0], seen[1])
    assert loaded.model.logit_scale.numel() == 1


def test_a_model_is_whole_pinned_still_and_says_where_it_runs() -> None:
    with models.use("bert-base-uncased", "attention") as loaded:
        folder = Path(loaded.model.name_or_path)
        assert folder.name == "86b5e0934494bd15c9632b12f734a8a67f723594"
        assert not loaded.model.training
        assert not any(each.requires_grad for each in loaded.model.parameters())
        assert (loaded.device, loaded.reason) == (device.pick_device().name, device.pick_device().reason)
        assert loaded.dtype == ("float32" if loaded.device == "cpu" else "float16")
        assert loaded.bytes == sum(each.nbytes for each in {*loaded.model.parameters(), *loaded.model.buffers()})
        assert loaded.model.config._attn_implementation == "eager"


def test_pickled_weights_give_what_safetensors_give(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = copy_of(small_cache, tmp_path, "distilbert-base-uncased")
    expected = comparing.answers(models.load("distilbert-base-uncased", "masked_word"))
    small_models.to_pickle(snapshot)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert comparing.answers(models.load("distilbert-base-uncased", "masked_word")) == expected


def test_the_tokenizer_of_siglip_2_makes_letters_small() -> None:
    with models.use("google/siglip2-base-patch16-224", "caption_image") as loaded:
        assert loaded.tokenizer is not None
        assert loaded.tokenizer("THE Children")["input_ids"] == loaded.tokenizer("the children")["input_ids"]


def test_the_multilingual_clip_is_what_sentence_transformers_computes(small_cache: Path) -> None:
    """Mean over the tokens that are not padding, times the dense layer; the eyes are CLIP's own."""
    import torch
    from safetensors.torch import load_file
    from transformers import DistilBertModel

    with (
        models.use("sentence-transformers/clip-ViT-B-32-multilingual-v1", "caption_image") as loaded,
        models.use("openai/clip-vit-base-patch32", "caption_image") as clip,
        torch.inference_mode(),
    ):
        assert loaded.tokenizer is not None
        text = loaded.tokenizer(["The children", "Delhi is the capital of India"], padding=True, return_tensors="pt")
        assert text["attention_mask"].sum() < text["attention_mask"].numel()
        said = loaded.model.get_text_features(**text.to(loaded.device)).pooler_output.float().cpu()

        folder = hub_cache.snapshot(loaded.entry)
        assert folder is not None
        plain = DistilBertModel.from_pretrained(folder)
        dense = load_file(folder / "2_Dense" / "model.safetensors")["linear.weight"]
        for row, caption in enumerate(["The children", "Delhi is the capital of India"]):
            alone = loaded.tokenizer(caption, return_tensors="pt")
            mean = plain(**alone).last_hidden_state[0].mean(0)
            assert torch.allclose(said[row], dense @ mean, atol=1e-2 if loaded.device != "cpu" else 1e-4)

        dtype = next(clip.model.parameters()).dtype
        picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1)).to(clip.device, dtype)
        ours = loaded.model.get_image_features(picture).pooler_output
        assert torch.equal(ours, clip.model.get_image_features(picture).pooler_output)
        assert torch.equal(loaded.model.logit_scale, clip.model.logit_scale)


def test_counted_models_are_loaded_from_their_own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pathshala-counted"
    folder.mkdir()
    (folder / "model.json").write_bytes(b"12345678")
    module = types.ModuleType("components.counted")
    module.load = lambda folder: ("counted", folder)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "components.counted", module)
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    with models.use("pathshala-counted", "masked_word") as loaded:
        assert loaded.model == ("counted", folder)
        assert (loaded.device, loaded.bytes, loaded.tokenizer) == ("cpu", 8, None)


def test_a_model_in_eight_bits_answers_almost_as_it_did(small_embedded: Path, tmp_path: Path, monkeypatch: Any) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    early = tmp_path / "pathshala-bert-early" / "100"
    shutil.copytree(small_embedded / "pathshala-bert", tmp_path / "pathshala-bert")
    shutil.copytree(small_embedded / "pathshala-bert", early)
    save_file(weights.compact(load_file(early / "model.safetensors")), early / weights.COMPACT)
    assert (early / weights.COMPACT).stat().st_size < 0.4 * (early / "model.safetensors").stat().st_size
    (early / "model.safetensors").unlink()
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    kept = comparing.answers(models.load("pathshala-bert-early/100", "masked_word"))
    whole = comparing.answers(models.load("pathshala-bert", "masked_word"))
    for ours, theirs in zip(kept, whole, strict=True):
        assert torch.tensor(ours).sub(torch.tensor(theirs)).abs().max() < 0.1
    assert kept != whole
    with models.use("pathshala-bert-early/100", "attention") as loaded:
        assert loaded.model.cls.predictions.decoder.weight is loaded.model.bert.embeddings.word_embeddings.weight


def test_eight_bits_of_another_model_are_refused(small_embedded: Path, tmp_path: Path, monkeypatch: Any) -> None:
    import torch
    from safetensors.torch import save_file

    shutil.copytree(small_embedded / "pathshala-bert-early", tmp_path / "pathshala-bert-early")
    save_file({"other.weight": torch.zeros(1)}, tmp_path / "pathshala-bert-early" / "100" / weights.COMPACT)
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    with pytest.raises(PathshalaError, match="another model"):
        models.load("pathshala-bert-early/100", "attention")


@pytest.mark.parametrize("forced", [False, True], ids=["plain", "environment asks for trust"])
def test_a_pickle_with_a_program_is_not_run(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forced: bool
) -> None:
    import torch

    snapshot = copy_of(small_cache, tmp_path, "google/muril-base-cased")
    target = tmp_path / "the program ran"
    tensors = torch.load(snapshot / "pytorch_model.bin", weights_only=True)
    torch.save({**tensors, "bomb": Bomb(str(target))}, snapshot / "pytorch_model.bin")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    if forced:
        monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    with pytest.raises(PathshalaError, match=r"not opened.*pathshala-bert"):
        models.load("google/muril-base-cased", "masked_word")
    assert not target.exists()
    with pytest.raises(pickle.UnpicklingError):
        weights.read_tensors(snapshot)
    assert not target.exists()
    torch.load(snapshot / "pytorch_model.bin", weights_only=False)
    assert target.exists()  # it was a program indeed


def test_a_pickle_beside_safetensors_is_not_even_read(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = copy_of(small_cache, tmp_path, "roberta-base")
    (snapshot / "pytorch_model.bin").write_bytes(b"no pickle at all")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert models.load("roberta-base", "masked_word").bytes > 0


def test_a_program_in_the_repository_is_not_run(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = copy_of(small_cache, tmp_path, "bert-base-uncased")
    target = tmp_path / "the program ran"
    (snapshot / "strange.py").write_text(f"import os\nos.mkdir({str(target)!r})\n", encoding="utf-8")
    config = json.loads((snapshot / "config.json").read_text(encoding="utf-8"))
    config["auto_map"] = {"AutoConfig": "strange.Config", "AutoModelForMaskedLM": "strange.Model"}
    (snapshot / "config.json").write_text(json.dumps(config), encoding="utf-8")
    tokenizer = json.loads((snapshot / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokenizer["auto_map"] = {"AutoTokenizer": ["strange.Tokenizer", "strange.Tokenizer"]}
    (snapshot / "tokenizer_config.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert type(models.load("bert-base-uncased", "masked_word").model).__name__ == "BertForMaskedLM"
    assert not target.exists()


def test_missing_layers_are_not_filled_with_noise(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import load_file, save_file

    snapshot = copy_of(small_cache, tmp_path, "roberta-base")
    whole = load_file(snapshot / "model.safetensors")
    lacking = {name: each.clone() for name, each in whole.items() if "lm_head" not in name}
    save_file(lacking, snapshot / "model.safetensors", metadata={"format": "pt"})
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(PathshalaError, match=r"lack the weights.*lm_head.*noise"):
        models.load("roberta-base", "masked_word")


TO_BE_CUT = (
    ("google/muril-base-cased", "config.json tokenizer_config.json vocab.txt pytorch_model.bin"),
    ("xlm-roberta-base", "config.json tokenizer_config.json tokenizer.json model.safetensors"),
    ("ai4bharat/indic-bert", "spiece.model"),
    ("openai/clip-vit-base-patch32", "preprocessor_config.json"),
    ("sentence-transformers/clip-ViT-B-32-multilingual-v1", "2_Dense/model.safetensors"),
    ("pathshala-bert", "config.json tokenizer_config.json tokenizer.json model.safetensors"),
    ("pathshala-bert-early/100", "model.int8.safetensors"),
)


@pytest.mark.parametrize(("id", "name"), [(id, name) for id, names in TO_BE_CUT for name in names.split()])
def test_a_file_that_ends_too_early_is_called_damaged(
    id: str, name: str, small_cache: Path, small_embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it was cut off, and however the hub's cache lays it out."""
    entry = catalogue.get(id)
    shutil.copytree(small_cache, tmp_path / "cache", symlinks=True)
    shutil.copytree(small_embedded, tmp_path / "embedded")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path / "embedded")
    folder = models.prepare(entry)
    file = (folder / name).resolve()
    whole = file.read_bytes()
    for eighths in range(8):
        file.write_bytes(whole[: len(whole) * eighths // 8])
        assert models.menu(entry.tasks[0]).ready
        with pytest.raises(PathshalaError, match=f"files of “{id}”.* are damaged.*Choose pathshala-") as raised:
            models.load(id, entry.tasks[0])
        assert f"Choose {id}:" not in str(raised.value)
    file.write_bytes(whole)
    assert models.load(id, entry.tasks[0]).bytes > 0


def test_every_failure_of_loading_has_its_own_sentence() -> None:
    import torch

    entry = catalogue.get("gpt2")
    sentences = {
        loading.explain(error, entry)
        for error in (
            torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
            ImportError("SiglipTokenizer requires the SentencePiece library but it was not found"),
            pickle.UnpicklingError("Weights only load failed"),
            pickle.UnpicklingError("Unsupported global: GLOBAL posix.mkdir was not an allowed global by default."),
            KeyError("weight"),
        )
    }
    assert len(sentences) == 5
    assert all("“gpt2”" in each and each.endswith("Choose pathshala-bert: it needs no download.") for each in sentences)
    assert loading.explain(MemoryError(), entry) == loading.explain(RuntimeError("MPS backend out of memory"), entry)
    assert any("SentencePiece" in each for each in sentences)


def test_half_precision_on_a_gpu_single_on_the_cpu() -> None:
    """The meta device stands for a GPU: types are real, numbers are not there."""
    gpu = device.Device("meta", "a test")
    for id, expected in (("gpt2", "float16"), ("jhu-clsp/mmBERT-small", "float32")):
        entry = catalogue.get(id)
        loaded = loading.load(entry, "attention", models.prepare(entry), gpu)
        assert (loaded.device, loaded.dtype, loaded.reason) == ("meta", expected, "a test")
        assert {str(each.dtype) for each in loaded.model.parameters()} == {f"torch.{expected}"}
    assert machine.memory_needed(catalogue.get("gpt2"), "cuda") * 2 == machine.memory_needed(catalogue.get("gpt2"))


def has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


@pytest.mark.skipif(not has_cuda(), reason="torch sees no GPU")
@pytest.mark.parametrize("id", small_models.IDS)
def test_cpu_and_gpu_agree(id: str) -> None:
    found = comparing.compare(catalogue.get(id), models.prepare(catalogue.get(id)))
    assert found.attention < 1e-3
    assert found.probability < 1e-3
