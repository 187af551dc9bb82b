"""Compare a backward with finite differences, and say where and how they differ."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.backward import backward, topological_order
from backprop_widgets.autograd.function import Function
from backprop_widgets.autograd.tensor import Tensor

STEP = 1e-5  # centred differences: error of order step**2, noise of order 1e-16 / step
BENT = 1e-2  # relative difference of the two one-sided slopes; a smooth function has about STEP
ACCEPTED = 1e-6  # relative error; a right backward stays near 1e-9, a wrong one above 1e-3


@dataclass(frozen=True)
class InputReport:
    """What was found for one input: its worst entry, where a kink was not in the way."""

    name: str
    entry: tuple[int, ...]
    numerical: float
    analytical: float
    relative_error: float
    kinks: int  # entries left out because a kink lies between x - step and x + step

    @property
    def is_right(self) -> bool:
        """Whether the worst entry agrees."""
        return self.relative_error <= ACCEPTED

    def __str__(self) -> str:
        place = f"{self.name}{list(self.entry)}" if self.entry else self.name
        mark = "right" if self.is_right else "WRONG"
        kinks = f", {self.kinks} left out at a kink" if self.kinks else ""
        return (
            f"{place}: {mark}, numerical {self.numerical:.6g}, analytical {self.analytical:.6g}, "
            f"relative error {self.relative_error:.1e}{kinks}"
        )


@dataclass(frozen=True)
class GradientReport:
    """The result of a gradient check: true when all is right, printable when not."""

    name: str
    inputs: tuple[InputReport, ...]
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.problems and all(report.is_right for report in self.inputs)

    def __str__(self) -> str:
        verdict = "right" if self else "WRONG"
        return "\n".join([f"gradient check of {self.name}: {verdict}", *self.problems, *map(str, self.inputs)])

    __repr__ = __str__


def gradcheck(f: Any, *inputs: Any, seed: int = 0) -> GradientReport:
    """Check the gradients of `f` at `inputs` against centred differences, with a random upstream gradient.

    `f` is a Function class or a Python function of Tensors. A random upstream is used because a backward that forgets
    to multiply by it looks right under ones. For a Function class it is also checked that forward and backward leave
    their arguments alone and keep their state on `ctx`: two forwards run before the first backward.
    An entry whose value is within a step of a kink is left out and counted.

    >>> gradcheck(lambda x, y: x * y, 3.0, -2.0)  # doctest: +ELLIPSIS
    gradient check of <lambda>: right
    x: right, numerical -2.5..., analytical -2.5..., relative error ...
    y: right, numerical 3.77..., analytical 3.77..., relative error ...
    """
    is_class = isinstance(f, type) and issubclass(f, Function)
    call: Callable[..., Tensor] = f.apply if is_class else f
    name = f.name if is_class else getattr(f, "__name__", "f")
    leaves = [_leaf(given, slot) for slot, given in enumerate(inputs)]
    labels = f.labels if is_class else ()
    draw = random.Random(seed)
    problems: list[str] = []
    try:
        output = call(*leaves)
        upstream = _drawn(output.shape, draw)
        if is_class:
            others = [x.data if k in labels else x.data + _moved(x.data) for k, x in enumerate(leaves)]
            call(*others)  # state kept on the class is overwritten
        totals = _totals(output, upstream)
        again = _totals(output, upstream)
        if any(not np.array_equal(total, again[tensor], equal_nan=True) for tensor, total in totals.items()):
            problems.append("backward gives other numbers the second time: it changes what forward has saved")
    except (TypeError, ValueError, AttributeError) as error:
        return GradientReport(name, (), (f"{type(error).__name__}: {error}",))
    reports = tuple(
        _compare(call, leaves, slot, totals.get(leaf, np.zeros(leaf.shape)), upstream)
        for slot, leaf in enumerate(leaves)
        if slot not in labels
    )
    return GradientReport(name, reports, tuple(problems))


def numerical_gradient(
    call: Callable[..., Tensor], leaves: list[Tensor], slot: int, entry: tuple[int, ...], upstream: Array
) -> tuple[float, bool]:
    """Centred difference of `sum(upstream * call(...))` in one entry, and whether a kink lies within the step."""
    outputs = []
    for sign in (1, 0, -1):
        moved = leaves[slot].data.copy()
        moved[entry] += sign * STEP * max(1.0, abs(float(moved[entry])))
        outputs.append(call(*leaves[:slot], Tensor(moved), *leaves[slot + 1 :]))
    high, middle, low = (output.data for output in outputs)
    step = STEP * max(1.0, abs(float(leaves[slot].data[entry])))
    with np.errstate(all="ignore"):  # the difference first, then the sum: less is lost to rounding
        right, left, both = ((upstream * (a - b)).sum() / step for a, b in ((high, middle), (middle, low), (high, low)))
    bends = bool(abs(right - left) > BENT * max(1.0, abs(right), abs(left)))
    return float(both) / 2, bends or _kink_between(outputs)


def _totals(output: Tensor, upstream: Array) -> dict[Tensor, Array]:
    with np.errstate(all="ignore"):
        return {tensor: np.asarray(total) for tensor, total, _ in backward(output, upstream)}


def _moved(data: Array) -> Array:
    return 1e-3 * np.maximum(1.0, np.abs(data))  # little, so that it stays where the function is defined


def _compare(
    call: Callable[..., Tensor], leaves: list[Tensor], slot: int, analytical: Array, upstream: Array
) -> InputReport:
    kinks = 0
    worst: tuple[float, tuple[int, ...], float, float] = (0.0, (), float("nan"), float("nan"))
    for entry in np.ndindex(leaves[slot].shape):
        numerical, at_kink = numerical_gradient(call, leaves, slot, entry, upstream)
        if at_kink:
            kinks += 1
            continue
        found = float(analytical[entry])
        error = _relative_error(numerical, found)
        if error > worst[0] or np.isnan(worst[2]):
            worst = (error, entry, numerical, found)
    error, entry, numerical, found = worst
    return InputReport(leaves[slot].name or f"input {slot + 1}", entry, numerical, found, error, kinks)


def _relative_error(numerical: float, analytical: float) -> float:
    if not np.isfinite(numerical) or not np.isfinite(analytical):
        return 0.0 if str(numerical) == str(analytical) else float("inf")
    return abs(numerical - analytical) / max(1.0, abs(numerical), abs(analytical))


def _kink_between(outputs: list[Tensor]) -> bool:
    """Whether any gate changed sides, or left its kink, among the three runs."""
    runs = [[tensor.gate for tensor in topological_order(output) if tensor.gate is not None] for output in outputs]
    if any([gate.function for gate in run] != [gate.function for gate in runs[1]] for run in runs):
        return True  # the student's own `if` took another path
    high, middle, low = (
        [gate.function.branch(*[x.data for x in gate.inputs], **gate.options) for gate in run] for run in runs
    )
    pairs = [*zip(high, middle, strict=True), *zip(middle, low, strict=True)]
    return any(not np.array_equal(side, other, equal_nan=True) for side, other in pairs)


def _leaf(given: Any, slot: int) -> Tensor:
    leaf = Tensor(given)
    leaf.name = given.name if isinstance(given, Tensor) and given.name else "xyzw"[slot] if slot < 4 else f"x{slot}"
    return leaf


def _drawn(shape: tuple[int, ...], draw: random.Random) -> Array:
    size = int(np.prod(shape, dtype=int))
    return np.array([draw.choice((-1, 1)) * (0.5 + draw.random()) for _ in range(size)]).reshape(shape)
