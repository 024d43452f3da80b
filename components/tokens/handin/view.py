"""a kit -> the section's HTML, JSON for view.js, and the same as Python. No gradio, no torch."""

import base64
from dataclasses import asdict

from components.markup import Html, join, tag
from components.tokens.handin.compute import FEWER_THAN, LIMIT, MARK, PREVIEW, Kit, examples
from components.tokens.laboratory import Json
from tokenizer_indic.handin import QUESTIONS
from tokenizer_indic.storage import LARGEST_FILE

ABOUT = {
    "HANDIN.md": "how to upload it, command by command",
    "gradio": "a Space in Python: gradio and tokenizers, on ZeroGPU too",
    "static": "a Space of HTML and JavaScript alone, with the same ids",
    "README.md": "front matter, figures, the pattern rule by rule; three questions are yours",
    "app.py": "the Space",
    "about.json": "its title, figures and example",
    "requirements.txt": "what it installs",
    "tokenizer.json": "for tokenizers and transformers",
    "tokenizer_indic.json": "for this library, and to be read",
    "index.html": "the page",
    "page.js": "what the page does",
    "style.css": "how it looks, light and dark",
    "tokenizer.js": "text to ids, as Python does it",
    "data.js": "the tokenizer for the page",
}


def panel() -> Html:
    """The section before any answer."""
    return join(
        tag("div", tag("h2", "Hand it in"), _choice(), class_="heading"),
        tag(
            "div",
            tag("p", class_="handin-mine"),
            tag("p", class_="handin-says", role="status", aria_live="polite"),
            class_="handin-told",
        ),
        tag("div", _card(), _files(), class_="handin-kit", hidden=True),
        tag("div", _commands(), _questions(), class_="handin-papers", hidden=True),
    )


def _choice() -> Html:
    limits = f"at most {LIMIT:,} entries, {LARGEST_FILE >> 20} MiB"
    return join(
        tag("label", "Tokenizer", for_="handin-tokenizer"),
        tag("select", id="handin-tokenizer"),
        tag("button", "Load mine from its file…", type="button", class_="handin-load"),
        tag("input", type="file", accept=".json,application/json", hidden=True, class_="handin-file"),
        tag("button", "Train one", type="button", class_="handin-train"),
        tag("p", limits),
    )


def _card() -> Html:
    return tag(
        "div",
        tag("div", class_="handin-card"),
        tag("button", "Download the kit", type="button", class_="handin-download"),
        tag("p", "One zip: unpack it, answer the three questions, upload.", class_="hint handin-downloaded"),
        class_="handin-left",
    )


def _files() -> Html:
    shown = tag("pre", class_="handin-preview", tabindex=0, aria_label="The file", dir="auto")
    return tag(
        "div",
        tag("h3", "In the zip"),
        tag("div", tag("div", class_="handin-tree", role="toolbar", aria_label="Files"), shown, class_="handin-two"),
        tag("p", class_="hint handin-about", aria_live="polite"),
        class_="handin-right",
    )


def _commands() -> Html:
    return tag("div", tag("h3", "Upload it"), tag("div", class_="handin-commands"))


def _questions() -> Html:
    return tag(
        "div",
        tag("h3", "Left open for you"),
        tag("p", "At the end of the README stand three questions. The page knows no answer to them: it is yours."),
        tag("ol", *(tag("li", question) for question in QUESTIONS)),
        class_="handin-questions",
    )


def known() -> Json:
    """What view.js needs beside the answers."""
    return {
        "examples": [list(each) for each in examples()],
        "fewer": FEWER_THAN,
        "mark": MARK,
        "preview": PREVIEW,
        "largest": LARGEST_FILE,
    }


def kit_json(kit: Kit) -> Json:
    """Everything that the section draws."""
    return {
        "tokenizer": kit.tokenizer,
        "name": kit.name,
        "language": kit.language,
        "native": kit.native,
        "direction": kit.direction,
        "entries": kit.entries,
        "ratios": [list(each) for each in kit.ratios],
        "checks": [[each.rule, each.found.replace("`", ""), each.holds] for each in kit.checks],
        "pattern": kit.pattern,
        "pieces": list(kit.pieces),
        "files": [[each.path, each.size, each.beginning, each.whole, _about(each.path)] for each in kit.files],
        "folders": [
            [folder, ABOUT[folder]] for folder in dict.fromkeys(_folder(each.path) for each in kit.files) if folder
        ],
        "uploads": [asdict(each) for each in kit.uploads],
        "size": kit.zipped,
        "python": python(kit),
    }


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _about(path: str) -> str:
    return ABOUT[path.rpartition("/")[2]]


def zip_json(name: str, content: bytes) -> Json:
    """{name, zip: base64}"""
    return {"name": name, "zip": base64.b64encode(content).decode()}


def python(kit: Kit) -> str:
    """The same files from the library."""
    given = '"my-tokenizer.json"' if kit.tokenizer.startswith("own:") else repr(kit.tokenizer)
    return f"""from pathlib import Path

from tokenizer_indic import load
from tokenizer_indic.exporting import export
from tokenizer_indic.handin import checks

tokenizer = load({given})  # a shipped name, or the path of a tokenizer's file
for check in checks(tokenizer):
    print("holds" if check.holds else "DOES NOT HOLD", check.rule, check.found, sep=": ")
for path in export(tokenizer, "kit", Path("my-kit")):
    print(path)
"""
