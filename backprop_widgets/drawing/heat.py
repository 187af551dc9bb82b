"""Draw an array as a small heat map: a few cells by sign and size, each sign with a mark of its own. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.trace import Trace

MOST = 8  # rows and columns that are drawn: of a larger array its first corner
CELLS = ((4, 12.0), (6, 9.0), (MOST, 7.0))  # up to so many rows and columns: the side of a cell, in points
AIR = 4.0  # between a map and what stands above or below it
LEVELS = 4  # of strength, for each sign


@dataclass(frozen=True)
class Heat:
    """A heat map: for each look of a cell the path that draws all such cells."""

    goes_on: bool  # the array is larger
    paths: tuple[tuple[str, str], ...]  # (class, path)


def is_mapped(array: Array) -> bool:
    """Whether an array is drawn as a map: one number is not."""
    return array.size > 1


def has_arrays(trace: Trace) -> bool:
    """Whether any wire carries more than one number."""
    return any(is_mapped(edge.value) for edge in trace.edges)


def flat(array: Array) -> Array:
    """An array as rows and columns: a vector is one row, all but the last axis together are the rows."""
    return array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)


def corner(array: Array) -> Array:
    """What is drawn of an array."""
    return flat(array)[:MOST, :MOST]


def cell_size(array: Array) -> float:
    """The side of a cell: few cells are drawn larger."""
    return next(side for most, side in CELLS if max(corner(array).shape) <= most)


def heat_size(array: Array) -> tuple[float, float]:
    """The width and height of its map, in points; 0 without one."""
    if not is_mapped(array):
        return 0.0, 0.0
    rows, columns = corner(array).shape
    return columns * cell_size(array), rows * cell_size(array)


def heat(array: Array, left: float, top: float) -> Heat:
    """Draw the map of an array with its left upper corner there."""
    cells, side = corner(array), cell_size(array)
    finite = np.abs(array[np.isfinite(array)])
    largest = float(finite.max()) if finite.size else 0.0
    paths: defaultdict[str, str] = defaultdict(str)
    for (row, column), number in np.ndenumerate(cells):
        x, y = f"{left + column * side:g}", f"{top + row * side:g}"
        middle = f"{top + (row + 0.5) * side:g}"
        if not np.isfinite(number):
            paths["odd"] += f"M{x} {y}l{side:g} {side:g}m0 {-side:g}l{-side:g} {side:g}"
        elif number:
            level = max(1, int(np.ceil(LEVELS * abs(number) / largest)))
            paths[f"{'p' if number > 0 else 'n'}{level}"] += f"M{x} {y}h{side:g}v{side:g}h{-side:g}z"
            if number < 0:
                start = f"{left + (column + 0.25) * side:g}"
                paths[f"minus m{level}"] += f"M{start} {middle}h{side / 2:g}"
    ordered = sorted(paths.items(), key=lambda item: ("m" in item[0], item[0]))  # the marks stand on the cells
    return Heat(array.size > cells.size, tuple(ordered))
