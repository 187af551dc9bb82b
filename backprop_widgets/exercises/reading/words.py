"""Read a choice, a role, a sign, an order or the cells of a grid, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from backprop_widgets.exercises.reading.arrays import read_array
from backprop_widgets.exercises.reading.numbers import read_number
from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.spelling import known, squeezed
from backprop_widgets.exercises.reading.tokens import ALIKE
from backprop_widgets.exercises.reading.values import is_unanswered, number
from backprop_widgets.locale import LANGUAGES, catalogue

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

SIGNS = {"negative": -1, "zero": 0, "positive": 1}
MAX_LENGTH = 4000  # characters
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ARROW = re.compile(r"\s*(?:->|=>|→|⇒|>|,|;|\n)\s*")
CELL = re.compile(r"\(\s*(-?[0-9]{1,6})\s*,\s*(-?[0-9]{1,6})\s*,?\s*\)")


def read_choice(given: Any, options: Sequence[str], words: Sequence[Sequence[str]] = ()) -> int:
    """Read which option is meant: its text, one of its other words, its letter (a, b, ...), or its place from 0.

    >>> read_choice("Router", ["distributor", "router"]), read_choice("b)", ["1", "2"]), read_choice(0, ["yes", "no"])
    (1, 1, 0)
    """
    if is_unanswered(given):
        raise UnreadableError("empty")
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        return _place(int(given), options)
    if not isinstance(given, str):
        raise UnreadableError("type", type(given).__name__)
    for form in (_exactly, _roughly):
        word = form(given)
        found = {place for place, option in enumerate(options) if word and form(option) == word}
        found |= {place for place, others in enumerate(words) if word and word in map(form, others)}
        if len(found) == 1:
            return found.pop()
    if match := re.fullmatch(r"\(?([a-z])[).:]?", given.strip().lower()):
        return _place(LETTERS.index(match[1]), options, given)
    if re.fullmatch("[0-9]{1,3}", given.strip()):
        return _place(int(given), options)
    raise UnreadableError("choice", given.strip()[:40])


def read_role(given: Any) -> str:
    """Read what a gate does to gradients, by any of its names in English or Korean.

    >>> read_role("Gradient switcher"), read_role("분배기"), read_role("복사 게이트")
    ('swap multiplier', 'distributor', 'adder')
    """
    return _spelled("role", given, "choice")


def read_sign(given: Any) -> int:
    """Read a sign as -1, 0 or 1: a word for it, + or -, or any number that has it.

    >>> read_sign("음수"), read_sign("+"), read_sign(-0.5), read_sign("zero")
    (-1, 1, -1, 0)
    """
    if is_unanswered(given):
        raise UnreadableError("empty")
    if not isinstance(given, str):
        return int(np.sign(number(given)))
    try:
        return SIGNS[_spelled("sign", given, "sign")]
    except UnreadableError:
        if any(character.isdigit() for character in given):
            return int(np.sign(read_number(given)))
        raise


def read_order(given: Any, items: Iterable[str]) -> tuple[str, ...]:
    """Read an order of all the items: `f, q, x`, `f -> q -> x`, `f q x`, or a list.

    >>> read_order("f → q → x", ["q", "x", "f"])
    ('f', 'q', 'x')
    """
    if is_unanswered(given):
        raise UnreadableError("empty")
    items = tuple(items)
    found: list[str] = []
    for word in _words(given, items):
        if not (item := known(word, items) or _loosely(word, items)):
            raise UnreadableError("order", word[:40])
        if item in found:
            raise UnreadableError("twice", item)
        found.append(item)
    if missing := [item for item in items if item not in found]:
        raise UnreadableError("missing", ", ".join(missing[:5]))
    return tuple(found)


def read_cells(given: Any, shape: tuple[int, int]) -> Mask:
    """Read which cells of a grid are meant, as a mask: pairs (row, column) from 0, or a matrix of 0 and 1.

    Lists of lists are a matrix; pairs are tuples, so `[(0, 0), (1, 1)]` or the text `(0, 0), (1, 1)`.

    >>> read_cells("(0, 0), (1, 1)", (2, 2)).tolist(), read_cells("0 1; 1 0", (2, 2)).tolist()
    ([[True, False], [False, True]], [[False, True], [True, False]])
    """
    if given is None or given is ... or (isinstance(given, str) and is_unanswered(given)):
        raise UnreadableError("empty")
    pairs = _pairs(given)
    if pairs is None:
        if isinstance(given, np.ndarray) and given.dtype == np.bool_:
            given = given.astype(float)
        matrix = read_array(given)
        if matrix.shape != tuple(shape) or not np.isin(matrix, (0, 1)).all():
            raise UnreadableError("cells")
        return matrix.astype(bool)
    mask = np.zeros(shape, dtype=bool)
    for row, column in pairs:
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            raise UnreadableError("cell", f"({row}, {column})")
        mask[row, column] = True
    return mask


def _pairs(given: Any) -> list[tuple[int, int]] | None:
    """The pairs that were given; None where it was something else."""
    if isinstance(given, str):
        if len(given) > MAX_LENGTH:
            raise UnreadableError("long")
        inside = given.strip().strip("{}[]").strip()
        if not inside or re.sub(r"[\s,;]", "", CELL.sub("", inside)):
            return None if inside else []
        return [(int(row), int(column)) for row, column in CELL.findall(inside)]
    if not isinstance(given, (set, frozenset, list, tuple)):
        return None
    if not all(isinstance(each, tuple) and len(each) == 2 for each in given):
        return None
    if not all(isinstance(place, (int, np.integer)) for each in given for place in each):
        raise UnreadableError("cells")
    return [(int(row), int(column)) for row, column in given]


def _words(given: Any, items: Sequence[str]) -> list[str]:
    if not isinstance(given, str):
        if isinstance(given, (list, tuple)) and all(isinstance(each, str) for each in given):
            return [each.strip() for each in given]
        raise UnreadableError("type", type(given).__name__)
    if len(given) > MAX_LENGTH:
        raise UnreadableError("long")
    text = re.sub(r"[ \t\r]+", " ", given).strip()
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    words = [word.strip("'\" ") for word in ARROW.split(text) if word.strip("'\" ")]
    return text.split() if len(words) == 1 and len(items) > 1 else words


def _loosely(word: str, items: Sequence[str]) -> str:
    found = [item for item in items if squeezed(item) == squeezed(word)]
    return found[0] if len(found) == 1 else ""


def _place(place: int, options: Sequence[str], given: str = "") -> int:
    if not 0 <= place < len(options):
        raise UnreadableError("choice", given.strip()[:40] or str(place))
    return place


def _exactly(text: str) -> str:
    return " ".join(text.translate(ALIKE).split())


def _roughly(text: str) -> str:
    return squeezed(text.translate(ALIKE))


def _spelled(of: str, given: Any, reason: Any) -> str:
    """The key of the word that was given, in the locale's table of spellings."""
    if is_unanswered(given):
        raise UnreadableError("empty")
    if not isinstance(given, str):
        raise UnreadableError("type", type(given).__name__)
    spellings = _table(of)
    rough = _roughly(given)
    for form in (_exactly(given).casefold(), rough, rough.removeprefix("a").removesuffix("gate")):
        if form in spellings:
            return spellings[form]
    raise UnreadableError(reason, given.strip()[:40])


@cache
def _table(of: str) -> Mapping[str, str]:
    """Every spelling in every language, as it is written and squeezed, with what it means."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for key, texts in catalogue(language).section(f"spelled.{of}").items():
            for text in (key, *texts.split(", ")):
                for form in filter(None, (text.casefold(), _roughly(text))):
                    if found.setdefault(form, key) != key:
                        raise ValueError(f"{text!r} is a spelling of both {found[form]!r} and {key!r}")
    return found
