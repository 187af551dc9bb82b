"""Keep what a student did: the file beside the notebook, the progress token, and points for graders."""

from backprop_widgets.exercises.records.grading import Noise, is_grading, quietly
from backprop_widgets.exercises.records.history import History, Records, Try, merged
from backprop_widgets.exercises.records.points import Score
from backprop_widgets.exercises.records.sidecar import RecordsWarning, Sidecar
from backprop_widgets.exercises.records.token import TokenError, pack, unpack

__all__ = [
    "History",
    "Noise",
    "Records",
    "RecordsWarning",
    "Score",
    "Sidecar",
    "TokenError",
    "Try",
    "is_grading",
    "merged",
    "pack",
    "quietly",
    "unpack",
]
