"""What the student wrote, typeset: the same expression, read back from the MathML, and text where that would not do."""

from __future__ import annotations

import pytest

from backprop_widgets import record
from backprop_widgets.drawing.formula import to_text
from backprop_widgets.drawing.heading import LONGEST, heading
from backprop_widgets.drawing.page import player_data


def read(element):
    """MathML as one line: ^{} for a power, _ for a subscript."""
    parts = [read(part) for part in element]
    if element.tag == "msup":
        return f"{parts[0]}^{{{parts[1]}}}"
    if element.tag == "msub":
        return "_".join(parts)
    return (element.text or "") + "".join(parts)


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("f = 1/(1+exp(-(w0*x0 + w1*x1 + w2)))", "f=1/(1+exp(−(w_0 x_0+w_1 x_1+w_2)))"),
        ("f = (x + y) * z", "f=(x+y) z"),
        ("q = x + y; f = q*z", "q=x+y;f=q z"),
        ("x*(y + z)", "x⋅(y+z)"),  # not a function x of y + z
        ("2*x*y", "2 x y"),
        ("x*2", "x⋅2"),
        ("2*3", "2⋅3"),
        ("loss*x", "loss⋅x"),
        ("x*-y", "x⋅(−y)"),
        ("-x*y", "−x y"),
        ("-2*x", "−2 x"),
        ("-x**2", "−x^{2}"),
        ("(-x)**2", "(−x)^{2}"),
        ("(x*y)**(z + 1)", "(x y)^{z+1}"),
        ("x**y**z", "x^{y^{z}}"),
        ("(x**y)**z", "(x^{y})^{z}"),
        ("a - (b - c)", "a−(b−c)"),
        ("(a - b) - c", "a−b−c"),
        ("a/(b*c)", "a/(b c)"),
        ("a/b*c", "a/b⋅c"),
        ("W @ x + b", "W@x+b"),
        ("sum(relu(x), axis=0)", "sum(relu(x),axis=0)"),
        ("l2(W, strength=0.1)", "l2(W,strength=0.1)"),
        ("x + [1, 2]", "x+[1,2]"),
        ("f(x, y)", "f(x,y)"),
    ],
)
def test_an_expression_is_written_as_on_paper(text, typeset):
    assert read(heading(text)).replace("\N{THIN SPACE}", " ") == typeset


@pytest.mark.parametrize(
    "text",
    [
        *("x[0] * y", "f = lambda x: x", "True*x", "1e400*x", "f = g = x", "f(*x)", "f(**x)", "x if y else z", "not x"),
        *("x.T @ y", "x < y", "f'x", "", "f = x +", "'text'", "1j*x", "(" * 200, "x" * LONGEST + "+ 1"),
    ],
)
def test_what_no_rule_writes_stays_text(text):
    assert heading(text) is None


def test_a_name_of_the_student_is_escaped():
    assert "<mi>이름</mi>" in to_text(heading("이름 + x"))
    assert heading("<b>x</b>") is None


def test_the_player_is_given_both():
    data = player_data(record("x * y", x=2, y=3))
    assert data["title"] == "f = x * y"
    assert data["heading"] == ["ath", "if", "o=", "ix", "t\N{THIN SPACE}", "iy"]
