"""The tokenizers that are compared, ours and others: train(task) -> something, encoder(it, threads) -> lines -> ids.

All are lossless but one, which is here for its speed. SentencePiece and Hugging Face appear twice: as they come, inside
words, and with every option that allows tokens across spaces and punctuation, which is the best that they can do.
tiktoken has an algorithm and no trainer to speak of: it gets our ranks.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

Encoder = Callable[[list[str]], list[list[int]]]


@dataclass(frozen=True)
class Task:
    """What is learned, and from what."""

    path: str
    language: str
    vocabulary: int  # entries, everything counted
    broken_cost: float | None = None  # ours, fewest tokens; None: as the shipped one of the language


@dataclass(frozen=True)
class Contender:
    """One row of the tables."""

    name: str
    train: Callable[[Task], Any]
    encoder: Callable[[Any, int], Encoder]  # what was trained, threads
    package: str = ""  # imported before anything is timed
    engine_of: str = ""  # it runs the vocabulary of this one, and has no trainer of its own
    lossy: bool = False  # unknown characters vanish: not a fair count of tokens
    ours: bool = False
    for_speed: bool = False  # the same tokens as another one
    not_for_speed: bool = False  # a quarter of an hour for a table in which it is nowhere first


# -- ours -------------------------------------------------------------------------------------------------------------


def ours(segmentation: Any, task: Task) -> Any:
    from tokenizer_indic.corpus import parts_of
    from tokenizer_indic.counting import Recipe, count
    from tokenizer_indic.training import train_from_counts
    from training.tokenizers import BROKEN_COST

    fewest = segmentation == "fewest"
    price = BROKEN_COST.get(task.language) if task.broken_cost is None else task.broken_cost
    counted = count(parts_of([task.path]), Recipe(sampled=fewest))
    return train_from_counts(
        counted.pieces,
        counted.lines,
        language=task.language,
        vocabulary=task.vocabulary,
        segmentation=segmentation,
        broken_cost=price if fewest else None,
        allow_smaller=True,
    )


def without_numba(segmentation: Any, task: Task) -> Any:
    sys.modules["numba"] = None  # type: ignore[assignment]  # as if it were not installed
    return ours(segmentation, task)


def our_encoder(made: Any, threads: int) -> Encoder:
    return made.encode_batch  # type: ignore[no-any-return]


# -- Hugging Face -----------------------------------------------------------------------------------------------------


def hf_train(task: Task, pre_tokenizer: Any, alphabet: list[str]) -> Any:
    from tokenizers import Tokenizer, models, normalizers, trainers

    made = Tokenizer(models.BPE())
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizer
    made.train(
        [task.path], trainers.BpeTrainer(vocab_size=task.vocabulary, show_progress=False, initial_alphabet=alphabet)
    )
    return made


def hf_gpt2(task: Task) -> Any:
    from tokenizers import pre_tokenizers

    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return hf_train(task, byte_level, pre_tokenizers.ByteLevel.alphabet())


def hf_bytes(task: Task, split: Callable[[], Any] | None) -> Any:
    from tokenizers import pre_tokenizers

    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    steps = pre_tokenizers.Sequence([*([split()] if split else []), byte_level])
    return hf_train(task, steps, pre_tokenizers.ByteLevel.alphabet())


def hf_characters(task: Task) -> Any:
    """Its fastest: merges of characters, without the bytes that would make every text come back."""
    return hf_train(task, indic_split(), [])


def indic_split() -> Any:
    from tokenizers import Regex, pre_tokenizers

    from tokenizer_indic.splitting import PATTERNS

    return pre_tokenizers.Split(Regex(PATTERNS["indic"].regex), "isolated")


def hf_encoder(made: Any, threads: int) -> Encoder:
    return lambda lines: [encoded.ids for encoded in made.encode_batch(lines)]


def ours_in_hf(made: Any, threads: int) -> Encoder:
    import tokenizers

    from tokenizer_indic.exporting import to_huggingface

    return hf_encoder(tokenizers.Tokenizer.from_str(json.dumps(to_huggingface(made))), threads)


# -- tiktoken ---------------------------------------------------------------------------------------------------------


def ours_in_tiktoken(made: Any, threads: int) -> Encoder:
    import tiktoken

    from tokenizer_indic.exporting import to_tiktoken

    encoding = tiktoken.Encoding(**to_tiktoken(made))
    return lambda lines: encoding.encode_ordinary_batch(lines, num_threads=threads)


# -- SentencePiece ----------------------------------------------------------------------------------------------------

ACROSS: dict[str, Any] = {
    "split_by_whitespace": False,
    "split_by_unicode_script": False,
    "split_by_number": False,
    "max_sentence_length": 100_000,
}


def sentencepiece(model_type: str, task: Task, **options: Any) -> Any:
    import sentencepiece

    with tempfile.TemporaryDirectory() as directory:
        prefix = f"{directory}/made"
        sentencepiece.SentencePieceTrainer.train(
            input=task.path,
            model_prefix=prefix,
            vocab_size=task.vocabulary,
            model_type=model_type,
            byte_fallback=True,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            hard_vocab_limit=False,
            minloglevel=2,
            **options,
        )
        return Path(f"{prefix}.model").read_bytes()


def sentencepiece_encoder(made: Any, threads: int) -> Encoder:
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=made)
    return lambda lines: processor.encode(lines, num_threads=threads)


# -- all --------------------------------------------------------------------------------------------------------------

MERGES, FEWEST = "ours, merges", "ours, fewest tokens"
_across = partial(sentencepiece, **ACROSS)

CONTENDERS = [
    Contender(MERGES, partial(ours, "merges"), our_encoder, "tokenizer_indic.compiled", ours=True),
    Contender(f"{MERGES}, no numba", partial(without_numba, "merges"), our_encoder, ours=True, for_speed=True),
    Contender(FEWEST, partial(ours, "fewest"), our_encoder, "tokenizer_indic.compiled", ours=True),
    Contender(f"{FEWEST}, no numba", partial(without_numba, "fewest"), our_encoder, ours=True, for_speed=True),
    Contender("HF BPE, bytes, GPT-2's pattern", hf_gpt2, hf_encoder, "tokenizers"),
    Contender("HF BPE, bytes, indic pattern", partial(hf_bytes, split=indic_split), hf_encoder, "tokenizers"),
    Contender("HF BPE, bytes, across spaces", partial(hf_bytes, split=None), hf_encoder, "tokenizers"),
    Contender("HF BPE, characters, indic pattern", hf_characters, hf_encoder, "tokenizers", lossy=True),
    Contender("SentencePiece BPE", partial(sentencepiece, "bpe"), sentencepiece_encoder, "sentencepiece"),
    Contender("SentencePiece BPE, across spaces", partial(_across, "bpe"), sentencepiece_encoder, "sentencepiece"),
    Contender("SentencePiece Unigram", partial(sentencepiece, "unigram"), sentencepiece_encoder, "sentencepiece"),
    Contender(
        "SentencePiece Unigram, across spaces",
        partial(_across, "unigram"),
        sentencepiece_encoder,
        "sentencepiece",
        not_for_speed=True,
    ),
    Contender("ours, merges, in HF tokenizers", partial(ours, "merges"), ours_in_hf, "tokenizers", MERGES),
    Contender("ours, merges, in tiktoken", partial(ours, "merges"), ours_in_tiktoken, "tiktoken", MERGES),
    Contender("ours, fewest tokens, in HF tokenizers", partial(ours, "fewest"), ours_in_hf, "tokenizers", FEWEST),
]
TIMED = [each for each in CONTENDERS if not each.not_for_speed]
BY_NAME = {contender.name: contender for contender in CONTENDERS}
LEARNED = [each for each in CONTENDERS if not (each.engine_of or each.for_speed or each.lossy)]  # for tables of tokens
PEERS = [each.name for each in LEARNED if not each.ours]
INSIDE_WORDS = [name for name in PEERS if "across" not in name]
