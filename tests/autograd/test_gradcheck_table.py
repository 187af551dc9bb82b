"""The gradient check over a table of right backwards, and of the mistakes that students make in them, by name.

Of the worst entry, the numerical gradient has to be the right one by the table, the analytical one the wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from backprop_widgets import Function
from backprop_widgets.autograd.differences import drawn
from backprop_widgets.autograd.gradcheck import gradcheck

X = [[0.5, -1.2, 2.0], [1.5, 0.3, -0.7], [-2.2, 1.1, 0.9]]  # square: a missing transpose does not show in the shape
Y = [[1.4, 0.6, -0.8], [-1.1, 2.3, 0.7], [0.4, -1.9, 1.2]]
POSITIVE = [0.4, 1.3, 2.6]
BOTH_SIGNS = [0.4, -1.3, 2.6]
ONE_HOT = np.eye(3)[[2, 0, 1]]
PICKED = np.eye(3)[[0, 0, 2]]
MODERATE = (1.0, 1e-3)  # an exponential overflows beyond


@dataclass
class Row:
    """One function with its right backward, `(upstream, *inputs) -> gradients`, and wrong ones."""

    forward: object
    right: object
    inputs: tuple
    wrong: dict = field(default_factory=dict)
    scales: tuple = (1.0, 1e-3, 1e3)  # of the inputs, at which the right backward passes


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def spread(u, x):
    return np.repeat(u[:, np.newaxis], x.shape[1], axis=1)


def standardised(x):
    return (x - x.mean()) / x.std()


def standardised_back(u, x):
    z = standardised(x)
    return (u - u.mean() - z * (u * z).mean()) / x.std()


TABLE = {
    "multiply": Row(
        lambda x, y: x * y,
        lambda u, x, y: (u * y, u * x),
        (X, Y),
        {
            "own operand": lambda u, x, y: (u * x, u * y),
            "upstream forgotten": lambda u, x, y: (y, x),
            "upstream added": lambda u, x, y: (u + y, u + x),
            "upstream passed on": lambda u, x, y: (u, u),
            "one of the two detached": lambda u, x, y: (u * y, 0 * u),
        },
    ),
    "divide": Row(
        lambda x, y: x / y,
        lambda u, x, y: (u / y, -u * x / y**2),
        (X, Y),
        {
            "square missing": lambda u, x, y: (u / y, -u * x / y),
            "sign missing": lambda u, x, y: (u / y, u * x / y**2),
            "outputs swapped": lambda u, x, y: (-u * x / y**2, u / y),
        },
    ),
    "subtract": Row(
        lambda x, y: x - y, lambda u, x, y: (u, -u), (X, Y), {"sign of the second": lambda u, x, y: (u, u)}
    ),
    "add a row": Row(
        lambda x, b: x + b,
        lambda u, x, b: (u, u.sum(axis=0)),
        (X, POSITIVE),
        {
            "wrong axis": lambda u, x, b: (u, u.sum(axis=1)),
            "mean for sum": lambda u, x, b: (u, u.mean(axis=0)),
            "first row only": lambda u, x, b: (u, u[0]),
        },
    ),
    "times 3": Row(lambda x: 3 * x, lambda u, x: 3 * u, (X,), {"factor forgotten": lambda u, x: u}),
    "cube": Row(
        lambda x: x**3,
        lambda u, x: 3 * u * x**2,
        (BOTH_SIGNS,),
        {
            "exponent kept": lambda u, x: 3 * u * x**3,
            "factor lost": lambda u, x: u * x**2,
            "constant gradient": lambda u, x: 3 * u,
        },
    ),
    "reciprocal": Row(
        lambda x: 1 / x,
        lambda u, x: -u / x**2,
        (BOTH_SIGNS,),
        {
            "sign lost": lambda u, x: u / x**2,
            "square missing": lambda u, x: -u / x,
        },
    ),
    "exp": Row(
        np.exp,
        lambda u, x: u * np.exp(x),
        (BOTH_SIGNS,),
        {"input for output": lambda u, x: u * x, "power rule": lambda u, x: u * x * np.exp(x - 1)},
        scales=MODERATE,
    ),
    "log": Row(
        np.log,
        lambda u, x: u / x,
        (POSITIVE,),
        {"one over the output": lambda u, x: u / np.log(x), "itself": lambda u, x: u * np.log(x)},
    ),
    "sqrt": Row(
        np.sqrt,
        lambda u, x: u / (2 * np.sqrt(x)),
        (POSITIVE,),
        {"half forgotten": lambda u, x: u / np.sqrt(x), "input for output": lambda u, x: u / (2 * x)},
    ),
    "sigmoid": Row(
        sigmoid,
        lambda u, x: u * sigmoid(x) * (1 - sigmoid(x)),
        (BOTH_SIGNS,),
        {
            "of the input": lambda u, x: u * x * (1 - x),
            "taken at the output": lambda u, x: u * sigmoid(sigmoid(x)) * (1 - sigmoid(sigmoid(x))),
            "second factor lost": lambda u, x: u * sigmoid(x),
        },
    ),
    "tanh": Row(
        np.tanh,
        lambda u, x: u * (1 - np.tanh(x) ** 2),
        (BOTH_SIGNS,),
        {"of the input": lambda u, x: u * (1 - x**2), "square missing": lambda u, x: u * (1 - np.tanh(x))},
    ),
    "sin": Row(np.sin, lambda u, x: u * np.cos(x), (X,), {"sign": lambda u, x: -u * np.cos(x)}),
    "relu": Row(
        lambda x: np.maximum(x, 0),
        lambda u, x: u * (x > 0),
        (BOTH_SIGNS,),
        {
            "mask of the upstream": lambda u, x: u * (u > 0),
            "no mask": lambda u, x: u,
            "times the input": lambda u, x: u * x * (x > 0),
        },
    ),
    "abs": Row(np.abs, lambda u, x: u * np.sign(x), (BOTH_SIGNS,), {"slope 1": lambda u, x: u}),
    "maximum": Row(
        np.maximum,
        lambda u, x, y: (u * (x > y), u * (y > x)),
        (X, Y),
        {
            "to both": lambda u, x, y: (u, u),
            "to the smaller": lambda u, x, y: (u * (x < y), u * (y < x)),
            "always to the first": lambda u, x, y: (u, 0 * u),
            "times the value": lambda u, x, y: (u * x * (x > y), u * y * (y > x)),
        },
    ),
    "matmul": Row(
        lambda x, w: x @ w,
        lambda u, x, w: (u @ w.T, x.T @ u),
        (X, Y),
        {
            "first transpose missing": lambda u, x, w: (u @ w, x.T @ u),
            "second transpose missing": lambda u, x, w: (u @ w.T, x @ u),
            "order swapped": lambda u, x, w: (w.T @ u, u @ x.T),
            "result transposed": lambda u, x, w: (u @ w.T, (x.T @ u).T),
            "entry by entry": lambda u, x, w: (u * w, x * u),
        },
    ),
    "sum": Row(
        lambda x: x.sum(axis=1),
        spread,
        (X,),
        {
            "divided by n": lambda u, x: spread(u, x) / 3,
            "wrong axis": lambda u, x: spread(u, x).T,
            "upstream forgotten": lambda u, x: np.ones((3, 3)),
        },
    ),
    "mean": Row(
        lambda x: x.mean(axis=1),
        lambda u, x: spread(u, x) / 3,
        (X,),
        {"not divided": spread, "by all": lambda u, x: spread(u, x) / 9},
    ),
    "softmax": Row(
        softmax,
        lambda u, x: softmax(x) * (u - (u * softmax(x)).sum(axis=1, keepdims=True)),
        (X,),
        {
            "diagonal only": lambda u, x: u * softmax(x) * (1 - softmax(x)),
            "summed over the batch": lambda u, x: softmax(x) * (u - (u * softmax(x)).sum(axis=0)),
        },
        scales=MODERATE,
    ),
    "softmax and cross-entropy": Row(
        lambda x: -np.log((softmax(x) * ONE_HOT).sum(axis=1)).mean(),
        lambda u, x: u * (softmax(x) - ONE_HOT) / 3,
        (X,),
        {
            "1/N forgotten": lambda u, x: u * (softmax(x) - ONE_HOT),
            "label forgotten": lambda u, x: u * softmax(x) / 3,
            "true class only": lambda u, x: u * (softmax(x) - ONE_HOT) * ONE_HOT / 3,
            "scores for probabilities": lambda u, x: u * (x - ONE_HOT) / 3,
        },
        scales=MODERATE,
    ),
    "squared error": Row(
        lambda x, t: ((x - t) ** 2).mean(),
        lambda u, x, t: (u * 2 * (x - t) / 9, -u * 2 * (x - t) / 9),
        (X, Y),
        {
            "2 forgotten": lambda u, x, t: (u * (x - t) / 9, -u * (x - t) / 9),
            "sign of the target": lambda u, x, t: (u * 2 * (x - t) / 9, u * 2 * (x - t) / 9),
        },
    ),
    "index": Row(
        lambda x: x[[0, 0, 2]],
        lambda u, x: PICKED.T @ u,
        (POSITIVE,),
        {"= for +=": lambda u, x: PICKED.T @ (u * [0, 1, 1]), "to all": lambda u, x: u},
    ),
    "concatenate": Row(
        lambda x, y: np.concatenate([x, y]),
        lambda u, x, y: (u[:3], u[3:]),
        (POSITIVE, BOTH_SIGNS),
        {"parts swapped": lambda u, x, y: (u[3:], u[:3])},
    ),
    "reshape": Row(
        lambda x: x.reshape(3, 2),
        lambda u, x: u.reshape(2, 3),
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],),
        {"transposed": lambda u, x: u.T, "Fortran order": lambda u, x: u.reshape(2, 3, order="F")},
    ),
    "transpose": Row(lambda x: x.T, lambda u, x: u.T, (X,), {"not turned back": lambda u, x: u}),
    "cumsum": Row(
        np.cumsum,
        lambda u, x: np.cumsum(u[::-1])[::-1],
        (BOTH_SIGNS,),
        {"not reversed": lambda u, x: np.cumsum(u)},
    ),
    "exp of sin": Row(
        lambda x: np.exp(np.sin(x)),
        lambda u, x: u * np.exp(np.sin(x)) * np.cos(x),
        (X,),
        {
            "chain stops early": lambda u, x: u * np.exp(np.sin(x)),
            "outer slope at the input": lambda u, x: u * np.exp(x) * np.cos(x),
        },
    ),
    "x exp(x)": Row(
        lambda x: x * np.exp(x),
        lambda u, x: u * (1 + x) * np.exp(x),
        (BOTH_SIGNS,),
        {
            "one branch of the fork": lambda u, x: u * x * np.exp(x),
            "branches averaged": lambda u, x: u * (1 + x) * np.exp(x) / 2,
        },
        scales=MODERATE,
    ),
    "standardise": Row(  # under an upstream of ones its gradient is 0, whatever is forgotten
        standardised,
        standardised_back,
        (X,),
        {
            "mean and spread detached": lambda u, x: u / x.std(),
            "spread detached": lambda u, x: (u - u.mean()) / x.std(),
        },
    ),
    "l2": Row(lambda w: 0.1 * (w**2).sum(), lambda u, w: 0.2 * u * w, (X,), {"half of it": lambda u, w: 0.1 * u * w}),
}

RIGHT = [pytest.param(row, scale, id=f"{name} x {scale:g}") for name, row in TABLE.items() for scale in row.scales]
WRONG = [
    pytest.param(row, back, id=f"{name}: {mistake}")
    for name, row in TABLE.items()
    for mistake, back in row.wrong.items()
]


def gate(forward, back):
    """A Function of these two."""

    class Gate(Function):
        @staticmethod
        def forward(ctx, *inputs):
            ctx.save_for_backward(*inputs)
            return forward(*inputs)

        @staticmethod
        def backward(ctx, upstream):
            return back(upstream, *ctx.saved_tensors)

    return Gate


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def test_the_table_is_long_enough():
    assert len(TABLE) >= 30
    assert len(WRONG) >= 60


@pytest.mark.parametrize(("row", "scale"), RIGHT)
def test_a_right_backward_passes(row, scale):
    inputs = [scale * np.array(x) for x in row.inputs]
    report = gradcheck(gate(row.forward, row.right), *inputs)
    assert report, report
    assert all(found.compared == np.size(x) for found, x in zip(report.inputs, inputs, strict=True))


@pytest.mark.parametrize(("row", "back"), WRONG)
def test_each_mistake_is_caught_where_it_is(row, back):
    inputs = [np.array(x) for x in row.inputs]
    report = gradcheck(gate(row.forward, back), *inputs)
    assert not report
    upstream = drawn(np.shape(row.forward(*inputs)), 0)
    rights, wrongs = (as_tuple(f(upstream, *inputs)) for f in (row.right, back))
    assert not all(found.is_right for found in report.inputs)
    for found, right, wrong in zip(report.inputs, rights, wrongs, strict=True):
        np.testing.assert_allclose(found.numerical, right[found.entry], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.analytical, np.asarray(wrong)[found.entry], rtol=1e-12)
        assert found.is_right == np.allclose(right, wrong)
        if not found.is_right:
            assert f"WRONG, numerical {found.numerical:.6g}, analytical {found.analytical:.6g}" in str(report)
            assert abs(right - wrong)[found.entry] > 1e-3


@pytest.mark.parametrize("scale", [1e-3, 1e3], ids=str)
@pytest.mark.parametrize(("row", "back"), WRONG)
def test_each_mistake_is_caught_in_small_and_large_numbers(row, back, scale):
    inputs = [scale * np.array(x) for x in row.inputs]
    with np.errstate(all="ignore"):
        upstream = drawn(np.shape(row.forward(*inputs)), 0)
        pairs = zip(*(as_tuple(f(upstream, *inputs)) for f in (row.right, back)), strict=True)
        is_visible = any(np.max(abs(right - wrong)) > 1e-8 for right, wrong in pairs)
    if scale in row.scales:
        assert bool(gradcheck(gate(row.forward, back), *inputs)) != is_visible
