"""The page in headless Chromium: what a visitor sees, and what their browser fetches."""

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from components.tokens.compute import TEXT_LIMIT
from components.tokens.presets import OPENING_TEXT
from tests.clipboard import copied
from tokenizer_indic import load
from tokenizer_indic.measuring import measure
from tokenizer_indic.scripts import LANGUAGES

ROOT = Path(__file__).parent.parent
DESK = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
LANDSCAPE = {"width": 844, "height": 390}
WALL = {"width": 1920, "height": 1080}
BUDGET = 500_000  # bytes on the wire before the first answer

URDU = "اردو AI ۱۲۷۵ کتابیں"


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """visit("?language=ta", phone=True) -> a page whose first answer is there; nothing may go wrong on it."""
    contexts = []
    problems: list[str] = []

    def open_page(query: str = "", phone: bool = False, dark: bool = False, size: Any = None) -> Any:
        context = browser.new_context(
            viewport=size or (PHONE if phone else DESK),
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address + query)
        page.wait_for_selector(".card .facts")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def write(page: Any, text: str) -> None:
    """Type a text and wait until its answer is drawn."""
    tokens = f"{measure(load('hi'), text).characters:,}"
    page.fill(".text", text)
    page.wait_for_function("n => document.querySelector('[data-figure=characters]').textContent === n", arg=tokens)


def shows(page: Any, selector: str, text: str) -> None:
    """Wait until this is what it shows."""
    page.wait_for_function("([s, t]) => document.querySelector(s)?.textContent === t", arg=[selector, text])


def drawn(page: Any) -> list[list[Any]]:
    """[[id, what its chip shows], …]"""
    chips = page.locator(".chip").all_text_contents()
    ids = page.locator(".id").all_text_contents()
    assert len(chips) == len(ids)
    return [[int(id), chip] for id, chip in zip(ids, chips, strict=True)]


def within(page: Any, selector: str) -> bool:
    """Is the first of these elements wholly on the screen?"""
    box = page.locator(selector).first.bounding_box()
    size = page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and (box["y"] + box["height"] <= size["height"])
    )


def picture(page: Any, folder: Path, name: str) -> None:
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000


# -- the first screen ------------------------------------------------------------------------------


def test_menu_text_chips_and_figures_are_there_without_scrolling(visit: Any, tmp_path: Path) -> None:
    page = visit()
    for selector in (".language", ".text", ".chips", ".figures", ".checks", ".card", ".ids", ".copies"):
        assert within(page, selector), selector
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK["width"]
    assert page.input_value(".language") == "hi"
    picture(page, tmp_path, "desk")


def test_on_a_phone_nothing_is_cut_off(visit: Any, tmp_path: Path) -> None:
    page = visit(phone=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for selector in (
        ".language",
        ".text",
        ".figures",
        ".checks",
        ".chips",
        ".card",
        ".ids",
        ".copies",
        ".decoder",
    ):
        box = page.locator(selector).bounding_box()
        assert 0 <= box["x"] <= PHONE["width"] - box["width"], selector
    page.locator(".chip").nth(3).tap()
    assert page.locator(".id").nth(3).get_attribute("aria-selected") == "true"
    assert within(page, ".card")
    assert page.locator(".card").bounding_box()["height"] < PHONE["height"] / 2
    picture(page, tmp_path, "phone")
    page.get_by_role("button", name="Let go of this token").tap()
    assert page.locator(".pinned").count() == 0
    page.locator(".chip").nth(3).tap()
    page.locator(".chip").nth(3).tap()
    assert page.locator(".pinned").count() == 0
    page.locator(".chip").nth(3).tap()
    page.locator(".text").tap()  # typing: the card makes room
    assert page.locator(".pinned").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).position") == "relative"


def test_bytes_are_large_enough_for_a_finger(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("हाथी 🐘"), phone=True)
    for chip in page.locator(".split .chip").all():
        assert chip.bounding_box()["height"] >= 44
        assert chip.bounding_box()["width"] >= 44


