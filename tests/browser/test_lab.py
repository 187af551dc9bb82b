"""The stepper in a real JupyterLab: the first lecture, the keyboard, Python on the other end."""

from __future__ import annotations

from pathlib import Path

import pytest

LECTURE = Path(__file__).parents[2] / "notebooks/en/01_computational_graphs.ipynb"
WIDGET = "from backprop_widgets import step_through\nw = step_through('(x + y) * z', x=-2, y=5, z=-4)\nw"
X, Y, Z, Q, F = "e0", "e1", "e2", "e3", "e4"


def test_lecture_1_steps_by_mouse_and_by_keyboard_and_its_cells_stay_untouched(lab, notebook, page):
    lecture = notebook(lab.add(LECTURE))
    player = lecture.players()[0]
    assert player.numbers("gradient", X, Y, Z, Q, F) == [""] * 5
    player.next(2)
    assert player.numbers("value", Q, F) == ["3", "−12"]
    player.next(3)
    assert player.numbers("gradient", X, Y, Z, Q, F) == ["−4", "−4", "3", "−4", "1"]

    before = lecture.cells()
    player.press("Home")
    assert player.numbers("gradient", X, Y, Z, Q, F) == [""] * 5
    for place in (player.button("next"), player.stage, player.scrubber):
        place.focus()
        player.press("b", "x", "d", "d", "a", "m", "ArrowUp", "ArrowDown", "Home")
    player.press(*["ArrowRight"] * 4)
    assert player.numbers("gradient", Q, Z, X, Y) == ["−4", "3", "", ""]
    player.press("ArrowRight")
    assert player.numbers("gradient", X, Y, Z, Q, F) == ["−4", "−4", "3", "−4", "1"]
    assert lecture.cells() == before

    assert page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty")
    player.press("Control+s")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")

    player.press("Escape", "b")  # out of the player, the keys are the notebook's again
    assert lecture.cells()[0] == before[0] + 1


def test_python_drives_and_observes_and_two_views_stay_in_step(notebook, write):
    opened = notebook(write("two_views.ipynb", WIDGET, "w"))
    one, other = opened.players()
    assert opened.ask("w.step", before="w.step = 3") == "3"
    other.root.locator(".bpw-position", has_text="Step 3 of 5").wait_for()
    assert one.numbers("gradient", F, Q) == other.numbers("gradient", F, Q) == ["1", ""]

    opened.ask("w.step", before="w.next()")
    one.root.locator(".bpw-position", has_text="Step 4 of 5").wait_for()
    assert one.numbers("gradient", Q, Z) == ["−4", "3"]

    one.next()
    other.root.locator(".bpw-position", has_text="Step 5 of 5").wait_for()
    assert opened.answer("w.step", "9") == "9"
    other.press(*["ArrowLeft"] * 4)  # faster than the kernel answers
    other.by_part()
    other.next()
    now = "(2, 'part')"
    assert opened.answer("w.step, w.granularity", now) == now
    assert one.wires() == other.wires()
    assert one.stop() == other.stop() == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_in_the_theme_of_the_lab(notebook, write, page, theme):
    page.emulate_media(reduced_motion="reduce", color_scheme="light")  # the theme of the lab counts, not the system's
    player = notebook(write(f"{theme}.ipynb", WIDGET)).players()[0]
    page.wait_for_function("(light) => document.body.dataset.jpThemeLight === light", arg=str(theme == "light").lower())
    player.by_part()
    for step in range(10):
        assert player.faint_texts() == [], f"step {step}"
        player.press("ArrowRight")
    player.button("leave").click()
    page.wait_for_function("document.fullscreenElement")
    box = player.root.bounding_box()
    screen = [0, 0, *page.evaluate("[innerWidth, innerHeight]")]
    assert [round(box[side]) for side in ("x", "y", "width", "height")] == screen
    page.evaluate("document.exitFullscreen()")  # as the browser's own key does
    page.wait_for_function("!document.querySelector('.bpw.presenting')")


def test_without_a_kernel_the_stepping_goes_on(notebook, write, page):
    opened = notebook(write("no_kernel.ipynb", WIDGET))
    player = opened.players()[0]
    player.next(2)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session")
    player.next(2)
    assert player.numbers("gradient", F, Q, Z) == ["1", "−4", "3"]
    player.press("End")
    assert player.numbers("gradient", X, Y) == ["−4", "−4"]
