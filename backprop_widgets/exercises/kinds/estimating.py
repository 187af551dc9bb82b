"""What a gradient tells of the output when an input is nudged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_widgets.exercises.answers import ABSOLUTE
from backprop_widgets.exercises.boxes import Box, NumberBox
from backprop_widgets.exercises.kinds.graphs import Graph, Numbers, everything, known_inputs, single_number
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.slips.elsewhere import wrong_changes
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Trace
from backprop_widgets.trace import numbers as text_of
from backprop_widgets.trace.source import read

ESTIMATE = 0.05  # how far an estimate may be off, of its size


def sensitivity(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    nudge: Mapping[str, float] | float = 0.01,
    numbers: Numbers | None = None,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **named: Any,
) -> Question:
    """Ask how far the output moves when an input is nudged, to 5 %; all gradients are shown. Boxes as the inputs.

    >>> bool(sensitivity("(x + y) * z", x=-2, y=5, z=-4, nudge={"z": 0.01}).check(z=0.03))
    True
    """
    about = Graph(graph, {**(inputs or {}), **named}, numbers)

    def make(draw: Draw | None, say: Catalogue) -> Task:
        nudges = nudge if isinstance(nudge, Mapping) else dict.fromkeys(about.names, nudge)
        if not all(nudges.values()):
            raise ValueError(f"a nudge moves an input: it must not be 0, got {nudge!r}")
        trace = about.trace(draw, say.language, accept=lambda one: not _bent(one, nudges, about.graph))
        known_inputs(trace, nudges)
        if bent := _bent(trace, nudges, about.graph):
            raise ValueError(f"the nudge of {', '.join(bent)} is too large: the gradient no longer tells the change")
        root = trace.by_id[trace.root].name
        boxes = tuple(_moved(trace, root, name, step, say) for name, step in nudges.items())
        return Task(say("kind.sensitivity.text", root=root), boxes, (Scene(trace, everything(trace)),))

    return Question(
        make,
        kind="sensitivity",
        about=f"{about.about}; {nudge}",
        id=id,
        version=version,
        weights=weights,
        is_given=bool(about.inputs),
    )


def _bent(trace: Trace, nudges: Mapping[str, float], graph: Any) -> list[str]:
    """The inputs whose nudge moves the output by something else than gradient x nudge, to the 5 % allowed."""
    root, held = trace.by_id[trace.root].name, {n.name: n.value for n in trace.nodes if n.kind == "input"}
    found = []
    for name, step in nudges.items():
        if name in held:
            single_number(trace, name)
            moved = float(read(graph, {**held, name: held[name] + step}).root.data) - float(trace.value(root))
            told = float(trace.gradient(name)) * step
            if abs(told - moved) > max(ABSOLUTE, ESTIMATE * abs(told)):
                found.append(name)
    return found


def _moved(trace: Trace, root: str, name: str, step: float, say: Catalogue) -> Box:
    _, gradient = single_number(trace, name)
    g = text_of.number(gradient)
    told = gradient * step
    return NumberBox(
        name=name,
        label=say("kind.sensitivity.label", name=name, step=f"{step:+g}", root=root),
        truth=told,
        relative=ESTIMATE,
        wrong=tuple(wrong_changes(gradient, step, float(trace.value(root)))),
        lead=say("kind.sensitivity.lead"),
        hints=(say("kind.sensitivity.hint"), say("hint.blank", equation=f"▢ × {step:g} = ?")),
        solution=f"{g} × {step:g} = {text_of.number(told)}",
        facts={"name": name, "output": root},
    )
