"""The activation functions of a neuron."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_widgets.autograd.function import Context, export
from backprop_widgets.ops.arithmetic import Elementwise


class ReLU(Elementwise):
    """Compute max(0, x): open for positive inputs, closed for the others; the slope at 0 is taken as 0.

    >>> relu(-3)
    Tensor(0.)
    """

    symbol = "ReLU"
    role = "switch"
    latex = r"\max(0, {x})"
    local_latex = ("1[{x} > 0]",)
    samples = ((3.0,), ([1.5, -2.0, 0.5],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        is_open = x > 0
        ctx.save_for_backward(is_open)
        return np.where(is_open | np.isnan(x), x, 0.0)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (is_open,) = ctx.saved_tensors
        return np.where(is_open, upstream, 0.0)

    @staticmethod
    def branch(*inputs: Any) -> Any:
        return np.sign(inputs[0])


class Sigmoid(Elementwise):
    """Compute 1 / (1 + exp(-x)), without overflow for any x.

    >>> sigmoid(0)
    Tensor(0.5)
    """

    symbol = "σ"
    latex = r"\sigma({x})"
    local_latex = ("(1 - {z}) {z}",)
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        small = np.exp(-np.abs(x))  # never above 1
        z = np.where(x >= 0, 1.0, small) / (1.0 + small)
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (z,) = ctx.saved_tensors
        return upstream * (1.0 - z) * z


class Tanh(Elementwise):
    """Compute the hyperbolic tangent.

    >>> tanh(0)
    Tensor(0.)
    """

    symbol = "tanh"
    latex = r"\tanh({x})"
    local_latex = ("1 - {z}^2",)
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        z = np.tanh(x)
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (z,) = ctx.saved_tensors
        return upstream * (1.0 - z * z)


relu = export(ReLU, "relu")
sigmoid = export(Sigmoid, "sigmoid")
tanh = export(Tanh, "tanh")
