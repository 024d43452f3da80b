"""packed rows -> a teacher that has counted: what stood, elsewhere in the text, between the same neighbours.

A word that is masked says once what stands there. The rest of the text has shown many times what stands between such
neighbours, and a small model that reads a small text many times needs to be told, or it learns each case by heart. So a
part of its target is the distribution that counting gives, the case itself left out:

    contexts of a place        both neighbours; two before; two after; one before; one after; none
                               each with the place's number in its word and the word's length in pieces
    P(token | context)         (count - own) / (total - own)
    the teacher                their mixture; the weights depend on how often each context was met, and are those that
                               make the left-out tokens likeliest (deleted interpolation: Jelinek and Mercer 1980)

Targets from counts make a network generalise better (Neubig and Dyer 2016, arXiv 1606.00499, mix the two in one model);
softened targets in place of one word are Hinton et al. 2015, arXiv 1503.02531.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.texts import Rows

WEIGHT = 4  # what a sighting in a text counts to which another one was added (`hi` beside `hi+`), which counts 1
TOP = 24  # tokens of each context that are told
LONGEST = 4  # pieces of a word that are told apart; place and length are numbered up to here
BUCKETS = 10  # of how often a context was met: 0, 1, 2, 3-4, 5-8 …
SAMPLE = 200_000  # places from which the weights of a language are learned

# The tokens that each kind of context knows: -1 is the one before the word, 1 the one after it.
KINDS: tuple[tuple[int, ...], ...] = ((-1, 1), (-2, -1), (1, 2), (-2, -1, 1), (-1, 1, 2), (-1,), (1,), ())


@dataclass(frozen=True)
class Counts:
    """One kind of context in one language. Entries of a context stand together, the most frequent first."""

    context_of: np.ndarray  # rows x length, int32: the context of each place; -1 where there is no word
    starts: np.ndarray  # contexts + 1
    tokens: np.ndarray  # entries, uint16
    counts: np.ndarray  # entries, float32
    totals: np.ndarray  # contexts, float32


@dataclass(frozen=True)
class Told:
    """What the teacher says of some places: places x (kinds x TOP) tokens, and their shares, some of them zero."""

    tokens: np.ndarray  # int64
    shares: np.ndarray  # float32; a row sums to one or less


class Teacher:
    """The counts of every language, and the weights of its mixtures."""

    def __init__(self, rows: Mapping[str, Rows], size: int, seed: int) -> None:
        """`rows`: as bert.read_rows gives them; what `hi+` adds to `hi` is counted with it. `size`: the vocabulary."""
        self._rows = rows
        self._kinds: dict[str, list[Counts]] = {}
        self._first: dict[str, int] = {}  # the row of its language's counts with which a source begins
        self._weights: dict[str, np.ndarray] = {}  # language: kinds x BUCKETS, logarithms
        self._own: dict[str, np.ndarray] = {}  # language: what a sighting in each row counts
        for language in dict.fromkeys(code.rstrip("+") for code in rows):
            sources = [code for code in (language, f"{language}+") if code in rows]
            begin = 0
            for code in sources:
                self._first[code] = begin
                begin += len(rows[code].ids)
            ids = np.concatenate([rows[code].ids for code in sources]).astype(np.int64)
            words = np.concatenate([rows[code].words for code in sources])
            weights = [WEIGHT if code == language and len(sources) > 1 else 1 for code in sources]
            own = np.repeat(weights, [len(rows[code].ids) for code in sources]).astype(np.float32)
            self._own[language] = own
            self._kinds[language] = count(ids, words, own, size)
            self._weights[language] = self._learn(language, ids, seed)

    def tell(self, places: Sequence[tuple[str, int]]) -> Told:
        """Of all places of some rows, (source, row): rows x length of them, one after the other."""
        length = next(iter(self._rows.values())).ids.shape[1]
        tokens = np.zeros((len(places) * length, len(KINDS) * TOP), dtype=np.int64)
        shares = np.zeros(tokens.shape, dtype=np.float32)
        by_language: dict[str, list[int]] = {}
        for number, (code, _) in enumerate(places):
            by_language.setdefault(code.rstrip("+"), []).append(number)
        for language, numbers in by_language.items():
            taken = np.array([self._first[places[each][0]] + places[each][1] for each in numbers])
            true = np.stack([self._rows[places[each][0]].ids[places[each][1]] for each in numbers]).astype(np.int64)
            told = self._of(language, taken, true)
            spread = (np.array(numbers)[:, None] * length + np.arange(length)).ravel()
            tokens[spread], shares[spread] = told.tokens, told.shares
        return Told(tokens, shares)

    def _of(self, language: str, taken: np.ndarray, true: np.ndarray) -> Told:
        kinds, answers = self._kinds[language], true.reshape(-1, 1)
        contexts = [kind.context_of[taken].reshape(-1) for kind in kinds]
        own = np.repeat(self._own[language][taken], true.shape[1])
        mixture = self._mixture(language, contexts, own)
        tokens, shares = [], []
        for number, (kind, context) in enumerate(zip(kinds, contexts, strict=True)):
            first = kind.starts[context][:, None]
            many = (kind.starts[context + 1] - kind.starts[context])[:, None]
            step = np.arange(TOP)[None]
            here = (step < many) & (context >= 0)[:, None]
            place = np.where(here, first + step, 0)
            found = kind.tokens[place].astype(np.int64)
            left = np.where(here, kind.counts[place] - (found == answers) * own[:, None], 0)
            left = left / np.maximum(kind.totals[context] - own, 1)[:, None]
            tokens.append(np.where(here, found, 0))
            shares.append(left * mixture[:, number : number + 1])
        return Told(np.concatenate(tokens, 1), np.concatenate(shares, 1).astype(np.float32))

    def _mixture(self, language: str, contexts: Sequence[np.ndarray], own: np.ndarray) -> np.ndarray:
        """places x kinds, each row summing to one; a context that was met nowhere else has no part."""
        buckets = [
            bucket(kind.totals[context] - own) for kind, context in zip(self._kinds[language], contexts, strict=True)
        ]
        return np.asarray(
            mix(torch.from_numpy(self._weights[language]), torch.from_numpy(np.stack(buckets, 1))).numpy()
        )

    def _learn(self, language: str, ids: np.ndarray, seed: int) -> np.ndarray:
        """The logarithms of the weights, so that left-out tokens are likeliest."""
        kinds = self._kinds[language]
        places = np.flatnonzero(kinds[-1].context_of.ravel() >= 0)
        dice = np.random.default_rng(seed)
        places = dice.permutation(places)[:SAMPLE]
        answers = ids.ravel()[places]
        own = self._own[language][places // ids.shape[1]]
        likely, buckets = [], []
        for kind in kinds:
            context = kind.context_of.ravel()[places]
            others = kind.totals[context] - own
            likely.append((frequency(kind, context, answers) - own) / np.maximum(others, 1))
            buckets.append(bucket(others))
        chances = torch.from_numpy(np.stack(likely, 1).astype(np.float32))
        seen = torch.from_numpy(np.stack(buckets, 1))
        weights = torch.zeros(len(kinds), BUCKETS, requires_grad=True)
        optimizer = torch.optim.Adam([weights], lr=0.1)
        for _ in range(120):
            optimizer.zero_grad()
            loss = -((mix(weights, seen) * chances).sum(1) + 1e-6).log().mean()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        return np.asarray(weights.detach().numpy())


def mix(weights: Tensor, buckets: Tensor) -> Tensor:
    """kinds x BUCKETS, places x kinds -> places x kinds: a softmax over the kinds whose context was met elsewhere."""
    chosen = weights.t().gather(0, buckets)
    return torch.where(buckets > 0, chosen, -1e9).softmax(1) * (buckets > 0)


def bucket(times: np.ndarray) -> np.ndarray:
    """0, 1, 2, 3-4, 5-8, 9-16 … as 0, 1, 2 …, at most BUCKETS - 1."""
    logs = np.ceil(np.log2(np.maximum(times, 1))) + 1
    return np.where(times < 1, 0, np.minimum(logs, BUCKETS - 1)).astype(np.int64)


def frequency(kind: Counts, contexts: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """How often each token was met in its context: entries are looked for one after the other, all places at once."""
    found = np.zeros(len(contexts), dtype=np.float32)
    at, end = kind.starts[contexts].copy(), kind.starts[contexts + 1]
    open_places = np.arange(len(contexts))
    while len(open_places):
        here = at[open_places]
        hit = kind.tokens[here] == tokens[open_places]
        found[open_places[hit]] = kind.counts[here[hit]]
        at[open_places] += 1
        open_places = open_places[~hit & (at[open_places] < end[open_places])]
    return found


def count(ids: np.ndarray, words: np.ndarray, own: np.ndarray, size: int) -> list[Counts]:
    """rows x length, twice, and what a sighting in each row counts -> the counts of every kind of context."""
    around, form = neighbours(ids, words)
    inside = words > 0
    counting = np.broadcast_to(own[:, None], ids.shape)[inside]
    found = []
    for kind in KINDS:
        keys = form[inside].astype(np.int64)
        for away in kind:
            keys = keys * size + around[away][inside]
        _, contexts = np.unique(keys, return_inverse=True)
        pairs, entries = np.unique(contexts.astype(np.int64) * size + ids[inside], return_inverse=True)
        counts = np.bincount(entries, counting)
        of, tokens = pairs // size, pairs % size
        order = np.lexsort((-counts, of))
        of, tokens, counts = of[order], tokens[order], counts[order]
        many = int(of[-1]) + 1 if len(of) else 0
        context_of = np.full(ids.shape, -1, dtype=np.int32)
        context_of[inside] = contexts
        found.append(
            Counts(
                context_of,
                np.append(np.searchsorted(of, np.arange(many)), len(of)),
                tokens.astype(np.uint16),
                counts.astype(np.float32),
                np.bincount(of, counts, many).astype(np.float32),
            )
        )
    return found


def neighbours(ids: np.ndarray, words: np.ndarray) -> tuple[dict[int, np.ndarray], np.ndarray]:
    """Of each place the tokens -2, -1 before and 1, 2 after its whole word (0 beyond the row), and a number for its
    place in the word and the word's length."""
    rows, length = ids.shape
    starts = np.ones(ids.shape, dtype=bool)
    starts[:, 1:] = words[:, 1:] != words[:, :-1]
    starts |= words == 0
    here = np.arange(length)[None].repeat(rows, 0)
    first = np.maximum.accumulate(np.where(starts, here, 0), axis=1)
    ends = np.ones(ids.shape, dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    last = np.minimum.accumulate(np.where(ends, here, length - 1)[:, ::-1], axis=1)[:, ::-1]
    padded = np.pad(ids, ((0, 0), (2, 2)))
    around = {away: np.take_along_axis(padded, (first if away < 0 else last) + away + 2, 1) for away in (-2, -1, 1, 2)}
    place = np.minimum(here - first, LONGEST - 1)
    many = np.minimum(last - first, LONGEST - 1)
    return around, place * LONGEST + many
