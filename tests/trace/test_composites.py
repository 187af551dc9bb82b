"""Composite gates: marked or known, drawn as one gate or gate by gate, with the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Tensor, Trace, exp, gate, record, sigmoid, softmax_cross_entropy, tanh
from backprop_widgets import sum as total

NEURON = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}


def neuron(w0, x0, w1, x1, w2):
    dot = w0 * x0 + w1 * x1 + w2
    return 1 / (1 + exp(-dot))


def nested(x, w, b):
    with gate("neuron"):
        with gate("affine"):
            a = w * x + b
        h = tanh(a)
    return h * x


def gates(trace):
    return [node.name for node in trace.nodes if node.kind == "gate"]


def test_a_sigmoid_spelled_out_is_recognised():
    (found,) = record(neuron, **NEURON).composites
    assert (found.name, len(found.nodes), found.is_collapsed) == ("sigmoid", 4, False)


@pytest.mark.parametrize("text", ["1 / (1 + exp(-x))", "1 / (exp(-x) + 1)", "reciprocal(1 + exp(-1 * x))"])
def test_every_usual_spelling_of_the_sigmoid_is_recognised(text):
    assert [part.name for part in record(text, x=0.5).composites] == ["sigmoid"]


@pytest.mark.parametrize("text", ["1 / (2 + exp(-x))", "1 / (1 + exp(x))", "2 / (1 + exp(-x))"])
def test_what_only_looks_like_a_sigmoid_is_not(text):
    assert record(text, x=0.5).composites == ()


def test_a_collapsed_sigmoid_has_the_slope_1_minus_s_times_s():
    trace = record(neuron, **NEURON).collapse("sigmoid")
    s = float(trace.value("f"))
    (local,) = [edge.local for edge in trace.edges if edge.target == trace.root]
    np.testing.assert_allclose(local, (1 - s) * s, rtol=1e-14)
    assert trace.node("f").symbol == "σ"


@pytest.mark.parametrize("name", ["neuron", "affine"])
def test_collapsing_changes_no_number_outside(name):
    whole = record(nested, x=1, w=2, b=3)
    folded = whole.collapse(name)
    for node in folded.nodes:
        if node.kind in ("input", "gate"):
            np.testing.assert_allclose(node.value, whole.value(node.name), rtol=1e-14)
            np.testing.assert_allclose(node.gradient, whole.gradient(node.name), rtol=1e-12)


def test_composites_nest():
    whole = record(nested, x=1, w=2, b=3)
    assert [part.name for part in whole.composites] == ["neuron", "affine"]
    assert gates(whole) == ["q", "a", "h", "f"]
    assert gates(whole.collapse("affine")) == ["a", "h", "f"]
    assert gates(whole.collapse("neuron")) == ["h", "f"]
    assert gates(whole.collapse()) == ["h", "f"]


def test_expanding_gives_the_trace_that_was_there():
    whole = record(nested, x=1, w=2, b=3)
    assert whole.collapse("affine").expand("affine") == whole
    assert whole.collapse().expand("neuron") == whole.collapse("affine")


def test_record_can_collapse_from_the_start():
    assert record(neuron, **NEURON, collapse="sigmoid") == record(neuron, **NEURON).collapse("sigmoid")


def test_the_local_gradient_of_a_collapsed_gate_is_the_product_inside():
    trace = record(nested, x=1, w=0.2, b=0.3).collapse("neuron")
    slope = 1 - np.tanh(0.5) ** 2
    inputs = {edge.source: float(edge.local) for edge in trace.edges if edge.target == trace.node("h").id}
    by_name = {trace.nodes[int(source[1:])].name.removesuffix(" copied"): local for source, local in inputs.items()}
    assert by_name == pytest.approx({"w": slope, "x": 0.2 * slope, "b": slope}, rel=1e-12)


@pytest.mark.parametrize("text", ["-log(softmax(s)[1])", "e = exp(s); p = e / sum(e); L = -log(p[1])"])
def test_softmax_and_cross_entropy_spelled_out_agree_with_the_fused_gate(text):
    scores = [1.0, -2.0, 0.5]
    whole = record(text, s=scores)
    fused = Tensor(scores)
    softmax_cross_entropy(fused, 1).backward()
    np.testing.assert_allclose(whole.gradient("s"), fused.grad, rtol=1e-12)
    folded = whole.collapse("softmax_cross_entropy")
    assert len(gates(folded)) == 1
    np.testing.assert_allclose(folded.gradient("s"), fused.grad, rtol=1e-12)


def test_a_layer_and_a_neuron_are_recognised():
    layer = record("sum(relu(W @ x + b))", W=[[1, 2], [3, -4]], x=[1, 2], b=[0.5, 0.5])
    assert [part.name for part in layer.composites] == ["layer"]
    np.testing.assert_allclose(layer.collapse().gradient("W"), layer.gradient("W"))
    assert [part.name for part in record("tanh(w * x + b)", w=1, x=2, b=3).composites] == ["neuron"]


def test_an_inner_value_that_is_used_outside_keeps_the_gate_from_being_one():
    assert record("e = exp(-x); f = 1 / (1 + e) + e", x=0.5).composites == ()


def test_a_marked_gate_with_two_outputs_is_not_offered():
    def two(x):
        with gate("pair"):
            a, b = x * 2, x * 3
        return a * b

    assert record(two, x=1).composites == ()


def test_the_same_name_twice_is_two_gates_and_an_id_tells_them_apart():
    def twice(x, y):
        with gate("squash"):
            a = tanh(x * 2)
        with gate("squash"):
            b = tanh(y * 3)
        return a * b

    trace = record(twice, x=1, y=2)
    assert [part.id for part in trace.composites] == ["g0", "g1"]
    assert gates(trace.collapse("g1")) == ["q", "a", "b", "f"]
    assert gates(trace.collapse("squash")) == ["a", "b", "f"]


def test_a_composite_of_arrays_sends_what_the_gates_inside_send():
    def layer(W, x):
        with gate("squashed"):
            z = sigmoid(W @ x)
        return total(z * z)

    whole = record(layer, W=[[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], x=[1, 2])
    for name in ("W", "x"):
        np.testing.assert_allclose(whole.collapse().gradient(name), whole.gradient(name), rtol=1e-12)


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(KeyError, match="no composite gate is called 'softmax'; there are g0, sigmoid"):
        record(neuron, **NEURON).collapse("softmax")


def test_a_gate_needs_a_name():
    with pytest.raises(TypeError, match="a gate needs a name"), gate(""):
        pass


def test_a_trace_from_json_says_why_it_cannot_collapse():
    trace = record(neuron, **NEURON)
    again = Trace.from_json(trace.to_json())
    assert again == trace
    with pytest.raises(ValueError, match="holds no graph"):
        again.collapse("sigmoid")


def test_marks_end_with_their_block_even_after_an_error():
    with pytest.raises(ZeroDivisionError), gate("broken"):
        1 / 0  # noqa: B018
    x = Tensor(2.0)
    assert (x * x).gate.groups == ()
