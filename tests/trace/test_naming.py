"""What the nodes of a graph are called: the names that the student has for them, where there are any."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Tensor, flat_code, record
from backprop_widgets.drawing.explain import explanations
from backprop_widgets.trace import Trace

DATA = np.array([[1.0, 2.0], [3.0, 4.0]])
weight = Tensor(3, name="weight")
unnamed = Tensor(4.0)
labels = [1, 0]
X = Tensor(DATA, is_constant=True)
data = np.array([7.0, 8.0])
POINT = {"v": [1.0, -1.0]}


def leaves(trace):
    return [(node.kind, node.name) for node in trace.nodes if node.kind in ("input", "constant")]


# ---- tensors that a function reads from around it ----


def test_a_tensor_from_outside_keeps_its_own_name_and_else_has_that_of_its_variable():
    trace = record(lambda x: weight * x + unnamed, x=2)
    assert leaves(trace) == [("input", "x"), ("input", "weight"), ("input", "unnamed")]
    assert trace.gradient("weight") == 2


def test_a_variable_of_the_function_around_it_counts_too():
    inner = Tensor(2.0)
    assert leaves(record(lambda x: inner * x, x=2)) == [("input", "x"), ("input", "inner")]


def test_an_input_hides_what_is_called_so_outside():
    trace = record(lambda labels, v: bw.sum(labels * v), labels=[2, 3], v=[1, 1])
    assert leaves(trace) == [("input", "labels"), ("input", "v")]
    hidden = Tensor(5.0, name="x")
    assert leaves(record(lambda x: hidden * x, x=2)) == [("input", "x"), ("input", "x2")]


def test_a_name_of_its_own_comes_before_the_variable_that_holds_it():
    def scaled(x):
        rate = Tensor(0.5, name="λ")
        product = rate * x
        return product + 1

    assert [node.name for node in record(scaled, x=2).nodes if node.kind != "constant"] == ["x", "λ", "product", "f"]


# ---- a Tensor that has been computed ----


def test_a_tensor_is_called_as_the_variable_that_holds_it_where_the_trace_is_asked_for():
    x, y = Tensor(3.0), Tensor(4.0)
    product = x * y
    loss = product + x
    trace = record(loss)
    assert trace.title == "loss"
    assert [node.name for node in trace.nodes if node.kind != "copy"] == ["x", "y", "product", "loss"]
    assert flat_code(loss).forward.splitlines() == ["product = x * y", "loss = product + x"]


def test_an_array_is_called_as_its_variable_there_too():
    w = Tensor([1.0, -1.0], name="w")
    trace = record(bw.sum(DATA @ w))
    assert leaves(trace) == [("input", "w"), ("constant", "DATA")]


def test_a_variable_of_the_function_hides_one_of_the_module_and_comes_before_it():
    weight, own = Tensor(7.0), unnamed  # noqa: F841  (looked up by name)
    trace = record(weight * unnamed)
    assert leaves(trace) == [("input", "own"), ("input", "weight")]


def test_a_variable_that_holds_a_tensor_of_another_graph_takes_no_name_away():
    f, q = Tensor(1.0), Tensor(2.0)  # noqa: F841  (looked up by name)
    trace = record(Tensor(3.0, name="x") * 2 + 1)
    assert trace.title == "f"
    assert [node.name for node in trace.nodes if node.kind != "constant"] == ["x", "q", "f"]


def test_where_python_and_jupyter_keep_results_is_no_name():
    _12 = Tensor(3.0)
    __ = _12 * Tensor(4.0)
    assert [node.name for node in record(__).nodes] == ["q", "r", "f"]


def test_a_module_without_a_name_has_variables_too():
    namespace = {"record": record, "x": Tensor(3.0)}
    exec("trace = record(x * x)", namespace)  # noqa: S102  (written by us)
    assert namespace["trace"].nodes[0].name == "x"


# ---- constants ----


def product_with_array(v):
    return bw.sum(DATA @ v)


def product_with_local(v):
    A = DATA * 1
    return bw.sum(A @ v)


def product_with_named(v):
    return bw.sum(Tensor(DATA, name="A", is_constant=True) @ v)


@pytest.mark.parametrize(
    ("graph", "name"),
    [
        (product_with_array, "DATA"),
        (product_with_local, "A"),
        (product_with_named, "A"),
        (lambda v: bw.sum(X @ v), "X"),
        (lambda v, B=DATA: bw.sum(B @ v), "B"),
        ("A = [[1, 2], [3, 4]]\nsum(A @ v)", "A"),
    ],
    ids=["global", "local", "own", "tensor", "default", "expression"],
)
def test_a_constant_array_is_called_as_the_student_calls_it(graph, name):
    trace = record(graph, POINT)
    assert leaves(trace) == [("input", "v"), ("constant", name)]
    np.testing.assert_array_equal(trace.value(name), DATA)
    with pytest.raises(KeyError, match=f"{name}' is a constant: it has no gradient"):
        trace.gradient(name)
    code = flat_code(trace)
    assert f"{name} = np.array([[1.0, 2.0], [3.0, 4.0]])" in code.inputs
    assert code.forward.startswith(f"q = {name} @ v")
    again = Trace.from_json(trace.to_json())
    assert leaves(again) == leaves(trace)
    assert str(flat_code(again)) == str(code)


def test_a_local_array_hides_a_global_of_the_name_of_an_attribute():
    def product(v):
        data = DATA * 1
        return bw.sum(data @ v) + float(v.data[0])

    assert leaves(record(product, POINT))[1] == ("constant", "data")


def test_labels_are_called_as_the_student_calls_them():
    trace = record(lambda s: bw.softmax_cross_entropy(s, labels), s=DATA)
    assert leaves(trace) == [("input", "s"), ("constant", "labels")]


@pytest.mark.parametrize("graph", [lambda v: bw.sum([[1, 2], [3, 4]] @ v), "sum([[1, 2], [3, 4]] @ v)"])
def test_a_constant_that_nobody_named_is_called_by_its_number_and_c_in_code(graph):
    trace = record(graph, POINT)
    assert leaves(trace) == [("input", "v"), ("constant", "2×2")]
    assert "c = np.array" in flat_code(trace).inputs
    with pytest.raises(KeyError, match="no node is called '2×2'; there are v, q, f"):
        trace.value("2×2")


def test_a_number_is_written_into_its_gate_though_it_has_a_name():
    rate = Tensor(0.5, name="rate", is_constant=True)
    trace = record(lambda x: rate * x, x=2)
    assert (trace.node("f").symbol, trace.node("f").formula) == ("×0.5", "0.5 × x")
    assert flat_code(trace).forward == "f = 0.5 * x"


def test_an_array_used_twice_is_written_once_in_code():
    trace = record(lambda v: bw.sum(DATA @ v) + bw.sum(DATA @ v * v), POINT)
    assert leaves(trace) == [("input", "v"), ("constant", "DATA"), ("constant", "DATA")]
    code = str(flat_code(trace))
    assert code.count("np.array([[1.0, 2.0], [3.0, 4.0]])") == 1
    namespace = {}
    exec(code, namespace)  # noqa: S102  (written by us)
    np.testing.assert_array_equal(namespace["dv"], trace.gradient("v"))


def test_two_arrays_of_one_name_in_code_are_told_apart():
    x = Tensor([1.0, 2.0], name="x")
    first, second = (Tensor(array, name="A", is_constant=True) for array in ([3.0, 4.0], [5.0, 6.0]))
    code = flat_code(bw.sum(first * x + second * x))
    assert code.inputs.splitlines()[2:] == ["A = np.array([3.0, 4.0])", "A2 = np.array([5.0, 6.0])"]


def test_a_name_that_something_else_has_is_not_given_to_a_constant():
    named = Tensor([2.0, 1.0], name="DATA")
    trace = record(lambda v: bw.sum(DATA @ (named * v)), POINT)
    assert leaves(trace) == [("input", "v"), ("input", "DATA"), ("constant", "2×2")]


@pytest.mark.parametrize(
    "other",
    [
        np.array([[1.0, 2.0], [3.0, 5.0]]),
        np.array([[1.0, 2.0]]),
        np.array(1.0),
        [["1", "2"], ["3", "4"]],
        [[1, 2], [3]],
        [Tensor(1.0), Tensor(2.0)],
        [10**400, 1],
        np.array([[1, 2], [3, 4]], dtype=complex),
        None,
    ],
    ids=str,
)
def test_a_variable_that_holds_something_else_gives_no_name(other):
    def product(v):
        assert not isinstance(other, str)
        return bw.sum([[1, 2], [3, 4]] @ v)

    assert leaves(record(product, POINT)) == [("input", "v"), ("constant", "2×2")]


def test_a_function_around_which_a_variable_has_no_value_yet_is_recorded_all_the_same():
    def outer():
        trace = record(lambda x: x * 2 if x > 0 else later, x=2)
        later = Tensor(1.0)
        return trace, later

    assert leaves(outer()[0])[0] == ("input", "x")


def test_the_formulas_use_the_name():
    trace = record(product_with_array, POINT)
    assert trace.node("q").formula == "DATA @ v"
    page = trace.to_svg()
    assert ">DATA<" in page
    assert ">2×2</text>" in page  # its shape stands on the wire
    told = explanations(trace)[trace.node("q").id]
    assert "<mi>DATA</mi>" in ET.tostring(told.value, "unicode")
