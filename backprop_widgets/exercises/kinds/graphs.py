"""The graph of a question with its numbers: those of the author, or drawn anew for each student."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from backprop_widgets.autograd import NonFiniteWarning, Tensor
from backprop_widgets.exercises.boxes import Place
from backprop_widgets.exercises.variants import Draw, NoVariantError, draw_until
from backprop_widgets.exercises.variants.clarity import hidden, is_clear, ties, ugly
from backprop_widgets.trace import Edge, Node, Trace, record
from backprop_widgets.trace.expression import Expression

INTEGERS = tuple(float(n) for n in (-5, -4, -3, -2, 2, 3, 4, 5))
HALVES = (-2.5, -2.0, -1.5, -0.5, 0.5, 1.5, 2.0, 2.5)  # 1 hides what it is multiplied by
SIDES = 20  # draws in which the gates with kinks may turn
STUCK = 12  # draws on which they did not, one after the other
PLAIN = ("distributor", "signed distributor", "swap multiplier", "scale", "router", "switch", "adder", "rearranger")
KINKED = ("router", "switch")  # roles that let a gradient through on one side only
Numbers = Callable[[Draw], Mapping[str, Any]]


def nowhere(_: Trace) -> list[Place]:
    """No number of the graph is asked for: any numbers will do."""
    return []


@dataclass(frozen=True)
class Graph:
    """What a question is about: an expression or a function, the author's inputs, and how to draw others."""

    graph: Any
    inputs: Mapping[str, Any]
    numbers: Numbers | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise TypeError for what no variant can be made of."""
        if not isinstance(self.graph, str) and (isinstance(self.graph, Tensor) or not callable(self.graph)):
            raise TypeError(
                f"a question takes an expression such as '(x + y) * z' or a function of Tensors, got {self.graph!r}"
            )
        if self.numbers is not None and not callable(self.numbers):
            raise TypeError(f"numbers must be a function of a Draw that gives the inputs, got {self.numbers!r}")

    @property
    def about(self) -> str:
        """A text that tells this graph from others."""
        given = ", ".join(f"{name}={np.asarray(value).tolist()}" for name, value in self.inputs.items())
        graph = self.graph if isinstance(self.graph, str) else getattr(self.graph, "__name__", repr(self.graph))
        return f"{graph}; {given}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs. Raises ValueError for an expression that cannot be read."""
        if isinstance(self.graph, str):
            return Expression(self.graph).names
        parameters = inspect.signature(self.graph).parameters.values()
        return tuple(each.name for each in parameters if each.default is each.empty)

    def trace(
        self,
        draw: Draw | None,
        locale: str,
        places: Callable[[Trace], list[Place]] = nowhere,
        *,
        accept: Callable[[Trace], bool] = lambda _: True,
    ) -> Trace:
        """Record it: with the author's inputs, or with drawn ones that tell the slips at `places` apart.

        `accept` is what else is asked of drawn ones.
        """
        if draw is None:
            return self._given(locale)
        return draw_until(
            lambda one: self._recorded(self._drawn(one), locale),
            lambda trace: _is_finite(trace) and accept(trace) and is_clear(trace, places(trace)),
            draw,
        )

    def pair(self, draw: Draw | None, locale: str, places: Callable[[Trace], list[Place]]) -> tuple[Trace, ...]:
        """Two traces where the graph has kinks, so that each gate is seen open and closed; else one.

        A slip that one of the two hides shows on the other.
        """
        if draw is None:
            return (self._given(locale),)
        failed = 0

        def is_good(traces: tuple[Trace, ...]) -> bool:
            nonlocal failed
            failed = 0 if traces else failed + 1
            if failed == STUCK:
                raise NoVariantError(
                    f"a gate with a kink goes the same way on all numbers drawn for {self.about!r}: "
                    "give the inputs, or numbers=, a function that draws them"
                )
            return are_clear(traces, places)

        return draw_until(lambda one: self._both_sides(one, locale), is_good, draw)

    def _given(self, locale: str) -> Trace:
        """With the author's inputs. Raises ValueError where there is no number to answer with."""
        trace = self._recorded(self.inputs, locale)
        if not _is_finite(trace):
            raise ValueError(
                f"with these inputs a value or a gradient is not finite, and cannot be asked: {self.about}"
            )
        return trace

    def _both_sides(self, draw: Draw, locale: str) -> tuple[Trace, ...]:
        """A trace, and if it has kinks another on which they are turned; none where that cannot be drawn."""
        first = self._recorded(self._drawn(draw), locale)
        if not kinks(first):
            return (first,)
        for side in range(SIDES):
            second = self._recorded(self._drawn(draw.fork(f"side {side}")), locale)
            if are_turned(first, second):
                return first, second
        return ()

    def _drawn(self, draw: Draw) -> Mapping[str, Any]:
        """Numbers for the inputs, no two of single numbers alike if there are enough: equal ones hide mistakes."""
        if self.numbers:
            return self.numbers(draw)
        pool = INTEGERS if self._is_plain else HALVES
        shapes = {name: np.shape(self.inputs.get(name, 0.0)) for name in self.names}
        single = [name for name, shape in shapes.items() if shape == ()]
        drawn = draw.numbers(len(single), pool, distinct=len(single) <= len(pool))
        found: dict[str, Any] = dict(zip(single, drawn, strict=True))
        return {name: found[name] if shape == () else draw.array(shape, pool) for name, shape in shapes.items()}

    @cached_property
    def _is_plain(self) -> bool:
        """Whether integers stay integers on the way: no exp, no division."""
        inputs = self.inputs or dict.fromkeys(self.names, 2.0)
        trace = self._recorded(inputs, "en")
        return all(node.role in PLAIN for node in trace.nodes if node.kind == "gate")

    def _recorded(self, inputs: Mapping[str, Any], locale: str) -> Trace:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NonFiniteWarning)
            return record(self.graph, inputs, locale=locale, **self.options)


