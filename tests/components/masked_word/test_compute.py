"""What is guessed: against transformers' own pipeline, on small real models of every architecture."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import catalogue, downloads, models
from components.errors import PathshalaError
from components.masked_word import compute, scoring
from components.masked_word.compute import MASK_LIMIT, TEXT_LIMIT, Candidate, fill_in, predict, read
from components.masked_word.presets import PRESETS, SAMPLES
from tests import small_models

pytestmark = pytest.mark.usefixtures("no_hub", "with_counts")

IDS = [*(id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks), "pathshala-bert"]
ONE = "The children go to [MASK] every day."
TWO = "वह लड़की [MASK] जा [MASK] है।"
COUNTED = Path(__file__).parents[3] / "embedded" / "pathshala-counted"


# -- the numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("text", [ONE, TWO, "[MASK]"])
def test_it_gives_what_the_pipeline_gives(id: str, text: str) -> None:
    from transformers import pipeline

    loaded = models.load(id, "masked_word")
    assert loaded.tokenizer is not None
    assert loaded.mask_token is not None
    theirs = pipeline("fill-mask", model=loaded.model, tokenizer=loaded.tokenizer, top_k=7)(
        text.replace("[MASK]", loaded.mask_token)
    )
    rows = theirs if isinstance(theirs[0], list) else [theirs]
    found = predict(text, id, top_k=7)
    assert [[each.id for each in blank.candidates] for blank in found.blanks] == [
        [each["token"] for each in row] for row in rows
    ]
    for blank, row in zip(found.blanks, rows, strict=True):
        shares = [each.probability for each in blank.candidates]
        assert shares == pytest.approx([each["score"] for each in row], abs=1e-5)
        assert sum(shares) + blank.rest == pytest.approx(1, abs=1e-6)
        assert len(shares) + blank.others == loaded.model.config.vocab_size


@pytest.mark.parametrize("id", IDS)
def test_all_masks_take_one_forward_pass_and_the_output_layer_sees_the_masks_only(id: str) -> None:
    loaded = models.load(id, "masked_word")
    passes: list[int] = []
    seen: list[int] = []
    hooks = [
        loaded.encoder.register_forward_hook(lambda *_given: passes.append(1)),
        loaded.model.get_output_embeddings().register_forward_hook(
            lambda _layer, given, _result: seen.append(given[0].shape[-2])
        ),
    ]
    try:
        predict(TWO, id)
    finally:
        for hook in hooks:
            hook.remove()
    assert (passes, seen) == ([1], [2])


@pytest.mark.parametrize("id", IDS)
def test_either_mask_means_the_same_to_every_model(id: str) -> None:
    found = [predict(TWO.replace("[MASK]", mask), id) for mask in ("[MASK]", "<mask>", "[mask]", "<MASK>")]
    assert len({(each.blanks, each.parts, each.sentence) for each in found}) == 1


def test_surprise_is_in_bits() -> None:
    assert [Candidate("", "", share, False, 0).bits for share in (1.0, 0.5, 0.125)] == [0, 1, 3]
    assert math.isinf(Candidate("", "", 0.0, False, 0).bits)


def test_there_are_never_more_candidates_than_pieces() -> None:
    found = predict(ONE, "xlm-roberta-base", top_k=100)
    assert len(found.blanks[0].candidates) == 100
    assert found.blanks[0].rest > 0


# -- pieces as text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", IDS)
def test_no_piece_shows_the_odd_letters_of_its_tokenizer(id: str) -> None:
    tokenizer = models.load(id, "masked_word").tokenizer
    assert tokenizer is not None
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
    for number in range(len(tokenizer)):
        text = compute.piece_text(tokenizer, [number], anchor)
        assert text
        assert not set("Ġ▁�") & set(text), text
        assert not (text.startswith("##") and len(text) > 2), text


@pytest.mark.parametrize("id", IDS)
def test_pieces_put_together_are_the_sentence_again(id: str) -> None:
    """Each word of a sentence, taken piece by piece behind what stands before it."""
    tokenizer = models.load(id, "masked_word").tokenizer
    assert tokenizer is not None
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
    ids = tokenizer("the children go to school", add_special_tokens=False)["input_ids"]
    assert "".join(compute.piece_text(tokenizer, [each], anchor) for each in ids).strip() == "the children go to school"


def candidate(part: str, piece: str, text: str, swallows: bool) -> Candidate:
    return compute._candidate(part, piece, text, swallows, 0.5, 1)


def test_how_a_piece_stands_behind_the_text_before_it() -> None:
    # a mask that swallows the space: the piece says whether there is one
    assert candidate("जा ", "Ġरही", " रही", True).fill == " रही"
    assert candidate("जा ", "गा", "गा", True) == Candidate("गा", "गा", 0.5, True, 1)
    assert candidate("", "Ġवह", " वह", True) == Candidate("वह", "वह", 0.5, False, 1)
    assert candidate("जा ", "।", "।", True).joins is False
    # any other leaves it to the text, save ##pieces
    assert candidate("go ", "home", " home", False).fill == " home"
    assert candidate("(", "home", " home", False).fill == "home"
    assert candidate("go ", "##ing", "ing", False) == Candidate("ing", "ing", 0.5, True, 1)
    assert candidate("a  ", "Ċ", "\n", True).word == "\n"


def test_the_sentence_is_filled_in() -> None:
    assert fill_in(("जा", " है"), (" रही",)) == "जा रही है"
    found = predict(TWO, "pathshala-bert")
    best = [blank.candidates[0] for blank in found.blanks]
    assert found.parts == ("वह लड़की", " जा", " है।")
    assert found.sentence == f"वह लड़की{best[0].fill} जा{best[1].fill} है।"


def test_an_unknown_word_is_counted() -> None:
    assert predict("வணக்கம் [MASK] 漢字.", "bert-base-uncased").unknown >= 1
    assert predict("She reads a [MASK].", "bert-base-uncased").unknown == 0


# -- counting ------------------------------------------------------------------------------------------------------


def test_the_counted_model_answers_in_whole_words() -> None:
    from components import counted

    found = predict("वह लड़की स्कूल जा [MASK] है।", "pathshala-counted", top_k=4)
    theirs = counted.load(COUNTED).fill("वह लड़की स्कूल जा [MASK] है।", "hi", 4)
    [blank] = found.blanks
    assert [(each.fill, each.probability) for each in blank.candidates] == list(theirs.guesses[0].candidates)
    assert [each.word for each in blank.candidates] == [each.fill.strip() for each in blank.candidates]
    assert sum(each.probability for each in blank.candidates) + blank.rest == pytest.approx(1)
    assert found.sentence == theirs.sentence
    assert (found.counted, found.device, found.language) == (True, "cpu", "hi")


def test_a_word_that_was_counted_has_the_share_of_its_row() -> None:
    text = "वह लड़की स्कूल जा [MASK] है।"
    for each in predict(text, "pathshala-counted", top_k=4).blanks[0].candidates:
        (again,) = scoring.score(text, each.word, "pathshala-counted")
        assert again.probability == pytest.approx(each.probability)
    with pytest.raises(PathshalaError, match="never counted “qqqq”"):
        scoring.score(text, "qqqq", "pathshala-counted")


def test_it_counts_at_the_edges_in_masks_side_by_side_and_in_a_language_it_was_told() -> None:
    found = predict("<mask> [MASK]", "pathshala-counted", language="ta")
    assert (len(found.blanks), found.language) == (2, "ta")
    assert found.blanks[0].candidates[0].fill == found.blanks[0].candidates[0].word
    assert predict("漢字 [MASK]", "pathshala-counted", language="mai").language == "hi"


# -- which model ---------------------------------------------------------------------------------------------------


def test_unless_told_the_best_one_here_for_the_language() -> None:
    assert predict(ONE).model == "bert-base-uncased"
    assert predict("நான் தினமும் பள்ளிக்கு [MASK].").model == "google/muril-base-cased"
    assert predict(ONE, language="as").model == "google/muril-base-cased"


def test_whether_the_model_knows_the_language() -> None:
    assert not predict("நான் தினமும் பள்ளிக்கு [MASK].", "bert-base-uncased").covered
    assert predict(ONE, "bert-base-uncased").covered


def test_the_answer_says_who_made_it_and_where() -> None:
    found = predict(ONE, "FacebookAI/roberta-base")
    assert found.model == "roberta-base"
    assert found.device in ("cpu", "cuda", "mps")
    assert found.reason
    assert found.milliseconds > 0


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "model", "says"),
    [
        ("", "", "There is no text yet"),
        ("   ", "", "There is no text yet"),
        (None, "", "must be a string"),
        ("a [MASK] \ud800", "", "only half of one"),
        ("no mask here", "", r"No word is hidden: put \[MASK\]"),
        ("[MASK] " * (MASK_LIMIT + 2), "", f"{MASK_LIMIT + 2} words are hidden and the limit is {MASK_LIMIT}.* 2"),
        ("क" * TEXT_LIMIT + "[MASK]", "", f"the limit is {TEXT_LIMIT}: leave out 6"),
        (ONE, "bert-base-uncase", "Did you mean “bert-base-uncased”"),
        (ONE, "gpt2", "cannot fill in a masked word"),
        (ONE, "bert-base-multilingual-cased", r"not on this machine yet.*716 MB"),
        ("a [SEP] [MASK]", "bert-base-uncased", r"\[SEP\] is a sign that “bert-base-uncased” writes for itself"),
        ("a </s> [MASK]", "roberta-base", "</s> is a sign"),
        ("x? " * 150 + "[MASK]", "bert-base-uncased", r"reads at most 96 tokens.*this sentence is \d+"),
        ("x? " * 150 + "[MASK]", "roberta-base", "reads at most 94 tokens"),
    ],
)
def test_what_has_no_answer_is_a_sentence(text: Any, model: str, says: str) -> None:
    with pytest.raises(PathshalaError, match=says):
        predict(text, model)


@pytest.mark.parametrize("top_k", [0, -1, 101, 2.5, "five", True, None])
def test_how_many_candidates_there_may_be(top_k: Any) -> None:
    with pytest.raises(PathshalaError, match="whole number from 1 to 100"):
        predict(ONE, "pathshala-counted", top_k)


def test_no_model_is_downloaded_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(downloads, "start", lambda entry: pytest.fail(f"{entry.id} was downloaded"))
    with pytest.raises(PathshalaError, match="choose it in the list of models"):
        predict(ONE, "bert-base-multilingual-cased")


@given(st.text(max_size=80), st.text(max_size=80))
def test_reading_finds_the_masks_in_any_text(before: str, after: str) -> None:
    def clean(text: str) -> str:
        return "".join(c for c in text if c not in "[]<>" and not "\ud800" <= c <= "\udfff")

    before, after = clean(before), clean(after)
    assert read(f"{before}[MASK]{after}<mask>") == (before, after, "")


# -- the examples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", [*PRESETS, *SAMPLES], ids=lambda preset: preset.label)
def test_every_example_has_an_answer_in_its_language(preset: Any) -> None:
    found = predict(preset.text, "pathshala-counted", language=preset.language)
    assert found.language == preset.language
    assert len(found.blanks) == len(read(preset.text)) - 1


def test_there_is_an_example_in_each_language_of_the_embedded_model() -> None:
    assert {each.language for each in SAMPLES} == set(catalogue.get("pathshala-bert").languages)
    for code in ("hi", "ta", "ur", "en"):
        assert sum(each.language == code for each in PRESETS) >= 3


def test_the_head_alone_gives_the_logits_of_the_whole_model() -> None:
    import torch

    check: Callable[..., None] = torch.testing.assert_close
    for id in IDS:
        loaded = models.load(id, "masked_word")
        assert loaded.tokenizer is not None
        inputs = loaded.tokenizer("She reads a book", return_tensors="pt").to(loaded.device)
        with torch.inference_mode():
            whole = loaded.model(**inputs).logits[0]
            states = loaded.encoder(**inputs).last_hidden_state[0]
            check(loaded.apply_head(states), whole)
