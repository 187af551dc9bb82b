"""What holds of every kind of question: outcomes, hints, parts, variants, languages, and nothing that raises."""

from __future__ import annotations

import re

import numpy as np
import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.session import session
from backprop_widgets.locale import LANGUAGES
from tests.exercises.examples import EXAMPLES, made, truth, wrong

STRANGE = [object(), lambda: 3, {"x": 1}, [[1], 2], b"3", np.array(["a"]), 10**400, float("nan"), {1, "a"}, True, 1j]


class Broken:
    """Raises whatever is done with it."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __iter__ = __len__ = __float__ = __eq__ = __hash__ = __array__ = __bool__ = __str__


@pytest.fixture(params=EXAMPLES)
def kind(request):
    return request.param


def tries(question):
    return next(row.tries for row in ex.summary().rows if row.question == question.id)


def test_every_kind_is_here():
    there = {name for name in ex.__all__ if name[0].islower()} - {"audit", "export", "load", "save", "start", "summary"}
    assert {name if name != "own" else "question" for name in EXAMPLES} == there


def test_a_right_answer_is_right(kind):
    question, answers = made(kind)
    report = question.check(**answers)
    assert report, report
    assert [box.status for box in report.boxes] == ["correct"] * len(answers)
    assert question.points(5) == 5
    question.require()


def test_a_wrong_answer_is_named_or_answered(kind):
    question, answers = made(kind)
    name, given = wrong(kind, question)
    report = question.check(**{**answers, name: given})
    box = next(box for box in report.boxes if box.name == name)
    assert box.status == "wrong", box
    assert EXAMPLES[kind].says in box.message
    assert not report
    assert tries(question) == 1
    assert question.points(5) < 5
    with pytest.raises(AssertionError, match=re.escape(box.label)) as raised:
        question.require()
    assert len(str(raised.value).splitlines()) == 1
    assert raised.value._render_traceback_() == [f"AssertionError: {raised.value}"]


def test_what_cannot_be_read_costs_no_try(kind):
    question, _ = made(kind)
    name, given = EXAMPLES[kind].unreadable
    (box,) = question[name].check(given).boxes
    assert (box.status, tries(question)) == ("unreadable", 0)
    assert box.message.endswith("This did not count.")
    assert len(box.message) > 30


def test_what_is_empty_is_not_answered(kind):
    question, _ = made(kind)
    for nothing in (None, ..., "", "  ", "____"):
        report = question.check(*[nothing] * len(question.task.boxes))
        assert {box.status for box in report.boxes} == {"unanswered"}
    assert (tries(question), report.score, question.points(3)) == (0, 0, 0)


def test_nothing_that_is_given_raises(kind):
    question, _ = made(kind)
    for given in (*STRANGE, Broken()):
        for box in question.task.boxes:
            report = question.check(**{box.name: given})
            assert repr(report)
            assert report._repr_html_()
    report = question.check(*range(20), nonsense=3)
    assert [note.split()[0] for note in report.notes] == ["20", "There"]
    for n in (0, 99, -1, "two", None, 1.5, True):
        assert str(question.hint(n))


def test_parts_have_every_verb(kind):
    question, answers = made(kind)
    for box in question.task.boxes:
        part = getattr(question, box.name)
        assert part.check(answers[box.name])
        assert part.report
        assert part.points(2) == 2
        part.require()
        assert part.hint().text
        assert part.solution().text
        assert part.value is not None
        assert box.label in repr(part)
    assert question.report
    with pytest.raises(AttributeError, match="this question has no part 'nothing'; its parts are"):
        question.nothing  # noqa: B018


def test_a_part_has_another(kind):
    question, _ = made(kind)
    assert question[question.task.boxes[0].name].another() is question


def test_no_name_of_a_box_is_that_of_a_verb(kind):
    question, _ = made(kind)
    assert not [box.name for box in question.task.boxes if hasattr(type(question), box.name)]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_text_is_there_in_every_language(kind, locale):
    ex.start("hw", locale=locale)
    question, _ = made(kind)
    name, given = wrong(kind, question)
    report = question.check(**{name: given})
    texts = [question.task.text, question.title, repr(report), repr(question), str(question.solution())]
    texts += [text for box in question.task.boxes for text in (*box.hints, box.label, box.lead)]
    assert not re.search(r"\{\w*\}", " ".join(texts))
    assert all(texts)
    assert (locale == "ko") == bool(re.search("[가-힣]", question.title))


def test_a_variant_is_made_again_from_its_code(kind):
    ex.start("hw", student="ada")
    question = EXAMPLES[kind].drawn()
    question.another()
    code, boxes = question.code, [truth(box) for box in question.task.boxes]
    session().questions.clear()
    ex.start("hw", student="bob", path="elsewhere.json")
    again = EXAMPLES[kind].drawn().variant(code)
    assert str([truth(box) for box in again.task.boxes]) == str(boxes)
    assert again.task.text == question.task.text


def test_another_gives_other_numbers_and_right_answers_to_them_are_right(kind):
    question = EXAMPLES[kind].drawn()
    seen = set()
    for _ in range(3):
        question.another()
        seen.add(question.code)
        assert question.check(**{box.name: truth(box) for box in question.task.boxes}), question
    assert len(seen) == 3


def test_a_restart_brings_the_answers_back(kind):
    question, answers = made(kind, id="q1")
    question.check(**answers)
    ex.start()  # as in a new kernel
    again, _ = made(kind, id="q1")
    assert set(again.value) == set(answers)
    assert again.check()


def test_graded_work_is_only_recorded(kind):
    ex.start("hw", mode="graded")
    question, answers = made(kind)
    name, given = wrong(kind, question)
    for each in ({name: given}, answers):
        report = question.check(**each)
        assert {box.status for box in report.boxes} <= {"recorded", "unanswered"}
        assert not report
        assert {box.message for box in report.boxes} <= {"", "Not answered."}
    assert not question.report
    assert str(question.hint()) == str(question.solution())
    assert ex.summary().rows[-1].score is None
    assert '"correct"' not in session().sidecar.path.read_text()
    name, given = EXAMPLES[kind].unreadable
    assert question[name].check(given).boxes[0].status == "unreadable"
    assert question.check(**answers).boxes[0].status == "recorded"
    assert question.points(4) == 4
