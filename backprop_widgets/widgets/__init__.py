"""What to press: the only layer that knows Jupyter."""

from backprop_widgets.widgets.question import QuestionView
from backprop_widgets.widgets.stepper import Stepper, step_through

__all__ = ["QuestionView", "Stepper", "step_through"]
