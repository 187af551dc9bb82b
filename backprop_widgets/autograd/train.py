"""The whole algorithm as an iterator: forward, backward, descent. Prints and plots nothing."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array, is_finite, read_finite, shortened
from backprop_widgets.autograd.nonfinite import warn
from backprop_widgets.autograd.tensor import Tensor

Arrays = Mapping[str, Array]
SHOWN = 3  # scalar parameters are written out in a line, up to so many


@dataclass(frozen=True, eq=False)
class TrainingStep:
    """One round of forward, backward and descent. The arrays are by the parameters' names, and read-only."""

    number: int  # 1, 2, ...
    loss: float  # before the descent
    rate: float
    before: Arrays
    gradients: Arrays  # as used: what was not cleared before the backward pass is in them
    after: Arrays

    def __str__(self) -> str:
        line = f"step {self.number}: loss {self.loss:.4g}"
        if all(value.shape == () for value in self.before.values()) and len(self.before) <= SHOWN:
            return "; ".join([line, *(self._descent(name) for name in self.before)])
        sizes = (f"{name} {np.linalg.norm(gradient):.3g}" for name, gradient in self.gradients.items())
        return f"{line}; size of the gradient: {', '.join(sizes)}"

    __repr__ = __str__

    def _descent(self, name: str) -> str:
        gradient = f"{self.gradients[name]:.4g}"
        bracketed = f"({gradient})" if gradient.startswith("-") else gradient
        return f"{name} = {self.before[name]:.4g} - {self.rate:.4g} * {bracketed} = {self.after[name]:.4g}"


def train(  # noqa: PLR0913  (each has a name where it is called, and most a default)
    loss: Callable[..., Tensor],
    parameters: Mapping[str, Tensor] | Sequence[Tensor] | Tensor,
    *,
    rate: float = 0.1,
    steps: int = 100,
    zero_grad: bool = True,
    data: Sequence[Any] | None = None,
    batch_size: int | None = None,
    seed: int = 0,
) -> Iterator[TrainingStep]:
    """Go down the slope of `loss`: compute it, run the backward pass, and set each parameter W to W - rate * dL/dW.

    `loss` is a function that computes a scalar Tensor anew each time it is called. It takes no arguments, or the arrays
    of `data`: a batch of `batch_size` of their rows, or all of them. Each epoch takes every row once, in an order drawn
    from `seed`; its last batch may be smaller.
    `zero_grad=False` forgets to clear the gradients, so that each step adds to those before it.

    Nothing happens before the first step is asked for; the arguments are checked at once. A loss or a gradient that is
    not finite ends the iteration before that step's descent, with a NonFiniteWarning that names the step.
    Raises TypeError or ValueError for a parameter that is not a leaf, or that the loss does not depend on, and for a
    loss that is not a scalar Tensor.

    >>> w = Tensor(3.0, name="w")
    >>> for step in train(lambda: w**2, w, rate=0.25, steps=2):
    ...     print(step)
    step 1: loss 9; w = 3 - 0.25 * 6 = 1.5
    step 2: loss 2.25; w = 1.5 - 0.25 * 3 = 0.75
    """
    if not callable(loss):
        raise TypeError(
            f"loss must be a function that computes the loss anew at each step, `lambda: ...`, got {loss!r}"
        )
    if not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(f"steps must be a whole number from 0, got {steps!r}")
    rate = read_finite(rate, "rate")
    named = _named(parameters)
    losses = (_scalar(loss(*batch)) for batch in _batches(data, batch_size, seed))
    return _steps(losses, named, rate, int(steps), zero_grad=zero_grad)


def _steps(
    losses: Iterator[Tensor], parameters: dict[str, Tensor], rate: float, steps: int, *, zero_grad: bool
) -> Iterator[TrainingStep]:
    for number in range(1, steps + 1):
        if zero_grad:
            for parameter in parameters.values():
                parameter.zero_grad()
        value = next(losses)  # computed now
        if not math.isfinite(value):
            _stop(f"the loss is {float(value)}", number)
            return
        value.backward()
        gradients = {name: _gradient(name, parameter) for name, parameter in parameters.items()}
        if wild := [name for name, gradient in gradients.items() if not is_finite(gradient)]:
            _stop(f"the gradient of {', '.join(wild)} is not finite", number)
            return
        before = {name: parameter.data for name, parameter in parameters.items()}
        for parameter in parameters.values():
            parameter.descend(rate)
        after = {name: parameter.data for name, parameter in parameters.items()}
        yield TrainingStep(number, float(value), rate, *map(MappingProxyType, (before, gradients, after)))


