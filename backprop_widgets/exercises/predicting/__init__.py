"""What the stepper asks before it shows a step, and what it says to the answer."""

from backprop_widgets.exercises.predicting.asking import Reply, answer, asked
from backprop_widgets.exercises.predicting.prompts import Prompt, prompts, wrong_numbers

__all__ = ["Prompt", "Reply", "answer", "asked", "prompts", "wrong_numbers"]
