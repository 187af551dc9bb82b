"""What a gradient check reports. The usual mistakes are in test_gradcheck_table and test_gradcheck_problems."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, gradcheck
from backprop_widgets.ops.activations import ReLU
from tests.autograd.square import Square

SQUARE = [[1.0, 2.0], [3.0, 5.0]]


class ChangesSign(Square):
    @staticmethod
    def backward(ctx, upstream):
        return -Square.backward(ctx, upstream)


@pytest.mark.parametrize("right", [[1.0, -2.0, 0.0], 3.0, SQUARE], ids=str)
def test_a_right_function_passes(right):
    assert gradcheck(Square, right)


class Product(Function):
    """A matrix product whose backward may transpose or not."""

    transposes = (True, True)

    @classmethod
    def apply_with(cls, *transposes):
        return type("Product", (cls,), {"transposes": transposes})

    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x @ w

    @staticmethod
    def backward(ctx, upstream):
        x, w = ctx.saved_tensors
        x_turned, w_turned = ctx.function.transposes
        return upstream @ (w.T if w_turned else w), (x.T if x_turned else x) @ upstream


@pytest.mark.parametrize("transposes", [(True, True), (False, True), (True, False), (False, False)], ids=str)
def test_a_missing_transpose_is_caught_though_the_shapes_fit(transposes):
    assert bool(gradcheck(Product.apply_with(*transposes), SQUARE, [[2.0, -1.0], [0.5, 3.0]])) == all(transposes)


def test_each_input_has_its_own_verdict():
    class SecondIsWrong(Function):
        @staticmethod
        def forward(ctx, x, y):
            return x + y

        @staticmethod
        def backward(ctx, upstream):
            return upstream, 2 * upstream

    report = gradcheck(SecondIsWrong, 1.0, 2.0)
    assert [(found.name, found.is_right) for found in report.inputs] == [("x", True), ("y", False)]


def test_a_wrong_entry_is_named_with_both_numbers():
    class LastIsWrong(Square):
        @staticmethod
        def backward(ctx, upstream):
            right = Square.backward(ctx, upstream)
            return np.where(np.arange(3) == 2, 0, right)

    report = gradcheck(LastIsWrong, [1.0, 2.0, 3.0])
    (found,) = report.inputs
    assert found.entry == (2,)
    assert found.analytical == 0
    assert abs(found.numerical) > 1
    assert f"x[2]: WRONG, numerical {found.numerical:.6g}, analytical 0" in str(report)


def test_a_function_of_tensors_is_checked_through_all_its_gates():
    assert gradcheck(lambda x, y: bw.tanh(x @ y) / (1 + bw.exp(-x)) + bw.mean(y), SQUARE, [[1.0], [-0.5]])
    assert not gradcheck(lambda x: ChangesSign.apply(x) + bw.exp(x), 0.5)


def test_an_input_without_influence_has_gradient_0():
    report = gradcheck(lambda x, y: x * 2, 3.0, 4.0)
    assert report
    assert (report.inputs[1].numerical, report.inputs[1].analytical) == (0, 0)


class StudentsReLU(Function):
    """Says nothing of its kink."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return np.maximum(x, 0)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * (x > 0)


@pytest.mark.parametrize(
    ("f", "inputs", "kinks"),
    [
        (bw.relu, ([0.0, 1.0, -1.0],), [1]),
        (bw.relu, (-1e-6,), [1]),  # the difference quotient sees 0.45 where the slope is 0
        (bw.maximum, ([1.0, 2.0], [1.0, 5.0]), [1, 1]),
        (lambda x: bw.relu(x) * x, (0.0,), [1]),
        (StudentsReLU.apply, ([0.0, 1.0, -1.0],), [1]),
        (StudentsReLU.apply, (-1e-6,), [1]),
        (lambda x: x * 3 if x > 1 else x + 2, (1.0,), [1]),  # the student's own branch
    ],
    ids=["relu", "near 0", "max", "composed", "student's", "near 0, student's", "if"],
)
def test_a_kink_is_counted_and_not_failed(f, inputs, kinks):
    report = gradcheck(f, *inputs)
    assert report
    assert [found.kinks for found in report.inputs] == kinks
    assert f"{kinks[0]} left out at a kink" in str(report)


def test_a_wrong_slope_beside_a_kink_is_still_caught():
    class LeakyByMistake(ReLU):
        @staticmethod
        def backward(ctx, upstream):
            (is_open,) = ctx.saved_tensors
            return np.where(is_open, upstream, 0.1 * upstream)

    report = gradcheck(LeakyByMistake, [0.0, -1.0])
    assert not report
    assert report.inputs[0].entry == (1,)


def test_a_function_that_fails_is_reported_with_its_message():
    report = gradcheck(lambda x: x @ x, 3.0)
    assert not report
    assert "ValueError: matmul needs vectors or matrices" in str(report)


def test_points_stay_where_the_function_is_defined():
    class Arc(Function):
        """The upper half of a circle: defined up to x = 1."""

        @staticmethod
        def forward(ctx, x):
            z = np.sqrt(1 - x * x)
            ctx.save_for_backward(x, z)
            return z

        @staticmethod
        def backward(ctx, upstream):
            x, z = ctx.saved_tensors
            return -upstream * x / z

    assert gradcheck(Arc, 0.9)


def test_an_infinite_slope_is_wrong_unless_both_say_so():
    assert not gradcheck(lambda x: x**0.5, 0.0)


def test_another_seed_draws_another_upstream():
    first, second = (gradcheck(Square, 3.0, seed=seed).inputs[0].numerical for seed in (0, 1))
    assert first != second
