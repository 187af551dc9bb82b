"""No text of a student is ever run; the work that a text makes is bounded; every refusal has something to say."""

from __future__ import annotations

import ast
import builtins
from contextlib import contextmanager
from typing import get_args

import pytest

from backprop_widgets.exercises.reading import UnreadableError, read_answer, read_array, read_number, read_shape
from backprop_widgets.exercises.reading.grammar import Dialect, parse
from backprop_widgets.exercises.reading.matrices import read_matrices
from backprop_widgets.exercises.reading.refusal import Kind, Reason
from backprop_widgets.exercises.reading.symbols import read_symbols
from backprop_widgets.exercises.reading.tokens import MAX_LENGTH
from backprop_widgets.exercises.reading.words import read_cells, read_choice, read_order, read_role, read_sign
from backprop_widgets.locale import LANGUAGES, catalogue

HOSTILE = (
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "exec('x = 1')",
    "eval('1')",
    "open('/etc/passwd').read()",
    "x.__class__",
    "lambda: 0",
    "[x for x in (1,)]",
    "{1: 2}",
    "f'{x}'",
    "9**9**9",
    "1<<10**9",
    "'a'*10**9",
    "(" * 5000,
    "[" * 5000,
    "-" * 5000,
    "1+" * 5000,
    "x.T" * 60,
    "((((((((((((((((((((1))))))))))))))))))))" * 4,
    "exp(" * 19 + "x" + ")" * 19,
    "[[1, 2], " * 400,
    "array(" * 100,
    "(0, 0)," * 2000,
    "\x00",
    "\ud800",
    "\u202e1",
    "a\u0301" * 60,
    "１+１",  # noqa: RUF001  (signs that look alike are what this is about)
    "💥" * 50,
    "{what} {0} %s",
)
READERS = {
    "answer": read_answer,
    "number": read_number,
    "array": read_array,
    "array of a shape": lambda text: read_array(text, (2, 2)),
    "shape": read_shape,
    "symbols": lambda text: read_symbols(text, ["x", "y"]),
    "matrices": lambda text: read_matrices(text, {"X": (4, 3), "dY": (4, 5)}),
    "choice": lambda text: read_choice(text, ["one", "two"]),
    "role": read_role,
    "sign": read_sign,
    "order": lambda text: read_order(text, ["x", "y"]),
    "cells": lambda text: read_cells(text, (2, 2)),
}


@contextmanager
def nothing_evaluated():
    """All that runs a text raises; only here, as pytest itself compiles a failed assertion."""

    def forbidden(*_, **__):
        raise AssertionError("the text of a student was evaluated")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("eval", "exec", "compile"):
            patch.setattr(builtins, name, forbidden)
        for name in ("parse", "literal_eval"):
            patch.setattr(ast, name, forbidden)
        yield


def read_all(text):
    """What each reader makes of a text: a value, or the reason why it makes none."""
    found = {}
    for name, read in READERS.items():
        try:
            found[name] = read(text)
        except UnreadableError as error:
            found[name] = error
    return found


def test_nothing_is_ever_evaluated():
    with nothing_evaluated():
        for text in HOSTILE:
            read_all(text)
        read = read_answer("2*(1 - 0.73)*0.73")
    assert read == pytest.approx(0.3942)


@pytest.mark.parametrize(
    "run",
    [lambda: builtins.eval("1"), lambda: ast.literal_eval("1"), lambda: compile("1", "", "eval")],  # noqa: S307  (this is the check of the check)
)
def test_the_guard_finds_an_evaluation(run):
    with nothing_evaluated(), pytest.raises(AssertionError, match="was evaluated"):
        run()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_refused_by_all_readers_or_harmless(text):
    for name, value in read_all(text).items():
        if isinstance(value, UnreadableError):
            assert all(value.text(catalogue(language)) for language in LANGUAGES)
        else:  # a few of them are long ways to write something that may be written
            assert name in {"symbols", "matrices", "cells"}, f"{name} read it as {value!r}"


def test_the_work_is_bounded_by_the_length_of_the_text():
    for text in ("1+" * 99 + "1", "2*" * 99 + "x", "-" * 50 + "x", "x^" * 29 + "x", "max(" + "x," * 18 + "x)"):
        parts = parse(text, Dialect(("x",)))
        assert len(parts) <= len(text) <= MAX_LENGTH
        assert max(part.takes for part in parts) <= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_kind_has_its_text(language):
    say = catalogue(language)
    for reason in get_args(Reason):
        for kind in get_args(Kind):
            text = UnreadableError(reason, "x", (1, 2)).text(say, kind)
            assert "1, 2" in text
            assert "{" not in text.replace("{…}", "")


def test_what_was_typed_is_shown_as_it_is_and_not_filled_in():
    assert "{0}" in UnreadableError("choice", "{0}").text(catalogue("en"))
