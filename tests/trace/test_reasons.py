"""Why a number is 0, or large, or small; and nothing where there is nothing to say."""

from __future__ import annotations

import pytest

from backprop_widgets import Trace, record
from backprop_widgets.autograd.function import table
from backprop_widgets.locale import catalogue


def reasons(graph, **inputs):
    return [reason for step in record(graph, **inputs).steps for reason in step.reasons]


@pytest.mark.parametrize(
    ("graph", "inputs", "expected"),
    [
        ("max(x, y)", {"x": 1, "y": -2}, "y gets 0 because x won: a small change of y does not change the result."),
        ("min(x, y)", {"x": 1, "y": -2}, "x gets 0 because y won: a small change of x does not change the result."),
        ("max(x, 0)", {"x": -3}, "x gets 0 because 0 won: a small change of x does not change the result."),
        (
            "max(x, y)",
            {"x": 2, "y": 2},
            "y and x are equal: by convention the first one takes the whole gradient, and y gets 0.",
        ),
        ("relu(x)", {"x": -3}, "x gets 0 because ReLU is closed: x = −3 is not positive."),
        ("x * y", {"x": 3, "y": 0}, "x gets 0 because it is multiplied by y, which is 0."),
        ("x / y", {"x": 0, "y": 4}, "y gets 0 because it is multiplied by x, which is 0."),
        ("x ** 2", {"x": 0}, "x gets 0 because x² is flat at x = 0: its local gradient there is 0."),
        (
            "sigmoid(x)",
            {"x": 9.9},
            "σ is saturated: at x = 9.9 its curve is almost flat, so the local gradient is only 5.017e−5.",
        ),
        (
            "tanh(x)",
            {"x": -5},
            "tanh is saturated: at x = −5 its curve is almost flat, so the local gradient is only 0.0001816.",
        ),
        ("exp(x)", {"x": -7}, "exp is almost flat at x = −7: the local gradient is only 0.0009119."),
        ("exp(x)", {"x": 5}, "exp is steep at x = 5: the local gradient is 148.4."),
        ("x * y", {"x": 2, "y": 100}, "The gradient of x is large because x is multiplied by a large input: y = 100."),
        ("100 * x", {"x": 2}, "The gradient of x is large because x is multiplied by a large input: 100."),
        (
            "x * y",
            {"x": 2, "y": 0.001},
            "The gradient of x is small because x is multiplied by a small input: y = 0.001.",
        ),
        ("x - x", {"x": 2}, "The gradients that come back to x cancel: together they are 0."),
    ],
)
def test_a_reason_is_given_in_one_sentence(graph, inputs, expected):
    assert reasons(graph, **inputs) == [expected]


def test_a_zero_that_arrives_is_said_once_for_each_gate_it_passes():
    assert reasons("relu(exp(sin(x)) - y)", x=0, y=2) == [
        "s gets 0 because ReLU is closed: s = −1 is not positive.",
        "The upstream gradient is already 0, and 0 times any local gradient is 0.",
        "The upstream gradient is already 0, and 0 times any local gradient is 0.",
        "The upstream gradient is already 0, and 0 times any local gradient is 0.",
    ]


def test_what_the_output_does_not_depend_on_is_said():
    assert reasons(lambda x, y: x * x, x=3, y=4) == ["No path leads from y to f: changing y does not change f."]


def test_arrays_have_a_reason_where_all_their_entries_share_it():
    assert reasons("sum(relu(x))", x=[-1, -2]) == ["x gets 0 because ReLU is closed: x = [−1, −2] is not positive."]
    assert reasons("sum(relu(x))", x=[-1, 2]) == []
    assert reasons("sum(W @ x)", W=[[1, 2], [3, 4]], x=[0, 0]) == [
        "W gets 0 because it is multiplied by x, which is 0."
    ]


@pytest.mark.parametrize(
    ("graph", "inputs"),
    [
        ("(x + y) * z", {"x": -2, "y": 5, "z": -4}),
        ("1/(1+exp(-(w0*x0 + w1*x1 + w2)))", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}),
        ("sigmoid(x)", {"x": 1}),
        ("max(x, y) ", {"x": float("nan"), "y": 1}),
        ("x * y", {"x": 9.99, "y": 0.011}),
        ("x + x", {"x": 2}),
    ],
)
def test_there_is_silence_where_there_is_nothing_to_say(graph, inputs):
    assert reasons(graph, **inputs) == []


def test_a_composite_that_is_known_is_as_saturated_as_the_gate_itself():
    trace = record("1/(1+exp(-x))", x=9.9).collapse("sigmoid")
    assert [reason for step in trace.steps for reason in step.reasons] == reasons("sigmoid(x)", x=9.9)


def test_reasons_are_said_in_korean():
    trace = record("max(x, y)", x=1, y=-2, locale="ko")
    said = [reason for step in trace.steps for reason in step.reasons]
    assert said == ["y 쪽이 0을 받는 까닭: x 쪽이 선택되었으므로 y 값이 조금 변해도 결과는 변하지 않습니다."]


def test_reasons_go_to_json_and_back():
    trace = record("relu(x)", x=-3)
    again = Trace.from_json(trace.to_json())
    assert again == trace
    assert [step.reasons for step in again.steps] == [step.reasons for step in trace.steps]
    assert again.nodes[-1].latex == r"\max(0, {x})"


def test_every_op_names_a_reason_that_the_catalogue_has():
    assert {f"reason.{op.zero_because}" for op in table.values()} <= catalogue("en").texts.keys()