def test_a_phone_on_its_side_shows_text_and_tokens_together(visit: Any, tmp_path: Path) -> None:
    page = visit(phone=True, size=LANDSCAPE)
    assert page.evaluate("document.documentElement.scrollWidth") <= LANDSCAPE["width"]
    for selector in (".language", ".text", ".chips"):
        assert within(page, selector), selector
    picture(page, tmp_path, "landscape")


def test_large_type_fits_a_phone_as_well(visit: Any) -> None:
    page = visit("?projector=1", phone=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".text").bounding_box()["width"] > PHONE["width"] * 0.7


def test_what_the_browser_fetches_before_the_first_answer(browser: Any, address: str) -> None:
    page = browser.new_context(viewport=DESK).new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    hosts, names, sizes = set(), [], []
    devtools.on("Network.requestWillBeSent", lambda event: hosts.add(urlsplit(event["request"]["url"]).netloc))
    devtools.on("Network.requestWillBeSent", lambda event: names.append(event["request"]["url"]))
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector(".chip")
    page.wait_for_load_state("networkidle")
    page.context.close()
    assert hosts - {""} == {urlsplit(address).netloc}
    assert not [name for name in names if "plotly" in name.lower() or ".woff" in name]
    assert 0 < sum(sizes) < BUDGET


# -- answers ---------------------------------------------------------------------------------------


def test_typing_tamil_picks_tamil_and_shows_its_tokens(visit: Any) -> None:
    page = visit()
    text = LANGUAGES["ta"].sample
    write(page, text)
    assert page.input_value(".language") == "ta"
    assert drawn(page) == [[token.id, token.text.replace(" ", "·")] for token in load("ta").tokens(text)]
    figures = measure(load("ta"), text)
    assert page.inner_text("[data-figure=tokens]") == f"{figures.tokens:,}"
    assert page.inner_text("[data-figure=aksharas]") == f"{figures.aksharas:,}"


def test_the_students_choice_stays(visit: Any) -> None:
    page = visit()
    page.select_option(".language", "indic")
    write(page, LANGUAGES["bn"].sample)
    assert page.input_value(".language") == "indic"
    page.get_by_role("button", name="let the text choose").click()
    page.wait_for_function("document.querySelector('.language').value === 'bn'")


@pytest.mark.parametrize("text", ["आज मौसम अच्छा है", "नमस्ते", "जय हिन्द"])
def test_typing_and_pasting_give_the_same_language(visit: Any, text: str) -> None:
    page = visit()
    page.fill(".text", "")
    for end in range(1, len(text) + 1):
        write(page, text[:end])
        assert page.input_value(".language") == "hi", text[:end]


def test_a_language_from_the_address_holds_until_the_text_is_changed(visit: Any) -> None:
    page = visit("?language=mai&text=" + quote("गाम में"))
    assert page.input_value(".language") == "mai"
    page.reload()
    page.wait_for_selector(".card .facts")
    assert page.input_value(".language") == "mai"
    write(page, "தமிழ்")
    assert page.input_value(".language") == "ta"
    write(page, "गाम")
    assert page.input_value(".language") == "mai"  # nothing speaks against what was settled
    page.reload()
    page.wait_for_selector(".card .facts")
    assert page.input_value(".language") == "mai"


@pytest.mark.parametrize(("query", "word"), [("?tab=nonsense&text=क", "nonsense"), ("?language=xx&text=क", "xx")])
def test_an_address_that_names_what_is_not_there(visit: Any, query: str, word: str) -> None:
    page = visit(query)
    assert f"“{word}”" in page.inner_text(".pathshala-says, .notes >> visible=true")
    assert page.input_value(".text") == "क"


def test_every_example_is_one_click(visit: Any) -> None:
    page = visit()
    for button in page.locator(".presets button").all():
        before = page.locator(".chip").all_text_contents()
        button.click()
        page.wait_for_function(
            "was => [...document.querySelectorAll('.chip')].map(c => c.textContent).join() !== was",
            arg=",".join(before),
        )
        assert page.inner_text(".says") == ""


