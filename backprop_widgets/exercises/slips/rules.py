"""Slips of the rules that hold for every gate: what a gate sends, what happens at a fork, where the pass starts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number, frozen
from backprop_widgets.exercises.slips.circuit import Circuit, Gate, Stop
from backprop_widgets.exercises.slips.slip import slip

EARLY = 2  # decimals: who rounds on the way rounds to so many


@slip("upstream passed on", "local")
def _passed_on(gate: Gate, slot: int, upstream: Number) -> Number:  # noqa: ARG001  (a rule has this form)
    return upstream


@slip("added instead of multiplied", "local")
def _added(gate: Gate, slot: int, upstream: Number) -> Number | None:
    local = gate.locals[slot]
    return None if local is None else upstream + local


@slip("constant factor dropped", "local")
def _factor_dropped(gate: Gate, slot: int, upstream: Number) -> Number | None:  # noqa: ARG001
    return upstream if gate.role == "scale" and len(gate.inputs) > 1 else None


@slip("function instead of slope", "local", shows_local=True)
def _function(gate: Gate, slot: int, upstream: Number) -> Number | None:  # noqa: ARG001
    return upstream * gate.tensor._value if _has_a_slope(gate) else None


@slip("slope at the output", "local", shows_local=True)
def _at_the_output(gate: Gate, slot: int, upstream: Number) -> Number | None:
    local, right = (gate.local_at_output if _has_a_slope(gate) else None), gate.locals[slot]
    if local is None or (right is not None and np.array_equal(local, -right)):  # of abs: that is a lost sign
        return None
    return upstream * local


@slip("rounded too early", "local", extent="everywhere")
def _rounded(gate: Gate, slot: int, upstream: Number) -> Any:
    local = gate.locals[slot]
    if not isinstance(upstream, float) or not isinstance(local, float) or not math.isfinite(upstream * local):
        return None
    return round(round(upstream, EARLY) * round(local, EARLY), EARLY)


@slip("one branch only", "fork")
def _one_branch(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if not stop.is_broadcast and len(arrived) > 1:
        yield from arrived


@slip("branches averaged", "fork")
def _averaged(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if not stop.is_broadcast and len(arrived) > 1:
        yield sum(arrived[1:], arrived[0]) / len(arrived)


@slip("branches multiplied", "fork")
def _multiplied(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if not stop.is_broadcast and len(arrived) > 1:
        yield math.prod(arrived[1:], start=arrived[0])


@slip("broadcast not summed", "fork")
def _not_summed(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if stop.is_broadcast:
        yield arrived[0]


@slip("summed over the wrong axis", "fork")
def _wrong_axis(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if stop.is_broadcast and np.ndim(arrived[0]) == 2:
        copied = 0 if np.ndim(stop.node.value) == 1 or np.shape(stop.node.value)[0] == 1 else 1
        yield np.asarray(arrived[0]).sum(axis=1 - copied, keepdims=np.ndim(stop.node.value) == 2)


@slip("averaged over the copies", "fork")
def _mean_of_copies(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if stop.is_broadcast:
        whole = np.asarray(stop.incoming[0].gradient)
        yield frozen(whole * (whole.size / np.size(arrived[0])))


@slip("first row only", "fork")
def _first_row(stop: Stop, arrived: list[Number]) -> Iterator[Number]:
    if stop.is_broadcast and np.ndim(arrived[0]) > np.ndim(stop.node.value):
        first = np.asarray(arrived[0])
        yield frozen(first[(0,) * (first.ndim - np.ndim(stop.node.value))])


@slip("gradients not cleared", "keep", extent="everywhere")
def _not_cleared(stop: Stop, total: Number) -> Iterator[Number]:
    """As in PyTorch: only the leaves keep what was there."""
    if stop.node.kind == "input":
        yield total * 2
        yield total * 3


@slip("inner gradients not cleared", "keep", extent="everywhere")
def _inner_not_cleared(stop: Stop, total: Number) -> Iterator[Number]:
    """As in micrograd: every node keeps it, and passes it on."""
    if stop.node.gradient is not None:
        yield total + np.asarray(stop.node.gradient)[()]


@slip("seed of zero", "seed", extent="everywhere")
def _zero(circuit: Circuit) -> Iterator[Number]:
    yield circuit.seed * 0.0


@slip("output as seed", "seed", extent="everywhere")
def _output(circuit: Circuit) -> Iterator[Number]:
    yield circuit.values[circuit.by_id[circuit.root].outgoing[0].id]


def _has_a_slope(gate: Gate) -> bool:
    assert gate.tensor.gate is not None
    return len(gate.inputs) == 1 and gate.tensor.gate.function.elementwise and gate.role in ("slope", "switch")
