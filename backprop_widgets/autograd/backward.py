"""The backward pass as a generator: from the root to the leaves, one node at a time, nothing stored on the way."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import (
    FLOAT64,
    Number,
    frozen,
    frozen_scalar,
    is_finite,
    read,
    shape_of,
    shortened,
    sum_to_shape,
)
from backprop_widgets.autograd.function import Context
from backprop_widgets.autograd.nonfinite import warn
from backprop_widgets.autograd.tensor import Tensor

NOTHING = float("0")  # by identity: the total of a tensor that nothing has been sent to
age = attrgetter("_age")
Visit = tuple[Tensor, Number, tuple[Number | None, ...]]


def topological_order(root: Tensor) -> list[Tensor]:
    """Every tensor that `root` was computed from, inputs before outputs, in the order in which they were made."""
    return youngest_first(root)[::-1]


def youngest_first(root: Tensor, *, constants: bool = True) -> list[Tensor]:
    """The topological order reversed, as the backward pass reads it, which has no use for constants."""
    seen = {root}
    found = [root]
    for tensor in found:  # grows as it is read
        for source in tensor.inputs:
            if source not in seen and (constants or not source.is_constant):
                seen.add(source)
                found.append(source)
    found.sort(key=age, reverse=True)
    return found


def backward(root: Tensor, seed: Any = None) -> Iterator[Visit]:
    """Yield `(tensor, total, downstream)` for each tensor, outputs before inputs.

    `total` is dL/d(tensor): all its contributions, summed. `downstream` has one gradient for each input of its gate, as
    it leaves the gate (in the shape of the output where the input was broadcast); None for a constant; () for a leaf.
    """
    totals: dict[Tensor, Any] = {root: read_seed(root, seed)}  # float or array: as the tensor itself
    for tensor in youngest_first(root, constants=False):
        total = totals.pop(tensor, None)
        if total is None or tensor.is_constant:  # nothing was sent here, or nobody asks
            continue
        downstream: tuple[Number | None, ...] = ()
        if tensor.gate:
            downstream = send(tensor.gate, total)
            send_on(tensor.gate, downstream, totals)
        yield tensor, _handed_out(total), tuple([_handed_out(sent) for sent in downstream])


def send_on(gate: Context, downstream: Any, totals: dict[Tensor, Any], *, in_place: bool = False) -> None:
    """Add what leaves a gate to the totals of its inputs: where one was broadcast, the sum over its copies.

    `in_place` writes a sum into what was sent, where nobody else holds that.
    """
    if type(downstream) is not tuple:
        downstream = (downstream,)
    is_elementwise = gate.function.elementwise  # others do not broadcast
    for source, sent in zip(gate.inputs, downstream):  # noqa: B905  (equally many; strict=True doubles the time)
        if sent is None or source.is_constant:
            continue
        value: Any = source._value
        is_array = type(sent) is type(value) is np.ndarray
        if is_array and not (is_elementwise and sent.shape != value.shape):
            arrived = sent
        else:
            arrived = sum_to_shape(sent, source.shape)
        before = totals.get(source, NOTHING)
        if before is NOTHING:
            totals[source] = arrived
        elif in_place and type(arrived) is np.ndarray:
            arrived += before
            totals[source] = arrived
        else:
            totals[source] = before + arrived


def send(gate: Context, upstream: Number) -> tuple[Number | None, ...]:
    """Multiply upstream by each local gradient: run the gate's own `backward` once; a student's is checked."""
    function = gate.function
    if not function.is_ours:
        return _send_checked(gate, upstream)
    if type(upstream) is not float:
        returned: Any = function.backward(gate, upstream)
    elif function.takes_scalars:
        return _send_scalar(gate, upstream)
    else:
        returned = function.backward(gate, np.float64(upstream))
    if type(returned) is not tuple:
        returned = (returned,)
    sent: list[Number | None] = []
    for source, gradient in zip(gate.inputs, returned):  # noqa: B905  (strict=True takes longer than the loop)
        if gradient is None or source.is_constant:
            sent.append(None)
        else:
            sent.append(gradient if type(gradient) is np.ndarray and gradient.ndim else float(gradient))
    return tuple(sent)


def _send_checked(gate: Context, upstream: Number) -> tuple[Number | None, ...]:
    """The same for a student's gate, whose `backward` may return anything, and may not write into its upstream."""
    function = gate.function
    returned = _one_for_each_input(gate, function.backward(gate, _read_only(upstream)))
    checked: list[Number | None] = []
    for slot, source in enumerate(gate.inputs):
        sent = returned[slot]
        if sent is None or source.is_constant or slot in function.labels:
            checked.append(None)
        elif type(sent) is np.ndarray and sent.dtype is FLOAT64 and sent.shape == source.shape != ():
            sent.setflags(write=False)
            checked.append(sent)
        else:
            checked.append(_checked(gate, slot, sent, upstream))
    return tuple(checked)