def test_the_last_answer_wins(visit: Any) -> None:
    """The first question is held back until the second has been answered."""
    page = visit()
    held: list[Any] = []
    page.route("**/component_server/**", lambda route: held.append(route) if not held else route.continue_())
    page.fill(".text", "पहला")
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('4')")
    page.wait_for_timeout(200)
    page.fill(".text", "दूसरा वाक्य")
    page.wait_for_function("document.querySelector('[data-figure=words]').textContent === '2'")
    held[0].continue_()
    page.wait_for_timeout(300)
    assert "".join(chip for _, chip in drawn(page)) == "दूसरा·वाक्य"


def test_a_visitors_markup_is_only_text(visit: Any) -> None:
    attack = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    attack += "{{value}}${window.hacked = 1}"
    for page in (visit("?text=" + quote(attack)), visit()):
        if page.input_value(".text") != attack:
            write(page, attack)
        assert "".join(chip for _, chip in drawn(page)) == attack.replace(" ", "·")
        page.locator(".chip").first.hover()
        page.fill("#tokens-ids", ", ".join(str(id) for id, _ in drawn(page)))
        shows(page, ".decoded", attack.replace(" ", "·"))
        assert page.locator(".tokens img, .tokens script").count() == 0
        assert page.evaluate("window.hacked") is None


def test_ten_thousand_characters_are_all_there(visit: Any) -> None:
    page = visit()
    text = (LANGUAGES["hi"].sample + "\n") * 300
    text = text[:10_000]
    write(page, text)
    tokens = load("hi").tokens(text)
    assert page.locator(".chip").count() == page.locator(".id").count() == len(tokens)
    page.locator(".text").press_sequentially("!")
    page.wait_for_function(
        "n => document.querySelectorAll('.chip').length === n",
        arg=len(load("hi").encode(page.input_value(".text"))),
    )
    expected = [token.id for token in load("hi").tokens(page.input_value(".text"))]
    assert [id for id, _ in drawn(page)] == expected


def test_a_change_in_the_middle_leaves_the_rest_right(visit: Any) -> None:
    page = visit()
    write(page, "एक दो तीन चार पाँच AI छह सात")
    for text in ("एक दो बीस तीन चार पाँच AI छह सात", "दो बीस चार पाँच 🎉 AI छह", "दो اردو ۱۲ चार\nपाँच", "दो"):
        write(page, text)
        language = page.input_value(".language")
        tokens = load(language if language in LANGUAGES else "indic").encode(text)
        assert [id for id, _ in drawn(page)] == tokens
        assert page.evaluate("[...document.querySelectorAll('.chip')].every((chip, place) => chip.place === place)")


# -- refusals --------------------------------------------------------------------------------------


def test_too_long_a_text_is_answered_with_a_sentence_and_kept(visit: Any) -> None:
    page = visit()
    page.fill(".text", "क" * (TEXT_LIMIT + 7))
    page.wait_for_function("document.querySelector('.says').textContent.includes('leave out 7')")
    assert len(page.input_value(".text")) == TEXT_LIMIT + 7
    page.fill(".text", "क")
    page.wait_for_function("document.querySelector('.says').textContent === ''")


def test_an_empty_text_is_an_invitation(visit: Any) -> None:
    page = visit()
    page.fill(".text", "")
    page.wait_for_function("document.querySelector('.says').textContent.includes('Write or paste')")
    assert page.locator(".chip").count() == 0


def test_ids_to_text_and_ids_that_do_not_exist(visit: Any) -> None:
    page = visit()
    page.fill("#tokens-ids", str(load("hi").encode("भारत")))
    page.wait_for_function("document.querySelector('.decoded').textContent === 'भारत'")
    page.fill("#tokens-ids", "1, 99999")
    page.wait_for_function("document.querySelector('.decoded-says').textContent.includes('no id 99999')")
    page.fill("#tokens-ids", "one")
    page.wait_for_function("document.querySelector('.decoded-says').textContent.includes('“one” is no id')")
    assert page.input_value("#tokens-ids") == "one"


