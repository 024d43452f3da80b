"""The agreement pairs: neighbours and habits get exactly half, a model that reads the sentence gets more."""

import json
import subprocess
import sys
import types
import unicodedata
from collections import Counter
from itertools import chain, product
from pathlib import Path
from typing import Any

import pytest

from tokenizer_indic.splitting import split
from training import agreement, texts
from training.agreement import Filler, Judged, Pair, Question

ROOT = Path(__file__).parents[2]
CORPORA = ROOT.parent / "shared" / "corpora" / "train"
LEAST = 14  # times that every cue and every candidate occurs in the training text of its language

PAIRS, QUESTIONS = agreement.read()
TWINS = list(zip(PAIRS[::2], PAIRS[1::2], strict=True))


def fill(sentence: str, word: str) -> str:
    return sentence.replace("[MASK]", word)


# -- the data ---------------------------------------------------------------------------------------------------------


def test_there_are_enough_in_the_languages_that_matter() -> None:
    pairs = Counter(pair.language for pair in PAIRS)
    assert len(PAIRS) >= 120
    assert pairs["hi"] >= 40
    assert min(pairs["mr"], pairs["ta"], pairs["en"]) >= 20
    assert set(pairs) <= set(texts.LANGUAGES)
    assert "ml" not in pairs  # its verbs agree with nothing
    assert len(QUESTIONS) >= 20
    assert len({question.language for question in QUESTIONS}) >= 12


@pytest.mark.parametrize(("first", "second"), TWINS, ids=lambda pair: f"{pair.language}-{pair.twin}-{pair.cue}")
def test_twins_differ_in_the_cue_alone(first: Pair, second: Pair) -> None:
    assert first.twin == second.twin
    assert first.cue != second.cue
    assert (first.right, first.wrong) == (second.wrong, second.right)
    assert first.right != first.wrong
    assert first.sentence.replace(first.cue, second.cue, 1) == second.sentence
    assert first.distance == second.distance >= 1


@pytest.mark.parametrize(("first", "second"), TWINS, ids=lambda pair: f"{pair.language}-{pair.twin}-{pair.cue}")
def test_twins_have_the_same_neighbours(first: Pair, second: Pair) -> None:
    """By the split pattern itself, on the sentence with its word filled in."""
    around = []
    for pair in (first, second):
        before = fill(pair.sentence, pair.right)[: pair.sentence.index("[MASK]")].rstrip()
        pieces = split(fill(pair.sentence, pair.right))
        place = len(split(before))
        assert pieces[place] == f" {pair.right}"
        around.append((pieces[place - 1], pieces[place + 1]))
        assert agreement.gap(pair.sentence).neighbours() == around[-1]
    assert around[0] == around[1]


def test_no_frame_comes_twice() -> None:
    sentences = [(pair.sentence, pair.right) for pair in PAIRS]
    assert len(set(sentences)) == len(sentences)


def test_sentences_are_nfc_with_one_mask_after_a_space() -> None:
    for each in (*PAIRS, *QUESTIONS):
        assert unicodedata.is_normalized("NFC", each.sentence)
        assert each.sentence.count("[MASK]") == each.sentence.count(" [MASK]") == 1
        assert "  " not in each.sentence
        assert each.sentence[-1] in "।۔.?"
        assert "{" not in each.sentence
    for word in chain.from_iterable((pair.right, pair.cue) for pair in PAIRS):
        assert unicodedata.is_normalized("NFC", word)
        assert word == word.strip()


def test_both_words_have_the_same_number_of_pieces() -> None:
    made = texts.tokenizer()
    for first, _ in TWINS:
        assert len(made.encode(f" {first.right}")) == len(made.encode(f" {first.wrong}")) <= 2, first


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the texts are not part of this repository")
def test_cues_and_words_are_everyday_words() -> None:
    for language in sorted({pair.language for pair in PAIRS}):
        lines = (CORPORA / f"{language}.txt").read_text(encoding="utf-8").split("\n")
        counts = Counter(piece.strip() for line in lines for piece in split(line))
        for pair in PAIRS:
            if pair.language == language:
                assert all(counts[word] >= LEAST for word in (pair.right, *pair.cue.split())), pair


