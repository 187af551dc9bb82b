"""A question in a real JupyterLab."""

from __future__ import annotations

LAB = """from backprop_widgets import exercises as ex
q1 = ex.fill_gradients("(x + y) * z", x=-2, y=5, z=-4)
q1"""


def test_in_the_lab_answers_are_checked_and_a_cell_that_runs_again_keeps_them(notebook, write, page):
    opened = notebook(write("question.ipynb", LAB))
    root = page.locator(".jp-OutputArea .bpw-exercise")
    root.get_by_label("∂f/∂x").fill("-4")
    before = opened.cells()
    page.keyboard.press("Enter")
    root.locator(".bpw-verdict:not([hidden])", has_text="Correct.").wait_for(timeout=30_000)
    root.get_by_label("∂f/∂y").fill("7")
    for key in ("ArrowUp", "ArrowDown", "Home", "b", "Tab"):
        page.keyboard.press(key)
    root.locator("button.hint").focus()
    for key in ("b", "x", "ArrowDown"):
        page.keyboard.press(key)
    assert opened.cells() == before
    assert opened.answer("q1.value['y']", "'b7'") == "'b7'"
    opened.ask("1", before="seen = len(q1.viewer.views), q1.viewer.views[q1.id].model_id")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    root.locator(".bpw-verdict").first.wait_for(state="attached")
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea .bpw-exercise').length === 1")
    assert [root.get_by_label(f"∂f/∂{name}").input_value() for name in "xy"] == ["-4", "b7"]
    assert opened.ask("seen == (len(q1.viewer.views), q1.viewer.views[q1.id].model_id)") == "True"

    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session")
    root.get_by_label("∂f/∂z").fill("3")
    root.locator("button.check").click()
    root.locator(".bpw-said", has_text="kernel").wait_for(timeout=10_000)
    assert root.get_by_label("∂f/∂z").input_value() == "3"
