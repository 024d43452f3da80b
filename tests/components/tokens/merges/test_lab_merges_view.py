"""What the section's script is sent, and the program that a student takes home."""

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.markup import template
from components.tokens.merges import view
from components.tokens.merges.compute import Course, learn, read_choices
from components.tokens.merges.presets import PRESETS, Preset
from components.tokens.merges.tab import SECTION, merges
from tests.texts import SCRIPT_STRINGS

ROOT = Path(__file__).parents[4]


def expected(course: Course, number: int) -> list[str]:
    """What the program prints of so many merges."""
    names = [entry if course.start == "bytes" else entry.decode() for entry in course.entries]
    lines = [f"{sum(map(len, course.pieces))} tokens, {course.base} entries"]
    for place, merge in enumerate(course.merges[:number], 1):
        left, right = names[merge.pair.left], names[merge.pair.right]
        lines.append(
            f"{place}. {left!r} + {right!r}: {merge.pair.count} times;"
            f" {merge.length} tokens, {course.base + place} entries"
        )
    return lines


def run(code: str) -> list[str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "copied", "exec"), {})
    return printed.getvalue().split("\n")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.label)
def test_the_program_prints_the_merges_of_each_example(preset: Preset) -> None:
    choices = read_choices(preset.choices)
    course = learn(preset.text, preset.start, preset.within, choices)
    number = len(course.merges)
    printed = run(str(number).join(view.program(course, choices)))
    assert printed[: number + 1] == expected(course, number)
    assert len(printed[number + 1].split(" ")) >= course.merges[-1].length
    one = run("1".join(view.program(course, choices)))
    assert one[:2] == expected(course, 1)


@given(
    st.text("aab \n\"'\\{}क\u093fт\u2028😀", min_size=1, max_size=25) | st.sampled_from(list(SCRIPT_STRINGS.values())),
    st.sampled_from(["characters", "bytes", "aksharas"]),
    st.sampled_from(["whole", "words"]),
)
@settings(deadline=None, max_examples=80)
def test_the_program_prints_the_merges_of_any_text(text: str, start: str, within: str) -> None:
    course = learn(text, start, within)
    number = len(course.merges)
    assert run(str(number).join(view.program(course, {})))[: number + 1] == expected(course, number)


def test_the_program_runs_as_copied() -> None:
    course = learn("करता करती करते", within="words")
    code = str(len(course.merges)).join(view.program(course, {}))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[:-1] == expected(course, len(course.merges))


def test_bytes_that_are_no_character_are_told_in_hexadecimal() -> None:
    assert view.label("न".encode()) == "न"
    assert view.label("न".encode() + b"\xe0\xa4") == "न‹E0A4›"
    assert view.label(b"\xa4\xb9a") == "‹A4›‹B9›a"


def test_an_answer_holds_every_step() -> None:
    answer = json.loads(json.dumps(merges({"text": "aaabdaaabac", "choices": "2:2"})))
    assert answer["entries"] == ["a", "b", "d", "c", "aa", "ab", "aaab"]
    assert answer["merges"] == [[0, 0, 4, 1, 1, 2, 9], [0, 1, 2, 2, 2, 2, 7], [4, 5, 2, 1, 1, 2, 5]]
    second = answer["rankings"][1]
    assert second["pairs"][:3] == [[4, 0, 2], [0, 1, 2], [1, 2, 1]]
    assert (second["different"], second["tied"]) == (6, 2)
    assert answer["finished"] is True


def test_a_text_of_2_000_characters_is_sent_in_one_modest_answer() -> None:
    text = " ".join(entry for entry in SCRIPT_STRINGS.values() if "\n" not in entry)
    text = (text * 9)[:2_000]
    assert len(json.dumps(merges({"text": text, "within": "words"}), ensure_ascii=False).encode()) < 200_000


def test_notes_tell_what_a_student_would_wonder_about() -> None:
    assert "nothing to merge" in " ".join(view.notes(learn("abc")))
    assert "NFC rewrote" in " ".join(view.notes(learn("\u0958\u0958")))
    assert "all 256" in " ".join(view.notes(learn("aa", "bytes")))
    assert list(view.notes(learn("aaabdaaabac"))) == []


def test_the_section_is_put_together() -> None:
    assert template(view.panel())
    assert json.dumps(SECTION.known())
    assert (SECTION.id, SECTION.uses_text) == ("merges", False)
