"""A question on the screen: its boxes live in the browser, all that judges them in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.core.getipython import get_ipython

from backprop_widgets.drawing.packing import module
from backprop_widgets.drawing.page import player_script
from backprop_widgets.drawing.picture import stylesheet
from backprop_widgets.exercises.board import board, placed, still, told
from backprop_widgets.exercises.note import Note
from backprop_widgets.exercises.part import Part
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.report import BoxReport, Report
from backprop_widgets.locale import catalogue

HERE = Path(__file__).parent
STYLE = stylesheet("colours.css", "picture.css", "player.css", "heat.css", str(HERE / "question.css"))
CODE = player_script("elements.js", str(HERE / "question_fields.js"), str(HERE / "question.js"))


class QuestionView(anywidget.AnyWidget):
    """Shows one question. What is typed reaches Python when it is checked, and when a box is left."""

    _esm = module(f"const QUESTION_STYLE = {json.dumps({'id': 'bpw-question', 'textContent': STYLE})};\n{CODE}")

    board = traitlets.Dict(help="what is asked; no answer is in it").tag(sync=True)
    answers = traitlets.Dict(help="what stands in the boxes").tag(sync=True)
    told = traitlets.Dict(help="what was said of each box; every reply has a turn of its own").tag(sync=True)
    note = traitlets.Dict(help="the last hint or solution").tag(sync=True)
    call = traitlets.Unicode("q", help="what the question is called in the notebook").tag(sync=True)

    def __init__(self, question: Question) -> None:
        """Show a question."""
        self.question = question
        self._turn = 0
        self._judged: dict[str, tuple[str, BoxReport]] = {}  # by box: what was judged, and what came of it
        super().__init__(board=board(question), answers=placed(question), call=_name_of(question))
        self.on_msg(self._hear)

    def take(self, question: Question) -> None:
        """Show another question in the place of this one: the same, from a cell that was run again."""
        self.question = question
        with self.hold_sync():
            self.board = board(question)
            self._begin()
            self.refresh(None)

    def refresh(self, report: Report | None) -> None:
        """Show the question as it is now. A report of some boxes leaves what was said of the others."""
        with self.hold_sync():
            if self.board["variant"] != self.question.code:
                self.board = board(self.question)
                self._begin()
            self.answers = placed(self.question)
            self.told = {"turn": self._next(), **({} if report is None else self._said(report))}

    def _begin(self) -> None:
        self._judged = {}
        self.note = {"turn": self._next()}

    def _said(self, report: Report) -> dict[str, Any]:
        """A report with what was said earlier of boxes in which the same still stands."""
        now = self.answers
        held = {name: box for name, (typed, box) in self._judged.items() if now.get(name, "") == typed}
        held |= {box.name: box for box in report.boxes}
        self._judged = {name: (now.get(name, ""), box) for name, box in held.items()}
        return told(self.question, report, held)

    def _next(self) -> int:
        self._turn += 1
        return self._turn

    def _hear(self, _widget: Any, message: Any, _buffers: Any) -> None:
        match message:
            case {"kind": str(kind), "answers": dict(answers)}:
                self.question.keep(answers)
                self._answer(kind, message.get("only"))

    def _answer(self, kind: str, only: object) -> None:
        boxes = self.question.task.part(only) if isinstance(only, str) and only else ()
        part = Part(self.question, str(only), boxes) if boxes else self.question
        match kind:
            case "keep":
                self.answers = placed(self.question)
            case "check":
                part.check()
            case "hint":
                self._say((self.question if part.report else part).hint(), "more")  # of what is right none is needed
            case "solution":
                self._say(self.question.solution(), "fresh")
            case "another":
                self.question.another()

    def _say(self, note: Note, then: str) -> None:
        """What a note says to do next is said of the buttons here."""
        more = catalogue(self.question.locale)(f"board.{then}") if note.then else ""
        self.note = {"turn": self._next(), "text": note.text, "then": more}


class _Viewer:
    """Lends questions their views: one for all questions of an id, since a cell that runs again makes a new one."""

    def __init__(self) -> None:
        self.views: dict[str, QuestionView] = {}

    def bundle(self, question: Question) -> tuple[dict[str, Any], dict[str, Any]]:
        view = self.views.get(question.id)
        if view is None or view.comm is None:
            view = self.views[question.id] = QuestionView(question)
        elif view.question is not question:
            view.take(question)
        view.call = _name_of(question)
        bundle = view._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": repr(question), "text/html": still(question)}, metadata

    def refresh(self, question: Question, report: Report | None) -> None:
        view = self.views.get(question.id)
        if view and view.question is question:
            view.refresh(report)

    def replace(self, before: Question, after: Question) -> None:
        view = self.views.get(before.id)
        if view and view.question is before:
            view.take(after)


def _name_of(question: Question) -> str:
    """What the notebook calls a question, so that a call can be copied; `q` where it has no name."""
    names = getattr(get_ipython(), "user_ns", None) or {}
    return next((name for name, value in list(names.items()) if value is question and name[:1] != "_"), "q")


Question.viewer = _Viewer()
