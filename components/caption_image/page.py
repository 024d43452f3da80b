"""The tab's HTML: the same for every visitor; what they bring only ever travels as JSON. No torch, no gradio."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from components.caption_image.compute import CAPTION_LIMIT, CAPTIONS, PICTURES
from components.caption_image.languages import SIXTEEN, TWELVE
from components.caption_image.opening import BYTES_LIMIT
from components.caption_image.presets import LABELS, QUERIES, Preset
from components.caption_image.search import GALLERY, TEXT_LIMIT
from components.caption_image.templates import TEMPLATES
from components.caption_image.walking import FORMATS
from components.caption_image.where import SQUARES
from components.lesson import lesson_bar, lesson_button
from components.markup import Html, tag
from components.sections import section_names, section_panel
from tokenizer_indic.scripts import LANGUAGES

HERE = Path(__file__).parent
SHARED = HERE.parent
SCRIPTS = (  # one function, in this order
    SHARED / "page.js",
    SHARED / "model_menu.js",
    SHARED / "asking.js",
    SHARED / "lesson.js",
    SHARED / "snapshot.js",
    HERE / "tray.js",
    HERE / "table.js",
    HERE / "zero_shot.js",
    HERE / "languages.js",
    HERE / "search.js",
    HERE / "where.js",
    HERE / "losses.js",
    HERE / "trained.js",
    HERE / "space.js",
    HERE / "take.js",
    HERE / "view.js",
)
STYLES = (SHARED / "page.css", SHARED / "sections.css", SHARED / "model_menu.css", HERE / "view.css")
SECTIONS = (
    ("table", "Captions × pictures"),
    ("zero", "Zero-shot"),
    ("search", "Search by an idea"),
    ("languages", "Twelve languages"),
    ("where", "Where it looks"),
    ("trained", "Training"),
    ("map", "Map"),
)
MODES = (
    ("cosine", "cosine", "How near the two vectors lie: -1 to 1, each pair by itself"),
    ("captions", "softmax over captions", "Of these captions, which belongs to the picture? Each row sums to 1"),
    ("pictures", "softmax over pictures", "Of these pictures, which belongs to the caption? Each column sums to 1"),
    ("pairs", "sigmoid", "Does this pair belong together? For models trained with SigLIP's loss"),
)
ON_THE_MAP = ("en", "hi", "ta")  # languages, to begin with
COPIES = (
    ("table", "Copy table"),
    ("csv", "Save CSV"),
    ("png", "Save PNG"),
    ("python", "Copy as Python"),
    ("link", "Copy link"),
)
_panel = partial(section_panel, "pictures")


def style() -> str:
    """The style of this tab, behind what it shares with others."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def page(presets: Sequence[Preset], samples: Sequence[tuple[str, str]], model_menu: Html) -> Html:
    """The tab before any answer: pictures and captions on the left, what a model makes of them on the right.

    `samples`: id and title of each drawing.
    """
    panels = (_table(), _zero_shot(), _search(), _languages(samples), _where(), _trained(), _space())
    return tag(
        "div",
        tag("div", _input(presets, model_menu), class_="left"),
        tag("div", section_names("pictures", SECTIONS), lesson_bar(), *panels, _copies(), class_="right"),
        class_="page picturing",
    )


# -- what goes in -----------------------------------------------------------------------------------------------------


def _input(presets: Sequence[Preset], model_menu: Html) -> Html:
    return tag(
        "section",
        model_menu,
        _tray(),
        tag(
            "div",
            tag("label", "Captions, one a line", for_="pictures-captions"),
            tag("span", f"up to {CAPTION_LIMIT} characters each", class_="count"),
            tag("span", f"0 / {CAPTIONS}", id="pictures-count", class_="count"),
            class_="label",
        ),
        tag(
            "textarea",
            id="pictures-captions",
            class_="text",
            dir="auto",
            rows=6,
            spellcheck="false",
            autocapitalize="off",
            placeholder="a dog\nकुत्ता\nநாய்",
            aria_describedby="pictures-count pictures-says",
        ),
        tag("p", id="pictures-says", class_="says", role="status", aria_live="polite"),
        tag("p", class_="why", aria_live="polite"),
        _examples(presets),
        lesson_button(),
        class_="input",
        aria_label="Input",
    )


