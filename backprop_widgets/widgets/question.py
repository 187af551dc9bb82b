"""A question on the screen: its boxes live in the browser, all that judges them in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from backprop_widgets.drawing.page import player_script
from backprop_widgets.drawing.picture import stylesheet
from backprop_widgets.exercises.board import board, still, told
from backprop_widgets.exercises.boxes import typed
from backprop_widgets.exercises.note import Note
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.report import Report

HERE = Path(__file__).parent


class QuestionView(anywidget.AnyWidget):
    """Shows one question. What is typed reaches Python when it is checked, and when a box is left."""

    _esm = player_script("elements.js") + "\n" + (HERE / "question.js").read_text(encoding="utf-8")
    _css = stylesheet("colours.css", "picture.css", "player.css", "heat.css") + (HERE / "question.css").read_text(
        encoding="utf-8"
    )

    board = traitlets.Dict(help="what is asked; no answer is in it").tag(sync=True)
    answers = traitlets.Dict(help="what stands in the boxes").tag(sync=True)
    told = traitlets.Dict(help="the last report").tag(sync=True)
    note = traitlets.Dict(help="the last hint or solution").tag(sync=True)

    def __init__(self, question: Question) -> None:
        """Show a question."""
        self.question = question
        super().__init__(board=board(question), answers=_typed(question))
        self.on_msg(self._hear)

    def refresh(self, report: Report | None) -> None:
        """Show the question as it is now."""
        with self.hold_sync():
            if self.board["variant"] != self.question.code:
                self.board = board(self.question)
                self.note = {}
            self.answers = _typed(self.question)
            self.told = told(report) or {}

    def _hear(self, _widget: Any, message: Any, _buffers: Any) -> None:
        match message:
            case {"kind": "keep", "answers": dict(answers)}:
                self.question.keep(answers)
            case {"kind": "check", "answers": dict(answers), "only": str(only)}:
                self.question.keep(answers)
                if only:
                    self.question[only].check()
                else:
                    self.question.check()
            case {"kind": "hint", "answers": dict(answers)}:
                self.question.keep(answers)
                self._say(self.question.hint())
            case {"kind": "solution"}:
                self._say(self.question.solution())
            case {"kind": "another"}:
                self.question.another()

    def _say(self, note: Note) -> None:
        self.note = {"text": note.text, "then": note.then}


class _Viewer:
    """Lends questions their views; a question shown twice is one view in two places."""

    def __init__(self) -> None:
        self.views: dict[Question, QuestionView] = {}

    def bundle(self, question: Question) -> tuple[dict[str, Any], dict[str, Any]]:
        if question not in self.views:
            self.views[question] = QuestionView(question)
        bundle = self.views[question]._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": repr(question), "text/html": still(question)}, metadata

    def refresh(self, question: Question, report: Report | None) -> None:
        if question in self.views:
            self.views[question].refresh(report)

    def forget(self, question: Question) -> None:
        """A cell was run again: the view of the question that it made before is no longer needed."""
        if question in self.views:
            self.views.pop(question).close()


def _typed(question: Question) -> dict[str, str]:
    return {name: typed(given) for name, given in question.value.items()}


Question.viewer = _Viewer()
