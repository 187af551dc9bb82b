"""The record of one forward and one backward pass: nodes, edges, steps. Never changes; goes to JSON and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.trace import numbers
from backprop_widgets.trace.own_code import OwnCode, Spot

if TYPE_CHECKING:
    from backprop_widgets.trace.flat_code import FlatCode
    from backprop_widgets.trace.jacobians import JacobianReport, SlotJacobian

Phase = Literal["forward", "backward"]
NodeKind = Literal["input", "constant", "gate", "copy"]
StepKind = Literal["value", "seed", "upstream", "local", "downstream", "contribution", "sum", "unused"]
FORMAT = 1  # of the JSON


@dataclass(frozen=True, eq=False)
class Node:
    """A value in the graph, and the gate that made it. A copy node stands where a value forks or is broadcast."""

    id: str
    kind: NodeKind
    name: str  # the student's, or one given to it: "q"
    op: str  # "multiply"; "" for an input
    symbol: str  # on the gate: "×", or "+1" where a constant operand is folded in
    role: str  # key of the locale's role names: "swap multiplier"
    formula: str  # with names: "q × z"
    value: Array
    gradient: Array | None  # dL/d(value), all contributions summed; None for a constant
    code: str = ""  # of a gate, as Python: the value in terms of {x}, {y}; see autograd/code.py
    backward_code: tuple[str, ...] = ()  # upstream x local, for each input
    latex: str = ""  # of a gate whose formula is known: the value in terms of {x}, {y}
    local_latex: tuple[str, ...] = ()  # d(output)/d(input), for each input; {z} is the output

    @property
    def has_name(self) -> bool:
        """Whether somebody named it: a constant is called by its number, unless somebody did."""
        return self.kind != "constant" or self.name != numbers.value(self.value)

    @property
    def value_name(self) -> str:
        """What the value is called; a copy is called as what it copies."""
        return self.formula if self.kind == "copy" else self.name


@dataclass(frozen=True, eq=False)
class Edge:
    """One wire: it carries the value of `source` to one operand slot of `target`, and a gradient back.

    `target` is "" for the wire that carries the output away, and for an input that nothing uses.
    """

    id: str
    source: str
    target: str
    slot: int
    value: Array
    gradient: Array | None  # what travels back along this wire; None to a constant
    local: Array | None  # d(target)/d(source), where it is one number for each entry
    value_text: str
    gradient_text: str
    local_text: str
    value_at: int  # the step that writes the value: 0 is known from the start
    gradient_at: int  # the step that writes the gradient: before it the place is empty; -1 is never


@dataclass(frozen=True)
class Term:
    """One number, or one sign, of an equation under the picture."""

    kind: Literal["value", "upstream", "local", "downstream", "total", "seed", "sign"]
    text: str
    label: str = ""  # "∂f/∂x"
    edge: str = ""  # the wire on which the number stands


@dataclass(frozen=True)
class Row:
    """One equation of a step: `to x: upstream × local = downstream`."""

    target: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Step:
    """One thing that happens. State k of the player is what the first k steps have written."""

    index: int  # 1, 2, ...
    phase: Phase
    kind: StepKind
    node: str
    edges: tuple[str, ...]  # the wires it writes on
    marks: tuple[tuple[str, str], ...]  # (wire, what its number is just now: value, upstream, local, downstream, total)
    ends_gate: bool  # a stop for those who go a gate at a time
    sentence: str
    rows: tuple[Row, ...]
    reasons: tuple[str, ...] = ()  # why a number of it is 0, or large, or small: a sentence each


@dataclass(frozen=True)
class Composite:
    """A part of the graph that can be drawn as one gate: a sigmoid, a neuron, or what `with gate(...)` marked."""

    id: str
    name: str
    is_collapsed: bool
    nodes: tuple[str, ...]  # the gates it is made of; the one gate that stands for it when it is collapsed


class Recording(Protocol):
    """The graph that a trace was recorded from."""

    def trace(self, collapsed: Iterable[str]) -> Trace:
        """Record it again with these composite gates collapsed."""

    def jacobian(self, gate: str, by: str) -> JacobianReport:
        """The Jacobian of one gate by one of its inputs."""

    def slots(self, collapsed_ids: Iterable[str]) -> list[SlotJacobian]:
        """The Jacobians of all gates of arrays."""


class Drawer(Protocol):
    """What the drawing layer lends to a trace."""

    def svg(self, trace: Trace, step: int | None) -> str:
        """Draw the state after `step` steps."""

    def html(self, trace: Trace, step: int) -> str:
        """Write a self-contained page."""


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward and one backward pass, written down.

    `value` and `gradient` answer for any node by its name; `steps` says what happens when.
    """

    title: str
    locale: str
    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]
    composites: tuple[Composite, ...] = ()
    own_code: OwnCode | None = None  # what the student wrote, where it can be read
    recording: Recording | None = dataclasses.field(default=None, repr=False)  # not in the JSON

    drawer: ClassVar[Drawer | None] = None  # set by the drawing layer: a lower layer imports no higher one

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """The nodes by their ids."""
        return {node.id: node for node in self.nodes}

    def value(self, name: str) -> Array:
        """The forward value of a named node. Raises KeyError, with the names there are, for any other."""
        return self.node(name).value

    def gradient(self, name: str) -> Array:
        """dL/d(node) of a named node, all contributions summed."""
        node = self.node(name)
        if node.gradient is None:
            raise KeyError(f"{name!r} is a constant: it has no gradient")
        return node.gradient

    def node(self, name: str) -> Node:
        """The input, gate or named constant of that name."""
        named = {node.name: node for node in self.nodes if node.kind != "copy" and node.has_name}
        if name not in named:
            raise KeyError(f"no node is called {name!r}; there are {', '.join(named)}")
        return named[name]

    def collapse(self, *names: str) -> Trace:
        """Draw composite gates as single gates: those of these names or ids, or all. The numbers stay the same.

        Raises KeyError for a name that is not among `composites`, ValueError where two share only a part.
        """
        chosen = named(names, self.composites)
        return self._again({part.id for part in self.composites if part.is_collapsed} | chosen)

    def expand(self, *names: str) -> Trace:
        """Draw composite gates gate by gate again: those of these names or ids, or all."""
        return self._again({part.id for part in self.composites if part.is_collapsed} - named(names, self.composites))

    def _again(self, collapsed: set[str]) -> Trace:
        return self._recorded().trace(collapsed)

    def _recorded(self) -> Recording:
        if self.recording is None:
            raise ValueError("this trace was read from JSON and holds no graph: record it again for this")
        return self.recording

    def jacobian(self, gate: str, by: str) -> JacobianReport:
        """d(gate)/d(input) of a named gate by one of its inputs: the matrix, its structure, its cost, both products.

        Composite gates are seen gate by gate. Raises KeyError for other names.
        """
        return self._recorded().jacobian(gate, by)

    def flat_code(self) -> FlatCode:
        """Both passes as plain Python, each line tied to its step. `str()` of it is a program that runs."""
        from backprop_widgets.trace.flat_code import write  # noqa: PLC0415  (it writes what a trace says)

        return write(self)

    def stops(self) -> list[int]:
        """The steps at which one stops when going a gate at a time; 0, where nothing has happened yet, is the first."""
        return [0, *(step.index for step in self.steps if step.ends_gate)]

    def to_json(self) -> str:
        """Write everything as JSON; `Trace.from_json` reads it back as an equal trace."""
        return json.dumps({"format": FORMAT, **_plain(self)}, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Trace:
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        try:
            data = json.loads(text)
            if data.get("format") != FORMAT:
                raise ValueError(f"this trace has format {data.get('format')!r}; this version reads {FORMAT}")
            read = cls(
                title=data["title"],
                locale=data["locale"],
                root=data["root"],
                nodes=tuple(Node(**_arrays(node)) for node in data["nodes"]),
                edges=tuple(Edge(**_arrays(edge)) for edge in data["edges"]),
                steps=tuple(_step(step) for step in data["steps"]),
                composites=tuple(Composite(**{**part, "nodes": tuple(part["nodes"])}) for part in data["composites"]),
                own_code=_own_code(data.get("own_code")),
            )
            missing = _mentioned(read) - read.by_id.keys()
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f"this is not a trace: {error}") from error
        if missing:
            raise ValueError(f"this is not a trace: it lacks the nodes {', '.join(sorted(map(str, missing)))}")
        if not isinstance(read.locale, str):
            raise ValueError(f"this is not a trace: its locale is {read.locale!r}")  # noqa: TRY004  (as the others)
        return read

    def to_svg(self, step: int | None = None) -> str:
        """Draw the state after `step` steps (all of them by default) as a stand-alone SVG."""
        return self._drawn_by().svg(self, None if step is None else self.checked(step))

    def to_html(self, path: str | Path, *, step: int = 0) -> Path:
        """Write a self-contained page that steps in any browser, without a network; returns its path."""
        path = Path(path)
        path.write_text(self._drawn_by().html(self, self.checked(step)), encoding="utf-8")
        return path

    def checked(self, step: int) -> int:
        """The step, if there is such a state; else ValueError."""
        if not isinstance(step, (int, np.integer)) or not 0 <= step <= len(self.steps):
            raise ValueError(f"step must be between 0 and {len(self.steps)}, got {step!r}")
        return int(step)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.title, self.root, len(self.steps)))

    def __repr__(self) -> str:
        return f"Trace({self.title!r}, {len(self.nodes)} nodes, {len(self.steps)} steps)"

    def _drawn_by(self) -> Drawer:
        if Trace.drawer is None:
            raise RuntimeError("import backprop_widgets.drawing before a trace can be drawn")
        return Trace.drawer


