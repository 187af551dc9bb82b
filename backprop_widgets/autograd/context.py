"""What one application of a Function remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_widgets.autograd.function import Function
    from backprop_widgets.autograd.tensor import Tensor

grouping: list[Callable[[], tuple[Any, ...]]] = []  # who knows the open composite gates; empty outside of them
NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})
AS_CONTEXT = ("groups", "needs_input_grad", "options", "save_for_backward", "saved_tensors")  # for the rules of a gate


class Application:
    """One application of a Function: what it was applied to, and what its backward will need.

    A tensor is one itself, that of the gate that computed it: half of the objects, and of the time, of a small gate.
    """

    __slots__ = ("function", "inputs", "saved_tensors")
    function: type[Function]
    inputs: tuple[Tensor, ...]
    saved_tensors: tuple[Any, ...]
    options: Mapping[str, Any] = NO_OPTIONS  # only a Context has some of its own, as it has groups
    groups: tuple[Any, ...] = ()  # the composite gates that it is a part of, outer first

    def save_for_backward(self, *values: Any) -> None:
        """Keep what the backward pass will need; read it there as `ctx.saved_tensors`."""
        self.saved_tensors = values

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """For each input, whether anyone asks for its gradient: False for a number written into the expression."""
        return tuple(not x.is_constant and slot not in self.function.labels for slot, x in enumerate(self.inputs))


class Context(Application):
    """What one application of a Function remembers between its forward and its backward; a student may add to it."""

    __slots__ = ("__dict__",)

    def __init__(self, function: type[Function], inputs: tuple[Tensor, ...]) -> None:
        self.function = function
        self.inputs = inputs
        self.saved_tensors = ()
