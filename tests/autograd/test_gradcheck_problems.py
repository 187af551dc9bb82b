"""Mistakes that the gradient check names instead of showing numbers, and right backwards that it does not accuse."""

from __future__ import annotations

import random

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.gradcheck import MOST, gradcheck
from tests.autograd.square import Square

X = [0.4, -1.3, 2.6]
OTHER_FORWARD = "backward uses what another forward has left: keep it on ctx, not on the class or in a global variable"
SECOND_TIME = "backward gives other numbers the second time: it changes what forward has saved"
IN_PLACE = "(it changes an array that it was given: compute a new one)"


class StateOnTheClass(Square):
    @staticmethod
    def forward(ctx, x):
        StateOnTheClass.x = x
        return x**2

    @staticmethod
    def backward(ctx, upstream):
        return 2 * StateOnTheClass.x * upstream


class MaskOnTheClass(Square):
    @staticmethod
    def forward(ctx, x):
        MaskOnTheClass.mask = x > 0  # the same for inputs that have moved by little only
        return np.maximum(x, 0)

    @staticmethod
    def backward(ctx, upstream):
        return upstream * MaskOnTheClass.mask


class StackOfInputs(Square):
    stack: list = []  # noqa: RUF012

    @staticmethod
    def forward(ctx, x):
        StackOfInputs.stack.append(x)
        return x**2

    @staticmethod
    def backward(ctx, upstream):
        return 2 * StackOfInputs.stack.pop() * upstream


class ChangesItsInput(Square):
    @staticmethod
    def forward(ctx, x):
        x *= x
        return x


class ChangesItsUpstream(Square):
    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        upstream *= 2 * x
        return upstream


class ChangesASavedInput(Square):
    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        x *= 2
        return x * upstream


class ChangesWhatItSaved(Square):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(2 * x)
        return x**2

    @staticmethod
    def backward(ctx, upstream):
        (local,) = ctx.saved_tensors
        local *= upstream
        return local.copy()


class CountsItsCalls(Square):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.factor = 2
        return x**2

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        ctx.factor += 1
        return (ctx.factor - 1) * x * upstream


class SavesNothing(Square):
    @staticmethod
    def forward(ctx, x):
        return x * x


class DrawsAtRandom(Square):
    @staticmethod
    def forward(ctx, x):
        ctx.mask = np.array([random.random() for _ in x])  # noqa: S311
        return x * ctx.mask

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.mask


class HalfPrecisionForward(Square):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return np.float32(x) ** 2


class HalfPrecisionBackward(Square):
    @staticmethod
    def backward(ctx, upstream):
        return np.float32(Square.backward(ctx, upstream))


class LossWithState(Function):
    """Keeps its scores on the class, and insists on a whole label."""

    labels = (1,)

    @staticmethod
    def forward(ctx, scores, label):
        if label not in (0, 1, 2):
            raise ValueError(label)
        ctx.label = int(label)
        LossWithState.scores = scores
        return scores[ctx.label] ** 2

    @staticmethod
    def backward(ctx, upstream):
        sent = np.zeros(3)
        sent[ctx.label] = 2 * LossWithState.scores[ctx.label] * upstream
        return sent, None


def answers(answer):
    """A square whose backward gives this."""
    return type("Answers", (Square,), {"backward": staticmethod(lambda ctx, upstream: answer(upstream))})


def gives(output):
    """A square whose forward gives this."""
    return type("Gives", (Square,), {"forward": staticmethod(lambda ctx, x: output)})