class Named(Protocol):
    """What has an id and a name."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


def named(names: Collection[str], parts: Iterable[Named]) -> set[str]:
    """The ids of the composite gates of these names or ids; of all, where no name is given."""
    there = {name for part in parts for name in (part.name, part.id)}
    for name in names:
        if name not in there:
            raise KeyError(f"no composite gate is called {name!r}; there are {', '.join(sorted(there)) or 'none'}")
    return {part.id for part in parts if not names or part.name in names or part.id in names}


def _plain(value: Any) -> Any:
    """Turn dataclasses and arrays into what JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value) if field.name != "recording"]
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "numbers": [_number(x) for x in value.ravel().tolist()]}
    return value


def _number(x: float) -> float | str:
    return x if np.isfinite(x) else str(x)  # JSON has no nan and no infinity


def _arrays(fields: dict[str, Any]) -> dict[str, Any]:
    arrays = {key: _array(value) for key, value in fields.items() if isinstance(value, dict)}
    tuples = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    return {**fields, **arrays, **tuples}


def _array(data: dict[str, Any]) -> Array:
    array = np.array([float(x) for x in data["numbers"]], dtype=np.float64).reshape(data["shape"])
    array.flags.writeable = False
    return array


def _mentioned(trace: Trace) -> set[str]:
    """The nodes that the root, the wires and the steps speak of."""
    ends = {end for edge in trace.edges for end in (edge.source, edge.target) if end}
    return {trace.root, *ends, *(step.node for step in trace.steps)}


def _own_code(data: dict[str, Any] | None) -> OwnCode | None:
    return OwnCode(data["text"], tuple(Spot(**spot) for spot in data["spots"])) if data else None


def _step(data: dict[str, Any]) -> Step:
    rows = tuple(Row(row["target"], tuple(Term(**term) for term in row["terms"])) for row in data["rows"])
    marks = tuple((edge, mark) for edge, mark in data["marks"])
    reasons = tuple(data.get("reasons", ()))
    return Step(**{**data, "edges": tuple(data["edges"]), "marks": marks, "rows": rows, "reasons": reasons})
