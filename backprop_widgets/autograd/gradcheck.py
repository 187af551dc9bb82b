"""Compare a backward with finite differences, and say where and how they differ."""

from __future__ import annotations

import inspect
import random
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.backward import backward, topological_order
from backprop_widgets.autograd.differences import ACCEPTED, Call, Place, drawn, error, slope
from backprop_widgets.autograd.function import Function
from backprop_widgets.autograd.tensor import Tensor

MOST = 500  # entries of one input; of a larger one, so many are drawn
Totals = dict[Tensor, Array]


@dataclass(frozen=True)
class InputReport:
    """What was found for one input: its worst entry, where a kink was not in the way."""

    name: str
    entry: tuple[int, ...]
    numerical: float
    analytical: float
    relative_error: float
    compared: int  # entries
    kinks: int = 0  # entries left out because a kink lies between x - step and x + step
    unsettled: int = 0  # entries where smaller steps give other slopes: the function is noisy
    undefined: int = 0  # entries left out because both ways the gradient is nan, or infinite
    not_drawn: int = 0  # entries of a large input that were not looked at

    @property
    def is_right(self) -> bool:
        """Whether the worst entry agrees."""
        return self.relative_error <= ACCEPTED

    def __str__(self) -> str:
        left_out = f", {self.kinks} left out at a kink" if self.kinks else ""
        left_out += f", {self.undefined} left out as not finite" if self.undefined else ""
        left_out += f", {self.not_drawn:,} not looked at" if self.not_drawn else ""
        if not self.compared:
            return f"{self.name}: nothing to compare{left_out}"
        place = f"{self.name}{list(self.entry)}" if self.entry else self.name
        mark = "right" if self.is_right else "WRONG"
        noisy = (
            f", {self.unsettled} differ from step to step: is forward computed in float32?" if self.unsettled else ""
        )
        return (
            f"{place}: {mark}, numerical {self.numerical:.6g}, analytical {self.analytical:.6g}, "
            f"relative error {self.relative_error:.1e}{left_out}{noisy}"
        )


@dataclass(frozen=True)
class GradientReport:
    """The result of a gradient check: true when all is right, printable when not."""

    name: str
    inputs: tuple[InputReport, ...]
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.problems and all(report.is_right for report in self.inputs)

    def __str__(self) -> str:
        verdict = "right" if self else "WRONG"
        return "\n".join([f"gradient check of {self.name}: {verdict}", *self.problems, *map(str, self.inputs)])

    __repr__ = __str__


def gradcheck(f: Any, *inputs: Any, seed: int = 0, **options: Any) -> GradientReport:
    """Check the gradients of `f` at `inputs` against centred differences, with a random upstream gradient.

    `f` is a Function class or a Python function of Tensors; `options` are passed on to it, as `axis=1` is to `sum`.
    A random upstream is used because a backward that forgets to multiply by it looks right under ones. Checked too is
    that forward gives the same for the same inputs, and that backward uses what its own forward left (others run in
    between), gives the same when it runs again, and has the digits of float64.
    An entry whose value is within a step of a kink is left out and counted, and labels are not moved. Of an input with
    more than 500 entries so many are drawn.

    >>> gradcheck(lambda x, y: x * y, 3.0, -2.0)  # doctest: +ELLIPSIS
    gradient check of <lambda>: right
    x: right, numerical -2.5..., analytical -2.5..., relative error ...
    y: right, numerical 3.77..., analytical 3.77..., relative error ...
    """
    is_class = isinstance(f, type) and issubclass(f, Function)
    apply: Call = f.apply if is_class else f
    name = f.name if is_class else getattr(f, "__name__", "f")
    leaves = list(_leaves(f.forward if is_class else f, inputs, skipped=1 if is_class else 0))
    problems: list[str] = []
    stage = "forward"

    def call(*given: Tensor) -> Tensor:
        return apply(*given, **options)

    try:
        output = call(*leaves)
        if not isinstance(output, Tensor):
            return GradientReport(name, (), (f"forward gives no Tensor to go back from, but {type(output).__name__}",))
        if not np.array_equal(output.data, call(*leaves).data, equal_nan=True):
            return GradientReport(name, (), ("forward gives other numbers for the same inputs: is it random?",))
        stage = "backward"
        upstream = drawn(output.shape, seed)
        totals = _totals(output, upstream)
        for problem in _problems(call, leaves, upstream, totals):
            problems.append(problem)  # noqa: PERF402  (what was found stays, if the next run fails)
    except Exception as raised:  # noqa: BLE001  (whatever a student's code raises is what the report is about)
        failure = f"{stage} failed: {type(raised).__name__}: {raised}{_advice(raised, stage)}"
        return GradientReport(name, (), (*problems, failure))
    labels, size = _labels(output), _size(output)
    reports = []
    for slot, leaf in enumerate(leaves):
        if leaf not in labels:
            places = [Place(call, leaves, slot, entry, upstream, output) for entry in _entries(leaf, seed)]
            reports.append(_compare(leaf, places, totals, size))
            if leaf not in totals and not reports[-1].is_right:
                problems.append(f"no gradient reaches {leaf.name}: is it None in a backward, or left by a new Tensor?")
    return GradientReport(name, tuple(reports), tuple(problems))


