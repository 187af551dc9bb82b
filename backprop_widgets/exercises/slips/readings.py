"""Slips of the pen: the passes are right, and something else is written down at a place."""

from __future__ import annotations

import operator
from collections.abc import Iterator

import numpy as np

from backprop_widgets.autograd.arrays import Number
from backprop_widgets.exercises.slips.circuit import Circuit, Stop
from backprop_widgets.exercises.slips.replay import Place
from backprop_widgets.exercises.slips.slip import slip
from backprop_widgets.exercises.slips.typing_slips import moved_points, swapped_digits

OPERATIONS = (operator.add, operator.mul, operator.sub, operator.truediv)

OWN_SIBLINGS = ("swap multiplier", "router")  # "own operand", "to the loser"


@slip("local instead of downstream", "reading")
def _local(on: Circuit, place: Place) -> Iterator[Number]:
    edge, kind = place
    if kind != "gradient":
        return
    if edge in on.locals:
        yield on.locals[edge]
    end = on.by_id.get(on.edges[edge].target)
    if end and end.node.kind == "copy" and not end.is_broadcast:
        branches = [on.locals[branch.id] for branch in end.outgoing if branch.id in on.locals]
        if len(branches) > 1:
            yield sum(branches[1:], branches[0])


@slip("forward value", "reading")
def _value(on: Circuit, place: Place) -> Iterator[Number]:
    if place[1] != "value":
        yield on.values[place[0]]


@slip("wrong edge", "reading")
def _sibling(on: Circuit, place: Place) -> Iterator[Number]:
    """What belongs to another input of the same gate; at some gates that is a slip of their own."""
    edge, kind = place
    end = on.by_id.get(on.edges[edge].target)
    if kind == "value" or end is None or end.node.kind != "gate" or end.node.role in OWN_SIBLINGS:
        return
    numbers = on.gradients if kind == "gradient" else on.locals
    yield from (numbers[other.id] for other in end.incoming if other.id != edge and other.id in numbers)


@slip("upstream instead of local", "reading")
def _upstream(on: Circuit, place: Place) -> Iterator[Number]:
    edge, kind = place
    if kind == "local":
        yield on.gradients[on.by_id[on.edges[edge].target].outgoing[0].id]


@slip("downstream instead of local", "reading")
def _downstream(on: Circuit, place: Place) -> Iterator[Number]:
    edge, kind = place
    if kind == "local":
        yield on.gradients[edge]


@slip("operands swapped", "reading")
def _swapped(on: Circuit, place: Place) -> Iterator[Number]:
    gate = _computed_by(on, place)
    if gate and len(gate.incoming) == 2:
        tensor = on.gates[gate.node.id].tensor
        assert tensor.gate is not None
        function = tensor.gate.function
        if function.operator in ("-", "/", "**") and all(source.shape == () for source in tensor.inputs):
            x, y = (source._value for source in tensor.inputs)
            with np.errstate(all="ignore"):
                yield float(np.asarray({"-": np.subtract, "/": np.divide, "**": np.power}[function.operator](y, x)))


@slip("other operation", "reading")
def _other_operation(on: Circuit, place: Place) -> Iterator[Number]:
    gate = _computed_by(on, place)
    if gate and len(gate.incoming) == 2:
        x, y = (source._value for source in on.gates[gate.node.id].tensor.inputs)
        if type(x) is type(y) is float:
            yield from (float(apply(x, y)) for apply in OPERATIONS if y or apply is not operator.truediv)


@slip("function left out", "reading")
def _left_out(on: Circuit, place: Place) -> Iterator[Number]:
    gate = _computed_by(on, place)
    if gate and len(gate.incoming) == 1:
        yield on.values[gate.incoming[0].id]


@slip("decimal point", "reading", extent="one place")
def _point(on: Circuit, place: Place) -> Iterator[Number]:
    number = number_at(on, place)
    if isinstance(number, float):
        yield from moved_points(number)


@slip("swapped digits", "reading", extent="one place")
def _digits(on: Circuit, place: Place) -> Iterator[Number]:
    number = number_at(on, place)
    if isinstance(number, float):
        yield from swapped_digits(number)


def number_at(on: Circuit, place: Place) -> Number:
    """The right number at a place."""
    edge, kind = place
    return (on.values if kind == "value" else on.gradients if kind == "gradient" else on.locals)[edge]


def _computed_by(on: Circuit, place: Place) -> Stop | None:
    """The gate that computes the value asked for."""
    edge, kind = place
    start = on.by_id[on.edges[edge].source]
    while start.node.kind == "copy":
        start = on.by_id[start.incoming[0].source]
    return start if kind == "value" and start.node.kind == "gate" else None
