"""All questions of a notebook together: how far the student is, and taking the answers elsewhere."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backprop_widgets.exercises.note import Note
from backprop_widgets.exercises.question import COUNTED, Question
from backprop_widgets.exercises.records import TokenError, pack, unpack
from backprop_widgets.exercises.session import session
from backprop_widgets.locale import catalogue


@dataclass(frozen=True)
class Row:
    """One question: how much of it is right, and what it took."""

    question: str
    title: str
    variant: str
    score: float | None  # None of graded work
    tries: int
    hints: int
    slips: tuple[str, ...]

    @property
    def part(self) -> str:
        """How much of it is right, as it is shown."""
        return "–" if self.score is None else f"{self.score:.0%}"


@dataclass(frozen=True)
class Summary:
    """The questions of this session, one in a row. `to_csv` writes them for a learning platform."""

    rows: tuple[Row, ...]
    student: str
    locale: str

    def to_csv(self) -> str:
        """A line for each question: student, question, variant, score, tries, hints, slips."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["student", "question", "variant", "score", "tries", "hints", "slips"])
        for row in self.rows:
            score = "" if row.score is None else f"{row.score:.4g}"
            numbers = [score, row.tries, row.hints]
            writer.writerow([self.student, row.question, row.variant, *numbers, "; ".join(row.slips)])
        return text.getvalue()

    def __repr__(self) -> str:
        return "\n".join(f"{row.title}: {row.part}, {row.tries}" for row in self.rows) or "–"

    def _repr_html_(self) -> str:
        say = catalogue(self.locale)
        heads = "".join(f"<th>{html.escape(say(f'progress.{name}'))}</th>" for name in ("question", "score", "tries"))
        rows = "".join(
            f"<tr><td>{html.escape(row.title)}</td><td>{row.part}</td><td>{row.tries}</td></tr>" for row in self.rows
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def summary() -> Summary:
    """How far the student is with each question made in this session."""
    now = session()
    return Summary(tuple(_rows(now.questions.values())), now.student, now.locale)


def _rows(questions: Iterable[Question]) -> Iterator[Row]:
    for each in questions:
        tries = each.session.sidecar.tries(each.id, each.code)
        slips = Counter(slip for one in tries for slip in one.slips)
        hints = max((one.hints for one in tries), default=0)
        counted = sum(any(outcome in COUNTED for outcome in one.outcomes.values()) for one in tries)
        names = tuple(name for name, _ in slips.most_common())
        score = None if each.session.mode == "graded" else each.report.score
        yield Row(each.id, each.title, each.code, score, counted, hints, names)


def save() -> Note:
    """Everything typed so far as one line of text, to keep where Binder cannot lose it; `load("...")` reads it."""
    say = catalogue(session().locale)
    return Note(pack(session().sidecar.all()), say("progress.keep"))


def load(token: str | Note) -> Note:
    """Take the answers of a saved line back; nothing that is here already is lost. Says so where it cannot be read."""
    now = session()
    say = catalogue(now.locale)
    try:
        records = unpack(token.text if isinstance(token, Note) else token, locale=now.locale)
    except TokenError as error:
        return Note(str(error))
    now.sidecar.merge(records)
    for each in now.questions.values():
        each.restore()
    count = sum(len(variants) for variants in records.values())
    return Note(say("progress.loaded", count=count))


def export(path: str | Path) -> Path:
    """Write the summary as CSV; returns its path."""
    path = Path(path)
    path.write_text(summary().to_csv(), encoding="utf-8")
    return path
