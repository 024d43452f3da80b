"""embedded/pathshala-counted -> a masked word, guessed from its two neighbours by counting alone. No torch, no gradio.

    जा [MASK] है     which words stood between ' जा' and ' है', which after ' जा', which before ' है'?

Nothing here is trained by gradients: the files hold counts of words, of pairs and of triples of words, and the rest is
four divisions. A class can check each by hand. Words are pieces of the `indic` split pattern with the space before them
(' है', '।'); the edge of a line is a word of its own, and so is "a word never seen".

With c for a count, l and r for the two neighbours, w for the word between them, and · for "any word":

    1. after l:       P(w|l)   = (c(l w) - d) / c(l)  +  g(l) · Q(w)
    2. before r:      P(r|w)   = the same, for r after w
    3. both:          B(w)     = P(w|l) · P(r|w), divided by its sum over all w      (a chain l → w → r, Bayes)
    4. seen between:  P(w|l,r) = (c(l w r) - d) / c(l · r)  +  g(l,r) · B(w)

d is the discount: a little of every count, another one for what was seen once, twice and more often. What is taken away
is g, the share left for what was never seen; it goes to the next simpler guess. Q(w) is how many different words w was
seen after, not how often: ' Francisco' is frequent, but only after ' San'. Steps 1 and 4 are interpolated Kneser-Ney
smoothing with three discounts (Chen and Goodman 1999, "An empirical study of smoothing techniques for language
modeling", section 3; Kneser and Ney 1995). A pair or triple that was not stored counts as unseen.

On a held-back tenth of the training text this guessed more words than word frequency, than sums of the four plain
shares with weights from EM (Jelinek-Mercer), fixed or by how often the neighbours were seen, and than step 1 from both
sides, averaged; step 4 adds a little to step 3. The card has the figures; `python -m training.counted --compare` makes
them.

What it can't do: see farther than one word. 'वह लड़की स्कूल जा [MASK] है' and 'वह लड़का …' are the same to it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any
from zipfile import BadZipFile

import numpy as np

from tokenizer_indic.normalizing import normalize
from tokenizer_indic.scripts import guess_language
from tokenizer_indic.splitting import pattern, splitter

from .errors import PathshalaError

FOLDER = Path(__file__).resolve().parents[1] / "embedded" / "pathshala-counted"
FORMAT, VERSION = "pathshala_counted", 1
MASK = "[MASK]"

EDGE, UNKNOWN, FIRST = 0, 1, 2  # numbers of the edge of a line, of any word never seen, of the first real word


@dataclass(frozen=True)
class Guess:
    """One [MASK] of a sentence: its neighbours (None is the edge of the line) and its words, likeliest first."""

    left: str | None
    right: str | None
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Filled:
    """A sentence whose masks were guessed, each by itself. `sentence` has the likeliest words in place."""

    language: str
    sentence: str
    guesses: tuple[Guess, ...]


@dataclass(frozen=True)
class Counts:
    """What a language's file holds. V words, P pairs, Q gaps (two words with one between), T triples.

    Word 0 is the edge of a line, word 1 all words that are not in `words`. Pairs are sorted by their left word, gaps by
    their left word and then their right one; a `…_ends` says where the rows of each word, or gap, end.
    """

    words: tuple[str, ...]  # V - 2 texts: word number 2, 3, …
    counts: np.ndarray  # V; the edge's is the number of lines
    kinds: np.ndarray  # V; how many different words each was seen after
    pair_ends: np.ndarray  # V
    pair_rights: np.ndarray  # P
    pair_counts: np.ndarray  # P
    gap_ends: np.ndarray  # V
    gap_rights: np.ndarray  # Q
    gap_totals: np.ndarray  # Q; how often any word stood in this gap, those not stored included
    triple_ends: np.ndarray  # Q
    triple_middles: np.ndarray  # T
    triple_counts: np.ndarray  # T


@dataclass(frozen=True)
class Discounts:
    """What is taken from a count, by how often the thing was seen: once, twice, more often. `unit` is what one sighting
    counts: 1, unless some texts were given more weight than others."""

    pairs: tuple[float, float, float]
    triples: tuple[float, float, float]
    unit: int = 1

    def of_pairs(self, counts: np.ndarray) -> np.ndarray:
        return self._taken(counts, self.pairs)

    def of_triples(self, counts: np.ndarray) -> np.ndarray:
        return self._taken(counts, self.triples)

    def _taken(self, counts: np.ndarray, by: tuple[float, float, float]) -> np.ndarray:
        """The discount of each count; never more than the count."""
        counts = counts.astype(np.int64)
        seen = np.minimum(-(-counts // self.unit), 3)
        return np.asarray(np.minimum(counts, self.unit * np.array((0.0, *by))[seen]))


class Neighbours:
    """The counted model of one language. It never changes once it is made, so threads may share one."""

    def __init__(self, counts: Counts, discounts: Discounts) -> None:
        self.words = counts.words
        self.discounts = discounts
        self._counts = counts
        self._numbers = {word: number for number, word in enumerate(counts.words, FIRST)}
        size = len(counts.counts)
        lefts = np.repeat(np.arange(size), np.diff(counts.pair_ends, prepend=0))
        rights = counts.pair_rights.astype(np.int64)
        kept = counts.pair_counts - discounts.of_pairs(counts.pair_counts)  # c - d

        # Where all words were kept, those seen once stand for the ones never seen: their neighbours are put together.
        rare = np.zeros(size, dtype=bool)
        rare[UNKNOWN] = True
        if not counts.counts[UNKNOWN]:
            rare[FIRST:] = counts.counts[FIRST:] <= discounts.unit
        self._rare = rare
        totals = np.maximum(counts.counts.astype(float), 1)
        totals[UNKNOWN] = max(counts.counts[rare].sum(), 1)
        spent = np.bincount(lefts, kept, minlength=size)
        spent[UNKNOWN] = kept[rare[lefts]].sum()
        self._left_over = 1 - spent / totals  # g of each word as a left neighbour
        self._base = self._with_unseen(counts.kinds)  # Q

        seen = kept / totals[lefts]  # (c - d) / c(l), of each pair
        from_rare, to_rare = rare[lefts], rare[rights]
        together = kept[from_rare] / totals[UNKNOWN]
        self._after_unknown = np.bincount(rights[from_rare], together, minlength=size)
        self._before_unknown = np.bincount(lefts[to_rare], seen[to_rare], minlength=size)
        self._before_unknown[UNKNOWN] = self._after_unknown[rare].sum()
        self._rights, self._seen = rights, seen
        by_right = np.argsort(rights, kind="stable")
        self._right_ends = np.cumsum(np.bincount(rights, minlength=size))
        self._lefts_by_right, self._seen_by_right = lefts[by_right], seen[by_right]

    def _with_unseen(self, numbers: np.ndarray) -> np.ndarray:
        """V numbers -> V shares that sum to one; the unknown word's is what the rare words have together, and never
        less than one more sighting would be."""
        share = numbers / max(numbers.sum(), 1)
        unseen = max(share[self._rare].sum(), 1 / (numbers.sum() + 1))
        share[UNKNOWN] = 0
        share *= (1 - unseen) / max(share.sum(), 1e-300)
        share[UNKNOWN] = unseen
        return np.asarray(share)

    @property
    def times(self) -> np.ndarray:
        """How often each of `words` was seen."""
        return self._counts.counts[FIRST:]

    @property
    def pairs(self) -> int:
        """How many pairs of words are stored."""
        return len(self._counts.pair_rights)

    @property
    def triples(self) -> int:
        """How many triples are."""
        return len(self._counts.triple_middles)

    def number(self, word: str | None) -> int:
        """The number of a neighbour: EDGE for None. A word unknown with its space is looked up without, and the
        reverse: at the start of a line words have none."""
        if word is None:
            return EDGE
        other = word[1:] if word.startswith(" ") else " " + word
        return self._numbers.get(word, self._numbers.get(other, UNKNOWN))

    def find(self, word: str) -> int:
        """The number of a word that is asked for, to the letter and the space; UNKNOWN if it was never counted."""
        return self._numbers.get(word, UNKNOWN)

    def after(self, left: int) -> np.ndarray:
        """Step 1, P(w|l): V shares, summing to one with the edge of the line."""
        share = self._left_over[left] * self._base
        if left == UNKNOWN:
            return np.asarray(share + self._after_unknown)
        row = self._rows(self._counts.pair_ends, left)
        share[self._rights[row]] += self._seen[row]
        return np.asarray(share)

    def before(self, right: int) -> np.ndarray:
        """Step 2, P(r|w) for each w: V shares, each of another w, so they need not sum to one."""
        share = self._left_over * self._base[right]
        if right == UNKNOWN:
            return np.asarray(share + self._before_unknown)
        row = self._rows(self._right_ends, right)
        share[self._lefts_by_right[row]] += self._seen_by_right[row]
        share[UNKNOWN] = self._left_over[UNKNOWN] * self._base[right] + self._after_unknown[right]
        return np.asarray(share)

    def between(self, left: int, right: int) -> np.ndarray:
        """Step 3, B(w): V shares, summing to one; that of the edge is 0."""
        both = self.after(left) * self.before(right)
        both[EDGE] = 0
        return np.asarray(both / both.sum())

    def distribution(self, left: str | None, right: str | None) -> np.ndarray:
        """Step 4, P(w|l,r): V shares, summing to one; [0], the edge, is 0, [1] is the share of all words never seen."""
        numbers = self.number(left), self.number(right)
        both = self.between(*numbers)
        gap = self._gap(*numbers)
        if gap is None:
            return both
        row = self._rows(self._counts.triple_ends, gap)
        counts = self._counts.triple_counts[row]
        seen = (counts - self.discounts.of_triples(counts)) / int(self._counts.gap_totals[gap])
        both *= 1 - seen.sum()
        both[self._counts.triple_middles[row]] += seen
        return both

    def frequencies(self) -> np.ndarray:
        """The simplest guess, which knows no neighbour: V shares by how often each word was seen, summing to one."""
        counts = self._counts.counts.astype(float)
        counts[EDGE] = 0
        return self._with_unseen(counts)

    def _gap(self, left: int, right: int) -> int | None:
        """The number of the gap between two words, if something was ever stored in it."""
        row = self._rows(self._counts.gap_ends, left)
        found = row.start + int(np.searchsorted(self._counts.gap_rights[row], right))
        return found if found < row.stop and self._counts.gap_rights[found] == right else None

    @staticmethod
    def _rows(ends: np.ndarray, number: int) -> slice:
        return slice(int(ends[number - 1]) if number else 0, int(ends[number]))

    def likeliest(self, share: np.ndarray, top_k: int) -> list[tuple[str, float]]:
        """V shares -> the words with the largest and these; the unknown word is never among them."""
        known = share[FIRST:]
        count = min(top_k, len(known))
        if count < 1:
            return []
        best = np.argpartition(-known, count - 1)[:count]
        best = best[np.lexsort((best, -known[best]))]  # of equals the more frequent one
        return [(self.words[place], float(known[place])) for place in best]


def read_counts(path: Path) -> Counts:
    """One language's file, as `write_counts` made it."""
    with np.load(path, allow_pickle=False) as stored:
        planes = {name: stored[name] for name in stored.files}
    words = tuple(planes.pop("words").tobytes().decode("utf-8").split("\n"))
    arrays = {}
    for name, plane in planes.items():
        values = np.ascontiguousarray(plane.T).view(f"<u{len(plane)}").ravel()
        if name.endswith("_ends"):
            values = np.cumsum(values, dtype=np.int64)
        elif name.endswith(("_rights", "_middles")):
            values = np.cumsum(values, dtype=np.uint16)
        arrays[name] = values
    return Counts(words, **arrays)


