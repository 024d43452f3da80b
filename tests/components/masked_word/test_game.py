"""The training game: its draws, its numbers against passes of the model made by hand, and any text."""

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import catalogue, models
from components.errors import PathshalaError
from components.masked_word import view
from components.masked_word.compute import TEXT_LIMIT
from components.masked_word.game import SEED, SHARES, draw, play, play_early
from components.masked_word.presets import PASSAGES, Preset
from tests import small_models

torch = pytest.importorskip("torch")

IDS = [*(id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks), "pathshala-bert"]
TEXT = "The unbelievable children play in the garden, and the old man reads a book."

pytestmark = pytest.mark.usefixtures("no_hub", "with_counts")


# -- the draw ---------------------------------------------------------------------------------------------------------


def test_eighty_ten_and_ten() -> None:
    fates = Counter(fate for seed in range(2_000) for fate in draw([1] * 20, seed).values())
    assert sum(fates.values()) == 2_000 * 3  # 15% of 20
    shares = [fates[fate] / 6_000 for fate in ("masked", "swapped", "kept")]  # type: ignore[index]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.02)


def test_every_place_is_drawn_as_often() -> None:
    places = Counter(place for seed in range(4_000) for place in draw([1] * 10, seed, 0.2))
    assert sorted(places) == list(range(10))
    assert all(count == pytest.approx(800, rel=0.15) for count in places.values())


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.integers(0, 2**32 - 1), st.floats(*SHARES))
def test_never_more_than_the_share_and_never_nothing(sizes: list[int], seed: int, share: float) -> None:
    drawn = draw(sizes, seed, share)
    assert drawn == draw(sizes, seed, share)
    assert list(drawn) == sorted(drawn)
    assert drawn
    assert len(drawn) == 1 or sum(sizes[unit] for unit in drawn) <= round(share * sum(sizes))


def test_a_larger_share_draws_the_same_words_and_more() -> None:
    few, many = draw([1] * 40, 5, 0.15), draw([1] * 40, 5, 0.3)
    assert few.items() < many.items()


# -- what the model makes of it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("whole", [True, False])
def test_the_loss_as_worked_out_by_hand(id: str, whole: bool) -> None:
    loaded = models.load(id, "masked_word")
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    found = play(TEXT, id, seed=11, share=0.4, whole=whole)
    assert "".join(part.text for part in found.parts) == TEXT
    true = tokenizer(TEXT)["input_ids"]
    spans = tokenizer(TEXT, return_offsets_mapping=True)["offset_mapping"]
    assert found.tokens == sum(bool(TEXT[start:end].strip()) for start, end in spans)
    if any(each.fate == "swapped" for each in found.drawn):
        return  # which tokens came in is not told: see below
    # The row as the model saw it, from what the game says of each part.
    starts, here = {}, 0
    for part in found.parts:
        starts[part.drawn] = here
        here += len(part.text)
    row, places = list(true), []
    for number, each in enumerate(found.drawn):
        first = next(place for place, (_, end) in enumerate(spans) if end > starts[number])
        for place in range(first, first + len(each.tokens)):
            places.append(place)
            row[place] = tokenizer.mask_token_id if each.fate == "masked" else true[place]
    with torch.inference_mode():
        logs = loaded.model(input_ids=torch.tensor([row])).logits[0].double().log_softmax(-1)
    by_hand = [-float(logs[place, true[place]]) for place in places]
    assert found.losses == pytest.approx(by_hand, rel=1e-3)
    assert found.loss == pytest.approx(sum(by_hand) / len(by_hand), rel=1e-3)


def test_what_is_shown_is_what_was_done() -> None:
    for seed in range(30):
        found = play(TEXT, "pathshala-bert", seed=seed, share=0.3)
        shown = {part.drawn: part.text for part in found.parts if part.drawn is not None}
        for number, each in enumerate(found.drawn):
            assert "".join(token.text for token in each.tokens) == shown[number]
            if each.fate == "masked":
                assert each.seen == "[MASK]" * len(each.tokens)
            elif each.fate == "kept":
                assert each.seen == shown[number]
            else:
                assert "[MASK]" not in each.seen
            for token in each.tokens:
                assert token.right == (token.share == pytest.approx(token.guess.probability))
                assert token.loss == pytest.approx(-math.log(token.share))


