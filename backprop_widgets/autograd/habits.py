"""What people write out of habit from numpy and PyTorch: done where there is a gate for it, else told what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.instead import INSTEAD
from backprop_widgets.autograd.tensor import Tensor

OURS = {"negative": "negate", "absolute": "abs", "amax": "max", "amin": "min"}  # where numpy has another name
COMPARED = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isnan", "isinf", "isfinite"}


def numpy_call(called: Callable[..., Any], inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Apply the op of a numpy function's name to tensors; a comparison looks at their numbers.

    Raises TypeError for a function that has no op.
    """
    name = OURS.get(called.__name__, called.__name__)
    if name in COMPARED:
        return called(*[x._value if isinstance(x, Tensor) else x for x in inputs], **options)
    if name in table:
        return table[name].apply(*inputs, **options)
    raise TypeError(
        f"np.{name} would lose the gradient of a Tensor: "
        + (f"write {INSTEAD[name]}" if name in INSTEAD else f"there are {', '.join(sorted(table))}")
        + "; for the numbers alone take x.data"
    )


def array_refused(tensor: Tensor) -> TypeError:
    """Say why a tensor becomes no array by itself."""
    name = tensor.name if tensor.name and tensor.name.isidentifier() else "x"
    return TypeError(f"a Tensor is no array, which would lose its gradient: for its numbers alone take {name}.data")


__all__ = ["array_refused", "numpy_call"]
