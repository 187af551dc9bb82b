"""Find what is wrong: the line of a backward pass, and the op whose gradient check fails."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.exercises.answers import ABSOLUTE, RELATIVE
from backprop_widgets.exercises.boxes import Box, ChoiceBox, NumberBox
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.slips.elsewhere import wrong_numerical
from backprop_widgets.exercises.student_code import StudentError, run
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw, draw_until
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Trace
from backprop_widgets.trace import numbers as text_of

LINE = re.compile(r"d(?P<name>\w+) (?P<sign>\+?)= (?P<right>.*)")


def find_bug(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Show the flat backward code of a graph with one line wrong; ask which line it is, and what it should have left.

    Boxes: `check(line=3, should_be=-4)`; lines are counted from 1. Raises ValueError where no line can go wrong.
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        lines = trace.flat_code().backward.splitlines()
        bugs = list(_bugs(trace, lines))
        if not bugs:
            raise ValueError(f"no line of the backward pass of {graph!r} can go wrong")
        place, wrong, name = (draw or Draw(0)).fork("bug").choice(bugs)
        shown = [wrong if each == place else line for each, line in enumerate(lines)]
        width = len(str(len(lines)))
        listing = "\n".join(f"{each:>{width}}  {line}" for each, line in enumerate(shown, 1))
        truth = _left_by(trace, lines[: place + 1])[f"d{name}"]  # after this line: another may add to it
        boxes: list[Box] = [
            ChoiceBox(
                name="line",
                label=say("kind.find_bug.line"),
                options=tuple(f"{each}: {line}" for each, line in enumerate(shown, 1)),
                words=tuple((str(each), line) for each, line in enumerate(shown, 1)),
                right=place,
                lead=say("kind.find_bug.lead"),
                hints=(say("kind.find_bug.hint1"), say("kind.find_bug.hint2")),
                solution=f"{place + 1}: {lines[place]}",
            )
        ]
        if np.ndim(truth) == 0:
            boxes.append(
                NumberBox(
                    name="should_be",
                    label=say("kind.find_bug.value"),
                    truth=float(truth),
                    lead=say("kind.find_bug.value_lead"),
                    hints=(say("kind.find_bug.value_hint"),),
                    solution=f"d{name} = {text_of.number(float(truth))}",
                )
            )
        everything = frozenset((edge.id, "value") for edge in trace.edges)
        code = f"{trace.flat_code().forward}\n\n{listing}"
        return Task(say("kind.find_bug.text"), tuple(boxes), (Scene(trace, everything),), code)

    return Question(
        make, kind="find_bug", about=about.about, id=id, version=version, weights=weights, is_given=bool(about.inputs)
    )


def _left_by(trace: Trace, lines: list[str]) -> dict[str, Any]:
    """The variables after these lines of the backward pass."""
    whole = trace.flat_code()
    return run("\n".join([whole.inputs, whole.forward, *lines]), {})


def _bugs(trace: Trace, lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Each line with one mistake in it that changes a gradient: its place, its wrong text, and whose gradient it is."""
    right = _left_by(trace, lines)
    for place, line in enumerate(lines):
        match = LINE.fullmatch(line)
        if not match:
            continue
        for wrong in _mistakes(match, lines, place):
            try:
                left = _left_by(trace, [*lines[:place], wrong, *lines[place + 1 :]])
            except StudentError:
                continue
            changed = f"d{match['name']}"
            if not np.allclose(np.asarray(left[changed]), np.asarray(right[changed]), rtol=0.02):
                yield place, wrong, match["name"]


def _mistakes(match: re.Match[str], lines: list[str], place: int) -> Iterator[str]:
    start = f"d{match['name']} {match['sign']}= "
    if match["sign"]:
        yield f"d{match['name']} = {match['right']}"  # the other branch is written over
    if match["right"].startswith("-"):
        yield f"{start}{match['right'][1:]}"
    upstream, _, local = match["right"].partition(" * ")
    if not local:
        return
    if local.startswith("-"):
        yield f"{start}{upstream} * {local[1:]}"
    elif local != "1":
        yield f"{start}{local}"  # without what comes from upstream
    for other in (place - 1, place + 1):  # the factor of the other input of the gate
        sibling = LINE.fullmatch(lines[other]) if 0 <= other < len(lines) else None
        if sibling and sibling["right"].startswith(f"{upstream} * ") and sibling["right"] != match["right"]:
            yield f"{start}{sibling['right']}"


