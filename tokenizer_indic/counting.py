"""text -> counts of pieces. What grows with the corpus happens here; training only ever sees the counts.

    >>> count_pieces(["राम राम", "राम आया"], pattern("indic"))
    {'राम': 2, ' राम': 1, ' आया': 1}

The order is that of first occurrence in the corpus, which is what ties between merges are broken by.

    parts of a corpus (corpus.py)  ─ map: count_part ─►  Counted of each  ─ reduce: Tally ─►  Counted of the whole

The map may run anywhere (workers.py): a part says where its text is, and its result is the same in every process. The
reduction goes in the order of the corpus. So one process, several, and a cluster give the same bytes.

Memory has a limit, whatever the corpus: a Tally that has grown to twice KEPT characters of pieces keeps the most common
KEPT, and a sample of lines is those whose hash is lowest, SAMPLE characters of them. Corpora of a few hundred megabytes
in one language stay below the first, those of some megabytes below the second, and lose nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from .corpus import Part, read
from .errors import StorageError, TrainingStoppedError
from .normalizing import check_text, normalize, normalize_all
from .splitting import Pattern, pattern, splitter, words
from .storage import write_whole

BATCH = 256  # lines that are counted at a time
BLOCK = 2_000_000  # characters that are counted before they join a tally
KEPT = 2_000_000  # characters of different pieces; from twice as many the rarest leave
SAMPLE = 3_000_000  # characters of lines
LONG = 10_000  # characters of a line; longer ones are sampled in pieces
_ALL = 1 << 64  # above every hash

Mapper = Callable[[Callable[[Part], "Counted"], Sequence[Part]], Iterator["Counted"]]  # results in the order of parts
Progress = Callable[[str, int, int], object]  # stage, done, of how many (0: unknown)


def count_pieces(lines: Iterable[str], by: Pattern, normalization: str | None = "NFC") -> dict[str, int]:
    """How often each piece of `by` occurs in `lines`, which come without their line feeds.

    Where the pattern cuts at spaces, words are counted first and each different word is split once: the same counts,
    several times faster.
    """
    found: Counter[str] = Counter()
    for batch in _batches(lines, BATCH if by.cuts_at_newlines else 1):
        found.update(_words(batch, by))
    del found["\n"]
    for word in found:
        check_text(word)
    pieces: dict[str, int] = {}
    split = splitter(by)
    for word, count in found.items():
        for piece in split(normalize(word, normalization)):
            pieces[piece] = pieces.get(piece, 0) + count
    return pieces


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    lines = iter(lines)
    while batch := list(islice(lines, size)):
        yield batch


def _words(batch: list[str], by: Pattern) -> Iterable[str]:
    """The words of some lines; a line that cannot be cut into words stays whole."""
    if (found := words("\n".join(batch), by)) is not None:
        return found
    return batch if len(batch) == 1 else chain.from_iterable(_words([line], by) for line in batch)


def add_counts(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Counts of several parts of a corpus, in its order -> counts of the whole."""
    total: dict[str, int] = {}
    for part in counts:
        for piece, count in part.items():
            total[piece] = total.get(piece, 0) + count
    return total


# -- within a fixed memory --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """How a corpus is counted."""

    pattern_name: str = "indic"
    normalization: str | None = "NFC"
    sampled: bool = False  # keep a sample of the lines too, as the segmentation with the fewest tokens learns from it


@dataclass
class Counted:
    """What learning needs of a corpus, and all that is kept of it."""

    pieces: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)  # a sample, in the order of the corpus, normalised
    below: int = _ALL  # the sample has all lines whose hash is less than this, and no others
    characters: int = 0  # of the corpus
    left_out: int = 0  # occurrences of rare pieces that found no room

    @property
    def is_sample(self) -> bool:
        """Are there lines of the corpus that are not among `lines`?"""
        return self.below < _ALL


class Tally:
    """Adds up what was counted in parts of a corpus that come in its order."""

    def __init__(self) -> None:
        self.whole = Counted()
        self._sizes = [0, 0]  # characters of the pieces, and of the lines

    def add(self, part: Counted) -> None:
        """May take over what `part` holds."""
        whole = self.whole
        whole.characters += part.characters
        whole.left_out += part.left_out
        pieces, before = whole.pieces, len(whole.pieces)
        for piece, count in part.pieces.items():
            pieces[piece] = pieces.get(piece, 0) + count
        self._sizes[0] += sum(map(len, islice(pieces, before, None)))
        if self._sizes[0] > 2 * KEPT:
            self._forget()
        whole.below = min(whole.below, part.below)
        whole.lines += part.lines
        self._sizes[1] += sum(map(len, part.lines))
        if self._sizes[1] > 2 * SAMPLE:
            self._thin()

    def done(self) -> Counted:
        """The sum. The tally ends with it."""
        if self._sizes[0] > KEPT:
            self._forget()
        if self._sizes[1] > SAMPLE or self.whole.is_sample:
            self._thin()
        return self.whole

    def _forget(self) -> None:
        """The most common KEPT characters of pieces stay; of equally common ones those that came first."""
        whole, size = self.whole, 0
        stay: dict[str, None] = {}
        for piece in sorted(whole.pieces, key=whole.pieces.__getitem__, reverse=True):
            if (size := size + len(piece)) > KEPT and stay:
                break
            stay[piece] = None
        before = sum(whole.pieces.values())
        whole.pieces = {piece: count for piece, count in whole.pieces.items() if piece in stay}
        whole.left_out += before - sum(whole.pieces.values())
        self._sizes[0] = sum(map(len, whole.pieces))

    def _thin(self) -> None:
        """Lines with the lowest hashes stay, SAMPLE characters of them: the same ones however the parts were cut."""
        whole, size = self.whole, 0
        hashes = list(map(_hash, whole.lines))
        for place in sorted(range(len(hashes)), key=hashes.__getitem__):
            if (size := size + len(whole.lines[place])) > SAMPLE:
                whole.below = min(whole.below, hashes[place])
                break
        whole.lines = [line for line, hash in zip(whole.lines, hashes, strict=True) if hash < whole.below]
        self._sizes[1] = sum(map(len, whole.lines))


