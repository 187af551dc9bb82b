"""The gradient check takes every kind of graph: expressions, functions, Function classes, Tensors."""

from __future__ import annotations

import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor, gradcheck
from backprop_widgets.autograd.function import table


class Double(Function):
    """Right; its subclass is wrong."""

    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        return 2 * upstream


class WrongDouble(Double):
    @staticmethod
    def backward(ctx, upstream):
        return upstream


def product(x, *, y):
    return x * y


@pytest.mark.parametrize(
    ("report", "names"),
    [
        (lambda: gradcheck("x * y", x=3, y=4), ["x", "y"]),
        (lambda: gradcheck("q = x @ w; sum(q * q)", x=[[1, 2]], w=[[1], [-1]]), ["x", "w"]),
        (lambda: gradcheck("seed * f", {"seed": 2}, f=3), ["seed", "f"]),
        (lambda: gradcheck("softmax_cross_entropy(s, y)", s=[1, 2, 3], y=1), ["s"]),
        (lambda: gradcheck(lambda x, y: x * y, 3, 4), ["x", "y"]),
        (lambda: gradcheck(lambda x, y: x * y, 3, y=4), ["x", "y"]),
        (lambda: gradcheck(product, 3, y=4), ["x", "y"]),
        (lambda: gradcheck(lambda **inputs: inputs["a"] * inputs["b"], a=3, b=4), ["a", "b"]),
        (lambda: gradcheck(Double, 3), ["x"]),
        (lambda: gradcheck(Double, x=3), ["x"]),
        (lambda: gradcheck(bw.multiply, 3, 4), ["x", "y"]),
        (lambda: gradcheck(bw.sum, [[1, 2], [3, 4]], axis=1), ["x"]),
        (lambda: gradcheck(table["concatenate"], [[1]], [[2]], axis=1), ["input 1", "input 2"]),
        (lambda: gradcheck(Tensor(3, name="a") * Tensor([1, 2], name="b") + 1), ["a", "b"]),
        (lambda: gradcheck(Tensor(3, name="a")), ["a"]),
    ],
    ids=range(15),
)
def test_every_kind_of_graph_is_checked(report, names):
    checked = report()
    assert checked, checked
    assert [found.name for found in checked.inputs] == names
    assert all(found.compared for found in checked.inputs)


def test_the_report_is_headed_by_the_expression_or_the_name():
    assert str(gradcheck("x * y", x=3, y=4)).startswith("gradient check of x * y: right\nx: right, numerical")
    assert str(gradcheck(product, 3, y=4)).startswith("gradient check of product: right")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gradcheck(WrongDouble, 3),
        lambda: gradcheck(WrongDouble.apply, 3),
        lambda: gradcheck(lambda x: bw.exp(WrongDouble.apply(x)), x=3),
        lambda: gradcheck(WrongDouble.apply(Tensor(3)) + 1),
    ],
    ids=["class", "apply", "function", "tensor"],
)
def test_a_wrong_backward_is_caught_in_every_kind(wrong):
    assert not wrong()


def test_a_mistake_in_an_op_shows_in_an_expression(monkeypatch):
    monkeypatch.setattr(table["sin"], "backward", staticmethod(lambda ctx, upstream: upstream))
    report = gradcheck("x * sin(y)", x=2, y=1)
    assert [found.is_right for found in report.inputs] == [True, False]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gradcheck("x * y", x=1), TypeError, "no value for y"),
        (lambda: gradcheck("x * y", 1, 2), TypeError, r"inputs of an expression are keywords, .* got \(1, 2\)"),
        (lambda: gradcheck("x *", x=1), ValueError, "cannot read the expression"),
        (lambda: gradcheck(3), TypeError, "give an expression .* got 3"),
        (lambda: gradcheck(product, 1), TypeError, r"product\(x, \*, y\) cannot be called so: missing a required"),
        (lambda: gradcheck(Double, 1, 2), TypeError, r"Double\(x\) cannot be called so: too many positional"),
        (lambda: gradcheck(Tensor(1), 2), TypeError, "a Tensor has been computed already"),
    ],
    ids=range(7),
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
