"""Python objects as answers: what is no answer at all, and the plain numbers inside a tensor of any library."""

from __future__ import annotations

from decimal import Decimal
from numbers import Complex, Real
from typing import Any

import numpy as np

from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.exercises.reading.refusal import UnreadableError

BLANKS = ("", "...", "…", "?", "____", "___", "__", "_")


def is_unanswered(given: Any) -> bool:
    """Whether nothing has been answered yet: None, `...`, an empty text, or the blank that a template left.

    >>> is_unanswered(...), is_unanswered("  "), is_unanswered("____"), is_unanswered(0)
    (True, True, True, False)
    """
    return given is None or given is ... or (isinstance(given, str) and given.strip() in BLANKS)


def plain(given: Any) -> Any:
    """The array, list or number inside a tensor: of this package, of PyTorch, of JAX; anything else as it is."""
    if isinstance(given, Tensor):
        return given.data
    if callable(getattr(given, "detach", None)):
        given = given.detach()  # its `tolist` works on any device, in any precision
        return given.tolist() if callable(getattr(given, "tolist", None)) else given
    if not isinstance(given, (np.ndarray, np.generic)) and hasattr(type(given), "__array__"):
        return np.asarray(given)
    return given


def number(given: Any) -> float:
    """The finite real number that a Python object is. Raises UnreadableError for anything else.

    >>> number(np.float32(0.5)), number(np.array(3))
    (0.5, 3.0)
    """
    given = plain(given)
    if isinstance(given, np.ndarray) and given.ndim == 0:
        given = given.item()
    if is_unanswered(given):
        raise UnreadableError("empty")
    if isinstance(given, (list, tuple, set, np.ndarray)):
        raise UnreadableError("vector")
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, (Real, Decimal)):
        name = "complex" if isinstance(given, Complex) and not isinstance(given, Real) else type(given).__name__
        raise UnreadableError("type", name.removesuffix("_"))
    try:
        value = float(given)
    except (OverflowError, ValueError):  # an integer of 400 digits; a Decimal that signals
        raise UnreadableError("finite") from None
    if not np.isfinite(value):
        raise UnreadableError("finite")
    return value
