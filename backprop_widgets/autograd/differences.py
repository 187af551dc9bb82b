"""The slope of a function by finite differences, and whether a kink is in the way. Knows nothing of backward."""

from __future__ import annotations

import itertools
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.tensor import Tensor

STEP = 1e-5  # relative; centred differences have an error of order step**2, and noise of order 1e-16 / step
ACCEPTED = 1e-6  # relative error; a right backward stays near 1e-9, a wrong one above 1e-3
BENT = 1e-3  # relative difference of the slopes on both sides; a smooth function has about STEP
COARSE = 1e-3  # relative change of the slope from one step to twice that step; a smooth function has about STEP**2
ROUNDING = 10 * float(np.finfo(np.float64).eps)  # relative noise of a computed value, with room for a few operations

Call = Callable[..., Tensor]
Sides = tuple[float, float]  # the slope to the left, the slope to the right


@dataclass(frozen=True)
class Slope:
    """A numerical gradient in one entry; not to be compared when a kink lies within the step."""

    value: float
    step: float
    is_kink: bool = False
    is_settled: bool = True  # smaller steps give the same: the function is not noisy


@dataclass(frozen=True)
class Place:
    """One entry of one input of a function, where `sum(upstream * call(*leaves))` is differentiated."""

    call: Call
    leaves: list[Tensor]
    slot: int
    entry: tuple[int, ...]
    upstream: Array
    middle: Tensor  # call(*leaves)

    @property
    def x(self) -> float:
        """The entry itself."""
        return float(self.leaves[self.slot].data[self.entry])

    def moved(self, step: float) -> Tensor:
        """The function with the entry moved."""
        data = self.leaves[self.slot].data.copy()
        data[self.entry] += step
        with (
            warnings.catch_warnings(),
            suppress(Exception),
        ):  # nobody asked for this point: it may be outside the domain
            warnings.simplefilter("ignore")
            return self.call(*self.leaves[: self.slot], Tensor(data), *self.leaves[self.slot + 1 :])
        return Tensor(np.full(self.middle.shape, np.nan))

    def slope_to(self, other: Tensor, step: float) -> float:
        """The one-sided slope towards `moved(step)`."""
        with np.errstate(all="ignore"):  # the difference first, then the sum: less is lost to rounding
            return float((self.upstream * (other.data - self.middle.data)).sum() / step)

    def sides(self, step: float) -> Sides:
        """Both one-sided slopes."""
        return self.slope_to(self.moved(-step), -step), self.slope_to(self.moved(step), step)


def slope(place: Place, expected: float, size: float) -> Slope:
    """The numerical gradient in one entry, looked at closely where it is not as `expected`.

    `size` is the largest number in the computation: what is below its rounding is not told from 0.
    A step of STEP is tried first, relative to entries above 1. If two and four times the step do not fit to it, as they
    do for a smooth function, a smaller step is tried; if that does not fit either, there is a kink or much noise.
    """
    step = STEP * max(1.0, abs(place.x))
    low, high = place.moved(-step), place.moved(step)
    if another_branch([low, place.middle, high]):
        return Slope(float("nan"), step, is_kink=True)
    sides = place.slope_to(low, -step), place.slope_to(high, step)
    if _gap(sides) <= BENT * _level(sides, step, size) and error(_centre(sides), expected, step, size) <= ACCEPTED:
        return Slope(_centre(sides), step)
    return _closely(place, step, sides, expected, size)


def error(numerical: float, analytical: float, step: float, size: float) -> float:
    """The relative error; where both are next to nothing, relative to the rounding of the difference."""
    if not np.isfinite(numerical) or not np.isfinite(analytical):
        return float("inf")
    return abs(numerical - analytical) / max(abs(numerical), abs(analytical), _floor(step, size))


def another_branch(outputs: list[Tensor]) -> bool:
    """Whether any gate changed sides, or left its kink, between one run and the next."""
    runs = [[tensor.gate for tensor in topological_order(output) if tensor.gate is not None] for output in outputs]
    for run, next_run in itertools.pairwise(runs):
        if [gate.function.name for gate in run] != [gate.function.name for gate in next_run]:
            return True  # the student's own `if` took another path
        for gate, same in zip(run, next_run, strict=True):
            side, other = (g.function.branch(*[x.data for x in g.inputs], **g.options) for g in (gate, same))
            if not np.array_equal(side, other, equal_nan=True):
                return True
    return False


