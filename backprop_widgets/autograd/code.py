"""Write one application of a gate as templates of Python code: its value, and upstream x local for each input.

Fields stand for names: `{x}`, `{y}` or `{0}`, `{1}`, ... for its inputs, `{z}` its output, `{u}` the upstream gradient,
`{part}` the gradient of one input; for facts of the first input: `{x_shape}`, `{size}`, `{classes}` in its last axis;
for an option, by its name. Any other field is a helper variable. Lines before the last one are statements, the last one
is the expression.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from backprop_widgets.autograd.function import Function
from backprop_widgets.autograd.tensor import Tensor

FIELD = re.compile(r"\{(\w+)\}")
SLOTS = ("x", "y")  # the fields of the first two inputs; `{0}`, `{1}`, ... work for any
Templates = tuple[str, tuple[str, ...]]


def templates(output: Tensor, *, sends: bool = True) -> Templates:
    """The code of the gate that made this tensor, with its options filled in.

    A Function that does not say how it is written is written as calls of its class; `sends` tells whether its backward
    has been run, and so may be run again.
    """
    assert output.gate is not None
    function = output.gate.function
    if not is_written(function):
        return _as_class(output, may_return_a_tuple=sends and len(output.inputs) == 1)
    code, backward = function.coded(output.gate)
    choices = {**_defaults(function.forward), **output.gate.options}
    if not choices:
        return code, backward
    options = {key: literal(value) for key, value in choices.items()}
    options["given"] = "".join(f", {key}={literal(value)}" for key, value in output.gate.options.items())
    return fill(code, options), tuple(fill(template, options) for template in backward)


def is_written(function: type[Function]) -> bool:
    """Whether its code is known, and is of the same class as its forward and backward or of one derived from theirs."""
    owners = [next(c for c in function.__mro__ if key in c.__dict__) for key in ("code", "forward", "backward")]
    return function.code is not None and all(issubclass(owners[0], owner) for owner in owners[1:])


def fill(template: str, texts: Mapping[str, str]) -> str:
    """Put texts into the fields of a template; other fields stay. A negative number gets brackets where it needs them.

    >>> fill("{x} ** {y}", {"x": "-2", "y": "-1"}), fill("{z} - {x}", {"x": "-2"})
    ('(-2) ** -1', '{z} - (-2)')
    """

    def replace(field: re.Match[str]) -> str:
        text = texts.get(field[1], field[0])
        before, after = template[: field.start()], template[field.end() :]
        opens = not before or before.endswith(("(", "[", ", ", "= ", "\n", "* "))
        return f"({text})" if text.startswith("-") and (not opens or after.startswith((" **", ".", "["))) else text

    return FIELD.sub(replace, template)


def literal(value: Any) -> str:
    """Write a number, an array or an option as Python, exactly.

    >>> literal(2.0), literal(-0.5), literal(np.array([1, float("inf")])), literal((0, None))
    ('2', '-0.5', 'np.array([1.0, np.inf])', '(0, None)')
    """
    if isinstance(value, np.ndarray) and value.ndim:
        text = f"np.array({value.tolist()!r})" if value.size else f"np.zeros({value.shape})"
        return re.sub(r"\b(nan|inf)\b", r"np.\1", text)
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.item()
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0":
            return str(int(value))
        return repr(value).replace("nan", "np.nan").replace("inf", "np.inf")
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    return f"[{', '.join(map(literal, value))}]" if isinstance(value, list) else repr(value)


def coded_with(op: type[Function], **texts: str) -> Templates:
    """The op's code with these fields filled in."""
    return fill(op.code or "", texts), tuple(fill(template, texts) for template in op.backward_code)


@cache
def _defaults(forward: Callable[..., Any]) -> Mapping[str, Any]:
    parameters = inspect.signature(forward).parameters.values()
    return {parameter.name: parameter.default for parameter in parameters if parameter.default is not parameter.empty}


def _as_class(output: Tensor, *, may_return_a_tuple: bool) -> Templates:
    """Call the student's own class, as the engine does: with a ctx, and with arrays."""
    assert output.gate is not None
    gate, name = output.gate, output.gate.function.__name__
    slots = [f"{{{slot}}}" for slot in range(len(gate.inputs))]
    tensors = ", ".join(f"Tensor({slot})" for slot in slots) + "," * (len(slots) == 1)
    lines = [f"{{ctx}} = Context({name}, ({tensors}))"]
    options = "".join(f", {key}={literal(value)}" for key, value in gate.options.items())
    if options:
        pairs = (f'"{key}": {literal(value)}' for key, value in gate.options.items())
        lines.append(f"{{ctx}}.options = {{{', '.join(pairs)}}}")
    arrays = [slot if source.shape else f"np.array({slot})" for slot, source in zip(slots, gate.inputs, strict=True)]
    lines.append(f"{name}.forward({{ctx}}, {', '.join(arrays)}{options})")
    upstream = "{u}" if output.shape else "np.array({u})"
    backward = f"{name}.backward({{ctx}}, {upstream})"
    if may_return_a_tuple:
        with np.errstate(all="ignore"):
            returned = gate.function.backward(gate, np.ones(output.shape))
        backward += "[0]" if isinstance(returned, (tuple, list)) else ""
    return "\n".join(lines), (backward,)
