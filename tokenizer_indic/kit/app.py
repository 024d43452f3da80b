"""A tokenizer's Space: text -> coloured tokens with their ids, and the compression ratio.

Needs gradio and tokenizers; the tokenizer is in tokenizer.json, what is said about it in about.json.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from tokenizers import Tokenizer

F = TypeVar("F", bound=Callable[..., Any])

try:
    import spaces
except ImportError:  # not on a Space

    def gpu(function: F) -> F:
        return function

else:
    gpu = spaces.GPU

HERE = Path(__file__).parent
ABOUT = json.loads((HERE / "about.json").read_text(encoding="utf-8"))
tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
tokenizer.encode_special_tokens = True  # what a visitor types is text


def tokenize(text: str) -> tuple[list[tuple[str, str]], str]:
    """Each token with its id, and the figures of this text. A token inside a character shows as …"""
    check(text)
    if not text:
        return [], "Write something above."
    encoded = tokenizer.encode(text)
    chips, end = [], 0
    for id, (_, stop) in zip(encoded.ids, encoded.offsets, strict=True):
        chips.append((text[end:stop] if stop > end else "…", str(id)))
        end = max(end, stop)
    count = len(encoded.ids)
    ratios = f"{len(text.encode()) / count:.2f} UTF-8 bytes per token, {len(text) / count:.2f} characters per token"
    return chips, f"{count:,} tokens, {ratios}"


def check(text: str) -> None:
    """Raises gr.Error, a sentence for the visitor, for what cannot be tokenized."""
    if len(text) > ABOUT["limit"]:
        raise gr.Error(f"At most {ABOUT['limit']:,} characters, please: this text has {len(text):,}.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise gr.Error("This text holds half of a surrogate pair, which no UTF-8 text can hold.")


@gpu
def device() -> str:
    """Nothing here needs the GPU, but a ZeroGPU Space starts only if some function asks for it."""
    return "ready"


with gr.Blocks(title=ABOUT["title"]) as demo:
    gr.Markdown(f"# {ABOUT['title']}\n\n{ABOUT['facts']}")
    rtl = ABOUT["direction"] == "rtl"
    box = gr.Textbox(ABOUT["example"], label=f"Text, at most {ABOUT['limit']:,} characters", lines=4, rtl=rtl)
    chips = gr.HighlightedText(label="Tokens and their ids", rtl=rtl)
    figures = gr.Markdown()
    gr.on([demo.load, box.change], tokenize, box, [chips, figures], trigger_mode="always_last", api_name="tokenize")
    gr.Button("GPU", visible=False).click(device, None, None, api_visibility="private")

if __name__ == "__main__":
    demo.launch()
