"""Scalar graphs: build and backward, per gate, against micrograd; and a chain of a million gates.

python -m benchmarks.scalar
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from functools import partial
from itertools import pairwise

from micrograd.engine import Value

from backprop_widgets import Tensor, relu
from backprop_widgets.autograd import topological_order
from benchmarks.measure import best, microseconds, options, table, times

LENGTHS = (20, 200, 900)  # micrograd sorts by recursion: beyond some 970 gates in a row it raises RecursionError
HIDDEN = 16  # as in micrograd's own demonstration: 2-16-16-1
LONG = (250_000, 500_000, 1_000_000)


def plain(leaf, relu, gates):
    """A chain of multiplications and additions."""
    w, x = leaf(0.999999), leaf(0.001)
    y = x
    for _ in range(gates // 2):
        y = y * w + x
    return y, [w, x]


def mixed(leaf, relu, gates):
    """Of each ten gates four multiply, four add, one is a ReLU, one a square."""
    w, x = leaf(0.8), leaf(0.2)
    y = x
    for _ in range(gates // 10):
        for _ in range(4):
            y = y * w + x
        y = relu(y) ** 2
    return y, [w, x]


def network(leaf, relu, examples):
    """A network 2-16-16-1 written out neuron by neuron, on several examples, with the sum of the squared errors."""
    numbers = iter(range(10_000))
    sizes = [2, HIDDEN, HIDDEN, 1]
    layers = [
        [[leaf(next(numbers) * 0.61803 % 1 - 0.45) for _ in range(fan_in + 1)] for _ in range(fan_out)]
        for fan_in, fan_out in pairwise(sizes)
    ]
    loss = leaf(0.0)
    for example in range(examples):
        values = [example / examples, 0.5]
        for depth, layer in enumerate(layers):
            sums = [_weighted(neuron, values) for neuron in layer]
            values = sums if depth == len(layers) - 1 else [relu(z) for z in sums]
        loss = loss + (values[0] - 1.0) ** 2
    return loss, [weight for layer in layers for neuron in layer for weight in neuron]


def _weighted(neuron, values):
    total = neuron[-1]
    for weight, value in zip(neuron, values, strict=False):
        total = total + weight * value
    return total


def ours(graph, size):
    """Build with this package, and run backward."""
    output, leaves = graph(Tensor, relu, size)
    output.backward()
    return output, leaves


def micrograd(graph, size):
    """Build with micrograd, and run backward."""
    output, leaves = graph(Value, Value.relu, size)
    output.backward()
    return output, leaves


def same_gradients(graph, size):
    """Raise AssertionError if the two disagree."""
    mine, theirs = ours(graph, size)[1], micrograd(graph, size)[1]
    assert len(mine) == len(theirs)
    for x, y in zip(mine, theirs, strict=True):
        assert abs(float(x.grad) - y.grad) <= 1e-12 * max(1.0, abs(y.grad)), (x.grad, y.grad)


def against_micrograd(quick):
    cases = [("* +", plain, size) for size in LENGTHS] + [("* + relu **2", mixed, size) for size in LENGTHS]
    cases.append(("network 2-16-16-1", network, 5))
    rows = []
    for name, graph, size in cases[3:4] if quick else cases:
        same_gradients(graph, size)
        gates = sum(not tensor.is_leaf for tensor in topological_order(ours(graph, size)[0]))
        repeats = 1 if quick else max(1, 20_000 // gates)  # enough that the collection of garbage counts
        subjects = {"ours": partial(ours, graph, size), "micrograd": partial(micrograd, graph, size)}
        seconds = best(subjects, 1 if quick else 20, repeats=repeats)
        shown = [microseconds(seconds[subject] / gates) for subject in subjects]
        rows.append([name, f"{gates:,}", *shown, times(seconds["ours"] / seconds["micrograd"]), "0.50 ×"])
    table(
        "Scalar graph, build + backward, per gate",
        ["gates", "number", "ours", "micrograd", "ours / micrograd", "budget"],
        rows,
    )


def long_chains(lengths, quick):
    subjects = {f"{length:,}": partial(ours, plain, length) for length in lengths}
    seconds = best(subjects, 1 if quick else 3)
    rows = []
    for length, name in zip(lengths, subjects, strict=True):
        memory = peak_memory(subjects[name])
        per_gate = seconds[name] / length
        growth = per_gate / (seconds[f"{lengths[0]:,}"] / lengths[0])
        found = outcome_of_micrograd(length)
        rows.append([name, f"{seconds[name]:.2f} s", microseconds(per_gate), times(growth), f"{memory / length:.0f} B"])
        rows[-1].append(found)
    table(
        f"A long chain of * and +: time and memory grow with its length (recursion limit {sys.getrecursionlimit()})",
        ["gates", "build + backward", "per gate", "per gate / shortest", "peak memory per gate", "micrograd"],
        rows,
    )


def peak_memory(subject):
    """The most memory in use while it runs, in bytes, counted in a run of its own since counting takes time."""
    tracemalloc.start()
    subject()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def outcome_of_micrograd(length):
    start = time.process_time()
    try:
        micrograd(plain, length)
    except RecursionError:
        return "RecursionError"
    return f"{time.process_time() - start:.2f} s"


def main():
    quick = options(__doc__).quick
    against_micrograd(quick)
    long_chains((1_000, 2_000) if quick else LONG, quick)


if __name__ == "__main__":
    main()
