"""The static Space in a real browser: the same ids as Python's, for every text and every tokenizer."""

import io
import json
import subprocess
import sys
import time
import unicodedata
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import _free_port
from tests.texts import ALL, CORPUS
from tokenizer_indic import Tokenizer, load, shipped, train
from tokenizer_indic.errors import ExportError, PatternError, TextError
from tokenizer_indic.exporting import kit_zip
from tokenizer_indic.handin import data_js, kit_file
from tokenizer_indic.javascript import in_javascript
from tokenizer_indic.scripts import LANGUAGES
from tokenizer_indic.splitting import PATTERNS, Pattern, Rule, splitter

SAMPLES = [*ALL.values(), *CORPUS, *(language.sample for language in LANGUAGES.values())]
OWN = [
    r"[\p{L}\p{M}\u200C\u200D]+|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]+",  # leaves spaces out
    r"(?>\w+)\S|\W{2,}?|[^\S\n]+(?!\d)|[\]\-a-c&]|\p{Script=Tamil}+",
]


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """A page that knows `makeTokenizer`, and no network."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.add_script_tag(content=kit_file("tokenizer.js"))
    yield page
    context.close()


def bring(page: Any, tokenizer: Tokenizer) -> None:
    figures = {"train": {tokenizer.language: {"bytes_per_token": 1.0, "characters_per_token": 1.0}}}
    page.add_script_tag(content=data_js(tokenizer.with_training({"figures": figures})))
    page.evaluate("() => { globalThis.made = makeTokenizer(KIT); }")


def ids(page: Any, texts: list[str]) -> list[list[int]]:
    found: list[list[int]] = page.evaluate("(texts) => texts.map((text) => made.encode(text))", texts)
    return found


def check(page: Any, tokenizer: Tokenizer, texts: list[str]) -> None:
    assert ids(page, texts) == tokenizer.encode_batch(texts)


@pytest.mark.parametrize("name", shipped())
def test_shipped_tokenizers_give_equal_ids(page: Any, name: str) -> None:
    tokenizer = load(name)
    bring(page, tokenizer)
    check(page, tokenizer, SAMPLES)
    assert page.evaluate("() => made.size") == len(tokenizer)


@pytest.mark.parametrize("by", [*PATTERNS, *OWN])
def test_every_pattern_gives_equal_ids(page: Any, by: str) -> None:
    made = train(CORPUS, language="hi", vocabulary=450, pattern_name=by, allow_smaller=True)
    bring(page, made)
    check(page, made, [*SAMPLES, "DON'T don't I'LLſ 'S'ſ", "1234567", "  \n  x \n\n", "x" * 3000, "नम" * 2000])


PARTS = [*"ab |()", "(?:", "(?=", "(?!", "(?>", r"\p{L}", r"\P{M}", r"\s", "[ab]", r"[^\sक]", ".", "क", "ि", "\\n"]
PATTERN = st.lists(st.sampled_from([*PARTS, *"?*+", "??", "*?", "++", "?+", "{1,2}", "{2}+"]), min_size=1, max_size=9)
CUT = ["abab  ba\n", "कि ab\n\nि", "aaab a b", "\n", " किab  ", "baa\nab", "किकि"]


def test_whatever_pattern_is_translated_cuts_alike(page: Any) -> None:
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.lists(PATTERN.map("".join), min_size=60, max_size=120))
    def alike(patterns: list[str]) -> None:
        asked, cut = [], []
        for pattern in patterns:
            try:
                own = Pattern("own", (Rule("own", pattern, ""),))
                cut.append([splitter(own)(text) for text in CUT])
                expression = in_javascript(pattern)
                asked.append([pattern, expression.source, expression.classes])
            except PatternError:
                continue
            except ExportError:
                cut.pop()
        assert page.evaluate(SPLIT, [asked, CUT]) == cut

    alike()


SPLIT = """([asked, texts]) => asked.map(([pattern, split, classes]) => {
  const file = { characters: "", special_tokens: [] };
  const { pieces } = makeTokenizer({ tokenizer: file, split, classes, unassigned: "\\uFFFF", broken: "" });
  return texts.map(pieces);
})"""


def test_special_tokens_are_text(page: Any, small: Tokenizer) -> None:
    bring(page, small)
    check(page, small, ["राम [MASK] स्कूल<|endoftext|>", "<|endoftext|>", "[MASK"])


def test_without_normalising(page: Any, small: Tokenizer) -> None:
    plain = Tokenizer(name="p", language="hi", normalization=None, characters=small.characters, merges=small.merges)
    bring(page, plain)
    check(page, plain, SAMPLES)


KNOWN = st.text(
    st.sampled_from("कखिी्ंनमहै।' 123१२\n\tabcতাসகள்اہ۔\u200d\u200c\u093c\u0958é\u0301👍🏽❤\ufe0f’.,-_/"), max_size=40
)
ANY = st.text(max_size=20)  # hypothesis knows the characters of this Python's Unicode and of later ones
TEXTS = st.lists(KNOWN | ANY, min_size=60, max_size=120)


@pytest.mark.parametrize("name", ["hi", "hi-fewest", "indic"])
def test_any_text_gives_equal_ids(page: Any, name: str) -> None:
    tokenizer = load(name)
    bring(page, tokenizer)

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def equal(texts: list[str]) -> None:
        check(page, tokenizer, texts)

    equal()


def test_letters_that_this_python_does_not_know_yet_are_left_as_they_are(page: Any) -> None:
    """Kirat Rai's two signs, which Unicode 16 composes; a browser may know them before Python does."""
    tokenizer = load("hi")
    bring(page, tokenizer)
    check(page, tokenizer, ["\U00016d63\U00016d67", "a\u0897\u0301\u0323", "\U00011383\U000113c9"])


