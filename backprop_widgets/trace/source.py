"""Turn what the student gives (a tensor, a function, an expression) into a root tensor and names for its nodes."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.caller import caller
from backprop_widgets.autograd.function import Function, table
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace.expression import Expression
from backprop_widgets.trace.naming import names_of
from backprop_widgets.trace.own_code import Place, place_now, source_of, within


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
    if isinstance(graph, type) and issubclass(graph, Function):
        _, *parameters = inspect.signature(graph.forward).parameters.values()  # without ctx
        by_place = [p.replace(kind=p.POSITIONAL_ONLY) if p.kind is p.POSITIONAL_OR_KEYWORD else p for p in parameters]
        return _from_function(graph.apply, inputs, graph.name, by_place)
    if callable(graph):
        name = getattr(graph, "__name__", type(graph).__name__)
        return _from_function(graph, inputs, name, _parameters(graph, name))
    raise TypeError(f"give a Tensor, a function of Tensors, or an expression such as '(x + y) * z', got {graph!r}")


def _from_tensor(root: Tensor) -> Source:
    order = topological_order(root)
    leaves = tuple(tensor for tensor in order if tensor.is_leaf and not tensor.is_constant)
    names = names_of(root, variables=_variables_of_caller(set(order)))
    return Source(names[root], root, leaves, names)


def _from_expression(text: str, inputs: Mapping[str, Any]) -> Source:
    expression = Expression(text)
    leaves = _leaves(expression.names, inputs, "the expression")
    root, assigned = expression.evaluate({leaf.name or "": leaf for leaf in leaves})
    names = names_of(root, leaves, assigned)
    title = "; ".join(line.strip() for line in text.strip().splitlines())
    if len(expression.statements) == 1 and not expression.statements[-1][0] and root.gate is not None:
        title = f"{names[root]} = {title}"
    return Source(title, root, leaves, names, expression.text, expression.places)


def _from_function(
    function: Callable[..., Any], inputs: Mapping[str, Any], name: str, parameters: list[inspect.Parameter]
) -> Source:
    listed = [p.name for p in parameters if p.kind is p.VAR_POSITIONAL]
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    required = [p.name for p in parameters if p.kind not in kinds and p.default is p.empty]
    optional = [p.name for p in parameters if p.default is not p.empty]
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters)
    wanted = required + [given for given in inputs if given in optional or (open_ended and given not in required)]
    if listed and set(inputs) - set(wanted):
        raise TypeError(f"{name}() takes *{listed[0]}, whose inputs have no names: name each, `def {name}(x, y): ...`")
    leaves = _leaves(tuple(wanted), inputs, f"{name}()")
    found: dict[str, Any] = {}
    places: dict[Tensor, Place] = {}
    code = getattr(inspect.unwrap(function), "__code__", None)
    with _watched(code, found, places):
        by_place = {p.name for p in parameters if p.kind is p.POSITIONAL_ONLY}
        root = function(
            *[leaf for leaf in leaves if leaf.name in by_place],
            **{leaf.name or "": leaf for leaf in leaves if leaf.name not in by_place},
        )
    if not isinstance(root, Tensor):
        several = ", and a backward pass starts from one output: return one of them" if isinstance(root, tuple) else ""
        raise TypeError(
            f"{name}() must return a Tensor computed from its inputs, got {type(root).__name__}: {root!r}{several}"
        )
    names = names_of(root, leaves, _variables(function, found))
    title = f"{name}({', '.join(wanted)})" if name.isidentifier() else "f"
    read_from = source_of(code) if code else None
    if read_from is None:
        return Source(title, root, leaves, names)
    text, *at = read_from
    inside = {tensor: within(text, place, *at) for tensor, place in places.items()}
    return Source(title, root, leaves, names, text, {tensor: place for tensor, place in inside.items() if place})


def _parameters(function: Callable[..., Any], name: str) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except ValueError:  # some functions of Python itself
        raise TypeError(f"{name}() does not say which inputs it takes: write a function around it") from None


def _variables(function: Callable[..., Any], local: dict[str, Any]) -> dict[str, Any]:
    """The variables that a function reads; its own come first, and hide those around it."""
    try:
        around = inspect.getclosurevars(inspect.unwrap(function))
    except (TypeError, ValueError):  # it was not written in Python, or reads what has no value yet
        return local
    return {**local, **around.nonlocals, **around.globals, **local}  # globals of the name of an attribute count too


def _variables_of_caller(graph: set[Tensor]) -> dict[str, Any]:
    """The variables where this package was called, a notebook's for example; of Tensors, those of the graph alone."""
    frame, _ = caller()
    seen = {**frame.f_locals, **frame.f_globals, **frame.f_locals}  # its own come first, and hide those around it
    mine = {name: value for name, value in seen.items() if not name.startswith("_")}  # IPython keeps results as _12
    return {name: value for name, value in mine.items() if not isinstance(value, Tensor) or value in graph}


def _leaves(names: tuple[str, ...], inputs: Mapping[str, Any], what: str) -> tuple[Tensor, ...]:
    if strange := [name for name in inputs if not isinstance(name, str)]:
        raise TypeError(f"the name of an input is a text, got {strange[0]!r}")
    missing = [name for name in names if name not in inputs]
    unknown = [name for name in inputs if name not in names]
    if missing or unknown:
        problem = [f"no value for {', '.join(missing)}"] if missing else []
        problem += [f"{name} is a function: {name}(x)" for name in missing if name in table]
        problem += [f"{', '.join(unknown)} given but not used"] if unknown else []
        raise TypeError(f"{what} has the inputs {', '.join(names) or '(none)'}: {'; '.join(problem)}")
    return tuple(Tensor(inputs[name], name=name) for name in names)


@contextmanager
def _watched(code: CodeType | None, found: dict[str, Any], places: dict[Tensor, Place]) -> Iterator[None]:
    """Collect the local variables that a function has when it returns, and where in it each tensor is computed."""
    before = sys.getprofile()
    if code is None or not (before is None or callable(before)):  # a C profiler cannot be put back: leave it alone
        yield
        return

    calling: list[Any] = []  # the functions of C that are being called, the innermost last
    lost: set[str] = set()

    def watch(frame: FrameType, event: str, result: Any) -> None:
        if event == "c_call":
            calling.append(result)
        elif event in ("c_return", "c_exception") and calling:
            calling.pop()
        if event != "return":
            return
        if frame.f_code is Tensor.__float__.__code__:
            lost.update(f.__name__ for f in calling[-1:] if f.__module__ == "math" and f.__name__ in table)
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
    for name in sorted(lost):
        warnings.warn(
            f"math.{name} takes the number out of a Tensor, and its gradient stops there: "
            f"use {name} of backprop_widgets",
            RuntimeWarning,
            stacklevel=6,
        )


def _locals_of(code: CodeType | None, found: dict[str, Any]) -> AbstractContextManager[None]:
    """Collect the local variables alone."""
    return _watched(code, found, {})


def _frame_of(code: CodeType, frame: FrameType | None) -> FrameType | None:
    """The frame of the student's function, below all that it calls."""
    while frame and frame.f_code is not code:
        frame = frame.f_back
    return frame
