"""The gates: one class for each op, one file for each family."""

from backprop_widgets.ops.activations import elu, leaky_relu, relu, sigmoid, softplus, tanh
from backprop_widgets.ops.arithmetic import add, divide, multiply, negate, power, reciprocal, subtract
from backprop_widgets.ops.elementary import abs, cos, exp, log, sin, sqrt, square
from backprop_widgets.ops.linear_algebra import matmul
from backprop_widgets.ops.losses import (
    binary_cross_entropy,
    cross_entropy,
    hinge_loss,
    l2,
    softmax_cross_entropy,
    squared_error,
)
from backprop_widgets.ops.reductions import mean, sum
from backprop_widgets.ops.routing import max, maximum, maxout, min, minimum
from backprop_widgets.ops.shaping import concatenate, index, reshape, transpose
from backprop_widgets.ops.softmaxes import log_softmax, softmax

__all__ = [
    "abs",
    "add",
    "binary_cross_entropy",
    "concatenate",
    "cos",
    "cross_entropy",
    "divide",
    "elu",
    "exp",
    "hinge_loss",
    "index",
    "l2",
    "leaky_relu",
    "log",
    "log_softmax",
    "matmul",
    "max",
    "maximum",
    "maxout",
    "mean",
    "min",
    "minimum",
    "multiply",
    "negate",
    "power",
    "reciprocal",
    "relu",
    "reshape",
    "sigmoid",
    "sin",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "sqrt",
    "square",
    "squared_error",
    "subtract",
    "sum",
    "tanh",
    "transpose",
]
