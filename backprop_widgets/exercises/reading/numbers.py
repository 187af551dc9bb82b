"""Read the number that a student typed: a small grammar of its own, computed in floats, never `eval`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Literal

MAX_LENGTH = 200  # characters
MAX_DEPTH = 20  # brackets inside brackets
MAX_LEVELS = 60  # signs and powers one after another: `2^2^2^...`

Reason = Literal[
    "empty", "long", "deep", "character", "name", "comma", "arguments", "grammar", "finite", "shape", "vector"
]


class UnreadableError(ValueError):
    """A text that is no answer. `reason` is the key of what to tell the student, `what` the part that is meant."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        self.reason = reason
        self.what = what
        super().__init__(f"cannot read this answer ({reason})" + (f": {what}" if what else ""))


def _sigmoid(x: float) -> float:
    return 0.5 * (1 + math.tanh(x / 2))  # of no x does it overflow


FUNCTIONS: dict[str, tuple[Callable[..., float], int]] = {  # with the least number of arguments; 2 stands for "or more"
    "exp": (math.exp, 1),
    "log": (math.log, 1),
    "ln": (math.log, 1),
    "sqrt": (math.sqrt, 1),
    "tanh": (math.tanh, 1),
    "sigmoid": (_sigmoid, 1),
    "relu": (lambda x: max(0.0, x), 1),
    "abs": (abs, 1),
    "max": (max, 2),
    "min": (min, 2),
}
ALIKE = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "^": "↑", "\u00a0": " "})  # noqa: RUF001
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z]+)|(?P<sign>\*\*|[-+*/↑(),\[\]]))"
)
DECIMAL_COMMA = re.compile(r"\s*[-+]?[0-9]+,[0-9]+\s*")
THOUSANDS = re.compile(r"\s*[-+]?[1-9][0-9]{0,2},[0-9]{3}\s*")  # 1,000 is a thousand to some and one to others


def read_answer(text: str) -> float | tuple[float, ...]:
    """Read a number, or a short vector: `-4`, `-1/3`, `2*3`, `exp(-1)`, `[1, 0]`.

    The minus, times and divided-by signs of a textbook are read as well, `^` as a power, and a comma as the decimal
    point where the text is one such number. Raises UnreadableError for anything else.

    >>> read_answer("−1/4"), read_answer("2 × 3"), read_answer("0,5"), read_answer("[1, -2]")
    (-0.25, 6.0, 0.5, (1.0, -2.0))
    """
    return _Reader(_checked(text)).answer()


def read_shape(text: str) -> tuple[int, ...]:
    """Read the shape of an array: `2×3`, `2x3`, `(2, 3)`, `3`.

    >>> read_shape("2×3"), read_shape("(3,)"), read_shape("[2, 3]")
    ((2, 3), (3,), (2, 3))
    """
    text = text.strip()
    if not text:
        raise UnreadableError("empty")
    if not re.fullmatch(r"[(\[]?\s*[0-9]{1,9}(\s*[,x×*]\s*[0-9]{1,9}){0,7}\s*,?\s*[)\]]?", text):
        raise UnreadableError("shape", text[:20])
    return tuple(int(size) for size in re.findall("[0-9]+", text))


def is_plain(text: str) -> bool:
    """Whether the text is one written-out number, which needs no "read as"."""
    return bool(re.fullmatch(r"\s*[-+−]?\s*(?:[0-9]+\.?[0-9]*|\.[0-9]+)\s*", text))


def _checked(text: str) -> str:
    """The text with its signs made alike, if it is short and shallow enough to be parsed at all."""
    if not text.strip():
        raise UnreadableError("empty")
    if len(text) > MAX_LENGTH:
        raise UnreadableError("long")
    depth = deepest = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise UnreadableError("deep")
    text = text.translate(ALIKE)
    if THOUSANDS.fullmatch(text):
        raise UnreadableError("comma", text.strip())
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text


class _Reader:
    """Goes through the tokens of one text from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.levels = 0

    def answer(self) -> float | tuple[float, ...]:
        if self.take("["):
            entries = [self.sum()]
            while self.take(","):
                entries.append(self.sum())
            self.need("]")
            result: float | tuple[float, ...] = tuple(entries)
        else:
            result = self.sum()
        if self.at < len(self.tokens):
            raise UnreadableError("grammar", self.tokens[self.at])
        return result

    def sum(self) -> float:
        value = self.product()
        while sign := self.take("+", "-"):
            term = self.product()
            value = _finite(lambda a, b: a + b, value, term if sign == "+" else -term)
        return value

    def product(self) -> float:
        value = self.signed()
        while sign := self.take("*", "/"):
            factor = self.signed()
            value = _finite((lambda a, b: a * b) if sign == "*" else (lambda a, b: a / b), value, factor)
        return value

    def signed(self) -> float:
        self.levels += 1
        if self.levels > MAX_LEVELS:
            raise UnreadableError("deep")
        sign = self.take("+", "-")
        value = self.signed() if sign else self.power()
        self.levels -= 1
        return -value if sign == "-" else value

    def power(self) -> float:
        base = self.atom()
        if not self.take("↑", "**"):
            return base
        return _finite(lambda a, b: a**b, base, self.signed())  # from the right, and -2^2 is -(2^2)

    def atom(self) -> float:
        if self.take("("):
            value = self.sum()
            self.need(")")
            return value
        word = self.tokens[self.at] if self.at < len(self.tokens) else ""
        self.at += 1
        if word[:1].isalpha():
            return self.call(word)
        if not word[:1] or word[0] not in ".0123456789":
            raise UnreadableError("grammar", "" if word == "↑" else word)
        return _finite(float, word)

    def call(self, name: str) -> float:
        if name not in FUNCTIONS:
            raise UnreadableError("name", name)
        function, least = FUNCTIONS[name]
        if not self.take("("):
            raise UnreadableError("grammar", name)
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.need(")")
        if len(arguments) < least or (least == 1 and len(arguments) > 1):
            raise UnreadableError("arguments", name)
        return _finite(function, *arguments)

    def take(self, *signs: str) -> str:
        """The next word, if it is one of these; else an empty text, and nothing is taken."""
        if self.at < len(self.tokens) and self.tokens[self.at] in signs:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise UnreadableError("grammar", sign)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise UnreadableError("character", text[at:].strip()[:1])
        if match["number"] and text[match.end() : match.end() + 1].isalnum():  # 0x10, 2y, 3e
            raise UnreadableError("grammar", text[match.start() : match.end() + 1].strip())
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


def _finite(operation: Callable[..., object], *numbers: object) -> float:
    """Compute in floats; what gives no finite real number is refused."""
    try:
        value = operation(*numbers)
    except (OverflowError, ZeroDivisionError, ValueError):
        value = math.nan
    if not isinstance(value, float) or not math.isfinite(value):  # a root of a negative number is complex
        raise UnreadableError("finite") from None
    return value