def _named(parameters: Any) -> dict[str, Tensor]:
    """The parameters by name. A list is named by its tensors' own names, or w1, w2, ..."""
    if isinstance(parameters, Mapping):
        pairs = list(parameters.items())
    elif not isinstance(parameters, (Tensor, Iterable)) or isinstance(parameters, (str, np.ndarray)):
        raise TypeError(f"parameters are Tensors: one, a list, or a dict by name, got {shortened(parameters)}")
    else:
        listed = [parameters] if isinstance(parameters, Tensor) else list(parameters)
        pairs = [(getattr(given, "name", None) or f"w{number}", given) for number, given in enumerate(listed, 1)]
    if not pairs:
        raise ValueError("train needs at least one parameter, got none")
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError(
            f"two parameters have one name, in {', '.join(name for name, _ in pairs)}: give a dict of them"
        )
    for name, parameter in pairs:
        if not isinstance(parameter, Tensor):
            raise TypeError(f"parameter {name} must be a Tensor, got {type(parameter).__name__}")
        if parameter.gate is not None:
            raise ValueError(f"parameter {name} was computed by {parameter.gate.function.name}: only a leaf is trained")
        if parameter.is_constant:
            raise ValueError(f"parameter {name} is a constant: no gradient is computed for it")
    if len(set(named.values())) < len(named):
        raise ValueError(f"one tensor stands there twice, in {', '.join(named)}: it would descend twice in each step")
    return named


def _batches(data: Sequence[Any] | None, batch_size: int | None, seed: int) -> Iterator[tuple[Any, ...]]:
    """Batches without end: nothing, all the data, or some of its rows."""
    if data is None:
        if batch_size is not None:
            raise ValueError("batch_size says how many rows of data to take: give data too")
        return iter(tuple, None)  # () each time
    if not isinstance(data, (list, tuple)):
        raise TypeError(f"data is a list of arrays, one for each argument of loss, got {shortened(data)}")
    arrays = [given.data if isinstance(given, Tensor) else np.asarray(given) for given in data]
    rows = {len(array) if array.ndim else 0 for array in arrays}
    if len(rows) != 1 or 0 in rows:
        raise ValueError(
            f"data needs arrays with as many rows each, got shapes {', '.join(str(a.shape) for a in arrays)}"
        )
    (count,) = rows
    if batch_size is not None and not (isinstance(batch_size, (int, np.integer)) and 1 <= batch_size <= count):
        raise ValueError(f"batch_size must be between 1 and {count}, the rows of data, got {batch_size!r}")
    return _rows(arrays, count, batch_size, seed)


def _rows(arrays: list[Any], count: int, batch_size: int | None, seed: int) -> Iterator[tuple[Any, ...]]:
    draw = random.Random(seed)  # noqa: S311  (no secret; its random() gives the same in every version of Python)
    while batch_size is None:
        yield tuple(arrays)
    while True:
        order = sorted(range(count), key=lambda _: draw.random())
        for start in range(0, count, batch_size):
            yield tuple(array[order[start : start + batch_size]] for array in arrays)


def _scalar(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise TypeError(f"the loss must be a scalar Tensor, got {type(value).__name__}: {value!r}")
    if value.shape:
        raise ValueError(f"the loss must be a scalar Tensor, got shape {value.shape}: reduce it with sum or mean")
    return value


def _gradient(name: str, parameter: Tensor) -> Array:
    if parameter.grad is None:
        raise ValueError(f"the loss does not depend on parameter {name}: no gradient has reached it")
    gradient = np.array(parameter.grad)  # a copy: the next step may add to the tensor's own
    gradient.flags.writeable = False
    return gradient


def _stop(problem: str, number: int) -> None:
    warn(f"{problem} in step {number}: training ends before its descent")
