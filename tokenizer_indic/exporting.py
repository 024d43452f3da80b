"""Tokenizer -> files that other libraries load, with the same ids for every text.

    huggingface    tokenizer.json, tokenizer_config.json      `tokenizers`, `PreTrainedTokenizerFast`, `AutoTokenizer`
    tiktoken       NAME.tiktoken, NAME.json                   `tiktoken.Encoding(**…)`; give it NFC text
    kit            gradio/, static/, HANDIN.md                two Spaces to hand in, see handin.py
    sentencepiece  refused: its BPE knows no split pattern, see SENTENCEPIECE_REASON

Merges: the vocabulary begins with the 256 bytes and spells every entry in bytes, which is what both formats expect. The
fewest tokens: a Unigram model for Hugging Face; tiktoken cannot express it. Nothing of `tokenizers` or `tiktoken` is
needed to write them.
"""

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import handin
from .errors import ExportError
from .javascript import least_length, without_word_classes
from .segmenting import TOKEN, cost_of
from .splitting import PATTERNS, Pattern, Rule
from .storage import dumps, write_whole
from .tokenizer import Entry, Tokenizer

SENTENCEPIECE_REASON = (
    "SentencePiece cannot give the same ids: its BPE merges across whatever a split pattern keeps apart (a run of"
    " digits cut from the left, for one), it spells an unknown character in bytes without our prefixes,"
    " and it writes a space as ▁, so a text that holds a ▁ of its own comes back changed."
    " Export to huggingface or tiktoken instead."
)


def export(tokenizer: Tokenizer, to: str, directory: Path) -> list[Path]:
    """Write the files of one format into `directory`; the paths written. Raises ExportError with the reason."""
    if to == "sentencepiece":
        raise ExportError(SENTENCEPIECE_REASON)
    if to not in EXPORTERS:
        raise ExportError(f"There is no export to {to!r}; there are {', '.join(EXPORTERS)}.")
    return EXPORTERS[to](tokenizer, directory)


# -- Hugging Face -----------------------------------------------------------------------------------------------------


def byte_letters() -> list[str]:
    """GPT-2's letter for each byte: printable Latin-1 stands for itself, the rest moves to U+0100 and up.

    A byte-level vocabulary is written in these letters, since JSON cannot hold single bytes. Source: `bytes_to_unicode`
    of the GPT-2 release (Radford et al. 2019).
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    moved = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(moved)) for byte in range(256)]


def to_huggingface(tokenizer: Tokenizer) -> dict[str, Any]:
    """The content of tokenizer.json. Raises ExportError where ids would differ."""
    return _unigram(tokenizer) if tokenizer.segmentation == "fewest" else _byte_level(tokenizer)


def _head(tokenizer: Tokenizer) -> dict[str, Any]:
    """What stands first in every tokenizer.json."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added_token(text, id) for text, id in tokenizer.special_tokens.items()],
        "normalizer": {"type": "NFC"} if tokenizer.normalization else None,
    }


def _unigram(tokenizer: Tokenizer) -> dict[str, Any]:
    """NFC, and a Unigram model whose scores are minus our costs, so that its best path is our cheapest.

    Of equally good ways to a place both take the one whose last entry is longest. Bytes are for characters outside the
    vocabulary; what spells a byte is so unlikely that text is never read as one.
    """
    ordinary = [tokenizer.entry(id) for id in range(len(tokenizer) - len(tokenizer.special_tokens))]
    spelled = [*tokenizer.special_tokens, *(entry.text or "" for entry in ordinary)]
    if taken := next((text for text in spelled if _BYTE.fullmatch(text)), None):
        raise ExportError(f"The token {taken!r} is how Hugging Face spells a byte: it would come back as one.")
    return _head(tokenizer) | {
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {
            "type": "Unigram",
            "unk_id": 0x80,  # never seen: a character outside the vocabulary becomes its bytes
            "byte_fallback": True,
            "vocab": [_scored(entry) for entry in ordinary],
        },
    }


def _scored(entry: Entry) -> tuple[str, float]:
    if entry.text is None:
        return f"<0x{entry.bytes[0]:02X}>", _NEVER
    return entry.text, -cost_of(entry.text) / TOKEN