def test_the_distance_counts_words_on_the_way() -> None:
    assert agreement.distance("वह {cue} स्कूल जा [MASK] है।") == 2
    assert agreement.distance("राम [MASK] लाल {cue} बहुत सुंदर है।") == 1
    assert agreement.distance("{cue} “இது என்ன?” [MASK].") == 2  # signs are no words


# -- who counts, who has habits, who reads ----------------------------------------------------------------------------


class Neighbours:
    """Has counted the very answers, and sees the two neighbours: no counting of neighbours can do better."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str | None, str, str | None]] = Counter()
        for pair in PAIRS:
            left, right = agreement.gap(pair.sentence).neighbours()
            self.counts[pair.language, left, f" {pair.right}", right] += 1

    def probability(self, language: str, left: str | None, word: str, right: str | None) -> float:
        return self.counts[language, left, word, right] / len(PAIRS)

    def predict(self, language: str, left: str | None, right: str | None, top_k: int) -> list[tuple[str, float]]:
        return [(f"{left}·{right}", 1 / top_k)]


def test_counting_neighbours_gets_exactly_half() -> None:
    judged = agreement.judge_counted(Neighbours(), PAIRS)
    assert any(each.right > 0 for each in judged)
    for share in agreement.shares(judged):
        assert (share.right, share.both) == (0.5, 0.0)


def small_model() -> Any:
    torch = pytest.importorskip("torch")
    from training import bert

    torch.manual_seed(5)
    model = bert.new_model(bert.Plan(layers=1, width=32, heads=2))
    model.train(False)
    return model


def test_always_preferring_one_word_gets_exactly_half() -> None:
    model = small_model()
    (she,) = texts.tokenizer().encode(" रही")
    model.cls.predictions.bias.data[she] = 30.0
    pairs = [pair for pair in PAIRS if {pair.right, pair.wrong} == {"रही", "रहा"}]
    judged = agreement.judge(model, pairs)
    assert len(judged) >= 8
    assert all((each.right > 0.99) == (each.pair.right == "रही") for each in judged)
    assert agreement.share("hi", "all", judged).right == 0.5


def test_a_model_that_has_learnt_the_cue_gets_both() -> None:
    torch = pytest.importorskip("torch")

    model = small_model()
    twins = [pair for pair in PAIRS if pair.twin == 0]
    made = texts.tokenizer()
    rows = [torch.tensor([agreement.gap(pair.sentence).row(made, 1)]) for pair in twins]
    right = [torch.tensor(made.encode(f" {pair.right}")) for pair in twins]
    assert agreement.share("hi", "all", agreement.judge(model, twins)).both == 0
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        for row, word in zip(rows, right, strict=True):
            logits = model(row).logits[row == made.special_tokens["[MASK]"]]
            torch.nn.functional.cross_entropy(logits, word).backward()
        optimizer.step()
    assert agreement.share("hi", "all", agreement.judge(model, twins)).both == 1


# -- how it is measured -----------------------------------------------------------------------------------------------


def test_the_row_is_the_training_row_with_the_word_masked() -> None:
    made = texts.tokenizer()
    special = made.special_tokens
    for pair in PAIRS:
        words = texts.encode_words(made, fill(pair.sentence, pair.right))
        trained = [special["[CLS]"], *chain.from_iterable(words), special["[SEP]"]]
        pieces = made.encode(f" {pair.right}")
        row = agreement.gap(pair.sentence).row(made, len(pieces))
        start = row.index(special["[MASK]"])
        assert row[:start] + pieces + row[start + len(pieces) :] == trained


def test_probabilities_are_the_products_of_the_pieces() -> None:
    """Against the whole model, one sentence at a time and without padding."""
    torch = pytest.importorskip("torch")

    model = small_model()
    made = texts.tokenizer()
    two = next(pair for pair in PAIRS if len(made.encode(f" {pair.right}")) == 2)
    longest = max(PAIRS, key=lambda pair: len(pair.sentence))
    for judged in agreement.judge(model, [PAIRS[0], two, longest]):
        for word, probability in ((judged.pair.right, judged.right), (judged.pair.wrong, judged.wrong)):
            pieces = made.encode(f" {word}")
            row = torch.tensor([agreement.gap(judged.pair.sentence).row(made, len(pieces))])
            with torch.no_grad():
                chances = model(row).logits[row == made.special_tokens["[MASK]"]].double().softmax(-1)
            by_hand = torch.stack([each[id] for each, id in zip(chances, pieces, strict=True)]).prod()
            assert probability == pytest.approx(float(by_hand), rel=1e-4)


def test_the_best_fillers_are_the_best_of_all_combinations() -> None:
    """The first forty of each place, all put together; a model with opinions, so that there are few ties."""
    torch = pytest.importorskip("torch")

    model = small_model()
    made = texts.tokenizer()
    model.cls.predictions.bias.data = 3 * torch.randn(len(made), generator=torch.Generator().manual_seed(1))
    question = Question("ta", "ஒரு வாரத்தில் ஏழு [MASK] உள்ளன.", ("நாட்கள்",))
    (answered,) = agreement.answer(model, [question])
    (logs,) = agreement.masked_log_probabilities(model, [agreement.gap(question.sentence).row(made, 2)])
    first, second = ([(float(row[id]), int(id)) for id in row.argsort(descending=True)[:40]] for row in logs)
    everything = sorted(((a + b, [i, j]) for (a, i), (b, j) in product(first, second)), key=lambda each: -each[0])
    assert [filler.text for filler in answered.fillers] == [made.decode(ids) for _, ids in everything[:5]]
    assert answered.fillers[0].probability == pytest.approx(float(torch.tensor(everything[0][0]).exp()), rel=1e-4)


def test_shares_count_pairs_and_whole_twins() -> None:
    def judged(twin: int, right: float, wrong: float, distance: int) -> Judged:
        return Judged(Pair("hi", "subject–verb", "… [MASK]।", "…", "रही", "रहा", distance, twin), right, wrong)

    share = agreement.share("hi", "all", [judged(0, 0.2, 0.1, 1), judged(0, 0.3, 0.1, 1), judged(1, 0.1, 0.2, 4)])
    assert (share.pairs, share.right, share.both, share.distance) == (3, pytest.approx(2 / 3), 0.5, 2.0)
    assert agreement.share("hi", "all", [judged(0, 0.1, 0.1, 1)]).right == 0.5  # a tie


# -- the command ------------------------------------------------------------------------------------------------------


def test_importing_is_free() -> None:
    code = "import sys, training.agreement; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counted model of these tests in the place of components.counted."""
    import components

    module = types.ModuleType("components.counted")
    module.load = lambda folder: Neighbours()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "components.counted", module)
    monkeypatch.setattr(components, "counted", module, raising=False)


