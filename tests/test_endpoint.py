"""/tokenize as other people's programs see it."""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import fields

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from components.tokens import tab
from components.tokens.compute import TEXT_LIMIT
from tokenizer_indic import load, shipped
from tokenizer_indic.measuring import Figures, measure

FIGURES = {field.name for field in fields(Figures)}


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    return Client(address, verbose=False)


@pytest.mark.parametrize("text", ["भारत एक देश है।", "क़लम\nতৃণ", "اردو AI ۱۲", "👨‍👩‍👧", "<script>alert(1)</script>", " "])
@pytest.mark.parametrize("name", ["hi", "ur", "indic"])
def test_it_gives_what_the_library_gives(client: Client, text: str, name: str) -> None:
    answer = client.predict(text, name, api_name="/tokenize")
    tokenizer = load(name)
    assert [token["id"] for token in answer["tokens"]] == tokenizer.encode(text)
    assert "".join(token["text"] for token in answer["tokens"]) == text
    ends = [token["end"] for token in answer["tokens"]]
    assert [token["start"] for token in answer["tokens"]] == [0, *ends[:-1]]
    assert ends[-1] == len(text)
    figures = measure(tokenizer, text)
    assert answer["figures"] == {name: getattr(figures, name) for name in FIGURES}


def test_the_tokenizer_is_hindi_unless_told_otherwise(client: Client) -> None:
    assert client.predict("भारत", api_name="/tokenize")["tokens"][0]["id"] == load("hi").encode("भारत")[0]


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("", "hi", "There is no text yet"),
        ("क" * (TEXT_LIMIT + 1), "hi", f"the limit is {TEXT_LIMIT:,}: leave out 1."),
        ("क", "klingon", "There is no tokenizer “klingon”"),
        ("क", "../../../etc/passwd", "There is no tokenizer"),
        ("क", "tokenizer_indic/pretrained/hi.json", "There is no tokenizer"),
    ],
)
def test_what_has_no_answer_is_answered_with_a_sentence(client: Client, text: str, name: str, sentence: str) -> None:
    with pytest.raises(AppError, match=re.escape(sentence)):
        client.predict(text, name, api_name="/tokenize")


def curl(address: str, body: str) -> str:
    """What a program without Gradio's client is told: the events of one call."""
    headers = {"Content-Type": "application/json"}
    call = urllib.request.Request(f"{address}gradio_api/call/tokenize", data=body.encode(), headers=headers)
    event = json.load(urllib.request.urlopen(call))["event_id"]
    told: str = urllib.request.urlopen(f"{address}gradio_api/call/tokenize/{event}").read().decode()
    return told


def test_over_plain_http_the_second_argument_may_be_left_out(address: str) -> None:
    told = curl(address, '{"data": ["भारत"]}')
    assert told.startswith("event: complete")
    answer = json.loads(told.split("data: ", 1)[1])[0]
    assert [token["id"] for token in answer["tokens"]] == load("hi").encode("भारत")
    assert curl(address, '{"data": ["भारत", "ta"]}') != told


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"data": []}', "The argument “text” is missing."),
        ('{"data": [null]}', "The text must be a string."),
        ('{"data": [["भारत"], 7]}', "The text must be a string."),
        ('{"data": ["भारत", 7]}', "There is no tokenizer “7”."),
        ('{"data": ["a\\ud800b", "hi"]}', "only half of a character"),  # the client cannot even send that
    ],
)
def test_over_plain_http_a_mistake_is_answered_with_a_sentence(address: str, body: str, sentence: str) -> None:
    told = curl(address, body)
    assert told.startswith("event: error")
    assert sentence in json.loads(told.split("data: ", 1)[1])["error"]
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["answer", "describe", "decode"])
@pytest.mark.parametrize("data", [None, {}, [], "x", {"text": "a", "id": "x", "tokenizer": "hi", "ids": None}])
def test_the_pages_own_functions_answer_anything_with_json(name: str, data: object) -> None:
    answer = getattr(tab, name)(data)
    assert isinstance(answer["error"], str)


def test_nothing_else_is_offered(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)
    assert list(described["named_endpoints"]) == ["/tokenize", "/attention", "/predict_masked", "/similarity"]
    assert not described["unnamed_endpoints"]


def test_every_shipped_tokenizer_can_be_asked(client: Client) -> None:
    for name in shipped():
        assert client.predict("भारत", name, api_name="/tokenize")["figures"]["round_trip"]
