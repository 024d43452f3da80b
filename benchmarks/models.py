"""The embedded model on this machine: python -m benchmarks.models [--rounds N] [--skip-page]

1. From the page being up to the first answer on the Masked word tab: the app is started afresh each round, so torch and
   the model are read from the disk meanwhile. Once in headless Chromium, which wants the same cores to open the page
   (and from the moment when the page is on the screen), and once asked by a program, as if the browser were elsewhere.
2. A later answer, beside the same code with a model of the size of distilbert-base-multilingual-cased (its settings,
   random weights, the embedded tokenizer, so equal tokens), in turns in one process: a short sentence and a long one.
"""

import argparse
import json
import statistics
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks.page import OURS, chromium, running
from benchmarks.tokenizer import machine
from components import catalogue, models
from components.masked_word import compute
from components.models import Loaded

SENTENCE = "वह लड़की स्कूल जा [MASK] है।"
LONG = f"{SENTENCE} " + 9 * "वह रोज सुबह अपने भाई के साथ स्कूल जाती है। "
PEER = "distilbert-base-multilingual-cased"


def first_answer(rounds: int) -> list[tuple[float, float]]:
    """Seconds from the page being up, and from its being on the screen, until the first bars are there."""
    found = []
    with chromium() as browser:
        for _ in range(rounds):
            with running(OURS) as (address, _):
                up = time.perf_counter()
                page = browser.new_page()
                page.goto(f"{address}?tab=masked-word")
                page.wait_for_selector("#pathshala-masked-word .text", timeout=60_000)
                seen = time.perf_counter()
                page.wait_for_selector("#pathshala-masked-word .blanks [aria-label], .blanks button", timeout=60_000)
                found.append((time.perf_counter() - up, time.perf_counter() - seen))
                page.close()
    return found


def first_answer_elsewhere(rounds: int) -> list[float]:
    """Seconds from the page being up until a program that asks at once has its answer."""
    found = []
    for _ in range(rounds):
        with running(OURS) as (address, _):
            up = time.perf_counter()
            call = f"{address}gradio_api/call/predict_masked"
            asked = json.dumps({"data": [SENTENCE, "", 5, True]}).encode()
            request = urllib.request.Request(call, asked, {"Content-Type": "application/json"})
            event = json.load(urllib.request.urlopen(request))["event_id"]
            told = urllib.request.urlopen(f"{call}/{event}").read().decode()
            assert "event: complete" in told, told
            found.append(time.perf_counter() - up)
    return found


def peer(embedded: Loaded) -> Loaded:
    """The peer's architecture and size with random weights, behind the embedded tokenizer."""
    from transformers import DistilBertConfig, DistilBertForMaskedLM

    # The peer's own config.json: 6 layers of 768, 12 heads, 119,547 pieces; all else is the class's default.
    config = DistilBertConfig(vocab_size=119_547)
    model: Any = DistilBertForMaskedLM(config)
    model.set_attn_implementation("eager")
    model.train(False)
    return replace(embedded, entry=catalogue.get(PEER), model=model)


def later_answers(ids: Sequence[str], rounds: int, sentence: str) -> list[tuple[str, int, float, float]]:
    """For each id: parameters, median milliseconds of an answer, and the median of its ratios to the peer's."""
    parts = compute.read(sentence)
    contenders = {id: models.load(id, "masked_word") for id in ids}
    contenders[PEER] = peer(next(iter(contenders.values())))
    times: dict[str, list[float]] = {id: [] for id in contenders}
    for number in range(rounds + 3):
        for id, loaded in contenders.items():
            start = time.perf_counter()
            compute.guess(loaded, parts, compute.TOP_K, "hi")
            if number >= 3:  # the first ones warm up
                times[id].append(1000 * (time.perf_counter() - start))
    return [
        (
            id,
            sum(each.numel() for each in contenders[id].model.parameters()),
            statistics.median(times[id]),
            statistics.median(one / other for one, other in zip(times[id], times[PEER], strict=True)),
        )
        for id in contenders
    ]


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip-page", action="store_true", help="the second measure only")
    options = parser.parse_args()
    print(machine(), end="\n\n")
    if not options.skip_page:
        found = first_answer(options.rounds)
        print("First answer, seconds from the page being up (and from its being on the screen), each round afresh:")
        print(", ".join(f"{up:.1f} ({seen:.1f})" for up, seen in found))
        ups, seens = zip(*found, strict=True)
        print(f"median {statistics.median(ups):.1f} ({statistics.median(seens):.1f})\n")
        alone = first_answer_elsewhere(options.rounds)
        print("The same, asked by a program: " + ", ".join(f"{each:.1f}" for each in alone))
        print(f"median {statistics.median(alone):.1f}\n")
    ids = [id for id in ("pathshala-bert", "pathshala-bert-student") if models.is_ready(catalogue.get(id))]
    for sentence in (SENTENCE, LONG):
        print(f"A later answer: {sentence[:60]} ({len(sentence)} characters)\n")
        print("| | parameters | ms | of the peer's |\n| --- | ---: | ---: | ---: |")
        for id, parameters, milliseconds, ratio in later_answers(ids, 20 * options.rounds, sentence):
            print(f"| {id} | {parameters:,} | {milliseconds:.1f} | {ratio:.2f} |")
        print()


if __name__ == "__main__":
    main()
