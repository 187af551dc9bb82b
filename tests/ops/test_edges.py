"""Ties, corners, huge and tiny numbers, and the axes of reductions."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import NonFiniteWarning, Tensor

HUGE = 1.7e308


def slopes(op, *values):
    """The gradients of op at these scalars."""
    inputs = [Tensor(value) for value in values]
    op(*inputs).backward()
    return [float(x.grad) for x in inputs]


def test_at_a_tie_the_first_input_takes_the_gradient():
    assert slopes(bw.maximum, 2, 2) == [1, 0]
    x, y = Tensor([1, 2, 3]), Tensor([3, 2, 1])
    bw.maximum(x, y).backward([5, 6, 7])
    np.testing.assert_array_equal(x.grad, [0, 6, 7])
    np.testing.assert_array_equal(y.grad, [5, 0, 0])


def test_relu_is_closed_at_0():
    assert slopes(bw.relu, 0) == [0]
    assert slopes(bw.relu, -0.0) == [0]
    assert slopes(bw.relu, 5e-324) == [1]


def test_the_side_of_a_kink_is_known_at_infinity_too():
    for op in (bw.maximum, bw.minimum):
        np.testing.assert_array_equal(op(1, 2).gate.function.branch(np.inf, np.inf), 0)


@pytest.mark.parametrize("op", [bw.sigmoid, bw.tanh, bw.relu, bw.exp])
@pytest.mark.parametrize("x", [-HUGE, -1000, -745, -5e-324, 0, 5e-324, 37, 700])
def test_activations_and_their_slopes_stay_finite(op, x):
    if op is bw.exp:
        x = min(x, 700)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        leaf = Tensor(x)
        value = op(leaf)
        value.backward()
    assert np.isfinite(float(value))
    assert np.isfinite(leaf.grad)


def test_sigmoid_saturates_without_overflow():
    np.testing.assert_array_equal(bw.sigmoid([-1000, 0, 1000]).data, [0, 0.5, 1])
    assert slopes(bw.sigmoid, -1000) == [0]
    assert slopes(bw.sigmoid, 1000) == [0]


def test_sigmoid_keeps_its_digits_far_to_the_left():
    np.testing.assert_allclose(bw.sigmoid(-40).data, np.exp(-40), rtol=1e-15)
    np.testing.assert_allclose(slopes(bw.sigmoid, -40), np.exp(-40), rtol=1e-15)


def test_tanh_saturates():
    np.testing.assert_array_equal(bw.tanh([-1000, 0, 1000]).data, [-1, 0, 1])
    assert slopes(bw.tanh, 1000) == [0]


def test_nan_is_kept_by_every_activation():
    for op in (bw.sigmoid, bw.tanh, bw.relu, bw.exp):
        assert np.isnan(float(op(np.nan)))


def test_overflow_of_exp_is_kept_and_warned_of():
    with pytest.warns(NonFiniteWarning, match="exp gave inf from 1000"):
        assert float(bw.exp(1000)) == np.inf
    assert float(bw.exp(-1000)) == 0


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (0, 2, [0, 0]),
        (0, 1, [1, 0]),
        (3, 0, [0, np.log(3)]),
        (2, -1, [-0.25, np.log(2) / 2]),
        (4, 0.5, [0.25, 2 * np.log(4)]),
    ],
    ids=str,
)
def test_powers_of_0_and_to_0_have_the_slopes_of_their_limits(base, exponent, expected):
    np.testing.assert_allclose(slopes(bw.power, base, exponent), expected, rtol=1e-15)


def test_a_negative_base_takes_a_whole_exponent():
    x = Tensor(-2)
    (x**3).backward()  # nobody asks for the exponent's slope, which would need log(-2)
    assert x.grad == 12


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (0, 2), (-1, 0), ()], ids=str)
@pytest.mark.parametrize(("op", "in_numpy"), [(bw.sum, np.sum), (bw.mean, np.mean)], ids=["sum", "mean"])
def test_reductions_take_axes_as_numpy_does(op, in_numpy, axis, keepdims):
    data = np.arange(24.0).reshape(2, 3, 4)
    x = Tensor(data)
    reduced = op(x, axis=axis, keepdims=keepdims)
    np.testing.assert_array_equal(reduced.data, in_numpy(data, axis=axis, keepdims=keepdims))
    reduced.backward(np.ones(reduced.shape))
    np.testing.assert_allclose(x.grad, np.full(x.shape, 1 if op is bw.sum else reduced.size / 24))


def test_the_sum_of_nothing_is_0_and_the_mean_of_nothing_is_refused():
    assert float(bw.sum(np.zeros((0, 3)))) == 0
    with pytest.raises(ValueError, match=r"mean needs at least one entry, got an array of shape \(0, 3\)"):
        bw.mean(np.zeros((0, 3)))


def test_an_axis_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="axis 2 is out of bounds for array of dimension 1"):
        bw.sum([1, 2], axis=2)


@pytest.mark.parametrize(
    ("x", "w"),
    [((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 4)), ((3,), (3,)), ((1, 1), (1, 1)), ((2, 0), (0, 3))],
    ids=str,
)
def test_a_product_and_its_gradients_have_the_right_shapes(x, w):
    left, right = Tensor(np.ones(x)), Tensor(np.ones(w))
    product = left @ right
    assert product.shape == (np.ones(x) @ np.ones(w)).shape
    product.backward(np.ones(product.shape))
    assert (left.grad.shape, right.grad.shape) == (x, w)
