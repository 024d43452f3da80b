"""Search, cards, counts and comparisons, on the shipped tokenizers and on a small one trained here."""

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens import own
from components.tokens.laboratory import Json
from components.tokens.vocabulary import compute, snippets, survey, tab, view
from components.tokens.vocabulary.compute import card, search, use, vocabulary
from components.tokens.vocabulary.presets import LOOKS, MINE, PAIRS
from tokenizer_indic import Tokenizer, save, shipped
from tokenizer_indic.errors import UnknownIdError
from tokenizer_indic.storage import dumps

# Each a place where Indian scripts are cut wrongly by others: conjuncts, joiners, nukta, two-part vowels, Urdu, emoji.
FIELD_NOTES = (
    "हिन्दी",
    "क्षि",
    "क्‍ष",
    "क्‌ष",
    "సాఫ్ట్‌వేర్",
    "क़",
    "ড়",
    "ொ",
    "ൻ",
    "ക്ഷ",
    "ਪ੍ਰ",
    "ꯀ꯭ꯀ",
    "।",
    "१९४३",
    "௰",
    "اردو",
    "ٱلله",
    "ﷲ",
    "ᱥᱟᱱᱛᱟᱲᱤ",
    "ि",
    "👨‍👩‍👧",
    "भारत AI",
)


@pytest.fixture(scope="module")
def small() -> Tokenizer:
    """क + ा = का, का + म = काम, ' ' + काम, and one more word."""
    characters = "कमा"
    base = Tokenizer(name="small", language="hi", characters=characters)
    first = {character: base.id(character) for character in characters}  # type: ignore[misc]
    n = len(base)
    merges = [(first["क"], first["ा"]), (n, first["म"]), (32, n + 1), (first["म"], first["ा"])]
    return Tokenizer(name="small", language="hi", characters=characters, merges=merges, special_tokens=["<|end|>"])


@pytest.fixture
def mine(small: Tokenizer) -> str:
    return own.keep(dumps(small)).key


def texts(entries: Any) -> list[str | None]:
    return [entry.text for entry in entries]


# -- search ----------------------------------------------------------------------------------------


def test_a_word_is_found_with_the_space_before_it_and_without() -> None:
    found = search("hi", "भारत", "word")
    assert texts(found.entries) == [" भारत", "भारत"]
    assert found.ranks == (400, 708)
    assert found.cut == ()


def test_the_kinds_of_search(mine: str) -> None:
    assert texts(search(mine, "का", "begins").entries) == ["का", "काम", " काम"]
    assert texts(search(mine, " का", "begins").entries) == [" काम"]  # a space that is written counts
    assert texts(search(mine, "म", "ends").entries) == ["म", "काम", " काम"]
    assert texts(search(mine, "ाम", "anywhere").entries) == ["काम", " काम"]
    assert texts(search(mine, "<|end|>", "word").entries) == ["<|end|>"]


def test_ranks_are_counted_from_one_in_the_digits_of_any_script() -> None:
    assert texts(search("hi", "401", "rank").entries) == [" भारत"]
    assert search("hi", "४००-४०२", "rank").total == 3
    assert search("hi", "400 – 402", "rank").total == 3
    assert search("hi", "9999", "rank").total == 0
    first = search("hi", "", "rank")
    assert first.query == "87-136"
    assert {entry.kind for entry in first.entries} == {"merge"}


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("", "word", "Write what to look for"),
        ("x" * 101, "word", "101 characters and the limit is 100"),
        ("\ud800", "word", "only half of a character"),
        ("भारत", "rank", "A rank is a number"),
        ("1-2-3", "rank", "A rank is a number"),
        ("भारत", "sound", "no kind of search"),
    ],
)
def test_bad_queries_are_answered_with_a_sentence(query: str, kind: str, words: str) -> None:
    with pytest.raises(PathshalaError, match=words):
        search("hi", query, kind)


def test_unknown_and_lost_vocabularies(mine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PathshalaError, match="no tokenizer"):
        search("../hi", "भारत", "word")
    assert search(mine, "काम", "word").total == 2
    monkeypatch.setattr(own, "_own", type(own._own)())
    with pytest.raises(own.Gone):
        search(mine, "काम", "word")  # although what was read of it may still be remembered


