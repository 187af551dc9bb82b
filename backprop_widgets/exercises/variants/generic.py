"""The graph of a trace with other numbers in it, of no special kind, on which only what must be equal is equal."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterator

import numpy as np

from backprop_widgets.autograd import NonFiniteWarning
from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.exercises.variants.draw import Draw
from backprop_widgets.trace import Trace, record
from backprop_widgets.trace.record import Recording
from backprop_widgets.trace.source import Source

KINKED = ("router", "switch")  # roles that let a gradient through on one side only
WANTED = 3  # traces with other numbers
TRIES = 60
SIGNS = ("kept", "some turned", "the others turned")  # in turn, so that each number is seen with either sign


def kind_of_graph(trace: Trace) -> Hashable:
    """What two traces share that differ in their numbers alone; which way each kink goes is no number."""
    nodes = tuple((node.id, node.kind, node.op, node.formula, node.value.shape) for node in trace.nodes)
    constants = tuple(node.value.tobytes() for node in trace.nodes if node.kind == "constant")
    return trace.locale, nodes, constants, _sides(trace)


def elsewhere(trace: Trace) -> tuple[Trace, ...]:
    """A few traces of the same graph with the kinks as they are and other numbers; none where it cannot be redone."""
    if not isinstance(trace.recording, Recording):
        return ()
    found: list[Trace] = []
    for other in _attempts(trace, trace.recording):
        if kind_of_graph(other) == kind_of_graph(trace) and _is_finite(other):
            found.append(other)
        if len(found) == WANTED:
            break
    return tuple(found)


def _attempts(trace: Trace, recording: Recording) -> Iterator[Trace]:
    collapsed = [part.id for part in trace.composites if part.is_collapsed]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)
        for attempt in range(TRIES):
            source = _moved(recording.source, _Mover(attempt))
            yield record(source, upstream=recording.upstream, locale=trace.locale, collapse=collapsed or None)


class _Mover:
    """Moves numbers by up to six tenths of their size, and turns the sign of some."""

    def __init__(self, attempt: int) -> None:
        turn, self.signs = divmod(attempt, len(SIGNS))
        self.draw = Draw(turn).fork(SIGNS[self.signs])
        self.turned = Draw(turn).fork("signs")  # the same in each turn

    def array(self, numbers: Array) -> Array:
        return np.array([self.number(float(number)) for number in numbers.ravel()]).reshape(numbers.shape)

    def number(self, number: float) -> float:
        is_turned = self.signs > 0 and self.turned.integer(1, 2) == self.signs
        factor = self.draw.uniform(0.4, 1.6) * (-1 if is_turned else 1)
        return number * factor if number else self.draw.uniform(-1, 1)


def _moved(source: Source, mover: _Mover) -> Source:
    """The same gates on other inputs. Constants stay as they are."""
    new: dict[Tensor, Tensor] = {}
    for tensor in topological_order(source.root):
        if tensor.gate is not None:
            into = [new[each] for each in tensor.inputs]
            new[tensor] = tensor.gate.function.apply(*into, **tensor.gate.options)
        elif tensor.is_constant:
            new[tensor] = tensor
        else:
            new[tensor] = Tensor(mover.array(tensor.data), name=tensor.name)
    inputs = tuple(new.get(each, each) for each in source.inputs)
    names = {new.get(tensor, tensor): name for tensor, name in source.names.items()}
    return Source(source.title, new[source.root], inputs, names)


def _sides(trace: Trace) -> tuple[bytes, ...]:
    kinks = {node.id for node in trace.nodes if node.role in KINKED}
    locals_of = (edge.local for edge in trace.edges if edge.target in kinks and edge.local is not None)
    return tuple((local != 0).tobytes() for local in locals_of)


def _is_finite(trace: Trace) -> bool:
    return all(np.isfinite(node.value).all() for node in trace.nodes)
