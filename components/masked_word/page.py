"""The tab's HTML: what is the same for every visitor; their texts only ever travel as JSON. No torch, no gradio."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from components.lesson import lesson_bar, lesson_button
from components.markup import Html, tag
from components.masked_word.compute import MASK
from components.masked_word.game import SEED, SEEDS, SHARE, SHARES
from components.masked_word.presets import Preset, Twin
from components.masked_word.view import OWN_LIMIT
from components.sections import section_names, section_panel

HERE = Path(__file__).parent
SHARED = HERE.parent
SCRIPTS = (  # one function, in this order
    SHARED / "page.js",
    SHARED / "model_menu.js",
    SHARED / "asking.js",
    SHARED / "lesson.js",
    SHARED / "snapshot.js",
    HERE / "class_first.js",
    HERE / "beside.js",
    HERE / "learned.js",
    HERE / "compare.js",
    HERE / "temperature.js",
    HERE / "layers.js",
    HERE / "surprise.js",
    HERE / "game.js",
    HERE / "contrast.js",
    HERE / "take.js",
    HERE / "view.js",
)
STYLES = (SHARED / "page.css", SHARED / "sections.css", SHARED / "model_menu.css", HERE / "view.css")
SECTIONS = (
    ("guess", "Guess"),
    ("learned", "While it learned"),
    ("compare", "Two models"),
    ("heat", "Temperature"),
    ("layers", "Layer by layer"),
    ("surprise", "Surprise"),
    ("game", "Training game"),
    ("contrast", "One word changed"),
)
_panel = partial(section_panel, "masked")


def style() -> str:
    """The style of this tab, behind what it shares with others."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STYLES)


def page(
    presets: Sequence[Preset],
    samples: Sequence[Preset],
    surprises: Sequence[Twin],
    passages: Sequence[Preset],
    contrasts: Sequence[Twin],
    limits: tuple[int, int],
    model_menu: Html,
) -> Html:
    """The tab before any answer: controls on the left, the sentence and the guesses on the right.

    `limits` are those of characters and of masks.
    """
    panels = (
        _guesses(),
        _learned(),
        _compare(),
        _heat(),
        _layers(),
        _surprise(surprises),
        _game(passages),
        _contrast(contrasts),
    )
    return tag(
        "div",
        tag("div", _input(presets, samples, limits, model_menu), class_="left"),
        tag("div", section_names("masked", SECTIONS), lesson_bar(), _sentence(), *panels, _copies(), class_="right"),
        class_="page masked",
    )


def _input(presets: Sequence[Preset], samples: Sequence[Preset], limits: tuple[int, int], model_menu: Html) -> Html:
    characters, masks = limits
    return tag(
        "section",
        model_menu,
        tag(
            "div",
            tag("label", "Your sentence", for_="masked-text"),
            tag("span", f"0 / {characters} characters, 0 / {masks} hidden", id="masked-count", class_="count"),
            class_="label",
        ),
        tag(
            "textarea",
            id="masked-text",
            class_="text",
            dir="auto",
            rows=3,
            spellcheck="false",
            autocapitalize="off",
            placeholder=f"Write a sentence, and {MASK} in the place of a word",
            aria_describedby="masked-count masked-says",
        ),
        tag("p", id="masked-says", class_="says", role="status", aria_live="polite"),
        tag("p", class_="why", aria_live="polite"),
        _examples("Examples", presets, 0),
        _examples("A sentence in each language", samples, len(presets), more=" samples"),
        lesson_button(),
        class_="input",
        aria_label="Input",
    )


def _examples(name: str, presets: Sequence[Preset], first: int, more: str = "") -> Html:
    buttons = (
        tag("button", each.label, type="button", title=each.why, lang=each.language, data_example=number)
        for number, each in enumerate(presets, first)
    )
    return tag(
        "div",
        tag("div", *buttons, class_=f"presets{more}", role="toolbar", aria_label=name),
        class_="frame",
    )


