"""The course in a real JupyterLab, as a class meets it: every widget is there, and its first step works."""

from __future__ import annotations

import ast
import json
import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2] / "notebooks"
LECTURES = [path for path in sorted(COURSE.glob("en/*.ipynb")) if not path.stem.endswith("_exercises")]
LESSONS = [*LECTURES, COURSE / "ko/01_computational_graphs.ipynb"]
EXERCISES = [COURSE / "en/02_chain_rule_exercises.ipynb", COURSE / "ko/01_computational_graphs_exercises.ipynb"]
WIDGET = re.compile(r"(?:step_through\(|q\d+$)")  # a call that gives a stepper, the name of a question
CELLS = "window.jupyterapp.shell.currentWidget.context.model.toJSON().cells"
WIDGETS_BY_CELL = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
    (cell) => [cell.model.sharedModel.getId(), cell.node.querySelectorAll(".jp-OutputArea .bpw").length])"""
AS_MANY = f"(count) => ({WIDGETS_BY_CELL})().reduce((sum, [, found]) => sum + found, 0) >= count"


def ids(path):
    return f"{path.parent.name}/{path.stem}"


def source(cell):
    return "".join(cell["source"])


def makes_a_widget(cell):
    """Whether the value of a cell, which JupyterLab shows, is a stepper or a question."""
    if cell["cell_type"] != "code":
        return False
    last = ast.parse(source(cell)).body[-1]
    return isinstance(last, ast.Expr) and bool(WIDGET.match(ast.unparse(last)))


def wanted(path):
    """The cells of a notebook that show a widget each."""
    return [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if makes_a_widget(cell)]


def found(page, count, patience=30_000):
    """The cells of the open notebook that show widgets, one mention for each, once there are so many of them."""
    from playwright.sync_api import TimeoutError as TooLate  # noqa: PLC0415  # collected where there is no Playwright

    with suppress(TooLate):
        page.wait_for_function(AS_MANY, arg=count, timeout=patience)
    return [cell for cell, count in page.evaluate(WIDGETS_BY_CELL) for _ in range(count)]


def failures(page):
    """Name each cell of the open notebook that failed or did not run."""
    for cell in page.evaluate(CELLS):
        if cell["cell_type"] == "code" and cell["execution_count"] is None:
            yield f"{cell['id']} did not run"
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                yield f"{cell['id']}: {output['ename']}: {output['evalue']}"


def said(root):
    """What a screen reader hears of a widget."""
    return root.locator(".bpw-live").inner_text().strip()


@pytest.fixture
def attend(lab, notebook, page, tmp_path):
    """Open a copy of each notebook in a folder where no answers are kept, and run its cells; one kernel at a time."""

    def attend(paths):
        (lab.root / tmp_path.name).mkdir()
        for path in paths:
            shutil.copy(path, lab.root / tmp_path.name)
            yield path, notebook(f"{tmp_path.name}/{path.name}")
            page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    return attend


@pytest.mark.parametrize("paths", [LESSONS[:4], LESSONS[4:7], LESSONS[7:]], ids=["1-4", "5-7", "8, 9 and 1 in Korean"])
def test_every_stepper_of_a_lecture_shows_and_its_first_step_works(attend, page, player_of, paths):
    for path, _ in attend(paths):
        assert list(failures(page)) == [], ids(path)
        assert found(page, len(wanted(path))) == wanted(path) != [], ids(path)
        for root in page.locator(".jp-OutputArea .bpw").all():
            root.scroll_into_view_if_needed()
            before = said(root)
            player_of(root).next()
            if root.locator(".bpw-ask").is_visible():  # a guess is asked for first
                root.locator(".bpw-ask button.unsure").click()
            assert said(root) not in {"", before}, ids(path)


def test_every_question_has_its_boxes_and_an_answer_to_an_empty_check(attend, page):
    for path, opened in attend(EXERCISES):
        assert list(failures(page)) == [], ids(path)
        assert found(page, len(wanted(path))) == wanted(path) != [], ids(path)
        names = [f"q{number}" for number in range(1, len(wanted(path)) + 1)]
        boxes = ast.literal_eval(opened.ask(f"[len(question._task.boxes) for question in ({', '.join(names)})]"))
        for root, count in zip(page.locator(".jp-OutputArea .bpw-exercise").all(), boxes, strict=True):
            root.scroll_into_view_if_needed()
            assert root.locator(".bpw-verdict").count() == count > 0
            assert root.locator("input:visible, select:visible").count() > 0
            root.locator("button.check").click()
            root.locator(".bpw-live", has_text=re.compile(r"\S")).wait_for(state="attached", timeout=30_000)


def test_a_widget_that_is_missing_and_a_cell_that_fails_are_found(lab, write, notebook, page):
    stepper = 'step_through("x * y", x=2, y=3)'
    name = write("gaps.ipynb", f"from backprop_widgets import step_through\n{stepper}", f"{stepper};", "1 / 0", "2")
    notebook(name)
    one, hidden = wanted(lab.root / name)
    assert found(page, 1) == found(page, 2, patience=1_000) == [one] != [one, hidden]
    assert [each.partition(" ")[2] for each in failures(page)] == ["ZeroDivisionError: division by zero", "did not run"]
