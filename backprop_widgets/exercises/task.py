"""A task: one question with its numbers. What is asked, the pictures that belong to it, and the boxes to fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from backprop_widgets.exercises.boxes import Box, Place, by_name
from backprop_widgets.trace import Trace


@dataclass(frozen=True, eq=False)
class Scene:
    """A graph as it is drawn for a question: which of its numbers stand there from the start."""

    trace: Trace
    shown: frozenset[Place]
    name: str = ""  # "a", "b" where there are several
    has_roles: bool = True  # whether the gates say what they do to gradients


@dataclass(frozen=True, eq=False)
class Task:
    """All that a student is given. Raises ValueError for boxes of one name."""

    text: str
    boxes: tuple[Box, ...]
    scenes: tuple[Scene, ...] = ()
    listing: str = ""  # code, or formulas, to read before answering

    def __post_init__(self) -> None:
        by_name(self.boxes)

    @cached_property
    def by_name(self) -> Mapping[str, Box]:
        """The boxes by their names."""
        return by_name(self.boxes)

    def named(self, name: str) -> Box | None:
        """The box of that name; a gradient may be called dx as in flat code, or ∂f/∂x as in the picture."""
        if name in self.by_name:
            return self.by_name[name]
        if name.startswith("d") and name[1:] in self.by_name:
            return self.by_name[name[1:]]
        return next((box for box in self.boxes if box.label == name), None)

    def part(self, name: str) -> tuple[Box, ...]:
        """The boxes of a part: of the box of that name, or of all whose names begin with `name_`."""
        box = self.named(name)
        return (box,) if box else tuple(each for each in self.boxes if each.name.startswith(f"{name}_"))
