"""The gates exp and log."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_widgets.autograd.function import Context, export
from backprop_widgets.ops.arithmetic import Elementwise


class Exp(Elementwise):
    """Compute e to the power of x; its slope is its own output.

    >>> exp(0)
    Tensor(1.)
    """

    symbol = "exp"
    latex = "e^{{x}}"
    local_latex = ("{z}",)
    samples = ((0.5,), ([1.0, -2.0, 0.0],))
    unbounded = True

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        z = np.exp(x)
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (z,) = ctx.saved_tensors
        return upstream * z


class Log(Elementwise):
    """Compute the natural logarithm.

    >>> log(1)
    Tensor(0.)
    """

    symbol = "log"
    latex = r"\ln {x}"
    local_latex = (r"\frac{1}{{x}}",)
    samples = ((0.5,), ([1.0, 2.0, 10.0],))
    unbounded = True

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.log(x)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (x,) = ctx.saved_tensors
        return upstream / x


exp = export(Exp, "exp")
log = export(Log, "log")
