"""/predict_masked as other people's programs see it, and the page's own questions."""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from components.masked_word import tab
from components.masked_word.compute import MASK_LIMIT, TEXT_LIMIT
from tests.components.conftest import App

TEXT = "वह [MASK] स्कूल जा <mask> है।"


@pytest.fixture(scope="module")
def client(app: App) -> Iterator[Client]:
    return Client(app.address, verbose=False)


@pytest.mark.parametrize("model", ["pathshala-bert", "pathshala-counted"])
def test_it_gives_the_candidates_of_each_mask(client: Client, model: str) -> None:
    answer = client.predict(TEXT, model, 3, api_name="/predict_masked")
    assert set(answer) == {"masks", "sentence", "model", "device", "milliseconds"}
    assert (answer["model"], answer["milliseconds"] > 0) == (model, True)
    assert [len(each["candidates"]) for each in answer["masks"]] == [3, 3]
    for each in answer["masks"]:
        shares = [candidate["probability"] for candidate in each["candidates"]]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1
        assert all(set(candidate) == {"word", "probability"} for candidate in each["candidates"])
    assert all(each["candidates"][0]["word"] in answer["sentence"] for each in answer["masks"])
    assert answer["sentence"].startswith("वह")
    assert "MASK" not in answer["sentence"].upper()


def test_every_argument_after_the_first_has_a_default(client: Client) -> None:
    answer = client.predict(TEXT, api_name="/predict_masked")
    assert [len(each["candidates"]) for each in answer["masks"]] == [5, 5]
    assert answer["model"] == "pathshala-bert"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("",), "There is no text yet"),
        (("no mask",), "No word is hidden"),
        (("[MASK]" * (MASK_LIMIT + 1),), f"the limit is {MASK_LIMIT}"),
        (("क" * (TEXT_LIMIT + 1),), f"the limit is {TEXT_LIMIT}: leave out 1."),
        ((TEXT, "pathshala"), "There is no model “pathshala” on the hub"),
        ((TEXT, "../../../etc/passwd"), "is no id of a model"),
        ((TEXT, "gpt2"), "cannot fill in a masked word"),
        ((TEXT, "xlm-roberta-base"), "is not on this machine yet"),
        ((TEXT, "pathshala-bert", 0), "top_k must be a whole number"),
    ],
)
def test_what_has_no_answer_is_answered_with_a_sentence(client: Client, given: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(AppError, match=re.escape(sentence)):
        client.predict(*given, api_name="/predict_masked")


def curl(address: str, body: str) -> str:
    """What a program without Gradio's client is told."""
    headers = {"Content-Type": "application/json"}
    call = urllib.request.Request(f"{address}gradio_api/call/predict_masked", data=body.encode(), headers=headers)
    event = json.load(urllib.request.urlopen(call))["event_id"]
    told: str = urllib.request.urlopen(f"{address}gradio_api/call/predict_masked/{event}").read().decode()
    return told


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"data": []}', "The argument “text” is missing."),
        ('{"data": [null]}', "The text must be a string."),
        ('{"data": ["a [MASK]", 7]}', "“7”"),
        ('{"data": ["a [MASK]", "", "many"]}', "top_k must be a whole number"),
        ('{"data": ["a\\ud800b [MASK]"]}', "only half of one"),
    ],
)
def test_over_plain_http_a_mistake_is_answered_with_a_sentence(app: App, body: str, sentence: str) -> None:
    told = curl(app.address, body)
    assert told.startswith("event: error")
    assert sentence in json.loads(told.split("data: ", 1)[1])["error"]


def test_over_plain_http_the_other_arguments_may_be_left_out_or_null(app: App) -> None:
    for body in ('{"data": ["I [MASK] a dog"]}', '{"data": ["I [MASK] a dog", null]}'):
        told = curl(app.address, body)
        assert told.startswith("event: complete")
        assert json.loads(told.split("data: ", 1)[1])[0]["model"] == "pathshala-bert"


@pytest.mark.parametrize("data", [None, {}, [], "x", {"text": 3, "model": None, "language": []}])
def test_the_pages_own_function_answers_anything_with_json(data: object) -> None:
    answer = tab.answer(data)  # type: ignore[arg-type]
    assert isinstance(answer["error"], str)
