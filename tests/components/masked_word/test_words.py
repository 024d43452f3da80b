"""Whole words: the beam by hand, and on small real models against every word worked out one by one."""

import math
from typing import Any

import pytest

from components import catalogue, models
from components.masked_word import compute, scoring, words
from components.masked_word.compute import predict
from components.masked_word.scoring import score
from components.masked_word.words import BEAM, guess_words, is_word, kinds, standing
from tests import small_models

torch = pytest.importorskip("torch")

IDS = [id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks]
SENTENCE = "the children go to [MASK]."

pytestmark = pytest.mark.usefixtures("no_hub")


def row_of(loaded: Any, text: str = SENTENCE) -> tuple[list[int], int]:
    """Ids of a sentence, and where its mask is."""
    ids = compute.encode(loaded, compute.read(text))["input_ids"][0].tolist()
    return ids, ids.index(loaded.tokenizer.mask_token_id)


def shares_at(loaded: Any, ids: list[int], place: int) -> Any:
    """By transformers' own class: the probability of every piece at one place."""
    with torch.inference_mode():
        return loaded.model(input_ids=torch.tensor([ids])).logits[0, place].softmax(-1).double().clone()


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_two_pieces_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vocabulary: ab cd ##x ##y and a mask. One mask: ab 0.5, cd 0.3. Two: ab 0.2, cd 0.6, then x or y."""
    tables = {
        (1, ()): [0.5, 0.3, 0.1, 0.1],
        (2, ()): [0.2, 0.6, 0.1, 0.1],
        (2, (0,)): [0.1, 0.1, 0.6, 0.2],
        (2, (1,)): [0.4, 0.4, 0.1, 0.1],
    }
    second = [0.1, 0.1, 0.5, 0.3]  # what two masks expect at the second: 0.8 of it goes on in a word
    sides = {1: 0.9, 2: 0.4}  # how well the word before the gap is guessed

    class Asked(words.Asker):
        def __init__(self, *_: Any) -> None:
            self.any = torch.tensor([True] * 4)
            self.begins = torch.tensor([True, True, False, False])
            self.continues = ~self.begins
            self.room = 2

        def first(self, lengths: Any) -> Any:
            firsts = [
                words.among(torch.tensor(tables[n, ()]).log(), self.any if n == 1 else self.begins) for n in lengths
            ]
            fits = [math.sqrt(sides[n]) * (sum(second[2:]) if n == 2 else 1) for n in lengths]
            return dict(zip(lengths, firsts, strict=True)), {n: fits[n - 1] / sum(fits) for n in lengths}

        def next(self, begun: Any) -> Any:
            rows = torch.tensor([tables[each.length, each.pieces] for each in begun]).log()
            return words.among(rows, self.continues)

    monkeypatch.setattr(words, "Asker", Asked)
    found = guess_words(None, [9], 0, count=5)  # type: ignore[arg-type]
    one, two = math.sqrt(0.9), math.sqrt(0.4) * 0.8
    of = {1: one / (one + two), 2: two / (one + two)}
    assert found.lengths == pytest.approx(of)
    wanted = {
        (0,): of[1] * 0.5,
        (1,): of[1] * 0.3,
        (0, 2): of[2] * 0.25 * 0.75,
        (1, 2): of[2] * 0.75 * 0.5,
        (1, 3): of[2] * 0.75 * 0.5,
    }
    assert {each.pieces: each.probability for each in found.words} == pytest.approx(wanted, rel=1e-5)
    chances = [each.probability for each in found.words]
    assert chances == sorted(chances, reverse=True)


# -- small real models ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", IDS)
def test_a_word_has_the_probability_of_its_pieces(id: str) -> None:
    loaded = models.load(id, "masked_word")
    ids, place = row_of(loaded)
    known = kinds(loaded.tokenizer, loaded.model.config.vocab_size)
    found = guess_words(loaded, ids, place, count=9_999)
    assert sum(found.lengths.values()) == pytest.approx(1)
    assert sum(each.probability for each in found.words) <= 1 + 1e-5
    assert {len(each.pieces) for each in found.words} >= {1, 2}
    mask = loaded.tokenizer.mask_token_id
    for length in range(1, 5):
        word = next((each for each in found.words if len(each.pieces) == length), None)
        if word is None:
            continue
        product = 1.0
        for size, piece in enumerate(word.pieces):
            row = [*ids[:place], *word.pieces[:size], *[mask] * (length - size), *ids[place + 1 :]]
            shares = shares_at(loaded, row, place + size)
            allowed = ~known.special if length == 1 else known.starts if size == 0 else known.continues
            product *= float(shares[piece] / shares[torch.from_numpy(allowed)].sum())
        assert word.given_length == pytest.approx(product, rel=1e-3)
        assert word.probability == pytest.approx(product * found.lengths[length], rel=1e-3)
        again = words.score_words(loaded, ids, place, [word.pieces])[0]
        assert again.probability == pytest.approx(word.probability, rel=1e-3)


