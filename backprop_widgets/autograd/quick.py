"""Short ways to apply the package's own gates where all is plain; whatever is not goes the general way."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_widgets.autograd.arrays import FLOAT64, Array, is_finite_quickly, read
from backprop_widgets.autograd.context import Context, grouping
from backprop_widgets.autograd.quiet import quietly
from backprop_widgets.autograd.tensor import Tensor, next_age

if TYPE_CHECKING:
    from backprop_widgets.autograd.function import Function


def operand(function: type[Function], slot: int, given: Any) -> Tensor:
    """Read a number or an array written into an expression as a constant."""
    if type(given) is np.ndarray and given.dtype is FLOAT64 and given.ndim:
        return Tensor.constant(given.copy())
    if type(given) is float or (type(given) is int and -1e15 < given < 1e15):
        return Tensor.constant(float(given))
    if isinstance(given, (list, tuple)) and any(isinstance(item, Tensor) for item in given):
        raise TypeError(
            f"{function.name}, input {slot + 1}, takes one Tensor or numbers, got a {type(given).__name__} of Tensors: "
            f"concatenate(x, y) joins arrays"
        )
    return Tensor.constant(read(given, f"{function.name}, input {slot + 1},"))


def quick_one(function: type[Function]) -> Callable[[Any], Tensor | None]:
    """Make a quick `apply` for one tensor; it gives None where the general way has something to say.

    A scalar is computed as a Python float, at a fraction of what numpy asks for it, and what the constructors of
    Context and Tensor do is done here without their calls: half of the time of a small gate.
    """
    forward, of_arrays, new = function.forward, _of_arrays(function), object.__new__
    takes_floats = function.takes_scalars and function.stays_finite

    def one(x: Any) -> Tensor | None:
        if type(x) is not Tensor or x.is_constant:
            return None
        ctx = new(Context)
        ctx.function = function
        ctx.inputs = (x,)
        ctx.saved_tensors = ()
        if grouping:
            ctx.groups = grouping[-1]()
        value: Any = x._value
        if type(value) is not float:
            value = of_arrays(ctx, value)
            if value is None:
                return None
        elif takes_floats and isfinite(value):
            value = forward(ctx, value)
        else:
            return None
        tensor = new(Tensor)
        tensor._value = value
        tensor._age = next_age()
        tensor.gate = ctx
        tensor.name = None
        tensor.is_constant = False
        tensor._grad = None
        return tensor

    return one


def quick_two(function: type[Function]) -> Callable[[Any, Any], Tensor]:
    """Make a quick `apply` for the two operands of an operator, in the same way."""
    forward, general, of_arrays, new = function.forward, function.apply, _of_arrays(function), object.__new__
    takes_scalars = function.takes_scalars

    def two(x: Any, y: Any) -> Tensor:
        if type(y) is not Tensor:
            y = operand(function, 1, y)
        elif type(x) is not Tensor:
            x = operand(function, 0, x)
        ctx = new(Context)
        ctx.function = function
        ctx.inputs = (x, y)
        ctx.saved_tensors = ()
        if grouping:
            ctx.groups = grouping[-1]()
        a, b = x._value, y._value
        if type(a) is float and type(b) is float and takes_scalars:
            try:
                value = forward(ctx, a, b)
            except ArithmeticError:  # 1 / 0 raises in Python and is infinite in numpy
                return general(x, y)
            if type(value) is not float or not isfinite(value):
                return general(x, y)
        else:
            value = of_arrays(ctx, a, b)
            if value is None:
                return general(x, y)
        tensor = new(Tensor)
        tensor._value = value
        tensor._age = next_age()
        tensor.gate = ctx
        tensor.name = None
        tensor.is_constant = False
        tensor._grad = None
        return tensor

    return two


def _of_arrays(function: type[Function]) -> Callable[..., Array | None]:
    """Make what computes a gate of arrays and numbers; it gives None for anything but a finite array."""
    forward, stays_finite = function.forward, function.stays_finite

    def computed(ctx: Context, *given: Any) -> Array | None:
        value = forward(ctx, *[np.float64(x) if type(x) is float else x for x in given])
        is_array = type(value) is np.ndarray and value.dtype is FLOAT64 and value.ndim
        return value if is_array and (stays_finite or is_finite_quickly(value)) else None

    def value_of(ctx: Context, *given: Any) -> Array | None:
        try:
            return quietly(computed, ctx, *given) if function.is_ours else None
        except (TypeError, ValueError):
            return None

    return value_of
