"""What to ask: questions on a trace, reading and judging answers, naming slips. Knows nothing of Jupyter."""

from backprop_widgets.drawing import page
from backprop_widgets.exercises.answers import Outcome, Verdict, judge
from backprop_widgets.exercises.asking import Reply, answer, asked
from backprop_widgets.exercises.questions import Question, questions
from backprop_widgets.exercises.reading import UnreadableError, read_answer, read_shape
from backprop_widgets.exercises.slips import SLIPS, Candidate, Slip, candidates, slip

__all__ = [
    "SLIPS",
    "Candidate",
    "Outcome",
    "Question",
    "Reply",
    "Slip",
    "UnreadableError",
    "Verdict",
    "answer",
    "asked",
    "candidates",
    "judge",
    "questions",
    "read_answer",
    "read_shape",
    "slip",
]

page.lent["questions"] = asked  # so that the player can ask
