"""The Masked word tab in headless Chromium: what a visitor sees and does."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from components.masked_word.compute import MASK_LIMIT, TEXT_LIMIT
from components.masked_word.presets import OPENING, PRESETS, SAMPLES
from tests.clipboard import copied
from tests.components.conftest import App

TAB = "#pathshala-masked-word"


def shows(page: Any, selector: str, text: str) -> None:
    """Wait until it says so, somewhere in it."""
    page.wait_for_function(
        "([s, t]) => document.querySelector(s)?.textContent.includes(t)", arg=[f"{TAB} {selector}", text]
    )


def masks(page: Any, count: int) -> None:
    """Wait until this many lists of guesses are drawn, and the text is that of the answer."""
    page.wait_for_function("([s, n]) => document.querySelectorAll(s).length === n", arg=[f"{TAB} .bars", count])


def words(page: Any) -> list[str]:
    found: list[str] = page.locator(f"{TAB} .sentence .word").all_text_contents()
    return found


def text_of(page: Any) -> str:
    value: str = page.input_value(f"{TAB} .text")
    return value


def picture(page: Any, folder: Path, name: str) -> None:
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000


# -- the first screen ----------------------------------------------------------------------------------------------


def test_it_opens_with_an_example_that_is_worked(visit: Any, tmp_path: Path) -> None:
    page = visit()
    assert text_of(page) == OPENING.text
    assert words(page) == ["वह", "लड़की", "स्कूल", "जा", "?", "है"]
    assert page.locator(f"{TAB} button.row").count() == 10
    shows(page, ".models-button", "pathshala-bert")
    shows(page, ".made", " ms")
    for selector in (".models-button", ".text", ".sentence", ".bars", ".copies", ".samples"):
        box = page.locator(f"{TAB} {selector}").first.bounding_box()
        assert box["y"] + box["height"] <= 720, selector
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    picture(page, tmp_path, "desk")


def test_the_bars_are_the_probabilities_and_all_together_are_one(visit: Any) -> None:
    page = visit(model="pathshala-counted", text=OPENING.text)
    rows = page.locator(f"{TAB} .row")
    bars = page.locator(f"{TAB} .bars .bar").all()
    widths = [bar.evaluate("bar => parseFloat(bar.style.inlineSize)") for bar in bars]
    shares = [float(row.inner_text().strip("<>% ")) for row in page.locator(f"{TAB} .bars .percent").all()]
    assert rows.count() == len(widths) == len(shares) == 11
    assert sum(shares) == pytest.approx(100, abs=1)
    assert max(widths) == 100
    for width, share in zip(widths, shares, strict=True):
        assert width == pytest.approx(100 * share / max(shares), abs=1)
    assert "everything else" in rows.last.inner_text()


def test_on_a_phone_nothing_is_cut_off(visit: Any, tmp_path: Path) -> None:
    page = visit(phone=True, text="मैं [MASK] पीना [MASK] हूँ।")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for selector in (".models-button", ".text", ".sentence", ".bars >> nth=0", ".bars >> nth=1", ".copies"):
        box = page.locator(f"{TAB} {selector}").bounding_box()
        assert 0 <= box["x"] <= 390 - box["width"], selector
    page.locator(f"{TAB} button.row").first.tap()
    assert page.locator(f"{TAB} .slot.filled").count() == 1
    picture(page, tmp_path, "phone")


CONTRAST = """() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const brush = new OffscreenCanvas(1, 1).getContext("2d");  // knows every way to write a colour
  const light = (css) => {
    brush.fillStyle = css;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b] = brush.getImageData(0, 0, 1, 1).data;
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const css = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$|transparent/.test(css)) return css;
    }
    return "rgb(255, 255, 255)";
  };
  const written = "p, h2, h3, span, button, label, li, b, bdi, small, td, th";
  const nodes = document.querySelectorAll(`#pathshala-masked-word :is(${written})`);
  return [...nodes].filter((node) => node.offsetParent && node.textContent.trim() && !node.children.length)
    .map((node) => {
      const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.className + " " + node.textContent];
    }).filter(([ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize("dark", [False, True])
def test_everything_can_be_read_in_both_themes(visit: Any, dark: bool, tmp_path: Path) -> None:
    page = visit(dark=dark)
    page.click(f"{TAB} button.row")
    page.click(f"{TAB} .models-button")
    page.wait_for_selector(f"{TAB} .models-line")
    assert page.evaluate("document.body.classList.contains('dark')") is dark
    assert page.evaluate(CONTRAST) == []
    picture(page, tmp_path, "dark" if dark else "light")


def test_the_projector_makes_it_larger(visit: Any) -> None:
    size = f"() => parseFloat(getComputedStyle(document.querySelector('{TAB} .guess')).fontSize)"
    large, normal = visit(more="&projector=1"), visit()
    assert large.evaluate(size) > 1.25 * normal.evaluate(size)
    box = large.locator(f"{TAB} .row").last.bounding_box()
    assert box["y"] + box["height"] <= 720


# -- hiding and filling in -----------------------------------------------------------------------------------------


def test_a_click_hides_a_word_and_another_brings_it_back(visit: Any) -> None:
    page = visit("The cow [MASK] over the moon.")
    page.locator(f"{TAB} .word", has_text="moon").click()
    masks(page, 2)
    assert text_of(page) == "The cow [MASK] over the [MASK]."
    shows(page, ".count", f"2 / {MASK_LIMIT} hidden")
    page.locator(f"{TAB} .slot").nth(1).click()
    masks(page, 1)
    assert text_of(page) == "The cow [MASK] over the moon."


def test_a_guess_fills_the_blank_and_once_more_empties_it(visit: Any) -> None:
    page = visit("I [MASK] a dog", model="pathshala-counted")
    row = page.locator(f"{TAB} button.row").nth(1)
    word = row.locator(".guess").inner_text()
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    assert page.locator(f"{TAB} .sentence").inner_text() == f"I {word} a dog"
    assert copied(page, f"{TAB} [data-copy=sentence]") == f"I {word} a dog"
    shows(page, ".copied", "Copied.")
    row.click()
    assert words(page) == ["I", "?", "a", "dog"]
    row.click()
    page.locator(f"{TAB} .slot").click()  # brought back: the guess is part of the text now
    shows(page, ".says", "Hide a word")
    assert text_of(page) == f"I {word} a dog"


def test_a_word_is_hidden_with_the_keyboard(visit: Any) -> None:
    page = visit("The cow [MASK] over the moon.")
    page.locator(f"{TAB} .word").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    masks(page, 2)
    assert text_of(page) == "The [MASK] [MASK] over the moon."
    assert page.evaluate("document.activeElement.classList.contains('slot')")
    page.locator(f"{TAB} button.row").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(f"{TAB} .row[aria-pressed=true]").count() == 1


def test_either_mask_may_be_typed(visit: Any) -> None:
    page = visit()
    page.fill(f"{TAB} .text", "I <mask> a dog and a [MASK].")
    masks(page, 2)
    assert words(page) == ["I", "1", "a", "dog", "and", "a", "2"]


def test_sentences_from_right_to_left(visit: Any) -> None:
    page = visit("[MASK] اسکول جا رہا ہے۔ ChatGPT 5")
    assert page.locator(f"{TAB} .text").get_attribute("dir") == "rtl"
    first, second, *_, chat, five = (box.bounding_box()["x"] for box in page.locator(f"{TAB} .word").all())
    assert first > second
    assert chat < five  # words from left to right stay so inside the line


def test_every_example_is_one_click(visit: Any) -> None:
    page = visit()
    for number, example in enumerate((*PRESETS, *SAMPLES)):
        page.click(f"{TAB} [data-example='{number}']")
        masks(page, example.text.count("[MASK]"))
        assert text_of(page) == example.text
        shows(page, ".why", example.why[:20])
        assert page.inner_text(f"{TAB} .says") == ""


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write a sentence"),
        ("no blank here", "Hide a word"),
        ("[MASK] " * (MASK_LIMIT + 1), f"the limit is {MASK_LIMIT}: bring back 1"),
        ("क" * TEXT_LIMIT + "[MASK]", "leave out 6"),
        ("a [SEP] [MASK]", "[SEP] is a sign"),
    ],
)
def test_a_refusal_is_a_sentence_and_the_text_stays(visit: Any, text: str, says: str) -> None:
    page = visit()
    page.fill(f"{TAB} .text", text)
    shows(page, ".says", says)
    assert text_of(page) == text
    page.fill(f"{TAB} .text", "I [MASK] a dog")
    page.wait_for_function(f"document.querySelector('{TAB} .says').textContent === ''")
    masks(page, 1)


def test_a_visitors_markup_is_only_text(visit: Any) -> None:
    attack = "<img src=x onerror='window.hacked = 1'> {{value}}${window.hacked = 1} [MASK]"
    for page in (visit(attack), visit()):
        if text_of(page) != attack:
            page.fill(f"{TAB} .text", attack)
            shows(page, ".sentence", "onerror")
        assert page.locator(f"{TAB} img").count() == 0
        assert page.evaluate("window.hacked") is None


def test_a_server_that_is_down_is_asked_again_until_it_answers(browser: Any, app: App) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(app.address + "?tab=masked-word")
    page.wait_for_selector("button.row")
    page.route("**/component_server/**", lambda route: route.abort())
    page.fill(f"{TAB} .text", "I [MASK] a dog")
    shows(page, ".says", "does not answer")
    page.unroute("**/component_server/**")
    page.wait_for_function(f"document.querySelector('{TAB} .says').textContent === ''")
    assert page.locator(f"{TAB} .right.stale").count() == 0
    context.close()


# -- taking it away ------------------------------------------------------------------------------------------------


def test_a_link_opens_that_very_view(visit: Any) -> None:
    page = visit("I [MASK] a dog & a cat", model="pathshala-counted")
    shows(page, ".models-button", "pathshala-counted")
    link = copied(page, f"{TAB} [data-copy=link]")
    shows(page, ".copied", "Copied.")
    expected = {"tab": ["masked-word"], "text": ["I [MASK] a dog & a cat"], "model": ["pathshala-counted"]}
    assert parse_qs(urlsplit(link).query) == expected
    assert parse_qs(urlsplit(page.url).query) == expected


def test_the_address_is_that_of_the_tab_on_the_screen(visit: Any) -> None:
    page = visit("I [MASK] a dog")
    page.click("[data-tab-id=tokens]")
    page.wait_for_selector(".card .facts")
    page.wait_for_function("new URLSearchParams(location.search).get('tab') === 'tokens'")
    assert "MASK" not in page.url
    page.click("[data-tab-id=masked-word]")
    page.wait_for_function("new URLSearchParams(location.search).get('text') === 'I [MASK] a dog'")
    assert text_of(page) == "I [MASK] a dog"


def test_the_table_that_is_copied_has_every_number(visit: Any) -> None:
    page = visit("I [MASK] a [MASK]")
    lines = [line.split("\t") for line in copied(page, f"{TAB} [data-copy=table]").split("\n")]
    shows(page, ".copied", "Copied.")
    assert lines[0] == ["hidden word", "guess", "probability", "surprise in bits"]
    assert [line[0] for line in lines[1:]] == ["1"] * 11 + ["2"] * 11
    for number in ("1", "2"):
        assert sum(float(line[2]) for line in lines[1:] if line[0] == number) == pytest.approx(1)


def saved(page: Any, what: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(f"{TAB} [data-copy={what}]")
    return Path(waiting.value.path()).read_bytes()


def test_the_table_as_a_file(visit: Any) -> None:
    page = visit("I [MASK] a dog")
    content = saved(page, "csv").decode("utf-8-sig")
    rows = list(csv.reader(content.splitlines()))
    assert rows[0] == ["hidden word", "guess", "probability", "surprise in bits"]
    assert len(rows) == 12
    assert sum(float(row[2]) for row in rows[1:]) == pytest.approx(1)


@pytest.mark.parametrize("section", ["guess", "learned", "heat", "surprise", "game"])
def test_a_picture_of_the_section(visit: Any, section: str, tmp_path: Path) -> None:
    page = visit("I [MASK] a dog", more=f"section={section}")
    page.wait_for_load_state("networkidle")
    image = Image.open(io.BytesIO(saved(page, "png")))
    (tmp_path / f"{section}.png").write_bytes(saved(page, "png"))
    panel = page.locator(f"{TAB} [data-panel={section}]").bounding_box()
    assert image.width == pytest.approx(2 * panel["width"], abs=80)
    assert image.height >= 2 * panel["height"]
    assert len(image.convert("RGB").resize((300, 200)).getcolors(60_000)) > 50  # letters and bars, not one ground


def test_the_same_in_python(visit: Any) -> None:
    page = visit('I [MASK] a "big" dog', more="pieces=1")
    code = copied(page, f"{TAB} [data-copy=python]")
    shows(page, ".copied", "Copied.")
    compile(code, "copied", "exec")
    assert 'pipeline("fill-mask", model="embedded/pathshala-bert", top_k=10)' in code
    assert 'text = "I [MASK] a \\"big\\" dog".replace("[MASK]", fill.tokenizer.mask_token)' in code


def test_a_link_to_a_model_that_is_not_here_says_so_and_answers_with_another(visit: Any) -> None:
    page = visit("I [MASK] a dog", model="xlm-roberta-base")
    shows(page, ".models-says", "is not on this machine yet")
    shows(page, ".models-button", "pathshala-bert")
    assert page.locator(f"{TAB} button.row").count() == 10


# -- whole words, and the class before the model -------------------------------------------------------------------


def test_words_or_pieces(visit: Any) -> None:
    page = visit()
    shows(page, ".method", "Pieces in the word 1: ")
    page.locator(f"{TAB} .method summary").click()
    assert page.locator(f"{TAB} .method p").is_visible()
    page.locator(f"{TAB} [data-panel=guess] [data-whole=false]").click()
    page.locator(f"{TAB} .method").wait_for(state="hidden")
    assert page.locator(f"{TAB} .rest .guess").get_attribute("title").endswith("other pieces")
    assert "pieces=1" in page.url
    page.locator(f"{TAB} [data-panel=guess] [data-whole=true]").click()
    shows(page, ".method", "Pieces in the word 1: ")
    assert "pieces=1" not in page.url


def test_a_counted_model_has_words_only(visit: Any) -> None:
    page = visit(OPENING.text, model="pathshala-counted")
    assert page.locator(f"{TAB} [data-panel=guess] [data-whole]:disabled").count() == 2
    assert page.locator(f"{TAB} .method").is_hidden()


def test_the_class_guesses_first(visit: Any) -> None:
    page = visit()
    page.locator(f"{TAB} .class-first").click()
    assert (
        page.locator(f"{TAB} .blanks").evaluate("(box) => getComputedStyle(box.querySelector('.guess')).visibility")
        == "hidden"
    )
    assert page.evaluate("document.activeElement.id") == "masked-own"
    for word in ("लड़की", "जा", "जा", "खेल"):
        page.keyboard.type(word)
        page.keyboard.press("Enter")
    assert page.locator(f"{TAB} .own-word bdi").all_text_contents() == ["लड़की", "जा", "खेल"]
    assert page.locator(f"{TAB} .own-word .percent").count() == 0
    assert page.locator(f"{TAB} .own-word .problem").count() == 0
    page.locator(f"{TAB} .uncover").click()
    page.wait_for_function(
        f"document.querySelectorAll('{TAB} .own-word .percent, {TAB} .own-word .problem').length === 3"
    )
    assert page.locator(f"{TAB} .own-word .percent").first.text_content().endswith("%")
    page.locator(f"{TAB} .own-word button").first.click()
    assert page.locator(f"{TAB} .own-word bdi").all_text_contents() == ["जा", "खेल"]
