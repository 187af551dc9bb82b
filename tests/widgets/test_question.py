"""The Python side of a question on the screen: what it shows, what it hears, and what it gives away."""

from __future__ import annotations

import base64
import html
import re
import subprocess
import sys

import numpy as np
import pytest
from ipywidgets.widgets import widget as registry

from backprop_widgets import exercises as ex
from backprop_widgets.drawing.packing import program_of
from backprop_widgets.exercises import session
from backprop_widgets.exercises.board import board, drawn, placed, still
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.report import COLOURS
from backprop_widgets.locale import LANGUAGES, catalogue
from backprop_widgets.widgets import QuestionView, question

ARRAYS = {"W": [[1, 2], [3, -4]], "x": [1, 2]}
VIEWER = type(question.Question.viewer)


@pytest.fixture(autouse=True)
def viewer(monkeypatch, tmp_path):
    """A viewer and a session of this test alone."""
    monkeypatch.setattr(Question, "viewer", VIEWER())
    monkeypatch.setattr(session, "_now", [])
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    ex.start("homework", student="s", path=tmp_path)
    return Question.viewer


def fill(**options):
    return ex.fill_gradients("(x + y) * z", x=-2, y=5, z=-4, **options)


@pytest.fixture
def shown(viewer):
    """Show a question, and give its view."""

    def shown(asked):
        asked._repr_mimebundle_()
        return viewer.views[asked.id]

    return shown


def tell(view, kind, only="", **answers):
    """What the browser sends."""
    view._hear(view, {"kind": kind, "only": only, "answers": answers}, [])


def statuses(view):
    return {name: each["status"] for name, each in view.told.get("boxes", {}).items()}


# -- what is said -----------------------------------------------------------------------------------------------
def test_a_check_is_answered_box_by_box(shown):
    view = shown(fill())
    tell(view, "check", x="-4", y="seven", z="-4")
    assert statuses(view) == {"x": "correct", "y": "unreadable", "z": "wrong", "q": "unanswered"}
    assert view.told["summary"] == view.told["live"] == "Gradients: 1 of 4 correct"
    assert view.told["boxes"]["z"]["typed"] == "-4"


def test_what_was_said_of_a_box_stays_while_the_same_stands_in_it(shown):
    view = shown(fill())
    tell(view, "check", x="-4", y="7")
    tell(view, "check", only="z", x="-4", y="8", z="3")
    assert statuses(view) == {"x": "correct", "z": "correct", "q": "unanswered"}
    assert view.told["live"] == "∂f/∂z: Correct."
    assert view.told["summary"] == "Gradients: 2 of 4 correct"


def test_all_is_right_only_when_every_box_is_known_to_be(shown):
    view = shown(fill())
    tell(view, "check", only="x", x="-4")
    assert "✓" not in view.told["summary"]
    tell(view, "check", x="-4", y="-4", z="3", q="-4")
    assert view.told["summary"] == "✓ Gradients: all correct"


def test_every_reply_has_a_turn_of_its_own_so_that_it_is_heard(shown):
    view = shown(fill())
    turns = []
    for kind in ("check", "check", "hint", "hint", "solution", "solution"):
        tell(view, kind, x="1")
        turns.append(view.note.get("turn", 0) + view.told.get("turn", 0))
    assert len(set(turns)) == len(turns)


def test_hints_are_of_the_box_one_is_in_until_it_is_right(shown):
    view = shown(fill())
    tell(view, "hint", only="z")
    assert view.note["text"].startswith("Hint 1 of 4, ∂f/∂z:")
    tell(view, "hint", only="z", z="3")
    assert view.note["text"].startswith("Hint 1 of 4, ∂f/∂x:")
    assert "hint(" not in view.note["text"] + view.note["then"]


def test_a_note_names_the_buttons_and_not_the_calls(shown):
    view = shown(fill())
    tell(view, "solution")
    assert view.note["then"] == "“New numbers” gives a fresh one to try it on."


