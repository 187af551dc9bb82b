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
    array = frozen_scalar(value) if isinstance(value, float) else value
    array.setflags(write=False)  # only here: what is never looked at need not be
    return array.view(Held)


def _replacing(operator: str) -> Any:
    """`a -= b` for an array that stays as it is: a new one, which Python then assigns to what `a` was read from."""

    def compute(array: Held, other: Any) -> Any:
        if not array.flags.writeable:
            return getattr(array, f"__{operator}__")(other)
        getattr(np.ndarray, f"__i{operator}__")(array, other)
        return array

    return compute


for _operator in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Held, f"__i{_operator}__", _replacing(_operator))

__all__ = ["Held", "held"]
