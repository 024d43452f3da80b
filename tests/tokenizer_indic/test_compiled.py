"""Merging in machine code gives what merging in Python gives."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import ALL, CORPUS
from tokenizer_indic import Tokenizer, load, shipped
from tokenizer_indic import tokenizer as tokenizer_module
from tokenizer_indic.compiled import NONE, find_pair
from tokenizer_indic.errors import TextError
from tokenizer_indic.merging import LONG, merge_all, merge_many, table_of
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import PATTERNS
from tokenizer_indic.training import train

TEXTS = [
    *ALL.values(),
    *CORPUS,
    *(language.sample for language in LANGUAGES.values()),
    "",
    "\n",
    "क" * 500,
    "अ" + "ि" * 300,
]


@pytest.fixture(autouse=True, scope="module")
def compiled() -> Iterator[None]:
    """As if there were much text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokenizer_module, "is_compiled", lambda texts: True)
        yield


@st.composite
def merges(draw: st.DrawFn) -> dict[tuple[int, int], int]:
    """Pairs of older ids, each with the next id."""
    pairs: dict[tuple[int, int], int] = {}
    for number in range(draw(st.integers(0, 12))):
        older = st.integers(0, 3 + number)
        pairs.setdefault((draw(older), draw(older)), 4 + number)
    return pairs


@given(merges(), st.lists(st.lists(st.integers(0, 3), max_size=20), max_size=6))
def test_pieces_merge_as_in_python(pairs: dict[tuple[int, int], int], rows: list[list[int]]) -> None:
    starts = np.cumsum([0, *map(len, rows)])
    ids = np.array([id for row in rows for id in row], np.int64)
    assert merge_many(ids, starts, table_of(pairs)) == [merge_all(list(row), pairs) for row in rows]


@given(merges())
def test_the_table_holds_every_pair_and_no_other(pairs: dict[tuple[int, int], int]) -> None:
    keys, values = table_of(pairs)
    for left in range(20):
        for right in range(20):
            assert find_pair(keys, values, left, right) == pairs.get((left, right), NONE)


@pytest.mark.parametrize("name", [name for name in shipped() if not name.endswith("-fewest")])
def test_shipped_tokenizers_encode_as_in_python(name: str) -> None:
    assert load(name).encode_batch(TEXTS) == [load(name).encode(text) for text in TEXTS]


@pytest.mark.parametrize("by", PATTERNS)
def test_every_pattern_encodes_as_in_python(by: str) -> None:
    made = train(CORPUS, language="hi", vocabulary=450, pattern_name=by, allow_smaller=True)
    assert made.encode_batch(TEXTS) == [made.encode(text) for text in TEXTS]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_texts_encode_as_in_python(texts: list[str]) -> None:
    fresh, other = tokenizer(), tokenizer()
    assert fresh.encode_batch(texts) == [other.encode(text) for text in texts]


def tokenizer() -> Tokenizer:
    """With nothing in its memory."""
    return Tokenizer(name="x", language="hi", characters="काि", merges=[(258, 259), (258, 260), (97, 98), (32, 261)])


def test_the_memory_of_words_keeps_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer_module, "REMEMBERED_WORDS", 20)
    made = train(CORPUS, language="hi", vocabulary=450, allow_smaller=True)
    assert made.encode_batch(CORPUS) == [load_free(made, text) for text in CORPUS]
    assert len(made._words) <= 20


def load_free(made: Tokenizer, text: str) -> list[int]:
    """Encoded without any memory of words."""
    return made._encode_pieces(text)


def test_special_tokens_and_what_is_no_text() -> None:
    made = load("hi")
    text = "राम<|endoftext|>सीता"
    assert made.encode_batch([text], "all") == [made.encode(text, "all")]
    with pytest.raises(TextError, match="surrogate"):
        made.encode_batch(["राम", "\ud800"])
    with pytest.raises(TextError, match="not int"):
        made.encode_batch(["राम", 3])  # type: ignore[list-item]


def test_a_long_piece_stays_in_python() -> None:
    assert LONG == 128
    made = load("hi")
    assert made.encode_batch(["क" * 1000]) == [made.encode("क" * 1000)]
