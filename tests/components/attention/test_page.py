"""The Attention tab in headless Chromium: what a visitor sees and does."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from components import models
from components.attention.compute import TEXT_LIMIT, WORD, without_padding
from components.attention.presets import LESSON, OPENING, PRESETS
from tests.clipboard import copied

TAB = "#pathshala-attention"
SECTIONS = ("heatmap", "inside", "heads", "lines", "meanings", "masks", "positions", "compare", "inputs")
CAT = "The cat drank the milk because it was hungry."
URDU = "بلی نے دودھ پیا کیونکہ وہ بھوکی تھی۔"


def shows(page: Any, selector: str, text: str) -> None:
    """Wait until it says so, somewhere in it."""
    page.wait_for_function(
        "([s, t]) => document.querySelector(s)?.textContent.includes(t)", arg=[f"{TAB} {selector}", text]
    )


def drawn(page: Any, what: str) -> None:
    """Wait for the picture of "layer head over level special"."""
    page.wait_for_selector(f'{TAB} .plot[data-drawn="{what}"]')


def labels(page: Any) -> list[str]:
    found: list[str] = page.locator(f"{TAB} .looks .part bdi").all_text_contents()
    return found


def figure(page: Any) -> dict[str, Any]:
    """What Plotly was given."""
    found: dict[str, Any] = page.evaluate(
        f"""(() => {{ const p = document.querySelector("{TAB} .plot");
        return {{z: p.data[0].z.map((row) => [...row]), x: p.layout.xaxis, y: p.layout.yaxis}} }})()"""
    )
    return found


def picture(page: Any, folder: Path, name: str) -> None:
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000


# -- the first screen -------------------------------------------------------------------------------------------------


def test_it_opens_with_a_picture_of_the_example(visit: Any, tmp_path: Path) -> None:
    page = visit()
    assert page.input_value(f"{TAB} .text") == OPENING.text
    words = ["[CLS]", "बिल्ली", "ने", "दूध", "पिया", "क्योंकि", "वह", "भूखी", "थी", "।", "[SEP]"]
    assert labels(page) == words
    shows(page, ".readout", "this row adds up to 1.000")
    assert page.locator(f"{TAB} .part[aria-pressed=true] bdi").text_content() == OPENING.word
    for row in figure(page)["z"]:
        assert sum(row) == pytest.approx(1, abs=0.02)
    for selector in (".models-button", ".text", ".sections", ".plot", ".looks", ".copies"):
        box = page.locator(f"{TAB} {selector}").first.bounding_box()
        assert box["y"] + box["height"] <= 722, selector
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    picture(page, tmp_path, "desk")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("text", [OPENING.text, URDU])
def test_every_section_on_a_phone(visit: Any, section: str, text: str, tmp_path: Path) -> None:
    page = visit(text, section, phone=True, dark=True, second="یہ بلی ہے۔")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(f"{TAB} [data-section={section}]").get_attribute("aria-selected") == "true"
    picture(page, tmp_path, f"phone-{section}")


def test_right_to_left_text_is_mirrored(visit: Any) -> None:
    axes = figure(visit(URDU))
    assert axes["x"]["range"][0] > axes["x"]["range"][1]
    assert axes["y"]["side"] == "right"


# -- layers, heads, options -------------------------------------------------------------------------------------------


def test_another_layer_and_head_by_slider_button_and_key(visit: Any) -> None:
    page = visit(CAT)
    drawn(page, "0 0 heads words true")
    page.locator(f"{TAB} [data-step='layer 1']").click()
    drawn(page, "1 0 heads words true")
    page.locator(f"{TAB} .plot").focus()
    page.keyboard.press("ArrowRight")
    drawn(page, "1 1 heads words true")
    page.keyboard.press("ArrowUp")
    drawn(page, "0 1 heads words true")
    page.locator(f"{TAB} [data-pick=head]").focus()
    page.keyboard.press("Home")
    drawn(page, "0 0 heads words true")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["tab"] == ["attention"]


def test_options_say_what_they_did(visit: Any) -> None:
    page = visit(CAT)
    page.locator(f"{TAB} #attention-heatmap [data-set='level pieces']").click()
    drawn(page, "0 0 heads pieces true")
    pieces = labels(page)
    page.locator(f"{TAB} [data-toggle=special]").click()
    drawn(page, "0 0 heads pieces false")
    assert labels(page) == pieces[1:-1]
    for over in ("mean", "maximum", "rollout"):
        page.locator(f"{TAB} [data-set='over {over}']").click()
        drawn(page, f"0 0 {over} pieces false")
        sums = [sum(row) for row in figure(page)["z"]]
        assert all(each > 0.97 for each in sums)
        if over != "maximum":
            assert sums == pytest.approx([1] * len(sums), abs=0.03)
    page.locator(f"{TAB} [data-set='scale one']").click()
    page.wait_for_function(f"document.querySelector('{TAB} .plot').data[0].zmax === 1")


def test_pointing_at_a_cell_gives_all_digits(visit: Any) -> None:
    page = visit(CAT, level="pieces")
    page.locator(f"{TAB} .plot .nsewdrag").hover()
    shows(page, ".readout", "looks at")
    number = page.locator(f"{TAB} .readout b").text_content()
    row, column = page.locator(f"{TAB} .readout .who").all_text_contents()
    names = labels(page)
    coarse = figure(page)["z"][names.index(row)][names.index(column)]
    assert float(number) == pytest.approx(coarse, abs=0.003)


def test_a_row_is_kept_and_shown_as_a_sentence(visit: Any) -> None:
    page = visit(CAT)
    page.locator(f"{TAB} .part", has_text="it").first.click()
    shows(page, ".readout", "this row adds up to 1.000")
    shares = page.locator(f"{TAB} .looks small").all_text_contents()
    assert sum(float(each.rstrip("%")) for each in shares) == pytest.approx(100, abs=5)
    page.locator(f"{TAB} #attention-heatmap [data-set='level pieces']").click()
    drawn(page, "0 0 heads pieces true")
    assert "it".startswith(page.locator(f"{TAB} .part[aria-pressed=true] bdi").text_content())


def test_a_causal_model_shows_its_triangle(visit: Any) -> None:
    page = visit(CAT)
    page.locator(f"{TAB} .models-button").click()
    page.locator(f"{TAB} [data-model=gpt2]").click()
    shows(page, ".models-name", "gpt2")  # once it has been downloaded
    shows(page, ".notes", "no token may see")
    page.wait_for_function(f"document.querySelector('{TAB} .plot').data[0].z[0][1] === null")


# -- inside a head ----------------------------------------------------------------------------------------------------


def test_the_steps_of_one_word(visit: Any) -> None:
    page = visit(CAT, "inside", token="3")
    assert page.locator(f"{TAB} .back").is_disabled()
    shows(page, ".step", "1 of 6: Query and keys")
    for name in ("q · k", "÷ √d", "Mask", "Softmax", "Weights × values"):
        page.locator(f"{TAB} .next").click()
        shows(page, ".step", name)
    assert page.locator(f"{TAB} .next").is_disabled()
    shows(page, ".checked", "differ by at most")
    page.locator(f"{TAB} .back").click()
    ours, theirs = (
        [float(each) for each in page.locator(f"{TAB} .numbers tbody td:nth-child({column})").all_text_contents()]
        for column in (3, 4)
    )
    assert ours == pytest.approx(theirs, abs=1e-4)
    assert sum(ours) == pytest.approx(1, abs=0.01)
    page.locator(f"{TAB} .asker").nth(1).click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .asker')[1].ariaPressed === 'true'")
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["section"], asked["token"], asked["step"]) == (["inside"], ["1"], ["4"])


def test_the_same_head_while_it_learned(visit: Any) -> None:
    page = visit(CAT, "inside", step="1")
    shows(page, ".early-shows", "when it had learned")
    products = f"{TAB} .numbers tbody td.now"
    before = page.locator(products).all_text_contents()
    page.locator("#attention-early").focus()
    page.keyboard.press("Home")
    shows(page, ".early-shows", "steps")
    page.wait_for_function(
        "([s, b]) => [...document.querySelectorAll(s)].map((each) => each.textContent).join() !== b",
        arg=[products, ",".join(before)],
    )


# -- all heads, lines -------------------------------------------------------------------------------------------------


def test_all_heads_in_an_order_and_one_opened(visit: Any) -> None:
    page = visit(CAT, "heads")
    first = page.locator(f"{TAB} .thumbnail").first
    assert first.get_attribute("data-head") == "0 0"
    page.select_option("#attention-order", "previous")
    shares = [float(each.rstrip("%")) for each in page.locator(f"{TAB} .thumbnail small").all_text_contents()]
    assert shares == sorted(shares, reverse=True)
    layer, head = page.locator(f"{TAB} .thumbnail").first.get_attribute("data-head").split()
    page.locator(f"{TAB} .thumbnail").first.click()
    drawn(page, f"{layer} {head} heads words true")


def test_lines_of_a_pair_of_sentences(visit: Any) -> None:
    page = visit("my dog is cute", "lines", second="he likes playing")
    assert page.locator(f"{TAB} .between").is_visible()
    page.locator(f"{TAB} .all-heads").click()
    page.wait_for_function(f"document.querySelectorAll('{TAB} .head-chip[aria-pressed=true]').length > 1")
    page.locator(f"{TAB} .asking .end", has_text="dog").click()
    page.locator(f"{TAB} [data-between=a-b]").click()
    page.wait_for_function(f"document.querySelector('{TAB} .stage').dataset.drawn.endsWith('2 a-b')")
    told = page.locator(f"{TAB} .looked-at small").all_text_contents()
    names = page.locator(f"{TAB} .looked-at bdi").all_text_contents()
    assert [name for name, share in zip(names, told, strict=True) if share] == ["he", "likes", "playing"]
    page.locator(f"{TAB} [data-between=all]").click()
    page.wait_for_function(f"document.querySelector('{TAB} .stage').dataset.drawn.endsWith('2 all')")
    told = page.locator(f"{TAB} .looked-at small").all_text_contents()
    assert sum(float(each.rstrip("%")) for each in told) == pytest.approx(100, abs=5)


def test_lines_are_drawn(visit: Any) -> None:
    page = visit(CAT, "lines")
    ink = page.evaluate(
        f"""(() => {{ const c = document.querySelector("{TAB} .wires");
        return c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((value) => value > 0) }})()"""
    )
    assert ink


# -- masks, places, meanings, comparisons, inputs ---------------------------------------------------------------------


def matrix(page: Any, box: str) -> list[list[float | None]]:
    found: list[list[float | None]] = page.evaluate(
        f"[...document.querySelector('{TAB} {box}').data[0].z].map((row) => [...row])"
    )
    return found


def test_the_same_scores_under_four_masks(visit: Any) -> None:
    page = visit(CAT, "masks", mask="bidirectional")
    whole = matrix(page, ".score-plot")
    size = len(whole)
    assert all(each is not None for row in whole for each in row)
    page.locator(f"{TAB} [data-set='mask causal']").click()
    page.wait_for_function(f"document.querySelector('{TAB} .weight-plot').data[0].z[0][1] === null")
    causal = matrix(page, ".score-plot")
    assert all((causal[row][column] is None) == (column > row) for row in range(size) for column in range(size))
    assert causal[size - 1] == whole[size - 1]
    page.locator(f"{TAB} [data-set='mask padding']").click()
    page.locator("#attention-boundary").focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"document.querySelector('{TAB} .weight-plot').data[0].z[2][1] === null")
    for row in matrix(page, ".weight-plot"):
        assert row[0] == pytest.approx(1)
        assert row[1:] == [None] * (size - 1)


def test_the_boundary_stands_before_typed_filling(visit: Any) -> None:
    page = visit("You are welcome [PAD] [PAD]", "masks")
    shows(page, ".notes", "No token looks at [PAD]")
    page.locator(f"{TAB} [data-set='mask padding']").click()
    shows(page, ".boundary-shows", "after [SEP]")
    page.wait_for_function(f"document.querySelector('{TAB} .weight-plot').data[0].z[0].at(-1) === null")
    rows = matrix(page, ".weight-plot")
    assert all((weight is None) == (key >= len(row) - 2) for row in rows for key, weight in enumerate(row))


def test_places_taken_away(visit: Any) -> None:
    page = visit(CAT, "positions")
    shows(page, ".orders", "chases")
    cells = page.locator(f"{TAB} .orders td").all_text_contents()
    with_places, without = cells[0::2], cells[1::2]
    assert set(without) == {"1.0000"}
    assert any(float(each) < 0.9999 for each in with_places)
    for way in ("learned", "rope", "alibi"):
        page.locator(f"{TAB} [data-set='way {way}']").click()
        page.wait_for_selector(f'{TAB} .table-plot[data-drawn="{way}"]')
    page.locator(f"{TAB} .order-two").fill("dogs bark")
    shows(page, ".orders", "No word stands in both.")


def test_one_word_two_meanings(visit: Any) -> None:
    page = visit(CAT, "meanings", second="It was cold.")
    page.get_by_role("button", name="कल", exact=True).click()
    page.wait_for_function(
        "(s) => [...document.querySelectorAll(s)].map((each) => each.textContent).join() === 'कल,कल'",
        arg=f"{TAB} #attention-meanings .asker[aria-pressed=true]",
    )
    curves = page.evaluate(f"document.querySelector('{TAB} .meaning-plot').data.map((line) => [...line.y])")
    assert len(curves) == 2
    assert len(curves[0]) == len(curves[1]) > 1
    assert all(-1.001 <= cosine <= 1.001 for cosine in curves[0])
    assert page.locator(f"{TAB} .near-list").count() == 2
    page.locator(f"{TAB} .first-words .asker").first.click()
    shows(page, ".near", "Nearest to मैं in A")


def test_two_models_on_one_scale(visit: Any) -> None:
    page = visit(CAT, "compare", second="The cat drank the milk because it was sweet.", level="words")
    shows(page, ".compare-words", "Layer 1, head 1, on one colour scale")
    one, other, difference = (matrix(page, f".{name}-plot") for name in ("one", "other", "difference"))
    assert difference[3][2] == pytest.approx(other[3][2] - one[3][2], abs=1e-6)
    tops = page.evaluate(
        f"['.one-plot', '.other-plot'].map((box) => document.querySelector('{TAB} ' + box).data[0].zmax)"
    )
    assert tops[0] == tops[1]
    page.wait_for_selector(f"{TAB} #attention-beside option[value=pathshala-bert-student]", state="attached")
    page.select_option("#attention-beside", "pathshala-bert-student")
    shows(page, ".thirds", "pathshala-bert-student")
    page.locator(f"{TAB} .second").fill("The cat slept.")
    page.select_option("#attention-beside", "")
    shows(page, ".compare-words", "No difference")


def test_what_goes_in(visit: Any) -> None:
    page = visit("my dog is cute", "inputs", second="he likes playing")
    heads = page.locator(f"{TAB} .inputs-table thead th").all_text_contents()
    assert heads == ["", "token", "place", "segment", "goes in"]
    rows = page.locator(f"{TAB} .inputs-table tbody tr").count()
    assert rows == int(page.locator(f"{TAB} .count").text_content().split(",")[1].split("/")[0])
    assert page.locator(f"{TAB} .inputs-table canvas").count() == 4 * rows
    strip = page.locator(f"{TAB} .inputs-table tbody tr").nth(1).locator("canvas").first
    strip.hover(position={"x": 1, "y": 2})
    number, told = re.match(r"number (\d+) of \d+: (.+)", str(strip.get_attribute("title"))).groups()  # type: ignore[union-attr]
    loaded = models.load("pathshala-bert", "attention")
    assert loaded.tokenizer is not None
    token = loaded.tokenizer("my")["input_ids"][1]
    wanted = float(loaded.encoder.get_input_embeddings().weight[token, int(number) - 1])
    assert float(told) == pytest.approx(wanted, rel=1e-5)


def pressed(page: Any, selector: str, words: list[str]) -> None:
    page.wait_for_function(
        "([s, t]) => [...document.querySelectorAll(s)].map((each) => each.textContent).join('|') === t",
        arg=[f"{TAB} {selector}", "|".join(words)],
    )


def test_the_guided_lesson(visit: Any) -> None:
    page = visit()
    page.locator(f"{TAB} .lesson-begin").click()
    for number, step in enumerate(LESSON):
        shows(page, ".lesson-title", f"{number + 1} of {len(LESSON)}: {step.title}")
        page.wait_for_selector(f"{TAB} [data-panel={step.section}]", state="visible")
        page.wait_for_function("([s, t]) => document.querySelector(s).value === t", arg=[f"{TAB} .text", step.text])
        if step.word and step.section == "heatmap":
            pressed(page, ".part[aria-pressed=true] bdi", [step.word])
        if step.places:
            pressed(page, "#attention-meanings .asker[aria-pressed=true]", ["कल", "कल"])
        page.locator(f"{TAB} .lesson-next").click()
    assert page.locator(f"{TAB} .lesson").is_hidden()


# -- taking it away ---------------------------------------------------------------------------------------------------


def saved(page: Any, what: str) -> bytes:
    with page.expect_download() as download:
        page.locator(f"{TAB} [data-copy={what}]").click()
    return Path(download.value.path()).read_bytes()


def test_files_to_take_home(visit: Any) -> None:
    page = visit(CAT, level="pieces")
    assert saved(page, "png").startswith(b"\x89PNG")
    assert b"<svg" in saved(page, "svg")[:400]
    rows = list(csv.reader(io.StringIO(saved(page, "csv").decode("utf-8-sig"))))
    names = labels(page)
    assert rows[0][1:] == names == [row[0] for row in rows[1:]]
    for row in rows[1:]:
        assert sum(map(float, row[1:])) == pytest.approx(1, abs=1e-5)
    page_saved = saved(page, "html").decode("utf-8")
    assert "src=" not in page_saved
    assert "http" not in page_saved
    assert page_saved.count("<td") == len(names) ** 2 + 1


def test_a_link_opens_the_same_view(visit: Any) -> None:
    page = visit(CAT, level="aksharas", layer="1", head="1", over="mean", special="false", scale="one")
    drawn(page, "1 0 mean aksharas false")
    link = copied(page, f"{TAB} [data-copy=link]")
    shows(page, ".copied", "Copied.")
    page.goto(link)
    drawn(page, "1 0 mean aksharas false")
    code = copied(page, f"{TAB} [data-copy=python]")
    shows(page, ".copied", "Copied.")
    compile(code, "copied", "exec")
    assert json.dumps(CAT) in code
    assert "print(weights[1][0].mean(0))" in code
    assert "dtype=torch.float32" in code
    assert "# The page shows aksharas" in code


OWN = {
    "lines": ({"second": "It was sweet.", "heads": "0.1", "rows": "2.4", "between": "a-b"}, ".stage", "0 0,1 2,4 a-b"),
    "masks": ({"mask": "prefix", "boundary": "3"}, ".boundary-shows", "after"),
    "compare": ({"beside": "pathshala-bert-student"}, ".thirds", "pathshala-bert-student"),
    "positions": ({"one": "sweet cat milk", "other": "milk sweet cat"}, ".orders", "milk"),
    "inside": ({"early": "0"}, ".early-shows", "after 100 steps"),
    "meanings": ({"second": "It was sweet.", "pair": "2.0"}, ".near", "Nearest to drank in A"),
}


@pytest.mark.parametrize("section", OWN)
def test_a_link_has_what_its_section_alone_knows(visit: Any, section: str) -> None:
    own, box, content = OWN[section]
    page = visit(CAT, section, **own)
    page.wait_for_function(
        "([s, t]) => ((e) => e && (e.dataset.drawn ?? e.textContent).includes(t))(document.querySelector(s))",
        arg=[f"{TAB} {box}", content],
    )
    page.wait_for_function("(k) => location.search.includes(k)", arg=f"section={section}")
    asked = parse_qs(urlsplit(page.url).query)
    assert {key: asked[key] for key in own} == {key: [value] for key, value in own.items()}
    page.locator(f"{TAB} [data-section=heatmap]").click()
    page.wait_for_function("!location.search.includes('section=')")
    assert not (set(own) - {"second", "mask"}) & set(parse_qs(urlsplit(page.url).query))


# -- bad input --------------------------------------------------------------------------------------------------------


def test_what_cannot_be_shown_is_said_and_kept(visit: Any) -> None:
    page = visit(CAT)
    box = page.locator(f"{TAB} .text")
    box.fill("")
    shows(page, ".says", "Write a sentence.")
    long = "क " * TEXT_LIMIT
    box.fill(long)
    shows(page, ".says", "leave out")
    assert page.input_value(f"{TAB} .text") == long
    box.fill("a [SEP] b")
    shows(page, ".says", "[SEP] is a sign")
    box.fill("<b>rain</b> & {{7*7}} ${7*7}")
    shows(page, ".looks", "rain")
    assert page.locator(f"{TAB} .right b b").count() == 0
    drawn(page, "0 0 heads words true")


def test_every_example_has_a_picture(visit: Any) -> None:
    page = visit()
    for preset in PRESETS[1:]:
        page.get_by_role("button", name=preset.label, exact=True).click()
        shows(page, ".why", preset.why[:40])
        texts, filling = without_padding([text for text in (preset.text, preset.second) if text])
        words = [word for text in texts for word in [*WORD.findall(text), "[SEP]"]]
        pressed(page, ".part bdi", ["[CLS]", *words, *["[PAD]"] * filling])
        if preset.word:
            pressed(page, ".part[aria-pressed=true] bdi", [preset.word])


# -- what happens meanwhile -------------------------------------------------------------------------------------------


def test_a_layer_that_is_chosen_while_an_answer_is_awaited_shows_its_own_picture(visit: Any) -> None:
    page = visit(CAT, level="pieces")
    page.locator(f"{TAB} .text").fill("The dog drank the water.")
    page.locator(f"{TAB} [data-step='layer 1']").click()
    shows(page, ".looks", "water")
    drawn(page, "1 0 heads pieces true")
    second = matrix(page, ".plot")
    page.locator(f"{TAB} [data-step='layer -1']").click()
    drawn(page, "0 0 heads pieces true")
    assert matrix(page, ".plot") != second
    page.locator(f"{TAB} [data-step='layer 1']").click()
    drawn(page, "1 0 heads pieces true")
    assert matrix(page, ".plot") == second


def choose_gpt2(page: Any) -> None:
    page.locator(f"{TAB} .models-button").click()
    page.locator(f"{TAB} [role=option][data-model=gpt2]").click()
    shows(page, ".models-name", "gpt2")


def test_another_model_keeps_the_word_that_asks(visit: Any) -> None:
    page = visit(CAT)
    page.locator(f"{TAB} .part", has_text="it").last.click()
    pressed(page, ".part[aria-pressed=true] bdi", ["it"])
    choose_gpt2(page)
    page.wait_for_function(
        "(s) => document.querySelector(s) && !document.querySelector(s).textContent.includes('CLS')",
        arg=f"{TAB} .looks",
    )
    pressed(page, ".part[aria-pressed=true] bdi", ["it"])


def test_a_model_of_one_text_still_compares_two(visit: Any) -> None:
    page = visit(CAT, "meanings", second="मैं कल दिल्ली गया था।")
    choose_gpt2(page)
    shows(page, ".notes", "reads one text at a time")
    assert page.locator(f"{TAB} .near-list").count() == 2


def test_a_link_with_a_token_opens_its_row(visit: Any) -> None:
    page = visit(CAT, token="2", level="pieces")
    pressed(page, ".part[aria-pressed=true] bdi", [labels(page)[2]])


def test_a_long_text_stands_behind_the_sign_in_the_address(visit: Any) -> None:
    page = visit()
    long = "मैं कल दिल्ली जाऊँगा। " * 40
    page.locator(f"{TAB} .text").fill(long)
    page.wait_for_function("location.hash.length > 1000")
    assert len(page.evaluate("location.search")) < 500
    page.reload()
    page.wait_for_function("([s, t]) => document.querySelector(s)?.value === t", arg=[f"{TAB} .text", long])


def test_the_projector_draws_anew(visit: Any) -> None:
    page = visit(CAT)
    size = f"document.querySelector('{TAB} .plot').layout.xaxis.tickfont.size"
    before = page.evaluate(size)
    page.get_by_role("button", name="Projector").click()
    page.wait_for_function(f"{size} > {before}")


def test_a_finger_reads_a_cell(visit: Any) -> None:
    page = visit(CAT, phone=True)
    box = page.locator(f"{TAB} .plot .nsewdrag").first
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    page.touchscreen.tap(place["x"] + place["width"] * 0.4, place["y"] + place["height"] * 0.4)
    page.wait_for_function(
        "(s) => / looks at .+: \\d/.test(document.querySelector(s).textContent)", arg=f"{TAB} .readout"
    )
