"""The gates of arithmetic: + - * / negation, powers, 1/x."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.code import literal
from backprop_widgets.autograd.function import Context, Function, Slips, export

SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Elementwise(Function):
    """A gate that works entry by entry; its inputs broadcast as in numpy, and its Jacobian is diagonal."""

    elementwise = True
    takes_scalars = True
    jacobian: ClassVar[tuple[str, ...]] = ("diagonal",)


class Add(Elementwise):
    """Add two values: the gradient distributor.

    >>> add(3, 4)
    Tensor(7.)
    """

    symbol = "+"
    role = "distributor"
    operator = "+"
    template = "{} + {}"
    commutes = True
    latex = "{x} + {y}"
    local_latex = ("1", "1")
    code = "{x} + {y}"
    backward_code = ("{u} * 1", "{u} * 1")
    slips: ClassVar[Slips] = {
        "add as multiply": (lambda u, y: u * y, lambda u, x: u * x),
        "upstream split": (lambda u: u / 2, lambda u: u / 2),
    }
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, -4.0), ([1.0, 2.0, 3.0], 0.5), ([[1.0], [2.0]], [3.0, 4.0, 5.0]))

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        return x + y

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        return upstream, upstream


class Subtract(Elementwise):
    """Subtract the second value from the first; the gradient of the second changes sign.

    >>> subtract(3, 4)
    Tensor(-1.)
    """

    symbol = "−"
    role = "signed distributor"
    operator = "-"
    template = "{} − {}"
    latex = "{x} - {y}"
    local_latex = ("1", "-1")
    code = "{x} - {y}"
    backward_code = ("{u} * 1", "{u} * -1")
    slips: ClassVar[Slips] = {
        "sign lost": (None, lambda u: u),
        "sign on the wrong input": (lambda u: -u, lambda u: u),
    }
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, -4.0), ([1.0, 2.0, 3.0], 0.5))

    @classmethod
    def role_with(cls, folded: list[str | None]) -> str:
        return "distributor" if folded[1] else "scale" if folded[0] else cls.role

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        return x - y

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        return upstream, -upstream


class Multiply(Elementwise):
    """Multiply two values entry by entry: the swap multiplier.

    >>> multiply(3, -4)
    Tensor(-12.)
    """

    symbol = "×"
    role = "swap multiplier"
    operator = "*"
    template = "{} × {}"
    commutes = True
    zero_because = "factor"
    latex = r"{x} \cdot {y}"
    local_latex = ("{y}", "{x}")
    code = "{x} * {y}"
    backward_code = ("{u} * {y}", "{u} * {x}")
    slips: ClassVar[Slips] = {
        "own operand": (lambda u, x: u * x, lambda u, y: u * y),
        "multiply as add": (lambda u: u, lambda u: u),
    }
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, -4.0), ([1.0, 2.0, 3.0], -0.5), ([[1.0], [2.0]], [3.0, 4.0, 5.0]))

    @classmethod
    def role_with(cls, folded: list[str | None]) -> str:
        return "scale" if any(folded) else cls.role

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        ctx.saved_tensors = x, y
        return x * y

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        x, y = ctx.saved_tensors
        return upstream * y, upstream * x


class Divide(Elementwise):
    """Divide the first value by the second.

    >>> divide(3, 4)
    Tensor(0.75)
    """

    symbol = "÷"
    operator = "/"
    template = "{} / {}"
    zero_because = "factor"
    latex = r"\frac{{x}}{{y}}"
    local_latex = (r"\frac{1}{{y}}", r"-\frac{{x}}{{y}^2}")
    code = "{x} / {y}"
    backward_code = ("{u} / {y}", "-{u} * {x} / ({y} * {y})")
    slips: ClassVar[Slips] = {
        "sign lost": (None, lambda d: -d),
        "not squared": (None, lambda d, y: d * y),
        "divide as multiply": (lambda u, y: u * y, lambda u, x: u * x),
    }
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, -4.0), ([1.0, 2.0, 3.0], -0.5), (1.0, [2.0, -4.0]))

    @classmethod
    def role_with(cls, folded: list[str | None]) -> str:
        return "scale" if folded[1] else cls.role

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x / y

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        x, y = ctx.saved_tensors
        return upstream / y, -upstream * x / (y * y)


class Negate(Elementwise):
    """Change the sign.

    >>> negate(3)
    Tensor(-3.)
    """

    symbol = "×−1"
    role = "scale"
    operator = "neg"
    stays_finite = True
    template = "−{}"
    latex = "-{x}"
    local_latex = ("-1",)
    code = "-{x}"
    backward_code = ("{u} * -1",)
    slips: ClassVar[Slips] = {"sign lost": (lambda u: u,)}
    samples = ((3.0,), ([1.0, -2.0, 0.0],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        return -x

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        return -upstream


class Power(Elementwise):
    """Raise the first value to the power of the second; the gradient of the exponent needs a positive base.

    >>> power(3, 2)
    Tensor(9.)
    """

    symbol = "^"
    operator = "**"
    template = "{} ** {}"
    latex = "{x}^{y}"
    local_latex = ("{y} {x}^{{y} - 1}", r"{z} \ln {x}")
    code = "{x} ** {y}"
    backward_code = (
        "{u} * {y} * {x} ** np.where({y} == 0, 1, {y} - 1)",
        "{u} * {z} * np.log(np.where({z} == 0, 1, {x}))",
    )
    slips: ClassVar[Slips] = {
        "factor lost": (lambda u, x, y: u * x ** (y - 1),),
        "exponent kept": (lambda u, y, z: u * y * z,),
    }
    jacobian = ("diagonal", "diagonal")
    samples = ((3.0, 2.0), (2.0, -1.5), ([1.0, 2.0, 0.5], 3.0))

    @classmethod
    def symbol_with(cls, folded: list[str | None], names: list[str]) -> str:
        base, exponent = names
        if folded[1] is None or not exponent.lstrip("−").isdigit():
            return cls.symbol if not any(folded) else f"{base}^{exponent}"
        return base + exponent.translate(SUPERSCRIPTS)

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        z = x**y
        ctx.saved_tensors = x, y, z
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        x, y, z = ctx.saved_tensors
        if ctx.inputs[1].is_constant and type(x) is type(y) is float and x != 0:
            return upstream * y * x ** (y - 1), None  # the lines below come to the same, for arrays and 0 too
        x_asked, y_asked = ctx.needs_input_grad
        return (
            upstream * y * x ** np.where(y == 0, 1.0, y - 1) if x_asked else None,  # 0 * x**-1 is 0, at x = 0 too
            upstream * z * np.log(np.where(z == 0, 1.0, x)) if y_asked else None,  # 0**y stays 0 for every y > 0
        )

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        x, y = gate.inputs
        by_base, by_exponent = cls.backward_code
        if y.is_constant and not y.shape:
            less = float(y.data) - 1.0
            by_base = {-1.0: "{u} * 0 * {x}", 0.0: "{u} * 1", 1.0: "{u} * 2 * {x}"}.get(
                less, f"{{u}} * {{y}} * {{x}} ** {literal(less)}"
            )
        if x.is_constant and not x.shape and float(x.data) > 0:
            by_exponent = "{u} * {z} * np.log({x})"
        return cls.code, (by_base, by_exponent)


class Reciprocal(Elementwise):
    """Compute 1/x.

    >>> reciprocal(4)
    Tensor(0.25)
    """

    symbol = "1/{}"
    template = "1 / {}"
    latex = r"\frac{1}{{x}}"
    local_latex = (r"-\frac{1}{{x}^2}",)
    code = "1 / {x}"
    backward_code = ("-{u} * {z} * {z}",)
    slips: ClassVar[Slips] = {
        "sign lost": (lambda d: -d,),
        "not squared": (lambda u, z: -u * z,),
        "logarithm": (lambda u, x: u * np.log(x),),
    }
    samples = ((4.0,), ([1.0, -2.0, 0.5],))

    @staticmethod
    def forward(ctx: Context, x: Any) -> Any:
        z = 1.0 / x
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        (z,) = ctx.saved_tensors
        return -upstream * z * z


add = export(Add, "add")
subtract = export(Subtract, "subtract")
multiply = export(Multiply, "multiply")
divide = export(Divide, "divide")
negate = export(Negate, "negate")
power = export(Power, "power")
reciprocal = export(Reciprocal, "reciprocal")
