"""The stepper from Python: its state, its messages, and what a notebook keeps of it."""

from __future__ import annotations

import base64
import re

import pytest
import traitlets

from backprop_widgets import Tensor, record, step_through
from backprop_widgets.drawing.packing import program_of


@pytest.fixture
def stepper():
    return step_through("(x + y) * z", x=-2, y=5, z=-4)


def test_the_widget_holds_its_trace_and_starts_before_the_first_step(stepper):
    assert stepper.trace == record("(x + y) * z", x=-2, y=5, z=-4)
    assert (stepper.step, stepper.granularity) == (0, "gate")
    assert repr(stepper) == "Stepper('f = (x + y) * z', step=0 of 9)"


def visited(stepper, move):
    """The steps that a move goes through, until it goes nowhere."""
    steps = [stepper.step]
    while True:
        move()
        if stepper.step == steps[-1]:
            return steps
        steps.append(stepper.step)


def test_next_and_previous_go_gate_by_gate(stepper):
    assert visited(stepper, stepper.next) == [0, 1, 2, 3, 6, 9]
    assert visited(stepper, stepper.previous) == [9, 6, 3, 2, 1, 0]


def test_next_and_previous_go_part_by_part(stepper):
    stepper.granularity = "part"
    assert visited(stepper, stepper.next) == list(range(10))
    assert visited(stepper, stepper.previous) == list(range(9, -1, -1))


def test_from_the_middle_of_a_gate_one_goes_to_its_ends(stepper):
    stepper.step = 5
    stepper.next()
    assert stepper.step == 6
    stepper.step = 5
    stepper.previous()
    assert stepper.step == 3


def test_first_and_last_go_to_the_ends(stepper):
    stepper.last()
    assert stepper.step == 9
    stepper.first()
    assert stepper.step == 0


@pytest.mark.parametrize("step", [15, -1, 10])
def test_a_step_that_does_not_exist_is_refused_and_the_state_stays(stepper, step):
    stepper.step = 4
    with pytest.raises(ValueError, match=f"step must be between 0 and 9, got {step}"):
        stepper.step = step
    assert stepper.step == 4


def test_a_widget_that_would_start_at_no_step_is_not_made():
    with pytest.raises(ValueError, match="step must be between 0 and 9, got 15"):
        step_through("(x + y) * z", x=-2, y=5, z=-4, step=15)


def test_an_unknown_granularity_is_refused_with_those_there_are():
    with pytest.raises(traitlets.TraitError, match=r"gate.*part.*'node'"):
        step_through("x * y", x=3, y=4, granularity="node")


def test_an_observer_hears_of_each_step(stepper):
    heard = []
    stepper.observe(lambda change: heard.append(change["new"]), "step")
    stepper.next()
    stepper.last()
    assert heard == [1, 9]


@pytest.mark.parametrize("graph", ["expression", "function", "tensor", "trace"])
def test_every_way_to_give_a_graph_gives_a_widget(graph):
    def f(x, y):
        return x * y

    x, y = Tensor(3, name="x"), Tensor(4, name="y")
    given = {"expression": "x * y", "function": f, "tensor": x * y, "trace": record("x * y", x=3, y=4)}[graph]
    inputs = {"x": 3, "y": 4} if graph in ("expression", "function") else {}
    assert step_through(given, **inputs).trace.gradient("x") == 4


def test_inputs_may_carry_the_names_of_options():
    assert step_through("step * 2", {"step": 3}, step=1).trace.value("step") == 3


def test_the_player_speaks_the_language_of_the_trace():
    english, korean = (step_through("x * y", x=3, y=4, locale=locale).data for locale in ("en", "ko"))
    assert (english["lang"], korean["lang"]) == ("en", "ko")
    assert english["texts"].keys() == korean["texts"].keys()
    left_in_english = {key for key, text in korean["texts"].items() if text == english["texts"][key]}
    assert left_in_english <= {"half", "position", "form_class"}  # numbers alone, and a name of Python
    assert any(re.search("[가-힣]", step["say"]) for step in korean["steps"])
    with pytest.raises(ValueError, match="locale must be one of en, ko, got 'fr'"):
        step_through("x * y", x=3, y=4, locale="fr")


def bundle(stepper):
    data, _ = stepper._repr_mimebundle_()
    return data


def test_a_notebook_keeps_a_view_a_picture_and_a_line_of_text(stepper):
    data = bundle(stepper)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == stepper.model_id
    assert data["text/plain"] == repr(stepper)


def test_where_no_script_may_run_the_picture_is_there_and_described(stepper):
    shown = re.sub(r"<script.*</script>", "", bundle(stepper)["text/html"], flags=re.DOTALL)
    source, alternative = re.search(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', shown).groups()
    assert base64.b64decode(source).decode() == stepper.trace.to_svg()
    assert "x = −2 (∂ −4)" in alternative
    assert "Run this cell to step through it." in shown


def test_two_runs_of_a_cell_leave_the_same_text_in_the_notebook(stepper):
    again = step_through("(x + y) * z", x=-2, y=5, z=-4)
    for mime in ("text/plain", "text/html"):
        assert bundle(stepper)[mime] == bundle(again)[mime]


def test_a_saved_page_starts_where_the_widget_is(stepper, tmp_path):
    stepper.next()
    path = stepper.to_html(tmp_path / "page.html")
    assert '"step": 1' in program_of(path.read_text("utf-8"))


def test_only_state_is_synced_and_it_is_plain_data(stepper):
    assert {"data", "step", "granularity", "_esm"} <= set(stepper.keys)
    assert "trace" not in stepper.keys
    stepper.get_state()  # raises where a value cannot be sent
