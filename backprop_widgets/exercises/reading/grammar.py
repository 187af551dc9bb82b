"""Read a formula by a small grammar of its own into a list of what to do; computes nothing, and never `eval`.

The list is in postfix order: each part takes the values before it. So a formula is computed by a loop, and the work is
bounded by the length of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.spelling import known
from backprop_widgets.exercises.reading.tokens import checked, tokens_of, with_point

MAX_LEVELS = 60  # signs and powers one after another: `2^2^2^...`

FUNCTIONS: Mapping[str, tuple[int, int]] = {  # the least and the greatest number of arguments
    **dict.fromkeys(("exp", "log", "ln", "sqrt", "tanh", "sigmoid", "relu", "abs"), (1, 1)),
    **dict.fromkeys(("max", "min"), (2, 20)),
}
REDUCTIONS = ("sum", "mean")
ALSO = {"σ": "sigmoid", "maximum": "max", "minimum": "min"}  # other names of functions
Value = TypeVar("Value")


@dataclass(frozen=True)
class Part:
    """One thing to do with the `takes` values before it."""

    kind: Literal["number", "name", "sign", "call"]
    text: str
    takes: int = 0


@dataclass(frozen=True)
class Dialect:
    """What may stand in a formula: which names and functions, and whether it is about matrices."""

    names: tuple[str, ...] = ()
    functions: Mapping[str, tuple[int, int]] = field(default_factory=lambda: FUNCTIONS)
    has_matrices: bool = False


def parse(text: str, dialect: Dialect) -> tuple[Part, ...]:
    """Read a formula. Raises UnreadableError.

    >>> " ".join(part.text for part in parse("2*(x + 1)", Dialect(("x",))))
    '2 x 1 + *'
    """
    reader = Parser(text, dialect)
    reader.sum()
    reader.end()
    return tuple(reader.parts)


def compute(parts: Sequence[Part], rule: Callable[[Part, list[Value]], Value]) -> Value:
    """Do what the parts say, one after the other; `rule` does one of them."""
    stack: list[Value] = []
    for part in parts:
        at = len(stack) - part.takes
        taken = stack[at:]
        del stack[at:]
        stack.append(rule(part, taken))
    return stack[-1]


class Parser:
    """Goes through the tokens of one text from left to right; what is to be done gathers in `parts`."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tokens = tokens_of(with_point(checked(text)), has_matrices=dialect.has_matrices)
        self.at = 0
        self.levels = 0
        self.parts: list[Part] = []

    def end(self) -> None:
        """Make sure that nothing is left over."""
        if self.at == len(self.tokens):
            return
        word, before = self.tokens[self.at], self.tokens[self.at - 1]
        if word == "(" or self.name(word) or (word[0].isdigit() and not before[0].isdigit()):
            raise UnreadableError("times", f"{before} {word}")  # 2(3), 2y, (1)(2); not 1 2
        raise UnreadableError("grammar", word)

    def sum(self) -> None:
        self.product()
        while sign := self.take("+", "-"):
            self.product()
            self.parts.append(Part("sign", sign, 2))

    def product(self) -> None:
        self.signed()
        while sign := self.take("*", "/", "@"):
            self.signed()
            self.parts.append(Part("sign", sign, 2))

    def signed(self) -> None:
        self.levels += 1
        if self.levels > MAX_LEVELS:
            raise UnreadableError("deep")
        if sign := self.take("+", "-"):
            self.signed()
            if sign == "-":
                self.parts.append(Part("sign", "negate", 1))
        else:
            self.power()
        self.levels -= 1

    def power(self) -> None:
        self.atom()
        while self.dialect.has_matrices and self.method():
            pass
        if self.take("↑", "**"):
            if self.dialect.has_matrices and self.take("T"):
                self.parts.append(Part("sign", "transpose", 1))  # X^T
                return
            self.signed()  # from the right, and -2^2 is -(2^2)
            self.parts.append(Part("sign", "power", 2))

    def atom(self) -> None:
        if self.take("("):
            self.sum()
            self.need(")")
            return
        word = self.tokens[self.at] if self.at < len(self.tokens) else ""
        self.at += 1
        if word[:1].isalpha():
            self.word(word)
        elif word.removeprefix(".")[:1].isdigit():
            self.parts.append(Part("number", word))
        else:
            raise UnreadableError("grammar", "" if word == "↑" else word)

    def word(self, word: str) -> None:
        """A name, or a function and what stands in its brackets."""
        called = self.at < len(self.tokens) and self.tokens[self.at] == "("
        function = self.function(word)
        if function and called:
            self.call(function)
        elif name := self.name(word):
            if called:
                raise UnreadableError("call", word)
            self.parts.append(Part("name", name))
        else:
            raise UnreadableError("grammar" if function else "name", word)

    def call(self, function: str) -> None:
        self.need("(")
        count, named = 0, ""
        while True:
            if count and (keyword := self.keyword(bare=function in REDUCTIONS)):
                named += keyword
            else:
                self.sum()
                count += 1
            if not self.take(","):
                break
        self.need(")")
        least, most = self.dialect.functions[function]
        if not least <= count <= most:
            raise UnreadableError("arguments", function)
        self.parts.append(Part("call", function + named, count))

    def method(self) -> bool:
        """What stands behind a matrix: `.T`, `.sum(axis=0)`, `.dot(W)`."""
        if self.take(".T", "'"):
            self.parts.append(Part("sign", "transpose", 1))
        elif word := self.take(".sum", ".mean"):
            self.need("(")
            named = self.keyword(bare=True)
            while self.take(","):
                named += self.keyword()
            self.need(")")
            self.parts.append(Part("call", word[1:] + named, 1))
        elif self.take(".dot"):
            self.need("(")
            self.sum()
            self.need(")")
            self.parts.append(Part("sign", "@", 2))
        else:
            return False
        return True

    def keyword(self, *, bare: bool = False) -> str:
        """`axis=0` or `keepdims=True`, if that is what comes next; `bare`: the axis alone will do."""
        word, *after = self.tokens[self.at : self.at + 2] or [""]
        if word in {"axis", "dim", "keepdims", "keepdim"} and after == ["="]:
            self.at += 2
            if word.startswith("keepdim"):
                return " keepdims" if self.need("True", "False") == "True" else " "
        elif not bare or word not in {"0", "1", "-"}:
            return ""
        sign, size = self.take("-"), self.take("0", "1", "2")
        if not size:
            raise UnreadableError("axis", "".join(self.tokens[self.at : self.at + 1]))
        return f" axis {sign}{size}"

    def name(self, word: str) -> str:
        """The name that is meant, as the dialect writes it; an empty text for none of them."""
        return known(word, self.dialect.names)

    def function(self, word: str) -> str:
        """The function that is meant; an empty text for none."""
        name = ALSO.get(word.lower(), word.lower())
        return name if name in self.dialect.functions else ""

    def take(self, *signs: str) -> str:
        """The next word, if it is one of these; else an empty text, and nothing is taken."""
        if self.at < len(self.tokens) and self.tokens[self.at] in signs:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def need(self, *signs: str) -> str:
        taken = self.take(*signs)
        if not taken:
            if signs == (")",):
                self.end()  # it may be a sign of times that is missing
            raise UnreadableError("grammar", signs[0])
        return taken


def names_in(parts: Iterable[Part]) -> frozenset[str]:
    """The names that a formula uses."""
    return frozenset(part.text for part in parts if part.kind == "name")