def _sentence() -> Html:
    return tag(
        "section",
        tag(
            "div", tag("h2", "The sentence"), tag("p", "click a word to hide it, or to bring it back"), class_="heading"
        ),
        tag("p", class_="sentence", role="toolbar", aria_label="Words of the sentence"),
        class_="panel the-sentence",
    )


def _guesses() -> Html:
    return _panel(
        "guess",
        tag(
            "div",
            tag("h2", "Guesses"),
            tag("p", class_="made"),
            _whole(),
            _class_first(),
            tag("p", "surprise = log₂(1 / probability), in bits", class_="formula"),
            class_="heading",
        ),
        _class_guesses(),
        tag("div", class_="blanks"),
        tag("details", tag("summary"), tag("p", METHOD), class_="method", hidden=True),
        tag("ul", class_="notes", aria_live="polite"),
        class_="panel guesses",
    )


def _whole(name: str = "Guess") -> Html:
    buttons = (
        tag("button", name, type="button", title=why, data_whole=value, aria_pressed=value == "true")
        for value, name, why in (
            ("true", "words", "Whole words of one to four pieces"),
            ("false", "pieces", "The model's own pieces, one for each mask"),
        )
    )
    return tag("div", tag("span", name), *buttons, class_="choice", role="group", aria_label=f"{name} words or pieces")


def _class_first() -> Html:
    """Covers the model's guesses until somebody uncovers them."""
    why = "Covers the model's guesses; the class writes its own, and each gets its probability"
    return tag(
        "button", "The class guesses first", type="button", class_="class-first", aria_pressed="false", title=why
    )


def _class_guesses() -> Html:
    """What the class guesses."""
    return tag(
        "div",
        tag(
            "form",
            tag("label", "Which word?", for_="masked-own"),
            tag("input", id="masked-own", type="text", autocomplete="off", maxlength=OWN_LIMIT, dir="auto"),
            tag("button", "Add", type="submit"),
            tag("button", "Uncover", type="button", class_="uncover"),
            class_="own",
            hidden=True,
        ),
        tag("ul", class_="own-words", aria_live="polite"),
        class_="class",
    )


def _learned() -> Html:
    """The same question, asked of the model as it was early in training."""
    return _panel(
        "learned",
        tag(
            "div",
            tag("h2", "While it learned"),
            tag("p", "the same question, asked of the embedded model as it was after so many steps"),
            class_="heading",
        ),
        tag(
            "div",
            tag("label", "Steps", for_="masked-step"),
            tag("input", id="masked-step", type="range", min=0, max=0, value=0),
            tag("output", "", for_="masked-step", class_="step-shows"),
            class_="slider",
        ),
        tag("div", class_="learned-blanks"),
        tag(
            "div",
            tag("figure", tag("figcaption", class_="loss-name"), tag("div", class_="loss-curve curve")),
            tag("figure", tag("figcaption", class_="right-name"), tag("div", class_="right-curve curve")),
            tag(
                "p",
                "Thin: its first layer learned alone, from every word. Thick: all layers, from the masked words only."
                " Dotted: where the model was kept.",
                class_="hint",
            ),
            class_="curves",
        ),
    )


PAIRS = (
    ("pathshala-bert", "pathshala-bert-student", "Teacher and student", "The student learned from the teacher"),
    ("pathshala-bert-early/100", "pathshala-bert", "Before and after training", "100 steps, and all of them"),
    ("pathshala-counted", "pathshala-bert", "Counting and learning", "Counted neighbours beside a trained model"),
    (
        "bert-base-multilingual-cased",
        "distilbert-base-multilingual-cased",
        "mBERT and DistilmBERT",
        "Distilled: 24% smaller, since most of both is the table of 119,547 pieces",
    ),
    ("bert-base-uncased", "roberta-base", "BERT and RoBERTa", "The same size; RoBERTa learned longer, from more text"),
    (
        "google/muril-base-cased",
        "l3cube-pune/hindi-bert-v2",
        "MuRIL and its Hindi specialisation",
        "The second is the first, trained on with Hindi alone",
    ),
)