def write_counts(path: Path, counts: Counts) -> None:
    """Plain compressed arrays, each in the narrowest whole numbers that hold it. Nearly a third smaller than they were:

    - Of the ends the sizes of the rows are stored, and of the numbers of words, which rise in each row, the steps from
      one to the next (modulo 65,536: two bytes name a word, so a language has at most 65,534).
    - All low bytes come first, then all high bytes, which are mostly zeros: an array of bytes x numbers.
    """
    arrays = {"words": np.frombuffer("\n".join(counts.words).encode("utf-8"), dtype=np.uint8)}
    for name in (each.name for each in fields(Counts) if each.name != "words"):
        values = getattr(counts, name)
        if name.endswith("_ends"):
            values = np.diff(values, prepend=0)
        elif name.endswith(("_rights", "_middles")):
            values = np.diff(values.astype(np.uint16), prepend=np.uint16(0))
        size = np.min_scalar_type(int(values.max(initial=0))).itemsize
        planes = values.astype(f"<u{size}").view(np.uint8).reshape(-1, size).T
        arrays[name] = np.ascontiguousarray(planes)
    np.savez_compressed(path, allow_pickle=False, **arrays)


class Counted:
    """The counted models of a folder; each language is read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about: dict[str, Any] = _read_json(folder)
        self._discounts = {code: _discounts(facts) for code, facts in self.about["languages"].items()}
        self._models: dict[str, Neighbours] = {}
        self._lock = Lock()

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that were counted."""
        return tuple(self._discounts)

    def language(self, code: str) -> Neighbours:
        """The model of one language. Raises PathshalaError where there is none."""
        if code not in self._discounts:
            known = ", ".join(self.languages)
            raise PathshalaError(f"Words were counted in {known}, but not in {code!r}. Choose one of these languages.")
        with self._lock:
            if code not in self._models:
                path = self.folder / f"{code}.npz"
                try:
                    counts = read_counts(path)
                except (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile) as error:
                    raise PathshalaError(
                        f"The counts in {path} can't be read: the file is missing or damaged."
                    ) from error
                self._models[code] = Neighbours(counts, self._discounts[code])
            return self._models[code]

    def predict(self, language: str, left: str | None, right: str | None, top_k: int = 5) -> list[tuple[str, float]]:
        """The likeliest words between two others, with their probabilities.

            counted.predict("hi", " जा", " है")  ->  [(" रहा", 0.4…), (" रही", …), …]

        Words carry the space before them; None is the edge of the line. A neighbour that was never counted is
        treated as a rare word is. Raises PathshalaError for a language that was not counted.
        """
        model = self.language(language)
        return model.likeliest(model.distribution(left, right), top_k)

    def probability(self, language: str, left: str | None, word: str, right: str | None) -> float:
        """P(word | left, right). For a word that was never counted: the share of all such words together."""
        model = self.language(language)
        return float(model.distribution(left, right)[model.find(word)])

    def fill(self, sentence: str, language: str | None = None, top_k: int = 5) -> Filled:
        """Guess each [MASK] of a sentence from its two neighbours: another mask beside it is an unknown word.

        The space before a mask belongs to the word, as for the BERT models. Without a language it is guessed. Raises
        PathshalaError for a sentence without [MASK] and for a language that was not counted.
        """
        if MASK not in sentence:
            raise PathshalaError(f"There is no {MASK} in this sentence. Put {MASK} in the place of one word.")
        parts = normalize(sentence).split(MASK)
        code = language or guess_language(" ".join(parts), self.languages) or self.languages[0]
        model = self.language(code)
        parts[:-1] = [part.removesuffix(" ") for part in parts[:-1]]
        guesses = []
        for number, (before, after) in enumerate(pairwise(parts)):
            left = _last_word(before) if before or number == 0 else MASK
            right = _first_word(after) if after or number == len(parts) - 2 else MASK
            shares = model.distribution(left, right)
            guesses.append(Guess(left, right, tuple(model.likeliest(shares, top_k))))
        words = [each.candidates[0][0] if each.candidates else MASK for each in guesses]
        filled = "".join(part + word for part, word in zip(parts, [*words, ""], strict=True))
        return Filled(code, filled, tuple(guesses))


