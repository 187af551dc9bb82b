"""The graphs that are recorded, drawn and stepped through, and the pictures of a plain stepper to compare with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import graphviz

from backprop_widgets import Trace, record, tanh
from backprop_widgets.drawing.engine import render_svg


@cache
def of_nodes(count: int) -> Callable[..., object]:
    """A function of x and y whose graph is drawn with `count` nodes: inputs, gates, and a copy where a value forks."""
    for gates in range(1, count):
        function = _woven(gates)
        if len(record(function, x=0.5, y=2).nodes) == count:
            return function
    raise ValueError(f"no graph of this kind is drawn with {count} nodes")


def _woven(gates: int) -> Callable[..., object]:
    def woven(x, y):
        values = [x, y]
        for gate in range(gates):
            newest, older = values[-1], values[max(0, len(values) - 3)]
            values.append([newest * older, newest + older, tanh(newest)][gate % 3])
        return values[-1]

    return woven


NEURON = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}
LECTURE = {  # name: a graph and its inputs, as `record` takes them
    "(x + y) * z": ("(x + y) * z", {"x": -2, "y": 5, "z": -4}),
    "neuron": ("1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))", NEURON),
    "20 nodes": (of_nodes(20), {"x": 0.5, "y": 2}),
}


def plain_dot(trace: Trace, step: int) -> str:
    """The state after `step` steps as DOT, as a stepper without templates writes it: numbers are part of the labels."""
    dot = graphviz.Digraph(graph_attr={"rankdir": "LR"}, node_attr={"shape": "box"})
    for node in trace.nodes:
        dot.node(node.id, node.symbol or node.name)
    for edge in trace.edges:
        value = edge.value_text if edge.value_at <= step else ""
        gradient = edge.gradient_text if 0 <= edge.gradient_at <= step else ""
        if not edge.target:
            dot.node("out", "")
        dot.edge(edge.source, edge.target or "out", label=f"{value}\n{gradient}")
    return dot.source


def plain_svg(trace: Trace, step: int) -> str:
    """The same, laid out, with what `render_svg` remembers left out."""
    return render_svg.__wrapped__(plain_dot(trace, step))
