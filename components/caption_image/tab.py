"""The wiring of the Caption and image tab: one component, the questions that its scripts ask, one endpoint."""

import base64
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.utils import get_upload_folder

from components import model_menu
from components.caption_image import (
    compute,
    encoding,
    languages,
    opening,
    page,
    search,
    space,
    store,
    trained,
    view,
    where,
    zero_shot,
)
from components.caption_image.presets import OPENING, PRESETS
from components.caption_image.samples import SAMPLES
from components.errors import PathshalaError
from components.markup import template
from components.ui import LATE, address_of, for_endpoint, for_page, read_script

Json = dict[str, Any]

LIMITS = {
    "pictures": compute.PICTURES,
    "captions": compute.CAPTIONS,
    "caption": compute.CAPTION_LIMIT,
    "labels": zero_shot.LABELS,
    "templates": zero_shot.TEMPLATES,
    "gallery": search.GALLERY,
    "bytes": opening.BYTES_LIMIT,
}


def build() -> None:
    """The tab opens with an example, which its script asks for once it is on the screen: no model is loaded before."""
    ids = [each.id for each in SAMPLES]
    titles = [(id, view.title(f"sample:{id}")) for id in ids]
    gr.set_static_paths([*page.SCRIPTS])
    gr.HTML(
        html_template=template(page.page(PRESETS, titles, model_menu.page("caption_image"))),
        css_template=page.style(),
        js_on_load=read_script(LATE),
        apply_default_css=False,
        server_functions=[
            bring,
            show,
            compare,
            classify,
            translate,
            look,
            cover,
            pairs_loss,
            project,
            encode,
            find,
            *model_menu.functions("caption_image"),
        ],
        known=view.known_json(PRESETS, LIMITS, ids),
        scripts=[address_of(path) for path in page.SCRIPTS],
        opening=PRESETS.index(OPENING),
        elem_id="pathshala-caption-image",
    )
    gr.events.api(similarity, api_name="similarity", concurrency_limit=4)


