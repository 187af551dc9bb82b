"""A differentiable function: its forward, its backward, and what teaching needs to know of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.arrays import (
    FLOAT64,
    Array,
    Number,
    frozen,
    frozen_scalar,
    is_finite,
    is_finite_quickly,
    shortened,
)
from backprop_widgets.autograd.context import Context, grouping
from backprop_widgets.autograd.instead import answer
from backprop_widgets.autograd.misuse import check_static, fitting, uncallable
from backprop_widgets.autograd.nonfinite import warn
from backprop_widgets.autograd.quick import operand, quick_call, quick_operator
from backprop_widgets.autograd.quiet import quietly
from backprop_widgets.autograd.tensor import ARITHMETIC, Tensor, use_operator

Slips = Mapping[str, tuple[Callable[..., Any] | None, ...]]  # for each slip one wrong rule for each input


class Function:
    """A gate: write `forward(ctx, ...)` and `backward(ctx, upstream)`, apply it with `YourFunction.apply(x, y)`.

    Both are static methods on float64 arrays; `backward` returns one downstream gradient for each input.
    The class attributes below say what teaching needs; without them a function still steps, draws and checks.

    >>> class Double(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return 2 * x
    ...
    ...     @staticmethod
    ...     def backward(ctx, upstream):
    ...         return 2 * upstream
    >>> x = Tensor(3.0)
    >>> Double.apply(x).backward()
    >>> x.grad
    array(2.)
    """

    name: ClassVar[str] = "function"  # as it is called in expressions and messages
    symbol: ClassVar[str] = ""  # on the gate
    role: ClassVar[str] = "slope"  # what it does to gradients; the names stand in the locale
    template: ClassVar[str] = ""  # how it is written with its operands, "{} + {}"
    operator: ClassVar[str] = ""  # the Python operator that applies it
    latex: ClassVar[str] = ""  # the value, in terms of {x}, {y}
    local_latex: ClassVar[tuple[str, ...]] = ()  # d(output)/d(input), one for each input; {z} is the output
    zero_because: ClassVar[str] = "flat"  # why a local gradient of it is 0: a key of the locale's reasons
    saturates: ClassVar[bool] = False  # whether its curve goes flat for inputs far from 0
    local_text: ClassVar[tuple[str, ...]] = ()  # what upstream is multiplied by where that is a matrix: "{y}ᵀ"
    jacobian: ClassVar[tuple[str, ...]] = ()  # the structure with respect to each input
    labels: ClassVar[tuple[int, ...]] = ()  # slots that hold labels: nobody asks for their gradient
    code: ClassVar[str | None] = (
        None  # the value as Python: see autograd/code.py; None is written as calls of the class
    )
    backward_code: ClassVar[tuple[str, ...]] = ()  # upstream x local for each input, as Python
    slips: ClassVar[Slips] = MappingProxyType({})  # wrong rules by their names: see exercises/slips/op_slips.py
    samples: ClassVar[tuple[Any, ...]] = ()  # inputs on which the generic tests run
    elementwise: ClassVar[bool] = False  # each output entry depends on the entries at its own place; inputs broadcast
    commutes: ClassVar[bool] = False  # whether the order of its inputs is a matter of taste
    stays_finite: ClassVar[bool] = False  # never warns: finite numbers in, finite numbers out; a float for a float
    unseen: ClassVar[bool] = False  # computes where numpy does not see that numbers become infinite
    sends_new: ClassVar[bool] = False  # its backward returns arrays made for that call alone: they may be added to
    is_ours: ClassVar[bool] = False  # `export` sets it: known to return what it should
    takes_scalars: ClassVar[bool] = False  # forward and backward work on float64 scalars, not only on arrays
    sends_floats: ClassVar[bool] = False  # `export` sets it: the same, and known to return what it should

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_static(cls)
        cls.is_ours = cls.sends_floats = False  # nor is what a student makes of one of ours
        cls.sends_new = cls.__dict__.get("sends_new", False)
        if "name" not in cls.__dict__:
            cls.name = cls.__name__
        if not cls.symbol:
            cls.symbol = cls.name

    @staticmethod
    def forward(ctx: Context, *inputs: Any, **options: Any) -> Any:
        """Compute the output from arrays; `ctx.save_for_backward(...)` what backward needs."""
        raise NotImplementedError("a Function needs a static method forward(ctx, ...)")

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        """Return upstream x local for each input, in order; None where `ctx.needs_input_grad` says no."""
        raise NotImplementedError("a Function needs a static method backward(ctx, upstream)")

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        """Tell on which side of a kink each entry stands: 0 on the kink itself. A smooth function has one side."""
        return np.float64(1.0)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        """Its code and backward code, as they are for the shapes and options of one application."""
        return cls.code or "", cls.backward_code

    @classmethod
    def pieces(cls, count: int, options: Mapping[str, Any]) -> list[str]:
        """The text around the operands of its formula: `["", " + ", ""]`; an option is written as a last argument."""
        template = cls.template or f"{cls.name}({', '.join(['{}'] * count)})"
        pieces = template.split("{}")
        if options and pieces[-1] == ")":
            pieces[-1] = "".join(f", {key}={value}" for key, value in options.items()) + ")"
        return pieces

    @classmethod
    def role_with(cls, folded: list[str | None]) -> str:
        """Its role when numbers written into the expression are folded into it."""
        return cls.role

    @classmethod
    def symbol_with(cls, folded: list[str | None], names: list[str]) -> str:
        """What stands on the gate when numbers written into the expression are folded into it: `+1`, `1−x`.

        `folded` has the number of each operand that is one, `names` has the names of all.
        """
        if not any(folded) or all(folded):
            return cls.symbol.replace("{}", names[0]) if names else cls.symbol
        if cls.commutes and cls.template.startswith("{}"):
            number = folded[-1] or folded[0] or ""
            return f"{cls.symbol}({number})" if number.startswith("−") and cls.symbol != "×" else cls.symbol + number
        pieces = cls.pieces(len(folded), {})
        operands = [text or name for text, name in zip(folded, names, strict=True)]
        if "," not in "".join(pieces):  # a minus after an operator is put in brackets
            operands[1:] = [f"({text})" if text.startswith("−") else text for text in operands[1:]]
        written = "".join(piece + text for piece, text in zip(pieces, operands, strict=False)) + pieces[-1]
        return written if "," in written else written.replace(" ", "")

    @classmethod
    def apply(cls, *inputs: Any, **options: Any) -> Tensor:
        """Apply the function to tensors, arrays or numbers, and return a Tensor that remembers it.

        Raises TypeError for an input that is not numeric, ValueError for shapes that do not fit.
        """
        operands: list[Tensor] = []
        given: list[Any] = []
        for x in inputs:
            tensor = x if type(x) is Tensor else operand(cls, len(given), x)
            value = tensor._value
            operands.append(tensor)
            given.append(_given(cls, value) if type(value) is float else value)
        tensors = tuple(operands)
        output = Tensor.of(cls, tensors)
        if options or grouping or not cls.is_ours:
            output._context = _context(cls, tensors, options)
        ctx: Any = output._context or output
        try:
            if cls.is_ours:
                value = quietly(cls.forward, ctx, *given, **options)
            else:
                value = _forward_of_a_student(cls, ctx, given, options)
            if not (type(value) is np.ndarray and value.dtype is FLOAT64 and value.ndim):
                value = _output(cls, value)
            if not (cls.stays_finite or quietly(is_finite_quickly, value)):
                _warn_of_value(cls, tensors, value)
        except ValueError as error:
            if cls.elementwise and not _broadcast(tensors):
                shapes = " and ".join(str(tensor.shape) for tensor in tensors)
                raise ValueError(f"{cls.name} cannot combine shapes {shapes}: sizes must be equal, or 1") from error
            raise fitting(cls, tensors, options, error) from None
        except TypeError as error:
            _bound(cls, inputs, options)  # the message counts the inputs as the caller does
            raise fitting(cls, tensors, options, error) from None
        output._value = value
        return output


def export(function: type[Function], name: str) -> Callable[..., Tensor]:
    """Give a Function its name in expressions and make the plain function that applies it, with its help text."""
    function.name = name
    function.is_ours = True
    function.sends_floats = function.takes_scalars
    table[name] = function
    answer(Tensor, name, f"{name}(x)")

    call = quick_call(function, _bound)
    if "operator" in function.__dict__:
        use_operator(function.operator, quick_operator(function) if function.operator in ARITHMETIC else call)
    call.__name__ = call.__qualname__ = name
    call.__doc__ = function.__doc__
    call.__module__ = function.__module__
    call.__signature__ = _signature(function)  # type: ignore[attr-defined]
    return call


table: dict[str, type[Function]] = {}  # every exported op by its name


def _signature(function: type[Function]) -> inspect.Signature:
    """How it is called: the parameters of `forward` after `ctx`."""
    parameters = list(inspect.signature(function.forward).parameters.values())[1:]
    return inspect.Signature([parameter.replace(annotation=parameter.empty) for parameter in parameters])


def _context(function: type[Function], inputs: tuple[Tensor, ...], options: dict[str, Any]) -> Context:
    context = Context(function, inputs)
    if options:
        context.options = options
    if grouping:
        context.groups = grouping[-1]()
    return context


def _bound(function: type[Function], inputs: tuple[Any, ...], options: dict[str, Any]) -> inspect.BoundArguments:
    signature = _signature(function)
    try:
        return signature.bind(*inputs, **options)
    except TypeError as error:
        raise uncallable(function.name, signature, len(inputs), error) from None


def _given(function: type[Function], value: float) -> Any:
    """What `forward` is given for a number: an array; a numpy scalar where the function can do with that."""
    return np.float64(value) if function.takes_scalars or function.is_ours else frozen_scalar(value)


def _forward_of_a_student(function: type[Function], ctx: Context, given: list[Any], options: dict[str, Any]) -> Any:
    """Run a forward that may do anything: what it is given is read-only, and so is what it returns."""
    for array in given:
        array.setflags(write=False)
    with np.errstate(all="ignore"):  # our warning takes the place of numpy's
        value = function.forward(ctx, *given, **options)
    if type(value) is np.ndarray and value.dtype is FLOAT64:
        value.setflags(write=False)
    return value


def _broadcast(tensors: tuple[Tensor, ...]) -> bool:
    try:
        np.broadcast_shapes(*[tensor.shape for tensor in tensors])
    except ValueError:
        return False
    return True


def _output(function: type[Function], value: Any) -> Number:
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Tensor):
        raise TypeError(f"{function.name}.forward must return an array or a number, got a Tensor")
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{function.name}.forward must return real numbers, got {shortened(value)}")
    return frozen(array)


def _warn_of_value(function: type[Function], inputs: tuple[Tensor, ...], value: Number) -> None:
    if not all(is_finite(tensor._value) for tensor in inputs):
        return  # an earlier gate has been named already
    operands = ", ".join(_shown(tensor) for tensor in inputs)
    found = "nan" if np.isnan(value).any() else "inf" if np.max(value) == np.inf else "-inf"
    warn(f"{function.name} gave {found} from {operands}; it is kept as it is")


def _shown(tensor: Tensor) -> str:
    value = f"{tensor._value:.4g}" if not tensor.shape else f"array of shape {tensor.shape}"
    return f"{tensor.name} = {value}" if tensor.name else value


__all__ = ["Array", "Context", "Function", "export", "table"]
