"""Training of pathshala-clip: the loss by hand, ranks, captions in order, a model that reloads, and that it learns."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from transformers import AutoModel, BertConfig, BertModel, VisionTextDualEncoderModel  # noqa: E402

from tests.training.test_emoji import write_folder  # noqa: E402
from training import clip, emoji, pairs, pictures, texts  # noqa: E402

# Of twelve pictures nine are emoji, two of shapes, one a scene.
PLAN = clip.Plan(layers=1, width=32, heads=2, patch=24, space=24, batch=12, warm_up=5, rate=3e-3, text_share=1.0)
CAPTIONS = [
    "कुत्ता",
    "a brown dog that sleeps under a very old tree beside the river",
    "நாய்",
    "ایک سرخ دائرہ",
    "तीन नीले वृत्त",
    "ছবিতে কুকুর।",
    "dog",
    "ಮರದ ಕೆಳಗೆ ಮಲಗಿರುವ ನಾಯಿ",
]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, scenes: object) -> None:
    """Two pictures of each scene instead of 160, and always the CPU."""
    monkeypatch.setattr(pairs, "ALTERNATIVES", 2)
    monkeypatch.setattr(pairs, "scenes", lambda *_: scenes)
    monkeypatch.setattr(clip.runs, "pick_device", lambda: "cpu")


@pytest.fixture(scope="module")
def scenes() -> object:
    return pairs.scenes(2)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> emoji.Sheet:
    return emoji.read(write_folder(tmp_path_factory.mktemp("emoji") / "folder"))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer with the tokens of the embedded one. No dropout, so that steps can be repeated."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(texts.tokenizer()),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=48,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    folder = tmp_path_factory.mktemp("text")
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(text: Path) -> VisionTextDualEncoderModel:
    """Untrained."""
    torch.manual_seed(1)
    made = clip.new_model(PLAN, text)
    made.train(False)
    return made


def pixels(count: int) -> torch.Tensor:
    return torch.rand(count, 3, pictures.SIDE, pictures.SIDE, generator=torch.Generator().manual_seed(2))


# -- the loss ---------------------------------------------------------------------------------------------------------

NONE_SAME = torch.zeros(2, 2, dtype=torch.bool)


def test_the_loss_of_two_pairs_worked_by_hand() -> None:
    """Cosines 0.6 and 0 in the first row, 0.8 and 1 in the second; -log softmax of two is log(1 + e^(other - own))."""
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    names = torch.tensor([[0.6, 0.8], [0.0, 1.0]])
    for scale in (1.0, 5.0):
        rows = math.log(1 + math.exp(scale * (0 - 0.6))) + math.log(1 + math.exp(scale * (0.8 - 1)))
        columns = math.log(1 + math.exp(scale * (0.8 - 0.6))) + math.log(1 + math.exp(scale * (0 - 1)))
        found = clip.symmetric_loss(images, names, torch.tensor(scale), NONE_SAME)
        assert found.item() == pytest.approx((rows + columns) / 4)
        other_way = clip.symmetric_loss(names, images, torch.tensor(scale), NONE_SAME)
        assert other_way.item() == pytest.approx(found.item())


def test_the_loss_is_the_mean_of_two_cross_entropies() -> None:
    torch.manual_seed(3)
    images, names = (nn.functional.normalize(torch.randn(7, 5), dim=-1) for _ in range(2))
    logits = 9 * images @ names.t()
    truth = torch.arange(7)
    wanted = (nn.functional.cross_entropy(logits, truth) + nn.functional.cross_entropy(logits.t(), truth)) / 2
    found = clip.symmetric_loss(images, names, torch.tensor(9.0), torch.zeros(7, 7, dtype=torch.bool))
    assert torch.allclose(found, wanted)


def test_pairs_that_show_the_same_are_left_out() -> None:
    """Three pictures, the first and third of one thing: in their rows and columns two places are left, not three."""
    images = torch.eye(3)
    names = torch.eye(3).requires_grad_()
    same = clip.same_things(["a red circle", "🐕", "a red circle"], ["x", "y", "z"])
    found = clip.symmetric_loss(images, names, torch.tensor(1.0), same)
    one_of_two, one_of_three = math.log(1 + math.exp(-1)), math.log(1 + 2 * math.exp(-1))
    assert found.item() == pytest.approx((2 * one_of_two + one_of_three) / 3)
    found.backward()
    assert names.grad is not None
    assert names.grad.isfinite().all()
    all_same = clip.symmetric_loss(images, names, torch.tensor(1.0), clip.same_things(["🐕"] * 3, ["x", "y", "z"]))
    assert all_same.item() == 0.0  # nothing to tell apart


def test_same_things_have_equal_keys_or_captions_but_nothing_is_the_same_as_itself() -> None:
    """Two of "b"; the first and the fourth are both called fruit."""
    assert clip.same_things(["a", "b", "d", "c", "b"], ["fruit", "x", "y", "fruit", "z"]).int().tolist() == [
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
    ]


@pytest.mark.parametrize("ahead", [False, True])
def test_the_artist_draws_the_batch_that_is_asked_for(sheet: emoji.Sheet, ahead: bool) -> None:
    """Also when the next one asked for is another than the one drawn ahead."""
    drawn = torch.from_numpy(sheet.pictures)
    with clip.Artist(sheet, PLAN.mixture, ahead) as artist:
        for step in (0, 1, 5):
            found, wanted = artist.draw(step), clip.batch_at(step, sheet, drawn, PLAN.mixture)
            assert torch.equal(found.pixels, wanted.pixels)
            assert found.captions == wanted.captions


def test_nothing_is_dropped_out_and_the_configuration_says_so(text: Path) -> None:
    BertModel(
        BertConfig.from_pretrained(text, hidden_dropout_prob=0.3, attention_probs_dropout_prob=0.3)
    ).save_pretrained(text.parent / "dropping")
    made = clip.new_model(PLAN, text.parent / "dropping")
    made.train()
    one, other = (clip.encode_captions(made, ["कुत्ता", "a dog"]) for _ in range(2))
    assert torch.equal(one, other)
    assert made.config.text_config.hidden_dropout_prob == made.config.text_config.attention_probs_dropout_prob == 0.0


def test_ranks_count_the_names_that_lie_nearer() -> None:
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    names = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-1.0, 0.0]])
    assert clip.ranks(images, names, [0, 2, 1]).tolist() == [0, 0, 0]
    assert clip.ranks(images, names, [1, 0, 3]).tolist() == [1, 2, 3]
    assert clip.ranks(images[:1], names[:2], range(1)).tolist() == [0]
    equal = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert clip.ranks(images[:1], equal, [1]).tolist() == [0]  # as near is not nearer


# -- captions ---------------------------------------------------------------------------------------------------------


def test_captions_are_read_as_bert_takes_them() -> None:
    made = texts.tokenizer()
    special = made.special_tokens
    found = clip.read_captions(["तीन नीले वृत्त", "dog"])
    ids, seen = found["input_ids"], found["attention_mask"]
    for row, mask, caption in zip(ids.tolist(), seen.tolist(), ("तीन नीले वृत्त", "dog"), strict=True):
        wanted = [special["[CLS]"], *made.encode(caption), special["[SEP]"]]
        assert row[: len(wanted)] == wanted
        assert set(row[len(wanted) :]) <= {special["[PAD]"]}
        assert mask == [1] * len(wanted) + [0] * (len(row) - len(wanted))
    assert not seen.bool().all()


def test_a_long_caption_is_cut_and_still_ends() -> None:
    ids = clip.ids_of("तीन नीले वृत्त और " * 30)
    assert len(ids) == clip.LONGEST
    assert ids[-1] == texts.tokenizer().special_tokens["[SEP]"]


@pytest.mark.parametrize("at_once", [1, 3, 128])
def test_captions_are_encoded_in_their_order_as_each_would_be_alone(
    model: VisionTextDualEncoderModel, at_once: int
) -> None:
    with torch.no_grad():
        alone = torch.cat([clip.encode_captions(model, [each]) for each in CAPTIONS])
        together = clip.encode_captions(model, CAPTIONS, at_once=at_once)
    assert together.shape == (len(CAPTIONS), PLAN.space)
    assert torch.allclose(together, alone, atol=1e-5)
    assert torch.allclose(together.norm(dim=1), torch.ones(len(CAPTIONS)), atol=1e-5)
    apart = (together[:, None] - together[None]).norm(dim=-1) + torch.eye(len(CAPTIONS))
    assert apart.min() > 1e-3  # so that a wrong order would show


# -- the model --------------------------------------------------------------------------------------------------------


def test_both_halves_return_their_attention(model: VisionTextDualEncoderModel) -> None:
    """torch's fused kernel would return none."""
    assert model.vision_model.config._attn_implementation == "eager"
    assert model.text_model.config._attn_implementation == "eager"
    inputs = clip.read_captions(CAPTIONS[:2])
    with torch.no_grad():
        found = model(**inputs, pixel_values=pixels(3), output_attentions=True)
    length = inputs["input_ids"].shape[1]
    patches = (pictures.SIDE // PLAN.patch) ** 2 + 1  # and [CLS]
    halves = ((found.vision_model_output, (3, 2, patches, patches)), (found.text_model_output, (2, 2, length, length)))
    for half, shape in halves:
        assert len(half.attentions) == 1
        weights = half.attentions[0]
        assert weights.shape == shape
        assert torch.allclose(weights.sum(-1), torch.ones(shape[:-1]), atol=1e-5)
    padding = inputs["attention_mask"][0] == 0
    assert padding.any()
    assert found.text_model_output.attentions[0][0, :, :, padding].max() < 1e-6


def test_the_text_half_is_the_embedded_one(model: VisionTextDualEncoderModel, text: Path) -> None:
    reads = BertModel.from_pretrained(text).state_dict()
    for name, value in model.text_model.state_dict().items():
        assert torch.equal(value, reads[name]), name
    assert model.vision_model.config.hidden_act == "gelu"
    assert model.config.projection_dim == PLAN.space


def test_the_model_reloads_as_transformers_loads_any(model: VisionTextDualEncoderModel, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    again = AutoModel.from_pretrained(tmp_path)
    assert type(again) is VisionTextDualEncoderModel
    given = pixels(3)
    assert torch.allclose(clip.vectors_of_pictures(again, given), clip.vectors_of_pictures(model, given), atol=1e-5)
    assert torch.allclose(
        clip.vectors_of_captions(again, CAPTIONS), clip.vectors_of_captions(model, CAPTIONS), atol=1e-5
    )
    assert torch.equal(again.logit_scale, model.logit_scale)


def test_pictures_are_encoded_as_the_formula_says(model: VisionTextDualEncoderModel) -> None:
    """(pixel - 0.5) / 0.25, the first vector of the last layer, projected, of length one."""
    given = pixels(2)
    with torch.no_grad():
        pooled = model.vision_model(pixel_values=(given - 0.5) / 0.25).pooler_output
        wanted = nn.functional.normalize(model.visual_projection(pooled), dim=-1)
        assert torch.allclose(clip.encode_pictures(model, given), wanted, atol=1e-6)


def test_every_weight_learns_and_the_text_half_more_slowly(model: VisionTextDualEncoderModel) -> None:
    plan = replace(PLAN, text_share=0.25)
    optimizers = clip.optimizers_of(model, plan)
    learned: dict[str, tuple[str, float]] = {}
    for name, each in model.named_parameters():
        at = [
            (type(optimizer).__name__, group["lr"])
            for optimizer in optimizers
            for group in optimizer.param_groups
            if any(each is other for other in group["params"])
        ]
        assert len(at) == 1, name
        learned[name] = at[0]
    assert learned["vision_model.encoder.layers.0.mlp.fc1.weight"] == ("Muon", plan.matrix_rate)
    assert learned["text_model.encoder.layer.0.output.dense.weight"] == ("Muon", plan.matrix_rate / 4)
    assert learned["text_model.embeddings.word_embeddings.weight"] == ("AdamW", plan.rate / 4)
    assert learned["visual_projection.weight"] == learned["logit_scale"] == ("AdamW", plan.rate)


# -- measuring --------------------------------------------------------------------------------------------------------


def test_it_is_measured_on_backgrounds_that_training_never_sees(
    sheet: emoji.Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = []
    original = pictures.backgrounds

    def backgrounds(count: int, dice: np.random.Generator, asked: tuple[str, ...] = pictures.KINDS) -> torch.Tensor:
        kinds.append(asked)
        return original(count, dice, asked)

    monkeypatch.setattr(pictures, "backgrounds", backgrounds)
    found, again = (clip.unseen_drawings(sheet, [3, 0, 7]) for _ in range(2))
    assert set(kinds) == {pictures.UNSEEN}
    assert found.shape == (3, 3, 96, 96)
    assert torch.equal(found, again)
    assert not torch.equal(found, clip.unseen_drawings(sheet, [3, 0, 7], seed=1))


def test_recall_is_told_of_seen_and_of_new_emoji(
    model: VisionTextDualEncoderModel, sheet: emoji.Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = clip.recall(model, sheet)
    assert set(found) == {f"{code}{what}" for code in ("hi", "en", "ta") for what in ("@1", "@5", " new@5")}
    assert all(0 <= each <= 1 for each in found.values())
    assert found["hi new@5"] == 1.0  # among three

    places = torch.eye(12)
    order = {each.names[code]: number for number, each in enumerate(sheet.emoji) for code in each.names}
    monkeypatch.setattr(clip, "unseen_drawings", lambda _, numbers: torch.tensor(list(numbers)))
    monkeypatch.setattr(clip, "vectors_of_pictures", lambda _, numbers: places[numbers])
    monkeypatch.setattr(clip, "vectors_of_captions", lambda _, names: places[[order[each] for each in names]])
    assert set(clip.recall(model, sheet).values()) == {1.0}  # of one that knows them all


# -- training ---------------------------------------------------------------------------------------------------------


def loss_of(model: VisionTextDualEncoderModel, batch: pairs.Batch) -> float:
    images = clip.vectors_of_pictures(model, batch.pixels)
    names = clip.vectors_of_captions(model, batch.captions[0])
    with torch.no_grad():
        return float(
            clip.symmetric_loss(images, names, model.logit_scale.exp(), clip.same_things(batch.keys, batch.captions[0]))
        )


def test_it_learns_and_leaves_a_log_and_a_model(sheet: emoji.Sheet, text: Path, tmp_path: Path) -> None:
    progress = clip.train(PLAN, sheet, tmp_path, text, steps=30, finish=True, measure_every=20)
    assert (progress.step, progress.pictures) == (30, 360)
    facts = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [each["step"] for each in facts] == [20, 30]
    assert facts[-1]["loss"] < facts[0]["loss"]
    assert {"pictures", "seconds", "hi@1", "en@5", "ta new@5"} <= set(facts[-1])
    assert (tmp_path / "state.pt").is_file()
    assert not (tmp_path / "state.pt.part").exists()
    trained = AutoModel.from_pretrained(tmp_path / "model")
    torch.manual_seed(PLAN.seed)
    untrained = clip.new_model(PLAN, text)
    new_step = pairs.batch_at(1000, sheet, torch.from_numpy(sheet.pictures), PLAN.mixture)
    assert loss_of(trained, new_step) < 0.9 * loss_of(untrained, new_step)


def test_a_run_that_is_cut_off_resumes_to_the_very_number(sheet: emoji.Sheet, text: Path, tmp_path: Path) -> None:
    clip.train(PLAN, sheet, tmp_path / "one", text, steps=6)
    for _ in range(2):
        progress = clip.train(PLAN, sheet, tmp_path / "two", text, steps=3)
    assert (progress.step, progress.pictures) == (6, 72)
    states = [torch.load(tmp_path / each / "state.pt", weights_only=True) for each in ("one", "two")]
    for name, value in states[0]["model"].items():
        assert torch.equal(value, states[1]["model"][name]), name


def test_a_run_goes_on_from_a_finished_model_and_counts_its_steps(
    sheet: emoji.Sheet, text: Path, tmp_path: Path
) -> None:
    clip.train(PLAN, sheet, tmp_path / "one", text, steps=3)
    finished = tmp_path / "one" / "model"
    (tmp_path / "one" / "log.jsonl").rename(finished / "training.jsonl")
    plan = replace(PLAN, warm_up=1_000_000)  # so slow that nothing is learned: its warm-up begins anew
    progress = clip.train(plan, sheet, tmp_path / "two", text, begin=finished, steps=2)
    assert (progress.step, progress.pictures, progress.begun) == (5, 60, 3)
    facts = [json.loads(line) for line in (tmp_path / "two" / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [each["step"] for each in facts] == [3, 5]
    before, after = (AutoModel.from_pretrained(each).state_dict() for each in (finished, tmp_path / "two" / "model"))
    assert all(torch.allclose(value, after[name], atol=1e-3) for name, value in before.items())
    resumed = clip.train(plan, sheet, tmp_path / "two", text, begin=finished, steps=1)
    assert (resumed.step, resumed.begun) == (6, 3)


def test_another_plan_does_not_resume(sheet: emoji.Sheet, text: Path, tmp_path: Path) -> None:
    clip.train(PLAN, sheet, tmp_path, text, steps=1)
    with pytest.raises(SystemExit, match="another plan"):
        clip.train(replace(PLAN, rate=1.0), sheet, tmp_path, text, steps=1)
