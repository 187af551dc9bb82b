"""Write the two passes of a trace as statements of Python, in the order of its steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.code import FIELD, SLOTS, fill, literal
from backprop_widgets.trace.spelling import Names
from backprop_widgets.trace.trace import Edge, Node, Step, StepKind, Trace

CLASS_CALL = re.compile(r"(\w+)\.(?:forward|backward)\(\{ctx\}")


@dataclass(frozen=True)
class Statement:
    """One line, and which thing that happens it writes down."""

    text: str
    kind: Literal["input"] | StepKind
    node: str  # the gate at which it happens; the input that it is about
    slot: int = -1  # of the gate, where it is about one
    source: str = ""  # the node whose gradient it writes


@dataclass(frozen=True)
class Operand:
    """One slot of a gate: the wire into it, the node it comes from, and whether it is copied on the way."""

    edge: Edge
    node: Node
    is_broadcast: bool


class Program:
    """The statements of one trace. Its numbers are those of the engine; its names are the student's."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.nodes = {node.id: node for node in trace.nodes}
        self.into: dict[str, list[Edge]] = {node.id: [] for node in trace.nodes}
        for edge in trace.edges:
            if edge.target:
                self.into[edge.target].append(edge)
        self.out_of = {edge.source: edge for edge in trace.edges}  # its one wire, if it has one
        self.gates = {node.id: self._operands(node) for node in trace.nodes if node.kind == "gate"}
        self.uses = Counter(
            operand.node.id for slots in self.gates.values() for operand in slots if operand.edge.gradient is not None
        )
        self.is_plain = all(
            np.isfinite(number).all()
            for node in trace.nodes
            for number in (node.value, node.gradient)
            if number is not None
        )
        self.names = Names({"Context", "Tensor", *self._classes()})
        self.value = self._values()
        self.gradient = {key: self.names.give(f"d{name}", f"d_{name}") for key, name in self.value.items()}
        self.helpers: dict[tuple[str, str], str] = {}
        self.parts: dict[tuple[str, int], str] = {}  # what waits to be summed over the axes it was copied along
        self.begun: set[str] = set()  # the nodes to whose gradient something has been written

    def statements(self) -> Iterator[Statement]:
        """All statements: the inputs, then a few for each step."""
        for name, key in {name: key for key, name in self.value.items()}.items():  # each name once
            if self.nodes[key].kind != "gate":
                yield Statement(f"{name} = {self._given(self.nodes[key].value)}", "input", key)
        for step in self.trace.steps:
            node = self.nodes[step.node]
            if step.kind == "value":
                yield from self._forward(node)
            elif step.kind == "seed":
                self.begun.add(node.id)
                yield Statement(
                    f"{self.gradient[node.id]} = {self._given(node.gradient)}", "seed", node.id, -1, node.id
                )
            elif step.kind == "downstream":
                yield from self._backward(node)
            elif step.kind == "sum":
                yield from self._broadcast(step)
            elif step.kind == "unused":
                zeros = f"np.zeros({sizes(node.value.shape)})" if node.value.shape else "0.0"
                yield Statement(f"{self.gradient[node.id]} = {zeros}", "unused", node.id, -1, node.id)

    def imports(self, lines: Iterable[str]) -> Iterator[str]:
        """What these lines need."""
        lines = list(lines)
        if any(re.search(r"\bnp\.", line) for line in lines):
            yield "import numpy as np"
        if any("Context(" in line for line in lines):
            yield "from backprop_widgets.autograd import Context, Tensor"

    def _forward(self, node: Node) -> Iterator[Statement]:
        if not node.code:
            raise ValueError(f"{node.name!r} is a {node.op} whose code is not known: record the graph again for this")
        *helpers, expression = node.code.split("\n")
        texts = self._texts(node, node.code)
        for line in (*helpers, f"{{z}} = {expression}"):
            yield Statement(fill(line, texts), "value", node.id)

    def _backward(self, node: Node) -> Iterator[Statement]:
        if CLASS_CALL.search(node.backward_code[0]):
            yield from self._class_call(node)
            return
        for slot, operand in enumerate(self.gates[node.id]):
            if operand.edge.gradient is None:
                continue
            *lines, expression = node.backward_code[slot].split("\n")
            texts = self._texts(node, node.backward_code[slot])
            place = (node.id, slot, operand.node.id)
            if expression == "{part}" and operand.node.id not in self.begun:
                texts["part"] = self.gradient[operand.node.id]
                self.begun.add(operand.node.id)
                expression = ""
            elif expression == "{part}" or operand.is_broadcast:
                texts["part"] = self._part(node, slot)
                lines += [f"{{part}} = {expression}"] if operand.is_broadcast else []
                expression = "" if operand.is_broadcast else "{part}"
            for line in lines:
                yield Statement(fill(line, texts), "downstream", *place)
            if expression:
                yield Statement(f"{self._add_to(operand.node)} {fill(expression, texts)}", "downstream", *place)

    def _class_call(self, node: Node) -> Iterator[Statement]:
        """One call of the student's `backward` gives all gradients."""
        targets, kept = [], []
        for slot, operand in enumerate(self.gates[node.id]):
            if operand.edge.gradient is None:
                targets.append("_")
            elif operand.is_broadcast or self.uses[operand.node.id] > 1:
                targets.append(self._part(node, slot))
                kept += [] if operand.is_broadcast else [(slot, operand)]
            else:
                targets.append(self.gradient[operand.node.id])
        call = fill(node.backward_code[0], self._texts(node, node.backward_code[0]))
        yield Statement(f"{', '.join(targets)} = {call}", "downstream", node.id)
        for slot, operand in kept:
            part = self.parts[node.id, slot]
            whole = f"{part} * 1.0" if operand.node.id not in self.begun else part  # a copy: += must not change `part`
            yield Statement(f"{self._add_to(operand.node)} {whole}", "downstream", node.id, slot, operand.node.id)

    def _broadcast(self, step: Step) -> Iterator[Statement]:
        edge = self.out_of[step.node]
        whole = self.into[step.node][0].value.shape
        if edge.value.shape == whole:
            return  # a fork: each contribution has been added as it came
        node = self.nodes[edge.target]
        part, source = self.parts[node.id, edge.slot], self.gates[node.id][edge.slot].node
        text = f"{self._add_to(source)} {summed(part, edge.value.shape, whole)}"
        yield Statement(text, "sum", node.id, edge.slot, source.id)

    def _add_to(self, node: Node) -> str:
        sign = "+=" if node.id in self.begun else "="
        self.begun.add(node.id)
        return f"{self.gradient[node.id]} {sign}"

    def _part(self, node: Node, slot: int) -> str:
        source = self.gates[node.id][slot].node
        self.parts[node.id, slot] = self.names.give(f"{self.gradient[source.id]}_{self.value[node.id]}")
        return self.parts[node.id, slot]

    def _texts(self, node: Node, template: str) -> dict[str, str]:
        """What stands for each field of a template at this gate."""
        operands = self.gates[node.id]
        written = [self._operand(operand.node) for operand in operands]
        first = operands[0].node.value if operands else np.zeros(())
        texts = {str(slot): text for slot, text in enumerate(written)}
        texts |= dict(zip(SLOTS, written, strict=False))
        texts |= {"z": self.value[node.id], "u": self.gradient[node.id]}
        texts |= {"x_shape": sizes(first.shape), "size": str(first.size), "classes": str((1, *first.shape)[-1])}
        for field in FIELD.findall(template):
            if field not in texts and field != "part":
                texts[field] = self._helper(node, field)
        return texts

    def _helper(self, node: Node, field: str) -> str:
        key = (node.id, field)
        if key not in self.helpers:
            self.helpers[key] = self.names.give(f"{field}_{self.value[node.id]}")
        return self.helpers[key]

    def _operand(self, node: Node) -> str:
        if not is_number(node):
            return self.value[node.id]
        return literal(node.value) if self.is_plain else f"np.float64({literal(node.value)})"

    def _given(self, value: Array | None) -> str:
        assert value is not None
        if value.shape:
            return literal(value)
        number = re.sub(r"(nan|inf)", r"np.\1", repr(float(value)))
        return number if self.is_plain else f"np.float64({number})"  # numpy divides by 0; Python raises

    def _values(self) -> dict[str, str]:
        """Names for what is not written into a gate; a constant that was copied into the graph twice has one."""
        constants: dict[tuple[str, bytes], str] = {}
        named = {}
        for node in self.trace.nodes:
            if node.kind == "copy" or is_number(node):
                continue
            wanted = node.name if node.has_name else "c"
            if node.kind == "constant":
                known = (node.name, node.value.tobytes())
                named[node.id] = constants[known] = constants.get(known) or self.names.give(wanted)
            else:
                named[node.id] = self.names.give(wanted)
        return named

    def _operands(self, node: Node) -> Sequence[Operand]:
        found = []
        for edge in sorted(self.into[node.id], key=lambda edge: edge.slot):
            source, is_broadcast = self.nodes[edge.source], False
            while source.kind == "copy":
                whole = self.into[source.id][0]
                is_broadcast |= whole.value.shape != edge.value.shape
                source = self.nodes[whole.source]
            found.append(Operand(edge, source, is_broadcast))
        return found

    def _classes(self) -> set[str]:
        return {name for node in self.trace.nodes for name in CLASS_CALL.findall(node.code)}


