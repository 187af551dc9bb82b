"""Scores and labels of classes: probabilities, rows with a single 1, margins. Plain arrays, no gates."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import ones
from backprop_widgets.ops.inputs import some_entries

BOOL = np.dtype(bool)


def log_probabilities(scores: Any, axis: int) -> Any:
    """Log softmax."""
    shifted = below_the_largest(scores, axis)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def below_the_largest(scores: Any, axis: int) -> Any:
    """Take the largest score off all, which changes no probability, so that no exponential overflows."""
    if not scores.ndim:
        raise ValueError("softmax needs a vector of scores, or a matrix with one row for each example, got one number")
    some_entries("softmax", scores)
    return scores - np.maximum.reduce(scores, axis=axis, keepdims=True)


def sum_of_each_row(p: Any) -> Any:
    """The sum over the classes, as a column; as a product with ones, in a third of the time of np.sum for a few."""
    return p.dot(ones(p.shape[-1]))[..., np.newaxis]


def one_hot(labels: Any, shape: tuple[int, ...]) -> Any:
    """Read labels as rows with a single True. They may be rows already, or integers, one for each example."""
    if not 1 <= len(shape) <= 2:
        raise ValueError(f"scores have shape (classes,) or (batch, classes), got {shape}")
    if 0 in shape:
        raise ValueError(f"a loss needs at least one example and one class, got scores of shape {shape}")
    given = np.asarray(labels, dtype=float)
    if given.shape == shape:
        if not ((given >= 0) & (given <= 1)).all():
            raise ValueError(f"a row of labels holds probabilities, from 0 to 1, got {np.ravel(given)[:5].tolist()}")
        return given
    if given.shape != shape[:-1]:
        raise ValueError(f"labels have shape {shape[:-1]}, or {shape} as rows of probabilities, got {given.shape}")
    classes = shape[-1]
    rows = given[..., np.newaxis] == _numbered(classes)
    if np.count_nonzero(rows) != given.size:  # a label names one class at most
        raise ValueError(f"a label is a whole number from 0 to {classes - 1}, got {np.ravel(given)[:5].tolist()}")
    return rows


@lru_cache(maxsize=8)
def _numbered(classes: int) -> Any:
    """0, 1, 2, ...; made once, never written to."""
    return np.arange(float(classes))


def right_classes(labels: Any, scores: Any) -> Any:
    """One True in each row, at the right class."""
    right = one_hot(labels, np.shape(scores)) == 1
    if (np.count_nonzero(right, axis=-1) != 1).any():
        raise ValueError(f"each row of labels has one 1, at the right class, got {np.ravel(labels)[:5].tolist()}")
    return right


def probabilities(scores: Any) -> Any:
    """Softmax of each row of scores."""
    return np.exp(log_probabilities(scores, -1))


def margins_of(scores: Any, right: Any, margin: float) -> Any:
    """How far each score comes within the margin of the right one."""
    return scores - np.sum(np.where(right, scores, 0.0), axis=-1, keepdims=True) + margin


def batch(scores: Any) -> int:
    """How many examples: 1 for a vector of scores."""
    return len(scores) if scores.ndim == 2 else 1
