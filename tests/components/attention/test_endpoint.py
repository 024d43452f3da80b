"""/attention as other people's programs see it: the model's own numbers."""

import re
from collections.abc import Iterator

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from components.attention.compute import TEXT_LIMIT
from tests.components.conftest import App


@pytest.fixture(scope="module")
def client(app: App) -> Iterator[Client]:
    return Client(app.address, verbose=False)


def test_it_gives_what_transformers_gives(client: Client, app: App) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    text = "वह लड़की स्कूल जा रही है।"
    found = client.predict(text, "pathshala-bert", 1, 1, api_name="/attention")
    folder = app.embedded / "pathshala-bert"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32)
    with torch.inference_mode():
        true = model(**tokenizer(text, return_tensors="pt"), output_attentions=True).attentions[1][0, 1]
    assert found["weights"] == true.tolist()
    assert found["tokens"][0] == "[CLS]"
    assert found["model"] == "pathshala-bert"
    for row in found["weights"]:
        assert sum(row) == pytest.approx(1, abs=1e-5)


def test_only_the_text_is_needed(client: Client) -> None:
    found = client.predict("my dog is cute", api_name="/attention")
    assert set(found) == {"tokens", "weights", "model", "device", "milliseconds"}
    assert len(found["weights"]) == len(found["tokens"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("",), "There is no text yet"),
        (("क" * (TEXT_LIMIT + 1),), "leave out 1."),
        (("a", "klingon"), "klingon"),
        (("a", "", 99), "layer must be a whole number"),
        (("a", "", 0, -1), "head must be a whole number"),
        (("a [SEP] b",), "[SEP] is a sign"),
    ],
)
def test_what_has_no_answer_is_answered_with_a_sentence(
    client: Client, arguments: tuple[object, ...], sentence: str
) -> None:
    with pytest.raises(AppError, match=re.escape(sentence)):
        client.predict(*arguments, api_name="/attention")
