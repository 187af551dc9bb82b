"""Running a trace again: with the right rules it is the trace, with a number given what follows it follows."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Function, Trace, record
from backprop_widgets.exercises.slips import Mutation, replay
from tests.exercises.slips.gallery import GALLERY, drawn


def wire(trace, name):
    """The wire on which a named value leaves its node."""
    node = trace.node(name).id
    return next(edge.id for edge in trace.edges if edge.source == node)


@pytest.mark.parametrize("name", GALLERY)
def test_without_a_change_every_place_is_as_in_the_trace(name):
    trace = drawn(name, 1)
    numbers = replay(trace)
    for edge in trace.edges:
        np.testing.assert_allclose(numbers[edge.id, "value"], edge.value)
        for kind in ("gradient", "local"):
            assert ((edge.id, kind) in numbers) == (getattr(edge, kind) is not None)
            if (edge.id, kind) in numbers:
                np.testing.assert_allclose(numbers[edge.id, kind], getattr(edge, kind))


@pytest.mark.parametrize("name", GALLERY)
def test_values_given_are_the_inputs_of_all_that_follows(name):
    first, second = drawn(name, 1), drawn(name, 2)
    inputs = {node.id for node in second.nodes if node.kind == "input"}
    given = {(edge.id, "value"): edge.value for edge in second.edges if edge.source in inputs}
    numbers = replay(first, given=given)
    for edge in second.edges:
        if edge.source not in inputs:
            np.testing.assert_allclose(numbers[edge.id, "value"], edge.value)
        if edge.gradient is not None:
            np.testing.assert_allclose(numbers[edge.id, "gradient"], edge.gradient)


def test_an_error_is_carried_forward_and_its_own_place_shows_what_it_should_have_been():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    q, x, f, z = (wire(trace, name) for name in ("q", "x", "f", "z"))
    numbers = replay(trace, given={(q, "value"): 7, (z, "gradient"): 100, (q, "gradient"): 2})
    assert numbers[q, "value"] == 3
    assert numbers[f, "value"] == -28
    assert numbers[z, "gradient"] == 7
    assert numbers[x, "gradient"] == 2


def test_a_local_gradient_given_is_multiplied_with():
    trace = record("x * y", x=3, y=5, upstream=2)
    x = wire(trace, "x")
    assert replay(trace, given={(x, "local"): 7})[x, "gradient"] == 14


def test_a_seed_a_fork_and_a_gate_can_be_otherwise():
    trace = record("x * y + x", x=3, y=5)
    x = wire(trace, "x")
    assert replay(trace, rules=Mutation(seed=2.0))[x, "gradient"] == 12
    assert replay(trace, rules=Mutation(fork=lambda _stop, arrived: arrived[0] * 10))[x, "gradient"] in (10, 50)
    halved = Mutation(local=lambda gate, slot, upstream: gate.sent(slot, upstream) / 2)
    assert replay(trace, rules=halved)[x, "gradient"] == 0.5 * 0.5 * 5 + 0.5


def test_a_collapsed_gate_is_one_gate():
    trace = record("1 / (1 + exp(-x))", x=0.5, collapse="sigmoid")
    x = wire(trace, "x")
    np.testing.assert_allclose(replay(trace)[x, "gradient"], trace.gradient("x"))


@pytest.mark.parametrize("name", ["forks", "sigmoid neuron", "hinge"])
def test_a_trace_from_json_is_computed_again(name):
    trace = drawn(name, 3)
    copy = Trace.from_json(trace.to_json())
    for place, number in replay(trace).items():
        np.testing.assert_allclose(replay(copy)[place], number)


def test_what_cannot_be_computed_again_says_so():
    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            return 2 * upstream

    trace = record(lambda x: 3 * Double.apply(x), x=3)
    assert replay(trace)[wire(trace, "x"), "gradient"] == 6
    with pytest.raises(ValueError, match="read from JSON, and its gate Double cannot be run again"):
        replay(Trace.from_json(trace.to_json()))


def test_a_place_that_is_not_there_and_a_shape_that_does_not_fit_are_refused():
    trace = record("x * y", x=[1, 2], y=3, upstream=[1, 1])
    with pytest.raises(KeyError, match="a place is the id of an edge of the trace"):
        replay(trace, given={("e99", "value"): 1})
    with pytest.raises(ValueError, match=r"takes numbers of shape \(2,\), got \(3,\)"):
        replay(trace, given={(wire(trace, "x"), "value"): [1, 2, 3]})
