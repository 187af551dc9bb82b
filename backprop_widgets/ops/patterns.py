"""Known composite gates, recognised in a graph by the gates they are made of: sigmoid, softmax + cross-entropy, ..."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from backprop_widgets.autograd.function import Function, table
from backprop_widgets.autograd.tensor import Tensor

Members = list[Tensor]
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus")


def recognised(order: list[Tensor]) -> Iterator[tuple[str, Members]]:
    """Yield `(name, members)` for each known composite gate, the inner ones first; none shares a part with another."""
    taken: set[Tensor] = set()
    place = {tensor: k for k, tensor in enumerate(order)}
    for name, find in PATTERNS.items():
        for tensor in order:
            members = find(tensor)
            if members and not taken.intersection(members):
                taken.update(members)
                yield name, sorted(members, key=place.__getitem__)


def find_sigmoid(tensor: Tensor) -> Members:
    """1 / (1 + exp(-x)), spelled in any of the usual ways."""
    below = _one_over(tensor)
    exponential = _plus_one(below) if below is not None else None
    negated = _only(exponential, "exp") if exponential is not None else None
    if below is None or exponential is None or negated is None or not _is_negation(negated):
        return []
    return [tensor, below, exponential, negated]


def find_softmax_cross_entropy(tensor: Tensor) -> Members:
    """-log(softmax(s)[label]), with softmax as a gate or spelled out as exp(s) / sum(exp(s))."""
    logarithm = _only(tensor, "negate")
    picked = _only(logarithm, "log") if logarithm is not None else None
    probabilities = _only(picked, "index") if picked is not None else None
    if logarithm is None or picked is None or probabilities is None:
        return []
    inside = [probabilities] if _is(probabilities, "softmax") else _spelled_softmax(probabilities)
    return [tensor, logarithm, picked, *inside] if inside else []


def find_layer(tensor: Tensor) -> Members:
    """An activation of W @ x + b."""
    affine = tensor.inputs[0] if _is(tensor, *ACTIVATIONS) else None
    if affine is None or not _is(affine, "add"):
        return []
    products = [source for source in affine.inputs if _is(source, "matmul")]
    return [tensor, affine, products[0]] if len(products) == 1 else []


def find_neuron(tensor: Tensor) -> Members:
    """An activation of w0 * x0 + w1 * x1 + ... + b, of at least one product."""
    if not _is(tensor, *ACTIVATIONS) or tensor.shape:
        return []
    members, waiting, products = [tensor], [tensor.inputs[0]], 0
    while waiting:
        part = waiting.pop()
        if _is(part, "add"):
            members.append(part)
            waiting += part.inputs
        elif _is(part, "multiply"):
            members.append(part)
            products += 1
    return members if products and len(members) > products + 1 else []


PATTERNS: dict[str, Callable[[Tensor], Members]] = {
    "sigmoid": find_sigmoid,
    "softmax_cross_entropy": find_softmax_cross_entropy,
    "layer": find_layer,
    "neuron": find_neuron,
}


def _is(tensor: Tensor, *names: str) -> bool:
    functions: list[type[Function]] = [table[name] for name in names]
    return tensor.gate is not None and tensor.gate.function in functions


def _only(tensor: Tensor, name: str) -> Tensor | None:
    return tensor.inputs[0] if _is(tensor, name) else None


def _equals(tensor: Tensor, number: float) -> bool:
    return tensor.is_constant and bool(np.all(tensor.data == number))


def _one_over(tensor: Tensor) -> Tensor | None:
    if _is(tensor, "divide") and _equals(tensor.inputs[0], 1.0):
        return tensor.inputs[1]
    return _only(tensor, "reciprocal")


def _plus_one(tensor: Tensor) -> Tensor | None:
    if not _is(tensor, "add"):
        return None
    first, second = tensor.inputs
    return second if _equals(first, 1.0) else first if _equals(second, 1.0) else None


def _is_negation(tensor: Tensor) -> bool:
    return _is(tensor, "negate") or (_is(tensor, "multiply") and any(_equals(x, -1.0) for x in tensor.inputs))


def _spelled_softmax(tensor: Tensor) -> Members:
    if not _is(tensor, "divide"):
        return []
    above, below = tensor.inputs
    total = _only(below, "sum")
    return [tensor, above, below] if _is(above, "exp") and total is above else []
