"""Where it looks, how it was trained, and the map, in headless Chromium."""

import math
import re
from pathlib import Path
from typing import Any

from components.caption_image.presets import OPENING
from tests.components.caption_image.test_page import TAB, picture, shows

SIZE = len(OPENING.pictures)


def numbers(page: Any, selector: str) -> list[float]:
    """The numbers that stand in these elements."""
    texts: list[str] = page.locator(f"{TAB} {selector}").all_text_contents()
    return [float(each.replace("−", "-")) for each in texts if re.fullmatch(r"[−-]?[\d.]+", each.strip())]


def test_where_it_looks(visit: Any, tmp_path: Path) -> None:
    page = visit(more="section=where")
    page.locator(f"{TAB} .where-check").uncheck()
    page.wait_for_function(f"document.querySelector('{TAB} .where-told').textContent.includes('Occlusion, strongest')")
    assert page.locator(f"{TAB} [data-map=occlusion] .where-cells span").count() == 144
    assert page.locator(f"{TAB} [data-map=occlusion] .waiting").count() == 0
    page.locator(f"{TAB} [data-map=occlusion] .where-cells").focus()
    page.keyboard.press("ArrowRight")
    shows(page, "[data-map=occlusion] output", "row")
    page.locator(f"{TAB} .where-caption").select_option("a girl hugging a dog")
    page.wait_for_function(f"document.querySelectorAll('{TAB} [data-kind=plain] .where-word').length === 5")
    page.locator(f"{TAB} .where-pictures button").nth(2).click()
    page.wait_for_function("location.search.includes('picture=sample%3Agirl-hugging-dog')")
    page.wait_for_function(f"document.querySelector('{TAB} .where-told').textContent.includes('Occlusion, strongest')")
    picture(page, tmp_path, "where")


def test_the_check_with_shuffled_weights(visit: Any) -> None:
    page = visit(phone=True, more="section=where")
    page.wait_for_function(f"document.querySelector('{TAB} .where-told').textContent.includes('rank correlation')")
    assert page.locator(f"{TAB} .where-map.check:visible").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_how_it_was_trained(visit: Any, tmp_path: Path) -> None:
    page = visit(more="section=trained")
    page.locator(f"{TAB} .logit").nth(SIZE * SIZE - 1).wait_for()
    assert page.locator(f"{TAB} .logit").count() == SIZE * SIZE
    shows(page, ".trained-loss", "loss")
    losses = numbers(page, ".loss-cell")
    assert len(losses) == 2 * SIZE
    told = float(page.locator(f"{TAB} .trained-loss b").first.text_content())
    assert math.isclose(sum(losses) / len(losses), told, abs_tol=2e-3)
    slider = page.locator("#trained-scale")
    slider.fill("0")  # scale 1: all nearly alike
    page.wait_for_function("location.search.includes('scale=')")
    low = float(page.locator(f"{TAB} .trained-loss b").first.text_content())
    assert abs(low - math.log(SIZE)) < 0.8
    page.locator(f"{TAB} .scale-reset").click()
    page.locator(f"{TAB} .trained-shuffle").click()
    page.locator(f"{TAB} .trained-unshuffle").wait_for()
    page.locator(f"{TAB} .trained-unshuffle").click()
    page.locator(f"{TAB} .loss-cell").first.click()
    shows(page, ".trained-worked", "ln")
    picture(page, tmp_path, "trained")


def test_the_map_of_the_space(visit: Any, tmp_path: Path) -> None:
    page = visit(more="section=map")
    page.locator(f"{TAB} .space-plot svg image").nth(29).wait_for(state="attached")
    shows(page, ".space-figures", "%")
    page.locator(f"{TAB} .space-close").click()
    page.wait_for_function("location.search.includes('gap=closed')")
    assert page.locator(f"{TAB} .space-close").get_attribute("aria-pressed") == "true"
    page.locator(f"{TAB} .space-languages input[value=bn]").check()
    page.wait_for_function("location.search.includes('bn')")
    page.locator(f"{TAB} .space-rows summary").click()
    page.locator(f"{TAB} .space-rows tr").nth(30).wait_for()
    with page.expect_download() as saved:
        page.locator(f"{TAB} [data-copy=csv]").click()
    assert "axis 1" in Path(saved.value.path()).read_text(encoding="utf-8")
    picture(page, tmp_path, "map")
