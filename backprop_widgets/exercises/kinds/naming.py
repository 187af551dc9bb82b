"""Name what is seen: which of the three gradients a number is, and which role a gate plays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from backprop_widgets.exercises.boxes import Box, ChoiceBox
from backprop_widgets.exercises.kinds.fill import shown
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import LANGUAGES, Catalogue, catalogue
from backprop_widgets.trace import Edge, Node, Trace

THREE = ("upstream", "local", "downstream")


def which_of_three(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    gate: str = "",
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Show the three gradients that meet at one input of a gate, in no order, and ask which is which.

    `gate` names the value of the gate; without it the gate is drawn. Boxes:
    `check(a="local", b="upstream", c="downstream")`. Where two of the numbers are equal, both names are right for both.
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        place = _meeting(trace, gate, draw)
        out = next(edge for edge in trace.edges if edge.source == place.target)
        found = {"upstream": (out.gradient, out.gradient_text), "local": (place.local, place.local_text)}
        found["downstream"] = (place.gradient, place.gradient_text)
        order = (draw or Draw(0)).fork("order").shuffle(list(THREE))
        options = tuple(say(f"ui.{each}") for each in THREE)
        boxes = tuple(
            ChoiceBox(
                name=letter,
                label=f"{letter}: {found[each][1]}",
                options=options,
                words=_words(THREE, "ui"),
                right=THREE.index(each),
                also_right=frozenset(
                    THREE.index(other)
                    for other in THREE
                    if np.array_equal(found[other][0], found[each][0])  # type: ignore[arg-type]
                ),
                lead=say("kind.which_of_three.lead"),
                hints=(
                    say("kind.which_of_three.hint1"),
                    say("kind.which_of_three.hint2", gate=trace.by_id[place.target].symbol),
                ),
                solution=f"{found[each][1]}: {say(f'ui.{each}')}",
            )
            for letter, each in zip("abc", order, strict=True)
        )
        source, target = trace.by_id[place.source], trace.by_id[place.target]
        name = source.value_name
        text = say("kind.which_of_three.text", gate=target.symbol, out=target.name, name=name)
        return Task(text, boxes, (Scene(trace, shown("fill_values", trace, ()) | _values(trace)),))

    return Question(
        make,
        kind="which_of_three",
        about=f"{about.about}; {gate}",
        id=id,
        version=version,
        weights=weights,
        is_given=bool(about.inputs),
    )


def name_roles(
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
    """Ask for the role of each gate, and at a router which input gets the whole gradient.

    Boxes are called as the values of the gates; `winner_m` asks for the winner at the gate of m.

    >>> bool(name_roles("(x + y) * z", x=1, y=2, z=3).check(q="distributor", f="swap multiplier"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        gates = [node for node in trace.nodes if node.kind in {"gate", "copy"}]
        keys = sorted({node.role for node in gates} | {"distributor", "swap multiplier", "router", "adder"})
        boxes = [_role_box(node, keys, say) for node in gates]
        boxes += [box for node in gates if node.role == "router" for box in _winner(trace, node, say)]
        return Task(say("kind.name_roles.text"), tuple(boxes), (Scene(trace, _values(trace), has_roles=False),))

    return Question(
        make, kind="name_roles", about=about.about, id=id, version=version, weights=weights, is_given=bool(about.inputs)
    )


def _meeting(trace: Trace, gate: str, draw: Draw | None) -> Edge:
    """A wire into a gate on which three numbers meet; best one where they differ."""
    wires = [
        edge
        for edge in trace.edges
        if edge.local is not None
        and edge.gradient is not None
        and trace.by_id.get(edge.target) is not None
        and (not gate or trace.by_id[edge.target].name == gate)
    ]
    if not wires:
        raise ValueError(
            f"no gate of this graph is called {gate!r}" if gate else "no gate of this graph has a local gradient"
        )
    apart = [edge for edge in wires if not _equal(edge, trace)]
    pool = apart or wires
    return pool[0] if draw is None else draw.fork("wire").choice(pool)


def _equal(edge: Edge, trace: Trace) -> bool:
    upstream = next(out.gradient for out in trace.edges if out.source == edge.target)
    return np.array_equal(edge.local, edge.gradient) or np.array_equal(upstream, edge.gradient)  # type: ignore[arg-type]


def _role_box(node: Node, keys: list[str], say: Catalogue) -> Box:
    name = f"copy_{node.formula}" if node.kind == "copy" else node.name
    symbol = say("ui.copy") if node.kind == "copy" and "ui.copy" in say.texts else node.symbol
    return ChoiceBox(
        name=name,
        label=f"{symbol} ({node.formula})",
        options=tuple(say.role(key) for key in keys),
        words=_words(tuple(keys), "role"),
        right=keys.index(node.role),
        lead=say("kind.name_roles.lead"),
        hints=(say("kind.name_roles.hint", gate=symbol),),
        solution=say.role(node.role),
        facts={"gate": symbol, "name": node.name},
    )


def _winner(trace: Trace, node: Node, say: Catalogue) -> Iterator[Box]:
    edges = [edge for edge in trace.edges if edge.target == node.id and edge.gradient is not None]
    open_to = [place for place, edge in enumerate(edges) if edge.local is not None and np.any(edge.local)]
    if node.value.ndim or len(open_to) != 1 or len(edges) < 2:
        return
    names = tuple(trace.by_id[edge.source].value_name for edge in edges)
    if len(set(names)) < len(names):
        return
    yield ChoiceBox(
        name=f"winner_{node.name}",
        label=say("kind.name_roles.winner", formula=node.formula),
        options=names,
        right=open_to[0],
        lead=say("kind.name_roles.winner_lead"),
        hints=(say("kind.name_roles.winner_hint"),),
        solution=names[open_to[0]],
    )


def _words(keys: tuple[str, ...], section: str) -> tuple[tuple[str, ...], ...]:
    """Every spelling of each key, in all languages."""
    found = []
    for key in keys:
        texts = [key]
        for language in LANGUAGES:
            say = catalogue(language)
            texts.append(say.role(key) if section == "role" else say(f"{section}.{key}"))
            texts += say.texts.get(f"spelled.role.{key}", "").split(", ") if section == "role" else []
        found.append(tuple(text for text in texts if text))
    return tuple(found)


def _values(trace: Trace) -> frozenset[tuple[str, str]]:
    return frozenset((edge.id, "value") for edge in trace.edges)
