"""What a tensor holds, how it is given new numbers, and what it refuses."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from backprop_widgets import Tensor, add, multiply
from backprop_widgets.autograd import topological_order


def test_numbers_become_float64():
    assert Tensor(3).data.dtype == Tensor([True, False]).data.dtype == Tensor(np.float32(0.5)).data.dtype == np.float64


def test_a_scalar_is_an_array_without_axes():
    x = Tensor(3)
    assert (x.shape, x.ndim, x.size, float(x)) == ((), 0, 1, 3.0)
    assert isinstance(x.data, np.ndarray)


def test_what_is_given_is_copied_in():
    given = np.array([1.0, 2.0])
    x = Tensor(given)
    given[0] = 100
    np.testing.assert_array_equal(x.data, [1, 2])


def test_a_tensor_made_from_a_tensor_is_a_new_leaf():
    x = Tensor([1.0, 2.0])
    y = Tensor(x * 2)
    assert y.is_leaf
    np.testing.assert_array_equal(y.data, [2, 4])


@pytest.mark.parametrize("made", [Tensor([1, 2]), Tensor(3.0), Tensor([1, 2]) * 3, Tensor(3) * 2], ids=repr)
def test_an_array_held_by_a_tensor_is_read_only(made):
    with pytest.raises(ValueError, match="read-only"):
        made.data[...] = 0


def test_new_data_replace_the_old_and_the_old_graph_keeps_its_numbers():
    x = Tensor([1.0, 2.0])
    y = x * x
    x.data = [10, 20]
    y.backward([1, 1])
    np.testing.assert_array_equal(x.data, [10, 20])
    np.testing.assert_array_equal(y.data, [1, 4])
    np.testing.assert_array_equal(x.grad, [2, 4])


def test_new_data_are_copied_in_too():
    x, new = Tensor([1.0, 2.0]), np.array([3.0, 4.0])
    x.data = new
    new[0] = 100
    np.testing.assert_array_equal(x.data, [3, 4])


def test_new_data_have_the_shape_of_the_old():
    with pytest.raises(ValueError, match=r"data of this leaf must have its shape \(2,\), got \(3,\)"):
        Tensor([1, 2]).data = [1, 2, 3]


def test_only_a_leaf_takes_new_data():
    q = Tensor(2) * Tensor(3)
    with pytest.raises(ValueError, match=r"only a leaf takes new data; .* was computed by multiply"):
        q.data = 1


@pytest.mark.parametrize(
    "given", ["3", None, 1j, {}, {1, 2}, b"12", np.datetime64("2020-01-01"), object()], ids=lambda x: type(x).__name__
)
def test_a_leaf_that_is_not_numeric_is_refused(given):
    with pytest.raises(TypeError, match=f"a Tensor takes real numbers or arrays of them, got {type(given).__name__}"):
        Tensor(given)


def test_a_list_of_tensors_is_refused():
    with pytest.raises(TypeError, match="takes real numbers or arrays of them, got list"):
        Tensor([Tensor(1), Tensor(2)])


def test_rows_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"a Tensor needs rows of equal length, got \[\[1, 2\], \[3\]\]"):
        Tensor([[1, 2], [3]])


def test_an_integer_that_no_float_can_hold_is_refused():
    with pytest.raises(ValueError, match=r"takes numbers up to 1.8e308"):
        Tensor(10**400)


@pytest.mark.parametrize("given", ["a", None, 1j, [None]], ids=repr)
def test_an_op_refuses_what_is_not_numeric_and_names_the_input(given):
    with pytest.raises(TypeError, match="add, input 2, takes real numbers or arrays of them, got"):
        Tensor(1) + given
    with pytest.raises(TypeError, match="multiply, input 1, takes real numbers or arrays of them, got"):
        multiply(given, 1)


def test_shapes_that_do_not_fit_are_refused_by_name():
    with pytest.raises(ValueError, match=r"add cannot combine shapes \(2,\) and \(3,\): sizes must be equal, or 1"):
        add([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match=r"matmul needs .* equal inner sizes, .* got \(2,\) @ \(3,\)"):
        Tensor([1, 2]) @ [1, 2, 3]
    with pytest.raises(ValueError, match=r"matmul needs vectors or matrices .* got \(\) @ \(3,\)"):
        Tensor(2) @ [1, 2, 3]


@pytest.mark.parametrize(
    ("computed", "expected"),
    [
        (lambda x: x + 2, 5),
        (lambda x: 2 + x, 5),
        (lambda x: x - 2, 1),
        (lambda x: 2 - x, -1),
        (lambda x: x * 2, 6),
        (lambda x: 2 * x, 6),
        (lambda x: x / 2, 1.5),
        (lambda x: 6 / x, 2),
        (lambda x: x**2, 9),
        (lambda x: 2**x, 8),
        (lambda x: -x, -3),
        (lambda x: +x, 3),
        (lambda x: np.float64(2) * x, 6),
        (lambda x: np.array(2.0) * x, 6),
        (lambda x: sum([x, x]), 6),  # Python's sum starts from 0
    ],
)
def test_operators_work_on_both_sides(computed, expected):
    assert float(computed(Tensor(3))) == expected


def test_an_array_on_the_left_leaves_the_work_to_the_tensor():
    x = Tensor([1.0, 2.0])
    for made in (np.array([3.0, 4.0]) * x, [3.0, 4.0] * x):
        assert isinstance(made, Tensor)
        np.testing.assert_array_equal(made.data, [3, 8])
    np.testing.assert_array_equal((np.eye(2) @ x).data, [1, 2])


def test_tensors_compare_by_value():
    x, y = Tensor(1), Tensor(2)
    assert x < y
    assert y > x
    assert x <= 1
    assert x >= 1
    assert not Tensor(0)


def test_a_tensor_is_not_iterated_over():
    with pytest.raises(TypeError, match="not iterated over"):
        list(Tensor([1, 2]))
    with pytest.raises(TypeError, match="a scalar Tensor has no length"):
        len(Tensor(1))
    assert len(Tensor([[1, 2, 3], [4, 5, 6]])) == 2


def test_gates_are_younger_than_a_tensor_that_a_longer_session_wrote_to_a_file():
    x = Tensor(3.0)
    x._age = 10**12
    y = x * x
    y._age = x._age + 1
    root = pickle.loads(pickle.dumps(y)) * 2  # noqa: S301
    root.backward()
    assert root.inputs[0].inputs[0].grad == 12


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda root: pickle.loads(pickle.dumps(root))])  # noqa: S301
def test_a_copy_of_a_graph_keeps_the_order_in_which_it_was_made(copied):
    x, y = Tensor(2.0, name="x"), Tensor(3.0, name="y")
    order = topological_order(copied(y * x))
    assert [tensor.name for tensor in order] == ["x", "y", None]


def test_an_attribute_that_a_tensor_does_not_have_is_refused():
    with pytest.raises(AttributeError, match="gradient"):
        Tensor(1).gradient = 0
