"""The backward pass on graphs where other tools fail: reuse, forks, constants, second passes, depth."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor
from backprop_widgets.autograd import backward, local_gradients, topological_order


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: x + x, 2),
        (lambda x: x * x, 6),
        (lambda x: x - x, 0),
        (lambda x: x / x, 0),
        (lambda x: x**x, 27 * (1 + np.log(3))),
        (lambda x: bw.maximum(x, x), 1),
        (lambda x: x * x * x, 27),
        (lambda x: (x + x) * (x + x), 24),
        (lambda x: 5 - x, -1),
        (lambda x: x * 1 + 0 * x, 1),
    ],
    ids=["x+x", "x*x", "x-x", "x/x", "x**x", "max(x,x)", "x*x*x", "(x+x)(x+x)", "5-x", "x*1+0*x"],
)
def test_a_tensor_used_twice_sums_both_contributions(f, expected):
    x = Tensor(3)
    f(x).backward()
    np.testing.assert_allclose(x.grad, expected, rtol=1e-14, atol=1e-15)


def test_an_op_has_one_edge_for_each_operand():
    x = Tensor(3)
    assert (x * x).inputs == (x, x)


def test_a_diamond_sums_over_both_paths():
    x = Tensor(2)
    q, r = 3 * x, x * x
    (q * r).backward()  # 3 x^3
    assert x.grad == 36


def test_the_same_matrix_on_both_sides_of_a_product():
    a = Tensor([[1, 2], [3, 4]])
    (a @ a).backward([[1, 0], [0, 0]])  # a11 a11 + a12 a21
    np.testing.assert_array_equal(a.grad, [[2, 3], [2, 0]])


def test_a_node_is_left_after_all_that_use_it():
    x = Tensor(2)
    q = x + 1
    r = q * q
    f = r * q
    assert topological_order(f)[-3:] == [q, r, f]
    assert [visit[0] for visit in backward(f)][:3] == [f, r, q]


def test_the_generator_yields_totals_and_what_each_gate_sends():
    x, y = Tensor(2), Tensor(5)
    (f, seed, sent), (_, total_y, _), (_, total_x, nothing) = backward(x * y)
    assert (f.data, seed, sent) == (10, 1, (5, 2))
    assert (total_x, total_y, nothing) == (5, 2, ())


def test_a_constant_is_sent_nothing():
    x = Tensor(3)
    f = x * 4
    assert next(backward(f))[2] == (4, None)


def test_an_unused_input_has_no_gradient():
    x, y = Tensor(3), Tensor(4)
    (x * 2).backward()
    assert y.grad is None


def test_only_leaves_keep_gradients():
    x = Tensor(3)
    q = x * 2
    (q * q).backward()
    assert q.grad is None
    assert x.grad == 24


def test_a_second_backward_adds_to_the_first_at_any_depth():
    x = Tensor(2)
    f = (x * x) * (x * x)  # 4 x^3 = 32
    f.backward()
    f.backward()
    assert x.grad == 64
    x.zero_grad()
    assert x.grad is None
    f.backward()
    assert x.grad == 32


def test_gradients_of_two_outputs_add_up():
    x = Tensor([1, 2])
    q = x * x
    bw.sum(q).backward()
    bw.sum(3 * q).backward()
    np.testing.assert_array_equal(x.grad, [8, 16])


def test_a_leaf_is_its_own_gradient_seed():
    x = Tensor(5)
    x.backward()
    assert x.grad == 1


def test_an_array_needs_an_upstream_gradient():
    with pytest.raises(ValueError, match=r"this output has shape \(2,\): give it an upstream gradient"):
        Tensor([1, 2]).backward()


def test_a_given_upstream_gradient_is_multiplied_in():
    x, y = Tensor(3), Tensor(-4)
    (x * y).backward(2)
    assert (x.grad, y.grad) == (-8, 6)


@pytest.mark.parametrize("given", [[1, 2, 3], 1, [[1, 2]]], ids=repr)
def test_an_upstream_gradient_of_another_shape_is_refused(given):
    with pytest.raises(ValueError, match=r"the upstream gradient must have the output's shape \(2,\), got"):
        (Tensor([1, 2]) * 2).backward(given)


def test_an_upstream_gradient_that_is_not_numeric_is_refused():
    with pytest.raises(TypeError, match="the upstream gradient takes real numbers or arrays of them, got str 'x'"):
        Tensor(2).backward("x")


def test_a_failed_backward_leaves_every_gradient_as_it_was():
    class Broken(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, upstream):
            raise RuntimeError("broken")

    x, y = Tensor(2), Tensor(3)
    with pytest.raises(RuntimeError, match="broken"):
        (Broken.apply(x) * y).backward()
    assert (x.grad, y.grad) == (None, None)


def test_a_chain_of_100000_gates_goes_forward_and_backward_and_away_without_recursion():
    x = Tensor(1)
    f = x
    for _ in range(100_000):
        f = f + x
    f.backward()
    assert (float(f), x.grad) == (100_001, 100_001)
    del f
    gc.collect()


def test_a_wide_fork_is_visited_once_for_each_node():
    x = Tensor(1)
    f = x
    for _ in range(50):  # 2^50 paths
        f = f + f
    f.backward()
    assert x.grad == 2**50


def test_local_gradients_are_what_a_unit_upstream_brings_back():
    x, y = Tensor([1, 2]), Tensor(3)
    np.testing.assert_array_equal(local_gradients(x * y), [[3, 3], [1, 2]])
    np.testing.assert_array_equal(local_gradients(bw.sum(x)), [[1, 1]])
    assert local_gradients(Tensor([[1, 2], [3, 4]]) @ x) == (None, None)  # a matrix for each input
    assert local_gradients(x) == ()


def test_a_gradient_that_is_not_finite_is_kept_and_its_gate_named():
    x = Tensor(0)
    q = x**0.5
    q.name = "q"
    with pytest.warns(NonFiniteWarning, match=r"power \(output 'q'\) sent a gradient that is not finite"):
        (q * 2).backward()
    assert x.grad == np.inf


def test_finite_contributions_that_overflow_together_are_warned_of():
    x = Tensor(1, name="x")
    with pytest.warns(NonFiniteWarning, match="the gradient that reached x is not finite"):
        (x * 1e308 + (x - 2) * 1e308).backward()
    assert x.grad == np.inf
