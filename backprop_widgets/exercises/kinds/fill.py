"""Fill in numbers of a graph: forward values, gradients, or the three gradients of each wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from backprop_widgets.exercises import hints
from backprop_widgets.exercises.boxes import ArrayBox, Box, NumberBox, Place
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, wires
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.slips.diagnosis import facts
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Edge, Trace

Asked = tuple[str, str, Place, Edge]  # the name of a box, its label, where it stands
THREE = ("local", "upstream", "downstream")
Which = Literal["local", "upstream", "downstream"]


def fill_values(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    ask: str | Collection[str] = "all",
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask for the values of the forward pass. Boxes are called as the values are: `check(q=3, f=-12)`.

    `graph` and its inputs are as in `record`; without inputs each student gets numbers of their own. `ask` is "all", or
    names of values. `numbers` is a function of a Draw that gives the inputs, where integers will not do.

    >>> bool(fill_values("(x + y) * z", x=-2, y=5, z=-4).check(q=3, f=-12))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def asked(trace: Trace) -> Iterator[Asked]:
        gates = [node.name for node in trace.nodes if node.kind == "gate"]
        wanted = gates if ask == "all" else _known(ask, gates)
        for node in trace.nodes:
            if node.kind == "gate" and node.name in wanted:
                edge = next(edge for edge in trace.edges if edge.source == node.id)
                yield node.name, node.name, (edge.id, "value"), edge

    return _question("fill_values", about, asked, f"{ask}", id=id, version=version, weights=weights)


def fill_gradients(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    ask: str | Collection[str] = "all",
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask for dL/d(value) of the graph's values, contributions summed. Boxes are called as the values: `check(x=-4)`.

    `ask` is "all" (but the output), "inputs", "branches" (all, and each wire behind a fork: x_1, x_2), or names.

    >>> question = fill_gradients("(x + y) * z", x=-2, y=5, z=-4, ask="inputs")
    >>> bool(question.check(x=-4, y="-4*1", z=3))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def asked(trace: Trace) -> Iterator[Asked]:
        root = trace.by_id[trace.root]
        there = [name for name, _, _ in wires(trace)]
        names = () if isinstance(ask, str) and ask in {"all", "branches", "inputs"} else _known(ask, there)
        for name, of, edge in wires(trace):
            node = trace.by_id[edge.source]
            is_branch = node.kind == "copy"
            wanted = {"all": not is_branch and node is not root, "branches": node is not root}
            wanted["inputs"] = node.kind == "input"
            if name in names if names else wanted[str(ask)]:
                to = towards(trace, edge) if is_branch else ""
                yield name, f"∂{root.name}/∂{of}{to}", (edge.id, "gradient"), edge

    return _question("fill_gradients", about, asked, f"{ask}", id=id, version=version, weights=weights)


def fill_edges(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    ask: Which | Collection[Which] = ("local", "upstream", "downstream"),
    gates: Collection[str] = (),
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask for the three gradients at gates: `check(upstream_q=-4, local_x=1, downstream_x=-4)`.

    `gates` names the values whose gates are asked about; all by default.

    >>> question = fill_edges("x * y", x=3, y=5, ask=["local", "downstream"])
    >>> bool(question.check(local_x=5, local_y=3, downstream_x=5, downstream_y=3))
    True
    """
    ask = (ask,) if isinstance(ask, str) else tuple(ask)
    if unknown := [each for each in ask if each not in THREE]:
        raise ValueError(f"ask must be some of {', '.join(THREE)}, got {', '.join(map(repr, unknown))}")
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def asked(trace: Trace) -> Iterator[Asked]:
        root = trace.by_id[trace.root].name
        _known(gates, [node.name for node in trace.nodes if node.kind == "gate"])
        for name, of, edge in wires(trace):
            gate = trace.by_id.get(edge.target)
            source = trace.by_id[edge.source]
            if source.kind == "gate" and "upstream" in ask and (not gates or source.name in gates):
                yield f"upstream_{name}", f"∂{root}/∂{of}", (edge.id, "gradient"), edge
            if gate is None or gate.kind != "gate" or (gates and gate.name not in gates):
                continue
            if "local" in ask and edge.local is not None:
                yield f"local_{name}", f"∂{gate.name}/∂{of}", (edge.id, "local"), edge
            if "downstream" in ask and not ("upstream" in ask and source.kind == "gate" and not gates):
                yield f"downstream_{name}", f"∂{root}/∂{of}{towards(trace, edge)}", (edge.id, "gradient"), edge

    return _question("fill_edges", about, asked, f"{list(ask)}; {list(gates)}", id=id, version=version, weights=weights)


