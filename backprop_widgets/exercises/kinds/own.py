"""A question of the lecturer's own: a graph, a text, and which of its numbers are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_widgets.exercises.kinds.fill import Asked, box, shown, told_apart, towards
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, wires
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Edge, Trace

WHAT = ("value", "gradient", "local", "downstream")


def question(
    id: str,
    text: str,
    graph: Any,
    ask: Sequence[str],
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    numbers: Numbers | None = None,
    hints: Sequence[str] = (),
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask for numbers of a graph, in your own words: three lines make an exercise.

    `ask` names them: "value q", "gradient x", "local x" at the one gate that x leads to, "local x at q" at the gate of
    q, "downstream x at q". Boxes are called value_q, gradient_x, local_x_at_q. Without inputs each student gets their
    own numbers. `hints` come before those that are made from the graph. Raises ValueError for what the graph lacks.

    >>> q1 = question("q1", "How fast does f react to x?", "x * y", ["gradient x"], {"x": 3, "y": 5})
    >>> bool(q1.check(gradient_x=5))
    True
    """
    ask = [ask] if isinstance(ask, str) else list(ask)
    if not ask:
        raise ValueError('nothing is asked: say what, for example ["gradient x"]')
    hints = (hints,) if isinstance(hints, str) else tuple(hints)
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def asked(trace: Trace) -> list[Asked]:
        return [_asked(trace, one) for one in ask]

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language, lambda trace: [place for _, _, place, _ in asked(trace)])
        found = asked(trace)
        boxes = told_apart(box(trace, one, say) for one in found)
        return Task(text, boxes, (Scene(trace, shown("own", trace, [one[2] for one in found])),))

    return Question(
        make,
        kind="own",
        about=f"{about.about}; {text}; {ask}",
        id=id,
        version=version,
        is_given=bool(about.inputs),
        hints=hints,
        weights=weights,
    )


def _asked(trace: Trace, text: str) -> Asked:
    """Find the number that a text such as "local x at q" means."""
    words = text.split()
    what, name = [*words, "", ""][:2]
    gate = words[3] if len(words) == 4 and words[2] == "at" else ""
    if what not in WHAT or not name or len(words) not in {2, 4} or (len(words) == 4 and words[2] != "at"):
        raise ValueError(f'ask for "value q", "gradient x", "local x at q" or "downstream x at q", got {text!r}')
    if name not in (names := [node.name for node in trace.nodes if node.kind != "copy"]):
        raise ValueError(f"{text!r}: no value of this graph is called {name}; there are {', '.join(names)}")
    node = trace.node(name)
    root = trace.by_id[trace.root].name
    out = next(edge for edge in trace.edges if edge.source == node.id)
    if what == "value":
        return f"value_{name}", name, (out.id, "value"), out
    if what == "gradient":
        return f"gradient_{name}", f"∂{root}/∂{name}", (out.id, "gradient"), out
    edge = _into(trace, name, gate, text)
    end = trace.by_id[edge.target]
    place = (edge.id, "local" if what == "local" else "gradient")
    label = f"∂{end.name}/∂{name}" if what == "local" else f"∂{root}/∂{name}{towards(trace, edge)}"
    return "_".join(filter(None, [what, name, "at" if gate else "", gate])), label, place, edge


def _into(trace: Trace, name: str, gate: str, text: str) -> Edge:
    """The one wire that takes a value into a gate."""
    found = [
        edge
        for _, of, edge in wires(trace)
        if of == name
        and edge.target
        and trace.by_id[edge.target].kind == "gate"
        and gate in {"", trace.by_id[edge.target].name}
    ]
    if len(found) != 1:
        there = ", ".join(trace.by_id[edge.target].name for edge in found) or "none"
        raise ValueError(f"{text!r} must mean one wire of {name}; gates that it leads to: {there}")
    return found[0]