def test_tokens_tile_the_text(page: Any) -> None:
    for name in ("hi", "hi-fewest"):
        tokenizer = load(name)
        bring(page, tokenizer)
        for text in ALL.values():
            found = page.evaluate("(text) => made.tokens(text)", text)
            assert "".join(each["text"] for each in found) == tokenizer.normalize(text)
            if unicodedata.is_normalized("NFC", text):
                assert [each["text"] for each in found] == [token.text for token in tokenizer.tokens(text)]


@pytest.mark.parametrize("text", ["अ\ud800", "\udfffक", "𑀅\ud83d"])
def test_half_a_surrogate_pair_is_refused_with_the_same_sentence(page: Any, text: str) -> None:
    bring(page, load("hi"))
    written = json.dumps(text)
    said = page.evaluate(f"() => {{ try {{ made.encode({written}); }} catch (problem) {{ return problem.message; }} }}")
    with pytest.raises(TextError) as refused:
        load("hi").encode(text)
    assert said == str(refused.value)


# -- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    with zipfile.ZipFile(io.BytesIO(kit_zip(load("hi")))) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def served(unpacked: Path) -> Iterator[str]:
    """Where a plain web server gives the static Space."""
    port = _free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", "static"]
    server = subprocess.Popen(command, cwd=unpacked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/"
        for _ in range(100):
            try:
                urllib.request.urlopen(address, timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.mark.parametrize(("way", "phone"), [("served", False), ("file", True)])
def test_the_space_shows_pythons_ids(browser: Any, served: str, unpacked: Path, way: str, phone: bool) -> None:
    address = served if way == "served" else (unpacked / "static" / "index.html").as_uri()
    context = browser.new_context(
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 720},
        color_scheme="dark" if phone else "light",
    )
    page = context.new_page()
    problems: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}index.html" if way == "served" else address)
    assert page.title() == "Hindi tokenizer"
    tokenizer = load("hi")
    for text in (*SAMPLES[:60:4], "<img src=x onerror=alert(1)><script>alert(1)</script> <|endoftext|>", "क" * 3000):
        page.fill("#text", text)
        given = page.input_value("#text")  # a text box has \n for every line break
        assert page.inner_text("#ids") == ", ".join(map(str, tokenizer.encode(given)))
    assert page.locator("#tokens img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1280)
    page.fill("#text", "क" * 20_001)
    assert "At most 20,000 characters" in page.inner_text("#says")
    assert len(page.input_value("#text")) == 20_001
    page.fill("#text", "")
    assert page.inner_text("#says") == ""
    assert all(url.startswith((served, "file:", "data:")) for url in asked)
    assert problems == []
    context.close()