def drawn(shape: tuple[int, ...], seed: int) -> Array:
    """A random upstream gradient: each entry between 0.5 and 1.5 in size, with either sign."""
    draw = random.Random(seed)  # noqa: S311  (no secret)
    size = int(np.prod(shape, dtype=int))
    return np.array([draw.choice((-1, 1)) * (0.5 + draw.random()) for _ in range(size)]).reshape(shape)


def _closely(place: Place, step: float, sides: Sides, expected: float, size: float) -> Slope:
    for smaller in _steps(place.x, step):
        ladder = [place.sides(factor * smaller) for factor in (1, 2, 4)]
        if not np.isfinite(ladder).all():
            continue
        found = _settled(ladder, smaller, size)
        if found is not None:
            bend = _gap(ladder[0]) * step / smaller  # what the curvature here makes of both sides at the first step
            crossed = _gap(sides) > max(4 * bend, BENT * _level(sides, step, size))
            return Slope(found, smaller, is_kink=bool(np.isfinite(sides).all()) and crossed)
    ladder = [sides, *(place.sides(factor * step) for factor in (2, 4))]
    if not np.isfinite(sides).all():  # at the edge of where the function is defined there is one side only
        return Slope(_centre(sides), step, is_kink=bool(np.isfinite(sides).any()) and bool(np.isfinite(expected)))
    return Slope(_centre(sides), step, is_kink=_is_kink(ladder), is_settled=False)


def _steps(x: float, step: float) -> Iterator[float]:
    yield step
    yield STEP * abs(x) if 0 < abs(x) < 0.1 else step / 100  # 1/x bends sharply at small x


def _settled(ladder: list[Sides], step: float, size: float) -> float | None:
    """The slope, if one, two and four steps fit to a smooth function; else None."""
    level = _level(ladder[0], step, size)
    gaps, centres = [_gap(sides) for sides in ladder], [_centre(sides) for sides in ladder]
    is_straight = gaps[0] <= ACCEPTED * level
    if not is_straight and not all(0.35 <= _ratio(a, b) <= 0.65 for a, b in itertools.pairwise(gaps)):
        return None  # the difference of both sides of a smooth function is in proportion to the step
    change = abs(centres[0] - centres[1])
    growth = _ratio(abs(centres[1] - centres[2]), change)
    if change <= ACCEPTED * level / 2:
        return centres[0]
    if 3 <= growth <= 5.3 and change <= COARSE * abs(centres[0]):  # the error grows as step**2: it is taken off
        return (4 * centres[0] - centres[1]) / 3
    return None


def _is_kink(ladder: list[Sides]) -> bool:
    """Whether the sides differ as at a kink, at a jump, or at a kink of the slope; noise differs from step to step."""
    gaps = [_ratio(_gap(sides), _gap(further)) for sides, further in itertools.pairwise(ladder)]
    centres = [_centre(sides) for sides in ladder]
    growth = _ratio(centres[1] - centres[2], centres[0] - centres[1])
    return (
        all(ratio <= 1.2 for ratio in gaps)  # a fixed difference, for every step that crosses the kink
        or all(1.9 <= ratio <= 2.1 for ratio in gaps)  # a jump: the smaller the step, the steeper
        or 1.9 <= growth <= 2.1  # the error is in proportion to the step, as that of x * abs(x) is
    )


def _centre(sides: Sides) -> float:
    return (sides[0] + sides[1]) / 2


def _gap(sides: Sides) -> float:
    return abs(sides[1] - sides[0])


def _level(sides: Sides, step: float, size: float) -> float:
    return max(abs(sides[0]), abs(sides[1]), _floor(step, size))


def _floor(step: float, size: float) -> float:
    return ROUNDING * size / step / ACCEPTED


def _ratio(a: float, b: float) -> float:
    return a / b if b else float("inf")
