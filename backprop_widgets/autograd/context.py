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


class Context:
    """What one application of a Function remembers between its forward and its backward."""

    __slots__ = ("__dict__", "function", "inputs", "saved_tensors")  # a student may keep more, in the dict
    function: type[Function]
    inputs: tuple[Tensor, ...]
    saved_tensors: tuple[Any, ...]
    options: Mapping[str, Any] = NO_OPTIONS  # these two stand on the class until a gate has some of its own
    groups: tuple[Any, ...] = ()  # the composite gates that it is a part of, outer first

    def __init__(self, function: type[Function], inputs: tuple[Tensor, ...]) -> None:
        self.function = function
        self.inputs = inputs
        self.saved_tensors = ()
        if grouping:
            self.groups = grouping[-1]()

    def save_for_backward(self, *values: Any) -> None:
        """Keep what the backward pass will need; read it there as `ctx.saved_tensors`."""
        self.saved_tensors = values

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """For each input, whether anyone asks for its gradient: False for a number written into the expression."""
        return tuple(not x.is_constant and slot not in self.function.labels for slot, x in enumerate(self.inputs))
