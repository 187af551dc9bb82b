"""What stands on one screen of a laptop, and what is seen from the back row."""

from __future__ import annotations

import pytest

from backprop_widgets import ops, record

SEEN = """(root) => [".bpw-stage", ".bpw-say", ".bpw-rows"].map((name) => {
    const box = root.querySelector(name).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
})"""
LIGHT = """(root) => [".gate.active", ".gate:not(.active)"].map((name) => {
    const { fill } = getComputedStyle(root.querySelector(`${name} rect`));
    return fill.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0);
})"""


@pytest.mark.parametrize("name", ["main", "neuron"])
def test_picture_sentence_and_equations_stand_on_one_screen(play, traces, name):
    player = play(name)
    player.button("next").focus()
    for stop in traces[name]().stops():
        assert player.root.evaluate(SEEN) == [True] * 3, f"step {stop}"
        player.press("ArrowRight")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["main", "neuron", "korean"])
def test_in_presenter_mode_all_is_on_the_screen_and_the_active_gate_stands_out(page, play, traces, name, theme):
    page.emulate_media(reduced_motion="reduce", color_scheme=theme)
    player = play(name)
    player.button("leave").click()
    for stop in traces[name]().stops()[1:]:
        player.press("ArrowRight")
        assert player.root.evaluate(SEEN) == [True] * 3, f"step {stop}"
        assert player.root.locator(".bpw-title").bounding_box()["y"] >= 0
        assert player.faint_texts() == []
    own, others = player.root.evaluate(LIGHT)
    assert abs(own - others) > 400, "dark on light, or light on dark"


def test_more_than_three_equations_stand_side_by_side(play):
    trace = record(lambda **x: ops.sum(ops.concatenate(*x.values())), {name: [1.0, 2.0] for name in "abcde"})
    player = play(trace)
    player.button("last").click()
    rows = [row.bounding_box() for row in player.root.locator(".bpw-row").all()]
    assert len(rows) == 5
    assert len({round(row["x"]) for row in rows}) == 2
