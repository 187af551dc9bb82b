"""What becomes of a right number on its way to the keyboard."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

SHOWN = 4  # significant digits
POWERS = (-3, -2, -1, 1, 2, 3)


def moved_points(number: float) -> Iterator[float]:
    """The decimal point at another place.

    >>> list(moved_points(0.25))
    [0.00025, 0.0025, 0.025, 2.5, 25.0, 250.0]
    """
    if number and math.isfinite(number):
        yield from (float(f"{number}e{power}" if "e" not in repr(number) else number * 10.0**power) for power in POWERS)


def swapped_digits(number: float) -> Iterator[float]:
    """Two neighbouring digits in each other's place.

    >>> list(swapped_digits(-0.1966))
    [-0.9166, -0.1696]
    """
    text = f"{number:.{SHOWN}g}" if math.isfinite(number) else ""
    if "e" in text:
        return
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    leading = next((place for place in places if text[place] != "0"), len(text))
    digits = [place for place in places if place >= leading]
    for first, second in itertools.pairwise(digits):
        if text[first] != text[second]:
            signs = list(text)
            signs[first], signs[second] = signs[second], signs[first]
            yield float("".join(signs))
