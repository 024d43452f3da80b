"""The section in a browser: choose, look at the files, download, load a tokenizer of one's own."""

import zipfile
from pathlib import Path
from typing import Any

from tests.clipboard import copied
from tests.texts import CORPUS
from tokenizer_indic import load, save, train
from tokenizer_indic.exporting import kit_zip
from tokenizer_indic.measuring import as_facts, measure_lines

CARD = "[data-panel=handin] .handin-picture"


def own_file(folder: Path, *, measured: bool) -> Path:
    made = train(CORPUS, language="hi", name="mine", vocabulary=450)
    if measured:
        made = made.with_training({"figures": {"train": {"hi": as_facts(measure_lines(made, CORPUS))}}})
    return save(made, folder / "mine.json")


def test_the_kit_of_an_example(open_tab: Any) -> None:
    page = open_tab("tokens", CARD, section="handin", of="ta")
    assert "தமிழ் · Tamil tokenizer" in page.text_content(CARD)
    assert page.locator(f"{CARD} .holds").count() == 3
    assert "until then" in page.inner_text(".handin-mine")
    page.click("[data-path='static/tokenizer.js']")
    assert "makeTokenizer" in page.inner_text(".handin-preview")
    assert "file=static" in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "globalThis.KIT" in page.inner_text(".handin-preview")
    with page.expect_download() as download:
        page.click(".handin-download")
    assert download.value.suggested_filename == "tamil-tokenizer-kit.zip"
    assert Path(download.value.path()).read_bytes() == kit_zip(load("ta"))
    command = copied(page, ".handin-space:last-of-type .handin-command:last-of-type button")
    assert command == "hf upload YOUR-NAME/tamil-tokenizer-page static . --type space"
    page.select_option("#handin-tokenizer", "ur-fewest")
    page.wait_for_selector(f"{CARD} .fails")
    assert "fewest tokens" in page.text_content(CARD)


def test_ones_own_on_a_phone_in_the_dark(open_tab: Any, tmp_path: Path) -> None:
    page = open_tab("tokens", CARD, section="handin", phone=True, dark=True)
    page.set_input_files(".handin-file", own_file(tmp_path, measured=True))
    page.wait_for_function("document.querySelector('.handin-picture').textContent.includes('450 entries')")
    assert page.locator("#handin-tokenizer option:checked").inner_text() == "mine · mine"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as download:
        page.click(".handin-download")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "450 entries" in archive.read("static/README.md").decode()
    boxes = page.locator(".handin-tree button").all()[:4]
    assert all(box.bounding_box()["height"] >= 44 for box in boxes)


def test_one_without_figures_is_answered_with_a_sentence(open_tab: Any, tmp_path: Path) -> None:
    page = open_tab("tokens", CARD, section="handin")
    page.set_input_files(".handin-file", own_file(tmp_path, measured=False))
    page.wait_for_selector(".handin-says.problem")
    assert "carries no measured figures" in page.inner_text(".handin-says")
    assert not page.is_visible(".handin-download")
    page.set_input_files(".handin-file", {"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    page.wait_for_function("document.querySelector('.handin-says').textContent.includes('not of this library')")
    page.select_option("#handin-tokenizer", "hi")
    page.wait_for_selector(CARD)
    assert page.inner_text(".handin-says") == ""
