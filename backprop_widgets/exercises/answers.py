"""Judge a number: right, right so far, or not yet, with the slip it comes from where that is sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.exercises.slips.likeness import ABSOLUTE, DIGITS, RELATIVE, SLACK, unit
from backprop_widgets.exercises.slips.slip import Candidate, Slip

MOST_NAMES = 2

Outcome = Literal["right", "digits", "wrong", "unreadable"]
Hint = Literal["", "sign", "zero", "not_zero"]


@dataclass(frozen=True)
class Verdict:
    """What came of an answer. "digits" is right so far, and costs nothing; neither does "unreadable"."""

    outcome: Outcome
    slips: tuple[Slip, ...] = ()  # one, or two that give the same number
    hint: Hint = ""  # of a wrong answer that no slip explains: what can be seen of it all the same

    @property
    def slip(self) -> Slip | None:
        """The one slip that it is, where that is sure."""
        return self.slips[0] if len(self.slips) == 1 else None


@dataclass(frozen=True)
class Span:
    """All numbers from low to high, and what they are judged to be."""

    low: float
    high: float
    verdict: Verdict


def judge(answer: float, truth: float, wrong: Sequence[Candidate] = (), typed: str = "") -> Verdict:
    """Compare with the truth and with every number that a slip predicts: the nearest one wins.

    `typed` is the text the number was read from: its digits tell whether it is a rounding of the truth.

    >>> judge(0.1966, 0.19661193).outcome, judge(0.2, 0.19661193, typed="0.20").outcome, judge(3, 4).outcome
    ('right', 'digits', 'wrong')
    >>> judge(-4, 4).hint, judge(0, 4).hint, judge(3, 0).hint
    ('sign', 'zero', 'not_zero')
    """
    right, *others = spans(truth, wrong)
    if right.low <= answer <= right.high:
        return right.verdict
    is_rounding = _plain(typed) in roundings(truth)
    for span in others:
        if span.low <= answer <= span.high and (span.verdict.slips or not is_rounding):
            return span.verdict
    return Verdict("digits") if is_rounding else Verdict("wrong", hint=hint(answer, truth))


def hint(answer: float, truth: float) -> Hint:
    """What can be seen of a wrong number without a slip: the sign alone is wrong, or one of the two is 0."""
    if abs(truth) <= ABSOLUTE:
        return "not_zero"
    if abs(answer) <= ABSOLUTE:
        return "zero"
    return "sign" if abs(answer + truth) <= _reach(truth) else ""


def cells(answer: Array, truth: Array) -> npt.NDArray[np.bool_] | None:
    """Which entries of an array are right; None where the shapes differ.

    >>> cells(np.array([1.0, 2.0]), np.array([1.001, 3.0]))
    array([ True, False])
    """
    if np.shape(answer) != np.shape(truth):
        return None
    reach = np.maximum(ABSOLUTE, RELATIVE * np.abs(truth)) * SLACK
    return np.asarray(np.abs(np.subtract(answer, truth)) <= reach)


def spans(truth: float, wrong: Iterable[Candidate] = ()) -> list[Span]:
    """The same judgement as a list to look up in, first come first served: all that a page without Python needs."""
    apart = [each for each in wrong if _rounded(each.value) != _rounded(truth)]  # else it is no mistake here
    reach = _reach(truth)
    low, high = truth - reach, truth + reach
    for each in apart:
        if each.value > truth:
            high = min(high, (truth + each.value) / 2)
        else:
            low = max(low, (truth + each.value) / 2)
    found = [Span(low, high, Verdict("right"))]
    for value in dict.fromkeys(_rounded(each.value) for each in apart):
        named = tuple(dict.fromkeys(each.slip for each in apart if _rounded(each.value) == value))
        half = unit(value) / 2 * SLACK
        sure = named if len(named) <= MOST_NAMES else ()
        found.append(Span(value - half, value + half, Verdict("wrong", sure, "" if sure else hint(value, truth))))
    return found


def _reach(truth: float) -> float:
    return max(ABSOLUTE, RELATIVE * abs(truth)) * SLACK


def roundings(truth: float) -> tuple[str, ...]:
    """The truth with 2 and 3 significant digits, as a student would type it: right so far."""
    texts = [f"{truth:#.{digits}g}" for digits in (2, DIGITS - 1)]
    return tuple(text.removesuffix(".") for text in texts if "e" not in text and float(text) != 0)


def _plain(typed: str) -> str:
    text = typed.strip().replace("−", "-").replace(",", ".").removeprefix("+")
    return re.sub(r"^(-?)\.", r"\g<1>0.", text)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") + 0.0  # no minus zero


__all__ = [
    "ABSOLUTE",
    "DIGITS",
    "RELATIVE",
    "Candidate",
    "Hint",
    "Outcome",
    "Slip",
    "Span",
    "Verdict",
    "cells",
    "hint",
    "judge",
    "roundings",
    "spans",
]