def write_about(folder: Path, discounts: dict[str, Discounts], about: dict[str, Any]) -> None:
    """model.json: the discounts of each language that has a file in the folder, and whatever else is to be told."""
    facts = {"format": FORMAT, "version": VERSION, **about}
    facts["languages"] = {code: asdict(each) for code, each in discounts.items()}
    (folder / "model.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(folder: Path | str = FOLDER) -> Counted:
    """The counted model of a folder. Raises PathshalaError if there is none, or one of another kind."""
    return Counted(Path(folder))


def _read_json(folder: Path) -> dict[str, Any]:
    path = folder / "model.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PathshalaError(f"There is no counted model in {folder}: {path.name} is missing or damaged.") from error
    if not isinstance(about, dict) or (about.get("format"), about.get("version")) != (FORMAT, VERSION):
        raise PathshalaError(f"{path} is not a counted model that this version of the app can read.")
    return about


def _discounts(facts: dict[str, Any]) -> Discounts:
    once, twice, more = map(float, facts["pairs"])
    once_3, twice_3, more_3 = map(float, facts["triples"])
    return Discounts((once, twice, more), (once_3, twice_3, more_3), int(facts["unit"]))


def pieces() -> Callable[[str], list[str]]:
    """The words of a text in NFC: 'जा रही है।' -> ['जा', ' रही', ' है', '।']."""
    return splitter(pattern("indic"))


def _last_word(text: str) -> str | None:
    """The word just before a mask; None at the start of a line."""
    words = pieces()(text)
    return words[-1] if words and words[-1] not in "\r\n" else None


def _first_word(text: str) -> str | None:
    """The word just after a mask; None at the end of a line."""
    words = pieces()(text)
    return words[0] if words and words[0] not in "\r\n" else None
