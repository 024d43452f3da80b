"""Whole words on this machine: python -m benchmarks.masked_word [--words N | --students N | --page] [--model ID]

Held-out words of two to four pieces (../shared/corpora/heldout, or --corpora), each masked alone in its line. How often
is the word among the first ten

    joint        by the beam of components/masked_word/words.py, told the number of pieces
    not told     the same, which has to guess how many pieces there are
    one by one   by the product of the masks, each filled without knowing the others, told the number of pieces

All three choose from the same pieces: a beginning first, then what goes on in a word.

With --students: so many different sentences of the examples, in all languages, each asked for its ten likeliest words.
Answers per second when

    in turns     each waits until the one before has an answer
    at once      all press in the same moment, and what they ask travels together (components/masked_word/reading.py)
    unbatched    all press in the same moment, and each reads for itself

With --page: milliseconds in headless Chromium with software drawing, from a click on a word to its bars, and what of it
is not the model's; and from a click on "Surprise" to the coloured words of a sentence of twenty.
"""

import argparse
import heapq
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tqdm import tqdm

from benchmarks.page import OURS, chromium, running
from benchmarks.tokenizer import machine
from components import models
from components.loading import Loaded
from components.masked_word import compute, reading, words
from components.masked_word.presets import PRESETS, SAMPLES
from training import evaluate
from training.bert import HERE
from training.evaluate import Question

LANGUAGES = ("hi", "ta", "te")

# Hides one word after the other, and brings it back: [milliseconds until the new bars are there, the model's].
CLICKS = """async (rounds) => {
  const tab = document.querySelector("#pathshala-masked-word"), waits = [];
  const changed = () => new Promise((done) => {
    new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now()); })
      .observe(tab.querySelector(".blanks"), { childList: true });
  });
  for (let round = 0; round < rounds; round++) {
    tab.querySelector(".sentence .slot").click(); // no gap any more, so no bars
    await new Promise((done) => setTimeout(done, 300));
    const words = tab.querySelectorAll(".sentence .word");
    const bars = changed();
    const start = performance.now();
    words[round % words.length].click();
    waits.push([(await bars) - start, parseFloat(tab.querySelector(".made").textContent.split("·").at(-1))]);
    await new Promise((done) => setTimeout(done, 300));
  }
  return waits;
}"""

# Opens the section again and again: milliseconds until its words are coloured.
SURPRISE = """async (rounds) => {
  const tab = document.querySelector("#pathshala-masked-word"), waits = [];
  for (let round = 0; round < rounds; round++) {
    tab.querySelector("[data-section=guess]").click();
    await new Promise((done) => setTimeout(done, 300));
    const start = performance.now();
    const coloured = new Promise((done) => {
      new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now() - start); })
        .observe(tab.querySelector(".surprised-one"), { childList: true });
    });
    tab.querySelector("[data-section=surprise]").click();
    waits.push(await coloured);
  }
  return waits;
}"""

TWENTY = "कल सुबह बहुत बारिश हुई इसलिए बच्चे स्कूल नहीं गए और दिन भर घर पर अपने भाई बहन के [MASK]"  # and a gap, for bars
FIRST = 10


def one_by_one(asker: words.Asker, length: int) -> list[tuple[int, ...]]:
    """The ten sequences with the largest product of the masks' own probabilities."""
    logs = asker.read([asker.row(length)], [[asker.place + number for number in range(length)]])
    tops = [
        words.among(row, asker.continues if number else asker.begins).topk(FIRST) for number, row in enumerate(logs)
    ]
    columns = [list(zip(top.values.tolist(), top.indices.tolist(), strict=True)) for top in tops]
    best = heapq.nlargest(FIRST, itertools.product(*columns), key=lambda each: sum(log for log, _ in each))
    return [tuple(id for _, id in each) for each in best]


def hits(loaded: Loaded, question: Question) -> tuple[bool, bool, bool]:
    """joint, not told, one by one"""
    assert loaded.tokenizer is not None
    length = len(question.pieces)
    ids = [*question.row[: question.start], loaded.tokenizer.mask_token_id, *question.row[question.start + length :]]
    stands: words.Standing = "apart" if question.left is not None else "first"

    def among(found: Sequence[tuple[int, ...]]) -> bool:
        return question.pieces in found

    told = words.guess_words(loaded, ids, question.start, stands, count=FIRST, lengths=[length])
    untold = words.guess_words(loaded, ids, question.start, stands, count=FIRST)
    asker = words.Asker(loaded, ids, question.start, stands)
    return (
        among([each.pieces for each in told.words]),
        among([each.pieces for each in untold.words]),
        among(one_by_one(asker, length)),
    )


# -- a class ----------------------------------------------------------------------------------------------------------


def sentences(count: int) -> list[str]:
    """Different ones, of as many languages as there are, each with one hidden word."""
    texts = [each.text for each in (*SAMPLES, *PRESETS) if each.text.count(compute.MASK) == 1]
    words = [each.removesuffix(compute.MASK) for each in texts]
    more = (f"{text} {other}" for other, text in itertools.product(words, texts) if compute.MASK not in other)
    return list(itertools.islice(dict.fromkeys(itertools.chain(texts, more)), count))