def _with_gone(function: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """{"gone": names} for pictures that have left the memory: the page sends them again."""

    @wraps(function)
    def answered(asked: Json) -> Json:
        try:
            return function(asked)
        except store.Gone as gone:
            return {"gone": list(gone.names)}

    return answered


@for_page
def bring(asked: Json) -> Json:
    """{data: base64 of a file, name} -> the picture as the page shows it."""
    data = str(asked["data"])
    if len(data) > opening.BYTES_LIMIT * 4 // 3 + 8:
        raise PathshalaError(
            f"“{str(asked['name'])[:60]}” is larger than {opening.BYTES_LIMIT // 1_000_000} MB: send a smaller one."
        )
    try:
        content = base64.b64decode(data, validate=True)
    except ValueError as error:
        raise PathshalaError("The picture did not arrive whole: send it again.") from error
    side = min(int(asked.get("side", opening.LARGEST)), opening.LARGEST)
    return view.picture_json(store.keep(opening.open_bytes(content, str(asked["name"])[:120]), max(side, 64)))


@for_page
@_with_gone
def show(asked: Json) -> Json:
    """{names} -> these pictures as the page shows them."""
    names = [str(each) for each in asked["names"]][:60]
    return {"pictures": [view.picture_json(each) for each in store.find(names)]}


def _names(asked: Json) -> list[str]:
    return [str(each) for each in asked["pictures"]][: 10 * compute.PICTURES]


@for_page
@_with_gone
def compare(asked: Json) -> Json:
    """{pictures: names, captions, model} -> the table."""
    captions = [str(each) for each in asked["captions"]]
    return view.table_json(compute.similarity(store.find(_names(asked)), captions, str(asked["model"])))


@for_page
@_with_gone
def classify(asked: Json) -> Json:
    """{picture, labels, templates, model} -> which label?"""
    picture = store.find([str(asked["picture"])])[0]
    labels, templates = ([str(each) for each in asked[name]] for name in ("labels", "templates"))
    return view.zero_shot_json(zero_shot.zero_shot(picture, labels, templates, str(asked["model"])))


@for_page
@_with_gone
def encode(asked: Json) -> Json:
    """{pictures: names, model} -> how many of them were encoded now; a gallery sends its pictures a few at a time."""
    pictures = store.find(_names(asked))
    entry = compute.choose_model(str(asked["model"]), ["a"])
    return {"new": encoding.embed_pictures(entry, pictures).new}


@for_page
@_with_gone
def find(asked: Json) -> Json:
    """{gallery: names, query, other, sign, model}; a query is {text} or {picture} -> the gallery in order."""
    gallery = store.find([str(each) for each in asked["gallery"]][: search.GALLERY + 1])
    query, other = (_query(each) if each else None for each in (asked["query"], asked["other"]))
    if query is None:
        raise PathshalaError("Write what you look for: a thing, or an idea.")
    sign: Literal[1, -1] = -1 if int(asked["sign"]) < 0 else 1
    return view.found_json(search.search(gallery, query, other, sign, str(asked["model"])))


def _query(asked: Json) -> search.Query:
    if asked.get("picture"):
        return search.Query(picture=store.find([str(asked["picture"])])[0])
    return search.Query(str(asked["text"]))


@for_page
def translate(asked: Json) -> Json:
    """{sample, models} -> the ranks of the right picture in each language."""
    ids = [str(each) for each in asked["models"]]
    return view.languages_json(languages.compare(str(asked["sample"]), ids))


@for_page
@_with_gone
def look(asked: Json) -> Json:
    """{picture, caption, model, shuffled} -> the costs of its words, the relevance of its patches."""
    picture = store.find([str(asked["picture"])])[0]
    return view.where_json(where.look(picture, str(asked["caption"]), str(asked["model"]), bool(asked["shuffled"])))


@for_page
@_with_gone
def cover(asked: Json) -> Json:
    """{picture, caption, model, square, row, shuffled} -> some rows of the occlusion; the page asks for all in turn."""
    picture = store.find([str(asked["picture"])])[0]
    caption, square, model = (str(asked[name]) for name in ("caption", "square", "model"))
    found = where.cover(picture, caption, int(asked["row"]), square, model, bool(asked["shuffled"]))
    return view.covered_json(found)


@for_page
@_with_gone
def pairs_loss(asked: Json) -> Json:
    """{pictures: names, captions: one for each, model} -> the batch and its loss."""
    captions = [str(each) for each in asked["captions"]]
    return view.batch_json(trained.trained(store.find(_names(asked)), captions, str(asked["model"])))


@for_page
@_with_gone
def project(asked: Json) -> Json:
    """{languages, pictures: names, captions, closed, model} -> the map."""
    codes, captions = ([str(each) for each in asked[name]] for name in ("languages", "captions"))
    pictures = store.find(_names(asked))
    return view.map_json(space.project(codes, pictures, captions, bool(asked["closed"]), str(asked["model"])))


@for_endpoint
def similarity(images: list[gr.FileData], captions: list[str], model: str = "") -> Json:
    """Each image against each caption. `model` is an id, or "" for the best that is here.

    `images` are files as gradio_client.handle_file sends them; `captions` a list of strings.
    """
    if not isinstance(images, list) or len(images) > compute.PICTURES:
        raise PathshalaError(f"images must be a list of at most {compute.PICTURES} files.")
    compute.read_lines(captions)
    folder = Path(get_upload_folder())
    pictures = [store.keep(opening.open_file(_path(each), folder)) for each in images]
    found = compute.similarity(pictures, captions, str(model or ""))
    return {
        "cosine": found.cosine.tolist(),
        "captions_given_image": found.captions_given_image.tolist(),
        "images_given_caption": found.images_given_caption.tolist(),
        "captions": list(found.captions),
        "tokens": list(found.tokens),
        "cut": [read != caption for read, caption in zip(found.read, found.captions, strict=True)],
        "model": found.model,
        "device": found.device,
        "milliseconds": found.milliseconds,
    }


def _path(file: Any) -> str:
    """FileData arrives as a dictionary over HTTP, and as an object from Python. Raises PathshalaError."""
    path = file.get("path") if isinstance(file, dict) else getattr(file, "path", None)
    if not path:
        raise PathshalaError("Each image must be a file: send it with gradio_client.handle_file.")
    return str(path)
