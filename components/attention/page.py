"""The Attention tab before any answer: its HTML, scripts and style. No torch, no gradio.

It holds what is the same for every visitor; what belongs to a visitor comes as JSON (view.py).
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from components.attention import heads
from components.attention.presets import Pair, Preset
from components.lesson import lesson_bar, lesson_button
from components.markup import Html, tag
from components.sections import section_names, section_panel

HERE = Path(__file__).parent
SHARED = HERE.parent
SCRIPTS = (  # one function, in this order; the page fetches them when the tab is opened
    SHARED / "page.js",
    SHARED / "model_menu.js",
    SHARED / "asking.js",
    HERE / "plot.js",
    HERE / "heatmap.js",
    HERE / "inside.js",
    HERE / "heads.js",
    HERE / "lines.js",
    HERE / "masks.js",
    HERE / "positions.js",
    HERE / "meanings.js",
    HERE / "compare.js",
    HERE / "inputs.js",
    SHARED / "lesson.js",
    HERE / "take.js",
    HERE / "view.js",
)
STYLES = (SHARED / "page.css", SHARED / "sections.css", SHARED / "model_menu.css", HERE / "view.css")

SECTIONS = (
    ("heatmap", "Heatmap"),
    ("inside", "Inside a head"),
    ("heads", "All heads"),
    ("lines", "Lines"),
    ("meanings", "Two meanings"),
    ("masks", "Masks"),
    ("positions", "Where am I?"),
    ("compare", "Compare"),
    ("inputs", "What goes in"),
)
_panel = partial(section_panel, "attention")


def style() -> str:
    """The style of this tab, behind what it shares with others."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def page(presets: Sequence[Preset], meanings: Sequence[Pair], limit: int, model_menu: Html) -> Html:
    """The tab before any answer: controls on the left, the sections on the right. `limit` is that of characters."""
    sections = (
        _heatmap(),
        _inside(),
        _heads(),
        _lines(),
        _meanings(meanings),
        _masks(),
        _positions(),
        _compare(),
        _inputs(),
    )
    names = section_names("attention", SECTIONS)
    return tag(
        "div",
        tag("div", _input(presets, limit, model_menu), class_="left"),
        tag("div", names, lesson_bar(), _pickers(), *sections, _copies(), class_="right"),
        class_="page attention",
    )


def _input(presets: Sequence[Preset], limit: int, model_menu: Html) -> Html:
    return tag(
        "section",
        model_menu,
        tag(
            "div",
            tag("label", "Your sentence", for_="attention-text"),
            tag("span", f"0 / {limit} characters", id="attention-count", class_="count"),
            class_="label",
        ),
        _box("attention-text", "text", "Write a sentence", 2),
        tag("label", "A second sentence, if you like", for_="attention-second"),
        _box("attention-second", "second", "Read together, as A and B", 1),
        tag("p", id="attention-says", class_="says", role="status", aria_live="polite"),
        tag("p", class_="why", aria_live="polite"),
        tag(
            "div",
            tag(
                "div",
                *(
                    tag("button", each.label, type="button", title=each.why, lang=each.language, data_example=number)
                    for number, each in enumerate(presets)
                ),
                class_="presets",
                role="toolbar",
                aria_label="Examples",
            ),
            class_="frame",
        ),
        lesson_button(),
        class_="input",
        aria_label="Input",
    )


def _box(id: str, name: str, placeholder: str, rows: int) -> Html:
    return tag(
        "textarea",
        id=id,
        class_=name,
        dir="auto",
        rows=rows,
        spellcheck="false",
        autocapitalize="off",
        placeholder=placeholder,
        aria_describedby="attention-count attention-says",
    )


def _pickers() -> Html:
    """Which layer and head: for all sections that look at one head."""
    return tag("div", _slider("layer", "Layer"), _slider("head", "Head"), class_="pickers")


def _slider(name: str, label: str) -> Html:
    return tag(
        "div",
        tag("label", label, for_=f"attention-{name}"),
        tag("button", "‹", type="button", data_step=f"{name} -1", aria_label=f"{label} before"),
        tag("input", id=f"attention-{name}", type="range", min=1, max=1, value=1, data_pick=name),
        tag("button", "›", type="button", data_step=f"{name} 1", aria_label=f"Next {name}"),
        tag("output", "", for_=f"attention-{name}", data_shows=name),
        class_="slider",
    )


def _choice(name: str, label: str, options: Sequence[tuple[str, str, str]]) -> Html:
    """Buttons of which one is pressed: (value, words, title)."""
    buttons = (
        tag("button", words, type="button", data_set=f"{name} {value}", title=title, aria_pressed="false")
        for value, words, title in options
    )
    return tag("div", tag("span", label), *buttons, class_="choice", role="group", aria_label=label)


