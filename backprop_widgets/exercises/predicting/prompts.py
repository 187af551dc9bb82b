"""What to ask before a step is shown: one question for each stop, chosen from the gate and the step alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from backprop_widgets.exercises.slips import SLIPS, Candidate
from backprop_widgets.exercises.slips.circuit import circuit
from backprop_widgets.exercises.slips.predictions import at_place
from backprop_widgets.locale import catalogue
from backprop_widgets.trace import Edge, Node, Step, Trace, numbers

Kind = Literal["number", "sign", "shape", "branch", "role"]

SIGNS = ("negative", "zero", "positive")
ROLES = ("distributor", "swap multiplier", "router", "switch", "slope")
CONFUSED = {"signed distributor": "distributor", "scale": "slope"}  # never offered side by side: both would be right
UNLIKELY = ("forward value", "other operation")  # the one stands on the wire already, the other on the gate
FIRST = ("local instead of downstream", "one branch only")  # the likeliest, after the slips of the gate's own op
MOST_ENTRIES = 12  # of an array of which one entry is asked for
ASK_ROLE_FIRST = ("distributor", "signed distributor", "switch")  # their numbers are easy, what they do is the point


@dataclass(frozen=True)
class Prompt:
    """What is asked before a step is revealed. A choice has options and the right one's place; a number its truth."""

    step: int
    kind: Kind
    text: str
    lead: str  # what to ask after a wrong answer that no slip explains
    wires: tuple[str, ...]  # whose numbers are asked for: they show a question mark
    place: Literal["value", "gradient"]
    options: tuple[str, ...] = ()
    right: int = -1
    truth: float = 0.0
    shown: str = ""  # the number as the picture will show it
    shape: tuple[int, ...] = ()
    entry: tuple[int, ...] = ()  # of an array: the place of the one number that is asked for
    facts: tuple[tuple[str, str], ...] = ()  # what a message about it may name


def prompts(trace: Trace) -> dict[int, Prompt]:
    """All prompts of a trace, by the step that each is asked before. The same trace always asks the same.

    >>> from backprop_widgets.trace import record
    >>> for question in prompts(record("(x + y) * z", x=-2, y=5, z=-4)).values():
    ...     print(question.step, question.kind, question.text)
    1 number What is q = x + y?
    2 number What is f = q × z?
    3 number The backward pass starts at the output. What is ∂f/∂f?
    6 number Which downstream gradient does the gate × send to q?
    9 role Which role does the gate + play for gradients?
    """
    return {question.step: question for question in _Asker(trace).all()}


def wrong_numbers(trace: Trace, question: Prompt) -> tuple[Candidate, ...]:
    """What the known slips would make of the number that is asked for; all before it has been shown, and is right."""
    if question.kind != "number" or question.entry:
        return ()
    with np.errstate(all="ignore"):
        found = list(at_place(circuit(trace), (question.wires[0], question.place)))
    numbers = [(slip, number) for slip, number in found if type(number) is float and slip.name not in UNLIKELY]
    numbers.sort(key=lambda each: 0 if each[0].name not in SLIPS else 1 if each[0].name in FIRST else 2)
    return tuple(Candidate(slip, number) for slip, number in numbers)