NAMED = {
    "state on the class": (StateOnTheClass, OTHER_FORWARD),
    "mask on the class": (MaskOnTheClass, OTHER_FORWARD),
    "stack on the class": (StackOfInputs, OTHER_FORWARD),
    "changes its input": (ChangesItsInput, f"forward failed: ValueError: output array is read-only {IN_PLACE}"),
    "changes its upstream": (ChangesItsUpstream, f"backward failed: ValueError: output array is read-only {IN_PLACE}"),
    "changes a saved input": (ChangesASavedInput, f"backward failed: ValueError: output array is read-only {IN_PLACE}"),
    "changes what it saved": (ChangesWhatItSaved, SECOND_TIME),
    "counts its calls": (CountsItsCalls, SECOND_TIME),
    "random": (DrawsAtRandom, "forward gives other numbers for the same inputs: is it random?"),
    "float32 backward": (HalfPrecisionBackward, "backward returns float32 numbers: half of their digits are lost"),
    "None": (answers(lambda u: None), "no gradient reaches x: is it None in a backward, or left by a new Tensor?"),
    "a pair": (answers(lambda u: (u, u)), "must return 1 gradients, one for each input, got 2"),
    "nothing": (answers(lambda u: ()), "must return 1 gradients, one for each input, got 0"),
    "the sum": (answers(lambda u: u.sum()), r"must return shape (3,) for input 1, got ()"),
    "a column": (answers(lambda u: u[:, np.newaxis]), r"must return shape (3,) for input 1, got (3, 1)"),
    "text": (answers(lambda u: "2x"), "must return numbers for input 1, got '2x'"),
    "an error": (answers(lambda u: u[5]), "backward failed: IndexError: index 5 is out of bounds"),
    "reads what was not saved": (SavesNothing, "has forward saved what backward reads? ctx.save_for_backward(...)"),
    "no output": (gives(None), "forward failed: TypeError"),
    "a Tensor as output": (gives(Tensor(1.0)), "forward must return an array or a number, got a Tensor"),
}


@pytest.mark.parametrize(("mistake", "problem"), NAMED.values(), ids=NAMED)
def test_the_problem_is_named(mistake, problem):
    report = gradcheck(mistake, X)
    assert not report
    assert problem in "\n".join(report.problems)
    assert str(report).startswith(f"gradient check of {mistake.name}: WRONG\n")


def test_noise_of_half_precision_is_wrong_and_explained():
    report = gradcheck(HalfPrecisionForward, X)
    assert not report
    assert "differ from step to step: is forward computed in float32?" in str(report)


def test_mistakes_are_found_inside_a_function_too():
    assert OTHER_FORWARD in gradcheck(lambda x: bw.sum(bw.exp(StateOnTheClass.apply(x))), X).problems
    assert OTHER_FORWARD in gradcheck(lambda s, y: bw.hinge_loss(MaskOnTheClass.apply(s), y), X, 1).problems
    assert OTHER_FORWARD in gradcheck(LossWithState, X, 1).problems
    assert not gradcheck(lambda x: x * Tensor(x.data), X)  # the second factor is detached
    assert "no gradient reaches x" in str(gradcheck(lambda x: Tensor(x.data) * 2, X))


def test_a_function_without_a_tensor_is_refused():
    assert gradcheck(lambda x: 3.0, 1.0).problems == ("forward gives no Tensor to go back from, but float",)


def test_the_mistakes_above_are_mistakes_and_not_the_check():
    assert gradcheck(Square, X)
    assert str(gradcheck(Square, X)).startswith("gradient check of Square: right\nx[")


def mean_or_sum(x):
    return bw.mean(x) if float(bw.sum(x)) > 0 else bw.sum(x) * 2


def norm(x):
    total = Tensor(0.0)
    for k in range(3):
        total = total + x[k] * x[k]
    return bw.sqrt(total)


class Clip(Function):
    """Says nothing of its kinks; keeps its mask as it likes; works in place on an array of its own."""

    @staticmethod
    def forward(ctx, x, low, high):
        ctx.mask = (x > low) & (x < high)
        return np.clip(x, low, high)

    @staticmethod
    def backward(ctx, upstream):
        sent = np.zeros(upstream.shape)
        sent[ctx.mask] = upstream[ctx.mask]
        return [sent, None, None]


class Affine(Function):
    """Answers only what is asked for, with einsum."""

    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return np.einsum("ij,jk->ik", x, W) + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        asked = ctx.needs_input_grad[0]
        return np.einsum("ik,jk->ij", upstream, W) if asked else None, x.T.dot(upstream), np.add.reduce(upstream)


