"""Values and gradients agree with PyTorch's, op by op and on whole graphs. Skipped where PyTorch is not installed."""

from __future__ import annotations

import builtins
import importlib.util
import sys

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor, compare_with_torch
from backprop_widgets.autograd.function import table
from backprop_widgets.datasets import blobs
from backprop_widgets.trace.torch_forms import FORMS, form_of

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is not installed: pip install torch"
)
SAMPLES = [
    pytest.param(op, sample, id=f"{name}-{k}") for name, op in table.items() for k, sample in enumerate(op.samples)
]
MATRIX = [[1.0, -2.0, 0.5], [3.0, 0.2, -1.0]]


class Cube(Function):
    """A student's gate that brings its PyTorch form along."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * upstream

    @staticmethod
    def in_torch(x):
        return x**3


class WrongCube(Cube):
    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return x**2 * upstream


def upstream_for(output):
    return np.cos(np.arange(output.size)).reshape(output.shape) + 0.5


def test_every_op_has_a_pytorch_form():
    assert sorted(FORMS) == sorted(table)
    assert all(form_of(op) for op in table.values())


def test_without_pytorch_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="comparing with PyTorch needs PyTorch: pip install torch"):
        compare_with_torch("x * y", x=3, y=4)


def test_pytorch_is_not_imported_with_the_package(monkeypatch):
    asked = []
    monkeypatch.setattr(
        builtins, "__import__", lambda name, *rest, real=builtins.__import__: asked.append(name) or real(name, *rest)
    )
    spec = importlib.util.find_spec("backprop_widgets.trace.torch_compare")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert asked
    assert "torch" not in asked


@needs_torch
@pytest.mark.parametrize(("op", "sample"), SAMPLES)
def test_every_op_agrees_on_its_samples(op, sample):
    output = op.apply(*[Tensor(x) for x in sample])
    report = compare_with_torch(output, upstream=upstream_for(output))
    assert report, report
    assert sum(found.kind == "gradient" for found in report.comparisons) > len(sample) - len(op.labels)


@needs_torch
@pytest.mark.parametrize(
    "compute",
    [
        lambda x: bw.sum(x, axis=0),
        lambda x: bw.sum(x, axis=(0, 1), keepdims=True),
        lambda x: bw.sum(x, axis=()),
        lambda x: bw.mean(x, axis=-1, keepdims=True),
        lambda x: bw.max(x, axis=1, keepdims=True),
        lambda x: bw.min(x, axis=0),
        lambda x: bw.reshape(x, shape=(3, -1)),
        lambda x: bw.reshape(x, shape=6),
        lambda x: bw.transpose(bw.reshape(x, shape=(1, 2, 3)), axes=(2, 0, 1)),
        lambda x: bw.concatenate(x, x, axis=1),
        lambda x: x[::-1, 1],
        lambda x: x[[0, 0, 1], 1:],
        lambda x: x[..., -1],
        lambda x: bw.softmax(x, axis=0),
        lambda x: bw.log_softmax(x, axis=0),
        lambda x: bw.leaky_relu(x, slope=0.2),
        lambda x: bw.elu(x, alpha=2.0),
        lambda x: bw.softplus(30 * x),
        lambda x: bw.hinge_loss(x, [0, 2], margin=2.5),
        lambda x: bw.softmax_cross_entropy(x, [[0.2, 0.5, 0.3], [0.0, 1.0, 0.0]]),
        lambda x: bw.cross_entropy(bw.softmax(x), [[0.2, 0.5, 0.3], [0.0, 1.0, 0.0]]),
        lambda x: bw.hinge_loss(x, [[1, 0, 0], [0, 0, 1]]),
        lambda x: bw.l2(x, strength=0.3),
        lambda x: bw.l2(x, 0.3),
        lambda x: x**2 / 3 - x + 2.0**x,
        lambda x: 1 - x @ x.T,
    ],
    ids=range(26),
)
def test_options_mean_the_same(compute):
    output = compute(Tensor(MATRIX, name="x"))
    report = compare_with_torch(output, upstream=upstream_for(output))
    assert report, report


@needs_torch
def test_an_expression_and_its_intermediate_values_agree():
    report = compare_with_torch("q = x + y; f = q * z", x=-2, y=5, z=-4)
    assert report
    rows = {(found.name, found.kind): (found.ours, found.theirs) for found in report.comparisons}
    assert rows["q", "value"] == (3, 3)
    assert rows["q", "gradient"] == rows["x", "gradient"] == (-4, -4)
    assert rows["z", "gradient"] == (3, 3)
    assert str(report).splitlines()[1] == "value of x: equal, ours -2, PyTorch's -2, relative error 0.0e+00"


@needs_torch
def test_a_network_agrees_in_every_parameter():
    X, labels = blobs(5, 3)
    draw = np.random.default_rng(0)

    def network(W1, b1, W2, b2):
        hidden = bw.relu(X @ W1 + b1)
        scores = hidden @ W2 + b2
        return bw.softmax_cross_entropy(scores, labels) + bw.l2(W1, 0.01) + bw.l2(W2, 0.01)

    shapes = {"W1": (2, 8), "b1": (8,), "W2": (8, 3), "b2": (3,)}
    report = compare_with_torch(network, {name: draw.normal(size=shape) for name, shape in shapes.items()})
    assert report, report
    assert {*shapes, "hidden", "scores"} <= {found.name for found in report.comparisons}


@needs_torch
def test_of_a_named_constant_the_value_is_compared_alone():
    report = compare_with_torch(lambda v: bw.sum(MATRIX @ v), v=[1, 2, 3])
    assert report, report
    assert [found.kind for found in report.comparisons if found.name == "MATRIX"] == ["value"]


@needs_torch
def test_a_wrong_gradient_is_shown_with_both_numbers():
    assert compare_with_torch(lambda x: Cube.apply(x) + x, x=2)
    report = compare_with_torch(lambda x: WrongCube.apply(x), x=[1.0, 2.0], upstream=[1.0, 1.0])  # noqa: PLW0108
    assert not report
    assert "gradient of x[1]: DIFFERENT, ours 4, PyTorch's 12, relative error 6.7e-01" in str(report)
    assert [found.is_equal for found in report.comparisons if found.kind == "value"] == [True, True]


@needs_torch
def test_a_wrong_value_is_shown_too(monkeypatch):
    monkeypatch.setitem(FORMS, "sin", lambda torch, x: torch.cos(x))
    assert "value of f: DIFFERENT, ours 0.841471, PyTorch's 0.540302" in str(compare_with_torch("sin(x)", x=1))


@needs_torch
def test_at_a_tie_pytorch_shares_the_gradient():
    report = compare_with_torch("max(x, y)", x=2, y=2)
    assert not report
    assert "gradient of y: DIFFERENT, ours 0, PyTorch's 0.5" in str(report)


@needs_torch
def test_a_function_without_a_form_is_refused():
    class Plain(Function):
        forward = staticmethod(lambda ctx, x: 2 * x)
        backward = staticmethod(lambda ctx, upstream: 2 * upstream)

    with pytest.raises(ValueError, match="Plain has no PyTorch form: give its class a static method in_torch"):
        compare_with_torch(Plain.apply(Tensor(1.0)))


@needs_torch
def test_a_form_of_another_shape_is_refused():
    class Sums(Cube):
        in_torch = staticmethod(lambda x: x.sum())

    with pytest.raises(ValueError, match=r"Sums gives shape \(2,\), and its PyTorch form \(\)"):
        compare_with_torch(Sums.apply(Tensor([1.0, 2.0])), upstream=[1.0, 1.0])
