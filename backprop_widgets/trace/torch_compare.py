"""Compare every value and gradient of a graph with PyTorch's, which is optional and imported when asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.autograd.backward import backward, read_seed, topological_order
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace.source import Source, read
from backprop_widgets.trace.torch_forms import form_of

ACCEPTED = 1e-9  # relative to the largest entry; both compute in float64
SMALL = 1e-3  # of arrays below this the differences count as they are: what cancels leaves rounding


@dataclass(frozen=True)
class Comparison:
    """One value or gradient, at the entry where the two differ most."""

    name: str
    kind: Literal["value", "gradient"]
    entry: tuple[int, ...]
    ours: float
    theirs: float
    relative_error: float

    @property
    def is_equal(self) -> bool:
        """Whether the two agree there, up to rounding."""
        return self.relative_error <= ACCEPTED

    def __str__(self) -> str:
        place = f"{self.name}{list(self.entry)}" if self.entry else self.name
        mark = "equal" if self.is_equal else "DIFFERENT"
        numbers = f"ours {self.ours:.6g}, PyTorch's {self.theirs:.6g}, relative error {self.relative_error:.1e}"
        return f"{self.kind} of {place}: {mark}, {numbers}"


@dataclass(frozen=True)
class TorchReport:
    """The result of a comparison: true when all agrees, printable when not."""

    title: str
    version: str
    comparisons: tuple[Comparison, ...]

    def __bool__(self) -> bool:
        return all(comparison.is_equal for comparison in self.comparisons)

    def __str__(self) -> str:
        verdict = "equal" if self else "DIFFERENT"
        return "\n".join([f"{self.title} in PyTorch {self.version}: {verdict}", *map(str, self.comparisons)])

    __repr__ = __str__


def compare_with_torch(
    graph: Any, inputs: Mapping[str, Any] | None = None, /, *, upstream: Any = None, **named: Any
) -> TorchReport:
    """Compute the same graph in PyTorch, and compare the values and gradients of all its named nodes.

    Takes what `record` takes. Each gate is replayed with PyTorch's own function of that kind, in float64; a Function of
    your own brings it along as a static method `in_torch(*tensors)`. Where max or min has a tie PyTorch shares the
    gradient and this package gives it to the first: the report says so by being different.
    Raises ImportError without PyTorch, and ValueError for a Function that has no PyTorch form.
    """
    torch = _torch()
    source = read(graph, {**(inputs or {}), **named})
    theirs: dict[Tensor, Any] = {}
    for tensor in topological_order(source.root):
        theirs[tensor] = _in_torch(torch, tensor, theirs)
        theirs[tensor].retain_grad()
    theirs[source.root].backward(torch.tensor(np.array(read_seed(source.root, upstream))))
    return TorchReport(source.title, torch.__version__, tuple(_comparisons(source, theirs, upstream)))


def _torch() -> Any:
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        raise ImportError("comparing with PyTorch needs PyTorch: pip install torch") from error


def _in_torch(torch: Any, tensor: Tensor, theirs: Mapping[Tensor, Any]) -> Any:
    if tensor.gate is None:
        return torch.tensor(tensor.data.copy(), dtype=torch.float64, requires_grad=True)
    function = tensor.gate.function
    computed = form_of(function)(torch, *[theirs[source] for source in tensor.inputs], **tensor.gate.options)
    if tuple(computed.shape) != tensor.shape:
        raise ValueError(f"{function.name} gives shape {tensor.shape}, and its PyTorch form {tuple(computed.shape)}")
    return computed


def _comparisons(source: Source, theirs: Mapping[Tensor, Any], upstream: Any) -> Iterator[Comparison]:
    with np.errstate(all="ignore"):
        totals = {tensor: np.asarray(total) for tensor, total, _ in backward(source.root, upstream)}
    for tensor, name in source.names.items():
        if tensor not in theirs:  # an input that nothing uses
            continue
        yield _compared(name, "value", tensor.data, theirs[tensor].detach().numpy())
        gradient = None if tensor.is_constant else theirs[tensor].grad
        if tensor in totals or gradient is not None:  # labels have none
            nothing = np.zeros(tensor.shape)
            arrived = nothing if gradient is None else gradient.numpy()
            yield _compared(name, "gradient", totals.get(tensor, nothing), arrived)


def _compared(name: str, kind: Literal["value", "gradient"], ours: Array, theirs: Array) -> Comparison:
    if ours.shape != theirs.shape:
        raise ValueError(
            f"{name} has shape {ours.shape}, and {theirs.shape} in PyTorch: in_torch computes something else"
        )
    if not ours.size:
        return Comparison(name, kind, (), float("nan"), float("nan"), 0.0)
    with np.errstate(all="ignore"):
        is_same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        differences = np.where(is_same, 0.0, np.nan_to_num(np.abs(ours - theirs), nan=np.inf))
    scale = np.max(np.abs([ours, theirs]), initial=SMALL, where=np.isfinite([ours, theirs]))
    entry = tuple(int(place) for place in np.unravel_index(np.argmax(differences), ours.shape))
    return Comparison(name, kind, entry, float(ours[entry]), float(theirs[entry]), float(differences[entry] / scale))
