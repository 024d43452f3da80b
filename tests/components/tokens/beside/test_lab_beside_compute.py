"""Side by side, without a page: whichever library cuts, its pieces tile the text or say what was lost."""

import base64
import hashlib
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import tiktoken
import tiktoken.load
import tiktoken.registry
import tiktoken_ext.openai_public
from hypothesis import given, settings
from hypothesis import strategies as st

from components import hub_cache
from components.errors import PathshalaError
from components.tokens import own
from components.tokens.beside import compute, here, python, reaching, view
from components.tokens.beside.compute import Lesson, compare, find, judge, tax
from components.tokens.beside.contestants import EACH, FROM_HUB, NAMED, OPENAI, TRAINED, get
from components.tokens.beside.cutting import Cut, Piece, Span, of_ours, of_tiktoken, tile_bytes, tile_spans
from components.tokens.beside.reaching import Vocabulary
from components.tokens.beside.sentences import SENTENCES
from components.tokens.beside.tab import SECTION
from tests.conftest import ROOT
from tests.small_models import SmallHub
from tests.texts import ALL, CORPUS
from tokenizer_indic import TokenizerError, load
from tokenizer_indic.exporting import to_tiktoken
from tokenizer_indic.scripts import LANGUAGES, dominant_script
from tokenizer_indic.storage import dumps

LESSON = Lesson("\n".join(CORPUS))
OFFLINE = ("hi", "ta", "hi-fewest", "indic", "bytes", "characters", *(each.id for each in TRAINED))
TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("कषि्ािं\u200d\u200cக்ಷبچے▁ \n#")))


def tiles(text: str, pieces: tuple[Piece, ...]) -> bool:
    """Do the pieces' places follow one another from the beginning of the text to its end?"""
    ends = [0, *(piece.end for piece in pieces)]
    return [piece.start for piece in pieces] == ends[:-1] and ends[-1] == len(text)


# -- pieces -----------------------------------------------------------------------------------------------------------


def test_of_a_character_in_several_tokens_the_first_carries_it() -> None:
    pieces = tile_bytes("हि", [7, 8], [b"\xe0\xa4", b"\xb9\xe0\xa4\xbf"])
    assert pieces == [Piece(7, "E0 A4", 0, 1), Piece(8, "B9 E0 A4 BF", 1, 2, joined=True)]


def test_what_lies_between_the_tokens_was_left_out_unless_the_text_comes_back() -> None:
    spans = [Span(1, "ab", 0, 2), Span(2, "##c", 3, 4)]
    assert [(each.id, each.start, each.end) for each in tile_spans("ab c!", spans, lossless=False)] == [
        (1, 0, 2),
        (None, 2, 3),
        (2, 3, 4),
        (None, 4, 5),
    ]
    assert [(each.id, each.start, each.end) for each in tile_spans("ab c!", spans, lossless=True)] == [
        (1, 0, 2),
        (2, 2, 5),
    ]


@pytest.mark.parametrize("id", OFFLINE)
def test_the_pieces_tile_every_awkward_text(id: str) -> None:
    cutter = find(id, LESSON)
    for name, text in ALL.items():
        made = cutter.cut(text)
        given_back, lost = judge(text, made)
        assert tiles(text, made.pieces), name
        assert bool(given_back) != bool(lost), name
        assert given_back or "wordpiece" in id, name


@given(TEXT)
def test_the_pieces_tile_any_text(text: str) -> None:
    for id in OFFLINE:
        made = find(id, LESSON).cut(text)
        assert tiles(text, made.pieces)
        assert "wordpiece" in id or made.decoded in (text, unicodedata.normalize("NFC", text))
        assert all(piece.end > piece.start for piece in made.pieces if piece.id is None)


@given(TEXT)
def test_tiktoken_with_our_ranks_makes_our_pieces(text: str) -> None:
    """Two libraries, one answer: ids, places, and which piece begins inside a character."""
    text = unicodedata.normalize("NFC", text)
    assert _with_our_ranks().cut(text) == of_ours(own.find("hi")).cut(text)


