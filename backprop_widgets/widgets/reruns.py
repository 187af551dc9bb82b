"""A cell that runs again takes down what it showed before: else each run would leave a widget behind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from IPython.core.getipython import get_ipython
from ipywidgets import DOMWidget


@dataclass(eq=False)
class Shown:
    """A widget, the run that made it, and the cells that have shown it."""

    widget: DOMWidget
    run: str
    cells: set[str] = field(default_factory=set)


made: defaultdict[str, list[Shown]] = defaultdict(list)  # by the cell that made it


def enter(widget: DOMWidget) -> Shown | None:
    """Note which cell makes a widget, and take down what earlier runs of it made and it alone has shown.

    None outside of a notebook, and in one that does not tell its cells apart.
    """
    cell, run = running()
    if not cell:
        return None
    own = Shown(widget, run)
    made[cell], earlier = [own], made[cell]
    for other in earlier:
        if other.run == run or other.cells != {cell}:
            made[cell].append(other)
        else:
            take_down(other.widget)
    return own


def running() -> tuple[str, str]:
    """The cell that runs and which of its runs this is; empty texts where that is not known."""
    parent: dict[str, Any] = getattr(get_ipython(), "parent_header", None) or {}
    cell = parent.get("metadata", {}).get("cellId", "")
    return str(cell or ""), str(parent.get("header", {}).get("msg_id", ""))


def take_down(widget: DOMWidget) -> None:
    """Free what a widget holds in the browser. It stays a widget: shown again, it is there again."""
    for each in (widget, widget.layout):
        each.close()
        vars(each).pop("_repr_mimebundle_", None)  # closing says that it cannot be shown


def put_up(widget: DOMWidget) -> None:
    """Make a widget that was taken down ready to be shown."""
    for each in (widget.layout, widget):
        each.open()  # does nothing to one that is open