def _question(
    kind: str,
    about: Graph,
    asked: Callable[[Trace], Iterator[Asked]],
    which: str,
    **rest: Any,
) -> Question:
    def make(draw: Draw | None, say: Catalogue) -> Task:
        traces = about.pair(draw, say.language, lambda trace: [place for _, _, place, _ in asked(trace)])
        names = ("a", "b") if len(traces) > 1 else ("",)
        boxes = told_apart(
            box(trace, one, say, scene=place, prefix=f"{name}_" if name else "")
            for place, (name, trace) in enumerate(zip(names, traces, strict=True))
            for one in asked(trace)
        )
        if not boxes:
            raise ValueError("nothing is asked: this graph has no such number")
        return Task(
            say(f"kind.{kind}.text"),
            boxes,
            tuple(
                Scene(trace, shown(kind, trace, [one[2] for one in asked(trace)]), name)
                for name, trace in zip(names, traces, strict=True)
            ),
        )

    return Question(make, kind=kind, about=f"{about.about}; {which}", is_given=bool(about.inputs), **rest)


def _known(ask: str | Collection[str], there: Collection[str]) -> Collection[str]:
    """The names that are asked for. Raises ValueError for one that the graph does not have."""
    names = [ask] if isinstance(ask, str) else list(ask)
    unknown = [name for name in names if name not in there]
    if unknown:
        raise ValueError(f"no number of this graph is called {', '.join(unknown)}; there are {', '.join(there)}")
    return names


def box(trace: Trace, asked: Asked, say: Catalogue, *, scene: int = 0, prefix: str = "") -> Box:
    """The box for one number of a trace, with its hints and its solution."""
    name, label, place, edge = asked
    truth = {"value": edge.value, "gradient": edge.gradient, "local": edge.local}[place[1]]
    assert truth is not None
    ladder, solution = hints.ladder(trace, place[1], edge, say)
    rest: dict[str, Any] = {
        "name": prefix + name,
        "label": (f"{prefix.strip('_')}: " if prefix else "") + label,
        "scene": scene,
        "place": place,
        "hints": ladder,
        "solution": solution,
        "lead": _lead(trace, place, edge, say),
        "facts": dict(facts(trace, place)),
    }
    return NumberBox(truth=float(truth), **rest) if truth.ndim == 0 else ArrayBox(truth=np.array(truth), **rest)


def _lead(trace: Trace, place: Place, edge: Edge, say: Catalogue) -> str:
    """What to ask after a wrong answer of which nothing else is known."""
    if place[1] == "gradient" and edge.target and trace.by_id[edge.target].kind == "copy":
        return say("exercise.lead.sum", name=trace.by_id[edge.source].name)
    return say(f"exercise.lead.{place[1]}")


def towards(trace: Trace, edge: Edge) -> str:
    """The gate that a wire leads to, for a label: with its value, where the wire beside it leads to such a gate."""
    gate = trace.by_id[edge.target]
    beside = (trace.by_id.get(other.target) for other in trace.edges if other.source == edge.source)
    names = {other.name for other in beside if other and other.symbol == gate.symbol}
    return f" → {gate.symbol} ({gate.name})" if len(names) > 1 else f" → {gate.symbol}"


def told_apart(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """The boxes, with their names where two have one label: both wires of x * x, ∂f/∂q as upstream and as local."""
    found = tuple(boxes)
    count = Counter(each.label for each in found)
    return tuple(
        replace(each, label=f"{each.label} ({each.name})") if count[each.label] > 1 else each for each in found
    )


def shown(kind: str, trace: Trace, asked: Collection[Place]) -> frozenset[Place]:
    """The numbers that stand in the picture: of a forward question the inputs, else every value; and the seed."""
    values = {(edge.id, "value") for edge in trace.edges}
    if kind == "fill_values":
        values = {(edge.id, "value") for edge in trace.edges if edge.value_at == 0}
    seed = {(edge.id, "gradient") for edge in trace.edges if edge.source == trace.root}
    return frozenset((values | (seed if kind != "fill_values" else set())) - set(asked))