def _compare() -> Html:
    """Two models, one sentence."""
    buttons = (
        tag("button", name, type="button", title=why, data_pair=f"{one} {other}") for one, other, name, why in PAIRS
    )
    return _panel(
        "compare",
        tag(
            "div",
            tag("h2", "Two models"),
            tag("p", "one sentence; each says how likely it finds the other's words, too"),
            class_="heading",
        ),
        tag(
            "div",
            *(
                tag(
                    "div",
                    tag("label", name, for_=f"masked-{id}"),
                    tag("select", id=f"masked-{id}"),
                    class_="chooser",
                )
                for id, name in (("one", "First"), ("other", "Second"))
            ),
            tag("button", "⇄", type="button", class_="swap", aria_label="Change places", title="Change places"),
            class_="choosers",
        ),
        tag(
            "div",
            tag("div", *buttons, class_="presets compare-pairs", role="toolbar", aria_label="Pairs"),
            class_="frame",
        ),
        tag("p", class_="compare-says hint", role="status", aria_live="polite"),
        tag("div", class_="facts table"),
        tag("div", class_="compare-blanks"),
        tag("p", class_="compare-note hint"),
    )


LOGITS = (("zebra", 2), ("horse", 1), ("cow", -1), ("house", -2))


def _heat() -> Html:
    """Softmax with a temperature."""
    own = (
        tag(
            "div",
            tag("label", name, for_=f"masked-logit-{number}"),
            tag("input", id=f"masked-logit-{number}", type="number", step="0.5", value=logit),
            tag("span", tag("span", class_="bar"), class_="track"),
            tag("span", class_="percent"),
            class_="own-logit",
        )
        for number, (name, logit) in enumerate(LOGITS)
    )
    return _panel(
        "heat",
        tag(
            "div",
            tag("h2", "Temperature"),
            tag("p", "p = exp(z / T) ÷ Σ exp(z / T): a high T evens out, a low T sharpens"),
            class_="heading",
        ),
        tag(
            "div",
            tag("label", "T", for_="masked-temperature"),
            tag("input", id="masked-temperature", type="range", min=0, max=0, value=0),
            tag("output", "", for_="masked-temperature", class_="heat-shows"),
            class_="slider",
        ),
        tag("p", class_="heat-says hint", role="status", aria_live="polite"),
        tag("div", class_="heat-blanks"),
        tag("div", class_="heat-loss facts"),
        tag(
            "div",
            tag("h3", "Logits of your own"),
            tag("button", "As they were", type="button", class_="usual-logits"),
            class_="heading",
        ),
        tag("div", *own, class_="own-logits"),
    )


def _layers() -> Html:
    """What the head makes of each layer's states."""
    return _panel(
        "layers",
        tag(
            "div",
            tag("h2", "Layer by layer"),
            tag("p", "the model's own output layer, asked after each layer: when does the answer appear?"),
            class_="heading",
        ),
        tag("div", class_="layers-blanks"),
        tag("p", class_="layers-note hint"),
    )


def _choices(name: str, label: str, choices: Sequence[Twin | Preset]) -> Html:
    """Examples of one section; `name` tells them from another's."""
    buttons = (
        tag("button", each.label, type="button", title=each.why, lang=each.language, **{f"data_{name}": number})
        for number, each in enumerate(choices)
    )
    row = tag("div", *buttons, class_=f"presets {name}s", role="toolbar", aria_label=label)
    return tag("div", row, class_="frame")


def _second(id: str, label: str, placeholder: str) -> tuple[Html, Html]:
    """The box of a second sentence, and its label."""
    box = tag(
        "input",
        id=id,
        type="text",
        class_="twin",
        dir="auto",
        autocomplete="off",
        spellcheck="false",
        placeholder=placeholder,
    )
    return tag("label", label, for_=id), box