def test_the_beam_finds_the_best_of_all_words_of_two_pieces() -> None:
    """All words of two pieces of which the first is among the likeliest, worked out one by one."""
    loaded = models.load("bert-base-uncased", "masked_word")
    ids, place = row_of(loaded)
    found = guess_words(loaded, ids, place, count=9_999, lengths=(1, 2))
    known = kinds(loaded.tokenizer, loaded.model.config.vocab_size)
    mask = loaded.tokenizer.mask_token_id
    first = torch.tensor(shares_at(loaded, [*ids[:place], mask, mask, *ids[place + 1 :]], place).tolist())
    first[torch.from_numpy(~known.starts)] = 0
    first /= first.sum()
    best: dict[tuple[int, ...], float] = {}
    for start in first.topk(BEAM).indices.tolist():
        after = torch.tensor(shares_at(loaded, [*ids[:place], start, mask, *ids[place + 1 :]], place + 1).tolist())
        after[torch.from_numpy(~known.continues)] = 0
        after /= after.sum()
        for piece, share in zip(*(each.tolist() for each in reversed(after.topk(BEAM))), strict=True):
            best[start, piece] = float(first[start]) * share
    wanted = sorted(best, key=lambda each: -best[each])[:5]
    assert [each.pieces for each in found.words if len(each.pieces) == 2][:5] == wanted


@pytest.mark.parametrize("id", IDS)
def test_predict_gives_whole_words(id: str) -> None:
    found = predict("the [MASK] go to [MASK].", id, 8, whole=True)
    assert found.whole
    assert len(found.blanks) == 2
    for blank in found.blanks:
        texts = [each.fill for each in blank.candidates]
        assert len(texts) == len(set(texts))
        shares = [each.probability for each in blank.candidates]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) + blank.rest == pytest.approx(1)
        assert blank.others is None
        assert all("".join(each.pieces) == each.word or len(each.pieces) == 1 for each in blank.candidates)


@pytest.mark.parametrize("id", IDS)
def test_a_guess_of_the_class_has_its_place_in_the_list(id: str) -> None:
    found = predict(SENTENCE, id, 10, whole=True).blanks[0]
    for each in found.candidates[:5]:
        if each.id is None or not each.word.isalpha():
            continue
        (again,) = score(SENTENCE, each.word, id)
        assert again.probability <= each.probability * 1.001 + 1e-9  # another way to spell it may be added there


def test_what_no_model_can_say_is_said() -> None:
    with pytest.raises(compute.PathshalaError, match="There is no word yet"):
        score(SENTENCE, " ", "bert-base-uncased")
    with pytest.raises(compute.PathshalaError, match="does not know “漢字”"):
        score(SENTENCE, "漢字", "bert-base-uncased")
    with pytest.raises(compute.PathshalaError, match="pieces for “bert-base-uncased”"):
        score(SENTENCE, "schoolchildrens", "bert-base-uncased", whole=False)


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["रही", " जाती", "வந்தார்கள்", "school", "don't", "।", "بھوکی", "a"])
def test_words(text: str) -> None:
    assert is_word(text)


@pytest.mark.parametrize("text", ["", " ", "लेाती", "வந்தರುತ್ತார்கள்", "जा'", "வய-", "schoolवह"])
def test_no_words(text: str) -> None:
    assert not is_word(text)


def test_where_a_mask_stands() -> None:
    assert [standing(text) for text in ("", "  ", "जा ", "जा", "(", "go\n")] == [
        "first",
        "first",
        "apart",
        "joined",
        "first",
        "apart",
    ]


@pytest.mark.parametrize("id", IDS)
def test_a_piece_begins_a_word_or_goes_on(id: str) -> None:
    loaded = models.load(id, "masked_word")
    known = kinds(loaded.tokenizer, loaded.model.config.vocab_size)
    assert not (known.starts & known.continues).any()
    assert not (known.special & (known.starts | known.continues)).any()
    for word in ("children", "school", "playing"):
        pieces = scoring.spell(loaded.tokenizer, "the ", word)
        if loaded.tokenizer.unk_token_id in pieces:
            continue
        assert known.starts[pieces[0]]
        assert all(known.continues[each] for each in pieces[1:])
    assert len(known.starts) == loaded.model.config.vocab_size
