"""Tokenizer -> the text of what a student hands in: a Space's README and app.py, and how to upload them.

The README states facts only: numbers from the tokenizer's own file, the pattern rule by rule. The student's reasons are
the student's to write, so the questions are left open.
"""

import json
from typing import Any

from .errors import ExportError
from .scripts import LANGUAGES
from .splitting import PATTERNS
from .tokenizer import Tokenizer

FEWER_THAN = 5_000  # entries
MARK = 3.2  # UTF-8 bytes per token

REQUIREMENTS = "gradio>=6.31,<7\ntokenizers>=0.22,<0.24\n"


def readme(tokenizer: Tokenizer) -> str:
    """The Space's README.md, with its front matter. Raises ExportError if the tokenizer was never measured."""
    language = language_of(tokenizer)
    return README.format(
        title=f"{language} tokenizer",
        language=language,
        count=f"{len(tokenizer):,}",
        ratios="\n".join(f"| {part} | {_ratios(row)} |" for part, row in figures_of(tokenizer)),
        checks="\n".join(f"- [{'x' if passed else ' '}] {rule}" for rule, passed in checks(tokenizer)),
        pattern=tokenizer.pattern_name if tokenizer.pattern_name in PATTERNS else "the student's own",
        rules="\n".join(f"{n}. **{rule.name}**: {rule.reason}" for n, rule in enumerate(tokenizer.pattern.rules, 1)),
        sources=_sources(tokenizer),
    )


def language_of(tokenizer: Tokenizer) -> str:
    """'Hindi'; the code itself for what is in no table."""
    return LANGUAGES[tokenizer.language].english if tokenizer.language in LANGUAGES else tokenizer.language


def figures_of(tokenizer: Tokenizer) -> list[tuple[str, dict[str, float]]]:
    """The measured ratios in the tokenizer's file: [("training text (in-sample)", {…}), ("held-out text", {…})]"""
    found = []
    for part, words in (("train", "training text (in-sample)"), ("heldout", "held-out text")):
        row = _inside(tokenizer.training, "figures", part, tokenizer.language)
        ratios = {name: _inside(row, name) for name in ("bytes_per_token", "characters_per_token")}
        if all(isinstance(ratio, (int, float)) for ratio in ratios.values()):
            found.append((words, ratios))
    if not found:
        raise ExportError(
            f"{tokenizer.name!r} carries no measured figures in its own language, so a README would have to invent"
            " them: train it with `tokenizer-indic train`, which measures."
        )
    return found


def _inside(facts: Any, *keys: str) -> Any:
    """facts[key][key]…, or None where there is no such thing: a file may say anything."""
    for key in keys:
        facts = facts.get(key) if isinstance(facts, dict) else None
    return facts


def checks(tokenizer: Tokenizer) -> list[tuple[str, bool]]:
    """The assignment's three requirements and whether they hold; the ratio on held-out text where there is some."""
    part, row = figures_of(tokenizer)[-1]
    ratio = row["bytes_per_token"]
    own_pattern = tokenizer.pattern_name == "indic" or tokenizer.pattern_name not in PATTERNS
    return [
        (f"fewer than {FEWER_THAN:,} entries: {len(tokenizer):,}", len(tokenizer) < FEWER_THAN),
        (f"a compression ratio of {MARK} or more: {ratio:.2f} bytes per token on {part}", ratio >= MARK),
        ("a split pattern made for the language, not an English one", own_pattern),
    ]


def instructions(tokenizer: Tokenizer) -> str:
    """HANDIN.md: how this becomes a Space."""
    return HANDIN.format(
        language=language_of(tokenizer),
        checks="\n".join(f"- {'holds' if passed else 'DOES NOT HOLD'}: {rule}" for rule, passed in checks(tokenizer)),
    )


def app(tokenizer: Tokenizer) -> str:
    """app.py of the Space: gradio and `tokenizers` only. What the tokenizer's file says goes in as JSON strings."""
    return APP.format(title=json.dumps(f"{language_of(tokenizer)} tokenizer"), example=json.dumps(_example(tokenizer)))


def _example(tokenizer: Tokenizer) -> str:
    return LANGUAGES[tokenizer.language].sample if tokenizer.language in LANGUAGES else "नमस्ते"


