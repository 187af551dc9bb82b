"""How numbers look to a learner: short, with a true minus, and never 0 unless they are."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets.trace.numbers import local, number, shape, value


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (2, "2"),
        (-2, "−2"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1 / 3, "0.3333"),
        (-0.19661193324148185, "−0.1966"),
        (0.1 + 0.2, "0.3"),
        (1234.5678, "1235"),
        (123456, "123456"),
        (1e6, "1e6"),
        (1234567, "1.235e6"),
        (1e-5, "1e−5"),
        (-2.5e-10, "−2.5e−10"),
        (5e-324, "4.941e−324"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "nan"),
    ],
    ids=str,
)
def test_a_number_has_four_significant_digits(x, text):
    assert number(x) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.393224, "0.39"),
        (-0.196612, "−0.20"),
        (3, "3"),
        (-12, "−12"),
        (0.005, "0.01"),
        (0.001, "0.001"),
        (123.456, "123.46"),
    ],
    ids=str,
)
def test_decimals_can_be_fixed_but_never_down_to_0(x, text):
    assert number(x, 2) == text


def test_a_short_vector_is_written_out_and_a_larger_array_by_its_shape():
    assert value([1, -2.5]) == "[1, −2.5]"
    assert value([0.123, 4], 1) == "[0.1, 4]"
    assert value(np.zeros(4)) == "[0, 0, 0, 0]"
    assert value(np.zeros(5)) == "(5,)"
    assert value([[1.0, 2.0]]) == "1×2"
    assert value(7) == "7"


def test_a_local_gradient_with_equal_entries_is_one_number():
    assert local(np.ones((2, 3))) == "1"
    assert local([0, 1]) == "[0, 1]"
    assert local([[0, 1]]) == "1×2"
    assert local(-3) == "−3"
    assert local(np.zeros(0)) == "[]"


def test_shapes_are_written_as_in_the_lecture():
    assert [shape(()), shape((3,)), shape((2, 3)), shape((2, 3, 4))] == ["", "(3,)", "2×3", "2×3×4"]
