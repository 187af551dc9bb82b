"""Run the backward pass of a trace again: with a wrong rule somewhere, or with numbers of the student's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array, Number, sum_to_shape
from backprop_widgets.exercises.slips.circuit import Circuit, Gate, Stop, circuit, plain
from backprop_widgets.trace import Trace

Place = tuple[str, str]  # the id of an edge, and "value", "gradient" or "local"
LocalRule = Callable[[Gate, int, Number], Any]  # what a gate sends to a slot, given upstream; None is the right rule
ForkRule = Callable[[Stop, list[Number]], Any]  # what becomes of the gradients that meet at a copy node
KeepRule = Callable[[Stop, Number], Any]  # what becomes of the total gradient of an input or a gate


@dataclass(frozen=True)
class Mutation:
    """A wrong backward pass: what is done otherwise, everywhere or at some nodes, for all inputs or for one slot."""

    local: LocalRule | None = None
    fork: ForkRule | None = None
    keep: KeepRule | None = None
    seed: Number | None = None
    at: Collection[str] | None = None  # ids of nodes; None is everywhere
    slot: int | None = None
    shows_local: bool = False  # whether the local gradients are taken to be what the rule sends for an upstream of 1


RIGHT = Mutation()


def replay(
    trace: Trace, *, rules: Mutation | None = None, given: Mapping[Place, Any] | None = None
) -> dict[Place, Array]:
    """Compute every place of a trace again, with a mutation of the rules, and from the numbers given.

    A number given takes the place of the computed one in all that is computed after it; what is returned for its own
    place is what it should have been, given all the others: the error is carried forward.

    >>> from backprop_widgets.trace import record
    >>> trace = record("(x + y) * z", x=-2, y=5, z=-4)
    >>> q, x = (edge.id for name in ("q", "x") for edge in trace.edges if edge.source == trace.node(name).id)
    >>> numbers = replay(trace, given={(q, "gradient"): 3})
    >>> numbers[q, "gradient"], numbers[x, "gradient"]
    (array(-4.), array(3.))
    """
    fixed = {place: _read(trace, place, number) for place, number in (given or {}).items()}
    with np.errstate(all="ignore"):
        return {place: np.asarray(number) for place, number in carried(circuit(trace), rules or RIGHT, fixed).items()}


def carried(on: Circuit, rules: Mutation, given: Mapping[Place, Number]) -> dict[Place, Number]:
    """The same on a circuit: every place, as it follows from the numbers given."""
    values = {edge: number for (edge, kind), number in given.items() if kind == "value"}
    moved = on.with_values(values) if values else on
    numbers: dict[Place, Number] = {(edge, "value"): number for edge, number in moved.values.items()}
    numbers |= {(edge, "local"): number for edge, number in moved.locals.items()}
    numbers |= {(edge, "gradient"): number for edge, number in moved.gradients.items()}
    return numbers | backward(moved, rules, given, all_again=bool(values))


def backward(
    on: Circuit, rules: Mutation, given: Mapping[Place, Number] | None = None, *, all_again: bool = False
) -> dict[Place, Number]:
    """Run backward; returns the gradients and local gradients that were computed anew, the others being the truth.

    Only what lies behind a change is computed again, unless `all_again` says that the forward pass was another one.
    """
    return _Pass(on, rules, given or {}, all_again=all_again).run()


class _Pass:
    """One wrong backward pass, as far as it differs from the right one."""

    def __init__(self, on: Circuit, rules: Mutation, given: Mapping[Place, Number], *, all_again: bool) -> None:
        self.on = on
        self.rules = rules
        self.given = given
        self.all_again = all_again
        self.found: dict[Place, Number] = {}
        self.used: dict[str, Number] = {}  # what is passed on, by edge; the truth where nothing stands
        self.answered = {edge for edge, kind in given if kind != "value"}

    def run(self) -> dict[Place, Number]:
        """Go from the root to the inputs, or from the first node where anything is otherwise."""
        rules, on = self.rules, self.on
        start = 0
        if rules.at is not None and not self.given and not self.all_again:
            start = min((on.places[node] for node in rules.at), default=0)
        for stop in on.backwards[start:]:
            touched = rules.at is None or stop.node.id in rules.at
            if stop.node.id == on.root:
                seed = rules.seed if touched else None
                if seed is not None or self.all_again or stop.out in self.answered:
                    self._write(stop.out, on.seed if seed is None else seed)
            elif rules.keep is not None and touched and stop.node.kind != "copy":
                self._keep(stop)
            if stop.node.kind == "gate":
                self._send(stop, rules.local if touched else None)
            elif stop.node.kind == "copy":
                self._meet(stop, rules.fork if touched else None)
        return self.found

    def _write(self, edge: str, number: Number) -> None:
        """What is computed for an edge, and what is passed on from there."""
        self.found[edge, "gradient"] = number
        self.used[edge] = self.given.get((edge, "gradient"), number) if self.given else number

    def _upstream(self, edge: str) -> Number:
        return self.used[edge] if edge in self.used else self.on.gradients[edge]

    def _keep(self, stop: Stop) -> None:
        assert self.rules.keep is not None
        if stop.out in self.on.gradients:
            total = self.found.get((stop.out, "gradient"), self.on.gradients[stop.out])  # not what was typed there:
            kept = fitted(self.rules.keep(stop, total), self.on.edges[stop.out].value.shape)  # that explains itself
            if kept is not None:
                self._write(stop.out, kept)

    def _meet(self, stop: Stop, rule: ForkRule | None) -> None:
        branches = [edge.id for edge in stop.outgoing if edge.id in self.on.gradients]
        whole = stop.incoming[0]
        is_new = rule is not None or whole.id in self.answered or any(edge in self.used for edge in branches)
        if not branches or not is_new:
            return
        arrived = [self._upstream(edge) for edge in branches]
        met = rule(stop, arrived) if rule else None
        if met is None:
            met = sum_to_shape(arrived[0], whole.value.shape) if stop.is_broadcast else sum(arrived[1:], arrived[0])
        self._pass_on(whole.id, met, whole.value.shape)

    def _send(self, stop: Stop, rule: LocalRule | None) -> None:
        is_new = rule is not None or stop.out in self.used
        if not is_new and not (self.answered and any(edge in self.answered for edge, _, _ in stop.asked)):
            return
        if stop.out not in self.on.gradients:
            return
        gate = self.on.gates[stop.node.id]
        upstream = self._upstream(stop.out)
        for edge, slot, shape in stop.asked:
            sent: Any = None
            if rule is not None and (self.rules.slot is None or self.rules.slot == slot):
                sent = self._mutated(rule, gate, slot, upstream, edge)
            if sent is None:
                local = self.given.get((edge, "local")) if self.answered else None
                sent = gate.sent(slot, upstream) if local is None else upstream * local
            self._pass_on(edge, sent, shape)

    def _mutated(self, rule: LocalRule, gate: Gate, slot: int, upstream: Number, edge: str) -> Any:
        if self.rules.shows_local and edge in self.on.locals:
            one = 1.0 if isinstance(upstream, float) else np.ones(upstream.shape)
            local = fitted(attempted(rule, gate, slot, one), np.shape(self.on.locals[edge]))
            if local is not None:
                self.found[edge, "local"] = local
        return attempted(rule, gate, slot, upstream)

    def _pass_on(self, edge: str, number: Any, shape: tuple[int, ...]) -> None:
        """A number of another shape than its value is written down, but nothing can be computed from it."""
        fits = fitted(number, shape)
        if fits is not None:
            self._write(edge, fits)
        elif _is_numeric(number):
            self.found[edge, "gradient"] = plain(np.asarray(number, dtype=float))


def attempted(rule: LocalRule, gate: Gate, slot: int, upstream: Number) -> Any:
    """What the wrong rule gives; None where it cannot be carried out."""
    try:
        return rule(gate, slot, upstream)
    except (ArithmeticError, ValueError, IndexError):  # 1 / 0, and shapes that do not fit
        return None


def fitted(number: Any, shape: tuple[int, ...]) -> Number | None:
    """The number in this shape: one number for all entries is repeated; None where it cannot be."""
    if type(number) is float:
        return number if not shape else np.full(shape, number)
    if not _is_numeric(number):
        return None
    array = np.asarray(number, dtype=float)
    if array.shape == shape:
        return plain(array)
    if array.ndim < len(shape) or array.size == 1:
        try:
            return plain(np.broadcast_to(array, shape))
        except ValueError:
            return None
    return None


def _is_numeric(number: Any) -> bool:
    return number is not None and np.asarray(number).dtype.kind in "biuf"


def _read(trace: Trace, place: Place, number: Any) -> Number:
    edge = next((edge for edge in trace.edges if edge.id == place[0]), None)
    if edge is None or place[1] not in ("value", "gradient", "local"):
        kinds = "'value', 'gradient' or 'local'"
        raise KeyError(f"a place is the id of an edge of the trace, and {kinds}; got {place!r}")
    read = fitted(number, edge.value.shape)
    if read is None:
        raise ValueError(f"{place!r} takes numbers of shape {edge.value.shape}, got {np.shape(number)}")
    return read
