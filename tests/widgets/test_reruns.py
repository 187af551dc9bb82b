"""A cell that runs again takes down what it alone has shown."""

from __future__ import annotations

import pytest
from ipywidgets.widgets import widget as registry

from backprop_widgets import step_through
from backprop_widgets.widgets import reruns


@pytest.fixture
def run(monkeypatch):
    """Say which cell runs now, and which of its runs this is."""

    def run(cell, turn):
        monkeypatch.setattr(reruns, "running", lambda: (cell, str(turn)))

    monkeypatch.setattr(reruns, "made", reruns.defaultdict(list))
    return run


def stepper(*, shown=True):
    made = step_through("x * y", x=2, y=3)
    if shown:
        made._repr_mimebundle_()
    return made


def is_up(widget):
    return widget.comm is not None


def test_many_runs_of_a_cell_leave_one_widget(run):
    run("a", 0)
    stepper()
    before = len(registry._instances)
    for turn in range(1, 51):
        run("a", turn)
        last = stepper()
    assert len(registry._instances) == before
    assert is_up(last)


def test_where_cells_are_not_told_apart_nothing_is_taken_down(run):
    run("", 0)
    one = stepper()
    run("", 1)
    stepper()
    assert is_up(one)


def test_the_widgets_of_one_run_live_side_by_side(run):
    run("a", 1)
    both = [stepper(), stepper()]
    assert all(map(is_up, both))


def test_what_another_cell_shows_too_stays(run):
    run("a", 1)
    one = stepper()
    run("b", 2)
    one._repr_mimebundle_()
    run("a", 3)
    stepper()
    assert is_up(one)


def test_what_was_never_shown_by_itself_stays_it_may_be_part_of_a_box(run):
    run("a", 1)
    one = stepper(shown=False)
    run("a", 2)
    stepper()
    assert is_up(one)


def test_what_was_taken_down_is_shown_again_where_it_was(run):
    run("a", 1)
    one = stepper()
    name = one.model_id
    run("a", 2)
    stepper()
    assert not is_up(one)
    one.step = 2  # Python goes on with it
    run("b", 3)
    data, _ = one._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == name == one.model_id
    assert (one.step, is_up(one), is_up(one.layout)) == (2, True, True)


def test_outside_of_a_notebook_there_is_no_cell():
    assert reruns.running() == ("", "")
