"""Reading what a student typed: what is read, what is refused and why, and that nothing is ever run."""

from __future__ import annotations

import math

import pytest

from backprop_widgets.exercises.reading import UnreadableError, read_answer, read_shape

READ = {
    "-4": -4,
    "−4": -4,
    "+4": 4,
    " 0.25 ": 0.25,
    ".5": 0.5,
    "5.": 5,
    "-1/3": -1 / 3,
    "2*3": 6,
    "2 × 3": 6,
    "2·3": 6,
    "6÷4": 1.5,
    "2^3": 8,
    "2**3": 8,
    "-2^2": -4,
    "2^-1": 0.5,
    "2^3^2": 512,
    "0,39": 0.39,
    "-0,5": -0.5,
    "0,394": 0.394,
    "1e-3": 0.001,
    "1.5E2": 150,
    "--4": 4,
    "2*(1-0.73)*0.73": 0.3942,
    "(1+2)*(3-4)": -3,
    "1 - 2 - 3": -4,
    "8/4/2": 1,
    "exp(0)": 1,
    "log(1)": 0,
    "ln(exp(2))": 2,
    "sqrt(16)": 4,
    "tanh(0)": 0,
    "sigmoid(0)": 0.5,
    "sigmoid(-1000)": 0,
    "relu(-3)": 0,
    "max(1, 2, 3)": 3,
    "min(1, -2)": -2,
    "abs(-4)": 4,
    "(" * 20 + "1" + ")" * 20: 1,
}
REFUSED = {
    "": "empty",
    "   ": "empty",
    "1" * 201: "long",
    "(" * 21 + "1" + ")" * 21: "deep",
    "(" * 150: "deep",
    "-" * 199 + "1": "deep",
    "2^" * 99 + "2": "deep",
    "nan": "name",
    "inf": "name",
    "-Infinity": "name",
    "x": "name",
    "e": "name",
    "pi": "name",
    "True": "name",
    "None": "name",
    "eval(1)": "name",
    "open(1)": "name",
    "log10(1)": "name",
    "__import__('os')": "character",
    "().__class__.__bases__": "character",
    "exp.__call__(1)": "character",
    "lambda: 1": "character",
    "1 if 1 else 2": "grammar",
    "1_000": "character",
    "0x10": "grammar",
    "0b1": "grammar",
    "0o7": "grammar",
    "1j": "grammar",
    "2y": "grammar",
    "1e": "grammar",
    "1,000": "comma",
    "-12,345": "comma",
    "1,2,3": "grammar",
    "1 2": "grammar",
    "2(3)": "times",
    "(1": "grammar",
    "1)": "grammar",
    "[1, 2": "grammar",
    "[[1, 2]]": "grammar",
    "[]": "grammar",
    "2*": "grammar",
    "*2": "grammar",
    "^": "grammar",
    "1//2": "grammar",
    "1<<1000000000": "character",
    "1; 2": "character",
    "1 # one": "character",
    "1=1": "character",
    "'1'": "character",
    "１２": "character",  # noqa: RUF001  (signs that look alike are what this is about)
    "٤": "character",
    "½": "character",
    "4\x00": "character",
    "💥": "character",
    "9**9**9": "finite",
    "1e400": "finite",
    "1/0": "finite",
    "0^-1": "finite",
    "(-8)^(1/3)": "finite",
    "sqrt(-1)": "finite",
    "log(0)": "finite",
    "exp(1000)": "finite",
    "1e300*1e300": "finite",
    "exp()": "grammar",
    "exp": "grammar",
    "exp(1, 2)": "arguments",
    "max(1)": "arguments",
}


@pytest.mark.parametrize(("text", "value"), READ.items(), ids=range(len(READ)))
def test_a_number_is_read_as_a_student_means_it(text, value):
    assert read_answer(text) == pytest.approx(value, rel=1e-12, abs=1e-300)


def test_a_short_vector_is_read():
    assert read_answer("[1, 0]") == (1, 0)
    assert read_answer("[−1/2, 2*3, 0.5]") == (-0.5, 6, 0.5)


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=range(len(REFUSED)))
def test_anything_else_is_refused_with_its_reason(text, reason):
    with pytest.raises(UnreadableError) as refusal:
        read_answer(text)
    assert refusal.value.reason == reason


def test_what_is_read_is_a_plain_finite_float():
    for text in READ:
        assert type(read_answer(text)) is float
        assert math.isfinite(read_answer(text))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("2×3", (2, 3)),
        ("2x3", (2, 3)),
        ("2*3", (2, 3)),
        ("(2, 3)", (2, 3)),
        ("[2,3]", (2, 3)),
        ("(3,)", (3,)),
        ("3", (3,)),
    ],
)
def test_a_shape_is_read(text, shape):
    assert read_shape(text) == shape


@pytest.mark.parametrize("text", ["", "two", "2.5", "-2", "2×", "2 3", "2×3; 4", "9" * 50, "1," * 60])
def test_what_is_no_shape_is_refused(text):
    with pytest.raises(UnreadableError):
        read_shape(text)
