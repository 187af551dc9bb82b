"""Formulae in names: how they are read, and that two are equal where they give the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.reading.symbols import equal, read_symbols

NAMES = ("x", "y", "p", "N", "x_1", "y_hat", "λ", "dY", "s")


def read(text):
    return read_symbols(text, NAMES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x*(1-x)", 0.25),
        ("x·(1 − x)", 0.25),
        ("x × 4 ÷ 2", 1),
        ("x^2", 0.25),
        ("x**2", 0.25),
        ("-x^2", -0.25),
        ("2^-x^0", 0.5),
        ("np.exp(0)", 1),
        ("math.log(1)", 0),
        ("σ(0)", 0.5),
        ("Sigmoid(0)", 0.5),
        ("ReLU(-x)", 0),
        ("np.maximum(x, 0)", 0.5),
        ("min(x, 1, 2)", 0.5),
        ("abs(-x)", 0.5),
        ("sqrt(x + x)", 1),
        ("ln(exp(x))", 0.5),
        ("tanh(0)", 0),
        ("x₁", 3),
        ("x1", 3),
        ("yhat", 5),
        ("ŷ", 5),
        ("y\u0302", 5),
        ("lambda", 7),
        ("dy", 9),
        ("n", 2),
    ],
)
def test_a_formula_is_read_as_a_student_means_it(text, value):
    assert read(text).at(x=0.5, x_1=3, y_hat=5, λ=7, dY=9, N=2) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "reason", "what"),
    [
        ("s(1-s)", "call", "s"),
        ("2x", "times", "2 x"),
        ("x y", "times", "x y"),
        ("(x)(y)", "times", ") ("),
        ("2(x + 1)", "times", "2 ("),
        ("(2(x))", "times", "2 ("),
        ("q", "name", "q"),
        ("e", "name", "e"),
        ("f(x)", "name", "f"),
        ("exp", "grammar", "exp"),
        ("exp x", "grammar", "exp"),
        ("max(x)", "arguments", "max"),
        ("exp(x, y)", "arguments", "exp"),
        ("x.T", "character", "."),
        ("x @ y", "character", "@"),
        ("x'", "character", "'"),
        ("x.__class__", "character", "."),
        ("__import__", "character", "_"),
        ("x = y", "character", "="),
        ("x if y else p", "grammar", "if"),
        ("lambda: x", "character", ":"),
        ("[x]", "grammar", "["),
        ("x +", "grammar", ""),
        ("x / / y", "grammar", "/"),
        ("x\ny", "times", "x y"),
        ("x" * 201, "long", ""),
        ("(" * 150, "deep", ""),
        ("x^" * 90 + "x", "deep", ""),
        (" ", "empty", ""),
        (5, "type", "int"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text, reason, what):
    with pytest.raises(UnreadableError) as refusal:
        read(text)
    assert (refusal.value.reason, refusal.value.what) == (reason, what)


def test_the_names_that_are_used_are_known():
    assert read("x*(1 - x) + 0*y").names == {"x", "y"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y*(1-y)", "y - y^2"),
        ("σ(x)*(1-σ(x))", "exp(-x)/(1+exp(-x))^2"),
        ("(p - y)/N", "-(y - p)/N"),
        ("relu(x)", "max(0, x)"),
        ("abs(x)", "max(x, -x)"),
        ("x/x", "1"),
        ("(x+1)^2 - x^2 - 2*x - 1", "0"),
        ("log(x^2*y^2)", "2*log(abs(x)) + 2*ln(abs(y))"),
        ("3", "6/2"),
    ],
)
def test_formulae_that_give_the_same_are_equal(one, other):
    assert equal(read(one), read(other))
    assert equal(read(other), read(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y*(1-y)", "y*(1+y)"),
        ("x", "abs(x)"),
        ("x", "relu(x)"),
        ("x", "x*1.0000001"),
        ("log(x^2)/2", "log(x)"),  # one is defined where the other is not
        ("x", "y"),
        ("0", "x"),
    ],
)
def test_formulae_that_differ_anywhere_are_not(one, other):
    assert not equal(read(one), read(other))
    assert not equal(read(other), read(one))


def test_the_domain_says_where_they_are_compared():
    assert equal(read("log(x^2)/2"), read("log(x)"), domain=(0.1, 3))
    assert equal(read("abs(x)*y"), read("x*abs(y)"), domain={"x": (0.5, 1), "y": (2, 3)})
    assert not equal(read("abs(x)*y"), read("x*abs(y)"))


def test_an_answer_may_be_written_in_the_input_or_in_the_output():
    output = {"y": read("σ(x)")}
    assert equal(read("y*(1-y)"), read("σ(x)*(1-σ(x))"), given_that=output)
    assert not equal(read("x*(1-x)"), read("y*(1-y)"), given_that=output)


def test_with_too_few_numbers_nothing_is_said():
    with pytest.raises(UnreadableError, match="points"):
        equal(read("log(-1 - x^2)"), read("sqrt(-1 - x^2)"))


def test_the_same_points_are_drawn_every_time():
    near = read("x + 0.00000001*x*exp(x)")
    assert len({equal(near, read("x"), seed=3) for _ in range(5)}) == 1


def test_many_values_are_computed_at_once():
    np.testing.assert_allclose(read("x^2").at(x=[1, 2, 3]), [1, 4, 9])


def test_a_missing_value_is_named():
    with pytest.raises(ValueError, match="needs a value for y, got x"):
        read("x*y").at(x=1)
