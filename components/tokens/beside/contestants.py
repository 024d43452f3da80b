"""The tokenizers that can stand side by side, as data. Nothing is loaded here.

"hi", "hi-fewest", "indic", "own:…"    this project's, and a visitor's: components.tokens.own finds them
"gpt2", "cl100k_base", "o200k_base"    OpenAI's, through tiktoken
"hub:google/muril-base-cased"          from the Hugging Face hub
"here:unigram"                         trained in this process on the text in the training box
"bytes", "characters"                  what needs no training
"each"                                 in the token tax: for each language the shipped tokenizer that serves it
"""

import difflib
from dataclasses import dataclass
from typing import Literal

from components.errors import PathshalaError
from components.tokens.own import OWN
from tokenizer_indic import shipped
from tokenizer_indic.scripts import LANGUAGES

Group = Literal["ours", "openai", "hub", "here", "plain"]

GROUPS: dict[Group, str] = {
    "ours": "This project's",
    "openai": "OpenAI's",
    "hub": "From the hub",
    "here": "Trained right here",
    "plain": "Nothing learned",
}


@dataclass(frozen=True)
class Contestant:
    """`id` is its name in a link, `name` the one on its button, `why` what it shows, in a line."""

    id: str
    name: str
    group: Group
    why: str


HUB = "hub:"
HERE = "here:"
EACH = "each"

OPENAI = (
    Contestant(
        "gpt2", "GPT-2", "openai", "Byte-level BPE of 2019, learned from English pages; its pattern cuts matras"
    ),
    Contestant("cl100k_base", "GPT-4", "openai", "cl100k_base, of GPT-3.5 and GPT-4; its pattern still cuts matras"),
    Contestant("o200k_base", "GPT-4o", "openai", "o200k_base: twice the entries, many of them Indian; matras stay"),
)

FROM_HUB = (
    Contestant(
        f"{HUB}bert-base-multilingual-cased", "mBERT", "hub", "WordPiece for 104 languages: 119,547 entries, few Indian"
    ),
    Contestant(f"{HUB}google/muril-base-cased", "MuRIL", "hub", "WordPiece for 17 Indian languages, 197,285 entries"),
    Contestant(f"{HUB}ai4bharat/IndicBERTv2-MLM-only", "IndicBERT v2", "hub", "WordPiece for 23 Indian languages"),
    Contestant(f"{HUB}xlm-roberta-base", "XLM-R", "hub", "SentencePiece Unigram for 100 languages, 250,002 entries"),
    Contestant(f"{HUB}jhu-clsp/mmBERT-small", "mmBERT", "hub", "Gemma 2's BPE with byte fallback: 256,000 entries"),
    Contestant(
        f"{HUB}bert-base-uncased", "BERT uncased", "hub", "English WordPiece; it drops the vowel signs of हिन्दी"
    ),
)

TRAINED = (
    Contestant(f"{HERE}ours", "our BPE", "here", "This project's: characters first, the pattern keeps matras"),
    Contestant(f"{HERE}gpt2", "GPT-2's way", "here", "Byte-level BPE with GPT-2's pattern, by Hugging Face tokenizers"),
    Contestant(f"{HERE}bpe", "SentencePiece BPE", "here", "BPE with byte fallback, spaces as ▁, nothing normalised"),
    Contestant(f"{HERE}unigram", "SentencePiece Unigram", "here", "Starts large and prunes what the text misses least"),
    Contestant(f"{HERE}wordpiece", "WordPiece", "here", "BERT's: ## inside a word, [UNK] for what it cannot spell"),
    Contestant(
        f"{HERE}english", "English only", "here", "GPT-2's way, 2,000 entries, trained on this project's English prose"
    ),
)

PLAIN = (
    Contestant("bytes", "bytes", "plain", "UTF-8 as it is, as in ByT5: what a tokenizer that learned nothing costs"),
    Contestant("characters", "characters", "plain", "A token for each code point, as in CANINE"),
)

NAMED = {each.id: each for each in (*OPENAI, *FROM_HUB, *TRAINED, *PLAIN)}


def get(id: str) -> Contestant:
    """Raises PathshalaError, with the nearest known names, for one that nobody knows."""
    if id in NAMED:
        return NAMED[id]
    if id == EACH:
        return Contestant(EACH, "each its own", "ours", "For each language the shipped tokenizer that serves it")
    if id.startswith(OWN):
        return Contestant(id, "yours", "ours", "The tokenizer that you trained or loaded")
    if id in shipped():
        return Contestant(id, title(id), "ours", "Trained by this project")
    known = [*NAMED, EACH, *shipped()]
    near = difflib.get_close_matches(id, known, n=3) or list(NAMED)[:3]
    raise PathshalaError(f"There is no tokenizer “{id[:40]}” here. Did you mean {', '.join(near)}?")


def title(name: str) -> str:
    """'hi' -> 'Hindi', 'hi-fewest' -> 'Hindi, fewest', 'indic' -> 'all languages'"""
    code, _, fewest = name.partition("-")
    known = LANGUAGES[code].english if code in LANGUAGES else "all languages"
    return f"{known}, {fewest}" if fewest else known
