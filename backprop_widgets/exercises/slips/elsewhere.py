"""Slips that are not of a graph: descent steps, numerical checks, shapes, batch means, old variants.

Each function takes the facts of a question and gives the wrong numbers with the slips they come from: the candidates
for `judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from backprop_widgets.exercises.slips.slip import SLIPS, Candidate, Slip, elsewhere
from backprop_widgets.exercises.slips.typing_slips import moved_points, swapped_digits

UPHILL = elsewhere("step uphill")
NO_RATE = elsewhere("rate left out")
BY_VALUE = elsewhere("value subtracted")
ONLY_STEP = elsewhere("step for weight")
NEW_POINT = elsewhere("gradient of the new point")
ONE_PASS = elsewhere("one pass alone")
NO_NUDGE = elsewhere("nudge left out")
NEW_OUTPUT = elsewhere("output for change")
ONE_SIDED = elsewhere("one side only")
NOT_HALVED = elsewhere("divided by h")
NOT_DIVIDED = elsewhere("not divided")
BACKWARDS = elsewhere("difference the wrong way round")
BESIDE = elsewhere("step on the value")
OTHER_WAY = elsewhere("shape turned round")
OTHER_SHAPE = elsewhere("shape of another value")
NO_MEAN = elsewhere("mean forgotten")
MEAN_TWICE = elsewhere("mean taken twice")
PER_ENTRY = elsewhere("mean over all entries")
OLD_VARIANT = elsewhere("old variant")


def wrong_descents(
    w: float, gradient: float, rate: float, value: float | None = None, gradient_after: float | None = None
) -> list[Candidate]:
    """What may come of `w - rate * gradient`; `value` is the loss, `gradient_after` the gradient at the new point.

    >>> [(each.slip.name, each.value) for each in wrong_descents(1.0, 4.0, 0.5)]
    [('step uphill', 3.0), ('rate left out', -3.0), ('value subtracted', 0.5), ('step for weight', -2.0)]
    """
    found = [
        Candidate(UPHILL, w + rate * gradient),
        Candidate(NO_RATE, w - gradient),
        Candidate(BY_VALUE, w - rate * w),
        Candidate(ONLY_STEP, -rate * gradient),
    ]
    if value is not None:
        found.append(Candidate(BY_VALUE, w - rate * value))
    if gradient_after is not None:
        found.append(Candidate(NEW_POINT, w - rate * gradient_after))
    return apart(found, w - rate * gradient)


def wrong_numerical(f: Callable[[float], float], x: float, h: float) -> list[Candidate]:
    """What may come of `(f(x + h) - f(x - h)) / (2 * h)`.

    >>> [(each.slip.name, round(each.value, 4)) for each in wrong_numerical(lambda x: x * x, 3.0, 0.25)]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('one side only', 6.25), ('one side only', 5.75), ('divided by h', 12.0), ('not divided', 3.0),
     ('difference the wrong way round', -6.0), ('step on the value', 1.0), ('step on the value', 0.5)]
    """
    above, here, below = f(x + h), f(x), f(x - h)
    found = [
        Candidate(ONE_SIDED, (above - here) / h),
        Candidate(ONE_SIDED, (here - below) / h),
        Candidate(NOT_HALVED, (above - below) / h),
        Candidate(NOT_DIVIDED, above - below),
        Candidate(BACKWARDS, (below - above) / (2 * h)),
        Candidate(BESIDE, ((here + h) - (here - h)) / (2 * h)),
        Candidate(BESIDE, ((here + h) - here) / (2 * h)),
    ]
    return apart(found, (above - below) / (2 * h))


def wrong_means(total: float, examples: int, entries: int | None = None) -> list[Candidate]:
    """What may come of a sum over the batch divided by the number of examples; `entries` counts all numbers in it.

    >>> [(each.slip.name, each.value) for each in wrong_means(12.0, 3, entries=6)]
    [('mean forgotten', 12.0), ('mean taken twice', 1.3333333333333333), ('mean over all entries', 2.0)]
    """
    found = [Candidate(NO_MEAN, total), Candidate(MEAN_TWICE, total / examples**2)]
    if entries is not None:
        found.append(Candidate(PER_ENTRY, total / entries))
    return apart(found, total / examples)


def wrong_shapes(right: Sequence[int], others: Iterable[Sequence[int]] = ()) -> list[tuple[Slip, tuple[int, ...]]]:
    """The shapes that may be given for a gradient: its own turned round, and those of the other values of the gate.

    >>> [(slip.name, shape) for slip, shape in wrong_shapes((3, 2), [(4, 3), (4, 2)])]
    [('shape turned round', (2, 3)), ('shape of another value', (4, 3)), ('shape of another value', (4, 2))]
    """
    found = [(OTHER_WAY, tuple(right)[::-1]), *((OTHER_SHAPE, tuple(other)) for other in others)]
    firsts: dict[tuple[int, ...], Slip] = {}
    for slip, shape in found:
        if shape != tuple(right):
            firsts.setdefault(shape, slip)
    return [(slip, shape) for shape, slip in firsts.items()]


def wrong_typings(truth: float) -> list[Candidate]:
    """What may come of any number on its way to the keyboard: its point moved, two digits swapped.

    >>> [each.value for each in wrong_typings(12.0)][-2:]
    [12000.0, 21.0]
    """
    found = [Candidate(SLIPS["decimal point"], number) for number in moved_points(truth)]
    return apart([*found, *(Candidate(SLIPS["swapped digits"], number) for number in swapped_digits(truth))], truth)


def wrong_changes(gradient: float, step: float, output: float) -> list[Candidate]:
    """What may come of `gradient * step`, the change of an output: the gradient itself, or the output afterwards.

    >>> [(each.slip.name, each.value) for each in wrong_changes(3.0, 0.5, -12.0)]
    [('nudge left out', 3.0), ('output for change', -10.5)]
    """
    found = [Candidate(NO_NUDGE, gradient), Candidate(NEW_OUTPUT, output + gradient * step)]
    return apart(found, gradient * step)


def apart(found: Iterable[Candidate], truth: float) -> list[Candidate]:
    """Those that are finite and not the truth itself."""
    return [each for each in found if np.isfinite(each.value) and each.value != truth]
