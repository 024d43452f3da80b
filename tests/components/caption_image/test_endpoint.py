"""/similarity as other people's programs see it, and the page's own questions."""

import base64
import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from components.caption_image import tab
from tests.components.conftest import App

CAPTIONS = ["एक लाल चौकोर", "a blue thing", "নৌকা"]


@pytest.fixture(scope="module")
def client(app: App) -> Iterator[Client]:
    return Client(app.address, verbose=False)


def ask(client: Client, files: list[Path], captions: Any, *more: Any) -> Any:
    return client.predict([handle_file(each) for each in files], captions, *more, api_name="/similarity")


def test_it_gives_the_table_and_both_softmaxes(client: Client, files: dict[str, Path]) -> None:
    answer = ask(client, [files["red.png"], files["wide.jpg"]], CAPTIONS, "pathshala-clip")
    assert len(answer["cosine"]) == 2
    assert [len(row) for row in answer["cosine"]] == [3, 3]
    assert [sum(row) for row in answer["captions_given_image"]] == pytest.approx([1, 1])
    assert [sum(column) for column in zip(*answer["images_given_caption"], strict=True)] == pytest.approx([1, 1, 1])
    assert (answer["captions"], answer["cut"], answer["model"]) == (CAPTIONS, [False] * 3, "pathshala-clip")
    assert answer["milliseconds"] > 0
    assert ask(client, [files["red.png"]], CAPTIONS[:1])["model"] == "pathshala-clip"


@pytest.mark.parametrize(
    ("names", "captions", "sentence"),
    [
        (["notes.txt"], CAPTIONS, "notes.txt"),
        (["red.png"], [], "There is no caption yet"),
        ([], CAPTIONS, "There is no picture yet"),
        (["red.png"] * 13, CAPTIONS, "at most 12"),
        (["red.png"], ["a"] * 25, "the limit is 24: leave out 1."),
    ],
)
def test_what_has_no_answer_is_answered_with_a_sentence(
    client: Client, files: dict[str, Path], names: list[str], captions: list[str], sentence: str
) -> None:
    with pytest.raises(AppError, match=re.escape(sentence)):
        ask(client, [files[each] for each in names], captions)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/hostname", "../../../etc/passwd", "embedded/pathshala-bert/config.json"]
)
@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}])
def test_a_path_outside_the_upload_folder_is_refused(app: App, path: str, meta: dict[str, Any]) -> None:
    body = json.dumps({"data": [[{"path": path} | meta], ["a dog"]]}).encode()
    headers = {"Content-Type": "application/json"}
    call = urllib.request.Request(f"{app.address}gradio_api/call/similarity", data=body, headers=headers)
    event = json.load(urllib.request.urlopen(call))["event_id"]
    told = urllib.request.urlopen(f"{app.address}gradio_api/call/similarity/{event}").read().decode()
    assert told.startswith("event: error")
    assert "root:" not in told
    assert "Traceback" not in told


# -- what the page's scripts ask --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_hub", "forgotten")
def test_the_page_asks_about_pictures_it_has_sent(files: dict[str, Path]) -> None:
    sent = tab.bring({"data": base64.b64encode(files["red.png"].read_bytes()).decode(), "name": "red.png"})
    assert sent["name"].startswith("file:")
    assert sent["url"].startswith("data:image/jpeg;base64,")
    asked = {"pictures": [sent["name"], "sample:dog"], "captions": CAPTIONS, "model": ""}
    assert len(tab.compare(asked)["cosine"]) == 2
    assert tab.compare(asked | {"pictures": ["file:no", "sample:dog"]}) == {"gone": ["file:no"]}
    assert tab.show({"names": ["sample:cat"]})["pictures"][0]["title"] == "cat"
    assert tab.encode({"pictures": ["sample:dog", "sample:cat"], "model": ""}) == {"new": 1}


@pytest.mark.usefixtures("no_hub", "forgotten")
def test_what_the_page_should_not_ask_is_answered_too(files: dict[str, Path]) -> None:
    text = base64.b64encode(files["notes.txt"].read_bytes()).decode()
    assert "notes.txt" in tab.bring({"data": text, "name": "notes.txt"})["error"]
    assert "send it again" in tab.bring({"data": "§", "name": "x"})["error"]
    assert "larger than 20 MB" in tab.bring({"data": "A" * 27_000_000, "name": "x"})["error"]
    for function in (tab.bring, tab.show, tab.compare, tab.classify, tab.translate, tab.find, tab.encode):
        assert "error" in function({})
    query = {"gallery": ["sample:dog", "sample:cat"], "query": {"text": "a cat"}, "other": None, "sign": 1, "model": ""}
    assert len(tab.find(query)["pictures"]) == 2
    assert "error" in tab.find(query | {"query": None})
    assert "error" in tab.classify({"picture": "sample:dog", "labels": ["a"], "templates": ["b"], "model": ""})
