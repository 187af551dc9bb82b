"""A question as the student holds it: check, hint, solution, another; for the grader points and require."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar, Protocol

from backprop_widgets.exercises.boxes import Box, typed
from backprop_widgets.exercises.grading import grade, recorded
from backprop_widgets.exercises.note import Note, RequirementError
from backprop_widgets.exercises.part import Part
from backprop_widgets.exercises.reading import is_unanswered
from backprop_widgets.exercises.records import Score, Try, is_grading, quietly
from backprop_widgets.exercises.report import Report
from backprop_widgets.exercises.session import Session, session
from backprop_widgets.exercises.task import Task
from backprop_widgets.exercises.variants import Draw, NoVariantError, code_of, seed_from, seed_of
from backprop_widgets.locale import Catalogue, catalogue

Make = Callable[[Draw | None, Catalogue], Task]
GIVEN = "given"  # the code of the variant with the numbers that the author wrote
RIGHT = ("correct", "follows")
COUNTED = ("correct", "follows", "wrong", "recorded")  # as a try; to be misread costs nothing


class SameIdWarning(UserWarning):
    """Two different questions have one id: the answers to one would be taken for those to the other."""


class Viewer(Protocol):
    """What the layers above lend to a question, to show it."""

    def bundle(self, question: Question) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a notebook displays."""

    def refresh(self, question: Question, report: Report | None) -> None:
        """Show the boxes as they are now, wherever the question is on the screen."""

    def replace(self, before: Question, after: Question) -> None:
        """Show a question where the one was shown whose place it has taken."""


