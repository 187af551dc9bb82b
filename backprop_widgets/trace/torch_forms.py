"""What PyTorch calls each op: a small table, and the one place that knows PyTorch.

It does not stand on the op classes, unlike all else that is known of an op: it serves the comparison alone, an op works
without it, and it speaks of a library that need not be there. Each form takes torch itself, tensors, and the op's
options; it is torch's own function, so that the comparison is with somebody else's work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_widgets.autograd.function import Function, table


def form_of(function: type[Function]) -> Callable[..., Any]:
    """The form of an op, `form(torch, *tensors, **options)`. Raises ValueError where there is none.

    A Function of the student's own brings its form along, as a static method `in_torch(*tensors, **options)`.
    """
    own = getattr(function, "in_torch", None)
    if own is not None:
        return lambda _, *tensors, **options: own(*tensors, **options)
    if table.get(function.name) is not function or function.name not in FORMS:
        raise ValueError(
            f"{function.name} has no PyTorch form: give its class a static method in_torch(x, ...) that computes the "
            f"same of torch tensors"
        )
    return FORMS[function.name]


def _same(name: str) -> Callable[..., Any]:
    return lambda torch, *tensors: getattr(torch, name)(*tensors)


def _reduced(name: str) -> Callable[..., Any]:
    def form(torch: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        axes = tuple(range(x.ndim)) if axis is None else axis
        return x if axes == () else getattr(torch, name)(x, dim=axes, keepdim=keepdims)  # torch reads () as all axes

    return form


def _transpose(torch: Any, x: Any, *, axes: Any = None) -> Any:
    return torch.permute(x, tuple(reversed(range(x.ndim))) if axes is None else tuple(axes))


def _reshape(torch: Any, x: Any, *, shape: Any = -1) -> Any:
    return torch.reshape(x, shape if isinstance(shape, tuple) else (shape,))


def _index(torch: Any, x: Any, *, key: Any = 0) -> Any:
    places = np.array(np.arange(x.numel()).reshape(x.shape)[key])  # numpy reads the key: torch has no negative steps
    return x.reshape(-1)[torch.as_tensor(places)]


def _labels(torch: Any, scores: Any, labels: Any) -> Any:
    """Rows of probabilities, or integers: torch tells them apart by their type."""
    return labels.detach() if labels.shape == scores.shape else labels.detach().to(torch.int64)


def _softmax_cross_entropy(torch: Any, scores: Any, labels: Any) -> Any:
    return torch.nn.functional.cross_entropy(scores, _labels(torch, scores, labels))


def _cross_entropy(torch: Any, p: Any, labels: Any) -> Any:
    wanted = _labels(torch, p, labels)
    if wanted.shape == p.shape:
        return -torch.xlogy(wanted, p).sum() / (len(p) if p.ndim == 2 else 1)
    return -torch.log(p.gather(-1, wanted.unsqueeze(-1))).mean()


def _hinge_loss(torch: Any, scores: Any, labels: Any, *, margin: float = 1.0) -> Any:
    wanted = _labels(torch, scores, labels)
    wanted = wanted.argmax(dim=-1) if wanted.shape == scores.shape else wanted
    averaged = torch.nn.functional.multi_margin_loss(scores, wanted, margin=margin)
    return averaged * scores.shape[-1]  # torch averages over the classes too


def _squared_error(torch: Any, x: Any, y: Any) -> Any:
    return torch.nn.functional.mse_loss(x, y, reduction="sum") / (len(x) if x.ndim else 1)


SAME_NAME = (
    *("abs", "add", "cos", "divide", "exp", "log", "matmul", "maximum", "minimum", "multiply", "reciprocal", "relu"),
    *("sigmoid", "sin", "sqrt", "square", "subtract", "tanh"),
)

FORMS: dict[str, Callable[..., Any]] = {
    **{name: _same(name) for name in SAME_NAME},
    "binary_cross_entropy": lambda torch, p, y: torch.nn.functional.binary_cross_entropy(p, y.detach()),
    "concatenate": lambda torch, *parts, axis=0: torch.cat(parts, dim=axis),
    "cross_entropy": _cross_entropy,
    "elu": lambda torch, x, alpha=1.0: torch.nn.functional.elu(x, alpha),
    "hinge_loss": _hinge_loss,
    "index": _index,
    "l2": lambda torch, W, strength=1.0: strength * torch.linalg.vector_norm(W) ** 2,
    "leaky_relu": lambda torch, x, slope=0.01: torch.nn.functional.leaky_relu(x, slope),
    "log_softmax": lambda torch, x, axis=-1: torch.log_softmax(x, dim=axis),
    "max": _reduced("amax"),
    "maxout": lambda torch, *pieces: torch.stack(torch.broadcast_tensors(*pieces)).amax(dim=0),
    "mean": _reduced("mean"),
    "min": _reduced("amin"),
    "negate": _same("negative"),
    "power": _same("pow"),
    "reshape": _reshape,
    "softmax": lambda torch, x, axis=-1: torch.softmax(x, dim=axis),
    "softmax_cross_entropy": _softmax_cross_entropy,
    "softplus": lambda torch, x: torch.logaddexp(x, torch.zeros_like(x)),  # torch's softplus is x itself above 20
    "squared_error": _squared_error,
    "sum": _reduced("sum"),
    "transpose": _transpose,
}
