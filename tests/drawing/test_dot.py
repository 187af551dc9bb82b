"""A trace becomes DOT text: compared exactly, and without running Graphviz."""

from __future__ import annotations

import re

import pytest

from backprop_widgets import Tensor, record
from backprop_widgets.drawing import dot_source
from backprop_widgets.drawing.dot import clipped, drawn_edges, text_width, wire_sizes

MAIN_EXAMPLE = """\
digraph trace {
	graph [bgcolor=transparent nodesep=0.08 rankdir=LR ranksep=0.2]
	node [fixedsize=true fontname=Helvetica fontsize=11 shape=box]
	edge [arrowsize=0.7]
	n0 [label=x height=0.556 shape=ellipse width=0.556]
	n1 [label=y height=0.556 shape=ellipse width=0.556]
	n2 [label=z height=0.556 shape=ellipse width=0.556]
	n3 [label="+\\ndistributor" height=0.778 style=rounded width=1.350]
	n4 [label="×\\nswap multiplier" height=0.778 style=rounded width=1.750]
	out [label=f height=0.556 shape=ellipse width=0.556]
	e4 [label="−12\\n1" color=transparent height=1.056 width=1.111]
	n4 -> e4:w [dir=none id=e4_a tailport=e]
	e4:e -> out [id=e4_b]
	e0 [label="−2\\n−4" color=transparent height=1.056 width=1.778]
	n0 -> e0:w [dir=none id=e0_a tailport=e]
	e0:e -> n3 [id=e0_b]
	e1 [label="5\\n−4" color=transparent height=1.056 width=1.778]
	n1 -> e1:w [dir=none id=e1_a tailport=e]
	e1:e -> n3 [id=e1_b]
	e3 [label="3\\n−4" color=transparent height=1.056 width=1.778]
	n3 -> e3:w [dir=none id=e3_a tailport=e]
	e3:e -> n4 [id=e3_b]
	e2 [label="−4\\n3" color=transparent height=1.056 width=1.778]
	n2 -> e2:w [dir=none id=e2_a tailport=e]
	e2:e -> n4 [id=e2_b]
}
"""


def test_the_main_example_is_this_text():
    assert dot_source(record("(x + y) * z", x=-2, y=5, z=-4)) == MAIN_EXAMPLE


def test_no_engine_is_run(bare, trace):
    assert dot_source(trace)


def test_equal_traces_give_equal_text(traces):
    for make in traces.values():
        assert dot_source(make()) == dot_source(make())


def test_there_is_no_record_shape_and_no_hyphen_in_an_id(trace):
    text = dot_source(trace)
    assert "record" not in text
    ids = re.findall(r"^\t(\w\S*) \[", text, re.MULTILINE) + re.findall(r"[ [:]id=(\S+?)[ \]]", text)
    assert all(re.fullmatch(r"\w+", name) for name in ids if name != "->")
    assert len(ids) > len(drawn_edges(trace))


def test_every_operand_slot_has_a_wire_of_its_own():
    text = dot_source(record("x * x", x=3))
    assert len(re.findall(r"^\te\d+:e -> n1 ", text, re.MULTILINE)) == 2


def test_a_number_in_the_expression_is_drawn_in_its_gate():
    text = dot_source(record("2 * x + 1", x=3))
    assert "×2" in text
    assert "+1" in text
    assert text.count("shape=ellipse") == 2  # the input and the output


def test_the_operands_of_a_gate_stay_in_order_where_it_matters():
    assert "ordering=in" in dot_source(record("x / y", x=3, y=4))
    assert "ordering=in" not in dot_source(record("x * y", x=3, y=4))


def test_a_wire_has_room_for_every_text_it_will_ever_carry(trace):
    for edge in drawn_edges(trace):
        sizes = wire_sizes(trace, edge)
        assert sizes.numbers > max(text_width(edge.value_text, 16), text_width(edge.gradient_text, 16))
        assert trace.locale != "en" or sizes.numbers > text_width("downstream", 12)
        assert sizes.local > text_width(edge.local_text, 14) or not edge.local_text


def test_korean_takes_the_room_of_korean():
    assert text_width("역전파", 10) > text_width("abc", 10)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("x", "x"),
        ("eighteen letters..", "eighteen letters.."),
        ("nineteen letters...", "nineteen letters.…"),
        ("x" * 400, "x" * 17 + "…"),
        ("two\nlines", "two lines"),
        ("bell\x07", "bell"),
        (" \t ", ""),
    ],
)
def test_a_long_name_is_clipped_and_what_has_no_picture_is_a_space(name, drawn):
    assert clipped(name) == drawn


@pytest.mark.parametrize("name", ["<b>x</b>", "<", ">", '"', "\\", "\\N", "\\n", "a\\", 'a\\"', "&amp;", "[x]", "{x}"])
def test_no_name_has_a_meaning_in_dot(name):
    root = Tensor(2, name=name) * Tensor(3, name="b")
    root.name = name + name
    text = dot_source(record(root))
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    assert f'n0 [label="{quoted}" ' in text
    assert f'out [label="{quoted}{quoted}" ' in text
