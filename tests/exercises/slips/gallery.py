"""The graphs on which every slip has to be recognised, with numbers drawn from a seed."""

from __future__ import annotations

import random

import numpy as np

from backprop_widgets import ops, record

SCALARS = {
    "distributor and multiplier": ("(x + y) * z", "x y z"),
    "sigmoid neuron": ("1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))", "w0 x0 w1 x1 w2"),
    "max": ("2 * (x*y + max(z, w))", "x y z w"),
    "relu": ("relu(w*x + b) * y - relu(b)", "w x b y"),
    "forks": ("x*y + x*z + x", "x y z"),
    "quotient": ("(x - y) / (z + w)", "x y z w"),
    "exp and log": ("exp(x*y) + log(z*z + 1)", "x y z"),
    "powers": ("x**3 * y - 1/z", "x y z"),
    "tanh and sigmoid": ("sigmoid(x*y) * tanh(z)", "x y z"),
    "squared error": ("(w*x + b - t)**2", "w x b t"),
}


def layer(X, W, b):
    return ops.sum(ops.relu(X @ W + b) * 0.5)


def classifier(X, W):
    return ops.softmax_cross_entropy(X @ W, [2, 0]) + ops.l2(W, strength=0.1)


def regression(X, w, t):
    return ops.squared_error(X @ w, t)


def margins(s):
    return ops.hinge_loss(s * 2.0, [1, 0])


def reductions(x):
    return ops.mean(x * x) + ops.sum(ops.tanh(x[[0, 0, 2]]))


ARRAYS = {
    "layer": (layer, {"X": (2, 3), "W": (3, 3), "b": (3,)}),
    "softmax and cross-entropy": (classifier, {"X": (2, 2), "W": (2, 3)}),
    "regression": (regression, {"X": (3, 2), "w": (2,), "t": (3,)}),
    "hinge": (margins, {"s": (2, 3)}),
    "mean, sum, index": (reductions, {"x": (4,)}),
}
GALLERY = (*SCALARS, *ARRAYS)


def drawn(name, seed):
    """The trace of a graph with the numbers of a seed: of two decimals, of either sign, none near 0."""
    rng = random.Random(f"{name} {seed}")  # noqa: S311  (numbers of an exercise)

    def number():
        return round(rng.uniform(0.3, 2.5), 2) * rng.choice((-1, 1))

    if name in SCALARS:
        text, inputs = SCALARS[name]
        return record(text, {key: number() for key in inputs.split()})
    graph, shapes = ARRAYS[name]
    given = {key: np.reshape([number() for _ in range(np.prod(shape))], shape) for key, shape in shapes.items()}
    return record(graph, given)
