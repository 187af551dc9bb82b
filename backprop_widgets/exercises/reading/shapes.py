"""Read the shape of an array, as text or as a Python value."""

from __future__ import annotations

import re
from typing import Any

from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.spelling import squeezed

SHAPE = re.compile(r"[(\[]?\s*[0-9]{1,9}(\s*[,x×*]\s*[0-9]{1,9}){0,7}\s*,?\s*[)\]]?")
SCALAR = ("()", "[]", "scalar", "number", "스칼라", "수", "숫자")
LARGEST = 10**9
MAX_LENGTH = 200  # characters


def read_shape(given: Any) -> tuple[int, ...]:
    """Read the shape of an array: `2×3`, `2x3`, `(2, 3)`, `3`; `()` for a single number; a tuple of ints.

    >>> read_shape("2×3"), read_shape("(3,)"), read_shape("[2, 3]"), read_shape(()), read_shape("scalar")
    ((2, 3), (3,), (2, 3), (), ())
    """
    if type(given) is int:
        given = (given,)
    if isinstance(given, (tuple, list)):
        if len(given) <= 8 and all(type(size) is int and 0 <= size < LARGEST for size in given):
            return tuple(given)
        raise UnreadableError("shape", repr(given)[:20])
    if not isinstance(given, str):
        raise UnreadableError("type", type(given).__name__)
    text = given.strip()
    if not text:
        raise UnreadableError("empty")
    if squeezed(text) in SCALAR:
        return ()
    if len(text) > MAX_LENGTH:
        raise UnreadableError("long")
    if not SHAPE.fullmatch(text):
        raise UnreadableError("shape", text[:20])
    return tuple(int(size) for size in re.findall("[0-9]+", text))
