"""Short ways to apply the package's own gates where all is plain; whatever is not goes the general way."""

from __future__ import annotations

from collections.abc import Callable
from inspect import BoundArguments
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_widgets.autograd.arrays import FLOAT64, Number, is_finite_quickly, read
from backprop_widgets.autograd.context import grouping
from backprop_widgets.autograd.held import is_fixed
from backprop_widgets.autograd.quiet import NUMPY_TELLS, strict
from backprop_widgets.autograd.tensor import Tensor, next_age

if TYPE_CHECKING:
    from backprop_widgets.autograd.function import Function

UNUSUAL = ArithmeticError, TypeError, ValueError  # the general way finds the words for what came


def operand(function: type[Function], slot: int, given: Any) -> Tensor:
    """Read a number or an array written into an expression as a constant."""
    kind = type(given)
    if kind is float or (kind is int and -1e15 < given < 1e15):
        return Tensor.constant(float(given))
    if kind is np.ndarray and given.dtype is FLOAT64 and given.ndim:
        return Tensor.constant(given.copy())
    if is_fixed(given) and given.ndim:
        return Tensor.constant(given.view(np.ndarray))
    if isinstance(given, (list, tuple)) and any(isinstance(item, Tensor) for item in given):
        raise TypeError(
            f"{function.name}, input {slot + 1}, takes one Tensor or numbers, got a {type(given).__name__} of Tensors: "
            f"concatenate(x, y) joins arrays"
        )
    return Tensor.constant(read(given, f"{function.name}, input {slot + 1},"))


def quick_call(function: type[Function], bound: Callable[..., BoundArguments]) -> Callable[..., Tensor]:
    """Make what applies a gate quickly to one tensor or to two operands, and to whatever else in the general way.

    A scalar is computed as a Python float, at a fraction of what numpy asks for it. `bound` tells inputs from options.
    """
    forward: Callable[..., Any] = function.forward
    general, computed, pair = function.apply, _of_one(function), quick_operator(function)
    takes_floats = function.takes_scalars and function.stays_finite

    def call(*inputs: Any, **options: Any) -> Tensor:
        if options:  # an input given by its name becomes an input again
            given = bound(function, inputs, options)
            return general(*given.args, **given.kwargs)
        if len(inputs) == 2 and (type(inputs[0]) is Tensor or type(inputs[1]) is Tensor):
            return pair(*inputs)
        if grouping or len(inputs) != 1 or type(inputs[0]) is not Tensor:
            return general(*inputs)
        tensor = Tensor.of(function, inputs)
        value: Any = inputs[0]._value
        if type(value) is not float:
            value = computed(tensor, value)
        else:
            value = forward(tensor, value) if takes_floats else computed(tensor, np.float64(value))
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
    general, computed, new = function.apply, _of_two(function), object.__new__
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


def _of_one(function: type[Function]) -> Callable[[Any, Any], Number | None]:
    """Make what computes a gate of one input; it gives None where the general way has something to say."""
    told = _told(function)

    def computed(ctx: Any, x: Any) -> Number | None:
        try:
            return _usual(strict().run(told, ctx, x))
        except UNUSUAL:
            return None

    return computed


def _of_two(function: type[Function]) -> Callable[[Any, Any, Any], Number | None]:
    """The same for two inputs: to pass on any number of them would take a third of the time of a small gate."""
    told = _told(function)

    def computed(ctx: Any, x: Any, y: Any) -> Number | None:
        try:
            return _usual(strict().run(told, ctx, x, y))
        except UNUSUAL:
            return None

    return computed


def _usual(value: Any) -> Number | None:
    """What a gate came to, or None where the general way has something to say of it."""
    if type(value) is np.ndarray and value.dtype is FLOAT64 and value.ndim:
        return value
    return float(value) if type(value) is np.float64 and isfinite(value) else None


def _told(function: type[Function]) -> Callable[..., Any]:
    """Its forward so that it raises an error where it makes an infinite or undefined number of finite ones."""
    forward: Callable[..., Any] = function.forward

    def look_through(ctx: Any, *given: Any) -> Any:
        value = forward(ctx, *given)
        if not is_finite_quickly(value):
            raise FloatingPointError
        return value

    return forward if NUMPY_TELLS and not function.unseen else look_through
