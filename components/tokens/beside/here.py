"""text, entries -> tokenizers that are trained in this process, all on the very same lines. No torch, no gradio.

    train("unigram", text, 500).cut("…")

What is trained once is kept, so that looking at it again costs nothing. The usual text is small and written by this
project: sentences from its tabs, and captions that its tables make. A tokenizer that learned from so little is no
rival for one that learned from millions of words; but those that learned from the same lines can be compared.
"""

import hashlib
import io
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from components.errors import PathshalaError
from components.masked_word.presets import CONTRASTS, PASSAGES, PRESETS, SAMPLES, TWINS, Preset
from components.tokens.beside.cutting import Cutter, of_huggingface, of_ours, of_sentencepiece
from components.tokens.beside.sentences import SENTENCES
from components.tokens.compute import guessed
from tokenizer_indic import train as train_ours
from tokenizer_indic.scripts import LANGUAGES, guess_language

ENGLISH = Path(__file__).with_name("english.txt")  # prose of this project, in plain ASCII
ENTRIES = (300, 8_000)
USUAL_ENTRIES = 500
ENGLISH_ENTRIES = 2_000
TEXT_LEAST, TEXT_MOST = 200, 200_000  # characters
LEAST_OFTEN = 2  # a pair that occurs once is no pattern
UNBROKEN = 1_000  # characters without a space, or spaces in a row: what they cost grows with their square
KEPT = 24  # trained tokenizers
WAITING = 6  # that wait while one is trained
PATIENCE = 5.0  # seconds that they wait
CROWD = "Too many tokenizers are being trained here at once: try again in a moment."


# -- the text ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def sample(language: str) -> str:
    """What this project wrote in a language: sentences of its tabs, and some captions. "" where there is nothing."""
    lines = [SENTENCES.get(language, ""), *_sentences(language), *_captions(language)]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _sentences(language: str) -> list[str]:
    """The examples of the tab of masked words, without the masks."""
    found = [LANGUAGES[language].sample] if language in LANGUAGES else []
    for each in (*PRESETS, *SAMPLES, *PASSAGES, *TWINS, *CONTRASTS):
        if each.language == language:
            found += [each.text] if isinstance(each, Preset) else [each.text, each.other]
    return [re.sub(r"\[MASK\]\s*", "", text) for text in found]


def _captions(language: str) -> list[str]:
    """Every shape in every colour, some of them several times, and pairs of them."""
    from training.captions import COLOURS, COUNTS, JOINED, SHAPES, placed, shape

    if language not in JOINED:
        return []
    things = [(colour, each) for colour in COLOURS for each in SHAPES]
    found = [shape(*thing, language, count=COUNTS[number % 5]) for number, thing in enumerate(things)]
    others = things[11:] + things[:11]
    return found + [
        placed(one, other, "above" if number % 2 else "left", language)
        for number, (one, other) in enumerate(zip(things, others, strict=True))
    ]


@lru_cache(maxsize=1)
def english() -> str:
    """What this project wrote about itself, in plain ASCII: English, and nothing Indian."""
    return ENGLISH.read_text(encoding="utf-8")


# -- training ---------------------------------------------------------------------------------------------------------


def train(kind: str, text: str, entries: int) -> Cutter:
    """One of MAKERS, trained on the lines of `text`; of fewer entries where the text has no more to give.

    Raises PathshalaError for what cannot be trained, checked before any work, and where too many train at once.
    """
    check(text, entries)
    key = (kind, hashlib.sha256(text.encode()).hexdigest(), entries)
    return _known(key) or _in_turn(key, text)


Key = tuple[str, str, int]  # kind, hash of the text, entries

_trained: OrderedDict[Key, Cutter] = OrderedDict()
_lock = threading.Lock()  # for _trained, never held for long
_turn = threading.Lock()
_queue = threading.BoundedSemaphore(1 + WAITING)


def _known(key: Key) -> Cutter | None:
    with _lock:
        if key in _trained:
            _trained.move_to_end(key)
        return _trained.get(key)


def _in_turn(key: Key, text: str) -> Cutter:
    """One training at a time, and WAITING behind it for PATIENCE: this machine has other visitors."""
    if not _queue.acquire(blocking=False):
        raise PathshalaError(CROWD)
    try:
        if not _turn.acquire(timeout=PATIENCE):
            raise PathshalaError(CROWD)
        try:
            return _known(key) or _keep(
                key, MAKERS[key[0]]([line for line in text.split("\n") if line.strip()], key[2])
            )
        finally:
            _turn.release()
    finally:
        _queue.release()


