"""What happens when: the steps of both passes, their sentences and equations, and the places they fill."""

from __future__ import annotations

import pytest

import backprop_widgets as bw
from backprop_widgets import record
from backprop_widgets.locale import LANGUAGES

FORK = "x * x + x"


def told(trace, *kinds):
    return [step.sentence for step in trace.steps if step.kind in kinds]


def equation(row):
    """One equation of a step, with its target: `x: 1 × −4 = −4`."""
    return f"{row.target}: {' '.join(term.text for term in row.terms)}"


def equations(trace, *kinds):
    return [equation(row) for step in trace.steps if step.kind in kinds for row in step.rows]


def wires(trace):
    """Each wire by the names of its ends."""
    names = {node.id: node.name for node in trace.nodes} | {"": "away"}
    return {edge.id: f"{names[edge.source]} to {names[edge.target]}" for edge in trace.edges}


def test_the_lecture_example_is_told_step_by_step():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert [(step.phase, step.kind, step.sentence) for step in trace.steps] == [
        ("forward", "value", "q = x + y = −2 + 5 = 3"),
        ("forward", "value", "f = q × z = 3 × (−4) = −12"),
        ("backward", "seed", "The backward pass starts at the output: ∂f/∂f = 1."),
        ("backward", "upstream", "× receives its upstream gradient: ∂f/∂f = 1."),
        ("backward", "local", "The local gradients of ×: ∂f/∂q = −4, ∂f/∂z = 3."),
        ("backward", "downstream", "× is a swap multiplier: each input receives upstream times the other input."),
        ("backward", "upstream", "+ receives its upstream gradient: ∂f/∂q = −4."),
        ("backward", "local", "The local gradients of +: ∂q/∂x = 1, ∂q/∂y = 1."),
        ("backward", "downstream", "+ is a distributor: it hands its upstream gradient to every input unchanged."),
    ]
    assert equations(trace, "value") == ["q: −2 + 5 = 3", "f: 3 × −4 = −12"]
    assert equations(trace, "seed") == ["f: 1"]
    assert equations(trace, "downstream") == [
        "q: 1 × −4 = −4",
        "z: 1 × 3 = 3",
        "x: −4 × 1 = −4",
        "y: −4 × 1 = −4",
    ]


def test_the_lecture_example_fills_its_wires_one_by_one():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    name = wires(trace)
    filled = {name[e.id]: (e.value_text, e.value_at, e.gradient_text, e.gradient_at, e.local_text) for e in trace.edges}
    assert filled == {
        "x to q": ("−2", 0, "−4", 9, "1"),
        "y to q": ("5", 0, "−4", 9, "1"),
        "z to f": ("−4", 0, "3", 6, "3"),
        "q to f": ("3", 1, "−4", 6, "−4"),
        "f to away": ("−12", 2, "1", 3, ""),
    }


def test_the_parts_of_an_equation_say_what_they_are_and_where_they_stand():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    row = trace.steps[5].rows[0]
    name = wires(trace) | {"": ""}
    assert [(term.kind, term.text, term.label, name[term.edge]) for term in row.terms] == [
        ("upstream", "1", "∂f/∂f", "f to away"),
        ("sign", "×", "", ""),
        ("local", "−4", "∂f/∂q", "q to f"),
        ("sign", "=", "", ""),
        ("downstream", "−4", "∂f/∂q", "q to f"),
    ]


def test_the_three_steps_of_a_gate_add_to_one_equation():
    steps = record("x * y", x=3, y=4).steps[-3:]
    assert [[equation(row) for row in step.rows] for step in steps] == [
        ["x: 1", "y: 1"],
        ["x: 1 × 4", "y: 1 × 3"],
        ["x: 1 × 4 = 4", "y: 1 × 3 = 3"],
    ]


def test_one_stops_once_for_each_gate():
    trace = record("(x + y) * z", x=-2, y=5, z=-4)
    assert trace.stops() == [0, 1, 2, 3, 6, 9]
    stops = [step.kind for step in trace.steps if step.ends_gate]
    assert stops == ["value", "value", "seed", "downstream", "downstream"]