def test_what_is_no_entry_is_shown_in_pieces() -> None:
    found = search("hi", "transformerify", "word")
    assert found.total == 0
    assert "".join(entry.text or "" for entry in found.cut) == " transformerify"


@pytest.mark.parametrize("query", FIELD_NOTES)
@pytest.mark.parametrize("kind", [kind for kind in compute.KINDS if kind != "rank"])
def test_every_script_can_be_searched(query: str, kind: str) -> None:
    found = search("indic", query, kind)
    normal = vocabulary("indic").tokenizer.normalize(query)
    assert found.query == normal
    assert all(normal in (entry.text or "") for entry in found.entries)
    assert bool(found.total) != bool(found.cut)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=20), st.sampled_from(sorted(compute.FITS)), st.sampled_from(["hi", "ur-fewest"]))
def test_a_search_finds_all_that_fits_and_nothing_else(query: str, kind: str, name: str) -> None:
    try:
        found = search(name, query, kind)
    except PathshalaError:
        assert any("\ud800" <= c <= "\udfff" for c in query)
        return
    fits = compute.FITS[kind]
    wanted = [e.id for e in vocabulary(name).entries if e.text is not None and fits(e.text, found.query)]
    assert [entry.id for entry in found.entries] == wanted[: compute.SHOWN]
    assert found.total == len(wanted)
    if not wanted:
        spelled = b"".join(entry.bytes for entry in found.cut).decode()
        assert spelled == vocabulary(name).tokenizer.normalize(compute.as_searched(found.query, kind))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4998), st.sampled_from(["hi", "ta", "as", "hi-fewest"]))
def test_every_entry_is_found_by_its_own_text(id: int, name: str) -> None:
    entry = vocabulary(name).entries[id]
    if entry.text and len(entry.text) <= compute.QUERY_LIMIT:
        known = vocabulary(name)
        fitting = compute._that_fit(known, known.tokenizer.normalize(entry.text), compute.FITS["word"])
        if known.tokenizer.normalize(entry.text) == entry.text:
            assert entry in fitting


# -- one entry -------------------------------------------------------------------------------------


def test_the_card_of_a_merge(mine: str, small: Tokenizer) -> None:
    id = small.id("काम")
    assert id is not None
    made = card(mine, id)
    assert texts(made.parents) == ["का", "म"]
    assert texts(made.children) == [" काम"]
    assert (made.made, made.within) == (1, 1)
    assert made.twin
    assert made.twin.text == " काम"
    assert texts(made.alone) == ["काम"]
    assert (made.characters, made.aksharas) == (3, 2)
    assert [(node.entry.text, node.above) for node in made.tree] == [
        ("काम", -1),
        ("का", 0),
        ("म", 0),
        ("क", 1),
        ("ा", 1),
    ]


def test_a_character_is_made_of_bytes(mine: str, small: Tokenizer) -> None:
    id = small.id("क")
    assert id is not None
    made = card(mine, id)
    assert [node.entry.bytes for node in made.tree] == [b"\xe0\xa4\x95", b"\xe0\xa4", b"\x95", b"\xe0", b"\xa4"]
    assert made.within == 3  # का, काम and the one with a space


def test_a_chosen_entry_has_no_parents_but_what_would_be_in_its_place() -> None:
    tokenizer = vocabulary("hi-fewest").tokenizer
    id = tokenizer.id(" के लिए")
    assert id is not None
    made = card("hi-fewest", id)
    assert made.parents == ()
    assert made.kept is None
    assert "".join(entry.text or "" for entry in made.instead) == " के लिए"
    assert [node.above for node in made.tree] == [-1] + [0] * len(made.instead)
    assert made.entry.rank is not None
    assert made.entry.rank < 100
    assert made.made == 0
    assert 0 < len(made.children) == made.within
    assert all(" के लिए" in (child.text or "") for child in made.children)


def test_a_very_long_entry_is_not_spelled_in_every_other_way() -> None:
    long = "ab" * 2000
    key = own.keep(dumps(Tokenizer(name="long", language="en", segmentation="fewest", entries=["ab", long]))).key
    made = card(key, 257)
    assert made.instead == ()
    assert len(made.tree) == 1
    assert texts(card(key, 256).instead) == ["a", "b"]


