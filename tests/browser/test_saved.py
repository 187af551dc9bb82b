"""A notebook that was saved still shows its steppers: trusted, untrusted, and as a page."""

from __future__ import annotations

import subprocess
import sys

import pytest

nbformat = pytest.importorskip("nbformat")

WIDGET = "from backprop_widgets import step_through\nstep_through('(x + y) * z', x=-2, y=5, z=-4)"
X, Y, Z, Q, F = "e0", "e1", "e2", "e3", "e4"


@pytest.fixture
def saved(notebook, write, page, lab):
    """A notebook that was run, stepped and saved, with the state of its widgets, and closed again."""

    def saved(name):
        opened = notebook(write(name, WIDGET))
        opened.players()[0].next(3)
        opened.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
        opened.command("docmanager:save")
        page.goto("about:blank")
        for session in lab.ask("/api/sessions"):
            lab.ask(f"/api/sessions/{session['id']}", "DELETE")
        return lab.root / name

    return saved


def test_a_trusted_notebook_steps_on_before_a_cell_is_run(saved, notebook):
    reopened = notebook(saved("trusted.ipynb").name, run=False)
    player = reopened.players()[0]
    assert player.stop() == 3
    assert player.numbers("gradient", F, Q) == ["1", ""]
    player.next()
    assert player.numbers("gradient", Q, Z) == ["−4", "3"]
    assert reopened.page.locator(".jp-InputPrompt", has_text="[*]").count() == 0


def test_an_untrusted_notebook_shows_the_picture(saved, notebook, page):
    path = saved("trusted_once.ipynb")
    stranger = nbformat.read(path, as_version=4)
    stranger.cells[0].source += "  # changed by someone else"
    stranger.cells[0].outputs[0].data["text/html"] += "<script>window.stranger = true</script>"
    nbformat.write(stranger, path.with_name("untrusted.ipynb"))
    notebook("untrusted.ipynb", run=False)
    picture = page.locator(".jp-OutputArea img")
    picture.wait_for()
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth > 400)")
    assert "x = −2 (∂ −4)" in picture.get_attribute("alt")
    assert page.locator(".jp-OutputArea", has_text="Run this cell to step through it.").count()
    assert page.locator(".bpw").count() == 0
    assert page.evaluate("window.stranger") is None


def test_a_page_made_by_nbconvert_steps_without_a_network(browser, player_of, tmp_path):
    cells = [nbformat.v4.new_code_cell(WIDGET), nbformat.v4.new_code_cell(WIDGET)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "lesson.ipynb")
    convert = [sys.executable, "-m", "nbconvert", "--execute", "--ExecutePreprocessor.store_widget_state=False"]
    subprocess.run([*convert, "--to", "html", "lesson.ipynb"], cwd=tmp_path, check=True, capture_output=True)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "lesson.html").as_uri(), wait_until="domcontentloaded")
    page.locator(".bpw").nth(1).wait_for()
    one, other = (player_of(root) for root in page.locator(".bpw").all())
    one.next(5)
    assert one.numbers("gradient", X, Y, Z, Q, F) == ["−4", "−4", "3", "−4", "1"]
    one.press("ArrowLeft")
    assert (one.stop(), other.stop()) == (4, 0)
    assert one.faint_texts() == other.faint_texts() == []
    context.close()
