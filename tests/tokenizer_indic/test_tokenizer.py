"""text <-> ids: everything comes back, places tile, ids are ranks."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texts import ALL, CORPUS
from tokenizer_indic import Tokenizer, load, shipped, train
from tokenizer_indic.errors import StorageError, TextError, TokenizerError, UnknownIdError
from tokenizer_indic.merging import merge, merge_all, merge_long
from tokenizer_indic.splitting import PATTERNS

HINDI = load("hi")  # for hypothesis, which wants no fixtures
texts = st.text(st.characters(exclude_categories=["Cs"]))
indic_texts = st.text(st.sampled_from("कखिी्ंनमहै।' 12\n\u200d\u200cabতাসகள்اہ۔\u093c\u0958é👍"), max_size=60)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("tokenizer_name", shipped())
def test_the_nfc_form_comes_back(tokenizer_name: str, name: str) -> None:
    tokenizer = cached(tokenizer_name)
    assert tokenizer.decode(tokenizer.encode(ALL[name])) == unicodedata.normalize("NFC", ALL[name])


loaded: dict[str, Tokenizer] = {}


def cached(name: str) -> Tokenizer:
    return loaded.setdefault(name, load(name))


@given(texts | indic_texts)
def test_any_text_comes_back(text: str) -> None:
    assert HINDI.decode(HINDI.encode(text)) == unicodedata.normalize("NFC", text)


@given(texts | indic_texts)
def test_without_normalising_the_text_itself_comes_back(text: str) -> None:
    plain = Tokenizer(name="p", language="hi", normalization=None, characters=HINDI.characters, merges=HINDI.merges)
    assert plain.decode(plain.encode(text)) == text


@pytest.mark.parametrize("by", PATTERNS)
def test_any_pattern_round_trips(by: str) -> None:
    made = train(CORPUS, language="hi", vocabulary=450, pattern_name=by, allow_smaller=True)
    for text in ALL.values():
        assert made.decode(made.encode(text)) == unicodedata.normalize("NFC", text)


@settings(max_examples=200)
@given(texts | indic_texts)
def test_a_warm_memory_changes_nothing(text: str) -> None:
    fresh = Tokenizer(name="f", language="hi", characters=HINDI.characters, merges=HINDI.merges)
    assert fresh.encode(text) == fresh.encode(text) == HINDI.encode(text)


@given(texts | indic_texts)
def test_places_tile_the_text_as_given(text: str) -> None:
    tokens = HINDI.tokens(text)
    assert [token.id for token in tokens] == HINDI.encode(text)
    assert "".join(token.text for token in tokens) == text
    assert [token.start for token in tokens] == [0, *[token.end for token in tokens[:-1]]][: len(tokens)]
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert not tokens or tokens[-1].end == len(text)


def test_places_where_nfc_changed_the_text() -> None:
    tokens = HINDI.tokens("\u0958लम")  # qa becomes ka and nukta
    assert "".join(token.text for token in tokens) == "\u0958लम"
    assert tokens[0].start == 0
    assert b"".join(token.bytes for token in tokens) == "\u0915\u093cलम".encode()


def test_of_a_split_character_the_first_token_carries_it() -> None:
    tokens = HINDI.tokens("क👍")
    assert [token.text for token in tokens if token.end > 1 or token.start == 1] == ["👍", "", "", ""]
    assert all(HINDI.entry(token.id).text is None for token in tokens[1:])


@settings(max_examples=200)
@given(st.lists(st.integers(0, len(HINDI) - 1), max_size=30))
def test_any_ids_decode(ids: list[int]) -> None:
    whole = all(HINDI.entry(id).text is not None for id in ids)
    assert ("\ufffd" in HINDI.decode(ids)) <= (not whole)
    if whole:
        assert HINDI.decode(ids) == "".join(HINDI.entry(id).text or "" for id in ids)


def test_the_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenizer_indic.tokenizer.REMEMBERED_WORDS", 50)
    fresh = Tokenizer(name="f", language="hi", characters=HINDI.characters, merges=HINDI.merges)
    for number in range(200):
        fresh.encode(f"शब्द{number}")
        assert len(fresh._words) <= 50


def test_threads_may_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenizer_indic.tokenizer.REMEMBERED_WORDS", 20)
    fresh = Tokenizer(name="f", language="hi", characters=HINDI.characters, merges=HINDI.merges)
    texts = [f"बच्चे {number} किताब पढ़ {number * 7} रहे हैं।" for number in range(300)] * 4
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fresh.encode, texts)) == [HINDI.encode(text) for text in texts]


@pytest.mark.parametrize(("text", "where"), [("a\tb\n\ud800", 4), ("x\ny\u2028\ud800z", 4)])
def test_the_place_of_a_surrogate_is_that_in_the_whole_text(text: str, where: int) -> None:
    with pytest.raises(TextError, match=f"Character {where} "):
        HINDI.encode(text)


def test_a_special_token_is_found_before_normalising(small: Tokenizer) -> None:
    """A mark after it would join its last letter otherwise."""
    end = small.special_tokens["<|endoftext|>"]
    assert small.encode("a<|endoftext|>\u0338b", "all") == [*small.encode("a"), end, *small.encode("\u0338b")]
    tokens = small.tokens("\u0958<|endoftext|>\u0958", "all")
    assert "".join(token.text for token in tokens) == "\u0958<|endoftext|>\u0958"
    assert [token.id for token in tokens] == small.encode("\u0958<|endoftext|>\u0958", "all")


def test_one_special_token_may_be_named_alone(small: Tokenizer) -> None:
    assert small.encode("[MASK]", "[MASK]") == [small.special_tokens["[MASK]"]]


def test_ids_may_be_numpy(hindi: Tokenizer) -> None:
    assert hindi.decode(np.array(hindi.encode("नमस्ते"))) == "नमस्ते"


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([5, 4999], r"no id 4999 \(at place 1\): 'hi' has ids 0 to 4998"),
        ([-1], r"no id -1 \(at place 0\)"),
        ([0, "7"], "whole number, not '7'"),
        ([1.5], "whole number, not 1.5"),
        ([None], "whole number, not None"),
    ],
)
def test_an_unknown_id_is_named(hindi: Tokenizer, ids: list[int], message: str) -> None:
    with pytest.raises(UnknownIdError, match=message):
        hindi.decode(ids)


@pytest.mark.parametrize("text", ["\ud800", "क \udfff ख", "क\n\ud800"])
def test_a_lone_surrogate_is_refused_with_its_place(hindi: Tokenizer, text: str) -> None:
    where = next(at for at, character in enumerate(text) if "\ud800" <= character <= "\udfff")
    for use in (hindi.encode, hindi.tokens):
        with pytest.raises(TextError, match=f"Character {where} is U\\+D"):
            use(text)


def test_what_is_no_text_is_refused(hindi: Tokenizer) -> None:
    with pytest.raises(TextError, match="not bytes"):
        hindi.encode(b"abc")  # type: ignore[arg-type]


# -- special tokens ---------------------------------------------------------------------------------------------------


def test_special_tokens_are_text_unless_allowed(small: Tokenizer) -> None:
    text = "राम<|endoftext|>[MASK]"
    end, mask = small.special_tokens["<|endoftext|>"], small.special_tokens["[MASK]"]
    assert not {end, mask} & set(small.encode(text))
    assert small.encode(text, allowed_special="all") == [*small.encode("राम"), end, mask]
    assert small.encode(text, allowed_special=["[MASK]"]) == [*small.encode("राम<|endoftext|>"), mask]
    assert small.decode(small.encode(text)) == small.decode(small.encode(text, "all")) == text
    assert [token.text for token in small.tokens(text, "all")[-2:]] == ["<|endoftext|>", "[MASK]"]


def test_an_unknown_special_token_is_refused(small: Tokenizer) -> None:
    with pytest.raises(TokenizerError, match="'<x>' is no special token"):
        small.encode("a", allowed_special=["<x>"])


# -- the vocabulary ---------------------------------------------------------------------------------------------------


def test_ids_are_laid_out_by_rank(small: Tokenizer) -> None:
    entries = list(small)
    assert [entry.id for entry in entries] == list(range(len(small))) == list(range(520))
    assert [entry.bytes for entry in entries[:256]] == [bytes([value]) for value in range(256)]
    assert all(entry.kind == "byte" for entry in entries[:256])
    kinds = [entry.kind for entry in entries[256:]]
    first_merge = kinds.index("merge")
    assert set(kinds[:first_merge]) == {"part", "character"}
    assert set(kinds[first_merge:-2]) == {"merge"}
    assert kinds[-2:] == ["special", "special"]
    ranks = [entry.rank for entry in entries if entry.rank is not None]
    assert ranks == list(range(len(ranks)))


def test_every_entry_is_its_parents_together(small: Tokenizer) -> None:
    for entry in small:
        if entry.parents:
            left, right = entry.parents
            assert left < entry.id > right
            assert small.entry(left).bytes + small.entry(right).bytes == entry.bytes


def test_each_entry_encodes_to_itself(hindi: Tokenizer) -> None:
    """What lets tiktoken, which looks up concatenations, and HF, which looks up pairs, agree."""
    pairs = dict(zip(hindi.all_merges, range(256, 9999), strict=False))
    for entry in hindi:
        if entry.kind in ("character", "merge"):
            assert merge_all(list(entry.bytes), pairs) == [entry.id]


def test_lookups(small: Tokenizer) -> None:
    assert " स्कूल" in small
    assert "没有" not in small
    assert b"\xe0\xa4" in small
    assert small.entry(small.id(" स्कूल") or 0).text == " स्कूल"
    assert small.id("没有") is None
    assert small.entry(small.id(b"\xe0\xa4") or 0).kind == "part"
    assert small.id("[MASK]") == 519
    assert "520 entries" in repr(small)
    with pytest.raises(UnknownIdError):
        small.entry(520)


def test_batches(small: Tokenizer) -> None:
    assert small.encode_batch(CORPUS) == [small.encode(line) for line in CORPUS]
    assert list(small.encode_lines(CORPUS)) == small.encode_batch(CORPUS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"merges": [(0, 256)]},
        {"merges": [(-1, 5)]},
        {"merges": [(97, 98), (97, 98)]},
        {"merges": [(97, 98), (256, 99), (98, 99), (97, 258)]},  # abc in two ways
        {"merges": [(0xE0, 0xA4)]},  # bytes that are no characters
        {"characters": ["कख"]},
        {"characters": ["a"]},
        {"characters": ["क", "क"]},
        {"characters": ["\ud800"]},
        {"special_tokens": ["<x>", "<x>"]},
        {"special_tokens": ["x"]},
        {"special_tokens": ["\u0958"]},
        {"name": ""},
        {"language": "a\nb"},
        {"special_tokens": [""]},
    ],
)
def test_a_vocabulary_that_cannot_be_is_refused(wrong: dict) -> None:
    with pytest.raises(StorageError):
        Tokenizer(**{"name": "w", "language": "hi", **wrong})


def test_an_unknown_normalization_is_refused() -> None:
    with pytest.raises(TokenizerError, match="NFC"):
        Tokenizer(name="w", language="hi", normalization="NFKC")


# -- the two ways to merge --------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(
    st.lists(st.integers(0, 3), max_size=40),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), unique=True, max_size=8),
)
def test_long_pieces_merge_like_short_ones(ids: list[int], pairs: list[tuple[int, int]]) -> None:
    table = {pair: 8 + rank for rank, pair in enumerate(pairs)}
    assert merge_all(list(ids), table) == merge_long(list(ids), table) == merge(list(ids), table)


def test_long_pieces_in_the_tokenizer(hindi: Tokenizer) -> None:
    word = "क्षत्रियकुलावतंस" * 30
    pairs = dict(zip(hindi.all_merges, range(256, 9999), strict=False))
    assert hindi.encode(word) == merge_all(list(word.encode()), pairs)


def test_a_million_of_one_character_comes_back(hindi: Tokenizer) -> None:
    for text in ("क" * 1_000_000, "a" * 300_000 + "👍" * 100_000):
        assert hindi.decode(hindi.encode(text)) == text
