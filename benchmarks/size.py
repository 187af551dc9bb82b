"""How many bytes one widget adds to a notebook or a page, against a notebook that keeps one picture for each step.

python -m benchmarks.size
"""

from __future__ import annotations

import json

from ipywidgets.embed import dependency_state

from backprop_widgets import record, step_through
from backprop_widgets.drawing.page import fallback, page
from benchmarks.graphs import LECTURE, plain_svg
from benchmarks.measure import options, table, times

BUDGET = 60_000  # bytes


def saved(content):
    """How many bytes it takes in a notebook, which is JSON in UTF-8."""
    return len(json.dumps(content, ensure_ascii=False).encode())


def state(widget):
    """What a notebook keeps of a live widget: each of its models, with a copy of the code."""
    return dependency_state(widget, drop_defaults=False)


def kilobytes(count):
    return f"{count / 1000:.1f} kB"


def main():
    quick = options(__doc__).quick
    rows = []
    for name, (graph, inputs) in LECTURE.items():
        trace = record(graph, inputs)
        widget = step_through(trace)
        forms = [saved(fallback(trace, 0)), len(page(trace, 0).encode()), saved(state(widget))]
        code = saved(widget._esm)  # its style sheet is in it
        pictures = sum(saved(plain_svg(trace, step)) for step in ([0] if quick else range(len(trace.steps) + 1)))
        shown = [kilobytes(count) for count in (*forms, code, pictures)]
        rows.append([name, str(len(trace.steps)), *shown, times(max(forms) / pictures), kilobytes(BUDGET)])
    table(
        "Size of one widget, against Graphviz's picture of each step",
        [
            *("graph", "steps", "text/html", "to_html", "live state", "of which code", "pictures"),
            *("largest / pictures", "budget of each form"),
        ],
        rows,
    )


if __name__ == "__main__":
    main()
