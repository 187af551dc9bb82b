"""Tell the two passes as steps: what happens, on which wires, in numbers and in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import numbers, reasons
from backprop_widgets.trace.graph import Graph, Wire, Wired, is_folded, needs_brackets, write
from backprop_widgets.trace.trace import Edge, Phase, Row, Step, StepKind, Term


class Narrator:
    """Writes the steps of a graph in one language, and remembers which step wrote which number."""

    def __init__(self, graph: Graph, say: Catalogue, decimals: int | None, *, upstream_given: bool) -> None:
        self.graph = graph
        self.say = say
        self.decimals = decimals
        self.upstream_given = upstream_given
        self.output = graph.name(graph.root)
        self.value_at: dict[str, int] = {
            wire.id: 0 for node in graph.nodes if node.tensor.is_leaf for wire in node.outgoing
        }
        self.gradient_at: dict[str, int] = {}
        self.index = 0

    def steps(self) -> Iterator[Step]:
        """All steps, in order."""
        for tensor in self.graph.order:
            if not tensor.is_leaf:
                yield self._value(tensor)
        for tensor in self.graph.backward_order:
            if tensor is self.graph.root:
                yield self._seed(tensor)
            if tensor in self.graph.copies:
                yield from self._fork(self.graph.copies[tensor])
            if any(wire.gradient is not None for wire in self.graph.gates[tensor].incoming):
                yield from self._gate(tensor)
        for tensor in self.graph.unused:
            yield self._unused(tensor)

    def edge(self, wire: Wire) -> Edge:
        """The finished edge; its steps must have been told."""
        local = "" if wire.gradient is None or not self._is_gate(wire.target) else self._local(wire)
        return Edge(
            id=wire.id,
            source=wire.source,
            target=wire.target,
            slot=wire.slot,
            value=wire.value,
            gradient=wire.gradient,
            local=wire.local,
            value_text=numbers.value(wire.value, self.decimals),
            gradient_text="" if wire.gradient is None else numbers.value(wire.gradient, self.decimals),
            local_text=local,
            value_at=self.value_at[wire.id],
            gradient_at=self.gradient_at.get(wire.id, -1),
        )

    def _value(self, tensor: Tensor) -> Step:
        node = self.graph.gates[tensor]
        wires = self._carried(node)
        result = self._text(tensor.data)
        facts = {"name": self.graph.name(tensor), "formula": self.graph.formula(tensor), "result": result}
        if tensor.shape and result == numbers.shape(tensor.shape):
            sentence = self.say("step.value_shape", **facts, shape=result)
        elif all(source.shape == () for source in tensor.inputs):
            sentence = self.say(
                "step.value", **facts, numbers=write(tensor, [self._text(x.data) for x in tensor.inputs])
            )
        else:
            sentence = self.say("step.value_short", **facts)
        marks = [(wire.id, "value") for wire in wires]
        row = Row(facts["name"], tuple(self._equation(tensor)))
        return self._step("forward", "value", node, wires, marks, sentence, (row,), ends_gate=True)

    def _seed(self, root: Tensor) -> Step:
        node = self.graph.gates[root]
        wire = self._out(node)
        assert wire.gradient is not None
        text = self._text(wire.gradient)
        label = self._slope(self.output, self.output)
        key = "step.seed_given" if self.upstream_given else "step.seed"
        sentence = self.say(key, output=self.output, gradient=f"{label} = {text}")
        row = Row(self.output, (Term("seed", text, label, wire.id),))
        return self._step("backward", "seed", node, [wire], [(wire.id, "seed")], sentence, (row,), ends_gate=True)

    def _fork(self, copy: Wired) -> Iterator[Step]:
        branches = [wire for wire in copy.outgoing if wire.gradient is not None]
        whole = copy.incoming[0]
        assert whole.gradient is not None
        label = self._slope(self.output, self.graph.name(copy.tensor))
        terms: list[Term] = []
        for k, wire in enumerate(branches, 1):
            assert wire.gradient is not None
            text = self._text(wire.gradient)
            terms += [Term("sign", "+")] if terms else []
            terms.append(Term("upstream", text, "", wire.id))
            sentence = self.say("step.contribution", k=k, count=len(branches), value=text)
            marks = [(seen.id, "upstream") for seen in branches[:k]]
            row = Row(self.graph.name(copy.tensor), tuple(terms))
            yield self._step("backward", "contribution", copy, [], marks, sentence, (row,), ends_gate=False)
        text = self._text(whole.gradient)
        sentence = self.say("role.adder.says", count=len(branches), gate="copy")
        marks = [*((wire.id, "upstream") for wire in branches), (whole.id, "total")]
        row = Row(self.graph.name(copy.tensor), (*terms, Term("sign", "="), Term("total", text, label, whole.id)))
        why = tuple(reasons.of_sum(copy, self.graph.name(copy.tensor), self.say))
        yield self._step("backward", "sum", copy, [whole], marks, sentence, (row,), ends_gate=True, why=why)

    def _gate(self, tensor: Tensor) -> Iterator[Step]:
        node = self.graph.gates[tensor]
        out = self._out(node)
        assert out.gradient is not None
        assert tensor.gate is not None
        inputs = [wire for wire in node.incoming if wire.gradient is not None]
        gate = self.graph.symbol(tensor)
        upstream = self._slope(self.output, self.graph.name(tensor))
        arrived = (out.id, "upstream")
        sentence = self.say("step.upstream", gate=gate, gradient=upstream, value=self._text(out.gradient))
        rows = tuple(self._product(tensor, wire, 1) for wire in inputs)
        yield self._step("backward", "upstream", node, [], [arrived], sentence, rows, ends_gate=False)
        listed = ", ".join(
            f"{self._slope(self.graph.name(tensor), self.graph.name(w.tensor))} = {self._local(w)}" for w in inputs
        )
        sentence = self.say("step.local", gate=gate, list=listed)
        rows = tuple(self._product(tensor, wire, 2) for wire in inputs)
        shown = [arrived, *((wire.id, "local") for wire in inputs)]
        yield self._step("backward", "local", node, [], shown, sentence, rows, ends_gate=False)
        sentence = self._role_says(tensor, inputs)
        if (
            np.asarray(tensor.gate.function.branch(*[source.data for source in tensor.inputs], **tensor.gate.options))
            == 0
        ).any():
            sentence += " " + self.say("step.kink")
        rows = tuple(self._product(tensor, wire, 3) for wire in inputs)
        shown = [arrived, *((wire.id, "downstream") for wire in inputs)]
        why = tuple(reasons.of_gate(self.graph, tensor, self.say, self._text))
        yield self._step("backward", "downstream", node, inputs, shown, sentence, rows, ends_gate=True, why=why)
        for wire in inputs:
            if not self._is_gate(wire.source) and wire.value.shape != wire.tensor.shape:
                yield self._broadcast(wire)

    def _role_says(self, tensor: Tensor, inputs: list[Wire]) -> str:
        assert tensor.gate is not None
        key = f"role.{self.graph.role(tensor)}.says"
        open_to = [self.graph.name(wire.tensor) for wire in inputs if wire.local is not None and wire.local.any()]
        scalars = tensor.shape == () and all(source.shape == () for source in tensor.inputs)
        if key + "_scalar" in self.say.texts and scalars and len(open_to) < 2:
            key += "_scalar" if open_to else "_none"
        elif key not in self.say.texts:
            key = "role.slope.says"
        return self.say(key, gate=self.graph.symbol(tensor), winner="".join(open_to))

    def _broadcast(self, wire: Wire) -> Step:
        copy = next(node for node in self.graph.nodes if node.id == wire.source)
        whole = copy.incoming[0]
        assert whole.gradient is not None
        name = self.graph.name(copy.tensor)
        text = self._text(whole.gradient)
        sentence = self.say("step.broadcast", name=name, shape=numbers.shape(wire.value.shape), value=text)
        label = self._slope(self.output, name)
        assert wire.gradient is not None
        terms = (
            Term("sign", "Σ"),
            Term("upstream", self._text(wire.gradient), "", wire.id),
            Term("sign", "="),
            Term("total", text, label, whole.id),
        )
        marks = [(wire.id, "upstream"), (whole.id, "total")]
        return self._step("backward", "sum", copy, [whole], marks, sentence, (Row(name, terms),), ends_gate=True)

    def _unused(self, tensor: Tensor) -> Step:
        node = self.graph.gates[tensor]
        name = self.graph.name(tensor)
        sentence = self.say("step.unused", output=self.output, name=name)
        wire = node.outgoing[0]
        row = Row(name, (Term("total", "0", self._slope(self.output, name), wire.id),))
        why = (self.say("reason.unused", output=self.output, name=name),)
        marks = [(wire.id, "total")]
        return self._step("backward", "unused", node, [wire], marks, sentence, (row,), ends_gate=True, why=why)

    def _step(  # noqa: PLR0913, PLR0917  (a step has these)
        self,
        phase: Phase,
        kind: StepKind,
        node: Wired,
        writes: list[Wire],
        marks: list[tuple[str, str]],
        sentence: str,
        rows: tuple[Row, ...],
        *,
        ends_gate: bool,
        why: tuple[str, ...] = (),
    ) -> Step:
        self.index += 1
        written = self.value_at if phase == "forward" else self.gradient_at
        for wire in writes:
            written[wire.id] = self.index
        edges = tuple(wire.id for wire in writes)
        return Step(self.index, phase, kind, node.id, edges, tuple(marks), ends_gate, sentence, rows, why)

    def _equation(self, tensor: Tensor) -> Iterator[Term]:
        """The gate's formula with a chip for each operand: [−2] + [5] = [3]."""
        assert tensor.gate is not None
        pieces = tensor.gate.function.pieces(len(tensor.inputs), tensor.gate.options)
        by_slot = {wire.slot: wire for wire in self.graph.gates[tensor].incoming}
        for slot, (piece, source) in enumerate(zip(pieces, tensor.inputs, strict=False)):
            if piece.strip():
                yield Term("sign", piece.strip())
            text = self._text(source.data)
            if is_folded(source):
                bare = not (text.startswith(numbers.MINUS) and needs_brackets(pieces, slot))
                yield Term("sign", text if bare else f"({text})")
            else:
                yield Term("value", text, self.graph.name(source), by_slot[slot].id)
        if pieces[-1].strip():
            yield Term("sign", pieces[-1].strip())
        yield Term("sign", "=")
        yield Term("value", self._text(tensor.data), self.graph.name(tensor), self.graph.gates[tensor].outgoing[0].id)

    def _product(self, tensor: Tensor, wire: Wire, known: int) -> Row:
        """Upstream × local = downstream along one wire, as far as it is known."""
        out = self._out(self.graph.gates[tensor])
        source, result = self.graph.name(wire.tensor), self.graph.name(tensor)
        terms = [Term("upstream", self._text(out.gradient), self._slope(self.output, result), out.id)]
        if known > 1:
            terms += [Term("sign", "×"), Term("local", self._local(wire), self._slope(result, source), wire.id)]
        if known > 2:
            label = self._slope(self.output, source)
            if wire.tensor in self.graph.copies or wire.value.shape != wire.tensor.shape:
                label = self.say("step.part", gradient=label)  # one contribution: the copy gate adds them up
            terms += [Term("sign", "="), Term("downstream", self._text(wire.gradient), label, wire.id)]
        return Row(source, tuple(terms))

    def _carried(self, node: Wired) -> list[Wire]:
        """Every wire that carries the node's value: through its copies to the gates that use it."""
        wires: list[Wire] = []
        waiting = [node]
        while waiting:
            for wire in waiting.pop().outgoing:
                wires.append(wire)
                waiting += [copy for copy in self.graph.nodes_by_id(wire.target) if copy.kind == "copy"]
        return wires

    def _out(self, node: Wired) -> Wire:
        return node.outgoing[0]

    def _local(self, wire: Wire) -> str:
        if wire.local is not None:
            return numbers.local(wire.local, self.decimals)
        (gate,) = self.graph.nodes_by_id(wire.target)
        assert gate.tensor.gate is not None
        texts = gate.tensor.gate.function.local_text
        names = [self.graph.name(source) for source in gate.tensor.inputs]
        return texts[wire.slot].format(**dict(zip("xy", names, strict=False))) if texts else self.say("step.jacobian")

    def _text(self, array: Any) -> str:
        return numbers.value(array, self.decimals)

    def _slope(self, of: str, by: str) -> str:
        return f"∂{of}/∂{by}"

    def _is_gate(self, node_id: str) -> bool:
        return any(node.kind == "gate" for node in self.graph.nodes_by_id(node_id))


__all__ = ["Array", "Narrator"]
