"""What to ask: questions, reading and judging answers, naming slips, keeping records. Knows nothing of Jupyter."""

from backprop_widgets.drawing import page
from backprop_widgets.exercises.predicting import asked

page.lent["questions"] = asked  # so that the player can ask
