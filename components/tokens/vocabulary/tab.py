"""The wiring of the section: what its script asks."""

from pathlib import Path

from components.tokens.laboratory import Json, Section
from components.tokens.vocabulary import compute, snippets, survey, view


def search(asked: Json) -> Json:
    """{tokenizer, query, kind} -> the entries that fit."""
    return view.found_json(compute.search(str(asked["tokenizer"]), str(asked["query"]), str(asked["kind"])))


def lengths(asked: Json) -> Json:
    """{tokenizer, unit, bar} -> the histogram."""
    return view.lengths_json(survey.lengths(str(asked["tokenizer"]), str(asked["unit"]), int(asked.get("bar", -1))))


def scripts(asked: Json) -> Json:
    """{tokenizer, script} -> entries by script."""
    return view.scripts_json(survey.scripts(str(asked["tokenizer"]), str(asked.get("script", ""))))


def topics(asked: Json) -> Json:
    """{tokenizer, script, least} -> the early long words."""
    made = survey.topics(str(asked["tokenizer"]), str(asked.get("script", "")), int(asked.get("least", 3)))
    return view.topics_json(made)


def compare(asked: Json) -> Json:
    """{tokenizer, other, part} -> two vocabularies."""
    made = survey.compare(str(asked["tokenizer"]), str(asked["other"]), str(asked.get("part", "shared")))
    return view.compare_json(made)


def entry(asked: Json) -> Json:
    """{tokenizer, id} -> the card of one entry."""
    name = str(asked["tokenizer"])
    return view.card_json(compute.card(name, int(asked["id"])), name)


def use(asked: Json) -> Json:
    """{tokenizer, id, text} -> how it fares in a text."""
    return view.use_json(compute.use(str(asked["tokenizer"]), int(asked["id"]), str(asked["text"])))


def python(asked: Json) -> Json:
    """{view, and what that view was asked for} -> {code}"""
    name = str(asked["tokenizer"])
    compute.vocabulary(name)
    shown = str(asked["view"])
    if shown == "search":
        found = compute.search(name, str(asked["query"]), str(asked["kind"]))
        picked = asked.get("entry")
        code = snippets.search_code(name, found.query, found.kind)
        return {"code": code + (snippets.entry_code(int(picked)) if picked is not None else "")}
    if shown == "lengths":
        return {"code": snippets.lengths_code(name, survey.lengths(name, str(asked["unit"])).unit)}
    if shown == "scripts":
        return {"code": snippets.scripts_code(name)}
    if shown == "topics":
        made = survey.topics(name, str(asked.get("script", "")), int(asked.get("least", 3)))
        return {"code": snippets.topics_code(name, made.script, made.least)}
    other = str(asked["other"])
    compute.vocabulary(other)
    return {"code": snippets.compare_code(name, other)}


SECTION = Section(
    id="vocabulary",
    name="Vocabulary",
    uses_text=False,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("card.js", "pictures.js", "controls.js"),
    questions={
        "search": search,
        "lengths": lengths,
        "scripts": scripts,
        "topics": topics,
        "compare": compare,
        "entry": entry,
        "use": use,
        "python": python,
    },
)
