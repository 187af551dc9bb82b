"""A slip: a mistake that has a name, and what it would do to a backward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from backprop_widgets.locale import LANGUAGES, catalogue

Kind = Literal["local", "fork", "keep", "seed", "reading", "elsewhere"]
Extent = Literal["both", "one place", "everywhere"]
KINDS: dict[str, str] = {
    "local": "a gate sends something else: (gate, slot, upstream) -> number",
    "fork": "gradients that meet at a copy node are not added up: (stop, gradients) -> a number for each way",
    "keep": "old gradients are still there: (stop, total) -> a number for each way",
    "seed": "the backward pass starts from something else: (circuit) -> numbers",
    "reading": "the pass is right, and something else is written down: (circuit, place) -> numbers",
    "elsewhere": "not of a graph: a function gives its numbers where they are needed",
}


@dataclass(frozen=True)
class Slip:
    """A mistake that has a name; the locale says what it looks like and asks a question, under `slip.` and the name."""

    name: str
    kind: Kind
    rule: Callable[..., Any] | None = field(default=None, compare=False, repr=False)
    extent: Extent = "both"  # whether it is made at one place, everywhere, or either
    shows_local: bool = False  # whether a wrong local gradient is behind it: then that is what is written for it

    @property
    def message(self) -> str:
        """The key, in the locale, of what to say: what it looks like, and a question."""
        return f"slip.{self._known}.says"

    @property
    def label(self) -> str:
        """The key of its name, as it stands beside another one."""
        return f"slip.{self._known}.name"

    @property
    def _known(self) -> str:
        """A slip of a student's own op has no text of its own."""
        return self.name if f"slip.{self.name}.says" in catalogue(LANGUAGES[0]).texts else "of its op"


@dataclass(frozen=True)
class Candidate:
    """A wrong number, and the slip it would come from."""

    slip: Slip
    value: float


SLIPS: dict[str, Slip] = {}
R = TypeVar("R", bound=Callable[..., Any])


def slip(name: str, kind: Kind, *, extent: Extent = "both", shows_local: bool = False) -> Callable[[R], R]:
    """Register the rule of a slip that is not of one op alone. Raises ValueError for a name that is taken."""
    if kind not in KINDS:
        raise ValueError(f"the kind of a slip is one of {', '.join(KINDS)}, got {kind!r}")

    def register(rule: R) -> R:
        if name in SLIPS:
            raise ValueError(f"a slip called {name!r} is there already")
        SLIPS[name] = Slip(name, kind, rule, extent, shows_local)
        return rule

    return register


def elsewhere(name: str) -> Slip:
    """Register a slip that is not of a graph."""
    slip(name, "elsewhere")(lambda: None)
    return SLIPS[name]