def test_ids_belong_to_a_tokenizer_and_are_read_anew_when_it_changes(visit: Any) -> None:
    page = visit()
    ids = load("hi").encode("भारत \u200d\n")
    page.fill("#tokens-ids", str(ids))
    shows(page, ".decoded", "भारत·\u200dZWJ↵")
    assert page.inner_text(".whose") == "Hindi's ids"
    for change in (
        lambda: page.select_option(".language", "ta"),
        lambda: page.locator("[data-sample=bn]").click(),
        lambda: write(page, LANGUAGES["te"].sample),
    ):
        before = page.text_content(".decoded")
        change()
        page.wait_for_function("was => document.querySelector('.decoded').textContent !== was", arg=before)
    assert page.inner_text(".whose") == "Telugu's ids"
    page.fill("#tokens-ids", "300")
    shows(page, ".decoded-says", "1 id")


def test_the_same_text_by_merges_and_with_the_fewest_tokens(visit: Any, tmp_path: Path) -> None:
    page = visit("?language=hi&text=" + quote("भारत के लोग रहे हैं।"))
    by_merges = drawn(page)
    page.fill("#tokens-ids", "300 301")
    page.select_option(".segmentation", "fewest")
    page.wait_for_function("document.querySelector('.made').textContent.includes('hi-fewest')")
    fewest = load("hi-fewest")
    assert [id for id, _ in drawn(page)] == fewest.encode("भारत के लोग रहे हैं।")
    assert len(drawn(page)) < len(by_merges)
    assert page.inner_text(".whose") == "ids of “hi-fewest”"
    shows(page, ".decoded", fewest.decode([300, 301]))
    assert "the fewest tokens" in page.inner_text(".why-language")
    page.locator(".chip", has_text="हैं").click()
    page.wait_for_function("document.querySelector('.made-of')?.textContent === 'in the place of'")
    assert "most used of" in page.inner_text(".card")
    page.locator(".parent").first.click()
    page.locator(".back").wait_for()
    picture(page, tmp_path, "fewest")
    page.select_option(".language", "mai")  # which has none of its own
    page.wait_for_function("document.querySelector('.made').textContent.includes('indic')")
    assert page.inner_text(".why-language").startswith("Maithili has merges alone")
    page.select_option(".language", "hi")
    page.select_option(".segmentation", "merges")
    page.wait_for_function("document.querySelector('.made').textContent.includes('Tokenizer hi ·')")
    assert drawn(page) == by_merges


def test_how_it_is_cut_is_explained(visit: Any) -> None:
    page = visit()
    page.get_by_text("How is it cut?").click()
    assert page.locator("[data-how]:visible").get_attribute("data-how") == "merges"
    page.select_option(".segmentation", "fewest")
    page.locator("[data-how=fewest]").wait_for()
    assert page.locator("[data-how]:visible").count() == 1
    page.select_option(".language", "mai")  # merges alone
    page.locator("[data-how=merges]").wait_for()


def test_a_link_keeps_the_fewest_tokens(visit: Any) -> None:
    page = visit("?segmentation=fewest")
    assert page.input_value(".segmentation") == "fewest"
    assert page.input_value(".text") == OPENING_TEXT
    page.wait_for_function("document.querySelector('.made').textContent.includes('hi-fewest')")
    assert parse_qs(urlsplit(page.url).query)["segmentation"] == ["fewest"]
    assert 'load("hi-fewest")' in copied(page, page.get_by_role("button", name="Copy as Python"))
    page.wait_for_function("document.querySelector('.copied').textContent === 'Copied.'")
    page.select_option(".segmentation", "merges")
    page.wait_for_function("!location.search.includes('segmentation')")


def test_a_server_that_is_down_is_asked_again_until_it_answers(browser: Any, address: str) -> None:
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(address)
    page.wait_for_selector(".card .facts")
    page.route("**/component_server/**", lambda route: route.abort())
    page.fill(".text", "दूसरा वाक्य")
    page.fill("#tokens-ids", str(load("hi").encode("भारत")))
    page.locator(".chip").nth(4).click()
    for selector in (".says", ".decoded-says", ".card .hint"):
        page.wait_for_function("s => document.querySelector(s)?.textContent.includes('does not answer')", arg=selector)
    assert page.input_value(".text") == "दूसरा वाक्य"
    page.unroute("**/component_server/**")
    shows(page, "[data-figure=words]", "2")
    shows(page, ".decoded", "भारत")
    page.wait_for_selector(".card .facts")
    assert page.text_content(".says") == ""
    page.context.close()


