"""Numbers of a graph: never refused as they are shown, never given away, and asked for by any of their names."""

from __future__ import annotations

import re

import pytest

from backprop_widgets import Tensor
from backprop_widgets import exercises as ex
from backprop_widgets.exercises.boxes import NumberBox
from backprop_widgets.exercises.kinds.fill import box
from backprop_widgets.exercises.kinds.graphs import kinks, wires
from backprop_widgets.exercises.reading import read_number
from backprop_widgets.locale import LANGUAGES, catalogue
from backprop_widgets.trace import numbers
from tests.exercises.slips.gallery import SCALARS, drawn

GRAPHS = {
    "neuron": ("sigmoid(x * y + z) * w", {"x": 0.73, "y": -1.31, "z": 0.47, "w": 2.17}),
    "forks": ("x * y + x * z + tanh(x)", {"x": 0.73, "y": -1.31, "z": 2.47}),
    "quotient": ("(x - y) / (z + w)", {"x": 0.73, "y": -1.31, "z": 2.47, "w": 0.19}),
    "matrix": ("sum((W @ x) ** 2)", {"W": [[0.31, -0.72], [1.13, 0.57]], "x": [0.23, -1.41]}),
}
KINDS = {"fill_values": {}, "fill_gradients": {}, "fill_edges": {}, "forks": {}}


@pytest.mark.parametrize("name", SCALARS)
def test_right_answers_typed_from_the_digits_shown_are_never_refused(name):
    refused = []
    for seed in range(200):
        trace = drawn(name, seed)
        for of, _, edge in wires(trace):
            for kind, truth, shown in (
                ("value", edge.value, edge.value_text),
                ("gradient", edge.gradient, edge.gradient_text),
                ("local", edge.local, edge.local_text),
                ("product", edge.gradient, product(trace, edge)),
            ):
                if truth is None or not re.fullmatch(r"[-−\d.e*()]+", shown):
                    continue
                asked = NumberBox(name=of, label=of, truth=float(truth))
                if asked.judge(asked.read(shown), shown).status != "correct":
                    refused.append((seed, of, kind, shown, float(truth)))
    assert refused == []


