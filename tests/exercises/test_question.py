"""A question as a student holds it: its numbers, its record, its parts, its points; four outcomes and what follows."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import backprop_widgets
from backprop_widgets import exercises as ex
from backprop_widgets.exercises.question import Question, SameIdWarning
from backprop_widgets.exercises.session import session
from backprop_widgets.exercises.variants import code_of

GIVEN = {"x": -2, "y": 5, "z": -4}


@pytest.fixture
def question():
    return ex.fill_gradients("(x + y) * z", GIVEN, id="q1")


def statuses(report):
    return {box.name: box.status for box in report.boxes}


def inputs(question):
    trace = question.task.scenes[0].trace
    return [float(trace.value(name)) for name in "xyz"]


def test_there_are_four_outcomes(question):
    report = question.check(x=-4, y="four", z=-4)
    assert statuses(report) == {"x": "correct", "y": "unreadable", "z": "wrong", "q": "unanswered"}
    marks = [box.mark for box in report.boxes]
    assert len(set(marks)) == 4
    assert [mark for mark in marks if mark in repr(report)] == marks
    assert report.score == 0.25


def test_what_follows_from_an_earlier_mistake_is_right(question):
    report = question.check(q=3, x=3, y=3, z=3)
    assert statuses(report) == {"x": "follows", "y": "follows", "z": "correct", "q": "wrong"}
    assert report.score == 0.75
    assert "own operand" in [slip for box in report.boxes for slip in box.slips]


def test_too_few_digits_cost_nothing():
    question = ex.fill_gradients("sigmoid(x)", x=1.0, ask=["x"])
    assert statuses(question.check(x="0.20")) == {"x": "digits"}
    assert ex.summary().rows[0].tries == 0
    assert question.check(x="0.1966")


def test_a_report_is_shown_once_and_nothing_is_printed(question, capsys):
    report = question.check(x=1, y=2, z=3, q=4)
    question.hint()
    question.solution()
    question.points(3)
    assert capsys.readouterr() == ("", "")
    assert repr(report).count("∂f/∂x") == 1
    assert report._repr_html_().count("∂f/∂x") == 1


def test_a_calculation_is_shown_as_it_was_read(question):
    report = question.check(z="1 + 2*2")
    assert next(box.message for box in report.boxes if box.name == "z").startswith("Read as 5. Not yet.")


def test_answers_may_come_by_any_of_their_names(question):
    for answers in ({"dx": -4}, {"x": -4}, {"∂f/∂x": -4}):
        question.reset()
        assert statuses(question.check(**answers))["x"] == "correct"
    assert statuses(question.check({"z": 3}))["z"] == "correct"
    first, *_ = question.task.by_name
    assert question.reset().check(question.task.by_name[first].truth).boxes[0].status == "correct"


def test_names_that_are_not_there_are_told_and_do_not_raise(question):
    report = question.check(w=3, x=-4)
    assert report.notes == ("There is no box called w; the boxes are q, x, y, z.",)
    assert question.check(1, 2, 3, 4, 5).notes[0].startswith("5 answers came without a name")


def test_the_namespace_and_the_arrays_of_a_student_stay_as_they_are():
    question = ex.fill_gradients("sum(W @ x)", W=[[1.0, 2.0]], x=[3.0, 4.0], ask=["W", "x"])
    given = np.array([[3.0, 4.0]])
    assert statuses(question.check(W=given))["W"] == "correct"
    assert given.tolist() == [[3.0, 4.0]]
    assert given.flags.writeable


def test_entries_of_an_array_are_counted_and_its_shape_is_asked_for():
    question = ex.fill_gradients("sum((W @ x) ** 2)", W=[[0.5, 1.5]], x=[3.0, 4.0], ask=["W"])
    (box,) = question.check(W=[[45.0, 61.7]]).boxes
    assert "1 of 2 entries are right." in box.message
    assert box.share == 0.5
    (box,) = question.check(W="1 two").boxes
    assert "Entry (1, 2)" in box.message
    (box,) = question.check(W=[1, 2, 3]).boxes
    assert (box.status, "shape (3,)" in box.message) == ("unreadable", True)


def test_weights_count_for_a_box_and_for_a_part():
    question = ex.fill_gradients("x*y + max(z, w)", ask=["x", "y"], weights={"a": 3, "b_x": 0, "b_y": 0})
    right = {box.name: box.truth for box in question.task.boxes}
    assert question.check(a_x=right["a_x"]).score == 0.5
    assert question.points(10) == 5.0
    assert question.points(10).reasons[0].startswith("✓")
    with pytest.raises(ValueError, match="weights are given for c; the parts are a_x"):
        ex.fill_gradients("x*y + max(z, w)", ask=["x", "y"], weights={"c": 3})


def test_points_are_a_float_with_reasons_in_the_language_of_the_student():
    ex.start("hw", locale="ko")
    question = ex.fill_gradients("x * y", x=3, y=5)
    question.check(x=5)
    points = question.points(4)
    assert (repr(points), points.locale) == ("2.0", "ko")
    assert "정답입니다" in points._repr_html_()


def test_require_is_one_line(question):
    question.check(x=-4, y=-4, z=3, q=-4)
    question.require()
    question.check(q="1/0")
    with pytest.raises(AssertionError) as raised:
        question.require()
    (line,) = raised.value._render_traceback_()
    assert line.startswith("AssertionError: q1, ∂f/∂q: ")


def test_a_restart_and_a_rerun_of_the_cell_bring_the_answers_back(question):
    question.check(x="-4*1", y=7)
    again = ex.fill_gradients("(x + y) * z", GIVEN, id="q1")
    ex.start()
    restarted = ex.fill_gradients("(x + y) * z", GIVEN, id="q1")
    assert again.value == {"x": "-4*1", "y": 7}
    assert restarted.value == {"x": "-4*1", "y": "7"}
    assert statuses(restarted.check())["x"] == "correct"


def test_what_could_not_be_read_is_kept_as_well(question):
    question.check(x="minus four")
    ex.start()
    assert ex.fill_gradients("(x + y) * z", GIVEN, id="q1").value == {"x": "minus four"}
    assert ex.summary().rows[0].tries == 0


def test_a_new_version_has_its_own_answers_and_numbers(question):
    question.check(x=-4)
    assert ex.fill_gradients("(x + y) * z", GIVEN, id="q1", version=2).value == {}
    one, two = (ex.fill_gradients("(x + y) * z", id="q2", version=version) for version in (1, 2))
    assert one.code != two.code


def test_course_assignment_student_and_id_choose_the_numbers():
    settings = {"course": "ml", "assignment": "hw1", "student": "ada"}
    codes = []
    for change in ({}, {"course": "dl"}, {"assignment": "hw2"}, {"student": "bob"}, {}):
        ex.start(**{**settings, **change})
        codes.append(ex.fill_gradients("(x + y) * z", id="q1").code)
    codes.append(ex.fill_gradients("(x + y) * z", id="q2").code)
    assert len(set(codes)) == 5
    assert codes[0] == codes[4]


def test_the_name_of_the_student_comes_from_the_environment(monkeypatch):
    ex.start("hw", student="ada")
    code = ex.fill_gradients("(x + y) * z", id="q1").code
    monkeypatch.setenv("BACKPROP_STUDENT", "ada")
    ex.start("hw")
    assert ex.fill_gradients("(x + y) * z", id="q1").code == code


def test_a_lecturer_can_give_one_student_another_variant():
    ex.start("hw", student="ada", codes={"ada": code_of(7)})
    question = ex.fill_gradients("(x + y) * z", id="q1")
    assert question.code == code_of(7)
    assert question.another().code != code_of(7)


def test_a_variant_is_the_same_for_everybody_and_a_mistyped_code_is_refused():
    ex.start("hw", student="ada")
    question = ex.fill_gradients("(x + y) * z")
    code, numbers = question.code, inputs(question)
    ex.start("other", student="bob", course="dl")
    assert inputs(ex.fill_gradients("(x + y) * z", id="q9").variant(code)) == numbers
    with pytest.raises(ValueError, match="variant code"):
        question.variant("v1")


def test_another_keeps_the_answers_to_the_first_numbers(question):
    question.check(x=-4)
    assert question.another().value == {}
    assert question.variant("given").value == {"x": "-4"}


def test_an_answer_to_the_numbers_before_is_told_to_be_one():
    ex.start("hw", student="ada")
    question = ex.fill_gradients("sigmoid(x * y)", {"x": 0.52, "y": 1.7}, ask=["x"])
    before = question.task.boxes[0].truth
    box = question.another().check(x=before).boxes[0]
    assert (box.status, box.slips) == ("wrong", ("old variant",))
    assert "the numbers you had before" in box.message
    assert question.check(x=before * 1.11).boxes[0].slips != ("old variant",)


def test_two_different_questions_of_one_id_are_warned_of_and_the_last_counts(question):
    with pytest.warns(SameIdWarning, match="Two questions are called q1: the last one counts"):
        other = ex.fill_values("x * y", x=1, y=2, id="q1")
    assert session().questions["q1"] is other
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ex.fill_values("x * y", x=1, y=2, id="q1")  # the cell is run again
        ex.fill_values("x * y", x=1, y=2)
        ex.fill_values("x * y * z", x=1, y=2, z=3)
        ex.fill_gradients("x * y", x=1, y=2)
        ex.fill_gradients("x * y", x=1, y=2, ask="inputs")
    assert len(session().questions) == 5


def test_while_grading_nobody_is_warned_and_the_numbers_are_those_of_the_record(monkeypatch):
    ex.start("hw", student="ada")
    question = ex.fill_gradients("(x + y) * z", id="q1")
    question.check(**{box.name: box.truth for box in question.task.boxes})
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    ex.start("hw", student="grader")
    graded = ex.fill_gradients("(x + y) * z", id="q1")
    assert (graded.code, graded.points(5)) == (question.code, 5.0)
    assert graded._repr_mimebundle_()[0] == {"text/plain": repr(graded)}
    ex.fill_values("x * y", x=1, y=2, id="q1")


def test_the_second_time_a_slip_is_seen_the_hints_are_offered(question):
    assert not question.check(z=-4).notes
    assert "came up before" in question.check(z=-4).notes[0]


def test_hints_go_on_one_by_one_to_the_solution_and_are_counted(question):
    told = [str(question.z.hint()) for _ in range(5)]
    assert told[3] == told[4]
    assert "= 3" in told[3]
    assert str(question.z.hint(2)) == told[1]
    assert str(question.z.hint(9)) == "There is no hint 9: they go from 1 to 4."
    question.check(z=3)
    assert str(question.z.hint()) == "Everything is right here: no hint is needed."
    assert session().sidecar.tries("q1", "given")[-1].hints == 4


def test_hints_of_the_author_come_first():
    question = ex.question("q", "?", "x * y", ["gradient x"], {"x": 3, "y": 5}, hints=["Look at y."])
    assert "Look at y." in str(question.hint())
    assert "Hint 2 of 5" in str(question.hint())


def test_graded_work_records_and_the_file_does_not_tell(tmp_path):
    ex.start("hw", mode="graded")
    question = ex.fill_gradients("(x + y) * z", GIVEN, id="q1")
    assert statuses(question.check(x=-4, y=9, z="z")) == {
        "x": "recorded",
        "y": "recorded",
        "z": "unreadable",
        "q": "unanswered",
    }
    kept = json.loads((tmp_path / "backprop_answers.json").read_text())["questions"]["q1"]["given"]["tries"][0]
    assert kept["outcomes"] == {"x": "recorded", "y": "recorded", "z": "unreadable", "q": "unanswered"}
    assert kept["answers"] == {"x": "-4", "y": "9", "z": "z"}
    assert question.points(4) == 1.0  # for the grader


def test_a_part_of_a_name_that_a_verb_has_is_reached_by_brackets():
    question = ex.fill_gradients("check * hint", {"check": 3, "hint": 5})
    assert question["check"].check(5)
    assert callable(question.check)


def test_a_viewer_is_told_of_checks_and_lets_go_of_a_question_that_is_made_again(monkeypatch):
    seen = []

    class Viewer:
        def bundle(self, question):
            return {"text/plain": "shown"}, {}

        def refresh(self, question, report):
            seen.append(("refresh", question.id, report is not None))

        def replace(self, before, after):
            seen.append(("replace", before.id, after.value))

    monkeypatch.setattr(Question, "viewer", Viewer())
    question = ex.fill_gradients("x * y", x=3, y=5, id="q1")
    assert question._repr_mimebundle_()[0] == {"text/plain": "shown"}
    question.check(x=5)
    ex.fill_gradients("x * y", x=3, y=5, id="q1")
    assert seen == [("refresh", "q1", True), ("replace", "q1", {"x": 5})]


WITHOUT_JUPYTER = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name in {"ipywidgets", "anywidget", "IPython", "traitlets", "jupyter_client", "ipykernel"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from backprop_widgets import exercises as ex
q1 = ex.fill_gradients("(x + y) * z", x=-2, y=5, z=-4, ask="inputs")
assert q1.check(x=-4, y="-4*1", z=3)
assert q1.points(5) == 5.0
assert q1._repr_mimebundle_()[0].keys() == {"text/plain"}
q2 = ex.write_backward("relu")
assert not q2.check(3)
print(q1.hint(), q1.solution(), ex.summary(), ex.save())
"""


def test_questions_are_asked_and_checked_without_jupyter(tmp_path):
    path = str(Path(backprop_widgets.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_JUPYTER],
        cwd=tmp_path,
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
