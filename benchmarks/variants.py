"""Drawing a variant whose numbers tell all slips apart: how many draws it takes, and how long.

python -m benchmarks.variants
"""

from __future__ import annotations

import statistics
import time

from backprop_widgets import record
from backprop_widgets.exercises.variants import Draw, clarity, first_good, is_clear
from backprop_widgets.trace.expression import Expression
from benchmarks.measure import milliseconds, options, table, times

BUDGET = 0.05  # seconds
INTEGERS = (-5.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0)
HALVES = (-2.5, -2.0, -1.5, -0.5, 0.5, 1.5, 2.0, 2.5)
GRAPHS = {
    "(x + y) * z": INTEGERS,
    "x*y + max(z, w)": INTEGERS,
    "2*(x*y + max(z, w))": INTEGERS,
    "x*x + x*y": INTEGERS,
    "x/y + z": INTEGERS,
    "exp(x)*y": HALVES,
    "(relu(w*x + b) - t)**2": HALVES,
    "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))": HALVES,
}


def places(trace):
    """All gradients: the most that a question asks for."""
    return [(edge.id, "gradient") for edge in trace.edges if edge.gradient is not None]


def drawn(graph, among, seed):
    names = Expression(graph).names

    def make(draw):
        return record(graph, dict(zip(names, draw.numbers(len(names), among, distinct=True), strict=True)))

    return first_good(make, lambda trace: is_clear(trace, places(trace)), Draw(seed))


def main():
    seeds = range(2 if options(__doc__).quick else 40)
    rows = []
    for graph, among in GRAPHS.items():
        clarity._remembered.clear()
        seconds, rejected = [], []
        for seed in seeds:
            start = time.process_time()
            rejected.append(drawn(graph, among, seed).rejected)
            seconds.append(time.process_time() - start)
        kept = len(seeds) / (len(seeds) + sum(rejected))
        middle = statistics.median(seconds)
        figures = [milliseconds(seconds[0]), milliseconds(middle), milliseconds(max(seconds))]
        rows.append([graph, f"{100 * kept:.0f} %", *figures, times(middle / BUDGET)])
    head = ["graph, all gradients asked for", "draws that are good", "first", "median", "slowest", "median / 50 ms"]
    table("Drawing a variant, recording and rejecting included", head, rows)


if __name__ == "__main__":
    main()