def _examples(presets: Sequence[Preset]) -> Html:
    buttons = (
        tag("button", each.label, type="button", title=each.why, lang=each.language or None, data_example=number)
        for number, each in enumerate(presets)
    )
    return tag("div", tag("div", *buttons, class_="presets", role="toolbar", aria_label="Examples"), class_="frame")


def _tray() -> Html:
    """The pictures, and the ways to bring more: samples, files, the camera, an emoji; pasting and dropping too."""
    return tag(
        "div",
        tag(
            "div",
            tag("span", "Pictures", class_="tray-name"),
            tag("span", f"0 / {PICTURES}", class_="count tray-count"),
            tag("button", "Undo", type="button", class_="tray-undo", hidden=True),
            class_="label",
        ),
        tag("ul", class_="tray", aria_label="Pictures"),
        tag(
            "div",
            tag("button", "Samples", type="button", class_="tray-samples", aria_expanded="false"),
            tag(
                "button", "Files…", type="button", class_="tray-files", title="You can also drop or paste pictures here"
            ),
            tag("button", "Camera", type="button", class_="tray-camera"),
            tag(
                "form",
                tag(
                    "input",
                    type="text",
                    class_="tray-emoji",
                    maxlength=16,
                    placeholder="🐘 an emoji",
                    aria_label="An emoji, as a picture",
                    autocomplete="off",
                ),
                tag("button", "Add", type="submit"),
                class_="tray-sign",
            ),
            class_="tray-ways",
        ),
        tag("input", type="file", accept="image/*,.tif,.tiff", multiple=True, hidden=True, class_="tray-file"),
        tag("input", type="file", accept="image/*", capture="environment", hidden=True, class_="tray-photo"),
        tag("div", class_="gallery", role="listbox", aria_label="Samples", aria_multiselectable="true", hidden=True),
        tag("p", class_="tray-says", role="status", aria_live="polite"),
        tag("p", f"Drop or paste them, too: {', '.join(FORMATS)}, up to {BYTES_LIMIT // 1_000_000} MB", class_="hint"),
        class_="tray-box",
    )


# -- the sections -----------------------------------------------------------------------------------------------------


def _table() -> Html:
    buttons = (
        tag("button", name, type="button", title=why, data_mode=mode, aria_pressed=mode == "cosine")
        for mode, name, why in MODES
    )
    return _panel(
        "table",
        tag("div", tag("h2", "Captions against pictures"), tag("p", class_="made"), class_="heading"),
        tag(
            "div",
            tag("div", *buttons, class_="choice", role="group", aria_label="What the cells show"),
            class_="choices",
        ),
        tag("div", tag("table", class_="pairs", role="grid"), class_="across", tabindex="-1"),
        tag(
            "p",
            tag("b", "▬"),
            " best caption of the picture ",
            tag("b", "▮"),
            " best picture of the caption",
            class_="legend",
        ),
        tag("p", class_="worked", aria_live="polite"),
        tag("ul", class_="notes", aria_live="polite"),
        class_="panel guesses",
    )