@dataclass(frozen=True)
class _Op:
    """A function of one number, with its slope, and a slope that somebody got wrong."""

    formula: str
    slope: str
    wrong: str
    at: Callable[[float], float]
    slope_at: Callable[[float], float]
    wrong_at: Callable[[float], float]


OPS = (
    _Op("x**3", "3*x**2", "3*x**3", lambda x: x**3, lambda x: 3 * x**2, lambda x: 3 * x**3),
    _Op("1/x", "-1/x**2", "1/x**2", lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 1 / x**2),
    _Op(
        "exp(2*x)",
        "2*exp(2*x)",
        "exp(2*x)",
        lambda x: math.exp(2 * x),
        lambda x: 2 * math.exp(2 * x),
        lambda x: math.exp(2 * x),
    ),
    _Op("x**2 + x", "2*x + 1", "2*x", lambda x: x * x + x, lambda x: 2 * x + 1, lambda x: 2 * x),
    _Op("log(x)", "1/x", "1/log(x)", math.log, lambda x: 1 / x, lambda x: 1 / math.log(x)),
)
POINTS = (1.5, 2.0, 2.5, 3.0)
STEP = 0.1


Chosen = tuple[list[_Op], int, int, float]  # three ops, which of them is wrong, which is asked about, and where


def _chosen(draw: Draw) -> Chosen:
    ops = draw.fork("ops").shuffle(list(OPS))[:3]
    broken = draw.fork("broken").integer(0, 2)
    asked = draw.fork("asked").integer(0, 2)  # not always the wrong one: that would give it away
    return ops, broken, asked, draw.fork("point").number(POINTS)


def _is_telling(chosen: Chosen) -> bool:
    """Whether every mistake shows: no known one gives the right number."""
    ops, _, asked, x = chosen
    truth = _centred(ops[asked], x)
    reach = 2 * max(ABSOLUTE, RELATIVE * abs(truth))
    return all(abs(each.value - truth) > reach for each in wrong_numerical(ops[asked].at, x, STEP))


def _centred(op: _Op, x: float) -> float:
    return (op.at(x + STEP) - op.at(x - STEP)) / (2 * STEP)


def check_op(*, id: str = "", version: int = 1, weights: Mapping[str, float] | None = None) -> Question:
    """Show three functions with the slopes that somebody derived; ask for a centred difference, and the wrong slope.

    Boxes: `check(numerical=12.01, broken="b", kink="b")`.
    """

    def make(draw: Draw | None, say: Catalogue) -> Task:
        ops, broken, asked, x = draw_until(_chosen, _is_telling, draw or Draw(0))
        rows = [
            f"{letter}:  f(x) = {op.formula}    f'(x) = {op.wrong if place == broken else op.slope}"
            for place, (letter, op) in enumerate(zip("abc", ops, strict=True))
        ]
        op = ops[asked]
        numerical = _centred(op, x)
        above, below = (text_of.number(op.at(x + step)) for step in (STEP, -STEP))
        boxes: tuple[Box, ...] = (
            NumberBox(
                name="numerical",
                label=say("kind.check_op.numerical", name="abc"[asked], x=f"{x:g}", h=f"{STEP:g}"),
                truth=numerical,
                wrong=tuple(wrong_numerical(op.at, x, STEP)),
                lead=say("kind.check_op.numerical_lead"),
                hints=(
                    say("kind.check_op.hint1"),
                    say("kind.check_op.hint2", above=f"{x + STEP:g}", below=f"{x - STEP:g}"),
                ),
                solution=f"({above} − {below}) / {2 * STEP:g} = {text_of.number(numerical)}",
            ),
            ChoiceBox(
                name="broken",
                label=say("kind.check_op.broken"),
                options=("a", "b", "c"),
                right=broken,
                lead=say("kind.check_op.broken_lead"),
                hints=(say("kind.check_op.broken_hint"),),
                solution=f"{'abc'[broken]}: {ops[broken].slope}",
            ),
            ChoiceBox(
                name="kink",
                label=say("kind.check_op.kink"),
                options=tuple(say(f"kind.check_op.kink_{each}") for each in ("wrong", "corner", "small")),
                right=1,
                lead=say("kind.check_op.kink_lead"),
                hints=(say("kind.check_op.kink_hint"),),
                solution=say("kind.check_op.kink_corner"),
            ),
        )
        return Task(say("kind.check_op.text"), boxes, listing="\n".join(rows))

    return Question(make, kind="check_op", about="", id=id, version=version, weights=weights)
