"""The Jacobian of one gate of a trace, beside the product that never builds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backprop_widgets.autograd.arrays import Array, sum_to_shape
from backprop_widgets.autograd.backward import backward
from backprop_widgets.autograd.jacobian import MAX_NUMBERS, Cost, jacobian, jacobian_cost, structure
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace.graph import Graph

MAX_SHOWN = 16_384  # numbers; a larger Jacobian of a picture is described, not built


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


@dataclass(frozen=True, eq=False)
class SlotJacobian:
    """The Jacobian of one gate by one of its slots."""

    node: str
    slot: int
    structure: str
    cost: Cost
    matrix: Array | None  # None above MAX_SHOWN numbers


def slot_jacobians(graph: Graph) -> Iterator[SlotJacobian]:
    """The Jacobians of all gates that have arrays, by each slot to which a gradient goes."""
    with np.errstate(all="ignore"):
        for tensor, node in graph.gates.items():
            if tensor.gate is None or tensor not in graph.totals:
                continue
            for wire in node.incoming:
                if wire.gradient is None or max(tensor.size, wire.value.size) < 2:
                    continue
                cost = jacobian_cost(tensor, wire.slot)
                matrix = jacobian(tensor, wire.slot) if cost.jacobian <= MAX_SHOWN else None
                declared = tensor.gate.function.jacobian
                name = _named(matrix, declared, wire.slot)
                yield SlotJacobian(node.id, wire.slot, name, cost, matrix)


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
        structure=_named(matrix, declared, slots[0]),
        cost=cost,
        upstream=totals[output],
        by_matrix=None if matrix is None else (totals[output].ravel() @ matrix).reshape(shape),
        by_product=product,
    )


def _named(matrix: Array | None, declared: tuple[str, ...], slot: int) -> str:
    """The structure of a matrix; what its gate declares, where it is not built or nothing follows from its numbers."""
    if matrix is not None and np.isfinite(matrix).all():
        return structure(matrix)
    return declared[min(slot, len(declared) - 1)] if declared else "unknown"  # the last: all others


def _summed(sent: object, shape: tuple[int, ...]) -> Array:
    return np.zeros(shape) if sent is None else np.asarray(sum_to_shape(np.asarray(sent), shape))
