"""Judge a number: right, right so far, or not yet, with the slip it comes from where that is sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from backprop_widgets.exercises.slips import Candidate, Slip

RELATIVE = 0.005
ABSOLUTE = 1e-4
DIGITS = 4  # significant: what a student is shown, and at which a slip must match
SLACK = 1 + 1e-9  # a number on the edge of the tolerance is in it

Outcome = Literal["right", "digits", "wrong", "unreadable"]


@dataclass(frozen=True)
class Verdict:
    """What came of an answer. "digits" is right so far, and costs nothing; neither does "unreadable"."""

    outcome: Outcome
    slip: Slip | None = None


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
    """
    for span in spans(truth, wrong):
        if span.low <= answer <= span.high:
            return span.verdict
    return Verdict("digits" if _plain(typed) in roundings(truth) else "wrong")


def spans(truth: float, wrong: Iterable[Candidate] = ()) -> list[Span]:
    """The same judgement as a list to look up in, first come first served: all that a page without Python needs."""
    apart = [each for each in wrong if _rounded(each.value) != _rounded(truth)]  # else it is no mistake here
    reach = max(ABSOLUTE, RELATIVE * abs(truth)) * SLACK
    low, high = truth - reach, truth + reach
    for each in apart:
        if each.value > truth:
            high = min(high, (truth + each.value) / 2)
        else:
            low = max(low, (truth + each.value) / 2)
    found = [Span(low, high, Verdict("right"))]
    for value in dict.fromkeys(_rounded(each.value) for each in apart):
        named = {each.slip for each in apart if _rounded(each.value) == value}
        half = _unit(value) / 2 * SLACK
        sure = named.pop() if len(named) == 1 else None
        found.append(Span(value - half, value + half, Verdict("wrong", sure)))
    return found


def roundings(truth: float) -> tuple[str, ...]:
    """The truth with 2 and 3 significant digits, as a student would type it: right so far."""
    texts = [f"{truth:#.{digits}g}" for digits in (2, DIGITS - 1)]
    return tuple(text.removesuffix(".") for text in texts if "e" not in text and float(text) != 0)


def _plain(typed: str) -> str:
    text = typed.strip().replace("−", "-").replace(",", ".").removeprefix("+")
    return re.sub(r"^(-?)\.", r"\g<1>0.", text)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") + 0.0  # no minus zero


def _unit(value: float) -> float:
    """One in the last significant digit."""
    return float(10.0 ** (int(f"{abs(value):.{DIGITS - 1}e}".partition("e")[2]) - DIGITS + 1)) if value else ABSOLUTE
