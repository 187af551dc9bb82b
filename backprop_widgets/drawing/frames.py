"""Place a frame around each open composite gate of a picture; what is collapsed has none.

Graphviz is asked to keep the gates of a frame together only where others would stand among them: so that opening and
closing a gate leaves the rest of the picture where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backprop_widgets.trace import Composite, Trace

Box = tuple[float, float, float, float]  # left, top, right, bottom
ROOM = 10.0  # between a frame and what it holds, in points
TITLE = 16.0  # above it, for its name


@dataclass(frozen=True)
class Frame:
    """A frame, with the composite gate it is of."""

    part: str
    name: str
    box: Box


def frames(trace: Trace, boxes: Mapping[str, Box]) -> list[Frame]:
    """The frames, outer ones first; `boxes` says where the nodes and wires of the picture are."""
    made: list[tuple[frozenset[str], Frame]] = []
    for part, held in contents(trace).items():
        inner = [frame.box for others, frame in made if others <= held]
        box = _around([*(boxes[place] for place in sorted(held) if place in boxes), *inner])
        made.append((held, Frame(part.id, part.name, box)))
    return [frame for _, frame in reversed(made)]


def are_mixed(trace: Trace, boxes: Mapping[str, Box]) -> bool:
    """Whether a frame would hold what does not belong to it."""
    held = {part.id: places for part, places in contents(trace).items()}
    return any(
        frame.box[0] < (left + right) / 2 < frame.box[2] and frame.box[1] < (top + bottom) / 2 < frame.box[3]
        for frame in frames(trace, boxes)
        for place, (left, top, right, bottom) in boxes.items()
        if place not in held[frame.part]
    )


def contents(trace: Trace) -> dict[Composite, frozenset[str]]:
    """The nodes and wires inside each open composite gate, inner ones first; one that crosses another has no frame."""
    found: dict[Composite, frozenset[str]] = {}
    neighbours = _neighbours(trace)
    open_parts = [part for part in trace.composites if not part.is_collapsed and len(part.nodes) > 1]
    for part in sorted(open_parts, key=lambda part: len(part.nodes)):
        nodes = set(part.nodes)
        nodes |= {copy for copy, others in neighbours.items() if others <= nodes}
        places = frozenset(nodes | {e.id for e in trace.edges if e.source in nodes and e.target in nodes})
        if all(places.isdisjoint(others) or others <= places for others in found.values()):
            found[part] = places
    return found


def _neighbours(trace: Trace) -> dict[str, set[str]]:
    """What each copy gate is wired to: it is inside a frame where all of that is."""
    found: dict[str, set[str]] = {node.id: set() for node in trace.nodes if node.kind == "copy"}
    for edge in trace.edges:
        for copy, other in ((edge.source, edge.target), (edge.target, edge.source)):
            if copy in found:
                found[copy].add(other)
    return found


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts) - ROOM, min(tops) - ROOM - TITLE, max(rights) + ROOM, max(bottoms) + ROOM
