"""Turn what the student gives (a tensor, a function, an expression) into a root tensor and names for its nodes."""

from __future__ import annotations

import inspect
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace.expression import Expression
from backprop_widgets.trace.own_code import Place, place_now, source_of, within

INTERMEDIATE = ("q", "r", "s", "t", "u", "v", "p", "g", "h", "k", "m", "n")
OUTPUT = ("f", "L", "out")


@dataclass(frozen=True)
class Source:
    """A computed graph: its title, its root, its named inputs in the order given, and names for nodes.

    Where it is known, also the student's own text, and where in it each tensor is computed.
    """

    title: str
    root: Tensor
    inputs: tuple[Tensor, ...]
    names: dict[Tensor, str]
    text: str = ""
    places: dict[Tensor, Place] = field(default_factory=dict)


def read(graph: Any, inputs: Mapping[str, Any]) -> Source:
    """Compute the graph of a tensor, a Python function or an expression string.

    Raises TypeError for anything else, and for inputs that do not fit the names it has.
    """
    if isinstance(graph, Source):
        return graph
    if isinstance(graph, Tensor):
        if inputs:
            raise TypeError(f"a Tensor has been computed already and takes no inputs, got {', '.join(inputs)}")
        return _from_tensor(graph)
    if isinstance(graph, str):
        return _from_expression(graph, inputs)
    if callable(graph):
        return _from_function(graph, inputs)
    raise TypeError(f"give a Tensor, a function of Tensors, or an expression such as '(x + y) * z', got {graph!r}")


def _from_tensor(root: Tensor) -> Source:
    order = topological_order(root)
    leaves = tuple(tensor for tensor in order if tensor.is_leaf and not tensor.is_constant)
    names = _unique((tensor, tensor.name) for tensor in order if tensor.name)
    title = root.name or "f"
    return Source(title, root, leaves, _completed(order, root, names))


def _from_expression(text: str, inputs: Mapping[str, Any]) -> Source:
    expression = Expression(text)
    leaves = _leaves(expression.names, inputs, "the expression")
    root, assigned = expression.evaluate({leaf.name or "": leaf for leaf in leaves})
    names = _unique([(leaf, leaf.name) for leaf in leaves] + [(tensor, name) for name, tensor in assigned.items()])
    names = _completed(topological_order(root), root, names, leaves)
    title = "; ".join(line.strip() for line in text.strip().splitlines())
    if len(expression.statements) == 1 and not expression.statements[-1][0] and root.gate is not None:
        title = f"{names[root]} = {title}"
    return Source(title, root, leaves, names, expression.text, expression.places)


def _from_function(function: Callable[..., Any], inputs: Mapping[str, Any]) -> Source:
    name = getattr(function, "__name__", type(function).__name__)
    parameters = inspect.signature(function).parameters.values()
    required = [
        p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.default is p.empty
    ]
    optional = [p.name for p in parameters if p.default is not p.empty]
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters)
    wanted = required + [given for given in inputs if given in optional or (open_ended and given not in required)]
    leaves = _leaves(tuple(wanted), inputs, f"{name}()")
    found: dict[str, Any] = {}
    places: dict[Tensor, Place] = {}
    code = getattr(inspect.unwrap(function), "__code__", None)
    with _watched(code, found, places):
        root = function(**{leaf.name or "": leaf for leaf in leaves})
    if not isinstance(root, Tensor):
        raise TypeError(f"{name}() must return a Tensor computed from its inputs, got {type(root).__name__}: {root!r}")
    local = [(tensor, key) for key, tensor in found.items() if isinstance(tensor, Tensor)]
    names = _unique([*((leaf, leaf.name) for leaf in leaves), *local])
    title = f"{name}({', '.join(wanted)})" if name.isidentifier() else "f"
    names = _completed(topological_order(root), root, names, leaves)
    read_from = source_of(code) if code else None
    if read_from is None:
        return Source(title, root, leaves, names)
    text, *at = read_from
    inside = {tensor: within(text, place, *at) for tensor, place in places.items()}
    return Source(title, root, leaves, names, text, {tensor: place for tensor, place in inside.items() if place})


def _leaves(names: tuple[str, ...], inputs: Mapping[str, Any], what: str) -> tuple[Tensor, ...]:
    missing = [name for name in names if name not in inputs]
    unknown = [name for name in inputs if name not in names]
    if missing or unknown:
        problem = [f"no value for {', '.join(missing)}"] if missing else []
        problem += [f"{name} is a function: {name}(x)" for name in missing if name in table]
        problem += [f"{', '.join(unknown)} given but not used"] if unknown else []
        raise TypeError(f"{what} has the inputs {', '.join(names) or '(none)'}: {'; '.join(problem)}")
    return tuple(Tensor(inputs[name], name=name) for name in names)


def _unique(pairs: Any) -> dict[Tensor, str]:
    """Give each tensor its first name; a name that is taken gets a number."""
    names: dict[Tensor, str] = {}
    taken: set[str] = set()
    for tensor, name in pairs:
        if tensor in names or name is None:
            continue
        chosen, count = name, 1
        while chosen in taken:
            count += 1
            chosen = f"{name}{count}"
        names[tensor] = chosen
        taken.add(chosen)
    return names


def _completed(
    order: list[Tensor], root: Tensor, names: dict[Tensor, str], leaves: tuple[Tensor, ...] = ()
) -> dict[Tensor, str]:
    """Name what the student left without a name: f for the output, then q, r, s, ... in the order of computation."""
    taken = set(names.values())
    if root not in names:
        names[root] = next(name for name in itertools.chain(OUTPUT, _numbered("f")) if name not in taken)
        taken.add(names[root])
    fresh = (name for name in _sequence(len(order)) if name not in taken)
    for tensor in (*leaves, *order):
        if tensor not in names and not tensor.is_constant:
            names[tensor] = next(fresh)
    return names


def _sequence(count: int) -> Iterator[str]:
    if count < 2 * len(INTERMEDIATE):  # letters while they last, else one letter with numbers
        yield from INTERMEDIATE
    yield from _numbered("q")


def _numbered(letter: str) -> Iterator[str]:
    count = 0
    while True:
        count += 1
        yield f"{letter}{count}"


@contextmanager
def _watched(code: CodeType | None, found: dict[str, Any], places: dict[Tensor, Place]) -> Iterator[None]:
    """Collect the local variables that a function has when it returns, and where in it each tensor is computed."""
    before = sys.getprofile()
    if code is None or not (before is None or callable(before)):  # a C profiler cannot be put back: leave it alone
        yield
        return

    def watch(frame: FrameType, event: str, result: Any) -> None:
        if event != "return":
            return
        if frame.f_code is code:
            found.clear()
            found.update(frame.f_locals)
        elif isinstance(result, Tensor) and result not in places and (caller := _frame_of(code, frame)):
            places[result] = place_now(caller)

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _locals_of(code: CodeType | None, found: dict[str, Any]) -> AbstractContextManager[None]:
    """Collect the local variables alone."""
    return _watched(code, found, {})


def _frame_of(code: CodeType, frame: FrameType | None) -> FrameType | None:
    """The frame of the student's function, below all that it calls."""
    while frame and frame.f_code is not code:
        frame = frame.f_back
    return frame
