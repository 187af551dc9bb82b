"""The warning of numbers that are not finite, given at the user's own line."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

PACKAGE = f"{Path(__file__).parents[1]}{os.sep}"


class NonFiniteWarning(RuntimeWarning):
    """A gate gave an infinite or undefined value, or a gradient did; the value is kept and shown as it is."""


def warn(found: str) -> None:
    """Say what was found, at the line outside of the package that led to it: the ways here differ in length."""
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(found, NonFiniteWarning, stacklevel=level)


__all__ = ["NonFiniteWarning", "warn"]
