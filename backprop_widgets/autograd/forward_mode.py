"""Forward mode on the same graph, and what both modes cost: how fast each value moves when one input does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array, read
from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.jacobian import jacobian
from backprop_widgets.autograd.tensor import Tensor

Push = tuple[Tensor, Array]


def forward_mode(root: Tensor, leaf: Tensor, direction: Any = None) -> Iterator[Push]:
    """Yield `(tensor, tangent)` from inputs to outputs: d(tensor) when `leaf` moves along `direction`.

    `direction` has the leaf's shape; 1 for a scalar. Each gate multiplies by its own Jacobian, so this is for small
    graphs. Raises ValueError when `leaf` is not below `root`.
    """
    order = topological_order(root)
    if leaf not in order or leaf.gate is not None:
        raise ValueError("forward mode starts from a leaf of the graph, got a tensor that is not one of its leaves")
    tangents: dict[Tensor, Array] = {leaf: _direction(leaf, direction)}
    for tensor in order:
        moved = [(slot, source) for slot, source in enumerate(tensor.inputs) if source in tangents]
        if moved:
            pushed = [jacobian(tensor, slot) @ tangents[source].ravel() for slot, source in moved]
            tangents[tensor] = np.asarray(sum(pushed)).reshape(tensor.shape)
        if tensor in tangents:
            yield tensor, tangents[tensor]


@dataclass(frozen=True)
class Multiplications:
    """What all derivatives of a graph cost: one multiplication for each nonzero local gradient, each pass anew."""

    one_forward: int  # one pass gives the derivatives by one input number
    forward_passes: int
    one_reverse: int  # one pass gives the derivatives of one output number
    reverse_passes: int

    @property
    def forward(self) -> int:
        """Forward mode needs a pass for each input number."""
        return self.one_forward * self.forward_passes

    @property
    def reverse(self) -> int:
        """Reverse mode needs a pass for each output number."""
        return self.one_reverse * self.reverse_passes

    def __str__(self) -> str:
        return (
            f"forward mode: {self.forward_passes} passes of at most {self.one_forward} = {self.forward} "
            f"multiplications; reverse mode: {self.reverse_passes} of {self.one_reverse} = {self.reverse}"
        )


def multiplications(root: Tensor) -> Multiplications:
    """Count the multiplications that all derivatives of `root` by all leaves cost in both modes."""
    order = topological_order(root)
    local = [
        np.count_nonzero(jacobian(tensor, slot))
        for tensor in order
        for slot, source in enumerate(tensor.inputs)
        if not source.is_constant
    ]
    inputs = [tensor.size for tensor in order if tensor.is_leaf and not tensor.is_constant]
    return Multiplications(int(np.sum(local)), int(np.sum(inputs)), int(np.sum(local)), root.size)


def _direction(leaf: Tensor, direction: Any) -> Array:
    if direction is None:
        if leaf.shape:
            raise ValueError(
                f"give a direction of the leaf's shape {leaf.shape}, for example one entry 1 and the rest 0"
            )
        return np.asarray(1.0)
    value = np.asarray(read(direction, "a direction"))
    if value.shape != leaf.shape:
        raise ValueError(f"the direction must have the leaf's shape {leaf.shape}, got {value.shape}")
    return value