@pytest.mark.parametrize("name", ["value", "check", "report"])
def test_a_box_may_be_called_like_a_verb(shown, name):
    view = shown(ex.fill_gradients(f"{name} * y", {name: 2, "y": 3}))
    tell(view, "check", only=name, **{name: "3"})
    assert statuses(view) == {name: "correct"}


NO_MESSAGES = (
    "text",
    {},
    {"kind": "check"},
    {"kind": "check", "answers": 1},
    {"kind": "no", "answers": {}},
    {"kind": "check", "only": "no", "answers": {"no": "1"}},
)


@pytest.mark.parametrize("message", NO_MESSAGES)
def test_what_is_no_message_does_no_harm(shown, message):
    shown(fill())._hear(None, message, [])


# -- nothing is lost --------------------------------------------------------------------------------------------
def test_a_cell_that_runs_again_keeps_what_was_typed_and_its_one_view(shown, viewer):
    view = shown(fill())
    tell(view, "keep", x="-4*1", y="?!")
    before = len(registry._instances)
    for _ in range(50):
        again = fill()
        assert shown(again) is view
    assert again.value == view.answers == {"x": "-4*1", "y": "?!"}
    assert len(registry._instances) == before
    assert list(viewer.views.values()) == [view]


def test_views_that_are_left_behind_are_counted(monkeypatch, shown, viewer):
    shown(fill())
    before = len(registry._instances)
    viewer.views.clear()
    shown(fill())
    assert len(registry._instances) > before


def test_a_session_that_begins_again_leaves_no_view_behind(shown, tmp_path):
    view = shown(fill())
    tell(view, "check", x="-4")
    ex.start("homework", student="s", path=tmp_path)
    assert shown(fill()) is view
    assert view.answers == {"x": "-4"}


def test_of_other_numbers_nothing_is_taken_over(shown):
    first = fill(id="q1")
    tell(shown(first), "keep", x="-4")
    other = ex.fill_gradients("(x + y) * z", x=1, y=1, z=1, id="q2")
    assert other.value == {}
    first.another()
    assert fill(id="q1").value == {}


def test_new_numbers_keep_the_record_of_the_old(shown):
    asked = fill()
    view = shown(asked)
    tell(view, "check", x="-4")
    tell(view, "another", x="-4")
    assert view.board["variant"] == asked.code != "given"
    assert (view.answers, statuses(view)) == ({}, {})
    asked.variant("given")
    assert view.answers == {"x": "-4"}


def test_answers_are_written_as_the_boxes_write_them():
    cells = ex.jacobian_cells("relu", [1, 2])
    cells.keep({"cells": np.eye(2), "held": 4})
    assert placed(cells) == {"cells": "(0, 0), (1, 1)", "held": "4"}
    three = ex.which_of_three("(x + y) * z", x=-2, y=5, z=-4)
    three.keep({"a": "b)", "b": 0, "c": "neither"})
    assert placed(three) == {"a": "local", "b": "upstream", "c": "neither"}
    dead = ex.dead_inputs("relu(w * x) * v", w=-2, x=3, v=5)
    dead.keep({"dead": "none"})
    assert placed(dead) == {"dead": "–"}


def test_where_it_is_called_by_a_name_the_copy_is_too(shown, monkeypatch):
    asked = fill()
    shell = type("Shell", (), {"user_ns": {"_": asked, "q7": asked}})()
    monkeypatch.setattr(question, "get_ipython", lambda: shell)
    assert shown(asked).call == "q7"
    assert shown(ex.derive_cross_entropy()).call == "q"


# -- nothing is given away --------------------------------------------------------------------------------------
def test_the_board_of_an_array_question_shows_no_gradient():
    asked = ex.fill_gradients("sum(relu(W @ x))", **ARRAYS)
    picture = board(asked)["scenes"][0]["svg"]
    assert "of-gradient" not in picture
    assert picture.count("of-value") == 4
    assert re.findall(r'data-box="(\w+)"', picture) == ["W", "x", "q", "r"]


