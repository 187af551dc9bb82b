"""Who called this package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType

PACKAGE = f"{Path(__file__).parents[1]}{os.sep}"


def caller() -> tuple[FrameType, int]:
    """The innermost frame outside of the package, and which `stacklevel` that is for whoever asks."""
    frame, level = sys._getframe(1), 1
    while frame.f_back and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    return frame, level
