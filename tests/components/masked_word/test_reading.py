"""Requests that travel together get what each would get alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import catalogue, models
from components.masked_word import compute, reading
from components.masked_word.reading import TOKENS, batches, logits
from tests import small_models

torch = pytest.importorskip("torch")

IDS = [*(id for id in small_models.IDS if "masked_word" in catalogue.get(id).tasks), "pathshala-bert"]

pytestmark = pytest.mark.usefixtures("no_hub")


def rows_of(loaded: Any, *texts: str) -> list[list[int]]:
    return [loaded.tokenizer(text)["input_ids"] for text in texts]


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each pass had; a pass takes a while, so that others come meanwhile."""
    found: list[int] = []
    real = reading._read_batch

    def slow(loaded: Any, rows: Any, chosen: Any) -> Any:
        found.append(len(rows))
        time.sleep(0.1)
        return real(loaded, rows, chosen)

    monkeypatch.setattr(reading, "_read_batch", slow)
    return found


@pytest.mark.parametrize("id", IDS)
def test_padding_changes_nothing(id: str) -> None:
    loaded = models.load(id, "masked_word")
    rows = rows_of(loaded, "A dog", "The children play in the garden", "The cat sleeps here")
    places = [[1, 2], [3], [0, 2]]
    with torch.inference_mode():
        alone = [
            loaded.model(input_ids=torch.tensor([row])).logits[0, some] for row, some in zip(rows, places, strict=True)
        ]
    torch.testing.assert_close(logits(loaded, rows, places), torch.cat(alone), rtol=1e-4, atol=1e-5)


def test_the_order_is_the_callers_and_a_row_may_be_asked_twice() -> None:
    loaded = models.load("pathshala-bert", "masked_word")
    long, short = rows_of(loaded, "The children play in the garden", "A dog")
    found = logits(loaded, [long, short, long], [[3, 1], [1], [1]])
    assert found.shape[0] == 4
    assert torch.equal(found[1], found[3])
    torch.testing.assert_close(found[2], logits(loaded, [short], [[1]])[0], rtol=1e-4, atol=1e-5)


def test_thirty_at_once_share_a_few_passes(passes: list[int]) -> None:
    loaded = models.load("pathshala-bert", "masked_word")
    texts = [f"The {word} sleeps" for word in ("cat", "dog", "old man", "small child", "bird")] * 6
    alone = {text: logits(loaded, rows_of(loaded, text), [[1]]) for text in set(texts)}
    passes.clear()
    ready = threading.Barrier(len(texts))

    def ask(text: str) -> Any:
        rows = rows_of(loaded, text)
        ready.wait()
        return logits(loaded, rows, [[1]])

    with ThreadPoolExecutor(len(texts)) as pool:
        found = list(pool.map(ask, texts))
    for text, each in zip(texts, found, strict=True):
        torch.testing.assert_close(each, alone[text], rtol=1e-4, atol=1e-5)
    assert len(passes) <= 10
    assert sum(passes) < len(texts)  # the same row is read once


def test_whole_words_at_once_are_those_of_one_at_a_time(passes: list[int]) -> None:
    texts = [f"I saw a [MASK] in the {place} today" for place in ("garden", "old house", "morning", "dark")]
    alone = [compute.predict(text, "pathshala-bert", whole=True) for text in texts]
    one_by_one = len(passes)
    passes.clear()
    with ThreadPoolExecutor(len(texts)) as pool:
        found = list(pool.map(lambda text: compute.predict(text, "pathshala-bert", whole=True), texts))
    assert len(passes) < one_by_one
    for one, other in zip(alone, found, strict=True):
        for mine, theirs in zip(one.blanks[0].candidates, other.blanks[0].candidates, strict=True):
            assert mine.probability == pytest.approx(theirs.probability, rel=1e-3)


def test_an_error_is_only_for_the_one_who_asked(passes: list[int]) -> None:
    loaded = models.load("pathshala-bert", "masked_word")
    [fine] = rows_of(loaded, "The cat sleeps")
    rows = [fine, [*fine, 10**9], fine[:-1], fine]

    def ask(row: list[int]) -> Any:
        try:
            return logits(loaded, [row], [[1]])
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(rows)) as pool:
        found = list(pool.map(ask, rows))
    assert [isinstance(each, Exception) for each in found] == [False, True, False, False]
    assert torch.is_tensor(logits(loaded, [fine], [[1]]))  # and the line goes on


def test_who_is_interrupted_leaves_nobody_without_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = models.load("pathshala-bert", "masked_word")
    [row] = rows_of(loaded, "The cat sleeps")
    real = reading._answer
    inside, others_wait = threading.Event(), threading.Event()
    first = threading.Lock()

    def interrupted(*given: Any) -> None:
        if first.acquire(blocking=False):
            inside.set()
            assert others_wait.wait(20)
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(reading, "_answer", interrupted)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(logits, loaded, [row], [[1]])
        assert inside.wait(20)
        other = pool.submit(logits, loaded, [row], [[1]])
        others_wait.set()
        assert isinstance(one.exception(20), KeyboardInterrupt)
        assert torch.is_tensor(other.result(20))


def test_another_model_does_not_wait(passes: list[int]) -> None:
    one, other = (models.load(id, "masked_word") for id in ("pathshala-bert", "bert-base-uncased"))
    inside, leave = threading.Event(), threading.Event()
    blocked = models.load("pathshala-bert", "masked_word")
    real = blocked.model.bert.forward

    def hold(*given: Any, **more: Any) -> Any:
        inside.set()
        assert leave.wait(20)
        return real(*given, **more)

    blocked.model.bert.forward = hold
    try:
        waiting = threading.Thread(target=lambda: logits(one, rows_of(one, "The cat"), [[1]]))
        waiting.start()
        assert inside.wait(20)
        assert logits(other, rows_of(other, "The cat"), [[1]]).shape[0] == 1
    finally:
        leave.set()
        waiting.join()
        del blocked.model.bert.forward


@given(st.lists(st.integers(1, 600), min_size=1, max_size=60))
def test_batches_hold_every_row_once_and_little_padding(lengths: list[int]) -> None:
    rows = sorted((tuple(range(length)) for length in lengths), key=len)
    found = list(batches(rows))
    assert [row for batch in found for row in batch] == rows
    for batch in found:
        assert len(batch) == 1 or len(batch) * len(batch[-1]) <= TOKENS
        assert len(batch[-1]) <= 2 * len(batch[0])
