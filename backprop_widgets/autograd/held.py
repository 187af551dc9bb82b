"""The arrays that a tensor hands out: read-only, and replaced where others would be changed in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number, frozen_scalar


class Held(np.ndarray):
    """Numbers held by a tensor, so that a graph keeps its own: `x.data -= step` computes new ones and assigns them.

    What is computed from it is an ordinary array.
    """

    __array_priority__ = -1.0  # an array beside it decides what comes out, and numpy need not call `__array_wrap__`

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:  # noqa: FBT001, FBT002  (numpy's)
        """Give an ordinary array, or number."""
        plain = array if type(array) is np.ndarray else np.asarray(array)
        return plain[()] if return_scalar else plain

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self.flags.writeable:
            raise ValueError(
                "this array is read-only, so that a graph keeps its numbers: compute a new one and assign it, "
                "x.data = x.data - 0.1 * x.grad, or forget it, x.grad = None"
            )
        super().__setitem__(key, value)

    def __repr__(self) -> str:
        return repr(np.asarray(self))


def held(value: Number) -> Held:
    """Show a tensor's own numbers, without a copy."""
    array: Any = frozen_scalar(value) if type(value) is float else value
    if array.flags.writeable:
        array.setflags(write=False)  # only here: what is never looked at need not be
    shown: Held = array.view(Held)
    return shown


def is_fixed(array: Any) -> bool:
    """Whether it is an array of a tensor, as it was handed out: nobody writes to it, so that it need not be copied."""
    return type(array) is Held and not array.flags.writeable and array.flags.c_contiguous


def _replacing(operator: str) -> Any:
    """`a -= b` for an array that stays as it is: a new one, which Python then assigns to what `a` was read from."""
    new, in_place = getattr(np.ndarray, f"__{operator}__"), getattr(np.ndarray, f"__i{operator}__")

    def compute(array: Held, other: Any) -> Any:
        if not array.flags.writeable:
            return new(array, other)
        in_place(array, other)
        return array

    return compute


for _operator in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Held, f"__i{_operator}__", _replacing(_operator))

__all__ = ["Held", "held", "is_fixed"]
