"""What is wrong in a backward pass, and in a slope: every bug that is planted shows."""

from __future__ import annotations

import re

import numpy as np
import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.kinds.bugs import OPS, _bugs, _left_by
from backprop_widgets.exercises.kinds.graphs import Graph
from backprop_widgets.exercises.variants import Draw

GRAPHS = ("(x + y) * z + x", "sigmoid(w*x + b)", "x/y - z", "(w*x - t)**2", "x*y*x", "max(x*y, z) * x")


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_bug_that_can_be_planted_changes_the_gradient_of_its_line(graph):
    for seed in range(5):
        trace = Graph(graph, {}).trace(Draw(seed), "en")
        lines = trace.flat_code().backward.splitlines()
        right = _left_by(trace, lines)
        bugs = list(_bugs(trace, lines))
        assert bugs
        for place, wrong, name in bugs:
            left = _left_by(trace, [*lines[:place], wrong, *lines[place + 1 :]])
            assert not np.isclose(left[f"d{name}"], right[f"d{name}"], rtol=0.01)


@pytest.mark.parametrize("graph", GRAPHS)
def test_the_line_that_differs_from_the_right_code_is_the_answer(graph):
    question = ex.find_bug(graph)
    for _ in range(5):
        question.another()
        trace = question.task.scenes[0].trace
        shown = [re.sub(r"^ *\d+  ", "", line) for line in question.task.listing.split("\n\n")[1].splitlines()]
        right = trace.flat_code().backward.splitlines()
        (place,) = [place for place, pair in enumerate(zip(shown, right, strict=True)) if pair[0] != pair[1]]
        assert question.line.check(place + 1)
        name = right[place].split(" ")[0]
        assert question.should_be.check(_left_by(trace, right[: place + 1])[name])


@pytest.mark.parametrize("op", OPS, ids=[op.formula for op in OPS])
def test_a_slope_that_is_right_meets_the_difference_and_a_wrong_one_does_not(op):
    for x in (1.5, 2.0, 2.5, 3.0):
        numerical = (op.at(x + 1e-6) - op.at(x - 1e-6)) / 2e-6
        assert op.slope_at(x) == pytest.approx(numerical, rel=1e-6)
        assert op.wrong_at(x) != pytest.approx(numerical, rel=0.02)
        for text, slope in ((op.slope, op.slope_at), (op.wrong, op.wrong_at)):
            space = {"x": x, "exp": np.exp, "log": np.log}
            assert eval(text, space) == pytest.approx(slope(x))  # noqa: S307  (our own text)


def test_a_one_sided_difference_is_named():
    question = ex.check_op()
    for _ in range(5):
        question.another()
        one_sided = question.task.by_name["numerical"].wrong[0]
        (box,) = question.numerical.check(one_sided.value).boxes
        assert box.slips == ("one side only",)
