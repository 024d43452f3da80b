"""The sections of the Masked word tab in headless Chromium, with small stand-ins for the embedded models."""

from pathlib import Path
from typing import Any

import pytest

from components.masked_word.page import SECTIONS
from components.masked_word.presets import LESSON, OPENING, PASSAGES, TWINS
from tests.clipboard import copied
from tests.components.masked_word.test_page import CONTRAST, TAB, picture, shows, text_of, words


def section(page: Any, name: str) -> None:
    page.locator(f"{TAB} [data-section={name}]").click()
    page.locator(f"{TAB} [data-panel={name}]").wait_for()


def cells(page: Any, name: str, column: int) -> list[str]:
    found: list[str] = page.locator(
        f"{TAB} [data-panel={name}] tbody tr td:nth-child({column + 2}) .percent"
    ).all_text_contents()
    return found


def share(percent: str) -> float:
    return -1 if percent == "—" else float(percent.strip("<>% "))


def test_one_section_at_a_time_and_the_address_says_which(visit: Any) -> None:
    page = visit()
    for name, _ in SECTIONS:
        section(page, name)
        assert page.locator(f"{TAB} [data-panel]:visible").count() == 1
        assert (f"section={name}" in page.url) == (name != "guess")
        assert page.locator(f"{TAB} .the-sentence").is_visible() == (name not in {"surprise", "game"})
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.section") == SECTIONS[-2][0]


def test_while_it_learned(visit: Any, tmp_path: Path) -> None:
    page = visit()
    section(page, "learned")
    page.locator(f"{TAB} [data-panel=learned] tbody tr").first.wait_for()
    names = page.locator(f"{TAB} [data-panel=learned] thead button").all_text_contents()
    assert names == ["100", "1,000", "10,000", "all"]
    shows(page, ".step-shows", "after all")
    for column in (3, 0):
        page.locator(f"{TAB} [data-panel=learned] thead button").nth(column).click()
        shares = [share(each) for each in cells(page, "learned", column)[:-1]]
        assert shares == sorted(shares, reverse=True)
    shows(page, ".step-shows", "after 100 steps")
    assert "step=100" in page.url
    page.locator("#masked-step").focus()
    page.keyboard.press("ArrowRight")
    shows(page, ".step-shows", "after 1,000 steps")
    picture(page, tmp_path, "learned")


def test_a_link_to_a_step(visit: Any) -> None:
    page = visit(more="section=learned&step=1000")
    shows(page, ".step-shows", "after 1,000 steps")
    assert page.locator(f"{TAB} [data-panel=learned] thead button[aria-pressed=true]").text_content() == "1,000"


def test_two_models(visit: Any, tmp_path: Path) -> None:
    page = visit()
    section(page, "compare")
    shows(page, ".facts", "of the first 10 guesses are the same")
    assert page.input_value("#masked-one") == "pathshala-bert"
    assert page.input_value("#masked-other") == "pathshala-bert-student"
    for name in ("parameters", "in memory", "time of one answer", " ms on cpu"):
        shows(page, ".facts", name)
    page.locator(f"{TAB} .swap").click()
    page.wait_for_function(f"document.querySelector('{TAB} .facts th:nth-child(2)').textContent.endsWith('student')")
    assert "one=pathshala-bert-student" in page.url
    page.select_option("#masked-one", "pathshala-counted")
    shows(page, ".facts", "none: it counts")
    picture(page, tmp_path, "compare")


def test_a_pair_that_is_not_here_says_so_and_the_table_stays(visit: Any) -> None:
    page = visit()
    section(page, "compare")
    shows(page, ".facts", "guesses are the same")
    page.locator(f"{TAB} .absent").first.click()
    shows(page, ".compare-says", "is not on this machine yet")
    assert page.locator(f"{TAB} [data-panel=compare] tbody tr").count() > 5


def test_layer_by_layer(visit: Any, tmp_path: Path) -> None:
    page = visit()
    section(page, "layers")
    page.locator(f"{TAB} [data-panel=layers] tbody tr").first.wait_for()
    names = page.locator(f"{TAB} [data-panel=layers] thead th").all_text_contents()
    assert names[:3] == ["piece", "input", "layer 1"]
    picture(page, tmp_path, "layers")


