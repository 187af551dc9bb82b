"""The course, the assignment and the student that questions belong to, and where their answers are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from backprop_widgets.exercises.records import Sidecar
from backprop_widgets.exercises.variants import student_name
from backprop_widgets.locale import LANGUAGES

if TYPE_CHECKING:
    from backprop_widgets.exercises.question import Question

Mode = Literal["practice", "graded"]
MODES: tuple[Mode, ...] = ("practice", "graded")


@dataclass(eq=False)
class Session:
    """What `start` sets. `questions` are those made so far, by their ids: of two with one id the last counts."""

    assignment: str = ""
    course: str = ""
    student: str = "anonymous"
    mode: Mode = "practice"
    locale: str = "en"
    sidecar: Sidecar = field(default_factory=Sidecar)
    codes: Mapping[str, str] = field(default_factory=dict)  # student -> variant, where a draw was bad for one
    questions: dict[str, Question] = field(default_factory=dict)


def start(  # noqa: PLR0913  (each is an option by name)
    assignment: str = "",
    *,
    course: str = "",
    student: str | None = None,
    mode: Mode = "practice",
    locale: str = "en",
    path: str | Path | None = None,
    codes: Mapping[str, str] | None = None,
) -> None:
    """Begin an assignment: its name, and the student's, choose the numbers of each question made afterwards.

    Without a `student` the name is taken from BACKPROP_STUDENT, then JUPYTERHUB_USER. In "graded" mode
    `check` says that an answer was recorded, and not whether it is right. Answers are kept in the file
    `path`; without it in backprop_answers.json beside the notebook.
    Raises ValueError for a mode or a locale that is not there.
    """
    if mode not in MODES:
        raise ValueError(f"mode must be one of {', '.join(MODES)}, got {mode!r}")
    if locale not in LANGUAGES:
        raise ValueError(f"locale must be one of {', '.join(LANGUAGES)}, got {locale!r}")
    _now[:] = [
        Session(assignment, course, student_name(student), mode, locale, Sidecar(path, locale=locale), codes or {})
    ]


def session() -> Session:
    """The one that is on: before `start`, practice without a name."""
    if not _now:
        _now.append(Session())
    return _now[0]


_now: list[Session] = []
