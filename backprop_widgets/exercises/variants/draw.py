"""Draw the numbers of a variant: the same seed gives the same numbers on every machine and in every Python."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from backprop_widgets.autograd.arrays import Array

SMALL = (-5.0, -4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0, 5.0)  # numbers to multiply by head; 0 and 1 hide mistakes
HALVES = (-3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
TENTHS = tuple(k / 10 for k in range(-20, 21) if k)

Item = TypeVar("Item")


class Draw:
    """A stream of random choices. Only `random.Random(int).random()` stands behind it, whose sequence Python keeps.

    >>> draw = Draw(5)
    >>> draw.integer(1, 6), draw.number(), draw.shuffle("abcd")
    (4, 3.0, ['a', 'b', 'c', 'd'])
    """

    def __init__(self, seed: int) -> None:
        """Start the stream of a seed. Raises ValueError for anything but an int from 0."""
        if type(seed) is not int or seed < 0:  # Random(-1) would be Random(1)
            raise ValueError(f"a seed is an int from 0, got {seed!r}")
        self.seed = seed
        self._random = random.Random(seed).random  # noqa: S311  (numbers of an exercise, not secrets)

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both among them."""
        if high < low:
            raise ValueError(f"low must not be above high, got {low} and {high}")
        return low + int(self._random() * (high - low + 1))

    def choice(self, options: Sequence[Item]) -> Item:
        """One of the options. Raises ValueError where there are none."""
        if not len(options):
            raise ValueError("one of no options cannot be chosen")
        return options[self.integer(0, len(options) - 1)]

    def number(self, among: Sequence[float] = SMALL) -> float:
        """A number of a set of nice ones."""
        return float(self.choice(among))

    def numbers(self, count: int, among: Sequence[float] = SMALL, *, distinct: bool = False) -> list[float]:
        """Some numbers of a set of nice ones; `distinct`: no two are alike."""
        if not distinct:
            return [self.number(among) for _ in range(count)]
        if count > len(set(among)):
            raise ValueError(f"{count} different numbers are asked for, and there are {len(set(among))}")
        return [float(each) for each in self.shuffle(list(dict.fromkeys(among)))[:count]]

    def array(self, shape: int | tuple[int, ...], among: Sequence[float] = SMALL) -> Array:
        """An array of numbers of a set of nice ones."""
        return np.array(self.numbers(int(np.prod(shape)), among)).reshape(shape)

    def uniform(self, low: float, high: float) -> float:
        """Any number from low to high; for numbers that nobody sees."""
        return low + (high - low) * self._random()

    def shuffle(self, items: Sequence[Item]) -> list[Item]:
        """The items in another order, as a new list."""
        shuffled = list(items)
        for last in range(len(shuffled) - 1, 0, -1):
            other = self.integer(0, last)
            shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
        return shuffled

    def fork(self, label: str) -> Draw:
        """A stream of its own, that depends on the seed and the label alone: draws of one do not shift the other.

        >>> one, other = Draw(5), Draw(5)
        >>> _ = other.numbers(10)
        >>> one.fork("weights").number() == other.fork("weights").number()
        True
        """
        return Draw(int.from_bytes(hashlib.sha256(f"{self.seed}|{label}".encode()).digest()[:8]))

    def __repr__(self) -> str:
        return f"Draw({self.seed})"