def test_surprise(visit: Any, tmp_path: Path) -> None:
    page = visit()
    section(page, "surprise")
    page.locator(f"{TAB} .unit").first.wait_for()
    shows(page, ".sum", "bits in 6 words")
    page.locator(f"{TAB} [data-twin='0']").click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .surprised').length === 2")
    assert text_of(page) == TWINS[0].text
    assert page.input_value("#masked-twin") == TWINS[0].other
    shows(page, ".verdict", "surprise")
    assert "beside=" in page.url
    picture(page, tmp_path, "surprise")
    page.locator(f"{TAB} .surprised-one .unit").nth(2).click()
    page.locator(f"{TAB} [data-panel=guess]").wait_for()
    assert text_of(page) == "लड़का स्कूल [MASK] है।"
    assert words(page) == ["लड़का", "स्कूल", "?", "है"]


def test_surprise_needs_no_gap_and_a_link_opens_it(visit: Any) -> None:
    page = visit()
    section(page, "surprise")
    page.fill(f"{TAB} .text", "The children play outside.")
    shows(page, ".sum", "bits in 4 words")
    assert page.locator(f"{TAB} .says").text_content() == ""
    section(page, "guess")
    shows(page, ".says", "Hide a word")
    page.fill(f"{TAB} .text", OPENING.text)
    page.locator(f"{TAB} button.row").first.wait_for()


def test_temperature(visit: Any, tmp_path: Path) -> None:
    page = visit()
    section(page, "heat")
    page.locator(f"{TAB} [data-panel=heat] tbody tr").first.wait_for()
    shows(page, ".heat-shows", "T = 1")
    assert page.locator(f"{TAB} .own-logit .percent").all_text_contents() == ["0.6964", "0.2562", "0.0347", "0.0128"]
    first = share(cells(page, "heat", 0)[0])
    page.locator("#masked-temperature").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    shows(page, ".heat-shows", "T = 2")
    assert "temperature=2" in page.url
    assert page.locator(f"{TAB} .own-logit .percent").all_text_contents() == ["0.5089", "0.3087", "0.1136", "0.0689"]
    assert share(cells(page, "heat", 0)[0]) < first
    page.fill("#masked-logit-0", "")
    assert page.locator(f"{TAB} .own-logit .percent").first.text_content() == "—"
    page.locator(f"{TAB} .usual-logits").click()
    assert page.locator(f"{TAB} .own-logit .percent").first.text_content() == "0.5089"
    picture(page, tmp_path, "heat")


def test_the_guided_lesson(visit: Any) -> None:
    page = visit()
    page.locator(f"{TAB} .lesson-begin").click()
    for number, step in enumerate(LESSON):
        shows(page, ".lesson-title", f"{number + 1} of {len(LESSON)}: {step.title}")
        page.locator(f"{TAB} [data-panel={step.section}]").wait_for()
        assert text_of(page) == step.text
        assert page.locator(f"{TAB} .own").is_visible() == step.covered
        page.locator(f"{TAB} .lesson-next").click()
    assert page.locator(f"{TAB} .lesson").is_hidden()
    page.locator(f"{TAB} .lesson-begin").click()
    page.locator(f"{TAB} .lesson-next").click()
    page.locator(f"{TAB} .lesson-back").click()
    shows(page, ".lesson-title", "1 of")
    page.locator(f"{TAB} .lesson-leave").click()
    assert page.locator(f"{TAB} .lesson").is_hidden()


def test_one_word_changed(visit: Any, tmp_path: Path) -> None:
    page = visit()
    section(page, "contrast")
    shows(page, ".contrast-says", "Choose a pair")
    page.locator(f"{TAB} [data-contrast='3']").click()
    page.locator(f"{TAB} [data-panel=contrast] tbody tr").first.wait_for()
    assert page.locator(f"{TAB} [data-panel=contrast] thead th").all_text_contents() == ["word", "He", "She"]
    assert "changed=She" in page.url
    picture(page, tmp_path, "contrast")
    page.fill("#masked-contrasted", "She works.")
    shows(page, ".contrast-says", "No word is hidden")
    page.locator(f"{TAB} [data-example='0']").click()
    shows(page, ".contrast-says", "Choose a pair")


def test_nothing_is_asked_of_an_empty_box(visit: Any) -> None:
    page = visit()
    section(page, "surprise")
    page.locator(f"{TAB} [data-twin='0']").click()
    shows(page, ".verdict", "surprise")
    page.fill(f"{TAB} .text", "")
    shows(page, "#masked-says", "Write a sentence.")
    assert page.input_value("#masked-twin") == TWINS[0].other


def test_a_model_is_chosen_for_a_sentence_without_a_gap(visit: Any) -> None:
    page = visit()
    section(page, "surprise")
    page.fill(f"{TAB} .text", "लड़का स्कूल जाता है।")
    shows(page, ".sum", "bits in 4 words")
    before = page.locator(f"{TAB} .sum").text_content()
    page.click(f"{TAB} .models-button")
    page.locator(f"{TAB} [data-model='pathshala-counted']").click()
    page.wait_for_function(f"(said) => document.querySelector('{TAB} .sum').textContent !== said", arg=before)
    assert "model=pathshala-counted" in page.url


