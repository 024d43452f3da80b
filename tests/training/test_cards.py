"""The cards: every number is looked up, none is typed."""

import pytest

pytest.importorskip("torch")

from training import cards
from training.agreement import Answered, Filler, Share, read
from training.cards import Measured, Sizes
from training.evaluate import Scores


@pytest.fixture
def measured() -> Measured:
    question = read()[1][0]

    def scores(share: float) -> dict[str, Scores]:
        return {code: Scores(2000, 3000, share, 2 * share, share, share, 100.0) for code in ("hi", "en")}

    return Measured(
        scores={
            "frequency": scores(0.01),
            "counted neighbours": scores(0.2),
            "pathshala-bert": scores(0.3),
            "pathshala-bert-student": scores(0.294),
        },
        agreement={name: [Share("hi", "all", 90, 0.8, 0.6, 2.5)] for name in ("counted neighbours", "pathshala-bert")},
        answers={"pathshala-bert": [Answered(question, (Filler(" दिल्ली", 0.25),))]},
        sizes={
            "pathshala-bert": Sizes(9_000_000, 3_000_000, 20_000_000),
            "pathshala-bert-student": Sizes(7_500_000, 1_500_000, 17_000_000),
        },
        logs={
            name: [{"step": 12_000, "tokens": 49_000_000, "seconds": 11_400}]
            for name in ("pathshala-bert", "pathshala-bert-student")
        }
        | {cards.AGAIN: [{"step": 4_400, "tokens": 36_000_000, "seconds": 1_800}]}
        | {cards.FIRST: [{"step": 5_500, "tokens": 45_000_000, "seconds": 2_934}]}
        | {cards.DRILLED: [{"step": 4_000, "tokens": 20_000_000, "seconds": 2_640}]},
        kept_back={"pathshala-bert": 0.81, "pathshala-bert-student": 0.6},
    )


def test_the_teachers_card(measured: Measured) -> None:
    card = cards.teacher_card(measured, "a machine of 2 cores")
    assert "9,000,000 parameters (3,000,000 in its layers" in card
    assert "| hi | Hindi | 0.200 | 0.300 | 1.50 |" in card
    assert "| hi | 90 | 80% (60%) | 80% (60%) |" in card
    assert "दिल्ली 0.25" in card
    assert "12,000 steps, 49 million tokens, 190 minutes" in card
    assert "5,500 steps, 45 million tokens, 49 minutes" in card
    assert "4,000 steps, 20 million tokens, 44 minutes on a machine of 2 cores" in card
    assert "81% of the" in card
    assert card.startswith("---\nlicense: apache-2.0")


def test_the_students_card(measured: Measured) -> None:
    card = cards.student_card(measured, "a machine of 2 cores")
    assert "1,500,000 parameters in the encoder of\n3,000,000 (50%)" in card
    assert "It keeps 98.0% of its teacher's accuracy" in card
    assert "T² · KL(teacher at T ‖ student at T)" in card


def test_the_early_card_says_what_the_model_was_given() -> None:
    card = cards.early_card(5_500)
    assert "did not begin at random" in card
    assert "Until step 5,500 its first layer" in card
