"""Write code: the backward of a Function, and the flat backward code of a graph. Run in a copy, with a time limit."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from backprop_widgets.autograd import Tensor
from backprop_widgets.exercises.boxes import CORRECT, Box, CodeBox, Judgement
from backprop_widgets.exercises.grading import grade
from backprop_widgets.exercises.kinds.fill import box as number_box
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, wires
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.student_code import StudentError, run
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.typed import source_of
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Trace

FRESH = 3  # other numbers on which code must be right too


def write_code(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    ask: Collection[str] = (),
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    **named: Any,
) -> Question:
    """Ask for the flat backward code of a graph: lines that compute dq, dx, ... from the inputs and the forward values.

    `check("dq = df * z; ...")` takes the code as text, or a function whose lines leave those names: what its parameters
    are called does not matter, as the inputs and the forward values stand under their own names.
    Each named gradient is compared, in the order of the backward pass, and again on other numbers. `ask` names the
    values.

    >>> question = write_code("(x + y) * z", x=-2, y=5, z=-4)
    >>> bool(question.check("df = 1; dq = df * z; dz = df * q; dx = dq; dy = dq"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        code = trace.flat_code()
        names = ", ".join(f"d{box.name}" for box in _gradients(trace, ask, say))
        box = CodeBox(
            name="lines",
            label=say("kind.write_code.label"),
            understood=_lines,
            expects=say("kind.write_code.expects"),
            judged=lambda given: _judged(given, about, trace, ask, say),
            lead=say("kind.write_code.lead"),
            hints=(
                say("kind.write_code.hint1"),
                say("kind.write_code.hint2", last=code.forward.splitlines()[-1]),
                say("kind.write_code.hint3"),
            ),
            solution=code.backward,
        )
        scene = Scene(trace, frozenset((edge.id, "value") for edge in trace.edges))
        return Task(say("kind.write_code.text", names=names), (box,), (scene,), code.forward)

    key = f"{about.about}; {sorted(ask)}"
    return Question(make, kind="write_code", about=key, id=id, version=version, is_given=bool(about.inputs))


def raised(error: StudentError, say: Catalogue) -> Judgement:
    """What is said to code that stops: its line, and below it what went wrong."""
    return Judgement("wrong", message=f"{say('exercise.status.wrong')} {error}")


def _gradients(trace: Trace, ask: Collection[str], say: Catalogue) -> tuple[Box, ...]:
    """A box for each named gradient, in the order in which the backward pass finds them."""
    found = [
        (edge.gradient_at, number_box(trace, (name, f"d{name}", (edge.id, "gradient"), edge), say))
        for name, _, edge in wires(trace)
        if trace.by_id[edge.source].kind != "copy" and (not ask or name in ask)
    ]
    unknown = set(ask) - {box.name for _, box in found}
    if unknown:
        raise ValueError(f"no gradient of this graph is called {', '.join(sorted(unknown))}")
    return tuple(box for _, box in sorted(found, key=lambda each: each[0]))


def _judged(given: str, about: Graph, trace: Trace, ask: Collection[str], say: Catalogue) -> Judgement:
    judgement = _on(given, trace, ask, say)
    if judgement.status != "correct":
        return judgement
    for turn in range(FRESH):
        other = about.trace(Draw(turn), say.language)
        if _on(given, other, ask, say).status != "correct":
            return Judgement("wrong", message=say("kind.write_code.these_only"))
    return CORRECT


def _on(given: str, trace: Trace, ask: Collection[str], say: Catalogue) -> Judgement:
    """Run the code on the numbers of a trace, and judge each gradient that it leaves."""
    boxes = _gradients(trace, ask, say)
    held = {node.name: _plain(node.value) for node in trace.nodes if node.kind in {"input", "gate"}}
    try:
        left = run(given, {**held, "np": np}, locale=say.language)
    except StudentError as error:
        return raised(error, say)
    answers = {box.name: _shown(left[f"d{box.name}"]) for box in boxes if f"d{box.name}" in left}
    inner = grade(Task("", boxes, (Scene(trace, frozenset()),)), answers, locale=say.language)
    if inner:
        return CORRECT
    first, text = next((box, text) for box, text in inner.lines() if box.status not in {"correct", "follows"})
    if first.status == "unanswered":
        text = say("kind.write_code.missing", name=f"d{first.name}")
    right = sum(box.status in {"correct", "follows"} for box in inner.boxes)
    head = say("kind.write_code.first", name=f"d{first.name}", right=right, count=len(inner.boxes))
    return Judgement("wrong", message=f"{head} {text}", share=inner.score)


def _lines(given: Any) -> str:
    """The lines to run: a text, or what stands in a function. Raises UnreadableError where they cannot be had."""
    text = given if isinstance(given, str) else source_of(given)
    if not text:
        raise UnreadableError("grammar")
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text  # to run it says what is wrong, and where
    if len(statements) == 1 and isinstance(statements[0], ast.FunctionDef):
        kept = [line for line in statements[0].body if not isinstance(line, ast.Return)]
        return "\n".join(map(ast.unparse, kept))
    return text


def _plain(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else np.array(value)


def _shown(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value
