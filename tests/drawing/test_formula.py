"""Formulae as MathML, and what is said of each gate with them."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from backprop_widgets import Function, Tensor, record
from backprop_widgets.autograd.function import table
from backprop_widgets.drawing.explain import explain_data, explanations
from backprop_widgets.drawing.formula import FormulaError, equation, formula, name, number, packed, slope, to_text

CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3}
LEAVES = {"mi", "mn", "mo", "mtext"}
HOSTILE = ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "]]> --> &amp;", "a\x00b\x07", "가중치", "x" * 400]


def faults(element):
    """What a browser would not draw as it is meant."""
    for part in element.iter():
        if part.tag in LEAVES and (len(part) or part.text is None):
            yield f"{part.tag} holds no text"
        if part.tag not in LEAVES and (len(part) == 0 or part.text):
            yield f"{part.tag} holds no elements"
        if len(part) != CHILDREN.get(part.tag, len(part)):
            yield f"{part.tag} has {len(part)} parts"


def written(latex, **fields):
    return "".join("".join(part.itertext()) for part in formula(latex, fields))


def names(*texts):
    return {field: name(text) for field, text in zip("xyz", texts, strict=False)}


def numbers(*texts):
    return {field: number(text) for field, text in zip("xyz", texts, strict=False)}


def text_of(element):
    return "".join(element.itertext())


@pytest.mark.parametrize("op", table.values(), ids=lambda op: op.name)
@pytest.mark.parametrize("fields", [names("a", "b", "c"), numbers("−2", "3", "−1.5")], ids=["names", "numbers"])
def test_every_formula_of_the_table_becomes_mathml(op, fields):
    for latex in filter(None, (op.latex, *op.local_latex)):
        element = equation(formula(latex, fields))
        assert list(faults(element)) == []
        assert ET.fromstring(to_text(element)).tag == "math"  # noqa: S314  (what we wrote)
        assert "\\" not in text_of(element)
        assert "{" not in text_of(element)


def test_mathml_that_would_not_be_drawn_is_found():
    bad = ET.fromstring("<math><mi/><mfrac><mn>1</mn></mfrac><mrow>x</mrow></math>")  # noqa: S314  (our own)
    assert list(faults(bad)) == ["mi holds no text", "mfrac has 1 parts", "mrow holds no elements"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_name_is_text_and_nothing_else(hostile):
    x, y = Tensor(3, name=hostile), Tensor(4, name="y")
    root = x * y
    root.name = "f"
    (gate,) = explanations(record(root)).values()
    for element in (gate.value, *gate.slopes):
        again = ET.fromstring(to_text(element))  # noqa: S314  (what we wrote)
        assert list(faults(again)) == []
        assert {part.tag for part in again.iter()} <= {"math", "mi", "mn", "mo", "mfrac", "mrow", "msub"}
    shown = "".join(c if c.isprintable() else " " for c in hostile)
    assert shown in text_of(gate.value)


def test_a_tag_in_a_name_is_escaped():
    assert to_text(name("<b>")) == "<mi>&lt;b&gt;</mi>"


@pytest.mark.parametrize(
    ("latex", "fields", "text"),
    [
        (r"{x} \cdot {y}", numbers("−2", "−4"), "−2⋅(−4)"),
        ("{x} - {y}", numbers("−2", "−4"), "−2−(−4)"),
        ("{x}^2", numbers("−2"), "(−2)2"),
        ("2 {x}", numbers("3"), "2⋅3"),
        ("(1 - {z}) {z}", {"z": number("0.5")}, "(1−0.5)⋅0.5"),
        (r"1[{x} \ge {y}]", numbers("−2", "−4"), "1[−2≥−4]"),
        (r"\max({x}, {y})", numbers("−2", "−4"), "max(−2,−4)"),
        (r"\ln {x}", names("x"), "ln\N{THIN SPACE}x"),
        ("{y} {x}^{{y} - 1}", names("a", "n"), "n⋅an−1"),
    ],
)
def test_a_number_stands_where_it_can_be_read(latex, fields, text):
    assert written(latex, **fields) == text


@pytest.mark.parametrize("latex", [r"\unknown{x}", "{x}^", "{", r"\frac{1}", "}"])
def test_a_formula_that_is_not_understood_is_an_error(latex):
    with pytest.raises(FormulaError):
        formula(latex, names("x"))


def test_a_side_that_repeats_the_one_before_is_left_out():
    assert text_of(equation([slope("f", "x")], [number("1")], [number("1")], [number("1")])) == "∂f∂x=1"


def test_the_brackets_of_one_side_do_not_grow_with_a_fraction_on_another():
    sides = equation([slope("m", "x")], formula("1[{x} > {y}]", names("x", "y")), [number("1")])
    assert [side.tag for side in sides] == ["mfrac", "mo", "mrow", "mo", "mn"]
    assert text_of(sides[2]) == "1[x>y]"


def test_a_formula_travels_folded_and_comes_back_whole():
    element = equation([slope("f", "w0")], formula(r"\frac{1}{{x}}", names("x")))
    assert unfolded(json.loads(json.dumps(packed(element)))) == to_text(element)


def unfolded(folded):
    """As the player does it."""
    if isinstance(folded, str):
        tag = "mtext" if folded[0] == "t" else f"m{folded[0]}"
        return f"<{tag}>{folded[1:]}</{tag}>"
    return f"<m{folded[0]}>{''.join(map(unfolded, folded[1:]))}</m{folded[0]}>"


def test_a_gate_is_explained_with_names_then_numbers_then_the_result():
    add, multiply = explanations(record("(x + y) * z", x=-2, y=5, z=-4)).values()
    assert text_of(add.value) == "q=x+y=−2+5=3"
    assert [text_of(part) for part in add.slopes] == ["∂q∂x=1", "∂q∂y=1"]
    assert text_of(multiply.value) == "f=q⋅z=3⋅(−4)=−12"
    assert [text_of(part) for part in multiply.slopes] == ["∂f∂q=z=−4", "∂f∂z=q=3"]
    assert multiply.in_numbers == ("1 * -4  # -4", "1 * 3  # 3")


def test_what_is_missing_to_1_is_not_rounded_away():
    (gate,) = explanations(record("sigmoid(x)", x=9.9)).values()
    assert text_of(gate.slopes[0]) == "∂f∂x=(1−f)⋅f=(1−0.99994983)⋅0.99994983=5.017e−5"
    (gate,) = explanations(record("sigmoid(x)", x=1)).values()
    assert text_of(gate.slopes[0]) == "∂f∂x=(1−f)⋅f=(1−0.7311)⋅0.7311=0.1966"


def test_the_numbers_of_a_line_give_its_result():
    trace = record("1/(1+exp(-(w0*x0 + w1*x1 + w2))) + tanh(w0) * max(x0, x1)", w0=2, x0=-1, w1=-3, x1=-2, w2=-3)
    lines = [line for gate in explanations(trace).values() for line in gate.in_numbers]
    assert len(lines) > 15
    for line in lines:
        computed, given = line.split("  # ")
        np.testing.assert_allclose(eval(computed, {"np": np}), float(given), rtol=5e-3)  # noqa: S307  (our own lines)


class Odd(Function):
    """A student's own function, with no facts."""

    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x)
        return 3 * x + y

    @staticmethod
    def backward(ctx, upstream):
        return 3 * upstream, upstream


