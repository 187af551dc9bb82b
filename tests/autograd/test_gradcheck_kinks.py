"""At a kink the gradient check leaves an entry out and says so; beside it, it compares."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor
from backprop_widgets.autograd.gradcheck import gradcheck


def kinked(slope, value=lambda x: np.maximum(x, 0)):
    """A student's gate that says nothing of its kink."""

    class Kinked(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return value(x)

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * slope(x)

    return Kinked


@pytest.mark.parametrize(
    "gate",
    [
        kinked(np.sign, np.abs),
        kinked(lambda x: 2 * abs(x), lambda x: x * abs(x)),  # a kink of the slope
        kinked(lambda x: 2 * np.maximum(x, 0), lambda x: np.maximum(x, 0) ** 2),
        kinked(lambda x: 0 * x, lambda x: np.heaviside(x, 0.0)),  # a jump
        kinked(lambda x: 0 * x, np.floor),
    ],
    ids=["|x|", "x|x|", "relu²", "step", "floor"],
)
def test_kinks_and_jumps_are_told_from_noise(gate):
    (found,) = gradcheck(gate, [0.0, -1.5, 0.7]).inputs
    assert (found.is_right, found.compared, found.kinks) == (True, 2, 1)


@pytest.mark.parametrize(
    "slope", [lambda x: x > 0, lambda x: x >= 0, lambda x: np.heaviside(x, 0.5)], ids=[">", ">=", "1/2"]
)
def test_any_slope_at_a_kink_passes_and_is_counted(slope):
    (found,) = gradcheck(kinked(slope), [0.0, 1.0, -1.0]).inputs
    assert (found.is_right, found.compared, found.kinks) == (True, 2, 1)


@pytest.mark.parametrize("distance", [1e-9, -1e-6, 8e-6], ids=str)
def test_a_kink_within_the_step_is_counted(distance):
    assert [found.kinks for found in gradcheck(kinked(lambda x: x > 0), [distance, 1.0]).inputs] == [1]


@pytest.mark.parametrize("distance", [1.5e-5, -3e-5, 1e-4], ids=str)
def test_a_kink_beyond_the_step_is_no_excuse(distance):
    assert [found.kinks for found in gradcheck(kinked(lambda x: x > 0), [distance, 1.0]).inputs] == [0]
    assert not gradcheck(kinked(lambda x: x < 0), [distance])


def test_a_wrong_slope_away_from_the_kink_is_caught():
    assert gradcheck(bw.abs, [0.0, -2.0])
    assert not gradcheck(lambda x: bw.abs(x) + Tensor(x.data), [0.0, -2.0])


def test_when_everything_is_at_a_kink_the_report_says_that_nothing_was_compared():
    assert "x: nothing to compare, 1 left out at a kink" in str(gradcheck(bw.relu, 0.0))
