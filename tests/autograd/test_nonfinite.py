"""Numbers that are not finite are told of where they arise, at the line of the user, by whichever way he came."""

from __future__ import annotations

import warnings
from contextvars import copy_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor
from backprop_widgets.autograd import quick
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.quiet import quietly


class Doubles(Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        return 2 * upstream


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


OVERFLOWS = {
    "*": lambda x: x * x,
    "@": lambda x: x @ x,
    "exp": bw.exp,
    "l2": bw.l2,
    "l2 of several strengths": lambda x: bw.l2(x, [0.5, 1.0]),
}


@pytest.mark.parametrize("name", OVERFLOWS)
def test_a_gate_of_arrays_that_leaves_the_finite_numbers_is_named_where_it_is_applied(name):
    x = Tensor([[1e200, 1.0], [1.0, 1.0]])
    with pytest.warns(NonFiniteWarning, match="gave inf from array of shape") as caught:
        OVERFLOWS[name](x)
    assert [warning.filename for warning in caught] == [__file__]


def test_large_finite_numbers_are_computed_with_without_a_warning():
    x = Tensor([[1e200, 1.0], [1.0, 1.0]])
    for tensor in (x + 1, x * x.data.T**0.5, x @ [[1.0], [2.0]], bw.relu(x), bw.sum(x, axis=0), Doubles.apply(x)):
        assert np.isfinite(tensor.data).all()
    bw.sum(x * 1e50).backward()
    np.testing.assert_array_equal(x.grad, np.full((2, 2), 1e50))


EXTREME = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 710.0, -745.0, 1e-308, 1e155, -1e200, 1.7e308])


def with_entries_of(sample, entries):
    """The sample with other numbers, but for labels and counts, which stay as they are."""
    drawn = iter(entries * np.size(sample))
    return np.reshape([next(drawn) for _ in range(np.size(sample))], np.shape(sample))


@given(st.data())
@pytest.mark.parametrize("name", sorted(set(table) - {"cross_entropy", "binary_cross_entropy"}))
def test_an_op_warns_just_where_it_makes_numbers_that_are_not_finite_of_finite_ones(name, data):
    sample = data.draw(st.sampled_from(table[name].samples))
    entries = data.draw(st.lists(EXTREME, min_size=3, max_size=6))
    changed = [x if k in table[name].labels else with_entries_of(x, entries) for k, x in enumerate(sample)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = getattr(bw, name)(*[Tensor(x) for x in changed])
    assert [warning.category for warning in caught] == [NonFiniteWarning] * (not np.isfinite(made.data).all())


@pytest.mark.parametrize("tells", [True, False])
def test_where_numpy_does_not_tell_of_an_overflow_all_numbers_are_looked_at(monkeypatch, tells):
    if not tells:
        monkeypatch.setattr(quick, "NUMPY_TELLS", False)
        monkeypatch.setattr(quick, "strict", lambda: quietly(copy_context))
    apply = quick.quick_call(table["exp"], bound=None)
    assert apply(Tensor([1.0, 2.0])).inputs[0].shape == (2,)
    with pytest.warns(NonFiniteWarning, match="exp gave inf from array of shape"):
        apply(Tensor([1.0, 1e3]))
