"""The gradient check for every kind of graph: reads an expression or a Tensor into a function of Tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from backprop_widgets.autograd.backward import topological_order
from backprop_widgets.autograd.function import Function
from backprop_widgets.autograd.gradcheck import GradientReport
from backprop_widgets.autograd.gradcheck import gradcheck as check_function
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace.expression import Expression
from backprop_widgets.trace.source import _leaves, read

Call = Callable[..., Tensor]


def gradcheck(f: Any, /, *inputs: Any, seed: int = 0, **named: Any) -> GradientReport:
    """Compare the gradients of `f` with finite differences; the report is true when all is right, and printable.

    `f` is an expression string with its inputs as keywords, or a Function class or a Python function of Tensors with
    its inputs in order or as keywords, or a Tensor that has been computed. A keyword that has a default, such as the
    `axis` of `sum`, is passed on as it is. The inputs of an expression may stand in a mapping, where a name is taken.

    The upstream gradient is random, drawn from `seed`: under ones, a backward that forgets it looks right.
    Found are also: state kept on the class instead of `ctx`, arrays changed in place, a wrong number or shape of
    gradients, a gradient that is None. Entries at a kink are left out and counted.

    >>> gradcheck("x * y", x=3, y=-2)  # doctest: +ELLIPSIS
    gradient check of x * y: right
    x: right, numerical -2.5..., analytical -2.5..., relative error ...
    y: right, numerical 3.77..., analytical 3.77..., relative error ...
    """
    if isinstance(f, str):
        return _check_expression(f, inputs, named, seed)
    if isinstance(f, Tensor):
        if inputs or named:
            raise TypeError("a Tensor has been computed already and takes no inputs")
        return _check_tensor(f, seed)
    if not callable(f):
        raise TypeError(f"give an expression such as 'x * y', a function, a Function class or a Tensor, got {f!r}")
    return _check_call(f, inputs, named, seed)


def _check_expression(text: str, given: tuple[Any, ...], named: Mapping[str, Any], seed: int) -> GradientReport:
    if len(given) > 1 or not all(isinstance(inputs, Mapping) for inputs in given):
        raise TypeError(f"the inputs of an expression are keywords, gradcheck('x * y', x=3, y=4), got {given!r}")
    expression = Expression(text)
    leaves = _leaves(expression.names, {**(given[0] if given else {}), **named}, "the expression")

    def call(*tensors: Tensor) -> Tensor:
        return expression.evaluate(dict(zip(expression.names, tensors, strict=True)))[0]

    call.__name__ = text
    return check_function(call, *leaves, seed=seed)


def _check_tensor(root: Tensor, seed: int) -> GradientReport:
    source = read(root, {})
    order = topological_order(root)

    def call(*tensors: Tensor) -> Tensor:
        again = dict(zip(source.inputs, tensors, strict=True))
        for tensor in order:
            if tensor.gate is not None:
                inputs = [again.get(each, each) for each in tensor.inputs]
                again[tensor] = tensor.gate.function.apply(*inputs, **tensor.gate.options)
        return again.get(root, root)

    call.__name__ = source.title
    return check_function(call, *[Tensor(leaf, name=source.names[leaf]) for leaf in source.inputs], seed=seed)


def _check_call(f: Any, inputs: tuple[Any, ...], named: Mapping[str, Any], seed: int) -> GradientReport:
    signature = _signature(f)
    has_default = {key for key, parameter in signature.parameters.items() if parameter.default is not parameter.empty}
    options = {key: value for key, value in named.items() if key in has_default}
    name = getattr(f, "__name__", "f")
    try:
        bound = signature.bind(*inputs, **{key: value for key, value in named.items() if key not in has_default})
    except TypeError as error:
        raise TypeError(f"{name}{signature} cannot be called so: {error}") from None
    if not bound.kwargs:
        return check_function(f, *bound.args, seed=seed, **options)

    apply: Call = f.apply if isinstance(f, type) and issubclass(f, Function) else f

    def call(*tensors: Tensor) -> Tensor:
        by_name = zip(bound.kwargs, tensors[len(bound.args) :], strict=True)
        return apply(*tensors[: len(bound.args)], **dict(by_name), **options)

    call.__name__ = name
    in_order = zip(signature.parameters, bound.args, strict=False)
    leaves = [Tensor(value, name=key) for key, value in (*in_order, *bound.kwargs.items())]
    return check_function(call, *leaves, seed=seed)


def _signature(f: Any) -> inspect.Signature:
    """How it is called; a Function as its `forward`, without ctx."""
    if isinstance(f, type) and issubclass(f, Function):
        return inspect.Signature(list(inspect.signature(f.forward).parameters.values())[1:])
    return inspect.signature(f)
