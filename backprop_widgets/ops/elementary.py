"""The elementary functions of one value: exp, log, square, sqrt, sin, cos, abs."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.function import Context, Slips, export
from backprop_widgets.ops.arithmetic import Elementwise


class Exp(Elementwise):
    """Compute e to the power of x; its slope is its own output.

    >>> exp(0)
    Tensor(1.)
    """

    symbol = "exp"
    latex = "e^{{x}}"
    local_latex = ("{z}",)
    code = "np.exp({x})"
    backward_code = ("{u} * {z}",)
    slips: ClassVar[Slips] = {
        "input for output": (lambda u, x: u * x,),
        "power rule": (lambda u, x: u * x * np.exp(x - 1.0),),
    }
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        z = np.exp(x)
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (z,) = ctx.saved_tensors
        return upstream * z


class Log(Elementwise):
    """Compute the natural logarithm.

    >>> log(1)
    Tensor(0.)
    """

    symbol = "log"
    latex = r"\ln {x}"
    local_latex = (r"\frac{1}{{x}}",)
    code = "np.log({x})"
    backward_code = ("{u} / {x}",)
    slips: ClassVar[Slips] = {"output for input": (lambda u, z: u / z,), "sign lost": (lambda d: -d,)}
    samples = ((0.5,), ([1.0, 2.0, 10.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.log(x)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (x,) = ctx.saved_tensors
        return upstream / x


class Square(Elementwise):
    """Square a value.

    >>> square(-3)
    Tensor(9.)
    """

    symbol = "{}²"
    latex = "{x}^2"
    local_latex = ("2 {x}",)
    code = "{x} ** 2"
    backward_code = ("{u} * 2 * {x}",)
    slips: ClassVar[Slips] = {
        "factor lost": (lambda d: d / 2,),
        "exponent kept": (lambda u, z: u * 2.0 * z,),
    }
    samples = ((3.0,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 2.0 * x * upstream


class Sqrt(Elementwise):
    """Take the square root; its slope grows without bound towards 0.

    >>> sqrt(9)
    Tensor(3.)
    """

    symbol = "√"
    latex = r"\sqrt{{x}}"
    local_latex = (r"\frac{1}{2 {z}}",)
    code = "np.sqrt({x})"
    backward_code = ("{u} / (2 * {z})",)
    slips: ClassVar[Slips] = {
        "factor lost": (lambda u, z: u / z,),
        "input for output": (lambda u, x: u / (2.0 * x),),
    }
    samples = ((4.0,), ([1.0, 2.0, 0.25],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        z = np.sqrt(x)
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (z,) = ctx.saved_tensors
        return upstream / (2.0 * z)


class Sin(Elementwise):
    """Compute the sine of an angle in radians.

    >>> sin(0)
    Tensor(0.)
    """

    symbol = "sin"
    latex = r"\sin {x}"
    local_latex = (r"\cos {x}",)
    code = "np.sin({x})"
    backward_code = ("{u} * np.cos({x})",)
    slips: ClassVar[Slips] = {"sign lost": (lambda d: -d,)}
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.sin(x)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (x,) = ctx.saved_tensors
        return upstream * np.cos(x)


class Cos(Elementwise):
    """Compute the cosine of an angle in radians.

    >>> cos(0)
    Tensor(1.)
    """

    symbol = "cos"
    latex = r"\cos {x}"
    local_latex = (r"-\sin {x}",)
    code = "np.cos({x})"
    backward_code = ("{u} * -np.sin({x})",)
    slips: ClassVar[Slips] = {"sign lost": (lambda d: -d,)}
    samples = ((0.5,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.cos(x)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (x,) = ctx.saved_tensors
        return -upstream * np.sin(x)


class Abs(Elementwise):
    """Drop the sign; the slope is the sign, taken as 0 at the kink at 0.

    >>> abs(-3)
    Tensor(3.)
    """

    symbol = "|{}|"
    operator = "abs"
    latex = "|{x}|"
    local_latex = (r"\mathrm{sign}({x})",)
    code = "np.abs({x})"
    backward_code = ("{u} * np.sign({x})",)
    slips: ClassVar[Slips] = {"sign lost": (lambda u: u,)}
    samples = ((3.0,), ([1.5, -2.0, 0.5],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        ctx.save_for_backward(np.sign(x))
        return np.abs(x)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (sign,) = ctx.saved_tensors
        return upstream * sign

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        return np.sign(inputs[0])


exp = export(Exp, "exp")
log = export(Log, "log")
square = export(Square, "square")
sqrt = export(Sqrt, "sqrt")
sin = export(Sin, "sin")
cos = export(Cos, "cos")
abs = export(Abs, "abs")
