"""The Attention tab on this machine: python -m benchmarks.attention [--rounds N] [--skip-page] [--skip-peer]

1. Beside BertViz (`pip install bertviz ipython`): a BERT of 12 layers of 12 heads with random weights, sentences of 16
   to 256 tokens. How long it takes to build and serialise what a browser shows of all heads, and how many bytes it is:
   BertViz's model view on one side; on the other the thumbnails of all heads, the rows, and one layer in full size.
2. From a click on an example to its picture, and from a key to another head or layer, with the embedded model, in
   headless Chromium with software drawing.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.page import chromium, running
from benchmarks.tokenizer import machine
from components import models
from components.attention import compute, pictures, view
from components.attention.compute import Attention
from components.models import Loaded

TOKENS = (16, 32, 64, 128, 256)
EMBEDDED = "pathshala-bert"
FORGETFUL = [  # our page, which remembers one answer only, so that every click makes the model's pass anew
    "-c",
    "import runpy\n"
    "from components.attention import compute\n"
    "compute._remembered = compute.Remembered(0)\n"
    "runpy.run_path('app.py', run_name='__main__')",
]

# Clicks each example in turn, or presses a key on the picture; milliseconds until Plotly has drawn, and of those the
# milliseconds that the model itself said it took.
EXAMPLES = """async (rounds) => {
  const tab = document.querySelector("#pathshala-attention"), waits = [];
  const rest = () => new Promise((done) => setTimeout(done, 700));
  for (let round = 0; round < rounds; round++) {
    for (const button of tab.querySelectorAll("[data-example]")) {
      await rest();
      const start = performance.now();
      const drawn = new Promise((done) => {
        new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now() - start); })
          .observe(tab.querySelector(".plot"), { attributeFilter: ["data-milliseconds"] });
      });
      button.click();
      const wait = await drawn;
      waits.push([wait, parseFloat(tab.querySelector(".models-made").textContent.split("·")[1])]);
    }
  }
  return waits;
}"""
KEYS = """async (keys) => {
  const plot = document.querySelector("#pathshala-attention .plot"), waits = [];
  for (const key of keys) {
    await new Promise((done) => setTimeout(done, 500));
    const start = performance.now();
    const drawn = new Promise((done) => {
      new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now() - start); })
        .observe(plot, { attributeFilter: ["data-milliseconds"] });
    });
    plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    waits.push(await drawn);
  }
  return waits;
}"""


def large(embedded: Loaded) -> Loaded:
    """bert-base's layers and heads with random weights, behind the embedded tokenizer."""
    from dataclasses import replace

    from transformers import BertConfig, BertModel

    config = BertConfig(vocab_size=embedded.encoder.config.vocab_size)
    model: Any = BertModel(config)
    model.set_attn_implementation("eager")
    model.train(False)
    return replace(embedded, model=model)


def sentence_of(loaded: Loaded, tokens: int) -> str:
    """Words until there are as many tokens as wanted, with the special ones."""
    words = ["rain"]
    while len(compute.look(loaded, " ".join(words), "", "en").tokens) < tokens:
        words.append("rain")
    return " ".join(words)


def ours(found: Attention) -> str:
    """What the page fetches to show all heads, and one layer large."""
    layer = view.picture_json(pictures.picture(found, 0))
    return json.dumps([view.answer_json(found), view.heads_json(found), layer])


def theirs(found: Attention) -> str:
    """BertViz's page of all heads."""
    import torch
    from bertviz import model_view  # type: ignore[import-not-found]

    weights = tuple(torch.from_numpy(layer.weights)[None] for layer in found.layers)
    html: Any = model_view(attention=weights, tokens=[token.text for token in found.tokens], html_action="return")
    return str(html.data)


def timed(build: Callable[[Attention], str], found: Attention) -> tuple[float, int]:
    """Milliseconds, bytes."""
    start = time.perf_counter()
    made = build(found)
    return 1000 * (time.perf_counter() - start), len(made.encode())


def beside_bertviz(rounds: int) -> list[tuple[int, float, float, float, float, float, float]]:
    """Per length: tokens; milliseconds, theirs and the median ratio; megabytes, theirs and the ratio."""
    loaded = large(models.load(EMBEDDED, "attention"))
    rows = []
    for tokens in TOKENS:
        found = compute.look(loaded, sentence_of(loaded, tokens), "", "en")
        pairs = [(timed(ours, found), timed(theirs, found)) for _ in range(rounds + 1)][1:]
        rows.append(
            (
                len(found.tokens),
                statistics.median(one[0] for one, _ in pairs),
                statistics.median(other[0] for _, other in pairs),
                statistics.median(other[0] / one[0] for one, other in pairs),
                pairs[0][0][1] / 1e6,
                pairs[0][1][1] / 1e6,
                pairs[0][1][1] / pairs[0][0][1],
            )
        )
    return rows


def on_the_page(rounds: int) -> tuple[list[tuple[float, float]], list[float], list[float]]:
    """Milliseconds: (click to picture, of those the model's own); another head; another layer."""
    with chromium() as browser, running(FORGETFUL) as (address, _):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}?tab=attention&model={EMBEDDED}")
        page.wait_for_selector("#pathshala-attention .plot[data-drawn]", timeout=60_000)
        page.evaluate(EXAMPLES, 1)  # warm
        clicks = [(float(wait), float(model)) for wait, model in page.evaluate(EXAMPLES, rounds)]
        heads = page.evaluate(KEYS, ["ArrowRight", "ArrowLeft"] * 5 * rounds)
        layers = page.evaluate(KEYS, ["ArrowDown", "ArrowUp"] * 5 * rounds)
    return clicks, heads, layers


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-page", action="store_true")
    parser.add_argument("--skip-peer", action="store_true")
    options = parser.parse_args()
    print(machine())
    if not options.skip_peer:
        print("\n| tokens | ms | BertViz | ratio | MB | BertViz | ratio |\n| --: | --: | --: | --: | --: | --: | --: |")
        for tokens, one, other, ratio, size, their_size, share in beside_bertviz(options.rounds):
            print(f"| {tokens} | {one:.1f} | {other:.0f} | {ratio:.0f} | {size:.3f} | {their_size:.1f} | {share:.0f} |")
    if not options.skip_page:
        clicks, heads, layers = on_the_page(options.rounds)
        print(f"\nclick to picture: {statistics.median(wait for wait, _ in clicks):.0f} ms (median of {len(clicks)})")
        print(f"… without the model's pass: {statistics.median(wait - own for wait, own in clicks):.0f} ms")
        print(f"another head: {statistics.median(heads):.0f} ms; another layer: {statistics.median(layers):.0f} ms")


if __name__ == "__main__":
    main()