def test_steps_are_numbered_from_1_and_forward_comes_first():
    steps = record(FORK, x=3).steps
    assert [step.index for step in steps] == list(range(1, len(steps) + 1))
    phases = [step.phase for step in steps]
    assert phases == sorted(phases, key=["forward", "backward"].index)


def test_contributions_to_a_fork_arrive_one_by_one_and_then_add_up():
    trace = record(FORK, x=3)
    assert told(trace, "contribution", "sum") == [
        "Contribution 1 of 3 arrives at the copy gate: 3.",
        "Contribution 2 of 3 arrives at the copy gate: 3.",
        "Contribution 3 of 3 arrives at the copy gate: 1.",
        "The copy gate is an adder: the value went 3 ways, so 3 gradients come back, and they add up.",
    ]
    assert equations(trace, "contribution", "sum") == ["x: 3", "x: 3 + 3", "x: 3 + 3 + 1", "x: 3 + 3 + 1 = 7"]


def test_a_fork_is_drawn_as_a_copy_gate_with_one_wire_for_each_use():
    trace = record(FORK, x=3)
    (copy,) = [node for node in trace.nodes if node.kind == "copy"]
    assert (copy.name, copy.role, float(copy.value), float(copy.gradient)) == ("x copied", "adder", 3, 7)
    assert [wires(trace)[edge.id] for edge in trace.edges if edge.source == copy.id] == [
        "x copied to q",
        "x copied to q",
        "x copied to f",
    ]
    assert [edge.slot for edge in trace.edges if edge.source == copy.id] == [0, 1, 1]


def test_the_sum_at_a_fork_is_written_after_its_last_contribution():
    trace = record(FORK, x=3)
    into_copy, *branches = trace.edges[:4]
    assert [branch.gradient_at for branch in branches] == [9, 9, 6]
    assert into_copy.gradient_at == len(trace.steps) == 13


def test_a_contribution_is_called_a_part_of_the_whole():
    row = record("x * x", x=3).steps[4].rows[0]
    assert row.terms[-1].label == "part of ∂f/∂x"


def test_x_minus_x_brings_1_and_minus_1_which_add_to_0():
    trace = record("x - x", x=3)
    assert equations(trace, "sum") == ["x: 1 + −1 = 0"]
    assert trace.gradient("x") == 0


def test_a_broadcast_is_a_copy_and_comes_back_as_a_sum():
    trace = record("sum(x + b)", x=[1, 2, 3], b=1)
    assert told(trace, "sum") == ["b was copied to the shape (3,), so its gradient is the sum over the copies: 3."]
    assert equations(trace, "sum") == ["b: Σ [1, 1, 1] = 3"]
    (copy,) = [node for node in trace.nodes if node.kind == "copy"]
    inward, outward = (edge for edge in trace.edges if copy.id in {edge.source, edge.target})
    assert (inward.value_text, outward.value_text) == ("1", "[1, 1, 1]")
    assert (inward.gradient_text, outward.gradient_text) == ("3", "[1, 1, 1]")
    assert inward.gradient_at == outward.gradient_at + 1


def test_a_value_that_forks_and_is_broadcast_is_summed_twice():
    trace = record("sum(x * b + b)", x=[1, 2, 3], b=2)
    assert trace.gradient("b") == 6 + 3
    assert equations(trace, "sum") == ["b: Σ [1, 1, 1] = 3", "b: Σ [1, 2, 3] = 6", "b: 6 + 3 = 9"]


def test_a_constant_is_not_copied_and_gets_no_gradient():
    trace = record("x * 2 + 2", x=3)
    constants = {node.id for node in trace.nodes if node.kind == "constant"}
    from_constants = [edge for edge in trace.edges if edge.source in constants]
    assert [(edge.gradient, edge.gradient_text, edge.gradient_at) for edge in from_constants] == [(None, "", -1)] * 2


def test_an_unused_input_is_told_at_the_end():
    trace = record(lambda x, y: x * 2, x=3, y=4)
    assert trace.steps[-1].sentence == "f does not depend on y: its gradient is 0."
    assert trace.steps[-1].ends_gate


