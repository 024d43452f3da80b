"""The teacher that counts: neighbours of whole words, the case itself left out, weights that prefer what tells more."""

import numpy as np
import pytest

from training import neighbours
from training.neighbours import KINDS, TOP, Teacher, bucket, count
from training.texts import Rows

SIZE = 50


def rows_of(*lines: list[list[int]]) -> Rows:
    """Words as lists of pieces -> rows of equal length; 1 is [CLS], 2 is [SEP]."""
    ids = [[1, *(piece for word in line for piece in word), 2] for line in lines]
    words = [[0, *(n for n, word in enumerate(line, 1) for _ in word), 0] for line in lines]
    length = max(map(len, ids))
    pad = [length - len(each) for each in ids]
    return Rows(
        np.array([each + [0] * more for each, more in zip(ids, pad, strict=True)], dtype=np.uint16),
        np.array([each + [0] * more for each, more in zip(words, pad, strict=True)], dtype=np.uint8),
    )


def test_neighbours_stand_outside_the_whole_word() -> None:
    rows = rows_of([[10], [11, 12, 13], [14]])
    around, form = neighbours.neighbours(rows.ids.astype(np.int64), rows.words)
    assert around[-1][0].tolist() == [0, 1, 10, 10, 10, 13, 14]
    assert around[1][0].tolist() == [10, 11, 14, 14, 14, 2, 0]
    assert around[-2][0, 2:5].tolist() == [1, 1, 1]
    assert around[2][0, 2:5].tolist() == [2, 2, 2]
    assert form[0, 1:6].tolist() == [0, 2, 6, 10, 0]  # place x 4 + length - 1


def test_counts_by_hand() -> None:
    rows = rows_of([[10], [20], [11]], [[10], [20], [11]], [[10], [21], [11]])
    both = count(rows.ids.astype(np.int64), rows.words, np.ones(3), SIZE)[KINDS.index((-1, 1))]
    context = both.context_of[0, 2]
    assert both.context_of[2, 2] == context
    entries = slice(both.starts[context], both.starts[context + 1])
    assert both.tokens[entries].tolist() == [20, 21]
    assert both.counts[entries].tolist() == [2, 1]
    assert both.totals[context] == 3
    assert both.context_of[0, 0] == -1


def test_the_case_itself_is_left_out() -> None:
    rows = {"hi": rows_of([[10], [20], [11]], [[10], [20], [11]], [[10], [21], [11]])}
    told = Teacher(rows, SIZE, 1).tell([("hi", 0), ("hi", 2)])
    length = rows["hi"].ids.shape[1]
    shares = np.zeros((2 * length, SIZE))
    np.add.at(shares, (np.arange(2 * length)[:, None], told.tokens), told.shares)
    assert told.tokens.shape == (2 * length, len(KINDS) * TOP)
    assert shares[2, 20] > 0 < shares[2, 21]
    assert shares[length + 2, 21] == 0  # it stood there, and nowhere else
    assert shares[length + 2, 20] > 0.5
    assert shares[0].sum() == 0  # [CLS]
    assert shares.sum(1).max() <= 1 + 1e-5


def test_what_is_added_is_counted_with_its_language() -> None:
    rows = {"en": rows_of([[10], [20], [11]]), "en+": rows_of([[10], [22], [11]]), "hi": rows_of([[10], [23], [11]])}
    teacher = Teacher(rows, SIZE, 1)
    told = teacher.tell([("en", 0), ("en+", 0), ("hi", 0)])
    length = rows["en"].ids.shape[1]
    for place, other in ((2, 22), (length + 2, 20)):
        said = told.tokens[place][told.shares[place] > 0]
        assert other in said
        assert 23 not in said
    assert told.shares[2 * length + 2].sum() == pytest.approx(1, abs=0.5)  # only how common tokens are


def test_buckets() -> None:
    assert bucket(np.array([-1, 0, 1, 2, 3, 4, 5, 8, 9, 10**6])).tolist() == [0, 0, 1, 2, 3, 3, 4, 4, 5, 9]


def test_the_context_that_tells_more_has_more_weight() -> None:
    dice = np.random.default_rng(1)
    lines = []
    for _ in range(400):  # the token depends on both neighbours: 20 + their sum
        left, right = dice.integers(0, 4, 2)
        lines.append([[int(10 + left)], [int(20 + left + right)], [int(15 + right)]])
    rows = {"hi": rows_of(*lines)}
    told = Teacher(rows, SIZE, 1).tell([("hi", 0)])
    true = int(rows["hi"].ids[0, 2])
    assert told.shares[2][told.tokens[2] == true].sum() > 0.9
