"""Read numbers into float64 and fit them to shapes. Knows nothing of graphs."""

from __future__ import annotations

from functools import lru_cache
from math import inf, isfinite, prod
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
FLOAT64 = np.dtype(np.float64)
INT64 = np.dtype(np.int64)
Number = float | Array  # a scalar is kept as a Python float: twenty times faster than a 0-d array


def read(given: Any, what: str) -> Number:
    """Copy numbers into a read-only float64 array, or a float when there is one number.

    Raises TypeError for anything but real numbers, and ValueError for rows of unequal length and for integers that no
    float64 can hold; `what` opens the message.
    """
    if type(given) is np.ndarray and given.ndim and given.dtype.kind in "biuf":
        copy = given.copy() if given.dtype is FLOAT64 else given.astype(FLOAT64)
        copy.setflags(write=False)
        return copy
    if type(given) in (int, float, np.float64):
        try:
            return float(given)
        except OverflowError:
            raise ValueError(f"{what} takes numbers up to 1.8e308, got an integer beyond that") from None
    try:
        raw = np.asarray(given)
    except ValueError as error:
        raise ValueError(f"{what} needs rows of equal length, got {shortened(given)}") from error
    except TypeError:  # a list of Tensors: they are no arrays
        raw = np.asarray(None)
    if raw.dtype.kind not in "biuf":
        raise TypeError(f"{what} takes real numbers or arrays of them, got {type(given).__name__} {shortened(given)}")
    return frozen(np.array(raw, dtype=np.float64))


def read_finite(given: Any, what: str) -> float:
    """Read one finite number. Raises ValueError for anything else; `what` opens the message."""
    if type(given) is float and isfinite(given):
        return given
    try:
        number = read(given, what)
    except (TypeError, ValueError):
        number = inf
    if not isinstance(number, float) or not isfinite(number):
        raise ValueError(f"{what} must be a finite number, got {shortened(given)}")
    return number


def frozen(given: Any) -> Number:
    """Make a float64 array read-only, so that a graph cannot be changed behind its trace; unwrap a 0-d array."""
    array: Array = given if type(given) is np.ndarray and given.dtype is FLOAT64 else np.asarray(given, dtype=FLOAT64)
    if array.ndim == 0:
        return float(array)
    array.setflags(write=False)
    return array


def frozen_scalar(value: float) -> Array:
    """Wrap a float as a read-only 0-d array."""
    array = np.array(value, dtype=FLOAT64)
    array.setflags(write=False)
    return array


def shape_of(value: Number) -> tuple[int, ...]:
    """The shape; () for a float."""
    return () if isinstance(value, float) else value.shape


def sum_to_shape(gradient: Any, shape: tuple[int, ...]) -> Number:
    """Undo broadcasting: add up the gradient over every axis along which a value of `shape` was copied."""
    if type(gradient) is not np.ndarray or not gradient.ndim:
        return float(gradient)
    own = gradient.shape
    if own == shape:
        return gradient
    if own[1:] == shape and len(own) == 2:  # a bias: copied for each example
        return summed_rows(gradient)
    extra = gradient.ndim - len(shape)
    if gradient.shape[extra:] == shape:  # copied along new axes only
        summed = np.add.reduce(gradient, tuple(range(extra)))
        return summed if shape else float(summed)
    copied = tuple(extra + axis for axis, size in enumerate(shape) if size == 1 and gradient.shape[extra + axis] != 1)
    summed = gradient.sum(axis=(*range(extra), *copied), keepdims=True)
    return frozen(summed.reshape(shape))


def summed_rows(matrix: Array) -> Array:
    """The sum of the rows; as a product with ones, which takes a third of the time of np.sum for a few of them."""
    rows = len(matrix)
    summed: Array = ones(rows).dot(matrix) if rows <= 1024 else np.add.reduce(matrix, 0)
    return summed


@lru_cache(maxsize=16)
def ones(count: int) -> Array:
    """Ones, read-only and made once."""
    array = np.ones(count)
    array.setflags(write=False)
    return array


def zeros(shape: tuple[int, ...]) -> Array:
    """Zeros, to be read only: a number beside an array would take twice the time of an array beside an array."""
    return _small_zeros(shape) if prod(shape) <= 1 << 16 else np.zeros(shape)


@lru_cache(maxsize=16)
def _small_zeros(shape: tuple[int, ...]) -> Array:
    array = np.zeros(shape)
    array.setflags(write=False)
    return array


def only_where(chosen: Any, gradient: Any) -> Any:
    """The gradient where it is chosen, 0 elsewhere, an infinite one too: the bits of each number times 1 or 0.

    np.where branches at each entry, and a processor foresees no random choices: up to five times slower.
    """
    if type(gradient) is float:
        return gradient if chosen else 0.0
    return (gradient.view(INT64) * np.asarray(chosen, INT64)).view(FLOAT64)


def is_finite(value: Number) -> bool:
    """Whether no entry is infinite or nan."""
    return isfinite(value) if isinstance(value, float) else bool(np.isfinite(value).all())


def is_finite_quickly(value: Number) -> bool:
    """The same in a fraction of the time; for where numpy's warnings are off, as it may overflow on the way."""
    if isinstance(value, float):
        return isfinite(value)
    flat = value.ravel()
    return isfinite(flat.dot(flat)) or is_finite(value)


def shortened(given: Any, limit: int = 60) -> str:
    """Show what came, in one line of bounded length."""
    text = " ".join(repr(given).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
