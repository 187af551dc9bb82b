"""Write the backward of a Function: it is run on samples, compared with the op, and its mistake named."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Collection, Mapping
from string import Formatter
from typing import Any

import numpy as np

from backprop_widgets.autograd import Function, Tensor
from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.differences import drawn
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.gradcheck import gradcheck
from backprop_widgets.exercises.boxes import CORRECT, CodeBox, Judgement
from backprop_widgets.exercises.kinds.graphs import wires
from backprop_widgets.exercises.kinds.writing import raised
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.slips import Slip, diagnose, said
from backprop_widgets.exercises.student_code import StudentError, call, run
from backprop_widgets.exercises.task import Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import numbers as text_of
from backprop_widgets.trace import record
from backprop_widgets.trace.class_form import class_form

LETTERS = "xyzw"  # what the inputs of an op are called
PROBLEMS = {  # what a problem that a gradient check finds says -> the text for it
    "backward uses what another forward has left": "kept_elsewhere",
    "backward gives other numbers the second time": "not_again",
    "forward gives other numbers": "not_again",
    "returns float32 numbers": "digits",
}
Sample = tuple[Any, ...]


def write_backward(op: str, *inputs: Any, id: str = "", version: int = 1, **options: Any) -> Question:
    """Ask for a `Function` with the forward and backward of an op: `check(MyRelu)`, or the class as text.

    `inputs` are the arrays it is tried on; by default samples of the op, of equal shapes where it works entry by entry:
    give a matrix and a row to ask for the sum over what was broadcast. It is checked with a random upstream gradient,
    twice and interleaved, and that it changes nothing it is given. Raises ValueError for an unknown op.

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
    samples = (inputs,) if inputs else _alike(op, options)

    def make(draw: Draw | None, say: Catalogue) -> Task:  # noqa: ARG001  (the numbers do not matter)
        box = CodeBox(
            name="function",
            label=say("kind.write_backward.label"),
            understood=_class_or_text,
            expects=say("kind.write_backward.expects"),
            judged=lambda given: _judged(given, reference, samples, options, say),
            lead=say("kind.write_backward.lead"),
            hints=(
                say("kind.write_backward.hint1", formula=_formula(reference)),
                say("kind.write_backward.hint2"),
                say("kind.write_backward.hint3"),
            ),
            solution=class_form(op, *samples[0], **options),
        )
        return Task(say("kind.write_backward.text", op=op, formula=_formula(reference)), (box,))

    key = f"{op}; {[np.shape(each) for each in inputs]}; {options}"
    return Question(make, kind="write_backward", about=key, id=id, version=version, is_given=True)


def _alike(op: str, options: Mapping[str, Any]) -> tuple[Sample, ...]:
    """The op's own samples for which one class does: a product of matrices need not do vectors, nor a row a batch.

    Nor need it broadcast: who asks for that gives the inputs.
    """
    groups: dict[str, list[Sample]] = {}
    for given in table[op].samples:
        sample: Sample = tuple(np.broadcast_arrays(*given) if table[op].elementwise else given)
        groups.setdefault(class_form(op, *sample, **options), []).append(tuple(sample))
    best: list[Sample] = max(groups.values(), key=_telling)
    return tuple(best)


def _telling(group: list[Sample]) -> tuple[int, bool]:
    """The more samples the better; arrays rather than single numbers."""
    return len(group), any(np.ndim(each) for each in group[0])


def _formula(reference: type[Function]) -> str:
    """The value in one line; as a call of the op where it takes more."""
    inputs = list(inspect.signature(reference.forward).parameters)[1:]
    code = reference.code or ""
    names = {field for _, field, _, _ in Formatter().parse(code) if field}
    if code and "\n" not in code and names <= {*LETTERS, *inputs}:
        return code.format_map({name: name for name in names})
    return f"{reference.name}({', '.join(inputs[: len(reference.samples[0])])})"


def _class_or_text(given: Any) -> type[Function] | str:
    if isinstance(given, str) or (isinstance(given, type) and issubclass(given, Function) and given is not Function):
        return given
    raise UnreadableError("grammar")


def _judged(
    given: type[Function] | str,
    reference: type[Function],
    samples: Collection[Sample],
    options: Mapping[str, Any],
    say: Catalogue,
) -> Judgement:
    try:
        made = given if isinstance(given, type) else _class_in(given, say)
        if made is None:
            return Judgement("unreadable", message=say("kind.write_backward.expects"))
        attempts = call(lambda: [Attempt(made, reference, sample, options, say) for sample in samples])
        faults = [call(attempt.fault, locale=say.language) for attempt in attempts]
        if not any(faults):
            return CORRECT
        if named := _common([call(attempt.slips, locale=say.language) for attempt in attempts]):
            facts = {"gate": reference.symbol}
            return Judgement("wrong", named, said(named, {**facts, "name": "x", "count": "2", "output": "z"}, say))
        return Judgement("wrong", message=next(filter(None, faults)))
    except StudentError as error:
        return raised(error, say)


def _class_in(text: str, say: Catalogue) -> type[Function] | None:
    """The Function that a program defines last, if it does."""
    left = run(text, {"np": np, "Function": Function}, locale=say.language)
    classes = [each for each in left.values() if isinstance(each, type) and issubclass(each, Function)]
    return classes[-1] if classes[-1] is not Function else None


