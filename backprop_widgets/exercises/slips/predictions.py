"""Which wrong numbers each slip would lead to, all over a trace: the slips are made, one by one, and compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number
from backprop_widgets.exercises.slips.circuit import Circuit, Stop, circuit, kept
from backprop_widgets.exercises.slips.likeness import alike
from backprop_widgets.exercises.slips.op_slips import op_slips, own_slips
from backprop_widgets.exercises.slips.readings import number_at
from backprop_widgets.exercises.slips.replay import RIGHT, Mutation, Place, attempted, backward
from backprop_widgets.exercises.slips.slip import SLIPS, Slip
from backprop_widgets.trace import Trace

SKIPPED = Slip("gate skipped", "local")
SLIPS.setdefault(SKIPPED.name, SKIPPED)
MOST_WAYS = 6  # branches of a fork that are tried one by one


@dataclass(frozen=True, eq=False)
class Prediction:
    """One way to make a slip: where ("" is everywhere, else the id of a node or of an edge), and what comes of it."""

    slip: Slip
    where: str
    numbers: Mapping[Place, Number]  # only where they differ from the truth


def predictions(trace: Trace) -> tuple[Prediction, ...]:
    """All that the known slips predict on a trace; it is kept as long as the trace lives.

    Slips of the pen, which can happen to any number, are left to `of_the_pen`.

    >>> from backprop_widgets.trace import record
    >>> found = predictions(record("x * y", x=3, y=5, upstream=2))
    >>> next(list(each.numbers.values()) for each in found if each.slip.name == "own operand")
    [3.0, 6.0, 5.0, 10.0]
    """
    found: tuple[Prediction, ...] = kept(trace, _predicted)
    return found


def of_the_pen(on: Circuit, place: Place) -> Iterator[Prediction]:
    """The slips that can happen to any number at all, at one place."""
    truth = number_at(on, place)
    for slip in SLIPS.values():
        if slip.kind == "reading" and slip.extent == "one place" and slip.rule:
            for number in slip.rule(on, place):
                if is_made(truth, number):
                    yield Prediction(slip, place[0], {place: number})


def at_place(on: Circuit, place: Place) -> Iterator[tuple[Slip, Number]]:
    """What each slip makes of one number, when all that it is computed from is right."""
    edge, kind = place
    end = on.by_id.get(on.edges[edge].target)
    found: list[tuple[Slip, Any]] = []
    if kind == "gradient" and end is None:
        found += [
            (slip, seed) for slip in SLIPS.values() if slip.kind == "seed" and slip.rule for seed in slip.rule(on)
        ]
    elif kind == "gradient" and end is not None and end.node.kind == "copy":
        arrived = [on.gradients[branch.id] for branch in end.outgoing if branch.id in on.gradients]
        forks = [slip for slip in SLIPS.values() if slip.kind == "fork" and slip.rule]
        found += [(slip, number) for slip in forks if slip.rule for number in slip.rule(end, arrived)]
    elif kind == "gradient" and end is not None:
        gate, upstream, slot = on.gates[end.node.id], on.gradients[end.out], on.edges[edge].slot
        special = [(slip, attempted(slip.rule, gate, slot, upstream)) for slip in own_slips(gate) if slip.rule]
        found += special
        for slip in SLIPS.values():
            if slip.kind == "local" and slip.rule and slip.extent == "both":
                number = attempted(slip.rule, gate, slot, upstream)
                found += [] if any(_is_same(number, other) for _, other in special) else [(slip, number)]
    others = tuple(found)
    for slip in SLIPS.values():
        if slip.kind == "reading" and slip.rule and slip.extent == "both":
            numbers = (number for number in slip.rule(on, place))
            found += [(slip, number) for number in numbers if not any(_is_same(number, other) for _, other in others)]
    truth = number_at(on, place)
    yield from ((slip, number) for slip, number in found if number is not None and is_made(truth, number))


def systematic(on: Circuit) -> Iterator[tuple[Slip, Mutation]]:
    """Every mutation of the backward pass that can be made everywhere at once."""
    for slip, nodes in op_slips(on.gates).items():
        yield slip, _local(slip, nodes)
    for slip in SLIPS.values():
        if slip.rule is None or slip.extent == "one place":
            continue
        if slip.kind == "local":
            yield slip, _local(slip)
        elif slip.kind == "seed":
            yield from ((slip, Mutation(seed=seed)) for seed in slip.rule(on))
        elif slip.kind == "fork":
            yield from ((slip, Mutation(fork=_way(slip.rule, way))) for way in range(_ways(on, slip.rule)))
        elif slip.kind == "keep":
            yield from ((slip, Mutation(keep=_way(slip.rule, way))) for way in range(2))


def _local(slip: Slip, at: Collection[str] | None = None, slot: int | None = None) -> Mutation:
    return Mutation(local=slip.rule, at=at, slot=slot, shows_local=slip.shows_local)


def places(on: Circuit) -> Iterator[Place]:
    """Every place at which there is a number to ask for."""
    yield from ((edge, "value") for edge in on.values)
    yield from ((edge, "gradient") for edge in on.gradients)
    yield from ((edge, "local") for edge in on.locals)


def is_made(truth: Number, wrong: Number) -> bool:
    """Whether a wrong number can be told from the right one."""
    if type(wrong) is float:
        return wrong - wrong == 0 and not (type(truth) is float and alike(wrong, truth))
    return bool(np.isfinite(np.sum(wrong))) and not alike(wrong, truth)


def _made(on: Circuit, numbers: Mapping[Place, Number]) -> dict[Place, Number]:
    """Those of the numbers that can be told from the right ones."""
    return {place: number for place, number in numbers.items() if is_made(number_at(on, place), number)}


def _predicted(trace: Trace) -> tuple[Prediction, ...]:
    on = circuit(trace)
    found: list[Prediction] = []
    seen: set[tuple[str, frozenset[Any]]] = set()
    with np.errstate(all="ignore"):
        for slip, where, numbers in (*_everywhere(on), *_at_one_place(on), *_read(on)):
            made = _made(on, numbers)
            key = slip.name, frozenset((place, _hashable(number)) for place, number in made.items())
            if made and key not in seen:
                seen.add(key)
                found.append(Prediction(slip, where, made))
    return tuple(found)


def _everywhere(on: Circuit) -> Iterator[tuple[Slip, str, Mapping[Place, Number]]]:
    for slip, mutation in systematic(on):
        yield slip, "", backward(on, mutation)


def _at_one_place(on: Circuit) -> Iterator[tuple[Slip, str, Mapping[Place, Number]]]:
    general = [slip for slip in SLIPS.values() if slip.kind == "local" and slip.rule and slip.extent == "both"]
    forks = [slip for slip in SLIPS.values() if slip.kind == "fork" and slip.rule]
    for stop in on.stops:
        node = stop.node.id
        if stop.node.kind == "copy":
            for slip in forks:
                assert slip.rule is not None
                for way in range(_ways(on, slip.rule, stop)):
                    yield slip, node, backward(on, Mutation(fork=_way(slip.rule, way), at=(node,)))
        elif stop.node.kind == "gate":
            yield from _at_gate(on, stop, own_slips(on.gates[node]), general)


def _at_gate(
    on: Circuit, stop: Stop, special: list[Slip], general: list[Slip]
) -> Iterator[tuple[Slip, str, Mapping[Place, Number]]]:
    gate, node, upstream = on.gates[stop.node.id], stop.node.id, on.gradients.get(stop.out)
    if upstream is None:
        return
    slots = [slot for _, slot, _ in stop.asked]
    said = _said(on, stop)
    behind = {slot: _behind(on, edge) for edge, slot, _ in stop.asked} if on.is_scalar else {}
    for place, slip in enumerate(special):
        if len(slots) > 1 or not behind:
            yield slip, node, backward(on, _local(slip, (node,)))
        else:
            yield slip, node, _moved(on, stop, slip, slots[0], said[slots[0]][place], behind)
        if len(slots) > 1 and gate.role != "router":  # a router decides for all its inputs at once
            for slot in slots:
                if not any(_is_same(said[slot][place], other) for other in said[slot][:place]):
                    yield slip, node, _moved(on, stop, slip, slot, said[slot][place], behind)
    for slip, slot in product(general, slots):
        assert slip.rule is not None
        number = attempted(slip.rule, gate, slot, upstream)
        if number is not None and not any(
            _is_same(number, other) for other in (*said[slot], gate.sent(slot, upstream))
        ):
            yield slip, node, _moved(on, stop, slip, slot, number, behind)
    for slot in slots:
        skipped = _moved(on, stop, SLIPS["upstream passed on"], slot, upstream, behind)
        own = {edge.id for edge in stop.incoming}
        yield SKIPPED, node, {place: wrong for place, wrong in skipped.items() if place[0] not in own}


def _behind(on: Circuit, edge: str) -> dict[str, float]:
    """By how much each gradient behind an edge moves when that of the edge moves by 1: the backward pass is linear."""
    truth = on.gradients[edge]
    assert isinstance(truth, float)
    step = max(1.0, abs(truth))
    found = backward(on, RIGHT, {(edge, "gradient"): truth + step})
    moves = {place[0]: (number - on.gradients[place[0]]) / step for place, number in found.items() if place[0] != edge}
    return {other: float(move) for other, move in moves.items() if move}


def _moved(  # noqa: PLR0913, PLR0917  (a slip, and where)
    on: Circuit, stop: Stop, slip: Slip, slot: int, sent: Any, behind: Mapping[int, Mapping[str, float]]
) -> Mapping[Place, Number]:
    """What comes of a gate that sends a wrong number to one slot; without arrays that is a short sum."""
    if type(sent) is not float or slot not in behind:
        return backward(on, _local(slip, (stop.node.id,), slot))
    edge = next(edge for edge, other, _ in stop.asked if other == slot)
    change = sent - on.gradients[edge]
    numbers: dict[Place, Number] = {(edge, "gradient"): sent}
    for other, move in behind[slot].items():
        numbers[other, "gradient"] = on.gradients[other] + change * move
    if slip.shows_local and edge in on.locals:
        local = attempted(slip.rule, on.gates[stop.node.id], slot, 1.0) if slip.rule else None
        if type(local) is float:
            numbers[edge, "local"] = local
    return numbers


def _said(on: Circuit, stop: Stop) -> dict[int, list[Any]]:
    """What the slips of its op would make a gate send, for each of its inputs."""
    upstream, gate = on.gradients.get(stop.out), on.gates[stop.node.id]
    if upstream is None:
        return {}
    rules = [slip.rule for slip in own_slips(gate) if slip.rule]
    return {slot: [attempted(rule, gate, slot, upstream) for rule in rules] for _, slot, _ in stop.asked}


def _is_same(number: Any, other: Any) -> bool:
    """Whether a slip of the op gives the same number at this gate: then that is the one that is meant."""
    return type(number) is type(other) is float and alike(number, other)


def _read(on: Circuit) -> Iterator[tuple[Slip, str, Mapping[Place, Number]]]:
    special = {stop.node.id: _said(on, stop) for stop in on.stops if stop.node.kind == "gate"}
    for slip in SLIPS.values():
        if slip.kind != "reading" or slip.rule is None or slip.extent == "one place":
            continue
        by_place = {place: list(slip.rule(on, place)) for place in places(on)}
        for kind in ("value", "gradient", "local"):
            yield slip, "", {place: found[0] for place, found in by_place.items() if found and place[1] == kind}
        for place, found in by_place.items():
            edge = on.edges[place[0]]
            others = special.get(edge.target, {}).get(edge.slot, []) if place[1] == "gradient" else []
            for number in found:
                if not any(_is_same(number, other) for other in others):
                    yield slip, place[0], {place: number}


def _way(rule: Callable[[Stop, Any], Iterator[Number]], way: int) -> Callable[[Stop, Any], Any]:
    """The rule that takes one of several ways; the last one where there are fewer; None where there are none."""

    def taken(stop: Stop, numbers: Any) -> Any:
        found = list(rule(stop, numbers))
        return found[min(way, len(found) - 1)] if found else None

    return taken


def _ways(on: Circuit, rule: Callable[[Stop, Any], Iterator[Number]], only: Stop | None = None) -> int:
    most = 0
    for stop in [only] if only else on.stops:
        branches = [on.gradients[edge.id] for edge in stop.outgoing if edge.id in on.gradients]
        if stop.node.kind == "copy" and branches:
            most = max(most, len(list(rule(stop, branches))))
    return min(most, MOST_WAYS)


def _hashable(number: Number) -> Any:
    return number if isinstance(number, float) else (number.shape, number.tobytes())
