"""The gates that move numbers about: transpose, reshape, concatenate, indexing. Their Jacobians hold only 0 and 1."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.code import fill, literal
from backprop_widgets.autograd.function import Context, Function, Slips, export


class Transpose(Function):
    """Reverse the axes, or put them in the order `axes`, as numpy does.

    >>> transpose([[1, 2, 3]]).shape
    (3, 1)
    """

    symbol = "{}ᵀ"
    operator = "T"
    role = "rearranger"
    latex = r"{x}^\top"
    local_latex = ("P",)
    code = "{x}.T"
    backward_code = ("{u}.T * 1",)
    slips: ClassVar[Slips] = {"not transposed": (lambda u: u,)}
    jacobian = ("permutation",)
    samples = (([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],),)

    @staticmethod
    def forward(ctx: Context, x: Any, *, axes: tuple[int, ...] | None = None) -> Any:
        ctx.save_for_backward(None if axes is None else inverse(axes))
        return np.transpose(x, axes)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (back,) = ctx.saved_tensors
        return np.transpose(upstream, back)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        (x,) = gate.inputs
        axes = gate.options.get("axes")
        if axes is None:
            return (cls.code, cls.backward_code) if x.shape else ("np.transpose({x})", ("np.transpose({u}) * 1",))
        back = inverse(axes)
        return "np.transpose({x}, {axes})", (f"np.transpose({{u}}, {back}) * 1",)


class Reshape(Function):
    """Lay the same numbers out in another shape, in C order; one size may be -1.

    >>> reshape([1, 2, 3, 4], shape=(2, 2))
    Tensor([[1., 2.],
            [3., 4.]])
    """

    symbol = "reshape"
    role = "rearranger"
    latex = r"\mathrm{reshape}({x})"
    local_latex = ("I",)
    code = "np.reshape({x}, {shape})"
    backward_code = ("np.reshape({u}, {x_shape}) * 1",)
    jacobian = ("identity",)
    samples = (([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],),)

    @staticmethod
    def forward(ctx: Context, x: Any, *, shape: tuple[int, ...] | int = -1) -> Any:
        ctx.save_for_backward(np.shape(x))
        return np.reshape(x, shape)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (shape,) = ctx.saved_tensors
        return np.reshape(upstream, shape)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        shape = gate.options.get("shape", -1)
        sizes = literal(tuple(shape) if np.ndim(shape) else (shape,))  # a tuple, as PyTorch asks for
        return fill(cls.code, {"shape": sizes}), cls.backward_code


class Concatenate(Function):
    """Join arrays along `axis`; each gets its own part of the gradient back.

    >>> concatenate([1, 2], [3])
    Tensor([1., 2., 3.])
    """

    symbol = "concat"
    role = "rearranger"
    latex = r"[{x}; {y}]"
    local_latex = ("[I\\ 0]", "[0\\ I]")
    code = "np.concatenate([{parts}], axis={axis})"
    backward_code = ("{u}[{rows}] * 1",)
    jacobian = ("zero-one", "zero-one")
    samples = (([1.0, 2.0], [3.0, 4.0, 5.0]), ([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]))

    @staticmethod
    def forward(ctx: Context, *parts: Any, axis: int = 0) -> Any:
        if not parts or any(np.ndim(part) == 0 for part in parts):
            raise ValueError("concatenate joins one array or more, and a single number is none: reshape(x, shape=(1,))")
        joined = np.concatenate(parts, axis=axis)
        ctx.save_for_backward(np.cumsum([np.shape(part)[axis] for part in parts])[:-1], axis)
        return joined

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        borders, axis = ctx.saved_tensors
        return tuple(np.split(upstream, borders, axis=axis))

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        parts = ", ".join(f"{{{slot}}}" for slot in range(len(gate.inputs)))
        axis = gate.options.get("axis", 0) % gate.inputs[0].ndim
        borders = np.cumsum([0, *(part.shape[axis] for part in gate.inputs)]).tolist()
        (template,) = cls.backward_code
        rows = [":, " * axis + f"{start}:{stop}" for start, stop in itertools.pairwise(borders)]
        return fill(cls.code, {"parts": parts, "axis": str(axis)}), tuple(
            fill(template, {"rows": picked}) for picked in rows
        )


class Index(Function):
    """Pick entries as numpy does: `x[2]`, `x[:, 1]`, `x[[0, 0, 2]]`; an entry picked twice gets both gradients.

    >>> index([1, 2, 3], key=2)
    Tensor(3.)
    """

    symbol = "{}[ ]"
    role = "router"
    latex = "{x}_{i}"
    local_latex = ("1[i]",)
    code = "{x}[{key}]"
    backward_code = ("{part} = np.zeros({x_shape})\n{part}[{key}] = {u}\n{part}",)
    slips: ClassVar[Slips] = {
        "to every entry": (lambda u, x: np.broadcast_to(u, np.shape(x)),),
        "last of the repeated": (lambda u, x, key=0: _assigned(x, key, u),),
    }
    jacobian = ("zero-one",)
    samples = (([1.0, 2.0, 3.0],), ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],))
    operator = "[]"

    @staticmethod
    def forward(ctx: Context, x: Any, *, key: Any = 0) -> Any:
        try:
            picked = x[key]
        except IndexError as error:
            raise IndexError(f"an array of shape {np.shape(x)} has no entry [{written(key)}]: {error}") from None
        ctx.save_for_backward(np.shape(x), key)
        return np.array(picked)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        shape, key = ctx.saved_tensors
        sent = np.zeros(shape)
        np.add.at(sent, key, upstream)  # adds where an index is repeated; `=` would keep the last only
        return sent

    @classmethod
    def pieces(cls, count: int, options: Mapping[str, Any]) -> list[str]:
        return ["", f"[{written(options.get('key', 0))}]"]

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        key = gate.options.get("key", 0)
        parts = [list(part) if isinstance(part, tuple) else part for part in (key if isinstance(key, tuple) else [key])]
        text = written(tuple(parts)) or "()"
        (sent,) = cls.backward_code
        if any(type(part) not in (int, slice, type(None), type(...)) for part in parts):  # these may repeat an entry
            sent = sent.replace("{part}[{key}] = {u}", "np.add.at({part}, np.s_[{key}], {u})")
        return fill(cls.code, {"key": text}), (fill(sent, {"key": text}),)


def inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The order of axes that undoes a transpose; -1 is the last axis."""
    return tuple(int(place) for place in np.argsort([axis % len(axes) for axis in axes]))


def _assigned(x: Any, key: Any, upstream: Any) -> Any:
    """What `=` leaves where `+=` is needed: of an entry picked twice, the last gradient only."""
    sent = np.zeros(np.shape(x))
    sent[key] = upstream
    return sent


def written(key: Any) -> str:
    """Write an index as it is typed: `:, 1`."""
    if isinstance(key, tuple):
        return ", ".join(written(part) for part in key)
    if isinstance(key, slice):
        ends = [":" if key.start is None else f"{key.start}:", "" if key.stop is None else str(key.stop)]
        return "".join(ends) + ("" if key.step is None else f":{key.step}")
    if isinstance(key, np.ndarray):
        return str(key.tolist())
    return "..." if key is Ellipsis else str(key)


transpose = export(Transpose, "transpose")
reshape = export(Reshape, "reshape")
concatenate = export(Concatenate, "concatenate")
index = export(Index, "index")
