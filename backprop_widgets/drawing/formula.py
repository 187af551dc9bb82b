"""Write the formulae of the ops as MathML: a small part of LaTeX, with names or numbers in its fields."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from backprop_widgets.trace import numbers

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
TOKEN = re.compile(r"\{\w+\}|\\[A-Za-z]+|\\[ ,]|\d+(?:\.\d+)?|\S")
NAMED = re.compile(r"([^\W\d]+)_?(\d+)")  # w0, w_0: a name with a subscript
FUNCTIONS = ("ln", "sin", "cos", "tanh", "max", "min")
SYMBOLS = {"top": "\N{DOWN TACK}", "alpha": "\N{GREEK SMALL LETTER ALPHA}", "lambda": "λ", "sigma": "σ"}
SIGNS = {"cdot": "⋅", "sum": "∑", "ne": "≠", "ge": "≥", "le": "≤", "dots": "…"}
SPACE = "\N{THIN SPACE}"
WORDS = (
    ("mi", {**SYMBOLS, **{word: word for word in FUNCTIONS}}),
    ("mo", SIGNS),
    ("mtext", {",": SPACE, " ": SPACE}),
)
BARE_AFTER = "([|,=≠≥≤<>"  # a negative number needs no brackets after these
JOINED = {"field", "close", "symbol"}  # what would run into a number or a name that follows

Packed = str | list[Any]


class FormulaError(ValueError):
    """A formula that is not of the part of LaTeX that is understood here."""


def formula(latex: str, fields: Mapping[str, ET.Element]) -> list[ET.Element]:
    """Read a formula, with an element for each of its fields.

    >>> [to_text(part) for part in formula(r"{x}^2", {"x": name("w0")})]
    ['<msup><msub><mi>w</mi><mn>0</mn></msub><mn>2</mn></msup>']
    """
    reader = _Reader(latex, fields)
    parts = reader.row("")
    if reader.tokens:
        raise FormulaError(f"{latex!r} goes on after its end: {reader.tokens[0]!r}")
    return parts


def name(text: str) -> ET.Element:
    """Write a name: with its number as a subscript, if it has one at its end."""
    match = NAMED.fullmatch(text)
    return _tree("msub", leaf("mi", match[1]), leaf("mn", match[2])) if match else leaf("mi", text)


def number(text: str) -> ET.Element:
    """Write a number that is text already."""
    return leaf("mn", text)


def slope(of: str, by: str) -> ET.Element:
    """Write ∂of/∂by."""
    return _tree("mfrac", *(_tree("mrow", leaf("mo", "∂"), name(text)) for text in (of, by)))


def equation(*sides: Sequence[ET.Element]) -> ET.Element:
    """Write sides with = between them, without one that says the same as the side before it.

    Each side is a row of its own: its brackets grow with what is in it, and not with a fraction on another side.
    """
    parts: list[ET.Element] = []
    last = ""
    for side in sides:
        text = "".join(text for part in side for text in part.itertext())
        if side and text != last:
            whole = side[0] if len(side) == 1 else _tree("mrow", *side)
            parts += [leaf("mo", "="), whole] if parts else [whole]
            last = text
    return _tree("math", *parts)


def to_text(element: ET.Element) -> str:
    """Write the element as MathML; whatever students typed is escaped here."""
    return ET.tostring(element, encoding="unicode", short_empty_elements=False)


def packed(element: ET.Element) -> Packed:
    """Fold MathML up for the way to the browser: `["frac", "n1", "ix"]`, in which `ix` is an mi with the text x."""
    if len(element):
        return [element.tag.removeprefix("m"), *map(packed, element)]
    return element.tag.removeprefix("m")[:1] + (element.text or "")


def leaf(tag: str, text: str) -> ET.Element:
    """An element that holds text alone, without what no XML may hold."""
    element = ET.Element(tag)
    element.text = "".join(c if c.isprintable() or c == SPACE else " " for c in text)
    return element


def _tree(tag: str, *parts: ET.Element) -> ET.Element:
    element = ET.Element(tag)
    element.extend(parts)
    return element


def _word(text: str) -> ET.Element:
    return leaf("mn" if text[0].isdigit() else "mi", text)


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, latex: str, fields: Mapping[str, ET.Element]) -> None:
        self.latex = latex
        self.fields = fields
        self.tokens = TOKEN.findall(latex)

    def row(self, end: str) -> list[ET.Element]:
        """Read until the bracket that ends this row, or the end of the formula."""
        parts: list[ET.Element] = []
        before = ""  # what kind of thing stands to the left
        while self.tokens and self.tokens[0] != end:
            piece = self.tokens[0]
            kind = self._kind(piece)
            part = self._atom()
            negative = kind == "field" and part.tag == "mn" and str(part.text).startswith(numbers.MINUS)
            raised = bool(self.tokens) and self.tokens[0] in "^_"
            if negative and (raised or not (before == "" or before in BARE_AFTER)):
                part = _tree("mrow", leaf("mo", "("), part, leaf("mo", ")"))
            if (before in JOINED and kind in ("field", "number")) or (before == "number" and kind == "field"):
                parts.append(leaf("mo", "⋅"))
            elif (before == "function" and kind != "(") or (kind == "function" and before in (*JOINED, "number")):
                parts.append(leaf("mtext", SPACE))
            parts.append(self._scripted(part))
            before = kind
        return parts

    def _kind(self, piece: str) -> str:
        if piece[1:-1] in self.fields and piece.startswith("{"):
            return "field"
        if piece[0].isdigit():
            return "number"
        if piece == ")":
            return "close"
        if piece.startswith("\\") and piece[1:] in FUNCTIONS:
            return "function"
        if piece.startswith("\\") and piece[1:] in SYMBOLS:
            return "symbol"
        symbol = SIGNS.get(piece[1:], piece) if piece.startswith("\\") else piece
        return symbol if len(symbol) == 1 and not symbol.isalpha() and symbol != "{" else "other"

    def _scripted(self, base: ET.Element) -> ET.Element:
        scripts: dict[str, ET.Element] = {}
        while self.tokens and self.tokens[0] in "^_":
            sign = self.tokens.pop(0)
            scripts[sign] = self._atom()
        if not scripts:
            return base
        below, above = scripts.get("_"), scripts.get("^")
        if below is not None and above is not None:
            return _tree("msubsup", base, below, above)
        return _tree("msub", base, below) if below is not None else _tree("msup", base, *scripts.values())

    def _atom(self) -> ET.Element:
        if not self.tokens:
            raise FormulaError(f"{self.latex!r} ends too early")
        piece = self.tokens.pop(0)
        inner = piece[1:-1]
        if piece.startswith("{") and inner:
            return copy.deepcopy(self.fields[inner]) if inner in self.fields else _word(inner)
        if piece == "{":
            return self._group()
        if piece.startswith("\\"):
            return self._command(piece[1:])
        if piece in "}^_":
            raise FormulaError(f"{self.latex!r} has {piece!r} where something must stand")
        if piece[0].isalnum():
            return _word(piece)
        return leaf("mo", numbers.MINUS if piece == "-" else piece)

    def _group(self) -> ET.Element:
        parts = self.row("}")
        if not self.tokens:
            raise FormulaError(f"{self.latex!r} lacks a closing bracket")
        self.tokens.pop(0)
        return parts[0] if len(parts) == 1 else _tree("mrow", *parts)

    def _command(self, command: str) -> ET.Element:
        if command == "frac":
            return _tree("mfrac", self._atom(), self._atom())
        if command == "sqrt":
            return _tree("msqrt", self._atom())
        if command == "mathrm":
            return self._atom()
        for tag, words in WORDS:
            if command in words:
                return leaf(tag, words[command])
        raise FormulaError(f"{self.latex!r} has the unknown command \\{command}")
