"""Put steps in order: which gate comes next, and an order of the whole backward pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from backprop_widgets.exercises.boxes import ChoiceBox, OrderBox
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, symbols
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Node, Trace


def next_step(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    after: Collection[str] | None = None,
    phase: str = "backward",
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    **named: Any,
) -> Question:
    """Stop a pass, and ask which gate can go next; any that has all it needs is right. The box is `gate`.

    `after` names the values whose gates have gone already; without it the moment is drawn.
    Gates are called as their values.

    >>> bool(next_step("(x + y) * z", x=1, y=2, z=3, after=[]).check(gate="f"))
    True
    """
    if phase not in {"forward", "backward"}:
        raise ValueError(f"phase must be forward or backward, got {phase!r}")
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        needs = needed(trace, phase)
        gone = _gone(needs, after, draw)
        left = tuple(name for name in needs if name not in gone)
        ready = [place for place, name in enumerate(left) if needs[name] <= gone]
        if not ready:
            raise ValueError("no gate can go next: `after` names them all")
        waits = {
            place: say(f"kind.next_step.waits_{phase}", gate=name, other=min(needs[name] - gone))
            for place, name in enumerate(left)
            if place not in ready
        }
        box = ChoiceBox(
            name="gate",
            label=say("kind.next_step.label"),
            options=left,
            words=symbols(trace, left),
            right=ready[0],
            also_right=frozenset(ready),
            because=waits,
            lead=say("kind.next_step.lead"),
            hints=(say(f"kind.next_step.hint_{phase}"),),
            solution=", ".join(left[place] for place in ready),
        )
        text = say(f"kind.next_step.text_{phase}", gone=", ".join(sorted(gone)) or "–")
        return Task(text, (box,), (Scene(trace, _known(trace, gone, phase)),))

    key = f"{about.about}; {phase}; {after}"
    return Question(make, kind="next_step", about=key, id=id, version=version, is_given=bool(about.inputs))


def order_backward(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    **named: Any,
) -> Question:
    """Ask for an order in which the gates can be gone through backward. The box is `order`; any valid order is right.

    >>> question = order_backward("(x + y) * z + w", x=1, y=2, z=3, w=4)
    >>> bool(question.check("f, r, q"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        needs = needed(trace, "backward")
        pairs = tuple((first, second) for second, firsts in needs.items() for first in sorted(firsts))
        box = OrderBox(
            name="order",
            label=say("kind.order_backward.label"),
            items=tuple(sorted(needs)),
            before=pairs,
            broken=lambda first, second: say("kind.order_backward.broken", first=first, second=second),
            lead=say("kind.next_step.lead"),
            hints=(
                say("kind.next_step.hint_backward"),
                say("kind.order_backward.hint", root=trace.by_id[trace.root].name),
            ),
            solution=", ".join(_sorted(needs)),
        )
        values = frozenset((edge.id, "value") for edge in trace.edges)
        return Task(say("kind.order_backward.text"), (box,), (Scene(trace, values),))

    return Question(make, kind="order_backward", about=about.about, id=id, version=version, is_given=bool(about.inputs))


def needed(trace: Trace, phase: str) -> dict[str, frozenset[str]]:
    """For each gate, by the name of its value, the gates that must have gone before it in this pass."""
    gates = {node.id: node for node in trace.nodes if node.kind == "gate"}
    found: dict[str, set[str]] = {node.name: set() for node in gates.values()}
    for node in gates.values():
        for consumer in _consumers(trace, node, gates):
            first, second = (consumer, node) if phase == "backward" else (node, consumer)
            found[second.name].add(first.name)
    return {name: frozenset(firsts) for name, firsts in found.items()}


def _consumers(trace: Trace, node: Node, gates: Mapping[str, Node]) -> list[Node]:
    """The gates that use a value, through copy gates."""
    found: list[Node] = []
    waiting = [edge.target for edge in trace.edges if edge.source == node.id]
    while waiting:
        target = waiting.pop()
        if target in gates:
            found.append(gates[target])
        elif target:
            waiting += [edge.target for edge in trace.edges if edge.source == target]
    return found


def _gone(needs: Mapping[str, frozenset[str]], after: Collection[str] | None, draw: Draw | None) -> set[str]:
    if after is not None:
        unknown = [name for name in after if name not in needs]
        if unknown:
            raise ValueError(f"no gate is called {', '.join(unknown)}; there are {', '.join(needs)}")
        return set(after)
    order = _sorted(needs)
    count = (draw or Draw(0)).fork("moment").integer(0, max(0, len(order) - 2))
    return set(order[:count])


def _sorted(needs: Mapping[str, frozenset[str]]) -> list[str]:
    """One valid order."""
    order: list[str] = []
    while len(order) < len(needs):
        order.append(next(name for name in needs if name not in order and needs[name] <= set(order)))
    return order


def _known(trace: Trace, gone: Collection[str], phase: str) -> frozenset[tuple[str, str]]:
    """What stands in the picture at this moment."""
    done = {node.id for node in trace.nodes if node.name in gone and node.kind == "gate"}
    if phase == "forward":
        start = {edge.id for edge in trace.edges if edge.value_at == 0}
        ids = {edge.id for edge in trace.edges if _origin(trace, edge.source) in done}
        return frozenset((ident, "value") for ident in start | ids)
    sent = {(edge.id, "gradient") for edge in trace.edges if edge.target in done or edge.source == trace.root}
    return frozenset({(edge.id, "value") for edge in trace.edges} | sent)


def _origin(trace: Trace, node: str) -> str:
    """The gate or input whose value a node carries: copy gates pass it on."""
    while trace.by_id[node].kind == "copy":
        node = next(edge.source for edge in trace.edges if edge.target == node)
    return node
