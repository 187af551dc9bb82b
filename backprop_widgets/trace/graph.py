"""Lay the tensors of a graph out as nodes and wires, with a copy node wherever a value forks or is broadcast."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from backprop_widgets.autograd.arrays import Array, Number, frozen, is_finite, sum_to_shape
from backprop_widgets.autograd.backward import backward, local_gradients, topological_order, warn_of_gradient
from backprop_widgets.autograd.code import templates
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace import numbers
from backprop_widgets.trace.source import Source
from backprop_widgets.trace.trace import Node, NodeKind


@dataclass(eq=False)
class Wire:
    """One wire while the trace is being built."""

    id: str
    source: str
    target: str
    slot: int
    tensor: Tensor  # whose value it carries
    value: Array
    gradient: Array | None = None
    local: Array | None = None


@dataclass(eq=False)
class Wired:
    """One node while the trace is being built, with the wires that meet at it."""

    id: str
    kind: NodeKind
    tensor: Tensor
    incoming: list[Wire] = field(default_factory=list)
    outgoing: list[Wire] = field(default_factory=list)


class Graph:
    """The nodes and wires of both passes, with all their numbers, in the order of computation."""

    def __init__(self, source: Source, upstream: object) -> None:
        """Wire the graph forward and run the backward pass on it."""
        self.source = source
        self.root = source.root
        self.order = topological_order(source.root)
        reached = set(self.order)
        self.unused = [tensor for tensor in source.inputs if tensor not in reached]
        self.nodes: list[Wired] = []
        self.wires: list[Wire] = []
        self.ids: dict[Tensor, str] = {}
        self.gates: dict[Tensor, Wired] = {}  # the node that holds each tensor
        self.copies: dict[Tensor, Wired] = {}  # the copy node behind a tensor that forks
        self.totals: dict[Tensor, Array] = {}
        self.backward_order: list[Tensor] = []
        # inputs first, in the order given: that is how a reader names them
        leaves = [tensor for tensor in (*source.inputs, *self.order) if tensor.is_leaf]
        for tensor in dict.fromkeys([*leaves, *(tensor for tensor in self.order if not tensor.is_leaf)]):
            kind: NodeKind = "constant" if tensor.is_constant else "input" if tensor.is_leaf else "gate"
            self.gates[tensor] = self._add_node(kind, tensor)
            self.ids[tensor] = self.gates[tensor].id
        self._connect()
        self._run_backward(upstream)

    def node(self, wired: Wired) -> Node:
        """The finished node."""
        tensor, name = wired.tensor, self.name(wired.tensor)
        gradient = self.totals.get(tensor)
        if wired.kind == "copy":
            return Node(wired.id, "copy", f"{name} copied", "copy", "copy", "adder", name, tensor.data, gradient)
        if tensor.gate is None:
            return Node(wired.id, wired.kind, name, "", "", "", name, tensor.data, gradient)
        op = tensor.gate.function
        return Node(
            wired.id,
            "gate",
            name,
            op.name,
            self.symbol(tensor),
            self.role(tensor),
            self.formula(tensor),
            tensor.data,
            gradient,
            *templates(tensor, sends=tensor in self.totals),
            op.latex,
            op.local_latex,
        )

    def nodes_by_id(self, node_id: str) -> list[Wired]:
        """The node of that id, in a list; an empty list for "", where a wire leads nowhere."""
        return [self.nodes[int(node_id[1:])]] if node_id else []

    def name(self, tensor: Tensor) -> str:
        """What the tensor is called; a constant without a name, or written into its gate, is called by its number."""
        named = None if is_folded(tensor) else self.source.names.get(tensor)
        return named or numbers.value(tensor.data)

    def symbol(self, tensor: Tensor) -> str:
        """What stands on the tensor's gate; a constant scalar operand is written into it: ×2, +1, x²."""
        assert tensor.gate is not None
        return tensor.gate.function.symbol_with(self.folded(tensor), [self.name(source) for source in tensor.inputs])

    def role(self, tensor: Tensor) -> str:
        """What the tensor's gate does to gradients."""
        assert tensor.gate is not None
        return tensor.gate.function.role_with(self.folded(tensor))

    def folded(self, tensor: Tensor) -> list[str | None]:
        """The numbers written into the tensor's gate, each in its slot."""
        return [numbers.value(source.data) if is_folded(source) else None for source in tensor.inputs]

    def formula(self, tensor: Tensor) -> str:
        """The gate's formula, with names: `q × z`."""
        return write(tensor, [self.name(source) for source in tensor.inputs])

    def _add_node(self, kind: NodeKind, tensor: Tensor) -> Wired:
        node = Wired(f"n{len(self.nodes)}", kind, tensor)
        self.nodes.append(node)
        return node

    def _add_wire(self, source: Wired, target: Wired | None, slot: int, value: Array) -> Wire:
        wire = Wire(f"e{len(self.wires)}", source.id, target.id if target else "", slot, source.tensor, value)
        self.wires.append(wire)
        source.outgoing.append(wire)
        if target:
            target.incoming.append(wire)
        return wire

    def _connect(self) -> None:
        uses: dict[Tensor, list[tuple[Tensor, int]]] = {tensor: [] for tensor in self.gates}
        for tensor in self.order:
            for slot, source in enumerate(tensor.inputs):
                uses[source].append((tensor, slot))
        for tensor, node in list(self.gates.items()):
            value = tensor.data
            start = node
            if len(uses[tensor]) > 1:
                start = self.copies[tensor] = self._add_node("copy", tensor)
                self._add_wire(node, start, 0, value)
            for consumer, slot in uses[tensor]:
                self._plug(start, consumer, slot, value)
            if not uses[tensor]:  # the output, or an input that nothing uses
                self._add_wire(node, None, 0, value)
        for node in self.nodes:
            node.incoming.sort(key=lambda wire: wire.slot)

    def _plug(self, start: Wired, consumer: Tensor, slot: int, value: Array) -> None:
        assert consumer.gate is not None
        end = self.gates[consumer]
        if consumer.gate.function.elementwise and value.shape != consumer.shape and not start.tensor.is_constant:
            copy = self._add_node("copy", start.tensor)
            self._add_wire(start, copy, 0, value)
            start, value = copy, np.broadcast_to(value, consumer.shape)
        self._add_wire(start, end, slot, value)

    def _run_backward(self, upstream: object) -> None:
        incoming = {tensor: {wire.slot: wire for wire in node.incoming} for tensor, node in self.gates.items()}
        by_target = {wire.target: wire for wire in self.wires if wire.target}
        with np.errstate(all="ignore"):
            for tensor, total, downstream in backward(self.root, upstream):
                self.backward_order.append(tensor)
                self.totals[tensor] = held(total)
                for wire in self.gates[tensor].outgoing:  # its one wire: to a gate, to a copy node, or away
                    wire.gradient = self.totals[tensor]
                for slot, (sent, local) in enumerate(zip(downstream, local_gradients(tensor), strict=True)):
                    if sent is None:
                        continue
                    wire = incoming[tensor][slot]
                    wire.gradient, wire.local = held(sent), None if local is None else held(local)
                    copy = by_target.get(wire.source)  # a broadcast stands between: what comes back is summed
                    if wire.value.shape != wire.tensor.shape and copy:
                        copy.gradient = held(sum_to_shape(sent, wire.tensor.shape))
        gradients_are_finite = all(is_finite(total) for total in self.totals.values())
        if not gradients_are_finite and all(is_finite(tensor.data) for tensor in self.order):
            warn_of_gradient(self.root, upstream)  # else a gate has been named by the forward pass
        for tensor in self.unused:
            self.totals[tensor] = held(np.zeros(tensor.shape))
            self.gates[tensor].outgoing[0].gradient = self.totals[tensor]


