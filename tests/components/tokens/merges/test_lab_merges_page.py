"""The section in a browser, as a class uses it."""

import contextlib
import io
import re
from typing import Any

from components.tokens.merges.presets import PRESETS
from tests.clipboard import copied
from tests.texts import SCRIPT_STRINGS

READY = "[data-panel=merges] .sequence svg"
HINDI, TAMIL, URDU = (next(each for each in PRESETS if each.language == code) for code in ("hi", "ta", "ur"))

HARD = ("ZWNJ inside a word", "NFC takes apart", "Tamil makkal", "Urdu keeps apart", "stray mark", "family")


def chips(page: Any) -> list[str]:
    """What stands in the sequence, without the joiners that shape Urdu's letters."""
    return [text.replace("\u200d", "") for text in page.locator(".sequence g.token text").all_text_contents()]


def numbers(page: Any) -> list[str]:
    return page.locator(".merges-numbers dd").all_text_contents()


def at(page: Any, step: int) -> None:
    page.wait_for_function(f"document.querySelector('#merges-jump').value === '{step}'")


def test_the_class_steps_through_wikipedia_s_example(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges")
    assert chips(page) == list("aaabdaaabac")
    assert numbers(page) == ["11", "4", "1.00 ×"]
    assert page.locator(".bracket").count() == 4  # aa is counted four times …
    assert page.locator(".bracket.shares").count() == 2  # … of which two share an a
    assert "counted, but not replaced" in page.inner_text(".ranking-says")

    page.click(".forward")
    at(page, 1)
    assert chips(page) == ["aa", "a", "b", "d", "aa", "a", "b", "a", "c"]
    assert numbers(page) == ["9", "5", "1.22 ×"]
    assert "ZabdZabac" in page.inner_text(".letters")
    assert "counted 4 times, replaced twice" in page.inner_text(".merges-says")
    assert "tie" in page.inner_text(".ranking-says")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at(page, 3)
    assert "XdXac" in page.inner_text(".letters")
    assert chips(page) == ["aaab", "d", "aaab", "a", "c"]
    assert page.locator(".forward").is_disabled()
    page.keyboard.press("ArrowLeft")
    at(page, 2)
    page.fill("#merges-jump", "1")
    page.keyboard.press("Enter")
    at(page, 1)

    # at the tie the class takes Wikipedia's way
    page.click("[data-row='1']")
    assert page.inner_text(".instead") == "Take \u2068a\u2069 + \u2068b\u2069 instead"
    page.click(".instead")
    page.wait_for_function("location.search.includes('ties=2%3A2')")
    page.wait_for_function("document.activeElement.matches('.forward')")
    page.keyboard.press("Enter")
    at(page, 2)
    assert chips(page) == ["aa", "ab", "d", "aa", "ab", "a", "c"]
    assert "step=2" in page.url

    # the tree of a token, by the keyboard
    page.locator(".sequence g.token").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator(".tree g.token").count() == 3
    assert "merge 2" in page.inner_text(".tree-name")

    # and back again after a reload
    page.reload()
    page.wait_for_selector(READY)
    at(page, 2)
    assert chips(page) == ["aa", "ab", "d", "aa", "ab", "a", "c"]


def test_the_class_guesses_first(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges", string="low low lower newest newest widest", within="words")
    page.click(".class-first")
    assert "guess=1" in page.url
    assert set(page.locator(".ranking .count").all_text_contents()) == {"?"}
    assert page.locator(".bracket").count() == 0
    assert page.locator(".ranking .next").count() == 0
    page.locator(".ranking button", has_text="lo").filter(has_text="?").first.click()
    assert re.search(r"(Right|As good|place \d)", page.inner_text(".ranking-says"))
    assert "1 guessed" in page.inner_text(".ranking-says")
    assert "?" not in page.inner_text(".ranking")
    page.click(".forward")
    at(page, 1)
    assert set(page.locator(".ranking .count").all_text_contents()) == {"?"}


def test_play_goes_to_the_end_and_begins_anew(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges", string=HINDI.text, within="words", step="8")
    page.select_option(".speed", "20")
    page.click(".play")
    at(page, 12)
    assert "Play" in page.inner_text(".play")
    page.click(".play")
    assert page.inner_text(".play") == "❚❚ Pause"
    at(page, 12)


def test_each_script_is_drawn_and_spelled(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges")
    for text in (TAMIL.text, *map(SCRIPT_STRINGS.get, HARD)):
        page.fill("#merges-text", text)
        page.wait_for_function(
            "text => new URLSearchParams(location.search).get('string') === text"
            " && !document.querySelector('.stage').matches('.stale')",
            arg=text,
        )
        assert page.locator(".sequence g.token").count() >= 1
    page.locator("[data-panel=merges] .presets button", has_text="اردو").click()
    page.wait_for_function("document.querySelector('.sequence svg').getAttribute('direction') === 'rtl'")
    first, second = (page.locator(".sequence g.token").nth(number).bounding_box() for number in (0, 1))
    assert first["x"] > second["x"]
    assert "".join(chips(page)).replace("·", " ") == URDU.text

    # Latin letters inside Urdu read from the left
    page.fill("#merges-text", "اردو AI ۱۲")
    page.wait_for_selector("[data-place='6'] >> text=I")
    at_x = {text: page.locator(f"[data-place='{place}']").bounding_box()["x"] for place, text in ((5, "A"), (6, "I"))}
    assert at_x["A"] < at_x["I"]


def test_bad_input_is_told_and_nothing_typed_is_lost(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges")
    page.fill("#merges-text", "ab" * 1_500)
    page.wait_for_selector(".merges-says.problem")
    assert "limit is 2,000" in page.inner_text(".merges-says")
    assert page.input_value("#merges-text") == "ab" * 1_500
    page.fill("#merges-text", "<b>&<b>")
    page.wait_for_selector(".merges-says:not(.problem)")
    page.wait_for_selector(".stage:not(.stale)")
    assert chips(page) == list("<b>&<b>")

    # a long text is told what it cannot have
    page.fill("#merges-text", ("करता करती करते करना, पढ़ता पढ़ती पढ़ते पढ़ना " * 60)[:1_990])
    page.wait_for_function("Number(document.querySelector('#merges-slider').max) > 5")
    assert "too long for a link" in page.inner_text("#merges-count")
    assert "1,000 tokens are drawn" in page.inner_text(".letters")
    page.focus("#merges-slider")
    page.keyboard.press("End")
    page.wait_for_function("Number(document.querySelector('#merges-jump').value) > 5")


def test_taking_it_away(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges", string=URDU.text, within="words", step="4")
    at(page, 4)
    with page.expect_download() as download:
        page.click("text=Save SVG")
    drawing = download.value.path().read_text(encoding="utf-8")
    assert "Byte-pair encoding, after merge 4 of 11" in drawing
    with page.expect_download() as download:
        page.click("text=Save PNG")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as download:
        page.click("text=Save CSV")
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 5
    code = copied(page, page.locator("text=Copy as Python").locator("visible=true"))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    lines = printed.getvalue().splitlines()
    assert lines[0] == "52 tokens, 11 entries"
    assert lines[4].endswith(f"{numbers(page)[0]} tokens, {numbers(page)[1]} entries")


def test_a_phone_has_all_of_it_and_nothing_goes_sideways(open_tab: Any) -> None:
    page = open_tab("tokens", READY, phone=True, dark=True, section="merges", string=TAMIL.text, within="words")
    page.tap(".forward")
    at(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """[...document.querySelectorAll("[data-panel=merges] :is(button, select, g.token)")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .map((each) => [each.textContent, each.getBoundingClientRect()])
        .filter(([, { width, height }]) => Math.min(width, height) < 43.5)
        .map(([text, { width, height }]) => `${text}: ${width} × ${height}`)"""
    )
    assert small == []


def test_stepping_moves_nothing_on_the_page(open_tab: Any) -> None:
    page = open_tab("tokens", READY, section="merges", string=HINDI.text, within="words")
    places = """['.ranking', '.chart', '.tree', '.controls']
        .map((each) => document.querySelector(each).getBoundingClientRect().top)"""
    before = page.evaluate(places)
    for _ in range(12):
        page.click(".forward")
        assert page.evaluate(places) == before
