"""Training of the embedded BERT: words are masked whole, it learns, and a run that is cut off resumes exactly."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.texts import CORPUS

torch = pytest.importorskip("torch")

from training import bert, texts  # noqa: E402

PLAN = bert.Plan(
    layers=1, width=32, heads=2, length=32, positions=48, batch=8, warm_up=5, rate=5e-3, matrix_rate=5e-3, keep=(3,)
)


@pytest.fixture(autouse=True)
def _short_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """First vectors of 24,000 tokens take minutes and 7 GB; these runs start from random ones."""

    def drawn(*_: object) -> np.ndarray:
        return np.random.default_rng(0).normal(size=(len(texts.tokenizer()), PLAN.width)).astype(np.float32)

    monkeypatch.setattr(bert.vectors, "vectors", drawn)


@pytest.fixture(scope="module")
def rows() -> dict[str, texts.Rows]:
    made = texts.tokenizer()
    return {"hi": texts.pack(made, CORPUS[:18], 32), "en": texts.pack(made, ["The rain stops."] * 40, 32)}


def test_words_are_packed_whole(rows: dict[str, texts.Rows]) -> None:
    made = texts.tokenizer()
    special = made.special_tokens
    packed = texts.pack(made, ["राम स्कूल जाता है।", "सीता आई।"], 32)
    row, words = packed.ids[0].tolist(), packed.words[0].tolist()
    assert row[0] == special["[CLS]"]
    text = [id for id in row if id not in special.values()]
    assert text == made.encode("राम स्कूल जाता है।") + made.encode("सीता आई।")
    assert row.count(special["[SEP]"]) == 2
    assert words[0] == 0
    assert max(words) == 8  # five words and signs, then three
    assert all(word == 0 for id, word in zip(row, words, strict=True) if id in special.values())


def test_masks_take_whole_words(rows: dict[str, texts.Rows]) -> None:
    numbers = torch.Generator().manual_seed(3)
    batch = bert.mask(rows["hi"], 0.5, numbers)
    words = torch.from_numpy(rows["hi"].words.astype(np.int64))
    for row, chosen in zip(words, batch.chosen, strict=True):
        for word in set(row.tolist()):
            assert len(set(chosen[row == word].tolist())) == 1
    assert not batch.chosen[words == 0].any()
    assert torch.equal(batch.seen[~batch.chosen], batch.true[~batch.chosen])


def test_of_the_masked_eight_in_ten_show_the_mask_and_one_stays() -> None:
    """15% of the words; 80/10/10 of those, counted on many."""
    made = texts.tokenizer()
    many = texts.pack(made, ["राम और सीता किताब पढ़ते हैं।"] * 3000, 32)
    batch = bert.mask(many, 0.15, torch.Generator().manual_seed(0))
    chosen = batch.chosen
    share = chosen.sum().item() / (many.words > 0).sum()
    masked = (batch.seen[chosen] == made.special_tokens["[MASK]"]).float().mean().item()
    same = (batch.seen[chosen] == batch.true[chosen]).float().mean().item()
    assert share == pytest.approx(0.15, abs=0.02)
    assert masked == pytest.approx(0.8, abs=0.04)
    assert same == pytest.approx(0.1, abs=0.03)


def test_of_words_partly_masked_the_first_pieces_are_shown() -> None:
    made = texts.tokenizer()
    many = texts.pack(made, ["unbelievable विश्वविद्यालयों Zuko"] * 400, 32)
    batch = bert.mask(many, 1.0, torch.Generator().manual_seed(0), partly=0.5)
    words = torch.from_numpy(many.words.astype(np.int64))
    place, size = bert.places_in_words(words)
    partly = whole = 0
    for row in range(len(words)):
        for word in range(1, int(words[row].max()) + 1):
            here = words[row] == word
            asked = batch.chosen[row][here]
            assert asked[-1]  # never all of them are shown
            assert (asked.int().diff() >= 0).all()  # those shown come first
            assert place[row][here].tolist() == list(range(len(asked)))
            assert set(size[row][here].tolist()) == {len(asked)}
            if len(asked) > 1:
                partly, whole = partly + int(not asked.all()), whole + int(asked.all())
    assert torch.equal(batch.seen[~batch.chosen], batch.true[~batch.chosen])
    assert 0.15 < partly / (partly + whole) < 0.5  # half were drawn, some of which to show none


def test_what_is_inherited_learns_more_slowly() -> None:
    plan = bert.replace(PLAN, layers=2)
    model = bert.new_model(plan)
    rates = {
        name: group["lr"]
        for optimizer in bert.optimizers_of(model, plan, inherited=True)
        for group in optimizer.param_groups
        for name, each in model.named_parameters()
        if any(each is other for other in group["params"])
    }
    assert set(rates) == {name for name, _ in model.named_parameters()}
    old, new = (f"bert.encoder.layer.{number}.output.dense.weight" for number in (0, 1))
    assert rates[old] == pytest.approx(plan.inherited * plan.matrix_rate)
    assert rates[new] == plan.matrix_rate
    assert rates["bert.embeddings.word_embeddings.weight"] == pytest.approx(plan.inherited * plan.rate)
    assert rates["bert.embeddings.position_embeddings.weight"] == pytest.approx(plan.inherited * plan.rate / 10)


def test_what_is_frozen_stays_and_the_layers_above_learn(rows: dict[str, texts.Rows], tmp_path: Path) -> None:
    """With the choice between forms in the loss."""
    plan = replace(PLAN, layers=2, inherited=0.0, choice=1.0)
    torch.manual_seed(0)
    bert.save_model(bert.new_model(plan), tmp_path / "begin")
    before = bert.BertForMaskedLM.from_pretrained(tmp_path / "begin").state_dict()
    bert.train(plan, rows, rows, tmp_path / "run", begin=tmp_path / "begin", steps=2, device="cpu")
    after = bert.BertForMaskedLM.from_pretrained(tmp_path / "run" / "model").state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all("encoder.layer.1." in name for name in changed)


def test_masks_are_drawn_anew(rows: dict[str, texts.Rows]) -> None:
    batches = bert.Batches(rows, PLAN, {})
    first, second = (bert.Batches(rows, PLAN, {}).at(step)[0] for step in (0, 1))
    again = batches.at(0)[0]
    assert torch.equal(first.seen, again.seen)
    assert not torch.equal(first.chosen, second.chosen)


def test_every_row_of_a_language_comes_before_one_comes_again(rows: dict[str, texts.Rows]) -> None:
    batches = bert.Batches({"hi": rows["hi"]}, PLAN, {})
    size = len(rows["hi"].ids)
    for times in range(2):
        assert sorted(batches._next("hi") for _ in range(size)) == [(row, times) for row in range(size)]


def test_small_languages_are_heard() -> None:
    assert texts.shares([100, 1], 1.0) == pytest.approx([100 / 101, 1 / 101])
    assert texts.shares([100, 1], 2.0) == pytest.approx([10 / 11, 1 / 11])


def test_tokens_shares_follow_the_drawing_of_languages(rows: dict[str, texts.Rows]) -> None:
    shares = bert.token_shares(rows, PLAN)
    assert shares.sum() == pytest.approx(1)
    assert not shares[list(texts.tokenizer().special_tokens.values())].any()
    first = int(bert.token_shares({"en": rows["en"]}, PLAN).argmax())
    assert texts.tokenizer().decode([first]).strip() in {"The", "rain", "stops", "."}


def test_it_learns_and_keeps_early_models(rows: dict[str, texts.Rows], tmp_path: Path) -> None:
    from transformers import AutoModelForMaskedLM

    bert.train(PLAN, rows, rows, tmp_path, steps=120, finish=True, measure_every=60, device="cpu")
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    assert facts[-1]["step"] == 120
    assert facts[-1]["held_out"]["en"] > 0.5  # three words over and over
    early = AutoModelForMaskedLM.from_pretrained(tmp_path / "step-3")
    late = AutoModelForMaskedLM.from_pretrained(tmp_path / "model")
    assert type(late).__name__ == "BertForMaskedLM"
    assert late.dtype == torch.float16
    assert not torch.equal(early.bert.embeddings.word_embeddings.weight, late.bert.embeddings.word_embeddings.weight)


def test_a_run_that_is_cut_off_resumes_to_the_very_number(rows: dict[str, texts.Rows], tmp_path: Path) -> None:
    bert.train(PLAN, rows, rows, tmp_path / "one", steps=8, device="cpu")
    for _ in range(2):
        progress = bert.train(PLAN, rows, rows, tmp_path / "two", steps=4, device="cpu")
    assert progress.step == 8
    states = [torch.load(tmp_path / each / "state.pt", weights_only=True) for each in ("one", "two")]
    assert states[0]["progress"]["drawn"] == states[1]["progress"]["drawn"]
    for name, value in states[0]["model"].items():
        assert torch.equal(value, states[1]["model"][name]), name


def test_another_plan_does_not_resume(rows: dict[str, texts.Rows], tmp_path: Path) -> None:
    bert.train(PLAN, rows, rows, tmp_path, steps=1, device="cpu")
    with pytest.raises(SystemExit, match="another plan"):
        bert.train(replace(PLAN, rate=1.0), rows, rows, tmp_path, steps=1, device="cpu")


def test_the_rate_rises_stays_and_falls() -> None:
    assert bert.rate_at(PLAN, 0, None) == pytest.approx(1 / 5)
    assert bert.rate_at(PLAN, 4, None) == bert.rate_at(PLAN, 99, None) == 1.0
    assert bert.rate_at(PLAN, 99, 0.25) == pytest.approx(1 / 4)


def test_corpora_are_read_once_and_kept(tmp_path: Path) -> None:
    (tmp_path / "corpora" / "train").mkdir(parents=True)
    (tmp_path / "corpora" / "extra").mkdir()
    (tmp_path / "corpora" / "train" / "hi.txt").write_text("\n".join(CORPUS), encoding="utf-8")
    (tmp_path / "corpora" / "extra" / "hi.txt").write_text("\n".join(CORPUS[:3]), encoding="utf-8")
    first = bert.read_rows(tmp_path / "corpora", "train", 32, tmp_path / "cache")
    again = bert.read_rows(tmp_path / "nowhere", "train", 32, tmp_path / "cache")
    assert set(first) == {"hi", "hi+"}
    assert np.array_equal(first["hi"].ids, again["hi"].ids)
    with pytest.raises(SystemExit, match="There is no text"):
        bert.read_rows(tmp_path / "nowhere", "train", 32, tmp_path / "empty")


def test_what_is_favoured() -> None:
    usual = dict(bert.FAVOUR)
    assert dict(bert.favoured([])) == usual
    given = [bert.favour("ml=1.2"), bert.favour("ta=3")]
    assert dict(bert.favoured(given, {"hi": 5.0, "ta": 2.0})) == usual | {"hi": 5.0, "ml": 1.2, "ta": 3.0}


@pytest.mark.parametrize("text", ["ml", "ml=", "ml=much", ""])
def test_a_favour_that_is_none_is_said(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="how often"):
        bert.favour(text)
