"""The picture of a trace: every place is there from the start, and empty until it is known."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from backprop_widgets import record
from backprop_widgets.drawing import render_svg
from backprop_widgets.drawing.dot import drawn_edges
from backprop_widgets.drawing.picture import at_step, picture

ANY_ENGINE = pytest.mark.usefixtures("engine")


def written(svg):
    """The texts on each wire: {"e0": {"value": "3", "gradient": "", ...}}."""
    return {
        group.get("data-wire"): {text.get("class"): text.text or "" for text in group.iter("text")}
        for group in svg.iter("g")
        if group.get("data-wire")
    }


def known_after(trace, step):
    """What the steps themselves say is known, without a look at the wires' own notes of it."""
    given = {
        edge.id for edge in trace.edges if all(edge.id not in s.edges for s in trace.steps if s.phase == "forward")
    }
    values = given.union(*(s.edges for s in trace.steps[:step] if s.phase == "forward"))
    gradients = set().union(*(s.edges for s in trace.steps[:step] if s.phase == "backward"))
    return values, gradients


def false_texts(trace, step, texts):
    """Name each wire whose value or gradient is not what is known after this step."""
    values, gradients = known_after(trace, step)
    for edge in drawn_edges(trace):
        expected = edge.value_text * (edge.id in values), edge.gradient_text * (edge.id in gradients)
        if (texts[edge.id]["value"], texts[edge.id]["gradient"]) != expected:
            yield f"step {step}, wire {edge.id}: {texts[edge.id]} instead of {expected}"


def test_a_place_is_empty_before_its_number_is_known_and_then_holds_it(trace):
    for step in range(len(trace.steps) + 1):
        assert list(false_texts(trace, step, written(at_step(trace, step)))) == []


def test_a_number_shown_too_early_or_a_zero_in_an_empty_place_is_found(traces):
    trace = traces["main"]()
    end, start = written(at_step(trace, 9)), written(at_step(trace, 0))
    assert len(list(false_texts(trace, 8, end))) == 2  # the gradients of x and y arrive with step 9
    start["e3"]["gradient"] = "0"
    assert [fault.split(":")[0] for fault in false_texts(trace, 0, start)] == ["step 0, wire e3"]


def test_the_picture_itself_holds_no_number(trace):
    for texts in written(picture(trace)).values():
        assert {"value", "gradient", "word"} <= set(texts)
        assert "".join(text for kind, text in texts.items() if kind not in ("name", "local-word")) == ""


def test_upstream_local_and_downstream_stand_on_their_wires(traces):
    trace = traces["main"]()
    upstream, local, downstream = (written(at_step(trace, step)) for step in (4, 5, 6))
    assert upstream["e4"] == {"name": "f", "value": "−12", "gradient": "1", "word": "upstream"}
    assert [local[e]["local"] for e in ("e3", "e2")] == ["−4", "3"]
    assert [local[e]["gradient"] for e in ("e3", "e2")] == ["", ""]
    assert [(downstream[e]["gradient"], downstream[e]["word"]) for e in ("e3", "e2")] == [
        ("−4", "downstream"),
        ("3", "downstream"),
    ]


def test_only_the_active_gate_is_marked(traces):
    trace = traces["main"]()
    for step in trace.steps:
        active = [
            g.get("data-node") for g in at_step(trace, step.index) if g.get("data-node") and "active" in g.get("class")
        ]
        assert active == [step.node]


@ANY_ENGINE
def test_every_node_and_wire_has_its_place(trace):
    svg = picture(trace)
    assert set(written(svg)) == {edge.id for edge in drawn_edges(trace)}
    assert len({group.get("data-node") for group in svg.iter("g") if group.get("data-node")}) >= 2
    left, top, width, height = map(float, svg.get("viewBox").split())
    for text in svg.iter("text"):
        assert left < float(text.get("x")) < left + width
        assert top < float(text.get("y")) < top + height


