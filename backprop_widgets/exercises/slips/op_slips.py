"""The slips of an op, which stand on its class beside its right rule: `slips = {"sign lost": (None, lambda u: u)}`.

There is one wrong rule for each input, None where that input goes right, as in `backward_code`; a rule takes what it
needs by name: `u` upstream, `x` and `y` the inputs, `z` the output, `d` the right downstream gradient,
and the options of the op: one by its name, all as `**how`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from backprop_widgets.autograd.arrays import Number, frozen_scalar
from backprop_widgets.autograd.function import Function, table
from backprop_widgets.exercises.slips.circuit import Gate
from backprop_widgets.exercises.slips.slip import SLIPS, Slip

Rules = tuple[Callable[..., Any] | None, ...]


def op_slips(gates: Mapping[str, Gate]) -> dict[Slip, frozenset[str]]:
    """The slips of all ops of a graph, each with the ids of the gates at which it can be made."""
    found: dict[str, set[str]] = {}
    for node, gate in gates.items():
        for name in _function(gate).slips:
            found.setdefault(name, set()).add(node)
    return {of_op(name): frozenset(nodes) for name, nodes in found.items()}


def own_slips(gate: Gate) -> list[Slip]:
    """The slips of one gate's op."""
    return [of_op(name) for name in _function(gate).slips]


@cache
def of_op(name: str) -> Slip:
    """The slip of that name: the same for all ops that have it."""

    def rule(gate: Gate, slot: int, upstream: Number) -> Any:
        return wrong(gate, name, slot, upstream)

    return Slip(name, "local", rule, shows_local=True)


def named(name: str) -> Slip:
    """The slip of that name. Raises KeyError for a name that neither the catalogue nor an op of the package knows."""
    if name not in names():
        raise KeyError(f"no slip is called {name!r}; there are {', '.join(sorted(names()))}")
    return SLIPS.get(name) or of_op(name)


def wrong(gate: Gate, name: str, slot: int, upstream: Number) -> Any:
    """What the gate sends to an input, where this slip of its op is made; None where it makes no difference there."""
    rules: Rules = _function(gate).slips.get(name, ())
    rule = rules[slot] if slot < len(rules) else None
    if rule is None:
        return None
    asked = _asks_for(rule)
    known: dict[str, Any] = {"u": upstream, "z": gate.tensor._value, **dict(zip("xy", gate.inputs, strict=False))}
    if "d" in asked:
        known["d"] = gate.sent(slot, upstream)
    if not _function(gate).takes_scalars:  # such an op knows arrays only
        known = {key: frozen_scalar(value) if type(value) is float else value for key, value in known.items()}
    assert gate.tensor.gate is not None
    options = gate.tensor.gate.options
    if "how" in asked:
        return rule(**{name: known[name] for name in asked if name in known}, **options)
    known |= options
    return rule(**{name: known[name] for name in asked if name in known})


def names() -> tuple[str, ...]:
    """The names of all slips: those of the catalogue, and those of the package's own ops."""
    return tuple(dict.fromkeys([*SLIPS, *(name for op in table.values() for name in op.slips)]))


def _function(gate: Gate) -> type[Function]:
    assert gate.tensor.gate is not None
    return gate.tensor.gate.function


@cache
def _asks_for(rule: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(rule).parameters)
