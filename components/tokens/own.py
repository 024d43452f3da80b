"""The name of a tokenizer -> the tokenizer: a shipped one, or one that a visitor made. No gradio, no HTML, no torch.

    hi, hi-fewest, indic    shipped
    own:3f2a…               a visitor's, named by its content; kept in memory only, the least recently used one leaves

Whoever asks for one that has left is told so (`Gone`), and sends it again: the visitor's browser still has its text.
Nobody can name a tokenizer whose content they do not know.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

from components.errors import PathshalaError
from tokenizer_indic import Tokenizer, load, shipped
from tokenizer_indic.storage import loads

OWN = "own:"  # before the name of a visitor's
KEPT = 40  # tokenizers that visitors made …
KEPT_TEXT = 24_000_000  # … and the characters of their files, all together
LARGEST = 4_000_000  # characters of a file; 32,000 entries need about a million
LARGEST_FACTS = 64_000  # … and of what it says about its training


class Gone(PathshalaError):
    """A visitor's tokenizer that is not, or no longer, in the memory."""

    def __init__(self) -> None:
        super().__init__("Your tokenizer is no longer in this page's memory: load it again from its file.")


@dataclass(frozen=True)
class Own:
    """`key` is the name under which `find` knows it."""

    key: str
    tokenizer: Tokenizer


_own: OrderedDict[str, tuple[Tokenizer, int]] = OrderedDict()  # and the length of its file
_lock = threading.Lock()


def keep(text: str) -> Own:
    """The tokenizer in the text of its JSON file. Raises PathshalaError or StorageError with what is wrong in it."""
    if not isinstance(text, str) or not text.strip():
        raise PathshalaError("There is no tokenizer in this file: it is empty.")
    if len(text) > LARGEST:
        raise PathshalaError(f"This file has {len(text):,} characters; here a tokenizer's has at most {LARGEST:,}.")
    key = OWN + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    with _lock:
        tokenizer = _own[key][0] if key in _own else None
    if tokenizer is None:
        tokenizer = loads(text)
        if len(json.dumps(tokenizer.training)) > LARGEST_FACTS:
            raise PathshalaError("This file tells more about its training than can be kept here.")
    with _lock:
        _own[key] = tokenizer, len(text)
        _own.move_to_end(key)
        while len(_own) > KEPT or sum(size for _, size in _own.values()) > KEPT_TEXT:
            _own.popitem(last=False)
    return Own(key, tokenizer)


def find(name: str) -> Tokenizer:
    """A tokenizer by its name. Raises Gone, and PathshalaError for a name nobody knows.

    A visitor's string is never taken for a path.
    """
    if not isinstance(name, str) or not name.startswith(OWN):
        return find_shipped(str(name))
    with _lock:
        if name not in _own:
            raise Gone
        _own.move_to_end(name)
        return _own[name][0]


@lru_cache(maxsize=64)
def find_shipped(name: str) -> Tokenizer:
    """A shipped one, kept once it is loaded."""
    if name not in shipped():
        raise PathshalaError(f"There is no tokenizer “{name[:40]}”. There are: {', '.join(shipped())}.")
    tokenizer = load(name)
    tokenizer.encode("a")  # so that what is built on first use is there
    return tokenizer
