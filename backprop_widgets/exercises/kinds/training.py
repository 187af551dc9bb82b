"""Descent: one step of it, a rate that is safe, `.grad` that is not cleared."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from numbers import Real
from typing import Any

import numpy as np

from backprop_widgets.autograd import NonFiniteWarning
from backprop_widgets.exercises.answers import ABSOLUTE, RELATIVE
from backprop_widgets.exercises.boxes import Box, ChoiceBox, NumberBox
from backprop_widgets.exercises.kinds.fill import shown
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, everything, known_inputs, single_number
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.slips import SLIPS, Candidate
from backprop_widgets.exercises.slips.elsewhere import ONE_PASS, apart, wrong_descents
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Trace
from backprop_widgets.trace import numbers as text_of
from backprop_widgets.trace.source import read


def descent_step(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    parameters: Collection[str],
    rate: float = 0.1,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask for the parameters after one step W <- W - rate * dL/dW, and whether the loss rises or falls.

    The gradients are shown. Boxes are called as the parameters, and `change` (falls, rises or stays).

    >>> bool(descent_step("w * w", w=3, parameters=["w"], rate=0.1).check(w=2.4, change="falls"))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)
    parameters = _some(parameters)
    if isinstance(rate, bool) or not isinstance(rate, Real) or not 0 < rate < np.inf:
        raise ValueError(f"rate must be a positive number, got {rate!r}")

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language, accept=lambda one: _is_telling(about.graph, one, parameters, rate))
        known_inputs(trace, parameters)
        wrong = _wrong_steps(about.graph, trace, parameters, rate)
        boxes: list[Box] = []
        after = _stepped(trace, parameters, rate)
        for name in parameters:
            value, gradient = single_number(trace, name)
            w, g = text_of.number(value), text_of.number(gradient)
            boxes.append(
                NumberBox(
                    name=name,
                    label=say("kind.descent_step.label", name=name),
                    truth=float(after[name]),
                    wrong=tuple(wrong[name]),
                    lead=say("kind.descent_step.lead"),
                    hints=(say("kind.descent_step.hint"), say("hint.blank", equation=f"{w} − {rate:g} × ▢ = ?")),
                    solution=f"{w} − {rate:g} × ({g}) = {text_of.number(float(after[name]))}",
                    facts={"name": name, "gate": "", "count": ""},
                )
            )
        before, then = float(trace.value(trace.by_id[trace.root].name)), float(read(about.graph, after).root.data)
        boxes.append(_change(_sign(then - before, before), say))
        scene = Scene(trace, shown("fill_values", trace, ()) | everything(trace))
        return Task(say("kind.descent_step.text", rate=f"{rate:g}"), tuple(boxes), (scene,))

    key = f"{about.about}; {sorted(parameters)}; {rate}"
    return Question(
        make, kind="descent_step", about=key, id=id, version=version, weights=weights, is_given=bool(about.inputs)
    )


def _stepped(trace: Trace, parameters: Collection[str], rate: float) -> dict[str, np.ndarray]:
    """All inputs, the parameters after one step."""
    after = {node.name: np.asarray(node.value) for node in trace.nodes if node.kind == "input"}
    for name in parameters:
        value, gradient = single_number(trace, name)
        after[name] = np.asarray(value - rate * gradient)
    return after


def _wrong_steps(graph: Any, trace: Trace, parameters: Collection[str], rate: float) -> dict[str, list[Candidate]]:
    """What mistakes make of each parameter."""
    loss = float(trace.value(trace.by_id[trace.root].name))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)
        there = read(graph, _stepped(trace, parameters, rate))
        there.root.backward()
    later = {leaf.name: leaf.grad for leaf in there.inputs}
    return {
        name: wrong_descents(*single_number(trace, name), rate, loss, float(np.asarray(later[name] or 0.0)))
        for name in parameters
    }


def _is_telling(graph: Any, trace: Trace, parameters: Collection[str], rate: float) -> bool:
    """Whether a step moves every parameter, and no mistake lands where it does."""
    known_inputs(trace, parameters)
    for name, wrong in _wrong_steps(graph, trace, parameters, rate).items():
        value, gradient = single_number(trace, name)
        right = value - rate * gradient
        reach = 2 * max(ABSOLUTE, RELATIVE * abs(right))
        if not gradient or any(abs(each.value - right) <= reach for each in wrong):
            return False
    return True


def _sign(change: float, of: float) -> int:
    """The sign of a change; of one that rounding makes, 0."""
    return 0 if abs(change) <= 1e-9 * max(1.0, abs(of)) else int(np.sign(change))


def _change(sign: int, say: Catalogue) -> Box:
    options = tuple(say(f"kind.descent_step.{each}") for each in ("falls", "stays", "rises"))
    words = (("falls", "down", "-", "내려간다"), ("stays", "0", "그대로"), ("rises", "up", "+", "올라간다"))
    return ChoiceBox(
        name="change",
        label=say("kind.descent_step.change"),
        options=options,
        words=words,
        right=sign + 1,
        lead=say("kind.descent_step.change_lead"),
        hints=(say("kind.descent_step.change_hint"),),
        solution=options[sign + 1],
    )


def safe_rate(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    parameters: Collection[str],
    rates: Collection[float] = (0.01, 0.1, 1.0, 10.0),
    steps: int = 20,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask for the largest rate with which the loss falls at every one of some steps. The box is `rate`.

    Raises ValueError where every rate is safe, or none is.
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)
    ordered = sorted(rates)
    parameters = _some(parameters)

    def safe_of(trace: Trace) -> list[float]:
        return [rate for rate in ordered if _falls(about.graph, trace, parameters, rate, steps)]

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language, accept=lambda one: 0 < len(safe_of(one)) < len(ordered))
        known_inputs(trace, parameters)
        safe = safe_of(trace)
        if not safe or len(safe) == len(ordered):
            raise ValueError(f"some of the rates must be safe and some not; safe are {safe} of {ordered}")
        box = ChoiceBox(
            name="rate",
            label=say("kind.safe_rate.label"),
            options=tuple(f"{rate:g}" for rate in ordered),
            right=ordered.index(safe[-1]),
            because={
                place: say(
                    "kind.safe_rate.too_large" if rate not in safe else "kind.safe_rate.too_small", rate=f"{rate:g}"
                )
                for place, rate in enumerate(ordered)
                if rate != safe[-1]
            },
            lead=say("kind.safe_rate.lead"),
            hints=(say("kind.safe_rate.hint"), say("kind.safe_rate.hint2")),
            solution=f"{safe[-1]:g}",
        )
        return Task(say("kind.safe_rate.text", steps=steps), (box,), (Scene(trace, everything(trace)),))

    key = f"{about.about}; {sorted(parameters)}; {ordered}; {steps}"
    return Question(
        make, kind="safe_rate", about=key, id=id, version=version, weights=weights, is_given=bool(about.inputs)
    )


def _falls(graph: Any, trace: Trace, parameters: Collection[str], rate: float, steps: int) -> bool:
    """Whether the loss is lower after each step."""
    held = {node.name: node.value for node in trace.nodes if node.kind == "input"}
    last = np.inf
    with np.errstate(all="ignore"):
        for _ in range(steps):
            source = read(graph, held)
            if not np.isfinite(loss := float(source.root.data)) or loss >= last:
                return False
            last = loss
            source.root.backward()
            leaves = {leaf.name: leaf for leaf in source.inputs}
            held = {
                name: value - rate * np.asarray(leaves[name].grad) if name in parameters else value
                for name, value in held.items()
            }
    return True


def uncleared(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    calls: int = 2,
    zero_after: Collection[int] = (),
    ask: Collection[str] = (),
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask what `.grad` holds after some calls of `backward()`; after those in `zero_after` it is cleared.

    Boxes are called as the inputs.

    >>> bool(uncleared("x * y", x=3, y=5).check(x=10, y=6))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)
    if not isinstance(calls, int) or calls < 1:
        raise ValueError(f"calls must be a whole number from 1, got {calls!r}")

    def make(draw: Draw | None, say: Catalogue) -> Task:
        trace = about.trace(draw, say.language)
        known_inputs(trace, ask)
        names = [node.name for node in trace.nodes if node.kind == "input" and (not ask or node.name in ask)]
        for name in names:
            single_number(trace, name)
        held = _accumulated(about.graph, trace, calls, zero_after)
        never = _accumulated(about.graph, trace, calls, ())
        boxes = tuple(
            NumberBox(
                name=name,
                label=f"{name}.grad",
                truth=held[name],
                wrong=tuple(
                    apart(
                        [
                            Candidate(SLIPS["gradients not cleared"], never[name]),
                            Candidate(ONE_PASS, single_number(trace, name)[1]),
                        ],
                        held[name],
                    )
                ),
                lead=say("kind.uncleared.lead"),
                hints=(say("kind.uncleared.hint"), say("kind.uncleared.hint2")),
                solution=text_of.number(held[name]),
                facts={"name": name, "gate": "", "count": str(calls)},
            )
            for name in names
        )
        return Task(
            say("kind.uncleared.text"), boxes, (Scene(trace, everything(trace)),), _listing(calls, zero_after, names)
        )

    key = f"{about.about}; {calls}; {sorted(zero_after)}; {sorted(ask)}"
    return Question(
        make, kind="uncleared", about=key, id=id, version=version, weights=weights, is_given=bool(about.inputs)
    )


def _accumulated(graph: Any, trace: Trace, calls: int, zero_after: Collection[int]) -> dict[str, float]:
    """Do what the listing says, and read `.grad`."""
    source = read(graph, {node.name: node.value for node in trace.nodes if node.kind == "input"})
    for call in range(1, calls + 1):
        source.root.backward()
        if call in zero_after:
            for leaf in source.inputs:
                leaf.zero_grad()
    return {
        str(leaf.name): 0.0 if leaf.grad is None else float(leaf.grad) for leaf in source.inputs if not leaf.data.ndim
    }


def _listing(calls: int, zero_after: Collection[int], names: Collection[str]) -> str:
    lines: list[str] = []
    for call in range(1, calls + 1):
        lines.append("f.backward()")
        if call in zero_after:
            lines += [f"{name}.zero_grad()" for name in names]
    return "\n".join(lines)


def _some(parameters: Collection[str]) -> list[str]:
    """The names of the parameters. Raises ValueError where there is none."""
    names = [parameters] if isinstance(parameters, str) else list(parameters)
    if not names:
        raise ValueError("name at least one input in parameters")
    return names