def test_what_a_student_may_wonder_about_is_said(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("\u0958लम\nक"))
    assert "DEVANAGARI LETTER QA became U+0915 U+093C" in page.inner_text(".notes")
    assert page.inner_text(".breaks") == "+ 1 ↵"
    assert page.get_attribute(".breaks", "title") == "and 1 line break"
    page.select_option(".language", "ta")
    page.wait_for_function("document.querySelector('.notes').textContent.includes('Choose')")
    write(page, "नमस्ते")
    page.fill(".text", "")
    page.wait_for_function("document.querySelector('.notes').textContent === ''")
    assert "picked by your text" not in page.inner_text(".why-language")


def test_the_tokenizer_of_all_languages_is_not_failed_for_its_size(visit: Any) -> None:
    page = visit("?language=indic")
    assert page.locator(".checks li").first.get_attribute("class") == "neutral"
    page.locator("[data-sample=hi]").click()
    page.wait_for_function("document.querySelector('.checks').textContent.includes('too short to judge: ')")


def test_explanations_are_there_for_fingers_and_keys(visit: Any) -> None:
    page = visit(phone=True)
    page.locator(".figures > div").nth(2).tap()
    assert "A space or a sign counts as one too" in page.inner_text(".explains")
    page.locator(".figures button").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".explains") == "Runs of anything but spaces."
    page.locator("[data-preset='0']").tap()
    assert page.inner_text(".why").startswith("The same egg five ways")
    page.locator("[data-sample=mai]").tap()
    assert page.inner_text(".why") == "A sentence in Maithili (not reviewed)."
    write(page, "क")
    assert page.text_content(".why") == ""


# -- scripts ---------------------------------------------------------------------------------------


def test_urdu_reads_right_to_left_and_its_numbers_left_to_right(visit: Any, tmp_path: Path) -> None:
    page = visit(f"?language=ur&text={quote(URDU)}")
    assert page.get_attribute(".chips", "dir") == page.get_attribute(".text", "dir") == "rtl"
    tokens = load("ur").tokens(URDU)
    left = [chip.bounding_box()["x"] for chip in page.locator(".chip").all()]
    word = [place for place, token in enumerate(tokens) if token.end <= len("اردو")]
    books = [place for place, token in enumerate(tokens) if token.start >= URDU.index("ک")]
    number = [place for place, token in enumerate(tokens) if set(token.text) & set("۱۲۷۵") or not token.text]
    assert left[word[0]] > left[books[0]]
    assert [left[place] for place in number] == sorted(left[place] for place in number)
    assert page.locator("bdi.chip").count() == len(tokens)
    picture(page, tmp_path, "urdu")


def test_a_split_character_shows_its_bytes_and_never_a_replacement_character(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("हाथी 🐘"))
    split = page.locator(".split")
    assert split.locator(".whole").inner_text() == "🐘"
    assert split.locator(".chip").all_text_contents() == ["<0xF0>", "<0x9F>", "<0x90>", "<0x98>"]
    split.locator(".chip").first.hover()
    page.wait_for_function("document.querySelector('.points').textContent.includes('no whole character')")
    assert "\ufffd" not in page.inner_text(".tokens")


def test_what_is_invisible_can_be_seen(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("क्\u200dष क्\u200cष\u00a0अ\tब\nस "))
    shown = page.inner_text(".chips")
    for sign in ("ZWJ", "ZWNJ", "NBSP", "·", "⇥", "↵"):
        assert sign in shown, sign
    assert page.locator(".chips br").count() == 1


# -- one token -------------------------------------------------------------------------------------


