"""Counting: a text small enough to count by eye, what pruning leaves, and the whole folder on a few sentences."""

import re
from pathlib import Path

import numpy as np
import pytest

from components.counted import EDGE, FIRST, FOLDER, UNKNOWN, Counts, Neighbours, load
from components.errors import PathshalaError
from training import counted, evaluate
from training.counted import Rule
from training.evaluate import Question

TRAIN = ["राम घर जा रहा है।", "राम स्कूल जा रहा है।", "सीता घर जा रही है।"]


def pairs_of(counts: Counts) -> dict[tuple[int, int], int]:
    lefts = np.repeat(np.arange(len(counts.counts)), np.diff(counts.pair_ends, prepend=0))
    return dict(zip(zip(lefts.tolist(), counts.pair_rights.tolist(), strict=True), counts.pair_counts, strict=True))


def triples_of(counts: Counts) -> dict[tuple[int, int, int], int]:
    lefts = np.repeat(np.arange(len(counts.counts)), np.diff(counts.gap_ends, prepend=0))
    gaps = np.repeat(np.arange(len(counts.gap_rights)), np.diff(counts.triple_ends, prepend=0))
    keys = zip(lefts[gaps].tolist(), counts.triple_middles.tolist(), counts.gap_rights[gaps].tolist(), strict=True)
    return dict(zip(keys, counts.triple_counts.tolist(), strict=True))


def test_counted_by_eye() -> None:
    counts, _ = counted.count(counted.number_words(TRAIN, []), Rule(triples=1))
    number = {word: place for place, word in enumerate(counts.words, FIRST)}
    assert counts.words[:3] == (" जा", " है", "।")  # three times each; then by their letters
    assert counts.counts[number["राम"]] == 2
    assert counts.counts[EDGE] == 3
    assert counts.counts[UNKNOWN] == 0
    assert counts.kinds[number[" जा"]] == 2  # after घर and स्कूल
    assert counts.kinds[number[" है"]] == 2  # after रहा and रही
    assert pairs_of(counts)[EDGE, number["राम"]] == 2
    assert pairs_of(counts)[number["।"], EDGE] == 3
    assert triples_of(counts)[number[" जा"], number[" रहा"], number[" है"]] == 2
    assert triples_of(counts)[EDGE, number["राम"], number[" घर"]] == 1
    assert not any(middle == EDGE for _, middle, _ in triples_of(counts))
    assert sum(pairs_of(counts).values()) == 3 * 7  # six words and signs a line, and its end


def test_composed_and_decomposed_are_counted_as_one() -> None:
    counts, _ = counted.count(counted.number_words(["\u0928\u093c", "\u0929"], []), Rule())
    assert counts.words == ("\u0929",)


def test_extra_text_counts_once_and_train_by_its_weight() -> None:
    text = counted.number_words(["राम आया"], ["राम गया", "सीता गया"])
    counts, discounts = counted.count(text, Rule(weight=4, triples=1))
    number = {word: place for place, word in enumerate(counts.words, FIRST)}
    assert [counts.counts[number[word]] for word in ("राम", " आया", " गया", "सीता")] == [5, 4, 2, 1]
    assert counts.counts[EDGE] == 6
    assert pairs_of(counts)[number["राम"], number[" आया"]] == 4
    assert pairs_of(counts)[number["राम"], number[" गया"]] == 1
    assert discounts.unit == 4


def test_rare_words_become_the_unknown_one() -> None:
    counts, discounts = counted.count(counted.number_words(TRAIN, []), Rule(words=2, triples=1))
    assert set(counts.words) == {" जा", " है", "।", "राम", " घर", " रहा"}
    assert counts.counts[UNKNOWN] == 3  # स्कूल, सीता, रही
    number = {word: place for place, word in enumerate(counts.words, FIRST)}
    assert triples_of(counts)[number[" जा"], UNKNOWN, number[" है"]] == 1
    model = Neighbours(counts, discounts)
    assert model.distribution(" जा", " है").sum() == pytest.approx(1)


def test_pruning_keeps_the_totals() -> None:
    text = counted.number_words(TRAIN, [])
    whole, discounts = counted.count(text, Rule(triples=1))
    pruned, same = counted.count(text, Rule(pairs=2, triples=2))
    assert discounts == same  # estimated before anything is left out
    assert pairs_of(pruned) == {key: seen for key, seen in pairs_of(whole).items() if seen >= 2}
    assert triples_of(pruned) == {key: seen for key, seen in triples_of(whole).items() if seen >= 2}
    assert np.array_equal(pruned.counts, whole.counts)
    assert np.array_equal(pruned.kinds, whole.kinds)
    # between जा and है stood रहा twice and रही once: the total still says three
    number = {word: place for place, word in enumerate(pruned.words, FIRST)}
    lefts = np.repeat(np.arange(len(pruned.counts)), np.diff(pruned.gap_ends, prepend=0))
    totals = dict(zip(zip(lefts, pruned.gap_rights, strict=True), pruned.gap_totals, strict=True))
    assert totals[number[" जा"], number[" है"]] == 3
    model = Neighbours(pruned, same)
    assert model.distribution(" जा", " है").sum() == pytest.approx(1)
    assert model.likeliest(model.distribution(" जा", " है"), 1)[0][0] == " रहा"


