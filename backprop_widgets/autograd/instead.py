"""Attributes that people look for out of habit from numpy and PyTorch: each says what to write in its place."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import getattr_static
from typing import NoReturn

from backprop_widgets.autograd.context import AS_CONTEXT

INSTEAD = {
    "dot": "x @ y",
    "item": "float(x)",
    "numpy": "x.data",
    "detach": "x.data",
    "tolist": "x.data.tolist()",
    "dtype": "x.data.dtype",
    "pow": "x ** 2",
    "t": "x.T",
    "zero_": "x.zero_grad()",
}


class Instead:
    """Stands on a class for an attribute that it does not have; `__getattr__` would slow down all the others."""

    def __init__(self, name: str, write: str) -> None:
        self.message = f"a Tensor has no attribute {name!r}: write {write}"

    def __get__(self, instance: object, owner: type) -> NoReturn:
        raise AttributeError(self.message)


class TellsTrueNames(type):
    """The class of a class that answers so. `dir` of that is where `help` looks, and Jupyter's completion too."""

    def __dir__(cls) -> list[str]:
        return offered(cls, super().__dir__())


def answer(owner: type, name: str, write: str) -> None:
    """Let `owner` say what to write instead of `x.name`, where it has no such attribute."""
    if not hasattr(owner, name):
        setattr(owner, name, Instead(name, write))


def offered(owner: type, names: Iterable[str]) -> list[str]:
    """Those of the names that are attributes in truth, and of use outside of the rules of a gate."""
    return [
        name for name in names if name not in AS_CONTEXT and not isinstance(getattr_static(owner, name, None), Instead)
    ]
