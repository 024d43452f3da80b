"""what was learned -> JSON for view.js, and the section's HTML, the same for every visitor. No torch, no gradio."""

from collections.abc import Mapping
from typing import Any

from components.markup import Html, join, tag
from components.tokens import view as tokens
from components.tokens.laboratory import Json
from components.tokens.train import compute, samples
from components.tokens.train.compute import LEAST, MOST, Settings
from components.tokens.train.jobs import State
from components.tokens.train.program import LITERAL
from components.tokens.train.reading import LIMIT, Read
from tokenizer_indic import Tokenizer, languages
from tokenizer_indic.handin import LARGEST_FIGURE, pattern_check
from tokenizer_indic.measuring import Figures
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import PATTERNS, pattern

SIZES = (500, 1_000, 2_000, 4_999, 10_000, 32_000)  # entries, on buttons
WIDTHS = (256, 768, 1024, 4096)  # of an embedding
PIECE = 384 * 1024  # bytes of an upload that are sent at once
TRY_LIMIT = 1_000  # characters of the text that is tokenized at once
HEAD = 160  # characters of a text that are shown
SOURCES = (("sample", "A sample"), ("paste", "Paste"), ("file", "A file"))
KINDS = {"merges": "merges", "fewest": "superwords"}

SAMPLE_SAYS = (
    "Captions that this project wrote: about a hundred words again and again, so the figures are far better than on"
    " ordinary text."
)
ENGLISH_SAYS = "This project's own documents: ordinary English, but only a little of it."
COLUMNS = (
    ("bytes_per_token", "bytes per token"),
    ("characters_per_token", "characters per token"),
    ("tokens_per_word", "tokens per word"),
    ("broken_aksharas", "broken aksharas"),
)
PARTS = (("heldout", "held-out tenth: never seen"), ("train", "in-sample: learned from it"))
PATTERN_SAYS = {
    "indic": "made for the languages of India",
    "gpt2": "GPT-2's: cuts हि before its vowel sign",
    "gpt4": "GPT-4's: the same, digits in threes",
    "o200k": "GPT-4o's: keeps marks, cuts at joiners",
}


# -- answers ----------------------------------------------------------------------------------------------------------


def read_json(read: Read, guess: str) -> Json:
    """What a text is: its size, how it begins, and a remark on its encoding or its letters."""
    lines = sum(1 for line in read.text.split("\n") if line.strip())
    return {
        "bytes": len(read.text.encode("utf-8", "replace")),
        "characters": len(read.text),
        "lines": lines,
        "head": read.text[:HEAD].strip(),
        "remark": read.remark,
        "guess": guess,
    }


def sample_json(language: str) -> Json:
    """The same of a shipped sample."""
    remark = ENGLISH_SAYS if language == "en" else SAMPLE_SAYS
    most = samples.most(language)
    room = f" At most {most:,} entries by merges, more with superwords."
    return read_json(Read(compute.text_of(language), remark + room, "utf-8"), language) | {"most": most}


def state_json(state: State, have: int) -> Json:
    """How far a training is, and those of its results beyond the first `have`, in the order in which they come."""
    make = {"learned": _learned, "measured": _measured, "judged": _judged, "drawn": _drawn}
    there = [(name, message) for name in make if (message := getattr(state, name)) is not None]
    return {
        "state": state.state,
        "before": state.before,
        "stage": state.stage,
        "done": state.done,
        "of": state.of,
        "newest": list(state.newest),
        "results": [[name, make[name](message, state)] for name, message in there[have:]],
        "problem": {key: state.problem[key] for key in ("sentence", "reached")} if state.problem else None,
    }


def _learned(message: Json, state: State) -> Json:
    entries = message["entries"]
    unit, (learned, heldout) = message["unit"], message["units"]
    if heldout:
        parts = f"{learned:,} {unit}s learned, {heldout:,} held out: {unit}s 10, 20, 30 …"
    else:
        parts = f"Fewer than ten {unit}s: nothing could be held out, and in-sample figures flatter."
    how = f"{KINDS[state.settings.segmentation]}, in {_seconds(message['seconds'])}"
    return {
        "made": f"{entries:,} entries, {how}. {parts}",
        "entries": entries,
    }


def _seconds(seconds: float) -> str:
    """0.03 -> 'under 0.1 s', 1.234 -> '1.2 s'"""
    return f"{seconds:.1f} s" if seconds >= 0.1 else "under 0.1 s"


