"""A tensor: numbers, a name, and the gate they came from. The operators are looked up on the ops."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_widgets.autograd.arrays import Array, Number, read, read_finite, shape_of
from backprop_widgets.autograd.context import Application, Context
from backprop_widgets.autograd.held import held
from backprop_widgets.autograd.instead import INSTEAD, TellsTrueNames, answer, offered

next_age = itertools.count().__next__  # a gate is always younger than its inputs: sorting by age is a topological order


class Tensor(Application, metaclass=TellsTrueNames):
    """Numbers that remember how they were computed.

    `data` is a read-only float64 array, 0-d for a scalar; `grad` is None until `backward()` has reached this leaf.
    `is_constant=True` is for data and labels: nobody asks for their gradient, so none is computed.

    >>> x, y = Tensor(-2, name="x"), Tensor(5, name="y")
    >>> q = x + y
    >>> q.backward()
    >>> q.data, x.grad
    (array(3.), array(1.))
    """

    __slots__ = ("_age", "_context", "_grad", "_value", "is_constant", "name")  # quicker than a dict for each
    function: Any  # that of the gate that computed it; None for a leaf
    _value: Number
    _age: int
    _context: Context | None  # that gate by itself, where it remembers more, or somebody has asked for it
    name: str | None
    is_constant: bool  # data, or a number written into an expression: nobody asks for its gradient
    _grad: Number | None

    def __init__(self, data: Any, *, name: str | None = None, is_constant: bool = False) -> None:
        """Copy `data` in. Raises TypeError if it is not made of real numbers, ValueError if rows differ in length."""
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a Tensor's name is a text, got {name!r}")
        kind = type(data)
        if kind is not float:  # isinstance is slow for a class of its own kind
            data = read(data._value if Tensor in kind.__mro__ else data, "a Tensor")
        self._value = data
        self._age = next_age()
        self._context = self.function = None
        self.inputs = self.saved_tensors = ()
        self.name = name
        self.is_constant = is_constant
        self._grad = None

    @classmethod
    def from_gate(cls, value: Number, gate: Context) -> Tensor:
        """Wrap the output of a gate, without a copy."""
        tensor = cls.of(gate.function, gate.inputs)
        tensor._value = value
        tensor._context = gate
        return tensor

    @classmethod
    def of(cls, function: Any, inputs: tuple[Tensor, ...]) -> Tensor:
        """The output of a gate before its numbers are known: what its forward writes to."""
        tensor = cls.__new__(cls)
        tensor._age = next_age()
        tensor._context = None
        tensor.function = function
        tensor.inputs = inputs
        tensor.saved_tensors = ()
        tensor.name = None
        tensor.is_constant = False
        tensor._grad = None
        return tensor

    @classmethod
    def constant(cls, value: Number) -> Tensor:
        """Wrap a number written into an expression: a leaf that nobody asks a gradient of."""
        tensor = cls.__new__(cls)
        tensor._value = value
        tensor._age = next_age()
        tensor._context = tensor._grad = tensor.function = tensor.name = None
        tensor.inputs = tensor.saved_tensors = ()
        tensor.is_constant = True
        return tensor

    def __setstate__(self, state: tuple[dict[str, Any] | None, dict[str, Any]]) -> None:
        """Become a copy, or what was read from a file; its inputs have done so already."""
        for name, value in ((state[0] or {}) | state[1]).items():
            setattr(self, name, value)
        self._age = min(self._age, next_age())  # older than gates to come, though a longer session may have made it

    @property
    def gate(self) -> Context | None:
        """The gate that computed it; None for a leaf."""
        if self._context is None and self.function is not None:  # so far it needed no object of its own
            self._context = Context(self.function, self.inputs)
            self._context.saved_tensors = self.saved_tensors
        return self._context

    @property
    def data(self) -> Array:
        """The numbers, read-only. Assigning replaces them, as a descent step does; only a leaf can be assigned.

        `x.data -= rate * x.grad` assigns too: an array that was read before keeps its numbers, as an old graph does.
        """
        return held(self._value)

    @data.setter
    def data(self, new: Any) -> None:
        if self.function is not None:
            raise ValueError(f"only a leaf takes new data; {self!r} was computed by {self.function.name}")
        self._value = self._of_my_shape(new, "data")

    @property
    def grad(self) -> Array | None:
        """dL/d(this leaf), summed over all calls of `backward()` since `zero_grad()`; None where none has arrived.

        Assigning replaces it, as clipping does; None forgets it.
        """
        return None if self._grad is None else held(self._grad)

    @grad.setter
    def grad(self, new: Any) -> None:
        if new is None:
            self.zero_grad()
            return
        if self.function is not None:
            raise ValueError(f"only a leaf keeps a gradient; {self!r} was computed by {self.function.name}")
        self._grad = self._of_my_shape(new, "grad")

    def _of_my_shape(self, new: Any, what: str) -> Number:
        value = read(new, what)
        if shape_of(value) != self.shape:
            raise ValueError(f"{what} of this leaf must have its shape {self.shape}, got {shape_of(value)}")
        return value

    def zero_grad(self) -> None:
        """Forget the gradient, so that the next `backward()` starts from nothing."""
        self._grad = None

    def descend(self, rate: float) -> None:
        """Take a step of gradient descent: `data` becomes `data - rate * grad`, and `grad` stays as it is.

        Raises ValueError where no gradient has arrived, and for a rate that is not one finite number.
        """
        if self._grad is None:
            raise ValueError(f"only a leaf that a gradient has reached can descend, and none has reached {self!r}")
        self._value = self._value - read_finite(rate, "rate") * self._grad

    def backward(self, gradient: Any = None) -> None:
        """Send gradients from here to every leaf, and add them to its `grad`.

        `gradient` is the upstream gradient of this tensor, of its shape; 1 for a scalar. Gradients are arrays, not
        tensors: they remember no graph, so there are first derivatives only.
        Raises ValueError when it is missing for an array, or has another shape.
        """
        run_backward[0](self, gradient)

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user and not by a gate."""
        return self.function is None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the data; () for a scalar."""
        value: Any = self._value
        return () if type(value) is float else value.shape

    @property
    def ndim(self) -> int:
        """The number of axes; 0 for a scalar."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return 1 if type(self._value) is float else int(np.size(self._value))

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({np.array2string(self.data, precision=4, separator=', ', threshold=20)}{name})"

    def __format__(self, how: str) -> str:
        return format(float(self), how) if how and not self.shape else format(repr(self), how)

    def __dir__(self) -> list[str]:
        return offered(type(self), super().__dir__())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """`np.exp(x)` is `exp(x)`, and `array + x` asks the tensor."""
        if ufunc in of_ufunc and method == "__call__" and not options:
            return of_ufunc[ufunc](*inputs)
        from backprop_widgets.autograd.habits import numpy_call  # noqa: PLC0415

        return numpy_call(ufunc if method == "__call__" else getattr(ufunc, method), inputs, options)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        """`np.sum(x)` is `sum(x)`."""
        from backprop_widgets.autograd.habits import numpy_call  # noqa: PLC0415

        return numpy_call(function, inputs, options)

    def __array__(self, *_: Any, **__: Any) -> Any:
        from backprop_widgets.autograd.habits import array_refused  # noqa: PLC0415

        raise array_refused(self)

    def __float__(self) -> float:
        return float(self._value)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar Tensor has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        return bool(self._value)

    def __iter__(self) -> Any:
        raise TypeError("a Tensor is not iterated over: use whole-array ops such as sum, or indexing")

    def __lt__(self, other: Any) -> Any:
        return self._value < _plain(other)

    def __le__(self, other: Any) -> Any:
        return self._value <= _plain(other)

    def __gt__(self, other: Any) -> Any:
        return self._value > _plain(other)

    def __ge__(self, other: Any) -> Any:
        return self._value >= _plain(other)

    if TYPE_CHECKING:  # `use_operator` sets these: an op is called at once, without a method between

        def __add__(self, other: Any) -> Tensor: ...

        def __radd__(self, other: Any) -> Tensor: ...

        def __sub__(self, other: Any) -> Tensor: ...

        def __rsub__(self, other: Any) -> Tensor: ...

        def __mul__(self, other: Any) -> Tensor: ...

        def __rmul__(self, other: Any) -> Tensor: ...

        def __truediv__(self, other: Any) -> Tensor: ...

        def __rtruediv__(self, other: Any) -> Tensor: ...

        def __pow__(self, other: Any) -> Tensor: ...

        def __rpow__(self, other: Any) -> Tensor: ...

        def __matmul__(self, other: Any) -> Tensor: ...

        def __rmatmul__(self, other: Any) -> Tensor: ...

    def __getitem__(self, key: Any) -> Tensor:
        return operators["[]"](self, key=key)

    @property
    def T(self) -> Tensor:  # noqa: N802  (as numpy and PyTorch call it)
        """The transpose."""
        return operators["T"](self)

    def __neg__(self) -> Tensor:
        return operators["neg"](self)

    def __pos__(self) -> Tensor:
        return self

    def __abs__(self) -> Tensor:
        return operators["abs"](self)


for _name, _write in INSTEAD.items():
    answer(Tensor, _name, _write)

operators: dict[str, Callable[..., Tensor]] = {}  # "T" -> Transpose.apply; each op enters itself when its class is made
of_ufunc: dict[Any, Callable[..., Tensor]] = {}  # np.matmul -> the same as "@", for an array on the left of a tensor
run_backward: list[Callable[[Tensor, Any], None]] = []  # the pass enters itself too: it needs tensors to be there
ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow", "@": "matmul"}
UFUNCS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power, "@": np.matmul}


def use_operator(operator: str, apply: Callable[..., Tensor]) -> None:
    """Let an operator of Python apply an op to tensors; each op does so when its class is made."""
    operators[operator] = apply
    if operator in ARITHMETIC:
        setattr(Tensor, f"__{ARITHMETIC[operator]}__", apply)
        setattr(Tensor, f"__r{ARITHMETIC[operator]}__", lambda right, left: apply(left, right))
        of_ufunc[UFUNCS[operator]] = apply


def _plain(other: Any) -> Any:
    return other._value if isinstance(other, Tensor) else other


__all__ = ["ARITHMETIC", "Tensor", "next_age", "run_backward", "use_operator"]
