"""What `Tensor.backward()` does: the pass for the leaves alone, in half the time of the one that can be looked at."""

from __future__ import annotations

from contextvars import Context as Surroundings
from contextvars import copy_context
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number, is_finite_quickly
from backprop_widgets.autograd.backward import (
    NOTHING,
    age,
    read_seed,
    scalars,
    send,
    send_as_numpy_does,
    send_on,
    warn_of_gradient,
)
from backprop_widgets.autograd.context import Context
from backprop_widgets.autograd.quiet import quietly
from backprop_widgets.autograd.tensor import Tensor, run_backward


def accumulate(root: Tensor, seed: Any) -> None:
    """Run the backward pass and add each leaf's total to its `grad`."""
    if not quietly(_added_to_leaves, root, seed, copy_context()):  # our warning, not numpy's
        warn_of_gradient(root, seed)


run_backward.append(accumulate)


def _added_to_leaves(root: Tensor, seed: Any, surroundings: Surroundings) -> bool:
    """Add each leaf's total to its `grad`, and tell whether all of them are finite."""
    all_finite = True
    arrived = arrivals(root, read_seed(root, seed), surroundings)
    for leaf, total in arrived:  # only when the pass is through: an error on the way leaves every grad as it was
        leaf._grad = total if leaf._grad is None else leaf._grad + total
        all_finite = all_finite and is_finite_quickly(total)
    return all_finite


def arrivals(root: Tensor, seed: Number, surroundings: Surroundings) -> list[tuple[Tensor, Number]]:  # noqa: C901, PLR0912  (a call for each gate would take a tenth of its time)
    """What arrives at each leaf. Nothing is kept on the way. A student's gate runs in the caller's `surroundings`."""
    totals: dict[Tensor, Any] = {root: seed}
    order = [] if root.is_constant else [root]
    for tensor in order:  # grows as it is read
        for source in tensor.inputs:
            if source not in totals:
                totals[source] = NOTHING
                if not source.is_constant:
                    order.append(source)
    order.sort(key=age, reverse=True)
    arrived = []
    for tensor in order:
        total = totals.pop(tensor)
        if total is NOTHING:
            continue
        function = tensor.function
        if function is None:
            arrived.append((tensor, total if type(total) is np.ndarray else float(total)))
        elif isinstance(total, float) and function.sends_floats:
            gate: Any = tensor._context or tensor
            try:
                sent = function.backward(gate, float(total))  # a numpy scalar would make all after it slow
            except ArithmeticError:
                sent = send_as_numpy_does(gate, total)
            if type(sent) is not tuple:  # what `send_on` does, written out for one input and for two
                totals[tensor.inputs[0]] += sent
            elif len(sent) == 2:
                (x, y), (dx, dy) = tensor.inputs, sent
                if dx is not None:
                    totals[x] += dx
                if dy is not None:
                    totals[y] += dy
            else:
                send_on(gate, scalars(gate, sent), totals)
        elif function.is_ours:
            gate = tensor._context or tensor
            sent = function.backward(gate, total if type(total) is np.ndarray else np.float64(total))
            send_on(gate, sent, totals, in_place=function.sends_new)
        else:
            gate = tensor.gate
            send_on(gate, surroundings.run(_send_silently, gate, total), totals)
    return arrived


def _send_silently(gate: Context, upstream: Number) -> tuple[Number | None, ...]:
    with np.errstate(all="ignore"):
        return send(gate, upstream)
