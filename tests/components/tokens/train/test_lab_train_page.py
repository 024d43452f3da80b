"""Train your own in headless Chromium: samples, uploads, two visitors at once, cancelling, saving and loading."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from components.tokens.train import compute
from tests.clipboard import copied
from tokenizer_indic.handin import figures_of
from tokenizer_indic.storage import loads

PANEL = "[data-panel=train]"
ROOT = Path(__file__).parents[4]
GO = f"{PANEL} .go"


LARGE = """(where) => {
  const held = new DataTransfer();
  held.items.add(new File([new Uint8Array(10_000_001)], "large.txt"));
  const box = document.querySelector(where);
  box.files = held.files;
  box.dispatchEvent(new Event("change"));
}"""


def says(page: Any, begins: str, where: str = ".train-says") -> None:
    page.wait_for_function(
        "([where, begins]) => document.querySelector(where).textContent.includes(begins)",
        arg=[f"{PANEL} {where}", begins],
    )


def train(page: Any) -> None:
    page.click(GO)
    says(page, "Done")


def upload(page: Any, name: str, data: bytes) -> None:
    page.click(f"{PANEL} [data-from=file]")
    page.set_input_files(f"{PANEL} .picked-file", {"name": name, "mimeType": "text/plain", "buffer": data})


def saved(page: Any) -> Any:
    with page.expect_download() as download:
        page.click(f"{PANEL} .save")
    return loads(Path(download.value.path()).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "superwords"), [("ta", "yes"), ("ur", "")])
def test_a_sample_is_learned(open_tab: Any, language: str, superwords: str, tmp_path: Path) -> None:
    page = open_tab("tokens", GO, section="train", sample=language, entries="500", superwords=superwords)
    says(page, "lines", ".read")
    train(page)
    cells = page.locator(f"{PANEL} .ratios td").all_text_contents()
    figures = [cell for cell in cells if cell not in ("", "–")]
    assert len(figures) == 6  # four of the held-out tenth, two in-sample
    assert page.locator(f"{PANEL} .verdicts li").count() == 4
    assert page.locator(f"{PANEL} polyline").count() == 3
    assert page.locator(f"{PANEL} .longest .snip").count() == compute.SHOWN
    assert page.locator(f"{PANEL} .frequent .snip").count() > 10
    page.fill(f"{PANEL} .try", "नमस्ते اردو தமிழ்")
    says(page, "tokens", ".try-says")
    made = saved(page)
    assert (len(made), made.language) == (500, language)
    assert f"{figures_of(made)[-1][1]['bytes_per_token']:.2f}" == figures[0]
    assert made.segmentation == ("fewest" if superwords else "merges")
    if not superwords:
        code = copied(page, "[data-take=python]")
        page.wait_for_selector("text=Copied.")
        printed = run(code, tmp_path)
        assert f"held-out: {figures[0]} bytes" in printed


def run(code: str, folder: Path) -> str:
    """What a program prints in a clone of the repository."""
    command = [sys.executable, "-c", code]
    clone = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=clone, capture_output=True, text=True, check=True).stdout


def test_two_visitors_see_their_own(open_tab: Any) -> None:
    pages = {
        language: open_tab("tokens", GO, section="train", sample=language, entries="450") for language in ("hi", "ta")
    }
    named: dict[str, str] = {}
    for language, page in pages.items():
        says(page, "lines", ".read")
        page.on("request", lambda request, language=language: named.update(visitor_of(request, language)))
    for page in pages.values():
        page.click(GO)  # both at once
    for language, page in pages.items():
        says(page, "Done")
        assert saved(page).language == language
    shown = [page.inner_text(f"{PANEL} .longest") for page in pages.values()]
    assert shown[0] != shown[1]
    assert named["hi"] != named["ta"]  # so that neither takes the other's places in the queue


def visitor_of(request: Any, language: str) -> dict[str, str]:
    """{language: what the page calls itself}, of a request that starts a training."""
    found = re.search(r"visitor\W+(\w+)", request.post_data or "")
    return {language: found[1]} if found else {}


def test_cancel_and_what_was_there_before(open_tab: Any) -> None:
    page = open_tab("tokens", GO, section="train", sample="hi", entries="400")
    train(page)
    says(page, "tokens", ".try-says")  # which comes after "Done"
    before = page.inner_text(f"{PANEL} .got")
    upload(page, "long.txt", (compute.text_of("en") + "\n").encode() * 12)
    says(page, "long.txt: ", ".read")
    page.check(f"{PANEL} .superwords")
    page.fill(f"{PANEL} .entries", "3000")
    page.click(GO)
    says(page, "Growing")
    assert page.is_disabled(GO)
    page.click(f"{PANEL} .cancel")
    says(page, "Cancelled")
    assert page.is_enabled(GO)
    assert page.is_disabled(f"{PANEL} .cancel")
    page.wait_for_timeout(800)
    assert page.inner_text(f"{PANEL} .got").split("On the")[0] == before.split("On the")[0]
    assert page.input_value(f"{PANEL} .entries") == "3000"
    assert len(saved(page)) == 400


def test_it_survives_a_change_of_tab_and_a_reload(open_tab: Any) -> None:
    page = open_tab("tokens", GO, section="train", sample="bn", entries="450")
    page.click(GO)
    page.click(".sections [data-section=letters]")
    page.wait_for_selector("[data-panel=letters] svg")
    page.click(".sections [data-section=train]")
    says(page, "Done")
    before = page.inner_text(f"{PANEL} .made-says")
    page.reload()
    page.wait_for_selector(GO)
    says(page, before, ".made-says")
    page.wait_for_selector(f"{PANEL} polyline.cost-line")


def test_uploads_in_other_encodings(open_tab: Any) -> None:
    page = open_tab("tokens", GO, section="train", sample="hi")
    text = compute.text_of("ta")
    upload(page, "tamil.txt", text.encode("utf-16"))
    says(page, "The file was in UTF-16", ".read")
    assert page.input_value(f"{PANEL} #train-language") == "ta"
    train(page)
    assert "tamil.txt" in str(saved(page).training["sources"])
    upload(page, "thesis.docx", b"PK\x03\x04" + b"\0" * 100)
    says(page, "not plain text", ".read")
    page.click(GO)
    says(page, "not plain text")
    upload(page, "bad.txt", "caf\u00e9".encode("latin-1") * 9)
    says(page, "This is not UTF-8", ".read")
    page.evaluate(LARGE, f"{PANEL} .picked-file")
    says(page, "limit is 10,000,000", ".read")


def test_too_many_entries_offer_fewer(open_tab: Any) -> None:
    page = open_tab("tokens", GO, section="train", sample="hi", entries="4999")
    page.click(f"{PANEL} [data-from=paste]")
    page.fill(f"{PANEL} .pasted", "\n".join(compute.text_of("hi").split("\n")[:300]))
    page.click(GO)
    says(page, "too small for 4,999 entries")
    page.click(f"{PANEL} .smaller")
    says(page, "Done")
    made = saved(page)
    assert f"Take {len(made):,} entries" == page.text_content(f"{PANEL} .smaller")
    page.fill(f"{PANEL} .entries", "255")
    page.click(GO)
    says(page, "from 256 to 32,000")
    page.fill(f"{PANEL} .entries", "300")
    page.select_option(f"{PANEL} #train-pattern", "own")
    page.fill(f"{PANEL} .own-pattern", "([a")
    page.click(GO)
    says(page, "pattern")
    assert page.input_value(f"{PANEL} .own-pattern") == "([a"
    assert len(saved(page)) == len(made)


def test_a_tokenizer_is_loaded(open_tab: Any) -> None:
    page = open_tab("tokens", GO, section="train")
    shipped = (ROOT / "tokenizer_indic" / "pretrained" / "ta.json").read_bytes()
    box = f"{PANEL} .own-file"
    page.set_input_files(box, {"name": "x.json", "mimeType": "application/json", "buffer": b'{"model": {}}'})
    says(page, "not of this library")
    page.set_input_files(box, {"name": "my.json", "mimeType": "application/json", "buffer": shipped})
    says(page, "my.json was loaded")
    says(page, "4,999 entries", ".made-says")
    assert page.locator(f"{PANEL} .longest .snip").count() == compute.SHOWN
    assert json.loads(page.evaluate("sessionStorage.getItem('pathshala-own-tokenizer')"))["language"] == "ta"


def test_on_a_phone(open_tab: Any) -> None:
    page = open_tab("tokens", GO, phone=True, section="train", sample="ur", entries="450")
    train(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for selector in (".go", ".cancel", "[data-from=file]", "[data-sample=ur]", "[data-size]", ".save", "#train-width"):
        assert page.locator(f"{PANEL} {selector}").first.bounding_box()["height"] >= 44, selector
    page.locator(f"{PANEL} .plots").focus()
    page.keyboard.press("End")
    says(page, "450 entries: ", ".how")
