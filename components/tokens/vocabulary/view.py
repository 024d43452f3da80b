"""entries -> the section's HTML, and JSON for view.js. No gradio, no torch."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache

from components.markup import Html, join, tag
from components.tokens.compute import EVERY_LANGUAGE, FEWEST, TEXT_LIMIT, language_of
from components.tokens.laboratory import Json
from components.tokens.own import OWN
from components.tokens.view import KINDS as KIND_NAMES
from components.tokens.view import label, ordinal
from components.tokens.vocabulary.compute import (
    QUERY_LIMIT,
    Card,
    Found,
    Node,
    Use,
    pruned_like,
)
from components.tokens.vocabulary.presets import LOOKS, MINE, PAIRS, Look, Pair
from components.tokens.vocabulary.survey import (
    LEAST,
    NO_SCRIPT,
    PARTS,
    UNITS,
    Bar,
    Comparison,
    Lengths,
    Scripts,
    Topics,
)
from tokenizer_indic import Entry, shipped
from tokenizer_indic.scripts import LANGUAGES, SCRIPTS

VIEWS = (
    ("search", "Search"),
    ("lengths", "Lengths"),
    ("scripts", "Scripts"),
    ("topics", "Topics"),
    ("compare", "Compare"),
)
SEARCHES = (
    ("word", "word", "is the word", "are the word"),
    ("begins", "begins with", "begins with", "begin with"),
    ("ends", "ends with", "ends with", "end with"),
    ("anywhere", "holds", "holds", "hold"),
    ("rank", "rank", "has the rank", "have the rank"),
)

# -- what never changes ----------------------------------------------------------------------------


def panel() -> Html:
    """The section before any answer."""
    return join(
        tag(
            "div",
            tag("h2", "Inside the vocabulary"),
            _menu("vocabulary-whose", "Vocabulary", "voc-whose"),
            _choice("view", "", VIEWS, "What to look at"),
            class_="heading",
        ),
        *_controls(),
        tag("p", class_="says vocabulary-says", role="status", aria_live="polite"),
        tag(
            "div",
            tag("div", tag("div", class_="drawing"), class_="frame the-drawing"),
            tag(
                "section",
                tag("p", class_="total"),
                tag("div", tag("ul", class_="entries", aria_label="Entries"), class_="frame"),
                class_="listing",
            ),
            tag(
                "section",
                tag("div", class_="voc-about", aria_live="polite"),
                _use(),
                class_="voc-card",
                aria_label="One entry",
            ),
            class_="body",
        ),
    )


def _controls() -> Iterable[Html]:
    """For each view what can be chosen there; the script shows those of one."""
    return (
        tag("div", _search_controls(), _presets("look", LOOKS), data_controls="search", class_="controls"),
        tag("div", _choice("unit", "Length in", _same(UNITS)), data_controls="lengths", class_="controls"),
        tag(
            "div",
            tag("p", "An entry of two scripts counts for the one of most of its letters.", class_="hint"),
            data_controls="scripts",
            class_="controls",
        ),
        tag(
            "div",
            _select("vocabulary-script", "Script", "topic-script"),
            _choice("least", "Words of at least", _same(map(str, LEAST))),
            tag("span", "aksharas; in Arabic, Latin and Ol Chiki twice as many letters", class_="hint"),
            data_controls="topics",
            class_="controls",
        ),
        tag(
            "div",
            _menu("vocabulary-other", "beside", "other"),
            _presets("pair", PAIRS),
            data_controls="compare",
            class_="controls",
        ),
    )


def _same(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _search_controls() -> Html:
    box = tag(
        "input",
        id="vocabulary-query",
        type="text",
        class_="query",
        dir="auto",
        maxlength=2 * QUERY_LIMIT,
        autocomplete="off",
        autocapitalize="off",
        spellcheck="false",
        placeholder="in any script",
        aria_describedby="vocabulary-limit",
    )
    return join(
        _choice("kind", "Entry", [(id, name) for id, name, _, _ in SEARCHES]),
        tag("label", "Look for", for_="vocabulary-query", class_="voc-hidden"),
        box,
        tag("span", f"at most {QUERY_LIMIT} characters", id="vocabulary-limit", class_="count"),
    )


def _choice(name: str, label: str, choices: Iterable[tuple[str, str]], aria: str = "") -> Html:
    """A row of buttons of which one is pressed."""
    buttons = (
        tag("button", words, type="button", aria_pressed="false", **{f"data_{name}": id}) for id, words in choices
    )
    return tag(
        "div", tag("span", label) if label else None, *buttons, class_="choice", role="group", aria_label=aria or label
    )


def _use() -> Html:
    """What no vocabulary tells, a text can."""
    return tag(
        "details",
        tag("summary", "Is it ever used itself? Count in a text"),
        tag("label", f"A text of at most {TEXT_LIMIT:,} characters", for_="vocabulary-text"),
        tag("textarea", id="vocabulary-text", class_="use-text", dir="auto", rows=3, spellcheck="false"),
        tag("p", class_="use-says", role="status", aria_live="polite"),
        class_="use",
    )


def _presets(name: str, presets: Sequence[Look | Pair]) -> Html:
    buttons = (
        tag("button", tag("bdi", each.label), type="button", title=each.why, **{f"data_{name}": number})
        for number, each in enumerate(presets)
    )
    return tag(
        "div", tag("div", *buttons, class_="presets", role="toolbar", aria_label="Examples"), class_="frame examples"
    )


def _select(id: str, name: str, class_: str, *children: Html) -> Html:
    return tag("span", tag("label", name, for_=id), tag("select", *children, id=id, class_=class_), class_="chooser")


def _menu(id: str, name: str, class_: str) -> Html:
    return _select(id, name, class_, *_menu_groups())


@lru_cache(maxsize=1)
def _menu_groups() -> tuple[Html, ...]:
    """The shipped tokenizers: those that merge, and those with the fewest tokens."""
    names = [each for each in (*LANGUAGES, EVERY_LANGUAGE) if each in shipped()]
    fewest = [each for name in names if (each := f"{name}{FEWEST}") in shipped()]
    return (
        tag("optgroup", *map(_option, names), label="Merges"),
        tag("optgroup", *map(_option, fewest), label="Fewest tokens"),
    )


def _option(name: str) -> Html:
    return tag("option", title_of(name), value=name)


def title_of(name: str) -> str:
    """hi -> 'Hindi · hi', hi-fewest -> 'Hindi · hi-fewest', indic -> 'All languages · indic'"""
    if name.startswith(OWN):
        return "mine"
    code = language_of(name)
    return f"{LANGUAGES[code].english if code in LANGUAGES else 'All languages'} · {name}"


def short(name: str) -> str:
    """A vocabulary's name in a sentence: “hi”, or yours."""
    return "your own" if name.startswith(OWN) else f"“{name}”"


