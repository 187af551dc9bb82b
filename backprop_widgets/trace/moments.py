"""Find in one telling of a graph the moment of another, in which other composite gates are collapsed."""

from __future__ import annotations

from backprop_widgets.trace.trace import Step, Trace

Happening = tuple[str, str, str, str, int]


def same_moment(old: Trace, new: Trace, step: int) -> int:
    """The step of the new trace at which the same has happened to the same node, or else the nearest before it."""
    there = {_happening(new, other): other.index for other in new.steps}
    for past in reversed(old.steps[:step]):
        if _happening(old, past) in there:
            return there[_happening(old, past)]
    return 0


def _happening(trace: Trace, step: Step) -> Happening:
    node = trace.by_id[step.node]
    return step.phase, step.kind, node.kind, node.name, len(step.marks)