@pytest.mark.parametrize("dark", [False, True])
def test_every_section_can_be_read_in_both_themes(visit: Any, dark: bool) -> None:
    page = visit(dark=dark)
    for name, _ in SECTIONS:
        section(page, name)
        if name == "surprise":
            page.locator(f"{TAB} [data-twin='1']").click()
        page.wait_for_timeout(700)
        assert page.evaluate(CONTRAST) == [], name


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Any, tmp_path: Path) -> None:
    page = visit(phone=True, dark=True)
    for name, _ in SECTIONS:
        section(page, name)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        picture(page, tmp_path, f"phone-{name}")


def test_the_table_can_be_taken_away(visit: Any) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    section(page, "layers")
    page.locator(f"{TAB} [data-panel=layers] tbody tr").first.wait_for()
    lines = copied(page, f"{TAB} [data-copy=table]").split("\n")
    shows(page, ".copied", "Copied.")
    assert lines[0].split("\t")[:3] == ["piece", "input", "layer 1"]
    assert len({line.count("\t") for line in lines}) == 1


def played(page: Any) -> list[str]:
    found: list[str] = page.locator(f"{TAB} .played bdi").all_text_contents()
    return found


def test_the_training_game(visit: Any, tmp_path: Path) -> None:
    page = visit(more="section=game")
    page.locator(f"{TAB} [data-passage='0']").click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .played').length > 30")
    assert text_of(page) == PASSAGES[0].text
    first = played(page)
    assert "[MASK]" in "".join(first)
    assert page.locator(f"{TAB} .played.masked").count() >= 1
    nats = [float(each) for each in page.locator(f"{TAB} .game-table .percent").all_text_contents()]
    loss = float(str(page.locator(f"{TAB} .game-loss p").first.text_content()).rsplit("= ", 1)[1])
    assert loss == pytest.approx(sum(nats) / len(nats), abs=0.011)
    shows(page, ".game-early", "100 steps")
    page.locator(f"{TAB} .redraw").click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .draws button').length === 2")
    assert played(page) != first
    assert "seed=3" in page.url
    page.fill("#masked-seed", "2")
    page.wait_for_function(f"document.querySelector('{TAB} .draws button').ariaPressed === 'true'")
    assert played(page) == first
    picture(page, tmp_path, "game")


def test_the_class_looks_for_swapped_words_before_it_is_told(visit: Any) -> None:
    page = visit(PASSAGES[4].text, more="section=game&share=50&seed=7")
    page.locator(f"{TAB} .played.swapped").first.wait_for()
    swapped = page.locator(f"{TAB} .played").evaluate_all(
        "found => found.flatMap((each, place) => each.classList.contains('swapped') ? [place] : [])"
    )
    page.locator(f"{TAB} .cover-game").click()
    assert page.locator(f"{TAB} .played.swapped, {TAB} .played.kept, {TAB} .played small").count() == 0
    assert not page.locator(f"{TAB} .game-table").is_visible()
    assert not page.locator(f"{TAB} .game-loss").is_visible()
    page.locator(f"{TAB} [data-copy=table]").click()
    shows(page, ".copied", "Uncover it first.")
    for place in swapped:
        page.locator(f"{TAB} .played").nth(place).focus()
        page.keyboard.press("Enter")
    assert page.locator(f"{TAB} .played[aria-pressed=true]").count() == len(swapped)
    page.locator(f"{TAB} .uncover-game").click()
    shows(page, ".game-says", f"You found {len(swapped)} of {len(swapped)} swapped word")
    shows(page, ".game-says", "suspected 0 that nobody touched")


def test_the_game_says_what_is_wrong_and_keeps_what_was_typed(visit: Any) -> None:
    page = visit("The cat sleeps", more="section=game")
    page.locator(f"{TAB} .game-table tbody tr").first.wait_for()
    page.fill("#masked-seed", "1.5")
    shows(page, ".game-says", "The seed must be a whole number")
    assert page.input_value("#masked-seed") == "1.5"
    assert page.locator("#masked-game.stale").count() == 1
    page.fill("#masked-text", " ")
    shows(page, ".says", "Write a sentence.")
    page.fill("#masked-text", "Dogs bark")
    page.fill("#masked-seed", "4")
    page.wait_for_function(f"document.querySelectorAll('{TAB} .played').length === 2")
    shows(page, ".game-loss", "Loss")
    assert page.locator("#masked-game.stale").count() == 0
