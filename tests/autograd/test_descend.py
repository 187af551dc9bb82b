"""A step of gradient descent on one leaf."""

import numpy as np
import pytest

from backprop_widgets import Tensor, sum


@pytest.mark.parametrize(
    "rate", [0.5, np.float64(0.5), np.float32(0.5), np.array(0.5)], ids=lambda rate: type(rate).__name__
)
def test_data_become_data_minus_rate_times_gradient_and_the_gradient_stays(rate):
    w = Tensor([1.0, 2.0])
    sum(w * w).backward()
    w.descend(rate)
    np.testing.assert_array_equal(w.data, [0, 0])
    np.testing.assert_array_equal(w.grad, [2, 4])


def test_a_scalar_descends_by_a_whole_number_too():
    w = Tensor(3.0)
    (w * w).backward()
    w.descend(2)
    assert float(w) == -9
    assert w.shape == ()
    w.descend(2)  # the same gradient again: forgetting it is the student's choice
    assert float(w) == -21


def test_an_old_graph_and_an_old_array_keep_their_numbers():
    w = Tensor([1.0, 2.0])
    loss = sum(w * w)
    before = w.data
    loss.backward()
    w.descend(0.5)
    np.testing.assert_array_equal(before, [1, 2])
    loss.backward()
    np.testing.assert_array_equal(w.grad, [4, 8])  # twice that of 1 and 2


def test_the_new_data_are_read_only():
    w = Tensor([1.0, 2.0])
    sum(w).backward()
    w.descend(1.0)
    with pytest.raises(ValueError, match="read-only"):
        w.data[0] = 5


@pytest.mark.parametrize(
    "leaf", [Tensor(1.0, name="w"), Tensor(2.0) * 3, Tensor(1.0, is_constant=True)], ids=["new", "computed", "constant"]
)
def test_without_a_gradient_there_is_no_descent(leaf):
    before = float(leaf)
    (leaf * 2).backward() if leaf.is_constant or not leaf.is_leaf else None
    with pytest.raises(ValueError, match=r"only a leaf that a gradient has reached can descend, .* reached Tensor\("):
        leaf.descend(0.1)
    assert float(leaf) == before


@pytest.mark.parametrize(
    "rate",
    [[0.1, 0.2], "0.1", None, float("nan"), float("inf"), 10**400, 1j, Tensor(0.1)],
    ids=lambda rate: type(rate).__name__,
)
def test_a_rate_that_is_not_one_finite_number_is_refused_and_nothing_is_lost(rate):
    w = Tensor([1.0, 2.0])
    sum(w).backward()
    with pytest.raises(ValueError, match="rate must be a finite number, got "):
        w.descend(rate)
    np.testing.assert_array_equal(w.data, [1, 2])
