"""Look at a whole pass: what comes back at forks, which inputs get nothing, what both modes cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backprop_widgets.autograd.forward_mode import multiplications
from backprop_widgets.exercises.boxes import ChoiceBox, ChoicesBox, NumberBox
from backprop_widgets.exercises.kinds.fill import fill_gradients
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, kinks, symbols
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Node, Trace
from backprop_widgets.trace.source import read


def forks(graph: Any, inputs: Mapping[str, Any] | None = None, /, **options: Any) -> Question:
    """Ask for the gradient on each wire behind a fork (x_1, x_2) and for their sum (x).

    >>> bool(forks("x * y + x", x=2, y=3).check(x_1=3, x_2=1, x=4, y=2, q=1))
    True
    """
    return fill_gradients(graph, inputs, ask="branches", **options)


def dead_inputs(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask which inputs get no gradient, and at which gate it is lost.

    Boxes: `check(dead="w, x", gate="h")`; gates are called as their values.

    >>> bool(dead_inputs("relu(w * x) * v", w=-2, x=3, v=5).check(dead="w, x, v", gate="r"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language, accept=_has_dead_inputs)
        names = tuple(node.name for node in trace.nodes if node.kind == "input")
        dead = frozenset(place for place, name in enumerate(names) if not np.any(trace.gradient(name)))
        boxes: list[Any] = [
            ChoicesBox(
                name="dead",
                label=say("kind.dead_inputs.label"),
                options=names,
                right=dead,
                lead=say("kind.dead_inputs.lead"),
                hints=(say("kind.dead_inputs.hint"), say("kind.dead_inputs.hint2")),
                solution=", ".join(names[place] for place in sorted(dead)) or "–",
            )
        ]
        shut = [node for node in trace.nodes if node.kind == "gate" and _loses(trace, node)]
        gates = tuple(node.name for node in trace.nodes if node.kind == "gate")
        if shut and len(gates) > 1:
            boxes.append(
                ChoiceBox(
                    name="gate",
                    label=say("kind.dead_inputs.gate"),
                    options=gates,
                    words=symbols(trace, gates),
                    right=gates.index(shut[0].name),
                    also_right=frozenset(gates.index(node.name) for node in shut),
                    lead=say("kind.dead_inputs.gate_lead"),
                    hints=(say("kind.dead_inputs.gate_hint"),),
                    solution=", ".join(node.name for node in shut),
                )
            )
        values = frozenset((edge.id, "value") for edge in trace.edges)
        return Task(say("kind.dead_inputs.text"), tuple(boxes), (Scene(trace, values),))

    return Question(
        make,
        kind="dead_inputs",
        about=about.about,
        id=id,
        version=version,
        weights=weights,
        is_given=bool(about.inputs),
    )


def _has_dead_inputs(trace: Trace) -> bool:
    """Whether there is something to find, if the graph can hide anything."""
    names = [node.name for node in trace.nodes if node.kind == "input"]
    return not kinks(trace) or any(not np.any(trace.gradient(name)) for name in names)


def _loses(trace: Trace, node: Node) -> bool:
    """Whether a gate gets a gradient, and has none for one of its inputs."""
    arrives = next(edge.gradient for edge in trace.edges if edge.source == node.id)
    into = [edge.gradient for edge in trace.edges if edge.target == node.id and edge.gradient is not None]
    return arrives is not None and bool(np.any(arrives)) and not all(np.any(gradient) for gradient in into)


def cost_of_modes(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask how many multiplications all derivatives cost in reverse mode and in forward mode, and which is cheaper.

    One multiplication is counted for each local gradient that is not 0. Boxes:
    `check(reverse=4, forward=12, cheaper="reverse")`.

    >>> bool(cost_of_modes("(x + y) * z", x=-2, y=5, z=-4).check(reverse=4, forward=12, cheaper="reverse"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        cost = multiplications(read(about.graph, _held(trace)).root)
        boxes: list[Any] = [
            NumberBox(
                name=name,
                label=say(f"kind.cost_of_modes.{name}"),
                truth=float(truth),
                lead=say(f"kind.cost_of_modes.{name}_lead"),
                hints=(say("kind.cost_of_modes.hint"), say(f"kind.cost_of_modes.{name}_hint")),
                solution=f"{passes} × {one} = {truth}",
            )
            for name, truth, passes, one in (
                ("reverse", cost.reverse, cost.reverse_passes, cost.one_reverse),
                ("forward", cost.forward, cost.forward_passes, cost.one_forward),
            )
        ]
        boxes.append(_cheaper(cost.forward, cost.reverse, say))
        values = frozenset((edge.id, "value") for edge in trace.edges)
        return Task(say("kind.cost_of_modes.text"), tuple(boxes), (Scene(trace, values),))

    return Question(
        make,
        kind="cost_of_modes",
        about=about.about,
        id=id,
        version=version,
        weights=weights,
        is_given=bool(about.inputs),
    )


def _cheaper(forward: int, reverse: int, say: Catalogue) -> ChoiceBox:
    options = tuple(say(f"kind.cost_of_modes.{each}_mode") for each in ("reverse", "forward", "equal"))
    right = 0 if reverse < forward else 1 if forward < reverse else 2
    return ChoiceBox(
        name="cheaper",
        label=say("kind.cost_of_modes.cheaper"),
        options=options,
        words=(("reverse", "reverse mode", "역방향"), ("forward", "forward mode", "순방향"), ("equal", "same", "같다")),
        right=right,
        lead=say("kind.cost_of_modes.cheaper_lead"),
        hints=(say("kind.cost_of_modes.cheaper_hint"),),
        solution=options[right],
    )


def _held(trace: Trace) -> dict[str, Any]:
    return {node.name: node.value for node in trace.nodes if node.kind == "input"}
