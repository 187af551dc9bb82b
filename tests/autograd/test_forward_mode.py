"""Forward mode on the same graph: the same derivatives, at another cost."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Tensor, relu, sigmoid
from backprop_widgets import sum as total
from backprop_widgets.autograd.backward import backward
from backprop_widgets.autograd.forward_mode import forward_mode, multiplications


def network():
    W, x, b = Tensor([[1.0, 2.0], [3.0, -4.0]]), Tensor([1.0, 2.0]), Tensor(0.5)
    return total(sigmoid(relu(W @ x + b)) * x), (W, x, b)


def test_colahs_example_in_both_modes():
    a, b = Tensor(2.0), Tensor(1.0)
    c, d = a + b, b + 1
    e = c * d
    by_b = dict(forward_mode(e, b))
    assert [float(by_b[tensor]) for tensor in (b, c, d, e)] == [1, 1, 1, 5]
    assert float(dict(forward_mode(e, a))[e]) == 2


def test_both_modes_give_the_same_derivatives():
    root, leaves = network()
    reverse = {tensor: gradient for tensor, gradient, _ in backward(root)}
    for leaf in leaves:
        for entry in np.ndindex(leaf.shape):
            direction = np.zeros(leaf.shape)
            direction[entry] = 1.0
            forward = dict(forward_mode(root, leaf, direction))[root]
            np.testing.assert_allclose(forward, np.asarray(reverse[leaf])[entry], rtol=1e-12)


def test_a_value_that_the_leaf_does_not_reach_has_no_tangent():
    x, y = Tensor(2.0), Tensor(3.0)
    beside = y * y
    assert beside not in dict(forward_mode(x * beside, x))


def test_reverse_mode_needs_one_pass_for_a_scalar_loss_and_forward_mode_one_for_each_input():
    root, _ = network()
    cost = multiplications(root)
    assert (cost.forward_passes, cost.reverse_passes) == (7, 1)
    assert cost.forward == 7 * cost.one_forward
    assert cost.reverse == cost.one_reverse


def test_one_multiplication_is_counted_for_each_nonzero_local_gradient():
    x, y = Tensor(2.0), Tensor(3.0)
    assert multiplications((x + y) * y).one_reverse == 4
    assert str(multiplications((x + y) * y)) == (
        "forward mode: 2 passes of at most 4 = 8 multiplications; reverse mode: 1 of 4 = 4"
    )


def test_a_tensor_that_is_no_leaf_of_the_graph_is_refused():
    x = Tensor(1.0)
    with pytest.raises(ValueError, match="starts from a leaf of the graph"):
        list(forward_mode(x * x, Tensor(1.0)))


def test_a_direction_of_another_shape_is_refused():
    x = Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match=r"must have the leaf's shape \(2,\), got \(3,\)"):
        list(forward_mode(total(x), x, [1, 2, 3]))
    with pytest.raises(ValueError, match=r"give a direction of the leaf's shape \(2,\)"):
        list(forward_mode(total(x), x))
