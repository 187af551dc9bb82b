"""Typeset what the student wrote, as the heading over its picture. Short Python expressions, and only those."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from math import inf
from xml.etree import ElementTree as ET

from backprop_widgets.drawing.formula import SPACE, leaf, name, number
from backprop_widgets.trace import numbers

LONGEST = 44  # characters: MathML breaks no lines, a longer heading stays text, which does
SUM, PRODUCT, SIGN, POWER, WHOLE = range(5)  # how tightly a part holds together
LEVELS = {ast.Add: SUM, ast.Sub: SUM, ast.Mult: PRODUCT, ast.MatMult: PRODUCT, ast.Div: PRODUCT}
SIGNS = {ast.Add: "+", ast.Sub: numbers.MINUS, ast.Mult: "⋅", ast.MatMult: "@", ast.Div: "/"}


class _NotTypeset(Exception):  # noqa: N818  (no fault: the heading stays text)
    """The expression has a part that no rule here writes."""


def heading(title: str) -> ET.Element | None:
    """Return `f = 2*x**2` as MathML, with its products and powers as on paper; None where text says it better.

    >>> from backprop_widgets.drawing.formula import to_text
    >>> to_text(heading("f = 2**x"))
    '<math><mi>f</mi><mo>=</mo><msup><mn>2</mn><mi>x</mi></msup></math>'
    >>> heading("f = [x for x in y]")
    """
    if len(title) > LONGEST:
        return None
    try:
        parts = [part for line in ast.parse(title).body for part in (leaf("mo", ";"), *_line(line))]
    except (SyntaxError, ValueError, RecursionError, _NotTypeset):
        return None
    return _group("math", parts[1:]) if parts else None


def _line(line: ast.stmt) -> list[ET.Element]:
    match line:
        case ast.Assign([target], value):
            return [*_written(target), leaf("mo", "="), *_written(value)]
        case ast.Expr(value):
            return _written(value)
    raise _NotTypeset


def _written(tree: ast.expr, least: int = SUM) -> list[ET.Element]:
    """Write an expression, in brackets if it holds together less tightly than its place needs."""
    level, parts = _read(tree)
    return _bracketed(parts) if level < least else parts


def _read(tree: ast.expr) -> tuple[int, list[ET.Element]]:
    """Write an expression, and tell how tightly it holds together."""
    level = WHOLE
    match tree:
        case ast.Name(text):
            parts = [name(text)]
        case ast.Constant(int() | float() as value) if not isinstance(value, bool) and abs(value) < inf:
            parts = [number(str(value))]
        case ast.UnaryOp(ast.USub(), operand):
            level, parts = SIGN, [leaf("mo", numbers.MINUS), *_written(operand, SIGN)]
        case ast.BinOp(base, ast.Pow(), exponent):
            level, parts = POWER, [_group("msup", [_row(_written(base, WHOLE)), _row(_written(exponent))])]
        case ast.BinOp(left, op, right) if type(op) in SIGNS:
            level = LEVELS[type(op)]
            sign = _times(left, right) if isinstance(op, ast.Mult) else leaf("mo", SIGNS[type(op)])
            after = POWER if isinstance(right, ast.UnaryOp) else level + 1  # a - (b - c), x (-y)
            parts = [*_written(left, level), sign, *_written(right, after)]
        case ast.Call(ast.Name(text), inputs, options):
            parts = [leaf("mi", text), *_bracketed(list(_listed(inputs, options)))]
        case ast.List(items) if items:
            parts = _bracketed(list(_listed(items, [])), "[]")
        case _:
            raise _NotTypeset
    return level, parts


def _times(left: ast.expr, right: ast.expr) -> ET.Element:
    """A dot where side by side would read as one number, one name, or a function of what follows."""
    before = left  # what stands to the left of the sign
    if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
        before = left.right
    elif isinstance(left, ast.UnaryOp):
        before = left.operand
    is_bracketed = isinstance(before, ast.BinOp) and LEVELS.get(type(before.op)) == SUM
    is_clear = is_bracketed or isinstance(before, ast.Constant) or _is_letter(before)
    return leaf("mtext", SPACE) if is_clear and _is_letter(right) else leaf("mo", SIGNS[ast.Mult])


def _is_letter(tree: ast.expr) -> bool:
    """Whether it is a name such as x or w0."""
    return isinstance(tree, ast.Name) and len(tree.id.rstrip("0123456789_")) == 1


def _listed(items: Sequence[ast.expr], options: Sequence[ast.keyword]) -> Iterator[ET.Element]:
    for i, (word, item) in enumerate([*(("", each) for each in items), *((each.arg, each.value) for each in options)]):
        if i:
            yield leaf("mo", ",")
        if word is None:
            raise _NotTypeset
        if word:
            yield from (leaf("mi", word), leaf("mo", "="))
        yield from _written(item)


def _bracketed(parts: list[ET.Element], brackets: str = "()") -> list[ET.Element]:
    return [leaf("mo", brackets[0]), *parts, leaf("mo", brackets[1])]


def _row(parts: list[ET.Element]) -> ET.Element:
    return parts[0] if len(parts) == 1 else _group("mrow", parts)


def _group(tag: str, parts: Sequence[ET.Element]) -> ET.Element:
    element = ET.Element(tag)
    element.extend(parts)
    return element


__all__ = ["heading"]
