"""For tests and doctests alike: exercises keep their answers in a folder of their own, and begin without a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def answers_apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path | None:
    """Change to a new folder where exercises are asked: their answers would stand beside the sources."""
    if "exercises" not in str(request.path):
        return None
    from backprop_widgets.exercises.session import _now  # noqa: PLC0415  (other tests import what they need)

    folder: Path = request.getfixturevalue("tmp_path")
    monkeypatch.chdir(folder)
    for name in ("BACKPROP_STUDENT", "JUPYTERHUB_USER", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    _now.clear()
    return folder
