"""Record one forward and one backward pass as a Trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_widgets.locale import catalogue
from backprop_widgets.trace.graph import Graph
from backprop_widgets.trace.source import read
from backprop_widgets.trace.steps import Narrator
from backprop_widgets.trace.trace import Trace


def record(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    upstream: Any = None,
    locale: str = "en",
    decimals: int | None = None,
    **named: Any,
) -> Trace:
    """Compute a graph forward and backward, and write down every step.

    `graph` is a Tensor, a Python function of Tensors, or an expression string; its inputs are keywords, or a mapping
    where a name is taken (`record("step * 2", {"step": 3})`). `upstream` is the gradient of the output, of its shape;
    1 for a scalar. `decimals` fixes the decimals shown; by default 4 significant digits are.
    Raises TypeError for inputs that do not fit the graph, ValueError for an expression that cannot be read.

    >>> trace = record("(x + y) * z", x=-2, y=5, z=-4)
    >>> trace.value("f"), trace.gradient("x"), trace.gradient("z")
    (array(-12.), array(-4.), array(3.))
    """
    source = read(graph, {**(inputs or {}), **named})
    passes = Graph(source, upstream)
    narrator = Narrator(passes, catalogue(locale), decimals, upstream_given=upstream is not None)
    steps = tuple(narrator.steps())
    return Trace(
        title=source.title,
        locale=locale,
        root=passes.ids[source.root],
        nodes=tuple(passes.node(wiring) for wiring in passes.nodes),
        edges=tuple(narrator.edge(wire) for wire in passes.wires),
        steps=steps,
    )
