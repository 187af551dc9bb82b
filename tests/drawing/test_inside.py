"""Vectors and matrices: heat maps on their wires, which cell feeds which, and Jacobians that are told, not built."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from backprop_widgets import Trace, ops, record
from backprop_widgets.autograd.jacobian import STRUCTURES
from backprop_widgets.drawing.heat import MOST, cell_size, corner, heat, heat_size
from backprop_widgets.drawing.inside import inside_data
from backprop_widgets.drawing.packing import program_of
from backprop_widgets.drawing.page import fallback, page, player_data
from backprop_widgets.drawing.picture import at_step, picture
from backprop_widgets.locale import LANGUAGES, catalogue
from backprop_widgets.trace.jacobians import MAX_SHOWN

LAYER = {"W": [[1, 2, 3], [4, 5, -6]], "x": [1, 0.5, -1], "b": [0.1, -0.2]}


@pytest.fixture
def layer():
    return record("L = sum(relu(W @ x + b))", LAYER)


def paths(array):
    return dict(heat(np.array(array, dtype=float), 0, 0).paths)


def test_a_cell_tells_sign_and_strength_and_a_negative_one_has_a_bar():
    drawn = paths([8, 2, 0, -4])
    assert drawn.keys() == {"p4", "p1", "n2", "minus m2"}
    assert drawn["p4"] == "M0 0h12v12h-12z"
    assert drawn["minus m2"] == "M39 6h6"


def test_every_negative_cell_has_its_bar_and_no_other():
    array = np.random.default_rng(0).normal(size=(5, 7))
    drawn = paths(array)
    bars = sum(path.count("M") for look, path in drawn.items() if look.startswith("minus"))
    cells = sum(path.count("z") for path in drawn.values())
    assert (bars, cells) == ((array < 0).sum(), array.size)


def test_what_is_not_finite_is_crossed_out_and_the_others_keep_their_strength():
    assert paths([np.nan, np.inf, 1.0]).keys() == {"odd", "p4"}
    assert paths([np.nan, np.nan]).keys() == {"odd"}


@pytest.mark.parametrize(
    ("shape", "drawn"), [((3,), (1, 3)), ((2, 3), (2, 3)), ((40,), (1, 8)), ((64, 32), (8, 8)), ((2, 3, 4), (6, 4))]
)
def test_of_a_large_array_a_corner_is_drawn(shape, drawn):
    array = np.ones(shape)
    assert corner(array).shape == drawn
    assert heat(array, 0, 0).goes_on == (array.size > drawn[0] * drawn[1])
    width, height = heat_size(array)
    assert max(width, height) <= MOST * 7 == 8 * cell_size(np.ones((8, 8)))


def maps_of(trace):
    return [group for group in picture(trace).iter("g") if group.get("class").startswith("heat")]


def test_one_number_has_no_map(traces):
    assert heat_size(np.array(3.0)) == (0, 0)
    for name in ("main", "neuron", "fork"):
        assert not maps_of(traces[name]())
        assert inside_data(traces[name]()) is None
    assert maps_of(traces["matrices"]())


def test_single_numbers_bear_nothing_of_what_arrays_need(traces):
    for write in (page, fallback):
        for text in (".heat path", "bpw-inside", "gridcell"):
            assert text not in program_of(write(traces["main"](), 0))
            assert (text in program_of(write(traces["matrices"](), 0))) == (write is page or text == ".heat path")


def test_the_maps_lie_between_the_numbers_and_cover_none(layer):
    svg = picture(layer)
    for wire in svg.iter("g"):
        maps = [group for group in wire.findall("g") if "heat" in group.get("class")]
        if not maps:
            continue
        place = {text.get("class"): float(text.get("y")) for text in wire.findall("text")}
        tops = [(float(m.find("rect").get("y")), float(m.find("rect").get("height"))) for m in maps]
        assert tops[0][0] >= place["value"]
        assert tops[1][0] + tops[1][1] <= place["gradient"] - 12


def test_a_map_is_shown_with_its_numbers(layer):
    wire = next(edge.id for edge in layer.edges if layer.by_id[edge.source].name == "x")
    for step, classes in ((0, {"known"}), (len(layer.steps), {"known", "sent"})):
        group = at_step(layer, step).find(f"g[@data-wire='{wire}']")
        assert classes == {"known", "sent"} & set(group.get("class").split())


def test_the_shape_stands_on_every_wire_of_an_array(layer):
    svg = picture(layer)
    for edge in layer.edges:
        if edge.value.ndim:
            wire = svg.find(f"g[@data-wire='{edge.id}']")
            shown = wire.findtext("text[@class='name']") + edge.value_text
            assert ("×".join(map(str, edge.value.shape)) if edge.value.ndim > 1 else f"({edge.value.size},)") in shown


def gate(trace, name):
    data = inside_data(trace)
    told = next(gate for gate in data["gates"].values() if gate["name"] == name)
    return told, {entry[0]: entry for entry in told["inputs"]}


def test_a_matrix_product_tells_which_cells_feed_which(layer):
    told, inputs = gate(layer, "q")
    assert inputs["W"][4] == ["111000", "000111"]
    assert inputs["x"][4] == ["111", "111"]
    assert told["code"] == ["dW = np.outer(dq, x)", "dx = W.T @ dq"]


def test_each_pattern_is_where_the_jacobian_is_not_zero(layer):
    for name, by in (("q", "W"), ("q", "x"), ("r", "b"), ("s", "r")):
        matrix = layer.jacobian(name, by).matrix
        assert gate(layer, name)[1][by][4] == ["".join("01"[bool(x)] for x in row) for row in matrix]


def test_each_jacobian_is_told_with_its_structure_and_its_cost(layer):
    _, inputs = gate(layer, "s")
    structure, cost = inputs["r"][2:4]
    assert structure == "diagonal: each output depends on the input at its own place"
    assert cost.startswith("Written out, it is 2 × 2 = 4 numbers. The product needs ")
    assert inputs["r"][5] == [["0", "0"], ["0", "1"]]


def test_a_large_jacobian_is_told_and_not_built():
    trace = record("sum(X @ W)", X=np.ones((40, 30)), W=np.ones((30, 20)))
    _, inputs = gate(trace, "q")
    assert MAX_SHOWN < 480_000
    assert "= 480,000 numbers" in inputs["W"][3]
    assert inputs["W"][4:] == [[], []]
    assert len(json.dumps(inside_data(trace))) < 20_000  # summarised, never dumped


def test_a_large_array_tells_its_range():
    trace = record("sum(x * 2)", x=np.linspace(-1, 3, 100))
    array = inside_data(trace)["wires"]["e0"]
    assert array["large"]["value"] == "from −1 to 3; the first rows and columns are shown"
    assert len(array["value"][0]) == MOST


def test_a_collapsed_gate_tells_its_own_jacobian(layer):
    trace = layer.collapse("layer")
    _, inputs = gate(trace, "s")
    assert inputs["x"][4] == ["000", "111"]  # the first unit is off


def test_a_trace_from_json_shows_its_numbers_without_jacobians(layer):
    trace = Trace.from_json(layer.to_json())
    data = inside_data(trace)
    assert data["wires"] == inside_data(layer)["wires"]
    assert all(len(entry) == 2 for told in data["gates"].values() for entry in told["inputs"])


def test_every_structure_has_its_words():
    for language in LANGUAGES:
        assert {f"inside.{name}" for name in (*STRUCTURES, "unknown")} <= catalogue(language).texts.keys()


def test_the_browser_is_given_plain_data(trace):
    json.dumps(player_data(trace)["inside"], allow_nan=False)


def test_a_gate_of_many_inputs_has_an_inside_even_of_what_is_not_finite():
    arrays = {name: [1.0, float("nan")] for name in "abcde"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so, too
        trace = record(lambda **given: ops.sum(ops.concatenate(*given.values())), arrays)
    assert len(inside_data(trace)["gates"]) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trace = record("sum(v * w)", v=[1, float("nan"), float("inf")], w=[0, 1, -1])
    structures = [inputs[2] for gate in inside_data(trace)["gates"].values() for inputs in gate["inputs"]]
    assert "diagonal" in structures[0], "as its gate declares: nothing follows from its numbers"