def test_a_step_on_the_way_stays_and_the_pruned_vocabulary_does_without_it() -> None:
    tokenizer = vocabulary("ur").tokenizer
    id = tokenizer.id("اکستان")
    assert id is not None
    made = card("ur", id)
    assert made.kept is False
    assert texts(made.children) == [" پاکستان", "پاکستان"]
    assert "even if only its longer form is ever used" in " ".join(view.card_json(made, "ur")["says"])


def test_an_entry_that_its_own_text_never_becomes() -> None:
    """The pattern takes an apostrophe only between two letters, so 'ল is a token only inside a word."""
    tokenizer = vocabulary("as").tokenizer
    id = tokenizer.id("'ল")
    assert id is not None
    made = card("as", id)
    assert texts(made.alone) == ["'", "ল"]
    assert "inside longer words only" in " ".join(view.card_json(made, "as")["says"])


def test_an_id_that_is_not_there(mine: str) -> None:
    for id in (-1, 10**6):
        with pytest.raises(UnknownIdError, match="There is no id"):
            card(mine, id)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 3000), st.sampled_from(["hi", "ur", "indic", "ta-fewest", "sa"]))
def test_a_tree_spells_its_entry_at_every_level(id: int, name: str) -> None:
    made = card(name, id)
    places: list[list[int]] = [[] for _ in made.tree]
    for place, node in enumerate(made.tree):
        if place:
            assert node.above < place
            places[node.above].append(place)
    for place, node in enumerate(made.tree):
        if places[place]:
            assert b"".join(made.tree[part].entry.bytes for part in places[place]) == node.entry.bytes
    assert sum(not parts for parts in places) <= compute.LEAVES
    assert made.made <= made.within or made.entry.kind in ("entry", "byte")


def test_the_use_of_an_entry_in_a_text(mine: str, small: Tokenizer) -> None:
    id = small.id("का")
    assert id is not None
    assert use(mine, id, "काम का काम") == compute.Use(own=1, inside=2, tokens=len(small.encode("काम का काम")))
    with pytest.raises(PathshalaError, match="limit is 20,000"):
        use(mine, id, "का" * 10_001)
    with pytest.raises(PathshalaError, match="no text yet"):
        use(mine, id, "")


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="काम ", min_size=1, max_size=30))
def test_no_use_is_lost(text: str) -> None:
    """Every क of the text is a token, or went into one."""
    base = Tokenizer(name="small", language="hi", characters="कमा")
    ids = {character: base.id(character) or 0 for character in "कमा"}
    merges = [(ids["क"], ids["ा"]), (len(base), ids["म"])]
    key = own.keep(dumps(Tokenizer(name="small", language="hi", characters="कमा", merges=merges))).key
    counted = use(key, ids["क"], text)
    assert counted.own + counted.inside == text.count("क")


# -- surveys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", survey.UNITS)
@pytest.mark.parametrize("name", ["hi", "ta", "ur-fewest"])
def test_every_entry_is_in_one_bar(name: str, unit: str) -> None:
    made = survey.lengths(name, unit)
    learned = [entry for entry in vocabulary(name).entries if entry.kind != "special"]
    assert sum(bar.count for bar in made.bars) + made.left_out == len(learned)
    assert made.left_out == (0 if unit == "bytes" else sum(entry.text is None for entry in learned))
    for place, bar in enumerate(made.bars):
        picked = survey.lengths(name, unit, place)
        assert picked.total == bar.count
        for entry in picked.entries:
            length = survey.length_of(entry, unit)
            assert bar.first <= length
            assert bar.last is None or length <= bar.last


def test_the_longest_entry_of_hindi_is_listed_first_of_all() -> None:
    assert texts(survey.lengths("hi", "aksharas").entries) == [" कोरोनावायरस"]
    assert survey.lengths("hi", "aksharas", 99).chosen == 7
    with pytest.raises(PathshalaError, match="not in “miles”"):
        survey.lengths("hi", "miles")


@pytest.mark.parametrize("name", ["hi", "indic", "sd"])
def test_scripts_add_up(name: str) -> None:
    made = survey.scripts(name)
    assert sum(count for _, count in made.counts) == len(vocabulary(name).entries)
    assert dict(made.counts)[survey.PARTS] == sum(entry.text is None for entry in vocabulary(name).entries)
    for code, count in made.counts:
        assert survey.scripts(name, code).total == count
    assert survey.scripts(name, "Klingon").chosen == made.counts[0][0]


