"""Every exercise notebook runs untouched, and every question of it tells right from wrong from unreadable."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.boxes import (
    ArrayBox,
    CellsBox,
    ChoiceBox,
    ChoicesBox,
    CodeBox,
    NumberBox,
    OrderBox,
    ShapeBox,
    SymbolsBox,
)
from backprop_widgets.exercises.session import session

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*/*_exercises.ipynb"))
KINDS = {name for name in ex.__all__ if getattr(ex, name).__annotations__.get("return") == "Question"}
ONE_VARIANT = ("06-2",)  # on three scores some slips of the hinge always tie: it keeps the numbers of the lecture
SEEDS = 4  # `python -m benchmarks.audit` looks at 200 of each kind
TOGETHER = 40  # questions, at the least, in one language


def run(path, folder, monkeypatch):
    """Run every code cell as it stands, and give the questions that it made, by id."""
    monkeypatch.chdir(folder)
    space = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)  # noqa: S102  (our own cells)
    return dict(session().questions)


def code_for(question, box):
    """What a student who is right gives to a box that takes code: the solution that the question itself shows."""
    if question.kind != "write_backward":
        return box.solution
    space = {"np": np}
    exec("from backprop_widgets import Function\n" + box.solution, space)  # noqa: S102  (written by the package)
    return next(each for name, each in space.items() if isinstance(each, type) and name != "Function")


def right(question, box):  # noqa: PLR0911  (one for each way to answer)
    """An answer that is right."""
    match box:
        case NumberBox():
            return repr(box.truth)
        case ArrayBox():
            return box.truth.tolist()
        case ShapeBox():
            return box.truth
        case ChoiceBox():
            return box.options[box.right]
        case ChoicesBox():
            return [box.options[each] for each in sorted(box.right)]
        case OrderBox() | SymbolsBox():
            return box.solution.split(" = ")[-1]
        case CellsBox():
            return box.mask.astype(int)
        case CodeBox():
            return code_for(question, box)
    raise AssertionError(f"no right answer is known to a box of kind {type(box).__name__}")


def wrong(box):  # noqa: PLR0911  (the same)
    """An answer that is wrong and can be read."""
    match box:
        case NumberBox():
            return box.truth + 1234.5
        case ArrayBox():
            return (box.truth + 1234.5).tolist()
        case ShapeBox():
            return (*box.truth, 9)
        case ChoiceBox():
            taken = {box.right, *box.also_right}
            return next((each for place, each in enumerate(box.options) if place not in taken), None)
        case ChoicesBox():
            return [each for place, each in enumerate(box.options) if place not in box.right] or "none"
        case OrderBox():
            return list(reversed(box.solution.split(", ")))
        case CellsBox():
            return 1 - box.mask.astype(int)
        case SymbolsBox():
            return "p1 * p2 * p3 + 7"
        case CodeBox():
            return None  # the code that stands in the notebook is wrong already
    raise AssertionError(f"no wrong answer is known to a box of kind {type(box).__name__}")


def unreadable(box):
    """What is no answer to the box."""
    return 3 if isinstance(box, CodeBox) else "1 +* )"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_question_tells_right_from_wrong_from_unreadable(path, tmp_path, monkeypatch):
    questions = run(path, tmp_path, monkeypatch)
    assert questions
    for question in questions.values():
        for box in question.task.boxes:
            part = question[box.name]
            answers = {"unreadable": unreadable(box), "wrong": wrong(box), "right": right(question, box)}
            given = {name: answer for name, answer in answers.items() if answer is not None}
            outcome = {name: part.check(answer).boxes[0].status for name, answer in given.items()}
            expected = {"unreadable": "unreadable", "wrong": "wrong", "right": "correct"}
            assert outcome == {name: expected[name] for name in outcome}, (question.id, box.name)
        assert question.check(), question.id
        assert question.points(5) == 5


def asked(texts):
    """The kind of each question in the code of notebooks."""
    return re.findall(r"^q\d+ = ex\.(\w+)\(", "\n".join(texts), re.MULTILINE)


def test_the_course_uses_every_kind_and_asks_enough():
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in NOTEBOOKS if path.parent.name == "en"]
    kinds = asked("".join(cell["source"]) for notebook in notebooks for cell in notebook["cells"])
    assert len(kinds) >= TOGETHER
    assert set(kinds) == KINDS


def test_the_kinds_of_the_package_and_of_a_text_are_found():
    cells = ['q1 = ex.forks("x * x", x=2, id="1")\nq1', "q2 = ex.shapes(\n)", "ex.question()"]
    assert asked(cells) == ["forks", "shapes"]
    assert {"fill_values", "question", "shapes", "uncleared"} <= KINDS
    assert not {"audit", "start", "Question"} & KINDS


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.parent.name == "en"], ids=lambda path: path.stem)
def test_untouched_nothing_is_answered_and_nothing_is_on_record(path, tmp_path, monkeypatch):
    questions = run(path, tmp_path, monkeypatch)
    for question in questions.values():
        statuses = {box.status for box in question.report.boxes}
        assert statuses <= {"unanswered", "wrong"}, question.id
        assert question.points(5) < 5


def test_a_question_that_takes_anything_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    question = ex.fill_gradients("x * y", x=3, y=5, ask=["x"], id="lenient")
    box = question.task.boxes[0]
    assert question.check(wrong(box)).boxes[0].status == "wrong"
    object.__setattr__(box, "truth", box.truth + 1234.5)
    assert question.check(5 + 1234.5).boxes[0].status == "correct"


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.parent.name == "en"], ids=lambda path: path.stem)
def test_other_numbers_of_each_question_are_as_good(path, tmp_path, monkeypatch):
    for question in run(path, tmp_path, monkeypatch).values():
        if question.id in ONE_VARIANT:
            assert question.another().code == "given"
        else:
            assert ex.audit(question, seeds=SEEDS), question.id