def _zero_shot() -> Html:
    examples = (
        tag("button", each.label, type="button", title=each.why, lang=each.language, data_labels=number)
        for number, each in enumerate(LABELS)
    )
    languages = (tag("option", LANGUAGES[code].name, value=code) for code in TEMPLATES)
    return _panel(
        "zero",
        tag("div", tag("h2", "Zero-shot"), tag("p", class_="zero-made"), class_="heading"),
        tag("p", "The classes are whatever you type: each label is put into each template.", class_="hint"),
        tag("div", tag("div", *examples, class_="presets", role="toolbar", aria_label="Examples"), class_="frame"),
        tag(
            "div",
            tag("ul", class_="zero-pictures", role="radiogroup", aria_label="The picture"),
            tag(
                "div",
                tag("label", "Labels, one a line", for_="zero-labels"),
                tag("textarea", id="zero-labels", class_="zero-labels", dir="auto", rows=5, spellcheck="false"),
                class_="zero-box",
            ),
            tag(
                "div",
                tag("label", "Templates, one a line, with {} for the label", for_="zero-templates"),
                tag("textarea", id="zero-templates", class_="zero-templates", dir="auto", rows=5, spellcheck="false"),
                tag("label", "Templates in ", tag("select", *languages, class_="zero-language"), class_="zero-in"),
                class_="zero-box",
            ),
            class_="zero-input",
        ),
        tag(
            "form",
            tag("label", "A distractor", for_="zero-more"),
            tag("input", id="zero-more", type="text", class_="zero-more", dir="auto", autocomplete="off", maxlength=80),
            tag("button", "Add it", type="submit"),
            class_="zero-form",
        ),
        tag("p", class_="zero-says says", role="status", aria_live="polite"),
        tag("div", tag("table", class_="zero-bars"), class_="across"),
        tag("p", class_="zero-told hint", aria_live="polite"),
        tag("div", tag("table", class_="zero-each"), class_="across"),
    )


def _search() -> Html:
    queries = (tag("button", tag("bdi", each), type="button", data_query=number) for number, each in enumerate(QUERIES))
    return _panel(
        "search",
        tag("div", tag("h2", "Search by an idea"), tag("p", class_="search-made"), class_="heading"),
        tag(
            "div",
            tag("span", "Gallery: ", tag("b", class_="search-gallery")),
            tag("button", "A folder…", type="button", class_="search-folder"),
            tag("button", "Files…", type="button", class_="search-files"),
            tag("button", "Back to the samples", type="button", class_="search-samples", hidden=True),
            tag("span", f"up to {GALLERY} pictures; they stay in this page", class_="hint"),
            class_="search-ways tray-ways",
        ),
        tag("input", type="file", multiple=True, webkitdirectory=True, hidden=True, class_="search-directory"),
        tag("input", type="file", accept="image/*", multiple=True, hidden=True, class_="search-file"),
        tag(
            "div",
            tag("progress", aria_label="Reading the pictures"),
            tag("span", role="status"),
            tag("button", "Stop", type="button", class_="search-stop"),
            class_="search-progress tray-ways",
            hidden=True,
        ),
        tag("div", tag("div", *queries, class_="presets", role="toolbar", aria_label="Examples"), class_="frame"),
        tag(
            "form",
            tag(
                "span",
                tag("img", alt=""),
                tag("button", "×", type="button", aria_label="Search with words again", class_="thumb-out"),
                class_="search-picture thumb",
                hidden=True,
            ),
            tag(
                "input",
                type="text",
                class_="search-query",
                dir="auto",
                maxlength=TEXT_LIMIT,
                aria_label="What to look for",
                placeholder="love of a dog",
                autocomplete="off",
            ),
            tag(
                "select",
                tag("option", "+", value="1"),
                tag("option", "−", value="-1"),
                class_="search-sign",
                aria_label="Add or subtract",
            ),
            tag(
                "input",
                type="text",
                class_="search-other",
                dir="auto",
                maxlength=TEXT_LIMIT,
                aria_label="A second query, added or subtracted",
                placeholder="and a second query",
                autocomplete="off",
            ),
            tag("button", "Search", type="submit"),
            class_="search-form zero-form",
        ),
        tag("p", class_="search-says says", role="status", aria_live="polite"),
        tag("ol", class_="found", aria_label="The gallery, the nearest first"),
        tag("p", "Click a picture to search with it: pictures find pictures.", class_="hint"),
    )


