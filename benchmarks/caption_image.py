"""Pictures and captions on this machine: python -m benchmarks.caption_image [--page] [--rounds N] [--model ID]

Six pictures and eight captions with the embedded model, beside transformers' own zero-shot pipeline on the same model
and input, in turns: everything new; one caption changed (ours encodes that one alone, the pipeline all again). And a
gallery of 500 pictures, each new.

With --page: milliseconds in headless Chromium with software drawing, from a click on an example to its heatmap, nothing
encoded before; and after one caption was changed, without the pause in which the page waits for more letters.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.page import OURS, chromium, running
from benchmarks.tokenizer import machine
from components import models
from components.caption_image import encoding, store
from components.caption_image.compute import similarity
from components.caption_image.presets import OPENING
from components.caption_image.store import Picture
from training.bert import HERE

CAPTIONS = list(OPENING.captions)

# Clicks an example the server has not seen, or changes a caption: milliseconds until the table is another.
TABLE = """async ([captions, button]) => {
  const tab = document.querySelector("#pathshala-caption-image"), box = tab.querySelector(".text");
  const changed = new Promise((done) => {
    new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now()); })
      .observe(tab.querySelector(".pairs"), { childList: true });
  });
  const start = performance.now();
  if (button) tab.querySelector(button).click();
  else { box.value = captions.join("\\n"); box.dispatchEvent(new Event("input", { bubbles: true })); }
  return (await changed) - start;
}"""
PAUSE = 250  # ms in which the page waits for more letters


def fresh_pictures(count: int, dice: random.Random) -> list[Picture]:
    """Samples with a frame of a colour of their own: new to every memory."""
    found = []
    for number in range(count):
        colour = dice.randrange(256), dice.randrange(256), dice.randrange(256)
        image = Image.new("RGB", (300, 300), colour)
        image.paste(store.sample(("dog", "cat", "train", "mango", "house", "bird")[number % 6]).image, (6, 6))
        found.append(Picture(f"file:{dice.getrandbits(64):x}", image, 300, 300))
    return found


def in_turns(model: str, rounds: int) -> None:
    """Medians, and ours over theirs."""
    folder = HERE / "embedded" / model
    from transformers import pipeline

    peer: Any = pipeline("zero-shot-image-classification", str(folder))
    dice = random.Random(1)
    entry = models.find(model, encoding.TASK)

    def theirs(pictures: list[Picture], captions: list[str]) -> None:
        peer([each.image for each in pictures], candidate_labels=captions, hypothesis_template="{}")

    def ours(pictures: list[Picture], captions: list[str]) -> None:
        similarity(pictures, captions, model)

    def seconds(run: Callable[[list[Picture], list[str]], None], pictures: list[Picture], captions: list[str]) -> float:
        began = time.perf_counter()
        run(pictures, captions)
        return time.perf_counter() - began

    times: dict[str, list[tuple[float, float]]] = {"all new": [], "one caption changed": []}
    for number in range(rounds + 1):
        pictures = fresh_pictures(6, dice)
        lines = [f"{each} {dice.randrange(10**6)}" for each in CAPTIONS]
        other = [*lines[:-1], f"a wolf {number}"]
        first = seconds(ours, pictures, lines), seconds(theirs, pictures, lines)
        second = seconds(ours, pictures, other), seconds(theirs, pictures, other)
        if number:  # the first round loads
            times["all new"].append(first)
            times["one caption changed"].append(second)
    print("| 6 pictures × 8 captions | ours, ms | transformers' pipeline, ms | times faster |")
    print("| --- | ---: | ---: | ---: |")
    for what, found in times.items():
        mine, other_ = (1000 * statistics.median(each) for each in zip(*found, strict=True))
        print(f"| {what} | {mine:.0f} | {other_:.0f} | {other_ / mine:.1f} |")
    gallery = fresh_pictures(500, dice)
    began = time.perf_counter()
    vectors = encoding.embed_pictures(entry, gallery).vectors
    print(f"500 pictures: {time.perf_counter() - began:.1f} s ({np.linalg.norm(vectors, axis=1).mean():.3f} long each)")


def in_a_browser(rounds: int) -> None:
    """Each round in a new process, so that nothing has been encoded; and then captions changed."""
    cold, later = [], []
    for _ in range(3):
        with chromium() as browser, running(OURS) as (address, _):
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{address}?tab=caption-image&pictures=sample:clock&captions=a")  # the model is loaded by this
            page.wait_for_selector("#pathshala-caption-image .pair", timeout=60_000)
            cold.append(page.evaluate(TABLE, [[], "[data-example='0']"]))
            for number in range(rounds):
                page.wait_for_timeout(400)
                later.append(page.evaluate(TABLE, [[*CAPTIONS[:-1], f"a wolf {number}"], ""]) - PAUSE)
    print(f"click to heatmap, nothing encoded: median {statistics.median(cold):.0f} ms, slowest {max(cold):.0f} ms")
    print(f"one caption changed: median {statistics.median(later):.0f} ms, slowest {max(later):.0f} ms")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", action="store_true", help="measure in a browser")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--model", default="pathshala-clip", help="an embedded model's id")
    options = parser.parse_args()
    print(machine())
    if options.page:
        return in_a_browser(options.rounds)
    in_turns(options.model, options.rounds)


if __name__ == "__main__":
    main()
