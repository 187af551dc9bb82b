"""The Jacobian of one gate of a trace, beside the product that never builds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_widgets.autograd.arrays import Array, sum_to_shape
from backprop_widgets.autograd.backward import backward
from backprop_widgets.autograd.jacobian import MAX_NUMBERS, Cost, jacobian, jacobian_cost, structure
from backprop_widgets.autograd.tensor import Tensor


@dataclass(frozen=True, eq=False)
class JacobianReport:
    """d(gate)/d(input) as a matrix (rows outputs), its structure and cost, and the downstream gradient both ways."""

    gate: str
    input: str
    matrix: Array | None  # None above the cap: see `cost`
    structure: str
    cost: Cost
    upstream: Array
    by_matrix: Array | None  # upstream @ matrix, in the shape of the input
    by_product: Array  # what the gate's own backward sends: no matrix is built

    def __str__(self) -> str:
        return f"d{self.gate}/d{self.input}: {self.structure}; {self.cost}"


def jacobian_report(root: Tensor, names: dict[Tensor, str], upstream: object, gate: str, by: str) -> JacobianReport:
    """Work out the Jacobian of the gate called `gate` by its input called `by`.

    An input that a gate uses twice counts once, with both of its uses. Raises KeyError, with what there is, for names
    that do not stand for a gate and one of its inputs.
    """
    totals = {}
    sent = {}
    with np.errstate(all="ignore"):
        for tensor, total, downstream in backward(root, upstream):
            totals[tensor], sent[tensor] = np.asarray(total), downstream
    output = next((tensor for tensor in totals if names.get(tensor) == gate and not tensor.is_leaf), None)
    if output is None:
        gates = ", ".join(names[tensor] for tensor in reversed(totals) if not tensor.is_leaf)
        raise KeyError(f"no gate is called {gate!r}; there are {gates}")
    slots = [slot for slot, source in enumerate(output.inputs) if names.get(source) == by and source in totals]
    if not slots:
        inputs = ", ".join(names[source] for source in output.inputs if source in totals)
        raise KeyError(f"{gate!r} has no input called {by!r}; there are {inputs}")
    cost = jacobian_cost(output, slots[0])
    is_small = cost.jacobian <= MAX_NUMBERS
    matrix = np.asarray(sum(jacobian(output, slot) for slot in slots)) if is_small else None
    shape = output.inputs[slots[0]].shape
    product = np.asarray(sum(_summed(sent[output][slot], shape) for slot in slots))
    assert output.gate is not None
    declared = output.gate.function.jacobian
    return JacobianReport(
        gate=gate,
        input=by,
        matrix=matrix,
        structure=structure(matrix) if matrix is not None else declared[slots[0]] if declared else "unknown",
        cost=cost,
        upstream=totals[output],
        by_matrix=None if matrix is None else (totals[output].ravel() @ matrix).reshape(shape),
        by_product=product,
    )


def _summed(sent: object, shape: tuple[int, ...]) -> Array:
    return np.zeros(shape) if sent is None else np.asarray(sum_to_shape(np.asarray(sent), shape))
