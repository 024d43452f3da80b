"""The section as a student uses it: touching, typing a pattern, a link, a phone, Urdu from the right."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from components.tokens.pattern import view
from tests.clipboard import copied

PANEL = "[data-panel=pattern]"
PIECES = f"{PANEL} .piece"
ROOT = Path(__file__).parents[4]
HINDI = "बच्चे स्कूल में किताब पढ़ रहे हैं।"


@pytest.fixture
def opened(open_tab: Any) -> Any:
    def open_section(text: str = HINDI, language: str = "hi", **asked: Any) -> Any:
        return open_tab("tokens", PIECES, section="pattern", text=text, language=language, **asked)

    return open_section


def panel(page: Any, selector: str) -> Any:
    return page.locator(f"{PANEL} {selector}")


def until(page: Any, selector: str, words: str) -> None:
    panel(page, selector).filter(has_text=words).first.wait_for()


def test_touching_and_walking(opened: Any) -> None:
    page = opened()
    assert panel(page, ".name").count() == 5
    assert panel(page, ".torn").count() == 20  # ten in GPT-2's row, ten in GPT-4's
    panel(page, ".torn").first.click()
    assert "A mark torn from the letter before it" in panel(page, ".told").inner_text()
    assert panel(page, ".rule[aria-pressed=true]").inner_text().startswith("4 the rest")
    assert panel(page, ".related").count() >= 3
    panel(page, ".piece").last.hover()
    assert "Rules of yours" in panel(page, ".rules").inner_text()
    panel(page, ".floor").hover()  # off the picture: what was clicked comes back
    assert panel(page, ".rule[aria-pressed=true]").inner_text().startswith("4 the rest")
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("◌ैं।, piece 17 of 17 by GPT-4")
    page.keyboard.press("Home")
    assert "the whole text: 17 pieces for 7 words" in panel(page, ".told").inner_text()
    page.keyboard.press("Tab")  # the rules are the next stop
    assert panel(page, ".rule").first.get_attribute("aria-pressed") == "true"
    panel(page, ".rule").nth(1).click()
    assert panel(page, ".same").count() + panel(page, ".dim").count() == 17
    assert "a mark begins the next piece" in panel(page, ".told").inner_text()


def test_a_pattern_is_tried_as_it_is_typed_and_a_bad_one_is_refused(opened: Any) -> None:
    page = opened()
    until(page, ".verdict", "no mark is torn")
    height = page.evaluate(f"document.querySelector('{PANEL}').offsetHeight")
    panel(page, ".own").fill("\\p{L}+\n[")
    until(page, ".verdict", "not a regular expression: ")
    assert "line 2" in panel(page, ".verdict").inner_text()
    assert panel(page, ".own").input_value() == "\\p{L}+\n["
    assert panel(page, ".train").is_disabled()
    assert panel(page, ".name").count() == 5
    panel(page, ".own").fill("[\\p{L}\\p{M}]+\n\\s")
    until(page, ".verdict", "no rule takes")
    until(page, ".rule", "[\\p{L}\\p{M}]+")
    assert panel(page, ".left-over").count() == 1  # the danda
    panel(page, "[data-starter='8']").click()
    until(page, ".verdict", "too slow")
    assert page.evaluate(f"document.querySelector('{PANEL}').offsetHeight") == height  # nothing has moved


def test_a_link_brings_the_pattern_and_training_takes_it(opened: Any) -> None:
    page = opened(own="<b>x</b>\n(?s:.)", row="own")
    until(page, ".verdict", "It works, but tears")
    assert panel(page, ".rule").first.inner_text().startswith("1 <b>x</b>")
    panel(page, "[data-starter='5']").click()
    until(page, ".verdict", "no mark is torn")
    page.wait_for_function("new URL(location.href).searchParams.get('own') === '[ ]?\\\\S+\\n\\\\s'")
    panel(page, ".train").click()
    page.wait_for_function("new URL(location.href).searchParams.get('section') !== 'pattern'")


def test_what_is_taken_away(opened: Any, tmp_path: Path) -> None:
    page = opened("हिन्दी में\nاردو “क्‍ष”")
    until(page, ".verdict", "no mark is torn")
    script = tmp_path / "taken.py"
    script.write_text(copied(page, "[data-take=python]"), encoding="utf-8")
    page.locator(".taken").filter(has_text="Copied").wait_for()
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, encoding="utf-8", env=environment)
    assert done.returncode == 0, done.stderr
    figures = panel(page, ".floor-text").all_text_contents()
    assert f"least fertility: text {figures[0]}, sample {figures[1]}" in done.stdout
    with page.expect_download() as saved:
        page.locator("[data-take=svg]").click()
    drawn = Path(saved.value.path()).read_text(encoding="utf-8")
    assert drawn.count("<svg") == 1
    assert "◌ि" in drawn
    with page.expect_download() as saved:
        page.locator("[data-take=csv]").click()
    assert len(Path(saved.value.path()).read_text(encoding="utf-8").strip().splitlines()) == 6


def test_urdu_reads_from_the_right(opened: Any) -> None:
    page = opened("بچے اسکول میں AI ۱۲ کتاب پڑھ رہے ہیں۔", "ur")
    boxes = panel(page, ".piece").evaluate_all("(all) => all.slice(0, 5).map((each) => each.getBoundingClientRect().x)")
    assert boxes[0] > boxes[1] > boxes[2]
    first = panel(page, ".piece").first
    first.click()
    page.keyboard.press("ArrowLeft")
    assert "piece 2 of" in page.evaluate("document.activeElement.getAttribute('aria-label')")


@pytest.mark.parametrize("language", ["hi", "ta"])
def test_a_phone(opened: Any, language: str) -> None:
    text = HINDI if language == "hi" else "நான் பள்ளியில் புத்தகம் படிக்கிறேன். மக்கள்"
    page = opened(text, language, phone=True, dark=True)
    until(page, ".verdict", "no mark is torn")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    edge = page.evaluate(f"document.querySelector('{PANEL}').getBoundingClientRect().right")
    rights = panel(page, ".piece").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().right)")
    assert max(rights) <= edge
    panel(page, "[data-starter='6']").tap()
    until(page, ".told", "grapheme cluster")
    heights = panel(page, ":is(.starters button, .rule, .train)").evaluate_all(
        "(all) => all.map((each) => each.offsetHeight)"
    )
    assert min(heights) >= 44


def test_sentence_by_sentence(opened: Any) -> None:
    page = opened(f"{HINDI} भारत के विद्यार्थी हिन्दी में सीखते हैं।")
    until(page, ".which", "sentence 1 of 2")
    panel(page, ".next").click()
    until(page, ".which", "sentence 2 of 2")
    assert panel(page, ".piece").first.get_attribute("aria-label").startswith("·भ")
    assert "sentence=2" in page.url
    assert len(view.known()["order"]) == panel(page, ".name").count()
