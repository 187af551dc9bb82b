"""The gates: one class for each op, one file for each family."""

from backprop_widgets.ops.activations import relu, sigmoid, tanh
from backprop_widgets.ops.arithmetic import add, divide, multiply, negate, power, reciprocal, subtract
from backprop_widgets.ops.exponential import exp, log
from backprop_widgets.ops.linear_algebra import matmul
from backprop_widgets.ops.reductions import mean, sum
from backprop_widgets.ops.routing import maximum

__all__ = [
    "add",
    "divide",
    "exp",
    "log",
    "matmul",
    "maximum",
    "mean",
    "multiply",
    "negate",
    "power",
    "reciprocal",
    "relu",
    "sigmoid",
    "subtract",
    "sum",
    "tanh",
]
