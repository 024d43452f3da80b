"""The same ids elsewhere: Hugging Face tokenizers, transformers, tiktoken."""

import json
import unicodedata
from pathlib import Path

import pytest
import tiktoken
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tiktoken.load import load_tiktoken_bpe

from tests.texts import ALL, CORPUS
from tokenizer_indic import Tokenizer, load, shipped, train
from tokenizer_indic.errors import ExportError, PatternError
from tokenizer_indic.exporting import export, to_huggingface, to_tiktoken
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import PATTERNS, split

SAMPLES = [*ALL.values(), *CORPUS, *(language.sample for language in LANGUAGES.values())]
HELD_OUT = Path(__file__).parents[2].parent / "shared" / "corpora" / "heldout"


def as_huggingface(tokenizer: Tokenizer) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_str(json.dumps(to_huggingface(tokenizer)))


def as_tiktoken(tokenizer: Tokenizer) -> tiktoken.Encoding:
    return tiktoken.Encoding(**to_tiktoken(tokenizer))


def check(tokenizer: Tokenizer, texts: list[str]) -> None:
    """Equal ids, and the text comes back. (Hugging Face reads special tokens in text unless told otherwise.)"""
    ours = tokenizer.encode_batch(texts)
    theirs = as_huggingface(tokenizer)
    theirs.encode_special_tokens = True
    assert [encoded.ids for encoded in theirs.encode_batch(texts)] == ours
    assert theirs.decode_batch(ours, skip_special_tokens=False) == [tokenizer.normalize(text) for text in texts]
    if tokenizer.segmentation == "fewest":
        return  # tiktoken cannot express it
    encoding = as_tiktoken(tokenizer)
    assert [encoding.encode_ordinary(tokenizer.normalize(text)) for text in texts] == ours


@pytest.mark.parametrize("name", shipped())
def test_shipped_tokenizers_give_equal_ids(name: str) -> None:
    check(load(name), SAMPLES)


@pytest.mark.parametrize("by", PATTERNS)
def test_every_pattern_gives_equal_ids(by: str) -> None:
    check(train(CORPUS, language="hi", vocabulary=450, pattern_name=by, allow_smaller=True), SAMPLES)


DIGITS = [*SAMPLES, "1234", "123456789 1 12 १२३४५६७", "x" * 40 + "12345" * 9]


