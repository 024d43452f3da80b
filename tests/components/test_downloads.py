"""Downloads, from a small hub on this machine that serves small real models over HTTP."""

import errno
import os
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from components import catalogue, downloads, hub_cache, models
from components.downloads import Download, Progress, choose
from components.errors import PathshalaError
from tests.small_models import SmallHub

BERT = "bert-base-uncased"
MURIL = "google/muril-base-cased"
GENERATOR = "google/electra-small-generator"
CLIP = "openai/clip-vit-base-patch32"
MULTILINGUAL = "sentence-transformers/clip-ViT-B-32-multilingual-v1"


def finished(download: Download) -> Progress:
    """Waits for the end, good or bad, and for the thread."""
    assert download._over.wait(60)
    for thread in threading.enumerate():
        if thread.name == f"download {download.entry.id}":
            thread.join(60)
    return download.progress()


def halves(cache: Path) -> list[Path]:
    return list(cache.rglob("*.incomplete"))


# -- what is fetched --------------------------------------------------------------------------------------------------


def test_exactly_the_needed_files_of_the_pinned_commit_come(cache: Path, hub: SmallHub) -> None:
    entry = catalogue.get(BERT)
    download = downloads.start(entry)
    assert download.wait(60)
    progress = finished(download)
    snapshot = cache / "models--bert-base-uncased" / "snapshots" / str(entry.revision)
    names = {str(file.relative_to(snapshot)) for file in snapshot.rglob("*") if file.is_file()}
    assert names == {"config.json", "tokenizer_config.json", "tokenizer.json", "model.safetensors"}
    sizes = sum(file.stat().st_size for file in snapshot.iterdir())
    assert (progress.stage, progress.done, progress.total) == ("ready", sizes, sizes)
    assert hub_cache.snapshot(entry) == snapshot
    assert not halves(cache)
    assert all(f"/{entry.revision}" in path for path in hub.asked)
    with models.use(BERT, "masked_word") as loaded:
        assert loaded.model.name_or_path == str(snapshot)


def test_a_model_is_downloaded_when_it_is_first_used(cache: Path, hub: SmallHub) -> None:
    """MuRIL's repository has vocab.txt and a pickle."""
    with models.use(MURIL, "masked_word") as loaded:
        assert loaded.mask_token == "[MASK]"
    snapshot = hub_cache.snapshot(catalogue.get(MURIL))
    assert snapshot is not None
    assert {file.name for file in snapshot.iterdir()} == {
        "config.json",
        "tokenizer_config.json",
        "vocab.txt",
        "pytorch_model.bin",
    }
    before = sum(hub.asked.values())
    models._shelf.clear()
    models.load(MURIL, "attention")
    assert sum(hub.asked.values()) == before  # what is here asks nobody


def test_what_a_model_needs_comes_with_it(cache: Path, hub: SmallHub) -> None:
    with models.use(MULTILINGUAL, "caption_image") as loaded:
        assert loaded.images is not None
    assert hub_cache.snapshot(catalogue.get(CLIP)) is not None
    snapshot = hub_cache.snapshot(catalogue.get(MULTILINGUAL))
    assert snapshot is not None
    assert (snapshot / "2_Dense" / "model.safetensors").is_file()
    assert not (snapshot / "modules.json").exists()


def test_only_what_is_missing_comes_the_second_time(cache: Path, hub: SmallHub) -> None:
    entry = catalogue.get(BERT)
    finished(downloads.start(entry))
    snapshot = hub_cache.snapshot(entry)
    assert snapshot is not None
    size = (snapshot / "tokenizer.json").stat().st_size
    (snapshot / "tokenizer.json").resolve().unlink()
    assert hub_cache.snapshot(entry) is None
    hub.asked.clear()
    progress = finished(downloads.start(entry))
    assert (progress.stage, progress.total) == ("ready", size)
    assert [path for path in hub.asked if path.startswith("GET") and "resolve" in path] == [
        f"GET /{BERT}/resolve/{entry.revision}/tokenizer.json"
    ]


