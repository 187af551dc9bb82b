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


EDGES = """(root) => [...root.querySelectorAll(".bpw-row")].map((row) =>
    [...row.children].map((part) => [part.getBoundingClientRect().left, part.getBoundingClientRect().right]))"""
OPEN = "(root) => root.querySelector('.bpw-why').open"


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


def test_equations_below_each_other_stand_in_columns(play):
    player = play("main", step=6)
    one, other = player.root.evaluate(EDGES)
    assert one == other
    assert len(one) == 6


def test_beside_a_file_browser_the_picture_has_the_width_and_all_stands_on_one_screen(page, play):
    page.set_viewport_size({"width": 850, "height": 620})  # what JupyterLab leaves of a laptop's screen
    player = play("main", step=6)
    assert not player.root.locator(".bpw-code").is_visible()
    assert player.root.locator("button.toggle").first.get_attribute("aria-pressed") == "false"
    assert player.stage.evaluate("(stage) => stage.scrollWidth - stage.clientWidth") == 0
    assert player.root.locator(".bpw-header").bounding_box()["height"] < 40, "one row"
    assert player.root.evaluate(SEEN) == [True] * 3


def test_the_explanation_is_open_where_there_is_room_until_one_chooses(page, play):
    player = play("main", step=6)
    assert player.root.evaluate(OPEN)
    footer = player.root.locator(".bpw-footer").bounding_box()["y"]
    page.set_viewport_size({"width": 900, "height": 800})
    page.wait_for_function(f"!({OPEN})(document)")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function(f"({OPEN})(document)")
    assert player.root.locator(".bpw-footer").bounding_box()["y"] == pytest.approx(footer, abs=1)
    player.button("first").click()
    wide = player.root.locator(".bpw-say").bounding_box()["width"]
    player.button("last").click()
    assert player.root.locator(".bpw-say").bounding_box()["width"] < wide / 2, "nothing to explain leaves no gap"
    player.root.locator(".bpw-why summary").click()
    page.set_viewport_size({"width": 1270, "height": 800})
    player.button("previous").click()
    assert not player.root.evaluate(OPEN)


def test_presenting_is_large_on_every_screen(page, play):
    scale = "(stage) => stage.firstElementChild.getScreenCTM().a"
    size = "(say) => parseFloat(getComputedStyle(say).fontSize)"
    player = play("neuron", step=3)
    say = player.root.locator(".bpw-say")
    for width, height, type_size in ((1024, 768, 22), (1920, 1080, 36)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(f"({scale})(document.querySelector('.bpw-stage')) < 1.2")  # it has taken the new width
        before = player.stage.evaluate(scale)
        player.button("leave").click()
        page.wait_for_function("document.fullscreenElement")
        assert player.stage.evaluate(scale) > 1.49
        assert say.evaluate(size) >= type_size
        player.press("Escape")
        assert say.evaluate(size) == 16
        page.wait_for_function("!document.fullscreenElement")
        page.wait_for_function(f"({scale})(document.querySelector('.bpw-stage')) === {before}")


def test_who_leaves_before_the_screen_is_full_has_no_full_screen(page, play):
    player = play("main")
    page.evaluate("() => { window.full = 0; addEventListener('fullscreenchange', () => { window.full += 1; }, true); }")
    player.button("leave").evaluate("(button) => { button.click(); button.click(); }")
    page.wait_for_function("window.full === 2")  # it came, and went
    assert page.evaluate("document.fullscreenElement") is None


def test_more_than_three_equations_stand_side_by_side(play):
    trace = record(lambda **x: ops.sum(ops.concatenate(*x.values())), {name: [1.0, 2.0] for name in "abcde"})
    player = play(trace)
    player.button("last").click()
    rows = [row.bounding_box() for row in player.root.locator(".bpw-row").all()]
    assert len(rows) == 5
    assert len({round(row["x"]) for row in rows}) == 2


LINES = """(heads) => heads.map((head) => {
    const range = document.createRange();
    range.selectNodeContents(head);
    return range.getClientRects().length;
})"""


def test_the_heads_of_a_table_of_long_arrays_are_not_broken(page, play):
    page.set_viewport_size({"width": 700, "height": 800})
    W = [[1.25, -3.125, 0.0625, 0.375]] * 4
    player = play(record(lambda x, W: ops.sum(ops.tanh(x @ W)), x=[[0.25, -0.5, 1.125, 2.0625]] * 3, W=W, locale="ko"))
    player.button("last").click()
    player.root.get_by_role("button", name="표", exact=True).click()
    assert player.root.locator(".bpw-table thead th").evaluate_all(LINES) == [1, 1, 1, 1]
