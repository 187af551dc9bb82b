"""Numbers as Python values, and what counts as no answer yet."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from backprop_widgets import Tensor
from backprop_widgets.exercises.reading import UnreadableError, is_unanswered, read_number


@pytest.mark.parametrize(
    "given",
    [
        "-1/4",
        -0.25,
        np.float64(-0.25),
        np.float32(-0.25),
        np.array(-0.25),
        Tensor(-0.25),
        Fraction(-1, 4),
        Decimal("-0.25"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_number_is_read_from_any_value_that_is_one(given):
    assert read_number(given) == -0.25
    assert type(read_number(given)) is float


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "empty"),
        (..., "empty"),
        ("", "empty"),
        ("____", "empty"),
        (True, "type"),
        (np.True_, "type"),
        (np.array(0, dtype=bool), "type"),
        (1j, "type"),
        (np.complex128(1), "type"),
        (float("nan"), "finite"),
        (float("-inf"), "finite"),
        (np.float64("inf"), "finite"),
        (10**400, "finite"),
        ([1], "vector"),
        ((1, 2), "vector"),
        (np.array([1.0]), "vector"),
        (Tensor([1, 2]), "vector"),
        ("[1, 2]", "vector"),
        (b"1", "type"),
        (object(), "type"),
        (print, "type"),
        ({}, "type"),
    ],
    ids=range(22),
)
def test_any_other_value_is_refused_with_its_reason(given, reason):
    with pytest.raises(UnreadableError) as refusal:
        read_number(given)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("given", [None, ..., "", "  ", "...", "…", "____", "?"])
def test_a_blank_is_no_answer(given):
    assert is_unanswered(given)


@pytest.mark.parametrize("given", [0, 0.0, "0", False, "x", [], np.array([]), np.zeros(2), Tensor(0)], ids=range(9))
def test_whatever_else_is_given_is_an_answer(given):
    assert is_unanswered(given) is False
