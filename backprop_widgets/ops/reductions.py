"""The gates that reduce an array along its axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.code import fill, literal
from backprop_widgets.autograd.function import Context, Function, Slips, export
from backprop_widgets.ops.inputs import some_entries

Axis = int | tuple[int, ...] | None


class Sum(Function):
    """Add up the entries along `axis` (all of them by default), as numpy does; each gets the same gradient back.

    >>> sum([1, 2, 3])
    Tensor(6.)
    """

    symbol = "Σ"
    role = "distributor"
    latex = r"\sum {x}"
    local_latex = ("1",)
    code = "np.sum({x}{given})"
    backward_code = ("{u} * np.ones({x_shape})",)
    slips: ClassVar[Slips] = {
        "divided by the count": (lambda u, x, z, **how: spread(u, x.shape, **how) * np.size(z) / np.size(x),),
        "times the entries": (lambda u, x, **how: spread(u, x.shape, **how) * x,),
    }
    jacobian = ("zero-one",)
    samples = (([1.0, -2.0, 3.0],), ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],))

    @staticmethod
    def forward(ctx: Context, x: Any, *, axis: Axis = None, keepdims: bool = False) -> Any:
        ctx.save_for_backward(np.shape(x))
        return np.sum(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (shape,) = ctx.saved_tensors
        return spread(upstream, shape, **ctx.options)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        return cls.code, (fill(cls.backward_code[0], {"u": kept(gate.options)}),)


class Mean(Function):
    """Average the entries along `axis` (all of them by default), as numpy does.

    >>> mean([1, 2, 3])
    Tensor(2.)
    """

    symbol = "mean"
    role = "scale"
    latex = r"\mathrm{mean}({x})"
    local_latex = (r"\frac{1}{n}",)
    code = "np.mean({x}{given})"
    backward_code = ("{u} * np.ones({x_shape}) / {size}",)
    slips: ClassVar[Slips] = {
        "not divided by the count": (lambda u, x, **how: spread(u, x.shape, **how),),
        "times the entries": (lambda u, x, z, **how: spread(u, x.shape, **how) * x * np.size(z) / np.size(x),),
    }
    jacobian = ("constant",)
    samples = (([1.0, -2.0, 3.0],), ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],))

    @staticmethod
    def forward(ctx: Context, x: Any, *, axis: Axis = None, keepdims: bool = False) -> Any:
        some_entries("mean", x)
        result = np.mean(x, axis=axis, keepdims=keepdims)
        ctx.save_for_backward(np.shape(x), np.size(x) / np.size(result))
        return result

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        shape, count = ctx.saved_tensors
        return spread(upstream, shape, **ctx.options) / count

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        averaged = {} if gate.options.get("axis") is None else {"size": literal(gate.saved_tensors[1])}
        return cls.code, (fill(cls.backward_code[0], {"u": kept(gate.options), **averaged}),)


def spread(reduced: Any, shape: tuple[int, ...], *, axis: Axis = None, keepdims: bool = False) -> Any:
    """Copy a reduced array back along the axes it was reduced over, to `shape`."""
    if axis is not None and not keepdims:
        reduced = np.expand_dims(reduced, axis)
    return np.broadcast_to(reduced, shape)


def kept(options: Mapping[str, Any]) -> str:
    """Upstream with the reduced axes put back, as code."""
    return "{u}" if options.get("axis") is None or options.get("keepdims") else "np.expand_dims({u}, {axis})"


sum = export(Sum, "sum")
mean = export(Mean, "mean")
