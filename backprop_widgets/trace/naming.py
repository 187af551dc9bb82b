"""Name the tensors of a graph: as the student calls them, where that can be known. Knows nothing of nodes and wires."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import read
from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.tensor import Tensor

INTERMEDIATE = ("q", "r", "s", "t", "u", "v", "p", "g", "h", "k", "m", "n")
OUTPUT = ("f", "L", "out")


def names_of(
    root: Tensor, inputs: tuple[Tensor, ...] = (), variables: Mapping[str, Any] = MappingProxyType({})
) -> dict[Tensor, str]:
    """Name each tensor: an input, what has a name of its own, what a variable holds, then all that nobody named.

    A constant takes the name of a variable with its numbers, and stays without one where there is none.
    """
    order = topological_order(root)
    own = [(tensor, tensor.name or None) for tensor in order]
    held = [(value, name) for name, value in variables.items() if isinstance(value, Tensor)]
    names = _unique([*((leaf, leaf.name) for leaf in inputs), *own, *held])
    _name_constants(names, order, variables)
    _complete(names, order, root, inputs)
    return names


def _name_constants(names: dict[Tensor, str], order: list[Tensor], variables: Mapping[str, Any]) -> None:
    """Arrays and lists were copied into the graph, perhaps more than once: they are known by their numbers."""
    taken = set(names.values())
    arrays = {name: value for name, value in variables.items() if isinstance(value, (np.ndarray, list))}
    for tensor in order:
        if tensor.is_constant and tensor.shape and tensor not in names:
            same = (name for name, value in arrays.items() if name not in taken and _has_numbers_of(value, tensor))
            if name := next(same, None):
                names[tensor] = name


def _has_numbers_of(value: Any, constant: Tensor) -> bool:
    try:
        return len(value) == len(constant) and np.array_equal(read(value, ""), constant.data, equal_nan=True)
    except (TypeError, ValueError):  # it holds something else
        return False


def _unique(pairs: Iterable[tuple[Tensor, str | None]]) -> dict[Tensor, str]:
    """Give each tensor its first name; a name that is taken gets a number."""
    names: dict[Tensor, str] = {}
    taken: set[str] = set()
    for tensor, name in pairs:
        if tensor in names or name is None:
            continue
        whole = name.encode(errors="backslashreplace").decode()  # half a surrogate pair can be neither drawn nor saved
        chosen, count = whole, 1
        while chosen in taken:
            count += 1
            chosen = f"{whole}{count}"
        names[tensor] = chosen
        taken.add(chosen)
    return names


def _complete(names: dict[Tensor, str], order: list[Tensor], root: Tensor, leaves: tuple[Tensor, ...]) -> None:
    """Name what the student left without a name: f for the output, then q, r, s, ... in the order of computation."""
    taken = set(names.values())
    if root not in names:
        names[root] = next(name for name in itertools.chain(OUTPUT, _numbered("f")) if name not in taken)
        taken.add(names[root])
    fresh = (name for name in _sequence(len(order)) if name not in taken)
    for tensor in (*leaves, *order):
        if tensor not in names and not tensor.is_constant:
            names[tensor] = next(fresh)


def _sequence(count: int) -> Iterator[str]:
    if count < 2 * len(INTERMEDIATE):  # letters while they last, else one letter with numbers
        yield from INTERMEDIATE
    yield from _numbered("q")


def _numbered(letter: str) -> Iterator[str]:
    count = 0
    while True:
        count += 1
        yield f"{letter}{count}"
