"""A warning names the line of the user, by whichever way he came."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor


class DividesByZero(Function):
    @staticmethod
    def forward(ctx, x):
        return x / 0.0

    @staticmethod
    def backward(ctx, upstream):
        return upstream


zero, large = Tensor(0.0), Tensor([1e200, 1.0])
WAYS = {
    "operator": lambda: large * large,
    "number on the left": lambda: 1 / zero,
    "array on the left": lambda: np.array([1e200, 1.0]) * large,
    "op": lambda: bw.exp(large),
    "op with options": lambda: bw.leaky_relu(-large, slope=1e200),
    "function of numpy": lambda: np.exp(large),
    "student's function": lambda: DividesByZero.apply(1.0),
    "expression": lambda: bw.record("1 / x", x=0.0),
    "own function": lambda: bw.record(lambda x: 1 / x, x=0.0),
    "backward": lambda: bw.sqrt(zero).backward(),
    "backward of an expression": lambda: bw.record("sqrt(x)", x=0.0),
    "training": lambda: list(bw.train(lambda: zero + np.inf, zero, rate=1, steps=2)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_warning_names_the_line_of_the_user(way):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        WAYS[way]()
    assert [warning.category for warning in caught] == [NonFiniteWarning]
    assert (caught[0].filename, caught[0].lineno) == (__file__, WAYS[way].__code__.co_firstlineno)
