"""Which model, shared by whom, and on which device; nothing here may use a network."""

import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components import catalogue, comparing, device, downloads, hub_cache, loading, machine, models
from components.catalogue import Task
from components.errors import PathshalaError
from components.models import Loaded
from tests import small_models
from tests.small_models import copy_of, together

pytestmark = pytest.mark.usefixtures("no_hub")

ROOT = Path(__file__).parents[2]
TEXT_IDS = [id for id in small_models.IDS if "attention" in catalogue.get(id).tasks]
MASKED_IDS = [id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks]
MASKED_IDS_IN_ORDER = [entry.id for entry in catalogue.HUB if entry.id in MASKED_IDS]


def test_both_text_tabs_share_one_model() -> None:
    with models.use("roberta-base", "attention") as one, models.use("roberta-base", "masked_word") as other:
        assert one.model is other.model
        assert (one.task, other.task) == ("attention", "masked_word")
    with models.use("FacebookAI/roberta-base", "attention") as third:
        assert third.model is one.model


def test_visitors_at_once_share_one_load(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    real = loading._from_pretrained
    monkeypatch.setattr(loading, "_from_pretrained", lambda *given: loads.append(given[2].id) or real(*given))
    found = together(8, lambda: models.load("bert-base-uncased", "attention").model)
    assert loads == ["bert-base-uncased"]
    assert all(model is found[0] for model in found)


def test_visitors_of_different_models_at_once() -> None:
    import itertools

    turn = itertools.count()
    ids = [*TEXT_IDS, "pathshala-bert"]
    found = together(len(ids), lambda: comparing.answers(models.load(ids[next(turn)], "attention"))[0])
    assert all(isinstance(weights, list) for weights in found)
    import torch

    assert torch.get_default_dtype() == torch.float32


def test_a_failure_reaches_all_who_wait_and_the_next_tries_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    started, go = threading.Event(), threading.Event()
    real, tries = loading._from_pretrained, []

    def fail(*given: Any) -> Any:
        tries.append(1)
        started.set()
        go.wait(30)
        raise MemoryError

    monkeypatch.setattr(loading, "_from_pretrained", fail)
    waiting = threading.Thread(target=lambda: (started.wait(30), go.set()))
    waiting.start()
    found = together(4, lambda: models.load("gpt2", "attention"))
    waiting.join()
    assert all("memory of this machine is too full for “gpt2”" in str(error) for error in found)
    assert 1 <= len(tries) <= 4
    monkeypatch.setattr(loading, "_from_pretrained", real)
    assert models.load("gpt2", "attention").entry.id == "gpt2"


def test_real_models_leave_when_the_budget_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "memory_needed", lambda entry, where="cpu", folder=None: 100_000)
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "0.0003")  # 300 kB: two of them
    ids = ["bert-base-uncased", "roberta-base", "xlm-roberta-base"]
    for id in ids:
        models.load(id, "attention")
    assert models._shelf.names() == ids[1:]


def test_a_full_machine_is_noticed_before_the_system_kills_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "pick_device", lambda embedded=False: device.Device("cpu", "a test"))
    monkeypatch.setattr(machine, "free_memory", lambda: machine.RESERVE + 1_000_000)
    assert models.load("pathshala-bert", "attention").bytes < 1_000_000
    with pytest.raises(PathshalaError, match=r"too full for “gpt2”: it needs 498 MB.*Choose pathshala-bert"):
        models.load("gpt2", "attention")


def test_a_model_larger_than_the_budget_is_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "0.5")
    with pytest.raises(PathshalaError, match=r"needs 1.1 GB of memory and this page may use 500 MB"):
        models.load("xlm-roberta-base", "attention")
    assert downloads.running("xlm-roberta-base") is None


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


def test_half_a_model_in_the_cache_is_none(small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = copy_of(small_cache, tmp_path, "google/muril-base-cased")
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
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    entry = catalogue.get("sentence-transformers/clip-ViT-B-32-multilingual-v1")
    eyes = catalogue.get("openai/clip-vit-base-patch32")
    copy_of(small_cache, tmp_path, entry.id)
    assert not models.is_ready(entry)
    assert models.download_size(entry) == entry.download + eyes.download
    copy_of(small_cache, tmp_path, eyes.id)
    assert models.is_ready(entry)


def test_another_version_in_the_cache_is_not_the_pinned_one(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = copy_of(small_cache, tmp_path, "gpt2")
    assert models.is_ready(catalogue.get("gpt2"))
    snapshot.rename(snapshot.with_name("0" * 40))
    (snapshot.parents[1] / "refs" / "main").write_text("0" * 40, encoding="ascii")
    assert not models.is_ready(catalogue.get("gpt2"))


def test_the_menu_has_three_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_cache, "free_space", lambda folder: 10**12)
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "8")
    found = models.menu("masked_word")
    ready = [choice.entry.id for choice in found.ready]
    assert ready == [*MASKED_IDS_IN_ORDER, *(e.id for e in catalogue.EMBEDDED if "bert" in e.id)]
    assert {choice.entry.id for choice in found.to_download} == {
        entry.id for entry in catalogue.HUB if "masked_word" in entry.tasks and entry.id not in ready
    }
    assert all(choice.size == choice.entry.download for choice in found.to_download)
    assert found.unreachable == ()