OBLONG = ([[1.0, -2.0], [0.5, 3.0], [2.0, 0.3]], [[0.2, 1.0, -1.0, 2.0], [1.5, 0.1, 0.7, -0.4]], [0.1, 0.2, 0.3, 0.4])
RIGHT = {
    "square": (Square, [X]),
    "scalar": (Square, [3.0]),
    "one entry": (Square, [[[[2.0]]]]),
    "no entry": (Square, [np.zeros((0, 3))]),
    "affine": (Affine, OBLONG),
    "affine of a constant": (lambda W, b: Affine.apply(OBLONG[0], W, b), OBLONG[1:]),
    "clip": (lambda x: Clip.apply(x, -1.0, 1.0), [X]),
    "clip at its kinks": (lambda x: Clip.apply(x, -1.0, 1.0), [[-1.0, 1.0, 1.0 + 1e-7, 0.0, 5.0]]),
    "composite": (lambda x, y: bw.tanh(x @ y) / (1 + bw.exp(-x)), ([[1.0, 2.0], [3.0, 5.0]], [[1.0], [-0.5]])),
    "used twice": (lambda x: x * x + x, [X]),
    "an input unused": (lambda x, y: x * 2, (X, 4.0)),
    "both sides of @": (lambda x: x @ x, [[[1.0, 2.0], [3.0, 4.0]]]),
    "if": (mean_or_sum, [X]),
    "loop": (norm, [X]),
    "labels": (bw.softmax_cross_entropy, ([[1.0, 2.0, 0.5], [0.1, 0.2, 0.4]], [2, 0])),
    "reciprocal of the tiny": (lambda x: 1 / x, [[1e-8, 1e-5, 1e-3, 1e6]]),
    "logarithm of the tiny": (bw.log, [[1e-9, 1e-4, 1e9]]),
    "saturated": (bw.sigmoid, [[30.0, -30.0, 700.0, -1000.0]]),
    "sharp": (lambda x: bw.tanh(1e4 * x), [[0.0, 1e-4, 1e-3, 1.0]]),
    "cube at 0": (lambda x: x * x * x, [[0.0, 1e-6]]),
    "cancels": (lambda x: (x + 1e6) - 1e6, [X]),
    "edge of the domain": (lambda x: x**1.5, [[0.0, 1.0]]),
    "opposite kinks": (lambda x: bw.relu(x) - bw.relu(-x), [0.0]),  # smooth as a whole
}


@pytest.mark.parametrize(("right", "inputs"), RIGHT.values(), ids=RIGHT)
def test_a_right_backward_is_not_accused(right, inputs):
    report = gradcheck(right, *inputs)
    assert report, report


UNSCALED = {"exp", "power", "binary_cross_entropy"}  # overflow at 1000 times their samples; takes probabilities


@pytest.mark.parametrize("scale", [1e-3, 1e3], ids=str)
@pytest.mark.parametrize("name", sorted(table.keys() - UNSCALED))
def test_every_op_passes_on_small_and_large_inputs(name, scale):
    op = table[name]
    for sample in op.samples:
        inputs = [x if slot in op.labels else scale * np.array(x) for slot, x in enumerate(sample)]
        report = gradcheck(op, *inputs)
        assert report, report


def test_a_wrong_entry_that_has_no_numerical_gradient_is_the_worst():
    (found,) = gradcheck(lambda x: x**0.5, [0.0, 1.0]).inputs
    assert found.entry == (0,)
    assert not found.is_right


def test_an_error_in_the_fifth_digit_is_caught():
    assert not gradcheck(lambda x: x * x + 1e-5 * x * Tensor(x.data), 1.0)


def test_what_is_not_finite_either_way_is_not_called_right():
    report = gradcheck(lambda x, y: x**y, -2.0, 3.0)  # the slope by y needs the logarithm of -2
    assert report
    assert "y: nothing to compare, 1 left out as not finite" in str(report)


def test_of_a_large_input_some_entries_are_drawn():
    large = np.linspace(-1, 1, 4 * MOST)
    assert gradcheck(Square, large).inputs[0].compared == MOST
    assert str(gradcheck(Square, large)).endswith(", 1,500 not looked at")
    assert gradcheck(bw.sum, large).inputs[0].entry != gradcheck(bw.sum, large, seed=1).inputs[0].entry


def test_options_are_passed_on():
    assert gradcheck(table["sum"], [[1.0, 2.0]], axis=1)
    assert not gradcheck(table["sum"], [[1.0, 2.0]], axis=2)
