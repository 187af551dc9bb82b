"""Formulae in matrices: `X.T @ dY` in its many spellings, and shapes that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.reading.matrices import compare, read_matrices

SHAPES = {"X": (4, 3), "W": (3, 5), "b": (5,), "dY": (4, 5), "N": ()}


def read(text):
    return read_matrices(text, SHAPES)


@pytest.mark.parametrize(
    "text",
    [
        "X.T @ dY",
        "X^T @ dY",
        "Xᵀ @ dY",
        "X' @ dY",
        "x.T@dy",
        "X.T.dot(dY)",
        "np.dot(X.T, dY)",
        "matmul(X.T, dY)",
        "transpose(X) @ dY",
        "(dY.T @ X).T",
        "X.T @ dY * 1",
        "-X.T @ (-dY)",
        "X.T @ dY + 0",
        "N * X.T @ dY / N",
    ],
)
def test_a_product_is_read_in_any_of_its_spellings(text):
    assert read(text).shape == (3, 5)
    assert compare(read(text), read("X.T @ dY")) == "equal"


@pytest.mark.parametrize(
    "text",
    [
        "sum(dY, axis=0)",
        "np.sum(dY, 0)",
        "dY.sum(0)",
        "dY.sum(axis=0)",
        "dY.sum(dim=0)",
        "sum(dY, axis=-2)",
        "sum(dY, axis=0, keepdims=False)",
        "4 * mean(dY, axis=0)",
        "(dY.T).sum(axis=1)",
    ],
)
def test_a_sum_over_an_axis_is_read_in_any_of_its_spellings(text):
    assert compare(read(text), read("sum(dY, axis=0)")) == "equal"


def test_a_kept_axis_makes_another_shape():
    assert read("sum(dY, axis=0, keepdims=True)").shape == (1, 5)
    assert compare(read("dY.sum(axis=0, keepdims=True)"), read("dY.sum(axis=0)")) == "shape"


@pytest.mark.parametrize(
    ("text", "reason", "what"),
    [
        ("X @ dY", "product", "(4, 3) @ (4, 5)"),
        ("dY @ 2", "product", "(4, 5) @ ()"),
        ("X * W", "add", "(4, 3) * (3, 5)"),
        ("X + dY", "add", "(4, 3) + (4, 5)"),
        ("max(X, W)", "add", "(4, 3) max (3, 5)"),
        ("sum(dY, axis=2)", "axis", "2"),
        ("sum(dY, axis=9)", "axis", "9"),
        ("sum(N, axis=0)", "axis", "0"),
        ("sum(dY, axis=(0,))", "axis", "("),
        ("X.T dY", "times", ".T dY"),
        ("X^T dY", "times", "T dY"),
        ("2 X", "times", "2 X"),
        ("Q @ X", "name", "Q"),
        ("X = W", "grammar", "="),
        ("X @@ W", "grammar", "@"),
        ("X.shape", "character", "."),
        ("X.T.__class__", "character", "."),
        ("inv(X)", "name", "inv"),
        ("sum dY", "grammar", "sum"),
        ("X @ W; 1", "character", ";"),
        ("X[0]", "grammar", "["),
        ("@".join(["X"] * 150), "long", ""),
    ],
)
def test_what_does_not_fit_is_refused_with_the_shapes(text, reason, what):
    with pytest.raises(UnreadableError) as refusal:
        read(text)
    assert (refusal.value.reason, refusal.value.what) == (reason, what)


@pytest.mark.parametrize(
    "text", ["2 * X.T @ dY", "(X.T @ dY) * (X.T @ dY)", "W", "relu(X.T @ dY)", "X.T @ dY / (N - N)"]
)
def test_another_formula_of_the_same_shape_is_different(text):
    assert compare(read(text), read("X.T @ dY")) == "different"


def test_a_bias_is_broadcast_as_numpy_does():
    assert read("X @ W + b").shape == (4, 5)


def test_a_formula_is_computed_by_numpy():
    arrays = {name: np.arange(np.prod(shape, dtype=int)).reshape(shape) for name, shape in SHAPES.items()}
    np.testing.assert_array_equal(read("dY @ W.T").at(**arrays), arrays["dY"] @ arrays["W"].T)
    assert read("dY @ W.T").names == {"dY", "W"}