def _with_our_ranks() -> Any:
    if "hi" not in _made:
        _made["hi"] = of_tiktoken(tiktoken.Encoding(**to_tiktoken(load("hi"))))
    return _made["hi"]


_made: dict[str, Any] = {}


# -- side by side -----------------------------------------------------------------------------------------------------


def test_the_figures_of_two_contestants() -> None:
    made = compare("हिन्दी भाषा", ["hi", "bytes"], LESSON)
    ours, plain = made.results
    assert (ours.tokens, plain.tokens) == (len(load("hi").encode("हिन्दी भाषा")), len("हिन्दी भाषा".encode()))
    assert plain.characters_per_token == 11 / plain.tokens
    assert plain.tokens_per_word == plain.tokens / 2
    assert plain.entries == 256
    assert ours.entries == 4999
    assert made.best == ("hi",)
    assert made.direction == "ltr"


def test_the_best_is_one_that_gives_the_text_back() -> None:
    made = compare("हम पढ़ते हैं", ["here:wordpiece", "bytes"], Lesson("ab cd " * 60))
    wordpiece, plain = made.results
    assert wordpiece.tokens < plain.tokens
    assert wordpiece.unknown == 3
    assert "unknown" in wordpiece.lost
    assert made.best == ("bytes",)


def test_the_share_of_cut_aksharas() -> None:
    """क्षि is one akshara of four code points: every byte of it begins or ends inside."""
    assert compare("क्षि", ["bytes"], LESSON).results[0].broken_aksharas == 1.0
    assert compare("a b", ["bytes"], LESSON).results[0].broken_aksharas == 0.0


def test_what_one_cannot_do_spoils_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    missing, there = compare("नमस्ते", ["gpt2", "bytes"], LESSON).results
    assert "Not on this machine yet" in missing.error
    assert missing.tokens == 0
    assert there.tokens == 18


def test_special_tokens_that_somebody_typed_are_text() -> None:
    made = compare("[UNK] <unk> <|endoftext|>", ["here:wordpiece", "here:bpe", "here:gpt2"], LESSON)
    assert all(piece.end > piece.start for piece in made.results[1].pieces)
    assert made.results[0].tokens > 3