class Question:
    """One question. `make` draws its numbers; without a draw it uses those that the author gave.

    `check()` judges what stands in the boxes, `check(x=-4, y="-4*1")` what is given; a box not named keeps what
    it had.
    A part is a box, `question.x`, or a group of them, and has the same verbs.
    """

    viewer: ClassVar[Viewer | None] = None

    def __init__(  # noqa: PLR0913  (each is an option by name)
        self,
        make: Make,
        *,
        kind: str,
        about: str = "",
        id: str = "",
        is_given: bool = False,
        version: int = 1,
        weights: Mapping[str, float] | None = None,
        hints: tuple[str, ...] = (),
    ) -> None:
        self._make = make
        self.kind = kind
        if not isinstance(id, str):
            raise TypeError(f"the id of a question is a text, got {id!r}")
        self.id = id or f"{kind}-{hashlib.sha256(about.encode()).hexdigest()[:6]}"
        self.session: Session = session()
        self.locale = self.session.locale
        self._version = version
        self._weights = _weighed(weights or {})
        self._own_hints = hints
        self._turn = 0
        self._is_given = is_given
        self._given = GIVEN if version == 1 else f"{GIVEN}{version}"
        self._about = kind, about
        self._set(self._recorded_code() or (self._given if is_given else self._drawn_code()))
        self._take_place()

    # what is asked

    @property
    def task(self) -> Task:
        """What is asked, with its numbers."""
        return self._task

    @property
    def code(self) -> str:
        """The code of this variant: `variant(code)` makes it again anywhere."""
        return self._code

    def variant(self, code: str) -> Question:
        """Take the numbers of a variant. Raises ValueError for what is no code of one."""
        self._set(code)
        self._refresh(None)
        return self

    def another(self) -> Question:
        """Take new numbers, if any tell all mistakes apart; the answers to the old ones stay on record."""
        self._turn += 1
        with suppress(NoVariantError):  # the numbers stay as they are
            self._set(self._drawn_code())
        self._refresh(None)
        return self

    def reset(self) -> Question:
        """Empty all boxes; the record of earlier tries stays."""
        self._answers.clear()
        self.session.sidecar.reset(self.id, self._code)
        self._refresh(None)
        return self

    def restore(self) -> None:
        """Fill the boxes with what is on record."""
        self._answers |= self._kept(self._task)
        self._refresh(None)

    def keep(self, answers: Mapping[str, Any]) -> None:
        """Take what stands in the boxes, without judging it."""
        for name, given in answers.items():
            if name in self._task.by_name and not is_unanswered(given):
                self._answers[name] = given
            elif name in self._task.by_name and self._task.by_name[name].way != "code":
                self._answers.pop(name, None)

    # what the student does

    def check(self, *given: Any, **answers: Any) -> Report:
        """Judge the answers; what comes by name stands for what the box of that name held before."""
        return self._check(self._task.boxes, given, answers)

    def hint(self, n: int | None = None) -> Note:
        """Help with the first box that is not right yet: the next hint, or the n-th."""
        return self._hint(self._task.boxes, n)

    def solution(self) -> Note:
        """Every answer, worked."""
        return self._solution(self._task.boxes)

    @property
    def value(self) -> dict[str, Any]:
        """The answers as they were given, by box."""
        return dict(self._answers)

    @property
    def report(self) -> Report:
        """What `check()` would say now; nothing is recorded."""
        return self._told(self._task.boxes)

    # what the grader does

    def points(self, most: float) -> Score:
        """The points earned out of `most`: the last value of an nbgrader cell. Prints nothing, whatever happens."""
        return self._points(self._task.boxes, most)

    def require(self) -> None:
        """Raise AssertionError, in one line, unless everything is right."""
        self._require(self._task.boxes)

    # how it is done, for the question and for its parts

    def __getitem__(self, name: str) -> Part:
        """A part by its name, also where a verb has that name. Raises KeyError for one that is not there."""
        boxes = self._task.part(name)
        if not boxes:
            raise KeyError(f"this question has no part {name!r}; its parts are {', '.join(self._task.by_name)}")
        return Part(self, name, boxes)

    def __getattr__(self, name: str) -> Part:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._task.by_name]

    def made(self, code: str) -> Task:
        """The task of a variant; the question itself stays as it is. Raises ValueError for what is no code."""
        draw = None if code == self._given and self._is_given else Draw(seed_from(code))
        return self._make(draw, catalogue(self.locale))

    def _set(self, code: str) -> None:
        task = self.made(code)
        unknown = [name for name in self._weights if not task.part(name)]
        if unknown:
            raise ValueError(f"weights are given for {', '.join(unknown)}; the parts are {', '.join(task.by_name)}")
        self._code = code
        self._earlier: Task | None = getattr(self, "_task", None)
        self._task = task
        self._weight_of = {box.name: weight for name, weight in self._weights.items() for box in task.part(name)}
        self._seen: dict[str, int] = {}
        self._answers: dict[str, Any] = dict(self._kept(task))

    def _take_place(self) -> None:
        """Stand in the session under the id; another question of that id gives way, and is warned of."""
        before = self.session.questions.get(self.id)
        if before and before._about != self._about and not is_grading():  # nbgrader gives no points where it warns
            say = catalogue(self.locale)
            warnings.warn(say("exercise.same_id", id=self.id), SameIdWarning, stacklevel=4)
        self.session.questions[self.id] = self
        if before and before._about == self._about and before._code == self._code:  # the cell was run again
            is_typed = {box.name for box in self._task.boxes if box.way != "code"}
            self._answers |= {name: given for name, given in before._answers.items() if name in is_typed}
        if before and Question.viewer:
            Question.viewer.replace(before, self)

    def _kept(self, task: Task) -> dict[str, str]:
        """The answers on record, for the boxes that there are."""
        held = self.session.sidecar.answers(self.id, self._code) or {}
        return {name: text for name, text in held.items() if name in task.by_name}

    def _drawn_code(self) -> str:
        now = self.session
        about = now.course, now.assignment, self.id, now.student, self._version
        return code_of(seed_of(*about, salt=str(self._turn or ""), overrides=now.codes if not self._turn else None))

    def _recorded_code(self) -> str:
        """While grading the user is the grader: the numbers are those that the student's record speaks of."""
        if not is_grading():
            return ""
        found = self.session.sidecar.all().get(self.id, {})
        return max(found, key=lambda code: max((each.time for each in found[code].tries), default=""), default="")

    def _check(self, boxes: tuple[Box, ...], given: tuple[Any, ...], answers: Mapping[str, Any]) -> Report:
        notes = self._take(boxes, given, answers)
        report = self._told(boxes)
        if any(box.status != "unanswered" for box in report.boxes):  # what cannot be read is kept as well
            notes += self._noted(report)
        report = Report(report.title, report.boxes, report.locale, tuple(notes))
        self._refresh(report)
        return report

    def _take(self, boxes: tuple[Box, ...], given: tuple[Any, ...], answers: Mapping[str, Any]) -> list[str]:
        """Put answers into their boxes. Says which could not be."""
        say = catalogue(self.locale)
        names = {box.name for box in boxes}
        if len(given) == 1 and isinstance(given[0], Mapping) and self._names_boxes(given[0]):  # ({"x": 3}) is (x=3)
            answers = {**{str(name): value for name, value in given[0].items()}, **answers}
            given = ()
        apart = dict(answers)
        for name, inner in answers.items():  # a={"x": 3} is a_x=3
            if isinstance(inner, Mapping) and self._task.named(name) is None and self._task.part(name):
                del apart[name]
                apart |= {f"{name}_{key}": value for key, value in inner.items()}
        notes: list[str] = []
        if len(given) > len(boxes):
            notes.append(say("exercise.too_many", count=len(given), boxes=", ".join(box.name for box in boxes)))
        apart |= {box.name: value for box, value in zip(boxes, given, strict=False)}
        for name, value in apart.items():
            box = self._task.named(name)
            if box is None or box.name not in names:
                notes.append(say("exercise.no_box", name=name, boxes=", ".join(sorted(names))))
            elif not is_unanswered(value):
                self._answers[box.name] = value
            else:
                self._answers.pop(box.name, None)
        return notes

    def _names_boxes(self, given: Mapping[Any, Any]) -> bool:
        return any(isinstance(name, str) and self._task.part(name) for name in given)

    def _told(self, boxes: tuple[Box, ...]) -> Report:
        """What the student is told: of graded work, that it is recorded."""
        report = self._report(boxes)
        return recorded(report) if self.session.mode == "graded" else report

    def _report(self, boxes: tuple[Box, ...]) -> Report:
        whole = grade(self._task, self._answers, title=self.title, locale=self.locale, earlier=self._earlier)
        names = {box.name for box in boxes}
        kept = (box for box in whole.boxes if box.name in names)
        weighted = (replace(box, weight=self._weight_of.get(box.name, box.weight)) for box in kept)
        return Report(whole.title, tuple(weighted), whole.locale)

    def _noted(self, report: Report) -> list[str]:
        """Keep the try on record; says so when a slip has been seen before."""
        sidecar = self.session.sidecar
        slips = tuple(dict.fromkeys(slip for box in report.boxes for slip in box.slips))
        before = {slip for each in sidecar.tries(self.id, self._code) for slip in each.slips}
        sidecar.add(
            self.id,
            self._code,
            Try(
                answers=self._typed(),
                outcomes={box.name: box.status for box in report.boxes},
                slips=slips,
                hints=sum(self._seen.values()),
            ),
        )
        say = catalogue(self.locale)
        again = self.session.mode == "practice" and any(slip in before for slip in slips)
        return [say("exercise.again")] * again

    def _typed(self) -> dict[str, str]:
        return {name: typed(value) for name, value in self._answers.items()}

    def _hint(self, boxes: tuple[Box, ...], n: int | None) -> Note:
        say = catalogue(self.locale)
        if self.session.mode == "graded":
            return Note(say("exercise.hint.graded"))
        right = {box.name for box in self._report(boxes).boxes if box.status in RIGHT}
        box = next((each for each in boxes if each.name not in right), None)
        if box is None:
            return Note(say("exercise.hint.done"))
        ladder = [*self._own_hints, *box.hints, box.solution] if box.solution else [*self._own_hints, *box.hints]
        if not ladder:
            return Note(say("exercise.hint.none"))
        place = self._seen.get(box.name, 0) + 1 if n is None else n
        if n is not None and (type(n) is not int or not 1 <= n <= len(ladder)):
            return Note(say("exercise.hint.range", n=n, count=len(ladder)))
        place = min(place, len(ladder))
        self._seen[box.name] = max(self._seen.get(box.name, 0), place)
        more = say("exercise.hint.more", n=place + 1) if place < len(ladder) else ""
        return Note(f"{say('exercise.hint.head', n=place, count=len(ladder), box=box.label)} {ladder[place - 1]}", more)

    def _solution(self, boxes: tuple[Box, ...]) -> Note:
        say = catalogue(self.locale)
        if self.session.mode == "graded":
            return Note(say("exercise.hint.graded"))
        lines = [f"{box.label}: {box.solution}" for box in boxes if box.solution]
        self.session.sidecar.add(self.id, self._code, Try(self._typed(), solution=True))
        return Note("\n".join(lines) or say("exercise.hint.none"), say("exercise.solution.then"))

    def _points(self, boxes: tuple[Box, ...], most: float) -> Score:
        with quietly():
            report = self._report(boxes)
        reasons = (f"{box.mark} {box.label}: {text}" for box, text in report.lines())
        return Score(most * report.score, most, reasons, locale=self.locale)

    def _require(self, boxes: tuple[Box, ...]) -> None:
        report = self._report(boxes)
        if not report:
            wrong, text = next(line for line in report.lines() if line[0].status not in RIGHT)
            raise RequirementError(f"{self.title}, {wrong.label}: {' '.join(text.split())}") from None

    @property
    def title(self) -> str:
        """How a report names the question."""
        return self.id if not self.id.startswith(self.kind) else catalogue(self.locale)(f"kind.{self.kind}.title")

    def _refresh(self, report: Report | None) -> None:
        if Question.viewer and not is_grading():
            Question.viewer.refresh(self, report)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if Question.viewer is None or is_grading():
            return {"text/plain": repr(self)}, {}
        return Question.viewer.bundle(self)

    def __repr__(self) -> str:
        say = catalogue(self.locale)
        lines = [f"{self.title} ({say('exercise.variant')} {self.code})", self._task.text]
        lines += [self._task.listing] if self._task.listing else []
        names = ", ".join(f"{name}=..." for name in self._task.by_name)
        return "\n".join([*lines, f"check({names})"])


def _weighed(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights of parts. Raises ValueError for one that is negative or no number."""
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 <= weight < float("inf"):
            raise ValueError(f"the weight of {name} must be a number from 0, got {weight!r}")
    return dict(weights)
