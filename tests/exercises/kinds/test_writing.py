"""Flat backward code: each gradient in order, on fresh numbers too, with the student's line where it stops."""

from __future__ import annotations

import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.trace.expression import Expression

RIGHT = "df = 1.0\ndq = df * z\ndz = df * q\ndx = dq\ndy = dq"


@pytest.fixture
def question():
    return ex.write_code("(x + y) * z", x=-2, y=5, z=-4)


def message(report):
    (box,) = report.boxes
    assert box.status == "wrong"
    return box.message


def test_right_code_is_right_as_text_and_as_a_function(question):
    def backward(x, y, z):
        q = x + y
        df = 1.0
        dq = df * z
        dz = df * q
        dx, dy = dq, dq
        return dx, dy, dz

    assert question.check(RIGHT)
    assert question.check(backward)
    assert ex.write_code("(x + y) * z", x=-2, y=5, z=-4).check()  # kept as its lines


def test_the_solution_is_right_on_every_graph():
    for graph in (
        "x*x + x*y",
        "sigmoid(w*x + b)",
        "maximum(x*y, z) * x",
        "x/y - z",
        "(w*x - t)**2",
        "exp(x*y) + log(z)",
    ):
        given = ex.write_code(graph, numbers=lambda draw, g=graph: positive(g, draw))
        assert given.check(given.task.boxes[0].solution), graph


def positive(graph, draw):
    names = Expression(graph).names
    return dict(zip(names, draw.numbers(len(names), (0.5, 1.5, 2.0, 2.5, 3.0), distinct=True), strict=True))


def test_the_first_wrong_gradient_is_named_with_its_slip(question):
    told = message(question.check("df = 1; dq = df * q; dz = df * z; dx = dq; dy = dq"))
    assert told.startswith("3 of 5 are right; the first that is not is dz.")  # dx and dy follow from dq
    assert "-4" not in told


def test_a_missing_gradient_is_named(question):
    assert "dz. It is not there yet" in message(question.check("df = 1; dq = df * z; dx = dq; dy = dq"))


def test_hard_coded_values_fail(question):
    assert "wrong for others" in message(question.check("df = 1; dq = -4; dz = 3; dx = -4; dy = -4"))


def test_a_value_used_twice_needs_both_contributions():
    question = ex.write_code("x * y + x", x=3, y=-4)
    lines = "df = 1; dq = df; dx = df; dx {} dq * y; dy = dq * x"
    assert question.check(lines.format("+="))
    assert "dx" in message(question.check(lines.format("=")))


def test_an_exception_is_told_in_two_lines_that_name_the_students_line(question):
    first, second = message(question.check("df = 1\ndq = df * zz")).splitlines()
    assert (first, second) == ("Not yet. Line 2 of your code: dq = df * zz", "NameError: name 'zz' is not defined")
    assert "SyntaxError" in message(question.check("df = = 1"))


def test_a_loop_without_end_is_stopped(question):
    assert "stopped" in message(question.check("while True:\n    pass"))


def test_arrays_are_compared_too():
    question = ex.write_code("sum(W @ x)", W=[[1.0, 2.0], [3.0, 4.0]], x=[0.5, -1.0])
    assert question.check("df = 1.0; dq = df * np.ones(2); dW = np.outer(dq, x); dx = W.T @ dq")
    assert "dW" in message(question.check("df = 1.0; dq = df * np.ones(2); dW = np.outer(x, dq); dx = W.T @ dq"))
    assert "dq" in message(question.check("df = 1.0; dq = 1.0; dW = np.outer(dq, x); dx = W.T @ dq"))


def test_what_is_no_code_is_not_read_and_costs_nothing(question):
    for given in (3, len, print, object(), {"dq": 3}):
        assert question.check(given).boxes[0].status == "unreadable"


def test_names_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="no gradient of this graph is called v"):
        ex.write_code("x * y", x=1, y=2, ask=["v"])
