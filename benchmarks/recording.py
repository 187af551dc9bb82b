"""Recording a lecture graph of 20 nodes as a trace, against laying it out.

python -m benchmarks.recording
"""

from __future__ import annotations

import time
from functools import partial

from backprop_widgets import record
from backprop_widgets.drawing.dot import dot_source
from backprop_widgets.drawing.engine import render_svg
from benchmarks.graphs import LECTURE
from benchmarks.measure import best, milliseconds, options, table, times


def main():
    quick = options(__doc__).quick
    rows = []
    for name, (graph, inputs) in LECTURE.items():
        trace = record(graph, inputs)
        subjects = {
            "record": partial(record, graph, inputs),
            "layout": partial(render_svg.__wrapped__, dot_source(trace)),  # not from its memory
        }
        seconds = best(subjects, 1 if quick else 30, clock=time.perf_counter)
        ratio = times(seconds["record"] / seconds["layout"])
        shown = [milliseconds(seconds[subject]) for subject in subjects]
        rows.append([name, str(len(trace.nodes)), str(len(trace.steps)), *shown, ratio, "5 ms"])
    table(
        "Recording a trace, without layout, beside Graphviz laying it out",
        ["graph", "nodes", "steps", "record", "layout", "record / layout", "budget of record"],
        rows,
    )


if __name__ == "__main__":
    main()