def _hash(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def count_lines(lines: Iterable[str], recipe: Recipe) -> Counted:
    """The lines of a corpus, or of a part of it -> what is kept of them."""
    tally, by = Tally(), pattern(recipe.pattern_name)
    for block in _blocks(lines):
        pieces = count_pieces(block, by, recipe.normalization)
        kept = normalize_all(list(_short(block)), recipe.normalization) if recipe.sampled else []
        tally.add(Counted(pieces, kept, characters=sum(map(len, block))))
    return tally.done()


def _short(lines: Iterable[str]) -> Iterator[str]:
    """Longer lines in pieces, cut at spaces, so that one of them is no more than a small part of a sample."""
    for line in lines:
        while len(line) > LONG:
            cut = line.rfind(" ", LONG // 2, LONG)
            cut = LONG if cut < 0 else cut
            yield line[:cut]
            line = line[cut:]
        yield line


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block, size = [], 0
    for line in lines:
        block.append(line)
        if (size := size + len(line)) >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


# -- map and reduce ---------------------------------------------------------------------------------------------------


def count(
    parts: Sequence[Part],
    recipe: Recipe,
    *,
    mapper: Mapper = map,
    memory: "Memory | None" = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Counted:
    """The parts of a corpus, counted by `mapper` and added up in their order.

    `mapper`: `map` counts in this process; workers.py has others. `memory`: where finished parts are kept, so that
    counting that was interrupted goes on from there. `progress` is called with ("counting", done, of how many), in the
    unit of `Part.size`. `stop` is asked now and then. Raises TextError for text that is none, TrainingStoppedError.
    """
    of, before = sum(part.size for part in parts), 0

    def tell(done: int) -> None:
        if progress:
            progress("counting", before + done, of)
        if stop and stop():
            raise TrainingStoppedError("Training was stopped while counting.")

    tell(0)
    tally = Tally()
    known = [memory is not None and memory.has(part, recipe) for part in parts]
    counter = _Count(recipe, tell if mapper is map else None)
    fresh = mapper(counter, [part for part, there in zip(parts, known, strict=True) if not there])
    for part, there in zip(parts, known, strict=True):
        if memory is None:
            counted = next(fresh)
        elif there:
            counted = memory.get(part, recipe)
        else:
            memory.put(part, recipe, counted := next(fresh))
        tally.add(counted)
        before += part.size
        tell(0)
    return tally.done()


@dataclass(frozen=True)
class _Count:
    """What a worker is sent: small, and the same everywhere."""

    recipe: Recipe
    report: Callable[[int], object] | None = None  # how far it is in a part; in this process alone

    def __call__(self, part: Part) -> Counted:
        return count_lines(read(part, self.report), self.recipe)


class Memory:
    """A folder with the counts of finished parts. A part whose files, place or recipe have changed is another one.

    Of a dataset on the hub only the name is known: use another folder when it has changed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def has(self, part: Part, recipe: Recipe) -> bool:
        """Was this very part counted in this very way?"""
        return self._file(part, recipe).exists()

    def get(self, part: Part, recipe: Recipe) -> Counted:
        """Raises StorageError if the file is damaged."""
        path = self._file(part, recipe)
        try:
            counted = Counted(**json.loads(path.read_text(encoding="utf-8")))
            sum(counted.pieces.values(), start=sum(map(len, counted.lines)))
            return counted
        except (ValueError, TypeError, AttributeError) as error:
            raise StorageError(f"{path} holds no counts any more: delete it, and its part is counted again.") from error

    def put(self, part: Part, recipe: Recipe, counted: Counted) -> None:
        """Whole or not at all."""
        write_whole(self._file(part, recipe), json.dumps(asdict(counted), ensure_ascii=False))

    def _file(self, part: Part, recipe: Recipe) -> Path:
        facts: dict[str, Any] = {**asdict(part), **asdict(recipe), "limits": (BLOCK, KEPT, SAMPLE)}
        path = Path(part.path)
        files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
        facts["files"] = [(str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in files]
        return self.folder / f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]}.json"
