"""The graph of a trace, laid out to be run again: nodes in order, wires between them, the numbers on each."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array, Number, frozen, frozen_scalar
from backprop_widgets.autograd.backward import local_gradients, send, topological_order
from backprop_widgets.autograd.function import Context, Function, table
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace import Edge, Node, Trace
from backprop_widgets.trace.groups import collapsed
from backprop_widgets.trace.record import Recording

Numbers = dict[str, Number]  # by the id of an edge


@dataclass(frozen=True, eq=False)
class Gate:
    """One application of an op: what a wrong rule may look at."""

    tensor: Tensor  # its output, with the op and its memory
    role: str  # "swap multiplier"; "scale" where a constant is folded in
    locals: tuple[Number | None, ...]

    @cached_property
    def inputs(self) -> tuple[Number, ...]:
        """The values that went in."""
        return tuple(source._value for source in self.tensor.inputs)

    @cached_property
    def local_at_output(self) -> Number | None:
        """The local gradient of an op of one input, at the output in place of the input."""
        assert self.tensor.gate is not None
        moved = computed(self.tensor.gate.function, [Tensor(self.tensor._value)], self.tensor.gate.options)
        return local_gradients(moved)[0]

    def sent(self, slot: int, upstream: Number) -> Number | None:
        """The right rule: upstream times local, for one input."""
        local = self.locals[slot]
        if local is not None:
            return upstream * local
        assert self.tensor.gate is not None
        return send(self.tensor.gate, upstream)[slot]


@dataclass(frozen=True, eq=False)
class Stop:
    """A node, with the wires that meet at it."""

    node: Node
    incoming: tuple[Edge, ...]  # by slot
    outgoing: tuple[Edge, ...]

    @cached_property
    def out(self) -> str:
        """The wire on which its value leaves."""
        return self.outgoing[0].id

    @cached_property
    def asked(self) -> tuple[tuple[str, int, tuple[int, ...]], ...]:
        """The wires on which it sends gradients back, with their slots and shapes."""
        return tuple((edge.id, edge.slot, edge.value.shape) for edge in self.incoming if edge.gradient is not None)

    @cached_property
    def is_broadcast(self) -> bool:
        """Whether it copies one value to every entry of an array, rather than to several gates."""
        return self.node.kind == "copy" and self.outgoing[0].value.shape != self.incoming[0].value.shape


@dataclass(frozen=True, eq=False)
class Circuit:
    """A graph with the numbers of one forward pass, and of the right backward pass through it."""

    root: str
    stops: tuple[Stop, ...]  # inputs before outputs
    edges: Mapping[str, Edge]
    gates: Mapping[str, Gate]  # by the id of the node
    values: Numbers
    gradients: Numbers
    locals: Numbers
    seed: Number = 1.0
    by_id: Mapping[str, Stop] = field(default_factory=dict)

    @cached_property
    def is_scalar(self) -> bool:
        """Whether there is no array in it."""
        return all(type(value) is float for value in self.values.values())

    @cached_property
    def backwards(self) -> tuple[Stop, ...]:
        """The nodes as the backward pass meets them."""
        return self.stops[::-1]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each node stands in `backwards`."""
        return {stop.node.id: place for place, stop in enumerate(self.backwards)}

    def with_values(self, given: Mapping[str, Number]) -> Circuit:
        """The same graph with these values on wires, and all that is computed from them; gradients are those of before.

        A wire keeps the value that is *computed* for it, also where another one is given: that is what follows it.
        """
        used: Numbers = {}
        values: Numbers = {}
        gates: dict[str, Gate] = {}
        moved: set[str] = set(given)
        for stop in self.stops:
            is_moved = any(edge.id in moved for edge in stop.incoming)
            value = self.values[stop.outgoing[0].id]
            if stop.node.kind == "gate":
                gates[stop.node.id] = self.gates[stop.node.id]
                if is_moved:
                    value, gates[stop.node.id] = _applied(gates[stop.node.id], stop, used)
            elif is_moved:
                value = used[stop.incoming[0].id]
            for edge in stop.outgoing:
                values[edge.id] = np.broadcast_to(value, edge.value.shape) if stop.is_broadcast else value
                used[edge.id] = given.get(edge.id, values[edge.id])
            if is_moved:
                moved.update(edge.id for edge in stop.outgoing)
        return replace(self, values=values, gates=gates, locals=_locals(self.stops, gates))


def circuit(trace: Trace) -> Circuit:
    """Lay out the graph of a trace; it is kept as long as the trace lives.

    A trace that was read from JSON is computed again from its inputs, where it is made of the package's own gates and
    none has options. Raises ValueError where that does not give its numbers.
    """
    found: Circuit = kept(trace, _laid_out)
    return found


def kept(trace: Trace, build: Callable[[Trace], Any]) -> Any:
    """What was built of this trace before, or is built now."""
    key = id(trace)
    if key not in _kept or _kept[key][0]() is not trace:
        _kept[key] = (weakref.ref(trace, lambda _: _kept.pop(key, None)), {})
    built = _kept[key][1]
    if build not in built:
        built[build] = build(trace)
    return built[build]


