"""Backwards that students write: the right ones pass, the wrong ones are refused, and nearly all of them named."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Function
from backprop_widgets import exercises as ex
from backprop_widgets.autograd.function import table
from tests.exercises.kinds.wrong_backwards import OPS, WRONG, written


def checked(op, text, *inputs):
    return ex.write_backward(op, *inputs).check(text).boxes[0]


@pytest.mark.parametrize("op", OPS)
def test_a_right_backward_is_right(op):
    assert checked(op, written(op, OPS[op][1])).status == "correct"


@pytest.mark.parametrize("op", table)
def test_every_op_can_be_asked_for_and_its_solution_and_itself_pass(op):
    question = ex.write_backward(op)
    assert question.check(table[op])
    assert question.check(question.task.boxes[0].solution)


@pytest.mark.parametrize(("op", "returned", "slips"), WRONG, ids=[f"{op}: {text}" for op, text, _ in WRONG])
def test_a_wrong_backward_is_refused_and_its_mistake_named(op, returned, slips):
    box = checked(op, written(op, returned))
    assert (box.status, ", ".join(box.slips)) == ("wrong", slips)
    assert box.message.startswith("Not yet")
    assert slips or "input" in box.message or "Line" in box.message


def test_most_of_the_wrong_backwards_are_named_by_a_slip():
    named = [slips for *_, slips in WRONG if slips]
    assert len(WRONG) >= 40
    assert len(named) / len(WRONG) > 0.8


def test_a_broadcast_that_is_not_summed_is_seen_where_it_is_asked_for():
    shapes = [[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0]
    assert checked("add", written("add", "upstream, upstream.sum(0)"), *shapes).status == "correct"
    box = checked("add", written("add", "upstream, upstream"), *shapes)
    assert "has the shape 2×2" in box.message
    assert checked("add", written("add", "upstream, upstream.sum(1)"), *shapes).status == "wrong"
    assert checked("add", written("add", "upstream, upstream.mean(0)"), *shapes).status == "wrong"
    assert checked("add", written("add", "upstream, upstream")).status == "correct"


def test_a_wrong_forward_is_said_first():
    box = checked("multiply", written("multiply", "upstream * x, upstream * y", forward="x + y"))
    assert (box.slips, "forward" in box.message) == ((), True)


def test_what_is_kept_elsewhere_is_found():
    class OnTheClass(Function):
        @staticmethod
        def forward(ctx, x):
            OnTheClass.x = x
            return np.maximum(x, 0)

        @staticmethod
        def backward(ctx, upstream):
            return upstream * (OnTheClass.x > 0)

    assert "another forward" in checked("relu", OnTheClass).message


def test_a_backward_that_changes_what_it_is_given_is_stopped_at_its_line():
    text = written("relu", "upstream").replace("return upstream", "upstream[x < 0] = 0\n        return upstream")
    message = checked("relu", text, [1.0, -2.0]).message
    assert "upstream[x < 0] = 0" in message
    assert "read-only" in message


def test_a_backward_that_loses_half_of_the_digits_is_told_so():
    text = written("relu", "(upstream * (x > 0)).astype(np.float32)")
    assert "float32" in checked("relu", text).message
    ex.start("hw", locale="ko")
    korean = ex.write_backward("relu").check(text).boxes[0].message
    assert ("float32" in korean, "digits are lost" in korean) == (True, False)


def test_an_exception_is_told_in_two_lines_that_name_the_students_line():
    message = checked("relu", written("relu", "upstream * (why > 0)")).message
    first, second = message.splitlines()
    assert "return upstream * (why > 0)" in first
    assert second == "NameError: name 'why' is not defined"


def test_code_that_is_no_class_is_not_read_and_costs_nothing():
    for given in ("x = 3", 3, len, Function, int, object()):
        assert checked("relu", given).status == "unreadable"


def test_a_loop_without_end_is_stopped():
    text = written("relu", "upstream").replace("return upstream", "while True: pass")
    assert "stopped" in checked("relu", text).message


def test_a_class_of_a_notebook_is_kept_as_its_lines():
    class Half(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return np.maximum(x, 0)

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * (x > 0)

    question = ex.write_backward("relu", id="q1")
    assert question.check(Half)
    again = ex.write_backward("relu", id="q1")
    assert again.value["function"].startswith("class Half(Function)")
    assert again.check()


def test_an_unknown_op_is_refused():
    with pytest.raises(ValueError, match="no op is called 'rellu'"):
        ex.write_backward("rellu")
