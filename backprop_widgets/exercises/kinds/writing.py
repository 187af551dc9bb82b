"""Write code: the backward of a Function, and the flat backward code of a graph. Run in a copy, with a time limit."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np

from backprop_widgets.autograd import Function, Tensor
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.differences import drawn
from backprop_widgets.autograd.gradcheck import GradientReport, gradcheck
from backprop_widgets.exercises.boxes import CORRECT, Box, CodeBox, Judgement
from backprop_widgets.exercises.grading import grade
from backprop_widgets.exercises.kinds.fill import box as number_box
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, wires
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.slips import diagnose
from backprop_widgets.exercises.student_code import StudentError, call, run
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Trace, record
from backprop_widgets.trace.class_form import class_form

FRESH = 3  # other numbers on which code must be right too


def write_backward(op: str, *inputs: Any, id: str = "", version: int = 1, **options: Any) -> Question:
    """Ask for a `Function` with the forward and backward of an op: `check(MyRelu)`.

    `inputs` are the arrays it is tried on; by default the op's own samples. It is checked with a random upstream gradient,
    twice and interleaved, and that it changes nothing it is given. Raises ValueError for a name that is no op.

    >>> from backprop_widgets import Function
    >>> class Twice(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return np.maximum(x, 0)
    ...
    ...     @staticmethod
    ...     def backward(ctx, upstream):
    ...         (x,) = ctx.saved_tensors
    ...         return upstream * (x > 0)
    >>> bool(write_backward("relu").check(Twice))
    True
    """
    if op not in table:
        raise ValueError(f"no op is called {op!r} (must be one of {', '.join(sorted(table))})")
    reference = table[op]
    samples = (inputs,) if inputs else tuple(tuple(sample) for sample in reference.samples)

    def make(draw: Draw | None, say: Catalogue) -> Task:  # noqa: ARG001  (the numbers do not matter)
        box = CodeBox(
            name="function",
            label=say("kind.write_backward.label"),
            accepts=lambda given: isinstance(given, type) and issubclass(given, Function),
            expects=say("kind.write_backward.expects"),
            judged=lambda given: _judged(given, reference, samples, options, say),
            lead=say("kind.write_backward.lead"),
            facts={"gate": reference.symbol.replace("{}", "x"), "name": "x", "count": "1", "output": "z"},
            hints=(
                say("kind.write_backward.hint1", formula=reference.code or op),
                say("kind.write_backward.hint2"),
                say("kind.write_backward.hint3", backward="; ".join(reference.backward_code)),
            ),
            solution=class_form(op, *samples[0], **options),
        )
        return Task(say("kind.write_backward.text", op=op, formula=reference.code or op), (box,))

    key = f"{op}; {[np.shape(each) for each in inputs]}; {options}"
    return Question(make, kind="write_backward", about=key, id=id, version=version, is_given=True)


def _judged(
    given: type[Function],
    reference: type[Function],
    samples: Collection[tuple[Any, ...]],
    options: Mapping[str, Any],
    say: Catalogue,
) -> Judgement:
    for sample in samples:
        try:
            fault = call(_fault, given, reference, sample, options, say)
        except StudentError as error:
            return Judgement(
                "wrong", message=say("exercise.raised", line=error.line, source=error.source, message=error.message)
            )
        if fault:
            return fault
    return CORRECT


def _fault(
    given: type[Function],
    reference: type[Function],
    sample: tuple[Any, ...],
    options: Mapping[str, Any],
    say: Catalogue,
) -> Judgement | None:
    """What is wrong with a Function on one sample: its value, its gradients, or how it keeps what it needs."""
    tensors = [Tensor(np.asarray(each, dtype=float)) for each in sample]
    wanted, found = reference.apply(*tensors, **options), given.apply(*tensors, **options)
    if wanted.shape != found.shape or not np.allclose(wanted.data, found.data, rtol=1e-9, atol=1e-12):
        return Judgement("wrong", message=say("kind.write_backward.forward"))
    report = gradcheck(given, *(np.asarray(each, dtype=float) for each in sample), **options)
    if report:
        return None
    named = tuple(dict.fromkeys(_slips(given, reference, sample, options))) if not report.problems else ()
    if 1 <= len(named) <= 2:
        return Judgement("wrong", named)
    return Judgement("wrong", message=_worst(report, say))


def _slips(
    given: type[Function], reference: type[Function], sample: tuple[Any, ...], options: Mapping[str, Any]
) -> Iterator[Any]:
    """The slips of the op that send what the student's backward sends, under a random upstream."""
    leaves = [Tensor(np.asarray(each, dtype=float), name=name) for each, name in zip(sample, "xyzw", strict=False)]
    root = reference.apply(*leaves, **options)
    signs = np.resize([1.0, 1.0, -1.0], root.shape)  # a mask on the gradient's own sign must show
    upstream = drawn(root.shape, 0) * signs
    trace = record(root, upstream=upstream)
    own = [Tensor(leaf.data) for leaf in leaves]
    given.apply(*own, **options).backward(upstream)
    answers = {}
    for name, _, edge in wires(trace):
        slot = "xyzw".find(name)
        if 0 <= slot < len(own) and own[slot].grad is not None and edge.gradient is not None:
            answers[edge.id, "gradient"] = np.asarray(own[slot].grad)
    wrong = [place for place in answers if not np.allclose(answers[place], _gradient(trace, place[0]), rtol=1e-4)]
    for finding in diagnose(trace, answers, wrong).values():
        yield from finding.slips


def _gradient(trace: Trace, edge: str) -> Any:
    return next(each.gradient for each in trace.edges if each.id == edge)


def _worst(report: GradientReport, say: Catalogue) -> str:
    if report.problems:
        return say("kind.write_backward.problem", problem=report.problems[0])
    worst = max(report.inputs, key=lambda each: each.relative_error)
    return say("kind.write_backward.wrong", name=worst.name)


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

    `check("dq = df * z; ...")` takes the code as text, or a function of the inputs whose local variables are those names.
    Each named gradient is compared, in the order of the backward pass, and again on other numbers. `ask` names the values.

    >>> question = write_code("(x + y) * z", x=-2, y=5, z=-4)
    >>> bool(question.check("df = 1; dq = df * z; dz = df * q; dx = dq; dy = dq"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        boxes = _gradients(trace, ask, say)
        names = ", ".join(f"d{box.name}" for box in boxes)
        code = CodeBox(
            name="lines",
            label=say("kind.write_code.label"),
            accepts=lambda given: isinstance(given, str) or callable(given),
            expects=say("kind.write_code.expects"),
            judged=lambda given: _code_judged(given, about, trace, ask, say),
            lead=say("kind.write_code.lead"),
            hints=(
                say("kind.write_code.hint1"),
                say("kind.write_code.hint2", last=trace.flat_code().forward.splitlines()[-1]),
                say("kind.write_code.hint3"),
            ),
            solution=trace.flat_code().backward,
        )
        values = frozenset((edge.id, "value") for edge in trace.edges)
        return Task(
            say("kind.write_code.text", names=names), (code,), (Scene(trace, values),), trace.flat_code().forward
        )

    return Question(
        make,
        kind="write_code",
        about=f"{about.about}; {sorted(ask)}",
        id=id,
        version=version,
        is_given=bool(about.inputs),
    )


def _gradients(trace: Trace, ask: Collection[str], say: Catalogue) -> tuple[Box, ...]:
    """A box for each named gradient, in the order in which the backward pass finds them."""
    found = [
        (edge.gradient_at, number_box(trace, (name, f"d{name}", (edge.id, "gradient"), edge), say))
        for name, _, edge in wires(trace)
        if trace.by_id[edge.source].kind != "copy" and (not ask or name in ask)
    ]
    return tuple(box for _, box in sorted(found, key=lambda each: each[0]))


def _code_judged(given: Any, about: Graph, trace: Trace, ask: Collection[str], say: Catalogue) -> Judgement:
    judgement = _on(given, trace, ask, say)
    if judgement.status != "correct":
        return judgement
    for turn in range(FRESH):
        other = about.trace(Draw(turn), say.language)
        if _on(given, other, ask, say).status != "correct":
            return Judgement("wrong", message=say("kind.write_code.these_only"), share=0.0)
    return CORRECT


def _on(given: Any, trace: Trace, ask: Collection[str], say: Catalogue) -> Judgement:
    """Run the code on the numbers of a trace, and judge each gradient that it leaves."""
    boxes = _gradients(trace, ask, say)
    try:
        left = _variables(given, trace)
    except StudentError as error:
        return Judgement(
            "wrong", message=say("exercise.raised", line=error.line, source=error.source, message=error.message)
        )
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


def _variables(given: Any, trace: Trace) -> Mapping[str, Any]:
    """Run the code where the inputs and the forward values stand under their names; give all names it leaves."""
    held = {node.name: _plain(node.value) for node in trace.nodes if node.kind in {"input", "gate"}}
    return run(given if isinstance(given, str) else _body(given), {**held, "np": np})


def _body(function: Callable[..., Any]) -> str:
    """The lines of a function, without what it returns. Raises UnreadableError where they cannot be had."""
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError) as error:
        raise UnreadableError("grammar") from error
    lines = [line for line in getattr(definition, "body", []) if not isinstance(line, ast.Return)]
    return "\n".join(map(ast.unparse, lines))


def _plain(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else np.array(value)


def _shown(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value
