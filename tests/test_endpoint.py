"""/tokenize as other people's programs see it."""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import fields

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

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


def test_half_a_character_is_answered_with_a_sentence(address: str) -> None:
    """The client cannot even send a lone surrogate; curl can."""
    call = urllib.request.Request(
        f"{address}gradio_api/call/tokenize",
        data=b'{"data": ["a\\ud800b", "hi"]}',
        headers={"Content-Type": "application/json"},
    )
    event = json.load(urllib.request.urlopen(call))["event_id"]
    answer = urllib.request.urlopen(f"{address}gradio_api/call/tokenize/{event}").read().decode()
    assert "event: error" in answer
    assert "only half of a character" in answer
    assert "Traceback" not in answer


def test_nothing_else_is_offered(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)
    assert list(described["named_endpoints"]) == ["/tokenize"]
    assert not described["unnamed_endpoints"]


def test_every_shipped_tokenizer_can_be_asked(client: Client) -> None:
    for name in shipped():
        assert client.predict("भारत", name, api_name="/tokenize")["figures"]["round_trip"]
