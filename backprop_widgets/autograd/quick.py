"""Short ways to apply the package's own gates where all is plain; whatever is not goes the general way."""

from __future__ import annotations

from collections.abc import Callable
from inspect import BoundArguments
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_widgets.autograd.arrays import FLOAT64, Number, is_finite_quickly, read
from backprop_widgets.autograd.context import grouping
from backprop_widgets.autograd.quiet import NUMPY_TELLS, strictly
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


def quick_call(function: type[Function], bound: Callable[..., BoundArguments]) -> Callable[..., Tensor]:
    """Make what applies a gate quickly to tensors and numbers, and to whatever else in the general way.

    A scalar is computed as a Python float, at a fraction of what numpy asks for it. `bound` tells inputs from options.
    """
    forward: Callable[..., Any] = function.forward
    general, computed = function.apply, _computed(function)
    takes_floats = function.takes_scalars and function.stays_finite

    def call(*inputs: Any, **options: Any) -> Tensor:
        if options:  # an input given by its name becomes an input again
            given = bound(function, inputs, options)
            return general(*given.args, **given.kwargs)
        if grouping or not inputs:
            return general(*inputs)
        if len(inputs) == 1 and type(inputs[0]) is Tensor:
            tensor = Tensor.of(function, inputs)
            value: Any = inputs[0]._value
            if type(value) is not float:
                value = computed(tensor, value)
            else:
                value = forward(tensor, value) if takes_floats else computed(tensor, np.float64(value))
        else:
            inputs = tuple([x if type(x) is Tensor else operand(function, k, x) for k, x in enumerate(inputs)])
            tensor = Tensor.of(function, inputs)
            value = computed(tensor, *[np.float64(x._value) if type(x._value) is float else x._value for x in inputs])
        if value is None:
            return general(*inputs)
        tensor._value = value
        return tensor

    return call


def quick_operator(function: type[Function]) -> Callable[[Any, Any], Tensor]:
    """Make what applies a gate to the two operands of an operator, in the same way.

    What `Tensor.of` does is done here without a call: most gates of scalars come this way.
    """
    forward: Callable[..., Any] = function.forward
    general, computed, new = function.apply, _computed(function), object.__new__
    takes_scalars = function.takes_scalars

    def apply(x: Any, y: Any) -> Tensor:
        if type(y) is not Tensor:
            y = operand(function, 1, y)
        elif type(x) is not Tensor:
            x = operand(function, 0, x)
        if grouping:
            return general(x, y)
        tensor = new(Tensor)
        tensor.function = function
        tensor.inputs = (x, y)
        tensor.saved_tensors = ()
        a, b = x._value, y._value
        if type(a) is float and type(b) is float and takes_scalars:
            try:
                value = forward(tensor, a, b)
            except ArithmeticError:  # 1 / 0 raises in Python and is infinite in numpy
                return general(x, y)
            if type(value) is not float or not isfinite(value):
                return general(x, y)
        else:
            value = computed(tensor, np.float64(a) if type(a) is float else a, np.float64(b) if type(b) is float else b)
            if value is None:
                return general(x, y)
        tensor._value = value
        tensor._age = next_age()
        tensor._context = tensor._grad = tensor.name = None
        tensor.is_constant = False
        return tensor

    return apply


def _computed(function: type[Function]) -> Callable[..., Number | None]:
    """Make what computes a gate; it gives None where the general way has something to say."""
    forward, is_told = function.forward, NUMPY_TELLS and not function.unseen

    def looked_through(ctx: Any, *given: Any) -> Any:
        value = forward(ctx, *given)
        if not is_finite_quickly(value):
            raise FloatingPointError
        return value

    def computed(ctx: Any, *given: Any) -> Number | None:
        try:
            value = strictly(forward if is_told else looked_through, ctx, *given)
        except (ArithmeticError, TypeError, ValueError):
            return None
        if type(value) is np.ndarray and value.dtype is FLOAT64 and value.ndim:
            return value
        return float(value) if type(value) is np.float64 and isfinite(value) else None

    return computed
