"""A question as data for the player, and what is said to an answer, with Python behind the player and without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backprop_widgets.exercises.answers import Outcome, Verdict, judge, roundings, spans
from backprop_widgets.exercises.predicting.prompts import Prompt, prompts, wrong_numbers
from backprop_widgets.exercises.reading import UnreadableError, is_plain, read_answer, read_shape
from backprop_widgets.exercises.slips.diagnosis import facts
from backprop_widgets.exercises.slips.messages import said
from backprop_widgets.locale import Catalogue, catalogue
from backprop_widgets.trace import Trace, numbers

MOST_NAMED = 3  # slips to a question, in a page: it should stay small


@dataclass(frozen=True)
class Reply:
    """What the student is told. Only a right or a wrong answer counts as a try."""

    outcome: Outcome
    text: str
    slip: str = ""  # its name, for whoever counts them


def asked(trace: Trace, *, with_key: bool) -> dict[str, Any]:
    """All prompts as the player needs them, by step. A page without Python is given the key as well.

    The answers then stand in the page. That is fine: the page also holds every number of the trace.
    """
    say = catalogue(trace.locale)
    found: dict[str, Any] = {}
    for step, question in prompts(trace).items():
        data: dict[str, Any] = {
            "kind": question.kind,
            "ask": question.text,
            "wires": question.wires,
            "place": question.place,
        }
        data["options"] = question.options
        if with_key:
            data["key"] = key(trace, question, say)
        found[str(step)] = data
    return found


def answer(trace: Trace, step: int, given: str | int) -> Reply | None:
    """Judge what a student gave to the question before a step: a text, or the place of an option.

    None where nothing is asked, or where what came is no answer to it.
    """
    question = prompts(trace).get(step)
    if question is None or isinstance(given, int) != bool(question.options):
        return None
    say = catalogue(trace.locale)
    if isinstance(given, int):
        return _to_choice(trace, question, given, say)
    try:
        if question.kind == "shape":
            return _to_shape(trace, question, given, say)
        return _to_number(trace, question, given, say)
    except UnreadableError as error:
        may = say("predict.may_type_shape" if question.kind == "shape" else "predict.may_type")
        text = say(f"read.{error.reason}", what=error.what, may=may)
        return Reply("unreadable", f"{text} {say('predict.free')}")


def key(trace: Trace, question: Prompt, say: Catalogue) -> dict[str, Any]:
    """All that there is to say to answers: spans of numbers to look up in, and texts to compare with."""
    data: dict[str, Any] = {"lead": say("predict.not_yet", question=question.lead)}
    if question.options:
        return {**data, "right": question.right}
    if question.kind == "shape":
        return {**data, "right": " ".join(map(str, question.shape))}
    looked_up = spans(question.truth, wrong_numbers(trace, question))
    right = looked_up[0]
    return {
        **data,
        "spans": [
            [_short(span.low), _short(span.high), _said(trace, span.verdict, question, say)]
            for span in (right, *[span for span in looked_up[1:] if span.verdict.slips][:MOST_NAMED])
        ],
        "digits": [text for text in roundings(question.truth) if not right.low <= float(text) <= right.high],
        "shown": question.shown.replace(numbers.MINUS, "-"),
    }


def _short(number: float) -> float:
    """With as many digits as a page needs."""
    return float(f"{number:.7g}")


def _to_choice(trace: Trace, question: Prompt, given: int, say: Catalogue) -> Reply:
    return _reply(trace, Verdict("right" if given == question.right else "wrong"), question, say)


def _to_shape(trace: Trace, question: Prompt, given: str, say: Catalogue) -> Reply:
    return _reply(trace, Verdict("right" if read_shape(given) == question.shape else "wrong"), question, say)


def _to_number(trace: Trace, question: Prompt, given: str, say: Catalogue) -> Reply:
    value = read_answer(given)
    if isinstance(value, tuple):
        raise UnreadableError("vector")
    is_as_shown = given.strip().replace("-", numbers.MINUS) == question.shown
    verdict = Verdict("right") if is_as_shown else judge(value, question.truth, wrong_numbers(trace, question), given)
    return _reply(trace, verdict, question, say, "" if is_plain(given) else numbers.number(value))


def _reply(trace: Trace, verdict: Verdict, question: Prompt, say: Catalogue, read: str = "") -> Reply:
    text = _said(trace, verdict, question, say) or say("predict.right")
    name = verdict.slip.name if verdict.slip else ""
    return Reply(verdict.outcome, f"{say('predict.read_as', number=read)} {text}" if read else text, name)


def _said(trace: Trace, verdict: Verdict, question: Prompt, say: Catalogue) -> str:
    """What is said to a verdict; an empty text to a right answer."""
    if verdict.outcome == "right":
        return ""
    if verdict.outcome == "digits":
        return say("predict.digits")
    if verdict.slips:
        found = {**dict(facts(trace, (question.wires[0], question.place))), **dict(question.facts)}
        return said(verdict.slips, found, say)
    if verdict.hint:
        return say("predict.not_yet", question=say(f"slip_hint.{verdict.hint}"))
    return say("predict.not_yet", question=question.lead)
