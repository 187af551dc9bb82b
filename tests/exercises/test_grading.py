"""Judging a task as a whole: each box by itself, then what follows, then the slip behind them; never an exception."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.boxes import NumberBox
from backprop_widgets.exercises.grading import grade, recorded
from backprop_widgets.exercises.slips import SLIPS, Candidate
from backprop_widgets.exercises.task import Task
from backprop_widgets.exercises.typed import source_of, typed


@pytest.fixture
def task():
    return ex.fill_gradients(
        "(x + y) * z * w", {"x": -2.5, "y": 5.25, "z": -4.5, "w": 1.5}, ask=["q", "x", "y", "z"]
    ).task


def said(task, locale="en", **answers):
    return {box.name: box for box in grade(task, answers, locale=locale).boxes}


def test_one_slip_behind_several_boxes_is_named_at_each(task):
    boxes = said(task, q=4.125, z=-6.75)
    assert boxes["q"].slips == boxes["z"].slips == ("own operand",)


def test_a_slip_names_its_gate_and_asks_one_question(task):
    message = said(task, z=-6.75)["z"].message
    assert message == "Not yet. This looks like upstream times z itself. Which value does the gate × hand back to z?"


def test_a_slip_that_was_made_farther_on_names_the_gate_where_it_was_made(task):
    message = said(task, x=4.125)["x"].message
    assert message == "Not yet. This looks like upstream times q itself. Which value does the gate × hand back to q?"


def test_two_slips_that_cannot_be_told_apart_are_joined_by_or():
    wrong = (Candidate(SLIPS["forward value"], 5.0), Candidate(SLIPS["wrong edge"], 5.0))
    task = Task("?", (NumberBox(name="x", label="x", truth=3.0, wrong=wrong),))
    assert "or like the answer of another input" in said(task, x=5)["x"].message


def test_where_there_is_no_graph_slips_of_the_pen_are_seen_and_estimates_have_none():
    question = ex.descent_step("w * w", w=3, parameters=["w"], rate=0.1)
    assert [question.check(w=given).boxes[0].slips for given in (24, 4.2, 5.5)] == [
        ("decimal point",),
        ("swapped digits",),
        (),
    ]
    question = ex.sensitivity("(x + y) * z", x=-2, y=5, z=-4, nudge={"x": 0.1})
    assert [question.check(x=given).boxes[0].slips for given in (-4, -12.4, -0.04)] == [
        ("nudge left out",),
        ("output for change",),
        (),
    ]


def test_the_sign_has_a_message_of_its_own():
    task = Task("?", (NumberBox(name="x", label="x", truth=3.0),))
    assert said(task, x=-3)["x"].message == "Not yet. The size is right. Which sign does it have?"
    assert said(task, x=17)["x"].message.endswith("Which rule of the graph gives this number?")


@pytest.mark.parametrize(
    "given", ["1e999", "9**9**9", "__import__('os')", "x" * 500, "nan", np.nan, 1e308, -1e308, "1e300"]
)
def test_no_answer_raises(task, given):
    for name in task.by_name:
        assert said(task, **{name: given})[name].status in {"wrong", "unreadable"}


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_what_cannot_be_read_says_what_may_be_typed(task, locale):
    boxes = said(task, locale, x="four", y="1,000", z=[1, 2], q=True)
    assert {box.status for box in boxes.values()} == {"unreadable"}
    assert len({box.message for box in boxes.values()}) == 4


def test_a_recorded_report_tells_nothing_of_right_and_wrong(task):
    report = grade(task, {"x": -6.75, "z": 0, "q": "?", "y": "y"})
    kept = recorded(report)
    assert [box.status for box in kept.boxes] == ["recorded" if b.name in "xz" else b.status for b in report.boxes]
    assert (kept.score, bool(kept), {box.slips for box in kept.boxes}) == (0, False, {()})


def test_what_was_given_is_kept_as_a_student_would_type_it():
    def half(x):
        return x / 2

    assert typed(half).startswith("def half(x):\n    return x / 2")
    assert typed([np.float64(0.5), (1,), {"b", "a"}]) == "[0.5, (1,), [a, b]]"
    assert typed(np.array([True, False])) == "[1, 0]"
    assert (source_of(3), source_of(len), typed(len)) == ("", "", "len")
