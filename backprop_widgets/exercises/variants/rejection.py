"""Draw again until the numbers are good, in an order that the seed alone decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from backprop_widgets.exercises.variants.draw import Draw

TRIES = 200

Made = TypeVar("Made")


class NoVariantError(ValueError):
    """None of the draws is good: the question asks for something its numbers cannot be."""


@dataclass(frozen=True)
class Drawn(Generic[Made]):
    """The first good draw, and how many before it were rejected."""

    value: Made
    rejected: int


def draw_until(
    make: Callable[[Draw], Made], is_good: Callable[[Made], bool], seed: int | Draw, tries: int = TRIES
) -> Made:
    """Make variants from the seed, one after the other, until one is good. Raises NoVariantError when none is.

    >>> draw_until(lambda draw: draw.integer(1, 6), lambda number: number == 6, seed=5)
    6
    """
    return first_good(make, is_good, seed, tries).value


def first_good(
    make: Callable[[Draw], Made], is_good: Callable[[Made], bool], seed: int | Draw, tries: int = TRIES
) -> Drawn[Made]:
    """The same, with how many draws were rejected.

    Each try has a stream of its own, so that the numbers of one do not depend on how much another has drawn.

    >>> first_good(lambda draw: draw.integer(1, 6), lambda number: number == 6, seed=5)
    Drawn(value=6, rejected=3)
    """
    start = seed if isinstance(seed, Draw) else Draw(seed)
    for rejected in range(tries):
        value = make(start.fork(f"try {rejected}"))
        if is_good(value):
            return Drawn(value, rejected)
    raise NoVariantError(
        f"none of {tries} draws from the seed {start.seed} is good: a mistake would go unseen, or they are not as "
        "asked. Give the inputs, or numbers= that draws from a larger set"
    )