def test_the_corpus_talked_of_the_government_and_of_parties() -> None:
    words = [entry.text for entry, _ in survey.topics("hi").words]
    assert {" सरकार", " कांग्रेस", " चुनाव"} <= set(words[:15])
    assert survey.topics("hi", "", 5).total < survey.topics("hi", "", 2).total
    urdu = survey.topics("ur")
    assert urdu.letters
    assert urdu.least == 6
    assert urdu.words[2][0].text == " پاکستان"
    assert dict(survey.topics("indic", "Taml").scripts)["Taml"] > 100


def test_longer_entries_go_on_from_a_topic() -> None:
    more = {entry.text: count for entry, count in survey.topics("hi").words}
    assert more[" भारत"] == 2
    assert more[" भारतीय"] == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=4), max_size=30), st.text(max_size=3))
def test_going_on_counts_what_begins_so(found: list[str], beginning: str) -> None:
    different = tuple(sorted(set(found)))
    wanted = sum(text.startswith(beginning) and text != beginning for text in different)
    assert survey.going_on(different, beginning) == wanted


@pytest.mark.parametrize(("one", "other"), [(p.one, p.other) for p in PAIRS if p.one != MINE] + [("hi", "hi")])
def test_two_vocabularies_as_sets(one: str, other: str) -> None:
    first, second = (
        {e.text for e in vocabulary(name).entries if e.text and e.kind not in ("byte", "special")}
        for name in (one, other)
    )
    made = survey.compare(one, other)
    assert made.counts == {
        "shared": len(first & second),
        "one": len(first - second),
        "other": len(second - first),
    }
    assert all(like is not None and entry.text == like.text for entry, like in made.rows)
    for part in survey.COMPARED:
        assert survey.compare(one, other, part).total == made.counts[part]
    with pytest.raises(PathshalaError, match="has the parts"):
        survey.compare(one, other, "neither")


def test_a_tokenizer_without_merges_has_all_views() -> None:
    """Bytes alone: what a visitor may have trained on a single letter."""
    key = own.keep(dumps(Tokenizer(name="bytes", language="hi"))).key
    assert search(key, "a", "word").total == 1
    assert search(key, "", "rank").total == 0
    assert survey.lengths(key, "aksharas").bars[0].count == 128
    assert survey.scripts(key).chosen == "Latn"
    assert survey.topics(key).words == ()
    assert survey.compare(key, "hi").counts["shared"] == 0
    assert card(key, 0).tree[0].entry.bytes == b"\0"
    for question, asked in QUESTIONS:
        answer = tab.SECTION.questions[question]({"tokenizer": key, **asked})
        assert answer


# -- what the page gets ----------------------------------------------------------------------------

QUESTIONS: tuple[tuple[str, Json], ...] = (
    ("search", {"query": "ा", "kind": "anywhere"}),
    ("search", {"query": "", "kind": "rank"}),
    ("lengths", {"unit": "bytes", "bar": -1}),
    ("scripts", {"script": ""}),
    ("topics", {"script": "", "least": 3}),
    ("compare", {"other": "mr", "part": "other"}),
    ("entry", {"id": 200}),
)


@pytest.mark.parametrize("name", ["as", "indic", "ne-fewest", "sa", "sd-fewest", "ur"])
def test_vocabularies_answer_every_question(name: str) -> None:
    for question, asked in QUESTIONS:
        answer = tab.SECTION.questions[question]({"tokenizer": name, **asked})
        assert "rows" not in answer or len(answer["rows"]) <= compute.SHOWN


def test_examples_find_something_or_say_into_what_they_are_cut() -> None:
    for look in LOOKS:
        found = search(look.tokenizer or "te", look.query, look.kind)
        assert found.total or found.cut, look.label
    assert {pair.one for pair in PAIRS} | {pair.other for pair in PAIRS} <= {*shipped(), MINE}


