"""A value that was copied along an axis gets back the sum over the copies."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Tensor
from backprop_widgets.autograd.arrays import sum_to_shape

ROWS = [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("shape", "copies"),
    [((), 6), ((1,), 6), ((1, 1), 6), ((2, 1), 3), ((3,), 2), ((1, 3), 2), ((2, 3), 1), ((1, 2, 3), 1)],
    ids=str,
)
def test_a_broadcast_bias_receives_the_sum_over_its_copies(shape, copies):
    bias = Tensor(np.zeros(shape))
    bw.sum(Tensor(ROWS) + bias).backward()
    np.testing.assert_array_equal(bias.grad, np.full(shape, copies, dtype=float), strict=True)


def test_both_operands_may_be_copied():
    column, row = Tensor([[1], [2]]), Tensor([3, 4, 5])
    bw.sum(column * row).backward()
    np.testing.assert_array_equal(column.grad, [[12], [12]])
    np.testing.assert_array_equal(row.grad, [3, 3, 3])


def test_a_tensor_broadcast_in_one_place_and_not_in_another_sums_both():
    x = Tensor([1, 2])
    bw.sum(x * [[1, 1], [1, 1], [1, 1]] + x).backward()  # six copies of each: three, then three again
    np.testing.assert_array_equal(x.grad, [6, 6])


def test_an_empty_array_has_an_empty_gradient():
    x, bias = Tensor(np.zeros((0, 2))), Tensor([1, 2])
    bw.sum(x + bias).backward()
    assert x.grad.shape == (0, 2)
    np.testing.assert_array_equal(bias.grad, [0, 0])


@pytest.mark.parametrize("elementwise", [bw.add, bw.subtract, bw.multiply, bw.divide, bw.power, bw.maximum])
def test_gradients_have_the_shape_of_their_inputs(elementwise):
    x, y = Tensor([[1], [2]]), Tensor([3, 4, 5])
    bw.sum(elementwise(x, y)).backward()
    assert (x.grad.shape, y.grad.shape) == ((2, 1), (3,))


def test_undoing_a_broadcast_adds_up():
    np.testing.assert_array_equal(sum_to_shape(np.array(ROWS, float), (1, 3)), [[5, 7, 9]])
    assert sum_to_shape(np.array(ROWS, float), ()) == 21
