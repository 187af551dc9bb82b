"""Points: always a plain number in range for nbgrader, with reasons for the student."""

from __future__ import annotations

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from backprop_widgets.exercises.records import Score


@pytest.mark.parametrize(
    ("value", "maximum", "points"),
    [
        (2.5, 5, 2.5),
        (0, 5, 0),
        (-0.0, 5, 0),
        (5, 5, 5),
        (5.1, 5, 5),
        (-1, 5, 0),
        (float("nan"), 5, 0),
        (float("inf"), 5, 0),
        (float("-inf"), 5, 0),
        (np.float64(1.5), np.int64(5), 1.5),
        (np.array(2.0), 5, 2),
        (True, 5, 1),
        (3, 0, 0),
    ],
)
def test_points_are_finite_and_in_range(value, maximum, points):
    score = Score(value, maximum)
    assert float(score) == points
    assert repr(score) == str(score) == f"{score}" == repr(float(points))


@pytest.mark.parametrize("maximum", [-1, float("nan"), float("inf")])
def test_a_maximum_is_a_finite_number(maximum):
    with pytest.raises(ValueError, match="the maximum must be a finite number from 0, got"):
        Score(1, maximum)


def test_a_score_counts_as_a_float():
    assert sum([Score(1, 2), Score(0.5, 2)]) == 1.5
    assert isinstance(Score(1, 2), float)


@pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, lambda score: pickle.loads(pickle.dumps(score))])  # noqa: S301
def test_copies_are_whole(copied):
    made = copied(Score(2.5, 5, ["why"], locale="ko"))
    assert (float(made), made.maximum, made.reasons, made.locale) == (2.5, 5, ("why",), "ko")


def test_the_reasons_are_shown_and_escaped():
    shown = Score(2.5, 5, ["dx: <b>not yet</b>", "a & b"])._repr_html_()
    assert "2.5 of 5 points" in shown
    assert "<li>dx: &lt;b&gt;not yet&lt;/b&gt;</li><li>a &amp; b</li>" in shown
    assert "5점 만점에 2.5점" in Score(2.5, 5, locale="ko")._repr_html_()


def test_without_reasons_there_is_no_list():
    assert "<ul>" not in Score(2.5, 5)._repr_html_()


@pytest.fixture
def displayed():
    """Print a value as the last line of a notebook's cell is printed."""
    formatters = pytest.importorskip("IPython.core.formatters", reason="IPython is not installed")
    formatter = formatters.PlainTextFormatter()
    formatter.float_precision = 1  # %precision 1
    return formatter


def test_a_notebook_prints_all_digits(displayed):
    assert displayed(Score(2.25, 5)) == "2.25"
    assert displayed(2.25) == "2.2"


@pytest.fixture
def graded():
    """Ask nbgrader itself for the points of a cell of 5 that shows a text, or writes to a stream."""
    utils = pytest.importorskip("nbgrader.utils", reason="nbgrader is not installed")
    nbformat = pytest.importorskip("nbformat.v4", reason="nbformat is not installed")

    def grade(value, *outputs):
        result = nbformat.new_output("execute_result", {"text/plain": repr(value)})
        cell = nbformat.new_code_cell("q.points(5)", outputs=[*outputs, result])
        cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": 5}
        return utils.determine_grade(cell)[0]

    grade.error_line = nbformat.new_output("stream", name="stderr", text="RuntimeWarning")
    return grade


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (0, 0),
        (2.5, 2.5),
        (5, 5),
        (7, 5),
        (-1, 0),
        (float("nan"), 0),
        (np.float64(0), 0),
        (np.float64(2), 2),
        (False, 0),
    ],
)
def test_nbgrader_reads_a_score_as_it_is(graded, value, points):
    assert graded(Score(value, 5)) == points


@pytest.mark.parametrize("value", [False, float("nan"), -1, np.float64(0.0), SimpleNamespace(says="Incorrect")])
def test_nbgrader_gives_full_points_for_what_is_no_score(graded, value):
    assert graded(value) == 5


def test_nbgrader_gives_nothing_to_a_cell_that_warns(graded):
    assert graded(Score(5, 5), graded.error_line) == 0