def _surprise(twins: Sequence[Twin]) -> Html:
    """Every word hidden in turn."""
    return _panel(
        "surprise",
        tag(
            "div",
            tag("h2", "How surprised is it?"),
            tag("p", "each word is hidden in turn: the darker, the less the model expected it"),
            class_="heading",
        ),
        _choices("twin", "Pairs", twins),
        tag("div", class_="surprised-one"),
        *_second("masked-twin", "Another sentence, beside it", "The same sentence with one word changed"),
        tag("div", class_="surprised-other"),
        tag("p", class_="verdict", aria_live="polite"),
        tag("p", class_="surprise-note hint"),
    )


def _game(passages: Sequence[Preset]) -> Html:
    """One step of training."""
    least, most = (round(100 * share) for share in SHARES)
    why = "Covers what was done: the class sees what the model sees, and clicks the words that were swapped"
    return _panel(
        "game",
        tag(
            "div",
            tag("h2", "The training game"),
            tag("p", "words are hidden, as in training: how wrong is it?"),
            _whole("Hide"),
            tag("button", "The class looks first", type="button", class_="cover-game", aria_pressed="false", title=why),
            class_="heading",
        ),
        _choices("passage", "Passages", passages),
        tag(
            "div",
            tag(
                "span",
                tag("label", "Hidden", for_="masked-share"),
                tag("input", id="masked-share", type="range", min=least, max=most, step=5, value=round(100 * SHARE)),
                tag("output", "", for_="masked-share", class_="share-shows"),
            ),
            tag(
                "span",
                tag("label", "Seed", for_="masked-seed"),
                tag("input", id="masked-seed", type="number", min=0, max=SEEDS - 1, step=1, value=SEED),
                tag(
                    "button", "Draw anew", type="button", class_="redraw", title="The next seed: other words are hidden"
                ),
            ),
            class_="slider game-controls",
        ),
        tag("p", class_="game-line", role="toolbar", aria_label="The sentence as the model sees it"),
        tag("p", class_="game-hint hint"),
        tag("button", "Uncover", type="button", class_="uncover-game", hidden=True),
        tag("p", class_="game-says", role="status", aria_live="polite"),
        tag("div", class_="game-loss facts"),
        tag("div", class_="game-table"),
        tag("div", class_="game-early facts"),
        tag("div", class_="game-draws"),
    )


def _contrast(twins: Sequence[Twin]) -> Html:
    """Two sentences that differ in one word, what the model fills in."""
    return _panel(
        "contrast",
        tag(
            "div",
            tag("h2", "What it took from its text"),
            tag("p", "change one word of the sentence: what does the model fill in now?"),
            class_="heading",
        ),
        _choices("contrast", "Pairs", twins),
        *_second("masked-contrasted", "The second sentence", f"The same sentence with one word changed, and {MASK}"),
        tag("div", class_="contrast-blanks"),
        tag("p", class_="contrast-says hint", role="status", aria_live="polite"),
        tag(
            "p",
            "A model repeats what its text said most often, prejudice included. What it fills in is no statement about"
            " the world, about what ought to be, or about today.",
            class_="hint",
        ),
    )


METHOD = (
    "The gap is read with one, two, three and four masks. How many pieces the word has is told by how well each number"
    " fits: do the later masks go on in a word, and are the words beside the gap guessed well? Then"
    " P(word) = P(so many pieces) × the probability of each piece, given the ones before it."
)
COPIES = (
    ("png", "Save PNG"),
    ("csv", "Save CSV"),
    ("sentence", "Copy sentence"),
    ("table", "Copy table"),
    ("python", "Copy as Python"),
    ("link", "Copy link"),
)


def _copies() -> Html:
    buttons = (tag("button", words, type="button", data_copy=what) for what, words in COPIES)
    return tag("div", *buttons, tag("span", class_="copied", role="status"), class_="copies")