def _bare(name: str) -> str:
    return short(name).strip("“”")


def known() -> Json:
    """What view.js needs beside the answers."""
    return {
        "looks": [asdict(each) for each in LOOKS],
        "pairs": [asdict(each) for each in PAIRS],
        "mine": MINE,
        "views": [id for id, _ in VIEWS],
        "kinds": [id for id, *_ in SEARCHES],
        "units": list(UNITS),
        "least": list(LEAST),
        "limit": QUERY_LIMIT,
        "textLimit": TEXT_LIMIT,
    }


# -- answers ---------------------------------------------------------------------------------------


def row(entry: Entry) -> list[object]:
    """[id, how it reads, rank with 1 the first or None, kind]"""
    return [entry.id, label(entry.bytes), None if entry.rank is None else entry.rank + 1, KIND_NAMES[entry.kind]]


def rows(entries: Iterable[Entry], total: int, words: str = "") -> Json:
    """A list, and what stands above it: '5,471 Devanagari · first 200'"""
    words = words or ("entry" if total == 1 else "entries")
    listed = list(map(row, entries))
    return {"rows": listed, "count": f"{total:,} {words}{_first(len(listed), total)}"}


def _first(listed: int, total: int) -> str:
    return f" · first {listed}" if listed < total else ""


def found_json(found: Found) -> Json:
    """What fits a query, and the ranks of all of it for the picture."""
    return {
        "tokenizer": found.name,
        "query": found.query,
        "kind": found.kind,
        "learned": found.learned,
        "building": found.building,
        "ends": ["most used", "least used"] if found.chosen else ["characters first", "last"],
        "ranks": [rank + 1 for rank in found.ranks],
        "title": _found_title(found),
        "cut": list(map(row, found.cut)),
        **rows(found.entries, found.total),
    }


