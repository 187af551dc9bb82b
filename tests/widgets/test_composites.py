"""Composite gates open and close in a living widget, and the step stays the same moment."""

from __future__ import annotations

import pytest

from backprop_widgets import exp, gate, record, step_through, tanh

NEURON = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}


def neuron(w0, x0, w1, x1, w2):
    dot = w0 * x0 + w1 * x1 + w2
    return 1 / (1 + exp(-dot))


@pytest.fixture
def stepper():
    return step_through(neuron, NEURON)


def moment(stepper):
    """What has just happened, to which node."""
    if not stepper.step:
        return "start"
    step = stepper.trace.steps[stepper.step - 1]
    return step.phase, step.kind, stepper.trace.by_id[step.node].name


def go_to(stepper, kind, name):
    trace = stepper.trace
    stepper.step = next(s.index for s in trace.steps if s.kind == kind and trace.by_id[s.node].name == name)


def test_a_composite_gate_closes_and_opens_by_name(stepper):
    assert stepper.collapsed == []
    stepper.collapse("sigmoid")
    assert stepper.collapsed == ["g0"]
    assert stepper.trace == record(neuron, NEURON, collapse="sigmoid")
    assert 'data-part="g0"' in stepper.data["svg"]
    stepper.expand("sigmoid")
    assert stepper.collapsed == []
    assert stepper.trace == record(neuron, NEURON)


def test_the_browser_closes_and_opens_by_the_trait(stepper):
    stepper.set_state({"collapsed": ["g0"]})
    assert [part.is_collapsed for part in stepper.trace.composites] == [True]
    stepper.set_state({"collapsed": []})
    assert [part.is_collapsed for part in stepper.trace.composites] == [False]


@pytest.mark.parametrize("kind", ["value", "upstream", "local", "downstream"])
def test_at_a_gate_outside_the_step_stays_with_it(stepper, kind):
    go_to(stepper, kind, "dot")
    before = moment(stepper)
    stepper.collapse("sigmoid")
    assert moment(stepper) == before
    stepper.expand()
    assert moment(stepper) == before


def test_inside_the_gate_the_step_goes_to_the_nearest_before(stepper):
    inner = stepper.trace.composites[0].nodes[1]
    go_to(stepper, "value", stepper.trace.by_id[inner].name)
    stepper.collapse("sigmoid")
    assert moment(stepper) == ("forward", "value", "dot")


def test_the_start_stays_the_start(stepper):
    stepper.collapse("sigmoid")
    assert moment(stepper) == "start"


def test_what_is_asked_in_advance_stays_so():
    stepper = step_through(neuron, NEURON, predict=True)
    stepper.collapse("sigmoid")
    assert stepper.data["predict"] is True


def test_a_name_that_is_not_there_is_refused_and_the_state_stays(stepper):
    with pytest.raises(KeyError, match=r"no composite gate is called 'tanh'; there are g0, sigmoid"):
        stepper.collapse("tanh")
    assert stepper.collapsed == []


def test_what_the_browser_asks_in_vain_is_undone_there():
    def crossing(x, w):
        with gate("outer"):
            q = x * w
        return tanh(q)

    stepper = step_through(record(crossing, x=1, w=2).from_json(record(crossing, x=1, w=2).to_json()))
    stepper.set_state({"collapsed": ["g0"]})  # a trace read from JSON holds no graph
    assert stepper.collapsed == []
    assert [part.is_collapsed for part in stepper.trace.composites] == [False]


def test_a_page_written_from_the_widget_shows_what_the_widget_shows(stepper, tmp_path):
    stepper.collapse("sigmoid")
    assert stepper.to_html(tmp_path / "page.html").read_text("utf-8") == (
        stepper.trace.to_html(tmp_path / "other.html").read_text("utf-8")
    )
