"""A student's program and a student's function: copies in, values out, and what may go wrong."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from backprop_widgets import Function, Tensor
from backprop_widgets.exercises.student_code import StudentError, call, run
from backprop_widgets.exercises.student_code.output import LONGEST
from backprop_widgets.exercises.student_code.running import copied


def test_a_program_gives_its_names_and_nothing_else():
    assert run("dq = 2 * z", {"z": 3}) == {"z": 3, "dq": 6}


def test_functions_and_classes_of_a_program_work_afterwards():
    made = run("import math\ndef f(x):\n    class Point:\n        pass\n    return math.exp(x), Point", {})
    assert call(made["f"], 0)[0] == 1


def test_arrays_changed_in_place_are_copies():
    x = np.ones(3)
    assert run("x *= 5\ngiven[0][0] += 1\nnamed['w'][:] = 0", {"x": x, "given": [x], "named": {"w": x}})["x"][0] == 0
    assert x.tolist() == [1, 1, 1]
    call(lambda a, *, b: a.__imul__(2), x, b=x)
    assert x.tolist() == [1, 1, 1]


def test_without_a_copy_the_original_would_change():
    x = np.ones(3)
    call(lambda: x.__imul__(5))
    assert x.tolist() == [5, 5, 5]


def test_two_names_of_one_array_are_so_in_the_copy():
    x = np.ones(2)
    made = copied({"x": x, "also": [x], "pair": (x, {"deep": x})})
    assert made["x"] is made["also"][0] is made["pair"][0] is made["pair"][1]["deep"]
    assert made["x"] is not x


def test_a_list_that_holds_itself_is_copied():
    given = [1]
    given.append(given)
    made = copied(given)
    assert made[1] is made
    assert made is not given


def test_what_is_no_array_is_shared():
    x = Tensor(3.0)
    assert call(lambda given: given, x) is x


def test_the_list_given_keeps_its_length():
    values = [1, 2]
    assert run("values.append(3)", {"values": values})["values"] == [1, 2, 3]
    assert values == [1, 2]


def test_what_is_printed_is_shown(capsys):
    run("print('dq =', 3)\nimport sys\nprint('hm', file=sys.stderr)", {})
    assert capsys.readouterr() == ("dq = 3\n", "hm\n")


def test_endless_printing_is_cut(capsys):
    with pytest.raises(StudentError):
        run("while True: print('again')", {}, seconds=0.3)
    out = capsys.readouterr().out
    assert out.startswith("again\nagain\n")
    assert out.endswith("only the first 10,000 characters are shown.\n")
    assert len(out) < LONGEST + 100


def test_output_of_the_full_length_is_not_called_cut(capsys):
    run(f"print('x' * {LONGEST}, end='')", {})
    assert capsys.readouterr().out == "x" * LONGEST


def test_the_streams_are_the_same_afterwards():
    before = sys.stdout, sys.stderr
    with pytest.raises(StudentError):
        run("import sys\nsys.stdout = None\n1 / 0", {})
    assert (sys.stdout, sys.stderr) == before


def test_an_interrupt_by_the_student_passes():
    with pytest.raises(KeyboardInterrupt):
        run("raise KeyboardInterrupt", {})


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_limit_must_be_a_time(seconds):
    with pytest.raises(ValueError, match="seconds must be more than 0, got"):
        run("", {}, seconds=seconds)


def test_a_backward_of_a_students_function_runs():
    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            upstream *= 2
            return upstream

    upstream = np.array([1.0, 2.0])
    assert call(Double.backward, None, upstream).tolist() == [2, 4]
    assert upstream.tolist() == [1, 2]