def test_a_token_and_its_id_point_at_each_other(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("भारत एक देश है।"))
    token = load("hi").tokens("भारत एक देश है।")[2]
    page.locator(".chip").nth(2).hover()
    assert page.locator(".id.on").all_text_contents() == [str(token.id)]
    page.wait_for_function("id => document.querySelector('.card .big dd').textContent === id", arg=str(token.id))
    assert "U+0020" in page.inner_text(".points")
    assert "DEVANAGARI LETTER" in page.inner_text(".points")
    page.locator(".id").nth(0).hover()
    assert page.locator(".chip.on").all_text_contents() == ["भारत"]


def piece(page: Any) -> str:
    return str(page.text_content(".card .piece"))


def test_a_click_pins_so_that_the_pointer_can_reach_the_parents(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("भारत एक देश है।"))
    first, second = page.locator(".chip").nth(0), page.locator(".chip").nth(2)
    first.hover()
    shows(page, ".piece", "भारत")
    assert page.locator(".right [aria-selected=true]").count() == 0
    first.click()
    assert page.locator(".right [aria-selected=true]").all_text_contents() == [
        "भारत",
        str(load("hi").encode("भारत")[0]),
    ]
    second.hover()
    page.locator(".id").nth(3).hover()
    assert piece(page) == "भारत"
    second.click()
    shows(page, ".piece", "·देश")
    second.click()
    assert page.locator(".right [aria-selected=true], .pinned").count() == 0
    first.hover()
    shows(page, ".piece", "भारत")
    first.focus()
    for key, pinned in (("Enter", True), ("Enter", False), ("Space", True), ("Escape", False)):
        page.keyboard.press(key)
        assert (page.locator(".chip.pinned").count() == 1) is pinned, key
    assert page.locator(".pinned").count() == 0


def test_the_arrow_keys_walk_and_parents_lead_down_and_back(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("भारत एक देश है।"))
    page.locator(".chip").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.place") == 1
    page.keyboard.press("Home")
    shows(page, ".piece", "भारत")
    before = page.locator(".points").inner_text()
    parent = page.locator(".parent bdi").first.text_content()
    page.locator(".parent").first.focus()
    page.keyboard.press("Enter")
    shows(page, ".piece", parent)
    assert page.evaluate("document.activeElement.textContent") == "← back"  # the focus stays in the card
    page.keyboard.press("Enter")
    shows(page, ".piece", "भारत")
    assert page.locator(".points").inner_text() == before
    assert page.evaluate("document.activeElement.className") == "parent"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.place") == 0
    assert page.locator(".chip[tabindex='0']").count() == 1


def test_a_screen_reader_hears_what_a_token_is(visit: Any) -> None:
    page = visit("?language=hi&text=" + quote("भारत एक देश है।"))
    ids = load("hi").encode("भारत एक देश है।")
    assert page.locator(".chip").nth(1).get_attribute("aria-label") == f"space एक, id {ids[1]}, token 2 of {len(ids)}"
    assert page.get_attribute(".card", "aria-live") == "polite"
    assert page.get_attribute(".text", "aria-describedby") == "tokens-count tokens-says"
    assert page.get_by_label("Your text", exact=True).count() == 1


def test_each_row_of_examples_is_one_stop_of_the_tab_key(visit: Any) -> None:
    page = visit()
    assert page.locator(".presets button[tabindex='0']").count() == page.locator(".presets").count() == 2
    page.locator(".text").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.preset") == "1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.sample") == "hi"


def test_what_is_focused_looks_unlike_what_is_pinned(visit: Any) -> None:
    page = visit()
    looks = "c => [getComputedStyle(c).outlineStyle, getComputedStyle(c).backgroundColor]"
    chip = page.locator(".chip").nth(4)
    chip.click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    focused = page.locator(".chip").nth(3).evaluate(looks)
    chip.click()
    pinned = chip.evaluate(looks)
    assert focused[0] != pinned[0]
    assert focused[1] != pinned[1]


def test_in_urdu_the_left_arrow_goes_on(visit: Any) -> None:
    page = visit("?language=ur")
    page.locator(".chip").first.focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.place") == 1


# -- taking it away --------------------------------------------------------------------------------


