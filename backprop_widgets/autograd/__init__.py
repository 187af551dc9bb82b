"""The mathematics: tensors, functions, the backward pass, the gradient check. Needs numpy only."""

from backprop_widgets.autograd.backward import backward, local_gradients, topological_order
from backprop_widgets.autograd.composite import gate
from backprop_widgets.autograd.function import Context, Function
from backprop_widgets.autograd.gradcheck import GradientReport, gradcheck
from backprop_widgets.autograd.leaves import accumulate
from backprop_widgets.autograd.nonfinite import NonFiniteWarning
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.autograd.train import TrainingStep, train

__all__ = [
    "Context",
    "Function",
    "GradientReport",
    "NonFiniteWarning",
    "Tensor",
    "TrainingStep",
    "accumulate",
    "backward",
    "gate",
    "gradcheck",
    "local_gradients",
    "topological_order",
    "train",
]
