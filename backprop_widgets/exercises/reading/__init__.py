"""Read what a student gave, as text or as Python values. Whitelist readers: nothing is ever evaluated."""

from backprop_widgets.exercises.reading.arrays import read_array
from backprop_widgets.exercises.reading.numbers import is_plain, read_answer, read_number
from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.shapes import read_shape
from backprop_widgets.exercises.reading.values import is_unanswered

__all__ = ["UnreadableError", "is_plain", "is_unanswered", "read_answer", "read_array", "read_number", "read_shape"]
