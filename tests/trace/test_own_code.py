"""What the student wrote, and where in it each gate is computed."""

from __future__ import annotations

from backprop_widgets import record
from backprop_widgets.ops import exp, maximum, relu
from backprop_widgets.trace import Trace, own_code


def parts(trace):
    """The part of the text that computes each gate, by the gate's name."""
    names = {node.id: node.name for node in trace.nodes}
    lines = trace.own_code.lines
    return {
        names[s.node]: lines[s.line][s.start : s.end if s.line == s.last_line else None] for s in trace.own_code.spots
    }


def neuron(w, x, b):
    """A neuron in the lecture's words."""
    s = w * x + b
    return 1 / (1 + exp(-s))  # its sigmoid


def twice(θ):  # noqa: PLC2401  (columns come in bytes)
    """A loop, a name that is not ASCII, and a line that goes on."""
    s = θ + maximum(
        θ, θ * 2
    )  # fmt: skip
    for _ in range(2):
        s = relu(s) * s
    return s


def test_an_expression_knows_the_part_of_each_gate():
    found = parts(record("(x + y) * z", x=-2, y=5, z=-4))
    assert found == {"q": "x + y", "f": "(x + y) * z"}


def test_columns_are_those_of_the_text_as_typed():
    trace = record("  θ = x * −y; f = exp(θ)\n", x=1, y=2)
    assert trace.own_code.text == "θ = x * −y; f = exp(θ)"
    assert parts(trace) == {"q": "−y", "θ": "x * −y", "f": "exp(θ)"}


def test_a_function_knows_the_part_of_each_gate_and_keeps_its_comments():
    trace = record(neuron, w=1, x=2, b=3)
    assert trace.own_code.lines[0] == "def neuron(w, x, b):"
    assert "# its sigmoid" in trace.own_code.text
    assert parts(trace)["s"] == "w * x + b"
    assert parts(trace)["f"] == "1 / (1 + exp(-s))"
    assert list(parts(trace).values()).count("exp(-s)") == 1


def test_every_turn_of_a_loop_is_its_line_and_a_long_line_goes_on():
    trace = record(twice, θ=1)
    by_line = sorted((spot.line, spot.last_line) for spot in trace.own_code.spots)
    assert by_line == [(2, 4), (2, 4), (3, 3), (6, 6), (6, 6), (6, 6), (6, 6)]
    assert parts(trace)["s"] == "relu(s) * s"


def test_what_a_helper_computes_is_the_line_that_calls_it():
    def outer(x):
        return neuron(x, x, 1) * 2

    assert {spot.line for spot in record(outer, x=1).own_code.spots} == {1}


def test_a_collapsed_gate_is_the_part_that_computes_its_output():
    trace = record("3 * (1/(1+exp(-x)))", x=1).collapse("sigmoid")
    assert sorted(parts(trace).values()) == ["1/(1+exp(-x))", "3 * (1/(1+exp(-x)))"]


def test_json_keeps_it():
    trace = record(neuron, w=1, x=2, b=3)
    assert Trace.from_json(trace.to_json()).own_code == trace.own_code


def test_where_the_source_cannot_be_read_there_is_none():
    found = {}
    exec("def typed(x):\n    return x * x", found)  # noqa: S102  # as at a prompt
    assert record(found["typed"], x=2).own_code is None


def test_a_very_long_function_is_not_shown(monkeypatch):
    monkeypatch.setattr(own_code, "LONGEST", 2)
    assert record(neuron, w=1, x=2, b=3).own_code is None


def test_a_tensor_has_been_computed_elsewhere():
    trace = record(record("x * y", x=1, y=2).recording.source.root)
    assert trace.own_code is None
