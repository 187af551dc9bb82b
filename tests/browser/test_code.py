"""Code beside the picture: the student's own lines and the flat code, in step with it."""

from __future__ import annotations

import pytest

from backprop_widgets import record
from backprop_widgets.ops import relu

EXPRESSION = "q = x * y\nf = q * (x + 1)"


def network(w, x):
    """A line twice, and one that <i>looks like a tag</i>."""
    s = w * x + 1
    for _ in range(2):
        s = relu(s) * s  # again
    return s - 1


class Code:
    """The code panel of a player."""

    def __init__(self, player):
        self.player = player
        self.panel = player.root.locator(".bpw-code")
        self.own = self.panel.locator(".bpw-line.own")
        if not self.panel.is_visible():
            player.root.locator("button.toggle", has_text="Code").click()
        player.button("next").focus()

    def marked(self):
        """The lines that are marked, and the parts of them."""
        line = self.panel.locator(".bpw-line.own[aria-current]").all_text_contents()
        return [each.strip() for each in line], self.panel.locator("[data-spot].now").all_text_contents()

    def captions(self):
        return self.panel.locator(".bpw-cap").all_text_contents()


@pytest.fixture
def code(play):
    return lambda trace, **options: Code(play(trace, **options))


def test_the_part_of_an_expression_that_is_computed_is_marked(code):
    shown = code(record(EXPRESSION, x=2, y=3))
    assert shown.captions() == ["your code", "flat code: forward", "flat code: backward"]
    assert shown.marked() == ([], [])
    seen = []
    for _ in range(4):
        shown.player.press("ArrowRight")
        seen.append(shown.marked())
    whole = (["f = q * (x + 1)"], ["q * (x + 1)"])
    assert seen[:3] == [(["q = x * y"], ["x * y"]), (["f = q * (x + 1)"], ["x + 1"]), whole]
    assert seen[3] == whole, "the seed: the backward pass starts where the output was computed"


def test_a_function_is_shown_as_written_and_each_turn_of_its_loop_is_the_line_again(code):
    trace = record(network, w=2, x=3)
    shown = code(trace)
    lines = [line.rstrip() for line in shown.own.all_text_contents()]
    assert lines == trace.own_code.text.split("\n")
    assert shown.panel.locator("i").count() == 0
    seen = []
    for _ in range(7):
        shown.player.press("ArrowRight")
        seen.append(shown.marked()[1])
    parts = ["w * x", "w * x + 1", "relu(s)", "relu(s) * s", "relu(s)", "relu(s) * s", "s - 1"]
    assert [each[0] for each in seen] == parts


def test_a_click_goes_to_the_step_of_what_was_clicked_in_the_pass_one_is_in(code):
    shown = code(record(EXPRESSION, x=2, y=3))
    shown.own.nth(1).locator("[data-spot]", has_text="x + 1").last.click()
    assert shown.player.sentence().startswith("q2 = x + 1") or "x + 1" in shown.player.sentence()
    shown.player.button("last").click()
    shown.own.nth(0).click()
    assert shown.player.root.locator(".bpw-ledger").get_attribute("data-phase") == "backward"
    assert shown.marked()[0] == ["q = x * y"]
    gates = shown.player.root.locator(".gate", has_text="×")
    gates.first.click()  # of q
    assert shown.marked() == (["q = x * y"], ["x * y"])
    assert shown.player.root.locator(".bpw-ledger").get_attribute("data-phase") == "backward"
    shown.player.button("first").click()
    gates.last.click()  # of f
    assert shown.marked() == (["f = q * (x + 1)"], ["q * (x + 1)"])
    assert shown.player.root.locator(".bpw-ledger").get_attribute("data-phase") == "forward"


@pytest.mark.parametrize("width", [1280, 640])
def test_the_flat_line_of_the_step_is_in_sight(code, page, width):
    page.set_viewport_size({"width": width, "height": 700})
    shown = code("long")
    shown.player.button("last").click()
    line = shown.panel.locator(".bpw-line.now:not(.own)").last.bounding_box()
    frame = shown.panel.bounding_box()
    assert frame["y"] <= line["y"] <= line["y"] + line["height"] <= frame["y"] + frame["height"] + 1


def test_lines_are_reached_by_keyboard(code):
    shown = code(record(EXPRESSION, x=2, y=3))
    shown.panel.focus()
    shown.player.press("ArrowDown", "Enter")
    assert shown.marked()[0] == ["q = x * y"]
    shown.player.press("ArrowDown", "Enter")
    assert shown.marked()[0] == ["f = q * (x + 1)"]
    shown.player.press("ArrowDown", "ArrowDown", "Enter")
    assert shown.panel.locator(".bpw-line.now:not(.own)").all_text_contents() == ["r = x + 1"]
    shown.player.press("ArrowRight")  # still a step
    assert shown.player.stop() == 3


def test_in_a_collapsed_gate_the_whole_part_is_marked(code):
    trace = record("3 * (1/(1+exp(-x)))", x=1).collapse("sigmoid")
    shown = code(trace)
    shown.player.press("ArrowRight")
    assert shown.marked()[1][-1] == "1/(1+exp(-x))"


def test_where_the_source_is_not_known_it_says_so(code):
    given = record(record("x * y", x=2, y=3).recording.source.root)
    shown = code(given)
    assert shown.own.count() == 0
    assert "Your own lines are not known here" in shown.panel.text_content()


def test_before_it_is_predicted_flat_code_is_hidden_and_own_code_is_not(code):
    shown = code(record(EXPRESSION, x=2, y=3))
    shown.player.root.locator("button.toggle", has_text="Predict").click()
    assert shown.own.first.is_visible()
    assert not shown.panel.locator(".bpw-line:not(.own)").last.is_visible()
    assert not shown.panel.locator(".bpw-copy").is_visible(), "it would copy them"
    shown.player.press("End")
    assert shown.panel.locator(".bpw-copy").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_of_the_code_stands_out(code, page, theme):
    page.emulate_media(reduced_motion="reduce", color_scheme=theme)
    shown = code(record(network, w=2, x=3))
    for _ in range(9):
        assert shown.player.faint_texts() == []
        shown.player.press("ArrowRight")
