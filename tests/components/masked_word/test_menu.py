"""The list of models in headless Chromium, with a small hub to download from."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.components.conftest import App

TAB = "#pathshala-masked-word"
BUTTON, LIST = f"{TAB} .models-button", f"{TAB} .models-list"


@pytest.fixture(autouse=True)
def as_before(app: App) -> Iterator[None]:
    """Nothing is in the cache, and the hub does not hold anything back."""
    yield
    if app.hub.hold is not None:
        app.hub.hold.set()
    app.hub.hold, app.hub.break_after = None, None
    app.hub.gated.clear()
    app.hub.holding.clear()
    for folder in app.cache.glob("models--*"):
        shutil.rmtree(folder, ignore_errors=True)


def says(page: Any, selector: str, text: str) -> None:
    page.wait_for_function(
        "([s, t]) => document.querySelector(s)?.textContent.includes(t)", arg=[f"{TAB} {selector}", text]
    )


def open_list(page: Any) -> None:
    page.click(BUTTON)
    page.wait_for_selector(f"{LIST} [role=option]")


def option(page: Any, id: str) -> Any:
    return page.locator(f"{LIST} [data-model='{id}']")


def fetch(page: Any, id: str) -> None:
    open_list(page)
    option(page, id).click()


def test_the_groups_and_what_each_line_says(visit: Any) -> None:
    page = visit()
    open_list(page)
    assert page.locator(f"{LIST} [role=group]").count() >= 2
    ready = page.locator(f"{LIST} .ready").inner_text()
    assert "pathshala-bert" in ready
    assert "M parameters · 16 languages · apache-2.0" in ready
    line = option(page, "roberta-base").inner_text()
    assert "124.7 M parameters · English · mit" in line
    assert "500 MB" in line
    assert "GPT-2's byte tokenizer" in line
    assert page.locator(f"{LIST} [aria-selected=true]").count() == 1


def test_a_model_that_is_here_is_used_at_once(visit: Any) -> None:
    page = visit()
    fetch(page, "pathshala-counted")
    says(page, ".made", "pathshala-counted")
    assert page.locator(LIST).is_hidden()
    assert "model=pathshala-counted" in page.url
    open_list(page)
    assert option(page, "pathshala-counted").get_attribute("aria-selected") == "true"
    option(page, "").click()
    says(page, ".made", "pathshala-bert")
    assert "model=" not in page.url


def test_it_is_walked_with_the_keyboard(visit: Any) -> None:
    page = visit()
    page.focus(BUTTON)
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(f"{LIST} [role=option]:focus")
    assert page.locator(BUTTON).get_attribute("aria-expanded") == "true"
    page.keyboard.press("End")
    last = page.evaluate("document.activeElement.dataset.model")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.model") not in ("", last)
    page.keyboard.press("Escape")
    assert page.locator(LIST).is_hidden()
    assert page.evaluate("document.activeElement.className") == "models-button"
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LIST} [role=option]:focus")
    while page.evaluate("document.activeElement.dataset.model") != "pathshala-counted":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    says(page, ".made", "pathshala-counted")


def test_a_click_beside_the_list_closes_it(visit: Any) -> None:
    page = visit()
    open_list(page)
    page.mouse.click(1270, 700)
    assert page.locator(LIST).is_hidden()


def test_a_download_shows_how_far_it_is_and_the_model_answers_afterwards(visit: Any, app: App, tmp_path: Path) -> None:
    app.hub.hold = threading.Event()
    page = visit("The children go to [MASK] every day.")
    fetch(page, "bert-base-uncased")
    says(page, ".models-words", " of ")
    assert page.locator(f"{TAB} .models-bar").is_visible()
    page.wait_for_function(f"document.querySelector('{TAB} progress').value > 0")
    page.screenshot(path=tmp_path / "download.png")
    assert page.locator(f"{TAB} button.row").count() == 10  # the page goes on with the model it has
    app.hub.hold.set()
    says(page, ".made", "bert-base-uncased")
    assert page.locator(f"{TAB} .models-bar").is_hidden()
    open_list(page)
    page.locator(f"{LIST} .ready", has_text="bert-base-uncased").wait_for()  # the list is asked for when it opens


def test_a_download_is_asked_about_twice_a_second_and_never_more(visit: Any, app: App) -> None:
    app.hub.hold = threading.Event()
    page = visit()
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "watch_model" in (request.post_data or "") else None
    )

    def watched(response: Any) -> bool:
        return "watch_model" in (response.request.post_data or "")

    page.clock.install()
    fetch(page, "distilbert-base-uncased")
    says(page, ".models-words", " of ")
    page.clock.pause_at(page.evaluate("Date.now()") + 5_000)  # from here on the browser's clock is ours
    page.wait_for_timeout(1_000)
    with page.expect_response(watched):
        page.clock.run_for(500)
    page.wait_for_timeout(500)
    count = len(asked)
    page.clock.run_for(499)
    page.wait_for_timeout(500)
    assert len(asked) == count
    with page.expect_response(watched):
        page.clock.run_for(1)
    assert len(asked) == count + 1
    page.get_by_role("button", name="Cancel").click()
    says(page, ".models-says", "was cancelled")
    count = len(asked)
    page.clock.run_for(5_000)
    page.wait_for_timeout(500)
    assert len(asked) == count  # nothing is asked when nothing is on its way


def test_a_download_is_cancelled_and_nothing_is_lost(visit: Any, app: App) -> None:
    app.hub.hold = threading.Event()
    page = visit("I [MASK] a dog")
    fetch(page, "distilbert-base-uncased")
    says(page, ".models-words", " of ")
    page.get_by_role("button", name="Cancel").click()
    says(page, ".models-says", "was cancelled")
    assert page.locator(f"{TAB} .models-bar").is_hidden()
    says(page, ".made", "pathshala-bert")
    assert page.input_value(f"{TAB} .text") == "I [MASK] a dog"


def test_two_visitors_watch_one_download(visit: Any, app: App) -> None:
    app.hub.hold = threading.Event()
    one, other = visit(), visit()
    fetch(one, "roberta-base")
    says(one, ".models-words", " of ")
    open_list(other)
    assert "being downloaded" in option(other, "roberta-base").inner_text()
    option(other, "roberta-base").click()
    says(other, ".models-words", " of ")
    one.get_by_role("button", name="Cancel").click()
    says(one, ".models-says", "goes on for them")
    app.hub.hold.set()
    says(other, ".made", "roberta-base")
    says(one, ".made", "pathshala-bert")
    weights = [path for path in app.hub.asked if path.startswith("GET") and "roberta" in path and "safetensors" in path]
    assert [app.hub.asked[path] for path in weights if "xlm" not in path] == [1]


def test_a_failure_is_a_sentence_and_the_page_goes_on(visit: Any, app: App) -> None:
    page = visit()
    app.hub.break_after = 5_000
    fetch(page, "albert-base-v2")
    says(page, ".models-says", "broke off after")
    says(page, ".made", "pathshala-bert")
    app.hub.break_after = None
    app.hub.gated.add("xlm-roberta-base")
    fetch(page, "xlm-roberta-base")
    says(page, ".models-says", "accepted its conditions")
    assert page.locator(f"{TAB} button.row").count() == 10


def test_any_id_of_the_hub_may_be_typed_on_a_private_machine(visit: Any) -> None:
    page = visit()
    for id, sentence in (("../etc", "is no id of a model"), ("some/thing", "no model “some/thing” on the hub")):
        open_list(page)
        page.fill(f"{LIST} input", id)
        page.keyboard.press("Enter")
        says(page, ".models-says", sentence)
    open_list(page)
    page.fill(f"{LIST} input", "google-bert/bert-base-uncased")
    page.get_by_role("button", name="Use it").click()
    says(page, ".made", "bert-base-uncased")


def test_on_a_phone_the_list_lies_over_the_lower_part(visit: Any, tmp_path: Path) -> None:
    page = visit(phone=True)
    page.locator(BUTTON).tap()
    page.wait_for_selector(f"{LIST} [role=option]")
    box = page.locator(LIST).bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=tmp_path / "phone-list.png")
    option(page, "pathshala-counted").tap()
    says(page, ".made", "pathshala-counted")
