"""Write numbers and arrays as text for a learner."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

MINUS = "−"
INLINE = 4  # a vector of up to this many entries is written out on its wire
DIGITS = 4
LARGEST_WHOLE = 64  # entries


@lru_cache(maxsize=10_000)  # a trace writes the same few numbers many times
def number(x: float, decimals: int | None = None) -> str:
    """Write one number with 4 significant digits, or with fixed decimals; a true minus sign.

    >>> number(-0.19661193), number(1000000.0), number(2.0), number(-0.19661193, decimals=2)
    ('−0.1966', '1e6', '2', '−0.20')
    """
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "∞" if x > 0 else f"{MINUS}∞"
    if decimals is not None and x != round(x) and abs(x) >= 0.5 * 10**-decimals:
        text = f"{x:.{decimals}f}"
    else:
        text = f"{x:.{DIGITS}g}"
        if x == round(x) and abs(x) < 10**6:
            text = f"{x:.0f}"  # an integer is written out
    mantissa, _, exponent = text.partition("e")
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", MINUS) if float(text) != 0 else "0"


def value(array: Any, decimals: int | None = None) -> str:
    """Write a value on its wire: a number, a short vector, or the shape of anything larger.

    >>> value(np.array([1.0, -2.0])), value(np.zeros((2, 3)))
    ('[1, −2]', '2×3')
    """
    array = np.asarray(array)
    if array.ndim == 0:
        return number(float(array), decimals)
    if array.ndim == 1 and array.size <= INLINE:
        return "[" + ", ".join(number(x, decimals) for x in array.tolist()) + "]"
    return shape(array.shape)


def whole(array: Any, decimals: int | None = None) -> str:
    """Write an array out, row by row; of a large one its shape and its range.

    >>> whole(np.array([[1.0, -2.0], [0.0, 3.0]]))
    '[[1, −2], [0, 3]]'
    """
    array = np.asarray(array)
    if array.ndim == 0:
        return number(float(array), decimals)
    if array.size > LARGEST_WHOLE:
        low, high = number(float(array.min()), decimals), number(float(array.max()), decimals)
        return f"{shape(array.shape)}, {low} … {high}"
    return "[" + ", ".join(whole(row, decimals) for row in array) + "]"


def local(array: Any, decimals: int | None = None) -> str:
    """Write a local gradient on its wire; an array of equal entries as one number.

    >>> local(np.ones((2, 3))), local(np.array([0.0, 1.0]))
    ('1', '[0, 1]')
    """
    array = np.asarray(array)
    if array.ndim and array.size and (array == array.flat[0]).all():
        return number(float(array.flat[0]), decimals)
    return value(array, decimals)


def shape(sizes: tuple[int, ...]) -> str:
    """Write a shape: `2×3`, and `(3,)` for a vector."""
    return "×".join(map(str, sizes)) if len(sizes) > 1 else f"({sizes[0]},)" if sizes else ""
