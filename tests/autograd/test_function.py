"""A student's own Function: what it may return, and what it is told when it may not."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor


def function(forward=lambda ctx, x: 2 * x, backward=lambda ctx, upstream: 2 * upstream, **facts):
    """A Function as a student would write it, called Mine."""
    return type("Mine", (Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward), **facts})


class Swap(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * y, upstream * x


def test_a_function_of_two_inputs_returns_two_gradients():
    x, y = Tensor(3), Tensor(-4)
    Swap.apply(x, y).backward()
    assert (x.grad, y.grad) == (-4, 3)


def test_two_applications_keep_their_own_context():
    x, y = Tensor(3), Tensor(-4)
    (Swap.apply(x, x) + Swap.apply(y, y)).backward()
    assert (x.grad, y.grad) == (6, -8)


def test_one_input_needs_no_tuple_and_a_list_will_do():
    for backward in (lambda ctx, upstream: 2 * upstream, lambda ctx, upstream: [2 * upstream]):
        x = Tensor([1, 2])
        function(backward=backward).apply(x).backward([1, 1])
        np.testing.assert_array_equal(x.grad, [2, 2])


def test_options_reach_forward_and_the_context():
    def forward(ctx, x, *, times):
        return times * x

    x = Tensor(3)
    f = function(forward, lambda ctx, upstream: ctx.options["times"] * upstream).apply(x, times=5)
    f.backward()
    assert (float(f), x.grad) == (15, 5)


def test_an_input_nobody_asks_about_is_known_in_backward():
    asked = []

    def backward(ctx, upstream):
        asked.append(ctx.needs_input_grad)
        return upstream, None

    x = Tensor(3)
    function(lambda ctx, x, y: x + y, backward).apply(x, 1).backward()
    assert asked == [(True, False)]
    assert x.grad == 1


def test_none_for_an_input_that_was_asked_about_sends_nothing():
    x, y = Tensor(3), Tensor(4)
    function(lambda ctx, x, y: x + y, lambda ctx, upstream: (upstream, None)).apply(x, y).backward()
    assert (x.grad, y.grad) == (1, None)


def test_a_function_without_facts_has_its_class_name_on_the_gate():
    assert (Swap.name, Swap.symbol, Swap.role) == ("Swap", "Swap", "slope")


@pytest.mark.parametrize(
    "returned", ["12", None, [[1], [1, 2]], 1j, object(), {"a": 1}], ids=lambda x: type(x).__name__
)
def test_a_forward_that_returns_no_numbers_is_refused(returned):
    with pytest.raises(TypeError, match=r"Mine.forward must return real numbers, got"):
        function(lambda ctx, x: returned).apply(1)


def test_a_forward_that_returns_a_tensor_is_refused():
    with pytest.raises(TypeError, match=r"Mine.forward must return an array or a number, got a Tensor"):
        function(lambda ctx, x: Tensor(x)).apply(1)


@pytest.mark.parametrize(("returned", "count"), [((1.0, 2.0), 2), ((), 0)], ids=str)
def test_a_backward_with_another_number_of_gradients_is_refused(returned, count):
    f = function(backward=lambda ctx, upstream: returned).apply(Tensor(1))
    with pytest.raises(ValueError, match=f"Mine.backward must return 1 gradients, one for each input, got {count}"):
        f.backward()


def test_a_backward_with_another_shape_is_refused():
    f = function(backward=lambda ctx, upstream: np.ones(3)).apply(Tensor([1, 2]))
    with pytest.raises(ValueError, match=r"Mine.backward must return shape \(2,\) for input 1, got \(3,\)"):
        f.backward([1, 1])


def test_a_backward_that_returns_no_numbers_is_refused():
    f = function(backward=lambda ctx, upstream: "two").apply(Tensor(1))
    with pytest.raises(TypeError, match=r"Mine.backward must return numbers for input 1, got 'two'"):
        f.backward()


def test_a_backward_that_writes_into_its_upstream_is_refused():
    def backward(ctx, upstream):
        upstream *= 2
        return upstream

    for data in (1.0, [1.0, 2.0]):
        x = Tensor(data)
        with pytest.raises(ValueError, match="read-only"):
            function(backward=backward).apply(x).backward(np.ones(x.shape))


def test_a_forward_that_writes_into_its_input_is_refused():
    def forward(ctx, x):
        x += 1
        return x

    for data in (1.0, [1.0, 2.0]):
        with pytest.raises(ValueError, match="read-only"):
            function(forward).apply(Tensor(data))
        with pytest.raises(ValueError, match="read-only"):  # and is not told of shapes, which fit
            function(forward, elementwise=True).apply(Tensor(data))


def test_what_forward_forgot_is_said():
    with pytest.raises(NotImplementedError, match=r"a Function needs a static method forward\(ctx, ...\)"):
        type("Empty", (Function,), {}).apply(1)
    f = type("Half", (Function,), {"forward": staticmethod(lambda ctx, x: x)}).apply(Tensor(1))
    with pytest.raises(NotImplementedError, match=r"a Function needs a static method backward\(ctx, upstream\)"):
        f.backward()


def test_a_call_that_does_not_fit_is_told_what_may_come():
    with pytest.raises(TypeError, match=r"add\(x, y\) cannot be called so: missing a required argument: 'y'"):
        bw.add(1)
    with pytest.raises(TypeError, match=r"add\(x, y\) cannot be called so: too many positional arguments"):
        bw.add(1, 2, 3)
    with pytest.raises(TypeError, match=r"sum\(x, \*, axis=None, keepdims=False\) cannot be called so: .*'axes'"):
        bw.sum([1, 2], axes=0)


def test_inputs_may_be_given_by_name():
    x, y = Tensor(3), Tensor(-4)
    bw.multiply(x=x, y=y).backward()
    assert (x.grad, y.grad) == (-4, 3)
    assert list(inspect.signature(bw.sum).parameters) == ["x", "axis", "keepdims"]


@pytest.mark.parametrize(
    ("compute", "message", "value"),
    [
        (lambda: 1 / Tensor(0, name="x"), "divide gave inf from 1, x = 0; it is kept as it is", np.inf),
        (lambda: bw.log(Tensor(0)), "log gave -inf from 0", -np.inf),
        (lambda: bw.log(Tensor(-1)), "log gave nan from -1", np.nan),
        (lambda: bw.exp(Tensor(1000)), "exp gave inf from 1000", np.inf),
        (lambda: Tensor(1e200) * 1e200, r"multiply gave inf from 1e\+200, 1e\+200", np.inf),
        (lambda: Tensor(-1e308) - 1e308, r"subtract gave -inf from -1e\+308, 1e\+308", -np.inf),
        (lambda: Tensor([1e200]) @ [1e200], r"matmul gave inf from array of shape \(1,\), array", np.inf),
        (lambda: bw.sum([1e308, 1e308]), r"sum gave inf from array of shape \(2,\)", np.inf),
        (lambda: function(lambda ctx, x: x / 0).apply(1), "Mine gave inf from 1", np.inf),
    ],
    ids=["1/0", "log 0", "log -1", "exp", "multiply", "subtract", "matmul", "sum", "student"],
)
def test_a_value_that_is_not_finite_is_kept_and_its_gate_named_once(compute, message, value):
    with pytest.warns(NonFiniteWarning, match=message) as caught:
        result = compute()
    assert len(caught) == 1  # numpy has nothing to add
    np.testing.assert_equal(float(result), value)


def test_only_the_first_gate_is_warned_of():
    with pytest.warns(NonFiniteWarning, match="exp gave inf"):
        e = bw.exp(Tensor(1000))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(float(e - e))
        assert np.isnan(float(e * 0))
        assert float(1 / e) == 0
        assert float(bw.maximum(e, e)) == np.inf


def test_a_context_keeps_what_else_a_student_puts_there():
    class Keeps(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.factor = 7.0
            return 7.0 * x

        @staticmethod
        def backward(ctx, upstream):
            return ctx.factor * upstream

    x = Tensor(1)
    Keeps.apply(x).backward()
    assert x.grad == 7
