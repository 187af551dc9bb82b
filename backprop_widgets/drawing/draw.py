"""Draw a graph without stepping through it, and lend traces their `to_svg` and `to_html`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backprop_widgets.drawing.dot import dot_source
from backprop_widgets.drawing.page import page
from backprop_widgets.drawing.picture import standalone
from backprop_widgets.drawing.size import checked, drawable
from backprop_widgets.trace import Trace


@dataclass(frozen=True)
class Drawing:
    """A picture of one state of a trace; a notebook shows it as SVG."""

    trace: Trace
    step: int

    @property
    def dot(self) -> str:
        """The DOT text it is laid out from."""
        return dot_source(self.trace)

    @property
    def svg(self) -> str:
        """The stand-alone SVG."""
        return standalone(self.trace, self.step)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Drawing({self.trace.title!r}, step={self.step})"


def draw(graph: Any, inputs: Mapping[str, Any] | None = None, /, *, step: int | None = None, **options: Any) -> Drawing:
    """Draw a Tensor, a function, an expression or a Trace after `step` steps; all of them by default.

    Takes the inputs and options that `record` takes; composite gates of a crowded graph are collapsed at first.
    Raises GraphTooLargeError for more gates than a picture can show.
    """
    trace = drawable(graph, inputs, **options)
    return Drawing(trace, len(trace.steps) if step is None else trace.checked(step))


class _Drawer:
    """What this layer lends to Trace."""

    def svg(self, trace: Trace, step: int | None) -> str:
        return standalone(checked(trace), len(trace.steps) if step is None else step)

    def html(self, trace: Trace, step: int) -> str:
        return page(checked(trace), step)


Trace.drawer = _Drawer()
