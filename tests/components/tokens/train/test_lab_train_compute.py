"""A visitor's text: read in whatever encoding it comes, a tenth held out, learned from, judged; and the processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import PathshalaError
from components.tokens import own
from components.tokens.train import compute, samples, tab, view
from components.tokens.train.compute import Settings
from components.tokens.train.jobs import FORGOTTEN, LEFT, Lost, State, Uploads, Workshop
from components.tokens.train.reading import LIMIT, read
from tests.texts import AWKWARD, SCRIPT_STRINGS
from tokenizer_indic.errors import CorpusTooSmallError, PatternError, TrainingError
from tokenizer_indic.handin import figures_of
from tokenizer_indic.storage import loads

ROOT = Path(__file__).parents[4]
HINDI = "बच्चे स्कूल में किताब पढ़ रहे हैं।\n" * 20
SETTINGS = Settings("hi", 400)

# -- reading ----------------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_utf8_is_taken_as_it_is(text: str) -> None:
    text = "क " + text
    for data in (text.encode(), text.encode("utf-8-sig")):
        found = read(data)
        assert found.text == text
        assert data.decode(found.encoding) == text


@pytest.mark.parametrize("text", [*SCRIPT_STRINGS.values(), "नमस्ते", "plain ASCII text", "اردو AI ۱۲"])
def test_utf16_is_recognised(text: str) -> None:
    text = f"{text} {HINDI}"
    for codec in ("utf-16", "utf-32", "utf-16-le", "utf-16-be"):
        data = text.encode(codec)
        found = read(data)
        assert found.text == text
        assert "converted" in found.remark
        assert data.decode(found.encoding).removeprefix("\ufeff") == text


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_a_sentence(data: bytes) -> None:
    try:
        found = read(data)
    except PathshalaError:
        return
    assert found.text.strip()
    assert found.text.removeprefix("\ufeff") == found.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no text yet"),
        (b" \n\t", "no text yet"),
        (b"PK\x03\x04rest", "docx"),
        (b"%PDF-1.7", "a PDF"),
        (b"{\\rtf1", "RTF"),
        (b"\x1f\x8b\x08", "gzip"),
        ("caf\u00e9 na\u00efve r\u00e9sum\u00e9 and more".encode("latin-1"), "Latin-1"),
        ("\u201cquoted\u201d \u2013 text in English".encode("cp1252"), "Windows-1252"),
        (bytes([0xB3, 0xDA, 0xC2, 0x20, 0xD4, 0xE8, 0xCC, 0xB3, 0x20, 0xC8]), "ISCII"),
        (HINDI.encode()[:-2], "cut off"),
        (HINDI.encode() + b"line\nmore \xff text", "byte 0xFF in line 22"),
        (b"a\x00\x01\x02\x03\x04\x05b" * 9, "control characters"),
        (b"a" * (LIMIT + 1), "10 MB"),
    ],
)
def test_what_is_no_text_is_said(data: bytes, says: str) -> None:
    with pytest.raises(PathshalaError, match=says):
        read(data)


def test_what_looks_wrong_is_remarked() -> None:
    assert "Kruti Dev" in read(b"Hkkjr ,d ns'k gS vkSj ;gk\xcc\x81".replace(b"\xcc\x81", b"") * 5, "hi").remark
    assert "read as Windows-1252" in read(HINDI.encode().decode("latin-1").encode(), "").remark
    assert "letters are Tamil" in read("தமிழ் மக்கள்".encode(), "hi").remark
    assert read(HINDI.encode(), "hi").remark == ""
    assert read(b"one\r\ntwo\rthree").text == "one\ntwo\nthree"


# -- holding out ------------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("क।\n .a"), max_size=200))
def test_a_tenth_is_held_out_and_nothing_is_lost(text: str) -> None:
    held = compute.hold_out(text)
    assert len(held.heldout) == (len(held.learned) + len(held.heldout)) // 10
    together = list(held.learned)
    for number, each in enumerate(held.heldout, 1):
        together.insert(10 * number - 1, each)
    units = [line for line in text.split("\n") if line.strip()]
    if held.unit == "line":
        assert together == units
    else:
        assert "".join(together).replace(" ", "") == "".join(units).replace(" ", "")


def test_a_text_of_one_line_is_cut_at_sentences() -> None:
    held = compute.hold_out("राम आया। " * 20)
    assert (held.unit, len(held.learned), len(held.heldout)) == ("sentence", 18, 2)
    assert compute.hold_out("राम आया।").heldout == ()


# -- learning and judging ---------------------------------------------------------------------------------------------


def test_what_cannot_be_is_said_before_any_work() -> None:
    for wrong in (
        Settings("xx", 400),
        Settings("hi", 255),
        Settings("hi", 32_001),
        Settings("hi", 400, "gpt2", "fewest"),
    ):
        with pytest.raises(PathshalaError):
            compute.check(wrong)
    with pytest.raises(PatternError):
        compute.check(Settings("hi", 400, "([a"))
    compute.check(Settings("hi", 400, r"\p{L}+|."))


@pytest.mark.parametrize("segmentation", ["merges", "fewest"])
def test_the_curve_ends_where_the_tokenizer_is(segmentation: str) -> None:
    held = compute.hold_out(compute.text_of("ta"))
    tokenizer = compute.learn(held, Settings("ta", 600, segmentation=segmentation))
    figures = compute.on_heldout(tokenizer, held)
    points = list(compute.curve(tokenizer, held))
    assert figures is not None
    assert points[-1].entries == len(tokenizer) == 600
    assert points[-1].bytes_per_token == pytest.approx(figures.bytes_per_token)
    assert [point.entries for point in points] == sorted({point.entries for point in points})
    assert points[0].bytes_per_token < points[-1].bytes_per_token
    if segmentation == "merges":  # n entries are the first n of a larger vocabulary
        small = compute.learn(held, Settings("ta", points[4].entries))
        again = compute.on_heldout(small, held)
        assert again is not None
        assert again.bytes_per_token == pytest.approx(points[4].bytes_per_token)


def test_longest_and_frequent_by_hand() -> None:
    held = compute.Held(("राम राम राम", "राम आया"), (), "line")
    tokenizer = compute.learn(held, Settings("hi", 268))
    learned, uses = compute.on_learned(tokenizer, held)
    assert "राम" in compute.longest(tokenizer)[0]
    assert dict(compute.frequent(tokenizer, uses))[" राम"] == 2
    assert learned.characters == 18
    assert learned.bytes == sum(len(line.encode()) for line in held.learned)
    assert learned.bytes_per_token == pytest.approx(learned.bytes / learned.tokens)


def test_the_facts_are_those_of_a_hand_in() -> None:
    held = compute.hold_out(compute.text_of("hi"))
    tokenizer = compute.learn(held, SETTINGS)
    learned, _ = compute.on_learned(tokenizer, held)
    heldout = compute.on_heldout(tokenizer, held)
    made = tokenizer.with_training(compute.facts(SETTINGS, "sample hi", held, learned, heldout))
    assert [part for part, _ in figures_of(made)] == ["training text (in-sample)", "held-out text"]


@pytest.mark.parametrize("language", samples.languages())
def test_each_sample_can_be_learned_from(language: str) -> None:
    lines = samples.sample(language)
    assert len(set(lines)) == len(lines) > 1000 or language == "en"
    assert lines == samples.sample.__wrapped__(language)  # always the same
    held = compute.hold_out(compute.text_of(language))
    assert len(compute.learn(held, Settings(language, 500))) == 500


def test_a_language_without_a_sample_is_said() -> None:
    with pytest.raises(PathshalaError, match="no sample"):
        samples.sample("mni")


# -- uploads ----------------------------------------------------------------------------------------------------------


def test_pieces_become_a_text() -> None:
    uploads = Uploads()
    data = HINDI.encode()
    key = uploads.add("", 0, data[:100])
    uploads.add(key, 100, data[100:200])
    uploads.add(key, 100, data[100:])  # a piece that came twice
    with pytest.raises(Lost):
        uploads.text(key)
    assert uploads.finish(key, "hi").text == HINDI
    assert uploads.text(key).text == HINDI
    with pytest.raises(Lost):
        uploads.add("unknown", 0, b"")
    with pytest.raises(PathshalaError, match="10 MB"):
        uploads.add("", LIMIT, b"a")


def test_uploads_are_forgotten() -> None:
    now = [0.0]
    uploads = Uploads(clock=lambda: now[0])
    keys = [uploads.add("", 0, b"text") for _ in range(40)]
    with pytest.raises(Lost):
        uploads.finish(keys[0], "")  # there was room for fewer
    now[0] = FORGOTTEN + 1
    uploads.add("", 0, b"text")
    with pytest.raises(Lost):
        uploads.finish(keys[-1], "")


# -- trainings --------------------------------------------------------------------------------------------------------


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    made = Workshop(running=1)
    yield made
    made.close()


def finished(workshop: Workshop, key: str) -> State:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state = workshop.look(key, have=4, wait=0.1)
        if state.state not in ("waiting", "running"):
            return state
        time.sleep(0.02)
    raise AssertionError("it never ended")


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_training_in_its_own_process_is_the_librarys(workshop: Workshop) -> None:
    text = compute.text_of("hi")
    workshop.warm()
    state = finished(workshop, workshop.start(SETTINGS, "sample hi", text))
    assert state.state == "done"
    assert state.judged is not None
    made = loads(state.judged["json"])
    expected = compute.learn(compute.hold_out(text), SETTINGS)
    assert made.merges == expected.merges
    assert figures_of(made)
    assert state.newest[-1] == (made.entry(len(made) - 1).text)
    results = view.state_json(state, 0)["results"]
    assert [name for name, _ in results] == ["learned", "measured", "judged", "drawn"]
    assert [row["part"] for _, result in results for row in result.get("rows", [])] == ["heldout", "train"]
    json.dumps(results)


def test_two_trainings_are_two_and_the_second_waits(workshop: Workshop) -> None:
    one = workshop.start(Settings("hi", 32_000, segmentation="fewest"), "a", samples_of("hi") * 4)
    two = workshop.start(Settings("ta", 500), "b", compute.text_of("ta"))
    assert workshop.look(two).state == "waiting"
    assert one != two
    assert finished(workshop, two).state == "done"
    state = workshop.look(two)
    assert state.judged is not None
    assert loads(state.judged["json"]).language == "ta"


def samples_of(language: str) -> str:
    return compute.text_of(language) + "\n"


def test_cancel_ends_the_process(workshop: Workshop) -> None:
    key = workshop.start(Settings("hi", 4_000, segmentation="fewest"), "a", samples_of("en") * 20)
    deadline = time.monotonic() + 20
    while workshop.look(key).stage == "starting" and time.monotonic() < deadline:
        time.sleep(0.02)
    process = workshop._jobs[key].process
    assert process is not None
    assert is_alive(process.pid)
    workshop.cancel(key)
    assert workshop.look(key).state == "stopped"
    process.wait(5)
    assert not is_alive(process.pid)
    assert not workshop._running
    assert finished(workshop, workshop.start(SETTINGS, "b", compute.text_of("hi"))).state == "done"


def test_a_waiting_training_is_cancelled(workshop: Workshop) -> None:
    one = workshop.start(Settings("hi", 4_000, segmentation="fewest"), "a", samples_of("en") * 20)
    two = workshop.start(SETTINGS, "b", compute.text_of("hi"))
    workshop.cancel(two)
    assert workshop.look(two).state == "stopped"
    workshop.cancel(one)
    with pytest.raises(Lost):
        workshop.look("unknown")


def test_a_small_text_says_how_far_it_gets(workshop: Workshop) -> None:
    state = finished(workshop, workshop.start(Settings("hi", 4_999), "a", HINDI))
    assert state.state == "failed"
    assert state.problem is not None
    with pytest.raises(CorpusTooSmallError) as error:
        compute.learn(compute.hold_out(HINDI), Settings("hi", 4_999))
    assert state.problem["reached"] == error.value.reached
    assert state.problem["sentence"] == str(error.value)
    with pytest.raises(TrainingError):
        compute.learn(compute.hold_out(HINDI), Settings("hi", 256))


def test_what_was_left_is_ended_and_what_is_old_forgotten() -> None:
    now = [0.0]
    workshop = Workshop(running=1, clock=lambda: now[0])
    left = workshop.start(Settings("hi", 4_000, segmentation="fewest"), "a", samples_of("en") * 20)
    now[0] = LEFT + 1
    workshop.tidy()
    assert workshop._jobs[left].state == "stopped"
    now[0] += FORGOTTEN + 1
    workshop.tidy()
    with pytest.raises(Lost):
        workshop.look(left)
    workshop.close()


def test_a_process_that_dies_is_said(workshop: Workshop) -> None:
    key = workshop.start(Settings("hi", 4_000, segmentation="fewest"), "a", samples_of("en") * 20)
    process = workshop._jobs[key].process
    assert process is not None
    process.kill()
    state = finished(workshop, key)
    assert state.problem is not None
    assert "ended from outside" in state.problem["sentence"]


# -- what the page asks -----------------------------------------------------------------------------------------------


def asked(question: str, **given: Any) -> Any:
    return tab.SECTION.questions[question](given)


def test_what_the_page_asks_wrongly() -> None:
    with pytest.raises(PathshalaError):
        asked("upload", key="", at=0, data="?")
    with pytest.raises(PathshalaError):
        asked("tokens", tokenizer="hi", text="a" * 1001)
    with pytest.raises(PathshalaError):
        asked("start", sample="hi", language="hi", entries=None)
    assert asked("read", key="unknown", language="")["lost"]
    assert asked("progress", job="unknown", have=0)["lost"]
    assert asked("start", key="unknown", language="hi", entries=500)["lost"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_any_text_is_cut(text: str) -> None:
    found = asked("tokens", tokenizer="ta", text=text)
    assert "".join(content for _, content, *_ in found["tokens"]) == text


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_texts_are_read_or_refused(name: str) -> None:
    try:
        found = read(AWKWARD[name].encode("utf-8", "surrogatepass"))
    except PathshalaError:
        return
    assert found.text.strip()
    compute.hold_out(found.text)


def test_about_a_tokenizer_from_a_file() -> None:
    told = asked("about", tokenizer="hi")
    assert told["rows"]
    assert len(told["checks"]) == 4
    assert "4,999" in told["made"]
    bare = own.keep('{"format":"tokenizer_indic","version":1,"name":"a","language":"hi","pattern":"indic",'
                    '"normalization":"NFC","training":{"figures":{"train":{"hi":{"bytes_per_token":"x"}}}},'
                    '"characters":"क","merges":[]}')  # fmt: skip
    told = asked("about", tokenizer=bare.key)
    assert (told["rows"], told["checks"]) == ([], [])


@pytest.mark.parametrize(
    "given",
    [
        {"sample": "ur", "entries": 500, "language": "ur", "segmentation": "fewest"},
        {
            "text": HINDI + "quotes \" ' \\ \u2028 and {braces}",
            "entries": 288,
            "language": "hi",
            "pattern": r"\p{L}+|\s",
        },
        {"text": "राम आया। सीता गई। " * 9, "entries": 284, "language": "hi"},
    ],
)
def test_the_program_runs_as_copied(given: dict[str, Any], tmp_path: Path) -> None:
    code = asked("python", **given)["code"]
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "held-out:" in run.stdout
    assert f"{given['entries']:,} entries:" in run.stdout
    made = loads(next(tmp_path.glob("*.json")).read_text(encoding="utf-8"))
    text = given.get("text") or compute.text_of(given["sample"])
    settings = tab._settings(given)
    expected = compute.learn(compute.hold_out(text), settings)
    assert (made.merges, made.entries) == (expected.merges, expected.entries)
    figures = compute.on_heldout(expected, compute.hold_out(text))
    assert figures is None or f"{figures.bytes_per_token:.2f} bytes" in run.stdout


def test_a_files_program_names_the_file() -> None:
    code = asked("python", name="my news.txt", entries=500, language="hi")["code"]
    assert "Path('my news.txt').read_text" in code
    compile(code, "program", "exec")
    assert "my-text.txt" in asked("python", text="क" * 9000, entries=500, language="hi")["code"]
