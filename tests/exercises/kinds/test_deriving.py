"""Softmax + cross-entropy: any formula that is equal is right, and each mistake has an answer."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.kinds.deriving import STEPS

EQUAL = {
    "dL_dp2": ("-1/p2", "-p2^-1", "-(1/p2)", "-1/(1 - p1 - p3)", "−1 ÷ p2"),
    "dp2_dz2": ("p2*(1 - p2)", "p2 - p2^2", "p2*(p1 + p3)", "p2 − p2·p2", "p2*p1 + p2*p3"),
    "dp2_dz1": ("-p1*p2", "-(p2*p1)", "p2*(0 - p1)", "-exp(z1)*exp(z2)/(exp(z1)+exp(z2)+exp(z3))^2"),
    "dL_dz2": ("p2 - 1", "-(p1 + p3)", "-(1 - p2)", "-1/p2*p2*(1 - p2)", "exp(z2)/(exp(z1)+exp(z2)+exp(z3)) - 1"),
    "dL_dz1": ("p1", "1 - p2 - p3", "-1/p2*(-p1*p2)", "exp(z1)/(exp(z1)+exp(z2)+exp(z3))", "p1*(p1 + p2 + p3)"),
}
WRONG = [(name, formula) for name, _, _, wrong in STEPS for formula, _ in wrong]


@pytest.fixture
def question():
    return ex.derive_cross_entropy()


@pytest.mark.parametrize(("name", "formula"), [(name, each) for name, several in EQUAL.items() for each in several])
def test_a_formula_that_is_equal_is_right(question, name, formula):
    assert question[name].check(formula)


@pytest.mark.parametrize(("name", "formula"), WRONG)
def test_a_formula_that_a_mistake_leads_to_has_an_answer_of_its_own(question, name, formula):
    (box,) = question[name].check(formula).boxes
    assert box.status == "wrong"
    assert box.message.endswith("?")
    assert box.message != question.dL_dp2.check("p1 + p3 + 7").boxes[0].message


def test_the_row_is_p_minus_one_hot(question):
    right = question.task.by_name["row"].truth
    assert question.row.check(list(right))
    (box,) = question.row.check((right + np.array([0, 1, 0])).tolist()).boxes
    assert "2 of 3 entries are right." in box.message
