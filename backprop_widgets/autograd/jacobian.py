"""The explicit Jacobian of one gate: what it looks like, what it would cost, and the product that never builds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backprop_widgets.autograd.arrays import Array, frozen, sum_to_shape
from backprop_widgets.autograd.backward import send
from backprop_widgets.autograd.tensor import Tensor

MAX_NUMBERS = 250_000  # 2 MB; a larger Jacobian is described, not built


@dataclass(frozen=True)
class Cost:
    """How many numbers the Jacobian of a gate would hold, and how many the product upstream x local needs."""

    outputs: int
    inputs: int
    product: int

    @property
    def jacobian(self) -> int:
        """Rows are outputs, columns are inputs."""
        return self.outputs * self.inputs

    def __str__(self) -> str:
        return (
            f"the Jacobian would hold {self.outputs:,} x {self.inputs:,} = {self.jacobian:,} numbers "
            f"({_bytes(8 * self.jacobian)}); the product needs {self.product:,}"
        )


def jacobian(output: Tensor, slot: int = 0) -> Array:
    """d(output)/d(input) of one gate as a matrix: rows are the outputs, columns the inputs, both in C order.

    Each row is the answer of the gate's own `backward` to a unit upstream. Raises ValueError for a leaf, for a slot
    that it does not have, for a constant, and for more than MAX_NUMBERS numbers, with what they would cost.
    """
    cost = jacobian_cost(output, slot)
    if output.inputs[slot].is_constant:
        raise ValueError(f"input {slot} of {output.function.name} is a constant: no gradient is computed for it")
    if cost.jacobian > MAX_NUMBERS:
        raise ValueError(f"{cost}: more than the {MAX_NUMBERS:,} that are built")
    assert output.gate is not None
    rows = np.zeros((output.size, output.inputs[slot].size))
    with np.errstate(all="ignore"):
        for k in range(output.size):
            unit = np.zeros(output.size)
            unit[k] = 1.0
            sent = send(output.gate, frozen(unit.reshape(output.shape)))[slot]
            if sent is not None:
                rows[k] = _copied_back(np.asarray(sent), output.inputs[slot].shape)
    return rows


def jacobian_cost(output: Tensor, slot: int = 0) -> Cost:
    """Count the numbers of both ways, without building the matrix."""
    if output.gate is None:
        raise ValueError("a leaf has no Jacobian: it was computed from nothing")
    if not 0 <= slot < len(output.inputs):
        raise ValueError(f"slot must be between 0 and {len(output.inputs) - 1}, got {slot}")
    kept = sum(np.size(saved) for saved in output.gate.saved_tensors)
    return Cost(output.size, output.inputs[slot].size, output.size + kept)


def structure(matrix: Array) -> str:
    """Name the most particular structure that a Jacobian has: see STRUCTURES."""
    return next(name for name, holds in STRUCTURES.items() if holds(np.asarray(matrix)))


def has_structure(matrix: Array, name: str) -> bool:
    """Whether a Jacobian has the structure of that name. Raises ValueError for a name that is not in STRUCTURES."""
    if name not in STRUCTURES:
        raise ValueError(f"a structure is one of {', '.join(STRUCTURES)}, got {name!r}")
    return bool(STRUCTURES[name](np.asarray(matrix)))


def _is_square(matrix: Array) -> bool:
    return bool(matrix.shape[0] == matrix.shape[1])


def _is_diagonal(matrix: Array) -> bool:
    return _is_square(matrix) and not (matrix - np.diag(np.diag(matrix))).any()


def _is_zero_one(matrix: Array) -> bool:
    return bool(np.isin(matrix, (0.0, 1.0)).all())


def _is_permutation(matrix: Array) -> bool:
    ones_only = _is_square(matrix) and _is_zero_one(matrix)
    return bool(ones_only and (matrix.sum(axis=0) == 1).all() and (matrix.sum(axis=1) == 1).all())


def _is_constant(matrix: Array) -> bool:
    nonzero = matrix[matrix != 0]
    return bool(nonzero.size and np.ptp(nonzero) <= 1e-12 * abs(nonzero[0]))


STRUCTURES: dict[str, Callable[[Array], bool]] = {  # from the most particular to the least
    "zero": lambda matrix: not matrix.any(),
    "identity": lambda matrix: _is_diagonal(matrix) and bool((np.diag(matrix) == 1).all()),
    "permutation": _is_permutation,  # the numbers are moved about: reshape, transpose
    "diagonal": _is_diagonal,  # each output depends on the input at its own place
    "zero-one": _is_zero_one,  # a choice or a sum: max, indexing, sum, broadcasting
    "constant": _is_constant,  # one number wherever it is not zero: mean
    "row": lambda matrix: matrix.shape[0] == 1,  # a scalar output: the gradient itself
    "column": lambda matrix: matrix.shape[1] == 1,  # a scalar input
    "rank-one": lambda matrix: int(np.linalg.matrix_rank(matrix)) == 1,
    "sparse": lambda matrix: bool(2 * np.count_nonzero(matrix) <= matrix.size),  # as matmul: many zeros, many numbers
    "dense": lambda _: True,
}


def _copied_back(sent: Array, shape: tuple[int, ...]) -> Array:
    """What one unit upstream sends to an input, summed over broadcast copies."""
    return np.asarray(sum_to_shape(sent, shape)).ravel()


def _bytes(count: int) -> str:
    size, unit = float(count), 0
    units = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
    while size >= 1024 and unit < len(units) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.4g} {units[unit]}"
