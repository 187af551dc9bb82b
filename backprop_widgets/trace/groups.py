"""The composite gates of a graph: find them, marked or known, and draw any of them as one gate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.composite import Group as Marked
from backprop_widgets.autograd.composite import collapse, groups_of, output_of, users_of
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.ops.patterns import recognised
from backprop_widgets.trace.source import Source


@dataclass(frozen=True, eq=False)
class Part:
    """A composite gate of a graph, by the tensors it is made of."""

    id: str
    name: str
    members: frozenset[Tensor]


def parts_of(source: Source) -> tuple[Part, ...]:
    """Every composite gate with one output: those marked by `with gate(...)`, and those of known form."""
    order = topological_order(source.root)
    users = users_of(order)
    marked = [(group.name, members) for group, members in groups_of(order).items()]
    known = [(name, members) for name, members in recognised(order) if not _is_among(members, marked)]
    whole = [part for part in (*marked, *known) if output_of(part[1], users, source.root) is not None]
    return tuple(Part(f"g{k}", name, frozenset(members)) for k, (name, members) in enumerate(whole))


def collapsed(source: Source, parts: Collection[Part]) -> tuple[Source, dict[Tensor, Tensor]]:
    """The graph with these parts as single gates, and the new tensor of each old one; inner parts are hidden."""
    outer = [part for part in parts if not any(part.members < other.members for other in parts)]
    order = topological_order(source.root)
    groups = {Marked(part.name, k): [t for t in order if t in part.members] for k, part in enumerate(outer)}
    root, new = collapse(source.root, groups)
    names = {new.get(tensor, tensor): name for tensor, name in source.names.items()}
    places = {new.get(tensor, tensor): place for tensor, place in source.places.items()}
    return Source(source.title, root, source.inputs, names, source.text, places), new


def overlapping(parts: Collection[Part]) -> tuple[Part, Part] | None:
    """Two parts that share some of their gates, but not all of one's: they cannot both be collapsed."""
    for part in parts:
        for other in parts:
            shared = part.members & other.members
            if shared and shared not in (part.members, other.members):
                return part, other
    return None


def _is_among(members: list[Tensor], marked: list[tuple[str, list[Tensor]]]) -> bool:
    """Whether a part of known form crosses a marked one, or is that same one: what the student marked comes first."""
    known = set(members)
    for _, other in marked:
        shared = known.intersection(other)
        if shared and (shared == set(other) or shared != known):
            return True
    return False