def test_a_link_opens_that_very_view(visit: Any) -> None:
    page = visit("?tab=tokens&language=ta&text=" + quote("அம்மா & அப்பா"))
    assert page.input_value(".text") == "அம்மா & அப்பா"
    assert page.input_value(".language") == "ta"
    link = copied(page, page.get_by_role("button", name="Copy link"))
    page.wait_for_function("document.querySelector('.copied').textContent === 'Copied.'")
    assert parse_qs(urlsplit(link).query) == {"tab": ["tokens"], "language": ["ta"], "text": ["அம்மா & அப்பா"]}


def test_a_language_alone_opens_its_example(visit: Any) -> None:
    assert visit("?language=or").input_value(".text") == LANGUAGES["or"].sample


def test_a_long_text_travels_behind_the_hash_which_no_server_sees(visit: Any) -> None:
    text = ("भारत एक देश है।\n" * 200)[:3000]
    page = visit()
    write(page, text)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    link = copied(page, page.get_by_role("button", name="Copy link"))
    shows(page, ".copied", "Copied.")
    parts = urlsplit(link)
    assert parse_qs(parts.query) == {"tab": ["tokens"], "language": ["hi"]}
    assert parse_qs(parts.fragment)["text"] == [text]
    page.wait_for_url("**#text=*")
    page.reload()
    page.wait_for_selector(".card .facts")
    assert page.input_value(".text") == text
    assert all("text=" not in url.split("#")[0] for url in asked)
    other = visit("?" + parts.query + "#" + parts.fragment)
    assert other.input_value(".text") == text
    write(other, "छोटा")
    assert urlsplit(other.url).fragment == ""
    other.evaluate("hash => (location.hash = hash)", parts.fragment)  # a link that is pasted over this one
    shows(other, "[data-figure=characters]", f"{measure(load('hi'), text).characters:,}")


def test_even_the_longest_text_fits_its_link(visit: Any) -> None:
    text = ("नमस्ते " * TEXT_LIMIT)[:TEXT_LIMIT]
    page = visit()
    write(page, text)
    page.wait_for_url("**#text=*")
    page.reload()
    page.wait_for_selector(".card .facts")
    assert page.input_value(".text") == text


@pytest.mark.parametrize("text", ['कहा: "एक\\n"\n\tदो \u200c🎉', "\u0958लम", "\u2028\x00\x7f\n'"])
def test_the_copied_python_runs_and_prints_what_is_copied(visit: Any, text: str) -> None:
    page = visit("?language=hi")
    write(page, text)
    page.select_option(".language", "hi")
    shown = page.input_value(".text")  # a text area keeps line feeds alone
    taken = {}
    for what in ("ids", "pieces", "as Python"):
        taken[what] = copied(page, page.get_by_role("button", name=f"Copy {what}"))
        shows(page, ".copied", "Copied.")
        page.evaluate("document.querySelector('.copied').textContent = ''")
    assert json.loads(taken["ids"]) == load("hi").encode(shown) == [id for id, _ in drawn(page)]
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-"],
        input=taken["as Python"].encode(),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode().split("\n") == [taken["ids"], taken["pieces"], ""]
    assert ("<0xF0>" in taken["pieces"]) is ("🎉" in text)


# -- for every eye ---------------------------------------------------------------------------------