def press(texts: Sequence[str], model: str, threads: int, whole: bool) -> float:
    """All sentences by so many threads: the seconds until the last was answered."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda text: compute.predict(text, model, FIRST, whole=whole), texts))
    return time.perf_counter() - began


@contextmanager
def unbatched() -> Iterator[None]:
    """Everybody reads at once, and for themselves."""
    together = reading.logits

    def alone(loaded: Loaded, rows: Sequence[Sequence[int]], places: Sequence[Sequence[int]]) -> Any:
        request = reading.Request([tuple(row) for row in rows], list(places))
        reading._read(loaded, [request])
        return request.logits

    reading.logits = alone
    try:
        yield
    finally:
        reading.logits = together


def a_class(model: str, students: int, rounds: int = 5) -> None:
    """The three in turns, so many rounds; the medians."""
    several, one = sentences(students), sentences(1) * students
    print(f"{students} students, {model}, medians of {rounds} rounds")
    print("| | in turns | at once | unbatched | at once / in turns | the last waits, at once |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, texts, whole in (
        ("whole words, different sentences", several, True),
        ("whole words, the same sentence", one, True),
        ("pieces, different sentences", several, False),
    ):
        press(texts, model, 1, whole)  # everything is warm
        times: dict[str, list[float]] = {"in turns": [], "at once": [], "unbatched": []}
        for _ in tqdm(range(rounds), desc=name, unit=" rounds", leave=False):
            times["in turns"].append(press(texts, model, 1, whole))
            times["at once"].append(press(texts, model, len(texts), whole))
            with unbatched():
                times["unbatched"].append(press(texts, model, len(texts), whole))
        middle = {how: statistics.median(each) for how, each in times.items()}
        rates = " | ".join(f"{len(texts) / seconds:.0f}" for seconds in middle.values())
        ratio = middle["in turns"] / middle["at once"]
        print(f"| {name} | {rates} | {ratio:.2f} | {middle['at once']:.2f} s |", flush=True)


# -- the page ---------------------------------------------------------------------------------------------------------


def in_a_browser(model: str, rounds: int = 15) -> None:
    """From a click to its answer; medians, and the slowest."""
    with chromium() as browser, running(OURS) as (address, _):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}?tab=masked-word&model={model}")
        page.wait_for_selector("#pathshala-masked-word button.row", timeout=60_000)
        page.evaluate(CLICKS, 3)  # warm
        clicks = page.evaluate(CLICKS, rounds)
        page.goto(f"{address}?tab=masked-word&model={model}&text={quote(TWENTY)}")
        page.wait_for_selector("#pathshala-masked-word button.row", timeout=60_000)
        page.evaluate(SURPRISE, 2)
        surprises = page.evaluate(SURPRISE, rounds)
        words = page.locator("#pathshala-masked-word .surprised-one .unit").count()
    waits, own = [wait for wait, _ in clicks], [wait - by_model for wait, by_model in clicks]
    print(f"click to bars: median {statistics.median(waits):.0f} ms, slowest {max(waits):.0f} ms;", end=" ")
    print(f"without the model {statistics.median(own):.0f} ms, slowest {max(own):.0f} ms")
    print(f"surprise of {words} words: median {statistics.median(surprises):.0f} ms, slowest {max(surprises):.0f} ms")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=HERE.parent / "shared" / "corpora", metavar="FOLDER")
    parser.add_argument("--words", type=int, default=500, help="of two to four pieces, of each language")
    parser.add_argument("--model", default="pathshala-bert", help="an embedded model's id")
    parser.add_argument("--page", action="store_true", help="measure clicks in a browser, not words")
    parser.add_argument("--students", type=int, help="measure a class that presses at once, not words")
    options = parser.parse_args()
    if options.page:
        print(machine())
        return in_a_browser(options.model)
    if options.students:
        print(machine())
        return a_class(options.model, options.students)
    questions = evaluate.draw_all(options.corpora, 20 * options.words)
    loaded = models.load(options.model, "masked_word")
    print(machine())
    print("| | words | joint | not told | one by one | joint / one by one |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    total = [0, 0, 0, 0]
    began = time.perf_counter()
    for code in LANGUAGES:
        asked = [each for each in questions[code] if 2 <= len(each.pieces) <= max(words.LENGTHS)][: options.words]
        found = [hits(loaded, each) for each in tqdm(asked, desc=code, unit=" words", leave=False)]
        sums = [sum(each) for each in zip(*found, strict=True)]
        for number, value in enumerate((len(asked), *sums)):
            total[number] += value
        print(line(code, len(asked), sums), flush=True)
    print(line("all", total[0], total[1:]))
    print(f"{1000 * (time.perf_counter() - began) / total[0]:.0f} ms a word for all three.")


def line(name: str, count: int, sums: Sequence[int]) -> str:
    """One row of the table."""
    shares = " | ".join(f"{each / count:.3f}" for each in sums)
    return f"| {name} | {count:,} | {shares} | {sums[0] / max(1, sums[2]):.2f} |"


if __name__ == "__main__":
    main()
