"""What an import brings, and what it leaves for later."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import backprop_widgets as bw


def test_no_numpy_is_taken_whose_settings_would_be_changed_for_everybody():
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert "numpy>=2" in tomllib.loads(project)["project"]["dependencies"]


def test_the_layers_above_the_ops_are_imported_when_they_are_used():
    script = """
import sys
import backprop_widgets as bw
assert not [name for name in sys.modules if "widgets.stepper" in name or "drawing" in name or name == "ipywidgets"]
assert set(bw.__all__) <= set(dir(bw))
bw.record("x * 2", x=3)
assert "backprop_widgets.trace" in sys.modules
bw.step_through, bw.exercises
from backprop_widgets import *
assert "backprop_widgets.widgets" in sys.modules and draw
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_public_name_that_is_not_there_is_refused():
    with pytest.raises(AttributeError, match="module 'backprop_widgets' has no attribute 'nonsense'"):
        _ = bw.nonsense
