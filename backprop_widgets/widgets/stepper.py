"""The stepper: a trace that plays in the browser, with its state in Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from backprop_widgets.drawing.packing import module, packed
from backprop_widgets.drawing.page import (
    ARRAY_PANELS,
    ARRAY_STYLES,
    PANELS,
    STYLES,
    fallback,
    player_data,
    player_script,
)
from backprop_widgets.drawing.picture import stylesheet
from backprop_widgets.drawing.size import checked, drawable
from backprop_widgets.exercises.predicting import answer
from backprop_widgets.trace import Trace
from backprop_widgets.trace.moments import same_moment
from backprop_widgets.widgets import reruns


def worn_by(code: str) -> str:
    """The code with the style sheet that it wears: packed with it, that is a quarter of its length."""
    style = {"id": "bpw-widget", "textContent": stylesheet(*STYLES, *ARRAY_STYLES, "parts.css")}
    return f"const STYLE = {json.dumps(style)};\n{code}"


class Stepper(anywidget.AnyWidget):
    """Steps through a trace. `step`, `granularity` and `collapsed` are synced with the browser, both ways."""

    _esm = module(worn_by(player_script("elements.js", *PANELS, *ARRAY_PANELS, "parts.js", "player.js", "widget.js")))

    data = traitlets.Dict(help="what the player needs of the trace").tag(
        sync=True, to_json=lambda data, _: packed(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    )
    step = traitlets.Int(0, help="how many of the trace's steps have happened").tag(sync=True)
    granularity = traitlets.Enum(("gate", "part"), "gate", help="go by whole gates, or by their parts").tag(sync=True)

    collapsed = traitlets.List(traitlets.Unicode(), help="ids of the composite gates drawn as one gate").tag(sync=True)

    def __init__(self, trace: Trace, *, predict: bool = False, **options: Any) -> None:
        """Show a trace. Raises ValueError for a step that it does not have."""
        self.trace = trace
        data = {**player_data(trace), "predict": predict}
        super().__init__(data=data, collapsed=_collapsed(trace), **options)
        self.on_msg(self._hear)
        self._shown = reruns.enter(self)

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> int:
        return self.trace.checked(proposal["value"])

    def _hear(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Judge an answer that a student gave in one of the views, and tell that view."""
        match message:
            case {"kind": "answer", "view": view, "turn": turn, "step": int(step), "given": str() | int() as given}:
                reply = answer(self.trace, step, given)
                if reply:
                    self.send(
                        {"kind": "verdict", "view": view, "turn": turn, "outcome": reply.outcome, "text": reply.text}
                    )

    @traitlets.observe("collapsed")
    def _turn(self, change: Any) -> None:
        """Open and close composite gates as the browser asks; what cannot be done is undone there too."""
        if change["new"] == _collapsed(self.trace):
            return
        there = {part.id for part in self.trace.composites}
        try:
            whole = self.trace.expand() if _collapsed(self.trace) else self.trace
            wanted = [part for part in change["new"] if part in there]
            self._show(whole.collapse(*wanted) if wanted else whole)
        except (ValueError, RuntimeError):  # two that share gates; more gates than can be drawn
            self.collapsed = _collapsed(self.trace)

    def collapse(self, *names: str) -> None:
        """Draw composite gates as one gate each: those of these names or ids, or all. The step stays the same moment.

        Raises KeyError for a name that is not there, ValueError where two of them share only a part.
        """
        self._show(self.trace.collapse(*names))

    def expand(self, *names: str) -> None:
        """Draw composite gates gate by gate again: those of these names or ids, or all."""
        self._show(self.trace.expand(*names))

    def _show(self, trace: Trace) -> None:
        """Go on with another telling of the graph, at the same moment."""
        data = {**player_data(checked(trace)), "predict": self.data["predict"]}
        step = same_moment(self.trace, trace, self.step)
        with self.hold_sync():  # the browser hears of it all at once
            self.trace = trace
            self.data = data
            self.step = step
            self.collapsed = _collapsed(trace)

    def next(self) -> None:
        """Go to the next stop: the next gate, or the next part of one."""
        self.step = next((stop for stop in self._stops() if stop > self.step), len(self.trace.steps))

    def previous(self) -> None:
        """Go back to the stop before."""
        self.step = max((stop for stop in self._stops() if stop < self.step), default=0)

    def first(self) -> None:
        """Go to the start, where only the inputs are known."""
        self.step = 0

    def last(self) -> None:
        """Go to the end of the backward pass."""
        self.step = len(self.trace.steps)

    def to_html(self, path: Any) -> Any:
        """Write a self-contained page that starts at this step."""
        return self.trace.to_html(path, step=self.step)

    def _stops(self) -> list[int]:
        return self.trace.stops() if self.granularity == "gate" else list(range(len(self.trace.steps) + 1))

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if self._shown:
            self._shown.cells.add(reruns.running()[0])
            reruns.put_up(self)
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "text/html": fallback(self.trace, self.step)}, metadata

    def __repr__(self) -> str:
        return f"Stepper({self.trace.title!r}, step={self.step} of {len(self.trace.steps)})"


def _collapsed(trace: Trace) -> list[str]:
    return [part.id for part in trace.composites if part.is_collapsed]


def step_through(
    graph: Any,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    step: int = 0,
    granularity: str = "gate",
    predict: bool = False,
    **options: Any,
) -> Stepper:
    """Step through the forward and backward pass of a Tensor, a function, an expression or a Trace.

    Takes the inputs and options that `record` takes: `step_through("(x + y) * z", x=-2, y=5, z=-4, locale="ko")`.
    `granularity` is "gate", or "part" to see upstream, local and downstream arrive one by one. With `predict`, the
    student is asked before each number is shown; a button turns this on and off. In a crowded graph the composite gates
    are collapsed at first. Raises GraphTooLargeError for more gates than a picture can show.
    """
    trace = drawable(graph, inputs, **options)
    return Stepper(trace, step=step, granularity=granularity, predict=predict)
