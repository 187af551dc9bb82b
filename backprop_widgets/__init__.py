"""Step through backpropagation on the computational graph of your own expression.

>>> from backprop_widgets import record
>>> record("(x + y) * z", x=-2, y=5, z=-4).gradient("x")
array(-4.)
"""

from backprop_widgets import datasets, ops
from backprop_widgets.autograd import Function, NonFiniteWarning, Tensor, TrainingStep, gate, train
from backprop_widgets.drawing import draw
from backprop_widgets.ops import *  # noqa: F403
from backprop_widgets.trace import FlatCode, Trace, compare_with_torch, flat_code, gradcheck, record
from backprop_widgets.widgets import step_through

__version__ = "0.1.0"
__all__ = [
    "FlatCode",
    "Function",
    "NonFiniteWarning",
    "Tensor",
    "Trace",
    "TrainingStep",
    "compare_with_torch",
    "datasets",
    "draw",
    "flat_code",
    "gate",
    "gradcheck",
    "record",
    "step_through",
    "train",
]
__all__ += ops.__all__
