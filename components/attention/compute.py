"""A sentence, or two -> tokens, and what every head of a model made of them. No gradio, no HTML; torch in functions.

    attend("The cat drank the milk.")  ->  Attention: tokens, words, aksharas, and one Layer for each layer

One forward pass gives all layers and heads: looking at another head, hiding special tokens or merging pieces into words
(merging.py) needs no new one.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import regex

from components import catalogue, models
from components.attention.inputs import TABLES, watched
from components.attention.merging import groups_of
from components.attention.observing import Layer, observe
from components.errors import PathshalaError
from components.masked_word.compute import EITHER_MASK, choose_model
from components.models import Loaded
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.scripts import LANGUAGES, guess_language

TEXT_LIMIT = 2_000  # characters, of both sentences together
TOKEN_LIMIT = 256  # with the special ones; of a longer text the end is left out
WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+(?:['’][\p{L}\p{M}]+)*|(?!\s)\X")
EITHER_PADDING = regex.compile(r"\[PAD\]|<pad>", regex.IGNORECASE)
PADDING = regex.compile(rf"(?:\s*(?:{EITHER_PADDING.pattern}))+\s*\Z", regex.IGNORECASE)  # at the end
KEPT = 256 * 2**20  # bytes of what was computed last, so that another head or option needs no new pass
GUESSED = catalogue.get("pathshala-bert").languages  # a text may be in one of these


@dataclass(frozen=True)
class Token:
    """One piece as the model got it. `start` and `end`: code points in the sentence; equal for special tokens."""

    text: str  # the slice of the sentence, without spaces; of a special token its name
    start: int
    end: int
    sentence: int  # 0 or 1; -1 for special tokens
    part: tuple[int, int]  # (2, 3): the second of three pieces that stand for the same characters, as bytes do

    @property
    def special(self) -> bool:
        """[CLS] and the like, which no one typed."""
        return self.sentence < 0


@dataclass(frozen=True)
class Attention:
    """Everything of one forward pass."""

    tokens: tuple[Token, ...]
    words: tuple[tuple[int, ...], ...]  # the tokens of each word; special ones and punctuation stand alone
    aksharas: tuple[tuple[int, ...], ...]  # the tokens of each akshara, or of several if one token has them
    layers: tuple[Layer, ...]
    states: np.ndarray  # layers + 1 x tokens x width: what goes into the first layer, and comes out of each
    inputs: dict[str, np.ndarray]  # token, position, segment: tokens x width; see inputs.py
    causal: bool  # no token sees a later one
    left_out: tuple[str, str]  # the end of each sentence that did not fit
    alone: bool  # the second sentence was not read, since this model reads one text at a time
    filling: int  # [PAD]s at the end, which no token sees
    limit: int  # how many tokens fit
    language: str | None
    covered: bool  # does the model know this language?
    model: str
    device: str
    reason: str  # why there
    milliseconds: float  # the forward pass, without loading

    @property
    def weights(self) -> np.ndarray:
        """layers x heads x queries x keys; each row sums to 1."""
        return np.stack([layer.weights for layer in self.layers])

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        arrays = ((each.queries, each.keys, each.values, each.visible, each.weights) for each in self.layers)
        return sum(array.nbytes for layer in arrays for array in layer) + self.states.nbytes


def attend(text: str, second: str = "", model: str = "", language: str = "") -> Attention:
    """What `model` ("" for the best one that is here) makes of one sentence, or of two. Raises PathshalaError.

    What was asked last is remembered: its `milliseconds` are those of the pass that was made.
    """
    check(text, second)
    known = language if language in LANGUAGES else guess_language(f"{text} {second}", GUESSED)
    import torch  # noqa: F401  # while it is being imported in the background it is only half there: waits for the rest

    entry = choose_model(model, known, "attention")
    asked = (entry.id, text, second, known or "")
    found = _remembered.get(asked)
    if found is None:
        found = models.run(look, entry.id, "attention", text, second, known)
        _remembered.put(asked, found)
    return found


class Remembered:
    """The answers asked for last, as many as fit into `limit` bytes, and one at least."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Attention] = OrderedDict()

    def get(self, asked: tuple[str, ...]) -> Attention | None:
        """What was answered, if it is still here."""
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def put(self, asked: tuple[str, ...], found: Attention) -> None:
        """The oldest go when it is too much."""
        with self._lock:
            self._kept[asked] = found
            self._kept.move_to_end(asked)
            while len(self._kept) > 1 and sum(each.nbytes for each in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)


_remembered = Remembered(KEPT)


