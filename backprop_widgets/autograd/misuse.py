"""What is wrong with a call that numpy or Python refuses, in words that name the op, its input and what may come."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from backprop_widgets.autograd.function import Function
    from backprop_widgets.autograd.tensor import Tensor

ABOUT_SHAPE = ("axis", "axes", "shape")  # options that numpy checks, in its own words


def fitting(
    function: type[Function], inputs: Sequence[Tensor], options: Mapping[str, Any], error: Exception
) -> Exception:
    """What numpy says of the axes and shapes given to one of our ops, with op and option; any other error as it is."""
    from_numpy = type(error) in (TypeError, ValueError, np.exceptions.AxisError)
    if not (function.is_ours and from_numpy and any(key in ABOUT_SHAPE for key in options)):
        return error
    kind = TypeError if isinstance(error, TypeError) else ValueError
    problem = str(error)
    if kind is TypeError and "axis" in options:
        problem = "an axis is a whole number, and None stands for all; sum and mean take several too, in a tuple"
    given = ", ".join(f"{key}={value!r}" for key, value in options.items())
    shapes = " and ".join(str(x.shape) for x in inputs)
    return kind(f"{function.name} cannot take {given} for shape {shapes}: {problem}")


def uncallable(name: str, signature: inspect.Signature, count: int, error: Exception) -> TypeError:
    """Inputs or options that the signature has no place for."""
    by_name = [key for key, parameter in signature.parameters.items() if parameter.kind is parameter.KEYWORD_ONLY]
    hint = ""
    if by_name and "positional" in str(error):
        hint = f"; options go by name, {by_name[0]}=..."
    if name in ("max", "min") and count > 1:
        hint += f"; {name}imum compares two arrays"
    return TypeError(f"{name}{signature} cannot be called so: {error}{hint}")


def check_static(cls: type) -> None:
    """Refuse a forward or backward that lacks @staticmethod: it would be given the class in place of `ctx`."""
    for rule in ("forward", "backward"):
        given = cls.__dict__.get(rule)
        if given is not None and not isinstance(given, (staticmethod, classmethod)):
            raise TypeError(f"{cls.__name__}.{rule} must be static: write @staticmethod in the line above it")