def _languages(samples: Sequence[tuple[str, str]]) -> Html:
    options = (tag("option", name, value=id) for id, name in samples)
    return _panel(
        "languages",
        tag("div", tag("h2", "One caption, twelve languages"), tag("p", class_="languages-made"), class_="heading"),
        tag(
            "div",
            tag("img", class_="languages-picture", alt=""),
            tag(
                "div",
                tag("label", "The meaning ", tag("select", *options, class_="languages-sample"), class_="languages-of"),
                tag(
                    "p",
                    f"The same caption in {len(TWELVE)} languages, against all {len(samples)} samples."
                    " Rank 1: the right picture is the nearest.",
                    class_="hint",
                ),
                class_="languages-box",
            ),
            class_="languages-head",
        ),
        tag("p", class_="languages-says says", role="status", aria_live="polite"),
        tag("div", tag("table", class_="ranks"), class_="across"),
        tag("p", class_="languages-told hint", aria_live="polite"),
    )


def _where() -> Html:
    squares = (
        tag(
            "button",
            name,
            type="button",
            data_square=name,
            aria_pressed=name == "medium",
            title=f"{side:.0%} of a side",
        )
        for name, side in SQUARES.items()
    )
    return _panel(
        "where",
        tag("div", tag("h2", "Where does it look?"), tag("p", class_="where-made"), class_="heading"),
        tag("ul", class_="where-pictures", role="radiogroup", aria_label="The picture"),
        tag(
            "div",
            tag("label", "Caption ", tag("select", class_="where-caption", dir="auto")),
            tag(
                "div", tag("span", "Square"), *squares, class_="choice where-squares", role="group", aria_label="Square"
            ),
            tag(
                "div",
                tag("label", "Colour", for_="where-strength"),
                tag("input", id="where-strength", type="range", min=0, max=100, value=80),
                class_="slider",
            ),
            tag(
                "label",
                tag("input", type="checkbox", class_="where-check", checked=True),
                " check with shuffled weights",
                class_="where-checked",
            ),
            class_="where-choices",
        ),
        tag("p", class_="where-says says", role="status", aria_live="polite"),
        tag("div", tag("progress", aria_label="Covering places"), tag("span"), class_="where-progress"),
        tag(
            "div",
            _heat_map("occlusion", "Occlusion"),
            _heat_map("gradient", "Gradient × attention"),
            _heat_map("occlusion-shuffled", "Occlusion", "weights shuffled"),
            _heat_map("gradient-shuffled", "Gradient × attention", "weights shuffled"),
            class_="where-maps",
        ),
        _said("plain"),
        tag("div", _said("shuffled"), class_="where-right"),
        tag("p", class_="where-told", aria_live="polite"),
        tag(
            "p",
            "Occlusion: a grey square lies on one place after another. The darker the red, the more the cosine falls"
            " when this place is covered; blue: it rises. Gradient × attention: the darker the red, the more attention"
            " to this patch raises the cosine (Chefer et al. 2021). Words: the same, with each word left out.",
            class_="hint",
        ),
        tag(
            "p",
            "The check: with its weights shuffled the model knows nothing, and its maps should be others. A map that"
            " stays the same shows the picture's edges, not what was learned (Adebayo et al. 2018). Each map is shaded"
            " up to its own largest number.",
            class_="hint",
        ),
        tag("details", tag("summary", "All numbers"), tag("div"), class_="where-numbers"),
    )


def _heat_map(id: str, title: str, small: str = "the model") -> Html:
    return tag(
        "figure",
        tag("figcaption", title, " ", tag("small", small)),
        tag(
            "div",
            tag("img", alt=""),
            tag("div", class_="where-cells", role="img", tabindex="0", aria_label=title),
            class_="where-box",
        ),
        tag("output", aria_live="polite"),
        class_="where-map check" if id.endswith("shuffled") else "where-map",
        data_map=id,
    )


