"""Compare a backward with finite differences, and say where and how they differ."""

from __future__ import annotations

import inspect
import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array, is_finite
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

    @property
    def is_right(self) -> bool:
        """Whether the worst entry agrees."""
        return self.relative_error <= ACCEPTED

    def __str__(self) -> str:
        kinks = f", {self.kinks} left out at a kink" if self.kinks else ""
        if not self.compared:
            return f"{self.name}: nothing to compare{kinks}"
        place = f"{self.name}{list(self.entry)}" if self.entry else self.name
        mark = "right" if self.is_right else "WRONG"
        noisy = f", {self.unsettled} differ from step to step: is forward computed in float32?" if self.unsettled else ""
        return (
            f"{place}: {mark}, numerical {self.numerical:.6g}, analytical {self.analytical:.6g}, "
            f"relative error {self.relative_error:.1e}{kinks}{noisy}"
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
    A random upstream is used because a backward that forgets to multiply by it looks right under ones. It is also checked
    that the same inputs give the same output, that a backward uses what its own forward left (other forwards run in
    between), gives the same when it runs again, and leaves its upstream alone. An entry whose value is within a step of a
    kink is left out and counted. What an input of labels holds is not moved.

    >>> gradcheck(lambda x, y: x * y, 3.0, -2.0)  # doctest: +ELLIPSIS
    gradient check of <lambda>: right
    x: right, numerical -2.5..., analytical -2.5..., relative error ...
    y: right, numerical 3.77..., analytical 3.77..., relative error ...
    """
    is_class = isinstance(f, type) and issubclass(f, Function)
    apply: Call = f.apply if is_class else f
    name = f.name if is_class else getattr(f, "__name__", "f")
    leaves = list(_leaves(f.forward if is_class else f, inputs, skipped=1 if is_class else 0))

    def call(*given: Tensor) -> Tensor:
        return apply(*given, **options)

    stage = "forward"
    try:
        output = call(*leaves)
        if not isinstance(output, Tensor):
            raise TypeError(f"a Tensor is needed to start the backward pass from, got {type(output).__name__}")
        if not np.array_equal(output.data, call(*leaves).data, equal_nan=True):
            return GradientReport(name, (), ("forward gives other numbers for the same inputs: is it random?",))
        stage = "backward"
        upstream = drawn(output.shape, seed)
        totals = _totals(output, upstream)
        problems = [*_problems(call, leaves, upstream, totals)]
    except Exception as raised:  # noqa: BLE001  (whatever a student's code raises is what the report is about)
        return GradientReport(name, (), (f"{stage} failed: {type(raised).__name__}: {raised}{_advice(raised)}",))
    labels = _labels(output)
    reports = []
    for slot, leaf in enumerate(leaves):
        if leaf in labels:
            continue
        places = [Place(call, leaves, slot, entry, upstream, output) for entry in _entries(leaf, seed)]
        reports.append(_compare(places, totals.get(leaf, np.zeros(leaf.shape)), _size(output)))
        if leaf not in totals and not reports[-1].is_right:
            problems.append(f"no gradient reaches {leaf.name}: does a backward return None, or a Tensor start anew?")
    return GradientReport(name, tuple(reports), tuple(problems))


def _compare(places: list[Place], analytical: Array, size: float) -> InputReport:
    kinks = unsettled = 0
    worst = (0.0, (), float("nan"), float("nan"))
    for place in places:
        expected = float(analytical[place.entry])
        found = slope(place, expected, size)
        if found.is_kink:
            kinks += 1
            continue
        unsettled += not found.is_settled
        relative = error(found.value, expected, found.step, size)
        if relative > worst[0] or np.isnan(worst[2]):
            worst = (relative, place.entry, found.value, expected)
    relative, entry, numerical, expected = worst
    return InputReport(leaf.name, entry, numerical, expected, relative, len(places) - kinks, kinks, unsettled)


def _problems(call: Call, leaves: list[Tensor], upstream: Array, totals: Totals) -> Iterator[str]:
    """What is wrong with a backward apart from its numbers. It starts from a forward of its own."""
    output = call(*leaves)
    labels = _labels(output)
    for others in _others(leaves, labels):
        _run_quietly(call, others)
    if not _are_equal(totals, _totals(output, upstream), leaves):
        yield "backward uses what another forward has left: keep it on ctx, not on the class or in a global variable"
    elif not _are_equal(totals, _totals(output, upstream), leaves):
        yield "backward gives other numbers the second time: it changes what forward has saved"
    for tensor in topological_order(output):
        if tensor.gate is not None and tensor in totals_of:
            returned = function.backward(tensor.gate, total)
def _others(leaves: list[Tensor]) -> Iterator[list[Array]]:
    """Other inputs of the same shapes, to overwrite what a forward should not have kept where it did."""
    yield [leaf.data + 1e-3 * np.maximum(1.0, np.abs(leaf.data)) for leaf in leaves]
    yield [np.flip(leaf.data) for leaf in leaves]  # the same numbers: inside the domain, if it is so for each entry
    yield [-leaf.data for leaf in leaves]  # other winners of max, other sides of relu


def _run_quietly(call: Call, inputs: list[Array]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call(*[Tensor(given) for given in inputs])
        except Exception:  # noqa: BLE001, S110  (these inputs are ours: they may be outside the domain)
            pass


def _totals(output: Tensor, upstream: Array) -> Totals:
    with np.errstate(all="ignore"):
        return {tensor: np.array(total) for tensor, total, _ in backward(output, upstream)}


def _are_equal(wanted: list[Array | None], totals: Totals, leaves: list[Tensor]) -> bool:
    found = [totals.get(leaf) for leaf in leaves]
    return all(
        a is b is None or (a is not None and b is not None and np.array_equal(a, b, equal_nan=True))
        for a, b in zip(wanted, found, strict=True)
    )


def _as_tuple(returned: Any) -> tuple[Any, ...]:
    return tuple(returned) if isinstance(returned, (tuple, list)) else (returned,)


def _advice(raised: Exception) -> str:
    return ": it changes in place an array that it was given; compute a new one" if "read-only" in str(raised) else ""


def _labels(output: Tensor) -> set[Tensor]:
    """The leaves that are used as labels and for nothing else: to move a label by a step has no meaning."""
    uses: dict[Tensor, list[bool]] = {}
    for tensor in topological_order(output):
        for slot, source in enumerate(tensor.inputs):
            assert tensor.gate is not None
            uses.setdefault(source, []).append(slot in tensor.gate.function.labels)
    return {tensor for tensor, as_label in uses.items() if all(as_label)}


def _entries(leaf: Tensor, seed: int) -> list[tuple[int, ...]]:
    entries = list(np.ndindex(leaf.shape))
    if len(entries) <= MOST:
        return entries
    draw = random.Random(seed)
    return sorted(sorted(entries, key=lambda _: draw.random())[:MOST])


def _compare(places: list[Place], totals: Totals) -> InputReport:
    ...


def _leaves(function: Callable[..., Any], inputs: tuple[Any, ...], skipped: int) -> Iterator[Tensor]:
    """The inputs as new leaves, named as they are where they have a name, else as the parameters of the function."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[skipped:]
    except (TypeError, ValueError):  # some callables made in C have no signature
        parameters = []
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    ...