@pytest.mark.parametrize(
    ("hinder", "reason"),
    [
        (lambda patch: patch.setenv("HF_HUB_OFFLINE", "1"), "HF_HUB_OFFLINE"),
        (lambda patch: downloads.probe(), "cannot be reached"),
        (lambda patch: patch.setenv("PATHSHALA_MODEL_MEMORY", "0.04"), "of memory"),
        (lambda patch: patch.setattr(hub_cache, "free_space", lambda folder: 210_000_000), "of disk"),
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
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_is_installed", lambda module: module != "google.protobuf")
    with pytest.raises(PathshalaError, match=r"indic-bert” needs protobuf.*Choose pathshala-bert"):
        models.load("ai4bharat/indic-bert", "attention")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(PathshalaError, match="needs protobuf"):
        models.load("ai4bharat/indic-bert", "attention")
    assert downloads.running("ai4bharat/indic-bert") is None
    notes = {choice.entry.id: choice.note for choice in models.menu("attention").unreachable}
    assert notes["ai4bharat/indic-bert"] == "it needs protobuf, which is not installed on this machine"


def test_exhibits_are_never_chosen_by_themselves(
    small_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for id in ("ai4bharat/indic-bert", "gpt2", "google/electra-small-discriminator"):
        copy_of(small_cache, tmp_path, id)
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


def test_an_answer_that_does_not_fit_is_a_sentence_and_the_model_stays_usable() -> None:
    import torch

    for error in (torch.OutOfMemoryError("CUDA out of memory."), MemoryError(), RuntimeError("can't allocate memory")):
        with pytest.raises(PathshalaError, match="too full for “gpt2”"), models.use("gpt2", "attention"):
            raise error
    with pytest.raises(RuntimeError, match="shapes"), models.use("gpt2", "attention"):
        raise RuntimeError("shapes do not match")
    assert all(not slot.users for slot in models._shelf._slots.values())
    assert models.load("gpt2", "attention").entry.id == "gpt2"


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
    with pytest.raises(RuntimeError, match=r"TypeError: compute must return numbers"):  # ours to mend, with its lines
        models.run(leak, "gpt2", "attention")


def test_a_gpu_that_is_refused_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: object) -> None:
        raise RuntimeError("ZeroGPU quota exceeded")

    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setattr(models, "_on_gpu", refused)
    with pytest.raises(PathshalaError, match=r"GPU did not take this.*Choose pathshala-bert"):
        models.run(report, "gpt2", "attention", "The children")


def test_no_tensor_leaves_the_process_of_the_gpu() -> None:
    import torch

    with pytest.raises(TypeError, match="tensor"):
        models.without_tensors({"deep": [(torch.zeros(1),)]})
    assert pickle.loads(models.without_tensors({"a": np.arange(3)}))["a"].tolist() == [0, 1, 2]


def test_a_model_in_memory_moves_to_the_gpu_instead_of_being_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    models.load("gpt2", "attention")
    kept = models._shelf.names()
    monkeypatch.setattr(device, "pick_device", lambda embedded=False: device.Device("meta", "lent"))
    monkeypatch.setattr(loading, "_from_pretrained", lambda *given: pytest.fail("it was read again"))
    with models.use("gpt2", "attention") as loaded:
        assert (loaded.device, loaded.dtype, loaded.reason) == ("meta", "float16", "lent")
    assert models._shelf.names() == kept == ["gpt2"]


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


def test_the_command_line_lists_in_eighty_columns(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    models.main([])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[:-1])) <= 79  # the last is the path of the cache
    ready = lines[lines.index("Ready now:") : lines.index("To download:")]
    to_download = lines[lines.index("To download:") :]
    assert any(line.startswith("gpt2 ") and "124.4 M" in line and "549 MB" in line for line in ready)
    assert any(line.startswith("pathshala-bert ") for line in ready)
    assert any(line.startswith("l3cube-pune/hindi-bert-v2 ") and "957 MB" in line for line in to_download)
    assert not any("pathshala-counted" in line for line in lines)  # its folder is not there


def test_the_command_line_says_why_a_model_cannot_be_had(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    models.main(["list"])
    out = capsys.readouterr().out
    assert "To download:" not in out
    assert "HF_HUB_OFFLINE is set" in out.partition("Not to be had here:")[2]


def test_the_command_line_compares(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    models.main(["compare", "pathshala-bert"])
    out = capsys.readouterr().out
    assert "pathshala-bert" in out
    assert ("torch finds no GPU" in out) != torch.cuda.is_available()


def test_the_command_line_downloads_only_what_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="Did you mean"):
        models.main(["download", "bert-base-uncase"])
    models.main(["download", "gpt2"])
    assert "is here already" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="nothing to download"):
        models.main(["download", "pathshala-counted"])