def test_a_model_without_a_pinned_commit_pins_itself(cache: Path, hub: SmallHub) -> None:
    entry = catalogue.get(GENERATOR)
    assert entry.revision is None
    assert finished(downloads.start(entry)).stage == "ready"
    commit = hub.commit(GENERATOR)
    refs = cache / "models--google--electra-small-generator" / "refs"
    assert (refs / "pathshala").read_text(encoding="ascii") == commit
    (refs / "main").write_text("f" * 40, encoding="ascii")  # somebody else fetched a newer one
    assert hub_cache.commit_of(entry) == commit
    assert models.load(GENERATOR, "masked_word").model.name_or_path.endswith(commit)
    assert not (cache / "models--bert-base-uncased").exists()


def test_a_pinned_model_leaves_no_note(cache: Path) -> None:
    finished(downloads.start(catalogue.get(BERT)))
    assert not (cache / "models--bert-base-uncased" / "refs" / "pathshala").exists()


def test_the_cache_of_an_alias_counts(cache: Path, repositories: Path, hub: SmallHub) -> None:
    shutil.copytree(
        repositories / "models--bert-base-uncased", cache / "models--google-bert--bert-base-uncased", symlinks=True
    )
    assert models.is_ready(catalogue.get(BERT))
    models.load(BERT, "attention")
    assert not hub.asked


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("config.json model.safetensors pytorch_model.bin", "config.json model.safetensors"),
        ("pytorch_model.bin model.safetensors.index.json model-00001-of-00002.safetensors",
         "model.safetensors.index.json model-00001-of-00002.safetensors"),
        ("pytorch_model.bin pytorch_model-00001-of-00002.bin", "pytorch_model.bin"),
        ("vocab.txt merges.txt vocab.json tokenizer.json", "tokenizer.json"),
        ("vocab.txt spiece.model", "spiece.model vocab.txt"),
        ("onnx/model.safetensors openvino/config.json config.json.bak", ""),
        ("model.safetensors.md evil.py rust_model.ot training_args.bin", ""),
    ],
)  # fmt: skip
def test_files_are_chosen(there: str, expected: str) -> None:
    sizes = dict.fromkeys(there.split(), 1)
    assert sorted(choose(sizes, catalogue.TEXT_FILES)) == sorted(expected.split())


def test_weights_come_last() -> None:
    sizes = {"model.safetensors": 5, "tokenizer.json": 9, "config.json": 1}
    assert choose(sizes, catalogue.TEXT_FILES) == ["config.json", "tokenizer.json", "model.safetensors"]


# -- progress, company, cancelling ------------------------------------------------------------------------------------


def test_progress_is_data_that_grows(cache: Path, hub: SmallHub) -> None:
    hub.hold = threading.Event()
    download = downloads.start(catalogue.get(BERT))
    assert hub.holding.wait(60)
    while download.progress().stage == "asking":
        time.sleep(0.01)
    time.sleep(0.25)
    half = download.progress()
    assert half.stage == "downloading"
    assert 0 < half.done < half.total
    assert half.rate is not None
    assert half.rate > 0
    assert half.seconds_left == pytest.approx((half.total - half.done) / half.rate)
    assert not half.over
    assert download.wait(0.01) is False
    hub.hold.set()
    whole = finished(download)
    assert (whole.stage, whole.done, whole.rate) == ("ready", whole.total, None)
    assert whole.total == half.total


def test_two_visitors_share_one_download(cache: Path, hub: SmallHub) -> None:
    hub.hold = threading.Event()
    one = downloads.start(catalogue.get(BERT))
    other = downloads.start(catalogue.get("google-bert/bert-base-uncased"))
    assert one is other is downloads.running(BERT)
    results: list[Any] = []
    visitors = [
        threading.Thread(target=lambda: results.append(models.load(BERT, "masked_word").model)) for _ in range(4)
    ]
    for visitor in visitors:
        visitor.start()
    assert hub.holding.wait(60)
    one.cancel()  # the other still wants it
    assert not other.progress().over
    hub.hold.set()
    for visitor in visitors:
        visitor.join(60)
    assert other.wait(60)
    assert len(results) == 4
    assert len(set(map(id, results))) == 1
    weights = f"GET /{BERT}/resolve/{catalogue.get(BERT).revision}/model.safetensors"
    assert hub.asked[weights] == 1


