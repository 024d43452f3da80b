"""Training from the page beside training with the library: the same text, the same held-out tenth, in turn.

    python -m benchmarks.training_page hindi.txt [--megabytes 5] [--entries 4999] [--rounds 5] [--superwords]

The library's way is a program that has the text already: hold out a tenth, learn, measure on the tenth. The page's way
is what happens between the button and the figures: a place in the queue, another process, the text sent there, its
messages, and the browser's questions every 300 ms, which are answered at once when there is something new. The text was
uploaded before, as on the page. Then: how long other visitors' texts take while somebody trains.
"""

import argparse
import statistics
import threading
import time
from pathlib import Path

from components.tokens import compute as tokens
from components.tokens.train import compute
from components.tokens.train.compute import Settings
from components.tokens.train.jobs import Workshop
from components.tokens.train.reading import read

EACH = 0.3  # seconds between two questions of a browser
WAIT = 0.25  # of them the server waits for news


def library(text: str, settings: Settings) -> tuple[float, float]:
    """Seconds until it has learned, and until it is measured."""
    began = time.perf_counter()
    held = compute.hold_out(text)
    tokenizer = compute.learn(held, settings)
    learned = time.perf_counter() - began
    compute.on_heldout(tokenizer, held)
    return learned, time.perf_counter() - began


def page(workshop: Workshop, text: str, settings: Settings) -> tuple[float, float, float, float]:
    """Seconds until it has learned, until the figures on the tenth are there, the tokenizer's file, and everything."""
    began = time.perf_counter()
    key = workshop.start(settings, "text", text)
    times: list[float] = []
    while True:
        state = workshop.look(key, have=len(times), wait=WAIT)
        if state.problem:
            raise SystemExit(state.problem["sentence"])
        found = sum(each is not None for each in (state.learned, state.measured, state.judged, state.drawn))
        times += [time.perf_counter() - began] * (found - len(times))
        if found == 4:
            return times[0], times[1], times[2], times[3]
        time.sleep(EACH - WAIT)


def others(busy: threading.Event) -> list[float]:
    """Milliseconds of another visitor's short texts, fifty a second, as long as somebody trains."""
    text, found = "बच्चे स्कूल में किताब पढ़ रहे हैं। " * 10, []
    while busy.is_set():
        began = time.perf_counter()
        tokens.tokenize(text, "hi")
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    return found


def beside(train: "threading.Thread") -> list[float]:
    """The others' milliseconds while the thread runs."""
    busy = threading.Event()
    busy.set()
    found: list[float] = []
    other = threading.Thread(target=lambda: found.extend(others(busy)))
    other.start()
    train.start()
    train.join()
    busy.clear()
    other.join()
    return found


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--language", default="hi")
    parser.add_argument("--megabytes", type=float, default=5.0)
    parser.add_argument("--entries", type=int, default=4999)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--superwords", action="store_true")
    given = parser.parse_args()
    data = given.file.read_bytes()[: int(given.megabytes * 1e6)]
    text = read(data[: data.rfind(b"\n") + 1] or data).text
    settings = Settings(given.language, given.entries, segmentation="fewest" if given.superwords else "merges")
    workshop = Workshop()
    rows = []
    for number in range(given.rounds + 1):
        workshop.warm()  # as the upload does
        row = (*library(text, settings), *page(workshop, text, settings))
        rows += [row] if number else []  # the first warms both up
    alone, measured, learned, figures, usable, whole = (statistics.median(column) for column in zip(*rows, strict=True))
    size = len(text.encode()) / 1e6
    print(f"{size:.1f} MB, {given.entries:,} entries, {settings.segmentation}; median of {given.rounds}")
    print(f"library: learned after {alone:.2f} s, measured on the tenth after {measured:.2f} s")
    print(f"page:    learned after {learned:.2f} s, measured on the tenth after {figures:.2f} s,")
    print(f"         the file is there after {usable:.2f} s, the curve after {whole:.2f} s")
    print(f"page / library: learned {learned / alone:.2f}, measured {figures / measured:.2f} (mark: 1.3)")
    for name, train in (
        ("a process (the page)", lambda: page(workshop, text, settings)),
        ("a thread", lambda: library(text, settings)),
    ):
        workshop.warm()
        time.sleep(1)
        found = beside(threading.Thread(target=train))
        print(f"another visitor, beside {name}: median {statistics.median(found):.1f} ms, longest {max(found):.1f} ms")
    workshop.close()


if __name__ == "__main__":
    main()