CONTRAST = """() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = (css) => {
    const [r, g, b] = css.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const css = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$|transparent/.test(css)) return css;
    }
    return "rgb(255, 255, 255)";
  };
  const nodes = document.querySelectorAll(
    ".chip, .id, dt, dd, .rule, .verdict, .made, .heading p, .why-language, .count, button, .points li > *");
  return [...nodes].filter((node) => node.offsetParent && node.textContent).map((node) => {
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.className + " " + node.textContent];
  }).filter(([ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize("dark", [False, True])
def test_everything_can_be_read_in_both_themes(visit: Any, dark: bool, tmp_path: Path) -> None:
    page = visit("?language=en&text=" + quote("aaabdaaabac: Egg. 127 hello"), dark=dark)
    assert page.evaluate("document.body.classList.contains('dark')") is dark
    assert page.evaluate(CONTRAST) == []
    picture(page, tmp_path, "dark" if dark else "light")


def test_the_theme_may_be_asked_for(visit: Any) -> None:
    assert visit("?__theme=dark").evaluate("document.body.classList.contains('dark')")


def test_neighbours_differ_in_colour_and_in_the_shape_of_their_edge(visit: Any) -> None:
    page = visit("?language=en&text=" + quote("aaaa  bbbb 111 111 🎉🎉 the the the"))
    looks = page.eval_on_selector_all(
        ".chip",
        "chips => chips.map(c => getComputedStyle(c)).map(s => [s.backgroundColor, s.borderBottomStyle])",
    )
    for one, other in itertools.pairwise(looks):
        assert one[0] != other[0]
        assert one[1] != other[1]


def test_the_projector_makes_it_larger(visit: Any) -> None:
    page = visit("?projector=1")
    size = "() => parseFloat(getComputedStyle(document.querySelector('.chip')).fontSize)"
    large = page.evaluate(size)
    assert large >= 28
    for selector in (".language", ".text", ".figures", ".checks", ".chips", ".ids"):
        assert within(page, selector), selector
    assert page.locator(".frame.more-right .presets").count() == 2  # an arrow says that there are more
    page.get_by_role("button", name="Projector").click()
    assert page.evaluate(size) < large
    assert "projector" not in page.url


def test_the_back_row_can_read_the_card(visit: Any) -> None:
    page = visit("?projector=1", size=WALL)
    smallest = """() => Math.min(...[...document.querySelectorAll(".card *")]
      .filter((node) => node.offsetParent && node.textContent && !node.children.length)
      .map((node) => parseFloat(getComputedStyle(node).fontSize)))"""
    assert page.evaluate(smallest) >= 24
    for selector in (".chips", ".ids", ".card"):
        assert within(page, selector), selector


def test_the_card_shows_every_code_point_or_that_there_are_more(visit: Any) -> None:
    page = visit()
    frame = page.locator(".card .frame").last
    assert "more-below" in frame.get_attribute("class")
    page.locator(".points").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    page.wait_for_function("!document.querySelector('.card .frame:last-of-type').classList.contains('more-below')")
    cut = "() => [...document.querySelectorAll('.points span')].filter((s) => s.scrollWidth > s.clientWidth + 1).length"
    assert page.evaluate(cut) == 0
    assert "DEVANAGARI SIGN VIRAMA" in page.text_content(".points")
    assert re.search(r"the [\d,]+(st|nd|rd|th) of [\d,]+ merges", page.inner_text(".facts"))


# -- letting go, and what is of another text -------------------------------------------------------


def test_letting_go_of_a_parent_shows_the_token_again(visit: Any) -> None:
    page = visit()
    write(page, "भारत")
    page.locator(".chip").first.click()
    page.locator(".card .parent").first.click()
    page.wait_for_selector(".card :text('back')")
    page.keyboard.press("Escape")
    shows(page, ".card .piece", "भारत")
    assert page.locator(".card :text('back')").count() == 0


def test_tokens_of_an_earlier_text_are_not_copied(visit: Any) -> None:
    page = visit()
    page.fill(".text", "क" * 20_001)
    page.wait_for_selector(".right.stale")
    page.click("[data-copy=ids]")
    assert "earlier text" in page.inner_text(".copied")


def test_an_overlong_text_comes_back_on_reload(visit: Any) -> None:
    page = visit()
    page.fill(".text", "क" * 20_001)
    page.wait_for_selector(".right.stale")
    page.wait_for_function("location.hash.length > 20001")
    page.reload()
    page.wait_for_function("document.querySelector('.text')?.value.length === 20001")


def test_an_example_opens_its_own_longest_token(visit: Any) -> None:
    page = visit()
    page.get_by_role("button", name="taaaasty").click()
    page.wait_for_function("document.querySelector('.text').value.startsWith('taaaasty')")
    page.get_by_role("button", name="Python", exact=True).click()
    page.wait_for_function("document.querySelector('.text').value.startsWith('def')")
    shows(page, ".card .piece", "·return")
