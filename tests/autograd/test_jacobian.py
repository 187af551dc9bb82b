"""The explicit Jacobian of a gate: right, named, and refused where it would be too large."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Tensor, concatenate, exp, log, matmul, mean, multiply, relu, reshape, softmax, transpose
from backprop_widgets import max as maximum_entry
from backprop_widgets import sum as total
from backprop_widgets.autograd.backward import backward
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.jacobian import STRUCTURES, has_structure, jacobian, jacobian_cost, structure

MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_rows_are_outputs_and_columns_are_inputs():
    output = matmul(Tensor(MATRIX), Tensor([1.0, -1.0, 2.0]))
    assert jacobian(output, 0).shape == (2, 6)
    np.testing.assert_array_equal(jacobian(output, 1), MATRIX)
    np.testing.assert_array_equal(jacobian(output, 0), [[1, -1, 2, 0, 0, 0], [0, 0, 0, 1, -1, 2]])


def test_the_jacobian_of_relu_is_diagonal_and_shows_which_units_are_open():
    np.testing.assert_array_equal(jacobian(relu(Tensor([1.0, -2.0, 3.0]))), np.diag([1, 0, 1]))


def test_the_columns_of_a_broadcast_input_add_up_its_copies():
    np.testing.assert_array_equal(jacobian(multiply(Tensor([1.0, 2.0]), Tensor(3.0)), 1), [[1], [2]])


@pytest.mark.parametrize(
    ("output", "slot", "name"),
    [
        (exp(Tensor([0.5, 1.0])), 0, "diagonal"),
        (Tensor([1.0, 2.0]) + Tensor([3.0, 4.0]), 0, "identity"),
        (transpose(Tensor(MATRIX)), 0, "permutation"),
        (reshape(Tensor(MATRIX), shape=6), 0, "identity"),
        (maximum_entry(Tensor(MATRIX), axis=0), 0, "zero-one"),
        (concatenate(Tensor([1.0]), Tensor([2.0, 3.0])), 1, "zero-one"),
        (mean(Tensor([1.0, 2.0, 3.0])), 0, "constant"),
        (total(Tensor([1.0, 2.0]) * Tensor([1.0, 2.0])), 0, "zero-one"),
        (matmul(Tensor(MATRIX), Tensor([1.0, -1.0, 2.0])), 1, "dense"),
        (matmul(Tensor([1.0, 2.0]), Tensor([3.0, 5.0])), 0, "row"),
        (softmax(Tensor([1.0, -2.0, 0.5])), 0, "dense"),
        (log(Tensor([2.0, 4.0])), 0, "diagonal"),
        (relu(Tensor([-1.0, -2.0])), 0, "zero"),
    ],
    ids=lambda value: value.gate.function.name if isinstance(value, Tensor) else str(value),
)
def test_the_structure_is_named(output, slot, name):
    assert structure(jacobian(output, slot)) == name


def test_a_rank_one_matrix_is_named():
    assert structure(np.outer([1.0, 2.0], [3.0, 4.0])) == "rank-one"


def test_every_structure_but_dense_refuses_some_matrix():
    odd = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 1.0]])
    assert [name for name in STRUCTURES if has_structure(odd, name)] == ["dense"]


def test_an_unknown_structure_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"a structure is one of zero, identity, .*, got 'triangular'"):
        has_structure(np.eye(2), "triangular")


@pytest.mark.parametrize("name", table)
def test_upstream_times_the_matrix_is_what_backward_sends(name):
    op = table[name]
    for sample in op.samples:
        inputs = [Tensor(x) for x in sample]
        output = op.apply(*inputs)
        upstream = np.linspace(-1.0, 2.0, output.size).reshape(output.shape)
        totals = {tensor: gradient for tensor, gradient, _ in backward(output, upstream)}
        for slot, source in enumerate(inputs):
            by_matrix = (upstream.ravel() @ jacobian(output, slot)).reshape(source.shape)
            np.testing.assert_allclose(totals.get(source, np.zeros(source.shape)), by_matrix, rtol=1e-12, atol=1e-12)


def test_a_jacobian_too_large_to_build_is_refused_with_what_it_would_cost():
    output = relu(Tensor(np.ones(4096)))
    cost = r"4,096 x 4,096 = 16,777,216 numbers \(128 MiB\); the product needs 8,192"
    with pytest.raises(ValueError, match=cost):
        jacobian(output)


def test_the_lectures_minibatch_would_need_a_tebibyte():
    cost = jacobian_cost(relu(Tensor(np.ones((100, 4096)))))
    assert cost.jacobian == 409_600**2
    assert "1.221 TiB" in str(cost)
    assert cost.product == 2 * 409_600


def test_a_leaf_and_a_missing_slot_are_refused():
    with pytest.raises(ValueError, match="a leaf has no Jacobian"):
        jacobian(Tensor(1.0))
    with pytest.raises(ValueError, match="slot must be between 0 and 0, got 1"):
        jacobian(exp(Tensor(1.0)), 1)
