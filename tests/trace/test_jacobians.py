"""The Jacobian of a gate of a trace, and both ways to the downstream gradient."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import record

LAYER = {"W": [[1, 2], [3, -4]], "x": [1, 2]}


def test_both_ways_to_the_downstream_gradient_agree():
    trace = record("sum(relu(W @ x) * x)", **LAYER)
    for gate, by in (("q", "W"), ("q", "x"), ("r", "q"), ("s", "r"), ("s", "x"), ("f", "s")):
        report = trace.jacobian(gate, by)
        np.testing.assert_allclose(report.by_matrix, report.by_product, rtol=1e-12)


def test_the_structure_and_the_cost_are_named():
    report = record("sum(relu(W @ x))", **LAYER).jacobian("r", "q")
    assert str(report) == ("dr/dq: diagonal; the Jacobian would hold 2 x 2 = 4 numbers (32 bytes); the product needs 4")


def test_above_the_cap_the_product_and_the_cost_are_there_without_the_matrix():
    report = record("sum(relu(x))", x=np.linspace(-1, 1, 4096)).jacobian("q", "x")
    assert (report.matrix, report.by_matrix, report.structure) == (None, None, "diagonal")
    assert report.by_product.sum() == 2048
    assert report.cost.jacobian == 4096**2


def test_an_input_used_twice_counts_with_both_uses():
    report = record("sum(x * x)", x=[1, 2]).jacobian("q", "x")
    np.testing.assert_array_equal(report.matrix, [[2, 0], [0, 4]])


def test_wrong_names_are_refused_with_the_right_ones():
    trace = record("sum(relu(W @ x))", **LAYER)
    with pytest.raises(KeyError, match="no gate is called 'x'; there are q, r, f"):
        trace.jacobian("x", "W")
    with pytest.raises(KeyError, match="'q' has no input called 'r'; there are W, x"):
        trace.jacobian("q", "r")
