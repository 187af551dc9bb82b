"""Reading what a student typed: honest answers, and texts that try to hang or crash the reader.

python -m benchmarks.reading
"""

from __future__ import annotations

import time
from functools import partial

from backprop_widgets.exercises.reading import UnreadableError, read_answer, read_array
from backprop_widgets.exercises.reading.matrices import read_matrices
from backprop_widgets.exercises.reading.symbols import equal, read_symbols
from backprop_widgets.exercises.reading.words import read_cells, read_order, read_role
from benchmarks.measure import best, milliseconds, options, table, times

BUDGET = 0.01  # seconds
SHAPES = {"X": (4, 3), "dY": (4, 5)}
READERS = {
    "number": read_answer,
    "array": read_array,
    "formula": lambda text: read_symbols(text, ["x", "y"]),
    "matrices": lambda text: read_matrices(text, SHAPES),
    "role": read_role,
    "order": lambda text: read_order(text, ["x", "y"]),
    "cells": lambda text: read_cells(text, (2, 2)),
}
HONEST = {
    "number": "2*(1 - 0.73)*0.73",
    "array": "np.array([[1, -2], [0, 3]])",
    "formula": "σ(x)*(1 - σ(x))",
    "matrices": "X.T @ dY",
    "role": "그레디언트 분배기",
    "order": "x -> y",
    "cells": "(0, 0), (1, 1)",
}
HOSTILE = {
    "powers of powers": "9**9**9**9",
    "5000 brackets": "(" * 5000,
    "5000 square brackets": "[" * 5000,
    "5000 signs": "-" * 5000,
    "a long sum": "1+" * 99 + "1",
    "nested functions": "exp(" * 19 + "x" + ")" * 19,
    "a long list": "[" + "1, " * 990 + "1]",
    "2000 cells": "(0, 0)," * 2000,
    "half an array": "[[1, 2], " * 400,
    "many names": "array(" * 600,
    "spaces": "1" + " " * 3900 + "1",
    "an attack": "().__class__.__bases__[0].__subclasses__()",
}


def tried(read, text):
    try:
        return read(text)
    except UnreadableError as error:
        return error


def main():
    rounds = 1 if options(__doc__).quick else 5
    rows = []
    for kind, text in HONEST.items():
        seconds = best({kind: partial(tried, READERS[kind], text)}, rounds, clock=time.process_time)[kind]
        rows.append([f"{kind}: {text}", milliseconds(seconds), times(seconds / BUDGET)])
    for name, text in HOSTILE.items():
        found = best(
            {kind: partial(tried, read, text) for kind, read in READERS.items()}, rounds, clock=time.process_time
        )
        slowest = max(found, key=found.__getitem__)
        rows.append(
            [f"{name}, by the slowest reader: {slowest}", milliseconds(found[slowest]), times(found[slowest] / BUDGET)]
        )
    one, other = (read_symbols(text, ["x"]) for text in ("σ(x)*(1 - σ(x))", "exp(-x)/(1 + exp(-x))^2"))
    seconds = best({"equal": partial(equal, one, other)}, rounds, clock=time.process_time)["equal"]
    rows.append(["two formulae compared", milliseconds(seconds), times(seconds / BUDGET)])
    table("Reading an answer", ["what is read", "time", "of the budget of 10 ms"], rows)


if __name__ == "__main__":
    main()
