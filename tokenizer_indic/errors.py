"""The errors of this library: what a user's input can cause, each a sentence that says what to do.

TokenizerError (a ValueError)
├── TextError              text that no UTF-8 file can hold, or a file that is not UTF-8
├── UnknownIdError         decode was given an id that the vocabulary does not have
├── UnknownLanguage        no language has this code; it lives in scripts.py
├── MissingPackageError    what was asked for needs a package that is not installed
├── PatternError           an unknown split pattern, or one that is no regular expression
├── TrainingError          a vocabulary that cannot be made as asked
│   ├── CorpusTooSmallError   how far it got, and why
│   └── TrainingStoppedError  the caller asked training to stop
├── StorageError           a tokenizer file that is missing, foreign, broken, oversized or hostile
└── ExportError            a format that could not give the same ids
"""

from importlib import import_module
from typing import Any


class TokenizerError(ValueError):
    """The root: catch this to catch everything that input can cause."""


class TextError(TokenizerError):
    """The text itself cannot be tokenized: a lone surrogate, or bytes that are not UTF-8."""


class UnknownIdError(TokenizerError):
    """An id outside the vocabulary, with its position in the list."""


class PatternError(TokenizerError):
    """A split pattern that is unknown or does not compile."""


class TrainingError(TokenizerError):
    """A vocabulary that cannot be made as asked."""


class CorpusTooSmallError(TrainingError):
    """The corpus ran out of repeated pairs before the vocabulary was full.

    `reached` is the number of entries that the corpus does support.
    """

    def __init__(self, message: str, reached: int) -> None:
        super().__init__(message)
        self.reached = reached


class TrainingStoppedError(TrainingError):
    """The caller's `stop` said yes."""


class StorageError(TokenizerError):
    """A tokenizer file that cannot be read or written."""


class ExportError(TokenizerError):
    """A format that cannot express this tokenizer with equal ids."""


class MissingPackageError(TokenizerError):
    """An optional package is not installed."""


def extra(module: str) -> Any:
    """A module of an optional package. Raises MissingPackageError, which says what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingPackageError(f"This needs {package}: pip install {package}") from error