def _said(kind: str) -> Html:
    return tag(
        "div",
        tag("p", class_="where-cosine"),
        tag("p", class_="where-words", dir="auto", data_kind=kind),
        class_="where-said",
    )


def _trained() -> Html:
    languages = (tag("option", LANGUAGES[code].name, value=code, selected=code == "hi") for code in SIXTEEN)
    return _panel(
        "trained",
        tag("div", tag("h2", "How it was trained"), tag("p", class_="trained-made"), class_="heading"),
        tag("p", class_="trained-rule hint"),
        tag(
            "div",
            tag(
                "div",
                tag("label", "Captions in ", tag("select", *languages, class_="trained-language")),
                tag("button", "Edit the captions", type="button", class_="trained-edit", aria_expanded="false"),
                tag("button", "Shuffle the pairs", type="button", class_="trained-shuffle"),
                tag("button", "Undo", type="button", class_="trained-unshuffle", hidden=True),
                class_="tray-ways",
            ),
            tag(
                "div",
                tag("label", "Scale", for_="trained-scale", class_="scale-name"),
                tag(
                    "span",
                    tag("input", id="trained-scale", type="range", min=0, max=400, value=200),
                    tag("span", class_="scale-mark", aria_hidden="true"),
                    class_="scale-line",
                ),
                tag("output", for_="trained-scale", class_="scale-shows", title="scale = 1 / temperature"),
                tag("button", "Reset", type="button", class_="scale-reset", title="The scale that the model learned"),
                class_="slider scale",
            ),
            class_="trained-controls",
        ),
        tag(
            "div",
            tag(
                "div",
                tag("label", "One line for each picture of the tray", for_="trained-captions"),
                tag("button", "As they were", type="button", class_="trained-usual"),
                class_="tray-ways",
            ),
            tag("textarea", id="trained-captions", dir="auto", rows=6, spellcheck="false", autocapitalize="off"),
            class_="trained-box",
            hidden=True,
        ),
        tag("p", class_="trained-says says", role="status", aria_live="polite"),
        tag(
            "div",
            tag("p", class_="trained-loss", aria_live="polite"),
            tag("div", class_="trained-bars", aria_hidden="true"),
            tag("div", tag("table", class_="losses", aria_label="Logits and losses of the pairs"), class_="across"),
            tag("p", class_="trained-worked", aria_live="polite"),
            class_="trained-shows",
        ),
    )


def _space() -> Html:
    boxes = (
        tag(
            "label",
            tag("input", type="checkbox", value=code, checked=code in ON_THE_MAP),
            tag("span", class_="space-mark", aria_hidden="true"),
            tag("bdi", LANGUAGES[code].name, lang=code),
        )
        for code in TWELVE
    )
    return _panel(
        "map",
        tag("div", tag("h2", "Map of the space"), tag("p", class_="space-made"), class_="heading"),
        tag(
            "div",
            *boxes,
            tag("span", tag("span", class_="space-mark"), "your captions", class_="space-own"),
            class_="space-languages",
            role="group",
            aria_label="Languages of the captions",
        ),
        tag(
            "div",
            tag("button", "Close the gap", type="button", class_="space-close", aria_pressed="false"),
            tag("button", "+", type="button", class_="space-in", aria_label="Larger"),
            tag("button", "−", type="button", class_="space-out", aria_label="Smaller"),
            tag("button", "The whole map", type="button", class_="space-whole"),
            class_="tray-ways",
        ),
        tag("p", class_="space-says says", role="status", aria_live="polite"),
        tag(
            "div",
            tag("p", class_="space-told", aria_live="polite"),
            tag("div", class_="space-plot"),
            tag("p", class_="space-figures hint"),
            tag(
                "details",
                tag("summary", "As a table"),
                tag("div", tag("table"), class_="across"),
                class_="space-rows",
            ),
            class_="space-shows",
        ),
    )


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    return tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies")
