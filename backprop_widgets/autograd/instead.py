"""Attributes that people look for out of habit from numpy and PyTorch: each says what to write in its place."""

from __future__ import annotations

from typing import Any, NoReturn

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


def answer(owner: type, name: str, write: str) -> None:
    """Let `owner` say what to write instead of `x.name`, where it has no such attribute."""
    if not hasattr(owner, name):
        setattr(owner, name, Instead(name, write))


def without(owner: type, names: Any) -> list[str]:
    """Those of the names that are attributes in truth, for completion to offer."""
    return [name for name in names if not isinstance(vars(owner).get(name), Instead)]
