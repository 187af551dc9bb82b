"""What an op refuses: the message names the op, what came and what may come."""

import numpy as np
import pytest

from backprop_widgets import Function, Tensor, ops

NAMES = {**vars(ops), "Tensor": Tensor, "np": np, "A": np.arange(6.0).reshape(2, 3), "SCORES": [2.0, -1.0, 0.5]}
MISUSED = {
    "sum(A, axis=2)": (ValueError, r"sum cannot take axis=2 for shape \(2, 3\): axis 2 is out of bounds"),
    "mean(A, axis=(0, 0))": (ValueError, r"mean cannot take axis=\(0, 0\) .* duplicate"),
    "max(A, axis=(0, 1))": (TypeError, r"max cannot take axis=\(0, 1\) .*: an axis is a whole number"),
    "min(A, axis=0.5)": (TypeError, "min cannot take axis=0.5 .*: an axis is a whole number, and None stands for all"),
    "softmax(A, axis=5)": (ValueError, r"softmax cannot take axis=5 for shape \(2, 3\)"),
    "reshape(A, shape=(4, 2))": (ValueError, r"reshape cannot take shape=\(4, 2\) for shape \(2, 3\): cannot reshape"),
    "reshape(A, (3, 2))": (TypeError, "too many positional arguments; options go by name, shape="),
    "sum(A, 0)": (TypeError, "too many positional arguments; options go by name, axis="),
    "max(A, 0)": (TypeError, "options go by name, axis=...; maximum compares two arrays"),
    "transpose(A, axes=(0, 0))": (ValueError, r"transpose cannot take axes=\(0, 0\)"),
    "concatenate(A, [1.0], axis=2)": (ValueError, r"concatenate cannot take axis=2 for shape \(2, 3\) and \(1,\)"),
    "concatenate([Tensor(1), Tensor(2)])": (TypeError, r"got a list of Tensors: concatenate\(x, y\) joins arrays"),
    "concatenate(1.0, [2.0])": (ValueError, r"a single number is none: reshape\(x, shape=\(1,\)\)"),
    "concatenate()": (ValueError, "concatenate joins one array or more"),
    "maxout()": (TypeError, "maxout takes one input or more, got none"),
    "max([])": (ValueError, r"max needs at least one entry, got an array of shape \(0,\)"),
    "min(np.zeros((0, 3)), axis=0)": (ValueError, r"min needs at least one entry, got an array of shape \(0, 3\)"),
    "softmax([])": (ValueError, "softmax needs at least one entry"),
    "squared_error([], [])": (ValueError, "squared_error needs at least one entry"),
    "binary_cross_entropy([], [])": (ValueError, "binary_cross_entropy needs at least one entry"),
    "hinge_loss(np.zeros((0, 3)), [])": (
        ValueError,
        r"at least one example and one class, got scores of shape \(0, 3\)",
    ),
    "cross_entropy(np.zeros((0, 3)), [])": (ValueError, "at least one example and one class"),
    "softmax_cross_entropy(SCORES, 3)": (ValueError, r"a label is a whole number from 0 to 2, got \[3.0\]"),
    "softmax_cross_entropy(SCORES, -1)": (ValueError, r"a label is a whole number from 0 to 2, got \[-1.0\]"),
    "softmax_cross_entropy(SCORES, [0, 2, -1])": (ValueError, "a row of labels holds probabilities, from 0 to 1"),
    "hinge_loss(SCORES, [0.2, 0.3, 0.5])": (ValueError, "each row of labels has one 1, at the right class, got"),
    "hinge_loss(SCORES, [1, 1, 0])": (ValueError, "each row of labels has one 1"),
    "hinge_loss(SCORES, [0, 1])": (ValueError, r"labels have shape \(\), or \(3,\)"),
}


@pytest.mark.parametrize(("call", "kind", "message"), [(call, *said) for call, said in MISUSED.items()], ids=MISUSED)
def test_a_call_that_cannot_be_is_refused_with_what_may_be(call, kind, message):
    with pytest.raises(kind, match=message):
        eval(call, NAMES)  # noqa: S307  (the calls above)


def test_rules_that_are_not_static_are_refused_where_the_class_is_written():
    with pytest.raises(TypeError, match=r"Cube\.forward must be static: write @staticmethod in the line above it"):

        class Cube(Function):
            def forward(self, ctx, x):
                return x**3


def test_what_a_students_forward_raises_is_left_as_it_is():
    class Chosen(Function):
        @staticmethod
        def forward(ctx, x, *, axis=0):
            raise ValueError(f"mine, {axis}")

    with pytest.raises(ValueError, match=r"^mine, 1$"):
        Chosen.apply(1.0, axis=1)
