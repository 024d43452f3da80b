"""Inside the vocabulary, in headless Chromium: Hindi, Tamil and Urdu, by pointer, by key and on a phone."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from tests.clipboard import copied
from tokenizer_indic import Tokenizer
from tokenizer_indic.storage import dumps

PANEL = "[data-panel=vocabulary]"
CARD = f"{PANEL} .voc-about"


def says(page: Any, words: str) -> None:
    page.locator(f"{PANEL} .vocabulary-says", has_text=words).wait_for()


def card(page: Any, words: str) -> None:
    page.locator(CARD, has_text=words).wait_for()


def address(page: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def is_flat(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_search_its_line_its_list_and_the_tree(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", language="hi")
    says(page, "53 of 4,999 entries of “hi” end with ता")
    assert page.locator(f"{PANEL} .drawing circle.dot").count() == 53
    page.locator(f"{PANEL} .entries button", has_text="जनता").click()
    card(page, "the 2,201st of 4,742 merges")
    page.locator(f"{PANEL} .drawing .node.root", has_text="जनता").wait_for()
    assert page.locator(f"{PANEL} .drawing .pin-name").text_content() == "·जनता"
    page.locator(f"{PANEL} .origin .entry").nth(1).click()  # a parent
    page.locator(f"{PANEL} .back").click()
    card(page, "the 2,201st of 4,742 merges")
    box = page.locator(f"{PANEL} .drawing svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 22, box["y"] + 90)  # near the last dot
    card(page, "the 4,7")
    page.locator(f"{PANEL} .entries button").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    card(page, "the 467th")
    page.locator(f"{PANEL} [data-kind=word]").click()
    page.locator(f"{PANEL} .query").fill("transformerify")
    says(page, "behind a space it is cut into 12 tokens")
    page.locator(f"{PANEL} .vocabulary-says .entry", has_text="ra").first.click()
    card(page, "Made of")
    page.locator(f"{PANEL} .query").fill("x" * 101)
    says(page, "101 characters and the limit is 100")
    assert page.locator(f"{PANEL} .query").input_value() == "x" * 101


def test_examples_in_tamil_and_urdu(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", language="ta", text="தமிழ்")
    says(page, "105 of 4,999 entries of “ta” end with கள்")
    page.locator(f"{PANEL} [data-look]", has_text="ستان").click()
    says(page, "داستان")
    card(page, "the 310th of 4,742 merges")
    card(page, "A merge stays in the vocabulary even if only its longer form is ever used.")
    leaves = [page.locator(f"{PANEL} .drawing .leaf").nth(n).bounding_box()["x"] for n in (0, 1)]
    assert leaves[0] > leaves[1]  # read from the right
    assert address(page) | {"tokenizer": "ur", "kind": "ends", "query": "ستان"} == address(page)
    page.locator(f"{PANEL} summary").click()
    page.locator(f"{PANEL} .use-text").fill("پاکستان ایک ملک ہے")
    page.locator(f"{PANEL} .use-says", has_text="never a token of its own, once gone into a longer one").wait_for()
    page.locator(f"{PANEL} .voc-whose").select_option("ta-fewest")  # the example changes with the vocabulary
    says(page, "entries of “ta-fewest” end with கள்")
    card(page, "In its place would be")
    page.locator(f"{PANEL} [data-look]", has_text="…ता").click()
    page.locator(f"{PANEL} .voc-whose").select_option("sd")
    page.locator(f"{PANEL} [data-view=compare]").click()
    says(page, "21% of “sd”, 18% of “ur”")  # its neighbour, since nobody chose another


def test_the_other_views_by_key(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", language="hi", view="lengths", unit="aksharas")
    assert page.locator(f"{PANEL} .drawing .bar").count() == 8
    card(page, "कोरोनावायरस")
    page.locator(f"{PANEL} .drawing [role=button]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(f"{PANEL} .total", has_text="1,451 with 2 aksharas · first 200").wait_for()
    page.wait_for_function("document.activeElement.dataset.key === 'bar-1'")  # the key stays where it was
    page.locator(f"{PANEL} [data-view=scripts]").click()
    page.locator(f"{PANEL} [data-key=script-Latn]").click()
    says(page, "152 of 4,999 entries are Latin.")
    page.locator(f"{PANEL} [data-view=topics]").click()
    says(page, "at least 3 aksharas")
    page.locator(f"{PANEL} .drawing .press", has_text="कांग्रेस").click()
    card(page, "the 454th")
    page.locator(f"{PANEL} [data-least='5']").click()
    says(page, "at least 5 aksharas")
    page.locator(f"{PANEL} [data-view=compare]").click()
    page.locator(f"{PANEL} [data-pair='2']").click()
    says(page, "873 entries in both: 18% of “ur”, 21% of “sd”")
    page.locator(f"{PANEL} [data-key=part-other] rect").first.click()
    page.locator(f"{PANEL} .total", has_text="3,204 only in “sd”").wait_for()
    page.locator(f"{PANEL} .entries button").first.click()
    card(page, "of 4,078 merges")  # Sindhi's
    assert address(page)["part"] == "other"


def test_a_link_opens_the_view_that_it_speaks_of(open_tab: Any) -> None:
    asked = {"tokenizer": "bn", "view": "compare", "other": "as", "part": "one", "entry": "400"}
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", **asked)
    card(page, "id 400")
    says(page, "1,016 entries in both")
    assert address(page) | asked == address(page)
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", tokenizer="klingon", view="nowhere")
    says(page, "There is no vocabulary “klingon”.")


def test_what_can_be_taken_away(open_tab: Any, tmp_path: Path) -> None:
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", tokenizer="te", query="లు", kind="ends")
    says(page, "162 of 4,999")
    code = copied(page, "[data-take=python]")
    assert "load('te')" in code
    assert "text.endswith(query)" in code
    for what in ("svg", "png", "csv"):
        with page.expect_download() as saving:
            page.locator(f"[data-take={what}]").click()
        file = tmp_path / what
        saving.value.save_as(file)
        assert file.stat().st_size > 1000
    assert "లు" in (tmp_path / "svg").read_text(encoding="utf-8")
    assert (tmp_path / "csv").read_text(encoding="utf-8-sig").count("\n") == 163


def test_the_visitors_own_tokenizer(open_tab: Any) -> None:
    base = Tokenizer(name="mine", language="hi", characters="कमा")
    ids = {character: base.id(character) or 0 for character in "कमा"}
    merges = [(ids["क"], ids["ा"]), (len(base), ids["म"])]
    json = dumps(Tokenizer(name="mine", language="hi", characters="कमा", merges=merges))
    page = open_tab("tokens", f"{PANEL} .who", section="vocabulary", language="hi")
    assert page.locator(f"{PANEL} [data-pair='5']").get_attribute("hidden") is not None
    page.evaluate("(json) => sessionStorage.setItem('pathshala-own-tokenizer', json)", json)
    page.goto(page.url.split("?")[0] + "?tab=tokens&section=vocabulary&tokenizer=mine&query=काम&kind=word")
    says(page, "1 of 262 entries of your own is the word काम")
    card(page, "the 6th of 6 merges")
    assert address(page)["tokenizer"] == "mine"
    page.locator(f"{PANEL} [data-view=compare]").click()
    page.locator(f"{PANEL} [data-pair='5']").click()
    says(page, "of your own")


def test_on_a_phone(open_tab: Any) -> None:
    page = open_tab("tokens", f"{PANEL} .who", phone=True, dark=True, section="vocabulary", language="hi")
    says(page, "end with ता")
    small = page.evaluate(
        """() => [...document.querySelectorAll("[data-panel=vocabulary] :is(button, select, input, summary)")]
            .filter((each) => each.offsetParent && (each.offsetHeight < 44 || each.offsetWidth < 44))
            .map((each) => each.outerHTML)"""
    )
    assert small == []
    for view in ("lengths", "scripts", "topics", "compare", "search"):
        page.locator(f"{PANEL} [data-view={view}]").tap()
        page.locator(f"{PANEL} [data-view={view}][aria-pressed=true]").wait_for()
        card(page, "id ")
        assert is_flat(page), view
