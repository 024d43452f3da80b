"""The Caption and image tab in headless Chromium."""

import base64
from pathlib import Path
from typing import Any

import pytest

from components.caption_image.page import SECTIONS
from components.caption_image.presets import LESSON, OPENING, PRESETS
from tests.clipboard import copied

TAB = "#pathshala-caption-image"


def picture(page: Any, folder: Path, name: str) -> None:
    """A screenshot, to be looked at; that it is not empty is checked by its size."""
    file = folder / f"{name}.png"
    page.screenshot(path=file)
    assert file.stat().st_size > 20_000


def shows(page: Any, selector: str, words: str) -> None:
    page.locator(f"{TAB} {selector}", has_text=words).first.wait_for()


def cells(page: Any) -> list[str]:
    found: list[str] = page.locator(f"{TAB} .pair").evaluate_all("all => all.map((each) => each.firstChild.data)")
    return found


def fill(page: Any, lines: list[str]) -> None:
    """Writes the captions, and waits for their table."""
    page.locator(f"{TAB} .text").fill("\n".join(lines))
    page.wait_for_function(
        f"count => document.querySelectorAll('{TAB} .pairs thead th').length === count", arg=len(lines)
    )


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
def test_it_opens_with_a_worked_example(visit: Any, tmp_path: Path, phone: bool, dark: bool) -> None:
    page = visit(phone=phone, dark=dark)
    assert page.locator(f"{TAB} .tray img").count() == len(OPENING.pictures)
    assert page.locator(f"{TAB} .pairs thead bdi").all_text_contents() == list(OPENING.captions)
    assert len(cells(page)) == len(OPENING.pictures) * len(OPENING.captions)
    assert page.locator(f"{TAB} .marks").count() >= len(OPENING.captions)
    shows(page, ".made", "pathshala-clip · CPU")
    assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1280)
    picture(page, tmp_path, "opening")


def test_rows_and_columns_of_the_softmax_sum_to_one(visit: Any) -> None:
    page = visit()
    size = len(OPENING.captions)
    for mode, step in (("captions", 1), ("pictures", size)):
        page.locator(f"{TAB} [data-mode={mode}]").click()
        shares = [float(each.strip("<%")) for each in cells(page)]
        first = shares[:size] if step == 1 else shares[::size]
        assert sum(first) == pytest.approx(100, abs=3)
    assert page.locator(f"{TAB} [data-mode=pairs]").is_disabled()
    assert "show=pictures" in page.url


def test_a_cell_is_worked_out_by_mouse_and_keyboard(visit: Any) -> None:
    page = visit()
    page.locator(f"{TAB} .pair").nth(1).click()
    shows(page, ".worked", "Picture 1 and “बिल्ली”: cosine")
    page.locator(f"{TAB} .pair").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    shows(page, ".worked", "Picture 2 and “बिल्ली”: cosine")


def test_pictures_in_and_out_and_undo(visit: Any, files: dict[str, Path], tmp_path: Path) -> None:
    page = visit()
    page.locator(f"{TAB} .thumb-out").first.click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .pairs tbody tr').length === 5")
    page.locator(f"{TAB} .tray-undo").click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .pairs tbody tr').length === 6")
    page.locator(f"{TAB} .tray-file").set_input_files([files["red.png"], files["notes.txt"], files["wide.jpg"]])
    page.wait_for_function(f"document.querySelectorAll('{TAB} .pairs tbody tr').length === 8")
    shows(page, ".tray-says", "notes.txt")
    page.locator(f"{TAB} .tray-samples").click()
    page.locator(f"{TAB} .gallery .sample").first.wait_for()
    assert page.locator(f"{TAB} .gallery .sample[aria-selected=true]").count() == 6
    page.locator(f"{TAB} .gallery [data-name='sample:elephant']").click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .pairs tbody tr').length === 9")
    assert "file:" not in page.url
    assert "elephant" in page.url
    picture(page, tmp_path, "pictures")


