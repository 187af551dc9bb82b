"""From what a trace is recorded: a tensor, a Python function, an expression; and what is refused."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor, record


def gates(trace):
    return [(node.name, node.symbol) for node in trace.nodes if node.kind == "gate"]


def gradients(trace, *names):
    return [float(trace.gradient(name)) for name in names]


def neuron(w, x, b):
    p = w * x
    s = p + b
    return bw.sigmoid(s)


def test_an_expression_gets_names_in_the_order_of_computation():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert gates(trace) == [("q", "+"), ("f", "×")]
    assert [float(trace.value(name)) for name in "qf"] == [3, -12]
    assert gradients(trace, *"xyzqf") == [-4, -4, 3, -4, 1]


def test_assignments_give_names_and_the_last_statement_is_the_output():
    trace = record("d = a - b; e = d ** 2\nL = e * 3", a=5, b=3)
    assert gates(trace) == [("d", "−"), ("e", "d²"), ("L", "×3")]
    assert gradients(trace, *"abde") == [12, -12, 12, 3]


def test_a_function_gives_the_names_of_its_local_variables():
    trace = record(neuron, w=2, x=3, b=-6)
    assert trace.title == "neuron(w, x, b)"
    assert gates(trace) == [("p", "×"), ("s", "+"), ("f", "σ")]
    assert gradients(trace, *"wxb") == [0.75, 0.5, 0.25]


def test_a_function_leaves_the_profiler_as_it_was():
    before = sys.getprofile()
    record(neuron, w=1, x=1, b=1)
    with pytest.raises(ZeroDivisionError):
        record(lambda x: x / (1 // 0), x=1)
    assert sys.getprofile() is before


def test_a_variable_that_is_assigned_twice_names_its_last_value():
    def total(x):
        s = x * 2
        s = s + 1
        return s * s

    trace = record(total, x=3)
    assert gates(trace) == [("q", "×2"), ("s", "+1"), ("f", "×")]


def test_a_default_may_be_given_or_left():
    def scaled(x, factor=10):
        return x * factor

    assert gradients(record(scaled, x=1), "x") == [10]
    assert gradients(record(scaled, x=1, factor=3), "x", "factor") == [3, 1]


def test_an_op_itself_is_a_function():
    assert gradients(record(bw.multiply, x=3, y=4), "x", "y") == [4, 3]


def test_a_tensor_keeps_the_names_it_was_given():
    x = Tensor(3, name="x")
    q = x * Tensor(4)
    q.name = "product"
    trace = record(q + x)
    assert trace.title == "f"
    assert [node.name for node in trace.nodes if node.kind != "constant"] == ["x", "q", "product", "f", "x copied"]
    assert gradients(trace, "x", "product") == [5, 1]


def test_names_are_unique():
    x, y = Tensor(1, name="x"), Tensor(2, name="x")
    trace = record(x * y)
    assert [node.name for node in trace.nodes] == ["x", "x2", "f"]
    assert gradients(trace, "x", "x2") == [2, 1]


@pytest.mark.parametrize("text", ["f * q", "L * f * q + r", "x = x * 2; x = x * 3; x + f"])
def test_names_that_are_taken_are_not_given_again(text):
    trace = record(text, dict.fromkeys(bw.trace.expression.Expression(text).names, 2))
    names = [node.name for node in trace.nodes if node.kind in {"input", "gate"}]
    assert len(set(names)) == len(names)


def test_many_gates_get_numbered_names():
    trace = record("+".join(["x"] * 40), x=1)
    assert len({name for name, _ in gates(trace)}) == 39
    assert gradients(trace, "x") == [40]


def test_a_parenthesis_of_numbers_is_computed_at_once():
    trace = record("x * (2 * 3 - 1)", x=2)
    assert gates(trace) == [("f", "×5")]


@pytest.mark.parametrize(
    ("text", "symbol", "formula", "role"),
    [
        ("x + 1", "+1", "x + 1", "distributor"),
        ("1 + x", "+1", "1 + x", "distributor"),
        ("x + -1", "+(−1)", "x + (−1)", "distributor"),
        ("x * 2", "×2", "x × 2", "scale"),
        ("-1 * x", "×−1", "−1 × x", "scale"),
        ("x - 1", "x−1", "x − 1", "distributor"),
        ("x - -1", "x−(−1)", "x − (−1)", "distributor"),
        ("1 - x", "1−x", "1 − x", "scale"),
        ("x / 2", "x/2", "x / 2", "scale"),
        ("x / -2", "x/(−2)", "x / (−2)", "scale"),
        ("1 / x", "1/x", "1 / x", "slope"),
        ("x ** 2", "x²", "x ** 2", "slope"),
        ("x ** -1", "x⁻¹", "x ** (−1)", "slope"),
        ("x ** 0.5", "x^0.5", "x ** 0.5", "slope"),
        ("2 ** x", "2^x", "2 ** x", "slope"),
        ("-x", "×−1", "−x", "scale"),
        ("max(0, x)", "max(0, x)", "max(0, x)", "router"),
        ("max(x, -1)", "max(x, −1)", "max(x, −1)", "router"),
        ("mean(x, axis=None)", "mean", "mean(x, axis=None)", "scale"),
    ],
)
def test_a_number_is_folded_into_its_gate(text, symbol, formula, role):
    (gate,) = [node for node in record(text, x=3).nodes if node.kind == "gate"]
    assert (gate.symbol, gate.formula, gate.role) == (symbol, formula, role)


def test_a_list_is_a_constant_array():
    trace = record("sum([1, 2] * x + 2 * [3, 4] - [1, -1])", x=[5, 6])
    assert float(trace.value("f")) == 31
    np.testing.assert_array_equal(trace.gradient("x"), [1, 2])
    assert [node.name for node in trace.nodes if node.kind == "constant" and node.value.shape] == [
        "[1, 2]",
        "[3, 4]",
        "[1, −1]",
    ]


def test_numbers_alone_are_a_graph_of_one_node():
    for text in ("1 + 2", "a = 3; a", "+3"):
        trace = record(text)
        assert [node.kind for node in trace.nodes] == ["input"]
        assert gradients(trace, "f") == [1]
    np.testing.assert_array_equal(record("[1, 2]", upstream=[3, 4]).value("f"), [1, 2])


def test_an_upstream_gradient_may_be_given():
    trace = record("x * y", x=3, y=-4, upstream=2)
    assert gradients(trace, "x", "y", "f") == [-8, 6, 2]
    np.testing.assert_array_equal(record("relu(x)", x=[1, -2], upstream=[5, 6]).gradient("x"), [5, 0])


def test_inputs_may_be_a_mapping_where_a_name_is_taken():
    trace = record("upstream * locale + x", {"upstream": 3, "locale": 4}, x=1)
    assert gradients(trace, "upstream", "locale", "x") == [4, 3, 1]


def test_an_input_that_nothing_uses_has_gradient_0():
    trace = record(lambda x, y: x * 2, x=3, y=[1, 2])
    np.testing.assert_array_equal(trace.gradient("y"), [0, 0])


def test_a_students_own_function_is_recorded():
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return 3 * x**2 * upstream

    trace = record(Cube.apply(Tensor(2, name="x")))
    assert gates(trace) == [("f", "Cube")]
    assert trace.nodes[1].formula == "Cube(x)"
    assert [edge.local_text for edge in trace.edges] == ["12", ""]


def test_recording_changes_no_gradients():
    x = Tensor(3)
    record(x * x)
    assert x.grad is None


def test_an_infinite_slope_is_shown_and_its_gate_named():
    with pytest.warns(NonFiniteWarning, match="power sent a gradient that is not finite") as caught:
        trace = record("x ** 0.5", x=0)
    assert len(caught) == 1
    assert trace.gradient("x") == np.inf
    assert trace.edges[0].gradient_text == "∞"


def test_a_value_that_is_not_finite_is_shown_and_warned_of_once():
    with pytest.warns(NonFiniteWarning, match="divide gave inf from 1, x = 0") as caught:
        trace = record("2 * (1 / x)", x=0)
    assert len(caught) == 1
    assert [trace.edges[-1].value_text, trace.edges[0].gradient_text] == ["∞", "−∞"]


def test_a_long_chain_is_recorded_without_recursion():
    x = Tensor(1, name="x")
    f = x
    for _ in range(3000):
        f = f * 1
    assert gradients(record(f), "x") == [1]


@pytest.mark.parametrize(
    ("graph", "inputs", "message"),
    [
        ("x * y", {"x": 1}, "the expression has the inputs x, y: no value for y"),
        ("x", {"x": 1, "y": 2}, "the expression has the inputs x: y given but not used"),
        ("1", {"x": 1}, r"the expression has the inputs \(none\): x given but not used"),
        (neuron, {"w": 1, "x": 2}, r"neuron\(\) has the inputs w, x, b: no value for b"),
        (neuron, {"w": 1, "x": 2, "b": 3, "c": 4}, "c given but not used"),
        (lambda x: 3, {"x": 1}, r"must return a Tensor computed from its inputs, got int: 3"),
        (lambda x: (x, x), {"x": 1}, "got tuple: .* a backward pass starts from one output: return one of them"),
        (lambda *xs: xs[0], {"x": 1}, r"takes \*xs, whose inputs have no names: name each"),
        (lambda **k: k[3], {3: 1}, "the name of an input is a text, got 3"),
        (Tensor(1), {"x": 1}, "a Tensor has been computed already and takes no inputs, got x"),
        (5, {}, r"give a Tensor, a function of Tensors, or an expression such as '\(x \+ y\) \* z', got 5"),
        ("x * y", {"x": "1", "y": 2}, "takes real numbers or arrays of them, got str '1'"),
        ("sigmoid(x, y)", {"x": 1, "y": 2}, r"sigmoid\(x\) cannot be called so: too many positional arguments"),
        ("add(x)", {"x": 1}, r"add\(x, y\) cannot be called so: missing a required argument: 'y'"),
        ("sum(x, axes=0)", {"x": 1}, "cannot be called so: got an unexpected keyword argument 'axes'"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_may_come(graph, inputs, message):
    with pytest.raises(TypeError, match=message):
        record(graph, inputs)


def test_an_array_output_needs_an_upstream_gradient():
    with pytest.raises(ValueError, match=r"this output has shape \(2,\): give it an upstream gradient"):
        record("x * 2", x=[1, 2])


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="locale must be one of en, ko, got 'fr'"):
        record("x", x=1, locale="fr")


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ([3], {}, TypeError, "inputs are keywords, x=3, or a mapping of names to numbers, got 3"),
        ([], {"decimals": 2.5}, ValueError, "decimals must be a whole number from 0 to 17, got 2.5"),
        ([], {"decimals": -1}, ValueError, "decimals must be a whole number from 0 to 17, got -1"),
        ([], {"collapse": 3}, TypeError, r"collapse takes a name, a list of names, or \(\) for all, got 3"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_what_may_come(arguments, options, error, message):
    with pytest.raises(error, match=message):
        record("x * 2", *arguments, **options, **({} if arguments else {"x": 1}))


def test_inputs_that_are_given_by_place_only_keep_their_names():
    def product(x, /, y):
        return x * y

    assert gradients(record(product, x=2, y=3), "x", "y") == [3, 2]


def test_a_function_class_is_recorded_by_itself():
    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            return 2 * upstream

    trace = record(Double, x=3)
    assert trace.title == "Double(x)"
    assert gradients(trace, "x") == [2]


def test_half_a_surrogate_pair_in_a_name_is_written_out():
    trace = record(lambda **k: k["\ud800"] * 2, **{"\ud800": 1})
    assert trace.node("\\ud800").value == 1
    assert trace.to_json().encode()


def test_a_function_of_math_that_stops_the_gradient_is_warned_of():
    with pytest.warns(
        RuntimeWarning, match=r"math\.exp takes .* its gradient stops there: use exp of backprop_widgets"
    ):
        trace = record(lambda x: x * math.exp(x), x=0)
    assert gradients(trace, "x") == [1]  # of x alone


def test_functions_of_math_on_plain_numbers_are_nobodys_business():
    assert gradients(record(lambda x: x * math.exp(0) * math.floor(x), x=2), "x") == [2]
