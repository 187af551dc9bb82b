"""The gates that choose: the whole upstream gradient goes to the winner."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_widgets.autograd.function import Context, export
from backprop_widgets.ops.arithmetic import Elementwise


class Maximum(Elementwise):
    """Take the larger of two values, entry by entry: the gradient router. At a tie the first input takes the gradient.

    >>> maximum(3, 4)
    Tensor(4.)
    """

    symbol = "max"
    role = "router"
    template = "max({}, {})"
    commutes = True
    latex = r"\max({x}, {y})"
    local_latex = (r"1[{x} \ge {y}]", "1[{y} > {x}]")
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, -4.0), ([1.0, 2.0, 3.0], 1.5))

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x >= y)
        return np.maximum(x, y)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (first_wins,) = ctx.saved_tensors
        return np.where(first_wins, upstream, 0.0), np.where(first_wins, 0.0, upstream)

    @staticmethod
    def branch(*inputs: Any) -> Any:
        return 1.0 * (inputs[0] > inputs[1]) - (inputs[0] < inputs[1])  # no difference: both may be infinite


maximum = export(Maximum, "maximum")
