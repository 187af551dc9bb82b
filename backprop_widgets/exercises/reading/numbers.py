"""Read the number that a student gives, as text or as a Python value. Computed in floats, never by `eval`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from backprop_widgets.exercises.reading.grammar import Dialect, Parser, Part, compute
from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.tokens import MAX_LENGTH
from backprop_widgets.exercises.reading.values import is_unanswered, number, plain

NUMBERS = Dialect()
PLAIN = re.compile(r"[-+−]?\s*(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
RULES: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "ln": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sigmoid": lambda x: 0.5 * (1 + math.tanh(x / 2)),  # of no x does it overflow
    "relu": lambda x: max(0.0, x),
    "abs": abs,
    "max": max,
    "min": min,
    "negate": lambda x: -x,
    "power": lambda x, y: x**y,
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
}


def read_number(given: Any) -> float:
    """Read one number: text, or an int, float, array or tensor with a single number and no axes.

    Raises UnreadableError for True and False, None, nan, complex numbers, lists, and text that is no number.

    >>> import numpy as np
    >>> read_number("2*(1 - 0.5)"), read_number(-4), read_number(np.float64(0.25))
    (1.0, -4.0, 0.25)
    """
    given = plain(given)
    if is_unanswered(given):
        raise UnreadableError("empty")
    value = read_answer(given) if isinstance(given, str) else number(given)
    if isinstance(value, tuple):
        raise UnreadableError("vector")
    return value


def read_answer(text: str) -> float | tuple[float, ...]:
    """Read a number, or a short vector: `-4`, `-1/3`, `2*3`, `exp(-1)`, `[1, 0]`.

    The minus, times and divided-by signs of a textbook are read as well, `^` as a power, and a comma as the decimal
    point where the text is one such number. Raises UnreadableError for anything else.

    >>> read_answer("−1/4"), read_answer("2 × 3"), read_answer("0,5"), read_answer("[1, -2]")
    (-0.25, 6.0, 0.5, (1.0, -2.0))
    """
    if len(text) <= MAX_LENGTH and is_plain(text):
        return _finite(float, "".join(text.replace("−", "-").split()))  # most answers, and most entries of arrays
    parser = Parser(text, NUMBERS)
    if not parser.take("["):
        parser.sum()
        parser.end()
        return _value(parser)
    entries: list[float] = []
    while not entries or parser.take(","):
        parser.sum()
        entries.append(_value(parser))
    parser.need("]")
    parser.end()
    return tuple(entries)


def is_plain(text: str) -> bool:
    """Whether the text is one written-out number, which needs no "read as"."""
    return bool(PLAIN.fullmatch(text.strip()))


def _value(parser: Parser) -> float:
    """Compute what was parsed since the last time."""
    parts, parser.parts = parser.parts, []
    return compute(parts, _rule)


def _rule(part: Part, taken: list[float]) -> float:
    return _finite(float, part.text) if part.kind == "number" else _finite(RULES[part.text], *taken)


def _finite(operation: Callable[..., object], *given: object) -> float:
    """Compute in floats; what gives no finite real number is refused."""
    try:
        value = operation(*given)
    except (OverflowError, ZeroDivisionError, ValueError):
        value = math.nan
    if not isinstance(value, float) or not math.isfinite(value):  # a root of a negative number is complex
        raise UnreadableError("finite") from None
    return value
