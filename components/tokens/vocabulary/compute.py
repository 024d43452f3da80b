"""a tokenizer's name -> its vocabulary; a query -> the entries that fit; an id -> all that is known of that entry.

Lengths, scripts, topics and two vocabularies beside each other are in survey.py. No torch, no gradio, no HTML.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from components.errors import PathshalaError
from components.tokens.compute import FEWEST, check_text
from components.tokens.own import find
from tokenizer_indic import Entry, Tokenizer
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.errors import UnknownIdError
from tokenizer_indic.storage import shipped

QUERY_LIMIT = 100  # characters
SHOWN = 200  # entries of a list; the total is always told
FIRST_LEARNED = 50  # entries that are listed where no rank is given
LONGEST_SPELLED = 100  # characters of an entry that is spelled in every other way to find the best one
LEAVES = 32  # of a tree: more would not be read


@dataclass(frozen=True)
class Vocabulary:
    """All entries of a tokenizer in id order, which is the order of learning.

    An entry's `rank` is 0 for the first merge or, where entries were chosen, for the most used one; None for bytes,
    special tokens and, where entries were chosen, characters.
    """

    name: str
    tokenizer: Tokenizer
    entries: tuple[Entry, ...]
    ranks: int  # how many have a rank
    building: int  # the ranks before this one only put characters together from their bytes
    children: tuple[tuple[int, ...], ...]  # id -> the ids that were made directly from it, earliest first


@dataclass(frozen=True)
class Found:
    """The entries that fit a query, earliest first."""

    name: str
    query: str  # normalised as the tokenizer does it
    kind: str  # a key of KINDS
    entries: tuple[Entry, ...]  # the first SHOWN
    ranks: tuple[int, ...]  # of all of them that have one, for the picture
    total: int
    size: int  # entries of the vocabulary
    learned: int  # how many have a rank
    building: int  # … of which so many only put characters together
    chosen: bool  # entries were chosen, not merged: a rank tells of use, not of time
    cut: tuple[Entry, ...]  # nothing found: what the query is cut into instead


@dataclass(frozen=True)
class Node:
    """One entry in a tree. `above` is the place of its parent node in the tuple of nodes, -1 for the root."""

    entry: Entry
    above: int
    hides: bool  # it has parts that are not drawn


@dataclass(frozen=True)
class Card:
    """All that a vocabulary tells of one of its entries."""

    entry: Entry
    ranks: int
    characters: int | None  # None for a part of a character
    aksharas: int | None
    parents: tuple[Entry, ...]  # two, or none
    instead: tuple[Entry, ...]  # of an entry that was chosen: what would spell it if it were not there
    children: tuple[
        Entry, ...
    ]  # made directly from it, or where entries were chosen, those that hold it; SHOWN at most
    made: int  # how many of them there are
    within: int  # entries that hold it, directly or not
    alone: tuple[Entry, ...]  # the tokens of its text when nothing stands around it
    twin: Entry | None  # the same with, or without, the space before it
    kept: bool | None  # does the language's vocabulary that was pruned by use have it? None where there is none
    tree: tuple[Node, ...]  # the root first, parts after what they make


@dataclass(frozen=True)
class Use:
    """How an entry fares in a text."""

    own: int  # times it is a token of its own
    inside: int  # times it vanished in a longer token
    tokens: int  # of the text


# -- the vocabulary --------------------------------------------------------------------------------


def vocabulary(name: str) -> Vocabulary:
    """`vocabulary("hi").entries[296].text` -> 'भ'. Raises PathshalaError for an unknown name, Gone for a lost one."""
    find(name)  # an own tokenizer that is asked for stays in the memory; one that left is missed here
    return _vocabulary(name)


@lru_cache(maxsize=12)
def _vocabulary(name: str) -> Vocabulary:
    tokenizer = find(name)
    first = 256 + len(tokenizer.characters)  # of the entries that were chosen
    entries = tuple(replace(each, rank=each.id - first) if each.kind == "entry" else each for each in tokenizer)
    children: list[list[int]] = [[] for _ in entries]
    for entry in entries:
        for parent in dict.fromkeys(entry.parents or ()):
            children[parent].append(entry.id)
    return Vocabulary(
        name=name,
        tokenizer=tokenizer,
        entries=entries,
        ranks=sum(each.rank is not None for each in entries),
        building=sum(each.rank is not None and each.kind in ("part", "character") for each in entries),
        children=tuple(map(tuple, children)),
    )


# -- search ----------------------------------------------------------------------------------------

Fits = Callable[[str, str], bool]  # (an entry's text, the query)


def _is_word(text: str, query: str) -> bool:
    """(" भारत", "भारत") -> True: a word is learned with the space before it, and again without."""
    return query in (text, text.strip(" "))


def _begins(text: str, query: str) -> bool:
    return text.startswith(query) or text.lstrip(" ").startswith(query)


def _ends(text: str, query: str) -> bool:
    return text.endswith(query) or text.rstrip(" ").endswith(query)


def _holds(text: str, query: str) -> bool:
    return query in text


FITS: dict[str, Fits] = {"word": _is_word, "begins": _begins, "ends": _ends, "anywhere": _holds}
KINDS = (*FITS, "rank")


def search(name: str, query: str, kind: str) -> Found:
    """`search("hi", "भारत", "word")` finds ' भारत' and 'भारत'. Raises PathshalaError.

    The query is normalised as the tokenizer does it; a space in it counts. Of kind "rank" it is a number, 1 for the
    entry learned first, or two with a dash between: "400" or "400-450"; without any, the first after the characters.
    """
    if kind not in KINDS:
        raise PathshalaError(f"There is no kind of search “{kind[:40]}”. There are: {', '.join(KINDS)}.")
    known = vocabulary(name)
    if kind == "rank" and not query.strip():
        query = f"{known.building + 1}-{known.building + FIRST_LEARNED}"
    check_query(query)
    normal = known.tokenizer.normalize(query)
    found = _of_ranks(known, normal) if kind == "rank" else _that_fit(known, normal, FITS[kind])
    return Found(
        name=name,
        query=normal,
        kind=kind,
        entries=found[:SHOWN],
        ranks=tuple(entry.rank for entry in found if entry.rank is not None),
        total=len(found),
        size=len(known.entries),
        learned=known.ranks,
        building=known.building,
        chosen=known.tokenizer.segmentation == "fewest",
        cut=() if found or kind == "rank" else tuple(pieces(known, as_searched(normal, kind))),
    )


def check_query(query: str) -> None:
    """Every limit before any work."""
    if not query:
        raise PathshalaError("Write what to look for: a word, its beginning, its end, or any part of it.")
    if len(query) > QUERY_LIMIT:
        raise PathshalaError(f"This has {len(query):,} characters and the limit is {QUERY_LIMIT}.")
    check_text(query)


def _that_fit(known: Vocabulary, query: str, fits: Fits) -> tuple[Entry, ...]:
    return tuple(entry for entry in known.entries if entry.text is not None and fits(entry.text, query))


def _of_ranks(known: Vocabulary, query: str) -> tuple[Entry, ...]:
    """'400-450' -> the entries of these ranks, the first of all being 1; digits of any script."""
    written = re.fullmatch(r"\s*(\d{1,9})(?:\s*[-–—…:]\s*(\d{1,9}))?\s*", query)
    if not written:
        raise PathshalaError("A rank is a number, 1 for the entry learned first: write 400, or 400-450.")
    first = int(written[1])
    last = int(written[2] or first)
    return tuple(entry for entry in known.entries if entry.rank is not None and first <= entry.rank + 1 <= last)


def as_searched(query: str, kind: str) -> str:
    """A word, or its beginning, stands behind a space in a text: that is how it is cut."""
    return f" {query}" if kind in ("word", "begins") and not query.startswith(" ") else query


def pieces(known: Vocabulary, text: str) -> list[Entry]:
    """The entries that a text is cut into."""
    return [known.entries[id] for id in known.tokenizer.encode(text)]


# -- one entry -------------------------------------------------------------------------------------


def card(name: str, id: int) -> Card:
    """`card("hi", 656).parents` -> ' भ' and 'ारत'. Raises UnknownIdError."""
    known = vocabulary(name)
    entry = entry_of(known, id)
    text = entry.text
    within = holders(known, id)
    children = known.children[id] or (tuple(within) if entry.kind == "entry" else ())
    return Card(
        entry=entry,
        ranks=known.ranks,
        characters=None if text is None else len(text),
        aksharas=None if text is None else len(aksharas(text)),
        parents=tuple(known.entries[parent] for parent in entry.parents or ()),
        instead=tuple(known.entries[other] for other in instead_of(known, entry)),
        children=tuple(known.entries[child] for child in children[:SHOWN]),
        made=len(known.children[id]),
        within=len(within),
        alone=() if text is None or entry.kind == "special" else tuple(pieces(known, text)),
        twin=_twin(known, entry),
        kept=_kept(known, entry),
        tree=tree(known, id),
    )


def entry_of(known: Vocabulary, id: int) -> Entry:
    """Raises UnknownIdError."""
    if not 0 <= id < len(known.entries):
        raise UnknownIdError(f"There is no id {id}: the ids of “{known.name}” are 0 to {len(known.entries) - 1:,}.")
    return known.entries[id]


def instead_of(known: Vocabulary, entry: Entry) -> Sequence[int]:
    """What would spell an entry that was chosen; of a very long one, which takes too long to say, nothing."""
    return () if len(entry.text or "") > LONGEST_SPELLED else known.tokenizer.instead_of(entry.id)


def _twin(known: Vocabulary, entry: Entry) -> Entry | None:
    """' भारत' <-> 'भारत'"""
    if not entry.text or not entry.text.strip(" "):
        return None
    other = entry.text[1:] if entry.text.startswith(" ") else f" {entry.text}"
    id = known.tokenizer.id(other)
    return None if id is None else known.entries[id]


def pruned_like(name: str) -> str:
    """The vocabulary of the same language that keeps only what saves tokens: hi -> hi-fewest, indic -> ''"""
    return other if (other := f"{name}{FEWEST}") in shipped() else ""


def _kept(known: Vocabulary, entry: Entry) -> bool | None:
    if not (other := pruned_like(known.name)) or entry.kind != "merge" or entry.text is None:
        return None
    return entry.text in find(other)


def holders(known: Vocabulary, id: int) -> Counter[int]:
    """Every longer entry that was made from this one, in how many steps ever, and how often it holds it.

    Where entries were chosen, none was made from another: then those count whose text holds this one's.
    """
    if known.tokenizer.segmentation == "fewest":
        return _whose_text_holds(known, known.entries[id])
    times = Counter({id: 1})
    for entry in known.entries[id + 1 :]:  # parents come before what they make
        if entry.parents and (count := times[entry.parents[0]] + times[entry.parents[1]]):
            times[entry.id] = count
    del times[id]
    return times


def _whose_text_holds(known: Vocabulary, entry: Entry) -> Counter[int]:
    text = entry.text
    if text is None or entry.kind == "special":
        return Counter()
    chosen = (each for each in known.entries if each.kind == "entry" and each.id != entry.id)
    return Counter({each.id: count for each in chosen if each.text and (count := each.text.count(text))})


def tree(known: Vocabulary, id: int) -> tuple[Node, ...]:
    """What the entry is made of, down to characters; a character, down to bytes. Level by level, LEAVES at most.

    Where entries were chosen there is one level: what would be in the entry's place.
    """
    to_bytes = known.entries[id].kind != "merge"
    places = [(id, -1)]
    opened = set()
    leaves = 1
    for place, (here, _) in enumerate(places):  # grows while it is walked
        parts = _parts(known, here, to_bytes) if place == 0 or known.tokenizer.segmentation == "merges" else ()
        if parts and leaves + len(parts) - 1 <= LEAVES:
            leaves += len(parts) - 1
            opened.add(place)
            places += [(part, place) for part in parts]
    return tuple(
        Node(known.entries[here], above, place not in opened and known.entries[here].kind == "merge")
        for place, (here, above) in enumerate(places)
    )


def _parts(known: Vocabulary, id: int, to_bytes: bool) -> Sequence[int]:
    entry = known.entries[id]
    if entry.kind == "merge" or to_bytes:
        return entry.parents or instead_of(known, entry)
    return ()


def use(name: str, id: int, text: str) -> Use:
    """How often an entry is a token of its own in a text, and how often it went into a longer one.

    `use("hi", 553, " भारत")` -> Use(own=0, inside=1, tokens=1): 'ारत' is only a step on the way to ' भारत'. Raises
    PathshalaError and UnknownIdError.
    """
    check_text(text)
    known = vocabulary(name)
    entry_of(known, id)
    tokens = Counter(known.tokenizer.encode(text))
    inside = holders(known, id)
    return Use(
        own=tokens[id],
        inside=sum(count * inside[token] for token, count in tokens.items()),
        tokens=tokens.total(),
    )
