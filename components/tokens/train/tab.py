"""The wiring of the section: a text is sent in pieces, a training is started, asked after, and cancelled."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from components.errors import PathshalaError
from components.tokens import own
from components.tokens.compute import choose_language
from components.tokens.laboratory import Json, Section
from components.tokens.train import compute, program, view
from components.tokens.train.compute import Settings
from components.tokens.train.jobs import Lost, uploads, workshop
from components.tokens.train.samples import sample as lines_of

GUESSED_FROM = 3_000  # characters, from the beginning
WAIT = 0.25  # seconds until a browser that asks is answered, if there is nothing new
VISITOR = 64  # characters of the name that a page gave itself: fairness among honest pages, no secret and no proof


def _or_lost(function: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """What is no longer known: {"lost": True}, and the page sends it again."""

    @wraps(function)
    def translated(asked: Json) -> Json:
        try:
            return function(asked)
        except Lost as lost:
            return {"lost": True, "sentence": str(lost)}

    return translated


@_or_lost
def upload(asked: Json) -> Json:
    """{key, at, data: base64} -> {key}; an empty key begins."""
    data = str(asked["data"])
    if len(data) > view.PIECE * 2:
        raise PathshalaError("This piece is too large.")
    try:
        piece = base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise PathshalaError("This piece did not arrive as it was sent: try again.") from error
    return {"key": uploads.add(str(asked["key"]), max(0, int(asked["at"])), piece)}


@_or_lost
def read(asked: Json) -> Json:
    """{key, language} -> what the text is. A process is made ready that can learn from it."""
    language = str(asked["language"])
    text = uploads.finish(str(asked["key"]), language)
    workshop.warm()
    return view.read_json(text, choose_language(text.text[:GUESSED_FROM], language))


def sample(asked: Json) -> Json:
    """{language} -> what its sample is."""
    workshop.warm()
    return view.sample_json(str(asked["language"]))


@_or_lost
def start(asked: Json) -> Json:
    """{sample} or {key, name}, with {visitor, language, entries, pattern, segmentation} -> {job}"""
    settings = _settings(asked)
    compute.check(settings)
    visitor = str(asked.get("visitor") or "")[:VISITOR]
    if code := str(asked.get("sample") or ""):
        return {"job": workshop.start(settings, f"sample {code}", "\n".join(lines_of(code)), visitor)}
    name = str(asked.get("name") or "pasted text")[:80]
    return {"job": workshop.start(settings, name, uploads.text(str(asked["key"])).text, visitor)}


def _settings(asked: Json) -> Settings:
    entries = asked["entries"]
    return Settings(
        language=str(asked["language"]),
        entries=int(entries) if isinstance(entries, (int, float)) else 0,
        pattern_name=str(asked.get("pattern") or "indic"),
        segmentation="fewest" if asked.get("segmentation") == "fewest" else "merges",
    )


@_or_lost
def progress(asked: Json) -> Json:
    """{job, have} -> how far it is, and the results that the page doesn't have."""
    have = int(asked["have"])
    return view.state_json(workshop.look(str(asked["job"]), have, WAIT), have)


@_or_lost
def cancel(asked: Json) -> Json:
    """{job} -> its state, which is "stopped" if it was not over."""
    workshop.cancel(str(asked["job"]))
    return {"state": workshop.look(str(asked["job"])).state}


def tokens(asked: Json) -> Json:
    """{tokenizer, text} -> its tokens."""
    text = str(asked["text"])
    if len(text) > view.TRY_LIMIT:
        raise PathshalaError(f"At most {view.TRY_LIMIT:,} characters here; the Tokens tab takes more.")
    return view.chips_json(own.find(str(asked["tokenizer"])), text)


def about(asked: Json) -> Json:
    """{tokenizer} -> what its file tells of it."""
    return view.about_json(own.find(str(asked["tokenizer"])))


def python(asked: Json) -> Json:
    """{sample}, {text} or {name, key}, with the settings -> the program."""
    settings = _settings(asked)
    compute.check(settings)
    if code := str(asked.get("sample") or ""):
        return {"code": program.python(settings, program.as_sample(code))}
    if asked.get("name"):
        try:
            encoding = uploads.text(str(asked.get("key") or "")).encoding
        except Lost:
            encoding = "utf-8-sig"
        return {"code": program.python(settings, program.as_file(str(asked["name"])[:80], encoding))}
    return {"code": program.python(settings, program.as_literal(str(asked.get("text") or "")))}


SECTION = Section(
    id="train",
    name="Train your own",
    uses_text=False,
    panel=view.panel,
    known=view.known,
    folder=Path(__file__).parent,
    parts=("text.js", "training.js", "learned.js", "curve.js", "section.js"),
    questions={
        "upload": upload,
        "read": read,
        "sample": sample,
        "start": start,
        "progress": progress,
        "cancel": cancel,
        "tokens": tokens,
        "about": about,
        "python": python,
    },
)