def _found_title(found: Found) -> str:
    """'53 of 4,999 entries of “hi” end with “ता”'"""
    _, _, one, many = next(each for each in SEARCHES if each[0] == found.kind)
    query = found.query.replace(" ", "·")
    if found.total:
        verb = one if found.total == 1 else many
        return f"{found.total:,} of {found.size:,} entries of {short(found.name)} {verb} {query}"
    said = f"No entry of {short(found.name)} {one} {query}"
    if found.cut:
        space = "behind a space it" if found.kind in ("word", "begins") and not found.query.startswith(" ") else "it"
        tokens = "one token" if len(found.cut) == 1 else f"{len(found.cut)} tokens"
        said += f": {space} is cut into {tokens}"
    return said


def card_json(card: Card, tokenizer: str) -> Json:
    """One entry: facts, relatives, sentences, and its tree."""
    entry = card.entry
    return {
        "tokenizer": tokenizer,
        "id": entry.id,
        "label": label(entry.bytes),
        "rank": rank_words(entry, card.ranks),
        "kind": KIND_NAMES[entry.kind],
        "size": _size(card),
        "made": "In its place would be" if card.instead else "Made of" if card.parents else "Made of nothing smaller",
        "parents": list(map(row, card.parents or card.instead)),
        "begets": _begets(card),
        "children": list(map(row, card.children)),
        "twin": [_twin_words(card), row(card.twin)] if card.twin else None,
        "says": list(_sentences(card, tokenizer)),
        "tree": list(map(_node, card.tree)),
        "usable": entry.kind != "special",
    }


def rank_words(entry: Entry, ranks: int) -> str:
    """'the 401st of 4,742 merges'"""
    if entry.rank is None:
        return "there from the start"
    if entry.kind == "entry":
        place = f"{ordinal(entry.rank + 1)} " if entry.rank else ""
        return f"the {place}most used of {ranks:,}"
    return f"the {ordinal(entry.rank + 1)} of {ranks:,} merges"


def _size(card: Card) -> str:
    """'5 characters, 3 aksharas, 13 bytes'"""
    sizes = ((card.characters, "character"), (card.aksharas, "akshara"), (len(card.entry.bytes), "byte"))
    return ", ".join(f"{n} {thing}{'' if n == 1 else 's'}" for n, thing in sizes if n is not None)


def _begets(card: Card) -> str:
    """'3 made from it; 5 hold it in all': what it takes part in."""
    if card.entry.kind == "entry" or (not card.made and card.within):
        end = "s its text:" if card.within == 1 else " its text:" if card.within else " its text"
        return f"{card.within:,} other{'' if card.within == 1 else 's'} hold{end}"
    if not card.made:
        return "Nothing was made from it"
    more = f"; {card.within:,} hold it in all" if card.within != card.made else ""
    return f"{card.made:,} made from it{more}:"


def _twin_words(card: Card) -> str:
    return "Without the space" if card.entry.text and card.entry.text.startswith(" ") else "Behind a space"


def _sentences(card: Card, tokenizer: str) -> Iterable[str]:
    """Only what can be known of its use."""
    entry = card.entry
    if card.alone and [each.id for each in card.alone] != [entry.id]:
        cut = " ".join(label(each.bytes).replace(" ", "·") for each in card.alone)
        yield f"Its text alone is cut into {cut}: this entry serves inside longer words only."
    if card.kept is True:
        yield f"“{pruned_like(tokenizer)}”, which keeps only what saves tokens, has it too."
    if card.kept is False:
        step = " A merge stays in the vocabulary even if only its longer form is ever used." if card.made else ""
        yield f"“{pruned_like(tokenizer)}”, which keeps only what saves tokens, does without it.{step}"


def _node(node: Node) -> list[object]:
    """[id, how it reads, rank or None, place of its parent node, are parts left out]"""
    rank = None if node.entry.rank is None else node.entry.rank + 1
    return [node.entry.id, label(node.entry.bytes), rank, node.above, node.hides]


