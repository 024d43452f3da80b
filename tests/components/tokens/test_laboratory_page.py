"""The frame of the laboratory in headless Chromium, and what all of its sections have in common."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from components.tokens.presets import LESSON
from components.tokens.tab import SECTIONS
from tests.clipboard import copied
from tokenizer_indic import train
from tokenizer_indic.storage import dumps

ROOT = Path(__file__).parents[3]
TAB = "#pathshala-tokens"
IDS = [section.id for section in SECTIONS]
TEXT = "भारत की नदियाँ और विद्यार्थी"


def ready(page: Any, section: str) -> None:
    """Its panel is there, and the picture is drawn."""
    page.locator(f"{TAB} [data-panel={section}]").wait_for()
    page.locator(f"{TAB} .takes").wait_for()
    page.wait_for_function(
        "id => { const panel = document.querySelector(`[data-panel=${id}]`);"
        " return [...panel.querySelectorAll('svg')].some((each) => each.getBoundingClientRect().width > 50); }",
        arg=section,
    )


def test_one_section_at_a_time_and_the_address_says_which(open_tab: Any) -> None:
    page = open_tab("tokens", ".card .facts")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    assert page.locator(f"{TAB} [data-panel]").count() == 0
    for section in IDS:
        page.locator(f"{TAB} .sections [data-section={section}]").click()
        page.locator(f"{TAB} [data-panel={section}]").wait_for()
        page.wait_for_function("id => location.search.includes(`section=${id}`)", arg=section)
        assert page.locator(f"{TAB} [data-panel]:visible").count() == 1
        assert not page.locator(f"{TAB} .right").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert any("laboratory.js" in url for url in requests)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.section") == [*IDS][-2]
    page.locator(f"{TAB} .sections [data-section=tokens]").click()
    page.locator(f"{TAB} .right").wait_for()
    assert "section=" not in page.url


def test_nothing_of_a_section_is_there_before_it_is_opened(open_tab: Any) -> None:
    page = open_tab("tokens", ".card .facts")
    fetched = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name).join(' ')")
    assert "laboratory.js" not in fetched
    assert "letters/" not in fetched


@pytest.mark.parametrize("section", IDS)
def test_what_can_be_taken_away(open_tab: Any, section: str, tmp_path: Path) -> None:
    """The code runs as copied, and the picture is one."""
    page = open_tab("tokens", f"{TAB} [data-panel={section}]", section=section, text=TEXT, language="hi")
    ready(page, section)
    code = copied(page, f"{TAB} [data-take=python]")
    page.wait_for_function(f"document.querySelector('{TAB} .taken').textContent === 'Copied.'")
    run_as_copied(code, tmp_path)
    with page.expect_download() as download:
        page.locator(f"{TAB} [data-take=png]").click()
    download.value.save_as(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "picture.png").stat().st_size > 3000
    if page.evaluate("id => !document.querySelector(`[data-panel=${id}] svg`)", section):
        return
    with page.expect_download() as download:
        page.locator(f"{TAB} [data-take=svg]").click()
    download.value.save_as(tmp_path / "picture.svg")
    drawing = ElementTree.parse(tmp_path / "picture.svg").getroot()
    assert drawing.tag.endswith("svg")
    assert len(list(drawing.iter())) > 5


def run_as_copied(code: str, folder: Path) -> None:
    """In what looks like a clone, so that what the code writes stays there; with no network."""
    clone = folder / "clone"
    clone.mkdir()
    for each in ROOT.iterdir():
        if not each.name.startswith("."):
            (clone / each.name).symlink_to(each)
    assert "from components" not in code.replace("from components.tokens.train.samples", "")  # a text, no code
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=clone,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert run.returncode == 0, run.stderr + code
    assert run.stdout.strip()


@pytest.mark.parametrize("section", IDS)
def test_a_link_brings_the_section_back_on_a_phone(open_tab: Any, section: str) -> None:
    page = open_tab(
        "tokens", f"{TAB} [data-panel={section}]", section=section, text=TEXT, language="hi", phone=True, dark=True
    )
    ready(page, section)
    assert f"section={section}" in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_lesson_goes_through_all_sections(open_tab: Any) -> None:
    page = open_tab("tokens", ".card .facts")
    page.locator(f"{TAB} .lesson-begin").click()
    for number, step in enumerate(LESSON, 1):
        assert page.locator(f"{TAB} .lesson-title").text_content() == f"{number} of {len(LESSON)}: {step.title}"
        assert page.locator(f"{TAB} .lesson-says").text_content() == step.says
        ready(page, step.section)
        if step.text:
            assert page.input_value(f"{TAB} .text") == step.text
        page.locator(f"{TAB} .lesson-next").click()
    assert not page.locator(f"{TAB} .lesson").is_visible()


def test_an_unknown_section_is_told(open_tab: Any) -> None:
    page = open_tab("tokens", ".card .facts", section="nothing")
    page.wait_for_selector(f"{TAB} .notes li")
    assert "There is no section “nothing”." in page.locator(f"{TAB} .notes").text_content()
    assert page.locator(f"{TAB} .right").is_visible()


LINES = ["नमस्ते दुनिया, यह एक छोटा पाठ है", "दुनिया में नमस्ते कहना एक अच्छी बात है"]


def test_a_tokenizer_of_ones_own_is_in_the_menu_and_in_no_other_browser(open_tab: Any) -> None:
    mine = train(LINES, language="hi", vocabulary=300, name="my-own")
    page = open_tab("tokens", ".card .facts", text=LINES[0])
    page.evaluate("json => sessionStorage.setItem('pathshala-own-tokenizer', json)", dumps(mine))
    page.reload()
    page.wait_for_selector(f"{TAB} #tokens-language option[data-own]", state="attached")
    page.select_option(f"{TAB} #tokens-language", label="mine · my-own")
    page.wait_for_function(f"document.querySelector('{TAB} .made').textContent.startsWith('Tokenizer my-own · 300')")
    ids = page.locator(f"{TAB} .id").all_text_contents()
    assert list(map(int, ids)) == mine.encode(LINES[0])
    assert "your own, 300 entries" in page.locator(f"{TAB} .why-language").text_content()
    assert 'load("my-tokenizer.json")' in copied(page, f"{TAB} [data-copy=python]")
    page.wait_for_function(f"document.querySelector('{TAB} .copied').textContent === 'Copied.'")
    other = open_tab("tokens", ".card .facts", text=LINES[0])
    assert other.locator(f"{TAB} #tokens-language option[data-own]").count() == 0


def test_leaving_the_lesson_gives_the_text_back_and_a_step_is_a_link(open_tab: Any) -> None:
    page = open_tab("tokens", ".card .facts", text="தமிழ் மக்கள்", language="ta")
    page.locator(f"{TAB} .lesson-begin").click()
    ready(page, LESSON[0].section)
    assert page.input_value(f"{TAB} .text") == LESSON[0].text
    page.wait_for_function("location.search.includes('lesson=1')")
    page.locator(f"{TAB} .lesson-leave").click()
    assert page.input_value(f"{TAB} .text") == "தமிழ் மக்கள்"
    assert page.input_value(f"{TAB} #tokens-language") == "ta"
    page.wait_for_function("!location.search.includes('lesson=')")
    again = open_tab("tokens", f"{TAB} [data-panel=merges]", lesson="2")
    assert again.locator(f"{TAB} .lesson-title").text_content() == f"2 of {len(LESSON)}: {LESSON[1].title}"
    again.locator(f"{TAB} .sections [data-section=vocabulary]").click()
    ready(again, "vocabulary")
    assert not again.locator(f"{TAB} .lesson").is_visible()
