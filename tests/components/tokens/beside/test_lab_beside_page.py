"""Side by side, in a browser: what a class chooses, reads and takes away."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clipboard import copied
from tests.conftest import ROOT

OpenTab = Callable[..., Any]
PANEL = "[data-panel=beside]"
UNIT = f"{PANEL} svg .unit"


def beside(open_tab: OpenTab, **asked: Any) -> Any:
    return open_tab("tokens", UNIT, section="beside", **asked)


def switch(page: Any, id: str) -> Any:
    return page.locator(f'{PANEL} [data-id="{id}"]')


def columns(page: Any) -> list[str]:
    return [name.removesuffix(" ★") for name in page.locator(f"{PANEL} svg .name").all_text_contents()]


def test_chips_in_columns_the_best_marked_and_the_missing_grey(open_tab: OpenTab) -> None:
    page = beside(open_tab, text="हिन्दी भाषा", language="hi", **{"with": "tab,here:gpt2,here:wordpiece,bytes"})
    assert columns(page) == ["Hindi", "GPT-2's way", "WordPiece", "bytes"]
    rows = page.locator(f"{PANEL} tbody tr").all_text_contents()
    assert rows[0].startswith("Hindi ★")
    assert "no: " in rows[2]
    assert page.locator(f"{PANEL} tbody tr.best").count() == 1
    assert page.locator(f"{PANEL} svg text.count-of").last.text_content() == str(len("हिन्दी भाषा".encode()))
    # What is not here is grey, and says why.
    grey = switch(page, "hub:google/muril-base-cased")
    assert "out" in grey.get_attribute("class")
    grey.click()
    assert "Not on this machine yet" in page.inner_text(f"{PANEL} .beside-says")
    assert page.is_visible(f"{PANEL} .fetch")
    switch(page, "own").click()
    assert "You have none yet" in page.inner_text(f"{PANEL} .beside-says")


def test_a_touched_token_lights_up_the_same_letters_and_the_choice_is_in_the_link(open_tab: OpenTab) -> None:
    page = beside(open_tab, text="नमस्ते भारत", language="hi", **{"with": "tab,bytes"})
    page.locator(UNIT).first.click()
    assert "The same letters: bytes" in page.inner_text(f"{PANEL} .told")
    assert page.locator(f"{PANEL} .unit.related").count() > 2
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert " in bytes: 3 tokens" in page.inner_text(f"{PANEL} .told")
    assert page.evaluate("document.activeElement.closest('.unit') !== null")
    # The address brings the choice back.
    switch(page, "characters").click()
    page.wait_for_function(f"document.querySelectorAll('{PANEL} svg .name').length === 3")
    page.wait_for_function("location.search.includes('characters')")
    page.goto(page.url)
    page.wait_for_selector(UNIT)
    assert columns(page) == ["Hindi", "bytes", "characters"]


def test_the_token_tax_with_a_price(open_tab: OpenTab) -> None:
    page = beside(open_tab, view="tax", **{"with": "each,here:english,bytes"})
    assert page.locator(f"{PANEL} svg .unit.language").count() == 12
    assert page.locator(f"{PANEL} svg .cost").nth(2).text_content() == "102 · 1.0×"
    page.fill("#beside-price", "2")
    costs = page.locator(f"{PANEL} svg .cost").all_text_contents()
    assert costs[2] == "102 · 204"
    page.fill("#beside-price", "-1")
    assert "A price is a number" in page.inner_text(f"{PANEL} .beside-says")
    page.locator(f"{PANEL} svg .unit.language").nth(1).click()
    told = page.inner_text(f"{PANEL} .told")
    assert "सुबह बच्चे स्कूल" in told
    assert "222 bytes" in told
    page.click(f"{PANEL} .see-it")
    page.wait_for_selector(f"{PANEL} svg .letters")
    assert page.input_value("#tokens-text").startswith("सुबह बच्चे")


def test_all_learn_from_what_somebody_pasted(open_tab: OpenTab) -> None:
    page = beside(open_tab, text="राम स्कूल जाता है", language="hi", **{"with": "here:ours,here:unigram"})
    page.click(f"{PANEL} summary")
    page.wait_for_function("document.querySelector('#beside-lesson').value.length > 500")
    page.fill("#beside-lesson", "छोटा")
    page.click(f"{PANEL} .train-here")
    assert "200 characters or more" in page.inner_text(f"{PANEL} .learn-says")
    page.fill("#beside-lesson", "राम स्कूल जाता है\n" * 40)
    page.click(f"{PANEL} .train-here")
    page.wait_for_function(
        f"document.querySelector('{PANEL} .learn-told').textContent.includes('your sentence is in it')"
    )
    assert "your text" in page.inner_text(f"{PANEL} .learn-told")


def test_it_can_be_taken_away(open_tab: OpenTab) -> None:
    page = beside(open_tab, text="नमस्ते भारत", language="hi", **{"with": "tab,here:bpe,here:wordpiece,bytes"})
    tokens = page.locator(f"{PANEL} svg text.count-of").all_text_contents()
    code = copied(page, "[data-take=python]")
    page.wait_for_selector(".taken:has-text('Copied')")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split(": ")[1].split()[0] for line in run.stdout.splitlines()] == tokens
    with page.expect_download() as download:
        page.click("[data-take=svg]")
    drawing = Path(download.value.path()).read_text(encoding="utf-8")
    assert "·भारत" in drawing
    with page.expect_download() as download:
        page.click("[data-take=csv]")
    assert "gives the text back" in Path(download.value.path()).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("view", ["compare", "tax"])
def test_on_a_phone_nothing_runs_off_the_side(open_tab: OpenTab, view: str) -> None:
    page = beside(open_tab, phone=True, text="بچے اسکول میں AI ۱۲", language="ur", view=view)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(f"document.querySelector('{PANEL} svg').getBoundingClientRect().right <= innerWidth")


def test_markup_in_a_text_is_only_text(open_tab: OpenTab) -> None:
    page = beside(open_tab, text="<img src=x onerror=alert(1)> & ${1}", language="en", **{"with": "tab,characters"})
    assert page.locator(f"{PANEL} img").count() == 0
    letters = page.locator(f"{PANEL} svg .letters").all_text_contents()
    assert "<" in letters