@pytest.mark.parametrize("by", PATTERNS)
def test_hugging_face_cuts_where_we_cut(by: str) -> None:
    """Piece for piece; `{1,3}+` would be a repetition of a repetition to its engine."""
    made = Tokenizer(name="p", language="hi", pattern_name=by)
    step = to_huggingface(made)["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]
    theirs = tokenizers.pre_tokenizers.Split(tokenizers.Regex(step), "isolated")
    for text in DIGITS:
        assert [piece for piece, _ in theirs.pre_tokenize_str(text)] == split(text, by)


def test_digits_are_equal_under_gpt4s_pattern() -> None:
    made = train(["34 34 34 12 12"] * 9, language="en", vocabulary=261, pattern_name="gpt4", allow_smaller=True)
    check(made, DIGITS)


@pytest.mark.parametrize("odd", [r"^\w+|.", r"(?V1)[\w--a]+|.", r"\d{1,3}+|.", r"(?i:a)|.", r"\bक|."])
def test_a_pattern_that_means_something_else_elsewhere_is_refused(odd: str) -> None:
    made = Tokenizer(name="p", language="hi", pattern_name=odd)
    with pytest.raises(ExportError, match="something else to Hugging Face"):
        to_huggingface(made)


def test_a_special_token_that_collides_is_refused() -> None:
    """Ġ is how a byte-level vocabulary writes the space."""
    with pytest.raises(ExportError, match="'Ġ'"):
        to_huggingface(Tokenizer(name="s", language="hi", special_tokens=["Ġ"]))


def test_without_normalising(small: Tokenizer) -> None:
    plain = Tokenizer(name="p", language="hi", normalization=None, characters=small.characters, merges=small.merges)
    check(plain, SAMPLES)


HINDI = load("hi")
HINDI_HF, HINDI_TIKTOKEN = as_huggingface(HINDI), as_tiktoken(HINDI)


@settings(max_examples=300)
@given(st.text(st.sampled_from("कखिी्ंनमहै।' 123१२\n\tabcতাসகள்اہ۔\u200d\u200c\u093c\u0958é👍🏽❤\ufe0f’.,-_/"), max_size=50))
def test_any_text_of_these_gives_equal_ids(text: str) -> None:
    ours = HINDI.encode(text)
    assert HINDI_HF.encode(text).ids == ours
    assert HINDI_TIKTOKEN.encode_ordinary(HINDI.normalize(text)) == ours


@pytest.mark.skipif(not HELD_OUT.is_dir(), reason="the held-out corpora are not part of the repository")
@pytest.mark.parametrize("name", shipped())
def test_a_sample_of_the_held_out_text(name: str) -> None:
    tokenizer = load(name)
    codes = sorted(LANGUAGES) if name == "indic" else [name.removesuffix("-fewest")]
    paths = [path for code in codes if (path := HELD_OUT / f"{code}.txt").is_file()]
    check(tokenizer, [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()[::10]])


def test_special_tokens_are_equal(small: Tokenizer) -> None:
    theirs, encoding = as_huggingface(small), as_tiktoken(small)
    for text in ("राम [MASK] स्कूल<|endoftext|>", "[MASK]", "a<|endoftext|> [MASK]b", "[MASK", "<|endoftext|>" * 3):
        ours = small.encode(text, allowed_special="all")
        assert theirs.encode(text).ids == ours
        assert encoding.encode(text, allowed_special="all") == ours
        assert encoding.encode(text, disallowed_special=()) == small.encode(text)
    assert theirs.token_to_id("[MASK]") == small.special_tokens["[MASK]"]


def test_offsets_are_equal_where_nothing_is_split(hindi: Tokenizer) -> None:
    text = "भारत एक देश है। यहाँ बच्चे पढ़ते हैं।"
    assert HINDI_HF.encode(text).offsets == [(token.start, token.end) for token in hindi.tokens(text)]


def test_transformers_loads_the_folder(small: Tokenizer, tmp_path: Path) -> None:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    paths = export(small, "huggingface", tmp_path)
    assert [path.name for path in paths] == ["tokenizer.json", "tokenizer_config.json"]
    for loaded in (AutoTokenizer.from_pretrained(tmp_path), PreTrainedTokenizerFast.from_pretrained(tmp_path)):
        for text in SAMPLES:
            assert loaded(text, add_special_tokens=False)["input_ids"] == small.encode(text, allowed_special="all")
        assert loaded.mask_token_id == small.special_tokens["[MASK]"]
        assert loaded.eos_token == "<|endoftext|>"
        assert len(loaded) == len(small)
        assert "Bert" not in type(loaded).__name__


def test_tiktoken_reads_the_files(small: Tokenizer, tmp_path: Path) -> None:
    ranks_path, other_path = export(small, "tiktoken", tmp_path)
    others = json.loads(other_path.read_text(encoding="utf-8"))
    encoding = tiktoken.Encoding(mergeable_ranks=load_tiktoken_bpe(str(ranks_path)), **others)
    for text in SAMPLES:
        assert encoding.encode_ordinary(unicodedata.normalize("NFC", text)) == small.encode(text)
    assert encoding.n_vocab == len(small)


def test_sentencepiece_is_refused_with_the_reason(small: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot give the same ids"):
        export(small, "sentencepiece", tmp_path)
    assert not list(tmp_path.iterdir())


def test_sentencepiece_really_cannot(tmp_path: Path) -> None:
    """The reason that is given: a model of our very merges cuts a run of digits elsewhere, and changes a ▁."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as model_format

    ours = Tokenizer(name="digits", language="hi", merges=[(51, 52), (256, 53)])  # 34, 345
    model = model_format.ModelProto()
    model.trainer_spec.model_type = 2  # BPE
    model.trainer_spec.byte_fallback = True
    model.trainer_spec.unk_id = 0
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    for piece, kind, score in [
        ("<unk>", 2, 0.0),
        *((f"<0x{byte:02X}>", 6, 0.0) for byte in range(256)),
        *((character, 1, -100.0) for character in "0123456789▁"),
        ("34", 1, -1.0),
        ("345", 1, -2.0),
    ]:
        model.pieces.add(piece=piece, type=kind, score=score)
    theirs = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
    assert theirs.encode("345", out_type=str) == [ours.entry(id).text for id in ours.encode("345")] == ["345"]
    assert theirs.encode("12345", out_type=str) == ["1", "2", "345"]
    assert [ours.entry(id).text for id in ours.encode("12345")] == ["1", "2", "34", "5"]
    assert theirs.decode(theirs.encode("a▁b")) == "a b"
    assert ours.decode(ours.encode("a▁b")) == "a▁b"


def test_an_unknown_format(small: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="huggingface, tiktoken"):
        export(small, "onnx", tmp_path)


@pytest.mark.parametrize("own", [r"\p{L}+|\p{M}+|.", r" ?\p{N}{1,3}|\p{L}+?|\s", r"[ ]?[^\s\p{N}]+|."])
def test_a_quantifier_behind_a_property_is_no_possessive_interval(own: str) -> None:
    made = train(CORPUS, language="hi", vocabulary=400, pattern_name=own, allow_smaller=True)
    theirs = as_huggingface(made)
    assert all(theirs.encode(text).ids == made.encode(text) for text in CORPUS)


PARTS = [
    *"ab |()",
    "(?:",
    "(?=",
    "(?!",
    "(?>",
    r"\p{L}",
    r"\P{M}",
    r"\s",
    r"\w",
    r"\W",
    r"[^\W_]",
    "[ab]",
    ".",
    "क",
    "ि",
    "\\n",
]
PATTERN = st.lists(st.sampled_from([*PARTS, *"?*+", "??", "*?", "++", "?+", "{1,2}", "{2}?", "{2}+"]), max_size=7)
CUT = ["abab  ba\n", "कि ab\n\nि", "aaab a b", " किab  ", "किकि 12१२\u200d\x85\u00a0_'", "\ufeff\x1c"]


@settings(max_examples=2000)
@given(PATTERN.map("".join).filter(lambda text: not text.isidentifier()))
def test_a_pattern_of_ones_own_cuts_alike_or_is_refused(own: str) -> None:
    try:
        ours = [split(text, own) for text in CUT]
        step = to_huggingface(Tokenizer(name="p", language="hi", pattern_name=own))["pre_tokenizer"]["pretokenizers"][0]
    except (PatternError, ExportError):
        return
    theirs = tokenizers.pre_tokenizers.Split(tokenizers.Regex(step["pattern"]["Regex"]), "isolated")
    assert [[piece for piece, _ in theirs.pre_tokenize_str(text)] for text in CUT] == ours


def test_a_pattern_of_ones_own_keeps_what_it_leaves_out(tmp_path: Path) -> None:
    """tiktoken would drop what a pattern does not match, so such a tokenizer goes to Hugging Face only."""
    own = train(CORPUS, language="hi", vocabulary=400, pattern_name=r"[\p{L}\p{M}]+", allow_smaller=True)
    with pytest.raises(ExportError, match="tiktoken drops"):
        export(own, "tiktoken", tmp_path)
    theirs = as_huggingface(own)
    assert all(theirs.encode(text).ids == own.encode(text) for text in CORPUS)