_BYTE = re.compile("<0x[0-9A-F]{2}>")
_NEVER = -1e6


def _byte_level(tokenizer: Tokenizer) -> dict[str, Any]:
    """NFC, our pattern, byte-level BPE."""
    letters = byte_letters()

    def spell(id: int) -> str:
        return "".join(letters[byte] for byte in tokenizer.entry(id).bytes)

    ordinary = len(tokenizer) - len(tokenizer.special_tokens)
    vocabulary = {spell(id): id for id in range(ordinary)}
    if taken := next((text for text in tokenizer.special_tokens if text in vocabulary), None):
        raise ExportError(f"The special token {taken!r} is how Hugging Face spells an ordinary entry: rename it.")
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    return _head(tokenizer) | {
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": _for_oniguruma(tokenizer.pattern)},
                    "behavior": "Isolated",
                    "invert": False,
                },
                byte_level,
            ],
        },
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": vocabulary,
            "merges": [[spell(left), spell(right)] for left, right in tokenizer.all_merges],
        },
    }


def check_portable(regex: str) -> None:
    """Raises ExportError for a split pattern that means something else to Hugging Face's engine, and so for the kit."""
    _for_oniguruma(Pattern("own", (Rule("own", regex, ""),)))


def _for_oniguruma(pattern: Pattern) -> str:
    """The pattern as Hugging Face's engine wants it. Raises ExportError for what might mean something else there.

    In Oniguruma `{1,3}+` is not possessive but a repetition of the repetition; nothing that follows needs it to be.
    """
    if pattern.name in PATTERNS:
        return _POSSESSIVE_INTERVAL.sub(r"\1", pattern.regex)
    if odd := _UNPORTABLE.search(pattern.regex):
        raise ExportError(
            f"The split pattern holds {odd.group()!r}, which means something else to Hugging Face's engine,"
            " so the ids would differ. Write it without, or use one of this library's patterns."
        )
    if (least := least_length(pattern.regex)) is None:
        raise ExportError(
            "The split pattern holds something that Hugging Face's engine is not known to read alike: a reference back,"
            " a class like [:alpha:], a repeated look-ahead or a repetition of what can be empty. Write it without."
        )
    if least == 0:
        raise ExportError(
            "The split pattern can match nothing at all, which Hugging Face's engine goes on from in another way,"
            " so the ids would differ. Write it so that each rule takes at least one character."
        )
    return without_word_classes(pattern.regex)


_POSSESSIVE_INTERVAL = re.compile(r"(\{[\d,]+\})\+")  # {1,3}+, but not the + of \p{L}+
# Anchors, flags, look-behind, set operations, recursion, {2}+, {2}? and rare escapes differ between engines.
_UNPORTABLE = re.compile(
    r"(?<!\\)(?:\\\\)*(?:(?<!\[)\^|\$|\(\?[^:=!>]|\{[\d,]+\}\+|\{\d+\}\?|--|&&|\|\||~~|\\[^\W_pPsSdDwWnrtux\d])"
)


