"""Where the engine takes a shorter way, it comes to the same: floats, gates of the package's own, leaves only."""

from __future__ import annotations

import contextvars
import re
import threading
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor
from backprop_widgets.autograd import backward
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.quiet import quietly

MOVES = {
    "+": lambda x, y: x + y,
    "*": lambda x, y: x * y,
    "-": lambda x, y: x - y,
    "/ 4": lambda x, y: x / 4,
    "** 2": lambda x, y: x**2,
    "3 -": lambda x, y: 3 - y,
    "relu": lambda x, y: bw.relu(x),
    "tanh": lambda x, y: bw.tanh(y),
    "copy": lambda x, y: x + Mine.apply(y),
}


class Mine(Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        return 2 * upstream


def grown(leaves, moves):
    tensors = list(leaves)
    for move, first, second in moves:
        tensors.append(bw.tanh(MOVES[move](tensors[first % len(tensors)], tensors[second % len(tensors)])))
    return bw.sum(tensors[-1])


moves = st.lists(st.tuples(st.sampled_from(list(MOVES)), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)


@given(moves, st.booleans())
def test_backward_leaves_what_the_generator_yields_for_each_leaf(moves, of_arrays):
    leaves = [Tensor([0.5, -1.5]), Tensor(2.0), Tensor([[1.0], [-0.25]])] if of_arrays else [Tensor(0.5), Tensor(-1.5)]
    root = grown(leaves, moves)
    yielded = {tensor: total for tensor, total, _ in backward(root) if tensor.is_leaf}
    root.backward()
    for leaf in leaves:
        assert (leaf.grad is None) == (leaf not in yielded)
        if leaf.grad is not None:
            np.testing.assert_array_equal(leaf.grad, yielded[leaf])


@given(moves)
def test_floats_and_arrays_of_one_entry_come_to_the_same(moves):
    floats, arrays = [Tensor(0.5), Tensor(-1.5)], [Tensor([0.5]), Tensor([-1.5])]
    for leaves in (floats, arrays):
        grown(leaves, moves).backward()
    for x, y in zip(floats, arrays, strict=True):
        assert (x.grad is None) == (y.grad is None)
        if x.grad is not None:
            np.testing.assert_allclose(x.grad, y.grad[0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("data", [-2.0, [-2.0, 3.0]], ids=str)
def test_a_closed_relu_stops_an_infinite_gradient(data):
    x = Tensor(data)
    with pytest.warns(NonFiniteWarning) if np.ndim(data) else np.errstate():
        bw.relu(x).backward(np.full(x.shape, np.inf))
    np.testing.assert_array_equal(x.grad, [0, np.inf] if np.ndim(data) else 0)


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(float).max, reason="no number is beyond float64 here")
def test_an_upstream_gradient_beyond_float64_is_infinite_and_told_of_once():
    x = Tensor(2.0)
    with np.errstate(all="raise"), pytest.warns(NonFiniteWarning) as caught:
        x.backward(np.finfo(np.longdouble).max)
    assert (x.grad, len(caught)) == (np.inf, 1)


@pytest.mark.parametrize(
    ("name", "sample"), [(name, sample) for name, function in table.items() for sample in function.samples], ids=str
)
def test_gradients_are_float64_in_the_shape_of_the_input_and_read_only(name, sample):
    leaves = [x if slot in table[name].labels else Tensor(x) for slot, x in enumerate(sample)]
    output = table[name].apply(*leaves)
    output.backward(np.ones(output.shape))
    for leaf in [leaf for leaf in leaves if isinstance(leaf, Tensor)]:
        assert (leaf.grad.dtype, leaf.grad.shape) == (np.float64, leaf.shape)
        assert not leaf.grad.flags.writeable


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "reshape", "transpose", "tanh", "l2"])
@pytest.mark.parametrize("passes", [1, 2])
def test_the_gradient_of_a_scalar_is_kept_as_a_float(name, passes):
    x = Tensor(3.0)
    options = {"shape": ()} if name == "reshape" else {}
    root = getattr(bw, name)(x, **options) * 2.0
    for _ in range(passes):
        root.backward()
    assert type(x._grad) is float


def test_whatever_is_handed_out_is_read_only():
    shown = []

    class Looks(Function):
        @staticmethod
        def forward(ctx, x):
            shown.append(x)
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            shown.append(upstream)
            return 2 * upstream

    x = Tensor([1.0, 2.0])
    root = bw.sum(Looks.apply(x * x) * x)
    root.backward()
    shown += [tensor.data for tensor, _, _ in backward(root)] + [x.grad]
    for _, total, sent in backward(root):
        shown += [given for given in (total, *sent) if isinstance(given, np.ndarray)]
    assert len(shown) > 9
    for array in shown:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_numpy_is_silenced_inside_and_left_as_it_was():
    before = np.geterr()
    assert quietly(np.geterr) == dict.fromkeys(before, "ignore")
    assert np.geterr() == before
    with pytest.raises(RuntimeWarning, match="divide by zero"):
        np.float64(1) / 0


def test_gates_of_two_threads_and_gates_inside_a_gate_do_not_meet():
    class Nested(Function):
        @staticmethod
        def forward(ctx, x):
            return (Tensor(x) @ Tensor(x)).data

        @staticmethod
        def backward(ctx, upstream):
            return upstream

    found = []
    work = [threading.Thread(target=lambda: found.append(Nested.apply(np.ones((3, 3))).data)) for _ in range(8)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    np.testing.assert_array_equal(found, np.full((8, 3, 3), 3.0))


def test_what_a_student_makes_of_one_of_ours_is_checked():
    wrong = type("Wrong", (table["sum"],), {"backward": staticmethod(lambda ctx, upstream: np.ones(5))})
    assert (table["sum"].is_ours, wrong.is_ours) == (True, False)
    with pytest.raises(ValueError, match=r"must return shape \(2,\) for input 1, got \(5,\)"):
        wrong.apply(Tensor([1, 2])).backward()


@pytest.mark.parametrize("shape", [(2,), (1, 2), (2, 1)], ids=str)
def test_a_function_that_calls_itself_elementwise_and_is_not_is_told_of_the_shape(shape):
    class Total(Function):
        elementwise = True

        @staticmethod
        def forward(ctx, x):
            return np.sum(x, axis=-1)

        @staticmethod
        def backward(ctx, upstream):
            return upstream

    x = Tensor(np.ones(shape))
    root = Total.apply(x * 1.0) + x
    with pytest.raises(ValueError, match=rf"Total.backward must return shape {re.escape(str(shape))} for input 1, got"):
        root.backward(np.ones(root.shape))
    assert x.grad is None


def test_integer_labels_and_rows_of_them_give_the_same_loss_and_gradient():
    scores, labels = [[1.0, 2.0, 3.0], [0.0, -1.0, 1000.0]], [2, 0]
    found = []
    for given_labels in (labels, np.eye(3)[labels]):
        x = Tensor(scores)
        loss = bw.softmax_cross_entropy(x, given_labels)
        loss.backward()
        found.append([float(loss), *x.grad.ravel()])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-14, atol=1e-300)
    assert found[0][0] == pytest.approx(500 + np.log(1 + np.exp(-1) + np.exp(-2)) / 2)


def test_what_a_gate_sent_stays_as_it_is_when_the_totals_are_summed():
    W, x = Tensor([[1.0, 2.0], [3.0, -4.0]]), Tensor([1.0, 2.0])
    visits = list(backward(bw.sum((W @ x) * x) + bw.l2(x)))
    (sent,) = [sent for tensor, _, sent in visits if tensor.gate and tensor.gate.function.name == "matmul"]
    np.testing.assert_array_equal(sent[1], W.data.T @ x.data)
    (total,) = [total for tensor, total, _ in visits if tensor is x]
    np.testing.assert_array_equal(total, W.data.T @ x.data + W.data @ x.data + 2 * x.data)


def test_only_a_gate_that_says_so_may_have_its_gradients_added_to():
    class Mine(table["matmul"]):
        pass

    assert (table["matmul"].sends_new, Mine.sends_new, table["add"].sends_new) == (True, False, False)


def test_gates_of_arrays_do_not_share_the_zeros_they_compare_with():
    x = Tensor([-1.0, -2.0])
    first = bw.relu(x)
    assert not np.shares_memory(first._value, bw.relu(x)._value)
    np.testing.assert_array_equal(bw.relu(Tensor(np.full((300, 300), -1.0))).data, np.zeros((300, 300)))


def test_a_rate_times_a_gradient_is_an_ordinary_array_and_times_a_tensor_a_gate():
    x = Tensor([1.0, 2.0])
    scaled = 0.5 * x.data
    assert type(scaled) is np.ndarray
    np.testing.assert_array_equal(scaled, [0.5, 1.0])
    assert type(0.5 * Tensor(3.0).data) is np.float64
    assert (x.data * x).function is table["multiply"]
    assert (x * x.data).function is table["multiply"]


def test_a_students_gate_runs_backward_in_the_context_of_the_caller():
    asked, seen = contextvars.ContextVar("asked", default="nobody"), []

    class Asks(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1.0

        @staticmethod
        def backward(ctx, upstream):
            seen.append(asked.get())
            return np.exp(upstream * 1e3)  # overflows: our warning, not numpy's

    asked.set("the caller")
    x = Tensor([1.0, 2.0])
    with pytest.warns(NonFiniteWarning) as caught:
        bw.sum(Asks.apply(x)).backward()
    assert set(seen) == {"the caller"}
    assert [warning.category for warning in caught] == [NonFiniteWarning]


@pytest.mark.parametrize("upstream", [1.5, -np.inf, np.nan])
@pytest.mark.parametrize("name", ["relu", "maximum", "minimum", "maxout"])
def test_a_gate_that_does_not_choose_an_entry_sends_it_a_plain_0(name, upstream):
    x, y = Tensor(np.linspace(-2, 2, 9)), Tensor(np.linspace(1, -1, 9) + 0.1)
    inputs = [x] if name == "relu" else [x, y]
    root = getattr(bw, name)(*inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)
        root.backward(np.full(9, upstream))
    best = root.data if name != "relu" else np.where(x.data > 0, x.data, np.nan)
    for leaf in inputs:
        np.testing.assert_array_equal(leaf.grad, np.where(leaf.data == best, upstream, 0.0))
        assert not np.signbit(leaf.grad[leaf.data != best]).any()


def test_a_gate_is_one_object_whoever_asks_and_keeps_what_its_forward_saved():
    x, y = Tensor(3.0), Tensor([1.0, 2.0])
    q = x * y
    assert q.gate is q.gate
    assert (q.gate.function, q.gate.inputs) == (table["multiply"], (x, y))
    assert q.gate.saved_tensors[1] is y._value
    assert x.gate is None
    assert q.gate.groups == ()
    with bw.gate("scaled") as group:
        assert (x * y).gate.groups == (group,)
        assert q.gate.groups == (), "a gate that was made before"