@pytest.mark.usefixtures("counted")
def test_the_command_reports_models_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = small_model()
    model.save_pretrained(tmp_path)
    agreement.main([str(tmp_path), "--counted", "counts", "--json"])
    bert, counts = json.loads(capsys.readouterr().out)["reports"]
    assert bert["model"] == str(tmp_path)
    expected = agreement.judge(model, PAIRS)
    assert [each["right"] for each in bert["judged"]] == pytest.approx([each.right for each in expected], rel=1e-3)
    assert bert["shares"][-1]["pairs"] == len(PAIRS)
    assert len(bert["answered"]) == len(QUESTIONS)
    assert all(len(each["fillers"]) == 5 for each in bert["answered"])
    assert counts["shares"][0]["right"] == 0.5
    assert counts["answered"][0]["fillers"] == [{"text": " राजधानी· है", "probability": 0.2}]


def test_the_report_lists_what_is_wrong_and_what_sticks() -> None:
    good, bad = (Judged(pair, right, 0.25) for pair, right in zip(PAIRS[:2], (0.5, 0.125), strict=True))
    answered = agreement.Answered(QUESTIONS[0], (Filler(" दिल्ली", 0.5), Filler("ों", 0.25)))
    text = agreement.as_text(agreement.Report("some model", (good, bad), (answered,)))
    assert "| hi | all | 2 | 50% | 0% | 2.0 |" in text
    assert f"- {PAIRS[1].sentence} रही 0.25, रहा 0.12" in text
    assert PAIRS[0].sentence not in text
    assert "- भारत की राजधानी [MASK] है। (दिल्ली): दिल्ली 0.5, ‿ों 0.25" in text


@pytest.mark.parametrize(("arguments", "message"), [([], "say which"), (["nowhere"], "nowhere holds no model")])
def test_a_wrong_command_says_so(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        agreement.main(arguments)
    assert message in capsys.readouterr().err
