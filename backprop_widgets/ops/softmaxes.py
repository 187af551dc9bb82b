"""The gates that turn scores into probabilities: softmax and its logarithm."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.code import coded_with
from backprop_widgets.autograd.function import Context, Function, Slips, export
from backprop_widgets.ops.scores import log_probabilities


class Softmax(Function):
    """Turn scores into probabilities along `axis`; stable for scores of any size.

    >>> softmax([0, 0])
    Tensor([0.5, 0.5])
    """

    symbol = "softmax"
    latex = r"\frac{e^{{x}_k}}{\sum_j e^{{x}_j}}"
    local_latex = (r"{z}_k (1[k = j] - {z}_j)",)
    code = "{shifted} = np.exp({x} - np.max({x}{over}))\n{shifted} / np.sum({shifted}{over})"
    backward_code = ("{z} * ({u} - np.sum({u} * {z}{over}))",)
    slips: ClassVar[Slips] = {
        "diagonal only": (lambda u, z: u * z * (1.0 - z),),
        "derivative left out": (lambda u: u,),
    }
    jacobian = ("dense",)
    samples = (([1.0, -2.0, 0.5],), ([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]],))

    @staticmethod
    def forward(ctx: Context, x: Any, *, axis: int = -1) -> Any:
        p = np.exp(log_probabilities(x, axis))
        ctx.save_for_backward(p, axis)
        return p

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        p, axis = ctx.saved_tensors
        return p * (upstream - (upstream * p).sum(axis=axis, keepdims=True))

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        return coded_with(cls, over=along(gate))


class LogSoftmax(Function):
    """Compute the logarithm of softmax along `axis`, without ever taking the log of a rounded 0.

    >>> log_softmax([0, 0])
    Tensor([-0.6931, -0.6931])
    """

    symbol = "log softmax"
    latex = r"{x}_k - \ln \sum_j e^{{x}_j}"
    local_latex = (r"1[k = j] - e^{{z}_j}",)
    code = "{shifted} = {x} - np.max({x}{over})\n{shifted} - np.log(np.sum(np.exp({shifted}){over}))"
    backward_code = ("{u} - np.exp({z}) * np.sum({u}{over})",)
    jacobian = ("dense",)
    samples = (([1.0, -2.0, 0.5],), ([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]],))

    @staticmethod
    def forward(ctx: Context, x: Any, *, axis: int = -1) -> Any:
        z = log_probabilities(x, axis)
        ctx.save_for_backward(z, axis)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        z, axis = ctx.saved_tensors
        return upstream - np.exp(z) * upstream.sum(axis=axis, keepdims=True)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        return coded_with(cls, over=along(gate))


def along(gate: Context) -> str:
    """Along which axis to add up, as code: a vector has one only."""
    return "" if gate.inputs[0].ndim == 1 else f", axis={gate.options.get('axis', -1)}, keepdims=True"


softmax = export(Softmax, "softmax")
log_softmax = export(LogSoftmax, "log_softmax")
