"""A small real tokenizer, trained in a moment, and shipped ones."""

import pytest

from tests.texts import CORPUS
from tokenizer_indic import Tokenizer, load, train


@pytest.fixture(scope="session")
def small() -> Tokenizer:
    """520 entries, with two special tokens."""
    return train(CORPUS, language="hi", name="small", vocabulary=520, special_tokens=["<|endoftext|>", "[MASK]"])


@pytest.fixture(scope="session")
def hindi() -> Tokenizer:
    return load("hi")