OVER = (
    ("heads", "one head", "The head that is chosen"),
    ("mean", "mean", "The mean of all heads of the layer; rows sum to one"),
    ("maximum", "max", "The strongest look of any head of the layer; rows sum to one or more"),
    (
        "rollout",
        "rollout",
        "What of each input reaches a place up to this layer (Abnar and Zuidema 2020): mean of the heads, half of each"
        " layer passed by, layers multiplied",
    ),
)
LEVEL = (
    ("pieces", "pieces", "The tokens as the model got them"),
    ("aksharas", "aksharas", "Pieces of one akshara together: sums over keys, means over queries"),
    ("words", "words", "Pieces of one word together: sums over keys, means over queries"),
)
SPECIAL = "Special tokens: shown as the model sees them, or left out, and the rest of each row divided by its sum"
SCALE = (
    ("picture", "own", "The darkest colour is the strongest weight of this picture"),
    ("one", "0–1", "The darkest colour is 1: pictures can be compared"),
)


def _heatmap() -> Html:
    return tag(
        "section",
        tag(
            "div",
            _choice("over", "Heads", OVER),
            _choice("level", "By", LEVEL),
            tag(
                "div",
                tag("button", "[CLS] [SEP]", type="button", data_toggle="special", title=SPECIAL, aria_pressed="true"),
                class_="choice",
            ),
            _choice("scale", "Colours", SCALE),
            class_="choices",
        ),
        tag(
            "div",
            tag("div", class_="plot", tabindex="0", role="img", aria_label="Heatmap: queries down, keys across"),
            tag("p", "Loading the picture …", class_="waiting"),
            class_="plotted",
        ),
        tag("p", class_="readout", aria_live="off"),
        tag("p", class_="looks", role="toolbar", aria_label="What the chosen row looks at"),
        id="attention-heatmap",
        class_="panel",
        role="tabpanel",
        data_panel="heatmap",
    )


def _inside() -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("button", "‹ Back", type="button", class_="back"),
            tag("p", class_="step"),
            tag("button", "Next ›", type="button", class_="next"),
            class_="steps",
        ),
        tag("p", class_="formula"),
        tag("p", class_="query", role="toolbar", aria_label="The word that asks"),
        tag("div", tag("div", class_="table"), class_="frame"),
        tag("p", "Point at a strip for its numbers.", class_="number-readout hint"),
        tag("p", class_="checked", aria_live="polite"),
        tag(
            "div",
            tag("label", "The same head while it learned", for_="attention-early"),
            tag("input", id="attention-early", type="range", min=0, max=0, value=0),
            tag("output", "", for_="attention-early", class_="early-shows"),
            class_="early",
            hidden=True,
        ),
        id="attention-inside",
        class_="panel",
        role="tabpanel",
        data_panel="inside",
        hidden=True,
    )


def _heads() -> Html:
    kinds = (
        tag("option", f"those that {words.replace('looks', 'look')}", value=kind) for kind, words in heads.KINDS.items()
    )
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Order", for_="attention-order"),
            tag("select", tag("option", "as in the model", value=""), *kinds, id="attention-order"),
            tag("p", class_="kind"),
            class_="order",
        ),
        tag("div", class_="grid", role="listbox", aria_label="All heads"),
        id="attention-heads",
        class_="panel",
        role="tabpanel",
        data_panel="heads",
        hidden=True,
    )


BETWEEN = (("all", "all"), ("a-a", "A→A"), ("a-b", "A→B"), ("b-a", "B→A"), ("b-b", "B→B"))


def _lines() -> Html:
    between = (
        tag("button", words, type="button", data_between=value, aria_pressed="false") for value, words in BETWEEN
    )
    return tag(
        "section",
        tag(
            "div",
            tag("div", class_="head-chips", role="toolbar", aria_label="Heads whose lines are drawn"),
            tag("button", "all heads", type="button", class_="all-heads"),
            _choice("level", "By", LEVEL),
            tag(
                "div", *between, class_="choice between", role="group", aria_label="Between the sentences", hidden=True
            ),
            class_="choices",
        ),
        tag("p", "Click a word on the side that asks. Weights under 2% have no line.", class_="hint"),
        tag(
            "div",
            tag("div", class_="asking", role="toolbar", aria_label="Words that ask"),
            tag("canvas", class_="wires", role="img", aria_label="Lines"),
            tag("div", class_="looked-at"),
            class_="stage",
        ),
        id="attention-lines",
        class_="panel",
        role="tabpanel",
        data_panel="lines",
        hidden=True,
    )


