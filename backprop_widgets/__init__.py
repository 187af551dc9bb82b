"""Step through backpropagation on the computational graph of your own expression.

>>> from backprop_widgets import record
>>> record("(x + y) * z", x=-2, y=5, z=-4).gradient("x")
array(-4.)
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from backprop_widgets import datasets, ops
from backprop_widgets.autograd import Function, NonFiniteWarning, Tensor, TrainingStep, gate, train
from backprop_widgets.ops import *  # noqa: F403

if TYPE_CHECKING:
    from backprop_widgets.drawing import draw
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

LAYERS = ("trace", "drawing", "exercises", "widgets")
FROM_LAYERS = {
    "FlatCode": "trace",
    "Trace": "trace",
    "compare_with_torch": "trace",
    "draw": "drawing",
    "flat_code": "trace",
    "gradcheck": "trace",
    "record": "trace",
    "step_through": "widgets",
}


def __getattr__(name: str) -> Any:
    """Import the layers above the ops when one is first used: who trains a network does not wait for the widgets.

    They come together, since the later ones lend to the earlier: pictures to traces, questions to pictures, and in a
    notebook widgets to questions. A grader without Jupyter gets all but the widgets.
    """
    if name not in LAYERS and name not in FROM_LAYERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = FROM_LAYERS.get(name, name)
    for layer in LAYERS:
        if layer in {home, "drawing", "exercises"} or (layer == "widgets" and "IPython" in sys.modules):
            import_module(f"{__name__}.{layer}")
    if name in LAYERS:
        return sys.modules[f"{__name__}.{name}"]
    found = globals()[name] = getattr(sys.modules[f"{__name__}.{home}"], name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *LAYERS, *FROM_LAYERS})