def test_a_picture_that_shows_gradients_would_be_seen():
    scene = ex.fill_gradients("sum(relu(W @ x))", **ARRAYS).task.scenes[0]
    shown = frozenset((edge.id, "gradient") for edge in scene.trace.edges)
    assert "of-gradient" in drawn(type(scene)(scene.trace, shown), [])


def test_a_question_of_shapes_shows_none():
    asked = ex.shapes("sum(X @ W)", {"X": (2, 4), "W": (4, 3)})
    picture = board(asked)["scenes"][0]["svg"]
    assert "heat" not in picture
    assert "2×3" not in picture
    assert not re.search(r"\(\d", re.sub(r"<title>.*?</title>", "", picture))


def test_the_board_holds_no_solution():
    asked = fill()
    text = str({**board(asked), "texts": ""})
    assert all(box.solution and box.solution not in text for box in asked.task.boxes)
    assert not any(hint in text for box in asked.task.boxes for hint in box.hints)


# -- without a front end ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_still_form_has_the_picture_the_boxes_and_how_to_answer(locale):
    ex.start("homework", student="s", locale=locale)
    text = still(fill())
    image = base64.b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', text)[1]).decode()
    assert image.count(">?<") == 4
    assert "<style>" in image
    assert re.findall(r"<li><code>(\w+)</code>: ([^<]+)</li>", text) == [(name, f"∂f/∂{name}") for name in "xyzq"]
    assert html.escape(catalogue(locale)("board.in_code", call="q", name="x=..., y=..., z=..., q")) in text
    assert "<script" not in text
    assert "given" not in text


def test_the_still_form_names_a_box_once():
    assert "<li>a: −4: upstream · local · downstream</li>" in still(ex.which_of_three("(x + y) * z", x=-2, y=5, z=-4))


def test_what_is_displayed_has_a_still_form_and_a_text(shown):
    data, _ = fill()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(data)
    assert data["text/plain"].startswith("Gradients")


@pytest.mark.parametrize("run", ["autograde", "validate"])
def test_while_grading_no_widget_is_made(monkeypatch, viewer, run):
    monkeypatch.setenv("NBGRADER_EXECUTION", run)
    before = len(registry._instances)
    asked = fill()
    data, _ = asked._repr_mimebundle_()
    asked.check(x=-4)
    assert set(data) == {"text/plain"}
    assert viewer.views == {}
    assert len(registry._instances) == before


def test_questions_need_no_jupyter(tmp_path):
    code = (
        "import os, sys; sys.modules['anywidget'] = sys.modules['ipywidgets'] = None\n"
        "from backprop_widgets import exercises as ex\n"
        "os.chdir(sys.argv[1])\n"
        "q = ex.fill_gradients('x * y', x=2, y=3)\n"
        "print(bool(q.check(x=3, y=2)), list(q._repr_mimebundle_()[0]))"
    )
    ran = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("True ['text/plain']")


@pytest.mark.parametrize("status", COLOURS)
def test_the_marks_of_a_report_stand_out_on_their_colours(status):
    red, green, blue = (int(COLOURS[status][place : place + 2], 16) / 255 for place in (1, 3, 5))
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    assert 1.05 / (np.dot((0.2126, 0.7152, 0.0722), light) + 0.05) >= 4.5


def test_a_report_escapes_what_was_typed():
    text = fill().check(x="<script>")._repr_html_()
    assert "<script>" not in text
    assert "&lt;" in text


# -- what it is made of -----------------------------------------------------------------------------------------
def test_every_text_that_the_page_asks_for_is_there():
    program = program_of(QuestionView._esm)
    asked = set(re.findall(r"texts\.(\w+)", program)) | set(re.findall(r'button\("(\w+)"', program))
    assert asked >= {"check", "no_kernel", "before"}
    for locale in LANGUAGES:
        assert asked - set(catalogue(locale).section("board")) == set()


def test_a_widget_is_small():
    assert len(QuestionView._esm) < 16_000  # every question carries a copy
