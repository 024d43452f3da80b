"""From letters to numbers in headless Chromium: Hindi, Tamil and Urdu, by pointer, by key and on a phone."""

from typing import Any

import pytest

PANEL = "[data-panel=letters]"
TEXTS = {
    "hi": "क्षिप्रा नदी में क्\u200dष और क्\u200cष",
    "ta": "தமிழ் மக்கள் பள்ளிக்குச் செல்கிறார்கள்",
    "ur": "بچے اسکول میں کتاب پڑھتے ہیں۔",
}


def counts(page: Any) -> list[int]:
    return [int(text) for text in page.locator(f"{PANEL} [data-count]").all_text_contents()]


def drawn(page: Any, text: str) -> None:
    """The rows are those of this text: its bytes are all there."""
    page.wait_for_function(
        "([count]) => document.querySelectorAll('[data-panel=letters] .unit.bytes').length === count",
        arg=[len(text.encode())],
    )


@pytest.mark.parametrize("language", TEXTS)
def test_the_five_rows(open_tab: Any, language: str) -> None:
    text = TEXTS[language]
    page = open_tab("tokens", f"{PANEL} svg", section="letters", text=text, language=language)
    drawn(page, text)
    found = counts(page)
    assert found[3:] == [len(text), len(text.encode())]
    assert found[0] <= found[3]
    assert page.locator(f"{PANEL} .told").is_visible()
    if language == "hi":
        labels = page.locator(f"{PANEL} .unit.invisible text").all_text_contents()
        assert {"ZWJ", "ZWNJ"} <= set(labels)
    first, last = (page.locator(f"{PANEL} .unit.bytes").nth(n).bounding_box() for n in (0, 1))
    assert (first["x"] > last["x"]) == (language == "ur")


def test_what_belongs_together_lights_up(open_tab: Any) -> None:
    text = "क्षि न"
    page = open_tab("tokens", f"{PANEL} svg", section="letters", text=text, language="hi")
    drawn(page, text)
    page.locator(f"{PANEL} .unit.aksharas").first.hover()
    assert page.locator(f"{PANEL} .unit.points.related").count() == 4
    assert page.locator(f"{PANEL} .unit.bytes.related").count() == 12
    assert "4 code points, 12 bytes" in page.locator(f"{PANEL} .told").text_content()
    page.locator(f"{PANEL} .unit.aksharas").first.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert "U+094D DEVANAGARI SIGN VIRAMA" in page.locator(f"{PANEL} .told").text_content()
    page.keyboard.press("End")
    assert "DEVANAGARI LETTER NA" in page.locator(f"{PANEL} .told").text_content()


def test_what_nfc_changed_stands_above(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} svg", section="letters", text="\u0958लम", language="hi")
    change = page.locator(f"{PANEL} .nfc li")
    assert "U+0958 DEVANAGARI LETTER QA" in change.text_content()
    assert "U+0915 DEVANAGARI LETTER KA + U+093C DEVANAGARI SIGN NUKTA" in change.text_content()
    page.locator("#pathshala-tokens .text").fill("कलम")
    page.locator(f"{PANEL} .nfc").wait_for(state="hidden")


def test_typing_draws_anew_and_nothing_is_lost(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} svg", section="letters", language="hi")
    page.locator("#pathshala-tokens .text").fill("")
    page.wait_for_function("document.querySelector('[data-panel=letters] .letters-says').textContent.includes('Write')")
    page.locator("#pathshala-tokens .text").fill("<b>क</b>")
    drawn(page, "<b>क</b>")
    page.locator("[data-section=tokens]").click()
    page.locator("#pathshala-tokens .chips .chip").first.wait_for()
    assert page.input_value("#pathshala-tokens .text") == "<b>क</b>"


def test_on_a_phone(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} svg", section="letters", text=TEXTS["ta"], language="ta", phone=True)
    drawn(page, TEXTS["ta"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(f"{PANEL} .unit.tokens").first.tap()
    assert "id " in page.locator(f"{PANEL} .told").text_content()