def test_discounts_are_chen_and_goodmans() -> None:
    """Of 10 things seen once, 4 twice, 2 three times and 1 four times: Y = 10/18, D1 = 1 - 2Y·4/10 …"""
    counts = np.array([1] * 10 + [2] * 4 + [3] * 2 + [4])
    share = 10 / 18
    expected = (1 - 2 * share * 4 / 10, 2 - 3 * share * 2 / 4, 3 - 4 * share * 1 / 2)
    assert counted._discounts(counts, 1) == pytest.approx(expected, abs=1e-4)
    assert counted._discounts(4 * counts, 4) == pytest.approx(expected, abs=1e-4)


def test_no_more_words_than_two_bytes_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "LARGEST", 4)
    counts, _ = counted.count(counted.number_words(TRAIN, []), Rule())
    assert len(counts.words) == 4
    assert counts.counts[UNKNOWN] == 18 - sum(counts.counts[FIRST:])


def test_weights_by_expectation_maximisation() -> None:
    """Where one share explains every word it gets all the weight; where two take turns, half each."""
    assert counted._expectation_maximisation(np.array([[0.1, 0.9]] * 9))[1] > 0.99
    assert counted._expectation_maximisation(np.array([[1.0, 0.0], [0.0, 1.0]])) == pytest.approx([0.5, 0.5])


def test_the_plain_shares_are_divisions() -> None:
    counts, discounts = counted.count(counted.number_words(TRAIN, []), Rule(triples=1))
    model, plain = Neighbours(counts, discounts), counted.PlainShares(counts)
    shares = plain.shares(model, Question(" जा", " रहा", " है", (), 0, ()))
    number = model.find(" रहा")
    assert shares[1:, number].tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3])
    assert shares.sum(1) == pytest.approx([1, 1, 1, 1])
    unknown = plain.shares(model, Question("?", " रहा", "!", (), 0, ()))
    assert unknown[1:].sum() == 0


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sentences in which the neighbours decide and frequency doesn't."""
    folder = tmp_path_factory.mktemp("corpora")
    who = ["राम", "सीता", "वह", "माँ", "बच्चा"]
    what = ["घर जा रहा था।", "स्कूल में पढ़ रही है।", "किताब पढ़ता है।", "खाना खाकर सो गया।"]
    lines = [f"{one} {two}" for two in what for one in who]
    for part, some in (("train", lines * 10), ("heldout", lines[::3])):
        (folder / part).mkdir()
        (folder / part / "hi.txt").write_text("\n".join(some) + "\n", encoding="utf-8")
    return folder


def test_the_whole_way(corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, card, and the same bytes the second time; neighbours are right more often than frequency is."""
    monkeypatch.setattr("sys.argv", ["counted", "--corpora", str(corpora), "--output", str(tmp_path / "out")])
    written = []
    for _ in range(2):
        counted.main()
        written.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {"hi.npz", "model.json", "README.md"}
    made = load(tmp_path / "out")
    assert made.predict("hi", " जा", " था", 1)[0][0] == " रहा"
    with pytest.raises(PathshalaError):
        made.language("ta")
    questions = evaluate.draw_all(corpora)
    both, frequency = (evaluate.measure_counted(made, questions, each)["hi"].mark for each in (True, False))
    assert both.word_top_1 > frequency.word_top_1 + 0.2
    assert both.perplexity < frequency.perplexity
    card = written[0]["README.md"].decode()
    assert evaluate.written((both.word_top_1, both.word_top_5)) in card
    assert "{" not in card


def test_comparing_prints_a_line_for_each_way(
    corpora: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["counted", "--corpora", str(corpora), "--compare", "hi"])
    counted.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    ways = counted.compare(corpora, "hi")
    assert {each.name for each in ways} == {line.split(" | ")[0].removeprefix("| ") for line in lines[2:]}
    product = next(each for each in ways if each.name == counted.PRODUCT)
    frequency = next(each for each in ways if each.name == counted.FREQUENCY)
    assert product.top_1 > frequency.top_1


def test_no_text(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no text"):
        counted.make(tmp_path, tmp_path / "out")


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the counted model has not been made")
def test_the_shipped_card_speaks_of_the_shipped_files() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    made = load()
    for code in made.languages:
        size = (FOLDER / f"{code}.npz").stat().st_size
        assert counted._size_row(made, code, size) in card
        assert re.search(rf"^\| {code} \| [\d,]+ \| \.\d+ / \.\d+ ", card, re.MULTILINE)
    assert counted._rules_in_words(made) in card
