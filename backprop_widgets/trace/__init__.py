"""What happened: an immutable record of one forward and one backward pass."""

from backprop_widgets.trace.class_form import class_form, pytorch_form
from backprop_widgets.trace.flat_code import FlatCode, Line, flat_code
from backprop_widgets.trace.record import record
from backprop_widgets.trace.trace import Edge, Node, Row, Step, Term, Trace

__all__ = [
    "Edge",
    "FlatCode",
    "Line",
    "Node",
    "Row",
    "Step",
    "Term",
    "Trace",
    "class_form",
    "flat_code",
    "pytorch_form",
    "record",
]
