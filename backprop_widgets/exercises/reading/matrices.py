"""Read a formula in matrices, such as `X.T @ dY`, and compare two by NumPy on random arrays, shapes first."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.exercises.reading.grammar import FUNCTIONS, Dialect, Part, compute, names_in, parse
from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.symbols import ABSOLUTE, RELATIVE, RULES

Shape = tuple[int, ...]
OF_MATRICES = {**FUNCTIONS, "sum": (1, 1), "mean": (1, 1), "transpose": (1, 1), "dot": (2, 2), "matmul": (2, 2)}
ALIKE = {"dot": "@", "matmul": "@"}  # of matrices they are the same
DRAWS = 3  # of random arrays, on which two formulae must agree


@dataclass(frozen=True)
class Matrices:
    """A formula that was read, for arrays of these shapes. It fits together: its shape is known."""

    text: str
    parts: tuple[Part, ...]
    shapes: Mapping[str, Shape]

    @property
    def names(self) -> frozenset[str]:
        return names_in(self.parts)

    @property
    def shape(self) -> Shape:
        """The shape of what it gives."""
        return self.at(**{name: np.zeros(shape) for name, shape in self.shapes.items()}).shape

    def at(self, **arrays: Any) -> Array:
        """What it gives for these arrays; nan or infinite where it gives no number."""

        def rule(part: Part, taken: list[Array]) -> Array:
            if part.kind == "number":
                return np.asarray(float(part.text))
            if part.kind == "name":
                return np.asarray(arrays[part.text], dtype=np.float64)
            return _done(part, taken)

        with np.errstate(all="ignore"):
            return compute(self.parts, rule)

    def __str__(self) -> str:
        return self.text


def read_matrices(text: str, shapes: Mapping[str, Shape]) -> Matrices:
    """Read a formula in matrices of these names and shapes: + - * / @, `.T`, sum and mean over an axis, functions.

    Raises UnreadableError, also where the shapes do not fit, saying which two do not. The sizes should all differ:
    of square matrices every product fits.

    >>> read_matrices("X.T @ dY", {"X": (4, 3), "dY": (4, 5)}).shape
    (3, 5)
    >>> read_matrices("X @ dY", {"X": (4, 3), "dY": (4, 5)})
    Traceback (most recent call last):
    backprop_widgets.exercises.reading.refusal.UnreadableError: cannot read this answer (product): (4, 3) @ (4, 5)
    """
    if not isinstance(text, str):
        raise UnreadableError("type", type(text).__name__)
    parts = parse(text, Dialect(tuple(shapes), OF_MATRICES, has_matrices=True))
    formula = Matrices(text.strip(), parts, dict(shapes))
    assert formula.shape is not None  # it fits together, or says why not
    return formula


def compare(given: Matrices, truth: Matrices, *, seed: int = 0) -> Literal["equal", "shape", "different"]:
    """Tell whether two formulae give the same on random arrays, or at least the same shape.

    >>> shapes = {"X": (4, 3), "W": (3, 5), "dY": (4, 5)}
    >>> truth = read_matrices("dY @ W.T", shapes)
    >>> [compare(read_matrices(text, shapes), truth) for text in ("(W @ dY.T).T", "X * 2", "W @ dY.T")]
    ['equal', 'different', 'shape']
    """
    if given.shape != truth.shape:
        return "shape"
    stream = random.Random(seed)  # noqa: S311  (numbers of an exercise, not secrets)
    for _ in range(DRAWS):
        arrays = {
            name: np.array([2 * stream.random() - 1 for _ in range(int(np.prod(shape)))]).reshape(shape)
            for name, shape in sorted(truth.shapes.items())
        }
        one, other = given.at(**arrays), truth.at(**arrays)
        both = np.isfinite(one) & np.isfinite(other)
        if (np.isfinite(one) != np.isfinite(other)).any() or not np.allclose(
            one[both], other[both], rtol=RELATIVE, atol=ABSOLUTE
        ):
            return "different"
    return "equal"


def _done(part: Part, taken: list[Array]) -> Array:
    """Do one thing to arrays. Raises UnreadableError where the shapes do not fit."""
    word, *options = part.text.split()
    word = ALIKE.get(word, word)
    if word == "transpose":
        return taken[0].T
    if word in ("sum", "mean"):
        return _reduced(word, taken[0], options)
    if word == "@":
        return _product(*taken)
    try:
        return np.asarray(RULES[word](*taken))
    except ValueError:
        raise UnreadableError("add", f" {part.text} ".join(_written(each.shape) for each in taken)) from None


def _product(one: Array, other: Array) -> Array:
    try:
        return np.asarray(one @ other)
    except ValueError:  # a number is no matrix either
        raise UnreadableError("product", f"{_written(one.shape)} @ {_written(other.shape)}") from None


def _reduced(word: str, array: Array, options: list[str]) -> Array:
    axis = int(options[options.index("axis") + 1]) if "axis" in options else None
    if axis is not None and not -array.ndim <= axis < array.ndim:
        raise UnreadableError("axis", str(axis))
    reduced = array.sum if word == "sum" else array.mean
    return np.asarray(reduced(axis=axis, keepdims="keepdims" in options))


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