def _send_scalar(gate: Context, upstream: float) -> tuple[float | None, ...]:
    """The same for one of the package's own gates of scalars, which is known to return what it should."""
    try:
        returned: Any = gate.function.backward(gate, upstream)
    except ArithmeticError:
        returned = send_as_numpy_does(gate, upstream)
    return scalars(gate, returned)


def send_as_numpy_does(gate: Context, upstream: float) -> Any:
    """Where Python raises for a scalar, as for 1 / 0, numpy goes on with an infinite one."""
    gate.saved_tensors = tuple([np.float64(x) if type(x) is float else x for x in gate.saved_tensors])
    return gate.function.backward(gate, np.float64(upstream))


def scalars(gate: Context, returned: Any) -> tuple[float | None, ...]:
    """What a gate of scalars returned, as one float for each input, None for a constant."""
    if type(returned) is not tuple:
        returned = (returned,)
    pairs = zip(gate.inputs, returned)  # noqa: B905  (strict=True doubles the time)
    return tuple([None if sent is None or source.is_constant else float(sent) for source, sent in pairs])


def _one_for_each_input(gate: Context, returned: Any) -> tuple[Any, ...]:
    if type(returned) is not tuple:
        returned = tuple(returned) if isinstance(returned, list) else (returned,)
    if len(returned) != len(gate.inputs):
        raise ValueError(
            f"{gate.function.name}.backward must return {len(gate.inputs)} gradients, one for each input, "
            f"got {len(returned)}"
        )
    return returned  # type: ignore[no-any-return]


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


def read_seed(root: Tensor, seed: Any) -> Number:
    """Check the upstream gradient given to the root; 1 for a scalar when none is given."""
    if seed is None:
        if root.shape:
            raise ValueError(
                f"the backward pass starts from a scalar, and this output has shape {root.shape}: "
                f"give it an upstream gradient of that shape, or reduce it first, for example with sum"
            )
        return 1.0
    value = read(seed, "the upstream gradient")
    if shape_of(value) != root.shape:
        raise ValueError(f"the upstream gradient must have the output's shape {root.shape}, got {shape_of(value)}")
    return value


def _checked(gate: Context, slot: int, sent: Any, upstream: Number) -> Number:
    array = sent if type(sent) is np.ndarray else np.asarray(sent.data if isinstance(sent, Tensor) else sent)
    if array.dtype is not FLOAT64 and array.dtype.kind not in "biuf":
        raise TypeError(
            f"{gate.function.name}.backward must return numbers for input {slot + 1}, got {shortened(sent)}"
        )
    shape = gate.inputs[slot].shape
    output = shape_of(upstream)
    if array.shape != shape and not (gate.function.elementwise and array.shape == output and _copied_to(shape, output)):
        raise ValueError(
            f"{gate.function.name}.backward must return shape {shape} for input {slot + 1}, got {array.shape}"
        )
    return frozen(array)


def _copied_to(shape: tuple[int, ...], output: tuple[int, ...]) -> bool:
    """Whether broadcasting copies an input of this shape to the output, so that its copies can be summed."""
    pairs = zip(reversed(shape), reversed(output), strict=False)
    return len(shape) <= len(output) and all(size in (1, copied) for size, copied in pairs)


def _handed_out(gradient: Any) -> Any:
    """A gradient as it is shown: an array is read-only."""
    if type(gradient) is np.ndarray:
        gradient.setflags(write=False)
    return gradient


def _read_only(upstream: Number) -> Any:
    """A backward that writes into its upstream would change its neighbours' gradients."""
    if isinstance(upstream, float):
        return frozen_scalar(upstream)
    upstream.setflags(write=False)
    return upstream


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
            warn(f"{found}; it is kept as it is")
            return