def _meanings(pairs: Sequence[Pair]) -> Html:
    buttons = (
        tag("button", pair.label, type="button", title=pair.why, lang=pair.language, data_meaning=number)
        for number, pair in enumerate(pairs)
    )
    return _panel(
        "meanings",
        tag("div", *buttons, class_="presets", role="toolbar", aria_label="Words with two meanings"),
        tag("p", class_="meaning-hint hint"),
        tag("p", class_="first-words query", role="toolbar", aria_label="Words of the first sentence"),
        tag("p", class_="second-words query", role="toolbar", aria_label="Words of the second sentence"),
        tag(
            "div", class_="meaning-plot small-plot", role="img", aria_label="Cosine of the two vectors, layer by layer"
        ),
        tag("div", class_="near"),
    )


KINDS = (
    ("bidirectional", "bidirectional", "Everybody sees everybody, as in BERT"),
    ("causal", "causal", "Nobody sees what comes later, as in GPT"),
    ("prefix", "prefix", "The first tokens see one another, later ones what came before"),
    ("padding", "padding", "Nobody sees the filling behind a short text"),
)


def _masks() -> Html:
    return _panel(
        "masks",
        tag(
            "div",
            _choice("mask", "Mask", KINDS),
            tag(
                "div",
                tag("label", "Boundary", for_="attention-boundary"),
                tag("input", id="attention-boundary", type="range", min=0, max=1, value=1),
                tag("output", "", for_="attention-boundary", class_="boundary-shows"),
                class_="slider boundary",
            ),
            class_="choices",
        ),
        tag("p", class_="mask-words hint"),
        tag(
            "div",
            tag("div", tag("h3", "Scores q·k / √d"), tag("div", class_="score-plot half-plot"), class_="half"),
            tag("div", tag("h3", "After the softmax"), tag("div", class_="weight-plot half-plot"), class_="half"),
            class_="halves",
        ),
        tag("p", class_="mask-readout readout"),
    )


WAYS = (
    ("sinusoids", "sinusoids", "Sine and cosine waves of many lengths (Vaswani et al. 2017)"),
    ("learned", "learned", "The model's own table of places"),
    ("rope", "RoPE", "Queries and keys turned by their place (Su et al. 2021)"),
    ("alibi", "ALiBi", "A penalty that grows with the distance (Press et al. 2022)"),
)


def _positions() -> Html:
    return _panel(
        "positions",
        _choice("way", "Places by", WAYS),
        tag("p", class_="way-words hint"),
        tag(
            "div",
            tag("div", tag("h3", "The table"), tag("div", class_="table-plot half-plot"), class_="half"),
            tag("div", tag("h3", "By distance"), tag("div", class_="distance-plot half-plot"), class_="half"),
            class_="halves",
        ),
        tag("h3", "Take the places away"),
        tag(
            "div",
            tag("input", type="text", class_="order-one", aria_label="The words in one order", dir="auto"),
            tag("input", type="text", class_="order-two", aria_label="The same words in another order", dir="auto"),
            class_="halves",
        ),
        tag("div", class_="orders"),
    )


def _compare() -> Html:
    return _panel(
        "compare",
        tag(
            "div",
            tag("label", "Beside", for_="attention-beside"),
            tag("select", tag("option", "the second sentence", value=""), id="attention-beside"),
            tag("p", class_="compare-words"),
            class_="order",
        ),
        tag(
            "div",
            tag("div", tag("h3", "First"), tag("div", class_="one-plot half-plot"), class_="half"),
            tag("div", tag("h3", "Second"), tag("div", class_="other-plot half-plot"), class_="half"),
            tag(
                "div", tag("h3", "Difference"), tag("div", class_="difference-plot half-plot"), class_="half difference"
            ),
            class_="halves thirds",
        ),
        tag("p", class_="compare-readout readout"),
    )


def _inputs() -> Html:
    return _panel(
        "inputs",
        tag("p", class_="inputs-words hint"),
        tag("div", tag("div", class_="inputs-table table"), class_="frame"),
        tag("p", "Point at a strip for its numbers.", class_="number-readout hint"),
    )


COPIES = (
    ("png", "Save PNG"),
    ("svg", "Save SVG"),
    ("csv", "Save CSV"),
    ("html", "Save HTML"),
    ("python", "Copy as Python"),
    ("link", "Copy link"),
)


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    notes_list = tag("ul", class_="notes", aria_live="polite")
    return tag("div", notes_list, tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies"))
