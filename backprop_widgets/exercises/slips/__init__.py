"""Name the mistake behind a wrong answer."""

from backprop_widgets.exercises.slips import readings as _readings  # noqa: F401  (its slips enter the catalogue)
from backprop_widgets.exercises.slips import rules as _rules  # noqa: F401  (the same)
from backprop_widgets.exercises.slips.diagnosis import Finding, diagnose
from backprop_widgets.exercises.slips.messages import said
from backprop_widgets.exercises.slips.op_slips import named, names
from backprop_widgets.exercises.slips.predictions import Prediction, predictions
from backprop_widgets.exercises.slips.replay import Mutation, Place, replay
from backprop_widgets.exercises.slips.slip import SLIPS, Candidate, Slip, slip

__all__ = [
    "SLIPS",
    "Candidate",
    "Finding",
    "Mutation",
    "Place",
    "Prediction",
    "Slip",
    "diagnose",
    "named",
    "names",
    "predictions",
    "replay",
    "said",
    "slip",
]