def test_a_cancel_is_seen_at_once_and_leaves_no_half_file(cache: Path, hub: SmallHub) -> None:
    hub.hold = threading.Event()
    download = downloads.start(catalogue.get(BERT))
    assert hub.holding.wait(60)
    waiting: list[PathshalaError] = []

    def wait() -> None:
        try:
            download.wait(60)
        except PathshalaError as error:
            waiting.append(error)

    visitor = threading.Thread(target=wait)
    visitor.start()
    assert halves(cache)
    download.cancel()
    visitor.join(60)
    assert "was cancelled" in str(waiting[0])
    assert "Choose pathshala-bert" in str(waiting[0])
    assert download.progress().stage == "cancelled"
    hub.hold.set()
    finished(download)
    assert not halves(cache)
    assert hub_cache.snapshot(catalogue.get(BERT)) is None
    assert not list(cache.rglob("model.safetensors"))
    again = downloads.start(catalogue.get(BERT))
    assert again is not download
    assert finished(again).stage == "ready"


def test_the_page_goes_on_with_another_model_after_a_cancel(cache: Path, hub: SmallHub) -> None:
    hub.hold = threading.Event()
    errors: list[str] = []

    def visit() -> None:
        try:
            models.load(BERT, "attention")
        except PathshalaError as error:
            errors.append(str(error))

    visitor = threading.Thread(target=visit)
    visitor.start()
    assert hub.holding.wait(60)
    running = downloads.running(BERT)
    assert running is not None
    running.cancel()
    visitor.join(60)
    assert "cancelled" in errors[0]
    assert models.load("pathshala-bert", "attention").entry.id == "pathshala-bert"


def test_embedded_models_are_not_downloaded(cache: Path) -> None:
    with pytest.raises(PathshalaError, match="nothing to download"):
        downloads.start(catalogue.get("pathshala-bert"))


def test_parts_of_a_process_that_died_are_swept_away(cache: Path) -> None:
    blobs = cache / "models--bert-base-uncased" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / "abc.12345678.incomplete").write_bytes(b"old")
    (blobs / "def.12345678.incomplete").write_bytes(b"young: another process writes it")
    os.utime(blobs / "abc.12345678.incomplete", (0, 0))
    finished(downloads.start(catalogue.get(BERT)))
    assert [part.name for part in halves(cache)] == ["def.12345678.incomplete"]


# -- failures ---------------------------------------------------------------------------------------------------------


def failure(id: str) -> str:
    """The sentence; it names the way out, and nothing half is left."""
    download = downloads.start(catalogue.get(id))
    with pytest.raises(PathshalaError) as raised:
        download.wait(60)
    assert finished(download).stage == "failed"
    said = str(raised.value)
    assert said.endswith("Choose pathshala-bert: it needs no download.")
    assert said.count("Choose ") == 1
    assert not halves(hub_cache.cache_folder())
    assert hub_cache.snapshot(catalogue.get(id)) is None
    return said


