"""The counted model: each probability is the formula's, done by hand with dicts; files come back whole; bad input."""

import json
import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import counted
from components.counted import EDGE, FIRST, UNKNOWN, Counted, Counts, Discounts, Neighbours
from components.errors import PathshalaError

LINES = [
    ["राम", " स्कूल", " जा", " रहा", " है", "।"],
    ["सीता", " स्कूल", " जा", " रही", " है", "।"],
    ["राम", " घर", " जा", " रहा", " है", "।"],
    ["राम", " आया", "।"],
    ["वह", " जा", " सकता", " है", "।"],
    ["राम", " जा", " रहा", " था", "।"],
]
DISCOUNTS = Discounts((0.5, 0.8, 1.1), (0.6, 0.9, 1.2))
EDGE_WORD = "edge"


def count(lines: list[list[str]], fewest_pairs: int = 1) -> Counts:
    """The same numbers that training counts, the slow way."""
    times = Counter(word for line in lines for word in line)
    words = sorted(times, key=lambda word: (-times[word], word))
    number = {EDGE_WORD: EDGE} | {word: place for place, word in enumerate(words, FIRST)}
    ids = [[EDGE, *(number[word] for word in line), EDGE] for line in lines]
    pairs = Counter(pair for line in ids for pair in pairwise(line))
    triples = Counter((l, r, w) for line in ids for l, w, r in zip(line, line[1:], line[2:], strict=False))  # noqa: E741
    gaps: Counter[tuple[int, int]] = Counter()
    for (left, right, _), seen in triples.items():
        gaps[left, right] += seen
    size = len(words) + FIRST
    kept = sorted(pair for pair in pairs if pairs[pair] >= fewest_pairs)

    def ends(keys: list[int], size: int) -> np.ndarray:
        return np.cumsum(np.bincount(keys, minlength=size))

    ordered, middle = sorted(gaps), sorted(triples)
    return Counts(
        words=tuple(words),
        counts=np.array([len(lines), 0, *(times[word] for word in words)]),
        kinds=np.bincount([right for _, right in pairs], minlength=size),
        pair_ends=ends([left for left, _ in kept], size),
        pair_rights=np.array([right for _, right in kept]),
        pair_counts=np.array([pairs[pair] for pair in kept]),
        gap_ends=ends([left for left, _ in ordered], size),
        gap_rights=np.array([right for _, right in ordered]),
        gap_totals=np.array([gaps[gap] for gap in ordered]),
        triple_ends=ends([ordered.index(each[:2]) for each in middle], len(ordered)),
        triple_middles=np.array([each[2] for each in middle]),
        triple_counts=np.array([triples[each] for each in middle]),
    )


def by_hand(lines: list[list[str]], left: str | None, right: str | None) -> dict[str, float]:
    """Steps 1 to 4 of the module's first lines, for neighbours that are known, with dicts and nothing else."""
    rows = [[EDGE_WORD, *line, EDGE_WORD] for line in lines]
    pairs = Counter(pair for row in rows for pair in pairwise(row))
    triples = Counter(three for row in rows for three in zip(row, row[1:], row[2:], strict=False))
    times = Counter(word for row in rows for word in row[:-1])
    words = [word for word in times if word != EDGE_WORD]
    kinds = Counter(second for _, second in pairs)
    unseen = sum(kinds[word] for word in words if times[word] == 1) / len(pairs)
    base = {word: kinds[word] / len(pairs) * (1 - unseen) for word in (*words, EDGE_WORD)}

    def less(seen: int, by: tuple[float, float, float]) -> float:
        return seen - by[min(seen, 3) - 1] if seen else 0.0

    def after(first: str, second: str) -> float:
        kept = {pair: less(seen, DISCOUNTS.pairs) for pair, seen in pairs.items() if pair[0] == first}
        left_over = 1 - sum(kept.values()) / times[first]
        return kept.get((first, second), 0.0) / times[first] + left_over * base[second]

    l, r = left or EDGE_WORD, right or EDGE_WORD  # noqa: E741
    both = {word: after(l, word) * after(word, r) for word in words}
    whole = sum(both.values()) + unknown_part(lines, l, r, after, unseen, times, pairs, base)
    both = {word: share / whole for word, share in both.items()}
    inside = {word: seen for (a, word, b), seen in triples.items() if (a, b) == (l, r) and word != EDGE_WORD}
    if not inside:
        return both
    total = sum(inside.values())
    kept = {word: less(seen, DISCOUNTS.triples) / total for word, seen in inside.items()}
    return {word: kept.get(word, 0.0) + (1 - sum(kept.values())) * both[word] for word in words}


