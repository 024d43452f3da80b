"""The page on this machine: python -m benchmarks.page [--rounds N]

How long it takes to come up, beside an empty Gradio page in turns; what a browser fetches before the first answer; and
how long after a key the chips have changed, in headless Chromium with software drawing. Wants Chromium and playwright.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.tokenizer import machine
from tokenizer_indic.scripts import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
OURS = ["app.py"]
EMPTY = [
    "-c",
    "import gradio\nwith gradio.Blocks(analytics_enabled=False) as demo: pass\ndemo.launch()\ndemo.block_thread()",
]
KEYS = 12

# Types one letter at the end again and again; milliseconds until the chips have changed.
TYPE = """async ([content, keys]) => {
  const text = document.querySelector(".text"), chips = document.querySelector(".chips"), waits = [];
  const type = (value) => { text.value = value; text.dispatchEvent(new Event("input", { bubbles: true })); };
  type(content);
  await new Promise((done) => setTimeout(done, 1500));
  for (let key = 0; key < keys; key++) {
    const start = performance.now();
    const changed = new Promise((done) => {
      new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now() - start); })
        .observe(chips, { childList: true, subtree: true });
    });
    type(text.value + (key % 2 ? "क" : " "));
    waits.push(await changed);
    await new Promise((done) => setTimeout(done, 300));
  }
  return waits;
}"""


@contextmanager
def running(arguments: list[str]) -> Iterator[tuple[str, float]]:
    """A page in a process of its own: its address, and the seconds until it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"{arguments} ended by itself")
            try:
                urllib.request.urlopen(address, timeout=5).read()
                break
            except OSError:
                time.sleep(0.02)
        yield address, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()


@contextmanager
def chromium() -> Iterator[Any]:
    """Headless, with software drawing."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def start_up(rounds: int) -> tuple[float, float, float]:
    """Median seconds of ours and of an empty page, and the median ratio within a round."""
    ours: list[float] = []
    empty: list[float] = []
    for _ in range(rounds):
        for arguments, seconds in ((OURS, ours), (EMPTY, empty)):
            with running(arguments) as (_, taken):
                seconds.append(taken)
    ratio = statistics.median(one / other for one, other in zip(ours, empty, strict=True))
    return statistics.median(ours), statistics.median(empty), ratio


def fetched(browser: Any, address: str) -> tuple[int, int, list[str]]:
    """Requests, bytes on the wire and hosts, until the first answer is there."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[int] = []
    hosts: set[str] = set()
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    devtools.on("Network.requestWillBeSent", lambda event: hosts.add(event["request"]["url"].split("/")[2]))
    page.goto(address)
    page.wait_for_selector(".chip")
    page.wait_for_load_state("networkidle")
    page.close()
    return len(sizes), sum(sizes), sorted(host for host in hosts if host)


def typing(browser: Any, address: str, characters: int) -> list[float]:
    """Milliseconds from a key to changed chips, in a text of so many characters."""
    samples = " ".join(language.sample for language in LANGUAGES.values() if "Deva" in language.scripts)
    content = (samples * (characters // len(samples) + 1))[:characters]
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(address)
    page.wait_for_selector(".chip")
    waits: list[float] = page.evaluate(TYPE, [content, KEYS])
    page.close()
    return waits


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    rounds = parser.parse_args().rounds
    print(f"{machine()}.\n")
    ours, empty, ratio = start_up(rounds)
    print(f"up after {ours:.2f} s, an empty Gradio page {empty:.2f} s: ratio {ratio:.2f} (median of {rounds} rounds)")
    with running(OURS) as (address, _), chromium() as browser:
        requests, size, hosts = fetched(browser, address)
        print(f"before the first answer: {requests} requests, {size / 1000:.0f} kB on the wire, {len(hosts)} host")
        for characters in (400, 10_000):
            waits = typing(browser, address, characters)
            print(
                f"key to chips in {characters:,} characters:"
                f" median {statistics.median(waits):.0f} ms, slowest {max(waits):.0f} ms"
            )


if __name__ == "__main__":
    main()
