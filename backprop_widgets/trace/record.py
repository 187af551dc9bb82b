"""Record one forward and one backward pass as a Trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backprop_widgets.autograd.arrays import shortened
from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.locale import catalogue
from backprop_widgets.trace.graph import Graph
from backprop_widgets.trace.groups import Part, collapsed, overlapping, parts_of
from backprop_widgets.trace.jacobians import JacobianReport, SlotJacobian, jacobian_report, slot_jacobians
from backprop_widgets.trace.own_code import Place, written
from backprop_widgets.trace.source import Source, read
from backprop_widgets.trace.steps import Narrator
from backprop_widgets.trace.trace import Composite, Trace, named

MOST_DECIMALS = 17  # float64 holds no more


def record(  # noqa: PLR0913  (each is an option by name)
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    upstream: Any = None,
    locale: str = "en",
    decimals: int | None = None,
    collapse: str | Sequence[str] | None = None,
    **named: Any,
) -> Trace:
    """Compute a graph forward and backward, and write down every step.

    `graph` is a Tensor, a Python function of Tensors, or an expression string; its inputs are keywords, or a mapping
    where a name is taken (`record("step * 2", {"step": 3})`). `upstream` is the gradient of the output, of its shape;
    1 for a scalar. `decimals` fixes the decimals shown; by default 4 significant digits are.
    `collapse` names composite gates to draw as single gates: "sigmoid", a list of names, or () for all.
    A Tensor or an array without a name is called as the variable that holds it, in the function or in the caller.
    Raises TypeError for inputs that do not fit the graph, ValueError for an expression that cannot be read.

    >>> trace = record("(x + y) * z", x=-2, y=5, z=-4)
    >>> trace.value("f"), trace.gradient("x"), trace.gradient("z")
    (array(-12.), array(-4.), array(3.))
    """
    recording = begin(graph, inputs, upstream=upstream, locale=locale, decimals=decimals, **named)
    return recording.trace(() if collapse is None else recording.chosen(collapse))


def begin(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    upstream: Any = None,
    locale: str = "en",
    decimals: int | None = None,
    **named: Any,
) -> Recording:
    """Compute a graph forward, ready to be told: its size is known, and no step is written yet."""
    if inputs is not None and not isinstance(inputs, Mapping):
        raise TypeError(f"inputs are keywords, x=3, or a mapping of names to numbers, got {shortened(inputs)}")
    if decimals is not None and (type(decimals) is not int or not 0 <= decimals <= MOST_DECIMALS):
        raise ValueError(f"decimals must be a whole number from 0 to {MOST_DECIMALS}, got {decimals!r}")
    return Recording(read(graph, {**(inputs or {}), **named}), upstream, locale, decimals)


@dataclass(frozen=True, eq=False)
class Recording:
    """A computed graph, and how it is to be told; a trace keeps it, to be told again with other composite gates."""

    source: Source
    upstream: Any
    locale: str
    decimals: int | None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The composite gates of the graph."""
        return parts_of(self.source)

    @cached_property
    def places(self) -> dict[Tensor, int]:
        """The place of each tensor in the order of computation."""
        return {tensor: place for place, tensor in enumerate(topological_order(self.source.root))}

    def chosen(self, names: str | Sequence[str]) -> set[str]:
        """The composite gates of these names or ids, or all of them; KeyError for a name that is not there."""
        if not isinstance(names, Iterable):
            raise TypeError(f"collapse takes a name, a list of names, or () for all, got {names!r}")
        return named([names] if isinstance(names, str) else names, self.parts)

    def outermost(self) -> set[str]:
        """As many composite gates as can be collapsed together: the larger before the smaller."""
        found: list[Part] = []
        for part in sorted(self.parts, key=lambda part: -len(part.members)):
            if not any(part.members & other.members for other in found):
                found.append(part)
        return {part.id for part in found}

    def gates(self, collapsed_ids: Iterable[str]) -> int:
        """How many gates there are with these composite gates drawn as one each."""
        chosen = set(collapsed_ids)
        hidden = set().union(*(part.members for part in self.parts if part.id in chosen))
        outer = [part for part in self.parts if part.id in chosen]
        outer = [part for part in outer if not any(part.members < other.members for other in outer)]
        return len(outer) + sum(not tensor.is_leaf and tensor not in hidden for tensor in self.places)

    def wires(self, collapsed_ids: Iterable[str]) -> int:
        """How many operands the gates have with these composite gates drawn as one each."""
        chosen = [part for part in self.parts if part.id in set(collapsed_ids)]
        outer = [part for part in chosen if not any(part.members < other.members for other in chosen)]
        hidden = set().union(*(part.members for part in outer))
        fed = ({x for t in part.members for x in t.inputs if not x.is_constant} - part.members for part in outer)
        return sum(map(len, fed)) + sum(len(tensor.inputs) for tensor in self.places if tensor not in hidden)

    def trace(self, collapsed_ids: Iterable[str]) -> Trace:
        """Run both passes and write every step down, with these composite gates drawn as one gate each."""
        chosen = [part for part in self.parts if part.id in set(collapsed_ids)]
        crossing = overlapping(chosen)
        if crossing:
            raise ValueError(f"{crossing[0].name!r} and {crossing[1].name!r} share gates: collapse one of them")
        source, new = collapsed(self.source, chosen) if chosen else (self.source, {})
        passes = Graph(source, self.upstream)
        narrator = Narrator(passes, catalogue(self.locale), self.decimals, upstream_given=self.upstream is not None)
        steps = tuple(narrator.steps())
        return Trace(
            title=source.title,
            locale=self.locale,
            root=passes.ids[source.root],
            nodes=tuple(passes.node(wiring) for wiring in passes.nodes),
            edges=tuple(narrator.edge(wire) for wire in passes.wires),
            steps=steps,
            composites=tuple(self._composite(part, passes, new, part in chosen) for part in self.parts),
            own_code=written(source.text, _by_node(source, passes)),
            recording=self,
        )

    def jacobian(self, gate: str, by: str) -> JacobianReport:
        """The Jacobian of one gate by one of its inputs."""
        return jacobian_report(self.source.root, self.source.names, self.upstream, gate, by)

    def slots(self, collapsed_ids: Iterable[str]) -> list[SlotJacobian]:
        """The Jacobians of all gates of arrays, with these composite gates as one each; ids are as in that trace."""
        chosen = [part for part in self.parts if part.id in set(collapsed_ids)]
        source = collapsed(self.source, chosen)[0] if chosen else self.source
        return list(slot_jacobians(Graph(source, self.upstream)))

    def _composite(self, part: Part, passes: Graph, new: dict[Tensor, Tensor], is_collapsed: bool) -> Composite:  # noqa: FBT001
        tensors = [new.get(tensor, tensor) for tensor in sorted(part.members, key=self.places.__getitem__)]
        return Composite(part.id, part.name, is_collapsed, tuple(passes.ids[t] for t in tensors if t in passes.ids))


def _by_node(source: Source, passes: Graph) -> dict[str, Place]:
    """Where each gate is computed in the student's text."""
    return {passes.ids[t]: place for t, place in source.places.items() if t.gate and t in passes.ids}