def test_sentences() -> None:
    assert view.found_json(search("hi", "ता", "ends"))["title"] == "53 of 4,999 entries of “hi” end with ता"
    empty = view.found_json(search("hi", "transformerify", "word"))
    assert empty["title"] == "No entry of “hi” is the word transformerify: behind a space it is cut into 12 tokens"
    assert view.card_json(card("hi", 656), "hi")["rank"] == "the 401st of 4,742 merges"
    assert view.card_json(card("hi-fewest", 400), "hi-fewest")["rank"] == "the 62nd most used of 4,659"
    assert view.card_json(card("hi", 65), "hi")["rank"] == "there from the start"
    assert view.use_json(compute.Use(1, 3, 9))["says"].endswith(
        "once a token of its own, 3 times gone into a longer one."
    )
    assert view.times(0) == "never"
    assert view.times(2) == "twice"


def test_the_panel_holds_every_shipped_vocabulary_and_nothing_of_a_visitor() -> None:
    html = str(view.panel())
    assert all(f'value="{name}"' in html for name in shipped())
    assert html.count("data-look=") == len(LOOKS)


# -- as Python -------------------------------------------------------------------------------------


def run(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "copied.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def python(asked: Json) -> str:
    return str(tab.python(asked)["code"])


@pytest.mark.parametrize(
    ("name", "query", "kind"),
    [
        ("hi", "ता", "ends"),
        ("hi", "भारत", "word"),
        ("ur", "پاک", "begins"),
        ("te", "‌", "anywhere"),
        ("hi-fewest", "है", "anywhere"),
        ("hi", "400-402", "rank"),
        ("hi-fewest", "१", "rank"),
        ("indic", "ization'\"\\", "word"),
    ],
)
def test_the_search_as_python(
    name: str, query: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = search(name, query, kind)
    printed = run(python({"tokenizer": name, "view": "search", "query": query, "kind": kind}), tmp_path, monkeypatch)
    lines = printed.splitlines()
    assert lines[0] == f"{found.total:,} of {found.size:,} entries"
    rows = [line.split("\t") for line in lines[1 : 1 + len(found.entries)]]
    assert [int(row[0]) for row in rows] == [entry.id for entry in found.entries]
    assert [row[1] for row in rows] == ["" if e.rank is None else str(e.rank + 1) for e in found.entries]
    if found.cut:
        assert lines[-1].startswith(f"{len(found.cut)} tokens")


def test_the_picked_entry_as_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"tokenizer": "hi", "view": "search", "query": "वाला", "kind": "ends", "entry": 553}
    printed = run(python(asked), tmp_path, monkeypatch)
    assert "id 553 rank 298 merge 'ारत'" in printed
    assert "3 made from it: [' भारत', 'भारत', ' इमारत']" in printed


@pytest.mark.parametrize("name", ["hi", "ur-fewest", "mine"])
def test_the_surveys_as_python(
    name: str, mine: str, small: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(small, tmp_path / snippets.OWN_FILE)
    key = mine if name == "mine" else name
    for unit in survey.UNITS:
        printed = run(python({"tokenizer": key, "view": "lengths", "unit": unit}), tmp_path, monkeypatch)
        counts = [int(line.split()[1].replace(",", "")) for line in printed.splitlines()[:-1]]
        assert counts == [bar.count for bar in survey.lengths(key, unit).bars]
    printed = run(python({"tokenizer": key, "view": "scripts"}), tmp_path, monkeypatch)
    assert {(a, int(b.replace(",", ""))) for a, b in map(str.split, printed.splitlines())} == set(
        survey.scripts(key).counts
    )
    made = survey.topics(key, "", 2)
    printed = run(python({"tokenizer": key, "view": "topics", "least": 2}), tmp_path, monkeypatch)
    assert [line.split("\t")[1] for line in printed.splitlines()[1:]] == texts(entry for entry, _ in made.words)
    compared = survey.compare(key, "mr")
    printed = run(python({"tokenizer": key, "view": "compare", "other": "mr"}), tmp_path, monkeypatch)
    assert f"in both: {compared.counts['shared']:,}" in printed
    assert f"only in the second: {compared.counts['other']:,}" in printed


def test_own_search_as_python_says_what_to_save(
    mine: str, small: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(small, tmp_path / snippets.OWN_FILE)
    code = python({"tokenizer": mine, "view": "search", "query": "काम", "kind": "word", "entry": small.id("काम")})
    assert "first save its JSON file" in code
    assert mine not in code
    printed = run(code, tmp_path, monkeypatch)
    assert printed.startswith(f"2 of {len(small)} entries")
