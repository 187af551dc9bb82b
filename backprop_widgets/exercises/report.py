"""What a check says: each box with its status, and how much of all is right. As text, and as HTML for a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass

from backprop_widgets.exercises.boxes import Status
from backprop_widgets.locale import catalogue

MARKS: dict[Status, str] = {
    "correct": "✓",
    "wrong": "✗",
    "follows": "↪",
    "digits": "?",
    "unreadable": "?",
    "unanswered": "·",
    "recorded": "●",
}
COLOURS: dict[Status, str] = {  # of the mark, behind white: at least 4.5 : 1
    "correct": "#1a7f37",
    "follows": "#1a7f37",
    "wrong": "#b3261e",
    "digits": "#8a5a00",
    "unreadable": "#8a5a00",
    "unanswered": "#5f6368",
    "recorded": "#1f5fbf",
}
COUNTED: tuple[Status, ...] = ("correct", "follows", "wrong")  # as a try; to be misread costs nothing


@dataclass(frozen=True)
class BoxReport:
    """What came of one box."""

    name: str
    label: str
    status: Status
    message: str
    typed: str = ""
    slips: tuple[str, ...] = ()
    weight: float = 1.0
    share: float = 0.0  # of the weight

    @property
    def mark(self) -> str:
        """The symbol of the status."""
        return MARKS[self.status]


@dataclass(frozen=True)
class Report:
    """What came of a check. True when everything is right; a notebook shows it once, as the value of its cell."""

    title: str
    boxes: tuple[BoxReport, ...]
    locale: str
    notes: tuple[str, ...] = ()  # what is to be said of the check as a whole

    @property
    def score(self) -> float:
        """The part of the whole that is right, from 0 to 1."""
        whole = sum(box.weight for box in self.boxes)
        return sum(box.weight * box.share for box in self.boxes) / whole if whole else 0.0

    @property
    def max(self) -> float:
        """The sum of the weights."""
        return sum(box.weight for box in self.boxes)

    @property
    def is_try(self) -> bool:
        """Whether it counts as a try."""
        return any(box.status in COUNTED for box in self.boxes)

    def __bool__(self) -> bool:
        return bool(self.boxes) and all(box.status in {"correct", "follows"} for box in self.boxes)

    @property
    def summary(self) -> str:
        """One line: how many are right."""
        say = catalogue(self.locale)
        right = sum(box.status in {"correct", "follows"} for box in self.boxes)
        if any(box.status == "recorded" for box in self.boxes):
            return say("exercise.summary.recorded", title=self.title)
        if self:
            return say("exercise.summary.all", title=self.title)
        return say("exercise.summary.some", title=self.title, right=right, count=len(self.boxes))

    def lines(self) -> list[tuple[BoxReport, str]]:
        """Each box with what is said of it."""
        say = catalogue(self.locale)
        return [(box, box.message or say(f"exercise.status.{box.status}")) for box in self.boxes]

    def __repr__(self) -> str:
        rows = [f"  {box.mark} {box.label}: {text}" for box, text in self.lines()]
        return "\n".join([self.summary, *(f"  ! {note}" for note in self.notes), *rows])

    def _repr_html_(self) -> str:
        notes = "".join(f"<div>{html.escape(note)}</div>" for note in self.notes)
        rows = "".join(
            f'<div style="display:flex;gap:.5em;align-items:baseline;margin:.25em 0">'
            f'<span aria-hidden="true" style="flex:none;width:1.3em;text-align:center;border-radius:4px;color:#fff;'
            f'background:{COLOURS[box.status]}">{box.mark}</span>'
            f"<span><b>{html.escape(box.label)}</b>: {html.escape(text)}</span></div>"
            for box, text in self.lines()
        )
        head = f"<div><b>{html.escape(self.summary)}</b></div>"
        return f'<div role="status" style="max-width:70ch;white-space:pre-line">{head}{notes}{rows}</div>'
