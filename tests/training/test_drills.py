"""Drills: what is drawn, what must never be drawn, nouns counted in a text, and drills as rows of ids."""

import random
from itertools import islice

import pytest

torch = pytest.importorskip("torch")

from tokenizer_indic.splitting import split  # noqa: E402
from training import agreement, drills, texts  # noqa: E402
from training.drills import Drill, Grammar  # noqa: E402

RULES = drills.read()
GENITIVE = RULES["hi"]["genitive"]
TEXT = [
    *["राजा का महल और राजा की कहानी, अपना तोता"] * 6,
    *["उसकी तितली और मेरी तितली। की तितलियाँ"] * 6,
    *["का नाच, की नाच"] * 6,  # either
    *["की तरह, का तोते"] * 6,  # no noun; no singular
    *["तोते उड़े"] * 6,
    *["की एकबार"] * 2,  # too seldom
]


@pytest.fixture(scope="module", params=list(RULES))
def drawn(request: pytest.FixtureRequest) -> list[Drill]:
    grammar = Grammar(request.param, RULES[request.param], TEXT)
    return list(drills.drills(grammar, 1_500))


def test_there_are_the_languages_that_are_measured() -> None:
    pairs, _ = agreement.read()
    assert set(RULES) == {pair.language for pair in pairs}


def test_every_drill_has_a_right_form_and_wrong_ones(drawn: list[Drill]) -> None:
    assert len(drawn) > 200
    for each in drawn:
        assert split(each.sentence) == list(each.words)
        assert any(each.others)
        for word, others in zip(each.words, each.others, strict=True):
            assert word not in others
        assert not set("{}[]|") & set(each.sentence)
        assert "  " not in each.sentence
        assert not each.sentence.startswith(" ")


def test_no_drill_comes_twice(drawn: list[Drill]) -> None:
    sentences = [each.sentence for each in drawn]
    assert len(set(sentences)) == len(sentences)


def test_what_is_measured_is_not_drilled(drawn: list[Drill]) -> None:
    language = drawn[0].language
    barred = drills.measured(language) - set(RULES[language].get("closed", ()))
    for each in drawn:
        assert not barred & set(drills.WORD.findall(each.sentence)), each.sentence
    assert not drills.measured_sentences() & {each.sentence for each in drawn}


@pytest.mark.parametrize("language", list(RULES))
def test_only_pronouns_and_words_of_grammar_are_closed(language: str) -> None:
    """Short words, which no language has many of: a noun among them would be measured and drilled."""
    closed = RULES[language].get("closed", ())
    assert len(closed) <= 7
    assert all(len(texts.tokenizer().encode(f" {word}")) <= 3 for word in closed)


@pytest.mark.parametrize("language", list(RULES))
def test_each_frame_has_a_form_for_each_class(language: str) -> None:
    for group in RULES[language]["groups"]:
        for frame in group["frames"]:
            for forms in drills.FORMS.findall(frame):
                assert forms.count("|") == len(group["classes"]) - 1, frame
            assert drills.FORMS.search(frame), frame
            known = {"n", "a", "x", *RULES[language]["slots"]}
            assert set(drills.SLOT.findall(frame)) <= known, frame


def test_nouns_are_counted_by_the_word_before_them() -> None:
    found = drills.counted_nouns(TEXT, GENITIVE, set())
    assert found["m"] == ["तोता", "महल"]
    assert found["f"] == ["कहानी", "तितली"]
    assert found["mp"] == ["तोते"]
    assert found["fp"] == ["तितलियाँ"]


def test_a_barred_noun_is_not_counted_nor_its_plural() -> None:
    found = drills.counted_nouns(TEXT, GENITIVE, {"तितली", "महल"})
    assert found["m"] == ["तोता"]
    assert found["f"] == ["कहानी"]
    assert found["fp"] == []


def test_nouns_are_counted_by_the_ending_of_the_word_before_them() -> None:
    found = drills.counted_nouns(["गावाचा राक्षस, गावाची विहीर"] * 6, RULES["mr"]["genitive"], set())
    assert found == {"m": ["राक्षस"], "f": ["विहीर"]}


def test_nouns_that_are_kept_back_are_in_no_drill() -> None:
    first, second = (Grammar("hi", RULES["hi"], TEXT, held_back) for held_back in (False, True))
    for own, kept in zip(first.nouns, second.nouns, strict=True):
        for name, (hand, more) in own.items():
            if len(hand) >= drills.FEW:
                assert not set(hand) & set(kept[name][0])
            assert not set(more) & set(kept[name][1]) or len(more) < drills.FEW
    assert any(hand for hand, _ in second.nouns[0].values())