def _keep(key: Key, made: Cutter) -> Cutter:
    with _lock:
        _trained[key] = made
        while len(_trained) > KEPT:
            _trained.popitem(last=False)
    return made


def check(text: str, entries: int) -> None:
    """The limits, which stand beside the inputs."""
    if len(text.strip()) < TEXT_LEAST:
        raise PathshalaError(
            f"To learn from, a text needs {TEXT_LEAST} characters or more; this one has {len(text.strip())}."
        )
    if len(text) > TEXT_MOST:
        raise PathshalaError(f"To learn from, at most {TEXT_MOST:,} characters are taken; these are {len(text):,}.")
    if not ENTRIES[0] <= entries <= ENTRIES[1]:
        raise PathshalaError(
            f"Right here a tokenizer can have {ENTRIES[0]} to {ENTRIES[1]:,} entries, not {entries:,}."
        )
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise PathshalaError("The text to learn from holds half of a character (a lone surrogate): paste it again.")
    if (unbroken := _longest(r"[^ \n]+", text)) > UNBROKEN:
        raise PathshalaError(
            f"To learn from, a text needs a space or a new line after {UNBROKEN:,} characters at most; this one has"
            f" {unbroken:,} in a row without: put some in."
        )
    if _longest(r"[^\S\n]+", text) > UNBROKEN:
        raise PathshalaError(f"The text to learn from has more than {UNBROKEN:,} spaces in a row: delete most of them.")


def _longest(run: str, text: str) -> int:
    """r"a+", "aa b a" -> 2. A tab does not end a word for all five: SentencePiece knows the space alone."""
    return max((len(found[0]) for found in re.finditer(run, text)), default=0)


def language_of(text: str) -> str:
    """Which letters become entries of ours however rare they are: those of this language's script."""
    return guess_language(text, guessed()) or "und"


def _ours(lines: list[str], entries: int) -> Cutter:
    language = language_of("\n".join(lines))
    return of_ours(train_ours(lines, language=language, vocabulary=entries, allow_smaller=True))


def _gpt2(lines: list[str], entries: int) -> Cutter:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # with GPT-2's pattern
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=entries,
        min_frequency=LEAST_OFTEN,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(lines, trainer)
    return of_huggingface(made)


def _wordpiece(lines: list[str], entries: int) -> Cutter:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece(cleanup=False)
    trainer = trainers.WordPieceTrainer(
        vocab_size=entries, min_frequency=LEAST_OFTEN, special_tokens=["[UNK]"], show_progress=False
    )
    made.train_from_iterator(lines, trainer)
    return of_huggingface(made)


def _sentencepiece(kind: str) -> Callable[[list[str], int], Cutter]:
    def make(lines: list[str], entries: int) -> Cutter:
        import sentencepiece

        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(lines),
                model_writer=model,
                vocab_size=entries,
                model_type=kind,
                minloglevel=2,
                max_sentence_length=4 * TEXT_MOST,
                **LOSSLESS,
            )
        except RuntimeError as error:
            raise PathshalaError(_explained(str(error), entries)) from error
        return of_sentencepiece(sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()))

    return make


LOSSLESS: dict[str, Any] = {  # SentencePiece's own settings would normalise, and drop spaces
    "normalization_rule_name": "identity",
    "remove_extra_whitespaces": False,
    "add_dummy_prefix": False,
    "byte_fallback": True,
    "hard_vocab_limit": False,
    "bos_id": -1,
    "eos_id": -1,
}


def _explained(said: str, entries: int) -> str:
    """SentencePiece's C++ message as a sentence."""
    if found := re.search(r"smaller than required_chars\. \d+ vs (\d+)", said):
        return (
            f"SentencePiece needs {int(found[1]):,} entries for the 256 bytes and the characters of this text"
            f" alone; {entries:,} are too few."
        )
    if found := re.search(r"less than or equal to (\d+)|<= (\d+)", said):
        return f"This text is too small for {entries:,} entries: SentencePiece finds at most {found[1] or found[2]}."
    return "SentencePiece could not learn from this text: give it more lines, or other ones."


MAKERS: dict[str, Callable[[list[str], int], Cutter]] = {
    "ours": _ours,
    "gpt2": _gpt2,
    "bpe": _sentencepiece("bpe"),
    "unigram": _sentencepiece("unigram"),
    "wordpiece": _wordpiece,
}
