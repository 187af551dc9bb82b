"""A trace answers by name, never changes, and survives JSON."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from backprop_widgets import NonFiniteWarning, Trace, record


def lecture_example():
    return record("(x + y) * z", x=-2, y=5, z=-4)


def test_values_and_gradients_are_asked_by_name():
    trace = lecture_example()
    assert (trace.value("q"), trace.gradient("q"), trace.node("q").formula) == (3, -4, "x + y")


def test_an_unknown_name_is_told_which_there_are():
    with pytest.raises(KeyError, match="no node is called 'a'; there are x, y, z, q, f"):
        lecture_example().value("a")


def test_a_trace_cannot_be_changed():
    trace = record("x * b + x", x=[1, 2], b=3, upstream=[1, 1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.steps = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.steps[0].sentence = ""
    for item in (*trace.nodes, *trace.edges):
        for array in (item.value, item.gradient, getattr(item, "local", None)):
            assert array is None or not array.flags.writeable


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("(x + y) * z", {"x": -2, "y": 5, "z": -4}),
        ("sum(x * b + x)", {"x": [[1, 2], [3, 4]], "b": 0.1}),
        ("x * 가중치", {"x": 1 / 3, "가중치": -0.0}),
        ("sum(x)", {"x": np.zeros((0, 3))}),
    ],
    ids=["scalars", "arrays", "Korean", "empty"],
)
def test_json_out_and_in_gives_an_equal_trace(text, inputs):
    trace = record(text, inputs)
    again = Trace.from_json(trace.to_json())
    assert again == trace
    assert hash(again) == hash(trace)
    assert [edge.value.shape for edge in again.edges] == [edge.value.shape for edge in trace.edges]


def test_infinities_and_nan_survive_json():
    with pytest.warns(NonFiniteWarning):
        trace = record("sum(1 / x - 1 / x + log(y))", x=[0.0, 1.0], y=[0.0, -1.0])
    text = trace.to_json()
    again = Trace.from_json(text)
    assert again == trace
    np.testing.assert_array_equal(again.value("f"), np.nan)
    np.testing.assert_array_equal(again.gradient("x"), trace.gradient("x"))
    json.loads(text, parse_constant=pytest.fail)  # what a browser reads knows no NaN


def test_traces_with_other_numbers_differ():
    assert lecture_example() == lecture_example()
    assert record("x", x=1) != record("x", x=2)
    assert record("x", x=1) != record("x", x=1, locale="ko")
    assert record("x", x=1) != "x"


def test_every_digit_survives_json():
    value = 0.1 + 0.2
    assert Trace.from_json(record("x", x=value).to_json()).value("x") == value


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "5", "null", '{"format": 1}', '{"format": 1, "title": "f", "nodes": 3}'], ids=repr
)
def test_what_is_no_trace_is_refused(text):
    with pytest.raises(ValueError, match=r"this is not a trace"):
        Trace.from_json(text)


def test_another_format_is_refused_by_its_number():
    with pytest.raises(ValueError, match="this trace has format 99; this version reads 1"):
        Trace.from_json('{"format": 99}')


def test_a_step_that_is_not_there_is_refused():
    trace = lecture_example()
    assert trace.checked(9) == trace.checked(np.int64(9)) == 9
    for step in (-1, 10, 2.0, "2"):
        with pytest.raises(ValueError, match="step must be between 0 and 9, got"):
            trace.checked(step)


def test_a_trace_shows_what_it_is_of():
    assert repr(lecture_example()) == "Trace('f = (x + y) * z', 5 nodes, 9 steps)"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"root": "n9"}, "it lacks the nodes n9"),
        ({"root": []}, "this is not a trace"),
        ({"nodes": []}, "it lacks the nodes "),
        ({"locale": 3}, "its locale is 3"),
    ],
    ids=str,
)
def test_a_trace_that_speaks_of_nodes_it_lacks_is_refused(changed, message):
    text = json.dumps(json.loads(record("x * 2", x=1).to_json()) | changed)
    with pytest.raises(ValueError, match=message):
        Trace.from_json(text)
