"""The training step on a bare tape of closures: the least that a graph costs, with nothing checked, named or kept."""

from __future__ import annotations

import numpy as np


class BareTape:
    """The step; `parameters` are what it trains. Each operation writes down how to send a gradient back."""

    def __init__(self, x, labels, parameters, *, strength, rate):
        self.x, self.labels, self.rows = x, labels, np.arange(len(x))
        self.parameters = list(parameters)
        self.strength, self.rate = strength, rate
        self.tape = []

    def write(self, value, *sources):
        """A value, with the places it came from and what to multiply upstream by on the way to each."""
        self.tape.append((len(self.tape), value, sources))
        return self.tape[-1]

    def step(self):
        self.tape = []
        leaves = [self.write(parameter) for parameter in self.parameters]
        W1, b1, W2, b2 = leaves
        hidden = self.relu(self.add(self.matmul(self.write(self.x), W1, asked=False), b1))
        scores = self.add(self.matmul(hidden, W2, asked=True), b2)
        loss = self.plus(self.plus(self.cross_entropy(scores), self.l2(W1)), self.l2(W2))
        totals = {loss[0]: 1.0}
        for place, _, sources in reversed(self.tape):
            if sources:
                upstream = totals.pop(place)
                for source, rule in sources:
                    sent = rule(upstream)
                    totals[source] = totals[source] + sent if source in totals else sent
        self.parameters = [value - self.rate * totals[place] for place, value, _ in leaves]

    def matmul(self, x, y, *, asked):
        (i, a, _), (j, b, _) = x, y
        left = [(i, lambda u: u @ b.T)] if asked else []
        return self.write(a @ b, *left, (j, lambda u: a.T @ u))

    def add(self, x, bias):
        (i, a, _), (j, b, _) = x, bias
        return self.write(a + b, (i, lambda u: u), (j, lambda u: u.sum(axis=0)))

    def plus(self, x, y):
        (i, a, _), (j, b, _) = x, y
        return self.write(a + b, (i, lambda u: u), (j, lambda u: u))

    def relu(self, x):
        i, a, _ = x
        return self.write(np.maximum(a, 0.0), (i, lambda u: u * (a > 0)))

    def l2(self, W):
        i, a, _ = W
        return self.write(self.strength * (a * a).sum(), (i, lambda u: (u * 2 * self.strength) * a))

    def cross_entropy(self, scores):
        i, a, _ = scores
        shifted = a - a.max(axis=1, keepdims=True)
        p = np.exp(shifted)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        log_p = shifted[self.rows, self.labels] - np.log(total[:, 0])

        def rule(upstream):
            sent = p.copy()
            sent[self.rows, self.labels] -= 1.0
            sent *= upstream / len(p)
            return sent

        return self.write(-log_p.mean(), (i, rule))
