"""The gates that choose: the whole upstream gradient goes to the winner, and at a tie to the first of them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.arrays import only_where
from backprop_widgets.autograd.code import fill
from backprop_widgets.autograd.function import Context, Function, Slips, export
from backprop_widgets.ops.arithmetic import Elementwise
from backprop_widgets.ops.inputs import some_entries

TO_THE_WRONG_ONE: Slips = {
    "to both": (lambda u: u, lambda u: u),
    "times the value": (lambda u, x, z: u * (x == z) * x, lambda u, y, z: u * (y == z) * y),
    "always the first": (lambda u: u, lambda u: 0.0 * u),
}


class Chosen(Elementwise):
    """One of two values, entry by entry, and at a tie the first: what maximum and minimum have in common."""

    role = "router"
    commutes = True
    zero_because = "lost"
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, -4.0), ([1.0, 2.0, 3.0], 1.5))

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (first_wins,) = ctx.saved_tensors
        return only_where(first_wins, upstream), only_where(np.logical_not(first_wins), upstream)


class Maximum(Chosen):
    """Take the larger of two values, entry by entry: the gradient router. At a tie the first input takes the gradient.

    >>> maximum(3, 4)
    Tensor(4.)
    """

    symbol = "max"
    template = "max({}, {})"
    latex = r"\max({x}, {y})"
    local_latex = (r"1[{x} \ge {y}]", "1[{y} > {x}]")
    code = "np.maximum({x}, {y})"
    backward_code = ("{u} * ({x} >= {y})", "{u} * ({y} > {x})")
    slips: ClassVar[Slips] = {
        "to the loser": (lambda u, x, y: u * (x < y), lambda u, x, y: u * (y < x)),
        **TO_THE_WRONG_ONE,
    }

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x >= y)
        return np.maximum(x, y)

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return 1.0 * (inputs[0] > inputs[1]) - (inputs[0] < inputs[1])  # no difference: both may be infinite


class Minimum(Chosen):
    """Take the smaller of two values, entry by entry. At a tie the first input takes the gradient.

    >>> minimum(3, 4)
    Tensor(3.)
    """

    symbol = "min"
    template = "min({}, {})"
    latex = r"\min({x}, {y})"
    local_latex = (r"1[{x} \le {y}]", "1[{y} < {x}]")
    code = "np.minimum({x}, {y})"
    backward_code = ("{u} * ({x} <= {y})", "{u} * ({y} < {x})")
    slips: ClassVar[Slips] = {
        "to the loser": (lambda u, x, y: u * (x > y), lambda u, x, y: u * (y > x)),
        **TO_THE_WRONG_ONE,
    }

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x <= y)
        return np.minimum(x, y)

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return 1.0 * (inputs[0] < inputs[1]) - (inputs[0] > inputs[1])


class Maxout(Elementwise):
    """Take the largest of several values, entry by entry: the maxout unit over its linear pieces.

    >>> maxout(3, 5, 4)
    Tensor(5.)
    """

    symbol = "maxout"
    role = "router"
    commutes = True
    zero_because = "lost"
    latex = r"\max({x}, {y}, \dots)"
    local_latex = (r"1[{x} = {z}]", r"1[{y} = {z}]")
    code = "{winner} = np.argmax({stacked}, axis=0)\nnp.max({stacked}, axis=0)"
    backward_code = ("{u} * ({winner} == {slot})",)
    jacobian = ("diagonal", "diagonal", "diagonal")
    samples = ((3.0, 5.0, 4.0), ([1.0, 2.0, 3.0], [0.5, 2.5, 4.0], [2.0, 0.0, 1.0]))

    @staticmethod
    def forward(ctx: Context, *pieces: Any) -> Any:
        if not pieces:
            raise TypeError("maxout takes one input or more, got none")
        stacked = np.stack(np.broadcast_arrays(*pieces))
        ctx.save_for_backward(np.argmax(stacked, axis=0))
        return stacked.max(axis=0)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (winner,) = ctx.saved_tensors
        return tuple(only_where(winner == slot, upstream) for slot in range(len(ctx.inputs)))

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return winners(np.stack(np.broadcast_arrays(*inputs)), 0)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        pieces = ", ".join(f"{{{slot}}}" for slot in range(len(gate.inputs)))
        alike = len({piece.shape for piece in gate.inputs}) == 1
        stacked = f"np.stack([{pieces}])" if alike else f"np.stack(np.broadcast_arrays({pieces}))"
        (template,) = cls.backward_code
        sent = tuple(fill(template, {"slot": str(slot)}) for slot in range(len(gate.inputs)))
        return fill(cls.code, {"stacked": stacked}), sent


class Extreme(Function):
    """One entry along an axis, which alone gets the gradient: what max and min have in common."""

    role = "router"
    local_latex = (r"1[{x} = {z}]",)
    backward_code = ("{part} = np.zeros({x_shape})\n{part}.ravel()[{find}({x})] = {u}\n{part}",)
    slips: ClassVar[Slips] = {
        "to every entry": (lambda u, x: u * np.ones(np.shape(x)) if np.ndim(u) == 0 else None,),
        "times the value": (lambda u, x, z: u * (x == z) * x if np.ndim(u) == 0 else None,),
        "always the first": (lambda u, x: u * (np.arange(np.size(x)) == 0).reshape(np.shape(x)),),
    }
    jacobian = ("zero-one",)
    samples = (([1.0, 3.0, 2.0],), ([[1.0, 5.0, 3.0], [4.0, 2.0, 6.0]],))
    find: ClassVar[str] = ""  # the function of numpy that finds the place of the winner

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        return routed(ctx, upstream)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        template = fill(cls.backward_code[0], {"find": f"np.{cls.find}"})
        return cls.code or "", (routing_code(template, cls.find, gate),)


class Max(Extreme):
    """Take the largest entry along `axis` (of all by default), as numpy does; it alone gets the gradient.

    >>> max([1, 3, 2])
    Tensor(3.)
    """

    symbol = "max"
    latex = r"\max {x}"
    code = "np.max({x}{given})"
    find = "argmax"

    @staticmethod
    def forward(ctx: Context, x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
        some_entries("max", x)
        return chosen(ctx, x, np.argmax(x, axis=axis, keepdims=True), axis, keepdims=keepdims)

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return winners(inputs[0], options.get("axis"))


class Min(Extreme):
    """Take the smallest entry along `axis` (of all by default), as numpy does; it alone gets the gradient.

    >>> min([1, 3, 2])
    Tensor(1.)
    """

    symbol = "min"
    latex = r"\min {x}"
    code = "np.min({x}{given})"
    find = "argmin"

    @staticmethod
    def forward(ctx: Context, x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
        some_entries("min", x)
        return chosen(ctx, x, np.argmin(x, axis=axis, keepdims=True), axis, keepdims=keepdims)

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return winners(-inputs[0], options.get("axis"))


def chosen(ctx: Context, x: Any, place: Any, axis: int | None, *, keepdims: bool) -> Any:
    """Pick the winner of each lane along `axis`, and keep its place for the way back."""
    lane = x.ravel() if axis is None else x
    place = place.ravel() if axis is None else place
    ctx.save_for_backward(place, np.shape(x), axis)
    picked = np.take_along_axis(lane, place, 0 if axis is None else axis)
    if axis is None:
        return picked.reshape((1,) * x.ndim if keepdims else ())
    return picked if keepdims else picked.squeeze(axis)


def routed(ctx: Context, upstream: Any) -> Any:
    """Send the gradient to the winner of each lane, and nothing to the others."""
    place, shape, axis = ctx.saved_tensors
    if axis is None:
        lane = np.zeros(int(np.prod(shape, dtype=int)))
        np.put_along_axis(lane, place, np.reshape(upstream, 1), 0)
        return lane.reshape(shape)
    lane = np.zeros(shape)
    np.put_along_axis(lane, place, np.reshape(upstream, place.shape), axis)
    return lane


def winners(x: Any, axis: int | None) -> Any:
    """The place of the largest entry of each lane, counted from 1; 0 where two are equally large."""
    lane = np.ravel(x) if axis is None else x
    at = 0 if axis is None else axis
    first = np.argmax(lane, axis=at)
    ties = (lane == lane.max(axis=at, keepdims=True)).sum(axis=at) > 1
    return np.where(ties, 0, first + 1)


def routing_code(template: str, find: str, gate: Context) -> str:
    """The code that sends the gradient to the winner of each lane."""
    keepdims = gate.options.get("keepdims", False)
    if gate.options.get("axis") is None:
        return template.replace("= {u}", "= np.sum({u})") if keepdims else template
    upstream = "{u}" if keepdims else "np.expand_dims({u}, {axis})"
    place = f"np.put_along_axis({{part}}, np.{find}({{x}}, axis={{axis}}, keepdims=True), {upstream}, {{axis}})"
    return f"{{part}} = np.zeros({{x_shape}})\n{place}\n{{part}}"


maximum = export(Maximum, "maximum")
minimum = export(Minimum, "minimum")
maxout = export(Maxout, "maxout")
max = export(Max, "max")
min = export(Min, "min")
