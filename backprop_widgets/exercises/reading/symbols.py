"""Read a formula in given names, and tell whether two formulae are equal, at random points; no algebra is done."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.exercises.reading.grammar import Dialect, Part, compute, names_in, parse
from backprop_widgets.exercises.reading.refusal import UnreadableError

POINTS = 20
FEWEST = 12  # of them must give a finite number
RELATIVE = 1e-8
ABSOLUTE = 1e-12  # two sums that cancel are equal

Range = tuple[float, float]
RULES: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "sigmoid": lambda x: 0.5 * (1 + np.tanh(x / 2)),
    "relu": lambda x: np.maximum(x, 0.0),
    "abs": np.abs,
    "max": lambda *values: reduce(np.maximum, values),
    "min": lambda *values: reduce(np.minimum, values),
    "negate": np.negative,
    "power": np.power,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


@dataclass(frozen=True)
class Symbols:
    """A formula that was read. `names` are those it uses: a formula "in terms of the output only" uses one."""

    text: str
    parts: tuple[Part, ...]

    @property
    def names(self) -> frozenset[str]:
        return names_in(self.parts)

    def at(self, **values: Any) -> Array:
        """The number that it gives there, or as many numbers as are given; nan or infinite where it gives none."""
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
        if missing := sorted(self.names - arrays.keys()):
            raise ValueError(f"{self.text!r} needs a value for {', '.join(missing)}, got {', '.join(arrays) or 'none'}")

        def rule(part: Part, taken: list[Any]) -> Any:
            if part.kind == "number":
                return np.float64(part.text)
            return arrays[part.text] if part.kind == "name" else RULES[part.text](*taken)

        with np.errstate(all="ignore"):
            return np.asarray(compute(self.parts, rule))

    def __str__(self) -> str:
        return self.text


def read_symbols(text: str, names: Iterable[str]) -> Symbols:
    """Read a formula in these names, by themselves or spelled otherwise: x₁ for x_1, lambda for λ.

    Functions are exp, log, ln, sqrt, tanh, sigmoid (or σ), relu, max, min and abs. Raises UnreadableError.

    >>> formula = read_symbols("y·(1 − y)", ["y", "x"])
    >>> sorted(formula.names), float(formula.at(y=0.5))
    (['y'], 0.25)
    """
    if not isinstance(text, str):
        raise UnreadableError("type", type(text).__name__)
    return Symbols(text.strip(), parse(text, Dialect(tuple(names))))


def equal(
    given: Symbols,
    truth: Symbols,
    domain: Range | Mapping[str, Range] = (-3.0, 3.0),
    *,
    given_that: Mapping[str, Symbols] | None = None,
    seed: int = 0,
) -> bool:
    """Whether both give the same numbers, within 1e-8 of their size, at random points of the domain.

    The domain is a range for all names, or one for each. `given_that` says what a name stands for in terms of the
    others, for an answer that may be written in either: `{"y": read_symbols("sigmoid(x)", ["x"])}`. Where only one of
    the two is a finite number they differ. Raises UnreadableError where both are at fewer than 12 of 20 points.

    >>> one, other = read_symbols("y*(1-y)", ["y"]), read_symbols("y - y^2", ["y"])
    >>> equal(one, other), equal(one, read_symbols("y", ["y"]))
    (True, False)
    """
    stands_for = given_that or {}
    used = given.names | truth.names
    free = (used - stands_for.keys()).union(*(stands_for[name].names for name in used & stands_for.keys()))
    stream = random.Random(seed)  # noqa: S311  (numbers of an exercise, not secrets)
    points: dict[str, Any] = {}
    for name in sorted(free):
        low, high = _range(domain, name)
        points[name] = np.array([low + (high - low) * stream.random() for _ in range(3 * POINTS)])
    for name in sorted(used & stands_for.keys()):
        points[name] = stands_for[name].at(**points)
    one, other = (np.broadcast_to(formula.at(**points), 3 * POINTS) for formula in (given, truth))
    finite = np.isfinite(one) | np.isfinite(other)
    one, other = one[finite][:POINTS], other[finite][:POINTS]
    if len(one) < FEWEST:
        raise UnreadableError("points", given.text)
    if not (np.isfinite(one) & np.isfinite(other)).all():
        return False
    return bool((np.abs(one - other) <= RELATIVE * np.maximum(np.abs(one), np.abs(other)) + ABSOLUTE).all())


def _range(domain: Any, name: str) -> Range:
    found: Range = domain.get(name, (-3.0, 3.0)) if isinstance(domain, Mapping) else domain
    return found