def product(trace, edge):
    """What a student gets who multiplies the two numbers that are shown, and writes the result as numbers are shown."""
    out = next((each for each in trace.edges if each.source == edge.target), None)
    if out is None or edge.local is None or out.gradient is None:
        return ""
    return numbers.number(read_number(f"({out.gradient_text})*({edge.local_text})"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_neither_report_nor_hint_gives_the_answer_away(kind, graph, locale):
    ex.start("hw", locale=locale)
    text, inputs = GRAPHS[graph]
    question = getattr(ex, kind)(text, inputs)
    trace = question.task.scenes[0].trace
    shown = [t for edge in trace.edges for t in (edge.value_text, edge.gradient_text, edge.local_text)]
    told = 0
    for one in question.task.boxes:
        edge = next(edge for edge in trace.edges if edge.id == one.place[0])
        truth = {"value": edge.value_text, "gradient": edge.gradient_text, "local": edge.local_text}[one.place[1]]
        assert has(one.solution, truth), one.solution
        if shown.count(truth) > 1:  # it stands in the picture, as another number
            continue
        said = [*one.hints, repr(question[one.name].check("17.17"))]
        assert not [line for line in said if has(line, truth)], (one.name, truth)
        told += 1
    assert told or kind == "fill_edges"  # where a local gradient is often a value


def has(text, number):
    text, number = (each.replace("−", "-") for each in (text, number))
    return bool(re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d|/)", text))


def test_the_check_for_answers_given_away_finds_one():
    assert has("x = -4.5 × 2 = -9", "-9")
    assert not has("x = -4.5 × 2 = -9.5", "-9")


@pytest.mark.parametrize(("graph", "names"), [("x*y + max(z, w)", 2), ("(x + y) * z", 1)])
def test_kinks_come_as_a_pair_that_shows_each_gate_open_and_closed(graph, names):
    question = ex.fill_gradients(graph, ask="inputs")
    assert len(question.task.scenes) == names
    if names == 2:
        one, other = (scene.trace for scene in question.task.scenes)
        for node in kinks(one):
            into = [edge.id for edge in one.edges if edge.target == node.id]
            local = [[each.local for each in trace.edges if each.id in into] for trace in (one, other)]
            assert local[0] != local[1]
        assert {box.name[:2] for box in question.task.boxes} == {"a_", "b_"}
        assert question.a.check(x=question.task.by_name["a_x"].truth).boxes[0].status == "correct"
        assert question.check(a={"y": question.task.by_name["a_y"].truth}).boxes[1].status == "correct"


def test_no_two_boxes_have_one_label_and_a_fork_is_asked_about_as_one():
    questions = (
        ex.forks("x*y + x*x", x=2.5, y=3.5),
        ex.fill_edges("exp(x) * y", x=0.5, y=2),
        ex.question("q1", "?", "x*y + x*z", ["local x at q", "downstream x at q", "downstream x at r"], x=2, y=3, z=4),
        ex.fill_gradients("max(x*x, z) + x", ask="branches"),
    )
    for question in questions:
        labels = [box.label for box in question.task.boxes]
        assert len(set(labels)) == len(labels), labels
    assert questions[0].x_1.check(77).boxes[0].label == "∂f/∂x → × (q)"
    assert questions[0].x_2.check(77).boxes[0].label == "∂f/∂x → × (r) (x_2)"
    message = questions[0].x.check(55.5).boxes[0].message
    assert message.endswith("How many gradients come back to x, and what becomes of them where they meet?")


def test_a_gate_may_be_called_by_what_stands_on_it_where_that_is_clear():
    given = {"w": -2, "x": 3, "v": 5, "u": 1}
    question = ex.dead_inputs("relu(w * x) * v + u", given)
    assert question.check(dead="w x v", gate="relu")
    assert question.check(gate="×").boxes[1].status == "unreadable"  # there are two
    assert ex.next_step("(x + y) * z", x=1, y=2, z=3, after=[]).check("*")


def test_numbers_are_distinct_and_never_one():
    question = ex.fill_gradients("(x + y) * z")
    for _ in range(20):
        question.another()
        trace = question.task.scenes[0].trace
        values = [float(trace.value(name)) for name in "xyz"]
        assert len(set(values)) == 3
        assert not {0.0, 1.0, -1.0} & set(values)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ex.fill_values("x * y", x=1, y=2, ask=["q"]), "called q; there are f"),
        (lambda: ex.fill_gradients("x * y", x=1, y=2, ask="w"), "called w; there are x, y, f"),
        (lambda: ex.fill_edges("x * y", x=1, y=2, gates=["q"]), "called q; there are f"),
        (lambda: ex.question("q", "", "x * y", ["slope x"], {"x": 1, "y": 2}), "got 'slope x'"),
        (lambda: ex.question("q", "", "x * x", ["local x"], {"x": 1}), "must mean one wire of x"),
        (lambda: ex.next_step("x * y", x=1, y=2, after=["f"]), "no gate can go next"),
        (lambda: ex.next_step("x * y", x=1, y=2, after=["g"]), "no gate is called g"),
        (lambda: ex.next_step("x * y", phase="sideways"), "phase must be forward or backward"),
        (lambda: ex.descent_step("x * y", x=1, y=2, parameters=["w"]), "no input is called w"),
        (lambda: ex.descent_step("sum(x)", x=[1, 2], parameters=["x"]), "must be a single number"),
        (lambda: ex.safe_rate("x * x", x=1, parameters=["x"], rates=[10, 20]), "some of the rates must be safe"),
        (lambda: ex.sensitivity("x ** 2", x=0.01, nudge=1), "too large"),
        (lambda: ex.jacobian_cells("rellu", [1]), "no op is called 'rellu'"),
        (lambda: ex.find_bug("x + y", x=1, y=2), "no line"),
        (lambda: ex.fill_gradients("1 / x", x=0), "not finite, and cannot be asked: 1 / x; x=0"),
        (lambda: ex.fill_gradients("x * y", x=float("nan"), y=2), "not finite"),
        (lambda: ex.fill_gradients("x * y", x=2, y=3, weights={"x": "two"}), "weight of x must be a number from 0"),
        (lambda: ex.fill_gradients("x * y", x=2, y=3, weights={"x": -2}), "must be a number from 0, got -2"),
        (lambda: ex.fill_gradients("relu(-x * x)"), "the same way on all numbers drawn for 'relu(-x * x); ': give"),
        (lambda: ex.fill_edges("x * y", ask=["up"]), "some of local, upstream, downstream, got 'up'"),
        (lambda: ex.question("q", "", "x * y", ["gradient k"]), "no value of this graph is called k; there are x, y"),
        (lambda: ex.question("q", "", "x * y", []), "nothing is asked"),
        (lambda: ex.descent_step("x * x", parameters=[]), "at least one input"),
        (lambda: ex.descent_step("x * x", parameters=["x"], rate="0.1"), "rate must be a positive number, got '0.1'"),
        (lambda: ex.uncleared("x * y", calls=0), "whole number from 1, got 0"),
        (lambda: ex.sensitivity("x * y", nudge=0), "must not be 0"),
        (lambda: ex.sensitivity("sum(x)", x=[1, 2]), "x must be a single number here, got the shape (2,)"),
    ],
)
def test_what_an_author_asks_wrongly_is_refused_when_it_is_written(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ex.fill_gradients(17), "takes an expression such as '(x + y) * z' or a function of Tensors, got 17"),
        (lambda: ex.fill_gradients(Tensor(3.0) * 2), "got Tensor(6.)"),
        (lambda: ex.fill_gradients("x * y", numbers=3), "numbers must be a function of a Draw"),
        (lambda: ex.fill_gradients("x * y", id=7), "the id of a question is a text, got 7"),
        (lambda: ex.audit("x * y"), "an audit is of a question, such as"),
    ],
)
def test_what_is_no_graph_and_no_question_is_said_to_be_none(make, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        make()


def test_one_name_will_do_where_several_may_stand():
    assert ex.question("q", "", "x * y", "gradient x", {"x": 3, "y": 5}, hints="Look.").check(5)
    assert ex.descent_step("w1 * w1", w1=3, parameters="w1").check(2.4, "falls")
    assert ex.fill_edges("x * y", x=3, y=5, ask="local").check(5, 3)
    assert ex.audit(ex.fill_gradients("abs(x) * y"), seeds=2)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_ladder_of_hints_goes_from_the_rule_to_the_product_with_a_blank(locale):
    ex.start("hw", locale=locale)
    say = catalogue(locale)
    question = ex.fill_edges("(x + y) * z + x", {"x": -2.5, "y": 5.25, "z": -4.5})
    asked = question.task.by_name
    assert asked["local_z"].hints[2] == say("hint.local.blank", by="z", out="r", formula="q × z", gate="×")
    assert asked["local_x_1"].hints[2] == say("hint.local.blank", by="x", out="q", formula="x + y", gate="+")
    assert asked["local_x_1"].solution == "∂q/∂x = 1"  # a copy is called as what it copies
    boxes = {one.name: one for one in ex.forks("(x + y) * z + x", {"x": -2.5, "y": 5.25, "z": -4.5}).task.boxes}
    assert boxes["x"].hints[1] == say("hint.sum.which", count=2)
    assert "▢" in boxes["z"].hints[2]
    assert all(len(one.hints) == 3 for one in (*boxes.values(), asked["local_x_1"]))
    trace = question.task.scenes[0].trace
    root = next(edge for edge in trace.edges if edge.source == trace.root)
    seed = box(trace, ("f", "f", (root.id, "gradient"), root), say)
    assert seed.hints[0] == say("hint.seed")
    (value, *_) = ex.fill_values("(x + y) * z", {"x": -2.5, "y": 5.25, "z": -4.5}).task.boxes
    assert value.hints[0] == say("hint.value.rule", name="q", formula="x + y")
    assert value.hints[1] == say("hint.value.which", numbers=say("hint.and", first="x", last="y"))
