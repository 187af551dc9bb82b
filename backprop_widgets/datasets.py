"""Small made data sets for classification: points in the plane, and the number of the class of each."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def spiral(points: int = 50, classes: int = 3, *, noise: float = 0.2, seed: int = 0) -> tuple[Points, Labels]:
    """Arms of a spiral, one for each class: no straight line tells them apart.

    Gives `classes * points` rows: an array of shape (rows, 2), within about 1 of the origin, and one of labels. `noise`
    is the spread of the angle in radians.

    >>> X, labels = spiral(points=2, classes=3)
    >>> X.shape, labels
    ((6, 2), array([0, 0, 1, 1, 2, 2]))
    """
    draw = _checked(points, classes, seed)
    radius = np.tile(np.linspace(0.0, 1.0, points), classes)
    turn = np.linspace(0.0, 4.0, points)  # radians, from the middle outwards
    start = 2 * np.pi * np.arange(classes) / classes
    angle = (start[:, np.newaxis] + turn).ravel() + noise * _normal(draw, points * classes)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), _labels(points, classes)


def blobs(points: int = 50, classes: int = 3, *, spread: float = 0.3, seed: int = 0) -> tuple[Points, Labels]:
    """Clouds around centres on the unit circle, one for each class: straight lines tell them apart, nearly.

    Gives arrays as `spiral` does; `spread` is the standard deviation of a cloud along each axis.

    >>> X, labels = blobs(points=1, classes=2, spread=0)
    >>> X.round(12) + 0.0, labels
    (array([[ 1.,  0.], [-1.,  0.]]), array([0, 1]))
    """
    draw = _checked(points, classes, seed)
    angle = np.repeat(2 * np.pi * np.arange(classes) / classes, points)
    centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return centres + spread * _normal(draw, centres.size).reshape(centres.shape), _labels(points, classes)


def _checked(points: Any, classes: Any, seed: int) -> random.Random:
    for what, given in (("points", points), ("classes", classes)):
        if not isinstance(given, (int, np.integer)) or given < 1:
            raise ValueError(f"{what} must be a whole number from 1, got {given!r}")
    return random.Random(seed)  # noqa: S311  (no secret)


def _normal(draw: random.Random, count: int) -> Points:
    """Numbers of mean 0 and standard deviation 1, nearly normal: random() gives the same in every version of Python."""
    return np.array([2 * (draw.random() + draw.random() + draw.random()) - 3 for _ in range(count)])


def _labels(points: int, classes: int) -> Labels:
    return np.repeat(np.arange(classes, dtype=np.int64), points)
