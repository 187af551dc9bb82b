"""What to press: the only layer that knows Jupyter."""

from backprop_widgets.widgets.stepper import Stepper, step_through

__all__ = ["Stepper", "step_through"]
