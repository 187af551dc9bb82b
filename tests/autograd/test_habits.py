"""What students write out of habit from numpy, PyTorch and micrograd."""

import operator
import pydoc

import numpy as np
import pytest

from backprop_widgets import Tensor, record, square, sum
from backprop_widgets.autograd.function import table

SAME_IN_NUMPY = [name for name in table if isinstance(getattr(np, name, None), np.ufunc)]


@pytest.mark.parametrize("given", [3.0, [1.0, 2.0]], ids=["scalar", "vector"])
@pytest.mark.parametrize("name", ["iadd", "isub", "imul", "itruediv", "ipow"])
def test_data_changed_in_place_are_replaced_and_the_old_graph_keeps_its_numbers(given, name):
    x = Tensor(given)
    y = square(x)
    before = x.data
    x.data = getattr(operator, name)(x.data, 2.0)  # what Python does for `x.data -= 2.0`
    np.testing.assert_array_equal(x.data, getattr(operator, name[1:])(np.array(given), 2.0))
    np.testing.assert_array_equal(before, given)
    y.backward(np.ones(y.shape))
    np.testing.assert_array_equal(x.grad, 2 * np.array(given))


def test_a_descent_step_is_written_as_in_pytorch():
    w = Tensor([1.0, 2.0])
    sum(w * w).backward()
    w.data -= 0.5 * w.grad
    np.testing.assert_array_equal(w.data, [0, 0])


def test_one_entry_is_not_changed_and_the_message_says_what_to_write():
    x = Tensor([1.0, 2.0])
    x.grad = [3.0, 4.0]
    for array in (x.data, x.grad):
        with pytest.raises(ValueError, match=r"read-only.*x\.data = x\.data - 0\.1 \* x\.grad, .* x\.grad = None"):
            array[0] = 5


def test_a_copy_of_the_data_is_changed_in_place_as_any_array():
    x = Tensor([1.0, 2.0])
    copy = same = x.data.copy()
    copy[0] = 5
    copy -= 1
    assert copy is same
    np.testing.assert_array_equal(copy, [4, 1])
    np.testing.assert_array_equal(x.data, [1, 2])


def test_what_is_computed_from_the_data_is_an_ordinary_array_or_number():
    x = Tensor([1.0, 2.0])
    assert type(x.data * 2) is np.ndarray
    assert type(np.exp(x.data)) is np.ndarray
    assert type(Tensor(3.0).data * 2) is np.float64
    assert repr(x.data) == "array([1., 2.])"


def test_a_gradient_is_forgotten_or_replaced_by_assigning():
    x = Tensor([1.0, 2.0])
    sum(x * x).backward()
    x.grad = np.clip(x.grad, -3, 3)
    np.testing.assert_array_equal(x.grad, [2, 3])
    x.grad *= 0
    sum(x).backward()
    np.testing.assert_array_equal(x.grad, [1, 1])
    x.grad = None
    assert x.grad is None


def test_a_gradient_has_the_shape_of_its_leaf():
    with pytest.raises(ValueError, match=r"grad of this leaf must have its shape \(2,\), got \(\)"):
        Tensor([1.0, 2.0]).grad = 0
    q = Tensor(1.0) * 2
    with pytest.raises(ValueError, match=r"only a leaf keeps a gradient; .* was computed by multiply"):
        q.grad = 0


def test_there_are_functions_of_one_name_to_compare():
    assert len(SAME_IN_NUMPY) > 10


@pytest.mark.parametrize("name", SAME_IN_NUMPY)
def test_a_function_of_numpy_is_the_op_of_its_name(name):
    given = [np.abs(x) + 0.5 for x in table[name].samples[0]]
    tensors = [Tensor(x) for x in given]
    made = getattr(np, name)(*tensors)
    assert made.gate.function is table[name]
    np.testing.assert_allclose(made.data, getattr(np, name)(*given))


def test_a_function_with_calls_of_numpy_is_recorded():
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    assert record(sigmoid, x=0).gradient("x") == 0.25


def test_functions_of_numpy_that_reduce_are_ops_too():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert np.sum(x).gate.function is table["sum"]
    assert np.max(x, axis=0, keepdims=True).shape == (1, 2)
    np.testing.assert_array_equal(np.negative(x).data, -x.data)
    np.testing.assert_array_equal(np.abs(-x).data, abs(-x).data)


def test_a_comparison_in_numpy_looks_at_the_numbers():
    x = Tensor([1.0, 3.0])
    np.testing.assert_array_equal(np.array([2.0, 2.0]) > x, [True, False])
    np.testing.assert_array_equal(np.isnan(x), [False, False])


def test_a_function_of_numpy_without_an_op_is_refused():
    x = Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match=r"np\.floor would lose the gradient of a Tensor: there are abs, .*x\.data"):
        np.floor(x)
    with pytest.raises(TypeError, match=r"np\.dot would lose the gradient of a Tensor: write x @ y"):
        np.dot(x, x)
    with pytest.raises(TypeError, match=r"would lose its gradient: for its numbers alone take w\.data"):
        np.array(Tensor(3.0, name="w"))


@pytest.mark.parametrize(("name", "instead"), {"exp": r"exp\(x\)", "item": r"float\(x\)", "numpy": r"x\.data"}.items())
def test_a_method_of_another_library_is_told_how_it_is_written_here(name, instead):
    with pytest.raises(AttributeError, match=f"a Tensor has no attribute '{name}': write {instead}"):
        getattr(Tensor(1.0), name)


def test_an_attribute_that_nobody_has_is_refused():
    with pytest.raises(AttributeError, match=r"no attribute 'gard'"):
        Tensor(1.0).gard  # noqa: B018


@pytest.mark.parametrize("asked", [Tensor(1.0), Tensor], ids=["tensor", "class"])  # Jupyter asks both for one tensor
def test_completion_offers_no_attribute_that_only_says_what_to_write_instead(asked):
    offered = dir(asked)
    assert "grad" in offered
    assert not {"item", "exp", "sum", "options", "saved_tensors"}.intersection(offered)
    assert not hasattr(asked, "exp")


def test_help_tells_of_no_attribute_that_only_says_what_to_write_instead():
    text = pydoc.plain(pydoc.render_doc(Tensor))
    assert "zero_grad(self)" in text
    assert not {"item", "exp", "sum", "tolist"}.intersection(text.split())


def test_a_scalar_is_written_with_the_decimals_asked_for():
    assert f"{Tensor(3.14159):.2f}" == "3.14"
    assert f"{Tensor([1.0, 2.0])}" == "Tensor([1., 2.])"


def test_a_name_is_a_text():
    with pytest.raises(TypeError, match="a Tensor's name is a text, got 3"):
        Tensor(1.0, name=3)