def _measured(message: Json, state: State) -> Json:
    row = message["heldout"]
    return {
        "rows": [row_json("heldout", row)] if row else [],
        "checks": checks_json(row, _entries(state), state.settings) if row else [],
    }


def _entries(state: State) -> int:
    """Of the tokenizer, which is known before anything else is told of it."""
    assert state.learned is not None
    return int(state.learned["entries"])


def _judged(message: Json, state: State) -> Json:
    row = message["learned"] | _ratios(message["learned"])
    return {
        "json": message["json"],
        "rows": [row_json("train", row)],
        "checks": [] if _has_tenth(state) else checks_json(row, _entries(state), state.settings),
        "longest": message["longest"],
        "frequent": message["frequent"],
    }


def _ratios(row: Mapping[str, int]) -> dict[str, float]:
    return {
        f"{unit}_per_token": row[unit] / row["tokens"] if row["tokens"] else 0.0 for unit in ("bytes", "characters")
    }


def _drawn(message: Json, state: State) -> Json:
    fewest = state.settings.segmentation == "fewest"
    how = (
        "Each point keeps the most used entries of this vocabulary; learned anew they would be slightly better."
        if fewest
        else "Each point is this vocabulary after so many merges, which is what fewer entries would have learned."
    )
    return {
        "curve": message["curve"],
        "on": "the held-out tenth" if _has_tenth(state) else "the training text",
        "how": how + _why_not_words(*message["unseen"]),
    }


def _why_not_words(unseen: int, words: int) -> str:
    """' Of the 1,204 words held out 31.6% never occur in the rest: entries that are words would miss them.'"""
    if not words:
        return ""
    share = f"{unseen / words:.1%}"
    return (
        f" Of the {words:,} words held out {share} never occur in the rest: whole words as entries would not know them."
    )


def _has_tenth(state: State) -> bool:
    return state.measured is not None and state.measured["heldout"] is not None


def row_json(part: str, row: Mapping[str, Any]) -> Json:
    """A line of the table: its part, and a figure or – for each of COLUMNS."""
    return {"part": part, "figures": [_figure(name, row.get(name)) for name, _ in COLUMNS]}


def _figure(name: str, value: object) -> str:
    if not isinstance(value, (int, float)) or not abs(value) < LARGEST_FIGURE:
        return "–"
    return f"{value:.1%}" if name == "broken_aksharas" else f"{value:.2f}"


def checks_json(row: Mapping[str, Any], entries: int, settings: Settings) -> list[Json]:
    """The assignment's checks on these figures, and that of the pattern."""
    zeros = dict.fromkeys(("tokens", "bytes", "characters", "aksharas", "words"), 0)
    ratios = dict.fromkeys(("aksharas_per_token", "tokens_per_word", "broken_aksharas"), 0.0)
    known = {name: row[name] for name in ("tokens", "bytes_per_token", "characters_per_token")}
    figures = Figures(**{**zeros, **ratios, **known, "vocabulary": entries, "round_trip": True})
    return [*tokens.checks_json(figures, settings.language), _pattern_check(settings)]


def _pattern_check(settings: Settings) -> Json:
    if settings.segmentation == "fewest":
        says = "superwords reach across spaces: no pattern cuts them"
        return {"state": "neutral", "verdict": "", "number": "no pattern", "rule": says}
    check = pattern_check(pattern(settings.pattern_name), settings.language)
    name = settings.pattern_name if settings.pattern_name in PATTERNS else "own pattern"
    state, verdict = ("passed", "passed") if check.holds else ("failed", "not passed")
    rule = "made for the language" if check.holds or name in PATTERNS else check.found
    return {"state": state, "verdict": verdict, "number": name, "rule": rule}


def about_json(tokenizer: Tokenizer) -> Json:
    """What a tokenizer from a file tells of itself: figures only as far as its file has them."""
    settings = Settings(tokenizer.language, len(tokenizer), tokenizer.pattern_name, tokenizer.segmentation)
    rows = {part: row for part, _ in PARTS if (row := _stored(tokenizer, part))}
    judged = next(iter(rows.values()), None)
    said = f"{tokenizer.name}: {len(tokenizer):,} entries, {KINDS[tokenizer.segmentation]}."
    return {
        "made": said + ("" if rows else " Its file has no figures in its own language."),
        "entries": len(tokenizer),
        "rows": [row_json(part, row) for part, row in rows.items()],
        "checks": checks_json(judged, len(tokenizer), settings) if judged else [],
        "longest": compute.longest(tokenizer),
        "frequent": [],
    }


