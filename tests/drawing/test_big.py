"""Big graphs: refused before they cost anything, folded where they are crowded, and never covered in lines."""

from __future__ import annotations

import time

import pytest

from backprop_widgets import Tensor, draw, gate, maxout, record, step_through, tanh
from backprop_widgets.drawing import dot_source
from backprop_widgets.drawing.frames import are_mixed, contents, frames
from backprop_widgets.drawing.long_wires import BUDGET, _depths, interrupted
from backprop_widgets.drawing.picture import picture
from backprop_widgets.drawing.size import CROWDED, LARGEST, GraphTooLargeError
from backprop_widgets.trace.flat_code import flat_code
from backprop_widgets.trace.record import begin


def line(gates):
    y = Tensor(0.5, name="x")
    for _ in range(gates):
        y = tanh(y)
    return y


def shared(gates):
    """A chain in which every other gate uses one input: the wires of its copies are long."""
    x, w = Tensor(0.5, name="x"), Tensor(1.01, name="w")
    y = x
    for _ in range(gates // 2):
        y = y * w + x
    return y


def neurons(count):
    total = Tensor(0, name="start")
    for k in range(count):
        with gate("neuron"):
            total = tanh(total * Tensor(0.5, name=f"w{k}") + Tensor(0.1, name=f"b{k}"))
    return total


@pytest.mark.parametrize("show", [draw, step_through])
def test_a_graph_that_is_too_large_is_refused_within_a_second_with_what_to_do_instead(show):
    root = line(20_000)
    start = time.process_time()
    with pytest.raises(GraphTooLargeError, match=r"has 20,000 gates; pictures are drawn up to 500: .*gate.*flat_code"):
        show(root)
    assert time.process_time() - start < 1


def test_a_trace_that_is_too_large_is_recorded_and_written_but_not_drawn(tmp_path):
    trace = record(line(LARGEST + 1))
    assert len(flat_code(trace).forward.splitlines()) == LARGEST + 1
    for show in (trace.to_svg, lambda: trace.to_html(tmp_path / "page.html"), lambda: step_through(trace)):
        with pytest.raises(GraphTooLargeError, match="this graph has 501 gates"):
            show()


def broad(gates, inputs):
    """Few gates, each with many inputs."""
    nodes = [Tensor(float(k), name=f"x{k}") for k in range(inputs)]
    for k in range(gates):
        nodes.append(maxout(*(nodes[(7 * k + 5 * j) % len(nodes)] for j in range(inputs))))
    return sum(nodes[inputs:], nodes[0])


def test_a_broad_graph_is_refused_too_by_its_wires():
    root = broad(100, 12)
    with pytest.raises(
        GraphTooLargeError, match=r"has 1,\d\d\d wires between its \d+ gates; .* up to 1,000 wires: mark"
    ):
        draw(root)
    with pytest.raises(GraphTooLargeError, match="wires between"):
        record(root).to_svg()


def test_the_wires_of_a_collapsed_gate_are_those_that_lead_into_it():
    recording = begin("3 * (1/(1+exp(-(x*y))))", x=1, y=2)
    assert recording.wires(()) == len([edge for edge in recording.trace(()).edges if edge.target])
    chosen = recording.outermost()
    assert recording.wires(chosen) == len([edge for edge in recording.trace(chosen).edges if edge.target])


def test_the_largest_graph_is_drawn():
    assert draw(line(LARGEST)).svg.startswith("<svg")


def test_twice_the_gates_take_about_twice_the_time_to_record():
    def seconds(gates):
        root = shared(gates)
        start = time.process_time()
        record(root)
        return time.process_time() - start

    seconds(200)
    best = [min(seconds(gates) for _ in range(2)) for gates in (800, 3200)]
    assert best[1] < 10 * best[0]  # 4 times the gates; a quadratic part would need 16 times as long


def test_in_a_crowd_composite_gates_are_collapsed_at_first():
    trace = draw(neurons(20)).trace  # 60 gates
    assert [part.is_collapsed for part in trace.composites] == [True] * 20
    assert sum(node.kind == "gate" for node in trace.nodes) == 20


def test_elsewhere_and_where_it_is_said_they_are_open():
    assert CROWDED >= 3 * 10
    assert not any(part.is_collapsed for part in draw(neurons(10)).trace.composites)
    chosen = draw(neurons(20), collapse=["g0"]).trace
    assert [part.is_collapsed for part in chosen.composites] == [True] + [False] * 19


def test_long_wires_are_interrupted_until_few_gates_are_passed():
    trace = record(shared(100))
    cut, depth = interrupted(trace), _depths(trace)
    passed = {edge.id: depth[edge.target] - depth[edge.source] - 1 for edge in trace.edges if edge.target}
    assert sum(passed.values()) > BUDGET
    assert sum(span for edge, span in passed.items() if edge not in cut) <= BUDGET
    assert min(passed[edge] for edge in cut) >= max(span for edge, span in passed.items() if edge not in cut)


def test_an_interrupted_wire_says_whose_value_it_carries():
    trace = record(shared(100))
    svg = picture(trace)
    cut = sorted(interrupted(trace))
    names = {svg.find(f"g[@data-wire='{edge}']").findtext("text[@class='name']") for edge in cut}
    assert names == {"x", "w"}
    assert all(f"{edge}_a" not in dot_source(trace) for edge in cut)


def test_the_wires_of_a_small_graph_are_drawn_all_the_way(trace):
    assert interrupted(trace) == frozenset()


def two_neurons():
    """Two neurons on the same inputs: left to itself, Graphviz lets their gates alternate."""
    x0, x1, *weights = (Tensor(value, name=name) for value, name in enumerate(("x0", "x1", "a0", "a1", "b0", "b1")))
    made = []
    for name, (first, second) in (("A", weights[:2]), ("B", weights[2:])):
        with gate(name):
            made.append(tanh(x0 * first + x1 * second))
    return made[0] * made[1]


def boxes(svg):
    """The frames, and the gates, of a picture."""
    found = {}
    for group in svg.iter("g"):
        rect = group.find("rect")
        if rect is not None:
            x, y, width, height = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
            found[group.get("data-node") or group.get("data-part")] = x, y, x + width, y + height
    return found


def inside(inner, outer):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def test_a_frame_holds_the_gates_of_its_composite_and_no_other():
    trace = record(two_neurons())
    found = boxes(picture(trace))
    for part in trace.composites:
        for node in trace.nodes:
            if node.kind in ("gate", "copy"):
                assert inside(found[node.id], found[part.id]) == (node.id in part.nodes), (part.name, node.name)


def test_gates_that_would_stand_in_a_frame_of_others_are_noticed():
    trace = record("1 / (1 + exp(-x))", x=1)
    (held,) = contents(trace).values()
    places = dict.fromkeys(held, (0.0, 0.0, 10.0, 10.0))
    assert not are_mixed(trace, places)
    assert are_mixed(trace, {**places, "n0": (2.0, 2.0, 4.0, 4.0)})


def test_frames_nest():
    def nested(x, w, b):
        with gate("outer"):
            with gate("inner"):
                a = w * x + b
            return tanh(a)

    trace = record(nested, x=1, w=2, b=3)
    found = boxes(picture(trace))
    ids = {part.name: part.id for part in trace.composites}
    assert inside(found[ids["inner"]], found[ids["outer"]])
    assert [frame.name for frame in frames(trace, dict.fromkeys(*contents_of(trace)))] == ["outer", "inner"]


def contents_of(trace):
    """All that stands in any frame, in one place."""
    return {place for held in contents(trace).values() for place in held}, (0.0, 0.0, 1.0, 1.0)


def test_opening_the_sigmoid_moves_nothing_before_it():
    trace = record("1/(1+exp(-(w0*x0 + w1*x1 + w2)))", w0=2, x0=-1, w1=-3, x1=-2, w2=-3)
    whole, folded = boxes(picture(trace)), boxes(picture(trace.collapse("sigmoid")))
    ids = [{node.name: node.id for node in told.nodes} for told in (trace, trace.collapse("sigmoid"))]
    for name in ("q", "r", "s", "t"):
        assert whole[ids[0][name]][:2] == pytest.approx(folded[ids[1][name]][:2], abs=1)


def test_a_collapsed_gate_has_a_double_border():
    trace = record("1/(1+exp(-x))", x=1)
    for told, borders in ((trace, 0), (trace.collapse("sigmoid"), 1)):
        assert len(picture(told).findall("g/rect[@class='inner']")) == borders
