"""Judge the answers to a task: each by itself, then what follows from an earlier mistake, then which slip it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.exercises.boxes import Box, Judgement, NumberBox, Place, typed
from backprop_widgets.exercises.reading import UnreadableError, is_plain, is_unanswered
from backprop_widgets.exercises.report import BoxReport, Report
from backprop_widgets.exercises.slips import Finding, diagnose
from backprop_widgets.exercises.task import Task
from backprop_widgets.locale import Catalogue, catalogue


@dataclass
class _Marked:
    """One box on its way to a report."""

    box: Box
    given: Any
    answer: Any = None
    judgement: Judgement = Judgement("unanswered")  # noqa: RUF009  (frozen)


def grade(task: Task, answers: Mapping[str, Any], *, title: str = "", locale: str = "en") -> Report:
    """Judge the answers, by the names of their boxes; a box without one is not answered. Never raises for an answer."""
    say = catalogue(locale)
    marked = [_judged(box, answers.get(box.name), say) for box in task.boxes]
    found: dict[str, Finding] = {}
    for scene in range(len(task.scenes)):
        found |= _of_scene(task, scene, [each for each in marked if each.box.scene == scene and each.box.place])
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
        may = box.expects or say(f"exercise.may.{box.way}")
        text = say(f"read.{error.reason}", what=error.what, may=may)
        return _Marked(box, given, None, Judgement("unreadable", message=f"{text} {say('predict.free')}"))
    return _Marked(box, given, answer, box.judge(answer, typed(given)))


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


def _said(box: Box, judgement: Judgement, slips: Any, finding: Finding | None, say: Catalogue) -> str:
    if judgement.status != "wrong":
        return say(f"exercise.status.{judgement.status}")
    facts = {"gate": "", "name": box.label, "count": "", "output": "", **box.facts, **dict(finding.facts if finding else ())}
    if len(slips) == 1:
        return f"{say('exercise.status.wrong')} {say(slips[0].message, **facts)}"
    if len(slips) == 2:
        first, second = (say(f"slip.{slip.name}.name") for slip in slips)
        return say("exercise.one_of_two", first=first, second=second, question=box.lead)
    return say("predict.not_yet", question=box.lead or say("exercise.lead.any"))
