"""Counting guesses each word from the rest of the text alone, and draws what it thinks likely there."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("numba")

from training import crossed, texts
from training.texts import Rows

MADE = texts.tokenizer()
LINES = ["वह लड़की विश्वविद्यालय जा रही है।", "The rain stops, and the unbelievable happens."] * 40


def rows_of(lines: list[str], length: int = 32) -> Rows:
    return texts.pack(MADE, lines, length)


def id_of(word: str) -> int:
    (found,) = MADE.encode(word)
    return found


def test_the_pieces_beside_a_word() -> None:
    rows = rows_of(LINES[:2])
    found = crossed.asked(rows)
    ids, words = rows.ids[0].tolist(), rows.words[0].tolist()
    places = [place for place, word in enumerate(words) if word]
    assert found.piece.tolist()[: len(places)] == [ids[place] for place in places]
    assert len(set(found.kind.tolist())) > 1  # words of one piece and of several
    for number, place in enumerate(places):
        own = [each for each, word in enumerate(words) if word == words[place]]
        left, right = ids[own[0] - 1], ids[own[-1] + 1] if own[-1] + 1 < len(ids) else -1
        ends = {MADE.special_tokens["[CLS]"], MADE.special_tokens["[PAD]"]}
        assert found.left[number] == (-1 if left in ends else left)
        assert found.right[number] == (-1 if right in ends else right)


def test_a_word_is_guessed_by_what_the_other_parts_say() -> None:
    """One part says went where all others say came, beside the same words."""
    usual, other = ["The rain came today"] * 7, ["The rain went today"]
    rows = rows_of([line for part in (usual, usual, usual, other * 7, *[usual] * 4) for line in part], 8)
    assert len(rows.ids) == 8 * 7
    drawn = crossed.guesses(rows)
    came, went = id_of(" came"), id_of(" went")
    here = drawn[rows.ids == went]
    assert len(here) == 7
    assert (here != went).all()  # nobody else says it
    assert (here == came).mean() > 0.8
    elsewhere = drawn[rows.ids == came]
    assert 0 < (elsewhere == went).mean() < 0.3  # one of seven parts says so


def test_what_is_drawn_could_stand_there() -> None:
    rows = rows_of(LINES)
    drawn = crossed.guesses(rows)
    assert drawn.shape == (*rows.ids.shape, crossed.DRAWS)
    assert (drawn[rows.words == 0] == -1).all()
    known = set(rows.ids[rows.words > 0].tolist())
    assert set(np.unique(drawn).tolist()) <= known | {-1}
    inside = (rows.words > 0) & (np.arange(rows.ids.shape[1]) < rows.ids.shape[1] - 8)
    assert (drawn[inside] == rows.ids[inside][:, None]).mean() > 0.8  # the text says the same again and again
    assert np.array_equal(drawn, crossed.guesses(rows))
    assert not np.array_equal(drawn, crossed.guesses(rows, seed=2))


@pytest.mark.parametrize("lines", [["a"], ["नमस्ते"], ["The rain stops."] * 3])
def test_a_text_smaller_than_its_parts(lines: list[str]) -> None:
    rows = rows_of(lines)
    drawn = crossed.guesses(rows)
    assert drawn.shape == (*rows.ids.shape, crossed.DRAWS)


def test_guesses_are_kept_and_not_made_of_what_extra_adds(tmp_path: Path) -> None:
    rows = rows_of(LINES)
    found = crossed.read({"hi": rows, "en+": rows}, tmp_path)
    assert list(found) == ["hi"]
    again = crossed.read({"hi": rows_of(LINES[:2])}, tmp_path)  # not worked out a second time
    assert np.array_equal(again["hi"], found["hi"])
