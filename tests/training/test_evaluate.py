"""Measuring of masked words: each figure against a slow and plain way to the same number."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.counted import Neighbours
from tests.texts import CORPUS
from training import counted, evaluate, texts
from training.evaluate import CountedScores, Question, Scores, Spelled

torch = pytest.importorskip("torch")

from training import bert  # noqa: E402

MADE = texts.tokenizer()
SPECIAL = MADE.special_tokens
PLAN = bert.Plan(layers=1, width=32, heads=2, positions=64)


@pytest.fixture(scope="module")
def model() -> Any:
    torch.manual_seed(5)
    made = bert.new_model(PLAN)
    for each in made.parameters():
        torch.nn.init.normal_(each, std=0.3)  # so that it has opinions
    return made


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return evaluate.draw(CORPUS, "hi", 40)


# -- the questions ----------------------------------------------------------------------------------------------------


def test_a_row_is_the_line_as_in_training() -> None:
    asked = evaluate.draw(["राम स्कूल जाता है।"], "hi", 10)
    line = MADE.encode("राम स्कूल जाता है।")
    assert [each.word for each in asked] == ["राम", " स्कूल", " जाता", " है"]  # the danda is no word
    for each in asked:
        assert list(each.row) == [SPECIAL["[CLS]"], *line, SPECIAL["[SEP]"]]
        assert each.row[each.start : each.start + len(each.pieces)] == each.pieces == tuple(MADE.encode(each.word))
    assert [(each.left, each.right) for each in asked][::3] == [(None, " स्कूल"), (" जाता", "।")]


def test_digits_and_marks_are_no_questions() -> None:
    asked = evaluate.draw(["१९४७ में — 15, अगस्त! © 🎉"], "hi", 10)
    assert [each.word for each in asked] == [" में", " अगस्त"]


def test_links_are_no_questions_and_no_context() -> None:
    link = "क" + "्ऽ" * 40
    assert len(MADE.encode(" " + link)) > evaluate.LONGEST
    asked = evaluate.draw([f"यह {link} है"], "hi", 10)
    assert [each.word for each in asked] == ["यह", " है"]
    assert asked[0].right == " " + link
    assert len(asked[0].row) == 2 + len(MADE.encode("यह")) + len(MADE.encode(" है"))


@given(st.integers(0, 119), st.integers(20, 64))
def test_a_long_line_is_cut_to_what_is_nearest(place: int, length: int) -> None:
    words = [f" {'कखगघच'[number % 5]}" for number in range(120)]
    asked = evaluate._question(MADE, words, place, length)
    row = list(asked.row)
    assert length - 1 <= len(row) <= length
    assert row[0] == SPECIAL["[CLS]"]
    body = [piece for piece in row if piece not in SPECIAL.values()]
    whole = [piece for word in words for piece in MADE.encode(word)]
    assert any(whole[start : start + len(body)] == body for start in range(len(whole)))
    assert (row[-1] == SPECIAL["[SEP]"]) == (SPECIAL["[SEP]"] in row)
    if SPECIAL["[SEP]"] in row:  # only where the line's end is
        assert body == whole[-len(body) :]
    before, after = asked.start - 1, len(row) - asked.start - len(asked.pieces)
    near_the_start = place < length
    near_the_end = len(words) - place < length
    if not near_the_start and not near_the_end:
        assert abs(before - after) <= 1


def test_the_sample_is_the_same_each_time_and_another_by_seed() -> None:
    lines = CORPUS * 3
    one, again, other = (evaluate.draw(lines, "hi", 20, seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert len(one) == 20
    everything = evaluate.draw(lines, "hi", 10**6)
    assert set(one) <= set(everything)
    assert evaluate.draw([], "hi", 20) == []


# -- models of pieces -------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(-40, 0), min_size=6, max_size=6), min_size=5, max_size=5))
def test_a_longer_beam_holds_the_best_of_all_that_begin_as_it_does(rows: list[list[int]]) -> None:
    """Against all of them; sums of whole numbers, so that equals are equal."""
    beam = [(float(-number), (number,)) for number in range(5)]
    tops = {(number,): (sorted(row, reverse=True), list(range(6))) for number, row in enumerate(rows)}
    every = sorted((-number + log for number, row in enumerate(rows) for log in row), reverse=True)
    found = evaluate.longer(beam, tops)
    assert [total for total, _ in found] == every[:5]
    assert len({pieces for _, pieces in found}) == 5
    assert all(total == -first + tops[(first,)][0][last] for total, (first, last) in found)


def slowly(model: Any, asked: Question) -> tuple[list[int], list[tuple[int, ...]], float]:
    """One question: ranks of its pieces, its five best sequences, ln P(word); one row at a time, without padding."""
    end = asked.start + len(asked.pieces)

    def logs(*shown: int) -> Any:
        masks = [SPECIAL["[MASK]"]] * (len(asked.pieces) - len(shown))
        row = [*asked.row[: asked.start], *shown, *masks, *asked.row[end:]]
        with torch.inference_mode():
            return model(torch.tensor([row])).logits[0].log_softmax(-1)[asked.start : end]

    ranks = [int((found > found[piece]).sum()) for found, piece in zip(logs(), asked.pieces, strict=True)]
    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    total = 0.0
    for place, piece in enumerate(asked.pieces):
        more = []
        for sum_so_far, begun in beam:
            found = logs(*begun)[place]
            more += [(sum_so_far + float(found[each]), (*begun, int(each))) for each in found.topk(7).indices]
        beam = sorted(more, reverse=True)[:5]
        total += float(logs(*asked.pieces[:place])[place, piece])
    return ranks, [sequence for _, sequence in beam], total


def test_batches_give_what_one_row_at_a_time_gives(model: Any, questions: list[Question]) -> None:
    some = [each for each in questions if len(each.pieces) <= 4]
    assert {1, 2, 3} <= {len(each.pieces) for each in some}
    model.train(False)
    slow = [slowly(model, each) for each in some]
    # some of the "true" words become the model's own guesses, so that there is something right to count
    chosen = []
    for number, (each, (_, best, _)) in enumerate(zip(some, slow, strict=True)):
        word = best[number % 5] if number % 3 else each.pieces
        row = (*each.row[: each.start], *word, *each.row[each.start + len(word) :])
        chosen.append(Question(each.left, each.word, each.right, row, each.start, word))
    slow = [slowly(model, each) for each in chosen]
    scores = evaluate.measure_model(model, {"hi": chosen})["hi"]
    ranks = [rank for each, _, _ in slow for rank in each]
    places = [
        best.index(each.pieces) if each.pieces in best else 9 for each, (_, best, _) in zip(chosen, slow, strict=True)
    ]
    assert 0 < sum(place == 0 for place in places) < sum(place < 5 for place in places) < len(places)
    assert scores.words == len(chosen)
    assert scores.pieces == len(ranks)
    assert scores.word_top_1 == pytest.approx(np.mean(np.array(places) < 1))
    assert scores.word_top_5 == pytest.approx(np.mean(np.array(places) < 5))
    assert scores.piece_top_1 == pytest.approx(np.mean(np.array(ranks) < 1))
    assert scores.piece_top_5 == pytest.approx(np.mean(np.array(ranks) < 5))
    assert np.log(scores.perplexity) == pytest.approx(-np.mean([total for _, _, total in slow]), rel=1e-4)


def test_a_model_without_opinions_has_the_perplexity_of_the_vocabulary(questions: list[Question]) -> None:
    """All logits equal: each piece is one of 24,000."""
    made = bert.new_model(PLAN)
    for each in made.parameters():
        torch.nn.init.zeros_(each)
    asked = [each for each in questions if len(each.pieces) == 2]
    assert asked
    scores = evaluate.measure_model(made, {"hi": asked})["hi"]
    assert scores.perplexity == pytest.approx(len(MADE) ** 2, rel=1e-4)


def test_progress_is_one_row_a_piece(model: Any, questions: list[Question]) -> None:
    done: list[int] = []
    evaluate.measure_model(model, {"hi": questions}, report=done.append)
    assert sum(done) == evaluate.rows_of({"hi": questions}) == sum(len(each.pieces) for each in questions)


def test_no_questions_no_division_by_zero(model: Any) -> None:
    assert evaluate.measure_model(model, {"hi": []})["hi"] == Scores(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0)


# -- counted models ---------------------------------------------------------------------------------------------------


class OneLanguage:
    """As much of Counted as measuring asks for."""

    def __init__(self, model: Neighbours) -> None:
        self.model = model

    def language(self, code: str) -> Neighbours:
        return self.model


@pytest.fixture(scope="module")
def neighbours() -> Neighbours:
    return Neighbours(*counted.count(counted.number_words(CORPUS, []), counted.Rule(triples=1)))


def measure(model: Neighbours, asked: list[Question], neighbours: bool = True) -> CountedScores:
    return evaluate.measure_counted(OneLanguage(model), {"hi": asked}, neighbours)["hi"]  # type: ignore[arg-type]


def test_words_that_were_counted_are_found_and_others_are_not(
    neighbours: Neighbours, questions: list[Question]
) -> None:
    seen = measure(neighbours, questions)
    assert seen.untold.word_top_5 > 0.5  # the text itself
    [unseen] = evaluate.draw(["अफ़्रीका"], "hi", 1)
    assert measure(neighbours, [unseen]).mark.word_top_5 == 0
    assert np.isfinite(measure(neighbours, [unseen]).untold.perplexity)


def test_told_the_number_of_pieces_only_such_words_are_left(neighbours: Neighbours) -> None:
    """By hand for one question: the words of two pieces, in the order of the model."""
    spelled = Spelled(neighbours, MADE)
    for asked in evaluate.draw(CORPUS, "hi", 30):
        found = neighbours.likeliest(neighbours.distribution(asked.left, asked.right), len(neighbours.words))
        names = [word for word, _ in found if len(MADE.encode(word)) == len(asked.pieces)]
        scores = measure(neighbours, [asked])
        assert scores.told.word_top_1 == float(names[0] == asked.word)
        assert scores.told.word_top_5 == float(asked.word in names[:5])
        assert scores.untold.word_top_5 == float(asked.word in [word for word, _ in found[:5]])
    assert spelled.lengths[:2].tolist() == [0, 0]


def test_told_probabilities_of_one_piece_sum_to_one(neighbours: Neighbours) -> None:
    """Over every piece there is, known as a word or not: comparable with a softmax."""
    [first, *_] = evaluate.draw(CORPUS, "hi", 200)
    total, total_untold = 0.0, 0.0
    one_piece = [place for place, length in enumerate(Spelled(neighbours, MADE).lengths) if length == 1]
    words = {neighbours.words[place - 2] for place in one_piece}
    spelled = Spelled(neighbours, MADE)
    share = neighbours.distribution(first.left, first.right)
    for word in words:
        asked = Question(first.left, word, first.right, first.row, first.start, tuple(MADE.encode(word)))
        scores = measure(neighbours, [asked])
        total += 1 / scores.told.perplexity
        total_untold += 1 / scores.untold.perplexity
    all_told = share[one_piece].sum() + share[1] * spelled.share_of_length(1)
    known = [MADE.encode(word)[0] for word in words]
    rest = share[1] * spelled.share_of_length(1) * (1 - spelled.piece_shares[known].sum())
    assert total + rest / all_told == pytest.approx(1)
    assert total_untold + rest == pytest.approx(all_told)


def test_lengths_and_pieces_of_the_unseen_sum_to_one(neighbours: Neighbours) -> None:
    spelled = Spelled(neighbours, MADE)
    assert sum(spelled.share_of_length(length) for length in range(1, 17)) == pytest.approx(1, abs=1e-4)
    assert spelled.piece_shares.sum() == pytest.approx(1)
    assert spelled.piece_shares.min() > 0


def test_a_piece_in_its_place_is_the_sum_of_its_words(neighbours: Neighbours) -> None:
    spelled = Spelled(neighbours, MADE)
    asked = next(each for each in evaluate.draw(CORPUS, "hi", 200) if len(each.pieces) == 2)
    share = neighbours.frequencies()
    for place in (0, 1):
        sums = share[1] * spelled.share_of_length(2) * spelled.piece_shares
        for number, word in enumerate(neighbours.words, 2):
            ids = MADE.encode(word)
            if len(ids) == 2:
                sums[ids[place]] += share[number]
        rank = int((sums > sums[asked.pieces[place]]).sum())
        only = Question(None, asked.word, None, asked.row, asked.start, asked.pieces)
        found = measure(neighbours, [only], neighbours=False).told
        assert found.piece_top_5 >= 0.5 * (rank < 5)


def test_the_mark_is_the_better_of_the_two() -> None:
    untold, told = Scores(9, 9, 0.2, 0.5, 0.1, 0.2, 80.0), Scores(9, 9, 0.3, 0.4, 0.1, 0.2, 40.0)
    assert CountedScores(untold, told).mark == Scores(9, 9, 0.3, 0.5, 0.1, 0.2, 40.0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.data())
def test_ranks_order_equals_by_number(shares: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(shares) - 1))
    order = sorted(range(len(shares)), key=lambda each: (-shares[each], each))
    assert evaluate.rank(np.array(shares, dtype=float), place) == order.index(place)


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for part in ("train", "heldout"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "hi.txt").write_text("\n".join(CORPUS), encoding="utf-8")
    bert.save_model(model, tmp_path / "model")
    monkeypatch.setattr(counted, "compare", lambda corpora, code: [counted.Tried("nothing", 0.0, 0.0, 1.0)])
    counted.make(tmp_path, tmp_path / "counted")
    return ["evaluate", str(tmp_path / "model"), "--corpora", str(tmp_path), "--words", "8", "--device", "cpu"]


def test_json_holds_every_figure(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [*command, "--counted", str(tmp_path / "counted"), "--json"])
    evaluate.main()
    facts = json.loads(capsys.readouterr().out)
    assert facts["words"] == 8
    assert facts["models"][str(tmp_path / "model")]["hi"]["words"] == 8 * evaluate.MARKED["hi"]
    assert set(facts["counted"]["hi"]) == set(facts["frequency"]["hi"]) == {"untold", "told"}
    assert facts["counted"]["hi"]["told"]["pieces"] == facts["models"][str(tmp_path / "model")]["hi"]["pieces"]


def test_tables_have_a_column_for_each_model(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [*command, "--counted", str(tmp_path / "counted"), "--markdown"])
    evaluate.main()
    shown = capsys.readouterr().out
    assert shown.count(f"| frequency | counted | {tmp_path / 'model'} |") == 3
    assert shown.count("\n| hi | ") == 3
    assert shown.count("\n| mean |") == 2
    monkeypatch.setattr("sys.argv", command)
    evaluate.main()
    assert "|" not in capsys.readouterr().out


def test_figures_as_written() -> None:
    assert evaluate.written((0.2475, 1.0)) == ".247 / 1.000"
    assert evaluate.written((12345.6,)) == "12,346"


def test_nothing_to_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["evaluate"])
    with pytest.raises(SystemExit):
        evaluate.main()
    with pytest.raises(SystemExit, match="There is no text"):
        evaluate.draw_all(tmp_path)