def _added_token(text: str, id: int) -> dict[str, Any]:
    return {
        "id": id,
        "content": text,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


_ROLES = {
    "pad_token": ("[PAD]", "<pad>"),
    "unk_token": ("[UNK]", "<unk>"),
    "cls_token": ("[CLS]",),
    "sep_token": ("[SEP]",),
    "mask_token": ("[MASK]", "<mask>"),
    "eos_token": ("<|endoftext|>", "</s>"),
}


def _export_huggingface(tokenizer: Tokenizer, directory: Path) -> list[Path]:
    roles = {role: text for role, texts in _ROLES.items() for text in texts if text in tokenizer.special_tokens}
    config = {
        # TokenizersBackend is what loads a tokenizer.json as it is; without a class AutoTokenizer guesses one.
        "tokenizer_class": "TokenizersBackend",
        "model_max_length": 1_000_000,
        "clean_up_tokenization_spaces": False,
        **roles,
    }
    return [
        write_whole(directory / "tokenizer.json", json.dumps(to_huggingface(tokenizer), ensure_ascii=False, indent=1)),
        write_whole(directory / "tokenizer_config.json", json.dumps(config, ensure_ascii=False, indent=1)),
    ]


# -- tiktoken ---------------------------------------------------------------------------------------------------------


def to_tiktoken(tokenizer: Tokenizer) -> dict[str, Any]:
    """Arguments for `tiktoken.Encoding(**to_tiktoken(tokenizer))`. tiktoken does not normalise: give it NFC text.

    Raises ExportError for a split pattern of one's own, since tiktoken drops the text that a pattern leaves out, and
    for the segmentation with the fewest tokens.
    """
    if tokenizer.segmentation == "fewest":
        raise ExportError(
            "tiktoken merges by rank, from bytes upwards, and cannot look for the fewest tokens, so the ids would"
            " differ. Export to huggingface instead."
        )
    if tokenizer.pattern_name not in PATTERNS:
        raise ExportError(
            "tiktoken drops whatever a split pattern does not match, so a tokenizer with a pattern of its own"
            " may lose text there. Export to huggingface instead."
        )
    ordinary = len(tokenizer) - len(tokenizer.special_tokens)
    return {
        "name": tokenizer.name,
        "pat_str": tokenizer.pattern.regex,
        "mergeable_ranks": {tokenizer.entry(id).bytes: id for id in range(ordinary)},
        "special_tokens": dict(tokenizer.special_tokens),
    }


def _export_tiktoken(tokenizer: Tokenizer, directory: Path) -> list[Path]:
    """NAME.tiktoken: one line "base64-of-the-bytes rank" an entry, as `tiktoken.load.load_tiktoken_bpe` reads it;
    NAME.json: the other arguments."""
    name = re.sub(r"[^\w-]+", "-", tokenizer.name).strip("-") or "tokenizer"
    parts = to_tiktoken(tokenizer)
    ranks = parts.pop("mergeable_ranks")
    lines = "".join(f"{base64.b64encode(piece).decode()} {rank}\n" for piece, rank in ranks.items())
    return [
        write_whole(directory / f"{name}.tiktoken", lines),
        write_whole(directory / f"{name}.json", json.dumps(parts, ensure_ascii=False, indent=1)),
    ]


# -- the kit ----------------------------------------------------------------------------------------------------------


def kit_files(tokenizer: Tokenizer) -> dict[str, str]:
    """Path -> text of all that is handed in: HANDIN.md, and the Spaces gradio/ and static/. Raises ExportError for a
    tokenizer that was never measured, and for a split pattern that other engines might read differently."""
    own = {
        "tokenizer.json": json.dumps(to_huggingface(tokenizer), ensure_ascii=False, indent=1),
        "tokenizer_indic.json": dumps(tokenizer),
    }
    gradio = {
        "README.md": handin.readme(tokenizer),
        **{name: handin.kit_file(name) for name in ("app.py", "requirements.txt")},
        "about.json": json.dumps(handin.about(tokenizer), ensure_ascii=False, indent=1),
        **own,
    }
    static = {
        "README.md": handin.readme(tokenizer, "static"),
        **{name: handin.kit_file(name) for name in ("index.html", "style.css", "page.js", "tokenizer.js")},
        "data.js": handin.data_js(tokenizer),
        **own,
    }
    return {
        "HANDIN.md": handin.instructions(tokenizer),
        **{f"gradio/{name}": text for name, text in gradio.items()},
        **{f"static/{name}": text for name, text in static.items()},
    }


def kit_zip(tokenizer: Tokenizer) -> bytes:
    """The same in one zip, the same bytes for the same tokenizer. Raises ExportError."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in kit_files(tokenizer).items():
            entry = zipfile.ZipInfo(path)  # of 1980, whenever it is made
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, text)
    return held.getvalue()


def _export_kit(tokenizer: Tokenizer, directory: Path) -> list[Path]:
    return [write_whole(directory / path, text) for path, text in kit_files(tokenizer).items()]


EXPORTERS: dict[str, Callable[[Tokenizer, Path], list[Path]]] = {
    "huggingface": _export_huggingface,
    "tiktoken": _export_tiktoken,
    "kit": _export_kit,
}
FORMATS = (*EXPORTERS, "sentencepiece")
