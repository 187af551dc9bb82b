"""The backward pass as a generator: from the root to the leaves, one node at a time, nothing stored on the way."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number, frozen, is_finite, read, shortened, sum_to_shape
from backprop_widgets.autograd.function import Context, NonFiniteWarning
from backprop_widgets.autograd.tensor import Tensor

Visit = tuple[Tensor, Number, tuple[Number | None, ...]]


def topological_order(root: Tensor) -> list[Tensor]:
    """Every tensor that `root` was computed from, inputs before outputs, in the order in which they were made."""
    seen = {root}
    waiting = [root]
    while waiting:
        for tensor in waiting.pop().inputs:
            if tensor not in seen:
                seen.add(tensor)
                waiting.append(tensor)
    return sorted(seen, key=attrgetter("_age"))


def backward(root: Tensor, seed: Any = None) -> Iterator[Visit]:
    """Yield `(tensor, total, downstream)` for each tensor, outputs before inputs.

    `total` is dL/d(tensor): all its contributions, summed. `downstream` has one gradient for each input of its gate, as
    it leaves the gate (in the shape of the output where the input was broadcast); None for a constant; () for a leaf.
    """
    totals: dict[Tensor, Number] = {root: read_seed(root, seed)}
    for tensor in reversed(topological_order(root)):
        total = totals.pop(tensor, None)
        if total is None:  # nothing was sent here: a constant, or an input that backward answered with None
            continue
        if tensor.gate is None:
            yield tensor, total, ()
            continue
        downstream = send(tensor.gate, total)
        for source, sent in zip(tensor.gate.inputs, downstream, strict=True):
            if sent is not None:
                arrived = sent if sent.shape == source._value.shape else sum_to_shape(sent, source._value.shape)
                totals[source] = totals[source] + arrived if source in totals else arrived
        yield tensor, total, downstream


def send(gate: Context, upstream: Number) -> tuple[Number | None, ...]:
    """Multiply upstream by each local gradient: run the gate's own `backward` once and check what it returns."""
    function = gate.function
    returned = function.backward(gate, upstream if function.takes_scalars else _read_only(upstream))
    if not isinstance(returned, (tuple, list)):
        returned = (returned,)
    if len(returned) != len(gate.inputs):
        raise ValueError(
            f"{function.name}.backward must return {len(gate.inputs)} gradients, one for each input, got {len(returned)}"
        )
    return tuple(
        [
            None if sent is None or source.is_constant or slot in function.labels else _checked(gate, slot, sent, upstream.shape)
            for slot, (source, sent) in enumerate(zip(gate.inputs, returned, strict=True))
        ]
    )


def local_gradients(tensor: Tensor) -> tuple[Number | None, ...]:
    """d(output)/d(input) for each input of the tensor's gate, where it is one number for each entry; else None.

    That is so for an elementwise gate (shape of the output) and for a gate with a scalar output (shape of the input).
    Found by feeding a unit upstream to the gate's own `backward`, so it holds for every Function.
    """
    if tensor.gate is None:
        return ()
    if not (tensor.gate.function.elementwise or tensor.shape == ()):
        return (None,) * len(tensor.inputs)
    with np.errstate(all="ignore"):
        return send(tensor.gate, frozen(np.ones(tensor.shape)))


def accumulate(root: Tensor, seed: Any) -> None:
    """Run the backward pass and add each leaf's total to its `grad`."""
    with np.errstate(all="ignore"):
        arrived = [(tensor, total) for tensor, total, _ in backward(root, seed) if tensor.gate is None]
    for leaf, total in arrived:
        leaf._grad = total if leaf._grad is None else leaf._grad + total
    if not all(is_finite(total) for _, total in arrived):
        warn_of_gradient(root, seed)


def read_seed(root: Tensor, seed: Any) -> Number:
    """Check the upstream gradient given to the root; 1 for a scalar when none is given."""
    if seed is None:
        if root.shape:
            raise ValueError(
                f"the backward pass starts from a scalar, and this output has shape {root.shape}: "
                f"give it an upstream gradient of that shape, or reduce it first, for example with sum"
            )
        return np.float64(1.0)
    value = read(seed, "the upstream gradient")
    if value.shape != root.shape:
        raise ValueError(f"the upstream gradient must have the output's shape {root.shape}, got {value.shape}")
    return value


def _checked(gate: Context, slot: int, sent: Any, output_shape: tuple[int, ...]) -> Number:
    if type(sent) is not np.float64:
        array = np.asarray(sent.data if isinstance(sent, Tensor) else sent)
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"{gate.function.name}.backward must return numbers for input {slot + 1}, got {shortened(sent)}"
            )
        sent = frozen(array)
    shape = gate.inputs[slot]._value.shape
    if sent.shape != shape and not (gate.function.elementwise and sent.shape == output_shape):
        raise ValueError(
            f"{gate.function.name}.backward must return shape {shape} for input {slot + 1}, got {sent.shape}"
        )
    return sent  # type: ignore[no-any-return]


def _read_only(upstream: Number) -> Any:
    array = np.array(upstream)
    array.flags.writeable = False  # a backward that writes into its upstream would change its neighbours' gradients
    return array


def warn_of_gradient(root: Tensor, seed: Any) -> None:
    """Name the place where the backward pass leaves the finite numbers."""
    with np.errstate(all="ignore"):
        for tensor, total, downstream in backward(root, seed):
            name = f" (output {tensor.name!r})" if tensor.name else ""
            if not is_finite(total):  # the contributions were finite, their sum is not
                found = f"the gradient that reached {tensor.name or 'a node'} is not finite"
            elif tensor.gate and not all(sent is None or is_finite(sent) for sent in downstream):
                found = f"{tensor.gate.function.name}{name} sent a gradient that is not finite"
            else:
                continue
            warnings.warn(f"{found}; it is kept as it is", NonFiniteWarning, stacklevel=4)
            return