class _Asker:
    """Goes through the steps of a trace once; it remembers which roles it has asked for."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.say = catalogue(trace.locale)
        self.nodes = {node.id: node for node in trace.nodes}
        self.edges = {edge.id: edge for edge in trace.edges}
        self.incoming: dict[str, list[Edge]] = {}
        for edge in trace.edges:
            self.incoming.setdefault(edge.target, []).append(edge)
        self.met: set[str] = set()
        self.shapes: set[str] = set()  # "value", "gradient": of what a shape has been asked

    def all(self) -> Iterator[Prompt]:
        for step in self.trace.steps:
            question = self._before(step) if step.ends_gate else None
            if question:
                yield question

    def _before(self, step: Step) -> Prompt | None:
        node = self.nodes[step.node]
        match step.kind:
            case "value":
                return self._value(step, node)
            case "seed":
                return self._seed(step, node)
            case "downstream":
                return self._gate(step, node)
            case "sum":
                return self._total(step, node)
        return None  # nothing can be worked out for an input that nothing uses: that is said

    def _value(self, step: Step, node: Node) -> Prompt | None:
        facts = {"name": node.name, "formula": node.formula, "gate": node.symbol}
        wire = self.edges[step.edges[0]]
        if node.value.ndim:
            return self._array(step, "value", facts, step.edges, node.value)
        return self._number(step, "value", facts, step.edges, (wire.value, wire.value_text))

    def _seed(self, step: Step, node: Node) -> Prompt | None:
        wire = self.edges[step.edges[0]]
        if wire.gradient is None or wire.gradient.ndim or wire.gradient != 1:  # one that was given cannot be guessed
            return None
        return self._number(step, "seed", {"name": node.name}, step.edges, (wire.gradient, wire.gradient_text))

    def _gate(self, step: Step, node: Node) -> Prompt | None:
        wires = [self.edges[edge] for edge in step.edges]
        is_new = node.role not in self.met
        self.met.add(node.role)
        scalar = node.value.ndim == 0 and all(wire.value.ndim == 0 for wire in wires)
        if scalar and node.role == "router" and (question := self._branch(step, node, wires)):
            return question
        is_shaped = scalar or "gradient" in self.shapes  # then a number tells more than a word
        if is_new and (not is_shaped or node.role in ASK_ROLE_FIRST) and (question := self._role(step, node)):
            return question
        edge = max(wires, key=lambda wire: wire.value.ndim)  # the first of those with the largest gradient
        facts = self._facts(node, edge)
        assert edge.gradient is not None
        if edge.value.ndim:
            return self._array(step, "gradient", facts, (edge.id,), edge.gradient)
        if node.role == "slope" and not _is_short(edge.gradient):
            return self._sign(step, facts, edge)
        return self._gradient(step, "downstream", facts, edge)

    def _total(self, step: Step, node: Node) -> Prompt | None:
        edge = self.edges[step.edges[0]]
        branches = [wire for wire in self.trace.edges if wire.source == node.id and wire.gradient is not None]
        facts = {**self._facts(node, edge), "count": str(len(branches))}
        assert edge.gradient is not None
        if edge.value.ndim:
            return self._array(step, "gradient", facts, (edge.id,), edge.gradient)
        if any(branch.value.ndim for branch in branches):
            return self._gradient(step, "broadcast", facts, edge)
        return self._gradient(step, "total", facts, edge)

    def _gradient(self, step: Step, name: str, facts: dict[str, str], edge: Edge) -> Prompt | None:
        return self._number(step, name, facts, (edge.id,), (edge.gradient, edge.gradient_text))

    def _number(
        self,
        step: Step,
        name: str,
        facts: dict[str, str],
        wires: tuple[str, ...],
        truth: tuple[Any, str],
    ) -> Prompt | None:
        number, shown = truth
        if not np.isfinite(number):
            return None
        return self._question(step, "number", name, facts, wires, truth=float(number), shown=shown)

    def _array(self, step: Step, of: str, facts: dict[str, str], wires: tuple[str, ...], array: Any) -> Prompt:
        """Ask for a shape first; of later small arrays for one entry."""
        if of not in self.shapes or not 1 < array.size <= MOST_ENTRIES or not np.isfinite(array).all():
            self.shapes.add(of)
            return self._shape(step, of, facts, wires, array)
        entry = _telling(array)
        told = {**facts, "entry": f"[{', '.join(map(str, entry))}]"}
        truth = float(array[entry])
        shown = numbers.number(truth)
        return self._question(
            step, "number", f"{of}_entry", told, wires, truth=truth, shown=shown, entry=entry, shape=array.shape
        )

    def _shape(self, step: Step, of: str, facts: dict[str, str], wires: tuple[str, ...], array: Any) -> Prompt:
        return self._question(step, "shape", f"{of}_shape", facts, wires, shape=array.shape)

    def _sign(self, step: Step, facts: dict[str, str], edge: Edge) -> Prompt | None:
        if edge.gradient is None or not np.isfinite(edge.gradient):
            return None
        right = int(np.sign(float(edge.gradient))) + 1
        options = tuple(self.say(f"predict.{sign}") for sign in SIGNS)
        return self._question(step, "sign", "sign", facts, (edge.id,), options=options, right=right)

    def _branch(self, step: Step, node: Node, wires: list[Edge]) -> Prompt | None:
        """Which of the inputs gets the gradient: asked where it is one, and their names tell them apart."""
        slots = [edge for edge in self.incoming[node.id] if edge.gradient is not None]
        names = tuple(self._name(edge) for edge in slots)
        open_to = [place for place, edge in enumerate(slots) if edge.local is not None and edge.local.any()]
        if len(open_to) != 1 or len(set(names)) < max(2, len(names)):
            return None
        ids = tuple(edge.id for edge in wires)
        facts = {"gate": node.symbol}
        return self._question(step, "branch", "branch", facts, ids, options=names, right=open_to[0])

    def _role(self, step: Step, node: Node) -> Prompt | None:
        if f"role.{node.role}.name" not in self.say.texts or node.role == "composite":
            return None
        clash = CONFUSED.get(node.role)
        offered = [role for role in ROLES if role not in (clash, node.role)]
        names = sorted(self.say.role(role) for role in (*offered, node.role))
        right = names.index(self.say.role(node.role))
        return self._question(step, "role", "role", {"gate": node.symbol}, (), options=tuple(names), right=right)

    def _question(
        self, step: Step, kind: Kind, name: str, facts: dict[str, str], wires: tuple[str, ...], **rest: Any
    ) -> Prompt:
        return Prompt(
            step=step.index,
            kind=kind,
            text=self.say(f"predict.{name}.ask", **facts),
            lead=self.say(f"predict.{name}.lead", **facts),
            wires=wires,
            place="value" if step.phase == "forward" else "gradient",
            facts=tuple(facts.items()),
            **rest,
        )

    def _facts(self, node: Node, edge: Edge) -> dict[str, str]:
        return {"gate": node.symbol, "name": self._name(edge)}

    def _name(self, edge: Edge) -> str:
        """Whose value the wire carries; a copy node goes by the value that it copies."""
        return self.nodes[edge.source].value_name


def _telling(array: Any) -> tuple[int, ...]:
    """The entry to ask for: one that is not 0, of a short number, and not the first, where there is such a one."""
    places = list(np.ndindex(array.shape))
    return max(reversed(places), key=lambda place: (array[place] != 0, _is_short(array[place]), any(place)))


def _is_short(gradient: Any) -> bool:
    """Whether the number is what it is shown as: worked out by head rather than with a calculator."""
    return float(numbers.number(float(gradient)).replace(numbers.MINUS, "-").replace("∞", "inf")) == float(gradient)


__all__ = ["Prompt", "prompts", "wrong_numbers"]