def unknown_part(lines, left, right, after, unseen, times, pairs, base):  # type: ignore[no-untyped-def]
    """P(unknown|l) · P(r|unknown): words seen once, put together, stand for the unknown one."""
    rare = {word for word in times if times[word] == 1 and word != EDGE_WORD}

    def taken(seen: int) -> float:
        return seen - DISCOUNTS.pairs[min(seen, 3) - 1]

    left_over = 1 - sum(taken(seen) for (first, _), seen in pairs.items() if first == left) / times[left]
    together = sum(taken(seen) for (first, second), seen in pairs.items() if first in rare and second == right)
    spent = sum(taken(seen) for (first, _), seen in pairs.items() if first in rare)
    follows = together / len(rare) + (1 - spent / len(rare)) * base[right]
    return left_over * unseen * follows


@pytest.fixture(scope="module")
def model() -> Neighbours:
    return Neighbours(count(LINES), DISCOUNTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    counted.write_counts(tmp_path / "hi.npz", count(LINES))
    counted.write_counts(tmp_path / "mr.npz", count(LINES[:3]))
    counted.write_about(tmp_path, {"hi": DISCOUNTS, "mr": DISCOUNTS}, {"texts": "six lines"})
    return tmp_path


KNOWN = [None, *sorted({word for line in LINES for word in line})]


@pytest.mark.parametrize("left", KNOWN)
@pytest.mark.parametrize("right", KNOWN)
def test_every_probability_is_the_formula(model: Neighbours, left: str | None, right: str | None) -> None:
    shares = model.distribution(left, right)
    for word, expected in by_hand(LINES, left, right).items():
        assert shares[model.find(word)] == pytest.approx(expected, rel=1e-9)


NEIGHBOURS = st.one_of(st.none(), st.sampled_from(KNOWN[1:]), st.text(max_size=5))


@given(left=NEIGHBOURS, right=NEIGHBOURS, fewest=st.sampled_from([1, 2]))
def test_the_words_and_the_unknown_share_sum_to_one(left: str | None, right: str | None, fewest: int) -> None:
    model = Neighbours(count(LINES, fewest), DISCOUNTS)
    shares = model.distribution(left, right)
    assert shares.sum() == pytest.approx(1)
    assert shares[EDGE] == 0
    assert 0 < shares[UNKNOWN] < 1
    assert shares[FIRST:].min() > 0
    assert model.frequencies().sum() == pytest.approx(1)
    assert model.after(model.number(left)).sum() == pytest.approx(1)


def test_both_neighbours_decide(model: Neighbours) -> None:
    """Between जा and है stood रहा twice, रही once; between जा and था only रहा."""
    best = model.likeliest(model.distribution(" जा", " है"), 3)
    assert [word for word, _ in best] == [" रहा", " रही", " सकता"]
    assert model.likeliest(model.distribution(" जा", " था"), 1)[0][0] == " रहा"
    assert model.likeliest(model.distribution(None, " जा"), 1)[0][0] in {"राम", "वह"}


def test_the_gender_of_the_subject_is_out_of_sight(folder: Path) -> None:
    """What counting neighbours cannot do: the two sentences are one to it."""
    made = counted.load(folder)
    girl, boy = (made.fill(f"{who} स्कूल जा [MASK] है।", "hi") for who in ("वह लड़की", "वह लड़का"))
    assert girl.guesses[0].candidates == boy.guesses[0].candidates


def test_an_unknown_neighbour_is_a_rare_word(model: Neighbours) -> None:
    """What never occurred is treated alike, and says less than a known neighbour does."""
    one, other = (model.distribution(word, " है") for word in (" फ्रांसिस्को", " xyz"))
    assert np.array_equal(one, other)
    assert one[model.find(" रहा")] < model.distribution(" जा", " है")[model.find(" रहा")]


def test_a_neighbour_is_known_with_and_without_its_space(model: Neighbours) -> None:
    """'जा' opens a line, ' जा' stands inside one."""
    assert np.array_equal(model.distribution("जा", " है"), model.distribution(" जा", " है"))
    assert model.find("जा") == UNKNOWN  # what is asked for is asked for to the letter


def test_pruned_pairs_leave_their_share_to_the_unseen() -> None:
    whole, pruned = (Neighbours(count(LINES, fewest), DISCOUNTS) for fewest in (1, 2))
    number = whole.number(" आया")
    assert whole.pairs > pruned.pairs
    assert pruned.after(number).sum() == pytest.approx(1)
    assert pruned.after(number)[pruned.find("।")] < whole.after(number)[whole.find("।")]


def test_where_no_word_is_rare_a_new_one_is_still_possible() -> None:
    model = Neighbours(count(LINES * 2), DISCOUNTS)
    assert min(model.times) == 2
    assert 0 < model.frequencies()[UNKNOWN] < 0.05
    assert model.distribution("?", "!")[UNKNOWN] > 0
    assert model.distribution("?", "!").sum() == pytest.approx(1)


def test_a_weighted_sighting_is_discounted_as_one() -> None:
    """With a unit of 4, counts 1 to 4 are one sighting at most, 5 to 8 two."""
    weighted = Discounts((0.5, 0.8, 1.1), (0.6, 0.9, 1.2), unit=4)
    found = weighted.of_pairs(np.array([0, 1, 2, 4, 5, 8, 9, 400], dtype=np.uint16))
    assert found.tolist() == pytest.approx([0, 1, 2, 2, 3.2, 3.2, 4.4, 4.4])


def test_stored_and_read_it_is_the_same(folder: Path, model: Neighbours) -> None:
    read = counted.load(folder).language("hi")
    assert read.words == model.words
    for left, right in ((None, None), (" जा", " है"), ("?", "?")):
        assert np.array_equal(read.distribution(left, right), model.distribution(left, right))


@given(
    st.lists(st.lists(st.sampled_from([" a", " b", "c", "कि", "؟", " 𑀅"]), min_size=1), min_size=1, max_size=6),
    st.integers(1, 70_000),
)
def test_any_counts_come_back(tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], times: int) -> None:
    counts = count(lines)
    many = Counts(**{**counts.__dict__, "counts": counts.counts * times, "pair_counts": counts.pair_counts * times})
    path = tmp_path_factory.mktemp("counts") / "x.npz"
    counted.write_counts(path, many)
    read = counted.read_counts(path)
    for name, values in many.__dict__.items():
        assert list(getattr(read, name)) == list(values), name


