"""Constants: arrays written into an expression, data held by a tensor, and tensors made for data and labels."""

import copy
import operator as op
import pickle

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Tensor, train
from backprop_widgets.autograd import backward
from backprop_widgets.autograd.jacobian import jacobian, jacobian_cost

DATA = [[1.0, 2.0], [3.0, 4.0]]


def test_no_gradient_is_computed_for_a_constant():
    X, w = Tensor(DATA, is_constant=True), Tensor([1.0, -1.0])
    loss = bw.sum((X @ w) ** 2)
    loss.backward()
    np.testing.assert_array_equal(w.grad, [-8.0, -12.0])
    assert X.grad is None


@pytest.mark.parametrize("given", [DATA, 3.0], ids=["array", "scalar"])
def test_a_tensor_is_no_constant_unless_it_is_said(given):
    x = Tensor(given)
    assert not x.is_constant
    bw.sum(x * x).backward()
    np.testing.assert_array_equal(x.grad, 2 * np.array(given))


def test_a_graph_of_constants_alone_has_no_gradient():
    k = Tensor(3.0, is_constant=True)
    (k * k).backward()
    k.backward()
    assert k.grad is None


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))],  # noqa: S301
    ids=["copy", "deep copy", "file"],
)
def test_a_copy_of_a_constant_is_a_constant(again):
    X = again(Tensor(DATA, name="X", is_constant=True))
    assert X.is_constant
    assert X.name == "X"
    np.testing.assert_array_equal(X.data, DATA)


def test_a_constant_takes_new_data_as_a_new_batch():
    X, w = Tensor(DATA, is_constant=True), Tensor([1.0, 1.0])
    first = bw.sum(X @ w)
    X.data = np.array(DATA) * 10
    assert (float(first), float(bw.sum(X @ w))) == (10, 100)


def test_labels_may_be_a_constant():
    W = Tensor([[0.5, -0.5], [0.25, 0.0]])
    gradients = []
    for labels in ([1, 0], Tensor([1, 0], is_constant=True)):
        W.zero_grad()
        bw.softmax_cross_entropy(np.array(DATA) @ W, labels).backward()
        gradients.append(W.grad)
    np.testing.assert_array_equal(*gradients)


def test_training_on_constants_goes_as_on_arrays():
    runs = []
    for given in (np.array(DATA), Tensor(DATA, is_constant=True)):
        w = Tensor([1.0, -1.0], name="w")
        runs.append(
            [step.loss for step in train(lambda X=given, w=w: bw.mean((X @ w - 1) ** 2), w, rate=0.02, steps=5)]
        )
    assert runs[0] == runs[1]
    assert runs[0][-1] < runs[0][0]


def test_a_constant_is_not_trained():
    with pytest.raises(ValueError, match="parameter w is a constant: no gradient is computed for it"):
        train(lambda: Tensor(0.0), Tensor(3.0, name="w", is_constant=True))


def test_the_jacobian_by_a_constant_is_refused_rather_than_zero():
    product = Tensor(DATA, is_constant=True) @ Tensor([1.0, 1.0])
    with pytest.raises(ValueError, match="input 0 of matmul is a constant: no gradient is computed for it"):
        jacobian(product, 0)
    np.testing.assert_array_equal(jacobian(product, 1), DATA)
    assert jacobian_cost(product, 0).jacobian == 8  # what it would hold is known


@pytest.mark.parametrize("apply", [op.add, op.sub, op.mul, op.truediv, op.pow, op.matmul])
def test_an_array_on_either_side_of_an_operator_is_a_constant_that_was_copied(apply):
    array, x = np.array([[1.0, 2.0], [3.0, 4.0]]), Tensor([[0.5, 1.0], [2.0, 1.5]])
    made, wanted = [apply(array, x), apply(x, array)], [apply(array, x.data), apply(x.data, array)]
    array[...] = 0
    for tensor, numbers in zip(made, wanted, strict=True):
        np.testing.assert_array_equal(tensor.data, numbers)
        assert [source.is_constant for source in tensor.inputs].count(True) == 1
        assert all(source.data.any() for source in tensor.inputs)


def test_data_held_by_a_tensor_are_a_constant_that_is_not_copied():
    held, x = Tensor([[1.0, 2.0], [3.0, 4.0]]).data, Tensor([[0.5, 1.0], [2.0, 1.5]])
    for product in (held @ x, x * held):
        (constant,) = [source for source in product.inputs if source.is_constant]
        assert np.shares_memory(constant._value, held)
        assert type(constant._value) is np.ndarray
    changed = held.copy()  # an array of one's own
    total = bw.sum(changed * x)
    changed[...] = 0
    total.backward()
    np.testing.assert_array_equal(x.grad, held)


def test_held_data_times_arrays_and_lists_is_an_ordinary_array():
    held = Tensor([[1.0, 2.0], [3.0, 4.0]]).data
    for other in (held, np.array(held), held.tolist()):
        product = held @ other
        assert type(product) is np.ndarray
        np.testing.assert_array_equal(product, [[7.0, 10.0], [15.0, 22.0]])
    with pytest.raises(ValueError, match="mismatch"):
        held @ np.ones(3)


def test_a_gate_of_a_constant_sends_nothing():
    x = Tensor(3)
    constant = bw.relu(2) * bw.exp([0.0, 0.0])
    visits = {tensor.gate.function.name: sent for tensor, _, sent in backward(bw.sum(constant * x)) if tensor.gate}
    assert visits["relu"] == (None,)
    assert visits["exp"] == (None,)


def test_a_constant_keeps_no_gradient_even_where_the_pass_starts_from_it():
    constant = (Tensor([1.0, 2.0]) * [3.0, 4.0]).inputs[1]
    constant.backward([1.0, 1.0])
    assert constant.grad is None
    assert list(backward(constant, [1.0, 1.0])) == []