@ANY_ENGINE
def test_boxes_lie_apart_and_wires_join_them(trace):
    svg = picture(trace)
    boxes = {group.get("data-node"): box_of(group) for group in svg.iter("g") if group.get("data-node")}
    assert [pair for pair in combinations(boxes, 2) if overlap(boxes[pair[0]], boxes[pair[1]])] == []
    for edge in drawn_edges(trace):
        target = edge.target or ("out" if edge.source == trace.root else None)
        points = ends_of(svg.find(f"g[@data-wire='{edge.id}']"))
        assert near(points[0], boxes[edge.source])
        assert target is None or near(points[-1], boxes[target])


def test_a_box_upon_another_and_a_loose_wire_would_be_found():
    assert overlap((0, 0, 2, 2), (1, 1, 3, 3))
    assert not overlap((0, 0, 2, 2), (3, 0, 5, 2))
    assert not near((40.0, 1.0), (0, 0, 2, 2))


def box_of(group):
    rect, ellipse = group.find("rect"), group.find("ellipse")
    if rect is not None:
        x, y, width, height = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        return x, y, x + width, y + height
    x, y, rx, ry = (float(ellipse.get(key)) for key in ("cx", "cy", "rx", "ry"))
    return x - rx, y - ry, x + rx, y + ry


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def ends_of(wire):
    numbers = re.findall(r"(-?[\d.]+)[, ](-?[\d.]+)", " ".join(path.get("d") for path in wire.findall("path")))
    return [(float(x), float(y)) for x, y in numbers]


def near(point, box, slack=14):  # the arrow head stands between the end of its line and the box
    return box[0] - slack <= point[0] <= box[2] + slack and box[1] - slack <= point[1] <= box[3] + slack


@ANY_ENGINE
def test_equal_traces_give_equal_pictures(trace):
    first = trace.to_svg()
    render_svg.cache_clear()
    assert trace.to_svg() == first


def test_a_graph_of_one_leaf_is_drawn_with_its_seed(traces):
    trace = traces["leaf"]()
    assert list(written(at_step(trace, len(trace.steps))).values()) == [
        {"name": "", "value": "2", "gradient": "1", "word": "seed"}
    ]


def test_an_unused_input_is_drawn_and_its_gradient_is_zero_at_the_end_only(traces):
    trace = traces["unused"]()
    loose = next(edge.id for edge in trace.edges if not edge.target and edge.source != trace.root)
    before, after = (written(at_step(trace, len(trace.steps) - k))[loose]["gradient"] for k in (1, 0))
    assert (before, after) == ("", "0")


def test_twelve_inputs_have_twelve_wires(traces):
    texts = written(at_step(traces["twelve"](), 4))
    assert sorted(int(wire["value"]) for wire in texts.values() if "local" in wire) == list(range(12))


def test_numbers_that_are_not_finite_are_drawn_as_such(traces):
    texts = [text for wire in written(at_step(traces["not finite"](), 6)).values() for text in wire.values()]
    assert {"−∞", "nan"} <= set(texts)


def test_vectors_are_written_out_and_matrices_by_shape(traces):
    trace = traces["matrices"]()
    values = {trace.nodes[int(edge.source[1:])].name: edge.value_text for edge in trace.edges}
    assert values == {
        "W": "2×3",
        "x": "[1, 0.5, −1]",
        "b": "[0.1, −0.2]",
        "q": "[−1, 12.5]",
        "r": "[−0.9, 12.3]",
        "s": "[0, 12.3]",
        "L": "12.3",
    }
    drawn = [wire["value"] for wire in written(at_step(trace, len(trace.steps))).values()]
    assert sorted(drawn) == sorted(values.values())


def test_colours_come_from_the_style_sheet_alone(trace):
    svg = ET.fromstring(trace.to_svg())  # noqa: S314  # our own text
    for element in svg.iter():
        assert {"fill", "stroke", "style", "color"} & set(element.keys()) == set(), element.tag


def test_a_step_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match="step must be between 0 and 9, got 15"):
        record("(x + y) * z", x=-2, y=5, z=-4).to_svg(step=15)
