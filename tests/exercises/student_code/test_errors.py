"""Errors of a student's code name the student's line, and none of the package's."""

from __future__ import annotations

import functools
import traceback

import numpy as np
import pytest

from backprop_widgets import Function, Tensor
from backprop_widgets.exercises.student_code import StudentError, StudentTimeout, call, run


def raised(code, **names):
    with pytest.raises(StudentError) as caught:
        run(code, names)
    return caught.value


@pytest.mark.parametrize(
    ("code", "line", "source", "message"),
    [
        ("dq = 1\ndx = dq * why", 2, "dx = dq * why", "NameError: name 'why' is not defined"),
        ("a = (", 1, "a = (", "SyntaxError: '(' was never closed"),
        ("if True:\nx = 1", 2, "x = 1", "IndentationError: expected an indented block after 'if' statement on line 1"),
        ("def f(n):\n    return n / 0\n\nf(1)", 2, "return n / 0", "ZeroDivisionError: division by zero"),
        ("import json\n\njson.loads('{')", 3, "json.loads('{')", "JSONDecodeError: Expecting property name"),
        ("import sys\nsys.exit(3)", 2, "sys.exit(3)", "SystemExit: 3"),
        ("raise ValueError", 1, "raise ValueError", "ValueError"),
        ("def f(n):\n    return f(n)\nf(1)", 2, "return f(n)", "RecursionError: maximum recursion depth exceeded"),
        ("raise RuntimeError('a' * 5000)", 1, "raise RuntimeError('a' * 5000)", "RuntimeError: aaaa"),
        ("raise RuntimeError('two\\nlines')", 1, "raise RuntimeError('two\\nlines')", "RuntimeError: two lines"),
    ],
)
def test_an_error_of_a_program_says_line_source_and_message(code, line, source, message):
    error = raised(code)
    assert (error.line, error.source) == (line, source)
    assert error.message.startswith(message)
    assert len(error.message) <= 200
    assert str(error) == f"Line {line} of your code: {source}\n{error.message}"


def test_a_matrix_product_that_does_not_fit_points_at_the_students_line():
    error = raised("dW = X.T @ dD\n", X=np.ones((2, 3)), dD=np.ones((3, 2)))
    assert (error.line, error.source) == (1, "dW = X.T @ dD")
    assert error.message.startswith("ValueError: matmul")


def test_code_that_is_no_text_of_python_has_no_line():
    error = raised("x = '\0'")
    assert "null byte" in str(error)


def test_an_exception_that_cannot_be_written_is_named():
    error = raised("class Odd(Exception):\n    def __str__(self):\n        return 1 / 0\nraise Odd")
    assert error.message == "Odd"


def test_a_function_points_at_its_own_line():
    class Broken(Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            return upstream * ctx.saved[0]  # this line

    with pytest.raises(StudentError) as caught:
        call(lambda: Broken.apply(Tensor(3.0)).backward())
    assert caught.value.source == "return upstream * ctx.saved[0]  # this line"
    assert "no attribute 'saved'" in caught.value.message


class Callable:
    def __call__(self):
        """Take nothing."""

    def method(self):
        """Take nothing either."""


def nothing():
    """Take nothing."""


@pytest.mark.parametrize(
    ("function", "source"),
    [
        (nothing, "def nothing():"),
        (functools.partial(nothing), "def nothing():"),
        (Callable(), "def __call__(self):"),
        (Callable().method, "def method(self):"),
    ],
)
def test_a_call_that_does_not_fit_points_at_the_definition(function, source):
    with pytest.raises(StudentError) as caught:
        call(function, 1, 2)
    assert caught.value.source == source
    assert caught.value.message.startswith("TypeError: ")


def test_where_no_line_is_known_none_is_made_up():
    with pytest.raises(StudentError) as caught:
        call(len, 3)
    assert caught.value.line is None
    assert str(caught.value) == "In your code:\nTypeError: object of type 'int' has no len()"


def test_a_function_of_an_earlier_program_still_has_its_lines():
    made = run("def f(x):\n    return x.wrong", {})
    with pytest.raises(StudentError, match=r"Line 2 of your code: return x\.wrong\n"):
        call(made["f"], 1)


def test_a_notebook_shows_the_two_lines_and_no_traceback():
    error = raised("1 / 0")
    assert error._render_traceback_() == ["Line 1 of your code: 1 / 0", "ZeroDivisionError: division by zero"]
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_ipython_asks_for_those_lines(capsys):
    shell = pytest.importorskip("IPython.core.interactiveshell", reason="IPython is not installed").InteractiveShell()
    shell.run_cell("from backprop_widgets.exercises.student_code import run\nrun('1 / 0', {})")
    shown = "".join(capsys.readouterr())
    assert "Line 1 of your code: 1 / 0" in shown
    assert "Traceback" not in shown
    assert "running.py" not in shown


def test_plain_python_would_show_our_lines():
    assert "running.py" in "".join(traceback.format_exception(raised("1 / 0")))


def test_an_error_is_told_in_the_language_asked_for():
    with pytest.raises(StudentError, match="작성한 코드 1번째 줄: 1 / 0"):
        run("1 / 0", {}, locale="ko")


def test_an_error_inside_an_error_is_told_once():
    with pytest.raises(StudentError) as caught:
        call(lambda: run("1 / 0", {}))
    assert caught.value.message == "ZeroDivisionError: division by zero"


def test_a_timeout_is_a_student_error_too():
    assert issubclass(StudentTimeout, StudentError)