def _stored(tokenizer: Tokenizer, part: str) -> dict[str, Any] | None:
    """The figures in a tokenizer's file, which may say anything."""
    row: Any = tokenizer.training
    for key in ("figures", part, tokenizer.language):
        row = row.get(key) if isinstance(row, dict) else None
    if not isinstance(row, dict):
        return None
    numbers = {
        name: value for name, value in row.items() if isinstance(value, (int, float)) and abs(value) < LARGEST_FIGURE
    }
    wanted = ("bytes_per_token", "characters_per_token")
    return {"tokens": tokens.ENOUGH} | numbers if all(name in numbers for name in wanted) else None


def chips_json(tokenizer: Tokenizer, text: str) -> Json:
    """The tokens of any text, and their number."""
    found = tokenizer.tokens(text)
    size = len(text.encode())
    ratio = f": {size / len(found):.2f} bytes and {len(text) / len(found):.2f} characters per token" if found else ""
    return {"tokens": list(tokens.chips(found)), "says": f"{len(found):,} token{'' if len(found) == 1 else 's'}{ratio}"}


# -- the panel --------------------------------------------------------------------------------------------------------


def known() -> Json:
    """What view.js needs beside the answers."""
    return {
        "samples": {code: LANGUAGES[code].sample for code in samples.languages()},
        "languages": {language.code: [language.name, language.english, language.sample] for language in languages()},
        "limit": LIMIT,
        "piece": PIECE,
        "least": LEAST,
        "most": MOST,
        "tryLimit": TRY_LIMIT,
        "literal": LITERAL,
        "patterns": PATTERN_SAYS,
        "parts": dict(PARTS),
        "mark": tokens.MARK,
        "fewerThan": tokens.FEWER_THAN,
    }


def panel() -> Html:
    """The section before anything is learned: what to learn from and how, and the places of what was learned."""
    return join(
        tag(
            "div",
            tag("h2", "Train your own"),
            tag("p", "your text becomes a tokenizer, judged on a tenth of it that it never saw"),
            class_="heading",
        ),
        tag(
            "div",
            tag("div", _text(), _settings(), _progress(), class_="ask"),
            tag("div", _figures(), _try(), _curve(), _lists(), class_="got"),
            class_="two",
        ),
    )


def _text() -> Html:
    names = (tag("button", name, type="button", data_from=id, aria_pressed="false") for id, name in SOURCES)
    return tag(
        "section",
        tag("div", tag("span", "Learn from"), *names, class_="choice from", role="toolbar", aria_label="Learn from"),
        tag(
            "div",
            tag("div", *map(_sample, samples.languages()), class_="sample-names", role="toolbar", aria_label="Samples"),
            data_pane="sample",
        ),
        tag(
            "div",
            tag(
                "textarea",
                class_="pasted",
                dir="auto",
                rows=4,
                spellcheck="false",
                placeholder=f"Paste text: at most {LIMIT // 1_000_000} MB, a sentence or a paragraph a line",
                aria_label="Text to learn from",
            ),
            data_pane="paste",
            hidden=True,
        ),
        tag(
            "div",
            tag("button", "Choose a file …", type="button", class_="choose"),
            tag("span", f" or drop it here: text in UTF-8, at most {LIMIT // 1_000_000} MB"),
            tag(
                "input",
                type="file",
                class_="picked-file",
                accept=".txt,.csv,.md,.jsonl,text/*",
                hidden=True,
                tabindex="-1",
            ),
            data_pane="file",
            hidden=True,
        ),
        tag("progress", class_="sent", max=1, value=0, aria_label="Sent"),
        tag("p", class_="read", role="status", aria_live="polite"),
        class_="text-choice",
        aria_label="Text",
    )


def _sample(code: str) -> Html:
    return tag("button", LANGUAGES[code].name, type="button", lang=code, data_sample=code, aria_pressed="false")


