"""The activation functions of a neuron."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.arrays import only_where, zeros
from backprop_widgets.autograd.function import Context, Slips, export
from backprop_widgets.ops.arithmetic import Elementwise


class ReLU(Elementwise):
    """Compute max(0, x): open for positive inputs, closed for the others; the slope at 0 is taken as 0.

    >>> relu(-3)
    Tensor(0.)
    """

    symbol = "ReLU"
    role = "switch"
    zero_because = "closed"
    latex = r"\max(0, {x})"
    local_latex = ("1[{x} > 0]",)
    stays_finite = True
    code = "np.maximum(0, {x})"
    backward_code = ("{u} * ({x} > 0)",)
    slips: ClassVar[Slips] = {
        "no mask": (lambda u: u,),
        "mask of the gradient": (lambda u: np.where(u > 0, u, 0.0),),
        "tie counted": (lambda u, x: u * (x >= 0),),
    }
    samples = ((3.0,), ([1.5, -2.0, 0.5],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        if type(x) is float:
            ctx.saved_tensors = (x > 0,)
            return 0.0 if x <= 0 else x  # nan stays nan
        nothing = zeros(x.shape)
        ctx.saved_tensors = (x > nothing,)
        return np.maximum(x, nothing)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (is_open,) = ctx.saved_tensors
        return only_where(is_open, upstream)

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return np.sign(inputs[0])


class Sigmoid(Elementwise):
    """Compute 1 / (1 + exp(-x)), without overflow for any x.

    >>> sigmoid(0)
    Tensor(0.5)
    """

    symbol = "σ"
    saturates = True
    latex = r"\sigma({x})"
    local_latex = ("(1 - {z}) {z}",)
    code = "1 / (1 + np.exp(-{x}))"
    backward_code = ("{u} * (1 - {z}) * {z}",)
    slips: ClassVar[Slips] = {
        "input for output": (lambda u, x: u * x * (1.0 - x),),
        "derivative left out": (lambda u: u,),
        "one factor only": (lambda u, z: u * (1.0 - z),),
    }
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        z = logistic(x)
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
    saturates = True
    latex = r"\tanh({x})"
    local_latex = ("1 - {z}^2",)
    code = "np.tanh({x})"
    backward_code = ("{u} * (1 - {z} ** 2)",)
    slips: ClassVar[Slips] = {
        "input for output": (lambda u, x: u * (1.0 - x * x),),
        "not squared": (lambda u, z: u * (1.0 - z),),
        "slope of the sigmoid": (lambda u, z: u * z * (1.0 - z),),
        "derivative left out": (lambda u: u,),
    }
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


class LeakyReLU(Elementwise):
    """Compute x for positive inputs and `slope` x for the others, so that no unit is ever quite dead.

    >>> leaky_relu(-3)
    Tensor(-0.03)
    """

    symbol = "leaky"
    latex = r"\max(\alpha {x}, {x})"
    local_latex = (r"1[{x} > 0] + \alpha 1[{x} \le 0]",)
    code = "np.where({x} > 0, {x}, {slope} * {x})"
    backward_code = ("np.where({x} > 0, {u}, {u} * {slope})",)
    slips: ClassVar[Slips] = {
        "no mask": (lambda u: u,),
        "slope of ReLU": (lambda u, x: u * (x > 0),),
    }
    samples = ((3.0,), ([1.5, -2.0, 0.5],))

    @staticmethod
    def forward(ctx: Context, x: Any, *, slope: float = 0.01) -> Any:
        local = np.where(x > 0, 1.0, slope)
        ctx.save_for_backward(local)
        return local * x

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (local,) = ctx.saved_tensors
        return upstream * local

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return np.sign(inputs[0])


class ELU(Elementwise):
    """Compute x for positive inputs and `alpha` (exp(x) - 1) for the others: smooth, and bounded below.

    >>> elu(0)
    Tensor(0.)
    """

    symbol = "ELU"
    latex = r"\mathrm{ELU}({x})"
    local_latex = (r"1[{x} > 0] + \alpha e^{{x}} 1[{x} \le 0]",)
    code = "np.where({x} > 0, {x}, {alpha} * np.expm1(np.minimum(0, {x})))"
    backward_code = ("np.where({x} > 0, {u}, {u} * ({z} + {alpha}))",)
    slips: ClassVar[Slips] = {
        "no mask": (lambda u: u,),
        "slope of ReLU": (lambda u, x: u * (x > 0),),
        "output for input": (lambda u, x, z: np.where(x > 0, u, u * z),),
    }
    samples = ((3.0,), ([1.5, -2.0, 0.5],))

    @staticmethod
    def forward(ctx: Context, x: Any, *, alpha: float = 1.0) -> Any:
        below = alpha * np.expm1(np.minimum(x, 0.0))  # the minimum: the branch not taken may not overflow
        ctx.save_for_backward(np.where(x > 0, 1.0, below + alpha))
        return np.where(x > 0, x, below)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (local,) = ctx.saved_tensors
        return upstream * local

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return np.where(options.get("alpha", 1.0) == 1.0, 1.0, np.sign(inputs[0]))  # smooth at 0 for alpha = 1 only


class Softplus(Elementwise):
    """Compute log(1 + exp(x)), a smooth ReLU whose slope is the sigmoid; without overflow for any x.

    >>> softplus(-1000)
    Tensor(0.)
    """

    symbol = "softplus"
    latex = r"\ln(1 + e^{{x}})"
    local_latex = (r"\sigma({x})",)
    code = "np.logaddexp(0, {x})"
    backward_code = ("{u} / (1 + np.exp(-{x}))",)
    slips: ClassVar[Slips] = {
        "slope of ReLU": (lambda u, x: u * (x > 0),),
        "output for input": (lambda u, z: u * logistic(z),),
    }
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(logistic(x))
        return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (slope,) = ctx.saved_tensors
        return upstream * slope


def logistic(x: Any) -> Any:
    """1 / (1 + exp(-x)), by exponentials of negative numbers only."""
    small = np.exp(-np.abs(x))  # never above 1
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


relu = export(ReLU, "relu")
leaky_relu = export(LeakyReLU, "leaky_relu")
elu = export(ELU, "elu")
sigmoid = export(Sigmoid, "sigmoid")
tanh = export(Tanh, "tanh")
softplus = export(Softplus, "softplus")
