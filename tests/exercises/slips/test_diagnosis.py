"""What is said to whole sets of answers: the slip behind most of them, what follows from it, and nothing if unsure."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from backprop_widgets import Function, record
from backprop_widgets.exercises.slips import SLIPS, Slip, diagnose, named, names, predictions, said, slip
from backprop_widgets.exercises.slips.elsewhere import wrong_descents, wrong_typings
from backprop_widgets.locale import LANGUAGES, catalogue


def asked(trace, **numbers):
    """Gradients by the names of the values, each on the wire that leaves the node."""
    wires = {name: next(e.id for e in trace.edges if e.source == trace.node(name).id) for name in numbers}
    return {(wires[name], "gradient"): number for name, number in numbers.items()}


def diagnosed(trace, wrong, **numbers):
    """The names of the slips behind each wrong box, and whether it follows."""
    answers = asked(trace, **numbers)
    places = dict(zip(numbers, answers, strict=True))
    found = diagnose(trace, answers, [places[name] for name in wrong])
    return {name: ([each.name for each in found[places[name]].slips], found[places[name]].follows) for name in wrong}


def test_one_slip_explains_all_boxes_and_what_follows_is_known_to():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert diagnosed(trace, "qxy", q=3, x=3, y=3, z=3) == {
        "q": (["own operand"], False),
        "x": (["own operand"], True),
        "y": (["own operand"], True),
    }


def test_two_mistakes_are_told_apart_where_the_second_is_made_on_the_numbers_of_the_first():
    trace = record("(x * y + w) * z", x=2.5, y=-1.5, w=0.7, z=-4.1)
    r = 2.5 * -1.5 + 0.7  # upstream x its own value
    found = diagnosed(trace, "rxy", r=r, x=r * 2.5, y=r * 2.5, w=-4.1, z=r)
    assert (found["r"], found["x"]) == ((["own operand"], False), (["own operand"], False))
    assert found["y"][1]


def test_without_a_slip_nothing_is_said():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert diagnosed(trace, "qx", q=17.3, x=17.3, y=-4, z=3) == {"q": ([], False), "x": ([], True)}


@pytest.mark.parametrize("number", [4000.0, 7.7e9, -1e150])
def test_a_number_that_is_far_from_everything_has_no_slip(number):
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    for name in ("q", "x", "z"):
        right = {"q": -4.0, "x": -4.0, "y": -4.0, "z": 3.0}
        assert diagnosed(trace, [name], **right | {name: number})[name] == ([], False)


def test_old_gradients_in_inner_nodes_are_still_seen_among_the_students_own_numbers():
    trace = record("(x + y) * z", x=-2.5, y=5.2, z=-4.1)
    found = diagnosed(trace, "qxyz", q=-8.2, x=-12.3, y=-12.3, z=5.4)
    assert found["x"][0] == ["inner gradients not cleared"]


def test_one_zero_alone_does_not_tell_where_the_pass_was_started():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert diagnosed(trace, "q", q=0)["q"] == ([], False)
    assert diagnosed(trace, "q", q=0, x=-4, y=-4, z=3)["q"] == ([], False)
    found = diagnosed(trace, "qxyz", q=0, x=0, y=0, z=0)
    assert {name: found[name][0] for name in "qz"} == {"q": ["seed of zero"], "z": ["seed of zero"]}


def test_what_cannot_be_told_apart_is_named_twice():
    trace = record("x * y", x=3, y=5)
    (found, _) = diagnosed(trace, "x", x=3)["x"]
    assert sorted(found) == ["forward value", "own operand"]


def test_a_slip_of_shape_is_seen():
    trace = record(lambda x, b: (x + b).T @ [1.0, 2.0], x=[[1.0, 2.0], [3.0, 4.0]], b=[1.0, 5.0], upstream=[1.0, 1.0])
    rows = np.array([[1.0, 1.0], [2.0, 2.0]])
    assert diagnosed(trace, "b", b=rows)["b"][0] == ["broadcast not summed"]


def test_slips_of_the_pen_are_seen():
    trace = record("x * y", x=3.1, y=5.27)
    assert diagnosed(trace, "x", x=52.7)["x"][0] == ["decimal point"]
    assert diagnosed(trace, "x", x=5.72)["x"][0] == ["swapped digits"]


def test_a_students_own_op_brings_its_own_slips():
    class Cube(Function):
        slips: ClassVar = {"cube kept": (lambda u, z: u * 3 * z,), "halved": (lambda d: d / 2,)}

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * 3 * x**2

    trace = record(lambda x: Cube.apply(x) * 1.7, x=1.3)
    assert diagnosed(trace, "x", x=1.7 * 3 * 1.3**3)["x"][0] == ["cube kept"]
    assert diagnosed(trace, "x", x=1.7 * 3 * 1.3**2 / 2)["x"][0] == ["halved"]
    unknown = Slip("cube kept", "local")
    assert said([unknown], {"gate": "Cube", "name": "x"}, catalogue("en")).endswith("local gradient towards x?")


def test_a_slip_is_added_by_one_decorated_function():
    @slip("sevenfold", "reading")
    def sevenfold(on, place):
        yield on.gradients[place[0]] * 7

    try:
        assert diagnosed(record("x * y", x=3.1, y=5.27), "x", x=5.27 * 7)["x"][0] == ["sevenfold"]
        with pytest.raises(ValueError, match="a slip called 'sevenfold' is there already"):
            slip("sevenfold", "reading")(sevenfold)
    finally:
        SLIPS.pop("sevenfold")
    with pytest.raises(ValueError, match="the kind of a slip is one of local, fork"):
        slip("tripled", "guess")


def test_predictions_hold_only_what_differs_from_the_truth():
    trace = record("x + y", x=3, y=5)
    for each in predictions(trace):
        for (edge, kind), number in each.numbers.items():
            truth = getattr(next(e for e in trace.edges if e.id == edge), kind)
            assert float(f"{number:.4g}") != float(f"{truth:.4g}")


def test_there_are_more_than_forty_slips_and_an_unknown_one_is_refused():
    assert len(names()) > 80
    with pytest.raises(KeyError, match="no slip is called 'hurry'"):
        named("hurry")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_a_slip_has_a_name_and_two_sentences_that_end_in_a_question(language, name):
    say = catalogue(language)
    text = say(f"slip.{name}.says", gate="×", name="x", count="2", output="f")
    assert text.endswith("?")
    assert len([end for end in text.replace("1/x.", "").split(". ") if end]) <= 2
    assert "{" not in say.texts[f"slip.{name}.name"]


def test_questions_without_a_graph_get_their_wrong_numbers_from_functions():
    assert {each.slip.name: each.value for each in wrong_descents(2.0, 3.0, 0.1, gradient_after=1.0)} == {
        "step uphill": 2.3,
        "rate left out": -1.0,
        "value subtracted": 1.8,
        "step for weight": pytest.approx(-0.3),
        "gradient of the new point": 1.9,
    }
    assert 0.35 in [each.value for each in wrong_typings(3.5)]