def is_number(node: Node) -> bool:
    """Whether it is a number that is written into its gate, and has no name."""
    return node.kind == "constant" and not node.value.shape


def sizes(shape: tuple[int, ...]) -> str:
    """Write a shape as numpy takes it: `3`, `(2, 3)`."""
    return str(shape[0]) if len(shape) == 1 else str(shape)


def summed(part: str, copied: tuple[int, ...], whole: tuple[int, ...]) -> str:
    """Undo the broadcasting of `whole` to `copied`, as code.

    >>> summed("dx_q", (2, 3), (3,)), summed("dx_q", (2, 3), (2, 1)), summed("dx_q", (2, 3), ())
    ('np.sum(dx_q, axis=0)', 'np.sum(dx_q, axis=1, keepdims=True)', 'np.sum(dx_q)')
    """
    if not whole:
        return f"np.sum({part})"
    extra = len(copied) - len(whole)
    new = tuple(range(extra))
    stretched = tuple(extra + axis for axis, size in enumerate(whole) if size != copied[extra + axis])
    axis = literal(one_or_all(new + stretched))
    if not stretched:
        return f"np.sum({part}, axis={axis})"
    if not new:
        return f"np.sum({part}, axis={axis}, keepdims=True)"
    return f"np.sum({part}, axis={axis}).reshape({whole})"


def one_or_all(axes: tuple[int, ...]) -> int | tuple[int, ...]:
    """A single axis by itself."""
    return axes[0] if len(axes) == 1 else axes