def test_a_given_upstream_gradient_is_told():
    assert told(record("x * 2", x=3, upstream=5), "seed") == [
        "The backward pass starts at the output, with the upstream gradient it was given: ∂f/∂f = 5."
    ]


@pytest.mark.parametrize(("x", "y", "winner"), [(3, 1, "x"), (1, 3, "y")])
def test_a_router_names_the_winner(x, y, winner):
    (sentence,) = told(record("max(x, y)", x=x, y=y), "downstream")
    assert sentence.startswith(f"max is a router: {winner} wins and receives the whole upstream gradient")


def test_a_router_won_by_a_constant_lets_nothing_through():
    assert told(record("max(x, 5)", x=1), "downstream") == [
        "max(x, 5) is a router: a constant wins, so nothing comes through."
    ]


@pytest.mark.parametrize(("x", "word"), [(2, "open"), (-2, "closed"), (0, "closed")])
def test_a_switch_says_whether_it_is_open(x, word):
    (sentence,) = told(record("relu(x)", x=x), "downstream")
    assert sentence.startswith(f"ReLU is a switch, and it is {word}:")


@pytest.mark.parametrize(
    ("text", "inputs"), [("max(x, y)", {"x": 2, "y": 2}), ("relu(x)", {"x": 0}), ("sum(relu(x))", {"x": [1, 0]})]
)
def test_a_kink_is_said(text, inputs):
    assert "Here is a kink" in " ".join(told(record(text, inputs), "downstream"))
    assert "kink" not in " ".join(told(record(text, {name: 1 + k for k, name in enumerate(inputs)}), "downstream"))


def test_a_matrix_gate_shows_shapes_and_names_the_matrix_that_upstream_is_multiplied_by():
    trace = record("sum(W @ x)", W=[[1, 2], [3, 4], [5, 6]], x=[1, 1])
    assert told(trace, "value") == ["q = W @ x = [3, 7, 11]", "f = sum(q) = 21"]
    assert equations(trace, "downstream")[1:] == ["W: [1, 1, 1] × xᵀ = 3×2", "x: [1, 1, 1] × Wᵀ = [9, 12]"]


def test_a_large_array_is_told_by_its_shape():
    assert told(record("exp(x)", x=[[0, 0]], upstream=[[1, 1]]), "value") == ["f = exp(x), of shape 1×2"]


def test_decimals_are_fixed_where_they_are_asked_for():
    text = "1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))"
    trace = record(text, w0=2, x0=-1, w1=-3, x1=-2, w2=-3, decimals=2)
    at = {wires(trace)[edge.id].split()[0]: edge.gradient_text for edge in trace.edges}
    assert {name: at[name] for name in ("w0", "x0", "w1", "x1", "w2")} == {
        "w0": "−0.20",
        "x0": "0.39",
        "w1": "−0.39",
        "x1": "−0.59",
        "w2": "0.20",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        (FORK, {"x": 3}),
        ("sum(max(x, b) + relu(x))", {"x": [1, 0], "b": 0}),
        ("max(x, 5) - relu(x)", {"x": -1}),
        ("mean(W @ x)", {"W": [[1, 2]], "x": [3, 4]}),
    ],
)
def test_every_language_has_every_sentence_with_the_same_numbers(language, text, inputs):
    english, other = record(text, inputs), record(text, inputs, locale=language)
    assert all(step.sentence for step in other.steps)
    assert other.edges[0].gradient_text == english.edges[0].gradient_text
    assert [step.kind for step in other.steps] == [step.kind for step in english.steps]


def test_a_students_own_role_is_told_as_a_slope():
    class Half(bw.Function):
        role = "halver"

        @staticmethod
        def forward(ctx, x):
            return x / 2

        @staticmethod
        def backward(ctx, upstream):
            return upstream / 2

    trace = record(Half.apply(bw.Tensor(3, name="x")))
    assert trace.nodes[1].role == "halver"
    assert told(trace, "downstream") == ["Half multiplies its upstream gradient by its local slope at this input."]