def test_no_network(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "hub cannot be reached from here." in failure(BERT)


def test_the_network_is_forbidden(cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "cannot be reached from here (HF_HUB_OFFLINE is set)" in failure(BERT)
    assert not hub.asked


def test_no_space_is_said_before_the_first_file(cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=downloads.SPARE + 1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert re.search(r"needs \d+ kB and this machine's disk has only 200 MB free", failure(BERT))
    assert not [path for path in hub.asked if "resolve" in path]


def test_gated(cache: Path, hub: SmallHub) -> None:
    hub.gated.add(MURIL)
    assert f"accepted its conditions: do so on https://huggingface.co/{MURIL}" in failure(MURIL)


def test_unknown_to_the_hub(cache: Path, hub: SmallHub) -> None:
    assert "There is no model “gpt2” on the hub" in failure("gpt2")


def test_the_pinned_version_is_gone(cache: Path, repositories: Path, hub: SmallHub, tmp_path: Path) -> None:
    shutil.copytree(repositories / "models--bert-base-uncased", tmp_path / "moved" / "models--gpt2", symlinks=True)
    hub.cache = tmp_path / "moved"
    assert "no longer has the version of “gpt2”" in failure("gpt2")


@pytest.mark.parametrize(("status", "says"), [(503, "trouble at the moment (it answers 503)"), (429, "too often")])
def test_the_hub_has_trouble(status: int, says: str, cache: Path, hub: SmallHub) -> None:
    hub.trouble = status
    assert says in failure(BERT)


def test_the_line_breaks(cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library tries to go on where it stopped, five times, a second apart."""
    hub.break_after = 40_000
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)
    said = failure(BERT)
    assert re.search(r"broke off after \d+ kB of \d+ kB of “bert-base-uncased”; nothing half was kept", said)


def test_a_repository_without_weights(cache: Path, repositories: Path, hub: SmallHub, tmp_path: Path) -> None:
    home = tmp_path / "poor" / "models--bert-base-uncased"
    shutil.copytree(repositories / "models--bert-base-uncased", home, symlinks=True)
    for name in ("model.safetensors", "pytorch_model.bin"):
        next(home.glob(f"snapshots/*/{name}")).unlink()
    hub.cache = tmp_path / "poor"
    assert "has no files on the hub that this page can load" in failure(BERT)


def test_a_disk_that_fills_up_meanwhile_and_one_that_is_closed() -> None:
    entry, progress = catalogue.get(BERT), Progress(BERT, "downloading", 5_000_000, 9_000_000, None, None, None)
    full = downloads.explain(OSError(errno.ENOSPC, "No space left on device"), entry, progress)
    closed = downloads.explain(PermissionError(errno.EACCES, "Permission denied"), entry, progress)
    assert "became full" in full
    assert "does not let the page write" in closed


def test_every_size_is_readable() -> None:
    sizes = [999, 54_700_000, 999_400_000, 999_600_000, 1_124_665_000]
    assert list(map(downloads.readable_size, sizes)) == ["1 kB", "55 MB", "999 MB", "1.0 GB", "1.1 GB"]


def test_the_hub_is_looked_for_only_when_asked(cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert downloads.reach().there is None
    assert not hub.asked
    assert downloads.probe().there is True
    assert downloads.reach().there is True
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert downloads.probe().there is False
    assert "cannot be reached" in downloads.reach().reason


def test_the_command_line_fetches(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models.main(["download", BERT])
    captured = capsys.readouterr()
    assert str(hub_cache.snapshot(catalogue.get(BERT))) in captured.out
    assert "100%" in captured.err
    with pytest.raises(SystemExit, match="There is no model “gpt2” on the hub"):
        models.main(["download", "gpt2"])


# -- what a hostile reviewer tried ------------------------------------------------------------------------------------


def test_a_cancel_that_comes_too_late_finds_the_model_ready(cache: Path) -> None:
    download = downloads.start(catalogue.get(BERT))
    assert finished(download).stage == "ready"
    download.cancel()
    assert download.progress().stage == "ready"
    assert download.wait(0)


def test_nobody_joins_a_download_that_is_being_cancelled(
    cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last cancel and the end there is no moment at which `start` gives the old download."""
    hub.hold = threading.Event()
    first = downloads.start(catalogue.get(BERT))
    assert hub.holding.wait(60)
    ending, joined = threading.Event(), list[Download]()
    real = Download._end

    def slow_end(download: Download, stage: downloads.Stage, error: str | None) -> None:
        ending.set()
        visitor.join(0.2)  # the other visitor has all the time it wants
        real(download, stage, error)

    def visit() -> None:
        ending.wait(30)
        joined.append(downloads.start(catalogue.get(BERT)))

    visitor = threading.Thread(target=visit)
    monkeypatch.setattr(Download, "_end", slow_end)
    visitor.start()
    first.cancel()
    visitor.join(30)
    monkeypatch.setattr(Download, "_end", real)
    hub.hold.set()
    assert joined[0] is not first
    assert finished(joined[0]).stage == "ready"


def test_two_models_that_share_files_come_at_once(cache: Path, hub: SmallHub) -> None:
    """The multilingual CLIP needs the English one; cancelling one leaves the other alone."""
    hub.hold = threading.Event()
    clip = downloads.start(catalogue.get(CLIP))
    assert hub.holding.wait(60)
    both = downloads.start(catalogue.get(MULTILINGUAL))
    while both.progress().stage == "asking":
        time.sleep(0.01)
    clip.cancel()
    assert clip.progress().stage == "cancelled"
    hub.hold.set()
    progress = finished(both)
    assert (progress.stage, progress.done) == ("ready", progress.total)
    finished(clip)
    assert models.is_ready(catalogue.get(CLIP))
    assert not halves(cache)


def test_a_hub_that_sends_without_end_is_stopped(cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SPARE", 0)
    monkeypatch.setattr(downloads, "ask_hub", _with_sizes_of_one(downloads.ask_hub))
    assert "sends more of “bert-base-uncased” than it said" in failure(BERT)


def _with_sizes_of_one(ask: Any) -> Any:
    def asked(id: str, commit: str | None) -> tuple[str, dict[str, int]]:
        found, sizes = ask(id, commit)
        return found, dict.fromkeys(sizes, 1)

    return asked


@pytest.mark.parametrize("where", ["file/cache", "x" * 300, "closed/cache"])
def test_a_cache_that_cannot_be(where: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / where))
    if where == "closed/cache":  # tests may run as root, whom no permission stops

        def closed(*_given: object, **_options: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(os, "makedirs", closed)
    with pytest.raises(PathshalaError, match=r"does not let the page write into its folder.*Choose pathshala-bert"):
        downloads.start(catalogue.get(BERT)).wait(60)
    assert models.menu("masked_word").to_download  # the page goes on
    assert models.default("masked_word", "hi").id == "pathshala-bert"


def test_a_cache_below_folders_that_do_not_exist_yet(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "a" / "b" / "हिन्दी" / "cache"))
    assert finished(downloads.start(catalogue.get(BERT))).stage == "ready"
    assert models.load(BERT, "attention").entry.id == BERT


def test_a_trouble_of_our_own_is_not_blamed_on_the_line() -> None:
    entry, progress = catalogue.get(BERT), Progress(BERT, "downloading", 5_000_000, 9_000_000, None, None, None)
    assert "could not be downloaded (KeyError)" in downloads.explain(KeyError("x"), entry, progress)


@pytest.mark.parametrize("name", ["tokenizer.json", "vocab.txt", "pytorch_model.bin"])
def test_damaged_files_are_fetched_again(
    name: str, cache: Path, hub: SmallHub, capsys: pytest.CaptureFixture[str]
) -> None:
    id = BERT if name == "tokenizer.json" else MURIL
    models.main(["download", id])
    file = next(cache.rglob(name))
    whole = file.read_bytes()
    file.resolve().write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PathshalaError, match=f"damaged.*python -m components.models repair {id}"):
        models.load(id, "masked_word")
    hub.asked.clear()
    capsys.readouterr()
    models.main(["repair", id])
    assert capsys.readouterr().out.startswith(f"{name} was damaged")
    assert file.read_bytes() == whole
    assert sum(path.startswith("GET") and "resolve" in path for path in hub.asked) == 1
    assert models.load(id, "masked_word").entry.id == id


def test_names_of_small_files_are_git_s(tmp_path: Path) -> None:
    """`printf 'what is up, doc?' | git hash-object --stdin`, from git's own book."""
    blob = tmp_path / "blobs" / "bd9dbf5aae1a3862dd1526723246b20206e5fc37"
    blob.parent.mkdir()
    blob.write_bytes(b"what is up, doc?")
    file = tmp_path / "config.json"
    file.symlink_to(blob)
    assert hub_cache.matches_name(file) is True
    blob.write_bytes(b"what is up, doc")
    assert hub_cache.matches_name(file) is False
    assert hub_cache.matches_name(blob) is None
