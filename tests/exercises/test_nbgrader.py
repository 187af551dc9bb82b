"""A real nbgrader run: an assignment is generated, handed in and graded, and the points are as they should be.

nbgrader's exchange only copies folders, so handing in is a copy here; generating and grading are its own commands.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import sysconfig
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

import backprop_widgets

ROOT = Path(backprop_widgets.__file__).parents[1]
MAXIMUM = 5


@dataclass(frozen=True)
class Case:
    """A cell that the student fills, and the cell below it that nbgrader grades."""

    name: str
    student: str
    grading: str
    points: float


SETUP = """
import logging, os, sys, time, warnings
import numpy as np
from backprop_widgets import Function, exercises as ex
from backprop_widgets.exercises.records import Score, is_grading, quietly
from backprop_widgets.exercises.student_code import StudentError, call


def three(id):
    return ex.fill_gradients("(x + y) * z", x=-2, y=5, z=-4, ask="inputs", id=id)


class NoisyRelu(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return np.maximum(x, 0)

    @staticmethod
    def backward(ctx, upstream):
        noisy()
        (x,) = ctx.saved_tensors
        return upstream * (x > 0)


class EndlessRelu(NoisyRelu):
    @staticmethod
    def backward(ctx, upstream):
        return endless()


class Question:  # answers of any value, where real questions judge first
    answers = ()

    def check(self, *answers):
        self.answers = answers

    def points(self, maximum):
        with quietly():
            share = np.float64(sum(map(self.judge, self.answers))) / 2
        return Score(share * maximum, maximum, ["dx: not yet"])


    def judge(self, answer):
        try:
            return call(answer, seconds=1) if callable(answer) else answer
        except StudentError:
            return 0


def noisy():
    warnings.warn("from the student's function")
    logging.warning("logged")
    print("printed", file=sys.stderr)
    np.log(np.array(0.0))
    os.write(2, b"below Python")
    return 1


def endless():
    while True:
        try:
            time.sleep(0.01)
        except:
            pass


def untouched():
    raise RuntimeError("this student did nothing")
"""

CASES = [
    Case("nothing", "q = Question()", "q.points(5)", 0),
    Case("wrong", "q = Question(); q.check(0, 0)", "q.points(5)", 0),
    Case("half", "q = Question(); q.check(1, 0)", "q.points(5)", 2.5),
    Case("right", "q = Question(); q.check(1, 1)", "q.points(5)", 5),
    Case("too-much", "q = Question(); q.check(1, 7)", "q.points(5)", 5),
    Case("nan", "q = Question(); q.check(float('nan'), 1)", "q.points(5)", 0),
    Case("numpy-zero", "q = Question(); q.check(np.float64(0), np.bool_(False))", "q.points(5)", 0),
    Case("warns-while-graded", "q = Question(); q.check(noisy, 1)", "q.points(5)", 5),
    Case("never-ends", "q = Question(); q.check(endless, 1)", "q.points(5)", 2.5),
    Case("raises", "q = Question(); q.check(untouched, 1)", "q.points(5)", 2.5),
    Case("warned-in-own-cell", "noisy(); q = Question(); q.check(1, 0)", "q.points(5)", 2.5),
    Case("precision", "q = Question(); q.check(0.25, 0)\n%precision 1", "q.points(5)", 0.625),
    Case("knows-the-grader", "", "Score(5 * is_grading(), 5)", 5),
]

QUESTIONS = [
    Case("q-nothing", "q = three('q1')", "q.points(5)", 0),
    Case("q-wrong", "q = three('q2'); q.check(x=7, y='?', z=0)", "q.points(5)", 0),
    Case("q-part", "q = three('q3'); q.check(x=-4, y=7, z=0)", "q.points(6)", 2),
    Case("q-right", "q = three('q4'); q.check(x='-4*1', y=-4, z=3)", "q.points(5)", 5),
    Case("q-numpy", "q = three('q5'); q.check(x=np.float64(-4), y=np.array(-4), z=np.float32(3))", "q.points(5)", 5),
    Case("q-warns", "q = ex.write_backward('relu', id='q6'); q.check(NoisyRelu)", "q.points(5)", 5),
    Case("q-endless", "q = ex.write_backward('relu', id='q7'); q.check(EndlessRelu)", "q.points(5)", 0),
    Case("q-raises", "q = ex.write_code('(x + y) * z', x=1, y=2, z=3, id='q8'); q.check('1/0')", "q.points(5)", 0),
]

TRAPS = [  # what nbgrader makes of cells without a Score, and without silence
    Case("trap-numpy-zero", "", "np.float64(0)", 5),
    Case("trap-nan", "", "float('nan')", 5),
    Case("trap-warning", "", "noisy()\n5.0", 0),
    Case("trap-error", "", "untouched()", 0),
]

ALL = [*QUESTIONS, *CASES]


def notebook(setup, cases):
    """The instructor's version: solution cells are emptied in the students' version."""
    nbformat = pytest.importorskip("nbformat.v4", reason="nbformat is not installed")

    def cell(name, source, **facts):
        made = nbformat.new_code_cell(source, id=name)
        if facts:
            made.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, "task": False, **facts}
        return made

    cells = [cell("setup", setup)]
    for case in cases:
        blank = "### BEGIN SOLUTION\npass\n### END SOLUTION"
        cells.append(cell(f"{case.name}-student", blank, grade=False, solution=True, locked=False))
        facts = {"grade": True, "solution": False, "locked": True, "points": MAXIMUM, "cell_type": "code"}
        cells.append(cell(case.name, case.grading, **facts))
    made = nbformat.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def nbgrader(course, *arguments):
    """Run a command of nbgrader, with no settings but those of the course."""
    settings = {name: str(course / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])  # it starts alembic by name
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr


def graded(course, setup, cases):
    """Take an assignment all the way; give the points and the printed outputs, by the name of the case."""
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    source = course / "source" / "hw1" / "work.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook(setup, cases), source)
    nbgrader(course, "generate_assignment", "hw1")
    released = nbformat.read(course / "release" / "hw1" / "work.ipynb", as_version=4)
    answers = {f"{case.name}-student": case.student for case in cases}
    for cell in released.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    handed_in = course / "submitted" / "student1" / "hw1" / "work.ipynb"
    handed_in.parent.mkdir(parents=True)
    nbformat.write(released, handed_in)
    nbgrader(course, "autograde", "hw1", "--create")
    return points(course), nbformat.read(course / "autograded" / "student1" / "hw1" / "work.ipynb", as_version=4)


def points(course):
    """What the gradebook says."""
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return dict(book.execute("select name, auto_score from grade join base_cell on base_cell.id = grade.cell_id"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    pytest.importorskip("nbgrader", reason="nbgrader is not installed")
    return graded(tmp_path_factory.mktemp("course"), SETUP, [*TRAPS, *ALL])


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_nbgrader_gives_the_points_that_the_work_is_worth(run, case):
    assert run[0][case.name] == case.points


@pytest.mark.parametrize("case", TRAPS, ids=[case.name for case in TRAPS])
def test_nbgrader_alone_would_give_other_points(run, case):
    assert run[0][case.name] == case.points


def test_a_graded_cell_shows_its_reasons_and_nothing_else(run):
    cells = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in run[1].cells if "nbgrader" in cell.metadata}
    (output,) = cells["warns-while-graded"].outputs
    assert output.data["text/plain"] == "5.0"
    assert "<li>dx: not yet</li>" in output.data["text/html"]
