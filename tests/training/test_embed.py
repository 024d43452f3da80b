"""What goes into embedded/: loads with transformers alone, the mask takes its space, no file above 15 MB."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file  # noqa: E402
from transformers import AutoModelForMaskedLM, AutoTokenizer, pipeline  # noqa: E402

from components.weights import COMPACT, expand  # noqa: E402
from tests.texts import CORPUS  # noqa: E402
from training import bert, embed, texts  # noqa: E402

SMALL = bert.Plan(layers=2, width=32, heads=2, positions=64)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    place = tmp_path_factory.mktemp("embedded") / "pathshala-bert"
    embed.write_model(bert.new_model(SMALL), place)
    return place


def test_the_tokenizer_has_the_right_class_and_our_ids(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert type(tokenizer).__name__ == "TokenizersBackend"
    made = texts.tokenizer()
    special = made.special_tokens
    assert tokenizer.model_max_length == 64
    for line in CORPUS:
        assert tokenizer(line)["input_ids"] == [special["[CLS]"], *made.encode(line), special["[SEP]"]]
    for role in ("pad", "unk", "cls", "sep", "mask"):
        assert getattr(tokenizer, f"{role}_token_id") == special[f"[{role.upper()}]"]


def test_the_mask_takes_the_space_before_it(folder: Path) -> None:
    """As in training, where the space belongs to the word that is masked."""
    made = texts.tokenizer()
    special = made.special_tokens
    ids = AutoTokenizer.from_pretrained(folder)("वह स्कूल जा [MASK] है।")["input_ids"]
    words = texts.encode_words(made, "वह स्कूल जा रही है।")
    masked = [[special["[MASK]"]] if made.decode(word) == " रही" else word for word in words]
    assert ids == [special["[CLS]"], *(id for word in masked for id in word), special["[SEP]"]]


def test_pairs_have_segments_and_the_second_is_the_first(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    pair = tokenizer("राम आया।", "सीता गई।")
    assert set(pair["token_type_ids"]) == {0, 1}
    assert pair["input_ids"].count(tokenizer.sep_token_id) == 2
    model = embed.read_model(folder)
    segments = model.bert.embeddings.token_type_embeddings.weight
    assert torch.equal(segments[0], segments[1])


def test_it_fills_masks_with_transformers_alone(folder: Path) -> None:
    model = AutoModelForMaskedLM.from_pretrained(folder)
    assert type(model).__name__ == "BertForMaskedLM"
    assert model.dtype == torch.float16
    filled = pipeline("fill-mask", str(folder), dtype=torch.float32)("वह लड़की स्कूल जा [MASK] है।")
    assert len(filled) == 5
    assert all(0 < each["score"] < 1 for each in filled)


def test_no_file_of_the_real_size_is_above_fifteen_megabytes(tmp_path: Path) -> None:
    model = bert.new_model(bert.Plan())
    embed.write_model(model, tmp_path)
    assert max(file.stat().st_size for file in tmp_path.iterdir()) < 15_000_000
    assert sum(each.numel() for each in model.parameters()) <= 10_000_000


def test_early_models_come_back_nearly_as_they_were(tmp_path: Path) -> None:
    torch.manual_seed(1)
    model = bert.new_model(SMALL)
    embed.write_early(model, tmp_path)
    state = expand(load_file(tmp_path / COMPACT))
    for name, value in state.items():
        was = model.state_dict()[name].float()
        assert (value - was).abs().max() <= was.abs().max() / 127 + 1e-3, name
    assert not any("decoder" in name for name in state)
    assert (tmp_path / COMPACT).stat().st_size < 1.2 * sum(each.numel() for each in model.parameters())


def test_only_what_is_given_is_replaced(tmp_path: Path) -> None:
    """A drilled model takes its teacher's place; the teacher's own log and early states stay."""
    torch.manual_seed(0)
    runs = {name: tmp_path / name for name in ("teacher", "drilled")}
    for name, run in runs.items():
        bert.save_model(bert.new_model(SMALL), run / "model")
        (run / "log.jsonl").write_text(f'{{"run": "{name}"}}\n', encoding="utf-8")
    bert.save_model(bert.new_model(SMALL), runs["teacher"] / "step-100")
    output = tmp_path / "embedded"
    embed.main(["--teacher", str(runs["teacher"]), "--output", str(output)])
    model = output / "pathshala-bert"
    before = (model / "model.safetensors").read_bytes()
    early = (output / "pathshala-bert-early" / "100" / COMPACT).read_bytes()
    embed.main(["--drilled", str(runs["drilled"]), "--output", str(output)])
    assert (model / "model.safetensors").read_bytes() != before
    assert "teacher" in (model / "training.jsonl").read_text(encoding="utf-8")
    assert "drilled" in (model / "drills.jsonl").read_text(encoding="utf-8")
    embed.main(["--again", str(runs["teacher"]), "--output", str(output)])
    assert "teacher" in (model / "first_layer_again.jsonl").read_text(encoding="utf-8")
    assert "drilled" in (model / "drills.jsonl").read_text(encoding="utf-8")
    assert (output / "pathshala-bert-early" / "100" / COMPACT).read_bytes() == early
    assert not (output / "pathshala-bert-student").exists()


def test_nothing_given_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        embed.main(["--output", str(tmp_path)])
    assert "say which" in capsys.readouterr().err
