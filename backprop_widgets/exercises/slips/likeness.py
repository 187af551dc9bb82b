"""When two numbers are the same to a student: at 4 significant digits, all entries of an array together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number

DIGITS = 4  # significant: what a student is shown, and at which a slip must match
RELATIVE = 0.005
ABSOLUTE = 1e-4
SLACK = 1 + 1e-9  # a number on the edge is in it


def alike(given: Number, wanted: Number) -> bool:
    """Whether `given` is `wanted`, to half of one in the last significant digit; arrays must have equal shapes.

    >>> alike(0.5898, 0.58984), alike(0.59, 0.58984), alike(0.00004, 0.0)
    (True, False, True)
    """
    if type(given) is float and type(wanted) is float:
        gap = abs(given - wanted)
        if gap > 1e-3 * abs(wanted) + ABSOLUTE:  # most are far apart: no need to look closer
            return False
        return gap <= unit(wanted) / 2 * SLACK
    if np.shape(given) != np.shape(wanted):
        return False
    gaps = np.abs(np.subtract(given, wanted))
    if not gaps.size or not gaps.max() <= 1e-3 * np.abs(wanted).max() + ABSOLUTE:  # the same for arrays; not for nan
        return not gaps.size
    return bool((gaps <= units(wanted) / 2 * SLACK).all())


def unit(value: float) -> float:
    """One in the last significant digit."""
    if value == 0 or not math.isfinite(value):
        return ABSOLUTE
    return float(10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1))


def units(values: Any) -> Any:
    """The same for each entry of an array."""
    size = np.abs(np.asarray(values, dtype=float))
    known = np.where((size > 0) & np.isfinite(size), size, 1.0)
    return np.where(size > 0, 10.0 ** (np.floor(np.log10(known)) - DIGITS + 1), ABSOLUTE)