def _settings() -> Html:
    options = (
        tag("option", each.name if each.name == each.english else f"{each.name} · {each.english}", value=each.code)
        for each in languages()
    )
    sizes = (tag("button", f"{size:,}", type="button", data_size=size) for size in SIZES)
    patterns = (tag("option", f"{name}: {PATTERN_SAYS[name]}", value=name) for name in PATTERNS)
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Language", for_="train-language"),
            tag("select", *options, id="train-language", class_="of-language"),
            class_="line",
        ),
        tag(
            "div",
            tag("label", "Entries", for_="train-entries"),
            tag("input", type="number", id="train-entries", class_="entries", min=LEAST, max=MOST, value=500),
            tag("span", f"{LEAST} to {MOST:,}, the 256 bytes among them", class_="hint"),
            tag("span", *sizes, class_="sizes", role="toolbar", aria_label="Numbers of entries"),
            class_="line",
        ),
        tag(
            "div",
            tag("label", "Pattern", for_="train-pattern"),
            tag("select", *patterns, tag("option", "a regular expression of mine", value="own"), id="train-pattern"),
            class_="line",
        ),
        tag(
            "input",
            class_="own-pattern",
            type="text",
            dir="ltr",
            spellcheck="false",
            autocapitalize="off",
            disabled=True,
            aria_label="Regular expression",
            placeholder="regular expression: with “a regular expression of mine”",
        ),
        tag(
            "div",
            tag("input", type="checkbox", id="train-superwords", class_="superwords"),
            tag("label", "Superwords: entries may hold spaces; not for the assignment", for_="train-superwords"),
            class_="line ticked",
        ),
        class_="settings",
        aria_label="Tokenizer",
    )


def _progress() -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("button", "Train", type="button", class_="go"),
            tag("button", "Cancel", type="button", class_="cancel", disabled=True),
            tag("button", "", type="button", class_="smaller", hidden=True),
            class_="buttons",
        ),
        tag("progress", class_="bar", max=1, value=0, aria_label="Training"),
        tag("p", class_="train-says", role="status", aria_live="polite"),
        tag("div", class_="newest", aria_hidden="true"),
        class_="training",
        aria_label="Training",
    )


def _figures() -> Html:
    heads = (tag("th", name, scope="col") for _, name in COLUMNS)
    rows = (
        tag("tr", tag("th", name, scope="row"), *(tag("td", "–") for _ in COLUMNS), data_part=part)
        for part, name in PARTS
    )
    return tag(
        "section",
        tag(
            "div",
            tag("p", "Nothing is learned yet: press “Train”.", class_="made-says", aria_live="polite"),
            tag("button", "Save", type="button", class_="save", disabled=True),
            tag("button", "Load", type="button", class_="load"),
            tag("button", "Hand it in", type="button", class_="handin", disabled=True),
            tag("input", type="file", class_="own-file", accept=".json,application/json", hidden=True, tabindex="-1"),
            class_="learned-head",
        ),
        tag("table", tag("thead", tag("tr", tag("td"), *heads)), tag("tbody", *rows), class_="ratios"),
        tag("ul", *(tag("li", "–") for _ in range(4)), class_="verdicts", aria_label="The assignment"),
        class_="learned",
        aria_label="What was learned",
    )


def _try() -> Html:
    return tag(
        "section",
        tag(
            "div",
            tag("label", "Any text, by your tokenizer", for_="train-try"),
            tag("span", class_="count try-says", role="status"),
            class_="label",
        ),
        tag("input", type="text", id="train-try", class_="try", dir="auto", maxlength=TRY_LIMIT, spellcheck="false"),
        tag("div", class_="cut", dir="auto", role="group", aria_label="Tokens", tabindex="0"),
        class_="trying",
        aria_label="Try it",
    )


def _curve() -> Html:
    widths = (tag("option", f"{width:,}", value=width, selected=width == 768) for width in WIDTHS)
    return tag(
        "section",
        tag(
            "div",
            tag("h3", "Compression and cost, against entries"),
            tag(
                "span",
                tag("label", "width", for_="train-width"),
                tag("select", *widths, id="train-width", class_="of-width"),
                tag("input", type="checkbox", id="train-untied", class_="untied"),
                tag("label", "untied: input and output", for_="train-untied"),
                class_="costs",
            ),
            class_="heading",
        ),
        tag("div", class_="drawing"),
        tag("p", class_="hint how", aria_live="polite"),
        class_="curve-box",
        aria_label="Curve",
    )


def _lists() -> Html:
    return tag(
        "section",
        tag("div", tag("h3", "Longest, in characters"), tag("ol", class_="longest", tabindex="0")),
        tag("div", tag("h3", "Most frequent in the training text"), tag("ol", class_="frequent", tabindex="0")),
        class_="lists",
        aria_label="Longest and most frequent tokens",
    )
