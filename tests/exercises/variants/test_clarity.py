"""Good numbers: no slip gives the right answer, no two give the same, and none is too long for a head."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Trace, record
from backprop_widgets.exercises.slips.predictions import Prediction
from backprop_widgets.exercises.slips.slip import Slip
from backprop_widgets.exercises.variants import Draw, clarity, draw_until, hidden, is_clear, ties, ugly
from backprop_widgets.exercises.variants.generic import elsewhere, kind_of_graph


def wire(trace, name):
    return next(edge.id for edge in trace.edges if edge.source == trace.node(name).id)


def at(trace, *names, kind="gradient"):
    return [(wire(trace, name), kind) for name in names]


def slips_hidden(graph, *names, kind="gradient", **inputs):
    trace = record(graph, inputs)
    return {slip for slip, _ in hidden(trace, at(trace, *names, kind=kind))}


def test_a_slip_that_gives_the_truth_is_hidden():
    assert "own operand" in slips_hidden("x * y", "x", x=3, y=3)
    assert "upstream passed on" in slips_hidden("x * y", "x", x=3, y=1)
    assert slips_hidden("x * y", "x", x=3, y=-4) == set()


def test_within_twice_the_tolerance_counts_as_hidden():
    assert "own operand" in slips_hidden("x * y", "x", x=3, y=3.02)
    assert "own operand" not in slips_hidden("x * y", "x", x=3, y=3.2)


def test_what_no_numbers_can_show_is_not_called_hidden():
    """At an add gate, passing the upstream gradient on is no slip at all."""
    assert "upstream passed on" not in slips_hidden("x + y", "x", x=3, y=-4)


def test_a_branch_that_brings_nothing_hides_that_the_other_was_taken_alone():
    assert "one branch only" in slips_hidden("x*y + x*z", "x", x=2, y=3, z=0)
    assert "one branch only" not in slips_hidden("x*y + x*z", "x", x=2, y=3, z=5)


def test_a_sign_that_the_numbers_do_not_show_is_hidden():
    assert "sign lost" in slips_hidden("abs(x) * y", "x", x=3, y=-4)
    assert "sign lost" not in slips_hidden("abs(x) * y", "x", x=-3, y=-4)


def test_a_closed_gate_hides_what_it_must_and_that_is_not_held_against_it():
    assert slips_hidden("relu(x) * y", "x", x=-3, y=4) == set()


def test_two_slips_that_agree_by_chance_are_a_tie():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert ("forward value", "upstream split") in ties(trace, at(trace, "x"))
    trace = record("(x + y) * z", x=-3, y=7, z=2.5)
    assert ties(trace, at(trace, "x")) == ()


def test_two_slips_that_agree_on_every_draw_are_no_tie():
    trace = record("(x + y) * z", x=-3, y=7, z=2.5)
    pairs = clarity._tied(trace, at(trace, "x"))
    assert pairs
    assert pairs == clarity._structure(trace, at(trace, "x")).ties & pairs


def test_a_tie_at_one_place_is_none_where_another_place_tells_them_apart():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    alone = set(ties(trace, at(trace, "x")))
    assert not alone & set(ties(trace, at(trace, "x", "y", "z", "q")))


@pytest.mark.parametrize(
    ("inputs", "is_it"),
    [
        ({"x": 3, "y": -4}, False),
        ({"x": 300, "y": 5}, True),
        ({"x": 0.01, "y": 0.05}, True),
        ({"x": 1.23, "y": 4.56}, True),
        ({"x": 2.5, "y": 1.25}, False),
        ({"x": 0, "y": 5}, False),
    ],
)
def test_numbers_that_no_head_can_hold_are_ugly(inputs, is_it):
    trace = record("x * y", inputs)
    assert bool(ugly(trace, at(trace, trace.nodes[-1].name, kind="value"))) is is_it


def test_a_long_number_is_fine_where_a_calculator_is_needed():
    trace = record("exp(x) * y", x=1, y=2)
    assert ugly(trace, at(trace, "x", "y")) == ()
    large = record("exp(x)", x=8)
    assert ugly(large, at(large, "f", kind="value"))


def test_clear_numbers_are_found_by_drawing():
    pool = (-5.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0)

    def make(draw):
        x, y, z = draw.numbers(3, pool, distinct=True)
        return record("(x + y) * z", x=x, y=y, z=z)

    for seed in range(5):
        trace = draw_until(make, lambda trace: is_clear(trace, at(trace, "x", "y", "z")), seed)
        places = at(trace, "x", "y", "z")
        assert hidden(trace, places) == ties(trace, places) == ugly(trace, places) == ()


def test_arrays_are_looked_at_as_wholes():
    trace = record("sum(X @ W)", X=[[1, 2], [3, 4]], W=[[1, -1], [2, 3]])
    assert isinstance(hidden(trace, at(trace, "X", "W")), tuple)
    assert isinstance(ties(trace, at(trace, "X", "W")), tuple)


def test_other_numbers_of_the_same_graph_keep_its_kinks():
    trace = record("relu(x*y) + max(z, x)", x=2, y=3, z=1)
    others = elsewhere(trace)
    assert len(others) == 3
    for other in others:
        assert kind_of_graph(other) == kind_of_graph(trace)
        assert other.value("x") != trace.value("x")
        assert (other.value("x") * other.value("y") > 0) == (trace.value("x") * trace.value("y") > 0)


def test_another_side_of_a_kink_is_another_kind_of_graph():
    assert kind_of_graph(record("relu(x)", x=2)) == kind_of_graph(record("relu(x)", x=3))
    assert kind_of_graph(record("relu(x)", x=2)) != kind_of_graph(record("relu(x)", x=-3))


def test_a_trace_without_its_graph_is_judged_by_itself():
    trace = Trace.from_json(record("a * b", a=3, b=3.02).to_json())
    assert elsewhere(trace) == ()
    assert ("own operand", *at(trace, "a")) in hidden(trace, at(trace, "a"))
    assert ties(trace, at(trace, "a")) == ()


def test_the_judgement_rests_on_what_the_slips_predict(monkeypatch):
    """The same with slips made up for this test, on which a reader can count."""
    trace = record("x * y", x=3, y=5)
    place = (wire(trace, "x"), "gradient")
    made = {"near": 5.04, "far": 7.0, "as far": 7.01}
    found = [Prediction(Slip(name, "reading"), "", {place: number}) for name, number in made.items()]
    monkeypatch.setattr(clarity, "predictions", lambda _: found)
    monkeypatch.setattr(clarity, "elsewhere", lambda _: ())
    monkeypatch.setattr(clarity, "_remembered", {})
    shown = clarity._shown(trace, [place])
    assert shown == {("far", place): 1, ("as far", place): 1}
    assert clarity._tied(trace, [place]) == {("as far", "far")}


def test_the_order_of_draws_is_that_of_the_seed():
    assert Draw(3).fork("try 0").numbers(3) != Draw(3).fork("try 1").numbers(3)


def test_a_number_of_another_shape_is_seen(monkeypatch):
    trace = record("sum(X)", X=[[1.0, 2.0]])
    place = (wire(trace, "X"), "gradient")
    found = [Prediction(Slip("flat", "reading"), "", {place: np.array([1.0, 1.0])})]
    monkeypatch.setattr(clarity, "predictions", lambda _: found)
    assert clarity._shown(trace, [place]) == {("flat", place): 1}
