"""A part of a question: one box or a group of them, with the verbs of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backprop_widgets.exercises.boxes import Box
from backprop_widgets.exercises.note import Note
from backprop_widgets.exercises.records import Score
from backprop_widgets.exercises.report import Report

if TYPE_CHECKING:
    from backprop_widgets.exercises.question import Question


class Part:
    """One box of a question, or a group of them, with the verbs of the whole."""

    def __init__(self, question: Question, name: str, boxes: tuple[Box, ...]) -> None:
        self.question = question
        self.name = name
        self._boxes = boxes

    def check(self, *given: Any, **answers: Any) -> Report:
        """Judge this part alone."""
        return self.question._check(self._boxes, given, {self._full(name): value for name, value in answers.items()})

    def hint(self, n: int | None = None) -> Note:
        """The next hint, or the n-th."""
        return self.question._hint(self._boxes, n)

    def solution(self) -> Note:
        """The answer to this part, worked."""
        return self.question._solution(self._boxes)

    def another(self) -> Question:
        """New numbers, for the whole question: its parts belong together."""
        return self.question.another()

    @property
    def value(self) -> Any:
        """What was given to this part."""
        held = {box.name: self.question.value[box.name] for box in self._boxes if box.name in self.question.value}
        return held.get(self.name) if len(self._boxes) == 1 else held

    @property
    def report(self) -> Report:
        """What a check of this part would say now."""
        return self.question._told(self._boxes)

    def points(self, most: float) -> Score:
        """The points earned for this part."""
        return self.question._points(self._boxes, most)

    def require(self) -> None:
        """Raise AssertionError unless this part is right."""
        self.question._require(self._boxes)

    def _full(self, name: str) -> str:
        return name if self.question.task.named(name) else f"{self.name}_{name}"

    def __repr__(self) -> str:
        return f"{self.question.title}: {', '.join(box.label for box in self._boxes)}"