_kept: dict[int, tuple[weakref.ref[Trace], dict[Any, Any]]] = {}


def computed(function: type[Function], inputs: Iterable[Tensor], options: Mapping[str, Any]) -> Tensor:
    """Apply an op to numbers that may be anything, without a warning of what comes of them."""
    context = Context(function, tuple(inputs))
    context.options = options
    wrap = np.float64 if function.takes_scalars else frozen_scalar
    given = [wrap(value) if type(value := source._value) is float else value for source in context.inputs]
    with np.errstate(all="ignore"):
        return Tensor.from_gate(frozen(function.forward(context, *given, **options)), context)


def plain(array: Array) -> Number:
    """A float where there is one number: many times faster than an array of it."""
    return float(array) if np.ndim(array) == 0 else array


def _laid_out(trace: Trace) -> Circuit:
    stops = _stops(trace)
    tensors = _recorded(trace) if isinstance(trace.recording, Recording) else _computed_again(stops)
    gates = {name: _gate(tensor, trace.by_id[name].role) for name, tensor in tensors.items()}
    gradients = {edge.id: plain(edge.gradient) for edge in trace.edges if edge.gradient is not None}
    root = next(edge.id for edge in trace.edges if edge.source == trace.root)
    return Circuit(
        root=trace.root,
        stops=stops,
        edges={edge.id: edge for edge in trace.edges},
        gates=gates,
        values={edge.id: plain(edge.value) for edge in trace.edges},
        gradients=gradients,
        locals={edge.id: plain(edge.local) for edge in trace.edges if edge.local is not None},
        seed=gradients.get(root, 1.0),
        by_id={stop.node.id: stop for stop in stops},
    )


def _stops(trace: Trace) -> tuple[Stop, ...]:
    incoming: dict[str, list[Edge]] = {node.id: [] for node in trace.nodes}
    outgoing: dict[str, list[Edge]] = {node.id: [] for node in trace.nodes}
    for edge in trace.edges:
        outgoing[edge.source].append(edge)
        if edge.target:
            incoming[edge.target].append(edge)
    waiting = {node: len(edges) for node, edges in incoming.items()}
    ready = [node for node in reversed(trace.nodes) if not incoming[node.id]]
    found: list[Stop] = []
    while ready:
        node = ready.pop()
        slots = sorted(incoming[node.id], key=lambda edge: edge.slot)
        found.append(Stop(node, tuple(slots), tuple(outgoing[node.id])))
        for edge in outgoing[node.id]:
            if edge.target:
                waiting[edge.target] -= 1
                if not waiting[edge.target]:
                    ready.append(trace.by_id[edge.target])
    return tuple(found)


def _recorded(trace: Trace) -> dict[str, Tensor]:
    """The tensor of each gate, found by its name: names are unique."""
    recording = trace.recording
    assert isinstance(recording, Recording)
    chosen = {part.id for part in trace.composites if part.is_collapsed}
    source = recording.source
    if chosen:
        source, _ = collapsed(source, [part for part in recording.parts if part.id in chosen])
    by_name = {source.names.get(tensor): tensor for tensor in topological_order(source.root) if tensor.gate}
    return {node.id: by_name[node.name] for node in trace.nodes if node.kind == "gate"}


def _computed_again(stops: Iterable[Stop]) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    made: dict[str, Tensor] = {}
    for stop in stops:
        node = stop.node
        if node.kind == "copy":
            made[node.id] = made[stop.incoming[0].source]
        elif node.kind != "gate":
            made[node.id] = Tensor.constant(plain(node.value)) if node.kind == "constant" else Tensor(node.value)
        else:
            tensors[node.id] = made[node.id] = _same_gate(node, [made[edge.source] for edge in stop.incoming])
    return tensors


def _same_gate(node: Node, inputs: list[Tensor]) -> Tensor:
    problem = f"this trace was read from JSON, and its gate {node.symbol} cannot be run again: record the graph again"
    try:
        output = table[node.op].apply(*inputs)
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(problem) from error
    if not np.array_equal(output.data, node.value, equal_nan=True):
        raise ValueError(problem)
    return output


def _gate(tensor: Tensor, role: str) -> Gate:
    with np.errstate(all="ignore"):
        return Gate(tensor, role, local_gradients(tensor))


def _applied(gate: Gate, stop: Stop, values: Numbers) -> tuple[Number, Gate]:
    """The same gate of other values."""
    old = gate.tensor
    assert old.gate is not None
    new = {edge.slot: values[edge.id] for edge in stop.incoming}
    tensors = [source if source.is_constant else Tensor(new[slot]) for slot, source in enumerate(old.inputs)]
    output = computed(old.gate.function, tensors, old.gate.options)
    return output._value, _gate(output, gate.role)


def _locals(stops: Iterable[Stop], gates: Mapping[str, Gate]) -> Numbers:
    found: Numbers = {}
    for stop in stops:
        if stop.node.id in gates:
            gate = gates[stop.node.id]
            for edge in stop.incoming:
                local = gate.locals[edge.slot]
                if local is not None and edge.gradient is not None:
                    found[edge.id] = local
    return found
