"""Flat code: both passes of a trace as plain Python in the lecture's style, each line tied to its step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backprop_widgets.trace.program import Program, Statement
from backprop_widgets.trace.record import record
from backprop_widgets.trace.trace import Trace

Section = Literal["input", "forward", "backward"]
SECTIONS: tuple[Section, ...] = ("input", "forward", "backward")


@dataclass(frozen=True)
class Line:
    """One line of code, and the step of the trace that writes its number."""

    text: str
    phase: Section
    step: int  # 0 is known from the start
    shown_at: tuple[int, ...] = ()  # the other steps that speak of its number: before it is known, or adding it up


@dataclass(frozen=True)
class FlatCode:
    """The forward and the backward pass as a program that runs as it stands. Print it, or read its `lines`."""

    lines: tuple[Line, ...]

    @property
    def inputs(self) -> str:
        """The imports and the inputs."""
        return self._section("input")

    @property
    def forward(self) -> str:
        """The forward pass, without the inputs."""
        return self._section("forward")

    @property
    def backward(self) -> str:
        """The backward pass."""
        return self._section("backward")

    def at(self, step: int) -> tuple[int, ...]:
        """Which lines to mark at a step, by their places in `lines`."""
        return tuple(place for place, line in enumerate(self.lines) if step == line.step or step in line.shown_at)

    def __str__(self) -> str:
        return "\n\n".join(filter(None, map(self._section, SECTIONS)))

    def _section(self, phase: Section) -> str:
        return "\n".join(line.text for line in self.lines if line.phase == phase)


def flat_code(
    graph: Any, inputs: Mapping[str, Any] | None = None, /, *, upstream: Any = None, **named: Any
) -> FlatCode:
    """Write the forward and the backward pass of a graph as plain Python with numpy.

    `graph` is a Tensor, a function, an expression or a Trace; the rest is as for `record`.

    >>> print(flat_code("(x + y) * z", x=-2, y=5, z=-4))
    x = -2.0
    y = 5.0
    z = -4.0
    <BLANKLINE>
    q = x + y
    f = q * z
    <BLANKLINE>
    df = 1.0
    dq = df * z
    dz = df * q
    dx = dq * 1
    dy = dq * 1
    """
    if not isinstance(graph, Trace):
        return write(record(graph, {**(inputs or {}), **named}, upstream=upstream))
    if inputs or named or upstream is not None:
        raise TypeError("a Trace has been computed already and takes no inputs and no upstream gradient")
    return write(graph)


def write(trace: Trace) -> FlatCode:
    """Write the flat code of a trace. A collapsed gate is written as the gates inside, all in its one step."""
    whole = trace.expand() if any(part.is_collapsed for part in trace.composites) else trace
    program = Program(whole)
    statements = list(program.statements())
    timeline = Timeline(trace, whole)
    imports = program.imports(statement.text for statement in statements)
    lines = [timeline.line(statement) for statement in statements]
    return FlatCode((*(Line(text, "input", 0) for text in imports), *lines))


class Timeline:
    """When each statement happens, in a trace that shows some of the gates collapsed."""

    def __init__(self, shown: Trace, whole: Trace) -> None:
        self.root = shown.root
        self.home = homes(shown, whole)
        self.collapsed = {node for part in shown.composites if part.is_collapsed for node in part.nodes}
        self.index = {(step.kind, step.node): step.index for step in shown.steps}
        self.sums: dict[tuple[str, object], int] = {}
        self.shown: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
        edges = {edge.id: edge for edge in shown.edges}
        inside = {edge.target: edge for edge in shown.edges}
        copies = {edge.source: edge for edge in shown.edges}  # a broadcast has one wire out
        copy_nodes = {node.id for node in shown.nodes if node.kind == "copy"}
        for step in shown.steps:
            if step.kind not in ("contribution", "sum"):
                continue
            whole_wire = inside[step.node]
            branches = [edges[wire] for wire, _ in (step.marks[-1:] if step.kind == "contribution" else step.marks)]
            for branch in branches:
                if branch is whole_wire:
                    continue
                end = copies[branch.target] if branch.target in copy_nodes else branch
                is_broadcast = step.kind == "sum" and branch.value.shape != whole_wire.value.shape
                if is_broadcast:
                    self.sums[end.target, end.slot] = step.index
                else:
                    self.shown[end.target, end.slot].append(step.index)
                    self.shown[end.target, whole_wire.source].append(step.index)

    def line(self, statement: Statement) -> Line:
        """The statement as a line, with its steps."""
        if statement.kind == "input":
            return Line(statement.text, "input", 0)
        node = self.home[statement.node]
        if statement.kind in ("value", "seed", "unused"):
            phase: Section = "forward" if statement.kind == "value" else "backward"
            return Line(statement.text, phase, self.index[statement.kind, node])
        key = self.home[statement.source] if node in self.collapsed and statement.source else statement.slot
        sent = self.index.get(("downstream", node), self.index["seed", self.root])
        step = self.sums.get((node, key), sent) if statement.kind == "sum" else sent
        before = [self.index[kind, node] for kind in ("upstream", "local") if (kind, node) in self.index]
        others = dict.fromkeys((*before, *self.shown[node, key]))
        return Line(statement.text, "backward", step, tuple(others))


def homes(shown: Trace, whole: Trace) -> dict[str, str]:
    """Where each node of the whole trace is in the trace shown: in its own place, or in a collapsed gate."""
    if shown is whole:
        return {node.id: node.id for node in whole.nodes}
    places = {node.name: node.id for node in shown.nodes if node.kind != "copy"}
    home = {node.id: places[node.name] for node in whole.nodes if node.name in places}
    members = {part.id: part.nodes for part in whole.composites}
    for part in shown.composites:
        if part.is_collapsed and part.nodes:
            home |= dict.fromkeys(members[part.id], part.nodes[0])
    return home
