"""Name the mistake behind a wrong answer."""

from backprop_widgets.exercises.slips.catalogue import SLIPS, Candidate, Slip, candidates, slip

__all__ = ["SLIPS", "Candidate", "Slip", "candidates", "slip"]
