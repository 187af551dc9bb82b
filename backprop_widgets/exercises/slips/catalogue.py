"""Name the mistake behind a wrong gradient: each slip says which number it would give at a place of a trace.

To add a slip, write a generator of the numbers that it predicts and decorate it; its message stands in the locale,
under `slip.` and its name, and ends in a question:

    @slip("upstream passed on")
    def _passed_on(trace, step, edge):
        yield edge_out(trace, step).gradient
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.trace import Edge, Node, Step, Trace

Rule = Callable[[Trace, Step, Edge], Iterator[Array | None]]


@dataclass(frozen=True)
class Slip:
    """A mistake that has a name. `predicts` gives the wrong numbers it leads to on `edge`, where `step` reveals it."""

    name: str
    predicts: Rule

    @property
    def message(self) -> str:
        """The key, in the locale, of what to say: one question that leads on."""
        return f"slip.{self.name}"


@dataclass(frozen=True)
class Candidate:
    """A wrong number, and the slip it would come from."""

    slip: Slip
    value: float


SLIPS: dict[str, Slip] = {}


def slip(name: str) -> Callable[[Rule], Rule]:
    """Register what a slip predicts. Raises ValueError for a name that is taken."""

    def register(rule: Rule) -> Rule:
        if name in SLIPS:
            raise ValueError(f"a slip called {name!r} is there already")
        SLIPS[name] = Slip(name, rule)
        return rule

    return register


def candidates(trace: Trace, step: Step, edge: Edge) -> tuple[Candidate, ...]:
    """All wrong numbers that the known slips lead to on this edge; finite numbers only, arrays not yet."""
    found = [(each, value) for each in SLIPS.values() for value in each.predicts(trace, step, edge)]
    return tuple(Candidate(each, float(value)) for each, value in found if _is_number(value))


def edge_out(trace: Trace, step: Step) -> Edge:
    """The wire on which the upstream gradient comes to the gate of a step."""
    return next(edge for edge in trace.edges if edge.source == step.node)


def node_of(trace: Trace, step: Step) -> Node:
    """The node of a step."""
    return next(node for node in trace.nodes if node.id == step.node)


@slip("local instead of downstream")
def _local(trace: Trace, step: Step, edge: Edge) -> Iterator[Array | None]:  # noqa: ARG001  (a rule has this form)
    if step.kind == "downstream":
        yield edge.local


@slip("own operand")
def _own_operand(trace: Trace, step: Step, edge: Edge) -> Iterator[Array | None]:
    upstream = edge_out(trace, step).gradient
    if step.kind == "downstream" and node_of(trace, step).role == "swap multiplier" and _is_number(upstream):
        yield np.multiply(upstream, edge.value)


@slip("one branch only")
def _one_branch(trace: Trace, step: Step, edge: Edge) -> Iterator[Array | None]:
    if step.kind == "sum" and edge.value.shape == ():
        yield from (branch.gradient for branch in trace.edges if branch.source == step.node)


def _is_number(value: Any) -> TypeGuard[Array]:
    return value is not None and np.ndim(value) == 0 and bool(np.isfinite(value))