def test_seed_share_and_words_or_pieces_decide_the_draw() -> None:
    def drawn(**how: object) -> list[object]:
        found = play(TEXT, "pathshala-bert", **how)  # type: ignore[arg-type]
        return [(part.text, part.drawn) for part in found.parts]

    assert drawn(seed=1) == drawn(seed=1)
    assert len({str(drawn(seed=seed)) for seed in range(8)}) > 4
    text = "A 🧕🏽 sleeps."  # a sign of many pieces
    words, pieces = (play(text, "pathshala-bert", whole=whole, share=0.5) for whole in (True, False))
    assert len(words.drawn) < len(pieces.drawn)
    assert all(part.text or part.drawn is not None for part in pieces.parts)


def test_the_same_draw_while_it_learned() -> None:
    found = play_early(TEXT, seed=4)
    assert [steps for steps, _ in found] == [100, 1_000, 10_000, 0]
    assert found[-1][1] == pytest.approx(play(TEXT, "pathshala-bert", seed=4).loss)


def test_a_gap_stays_a_gap_and_is_not_asked_for() -> None:
    for sign in ("[MASK]", "<mask>"):
        for seed in range(5):
            found = play(f"The {sign} children play.", "pathshala-bert", seed=seed, share=0.5)
            assert all("mask" not in part.text.lower() for part in found.parts if part.unit)


@pytest.mark.parametrize("preset", PASSAGES, ids=lambda each: each.label)
def test_passages_have_enough_to_hide(preset: Preset) -> None:
    found = play(preset.text, "pathshala-bert", preset.language, seed=SEED)
    assert len(found.losses) >= 3
    assert found.language == preset.language


# -- what cannot be played --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"text": " "}, "no sentence"),
        ({"text": "a" * (TEXT_LIMIT + 1)}, "leave out 1"),
        ({"text": "[MASK]"}, "no word in this sentence"),
        ({"text": "\ud800"}, "half of one"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"share": 0.01}, "5% to 50%"),
        ({"share": math.nan}, "5% to 50%"),
        ({"model": "pathshala-counted"}, "never trained with hidden words"),
        ({"text": "The [CLS] cat"}, "[CLS]"),
    ],
    ids=str,
)
def test_a_sentence_for_what_is_wrong(asked: dict[str, object], words: str) -> None:
    with pytest.raises(PathshalaError, match=r"[.]$") as told:
        play(**{"text": TEXT, "model": "pathshala-bert"} | asked)  # type: ignore[arg-type]
    assert words in str(told.value)


@settings(max_examples=60)
@given(st.text(max_size=80), st.integers(0, 1_000), st.sampled_from([0.05, 0.15, 0.5]), st.booleans())
def test_any_text(text: str, seed: int, share: float, whole: bool) -> None:
    try:
        found = play(text, "pathshala-bert", seed=seed, share=share, whole=whole)
    except PathshalaError:
        return
    assert "".join(part.text for part in found.parts) == text or "mask" in text.lower()
    assert found.losses
    assert {part.drawn for part in found.parts} - {None} <= set(range(len(found.drawn)))
    view.game_json(found)


# -- in words ---------------------------------------------------------------------------------------------------------


def test_the_loss_in_words() -> None:
    found = play(TEXT, "pathshala-bert", seed=2, share=0.2)
    told = view.game_json(found)
    first, second = told["sums"]
    numbers = [float(each) for each in first[first.index("(") + 1 : first.index(")")].split(" + ")]
    assert numbers == pytest.approx(found.losses, abs=0.006)
    assert first.endswith(f"÷ {len(numbers)} = {found.loss:.2f}")
    assert f"The other {found.tokens - len(numbers)} tokens" in second
    assert told["chance"] == pytest.approx(math.log(found.vocabulary))
    assert view.early_json([(100, 8.3), (0, math.inf)])["losses"] == [
        {"steps": "100 steps", "loss": "8.30"},
        {"steps": "all steps", "loss": "∞"},
    ]