@pytest.mark.parametrize(
    ("text", "ids", "words"),
    [
        ("", ["bytes"], "no text yet"),
        ("क" * 20_001, ["bytes"], "limit is 20,000"),
        ("a\ud800", ["bytes"], "half of a character"),
        ("क", [], "Choose a tokenizer"),
        ("क", ["hi", "ta", "te", "bn", "mr", "gu", "ur"], "At most 6"),
        ("क", ["o200k"], "o200k_base"),
        ("क", ["/etc/passwd"], "no tokenizer"),
        ("क", [EACH], "token tax"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_sentence(text: str, ids: list[str], words: str) -> None:
    with pytest.raises(PathshalaError, match=words):
        compare(text, ids, LESSON)


def test_a_visitors_own_takes_part_and_is_asked_for_when_it_is_gone() -> None:
    kept = own.keep(dumps(load("ta")))
    made = compare("தமிழ்", [kept.key, "ta"], LESSON)
    assert made.results[0].pieces == made.results[1].pieces
    with pytest.raises(own.Gone):
        compare("தமிழ்", ["own:forgotten", "ta"], LESSON)


def test_many_marks_are_sorted_before_python_normalises_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python sorts them by insertion, which grows with their square."""
    text = "a" + "\u0301\u0316" * 1_000
    normal, plain = unicodedata.normalize("NFC", text), unicodedata.normalize
    seen: list[str] = []

    def spy(form: Any, given: str) -> str:
        seen.append(given)
        return plain(form, given)

    monkeypatch.setattr(unicodedata, "normalize", spy)
    assert judge(text, Cut((), normal)) == ("in NFC", "")
    assert text not in seen


# -- the token tax ----------------------------------------------------------------------------------------------------


def test_one_meaning_in_twelve_languages() -> None:
    assert len(SENTENCES) == 12
    for code, text in SENTENCES.items():
        assert text == unicodedata.normalize("NFC", text)
        assert dominant_script(text) == LANGUAGES[code].scripts[0]


def test_what_nothing_learned_costs_is_the_bytes() -> None:
    made = tax(["bytes", "characters", EACH], LESSON)
    plain, characters, each = made.tariffs
    assert plain.tokens == {sentence.language: sentence.bytes for sentence in made.sentences}
    assert characters.tokens == {sentence.language: sentence.characters for sentence in made.sentences}
    assert each.tokens["ta"] == len(load("ta").encode(SENTENCES["ta"]))
    assert plain.against_base("en") == 1.0
    assert plain.against_base("ta") == plain.tokens["ta"] / plain.tokens["en"] > 2
    assert not plain.lossy


def test_english_only_pays_nearly_the_bytes_for_indian_text() -> None:
    """It has learned no pair of bytes of any Indian letter; a comma and a space are all that may be merged."""
    tariff = tax(["here:english"], LESSON).tariffs[0]
    assert tariff.tokens["en"] < len(SENTENCES["en"]) / 2
    assert all(tariff.tokens[code] > 0.95 * len(text.encode()) for code, text in SENTENCES.items() if code != "en")
    assert here.english().isascii()


def test_few_tokens_that_lose_the_text_are_marked() -> None:
    tariff = tax(["here:wordpiece"], LESSON).tariffs[0]
    assert "unknown" in tariff.lossy["or"]


# -- what is trained right here ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["hi", "ta", "ur", "en", "sat", "indic", "nonsense"])
def test_there_are_words_to_learn_from(language: str) -> None:
    here.check(compute.usual_lesson(language), here.USUAL_ENTRIES)


def test_the_usual_lesson_does_not_hold_the_opening_text() -> None:
    from components.tokens.presets import OPENING_TEXT

    assert OPENING_TEXT not in compute.usual_lesson("hi")


@pytest.mark.parametrize("kind", here.MAKERS)
def test_none_has_more_entries_than_asked_for_and_what_is_trained_is_kept(kind: str) -> None:
    made = here.train(kind, LESSON.text, 400)
    assert made.entries <= 400
    assert here.train(kind, LESSON.text, 400) is made


@pytest.mark.parametrize(
    ("text", "entries", "words"),
    [
        ("short", 500, "200 characters or more"),
        ("क" * 200_001, 500, "at most 200,000"),
        ("\n".join(CORPUS), 100, "300 to 8,000"),
        ("\n".join(CORPUS), 1_000_000, "300 to 8,000"),
        ("a\udfff" * 200, 500, "half of a character"),
        ("अ " * 200 + "a" * 1_001, 500, "has 1,001 in a row without"),
        ("a\x0c" * 600, 500, "has 1,200 in a row without"),  # white space that BERT's normaliser drops
        ("a" * 200 + " \t" * 600 + "b", 500, "more than 1,000 spaces in a row"),
    ],
)
def test_what_cannot_be_learned_from_is_told_in_a_sentence(text: str, entries: int, words: str) -> None:
    with pytest.raises(PathshalaError, match=words):
        here.train("ours", text, entries)


def test_a_long_word_and_long_lines_are_learned_from() -> None:
    here.check("\n".join(["a" * 1_000 + " " * 1_000] * 99), 500)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Somebody's tokenizer is being trained until this is set."""
    begun, end = threading.Event(), threading.Event()

    def make(_lines: list[str], _entries: int) -> Any:
        begun.set()
        end.wait(60)
        raise PathshalaError("ended")

    def train() -> None:
        with suppress(PathshalaError):
            here.train("slow", LESSON.text, 500)

    here.train("ours", LESSON.text, 500)
    monkeypatch.setitem(here.MAKERS, "slow", make)
    thread = threading.Thread(target=train)
    thread.start()
    assert begun.wait(60)
    yield end
    end.set()
    thread.join()


def test_what_is_trained_already_waits_for_nobody(busy: threading.Event) -> None:
    assert here.train("ours", LESSON.text, 500).entries


def test_who_waits_for_too_long_is_told_so(busy: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "PATIENCE", 0.01)
    for _ in range(2 * here.WAITING):  # each leaves the queue again
        with pytest.raises(PathshalaError, match="try again in a moment"):
            here.train("ours", LESSON.text, 501)


def test_only_a_few_wait(busy: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(here.WAITING):
        assert here._queue.acquire(blocking=False)
    monkeypatch.setattr(here, "PATIENCE", None)  # nobody comes as far as waiting: a TypeError
    try:
        with pytest.raises(PathshalaError, match="try again in a moment"):
            here.train("ours", LESSON.text, 501)
    finally:
        here._queue.release(here.WAITING)


def test_whoever_waited_is_trained(busy: threading.Event) -> None:
    made: list[Any] = []
    waiting = threading.Thread(target=lambda: made.append(here.train("ours", LESSON.text, 502)))
    waiting.start()
    busy.set()
    waiting.join()
    assert made[0] is here.train("ours", LESSON.text, 502)


@pytest.mark.parametrize("id", ["here:bpe", "here:unigram"])
def test_sentencepiece_says_why_in_our_words(id: str) -> None:
    result = compare("क", [id], Lesson(LESSON.text, 300)).results[0]
    assert "too few" in result.error
    assert "trainer_interface" not in result.error


@settings(max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=here.TEXT_LEAST, max_size=400))
def test_whatever_is_pasted_to_learn_from_is_learned_or_refused(text: str) -> None:
    for kind in here.MAKERS:
        with suppress(PathshalaError, TokenizerError):
            assert tiles("कख ab", here.train(kind, text, 600).cut("कख ab").pieces)


def test_a_space_that_nothing_was_learned_of_is_spelled_in_bytes() -> None:
    """As SentencePiece's own sign for it, which has three."""
    made = here.train("bpe", "0" * 300, 600).cut("0 क")
    assert tiles("0 क", made.pieces)
    assert [piece.label for piece in made.pieces[1:]] == ["E2", "96", "81", "E0", "A4", "95"]


# -- OpenAI's ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_tiktoken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty cache of tiktoken's, and nothing read or fetched yet."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(reaching, "_fetches", {})
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    reaching._load_tiktoken.cache_clear()
    yield tmp_path
    reaching._load_tiktoken.cache_clear()


def our_ranks(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A small vocabulary that from now on passes for GPT-4's: Hindi's ranks as tiktoken writes them."""
    ranks = to_tiktoken(load("hi"))["mergeable_ranks"]
    content = b"".join(base64.b64encode(piece) + b" %d\n" % rank for piece, rank in ranks.items())
    real = reaching.VOCABULARIES["cl100k_base"][0]
    known = (Vocabulary(real.url, hashlib.sha256(content).hexdigest(), len(content)),)
    monkeypatch.setitem(reaching.VOCABULARIES, "cl100k_base", known)
    monkeypatch.setattr(
        tiktoken_ext.openai_public, "load_tiktoken_bpe", lambda url, expected_hash: tiktoken.load.load_tiktoken_bpe(url)
    )
    return content


def cached_as(folder: Path, url: str) -> Path:
    return folder / hashlib.sha1(url.encode()).hexdigest()


def test_the_files_are_those_that_tiktoken_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, str] = {}

    def read(url: str, expected_hash: str) -> bytes:
        asked[url] = expected_hash
        return b"{}" if url.endswith(".json") else b"#version\n" * url.endswith(".bpe")

    monkeypatch.setattr(tiktoken.load, "read_file_cached", read)
    for name in reaching.VOCABULARIES:
        try:
            getattr(tiktoken_ext.openai_public, name)()
        except AssertionError:  # GPT-2's two files do not fit each other
            assert name == "gpt2"
    assert asked == {each.url: each.sha256 for files in reaching.VOCABULARIES.values() for each in files}


def test_a_vocabulary_in_tiktokens_cache_is_ready(no_tiktoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = our_ranks(monkeypatch)
    assert not reaching.state("cl100k_base").ready
    cached_as(no_tiktoken, reaching.VOCABULARIES["cl100k_base"][0].url).write_bytes(content)
    assert reaching.state("cl100k_base").ready
    text = "भारत एक देश है। क्षि"
    result = compare(text, ["cl100k_base"], LESSON).results[0]
    assert tiles(text, result.pieces)
    assert result.given_back == "as given"
    assert result.tokens > len(load("hi").encode(text))  # its pattern cuts the matras off


def test_a_damaged_vocabulary_counts_as_none(no_tiktoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = our_ranks(monkeypatch)
    cached_as(no_tiktoken, reaching.VOCABULARIES["cl100k_base"][0].url).write_bytes(content[:-100])
    state = reaching.state("cl100k_base")
    assert not state.ready
    assert state.fetchable
    with pytest.raises(PathshalaError, match="Not on this machine"):
        reaching.load("cl100k_base")


def wait_for(id: str) -> reaching.State:
    """Its state once nothing is on its way."""
    for _ in range(400):
        if not (state := reaching.state(id)).fetching:
            return state
        time.sleep(0.02)
    raise AssertionError("it never ended")


def test_fetching_goes_on_in_the_background(no_tiktoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, go_on = our_ranks(monkeypatch), threading.Event()
    monkeypatch.setattr(requests, "head", lambda *_, **__: go_on.wait(20))
    monkeypatch.setattr(tiktoken.load, "read_file", lambda _: content)
    assert reaching.fetch("cl100k_base").fetching
    assert reaching.fetch("cl100k_base").fetching  # a second visitor joins
    assert len(reaching._fetches) == 1
    go_on.set()
    assert wait_for("cl100k_base").ready


def test_why_a_fetch_failed(no_tiktoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "head", fail)
    reaching.fetch("o200k_base")
    state = wait_for("o200k_base")
    assert "cannot be reached" in state.reason
    assert state.fetchable


def test_nobody_waits_for_ever(no_tiktoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(requests, "head", lambda *_, **__: never.wait(20))
    monkeypatch.setattr(tiktoken, "get_encoding", lambda _: None)
    monkeypatch.setattr(reaching, "PATIENCE", 0.05)
    reaching.fetch("gpt2")
    time.sleep(0.1)
    assert "No answer" in reaching.state("gpt2").reason
    never.set()


# -- the hub's --------------------------------------------------------------------------------------------------------


def test_those_in_the_hubs_cache_are_ready(no_hub: None) -> None:
    text = "हिन्दी फूल the school"
    ready = [each.id for each in FROM_HUB if reaching.state(each.id).ready]
    assert ready == [
        "hub:google/muril-base-cased",  # of vocab.txt
        "hub:xlm-roberta-base",
        "hub:jhu-clsp/mmBERT-small",
        "hub:bert-base-uncased",
    ]
    made = compare(text, ready, LESSON)
    assert all(tiles(text, result.pieces) and not result.error for result in made.results)
    assert made.results[-1].lost
    assert made.results[2].given_back == "as given"


@given(TEXT.filter(bool))
def test_those_of_the_hub_tile_any_text(small_cache: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_CACHE", str(small_cache))
        for id in ("hub:google/muril-base-cased", "hub:xlm-roberta-base", "hub:jhu-clsp/mmBERT-small"):
            assert tiles(text, find(id, LESSON).cut(text).pieces)


def test_a_tokenizer_is_fetched_without_its_model(cache: Path, hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "_fetches", {})
    for id in ("hub:bert-base-uncased", "hub:google/muril-base-cased"):
        assert not reaching.state(id).ready
        reaching.fetch(id)
        assert wait_for(id).ready
        assert compare("the school", [id], LESSON).results[0].tokens
    names = {file.name for file in cache.glob("models--*/snapshots/*/*")}
    assert names <= {"tokenizer.json", "vocab.txt", "tokenizer_config.json"}
    assert hub_cache.snapshot(reaching._entry("hub:bert-base-uncased")) is None  # the model is not here


def test_why_the_hub_gave_none(no_hub: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "_fetches", {})
    reaching.fetch("hub:bert-base-multilingual-cased")
    reason = wait_for("hub:bert-base-multilingual-cased").reason
    assert "cannot be reached" in reason
    assert "Choose pathshala" not in reason


# -- what the page gets -----------------------------------------------------------------------------------------------


def test_tokens_that_share_a_character_are_drawn_as_one() -> None:
    made = view.comparison_json(compare("कa", ["bytes"], LESSON), LESSON)
    first, second = made["results"][0]["units"]
    assert first == [0, 1, "क", "", [[224, "E0"], [164, "A4"], [149, "95"]]]
    assert second == [1, 2, "a", "", [[97, "a"]]]


@given(TEXT.filter(bool))
def test_what_is_drawn_tiles_the_text_too(text: str) -> None:
    for result in view.comparison_json(compare(text, ["hi", "bytes", "here:wordpiece"], LESSON), LESSON)["results"]:
        drawn = [(start, end) for start, end, *_ in result["units"]]
        assert [start for start, _ in drawn] == [0, *(end for _, end in drawn)][: len(drawn)]
        assert "\ufffd" in text or all("\ufffd" not in shown for _, _, shown, *_ in result["units"])


def test_a_cut_inside_an_arabic_word_leaves_the_letters_their_shapes() -> None:
    assert view.shaped("بچے", 0, 1) == "ب\u200d"
    assert view.shaped("بچے", 1, 3) == "\u200dچے"
    assert view.shaped("اردو", 0, 1) == "ا"  # alif never joins the letter after it
    assert view.shaped(" हम", 0, 3) == "·हम"


@pytest.mark.parametrize("name", SECTION.questions)
def test_every_question_answers_json(name: str) -> None:
    asked = {
        "contestants": ["hi", "bytes"],
        "text": "नमस्ते",
        "lesson": "",
        "language": "hi",
        "id": "gpt2",
        "view": "tax",
    }
    if name == "fetch":
        asked["id"] = "bytes"
        with pytest.raises(PathshalaError, match="there already"):
            SECTION.questions[name](asked)
    else:
        assert SECTION.questions[name](asked)


@pytest.mark.parametrize("wrong", [{"entries": "many"}, {"contestants": "hi"}, {"contestants": ["hi"] * 99}])
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    asked = {"text": "नमस्ते", "contestants": ["hi"], "language": "hi"} | wrong
    with pytest.raises(PathshalaError):
        SECTION.questions["compare"](asked)


def test_the_programs_print_what_the_section_shows(tmp_path: Path) -> None:
    ids, text = ["hi", "bytes", "characters", *(each.id for each in TRAINED)], "वह लड़की ' \" \\ \n स्कूल"
    program = python.comparing(text, ids, LESSON) + python.taxing([EACH, "here:english", "indic"], LESSON)
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    for result in compare(text, ids[:6], LESSON).results:
        assert f"{result.name}" in run.stdout
        assert f": {result.tokens} tokens, {result.characters_per_token:.2f} characters a token" in run.stdout
    assert f"'ta': ({tax([EACH], LESSON).tariffs[0].tokens['ta']}, " in run.stdout


def test_a_program_for_those_that_are_not_shipped(no_hub: None) -> None:
    program = python.comparing("क", ["gpt2", "hub:bert-base-uncased", "hub:google/muril-base-cased", "own:1"], LESSON)
    compile(program, "program", "exec")
    assert "tiktoken.get_encoding('gpt2').encode_ordinary" in program
    assert "86b5e0934494bd15c9632b12f734a8a67f723594" in program


def test_every_contestant_says_what_it_shows() -> None:
    for id in (*NAMED, EACH, "hi", "hi-fewest", "indic"):
        assert get(id).name
        assert get(id).why
    assert [each.name for each in OPENAI] == ["GPT-2", "GPT-4", "GPT-4o"]
