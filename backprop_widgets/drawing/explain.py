"""Explain each gate of a trace: its formula, its local gradients, the same in numbers, and its backward as code."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET

from backprop_widgets.autograd.code import FIELD, SLOTS, fill
from backprop_widgets.autograd.function import table
from backprop_widgets.drawing.formula import FormulaError, equation, formula, leaf, name, number, packed, slope
from backprop_widgets.locale import catalogue
from backprop_widgets.trace import Edge, Node, Trace, numbers
from backprop_widgets.trace.class_form import class_form

NEAR = 0.01  # to 1


@dataclass(frozen=True)
class Explanation:
    """What is said of one gate, as elements of MathML and as lines of code."""

    value: ET.Element
    slopes: tuple[ET.Element, ...]  # one for each input that gets a gradient
    in_numbers: tuple[str, ...]  # the backward lines with numbers; none where they are arrays
    form: str  # the op whose class is known, else ""
    note: str


def explanations(trace: Trace) -> dict[str, Explanation]:
    """Explain every gate, by its id."""
    incoming: dict[str, list[Edge]] = {}
    leaving = {edge.source: edge for edge in reversed(trace.edges)}
    for edge in sorted(trace.edges, key=lambda edge: edge.slot):
        incoming.setdefault(edge.target, []).append(edge)
    nodes = {node.id: node for node in trace.nodes}
    return {
        node.id: _Gate(trace, node, incoming.get(node.id, []), leaving[node.id], nodes).explained()
        for node in trace.nodes
        if node.kind == "gate"
    }


def explain_data(trace: Trace) -> dict[str, Any]:
    """The same for the player, folded up; the code of a class stands there once for each op."""
    nodes = {node.id: node for node in trace.nodes}
    told = explanations(trace)
    inputs = {node_id: _inputs(trace, node_id, nodes) for node_id in told}
    forms = {gate.form: class_text(gate.form, inputs[node_id]) for node_id, gate in told.items() if gate.form}
    gates = {
        node_id: [packed(gate.value), [packed(part) for part in gate.slopes], gate.in_numbers, gate.form, gate.note]
        for node_id, gate in told.items()
    }
    return {"gates": gates, "forms": {op: text for op, text in forms.items() if text}}


def class_text(op: str, inputs: tuple[Any, ...]) -> str:
    """The class of an op, written for these inputs; as it is for the op's own sample where they are not enough."""
    for given in (inputs, ()):
        try:
            return _class_text(op, given)
        except (TypeError, ValueError, IndexError):
            continue
    return ""


def _class_text(op: str, inputs: tuple[Any, ...]) -> str:
    return class_form(op, *inputs) if any(array.ndim for array in inputs) else _scalar_form(op)


@lru_cache
def _scalar_form(op: str) -> str:
    return class_form(op)


def _inputs(trace: Trace, node_id: str, nodes: dict[str, Node]) -> tuple[Any, ...]:
    edges = sorted((edge for edge in trace.edges if edge.target == node_id), key=lambda edge: edge.slot)
    return tuple(nodes[edge.source].value for edge in edges)


