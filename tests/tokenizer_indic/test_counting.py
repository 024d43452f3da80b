"""Counting in parts is counting the whole; memory has a limit; what was interrupted goes on."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import ALL, CORPUS
from tokenizer_indic import counting
from tokenizer_indic.corpus import Part, parts_of
from tokenizer_indic.counting import Counted, Memory, Recipe, Tally, count, count_lines, count_pieces
from tokenizer_indic.errors import StorageError, TrainingStoppedError
from tokenizer_indic.splitting import pattern
from tokenizer_indic.training import train, train_from_counts

SAMPLED = Recipe(sampled=True)


@pytest.fixture
def parts(tmp_path: Path) -> list[Part]:
    """Two files, cut small."""
    lines = [*CORPUS, *ALL.values()]
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("\n".join(lines[:9]), encoding="utf-8")
    second.write_text("\n".join(lines[9:]) + "\n", encoding="utf-8")
    return parts_of([first, second], size=700)


def lines_of(parts: Sequence[Part]) -> list[str]:
    texts = dict.fromkeys(Path(part.path) for part in parts)
    return [line for text in texts for line in text.read_bytes().decode().removesuffix("\n").split("\n")]


def test_parts_add_up_to_the_whole_in_the_order_of_the_corpus(parts: list[Part]) -> None:
    assert len(parts) > 5
    lines = lines_of(parts)
    counted, whole = count(parts, SAMPLED), count_lines(lines, SAMPLED)
    assert counted == whole
    assert list(counted.pieces.items()) == list(count_pieces(lines, pattern("indic")).items())
    assert counted.characters == sum(map(len, lines))
    assert not counted.is_sample
    assert counted.left_out == 0


def test_blocks_of_any_size_count_the_same(parts: list[Part], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = count(parts, SAMPLED)
    monkeypatch.setattr(counting, "BLOCK", 40)
    assert count(parts, SAMPLED) == whole


@pytest.mark.parametrize("segmentation", ["merges", "fewest"])
def test_training_from_parts_is_training(parts: list[Part], segmentation: str) -> None:
    counted = count(parts, Recipe(sampled=segmentation == "fewest"))
    settings = {"language": "hi", "vocabulary": 470, "segmentation": segmentation, "allow_smaller": True}
    made = train_from_counts(counted.pieces, counted.lines, **settings)
    whole = train(lines_of(parts), **settings)
    assert (made.merges, made.entries) == (whole.merges, whole.entries)
    assert made.merges or made.entries


# -- limits -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.text("ab", min_size=1, max_size=6), max_size=40), st.integers(0, 60), st.randoms())
def test_the_sample_is_the_same_however_the_parts_were_cut(lines: list[str], size: int, dice: random.Random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "SAMPLE", size)
        cuts = sorted(dice.choices(range(len(lines) + 1), k=3))
        tally = Tally()
        for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            tally.add(count_lines(lines[start:end], SAMPLED))
        found, whole = tally.done(), count_lines(lines, SAMPLED)
    assert (found.lines, found.below) == (whole.lines, whole.below)
    assert sum(map(len, found.lines)) <= size or not found.is_sample
    assert found.is_sample == (sum(map(len, lines)) > size)
    assert [line for line in lines if line in found.lines] == found.lines  # all that are equal, in their order


def test_the_most_common_pieces_stay_when_there_is_no_room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(7)
    words = ["".join(dice.choices("कखगघचछजझ", k=6)) for _ in range(3000)]
    lines = [f"भारत {words[number]} देश" for number in range(3000)]
    monkeypatch.setattr(counting, "KEPT", 2000)
    monkeypatch.setattr(counting, "BLOCK", 500)
    counted = count_lines(lines, Recipe())
    assert sum(map(len, counted.pieces)) <= 2000
    assert (counted.pieces["भारत"], counted.pieces[" देश"]) == (3000, 3000)
    assert sum(counted.pieces.values()) + counted.left_out == 9000
    assert next(iter(counted.pieces)) == "भारत"


def test_a_single_piece_larger_than_all_room_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "KEPT", 3)
    assert count_lines(["भारतीय"], Recipe()).pieces == {"भारतीय": 1}


@given(st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 9)), max_size=6))
def test_a_tally_adds(counts: list[dict[str, int]]) -> None:
    expected = sum((Counter(each) for each in counts), Counter())
    tally = Tally()
    for each in counts:
        tally.add(Counted(dict(each)))
    assert tally.done().pieces == expected


def test_one_long_line_is_no_whole_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "SAMPLE", 20_000)
    short = [f"वाक्य {number} राम आया और सीता गई" for number in range(2000)]
    found = count_lines([*short, "राम आया " * 40_000, "क" * 50_000], SAMPLED)
    assert 10_000 < sum(map(len, found.lines)) <= 20_000
    whole = [line for line in found.lines if line in set(short)]
    assert len(whole) > 30  # of 52,000 characters in 370,000
    assert max(map(len, found.lines)) <= counting.LONG


@given(st.text("a ", max_size=60), st.integers(2, 9))
def test_long_lines_are_cut_at_spaces_and_nothing_is_lost(line: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "LONG", size)
        pieces = list(counting._short([line]))
    assert "".join(pieces) == line
    assert max(map(len, pieces)) <= size


# -- going on ---------------------------------------------------------------------------------------------------------


class Interrupted(Exception):
    pass


def test_interrupted_counting_goes_on_where_it_was(parts: list[Part], tmp_path: Path) -> None:
    read: list[Part] = []

    def breaks_off(job: object, parts: Sequence[Part]) -> Iterator[Counted]:
        for part in parts:
            if len(read) == 3:
                raise Interrupted
            read.append(part)
            yield job(part)  # type: ignore[operator]

    memory = Memory(tmp_path / "counts")
    with pytest.raises(Interrupted):
        count(parts, SAMPLED, mapper=breaks_off, memory=memory)

    def goes_on(job: object, parts: Sequence[Part]) -> Iterator[Counted]:
        read.extend(parts)
        return map(job, parts)  # type: ignore[arg-type]

    told: list[tuple[str, int, int]] = []
    counted = count(parts, SAMPLED, mapper=goes_on, memory=memory, progress=lambda *each: told.append(each))
    assert read == parts  # each once
    assert counted == count(parts, SAMPLED)
    assert told[-1] == ("counting", sum(part.size for part in parts), sum(part.size for part in parts))


def test_a_file_that_changed_or_another_recipe_is_counted_again(parts: list[Part], tmp_path: Path) -> None:
    memory = Memory(tmp_path / "counts")
    count(parts, SAMPLED, memory=memory)
    assert all(memory.has(part, SAMPLED) for part in parts)
    assert not memory.has(parts[0], Recipe(normalization=None))
    with Path(parts[0].path).open("a", encoding="utf-8") as file:
        file.write("और")
    assert not memory.has(parts[0], SAMPLED)
    assert memory.has(parts[-1], SAMPLED)


def test_a_dataset_whose_files_changed_is_counted_again(tmp_path: Path) -> None:
    part = Part(str(tmp_path / "texts"), "dataset", 3, 0, 1)
    file = tmp_path / "texts" / "a.parquet"
    file.parent.mkdir()
    file.write_bytes(b"one")
    memory = Memory(tmp_path / "counts")
    memory.put(part, SAMPLED, Counted({"a": 1}))
    assert memory.get(part, SAMPLED).pieces == {"a": 1}
    file.write_bytes(b"other")
    assert not memory.has(part, SAMPLED)
    hub = Part("wikimedia/wikipedia", "dataset", 3, 0, 1)  # of which only the name is known
    memory.put(hub, SAMPLED, Counted({"b": 1}))
    assert memory.has(hub, SAMPLED)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"no": 1}', "null", '{"pieces": 3}', '{"pieces": {"a": "b"}}', '{"lines": [1]}']
)
def test_damaged_counts_are_named(parts: list[Part], tmp_path: Path, text: str) -> None:
    memory = Memory(tmp_path / "counts")
    count(parts[:1], SAMPLED, memory=memory)
    (file,) = memory.folder.iterdir()
    file.write_text(text)
    with pytest.raises(StorageError, match="delete it"):
        count(parts[:1], SAMPLED, memory=memory)


def test_stopping_is_asked_within_a_part(tmp_path: Path) -> None:
    text = tmp_path / "long.txt"
    text.write_text("राम आया।\n" * 3000, encoding="utf-8")
    asked = iter([False] * 4)
    with pytest.raises(TrainingStoppedError, match="while counting"):
        count(parts_of([text]), Recipe(), stop=lambda: next(asked, True))