def _ratios(row: dict[str, float]) -> str:
    return f"{row['bytes_per_token']:.2f} | {row['characters_per_token']:.2f}"


def _sources(tokenizer: Tokenizer) -> str:
    sources = tokenizer.training.get("sources")
    lines = [f"- {_source(source)}" for source in sources] if isinstance(sources, list) else []
    return "\n".join(lines) or "- not recorded"


def _source(source: Any) -> str:
    if not isinstance(source, dict):
        return str(source)
    licence = f" ({source['licence']})" if "licence" in source else ""
    return f"{source.get('name', 'unnamed')}{licence}"


README = """---
title: "{title}"
emoji: 🔤
colorFrom: green
colorTo: blue
sdk: gradio
python_version: "3.12"
app_file: app.py
license: apache-2.0
---

# {title}

A byte-pair-encoding tokenizer for {language} with **{count} entries**, everything counted.

| measured on | UTF-8 bytes per token (the compression ratio) | characters per token |
| --- | --- | --- |
{ratios}

The compression ratio is the number of UTF-8 bytes of the text over the number of tokens. In-sample means the text that
the merges were learned from; held-out text was never seen.

## The requirements

{checks}

## The split pattern: {pattern}

Text is cut into pieces first, and merges happen inside a piece only. The rules, tried in this order:

{rules}

## Trained on

{sources}

## Files

- `tokenizer.json` loads with `tokenizers.Tokenizer.from_file` and `transformers.PreTrainedTokenizerFast`.
- `tokenizer_indic.json` loads with `tokenizer_indic.load`.

## In my own words

1. Why did you choose this language and this text?

2. What would a pattern made for English do to it? Give an example that you tried.

3. Which token in your vocabulary surprised you, and why is it there?
"""

HANDIN = """# How to hand this in

`gradio/` is a complete Space for your {language} tokenizer.

1. Answer the three questions at the end of `gradio/README.md`.
2. Try it: `cd gradio && pip install -r requirements.txt && python app.py`
3. Upload it (a free account will do; `pip install huggingface_hub`, then `hf auth login` once):

       hf upload YOUR-NAME/my-tokenizer gradio . --repo-type space

The requirements:

{checks}
"""

APP = '''"""A tokenizer's Space: text -> coloured tokens and the compression ratio."""

from pathlib import Path

import gradio as gr
from tokenizers import Tokenizer

try:
    from spaces import GPU  # a ZeroGPU Space wants one function that asks for a GPU
except ImportError:

    def GPU(function):
        return function


tokenizer = Tokenizer.from_file(str(Path(__file__).with_name("tokenizer.json")))
tokenizer.encode_special_tokens = True  # what a visitor types is text
LIMIT = 20_000  # characters
TITLE = {title}
EXAMPLE = {example}


def tokenize(text):
    """Each token with its id, and the figures."""
    if not text:
        return [], "Write something above."
    if len(text) > LIMIT:
        raise gr.Error(f"At most {{LIMIT:,}} characters, please; this has {{len(text):,}}.")
    encoded = tokenizer.encode(text)
    chips, end = [], 0
    for id, (_, stop) in zip(encoded.ids, encoded.offsets):
        chips.append((text[end:stop] if stop > end else "…", str(id)))
        end = max(end, stop)
    size = len(text.encode("utf-8", "replace"))
    count = len(encoded.ids)
    ratios = f"{{size / count:.2f}} UTF-8 bytes per token, {{len(text) / count:.2f}} characters per token"
    return chips, f"{{count}} tokens, {{ratios}}"


@GPU
def device():
    """Nothing here needs the GPU; the Space's kind does."""
    return "ready"


with gr.Blocks(title=TITLE) as demo:
    gr.Markdown(f"# {{TITLE}}")
    box = gr.Textbox(EXAMPLE, label="Text", lines=4)
    chips = gr.HighlightedText(label="Tokens and their ids")
    figures = gr.Markdown()
    gr.on([demo.load, box.change], tokenize, box, [chips, figures], trigger_mode="always_last")
    demo.load(device, None, None, api_name=False)

if __name__ == "__main__":
    demo.launch()
'''
