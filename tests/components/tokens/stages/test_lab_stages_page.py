"""The stages of a ready-made tokenizer in headless Chromium: by pointer, by key, on a phone; and a fetched one."""

from typing import Any

import pytest

from tests.clipboard import copied

PANEL = "[data-panel=stages]"
SVG = f"{PANEL} .stages-picture svg .unit"


def opened(open_tab: Any, text: str, language: str, **asked: Any) -> Any:
    """The page, once the picture is that of this text."""
    page = open_tab("tokens", SVG, section="stages", text=text, language=language, **asked)
    page.wait_for_function(
        "([count]) => document.querySelector('.stages-picture .did')?.textContent === `${count} characters`",
        arg=[len(text)],
    )
    return page


def words(page: Any, band: str) -> list[str]:
    """The first line of each unit of a band."""
    return [unit.locator("text").first.text_content() for unit in page.locator(f".unit.{band}").all()]


def test_a_flower_becomes_a_fruit(open_tab: Any) -> None:
    page = opened(open_tab, "फूल और फल", "hi")
    assert words(page, "text") == ["फूल", "और", "फल"]
    assert page.locator(".unit.text .dropped").text_content() == "फू"
    assert words(page, "normalized") == ["फल·", "और·", "फल"]
    assert words(page, "pieces") == ["फल", "और", "फल"]
    assert [page.locator(f".unit.final >> nth={n}").locator(".id").text_content() for n in (0, -1)] == ["101", "102"]
    assert "फूल, फल → फल in this text" in page.locator(".stages-same li").first.text_content()
    assert "cannot be undone" in page.locator(".stages-back").text_content()
    page.locator(".stages-edits button").first.click()
    assert page.locator(".stages-points").first.text_content() == "U+0942 DEVANAGARI VOWEL SIGN UU → nothing"

    page.locator(".unit.tokens").first.hover()
    assert [page.locator(f".unit.{band}.related").count() for band in ("text", "normalized", "pieces", "final")] == [
        1
    ] * 4
    said = page.locator(".stages-told").text_content()
    assert "Changed in this word" in said
    assert said.startswith("फूल → फल· → फल → फल → ")
    assert "U+0942" in said

    page.select_option("#stages-tokenizer", "cased")
    page.wait_for_function("document.querySelector('.unit.normalized text').textContent === 'फूल·'")
    assert "फूल ≠ फल" in page.locator(".stages-same li").first.text_content()
    assert "stages=cased" in page.url


def test_by_key_with_a_second_sentence(open_tab: Any) -> None:
    page = opened(open_tab, "मैं घर", "hi", stages="cased", second="हाँ")
    types = [unit.locator("text").last.text_content() for unit in page.locator(".unit.final").all()]
    assert types == ["type 0"] * 4 + ["type 1"] * (len(types) - 4)
    page.locator(".unit.text").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused.startswith("घर, id ")
    page.keyboard.press("End")
    assert "stands for no letter" in page.locator(".stages-told").text_content()


def test_urdu_on_a_phone(open_tab: Any) -> None:
    page = opened(open_tab, "آم اور آن", "ur", phone=True, dark=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first, last = (page.locator(".unit.pieces").nth(n).bounding_box() for n in (0, 2))
    assert first["x"] > last["x"]
    page.locator(".unit.pieces").first.tap()
    assert "ARABIC LETTER ALEF WITH MADDA ABOVE" in page.locator(".stages-told").text_content()
    assert page.locator("#stages-tokenizer").bounding_box()["height"] >= 44


def test_the_one_beside_in_letters_for_bytes(open_tab: Any) -> None:
    page = opened(open_tab, "मैं 😀", "hi", stages="page")
    assert words(page, "tokens") == ["मैं", "·", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"]
    page.locator(".unit.tokens").first.hover()
    assert "one letter for each byte" in page.locator(".stages-told").text_content()
    assert page.locator(".stages-same .gone").count() == 0


def test_examples_and_what_can_be_taken_away(open_tab: Any) -> None:
    page = opened(open_tab, "घर", "hi")
    page.get_by_role("button", name="ZWNJ", exact=True).click()
    page.wait_for_selector(".unit.text .tag")
    assert page.locator(".unit.text .tag").all_text_contents() == ["ZWNJ", "ZWJ"]
    for what, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"\xef\xbb\xbf")):
        with page.expect_download() as download:
            page.click(f"[data-take={what}]")
        with open(download.value.path(), "rb") as file:
            assert file.read(5).startswith(start)
    code = copied(page, "[data-take=python]")
    compile(code, "copied", "exec")
    assert "embedded/pathshala-wordpiece/uncased" in code


@pytest.mark.parametrize("id", ["xlm-roberta-base"])
def test_one_that_is_fetched(open_tab: Any, id: str) -> None:
    """From the small hub beside the app."""
    page = opened(open_tab, "फूल", "hi")
    page.select_option("#stages-tokenizer", f"hub:{id}")
    if page.locator(".stages-fetch").is_visible():
        assert "not on this machine yet" in page.locator(".stages-says").text_content()
        page.locator(".stages-fetch button").click()
    page.wait_for_function("document.querySelectorAll('.unit.special, .unit.added').length === 2")
    assert words(page, "final")[0] == "<s>"
    assert "Metaspace" in page.locator(".stages-parts").text_content()
