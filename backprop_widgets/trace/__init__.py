"""What happened: an immutable record of one forward and one backward pass."""

from backprop_widgets.trace.record import record
from backprop_widgets.trace.trace import Edge, Node, Row, Step, Term, Trace

__all__ = ["Edge", "Node", "Row", "Step", "Term", "Trace", "record"]
