"""Naming slips: each is recognised on its graph, silent elsewhere, and easy to add."""

from __future__ import annotations

import pytest

from backprop_widgets import record
from backprop_widgets.exercises.predicting import answer, prompts
from backprop_widgets.exercises.slips import SLIPS, candidates, slip
from backprop_widgets.locale import LANGUAGES, catalogue


def predicted(trace, step, name):
    """What a slip predicts on the wires that a step writes, by the name of the wire's value."""
    edges = {edge.id: edge for edge in trace.edges}
    revealed = trace.steps[step - 1]
    return [
        [candidate.value for candidate in candidates(trace, revealed, edges[edge]) if candidate.slip.name == name]
        for edge in revealed.edges
    ]


def test_local_instead_of_downstream_predicts_the_local_gradient():
    trace = record("2 * (x * y)", x=3, y=5)
    assert predicted(trace, 9, "local instead of downstream") == [[5], [3]]


def test_own_operand_predicts_upstream_times_the_same_input():
    trace = record("2 * (x * y)", x=3, y=5)
    assert predicted(trace, 9, "own operand") == [[6], [10]]
    assert predicted(trace, 6, "own operand") == [[]]  # a number times x has one input


def test_one_branch_only_predicts_each_branch():
    trace = record("x * y + x", x=3, y=5)
    total = next(step for step in trace.steps if step.kind == "sum")
    assert sorted(predicted(trace, total.index, "one branch only")[0]) == [1, 5]
    assert answer(trace, total.index, "5").slip == "one branch only"
    assert answer(trace, total.index, "6").outcome == "right"
    assert answer(trace, total.index, "4").slip == ""


def test_a_slip_is_named_only_where_it_differs_from_the_truth():
    trace = record("x * y", x=3, y=5)  # the upstream gradient is 1: local and downstream are the same
    assert answer(trace, 5, "5").outcome == "right"
    assert answer(trace, 5, "3").slip == "own operand"


def test_arrays_and_infinities_are_passed_over():
    trace = record("sum(x * y)", x=[1, 2], y=[3, 4])
    assert all(not candidates(trace, step, edge) for step in trace.steps for edge in trace.edges if edge.value.ndim)
    with pytest.warns(match="inf"):
        assert prompts(record("x / y", x=1, y=0)).keys() == {2}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_has_a_message_that_asks(language, name):
    assert catalogue(language)(SLIPS[name].message, gate="×", name="x", count="2").endswith("?")


def test_a_slip_is_added_by_one_decorated_function(monkeypatch):
    monkeypatch.setattr("backprop_widgets.exercises.slips.catalogue.SLIPS", {})

    @slip("sign turned")
    def sign_turned(trace, step, edge):
        if edge.gradient is not None:
            yield -edge.gradient

    trace = record("x * y", x=3, y=5)
    assert predicted(trace, 5, "sign turned") == [[-5], [-3]]
    with pytest.raises(ValueError, match="a slip called 'sign turned' is there already"):
        slip("sign turned")(sign_turned)
