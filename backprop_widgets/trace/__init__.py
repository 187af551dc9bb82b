"""What happened: an immutable record of one forward and one backward pass."""

from backprop_widgets.trace.check import gradcheck
from backprop_widgets.trace.class_form import class_form, pytorch_form
from backprop_widgets.trace.flat_code import FlatCode, Line, flat_code
from backprop_widgets.trace.record import record
from backprop_widgets.trace.torch_compare import TorchReport, compare_with_torch
from backprop_widgets.trace.trace import Composite, Edge, Node, Row, Step, Term, Trace

__all__ = [
    "Composite",
    "Edge",
    "FlatCode",
    "Line",
    "Node",
    "Row",
    "Step",
    "Term",
    "TorchReport",
    "Trace",
    "class_form",
    "compare_with_torch",
    "flat_code",
    "gradcheck",
    "pytorch_form",
    "record",
]