def is_folded(tensor: Tensor) -> bool:
    """Whether this is a number that is written into its gate instead of drawn as a node."""
    return tensor.is_constant and tensor.shape == ()


def held(number: Number) -> Array:
    """A read-only array of its own, so that nobody can change the trace."""
    array = np.array(number)
    array.flags.writeable = False
    return array


def write(tensor: Tensor, operands: list[str]) -> str:
    """Write the formula of the tensor's gate with these operands, in brackets where a sign would run into another."""
    assert tensor.gate is not None
    function = tensor.gate.function
    pieces = function.pieces(len(operands), tensor.gate.options)
    bracketed = [
        f"({text})" if text.startswith(numbers.MINUS) and needs_brackets(pieces, slot) else text
        for slot, text in enumerate(operands)
    ]
    return "".join(piece + text for piece, text in zip(pieces, [*bracketed, ""], strict=True))


def needs_brackets(pieces: list[str], slot: int) -> bool:
    """Whether a negative operand needs brackets: after an operator, and as the base of a power."""
    before, after = pieces[slot], pieces[slot + 1]
    opens = before.endswith(("(", ", "))
    return after.startswith(" **") or not (opens or (slot == 0 and not before))


__all__ = ["Graph", "Number", "Wire", "Wired", "frozen", "is_folded", "needs_brackets", "write"]
