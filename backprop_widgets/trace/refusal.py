"""Say where an expression cannot be read, and what may stand there. Pure text: nothing is run."""

from __future__ import annotations

import ast
import difflib
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable

from backprop_widgets.autograd.arrays import shortened
from backprop_widgets.trace.own_code import letters

SHOWN = 72  # characters of a line
OPERATORS = "+ - * / ** @"
CHOOSE = "maximum, minimum and relu choose"
STATEMENTS = "there may stand expressions, and assignments such as q = x + y, with ; between them"
SIGNS = {"×": "*", "·": "*", "∙": "*", "⋅": "*", "÷": "/", "^": "**", "²": "** 2", "³": "** 3", "√": "sqrt(x)"}
KNOWN_AS = {"ln": "log", "pow": "power", "dot": "matmul", "mul": "multiply", "sub": "subtract", "div": "divide"}

Extent = tuple[int, int, int]  # line, first character, character behind the last: all from 0


def pointed(text: str, extent: Extent, problem: str) -> str:
    """The problem, and under it the line with marks below the place.

    >>> print(pointed("x ^ 2", (0, 2, 3), "a power is written **"))
    a power is written **
        x ^ 2
          ^
    """
    row, start, end = extent
    lines = text.splitlines() or [""]
    line = lines[min(row, len(lines) - 1)]
    start = min(start, len(line))
    first = max(0, min(start - SHOWN // 2, len(line) - SHOWN))
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in line[first : first + SHOWN])
    marks = max(1, min(end - first, len(shown)) - (start - first))
    before = "…" if first else ""
    after = "…" if first + SHOWN < len(line) else ""
    indent = " " * len(before) + _blank(shown[: start - first])
    mark = "^" * max(1, len(_blank(shown[start - first : start - first + marks])))
    return f"{problem}\n    {before}{shown}{after}\n    {indent}{mark}"


def extent_of(node: ast.AST, text: str) -> Extent:
    """Where a part of the parsed text stands; its first line, if there are several."""
    lines = text.splitlines() or [""]
    row: int = getattr(node, "lineno", 1) - 1
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
    if getattr(node, "end_lineno", row + 1) != row + 1 or end is None:
        end = len(lines[row].encode())
    return row, letters(lines[row], start), letters(lines[row], end)


def unreadable(text: str, error: Exception, functions: Iterable[str]) -> ValueError:
    """What Python's parser could not read."""
    lines = text.splitlines() or [""]
    row = max(0, min((getattr(error, "lineno", None) or 1) - 1, len(lines) - 1))
    start = (getattr(error, "offset", None) or 1) - 1
    hidden = next((place for place, letter in enumerate(lines[row]) if not _is_plain(letter)), None)
    start = min(start, len(lines[row])) if hidden is None else hidden
    before = re.search(r"\w+\s*$", lines[row][:start])
    if before and keyword.iskeyword(before[0].strip()):
        start = before.start()
    word = re.match(r"\w+|\W?", lines[row][start:])
    extent = (row, start, start + max(1, len(word[0]) if word else 1))
    reason = getattr(error, "msg", "") or "it cannot be parsed"
    problem = _why(lines[row][:start].rstrip(), lines[row][start:], reason, set(functions))
    return ValueError(pointed(text, extent, f"cannot read the expression: {problem}"))


def refused(text: str, node: ast.AST, functions: Iterable[str]) -> ValueError:
    """What Python can read and an expression cannot hold."""
    extent = extent_of(node, text)
    explain = WHY.get(type(node))
    problem = explain(node, sorted(functions)) if explain else ""
    if isinstance(node, ast.BinOp) and node.left.end_lineno == node.right.lineno:  # the operator alone
        row, first, last = extent[0], extent_of(node.left, text)[2], extent_of(node.right, text)[1]
        between = text.splitlines()[row][first:last]
        if (operator := between.strip(" ()\t")) and node.left.end_lineno == node.lineno:
            extent = (row, first + between.index(operator), first + between.index(operator) + len(operator))
    if isinstance(node, ast.Call):
        extent = extent_of(node.func if problem.startswith("no function") else node, text)
    if not problem:
        problem = f"an expression cannot hold {_text(node)}; {STATEMENTS}"
    return ValueError(pointed(text, extent, f"cannot read the expression: {problem}"))


def _why(before: str, rest: str, reason: str, functions: set[str]) -> str:  # noqa: PLR0911  (a case for each kind)
    """What is wrong behind `before`, in a sentence that says what may stand there."""
    here = rest[:1]
    word = re.match(r"\w+", rest)
    last = re.search(r"\w+$", before)
    if here in SIGNS:
        return f"{here} is written {SIGNS[here]}"
    if here and not _is_plain(here):
        return "an invisible character stands here: delete it"
    if word and keyword.iskeyword(word[0]):
        return f"{word[0]!r} is a word of Python and no name: choose another, such as {word[0]}_"
    if "never closed" in reason or "unmatched" in reason or "does not match" in reason:
        return reason
    number = re.search(r"\d[\d.]*$", before + rest[:1]) if "literal" in reason else None
    if number:
        return "between a number and a name stands an operator: 2 * x"
    if last and last[0] in functions and word:
        return f"a function takes its inputs in brackets: {last[0]}({word[0]})"
    ends = bool(before) and (before[-1].isalnum() or before[-1] in "_)]")
    if ends:
        return f"here may stand an operator, {OPERATORS}, or the end"
    if here:
        return "here may stand a name, a number, a bracket or a function"
    return "something is missing at the end: a name, a number, a bracket or a function"


def _operation(node: ast.AST, _: list[str]) -> str:
    assert isinstance(node, ast.BinOp)
    return "a power is written **" if isinstance(node.op, ast.BitXor) else f"the operators are {OPERATORS}"


def _comparison(node: ast.AST, _: list[str]) -> str:
    assert isinstance(node, ast.Compare)
    if isinstance(node.ops[0], ast.Eq):
        return "a comparison is no gate; a name is given with one =, as in q = x + y"
    return f"a comparison is no gate; {CHOOSE}"


def _attribute(node: ast.AST, functions: list[str]) -> str:
    assert isinstance(node, ast.Attribute)
    if node.attr in functions:
        return f"a function stands without a dot: {node.attr}(x)"
    return "behind a dot may stand T alone, the transpose: x.T"


def _call(node: ast.AST, functions: list[str]) -> str:
    assert isinstance(node, ast.Call)
    if isinstance(node.func, ast.Attribute):
        return _attribute(node.func, functions)
    if not isinstance(node.func, ast.Name):
        return f"only a function can be called: {', '.join(functions)}"
    if (name := node.func.id) not in functions:
        close = difflib.get_close_matches(name.lower()[:SHOWN], functions, 1)
        meant = KNOWN_AS.get(name.lower()) or next(iter(close), "")
        question = f"did you mean {meant}? There are" if meant else "there are"
        return f"no function is called {shortened(name)}; {question} {', '.join(functions)}"
    return "an option is a number, a tuple of numbers, True, False or None, by its name, once: axis=0, keepdims=True"


def _list(node: ast.AST, _: list[str]) -> str:
    assert isinstance(node, ast.List)
    return "a list holds numbers alone; concatenate(x, y) joins arrays"


def _constant(node: ast.AST, _: list[str]) -> str:
    assert isinstance(node, ast.Constant)
    if isinstance(node.value, (str, bytes)):
        return "a name stands without quotes"
    return f"{_text(node)} is no real number"


def _saying(sentence: str) -> Callable[[ast.AST, list[str]], str]:
    return lambda node, functions: sentence  # noqa: ARG005  (as the others are called)


def _name(node: ast.AST, _: list[str]) -> str:
    sign = next((sign for sign in SIGNS if sign in getattr(node, "id", "")), "")  # Python takes · for a letter
    return f"{sign} is written {SIGNS[sign]}" if sign else ""


NO_EFFECT = "only the last statement is the output, so this one has no effect: give it a name, q = x + y"
WHY: dict[type[ast.AST], Callable[[ast.AST, list[str]], str]] = {
    ast.BinOp: _operation,
    ast.Name: _name,
    ast.Expr: _saying(NO_EFFECT),
    ast.Compare: _comparison,
    ast.BoolOp: _saying(f"and, or are no gates; {CHOOSE}"),
    ast.UnaryOp: _saying("before a value may stand + or - alone"),
    ast.IfExp: _saying(f"a choice is no gate; {CHOOSE}"),
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.List: _list,
    ast.Tuple: _saying(
        "an expression has one output; an option goes by its name, shape=(2, 3), and statements have ; between them"
    ),
    ast.Subscript: _saying("an index is made of whole numbers and slices: x[0], x[1:3], x[:, 0]"),
    ast.Constant: _constant,
    ast.JoinedStr: _saying("a name stands without quotes"),
    ast.Starred: _saying("each input stands by itself, without a star"),
    ast.NamedExpr: _saying("a name is given in a statement of its own: q = x + y; q * z"),
    ast.AugAssign: _saying("write q = q + x in place of q += x"),
    ast.Assign: _saying("one name stands on the left of =: q = x + y"),
    ast.AnnAssign: _saying("one name stands on the left of =: q = x + y"),
}


def _text(node: ast.AST) -> str:
    try:
        return shortened(ast.unparse(node))
    except (RecursionError, ValueError):
        return type(node).__name__


def _is_plain(letter: str) -> bool:
    return letter.isprintable() or letter.isspace()


def _blank(shown: str) -> str:
    """As many spaces as the letters take columns: Korean letters take two."""
    return "".join("  " if unicodedata.east_asian_width(letter) in "WF" else " " for letter in shown)