def _problems(call: Call, leaves: list[Tensor], upstream: Array, totals: Totals) -> Iterator[str]:
    """What is wrong with a backward apart from its numbers."""
    output = call(*leaves)
    for others in _others(leaves, _labels(output)):
        _run_quietly(call, others)
    if not _are_equal(totals, _totals(output, upstream), leaves):
        yield "backward uses what another forward has left: keep it on ctx, not on the class or in a global variable"
    elif not _are_equal(totals, _totals(output, upstream), leaves):
        yield "backward gives other numbers the second time: it changes what forward has saved"
    for tensor, total in _totals(output, upstream).items():
        if tensor.gate is not None:
            function = tensor.gate.function
            with np.errstate(all="ignore"):
                returned = function.backward(tensor.gate, total)
            sent = returned if isinstance(returned, (tuple, list)) else (returned,)
            if any(getattr(numbers, "dtype", None) in (np.float32, np.float16) for numbers in sent):
                yield f"{function.name}.backward returns float32 numbers: half of their digits are lost"


def _others(leaves: list[Tensor], labels: set[Tensor]) -> Iterator[list[Tensor]]:
    """Other inputs of the same shapes, to overwrite what a forward should not have kept where it did."""
    changes: tuple[Callable[[Array], Array], ...] = (
        lambda data: data + 1e-3 * np.maximum(1.0, np.abs(data)),
        np.flip,  # the same numbers, so that they are in the domain
        np.negative,  # other winners of max, the other side of relu
    )
    for change in changes:
        yield [leaf if leaf in labels else Tensor(change(leaf.data)) for leaf in leaves]


def _run_quietly(call: Call, inputs: list[Tensor]) -> None:
    with warnings.catch_warnings(), suppress(Exception):  # these inputs are ours: they may be outside the domain
        warnings.simplefilter("ignore")
        call(*inputs)


def _totals(output: Tensor, upstream: Array) -> Totals:
    with np.errstate(all="ignore"):
        return {tensor: np.array(total) for tensor, total, _ in backward(output, upstream)}


def _are_equal(totals: Totals, others: Totals, leaves: list[Tensor]) -> bool:
    nothing = np.array(np.nan)
    pairs = [(totals.get(leaf, nothing), others.get(leaf, nothing)) for leaf in leaves]
    return all(np.array_equal(first, second, equal_nan=True) for first, second in pairs)


def _labels(output: Tensor) -> set[Tensor]:
    """The tensors that are used as labels and for nothing else: to move a label by a step has no meaning."""
    uses: dict[Tensor, set[bool]] = {}
    for tensor in topological_order(output):
        if tensor.gate is not None:
            for slot, source in enumerate(tensor.inputs):
                uses.setdefault(source, set()).add(slot in tensor.gate.function.labels)
    return {tensor for tensor, as_label in uses.items() if as_label == {True}}


def _size(output: Tensor) -> float:
    """The largest number in the computation, 1 or more: rounding is relative to it."""
    largest = [np.abs(tensor.data[np.isfinite(tensor.data)]).max(initial=1.0) for tensor in topological_order(output)]
    return float(max(largest))


def _entries(leaf: Tensor, seed: int) -> list[tuple[int, ...]]:
    entries = list(np.ndindex(leaf.shape))
    draw = random.Random(seed)  # noqa: S311  (no secret)
    return entries if len(entries) <= MOST else sorted(sorted(entries, key=lambda _: draw.random())[:MOST])


def _compare(leaf: Tensor, places: list[Place], totals: Totals, size: float) -> InputReport:
    analytical = totals.get(leaf, np.zeros(leaf.shape))
    kinks = unsettled = undefined = 0
    worst: tuple[float, tuple[int, ...], float, float] = (-1.0, (), float("nan"), float("nan"))
    for place in places:
        expected = float(analytical[place.entry])
        found = slope(place, expected, size)
        if found.is_kink:
            kinks += 1
            continue
        if not np.isfinite(expected) and str(found.value) == str(expected):
            undefined += 1
            continue
        unsettled += not found.is_settled
        relative = error(found.value, expected, found.step, size)
        if relative > worst[0]:
            worst = (relative, place.entry, found.value, expected)
    compared = len(places) - kinks - undefined
    relative, entry, numerical, expected = worst
    left_out = (kinks, unsettled, undefined, leaf.size - len(places))
    return InputReport(leaf.name or "", entry, numerical, expected, relative, compared, *left_out)


def _leaves(function: Callable[..., Any], inputs: tuple[Any, ...], skipped: int) -> Iterator[Tensor]:
    """The inputs as new leaves: named as they are, or as the parameters of the function."""
    parameters = list(inspect.signature(function).parameters.values())[skipped:]
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for slot, given in enumerate(inputs):
        name = given.name if isinstance(given, Tensor) else None
        yield Tensor(given, name=name or (named[slot] if slot < len(named) else f"input {slot + 1}"))


def _advice(raised: Exception, stage: str) -> str:
    if "read-only" in str(raised):
        return " (it changes an array that it was given: compute a new one)"
    if stage == "backward" and re.search(r"unpack \(expected .*got 0\)|tuple index out of range", str(raised)):
        return " (has forward saved what backward reads? ctx.save_for_backward(...))"
    return ""
