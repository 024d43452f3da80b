"""Tokenizers for the languages of India: train, use, measure and export byte-complete BPE.

>>> from tokenizer_indic import load
>>> hindi = load("hi")
>>> hindi.decode(hindi.encode("भारत एक देश है।"))
'भारत एक देश है।'
"""

from .errors import TokenizerError
from .scripts import languages
from .storage import load, save, shipped
from .tokenizer import Entry, Token, Tokenizer
from .training import train

__all__ = ["Entry", "Token", "Tokenizer", "TokenizerError", "languages", "load", "save", "shipped", "train"]