class Garbled(Odd):
    symbol = "Garbled"
    latex = r"\nonsense{x}"
    local_latex = ("3", "1")


@pytest.mark.parametrize("own", [Odd, Garbled])
def test_of_a_function_without_a_formula_that_is_said_and_its_numbers_are_shown(own):
    x, y = Tensor(2, name="x"), Tensor(-1, name="y")
    root = own.apply(x, y)
    root.name = "f"
    (gate,) = explanations(record(root)).values()
    assert gate.note == f"No formula is known for {own.__name__}: here are its numbers."
    assert text_of(gate.value) == f"f={own.__name__}(x,y)={own.__name__}(2,−1)=5"
    assert [text_of(part) for part in gate.slopes] == ["∂f∂x=3", "∂f∂y=1"]
    assert gate.in_numbers == ("1 * 3  # 3", "1 * 1  # 1")
    assert gate.form == ""


def test_the_class_of_an_op_travels_once():
    data = explain_data(record("x*y + y*z + x*z", x=1, y=2, z=3))
    assert sorted(data["forms"]) == ["add", "multiply"]
    assert data["forms"]["multiply"].startswith("class Multiply(Function):")


def test_an_explanation_of_arrays_has_formulae_and_no_numbers_that_are_shapes(traces):
    told = explanations(traces["matrices"]())
    assert [text_of(gate.value) for gate in told.values()][2] == "s=max(0,r)=[0, 12.3]"
    assert all(gate.in_numbers == () for gate in told.values())


def test_every_trace_is_explained(trace):
    gates = [node.id for node in trace.nodes if node.kind == "gate"]
    assert list(explanations(trace)) == gates
    json.dumps(explain_data(trace), allow_nan=False)
