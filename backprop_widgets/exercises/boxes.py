"""One thing to answer, one class for each way to answer it: how it is read, and when it is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, ClassVar, Literal

import numpy as np

from backprop_widgets.exercises.answers import ABSOLUTE, RELATIVE, cells, judge
from backprop_widgets.exercises.reading import UnreadableError, read_array, read_number, read_shape
from backprop_widgets.exercises.reading.symbols import Symbols, equal, read_symbols
from backprop_widgets.exercises.reading.words import read_cells, read_choice, read_order
from backprop_widgets.exercises.slips import Candidate, Slip
from backprop_widgets.exercises.slips.elsewhere import wrong_typings
from backprop_widgets.exercises.slips.likeness import alike
from backprop_widgets.exercises.typed import typed as typed  # noqa: PLC0414  (boxes lend it to those above)
from backprop_widgets.trace import numbers

Status = Literal["correct", "wrong", "follows", "digits", "unreadable", "unanswered", "recorded"]
Place = tuple[str, str]  # a wire of a trace, and which of its numbers: "value", "gradient" or "local"


@dataclass(frozen=True)
class Judgement:
    """What came of one answer: its status, the slips that it may come from, or a message of its own."""

    status: Status
    slips: tuple[Slip, ...] = ()
    message: str = ""  # in the language of the student; else the status, or the slip, says it
    hint: str = ""  # what can be seen of a number that no slip explains: "sign", "zero", "not_zero"
    share: float = 0.0  # of the box's weight, where an answer can be partly right


CORRECT, WRONG = Judgement("correct", share=1.0), Judgement("wrong")


@dataclass(frozen=True, eq=False, kw_only=True)
class Box:
    """What all boxes have. `name` is the keyword in `check(...)`; `label` says what is asked for.

    To add a way of answering: say in `read` how an answer becomes a value, and in `judge` when that is right.
    """

    way: ClassVar[str] = "text"  # how a front end asks for it

    name: str
    label: str
    weight: float = 1.0
    scene: int = 0  # the picture it belongs to, if the task has more than one
    place: Place | None = None  # where it stands in that picture
    expects: str = ""  # what may be given, where the way of answering does not say it
    lead: str = ""  # what to ask after a wrong answer that no slip explains
    hints: tuple[str, ...] = ()  # from the faintest to the last but one
    solution: str = ""  # the right answer, worked
    facts: Mapping[str, str] = field(default_factory=dict)  # what the message of a slip may name

    def read(self, given: Any) -> Any:
        """Turn what was given into a value. Raises UnreadableError."""
        raise NotImplementedError

    def judge(self, answer: Any, typed: str) -> Judgement:
        """Compare a value that was read."""
        raise NotImplementedError

    def shown(self, answer: Any) -> str:
        """How the answer was understood, as text."""
        return str(answer)

    def form(self) -> dict[str, Any]:
        """What a front end must know to ask for it, beyond name, label and place; never the answer."""
        return {}


@dataclass(frozen=True, eq=False, kw_only=True)
class NumberBox(Box):
    """One number, within the tolerance; `wrong` are numbers that slips lead to, where no graph predicts them."""

    way = "number"

    truth: float
    wrong: tuple[Candidate, ...] = ()
    relative: float = RELATIVE  # wider where an estimate is asked for

    def read(self, given: Any) -> float:
        return read_number(given)

    def judge(self, answer: float, typed: str) -> Judgement:
        if self.relative > RELATIVE and abs(answer - self.truth) <= max(ABSOLUTE, self.relative * abs(self.truth)):
            return CORRECT
        verdict = judge(answer, self.truth, self.wrong, typed)
        if verdict.outcome == "right":
            return CORRECT
        if verdict.outcome == "digits":
            return Judgement("digits")
        return Judgement("wrong", verdict.slips or self._of_the_pen(answer), hint=verdict.hint)

    def _of_the_pen(self, answer: float) -> tuple[Slip, ...]:
        """Where no graph says what else the number may be: its point moved, or two digits swapped."""
        if self.place or self.relative > RELATIVE:
            return ()
        found = (each.slip for each in wrong_typings(self.truth) if alike(answer, float(f"{each.value:.4g}")))
        return tuple(dict.fromkeys(found))

    def shown(self, answer: float) -> str:
        return numbers.number(answer)


@dataclass(frozen=True, eq=False, kw_only=True)
class ArrayBox(Box):
    """A vector or matrix: its shape first, then each entry within the tolerance."""

    way = "array"

    truth: np.ndarray

    def read(self, given: Any) -> np.ndarray:
        return read_array(given, self.truth.shape)

    def judge(self, answer: np.ndarray, typed: str) -> Judgement:  # noqa: ARG002
        right = cells(answer, self.truth)
        assert right is not None  # `read` asks for the shape
        return CORRECT if right.all() else Judgement("wrong", share=float(right.mean()))

    def shown(self, answer: np.ndarray) -> str:
        return numbers.whole(answer)

    def form(self) -> dict[str, Any]:
        return {"shape": list(self.truth.shape)}


@dataclass(frozen=True, eq=False, kw_only=True)
class ShapeBox(Box):
    """A shape: `2x3`, `(2, 3)`; `()` for a single number."""

    way = "shape"

    truth: tuple[int, ...]
    wrong: Mapping[tuple[int, ...], str] = field(default_factory=dict)  # a shape, and what to say to it

    def read(self, given: Any) -> tuple[int, ...]:
        is_sizes = isinstance(given, (tuple, list)) and all(isinstance(size, (int, np.integer)) for size in given)
        return tuple(int(size) for size in given) if is_sizes else read_shape(typed(given))

    def judge(self, answer: tuple[int, ...], typed: str) -> Judgement:  # noqa: ARG002
        return CORRECT if answer == self.truth else Judgement("wrong", message=self.wrong.get(answer, ""))

    def shown(self, answer: tuple[int, ...]) -> str:
        return numbers.shape(answer) or "()"


@dataclass(frozen=True, eq=False, kw_only=True)
class ChoiceBox(Box):
    """One of some options; a wrong one may have an answer of its own."""

    way = "choice"

    options: tuple[str, ...]
    right: int
    also_right: frozenset[int] = frozenset()
    words: tuple[tuple[str, ...], ...] = ()  # other ways to write each option
    because: Mapping[int, str] = field(default_factory=dict)  # what to say to a wrong option

    def read(self, given: Any) -> int:
        written = _as_name(given)
        is_name = written in self.options or any(written in words for words in self.words)
        return read_choice(written if is_name else given, self.options, self.words)

    def judge(self, answer: int, typed: str) -> Judgement:  # noqa: ARG002
        if answer == self.right or answer in self.also_right:
            return CORRECT
        return Judgement("wrong", message=self.because.get(answer, ""))

    def shown(self, answer: int) -> str:
        return self.options[answer]

    def form(self) -> dict[str, Any]:
        return {"options": list(self.options)}


COMMA = re.compile(r"[-+−]?(0,[0-9]+|[0-9]+,[0-9]{1,2})")  # else it may stand between thousands


def _as_name(given: Any) -> Any:
    """A number as an option may be called: 0.1, 1.0, "1.0" and "0,1" are "0.1" and "1"."""
    if isinstance(given, bool) or not isinstance(given, (str, Real)):
        return given
    if isinstance(given, str) and COMMA.fullmatch(given.strip()):
        given = given.replace(",", ".")
    try:
        return f"{float(given):g}"
    except (ValueError, OverflowError):
        return given


@dataclass(frozen=True, eq=False, kw_only=True)
class ChoicesBox(Box):
    """All the right ones of some options: one more for each right choice, one less for each wrong one."""

    way = "choices"

    options: tuple[str, ...]
    right: frozenset[int]
    words: tuple[tuple[str, ...], ...] = ()

    def read(self, given: Any) -> frozenset[int]:
        if not isinstance(given, (str, list, tuple, set, frozenset)):
            raise UnreadableError("type", type(given).__name__)
        apart = r"[,;]" if any(" " in option for option in self.options) else r"[,;\s]+"
        each = re.split(apart, typed(given).strip("[](){} "))
        chosen = [one.strip("'\" ") for one in each]
        return frozenset(read_choice(one, self.options, self.words) for one in chosen if one.lower() not in NONE)

    def judge(self, answer: frozenset[int], typed: str) -> Judgement:  # noqa: ARG002
        if answer == self.right:
            return CORRECT
        earned = len(answer & self.right) - len(answer - self.right)
        return Judgement("wrong", share=max(0.0, earned / max(1, len(self.right))))

    def shown(self, answer: frozenset[int]) -> str:
        return ", ".join(self.options[each] for each in sorted(answer)) or "–"

    def form(self) -> dict[str, Any]:
        return {"options": list(self.options)}


NONE = ("", "none", "-", "–", "없음", "없다")


@dataclass(frozen=True, eq=False, kw_only=True)
class OrderBox(Box):
    """An order of some items. Any that puts each pair of `before` in that order is right."""

    way = "order"

    items: tuple[str, ...]  # as they are offered: in no telling order
    before: tuple[tuple[str, str], ...]
    broken: Callable[[str, str], str] = lambda first, second: ""  # noqa: ARG005  (what to say to a broken pair)

    def read(self, given: Any) -> tuple[str, ...]:
        return read_order(given, self.items)

    def judge(self, answer: Sequence[str], typed: str) -> Judgement:  # noqa: ARG002
        rank = {item: place for place, item in enumerate(answer)}
        wrong = [(first, second) for first, second in self.before if rank[first] > rank[second]]
        if not wrong:
            return CORRECT
        first, second = min(wrong, key=lambda pair: rank[pair[1]])  # that which a reader meets first
        kept = 1 - len(wrong) / len(self.before)
        return Judgement("wrong", message=self.broken(first, second), share=kept)

    def shown(self, answer: Sequence[str]) -> str:
        return ", ".join(answer)

    def form(self) -> dict[str, Any]:
        return {"items": list(self.items)}


@dataclass(frozen=True, eq=False, kw_only=True)
class CellsBox(Box):
    """Some cells of a grid, rows and columns from 0. Partly right as the F1 score says."""

    way = "cells"

    mask: np.ndarray
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def read(self, given: Any) -> np.ndarray:
        return read_cells(given, self.mask.shape)

    def judge(self, answer: np.ndarray, typed: str) -> Judgement:  # noqa: ARG002
        if (answer == self.mask).all():
            return CORRECT
        both = int((answer & self.mask).sum())
        return Judgement("wrong", share=2 * both / max(1, int(answer.sum() + self.mask.sum())))

    def shown(self, answer: np.ndarray) -> str:
        return ", ".join(f"({row}, {column})" for row, column in np.argwhere(answer).tolist()) or "–"

    def form(self) -> dict[str, Any]:
        return {"shape": list(self.mask.shape), "rows": list(self.rows), "columns": list(self.columns)}


@dataclass(frozen=True, eq=False, kw_only=True)
class SymbolsBox(Box):
    """A formula in given names: right when it is equal to the truth at random points."""

    way = "symbols"

    truth: str
    names: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...] = ()  # a formula that a mistake leads to, and what to say to it
    stands_for: Mapping[str, str] = field(default_factory=dict)  # a name that is a formula in other ones

    def read(self, given: Any) -> Symbols:
        return read_symbols(typed(given), self.names)

    def judge(self, answer: Symbols, typed: str) -> Judgement:  # noqa: ARG002
        if self._equals(answer, self.truth):
            return CORRECT
        for text, message in self.wrong:
            if self._equals(answer, text):
                return Judgement("wrong", message=message)
        return WRONG

    def _equals(self, answer: Symbols, text: str) -> bool:
        given_that = {name: read_symbols(formula, self.names) for name, formula in self.stands_for.items()}
        try:
            return equal(answer, read_symbols(text, self.names), given_that=given_that)
        except UnreadableError:  # at too few points a number
            return False

    def shown(self, answer: Any) -> str:
        return str(answer)

    def form(self) -> dict[str, Any]:
        return {"names": list(self.names)}


@dataclass(frozen=True, eq=False, kw_only=True)
class CodeBox(Box):
    """Something that the student programs: a class, a function, or lines of code. The question runs and judges it."""

    way = "code"

    understood: Callable[[Any], Any]  # what to run; raises UnreadableError
    judged: Callable[[Any], Judgement]

    def read(self, given: Any) -> Any:
        return self.understood(given)

    def judge(self, answer: Any, typed: str) -> Judgement:  # noqa: ARG002
        return self.judged(answer)

    def shown(self, answer: Any) -> str:
        return getattr(answer, "__name__", "")


def by_name(boxes: Iterable[Box]) -> dict[str, Box]:
    """The boxes by their names. Raises ValueError where two have the same."""
    found: dict[str, Box] = {}
    for box in boxes:
        if box.name in found:
            raise ValueError(f"two boxes are called {box.name!r}")
        found[box.name] = box
    return found