class _Gate:
    """One gate with what surrounds it."""

    def __init__(self, trace: Trace, node: Node, incoming: list[Edge], out: Edge, nodes: dict[str, Node]) -> None:
        self.trace = trace
        self.node = node
        self.incoming = incoming
        self.out = out
        self.sources = [nodes[edge.source] for edge in incoming]
        self.is_scalar = node.value.ndim == 0 and all(source.value.ndim == 0 for source in self.sources)
        self.result = number(out.value_text)
        self.known = bool(node.latex)

    def explained(self) -> Explanation:
        try:
            value, slopes = self._value(), tuple(self._slopes())
        except FormulaError:  # of a student's own class
            self.known = False
            value, slopes = self._value(), tuple(self._slopes())
        known = table.get(self.node.op)
        form = self.node.op if known and self.known and known.latex == self.node.latex else ""
        note = "" if self.known else catalogue(self.trace.locale)("ui.no_formula", gate=self.node.symbol)
        return Explanation(value, slopes, tuple(self._in_numbers()), form, note)

    def _value(self) -> ET.Element:
        sides = [[name(self.node.name)], self._call(self._names())]
        if self.is_scalar:
            sides.append(self._call(self._numbers()))
        return equation(*sides, [self.result])

    def _call(self, fields: dict[str, ET.Element]) -> list[ET.Element]:
        if self.known:
            return formula(self.node.latex, fields)
        operands = [fields[str(slot)] for slot in range(len(self.incoming))]
        parts = [part for operand in operands for part in (leaf("mo", ","), operand)][1:]
        return [leaf("mi", self.node.op), leaf("mo", "("), *parts, leaf("mo", ")")]

    def _slopes(self) -> Iterator[ET.Element]:
        for slot, (edge, source) in enumerate(zip(self.incoming, self.sources, strict=True)):
            if edge.gradient is None:
                continue
            sides = [[slope(self.node.name, source.value_name)]]
            if self.known and self.node.local_latex:
                sides.append(self._local(slot, self._names()))
                if self.is_scalar:
                    sides.append(self._local(slot, self._numbers()))
            yield equation(*sides, [number(edge.local_text)] if edge.local is not None else [])

    def _local(self, slot: int, fields: dict[str, ET.Element]) -> list[ET.Element]:
        last = len(self.node.local_latex) - 1  # of a gate that takes any number of inputs, the last stands for the rest
        if slot > last:
            fields = {**fields, SLOTS[last]: fields[str(slot)]}
        return formula(self.node.local_latex[min(slot, last)], fields)

    def _names(self) -> dict[str, ET.Element]:
        return self._fields([_name_of(source) for source in self.sources], name(self.node.name))

    def _numbers(self) -> dict[str, ET.Element]:
        return self._fields([number(edge.value_text) for edge in self.incoming], number(precise(self.out)))

    def _fields(self, operands: list[ET.Element], result: ET.Element) -> dict[str, ET.Element]:
        by_number = {str(slot): operand for slot, operand in enumerate(operands)}
        return {**by_number, **dict(zip(SLOTS, operands, strict=False)), "z": result}

    def _in_numbers(self) -> Iterator[str]:
        """What the backward lines of scalars compute: `-4 * 3  # -12`."""
        if not self.is_scalar:
            return
        texts = {str(slot): _code(edge.value_text) for slot, edge in enumerate(self.incoming)}
        texts |= {name: texts[str(slot)] for slot, name in enumerate(SLOTS[: len(self.incoming)])}
        texts |= {"z": _code(precise(self.out)), "u": _code(self.out.gradient_text)}
        for slot, edge in enumerate(self.incoming):
            if edge.gradient is None:
                continue
            template = self.node.backward_code[slot] if slot < len(self.node.backward_code) else ""
            written = fill(template, texts) if self.known else ""
            if not written or "\n" in written or FIELD.search(written):
                written = fill("{u} * {local}", {**texts, "local": _code(edge.local_text)})
            yield f"{written}  # {_code(edge.gradient_text)}"


def precise(edge: Edge) -> str:
    """The value on a wire, with more digits where it is so near 1 that what is missing to 1 would be lost.

    A saturated sigmoid gives 0.9999; its local gradient is (1 − 0.99995) · 0.99995.
    """
    rest = abs(1 - abs(float(edge.value)))
    if not 0 < rest < NEAR:
        return edge.value_text
    text = f"{float(edge.value):.{min(3 - math.floor(math.log10(rest)), 16)}f}"
    return text.replace("-", numbers.MINUS)


def _code(text: str) -> str:
    return text.replace(numbers.MINUS, "-")


def _name_of(source: Node) -> ET.Element:
    return name(source.value_name) if source.has_name else number(source.name)