def test_a_noun_in_front_of_a_postposition_is_oblique() -> None:
    rules = {
        "oblique": {"ा": "े"},
        "unchanged": ["राजा"],
        "adjuncts": [""],
        "slots": {},
        "groups": [{"classes": {"m": ["घोड़ा", "राजा"], "f": ["चिड़िया"]}, "frames": ["{n} {x} से [गया|गई]।"]}],
    }
    found = {each.sentence for each in drills.drills(Grammar("hi", rules), 100)}
    assert found == {
        f"{noun} {other} से {verb}।"
        for noun, verb in (("घोड़ा", "गया"), ("राजा", "गया"), ("चिड़िया", "गई"))
        for other in ("घोड़े", "राजा", "चिड़िया")
    }


def test_the_same_seed_draws_the_same() -> None:
    first, second = ([each.sentence for each in drills.drills(Grammar("en", RULES["en"]), 50)] for _ in range(2))
    assert first == second
    assert first != [each.sentence for each in drills.drills(Grammar("en", RULES["en"]), 50, seed=2)]


# -- as rows ----------------------------------------------------------------------------------------------------------


def test_a_row_asks_for_the_pieces_that_tell_forms_apart(drawn: list[Drill]) -> None:
    made = texts.tokenizer()
    for drill in drawn[:300]:
        row = drills.row(made, drill)
        if row is None:
            continue
        assert made.decode(row.ids[1:-1]) == drill.sentence
        for place, (right, *wrong) in row.choices.items():
            assert row.ids[place] == right
            assert wrong
            assert right not in wrong
            assert any(place in word for word in row.words)


def test_forms_of_other_lengths_are_no_choice() -> None:
    made = texts.tokenizer()
    drill = Drill("hi", "रानी", ("रानी", " गई", "।"), ((), (" अंतरराष्ट्रीयकरण",), ()))
    assert len(made.encode(" अंतरराष्ट्रीयकरण")) != len(made.encode(" गई"))
    assert drills.row(made, drill) is None


def rows() -> list[drills.Row]:
    made = texts.tokenizer()
    found = (drills.row(made, each) for each in drills.drills(Grammar("hi", RULES["hi"]), 400))
    return [each for each in found if each]


def test_a_batch_has_one_length_and_hides_what_it_asks_for() -> None:
    mask = texts.tokenizer().special_tokens["[MASK]"]
    exercises = drills.Drills(rows())
    lengths = set()
    for step in range(20):
        lesson = exercises.at(step, 16)
        assert lesson.seen.shape[0] == 16
        lengths.add(lesson.seen.shape[1])
        assert lesson.chosen.any(1).all()
        assert (lesson.seen[lesson.chosen] == mask).all()
        assert len(lesson.sets) == int(lesson.chosen.sum())
        assert (lesson.sets[:, :2] >= 0).all()
        again = exercises.at(step, 16)
        assert torch.equal(lesson.seen, again.seen)
    assert len(lengths) > 2


def test_a_plain_batch_hides_one_piece_of_each_row() -> None:
    special = texts.tokenizer().special_tokens
    lesson = drills.Drills(rows()).plain(3, 16)
    assert lesson.chosen.sum(1).tolist() == [1] * 16
    assert (lesson.seen[lesson.chosen] == special["[MASK]"]).all()
    assert (lesson.seen[:, 0] == special["[CLS]"]).all()
    assert (lesson.seen[:, -1] == special["[SEP]"]).all()


def test_judging_hides_all_that_agrees() -> None:
    for row in islice(rows(), 50):
        lesson = drills.lesson([row])
        assert int(lesson.chosen.sum()) == len(row.choices)
        assert lesson.sets[:, 0].tolist() == [row.ids[place] for place in sorted(row.choices)]


def test_the_loss_is_the_share_of_the_true_form_among_its_forms() -> None:
    torch.manual_seed(0)
    decoder = torch.nn.Linear(4, 10)
    states = torch.randn(2, 4)
    sets = torch.tensor([[3, 5, -1], [1, 2, 7]])
    loss, right = drills.form_loss(decoder, states, sets)
    logits = decoder(states)
    wanted = [logits[0, [3, 5]].log_softmax(0)[0], logits[1, [1, 2, 7]].log_softmax(0)[0]]
    assert loss.item() == pytest.approx(-sum(each.item() for each in wanted) / 2)
    best = [int(logits[0, [3, 5]].argmax()) == 0, int(logits[1, [1, 2, 7]].argmax()) == 0]
    assert right.item() == pytest.approx(sum(best) / 2)


def test_the_command_shows_drills(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    drills.main(["--language", "en", "--count", "3", "--corpora", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all("(" in line for line in lines[1:])


def test_a_language_without_a_grammar_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        drills.main(["--language", "ml"])
    assert "invalid choice: 'ml'" in capsys.readouterr().err


def test_dice_decide_what_is_hidden() -> None:
    row = next(each for each in rows() if len(each.words) > 1)
    hidden = {int(drills.lesson([row], random.Random(seed)).chosen.sum()) for seed in range(40)}
    assert len(hidden) > 1
