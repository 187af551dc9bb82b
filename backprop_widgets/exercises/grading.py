"""Judge the answers to a task: each by itself, then what follows from an earlier mistake, then which slip it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.exercises.boxes import ArrayBox, Box, Judgement, NumberBox, Place, typed
from backprop_widgets.exercises.reading import UnreadableError, is_plain, is_unanswered
from backprop_widgets.exercises.reading.refusal import Kind
from backprop_widgets.exercises.report import BoxReport, Report
from backprop_widgets.exercises.slips import Finding, Slip, diagnose
from backprop_widgets.exercises.slips.elsewhere import OLD_VARIANT
from backprop_widgets.exercises.slips.messages import said
from backprop_widgets.exercises.task import Task
from backprop_widgets.locale import Catalogue, catalogue

KINDS: dict[str, Kind] = {  # how a box is answered -> what the reader says may be typed there
    "number": "number",
    "array": "array",
    "shape": "shape",
    "choice": "choice",
    "choices": "choice",
    "order": "order",
    "cells": "cells",
    "symbols": "symbols",
    "code": "choice",
    "text": "choice",
}


@dataclass
class _Marked:
    """One box on its way to a report."""

    box: Box
    given: Any
    answer: Any = None
    judgement: Judgement = Judgement("unanswered")  # noqa: RUF009  (frozen)


def grade(
    task: Task, answers: Mapping[str, Any], *, title: str = "", locale: str = "en", earlier: Task | None = None
) -> Report:
    """Judge the answers, by the names of their boxes; a box without one is not answered. Never raises for an answer.

    `earlier` is the same task with the numbers that the student had before.
    """
    say = catalogue(locale)
    marked = [_judged(box, answers.get(box.name), say) for box in task.boxes]
    found: dict[str, Finding] = {}
    for scene in range(len(task.scenes)):
        found |= _of_scene(task, scene, [each for each in marked if each.box.scene == scene and each.box.place])
    if earlier:
        for each in marked:
            if each.judgement.status == "wrong" and not (each.box.name in found and found[each.box.name].slips):
                each.judgement = _of_earlier(each, earlier)
    reports = tuple(_report(each, found.get(each.box.name), say) for each in marked)
    return Report(title, reports, locale)


def recorded(report: Report) -> Report:
    """The report of a check that keeps to itself what is right: graded work."""
    kept = tuple(
        box
        if box.status in {"unreadable", "unanswered"}
        else BoxReport(box.name, box.label, "recorded", "", box.typed, weight=box.weight)
        for box in report.boxes
    )
    return Report(report.title, kept, report.locale, report.notes)


def _judged(box: Box, given: Any, say: Catalogue) -> _Marked:
    if is_unanswered(given):
        return _Marked(box, given)
    try:
        answer = box.read(given)
    except UnreadableError as error:
        return _unreadable(box, given, error, say)
    except Exception:  # noqa: BLE001  (an object of the student's own may break in any way)
        return _unreadable(box, given, UnreadableError("type", type(given).__name__), say)
    return _Marked(box, given, answer, box.judge(answer, typed(given)))


def _unreadable(box: Box, given: Any, error: UnreadableError, say: Catalogue) -> _Marked:
    may = (
        say(f"read.{error.reason}", what=error.what, may=box.expects)
        if box.expects
        else error.text(say, KINDS[box.way])
    )
    return _Marked(box, given, None, Judgement("unreadable", message=f"{may} {say('predict.free')}"))


def _of_scene(task: Task, scene: int, marked: list[_Marked]) -> dict[str, Finding]:
    """Look at all boxes of one graph together; what follows from a wrong one is right. Gives the slips by box."""
    trace = task.scenes[scene].trace
    wrong = [each for each in marked if each.judgement.status == "wrong"]
    if not wrong:
        return {}
    numbers = {_place(each): np.asarray(each.answer, dtype=float) for each in marked if each.answer is not None}
    found = diagnose(trace, numbers, [_place(each) for each in wrong])
    for each in wrong:
        if found[_place(each)].follows:
            each.judgement = Judgement("follows", share=1.0)
    return {each.box.name: found[_place(each)] for each in wrong}


def _of_earlier(each: _Marked, earlier: Task) -> Judgement:
    """The judgement, with the slip that the answer is the right one to other numbers, if it is."""
    box = earlier.named(each.box.name)
    is_number = isinstance(box, (NumberBox, ArrayBox)) and type(box) is type(each.box) and not each.judgement.slips
    if is_number and box is not None and _judged(box, each.given, catalogue("en")).judgement.status == "correct":
        return Judgement("wrong", (OLD_VARIANT,), share=each.judgement.share)
    return each.judgement


def _place(each: _Marked) -> Place:
    assert each.box.place is not None
    return each.box.place


def _report(each: _Marked, finding: Finding | None, say: Catalogue) -> BoxReport:
    box, judgement = each.box, each.judgement
    slips = finding.slips if finding and finding.slips else judgement.slips
    message = judgement.message or _said(box, judgement, slips, finding, say)
    if _is_calculation(each):
        message = f"{say('predict.read_as', number=box.shown(each.answer))} {message}"
    return BoxReport(
        box.name,
        box.label,
        judgement.status,
        message,
        "" if each.given is None or each.given is ... else typed(each.given),
        tuple(slip.name for slip in slips) if judgement.status == "wrong" else (),
        box.weight,
        judgement.share,
    )


def _is_calculation(each: _Marked) -> bool:
    if each.answer is None or not isinstance(each.box, NumberBox):
        return False
    return isinstance(each.given, str) and not is_plain(each.given)


def _said(box: Box, judgement: Judgement, slips: Sequence[Slip], finding: Finding | None, say: Catalogue) -> str:
    if judgement.status != "wrong":
        return say(f"exercise.status.{judgement.status}")
    found = dict(finding.facts) if finding else {}
    if slips:
        return said(slips, {"gate": "", "name": box.label, "count": "", "output": "", **box.facts, **found}, say)
    is_gradient = box.place is not None and box.place[1] == "gradient"
    if judgement.hint == "sign" or (judgement.hint and is_gradient):
        return say("slip_hint.one", says=say(f"slip_hint.{judgement.hint}"))
    question = box.lead or say("exercise.lead.any")
    if isinstance(box, ArrayBox) and judgement.share:
        entries = say("exercise.entries", right=round(judgement.share * box.truth.size), count=box.truth.size)
        question = f"{entries} {question}"
    return say("predict.not_yet", question=question)