def test_paste_and_drop(visit: Any, files: dict[str, Path]) -> None:
    page = visit()
    content = base64.b64encode(files["red.png"].read_bytes()).decode()
    for name, target in (("paste", "document"), ("drop", f"document.querySelector('{TAB} .input')")):
        kind, held = ("ClipboardEvent", "clipboardData") if name == "paste" else ("DragEvent", "dataTransfer")
        page.evaluate(
            f"""async (content) => {{
                const blob = await (await fetch(`data:image/png;base64,${{content}}`)).blob();
                const data = new DataTransfer();
                data.items.add(new File([blob], "{name}.png", {{ type: "image/png" }}));
                {target}.dispatchEvent(new {kind}("{name}", {{ {held}: data, bubbles: true, cancelable: true }}));
            }}""",
            content,
        )
        page.wait_for_function(f"document.querySelectorAll('{TAB} .tray img').length === 7")
    assert page.locator(f"{TAB} .tray img").last.get_attribute("alt") == "paste.png"  # the same pixels once


def test_the_server_forgot_and_the_page_sends_again(visit: Any, files: dict[str, Path]) -> None:
    page = visit()
    page.locator(f"{TAB} .tray-file").set_input_files(files["red.png"])
    page.wait_for_function(f"document.querySelectorAll('{TAB} .pairs tbody tr').length === 7")
    asked: list[str] = []

    def forget_once(route: Any) -> None:
        """The first table is answered as a server answers that has lost the file."""
        told = route.request.post_data_json
        asked.append(told["fn_name"])
        if asked == ["compare"]:
            route.fulfill(json={"gone": [told["data"]["pictures"][-1]]})
        else:
            route.continue_()

    page.route("**/component_server/**", forget_once)
    fill(page, ["a red square", "a dog"])
    assert len(cells(page)) == 14
    assert asked == ["compare", "bring", "compare"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([""], "Write a caption"),
        (["a"] * 25, "There are 25 captions and the limit is 24: leave out 1."),
        (["a dog", "क" * 301], "Caption 2 has 301 characters and the limit is 300: leave out 1."),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(visit: Any, lines: list[str], words: str) -> None:
    page = visit()
    page.locator(f"{TAB} .text").fill("\n".join(lines))
    shows(page, ".says", words)
    assert page.locator(f"{TAB} .text").input_value() == "\n".join(lines)
    page.locator(f"{TAB} [data-example='0']").click()
    page.locator(f"{TAB} .tray-undo").click()
    assert page.locator(f"{TAB} .text").input_value() == "\n".join(lines)


def test_markup_in_a_caption_stays_text(visit: Any) -> None:
    page = visit()
    evil = "<img src=x onerror=\"document.title='hacked'\">${1}{{x}}"
    fill(page, [evil, "अ"])
    assert page.locator(f"{TAB} .pairs thead bdi").first.text_content() == evil
    assert page.title() != "hacked"


def test_every_example_and_every_step_of_the_lesson(visit: Any) -> None:
    page = visit()
    for number, preset in enumerate(PRESETS):
        page.locator(f"{TAB} [data-example='{number}']").click()
        shows(page, ".why", preset.why[:40])
    page.locator(f"{TAB} .lesson-begin").click()
    for number, step in enumerate(LESSON, 1):
        shows(page, ".lesson-title", f"{number} of {len(LESSON)}: {step.title}")
        page.locator(f"{TAB} [data-panel={step.section}]").wait_for()
        page.locator(f"{TAB} .lesson-next").click()
    assert page.locator(f"{TAB} .lesson").is_hidden()


def test_one_section_at_a_time_and_the_address_says_which(visit: Any) -> None:
    page = visit()
    for name, _ in SECTIONS:
        page.locator(f"{TAB} [data-section={name}]").click()
        page.locator(f"{TAB} [data-panel={name}]").wait_for()
        assert page.locator(f"{TAB} [data-panel]:visible").count() == 1
        page.wait_for_function(f"location.search.includes('section={name}') === {str(name != 'table').lower()}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_zero_shot(visit: Any, tmp_path: Path) -> None:
    page = visit(more="section=zero")
    page.locator(f"{TAB} .zero-bars tr").nth(5).wait_for()
    before = page.locator(f"{TAB} .zero-bars").inner_text()
    page.locator(f"{TAB} .zero-more").fill("wolf")
    page.keyboard.press("Enter")
    page.locator(f"{TAB} .zero-bars tr").nth(6).wait_for()
    shows(page, ".zero-bars", "before “wolf”")
    assert "wolf" in page.locator(f"{TAB} .zero-labels").input_value()
    assert before != page.locator(f"{TAB} .zero-bars").inner_text()
    page.locator(f"{TAB} .zero-templates").fill("no place")
    shows(page, ".zero-says", "needs {} once")
    page.locator(f"{TAB} .zero-language").select_option("hi")
    shows(page, ".zero-each", "तस्वीर में {}")
    page.locator(f"{TAB} .zero-pictures button").nth(2).click()
    page.wait_for_function("location.search.includes('picture=')")
    picture(page, tmp_path, "zero-shot")


def test_search(visit: Any, files: dict[str, Path], tmp_path: Path) -> None:
    page = visit(more="section=search")
    page.locator(f"{TAB} .found-one").nth(29).wait_for()
    page.locator(f"{TAB} .search-query").fill("वर्षा")
    page.wait_for_function("location.search.includes('query=')")
    first = page.locator(f"{TAB} .found-one").nth(4)
    title = first.locator("img").get_attribute("alt")
    first.click()
    page.wait_for_function(f"document.querySelector('{TAB} .found-one img').alt === '{title}'")
    shows(page, ".found-one small", "1.000")
    page.locator(f"{TAB} .search-other").fill("a dog")
    page.locator(f"{TAB} .search-sign").select_option("-1")
    page.wait_for_function("location.search.includes('sign=')")
    page.locator(f"{TAB} .search-file").set_input_files([files["red.png"], files["wide.jpg"], files["notes.txt"]])
    shows(page, ".search-gallery", "2 pictures of yours")
    page.wait_for_function(f"document.querySelectorAll('{TAB} .found-one').length === 2")
    page.locator(f"{TAB} .search-samples").click()
    page.locator(f"{TAB} .found-one").nth(29).wait_for()
    picture(page, tmp_path, "search")


def test_twelve_languages(visit: Any, tmp_path: Path) -> None:
    page = visit(more="section=languages&meaning=train")
    page.locator(f"{TAB} .ranks .rank").nth(12).wait_for()
    assert page.locator(f"{TAB} .ranks .said bdi").all_text_contents()[:2] == ["a train", "रेलगाड़ी"]
    shows(page, ".by-chance", "15.5")
    page.locator(f"{TAB} .languages-sample").select_option("mango")
    shows(page, ".ranks .said", "a mango")
    assert "meaning=mango" in page.url
    picture(page, tmp_path, "languages")


def test_a_link_opens_the_very_view(visit: Any) -> None:
    page = visit(more="pictures=sample:cow-tree,sample:tea&captions=गाय\nచాయ్&show=captions")
    assert page.locator(f"{TAB} .tray img").evaluate_all("all => all.map(({ alt }) => alt)") == ["cow tree", "tea"]
    assert page.locator(f"{TAB} .pairs thead bdi").all_text_contents() == ["गाय", "చాయ్"]
    assert page.locator(f"{TAB} [data-mode=captions]").get_attribute("aria-pressed") == "true"


def test_take_home(visit: Any) -> None:
    page = visit()
    for what, name in (("csv", "captions-and-pictures-table.csv"), ("png", "captions-and-pictures-table.png")):
        with page.expect_download() as saved:
            page.locator(f"{TAB} [data-copy={what}]").click()
        assert saved.value.suggested_filename == name
    code = copied(page, f"{TAB} [data-copy=python]")
    shows(page, ".copied", "Copied.")
    compile(code, "copied.py", "exec")
    assert "embedded/pathshala-clip" in code
    assert "tab=caption-image" in copied(page, f"{TAB} [data-copy=link]")
