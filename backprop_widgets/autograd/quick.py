"""Short ways to apply the package's own gates where all is plain; whatever is not goes the general way."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_widgets.autograd.arrays import FLOAT64, is_finite_quickly, read
from backprop_widgets.autograd.context import Context, grouping
from backprop_widgets.autograd.quiet import quietly
from backprop_widgets.autograd.tensor import Tensor, next_age

if TYPE_CHECKING:
    from backprop_widgets.autograd.function import Function


def operand(function: type[Function], slot: int, given: Any) -> Tensor:
    """Read a number or an array written into an expression as a constant."""
    if type(given) is float or (type(given) is int and -1e15 < given < 1e15):
        return Tensor.constant(float(given))
    if isinstance(given, (list, tuple)) and any(isinstance(item, Tensor) for item in given):
        raise TypeError(
            f"{function.name}, input {slot + 1}, takes one Tensor or numbers, got a {type(given).__name__} of Tensors: "
            f"concatenate(x, y) joins arrays"
        )
    return Tensor.constant(read(given, f"{function.name}, input {slot + 1},"))


def quick_one(function: type[Function]) -> Callable[..., Tensor]:
    """Make a quick `apply` for one scalar; an array goes the general way.

    It computes in Python floats, where a scalar costs a fraction of what numpy asks for it, and does what the
    constructors of Context and Tensor do without their calls: half of the time of a small gate.
    """
    forward, general, new = function.forward, function.apply, object.__new__

    def one(x: Any) -> Tensor:
        if type(x) is not Tensor or x.is_constant or type(x._value) is not float:
            return general(x)
        ctx = new(Context)
        ctx.function = function
        ctx.inputs = (x,)
        ctx.saved_tensors = ()
        if grouping:
            ctx.groups = grouping[-1]()
        try:
            value = forward(ctx, x._value)
        except ArithmeticError:  # 1 / 0 raises in Python and is infinite in numpy
            return general(x)
        if type(value) is not float or not isfinite(value):
            made = _finished(ctx, value)
            return general(x) if made is None else made
        tensor = new(Tensor)
        tensor._value = value
        tensor._age = next_age()
        tensor.gate = ctx
        tensor.name = None
        tensor.is_constant = False
        tensor._grad = None
        return tensor

    return one


def quick_two(function: type[Function]) -> Callable[..., Tensor]:
    """Make a quick `apply` for the two operands of an operator, scalars as above, or arrays."""
    forward, general, new = function.forward, function.apply, object.__new__
    of_arrays, takes_scalars = _of_arrays(function), function.takes_scalars

    def two(x: Any, y: Any) -> Tensor:
        if type(y) is not Tensor:
            y = operand(function, 1, y)
        elif type(x) is not Tensor:
            x = operand(function, 0, x)
        a, b = x._value, y._value
        if type(a) is not float or type(b) is not float or not takes_scalars:
            made = of_arrays(x, y)
            return general(x, y) if made is None else made
        ctx = new(Context)
        ctx.function = function
        ctx.inputs = (x, y)
        ctx.saved_tensors = ()
        if grouping:
            ctx.groups = grouping[-1]()
        try:
            value = forward(ctx, a, b)
        except ArithmeticError:
            return general(x, y)
        if type(value) is not float or not isfinite(value):
            made = _finished(ctx, value)
            return general(x, y) if made is None else made
        tensor = new(Tensor)
        tensor._value = value
        tensor._age = next_age()
        tensor.gate = ctx
        tensor.name = None
        tensor.is_constant = False
        tensor._grad = None
        return tensor

    return two


def _finished(ctx: Context, value: Any) -> Tensor | None:
    """The gate of a finite numpy scalar, which is as good as a float; None for anything else."""
    return Tensor.from_gate(float(value), ctx) if type(value) is np.float64 and isfinite(value) else None


def _of_arrays(function: type[Function]) -> Callable[[Tensor, Tensor], Tensor | None]:
    """Make a quick `apply` for arrays and numbers; it gives None where the general way has something to say."""
    forward = function.forward

    def pair(x: Tensor, y: Tensor) -> Tensor | None:
        if not function.is_ours:
            return None
        ctx = Context(function, (x, y))
        a, b = x._value, y._value
        try:
            value = quietly(
                forward, ctx, np.float64(a) if type(a) is float else a, np.float64(b) if type(b) is float else b
            )
        except (TypeError, ValueError):
            return None
        if type(value) is np.ndarray and value.dtype is FLOAT64 and value.ndim and is_finite_quickly(value):
            return Tensor.from_gate(value, ctx)
        return None

    return pair
