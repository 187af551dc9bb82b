"""How many bytes a lecture widget adds to a notebook or a page, against one picture for each step.

    python -m benchmarks.size
"""

from __future__ import annotations

import json

import ipywidgets
from ipywidgets.embed import dependency_state

from backprop_widgets import record, step_through
from backprop_widgets.drawing.page import fallback, page
from benchmarks.graphs import MAIN, NEURON, of_nodes, plain_svg
from benchmarks.measure import options, table, times

BUDGET = 60_000  # bytes


def saved(content):
    """How many bytes it takes in a notebook, which is JSON in UTF-8."""
    return len(json.dumps(content, ensure_ascii=False).encode())


def live_state(*widgets):
    """What a notebook saves of widgets with their state: every model, with its copy of the code."""
    return {key: value for widget in widgets for key, value in dependency_state(widget, drop_defaults=False).items()}


def kilobytes(count):
    return f"{count / 1000:.1f} kB"


def main():
    quick = options(__doc__).quick
    graphs = {"(x + y) * z": MAIN, "a neuron": NEURON, "20 nodes": (of_nodes(20), {"x": 0.5, "y": 2})}
    rows = []
    for name, (graph, inputs) in graphs.items():
        trace = record(graph, inputs)
        state = saved(live_state(step_through(trace)))
        whole_page = len(page(trace, 0).encode())
        html = saved(fallback(trace, 0))
        steps = [0] if quick else range(len(trace.steps) + 1)
        pictures = sum(saved(trace.to_svg(step=step)) for step in steps)
        plain = sum(saved(plain_svg(trace, step)) for step in steps)
        largest = max(state, whole_page, html)
        shown = [kilobytes(count) for count in (html, whole_page, state, pictures, plain)]
        rows.append([name, str(len(trace.steps)), *shown, times(largest / pictures), kilobytes(BUDGET)])
    table(
        "Size of one widget, against pictures of the same steps",
        [
            *("graph", "steps", "text/html in a notebook", "page", "saved state", "our picture for each step"),
            *("plain Graphviz for each step", "largest / our pictures", "budget"),
        ],
        rows,
    )
    ten = [step_through(*MAIN) for _ in range(10)]
    together, alone = saved(live_state(*ten)), saved(live_state(ten[0]))
    ...


if __name__ == "__main__":
    main()
