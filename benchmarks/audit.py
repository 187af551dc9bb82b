"""Look at many variants of every kind of question, on the graphs of the lectures: what is hidden, tied, ugly or fails.

python -m benchmarks.audit [--quick]
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from backprop_widgets import exercises as ex
from benchmarks.measure import milliseconds, options, table

SEEDS = 200
GRAPHS = (
    "(x + y) * z",
    "x*y + max(z, w)",
    "2*(x*y + max(z, w))",
    "x*x + x*y",
    "x/y + z",
    "exp(x)*y",
    "(w*x + b - t)**2",
    "(relu(w*x + b) - t)**2",
    "sigmoid(w*x + b)",
    "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))",
    "tanh(w*x)",
)
QUESTIONS = {
    **{f"fill_values {graph}": (ex.fill_values, [graph], {}) for graph in GRAPHS},
    **{f"fill_gradients {graph}": (ex.fill_gradients, [graph], {}) for graph in GRAPHS},
    **{f"fill_edges {graph}": (ex.fill_edges, [graph], {}) for graph in GRAPHS},
    **{f"forks {graph}": (ex.forks, [graph], {}) for graph in GRAPHS if graph.count("x") > 1},
    "which_of_three": (ex.which_of_three, ["(x + y) * z * w"], {}),
    "name_roles": (ex.name_roles, ["max(x * y, z) + x"], {}),
    "next_step": (ex.next_step, ["(x + y) * z + w"], {}),
    "order_backward": (ex.order_backward, ["(x + y) * z + w"], {}),
    "shapes": (ex.shapes, ["sum(relu(X @ W + b))", {"X": "nd", "W": "dm", "b": "m"}], {}),
    "fitting_product": (ex.fitting_product, [], {}),
    "jacobian_cells": (ex.jacobian_cells, ["softmax", [1, 2, 3]], {}),
    "descent_step": (ex.descent_step, ["(w*x + b - t)**2"], {"parameters": ["w", "b"]}),
    "safe_rate": (ex.safe_rate, ["(w*x - t)**2"], {"parameters": ["w"]}),
    "uncleared": (ex.uncleared, ["x * y"], {"calls": 3, "zero_after": [1]}),
    "sensitivity": (ex.sensitivity, ["(x + y) * z"], {}),
    "dead_inputs": (ex.dead_inputs, ["relu(w * x) * v + u"], {}),
    "cost_of_modes": (ex.cost_of_modes, ["(x + y) * z"], {}),
    "write_backward": (ex.write_backward, ["relu"], {}),
    "write_code": (ex.write_code, ["(x + y) * z + x"], {}),
    "find_bug": (ex.find_bug, ["(x + y) * z + x"], {}),
    "check_op": (ex.check_op, [], {}),
    "derive_cross_entropy": (ex.derive_cross_entropy, [], {}),
    "question": (ex.question, ["own", "How fast?", "x * y + z", ["gradient x", "local y"]], {}),
}


def audited(name, seeds):
    """What the audit of one question says; an empty text where it finds nothing."""
    make, given, named = QUESTIONS[name]
    found = ex.audit(make(*given, **named), seeds=seeds)
    return "" if found else repr(found)


def main():
    seeds = 3 if options(__doc__).quick else SEEDS
    rows, objections = [], []
    with tempfile.TemporaryDirectory() as folder:
        ex.start("audit", path=Path(folder) / "answers.json")
        for name in QUESTIONS:
            start = time.process_time()
            if objection := audited(name, seeds):
                objections.append(objection)
            figure = milliseconds((time.process_time() - start) / seeds)
            rows.append([name, figure, str(objection.count("\n") or "none")])
    table(f"Audit of {seeds} variants of each question", ["question", "one variant", "objections"], rows)
    print("\n".join(objections) or "Nothing to object to.")


if __name__ == "__main__":
    main()
