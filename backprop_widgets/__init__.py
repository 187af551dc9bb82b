"""Step through backpropagation on the computational graph of your own expression.

>>> from backprop_widgets import record
>>> record("(x + y) * z", x=-2, y=5, z=-4).gradient("x")
array(-4.)
"""

from backprop_widgets.autograd import Function, NonFiniteWarning, Tensor, gradcheck
from backprop_widgets.ops import *  # noqa: F403
from backprop_widgets.trace import Trace, record