def are_clear(traces: tuple[Trace, ...], places: Callable[[Trace], list[Place]]) -> bool:
    """Whether the numbers are good, and every slip shows on one of the traces at least."""
    asked = [places(trace) for trace in traces]
    both = list(zip(traces, asked, strict=True))
    if not traces or not all(map(_is_finite, traces)) or any(ugly(trace, each) for trace, each in both):
        return False
    return not (unseen(hidden, both) or unseen(ties, both))


def unseen(of: Callable[[Trace, list[Place]], Sequence[Any]], both: list[tuple[Trace, list[Place]]]) -> set[Any]:
    """What is hidden, or tied, on all of the traces."""
    left: set[Any] | None = None
    for trace, places in both:
        found = set(of(trace, places)) if left is None else left & set(of(trace, places))
        if not found:
            return set()
        left = found
    return left or set()


def kinks(trace: Trace) -> list[Node]:
    """The gates that let a gradient through on one side only."""
    return [node for node in trace.nodes if node.role in KINKED]


def are_turned(first: Trace, second: Trace) -> bool:
    """Whether every such gate goes the other way in the second trace."""
    return all(
        not (_local(first, edge) == _local(second, edge)).all()
        for node in kinks(first)
        for edge in first.edges
        if edge.target == node.id and edge.local is not None
    )


def _local(trace: Trace, edge: Edge) -> Any:
    return next(np.asarray(each.local) for each in trace.edges if each.id == edge.id)


def wires(trace: Trace) -> Iterator[tuple[str, str, Edge]]:
    """Each wire that gets a gradient, with a name for its box and the name of what it carries.

    The wires behind a fork are numbered: x_1, x_2.
    """
    count: dict[str, int] = {}
    for edge in trace.edges:
        node = trace.by_id[edge.source]
        if edge.gradient is None:
            continue
        if node.kind == "copy":
            source = node.formula
            count[source] = count.get(source, 0) + 1
            yield f"{source}_{count[source]}", source, edge
        else:
            yield node.name, node.name, edge


def single_number(trace: Trace, name: str) -> tuple[float, float]:
    """The value and the gradient of an input that is one number. Raises ValueError for an array."""
    value, gradient = trace.value(name), trace.gradient(name)
    if np.ndim(value):
        raise ValueError(f"{name} must be a single number here, got the shape {np.shape(value)}")
    return float(value), float(gradient)


def known_inputs(trace: Trace, names: Collection[str]) -> None:
    """Raise ValueError, with the inputs that there are, for names that are not among them."""
    there = [node.name for node in trace.nodes if node.kind == "input"]
    unknown = [name for name in names if name not in there]
    if unknown:
        raise ValueError(f"no input is called {', '.join(unknown)}; there are {', '.join(there)}")


def everything(trace: Trace) -> frozenset[tuple[str, str]]:
    """The places of all numbers: nothing is hidden."""
    return frozenset((edge.id, kind) for edge in trace.edges for kind in ("value", "gradient"))


def symbols(trace: Trace, gates: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """What stands on each gate, and what its op is called: it will do for the gate where no other has the same."""
    return tuple((trace.node(name).symbol, trace.node(name).op) for name in gates)


def _is_finite(trace: Trace) -> bool:
    arrays = [edge.value for edge in trace.edges] + [edge.gradient for edge in trace.edges if edge.gradient is not None]
    return all(np.isfinite(array).all() for array in arrays)
