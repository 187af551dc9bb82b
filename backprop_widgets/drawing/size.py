"""How large a graph is drawn: what is too large is refused before it is recorded, and composite gates fold a crowd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_widgets.trace import Trace
from backprop_widgets.trace.record import begin

LARGEST = 500  # gates: Graphviz lays that out in about 5 s; twice as many take minutes
MOST_WIRES = 1000  # into gates: a broad graph of few gates takes as long as a deep one of many
CROWDED = 40  # gates: above it, composite gates are collapsed at first


class GraphTooLargeError(ValueError):
    """The graph has more gates or wires than a picture can show; the message says what to do instead."""


def drawable(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    *,
    collapse: str | Sequence[str] | None = None,
    **options: Any,
) -> Trace:
    """Record a graph that is to be drawn. Takes what `record` takes.

    In a graph of more than CROWDED gates the composite gates are collapsed, unless `collapse` says which.
    Raises GraphTooLargeError above LARGEST gates or MOST_WIRES wires, without recording anything.
    """
    if isinstance(graph, Trace):
        return checked(graph)
    recording = begin(graph, inputs, **options)
    if collapse is not None:
        chosen = recording.chosen(collapse)
    else:
        chosen = recording.outermost() if recording.gates(()) > CROWDED else set()
    _check(recording.gates(chosen), recording.wires(chosen))
    return recording.trace(chosen)


def checked(trace: Trace) -> Trace:
    """The trace, if a picture can show it; else GraphTooLargeError."""
    gates = {node.id for node in trace.nodes if node.kind == "gate"}
    _check(len(gates), sum(edge.target in gates for edge in trace.edges))
    return trace


def _check(gates: int, wires: int) -> None:
    if gates <= LARGEST and wires <= MOST_WIRES:
        return
    what = f"{gates:,} gates" if gates > LARGEST else f"{wires:,} wires between its {gates:,} gates"
    limit = f"{LARGEST:,}" if gates > LARGEST else f"{MOST_WIRES:,} wires"
    raise GraphTooLargeError(
        f"this graph has {what}; pictures are drawn up to {limit}: mark parts of it with "
        "`with gate(...)` and collapse them, compute with vectors instead of single numbers, draw a part of it "
        "(an earlier Tensor), or read `flat_code` and `record`, which draw nothing"
    )