def _common(found: Collection[tuple[Slip, ...]]) -> tuple[Slip, ...]:
    """The slips that explain every sample that is wrong; none where more than two do."""
    wrong = [slips for slips in found if slips]
    names = [slip for slip in wrong[0] if all(slip in slips for slips in wrong)] if wrong else []
    return tuple(names) if len(names) <= 2 else ()


class Attempt:
    """A student's Function on one sample, beside the op that it should be."""

    def __init__(
        self,
        given: type[Function],
        reference: type[Function],
        sample: Sample,
        options: Mapping[str, Any],
        say: Catalogue,
    ) -> None:
        self.given: type[Function] = type(
            given.__name__, (given,), {"labels": reference.labels}
        )  # labels are not moved
        self.reference = reference
        self.sample = [np.asarray(each, dtype=float) for each in sample]
        self.options = dict(options)
        self.say = say

    @property
    def upstream(self) -> Array:
        """Random, of both signs: a mask on the gradient's own sign must show."""
        shape = self._applied(self.reference)[0].shape
        return np.asarray(drawn(shape, 0) * np.resize([1.0, 1.0, -1.0], shape))

    def fault(self) -> str:
        """What is wrong: the value, a gradient, or how it keeps what it needs; empty where nothing is."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not self.has_right_value:
                return self.say("kind.write_backward.forward")
            if text := self._misshapen():
                return text
            report = gradcheck(self.given, *self.sample, **self.options)
            if report:
                return ""
            pairs = zip(self._names(), self._sent(self.reference), self._sent(self.given), strict=False)
        for name, right, own in pairs:
            if right is not None and not np.allclose(own, right, rtol=1e-6, atol=1e-9):
                return self.say("kind.write_backward.wrong", name=name)
        problem = next(iter(report.problems), str(report))
        key = next((key for part, key in PROBLEMS.items() if part in problem), "problem")
        return self.say(f"kind.write_backward.{key}", problem=problem)

    def slips(self) -> tuple[Slip, ...]:
        """The slips of the op that send what the student's backward sends, under a random upstream."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not self.has_right_value or self._misshapen():
                return ()
            sent = self._sent(self.given)
            root, leaves = self._applied(self.reference)
            trace = record(root, upstream=self.upstream)
        own = {leaf.name: gradient for leaf, gradient in zip(leaves, sent, strict=True)}
        edges = {name: edge for name, _, edge in wires(trace) if own.get(name) is not None}
        answers = {(edge.id, "gradient"): np.asarray(own[name]) for name, edge in edges.items()}
        wrong = [
            (edge.id, "gradient")
            for name, edge in edges.items()
            if edge.gradient is not None and not np.allclose(np.asarray(own[name]), edge.gradient, rtol=1e-4)
        ]
        found = diagnose(trace, answers, wrong).values()
        return tuple(dict.fromkeys(slip for finding in found for slip in finding.slips))

    @property
    def has_right_value(self) -> bool:
        """Whether forward gives what the op gives."""
        wanted, found = self._applied(self.reference)[0].data, self._applied(self.given)[0].data
        return wanted.shape == found.shape and np.allclose(wanted, found, rtol=1e-9, atol=1e-12)

    def _misshapen(self) -> str:
        """What is wrong with what backward returns, before any number is looked at: how many, and their shapes."""
        root, _ = self._applied(self.given)
        assert root.gate is not None
        upstream = np.array(self.upstream)
        upstream.flags.writeable = False  # who writes into it changes the gradients of others
        returned = self.given.backward(root.gate, upstream)
        sent = tuple(returned) if isinstance(returned, (tuple, list)) else (returned,)
        if len(sent) != len(self.sample):
            return self.say("kind.write_backward.count", got=len(sent), count=len(self.sample))
        for slot, (name, one, own) in enumerate(zip(self._names(), self.sample, sent, strict=False)):
            if slot in self.reference.labels:
                continue
            if own is None:
                return self.say("kind.write_backward.nothing", name=name)
            may_be = {one.shape, upstream.shape} if self.given.elementwise else {one.shape}
            if np.shape(own) not in may_be:
                shapes = {"got": text_of.shape(np.shape(own)) or "()", "shape": text_of.shape(one.shape) or "()"}
                return self.say("kind.write_backward.shape", name=name, **shapes)
        return ""

    def _applied(self, function: type[Function]) -> tuple[Tensor, list[Tensor]]:
        leaves = [Tensor(each, name=name) for each, name in zip(self.sample, LETTERS, strict=False)]
        return function.apply(*leaves, **self.options), leaves

    def _sent(self, function: type[Function]) -> list[Any]:
        """What reaches each input; None for a label."""
        root, leaves = self._applied(function)
        root.backward(self.upstream)
        return [None if slot in self.reference.labels else leaf.grad for slot, leaf in enumerate(leaves)]

    def _names(self) -> list[str]:
        """The inputs, as the student calls them."""
        parameters = list(inspect.signature(self.given.forward).parameters)[1:]
        return [*parameters, *LETTERS[len(parameters) :]]
