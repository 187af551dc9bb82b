"""What was given, as text that can be kept: a check of that text means the same. Never raises."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from typing import Any

import numpy as np

from backprop_widgets.exercises.reading.values import plain

LONGEST = 20_000  # characters


def typed(given: Any) -> str:
    """A number, list, array, set, function or class as a student would have typed it.

    >>> typed("-4*1"), typed(np.float64(0.5)), typed([["1/2", 2], (0, 1)]), typed({"x", "w"})
    ('-4*1', '0.5', '[[1/2, 2], (0, 1)]', '[w, x]')
    """
    try:
        return _text(given)[:LONGEST]
    except Exception:  # noqa: BLE001  (an object of the student's own may break in any way)
        return type(given).__name__


def _text(given: Any) -> str:
    given = plain(given)
    if isinstance(given, str):
        return given
    if isinstance(given, (np.ndarray, np.generic)):
        given = (given.astype(int) if given.dtype == np.bool_ else given).tolist()
    if isinstance(given, (set, frozenset)):
        given = sorted(given, key=str)
    if isinstance(given, tuple):
        return f"({', '.join(map(_text, given))}{',' * (len(given) == 1)})"
    if isinstance(given, list):
        return f"[{', '.join(map(_text, given))}]"
    return source_of(given) or str(getattr(given, "__name__", given))


def source_of(given: Any) -> str:
    """The lines of a function or a class; empty where they cannot be had, as those of a C function."""
    if not (isinstance(given, type) or inspect.isroutine(given)):
        return ""
    try:
        lines = inspect.getsource(given)
    except (OSError, TypeError):
        lines = _class_source(given)
    return textwrap.dedent(lines).strip()


def _class_source(given: Any) -> str:
    """The lines of a class in a notebook, which has no module: found by the file of one of its functions."""
    functions = (getattr(each, "__func__", each) for each in vars(given).values()) if isinstance(given, type) else ()
    for file in dict.fromkeys(each.__code__.co_filename for each in functions if hasattr(each, "__code__")):
        lines = linecache.getlines(file)
        for node in ast.walk(ast.parse("".join(lines) or "")):
            if isinstance(node, ast.ClassDef) and node.name == given.__name__:
                return "".join(lines[node.lineno - 1 : node.end_lineno])
    return ""