def test_predict_and_probability_agree(folder: Path) -> None:
    made = counted.load(folder)
    best = made.predict("hi", " जा", " है", 4)
    assert [chance for _, chance in best] == sorted((chance for _, chance in best), reverse=True)
    for word, chance in best:
        assert made.probability("hi", " जा", word, " है") == pytest.approx(chance)
    assert made.probability("hi", " जा", " कभी-नहीं", " है") == made.language("hi").distribution(" जा", " है")[UNKNOWN]
    assert len(made.predict("hi", None, None, 10_000)) == len(made.language("hi").words)
    assert made.predict("hi", None, None, 0) == []


def test_the_space_before_a_mask_belongs_to_the_word(folder: Path) -> None:
    made = counted.load(folder)
    with_space, without = (made.fill(f"राम स्कूल जा{gap}[MASK] है।", "hi") for gap in (" ", ""))
    assert with_space.guesses == without.guesses
    assert with_space.guesses[0].left == " जा"
    assert with_space.guesses[0].right == " है"
    assert with_space.sentence == "राम स्कूल जा रहा है।"


def test_masks_at_the_edges_and_side_by_side(folder: Path) -> None:
    made = counted.load(folder)
    first, last = made.fill("[MASK] जा रहा [MASK]", "hi").guesses
    assert (first.left, first.right) == (None, " जा")
    assert (last.left, last.right) == (" रहा", None)
    one, two = made.fill("राम [MASK] [MASK] है।", "hi").guesses
    assert (one.left, one.right, two.left, two.right) == ("राम", "[MASK]", "[MASK]", " है")
    assert made.fill("[MASK]", "hi").guesses[0].left is None
    above, below = made.fill("राम [MASK]\n[MASK] जा", "hi").guesses  # a line break is an edge
    assert above.right is None
    assert below.left is None