def check(text: object, second: object) -> None:
    """Every limit, before any work."""
    if not isinstance(text, str) or not isinstance(second, str):
        raise PathshalaError("The text must be a string.")
    if not text.strip():
        raise PathshalaError("There is no text yet: write a sentence.")
    if (length := len(text) + len(second)) > TEXT_LIMIT:
        raise PathshalaError(
            f"This text has {length:,} characters and the limit is {TEXT_LIMIT:,}: leave out {length - TEXT_LIMIT:,}."
        )
    if any("\ud800" <= character <= "\udfff" for character in text + second):
        raise PathshalaError("A character of this text is only half of one (a lone surrogate): paste it again.")


def look(loaded: Loaded, text: str, second: str, language: str | None) -> Attention:
    """What one loaded model makes of a sentence, or of two."""
    typed, filling = without_padding([each for each in (text, second) if each.strip()])
    sentences = [masks_of(loaded, each) for each in typed]
    assert loaded.tokenizer is not None
    if filling and loaded.tokenizer.pad_token_id is None:
        raise PathshalaError(f"“{loaded.entry.id}” has no sign for filling: leave [PAD] out.")
    alone = len(sentences) > 1 and loaded.tokenizer.num_special_tokens_to_add(pair=True) == 0
    sentences = sentences[:1] if alone else sentences
    limit = min(TOKEN_LIMIT, loaded.longest)
    filling = min(filling, limit // 2)
    fitting, encoded = fit(loaded, sentences, limit - filling)
    encoded = replace(encoded, filling=filling, sign=loaded.tokenizer.pad_token_id)
    tokens = _tokens(loaded, fitting, encoded)
    started = time.perf_counter()
    with watched(loaded.encoder) as inputs:
        layers, returned = observe(loaded.encoder, **encoded.inputs(loaded.device))
    milliseconds = (time.perf_counter() - started) * 1000
    entry = loaded.entry
    size = len(tokens)
    return Attention(
        tokens=tokens,
        words=_groups(tokens, [[match.span() for match in WORD.finditer(each)] for each in fitting]),
        aksharas=_groups(tokens, [_akshara_spans(each) for each in fitting]),
        layers=tuple(layers),
        states=np.stack([each[0].float().cpu().numpy() for each in returned.hidden_states]),
        inputs=inputs,
        causal=size > 1 and not any(np.triu(layer.visible, 1).any() for layer in layers),
        left_out=(sentences[0][len(fitting[0]) :], sentences[1][len(fitting[1]) :] if len(sentences) > 1 else ""),
        alone=alone,
        filling=filling,
        limit=limit,
        language=language,
        covered=not entry.languages or entry.covers(language),
        model=entry.id,
        device=loaded.device,
        reason=loaded.reason,
        milliseconds=milliseconds,
    )


PLACES = 64  # of the model's table of places, as many are shown


def places(model: str = "") -> np.ndarray | None:
    """The model's own table of places, places x width, its first rows; None where it has none."""
    entry = choose_model(model, None, "attention")
    return models.run(_places, entry.id, "attention")


def _places(loaded: Loaded) -> np.ndarray | None:
    for name, module in loaded.encoder.named_modules():
        if name.rsplit(".", 1)[-1] in TABLES["position"]:
            table = module.weight.detach().float().cpu().numpy()
            first = 2 if loaded.entry.architecture in ("roberta", "xlm-roberta") else 0  # they count from 2
            return np.array(table[first : first + PLACES])
    return None


def without_padding(sentences: Sequence[str]) -> tuple[list[str], int]:
    """["You are welcome [PAD] [PAD]"] -> (["You are welcome"], 2): filling stands behind everything, [SEP] too."""
    *before, last = sentences
    typed = PADDING.search(last)
    if typed is None:
        return list(sentences), 0
    left = last[: typed.start()]
    kept = [*before, left] if left.strip() else before
    if not kept:
        raise PathshalaError("There is no text yet, only filling: write a sentence before it.")
    return kept, len(EITHER_PADDING.findall(typed.group()))


def masks_of(loaded: Loaded, text: str) -> str:
    """The text with the model's own mask sign; both signs have six characters, so that places stay what they were."""
    assert loaded.tokenizer is not None
    mask = loaded.mask_token
    if mask is None and EITHER_MASK.search(text):
        raise PathshalaError(f"“{loaded.entry.id}” has no mask: it was not trained to guess hidden words.")
    for sign in loaded.tokenizer.all_special_tokens:
        if EITHER_PADDING.fullmatch(sign) and sign in text:
            raise PathshalaError(f"{sign} fills up the end of a text: write it there, or leave it out.")
        if sign != mask and sign in text:
            raise PathshalaError(f"{sign} is a sign that “{loaded.entry.id}” writes for itself: leave it out.")
    return EITHER_MASK.sub(mask or "", text)


# -- tokens -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Encoded:
    """What the tokenizer made of one sentence or two."""

    batch: Any  # transformers' BatchEncoding, of one row
    filling: int = 0  # so many pads behind it
    sign: int | None = None  # the id of a pad

    @property
    def ids(self) -> list[int]:
        """The tokens' numbers."""
        return [*self.batch["input_ids"], *[self.sign or 0] * self.filling]

    @property
    def spans(self) -> list[tuple[int, int, int]]:
        """Of each token: its sentence (-1 for special tokens), where it starts there, and where it ends."""
        sentences = [-1 if each is None else int(each) for each in self.batch.sequence_ids(0)]
        typed = [
            (n, int(start), int(end)) for n, (start, end) in zip(sentences, self.batch["offset_mapping"], strict=True)
        ]
        return typed + [(-1, 0, 0)] * self.filling

    def inputs(self, device: str) -> dict[str, Any]:
        """As the model takes them."""
        import torch

        names = [name for name in self.batch if name not in ("offset_mapping", "special_tokens_mask")]
        filling = {"input_ids": self.sign}  # all else is 0 there: not seen, first segment
        rows = {name: [*self.batch[name], *[filling.get(name, 0)] * self.filling] for name in names}
        return {name: torch.tensor([row], device=device) for name, row in rows.items()}


def fit(loaded: Loaded, sentences: Sequence[str], limit: int) -> tuple[list[str], Encoded]:
    """The sentences, the longer one shortened from its end until all is at most `limit` tokens.

    By cutting text, not by telling the tokenizer: that would change it for everybody who uses it meanwhile.
    """
    tokenizer = loaded.tokenizer
    assert tokenizer is not None
    pair = len(sentences) > 1
    fitting = list(sentences)
    while True:
        encoded = Encoded(tokenizer(*fitting, return_offsets_mapping=True))
        over = len(encoded.ids) - limit
        if over <= 0:
            return fitting, encoded
        places: list[list[int]] = [[], []]
        for sentence, start, _ in encoded.spans:
            if sentence >= 0:
                places[sentence].append(start)
        longer = 0 if len(places[0]) >= len(places[1]) else 1
        even = max(1, abs(len(places[0]) - len(places[1]))) if pair else over
        cut = places[longer][-min(over, even, len(places[longer]))]
        fitting[longer] = fitting[longer][: min(cut, len(fitting[longer]) - 1)].rstrip()


def _tokens(loaded: Loaded, sentences: Sequence[str], encoded: Encoded) -> tuple[Token, ...]:
    names = loaded.tokenizer.convert_ids_to_tokens(encoded.ids)  # type: ignore[union-attr]
    trimmed = [_trimmed(sentences, span) for span in encoded.spans]
    tokens: list[Token] = []
    for number, (sentence, start, end) in enumerate(trimmed):
        same = [other for other, each in enumerate(trimmed) if each == (sentence, start, end)]
        if sentence < 0 or start == end:
            tokens.append(Token(names[number], start, start, sentence, (1, 1)))
        else:
            part = (same.index(number) + 1, len(same))
            tokens.append(Token(sentences[sentence][start:end], start, end, sentence, part))
    return tuple(tokens)


def _trimmed(sentences: Sequence[str], span: tuple[int, int, int]) -> tuple[int, int, int]:
    """Without the spaces around a piece, unless it is nothing but spaces."""
    sentence, start, end = span
    if sentence < 0:
        return span
    inside = sentences[sentence][start:end]
    if not inside.strip():
        return span
    return sentence, start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def _groups(tokens: Sequence[Token], units: Sequence[Sequence[tuple[int, int]]]) -> tuple[tuple[int, ...], ...]:
    """Token numbers by word or akshara; `units` of each sentence. A special token is a group of its own."""
    found: list[tuple[int, ...]] = []
    first = 0
    while first < len(tokens):
        sentence = tokens[first].sentence
        last = first
        while last < len(tokens) and tokens[last].sentence == sentence:
            last += 1
        if sentence < 0:
            found += [(number,) for number in range(first, last)]
        else:
            spans = [(each.start, each.end) for each in tokens[first:last]]
            found += [tuple(first + number for number in group) for group in groups_of(spans, units[sentence])]
        first = last
    return tuple(found)


def _akshara_spans(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for akshara in aksharas(text):
        spans.append((start, start + len(akshara)))
        start += len(akshara)
    return spans
