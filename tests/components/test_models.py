"""Loading, on small real models of every architecture; nothing here may use a network."""

import json
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components import catalogue, device, downloads, models
from components.catalogue import Task
from components.errors import PathshalaError
from components.models import Loaded, Shelf
from tests import small_models

ROOT = Path(__file__).parents[2]
TEXT_IDS = [id for id in small_models.IDS if "attention" in catalogue.get(id).tasks]
MASKED_IDS = [id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks]
PICTURE_IDS = [id for id in small_models.IDS if "caption_image" in catalogue.get(id).tasks]


@pytest.fixture
def cache(small_cache: Path) -> Path:
    return small_cache


@pytest.fixture
def embedded(small_embedded: Path) -> Path:
    return small_embedded


@pytest.fixture(autouse=True)
def _here(cache: Path, embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small cache, an empty memory, and no hub: nobody listens at port 9."""
    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "PATHSHALA_MODEL_MEMORY", "PATHSHALA_ANY_MODEL", "SPACE_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", embedded)
    monkeypatch.setattr(downloads, "_running", {})
    monkeypatch.setattr(downloads, "_reach", downloads.Reach(None, "not tried yet"))
    monkeypatch.setattr(models, "_shelf", Shelf(models.budget))
    monkeypatch.setattr(models, "_others", {})
    monkeypatch.setattr(models, "_warming", None)


def copy_of(cache: Path, folder: Path, id: str) -> Path:
    """Another cache with one model, to be spoilt; its snapshot, with files instead of links."""
    entry = catalogue.get(id)
    commit = entry.revision or small_models.made_up_commit(id)
    source = cache / "--".join(["models", *id.split("/")]) / "snapshots" / commit
    target = folder / source.relative_to(cache)
    shutil.copytree(source, target, symlinks=False)
    (target.parents[1] / "refs").mkdir()
    (target.parents[1] / "refs" / "main").write_text(commit, encoding="ascii")
    return target


# -- loading ----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("id", [*MASKED_IDS, "pathshala-bert", "pathshala-bert-early/5000"])
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


def test_both_text_tabs_share_one_model() -> None:
    with models.use("roberta-base", "attention") as one, models.use("roberta-base", "masked_word") as other:
        assert one.model is other.model
        assert (one.task, other.task) == ("attention", "masked_word")
    with models.use("FacebookAI/roberta-base", "attention") as third:
        assert third.model is one.model


def test_pickled_weights_give_what_safetensors_give(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = copy_of(cache, tmp_path, "distilbert-base-uncased")
    expected = models.answers(models.load("distilbert-base-uncased", "masked_word"))
    small_models.to_pickle(snapshot)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert models.answers(models.load("distilbert-base-uncased", "masked_word")) == expected


def test_the_tokenizer_of_siglip_2_makes_letters_small() -> None:
    with models.use("google/siglip2-base-patch16-224", "caption_image") as loaded:
        assert loaded.tokenizer is not None
        assert loaded.tokenizer("THE Children")["input_ids"] == loaded.tokenizer("the children")["input_ids"]


def test_the_multilingual_clip_is_what_sentence_transformers_computes(cache: Path) -> None:
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

        folder = downloads.snapshot(loaded.entry)
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
    (folder / "hi.npz").write_bytes(b"12345678")
    module = types.ModuleType("components.counted")
    module.load = lambda folder: ("counted", folder)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "components.counted", module)
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    with models.use("pathshala-counted", "masked_word") as loaded:
        assert loaded.model == ("counted", folder)
        assert (loaded.device, loaded.bytes, loaded.tokenizer) == ("cpu", 8, None)


# -- eight bits -------------------------------------------------------------------------------------------------------


def test_eight_bits_are_off_by_half_a_scale_at_most() -> None:
    import torch

    state = {"weight": torch.randn(40, 30), "bias": torch.randn(40), "steps": torch.tensor(7)}
    kept = models.compact(state)
    back = models.expand(kept)
    assert kept["weight"].dtype == torch.int8
    assert set(back) == set(state)
    room = kept["weight.scale"].float()[:, None] * 0.5 + 1e-6
    assert bool(((back["weight"] - state["weight"]).abs() <= room + state["weight"].abs() * 2e-3).all())
    assert torch.allclose(back["bias"], state["bias"], rtol=1e-3)
    assert back["steps"] == 7


def test_a_model_in_eight_bits_answers_almost_as_it_did(embedded: Path, tmp_path: Path, monkeypatch: Any) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    early = tmp_path / "pathshala-bert-early" / "100"
    shutil.copytree(embedded / "pathshala-bert", tmp_path / "pathshala-bert")
    shutil.copytree(embedded / "pathshala-bert", early)
    save_file(models.compact(load_file(early / "model.safetensors")), early / models.COMPACT)
    assert (early / models.COMPACT).stat().st_size < 0.4 * (early / "model.safetensors").stat().st_size
    (early / "model.safetensors").unlink()
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    kept = models.answers(models.load("pathshala-bert-early/100", "masked_word"))
    whole = models.answers(models.load("pathshala-bert", "masked_word"))
    for ours, theirs in zip(kept, whole, strict=True):
        assert torch.tensor(ours).sub(torch.tensor(theirs)).abs().max() < 0.1
    assert kept != whole
    with models.use("pathshala-bert-early/100", "attention") as loaded:
        assert loaded.model.cls.predictions.decoder.weight is loaded.model.bert.embeddings.word_embeddings.weight


def test_eight_bits_of_another_model_are_refused(embedded: Path, tmp_path: Path, monkeypatch: Any) -> None:
    import torch
    from safetensors.torch import save_file

    shutil.copytree(embedded / "pathshala-bert-early", tmp_path / "pathshala-bert-early")
    save_file({"other.weight": torch.zeros(1)}, tmp_path / "pathshala-bert-early" / "100" / models.COMPACT)
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    with pytest.raises(PathshalaError, match="another model"):
        models.load("pathshala-bert-early/100", "attention")


# -- safety -----------------------------------------------------------------------------------------------------------


@dataclass
class Bomb:
    """A pickle that runs a program when it is read."""

    target: str

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return os.mkdir, (self.target,)


@pytest.mark.parametrize("forced", [False, True], ids=["plain", "environment asks for trust"])
def test_a_pickle_with_a_program_is_not_run(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forced: bool
) -> None:
    import torch

    snapshot = copy_of(cache, tmp_path, "google/muril-base-cased")
    target = tmp_path / "the program ran"
    weights = torch.load(snapshot / "pytorch_model.bin", weights_only=True)
    torch.save({**weights, "bomb": Bomb(str(target))}, snapshot / "pytorch_model.bin")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    if forced:
        monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    with pytest.raises(PathshalaError, match=r"not opened.*pathshala-bert"):
        models.load("google/muril-base-cased", "masked_word")
    assert not target.exists()
    with pytest.raises(pickle.UnpicklingError):
        models.read_tensors(snapshot)
    assert not target.exists()
    torch.load(snapshot / "pytorch_model.bin", weights_only=False)
    assert target.exists()  # it was a program indeed


def test_a_pickle_beside_safetensors_is_not_even_read(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = copy_of(cache, tmp_path, "roberta-base")
    (snapshot / "pytorch_model.bin").write_bytes(b"no pickle at all")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert models.load("roberta-base", "masked_word").bytes > 0


def test_a_program_in_the_repository_is_not_run(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = copy_of(cache, tmp_path, "bert-base-uncased")
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


def test_missing_layers_are_not_filled_with_noise(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.torch import load_file, save_file

    snapshot = copy_of(cache, tmp_path, "roberta-base")
    whole = load_file(snapshot / "model.safetensors")
    lacking = {name: each.clone() for name, each in whole.items() if "lm_head" not in name}
    save_file(lacking, snapshot / "model.safetensors", metadata={"format": "pt"})
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(PathshalaError, match=r"lack the weights.*lm_head.*noise"):
        models.load("roberta-base", "masked_word")


@pytest.mark.parametrize("id", ["roberta-base", "google/muril-base-cased"])
def test_damaged_weights_are_explained(id: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = copy_of(cache, tmp_path, id)
    weights = snapshot / ("model.safetensors" if id == "roberta-base" else "pytorch_model.bin")
    weights.write_bytes(weights.read_bytes()[:100])
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(PathshalaError, match=f"“{id}”.*Choose pathshala-bert"):
        models.load(id, "masked_word")


# -- many at once -----------------------------------------------------------------------------------------------------


def together(count: int, work: Callable[[], Any]) -> list[Any]:
    """What each thread gave or raised; all begin at once."""
    barrier, results = threading.Barrier(count), [None] * count

    def begin(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work()
        except PathshalaError as error:
            results[number] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_visitors_at_once_share_one_load(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    real = models._from_pretrained
    monkeypatch.setattr(models, "_from_pretrained", lambda *given: loads.append(given[2].id) or real(*given))
    found = together(8, lambda: models.load("bert-base-uncased", "attention").model)
    assert loads == ["bert-base-uncased"]
    assert all(model is found[0] for model in found)


def test_visitors_of_different_models_at_once() -> None:
    import itertools

    turn = itertools.count()
    ids = [*TEXT_IDS, "pathshala-bert"]
    found = together(len(ids), lambda: models.answers(models.load(ids[next(turn)], "attention"))[0])
    assert all(isinstance(weights, list) for weights in found)
    import torch

    assert torch.get_default_dtype() == torch.float32


def test_a_failure_reaches_all_who_wait_and_the_next_tries_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    started, go = threading.Event(), threading.Event()
    real, tries = models._from_pretrained, []

    def fail(*given: Any) -> Any:
        tries.append(1)
        started.set()
        go.wait(30)
        raise MemoryError

    monkeypatch.setattr(models, "_from_pretrained", fail)
    waiting = threading.Thread(target=lambda: (started.wait(30), go.set()))
    waiting.start()
    found = together(4, lambda: models.load("gpt2", "attention"))
    waiting.join()
    assert all("memory of this machine is too full for “gpt2”" in str(error) for error in found)
    assert 1 <= len(tries) <= 4
    monkeypatch.setattr(models, "_from_pretrained", real)
    assert models.load("gpt2", "attention").entry.id == "gpt2"


# -- memory -----------------------------------------------------------------------------------------------------------


def put(shelf: Shelf, name: str, size: int, made: list[str] | None = None) -> Any:
    """`shelf.use` of a thing that is no model."""

    def make() -> tuple[Loaded, int]:
        if made is not None:
            made.append(name)
        return Loaded(catalogue.get("gpt2"), "attention", name, None, None, "cpu", "float32", "", size), size

    return shelf.use((name,), size, make)


def test_what_was_unused_for_longest_leaves_first() -> None:
    shelf, made = Shelf(lambda: 100), list[str]()
    for name in ("a", "b", "c", "a"):
        with put(shelf, name, 30, made):
            pass
    assert shelf.names() == ["b", "c", "a"]
    with put(shelf, "d", 30, made):
        pass
    assert shelf.names() == ["c", "a", "d"]
    assert made == ["a", "b", "c", "d"]


def test_what_is_in_use_stays() -> None:
    shelf = Shelf(lambda: 100)
    with put(shelf, "a", 60) as a:
        with put(shelf, "b", 30):
            pass
        with put(shelf, "c", 40):  # b leaves, although a is older
            assert shelf.names() == ["a", "c"]
        assert a.model == "a"
    with put(shelf, "d", 90):
        assert shelf.names() == ["d"]


def test_who_finds_all_in_use_waits_until_something_is_free() -> None:
    shelf, waits = Shelf(lambda: 100), threading.Event()

    def later() -> None:
        waits.set()
        with put(shelf, "b", 80) as b:
            assert b.model == "b"

    thread = threading.Thread(target=later)
    with put(shelf, "a", 80):
        thread.start()
        waits.wait(30)
        assert shelf.names() == ["a"]
    thread.join(30)
    assert shelf.names() == ["b"]


def test_two_that_do_not_fit_together_do_not_wait_for_each_other_for_ever() -> None:
    import itertools

    shelf, names = Shelf(lambda: 100), itertools.cycle("abcd")

    def visit() -> str:
        name = next(names)
        with put(shelf, name, 60) as thing:
            return str(thing.model)

    assert sorted(together(8, visit)) == sorted("abcd" * 2)


def test_no_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "PATIENCE", 0.05)
    shelf = Shelf(lambda: 100_000_000)
    with pytest.raises(PathshalaError, match=r"needs 101 MB.*100 MB"), put(shelf, "a", 101_000_000):
        pass
    with put(shelf, "b", 90_000_000), pytest.raises(PathshalaError, match="in use"), put(shelf, "c", 20_000_000):
        pass
    assert shelf.names() == ["b"]


def test_a_fork_finds_the_shelf_unlocked_and_nobody_loading() -> None:
    shelf = Shelf(lambda: 100)
    with put(shelf, "a", 10):
        pass
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with put(shelf, "a", 10), shelf._changed:
            shelf._slots["loading",] = models._Slot()
            held.set()
            go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    old = shelf._changed
    shelf.after_fork()  # as in the child, where `hold` does not go on
    with put(shelf, "a", 10) as a, put(shelf, "loading", 10) as loaded:
        assert (a.model, loaded.model) == ("a", "loading")
    with put(shelf, "big", 100):  # a's user was not copied along
        assert shelf.names() == ["big"]
    shelf._changed, new = old, shelf._changed
    go.set()
    thread.join(30)
    shelf._changed = new


def test_real_models_leave_when_the_budget_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "memory_needed", lambda entry, where="cpu", folder=None: 100_000)
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "0.0003")  # 300 kB: two of them
    ids = ["bert-base-uncased", "roberta-base", "xlm-roberta-base"]
    for id in ids:
        models.load(id, "attention")
    assert models._shelf.names() == ids[1:]


@pytest.mark.parametrize(("setting", "size"), [("2.5", 2_500_000_000), ("0.25", 250_000_000)])
def test_the_budget_is_a_setting(setting: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", setting)
    assert models.budget() == size


@pytest.mark.parametrize("setting", ["lots", "-1", "0", "nan", "inf"])
def test_a_setting_that_makes_no_sense_is_ignored(
    setting: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = models.budget()
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", setting)
    assert models.budget() == expected
    assert setting in caplog.text


def test_a_container_s_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, unlimited = tmp_path / "memory.max", tmp_path / "none"
    limit.write_text("3000000000\n", encoding="ascii")
    unlimited.write_text("max\n", encoding="ascii")
    monkeypatch.setattr(models, "_cgroup_files", lambda second, first: [unlimited, limit])
    assert models.machine_memory() == 3_000_000_000
    monkeypatch.setattr(models, "_cgroup_files", lambda second, first: [unlimited])
    assert models.machine_memory() > 0
    limit.write_text(str((1 << 63) - 4096), encoding="ascii")
    assert models._number(limit) is None  # what version 1 says where there is no limit


def test_a_full_machine_is_noticed_before_the_system_kills_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "pick_device", lambda embedded=False: device.Device("cpu", "a test"))
    monkeypatch.setattr(models, "free_memory", lambda: models.RESERVE + 1_000_000)
    assert models.load("pathshala-bert", "attention").bytes < 1_000_000
    with pytest.raises(PathshalaError, match=r"too full for “gpt2”: it needs 498 MB.*Choose pathshala-bert"):
        models.load("gpt2", "attention")


def test_a_model_larger_than_the_budget_is_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "0.5")
    with pytest.raises(PathshalaError, match=r"needs 1.1 GB of memory and this page may use 500 MB"):
        models.load("xlm-roberta-base", "attention")
    assert downloads.running("xlm-roberta-base") is None


def test_parameters_are_counted_without_reading_weights(embedded: Path) -> None:
    whole = models.load("pathshala-bert", "masked_word").model
    count = sum(each.numel() for each in {*whole.parameters()})
    assert models.parameters_in(embedded / "pathshala-bert") == count
    assert models.parameters_in(embedded / "pathshala-bert-early" / "100") == count
    assert models.memory_needed(catalogue.get("pathshala-bert")) == 4 * count


# -- which model ------------------------------------------------------------------------------------------------------


def test_the_default_is_the_best_that_is_here_and_knows_the_language() -> None:
    assert models.default("masked_word", "hi").id == "google/muril-base-cased"
    assert models.default("masked_word", "en").id == "bert-base-uncased"
    assert models.default("masked_word", None).id == "bert-base-uncased"
    assert models.default("caption_image", "hi").id == "google/siglip2-base-patch16-224"
    assert models.default("attention", "qq").id == "pathshala-bert"


def test_without_a_cache_the_default_is_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for task, id in (
        ("masked_word", "pathshala-bert"),
        ("attention", "pathshala-bert"),
        ("caption_image", "pathshala-clip"),
    ):
        assert models.default(task, "hi").id == id  # type: ignore[arg-type]
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    with pytest.raises(PathshalaError, match="no model"):
        models.default("attention", "hi")
    with pytest.raises(PathshalaError, match="made without “pathshala-bert”"):
        models.load("pathshala-bert", "attention")


def test_a_model_that_does_not_fit_is_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "0.5")
    assert models.default("masked_word", "hi").id == "pathshala-bert"


def test_half_a_model_in_the_cache_is_none(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = copy_of(cache, tmp_path, "google/muril-base-cased")
    entry = catalogue.get("google/muril-base-cased")
    assert models.is_ready(entry)
    for name in ("vocab.txt", "pytorch_model.bin", "config.json"):
        content = (snapshot / name).read_bytes()
        (snapshot / name).unlink()
        assert not models.is_ready(entry)
        (snapshot / name).symlink_to(tmp_path / "a blob that is gone")
        assert not models.is_ready(entry)
        (snapshot / name).unlink()
        (snapshot / name).write_bytes(content)
    assert models.is_ready(entry)


def test_the_multilingual_clip_is_ready_only_with_its_eyes(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    entry = catalogue.get("sentence-transformers/clip-ViT-B-32-multilingual-v1")
    eyes = catalogue.get("openai/clip-vit-base-patch32")
    copy_of(cache, tmp_path, entry.id)
    assert not models.is_ready(entry)
    assert models.download_size(entry) == entry.download + eyes.download
    copy_of(cache, tmp_path, eyes.id)
    assert models.is_ready(entry)


def test_another_version_in_the_cache_is_not_the_pinned_one(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = copy_of(cache, tmp_path, "gpt2")
    assert models.is_ready(catalogue.get("gpt2"))
    snapshot.rename(snapshot.with_name("0" * 40))
    (snapshot.parents[1] / "refs" / "main").write_text("0" * 40, encoding="ascii")
    assert not models.is_ready(catalogue.get("gpt2"))


def test_the_menu_has_three_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "free_space", lambda folder: 10**12)
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "8")
    found = models.menu("masked_word")
    ready = [choice.entry.id for choice in found.ready]
    assert ready == [*MASKED_IDS_IN_ORDER, *(e.id for e in catalogue.EMBEDDED if "bert" in e.id)]
    assert {choice.entry.id for choice in found.to_download} == {
        entry.id for entry in catalogue.HUB if "masked_word" in entry.tasks and entry.id not in ready
    }
    assert all(choice.size == choice.entry.download for choice in found.to_download)
    assert found.unreachable == ()


MASKED_IDS_IN_ORDER = [entry.id for entry in catalogue.HUB if entry.id in MASKED_IDS]


@pytest.mark.parametrize(
    ("hinder", "reason"),
    [
        (lambda patch: patch.setenv("HF_HUB_OFFLINE", "1"), "HF_HUB_OFFLINE"),
        (lambda patch: downloads.probe(), "cannot be reached"),
        (lambda patch: patch.setenv("PATHSHALA_MODEL_MEMORY", "0.04"), "of memory"),
        (lambda patch: patch.setattr(downloads, "free_space", lambda folder: 210_000_000), "of disk"),
    ],
    ids=["offline", "no hub", "memory", "disk"],
)
def test_the_menu_says_why_a_model_cannot_be_had(
    hinder: Callable[[pytest.MonkeyPatch], object], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hinder(monkeypatch)
    found = models.menu("masked_word")
    assert found.to_download == ()
    assert found.unreachable
    assert all(reason in choice.note for choice in found.unreachable)
    assert any(choice.entry.embedded for choice in found.ready)


def test_a_library_that_is_missing_is_named_before_the_download(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_is_installed", lambda module: module != "google.protobuf")
    with pytest.raises(PathshalaError, match=r"indic-bert” needs protobuf.*Choose pathshala-bert"):
        models.load("ai4bharat/indic-bert", "attention")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(PathshalaError, match="needs protobuf"):
        models.load("ai4bharat/indic-bert", "attention")
    assert downloads.running("ai4bharat/indic-bert") is None
    notes = {choice.entry.id: choice.note for choice in models.menu("attention").unreachable}
    assert notes["ai4bharat/indic-bert"] == "it needs protobuf, which is not installed on this machine"


def test_exhibits_are_never_chosen_by_themselves(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for id in ("ai4bharat/indic-bert", "gpt2", "google/electra-small-discriminator"):
        copy_of(cache, tmp_path, id)
        assert models.is_ready(catalogue.get(id))
    for language in ("hi", "en", None):
        assert models.default("attention", language).id == "pathshala-bert"


@pytest.mark.parametrize(
    ("id", "task", "says"),
    [
        ("bert-base-uncase", "masked_word", "Did you mean “bert-base-uncased”"),
        ("gpt2", "masked_word", "cannot fill in a masked word.*pathshala-bert"),
        ("openai/clip-vit-base-patch32", "attention", "shows no attention.*pathshala-bert"),
        ("pathshala-bert", "caption_image", "knows nothing of pictures.*pathshala-clip"),
        ("pathshala-bert", "sing", "no task “sing”"),
        ("l3cube-pune/hindi-bert-v2", "masked_word", "hub cannot be reached.*Choose pathshala-bert"),
    ],
)
def test_what_cannot_be_loaded_is_a_sentence(id: str, task: Task, says: str) -> None:
    with pytest.raises(PathshalaError, match=says):
        models.load(id, task)


# -- errors of the machine --------------------------------------------------------------------------------------------


def test_every_failure_of_loading_has_its_own_sentence() -> None:
    import torch

    entry = catalogue.get("gpt2")
    sentences = {
        models.explain(error, entry)
        for error in (
            torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
            ImportError("SiglipTokenizer requires the SentencePiece library but it was not found"),
            pickle.UnpicklingError("Weights only load failed"),
            EOFError("Ran out of input"),
            KeyError("weight"),
        )
    }
    assert len(sentences) == 5
    assert all("“gpt2”" in each and each.endswith("Choose pathshala-bert: it needs no download.") for each in sentences)
    assert models.explain(MemoryError(), entry) == models.explain(RuntimeError("MPS backend out of memory"), entry)
    assert any("SentencePiece" in each for each in sentences)


def test_an_answer_that_does_not_fit_is_a_sentence_and_the_model_stays_usable() -> None:
    import torch

    for error in (torch.OutOfMemoryError("CUDA out of memory."), MemoryError(), RuntimeError("can't allocate memory")):
        with pytest.raises(PathshalaError, match="too full for “gpt2”"), models.use("gpt2", "attention"):
            raise error
    with pytest.raises(RuntimeError, match="shapes"), models.use("gpt2", "attention"):
        raise RuntimeError("shapes do not match")
    assert all(not slot.users for slot in models._shelf._slots.values())
    assert models.load("gpt2", "attention").entry.id == "gpt2"


# -- devices ----------------------------------------------------------------------------------------------------------


def test_half_precision_on_a_gpu_single_on_the_cpu() -> None:
    """The meta device stands for a GPU: types are real, numbers are not there."""
    gpu = device.Device("meta", "a test")
    for id, expected in (("gpt2", "float16"), ("jhu-clsp/mmBERT-small", "float32")):
        entry = catalogue.get(id)
        loaded = models._load(entry, "attention", models.prepare(entry), gpu)
        assert (loaded.device, loaded.dtype, loaded.reason) == ("meta", expected, "a test")
        assert {str(each.dtype) for each in loaded.model.parameters()} == {f"torch.{expected}"}
    assert models.memory_needed(catalogue.get("gpt2"), "cuda") * 2 == models.memory_needed(catalogue.get("gpt2"))


def test_on_zero_gpu_only_large_models_get_the_gpu_and_only_during_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H200")
    monkeypatch.setitem(sys.modules, "spaces", types.SimpleNamespace(GPU=lambda function, duration: function))

    def where() -> tuple[str, str, str]:
        return device.pick_device().name, device.pick_device(embedded=True).name, device.pick_device().reason

    assert where()[:2] == ("cpu", "cpu")
    assert "only while" in where()[2]
    assert device.gpu(where)() == ("cuda", "cpu", "NVIDIA H200")
    assert where()[:2] == ("cpu", "cpu")
    monkeypatch.delenv("SPACES_ZERO_GPU")
    assert where() == ("cuda", "cuda", "NVIDIA H200")


def in_another_process(function: Callable[..., Any], duration: int) -> Callable[..., Any]:
    """What spaces.GPU does: a forked process answers, and arguments and answer are pickled."""

    def call(*args: Any) -> Any:
        fork = multiprocessing.get_context("fork")
        answers = fork.SimpleQueue()

        def work(given: bytes) -> None:
            try:
                answers.put(function(*pickle.loads(given)))
            except Exception as error:
                answers.put(f"ZeroGPU worker error: {type(error).__name__}")

        process = fork.Process(target=work, args=(pickle.dumps(args),))
        process.start()
        answer = answers.get()
        process.join()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    return call


def report(loaded: Loaded, text: str) -> dict[str, Any]:
    assert loaded.tokenizer is not None
    ids = np.array(loaded.tokenizer(text)["input_ids"])
    return {"process": os.getpid(), "ids": ids, "reason": loaded.reason, "loaded": models._shelf.names()}


def refuse(loaded: Loaded) -> None:
    raise PathshalaError(f"{loaded.entry.id} says no.")


def leak(loaded: Loaded) -> dict[str, Any]:
    return {"weights": [loaded.model.wte.weight]}


def test_on_zero_gpu_a_large_model_answers_in_the_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    here = models.run(report, "gpt2", "attention", "The children")
    assert here["process"] == os.getpid()
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setitem(sys.modules, "spaces", types.SimpleNamespace(GPU=in_another_process))
    monkeypatch.setattr(models, "_on_gpu", device.gpu(models._on_gpu))
    there = models.run(report, "gpt2", "attention", "The children")
    assert there["process"] != os.getpid()
    assert list(there["ids"]) == list(here["ids"])
    assert "gpt2" in there["loaded"]
    assert models.run(report, "pathshala-bert", "attention", "The children")["process"] == os.getpid()
    with pytest.raises(PathshalaError, match=r"^gpt2 says no\.$"):
        models.run(refuse, "gpt2", "attention")
    with pytest.raises(PathshalaError, match=r"GPU did not take this.*Choose pathshala-bert"):
        models.run(leak, "gpt2", "attention")


def test_no_tensor_leaves_the_process_of_the_gpu() -> None:
    import torch

    with pytest.raises(TypeError, match="tensor"):
        models.without_tensors({"deep": [(torch.zeros(1),)]})
    assert pickle.loads(models.without_tensors({"a": np.arange(3)}))["a"].tolist() == [0, 1, 2]


def test_a_model_in_memory_moves_to_the_gpu_instead_of_being_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    models.load("gpt2", "attention")
    kept = models._shelf.names()
    monkeypatch.setattr(device, "pick_device", lambda embedded=False: device.Device("meta", "lent"))
    monkeypatch.setattr(models, "_from_pretrained", lambda *given: pytest.fail("it was read again"))
    with models.use("gpt2", "attention") as loaded:
        assert (loaded.device, loaded.dtype, loaded.reason) == ("meta", "float16", "lent")
    assert models._shelf.names() == kept == ["gpt2"]


def has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


@pytest.mark.skipif(not has_cuda(), reason="torch sees no GPU")
@pytest.mark.parametrize("id", small_models.IDS)
def test_cpu_and_gpu_agree(id: str) -> None:
    found = models.compare(id, catalogue.get(id).tasks[0])
    assert found.attention < 1e-3
    assert found.probability < 1e-3


# -- in the background, and the command line --------------------------------------------------------------------------


def test_warming_up_happens_once_and_leaves_our_own_model_in_memory() -> None:
    first, second = models.warm_up(), models.warm_up()
    assert first is second
    assert first is not threading.current_thread()
    first.join(60)
    assert models._shelf.names() == ["pathshala-bert"]
    assert downloads.reach().there is False  # nobody listens at port 9


def test_warming_up_without_models_raises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", tmp_path)
    models.warm_up().join(60)
    assert "transformers" in sys.modules
    assert "warming up failed" not in caplog.text


def test_importing_is_free() -> None:
    code = "import json, sys, components.models; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "huggingface_hub", "gradio", "plotly"} & set(json.loads(run.stdout))


def test_the_command_line_lists_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    models.main([])
    lines = capsys.readouterr().out.splitlines()
    by_id = {line.split()[0]: line for line in lines if line}
    assert by_id["gpt2"].endswith("cached")
    assert by_id["l3cube-pune/hindi-bert-v2"].endswith("to download")
    assert "957 MB" in by_id["l3cube-pune/hindi-bert-v2"]
    assert by_id["pathshala-bert"].endswith("in the repository")
    assert "pathshala-counted" not in by_id  # its folder is not there
    models.main(["compare", "pathshala-bert"])
    out = capsys.readouterr().out
    assert "pathshala-bert" in out
    assert ("torch finds no GPU" in out) != has_cuda()
    with pytest.raises(SystemExit, match="Did you mean"):
        models.main(["download", "bert-base-uncase"])
    models.main(["download", "gpt2"])
    assert "is here already" in capsys.readouterr().out