def use_json(use: Use) -> Json:
    """A sentence on an entry in a text."""
    said = f"{times(use.own)} a token of its own, {times(use.inside)} gone into a longer one"
    return {"says": f"In this text of {use.tokens:,} token{'' if use.tokens == 1 else 's'}: {said}."}


def times(number: int) -> str:
    """2 -> 'twice', 3 -> '3 times'"""
    return {0: "never", 1: "once", 2: "twice"}.get(number) or f"{number:,} times"


def lengths_json(lengths: Lengths) -> Json:
    """A histogram, and the entries of the bar that is picked."""
    bar = lengths.bars[lengths.chosen]
    unit = lengths.unit
    left = f" {lengths.left_out} parts of characters have none." if lengths.left_out else ""
    return {
        "unit": unit,
        "bars": [[_bar_name(each), each.count] for each in lengths.bars],
        "chosen": lengths.chosen,
        "title": f"{lengths.mean:.2f} {unit} on average, the space before a word counted too.{left}",
        **rows(lengths.entries, lengths.total, f"with {_bar_name(bar)} {unit if bar.last != 1 else unit[:-1]}"),
    }


def _bar_name(bar: Bar) -> str:
    """'3', '4–6', or '≥ 16' for all that is longer"""
    if bar.last is None:
        return f"≥ {bar.first}"
    return str(bar.first) if bar.first == bar.last else f"{bar.first}–{bar.last}"


def script_name(code: str) -> str:
    """Deva -> Devanagari"""
    return {NO_SCRIPT: "signs, digits, spaces", PARTS: "parts of characters"}.get(code) or SCRIPTS[code].name


def scripts_json(scripts: Scripts) -> Json:
    """Bars, and the entries of the one that is picked."""
    size = sum(count for _, count in scripts.counts)
    return {
        "bars": [[code, script_name(code), count] for code, count in scripts.counts],
        "chosen": scripts.chosen,
        "title": f"{scripts.total:,} of {size:,} entries are {script_name(scripts.chosen)}.",
        **rows(scripts.entries, scripts.total, script_name(scripts.chosen)),
    }


def topics_json(topics: Topics) -> Json:
    """Words, the earliest first; the number after each says how many longer entries go on from it."""
    unit = "letters" if topics.letters else "aksharas"
    title = f"What did the corpus talk about? Its words of at least {topics.least} {unit}: the larger, the earlier"
    title += " learned. From those with … longer entries go on."
    return {
        "scripts": [[code, script_name(code), count] for code, count in topics.scripts],
        "script": topics.script,
        "title": title if topics.words else f"There is no word of at least {topics.least} {unit} in this vocabulary.",
        "words": [[*row(entry), more] for entry, more in topics.words],
        "direction": SCRIPTS[topics.script].direction if topics.script else "ltr",
        **rows([entry for entry, _ in topics.words], topics.total, "words"),
    }


def compare_json(compared: Comparison) -> Json:
    """Two bars that overlap, examples of each part, and the entries of the part that is picked."""
    listed = [[*row(entry), *([row(like)[2]] if like else [])] for entry, like in compared.rows]
    names = {
        "shared": "in both",
        "one": f"only in {short(compared.one)}",
        "other": f"only in {short(compared.other)}",
    }
    return {
        "one": _bare(compared.one),
        "other": _bare(compared.other),
        "counts": compared.counts,
        "names": names,
        "examples": {part: list(map(row, entries)) for part, entries in compared.examples.items()},
        "part": compared.part,
        "title": _compared_title(compared),
        "rows": listed,
        "count": f"{compared.total:,} {names[compared.part]}{_first(len(listed), compared.total)}",
    }


def _compared_title(compared: Comparison) -> str:
    """'1,438 shared: 30% of “hi”, 30% of “mr”'"""
    shared = compared.counts["shared"]
    shares = (
        f"{shared / max(1, shared + compared.counts[part]):.0%} of {short(name)}"
        for part, name in (("one", compared.one), ("other", compared.other))
    )
    return f"{shared:,} entries in both: {', '.join(shares)}. Bytes and special tokens are left out."