def test_the_language_is_guessed_from_the_sentence(folder: Path) -> None:
    assert counted.load(folder).fill("मी शाळेत जात [MASK] आहे.").language == "mr"
    assert counted.load(folder).fill("वह स्कूल जा [MASK] है।").language == "hi"
    assert counted.load(folder).fill("[MASK]").language == "hi"  # nothing to see: the first


def test_composed_and_decomposed_letters_are_one_word(folder: Path) -> None:
    """NFC first: न + nukta is ऩ."""
    made = counted.load(folder)
    one, other = (made.fill(f"{word} [MASK] है", "hi").guesses[0] for word in ("\u0928\u093c", "\u0929"))
    assert one == other


def test_each_language_is_read_once_and_late(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    read = counted.read_counts
    monkeypatch.setattr(counted, "read_counts", lambda path: reads.append(path.name) or read(path))
    made = counted.load(folder)
    assert reads == []
    threads = [threading.Thread(target=made.predict, args=("hi", None, None)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert reads == ["hi.npz"]


@pytest.mark.parametrize("code", ["xx", "", "../hi"])
def test_a_language_that_was_not_counted(folder: Path, code: str) -> None:
    with pytest.raises(PathshalaError, match="hi, mr"):
        counted.load(folder).predict(code, None, None)


def test_a_sentence_without_a_mask(folder: Path) -> None:
    with pytest.raises(PathshalaError, match=r"\[MASK\]"):
        counted.load(folder).fill("वह स्कूल जा रहा है।", "hi")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(PathshalaError, match="no counted model"):
        counted.load(tmp_path)
    (tmp_path / "model.json").write_text('{"format": "other"}', encoding="utf-8")
    with pytest.raises(PathshalaError, match="can read"):
        counted.load(tmp_path)


def test_damaged_files_and_pickles_are_refused(folder: Path) -> None:
    (folder / "mr.npz").unlink()
    whole = (folder / "hi.npz").read_bytes()
    (folder / "hi.npz").write_bytes(whole[: len(whole) // 2])
    for code in ("hi", "mr"):
        with pytest.raises(PathshalaError, match="missing or damaged"):
            counted.load(folder).language(code)
    np.savez(folder / "hi.npz", words=np.array([{"a": 1}], dtype=object))
    (folder / "mr.npz").write_bytes(b"")
    for code in ("hi", "mr"):
        with pytest.raises(PathshalaError, match="missing or damaged"):
            counted.load(folder).language(code)


SHIPPED = counted.FOLDER / "model.json"


@pytest.fixture(scope="module")
def shipped() -> Counted:
    if not SHIPPED.is_file():
        pytest.skip("the counted model has not been made")
    return counted.load()


def test_the_shipped_model_has_sixteen_languages_and_is_small(shipped: Counted) -> None:
    assert len(shipped.languages) == 16
    files = [path.stat().st_size for path in counted.FOLDER.iterdir()]
    assert max(files) < 15e6
    assert sum(files) < 8e6
    assert set(json.loads(SHIPPED.read_text(encoding="utf-8"))["words_read"]) == set(shipped.languages)


def test_the_shipped_model_knows_common_phrases(shipped: Counted) -> None:
    assert {" रहा", " रही"} <= {word for word, _ in shipped.predict("hi", " जा", " है", 5)}
    assert shipped.fill("She is one [MASK] the best.", "en").guesses[0].candidates[0][0] == " of"
    for code in shipped.languages:
        model = shipped.language(code)
        for left, right in ((None, None), (model.words[5], model.words[7]), ("?!?", None), ("?!?", "?!?")):
            assert model.distribution(left, right).sum() == pytest.approx(1)
