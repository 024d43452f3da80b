"""An id that a teacher typed: checked before its weights come."""

import json
import shutil
from pathlib import Path

import pytest

from components import any_model, machine, models
from components.errors import PathshalaError
from components.shelf import Shelf
from tests.small_models import SmallHub


@pytest.fixture
def own(repositories: Path, hub: SmallHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """someone/tiny, a model that is not in the catalogue, on a private machine; its files, to be changed."""
    monkeypatch.setenv("PATHSHALA_ANY_MODEL", "1")
    snapshot = tmp_path / "own" / "models--someone--tiny" / "snapshots" / ("a1" * 20)
    source = next((repositories / "models--bert-base-uncased" / "snapshots").iterdir())
    shutil.copytree(source, snapshot, symlinks=False)
    hub.cache = tmp_path / "own"
    return snapshot


def change(snapshot: Path, **settings: object) -> None:
    config = json.loads((snapshot / "config.json").read_text(encoding="utf-8"))
    (snapshot / "config.json").write_text(json.dumps(config | settings), encoding="utf-8")


def test_on_a_private_machine_any_id_may_be_typed(cache: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = any_model.inspect("someone/tiny")
    assert (entry.tasks, entry.architecture, entry.weights) == (("attention", "masked_word"), "bert", "safetensors")
    assert entry.revision == "a1" * 20
    assert not list(cache.rglob("model.safetensors"))  # nothing but its configuration was fetched
    with models.use("someone/tiny", "masked_word") as loaded:
        assert loaded.entry == entry
    monkeypatch.setattr(any_model, "_known", {})
    monkeypatch.setattr(models, "_shelf", Shelf(machine.budget))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert models.load("someone/tiny", "attention").entry == entry  # and without the network


@pytest.mark.parametrize("where", ["public", "space"])
def test_elsewhere_the_catalogue_is_all_there_is(
    where: str, cache: Path, own: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "space":
        monkeypatch.setenv("SPACE_ID", "someone/space")
    else:
        monkeypatch.delenv("PATHSHALA_ANY_MODEL")
    with pytest.raises(PathshalaError, match="no model “someone/tiny” in the list"):
        models.load("someone/tiny", "attention")
    assert not hub.asked


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"model_type": "t5", "is_encoder_decoder": True}, "of the kind “t5”"),
        ({"model_type": "mamba"}, "of the kind “mamba”"),
        ({"model_type": "strange", "auto_map": {"AutoModel": "strange.Model"}}, "brings a program of its own"),
        ({"quantization_config": {"quant_method": "gptq"}}, "shortened form"),
        ({"architectures": ["BertForSequenceClassification"]}, "cannot fill in a masked word"),
    ],
    ids=["encoder and decoder", "no attention", "remote code", "quantised", "no head for masks"],
)
def test_a_model_that_does_not_fit_is_refused_before_its_weights_come(
    settings: dict[str, object], says: str, cache: Path, own: Path, hub: SmallHub
) -> None:
    change(own, **settings)
    with pytest.raises(PathshalaError, match=says):
        models.load("someone/tiny", "masked_word")
    assert not [path for path in hub.asked if path.endswith((".safetensors", ".bin"))]


def test_a_model_that_is_too_large_is_refused(cache: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATHSHALA_MODEL_MEMORY", "0.0001")
    with pytest.raises(PathshalaError, match="of memory and this page may use 100 kB"):
        any_model.inspect("someone/tiny")


def test_a_model_without_weights_that_we_open_is_refused(cache: Path, own: Path) -> None:
    for name in ("model.safetensors", "pytorch_model.bin"):
        (own / name).unlink()
    with pytest.raises(PathshalaError, match="no weights in a format"):
        any_model.inspect("someone/tiny")


@pytest.mark.parametrize(
    "id", ["", "a/b/c", "../etc", "some one/x", "a--b", "https://x.y/z", "ünder/x", "x" * 200, "-a"]
)
def test_what_is_no_id_is_not_asked_for(id: str, cache: Path, own: Path, hub: SmallHub) -> None:
    with pytest.raises(PathshalaError, match="no id of a model"):
        any_model.inspect(id)
    assert not hub.asked


def test_an_id_that_the_hub_does_not_know(cache: Path, own: Path) -> None:
    with pytest.raises(
        PathshalaError, match=r"no model “someone/muril” on the hub.*Did you mean google/muril-base-cased"
    ):
        any_model.inspect("someone/muril")


@pytest.mark.parametrize(
    "config", ["", "{", "[]", "7", '"bert"', "[" * 100_000, '{"model_type": "bert", "architectures": [7, "x"]}']
)
def test_a_configuration_that_makes_no_sense_is_a_sentence(config: str, cache: Path, own: Path) -> None:
    (own / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(PathshalaError, match=r"“someone/tiny”.* pathshala-bert"):
        models.load("someone/tiny", "masked_word")


def test_a_damaged_copy_can_be_repaired(cache: Path, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models.load("someone/tiny", "attention")
    config = next(cache.rglob("config.json"))
    config.resolve().write_bytes(config.read_bytes()[:100])
    any_model._known.clear()
    with pytest.raises(PathshalaError, match=r"config.json of “someone/tiny” cannot be read"):
        models.find("someone/tiny", "attention")
    models.main(["repair", "someone/tiny"])
    assert "config.json was damaged" in capsys.readouterr().out
    assert models.find("someone/tiny", "attention").id == "someone/tiny"


def test_a_version_that_is_no_commit_is_refused(cache: Path, own: Path) -> None:
    """It becomes the name of a folder."""
    own.rename(own.with_name("..hidden"))
    with pytest.raises(PathshalaError, match="does not say which version"):
        any_model.inspect("someone/tiny")


def test_without_a_network_the_nearest_is_named(
    cache: Path, own: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(
        PathshalaError, match=r"HF_HUB_OFFLINE is set.*Choose pathshala-bert.*Did you mean google/muril"
    ):
        any_model.inspect("google/muril-base-case")
    assert not hub.asked
