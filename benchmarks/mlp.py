"""A training step of a network with one hidden layer, against flat numpy, a bare tape, HIPS autograd and PyTorch.

    python -m benchmarks.mlp

A layer of ReLUs, softmax + cross-entropy, L2 on the weights, then W <- W - rate * dL/dW; in float64, on one thread. All
start from the same parameters, and must come to the same ones before anything is timed.
"""

from __future__ import annotations

from functools import partial

import autograd
import autograd.numpy as anp
import numpy as np

from backprop_widgets import Tensor, l2, relu, softmax_cross_entropy
from benchmarks.bare_tape import BareTape
from benchmarks.measure import has, microseconds, options, table, times, typical

SIZES = {"32, 64-128-10": (32, 64, 128, 10), "128, 784-256-10": (128, 784, 256, 10)}  # batch, inputs, hidden, classes
STEPS = dict(zip(SIZES, (500, 50), strict=True))  # in a row, as in training, so that the collection of garbage counts
STRENGTH, RATE = 1e-3, 0.1
BUDGETS = {"flat numpy": "1.50 ×", "HIPS autograd": "0.20 ×"}


def data(batch, inputs, hidden, classes):
    """Inputs, labels and the parameters to start from."""
    random = np.random.default_rng(0)
    x = random.normal(size=(batch, inputs))
    labels = random.integers(classes, size=batch)
    first = random.normal(size=(inputs, hidden)) / 8, random.normal(size=hidden) / 8
    second = random.normal(size=(hidden, classes)) / 8, random.normal(size=classes) / 8
    return x, labels, [*first, *second]


class Ours:
    """The step with this package; `parameters` are what it trains."""

    def __init__(self, x, labels, parameters):
        self.x, self.labels = Tensor(x, is_constant=True), Tensor(labels, is_constant=True)
        self.leaves = [Tensor(parameter) for parameter in parameters]

    def step(self):
        W1, b1, W2, b2 = self.leaves
        scores = relu(self.x @ W1 + b1) @ W2 + b2
        loss = softmax_cross_entropy(scores, self.labels) + l2(W1, STRENGTH) + l2(W2, STRENGTH)
        loss.backward()
        for leaf in self.leaves:
            leaf.descend(RATE)
            leaf.zero_grad()

    @property
    def parameters(self):
        return [leaf.data for leaf in self.leaves]


class FlatNumpy:
    """The step as one would write it by hand, nothing computed twice and nothing checked."""

    def __init__(self, x, labels, parameters):
        self.x, self.labels = x, labels
        self.parameters = list(parameters)
        self.rows = np.arange(len(x))

    def step(self):
        x, (W1, b1, W2, b2) = self.x, self.parameters
        z = x @ W1 + b1
        h = np.maximum(z, 0.0)
        scores = h @ W2 + b2
        shifted = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(shifted)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        log_p = shifted[self.rows, self.labels] - np.log(total[:, 0])
        self.loss = -log_p.mean() + STRENGTH * (W1 * W1).sum() + STRENGTH * (W2 * W2).sum()
        p[self.rows, self.labels] -= 1.0
        dscores = p / len(x)
        dW2 = h.T @ dscores + 2 * STRENGTH * W2
        db2 = dscores.sum(axis=0)
        dz = dscores @ W2.T * (z > 0)
        dW1 = x.T @ dz + 2 * STRENGTH * W1
        db1 = dz.sum(axis=0)
        self.parameters = [W1 - RATE * dW1, b1 - RATE * db1, W2 - RATE * dW2, b2 - RATE * db2]


class HipsAutograd:
    """The step with HIPS autograd."""

    def __init__(self, x, labels, parameters):
        rows = np.arange(len(x))

        def loss(parameters):
            W1, b1, W2, b2 = parameters
            scores = anp.dot(anp.maximum(anp.dot(x, W1) + b1, 0.0), W2) + b2
            shifted = scores - anp.max(scores, axis=1, keepdims=True)
            log_p = shifted[rows, labels] - anp.log(anp.sum(anp.exp(shifted), axis=1))
            return -anp.mean(log_p) + STRENGTH * anp.sum(W1 * W1) + STRENGTH * anp.sum(W2 * W2)

        self.value_and_gradient = autograd.value_and_grad(loss)
        self.parameters = list(parameters)

    def step(self):
        self.loss, gradients = self.value_and_gradient(self.parameters)
        pairs = zip(self.parameters, gradients, strict=True)
        self.parameters = [parameter - RATE * gradient for parameter, gradient in pairs]


class PyTorch:
    """The step with PyTorch on one thread, in float64 as the others."""

    def __init__(self, x, labels, parameters):
        import torch  # noqa: PLC0415  # large, and seldom there

        torch.set_num_threads(1)
        self.torch = torch
        self.x, self.labels = torch.tensor(x), torch.tensor(labels)
        self.leaves = [torch.tensor(parameter, requires_grad=True) for parameter in parameters]

    def step(self):
        W1, b1, W2, b2 = self.leaves
        scores = self.torch.relu(self.x @ W1 + b1) @ W2 + b2
        loss = self.torch.nn.functional.cross_entropy(scores, self.labels)
        loss = loss + STRENGTH * (W1 * W1).sum() + STRENGTH * (W2 * W2).sum()
        loss.backward()
        with self.torch.no_grad():
            for leaf in self.leaves:
                leaf.sub_(RATE * leaf.grad)
                leaf.grad = None

    @property
    def parameters(self):
        return [leaf.detach().numpy() for leaf in self.leaves]


def contestants(size):
    """What makes each of them anew, by name: all that are installed."""
    bare_tape = partial(BareTape, strength=STRENGTH, rate=RATE)
    kinds = {"ours": Ours, "flat numpy": FlatNumpy, "bare tape": bare_tape, "HIPS autograd": HipsAutograd}
    if has("torch"):
        kinds["PyTorch, 1 thread"] = PyTorch
    return {name: partial(kind, *data(*size)) for name, kind in kinds.items()}


def step_of(make):
    """The step of a new one, which keeps it alive."""
    return make().step


def check_that_all_agree(makers):
    """Raise AssertionError unless three steps bring all of them to the same parameters."""
    ready = {name: make() for name, make in makers.items()}
    for contestant in ready.values():
        for _ in range(3):
            contestant.step()
    for name, contestant in ready.items():
        for mine, wanted in zip(contestant.parameters, ready["flat numpy"].parameters, strict=True):
            np.testing.assert_allclose(mine, wanted, rtol=1e-10, atol=1e-12, err_msg=name)


def main():
    quick = options(__doc__).quick
    rows = []
    for name, size in SIZES.items():
        makers = contestants(size)
        check_that_all_agree(makers)
        steps = {peer: partial(step_of, make) for peer, make in makers.items()}
        seconds = typical(steps, 1 if quick else 25, repeats=1 if quick else STEPS[name])
        for peer, spent in seconds.items():
            ratio = "" if peer == "ours" else times(seconds["ours"] / spent)
            rows.append([name, peer, microseconds(spent), ratio, BUDGETS.get(peer, "") if size[0] == 32 else ""])
        if not has("torch"):
            rows.append([name, "PyTorch, 1 thread", "not installed", "", ""])
    table(
        "Training step of a network: softmax + cross-entropy, L2, descent",
        ["batch, sizes", "", "one step", "ours / this", "budget"],
        rows,
    )


if __name__ == "__main__":
    main()
