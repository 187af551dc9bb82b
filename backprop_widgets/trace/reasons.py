"""Say why a gradient is 0, or large, or small: one sentence for each, and none where there is nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import numbers
from backprop_widgets.trace.graph import Graph, Wire, Wired

LARGE = 10.0  # a local gradient from here on is large
SMALL = 0.01  # and below this it is small


def of_gate(graph: Graph, tensor: Tensor, say: Catalogue, text: Callable[[Array], str]) -> Iterator[str]:
    """Why what a gate sends to its inputs is as it is; `text` writes a value as on the wires."""
    assert tensor.gate is not None
    upstream = graph.gates[tensor].outgoing[0].gradient
    if is_zero(upstream):
        undefined = [wire for wire in graph.gates[tensor].incoming if not is_zero(wire.gradient)]
        lost = [graph.name(wire.tensor) for wire in undefined if wire.gradient is not None]
        yield say("reason.undefined", name=", ".join(dict.fromkeys(lost))) if lost else say("reason.upstream")
        return
    for wire in graph.gates[tensor].incoming:
        if is_zero(wire.gradient):
            yield from _zero(graph, tensor, wire, say, text)
        elif wire.gradient is not None and wire.local is not None:
            yield from _size(graph, tensor, wire, say, text)


def of_sum(copy: Wired, name: str, say: Catalogue) -> Iterator[str]:
    """Why contributions add up to 0."""
    sent = [wire.gradient for wire in copy.outgoing if wire.gradient is not None]
    if len(sent) > 1 and is_zero(copy.incoming[0].gradient) and not all(map(is_zero, sent)):
        yield say("reason.cancel", name=name)


def is_zero(array: Array | None) -> bool:
    """Whether there are entries, and all are 0."""
    return array is not None and array.size > 0 and not array.any()


def _zero(graph: Graph, tensor: Tensor, wire: Wire, say: Catalogue, text: Callable[[Array], str]) -> Iterator[str]:
    assert tensor.gate is not None
    if np.isnan(tensor.data).any():
        return  # nothing follows from what is undefined
    gate = tensor.gate
    others = [source for slot, source in enumerate(tensor.inputs) if slot != wire.slot]
    facts = {"name": graph.name(wire.tensor), "gate": graph.symbol(tensor), "value": text(wire.value)}
    because = gate.function.zero_because
    if gate.function.saturates and is_zero(wire.local):
        yield say("reason.saturated", **facts, local="0")
    elif because == "factor":
        zeros = [graph.name(source) for source in others if is_zero(source.data)]
        if zeros:
            yield say("reason.factor", **facts, other=zeros[0])
    elif because == "lost":
        is_tied = (np.asarray(gate.function.branch(*[x.data for x in tensor.inputs], **gate.options)) == 0).any()
        winners = [graph.name(source) for source in others if np.array_equal(source.data, tensor.data)]
        if winners:
            yield say("reason.tie" if is_tied else "reason.lost", **facts, winner=winners[0])
        elif others:
            yield say("reason.lost", **facts, winner=", ".join(map(graph.name, others)))
    elif is_zero(wire.local):
        yield say(f"reason.{because}", **facts)


def _size(graph: Graph, tensor: Tensor, wire: Wire, say: Catalogue, text: Callable[[Array], str]) -> Iterator[str]:
    assert tensor.gate is not None
    assert wire.local is not None
    function, size = tensor.gate.function, np.abs(wire.local)
    if not np.isfinite(size).all():
        return
    is_small, is_large = bool((size < SMALL).all()), bool((size >= LARGE).all())
    if not (is_small or is_large):
        return
    name, local = graph.name(wire.tensor), numbers.local(wire.local)
    facts = {"name": name, "gate": graph.symbol(tensor), "value": text(wire.value), "local": local}
    if function.zero_because == "factor":
        for slot, source in enumerate(tensor.inputs):
            if slot != wire.slot and np.array_equal(np.abs(np.broadcast_to(source.data, size.shape)), size):
                other = graph.name(source)
                by = other if other == text(source.data) else f"{other} = {text(source.data)}"
                yield say("reason.times_large" if is_large else "reason.times_small", **facts, other=by)
                return
    if function.saturates and is_small:
        yield say("reason.saturated", **facts)
    elif function.elementwise and graph.role(tensor) == "slope":
        yield say("reason.steep" if is_large else "reason.shallow", **facts)
