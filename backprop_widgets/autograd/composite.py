"""Composite gates: name a part of a graph, and draw it as one gate whose local gradient is the product inside."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.backward import backward, topological_order
from backprop_widgets.autograd.context import grouping
from backprop_widgets.autograd.function import Context, Function, table
from backprop_widgets.autograd.tensor import Tensor

_counter = itertools.count(1)
_open: ContextVar[tuple[Group, ...]] = ContextVar("open composite gates", default=())


@dataclass(frozen=True)
class Group:
    """A named part of a graph. Two uses of `gate("neuron")` are two groups of the same name."""

    name: str
    number: int


@contextmanager
def gate(name: str) -> Iterator[Group]:
    """Mark what is computed inside as one composite gate.

    `with gate("neuron"): z = relu(w * x + b)`. Gates nest. The numbers are the same with and without, and
    `Trace.collapse(name)` draws it as one gate.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"a gate needs a name, for example gate('neuron'), got {name!r}")
    group = Group(name, next(_counter))
    token = _open.set((*_open.get(), group))
    grouping.append(_open.get)
    try:
        yield group
    finally:
        grouping.pop()
        _open.reset(token)


def groups_of(order: list[Tensor]) -> dict[Group, list[Tensor]]:
    """The marked groups among tensors in topological order, each with its members; outer groups first."""
    members: dict[Group, list[Tensor]] = {}
    for tensor in order:
        for group in tensor.gate.groups if tensor.gate else ():
            members.setdefault(group, []).append(tensor)
    return dict(sorted(members.items(), key=lambda item: item[0].number))


def users_of(order: list[Tensor]) -> dict[Tensor, list[Tensor]]:
    """The tensors that each tensor is an input of."""
    users: dict[Tensor, list[Tensor]] = {tensor: [] for tensor in order}
    for tensor in order:
        for source in tensor.inputs:
            users[source].append(tensor)
    return users


def output_of(members: Collection[Tensor], users: dict[Tensor, list[Tensor]], root: Tensor) -> Tensor | None:
    """The one member that is used outside the group; None when there are several: then it is no single gate."""
    inside = set(members)
    used = [tensor for tensor in inside if tensor is root or not inside.issuperset(users[tensor])]
    return used[0] if len(used) == 1 else None


def collapse(root: Tensor, groups: dict[Group, list[Tensor]]) -> tuple[Tensor, dict[Tensor, Tensor]]:
    """Rebuild a graph with each of the groups as one gate; returns its root, and the new tensor of each old one.

    The groups must not overlap. Raises ValueError for a group with more than one output.
    """
    order = topological_order(root)
    users = users_of(order)
    outputs: dict[Tensor, tuple[Group, list[Tensor]]] = {}
    for group, members in groups.items():
        output = output_of(members, users, root)
        if output is None:
            raise ValueError(f"{group.name!r} has more than one output, so it cannot be drawn as one gate")
        outputs[output] = (group, members)
    inside = {tensor for members in groups.values() for tensor in members}
    new: dict[Tensor, Tensor] = {}
    for tensor in order:
        if tensor in outputs:
            new[tensor] = _as_one_gate(*outputs[tensor], tensor, new)
        elif tensor not in inside:
            new[tensor] = _copied(tensor, new)
    return new[root], new


def _as_one_gate(group: Group, members: list[Tensor], output: Tensor, new: dict[Tensor, Tensor]) -> Tensor:
    inside = set(members)
    entries = list(dict.fromkeys(source for tensor in members for source in tensor.inputs if source not in inside))
    entries = [entry for entry in entries if not entry.is_constant]
    inner: dict[Tensor, Tensor] = {entry: Tensor(entry.data) for entry in entries}
    for tensor in members:
        inner |= {source: source for source in tensor.inputs if source.is_constant}
        inner[tensor] = _copied(tensor, inner)
    function = _composite(group, inner[output], [inner[entry] for entry in entries])
    made = Tensor.from_gate(output._value, Context(function, tuple(new[entry] for entry in entries)))
    made.name = output.name
    return made


def _composite(group: Group, inner: Tensor, entries: list[Tensor]) -> type[Function]:
    known = table.get(group.name)
    steps = [tensor for tensor in topological_order(inner) if tensor.gate is not None]
    elementwise = all(
        tensor.gate is not None and tensor.gate.function.elementwise and tensor.shape == inner.shape for tensor in steps
    ) and all(entry.shape == inner.shape for entry in entries)

    class Composite(Function):
        """A part of a graph as one gate: its backward is the backward pass inside."""

        name: ClassVar[str] = group.name
        symbol: ClassVar[str] = known.symbol if known else group.name
        role: ClassVar[str] = known.role if known else "composite"
        zero_because: ClassVar[str] = known.zero_because if known else Function.zero_because
        saturates: ClassVar[bool] = known.saturates if known else False
        code: ClassVar[str] = ""  # that of the gates inside
        latex: ClassVar[str] = known.latex if known else ""
        local_latex: ClassVar[tuple[str, ...]] = known.local_latex if known else ()

        @staticmethod
        def forward(ctx: Context, *inputs: Any) -> Any:
            moved = {leaf: Tensor(value) for leaf, value in zip(entries, inputs, strict=True)}
            for tensor in topological_order(inner):
                if tensor not in moved:
                    moved[tensor] = tensor if tensor.gate is None else _again(tensor, moved)
            return moved[inner].data

        @staticmethod
        def backward(ctx: Context, upstream: Any) -> Any:
            totals = {tensor: total for tensor, total, _ in backward(inner, upstream)}
            return tuple(np.asarray(totals.get(leaf, np.zeros(leaf.shape))) for leaf in entries)

    Composite.elementwise = elementwise
    return Composite


def _copied(tensor: Tensor, new: dict[Tensor, Tensor]) -> Tensor:
    """The same gate with the same memory, on the new inputs; a leaf stays itself."""
    if tensor.gate is None:
        return tensor
    made = Tensor.of(tensor.function, tuple(new.get(source, source) for source in tensor.inputs))
    made._value, made.saved_tensors = tensor._value, tensor.saved_tensors
    if tensor._context:
        made._context = copy.copy(tensor._context)
        made._context.inputs = made.inputs
    made.name = tensor.name
    return made


def _again(tensor: Tensor, moved: dict[Tensor, Tensor]) -> Tensor:
    assert tensor.gate is not None
    return tensor.gate.function.apply(*[moved[source] for source in tensor.inputs], **tensor.gate.options)
