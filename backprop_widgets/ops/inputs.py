"""Checks of what an op is given: a message for what no numbers can come of."""

from __future__ import annotations

from typing import Any

import numpy as np


def some_entries(name: str, x: Any) -> None:
    """Refuse an empty array."""
    if not x.size:
        raise ValueError(f"{name} needs at least one entry, got an array of shape {np.shape(x)}")


def same_shape(name: str, x: Any, y: Any) -> Any:
    """Check that a target has the shape of the prediction, and return it."""
    if np.shape(x) != np.shape(y):
        raise ValueError(f"{name} compares equal shapes, got {np.shape(x)} and {np.shape(y)}")
    some_entries(name, x)
    return y
